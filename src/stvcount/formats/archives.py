"""Archives that hold a workbook, looked at before anything in them is opened."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from stvcount.errors import Fault, FormatError
from stvcount.formats.wording import reason

if TYPE_CHECKING:
    import zipfile

# Workbooks of a million papers stay far below these; archives made to exhaust a machine do not.
_MOST_BYTES = 1 << 30
_MOST_BYTES_AT_ANY_RATIO = 1 << 24
_MOST_RATIO = 100
# Each tag of a sheet takes a hundred bytes of memory or more once it is read.
_MOST_TAGS_AT_ANY_RATIO = 4_000_000
_MOST_TAGS_PER_BYTE = 6
_DEEPEST = 1000
_MOST_MEMBERS = 10_000
_CHUNK = 1 << 20


def check_archive(data: bytes, path: str, expected: str) -> None:
    """Refuse what is no archive, and what unpacks to more than any table of papers.

    `expected`: what a fault says. Raises `FormatError`.
    """
    import zipfile

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            found = _not_to_be_opened(archive, len(data))
    except Exception as error:
        # So many kinds of damage, so many exceptions: of zipfile, zlib, lzma, struct and others.
        found = f"a damaged archive, or none ({reason(error)})"
        raise FormatError(path, [Fault(None, found, expected)]) from error
    if found:
        raise FormatError(path, [Fault(None, found, expected)])


def _not_to_be_opened(archive: zipfile.ZipFile, size: int) -> str:
    """Why an archive of this size must not be opened, or ""."""
    members = archive.infolist()
    if any(member.flag_bits & 1 for member in members):
        return "an encrypted archive"
    most = min(_MOST_BYTES, max(_MOST_BYTES_AT_ANY_RATIO, _MOST_RATIO * size))
    most_tags = max(_MOST_TAGS_AT_ANY_RATIO, _MOST_TAGS_PER_BYTE * size)
    stated = sum(member.file_size for member in members)
    if len(members) > _MOST_MEMBERS or stated > most or _is_more(archive, most, most_tags):
        limits = f"{most} bytes and {most_tags} tags in {_MOST_MEMBERS} parts"
        return f"an archive that unpacks to more than any table of papers ({limits})"
    return ""


def _is_more(archive: zipfile.ZipFile, most: int, most_tags: int) -> bool:
    """Whether what really comes out is more than so many bytes or tags, or nested too deeply."""
    size = tags = 0
    for member in archive.infolist():
        depth = 0
        with archive.open(member) as stream:
            while chunk := stream.read(_CHUNK):
                begun = chunk.count(b"<")
                size, tags = size + len(chunk), tags + begun
                # A guess that a sign cut in two puts out by one.
                depth += begun - 2 * chunk.count(b"</") - chunk.count(b"/>") - chunk.count(b"<!")
                if size > most or tags > most_tags or depth > _DEEPEST:
                    return True
    return False
