"""Which papers are invalid or readable only in part, and why: the rulings of a mock count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from stvcount.election.marks import number_of_mark, order_of_marks, read_order, why_cut
from stvcount.testing.mock.papers import Row
from stvcount.words import listed

CLAUSES = "ERS97 6.8 to 6.17"


@dataclass(frozen=True, slots=True)
class Ruling:
    """What is ruled of a paper. `number`: of the paper, from 1. `marks`: as they stand on it."""

    number: int
    marks: str
    valid: bool
    text: str


def rulings(rows: Sequence[Row], candidates: Sequence[str]) -> list[Ruling]:
    """The ruling of each paper that needs one, in the order of their numbers."""
    found = (_ruling(number, row, candidates) for number, row in enumerate(rows, start=1))
    return [one for one in found if one is not None]


def _ruling(number: int, row: Row, candidates: Sequence[str]) -> Ruling | None:
    ranking, rest = read_order(order_of_marks(map(number_of_mark, row)))
    if ranking and not rest:
        return None
    pairs = [(name, mark) for name, mark in zip(candidates, row, strict=True) if mark]
    marks = ", ".join(f"{name} {mark}" for name, mark in pairs) or "no mark"
    odd = [f"{mark!r} is not one plain number" for _, mark in pairs if not mark.isdigit()]
    why = "; ".join([why_cut(ranking, rest), *odd])
    if not ranking:
        return Ruling(number, marks, valid=False, text=f"Invalid: {why}.")
    names = listed([candidates[one] for one in ranking])
    return Ruling(number, marks, valid=True, text=f"Valid for {names}, and no further: {why}.")
