"""ERS97 7.1: a casual vacancy, filled from the original papers.

The papers are counted again for the original number of places, passing over the vacating
representative and any candidate who now withdraws. No other representative is excluded: they are
left out of the order of fewest votes, of sets that go together and of the differences of 5.2.2.
The count stops when somebody new is elected; of two at one point, the first by E8. Where 5.5.1
fills places, it fills this one from those who are not representatives.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import ClassVar

from stvcount.frozen import FrozenMapping
from stvcount.rules.ers97 import ERS97, ERS97Count
from stvcount.rules.journal import Journal
from stvcount.rules.rule_set import Count, RuleSet
from stvcount.tally import Candidate, Tally
from stvcount.tally.lots import LotBox


class ERS97Vacancy(RuleSet):
    """ERS97's count for one casual vacancy. It is made by `stvcount.vacancy`, not by name."""

    id: ClassVar[str] = "ers97-vacancy"
    title: ClassVar[str] = "ERS97 7.1, casual vacancy"
    source: ClassVar[str] = ERS97.source
    page: ClassVar[str | None] = ERS97.page
    rulebook: ClassVar[str | None] = ERS97.rulebook
    clauses: ClassVar[Mapping[str, str]] = MappingProxyType(
        {**ERS97.clauses, "7.1": "casual vacancy"}
    )

    def __init__(self, *, vacating: str, representatives: Iterable[str]) -> None:
        """`representatives`: those elected before, without the one who is vacating."""
        super().__init__()
        self._vacating = vacating
        self._representatives = tuple(representatives)
        names = json.dumps(self._representatives, ensure_ascii=False)
        self._options = FrozenMapping({"vacating": vacating, "representatives": names})

    def count(self, tally: Tally, lots: LotBox) -> Count:
        protected = [c for c, name in enumerate(tally.names) if name in self._representatives]
        return _VacancyCount(tally, self.journal(tally, lots), self._vacating, protected).run()


class _VacancyCount(ERS97Count):
    """One count by 7.1."""

    def __init__(
        self, tally: Tally, journal: Journal, vacating: str, protected: Iterable[Candidate]
    ) -> None:
        super().__init__(tally, journal)
        self.protected = frozenset(protected)
        self.filled: tuple[Candidate, ...] = ()
        gone = [tally.names.index(vacating)]
        journal.decide("7.1", "vacancy", [*gone, *sorted(self.protected)])

    def run(self) -> Count:
        outcome = yield from super().run()
        return replace(outcome, filled=self.filled)

    def excludable(self) -> list[Candidate]:
        """7.1: no other representative is excluded."""
        return [c for c in self.tally.continuing if c not in self.protected]

    def elect(self, candidate: Candidate, clause: str) -> None:
        """7.1: the count stops as soon as somebody new is elected."""
        super().elect(candidate, clause)
        if candidate not in self.protected:
            self.filled = (candidate,)
            self.tally.close("vacancy-filled")
