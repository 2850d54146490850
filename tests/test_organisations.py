"""Organisations, the non-person, and what its election means."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from builders import election, texts

import stvcount
from stvcount import Election, ElectionError, Lots, Papers, cli, organisations


def with_ron(places: int, papers: dict[str, int], name: str = "RON") -> Election:
    """An election in which the candidate R is Re-Open Nominations, not yet marked."""
    made = election(places, papers)
    names = [name if letter == "R" else letter for letter in made.candidates]
    return replace(made, candidates=names, papers=made.papers.renamed(names))


@pytest.mark.parametrize(
    ("organisation", "places", "rules"),
    [
        ("imperial", 1, "ers-av"),
        ("imperial", 2, "ers97"),
        ("chester", 1, "ers-av"),
        ("chester", 2, "ers97"),
        ("loughborough", 1, "lsu-stv"),
        ("loughborough", 2, "lsu-atv"),
        ("aberdeen", 1, "aberdeen"),
    ],
)
def test_the_number_of_places_picks_the_rule_set(
    organisation: str, places: int, rules: str
) -> None:
    record = stvcount.count(election(places, {"A": 9, "B": 6, "C": 2}), organisation=organisation)
    assert (record.organisation, record.rules.id) == (organisation, rules)


def test_a_rule_set_given_overrides_the_profile() -> None:
    record = stvcount.count(election(1, {"A": 9, "B": 6}), organisation="imperial", rules="ers97")
    assert (record.organisation, record.rules.id) == ("imperial", "ers97")


def test_several_rectors_are_refused() -> None:
    with pytest.raises(ElectionError, match="aberdeen: found 2 places; expected 1"):
        stvcount.count(election(2, {"A": 9, "B": 6, "C": 1}), organisation="aberdeen")


@pytest.mark.parametrize("rules", ["ers-av", "aberdeen", "lsu-stv"])
def test_rules_for_one_place_refuse_more(rules: str) -> None:
    with pytest.raises(ElectionError, match=f"{rules}: found 2 places; expected at most 1"):
        stvcount.count(election(2, {"A": 9, "B": 6, "C": 1}), rules=rules)


def test_an_unknown_organisation() -> None:
    with pytest.raises(ElectionError, match="organisation: found 'nus'; expected aberdeen, ches"):
        stvcount.count(election(1, {"A": 1}), organisation="nus")


@pytest.mark.parametrize(
    ("name", "marked"),
    [
        ("RON", True),
        ("Re-Open Nominations", True),
        ("REOPEN NOMINATIONS", True),
        ("RON (Re-Open Nominations)", True),
        ("Re-open nominations [RON]", True),
        ("Ron", False),
        ("Ronald Smith (Ron)", False),
        ("Ronald Smith (RON)", False),
        ("Re-Open the Bar", False),
        ("No Candidate", False),
    ],
)
def test_a_profile_marks_its_own_non_person_and_nobody_else(name: str, marked: bool) -> None:
    record = stvcount.count(with_ron(1, {"A": 9, "B": 6, "R": 2}, name), organisation="imperial")
    assert record.non_person == (name if marked else None)
    if marked:
        plain = with_ron(1, {"A": 9, "B": 6, "R": 2}, name)
        assert organisations.unmarked_non_persons(plain) == (name,)
        assert stvcount.count(plain, rules="ers-av").non_person is None


def test_what_is_marked_already_stays_marked() -> None:
    standing = with_ron(1, {"A": 9, "B": 6, "R": 2}).with_non_person("B")
    assert stvcount.count(standing, organisation="imperial").non_person == "B"


def test_two_that_look_alike_are_refused_until_one_is_marked() -> None:
    standing = replace(
        election(1, {"A": 9, "B": 6, "C": 1}),
        candidates=["A", "RON", "Re-Open Nominations"],
        papers=Papers(["A", "RON", "Re-Open Nominations"], [((0,), 5), ((1,), 2)]),
    )
    with pytest.raises(ElectionError, match="found 'RON', 'Re-Open Nominations' on the paper"):
        stvcount.count(standing, organisation="chester")
    marked = standing.with_non_person("RON")
    assert stvcount.count(marked, organisation="chester").elected == ("A",)


def test_an_unknown_non_person() -> None:
    with pytest.raises(ElectionError, match="non-person: found 'Z'; expected one of the cand"):
        election(1, {"A": 1}).with_non_person("Z")


# What its election means


@pytest.mark.parametrize(
    ("organisation", "said"),
    [("imperial", "nominations re-open"), ("chester", "co-option and by-election (8.2)")],
)
def test_its_place_is_vacant_and_the_count_goes_on(organisation: str, said: str) -> None:
    """Quota 30 / 3 = 10: RON and A reach it at the first stage."""
    standing = with_ron(2, {"R": 14, "A": 10, "B": 6})
    record = stvcount.count(standing, organisation=organisation)
    assert [one.candidate for one in record.stages[0].elected] == ["RON", "A"]
    assert record.elected == ("A",)
    assert [vacancy.places for vacancy in record.vacant] == [1]
    assert said in record.vacant[0].reason
    assert texts(record, "non-person") == ["RON is elected: that place is not filled"]


def test_its_surplus_is_transferred() -> None:
    """RON has 16, quota 10: 6 go to B at 0.37 each, and put B before C."""
    record = stvcount.count(
        with_ron(3, {"RB": 16, "A": 10, "B": 6, "C": 8}).with_non_person("RON"), rules="ers97"
    )
    assert record.stages[1].candidates == ("RON",)
    assert record.elected == ("A", "B")


def test_close_keeps_those_before_it_and_re_opens_all_the_rest() -> None:
    """A has 15 and RON 12, quota 40 / 4 = 10: A stands, B with 10 comes after RON."""
    standing = with_ron(3, {"A": 15, "R": 12, "B": 10, "C": 3}).with_non_person("RON")
    going_on = stvcount.count(standing, rules="ers97")
    assert going_on.elected == ("A", "B")
    closed = stvcount.count(standing, rules="ers97", options={"non_person": "close"})
    assert closed.elected == ("A",)
    assert [one.candidate for one in closed.stages[0].elected] == ["A", "RON"]
    assert len(closed.stages) == 1
    assert [vacancy.places for vacancy in closed.vacant] == [2]
    assert set(closed.completion.excluded) == {"B", "C"}
    assert closed.rules.options == {"non_person": "close"}
    assert texts(closed, "non-person") == ["RON is elected: the election closes, nobody after it"]


def test_close_in_the_middle_of_an_exclusion() -> None:
    """RON passes the quota on C's papers at 1.00; those at a lower value are not moved."""
    standing = with_ron(3, {"SCA": 2, "SB": 18, "CR": 3, "R": 9, "A": 8}).with_non_person("RON")
    closed = stvcount.count(standing, rules="ers97", options={"non_person": "close"})
    last = closed.stages[-1]
    assert last.candidates == ("C",)
    assert "RON" in [one.candidate for one in last.elected]
    assert last.votes["C"] > 0
    assert texts(closed, "5.5.2")[0].startswith("the election is closed by RON: papers worth")


