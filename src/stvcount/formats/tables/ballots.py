"""The papers of a table whose cells have been read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

from stvcount.election.marks import Entry, order_of_marks
from stvcount.election.papers import Papers
from stvcount.formats.tables.table import Codes

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CANDIDATES = "candidates"
PREFERENCES = "preferences"
LAYOUTS = (CANDIDATES, PREFERENCES)

BLANK = -1
"""Stands for no candidate."""

BULK_FROM = 20_000
"""The rows of a table from which reading whole columns pays for importing numpy."""


@dataclass(frozen=True, slots=True, eq=False)
class Ballots:
    """What is on the papers of a table, still by columns.

    `layout`: a column for each candidate, or for each preference. `columns`: what each of the
    column's different cells means, and which each row has. A meaning is the number against the
    candidate (0 where there is none), or the candidate's number from 0 (-1 where there is none).
    `counts`: the number of papers of each row.
    """

    candidates: tuple[str, ...]
    layout: str
    columns: tuple[tuple[Sequence[int], Codes], ...]
    counts: Sequence[int]

    def papers(self) -> Papers:
        """The papers, read by the ERS rule."""
        if len(self.counts) >= BULK_FROM and find_spec("numpy"):
            from stvcount.formats.tables.bulk import papers_in_bulk

            by_marks = self.layout == CANDIDATES
            papers = papers_in_bulk(
                self.candidates, self.matrix(), self.counts, self._read, by_marks=by_marks
            )
            if papers is not None:
                return papers
        return Papers(self.candidates, zip(self._orders(), self.counts, strict=True))

    def _read(self, row: tuple[int, ...]) -> tuple[Entry, ...]:
        return order_of_marks(row) if self.layout == CANDIDATES else _order_of_preferences(row)

    def _orders(self) -> Iterator[tuple[Entry, ...]]:
        read = self._read
        orders: dict[tuple[int, ...], tuple[Entry, ...]] = {}
        columns = ([means[code] for code in codes.tolist()] for means, codes in self.columns)
        for row in zip(*columns, strict=True):
            order = orders.get(row)
            if order is None:
                order = orders[row] = read(row)
            yield order

    def matrix(self) -> NDArray[np.int64]:
        """The meanings as a matrix, a row for each row of the table."""
        import numpy as np

        matrix = np.empty((len(self.counts), len(self.columns)), dtype=np.int64)
        for number, (means, codes) in enumerate(self.columns):
            matrix[:, number] = np.array(means, dtype=np.int64)[np.asarray(codes)]
        return matrix


def _order_of_preferences(row: tuple[int, ...]) -> tuple[Entry, ...]:
    return tuple(None if candidate == BLANK else candidate for candidate in row)
