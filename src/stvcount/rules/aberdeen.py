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
from types import MappingProxyType
from typing import ClassVar

from stvcount.record import Stage
from stvcount.rules.base import NON_PERSON_CLAUSES, Count, Journal, Option, Outcome, RuleSet
from stvcount.tally import Candidate, Tally, ties
from stvcount.tally.lots import LotBox
from stvcount.tally.votes import PAPER_VALUE


class Aberdeen(RuleSet):
    """The rectorial rule of the University of Aberdeen."""

    id: ClassVar[str] = "aberdeen"
    title: ClassVar[str] = "University of Aberdeen rectorial election, rule 7.8"
    source: ClassVar[str] = "University of Aberdeen, Rectorial Election Rules 2018, 7.8"
    most_places: ClassVar[int | None] = 1
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


class _Count:
    """One count by 7.8."""

    def __init__(self, tally: Tally, journal: Journal, cast: int, needed: int) -> None:
        self.tally = tally
        self.journal = journal
        self.cast = cast
        self.needed = needed * PAPER_VALUE

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
        self.journal.decide(
            "7.8", f"needed: 50 per cent plus one of {self.cast} votes cast, {self.needed}"
        )
        self.elect_by_majority()
        return self.journal.stage("first", (), self.needed)

    def elect_by_majority(self) -> None:
        """7.8: fifty per cent plus one of the votes cast; or the most votes of two left (B7)."""
        votes = self.tally.votes
        ahead = sorted(self.tally.continuing, key=lambda c: votes[c], reverse=True)
        first, others = ahead[0], ahead[1:]
        if votes[first] >= self.needed:
            self.elect(first, f"has the {self.needed} needed")
        elif not others:
            self.elect(first, "is the only candidate")
        elif len(others) == 1 and votes[first] > votes[others[0]]:
            self.elect(first, f"has the most votes of the two left ({votes[others[0]]})")

    def elect(self, candidate: Candidate, why: str) -> None:
        self.journal.decide("7.8", f"{self.journal.with_votes([candidate])} {why}: elected")
        self.journal.elect(candidate, "7.8")

    def candidate_to_exclude(self) -> Candidate:
        """7.8: the least votes (B4); equal, the most recent stage of difference, or lot."""
        fewest = min(self.tally.votes[c] for c in self.tally.continuing)
        tied = [c for c in self.tally.continuing if self.tally.votes[c] == fewest]
        if len(tied) == 1:
            self.journal.decide("7.8", f"least votes: {self.journal.with_votes(tied)}")
            return tied[0]
        points = self.tally.points(tied)
        found = ties.most_recent_stage(points, tied, "fewest")  # B5
        return self.journal.tie_broken("7.8", f"equal least, {fewest}", tied, found, "fewest")

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
        self.elect(winner, f"is left when {self.tally.name(excluded)} is excluded")
        return Outcome(self.journal.completion((excluded,)))

    def completion(self) -> Outcome:
        """One is elected, and the others are not."""
        points = self.tally.points(self.tally.continuing)
        return self.journal.rest_excluded(ties.stage_ends(points)[::-1])
