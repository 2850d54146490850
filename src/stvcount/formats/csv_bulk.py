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
        buffer = np.frombuffer(f"{text}\n".encode(), dtype=np.uint8)
        ends = _ends(buffer, ord(self._delimiter), len(lines), width)
        if ends is None:
            return None
        starts = np.concatenate([[0], ends.ravel()[:-1] + 1]).reshape(ends.shape)
        if int((ends - starts).max()) > _LONGEST_CELL:
            return None
        columns = [
            _column(buffer, starts[:, place], ends[:, place] - starts[:, place])
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
        first, last = (papers[0], papers[-1]) if len(papers) else (len(blank), -1)
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


def _column(buffer: Numbers, starts: Numbers, lengths: Numbers) -> tuple[list[str], Numbers]:
    """The different cells of a column, in the order in which they come first, and their codes."""
    longest = int(lengths.max())
    keys = _keys(buffer, starts, lengths, longest)
    _, first, codes = np.unique(keys, return_index=True, return_inverse=True)
    order = np.argsort(first)
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    codes, first = place[codes], first[order]
    if longest > 7 and not _are_alike(buffer, starts, lengths, first[codes]):
        return _one_by_one(buffer, starts, lengths)
    texts = [_text(buffer, starts[row], lengths[row]) for row in first.tolist()]
    return _merged(texts, codes)


def _keys(buffer: Numbers, starts: Numbers, lengths: Numbers, longest: int) -> Numbers:
    """A number for each cell: its bytes themselves where they fit in, else mixed."""
    keys = np.zeros(len(starts), dtype=np.uint64)
    last = len(buffer) - 1
    for at in range(longest):
        byte = buffer[np.minimum(starts + at, last)].astype(np.uint64)
        grown = (keys << np.uint64(8)) | byte if longest <= 7 else (keys + byte) * _FACTOR
        keys = np.where(
            lengths > at, grown ^ (grown >> np.uint64(29)) if longest > 7 else grown, keys
        )
    return keys


def _are_alike(buffer: Numbers, starts: Numbers, lengths: Numbers, others: Numbers) -> bool:
    """Whether each cell is byte by byte that in the row that stands for it."""
    if not (lengths == lengths[others]).all():
        return False
    last = len(buffer) - 1
    for at in range(int(lengths.max())):
        one = buffer[np.minimum(starts + at, last)]
        other = buffer[np.minimum(starts[others] + at, last)]
        if ((one != other) & (lengths > at)).any():
            return False
    return True


def _one_by_one(buffer: Numbers, starts: Numbers, lengths: Numbers) -> tuple[list[str], Numbers]:
    known: dict[str, int] = {}
    codes = [
        known.setdefault(_text(buffer, start, length), len(known))
        for start, length in zip(starts.tolist(), lengths.tolist(), strict=True)
    ]
    return list(known), np.array(codes, dtype=np.int64)


def _text(buffer: Numbers, start: int, length: int) -> str:
    # As where rows are read one by one, blanks after a delimiter are none.
    return bytes(buffer[start : start + length]).decode().lstrip(" ")


def _merged(texts: list[str], codes: Numbers) -> tuple[list[str], Numbers]:
    known: dict[str, int] = {}
    merged = np.array([known.setdefault(text, len(known)) for text in texts], dtype=np.int64)
    return list(known), (codes if len(known) == len(texts) else merged[codes])
