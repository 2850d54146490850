"""The result table as data, for the sheets that are no plain text: each shows it in its own way.

Figures stay figures and names stay as they are: escaping is the business of each sheet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from typing import Literal

from stvcount.record import CountRecord, Stage
from stvcount.sheets.layout import Entry
from stvcount.sheets.text import (
    _EXACT,
    _completed,
    _done,
    _facts,
    _figures,
    _heading,
    _in_order_of_votes,
    _lots,
    _mark,
    _outcome,
    _stage_heading,
)

RowKind = Literal["candidate", "non-transferable", "total", "quota"]


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a row for one stage.

    `change`: since the stage before; None where nothing changed, and in the rows of the total and
    the quota. `total`: after the stage; None where there is none. `mark`: E, X or nothing.
    """

    change: Decimal | None
    total: Decimal | None
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table: a candidate, or one of the three under them; a cell for each stage."""

    kind: RowKind
    name: str
    cells: tuple[Cell, ...]
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """A text with its clause or label, and details that belong to it."""

    label: str
    text: str
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """What was decided and done at one stage, or in the completion."""

    heading: str
    items: tuple[Item, ...]


def rows(record: CountRecord) -> tuple[Row, ...]:
    """The rows in the order of the sheet: candidates by first preferences, then the totals."""
    names = _in_order_of_votes(record)
    with localcontext(_EXACT):
        figures = [_figures(stage, names) for stage in record.stages]
        befores = [None, *figures]
        columns = [
            tuple(_cells(stage, names, now, before))
            for stage, now, before in zip(record.stages, figures, befores, strict=False)
        ]
    kinds: list[tuple[RowKind, str]] = [
        *(("candidate", name) for name in names),
        ("non-transferable", "Non-transferable"),
        ("total", "Total"),
        ("quota", "Quota"),
    ]
    return tuple(
        Row(
            kind,
            name,
            tuple(column[number] for column in columns),
            _outcome(record, name) if kind == "candidate" else "",
        )
        for number, (kind, name) in enumerate(kinds)
    )


def _cells(
    stage: Stage,
    names: Sequence[str],
    now: Sequence[Decimal | None],
    before: Sequence[Decimal | None] | None,
) -> Iterator[Cell]:
    for number, total in enumerate(now):
        # The candidates and the non-transferable vote change; the total and the quota just stand.
        earlier = before[number] if before is not None and number <= len(names) else None
        yield Cell(
            change=None if earlier in (None, total) else difference(total, earlier),
            total=total,
            mark=_mark(stage, names[number]) if number < len(names) else "",
        )


def difference(now: Decimal | None, before: Decimal | None) -> Decimal | None:
    """From before to now, exactly; all of it where there was nothing before."""
    return now if now is None or before is None else _EXACT.subtract(now, before)


def happened(stage: Stage) -> str:
    """What happened at the stage, and to whom."""
    return " ".join(_heading(stage))


def facts(record: CountRecord) -> tuple[Item, ...]:
    """The head of the sheet: rules, places, ballot file, papers, withdrawals."""
    return tuple(map(_item, _facts(record)))


def parts(record: CountRecord) -> tuple[Part, ...]:
    """Every decision, batch and election, stage by stage, then those of the completion."""
    found = [
        Part(_stage_heading(stage), _items(_done(replace(stage, lots=()))))
        for stage in record.stages
    ]
    completion = _items(_completed(replace(record.completion, lots=())))
    return (*found, *([Part("Completion", completion)] if completion else []))


def lots(record: CountRecord) -> tuple[Part, ...]:
    """The lots of each stage that had any, and of the completion."""
    drawn = [
        *((f"Stage {stage.number}", stage.lots) for stage in record.stages),
        ("Completion", record.completion.lots),
    ]
    return tuple(Part(heading, _items(_lots(several))) for heading, several in drawn if several)


def _items(entries: Iterable[Entry]) -> tuple[Item, ...]:
    return tuple(map(_item, entries))


def _item(entry: Entry) -> Item:
    return Item(entry.margin, entry.text, tuple(entry.details))
