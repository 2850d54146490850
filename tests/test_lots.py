"""Lots: none in secret, each recorded, each answerable."""

from __future__ import annotations

import hashlib
import json
import pickle
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from importlib.resources import files
from typing import Any

import jsonschema
import pytest
from builders import election

import stvcount
from stvcount import (
    CountRecord,
    Election,
    ElectionError,
    LotAnswer,
    LotError,
    LotNeeded,
    LotQuestion,
    Lots,
    RecordError,
    StvcountError,
)

TIED = election(1, {"A": 9, "B": 4, "C": 4, "D": 4, "E": 7})


def excluded(record: CountRecord) -> list[str]:
    return [name for stage in record.stages for name in stage.candidates]


def test_none_is_the_default_and_says_what_is_needed() -> None:
    with pytest.raises(LotNeeded) as needed:
        stvcount.count(TIED, rules="ers97")
    error = needed.value
    assert (error.purpose, error.clause, error.stage) == ("exclusion", "5.2.5", 2)
    assert error.candidates == ("B", "C", "D")
    assert error.votes == dict.fromkeys("BCD", Decimal("4.00"))
    assert str(error) == (
        "stage 2, 5.2.5: a lot is needed (exclusion) between B (4.00), C (4.00), D (4.00); "
        "draw one and count again with Lots.drawn(...)"
    )
    assert (error.question.purpose, error.question.votes) == (error.purpose, error.votes)
    assert (error.answers, error.drawn) == ((), ())
    assert str(error).startswith(f"{error.need}; ")
    again = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert (str(again), again.candidates, again.votes) == (
        str(error),
        error.candidates,
        error.votes,
    )
    assert again.question == error.question


def test_drawn_in_order_of_need() -> None:
    lots = Lots.drawn("C", "B")
    record = stvcount.count(TIED, rules="ers97", lots=lots)
    assert excluded(record)[:2] == ["C", "B"]
    assert stvcount.count(TIED, rules="ers97", lots=lots) == record


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (
            ("E",),
            r"stage 2, 5\.2\.5: the lot \(exclusion\) names 'E'; expected one of the tied: B,",
        ),
        (("C", "C"), "names 'C'; expected one of the tied: B, D"),
        (("C", "B", "D", "A"), "found D, A left over at the end of the count; expected 2"),
    ],
)
def test_drawn_lots_that_do_not_fit(names: tuple[str, ...], message: str) -> None:
    with pytest.raises(LotError, match=message):
        stvcount.count(TIED, rules="ers97", lots=Lots.drawn(*names))
    assert issubclass(LotError, StvcountError)


def test_lots_left_over_leave_no_record() -> None:
    counting = stvcount.stages(TIED, rules="ers97", lots=Lots.drawn("C", "B", "D"))
    with pytest.raises(LotError, match="found D left over"):
        list(counting)
    with pytest.raises(ElectionError, match="the count is not complete"):
        _ = counting.record


def test_seeded_lots_can_be_worked_out_by_anybody() -> None:
    record = stvcount.count(TIED, rules="ers97", lots=Lots.seeded("drawn in public: 40213"))

    def digest(name: str, tied: list[str], stage: int) -> str:
        text = json.dumps(
            ["drawn in public: 40213", "exclusion", stage, tied, name], separators=(",", ":")
        )
        return hashlib.sha256(text.encode()).hexdigest()

    first = min("BCD", key=lambda name: digest(name, ["B", "C", "D"], 2))
    rest = sorted(set("BCD") - {first})
    second = min(rest, key=lambda name: digest(name, rest, 3))
    assert excluded(record)[:2] == [first, second]
    assert record.stages[1].lots[0].source == "seed: drawn in public: 40213"


@pytest.mark.parametrize("seed", [None, "", " ", "\t\n", "\u200b\u00a0", 40213, b"40213"])
def test_a_seed_is_a_text_that_is_not_blank(seed: Any) -> None:
    with pytest.raises(LotError, match=r"lots seeded: found .*; expected a text that is not blank"):
        Lots.seeded(seed)


def test_seeds_differ() -> None:
    fallen = {
        stvcount.count(TIED, rules="ers97", lots=Lots.seeded(str(n))).stages[1].candidates
        for n in range(40)
    }
    assert fallen == {("B",), ("C",), ("D",)}


def test_asked() -> None:
    asked: list[LotQuestion] = []

    def ask(question: LotQuestion) -> str:
        asked.append(question)
        return question.candidates[-1]

    record = stvcount.count(TIED, rules="ers97", lots=Lots.ask(ask))
    assert excluded(record)[:2] == ["D", "C"]
    assert [question.candidates for question in asked] == [("B", "C", "D"), ("B", "C")]
    assert [question.stage for question in asked] == [2, 3]
    assert record.stages[1].lots[0].source == "asked"
    with pytest.raises(LotError, match="names None"):
        stvcount.count(TIED, rules="ers97", lots=Lots.ask(lambda question: None))  # type: ignore[arg-type,return-value]


