"""Papers from numpy and pandas: whatever type a number has, it is that number, or an error."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import stvcount
from stvcount import ElectionError, FormatError, Papers

np = pytest.importorskip("numpy")
pandas = pytest.importorskip("pandas")

ONE = [1, 1.0, Decimal(1), Decimal("1.0"), Fraction(1), np.int8(1), np.uint64(1), np.float32(1)]
NOTHING = [None, float("nan"), Decimal("NaN"), np.nan, np.float32("nan"), pandas.NA, pandas.NaT]
NOTHING += [np.datetime64("NaT"), np.ma.masked]


@pytest.mark.parametrize("one", ONE, ids=lambda one: f"{type(one).__name__}-{one}")
@pytest.mark.parametrize("nothing", NOTHING, ids=lambda nothing: type(nothing).__name__)
def test_numbers_and_blanks_of_every_type(one: Any, nothing: Any) -> None:
    papers = Papers.from_marks([([nothing, one], one)], candidates=["A", "B"])
    assert list(papers.groups()) == [((1,), 1)]
    assert [type(count) for _, count in papers.groups()] == [int]
    papers = Papers(["A", "B"], [((one, nothing, 0), one)])
    assert list(papers.orders()) == [((1, None, 0), 1)]
    papers = Papers.from_rankings([(["A", nothing, "B"], one)], candidates=["A", "B"])
    assert papers.shortened == {"a preference left out": 1}


def test_what_a_mapping_gives_is_in_order() -> None:
    counted = {("Ann", "Bob"): 3, ("Bob",): 2}
    names = {"Bob": 1, "Ann": 2}.keys()
    papers = Papers.from_rankings(counted.items(), candidates=names)
    assert papers.candidates == ("Bob", "Ann")
    assert dict(papers.groups()) == {(1, 0): 3, (0,): 2}
    with pytest.raises(ElectionError, match=r"^rankings: found "):
        Papers.from_rankings({("Ann",), ("Bob",)})


def test_a_frame_with_one_empty_mark_elects_the_right_one() -> None:
    """pandas makes floats of a column with an empty cell: 1.0, 2.0 and NaN."""
    frame = pandas.DataFrame({"Ann": [1, 2, None], "Bob": [2, 1, 1]})
    rows = frame.to_numpy().tolist()
    papers = Papers.from_marks(rows, candidates=list(frame.columns))
    assert list(papers.groups()) == [((0, 1), 1), ((1, 0), 1), ((1,), 1)]
    assert Papers.from_marks(frame.to_numpy(), candidates=frame.columns) == papers
    with pytest.raises(ElectionError, match="rows: found an object of the type DataFrame"):
        Papers.from_marks(frame, candidates=frame.columns)
    with pytest.raises(ElectionError, match="row 1: found an object of the type Series"):
        Papers.from_marks([frame.iloc[0]], candidates=frame.columns)


@pytest.mark.parametrize(
    "kind", ["int8", "uint8", "int64", "uint64", "float32", "float64", "object", "list", "masked"]
)
def test_a_matrix_of_any_type(kind: str) -> None:
    rows = [[0, 1, 2], [1, 9, 9], [2, 0, 2], [9, 1, 0], [9, 9, 9], [1, 9, 2]]
    if kind in ("uint8", "uint64", "masked"):
        kind = "int8" if kind == "masked" else kind
        array: Any = np.ma.masked_equal(np.array(rows, dtype=kind), 9)
    else:
        blank = {"float32": np.nan, "float64": np.nan, "object": pandas.NA}.get(kind, -1)
        array = [[blank if cell == 9 else cell for cell in row] for row in rows]
        array = array if kind == "list" else np.array(array, dtype=kind)
    papers = Papers.from_matrix(array, candidates=["A", "B", "C"], counts=[5, 4, 3, 2, 1, 0])
    orders = [(0, 1, 2), (1,), (2, 0, 2), (None, 1, 0), (), (1, None, 2)]
    assert papers == Papers(["A", "B", "C"], zip(orders, [5, 4, 3, 2, 1, 0], strict=True))
    assert papers.invalid == {"no first preference": 3}
    assert papers.shortened == {"a candidate repeated": 3}


@pytest.mark.parametrize(
    ("array", "counts", "message"),
    [
        (
            [[0, 1], [1, 2]],
            None,
            r"array\[1, 1\]: found 2; expected a candidate's number from",
        ),
        ([[0, 1.5]], None, r"array\[0, 1\]: found 1.5; expected a candidate's number"),
        (np.array([[0, 1.5]]), None, r"array\[0, 1\]: found 1.5; expected a candidate's number"),
        (np.array([[0, np.inf]]), None, r"array\[0, 1\]: found inf; expected a candidate's number"),
        (np.array([[0, 300]], dtype="uint16"), None, r"array\[0, 1\]: found 300"),
        ([[0, "1"]], None, r"array\[0, 1\]: found '1'; expected a candidate's number"),
        ([[True, 0]], None, r"array\[0, 0\]: found True; expected a candidate's number"),
        (np.array([[True]]), None, "array: found cells of the type bool; expected"),
        (np.array([["A"]]), None, "array: found cells of the type <U1; expected"),
        ([[0], [0, 1]], None, "array: found"),
        ([0, 1], None, "array: found 1 dimension"),
        (5, None, "array: found 0 dimensions; expected two"),
        ([[0], [1]], [1], "counts: found 1; expected 2, one for each row"),
        ([[0], [1]], [1, "2"], r"counts\[1\]: found '2'; expected a number of papers"),
        ([[0], [1]], [True, 2], r"counts\[0\]: found True; expected a number of papers"),
        ([[0], [1]], [-1, 2], r"counts\[0\]: found -1; expected a number of papers"),
        ([[0], [1]], 3, "counts: found 3; expected a number of papers for each row"),
        ([[0], [1]], [10**40, 2], "found .* papers; expected fewer than"),
    ],
)
def test_a_matrix_that_cannot_be(array: Any, counts: Any, message: str) -> None:
    with pytest.raises(ElectionError, match=message):
        Papers.from_matrix(array, candidates=["A", "B"], counts=counts)


def test_more_papers_in_a_matrix_than_it_could_sum() -> None:
    papers = Papers.from_matrix([[0, 1]], candidates=["A", "B"], counts=[2**60])
    assert list(papers.groups()) == [((0, 1), 2**60)]
    assert not papers.in_matrix


@given(st.lists(st.lists(st.integers(-1, 4), min_size=4, max_size=4), min_size=1, max_size=30))
def test_a_matrix_is_read_as_its_rows_are_one_by_one(rows: list[list[int]]) -> None:
    orders = [([None if number < 0 else number for number in row], 1) for row in rows]
    assert Papers.from_matrix(np.array(rows), candidates=list("ABCDE")) == Papers(
        list("ABCDE"), orders
    )


# Tables


def test_a_table_of_pandas_with_one_empty_mark_elects_the_right_one() -> None:
    frame = pandas.DataFrame({"Ann": [1, 2, None], "Bob": [2, 1, 1]})
    assert str(frame["Ann"].dtype) == "float64"
    election = stvcount.from_table(frame, places=1, title="Chair")
    assert list(election.papers.groups()) == [((0, 1), 1), ((1, 0), 1), ((1,), 1)]
    assert (election.title, stvcount.count(election).elected) == ("Chair", ("Bob",))
    assert Papers.from_table(frame) == election.papers
    assert Papers.from_table(frame, candidates=["Bob", "Ann"]).candidates == ("Bob", "Ann")


def by_interchange(frame: Any) -> Any:
    class Bare:
        """A table that speaks the data frame interchange protocol and nothing else."""

        def __dataframe__(self, **options: Any) -> Any:
            return frame.__dataframe__(**options)

    return Bare()


def by_arrow_array(frame: Any) -> Any:
    batch = pyarrow.table(frame).combine_chunks().to_batches()[0]

    class Bare:
        """A batch of rows that speaks the Arrow array protocol and nothing else."""

        def __arrow_c_array__(self, requested_schema: Any = None) -> Any:
            return batch.__arrow_c_array__(requested_schema)

    return Bare()


pyarrow = pytest.importorskip("pyarrow")
polars = pytest.importorskip("polars")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(
    "kind",
    [lambda frame: frame, polars.from_pandas, pyarrow.table, by_interchange, by_arrow_array],
    ids=["pandas", "polars", "arrow", "interchange", "array"],
)
def test_every_kind_of_table_is_read_as_a_file_of_its_cells(
    kind: Callable[[Any], Any], tmp_path: Any
) -> None:
    frame = pandas.DataFrame(
        {
            "Timestamp": pandas.to_datetime(["2026-11-26 09:00", None, "2026-11-26 09:05"]),
            "papers": [3, 1, 2],
            "Ann": [1, 2, None],
            "Bob": pandas.array([2, None, 1], dtype="Int8"),
            "Cat": ["", "1", "X"],
            "Dee": pandas.Categorical(["3", None, "2"]),
        }
    )
    table = stvcount.from_table(kind(frame), places=1)
    file = tmp_path / "votes.csv"
    file.write_text("Timestamp,papers,Ann,Bob,Cat,Dee\n1,3,1,2,,3\n2,1,2,,1,\n3,2,,1,X,2\n")
    assert table.papers == stvcount.read(file, places=1).papers
    assert [number for _, number in table.papers.groups()] == [3, 1, 2]


def test_a_table_of_names_by_preference() -> None:
    frame = pandas.DataFrame({"1st choice": ["Ann", "Bob"], "2nd choice": ["Bob", None]})
    papers = Papers.from_table(frame, layout="preferences", candidates=["Ann", "Bob"])
    assert list(papers.groups()) == [((0, 1), 1), ((1,), 1)]


def test_rows_of_a_frame_that_are_no_papers() -> None:
    frame = pandas.DataFrame({"Ann": [1, 2, 9], "Bob": [2, 1, None]})
    papers = Papers.from_table(frame, layout="candidates", ignore_rows=[3])
    assert list(papers.groups()) == [((0, 1), 1), ((1, 0), 1)]
    lower = pandas.DataFrame({"x": ["Ann", 1, 2], "y": ["Bob", 2, 1]})
    papers = Papers.from_table(lower, header_row=1)
    assert list(papers.groups()) == [((0, 1), 1), ((1, 0), 1)]


def test_cells_of_many_types_in_one_column() -> None:
    cells = [1, 1.0, "1", Decimal(1), np.int8(1), None, "", np.nan, pandas.NA]
    frame = pandas.DataFrame({"Ann": cells, "Bob": [2] * 5 + [1] * 4}, dtype=object)
    papers = Papers.from_table(frame)
    assert papers.rankings() == [(0, 1)] * 5 + [(1,)] * 4


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"Ann": [1, True]}, "table, row 2, column 'Ann': found True; expected a text, a number"),
        ({"Ann": [False, True]}, "table, row 1, column 'Ann': found False; expected a text"),
        ({"Ann": [1, b"1"]}, "table, row 2, column 'Ann': found b'1'; expected a text"),
        ({"Ann": [1, [1]]}, r"table, row 2, column 'Ann': found \[1\]; expected a text"),
        ({("Ann", "x"): [1]}, "table: found the heading .*; expected headings of one level"),
    ],
)
def test_cells_that_no_file_could_hold(table: dict[Any, Any], message: str) -> None:
    with pytest.raises(ElectionError, match=message):
        stvcount.from_table(pandas.DataFrame(table), places=1)


def test_truth_values_of_arrow_are_named_with_their_row() -> None:
    with pytest.raises(ElectionError, match="row 2, column 'Ann': found True"):
        Papers.from_table(pyarrow.table({"Ann": [None, True]}))


@pytest.mark.parametrize("table", [None, [[1, 2]], {"Ann": [1]}, "Ann,Bob", datetime.date.today])
def test_what_is_no_table(table: object) -> None:
    with pytest.raises(ElectionError, match=r"table: found .*; expected a data frame"):
        stvcount.from_table(table, places=1)


def test_faults_of_a_table_are_told_like_those_of_a_file() -> None:
    frame = pandas.DataFrame({"1st choice": ["Ann"], "2nd choice": ["Zoe"]})
    with pytest.raises(FormatError, match="table:1: found 'Zoe'"):
        stvcount.from_table(frame, places=1, layout="preferences", candidates=["Ann", "Bob"])


def test_pandas_needs_no_pyarrow(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = pandas.DataFrame({"Ann": [1, 2], "Bob": [2, 1]})
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert Papers.from_table(frame).total == 2
    with pytest.raises(ElectionError, match=r"found no pyarrow.*stvcount\[arrow\]"):
        Papers.from_table(polars.DataFrame({"Ann": [1]}))
