"""The papers of a table whose columns are known, by the reading that says what each is."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from itertools import repeat
from operator import mul
from typing import TYPE_CHECKING

from stvcount.election.marks import Entry, order_of_marks
from stvcount.election.papers import Papers
from stvcount.election.reading import ColumnRead, Reading
from stvcount.election.stores import MOST_IN_MATRIX
from stvcount.errors import Setting
from stvcount.formats.tables import by_names
from stvcount.formats.tables.by_marks import is_marked
from stvcount.formats.tables.cells import MOST_DIGITS, TOO_LARGE, number_of
from stvcount.formats.tables.columns import split
from stvcount.formats.tables.findings import Findings
from stvcount.formats.tables.names import Names
from stvcount.formats.tables.ranks import rank_of
from stvcount.formats.tables.spelling import coded_alike
from stvcount.formats.tables.table import BULK_FROM, Codes, Column
from stvcount.formats.wording import echo

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Ballots", "ballots_of"]

_SIGNS_OF_PLACES = (",", ";", "|", "/")
BLANK = -1
"""Stands for no candidate; the numbers below it stand for several at one rank."""

Row = tuple[int, ...]
Order = tuple[Entry, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """The numbers of papers of the rows: what the different cells say, and which each row has.

    `codes`: None where each row is one paper.
    """

    numbers: Sequence[int] = ()
    times: Sequence[int] = ()
    codes: Codes | None = None

    def total(self, rows: int) -> int:
        """The number of papers of so many rows."""
        if self.codes is None:
            return rows
        return sum(map(mul, self.numbers, self.times))

    def by_row(self) -> Iterable[int]:
        """The number of each row, without end where each is one paper."""
        if self.codes is None:
            return repeat(1)
        return map(self.numbers.__getitem__, self.codes.tolist())

    def in_bulk(self) -> NDArray[np.int64] | None:
        """The same as a vector; None where each row is one paper. They fit, by their total."""
        if self.codes is None or set(self.numbers) == {1}:
            return None
        import numpy as np

        # A cell that no row has may say anything.
        pairs = zip(self.numbers, self.times, strict=True)
        numbers = [number if times else 0 for number, times in pairs]
        return np.array(numbers, dtype=np.int64).take(np.asarray(self.codes))


@dataclass(frozen=True, slots=True, eq=False)
class Ballots:
    """What is on the papers of a table, still by columns.

    `columns`: what each of a column's different cells means, and which each row has. `order_of`:
    what the meanings in one row say. `by_marks`: whether a meaning is a number against a candidate
    (0 where there is none) or a candidate's number from 0 (-1 where there is none, less where
    there are several), as whole columns can be read; None where they cannot.
    `rows`: how many there are; `counts`: the number of papers of each. `by_row`: whether each is
    a row of the table.
    """

    candidates: tuple[str, ...]
    columns: tuple[tuple[Sequence[int], Codes], ...]
    rows: int
    counts: Counts
    order_of: Callable[[Row], Order]
    by_marks: bool | None
    by_row: bool = True

    def papers(self) -> Papers:
        """The papers, read by the ERS rule."""
        enough = self.rows >= BULK_FROM and self.counts.total(self.rows) < MOST_IN_MATRIX
        papers = self._papers_in_bulk() if enough and find_spec("numpy") else None
        if papers is not None:
            return papers
        return Papers(self.candidates, zip(self._orders(), self.counts.by_row(), strict=False))

    def _papers_in_bulk(self) -> Papers | None:
        from stvcount.formats.tables import bulk

        counts = self.counts.in_bulk()
        of = (self.candidates, self.columns, self.rows, counts, self.order_of)
        if self.by_marks is None:
            return bulk.papers_of_like_rows(*of)
        return bulk.papers_in_bulk(*of, by_marks=self.by_marks)

    def _orders(self) -> Iterator[Order]:
        orders: dict[Row, Order] = {}
        columns = ([means[code] for code in codes.tolist()] for means, codes in self.columns)
        for row in zip(*columns, strict=True):
            order = orders.get(row)
            if order is None:
                order = orders[row] = self.order_of(row)
            yield order


def ballots_of(found: Findings, reading: Reading) -> Ballots:
    """The ballots in a table by its reading; anything, where there are faults."""
    counts = _counts(found, reading)
    if reading.layout == "candidates":
        return _of_marks(found, reading, counts)
    if reading.layout == "preferences":
        return _of_preferences(found, reading, counts)
    if reading.layout == "ranking":
        return _of_rankings(found, reading, counts)
    if reading.layout == "zero-one":
        return _of_zero_one(found, reading, counts)
    return _of_rows(found, reading)


def _read(found: Findings, reading: Reading, role: str) -> list[tuple[ColumnRead, Column]]:
    return [
        (read, column)
        for read, column in zip(reading.columns, found.table.columns, strict=True)
        if read.role == role
    ]


def _counts(found: Findings, reading: Reading) -> Counts:
    """How many papers each row stands for."""
    columns = _read(found, reading, "number of papers")
    if not columns:
        return Counts()
    read, column = columns[0]
    for row, cell in found.where(column, lambda cell: not 1 <= number_of(cell) < TOO_LARGE):
        expected = f"a number of papers: a whole number from 1, of at most {MOST_DIGITS} digits"
        blank = () if cell.strip() else ((Setting("ignore_rows", row, "it is no paper"),),)
        found.fault(row, f"{echo(cell)} in column {echo(read.heading)}", expected, blank)
    numbers = [number_of(cell) for cell in column.cells]
    return Counts(numbers, column.numbers(len(found.table.rows)), column.codes)


# A column for each candidate


def _of_marks(found: Findings, reading: Reading, counts: Counts) -> Ballots:
    columns = _by_candidate(found, reading)
    blanks = {coded_alike(word) for word in reading.blanks}
    marks = tuple(
        ([_mark(cell, blanks) for cell in column.cells], column.codes) for column in columns
    )
    return Ballots(
        reading.candidates, marks, len(found.table.rows), counts, order_of_marks, by_marks=True
    )


def _by_candidate(found: Findings, reading: Reading) -> list[Column]:
    """The columns in the order of the candidates."""
    columns = _read(found, reading, "candidate")
    places = _places_of(reading.candidates, [read for read, _ in columns])
    whose = {number: column for (_, number), (_, column) in zip(places, columns, strict=True)}
    return [whose[number] for number in range(len(reading.candidates))]


def _mark(cell: str, blanks: set[str]) -> int:
    if blanks and coded_alike(cell) in blanks:
        return 0
    return rank_of(cell) or 0


# A column for each preference


def _of_preferences(found: Findings, reading: Reading, counts: Counts) -> Ballots:
    names = Names(reading.candidates, reading.blanks, reading.same)
    several: list[Entry] = []
    columns: list[tuple[Sequence[int], Codes]] = []
    ordered = sorted(_read(found, reading, "preference"), key=lambda one: one[0].preference or 0)
    for read, column in ordered:
        meanings = [names.meaning(cell) for cell in column.cells]
        _fault_of_unknown(found, read, column, meanings)
        columns.append(([_numbered(meaning or (), several) for meaning in meanings], column.codes))
    order_of = partial(_order_of_preferences, several)
    return Ballots(
        reading.candidates, tuple(columns), len(found.table.rows), counts, order_of, by_marks=False
    )


def _numbered(meaning: Row, several: list[Entry]) -> int:
    if len(meaning) < 2:
        return meaning[0] if meaning else BLANK
    several.append(meaning)
    return BLANK - len(several)


def _order_of_preferences(several: Sequence[Entry], row: Row) -> Order:
    return tuple(
        candidate if candidate >= 0 else None if candidate == BLANK else several[-candidate - 2]
        for candidate in row
    )


def _fault_of_unknown(
    found: Findings, read: ColumnRead, column: Column, meanings: Sequence[object]
) -> None:
    unknown = {
        cell for cell, meaning in zip(column.cells, meanings, strict=True) if meaning is None
    }
    for row, cell in found.where(column, unknown.__contains__) if unknown else ():
        expected = "a name that the reading has"
        found.fault(row, f"{echo(cell)} in column {echo(read.heading)}", expected)


# Whole orders


def _of_rankings(found: Findings, reading: Reading, counts: Counts) -> Ballots:
    names = Names(reading.candidates, reading.blanks, reading.same)
    sign = reading.settings.get("separator", ";")
    [(read, column)] = _read(found, reading, "ranking")[:1]
    numbering = reading.settings.get("numbering")
    orders = [_order_in(cell, sign, names, numbering) for cell in column.cells]
    _fault_of_unknown(found, read, column, orders)
    every = [order or () for order in orders]
    means = range(len(column.cells))
    return Ballots(
        reading.candidates,
        ((means, column.codes),),
        len(found.table.rows),
        counts,
        lambda row: every[row[0]],
        by_marks=None,
    )


def _order_in(cell: str, sign: str, names: Names, numbering: str | None) -> Order | None:
    parts = _places_in(cell, sign) if numbering is None else split(cell, sign)
    meanings = [names.meaning(by_names.bare(part, numbering)) if part else () for part in parts]
    if any(meaning is None for meaning in meanings):
        return None
    entries: list[Entry] = [_entry(meaning or ()) for meaning in meanings]
    if numbering is None:
        while entries and entries[-1] is None:
            entries.pop()
        return tuple(entries)
    numbers = by_names.numbers_in(parts, numbering)
    if numbers is None:
        return None
    return _by_number(list(zip(numbers, entries, strict=True)))


def _places_in(cell: str, sign: str) -> list[str]:
    """What stands at each place of an order; blank where a choice was left out, as in A;;C."""
    if sign.strip() not in _SIGNS_OF_PLACES:
        # An arrow or a line more says nothing.
        return split(cell, sign)
    return [piece.strip() for piece in cell.split(sign)]


def _entry(meaning: Row) -> Entry:
    return None if not meaning else meaning[0] if len(meaning) == 1 else meaning


def _by_number(ranked: Sequence[tuple[int, Entry]]) -> Order:
    """The order that numbers beside candidates state; a number left out is one rank left out."""
    at: dict[int, list[int]] = {}
    for number, entry in ranked:
        named = entry if isinstance(entry, tuple) else () if entry is None else (entry,)
        at.setdefault(number, []).extend(one for one in named if one not in at.get(number, []))
    order: list[Entry] = []
    expected = 1
    for number in sorted(at):
        if number != expected:
            order.append(None)
        order.append(_entry(tuple(at[number])))
        expected = number + 1
    return tuple(order)


# Marks


def _of_zero_one(found: Findings, reading: Reading, counts: Counts) -> Ballots:
    columns = _read(found, reading, "candidate")
    places = _places_of(reading.candidates, [read for read, _ in columns])
    meant: list[tuple[Sequence[int], Codes]] = []
    for read, column in columns:
        marked = [is_marked(cell) for cell in column.cells]
        _fault_of_unknown(found, read, column, marked)
        meant.append(([int(bool(mark)) for mark in marked], column.codes))

    def order_of(row: Row) -> Order:
        return _by_number([place for place, mark in zip(places, row, strict=True) if mark])

    return Ballots(
        reading.candidates, tuple(meant), len(found.table.rows), counts, order_of, by_marks=None
    )


def _places_of(candidates: Sequence[str], reads: Sequence[ColumnRead]) -> list[tuple[int, int]]:
    """The rank that a mark in each column gives, and to whom; equal names are so in their order."""
    bearers: dict[str, list[int]] = {}
    for number, name in enumerate(candidates):
        bearers.setdefault(name, []).append(number)
    ranks = [(read.preference or 1, read.candidate or "") for read in reads]
    left = {(rank, name): iter(bearers[name]) for rank, name in ranks}
    return [(key[0], next(left[key])) for key in ranks]


# A row for each preference


def _of_rows(found: Findings, reading: Reading) -> Ballots:
    names = Names(reading.candidates, reading.blanks, reading.same)
    [(_, papers)] = _read(found, reading, "paper")[:1]
    [(name_read, named)] = _read(found, reading, "name")[:1]
    [(rank_read, ranked)] = _read(found, reading, "rank")[:1]
    meanings = [names.meaning(cell) for cell in named.cells]
    _fault_of_unknown(found, name_read, named, meanings)
    ranks = [rank_of(cell) for cell in ranked.cells]
    on: dict[int, list[tuple[int, Entry]]] = {}
    cells = zip(
        found.table.rows,
        papers.codes.tolist(),
        named.codes.tolist(),
        ranked.codes.tolist(),
        strict=True,
    )
    for row, paper, name, rank in cells:
        marked = on.setdefault(paper, [])
        number, meaning = ranks[rank], meanings[name]
        if not papers.cells[paper].strip():
            found.fault(row, "no paper for a preference", "whose paper it is on")
        if number is not None and meaning:
            marked.append((number, _entry(meaning)))
        elif meaning and ranked.cells[rank].strip():
            cell = ranked.cells[rank]
            found.fault(row, f"{echo(cell)} in column {echo(rank_read.heading)}", "a rank")
    orders = [_by_number(marked) for marked in on.values()]
    codes = array("l", range(len(orders)))
    return Ballots(
        reading.candidates,
        ((range(len(orders)), codes),),
        len(orders),
        Counts(),
        lambda row: orders[row[0]],
        by_marks=None,
        by_row=False,
    )
