"""The election in a table, or all that is wrong with it.

    grid --headings--> table --judging--> plan = reading --ballots--> papers

The papers are made by the reading alone, so that the same reading gives the same papers again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from stvcount.election import Election, Papers
from stvcount.election.reading import ColumnRead, Reading, RowLeftOut
from stvcount.errors import Fault, FormatError
from stvcount.formats.accents import mended
from stvcount.formats.tables.ballots import Ballots, ballots_of
from stvcount.formats.tables.cells import LINE_BREAK
from stvcount.formats.tables.columns import letters_of
from stvcount.formats.tables.findings import Asked, Findings
from stvcount.formats.tables.fitting import fitting
from stvcount.formats.tables.headings import Heads, heads, heads_at
from stvcount.formats.tables.judging import judged
from stvcount.formats.tables.plan import Plan
from stvcount.formats.tables.table import Grid, Table
from stvcount.formats.wording import by_line
from stvcount.frozen import FrozenMapping
from stvcount.words import counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Where a grid comes from: the format, the sheet of a workbook, what else was settled.

    `faults`, `notes`: those of reading the file up to here.
    """

    format: str
    path: str
    sheet: str | None = None
    settings: Mapping[str, str]
    faults: Sequence[Fault] = ()
    notes: Sequence[str] = ()


def election_of(
    grid: Grid,
    sheet: Sheet,
    asked: Asked,
    *,
    papers: Callable[[Ballots], Papers] = Ballots.papers,
) -> Election:
    """The election in a grid of cells.

    `papers`: makes them of what is on them, where the rows do not lie here. Raises `FormatError`
    with every fault of the file, and `ElectionError` where the file is in order but no such
    election can be held.
    """
    found, reading, ballots = _read(grid, sheet, asked)
    if asked.places is None:
        expected = "places= (--places), since a table does not state it"
        found.fault(None, "no number of places", expected)
    faults = by_line([*sheet.faults, *grid.faults], found.faults)
    if reading is None or ballots is None or asked.places is None or faults:
        raise FormatError(sheet.path, _once(faults))
    return Election(
        title=asked.title or reading.question or "",
        places=asked.places,
        candidates=reading.candidates,
        papers=papers(ballots),
        notes=[*sheet.notes, *grid.notes(), *found.notes],
        reading=reading,
    )


def questions(grid: Grid, asked: Asked) -> list[Fault]:
    """What would be asked of a grid of papers; a fault without an answer where it is none."""
    found, reading, _ = _read(grid, Sheet(format="", path="", settings={}), asked)
    if reading is None and not found.faults:
        return [Fault(None, "no papers", "some")]
    return found.faults


def _once(faults: Sequence[Fault]) -> list[Fault]:
    return list(dict.fromkeys(faults))


def _read(
    grid: Grid, sheet: Sheet, asked: Asked
) -> tuple[Findings, Reading | None, Ballots | None]:
    head = _heads(grid, asked)
    found = Findings(Table((), ()), asked)
    if head is None:
        found.faults += [_no_headings(grid, asked)]
        return found, None, None
    left_out = _left_out(asked)
    width = grid.width(head.end, len(head.texts))
    table = grid.below(head.end, width, left_out)
    texts = (*head.texts, *[""] * (width - len(head.texts)))
    if asked.mend_accents:
        table, texts = _mended(table), tuple(map(mended, texts))
    found.header = (head.rows[-1] or None) if head.rows else None
    found.lowest = head.lowest
    found.titles = [(row, cells) for row, cells in grid.top() if row in head.above]
    found.table = table
    there = {*grid.left_out, *head.above}
    for row in sorted(left_out - there) if asked.reading is None else ():
        found.fault(None, f"ignore_rows={row!r}", "the number of a row below the headings")
    _note_heads(found, head)
    reading = _reading(found, sheet, head, texts)
    if reading is None or found.faults:
        return found, None, None
    return found, reading, ballots_of(found, reading)


def _heads(grid: Grid, asked: Asked) -> Heads | None:
    if asked.reading is None:
        return heads(grid.top(), asked.header_row)
    return heads_at(grid.top(), asked.reading.heading_rows)


def _no_headings(grid: Grid, asked: Asked) -> Fault:
    if asked.reading is not None:
        found = f"no cells in {_rows(asked.reading.heading_rows)}"
        return Fault(None, found, "the headings there, as the reading has them")
    if asked.header_row is not None:
        last = max((row for row, _ in grid.top()), default=0)
        expected = f"a row with cells, among the first {last}"
        return Fault(asked.header_row, f"header_row={asked.header_row}", expected)
    return Fault(None, "an empty sheet", "a row of headings and a row for each paper")


def _mended(table: Table) -> Table:
    columns = [replace(column, cells=tuple(map(mended, column.cells))) for column in table.columns]
    return Table(columns, table.rows)


def _left_out(asked: Asked) -> set[int]:
    """The rows that are said to be no papers."""
    if asked.reading is not None:
        return {one.row for one in asked.reading.rows_left_out}
    return set(asked.ignore_rows)


def _note_heads(found: Findings, head: Heads) -> None:
    if not head.rows:
        found.notes.append("no row of headings: the first row is a paper")
    if head.above:
        found.notes.append(f"above the headings, not read: {_rows(head.above)}")
    if len(head.rows) > 1:
        found.notes.append(
            f"the headings stand in {counted(len(head.rows), 'row')}: {_rows(head.rows)}"
        )
    if any(LINE_BREAK.search(text.strip()) for text in head.texts):
        found.notes.append("line breaks and tabs in headings are read as blanks")


def _rows(rows: Sequence[int]) -> str:
    listed = ", ".join(map(str, rows))
    return f"row {listed}" if len(rows) == 1 else f"rows {listed}"


# The reading


def _reading(found: Findings, sheet: Sheet, head: Heads, texts: Sequence[str]) -> Reading | None:
    if found.asked.reading is not None:
        return fitting(found, found.asked.reading, texts)
    plan = judged(found, texts)
    return None if plan is None or found.faults else _as_reading(plan, sheet, head)


def _as_reading(plan: Plan, sheet: Sheet, head: Heads) -> Reading:
    settings = dict(sheet.settings)
    if plan.numbering is not None:
        settings["numbering"] = plan.numbering
    if plan.separator is not None:
        settings["separator"] = plan.separator
    if plan.asked.mend_accents:
        settings["mend_accents"] = "true"
    above = [RowLeftOut(row, "above the headings") for row in head.above]
    return Reading(
        format=sheet.format,
        sheet=sheet.sheet,
        question=plan.question,
        layout=plan.layout,
        heading_rows=head.rows,
        columns=tuple(
            plan.taken.get(number) or _blank_column(number, text)
            for number, text in enumerate(plan.headings)
        ),
        candidates=plan.candidates,
        rows_left_out=(*above, *plan.rows_left_out),
        blanks=FrozenMapping(plan.blanks),
        same=FrozenMapping(plan.same),
        settings=FrozenMapping(settings),
    )


def _blank_column(number: int, heading: str) -> ColumnRead:
    return ColumnRead(letters_of(number), heading, "not read", None, None, "blank", ())
