"""What the cells say where each candidate has a column: numbers against candidates."""

from __future__ import annotations

from collections.abc import Sequence

from stvcount.formats.tables.ballots import CANDIDATES, Ballots
from stvcount.formats.tables.cells import is_cross, number_of, rank_of, style_of
from stvcount.formats.tables.findings import Findings
from stvcount.formats.tables.headings import Heading, note_unread
from stvcount.formats.wording import echo, echoes
from stvcount.words import counted


def by_candidates(found: Findings, columns: Sequence[Heading], counts: Sequence[int]) -> Ballots:
    columns = _asked_for(found, columns)
    names = tuple(column.name for column in columns)
    found.notes.append(f"a column for each candidate: {echoes(names)}")
    cells = [cell for column in columns for cell in column.cells if cell.strip()]
    style = style_of(cells)
    if style:
        found.notes.append(f"ranks written as in {echo(cells[0])} are read as plain numbers")
    else:
        _note_illegible(found, cells)
    read = _number_of_rank if style else number_of
    marks = tuple(
        ([read(cell) for cell in column.cells], column.column.codes) for column in columns
    )
    return Ballots(names, CANDIDATES, marks, counts)


def _asked_for(found: Findings, columns: Sequence[Heading]) -> Sequence[Heading]:
    """The columns of the candidates that the caller names, in that order, or all."""
    if found.asked.candidates is None:
        return columns
    taken: list[Heading] = []
    for name in found.asked.candidates:
        named = [column for column in columns if column.name == name]
        if len(named) != 1:
            number = counted(len(named), "column") if named else "no column"
            found.fault_of_headings(f"{number} headed {echo(name)}", "one")
        taken += named
    note_unread(found, [column for column in columns if column not in taken])
    return taken


def _note_illegible(found: Findings, cells: Sequence[str]) -> None:
    illegible = sorted(
        {cell.strip() for cell in cells if not number_of(cell) and not is_cross(cell)}
    )
    if illegible:
        found.notes.append(
            f"cells that are no plain positive whole number count for none: {echoes(illegible)}"
        )


def _number_of_rank(cell: str) -> int:
    rank = rank_of(cell)
    return rank.number if rank else 0
