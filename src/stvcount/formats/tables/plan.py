"""What has been decided of a table so far, and the questions that are left."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from stvcount.election.reading import ColumnRead, Layout, Role, RowLeftOut
from stvcount.errors import Alternative, Setting
from stvcount.formats.tables.cells import plain
from stvcount.formats.tables.columns import Col, letters_of
from stvcount.formats.tables.findings import Asked, Findings
from stvcount.formats.tables.headings import NONE
from stvcount.formats.tables.spelling import coded_alike, tidy
from stvcount.formats.wording import echo, echoes

_LETTERS = re.compile(r"[A-Z]{1,3}")
_OF_PAPERS: tuple[Role, ...] = (
    "candidate",
    "preference",
    "ranking",
    "name",
    "rank",
    "number of papers",
)
_MOST_CELLS_SHOWN = 3


@dataclass(slots=True)
class Plan:
    """A reading in the making; `headings`: those of all columns, also of the blank ones."""

    found: Findings
    columns: Sequence[Col]
    headings: Sequence[str]
    taken: dict[int, ColumnRead] = field(default_factory=dict)
    layout: Layout | None = None
    question: str | None = None
    candidates: tuple[str, ...] = ()
    same: dict[str, str] = field(default_factory=dict)
    blanks: dict[str, int] = field(default_factory=dict)
    rows_left_out: list[RowLeftOut] = field(default_factory=list)
    separator: str | None = None
    numbering: str | None = None

    @property
    def asked(self) -> Asked:
        return self.found.asked

    def take(
        self,
        column: Col,
        role: Role,
        why: str,
        *,
        candidate: str | None = None,
        preference: int | None = None,
    ) -> None:
        """Decide what this column is."""
        cells = (
            tuple(map(tidy, list(column.cells)[:_MOST_CELLS_SHOWN])) if role in _OF_PAPERS else ()
        )
        read = ColumnRead(
            letters_of(column.number), column.heading, role, candidate, preference, why, cells
        )
        self.taken[column.number] = read

    def take_known(self, column: Col) -> None:
        """Leave a column to what its heading says that it is, where it holds no votes."""
        if column.known is not None:
            role: Role = "identifier" if column.known.once else "not read"
            self.take(column, role, f"the heading says {column.known.what}")

    def leave_rest(self, why: str) -> None:
        """Read no other column; one whose heading is known is left for that."""
        for column in self.open:
            self.take(column, "not read", why)
            self.take_known(column)

    def leave(self, columns: Iterable[Col], why: str) -> None:
        for column in columns:
            self.take(column, "not read", why)

    @property
    def open(self) -> list[Col]:
        """The columns of which nothing is decided yet."""
        return [column for column in self.columns if column.number not in self.taken]

    def of_role(self, role: Role) -> list[Col]:
        return [
            column
            for column in self.columns
            if column.number in self.taken and self.taken[column.number].role == role
        ]

    @property
    def weights(self) -> Col | None:
        """The column of the numbers of papers, if there is one."""
        return next(iter(self.of_role("number of papers")), None)

    def column_of(self, text: str) -> Col | None:
        """The column that an option names, by heading or letters; None, with a fault, if none."""
        exact = [column for column in self.columns if plain(column.heading) == plain(text)]
        alike = [c for c in self.columns if coded_alike(c.heading) == coded_alike(text)]
        named = (exact or alike) if text.strip() else []
        if len(named) == 1:
            return named[0]
        if named:
            expected = f"the letters of one of them ({', '.join(c.letters for c in named)})"
            self.found.fault_of_headings(f"{len(named)} columns headed {echo(text)}", expected)
            return None
        if _LETTERS.fullmatch(text):
            for column in self.columns:
                if column.letters == text:
                    return column
        known = echoes([column.heading for column in self.columns if column.heading.strip()])
        self.found.fault_of_headings(f"no column {echo(text)}", f"one of {known}, or its letters")
        return None


def ignore(*columns: Col) -> Alternative:
    return tuple(Setting("ignore", column.option, "it is not read") for column in columns)


def weights(column: Col) -> Alternative:
    return (Setting("weights", column.option, "it says how many papers a row stands for"),)


def ignore_rows(rows: Iterable[int]) -> Alternative:
    return tuple(Setting("ignore_rows", row, "it is no paper") for row in rows)


def header_row(row: int) -> Alternative:
    return (Setting("header_row", row, "it is the last row of headings"),)


def no_headings(above: Iterable[int]) -> Alternative:
    """That the first row is a paper, but for those above it that are none."""
    return (Setting("header_row", NONE, "there is no row of headings"), *ignore_rows(above))


def blank(*words: str, meaning: str = "it means no choice") -> Alternative:
    return tuple(Setting("blank", word, meaning) for word in words)


def candidates(names: Iterable[str]) -> Alternative:
    return tuple(Setting("candidates", name, "a candidate") for name in names)


def preferences(columns: Iterable[Col]) -> Alternative:
    return tuple(
        Setting("preferences", column.option, f"preference {number}")
        for number, column in enumerate(columns, start=1)
    )


def layout(name: Layout, meaning: str) -> Alternative:
    return (Setting("layout", name, meaning),)


def rows_named(rows: Sequence[int], most: int = 10) -> str:
    """ "row 3", "rows 3, 4 and 12 more"."""
    if len(rows) == 1:
        return f"row {rows[0]}"
    listed = ", ".join(map(str, rows[:most]))
    more = len(rows) - most
    return f"rows {listed} and {more} more" if more > 0 else f"rows {listed}"
