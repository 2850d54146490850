"""Everything that reads, given anything: `fuzz/` in short, by the same oracle.

`python fuzz/run.py` does so guided by coverage, for as long as wanted.
"""

from __future__ import annotations

import gc
import io
import itertools
import json
import os
import random
import re
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import mutations
import oracle
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from targets import TARGETS, Target

import stvcount
from stvcount import CountRecord, Election, ElectionError, StvcountError
from stvcount.formats import FORMATS, read_bytes

LIBRARIES = {
    **dict.fromkeys(("xlsx", "layouts", "workbook-of-count"), "openpyxl"),
    **dict.fromkeys(("parquet", "arrow"), "pyarrow"),
}
RUN = Path(__file__).resolve().parent.parent / "fuzz" / "run.py"
MANY = settings().max_examples > 100


def less(share: int) -> Callable[[Any], Any]:
    """Fewer examples than usual, for what takes longer."""
    return settings(max_examples=max(1, settings().max_examples // share))


EVERY_TARGET = pytest.mark.parametrize("name", TARGETS)
EVERY_TEXT = pytest.mark.parametrize("name", [one.name for one in TARGETS.values() if one.text])


def installed(name: str) -> Target:
    """The target, where what it needs is installed."""
    if name in LIBRARIES:
        pytest.importorskip(LIBRARIES[name])
    return TARGETS[name]


@cache
def valid_files(name: str) -> tuple[bytes, ...]:
    return tuple(TARGETS[name].seeds(None))


def test_every_format_is_a_target() -> None:
    fuzzed = [name for target in TARGETS.values() for name in target.formats]
    # What is read by a library in another language alone has tests of its own.
    assert sorted(fuzzed) == sorted(kind.name for kind in FORMATS if kind.writes)


@EVERY_TARGET
def test_valid_files(name: str) -> None:
    target = installed(name)
    for data in valid_files(name):
        target.check(data)


@EVERY_TARGET
@less(3)
@given(data=st.binary(max_size=60), begins=st.booleans())
def test_any_bytes(name: str, data: bytes, begins: bool) -> None:
    target = installed(name)
    target.check(valid_files(name)[0][:8] * begins + data)


@EVERY_TEXT
@less(3)
@given(data=st.data())
def test_any_text_in_the_alphabet_of_the_format(name: str, data: st.DataObject) -> None:
    words = st.sampled_from([*TARGETS[name].words, b" ", b"\n"])
    TARGETS[name].check(b"".join(data.draw(st.lists(words, max_size=30))))


@EVERY_TARGET
@less(6)
@given(chance=st.randoms(use_true_random=False), data=st.data())
def test_valid_files_changed(name: str, chance: random.Random, data: st.DataObject) -> None:
    target = installed(name)
    good = valid_files(name)
    change = data.draw(st.sampled_from([mutations.by_bytes, target.mutation]))
    target.check(change(data.draw(st.sampled_from(good)), chance, (*target.words, *good)))


# What is made to exhaust a machine, or to hit the edge of a library


USUAL = gc.get_threshold()
"""How much rubbish Python lets be; while the tests run, it is more (`conftest.py`)."""


def most_memory() -> float:
    """The megabytes that this process ever used; 0 where the system does not say."""
    if find_spec("resource") is None:
        return 0
    import resource

    units = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / units


@contextmanager
def bounded(*, seconds: float = 10, megabytes: int = 400) -> Iterator[None]:
    """No more time than this, and no more memory than this beyond what was ever used."""
    among_tests = gc.get_threshold()
    # What an error came through is rubbish that must be found as soon as it is for anybody.
    gc.set_threshold(*USUAL)
    start, before = time.process_time(), most_memory()
    try:
        yield
    finally:
        gc.set_threshold(*among_tests)
    assert time.process_time() - start < seconds
    assert most_memory() - before < megabytes


def refusal(data: bytes, name: str, **options: Any) -> str:
    """The faults of a file, each told clearly."""
    with bounded(), pytest.raises(StvcountError) as caught:
        read_bytes(data, name, **options)
    oracle.refused_clearly(caught.value)
    return str(caught.value)


def read(data: bytes, name: str, **options: Any) -> Election:
    with bounded():
        return read_bytes(data, name, **options)


NAMES = b'"A"\n"B"\n"T"\n'


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"1000000 1\n1 1 0\n0\n" + NAMES, "the end of the file after 3 of 1000000 names"),
        (b"999999999 999999999\n1 1 0\n0\n" + NAMES, "after 3 of 999999999 names"),
        (b"1000000000 1\n1 1 0\n0\n" + NAMES, "'1000000000' as the number of candidates"),
        (b"2 1\n1000000000000000000 1 0\n0\n" + NAMES, "as the number of papers"),
        (b"2 1\n" + b"9" * 5000 + b" 1 0\n0\n" + NAMES, "as the number of papers"),
        (b"2 1\n1 " + b"9" * 5000 + b" 0\n0\n" + NAMES, "found candidate number 9999"),
        (b"2 1\n1 1e999999999 0\n0\n" + NAMES, "found '1e999999999'"),
        (b'2 1\n1 1 0\n0\n"A\x00"\n"B"\n', "the character U+0000"),
        (b'2 1\n1 1 0\n0\n"\xed\xa0\x80"\n"B"\n', "byte 0xED"),
        (b"\xff\xfe2\x00 \x001", "bytes that are not utf-16"),
        (b"\x00" * 100_000, "'\\x00\\x00"),
        (b"(" * 100_000, "((("),
        (b"2 1\n" + b"(" * 1_000_000, "((("),
        (b"2 1\n1 1 0\n0\n" + b'"' * 300_001, "quotation marks do not match"),
        (b"2 1\n" + b"1 1=" * 200_000 + b"\n0\n" + NAMES, "found '1='"),
    ],
    ids=itertools.count(),
)
def test_blt_made_to_break_its_reader(data: bytes, found: str) -> None:
    assert found in refusal(data, "x.blt")


