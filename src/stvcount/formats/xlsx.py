"""XLSX: papers in a sheet of a workbook, read and written with openpyxl (extra `xlsx`)."""

from __future__ import annotations

import io
import os
import re
import unicodedata
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from stvcount.election import Election
from stvcount.errors import ElectionError, Fault, FormatError, Setting
from stvcount.formats import tables
from stvcount.formats.extras import extra
from stvcount.formats.files import PathName, read_whole
from stvcount.formats.tables import Asked, RowGrid
from stvcount.formats.tables.table import MOST_ROWS_ABOVE
from stvcount.formats.wording import echo, echoes, reason
from stvcount.words import counted

if TYPE_CHECKING:
    import zipfile

__all__ = ["dumps", "left_out", "read", "recognises", "sheet_names"]

_OLD_OR_ENCRYPTED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

# Workbooks of a million papers stay far below these; archives made to exhaust a machine do not.
_MOST_BYTES = 1 << 30
_MOST_BYTES_AT_ANY_RATIO = 1 << 24
_MOST_RATIO = 200
_MOST_MEMBERS = 10_000
_MOST_CELLS = 10**8

_MOST_ROWS = 1_048_576
_MOST_COLUMNS = 16_384
_LONGEST_TEXT = 32_767
_MOST_EXACT = 10**15
_CHUNK = 1 << 20

_WRITTEN_AT = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*")
_NO_TIME = rb"\g<1>1980-01-01T00:00:00Z"

# What is asked of a sheet of papers, and of hardly any other.
_OF_PAPERS = frozenset(
    ("question", "ignore_rows", "blank", "same", "layout", "weights", "candidates", "header_row")
)


def recognises(data: bytes) -> bool:
    """Whether these bytes are an archive with the parts of a workbook."""
    return data.startswith(b"PK\x03\x04") and b"xl/workbook" in data


def read(
    data: bytes,
    *,
    path: str,
    format: str,  # noqa: A002 (the word of all formats)
    sheet: str | None = None,
    **options: Any,
) -> Election:
    """The election in the bytes of an XLSX file; `path` is the file's name, for errors.

    `sheet`: without it, the first that is shown. The others as for CSV: see `csv_papers`.
    Raises `FormatError` with every fault of the file, and `ElectionError` where the file is in
    order but no such election can be held.
    """
    asked = Asked(**options)
    if asked.reading is not None:
        sheet = asked.reading.sheet
    faults: list[Fault] = []
    notes: list[str] = []
    book = _book(data, path)
    chosen = _sheet(book, path, sheet, notes)
    if asked.title is None and len(_shown(book)) > 1:
        asked = replace(asked, title=" ".join(chosen.title.split()))
    grid = RowGrid(_rows(chosen, path, faults, notes), padded=True)
    if not any(any(cells) for _, cells in grid.top()):
        expected = "a row of headings and a row for each paper"
        raise FormatError(path, [Fault(None, "an empty sheet", expected)])
    known = tables.Sheet(
        format=format, path=path, sheet=chosen.title, settings={}, faults=faults, notes=notes
    )
    return tables.election_of(grid, known, asked)


def sheet_names(path: PathName) -> tuple[str, ...]:
    """The names of a workbook's sheets, each of which `read` takes as `sheet`, in their order.

    Raises `FormatError` where the file is no workbook that can be read.
    """
    name = os.fsdecode(path)
    return tuple(_sheets(_book(read_whole(path), name)))


def _book(data: bytes, path: str) -> Any:
    """The workbook of these bytes, once it is safe to open."""
    openpyxl = extra("openpyxl", "xlsx")
    _check_archive(data, path)
    with _whole(path):
        return openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False)


@contextmanager
def _whole(path: str) -> Iterator[None]:
    """Whatever openpyxl finds wrong is a fault of the file."""
    try:
        with warnings.catch_warnings():
            # They are about styles and the like, of which nothing is read.
            warnings.simplefilter("ignore")
            yield
    except FormatError:
        raise
    except Exception as error:
        # openpyxl lets through whatever a damaged part makes its own code, or XML's, raise.
        raise _not_a_workbook(path, f"a workbook that cannot be read ({reason(error)})") from error


def _not_a_workbook(path: str, found: str) -> FormatError:
    return FormatError(path, [Fault(None, found, "an XLSX workbook without password")])


def _check_archive(data: bytes, path: str) -> None:
    """Refuse what is no archive, and what unpacks to more than any table of papers."""
    if data.startswith(_OLD_OR_ENCRYPTED):
        raise _not_a_workbook(path, "an encrypted workbook or one of the old kind (.xls)")
    import zipfile

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            found = _not_to_be_opened(archive, len(data))
    except Exception as error:
        # So many kinds of damage, so many exceptions: of zipfile, zlib, lzma, struct and others.
        raise _not_a_workbook(path, f"a damaged archive, or none ({reason(error)})") from error
    if found:
        raise _not_a_workbook(path, found)


