"""Who holds what: the tally, votes, ties and lots."""

from __future__ import annotations

from stvcount.tally.tally import Candidate, Parcel, Point, Tally, Transfer

__all__ = [
    "Candidate",
    "Parcel",
    "Point",
    "Tally",
    "Transfer",
]
