"""Why somebody is elected or not, and why a place is not filled, in one plain sentence each."""

from __future__ import annotations

import dataclasses
import json
import re
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import pytest
from builders import election
from hypothesis import given
from hypothesis import strategies as st
from weighted import Weighted

import stvcount
from stvcount import CountRecord, Election, ElectionError, Lots
from stvcount.election.contest import Contest
from stvcount.record import Decision
from stvcount.rules import RuleSet
from stvcount.sheets.why import why_elected, why_not, why_vacant
from stvcount.testing import elections

RULES = {name: stvcount.rules.get(name) for name in stvcount.rules.names()}
RULES["weighted"] = Weighted()
EVERY_RULE_SET = pytest.mark.parametrize("rules", RULES.values(), ids=repr)


class Case(NamedTuple):
    """A line of why_cases.txt: the smallest election found in which a rule set says so."""

    rules: str
    places: int
    papers: dict[str, int]
    candidates: str
    non_person: str | None
    about: str | None
    sentence: str

    @classmethod
    def read(cls, line: str) -> Case:
        rules, places, papers, candidates, non_person, about, sentence = line.split(" | ")
        pairs = (paper.split() for paper in papers.split(", "))
        return cls(
            rules,
            int(places),
            {order: int(number) for order, number in pairs},
            candidates,
            None if non_person == "-" else non_person,
            None if about == "-" else about,
            sentence,
        )


def cases() -> list[Case]:
    text = (Path(__file__).parent / "why_cases.txt").read_text("utf-8")
    return [Case.read(line) for line in text.splitlines() if line[:1] not in ("", "#")]


def count(of: Election, rules: RuleSet) -> CountRecord:
    places = of.places if rules.most_places is None else min(rules.most_places, of.places)
    return stvcount.count(of.with_places(places), rules=rules, lots=Lots.seeded("x"))


def why(record: CountRecord, name: str) -> str:
    return why_elected(record, name) if name in record.elected else why_not(record, name)


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case.rules}-{case.sentence[:60]}")
def test_each_sentence_of_each_rule_set(case: Case) -> None:
    of = election(case.places, case.papers, candidates=case.candidates)
    if case.non_person is not None:
        of = of.with_non_person(case.non_person)
    record = count(of, RULES[case.rules])
    if case.about is None:
        assert case.sentence in why_vacant(record)
    else:
        assert why(record, case.about) == case.sentence


def test_every_rule_set_has_its_cases() -> None:
    assert {case.rules for case in cases()} >= set(RULES)


# What a voter or a candidate may ask of any count, and what the sentence then says.
OUTCOMES = {
    "elected on first preferences": r"^(?!Not).* on first preferences(, with|, against|, when|:)",
    "elected later": r"^(?!Not).* at (stage \d+|the end of the count)\b",
    "uncontested": r"^Uncontested",
    "excluded, and how far behind": r"^Not .* excluded at .* with [\d.]+ votes?, [\d.]+ fewer than",
    "never excluded": r"^Not elected: had [\d.]+ votes? after stage",
    "told apart by earlier votes": r"(ahead|behind) (on|at|after) ",
    "by lot": r"decided by lot \(",
    "no person": r"^Not a person: .*; (that place is not filled|the election is void)\.$",
    "vacant or void": r"^\d+ places? (is|are) not filled|^The election is void",
}
# The rules of the package have no look at earlier votes, and no lot but by the order of the paper;
# Meek's method knows only the lot.
WITHOUT = {
    ("weighted", "told apart by earlier votes"),
    ("weighted", "by lot"),
    ("meek", "told apart by earlier votes"),
    ("meek-1987", "told apart by earlier votes"),
}


@EVERY_RULE_SET
@pytest.mark.parametrize("outcome", OUTCOMES)
def test_every_outcome_of_every_rule_set_has_a_case(rules: RuleSet, outcome: str) -> None:
    told = [case.sentence for case in cases() if case.rules == rules.id]
    found = [sentence for sentence in told if re.search(OUTCOMES[outcome], sentence)]
    assert bool(found) == ((rules.id, outcome) not in WITHOUT)


