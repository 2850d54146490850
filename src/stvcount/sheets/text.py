"""The result sheet in plain text: the table of the stages, then every decision with its clause.

Names and reasons come from the public: every text passes through `layout.wrapped`.
"""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from stvcount.sheets import columns, table, why
from stvcount.sheets.layout import (
    INDENT,
    hanging,
    named,
    padded,
    page,
    particulars,
    shown_width,
    underlined,
    wrapped,
)
from stvcount.sheets.whole import shown
from stvcount.words import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stvcount.record import CountRecord

_LEAST_LABELS = 14
_WIDEST_CLAUSE = 26


def sheet(record: CountRecord, *, width: int = 100) -> str:
    """The result sheet of a count, at most `width` columns wide.

    A count with more stages than fit side by side is folded into blocks that repeat the names.
    A line is wider only where a single figure leaves no room for less.
    """
    record = shown(record)
    return page(
        [
            underlined(named(record.title), width),
            facts(record, width),
            *stages(record, width),
            result(record, width),
            *others(record, width),
            *_account(record, width),
        ]
    )


def facts(record: CountRecord, width: int) -> list[str]:
    """What is known of the election and its papers, beside their labels."""
    found = list(table.facts(record))
    widest = max(shown_width(one.label) for one in found)
    return particulars(found, max(_LEAST_LABELS, widest + len(INDENT)), width)


def stages(record: CountRecord, width: int) -> Iterator[list[str]]:
    """The table of the stages in blocks that fit the width, and what its marks mean."""
    folded = columns.folded(record, width)
    for block in folded.blocks:
        yield _block(folded, block)
    yield wrapped(table.MARKS, width)
    if folded.left_out:
        yield wrapped(folded.left_out, width)


def _block(folded: columns.Folded, block: Sequence[columns.Column]) -> list[str]:
    labels, name_width = folded.labels, folded.name_width
    rules_above = (1, folded.total)
    widths = [name_width, *(column.width for column in block)]
    headings = [
        [part for line in column.heading for part in wrapped(line, column.width)]
        for column in block
    ]
    lines = _row([[], *headings], widths)
    for number, name in enumerate(labels):
        if number in rules_above:
            lines.append("-+-".join("-" * width for width in widths))
        cells = [[column.cells[number].rjust(column.width)] for column in block]
        lines += _row([hanging(name, name_width), *cells], widths)
    return lines


def _row(cells: Sequence[Sequence[str]], widths: Sequence[int]) -> list[str]:
    return [
        columns.BAR.join(padded(part, width) for part, width in zip(parts, widths, strict=True))
        for parts in zip_longest(*cells, fillvalue="")
    ]


def result(record: CountRecord, width: int) -> list[str]:
    """Who is elected and why, and what stays vacant, in lines of at most this width."""
    elected = table.elected(record)
    lines = ["Elected:" if elected else "Elected: none"]
    for one in elected:
        place = f"{one.place}. " if len(elected) > 1 else ""
        lines += _told(f"{place}{one.label}", one.why, width)
    for vacancy in table.vacancies(record):
        lines += hanging(f"Vacant: {vacancy}", width)
    if record.void:
        lines += wrapped("*** THIS ELECTION IS VOID ***", width)
        lines += [line for reason in why.why_vacant(record) for line in wrapped(reason, width)]
    return lines


def others(record: CountRecord, width: int) -> Iterator[list[str]]:
    """Who is not elected, and why: one part of the sheet, or none."""
    found = table.not_elected(record)
    if found:
        lines = [line for one in found for line in _told(one.label, one.why, width)]
        yield ["The others:", *lines]


def _told(name: str, reason: str, width: int) -> list[str]:
    """A name, and why below it."""
    below = INDENT * 3
    lines = [below + line for line in wrapped(reason, width - len(below))]
    return [*hanging(name, width, INDENT), *lines]


def _account(record: CountRecord, width: int) -> Iterator[list[str]]:
    """What was decided and done: a part for each stage, then the completion."""
    parts = table.parts(record, with_lots=True)
    margins = [shown_width(visible(item.label)) for part in parts for item in part.items]
    margin = min(max(margins, default=0), _WIDEST_CLAUSE, width // 3) + len(INDENT)
    for part in parts:
        lines = particulars(part.items, margin, width - len(INDENT))
        yield [*hanging(part.heading, width), *(INDENT + line for line in lines)]
