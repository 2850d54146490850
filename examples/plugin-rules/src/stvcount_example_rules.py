"""First preferences only: an example of a rule set in a package of its own.

The rules, as a club might have printed them:
1   The candidates with the most first preferences are elected, to as many places as there are.
2   Of equal candidates for whom there are not places enough, lots decide who is elected.

What they leave open is read as follows.
F1   Lots are drawn one by one: each names one more of the equal candidates, until the places are
     filled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import ClassVar

from stvcount.rules import NON_PERSON_CLAUSES, Count, Journal, Outcome, RuleSet
from stvcount.tally import Candidate, LotBox, Tally, ties


class FirstPreferences(RuleSet):
    """The candidates with the most first preferences; no paper is transferred."""

    id: ClassVar[str] = "first-preferences"
    title: ClassVar[str] = "First preferences only (an example)"
    source: ClassVar[str] = "The example package of stvcount"
    # Whole papers: a vote has no decimals, and there is one stage.
    decimals: ClassVar[int] = 0
    kinds: ClassVar[tuple[str, ...]] = ("first",)
    clauses: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            "1": "the most first preferences",
            "2": "equal candidates, too many for the places: by lot",
            **NON_PERSON_CLAUSES,
        }
    )
    # What is decided here and in no rule set of the library, and how it is put into words.
    wording = MappingProxyType(
        {
            "most-left": lambda names, of: f"{names[0]} ({of['vote']}): most of those left",
            "equal-for-places": lambda names, of: (
                f"{', '.join(names)} have {of['vote']} each, for {of['places']} places"
            ),
        }
    )

    def count(self, tally: Tally, lots: LotBox) -> Count:
        # The tally comes with the papers sorted by first preference. The journal keeps what is
        # decided until the stage it belongs to is complete.
        journal = self.journal(tally, lots)
        # Not "until so many are elected": an election may also be closed before.
        while tally.places_left and tally.continuing:
            elect_the_next(tally, journal)
        yield journal.stage("first", (), None)
        # Whoever is left is not elected. Nothing changed since the first stage, by which the
        # equal could be put in order, so that they stand as on the paper.
        rest = ties.in_order(tally.votes, (), tally.continuing, "fewest")
        tally.exclude(rest)
        return Outcome(journal.completion(rest))


def elect_the_next(tally: Tally, journal: Journal) -> None:
    """Elect the candidate with the most first preferences of those not yet elected."""
    most = max(tally.votes[c] for c in tally.continuing)
    equal = [c for c in tally.continuing if tally.votes[c] == most]
    if len(equal) > tally.places_left:
        journal.elect(by_lot(tally, journal, equal), "2")
    else:
        journal.decide("1", "most-left", equal[:1], vote=most)
        journal.elect(equal[0], "1")


def by_lot(tally: Tally, journal: Journal, equal: Sequence[Candidate]) -> Candidate:
    """2, F1: the lot is asked for, never drawn here; the journal records it."""
    vote, places = tally.votes[equal[0]], tally.places_left
    journal.decide("2", "equal-for-places", equal, vote=vote, places=places)
    return journal.lot("election", "2", equal)
