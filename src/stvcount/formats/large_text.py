"""A large text as bytes, whose lines are made only as far as somebody looks at them."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from functools import cached_property

from stvcount.formats.files import encoding_marked, encoding_unmarked

_FIRST_PIECE = 1 << 14
_LARGEST_PIECE = 1 << 20


class LargeText:
    """The lines of a text, without the blank one after its last line end.

    `data`: the text as UTF-8, without byte order mark, its lines ended by LF.
    """

    def __init__(self, data: bytes) -> None:
        self.data: bytes = data

    def __iter__(self) -> Iterator[str]:
        for piece in pieces(self.data, 0, len(self.data), _FIRST_PIECE, _LARGEST_PIECE):
            yield from self.data[piece].decode().removesuffix("\n").split("\n")

    def __getitem__(self, line: int) -> str:
        return self._every[line] if line else next(iter(self))

    @cached_property
    def _every(self) -> list[str]:
        return list(self)

    def with_blank_first_line(self) -> LargeText:
        return LargeText(self.data[self.data.index(b"\n") :])


def pieces(data: bytes, start: int, end: int, first: int, most: int) -> Iterator[slice]:
    """The bytes from start to end in pieces of whole lines.

    The first has `first` bytes and what is left of a line, each further one twice as many as the
    one before, up to `most`.
    """
    size = first
    while start < end:
        stop = data.find(b"\n", start + size, end) + 1 or end
        yield slice(start, stop)
        start, size = stop, min(2 * size, most)


def large_text(data: bytes, encoding: str | None, lines: int) -> LargeText | None:
    """The text of the bytes; None unless it has so many lines, and all bytes are text.

    `encoding`: without it, what a byte order mark states, otherwise UTF-8.
    """
    if not (_has(data, b"\n", lines) or (b"\r" in data and _has(data, b"\r", lines))):
        return None
    encoding = encoding or encoding_marked(data)
    if encoding is None and encoding_unmarked(data):
        return None
    try:
        if encoding is None:
            _check(data)
            data = data.removeprefix(codecs.BOM_UTF8)
        else:
            data = data.decode(encoding).removeprefix("\ufeff").encode()
    except (UnicodeError, LookupError, ValueError):
        return None
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return LargeText(data) if _has(data, b"\n", lines) else None


def _has(data: bytes, sign: bytes, times: int) -> bool:
    """Whether a sign is there so often; most large texts show it soon."""
    for start in range(0, len(data), _LARGEST_PIECE):
        times -= data.count(sign, start, start + _LARGEST_PIECE)
        if times <= 0:
            return True
    return False


def _check(data: bytes) -> None:
    """Raise `UnicodeDecodeError` unless the bytes are UTF-8; never all of their text is made."""
    if data.isascii():
        return
    decoder = codecs.getincrementaldecoder("utf-8")()
    view = memoryview(data)
    for start in range(0, len(data), _LARGEST_PIECE):
        decoder.decode(view[start : start + _LARGEST_PIECE])
    decoder.decode(b"", final=True)
