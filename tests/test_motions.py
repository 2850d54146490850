"""Votes on motions: majorities to the last vote, recorded coins, files with their faults."""

from __future__ import annotations

import csv
import dataclasses
import hashlib
import io
import json
import pickle
import re
from collections import Counter
from decimal import Decimal
from html import unescape
from importlib.resources import files
from pathlib import Path
from typing import Any

import browser
import jsonschema
import pytest
import workbooks
from hypothesis import given
from hypothesis import strategies as st

from stvcount import read_motions
from stvcount.election.source import Source
from stvcount.errors import ElectionError, FormatError, LotError, LotNeeded, RecordError
from stvcount.motions import (
    CHOICES,
    CastingVote,
    MotionRecord,
    MotionResult,
    MotionTerms,
    Question,
    Ruling,
    motion,
    pages,
)
from stvcount.motions import sheet as motion_sheet
from stvcount.record import Lot
from stvcount.tally.lots import LotQuestion, Lots

SCHEMA = json.loads((files("stvcount") / "schemas" / "motion-1.json").read_text("utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def decided(for_: int, against: int, majority: str = "simple", **rest: Any) -> MotionResult:
    """The result of one question."""
    terms = ("coin", "lots", "basis", "present", "members", "quorum", "casting_votes")
    given = {name: rest.pop(name) for name in terms if name in rest}
    question = Question("Chess", for_=for_, against=against, **rest)
    return motion([question], majority=majority, **given).results[0]


# Majorities


@pytest.mark.parametrize(
    ("for_", "against", "carried", "clause", "text"),
    [
        (2, 1, True, "O4", "2 FOR, 1 AGAINST: more FOR than AGAINST: carried"),
        (1, 2, False, "O4", "1 FOR, 2 AGAINST: more AGAINST than FOR: lost"),
        (5, 5, False, "M1", "5 FOR, 5 AGAINST: equal, which is lost"),
        (0, 0, False, "M1", "0 FOR, 0 AGAINST: equal, which is lost"),
    ],
)
def test_simple_majority(for_: int, against: int, carried: bool, clause: str, text: str) -> None:
    result = decided(for_, against, abstain=1000, blank=7, invalid=3)
    assert result.carried is carried
    assert result.decision == Ruling(f"Simple majority ({clause})", text)
    assert result.lot is None
    assert result.papers == for_ + against + 1010


@pytest.mark.parametrize(
    ("for_", "against", "carried", "text"),
    [
        (2, 1, True, "2 FOR, 1 AGAINST: 3 x 2 = 6 is at least 2 x 3 = 6: carried"),
        (66, 34, False, "66 FOR, 34 AGAINST: 3 x 66 = 198 is less than 2 x 100 = 200: lost"),
        (67, 33, True, "67 FOR, 33 AGAINST: 3 x 67 = 201 is at least 2 x 100 = 200: carried"),
        (1, 0, True, "1 FOR, 0 AGAINST: 3 x 1 = 3 is at least 2 x 1 = 2: carried"),
        (0, 1, False, "0 FOR, 1 AGAINST: 3 x 0 = 0 is less than 2 x 1 = 2: lost"),
    ],
)
def test_e31_two_thirds(for_: int, against: int, carried: bool, text: str) -> None:
    result = decided(for_, against, "two-thirds", abstain=1000)
    assert result.carried is carried
    assert result.decision == Ruling("E31 (O4)", text)


def test_m2_two_thirds_of_nobody_is_lost() -> None:
    result = decided(0, 0, "two-thirds", abstain=9)
    assert not result.carried
    assert result.decision == Ruling("E31 (M2)", "0 FOR, 0 AGAINST: nobody voting, lost")


@given(st.integers(0, 10**30), st.integers(1, 10**30))
def test_two_thirds_at_the_edge(half: int, other: int) -> None:
    assert decided(2 * half, half, "two-thirds").carried is (half > 0)
    assert not decided(2 * half, half + 1, "two-thirds").carried
    assert decided(2 * half + other, half, "two-thirds").carried


@given(
    st.integers(0, 50),
    st.integers(0, 50),
    st.sampled_from(["simple", "two-thirds"]),
    st.integers(0, 50),
)
def test_only_for_and_against_decide(for_: int, against: int, majority: str, other: int) -> None:
    result = decided(for_, against, majority, abstain=other, blank=other, invalid=other)
    assert result.carried == decided(for_, against, majority).carried
    if result.carried:
        assert decided(for_ + 1, against, majority).carried
        assert for_ > against
    else:
        assert not decided(for_, against + 1, majority).carried


@pytest.mark.parametrize(
    ("terms", "carried", "clause", "text"),
    [
        ({"majority": "3/5"}, True, "3/5 (O4)", "5 x 60 = 300 is at least 3 x 100 = 300"),
        ({"majority": "6/10"}, True, "3/5 (O4)", "5 x 60 = 300 is at least 3 x 100 = 300"),
        ({"majority": "three-quarters"}, False, "3/4 (O4)", "4 x 60 = 240 is less than 3 x 100"),
        ({"majority": "1/1"}, False, "1/1 (O4)", "1 x 60 = 60 is less than 1 x 100 = 100"),
        (
            {"basis": "present", "present": 120},
            *(False, "Simple majority of those present (M5)"),
            "60 FOR, 40 AGAINST, 120 present: 2 x 60 = 120 is not more than 120",
        ),
        (
            {"basis": "present", "present": 119},
            *(True, "Simple majority of those present (M5)"),
            "60 FOR, 40 AGAINST, 119 present: 2 x 60 = 120 is more than 119",
        ),
        (
            {"basis": "members", "present": 110, "members": 150, "majority": "2/3"},
            *(False, "2/3 of all members"),
            "60 FOR, 40 AGAINST, 150 members: 3 x 60 = 180 is less than 2 x 150 = 300",
        ),
    ],
)
def test_majorities_of_other_sizes_and_of_others_than_those_voting(
    terms: dict[str, Any], carried: bool, clause: str, text: str
) -> None:
    result = decided(60, 40, abstain=7, **terms)
    assert result.carried is carried
    assert result.decision.clause == clause
    assert text in result.decision.text
    assert result.decision.text.endswith(f": {result.outcome}")


def test_a_fraction_of_nobody_is_lost_but_not_one_of_those_present() -> None:
    assert decided(0, 0, "4/5").decision == Ruling(
        "4/5 (M2)", "0 FOR, 0 AGAINST: nobody voting, lost"
    )
    assert decided(0, 0, "4/5", basis="present", present=3).decision == Ruling(
        "4/5 of those present",
        "0 FOR, 0 AGAINST, 3 present: 5 x 0 = 0 is less than 4 x 3 = 12: lost",
    )


def test_without_its_quorum_a_vote_decides_nothing() -> None:
    short = decided(12, 3, abstain=4, quorum=20)
    assert (short.outcome, short.carried) == ("inquorate", False)
    assert short.decision == Ruling(
        "Quorum (M4)", "19 papers, and the quorum is 20: nothing is decided"
    )
    assert decided(12, 3, abstain=5, quorum=20).outcome == "carried"
    assert decided(12, 3, quorum=20, present=20).outcome == "carried"
    told = decided(12, 3, quorum=20, present=19, coin=True).decision
    assert told == Ruling("Quorum", "19 present, and the quorum is 20: nothing is decided")
    with pytest.raises(ElectionError, match="casting vote: found one on question 1; expected none"):
        decided(5, 5, quorum=20, casting_votes=[CastingVote(1, "FOR", "Jo")])


@pytest.mark.parametrize(("vote", "outcome"), [("FOR", "carried"), ("AGAINST", "lost")])
def test_o9_a_casting_vote_decides_where_it_is_given(vote: Any, outcome: str) -> None:
    given = CastingVote(2, vote, "Jo Park")
    questions = [Question(title, for_=4, against=4) for title in ("Chess", "Union")]
    chess, union = motion(questions, casting_votes=[given]).results
    assert (chess.outcome, chess.casting_vote) == ("lost", None)
    assert (union.outcome, union.casting_vote, union.lot) == (outcome, given, None)
    assert union.decision == Ruling(
        "Casting vote (O9)",
        f"4 FOR, 4 AGAINST: equal; the casting vote of Jo Park is {vote}: {outcome}",
    )
    assert union.votes == chess.votes
    with pytest.raises(ElectionError, match="expected none: a coin decides"):
        decided(1, 1, coin=True, casting_votes=[CastingVote(1, vote, "Jo")])


@pytest.mark.parametrize(
    ("question", "vote", "by", "message"),
    [
        (1, "ABSTAIN", "Jo", "found 'ABSTAIN'; expected FOR or AGAINST"),
        (1, "FOR", " ", "who gave it"),
        (0, "FOR", "Jo", "found question 0; expected its number, from 1"),
        ("1", "FOR", "Jo", "found question '1'; expected its number, from 1"),
    ],
)
def test_casting_votes_that_cannot_be(question: Any, vote: Any, by: str, message: str) -> None:
    with pytest.raises(ElectionError, match=message):
        CastingVote(question, vote, by)


# The coin


def test_affiliations_the_coin_is_asked_for() -> None:
    questions = [
        Question("Chess", for_=3, against=2),
        Question("Union", for_=4, against=4, abstain=9),
        Question("Draughts", for_=0, against=0),
    ]
    with pytest.raises(LotNeeded) as needed:
        motion(questions, coin=True)
    error = needed.value
    assert (error.purpose, error.stage, error.candidates) == ("coin", 2, ("FOR", "AGAINST"))
    assert error.clause == "C The ballot on affiliations"
    assert error.votes == {"FOR": Decimal(4), "AGAINST": Decimal(4)}
    with pytest.raises(LotNeeded) as needed:
        motion(questions, coin=True, lots=Lots.drawn(*error.drawn, "AGAINST"))
    assert (needed.value.stage, needed.value.drawn) == (3, ("AGAINST",))
    record = motion(questions, coin=True, lots=Lots.drawn("AGAINST", "FOR"))
    assert record.carried == ("Chess", "Draughts")
    assert [result.lot is None for result in record.results] == [True, False, False]


def test_affiliations_the_decision_and_the_lot() -> None:
    heads = decided(4, 4, coin=True, lots=Lots.drawn("FOR"))
    clause = "C The ballot on affiliations"
    assert heads.carried
    text = "4 FOR, 4 AGAINST: equal; the coin fell heads, FOR: carried"
    assert heads.decision == Ruling(clause, text)
    lot = heads.lot
    assert lot is not None
    assert (lot.purpose, lot.clause, lot.chosen, lot.source) == ("coin", clause, "FOR", "drawn")
    assert lot.votes == {"FOR": Decimal(4), "AGAINST": Decimal(4)}
    tails = decided(4, 4, coin=True, lots=Lots.drawn("AGAINST"))
    assert not tails.carried
    assert tails.decision.text.endswith("the coin fell tails, AGAINST: lost")
    assert decided(5, 4, coin=True).decision.clause == clause


def test_seeded_coins_can_be_worked_out_by_anybody() -> None:
    questions = [Question(f"Question {n}", for_=n, against=n) for n in range(1, 21)]
    record = motion(questions, coin=True, lots=Lots.seeded("drawn in public: 40213"))

    def digest(side: str, number: int) -> bytes:
        parts = ["drawn in public: 40213", "coin", number, ["AGAINST", "FOR"], side]
        return hashlib.sha256(json.dumps(parts, separators=(",", ":")).encode()).digest()

    for result in record.results:
        side = min(("FOR", "AGAINST"), key=lambda one: digest(one, result.number))
        assert result.carried == (side == "FOR")
        assert result.lot is not None
        assert result.lot.source == "seed: drawn in public: 40213"
    assert 0 < len(record.carried) < 20


def test_coins_asked_for_and_the_first_listed() -> None:
    asked: list[LotQuestion] = []

    def ask(question: LotQuestion) -> str:
        asked.append(question)
        return "AGAINST"

    assert not decided(1, 1, coin=True, lots=Lots.ask(ask)).carried
    assert [(one.purpose, one.stage, one.candidates) for one in asked] == [
        ("coin", 1, ("FOR", "AGAINST"))
    ]
    assert decided(0, 0, coin=True, lots=Lots.first_listed()).carried


@pytest.mark.parametrize(
    ("names", "coin", "message"),
    [
        (("heads",), True, r"the lot \(coin\) names 'heads'; expected one of the tied: FOR, AG"),
        (("FOR", "FOR"), True, "found FOR left over at the end of the count; expected 1"),
        (("FOR",), False, "found FOR left over at the end of the count; expected 0"),
    ],
)
def test_coins_that_do_not_fit(names: tuple[str, ...], coin: bool, message: str) -> None:
    with pytest.raises(LotError, match=message):
        decided(1, 1, coin=coin, lots=Lots.drawn(*names))


# Errors


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"questions": []}, "questions: found none; expected at least one"),
        ({"questions": ["Chess"]}, "questions: found .'Chess'.; expected a list, each a Q"),
        ({"questions": iter(["Chess"])}, "questions: found 'Chess'; expected a Question"),
        (
            {"questions": [Question("Chess", for_=1, against=1)] * 2},
            "questions: found 'Chess' 2 times; expected it once",
        ),
        ({"majority": "third"}, "majority: found 'third'; expected simple, two-thirds, three"),
        ({"majority": "1/2"}, "majority: found '1/2'; expected .* of more than one half"),
        ({"majority": "4/3"}, "majority: found '4/3'; expected .* of more than one half"),
        ({"basis": "present"}, "present: found no number; expected how many they are"),
        ({"basis": "members", "present": 5}, "members: found no number; expected how many"),
        ({"basis": "half", "present": 5}, "basis: found 'half'; expected"),
        ({"present": 0}, "present: found 0; expected a number of persons"),
        ({"quorum": -1}, "quorum: found -1; expected a number of persons"),
        ({"present": 9, "members": 8}, "present: found 9; expected no more than the 8 members"),
        ({"present": 2}, "question 'Chess': found 3 papers; expected no more than those present"),
        ({"members": 2}, "question 'Chess': found 3 papers; expected no more than all members: 2"),
        (
            {"coin": True, "basis": "present", "present": 5},
            "coin: found it with one of those present; expected a simple majority",
        ),
        (
            {"casting_votes": [CastingVote(1, "FOR", "Jo")]},
            "casting vote: found one on question 1; expected none: no vote that is equal",
        ),
        (
            {"casting_votes": [CastingVote(2, "FOR", "Jo")]},
            "casting vote: found question 2; expected 1 to 1",
        ),
        (
            {"casting_votes": [CastingVote(1, "FOR", "Jo")] * 2},
            "casting vote: found two on question 1; expected one",
        ),
        ({"casting_votes": iter("x")}, "casting votes: found 'x'; expected a CastingVote"),
        (
            {"majority": "two-thirds", "coin": True},
            "coin: found it with 2/3; expected a simple majority",
        ),
        ({"title": "a\nb"}, r"title: found 'a\\nb', which holds the character U\+000A"),
    ],
)
def test_motions_that_cannot_be_decided(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ElectionError, match=message):
        motion(**({"questions": [Question("Chess", for_=1, against=2)]} | arguments))


