"""Parquet and Arrow files: the tables of `test_csv`, by columns; and all formats compared."""

from __future__ import annotations

import datetime
import decimal
import importlib
import io
import os
import random
import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_csv import NAMES, ORDERS, an_election

import stvcount
from stvcount import Election, ElectionError, FormatError, Papers
from stvcount.formats import FORMATS, arrow

pyarrow: Any = (
    importlib.import_module("pyarrow") if os.environ.get("CI") else pytest.importorskip("pyarrow")
)
feather: Any = importlib.import_module("pyarrow.feather")
ipc: Any = importlib.import_module("pyarrow.ipc")
parquet: Any = importlib.import_module("pyarrow.parquet")

END = "all that the end of the file lists"
WHOLE = "a whole Parquet or Arrow file"


def as_parquet(table: Any, **options: Any) -> bytes:
    file = io.BytesIO()
    parquet.write_table(table, file, **options)
    return file.getvalue()


def as_file(table: Any) -> bytes:
    file = io.BytesIO()
    with ipc.new_file(file, table.schema) as writer:
        writer.write_table(table)
    return file.getvalue()


def as_stream(table: Any) -> bytes:
    file = io.BytesIO()
    with ipc.new_stream(file, table.schema) as writer:
        writer.write_table(table)
    return file.getvalue()


def as_feather(table: Any) -> bytes:
    file = io.BytesIO()
    feather.write_feather(table, file, compression="zstd")
    return file.getvalue()


WAYS = pytest.mark.parametrize("way", [as_parquet, as_file, as_stream, as_feather])
Way = Callable[[Any], bytes]


def read_bytes(data: bytes, name: str = "x", **options: Any) -> Election:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        return stvcount.read(path, **{"places": 1, **options})


def faults(data: bytes, name: str = "x", **options: Any) -> list[tuple[int | None, str, str]]:
    with pytest.raises(FormatError) as caught:
        read_bytes(data, name, **options)
    return [(fault.line, fault.found, fault.expected) for fault in caught.value.faults]


def orders(election: Election) -> list[tuple[tuple[object, ...], int]]:
    return list(election.papers.orders())


@WAYS
def test_a_column_for_each_candidate(way: Way) -> None:
    table = pyarrow.table(
        {
            "id": ["x", "y", "z", None],
            "time": pyarrow.array([datetime.datetime(2026, 3, 1)] * 4),  # noqa: DTZ001
            "n": pyarrow.array([1, 2, 3, 4], pyarrow.uint8()),
            "Ann": pyarrow.array([1, None, -1, None], pyarrow.int16()),
            "Bob": [2.0, 1.0, 1.5, float("nan")],
            "Cy": ["3", "X", " 1", ""],
            "Di": pyarrow.array(["4", None, "3&5", None]).dictionary_encode(),
            "Ed": [None, decimal.Decimal("2.00"), decimal.Decimal("2.50"), None],
            "Flo": pyarrow.nulls(4),
        }
    )
    election = read_bytes(way(table), weights="n")
    assert election.candidates == ("Ann", "Bob", "Cy", "Di", "Ed", "Flo")
    assert orders(election) == [((0, 1, 2, 3), 1), ((1, 4), 2), ((2,), 3), ((), 4)]
    assert (
        "cells that are no plain positive whole number count for none: '-1', '1.5', '2.50', '3&5'"
    ) in election.notes


@WAYS
def test_a_column_for_each_preference(way: Way) -> None:
    table = pyarrow.table(
        {
            "1st": pyarrow.array(["Ann", "Bob", None]).dictionary_encode(),
            "2nd": ["Bob", "Bob", None],
            "3rd": [None, "Ann", None],
        }
    )
    election = read_bytes(way(table))
    assert orders(election) == [((0, 1), 1), ((1, 1, 0), 1), ((), 1)]


@WAYS
def test_tables_in_several_parts(way: Way) -> None:
    parts = [
        pyarrow.table({"1st": pyarrow.array(names).dictionary_encode()})
        for names in (["Ann", "Bob"], ["Cy", None], ["Bob"])
    ]
    if way in (as_file, as_feather):
        parts = [part.unify_dictionaries() for part in parts]
    table = pyarrow.concat_tables(parts)
    if way is as_file:
        table = table.unify_dictionaries()
    election = read_bytes(way(table))
    assert orders(election) == [((0,), 1), ((1,), 1), ((2,), 1), ((), 1), ((1,), 1)]


