"""XLSX files: the tables of `test_csv`, in workbooks; and archives made to do harm."""

from __future__ import annotations

import datetime
import importlib
import io
import os
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_csv import NAMES, ORDERS, an_election

import stvcount
from stvcount import Election, ElectionError, FormatError, Papers
from stvcount.formats import archives, xlsx
from stvcount.formats.xlsx import dumps

openpyxl: Any = (
    importlib.import_module("openpyxl") if os.environ.get("CI") else pytest.importorskip("openpyxl")
)

A_WORKBOOK = "an XLSX workbook without password"


NOON = datetime.datetime(2026, 3, 1, 12)  # noqa: DTZ001 (a sheet knows no time zones)


def workbook(*sheets: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets, start=1):
        sheet = book.create_sheet(f"Sheet {number}")
        for row in rows:
            sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def read_bytes(data: bytes, name: str = "x.xlsx", **options: Any) -> Election:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        return stvcount.read(path, **{"places": 1, **options})


def read(*rows: list[Any], **options: Any) -> Election:
    return read_bytes(workbook(list(rows)), **options)


def faults(data: bytes, **options: Any) -> list[tuple[int | None, str, str]]:
    with pytest.raises(FormatError) as caught:
        read_bytes(data, **options)
    return [(fault.line, fault.found, fault.expected) for fault in caught.value.faults]


def orders(election: Election) -> list[tuple[tuple[object, ...], int]]:
    return list(election.papers.orders())


def test_a_column_for_each_candidate() -> None:
    election = read(
        ["ID", "Start time", "Ann", "Bob", "Cy"],
        [1, NOON, 1, 2.0, "3"],
        [2, NOON, None, 1, "X"],
        [3.0, None, 1.5, NOON, 1],
    )
    assert election.candidates == ("Ann", "Bob", "Cy")
    assert orders(election) == [((0, 1, 2), 1), ((1,), 1), ((2,), 1)]
    assert (
        "cells that are no plain positive whole number count for none: '1.5', '2026-03-01 12:00:00'"
    ) in election.notes


@pytest.mark.parametrize(("cell", "shown"), [(True, "'TRUE'"), ("maybe", "'maybe'")])
def test_cells_that_are_no_marks(cell: object, shown: str) -> None:
    [(line, found, _)] = faults(workbook([["Ann", "Bob"], [1, 2], [cell, 1], [2, 1]]))
    assert line == 3
    assert found == f"{shown} 1 time among the ranks, first in column 'Ann'"


def test_a_column_for_each_preference() -> None:
    election = read(
        ["1st", "2nd", "3rd"], ["Ann", None, "Bob"], ["Bob"], [None, None, None], ["Ann"]
    )
    assert orders(election) == [((0, None, 1), 1), ((1,), 1), ((), 1), ((0,), 1)]
    assert "row 4: blank, counted as papers without preference" in election.notes


def test_headings_that_are_numbers() -> None:
    assert orders(read([1, 2], ["Ann", "Bob"])) == [((0, 1), 1)]


def test_rows_that_only_have_a_colour() -> None:
    book = openpyxl.Workbook()
    for row in (["A", "B"], [1, 2]):
        book.active.append(row)
    fill = openpyxl.styles.PatternFill("solid", start_color="FFFF00")
    for row in range(1, 50):
        book.active.cell(row, 9).fill = fill
    file = io.BytesIO()
    book.save(file)
    election = read_bytes(file.getvalue())
    assert election.papers.total == 1
    assert "47 rows from 3 to 49: blank after the last paper, taken for no papers" in election.notes


