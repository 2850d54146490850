"""Counts by several rule sets beside one another, in plain text."""

from __future__ import annotations

from stvcount.inquiry.compare.comparing import Compared, Comparison
from stvcount.sheets.layout import listing, named
from stvcount.words import visible


def sheet(compared: Comparison) -> str:
    """Who is elected under each rule set, and the first stage at which its count parts."""
    lines = [named(compared.title), ""]
    for one in compared:
        lines.append(f"{one.rules}:")
        lines += [f"  {line}" for line in _result(one, first=one is compared[0])]
    return listing(map(visible, lines))


def _result(one: Compared, *, first: bool) -> list[str]:
    if one.record is None:
        return [f"not counted: {one.why}"]
    record = one.record
    if record.void:
        lines = ["the election is void"]
    else:
        lines = [f"elected: {', '.join(record.elected) or 'nobody'}"]
    lines += [f"vacant: {vacancy.places} ({vacancy.reason})" for vacancy in record.vacant]
    return lines if first else [*lines, *_partings(one)]


def _partings(one: Compared) -> list[str]:
    """Where the course parts; and other votes, where they do not just follow from that."""
    course, figures = one.course, one.figures
    if course is None and figures is None:
        return ["every stage as in the first count"]
    told = "the same course as in the first count"
    lines = [told if course is None else f"does otherwise from {course}"]
    if figures is not None and (course is None or figures.stage < course.stage):
        lines.append(f"other votes from {figures}")
    return lines
