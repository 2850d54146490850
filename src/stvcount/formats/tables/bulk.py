"""The papers of a large table, read by whole columns with numpy: the same papers as row by row.

Nearly every row is in order: different preferences from the first on, or the numbers 1, 2, 3, ...
each against one candidate. Those rows are laid out together. The others are read one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from stvcount.election.marks import Entry, Rest, read_order
from stvcount.election.matrix import Array, PaperMatrix, number_type
from stvcount.election.papers import Papers
from stvcount.election.stores import MOST_IN_MATRIX


def papers_in_bulk(
    candidates: Sequence[str],
    rows: Array,
    counts: Sequence[int],
    order_of: Callable[[tuple[int, ...]], tuple[Entry, ...]],
    *,
    by_marks: bool,
) -> Papers | None:
    """The papers on these rows, or None where they are too many for a matrix.

    `rows`: a row for each row of the table, of numbers against candidates (0: none) if
    `by_marks`, else of candidates by preference (-1: none). `order_of`: reads one row.
    """
    total = sum(counts)
    if total >= MOST_IN_MATRIX:
        return None
    laid_out, in_order = _by_marks(rows) if by_marks else _by_preference(rows)
    end = len(candidates)
    laid_out[laid_out < 0] = end
    preferences = np.full((rows.shape[1] + 1, len(rows)), end, dtype=number_type(end))
    preferences[:-1] = laid_out
    rests: dict[int, Rest] = {}
    for group in np.flatnonzero(~in_order).tolist():
        ranking, rest = read_order(order_of(tuple(rows[group].tolist())))
        preferences[:, group] = end
        preferences[: len(ranking), group] = ranking
        rests[group] = rest
    numbers = None if total == len(rows) else np.array(counts, dtype=np.int64)
    return Papers.from_store(PaperMatrix(preferences, numbers, end, rests), candidates=candidates)


def _by_preference(rows: Array) -> tuple[Array, Array]:
    """The candidates by preference, and which rows name each once and leave no preference out."""
    named = rows >= 0
    lengths = named.sum(axis=1)
    places = np.arange(rows.shape[1])
    unbroken = (named == (places < lengths[:, None])).all(axis=1)
    return rows.T.copy(), unbroken & ~_repeats(rows, named)


def _by_marks(rows: Array) -> tuple[Array, Array]:
    """The same where the rows are numbers against candidates."""
    marked = rows > 0
    in_order = (rows.max(axis=1, initial=0) == marked.sum(axis=1)) & ~_repeats(rows, marked)
    laid_out = np.full(rows.shape[::-1], -1, dtype=np.int64)
    good = marked & in_order[:, None]
    groups, candidates = np.nonzero(good)
    laid_out[rows[good] - 1, groups] = candidates
    return laid_out, in_order


def _repeats(rows: Array, counted: Array) -> Array:
    """Which rows have one of the numbers that are counted more than once."""
    ordered = np.sort(np.where(counted, rows, -1), axis=1)
    twice: Array = ((ordered[:, 1:] == ordered[:, :-1]) & (ordered[:, 1:] >= 0)).any(axis=1)
    return twice
