"""Whether the papers of a table are whole: the numbers 1, 2, 3, ... each against one candidate.

Voters spoil a paper here and there. Where many papers are broken, the table was misread: most
often a column too many was taken for a candidate, and without it the papers are whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from stvcount.formats.tables.columns import Col
from stvcount.formats.tables.ranks import rank_of
from stvcount.formats.tables.table import Table

_MOST_ROWS = 1500
_MOST_MARKS = 40_000


@dataclass(frozen=True, slots=True)
class Broken:
    """How many of the papers looked at have a mark, and how many of these are not whole."""

    marked: int
    broken: int

    @property
    def few(self) -> bool:
        return self.broken * 10 < self.marked or self.broken < 2

    @property
    def most(self) -> bool:
        return self.broken >= 2 and self.broken * 2 > self.marked


def marks_of(table: Table, columns: Sequence[Col]) -> list[tuple[int, ...]]:
    """The numbers against the candidates of these columns on some of the papers, 0 for none."""
    if not columns:
        return []
    most = max(20, min(_MOST_ROWS, _MOST_MARKS // len(columns)))
    found: list[list[int]] = []
    for column in columns:
        marks = [0 if column.is_blank(cell) else rank_of(cell) or 0 for cell in column.column.cells]
        codes = column.column.codes[:: table.step(most)].tolist()
        found.append([marks[code] for code in codes])
    return list(zip(*found, strict=True))


def of_all(rows: Sequence[Sequence[int]]) -> Broken:
    marked = [[mark for mark in row if mark] for row in rows]
    marked = [marks for marks in marked if marks]
    return Broken(len(marked), sum(1 for marks in marked if not _whole(marks)))


def without(rows: Sequence[Sequence[int]], place: int) -> Broken:
    """The same without the column at this place."""
    return of_all([[*row[:place], *row[place + 1 :]] for row in rows])


def better_without(rows: Sequence[Sequence[int]], places: Sequence[int]) -> int | None:
    """The one of these columns without which (nearly) all papers are whole, if there is one."""
    before = of_all(rows)
    if before.few:
        return None
    best: tuple[int, int] | None = None
    for place in places:
        after = without(rows, place)
        if (
            after.broken * 5 <= before.broken
            and after.few
            and (best is None or after.broken < best[0])
        ):
            best = (after.broken, place)
    return None if best is None else best[1]


def down_the_side(rows: Sequence[Sequence[int]]) -> bool:
    """Whether the columns are whole where the rows are not: the table lies on its side."""
    across = of_all(rows)
    down = of_all(list(zip(*rows, strict=True)))
    return across.most and down.marked > 1 and down.broken * 5 <= down.marked and len(rows) > 1


def is_whole_down(rows: Sequence[Sequence[int]]) -> bool:
    """Whether every column is whole by itself."""
    down = of_all(list(zip(*rows, strict=True)))
    return down.marked > 1 and not down.broken


def _whole(marks: Sequence[int]) -> bool:
    # There is none below 1.
    return len(set(marks)) == len(marks) == max(marks)
