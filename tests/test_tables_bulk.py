"""Large tables are read by whole columns, with the same papers as row by row."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import stvcount
from stvcount import Papers
from stvcount.formats import read_bytes
from stvcount.formats.tables import ballots

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
