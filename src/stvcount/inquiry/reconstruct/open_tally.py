"""How a rule set counts papers that are not yet written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from decimal import Decimal
from typing import Any

from stvcount.errors import ElectionError, InternalError
from stvcount.inquiry.reconstruct.batches import BatchAsked
from stvcount.inquiry.reconstruct.first_count import first_preferences
from stvcount.inquiry.reconstruct.surpluses import SurplusAsked
from stvcount.inquiry.reconstruct.way import Way
from stvcount.inquiry.reconstruct.written import Bundle
from stvcount.tally import Candidate, Parcel, Tally, Transfer
from stvcount.tally.tally import Holders
from stvcount.tellers import Sorted

DECIMALS = 2
"""Figures are looked through in hundredths of a vote."""


class _OpenTeller:
    """Writes the first preferences; what comes later is written by the tally as it sorts."""

    def __init__(self, way: Way) -> None:
        self._way = way

    def first_preferences(self, standing: AbstractSet[int]) -> Sorted[Bundle]:
        return Sorted(self._way.written.begin(first_preferences(self._way)), 0)

    def next_preferences(
        self, bundles: Sequence[Bundle], continuing: AbstractSet[int]
    ) -> Sorted[Bundle]:  # pragma: no cover (every teller has it; OpenTally sorts by itself)
        raise InternalError("open papers are sorted by their tally")

    def preferences(self, number: int, standing: AbstractSet[int]) -> Mapping[int, int]:
        """First preferences are known. Later ones may still be written, in whatever number."""
        self._way.written.asked_for_preferences = True
        found: Counter[int] = Counter()
        for ranking, papers in self._way.written.rankings.items() if number == 1 else ():
            found[ranking[0]] += papers
        return found


class OpenTally(Tally):
    """A tally that divides papers as the published figures ask when they are to be sorted."""

    def __init__(self, way: Way) -> None:
        sheet = way.sheet
        names = sheet.candidates
        self._way = way
        self._quota: Decimal | None = None
        """The quota after the stage before this one."""
        self._excluded_before = 0
        """How many candidates had been excluded before this stage."""
        self._expected_value: Decimal | None = None
        super().__init__(
            names,
            sheet.places,
            _OpenTeller(way),
            decimals=DECIMALS,
            standing=set(range(len(names))),
            non_person=None if sheet.non_person is None else names.index(sheet.non_person),
        )

    def end_stage(self, quota: Decimal | None) -> None:
        """Say that a stage is complete, and the quota after it."""
        self._quota, self._excluded_before = quota, len(self.excluded)

    @property
    def invalid(self) -> int:
        """The number of invalid papers: not written, and anyhow few rules ask for it."""
        return self._way.invalid_papers()

    @invalid.setter
    def invalid(self, number: int) -> None:
        """What the tally itself works out leaves invalid papers out."""

    def sort_all(self, candidates: Iterable[Candidate]) -> Sorted[Any]:
        """A look ahead. Nothing is written for it: no paper of these names another of them.

        So whoever is excluded next has no such preference, and none has fewer.
        """
        papers = sum(parcel.papers for c in candidates for parcel in self._parcels[c])
        return Sorted({}, papers)

    def sort(self, parcels: Iterable[Parcel]) -> Sorted[Any]:
        examined = list(parcels)
        row = dict(zip(self.continuing, self._divided(examined), strict=True))
        return self._way.written.transfer([parcel.bundle for parcel in examined], row)

    def _divided(self, parcels: Sequence[Parcel]) -> Sequence[int]:
        """How many of these papers go to each continuing candidate by the published figures."""
        holder = parcels[0].bundle.holder
        surplus = holder in self.elected
        action = [holder] if surplus else self.excluded[self._excluded_before :]
        kind = "surplus" if surplus else "exclusion"
        self._expected_value = None
        if not self._way.as_published(self.stage, kind, self.named(action)):
            # The stage is not the published one, which is said when it is complete.
            return [0] * len(self.continuing)
        if not surplus:
            return BatchAsked(self._way, self, self._quota, parcels).divided()
        asked = SurplusAsked(self._way, self, self._quota, holder, parcels[0])
        self._expected_value, row = asked.divided()
        return row

    def batches(
        self, candidates: Iterable[Candidate], *, of: Callable[[Parcel], bool] | None = None
    ) -> list[tuple[Decimal, Holders]]:
        """Batches by value alone, as the figures are looked through for them."""
        if of is not None:
            raise ElectionError(
                "rules: found some papers of one value moved apart from others; expected rules "
                "that move batches by value alone, as ERS97 5.4 does"
            )
        return super().batches(candidates)

    def transfer_inclusive(
        self, candidate: Candidate, surplus: Decimal, new_value: Callable[[Decimal], Decimal]
    ) -> list[Transfer]:
        raise ElectionError(
            "rules: found a surplus transferred on all papers; expected rules that share a "
            "surplus out as ERS97 5.3 does"
        )

    def transfer_surplus(
        self,
        candidate: Candidate,
        surplus: Decimal,
        examined: Parcel,
        sorted_papers: Sorted[Any],
        value: Decimal,
    ) -> Transfer:
        if self._expected_value is not None and value != self._expected_value:
            raise ElectionError(
                f"rules: found a surplus transferred at {value} for {self._expected_value}; "
                "expected rules that share a surplus out as ERS97 5.3 does"
            )
        return super().transfer_surplus(candidate, surplus, examined, sorted_papers, value)
