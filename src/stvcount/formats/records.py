"""Records of counts in files."""

from __future__ import annotations

import os

from stvcount.errors import FormatError, RecordError
from stvcount.formats.files import PathName, decoded, read_whole
from stvcount.record import CountRecord


def read_record(path: PathName) -> CountRecord:
    """The record of a count in a JSON file.

    Raises `FormatError` where the file cannot be read or is not UTF-8, and `RecordError`, naming
    the file and the place in it, where it holds no record.
    """
    name = os.fsdecode(path)
    text, faults = decoded(read_whole(path), name, None)
    if faults:
        raise FormatError(name, faults)
    try:
        return CountRecord.from_json(text)
    except RecordError as error:
        raise RecordError(f"{name}: {error}") from error
