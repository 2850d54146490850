"""Columns with few different cells: each cell is told by looking up its bytes, many at once.

The bytes of a cell, eight at a time as one number, give a place in a table, and there stands the
one text that it may be. All its bytes are then compared: two texts are never taken for one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from stvcount.election.matrix import Array

WORD = 8
LONGEST = 8 * WORD
"""The bytes of the longest cell that is looked up in this way."""

_MOST = 255
_FEWEST_BITS, _MOST_BITS = 8, 14
_TRIES = 16
_FACTOR = 0x9E3779B97F4A7C15
_MIXERS = [np.uint64(_FACTOR ** (2 * n + 3) % 2**64) for n in range(LONGEST // WORD)]


def _shifts(after: int) -> Array:
    """What a word is shifted by, for each length of a cell, so that only its own bytes are left.

    `after`: how many of its bytes stand after the word.
    """
    own = [min(max(length - after, 0), WORD) for length in range(LONGEST + 1)]
    return np.array([8 * (WORD - number) for number in own], dtype=np.uint64)


_SHIFTS = [_shifts(after) for after in range(0, LONGEST, WORD)]


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Some lines of a table: where each cell ends in their bytes, and its length, line by line.

    `text`: the bytes, with as many before them as the longest cell has; `ends` count without these.
    `size`: the bytes of these lines.
    """

    text: Array
    ends: Array
    lengths: Array
    rows: int
    size: int

    def words(self, number: int, ends: Array) -> Array:
        """So many words of eight bytes that stand before each of these places, a row for each."""
        size = WORD * number
        before = LONGEST - size
        shape = (len(self.text) - LONGEST + 1,)
        every = np.ndarray(shape, f"V{size}", self.text.data, offset=before, strides=(1,))
        return every[ends].view("<u8").reshape(-1, number)

    def raw(self, cell: int) -> bytes:
        end = int(self.ends[cell]) + LONGEST
        return bytes(self.text[end - int(self.lengths[cell]) : end])


@dataclass(frozen=True, slots=True, eq=False)
class _Cells:
    """The cells of a part that hold something.

    `filled`: their numbers, line by line; `columns`: of each; `words`: its bytes, eight as one
    number, from the last; `keys`: a number made of all of these.
    """

    filled: Array
    columns: Array
    words: Sequence[Array]
    keys: Array


