"""Ballot files in and out: one table of formats, and `read` and `write` over it."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from stvcount.election import Election
from stvcount.errors import ElectionError, Fault, FormatError
from stvcount.formats import arrow, blt, csv_papers, election_json, preflib, xlsx
from stvcount.formats.files import PathName, read_whole, write_whole
from stvcount.formats.wording import fault_of
from stvcount.particulars import Source

__all__ = ["FORMATS", "Format", "names", "read", "read_bytes", "write"]


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of ballot file.

    `suffixes`: in small letters, with the dot. `recognises`: whether the bytes look like it.
    `read`: called with the bytes, the file's name for errors as `path=`, and some of `options`.
    `dumps`: the content of a file. `left_out`: a plain sentence for each thing it cannot hold.
    `options`: the names of those that it takes.
    """

    name: str
    suffixes: tuple[str, ...]
    recognises: Callable[[bytes], bool]
    read: Callable[..., Election]
    dumps: Callable[[Election], str | bytes]
    left_out: Callable[[Election], tuple[str, ...]]
    options: tuple[str, ...] = ("encoding",)


def _preflib(kind: preflib.Kind) -> Format:
    return Format(
        kind.name,
        (f".{kind.name}",),
        preflib.recognises,
        partial(preflib.read, kind=kind),
        partial(preflib.dumps, kind=kind),
        preflib.left_out,
        ("encoding", "places"),
    )


_STANDARD_INPUT = "standard input"
_OF_TABLES = ("places", "title", "layout", "candidates")

FORMATS: tuple[Format, ...] = (
    Format(
        "blt",
        (".blt",),
        blt.recognises,
        blt.read,
        blt.dumps,
        blt.left_out,
        ("encoding", "paper_ids"),
    ),
    *map(_preflib, preflib.KINDS),
    Format(
        "json",
        (".json",),
        election_json.recognises,
        election_json.read,
        election_json.dumps,
        election_json.left_out,
    ),
    Format(
        "xlsx",
        (".xlsx",),
        xlsx.recognises,
        xlsx.read,
        xlsx.dumps,
        xlsx.left_out,
        (*_OF_TABLES, "sheet"),
    ),
    Format(
        "parquet",
        (".parquet",),
        arrow.recognises_parquet,
        arrow.read_parquet,
        arrow.dumps_parquet,
        arrow.left_out_parquet,
        _OF_TABLES,
    ),
    Format(
        "arrow",
        (".arrow", ".feather"),
        arrow.recognises_arrow,
        arrow.read_arrow,
        arrow.dumps_arrow,
        arrow.left_out_arrow,
        _OF_TABLES,
    ),
    # Last, since nearly any text could be one.
    Format(
        "csv",
        (".csv",),
        csv_papers.recognises,
        csv_papers.read,
        csv_papers.dumps,
        csv_papers.left_out,
        ("encoding", *_OF_TABLES),
    ),
    Format(
        "tsv",
        (".tsv",),
        csv_papers.recognises,
        csv_papers.read,
        csv_papers.dumps_with_tabs,
        csv_papers.left_out,
        ("encoding", *_OF_TABLES),
    ),
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
    places: int | None = None,
    title: str | None = None,
    layout: str | None = None,
    sheet: str | None = None,
    candidates: Sequence[str] | None = None,
) -> Election:
    """The election in a ballot file; `path` "-" is standard input.

    `format`: its name; without it, told by the file's suffix, otherwise by its content.
    `encoding`: without it, as the format has it (BLT: UTF-8).
    `paper_ids`: what identifiers at the start of a line of a BLT file stand for, where the file
    leaves it open: "in-place" (of the number of papers) or "before" (it).
    `places`, `title`: the number of places, needed where the file does not state it, and the
    title; both in place of what the file states.
    `layout`, `candidates`: which way round a table is ("candidates": a column for each;
    "preferences": a column for each), and the names of the candidates as printed, where the file
    leaves them open. `sheet`: the name of a workbook's sheet; without it, the first.
    Raises `FormatError`, with every fault of the file, where it cannot be read.
    """
    name = os.fsdecode(path)
    # A mistaken name is told before the file is looked for.
    _by_name(format, name)
    data, name = (read_whole(path), name) if name != "-" else (_standard_input(), _STANDARD_INPUT)
    return read_bytes(
        data,
        name,
        format=format,
        encoding=encoding,
        paper_ids=paper_ids,
        places=places,
        title=title,
        layout=layout,
        sheet=sheet,
        candidates=candidates,
    )


def _standard_input() -> bytes:
    return sys.stdin.buffer.read()


def read_bytes(
    data: bytes,
    name: str,
    *,
    format: str | None = None,  # noqa: A002 (the word that callers know)
    places: int | None = None,
    title: str | None = None,
    **options: Any,
) -> Election:
    """The election in the bytes of a ballot file of this name; see `read`."""
    kind = _by_name(format, name) or _by_suffix(name) or _by_content(data, name)
    given = {"places": places, "title": title, **options}
    try:
        election = kind.read(data, path=name, **_taken(given, kind, name))
        if places is not None:
            election = election.with_places(places)
        if title is not None:
            election = replace(election, title=title)
    except ElectionError as error:
        raise FormatError(name, [fault_of(error)]) from error
    source = Source(name=Path(name).name, sha256=hashlib.sha256(data).hexdigest())
    return replace(election, source=source)


def _taken(given: Mapping[str, Any], kind: Format, path: str) -> dict[str, Any]:
    """The options that are given and that the format takes; some count for every format."""
    taken = {option: value for option, value in given.items() if value is not None}
    faults = [
        Fault(None, f"the option {option}", f"those of {kind.name}: {', '.join(kind.options)}")
        for option in taken
        if option not in (*kind.options, "places", "title")
    ]
    if faults:
        raise FormatError(path, faults)
    return {option: value for option, value in taken.items() if option in kind.options}


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
