"""Workbooks, whichever library opens them: which sheet is meant, and its rows as texts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Context
from itertools import islice
from typing import Any, Literal, Protocol

from stvcount.election import Election
from stvcount.errors import Fault, FormatError, Setting
from stvcount.formats import tables
from stvcount.formats.tables import Asked, RowGrid
from stvcount.formats.tables.cells import LONGEST_CELL
from stvcount.formats.tables.table import MOST_ROWS_ABOVE
from stvcount.formats.wording import echo, echoes
from stvcount.words import counted

__all__ = [
    "MOST_CELLS",
    "MOST_ROWS",
    "Cells",
    "Formula",
    "Sheet",
    "asked_at_the_top",
    "check_number",
    "chosen",
    "election_of",
    "like_papers",
    "of_numbers",
    "rows_of",
]

_MANY_DIGITS = re.compile(r"-?(?=(?:\.?[0-9]){16})[0-9]+\.[0-9]+(?:[eE][-+]?[0-9]{1,3})?", re.ASCII)
_SHOWN = Context(prec=15)
MOST_CELLS = 10**8
MOST_ROWS = 1_048_576
_MOST_SHEETS = 1000

# What is asked of a sheet of papers, and of hardly any other.
_OF_PAPERS = frozenset(
    ("question", "ignore_rows", "blank", "same", "layout", "weights", "candidates", "header_row")
)


@dataclass(frozen=True, slots=True)
class Formula:
    """A cell whose value is worked out from others.

    `result`: what a spreadsheet program worked out last, as text; None where none did.
    """

    text: str
    result: str | None = None


Cells = list[tuple[int, Any]]
"""The cells of a row that are stored: the number of the column, and the value."""


def check_number(sheets: int, path: str) -> None:
    """Refuse a workbook of more sheets than anybody keeps. Raises `FormatError`."""
    if sheets > _MOST_SHEETS:
        raise FormatError(path, [Fault(None, f"{sheets} sheets", f"at most {_MOST_SHEETS}")])


class Sheet(Protocol):
    """A sheet of an open workbook: its name, whether it is hidden, and what is stored in it."""

    @property
    def title(self) -> str: ...

    @property
    def is_shown(self) -> bool: ...

    def stored(self, notes: list[str]) -> Iterator[tuple[int, Cells, bool]]:
        """The rows that are stored, by their numbers, and whether each is hidden.

        What is hidden besides is noted. A sheet leaves out its blank cells and rows: were they
        filled in here, a few bytes at the far end would cost as much as a sheet of votes.
        Raises `FormatError` where it cannot be read.
        """
        ...


def election_of(
    sheets: Sequence[Sheet], *, path: str, format_name: str, sheet: str | None, asked: Asked
) -> Election:
    """The election in one of these sheets.

    `path`: the file's name, for errors. `sheet`: without it, the first that is shown.
    Raises `FormatError` with every fault of the sheet, and `ElectionError` where it is in order
    but no such election can be held.
    """
    if asked.reading is not None:
        sheet = asked.reading.sheet
    faults: list[Fault] = []
    notes: list[str] = []
    chosen_sheet = chosen(sheets, path, sheet, notes)
    if asked.title is None and len(_shown(sheets)) > 1:
        asked = replace(asked, title=" ".join(chosen_sheet.title.split()))
    grid = RowGrid(rows_of(chosen_sheet, path, faults, notes), padded=True)
    if not any(any(cells) for _, cells in grid.top()):
        expected = "a row of headings and a row for each paper"
        raise FormatError(path, [Fault(None, "an empty sheet", expected)])
    known = tables.Sheet(
        format=format_name,
        path=path,
        sheet=chosen_sheet.title,
        settings={},
        faults=faults,
        notes=notes,
    )
    return tables.election_of(grid, known, asked)


def _shown(sheets: Sequence[Sheet]) -> dict[str, Sheet]:
    return {sheet.title: sheet for sheet in sheets if sheet.is_shown}


def chosen(sheets: Sequence[Sheet], path: str, name: str | None, notes: list[str]) -> Sheet:
    """The sheet of this name; without one, the first that is shown, if that is certain."""
    named, shown = {sheet.title: sheet for sheet in sheets}, _shown(sheets)
    if name is None and shown:
        name = _only_with_papers(shown, path)
        if len(named) > 1:
            others = [one for one in named if one != name]
            hidden = [one for one in others if one not in shown]
            notes.append(f"read from the sheet {echo(name)}; not read: {echoes(others)}")
            if hidden:
                notes.append(f"hidden, and not read: the sheets {echoes(hidden)}")
    if name not in named:
        found = f"no sheet {echo(name)}" if name else "a workbook without sheets that are shown"
        settled = [(Setting("sheet", one, "it is read"),) for one in shown]
        expected = f"one of the sheets {echoes(list(named))}" if named else "a sheet"
        raise FormatError(path, [Fault(None, found, expected, tuple(settled))])
    return named[name]


def _only_with_papers(shown: Mapping[str, Sheet], path: str) -> str:
    """The first sheet that is shown; where others are of papers, or it is not, that is asked."""
    first = next(iter(shown))
    if len(shown) == 1:
        return first
    top = {name: asked_at_the_top(sheet, path, Asked(places=1)) for name, sheet in shown.items()}
    like = {name: like_papers(asked) for name, asked in top.items()}
    papers = [name for name, found in like.items() if found == "papers"]
    perhaps = papers or [name for name, found in like.items() if found == "perhaps"]
    if like[first] == "papers":
        if papers == [first]:
            return first
        found = f"papers in several sheets ({echoes(papers)})"
    elif [name for name in perhaps if name != first]:
        found = f"no certain papers in the first sheet that is shown, {echo(first)}"
        papers = perhaps
    elif others := [name for name in shown if name != first and top[name] is not None]:
        found = f"no certain papers in the first sheet that is shown, {echo(first)}"
        papers = [*([first] if like[first] == "perhaps" else []), *others]
    else:
        return first
    settled = tuple((Setting("sheet", name, "it is read"),) for name in papers)
    raise FormatError(path, [Fault(None, found, "one sheet that is to be read", settled)])


def asked_at_the_top(sheet: Sheet, path: str, asked: Asked) -> list[Fault] | None:
    """What would be asked of the first rows of a sheet; None where they cannot be papers."""
    faults: list[Fault] = []
    rows = islice(rows_of(sheet, path, faults, []), MOST_ROWS_ABOVE)
    grid = RowGrid(rows, padded=True)
    if sum(1 for _, cells in grid.top() if any(cells)) < 2 or faults:
        return None
    return tables.questions(grid, asked)


def like_papers(asked: Sequence[Fault] | None) -> Literal["papers", "perhaps", "none"]:
    """Whether rows of which this is asked are papers."""
    if asked is None:
        return "none"
    options = {setting.option for fault in asked for way in fault.settled_by for setting in way}
    if not asked or options & _OF_PAPERS:
        return "papers"
    return "perhaps" if options else "none"


def rows_of(
    sheet: Sheet, path: str, faults: list[Fault], notes: list[str], *, results: bool = False
) -> Iterator[tuple[int, list[str]]]:
    """The rows with their cells as text; what is hidden is noted once all are read.

    `results`: whether figures that the workbook worked out count, as on a sheet of a count;
    otherwise formulas are faults.
    """
    last = 0
    room = _Room(path)
    hidden: list[int] = []
    for row, stored, is_hidden in sheet.stored(notes):
        if row <= last:
            found = f"row {row} after row {last}"
            raise FormatError(path, [Fault(None, found, "rows in their order")])
        room.check(row, max((column for column, _ in stored), default=0))
        yield from ((blank, []) for blank in range(last + 1, row))
        last = row
        if is_hidden:
            hidden.append(row)
        cells = [(column, _worked_out(value)) for column, value in stored] if results else stored
        faults += _formulas(row, cells)
        yield row, _texts(row, cells, faults)
    if hidden:
        notes.append(f"hidden, and read all the same: {of_numbers('row', hidden)}")


def _worked_out(value: Any) -> Any:
    """The result of a formula, and a figure without the dust that binary fractions leave."""
    if isinstance(value, Formula):
        return value if value.result is None else _plain(value.result)
    return _plain(str(value)) if isinstance(value, float) else value


def _plain(text: str) -> str:
    """A number of more digits than spreadsheets keep and show, which is 15; other text as it is."""
    if not _MANY_DIGITS.fullmatch(text):
        return text
    return f"{_SHOWN.create_decimal(text).normalize(_SHOWN):f}"


class _Room:
    """Refuses what takes more cells than any table of papers."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._cells = 0
        self._widest = 1

    def check(self, row: int, width: int) -> None:
        # Rows after the first ones are cut to the width of the headings, or are faults.
        self._widest = max(self._widest, width) if row <= MOST_ROWS_ABOVE else self._widest
        self._cells += width
        most = min(MOST_ROWS, MOST_CELLS // self._widest)
        if row > most or self._cells > MOST_CELLS:
            found = f"row {row}, in a sheet of {counted(max(self._widest, width), 'column')}"
            raise FormatError(self._path, [Fault(row, found, f"at most {most} rows")])


def _formulas(row: int, cells: Cells) -> Iterator[Fault]:
    for column, value in cells:
        if isinstance(value, Formula):
            found = f"the formula {echo(value.text)} in column {column}"
            yield Fault(row, found, "its value (copy, then paste values only)")


def _texts(row: int, cells: Cells, faults: list[Fault]) -> list[str]:
    """The texts up to the last; one that is too long to be looked at is a fault, and left out."""
    texts = [""] * max((column for column, _ in cells), default=0)
    for column, value in cells:
        text = value.text if isinstance(value, Formula) else tables.text_of(value)
        if len(text) > LONGEST_CELL:
            found = f"a cell of {len(text)} characters"
            faults.append(Fault(row, found, f"at most {LONGEST_CELL}"))
        else:
            texts[column - 1] = text
    while texts and not texts[-1]:
        texts.pop()
    return texts


def of_numbers(what: str, numbers: Sequence[object]) -> str:
    """The numbers of rows or columns, the first ten of them."""
    listed = ", ".join(map(str, numbers[:10]))
    more = f" and {len(numbers) - 10} more" if len(numbers) > 10 else ""
    return f"{what}{'s' * (len(numbers) > 1)} {listed}{more}"
