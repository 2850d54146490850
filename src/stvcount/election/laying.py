"""Preferences laid out by rows of a matrix, and which papers are not as simple as that (numpy).

Nearly every paper names different candidates from the first preference on: those are told from the
others here, a part of all papers at a time, so that what is looked at stays in the machine's cache.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from stvcount.election.matrix import Array

PAPERS_AT_ONCE = 1 << 16
"""Threads that ask numpy for less at a time wait for each other more than they gain."""

_MOST_AT_ONCE = 4

_BITS = 64
_FEW_BITS = 32
_MOST_BITS = 256


def parts(papers: int) -> Iterator[slice]:
    """All papers, some at a time."""
    for first in range(0, papers, PAPERS_AT_ONCE):
        yield slice(first, min(first + PAPERS_AT_ONCE, papers))


def at_once() -> int:
    """So many processors share what is done with whole columns or parts of them."""
    return min(_MOST_AT_ONCE, os.cpu_count() or 1)


def each_part(work: Callable[[slice], None], papers: int) -> None:
    """Do this work with all papers, some at a time, on a few processors where there are many."""
    if at_once() < 2 or papers < _MOST_AT_ONCE * PAPERS_AT_ONCE:
        for some in parts(papers):
            work(some)
        return
    with ThreadPoolExecutor(at_once()) as threads:
        for _ in threads.map(work, parts(papers)):
            pass


def in_order(preferences: Array, end: int) -> Array:
    """Which papers name each candidate once and leave no preference out before their last.

    `preferences[n, paper]`: candidates' numbers from 0 to `end` - 1; `end` where there is none.
    """
    named: Array = preferences != end
    return unbroken(named) & ~repeating(preferences, end)


def unbroken(named: Array) -> Array:
    """Which papers leave no preference out: `named[n, paper]` says whether there is one."""
    found: Array = np.logical_not((named[1:] > named[:-1]).any(axis=0))
    return found


def repeating(preferences: Array, end: int) -> Array:
    """Which papers name a candidate twice."""
    if end > _MOST_BITS:
        ordered = np.sort(preferences, axis=0)
        repeated: Array = ((ordered[1:] == ordered[:-1]) & (ordered[1:] != end)).any(axis=0)
        return repeated
    width = _FEW_BITS if end <= _FEW_BITS else _BITS
    twice = np.zeros(preferences.shape[1], dtype=f"u{width // 8}")
    for first in range(0, end, width):
        _add_repeated(twice, preferences, _bits(first, min(end - first, width), end, twice.dtype))
    found: Array = twice != 0
    return found


def _bits(first: int, number: int, end: int, kind: np.dtype[np.uint64]) -> Array:
    """A bit for each of so many candidates from the first on, none for the others."""
    bits = np.zeros(end + 1, dtype=kind)
    bits[first : first + number] = np.left_shift(kind.type(1), np.arange(number, dtype=kind))
    return bits


def _add_repeated(twice: Array, preferences: Array, bits: Array) -> None:
    seen, here = np.zeros_like(twice), np.empty_like(twice)
    for row in preferences:
        # "clip" needs no look at every number before: all of them are there.
        bits.take(row, out=here, mode="clip")
        twice |= seen & here
        seen |= here