class FewTexts:
    """The different cells of each column, in the order in which they come first.

    `live`: the columns of which that is known; the others have too many, or too long ones.
    """

    def __init__(self, width: int) -> None:
        self.live: Array = np.ones(width, dtype=bool)
        self._width = width
        self._texts: list[dict[str, int]] = [{} for _ in range(width)]
        self._blank = np.full(width, -1)
        self._rows = 0
        self._numbers = np.arange(width)
        # Of each entry: its bytes as words, its column, its code there, how many cells are so.
        # The first is like no cell, since none has only zeros.
        self._words = [np.zeros(1, dtype=np.uint64)]
        self._columns = np.zeros(1, dtype=np.int64)
        self._codes = np.zeros(1, dtype=np.uint8)
        self._times = np.zeros(1, dtype=np.int64)
        self._bits = _FEWEST_BITS
        self._factor = _FACTOR
        self._set_table()

    def codes(self, part: Part) -> Array:
        """A number for each cell of the part, a row for each column; any, where it is not live."""
        while True:
            cells = self._cells(part)
            entries = self._table.take(self._places(cells.keys, cells.columns))
            known = self._words[0].take(entries) == cells.words[0]
            for own, word in zip(self._words[1:], cells.words[1:], strict=True):
                known &= own.take(entries) == word
            new = [] if known.all() else self._first(cells, np.flatnonzero(~known))
            blank = self._first_blank(part, len(cells.filled))
            if not new and not blank:
                break
            self._learn(part, sorted([*new, *blank]))
        codes = np.empty((part.rows, self._width), dtype=np.uint8)
        codes[:] = np.maximum(self._blank, 0)
        codes.ravel()[cells.filled] = self._codes.take(entries)
        self._times += np.bincount(entries, minlength=len(self._times))
        self._rows += part.rows
        return codes.T

    def texts(self, column: int) -> tuple[tuple[str, ...], list[int]]:
        """The different cells of a column that is live, and how many rows have each."""
        times = [0] * len(self._texts[column])
        for entry in np.flatnonzero(self._columns == column).tolist():
            times[self._codes[entry]] += int(self._times[entry])
        blank = int(self._blank[column])
        if blank >= 0:
            times[blank] += self._rows - sum(times)
        return tuple(self._texts[column]), times

    def _cells(self, part: Part) -> _Cells:
        lengths = part.lengths
        if int(lengths.max()) > LONGEST:
            self.live &= lengths.reshape(-1, self._width).max(axis=0) <= LONGEST
        if len(self._numbers) < len(lengths):
            self._numbers = np.tile(np.arange(self._width), part.rows)
        numbers = self._numbers[: len(lengths)]
        if not self.live.all():
            lengths = np.where(self.live[numbers], lengths, 0)
        filled = np.flatnonzero(lengths > 0)
        sizes = lengths.take(filled)
        ends = part.ends.take(filled)
        columns = numbers.take(filled)
        needed = -(-int(sizes.max(initial=1)) // WORD)
        while len(self._words) < needed:
            self._words.append(np.zeros_like(self._words[0]))
        every = part.words(len(self._words), ends)
        words = [
            word >> shifts.take(sizes) for word, shifts in zip(every.T[::-1], _SHIFTS, strict=False)
        ]
        return _Cells(filled, columns, words, _keys(words))

    def _places(self, keys: Array, columns: Array) -> Array:
        places: Array = keys * np.uint64(self._factor)
        places >>= np.uint64(64 - self._bits)
        return places.view(np.int64) + (columns << self._bits)

    def _first(self, cells: _Cells, among: Array) -> list[int]:
        """The first cell of each column and key, among these."""
        first: dict[tuple[int, int], int] = {}
        columns, keys = cells.columns.take(among).tolist(), cells.keys.take(among).tolist()
        for column, key, cell in zip(columns, keys, cells.filled.take(among).tolist(), strict=True):
            first.setdefault((column, key), cell)
        return list(first.values())

    def _first_blank(self, part: Part, filled: int) -> list[int]:
        """The first blank cell of each column that had none before."""
        if filled == part.rows * self._width:
            return []
        lengths = part.lengths.reshape(-1, self._width)
        columns = np.flatnonzero(self.live & (self._blank < 0))
        rows = lengths[:, columns].argmin(axis=0)
        blank = lengths[rows, columns] == 0
        found: list[int] = (rows * self._width + columns)[blank].tolist()
        return found

    def _learn(self, part: Part, cells: Iterable[int]) -> None:
        """Take up the texts of these cells, or give up columns that have too many."""
        number = np.bincount(self._columns[1:], minlength=self._width)
        number += np.bincount(np.array([*cells]) % self._width, minlength=self._width)
        self.live &= number <= _MOST
        raws: list[bytes] = []
        columns: list[int] = []
        codes: list[int] = []
        for cell in cells:
            column, raw = cell % self._width, part.raw(cell)
            if not self.live[column]:
                continue
            # As where rows are read one by one, blanks after a delimiter are none.
            text = raw.decode().lstrip(" ")
            code = self._texts[column].setdefault(text, len(self._texts[column]))
            if not raw:
                self._blank[column] = code
            else:
                raws.append(raw)
                columns.append(column)
                codes.append(code)
        self._add(raws, columns, codes)

    def _add(self, raws: Sequence[bytes], columns: Sequence[int], codes: Sequence[int]) -> None:
        for number, own in enumerate(self._words):
            words = [_word(raw, number) for raw in raws]
            self._words[number] = np.append(own, np.array(words, dtype=np.uint64))
        self._columns = np.append(self._columns, np.array(columns, dtype=np.int64))
        self._codes = np.append(self._codes, np.array(codes, dtype=np.uint8))
        self._times = np.append(self._times, np.zeros(len(raws), dtype=np.int64))
        self._set_table()

    def _set_table(self) -> None:
        """Find a table in which each entry has a place of its own."""
        keys = _keys(self._words)
        while True:
            entries = np.flatnonzero(self.live[self._columns])
            entries = entries[entries > 0]
            own, columns = keys.take(entries), self._columns.take(entries)
            places, twice = self._tried(own, columns)
            if not len(twice):
                break
            # Numbers of different bytes that are alike in all tables.
            self.live[columns[np.isin(places, twice)]] = False
        self._table = np.zeros(self._width << self._bits, dtype=np.int64)
        self._table[places] = entries

    def _tried(self, keys: Array, columns: Array) -> tuple[Array, Array]:
        """The places of these entries, and those that several have, after so many tries."""
        tries = 0
        while True:
            places = self._places(keys, columns)
            found, times = np.unique(places, return_counts=True)
            if len(found) == len(places) or (self._bits == _MOST_BITS and tries >= _TRIES):
                return places, found[times > 1]
            tries += 1
            self._factor = self._factor * _FACTOR % 2**64 | 1
            if tries >= _TRIES and self._bits < _MOST_BITS:
                tries, self._bits = 0, self._bits + 1


def _word(raw: bytes, number: int) -> int:
    """A word of a cell as `_Cells` has them, from the last."""
    end = max(len(raw) - WORD * number, 0)
    return int.from_bytes(raw[max(end - WORD, 0) : end], "little")


def _keys(words: Sequence[Array]) -> Array:
    keys = words[0]
    for word, mixer in zip(words[1:], _MIXERS, strict=False):
        keys = keys ^ word * mixer
    return keys