# What only one rule set, an organisation or a person adds


def test_a_casual_vacancy() -> None:
    original = election(2, {"A": 8, "B": 7, "CB": 3, "ACB": 2, "D": 4})
    record = stvcount.vacancy(stvcount.count(original, rules="ers97"), original, vacating="A")
    assert record.elected == ("C",)
    assert why_elected(record, "C") == (
        "Fills the place of A: elected on the active vote at stage 2: 5 votes, at least one in 2 "
        "of the 9 still in play for 1 place."
    )
    assert why_not(record, "D") == (
        "Not elected: had 4 votes after stage 2, when the vacancy was filled: 1.34 short of the "
        "quota of 5.34."
    )
    assert why_not(record, "A") == "Not elected: did not stand (vacating representative (7.1))."
    assert why_not(record, "B") == (
        "Not elected by this count: has a place already, and only that of A is filled."
    )


def test_somebody_who_withdrew() -> None:
    of = election(1, {"A": 4, "B": 3, "C": 1}).withdraw("B", reason="ill").withdraw("C")
    record = stvcount.count(of, rules="ers97")
    assert why_not(record, "B") == "Not elected: did not stand (ill)."
    assert why_not(record, "C") == "Not elected: did not stand."


def test_a_non_person_that_closes_the_count() -> None:
    of = election(2, {"A": 4, "N": 9, "B": 1}).with_non_person("N")
    record = stvcount.count(of, rules="ers97", options={"non_person": "close"})
    assert why_not(record, "A") == (
        "Not elected: had 4 votes after stage 1, when the election of N closed the count: 0.67 "
        "short of the quota of 4.67."
    )
    assert why_vacant(record) == (
        "2 places are not filled: N was elected and the election closed.",
    )


def test_what_an_organisation_says_follows() -> None:
    record = stvcount.count(election(1, {"A": 4, "RON": 9}), organisation="imperial")
    assert record.non_person is None  # letters, not the name
    of = stvcount.Election(
        places=1,
        candidates=["Ann", "RON"],
        papers=stvcount.Papers.from_rankings(
            [(["RON"], 3), (["Ann"], 1)], candidates=["Ann", "RON"]
        ),
    )
    record = stvcount.count(of, organisation="imperial")
    assert why_vacant(record) == (
        "1 place is not filled: RON was elected: the place is not filled, nominations re-open "
        "(F34, G25; O1).",
    )


@pytest.mark.parametrize("rules", ["ers97", "lsu-atv"])
def test_a_lot_says_who_drew_it(rules: str) -> None:
    lots = Lots.drawn("A")
    record = stvcount.count(election(1, {"A": 5, "B": 5}), rules=rules, lots=lots)
    record = dataclasses.replace(record, contest=Contest(returning_officer="Jo Park"))
    assert "decided by lot (drawn by Jo Park)" in why(record, "A")
    assert "decided by lot (drawn by Jo Park)" in why(record, "B")


def test_a_name_that_does_not_fit() -> None:
    record = stvcount.count(election(1, {"A": 5, "B": 4}), rules="ers97")
    with pytest.raises(
        ElectionError, match="why_elected: found 'B'; expected one of those elected"
    ):
        why_elected(record, "B")
    with pytest.raises(
        ElectionError, match=r"why_not: found 'A'; expected .* those not elected: B$"
    ):
        why_not(record, "A")
    with pytest.raises(ElectionError, match="why_not: found 'Z'"):
        why_not(record, "Z")


def test_a_record_that_lacks_figures_says_less() -> None:
    record = stvcount.count(election(1, {"A": 5, "B": 5}), rules="ers97", lots=Lots.drawn("A"))
    bare = tuple(
        Decision(one.clause, one.code, one.candidates, {}, one.text)
        for one in record.completion.decisions
    )
    end = dataclasses.replace(record.completion, decisions=bare)
    record = dataclasses.replace(record, completion=end)
    assert why_elected(record, "B") == "Elected."
    assert why_not(record, "A") == "Not elected."


