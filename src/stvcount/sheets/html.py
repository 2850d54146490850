"""The result sheet as one page of HTML: complete in itself, readable without scripts or colours.

The figures come from `table` and `accounts`; this module puts them into the words and parts that
`templates/page.html` lays out. Every text passes `_shown`, then Jinja's escaping; the only markup
made here is the pictures' (`svg.py` escapes for itself) and what `_isolated` puts about names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from functools import cache
from typing import TYPE_CHECKING, Any

from stvcount.exact import EXACT
from stvcount.formats.extras import extra
from stvcount.sheets import (
    accounts,
    bars_picture,
    bounds,
    reports,
    svg,
    table,
    transfers_picture,
    votes_picture,
    why,
)
from stvcount.sheets.accounts import NONE, Account, Transfer, shares_out
from stvcount.sheets.layout import Entry, named
from stvcount.sheets.whole import shown
from stvcount.words import counted, visible

if TYPE_CHECKING:
    from stvcount.record import CountRecord, Lot, Stage

__all__ = ["markup", "page", "template"]

# What a sheet of A4 paper, landscape, holds of the figures as the style sheet prints them.
_CHARACTERS_ACROSS = 178
_CHARACTERS_OF_NAMES = 30
_MOST_OF_A_TITLE = 90


def page(record: CountRecord) -> str:
    """The result sheet of a count as a page of HTML.

    Raises `ElectionError` where Jinja2 is not installed.
    """
    sheet = template("page.html")
    record = shown(record)
    with localcontext(EXACT):
        text: str = sheet.render(_contents(record))
    return text


_TEMPLATES = "sheets/templates"


@cache
def template(name: str, folder: str = _TEMPLATES) -> Any:
    """The template of this name; it escapes every text. Raises `ElectionError` without Jinja2.

    `folder`: in the package, of pages of another room; they may use the styles and parts of this.
    """
    jinja2 = extra("jinja2", "html")
    folders = dict.fromkeys((folder, _TEMPLATES))
    environment = jinja2.Environment(
        loader=jinja2.ChoiceLoader([jinja2.PackageLoader("stvcount", one) for one in folders]),
        autoescape=True,
        finalize=_shown,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals |= {"counted": counted, "decision_text": bounds.text}
    return environment.get_template(name)


def _shown(value: object) -> object:
    """What the template puts out: every text visible, every figure in digits, markup as it is."""
    if hasattr(value, "__html__"):
        return value
    return table.figure(value) if isinstance(value, Decimal) else visible(str(value))


def _contents(record: CountRecord) -> dict[str, object]:
    numbers = bounds.in_table(record)
    stages = _stages(record)
    rows, columns = table.rows(record, numbers), [record.stages[one] for one in numbers]
    return {
        "record": record,
        "title": named(record.title),
        "rules": table.rules_named(record),
        "readings": table.readings_page(record),
        "options": [(name, table.option(value)) for name, value in record.rules.options.items()],
        "organisation": record.organisation and table.organisation(record.organisation),
        "turnout": _turnout(record),
        "declared": list(reports.declared(record)),
        "first_preferences": reports.first_preferences(record),
        "results": reports.results(record),
        "signs": reports.signs(record),
        "read_as": table.read_as,
        "elected": table.elected(record),
        "not_elected": table.not_elected(record),
        "why_void": why.why_vacant(record) if record.void else (),
        "where": {one.candidate: (stage, one) for stage, one in table.deemed(record)},
        "columns": columns,
        "rows": rows,
        "change": accounts.change,
        "marks": accounts.MARKS,
        "table_left_out": bounds.left_out(record, numbers),
        "pictures_left_out": bounds.left_out(record, bounds.in_pictures(record)),
        "folds": _folds(len(columns), rows),
        "headings": {one.number: table.happened(one) for one in columns},
        "stages": stages,
        "completion": _completion(record),
        "lots": _lots(record),
        "chart": markup(svg.drawn(votes_picture.picture(record))),
        "bars": [markup(svg.drawn(one)) for one in bars_picture.pictures(record)],
        "flows": [markup(svg.drawn(one)) for one in transfers_picture.pictures(record)],
        "together": any(
            len(one.candidates) > 1 for one in record.stages if one.kind == "exclusion"
        ),
        "moved": not shares_out(record) and any(part.moved for part in stages),
        "shared_out": " ".join(accounts.SHARED_OUT) if shares_out(record) else "",
        "picture_styles": markup(svg.styles()),
        "page_footer": markup(_css_string(named(record.title))),
        "text": _isolating(record),
    }


def markup(text: str) -> object:
    # Made by this package, which escaped what came from outside.
    return extra("markupsafe", "html").Markup(text)


def _css_string(text: str) -> str:
    """A text as a string of a style sheet: every character that is no letter by its number."""
    shown = visible(text)
    if len(shown) > _MOST_OF_A_TITLE:
        shown = shown[: _MOST_OF_A_TITLE - 1] + "…"
    # A space ends each number.
    parts = [c if c.isascii() and c.isalnum() else f"\\{ord(c):x} " for c in shown]
    return f'"{"".join(parts)}"'


def _turnout(record: CountRecord) -> str | None:
    electorate = record.contest.electorate
    return table.per_cent(record.papers.total, electorate) if electorate else None


# Free texts: names that are written from right to left must not reorder the figures beside them


def _isolating(record: CountRecord) -> Any:
    """What shows a text of the record with such names set apart in it."""
    names = sorted(filter(accounts.right_to_left, record.candidates), key=len, reverse=True)
    if not names:
        return str
    pattern = re.compile(f"({'|'.join(map(re.escape, names))})")
    return lambda text: _isolated(text, pattern)


def _isolated(text: str, pattern: re.Pattern[str]) -> object:
    escape = extra("markupsafe", "html").escape
    parts = [escape(visible(part)) for part in pattern.split(text)]
    found = [f"<bdi>{part}</bdi>" if at % 2 else str(part) for at, part in enumerate(parts)]
    return markup("".join(found))


# The table, folded for paper


def _folds(columns: int, rows: Sequence[table.Row]) -> list[range]:
    """Which stages stand side by side on paper, in parts that repeat the names."""
    room = _CHARACTERS_ACROSS - _CHARACTERS_OF_NAMES
    folds: list[range] = []
    start = used = 0
    for number in range(columns):
        width = _column_width(rows, number)
        if number > start and used + width > room:
            folds.append(range(start, number))
            start, used = number, 0
        used += width
    return [*folds, range(start, columns)]


def _column_width(rows: Sequence[table.Row], number: int) -> int:
    """The characters of a pair of columns, with the space between."""
    cells = [row.cells[number] for row in rows]
    changes = max(len(accounts.change(cell.change)) for cell in cells)
    totals = max(len(table.figure(cell.total)) for cell in cells)
    return max(changes, len("Change")) * bool(number) + max(totals, len("excluded")) + 4


# What happened at each stage


@dataclass(frozen=True, slots=True)
class _Receipt:
    """What an account got in a batch."""

    name: str
    papers: int
    votes: Decimal
    lost: bool


@dataclass(frozen=True, slots=True)
class _BatchTable:
    """A batch: its papers and their value, who received them, and the sums."""

    value: Decimal
    papers: int
    receipts: tuple[_Receipt, ...]
    votes: Decimal


@dataclass(frozen=True, slots=True)
class _StagePart:
    """A stage as it is told: what the template needs besides the stage itself."""

    stage: Stage
    what: str
    names: tuple[tuple[str, Decimal | None], ...]
    moved: Decimal
    to_candidates: Decimal
    receivers: int
    lost: Decimal
    left: Decimal
    quota_before: Decimal | None
    batches: tuple[_BatchTable, ...]
    keep_values: tuple[Entry, ...]


def _stages(record: CountRecord) -> list[_StagePart]:
    moved: list[Transfer | None] = [None, *accounts.transfers(record)]
    before: list[Stage | None] = [None, *record.stages[:-1]]
    return [_part(*found) for found in zip(record.stages, before, moved, strict=False)]


def _part(stage: Stage, before: Stage | None, transfer: Transfer | None) -> _StagePart:
    held: Mapping[str, Decimal] = {} if before is None else before.votes
    received = () if transfer is None else transfer.received
    given = () if transfer is None else transfer.given
    # A sum of nothing has the decimals of the record too.
    zero = stage.non_transferable - stage.non_transferable
    to_candidates = [one for one in received if one[0] is not None]
    return _StagePart(
        stage=stage,
        what=table.happened(stage),
        names=tuple((name, held.get(name)) for name in stage.candidates),
        moved=zero + accounts.total(given),
        to_candidates=zero + accounts.total(to_candidates),
        receivers=len(to_candidates),
        lost=zero + _amount(received, None),
        left=_left(stage),
        quota_before=None if before is None else before.quota,
        batches=tuple(_batches(stage)),
        keep_values=tuple(table.keep_values(stage)),
    )


def _left(stage: Stage) -> Decimal:
    """What those excluded still hold: 5.5.2 stops a transfer, and papers may wait in suspense."""
    excluded = stage.candidates if stage.kind == "exclusion" else ()
    return sum((stage.votes.get(name, NONE) for name in excluded), NONE)


def _amount(amounts: Sequence[tuple[Account, Decimal]], account: Account) -> Decimal:
    return sum((votes for one, votes in amounts if one == account), NONE)


def _batches(stage: Stage) -> list[_BatchTable]:
    found = []
    for batch in stage.batches:
        names = dict.fromkeys((*batch.papers, *batch.credited))
        receipts = [
            _Receipt(name, batch.papers.get(name, 0), batch.credited.get(name, NONE), lost=False)
            for name in names
        ]
        lost = batch.non_transferable_papers, batch.non_transferable
        receipts.append(_Receipt(table.NON_TRANSFERABLE, *lost, lost=True))
        papers = sum(one.papers for one in receipts)
        votes = sum((one.votes for one in receipts), NONE)
        found.append(_BatchTable(batch.value, papers, tuple(receipts), votes))
    return found


def _completion(record: CountRecord) -> bool:
    end = record.completion
    return bool(end.decisions or end.elected or end.excluded or end.lots)


def _lots(record: CountRecord) -> list[tuple[Stage | None, Lot]]:
    """Every lot, with its stage; None stands for the completion."""
    found: list[tuple[Stage | None, Lot]] = [(s, lot) for s in record.stages for lot in s.lots]
    return [*found, *((None, lot) for lot in record.completion.lots)]
