"""An election, a rule set and lots give a record."""

from __future__ import annotations

from stvcount.counting.counting import (
    Counting,
    PaperCheck,
    check,
    count,
    open_tally,
    paper_count,
    stages,
)

__all__ = [
    "Counting",
    "PaperCheck",
    "check",
    "count",
    "open_tally",
    "paper_count",
    "stages",
]
