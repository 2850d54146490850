"""A column of Arrow or numpy by its different cells, without a Python object for each row.

Which row has which cell is a code, in the narrowest type that holds them all. Needs numpy, and
pyarrow for columns of Arrow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from stvcount.election.matrix import Array, number_type
from stvcount.formats.extras import extra

__all__ = ["Coded", "of_arrow", "of_numbers"]

_MOST = 253
"""Whole numbers up to this are told apart by a table: with a blank they are one byte."""

_LOOKED_AT = 1 << 12


class Coded(NamedTuple):
    """The different cells, in the order in which they come first, and which each row has.

    `codes`: for each row, with the number after the last cell for a blank. `times`: how many rows
    have each, blanks last, where that is known.
    """

    different: Sequence[object]
    codes: Array
    times: Sequence[int] | None


def of_arrow(chunks: Any, check: Callable[[Any], object] = bool) -> Coded:
    """A column of Arrow. Raises pyarrow's own errors for one that has no simple cells.

    `check`: may refuse the different cells, an array of Arrow, before they are made objects.
    """
    pyarrow = extra("pyarrow", "arrow")
    if pyarrow.types.is_null(chunks.type):
        # Of several chunks of these, pyarrow cannot join the different cells.
        return Coded([], np.zeros(chunks.length(), dtype=np.uint8), [chunks.length()])
    if pyarrow.types.is_integer(chunks.type):
        found = of_numbers((_numbers(chunk) for chunk in chunks.chunks), chunks.length())
        if found is not None:
            return found
    encoded = chunks.dictionary_encode().unify_dictionaries()
    different: list[object] = []
    if encoded.num_chunks:
        check(encoded.chunk(0).dictionary)
        different = encoded.chunk(0).dictionary.to_pylist()
    codes = np.empty(chunks.length(), dtype=number_type(len(different)))
    at = 0
    for chunk in encoded.chunks:
        indices = chunk.indices.fill_null(len(different)).to_numpy(zero_copy_only=False)
        codes[at : at + len(indices)] = indices
        at += len(indices)
    return Coded(different, codes, None)


def _numbers(chunk: Any) -> tuple[Array, Array | None]:
    """The numbers of an array of Arrow, with anything for blanks, and which are none."""
    present, data = chunk.buffers()
    kind = np.dtype(chunk.type.to_pandas_dtype())
    numbers = np.frombuffer(data, dtype=kind, count=chunk.offset + len(chunk))[chunk.offset :]
    if not chunk.null_count:
        return numbers, None
    bits = np.frombuffer(present, dtype=np.uint8)
    end = chunk.offset + len(chunk)
    return numbers, np.unpackbits(bits, bitorder="little", count=end)[chunk.offset :]


def of_numbers(parts: Iterable[tuple[Array, Array | None]], rows: int) -> Coded | None:
    """Whole numbers, by parts, each with 1 where there is one; None where any is not small."""
    held = bytearray(rows)
    keys = np.frombuffer(held, dtype=np.uint8)
    at = 0
    for numbers, present in parts:
        part = keys[at : at + len(numbers)]
        # As unsigned numbers, those below 0 are the largest.
        if len(part) and numbers.view(f"u{numbers.dtype.itemsize}").max() > _MOST:
            return None
        np.copyto(part, numbers, casting="unsafe")
        part += 1
        if present is not None:
            part *= present
        at += len(part)
    return _by_key(held, keys)


def _by_key(held: bytearray, keys: Array) -> Coded:
    """The same by keys, a byte each: 0 for a blank, else one more than the number."""
    numbers = _numbers_of(keys)
    first = _first(keys, [key for key in range(1, 256) if numbers[key]])
    place = np.full(256, len(first), dtype=np.uint8)
    for code, key in enumerate(first):
        place[key] = code
    codes = np.frombuffer(held.translate(place.tobytes()), dtype=np.uint8)
    return Coded([key - 1 for key in first], codes, [numbers[key] for key in (*first, 0)])


def _numbers_of(keys: Array) -> list[int]:
    """How often each key comes. Two at a time, there are half as many to be counted."""
    pairs = keys[: len(keys) // 2 * 2].view(np.uint16)
    numbers = np.bincount(pairs, minlength=1 << 16).reshape(256, 256)
    each = numbers.sum(axis=0) + numbers.sum(axis=1)
    each += np.bincount(keys[2 * len(pairs) :], minlength=256)
    return each.tolist()  # type: ignore[no-any-return]


def _first(keys: Array, there: Sequence[int]) -> list[int]:
    """Those keys, in the order in which they come first; most are among the first rows."""
    known, at = np.unique(keys[:_LOOKED_AT], return_index=True)
    first = dict(zip(known.tolist(), at.tolist(), strict=True))
    places = {key: first[key] if key in first else int((keys == key).argmax()) for key in there}
    return sorted(places, key=places.__getitem__)