def test_no_candidate_voids_at_half_plus_one() -> None:
    standing = Election(
        places=1,
        candidates=["A", "B", "No Candidate"],
        papers=Papers.from_rankings(
            [(["A"], 30), (["B", "No Candidate"], 21), (["No Candidate"], 50)]
        ),
    )
    record = stvcount.count(standing, organisation="loughborough")
    assert (record.stages[0].elected, record.stages[1].candidates) == ((), ("B",))
    assert record.void
    assert (record.elected, record.vacant) == ((), ())
    assert texts(record, "No Candidate c")
    assert "void" in str(record).lower()


def test_no_candidate_voids_one_of_several_places() -> None:
    standing = Election(
        places=2,
        candidates=["A", "B", "No Candidate"],
        papers=Papers.from_rankings([(["A"], 30), (["B"], 20), (["No Candidate"], 51)]),
    )
    record = stvcount.count(standing, organisation="loughborough")
    assert record.void
    short = replace(
        standing,
        papers=Papers.from_rankings([(["A"], 31), (["B"], 20), (["No Candidate"], 50)]),
    )
    record = stvcount.count(short, organisation="loughborough")
    assert not record.void
    assert record.elected == ("A",)
    assert [vacancy.places for vacancy in record.vacant] == [1]
    assert "(L7)" in record.vacant[0].reason


# Chester 8.3


def test_chester_8_3_excess_posts_are_vacant_before_the_count() -> None:
    record = stvcount.count(with_ron(3, {"A": 9, "R": 6, "B": 3}), organisation="chester")
    assert (record.places, record.rules.id) == (3, "ers97")
    assert str(record.stages[0].quota) == "6.00"
    assert record.elected == ("A",)
    assert [vacancy.places for vacancy in record.vacant] == [1, 1]
    assert "(8.3)" in record.vacant[0].reason


def test_chester_8_3_the_reduced_number_picks_the_rule_set() -> None:
    record = stvcount.count(with_ron(2, {"A": 9, "R": 6}), organisation="chester")
    assert (record.rules.id, record.elected) == ("ers-av", ("A",))


def test_chester_8_3_is_for_the_close_of_nominations_only() -> None:
    standing = with_ron(2, {"A": 9, "R": 6, "B": 3}).withdraw("B")
    record = stvcount.count(standing, organisation="chester")
    assert record.rules.id == "ers97"
    assert not any("8.3" in vacancy.reason for vacancy in record.vacant)


def test_chester_8_3_with_nobody_nominated() -> None:
    with pytest.raises(ElectionError, match="chester: found nobody nominated"):
        stvcount.count(with_ron(2, {"R": 6}), organisation="chester")


def test_imperial_has_no_8_3() -> None:
    record = stvcount.count(with_ron(3, {"A": 9, "R": 6, "B": 3}), organisation="imperial")
    assert record.places == 3
    assert str(record.stages[0].quota) == "4.50"


def test_every_organisation_is_whole() -> None:
    for name in organisations.names():
        profile = organisations.get(name)
        assert profile.id == name
        for rules in (profile.one_place, profile.several_places):
            assert rules is None or rules in stvcount.rules.names()


# At the command


def test_the_command_says_what_it_sees(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "ron.blt"
    stvcount.write(with_ron(2, {"R": 14, "A": 10, "B": 6}), path)

    def run(*arguments: str) -> tuple[Any, str]:
        assert cli.main(["count", str(path), "--format", "json", *arguments]) == 0
        out, err = capsys.readouterr()
        return stvcount.CountRecord.from_json(out), err

    record, err = run()
    assert (record.non_person, record.elected) == (None, ("RON", "A"))
    assert "'RON' is counted as a person; if it is none: --non-person 'RON'" in err
    record, err = run("--non-person", "RON")
    assert (record.non_person, record.elected, err) == ("RON", ("A",), "")
    record, err = run("--organisation", "chester", "--option", "non_person=close")
    assert (record.organisation, record.elected) == ("chester", ())
    assert [vacancy.places for vacancy in record.vacant] == [2]
    assert "'RON' is no person by the rules of this organisation" in err


def test_lots_that_fall_on_the_non_person() -> None:
    standing = with_ron(1, {"A": 5, "R": 5}).with_non_person("RON")
    record = stvcount.count(standing, rules="ers97", lots=Lots.drawn("A"))
    assert (record.elected, [vacancy.places for vacancy in record.vacant]) == ((), [1])
