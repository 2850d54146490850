"""Large plain BLT files are read in bulk, with the same result as line by line."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import stvcount
from stvcount import Election, FormatError, Papers
from stvcount.formats import blt

pytest.importorskip("numpy")
blt_bulk = pytest.importorskip("stvcount.formats.blt_bulk")

NAMES = '"A"\n"B"\n"C"\n"T"\n'


def read(data: bytes, *, in_bulk: bool, monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.setattr(blt, "BULK_FROM", 0 if in_bulk else 10**12)
    try:
        return blt.read(data, path="x.blt")
    except FormatError as error:
        return str(error)


def same(data: bytes, monkeypatch: pytest.MonkeyPatch) -> object:
    in_bulk = read(data, in_bulk=True, monkeypatch=monkeypatch)
    carefully = read(data, in_bulk=False, monkeypatch=monkeypatch)
    assert in_bulk == carefully
    if isinstance(in_bulk, Election):
        assert isinstance(carefully, Election)
        assert in_bulk.notes == carefully.notes
        assert in_bulk.papers.shortened == carefully.papers.shortened
        assert in_bulk.papers.invalid == carefully.papers.invalid
    return in_bulk


PLAIN = [
    "3 1\n1 1 2 0\n2 3 0\n0\n",
    "3 2\n-2\n1 1 2 0\n0\n",
    "3 2\n-2 -3\n1 1 2 0\n0\n",
    "3 2\n-2\n-3\n1 1 2 0\n0\n",
    "3 1\n1 0\n1 1 0\n0\n",
    "3 1\n1 0\n0\n",
    "3 1\n1 1 2 1 3 0\n5 2 2 0\n1 1 0\n0\n",
    "3 1\n1 1 2 3 1 2 3 1 2 3 0\n0\n",
    "3 1\n123456789 1 0\n007 02 3 0\n0\n",
]

NOT_PLAIN = [
    "3 1\n0\n",
    "3  1\n1 1 0\n0\n",
    "3 1\n1 1 0 \n0\n",
    "3 1\n1  1 0\n0\n",
    "3 1\n 1 1 0\n0\n",
    "3 1\n\n1 1 0\n0\n",
    "3 1\n1 1 0\n\n0\n",
    "3 1\n1 1=2 0\n0\n",
    "3 1\n1 - 2 0\n0\n",
    "3 1\n(a) 2 1 0\n0\n",
    "3 1\n1 1 0 # why\n0\n",
    "# first\n3 1\n1 1 0\n0\n",
    "3 1\n1 4 0\n0\n",
    "3 1\n1 2\n0\n",
    "3 1\n1 1 0 2\n0\n",
    "3 1\n0 1 0\n0\n",
    "3 1\n1 1 00\n0\n",
    "3 1\n1 1 0 0\n0\n",
    "3 1\n1 1 0\n",
    "3 1\n1234567890 1 0\n0\n",
    "3 1\n1 1234567890 0\n0\n",
    "3 1\n1 x 0\n0\n",
    "3 1\n1\t1\t0\n0\n",
    "3 1\n-4\n1 1 0\n0\n",
    "3 1\n-2 -2\n1 1 0\n0\n",
    "3 1\n1 1 0\n-2\n0\n",
    "0 1\n1 1 0\n0\n",
    "3 0\n1 1 0\n0\n",
    "999999999 1\n1 1 0\n0\n",
]


@pytest.mark.parametrize("head", PLAIN)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_plain_files(head: str, end: str, mark: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    data = mark + (head + NAMES).replace("\n", end).encode()
    assert blt_bulk.plain_file(data) is not None
    found = same(data, monkeypatch)
    assert isinstance(found, Election)


@pytest.mark.parametrize("head", [*PLAIN, *NOT_PLAIN])
@pytest.mark.parametrize(
    "tail",
    [
        NAMES,
        "A\nB\nC\n",
        "",
        '"A"\n"B"\n',
        '"A"\n"B"\n"C"\n"T"\nmore\n',
        '# x\n\n"A" "a"\n//y\n"B"\n"C" # z\nT',
        '"A\n"B"\n""\n',
        '"A"\n"A"\n"A"\n',
    ],
)
def test_whatever_else_a_file_holds(head: str, tail: str, monkeypatch: pytest.MonkeyPatch) -> None:
    same((head + tail).encode(), monkeypatch)


def test_not_utf_8(monkeypatch: pytest.MonkeyPatch) -> None:
    same((PLAIN[0] + '"Zo\xeb"\n"B"\n"C"\n').encode("latin-1"), monkeypatch)


def test_lines_that_cross_the_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blt_bulk, "_BYTES_AT_ONCE", 7)
    for head in PLAIN:
        assert isinstance(same((head + NAMES).encode(), monkeypatch), Election)


@pytest.mark.parametrize("candidates", [58, 59, 64, 300])
def test_repeats_among_many_candidates(candidates: int, monkeypatch: pytest.MonkeyPatch) -> None:
    last = candidates
    lines = [f"1 {last} 1 {last} 0", f"1 {' '.join([str(last)] * 70)} 0", f"2 {last} 1 2 0", "1 0"]
    names = "".join(f'"C{number}"\n' for number in range(candidates))
    data = "\n".join([f"{candidates} 1", *lines, "0", names])
    found = same(data.encode(), monkeypatch)
    assert isinstance(found, Election)
    assert found.papers.shortened == {"a candidate repeated": 2}


def test_too_many_papers_for_a_matrix(monkeypatch: pytest.MonkeyPatch) -> None:
    head = "3 1\n" + "999999999 1 0\n" * 12
    monkeypatch.setattr(blt_bulk, "MOST_IN_MATRIX", 10**10)
    assert blt_bulk.plain_file((head + "0\n" + NAMES).encode()) is None
    same((head + "0\n" + NAMES).encode(), monkeypatch)


def test_one_long_paper_among_many_short_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = ["1 " + " ".join(map(str, range(1, 201))) + " 0", *["1 1 0"] * 500]
    names = "".join(f'"C{number}"\n' for number in range(200))
    data = "\n".join(["200 1", *lines, "0", names]).encode()
    assert blt_bulk.plain_file(data) is None
    same(data, monkeypatch)


@given(
    st.lists(st.tuples(st.integers(1, 3), st.lists(st.integers(0, 5), max_size=6)), max_size=6),
    st.sampled_from([" ", "  ", "\t"]),
)
def test_random_lines(papers: list[tuple[int, list[int]]], blank: str) -> None:
    lines = [blank.join(map(str, (count, *order, 0))) for count, order in papers]
    data = "\n".join(["4 2", *lines, "0", '"A"\n"B"\n"C"\n"D"\n"T"']).encode()
    with pytest.MonkeyPatch.context() as patch:
        same(data, patch)


def test_without_numpy_a_large_file_is_read_line_by_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numpy", None)
    data = ("3 1\n2 1 2 0\n1 3 0\n0\n" + NAMES).encode()
    found = read(data, in_bulk=True, monkeypatch=monkeypatch)
    assert isinstance(found, Election)
    assert not found.papers.in_matrix
    assert found.papers.total == 3


def test_a_large_file_is_held_as_a_matrix(tmp_path: Path) -> None:
    path = tmp_path / "large.blt"
    path.write_text("3 1\n" + "1 1 2 0\n2 3 1 0\n" * 40_000 + "0\n" + NAMES, "utf-8")
    assert path.stat().st_size > blt.BULK_FROM
    found = stvcount.read(path)
    assert found.papers.in_matrix
    assert found.papers.total == 120_000
    assert found.sources
    expected = Papers(["A", "B", "C"], [((0, 1), 1), ((2, 0), 2)] * 40_000)
    assert found.papers == expected
    assert blt.dumps(found) == path.read_text("utf-8")
