"""What is asked of a table, and what reading it brings up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from stvcount.errors import Fault
from stvcount.formats.tables.table import Column, Table
from stvcount.formats.wording import control_character, echo


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the caller says about a table, each None where nothing is said."""

    places: int | None = None
    title: str | None = None
    layout: str | None = None
    candidates: Sequence[str] | None = None


@dataclass(slots=True)
class Findings:
    """A table that is being read, and all that is wrong with it or to be noted about it."""

    table: Table
    asked: Asked
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def fault(self, row: int | None, found: str, expected: str) -> None:
        self.faults.append(Fault(row, found, expected))

    def fault_of_headings(self, found: str, expected: str) -> None:
        self.fault(self.table.header, found, expected)

    def fault_of_character(self, row: int | None, name: str, where: str) -> None:
        found = f"the character {control_character(name)} in {echo(name)} ({where})"
        self.fault(row, found, "a text without control characters")

    def where(self, column: Column, wanted: Callable[[str], object]) -> Iterator[tuple[int, str]]:
        """Each row whose cell in this column is wanted, and the cell."""
        cells = {code: cell for code, cell in enumerate(column.cells) if wanted(cell)}
        if cells:
            for row, code in zip(self.table.rows, column.codes.tolist(), strict=True):
                if code in cells:
                    yield row, cells[code]
