"""The reports of official counts: what the councils printed, and that each adds up."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import re
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from builders import election
from hypothesis import given
from test_record_json import full_record, records
from test_svg import real_counts
from test_text_sheet import official_count, widest

import stvcount
from stvcount import CountRecord, Election, ElectionError, sheets
from stvcount.election.contest import Contest
from stvcount.election.left_out import SetAside
from stvcount.frozen import FrozenMapping
from stvcount.record import Vacancy
from stvcount.sheets.reports import REMAINDERS

OF_THE_RECORD = ("declaration", "stages", "transfers", "first-preferences")
PROFILE = {"AB": 3, "A": 2, "BA": 4, "C": 1}


def lines(record: CountRecord, report: str, held: Election | None = None) -> list[list[str]]:
    text = sheets.render(record, f"{report}-csv", election=held)
    return list(csv.reader(io.StringIO(text, newline="")))


def known(record: CountRecord) -> CountRecord:
    """The record with all that a declaration can state."""
    contest = Contest(
        date="5 May 2022",
        electorate=20,
        returning_officer="Ada Kent",
        status="provisional until 9 May",
    )
    affiliations = FrozenMapping({"A": "Blue slate"})
    return dataclasses.replace(record, contest=contest, affiliations=affiliations)


# Official transfers


def test_every_row_of_the_official_transfers_reports(shared: Path) -> None:
    official = json.loads((shared / "expected" / "scottish-official.json").read_text("utf-8"))
    compared = 0
    for ward in official["wards"].values():
        shown = lines(official_count(shared, ward), "transfers")[1:]
        for stage in ward["stages"][1:]:
            found = parcels(line for line in shown if line[0] == str(stage["number"]))
            for row in stage["transfers"]:
                to = row["to"] or "Non-transferable"
                parcel = (to, Decimal(row["value"]))
                assert found[parcel] == (row["papers"], Decimal(row["votes"])), (stage, row)
                compared += 1
    assert compared > 500


def parcels(rows: Any) -> dict[tuple[str, Decimal], tuple[int, Decimal]]:
    return {
        (to, Decimal(value)): (int(papers), Decimal(votes))
        for _, _, _, to, papers, value, votes in rows
        if to != REMAINDERS
    }


@given(real_counts)
def test_transfers_add_up_to_the_stages(record: CountRecord) -> None:
    shown = lines(record, "transfers")[1:]
    for before, stage in zip(record.stages, record.stages[1:], strict=False):
        mine = [line for line in shown if line[0] == str(stage.number)]
        got: Counter[str] = Counter()
        for line in mine:
            got[line[3]] += Decimal(line[6])  # type: ignore[assignment]
        lost = stage.non_transferable - before.non_transferable
        assert got["Non-transferable"] + got[REMAINDERS] == lost
        assert got[REMAINDERS] == stage.remainders - before.remainders
        for name, votes in stage.votes.items():
            if name not in stage.candidates:
                assert got[name] == votes - before.votes[name]
        papers = sum(int(line[4]) for line in mine if line[4])
        assert papers == sum(sum(batch.origin.values()) for batch in stage.batches)


# First preferences


def test_first_preferences() -> None:
    record = known(stvcount.count(election(1, {"AB": 5, "B": 4, "C": 3})))
    assert lines(record, "first-preferences") == [
        ["Candidate", "Affiliation", "Votes", "Per cent"],
        ["A", "Blue slate", "5", "41.7 %"],
        ["B", "", "4", "33.3 %"],
        ["C", "", "3", "25.0 %"],
    ]
    assert sheets.render(record, "first-preferences").endswith(
        "\nFirst preferences\n"
        "Candidate  Affiliation  Votes  Per cent\n"
        "A          Blue slate       5    41.7 %\n"
        "B                           4    33.3 %\n"
        "C                           3    25.0 %\n"
    )


# The preference profile


def test_the_profile_has_every_order_with_its_number() -> None:
    held = election(1, PROFILE)
    record = stvcount.count(held)
    assert lines(record, "profile", held) == [
        ["Papers", "Order of preferences"],
        ["4", "B, A"],
        ["3", "A, B"],
        ["2", "A"],
        ["1", "C"],
    ]
    assert "     4  B, A\n" in sheets.render(record, "profile", election=held)


def test_the_profile_leaves_out_papers_set_aside_and_invalid() -> None:
    held = dataclasses.replace(election(1, PROFILE), papers_set_aside=(SetAside(1), SetAside(2)))
    shown = lines(stvcount.count(held), "profile", held)
    assert ["1", "A, B"] in shown
    assert sum(int(number) for number, _ in shown[1:]) == 8


def test_the_profile_is_of_the_election_that_was_counted() -> None:
    record = stvcount.count(election(1, PROFILE))
    with pytest.raises(ElectionError, match=r"^election: found none beside the record; expected"):
        sheets.render(record, "profile")
    for other in (election(1, {"AB": 3}), election(1, {**PROFILE, "CBA": 1})):
        with pytest.raises(ElectionError, match=r"^election: found \d+ papers for "):
            sheets.render(record, "profile-csv", election=other)


# The declaration

DECLARATION = """\
Declaration of the result: Council
==================================

