"""Large tables of text, taken apart with numpy: the same cells as by rows.

Where each cell ends is found for many rows at once. What needs more care than that (cells of
several lines, rows that are not alike) is left to the reader of single rows.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from stvcount.election.matrix import Array
from stvcount.formats import csv_many
from stvcount.formats.csv_few import LONGEST, WORD, FewTexts, Part
from stvcount.formats.csv_many import ManyTexts
from stvcount.formats.large_text import pieces
from stvcount.formats.tables.table import Column, Row, RowGrid, Table

_BYTES_AT_FIRST, _BYTES_AT_ONCE = 1 << 13, 1 << 18
"""Most texts come in the first lines; what is many at once stays near the processor."""

_BLANK, _LINE_FEED, _QUOTE = b' \n"'


class BulkGrid(RowGrid):
    """A grid of lines of text; rows that do not fit make it one of single rows."""

    def __init__(self, rows: Iterable[Row], data: bytes, delimiter: str) -> None:
        """`data`: the text as UTF-8, its lines ended by LF.

        `rows`: the records of the same text, one by one; they are read as far as is needed.
        """
        super().__init__(rows, padded=False)
        self._data = data
        self._delimiter = ord(delimiter)

    def below(self, headings: int, width: int, left_out: Collection[int]) -> Table:
        table = self._in_bulk(headings, width, left_out)
        return table or super().below(headings, width, left_out)

    def _in_bulk(self, headings: int, width: int, left_out: Collection[int]) -> Table | None:
        """The table below so many records; None where its lines are not all alike."""
        if not headings:
            return None
        above = self._top[headings - 1][0]
        start, end = _after_lines(self._data, above), _last_line_end(self._data)
        if start >= end or self._data.find(b"\0", start) >= 0:
            return None
        few = FewTexts(width)
        blocks: list[Array] = []
        for part in self._parts(start, end, width):
            if part is None:
                return None
            blocks.append(few.codes(part))
        columns = self._columns(few, blocks, start, end)
        if columns is None:
            return None
        lines = len(columns[0].codes)
        self._take_blank_lines(above + lines + 1, len(self._data) - end - 1, left_out)
        return self._without_blank_rows(columns, above, left_out)

    def _parts(self, start: int, end: int, width: int) -> Iterator[Part | None]:
        """The lines from start to end, many at once; None for those of other than so many cells."""
        quoted = self._data.find(b'"', start, end) >= 0
        for piece in pieces(self._data, start, end, _BYTES_AT_FIRST, _BYTES_AT_ONCE):
            part = _part(self._data, piece, self._delimiter, width)
            yield _unquoted(part) if part and quoted else part

    def _columns(
        self, few: FewTexts, blocks: Sequence[Array], start: int, end: int
    ) -> list[Column] | None:
        # Columns are looked at one by one from here on.
        codes = np.empty((len(few.live), sum(block.shape[1] for block in blocks)), dtype=np.uint8)
        np.concatenate(blocks, axis=1, out=codes)
        many = self._of_many(np.flatnonzero(~few.live).tolist(), len(few.live), start, end)
        if many is None:
            return None
        columns: list[Column] = []
        for number, own in enumerate(codes):
            if few.live[number]:
                texts, times = few.texts(number)
                columns.append(Column(texts, own, times))
            else:
                columns.append(many[number])
        return columns

    def _of_many(
        self, numbers: Sequence[int], width: int, start: int, end: int
    ) -> dict[int, Column] | None:
        """The columns of many texts; None where one is too long to be a cell of a paper."""
        if not numbers:
            return {}
        starts: list[Array] = []
        lengths: list[Array] = []
        first = 0
        for part in filter(None, self._parts(start, end, width)):
            own = part.lengths.reshape(-1, width)[:, numbers].T
            starts.append(part.ends.reshape(-1, width)[:, numbers].T - own + first)
            lengths.append(own.astype(np.int32))
            first += part.size
        sizes = np.concatenate(lengths, axis=1)
        if int(sizes.max()) > csv_many.LONGEST:
            return None
        buffer = np.frombuffer(self._data[start:end] + bytes(2 * WORD + 1), dtype=np.uint8)
        places = np.concatenate(starts, axis=1)
        columns: dict[int, Column] = {}
        for place, number in enumerate(numbers):
            texts, codes = ManyTexts(buffer, places[place], sizes[place]).column()
            columns[number] = Column(tuple(texts), codes)
        return columns

    def _take_blank_lines(self, first: int, number: int, left_out: Collection[int]) -> None:
        """Keep the lines without any cell that stand after the last paper."""
        for row in range(first, first + number):
            if row in left_out:
                self._left_out.add(row)
            else:
                self._empty.append(row)

    def _without_blank_rows(
        self, columns: Sequence[Column], above: int, left_out: Collection[int]
    ) -> Table:
        lines = len(columns[0].codes)
        unread = sorted(row for row in left_out if above < row <= above + lines)
        self._left_out.update(unread)
        blank = _blank_rows(columns)
        if not unread and not len(blank):
            return Table(columns, range(above + 1, above + 1 + lines))
        rows = np.arange(above + 1, above + 1 + lines)
        kept = ~np.isin(rows, unread)
        is_blank = np.zeros(lines, dtype=bool)
        is_blank[blank] = True
        papers = np.flatnonzero(kept & ~is_blank)
        first, last = (papers[0], papers[-1]) if len(papers) else (lines, lines)
        places = np.arange(lines)
        self._before.extend(rows[kept & is_blank & (places < first)].tolist())
        self._blank_so_far.extend(rows[kept & is_blank & (places > last)].tolist())
        inside = kept & (places >= first) & (places <= last)
        self._blank.extend(rows[inside & is_blank].tolist())
        if not inside.all():
            columns = [_of_rows(column, inside) for column in columns]
        return Table(columns, array("q", rows[inside].tobytes()))


def _after_lines(data: bytes, lines: int) -> int:
    """Where what follows so many lines begins."""
    place = 0
    for _ in range(lines):
        place = data.find(b"\n", place) + 1 or len(data)
    return place


def _last_line_end(data: bytes) -> int:
    """Where the last line ends that holds something."""
    end = len(data)
    while end and data[end - 1] == _LINE_FEED:
        end -= 1
    return end


def _part(data: bytes, piece: slice, delimiter: int, width: int) -> Part | None:
    """These lines, if each has so many cells."""
    size = piece.stop - piece.start
    ended = data[piece.stop - 1] == _LINE_FEED
    text = np.empty(LONGEST + size + (not ended), dtype=np.uint8)
    body = text[LONGEST:]
    body[-1] = _LINE_FEED
    body[:size] = np.frombuffer(data, dtype=np.uint8, count=size, offset=piece.start)
    line_ends = body == _LINE_FEED
    ends = np.flatnonzero(line_ends | (body == delimiter))
    rows, over = divmod(len(ends), width)
    if over or rows != np.count_nonzero(line_ends) or not line_ends[ends[width - 1 :: width]].all():
        return None
    lengths = np.empty_like(ends)
    lengths[0] = ends[0]
    np.subtract(ends[1:], ends[:-1], out=lengths[1:])
    lengths[1:] -= 1
    if width == 1 and not lengths.all():
        return None  # a line without any cell
    return Part(text, ends, lengths, rows, size)


def _unquoted(part: Part) -> Part | None:
    """The same without the quotation marks around cells; None where they stand elsewhere too."""
    body = part.text[LONGEST:]
    marks = np.count_nonzero(body == _QUOTE)
    starts = part.ends - part.lengths
    quoted = np.flatnonzero(body[starts] == _QUOTE)
    ends, lengths = part.ends.copy(), part.lengths.copy()
    ends[quoted] -= 1
    lengths[quoted] -= 2
    closed = (lengths[quoted] >= 0) & (body[ends[quoted]] == _QUOTE)
    # Blanks at the start of a cell are read where they are quoted, and only there.
    blank = body[starts[quoted] + 1] == _BLANK
    if marks != 2 * len(quoted) or not closed.all() or blank.any():
        return None
    return replace(part, ends=ends, lengths=lengths)


def _blank_rows(columns: Sequence[Column]) -> Array:
    """The places of the rows that have no cell but blank ones."""
    places = np.arange(len(columns[0].codes))
    for column in columns:
        blank = np.array([not text.strip() for text in column.cells], dtype=bool)
        places = places[blank[np.asarray(column.codes)[places]]]
        if not len(places):
            break
    return places


def _of_rows(column: Column, wanted: Array) -> Column:
    """The column of these rows only, with the cells that they have."""
    before = np.asarray(column.codes)[wanted]
    first, codes = csv_many.different(before)
    return Column(tuple(column.cells[code] for code in before[first].tolist()), codes)
