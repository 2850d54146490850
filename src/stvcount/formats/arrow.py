"""Parquet and Arrow files: papers in a table by columns, with pyarrow (extra `arrow`)."""

from __future__ import annotations

import decimal
import io
import re
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from stvcount.election import Election
from stvcount.errors import Fault, FormatError
from stvcount.formats import arrow_sizes, parquet_sizes, tables
from stvcount.formats.extras import extra
from stvcount.formats.tables import Asked, Column, ColumnGrid
from stvcount.formats.tables.table import BULK_FROM
from stvcount.formats.wording import echo, reason

__all__ = ["ARROW", "PARQUET", "ArrowFile", "Columnar", "ParquetFile"]

_PARQUET = b"PAR1"
_ARROW_FILE = b"ARROW1"
_ARROW_STREAM = b"\xff\xff\xff\xff"

# A few bytes can stand for any number of equal cells, so that the file's size bounds nothing.
_MOST_CELLS = 10**8
_MOST_CELLS_AT_ANY_RATIO = 2 * 10**7
_MOST_CELLS_PER_BYTE = 40
_MOST_BYTES = 1 << 32
_MOST_BYTES_AT_ANY_RATIO = 1 << 28
_MOST_RATIO = 200
# Different cells are looked at one by one, which takes longer.
_MOST_BYTES_OF_CELLS_AT_ANY_RATIO = 1 << 24
_MOST_RATIO_OF_CELLS = 20
_LONGEST_CELL = 1 << 20
_START_OF_STREAM = 8

_SIMPLE = (str, int, float, decimal.Decimal)

# What pandas calls the index of a frame that has none of its own.
_INDEX = re.compile(r"__index_level_[0-9]+__")
_DOT = re.compile(r"\.")


class Columnar(ABC):
    """A kind of file that pyarrow reads and writes."""

    name: str

    @abstractmethod
    def recognises(self, data: bytes) -> bool:
        """Whether these bytes begin, and end where that can be told, like such a file."""

    @abstractmethod
    def loaded(self, data: bytes, path: str) -> Any:
        """The table in these bytes."""

    @abstractmethod
    def stored(self, table: Any, file: io.BytesIO) -> None:
        """Write the table into the file."""

    def read(self, data: bytes, *, path: str, format: str, **options: Any) -> Election:  # noqa: A002
        """The election in the bytes of such a file; the options as for CSV: see `csv_papers`.

        Rows count from 1. Raises `FormatError` with every fault of the file, and `ElectionError`
        where the file is in order but no such election can be held.
        """
        names, columns, rows, notes = self.table(data, path)
        grid = ColumnGrid(names, columns, rows)
        sheet = tables.Sheet(format=format, path=path, settings={}, notes=notes)
        return tables.election_of(grid, sheet, Asked(**options))

    def table(self, data: bytes, path: str) -> tuple[list[str], list[Column], int, list[str]]:
        """The columns in the bytes of such a file, with their names, how many rows, and notes.

        Raises `FormatError` where they cannot be read.
        """
        extra("pyarrow", "arrow")
        try:
            loaded = self.loaded(data, path)
            loaded.validate(full=True)
            names, columns, notes = _columns(loaded, path, len(data))
        except FormatError:
            raise
        except Exception as error:
            # pyarrow raises what it likes for a damaged file: also OSError, KeyError, MemoryError.
            found = f"a file that cannot be read ({reason(error)})"
            fault = Fault(None, found, "a whole Parquet or Arrow file")
            raise FormatError(path, [fault]) from error
        return names, columns, loaded.num_rows, notes

    def dumps(self, election: Election) -> bytes:
        """The election's papers as such a file: a column for each candidate.

        Raises `ElectionError` for more papers alike than such a file can state.
        """
        file = io.BytesIO()
        self.stored(_table(election, self.name), file)
        return file.getvalue()

    def left_out(self, election: Election) -> tuple[str, ...]:
        """A sentence for each thing of this election that such a file cannot hold."""
        return tables.left_out(election, self.name)


