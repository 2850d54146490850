"""The transfers of a count: every account is a bar at every stage, and votes flow between bars.

What stays with an account runs level from bar to bar; what is transferred leaves its bar at the
foot and arrives at the foot of another. A rule set does not say from which of several candidates
excluded together a paper came, so their votes meet at a bar of their own. The flows out of a bar
and into a bar are the changes of the result sheet, to the last digit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING, Literal

from stvcount.exact import EXACT
from stvcount.sheets import accounts, bounds
from stvcount.sheets.accounts import NONE, SHARED_OUT, Account, Transfer, mark, shares_out
from stvcount.sheets.layout import named
from stvcount.sheets.pictures import (
    Anchor,
    Bar,
    Flow,
    Picture,
    Point,
    Shape,
    Text,
    elided,
    extent,
    px,
    scaled,
    text_width,
    wrapped,
)
from stvcount.sheets.table import (
    NON_TRANSFERABLE,
    deemed,
    figure,
    heading,
    in_order_of_votes,
)
from stvcount.sheets.whole import shown
from stvcount.words import visible

if TYPE_CHECKING:
    from stvcount.record import CountRecord, Stage

_STAGES_SIDE_BY_SIDE = 7
_MARGIN = px(8)
_NAMES = px(132)
_HEAD_LINE = px(15)
_HEAD_LINES = 4
_ALL_VOTES = px(340)
_LEAST_LANE = px(30)
_BETWEEN = px(10)
_BAR = px(9)
_LEAST_PITCH = px(132)
_FIRST_LINE, _SECOND_LINE = px(11), px(23)


@dataclass(frozen=True, slots=True)
class _Column:
    """What stands under one stage: what each account holds, and what brought it there."""

    stage: Stage
    held: dict[Account, Decimal]
    transfer: Transfer | None


@dataclass(frozen=True, slots=True)
class _Plan:
    """The places of a block: the columns of the stages, and the lanes of the accounts."""

    columns: Sequence[_Column]
    lanes: dict[Account, int]
    left: int
    pitch: int
    top: int
    bottom: int
    whole: Decimal
    elected: frozenset[str]

    def x(self, column: int) -> int:
        return self.left + self.pitch * column

    def long(self, votes: Decimal) -> int:
        return scaled(votes, self.whole, _ALL_VOTES)


def pictures(record: CountRecord) -> tuple[Picture, ...]:
    """The transfers, folded into pictures of a few stages each, to be shown one by one.

    None of a count that transfers nothing.
    """
    record = shown(record)
    with localcontext(EXACT):
        return tuple(_picture(record, [block]) for block in _blocks(record))


def picture(record: CountRecord) -> Picture:
    """The transfers as one picture: a long count is folded into blocks, one below the other."""
    record = shown(record)
    with localcontext(EXACT):
        blocks = _blocks(record)
        said = bounds.left_out(record, bounds.in_pictures(record)) if blocks else ""
        return _picture(record, blocks, said)


def _picture(record: CountRecord, blocks: Sequence[Sequence[_Column]], note: str = "") -> Picture:
    shapes: list[Shape] = []
    width, top = px(240), 0
    for block in blocks:
        plan = _plan(record, block, top)
        drawn, right = _drawn(plan)
        shapes += drawn
        width, top = max(width, right), plan.bottom + px(24)
    if not blocks:
        lines = SHARED_OUT if shares_out(record) else ("No stage was counted.",)
        notes = [Text(_MARGIN, px(24 + 16 * n), one, "note") for n, one in enumerate(lines)]
        shapes, top = list(notes), px(24 + 16 * len(lines))
        width = max(width, extent(notes) + _MARGIN)
    if note:
        text = Text(_MARGIN, top + px(8), note, "note")
        shapes, width, top = [*shapes, text], max(width, extent([text]) + _MARGIN), top + px(24)
    numbers = [column.stage.number for block in blocks for column in block]
    return Picture(
        name=f"transfers-{numbers[0]}" if numbers else "transfers",
        heading=f"{named(record.title)}: transfers",
        title=_title(numbers),
        description=_description(record, blocks),
        width=width,
        height=top,
        shapes=tuple(shapes),
    )


def _title(numbers: Sequence[int]) -> str:
    if len(set(numbers)) < 2:
        return "First preferences" if numbers else "Transfers"
    return f"Transfers, stages {numbers[0]} to {numbers[-1]}"


def _description(record: CountRecord, blocks: Sequence[Sequence[_Column]]) -> str:
    if shares_out(record):
        return " ".join(SHARED_OUT)
    drawn = [column.transfer for block in blocks for column in block[1:]]
    moves = [
        f"stage {one.stage.number}, {figure(one.moved)} moved"
        for one in drawn
        if one is not None and one.moved
    ]
    said = [
        "A bar for the votes of each candidate after each stage, and the votes that flow between "
        f"the bars: {'; '.join(moves) or 'none'}.",
        bounds.left_out(record, bounds.in_pictures(record)),
        "The same figures are in the table of the result sheet.",
    ]
    return visible(" ".join(filter(None, said)))


def _blocks(record: CountRecord) -> list[Sequence[_Column]]:
    """The stages in blocks; each begins with the last of the block before, if that is drawn."""
    if shares_out(record):
        return []
    names = in_order_of_votes(record)
    runs: list[list[_Column]] = []
    before = None
    for number in bounds.in_pictures(record):
        if before is None or number > before + 1:
            runs.append([])
        runs[-1].append(_column(record, number, names))
        before = number
    return [block for run in runs for block in _side_by_side(run)]


def _column(record: CountRecord, number: int, names: Sequence[str]) -> _Column:
    stage = record.stages[number]
    before = record.stages[number - 1] if number else None
    moved = None if before is None else accounts.transfer(before, stage, names)
    return _Column(stage, accounts.balances(stage, names), moved)


def _side_by_side(columns: Sequence[_Column]) -> list[Sequence[_Column]]:
    step = _STAGES_SIDE_BY_SIDE - 1
    starts = range(0, max(1, len(columns) - 1), step)
    return [columns[start : start + step + 1] for start in starts]


# Where everything is


def _plan(record: CountRecord, columns: Sequence[_Column], top: int) -> _Plan:
    first = columns[0]
    whole = max(sum(column.held.values(), NONE) for column in columns)
    accounts = [account for account in first.held if _shown(account, columns)]
    lanes: dict[Account, int] = {}
    y = top + _HEAD_LINE * _HEAD_LINES + px(16)
    for account in accounts:
        lanes[account] = y
        most = max(column.held[account] for column in columns)
        y += max(scaled(most, whole, _ALL_VOTES), _LEAST_LANE) + _BETWEEN
    names = [_width(_lines(account)) for account in accounts]
    return _Plan(
        columns=columns,
        lanes=lanes,
        left=_MARGIN + max(*names, px(60)) + px(10),
        pitch=_pitch(columns),
        top=top,
        bottom=y,
        whole=whole,
        elected=frozenset(one.candidate for _, one in deemed(record)) - {record.non_person},
    )


def _shown(account: Account, columns: Sequence[_Column]) -> bool:
    """Whether the account has a lane: all have one where the count begins."""
    if account is None or columns[0].transfer is None:
        return True
    return any(column.held[account] or mark(column.stage, account) for column in columns)


def _pitch(columns: Sequence[_Column]) -> int:
    figures = [figure(votes) for column in columns for votes in column.held.values()]
    widest = max(text_width(text, "gain") for text in figures)
    return max(_LEAST_PITCH, 2 * widest + px(50))


def _name(account: Account) -> str:
    return NON_TRANSFERABLE if account is None else account


def _lines(account: Account) -> list[str]:
    """The name on two lines at most, which every lane has room for."""
    return wrapped(_name(account), "name", _NAMES, most=2)


def _width(lines: Sequence[str]) -> int:
    return max((text_width(line, "name") for line in lines), default=0)


# What is drawn


def _drawn(plan: _Plan) -> tuple[list[Shape], int]:
    """The shapes of a block, and how far to the right they reach: flows first, texts on top."""
    flows: list[Shape] = []
    texts: list[Shape] = []
    for number, column in enumerate(plan.columns):
        texts += _head(plan, number)
        texts += _figures(plan, number)
        if number:
            flows += _kept(plan, number)
        if number and column.transfer is not None:
            flows += _moved(plan, number, column.transfer)
    bars = [bar for number in range(len(plan.columns)) for bar in _bars(plan, number)]
    names, right = _names(plan)
    return [*flows, *bars, *texts, *names], right


def _head(plan: _Plan, number: int) -> Iterator[Shape]:
    stage = plan.columns[number].stage
    x, width = plan.x(number) + _BAR // 2, plan.pitch - px(14)
    yield Text(x, plan.top + px(14), f"Stage {stage.number}", "head", anchor="middle")
    lines = _head_lines(stage, width)
    for line, text in enumerate(lines, start=1):
        y = plan.top + px(14) + _HEAD_LINE * line
        yield Text(x, y, text, "what", "quiet", "middle")


def _head_lines(stage: Stage, width: int) -> list[str]:
    """What happened, on a few lines; of too many names the first, and how many more there are."""
    what, *names = heading(stage)
    lines = wrapped(what, "what", width, most=2)
    room = _HEAD_LINES - len(lines)
    if len(names) > room:
        left = len(names) - room + 1
        return [*lines, *(elided(n, "what", width) for n in names[: room - 1]), f"and {left} more"]
    if len(names) == 1:
        return lines + wrapped(names[0], "what", width, most=room)
    return lines + [elided(name, "what", width) for name in names]


def _bars(plan: _Plan, number: int) -> Iterator[Shape]:
    column = plan.columns[number]
    for account, y in plan.lanes.items():
        votes = column.held[account]
        if votes:
            title = f"{_name(account)}, stage {column.stage.number}: {figure(votes)}"
            ink = "bar-elected" if account in plan.elected else "bar"
            yield Bar(plan.x(number), y, _BAR, plan.long(votes), ink, visible(title))


def _figures(plan: _Plan, number: int) -> Iterator[Shape]:
    """Beside each bar: the change to its left, the votes and any mark to its right."""
    column = plan.columns[number]
    changes: dict[Account, Decimal] = {}
    if number and column.transfer is not None:
        changes = {account: -votes for account, votes in column.transfer.given}
        changes |= dict(column.transfer.received)
    for account, y in plan.lanes.items():
        votes, marked = column.held[account], mark(column.stage, account)
        x = plan.x(number)
        if account in changes:
            text = accounts.change(changes[account])
            yield Text(x - px(4), y + _FIRST_LINE, text, "gain", anchor="end")
        if votes or marked or (column.transfer is None and account is not None):
            yield Text(x + _BAR + px(4), y + _FIRST_LINE, figure(votes), "figure")
        if marked:
            # Without votes there is no bar, and the word stands for it.
            ink = "bar-elected" if account in plan.elected else "quiet"
            ink = "exclusion" if marked == accounts.EXCLUDED else ink
            yield Text(x + _BAR + px(4), y + _SECOND_LINE, marked, "mark", ink)


def _names(plan: _Plan) -> tuple[list[Shape], int]:
    """At the left all names, at the right those who still hold votes."""
    names: list[Shape] = []
    edge = plan.x(len(plan.columns) - 1)
    last = plan.columns[-1].held
    beside = edge + _BAR + plan.pitch // 2
    right = edge + plan.pitch // 2 + px(30)
    for account, y in plan.lanes.items():
        lines = _lines(account)
        names += _named_at(plan.left - px(8), y, lines, "end")
        if last[account] and len(plan.columns) > 1:
            names += _named_at(beside, y, lines, "start")
            right = max(right, beside + _width(lines))
    return names, right + _MARGIN


def _named_at(x: int, y: int, lines: Sequence[str], anchor: Anchor) -> Iterator[Shape]:
    for line, down in zip(lines, (_FIRST_LINE, _SECOND_LINE), strict=False):
        yield Text(x, y + down, line, "name", anchor=anchor)


def _kept(plan: _Plan, number: int) -> Iterator[Shape]:
    """What stays with each account between the stage before and this one."""
    before, now = plan.columns[number - 1], plan.columns[number]
    for account, y in plan.lanes.items():
        votes = min(before.held[account], now.held[account])
        if votes:
            ink = "kept-elected" if account in plan.elected else "kept"
            yield Flow(
                start=(plan.x(number - 1) + _BAR, y),
                start_height=plan.long(votes),
                end=(plan.x(number), y),
                end_height=plan.long(votes),
                ink="lost" if account is None else ink,
                way="kept",
                stage=now.stage.number,
                votes=figure(votes),
                giver=visible(_name(account)),
                taker=visible(_name(account)),
                hatched=account is None,
            )


@dataclass(frozen=True, slots=True)
class _End:
    """One end of a flow: where, how high, whose, and how many votes."""

    at: Point
    height: int
    account: Account
    votes: Decimal


def _moved(plan: _Plan, number: int, transfer: Transfer) -> Iterator[Shape]:
    """What the stage transferred, straight from one giver, or through a bar for several."""
    givers = list(_ends(plan, number - 1, number, transfer.given))
    takers = list(_ends(plan, number, number - 1, transfer.received))
    if not givers or not takers:
        return
    if len(givers) == 1:
        yield from _direct(transfer, givers[0], takers, plan)
        return
    bar = _meeting_bar(plan, number, transfer, givers)
    yield bar
    for end, y, height in _stacked(plan, givers, bar.y):
        meet = _End((bar.x, y), height, None, end.votes)
        yield _flow(transfer.stage, "in", end, meet)
    for end, y, height in _stacked(plan, takers, bar.y):
        meet = _End((bar.x + bar.width, y), height, None, end.votes)
        yield _flow(transfer.stage, "out", meet, end)


def _ends(
    plan: _Plan, number: int, other: int, amounts: Sequence[tuple[Account, Decimal]]
) -> Iterator[_End]:
    """The feet of the bars in this column: below what is also there in the other column."""
    here, there = plan.columns[number].held, plan.columns[other].held
    x = plan.x(number) + (_BAR if number < other else 0)
    for account, votes in amounts:
        kept = plan.long(min(here[account], there[account]))
        y = plan.lanes[account] + kept
        yield _End((x, y), plan.long(here[account]) - kept, account, votes)


def _direct(
    transfer: Transfer, giver: _End, takers: Sequence[_End], plan: _Plan
) -> Iterator[Shape]:
    for taker, y, height in _stacked(plan, takers, giver.at[1]):
        part = _End((giver.at[0], y), height, giver.account, taker.votes)
        yield _flow(transfer.stage, "direct", part, taker)


def _stacked(plan: _Plan, ends: Sequence[_End], top: int) -> Iterator[tuple[_End, int, int]]:
    """The ends with their places along one bar: edges meet, since each is scaled from the top."""
    done = NONE
    for end in ends:
        start, done = done, done + end.votes
        yield end, top + plan.long(start), plan.long(done) - plan.long(start)


def _meeting_bar(plan: _Plan, number: int, transfer: Transfer, givers: Sequence[_End]) -> Bar:
    middle = sum(end.at[1] + end.height // 2 for end in givers) // len(givers)
    height = plan.long(transfer.moved)
    together = figure(accounts.total(transfer.given))
    return Bar(
        x=(plan.x(number - 1) + plan.x(number)) // 2 + px(8),
        y=max(min(plan.lanes.values()), middle - height // 2),
        width=_BAR // 2,
        height=height,
        ink=_ink(transfer.stage),
        title=f"Stage {transfer.stage.number}: {together} together",
    )


def _flow(stage: Stage, way: Literal["direct", "in", "out"], giver: _End, taker: _End) -> Flow:
    return Flow(
        start=giver.at,
        start_height=giver.height,
        end=taker.at,
        end_height=taker.height,
        ink=_ink(stage),
        way=way,
        stage=stage.number,
        votes=figure(giver.votes),
        giver="" if way == "out" else visible(_name(giver.account)),
        taker="" if way == "in" else visible(_name(taker.account)),
        hatched=way != "in" and taker.account is None,
    )


def _ink(stage: Stage) -> str:
    return stage.kind if stage.kind in ("exclusion", "suspense") else "surplus"
