"""What a batch of an Arrow file will unpack to, as it states before anything is unpacked.

A few bytes of a packed buffer can stand for gigabytes. pyarrow unpacks a batch as soon as it reads
it, and does not say beforehand what comes of it: so the sizes are looked up here, in the message
that describes the batch. Messages are laid out by the schema `Message.fbs` of the Arrow format, in
FlatBuffers: a table begins with the distance back to the list of where its fields are.
"""

from __future__ import annotations

from struct import unpack_from
from typing import Any

__all__ = ["unpacked"]

_HEADER_TYPE, _HEADER = 1, 2
_DICTIONARY, _RECORDS = 2, 3
_RECORDS_OF_DICTIONARY = 1
_BUFFERS, _COMPRESSION = 2, 3


def unpacked(message: Any) -> int:
    """The bytes that the buffers of a message take once they are unpacked.

    Raises `struct.error` or `IndexError` for a message that is not as it must be.
    """
    described, body = message.metadata.to_pybytes(), message.body
    table = _followed(described, 0)
    kind = _field(described, table, _HEADER_TYPE)
    if not kind or described[kind] not in (_DICTIONARY, _RECORDS):
        return 0
    records = _followed(described, _field(described, table, _HEADER))
    if described[kind] == _DICTIONARY:
        records = _followed(described, _field(described, records, _RECORDS_OF_DICTIONARY))
    if not _field(described, records, _COMPRESSION):
        return int(body.size)
    buffers = _followed(described, _field(described, records, _BUFFERS))
    (number,) = unpack_from("<I", described, buffers)
    return sum(
        _size(memoryview(body), *unpack_from("<qq", described, buffers + 4 + 16 * place))
        for place in range(number)
    )


def _size(body: memoryview, start: int, length: int) -> int:
    """The size of a buffer: before what is packed stands what it unpacks to; -1: not packed."""
    if not length:
        return 0
    stated: int = unpack_from("<q", body, start)[0]
    return length if stated < 0 else stated


def _followed(described: bytes, at: int) -> int:
    """Where the reference at this place leads."""
    distance: int = unpack_from("<I", described, at)[0]
    return at + distance


def _field(described: bytes, table: int, number: int) -> int:
    """Where this field of a table is; 0 where the table does not have it."""
    fields = table - unpack_from("<i", described, table)[0]
    size = unpack_from("<H", described, fields)[0]
    entry = 4 + 2 * number
    distance = unpack_from("<H", described, fields + entry)[0] if entry < size else 0
    return table + distance if distance else 0