@pytest.mark.parametrize("number", [-1, True, 1.0, "1", None, 10**40])
@pytest.mark.parametrize("name", ["for_", "against", "abstain", "blank", "invalid"])
def test_numbers_that_cannot_be_of_papers(name: str, number: Any) -> None:
    numbers = {"for_": 1, "against": 1} | {name: number}
    with pytest.raises(ElectionError) as caught:
        Question("Chess", **numbers)
    assert str(caught.value) == (
        f"question 'Chess': {name.strip('_')}: found {number!r}; "
        "expected a number of papers (less than 10**40)"
    )


@pytest.mark.parametrize("title", ["", "  ", "a\0", 7])
def test_titles_that_cannot_be(title: Any) -> None:
    with pytest.raises(ElectionError, match=r"^question: found "):
        Question(title, for_=1, against=1)


# The record in JSON

texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
whole = st.integers(0, 10**20)
sources = st.none() | st.builds(Source, texts, texts)
several_texts = st.lists(texts, max_size=3).map(tuple)
printable = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=12)
questions_of_any_kind = st.builds(
    Question,
    printable.filter(str.strip),
    for_=st.integers(0, 3) | whole,
    against=st.integers(0, 3) | whole,
    abstain=whole,
    blank=whole,
    invalid=whole,
    source=sources,
    notes=several_texts,
)
papers = st.lists(questions_of_any_kind, min_size=1, max_size=4, unique_by=lambda one: one.title)
lots = st.builds(Lots.seeded, texts.map("seed {}".format))
records = st.one_of(
    st.builds(motion, papers, coin=st.booleans(), lots=lots, title=printable),
    st.builds(
        motion,
        papers,
        majority=st.sampled_from(["simple", "two-thirds", "3/5"]),
        basis=st.sampled_from(["voting", "present", "members"]),
        present=st.just(10**21),
        members=st.just(10**21),
        quorum=st.none() | st.integers(1, 10**22),
    ),
    st.builds(
        lambda by: motion(
            [Question("Chess", for_=1, against=1)], casting_votes=[CastingVote(1, "FOR", by)]
        ),
        printable.filter(str.strip),
    ),
)


