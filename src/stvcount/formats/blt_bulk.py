"""The papers of a plain BLT file, read in bulk with numpy.

Plain is a file whose papers are one to a line, nothing but figures with one blank between, each
ended by its 0. Whatever is not plain, and whatever might be at fault, is left to the careful
reader: here nothing is judged and no fault is worded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from stvcount.election import laying
from stvcount.election.marks import Rest, read_order
from stvcount.election.matrix import Array, PaperMatrix, number_type
from stvcount.election.stores import MOST_IN_MATRIX
from stvcount.formats.large_text import pieces
from stvcount.tellers import mostly_empty

_HEAD = re.compile(
    rb"([1-9][0-9]{0,8}) [1-9][0-9]{0,8}\n((?:-[1-9][0-9]{0,8}(?: -[0-9]{1,9})*\n)*)"
)
_END = b"\n0\n"
_BYTES_AT_ONCE = 1 << 21
_LONGEST_FIGURE = 9
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
    for piece in pieces(data, head.end(), end + 1, _BYTES_AT_ONCE, _BYTES_AT_ONCE):
        size = piece.stop - piece.start
        part = np.frombuffer(data, dtype=np.uint8, count=size, offset=piece.start)
        chunk = _chunk(part, candidates)
        if chunk is None:
            return None
        chunks.append(chunk)
    return _assembled(data[: head.end()], data[end + len(_END) :], chunks, candidates)


def _chunk(part: Array, candidates: int) -> _Chunk | None:
    """The papers on these lines, or None where a line is not plain."""
    separates = part < _NOUGHT
    separators = np.flatnonzero(separates)
    signs = part.take(separators)
    line_ends = signs == _LINE_FEED
    doubled = separates[0] or (separates[1:] & separates[:-1]).any()
    if part.max() > _NINE or doubled or not ((signs == _BLANK) | line_ends).all():
        return None
    figures = _short_figures(part, separates, separators)
    if figures is None:
        figures = _figures(part, separators)
    if figures is None:
        return None
    noughts = figures == 0
    if not np.array_equal(noughts, line_ends):
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


def _short_figures(part: Array, separates: Array, separators: Array) -> Array | None:
    """The numbers that end before these separators; None where any has more than two figures."""
    within = ~separates
    longer = within[1:] & within[:-1]
    tens = part[:-1] - np.uint8(_NOUGHT)
    if (longer[1:] & longer[:-1]).any() or (longer & (tens == 0)).any():
        return None
    # Of all bytes at once, in as many bytes: 99 is the most.
    numbers = part - np.uint8(_NOUGHT)
    numbers[1:] += tens * longer * np.uint8(10)
    ending: Array = numbers.take(separators - 1)
    return ending


def _figures(part: Array, separators: Array) -> Array | None:
    """The same of any length; None where one is too long, or is nought in several figures."""
    sizes = np.diff(separators, prepend=-1) - 1
    if sizes.max() > _LONGEST_FIGURE:
        return None
    numbers: Array = part[separators - 1].astype(np.int32) - _NOUGHT
    longer = np.flatnonzero(sizes > 1)
    power = 1
    while len(longer):
        place = part[separators[longer] - 1 - power].astype(np.int32) - _NOUGHT
        numbers[longer] += place * 10**power
        power += 1
        longer = longer[sizes[longer] > power]
    return None if (sizes[numbers == 0] > 1).any() else numbers


def _assembled(head: bytes, tail: bytes, chunks: list[_Chunk], candidates: int) -> PlainFile | None:
    lines = sum(len(chunk.lengths) for chunk in chunks)
    longest = max(int(chunk.lengths.max()) for chunk in chunks)
    named = sum(len(chunk.preferences) for chunk in chunks)
    counts = np.concatenate([chunk.counts for chunk in chunks])
    total = int(counts.sum(dtype=np.int64))
    if mostly_empty(lines, longest, named) or total >= MOST_IN_MATRIX:
        return None
    preferences = np.full((longest + 1, lines), candidates, dtype=number_type(candidates))
    rests: dict[int, Rest] = {}
    first = 0
    for chunk in chunks:
        _fill(preferences, first, chunk)
        part = preferences[:, first : first + len(chunk.lengths)]
        for group in _with_repeats(part, candidates):
            rests[first + group] = _shorten(part, group, chunk, candidates)
        first += len(chunk.lengths)
    numbers = None if total == lines else counts.astype(np.int64)
    return PlainFile(head, tail, lines, PaperMatrix(preferences, numbers, candidates, rests))


def _fill(preferences: Array, first: int, chunk: _Chunk) -> None:
    """Lay out the preferences of these lines, from the column `first` on."""
    lines = preferences.shape[1]
    starts = np.cumsum(chunk.lengths) - chunk.lengths
    # A preference stands a row of the matrix below the one before it on its line.
    columns = first + np.arange(len(starts)) - starts * lines
    cells = np.arange(0, len(chunk.preferences) * lines, lines)
    cells += np.repeat(columns, chunk.lengths)
    preferences.reshape(-1)[cells] = chunk.preferences


def _with_repeats(part: Array, candidates: int) -> list[int]:
    """The groups whose paper names a candidate twice."""
    groups: list[int] = []
    for some in laying.parts(part.shape[1]):
        twice = np.flatnonzero(laying.repeating(part[:, some], candidates))
        groups += (some.start + twice).tolist()
    return groups


def _shorten(part: Array, group: int, chunk: _Chunk, candidates: int) -> Rest:
    """End the paper before the first repeat; what follows from there."""
    ranking, rest = read_order(part[: chunk.lengths[group], group].tolist())
    part[len(ranking) :, group] = candidates
    return rest
