"""The plain teller: one group of papers after the other, as at a table. The reference."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TypeAlias

from stvcount.papers import Papers, Ranking
from stvcount.tellers import Sorted

Held: TypeAlias = tuple[int, int]
"""A group of papers, and the position in its ranking of the candidate who holds it."""


@dataclass(frozen=True, slots=True)
class PlainBundle:
    """Groups of papers held by one candidate, and the number of papers in them all."""

    held: Sequence[Held]
    papers: int


class PlainTeller:
    """Sorts the papers one group at a time, with nothing but the standard library."""

    def __init__(self, papers: Papers) -> None:
        self._rankings: list[Ranking] = []
        self._counts: list[int] = []
        for ranking, count in papers.groups():
            if ranking:
                self._rankings.append(ranking)
                self._counts.append(count)

    def first_preferences(self, standing: AbstractSet[int]) -> Sorted[PlainBundle]:
        return self._sort(((row, -1) for row in range(len(self._rankings))), standing)

    def next_preferences(
        self, bundles: Sequence[PlainBundle], continuing: AbstractSet[int]
    ) -> Sorted[PlainBundle]:
        return self._sort((held for bundle in bundles for held in bundle.held), continuing)

    def preferences(self, number: int, standing: AbstractSet[int]) -> Mapping[int, int]:
        counted: dict[int, int] = {}
        for ranking, count in zip(self._rankings, self._counts, strict=True):
            preferences = [candidate for candidate in ranking if candidate in standing]
            if len(preferences) >= number:
                candidate = preferences[number - 1]
                counted[candidate] = counted.get(candidate, 0) + count
        return counted

    def _sort(self, papers: Iterable[Held], continuing: AbstractSet[int]) -> Sorted[PlainBundle]:
        piles: dict[int, list[Held]] = {}
        numbers: dict[int, int] = {}
        non_transferable = 0
        for row, position in papers:
            ranking = self._rankings[row]
            for following in range(position + 1, len(ranking)):
                candidate = ranking[following]
                if candidate in continuing:
                    if candidate not in piles:
                        piles[candidate], numbers[candidate] = [], 0
                    piles[candidate].append((row, following))
                    numbers[candidate] += self._counts[row]
                    break
            else:
                non_transferable += self._counts[row]
        return Sorted(
            {
                candidate: PlainBundle(piles[candidate], numbers[candidate])
                for candidate in sorted(piles)
            },
            non_transferable,
        )