class ParquetFile(Columnar):
    """Parquet."""

    name = "Parquet"

    def recognises(self, data: bytes) -> bool:
        return data.startswith(_PARQUET) and data.endswith(_PARQUET)

    def loaded(self, data: bytes, path: str) -> Any:
        pyarrow, parquet = extra("pyarrow", "arrow"), extra("pyarrow.parquet", "arrow")
        stated = parquet.read_metadata(pyarrow.BufferReader(data))
        cells = stated.num_rows * max(stated.num_columns, 1)
        _check_size(path, cells, parquet_sizes.unpacked(data), len(data))
        schema = stated.schema.to_arrow_schema()
        _check_types(schema, path)
        plain = [field.name for field in schema if not pyarrow.types.is_nested(field.type)]
        if stated.num_rows >= BULK_FROM and _are_apart(plain) and len(plain) == len(schema):
            return _OneByOne(data, stated, plain)
        return _parquet_file(data, stated, plain).read(use_threads=True)

    def stored(self, table: Any, file: io.BytesIO) -> None:
        extra("pyarrow.parquet", "arrow").write_table(table, file)


class ArrowFile(Columnar):
    """Arrow IPC (Feather), as a file or a stream."""

    name = "Arrow"

    def recognises(self, data: bytes) -> bool:
        return data.startswith((_ARROW_FILE, _ARROW_STREAM))

    def loaded(self, data: bytes, path: str) -> Any:
        pyarrow, ipc = extra("pyarrow", "arrow"), extra("pyarrow.ipc", "arrow")
        stated = None
        stream = pyarrow.BufferReader(data)
        if data.startswith(_ARROW_FILE):
            # It is a stream with a list of its batches at the end, which tells if it is whole.
            stated = ipc.open_file(stream).num_record_batches
            stream = pyarrow.BufferReader(pyarrow.py_buffer(data)[_START_OF_STREAM:])
        start = stream.tell()
        size = sum(map(arrow_sizes.unpacked, ipc.MessageReader.open_stream(stream)))
        _check_size(path, 0, size, len(data))
        stream.seek(start)
        batches = ipc.open_stream(stream)
        kept = list(_checked(batches, path, size, len(data)))
        if stated not in (None, len(kept)):
            found = f"{len(kept)} of {stated} batches of rows"
            raise FormatError(path, [Fault(None, found, "all that the end of the file lists")])
        return pyarrow.Table.from_batches(kept, batches.schema)

    def stored(self, table: Any, file: io.BytesIO) -> None:
        with extra("pyarrow.ipc", "arrow").new_file(file, table.schema) as writer:
            writer.write_table(table)


PARQUET, ARROW = ParquetFile(), ArrowFile()


def _parquet_file(data: bytes, stated: Any, plain: Sequence[str]) -> Any:
    """The file in these bytes, by what it states of itself and the names of its plain columns."""
    stream = extra("pyarrow", "arrow").BufferReader(data)
    # Texts stay encoded by their dictionary: a long one in every row is held once.
    return extra("pyarrow.parquet", "arrow").ParquetFile(
        stream, metadata=stated, read_dictionary=plain
    )


def _check_types(schema: Any, path: str) -> None:
    """Refuse columns that are not read anyway, and of which a few bytes may stand for many."""
    types = extra("pyarrow", "arrow").types

    def is_bytes(one: Any) -> bool:
        return bool(types.is_binary(one) or types.is_fixed_size_binary(one))

    if faults := [
        Fault(None, f"{str(one.type)[:60]} in column {echo(one.name)}", "texts or numbers")
        for one in schema
        if types.is_nested(one.type) or is_bytes(one.type)
    ]:
        raise FormatError(path, faults)


def _are_apart(names: Sequence[str]) -> bool:
    """Whether each column of a Parquet file can be asked for by its name alone."""
    known = set(names)
    beginnings = {name[: dot.start()] for name in names for dot in _DOT.finditer(name)}
    return len(known) == len(names) and not known & beginnings


class _OneByOne:
    """The columns of a large Parquet file, each read when it is asked for.

    So no more of them are in memory at a time than are looked at.
    """

    def __init__(self, data: bytes, stated: Any, names: Sequence[str]) -> None:
        self.column_names: Sequence[str] = names
        self.num_rows: int = stated.num_rows
        self._data = data
        self._stated = stated
        self._of_thread = threading.local()

    def validate(self, *, full: bool) -> None:
        """Each column is validated when it is read."""

    def column(self, number: int) -> Any:
        name = self.column_names[number]
        [cells] = self._file().read(columns=[name], use_threads=False).columns
        cells.validate(full=True)
        return cells

    def _file(self) -> Any:
        if not hasattr(self._of_thread, "file"):
            self._of_thread.file = _parquet_file(self._data, self._stated, self.column_names)
        return self._of_thread.file