@given(records)
def test_what_is_written_is_valid_and_read_back(record: MotionRecord) -> None:
    text = record.to_json()
    VALIDATOR.validate(json.loads(text))
    again = MotionRecord.from_json(text)
    assert again == record
    assert hash(again) == hash(record)
    assert again.to_json() == text
    assert pickle.loads(pickle.dumps(record)) == record  # noqa: S301


def test_the_schema_lists_the_members_of_the_dataclasses() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    kinds = {
        kind.__name__: kind
        for kind in (MotionTerms, CastingVote, MotionResult, Source, Ruling, Lot)
    }
    defined = {name: one for name, one in SCHEMA["$defs"].items() if "properties" in one}
    assert set(defined) == set(kinds)
    for definition, kind in [(SCHEMA, MotionRecord), *((defined[n], kinds[n]) for n in kinds)]:
        members = [field.name for field in dataclasses.fields(kind)]
        if kind is MotionRecord:
            members = ["schema", *members]
        assert list(definition["properties"]) == definition["required"] == members
        assert definition["additionalProperties"] is False


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"schema": "stvcount.record/1"}, 'schema: found "stvcount.record/1"; expected'),
        ({"majority": "third"}, "terms.majority: found 'third'; expected simple, or a fraction"),
        ({"coin": 1}, "terms.coin: found 1; expected true or false"),
        ({"more": 1}, 'the text: found "more"; expected a member of'),
        ({"votes": {"FOR": 1}}, "results[0].votes: found FOR; expected FOR, AGAINST, ABSTAIN"),
        ({"votes": {}}, "results[0].votes: found none; expected FOR, AGAINST, ABSTAIN"),
        ({"number": "1"}, 'results[0].number: found "1"; expected a whole number'),
    ],
)
def test_another_text_is_refused(change: dict[str, Any], message: str) -> None:
    whole_record = json.loads(motion([Question("Chess", for_=1, against=2)]).to_json())
    for name, value in change.items():
        holder = whole_record["results"][0] if name in ("votes", "number") else whole_record
        (holder["terms"] if name in ("majority", "coin") else holder)[name] = value
    assert not VALIDATOR.is_valid(whole_record)
    with pytest.raises(RecordError) as caught:
        MotionRecord.from_json(json.dumps(whole_record))
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("member", "value", "message"),
    [
        ("question", 0, "results: casting vote: found question 0; expected its number, from 1"),
        ("by", " ", "results: casting vote: found ' '; expected who gave it"),
        ("vote", "ABSTAIN", 'results[0].casting_vote.vote: found "ABSTAIN"; expected "FOR" or'),
    ],
)
def test_a_casting_vote_that_nobody_can_have_given_is_refused(
    member: str, value: object, message: str
) -> None:
    cast = [CastingVote(1, "FOR", "Jo Park")]
    record = motion([Question("Chess", for_=1, against=1)], casting_votes=cast)
    whole_record = json.loads(record.to_json())
    whole_record["results"][0]["casting_vote"][member] = value
    assert not VALIDATOR.is_valid(whole_record)
    with pytest.raises(RecordError) as caught:
        MotionRecord.from_json(json.dumps(whole_record))
    assert str(caught.value).startswith(message)