# What holds for every rule set


@EVERY_RULE_SET
@given(of=elections())
def test_every_sentence_is_one_and_true_of_the_figures(rules: RuleSet, of: Election) -> None:
    record = count(of, rules)
    deemed = {
        one.candidate: (stage.quota, one.vote) for stage in record.stages for one in stage.elected
    }
    for name in record.candidates:
        told = why(record, name)
        assert told.endswith(".")
        assert told[0].isupper()
        assert "\n" not in told
        for ahead in re.finditer(r"ahead [^;]*?, ([\d.]+) to ([\d.]+)", told):
            assert Decimal(ahead[1]) > Decimal(ahead[2].rstrip("."))
        for behind in re.finditer(r"behind [^;]*?, ([\d.]+) to ([\d.]+)", told):
            assert Decimal(behind[1]) < Decimal(behind[2].rstrip("."))
        reached = re.match(r"Reached the quota of ([\d.]+) .*?, with ([\d.]+) vote", told)
        if reached is not None:
            quota, vote = deemed[name]
            assert (Decimal(reached[1]), Decimal(reached[2])) == (quota, vote)
            assert vote >= Decimal(reached[1])


@EVERY_RULE_SET
@given(of=elections())
def test_how_much_was_short_is_short(rules: RuleSet, of: Election) -> None:
    record = count(of, rules)
    for name in record.candidates:
        told = why(record, name)
        short = re.search(
            r"had ([\d.]+) votes? .*: ([\d.]+) short of the .*?([\d.]+)( needed)?\.$", told
        )
        if short is not None:
            assert Decimal(short[1]) + Decimal(short[2]) == Decimal(short[3])
            assert record.stages[-1].votes[name] == Decimal(short[1])
        fewer = re.search(r"excluded at stage (\d+) with ([\d.]+) votes?, ([\d.]+) fewer", told)
        if fewer is not None:
            stage = record.stages[int(fewer[1]) - 1]
            before = record.stages[int(fewer[1]) - 2].votes
            gone = {*stage.candidates}
            left = [
                vote
                for one, vote in before.items()
                if one not in gone and vote == Decimal(fewer[2]) + Decimal(fewer[3])
            ]
            assert before[name] == Decimal(fewer[2])
            assert left


def numbers_in(part: object) -> set[Decimal]:
    """Every number that stands anywhere in a part of a record in JSON."""
    if isinstance(part, dict):
        part = list(part.values())
    if isinstance(part, list):
        return set().union(*map(numbers_in, part))
    if isinstance(part, int) or (isinstance(part, str) and re.fullmatch(r"\d+(\.\d+)?", part)):
        return {Decimal(part)}
    return set()


@EVERY_RULE_SET
@given(of=elections(), closed=st.booleans())
def test_every_figure_of_a_sentence_stands_in_the_record(
    rules: RuleSet, of: Election, *, closed: bool
) -> None:
    if closed:
        of = of.with_non_person(of.candidates[0])
    record = count(of, rules)
    stated = numbers_in(json.loads(record.to_json())) | {
        Decimal(len(record.candidates) - len(record.withdrawn))
    }
    for name in record.candidates:
        told = why(record, name)
        assert told not in ("Elected.", "Not elected.")
        # How much was short is reckoned from two of them, and the next test does that too.
        told = re.sub(r"[\d.]+ (fewer than|short of)", "less than", told)
        figures = map(Decimal, re.findall(r"\d+(?:\.\d+)?", told))
        assert {*figures} <= stated, told
        # Words of the program, of other trades or of nobody.
        assert not re.search(r"[_{}]|None|Decimal|round|hopeful|exhausted|eliminated", told)


@EVERY_RULE_SET
@given(of=elections())
def test_every_place_is_accounted_for(rules: RuleSet, of: Election) -> None:
    record = count(of, rules)
    unfilled = [int(told.split()[0]) for told in why_vacant(record) if not record.void]
    assert record.void or len(record.elected) + sum(unfilled) == record.places
