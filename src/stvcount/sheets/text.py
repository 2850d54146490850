"""The result sheet in plain text: the table of the stages, then every decision with its clause.

Names and reasons come from the public: every text passes through `layout.wrapped`.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Context, Decimal, localcontext
from itertools import zip_longest
from typing import TYPE_CHECKING

from stvcount.sheets.layout import (
    INDENT,
    Entry,
    because,
    beside,
    hanging,
    padded,
    shown_width,
    wrapped,
)
from stvcount.words import counted, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from stvcount.record import (
        Batch,
        Completion,
        CountRecord,
        Decision,
        Elected,
        Lot,
        PaperCount,
        Stage,
    )

# Holds every sum and difference of votes that a record can state, whatever the caller's context.
_EXACT = Context(prec=999)

_LABELS = 14
_WIDEST_CLAUSE = 26
_WIDEST_HEADING_WORD = 20
_LEAST_NAME = 16
_BAR = " | "

_HAPPENED = {
    "first": "First preferences",
    "surplus": "Surplus of",
    "exclusion": "Exclusion of",
    "suspense": "Papers held in suspense from",
}
_MARKS = "E: deemed elected at this stage; X: excluded at this stage"


def sheet(record: CountRecord, *, width: int = 100) -> str:
    """The result sheet of a count, at most `width` columns wide.

    A count with more stages than fit side by side is folded into blocks that repeat the names.
    A line is wider only where a single figure leaves no room for less.
    """
    with localcontext(_EXACT):
        parts = [
            _title(record, width),
            _particulars(record, width),
            *_table(record, width),
            _result(record, width),
            *_account(record, width),
        ]
    lines = "\n\n".join("\n".join(part) for part in parts).split("\n")
    return "\n".join(line.rstrip() for line in lines) + "\n"


# The head of the sheet


def _title(record: CountRecord, width: int) -> list[str]:
    lines = wrapped(record.title.strip() or "Untitled election", width)
    return [*lines, "=" * max(map(shown_width, lines))]


def _particulars(record: CountRecord, width: int) -> list[str]:
    return [line for entry in _facts(record) for line in beside(entry, _LABELS, width)]


def _facts(record: CountRecord) -> Iterator[Entry]:
    yield Entry("Rules", record.rules.id)
    if record.rules.options:
        options = [f"{key} = {_option(value)}" for key, value in record.rules.options.items()]
        yield Entry("Options", ", ".join(options))
    if record.organisation is not None:
        yield Entry("Organisation", record.organisation)
    yield Entry("Places", str(record.places))
    if record.source is not None:
        yield Entry("Ballot file", record.source.name)
        yield Entry("SHA-256", record.source.sha256)
    yield from _papers(record.papers)
    if record.withdrawn:
        gone = [because(one.candidate, one.reason) for one in record.withdrawn]
        yield Entry("Withdrawn", str(len(gone)), gone)
    if record.non_person is not None:
        yield Entry("Not a person", record.non_person)


def _papers(papers: PaperCount) -> Iterator[Entry]:
    yield Entry("Papers", str(papers.total))
    yield Entry("Valid", str(papers.valid))
    reasons = [f"{number}: {reason}" for reason, number in papers.invalid.items()]
    yield Entry("Invalid", str(sum(papers.invalid.values())), reasons)
    if papers.set_aside:
        aside = [because(f"paper {one.paper}", one.reason) for one in papers.set_aside]
        yield Entry("Set aside", str(len(aside)), aside)


def _option(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


# The table


@dataclass(frozen=True, slots=True)
class _Column:
    """What stands beside the names, for one stage: a heading, then a cell for each row."""

    heading: Sequence[str]
    cells: Sequence[str]
    width: int


def _column(heading: Sequence[str], cells: Sequence[str], width: int) -> _Column:
    """As wide as its cells, or as the longest word of the heading where that is moderate."""
    longest = max(shown_width(visible(word)) for line in heading for word in line.split(" "))
    moderate = min(longest, _WIDEST_HEADING_WORD, width // 3)
    return _Column(heading, cells, max(*map(len, cells), moderate))


def _table(record: CountRecord, width: int) -> Iterator[list[str]]:
    names = _in_order_of_votes(record)
    columns = [
        *(_column(heading, cells, width) for heading, cells in _stages(record, names)),
        _column(["Result"], _outcomes(record, names), width),
    ]
    rows = ["Candidate", *names, "Non-transferable", "Total", "Quota"]
    for_names = _name_width(rows, columns, width)
    for block in _folded(columns, width - for_names):
        yield _block(rows, for_names, block)
    yield wrapped(_MARKS, width)


def _in_order_of_votes(record: CountRecord) -> list[str]:
    withdrawn = {one.candidate for one in record.withdrawn}
    names = [name for name in record.candidates if name not in withdrawn]
    if record.stages:
        first = record.stages[0].votes
        names.sort(key=lambda name: first.get(name, Decimal(0)), reverse=True)
    return names


def _stages(
    record: CountRecord, names: Sequence[str]
) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """The heading and the cells of each stage."""
    before: Sequence[Decimal | None] = ()
    for stage in record.stages:
        now = _figures(stage, names)
        totals = _aligned("Total", map(_figure, now))
        marks = ["", *(_mark(stage, name) for name in names), "", "", ""]
        cells = [f"{total} {mark:1}" for total, mark in zip(totals, marks, strict=True)]
        if before:
            changes = [*map(_change, now[:-2], before), "", ""]
            pairs = zip(_aligned("Change", changes), cells, strict=True)
            cells = [f"{change}  {total}" for change, total in pairs]
        yield [f"Stage {stage.number}", *_heading(stage)], cells
        before = now


def _figures(stage: Stage, names: Sequence[str]) -> list[Decimal | None]:
    """What stands in the rows after the stage, from the first candidate's vote to the quota."""
    votes = [stage.votes.get(name) for name in names]
    total = sum(stage.votes.values(), stage.non_transferable)
    return [*votes, stage.non_transferable, total, stage.quota]


