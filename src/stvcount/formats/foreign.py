"""Files in which people keep votes and that are not read: what they are, what to do instead."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from stvcount.errors import Fault, FormatError

__all__ = ["check"]

_ARCHIVE = b"PK\x03\x04"
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_SAVED = "a spreadsheet: save it as .xlsx or CSV"
_COPIED = "a spreadsheet: copy the table into one, and save it as .xlsx or CSV"
_UNPACKED = "the file inside: unpack it first"
_TYPED = "votes as text: type them into a spreadsheet, and save it as .xlsx or CSV"


@dataclass(frozen=True, slots=True)
class _Kind:
    """What such a file is called and what to bring instead, its suffixes, and how it begins.

    `within`: one of these stands in it as well, where many kinds begin alike.
    """

    name: str
    instead: str
    suffixes: tuple[str, ...]
    begins: tuple[bytes, ...]
    within: tuple[bytes, ...] = ()

    def is_like(self, data: bytes) -> bool:
        return data.startswith(self.begins) and (
            not self.within or any(part in data for part in self.within)
        )


def _utf16(name: str) -> bytes:
    return name.encode("utf-16-le")


# In the order in which they are looked for: of kinds that begin alike, the last takes the rest.
_KINDS = (
    _Kind("a PDF document", _COPIED, (".pdf",), (b"%PDF-",)),
    _Kind(
        *("a document of a word processor", _COPIED, (".docx", ".docm", ".odt", ".pages")),
        *((_ARCHIVE,), (b"word/document", b"opendocument.text", b"Index/Document.iwa")),
    ),
    _Kind("a workbook of Numbers", _SAVED, (".numbers",), (_ARCHIVE,), (b"Index/", b"index.apxl")),
    _Kind("a binary workbook", _SAVED, (".xlsb",), (_ARCHIVE,), (b"xl/workbook.bin",)),
    _Kind(
        *("a document of an old word processor", _COPIED, (".doc",)),
        *((_COMPOUND,), (_utf16("WordDocument"),)),
    ),
    _Kind(
        *("a workbook with a password", "one without: take the password away", ()),
        *((_COMPOUND,), (_utf16("EncryptedPackage"),)),
    ),
    _Kind("a document (RTF)", _COPIED, (".rtf",), (b"{\\rtf",)),
    _Kind("a ZIP archive", _UNPACKED, (".zip",), (_ARCHIVE, b"PK\x05\x06")),
    _Kind(
        *("a compressed file", _UNPACKED, (".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar", ".zst")),
        (
            b"\x1f\x8b",
            b"BZh",
            b"\xfd7zXZ\0",
            b"7z\xbc\xaf\x27\x1c",
            b"Rar!\x1a",
            b"\x28\xb5\x2f\xfd",
        ),
    ),
    _Kind(
        *(
            "a picture",
            _TYPED,
            (".png", ".jpg", ".jpeg", ".gif", ".heic", ".webp", ".tif", ".tiff"),
        ),
        (b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\0", b"MM\0*"),
    ),
    _Kind("a database", _SAVED, (".sqlite", ".db"), (b"SQLite format 3\0",)),
)
_WEB_PAGE = re.compile(
    rb"\s*(?:<!--.*?-->\s*)?<(?:!doctype html|html|head|table|meta)\b", re.I | re.S
)
_XML_WORKBOOK = b"urn:schemas-microsoft-com:office:spreadsheet"


def check(data: bytes, path: str) -> None:
    """Refuse what is such a file. Raises `FormatError` that says what to bring instead."""
    kind = next((kind for kind in _KINDS if kind.is_like(data)), None)
    if kind is not None:
        raise _refused(path, kind.name, kind.instead)
    start = data[:2000].removeprefix(b"\xef\xbb\xbf")
    if _WEB_PAGE.match(start):
        raise _refused(path, "a web page (HTML)", _SAVED)
    if start.startswith(b"<?xml") and _XML_WORKBOOK in start:
        raise _refused(path, "a workbook in XML of 2003", _SAVED)
    suffix = Path(path).suffix.lower()
    named = next((kind for kind in _KINDS if suffix in kind.suffixes), None)
    if named is not None:
        raise _refused(path, f"{named.name}, by its suffix {suffix}", named.instead)


def _refused(path: str, name: str, instead: str) -> FormatError:
    return FormatError(path, [Fault(None, name, instead)])
