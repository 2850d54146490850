"""The result sheet as CSV: the same figures, and no name that runs as a formula."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest
from builders import election
from hypothesis import given
from hypothesis import strategies as st
from test_record_json import full_record, records

import stvcount
from stvcount import CountRecord, Election, Lots, Papers, sheets
from stvcount.formats.spreadsheet import escaped, unescaped
from stvcount.testing import elections

SMALL_SHEET = """\
Title,
Rules,ERS97 single transferable vote (ers97)
,"Electoral Reform Society, How to conduct an election by the Single Transferable Vote, third edition 1997 (Newland and Britton)"
Places,2
Papers,13
Valid,13
Invalid,0

,Stage 1,,Stage 2,
,First preferences,,Surplus of A,
Candidate,Change,Total,Change,Total,Result
A,,8.00,-3.66,4.34,Elected
B,,4.00,3.60,7.60,Elected
C,,1.00,,1.00,Excluded
Non-transferable,,0.00,0.06,0.06,
"of it, remainders ignored",,0.00,0.06,0.06,
Total,,13.00,,13.00,
Quota,,4.34,,4.34,

Elected,1,A,"Reached the quota of 4.34 on first preferences, with 8 votes."
Elected,2,B,"Reached the quota of 4.34 at stage 2, with 7.60 votes."
Other,,C,"Not elected: had 1 vote after stage 2, when the last place was filled: 3.34 short of the quota of 4.34."

At,Clause,What was decided and done
Stage 1: first preferences,5.1.6,"Quota 13 / 3 = 4.34 (not exact: remainder dropped, 0.01 added)"
Stage 1: first preferences,5.1.7(a),A deemed elected with 8.00
Stage 2: surplus of A,5.2.2,surpluses 3.66 exceed 4.00 - 1.00 and the difference of every set that could go together: not deferred
Stage 2: surplus of A,5.2.3,"largest surplus: A, 3.66"
Stage 2: surplus of A,5.3.7,8 transferable papers worth 8.00 exceed the surplus 3.66: transfer value 3.66 / 8 = 0.45
Stage 2: surplus of A,Batch,"8 papers at 0.45 (1.00 before); B: 8 papers, credited 3.60; non-transferable: 0 papers, 0.06, of it 0.06 by remainders"
Stage 2: surplus of A,5.3.13(a),B deemed elected with 7.60
Completion,5.5.2,all places are filled: C formally excluded
Completion,Excluded,C
"""  # noqa: E501

SMALL_LONG_SHEET = """\
stage,kind,candidate,change,total,status
1,first,A,8.00,8.00,elected
1,first,B,4.00,4.00,continuing
1,first,C,1.00,1.00,continuing
1,first,,0.00,0.00,non-transferable
1,first,,0.00,0.00,remainders
1,first,,4.34,4.34,quota
2,surplus,A,-3.66,4.34,elected
2,surplus,B,3.60,7.60,elected
2,surplus,C,0.00,1.00,continuing
2,surplus,,0.06,0.06,non-transferable
2,surplus,,0.06,0.06,remainders
2,surplus,,0.00,4.34,quota
,completion,A,,4.34,elected
,completion,B,,7.60,elected
,completion,C,,1.00,excluded
"""


def small() -> CountRecord:
    return stvcount.count(election(2, {"AB": 8, "B": 4, "C": 1}), rules="ers97")


def named(*names: str) -> CountRecord:
    """A count between candidates of these names; the first is elected, the last excluded."""
    orders = [([name], len(names) - number) for number, name in enumerate(names)]
    papers = Papers.from_rankings(orders, candidates=names)
    return stvcount.count(
        Election(title="=1+1", places=1, candidates=names, papers=papers),
        lots=Lots.first_listed(),
    )


def cells(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def test_the_sheet() -> None:
    assert sheets.render(small(), "csv") == SMALL_SHEET


def test_the_long_sheet() -> None:
    assert sheets.render(small(), "csv-long") == SMALL_LONG_SHEET


# Names that a spreadsheet would take for formulas

AWKWARD = ("=1+1", "+44 Ltd", "-Ann", "@bob", "'Twas", "'=x", "''+y", "O'Neil", 'a,b"c', " =2")


@pytest.mark.parametrize("format", ["csv", "csv-long"])
def test_names_read_back_and_none_is_a_formula(format: str) -> None:  # noqa: A002
    table = cells(sheets.render(named(*AWKWARD), format))
    for line in table:
        for cell in line:
            assert cell[:1] not in ("=", "@", "\t", "\r")
            if cell[:1] in ("+", "-"):
                Decimal(cell)
    assert set(AWKWARD) <= {unescaped(cell) for line in table for cell in line}


def test_figures_below_zero_are_figures() -> None:
    assert ",-3.66,4.34," in sheets.render(small(), "csv")


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("-26.42", "'-26.42"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("  @x", "'  @x"),
        ("'Twas", "'Twas"),
        ("'=1", "''=1"),
        ("O'Neil =", "O'Neil ="),
        ("", ""),
    ],
)
def test_what_is_escaped(text: str, cell: str) -> None:
    assert escaped(text) == cell
    assert unescaped(cell) == text


@given(st.text() | st.text("'=+-@\t\r\n a"))
def test_every_text_reads_back(text: str) -> None:
    assert unescaped(escaped(text)) == text
    assert escaped(text)[:1] not in tuple("=+-@\t\r")


@given(st.text("'=+-@\t\r\n a"))
def test_a_cell_that_was_not_escaped_stays(cell: str) -> None:
    if escaped(cell) == cell:
        assert unescaped(cell) == cell


# The figures


@given(election=elections())
def test_the_long_sheet_adds_up(election: Election) -> None:
    record = stvcount.count(election, lots=Lots.seeded("csv"))
    lines = cells(sheets.render(record, "csv-long"))[1:]
    so_far: dict[str, Decimal] = {}
    for stage in record.stages:
        total = Decimal(0)
        for number, kind, name, change, votes, status in lines:
            if number == str(stage.number) and status not in ("quota", "remainders"):
                assert kind == stage.kind
                so_far[name] = so_far.get(name, Decimal(0)) + Decimal(change)
                assert so_far[name] == Decimal(votes)
                total += Decimal(votes)
        assert total == record.papers.valid
    ended = {name: status for _, kind, name, _, _, status in lines if kind == "completion"}
    assert {name for name, status in ended.items() if status == "elected"} == set(record.elected)
    withdrawn = {name for name, status in ended.items() if status == "withdrawn"}
    assert withdrawn == {one.candidate for one in record.withdrawn}


def test_all_that_a_record_can_hold_is_there() -> None:
    text = sheets.render(full_record(), "csv")
    for words in ("withdrew 9 March", "torn", "no first preference", "it fell on B", "Vacant,1,"):
        assert words in text


@given(records)
def test_no_record_is_too_odd(record: CountRecord) -> None:
    for kind in ("csv", "csv-long"):
        lines = cells(sheets.render(record, kind))
        assert len(lines) > 0
