"""The result sheet as CSV: laid out like the printed one, or long, with a line for each figure.

Both are UTF-8 with commas. Text that a spreadsheet would take for a formula has an apostrophe
before it: `stvcount.formats.spreadsheet.unescaped` takes it away. Figures are plain figures.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

from stvcount.formats.spreadsheet import escaped
from stvcount.sheets import table, why
from stvcount.sheets.whole import shown

if TYPE_CHECKING:
    from stvcount.record import CountRecord, Stage

Line: TypeAlias = "Sequence[str | int | Decimal | None]"

LONG_COLUMNS = ("stage", "kind", "candidate", "change", "total", "status")


def sheet(record: CountRecord) -> str:
    """The result sheet: head, table with a pair of columns for each stage, result, decisions.

    Parts are set apart by an empty line. In the table a change is empty where there was none; at
    which stage somebody was deemed elected or excluded stands among the decisions.
    """
    record = shown(record)
    return written(_head(record), _stages(record), _result(record), _decisions(record))


def long_sheet(record: CountRecord) -> str:
    """A line for each figure of each stage, under the names in `LONG_COLUMNS`.

    Candidates have the status that they have after the stage: continuing, elected or excluded.
    Some lines of each stage belong to no candidate; their status is `non-transferable`;
    `remainders`, the part of it lost because remainders are ignored, in a count that loses any;
    and `quota` where there is one. Where candidates have keep values (Meek), lines with the status
    `keep-value` state them. `change` at the first stage is the whole figure. The lines of
    the kind `completion` have no stage: they state how the count ended for each candidate.
    """
    return written([LONG_COLUMNS, *_long_lines(record)])


def stages(record: CountRecord) -> str:
    """The table of the sheet alone."""
    return written(_stages(shown(record)))


def written(*parts: Iterable[Line]) -> str:
    """The parts as CSV, an empty line between them."""
    return "\n".join("".join(map(_line, lines)) for lines in parts)


def _line(cells: Line) -> str:
    # A writer quotes only what occurs in its own end of line: so that a lone CR in a cell is
    # quoted, it is left with CR and LF.
    text = io.StringIO(newline="")
    csv.writer(text).writerow([_cell(cell) for cell in cells])
    return text.getvalue().removesuffix("\r\n") + "\n"


def _cell(cell: str | int | Decimal | None) -> str:
    if isinstance(cell, str):
        return escaped(cell)
    return str(cell) if isinstance(cell, int) else table.figure(cell)


# As the printed sheet


def _head(record: CountRecord) -> Iterator[Line]:
    yield ["Title", record.title]
    for fact in table.facts(record):
        yield [fact.label, fact.text]
        for detail in fact.details:
            yield ["", detail]


def _stages(record: CountRecord) -> Iterator[Line]:
    parties = ["Affiliation"] if record.affiliations else []
    before = ["" for _ in ("Candidate", *parties)]
    named = ((f"Stage {one.number}", " ".join(table.heading(one))) for one in record.stages)
    for heads in zip(*named, strict=True):
        yield [*before, *(cell for head in heads for cell in (head, ""))]
    yield ["Candidate", *parties, *(["Change", "Total"] * len(record.stages)), "Result"]
    for row in table.rows(record):
        figures = [figure for cell in row.cells for figure in (cell.change, cell.total)]
        yield [row.name, *(row.affiliation for _ in parties), *figures, row.outcome]


def _result(record: CountRecord) -> Iterator[Line]:
    for one in table.elected(record):
        yield ["Elected", one.place, one.name, one.why]
    for one in table.not_elected(record):
        yield ["Other", "", one.name, one.why]
    for vacancy in record.vacant:
        yield ["Vacant", vacancy.places, vacancy.reason]
    if record.void:
        yield ["Void", "", "this election is void", *why.why_vacant(record)]


def _decisions(record: CountRecord) -> Iterator[Line]:
    yield ["At", "Clause", "What was decided and done"]
    for part in (*table.parts(record), *table.lots(record)):
        for item in part.items:
            yield [part.heading, item.label, "; ".join([item.text, *item.details])]


# Long


def _long_lines(record: CountRecord) -> Iterator[Line]:
    status: dict[str, str] = {}
    sums = [name for name in _SUMS if any(getattr(stage, name) for stage in record.stages)]
    before: Stage | None = None
    for stage in record.stages:
        status |= _statuses(stage, status)
        yield from _long_stage(stage, before, status)
        for name in ("non_transferable", *sums):
            yield from _long_sum(stage, before, name)
        for candidate, keep in (stage.keep_values or {}).items():
            yield [stage.number, stage.kind, candidate, None, keep, "keep-value"]
        before = stage
    for row in table.rows(record):
        if row.kind == "candidate" and before is not None:
            ended = row.outcome.lower() or "not elected"
            yield [None, "completion", row.name, None, before.votes.get(row.name), ended]
    for withdrawal in record.withdrawn:
        yield [None, "completion", withdrawal.candidate, None, None, "withdrawn"]


_SUMS = ("remainders", "quota")
"""Members of a stage that have lines where any stage has more than nothing."""


def _statuses(stage: Stage, before: dict[str, str]) -> dict[str, str]:
    """The statuses that change at this stage."""
    excluded = {name: "excluded" for name in stage.candidates if before.get(name) != "elected"}
    return excluded | {one.candidate: "elected" for one in stage.elected}


def _long_stage(stage: Stage, before: Stage | None, status: dict[str, str]) -> Iterator[Line]:
    for name, votes in stage.votes.items():
        earlier = before.votes.get(name) if before else None
        change = table.difference(votes, earlier)
        yield [stage.number, stage.kind, name, change, votes, status.get(name, "continuing")]


def _long_sum(stage: Stage, before: Stage | None, name: str) -> Iterator[Line]:
    now, earlier = getattr(stage, name), getattr(before, name, None)
    if now is not None:
        change = table.difference(now, earlier)
        yield [stage.number, stage.kind, None, change, now, name.replace("_", "-")]
