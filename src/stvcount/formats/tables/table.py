"""What stands in a table: its columns, made of rows that come one by one or as they are."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from stvcount.errors import Fault
from stvcount.words import counted


class Codes(Protocol):
    """One whole number for each row: an `array`, or a vector of numpy."""

    def tolist(self) -> list[int]: ...


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """A column: its heading, its different cells as text ("" is blank), and which each row has."""

    heading: str
    cells: Sequence[str]
    codes: Codes


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A table: its columns, which are all of one length.

    `rows`: where each row stands in the file, and `header` where the headings do, counted as the
    file's readers count.
    """

    columns: Sequence[Column]
    rows: Sequence[int]
    header: int | None = None


class Builder:
    """Makes a table of rows that come one by one, and says what is wrong with them.

    A blank row between others is a paper without preference; those after the last paper, and
    lines without any cell, are no papers.
    """

    def __init__(self, header: int, headings: Sequence[str], *, padded: bool) -> None:
        """`padded`: a row may be shorter than the headings, its last cells being blank."""
        self.faults: list[Fault] = []
        self._header = header
        self._headings = tuple(headings)
        self._padded = padded
        self._cells: list[dict[str, int]] = [{} for _ in headings]
        self._codes = [array("i") for _ in headings]
        self._rows = array("q")
        self._blank = array("q")
        self._blank_so_far = array("q")
        self._empty = array("q")

    def add(self, row: int, cells: Sequence[str]) -> None:
        """Add the row that stands at `row` in the file."""
        if not any(cell.strip() for cell in cells):
            kind = self._blank_so_far if cells or self._padded else self._empty
            kind.append(row)
            return
        if self._blank_so_far:
            self._add_blank()
        if self._fits(row, cells):
            self._append(row, cells)

    def _add_blank(self) -> None:
        for row in self._blank_so_far:
            self._append(row, ())
        self._blank += self._blank_so_far
        self._blank_so_far = array("q")

    def _append(self, row: int, cells: Sequence[str]) -> None:
        self._rows.append(row)
        for cell, known, codes in zip(cells, self._cells, self._codes, strict=False):
            codes.append(known.setdefault(cell, len(known)))
        for column in range(len(cells), len(self._headings)):
            known = self._cells[column]
            self._codes[column].append(known.setdefault("", len(known)))

    def _fits(self, row: int, cells: Sequence[str]) -> bool:
        width = len(self._headings)
        too_short = len(cells) < width and not self._padded
        if too_short or any(cell.strip() for cell in cells[width:]):
            expected = f"{width}, one for each heading"
            self.faults.append(Fault(row, counted(len(cells), "cell"), expected))
            return False
        return True

    def table(self) -> Table:
        columns = [
            Column(heading, tuple(cells), codes)
            for heading, cells, codes in zip(self._headings, self._cells, self._codes, strict=True)
        ]
        return Table(columns, self._rows, self._header)

    def notes(self) -> list[str]:
        kinds = (
            (self._blank, "blank, counted as papers without preference"),
            (self._blank_so_far, "blank after the last paper, taken for no papers"),
            (self._empty, "without any cell, taken for no papers"),
        )
        return [f"{_rows(rows)}: {what}" for rows, what in kinds if rows]


def _rows(rows: Sequence[int]) -> str:
    if len(rows) == 1:
        return f"row {rows[0]}"
    return f"{len(rows)} rows from {rows[0]} to {rows[-1]}"
