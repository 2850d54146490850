"""What was found of a program, in plain text: clause by clause."""

from __future__ import annotations

from collections.abc import Iterator

from stvcount.formats import blt
from stvcount.sheets.layout import listing
from stvcount.sheets.table import option
from stvcount.testing.conforming import Asked, Conformance, Outcome, Row
from stvcount.words import counted, visible

_OUTCOMES: tuple[Outcome, ...] = ("passes", "fails", "cannot tell", "no answer")


def sheet(found: Conformance) -> str:
    """The outcomes for each clause, the first difference, and the time."""
    lines = [*_head(found), "", *_rows(found), "", *_not_asked(found), *_first(found), _time(found)]
    return listing(map(visible, lines))


def _head(found: Conformance) -> Iterator[str]:
    rules = found.rules
    options = "".join(f", {name}={option(value)}" for name, value in rules.options.items())
    yield f"{rules.title} ({rules.id}{options})"
    yield "Lots: each falls on the first listed of the tied, whatever it decides."


def _rows(found: Conformance) -> Iterator[str]:
    width = max(len(_name(row)) for row in found.rows)
    yield f"{'':{width}}  " + "  ".join(f"{outcome:>11}" for outcome in _OUTCOMES)
    for row in found.rows:
        figures = "  ".join(f"{row.number(outcome) or '-':>11}" for outcome in _OUTCOMES)
        yield f"{_name(row):{width}}  {figures}  {row.meaning}"
        for why in dict.fromkeys(turn.why for turn in row.alike):
            yield f"{'':{width}}  as {why}"


def _name(row: Row) -> str:
    return f"{row.clause} [{row.reading}]" if row.reading else row.clause


def _not_asked(found: Conformance) -> Iterator[str]:
    if found.without_case:
        yield "Not asked by the corpus:"
        for one in found.without_case:
            yield f"  {one.clause}: {one.why}"
        yield ""


def _first(found: Conformance) -> Iterator[str]:
    if found.first is None:
        yield "Nothing differs, as far as the answers go."
    elif found.first.fault is not None:
        yield f"No answer: {found.first.fault}"
        yield from _election(found.first)
    else:
        yield f"The first difference, made small: {found.first.difference}"
        yield from _election(found.first)
    yield ""


def _election(asked: Asked) -> Iterator[str]:
    if asked.small is not None:
        yield from (f"  {line}" for line in blt.dumps(asked.small.election()).splitlines())


def _time(found: Conformance) -> str:
    runs = counted(found.runs, "election")
    return f"{runs} in {found.seconds:.1f} s, the longest {found.longest:.2f} s."
