"""Loughborough's No Candidate box (Standing Order C): it voids an election at half plus one."""

from __future__ import annotations

from decimal import Decimal
from typing import cast

from stvcount.rules.journal import Journal
from stvcount.rules.rule_set import Outcome
from stvcount.tally import Candidate, Tally
from stvcount.tally.votes import whole

CLAUSE = "No Candidate c"
CLAUSES = {CLAUSE: "void at half the total valid vote plus one"}


def voids(tally: Tally) -> bool:
    """Whether the non-person has half the total valid vote, remainder ignored, plus one (L8)."""
    return tally.non_person is not None and tally.votes[tally.non_person] >= _needed(tally)


def void(tally: Tally, journal: Journal) -> Outcome:
    """The end of a count that stops because the election is void."""
    name = [cast("Candidate", tally.non_person)]
    votes, needed = journal.votes_of(name), _needed(tally)
    journal.decide(CLAUSE, "void", name, votes=votes, needed=needed, valid=tally.valid)
    return Outcome(journal.completion(()), void=True)


def _needed(tally: Tally) -> Decimal:
    return whole(tally.valid // 2 + 1, tally.decimals)