# Files


def read(folder: Path, content: str | bytes, **options: Any) -> tuple[Question, ...]:
    path = folder / "votes.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_motions(path, **options)


def faults(folder: Path, content: str | bytes) -> list[str]:
    with pytest.raises(FormatError) as caught:
        read(folder, content)
    return [line.split("votes.csv:")[1] for line in str(caught.value).splitlines()]


def numbers(question: Question) -> tuple[str, int, int, int, int, int]:
    one = question
    return (one.title, one.for_, one.against, one.abstain, one.blank, one.invalid)


VOTES = "paper,Chess,Union\nA1,FOR,against\nA2,for,Abstain\nA3,,maybe\nA4,AGAINST,maybe\n"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r", "\n\n\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_voting_papers(tmp_path: Path, delimiter: str, ending: str, mark: str) -> None:
    content = VOTES.replace(",", delimiter)[:-1].replace("\n", ending[:2].replace("\n\n", "\n"))
    chess, union = read(tmp_path, mark + content + ending)
    assert numbers(chess) == ("Chess", 2, 1, 0, 1, 0)
    assert numbers(union) == ("Union", 0, 1, 1, 0, 2)
    assert union.notes == ("found 'maybe' 2 times, first on line 4: 2 invalid votes",)
    data = (tmp_path / "votes.csv").read_bytes()
    assert chess.source == Source("votes.csv", hashlib.sha256(data).hexdigest())


