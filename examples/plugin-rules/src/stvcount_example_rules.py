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

from stvcount.rules import RuleSet
from stvcount.rules.base import NON_PERSON_CLAUSES, Count, Journal
from stvcount.tally import Candidate, Tally
from stvcount.tally.lots import LotBox


class FirstPreferences(RuleSet):
    """The candidates with the most first preferences; no paper is transferred."""

    id: ClassVar[str] = "first-preferences"
    title: ClassVar[str] = "First preferences only (an example)"
    source: ClassVar[str] = "The example package of stvcount"
    clauses: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            "1": "the most first preferences",
            "2": "equal candidates, too many for the places: by lot",
            **NON_PERSON_CLAUSES,
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
        return journal.rest_excluded(())


def elect_the_next(tally: Tally, journal: Journal) -> None:
    """Elect the candidate with the most first preferences of those not yet elected."""
    most = max(tally.votes[c] for c in tally.continuing)
    equal = [c for c in tally.continuing if tally.votes[c] == most]
    if len(equal) > tally.places_left:
        journal.elect(by_lot(journal, equal), "2")
    else:
        journal.decide("1", f"{journal.with_votes(equal[:1])}: most of those not yet elected")
        journal.elect(equal[0], "1")


def by_lot(journal: Journal, equal: Sequence[Candidate]) -> Candidate:
    """2, F1: the lot is asked for, never drawn here; the journal records it."""
    journal.decide("2", f"equal, and not places enough: {journal.with_votes(equal)}")
    return journal.lot("election", "2", equal)
