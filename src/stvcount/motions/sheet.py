"""The result of a vote on motions, in plain text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from stvcount.election.source import Source
from stvcount.motions.motions import (
    SIMPLE,
    MotionRecord,
    MotionResult,
    MotionTerms,
    fraction_of,
)
from stvcount.sheets.csv_sheet import written
from stvcount.sheets.layout import INDENT, Entry, hanging, page, particulars, underlined

_MARGIN = 14
_OF_WHOM = {
    "voting": "(FOR + AGAINST)",
    "present": "the number of those present",
    "members": "the number of all members",
}


def sheet(record: MotionRecord, *, width: int = 100) -> str:
    """The result sheet of a vote on motions, at most `width` columns wide."""
    parts = [
        underlined(heading(record), width),
        particulars(facts(record), _MARGIN, width),
        *(_question(result, came_from, notes, width) for result, came_from, notes in told(record)),
    ]
    return page(parts)


_COLUMNS = (
    *("Question", "For", "Against", "Abstain", "Blank", "Invalid", "Papers", "Result", "Decision"),
    *("Clause", "Lot", "Casting vote"),
)


def table(record: MotionRecord) -> str:
    """The results as CSV, a row for each question."""
    return written(_rows(record))


def _rows(record: MotionRecord) -> Iterator[Sequence[str | int]]:
    yield _COLUMNS
    for one in record.results:
        lot, cast = one.lot, one.casting_vote
        yield [
            one.title,
            *(*one.votes.values(), one.blank, one.invalid, one.papers),
            *(one.outcome, one.decision.text, one.decision.clause),
            "" if lot is None else f"fell on {lot.chosen} ({lot.source})",
            "" if cast is None else f"{cast.vote} ({cast.by})",
        ]


def _of_all(record: MotionRecord) -> tuple[str, ...]:
    """The notes that are those of every question: of the file, and said once."""
    notes = record.results[0].notes if len(record.results) > 1 else ()
    return tuple(note for note in notes if all(note in one.notes for one in record.results))


def told(record: MotionRecord) -> Iterator[tuple[MotionResult, str, Sequence[str]]]:
    """Each question, and what is not the same of all: where it came from, and its own notes."""
    shared = _of_all(record)
    several = len(_sources(record)) > 1
    for result in record.results:
        came_from = result.source.name if result.source else "numbers given"
        notes = [note for note in result.notes if note not in shared]
        yield result, came_from if several else "", notes


def heading(record: MotionRecord) -> str:
    """What stands over the results."""
    return record.title.strip() or "Votes on motions"


def _sources(record: MotionRecord) -> list[Source | None]:
    return list(dict.fromkeys(result.source for result in record.results))


def facts(record: MotionRecord) -> Iterator[Entry]:
    """What all the questions have in common."""
    shared = _of_all(record)
    terms = record.terms
    yield Entry("Majority", _majority(terms))
    if (terms.majority, terms.basis) == (SIMPLE, "voting"):
        yield Entry("Equal votes", _equal(record))
    for label in ("present", "members", "quorum"):
        number = getattr(terms, label)
        if number is not None:
            yield Entry(label.capitalize(), str(number))
    for source in _sources(record):
        if source is not None:
            yield Entry("Ballot file", source.name)
            yield Entry("SHA-256", source.sha256)
    yield Entry("Carried", f"{len(record.carried)} of {len(record.results)}")
    if shared:
        yield Entry("Notes", shared[0], shared[1:])


def _equal(record: MotionRecord) -> str:
    if record.terms.coin:
        return "decided by a coin: heads FOR, tails AGAINST"
    cast = any(result.casting_vote for result in record.results)
    return "decided by a casting vote, where one was given; else lost" if cast else "lost"


def _majority(terms: MotionTerms) -> str:
    whom = _OF_WHOM[terms.basis]
    if terms.majority == SIMPLE:
        return f"simple: {'more FOR than AGAINST' if terms.basis == 'voting' else _half(whom)}"
    part, whole = fraction_of(terms.majority)
    return f"{terms.majority}: {whole} x FOR at least {part} x {whom}"


def _half(whom: str) -> str:
    return f"2 x FOR more than {whom}"


def _question(result: MotionResult, came_from: str, notes: Sequence[str], width: int) -> list[str]:
    entries = _entries(result, came_from, notes)
    lines = particulars(entries, _MARGIN, width - len(INDENT))
    return [*hanging(f"{result.number}. {result.title}", width), *(INDENT + line for line in lines)]


def _entries(result: MotionResult, came_from: str, notes: Sequence[str]) -> Iterator[Entry]:
    if came_from:
        yield Entry("From", came_from)
    numbers = {**result.votes, "Blank": result.blank, "Invalid": result.invalid}
    for label, number in numbers.items():
        yield Entry(label, str(number))
    yield Entry("Papers", str(result.papers), notes)
    yield Entry("Result", result.outcome.upper())
    yield Entry("Decision", f"{result.decision.text} [{result.decision.clause}]")
    if result.lot is not None:
        lot = result.lot
        yield Entry("Lot", f"{lot.purpose}: it fell on {lot.chosen}; source: {lot.source}")
