"""Workbooks of other programs, made byte by byte: ODS and XLS, as small as they can be."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

Cell = str | int | float | None

ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_OF = "urn:oasis:names:tc:opendocument:xmlns"
_CONTENT = f"""<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="{_OF}:office:1.0" xmlns:style="{_OF}:style:1.0"
 xmlns:table="{_OF}:table:1.0" xmlns:text="{_OF}:text:1.0" office:version="1.2">
<office:automatic-styles>
<style:style style:name="shown" style:family="table">
<style:table-properties table:display="true"/></style:style>
<style:style style:name="hidden" style:family="table">
<style:table-properties table:display="false"/></style:style>
</office:automatic-styles>
<office:body><office:spreadsheet>{{}}</office:spreadsheet></office:body>
</office:document-content>"""


def ods(sheets: dict[str, Sequence[Sequence[Cell]]], *, hidden: Sequence[str] = ()) -> bytes:
    """An ODS file with these rows in each sheet."""
    return ods_of(
        "".join(
            ods_sheet(
                name, "".join(map(ods_row, rows)), style="hidden" if name in hidden else "shown"
            )
            for name, rows in sheets.items()
        )
    )


def ods_of(tables: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("mimetype"), ODS_TYPE)
        archive.writestr("content.xml", _CONTENT.format(tables))
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return file.getvalue()


def ods_sheet(name: str, rows: str, *, style: str = "shown") -> str:
    return f'<table:table table:name="{name}" table:style-name="{style}">{rows}</table:table>'


def ods_row(cells: Sequence[Cell], *, times: int = 1) -> str:
    inside = "".join(map(ods_cell, cells))
    return f'<table:table-row table:number-rows-repeated="{times}">{inside}</table:table-row>'


def ods_cell(value: Cell, *, times: int = 1) -> str:
    if value is None:
        return f'<table:table-cell table:number-columns-repeated="{times}"/>'
    kind, given = (
        ("string", "") if isinstance(value, str) else ("float", f' office:value="{value}"')
    )
    return (
        f'<table:table-cell table:number-columns-repeated="{times}" office:value-type="{kind}"'
        f"{given}><text:p>{escape(str(value))}</text:p></table:table-cell>"
    )


# XLS (BIFF 8), in a compound file of one stream


def xls(sheets: dict[str, Sequence[Sequence[Cell]]], *, hidden: Sequence[str] = ()) -> bytes:
    """An XLS file with these rows in each sheet."""
    cells = {
        name: [
            (row, column, value)
            for row, values in enumerate(rows)
            for column, value in enumerate(values)
            if value is not None
        ]
        for name, rows in sheets.items()
    }
    return xls_of(cells, hidden=hidden)


def xls_of(sheets: dict[str, list[tuple[int, int, Cell]]], *, hidden: Sequence[str] = ()) -> bytes:
    """An XLS file with these cells (row and column from 0) in each sheet."""
    bodies = [_sheet(cells) for cells in sheets.values()]
    named = [
        struct.pack("<BBBB", int(name in hidden), 0, len(name), 0) + name.encode("latin-1")
        for name in sheets
    ]
    start = _record(0x0809, struct.pack("<HHHHII", 0x0600, 5, 0, 0, 0, 0x0600))
    at = len(start) + sum(8 + len(one) for one in named) + 4
    book = start
    for one, body in zip(named, bodies, strict=True):
        book += _record(0x0085, struct.pack("<I", at) + one)
        at += len(body)
    return compound("Workbook", book + _record(0x000A, b"") + b"".join(bodies))


def _sheet(cells: list[tuple[int, int, Cell]]) -> bytes:
    body = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x10, 0, 0, 0, 0x0600))
    for row, column, value in cells:
        place = struct.pack("<HHH", row, column, 0)
        if isinstance(value, str):
            text = struct.pack("<HB", len(value), 1) + value.encode("utf-16-le")
            body += _record(0x0204, place + text)
        else:
            body += _record(0x0203, place + struct.pack("<d", value))
    return body + _record(0x000A, b"")


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def compound(name: str, stream: bytes) -> bytes:
    """A compound file (OLE) of one stream."""
    # Shorter ones would be kept in another way.
    stream = stream.ljust(4096, b"\0")
    sectors = -(-len(stream) // 512)
    fat_sectors = -(-(sectors + 1 + 1) // 127)
    first = 1 + fat_sectors
    chain = [*range(first + 1, first + sectors), _END]
    fat = [_FAT] * fat_sectors + [_END] + chain
    fat += [_FREE] * (fat_sectors * 128 - len(fat))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIII", 0, fat_sectors, fat_sectors, 0, 4096, _END, 0, _END, 0)
    header += struct.pack("<109I", *range(fat_sectors), *[_FREE] * (109 - fat_sectors))
    root = _entry("Root Entry", 5, _END, 0, child=1)
    folder = (root + _entry(name, 2, first, len(stream))).ljust(512, b"\0")
    return header + struct.pack(f"<{len(fat)}I", *fat) + folder + stream.ljust(sectors * 512, b"\0")


def _entry(name: str, kind: int, start: int, size: int, *, child: int = _FREE) -> bytes:
    text = name.encode("utf-16-le")
    return (
        text.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(text) + 2, kind, 1, _FREE, _FREE, child)
        + bytes(16 + 4 + 8 + 8)
        + struct.pack("<IQ", start, size)
    )
