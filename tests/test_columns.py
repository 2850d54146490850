"""Columns stay columns, and are what the careful reading of each cell makes of them."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import stvcount
from stvcount import FormatError, Papers
from stvcount.formats import arrow, read_bytes
from stvcount.formats.tables import ballots
from stvcount.formats.tables import table as table_of_cells

np = pytest.importorskip("numpy")
pyarrow: Any = pytest.importorskip("pyarrow")
parquet: Any = pytest.importorskip("pyarrow.parquet")
coded: Any = pytest.importorskip("stvcount.formats.coded")
laying: Any = pytest.importorskip("stvcount.election.laying")

KINDS = st.sampled_from(["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"])
SMALL = st.lists(st.one_of(st.none(), st.integers(0, 120)), max_size=40)


@given(SMALL, KINDS, st.integers(0, 9), st.integers(1, 7))
def test_small_numbers_are_coded_as_any_cells_are(
    cells: list[int | None], kind: str, left_out: int, chunk: int
) -> None:
    parts = [cells[at : at + chunk] for at in range(0, len(cells), chunk)] or [[]]
    column = pyarrow.chunked_array(parts, pyarrow.type_for_alias(kind)).slice(left_out)
    quick = coded.of_arrow(column)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(coded, "of_numbers", lambda parts, rows: None)
        careful = coded.of_arrow(column)
    assert list(quick.different) == list(careful.different)
    assert quick.codes.tolist() == careful.codes.tolist()
    numbers = [quick.codes.tolist().count(code) for code in range(len(quick.different) + 1)]
    assert quick.times == numbers
    assert careful.times is None


@pytest.mark.parametrize("cell", [-1, 254, 10**12])
def test_other_numbers_are_left_to_the_careful_way(cell: int) -> None:
    found = coded.of_arrow(pyarrow.chunked_array([[3, cell, None, 3]]))
    assert list(found.different) == [3, cell]
    assert found.codes.tolist() == [0, 1, 2, 0]
    assert found.times is None


def test_a_number_that_comes_late() -> None:
    cells = [1] * 5000 + [0, 2, None, 2]
    found = coded.of_arrow(pyarrow.chunked_array([cells]))
    assert (list(found.different), list(found.times)) == ([1, 0, 2], [5000, 1, 2, 1])


# Laid out


@given(st.data(), st.sampled_from([3, 32, 33, 64, 65, 130, 256, 257]))
def test_which_papers_are_in_order(data: st.DataObject, candidates: int) -> None:
    some = st.sampled_from([-1, 0, 1, 2, candidates // 2, candidates - 2, candidates - 1])
    row = st.lists(some, min_size=4, max_size=4)
    rows = data.draw(st.lists(row, min_size=1, max_size=9))
    papers = np.array(rows)
    papers[papers < 0] = candidates
    found = laying.in_order(papers.T.astype(np.uint16), candidates).tolist()
    for order, good in zip(rows, found, strict=True):
        named = [candidate for candidate in order if candidate >= 0]
        assert good == (order[: len(named)] == named and len(set(named)) == len(named))


def test_parts_of_all_papers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(laying, "PAPERS_AT_ONCE", 3)
    for processors in (1, 2):
        monkeypatch.setattr(laying.os, "cpu_count", lambda number=processors: number)
        for papers in (0, 1, 11, 12, 40):
            done: list[slice] = []
            laying.each_part(done.append, papers)
            rows = [row for some in done for row in range(some.start, some.stop)]
            assert sorted(rows) == list(range(papers))


# Whole files


def read(table: Any, *, by_columns: bool, **options: Any) -> Papers | str:
    file = io.BytesIO()
    parquet.write_table(table, file)
    with pytest.MonkeyPatch.context() as patch:
        if by_columns:
            patch.setattr(laying, "PAPERS_AT_ONCE", 2)
            patch.setattr(arrow, "BULK_FROM", 0)
            patch.setattr(ballots, "BULK_FROM", 0)
        try:
            return read_bytes(file.getvalue(), "x.parquet", places=1, **options).papers
        except FormatError as error:
            return str(error)


ROWS = [(1, 2, 3), (2, 1, None), (None, None, None), (1, 1, 2), (3, None, 1), (2, 9, 1)] * 3


def of_marks(*names: str) -> Any:
    columns = zip(*ROWS, strict=True)
    return pyarrow.table([pyarrow.array(column) for column in columns], names=list(names))


ANN = ["Ann", "Ann > Bob", None, "Bob", "Cyd", "Ann"] * 3
TABLES = [
    (of_marks("Ann", "Bob", "Cyd"), {}),
    (of_marks("A. Day", "A. Eve", "B. Fox"), {}),
    (of_marks("Ann", "Ann.Day", "Eve"), {}),
    (of_marks("Ann", "Bob", "Bob"), {}),
    (of_marks("Ann", "Bob", "papers"), {"weights": "papers"}),
    (pyarrow.table({"1st choice": ANN, "2nd choice": ["Bob", "Cyd"] * 9}), {}),
    (pyarrow.table({"Ann": [[1]] * 9, "Bob": [2] * 9}), {}),
    (pyarrow.table({"1st": ["Ann & Bob", "Bob", "Cyd"] * 6, "2nd": ["Cyd", "Ann", None] * 6}), {}),
]


@pytest.mark.parametrize(("table", "options"), TABLES)
def test_column_by_column_is_as_all_at_once(table: Any, options: dict[str, Any]) -> None:
    assert read(table, by_columns=True, **options) == read(table, by_columns=False, **options)


def test_rows_that_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    options = {"ignore_rows": [2, 18], "candidates": ["Ann", "Bob", "Cyd"]}
    one_by_one = read(of_marks("Ann", "Bob", "Cyd"), by_columns=False, **options)
    monkeypatch.setattr(table_of_cells, "BULK_FROM", 0)
    papers = read(of_marks("Ann", "Bob", "Cyd"), by_columns=True, **options)
    assert isinstance(papers, Papers)
    assert papers.total == 16
    assert papers == one_by_one


def test_a_preference_that_names_several_ends_the_paper_there() -> None:
    rows = {"1st": ["Ann", "Bob"] * 4, "2nd": ["Bob;Cyd", "Ann"] * 4}
    options = {"layout": "preferences", "candidates": ["Ann", "Bob", "Cyd"]}
    papers = read(pyarrow.table(rows), by_columns=True, **options)
    assert papers == read(pyarrow.table(rows), by_columns=False, **options)


def test_many_papers_of_two_layouts_are_the_same() -> None:
    orders = [(number % 3, (number + 1 + number % 2) % 3, -1) for number in range(25_000)]
    names = ["Ann", "Bob", "Cyd"]
    by_number = Papers.from_matrix(np.array(orders, dtype=np.int16), candidates=names)
    chosen = {f"{place + 1}": [names[row[place]] for row in orders] for place in range(2)}
    table = pyarrow.table({"1st choice": chosen["1"], "2nd choice": chosen["2"]})
    election = stvcount.from_table(table, places=1, candidates=names)
    assert election.papers.in_matrix
    assert list(election.papers.groups()) == list(by_number.groups())
