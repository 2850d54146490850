"""What the pages of a Parquet file will unpack to, as each says before anything is unpacked.

The end of the file states sizes as well, but nothing holds it to them: pyarrow takes as much memory
as the pages themselves ask for. So the pages are looked up here, one after another. What describes
them are structs of the Parquet format in Thrift's compact protocol: fields with the distance to the
number of the last one, numbers of seven bits in a byte.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

__all__ = ["unpacked"]

_BOOLEANS, _BYTE, _I32, _I64, _DOUBLE, _TEXT, _LIST, _STRUCT = (1, 2), 3, 5, 6, 7, 8, 9, 12
_NUMBERS = (4, _I32, _I64)
_SIZES = {_BYTE: 1, _DOUBLE: 8}


def _field(number: int, kind: int) -> int:
    return number << 4 | kind


# The fields that are looked at, each by its number and kind, as any other kind is passed over.
_GROUPS, _COLUMNS, _OF_COLUMN = _field(4, _LIST), _field(1, _LIST), _field(3, _STRUCT)
_VALUES, _LENGTH, _FIRST_PAGE, _DICTIONARY = (_field(number, _I64) for number in (5, 7, 9, 11))
_UNPACKED, _PACKED = _field(2, _I32), _field(3, _I32)

_LONG_LIST = 15
_BITS = 70
_MORE = 128
"""A byte from this on is not the last of its number."""

Fields: TypeAlias = "dict[int, Any]"


def unpacked(data: bytes) -> int:
    """The bytes that all pages of a file take once they are unpacked.

    Raises `ValueError` or `LookupError` for a file that is not as it must be.
    """
    end = len(data) - 8
    length = int.from_bytes(data[end : end + 4], "little")
    described, _ = _fields(data, _within(data, end - length))
    return sum(
        size
        for group in described[_GROUPS]
        for column in group[_COLUMNS]
        for size in _sizes(data, column[_OF_COLUMN])
    )


def _sizes(data: bytes, column: Mapping[int, int]) -> Iterator[int]:
    first, dictionary = column[_FIRST_PAGE], column.get(_DICTIONARY, 0)
    at = dictionary if 0 < dictionary < first else first
    # Of a column without values, no page is read.
    end = at + column[_LENGTH] if column[_VALUES] else at
    while at < end:
        fields, at = _fields(data, _within(data, at))
        size, packed = fields[_UNPACKED], fields[_PACKED]
        if min(size, packed) < 0:
            raise ValueError(f"a page of {packed} bytes that unpack to {size}")
        yield size
        at += packed


def _within(data: bytes, at: int) -> int:
    if not 0 <= at < len(data):
        raise ValueError(f"nothing at {at}")
    return at


# Each of these gives what begins at a place, and the place after it. There are some thousand pages
# in a file of a million rows, with some dozen fields each.


def _fields(data: bytes, at: int) -> tuple[Fields, int]:
    """A struct, as its fields: numbers, structs, lists, and None for the rest."""
    found: Fields = {}
    number = fields = 0
    while begin := data[at]:
        at += 1
        fields += 1
        if begin >> 4:
            number += begin >> 4
        else:
            number, at = _signed(data, at)
        kind = begin & 15
        field = number << 4 | kind
        if kind in _BOOLEANS:
            found[field] = None
        elif kind == _TEXT and data[at] < _MORE:
            # The least and the largest cell, mostly, as short texts.
            found[field] = None
            at += 1 + data[at]
        else:
            found[field], at = _value(data, at, kind)
    if len(found) < fields:
        raise ValueError("a field twice")
    return found, at + 1


def _value(data: bytes, at: int, kind: int) -> tuple[Any, int]:
    if kind in _NUMBERS:
        return _signed(data, at)
    if kind == _STRUCT:
        return _fields(data, at)
    if kind == _LIST:
        return _items(data, at)
    if kind == _TEXT:
        size, at = _number(data, at)
        return None, at + size
    if kind in _SIZES:
        return None, at + _SIZES[kind]
    raise ValueError(f"a field of the kind {kind}")


def _items(data: bytes, at: int) -> tuple[list[Any], int]:
    begin = data[at]
    number, at = _number(data, at + 1) if begin >> 4 == _LONG_LIST else (begin >> 4, at + 1)
    # In a list, a boolean is a byte of its own.
    kind = _BYTE if begin & 15 in _BOOLEANS else begin & 15
    items = []
    for _ in range(number):
        item, at = _value(data, at, kind)
        items.append(item)
        # What is passed over takes no look at the data.
        _within(data, at - 1)
    return items, at


def _signed(data: bytes, at: int) -> tuple[int, int]:
    number, at = _number(data, at)
    return (number >> 1) ^ -(number & 1), at


def _number(data: bytes, at: int) -> tuple[int, int]:
    number = shift = 0
    while (byte := data[at]) >= _MORE:
        number |= (byte - _MORE) << shift
        shift += 7
        at += 1
        if shift == _BITS:
            raise ValueError("a number of too many bytes")
    return number | byte << shift, at + 1
