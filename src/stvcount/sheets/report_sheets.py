"""The reports of official counts, in plain text and as CSV: a function for each format."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from stvcount.sheets import csv_sheet, reports, table, text
from stvcount.sheets.accounts import SHARED_OUT, shares_out
from stvcount.sheets.layout import (
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

    from stvcount.election import Election
    from stvcount.record import CountRecord
    from stvcount.sheets.reports import Cell, Report

_WIDTH = 100
_BETWEEN = "  "
_NAME, _DATE = 60, 20


def stages(record: CountRecord) -> str:
    """The votes by stage: the table of the result sheet alone."""
    record = shown(record)
    return page([_head(record), ["Votes by stage"], *text.stages(record, _WIDTH)])


def stages_csv(record: CountRecord) -> str:
    return csv_sheet.stages(record)


def transfers(record: CountRecord) -> str:
    record = shown(record)
    if shares_out(record):
        return page([_head(record), list(SHARED_OUT)])
    return page([_head(record), *_laid_out(reports.transfers(record))])


def transfers_csv(record: CountRecord) -> str:
    return _csv(reports.transfers(shown(record)))


def first_preferences(record: CountRecord) -> str:
    return page([_head(record), *_laid_out(reports.first_preferences(record))])


def first_preferences_csv(record: CountRecord) -> str:
    return _csv(reports.first_preferences(record))


def profile(record: CountRecord, election: Election | None) -> str:
    return page([_head(record), *_laid_out(reports.profile(record, election))])


def profile_csv(record: CountRecord, election: Election | None) -> str:
    return _csv(reports.profile(record, election))


def declaration(record: CountRecord) -> str:
    """What a returning officer reads out and signs."""
    record = shown(record)
    facts = list(reports.declared(record))
    margin = max(shown_width(one.label) for one in facts) + len(_BETWEEN)
    return page(
        [
            underlined(f"Declaration of the result: {named(record.title)}", _WIDTH),
            particulars(facts, margin, _WIDTH),
            *_laid_out(reports.first_preferences(record)),
            *(_laid_out(reports.results(record)) if record.elected else [["Elected: nobody"]]),
            *_vacant(record),
            list(_signature(record)),
        ]
    )


def declaration_csv(record: CountRecord) -> str:
    record = shown(record)
    facts = [["Title", record.title]]
    for fact in reports.declared(record):
        facts += [[fact.label, fact.text], *(["", detail] for detail in fact.details)]
    ends = [["Vacant", vacancy] for vacancy in table.vacancies(record)]
    ends += [["Void", "this election is void"]] if record.void else []
    first, elected = reports.first_preferences(record), reports.results(record)
    return csv_sheet.written(facts, _lines(first), _lines(elected), *([ends] if ends else []))


def _vacant(record: CountRecord) -> Iterator[list[str]]:
    lines = [line for one in table.vacancies(record) for line in hanging(f"Vacant: {one}", _WIDTH)]
    lines += ["THIS ELECTION IS VOID"] if record.void else []
    if lines:
        yield lines


def _signature(record: CountRecord) -> Iterator[str]:
    """A line to sign and one for the date, with who signs below."""
    who = reports.signs(record)
    yield from ("", f"{'_' * _NAME}{_BETWEEN}{'_' * _DATE}")
    for line, beside in zip_longest(wrapped(who, _NAME), ["Date"], fillvalue=""):
        yield f"{padded(line, _NAME)}{_BETWEEN}{beside}"


# How a report is laid out


def _head(record: CountRecord) -> list[str]:
    return underlined(named(record.title), _WIDTH)


def _csv(report: Report) -> str:
    return csv_sheet.written(_lines(report))


def _lines(report: Report) -> Iterator[Sequence[Cell]]:
    yield report.columns
    yield from report.rows


def _laid_out(report: Report) -> Iterator[list[str]]:
    """The title, and the rows under their headings, figures to the right."""
    rows = [[_shown(cell) for cell in row] for row in (report.columns, *report.rows)]
    figures = [column in report.figures for column in report.columns]
    widths = _widths(rows, figures)
    yield [report.title, *(line for row in rows for line in _row(row, figures, widths))]


def _shown(cell: Cell) -> str:
    if isinstance(cell, str):
        return visible(cell)
    return str(cell) if isinstance(cell, int) else table.figure(cell)


def _widths(rows: Sequence[Sequence[str]], figures: Sequence[bool]) -> list[int]:
    """As wide as their cells; names share what the figures leave of the width."""
    widest = [max(map(shown_width, column)) for column in zip(*rows, strict=True)]
    taken = sum(width for width, figure in zip(widest, figures, strict=True) if figure)
    names = figures.count(False)
    room = (_WIDTH - taken - len(_BETWEEN) * (len(figures) - 1)) // max(1, names)
    return [
        width if figure else min(width, max(room, 10))
        for width, figure in zip(widest, figures, strict=True)
    ]


def _row(cells: Sequence[str], figures: Sequence[bool], widths: Sequence[int]) -> Iterator[str]:
    columns = [
        [cell.rjust(width)] if figure else hanging(cell, width, "")
        for cell, figure, width in zip(cells, figures, widths, strict=True)
    ]
    for parts in zip_longest(*columns, fillvalue=""):
        yield _BETWEEN.join(
            padded(part, width) for part, width in zip(parts, widths, strict=True)
        ).rstrip()