def _not_to_be_opened(archive: zipfile.ZipFile, size: int) -> str:
    """Why an archive of this size must not be opened, or ""."""
    members = archive.infolist()
    if any(member.flag_bits & 1 for member in members):
        return "an encrypted archive"
    most = min(_MOST_BYTES, max(_MOST_BYTES_AT_ANY_RATIO, _MOST_RATIO * size))
    stated = sum(member.file_size for member in members)
    if len(members) > _MOST_MEMBERS or stated > most or _unpacked(archive, most) > most:
        limits = f"{most} bytes in {_MOST_MEMBERS} parts"
        return f"an archive that unpacks to more than any table of papers ({limits})"
    return ""


def _unpacked(archive: zipfile.ZipFile, most: int) -> int:
    """The number of bytes that really come out, counted until they are more than `most`."""
    total = 0
    for member in archive.infolist():
        with archive.open(member) as stream:
            while total <= most and (chunk := stream.read(_CHUNK)):
                total += len(chunk)
    return total


def _sheets(book: Any) -> dict[str, Any]:
    return {sheet.title: sheet for sheet in book.worksheets}


def _shown(book: Any) -> dict[str, Any]:
    """The sheets that are not hidden."""
    return {name: sheet for name, sheet in _sheets(book).items() if sheet.sheet_state == "visible"}


def _sheet(book: Any, path: str, name: str | None, notes: list[str]) -> Any:
    sheets, shown = _sheets(book), _shown(book)
    if name is None and shown:
        name = _only_with_papers(shown, path)
        if len(sheets) > 1:
            others = [one for one in sheets if one != name]
            hidden = [one for one in others if one not in shown]
            notes.append(f"read from the sheet {echo(name)}; not read: {echoes(others)}")
            if hidden:
                notes.append(f"hidden, and not read: the sheets {echoes(hidden)}")
    if name not in sheets:
        found = f"no sheet {echo(name)}" if name else "a workbook without sheets that are shown"
        settled = [(Setting("sheet", one, "it is read"),) for one in shown]
        expected = f"one of the sheets {echoes(list(sheets))}" if sheets else "a sheet"
        raise FormatError(path, [Fault(None, found, expected, tuple(settled))])
    return sheets[name]


def _only_with_papers(shown: Mapping[str, Any], path: str) -> str:
    """The first sheet that is shown; where others are of papers, or it is not, that is asked."""
    first = next(iter(shown))
    if len(shown) == 1:
        return first
    like = {name: _like_papers(sheet, path) for name, sheet in shown.items()}
    papers = [name for name, found in like.items() if found == "papers"]
    perhaps = papers or [name for name, found in like.items() if found == "perhaps"]
    if like[first] == "papers":
        if papers == [first]:
            return first
        found = f"papers in several sheets ({echoes(papers)})"
    elif [name for name in perhaps if name != first]:
        found = f"no certain papers in the first sheet that is shown, {echo(first)}"
        papers = perhaps
    else:
        return first
    settled = tuple((Setting("sheet", name, "it is read"),) for name in papers)
    raise FormatError(path, [Fault(None, found, "one sheet that is to be read", settled)])


def _like_papers(sheet: Any, path: str) -> str:
    """Whether the first rows of a sheet are papers, "papers" or "perhaps", or "none"."""
    faults: list[Fault] = []
    rows = islice(_rows(sheet, path, faults, []), MOST_ROWS_ABOVE)
    grid = RowGrid(rows, padded=True)
    if sum(1 for _, cells in grid.top() if any(cells)) < 2 or faults:
        return "none"
    asked = tables.questions(grid, Asked(places=1))
    options = {setting.option for fault in asked for way in fault.settled_by for setting in way}
    if not asked or options & _OF_PAPERS:
        return "papers"
    return "perhaps" if options else "none"