@WAYS
def test_a_column_that_nobody_filled_in_several_parts(way: Way) -> None:
    part = pyarrow.table({"1st": ["Ann", "Bob"], "2nd": ["Bob", None], "3rd": [None, None]})
    election = read_bytes(way(pyarrow.concat_tables([part, part])))
    assert orders(election) == [((0, 1), 1), ((1,), 1)] * 2


def test_rows_count_from_1() -> None:
    number = "a number of papers: a whole number from 1, of at most 18 digits"
    table = pyarrow.table({"token": ["a", "b", "a"], "papers": [1, 0, 1], "A": [1, 1, 1]})
    assert faults(as_parquet(table)) == [(2, "'0' in column 'papers'", number)]
    table = pyarrow.table({"token": ["a", "b", "a"], "papers": [1, 2, 1], "A": [1, 1, 1]})
    note = "1 that stands more than once (rows 1, 3); every paper is counted"
    assert f"column 'token': {note}" in read_bytes(as_parquet(table)).notes


def test_columns_that_hold_no_cells() -> None:
    table = pyarrow.table({"A": [1], "B": [{"x": 1}], "C": [b"1"]})
    for way in (as_parquet, as_file):
        assert faults(way(table)) == [
            (None, "struct<x: int64> in column 'B'", "texts or numbers"),
            (None, "binary in column 'C'", "texts or numbers"),
        ]
    assert "in column 'A'" in faults(as_parquet(pyarrow.table({"A": [[1, 2]]})))[0][1]


def test_the_index_of_a_frame_is_not_read() -> None:
    table = pyarrow.table({"A": [1], "B": [2], "__index_level_0__": [7]})
    election = read_bytes(as_parquet(table))
    assert election.candidates == ("A", "B")
    assert election.notes[0] == "not read: the index __index_level_0__"


def test_times_finer_than_any_clock() -> None:
    times = pyarrow.array([1, 2, None], pyarrow.timestamp("ns"))
    table = pyarrow.table({"submitted": times, "A": [1, 1, None]})
    assert read_bytes(as_parquet(table)).papers.total == 3


def test_columns_of_the_same_name() -> None:
    table = pyarrow.Table.from_arrays([pyarrow.array([1]), pyarrow.array([2])], names=["A", "A"])
    for way in (as_parquet, as_file):
        assert read_bytes(way(table)).candidates == ("A (1)", "A (2)")


def test_tables_without_columns_or_rows() -> None:
    none = "no column of candidates or preferences"
    assert faults(as_file(pyarrow.table({})))[0][1] == "an empty sheet"
    assert faults(as_parquet(pyarrow.table({"id": [1]})))[0][1] == none
    table = pyarrow.table({"A": pyarrow.array([], pyarrow.int8())})
    assert read_bytes(as_parquet(table)).papers.total == 0
    assert read_bytes(as_stream(table)).papers.total == 0


def test_options_of_other_formats() -> None:
    data = as_parquet(pyarrow.table({"A": [1]}))
    options = ", ".join(next(one.options for one in FORMATS if one.name == "parquet"))
    assert faults(data, sheet="x", encoding="utf-8") == [
        (None, "the option encoding", f"those of parquet: {options}"),
        (None, "the option sheet", f"those of parquet: {options}"),
    ]


def test_many_papers() -> None:
    generator = random.Random(7)
    rows = [generator.sample(range(1, 9), 8) for _ in range(20_000)]
    names = list("ABCDEFGH")
    columns = dict(zip(names, zip(*rows, strict=True), strict=True))
    data = as_parquet(pyarrow.table({name: list(cells) for name, cells in columns.items()}))
    assert read_bytes(data).papers == Papers.from_marks(rows, candidates=names)


# --- out, and all formats compared

SUFFIXES = (".csv", ".tsv", ".xlsx", ".parquet", ".arrow", ".feather")


