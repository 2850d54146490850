"""The votes after one stage, a bar for each candidate, with the quota as a line through them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING

from stvcount.exact import EXACT
from stvcount.sheets import accounts, bounds
from stvcount.sheets.accounts import NONE, Account
from stvcount.sheets.layout import named
from stvcount.sheets.pictures import (
    Anchor,
    Bar,
    Line,
    Picture,
    Shape,
    Text,
    elided,
    px,
    scaled,
    text_width,
)
from stvcount.sheets.table import NON_TRANSFERABLE, figure, in_order_of_votes, stage_heading
from stvcount.sheets.whole import shown
from stvcount.words import visible

if TYPE_CHECKING:
    from stvcount.record import CountRecord, Stage

_MARGIN = px(6)
_NAMES = px(112)
_BARS = px(130)
_ROW = px(17)
_TOP = px(38)


@dataclass(frozen=True, slots=True)
class _Plan:
    """What all the pictures of a count share: whose rows, where bars begin, what fills them."""

    accounts: tuple[Account, ...]
    left: int
    most: Decimal

    @property
    def width(self) -> int:
        return self.left + _BARS + px(8) + text_width(figure(self.most), "figure") + _MARGIN

    def long(self, votes: Decimal) -> int:
        return scaled(votes, self.most, _BARS)


def pictures(record: CountRecord) -> tuple[Picture, ...]:
    """A picture for each stage that `bounds` leaves room for, all of one scale."""
    record = shown(record)
    with localcontext(EXACT):
        plan = _plan(record)
        drawn = set(bounds.in_pictures(record))
        elected: set[Account] = set()
        found = []
        for number, stage in enumerate(record.stages):
            elected |= {one.candidate for one in stage.elected} - {record.non_person}
            if number in drawn:
                found.append(_picture(record, number + 1, stage, plan, frozenset(elected)))
        return tuple(found)


def _plan(record: CountRecord) -> _Plan:
    names = in_order_of_votes(record)
    held = [votes for one in record.stages for votes in accounts.balances(one, names).values()]
    quotas = [stage.quota for stage in record.stages if stage.quota is not None]
    widest = max((text_width(_short(name), "name") for name in (*names, None)), default=0)
    return _Plan((*names, None), _MARGIN + widest + px(6), max([NONE, *held, *quotas]))


def _short(account: Account) -> str:
    return elided(NON_TRANSFERABLE if account is None else account, "name", _NAMES)


def _picture(
    record: CountRecord, number: int, stage: Stage, plan: _Plan, elected: frozenset[Account]
) -> Picture:
    title = f"Votes after stage {stage.number}"
    head = Text(_MARGIN, px(13), elided(stage_heading(stage), "head", plan.width), "head")
    return Picture(
        name=f"bars-{number}",
        heading=f"{named(record.title)}: votes after stage {stage.number}",
        title=title,
        description=visible(
            f"A bar for each candidate, at {stage_heading(stage)}. "
            "The same figures are in the table of the result sheet."
        ),
        width=plan.width,
        height=_TOP + _ROW * len(plan.accounts) + _MARGIN,
        # Figures last: a text on a line keeps clear of it.
        shapes=(head, *_bars(stage, plan, elected), *_quota(stage, plan), *_figures(stage, plan)),
    )


def _rows(stage: Stage, plan: _Plan) -> Iterator[tuple[Account, int, Decimal]]:
    """Every account, with the top of its row and what it holds."""
    held = accounts.balances(stage, [name for name in plan.accounts if name is not None])
    for row, account in enumerate(plan.accounts):
        yield account, _TOP + _ROW * row, held[account]


def _bars(stage: Stage, plan: _Plan, elected: frozenset[Account]) -> Iterator[Shape]:
    for account, y, votes in _rows(stage, plan):
        if votes:
            ink = "lost" if account is None else "bar-elected" if account in elected else "bar"
            title = f"{NON_TRANSFERABLE if account is None else account}: {figure(votes)}"
            yield Bar(plan.left, y, max(plan.long(votes), px(1)), px(13), ink, visible(title))


def _figures(stage: Stage, plan: _Plan) -> Iterator[Shape]:
    for account, y, votes in _rows(stage, plan):
        yield Text(plan.left - px(6), y + px(11), _short(account), "name", anchor="end")
        x = _clear_of_the_quota(stage, plan, plan.left + plan.long(votes) + px(4), figure(votes))
        yield Text(x, y + px(11), figure(votes), "figure", "text" if votes else "quiet")


def _clear_of_the_quota(stage: Stage, plan: _Plan, x: int, text: str) -> int:
    """Where a figure begins that would begin here: beyond the line, where it would lie on it."""
    if stage.quota is None:
        return x
    line = plan.left + plan.long(stage.quota)
    crossed = x < line + px(6) and x + text_width(text, "figure") > line - px(2)
    return line + px(6) if crossed else x


def _quota(stage: Stage, plan: _Plan) -> Iterator[Shape]:
    if stage.quota is None:
        return
    x, bottom = plan.left + plan.long(stage.quota), _TOP + _ROW * (len(plan.accounts) - 1)
    yield Line(((x, _TOP - px(4)), (x, bottom)), "quota")
    anchor: Anchor = "end" if x > plan.left + _BARS // 2 else "start"
    yield Text(x, _TOP - px(8), f"Quota {figure(stage.quota)}", "figure", "quiet", anchor)
