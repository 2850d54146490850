"""The story of a count: told from the record, true of its figures, for every rule set."""

from __future__ import annotations

import dataclasses
import re
from decimal import Decimal

import pytest
from builders import election
from hypothesis import given
from strategies import elections
from test_record_json import full_record, records

import stvcount
from stvcount import CountRecord, Election, ElectionError, Lots
from stvcount.inquiry.explain.explaining import explain, sections

EVERY_RULE_SET = pytest.mark.parametrize("rules", stvcount.rules.names())


def count(given_election: Election, rules: str, **options: str) -> CountRecord:
    most = stvcount.rules.get(rules).most_places
    places = given_election.places if most is None else min(most, given_election.places)
    return stvcount.count(
        given_election.with_places(places),
        rules=rules,
        lots=Lots.seeded("explaining"),
        options=options,
    )


def story(record: CountRecord, candidate: str | None = None) -> str:
    """The story in one line each sentence, as it is before it is broken into lines."""
    return "\n".join(text for part in sections(record, candidate) for text in part.paragraphs)


STORY_OF_B = """\
Untitled election
=================

B
  B is elected, number 2 of 2: deemed elected at stage 2 with 7.60 votes [5.3.13(a)].

Stage 1: the first preferences
  B had 4.00 of the 13 first preferences; 1 of the 2 other candidates had more.

Stage 2: the surplus of A
  B gained 3.60 votes from the surplus of A: 8 papers at 0.45. That made 7.60.
  B was deemed elected with 7.60 votes, which reaches the quota of 4.34 [5.3.13(a)].
"""

