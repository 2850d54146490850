"""Large tables of text without quotation marks, taken apart with numpy: the same cells as by rows.

Where each cell begins and ends is found for all rows at once. Cells that are equal are told by a
number made of their bytes, and then compared byte by byte: two texts are never taken for one.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from stvcount.formats.tables.table import Column, Row, RowGrid, Table

_LONGEST_CELL = 2000
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
        starts = np.concatenate([[0], ends.ravel()[:-1] + 1]).reshape(ends.shape)
        if int((ends - starts).max()) > _LONGEST_CELL:
            return None
        columns = [
            _column(_Cells(buffer, starts[:, place], ends[:, place] - starts[:, place]))
            for place in range(width)
        ]
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

    def words(self, at: int, rows: Numbers | None = None) -> Numbers:
        """Eight bytes of each cell from `at` on, with 0 after its end, as one number."""
        starts = self.starts if rows is None else self.starts[rows]
        lengths = self.lengths if rows is None else self.lengths[rows]
        # After the text stand as many zeros, so that no word reaches beyond.
        every = np.ndarray((len(self.buffer) - _WORD,), "<u8", self.buffer.data, strides=(1,))
        places = np.minimum(starts + at, len(every) - 1)
        kept: Numbers = every[places] & _MASKS[np.clip(lengths - at, 0, _WORD)]
        return kept

    def text(self, row: int) -> str:
        start = int(self.starts[row])
        # As where rows are read one by one, blanks after a delimiter are none.
        return bytes(self.buffer[start : start + int(self.lengths[row])]).decode().lstrip(" ")


def _column(cells: _Cells) -> tuple[list[str], Numbers]:
    """The different cells of a column, in the order in which they come first, and their codes."""
    _, first, codes = np.unique(_keys(cells), return_index=True, return_inverse=True)
    order = np.argsort(first)
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    codes, first = place[codes], first[order]
    if cells.longest > _WORD and not _are_alike(cells, first[codes]):
        return _one_by_one(cells)
    return _merged([cells.text(row) for row in first.tolist()], codes)


def _keys(cells: _Cells) -> Numbers:
    """A number for each cell: its bytes themselves where they are 8 at most, else mixed."""
    keys = cells.words(0)
    for at in range(_WORD, cells.longest, _WORD):
        keys = (keys ^ (keys >> np.uint64(29))) * _FACTOR + cells.words(at)
    return keys


def _are_alike(cells: _Cells, others: Numbers) -> bool:
    """Whether each cell is byte by byte that in the row that stands for it."""
    return bool((cells.lengths == cells.lengths[others]).all()) and all(
        bool((cells.words(at) == cells.words(at, others)).all())
        for at in range(0, cells.longest, _WORD)
    )


def _one_by_one(cells: _Cells) -> tuple[list[str], Numbers]:
    texts = map(cells.text, range(len(cells.starts)))
    known: dict[str, int] = {}
    codes = [known.setdefault(text, len(known)) for text in texts]
    return list(known), np.array(codes, dtype=np.int64)


def _merged(texts: list[str], codes: Numbers) -> tuple[list[str], Numbers]:
    known: dict[str, int] = {}
    merged = np.array([known.setdefault(text, len(known)) for text in texts], dtype=np.int64)
    return list(known), (codes if len(known) == len(texts) else merged[codes])
