"""First preferences only: one count, no transfers. An example of a rule set of your own."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from stvcount.lots import LotBox
from stvcount.rules import RuleSet
from stvcount.rules.base import NON_PERSON_CLAUSES, Count
from stvcount.tally import Tally


class FirstPreferences(RuleSet):
    """The candidates with the most first preferences are elected; lots decide between equals."""

    id = "first-preferences"
    title = "First preferences only (an example)"
    source = "The example package of stvcount"
    clauses: ClassVar[Mapping[str, str]] = MappingProxyType(
        {"1": "the most first preferences", **NON_PERSON_CLAUSES}
    )

    def count(self, tally: Tally, lots: LotBox) -> Count:
        journal = self.journal(tally, lots)
        while tally.places_left and tally.continuing:
            most = max(tally.votes[c] for c in tally.continuing)
            tied = [c for c in tally.continuing if tally.votes[c] == most]
            if len(tied) > tally.places_left:
                journal.elect(journal.lot("election", "1", tied), "1")
            else:
                journal.elect(tied[0], "1")
        yield journal.stage("first", (), None)
        return journal.rest_excluded(())
