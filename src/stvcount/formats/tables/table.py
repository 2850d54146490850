"""What stands in a table: its columns, made of rows that come one by one or as they are."""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import chain, islice
from typing import Protocol, overload, runtime_checkable

from stvcount.errors import Fault, Setting
from stvcount.formats.tables.known import is_total
from stvcount.words import counted

BULK_FROM = 20_000
"""The rows of a table from which looking at whole columns pays for importing numpy."""

_MOST_UNNAMED = 60
"""So many columns may stand to the right of the headings, without one."""

MOST_ROWS_ABOVE = 60
"""So many rows are looked at to find the headings among them."""

_FOOT = re.compile(
    r"\s*(?:[*\u2020\u2021]|(?:quota|sources?|notes?|key|legend)\s*:"
    r"|(?:counted|checked|verified|exported) by\b)",
    re.IGNORECASE,
)
"""How a remark below the papers begins."""

Row = tuple[int, Sequence[str]]
"""Where a row stands in the file, and its cells."""


class Codes(Protocol):
    """One whole number for each row: an `array`, or a vector of numpy."""

    def tolist(self) -> list[int]: ...

    def __len__(self) -> int: ...

    @overload
    def __getitem__(self, place: int, /) -> int: ...

    @overload
    def __getitem__(self, places: slice, /) -> Codes: ...


