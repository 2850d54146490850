"""What each part of a ballot file was taken for, as a table in plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stvcount.sheets.layout import padded, shown_width
from stvcount.words import counted, visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stvcount.election.reading import ColumnRead, Reading

_WIDEST = 32
_LAYOUTS = {
    "candidates": "a column for each candidate",
    "preferences": "a column for each preference",
    "ranking": "whole orders of names in a column",
    "long": "a row for each preference",
    "zero-one": "1 and 0 for each candidate",
}


def lines(reading: Reading) -> list[str]:
    """The reading of a table: where it is, a line for each column, and what else was settled."""
    if reading.layout is None:
        return []
    return [
        f"Read as: {what(reading)}",
        *_table(reading.columns),
        *besides(reading),
    ]


def besides(reading: Reading) -> list[str]:
    """A line for each row that is no paper, each word read as blank, each other spelling."""
    return [
        *(f"Not read: row {one.row} ({one.why})" for one in reading.rows_left_out),
        *(
            f"Read as blank: {word!r}, {counted(number, 'time')}"
            for word, number in reading.blanks.items()
        ),
        *(f"Read as {name!r}: {spelling!r}" for spelling, name in reading.same.items()),
    ]


def what(reading: Reading) -> str:
    """What a table was read as: format, layout, sheet, question, rows of headings."""
    parts = [reading.format, _LAYOUTS[reading.layout or "candidates"]]
    if reading.sheet is not None:
        parts.append(f"sheet {reading.sheet!r}")
    if reading.question is not None:
        parts.append(f"question {reading.question!r}")
    rows = ", ".join(map(str, reading.heading_rows))
    if rows != "0":
        parts.append(f"headings in row {rows}" if rows else "no row of headings")
    return ", ".join(parts)


def _table(columns: Sequence[ColumnRead]) -> list[str]:
    rows = [("column", "heading", "some cells", "taken for", "why")]
    rows += [
        (
            column.column,
            _short(column.heading),
            _short(", ".join(column.cells)) if column.cells else "(not shown)",
            _short(taken_for(column)),
            column.why,
        )
        for column in columns
    ]
    shown = [tuple(visible(" ".join(cell.split())) for cell in row) for row in rows]
    widths = [max(shown_width(row[place]) for row in shown) for place in range(4)]
    return [
        "  "
        + "  ".join(
            [*(padded(cell, width) for cell, width in zip(row, widths, strict=False)), row[4]]
        )
        for row in shown
    ]


def taken_for(column: ColumnRead) -> str:
    """What a column was taken for, in words."""
    if column.role == "candidate":
        rank = "" if column.preference is None else f" at rank {column.preference}"
        return f"{column.candidate}{rank}"
    return f"preference {column.preference}" if column.role == "preference" else column.role


def _short(text: str) -> str:
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 3]}..."
