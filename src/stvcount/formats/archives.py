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
_MOST_RATIO = 200
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
    stated = sum(member.file_size for member in members)
    if len(members) > _MOST_MEMBERS or stated > most or _unpacked(archive, most) > most:
        limits = f"{most} bytes in {_MOST_MEMBERS} parts"
        return f"an archive that unpacks to more than any table of papers ({limits})"
    return ""


def _unpacked(archive: zipfile.ZipFile, most: int) -> int:
    """The number of bytes that really come out, counted until they are more than `most`."""
    total = 0
    for member in archive.infolist():
        with archive.open(member) as stream:
            while total <= most and (chunk := stream.read(_CHUNK)):
                total += len(chunk)
    return total
