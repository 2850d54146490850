"""ODS and XLS files: the same papers as of XLSX, and nothing that exhausts a machine."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import zipfile
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from workbooks import Cell, compound, ods, ods_cell, ods_of, ods_row, ods_sheet, xls, xls_of

import stvcount
from stvcount import Election, FormatError, cli
from stvcount.formats import read_bytes

pytest.importorskip("python_calamine", reason="the extra ods is not installed")
pytest.importorskip("olefile", reason="the extra ods is not installed")

Maker = Callable[..., bytes]
KINDS = pytest.mark.parametrize(("suffix", "make"), [(".ods", ods), (".xls", xls)])

PAPERS: Sequence[Sequence[Cell]] = [
    ["Ann Lee", "Bob Kay", "Zoë"],
    [1, 2, 3],
    [2, 1, None],
    [None, None, 1],
    [None, None, None],
    ["1st", "2nd", None],
]
ORDERS = [
    ["Ann Lee", "Bob Kay", "Zoë"],
    ["Bob Kay", "Ann Lee"],
    ["Zoë"],
    [],
    ["Ann Lee", "Bob Kay"],
]
FROM_MEMORY = stvcount.Papers.from_rankings(
    [(order, 1) for order in ORDERS], candidates=["Ann Lee", "Bob Kay", "Zoë"]
)


def read(data: bytes, suffix: str, **options: Any) -> Election:
    return read_bytes(data, f"votes{suffix}", places=1, **options)


def faults(data: bytes, suffix: str, **options: Any) -> list[str]:
    with pytest.raises(FormatError) as caught:
        read(data, suffix, **options)
    return [str(fault) for fault in caught.value.faults]


@KINDS
def test_papers(suffix: str, make: Maker) -> None:
    found = read(make({"Votes": PAPERS}), suffix)
    assert found.papers == FROM_MEMORY
    assert found.reading is not None
    assert (found.reading.format, found.reading.sheet) == (suffix[1:], "Votes")


@KINDS
def test_at_the_command(
    suffix: str, make: Maker, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / f"votes{suffix}"
    path.write_bytes(make({"Votes": PAPERS}))
    assert cli.main(["check", str(path), "--places", "1"]) == 0
    assert "Papers: 5" in capsys.readouterr().out


@KINDS
def test_a_title_and_blank_columns_before_the_papers(suffix: str, make: Maker) -> None:
    rows = [[None, "Votes for the Chair"], [], *([None, *row] for row in PAPERS)]
    found = read(make({"Votes": rows}), suffix)
    assert found.papers == FROM_MEMORY
    assert found.reading is not None
    assert found.reading.heading_rows == (3,)
    assert [column.column for column in found.reading.columns if column.role == "candidate"] == [
        *"BCD"
    ]


@KINDS
def test_rows_are_those_of_the_sheet(suffix: str, make: Maker) -> None:
    rows = [[], [], *PAPERS[:3], ["total", 3, 3]]
    [fault] = faults(make({"Votes": rows}), suffix)
    assert "--ignore-row 6" in fault
    assert read(make({"Votes": rows}), suffix, ignore_rows=[6]).papers.total == 2


@KINDS
def test_sheets(suffix: str, make: Maker, tmp_path: Path) -> None:
    book = {"Old": [["x"]], "Votes": PAPERS, "More": PAPERS[:3]}
    path = tmp_path / f"votes{suffix}"
    path.write_bytes(make(book, hidden=["Old"]))
    assert stvcount.sheet_names(path) == ("Old", "Votes", "More")
    [fault] = faults(path.read_bytes(), suffix)
    assert "papers in several sheets" in fault
    assert "--sheet Votes" in fault
    found = read(path.read_bytes(), suffix, sheet="Votes")
    assert found.papers == FROM_MEMORY
    assert read(path.read_bytes(), suffix, sheet="More").papers.total == 2
    [fault] = faults(path.read_bytes(), suffix, sheet="votes")
    assert "no sheet 'votes'" in fault
    hidden = make(book, hidden=["Old", "More"])
    found = read(hidden, suffix)
    assert found.papers == FROM_MEMORY
    assert any("hidden, and not read: the sheets 'Old', 'More'" in note for note in found.notes)
    assert "without sheets that are shown" in faults(make(book, hidden=list(book)), suffix)[0]


def test_sheet_names_of_other_files(tmp_path: Path) -> None:
    pytest.importorskip("openpyxl")
    election = read(ods({"Votes": PAPERS}), ".ods")
    for suffix, found in ((".xlsx", ("Papers",)), (".csv", None)):
        path = tmp_path / f"votes{suffix}"
        stvcount.write(election, path)
        if found:
            assert stvcount.sheet_names(path) == found
        else:
            with pytest.raises(FormatError, match=r"csv; expected a workbook \(xlsx, ods, xls\)"):
                stvcount.sheet_names(path)


@KINDS
@pytest.mark.parametrize("name", ["votes", "votes.xlsx", "votes.csv", "votes.ods", "votes.xls"])
def test_told_by_what_it_is(suffix: str, make: Maker, name: str) -> None:
    assert read_bytes(make({"Votes": PAPERS}), name, places=1).papers == FROM_MEMORY


@KINDS
def test_they_are_not_written(suffix: str, make: Maker, tmp_path: Path) -> None:
    path = tmp_path / f"votes{suffix}"
    with pytest.raises(FormatError, match=f"found the format {suffix[1:]}; expected one of: blt"):
        stvcount.write(read(make({"Votes": PAPERS}), suffix), path)
    assert not path.exists()


def test_repeated_cells_and_rows_of_an_ods_file() -> None:
    def row(cells: str, *, times: int = 1) -> str:
        return ods_row([], times=times).replace("></", f">{cells}</")

    end = row(ods_cell(None, times=16_384), times=1_048_000)
    papers = (
        row(ods_cell("Ann") + ods_cell("Bob") + ods_cell(None, times=16_382))
        + row(ods_cell(1) + ods_cell(None, times=16_383), times=3)
        + end
    )
    # Blank cells and rows up to the end of a sheet, as LibreOffice writes them, are none.
    sheets = [ods_sheet("Votes", papers), *(ods_sheet(f"Sheet{n}", end) for n in range(2, 9))]
    found = read(ods_of("".join(sheets)), ".ods")
    assert found.papers == stvcount.Papers.from_rankings([["Ann"]] * 3, candidates=["Ann", "Bob"])


BOMBS = {
    "a block": ods_row([], times=1_048_576).replace("></", f">{ods_cell(1, times=16_384)}</"),
    "a far cell": ods_row([1]) + ods_row([], times=1_048_574) + ods_row([*[None] * 50, 1]),
    "a far column": ods_row([]).replace("></", f">{ods_cell(None, times=10**9)}{ods_cell(1)}</"),
    "long texts": ods_row(["x" * 1000] * 10, times=100_000),
    "rows beyond counting": ods_row([1], times=10**18),
}
LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
import stvcount
try:
    stvcount.read(sys.argv[1], places=1)
except stvcount.FormatError as error:
    print(error)
"""