@runtime_checkable
class Scattered(Codes, Protocol):
    """Codes that lie elsewhere, where they are looked through."""

    def places(self, wanted: Collection[int]) -> Iterable[tuple[int, int]]:
        """The place of each row whose code is one of these, and the code."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """A column: its different cells as text ("" is blank), and which each row has.

    `counted`: how many rows have each cell, where that is known already.
    """

    cells: Sequence[str]
    codes: Codes
    counted: Sequence[int] | None = None

    def cell(self, place: int) -> str:
        """The cell of the row at this place, without blanks around it."""
        return self.cells[int(self.codes[place])].strip()

    def places(self, wanted: Collection[int]) -> Iterator[tuple[int, int]]:
        """The place of each row whose code is one of these, and the code."""
        if isinstance(self.codes, Scattered):
            yield from self.codes.places(wanted)
            return
        if len(self.codes) < BULK_FROM or not find_spec("numpy"):
            pairs = enumerate(self.codes.tolist())
            yield from ((place, code) for place, code in pairs if code in wanted)
            return
        import numpy as np

        codes = np.asarray(self.codes)
        is_wanted = np.zeros(len(self.cells), dtype=bool)
        is_wanted[list(wanted)] = True
        for place in np.flatnonzero(is_wanted[codes]).tolist():
            yield place, int(codes[place])

    def numbers(self, rows: int) -> list[int]:
        """How many of the rows have each cell."""
        if self.counted is not None:
            return list(self.counted)
        if rows >= BULK_FROM and find_spec("numpy"):
            import numpy as np

            found: list[int] = np.bincount(
                np.asarray(self.codes), minlength=len(self.cells)
            ).tolist()
            return found
        times = Counter(self.codes.tolist())
        return [times[code] for code in range(len(self.cells))]


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """The rows below the headings: their columns, which are all of one length.

    `rows`: where each row stands in the file, counted as the file's readers count.
    """

    columns: Sequence[Column]
    rows: Sequence[int]

    def without(self, rows: Collection[int]) -> Table:
        """The same table without the rows that stand there."""
        if not rows:
            return self
        if len(self.rows) >= BULK_FROM and find_spec("numpy"):
            return self._without_in_bulk(rows)
        kept = [place for place, row in enumerate(self.rows) if row not in rows]
        columns = [
            Column(column.cells, array("i", map(column.codes.tolist().__getitem__, kept)))
            for column in self.columns
        ]
        return Table(columns, array("q", map(self.rows.__getitem__, kept)))

    def _without_in_bulk(self, rows: Collection[int]) -> Table:
        import numpy as np

        every = np.asarray(self.rows, dtype=np.int64)
        kept = ~np.isin(every, list(rows))
        columns = [Column(one.cells, np.asarray(one.codes)[kept]) for one in self.columns]
        return Table(columns, array("q", every[kept].tobytes()))

    def step(self, most: int) -> int:
        """From one row to the next of at most so many, from the first to the last."""
        return -(-len(self.rows) // most) or 1


class Grid(Protocol):
    """A sheet of cells before anybody knows which of its rows are headings."""

    faults: list[Fault]

    @property
    def left_out(self) -> Collection[int]:
        """The rows that were left out and are there."""

    def top(self) -> Sequence[Row]:
        """The first rows."""

    def width(self, headings: int, width: int) -> int:
        """The number of columns below so many rows, where so many have headings."""

    def below(self, headings: int, width: int, left_out: Collection[int]) -> Table:
        """The rows after so many of the first ones, in so many columns, but for those left out."""

    def notes(self) -> list[str]:
        """What is to be noted about the rows."""


def _ends(cell: str) -> bool:
    """Whether a cell says that what follows is no paper: a sum, or a list of the candidates."""
    return is_total(cell) or cell.strip().casefold() in ("candidate", "candidates")


class RowGrid:
    """A grid whose rows come one by one, and what is wrong with them.

    A blank row between others is a paper without preference; those after the last paper, and
    lines without any cell, are no papers.
    """

    def __init__(self, rows: Iterable[Row], *, padded: bool) -> None:
        """`padded`: a row may be shorter than the headings, its last cells being blank."""
        self.faults: list[Fault] = []
        self._iterator: Iterator[Row] = iter(rows)
        self._padded = padded
        self._top = list(islice(self._iterator, MOST_ROWS_ABOVE))
        self._blank = array("q")
        self._blank_so_far = array("q")
        self._empty = array("q")
        self._before = array("q")
        self._left_out: set[int] = set()

    def top(self) -> Sequence[Row]:
        return self._top

    def width(self, headings: int, width: int) -> int:
        """A sheet is stored without the blank headings at its right."""
        widths = [len(cells) for _, cells in self._top[headings:] if cells]
        wider = [one for one in widths if width < one <= width + _MOST_UNNAMED]
        often = len(wider) > 2 and len(wider) * 2 > len(widths)
        return max(wider) if self._padded and often else width

    def below(self, headings: int, width: int, left_out: Collection[int]) -> Table:
        known: list[dict[str, int]] = [{} for _ in range(width)]
        codes = [array("i") for _ in range(width)]
        rows = array("q")
        self._known, self._codes, self._rows = known, codes, rows
        self._heads = headings
        self._ended = False
        # A row may end before columns without a heading.
        named = [at + 1 for _, cells in self._top[:headings] for at, one in enumerate(cells) if one]
        self._named = max(named, default=width)
        for row, cells in chain(self._top[headings:], self._iterator):
            if row in left_out:
                self._left_out.add(row)
                self._ended = self._ended or (len(cells) != width and any(map(_ends, cells)))
            else:
                self._add(row, cells, width)
        columns = [Column(tuple(cells), code) for cells, code in zip(known, codes, strict=True)]
        return Table(columns, rows)

    def _add(self, row: int, cells: Sequence[str], width: int) -> None:
        # The last cell of a row that a sheet stores is hardly ever blank.
        if not (cells and cells[-1].strip()) and not any(map(str.strip, cells)):
            kind = self._blank_so_far if cells or self._padded else self._empty
            if kind is self._blank_so_far and not self._rows:
                kind = self._before
            kind.append(row)
            return
        if self._blank_so_far:
            for blank in self._blank_so_far:
                self._append(blank, ("",) * width)
            self._blank += self._blank_so_far
            self._blank_so_far = array("q")
        if len(cells) == width:
            self._append(row, cells)
        elif self._fits(row, cells, width):
            self._append(row, [*cells[:width], *[""] * (width - len(cells))])

    def _append(self, row: int, cells: Sequence[str]) -> None:
        self._rows.append(row)
        for cell, known, codes in zip(cells, self._known, self._codes, strict=True):
            codes.append(known.setdefault(cell, len(known)))

    def _fits(self, row: int, cells: Sequence[str], width: int) -> bool:
        too_short = len(cells) < min(width, self._named) and not self._padded
        if too_short or any(map(str.strip, reversed(cells[width:]))):
            expected = f"{width}, one for each heading"
            # A remark below a table has one cell; a row with more may be a paper.
            # Of each text once: a wide row has thousands of cells, most of them alike.
            self._ended = self._ended or any(map(_ends, set(cells)))
            alone = (len(cells) * 2 < width + 1 and width > 2) or self._headings_again(cells)
            alone = alone or self._ended or (len(cells) == 1 and _FOOT.match(cells[0]) is not None)
            settled = ((Setting("ignore_rows", row, "it is no paper"),),) if alone else ()
            self.faults.append(Fault(row, counted(len(cells), "cell"), expected, settled))
            return False
        return True

    def _headings_again(self, cells: Sequence[str]) -> bool:
        return any(list(cells) == list(row[: len(cells)]) for _, row in self._top[: self._heads])

    @property
    def left_out(self) -> Collection[int]:
        return self._left_out

    def notes(self) -> list[str]:
        kinds = (
            (self._blank, "blank, counted as papers without preference"),
            (self._before, "blank before the first paper, taken for no papers"),
            (self._blank_so_far, "blank after the last paper, taken for no papers"),
            (self._empty, "without any cell, taken for no papers"),
        )
        return [f"{_rows(rows)}: {what}" for rows, what in kinds if rows]


class ColumnGrid:
    """A grid by columns, whose headings are the names of its columns; rows count from 1."""

    def __init__(self, names: Sequence[str], columns: Sequence[Column], rows: int) -> None:
        self.faults: list[Fault] = []
        self._names = names
        self._columns = columns
        self._number = rows
        self._left_out: set[int] = set()

    def top(self) -> Sequence[Row]:
        number = min(self._number, MOST_ROWS_ABOVE)
        texts = [
            [column.cells[code] for code in column.codes[:number].tolist()]
            for column in self._columns
        ]
        below = [(row + 1, [cells[row] for cells in texts]) for row in range(number)]
        return [(0, list(self._names)), *below]

    def width(self, headings: int, width: int) -> int:
        del headings
        return width

    def below(self, headings: int, width: int, left_out: Collection[int]) -> Table:
        del width  # it is that of the names
        table = Table(self._columns, range(1, self._number + 1))
        self._left_out = {row for row in left_out if headings <= row <= self._number}
        return table.without({*range(1, headings), *self._left_out})

    @property
    def left_out(self) -> Collection[int]:
        return self._left_out

    def notes(self) -> list[str]:
        return []


def _rows(rows: Sequence[int]) -> str:
    if len(rows) == 1:
        return f"row {rows[0]}"
    return f"{len(rows)} rows from {rows[0]} to {rows[-1]}"