def test_first_listed_is_no_falsy_accident() -> None:
    record = stvcount.count(
        election(1, {"A": 4, "B": 4, "C": 9}), rules="ers97", lots=Lots.first_listed()
    )
    assert record.elected == ("C",)
    tied = stvcount.count(election(1, {"A": 4, "B": 4}), rules="ers97", lots=Lots.first_listed())
    assert (tied.elected, tied.completion.excluded) == (("B",), ("A",))


def test_5_6_3_an_earlier_lot_stands_where_the_votes_are_still_equal() -> None:
    record = stvcount.count(TIED, rules="ers97", lots=Lots.drawn("C", "B"))
    recount = stvcount.count(TIED, rules="ers97", lots=Lots.from_record(record))
    assert excluded(recount) == excluded(record)
    assert [stage.lots[0].source for stage in recount.stages[1:3]] == ["earlier lot"] * 2


def test_5_6_3_an_earlier_lot_falls_where_the_votes_have_changed() -> None:
    record = stvcount.count(TIED, rules="ers97", lots=Lots.drawn("C", "B"))
    found = election(1, {"A": 9, "B": 5, "C": 5, "D": 5, "E": 7})
    with pytest.raises(LotNeeded):
        stvcount.count(found, rules="ers97", lots=Lots.from_record(record))
    recount = stvcount.count(
        found, rules="ers97", lots=Lots.from_record(record, otherwise=Lots.drawn("D", "B"))
    )
    assert excluded(recount)[:2] == ["D", "B"]
    assert recount.stages[1].lots[0].source == "drawn"


# Answers kept between two requests


def answers_for(names: Sequence[str], standing: Any = TIED) -> tuple[LotAnswer, ...]:
    """The answers, gathered as a web application does: counting again after each."""
    answers: tuple[LotAnswer, ...] = ()
    for name in names:
        with pytest.raises(LotNeeded) as needed:
            stvcount.count(standing, lots=Lots.answered(*answers))
        assert needed.value.answers == answers
        answers = (*answers, LotAnswer(needed.value.question, name))
    return answers


def test_answers_are_kept_as_json_and_count_as_drawn_lots_do() -> None:
    answers = answers_for("CB")
    lots = Lots.answered(*answers)
    drawn = stvcount.count(TIED, lots=Lots.drawn("C", "B"))
    assert stvcount.count(TIED, lots=lots) == drawn
    assert stvcount.count(TIED, lots=Lots.answered(*reversed(answers))) == drawn
    assert Lots.answered(*((one.question, one.chosen) for one in answers)) == lots
    kept = lots.to_json()
    jsonschema.validate(json.loads(kept), schema_of("lots"))
    assert Lots.from_json(kept) == lots
    assert Lots.from_json(kept).to_json() == kept
    assert Lots.from_json(kept).answers == answers
    assert hash(Lots.from_json(kept)) == hash(lots)
    assert pickle.loads(pickle.dumps(lots)) == lots  # noqa: S301
    assert Lots.drawn("C").answers == ()


def test_a_question_is_kept_as_json() -> None:
    question = answers_for("C")[0].question
    kept = question.to_json()
    jsonschema.validate(json.loads(kept), schema_of("lot"))
    assert LotQuestion.from_json(kept) == question
    assert hash(LotQuestion.from_json(kept)) == hash(question)


def schema_of(name: str) -> Any:
    return json.loads((files("stvcount") / "schemas" / f"{name}-1.json").read_text("utf-8"))


def test_the_lots_used_so_far_are_told_wherever_they_came_from() -> None:
    def ask(question: LotQuestion) -> str:
        if question.stage > 2:
            raise LotNeeded(question)
        return "D"

    for lots in (Lots.ask(ask), Lots.drawn("D")):
        with pytest.raises(LotNeeded) as needed:
            stvcount.count(TIED, lots=lots)
        assert needed.value.drawn == ("D",)
        assert needed.value.answers[0].question.candidates == ("B", "C", "D")
        assert needed.value.candidates == ("B", "C")


def test_each_further_answer_is_told_before_the_count_goes_on() -> None:
    first, second = answers_for("CB")
    told: list[LotAnswer] = []
    with pytest.raises(LotNeeded):
        stvcount.count(TIED, lots=Lots.answered(otherwise=Lots.drawn("C"), keep=told.append))
    assert told == [first]
    lots = Lots.answered(first, otherwise=Lots.drawn("B"), keep=told.append)
    assert stvcount.count(TIED, lots=lots) == stvcount.count(TIED, lots=Lots.drawn("C", "B"))
    assert told == [first, second]
    with pytest.raises(LotError, match="found D left over"):
        stvcount.count(TIED, lots=Lots.answered(first, second, otherwise=Lots.drawn("D")))
    with pytest.raises(LotError, match="keep: found 3; expected what can be called"):
        Lots.answered(keep=3)  # type: ignore[arg-type]
    with pytest.raises(LotError, match="otherwise: found 3; expected Lots"):
        Lots.answered(otherwise=3)  # type: ignore[arg-type]


