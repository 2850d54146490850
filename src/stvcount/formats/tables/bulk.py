"""The papers of a large table, read by whole columns with numpy: the same papers as row by row.

Nearly every row is in order: different preferences from the first on, or the numbers 1, 2, 3, ...
each against one candidate. Those rows are laid out together, some thousand at once, so that they
stay near the processor. The others are read one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from stvcount.election.marks import Entry, Rest, read_order
from stvcount.election.matrix import Array, PaperMatrix, number_type
from stvcount.election.papers import Papers
from stvcount.election.stores import MOST_IN_MATRIX
from stvcount.formats.tables.table import Codes
from stvcount.tellers import MOST_CELLS

_ROWS_AT_ONCE = 1 << 14
_MOST_KEYS = 2**62


def papers_in_bulk(
    candidates: Sequence[str],
    columns: Sequence[tuple[Sequence[int], Codes]],
    counts: Sequence[int],
    order_of: Callable[[tuple[int, ...]], tuple[Entry, ...]],
    *,
    by_marks: bool,
) -> Papers | None:
    """The papers on these rows, or None where they are too many for a matrix.

    `columns`: what the different cells of each mean, and which each row has. A meaning is a number
    against a candidate (0: none) if `by_marks`, else the candidate at a preference (-1: none, less:
    several). `order_of`: reads one row.
    """
    total = sum(counts)
    if total >= MOST_IN_MATRIX:
        return None
    end = len(candidates)
    codes = [np.asarray(codes) for _, codes in columns]
    preferences = np.full((len(columns) + 1, len(counts)), end, dtype=number_type(end))
    in_order = np.empty(len(counts), dtype=bool)
    tables = [np.array(means, dtype=np.int64) for means, _ in columns]
    lay_out = _Marks(tables, end) if by_marks else _Preferences(tables, end)
    for first in range(0, len(counts), _ROWS_AT_ONCE):
        rows = slice(first, first + _ROWS_AT_ONCE)
        in_order[rows] = lay_out.into(preferences[:, rows], [column[rows] for column in codes])
    rests: dict[int, Rest] = {}
    for group in np.flatnonzero(~in_order).tolist():
        row = tuple(means[column[group]] for (means, _), column in zip(columns, codes, strict=True))
        ranking, rest = read_order(order_of(row))
        preferences[:, group] = end
        preferences[: len(ranking), group] = ranking
        rests[group] = rest
    numbers = None if total == len(counts) else np.array(counts, dtype=np.int64)
    return Papers.from_store(PaperMatrix(preferences, numbers, end, rests), candidates=candidates)


def papers_of_like_rows(
    candidates: Sequence[str],
    columns: Sequence[tuple[Sequence[int], Codes]],
    counts: Sequence[int],
    order_of: Callable[[tuple[int, ...]], tuple[Entry, ...]],
) -> Papers | None:
    """The papers on rows of whatever meaning, of which those that are alike are read once.

    None where they are too many for a matrix, or one very long one would make it mostly nothing.
    """
    total = sum(counts)
    rows, codes = _different_rows(columns)
    read = [read_order(order_of(row)) for row in rows]
    lengths = np.array([len(ranking) for ranking, _ in read], dtype=np.int64)
    figures = int(lengths[codes].sum()) + len(codes)
    if total >= MOST_IN_MATRIX or (lengths.max() + 1) * len(codes) > MOST_CELLS * figures:
        return None
    end = len(candidates)
    alike = PaperMatrix.of([ranking for ranking, _ in read], [1] * len(read), end)
    cut = np.array([bool(rest) for _, rest in read])
    rests = {group: read[codes[group]][1] for group in np.flatnonzero(cut[codes]).tolist()}
    numbers = None if total == len(counts) else np.array(counts, dtype=np.int64)
    preferences = alike.preferences.take(codes, axis=1)
    return Papers.from_store(PaperMatrix(preferences, numbers, end, rests), candidates=candidates)


def _different_rows(
    columns: Sequence[tuple[Sequence[int], Codes]],
) -> tuple[list[tuple[int, ...]], Array]:
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


class _Preferences:
    """Columns of candidates by preference."""

    def __init__(self, means: Sequence[Array], end: int) -> None:
        kind = number_type(end)
        self._end = end
        self._candidates = [np.where(meant < 0, end, meant).astype(kind) for meant in means]
        several = [meant < -1 for meant in means]
        self._several = {place: table for place, table in enumerate(several) if table.any()}
        self._bits = _bits(np.arange(end), len(means))

    def into(self, preferences: Array, codes: Sequence[Array]) -> Array:
        """Lay these rows out; which of them name each once and leave no preference out."""
        laid_out = preferences[:-1]
        for table, column, row in zip(self._candidates, codes, laid_out, strict=True):
            np.take(table, column, out=row, mode="clip")
        named = laid_out != self._end
        in_order: Array = ~(named[1:] > named[:-1]).any(axis=0)
        for place, table in self._several.items():
            in_order &= ~table.take(codes[place])
        return in_order & ~self._repeats(laid_out)

    def _repeats(self, laid_out: Array) -> Array:
        """Which rows name somebody more than once."""
        if self._bits is not None:
            total, union = _added(laid_out, self._bits)
            return np.asarray(total != union)
        ordered = np.sort(laid_out, axis=0)
        twice: Array = (ordered[1:] == ordered[:-1]) & (ordered[1:] != self._end)
        return np.asarray(twice.any(axis=0))


class _Marks:
    """Columns of numbers against candidates, one for each in their order."""

    def __init__(self, means: Sequence[Array], end: int) -> None:
        # A number beyond all candidates is in no order, whichever it is.
        self._kind = number_type(end + 1)
        self._numbers = [np.minimum(meant, end + 1).astype(self._kind) for meant in means]
        bits = _bits(np.arange(end + 1), end)
        self._bits = None if bits is None else np.roll(bits, 1)

    def into(self, preferences: Array, codes: Sequence[Array]) -> Array:
        """Lay these rows out; which of them have the numbers from 1 on, each once."""
        marks = np.empty((len(codes), preferences.shape[1]), dtype=self._kind)
        for table, column, row in zip(self._numbers, codes, marks, strict=True):
            np.take(table, column, out=row, mode="clip")
        laid_out = preferences.copy()
        flat, rows = laid_out.ravel(), preferences.shape[1]
        for candidate, row in enumerate(marks):
            marked = np.flatnonzero(row != 0)
            flat[(row.take(marked).astype(np.int64) - 1) * rows + marked] = candidate
        preferences[:] = laid_out
        return self._in_order(marks)

    def _in_order(self, marks: Array) -> Array:
        if self._bits is not None:
            total, union = _added(marks, self._bits)
            return np.asarray((total == union) & (total & (total + 1) == 0))
        ordered = np.sort(marks, axis=0)
        without = (ordered == 0).sum(axis=0)
        due = np.arange(1, len(ordered) + 1)[:, None] - without
        return np.asarray(((ordered == 0) | (ordered == due)).all(axis=0))


def _bits(numbers: Array, columns: int) -> Array | None:
    """A bit for each of the numbers from 0, and 0 for what follows.

    None where the sum of so many of them would be too large.
    """
    size = len(numbers) + columns.bit_length()
    if size > 64:
        return None
    kind = np.uint32 if size <= 32 else np.uint64
    return np.append(np.left_shift(kind(1), numbers.astype(kind)), kind(0))


def _added(rows: Array, bits: Array) -> tuple[Array, Array]:
    """The sum of the bits of each paper, and their union: the same just where none is there twice.

    `rows`: a number for each paper, row by row.
    """
    total = np.zeros(rows.shape[1], dtype=bits.dtype)
    union = np.zeros_like(total)
    for row in rows:
        own = bits.take(row)
        total += own
        union |= own
    return total, union
