"""The plain teller: one group of papers after the other, as at a table. The reference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple, TypeAlias

from stvcount.election.marks import Ranking
from stvcount.election.papers import Papers
from stvcount.election.stores import Listed
from stvcount.tellers import Sorted

Held: TypeAlias = tuple[int, int]
"""A group of papers, and the position in its ranking of the candidate who holds it."""


class PlainBundle(NamedTuple):
    """Groups of papers held by one candidate, and the number of papers in them all."""

    held: Sequence[Held]
    papers: int


def _valid(papers: Papers) -> tuple[Sequence[Ranking], Sequence[int]]:
    """The rankings of all groups that can be counted, and how many papers are in each."""
    store = papers.store
    if isinstance(store, Listed) and all(store.listed_rankings) and all(store.counts):
        return store.listed_rankings, store.counts
    valid = [group for group in papers.groups() if group[0]]
    return [ranking for ranking, _ in valid], [number for _, number in valid]


class PlainTeller:
    """Sorts the papers one group at a time, with nothing but the standard library."""

    def __init__(self, papers: Papers) -> None:
        self._rankings, self._counts = _valid(papers)
        self._single = set(self._counts) == {1}

    def first_preferences(self, standing: AbstractSet[int]) -> Sorted[PlainBundle]:
        return self._sort([(row, -1) for row in range(len(self._rankings))], standing)

    def next_preferences(
        self, bundles: Sequence[PlainBundle], continuing: AbstractSet[int]
    ) -> Sorted[PlainBundle]:
        return self._sort([held for bundle in bundles for held in bundle.held], continuing)

    def preferences(self, number: int, standing: AbstractSet[int]) -> Mapping[int, int]:
        counted: dict[int, int] = {}
        for ranking, count in zip(self._rankings, self._counts, strict=True):
            preferences = [candidate for candidate in ranking if candidate in standing]
            if len(preferences) >= number:
                candidate = preferences[number - 1]
                counted[candidate] = counted.get(candidate, 0) + count
        return {candidate: counted[candidate] for candidate in sorted(counted)}

    def _sort(self, papers: Sequence[Held], continuing: AbstractSet[int]) -> Sorted[PlainBundle]:
        rankings, continues = self._rankings, frozenset(continuing)
        piles: dict[int, list[Held]] = {}
        set_aside: list[Held] = []
        for row, position in papers:
            following = position + 1
            for candidate in rankings[row][following:]:
                if candidate in continues:
                    pile = piles.get(candidate)
                    if pile is None:
                        pile = piles[candidate] = []
                    pile.append((row, following))
                    break
                following += 1
            else:
                set_aside.append((row, position))
        number_of = len if self._single else self._papers
        return Sorted(
            {c: PlainBundle(piles[c], number_of(piles[c])) for c in sorted(piles)},
            number_of(set_aside),
        )

    def _papers(self, held: Sequence[Held]) -> int:
        """How many papers these groups have, where that is not one each."""
        counts = self._counts
        return sum([counts[row] for row, _ in held])
