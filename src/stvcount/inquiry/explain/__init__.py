"""The story of a count, or of one candidate, from the record alone."""

from __future__ import annotations

from stvcount.inquiry.explain.explaining import explain, sections

__all__ = [
    "explain",
    "sections",
]
