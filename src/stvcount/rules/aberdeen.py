"""The University of Aberdeen's rectorial election: rule 7.8 (2018).

What the rule leaves open is read as follows; docs/rules/aberdeen.md gives the reasons.
B1   The total votes cast are the valid papers; option `include_invalid` adds the invalid ones.
B2   Fifty per cent plus one is half, remainder ignored, plus one; option `majority=exact` takes
     half and one more exactly.
B3   "Listed second in order of preference" is the next available preference.
B4   One candidate at a time is excluded.
B5   More than two tied: those with the fewest at the most recent stage at which any differed,
     then the stage before that among those, and so on.
B6   Two left with equal votes: the same rule decides who is excluded; no papers are moved.
B7   Two candidates at the start: the majority rule and the top-two rule apply at the first count.
     One candidate is elected at the first count.
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
from stvcount.tally.votes import whole


class Aberdeen(RuleSet):
    """The rectorial rule of the University of Aberdeen."""

    id: ClassVar[str] = "aberdeen"
    title: ClassVar[str] = "University of Aberdeen rectorial election, rule 7.8"
    source: ClassVar[str] = "University of Aberdeen, Rectorial Election Rules 2018, 7.8"
    most_places: ClassVar[int | None] = 1
    kinds: ClassVar[tuple[str, ...]] = ("first", "exclusion")
    page: ClassVar[str | None] = "docs/rules/aberdeen.md"
    rulebook: ClassVar[str | None] = "stvcount.audit.rulebooks.aberdeen:Aberdeen"
    option_list: ClassVar[tuple[Option, ...]] = (
        Option(
            "include_invalid",
            "count invalid papers in the total votes cast (B1)",
            default=False,
            choices=(False, True),
        ),
        Option(
            "majority",
            "fifty per cent plus one: half, remainder ignored, plus one; or exactly (B2)",
            default="down",
            choices=("down", "exact"),
        ),
    )
    clauses: ClassVar[Mapping[str, str]] = MappingProxyType(
        {"7.8": "the whole count", **NON_PERSON_CLAUSES}
    )

    def count(self, tally: Tally, lots: LotBox) -> Count:
        cast = tally.valid + (tally.invalid if self.option("include_invalid") else 0)
        # Votes are whole here, so that 51.5 votes needed are 52.
        half = cast // 2 if self.option("majority") == "down" else -(-cast // 2)
        return _Count(tally, self.journal(tally, lots), cast, half + 1).run()


TIES = MOST_RECENT_STAGE
"""B5."""


class _Count:
    """One count by 7.8."""

    def __init__(self, tally: Tally, journal: Journal, cast: int, needed: int) -> None:
        self.tally = tally
        self.journal = journal
        self.cast = cast
        self.needed = whole(needed, tally.decimals)

    def run(self) -> Count:
        yield self.first_count()
        while self.tally.places_left:
            self.tally.begin_stage()
            least = self.candidate_to_exclude()
            if len(self.tally.continuing) == 2:
                return self.two_left_equal(least)
            yield self.exclude(least)
        return self.completion()

    def first_count(self) -> Stage:
        """7.8, the first count."""
        self.journal.decide("7.8", "votes-needed", cast=self.cast, needed=self.needed)
        self.elect_by_majority()
        return self.journal.stage("first", (), self.needed)

    def elect_by_majority(self) -> None:
        """7.8: fifty per cent plus one of the votes cast; or the most votes of two left (B7)."""
        votes = self.tally.votes
        ahead = sorted(self.tally.continuing, key=lambda c: votes[c], reverse=True)
        first, others = ahead[0], ahead[1:]
        if votes[first] >= self.needed:
            self.elect(first, "has-the-needed", needed=self.needed)
        elif not others:
            self.elect(first, "only-candidate")
        elif len(others) == 1 and votes[first] > votes[others[0]]:
            self.elect(first, "most-of-two", other=votes[others[0]])

    def elect(
        self, candidate: Candidate, code: str, *others: Candidate, **figures: Decimal
    ) -> None:
        votes = self.journal.votes_of([candidate])
        self.journal.decide("7.8", code, [candidate, *others], votes=votes, **figures)
        self.journal.elect(candidate, "7.8")

    def candidate_to_exclude(self) -> Candidate:
        """7.8: the least votes (B4); equal, the most recent stage of difference (B5), or lot."""
        continuing = self.tally.continuing
        return gregory.one_with_fewest(
            self.tally, self.journal, continuing, TIES, clause="7.8", code="least"
        )

    def exclude(self, candidate: Candidate) -> Stage:
        """7.8: each paper goes at full value to the next available preference (B3)."""
        self.tally.exclude([candidate])
        for value, holders in self.tally.batches([candidate]):
            self.journal.batch(self.tally.transfer_batch(holders, value))
        self.elect_by_majority()
        return self.journal.stage("exclusion", (candidate,), self.needed)

    def two_left_equal(self, excluded: Candidate) -> Outcome:
        """B6: the other is elected, and no papers are moved."""
        self.tally.exclude([excluded])
        (winner,) = self.tally.continuing
        self.elect(winner, "left-of-two", excluded)
        return Outcome(self.journal.completion((excluded,)))

    def completion(self) -> Outcome:
        """One is elected, and the others are not."""
        return gregory.rest_excluded(self.tally, self.journal, TIES)
