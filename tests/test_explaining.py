"""The story of a count: told from the record, true of its figures, for every rule set."""

from __future__ import annotations

import dataclasses
import re
from decimal import Decimal
from pathlib import Path

import pytest
from builders import election
from hypothesis import given
from test_record_json import records
from weighted import Weighted

import stvcount
from stvcount import CountRecord, Election, ElectionError, Lots, SetAside, Withdrawal
from stvcount.frozen import FrozenMapping
from stvcount.inquiry.explain.explaining import explain, sections
from stvcount.rules import RuleSet
from stvcount.testing import elections

RULES = [*map(stvcount.rules.get, stvcount.rules.names()), Weighted()]
EVERY_RULE_SET = pytest.mark.parametrize("rules", RULES, ids=repr)


def count(given: Election, rules: str | RuleSet, **options: str | bool) -> CountRecord:
    chosen = stvcount.rules.get(rules, options) if isinstance(rules, str) else rules
    places = given.places if chosen.most_places is None else min(chosen.most_places, given.places)
    return stvcount.count(given.with_places(places), rules=chosen, lots=Lots.seeded("explaining"))


def story(record: CountRecord, candidate: str | None = None) -> str:
    """The story in one line each sentence, as it is before it is broken into lines."""
    return "\n".join(text for part in sections(record, candidate) for text in part.paragraphs)


STORY_OF_B = """\
Untitled election
=================

B
  B is elected, number 2 of 2: reached the quota of 4.34 at stage 2, with 7.60 votes [5.3.13(a)].

Stage 1: the first preferences
  B had 4.00 of the 13 first preferences; 1 of the 2 other candidates had more.

Stage 2: the surplus of A
  B gained 3.60 votes from the surplus of A: 8 papers at 0.45. That made 7.60.
  B was deemed elected with 7.60 votes, which reaches the quota of 4.34 [5.3.13(a)]. Deemed
    elected is elected as far as the count goes: the result is declared afterwards.
"""

STORY_OF_ALL = """\
Untitled election
=================

The result
  A is elected, number 1 of 2: reached the quota of 4.34 on first preferences, with 8 votes
    [5.1.7(a)].
  B is elected, number 2 of 2: reached the quota of 4.34 at stage 2, with 7.60 votes [5.3.13(a)].

The election
  3 candidates stood for 2 places. Counted by the rules ers97 (ERS97 single transferable vote): 13
    valid papers.

Stage 1: the first preferences
  First preferences: A 8.00, B 4.00 and C 1.00.
  Quota 13 / 3 = 4.34 (not exact: remainder dropped, 0.01 added) [5.1.6]. The quota is how many
    votes are enough to be sure of a place.
  A was deemed elected with 8.00 votes, which reaches the quota of 4.34 [5.1.7(a)]. Deemed elected
    is elected as far as the count goes: the result is declared afterwards.

Stage 2: the surplus of A
  Surpluses 3.66 exceed 4.00 - 1.00 and the difference of every set that could go together: not
    deferred [5.2.2]. A surplus is what somebody elected has beyond the quota: it goes on to the
    next names on those papers, so that votes not needed here still count.
  Largest surplus: A, 3.66 [5.2.3].
  8 transferable papers worth 8.00 exceed the surplus 3.66: transfer value 3.66 / 8 = 0.45
    [5.3.7]. The transfer value is the part of a vote that each of these papers still carries: the
    rest of it stays with the one it has elected.
  8 papers of A moved at 0.45: 8 to B (3.60 votes). 0.06 became non-transferable. Non-transferable
    votes count for nobody any more: there is no further name for them to go to, or they are what a
    division leaves over.
  B was deemed elected with 7.60 votes, which reaches the quota of 4.34 [5.3.13(a)].

The end of the count
  All places are filled: C formally excluded [5.5.2].

Those not elected
  C is not elected: had 1 vote after stage 2, when the last place was filled: 3.34 short of the
    quota of 4.34 [5.5.2].
"""


def small() -> CountRecord:
    return stvcount.count(election(2, {"AB": 8, "B": 4, "C": 1}), rules="ers97")


def test_the_story_of_a_count() -> None:
    assert explain(small()) == STORY_OF_ALL


def test_the_story_of_one_candidate() -> None:
    assert explain(small(), "B") == STORY_OF_B


def test_an_unknown_candidate() -> None:
    with pytest.raises(ElectionError, match=r"explain: found 'Z'; expected one of the .* A, B, C$"):
        explain(small(), "Z")


# Why somebody is elected or not: test_why.py has the sentences


def test_why_not_is_told_with_the_clauses_that_decided_it() -> None:
    record = count(election(1, {"A": 9, "B": 5, "CA": 3, "DB": 1}), "aberdeen")
    assert story(record, "D").startswith(
        "D is not elected: excluded at stage 2 with 1 vote, 2 fewer than C [7.8].\n"
    )
    assert "\nB is not elected: had 6 votes after stage 3, when the last place was filled:" in (
        story(record)
    )


