"""The result sheet in plain text: the table of the stages, then every decision with its clause.

Names and reasons come from the public: every text passes through `_wrapped`, which makes control
characters visible and measures what a terminal shows, not the number of characters.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from decimal import Context, Decimal, localcontext
from itertools import zip_longest
from typing import TYPE_CHECKING

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
_INDENT = "  "
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
    lines = _wrapped(record.title.strip() or "Untitled election", width)
    return [*lines, "=" * max(map(_width, lines))]


def _particulars(record: CountRecord, width: int) -> list[str]:
    return [line for entry in _facts(record) for line in _beside(entry, _LABELS, width)]


def _facts(record: CountRecord) -> Iterator[_Entry]:
    yield _Entry("Rules", record.rules.id)
    if record.rules.options:
        options = [f"{key} = {_option(value)}" for key, value in record.rules.options.items()]
        yield _Entry("Options", ", ".join(options))
    if record.organisation is not None:
        yield _Entry("Organisation", record.organisation)
    yield _Entry("Places", str(record.places))
    if record.source is not None:
        yield _Entry("Ballot file", record.source.name)
        yield _Entry("SHA-256", record.source.sha256)
    yield from _papers(record.papers)
    if record.withdrawn:
        gone = [_because(one.candidate, one.reason) for one in record.withdrawn]
        yield _Entry("Withdrawn", str(len(gone)), gone)
    if record.non_person is not None:
        yield _Entry("Not a person", record.non_person)


def _papers(papers: PaperCount) -> Iterator[_Entry]:
    yield _Entry("Papers", str(papers.total))
    yield _Entry("Valid", str(papers.valid))
    reasons = [f"{number}: {reason}" for reason, number in papers.invalid.items()]
    yield _Entry("Invalid", str(sum(papers.invalid.values())), reasons)
    if papers.set_aside:
        aside = [_because(f"paper {one.paper}", one.reason) for one in papers.set_aside]
        yield _Entry("Set aside", str(len(aside)), aside)


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
    longest = max(_width(_visible(word)) for line in heading for word in line.split(" "))
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
    yield _wrapped(_MARKS, width)


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
    longest = max(_width(_visible(name)) for name in rows)
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
        [part for line in column.heading for part in _wrapped(line, column.width)]
        for column in columns
    ]
    lines = _row([[], *headings], widths)
    for number, name in enumerate(rows):
        if number in (1, len(rows) - 2):  # under the head, and above the total
            lines.append("-+-".join("-" * width for width in widths))
        cells = [[column.cells[number].rjust(column.width)] for column in columns]
        lines += _row([_hanging(name, for_names), *cells], widths)
    return lines


def _row(cells: Sequence[Sequence[str]], widths: Sequence[int]) -> list[str]:
    return [
        _BAR.join(_padded(part, width) for part, width in zip(parts, widths, strict=True))
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
        lines += _hanging(f"{number}. {name}", width, _INDENT)
    for vacancy in record.vacant:
        places = _counted(vacancy.places, "place")
        lines += _hanging(f"Vacant: {_because(places, vacancy.reason)}", width)
    if record.void:
        lines += _wrapped("*** THIS ELECTION IS VOID ***", width)
    return lines


def _account(record: CountRecord, width: int) -> Iterator[list[str]]:
    """What was decided and done: a part for each stage, then the completion."""
    parts = [(_stage_heading(stage), _done(stage)) for stage in record.stages]
    completion = _completed(record.completion)
    if completion:
        parts.append(("Completion", completion))
    margins = [_width(_visible(entry.margin)) for _, entries in parts for entry in entries]
    margin = min(max(margins, default=0), _WIDEST_CLAUSE, width // 3) + len(_INDENT)
    for heading, entries in parts:
        inner = width - len(_INDENT)
        lines = [line for entry in entries for line in _beside(entry, margin, inner)]
        yield [*_hanging(heading, width), *(_INDENT + line for line in lines)]


def _stage_heading(stage: Stage) -> str:
    happened = " ".join(_heading(stage))
    return f"Stage {stage.number}: {happened[0].lower()}{happened[1:]}"


def _done(stage: Stage) -> list[_Entry]:
    batches = [_batch(batch) for batch in stage.batches]
    return [*_decided(stage.decisions), *batches, *_deemed(stage.elected), *_lots(stage.lots)]


def _completed(end: Completion) -> list[_Entry]:
    excluded = [_Entry("Excluded", ", ".join(end.excluded))] if end.excluded else []
    return [*_decided(end.decisions), *_deemed(end.elected), *excluded, *_lots(end.lots)]


def _decided(decisions: Iterable[Decision]) -> Iterator[_Entry]:
    return (_Entry(one.clause, one.text) for one in decisions)


def _deemed(elected: Iterable[Elected]) -> Iterator[_Entry]:
    return (_Entry(e.clause, f"{e.candidate} deemed elected with {e.vote:f}") for e in elected)


def _lots(lots: Iterable[Lot]) -> Iterator[_Entry]:
    for lot in lots:
        votes = {name: f" ({vote:f})" for name, vote in lot.votes.items()}
        tied = ", ".join(name + votes.get(name, "") for name in lot.candidates)
        fell = f"it fell on {lot.chosen}; source: {lot.source}"
        yield _Entry(lot.clause, f"Lot ({lot.purpose}) between {tied}: {fell}")


def _batch(batch: Batch) -> _Entry:
    moved = sum(batch.papers.values(), batch.non_transferable_papers)
    details = []
    for name in dict.fromkeys((*batch.papers, *batch.credited)):
        papers, credited = batch.papers.get(name, 0), batch.credited.get(name, Decimal(0))
        details.append(f"{name}: {_counted(papers, 'paper')}, credited {credited:f}")
    lost = _counted(batch.non_transferable_papers, "paper")
    details.append(f"non-transferable: {lost}, {batch.non_transferable:f}")
    return _Entry("Batch", f"{_counted(moved, 'paper')} at {batch.value:f}", details)


def _because(what: str, reason: str) -> str:
    return f"{what}: {reason}" if reason else what


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


# Text in columns


@dataclass(frozen=True, slots=True)
class _Entry:
    """A text with a label or a clause in the margin, and details under it."""

    margin: str
    text: str
    details: Sequence[str] = ()


def _beside(entry: _Entry, margin: int, width: int) -> list[str]:
    lines = _wrapped(entry.text, width - margin)
    for detail in entry.details:
        lines += _hanging(detail, width - margin, _INDENT)
    labels = _wrapped(entry.margin, margin - 1)
    return [
        _padded(left, margin) + right for left, right in zip_longest(labels, lines, fillvalue="")
    ]


def _hanging(text: str, width: int, indent: str = "") -> list[str]:
    """The text in lines of at most this width, all but the first indented further."""
    lines = _wrapped(text, width - len(indent))
    if len(lines) > 1:
        lines = _wrapped(text, width - len(indent + _INDENT))
    return [indent + lines[0], *(indent + _INDENT + line for line in lines[1:])]


def _wrapped(text: str, width: int) -> list[str]:
    """The text, made visible, in lines of at most this width; over-long words are broken."""
    lines: list[str] = []
    line = ""
    for word in _visible(text).split(" "):
        for piece in _broken(word, width):
            joined = f"{line} {piece}" if line else piece
            if line and _width(joined) > width:
                lines.append(line)
                joined = piece
            line = joined
    return [*lines, line]


def _broken(word: str, width: int) -> Iterator[str]:
    """The word in pieces of at most this width; what combines with a letter stays with it."""
    piece, used = "", 0
    for character in word:
        wide = _width(character)
        if wide and piece and used + wide > width:
            yield piece
            piece, used = "", 0
        piece += character
        used += wide
    if piece:
        yield piece


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


def _visible(text: str) -> str:
    """The text with every character that could break or reorder a line shown by its number."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        f"<U+{ord(character):04X}>" if _breaks(character, before) else character
        for before, character in zip(" " + text, text, strict=False)
    )


def _breaks(character: str, before: str) -> bool:
    if character in "\u200c\u200d":
        # Joiners are part of the spelling after an Arabic letter or an Indic virama (RFC 5892,
        # appendix A); elsewhere they only make two names look the same.
        return unicodedata.bidirectional(before) != "AL" and unicodedata.combining(before) != 9
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")


def _width(text: str) -> int:
    """The number of columns that a terminal gives to this visible text."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def _columns(character: str) -> int:
    joins = "\u1160" <= character <= "\u11ff" or "\ud7b0" <= character <= "\ud7ff"
    if joins or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