def test_blt_at_the_edge_of_what_it_may_state() -> None:
    election = read(b"2 999999999\n999999999999999999 1 0\n1 2 1 0\n0\n" + NAMES, "x.blt")
    assert election.papers.total == 10**18
    for teller in ("auto", "plain"):
        record = stvcount.count(election, rules="ers97", teller=teller)
        assert record.elected == ("A", "B")
    with pytest.raises(ElectionError, match="papers; expected fewer than"):
        stvcount.count(election, teller="vector")


def test_very_long_lines() -> None:
    paper = b"1 " + b"1 2 " * 500_000 + b"0\n"
    election = read(b"2 1\n" + paper + b"0\n" + NAMES, "x.blt")
    assert list(election.papers.groups()) == [((0, 1), 1)]
    name = b"A" * 1_000_000
    assert len(read(b"1 1\n1 1 0\n0\n" + name + b"\nT\n", "x.blt").candidates[0]) == 10**6
    assert refusal(name + b",B\n1,2\n", "x.csv", places=1) == (
        f"x.csv:1: found a cell too long to read, in '{'A' * 57}...'; "
        "expected cells of at most 131072 characters, every quotation mark closed"
    )
    assert read(name[:131_000] + b",B\n1,2\n", "x.csv", places=1).papers.total == 1


def read_many_columns(number: int) -> None:
    heads = ",".join(f"C{column}" for column in range(number))
    with bounded(seconds=number / 10_000, megabytes=number // 500):
        election = read_bytes(f"{heads}\n{',' * (number - 1)}\n".encode(), "x.csv", places=1)
    assert len(election.candidates) == number


def test_very_many_columns() -> None:
    """In a process of its own: to note which branches are taken takes longer than to read."""
    code = f"import test_fuzz; test_fuzz.read_many_columns({10**6 if MANY else 30_000})"
    measured = ("COV_CORE", "COVERAGE")
    surroundings = {key: os.environ[key] for key in os.environ if not key.startswith(measured)}
    surroundings["PYTHONPATH"] = os.pathsep.join(sys.path)
    subprocess.run([sys.executable, "-c", code], env=surroundings, check=True)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("papers,A,B\n" + "9" * 5000 + ",1,2\n", "of at most 18 digits"),
        ("papers,A,B\n1e999999999,1,2\n", "'1e999999999'"),
        ("A\x00,B\n1,2\n", "the character U+0000"),
        ('A,B\n"' + "1,2\n" * 10_000, "cells that do not end"),
        ('A,B\n"' + "1,2\n" * 100_000, "every quotation mark closed"),
        ("A,B\n" + '"' * 100_001, "cells that do not end"),
        ("A,B\n" + "1,2,3\n" * 100_000, "more faults"),
    ],
    ids=itertools.count(),
)
def test_tables_made_to_break_their_reader(text: str, found: str) -> None:
    assert found in refusal(text.encode(), "x.csv", places=1)


