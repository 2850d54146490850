"""The rule set by itself: counts worked out by hand, one for each clause and reading."""

from __future__ import annotations

import pytest
from stvcount_example_rules import FirstPreferences

import stvcount
from stvcount import Lots

COMMITTEE = [(["Ann", "Bob"], 5), (["Bob"], 4), (["Cat"], 4), (["Dan"], 1)]


def count(places: int, *lots: str) -> stvcount.CountRecord:
    return stvcount.count(
        COMMITTEE, places=places, rules=FirstPreferences(), lots=Lots.drawn(*lots)
    )


def test_the_most_first_preferences_are_elected() -> None:
    record = count(1)
    assert record.elected == ("Ann",)
    assert record.completion.excluded == ("Dan", "Bob", "Cat")
    [stage] = record.stages
    assert {name: str(vote) for name, vote in stage.votes.items()} == {
        "Ann": "5",
        "Bob": "4",
        "Cat": "4",
        "Dan": "1",
    }
    assert [(one.candidate, one.clause) for one in stage.elected] == [("Ann", "1")]


def test_equal_candidates_are_all_elected_where_there_are_places_enough() -> None:
    assert count(3).elected == ("Ann", "Bob", "Cat")


def test_a_lot_is_asked_for_where_there_are_not() -> None:
    with pytest.raises(stvcount.LotNeeded) as needed:
        count(2)
    assert (needed.value.candidates, needed.value.clause) == (("Bob", "Cat"), "2")
    record = count(2, "Cat")
    assert record.elected == ("Ann", "Cat")
    [lot] = record.stages[0].lots
    assert (lot.purpose, lot.chosen) == ("election", "Cat")


def test_lots_are_drawn_one_by_one() -> None:
    equal = [(["Ann"], 2), (["Bob"], 2), (["Cat"], 2)]
    record = stvcount.count(
        equal, places=2, rules=FirstPreferences(), lots=Lots.drawn("Cat", "Ann")
    )
    assert record.elected == ("Cat", "Ann")
    assert record.completion.excluded == ("Bob",)


def test_fewer_candidates_than_places() -> None:
    record = count(6)
    assert len(record.elected) == 4
    assert record.vacant[0].places == 2


def test_the_record_agrees_with_itself_and_with_the_papers() -> None:
    record = count(2, "Bob")
    election = stvcount.Election.from_rankings(COMMITTEE, places=2)
    assert stvcount.verify(record, election) == ()


def test_it_is_found_by_its_name() -> None:
    """Once the package is installed: the entry point in pyproject.toml registers it."""
    assert "first-preferences" in stvcount.rules.names()
    assert stvcount.count(COMMITTEE, places=1, rules="first-preferences").elected == ("Ann",)


def test_its_own_decisions_are_worded() -> None:
    [stage] = count(2, "Cat").stages
    texts = [(one.code, one.text) for one in stage.decisions]
    assert texts == [
        ("most-left", "Ann (5): most of those left"),
        ("equal-for-places", "Bob, Cat have 4 each, for 1 places"),
        ("lot", "never told apart: the lot falls on Cat"),
    ]
