"""What a sheet asks of the first preferences."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from stvcount.inquiry.reconstruct.divisions import around, rows
from stvcount.inquiry.reconstruct.figures import shown
from stvcount.inquiry.reconstruct.way import Broken, Way
from stvcount.words import counted


def first_preferences(way: Way) -> Sequence[int]:
    """How many for each candidate; the invalid papers are written too."""
    found = way.trail.choose(lambda: _rows(way))
    if found is None:
        raise Broken(1, _why_not(way))
    row, way.written.invalid = found
    return row


def _rows(way: Way) -> Iterator[tuple[tuple[int, ...], int | None]]:
    """First preferences for each candidate, and the number of invalid papers if it is known."""
    total, invalid, valid = way.sheet.papers.total, way.sheet.papers.invalid, way.figures.valid
    columns = [
        way.trail.ordered(_options(way, name), column)
        for column, name in enumerate(way.sheet.candidates)
    ]
    if valid is not None:
        rest = total - valid if invalid is None and total is not None else invalid
        if rest is not None and rest < 0:
            return iter(())
        return ((row, rest) for row in rows(columns, valid))
    if total is not None:
        return ((row[:-1], row[-1]) for row in rows([*columns, range(total + 1)], total))
    return ((row, invalid) for row in itertools.product(*columns))


def _options(way: Way, name: str) -> Sequence[int]:
    figures = way.figures
    figure = figures.at(1, name)
    if figure is not None:
        return () if figure % 100 else (figure // 100,)
    later = figures.later(1, name)
    if later is not None:
        return range(later // 100, -1, -1)
    if figures.valid is not None:
        return around(_like_share(way, figures.valid), figures.valid)
    # Nothing published sets an end: in each search more are tried, and never all.
    way.unbounded = True
    return range(figures.greatest * (way.trail.turn + 1) // 100, -1, -1)


def _like_share(way: Way, valid: int) -> int:
    """What each of those has whose first preferences no figure bounds, if all have alike."""
    bounds = [way.figures.later(1, name) for name in way.sheet.candidates]
    known = sum(bound for bound in bounds if bound is not None) // 100
    return max(valid - known, 0) // bounds.count(None)


def _why_not(way: Way) -> str:
    for name in way.sheet.candidates:
        figure = way.figures.at(1, name)
        if figure is not None and figure % 100:
            return f"{shown(figure)} for {name} is no number of first preferences"
    total, valid = way.sheet.papers.total, way.figures.valid
    if total is not None and valid is not None and total < valid:
        return f"the total valid vote is {valid}.00; the sheet has {counted(total, 'paper')}"
    return "no numbers of first preferences give the published figures of this and later stages"
