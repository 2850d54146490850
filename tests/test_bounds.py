"""Small files made to exhaust a machine: each in a process with little memory and time."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import oracle
import pytest
import seeds

import stvcount
from stvcount import FormatError
from stvcount.formats import read_bytes

pytest.importorskip("resource")

MEGABYTE = 10**6
_LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (3 << 29, 3 << 29))
resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
from stvcount.cli import main
sys.exit(main(sys.argv[1:]))
"""


def said(path: Path, command: str, *options: str) -> tuple[int, str]:
    """The exit status of the command on this small file, and what it said of it."""
    assert path.stat().st_size < MEGABYTE
    done = subprocess.run(
        [sys.executable, "-c", _LIMITED, command, str(path), *options],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr


def parquet(table: Any, **options: Any) -> bytes:
    file = io.BytesIO()
    pytest.importorskip("pyarrow.parquet").write_table(table, file, **options)
    return file.getvalue()


def lying() -> bytes:
    """300 megabytes of text, packed into a file that states one byte for it."""
    pyarrow = pytest.importorskip("pyarrow")
    table = pyarrow.table({"A": pyarrow.repeat("z" * 1000, 300_000)})
    options = {"use_dictionary": False, "compression": "zstd", "data_page_size": 1 << 30}
    data = parquet(table, **options)
    metadata = pytest.importorskip("pyarrow.parquet").read_metadata(io.BytesIO(data))
    stated = _number(metadata.row_group(0).total_byte_size)
    assert data.count(stated) == 2
    return data.replace(stated, bytes([130, *[128] * (len(stated) - 2), 0]))


def _number(value: int) -> bytes:
    """As the end of a Parquet file has it."""
    left, found = value << 1, b""
    while left > 127:
        found, left = found + bytes([left & 127 | 128]), left >> 7
    return found + bytes([left])


def nested() -> bytes:
    pyarrow = pytest.importorskip("pyarrow")
    lists = pyarrow.ListArray.from_arrays(range(0, 10**6 + 1, 10**4), pyarrow.repeat(1, 10**6))
    return parquet(pyarrow.table({"A": lists}))


def long_constants() -> bytes:
    pyarrow = pytest.importorskip("pyarrow")
    constant = pyarrow.scalar(b"x" * 5000, pyarrow.binary(5000))
    return parquet(pyarrow.table({"A": pyarrow.repeat(constant, 60_000)}))


def many_rows() -> bytes:
    pyarrow, ipc = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.ipc")
    ones = pyarrow.repeat(pyarrow.scalar(1, pyarrow.uint8()), 3 * 10**7)
    file = io.BytesIO()
    table = pyarrow.table({"A": ones})
    options = ipc.IpcWriteOptions(compression="zstd")
    with ipc.new_file(file, table.schema, options=options) as writer:
        writer.write_table(table)
    return file.getvalue()


def workbook(*, sheet: str = "", sheets: str = "", before: str = "") -> bytes:
    """A workbook with this in its sheet, before its rows, and in its list of sheets."""
    pytest.importorskip("openpyxl")
    file = io.BytesIO()
    rows = seeds.workbook([["Ann", "Bob"], ["1", "2"]])
    with (
        zipfile.ZipFile(io.BytesIO(rows)) as plain,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name in plain.namelist():
            part = plain.read(name).decode()
            part = part.replace("<sheetData>", f"{before}<sheetData>")
            part = part.replace("</sheetData>", f"{sheet}</sheetData>")
            archive.writestr(name, part.replace("</sheets>", f"{sheets}</sheets>"))
    return file.getvalue()


COLUMNS = "".join(f'<col min="{n}" max="16384" hidden="1"/>' for n in range(1, 16385))
SHEETS = "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="r1"/>' for n in range(2, 5000))
QUESTIONS = "".join(f",Q{n} [Ann],Q{n} [Bob]" for n in range(10_000))
NAMES = "".join(f'"{n}"\n' for n in range(50_000))


@pytest.mark.parametrize(
    ("name", "made", "status", "expected"),
    [
        ("x.parquet", lying, 2, "300000 cells in 301"),
        ("x.parquet", nested, 2, "found list<element: int64> in column 'A'; expected texts or"),
        ("x.parquet", long_constants, 2, "found fixed_size_binary[5000] in column 'A'"),
        ("x.arrow", many_rows, 2, "30000000 cells in 30000000 bytes; expected at most 20000000"),
        ("x.xlsx", lambda: workbook(before=f"<cols>{COLUMNS}</cols>"), 0, ""),
        ("x.xlsx", lambda: workbook(sheet="<a>" * 4_000_000), 2, "more than any table of papers"),
        ("x.xlsx", lambda: workbook(sheet="<a/>" * 4_000_001), 2, "and 4000000 tags in"),
        ("x.xlsx", lambda: workbook(sheets=SHEETS), 2, "found 4999 sheets; expected at most 1000"),
        (
            "x.xlsx",
            lambda: workbook(sheet=f"<row><c t='str'><v>{'A' * 10**7}</v></c></row>"),
            *(2, "x.xlsx:3: found a cell of 10000000 characters; expected at most 131072"),
        ),
        ("x.csv", f"A,B{QUESTIONS}\n1,2\n".encode, 2, "several questions in the head"),
        ("x.blt", f"50000 3\n1 1 0\n0\n{NAMES}T\n".encode, 0, ""),
    ],
    ids=range(11),
)
def test_a_small_file_takes_little(
    name: str, made: Callable[[], bytes], status: int, expected: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(made())
    places = [] if name.endswith("blt") else ["--places", "1"]
    found = said(path, "check", *places)
    assert found[0] == status
    assert expected in found[1]


def test_very_many_names_that_are_none_of_the_candidates_are_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "names.csv"
    path.write_text("1st,2nd\n" + "".join(f"Name {n},Ann\n" for n in range(20_000)))
    candidates = ["--candidate", "Ann", "--candidate", "Bob"]
    status, errors = said(path, "check", "--places", "1", *candidates)
    assert status == 2
    assert "found 'Name 0'" in errors
    assert "more faults" in errors


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[" + "1," * 450_000, "found 1 row of up to 450001 columns; expected at most 5000"),
        (
            "Papers,20\nValid,30\nPlaces,1\nName,First\nAnn,6\nBob,5\n",
            "papers: found 30 valid papers of 20; expected no more than all",
        ),
        ("\nt1;;1", "found no number of places; expected places="),
        ('Name,First\nAnn,"' + "6" * 900_000, "found field larger than field limit (131072); exp"),
        ("Places," + "9" * 40 + "\nName,First\nAnn,6\nBob,5\n", "found no number of places; ex"),
    ],
    ids=range(5),
)
def test_a_table_that_is_no_count_is_refused_at_once(
    text: str, expected: str, tmp_path: Path
) -> None:
    path = tmp_path / "sheet.csv"
    path.write_text(text)
    status, errors = said(path, "which")
    assert status == 2
    assert expected in errors


def forged(number: int, **changes: Any) -> str:
    """A record of two candidates, with as many more as anybody likes to write into it."""
    election = stvcount.Election.from_rankings([(["Ann"], 2), (["Bob"], 1)], places=1)
    record = json.loads(stvcount.count(election, rules="ers97").to_json())
    names = ["Ann", "Bob", *map(str, range(number))]
    record["candidates"] = names
    record["completion"]["decisions"][0]["candidates"] = names
    for key, value in changes.items():
        record[key] = value(names, record)
    return json.dumps(record, separators=(",", ":"))


def stages(names: list[str], record: dict[str, Any]) -> list[dict[str, Any]]:
    """An exclusion for each of a thousand, without a figure."""
    [first] = record["stages"]
    nothing = {"votes": {}, "elected": [], "decisions": [], "kind": "exclusion"}
    gone = enumerate(names[2:1002], start=2)
    return [first, *({**first, **nothing, "number": n, "candidates": [name]} for n, name in gone)]


def all_of_them(names: list[str], record: dict[str, Any]) -> list[str]:
    return names


@pytest.mark.parametrize(
    ("number", "changes"),
    [(20_000, {}), (20_000, {"elected": all_of_them}), (8_000, {"stages": stages})],
    ids=range(3),
)
def test_a_record_of_very_many_candidates_is_told_at_once(
    number: int, changes: dict[str, Any], tmp_path: Path
) -> None:
    path = tmp_path / "record.json"
    path.write_text(forged(number, **changes))
    assert said(path, "explain") == (0, "")


@pytest.mark.parametrize("kind", ["text", "html", "csv", "markdown"])
def test_a_tie_of_very_many_is_told_in_part(kind: str) -> None:
    orders = [([f"Candidate {n}", f"Candidate {(n + 1) % 120}"], 1) for n in range(120)]
    election = stvcount.Election.from_rankings(orders, places=3)
    record = stvcount.count(election, rules="ers97", lots=stvcount.Lots.first_listed())
    text = " ".join(str(stvcount.sheets.render(record, kind)).split())
    assert "more characters, which the JSON record has)" in text
    assert re.search(r"equal with (Candidate \d+, ){99}Candidate \d+ and \d+ others", text)
    decisions = (one.text for stage in record.stages for one in stage.decisions)
    assert max(decisions, key=len) not in text


def test_a_count_of_very_many_says_so_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from stvcount.cli import main

    path = tmp_path / "many.blt"
    names = "".join(f'"{n}"\n' for n in range(301))
    path.write_text(f'301 300\n1 1 0\n0\n{names}"T"\n')
    assert main(["compare", str(path), "--rules", "ers97", "--lots", "first-listed"]) == 0
    assert "note: 301 candidates: this may take minutes and gigabytes" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "settings", "expected"),
    [
        ("csv", {"delimiter": "0"}, "found the delimiter '0' in the reading; expected a comma, s"),
        ("csv", {"delimiter": "first"}, "found the delimiter 'first' in the reading; expected a c"),
        ("blt", {"skip_zero": "false"}, "found 'false' for skip_zero in the reading; expected tr"),
    ],
)
def test_a_reading_says_what_a_file_can_be_read_by(
    name: str, settings: dict[str, str], expected: str
) -> None:
    reading = stvcount.Reading(format=name, settings=stvcount.frozen.FrozenMapping(settings))
    with pytest.raises(FormatError) as caught:
        read_bytes(oracle.PAPERS[name], "x", places=2, reading=reading)
    assert expected in str(caught.value)