@pytest.mark.parametrize(
    "text",
    [
        "1000000000\n1,A\n1,1,1\n1,1\n",
        "# NUMBER ALTERNATIVES: 1000000000\n# ALTERNATIVE NAME 1: A\n1: 1\n",
        "# NUMBER ALTERNATIVES: 1\n# ALTERNATIVE NAME 999999999999: A\n1: 1\n",
        "# NUMBER ALTERNATIVES: 1\n# ALTERNATIVE NAME 1: A\n" + "9" * 5000 + ": 1\n",
        "# NUMBER ALTERNATIVES: 1\n# ALTERNATIVE NAME 1: A\n1: " + "{" * 100_000,
        "# NUMBER ALTERNATIVES: 1\n# ALTERNATIVE NAME 1: A\n1: " + "1," * 100_000,
    ],
    ids=itertools.count(),
)
def test_preflib_made_to_break_its_reader(text: str) -> None:
    assert refusal(text.encode(), "x.toi", places=1)


ELECTION_TEXT = next(kind for kind in FORMATS if kind.name == "json").dumps(oracle.ELECTION)


@pytest.mark.parametrize(
    "value",
    [
        *("1e999999999", "-1e999999999", "1e5", "9" * 5000, "9" * 4000, "-1", "NaN"),
        *("[" * 100_000, "[" * 100_000 + "]" * 100_000, '{"a":' * 100_000 + "1" + "}" * 100_000),
        *('"\\ud800"', '"\\u0000"', '"' + "A" * 100_000 + '"', "1.0", "true"),
    ],
    ids=itertools.count(),
)
def test_json_made_to_break_its_reader(value: str) -> None:
    for place in ('"places": 2', '"papers": 7', '"title": "Club"'):
        text = ELECTION_TEXT.replace(place, f"{place.split(':')[0]}: {value}")
        assert text != ELECTION_TEXT
        with bounded():
            TARGETS["json"].check(text.encode())
    record = stvcount.count(oracle.ELECTION).to_json()
    for place in ('"places": 2', '"number": 1', '"quota": "5.67"'):
        text = record.replace(place, f"{place.split(':')[0]}: {value}")
        assert text != record
        with bounded():
            TARGETS["record"].check(text.encode())


SHEET = "xl/worksheets/sheet1.xml"


def workbook(**parts: bytes) -> bytes:
    """A workbook with these parts in place of its own; `sheet` stands for that of the papers."""
    pytest.importorskip("openpyxl")
    whole = zipfile.ZipFile(io.BytesIO(valid_files("xlsx")[0]))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in whole.namelist():
            archive.writestr(name, parts["sheet"] if name == SHEET else whole.read(name))
    return file.getvalue()


def sheet(inside: str, before: str = "") -> bytes:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return (
        f'{before}<worksheet xmlns="{space}"><sheetData>{inside}</sheetData></worksheet>'.encode()
    )


BILLION = "<!DOCTYPE x [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(12)
)


@pytest.mark.parametrize(
    "content",
    [
        sheet("<row><c t='inlineStr'><is><t>&m;</t></is></c></row>", before=BILLION + "]>"),
        sheet(
            "<row><c t='inlineStr'><is><t>&x;</t></is></c></row>",
            before="<!DOCTYPE x [<!ENTITY x SYSTEM 'file:///etc/hostname'>]>",
        ),
        sheet("<row>" * 100_000),
        sheet("<row r='1'><c r='XFD1'><v>1</v></c></row><row r='1048577'><c><v>1</v></c></row>"),
        sheet("<row><c><v>1e999999999</v></c></row>"),
        sheet(f"<row><c><v>{'9' * 5000}</v></c></row>"),
    ],
    ids=itertools.count(),
)
def test_workbooks_made_to_exhaust_a_machine(content: bytes) -> None:
    data = workbook(sheet=content)
    with bounded(seconds=30):
        TARGETS["xlsx"].check(data)


