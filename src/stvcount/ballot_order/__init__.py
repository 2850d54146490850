"""The order of the names on the ballot paper: the model and its words."""

from __future__ import annotations

from stvcount.ballot_order.ordering import METHODS, BallotOrder, Method, ballot_order

__all__ = [
    "METHODS",
    "BallotOrder",
    "Method",
    "ballot_order",
]
