"""Records of counts in files, and whatever else is a JSON text of one schema."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TypeVar

from stvcount import codec
from stvcount.checked import checked
from stvcount.election.reading import Reading
from stvcount.errors import FormatError, RecordError
from stvcount.formats.files import PathName, decoded, read_whole
from stvcount.record import SCHEMA, CountRecord
from stvcount.words import counted

T = TypeVar("T")


@checked
def read_record(path: PathName) -> CountRecord:
    """The record of a count in a JSON file.

    Raises `FormatError` where the file cannot be read or is not UTF-8, and `RecordError`, naming
    the file and the place in it, where it holds no record.
    """
    return read_json(path, CountRecord.from_json)


def is_record(path: PathName) -> bool:
    """Whether a file states that it is the record of a count. Errors as for `read_record`."""
    return codec.states(read_whole(path).decode("utf-8", errors="replace"), SCHEMA)


def read_reading(path: PathName) -> Reading:
    """The reading of a ballot file in a JSON file, or in a record; errors as for `read_record`."""
    return read_json(path, _reading)


def _reading(text: str) -> Reading:
    if not codec.states(text, SCHEMA):
        return Reading.from_json(text)
    sources = CountRecord.from_json(text).sources
    readings = list(dict.fromkeys(source.reading for source in sources if source.reading))
    if len(readings) != 1:
        raise RecordError(f"sources: found {counted(len(readings), 'reading')}; expected one")
    return readings[0]


def read_json(path: PathName, from_json: Callable[[str], T]) -> T:
    """What `from_json` makes of the text of a file; errors as for `read_record`."""
    name = os.fsdecode(path)
    text, faults = decoded(read_whole(path), name, None)
    if faults:
        raise FormatError(name, faults)
    try:
        return from_json(text)
    except RecordError as error:
        raise RecordError(f"{name}: {error}") from error
