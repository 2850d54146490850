"""XLSX: papers in a sheet of a workbook, read and written with openpyxl (extra `xlsx`)."""

from __future__ import annotations

import io
import os
import re
import unicodedata
import warnings
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from stvcount.checked import checked
from stvcount.election import Election
from stvcount.errors import ElectionError, Fault, FormatError
from stvcount.formats import tables
from stvcount.formats.extras import extra
from stvcount.formats.files import PathName, read_whole
from stvcount.formats.tables import Asked, Builder
from stvcount.formats.wording import echo, echoes, reason
from stvcount.words import counted

if TYPE_CHECKING:
    import zipfile

__all__ = ["dumps", "left_out", "read", "recognises", "sheet_names"]

T = TypeVar("T")

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


def recognises(data: bytes) -> bool:
    """Whether these bytes are an archive with the parts of a workbook."""
    return data.startswith(b"PK\x03\x04") and b"xl/workbook" in data


def read(
    data: bytes,
    *,
    path: str,
    sheet: str | None = None,
    places: int | None = None,
    title: str | None = None,
    layout: str | None = None,
    candidates: Sequence[str] | None = None,
) -> Election:
    """The election in the bytes of an XLSX file; `path` is the file's name, for errors.

    `sheet`: without it, the first. The others as for CSV: see `csv_papers.read`.
    Raises `FormatError` with every fault of the file, and `ElectionError` where the file is in
    order but no such election can be held.
    """
    faults: list[Fault] = []
    notes: list[str] = []
    builder = _from_book(
        data, path, lambda book: _builder(_sheet(book, path, sheet, notes), path, faults)
    )
    return tables.election_of(
        builder.table(),
        path,
        Asked(places=places, title=title, layout=layout, candidates=candidates),
        faults=[*faults, *builder.faults],
        notes=[*notes, *builder.notes()],
    )


@checked
def sheet_names(path: PathName) -> tuple[str, ...]:
    """The names of a workbook's sheets, each of which `read` takes as `sheet`, in their order.

    Raises `FormatError` where the file is no workbook that can be read.
    """
    return _from_book(read_whole(path), os.fsdecode(path), lambda book: tuple(_sheets(book)))


def _from_book(data: bytes, path: str, found: Callable[[Any], T]) -> T:
    """What is found in the workbook of these bytes, once it is safe to open."""
    openpyxl = extra("openpyxl", "xlsx")
    _check_archive(data, path)
    try:
        with warnings.catch_warnings():
            # They are about styles and the like, of which nothing is read.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
            return found(book)
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


def _sheet(book: Any, path: str, name: str | None, notes: list[str]) -> Any:
    sheets = _sheets(book)
    if name is None and sheets:
        name = next(iter(sheets))
        if len(sheets) > 1:
            notes.append(f"read from the first of {len(sheets)} sheets, {echo(name)}")
    if name not in sheets:
        found = f"no sheet {echo(name)}" if name else "a workbook without sheets"
        expected = f"one of the sheets {echoes(list(sheets))}" if sheets else "a sheet"
        raise FormatError(path, [Fault(None, found, expected)])
    return sheets[name]


def _builder(sheet: Any, path: str, faults: list[Fault]) -> Builder:
    # The size that a sheet states may be anything; without it, the cells themselves count.
    sheet.reset_dimensions()
    rows = _rows(sheet, faults)
    top = islice(rows, _MOST_ROWS)
    header, headings = next(((row, cells) for row, cells in top if any(cells)), (0, []))
    if not headings:
        expected = "a row of headings and a row for each paper"
        raise FormatError(path, [Fault(None, "an empty sheet", expected)])
    builder = Builder(header, headings, padded=True)
    # A sheet is stored without its blank cells, so that its bytes do not bound its size.
    most = min(_MOST_ROWS, _MOST_CELLS // len(headings))
    for row, cells in rows:
        if row > most:
            found = f"row {row}, in a sheet of {counted(len(headings), 'column')}"
            raise FormatError(path, [Fault(row, found, f"at most {most} rows")])
        builder.add(row, cells)
    return builder


def _rows(sheet: Any, faults: list[Fault]) -> Iterator[tuple[int, list[str]]]:
    for row, cells in enumerate(sheet.iter_rows(), start=1):
        for column, cell in enumerate(cells, start=1):
            if cell.data_type == "f":
                found = f"the formula {echo(str(cell.value))} in column {column}"
                faults.append(Fault(row, found, "its value (copy, then paste values only)"))
        texts = [tables.text_of(cell.value) for cell in cells]
        while texts and not texts[-1]:
            texts.pop()
        yield row, texts


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
