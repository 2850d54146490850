"""Which way round a table is: a column for each candidate, or for each preference."""

from __future__ import annotations

from collections.abc import Sequence

from stvcount.formats.tables.ballots import CANDIDATES, PREFERENCES
from stvcount.formats.tables.cells import like_a_mark, style_of
from stvcount.formats.tables.findings import Findings
from stvcount.formats.tables.headings import Heading, shown
from stvcount.formats.wording import echo

_Words = tuple[int, str, Heading]
"""The first cell that is no mark against a candidate: its row, itself, its column."""

_SETTLE = (
    f'layout="{CANDIDATES}" (--layout {CANDIDATES}) for a column for each candidate, or '
    f'layout="{PREFERENCES}" for a column for each preference'
)


def layout_of(found: Findings, columns: Sequence[Heading]) -> str | None:
    """Which way round the table is, or None, with a fault, where that is not certain."""
    names = found.asked.candidates
    if names is not None and set(names) <= {column.name for column in columns}:
        return CANDIDATES
    unnumbered = [column for column in columns if column.rank is None]
    words = _first_words(found, columns)
    if len(unnumbered) == len(columns) and words is None:
        return CANDIDATES
    if not unnumbered and words is not None:
        return PREFERENCES
    _refuse(found, unnumbered, words)
    return None


def _first_words(found: Findings, columns: Sequence[Heading]) -> _Words | None:
    if style_of(cell for column in columns for cell in column.cells):
        return None
    for column in columns:
        for row, cell in found.where(column.column, lambda cell: not like_a_mark(cell)):
            return row, cell, column
    return None


def _refuse(found: Findings, unnumbered: Sequence[Heading], words: _Words | None) -> None:
    if words is None:
        both = "headings that number preferences over cells without names, which fit both ways"
        found.fault_of_headings(both, _SETTLE)
        return
    row, cell, column = words
    no_number = (
        f"{echo(cell)} in {column.shown}, which is no number, "
        f"under headings that number no preference ({shown(unnumbered)})"
    )
    expected = "numbers under candidates' names, or names under headings such as '1st choice'"
    found.fault(row, no_number, f"{expected}; otherwise {_SETTLE}")