def _checked(batches: Iterable[Any], path: str, size: int, packed: int) -> Iterator[Any]:
    """The batches, as long as they are sound and there is room for their cells."""
    cells = 0
    for batch in batches:
        # A damaged batch may claim memory that is not its own: nothing must look at it before this.
        batch.validate(full=True)
        cells += batch.num_rows * max(batch.num_columns, 1)
        _check_size(path, cells, size, packed)
        yield batch


def _check_size(path: str, cells: int, size: int, packed: int) -> None:
    most = min(_MOST_BYTES, max(_MOST_BYTES_AT_ANY_RATIO, _MOST_RATIO * packed))
    most_cells = min(_MOST_CELLS, max(_MOST_CELLS_AT_ANY_RATIO, _MOST_CELLS_PER_BYTE * packed))
    if cells > most_cells or size > most:
        found = f"a table of {cells} cells in {size} bytes"
        expected = f"at most {most_cells} cells in {most} bytes"
        raise FormatError(path, [Fault(None, found, expected)])


def _columns(loaded: Any, path: str, packed: int) -> tuple[list[str], list[Column], list[str]]:
    """The columns with their names, and what is to be noted about them."""
    faults: list[Fault] = []
    names: list[str] = []
    columns: list[Column] = []
    headings: Sequence[str] = loaded.column_names

    def read(number: int) -> Column | str:
        cells = loaded.column(number)
        check = partial(_check_cells, path, headings[number], packed)
        return _column(cells, check) or str(getattr(cells.type, "value_type", cells.type))

    numbers = [n for n, name in enumerate(headings) if not _INDEX.fullmatch(name)]
    for number, column in zip(numbers, _each(read, numbers, loaded.num_rows), strict=True):
        name = headings[number]
        if isinstance(column, str):
            faults.append(Fault(None, f"{column} in column {echo(name)}", "texts or numbers"))
        elif (longest := max(map(len, column.cells), default=0)) > _LONGEST_CELL:
            found = f"a cell of {longest} characters in column {echo(name)}"
            faults.append(Fault(None, found, f"at most {_LONGEST_CELL}"))
        else:
            names.append(name)
            columns.append(column)
    if faults:
        raise FormatError(path, faults)
    index = [name for name in headings if _INDEX.fullmatch(name)]
    return names, columns, [f"not read: the index {', '.join(index)}"] if index else []


def _each(
    read: Callable[[int], Column | str], numbers: Sequence[int], rows: int
) -> Iterable[Column | str]:
    """What is read of each column, a few at a time where they are long."""
    if rows < BULK_FROM:
        return map(read, numbers)
    from stvcount.election import laying

    with ThreadPoolExecutor(laying.at_once()) as threads:
        columns = list(threads.map(read, numbers))
    # What Arrow keeps for later would be beside the papers that are laid out next.
    extra("pyarrow", "arrow").default_memory_pool().release_unused()
    return columns


def _check_cells(path: str, name: str, packed: int, different: Any) -> None:
    most = max(_MOST_BYTES_OF_CELLS_AT_ANY_RATIO, _MOST_RATIO_OF_CELLS * packed)
    if different.nbytes > most:
        found = f"{different.nbytes} bytes of different cells in column {echo(name)}"
        raise FormatError(path, [Fault(None, found, f"at most {most}")])


def _column(chunks: Any, check: Callable[[Any], None]) -> Column | None:
    """A column by its different cells, without a Python object for each row; None if it has none.

    No more is asked of a cell than that it is simple: text or a number, or shown as text.
    `check`: refuses different cells that are too much to be looked at one by one.
    """
    from stvcount.formats import coded

    pyarrow = extra("pyarrow", "arrow")
    try:
        if pyarrow.types.is_temporal(chunks.type):
            chunks = chunks.cast(pyarrow.string())
        found = coded.of_arrow(chunks, check)
    except (pyarrow.ArrowNotImplementedError, pyarrow.ArrowInvalid):
        return None
    values = found.different
    if not all(value is None or isinstance(value, _SIMPLE) for value in values):
        return None
    return Column([*map(tables.text_of, values), ""], found.codes, found.times)


def _table(election: Election, kind: str) -> Any:
    pyarrow = extra("pyarrow", "arrow")
    headings, rows = tables.as_table(election, kind)
    columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in headings]
    arrays = [pyarrow.array(column, pyarrow.int64()) for column in columns]
    return pyarrow.Table.from_arrays(arrays, names=headings)
