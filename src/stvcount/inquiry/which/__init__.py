"""Which rules gave a published sheet: every rule set tried on it, with or without the papers."""

from __future__ import annotations

from stvcount.inquiry.which.trying import Tried, Which, which

__all__ = ["Tried", "Which", "which"]