def _rows(
    sheet: Any, path: str, faults: list[Fault], notes: list[str]
) -> Iterator[tuple[int, list[str]]]:
    """The rows with their cells as text; what is hidden is noted once all are read."""
    last = 0
    room = _Room(path)
    hidden: list[int] = []
    with _whole(path):
        for row, cells, is_hidden in _parsed(sheet, notes):
            if row <= last:
                raise _not_a_workbook(path, f"row {row} after row {last}")
            room.check(row, max((column for column, _ in cells), default=0))
            yield from ((blank, []) for blank in range(last + 1, row))
            last = row
            if is_hidden:
                hidden.append(row)
            faults += _formulas(row, cells)
            yield row, _texts(cells)
    if hidden:
        notes.append(f"hidden, and read all the same: {_of_numbers('row', hidden)}")


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
        most = min(_MOST_ROWS, _MOST_CELLS // self._widest)
        if row > most or self._cells > _MOST_CELLS:
            found = f"row {row}, in a sheet of {counted(max(self._widest, width), 'column')}"
            raise FormatError(self._path, [Fault(row, found, f"at most {most} rows")])


def _formulas(row: int, cells: _Cells) -> Iterator[Fault]:
    for column, value in cells:
        if isinstance(value, _Formula):
            found = f"the formula {echo(value.text)} in column {column}"
            yield Fault(row, found, "its value (copy, then paste values only)")


@dataclass(frozen=True, slots=True)
class _Formula:
    text: str


_Cells = list[tuple[int, Any]]
"""The cells of a row that are stored: the number of the column, and the value."""


def _parsed(sheet: Any, notes: list[str]) -> Iterator[tuple[int, _Cells, bool]]:
    """The rows as they are stored, and whether each is hidden; hidden columns are noted.

    A sheet leaves out its blank cells and rows. Were they filled in here, a few bytes at the far
    end of a row would cost as much as a whole row of votes.
    """
    parsing = extra("openpyxl.worksheet._reader", "xlsx")
    book = sheet.parent
    with book._archive.open(sheet._worksheet_path) as source:  # noqa: SLF001
        parser = parsing.WorkSheetParser(
            source,
            sheet._shared_strings,  # noqa: SLF001
            epoch=book.epoch,
            date_formats=book._date_formats,  # noqa: SLF001
            timedelta_formats=book._timedelta_formats,  # noqa: SLF001
        )
        for row, cells in parser.parse():
            attributes = parser.row_dimensions.pop(str(row), {})
            values = [
                (
                    cell["column"],
                    _Formula(str(cell["value"])) if cell["data_type"] == "f" else cell["value"],
                )
                for cell in cells
                if cell["value"] is not None
            ]
            yield row, values, attributes.get("hidden") in ("1", "true")
        columns = [
            number
            for one in parser.column_dimensions.values()
            if one.get("hidden") in ("1", "true")
            for number in range(int(one["min"]), min(int(one["max"]), _MOST_COLUMNS) + 1)
        ]
    if columns:
        letters = [tables.letters_of(number - 1) for number in columns]
        notes.append(f"hidden, and read all the same: {_of_numbers('column', letters)}")


def _texts(cells: _Cells) -> list[str]:
    texts = [""] * max((column for column, _ in cells), default=0)
    for column, value in cells:
        texts[column - 1] = value.text if isinstance(value, _Formula) else tables.text_of(value)
    while texts and not texts[-1]:
        texts.pop()
    return texts


def _of_numbers(what: str, numbers: Sequence[object]) -> str:
    listed = ", ".join(map(str, numbers[:10]))
    more = f" and {len(numbers) - 10} more" if len(numbers) > 10 else ""
    return f"{what}{'s' * (len(numbers) > 1)} {listed}{more}"


def dumps(election: Election) -> bytes:
    """The election's papers as an XLSX file: a column for each candidate.

    Raises `ElectionError` for what a sheet cannot hold.
    """
    openpyxl = extra("openpyxl", "xlsx")
    headings, rows = tables.as_table(election, "XLSX")
    _check_holds(election, headings)
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Papers")
    sheet.append([_string(sheet, heading) for heading in headings])
    for count, *marks in rows:
        exact = count if count is None or count <= _MOST_EXACT else str(count)
        sheet.append([exact, *marks])
    file = io.BytesIO()
    book.save(file)
    return _undated(file.getvalue())


def _undated(data: bytes) -> bytes:
    """The workbook without the time at which it was written: the same papers, the same bytes."""
    import zipfile

    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as dated, zipfile.ZipFile(file, "w") as undated:
        for name in dated.namelist():
            # The time of an archive member that is given none.
            undated.writestr(
                zipfile.ZipInfo(name),
                _WRITTEN_AT.sub(_NO_TIME, dated.read(name)),
                compress_type=zipfile.ZIP_DEFLATED,
            )
    return file.getvalue()


def _string(sheet: Any, text: str) -> Any:
    cell = extra("openpyxl.cell", "xlsx").WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    return cell


def _check_holds(election: Election, headings: Sequence[str]) -> None:
    rows = sum(1 for _ in election.papers.groups()) + 1
    for number, most, what in (
        (rows, _MOST_ROWS, "rows"),
        (len(headings), _MOST_COLUMNS, "columns"),
        (max(map(len, headings)), _LONGEST_TEXT, "characters in a name"),
    ):
        if number > most:
            raise ElectionError(f"XLSX: found {number} {what}; expected at most {most}")
    for heading in headings:
        if any(unicodedata.category(character) == "Cn" for character in heading):
            expected = "characters that are assigned"
            raise ElectionError(f"XLSX: found the name {heading!r}; expected {expected}")


def left_out(election: Election) -> tuple[str, ...]:
    """A sentence for each thing of this election that an XLSX file cannot hold."""
    return tables.left_out(election, "XLSX")
