"""The result of a vote on motions, in plain text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from stvcount.election.source import Source
from stvcount.motions.motions import MotionRecord, MotionResult
from stvcount.sheets.layout import INDENT, Entry, hanging, page, particulars, underlined

_MARGIN = 14
_MAJORITIES = {
    "simple": "simple: more FOR than AGAINST",
    "two-thirds": "two thirds: 3 x FOR at least 2 x (FOR + AGAINST)",
}


def sheet(record: MotionRecord, *, width: int = 100) -> str:
    """The result sheet of a vote on motions, at most `width` columns wide."""
    sources = list(dict.fromkeys(result.source for result in record.results))
    shared = _of_all(record)
    parts = [
        underlined(record.title.strip() or "Votes on motions", width),
        particulars(_facts(record, sources, shared), _MARGIN, width),
        *(
            _question(result, shared, width, with_source=len(sources) > 1)
            for result in record.results
        ),
    ]
    return page(parts)


def _of_all(record: MotionRecord) -> tuple[str, ...]:
    """The notes that are those of every question: of the file, and said once."""
    first, *others = record.results
    return tuple(note for note in first.notes if others and all(note in o.notes for o in others))


def _facts(
    record: MotionRecord, sources: list[Source | None], shared: tuple[str, ...]
) -> Iterator[Entry]:
    yield Entry("Majority", _MAJORITIES[record.majority])
    if record.majority == "simple":
        coin = "decided by a coin: heads FOR, tails AGAINST"
        yield Entry("Equal votes", coin if record.coin else "lost")
    for source in sources:
        if source is not None:
            yield Entry("Ballot file", source.name)
            yield Entry("SHA-256", source.sha256)
    yield Entry("Carried", f"{len(record.carried)} of {len(record.results)}")
    if shared:
        yield Entry("Notes", shared[0], shared[1:])


def _question(
    result: MotionResult, shared: tuple[str, ...], width: int, *, with_source: bool
) -> list[str]:
    notes = [note for note in result.notes if note not in shared]
    entries = _entries(result, notes, with_source=with_source)
    lines = particulars(entries, _MARGIN, width - len(INDENT))
    return [*hanging(f"{result.number}. {result.title}", width), *(INDENT + line for line in lines)]


def _entries(result: MotionResult, notes: Sequence[str], *, with_source: bool) -> Iterator[Entry]:
    if with_source:
        yield Entry("From", result.source.name if result.source else "numbers given")
    numbers = {**result.votes, "Blank": result.blank, "Invalid": result.invalid}
    for label, number in numbers.items():
        yield Entry(label, str(number))
    yield Entry("Papers", str(result.papers), notes)
    yield Entry("Result", "CARRIED" if result.carried else "LOST")
    yield Entry("Decision", f"{result.decision.text} [{result.decision.clause}]")
    if result.lot is not None:
        lot = result.lot
        yield Entry("Lot", f"{lot.purpose}: it fell on {lot.chosen}; source: {lot.source}")