def _change(now: Decimal | None, before: Decimal | None) -> str:
    return "" if now is None or before is None or now == before else format(now - before, "+f")


def _figure(votes: Decimal | None) -> str:
    return "" if votes is None else format(votes, "f")


def _mark(stage: Stage, name: str) -> str:
    if any(name == one.candidate for one in stage.elected):
        return "E"
    return "X" if stage.kind == "exclusion" and name in stage.candidates else ""


def _heading(stage: Stage) -> list[str]:
    """What happened, then each name, with the commas between them."""
    commas = [f"{name}," for name in stage.candidates[:-1]]
    return [_HAPPENED[stage.kind], *commas, *stage.candidates[-1:]]


def _outcomes(record: CountRecord, names: Sequence[str]) -> list[str]:
    cells = ["", *(_outcome(record, name) for name in names), "", "", ""]
    widest = max(map(len, cells))
    return [cell.ljust(widest) for cell in cells]


def _outcome(record: CountRecord, name: str) -> str:
    if name in record.elected:
        return "Elected"
    deemed = [*(stage.elected for stage in record.stages), record.completion.elected]
    if any(name == one.candidate for several in deemed for one in several):
        return "Deemed elected"
    excluded = any(_mark(stage, name) == "X" for stage in record.stages)
    return "Excluded" if excluded or name in record.completion.excluded else ""