@given(names=st.lists(NAMES, min_size=4, max_size=4, unique=True), given_orders=ORDERS)
def test_the_same_papers_whichever_way_they_came(names: list[str], given_orders: Any) -> None:
    pytest.importorskip("openpyxl")
    election = an_election(candidates=names, orders=given_orders)
    with tempfile.TemporaryDirectory() as folder:
        read: list[Election] = []
        for suffix in SUFFIXES:
            path = Path(folder) / f"x{suffix}"
            lost = stvcount.write(election, path)
            assert [text.partition(": ")[2] for text in lost] == [
                text.removeprefix("CSV: ")
                for text in stvcount.formats.csv_papers.CSV.left_out(election)
            ]
            read.append(stvcount.read(path, places=2, candidates=names))
    assert {one.candidates for one in read} == {election.candidates}
    assert len({one.papers for one in read}) == 1
    assert list(read[0].papers.groups()) == list(election.papers.groups())


def test_more_papers_than_a_row_can_state() -> None:
    election = an_election(orders=[((0,), 10**18)])
    for dumps in (arrow.PARQUET.dumps, arrow.ARROW.dumps):
        with pytest.raises(ElectionError, match="found 1000000000000000000 papers alike"):
            dumps(election)


def test_without_pyarrow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.parquet"
    path.write_bytes(as_parquet(pyarrow.table({"A": [1]})))
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(FormatError) as caught:
        stvcount.read(path, places=1)
    assert str(caught.value) == (
        f"{path}: found no pyarrow, which this format needs; "
        "expected it to be installed: pip install 'stvcount[arrow]'"
    )
    with pytest.raises(ElectionError, match=r"pip install 'stvcount\[arrow\]'"):
        stvcount.write(an_election(), tmp_path / "y.arrow")


# --- files that do harm


@WAYS
def test_more_cells_than_there_is_room_for(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    # A million equal cells, in a file of a few kilobytes.
    data = way(pyarrow.table({"A": [1] * 500_000, "B": [2] * 500_000}))
    monkeypatch.setattr(arrow, "_MOST_CELLS", 999_999)
    [(line, found, expected)] = faults(data)
    assert line is None
    assert found.startswith("a table of 1000000 cells in ")
    assert expected.startswith("at most 999999 cells in ")


def test_cells_that_take_no_room_are_counted_too() -> None:
    table = pyarrow.table({"A": pyarrow.nulls(1 << 27)})
    for way in (as_parquet, as_file, as_stream):
        assert faults(way(table))[0][1].startswith("a table of 134217728 cells in ")


def test_a_long_text_in_every_row_is_held_once() -> None:
    texts = pyarrow.array(["A" * 1_000_000, "B"]).dictionary_encode()
    column = pyarrow.DictionaryArray.from_arrays(
        pyarrow.array([0, 1] * 20_000, pyarrow.int32()), texts.dictionary
    )
    data = as_parquet(pyarrow.table({"1st": column}))
    assert len(data) < 200_000
    before = pyarrow.total_allocated_bytes()
    election = read_bytes(data)
    assert election.papers.total == 40_000
    assert pyarrow.default_memory_pool().max_memory() - before < 1 << 30


def test_a_cell_longer_than_any_name() -> None:
    table = pyarrow.table({"1st": ["A" * ((1 << 20) + 1), "B"]})
    [(line, found, expected)] = faults(as_parquet(table))
    assert (line, found) == (None, "a cell of 1048577 characters in column '1st'")
    assert expected == "at most 1048576"


def test_more_different_numbers_than_can_be_looked_at() -> None:
    many = pyarrow.array(range(2_100_000))
    options = {"use_dictionary": False, "column_encoding": {"1st": "DELTA_BINARY_PACKED"}}
    data = as_parquet(pyarrow.table({"1st": many}), compression="zstd", **options)
    [(line, found, _)] = faults(data)
    assert len(data) < 100_000
    assert (line, found) == (None, "16800000 bytes of different cells in column '1st'")


def packed(way: str, table: Any) -> bytes:
    file = io.BytesIO()
    new = {"file": ipc.new_file, "stream": ipc.new_stream}[way]
    with new(file, table.schema, options=ipc.IpcWriteOptions(compression="zstd")) as writer:
        writer.write_table(table)
    return file.getvalue()


@pytest.mark.parametrize("way", ["file", "stream"])
def test_what_a_batch_unpacks_to_is_told_before_it_is_unpacked(way: str) -> None:
    text = "0" * (1 << 27)
    for table in (
        pyarrow.table({"A": [text, None], "B": [None, text]}),
        pyarrow.table({"A": pyarrow.array([text, text + "1"]).dictionary_encode()}),
    ):
        data = packed(way, table)
        assert len(data) < 100_000
        before = pyarrow.default_memory_pool().max_memory()
        [(line, found, expected)] = faults(data)
        assert line is None
        assert found.startswith("a table of 0 cells in 268435")
        assert expected == "at most 20000000 cells in 268435456 bytes"
        assert pyarrow.default_memory_pool().max_memory() == before


@pytest.mark.parametrize("way", ["file", "stream"])
def test_packed_batches_are_read(way: str) -> None:
    names = pyarrow.array(["Ann", None, "Ann"] * 1000).dictionary_encode()
    data = packed(way, pyarrow.table({"1st": names, "2nd": ["Bob", "Cy", None] * 1000}))
    assert read_bytes(data).papers.total == 3000


def test_too_many_different_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrow, "_MOST_BYTES_OF_CELLS_AT_ANY_RATIO", 1000)
    monkeypatch.setattr(arrow, "_MOST_RATIO_OF_CELLS", 1)
    table = pyarrow.table({"A": list(range(1, 5001)), "B": [1] * 5000})
    [(line, found, expected)] = faults(as_parquet(table, use_dictionary=False))
    assert (line, found) == (None, "40000 bytes of different cells in column 'A'")
    assert expected.startswith("at most ")


