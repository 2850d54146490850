"""Large tables are read by whole columns, with the same papers as row by row."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Collection, Iterator, Sequence
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import stvcount
from stvcount import Papers
from stvcount.errors import Fault, FormatError
from stvcount.formats import csv_bulk, csv_few, csv_many, csv_papers, read_bytes
from stvcount.formats.csv_bulk import BulkGrid
from stvcount.formats.tables import RowGrid, ballots, bulk, table
from stvcount.formats.tables.table import Table

pytest.importorskip("numpy")

NAMES = ["Ann", "Bob", "Cy", "Dee"]


def read(text: str, *, in_bulk: bool, layout: str, names: Sequence[str] = NAMES) -> Papers:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ballots, "BULK_FROM", 0 if in_bulk else 10**9)
        return read_bytes(text.encode(), "x.csv", places=1, layout=layout, candidates=names).papers


def same(text: str, layout: str, names: Sequence[str] = NAMES) -> None:
    carefully = read(text, in_bulk=False, layout=layout, names=names)
    in_bulk = read(text, in_bulk=True, layout=layout, names=names)
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


def test_more_candidates_than_bits_in_a_word() -> None:
    chance = random.Random(2)
    names = [f"Person {chr(65 + n // 26)}{chr(65 + n % 26)}" for n in range(70)]
    orders = [chance.sample(range(70), chance.choice([0, 1, 5, 70])) for _ in range(30)]
    ranks = [[str(order.index(n) + 1) if n in order else "" for n in range(70)] for order in orders]
    named = [[*(names[n] for n in order), *[""] * (70 - len(order))] for order in orders]
    for rows, blank, again in ((ranks, "", "1"), (named, "", names[0])):
        rows.append([again, again, *[blank] * 68])
        rows.append([blank, again, *[blank] * 68])
    by_candidate = [names, *ranks]
    by_preference = [[f"Choice {n}" for n in range(1, 71)], *named]
    for layout, table_of in (("candidates", by_candidate), ("preferences", by_preference)):
        text = "\n".join(map(",".join, table_of)) + "\n"
        same(text, layout, names)


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


def taken_apart(
    lines: list[str], left_out: Collection[int] = (), delimiter: str = ","
) -> tuple[RowGrid, Table, BulkGrid, Table | None]:
    """The rows below the first line, one by one and in bulk, with the grids they are from."""
    text = "\n".join([*lines, ""])

    def records() -> Iterator[tuple[int, list[str]]]:
        given = (f"{line}\n" for line in text.split("\n")[:-1])
        reader = csv.reader(given, delimiter=delimiter, skipinitialspace=True)
        while True:
            line = reader.line_num + 1
            cells = next(reader, None)
            if cells is None:
                return
            yield line, cells

    slow = RowGrid(records(), padded=False)
    fast = BulkGrid(records(), text.encode(), delimiter)
    width = len(slow.top()[0][1])
    return (
        slow,
        slow.below(1, width, left_out),
        fast,
        fast._in_bulk(1, width, left_out),
    )


def cells_of(table: Table) -> list[list[str]]:
    return [[one.cells[code] for code in one.codes.tolist()] for one in table.columns]


def alike(lines: list[str], left_out: Collection[int] = (), delimiter: str = ",") -> None:
    """Check that the lines are taken apart in bulk, and as they are one by one."""
    slow, one, fast, other = taken_apart(lines, left_out, delimiter)
    assert other is not None
    assert list(one.rows) == list(other.rows)
    assert cells_of(one) == cells_of(other)
    rows = len(one.rows)
    for column, same in zip(one.columns, other.columns, strict=True):
        assert list(column.cells) == list(same.cells)
        assert column.numbers(rows) == same.numbers(rows)
    assert slow.notes() == fast.notes()
    assert set(slow.left_out) == set(fast.left_out)


@given(
    rows=st.lists(st.lists(texts, min_size=3, max_size=3), min_size=1, max_size=12),
    left_out=st.sets(st.integers(2, 14), max_size=2),
    delimiter=st.sampled_from(",;\t"),
    end=st.sampled_from([0, 1, 2]),
)
def test_large_texts_are_taken_apart_as_small_ones(
    rows: list[list[str]], left_out: set[int], delimiter: str, end: int
) -> None:
    lines = [delimiter.join(row) for row in [["A", "B", "C"], *rows]]
    alike([*lines, *[""] * end], left_out, delimiter)


@given(
    rows=st.lists(st.lists(texts, min_size=2, max_size=2), min_size=1, max_size=9),
    quoted=st.lists(st.booleans(), min_size=18, max_size=18),
)
def test_cells_in_quotation_marks(rows: list[list[str]], quoted: list[bool]) -> None:
    marks = iter(quoted)
    lines = [
        ",".join(f'"{cell.lstrip()}"' if next(marks) else cell for cell in row) for row in rows
    ]
    alike(['"A","B"', *lines])


def test_parts_of_a_large_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts that come first in a later part, and codes that are kept from part to part."""
    monkeypatch.setattr(csv_bulk, "_BYTES_AT_ONCE", 40)
    chance = random.Random(1)
    every = ["", "1", "2", "Jos\u00e9", "Ann Lee", "Bob of a long name", "Bob of a long namf"]
    cells = [[chance.choice(every[: 2 + row // 9]) for _ in range(3)] for row in range(60)]
    alike(["A,B,C", *map(",".join, cells)])


@pytest.mark.parametrize("different", [200, 255, 256, 300, 1500])
def test_as_many_different_texts(different: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_bulk, "_BYTES_AT_ONCE", 1000)
    numbers = [number % different for number in range(3000)]
    alike(["A,B,C", *(f"number {number},{number % 3 or ''},{number}" for number in numbers)])


def test_a_text_that_comes_after_those_that_are_looked_at_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(csv_many, "_LOOKED_AT", 5)
    alike(["A,B", *(f"{'x' * 70} {number // 10},1" for number in range(40))])


def test_a_blank_line_at_the_end_that_is_left_out() -> None:
    alike(["A,B", "1,2", "2,1", "", ""], {4})


def test_columns_of_long_texts_beside_others() -> None:
    long = ["x" * 64, "x" * 65, "y" * 65, "x" * 72, "x" * 2000, ""]
    alike(["A,B", *(f"{long[n % 6]},{n % 4}" for n in range(40))])


@pytest.mark.parametrize(
    "lines",
    [
        ["1,2"],
        ['"1,1",2,3'],
        ['1,"2\n2",3', "1,2,3"],
        ['1,"Jo ""B""",3', "1,2,3"],
        ['1,Jo "B",3', "1,2,3"],
        ['" 1",2,3', "1,2,3"],
        ["1,2,3", "", "1,2,3"],
        ["1\0,2,3"],
        [f"{'x' * 2001},2,3"],
        ["1,2", "1,2,3,4"],
        [],
    ],
)
def test_lines_that_are_not_all_alike_are_read_one_by_one(lines: list[str]) -> None:
    slow, one, fast, found = taken_apart(["A,B,C", *lines])
    assert found is None
    again = fast.below(1, 3, ())
    assert cells_of(again) == cells_of(one)
    assert (fast.notes(), fast.faults) == (slow.notes(), slow.faults)


def test_headings_of_several_lines_are_read_with_care() -> None:
    lines = ['"A\n"",""\n",B', '"",x', "1,2"]
    _, one, fast, found = taken_apart(lines)
    assert found is None
    assert cells_of(fast.below(1, 2, ())) == cells_of(one) == [["", "1"], ["x", "2"]]


def test_a_blank_line_of_a_single_column_is_no_paper() -> None:
    _, one, fast, found = taken_apart(["A", "x", "", "y"])
    assert found is None
    assert cells_of(fast.below(1, 1, ())) == cells_of(one) == [["x", "y"]]


@pytest.mark.parametrize("where", [csv_few, csv_many])
def test_texts_of_the_same_number_are_told_apart(
    where: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where what is made of the bytes of different cells is the same number."""
    monkeypatch.setattr(csv_few, "_MIXERS", [np.uint64(0)] * 8)
    monkeypatch.setattr(csv_many, "_FACTOR", np.uint64(0))
    if where is csv_many:
        monkeypatch.setattr(csv_few, "_MOST", 0)
    names = ["Ann Long the First", "Bob Long the First", "Ann Long the First", "Cy Short"]
    alike(["A,B", *(f"{name},{number}" for number, name in enumerate(names))])


# Whole files


def both(data: bytes, **options: Any) -> list[object]:
    """What is read from these bytes row by row, and by whole columns: all of it, or all faults."""
    found: list[object] = []
    for least in (10**9, 1):
        with pytest.MonkeyPatch.context() as patch:
            for module in (csv_papers, ballots, table):
                patch.setattr(module, "BULK_FROM", least)
            try:
                one = read_bytes(data, "x.csv", places=1, **options)
            except FormatError as error:
                found.append(error.faults)
            else:
                orders = list(one.papers.orders())
                cut = (one.papers.invalid, one.papers.shortened)
                found.append((orders, cut, one.candidates, one.reading, one.notes))
    return found


BY_CANDIDATE = "Ann,Bob,Z\u00e9,Dee\n" + "1,2,3,4\n2,1,,\n,,1,2\n,,,\n1,1,,\n,2,,1\n" * 6 + ",,1,\n"
BY_PREFERENCE = (
    "1st choice,2nd choice,3rd choice\n"
    + "Ann,Bob,Z\u00e9\nBob,Ann,\nAnn,Bob;Z\u00e9,\nBob,,Ann\n,,\nAnn,Ann,Bob\n" * 6
    + "Z\u00e9,,\n"
)
ZERO_ONE = "Ann,Bob,Z\u00e9,Dee\n" + "1,0,0,1\n0,1,0,0\n0,0,1,0\n" * 6
LONG = "voter,candidate,rank\n" + "".join(
    f"{voter},{name},{rank}\n"
    for voter in range(9)
    for rank, name in enumerate(["Ann", "Bob", "Z\u00e9"][voter % 3 :], start=1)
)
RANKING = "Ranking\n" + "Ann > Bob > Z\u00e9\nBob > Ann\nZ\u00e9 > Ann\n" * 6
LAYOUTS = {
    "candidates": BY_CANDIDATE,
    "preferences": BY_PREFERENCE,
    "zero-one": ZERO_ONE,
    "long": LONG,
    "ranking": RANKING,
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    "written",
    [
        lambda text: text.encode(),
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.encode("utf-16"),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.replace("\n", "\r").encode(),
        lambda text: text.rstrip("\n").encode(),
        lambda text: f"{text}\n\n".encode(),
        lambda text: text.replace(",", ";").encode(),
        lambda text: text.replace(",", "\t").encode(),
        lambda text: f"sep=;\n{text.replace(',', ';')}".encode(),
        lambda text: f"The vote of May\n\n{text}".encode(),
        lambda text: text.replace("\n", "\n\n", 3).encode(),
        lambda text: "\n".join(
            ",".join(f'"{cell}"' for cell in line.split(",")) for line in text.split("\n")[:-1]
        ).encode(),
    ],
)
def test_each_layout_as_files_are_written(layout: str, written: Callable[[str], bytes]) -> None:
    text = LAYOUTS[layout]
    if layout == "preferences":
        text = text.replace("Bob;Z", "Bob/Z")
    one, other = both(written(text), layout=layout)
    assert one == other


@pytest.mark.parametrize("layout", ["zero-one", "ranking"])
def test_rows_that_are_alike_are_read_once(layout: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the columns have too many cells together to number the rows by them."""
    monkeypatch.setattr(bulk, "_MOST_KEYS", 4)
    one, other = both(LAYOUTS[layout].encode(), layout=layout)
    assert one == other


def test_one_very_long_order_makes_no_matrix_of_mostly_nothing() -> None:
    names = [f"Person {chr(65 + n)}" for n in range(20)]
    text = "\n".join(["Ranking", " > ".join(names), *["Person A"] * 300, ""])
    papers = read(text, in_bulk=True, layout="ranking", names=names)
    assert not papers.in_matrix
    assert papers == read(text, in_bulk=False, layout="ranking", names=names)


@pytest.mark.parametrize("encoding", ["latin-1", "utf-7", "ascii", "no such"])
def test_another_encoding(encoding: str) -> None:
    one, other = both(BY_CANDIDATE.encode("latin-1"), encoding=encoding)
    assert one == other


@pytest.mark.parametrize(
    "text",
    [
        BY_CANDIDATE.replace("2,1,,\n", "2,1,\n", 2),
        BY_CANDIDATE.replace("2,1,,\n", '2,"1,,\n', 1),
        BY_CANDIDATE.replace("1,1,,\n", "1,none,,\n", 2),
        BY_CANDIDATE + "Total,,,\n",
        BY_PREFERENCE.replace("Bob,Ann,\n", "Bob,An,\n", 2),
    ],
)
def test_faults_and_questions_are_the_same(text: str) -> None:
    for data in (text.encode(), text.encode("latin-1")):
        one, other = both(data)
        assert one == other
        assert isinstance(one, tuple)
        assert isinstance(one[0], Fault)


@pytest.mark.parametrize("rows", [{2}, {4, 26}, {27}])
def test_rows_that_are_left_out(rows: set[int]) -> None:
    one, other = both(BY_CANDIDATE.replace("\u00e9", "e").encode(), ignore_rows=tuple(rows))
    assert one == other


def test_what_stands_between_cells_is_told_by_the_first_lines() -> None:
    """A sign that is none makes every quoted line a fault; no fault is worded to tell so."""
    lines = ['"Ann","Bob"', *['"1","2"'] * csv_papers._LINES_TO_JUDGE_BY, '"2";"1"']
    with pytest.raises(FormatError) as caught:
        read_bytes("\n".join(lines).encode(), "x.csv", places=1)
    assert [fault.line for fault in caught.value.faults] == [len(lines)]
