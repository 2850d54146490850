"""Columns with many different cells, or with long ones, each column as a whole.

Cells that are equal are told by a number made of their bytes, and then compared byte by byte: two
texts are never taken for one.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from stvcount.election.matrix import Array, number_type
from stvcount.formats.csv_few import WORD

LONGEST = 2000
"""The bytes of the longest cell of a column that is read as a whole."""

_LOOKED_AT = 100_000
_FEW = 1000
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_MASKS = np.array([(1 << 8 * number) - 1 for number in range(WORD + 1)], dtype=np.uint64)


class ManyTexts:
    """The cells of a column: where they begin, how long they are, and their bytes by words of 8."""

    def __init__(self, buffer: Array, starts: Array, lengths: Array) -> None:
        """`buffer`: the bytes of the table, and two words after them."""
        self._buffer = buffer
        self._starts = starts
        self._lengths = lengths

    def column(self) -> tuple[list[str], Array]:
        """The different cells, in the order in which they come first, and which each row has."""
        words = list(self._words())
        keys = words[0]
        for word in words[1:]:
            keys = (keys ^ (keys >> np.uint64(29))) * _FACTOR + word
        first, codes = different(keys)
        # No text has a byte 0, so that the words are the cell. One word is its own key.
        if len(words) > 1 and not all(bool((word == word[first][codes]).all()) for word in words):
            return self._one_by_one()
        return _merged([self._text(row) for row in first.tolist()], codes)

    def _words(self) -> Iterator[Array]:
        """Eight bytes of each cell after the other, with 0 after its end, as one number."""
        # After the text stand as many zeros, so that no word reaches beyond.
        every = np.ndarray((len(self._buffer) - WORD,), "<u8", self._buffer.data, strides=(1,))
        for at in range(0, max(int(self._lengths.max()), 1), WORD):
            left = np.minimum(np.maximum(self._lengths - at, 0), WORD)
            places = np.minimum(self._starts + at, len(every) - 1) if at else self._starts
            yield every[places] & _MASKS[left]

    def _text(self, row: int) -> str:
        start = int(self._starts[row])
        # As where rows are read one by one, blanks after a delimiter are none.
        return bytes(self._buffer[start : start + int(self._lengths[row])]).decode().lstrip(" ")

    def _one_by_one(self) -> tuple[list[str], Array]:
        texts = map(self._text, range(len(self._starts)))
        known: dict[str, int] = {}
        codes = [known.setdefault(text, len(known)) for text in texts]
        return list(known), np.array(codes, dtype=number_type(len(known)))


def different(keys: Array) -> tuple[Array, Array]:
    """Where each different key comes first, in that order, and which of them each row has."""
    known, at = np.unique(keys[:_LOOKED_AT], return_index=True)
    if len(known) <= _FEW:
        codes = np.minimum(np.searchsorted(known, keys), len(known) - 1)
        if (known[codes] == keys).all():
            return _by_first(at, codes)
    _, at, codes = np.unique(keys, return_index=True, return_inverse=True)
    return _by_first(at, codes)


def _by_first(first: Array, codes: Array) -> tuple[Array, Array]:
    order = np.argsort(first)
    place = np.empty(len(order), dtype=number_type(len(order)))
    place[order] = np.arange(len(order))
    return first[order], place[codes]


def _merged(texts: list[str], codes: Array) -> tuple[list[str], Array]:
    known: dict[str, int] = {}
    merged = np.array([known.setdefault(text, len(known)) for text in texts], dtype=codes.dtype)
    return list(known), (codes if len(known) == len(texts) else merged[codes])