TALLY = "question,for,against,abstain\nChess,12,3,1\nUnion,0,4,2\n"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_totals(tmp_path: Path, delimiter: str) -> None:
    chess, union = read(tmp_path, TALLY.replace(",", delimiter))
    assert numbers(chess) == ("Chess", 12, 3, 1, 0, 0)
    assert numbers(union) == ("Union", 0, 4, 2, 0, 0)


def test_totals_in_any_order_with_blank_and_invalid(tmp_path: Path) -> None:
    [one] = read(tmp_path, 'Invalid; "Against";FOR ;Question;Blank\n5;4;3;"To be; or not";2\n')
    assert numbers(one) == ("To be; or not", 3, 4, 0, 2, 5)


def test_one_question_without_papers(tmp_path: Path) -> None:
    content = '"Affiliate to Chess, Draughts and Go"\nFOR\n""\nAGAINST\nFOR\n'
    assert numbers(*read(tmp_path, content)) == (
        "Affiliate to Chess, Draughts and Go",
        2,
        1,
        0,
        1,
        0,
    )


def test_one_question_with_a_delimiter_that_divides_no_row(tmp_path: Path) -> None:
    assert numbers(*read(tmp_path, "Should we; or not?\nFOR\n"))[:2] == ("Should we; or not?", 1)


def test_titles_with_delimiters_quotes_and_line_breaks(tmp_path: Path) -> None:
    content = '"Should we; or\r\nnot, ""really""?", Second; thoughts\nFOR,AGAINST\n'
    first, second = read(tmp_path, content)
    assert first.title == 'Should we; or not, "really"?'
    assert (second.title, second.against) == ("Second; thoughts", 1)


def test_another_encoding(tmp_path: Path) -> None:
    content = "paper\tZoë\n1\tFOR\n"
    assert read(tmp_path, content.encode("utf-16"), encoding="utf-16")[0].title == "Zoë"
    assert read(tmp_path, content.encode("cp1252"), encoding="cp1252")[0].title == "Zoë"
    [stray] = faults(tmp_path, content.encode("cp1252"))
    assert stray.startswith("1: found byte 0xEB at column 9, which is not UTF-8; expected UTF-8")


def test_every_fault_of_papers_is_reported(tmp_path: Path) -> None:
    content = (
        "paper,Chess,,Chess,Union\n"
        "A1,FOR,FOR,FOR,YES\n"
        "A2,FOR\n"
        "\n"
        "A1,FOR,FOR,FOR,NO,FOR\n"
        "A1,FOR,FOR,FOR,NO\n"
        ',FOR,"FOR"x,FOR,NO\n'
        ",FOR,FOR,FOR,\n"
        ",FOR,FOR,FOR,YES\n"
    )
    assert faults(tmp_path, content) == [
        "1: found '' in column 3; expected the title of a question, without control characters",
        "1: found 'Chess' again in column 4; expected each question once",
        "2: found 'YES' in column 5, in which no vote can be read; "
        "expected FOR, AGAINST, ABSTAIN or a blank cell",
        "3: found 2 cells; expected 5 cells, as in the header",
        "4: found an empty line; expected 5 cells, as in the header",
        "5: found 6 cells; expected 5 cells, as in the header",
        "6: found 'A1' in column 1, as on line 2; expected each paper once",
        "7: found a row that is no CSV (',' expected after '\"'); expected cells, quoted or not",
    ]