def test_sheets() -> None:
    data = workbook([["Ann", "Bob"], [1, 2]], [["Cy"], [1]])
    assert faults(data) == [
        (None, "papers in several sheets ('Sheet 1', 'Sheet 2')", "one sheet that is to be read")
    ]
    election = read_bytes(data, sheet="Sheet 1")
    assert (election.title, election.candidates) == ("Sheet 1", ("Ann", "Bob"))
    assert read_bytes(data, sheet="Sheet 2").candidates == ("Cy",)
    with_notes = read_bytes(workbook([["Ann", "Bob"], [1, 2]], [["Counted by J. Smith"]]))
    assert with_notes.notes[0] == "read from the sheet 'Sheet 1'; not read: 'Sheet 2'"
    first_notes = workbook([["How to vote"], ["Rank them"]], [["Ann", "Bob"], [1, 2]])
    assert faults(first_notes)[0][1] == (
        "no certain papers in the first sheet that is shown, 'Sheet 1'"
    )
    assert faults(data, sheet="Sheet 3") == [
        (None, "no sheet 'Sheet 3'", "one of the sheets 'Sheet 1', 'Sheet 2'")
    ]
    assert read_bytes(workbook([["Ann"], [1]])).notes[0] == "a column for each candidate: 'Ann'"


def test_the_names_of_the_sheets(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(workbook([["A"], [1]], [["Cy"], [1]]))
    assert stvcount.sheet_names(path) == ("Sheet 1", "Sheet 2")
    path.write_bytes(b"Sheet 1")
    with pytest.raises(FormatError, match="expected an XLSX workbook") as refused:
        stvcount.sheet_names(str(path))
    assert refused.value.path == str(path)


def test_formulas_are_refused() -> None:
    value = "its value (copy, then paste values only)"
    found = faults(workbook([["papers", "A"], ["=1+1", 1], [1, 1], [1, "=A1"]]))
    assert found[0] == (2, "the formula '=1+1' in column 1", value)
    assert (4, "the formula '=A1' in column 2", value) in found


def test_faults_of_rows() -> None:
    assert faults(workbook([["A", "B"], [1, 2, 3], [1, None, None, "x"]])) == [
        (2, "3 cells", "2, one for each heading"),
        (3, "4 cells", "2, one for each heading"),
    ]
    assert faults(workbook([])) == [
        (None, "an empty sheet", "a row of headings and a row for each paper")
    ]
    assert [found for _, found, _ in faults(workbook([["A"], [1]]), places=None)] == [
        "no number of places"
    ]


# --- out


def test_what_is_written() -> None:
    names = ("=A()", "B", "count", "'=C", " +D ")
    election = an_election(candidates=names, orders=[((0, 1, (2, 3)), 3), ((4,), 10**18 - 1)])
    data = dumps(election)
    back = read_bytes(data, places=2, candidates=names)
    assert back.candidates == names
    assert back.papers == election.papers
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    assert [cell.data_type for cell in sheet[1]] == ["s"] * 6
    assert [cell.value for cell in sheet[2]] == [3, 1, 2, 3, 3, None]
    assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)


@given(names=st.lists(NAMES, min_size=4, max_size=4, unique=True), given_orders=ORDERS)
def test_what_is_written_is_read_back(names: list[str], given_orders: list[Any]) -> None:
    election = an_election(candidates=names, orders=given_orders)
    back = read_bytes(dumps(election), candidates=names)
    assert back.candidates == election.candidates
    assert list(back.papers.groups()) == list(election.papers.groups())


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"candidates": ("A" * 32_768,), "orders": []}, "XLSX: found 32768 characters in a name"),
        ({"candidates": ("A\ufffe",), "orders": []}, "XLSX: found the name 'A\\ufffe'"),
        ({"candidates": [f"C{n}" for n in range(16_384)]}, "XLSX: found 16385 columns"),
        ({"orders": [((0,), 1)] * 1_048_576}, "XLSX: found 1048577 rows"),
        ({"orders": [((0,), 10**18)]}, "XLSX: found 1000000000000000000 papers alike"),
    ],
    ids=["name", "character", "columns", "rows", "papers"],
)
def test_what_a_sheet_cannot_hold(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ElectionError) as caught:
        dumps(an_election(**changes))
    assert str(caught.value).startswith(message)


# --- without the extra


def test_without_openpyxl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(workbook([["A"], [1]]))
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(FormatError) as caught:
        stvcount.read(path, places=1)
    assert str(caught.value) == (
        f"{path}: found no openpyxl, which this format needs; "
        "expected it to be installed: pip install 'stvcount[xlsx]'"
    )
    with pytest.raises(ElectionError, match=r"pip install 'stvcount\[xlsx\]'"):
        stvcount.write(an_election(), tmp_path / "y.xlsx")
    assert not (tmp_path / "y.xlsx").exists()


