"""The result of a vote on motions, in plain text."""

from __future__ import annotations

from collections.abc import Iterator

from stvcount.motions import MotionRecord, MotionResult
from stvcount.particulars import Source
from stvcount.sheets.text import _beside, _Entry, _hanging, _width, _wrapped

_MARGIN = 14
_INDENT = "  "
_MAJORITIES = {
    "simple": "simple: more FOR than AGAINST",
    "two-thirds": "two thirds: 3 x FOR at least 2 x (FOR + AGAINST)",
}


def sheet(record: MotionRecord, *, width: int = 100) -> str:
    """The result sheet of a vote on motions, at most `width` columns wide."""
    title = _wrapped(record.title.strip() or "Votes on motions", width)
    sources = list(dict.fromkeys(result.source for result in record.results))
    parts = [
        [*title, "=" * max(map(_width, title))],
        [line for fact in _facts(record, sources) for line in _beside(fact, _MARGIN, width)],
        *(_question(result, width, with_source=len(sources) > 1) for result in record.results),
    ]
    lines = "\n\n".join("\n".join(part) for part in parts).split("\n")
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _facts(record: MotionRecord, sources: list[Source | None]) -> Iterator[_Entry]:
    yield _Entry("Majority", _MAJORITIES[record.majority])
    if record.majority == "simple":
        coin = "decided by a coin: heads FOR, tails AGAINST"
        yield _Entry("Equal votes", coin if record.coin else "lost")
    for source in sources:
        if source is not None:
            yield _Entry("Ballot file", source.name)
            yield _Entry("SHA-256", source.sha256)
    yield _Entry("Carried", f"{len(record.carried)} of {len(record.results)}")


def _question(result: MotionResult, width: int, *, with_source: bool) -> list[str]:
    lines = _hanging(f"{result.number}. {result.title}", width)
    for entry in _entries(result, with_source=with_source):
        lines += [_INDENT + line for line in _beside(entry, _MARGIN, width - len(_INDENT))]
    return lines


def _entries(result: MotionResult, *, with_source: bool) -> Iterator[_Entry]:
    if with_source:
        yield _Entry("From", result.source.name if result.source else "numbers given")
    numbers = {**result.votes, "Blank": result.blank, "Invalid": result.invalid}
    for label, number in (*numbers.items(), ("Papers", result.papers)):
        yield _Entry(label, str(number), result.notes if label == "Invalid" else ())
    yield _Entry("Result", "CARRIED" if result.carried else "LOST")
    yield _Entry("Decision", f"{result.decision.text} [{result.decision.clause}]")
    if result.lot is not None:
        lot = result.lot
        yield _Entry("Lot", f"{lot.purpose}: it fell on {lot.chosen}; source: {lot.source}")
