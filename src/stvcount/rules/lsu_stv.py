"""Loughborough Students' Union, Standing Order C3, "Single Transferable Vote": one person.

What the order leaves open is read as follows; docs/rules/lsu-stv.md gives the reasons.
L7   No Candidate elected under p) without half plus one: not void, but the place is not filled.
L8   Half plus one ignores the remainder (101 votes: 51).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import ClassVar

from stvcount.frozen import FrozenMapping
from stvcount.record import Stage
from stvcount.rules import gregory, no_candidate
from stvcount.rules.journal import Journal
from stvcount.rules.rule_set import NON_PERSON_CLAUSES, Count, Outcome, RuleSet
from stvcount.tally import Candidate, Tally
from stvcount.tally.lots import LotBox
from stvcount.tally.ties import EARLIEST_STAGE, by_number
from stvcount.tally.votes import whole


class LSUSTV(RuleSet):
    """Loughborough's count for one person."""

    id: ClassVar[str] = "lsu-stv"
    title: ClassVar[str] = "Loughborough C3, single transferable vote for one place"
    source: ClassVar[str] = "Loughborough Students' Union, Standing Order C, section 3"
    most_places: ClassVar[int | None] = 1
    kinds: ClassVar[tuple[str, ...]] = ("first", "exclusion")
    page: ClassVar[str | None] = "docs/rules/lsu-stv.md"
    rulebook: ClassVar[str | None] = "stvcount.audit.rulebooks.lsu_stv:LsuStv"
    clauses: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            "C3 a": "sorting by first preference",
            "C3 e": "quota",
            "C3 f": "elected at the first count",
            "C3 g": "whom to exclude",
            "C3 h": "transferring the papers",
            "C3 m": "elected after an exclusion",
            "C3 p": "more votes than all the others together",
            "C3 q": "equal least votes",
            **no_candidate.CLAUSES,
            **NON_PERSON_CLAUSES,
        }
    )

    def count(self, tally: Tally, lots: LotBox) -> Count:
        return _Count(tally, self.journal(tally, lots)).run()


TIES = EARLIEST_STAGE
"""C3 g, q."""


class _Count:
    """One count by C3."""

    def __init__(self, tally: Tally, journal: Journal) -> None:
        self.tally = tally
        self.journal = journal
        self.quota = whole(tally.valid // 2 + 1, tally.decimals)  # C3 e

    def run(self) -> Count:
        yield self.first_count()
        # No Candidate c is looked at whenever a stage is complete.
        while self.tally.places_left and not no_candidate.voids(self.tally):
            self.tally.begin_stage()
            yield self.exclude(self.candidate_to_exclude())
        if no_candidate.voids(self.tally):
            return no_candidate.void(self.tally, self.journal)
        return self.completion()

    def first_count(self) -> Stage:
        """C3 a to d: the tally opens with the papers sorted. C3 e: the quota. C3 f."""
        self.journal.decide("C3 e", "quota-half", valid=self.tally.valid, quota=self.quota)
        self.deem_elected("C3 f")
        return self.journal.stage("first", (), self.quota)

    def deem_elected(self, at_quota: str) -> None:
        """C3 f, C3 m: at the quota. C3 p: more than all other continuing candidates together."""
        votes, continuing = self.tally.votes, self.tally.continuing
        highest = max(continuing, key=lambda c: votes[c])
        others = self.tally.sum_of(votes[c] for c in continuing if c != highest)
        if votes[highest] >= self.quota:
            self.journal.elect(highest, at_quota)
        elif votes[highest] > others or len(continuing) == 1:
            shown = self.journal.votes_of([highest])
            self.journal.decide("C3 p", "over-all-others", [highest], votes=shown, others=others)
            self.journal.elect(highest, "C3 p")

    def candidate_to_exclude(self) -> Candidate:
        """C3 g, q: the least vote; equal, the least at the earliest stage of difference."""
        tied = gregory.with_fewest(self.tally, self.tally.continuing)
        votes = self.journal.votes_of(tied)
        if len(tied) == 1:
            self.journal.decide("C3 g", "least", tied, votes=votes)
            return tied[0]
        found = TIES.told_apart(self.tally, tied, "fewest")
        vote, points = self.tally.votes[tied[0]], self.journal.points_of(found)
        self.journal.decide("C3 q", "equal-fewest", tied, vote=vote, points=points)
        if len(found.left) == 1:
            return found.left[0]
        return self.fewest_next_preferences(found.left)

    def fewest_next_preferences(self, tied: Sequence[Candidate]) -> Candidate:
        """C3 q: equal at all stages; the fewest next preferences on their papers, else lot."""
        found = self.tally.sort_all(tied).by_candidate
        numbers = {c: found[c].papers if c in found else 0 for c in tied}
        left = by_number(numbers, tied, "fewest")
        papers = FrozenMapping((self.tally.name(c), numbers[c]) for c in tied)
        self.journal.decide("C3 q", "next-preferences", tied, papers=papers)
        if len(left) == 1:
            return left[0]
        return self.journal.lot("exclusion", "C3 q", left)

    def exclude(self, candidate: Candidate) -> Stage:
        """C3 h to o: the papers go to the next available preferences; then C3 m, C3 p."""
        self.tally.exclude([candidate])
        for value, holders in self.tally.batches([candidate]):
            self.journal.batch(self.tally.transfer_batch(holders, value))
        self.deem_elected("C3 m")
        return self.journal.stage("exclusion", (candidate,), self.quota)

    def completion(self) -> Outcome:
        """One is elected, and the others are not."""
        return gregory.rest_excluded(self.tally, self.journal, TIES)