def test_every_fault_of_totals_is_reported(tmp_path: Path) -> None:
    content = "question,for,against,for,maybe\nA,1,-2,3,x\n,1.0,,0,\nA,1e3,٣,1\nA,1,1,1,1\n"
    assert faults(tmp_path, content) == [
        "1: found 'for' in column 4; expected each once, of question, for, against, abstain, "
        "blank, invalid",
        "1: found 'maybe' in column 5; expected each once, of question, for, against, abstain, "
        "blank, invalid",
        "2: found '-2' in column 3 (against); expected a whole number",
        "3: found '' in column 1; expected the title of a question, without control characters",
        "3: found '1.0' in column 2 (for); expected a whole number",
        "3: found '' in column 3 (against); expected a whole number",
        "4: found 4 cells; expected 5 cells, as in the header",
        "5: found 'A' again in column 1; expected each question once",
    ]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("", "1: found no title; expected a header with the titles of the questions"),
        ("\n\n", "1: found no title"),
        (",,\nFOR,FOR,FOR\n", "1: found no title"),
        ("Chess,Union\n", "1: found a header and no row below it; expected a row for each paper"),
        ("paper\nA1\n", "1: found only the column paper; expected a column for each question"),
        ("Ch\0ess\nFOR\n", "1: found 'Ch\\x00ess' in column 1; expected the title of a question"),
        ("Chess\nFOR\n\n", "3: found an empty line; expected 1 cell, as in the header (a blank"),
        ('Chess,Union\nFOR,"FOR\nFOR,FOR\n', "2: found a row that is no CSV (unexpected end of"),
        ("Chess,Union\nFOR\nAGAINST\n", "2: found 1 cell; expected 2 cells, as in the header"),
        ('"Chess"x,Union\nFOR,FOR\n', "1: found a row that is no CSV (',' expected after"),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, content: str, fault: str) -> None:
    assert faults(tmp_path, content)[0].startswith(fault)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="expected a file that can be read"):
        read_motions(tmp_path / "none.csv")


def test_a_long_cell_is_shown_shortened(tmp_path: Path) -> None:
    [one] = read(tmp_path, f"Chess\nFOR\n{'x' * 500}\n")
    assert one.notes == (f"found '{'x' * 57}...' on line 3: 1 invalid vote",)


cells = st.sampled_from([*CHOICES, "for", " Against ", "", "perhaps", 'say "FOR"', "F,A", "a\nb"])


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[list[str]], bool]:
    width = draw(st.integers(1, 4))
    rows = draw(st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1, max_size=12))
    # One row in which every vote can be read.
    return [["FOR"] * width, *rows], draw(st.booleans())


@given(tables(), st.sampled_from(",;\t"))
def test_no_vote_is_lost(
    tmp_path_factory: pytest.TempPathFactory, table: tuple[list[list[str]], bool], delimiter: str
) -> None:
    rows, with_papers = table
    titles = [f"Question {number}; or, not" for number in range(len(rows[0]))]
    stream = io.StringIO(newline="")
    # A file of one column shows no delimiter: what holds any of them must be quoted.
    quoting = csv.QUOTE_MINIMAL if len(rows[0]) > 1 else csv.QUOTE_ALL
    writer = csv.writer(stream, delimiter=delimiter, quoting=quoting)
    writer.writerow(["Paper", *titles] if with_papers else titles)
    writer.writerows([str(n), *row] if with_papers else row for n, row in enumerate(rows))
    found = read(tmp_path_factory.mktemp("votes"), stream.getvalue())
    assert [question.title for question in found] == titles
    for question, column in zip(found, zip(*rows, strict=True), strict=True):
        votes = Counter(cell.strip().upper() for cell in column)
        readable = (votes["FOR"], votes["AGAINST"], votes["ABSTAIN"], votes[""])
        assert numbers(question)[1:5] == readable
        assert question.invalid == len(rows) - sum(readable)
        assert bool(question.notes) == bool(question.invalid)


# The sheet


def test_the_sheet(tmp_path: Path) -> None:
    [one] = read(tmp_path, "Chess\nFOR\nAGAINST\nYES\n")
    record = motion([one], coin=True, lots=Lots.drawn("FOR"), title="Affiliations")
    assert one.source is not None
    assert str(record) == (
        "Affiliations\n"
        "============\n"
        "\n"
        "Majority      simple: more FOR than AGAINST\n"
        "Equal votes   decided by a coin: heads FOR, tails AGAINST\n"
        "Ballot file   votes.csv\n"
        f"SHA-256       {one.source.sha256}\n"
        "Carried       1 of 1\n"
        "\n"
        "1. Chess\n"
        "  FOR           1\n"
        "  AGAINST       1\n"
        "  ABSTAIN       0\n"
        "  Blank         0\n"
        "  Invalid       1\n"
        "  Papers        3\n"
        "                  found 'YES' on line 4: 1 invalid vote\n"
        "  Result        CARRIED\n"
        "  Decision      1 FOR, 1 AGAINST: equal; the coin fell heads, FOR: carried "
        "[C The ballot on\n"
        "                affiliations]\n"
        "  Lot           coin: it fell on FOR; source: drawn\n"
    )


def test_the_sheet_and_the_page_say_where_each_question_comes_from() -> None:
    pytest.importorskip("jinja2")
    file = Source("votes.csv", "0" * 64)
    record = motion(
        [Question("A", for_=1, against=2, source=file), Question("B", for_=1, against=2)],
        majority="two-thirds",
    )
    text = str(record)
    assert "Majority      2/3: 3 x FOR at least 2 x (FOR + AGAINST)\nBallot file" in text
    assert "1. A\n  From          votes.csv\n" in text
    assert "2. B\n  From          numbers given\n" in text
    page = pages.page(record)
    assert page.index("From votes.csv") < page.index("<h2>2. ") < page.index("From numbers given")


