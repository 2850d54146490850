"""ODS and XLS: papers in a sheet of a workbook, read with python-calamine (extra `ods`).

It takes memory for every cell from the first to the last of each sheet, blank or not, and a few
bytes can state a last cell far out. So the places of the cells are looked at before it opens one.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from stvcount.election import Election
from stvcount.errors import Fault, FormatError, StvcountError
from stvcount.formats import workbooks
from stvcount.formats.archives import check_archive
from stvcount.formats.extras import extra
from stvcount.formats.tables import Asked
from stvcount.formats.wording import reason
from stvcount.formats.workbooks import Cells

__all__ = ["ODS", "XLS"]

_ARCHIVE = b"PK\x03\x04"
_ODS_TYPE = b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STREAMS = ("Workbook", "Book")

_MOST_CELLS = 10**7
_LEAST_BYTES_OF_A_CELL = 4
_MOST_CHARACTERS_OF_A_CELL = 20


@dataclass(frozen=True, slots=True)
class _Kind:
    """Files of one kind. `extent`: how many cells, or characters in them, would be unpacked."""

    name: str
    recognises: Callable[[bytes], bool]
    extent: Callable[[bytes, str], None]

    def read(
        self,
        data: bytes,
        *,
        path: str,
        format: str,  # noqa: A002 (as every format has it)
        sheet: str | None = None,
        opened: Sequence[_Sheet] | None = None,
        **options: Any,
    ) -> Election:
        """The election in the bytes of such a file: see `xlsx.read`."""
        return workbooks.election_of(
            self.sheets(data, path) if opened is None else opened,
            path=path,
            format_name=format,
            sheet=sheet,
            asked=Asked(**options),
        )

    def sheets(self, data: bytes, path: str) -> list[_Sheet]:
        """The sheets of the workbook, once it is safe to open.

        Raises `FormatError` where it cannot be, and `ElectionError` where the library is missing.
        """
        calamine = extra("python_calamine", "ods")
        try:
            self.extent(data, path)
            book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
            workbooks.check_number(len(book.sheets_metadata), path)
            return [_sheet(calamine, book, metadata) for metadata in book.sheets_metadata]
        except (StvcountError, KeyboardInterrupt, MemoryError):
            raise
        except BaseException as error:
            # Of XML and of both libraries, each with exceptions of its own for what is damaged, one
            # of which (of Rust) is no Exception.
            found = f"a workbook that cannot be read ({reason(error)})"
            raise _not_a_workbook(path, found) from error


@dataclass(frozen=True, slots=True)
class _Sheet:
    title: str
    is_shown: bool
    sheet: Any

    def stored(self, notes: list[str]) -> Iterator[tuple[int, Cells, bool]]:
        """The rows; which of them are hidden, the library does not tell."""
        left = (self.sheet.start or (0, 0))[1]
        for row, values in enumerate(self.sheet.iter_rows(), start=1):
            cells = [(left + place, value) for place, value in enumerate(values, 1) if value != ""]
            if cells:
                yield row, cells, False


def _sheet(calamine: Any, book: Any, metadata: Any) -> _Sheet:
    shown = metadata.visible == calamine.SheetVisibleEnum.Visible
    is_table = metadata.typ == calamine.SheetTypeEnum.WorkSheet
    return _Sheet(metadata.name, shown and is_table, book.get_sheet_by_name(metadata.name))


def _not_a_workbook(path: str, found: str) -> FormatError:
    return FormatError(
        path, [Fault(None, found, "a workbook without password, or one saved as .xlsx")]
    )


def _check(path: str, cells: int, size: int) -> None:
    """Refuse cells that take more than any table of papers of this size, in bytes, would."""
    if cells > max(_MOST_CELLS, size // _LEAST_BYTES_OF_A_CELL):
        found = f"a sheet whose last cell is so far out that {cells} cells would be read"
        raise _not_a_workbook(path, found)


# ODS: XML in which a cell, or a row of cells, may stand for any number of them


def _is_ods(data: bytes) -> bool:
    return data.startswith(_ARCHIVE) and _ODS_TYPE in data[:200]


def _extent_of_ods(data: bytes, path: str) -> None:
    import zipfile
    from xml.parsers import expat

    check_archive(data, path, "an ODS workbook without password")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        content = archive.read("content.xml")
    parser = expat.ParserCreate(namespace_separator=" ")
    extent = _Extent(parser, lambda cells: _check(path, cells, len(content)))
    parser.StartElementHandler = extent.start
    parser.EndElementHandler = extent.end
    parser.Parse(content, True)  # noqa: FBT003 (the name of the parameter is none)


class _Extent:
    """Adds up, cell by cell, what the sheets come to once all that is repeated is written out."""

    def __init__(self, parser: Any, check: Callable[[int], None]) -> None:
        self._parser = parser
        self._check = check
        self._before = self._rows = self._last = self._width = 0
        self._characters = 0
        self._row_times = self._row_cells = self._row_characters = 0
        self._begins = self._times = 0
        self._filled = False

    def start(self, element: str, attributes: dict[str, str]) -> None:
        name = _local(element)
        if name == "table":
            self._before += self._last * self._width
            self._rows = self._last = self._width = 0
        elif name == "table-row":
            self._row_times = _times(attributes, "number-rows-repeated")
            self._row_cells = self._row_characters = 0
            self._filled = False
        elif name in ("table-cell", "covered-table-cell"):
            self._times = _times(attributes, "number-columns-repeated")
            self._begins = self._parser.CurrentByteIndex
            self._row_cells += self._times
            self._filled |= any(_local(name).endswith("value") for name in attributes)
        elif name == "p":
            self._filled = True

    def end(self, element: str) -> None:
        name = _local(element)
        if name in ("table-cell", "covered-table-cell"):
            length = self._parser.CurrentByteIndex - self._begins
            self._row_characters += length * self._times
        elif name == "table-row":
            self._rows += self._row_times
            if self._filled:
                self._last = self._rows
                self._width = max(self._width, self._row_cells)
                self._characters += self._row_characters * self._row_times
                cells = self._before + self._last * self._width
                self._check(max(cells, self._characters // _MOST_CHARACTERS_OF_A_CELL))


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _times(attributes: dict[str, str], name: str) -> int:
    given = [value for one, value in attributes.items() if _local(one) == name]
    return int(given[0]) if given else 1


# XLS: records, of which those of cells begin with row and column


def _is_xls(data: bytes) -> bool:
    names = [name.encode("utf-16-le") for name in _STREAMS]
    return data.startswith(_COMPOUND) and any(name in data for name in names)


_BEGINS_A_SHEET = 0x0809
_OF_CELLS = frozenset(
    (
        *(0x0006, 0x0206, 0x0406),  # formulas
        *(0x0001, 0x0201, 0x00BE),  # blank cells
        *(0x0002, 0x0003, 0x0203, 0x027E, 0x00BD),  # numbers
        *(0x0004, 0x0204, 0x00D6, 0x00FD),  # texts
        *(0x0005, 0x0205),  # truth values and errors
    )
)


def _extent_of_xls(data: bytes, path: str) -> None:
    olefile = extra("olefile", "ods")
    with olefile.OleFileIO(io.BytesIO(data)) as compound:
        name = next((name for name in _STREAMS if compound.exists(name)), None)
        if name is None:
            raise _not_a_workbook(path, "a workbook with a password, or none")
        records = compound.openstream(name).read()
    before, places = 0, _Places()
    for kind, place in _records(records):
        if kind == _BEGINS_A_SHEET:
            before, places = before + places.cells(), _Places()
        elif kind in _OF_CELLS:
            places.add(*place)
            _check(path, before + places.cells(), len(data))


def _records(stream: bytes) -> Iterator[tuple[int, tuple[int, int]]]:
    """The kinds of the records, and the first two numbers in each."""
    at = 0
    while at + 8 <= len(stream):
        kind, length, row, column = struct.unpack_from("<HHHH", stream, at)
        yield kind, (row, column)
        at += 4 + length


class _Places:
    """The cells from the first to the last of a sheet."""

    def __init__(self) -> None:
        self._rows: tuple[int, int] | None = None
        self._columns = (0, 0)

    def add(self, row: int, column: int) -> None:
        if self._rows is None:
            self._rows, self._columns = (row, row), (column, column)
        self._rows = min(row, self._rows[0]), max(row, self._rows[1])
        self._columns = min(column, self._columns[0]), max(column, self._columns[1])

    def cells(self) -> int:
        if self._rows is None:
            return 0
        return (self._rows[1] - self._rows[0] + 1) * (self._columns[1] - self._columns[0] + 1)


ODS = _Kind("ODS", _is_ods, _extent_of_ods)
XLS = _Kind("XLS", _is_xls, _extent_of_xls)
