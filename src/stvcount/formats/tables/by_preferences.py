"""What the cells say where each preference has a column: names of candidates."""

from __future__ import annotations

from collections.abc import Sequence

from stvcount.formats.tables.ballots import BLANK, PREFERENCES, Ballots
from stvcount.formats.tables.cells import name_of
from stvcount.formats.tables.findings import Findings
from stvcount.formats.tables.headings import Heading, note_unread, shown
from stvcount.formats.wording import control_character, echo, echoes


def by_preferences(found: Findings, columns: Sequence[Heading], counts: Sequence[int]) -> Ballots:
    columns = _in_order(found, columns)
    for column in columns:
        for row, cell in found.where(column.column, lambda cell: control_character(name_of(cell))):
            found.fault_of_character(row, name_of(cell), column.shown)
    candidates = tuple(_candidates(found, columns))
    numbers = {name: number for number, name in enumerate(candidates)} | {"": BLANK}
    preferences = tuple(
        ([numbers.get(name_of(cell), BLANK) for cell in column.cells], column.column.codes)
        for column in columns
    )
    return Ballots(candidates, PREFERENCES, preferences, counts)


def _in_order(found: Findings, columns: Sequence[Heading]) -> Sequence[Heading]:
    """The columns in the order of the preferences that they hold."""
    found.notes.append(f"a column for each preference: {shown(columns)}")
    numbered = {column.rank: column for column in columns if column.rank is not None}
    if not numbered:
        found.notes.append("the headings number no preferences: read in their order")
        return columns
    note_unread(found, [column for column in columns if column.rank is None])
    ranks = [column.rank for column in columns if column.rank is not None]
    if sorted(ranks) != list(range(1, len(ranks) + 1)):
        several = f"columns for the preferences {', '.join(map(str, ranks))}"
        found.fault_of_headings(several, "each from 1 to the last, once")
    return [numbered[rank] for rank in sorted(numbered)]


def _candidates(found: Findings, columns: Sequence[Heading]) -> Sequence[str]:
    """The candidates' names; those in the cells must be among them."""
    asked = found.asked.candidates
    if asked is None:
        names = sorted({name_of(cell) for column in columns for cell in column.cells} - {""})
        _check_spelling(found, names)
        found.notes.append(
            "the candidates are those whom a paper names, in the order of the alphabet "
            "(candidates= gives others, or another order)"
        )
        return names
    known = {*asked, ""}
    for column in columns:
        for row, cell in found.where(column.column, lambda cell: name_of(cell) not in known):
            expected = f"one of the candidates {echoes(asked)}"
            found.fault(row, f"{echo(name_of(cell))} in {column.shown}", expected)
    return asked


def _check_spelling(found: Findings, names: Sequence[str]) -> None:
    spellings: dict[str, list[str]] = {}
    for name in names:
        spellings.setdefault(" ".join(name.casefold().split()), []).append(name)
    for alike in spellings.values():
        if len(alike) > 1:
            expected = "one spelling, or the names of all candidates (candidates=)"
            found.fault(None, f"the names {echoes(alike)}", expected)
