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
    if not first:
        lines.append(
            "every stage as in the first count"
            if one.parts_at is None
            else f"parts from the first count at stage {one.parts_at}"
        )
    return lines
