"""Scottish local government elections: the Order of 2011, Schedule 1, Part III, rules 46 to 53.

Read it beside the Order: the methods of `_Count` stand in the order of the rules, and each names
its own. All the papers of a candidate with a surplus are transferred, each at its own value.

What the rules leave open is read as follows; docs/rules/scottish.md gives the reasons.
S1   Several who reach the quota in one stage are elected in descending order of votes; equal, as
     rule 50 without lot, then in the order of the paper.
S2   Rule 53 is asked after the first stage and after each stage, after the elections by quota; so
     also before any surplus is transferred. An exclusion is carried out before it is asked.
S3   If fewer candidates continue than there are places, all are elected.
S4   The most recent preceding stage is the last complete one; those still equal there are compared
     at the stage before it.
S5   Candidates without votes are excluded one at a time, as all others.
S6   Who continues when the last place is filled is listed as excluded at the end of the count.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import ClassVar

from stvcount.record import Stage
from stvcount.rules import gregory
from stvcount.rules.journal import Journal
from stvcount.rules.rule_set import NON_PERSON_CLAUSES, Count, Option, Outcome, RuleSet
from stvcount.tally import Candidate, Tally
from stvcount.tally.lots import LotBox
from stvcount.tally.ties import MOST_RECENT_STAGE
from stvcount.tally.votes import divided_down, whole

_RULES = {
    46: "first stage: parcels by first preference",
    47: "quota",
    48: "return of candidates",
    49: "transfer of a surplus",
    50: "transfer of a surplus, supplementary: the largest, and equal ones",
    51: "exclusion of a candidate",
    52: "exclusion, supplementary: equal lowest votes",
    53: "filling of last vacancies",
}


class Scottish(RuleSet):
    """The rules of the Scottish Local Government Elections Orders."""

    id: ClassVar[str] = "scottish"
    title: ClassVar[str] = "Scottish local government elections"
    source: ClassVar[str] = (
        "The Scottish Local Government Elections Order 2011 (SSI 2011/399), Schedule 1, Part III, "
        "rules 46 to 53"
    )
    decimals: ClassVar[int] = 5
    page: ClassVar[str | None] = "docs/rules/scottish.md"
    rulebook: ClassVar[str | None] = "stvcount.audit.rulebooks.scottish:Scottish"
    remainders_apart: ClassVar[bool] = True
    option_list: ClassVar[tuple[Option, ...]] = (
        Option(
            "order",
            "which Order's numbers are cited: of 2011, or of 2007, which has each rule one lower",
            default="2011",
            choices=("2011", "2007"),
        ),
    )
    clauses: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            **{str(number): words for number, words in _RULES.items()},
            **{f"2007 rule {number - 1}": words for number, words in _RULES.items()},
            **NON_PERSON_CLAUSES,
        }
    )

    def count(self, tally: Tally, lots: LotBox) -> Count:
        cites_2007 = self.option("order") == "2007"
        return _Count(tally, self.journal(tally, lots), cites_2007=cites_2007).run()


TIES = MOST_RECENT_STAGE
"""50, 52: the most recent preceding stage at which they were unequal (S4)."""


class _Count:
    """One count by the Order."""

    def __init__(self, tally: Tally, journal: Journal, *, cites_2007: bool) -> None:
        self.tally = tally
        self.journal = journal
        self.cites_2007 = cites_2007
        self.quota: Decimal = whole(tally.valid // (tally.places + 1) + 1, tally.decimals)  # 47

    def rule(self, number: int) -> str:
        """The rule of this number, as the Order that is cited has it."""
        return f"2007 rule {number - 1}" if self.cites_2007 else str(number)

    def run(self) -> Count:
        yield self.first_stage()
        while len(self.tally.continuing) > self.tally.places_left > 0:  # 53, S2
            self.tally.begin_stage()
            candidate = self.surplus_to_transfer()
            if candidate is not None:
                yield self.transfer_surplus(candidate)
            else:
                yield self.exclude(self.candidate_to_exclude())
        return self.completion()

    def first_stage(self) -> Stage:
        """46: the tally opens with the papers in parcels by first preference. 47: the quota."""
        self.journal.decide(
            self.rule(47),
            "quota-plus-one",
            valid=self.tally.valid,
            divisor=self.tally.places + 1,
            quota=self.quota,
        )
        self.return_candidates()
        return self.journal.stage("first", (), self.quota)

    def return_candidates(self) -> None:
        """48: at the end of a stage, whose votes equal or exceed the quota (S1)."""
        votes = self.tally.votes
        reached = [c for c in self.tally.continuing if votes[c] >= self.quota]
        for candidate in TIES.in_order(self.tally, reached, "greatest"):
            if self.tally.places_left:
                self.journal.elect(candidate, self.rule(48))

    def surplus_to_transfer(self) -> Candidate | None:
        """49: while there is one. 50: the largest first; equal, the most recent difference."""
        surpluses = gregory.surpluses(self.tally, self.quota)
        if not surpluses:
            return None
        return gregory.largest_surplus(self.tally, self.journal, surpluses, TIES, self.rule(50))

    def transfer_surplus(self, candidate: Candidate) -> Stage:
        """49: all the papers, each at its value x surplus / total vote, the remainder ignored."""
        vote = self.tally.votes[candidate]
        surplus = vote - self.quota
        self.journal.decide(self.rule(49), "share-of-all", [candidate], vote=vote, surplus=surplus)

        def new_value(value: Decimal) -> Decimal:
            return divided_down(surplus * value, vote, self.tally.decimals)

        for transfer in self.tally.transfer_inclusive(candidate, surplus, new_value):
            self.journal.batch(transfer)
        self.return_candidates()
        return self.journal.stage("surplus", (candidate,), self.quota)

    def candidate_to_exclude(self) -> Candidate:
        """51: the one with the lowest vote (S5). 52: equal lowest, the most recent difference."""
        tied = gregory.with_fewest(self.tally, self.tally.continuing)
        if len(tied) > 1:
            return gregory.equal_fewest(self.tally, self.journal, tied, TIES, self.rule(52))
        votes = self.journal.votes_of(tied)
        self.journal.decide(self.rule(51), "least", tied, votes=votes)
        return tied[0]

    def exclude(self, candidate: Candidate) -> Stage:
        """51: all the papers move in one stage, each at the value it has."""
        self.tally.exclude([candidate])
        for value, holders in self.tally.batches([candidate]):
            self.journal.batch(self.tally.transfer_batch(holders, value))
        self.return_candidates()
        return self.journal.stage("exclusion", (candidate,), self.quota)

    def completion(self) -> Outcome:
        """53: as many continue as there are places, or fewer (S3); else all are filled (S6)."""
        rest, clause = self.tally.continuing, self.rule(53)
        if not self.tally.places_left:
            return Outcome(gregory.formally_excluded(self.tally, self.journal, rest, TIES, clause))
        if rest:
            self.journal.decide(clause, "as-many-as-places", rest)
        return gregory.everyone_elected(
            self.tally,
            self.journal,
            TIES,
            lambda elected: self.journal.elect(elected, clause),
            lambda: self.tally.continuing,
        )
