"""Ballot files in and out: one table of formats, and `read` and `write` over it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from stvcount.election import Election
from stvcount.errors import ElectionError, Fault, FormatError
from stvcount.formats import blt
from stvcount.formats.files import PathName, read_whole, write_whole
from stvcount.particulars import Source

__all__ = ["FORMATS", "Format", "names", "read", "write"]


class ReadFunction(Protocol):
    """Reads the bytes of a file; `path` is its name for errors. Raises `FormatError`."""

    def __call__(
        self, data: bytes, *, path: str, encoding: str | None, paper_ids: str | None
    ) -> Election: ...


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of ballot file.

    `suffixes`: in small letters, with the dot. `recognises`: whether the bytes look like it.
    `dumps`: the text of a file. `left_out`: a plain sentence for each thing it cannot hold.
    """

    name: str
    suffixes: tuple[str, ...]
    recognises: Callable[[bytes], bool]
    read: ReadFunction
    dumps: Callable[[Election], str]
    left_out: Callable[[Election], tuple[str, ...]]


FORMATS: tuple[Format, ...] = (
    Format("blt", (".blt",), blt.recognises, blt.read, blt.dumps, blt.left_out),
)


def names() -> tuple[str, ...]:
    """The names of the formats."""
    return tuple(kind.name for kind in FORMATS)


def read(
    path: PathName,
    *,
    format: str | None = None,  # noqa: A002 (the word that callers know)
    encoding: str | None = None,
    paper_ids: str | None = None,
) -> Election:
    """The election in a ballot file.

    `format`: its name; without it, told by the file's suffix, otherwise by its content.
    `encoding`: without it, as the format has it (BLT: UTF-8).
    `paper_ids`: what identifiers at the start of a line of a BLT file stand for, where the file
    leaves it open: "in-place" (of the number of papers) or "before" (it).
    Raises `FormatError`, with every fault of the file, where it cannot be read.
    """
    name = os.fsdecode(path)
    kind = _by_name(format, name) or _by_suffix(name)
    data = read_whole(path)
    kind = kind or _by_content(data, name)
    try:
        election = kind.read(data, path=name, encoding=encoding, paper_ids=paper_ids)
    except ElectionError as error:
        raise FormatError(name, [_fault(error)]) from error
    source = Source(name=Path(name).name, sha256=hashlib.sha256(data).hexdigest())
    return replace(election, source=source)


def write(
    election: Election,
    path: PathName,
    *,
    format: str | None = None,  # noqa: A002 (the word that callers know)
) -> tuple[str, ...]:
    """Write the election to a file, whole or not at all; a file that was there is replaced.

    `format`: its name; without it, told by the file's suffix.
    Returns a sentence for each thing that the format cannot hold and the file therefore lacks.
    Raises `FormatError` where there is no such format or the file cannot be written, and
    `ElectionError` where the format cannot hold the election at all.
    """
    name = os.fsdecode(path)
    kind = _by_name(format, name) or _by_suffix(name)
    if kind is None:
        found = f"the suffix {Path(name).suffix!r}"
        raise FormatError(name, [Fault(None, found, _one_of_the_formats())])
    write_whole(path, kind.dumps(election))
    return kind.left_out(election)


def _by_name(format_name: str | None, path: str) -> Format | None:
    if format_name is None:
        return None
    for kind in FORMATS:
        if kind.name == format_name:
            return kind
    fault = Fault(None, f"the format {format_name!r}", f"one of: {', '.join(names())}")
    raise FormatError(path, [fault])


def _by_suffix(path: str) -> Format | None:
    suffix = Path(path).suffix.lower()
    return next((kind for kind in FORMATS if suffix in kind.suffixes), None)


def _by_content(data: bytes, path: str) -> Format:
    for kind in FORMATS:
        if kind.recognises(data):
            return kind
    found = "an empty file" if not data else "content that is like none of the known formats"
    raise FormatError(path, [Fault(None, found, _one_of_the_formats())])


def _one_of_the_formats() -> str:
    known = ", ".join(f"{kind.name} ({' '.join(kind.suffixes)})" for kind in FORMATS)
    return f"one of: {known}; or the format's name (format=)"


def _fault(error: ElectionError) -> Fault:
    """What an `ElectionError` says of an election that came from a file."""
    found, _, expected = str(error).partition("; expected ")
    return Fault(None, found.replace("found ", "", 1), expected or "an election that can be held")