@pytest.mark.parametrize("size", [1 << 27, (1 << 30) + 1] if MANY else [1 << 27])
def test_a_workbook_that_unpacks_to_too_much(size: int) -> None:
    data = workbook(sheet=b" " * size)
    assert len(data) < size // 900
    with bounded(megabytes=100):
        assert "unpacks to more than any table" in refusal(data, "x.xlsx", places=1)


def test_no_file_beside_a_workbook_is_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("SECRET")
    inside = "<row><c t='inlineStr'><is><t>&x;</t></is></c></row><row><c><v>1</v></c></row>"
    before = f"<!DOCTYPE x [<!ENTITY x SYSTEM '{secret.as_uri()}'>]>"
    assert "SECRET" not in refusal(workbook(sheet=sheet(inside, before)), "x.xlsx", places=1)


def test_a_parquet_file_that_states_absurd_sizes() -> None:
    pyarrow: Any = pytest.importorskip("pyarrow")
    parquet: Any = pytest.importorskip("pyarrow.parquet")
    file = io.BytesIO()
    parquet.write_table(pyarrow.table({"A": [1] * 7, "B": [2] * 7}), file)
    whole = file.getvalue()
    footer = int.from_bytes(whole[-8:-4], "little")
    for length in (0, footer + 1, 2**31 - 1, 2**32 - 1):
        refusal(whole[:-8] + length.to_bytes(4, "little") + b"PAR1", "x.parquet", places=1)
    # Each byte of the footer in turn, as high as it goes: sizes, numbers of rows, offsets.
    start = len(whole) - 8 - footer
    with bounded(seconds=60):
        for at in range(start, len(whole) - 8, 1 if MANY else 7):
            data = bytearray(whole)
            data[at : at + 5] = b"\xff\xff\xff\xff\x0f"
            oracle.ballot_file(bytes(data), "x.parquet", (), places=1)


def test_a_parquet_file_that_unpacks_to_too_much() -> None:
    pyarrow: Any = pytest.importorskip("pyarrow")
    parquet: Any = pytest.importorskip("pyarrow.parquet")
    file = io.BytesIO()
    nothing = pyarrow.nulls(2 * 10**8, pyarrow.null())
    parquet.write_table(pyarrow.table({"A": nothing}), file)
    assert "200000000 cells" in refusal(file.getvalue(), "x.parquet", places=1)


# The command


def test_the_command_finds_saves_and_replays(tmp_path: Path) -> None:
    pytest.importorskip("atheris")
    folder = tmp_path / "findings"
    options = ["--runs", "30", "--findings", str(folder), "motion-record"]
    done = subprocess.run(
        [sys.executable, str(RUN), *options], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert re.match(
        r"motion-record +3\d executions +\d+ s \(busy +\d+ s\) +\d+ covered"
        r" +\d+ in corpus +0 findings",
        done.stdout,
    )


def test_the_command_replays(tmp_path: Path) -> None:
    path = tmp_path / "motion-record-0123"
    path.write_bytes(b"{}")
    done = subprocess.run(
        [sys.executable, str(RUN), "--replay", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "nothing found by the target motion-record" in done.stdout


# What the oracle lets through, it lets through for a reason


@pytest.mark.parametrize(
    "message",
    ["found A", "found A\nB; expected C", "found\x07; expected", "found \u2028; expected C"],
)
def test_the_oracle_does_not_take_everything_for_a_clear_refusal(message: str) -> None:
    class Unclear(StvcountError):
        def __init__(self) -> None:
            Exception.__init__(self, message)

    with pytest.raises(oracle.Finding):
        oracle.refused_clearly(Unclear())


def test_the_oracle_finds_a_wrong_record() -> None:
    record = json.loads(stvcount.count(oracle.ELECTION).to_json())
    record["stages"][0]["votes"]["Ann"] = "6.00"
    with pytest.raises(oracle.Finding, match="another record by"):
        oracle._is_right(CountRecord.from_json(json.dumps(record)), oracle.ELECTION)
