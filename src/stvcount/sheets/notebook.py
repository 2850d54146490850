"""The result sheet as a piece of HTML for a notebook, which gives it its looks.

It needs no other package, as whatever shows itself in a notebook must not fail. Every text passes
`_text`, which escapes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from typing import TYPE_CHECKING

from stvcount.sheets import bounds, table
from stvcount.sheets.layout import Entry, named
from stvcount.sheets.whole import shown
from stvcount.words import visible

if TYPE_CHECKING:
    from stvcount.record import CountRecord

_FIGURE = ' style="text-align: right; font-variant-numeric: tabular-nums"'


def sheet(record: CountRecord) -> str:
    """The result and the table, then the decisions and the particulars, to be unfolded."""
    record = shown(record)
    decided = [
        line
        for part in table.parts(record, with_lots=True)
        for line in (f"<p><b>{_text(part.heading)}</b></p>", _items(part.items))
    ]
    return _lines(
        "<div>",
        f"<p><b>{_text(named(record.title))}</b></p>",
        *_result(record),
        *_table(record),
        f"<p><small>{table.MARKS}</small></p>",
        *_unfolded("Decisions", decided),
        *_unfolded("Papers and particulars", [_items(table.facts(record))]),
        "</div>",
    )


def _lines(*lines: str) -> str:
    return "\n".join(lines) + "\n"


def _text(text: str) -> str:
    return escape(visible(text))


def _result(record: CountRecord) -> Iterator[str]:
    if record.void:
        yield "<p>This election is void.</p>"
    elected = [f"<li>{_text(one.label)}: {_text(one.why)}</li>" for one in table.elected(record)]
    yield f"<p>Elected:{'' if elected else ' none'}</p>"
    if elected:
        yield f"<ol>{''.join(elected)}</ol>" if len(elected) > 1 else f"<ul>{elected[0]}</ul>"
    yield from (f"<p>Vacant: {_text(vacancy)}</p>" for vacancy in table.vacancies(record))


def _table(record: CountRecord) -> Iterator[str]:
    numbers = bounds.in_table(record)
    yield "<table>"
    heads = [
        f'<th{_FIGURE} colspan="{2 if number else 1}">{_text(table.stage_heading(stage))}</th>'
        for number, stage in enumerate(record.stages[one] for one in numbers)
    ]
    yield f"<tr><th>Candidate</th>{''.join(heads)}<th>Result</th></tr>"
    for row in table.rows(record, numbers):
        figures = "".join(f"<td{_FIGURE}>{figure}</td>" for figure in _figures(row))
        yield f"<tr><th>{_text(row.label)}</th>{figures}<td>{row.outcome}</td></tr>"
    yield "</table>"
    if left_out := bounds.left_out(record, numbers):
        yield f"<p>{left_out}</p>"


def _figures(row: table.Row) -> Iterator[str]:
    for number, cell in enumerate(row.cells):
        if number:
            yield table.change(cell.change)
        yield table.figure(cell.total) + (f" <b>{cell.mark}</b>" if cell.mark else "")


def _unfolded(heading: str, lines: Iterable[str]) -> Iterator[str]:
    yield f"<details><summary>{heading}</summary>"
    yield from lines
    yield "</details>"


def _items(entries: Iterable[Entry]) -> str:
    return f"<ul>{''.join(map(_item, entries))}</ul>"


def _item(entry: Entry) -> str:
    label = f"<b>{_text(entry.label)}</b> " if entry.label else ""
    details = "".join(f"<li>{_text(detail)}</li>" for detail in entry.details)
    return f"<li>{label}{_text(entry.text)}{f'<ul>{details}</ul>' if details else ''}</li>"