# --- archives that do harm


def archive(parts: dict[str, bytes], base: bytes | None = None) -> bytes:
    """An archive of these parts, besides those of `base` that they do not replace."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        if base is not None:
            with zipfile.ZipFile(io.BytesIO(base)) as given_parts:
                for name in given_parts.namelist():
                    if name not in parts:
                        made.writestr(name, given_parts.read(name))
        for name, content in parts.items():
            made.writestr(name, content)
    return file.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def sheet_xml(rows: str, before: str = "") -> bytes:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{space}">{before}<sheetData>{rows}</sheetData></worksheet>'.encode()


def with_sheet(rows: str, before: str = "") -> bytes:
    return archive({SHEET: sheet_xml(rows, before)}, workbook([["A"], [1]]))


HEADER = '<row r="1"><c r="A1" t="inlineStr"><is><t>A</t></is></c></row>'


def test_archives_that_unpack_to_too_much() -> None:
    bomb = archive({SHEET: bytes(64 << 20)}, workbook([["A"], [1]]))
    assert len(bomb) < 100_000
    [(line, found, expected)] = faults(bomb)
    assert (line, expected) == (None, A_WORKBOOK)
    assert found.startswith("an archive that unpacks to more than any table of papers")


def test_archives_of_too_many_parts() -> None:
    data = archive({f"xl/{number}": b"" for number in range(10_001)})
    assert faults(data, format="xlsx")[0][1].startswith("an archive that unpacks to more than")


def test_archives_that_state_less_than_they_hold() -> None:
    data = bytearray(archive({SHEET: bytes(64 << 20)}, workbook([["A"], [1]])))
    size = (64 << 20).to_bytes(4, "little")
    while size in data:
        at = data.index(size)
        data[at : at + 4] = (100).to_bytes(4, "little")
    assert faults(bytes(data))[0][2] == A_WORKBOOK


def test_what_comes_out_is_counted() -> None:
    with zipfile.ZipFile(io.BytesIO(archive({"a": bytes(5 << 20), "b": bytes(5 << 20)}))) as opened:
        assert archives._is_more(opened, (10 << 20) - 1, 0)
        assert not archives._is_more(opened, 10 << 20, 0)


@pytest.mark.parametrize(
    "rows",
    [
        HEADER + '<row r="1048576"><c r="A1048576"><v>1</v></c></row>',
        HEADER + '<row r="2"><c r="XFD2"><v>1</v></c></row>',
        HEADER + '<row r="2"><c r="A2"><v>1</v></c></row>' * 3,
        HEADER + '<row r="2"><c r="A2" t="s"><v>99</v></c></row>',
        HEADER + '<row r="2"><c r="A2" t="e"><v>#N/A</v></c></row>',
        HEADER + '<row r="2"><c r="A2" t="d"><v>x</v></c></row>',
        HEADER + '<row r="2"><c r="A2"><v>1e999</v></c></row>',
        HEADER + '<row r="2"><c r="A2"><v>nan</v></c></row>',
        HEADER + '<row r="-1"><c><v></v></c></row>',
        '<row r="1"><c r="XFD1"><v>1</v></c></row>',
    ],
)
def test_odd_cells(rows: str) -> None:
    for before in ("", '<dimension ref="A1:XFD1048576"/>', '<dimension ref="x"/>'):
        try:
            assert read_bytes(with_sheet(rows, before)).papers.total < 1_048_577
        except FormatError as error:
            assert len(str(error)) < 500  # noqa: PT017


def test_more_cells_than_there_is_room_for() -> None:
    wide = "".join(
        f'<c r="{openpyxl.utils.get_column_letter(column)}1"><v>{column}</v></c>'
        for column in range(1, 1001)
    )
    rows = f'<row r="1">{wide}</row><row r="1048576"><c r="A1048576"><v>1</v></c></row>'
    [(line, found, expected)] = faults(with_sheet(rows))
    assert (line, found) == (1_048_576, "row 1048576, in a sheet of 1000 columns")
    assert expected == "at most 100000 rows"
    assert len(faults(with_sheet(HEADER + '<row r="99999999999"/>'))) == 1


def test_entities_are_not_expanded() -> None:
    bomb = (
        b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
        + b"".join(
            f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">'.encode() for n in range(9)
        )
        + b"]>"
        + sheet_xml('<row r="1"><c r="A1" t="inlineStr"><is><t>&j;</t></is></c></row>')
    )
    assert faults(archive({SHEET: bomb}, workbook([["A"], [1]])))[0][2] == A_WORKBOOK


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", "a damaged archive, or none"),
        (b"A,B\n1,2\n", "a damaged archive, or none"),
        (b"PK\x03\x04 xl/workbook", "a damaged archive, or none"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "a damaged archive, or none"),
        (archive({"a": b"b"}), "a workbook that cannot be read"),
        (archive({"xl/workbook.xml": b"<a/>"}), "a workbook that cannot be read"),
    ],
)
def test_files_that_are_no_workbooks(data: bytes, found: str) -> None:
    [fault] = faults(data, format="xlsx")
    assert fault[1].startswith(found)
    assert fault[2] == A_WORKBOOK


def test_what_a_damaged_archive_has_for_names_is_cut_short() -> None:
    data = archive({"a" * 3000: b"b", SHEET: b""})
    damaged = data.replace(b"a" * 3000, b"b" * 3000, 1)
    [(_, found, expected)] = faults(damaged, format="xlsx")
    assert found.startswith("a damaged archive, or none (File name in directory")
    assert len(found) < 100
    assert expected == A_WORKBOOK


def test_encrypted_archives() -> None:
    data = bytearray(workbook([["A"], [1]]))
    entry = data.index(b"PK\x01\x02")
    data[entry + 8] |= 1
    assert faults(bytes(data))[0][1] == "an encrypted archive"


@given(st.binary(max_size=100), st.booleans())
def test_any_bytes(data: bytes, begins: bool) -> None:
    assert faults(b"PK\x03\x04" * begins + data)


GOOD = workbook([["papers", "A", "B"], [3, 1, 2], [2, None, 1]])


@given(
    st.lists(
        st.tuples(st.integers(0, len(GOOD)), st.integers(0, 3), st.binary(max_size=3)), max_size=3
    )
)
def test_good_files_spoilt(changes: list[tuple[int, int, bytes]]) -> None:
    data = GOOD
    for start, length, piece in changes:
        data = data[:start] + piece + data[start + length :]
    try:
        assert read_bytes(data).candidates
    except FormatError as error:
        assert error.faults  # noqa: PT017


XML = sheet_xml(
    '<row r="1"><c r="A1" t="inlineStr"><is><t>A</t></is></c><c r="B1"><v>1</v></c></row>'
    '<row r="2"><c r="A2"><v>1</v></c><c r="B2" t="str"><f>A2</f><v>2</v></c></row>'
)


@given(
    st.lists(
        st.tuples(
            st.integers(0, len(XML)),
            st.integers(0, 3),
            st.sampled_from([b"", b"<", b">", b'"', b"9", b"s", b"e", b"d", b"b", b"/", b"&#0;"]),
        ),
        max_size=4,
    )
)
def test_good_sheets_spoilt(changes: list[tuple[int, int, bytes]]) -> None:
    xml = XML
    for start, length, piece in changes:
        xml = xml[:start] + piece + xml[start + length :]
    try:
        assert read_bytes(archive({SHEET: xml}, GOOD)).candidates
    except FormatError as error:
        assert error.faults  # noqa: PT017


def test_told_by_its_content() -> None:
    assert read_bytes(GOOD, "export").papers == Papers(["A", "B"], [((0, 1), 3), ((1,), 2)])


def test_the_same_papers_are_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    election = stvcount.Election.from_rankings([(("A", "B"), 3), (("B",), 1)], places=1)
    first = xlsx.dumps(election)

    class Later(datetime.datetime):
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> Later:
            return cls(2031, 5, 6, 7, 8, 9, tzinfo=tz)

    later = time.struct_time((2031, 5, 6, 7, 8, 9, 1, 126, 0))
    monkeypatch.setattr("openpyxl.writer.excel.datetime.datetime", Later)
    monkeypatch.setattr("time.localtime", lambda *_: later)
    assert xlsx.dumps(election) == first
