"""The result sheet in tables and colour, for a terminal. Needs rich (the extra `cli`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from rich import box
from rich.table import Table
from rich.text import Text

from stvcount.sheets import columns, table, text
from stvcount.sheets.layout import Entry, named
from stvcount.sheets.whole import shown
from stvcount.words import visible

if TYPE_CHECKING:
    from rich.console import RenderableType

    from stvcount.record import CountRecord

_OUTCOME_STYLES = {"Elected": "bold green", "Excluded": "dim"}


def blocks(record: CountRecord, *, width: int) -> Iterator[RenderableType]:
    """The parts of the sheet one after the other, for a terminal of this width."""
    record = shown(record)
    yield Text(visible(named(record.title)), style="bold")
    yield _grid(table.facts(record))
    yield from _tables(record, width)
    yield Text(table.MARKS, style="dim")
    yield Text("\n".join(text.result(record, width)), style="bold green")
    yield from (Text("\n".join(part), style="dim") for part in text.others(record, width))
    for part in (*table.parts(record), *table.lots(record)):
        yield Text(visible(part.heading), style="bold")
        yield _grid(part.items)


def _grid(items: Iterable[Entry]) -> RenderableType:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="cyan")
    grid.add_column(overflow="fold")
    for item in items:
        lines = [item.text, *(f"  {detail}" for detail in item.details)]
        grid.add_row(Text(visible(item.label)), Text("\n".join(map(visible, lines))))
    return grid


def _tables(record: CountRecord, width: int) -> Iterator[RenderableType]:
    """The stages side by side, in as many tables as the width of the terminal needs."""
    folded = columns.folded(record, width)
    styles = ["", *(_OUTCOME_STYLES.get(outcome, "") for outcome in folded.outcomes)]
    for block in folded.blocks:
        yield _table(folded, styles, block)
    if folded.left_out:
        yield Text(folded.left_out, style="bold")


def _table(
    folded: columns.Folded, styles: Sequence[str], block: Sequence[columns.Column]
) -> RenderableType:
    labels, name_width = folded.labels, folded.name_width
    shown = Table(box=box.MINIMAL, show_edge=False, pad_edge=False)
    shown.add_column(Text(labels[0]), width=name_width, overflow="fold", vertical="bottom")
    for column in block:
        # As on the plain sheet, figures are set to the right by hand: rich would cut off the
        # space in which a mark may stand.
        lines = [*map(visible, column.heading), column.cells[0].rjust(column.width)]
        shown.add_column(Text("\n".join(lines)), width=column.width, overflow="fold")
    for number in range(1, len(labels)):
        cells = [Text(one.cells[number].rjust(one.width), no_wrap=True) for one in block]
        name = Text(visible(labels[number]))
        above_total = number == folded.total - 1
        shown.add_row(name, *cells, style=styles[number], end_section=above_total)
    return shown