def limited(path: Path) -> str:
    """What is said of the file in a process with 1 GB of memory."""
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(path)],
        capture_output=True,
        check=False,
        env={"PYTHONPATH": ":".join(sys.path), "OPENBLAS_NUM_THREADS": "1"},
    )
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    return done.stdout.decode()


@pytest.mark.parametrize("bomb", BOMBS)
def test_an_ods_file_made_to_exhaust_a_machine(bomb: str, tmp_path: Path) -> None:
    path = tmp_path / "votes.ods"
    path.write_bytes(ods_of(ods_sheet("Votes", BOMBS[bomb])))
    assert path.stat().st_size < 10_000
    assert "cells would be read; expected a workbook" in limited(path)


def test_an_xls_file_made_to_exhaust_a_machine(tmp_path: Path) -> None:
    path = tmp_path / "votes.xls"
    path.write_bytes(xls_of({f"S{n}": [(0, 0, 1), (60_000, 200, 1)] for n in range(20)}))
    assert path.stat().st_size < 10_000
    assert "cells would be read; expected a workbook" in limited(path)


@KINDS
def test_a_large_sheet(suffix: str, make: Maker) -> None:
    rows = [["Ann", "Bob"], *([1, 2] for _ in range(20_000))]
    assert read(make({"Votes": rows}), suffix).papers.total == 20_000


