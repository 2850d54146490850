"""Who is elected under each of several rule sets, and where they part."""

from __future__ import annotations

from stvcount.inquiry.compare.comparing import Compared, Comparison, Parting, compare

__all__ = [
    "Compared",
    "Comparison",
    "Parting",
    "compare",
]
