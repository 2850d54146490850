"""What tests a count, and trains the people who make one: mock counts."""

from __future__ import annotations

from stvcount.testing.mock import MockCount, mock_count

__all__ = ["MockCount", "mock_count"]
