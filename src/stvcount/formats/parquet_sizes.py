"""What the pages of a Parquet file will unpack to, as each says before anything is unpacked.

The end of the file states sizes as well, but nothing holds it to them: pyarrow takes as much memory
as the pages themselves ask for. So the pages are looked up here, one after another. Before each
stands its header, a struct `PageHeader` of the Parquet format in Thrift's compact protocol: fields
with the distance to the number of the last one, numbers of seven bits in a byte.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

__all__ = ["unpacked"]

_UNPACKED, _PACKED = 2, 3
_BOOLEANS, _BYTE, _NUMBERS, _DOUBLE = (1, 2), 3, (4, 5, 6), 7
_TEXT, _LISTS, _STRUCT = 8, (9, 10), 12
_LONG_LIST = 15
_LONGEST_NUMBER = 70


def unpacked(data: bytes, stated: Any) -> int:
    """The bytes that all pages of a file take once they are unpacked; `stated`: its metadata.

    Raises `ValueError` or `IndexError` for pages that are not as they must be.
    """
    return sum(
        size
        for group in range(stated.num_row_groups)
        for column in range(stated.num_columns)
        for size in _of_column(data, stated.row_group(group).column(column))
    )


def _of_column(data: bytes, column: Any) -> Iterator[int]:
    starts = (column.data_page_offset, column.dictionary_page_offset)
    at = min(start for start in starts if start)
    end = at + column.total_compressed_size
    while at < end:
        header = _Header(data, at)
        fields = header.fields()
        size, packed = fields[_UNPACKED], fields[_PACKED]
        if min(size, packed) < 0:
            raise ValueError(f"a page of {packed} bytes that unpack to {size}")
        yield size
        at = header.at + packed


class _Header:
    """A header that is being read, and how far it is."""

    def __init__(self, data: bytes, at: int) -> None:
        self._data = data
        self.at = at

    def fields(self) -> dict[int, int]:
        """The numbers in a struct, by the numbers of their fields; all else is passed over."""
        found: dict[int, int] = {}
        field = 0
        while begin := self._byte():
            field = field + (begin >> 4) if begin >> 4 else self._signed()
            kind = begin & 15
            if kind in _NUMBERS:
                found[field] = self._signed()
            else:
                self._pass(kind)
        return found

    def _pass(self, kind: int) -> None:
        if kind == _STRUCT:
            self.fields()
        elif kind in _LISTS:
            begin = self._byte()
            number = begin >> 4
            for _ in range(self._number() if number == _LONG_LIST else number):
                self._pass_item(begin & 15)
        elif kind == _TEXT:
            length = self._number()
            self.at += length
        elif kind not in _BOOLEANS:
            self._pass_number(kind)

    def _pass_item(self, kind: int) -> None:
        # In a list, a boolean is a byte of its own.
        self._pass(_BYTE if kind in _BOOLEANS else kind)

    def _pass_number(self, kind: int) -> None:
        if kind in _NUMBERS:
            self._number()
        elif kind in (_BYTE, _DOUBLE):
            self.at += 1 if kind == _BYTE else 8
        else:
            raise ValueError(f"a field of the kind {kind}")

    def _byte(self) -> int:
        self.at += 1
        return self._data[self.at - 1]

    def _number(self) -> int:
        number = 0
        for shift in range(0, _LONGEST_NUMBER, 7):
            byte = self._byte()
            number |= (byte & 127) << shift
            if not byte & 128:
                return number
        raise ValueError("a number of too many bytes")

    def _signed(self) -> int:
        number = self._number()
        return (number >> 1) ^ -(number & 1)
