"""Who holds what: the tally, votes, ties and lots."""

from __future__ import annotations

from stvcount.tally import ties, votes
from stvcount.tally.lots import LotBox
from stvcount.tally.tally import Candidate, Holders, Parcel, Point, Tally, Transfer

__all__ = [
    "Candidate",
    "Holders",
    "LotBox",
    "Parcel",
    "Point",
    "Tally",
    "Transfer",
    "ties",
    "votes",
]