@KINDS
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_spoilt_files(suffix: str, make: Maker, data: st.DataObject) -> None:
    whole = bytearray(make({"Votes": PAPERS}))
    for _ in range(data.draw(st.integers(1, 8))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    end = data.draw(st.sampled_from([len(whole), len(whole) // 2]))
    with contextlib.suppress(FormatError):
        read(bytes(whole[:end]), suffix)


def test_an_ods_file_with_spoilt_content() -> None:
    for content in ("", "<a>", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "\0"):
        file = BytesIO(ods({"Votes": PAPERS}))
        spoilt = BytesIO()
        with zipfile.ZipFile(file) as old, zipfile.ZipFile(spoilt, "w") as new:
            for name in old.namelist():
                new.writestr(name, content if name == "content.xml" else old.read(name))
        [fault] = faults(spoilt.getvalue(), ".ods")
        assert fault.startswith("found ")


# Files that are not read


def archive(*names: str) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for name in names:
            made.writestr(name, "x")
    return file.getvalue()


SAVE, COPY = "expected a spreadsheet: save it as .xlsx or CSV", "expected a spreadsheet: copy the "
FOREIGN = [
    (b"%PDF-1.7\n", "votes.pdf", "a PDF document", COPY),
    (archive("word/document.xml"), "votes.docx", "a document of a word processor", COPY),
    (compound("WordDocument", b"x"), "votes.doc", "a document of an old word processor", COPY),
    (archive("Index/Document.iwa"), "votes.pages", "a document of a word processor", COPY),
    (archive("Index/Tables/x.iwa"), "votes.numbers", "a workbook of Numbers", SAVE),
    (archive("xl/workbook.bin"), "votes.xlsb", "a binary workbook", SAVE),
    (b"{\\rtf1 x}", "votes.rtf", "a document (RTF)", COPY),
    (archive("votes.csv"), "votes.zip", "a ZIP archive", "expected the file inside: unpack it"),
    (b"\x1f\x8b\x08\0", "votes.csv.gz", "a compressed file", "expected the file inside"),
    (b"7z\xbc\xaf\x27\x1c", "votes.7z", "a compressed file", "expected the file inside"),
    (b"\x89PNG\r\n\x1a\n", "votes.png", "a picture", "expected votes as text: type them"),
    (b"\xff\xd8\xff\xe0", "votes.jpg", "a picture", "expected votes as text"),
    (
        compound("EncryptedPackage", b"x"),
        "votes.xlsx",
        "a workbook with a password",
        "expected one",
    ),
    (b" <!DOCTYPE html><table>", "votes.html", "a web page (HTML)", SAVE),
    (b"<html><table><tr><td>Ann", "votes.xls", "a web page (HTML)", SAVE),
    (
        b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
        *("votes.xls", "a workbook in XML of 2003", SAVE),
    ),
    (b"SQLite format 3\0", "votes.db", "a database", SAVE),
]


@pytest.mark.parametrize(("data", "name", "found", "expected"), FOREIGN)
def test_files_that_are_not_read(data: bytes, name: str, found: str, expected: str) -> None:
    for other in (name, "votes", "votes.csv", "votes.xlsx", "votes.blt"):
        [fault] = _faults_of(data, other)
        assert fault.startswith(f"found {found}; {expected}")


@pytest.mark.parametrize(
    "name", ["v.pdf", "v.DOCX", "v.numbers", "v.zip", "v.gz", "v.jpeg", "v.heic", "v.pages"]
)
def test_files_that_are_not_read_by_their_suffix(name: str) -> None:
    [fault] = _faults_of(b"Ann,Bob\n1,2\n", name)
    assert f", by its suffix {Path(name).suffix.lower()}; expected " in fault
    assert "save it as .xlsx or CSV" in fault or "unpack it first" in fault
    # Whoever says what it is knows better.
    assert read_bytes(b"Ann,Bob\n1,2\n", name, format="csv", places=1).papers.total == 1


def _faults_of(data: bytes, name: str) -> list[str]:
    with pytest.raises(FormatError) as caught:
        read_bytes(data, name, places=1)
    return [str(fault) for fault in caught.value.faults]
