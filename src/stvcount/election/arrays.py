"""A caller's array of preferences, `array[paper, preference]`, read by the ERS rule. Needs numpy.

Nearly every row names different candidates from the first preference on: those are laid out
together. The others are read one by one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from stvcount.checks import found, is_blank, listed, whole
from stvcount.election import laying
from stvcount.election.marks import Entry, Rest, read_order
from stvcount.election.matrix import Array, PaperMatrix, number_type
from stvcount.election.stores import MOST_IN_MATRIX, Listed
from stvcount.errors import ElectionError

_NONE = -1


def store_of(
    given: object, candidates: int, counts: Iterable[object] | None
) -> PaperMatrix | Listed:
    """The papers in such an array: see `Papers.from_matrix`."""
    array = _array(given)
    end = candidates
    preferences = np.full((array.shape[1] + 1, len(array)), end, dtype=number_type(end))
    rests: dict[int, Rest] = {}
    for papers in laying.parts(len(array)):
        first = papers.start
        rows = _numbers(array[papers], first, candidates)
        part = preferences[:-1, papers]
        np.copyto(part, rows.T, casting="unsafe")
        np.copyto(part, part.dtype.type(end), where=(rows < 0).T)
        for row in np.flatnonzero(~laying.in_order(part, end)).tolist():
            ranking, rest = read_order([_entry(number) for number in rows[row].tolist()])
            part[:, row] = end
            part[: len(ranking), row] = ranking
            rests[first + row] = rest
    return _with_counts(PaperMatrix(preferences, None, candidates, rests), counts)


def _array(given: object) -> Array:
    # Of lists, numpy would make numbers of truth values and texts of numbers.
    as_it_is = hasattr(given, "__array__")
    array: Array = np.asanyarray(given) if as_it_is else np.array(given, dtype=object)
    if array.ndim != 2:
        raise ElectionError(
            f"array: found {array.ndim} dimensions; expected two, array[paper, preference]"
        )
    if array.dtype.kind not in "iufO":
        raise ElectionError(
            f"array: found cells of the type {array.dtype}; expected candidates' numbers from 0"
        )
    return array


def _numbers(cells: Array, first: int, candidates: int) -> Array:
    """The candidates' numbers in these rows, from row number `first` on; below 0 for none."""
    blank = np.ma.getmaskarray(cells)
    plain = np.ma.getdata(cells)
    if plain.dtype.kind == "O":
        plain = _from_objects(plain, blank, first)
    if plain.dtype.kind == "f":
        blank = blank | np.isnan(plain)
        plain = np.where(blank, _NONE, plain)
        _refuse(plain, plain != np.floor(plain), first, candidates)
    _refuse(plain, (plain >= candidates) & ~blank, first, candidates)
    if plain.dtype.kind == "i" and not blank.any():
        return plain
    # In an unsigned type there is nothing below 0, in another much that int64 could not hold.
    negative = blank | (plain < 0)
    return np.where(negative, _NONE, np.where(negative, 0, plain).astype(np.int64))


def _from_objects(cells: Array, blank: Array, first: int) -> Array:
    numbers = np.full(cells.shape, _NONE, dtype=object)
    for (row, column), cell in np.ndenumerate(cells):
        if blank[row, column] or is_blank(cell):
            continue
        numbers[row, column] = whole(cell)
        if numbers[row, column] is None:
            raise ElectionError(
                f"array[{first + row}, {column}]: found {found(cell)}; "
                "expected a candidate's number from 0, or a blank"
            )
    return numbers


def _refuse(cells: Array, wrong: Array, first: int, candidates: int) -> None:
    if wrong.any():
        row, column = np.argwhere(wrong)[0].tolist()
        cell: Any = cells[row, column]
        raise ElectionError(
            f"array[{first + row}, {column}]: found {cell}; expected a candidate's number from 0 "
            f"to {candidates - 1}, or a negative number after the last"
        )


def _entry(number: int) -> Entry:
    return None if number < 0 else number


def _with_counts(matrix: PaperMatrix, counts: Iterable[object] | None) -> PaperMatrix | Listed:
    if counts is None:
        return matrix
    numbers = _counts(counts)
    if len(numbers) != matrix.number_of_groups:
        raise ElectionError(
            f"counts: found {len(numbers)}; expected {matrix.number_of_groups}, one for each row"
        )
    if sum(numbers) < MOST_IN_MATRIX:
        held = np.array(numbers, dtype=np.int64)
        return PaperMatrix(matrix.preferences, held, matrix.candidates, matrix.rests)
    return Listed(tuple(matrix.rankings()), tuple(numbers), matrix.candidates, matrix.rests)


def _counts(counts: Iterable[object]) -> list[int]:
    numbers: list[int] = []
    for row, count in enumerate(
        listed("counts", counts, expected="a number of papers for each row")
    ):
        number = whole(count)
        if number is None or number < 0:
            raise ElectionError(f"counts[{row}]: found {found(count)}; expected a number of papers")
        numbers.append(number)
    return numbers