Date               5 May 2022
Returning officer  Ada Kent
Status             provisional until 9 May
Places             2
Electorate         20
Papers             13
Turnout            65.0 %
Valid              13
Invalid            0
Quota              4.34

First preferences
Candidate  Affiliation  Votes  Per cent
A          Blue slate       8    61.5 %
B                           4    30.8 %
C                           1     7.7 %

Elected
Elected  Affiliation  At stage
A        Blue slate   1
B                     2


____________________________________________________________  ____________________
Returning officer: Ada Kent                                   Date
"""


def test_a_declaration() -> None:
    held = election(2, {"AB": 8, "B": 4, "C": 1}, title="Council")
    assert sheets.render(known(stvcount.count(held)), "declaration") == DECLARATION


def test_a_declaration_states_only_what_is_known() -> None:
    text = sheets.render(stvcount.count(election(1, {"A": 5, "B": 2})), "declaration")
    for absent in ("Date ", "Status", "Electorate", "Turnout", "Affiliation", "Set aside", "None"):
        assert absent not in text
    assert text.endswith("\nReturning officer".ljust(63) + "Date\n")


def test_a_declaration_says_what_is_vacant_and_void() -> None:
    vacant = (Vacancy(1, "too few candidates"),)
    record = dataclasses.replace(full_record(), elected=(), vacant=vacant, void=True)
    text = sheets.render(record, "declaration")
    assert "\nInvalid            3\n                     3: no first preference\n" in text
    assert "\n\nElected: nobody\n\nVacant: 1 place: too few candidates\n" in text
    assert "\nTHIS ELECTION IS VOID\n" in text
    assert lines(record, "declaration")[-2:] == [
        ["Vacant", "1 place: too few candidates"],
        ["Void", "this election is void"],
    ]


def test_whoever_is_elected_at_the_end_is_elected_at_the_end() -> None:
    record = stvcount.count(election(2, {"A": 9, "B": 2, "C": 1}), rules="scottish")
    assert ["B", "end of the count"] in lines(record, "declaration")


# All of them


@given(record=records)
def test_any_record_has_each_report(record: CountRecord) -> None:
    for name in (*OF_THE_RECORD, *(f"{name}-csv" for name in OF_THE_RECORD)):
        text = sheets.render(record, name)
        assert text.endswith("\n"), name
        assert not re.search(r"\bround", text.lower()) or "round" in record.to_json().lower(), name


@pytest.mark.parametrize("name", ["declaration", "transfers", "first-preferences"])
def test_long_names_stay_on_the_page(name: str) -> None:
    long = {letter: f"{letter} {'Featherstonehaugh ' * 12}".strip() for letter in "ABC"}
    record = stvcount.count(election(2, {"AB": 8, "B": 4, "C": 1}, title="T " * 90))
    text = record.to_json()
    for letter, name_ in long.items():
        text = text.replace(f'"{letter}"', json.dumps(name_))
    shown = sheets.render(known(CountRecord.from_json(text)), name)
    assert widest(shown) <= 100
    assert "A Feather" in shown


def test_stages_are_the_table_of_the_sheet() -> None:
    record = stvcount.count(election(2, {"AB": 8, "B": 4, "C": 1}))
    table = sheets.render(record, "text").split("\n\n")[2:4]
    assert sheets.render(record, "stages").split("\n\n")[2:] == [table[0], table[1] + "\n"]
    assert sheets.render(record, "stages-csv").strip() in sheets.render(record, "csv")


def test_a_paper_without_any_preference_has_no_place_in_the_profile() -> None:
    papers = stvcount.Papers.from_rankings([(("A",), 3), ((), 2), (("B", "A"), 1)])
    of = stvcount.Election(places=1, candidates=papers.candidates, papers=papers)
    shown = stvcount.sheets.render(stvcount.count(of, rules="ers97"), "profile-csv", election=of)
    assert list(csv.reader(io.StringIO(shown)))[1:] == [["3", "A"], ["1", "B, A"]]
