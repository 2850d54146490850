"""How marks or orders on a voting paper are read (ERS97 6.8 to 6.17).

A paper is read once, with every printed name, before anybody is passed over. Reading it gives
its *ranking*: the candidates in order up to the point where the next preference is uncertain.
What stands after that point is kept as the *rest*: it never counts, but it is not lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from stvcount.checks import is_blank, whole

Entry: TypeAlias = int | tuple[int, ...] | None
"""One place in an order: a candidate's number (from 0), several ranked equal, or a skipped rank."""

Ranking: TypeAlias = tuple[int, ...]
Rest: TypeAlias = tuple[Entry, ...]

NO_FIRST_PREFERENCE = "no first preference"
SEVERAL_FIRST_PREFERENCES = "more than one first preference"
ONLY_WITHDRAWN = "only withdrawn candidates"

EQUAL_PREFERENCES = "equal preferences"
SKIPPED_PREFERENCE = "a preference left out"
REPEATED_CANDIDATE = "a candidate repeated"

_NUMBERS_ONLY = {int}
_PLAIN_NUMBER = re.compile(r"[1-9][0-9]*", re.ASCII)


def is_certain(order: tuple[Entry, ...]) -> bool:
    """Whether an order names one candidate after the other, each once."""
    return set(map(type, order)) <= _NUMBERS_ONLY and len(set(order)) == len(order)


def read_order(entries: Sequence[Entry]) -> tuple[Ranking, Rest]:
    """Read an order of candidates up to where it becomes uncertain, and give what follows too.

    A repeated candidate ends the paper there (the first mention stands), an equal ranking ends
    it, a skipped rank ends it. Skipped ranks after which nothing stands are no marks at all.
    """
    order = tuple(entries)
    if is_certain(order):
        return order, ()  # type: ignore[return-value]
    order = tuple(map(_entry, order))
    end = len(order)
    while end and order[end - 1] is None:
        end -= 1
    ranking: list[int] = []
    seen: set[int] = set()
    for entry in order[:end]:
        if not isinstance(entry, int) or entry in seen:
            break
        seen.add(entry)
        ranking.append(entry)
    return tuple(ranking), order[len(ranking) : end]


def _entry(entry: Entry) -> Entry:
    """An equal ranking of one is that one, and of none is a rank left out."""
    if not isinstance(entry, tuple):
        return entry
    return tuple(sorted(entry)) if len(entry) > 1 else entry[0] if entry else None


def order_of_marks(numbers: Iterable[int | None]) -> tuple[Entry, ...]:
    """Turn numbers against candidates into the order they express (ERS97 6.8 to 6.17).

    `numbers`: one for each candidate; None, or one below 1, where there is none.
    A number that nobody carries is one skipped rank, however many numbers are missing there.
    """
    carriers: dict[int, list[int]] = {}
    for candidate, number in enumerate(numbers):
        if number is not None and number > 0:
            carriers.setdefault(number, []).append(candidate)
    order: list[Entry] = []
    expected = 1
    for number in sorted(carriers):
        if number != expected:
            order.append(None)
        order.append(carriers[number][0] if len(carriers[number]) == 1 else tuple(carriers[number]))
        expected = number + 1
    return tuple(order)


def number_of_mark(cell: object) -> int | None:
    """The number in a cell, or None: a blank, an `X`, any text but one plain whole number from 1.

    Raises `ValueError` for what is no mark: see `is_mark`.
    """
    if cell is None or type(cell) is int:
        return cell
    if isinstance(cell, str):
        text = cell.strip()
        # No paper has 10**18 preferences before this one: where the figure is so long, its
        # first digits place it as well as all of them.
        return int(text[:19]) if _PLAIN_NUMBER.fullmatch(text) else None
    if not is_mark(cell):
        raise ValueError
    return whole(cell)


def is_mark(cell: object) -> bool:
    """Whether this can stand against a candidate: a text, a whole number or a blank."""
    return isinstance(cell, str) or is_blank(cell) or whole(cell) is not None


def why_cut(ranking: Ranking, rest: Rest) -> str:
    """Why a paper is invalid, or is read no further than this ranking."""
    stop = rest[0] if rest else None
    if not ranking:
        return SEVERAL_FIRST_PREFERENCES if isinstance(stop, tuple) else NO_FIRST_PREFERENCE
    if isinstance(stop, tuple):
        return EQUAL_PREFERENCES
    return SKIPPED_PREFERENCE if stop is None else REPEATED_CANDIDATE
