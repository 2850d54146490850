"""XLSX: papers in a sheet of a workbook, read and written with openpyxl (extra `xlsx`)."""

from __future__ import annotations

import io
import re
import unicodedata
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from stvcount.election import Election
from stvcount.errors import ElectionError, Fault, FormatError
from stvcount.formats import tables, workbooks
from stvcount.formats.archives import check_archive
from stvcount.formats.extras import extra
from stvcount.formats.tables import Asked
from stvcount.formats.wording import reason
from stvcount.formats.workbooks import MOST_ROWS, Cells, Formula, of_numbers

__all__ = ["dumps", "left_out", "read", "recognises", "sheets"]

_EXPECTED = "an XLSX workbook without password"

_MOST_COLUMNS = 16_384
_LONGEST_TEXT = 32_767
_MOST_EXACT = 10**15

_WRITTEN_AT = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*")
_NO_TIME = rb"\g<1>1980-01-01T00:00:00Z"


def recognises(data: bytes) -> bool:
    """Whether these bytes are an archive with the parts of a workbook."""
    # The same in another coding (.xlsb) is none that openpyxl reads.
    return data.startswith(b"PK\x03\x04") and b"xl/workbook.xml" in data


def read(
    data: bytes,
    *,
    path: str,
    format: str,  # noqa: A002 (the word of all formats)
    sheet: str | None = None,
    opened: Sequence[_Sheet] | None = None,
    **options: Any,
) -> Election:
    """The election in the bytes of an XLSX file; `path` is the file's name, for errors.

    `sheet`: without it, the first that is shown. `opened`: the sheets, where they are open already.
    The others as for CSV: see `csv_papers`.
    Raises `FormatError` with every fault of the file, and `ElectionError` where the file is in
    order but no such election can be held.
    """
    return workbooks.election_of(
        sheets(data, path) if opened is None else opened,
        path=path,
        format_name=format,
        sheet=sheet,
        asked=Asked(**options),
    )


def sheets(data: bytes, path: str) -> list[_Sheet]:
    """The sheets of the workbook of these bytes, once it is safe to open."""
    openpyxl = extra("openpyxl", "xlsx")
    check_archive(data, path, _EXPECTED)
    with _whole(path):
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
        workbooks.check_number(len(book.worksheets), path)
        return [_Sheet(sheet, path) for sheet in book.worksheets]


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
    return FormatError(path, [Fault(None, found, _EXPECTED)])


class _Sheet:
    """A sheet as openpyxl has it."""

    def __init__(self, sheet: Any, path: str) -> None:
        self._sheet = sheet
        self._path = path

    @property
    def title(self) -> str:
        title: str = self._sheet.title
        return title

    @property
    def is_shown(self) -> bool:
        return bool(self._sheet.sheet_state == "visible")

    def stored(self, notes: list[str]) -> Iterator[tuple[int, Cells, bool]]:
        with _whole(self._path):
            yield from self._parsed(notes)

    def _parsed(self, notes: list[str]) -> Iterator[tuple[int, Cells, bool]]:
        parsing = extra("openpyxl.worksheet._reader", "xlsx")
        book = self._sheet.parent
        with book._archive.open(self._sheet._worksheet_path) as source:  # noqa: SLF001
            parser = parsing.WorkSheetParser(
                source,
                self._sheet._shared_strings,  # noqa: SLF001
                epoch=book.epoch,
                date_formats=book._date_formats,  # noqa: SLF001
                timedelta_formats=book._timedelta_formats,  # noqa: SLF001
            )
            _keep_results(parser, parsing.VALUE_TAG)
            for row, cells in parser.parse():
                attributes = parser.row_dimensions.pop(str(row), {})
                values = [
                    (one["column"], one["value"]) for one in cells if one["value"] is not None
                ]
                yield row, values, attributes.get("hidden") in ("1", "true")
            spans = [
                (int(one["min"]), min(int(one["max"]), _MOST_COLUMNS))
                for one in parser.column_dimensions.values()
                if one.get("hidden") in ("1", "true")
            ]
        if columns := list(_within(spans)):
            letters = [tables.letters_of(number - 1) for number in columns]
            notes.append(f"hidden, and read all the same: {of_numbers('column', letters)}")


def _within(spans: Iterable[tuple[int, int]]) -> Iterator[int]:
    """The numbers in these spans, each once: any number of spans may have the same in them."""
    last = 0
    for start, end in sorted(spans):
        yield from range(max(start, last + 1), end + 1)
        last = max(last, end)


def _keep_results(parser: Any, value_of: str) -> None:
    """Have openpyxl's parser keep beside each formula what it gave, which it leaves out."""
    parse_cell = parser.parse_cell

    def with_result(element: Any) -> dict[str, Any]:
        result = element.findtext(value_of) or None
        cell: dict[str, Any] = parse_cell(element)
        if cell["data_type"] == "f":
            cell["value"] = Formula(str(cell["value"]), result)
        return cell

    parser.parse_cell = with_result


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
        (rows, MOST_ROWS, "rows"),
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
