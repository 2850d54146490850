"""Lots: none in secret, each recorded, each answerable."""

from __future__ import annotations

import hashlib
import json
import pickle
from decimal import Decimal

import pytest
from builders import election

import stvcount
from stvcount import (
    CountRecord,
    ElectionError,
    LotError,
    LotNeeded,
    LotQuestion,
    Lots,
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
        "draw one and count again with Lots.drawn(...) "
        "(at the command line: --lots drawn:NAME, once for each lot in order of need)"
    )
    again = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert (str(again), again.candidates, again.votes) == (
        str(error),
        error.candidates,
        error.votes,
    )


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


def test_lots_say_what_they_are() -> None:
    assert repr(Lots.drawn("A", "B")) == "Lots.drawn('A', 'B')"
    assert repr(Lots.seeded("x")) == "Lots.seeded('x')"
    assert repr(Lots.none()) == "Lots.none()"
