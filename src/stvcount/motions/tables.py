"""The table in a file of votes on motions: headings and the rows below, of text or a workbook."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from stvcount.errors import Fault
from stvcount.formats import workbook_sheets, workbooks
from stvcount.formats.files import decoded
from stvcount.formats.tables.headings import heads
from stvcount.motions.motions import CHOICES
from stvcount.words import counted

__all__ = ["TOTALS", "Row", "Table", "table_of"]

TOTALS = frozenset(("question", "for", "against"))
"""The headings of a table of totals, in small letters, besides those that it may have."""

_DELIMITERS = (",", ";", "\t")
_MOST_ABOVE = 15


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its number in the file, and its cells with single blanks."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The headings and the rows below, with what is to be said of them.

    `unit`: what the numbers of the rows count, "line" or "row". `faults`: what could not be read.
    """

    header: tuple[str, ...]
    header_line: int
    rows: tuple[Row, ...]
    faults: tuple[Fault, ...]
    notes: tuple[str, ...] = ()
    sheet: str | None = None
    unit: str = "line"

    @property
    def fitting(self) -> tuple[Row, ...]:
        """The rows with as many cells as there are headings."""
        return tuple(row for row in self.rows if len(row.cells) == len(self.header))


def table_of(data: bytes, path: str, encoding: str | None, sheet: str | None) -> Table:
    """The table in the bytes of a file.

    `path`: its name, for the format and for errors. `sheet`: of a workbook.
    Raises `FormatError` where there is no table in it at all.
    """
    sheets = workbook_sheets(data, path, asked=sheet is not None)
    if sheets is not None:
        return _of_workbook(sheets, path, sheet)
    text, faults = decoded(data, path, encoding)
    tables = [_of_text(text, delimiter) for delimiter in _DELIMITERS]
    # One that divides nothing is not meant; where none divides, there is one column.
    divided = [table for table in tables if len(table.header) > 1 and table.fitting]
    found = max(divided or tables[:1], key=lambda table: len(table.fitting))
    spoilt = {fault.line for fault in faults}
    of_rows = [fault for fault in found.faults if fault.line not in spoilt]
    return replace(found, faults=(*faults, *of_rows))


# Text


def _of_text(text: str, delimiter: str) -> Table:
    """The rows as this delimiter divides them."""
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True, strict=True
    )
    rows: list[Row] = []
    broken: list[Fault] = []
    while True:
        line = reader.line_num + 1
        try:
            rows.append(_row(line, next(reader)))
        except StopIteration:
            break
        except csv.Error as error:
            broken.append(Fault(line, f"a row that is no CSV ({error})", "cells, quoted or not"))
    found = _headed(rows, broken)
    # In a file of one column, an empty line at the end may be meant as a blank vote.
    while len(found.header) > 1 and found.rows and not found.rows[-1].cells:
        found = replace(found, rows=found.rows[:-1])
    return found


def _row(line: int, cells: Sequence[str]) -> Row:
    return Row(line, tuple(" ".join(cell.split()) for cell in cells))


# Workbooks


def _of_workbook(sheets: Sequence[workbooks.Sheet], path: str, name: str | None) -> Table:
    faults: list[Fault] = []
    notes: list[str] = []
    sheet = workbooks.chosen(sheets, path, name, notes)
    rows = [_row(*row) for row in workbooks.rows_of(sheet, path, faults, notes)]
    while rows and not any(rows[-1].cells):
        rows.pop()
    found = _headed(rows, faults)
    padded, blank = [], []
    for row in found.rows:
        blank += [row.line] * (not any(row.cells))
        padded.append(Row(row.line, row.cells + ("",) * (len(found.header) - len(row.cells))))
    if blank:
        numbers = workbooks.of_numbers("row", blank)
        notes.append(f"{numbers}: blank, counted as papers without a vote")
    return replace(
        found,
        rows=tuple(padded),
        notes=(*found.notes, *notes),
        sheet=sheet.title if len(sheets) > 1 else None,
        unit="row",
    )


# Headings


def _headed(rows: Sequence[Row], faults: Sequence[Fault]) -> Table:
    """The table below the headings, which stand above the first row with a vote."""
    top = list(_above_votes(rows))
    found = heads([(row.line, row.cells) for row in top], None)
    if found is None or _before(faults, found.rows[0]):
        return Table((), 1, tuple(rows), tuple(faults))
    header = tuple(" ".join(text.split()) for text in found.texts)
    notes = []
    if found.above:
        notes.append(f"above the headings, not read: {workbooks.of_numbers('row', found.above)}")
    if len(found.rows) > 1:
        numbers = workbooks.of_numbers("row", found.rows)
        notes.append(f"the headings stand in {counted(len(found.rows), 'row')}: {numbers}")
    below = tuple(rows[found.end :])
    return Table(header, found.rows[-1], below, tuple(faults), tuple(notes))


def _before(faults: Sequence[Fault], line: int) -> bool:
    return any((fault.line or 0) < line for fault in faults)


def _above_votes(rows: Sequence[Row]) -> Iterator[Row]:
    """The first rows: all that may be headings, and no paper that has a vote."""
    filled = False
    for row in rows[:_MOST_ABOVE]:
        is_of_totals = {cell.lower() for cell in row.cells} >= TOTALS
        has_vote = any(cell.upper() in CHOICES for cell in row.cells)
        # A title in the first row may be a word for a vote; below blank cells there is none.
        if has_vote and not is_of_totals and (filled or row is not rows[0]):
            return
        yield row
        if is_of_totals:
            return
        filled |= any(row.cells)