def _name_width(rows: Sequence[str], columns: Sequence[_Column], width: int) -> int:
    """As wide as the longest name, where that costs no block more than a quarter of the width."""
    longest = max(shown_width(visible(name)) for name in rows)
    left = width - len(_BAR) - max(column.width for column in columns)
    least = min(longest, max(_LEAST_NAME, width // 4), max(left, width // 4))
    fewest = len(_folded(columns, width - least))
    widths = range(least, max(least, min(longest, left)) + 1)
    return max(one for one in widths if len(_folded(columns, width - one)) == fewest)


def _folded(columns: Sequence[_Column], room: int) -> list[list[_Column]]:
    """The columns in blocks, each of as many as there is room for."""
    blocks: list[list[_Column]] = [[]]
    left = room
    for column in columns:
        needed = len(_BAR) + column.width
        if needed > left and blocks[-1]:
            blocks.append([])
            left = room
        blocks[-1].append(column)
        left -= needed
    return blocks


def _block(rows: Sequence[str], for_names: int, columns: Sequence[_Column]) -> list[str]:
    widths = [for_names, *(column.width for column in columns)]
    headings = [
        [part for line in column.heading for part in wrapped(line, column.width)]
        for column in columns
    ]
    lines = _row([[], *headings], widths)
    for number, name in enumerate(rows):
        if number in (1, len(rows) - 2):  # under the head, and above the total
            lines.append("-+-".join("-" * width for width in widths))
        cells = [[column.cells[number].rjust(column.width)] for column in columns]
        lines += _row([hanging(name, for_names), *cells], widths)
    return lines


def _row(cells: Sequence[Sequence[str]], widths: Sequence[int]) -> list[str]:
    return [
        _BAR.join(padded(part, width) for part, width in zip(parts, widths, strict=True))
        for parts in zip_longest(*cells, fillvalue="")
    ]


def _aligned(label: str, figures: Iterable[str]) -> list[str]:
    """The label and, under it, the figures with their decimal points in one line."""
    parts = [figure.partition(".") for figure in figures]
    most = max(len(point + decimals) for _, point, decimals in parts)
    cells = [label, *(whole + (point + decimals).ljust(most) for whole, point, decimals in parts)]
    widest = max(map(len, cells))
    return [cell.rjust(widest) for cell in cells]


# What follows the table


def _result(record: CountRecord, width: int) -> list[str]:
    lines = ["Elected:" if record.elected else "Elected: none"]
    for number, name in enumerate(record.elected, start=1):
        lines += hanging(f"{number}. {name}", width, INDENT)
    for vacancy in record.vacant:
        places = counted(vacancy.places, "place")
        lines += hanging(f"Vacant: {because(places, vacancy.reason)}", width)
    if record.void:
        lines += wrapped("*** THIS ELECTION IS VOID ***", width)
    return lines


def _account(record: CountRecord, width: int) -> Iterator[list[str]]:
    """What was decided and done: a part for each stage, then the completion."""
    parts = [(_stage_heading(stage), _done(stage)) for stage in record.stages]
    completion = _completed(record.completion)
    if completion:
        parts.append(("Completion", completion))
    margins = [shown_width(visible(entry.margin)) for _, entries in parts for entry in entries]
    margin = min(max(margins, default=0), _WIDEST_CLAUSE, width // 3) + len(INDENT)
    for heading, entries in parts:
        inner = width - len(INDENT)
        lines = [line for entry in entries for line in beside(entry, margin, inner)]
        yield [*hanging(heading, width), *(INDENT + line for line in lines)]


def _stage_heading(stage: Stage) -> str:
    happened = " ".join(_heading(stage))
    return f"Stage {stage.number}: {happened[0].lower()}{happened[1:]}"


def _done(stage: Stage) -> list[Entry]:
    batches = [_batch(batch) for batch in stage.batches]
    return [*_decided(stage.decisions), *batches, *_deemed(stage.elected), *_lots(stage.lots)]


def _completed(end: Completion) -> list[Entry]:
    excluded = [Entry("Excluded", ", ".join(end.excluded))] if end.excluded else []
    return [*_decided(end.decisions), *_deemed(end.elected), *excluded, *_lots(end.lots)]


def _decided(decisions: Iterable[Decision]) -> Iterator[Entry]:
    return (Entry(one.clause, one.text) for one in decisions)


def _deemed(elected: Iterable[Elected]) -> Iterator[Entry]:
    return (Entry(e.clause, f"{e.candidate} deemed elected with {e.vote:f}") for e in elected)


def _lots(lots: Iterable[Lot]) -> Iterator[Entry]:
    for lot in lots:
        votes = {name: f" ({vote:f})" for name, vote in lot.votes.items()}
        tied = ", ".join(name + votes.get(name, "") for name in lot.candidates)
        fell = f"it fell on {lot.chosen}; source: {lot.source}"
        yield Entry(lot.clause, f"Lot ({lot.purpose}) between {tied}: {fell}")


def _batch(batch: Batch) -> Entry:
    moved = sum(batch.papers.values(), batch.non_transferable_papers)
    details = []
    for name in dict.fromkeys((*batch.papers, *batch.credited)):
        papers, credited = batch.papers.get(name, 0), batch.credited.get(name, Decimal(0))
        details.append(f"{name}: {counted(papers, 'paper')}, credited {credited:f}")
    lost = counted(batch.non_transferable_papers, "paper")
    details.append(f"non-transferable: {lost}, {batch.non_transferable:f}")
    return Entry("Batch", f"{counted(moved, 'paper')} at {batch.value:f}", details)