@given(records, st.integers(40, 120))
def test_the_sheet_keeps_to_its_width(record: MotionRecord, width: int) -> None:
    lines = motion_sheet.sheet(record, width=width).splitlines()
    assert max(len(line) for line in lines if line.isascii()) <= width
    outcomes = re.findall(r"^  Result        (CARRIED|LOST|INQUORATE)$", "\n".join(lines), re.M)
    assert len(outcomes) == len(record.results)


# The page and the slides


def shown() -> MotionRecord:
    questions = [
        Question("Affiliate to <b>Chess</b>", for_=4, against=4, notes=("a note",)),
        Question("Bartholomew-Featherstonehaugh " * 4, for_=5, against=1, abstain=2),
    ]
    return motion(questions, title="AGM", casting_votes=[CastingVote(1, "AGAINST", "Jo Park")])


def test_the_page_and_the_slides_say_what_the_record_says() -> None:
    pytest.importorskip("jinja2")
    page, slides = pages.page(shown()), pages.slides(shown())
    for text in (page, slides):
        assert "Affiliate to &lt;b&gt;Chess&lt;/b&gt;" in text
        assert "the casting vote of Jo Park is AGAINST: lost" in text
        assert ">Carried<" in text
        assert ">Lost<" in text
    assert "a note" in page
    assert "more FOR than AGAINST" in page
    assert "8 voting papers, 2 ABSTAIN" in slides
    lot = motion([Question("A", for_=1, against=1)], coin=True, lots=Lots.drawn("FOR"))
    assert "The lot fell on FOR. Where it came from: drawn." in pages.page(lot)


def test_the_sheet_and_the_page_say_a_note_on_the_file_once(tmp_path: Path) -> None:
    pytest.importorskip("jinja2")
    record = motion(read(tmp_path, "Timestamp,Chess,Union\n9:00,FOR,maybe\n9:01,FOR,FOR\n"))
    for text in (str(record), unescape(pages.page(record))):
        assert text.count("not read: 'Timestamp' (times)") == 1
        assert text.count("found 'maybe' on line 2: 1 invalid vote") == 1


def test_the_page_and_the_slides_fit_and_hinder_nobody() -> None:
    pytest.importorskip("jinja2")
    with browser.opened() as page:
        for text in (pages.page(shown()), pages.slides(shown())):
            for width, dark in ((320, False), (1280, True)):
                page.look(text, width=width, dark=dark)
                assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert page.hindrances() == []


# Forms and workbooks

FORM = (
    "Timestamp,Email Address,Should we affiliate?,Any comments?\n"
    "2026/03/01 9:00:00 AM GMT,a@example.org,For,\n"
    "2026/03/01 9:01:00 AM GMT,b@example.org,Against,None\n"
    "2026/03/01 9:02:00 AM GMT,A@example.org,For,\n"
)
"""As a form of Google has it (the first three columns from the cases of the layouts)."""


def told(path: Path, **options: Any) -> list[tuple[str, int, int, int]]:
    """Of each question: its title, for, against and blank."""
    found = read_motions(path, **options)
    return [(one.title, one.for_, one.against, one.blank) for one in found]


def test_a_form_of_google(tmp_path: Path) -> None:
    path = tmp_path / "votes.csv"
    path.write_text(FORM, "utf-8")
    [question] = read_motions(path)
    assert (question.title, question.for_, question.against) == ("Should we affiliate?", 2, 1)
    assert question.notes == (
        "not read: 'Timestamp' (times)",
        "not read: 'Email Address' (addresses)",
        "the same in 'Email Address': lines 2, 4",
        "not read: 'Any comments?' (remarks)",
    )
    assert not any("@" in note for note in question.notes)


ROWS = [line.split(",") for line in FORM.splitlines()]


def workbook(kind: str, rows: list[list[str]], path: Path, **sheets: list[list[str]]) -> Path:
    """A workbook of this kind with these rows in its first sheet, and these sheets."""
    every = {"Answers": rows, **sheets}
    if kind == "xlsx":
        openpyxl = pytest.importorskip("openpyxl")
        book = openpyxl.Workbook()
        book.remove(book.active)
        for name, cells in every.items():
            sheet = book.create_sheet(name)
            for row in cells:
                sheet.append([cell or None for cell in row])
        book.save(path / "votes.xlsx")
    else:
        pytest.importorskip("python_calamine")
        make = {"ods": workbooks.ods, "xls": workbooks.xls}[kind]
        cells = {name: [[one or None for one in row] for row in of] for name, of in every.items()}
        (path / f"votes.{kind}").write_bytes(make(cells))
    return path / f"votes.{kind}"


WORKBOOKS = pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])


@WORKBOOKS
def test_workbooks(kind: str, tmp_path: Path) -> None:
    path = workbook(kind, ROWS, tmp_path)
    assert told(path) == [("Should we affiliate?", 2, 1, 0)]
    rows = [["General meeting"], [], *ROWS, ["", "", "", ""], ROWS[1]]
    [question] = read_motions(workbook(kind, rows, tmp_path))
    assert (question.for_, question.blank) == (3, 1)
    assert "above the headings, not read: row 1" in question.notes
    assert "row 7: blank, counted as papers without a vote" in question.notes
    totals = [["question", "for", "against"], ["Affiliate", "12", "3"]]
    assert told(workbook(kind, totals, tmp_path)) == [("Affiliate", 12, 3, 0)]


