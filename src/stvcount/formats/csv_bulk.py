"""Large tables of text without quotation marks, taken apart with numpy: the same cells as by rows.

Where each cell begins and ends is found for all rows at once. Cells that are equal are told by a
number made of their bytes, and then compared byte by byte: two texts are never taken for one.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from stvcount.formats.tables.table import Column, Row, RowGrid, Table

_LONGEST_CELL = 2000
_LOOKED_AT = 100_000
_FEW = 1000
_SMALL = 2**16
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_NEWLINE = ord("\n")
_WORD = 8
_MASKS = np.array([(1 << 8 * number) - 1 for number in range(_WORD + 1)], dtype=np.uint64)

Numbers = npt.NDArray[Any]


class BulkGrid(RowGrid):
    """A grid of lines of text; rows that do not fit make it one of single rows."""

    def __init__(self, rows: Iterable[Row], lines: Sequence[str], delimiter: str) -> None:
        """`rows`: the records of the lines, one by one; they are read as far as is needed."""
        super().__init__(rows, padded=False)
        self._lines = lines
        self._delimiter = delimiter

    def below(self, headings: int, width: int, left_out: Collection[int]) -> Table:
        table = self._in_bulk(self._top[headings - 1][0], width, left_out)
        return table or super().below(headings, width, left_out)

    def _in_bulk(self, above: int, width: int, left_out: Collection[int]) -> Table | None:
        """The table of the lines after so many; None where they are not all alike."""
        lines = self._lines[above:]
        while lines and not lines[-1]:
            lines = lines[:-1]
        text = "\n".join(lines)
        if not lines or '"' in text or "\0" in text:
            return None
        buffer = np.frombuffer(f"{text}\n".encode() + bytes(2 * _WORD), dtype=np.uint8)
        ends = _ends(buffer, ord(self._delimiter), len(lines), width)
        if ends is None:
            return None
        ends = ends.T.copy()  # by columns, each of which then lies together in memory
        columns: list[tuple[list[str], Numbers]] = []
        before = np.concatenate([[-1], ends[-1, :-1]])
        for end in ends:
            starts = before + 1
            lengths = end - starts
            if int(lengths.max()) > _LONGEST_CELL:
                return None
            columns.append(_column(_Cells(buffer, starts, lengths)))
            before = end
        return self._without_blank_rows(columns, above, left_out)

    def _without_blank_rows(
        self, columns: Sequence[tuple[list[str], Numbers]], above: int, left_out: Collection[int]
    ) -> Table:
        blank = np.ones(len(columns[0][1]), dtype=bool)
        for texts, codes in columns:
            blank &= np.array([not text.strip() for text in texts], dtype=bool)[codes]
        rows = np.arange(above + 1, above + 1 + len(blank))
        self._left_out = {row for row in left_out if above < row <= above + len(blank)}
        kept = ~np.isin(rows, list(self._left_out))
        papers = np.flatnonzero(kept & ~blank)
        first, last = (papers[0], papers[-1]) if len(papers) else (len(blank), len(blank))
        places = np.arange(len(blank))
        self._before = array("q", rows[kept & blank & (places < first)].tolist())
        self._blank_so_far = array("q", rows[kept & blank & (places > last)].tolist())
        inside = kept & (places >= first) & (places <= last)
        self._blank = array("q", rows[inside & blank].tolist())
        return Table(
            [Column(tuple(texts), codes[inside]) for texts, codes in columns],
            array("q", rows[inside].tolist()),
        )


def _ends(buffer: Numbers, delimiter: int, lines: int, width: int) -> Numbers | None:
    """Where each cell ends, a row for each line; None where a line has other than `width` cells."""
    places = np.flatnonzero((buffer == delimiter) | (buffer == _NEWLINE))
    if len(places) != lines * width:
        return None
    ends = places.reshape(lines, width)
    is_end = buffer[ends] == _NEWLINE
    return ends if is_end[:, -1].all() and not is_end[:, :-1].any() else None


class _Cells:
    """The cells of a column: where they begin, how long they are, and their bytes by words of 8."""

    def __init__(self, buffer: Numbers, starts: Numbers, lengths: Numbers) -> None:
        self.buffer = buffer
        self.starts = starts
        self.lengths = lengths
        self.longest = int(lengths.max())

    def words(self) -> Iterator[Numbers]:
        """Eight bytes of each cell after the other, with 0 after its end, as one number."""
        # After the text stand as many zeros, so that no word reaches beyond.
        every = np.ndarray((len(self.buffer) - _WORD,), "<u8", self.buffer.data, strides=(1,))
        for at in range(0, max(self.longest, 1), _WORD):
            left = np.minimum(np.maximum(self.lengths - at, 0), _WORD)
            places = np.minimum(self.starts + at, len(every) - 1) if at else self.starts
            yield every[places] & _MASKS[left]

    def text(self, row: int) -> str:
        start = int(self.starts[row])
        # As where rows are read one by one, blanks after a delimiter are none.
        return bytes(self.buffer[start : start + int(self.lengths[row])]).decode().lstrip(" ")


def _column(cells: _Cells) -> tuple[list[str], Numbers]:
    """The different cells of a column, in the order in which they come first, and their codes."""
    words = list(cells.words())
    keys = words[0]
    for word in words[1:]:
        keys = (keys ^ (keys >> np.uint64(29))) * _FACTOR + word
    first, codes = _different(keys)
    # No text has a byte 0, so that the words are the cell. One word is its own key.
    if len(words) > 1 and not all(bool((word == word[first][codes]).all()) for word in words):
        return _one_by_one(cells)
    return _merged([cells.text(row) for row in first.tolist()], codes)


def _different(keys: Numbers) -> tuple[Numbers, Numbers]:
    """Where each different key comes first, in that order, and which of them each row has."""
    if int(keys.max()) < _SMALL:
        return _by_table(keys.astype(np.int64))
    known, at = np.unique(keys[:_LOOKED_AT], return_index=True)
    if len(known) <= _FEW:
        codes = np.minimum(np.searchsorted(known, keys), len(known) - 1)
        if (known[codes] == keys).all():
            return _by_first(at, codes)
    _, at, codes = np.unique(keys, return_index=True, return_inverse=True)
    return _by_first(at, codes)


def _by_table(keys: Numbers) -> tuple[Numbers, Numbers]:
    """The same where the keys are small numbers."""
    first = np.zeros(_SMALL, dtype=np.int64)
    first[keys[::-1]] = np.arange(len(keys) - 1, -1, -1)
    known = np.flatnonzero(np.bincount(keys, minlength=_SMALL))
    place = np.zeros(_SMALL, dtype=np.int64)
    place[known] = np.arange(len(known))
    return _by_first(first[known], place[keys])


def _by_first(first: Numbers, codes: Numbers) -> tuple[Numbers, Numbers]:
    order = np.argsort(first)
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return first[order], place[codes]


def _one_by_one(cells: _Cells) -> tuple[list[str], Numbers]:
    texts = map(cells.text, range(len(cells.starts)))
    known: dict[str, int] = {}
    codes = [known.setdefault(text, len(known)) for text in texts]
    return list(known), np.array(codes, dtype=np.int64)


def _merged(texts: list[str], codes: Numbers) -> tuple[list[str], Numbers]:
    known: dict[str, int] = {}
    merged = np.array([known.setdefault(text, len(known)) for text in texts], dtype=np.int64)
    return list(known), (codes if len(known) == len(texts) else merged[codes])
