"""ERS AV: the Electoral Reform Society's regulations for the election of one person.

What the regulations leave open is read as follows; docs/rules/ers-av.md gives the reasons.
A1   As many as possible are excluded together, never splitting equal votes, and leaving one.
A2   Equal fewest: as ERS97, the earliest point at which they differed, then lot.
A3   Two who both meet 3.2 have equal votes: neither is elected, and the count goes on.
A4   A candidate with no votes is not elected by 3.2 while another continues.
A5   When one candidate is left, that one is elected; papers of the last excluded are not moved.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import ClassVar

from stvcount.record import Stage
from stvcount.rules import gregory
from stvcount.rules.journal import Journal
from stvcount.rules.rule_set import NON_PERSON_CLAUSES, Count, Outcome, RuleSet
from stvcount.tally import Candidate, Tally
from stvcount.tally.lots import LotBox
from stvcount.tally.ties import EARLIEST_POINT


class ERSAV(RuleSet):
    """The Electoral Reform Society's alternative vote, for one place."""

    id: ClassVar[str] = "ers-av"
    title: ClassVar[str] = "ERS alternative vote, for one place"
    source: ClassVar[str] = (
        "Electoral Reform Society, Regulations for the election of one person by means of the "
        "single transferable vote"
    )
    most_places: ClassVar[int | None] = 1
    kinds: ClassVar[tuple[str, ...]] = ("first", "exclusion")
    page: ClassVar[str | None] = "docs/rules/ers-av.md"
    rulebook: ClassVar[str | None] = "stvcount.audit.rulebooks.ers_av:ErsAv"
    clauses: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            "2.1": "sorting by first preference",
            "3.1": "crediting the papers",
            "3.2": "as many votes as all the others together",
            "3.3": "whom to exclude",
            **NON_PERSON_CLAUSES,
        }
    )

    def count(self, tally: Tally, lots: LotBox) -> Count:
        return _Count(tally, self.journal(tally, lots)).run()


TIES = EARLIEST_POINT
"""A2."""


class _Count:
    """One count by the regulations."""

    def __init__(self, tally: Tally, journal: Journal) -> None:
        self.tally = tally
        self.journal = journal

    def run(self) -> Count:
        yield self.first_count()
        while self.tally.places_left:
            self.tally.begin_stage()
            proposed = self.candidates_to_exclude()
            if len(self.tally.continuing) - len(proposed) == 1:
                return self.only_one_left(proposed)
            yield self.exclude(proposed)
        return self.completion()

    def first_count(self) -> Stage:
        """2.1, 3.1: the tally opens with the papers sorted and credited."""
        self.elect_who_equals_the_rest()
        return self.journal.stage("first", (), None)

    def elect_who_equals_the_rest(self) -> None:
        """3.2: a vote that equals or exceeds those of all other continuing candidates together."""
        votes, continuing = self.tally.votes, self.tally.continuing
        total = self.tally.sum_of(votes[c] for c in continuing)
        required = -(-int(total) // 2)  # votes are whole here
        self.journal.decide("3.2", "votes-required", total=total, required=required)
        meeting = [c for c in continuing if votes[c] * 2 >= total]
        if len(meeting) > 1:  # A3; A4, where all have nothing
            self.journal.decide("3.2", "equal-not-elected", meeting)
            return
        for candidate in meeting:
            others = total - votes[candidate]
            shown = self.journal.votes_of(meeting)
            self.journal.decide("3.2", "over-all-others", meeting, votes=shown, others=others)
            self.journal.elect(candidate, "3.2")

    def candidates_to_exclude(self) -> list[Candidate]:
        """3.3, A1: as many of the least as possible together, or the one with the fewest."""
        tally, journal = self.tally, self.journal
        sets = gregory.sets_excludable(tally, tally.continuing, enough=1)
        together = gregory.largest_set(sets, tally.zero)
        if together is not None:
            return gregory.excluded_together(journal, together, "3.3", {})
        return [gregory.one_with_fewest(tally, journal, tally.continuing, TIES, clause="3.3")]

    def exclude(self, candidates: Sequence[Candidate]) -> Stage:
        """3.3: the papers go to the continuing candidate next preferred; then 3.2 again."""
        self.tally.exclude(candidates)
        for value, holders in self.tally.batches(candidates):
            self.journal.batch(self.tally.transfer_batch(holders, value))
        self.elect_who_equals_the_rest()
        return self.journal.stage("exclusion", candidates, None)

    def only_one_left(self, excluded: Sequence[Candidate]) -> Outcome:
        """A5: the one left is elected, and no papers are moved."""
        self.tally.exclude(excluded)
        (winner,) = self.tally.continuing
        self.journal.decide("3.3", "only-one-left", [winner, *excluded])
        self.journal.elect(winner, "3.3")
        return Outcome(self.journal.completion(excluded))

    def completion(self) -> Outcome:
        """One is elected, and the others are not."""
        return gregory.rest_excluded(self.tally, self.journal, TIES)
