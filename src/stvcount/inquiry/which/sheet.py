"""Which rules gave a published sheet, in plain text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from stvcount.inquiry.which.trying import Tried, Which
from stvcount.sheets.layout import listing, named
from stvcount.words import counted, listed, visible


def sheet(found: Which) -> str:
    """A verdict first; then each rule set: what it gives, or where the sheet breaks it."""
    lines = [named(found.sheet.title), verdict(found), ""]
    for alike in _alike(found):
        lines.append(f"{', '.join(map(str, alike))}: {_result(alike[0], found)}")
        lines += [f"  {line}" for line in _more(alike[0])]
    return listing(map(visible, lines))


def _alike(found: Which) -> Iterable[Sequence[Tried]]:
    """Those of which the same is to be said, together."""
    groups: dict[object, list[Tried]] = {}
    for one in found:
        groups.setdefault((one.outcome, one.stages, one.breaks, one.unchecked), []).append(one)
    return groups.values()


def verdict(found: Which) -> str:
    """In one line: which rules give the sheet."""
    giving = list(map(str, found.giving))
    if not giving:
        best = found[0]
        told = (
            f"; {best} comes furthest, to stage {best.stages + 1}"
            if best.outcome == "breaks"
            else ""
        )
        return f"NO RULES HERE GIVE THIS SHEET{told}"
    if found.with_papers:
        return f"the papers give every figure by {listed(giving)}"
    return f"nothing in the figures contradicts {listed(giving)}"


def _result(one: Tried, found: Which) -> str:
    stages = counted(len(found.sheet.stages), "stage")
    if one.outcome == "untried":
        return f"not tried: {one.breaks[0]}"
    if one.outcome == "breaks":
        return f"breaks: {one.breaks[0]}"
    if found.with_papers:
        return f"every figure of {stages}"
    return f"nothing in {counted(one.stages, 'stage')} of {len(found.sheet.stages)} contradicts it"


def _more(one: Tried) -> Iterator[str]:
    if one.outcome == "breaks" and len(one.breaks) > 1:
        yield f"and {counted(len(one.breaks) - 1, 'more difference')}"
    if one.outcome == "gives":
        yield from (f"not checked: {text}" for text in one.unchecked)
