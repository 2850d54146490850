"""Mock counts: voting papers to print, and what counting them by hand must come to."""

from __future__ import annotations

from stvcount.testing.mock.levels import LEVELS, Level, Measures
from stvcount.testing.mock.mocking import MockCount, mock_count

__all__ = ["LEVELS", "Level", "Measures", "MockCount", "mock_count"]