OTHER_TIES = {
    "other votes": election(1, {"A": 9, "B": 5, "C": 5, "D": 5, "E": 7}),
    "other candidates": election(1, {"A": 9, "B": 4, "C": 4, "D": 3, "E": 7}),
    "another stage": election(1, {"A": 9, "B": 4, "C": 4, "D": 4, "E": 7, "F": 1}),
    "other names": election(1, {"A": 9, "B": 4, "C": 4, "F": 4, "E": 7}),
}


@pytest.mark.parametrize("standing", OTHER_TIES.values(), ids=OTHER_TIES)
def test_an_answer_is_never_used_for_another_question(standing: Election) -> None:
    lots = Lots.answered(*answers_for("C"))
    with pytest.raises(
        LotError, match=r"lots answered: found C for stage 2, 5.2.5: a lot"
    ) as error:
        stvcount.count(standing, lots=lots)
    assert "; expected an answer to stage" in str(error.value)


def test_an_answer_for_another_purpose_or_clause_is_never_used() -> None:
    question = answers_for("C")[0].question
    for other in (replace(question, purpose="surplus"), replace(question, clause="5.3.4")):
        with pytest.raises(LotError, match=r"lots answered: found C for .*; expected an answer"):
            stvcount.count(TIED, lots=Lots.answered((other, "C")))


def test_answers_left_over_are_of_another_count() -> None:
    lots = Lots.answered(*answers_for("CB"))
    with pytest.raises(LotError, match=r"found C for stage 2.*; B for stage 3.*; expected no more"):
        stvcount.count(election(1, {"A": 9, "B": 3}), lots=lots)


def test_one_coin_does_not_answer_for_another_question() -> None:
    questions = [stvcount.Question(title, for_=3, against=3) for title in ("One?", "Two?")]
    with pytest.raises(LotNeeded) as needed:
        stvcount.motion(questions, coin=True)
    first = (needed.value.question, "FOR")
    with pytest.raises(LotNeeded) as needed:
        stvcount.motion(questions, coin=True, lots=Lots.answered(first))
    assert [answer.chosen for answer in needed.value.answers] == ["FOR"]
    lots = Lots.answered(first, (needed.value.question, "AGAINST"))
    assert stvcount.motion(questions, coin=True, lots=lots).carried == ("One?",)


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        (["C"], "lots answered: found 'C'; expected a LotQuestion and a name"),
        ([("C", "B")], r"lots answered: found LotAnswer\(.*; expected a LotQuestion and a name"),
        ([3], "lots answered: found 3; expected"),
    ],
)
def test_what_is_no_answer(answers: list[Any], message: str) -> None:
    with pytest.raises(LotError, match=message):
        Lots.answered(*answers)


def test_an_answer_names_one_of_the_tied_and_there_is_one() -> None:
    question = answers_for("C")[0].question
    for name in ("A", "", None):
        with pytest.raises(LotError, match=r"names .*; expected one of the tied: B, C, D"):
            Lots.answered((question, name))  # type: ignore[arg-type]
    with pytest.raises(LotError, match=r"found two answers to stage 2, 5.2.5: a lot"):
        Lots.answered((question, "B"), (question, "C"))


def test_json_that_keeps_no_lots() -> None:
    kept = Lots.answered(*answers_for("C")).to_json()
    for text, message in (
        ("{}", r"schema: found null; expected \"stvcount.lots/1\""),
        (kept.replace("4.00", "4,00", 1), r"lots\[0\].question.votes\[\"B\"\]: found \"4,00\""),
        (kept.replace('"C"\n', '"A"\n'), "names 'A'; expected one of the tied"),
    ):
        with pytest.raises((RecordError, LotError), match=message):
            Lots.from_json(text)
    for lots in (Lots.none(), Lots.drawn("C"), Lots.seeded("x"), Lots.first_listed()):
        with pytest.raises(LotError, match=r"expected Lots.answered, which alone is kept as JSON"):
            lots.to_json()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (Lots, r"found Lots\(\); expected one of Lots.none\(\), Lots.drawn"),
        (lambda: Lots("A"), r"found Lots\('A'\); expected one of"),
        (lambda: Lots.drawn(3), "lots drawn: found 3; expected a name"),  # type: ignore[arg-type]
        (lambda: Lots.drawn(["A"]), r"lots drawn: found \['A'\]; expected a name"),  # type: ignore[arg-type]
        (lambda: Lots.ask("A"), "lots: found 'A' to ask; expected what can be called"),  # type: ignore[arg-type]
        (lambda: Lots.from_record("r.json"), "record: found 'r.json'; expected the record"),  # type: ignore[arg-type]
        (
            lambda: Lots.from_record(stvcount.count({("A",): 1}, places=1), otherwise="A"),  # type: ignore[arg-type]
            "otherwise: found 'A'; expected Lots",
        ),
    ],
)
def test_lots_that_come_from_nowhere(make: Callable[[], Lots], message: str) -> None:
    with pytest.raises(LotError, match=message):
        make()


def test_lots_say_what_they_are() -> None:
    assert repr(Lots.drawn("A", "B")) == "Lots.drawn('A', 'B')"
    assert repr(Lots.seeded("x")) == "Lots.seeded('x')"
    assert repr(Lots.none()) == "Lots.none()"
