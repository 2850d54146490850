"""Stages as they come: a count that stops for a lot, is told it, and goes on."""

from __future__ import annotations

import pickle
from collections.abc import Callable

import pytest
from builders import election
from hypothesis import given
from hypothesis import strategies as st

import stvcount
from stvcount import Counting, CountRecord, Election, LotError, LotNeeded, LotQuestion, Lots
from stvcount.testing import elections

RULES = ("aberdeen", "ers-av", "ers97", "lsu-atv", "lsu-stv")

# Nobody has the quota of 10.01; A, B and C are equal throughout, and no two may go together.
THREE_EQUAL = election(1, {"A": 5, "B": 5, "C": 5, "D": 6})


def completed(counting: Counting, answer: Callable[[LotQuestion], str]) -> CountRecord:
    while not counting.complete:
        try:
            for _ in counting:
                pass
        except LotNeeded:
            assert counting.question is not None
            counting.answer(answer(counting.question))
    return counting.record


def test_a_count_goes_on_from_where_it_stopped() -> None:
    counting = stvcount.stages(THREE_EQUAL, rules="ers97")
    seen = []
    with pytest.raises(LotNeeded) as first:
        seen.extend(counting)
    with pytest.raises(LotNeeded):
        next(counting)
    assert first.value.candidates == ("A", "B", "C")
    assert first.value.drawn == ()
    assert repr(counting) == "<Counting by ers97: 1 stage, under way, waits for a lot (exclusion)>"
    counting.answer("B")
    assert counting.question is None
    with pytest.raises(LotNeeded) as second:
        seen.extend(counting)
    assert second.value.candidates == ("A", "C")
    assert second.value.drawn == ("B",)
    counting.answer("C")
    seen.extend(counting)
    assert [(stage.number, stage.candidates) for stage in seen] == [
        (1, ()),
        (2, ("B",)),
        (3, ("C",)),
    ]
    assert counting.complete
    assert counting.record == stvcount.count(THREE_EQUAL, lots=Lots.drawn("B", "C"))
    assert counting.record.stages == tuple(seen)


def test_what_was_drawn_beforehand_comes_first() -> None:
    counting = stvcount.stages(THREE_EQUAL, rules="ers97", lots=Lots.drawn("A"))
    with pytest.raises(LotNeeded) as needed:
        list(counting)
    assert needed.value.drawn == ("A",)
    counting.answer("B")
    list(counting)
    assert counting.record == stvcount.count(THREE_EQUAL, lots=Lots.drawn("A", "B"))


def test_answers_that_do_not_fit() -> None:
    counting = stvcount.stages(THREE_EQUAL, rules="ers97")
    with pytest.raises(LotError, match="found 'A'; expected none, as no lot is waited for"):
        counting.answer("A")
    with pytest.raises(LotNeeded):
        list(counting)
    with pytest.raises(LotError, match="names 'D'; expected one of the tied: A, B, C"):
        counting.answer("D")
    assert counting.question is not None
    counting.answer("A")
    with pytest.raises(LotError, match="no lot is waited for"):
        counting.answer("A")


def test_lots_left_over_are_found_however_often_one_asks() -> None:
    counting = stvcount.stages(election(1, {"A": 2, "B": 1}), lots=Lots.drawn("A"))
    for _ in range(2):
        with pytest.raises(LotError, match="A left over"):
            list(counting)
    assert not counting.complete


def test_what_stops_the_asking_does_not_stop_the_count() -> None:
    asked: list[LotQuestion] = []

    class NotYet(Exception):
        pass

    def ask(question: LotQuestion) -> str:
        asked.append(question)
        if len(asked) < 3:
            raise NotYet
        return question.candidates[-1]

    counting = stvcount.stages(THREE_EQUAL, rules="ers97", lots=Lots.ask(ask))
    for _ in range(2):
        with pytest.raises(NotYet):
            list(counting)
    list(counting)
    assert counting.record == stvcount.count(
        THREE_EQUAL, lots=Lots.ask(lambda question: question.candidates[-1])
    )
    # The lot that was had is not asked for again when the count is taken up.
    assert [len(question.candidates) for question in asked] == [3, 3, 3, 2]


@pytest.mark.parametrize("rules", RULES)
@given(election=elections(), choices=st.lists(st.integers(0, 7), min_size=20, max_size=20))
def test_the_record_is_that_of_a_count_with_the_same_lots(
    rules: str, election: Election, choices: list[int]
) -> None:
    if rules not in ("ers97", "lsu-atv"):
        election = election.with_places(1)
    rest = iter(choices)

    def answer(question: LotQuestion) -> str:
        return question.candidates[next(rest, 0) % len(question.candidates)]

    record = completed(stvcount.stages(election, rules=rules), answer)
    drawn = [lot.chosen for lot in record.lots]
    again = stvcount.count(election, rules=rules, lots=Lots.drawn(*drawn))
    assert record.to_json() == again.to_json()


def test_a_count_under_way_is_not_pickled() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(stvcount.stages(THREE_EQUAL))


def test_a_count_that_is_complete_has_no_further_stage() -> None:
    counting = stvcount.stages(election(1, {"A": 5, "B": 3}), rules="ers97")
    stages = list(counting)
    record = counting.record
    assert next(counting, None) is None
    assert counting.complete
    assert counting.record == record
    assert list(record.stages) == stages
