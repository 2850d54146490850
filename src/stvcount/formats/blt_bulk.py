"""The papers of a plain BLT file, read in bulk with numpy.

Plain is a file whose papers are one to a line, nothing but figures with one blank between, each
ended by its 0. Whatever is not plain, and whatever might be at fault, is left to the careful
reader: here nothing is judged and no fault is worded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from stvcount.election.marks import Rest, read_order
from stvcount.election.matrix import Array, PaperMatrix, number_type
from stvcount.election.stores import MOST_IN_MATRIX
from stvcount.tellers import MOST_CELLS

_HEAD = re.compile(
    rb"([1-9][0-9]{0,8}) [1-9][0-9]{0,8}\n((?:-[1-9][0-9]{0,8}(?: -[0-9]{1,9})*\n)*)"
)
_END = b"\n0\n"
_BYTES_AT_ONCE = 1 << 21
_LONGEST_FIGURE = 9
_MOST_BITS = 58
_BLANK, _LINE_FEED, _NOUGHT, _NINE = b" \n09"


@dataclass(frozen=True, slots=True)
class PlainFile:
    """A plain file in three parts: what stands before the papers, the papers, and what follows.

    `lines`: the number of lines with papers.
    """

    head: bytes
    tail: bytes
    lines: int
    matrix: PaperMatrix


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Some lines: preferences one after the other, their number on each line, papers of each."""

    preferences: Array
    lengths: Array
    counts: Array


def plain_file(data: bytes) -> PlainFile | None:
    """The file in its parts if it is plain, else None."""
    data = data.removeprefix(b"\xef\xbb\xbf")
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n")
    head = _HEAD.match(data)
    end = data.find(_END, head.end() - 1 if head else 0)
    if head is None or end < head.end() or b"\r" in data:
        return None
    candidates = int(head[1])
    chunks: list[_Chunk] = []
    for part in _parts(data, head.end(), end + 1):
        chunk = _chunk(part, candidates)
        if chunk is None:
            return None
        chunks.append(chunk)
    return _assembled(data[: head.end()], data[end + len(_END) :], chunks, candidates)


def _parts(data: bytes, start: int, end: int) -> Iterator[Array]:
    """The bytes from start to end in parts of whole lines."""
    while start < end:
        stop = end
        if end - start > _BYTES_AT_ONCE:
            stop = data.find(b"\n", start + _BYTES_AT_ONCE, end) + 1
        yield np.frombuffer(data, dtype=np.uint8, count=stop - start, offset=start)
        start = stop


def _chunk(part: Array, candidates: int) -> _Chunk | None:
    """The papers on these lines, or None where a line is not plain."""
    separators = np.flatnonzero(part < _NOUGHT)
    line_ends = part[separators] == _LINE_FEED
    starts = np.empty_like(separators)
    starts[0], starts[1:] = 0, separators[:-1] + 1
    sizes = separators - starts
    if (
        part.max() > _NINE
        or sizes.min() < 1
        or sizes.max() > _LONGEST_FIGURE
        or not ((part[separators] == _BLANK) | line_ends).all()
    ):
        return None
    figures = _figures(part, separators, sizes)
    noughts = figures == 0
    if not np.array_equal(noughts, line_ends) or sizes[noughts].max() > 1:
        return None
    ends = np.flatnonzero(line_ends)
    firsts = np.empty_like(ends)
    firsts[0], firsts[1:] = 0, ends[:-1] + 1
    among = ~line_ends
    among[firsts] = False
    preferences: Array = figures[among]
    if len(preferences) and preferences.max() > candidates:
        return None
    kind = number_type(candidates)
    return _Chunk((preferences - 1).astype(kind), ends - firsts - 1, figures[firsts])


def _figures(part: Array, separators: Array, sizes: Array) -> Array:
    """The numbers that end before these separators, of so many figures each."""
    numbers: Array = part[separators - 1].astype(np.int32) - _NOUGHT
    longer = np.flatnonzero(sizes > 1)
    power = 1
    while len(longer):
        place = part[separators[longer] - 1 - power].astype(np.int32) - _NOUGHT
        numbers[longer] += place * 10**power
        power += 1
        longer = longer[sizes[longer] > power]
    return numbers


def _assembled(head: bytes, tail: bytes, chunks: list[_Chunk], candidates: int) -> PlainFile | None:
    lines = sum(len(chunk.lengths) for chunk in chunks)
    longest = max(int(chunk.lengths.max()) for chunk in chunks)
    figures = lines + sum(len(chunk.preferences) for chunk in chunks)
    counts = np.concatenate([chunk.counts for chunk in chunks])
    total = int(counts.sum(dtype=np.int64))
    # One very long paper among very many short ones would need a matrix of mostly nothing.
    if (longest + 1) * lines > MOST_CELLS * figures or total >= MOST_IN_MATRIX:
        return None
    preferences = np.full((longest + 1, lines), candidates, dtype=number_type(candidates))
    rests: dict[int, Rest] = {}
    first = 0
    for chunk in chunks:
        part = preferences[:, first : first + len(chunk.lengths)]
        _fill(part, chunk)
        for group in _with_repeats(part, chunk, candidates):
            rests[first + group] = _shorten(part, group, chunk, candidates)
        first += len(chunk.lengths)
    numbers = None if total == lines else counts.astype(np.int64)
    return PlainFile(head, tail, lines, PaperMatrix(preferences, numbers, candidates, rests))


def _starts(chunk: _Chunk) -> Array:
    starts: Array = np.cumsum(chunk.lengths) - chunk.lengths
    return starts


def _fill(part: Array, chunk: _Chunk) -> None:
    groups = np.repeat(np.arange(len(chunk.lengths)), chunk.lengths)
    places = np.arange(len(chunk.preferences)) - np.repeat(_starts(chunk), chunk.lengths)
    part[places, groups] = chunk.preferences


def _with_repeats(part: Array, chunk: _Chunk, candidates: int) -> list[int]:
    """The groups whose paper names a candidate twice."""
    if candidates > _MOST_BITS:
        ordered = np.sort(part, axis=0)
        twice = (ordered[1:] == ordered[:-1]) & (ordered[1:] != candidates)
        return [int(group) for group in np.flatnonzero(twice.any(axis=0))]
    named = np.flatnonzero(chunk.lengths)
    if not len(named):
        return []
    # The sum of the candidates' bits is their union just where no bit is there twice. A paper
    # of more preferences than candidates might overflow the sum, and repeats somebody anyway.
    bits = np.left_shift(np.uint64(1), chunk.preferences.astype(np.uint64))
    starts = _starts(chunk)[named]
    twice = np.add.reduceat(bits, starts) != np.bitwise_or.reduceat(bits, starts)
    twice |= chunk.lengths[named] > candidates
    return [int(group) for group in named[twice]]


def _shorten(part: Array, group: int, chunk: _Chunk, candidates: int) -> Rest:
    """End the paper before the first repeat; what follows from there."""
    ranking, rest = read_order(part[: chunk.lengths[group], group].tolist())
    part[len(ranking) :, group] = candidates
    return rest