STORY_OF_ALL = """\
Untitled election
=================

The election
  3 candidates stood for 2 places. Counted by the rules ers97: 13 valid papers.
  Elected: A, then B.

Stage 1: the first preferences
  First preferences: A 8.00, B 4.00 and C 1.00.
  Quota 13 / 3 = 4.34 (not exact: remainder dropped, 0.01 added) [5.1.6].
  A was deemed elected with 8.00 votes, which reaches the quota of 4.34 [5.1.7(a)].

Stage 2: the surplus of A
  Surpluses 3.66 exceed 4.00 - 1.00 and every difference of 5.2.2(b): not deferred [5.2.2].
  Largest surplus: A, 3.66 [5.2.3].
  8 transferable papers worth 8.00 exceed the surplus 3.66: transfer value 3.66 / 8 = 0.45 [5.3.7].
  8 papers moved at 0.45: 8 to B (3.60 votes). 0.06 became non-transferable.
  B was deemed elected with 7.60 votes, which reaches the quota of 4.34 [5.3.13(a)].

The end of the count
  All places are filled: C formally excluded [5.5.2].

Those not elected
  C had 1.00 votes and was below the quota of 4.34 when the count ended; the last deemed elected
    was B, at stage 2 with 7.60 [5.5.2].
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


# Why somebody is not elected


def test_the_fewest_votes() -> None:
    record = count(election(1, {"A": 9, "B": 5, "CA": 3, "DB": 1}), "aberdeen")
    assert story(record, "D").startswith(
        "D was excluded at stage 2, with 1.00 votes, the fewest of the 4 still continuing [7.8]."
    )


def test_excluded_together() -> None:
    record = count(election(1, {"A": 9, "B": 8, "CA": 2, "DB": 1}), "ers97")
    assert "C was excluded at stage 2, together with D, with 2.00 votes [5.2.5]." in story(record)
    assert (
        "D was excluded at stage 2, together with C, with 1.00 votes, "
        "the fewest of the 4 still continuing [5.2.5]." in story(record)
    )


def test_a_tie_that_the_rules_decide() -> None:
    # B and C are equal at stage 3; C had fewer at the first stage.
    papers = {"A": 9, "B": 5, "C": 4, "DC": 1}
    record = stvcount.count(election(1, papers), rules="lsu-stv")
    assert record.stages[2].candidates == ("C",)
    told = story(record, "C")
    assert "equal with B: the tie was decided against C [C3 q]." in told
    assert "Equal least, 5.00: B and C; fewest vote at stage 1 (B 5.00, C 4.00) [C3 q]." in told


@pytest.mark.parametrize(("drawn", "other"), [("A", "B"), ("B", "A")])
def test_a_lost_lot(drawn: str, other: str) -> None:
    lots = Lots.drawn(drawn)
    record = stvcount.count(election(1, {"A": 2, "B": 2, "C": 3}), rules="lsu-stv", lots=lots)
    assert story(record, drawn).startswith(
        f"{drawn} was excluded at stage 2, with 2.00 votes, the fewest of the 3 still continuing, "
        f"equal with {other}: the lot fell on {drawn} [C3 q]."
    )
    assert (
        f"A lot between A (2.00) and B (2.00) decided who is excluded: it fell on {drawn} "
        "(source: drawn) [C3 q]." in story(record, other)
    )


def test_a_lost_coin() -> None:
    lots = Lots.drawn("C", "A")
    record = stvcount.count(election(2, {"A": 4, "B": 4, "C": 4}), rules="lsu-atv", lots=lots)
    assert story(record, "B").startswith("B had 4.00 votes and lost the tie at the end, by lot [")
    assert story(record, "A").startswith(
        "A is elected, number 2 of 2: deemed elected at the end of the count with 4.00 votes "
        "[Tied count c]."
    )


def test_the_last_places() -> None:
    lots = Lots.drawn("A")
    record = stvcount.count(election(1, {"A": 5, "B": 5}), rules="ers97", lots=lots)
    assert story(record, "A").startswith("A had 5.00 votes and lost the tie at the end, by lot [")
    # Equal at the end, but not before.
    record = stvcount.count(election(1, {"A": 6, "B": 5, "CB": 1}), rules="aberdeen")
    assert story(record, "B").startswith(
        "B had 6.00 votes when A took what places were left, without a further transfer [7.8]."
    )


def test_somebody_who_withdrew() -> None:
    record = count(election(1, {"A": 4, "B": 3}).withdraw("B", reason="ill"), "ers97")
    assert story(record, "B") == "B did not stand (ill): every paper passes over that name."
    assert "B did not stand (ill)" in story(record)


def test_no_person() -> None:
    papers = election(2, {"A": 4, "N": 9, "B": 1}).with_non_person("N")
    record = count(papers, "ers97")
    assert story(record, "N").startswith(
        "N is no person, but an option on the paper.\n"
        "N was deemed elected at stage 1 with 9.00 votes [5.1.7(a)], but is no person: "
        "the place is not filled."
    )
    assert "Vacant: 1 place (N was elected)." in story(record)
    closed = count(papers, "ers97", non_person="close")
    assert "N is elected: the election closes, nobody after it [non-person]." in story(closed)
    assert story(closed, "A").startswith("A had 4.00 votes and was below the quota of 4.67 when")


def test_a_count_that_ends_with_nobody_elected() -> None:
    record = small()
    first = dataclasses.replace(record.stages[0], elected=())
    record = dataclasses.replace(record, stages=(first,), elected=())
    assert story(record).endswith(
        "C had 1.00 votes and was below the quota of 4.34 when the count ended [5.5.2]."
    )


def test_a_void_election() -> None:
    record = count(election(1, {"A": 4, "N": 9, "B": 1}).with_non_person("N"), "lsu-stv")
    assert "The election is void: nobody is elected." in story(record)
    assert "N was deemed elected at stage 1 with 9.00 votes [C3 f], but the election is void." in (
        story(record)
    )
    assert story(record, "A").startswith(
        "A still continued when the count ended, with 4.00 votes, as the election is void."
    )


def test_a_casual_vacancy() -> None:
    original = election(2, {"A": 8, "B": 7, "CB": 3, "ACB": 2})
    record = stvcount.vacancy(count(original, "ers97"), original, vacating="A")
    assert record.elected == ("C",)
    told = story(record)
    assert "A did not stand (vacating representative (7.1))" in told
    assert ", but is given no place by this count." in told


def test_papers_out_of_suspense_are_told_with_their_holder() -> None:
    papers = {"SXB": 4, "SA": 16, "S": 10, "A": 11, "B": 10, "XB": 2, "XYB": 1, "YB": 6}
    record = stvcount.count(election(2, papers), rules="lsu-atv", options={"suspense": True})
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
def test_everything_is_told(rules: str, election: Election) -> None:
    record = count(election, rules)
    told = story(record)
    for holder in (*record.stages, record.completion):
        for decision in holder.decisions:
            assert f"[{decision.clause}]." in told
            assert decision.text[1:] in told
        for one in holder.elected:
            assert f"{one.candidate} was deemed elected with {one.vote} votes" in told
        for lot in holder.lots:
            assert f"it fell on {lot.chosen}" in told


@EVERY_RULE_SET
@given(election=elections())
def test_every_candidates_gains_are_told(rules: str, election: Election) -> None:
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


@EVERY_RULE_SET
@given(election=elections())
def test_who_is_said_to_have_the_fewest_has_the_fewest(rules: str, election: Election) -> None:
    record = count(election, rules)
    gone: set[str] = set()
    for before, stage in zip(record.stages, record.stages[1:], strict=False):
        gone |= {one.candidate for one in before.elected} | set(before.candidates)
        left = {name: votes for name, votes in before.votes.items() if name not in gone}
        if stage.kind != "exclusion":
            continue
        for name in stage.candidates:
            summary = story(record, name).split("\n", 1)[0]
            fewest = f", the fewest of the {len(left)} still continuing"
            assert f"with {left[name]} votes" in summary
            assert (fewest in summary) == (left[name] == min(left.values()))


@given(election=elections())
def test_no_line_is_too_wide(election: Election) -> None:
    record = count(election, "ers97")
    for name in (None, *record.candidates):
        for width in (40, 100):
            assert max(map(len, explain(record, name, width=width).split("\n"))) <= width


def test_all_that_a_record_can_hold() -> None:
    told = story(full_record())
    for words in ("Invalid: 3 papers (no first preference).", "1 paper (7).", "withdrew 9 March"):
        assert words in told


@given(records)
def test_no_record_is_too_odd(record: CountRecord) -> None:
    for name in (None, *record.candidates):
        assert explain(record, name).endswith("\n")
