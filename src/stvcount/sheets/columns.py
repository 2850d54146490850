"""The table of the stages as columns of text, folded into blocks that fit a width."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stvcount.sheets import bounds, table
from stvcount.sheets.layout import shown_width
from stvcount.words import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from stvcount.record import CountRecord, Stage

BAR = " | "
"""What stands between two columns."""

_WIDEST_HEADING_WORD = 20
_LEAST_NAME = 16


@dataclass(frozen=True, slots=True)
class Column:
    """What stands beside the names, for one stage: a heading, then a cell for each label."""

    heading: Sequence[str]
    cells: Sequence[str]
    width: int


@dataclass(frozen=True, slots=True)
class Folded:
    """The table: a label for each line of cells, and the columns in blocks that repeat them.

    `labels`: the word above the names, then the name of each row. `outcomes`: what became of
    each row's candidate. `name_width`: the room of the names. `total`: which of the labels is
    that of the total. `left_out`: what is said of stages that have no column, if any.
    """

    labels: Sequence[str]
    outcomes: Sequence[str]
    name_width: int
    total: int
    blocks: Sequence[Sequence[Column]]
    left_out: str


def folded(record: CountRecord, width: int) -> Folded:
    """The table of the stages, in blocks at most `width` columns wide."""
    shown = bounds.in_table(record)
    rows = table.rows(record, shown)
    columns = [
        _column(*_stage(rows, at, record.stages[number]), width) for at, number in enumerate(shown)
    ]
    columns.append(_column(["Result"], _outcomes(rows), width))
    labels = ["Candidate", *(row.label for row in rows)]
    name_width = _name_width(labels, columns, width)
    return Folded(
        labels=labels,
        outcomes=[row.outcome for row in rows],
        name_width=name_width,
        total=1 + [row.kind for row in rows].index("total"),
        blocks=_blocks(columns, width - name_width),
        left_out=bounds.left_out(record, shown),
    )


def _column(heading: Sequence[str], cells: Sequence[str], width: int) -> Column:
    """As wide as its cells, or as the longest word of the heading where that is moderate."""
    longest = max(shown_width(visible(word)) for line in heading for word in line.split(" "))
    moderate = min(longest, _WIDEST_HEADING_WORD, width // 3)
    return Column(heading, cells, max(*map(len, cells), moderate))


def _stage(rows: Sequence[table.Row], at: int, stage: Stage) -> tuple[Sequence[str], Sequence[str]]:
    """The heading and the cells of a stage; the first stage has no changes."""
    shown = [row.cells[at] for row in rows]
    totals = _aligned("Total", (table.figure(cell.total) for cell in shown))
    marks = ["", *(cell.mark for cell in shown)]
    cells = [f"{total} {mark:1}" for total, mark in zip(totals, marks, strict=True)]
    if at:
        changes = _aligned("Change", (table.change(cell.change) for cell in shown))
        cells = [f"{change}  {cell}" for change, cell in zip(changes, cells, strict=True)]
    return [f"Stage {stage.number}", *table.heading(stage)], cells


def _outcomes(rows: Sequence[table.Row]) -> list[str]:
    widest = max(len(row.outcome) for row in rows)
    return [outcome.ljust(widest) for outcome in ("", *(row.outcome for row in rows))]


def _aligned(label: str, figures: Iterable[str]) -> list[str]:
    """The label and, under it, the figures with their decimal points in one line."""
    parts = [figure.partition(".") for figure in figures]
    most = max(len(point + decimals) for _, point, decimals in parts)
    cells = [label, *(whole + (point + decimals).ljust(most) for whole, point, decimals in parts)]
    widest = max(map(len, cells))
    return [cell.rjust(widest) for cell in cells]


def _name_width(labels: Sequence[str], columns: Sequence[Column], width: int) -> int:
    """As wide as the longest name, where that costs no block more than a quarter of the width."""
    longest = max(shown_width(visible(name)) for name in labels)
    left = width - len(BAR) - max(column.width for column in columns)
    least = min(longest, max(_LEAST_NAME, width // 4), max(left, width // 4))
    fewest = len(_blocks(columns, width - least))
    widths = range(least, max(least, min(longest, left)) + 1)
    return max(one for one in widths if len(_blocks(columns, width - one)) == fewest)


def _blocks(columns: Sequence[Column], room: int) -> list[list[Column]]:
    """The columns in blocks, each of as many as there is room for."""
    blocks: list[list[Column]] = [[]]
    left = room
    for column in columns:
        needed = len(BAR) + column.width
        if needed > left and blocks[-1]:
            blocks.append([])
            left = room
        blocks[-1].append(column)
        left -= needed
    return blocks
