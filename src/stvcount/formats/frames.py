"""Papers in a table that a program holds: of pandas, polars, Arrow, or by a protocol of theirs.

What stands in it is read as the same cells in a file are. A blank cell, of whatever kind (None,
NaN, NaT, NA), is a blank, and a number that is whole is a whole number, whatever its type: pandas
makes floats of a column of numbers with one empty cell.
"""

from __future__ import annotations

import datetime
from array import array
from collections.abc import Iterable, Sequence
from decimal import Decimal
from numbers import Real
from typing import Any, NamedTuple, Unpack

import numpy as np

from stvcount.checked import checked
from stvcount.checks import found, is_blank, whole
from stvcount.election import Election
from stvcount.election.matrix import number_type
from stvcount.errors import ElectionError
from stvcount.formats import TableOptions, coded, tables
from stvcount.formats.extras import extra
from stvcount.formats.tables import Asked, Column, ColumnGrid, Sheet

__all__ = ["Frame", "columns_of", "from_table"]

_NAME = "table"
_OTHERS = (Real, Decimal, datetime.date, datetime.time, datetime.timedelta)


class Frame(NamedTuple):
    """The columns of a table by name, and how many rows there are."""

    names: Sequence[str]
    columns: Sequence[Column]
    rows: int


@checked
def from_table(
    table: Any,
    *,
    places: int,
    title: str | None = None,
    **options: Unpack[TableOptions],
) -> Election:
    """The election in a table that a program holds: the same papers as from a file of its cells.

    `table`: a data frame of pandas, or anything that speaks the Arrow or the data frame
    interchange protocol (polars, pyarrow, DuckDB; these need the extra `arrow`). Its headings are
    the names of its columns; an index is not read. Rows count from 1.
    The options are those of `stvcount.read` for tables. A cell may be a text, a number, a date or a
    blank. Raises `ElectionError` for anything else, truth values included, with row and column, and
    for what is no table; `FormatError`, with every fault, where the cells cannot be read or leave a
    doubt.

    >>> import pandas, stvcount
    >>> frame = pandas.DataFrame({"Ann": [1, 2, None], "Bob": [2, 1, 1]})
    >>> stvcount.count(stvcount.from_table(frame, places=1)).elected
    ('Bob',)
    """
    frame = columns_of(table)
    given = {name: value for name, value in options.items() if value is not None}
    asked = Asked(places=places, title=title, **given)  # type: ignore[arg-type]
    grid = ColumnGrid(frame.names, frame.columns, frame.rows)
    return tables.election_of(grid, Sheet(format=_NAME, path=_NAME, settings={}), asked)


def columns_of(table: Any) -> Frame:
    """The columns of a table that a program holds. Raises `ElectionError` where it is none."""
    if hasattr(table, "iloc") and hasattr(table, "columns"):
        return _of_pandas(table)
    if hasattr(table, "__arrow_c_stream__"):
        return _of_arrow(extra("pyarrow", "arrow").table(table))
    if hasattr(table, "__arrow_c_array__"):
        pyarrow = extra("pyarrow", "arrow")
        return _of_arrow(pyarrow.Table.from_batches([pyarrow.record_batch(table)]))
    if hasattr(table, "__dataframe__"):
        return _of_arrow(extra("pyarrow.interchange", "arrow").from_dataframe(table))
    raise ElectionError(
        f"table: found {found(table)}; expected a data frame (pandas, polars, Arrow, or what "
        "speaks their interchange protocols)"
    )


def _of_pandas(table: Any) -> Frame:
    names = list(map(_name, table.columns))
    columns = []
    for number, name in enumerate(names):
        cells = table.iloc[:, number]
        if cells.dtype == object:
            columns.append(_encoded(cells.tolist(), name))
            continue
        columns.append(_by_code(_of_one_type(cells), name))
    return Frame(names, columns, len(table))


def _of_one_type(cells: Any) -> coded.Coded:
    # Of one type, so that no two cells are equal that are not the same.
    codes, different = cells.factorize(use_na_sentinel=True)
    moved = np.where(codes < 0, len(different), codes).astype(number_type(len(different)))
    return coded.Coded(different.tolist(), moved, None)


def _of_arrow(table: Any) -> Frame:
    pyarrow = extra("pyarrow", "arrow")
    columns = []
    for name, cells in zip(table.column_names, table.columns, strict=True):
        try:
            found = coded.of_arrow(cells)
        except (pyarrow.ArrowNotImplementedError, pyarrow.ArrowInvalid):
            columns.append(_encoded(cells.to_pylist(), name))
            continue
        columns.append(_by_code(found, name))
    return Frame(list(table.column_names), columns, table.num_rows)


def _name(heading: object) -> str:
    if isinstance(heading, tuple):
        expected = "headings of one level (`frame.columns = [...]` gives them)"
        raise ElectionError(f"table: found the heading {found(heading)}; expected {expected}")
    return "" if is_blank(heading) else str(heading)


def _by_code(found: coded.Coded, name: str) -> Column:
    """A column by its different cells, and which each row has."""
    cells: list[str] = []
    for code, cell in enumerate(found.different):
        text = _text(cell)
        if text is None:
            raise _no_cell(cell, int((found.codes == code).argmax()), name)
        cells.append(text)
    return Column([*cells, ""], found.codes, found.times)


def _encoded(cells: Iterable[object], name: str) -> Column:
    """The same, of cells that come one by one, of different types."""
    known: dict[str, int] = {}
    codes = array("i")
    for row, cell in enumerate(cells):
        text = _text(cell)
        if text is None:
            raise _no_cell(cell, row, name)
        codes.append(known.setdefault(text, len(known)))
    return Column(list(known), codes)


def _text(cell: object) -> str | None:
    """The cell as it would stand in a file; None where it could not."""
    if isinstance(cell, str):
        return cell
    if is_blank(cell):
        return ""
    number = whole(cell)
    if number is not None:
        return str(number)
    # Truth values are numbers to Python.
    return str(cell) if type(cell) is not bool and isinstance(cell, _OTHERS) else None


def _no_cell(cell: object, row: int, name: str) -> ElectionError:
    return ElectionError(
        f"table, row {row + 1}, column {name!r}: found {found(cell)}; "
        "expected a text, a number, a date or a blank"
    )
