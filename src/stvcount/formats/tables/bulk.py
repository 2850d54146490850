"""The papers of a large table, read by whole columns with numpy: the same papers as row by row.

Nearly every row is in order: different preferences from the first on, or the numbers 1, 2, 3, ...
each against one candidate. Those rows are laid out together, some thousand at once, so that they
stay near the processor. The others are read one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from stvcount.election import laying
from stvcount.election.marks import Entry, Rest, read_order
from stvcount.election.matrix import Array, PaperMatrix, number_type
from stvcount.election.papers import Papers
from stvcount.formats.tables.table import Codes
from stvcount.tellers import mostly_empty

_MOST_KEYS = 2**62

Row = tuple[int, ...]
Meant = Sequence[tuple[Sequence[int], Codes]]
"""Columns: what each of a column's different cells means, and which each row has."""


def papers_in_bulk(
    candidates: Sequence[str],
    columns: Meant,
    rows: int,
    counts: Array | None,
    order_of: Callable[[Row], tuple[Entry, ...]],
    *,
    by_marks: bool,
) -> Papers:
    """The papers on these rows, fewer than a matrix may hold.

    A cell means a number against the column's candidate (0: none) if `by_marks`, else the
    candidate of the column's preference (-1: none, less: several). `counts`: the papers of each
    row, None for one. `order_of`: reads one row.
    """
    end = len(candidates)
    preferences = np.full((len(columns) + 1, rows), end, dtype=number_type(end))
    lay_out = _by_marks if by_marks else _by_preference
    good = lay_out(preferences, columns, end)
    rests: dict[int, Rest] = {}
    read: dict[Row, tuple[Sequence[int], Rest]] = {}
    for group in np.flatnonzero(~good).tolist():
        row = tuple(means[codes[group]] for means, codes in columns)
        if row not in read:
            read[row] = read_order(order_of(row))
        ranking, rests[group] = read[row]
        preferences[:, group] = end
        preferences[: len(ranking), group] = ranking
    return Papers.from_store(PaperMatrix(preferences, counts, end, rests), candidates=candidates)


def papers_of_like_rows(
    candidates: Sequence[str],
    columns: Meant,
    rows: int,
    counts: Array | None,
    order_of: Callable[[Row], tuple[Entry, ...]],
) -> Papers | None:
    """The papers on rows of whatever meaning, of which those that are alike are read once.

    None where one very long one would make the matrix mostly nothing.
    """
    different, codes = _different_rows(columns)
    read = [read_order(order_of(row)) for row in different]
    lengths = np.array([len(ranking) for ranking, _ in read], dtype=np.int64)
    if mostly_empty(rows, int(lengths.max()), int(lengths[codes].sum())):
        return None
    end = len(candidates)
    alike = PaperMatrix.of([ranking for ranking, _ in read], [1] * len(read), end)
    cut = np.array([bool(rest) for _, rest in read])
    rests = {group: read[codes[group]][1] for group in np.flatnonzero(cut[codes]).tolist()}
    preferences = alike.preferences.take(codes, axis=1)
    return Papers.from_store(PaperMatrix(preferences, counts, end, rests), candidates=candidates)


def _different_rows(
    columns: Meant,
) -> tuple[list[Row], Array]:
    """The different rows, as meanings, and which of them each row is."""
    every = [np.asarray(codes) for _, codes in columns]
    keys, size = np.zeros(len(every[0]), dtype=np.int64), 1
    for (means, _), codes in zip(columns, every, strict=True):
        if size * len(means) >= _MOST_KEYS:
            keys = np.unique(keys, return_inverse=True)[1].astype(np.int64)
            size = int(keys.max()) + 1
        keys = keys * len(means) + codes
        size *= len(means)
    _, first, alike = np.unique(keys, return_index=True, return_inverse=True)
    rows = [
        tuple(means[codes[row]] for (means, _), codes in zip(columns, every, strict=True))
        for row in first.tolist()
    ]
    return rows, alike


def _by_preference(preferences: Array, columns: Meant, end: int) -> Array:
    """Lay out candidates by preference; which rows name each once and leave no preference out."""
    named = [
        np.array([mean if mean >= 0 else end for mean in means], dtype=preferences.dtype)
        for means, _ in columns
    ]
    several = [np.array([mean < -1 for mean in means], dtype=bool) for means, _ in columns]
    good = np.ones(preferences.shape[1], dtype=bool)

    def lay_out(rows: slice) -> None:
        for place, (_, codes) in enumerate(columns):
            here = np.asarray(codes[rows])
            preferences[place, rows] = named[place].take(here, mode="clip")
            if several[place].any():
                good[rows] &= ~several[place].take(here, mode="clip")
        good[rows] &= laying.in_order(preferences[:-1, rows], end)

    laying.each_part(lay_out, preferences.shape[1])
    return good


def _by_marks(preferences: Array, columns: Meant, end: int) -> Array:
    """The same where the cells are numbers against candidates."""
    papers = preferences.shape[1]
    # Where in the matrix a cell puts its candidate; the last row takes what has no place.
    starts = [_starts(means, len(columns), papers) for means, _ in columns]
    marked = [_Marked(means) for means, _ in columns]
    flat = preferences.reshape(-1)
    good = np.ones(papers, dtype=bool)

    def lay_out(rows: slice) -> None:
        numbers = np.zeros(rows.stop - rows.start, dtype=number_type(len(columns)))
        from_here_on = flat[rows.start :]
        for candidate, (_, codes) in enumerate(columns):
            here = np.asarray(codes[rows])
            marks = marked[candidate].among(here)
            numbers += marks.view(np.uint8)
            # About half the cells are blank, and to put something into its place takes longest.
            there = np.flatnonzero(marks)
            places = starts[candidate].take(here.take(there), mode="clip")
            places += there
            from_here_on[places] = candidate
        named = preferences[:-1, rows] != end
        # Of two at one place there is only one, so that fewer are named than marked.
        good[rows] = laying.unbroken(named) & (named.sum(axis=0, dtype=numbers.dtype) == numbers)

    laying.each_part(lay_out, papers)
    preferences[-1] = end
    return good


class _Marked:
    """Which codes of a column are marks."""

    def __init__(self, means: Sequence[int]) -> None:
        self._marks = np.array(means, dtype=np.int64) > 0
        blank = np.flatnonzero(~self._marks)
        self._blank = int(blank[0]) if len(blank) == 1 else None

    def among(self, codes: Array) -> Array:
        if self._blank is None:
            return self._marks.take(codes, mode="clip")
        # To compare with one number is far faster than to look each up.
        blank: Array = codes != self._blank
        return blank


def _starts(means: Sequence[int], most: int, papers: int) -> Array:
    rows = [mean - 1 if 0 < mean <= most else most for mean in means]
    return np.array(rows, dtype=np.int64) * papers
