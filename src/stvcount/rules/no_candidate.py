"""Loughborough's No Candidate box (Standing Order C): it voids an election at half plus one."""

from __future__ import annotations

from decimal import Decimal

from stvcount.rules.base import Journal, Outcome
from stvcount.tally import Tally
from stvcount.tally.votes import PAPER_VALUE

CLAUSE = "No Candidate c"
CLAUSES = {CLAUSE: "void at half the total valid vote plus one"}


def voids(tally: Tally) -> bool:
    """Whether the non-person has half the total valid vote, remainder ignored, plus one (L8)."""
    return tally.non_person is not None and tally.votes[tally.non_person] >= _needed(tally)


def void(tally: Tally, journal: Journal) -> Outcome:
    """The end of a count that stops because the election is void."""
    if tally.non_person is not None:
        journal.decide(
            CLAUSE,
            f"{journal.with_votes([tally.non_person])} has at least {_needed(tally)}, half of "
            f"{tally.valid} plus one: the election is void and a new one is called",
        )
    return Outcome(journal.completion(()), void=True)


def _needed(tally: Tally) -> Decimal:
    return (tally.valid // 2 + 1) * PAPER_VALUE