def test_a_tie_that_the_rules_decide() -> None:
    # B and C are equal at stage 3; C had fewer at the first stage.
    papers = {"A": 9, "B": 5, "C": 4, "DC": 1}
    record = stvcount.count(election(1, papers), rules="lsu-stv")
    assert record.stages[2].candidates == ("C",)
    told = story(record, "C")
    assert "equal with B: behind on first preferences, 4 to 5 [C3 q]." in told
    assert (
        "Equal fewest, 5.00: B and C; fewest vote at stage 1 (B 5.00, C 4.00) [C3 q]. Excluded "
        "means out of the count:" in told
    )


@pytest.mark.parametrize(("drawn", "other"), [("A", "B"), ("B", "A")])
def test_a_lost_lot(drawn: str, other: str) -> None:
    lots = Lots.drawn(drawn)
    record = stvcount.count(election(1, {"A": 2, "B": 2, "C": 3}), rules="lsu-stv", lots=lots)
    assert story(record, drawn).startswith(
        f"{drawn} is not elected: excluded at stage 2 with 2 votes, equal with {other}: decided by "
        "lot (drawn) [C3 q]."
    )
    told = story(record, other)
    assert (
        f"A lot between A (2.00) and B (2.00) decided who is excluded: it fell on {drawn} "
        "(source: drawn) [C3 q]. A lot, a name drawn or a coin tossed, decides" in told
    )


def test_somebody_who_withdrew() -> None:
    record = count(election(1, {"A": 4, "B": 3}).withdraw("B", reason="ill"), "ers97")
    assert story(record, "B") == "B is not elected: did not stand (ill)."
    assert "B did not stand (ill): every paper passes over that name." in story(record)


def test_no_person() -> None:
    papers = election(2, {"A": 4, "N": 9, "B": 1}).with_non_person("N")
    record = count(papers, "ers97")
    assert story(record, "N").startswith(
        "N is no person, but an option on the paper.\n"
        "N is not a person: reached the quota of 4.67 on first preferences, with 9 votes; that "
        "place is not filled [5.1.7(a)]."
    )
    assert "1 place is not filled: N was elected." in story(record)
    closed = count(papers, "ers97", non_person="close")
    assert "N is elected: the election closes, nobody after it [non-person]." in story(closed)
    assert story(closed).startswith("Nobody is elected.\n2 places are not filled: N was elected")


def test_a_void_election() -> None:
    record = count(election(1, {"A": 4, "N": 9, "B": 1}).with_non_person("N"), "lsu-stv")
    assert story(record).startswith("The election is void: N has 9 votes, and 8 are enough")
    assert "Nobody is elected" not in story(record)
    assert story(record, "A").startswith("A is not elected: the election is void; had 4 votes.")


def test_a_casual_vacancy() -> None:
    original = election(2, {"A": 8, "B": 7, "CB": 3, "ACB": 2})
    record = stvcount.vacancy(count(original, "ers97"), original, vacating="A")
    assert record.elected == ("C",)
    told = story(record)
    assert told.startswith("C is elected: fills the place of A: uncontested: 2 candidates for 2")
    assert "A did not stand (vacating representative (7.1))" in told
    assert (
        "B is not elected by this count: has a place already, and only that of A is filled" in told
    )


def suspended() -> Election:
    papers = {"SXB": 4, "SA": 16, "S": 10, "A": 11, "B": 10, "XB": 2, "XYB": 1, "YB": 6}
    return election(2, papers)


def test_papers_out_of_suspense_are_told_with_their_holder() -> None:
    record = count(suspended(), "lsu-atv", suspense=True)
    assert (
        "B gained 9.00 votes from the exclusion of Y, and from papers that X still held: "
        "7 papers at 1.00 and 4 papers at 0.50. That made 21.00." in story(record, "B")
    )


def test_a_name_within_another_is_told_apart() -> None:
    names = ["Ann", "Ann Lee", "Lee"]
    papers = stvcount.Papers.from_rankings(
        [(["Ann"], 5), (["Ann Lee"], 4), (["Lee"], 1)], candidates=names
    )
    record = stvcount.count(
        stvcount.Election(places=1, candidates=names, papers=papers), rules="aberdeen"
    )
    assert "Least votes: Lee (1.00) [7.8]." in story(record, "Lee")
    assert "Lee (1.00)" not in story(record, "Ann Lee")


# What holds for every rule set