@WORKBOOKS
def test_a_sheet_of_a_workbook(kind: str, tmp_path: Path) -> None:
    path = workbook(kind, [["Notes"], ["none"]], tmp_path, Votes=ROWS)
    assert told(path, sheet="Votes") == [("Should we affiliate?", 2, 1, 0)]
    with pytest.raises(FormatError, match="no sheet 'Other'"):
        read_motions(path, sheet="Other")
    text = tmp_path / "votes.csv"
    text.write_text(FORM, "utf-8")
    with pytest.raises(FormatError, match=r"expected a workbook \(xlsx, ods, xls\)"):
        read_motions(text, sheet="Votes")


def test_cells_of_a_workbook_at_fault(tmp_path: Path) -> None:
    rows = [[*ROWS[0]], ["", "", "For", ""], ["", "", "For", "x", "more"], ["", "", "=1+1"]]
    with pytest.raises(FormatError) as caught:
        read_motions(workbook("xlsx", rows, tmp_path))
    assert [(fault.line, fault.found) for fault in caught.value.faults] == [
        (3, "5 cells"),
        (4, "the formula '=1+1' in column 3"),
    ]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        # A title above; two rows of headings (SurveyMonkey); three (Qualtrics).
        ("AGM 2026,,\n,,\nID,Affiliate,Rename\n7,FOR,AGAINST\n", [("Affiliate", 1, 0, 0)]),
        ("AGM 2026\n\nID;Affiliate;Rename\n7;FOR;AGAINST\n", [("Affiliate", 1, 0, 0)]),
        (
            "Respondent ID,Affiliate,Rename\n,Response,Response\n118,FOR,AGAINST\n119,,FOR\n",
            [("Affiliate", 1, 0, 1)],
        ),
        (
            'StartDate,Q1,Q2\nStart Date,Affiliate,Rename\n"{""ImportId"":""startDate""}",'
            '"{""ImportId"":""QID1""}","{""ImportId"":""QID2""}"\n2026-03-01,FOR,AGAINST\n',
            [("Affiliate", 1, 0, 0)],
        ),
        # A heading that a form may have for itself, over votes, is a question.
        ("Language,Status\nFOR,AGAINST\n", [("Language", 1, 0, 0)]),
    ],
)
def test_headings(content: str, expected: list[tuple[str, int, int, int]], tmp_path: Path) -> None:
    path = tmp_path / "votes.csv"
    path.write_text(content, "utf-8")
    assert told(path)[:1] == expected
    assert len(told(path)) == 2


@pytest.mark.parametrize("vote", ["FOR", "against", "Abstain"])
@pytest.mark.parametrize("header", ["Affiliate,", ",Affiliate", "Affiliate,,", "Affiliate"])
def test_no_paper_is_taken_for_headings(header: str, vote: str, tmp_path: Path) -> None:
    path = tmp_path / "votes.csv"
    row = ",".join([vote] * len(header.split(",")))
    path.write_text(f"{header}\n{row}\n{row}\n", "utf-8")
    if header == "Affiliate":
        [question] = read_motions(path)
        assert question.for_ + question.against + question.abstain == 2
    else:
        with pytest.raises(FormatError, match=r"the title of a question|as in the header"):
            read_motions(path)


def test_columns_that_are_no_questions(tmp_path: Path) -> None:
    path = tmp_path / "votes.csv"
    path.write_text("Hall,Affiliate,Hall\nEast,FOR,u\nWest,FOR,v\n", "utf-8")
    with pytest.raises(FormatError) as caught:
        read_motions(path)
    assert ["--ignore" in str(fault) for fault in caught.value.faults] == [False, True, True]
    ignored: list[str] = []
    for fault in caught.value.faults:
        ignored += [str(setting.value) for way in fault.settled_by for setting in way]
    assert ignored == ["A", "C"]
    assert told(path, ignore=ignored) == [("Affiliate", 2, 0, 0)]
    assert told(path, ignore=["Hall"]) == [("Affiliate", 2, 0, 0)]
    with pytest.raises(FormatError, match="no column 'Room'"):
        read_motions(path, ignore=["Room"])


def test_a_file_that_is_no_table(tmp_path: Path) -> None:
    path = tmp_path / "votes.pdf"
    path.write_bytes(b"%PDF-1.7")
    with pytest.raises(FormatError, match=r"found a PDF document; .*save it as .xlsx or CSV"):
        read_motions(path)


def test_notes_of_a_file_are_said_once(tmp_path: Path) -> None:
    path = tmp_path / "votes.csv"
    path.write_text("Timestamp,Affiliate,Rename\nnoon,FOR,maybe\none,FOR,AGAINST\n", "utf-8")
    sheet = str(motion(read_motions(path)))
    assert sheet.count("not read: 'Timestamp' (times)") == 1
    assert "Notes         not read: 'Timestamp' (times)\n" in sheet
    assert "  Papers        2\n                  found 'maybe' on line 2: 1 invalid vote\n" in sheet


def test_a_record_without_a_question_is_shown_too() -> None:
    text = '{"schema": "stvcount.motion/1", "stvcount": "0.1.0", "title": "None put", "terms": '
    text += '{"majority": "simple", "basis": "voting", "present": null, "members": null, '
    record = MotionRecord.from_json(text + '"quorum": null, "coin": true}, "results": []}')
    assert "None put" in str(record)
