"""Rows that are hardly papers, and papers that are hardly all there is."""

from __future__ import annotations

from collections.abc import Sequence

from stvcount.formats.tables import plan as plans
from stvcount.formats.tables.cells import name_of, number_of
from stvcount.formats.tables.columns import Col
from stvcount.formats.tables.known import is_total
from stvcount.formats.tables.plan import Plan
from stvcount.formats.tables.ranks import rank_of
from stvcount.formats.tables.spelling import coded_alike
from stvcount.formats.wording import echo

_MOST_DIFFERENT = 20_000
_MOST_ASKED = 5


def ask_of_rows(plan: Plan) -> bool:
    """Ask of rows that sum up others or are headings again; whether there were any."""
    doubted = {**_totals(plan), **_headings_again(plan)}
    if not doubted:
        return False
    rows = sorted(doubted)
    named = "; ".join(f"row {row}: {doubted[row]}" for row in rows[:_MOST_ASKED])
    settled = [plans.ignore_rows(rows)] if len(rows) <= 2 * _MOST_ASKED else []
    plan.found.fault(rows[0], named, "rows that are papers", settled)
    return True


def _totals(plan: Plan) -> dict[int, str]:
    printed = {coded_alike(name) for name in plan.asked.candidates or ()}
    found: dict[int, str] = {}
    for column in plan.columns:
        if column.known is not None and column.known.what == "remarks":
            continue
        if len(column.cells) > _MOST_DIFFERENT:
            continue
        for row, cell in plan.found.where(
            column.column,
            lambda cell: is_total(cell) and coded_alike(cell) not in printed,
        ):
            found.setdefault(row, f"{echo(cell.strip())} in {column.shown}")
    return found


def _headings_again(plan: Plan) -> dict[int, str]:
    """The rows whose cells are the headings."""
    rows: set[int] | None = None
    named = [column for column in plan.columns if column.name]
    if len(named) < 2:
        return {}
    for column in named:
        own = {
            row
            for row, _ in plan.found.where(column.column, lambda cell: name_of(cell) == column.name)
        }
        rows = own if rows is None else rows & own
        if not rows:
            return {}
    return dict.fromkeys(rows or (), "the headings again")


def ask_of_last_row(plan: Plan, columns: Sequence[Col], weights: Col | None) -> bool:
    """Ask of a last row whose numbers are sums of those above it."""
    rows = plan.found.table.rows
    if len(rows) < 3:
        return False
    last = len(rows) - 1
    if weights is not None and _is_sum(weights, last):
        return _ask_of_sum(plan, rows[last], weights)
    summed = [column for column in columns if _is_sum(column, last) or _is_count(column, last)]
    filled = [column for column in columns if _cell(column, last)]
    beyond = [column for column in filled if (rank_of(_cell(column, last)) or 0) > len(columns)]
    if len(summed) > 1 and len(summed) == len(filled) and beyond:
        return _ask_of_sum(plan, rows[last], summed[0])
    return False


def _ask_of_sum(plan: Plan, row: int, column: Col) -> bool:
    found = f"a number in {column.shown} that sums up those above it"
    plan.found.fault(row, found, "rows that are papers", [plans.ignore_rows([row])])
    return True


def _cell(column: Col, row: int) -> str:
    return column.column.cells[column.column.codes.tolist()[row]].strip()


def _is_sum(column: Col, last: int) -> bool:
    own = number_of(_cell(column, last))
    above = sum(number_of(cell) * number for cell, number in column.cells.items()) - own
    return own > 1 and own == above


def _is_count(column: Col, last: int) -> bool:
    own = number_of(_cell(column, last))
    return own > 1 and own == column.filled - 1


def ask_of_foot(plan: Plan, votes: Sequence[Col]) -> bool:
    """Ask of rows at the end without any vote whose other cells are unlike those above."""
    rows = plan.found.table.rows
    codes = {column.number: column.column.codes.tolist() for column in plan.columns}
    foot: list[int] = []
    for place in range(len(rows) - 1, 0, -1):
        if any(column.column.cells[codes[column.number][place]].strip() for column in votes):
            break
        others = [
            (column, column.column.cells[codes[column.number][place]].strip())
            for column in plan.columns
            if column not in votes
        ]
        texts = [(column, text) for column, text in others if text]
        if not texts or len(texts) > 2:
            break
        if all(_unlike(column, text, codes[column.number][:place]) for column, text in texts):
            foot.append(rows[place])
        else:
            break
    if foot:
        foot.reverse()
        found = f"a row at the end without a vote, with a text unlike those above ({plans.rows_named(foot)})"
        plan.found.fault(foot[0], found, "rows that are papers", [plans.ignore_rows(foot)])
    return bool(foot)


def _unlike(column: Col, text: str, above: Sequence[int]) -> bool:
    """Whether a text has letters, or blanks, where no cell above it has them."""
    others = [column.column.cells[code].strip() for code in set(above)]
    others = [other for other in others if other]
    if not others:
        return True
    numeric = all(other.replace(".", "").isdigit() for other in others)
    dated = all(other[:1].isdigit() for other in others)
    return (numeric and not text.replace(".", "").isdigit()) or (dated and not text[:1].isdigit())


def note_twice(plan: Plan) -> None:
    """Note by their rows which identifiers and addresses stand twice; they are never shown."""
    for column in plan.columns:
        if column.known is None or not column.known.once:
            continue
        if column.number not in plan.taken or plan.taken[column.number].role != "identifier":
            continue
        twice = {cell for cell, number in column.cells.items() if number > 1}
        # One that all share, such as "anonymous", identifies nobody.
        if not twice or len(column.cells) < 2:
            continue
        rows = [
            row for row, _ in plan.found.where(column.column, lambda cell: cell.strip() in twice)
        ]
        plan.found.notes.append(
            f"{column.shown}: {len(twice)} that stand{'s' * (len(twice) == 1)} more than once "
            f"({plans.rows_named(rows)}); every paper is counted"
        )