@EVERY_RULE_SET
@given(election=elections())
def test_everything_is_told(rules: RuleSet, election: Election) -> None:
    record = count(election, rules)
    told = story(record)
    for holder in (*record.stages, record.completion):
        for decision in holder.decisions:
            assert f"{decision.text[1:]} [{decision.clause}]." in told
        for one in holder.elected:
            assert f"{one.candidate} was deemed elected with {one.vote:f} votes" in told
        for lot in holder.lots:
            assert f"it fell on {lot.chosen}" in told
    for name in record.candidates:
        assert f"{name} is elected" in told or f"{name} is not" in told


@EVERY_RULE_SET
@given(election=elections())
def test_what_concerns_a_candidate_is_told_of_that_candidate(
    rules: RuleSet, election: Election
) -> None:
    record = count(election, rules)
    decisions = [
        decision for holder in (*record.stages, record.completion) for decision in holder.decisions
    ]
    for name in set(record.candidates) - {one.candidate for one in record.withdrawn}:
        told = story(record, name).lower().split("\n")
        for one in decisions:
            sentence = f"{one.text} [{one.clause}].".lower()
            is_told = any(line.startswith(sentence) for line in told)
            # Two surpluses may be alike to the word.
            said = (one.clause, one.text)
            alike = [same for same in decisions if (same.clause, same.text) == said]
            assert is_told == any(name in same.candidates for same in alike)


@EVERY_RULE_SET
@given(election=elections())
def test_no_word_is_explained_twice(rules: RuleSet, election: Election) -> None:
    told = story(count(election, rules))
    for text in EXPLANATIONS:
        assert told.count(text) <= 1


EXPLANATIONS = (
    "The quota is how many votes",
    "Deemed elected is",
    "A surplus is",
    "The transfer value is",
    "Deferred means",
    "Held in suspense means",
    "Excluded means",
    "Several go at once",
    "Papers move in batches",
    "Non-transferable votes count",
    "The active vote is",
    "Equal candidates are",
    "A lot, a name drawn",
)


def test_every_word_is_explained_somewhere(shared: Path) -> None:
    model = stvcount.read(shared / "data" / "ers97-model.blt")
    tied = election(2, {"AB": 5, "BA": 4, "CB": 4, "D": 4, "E": 1})
    told = "".join(
        story(count(one, rules, **options))
        for one, rules, options in (
            (model, "ers97", {}),
            (tied, "ers97", {}),
            (suspended(), "lsu-atv", {"suspense": True}),
        )
    )
    assert [text for text in EXPLANATIONS if text not in told] == []


@EVERY_RULE_SET
@given(election=elections())
def test_every_candidates_gains_are_told(rules: RuleSet, election: Election) -> None:
    record = count(election, rules)
    for name in record.candidates:
        told = story(record, name)
        assert f"{name} is elected" in told or name not in record.elected
        gains = re.findall(rf"^{name} gained ([\d.]+) votes", told, flags=re.MULTILINE)
        credited = [
            sum((batch.credited.get(name, Decimal(0)) for batch in stage.batches), Decimal(0))
            for stage in record.stages
            if any(name in batch.papers for batch in stage.batches)
        ]
        assert list(map(Decimal, gains)) == credited


def test_stages_without_batches_are_told_by_their_votes() -> None:
    record = small()
    first, surplus = record.stages
    shared_out = dataclasses.replace(surplus, kind="sharing", candidates=(), batches=())
    record = dataclasses.replace(record, stages=(first, shared_out))
    assert "The votes changed: A 8.00 to 4.34 and B 4.00 to 7.60." in story(record)
    assert "B went from 4.00 votes to 7.60." in story(record, "B")
    assert "Stage 2: sharing\n" in explain(record)


def test_a_rule_set_of_another_package() -> None:
    record = count(election(2, {"AB": 8, "A": 3, "BC": 4, "CB": 5, "D": 1}), Weighted())
    told = explain(record)
    assert "Stage 2: the passing on of A" in told
    assert "D is lowest, with 1.00000 [W3]." in told


@given(election=elections())
def test_no_line_is_too_wide(election: Election) -> None:
    record = count(election, "ers97")
    for name in (None, *record.candidates):
        for width in (40, 100):
            assert max(map(len, explain(record, name, width=width).split("\n"))) <= width


def test_all_that_a_record_can_hold() -> None:
    full = small()
    papers = dataclasses.replace(
        full.papers,
        invalid=FrozenMapping({"no first preference": 3}),
        set_aside=(SetAside(7, "torn"),),
    )
    withdrawn = (Withdrawal("C", "withdrew 9 March"),)
    told = story(dataclasses.replace(full, papers=papers, withdrawn=withdrawn))
    for words in ("Invalid: 3 papers (no first preference).", "1 paper (7).", "withdrew 9 March"):
        assert words in told


@given(records)
def test_no_record_is_too_odd(record: CountRecord) -> None:
    for name in (None, *record.candidates):
        assert explain(record, name).endswith("\n")
