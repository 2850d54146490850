"""What each part of a ballot file was taken for, so that it can be seen, settled and repeated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from stvcount.frozen import FrozenMapping

Role: TypeAlias = Literal[
    "candidate", "preference", "ranking", "number of papers", "identifier", "not read"
]
Layout: TypeAlias = Literal["candidates", "preferences", "ranking", "long", "zero-one"]

_NO_COUNTS: FrozenMapping[str, int] = FrozenMapping()
_NO_TEXTS: FrozenMapping[str, str] = FrozenMapping()


@dataclass(frozen=True, slots=True)
class ColumnRead:
    """One column of a table: where it stands, its heading, what it was taken for, and why.

    `column`: its letters in a spreadsheet, "A" for the first. `stands_for`: the candidate's name or
    the number of the preference, where it has that role; else None.
    """

    column: str
    heading: str
    role: Role
    stands_for: str | None
    why: str


@dataclass(frozen=True, slots=True)
class RowLeftOut:
    """A row of a table, by its number in the file, that is no paper, and why."""

    row: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How a ballot file was read: the same bytes with the same reading are the same papers.

    `format`: its name. `sheet`: of a workbook. `question`: of a form with several. `layout`: which
    way round a table is; None for a file that is no table. `heading_rows`: the numbers of the rows
    of headings. `columns`: of a table, from the left. `rows_left_out`: those that are no papers.
    `blanks`: words read as blank cells, with how many there were. `same`: spellings taken for a
    printed name. `settings`: every further option that the reading took, by its name at the
    command.
    """

    format: str
    sheet: str | None = None
    question: str | None = None
    layout: Layout | None = None
    heading_rows: tuple[int, ...] = ()
    columns: tuple[ColumnRead, ...] = ()
    rows_left_out: tuple[RowLeftOut, ...] = ()
    blanks: FrozenMapping[str, int] = _NO_COUNTS
    same: FrozenMapping[str, str] = _NO_TEXTS
    settings: FrozenMapping[str, str] = _NO_TEXTS