def test_a_file_with_fewer_batches_than_it_says_at_its_end() -> None:
    table = pyarrow.table({"A": [1, 2], "B": [2, 1]})
    file = io.BytesIO()
    with ipc.new_file(file, table.schema) as writer:
        writer.write_table(table)
        writer.write_table(table)
    data = file.getvalue()
    assert read_bytes(data).papers.total == 4
    _schema, _first, second, _end = (found.start() for found in re.finditer(b"\xff{4}", data))
    ended = data[: second + 4] + bytes(4) + data[second + 8 :]
    [(line, found, expected)] = faults(ended, "x.arrow")
    assert (line, found, expected) == (None, "1 of 2 batches of rows", END)


@pytest.mark.parametrize("name", ["x.parquet", "x.arrow", "x.feather"])
@pytest.mark.parametrize(
    "data", [b"", b"PAR1PAR1", b"ARROW1\0\0", b"FEA1", b"A,B\n1,2\n", b"\xff\xff\xff\xff" * 9]
)
def test_files_that_are_no_such_thing(name: str, data: bytes) -> None:
    [(line, found, expected)] = faults(data, name)
    assert line is None
    assert found.startswith("a file that cannot be read (")
    assert expected == WHOLE


@given(st.binary(max_size=200), st.sampled_from([b"PAR1", b"ARROW1\0\0", b"\xff\xff\xff\xff"]))
def test_any_bytes(data: bytes, start: bytes) -> None:
    for name in ("x.parquet", "x.arrow"):
        try:
            read_bytes(start + data + start, name)
        except FormatError as error:
            assert error.faults  # noqa: PT017


TABLE = pyarrow.table({"n": [3, 2, 1], "A": [1, None, 2], "B": ["2", "1", "X"]})


@WAYS
def test_good_files_cut_short(way: Way) -> None:
    data = way(TABLE)
    for end in range(0, len(data), 7):
        try:
            read_bytes(data[:end], "x.parquet" if way is as_parquet else "x.arrow")
        except FormatError as error:
            assert error.faults  # noqa: PT017


@WAYS
def test_good_files_spoilt(way: Way) -> None:
    data = way(TABLE)
    generator = random.Random(1)
    for _ in range(300):
        spoilt = bytearray(data)
        for _ in range(generator.randint(1, 3)):
            spoilt[generator.randrange(len(data))] = generator.randrange(256)
        try:
            read_bytes(bytes(spoilt), "x.parquet" if way is as_parquet else "x.arrow")
        except FormatError as error:
            assert error.faults  # noqa: PT017
