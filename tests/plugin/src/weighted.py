"""A rule set as another package might bring it: every paper of a surplus moves, five decimals.

It is written with public names only, and is no law of any place: the quota is whole, the largest
surplus goes first, one candidate is excluded at a time, the order of the paper decides ties.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import ClassVar

from stvcount.rules import NON_PERSON_CLAUSES, Count, Journal, Outcome, RuleSet
from stvcount.tally import Candidate, LotBox, Tally
from stvcount.tally.votes import divided_down, whole


class Weighted(RuleSet):
    """Weighted inclusive transfers, as short as they can be written."""

    id: ClassVar[str] = "weighted"
    title: ClassVar[str] = "All papers of a surplus, each at its own value"
    source: ClassVar[str] = "The tests of stvcount"
    decimals: ClassVar[int] = 5
    rulebook: ClassVar[str | None] = "weighted_rulebook:WeightedRulebook"
    kinds: ClassVar[tuple[str, ...]] = ("opening", "passing on", "dropping out")
    clauses: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            "W1": "the quota",
            "W2": "passing on a surplus",
            "W3": "dropping out",
            "W4": "the last places",
            **NON_PERSON_CLAUSES,
        }
    )
    wording = MappingProxyType(
        {"lowest": lambda names, of: f"{names[0]} is lowest, with {of['vote']}"}
    )

    firsts_apart: ClassVar[bool] = False
    """Whether the first preferences of somebody who drops out leave first, as a batch apart."""

    def count(self, tally: Tally, lots: LotBox) -> Count:
        return _Count(tally, self.journal(tally, lots), firsts_apart=self.firsts_apart).run()


class FirstsApart(Weighted):
    """The same, but several batches of one value may leave one candidate in one stage."""

    id: ClassVar[str] = "firsts-apart"
    rulebook: ClassVar[str | None] = None
    firsts_apart: ClassVar[bool] = True


class _Count:
    def __init__(self, tally: Tally, journal: Journal, *, firsts_apart: bool) -> None:
        self.tally = tally
        self.firsts_apart = firsts_apart
        self.journal = journal
        self.quota = whole(tally.valid // (tally.places + 1) + 1, tally.decimals)

    def run(self) -> Count:
        tally, journal = self.tally, self.journal
        valid, divisor = tally.valid, tally.places + 1
        journal.decide("W1", "quota-plus-one", valid=valid, divisor=divisor, quota=self.quota)
        self.elect_at_the_quota()
        yield journal.stage("opening", (), self.quota)
        while 0 < tally.places_left < len(tally.continuing):
            tally.begin_stage()
            over = [c for c in tally.elected if tally.votes[c] > self.quota]
            if over:
                gone = max(over, key=lambda c: tally.votes[c])
                self.pass_on(gone)
            else:
                gone = min(tally.continuing, key=lambda c: tally.votes[c])
                self.drop(gone)
            self.elect_at_the_quota()
            yield journal.stage("passing on" if over else "dropping out", (gone,), self.quota)
        for candidate in self.by_votes()[: tally.places_left]:
            journal.elect(candidate, "W4")
        rest = self.by_votes()[::-1]
        tally.exclude(rest)
        return Outcome(journal.completion(rest))

    def pass_on(self, candidate: Candidate) -> None:
        vote = self.tally.votes[candidate]
        surplus = vote - self.quota
        self.journal.decide("W2", "share-of-all", [candidate], vote=vote, surplus=surplus)

        def new_value(value: Decimal) -> Decimal:
            return divided_down(surplus * value, vote, self.tally.decimals)

        for transfer in self.tally.transfer_inclusive(candidate, surplus, new_value):
            self.journal.batch(transfer)

    def drop(self, candidate: Candidate) -> None:
        self.journal.decide("W3", "lowest", [candidate], vote=self.tally.votes[candidate])
        self.tally.exclude([candidate])
        if self.firsts_apart:
            for value, holders in self.tally.batches([candidate], of=lambda p: p.stage == 1):
                self.journal.batch(self.tally.transfer_batch(holders, value))
        for value, holders in self.tally.batches([candidate]):
            self.journal.batch(self.tally.transfer_batch(holders, value))

    def elect_at_the_quota(self) -> None:
        for candidate in self.by_votes():
            if self.tally.votes[candidate] >= self.quota and self.tally.places_left:
                self.journal.elect(candidate, "W1")

    def by_votes(self) -> list[Candidate]:
        return sorted(self.tally.continuing, key=lambda c: self.tally.votes[c], reverse=True)
