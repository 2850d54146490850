"""What is asked of a table, and what reading it brings up."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from stvcount.election.reading import Reading
from stvcount.errors import Alternative, Fault
from stvcount.formats.tables.table import Column, Row, Table
from stvcount.formats.wording import control_character, echo


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the caller says about a table, each None or empty where nothing is said.

    See `stvcount.read` for what each means.
    """

    places: int | None = None
    title: str | None = None
    layout: str | None = None
    candidates: Sequence[str] | None = None
    preferences: Sequence[str] = ()
    weights: str | None = None
    ignore: Sequence[str] = ()
    ignore_rows: Sequence[int] = ()
    header_row: int | None = None
    question: str | None = None
    blank: Sequence[str] = ()
    same: Mapping[str, str] = field(default_factory=dict)
    mend_accents: bool = False
    reading: Reading | None = None


@dataclass(slots=True)
class Findings:
    """A table that is being read, and all that is wrong with it or to be noted about it.

    `header`: the number of the last row of headings, None where they stand in no row; `lowest`: its
    cells; `titles`: the rows above the headings.
    """

    table: Table
    asked: Asked
    header: int | None = None
    lowest: Sequence[str] = ()
    titles: Sequence[Row] = ()
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def above(self) -> list[int]:
        """The numbers of the rows above the headings."""
        return [row for row, _ in self.titles]

    def fault(
        self, row: int | None, found: str, expected: str, settled_by: Sequence[Alternative] = ()
    ) -> None:
        self.faults.append(Fault(row, found, expected, tuple(settled_by)))

    def fault_of_headings(
        self, found: str, expected: str, settled_by: Sequence[Alternative] = ()
    ) -> None:
        self.fault(self.header, found, expected, settled_by)

    def fault_of_character(self, row: int | None, name: str, where: str) -> None:
        found = f"the character {control_character(name)} in {echo(name)} ({where})"
        self.fault(row, found, "a text without control characters")

    def among(self, column: Column, texts: Collection[str]) -> Iterator[tuple[int, str]]:
        """Each row whose cell in this column is one of these texts, and the cell."""
        return self.where(column, lambda cell: cell.strip() in texts)

    def where(self, column: Column, wanted: Callable[[str], object]) -> Iterator[tuple[int, str]]:
        """Each row whose cell in this column is wanted, and the cell."""
        cells = {code: cell for code, cell in enumerate(column.cells) if wanted(cell)}
        for place, code in column.places(set(cells)) if cells else ():
            yield self.table.rows[place], cells[code]
