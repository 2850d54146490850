"""Large tables are read by whole columns, with the same papers as row by row."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import stvcount
from stvcount import Papers
from stvcount.formats import csv_bulk, read_bytes
from stvcount.formats.csv_bulk import BulkGrid
from stvcount.formats.tables import RowGrid, ballots

pytest.importorskip("numpy")

NAMES = ["Ann", "Bob", "Cy", "Dee"]


def read(text: str, *, in_bulk: bool, layout: str) -> Papers:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ballots, "BULK_FROM", 0 if in_bulk else 10**9)
        return read_bytes(text.encode(), "x.csv", places=1, layout=layout, candidates=NAMES).papers


def same(text: str, layout: str) -> None:
    carefully = read(text, in_bulk=False, layout=layout)
    in_bulk = read(text, in_bulk=True, layout=layout)
    assert not carefully.in_matrix
    assert in_bulk.in_matrix
    assert in_bulk == carefully
    assert list(in_bulk.orders()) == list(carefully.orders())
    assert (in_bulk.invalid, in_bulk.shortened) == (carefully.invalid, carefully.shortened)


marks = st.sampled_from(["1", "2", "3", "4", "", "X", "7", "99999999999"])
names = st.sampled_from([*NAMES, ""])
weights = st.integers(1, 9)


@given(st.lists(st.tuples(weights, st.tuples(marks, marks, marks, marks)), min_size=1, max_size=9))
def test_numbers_against_candidates(rows: list[tuple[int, tuple[str, ...]]]) -> None:
    lines = [",".join(["papers", *NAMES]), *(f"{n},{','.join(cells)}" for n, cells in rows)]
    same("\n".join(lines) + "\n", "candidates")


@given(st.lists(st.tuples(weights, st.tuples(names, names, names, names)), min_size=1, max_size=9))
def test_names_by_preference(rows: list[tuple[int, tuple[str, ...]]]) -> None:
    heads = ["papers", "1st choice", "2nd choice", "3rd choice", "4th choice"]
    lines = [",".join(heads), *(f"{n},{','.join(cells)}" for n, cells in rows)]
    same("\n".join(lines) + "\n", "preferences")


def test_one_paper_a_row_and_a_count() -> None:
    lines = ["Ann,Bob,Cy,Dee", *["1,2,3,4", "2,1,,", ",,1,2"] * 30]
    text = "\n".join(lines) + "\n"
    same(text, "candidates")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ballots, "BULK_FROM", 0)
        election = read_bytes(text.encode(), "x.csv", places=1)
    assert stvcount.check(election).first_preferences == {"Ann": 30, "Bob": 30, "Cy": 30, "Dee": 0}


def test_too_many_papers_for_a_matrix() -> None:
    lines = ["papers,Ann,Bob,Cy,Dee", *[f"{2**50},1,2,3,4"] * 8]
    text = "\n".join(lines) + "\n"
    papers = read(text, in_bulk=True, layout="candidates")
    assert not papers.in_matrix
    assert papers.total == 2**53
    assert papers == read(text, in_bulk=False, layout="candidates")


texts = st.sampled_from(
    [
        "",
        "1",
        "2",
        " 3",
        "4 ",
        "  ",
        "caf\u00e9",
        "a long text of many bytes",
        "a long text of many byteS",
    ]
)


@given(
    rows=st.lists(st.lists(texts, min_size=3, max_size=3), min_size=1, max_size=12),
    left_out=st.sets(st.integers(2, 14), max_size=2),
    delimiter=st.sampled_from(",;\t"),
)
def test_large_texts_are_taken_apart_as_small_ones(
    rows: list[list[str]], left_out: set[int], delimiter: str
) -> None:
    lines = [delimiter.join(row) for row in [["A", "B", "C"], *rows]]
    records = [
        (number, *csv.reader([line], delimiter=delimiter, skipinitialspace=True))
        for number, line in enumerate(lines, start=1)
    ]
    slow, fast = RowGrid(records, padded=False), BulkGrid(records, [*lines, ""], delimiter)
    one, other = slow.below(1, 3, left_out), fast.below(1, 3, left_out)
    assert fast._in_bulk(1, 3, left_out) is not None
    assert list(one.rows) == list(other.rows)
    for column, same in zip(one.columns, other.columns, strict=True):
        cells = [column.cells[code] for code in column.codes.tolist()]
        assert cells == [same.cells[code] for code in same.codes.tolist()]
    assert slow.notes() == fast.notes()
    assert set(slow.left_out) == set(fast.left_out)


@pytest.mark.parametrize("lines", [["1,2"], ['"1",2,3'], ["1,2,3", "", "1,2,3"], ["1\0,2,3"]])
def test_lines_that_are_not_all_alike_are_read_one_by_one(lines: list[str]) -> None:
    assert BulkGrid([(1, ["A", "B", "C"])], ["A,B,C", *lines], ",")._in_bulk(1, 3, ()) is None


def rows_of(lines: list[str]) -> tuple[list[list[str]], bool]:
    """The rows of a table taken apart in bulk, and whether it was."""
    records = [(number, line.split(",")) for number, line in enumerate(lines, start=1)]
    in_bulk = BulkGrid(records, lines, ",")._in_bulk(1, len(records[0][1]), ())
    table = in_bulk or BulkGrid(records, lines, ",").below(1, len(records[0][1]), set())
    columns = [[one.cells[code] for code in one.codes.tolist()] for one in table.columns]
    return [list(row) for row in zip(*columns, strict=True)], in_bulk is not None


def test_texts_of_the_same_number_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_bulk, "_FACTOR", np.uint64(0))
    lines = ["A,B", "Ann Long the First,x", "Bob Long the First,y", "Ann Long the First,y"]
    assert rows_of(lines) == ([line.split(",") for line in lines[1:]], True)


def test_more_different_texts_than_a_few() -> None:
    lines = ["A,B", *(f"number {number % 1500},x" for number in range(3000))]
    assert rows_of(lines) == ([line.split(",") for line in lines[1:]], True)


def test_a_long_cell_is_read_row_by_row() -> None:
    lines = ["A,B", f"{'x' * 2001},1", "y,2"]
    assert rows_of(lines) == ([line.split(",") for line in lines[1:]], False)
