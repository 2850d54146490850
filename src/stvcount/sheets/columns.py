"""The table of the stages as columns of text, folded into blocks that fit a width."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stvcount.sheets import table
from stvcount.sheets.layout import shown_width
from stvcount.words import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from stvcount.record import CountRecord

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

    `labels`: the word above the names, then the name of each row. `name_width`: their room.
    `total`: which of the labels is that of the total.
    """

    labels: Sequence[str]
    name_width: int
    total: int
    blocks: Sequence[Sequence[Column]]


def folded(rows: Sequence[table.Row], record: CountRecord, width: int) -> Folded:
    """The rows of the record's table, in blocks at most `width` columns wide."""
    labels = ["Candidate", *(row.label for row in rows)]
    total = 1 + [row.kind for row in rows].index("total")
    columns = [_column(*stage, width) for stage in _stages(rows, record)]
    columns.append(_column(["Result"], _outcomes(rows), width))
    name_width = _name_width(labels, columns, width)
    return Folded(labels, name_width, total, _blocks(columns, width - name_width))


def _column(heading: Sequence[str], cells: Sequence[str], width: int) -> Column:
    """As wide as its cells, or as the longest word of the heading where that is moderate."""
    longest = max(shown_width(visible(word)) for line in heading for word in line.split(" "))
    moderate = min(longest, _WIDEST_HEADING_WORD, width // 3)
    return Column(heading, cells, max(*map(len, cells), moderate))


def _stages(
    rows: Sequence[table.Row], record: CountRecord
) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """The heading and the cells of each stage."""
    for number, stage in enumerate(record.stages):
        shown = [row.cells[number] for row in rows]
        totals = _aligned("Total", (table.figure(cell.total) for cell in shown))
        marks = ["", *(cell.mark for cell in shown)]
        cells = [f"{total} {mark:1}" for total, mark in zip(totals, marks, strict=True)]
        if number:
            changes = _aligned("Change", (table.change(cell.change) for cell in shown))
            cells = [f"{change}  {cell}" for change, cell in zip(changes, cells, strict=True)]
        yield [f"Stage {stage.number}", *table.heading(stage)], cells


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
