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

# The fields that are looked at, each by its number and kind, as any other kind is passed over.
_GROUPS, _COLUMNS, _OF_COLUMN = (4, _LIST), (1, _LIST), (3, _STRUCT)
_VALUES, _LENGTH, _FIRST_PAGE, _DICTIONARY = ((number, _I64) for number in (5, 7, 9, 11))
_UNPACKED, _PACKED = (2, _I32), (3, _I32)

_LONG_LIST = 15
_BITS = 70

Fields: TypeAlias = "dict[tuple[int, int], Any]"


def unpacked(data: bytes) -> int:
    """The bytes that all pages of a file take once they are unpacked.

    Raises `ValueError` or `LookupError` for a file that is not as it must be.
    """
    end = len(data) - 8
    length = int.from_bytes(data[end : end + 4], "little")
    described = _Described(data, end - length).fields()
    return sum(
        size
        for group in described[_GROUPS]
        for column in group[_COLUMNS]
        for size in _sizes(data, column[_OF_COLUMN])
    )


def _sizes(data: bytes, column: Mapping[tuple[int, int], int]) -> Iterator[int]:
    first, dictionary = column[_FIRST_PAGE], column.get(_DICTIONARY, 0)
    at = dictionary if 0 < dictionary < first else first
    # Of a column without values, no page is read.
    end = at + column[_LENGTH] if column[_VALUES] else at
    while at < end:
        header = _Described(data, at)
        fields = header.fields()
        size, packed = fields[_UNPACKED], fields[_PACKED]
        if min(size, packed) < 0:
            raise ValueError(f"a page of {packed} bytes that unpack to {size}")
        yield size
        at = header.at + packed


class _Described:
    """A struct that is being read, and how far it is."""

    def __init__(self, data: bytes, at: int) -> None:
        self._data = data
        self.at = at

    def fields(self) -> Fields:
        """The fields, by their number and kind: numbers, structs, lists, and None for the rest."""
        found: Fields = {}
        number = 0
        while begin := self._byte():
            number = number + (begin >> 4) if begin >> 4 else self._signed()
            kind = begin & 15
            if (number, kind) in found:
                raise ValueError(f"the field {number} twice")
            found[number, kind] = None if kind in _BOOLEANS else self._value(kind)
        return found

    def _value(self, kind: int) -> Any:
        if kind in _NUMBERS:
            return self._signed()
        if kind == _STRUCT:
            return self.fields()
        if kind == _LIST:
            return self._items()
        self._pass(kind)
        return None

    def _items(self) -> list[Any]:
        begin = self._byte()
        number = self._number() if begin >> 4 == _LONG_LIST else begin >> 4
        # In a list, a boolean is a byte of its own.
        kind = _BYTE if begin & 15 in _BOOLEANS else begin & 15
        return [self._value(kind) for _ in range(number)]

    def _pass(self, kind: int) -> None:
        sizes = {_BYTE: 1, _DOUBLE: 8}
        size = self._number() if kind == _TEXT else sizes.get(kind)
        if size is None:
            raise ValueError(f"a field of the kind {kind}")
        self.at += size

    def _byte(self) -> int:
        if not 0 <= self.at < len(self._data):
            raise ValueError(f"nothing at {self.at}")
        self.at += 1
        return self._data[self.at - 1]

    def _number(self) -> int:
        number = 0
        for shift in range(0, _BITS, 7):
            byte = self._byte()
            number |= (byte & 127) << shift
            if not byte & 128:
                return number
        raise ValueError("a number of too many bytes")

    def _signed(self) -> int:
        number = self._number()
        return (number >> 1) ^ -(number & 1)
