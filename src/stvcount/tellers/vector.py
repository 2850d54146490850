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

from stvcount.matrix import Array, PaperMatrix
from stvcount.tellers import Sorted


@dataclass(frozen=True, slots=True, eq=False)
class VectorBundle:
    """The cells at which papers are held by one candidate, and the number of papers in all."""

    cells: Array
    papers: int


class VectorTeller:
    """Sorts papers held as a matrix."""

    def __init__(self, matrix: PaperMatrix) -> None:
        self._matrix = matrix
        self._groups = matrix.groups
        self._cells = np.ascontiguousarray(matrix.preferences).ravel()

    def first_preferences(self, standing: AbstractSet[int]) -> Sorted[VectorBundle]:
        first = self._matrix.preferences[0]
        blank = first == self._matrix.candidates
        if self._matrix.counts is not None:
            blank |= self._matrix.counts == 0
        if not blank.any():
            return self._sort(np.arange(self._groups), first.copy(), standing)
        cells = np.flatnonzero(~blank)
        return self._sort(cells, first.take(cells), standing)

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
        passed = np.zeros(self._groups, dtype=np.min_scalar_type(len(self._matrix.preferences)))
        numbers: dict[int, int] = {}
        for row in self._matrix.preferences:
            here = stands[row]
            passed += here
            chosen = np.flatnonzero(here & (passed == number))
            for candidate in np.unique(row[chosen]).tolist():
                papers = self._papers(chosen[row[chosen] == candidate])
                numbers[candidate] = numbers.get(candidate, 0) + papers
        return {candidate: papers for candidate, papers in numbers.items() if papers}

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
        while len(passing):
            further = cells.take(passing)
            further += self._groups
            cells[passing] = further
            there = self._cells.take(further)
            found[passing] = there
            passing = passing[passes.take(there)]
        cells = cells.take(np.argsort(found, kind="stable"))
        edges = [0, *np.cumsum(np.bincount(found, minlength=end + 1)).tolist()]
        piles = {
            candidate: cells[edges[candidate] : edges[candidate + 1]]
            for candidate in sorted(continuing)
            if edges[candidate] < edges[candidate + 1]
        }
        return Sorted(
            {
                candidate: VectorBundle(pile, self._papers(pile))
                for candidate, pile in piles.items()
            },
            self._papers(cells[edges[end] :]),
        )

    def _among(self, candidates: AbstractSet[int]) -> Array:
        """For each candidate number, and `end`, whether it is among these."""
        among = np.zeros(self._matrix.candidates + 1, dtype=bool)
        among[list(candidates)] = True
        return among

    def _papers(self, cells: Array) -> int:
        counts = self._matrix.counts
        return len(cells) if counts is None else int(counts.take(cells % self._groups).sum())
