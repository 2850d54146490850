"""The vector teller: the same sorting as the plain one, on whole arrays at a time (numpy).

The matrix of preferences is one long array of cells, a preference of every group of papers after
the other. A bundle is the cells at which its papers are held; the next preference of a paper is
as many cells further on as there are groups. Sorting looks only at the papers moved. Numbers of
papers are summed as int64, which cannot overflow: there are fewer than 2**53 papers in all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np

from stvcount.election.matrix import Array, number_type
from stvcount.election.papers import Papers
from stvcount.tellers import Sorted


@dataclass(frozen=True, slots=True, eq=False)
class VectorBundle:
    """The cells at which papers are held by one candidate, and the number of papers in all."""

    cells: Array
    papers: int


class VectorTeller:
    """Sorts papers held as a matrix."""

    def __init__(self, papers: Papers) -> None:
        self._matrix = papers.matrix()
        self._groups = self._matrix.number_of_groups
        self._cells = np.ascontiguousarray(self._matrix.preferences).ravel()

    def first_preferences(self, standing: AbstractSet[int]) -> Sorted[VectorBundle]:
        first, counts = self._matrix.preferences[0], self._matrix.counts
        if counts is not None and not counts.all():
            cells = np.flatnonzero((first != self._matrix.candidates) & (counts > 0))
            return self._sort(cells, first.take(cells), standing)
        # In the order of the first row, cells are their own numbers: nothing to look up.
        order, edges = self._by_number(first)
        ranked = order[: edges[self._matrix.candidates]]
        if len(standing) < self._matrix.candidates:
            return self._sort(ranked, first.take(ranked), standing)
        return self._bundled(ranked, edges, standing, non_transferable=0)

    def next_preferences(
        self, bundles: Sequence[VectorBundle], continuing: AbstractSet[int]
    ) -> Sorted[VectorBundle]:
        if not bundles:
            return Sorted({}, 0)
        cells = np.concatenate([bundle.cells for bundle in bundles])
        cells += self._groups
        return self._sort(cells, self._cells.take(cells), continuing)

    def preferences(self, number: int, standing: AbstractSet[int]) -> Mapping[int, int]:
        stands = self._among(standing)
        passed = np.zeros(self._groups, dtype=number_type(len(self._matrix.preferences)))
        numbers: dict[int, int] = {}
        for row in self._matrix.preferences:
            here = stands[row]
            passed += here
            chosen = np.flatnonzero(here & (passed == number))
            for candidate in np.unique(row[chosen]).tolist():
                papers = self._papers(chosen[row[chosen] == candidate])
                numbers[candidate] = numbers.get(candidate, 0) + papers
        return {candidate: papers for candidate, papers in sorted(numbers.items()) if papers}

    def _sort(
        self, cells: Array, found: Array, continuing: AbstractSet[int]
    ) -> Sorted[VectorBundle]:
        """The papers by the first of `continuing` from these cells on.

        `found`: who is named there. Both arrays are changed.
        """
        end = self._matrix.candidates
        passes = ~self._among(continuing)
        passes[end] = False
        passing = np.flatnonzero(passes.take(found))
        further = cells.take(passing)
        while len(passing):
            further += self._groups
            there = self._cells.take(further)
            cells[passing], found[passing] = further, there
            on = np.flatnonzero(passes.take(there))
            passing, further = passing.take(on), further.take(on)
        order, edges = self._by_number(found)
        cells = cells.take(order)
        lost = self._papers(cells[edges[end] :])
        return self._bundled(cells, edges, continuing, non_transferable=lost)

    def _by_number(self, found: Array) -> tuple[Array, list[int]]:
        """An order of these by candidate number, `end` last, and where in it each begins."""
        order = np.argsort(found, kind="stable")
        numbers = np.arange(self._matrix.candidates + 1, dtype=found.dtype)
        return order, [*np.searchsorted(found, numbers, sorter=order).tolist(), len(found)]

    def _bundled(
        self,
        cells: Array,
        edges: Sequence[int],
        continuing: AbstractSet[int],
        *,
        non_transferable: int,
    ) -> Sorted[VectorBundle]:
        bundles: dict[int, VectorBundle] = {}
        for candidate in sorted(continuing):
            pile = cells[edges[candidate] : edges[candidate + 1]]
            if len(pile):
                bundles[candidate] = VectorBundle(pile, self._papers(pile))
        return Sorted(bundles, non_transferable)

    def _among(self, candidates: AbstractSet[int]) -> Array:
        """For each candidate number, and `end`, whether it is among these."""
        among = np.zeros(self._matrix.candidates + 1, dtype=bool)
        among[list(candidates)] = True
        return among

    def _papers(self, cells: Array) -> int:
        counts = self._matrix.counts
        return len(cells) if counts is None else int(counts.take(cells % self._groups).sum())
