"""ERS97 against every published figure, and clause by clause on counts written by hand."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from builders import decided, election, texts, votes

import stvcount
from stvcount import CountRecord, Election, ElectionError, LotNeeded, Lots, Papers
from stvcount.rules import gregory
from stvcount.tally import Parcel, Tally
from stvcount.tellers import Sorted


def count(places: int, papers: dict[str, int], *lots: str, candidates: str = "") -> CountRecord:
    return stvcount.count(
        election(places, papers, candidates=candidates), rules="ers97", lots=Lots.drawn(*lots)
    )


# Published counts


def test_every_stage_of_the_scottish_wards(shared: Path) -> None:
    expected = json.loads((shared / "expected" / "scottish-ers97.json").read_text("utf-8"))
    assert len(expected["elections"]) == 62
    for name, ward in expected["elections"].items():
        record = stvcount.count(stvcount.read(shared / "data" / "scottish" / name), rules="ers97")
        number = {candidate: n for n, candidate in enumerate(record.candidates)}
        found = [
            {
                "kind": stage.kind,
                "of": sorted(number[candidate] for candidate in stage.candidates),
                "quota": str(stage.quota),
                "votes": [str(vote) for vote in stage.votes.values()],
                "nt": str(stage.non_transferable),
                "elected": [number[one.candidate] for one in stage.elected],
            }
            for stage in record.stages
        ]
        stages = [stage | {"of": sorted(stage["of"])} for stage in ward["stages"]]
        assert found == stages, name
        assert sorted(number[one] for one in record.elected) == sorted(ward["elected"]), name
        assert (record.papers.valid, record.places) == (ward["valid"], ward["places"]), name


def test_the_model_election(shared: Path) -> None:
    """ERS97 section 8, on papers reconstructed by others.

    Stages 1 and 2 are the booklet's own figures; stages 3 to 6 are the count of these papers.
    """
    published = json.loads((shared / "published" / "model-election.json").read_text("utf-8"))
    record = stvcount.count(stvcount.read(shared / "data" / "ers97-model.blt"), rules="ers97")
    assert len(record.stages) == len(published["stages_of_the_reconstructed_papers"])
    for stage, printed in zip(
        record.stages, published["stages_of_the_reconstructed_papers"], strict=True
    ):
        assert {name: str(vote) for name, vote in stage.votes.items()} == printed["votes"]
        assert str(stage.non_transferable) == printed["nt"]
        assert [one.candidate for one in stage.elected] == printed["elected"]
        assert stage.kind == printed["kind"]
        assert sorted(stage.candidates) == sorted(printed.get("of", []))
        assert str(stage.quota) == published["published_figures"]["quota"]
    batch = record.stages[1].batches[0]
    surplus = published["published_figures"]["stage_2"]
    assert str(batch.value) == surplus["transfer_value"]
    assert sum(batch.papers.values()) == surplus["transferable_papers"]
    assert str(sum(batch.credited.values())) == surplus["credited"]
    assert str(batch.non_transferable) == surplus["non_transferable_difference"]
    assert record.completion.excluded == ("Baron",)
    assert texts(record, "5.5.2")[0].endswith("papers worth 2.10 are not transferred")


def test_the_hockey_club_of_2021() -> None:
    """Students' Union UCL, spring 2021, Hockey Club (Men's) Social Secretary: 25 papers.

    Published: both stages. Inferred: 17 of Recaldin's 20 papers name Gadsby next (11.56 / 0.68).
    """
    oliver, james, ron = "Oliver Gadsby", "James Recaldin", "RON (Re-Open Nominations)"
    record = stvcount.count(
        Election(
            places=2,
            candidates=[oliver, james, ron],
            papers=Papers.from_rankings([([oliver], 5), ([james, oliver], 17), ([james], 3)]),
        ),
        rules="ers97",
    )
    assert votes(record.stages[0]) == "5.00 20.00 0.00 nt 0.00"
    assert votes(record.stages[1]) == "16.56 8.34 0.00 nt 0.10"
    assert [str(stage.quota) for stage in record.stages] == ["8.34", "8.34"]
    assert record.stages[1].kind == "surplus"
    assert record.stages[1].batches[0].value == Decimal("0.68")
    assert record.elected == (james, oliver)
    assert record.completion.excluded == (ron,)


def test_the_labour_society_of_2021() -> None:
    """Students' Union UCL, spring 2021, Labour Society President: 19 papers.

    Published: both stages. Inferred: two of Glendenning's five papers name Tucker next.
    """
    oliver, aliy, samuele = "Oliver Tucker", "Aliy Faisal", "Samuele Glendenning"
    ron = "RON (Re-Open Nominations)"
    record = stvcount.count(
        Election(
            title="Labour Society President",
            places=1,
            candidates=[oliver, aliy, samuele, ron],
            papers=Papers.from_rankings(
                [([oliver], 6), ([aliy], 8), ([samuele, oliver], 2), ([samuele], 3)]
            ),
        ),
        rules="ers97",
    )
    first, second = record.stages
    assert (votes(first), str(first.quota)) == ("6.00 8.00 5.00 0.00 nt 0.00", "9.50")
    assert [(d.clause, d.text) for d in first.decisions] == [("5.1.6", "Quota 19 / 2 = 9.50")]
    assert (votes(second), str(second.quota)) == ("8.00 8.00 0.00 0.00 nt 3.00", "8.00")
    assert second.candidates == (ron, samuele)
    (batch,) = second.batches
    assert (batch.value, batch.non_transferable_papers) == (Decimal("1.00"), 3)
    assert batch.papers == {oliver: 2}
    assert batch.credited == {oliver: Decimal("2.00")}
    assert batch.non_transferable == Decimal("3.00")
    assert [(e.candidate, str(e.vote), e.clause) for e in second.elected] == [
        (aliy, "8.00", "5.4.9(a)")
    ]
    assert [decision.clause for decision in second.decisions] == ["5.2.5", "5.4.8", "5.6.2"]
    assert "stage 1 (Oliver Tucker 6.00, Aliy Faisal 8.00)" in second.decisions[2].text
    assert record.completion.excluded == (oliver,)
    assert [decision.clause for decision in record.completion.decisions] == ["5.5.2"]
    assert record.elected == (aliy,)


# The exercises of section 9


@pytest.fixture(scope="session")
def exercises(shared: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((shared / "published" / "exercises.json").read_text("utf-8"))
    return found


def test_exercise_9_2_quota(exercises: dict[str, Any]) -> None:
    for case in exercises["9.2_quota"]:
        places, valid = case["places"], case["valid"]
        names = [f"C{n}" for n in range(places + 1)]
        papers = Papers.from_rankings([([names[0]], valid)])
        standing = Election(places=places, candidates=names, papers=papers)
        first = next(stvcount.stages(standing, rules="ers97"))
        assert str(first.quota) == case["quota"]


def surplus_moved(case: dict[str, Any], papers: int, value: Decimal) -> tuple[str, str, str]:
    """The surplus, the transfer value, and the difference that is lost, of an exercise."""
    surplus = Decimal(case["vote"]) - Decimal(case["quota"])
    transferable = papers - case["non_transferable_papers"]
    at = gregory.transfer_value(surplus, transferable, value, 2)
    return str(surplus), str(at), str(surplus - transferable * at)


def test_exercise_9_3_first_stage_surplus(exercises: dict[str, Any]) -> None:
    for case in exercises["9.3_first_stage_surplus"]:
        assert surplus_moved(case, int(Decimal(case["vote"])), Decimal("1.00")) == (
            case["surplus"],
            case["transfer_value"],
            case["non_transferable_difference"],
        )


def test_exercise_9_4_later_surplus(exercises: dict[str, Any]) -> None:
    for case in exercises["9.4_later_surplus"]:
        value = Decimal(case["last_batch_value"])
        assert surplus_moved(case, case["last_batch_papers"], value) == (
            case["surplus"],
            case["transfer_value"],
            case["non_transferable_difference"],
        )


class ReceivedTeller:
    """A teller whose papers are mere numbers: each bundle goes whole to whom it is told."""

    class Bundle:
        def __init__(self, papers: int) -> None:
            self.papers = papers

    def first_preferences(self, standing: Any) -> Any:
        return Sorted({0: self.Bundle(1)}, 0)

    def next_preferences(self, bundles: Any, continuing: Any) -> Any:
        papers = sum(bundle.papers for bundle in bundles)
        return Sorted({min(continuing): self.Bundle(papers)}, 0)


def test_exercise_9_5_batches(exercises: dict[str, Any]) -> None:
    for case in exercises["9.5_batches"]:
        parcels = [
            Parcel(ReceivedTeller.Bundle(papers), Decimal(value), 2)
            for papers, value in case["received"]
        ]
        tally = Tally(["A", "B"], 1, ReceivedTeller(), decimals=2, standing={0, 1})
        tally._parcels[0] = parcels
        found = [
            [sum(parcel.papers for parcel in holders[0]), str(value)]
            for value, holders in tally.batches([0])
        ]
        assert found == case["transferred_in_order"]


def test_exercise_9_6_next_action(exercises: dict[str, Any]) -> None:
    exercise = exercises["9.6_next_action"]
    assert len(exercise["cases"]) == 4
    for case in exercise["cases"]:
        assert sum(case["votes"].values()) == exercise["total"]
        counting = stvcount.stages(election(exercise["places"], case["votes"]), rules="ers97")
        first, second = next(counting), next(counting)
        assert str(first.quota) == exercise["quota"]
        assert [one.candidate for one in first.elected] == case["elected"]
        action = case["action"]
        if action.startswith("transfer surplus of "):
            assert (second.kind, list(second.candidates)) == ("surplus", [action[-1]])
        else:
            names = action.removeprefix("defer; exclude ").removesuffix(" together").split(" and ")
            assert (second.kind, list(second.candidates)) == ("exclusion", names)
            assert second.decisions[0].clause == "5.2.2(a)"
            assert second.decisions[0].text == (
                "surpluses 123.50 do not exceed 275.00 - 130.00: deferred"
            )


# 5.1 First stage


def test_5_1_7_at_the_first_stage_in_descending_order() -> None:
    """Quota 100 / 3 = 33.34."""
    record = count(2, {"A": 34, "B": 65, "C": 1})
    assert [(e.candidate, str(e.vote), e.clause) for e in record.stages[0].elected] == [
        ("B", "65.00", "5.1.7(a)"),
        ("A", "34.00", "5.1.7(a)"),
    ]
    assert count(2, {"A": 33, "B": 66, "C": 1}).stages[0].elected[1:] == ()


def test_5_6_1_b_elects_on_the_active_vote_below_the_quota() -> None:
    """After A's surplus the active vote is 30 + 29: half of it is 29.50, the quota 38.34."""
    record = count(2, {"A": 40, "B": 30, "C": 29, "D": 10, "E": 6})
    last = record.stages[2]
    assert str(last.quota) == "38.34"
    assert [(e.candidate, e.clause) for e in last.elected] == [("B", "5.3.13(b)")]
    assert texts(record, "5.3.13(b)") == ["B (30.00) reaches total active vote 59.00 / 2"]


# 5.2 Which action comes next


def test_5_2_2_b_defers_on_a_set() -> None:
    """Surplus 3.66 exceeds 5 - 4, but not 13 - (4 + 5): it waits, and D and E go together."""
    record = count(2, {"A": 26, "B": 19, "F": 13, "E": 5, "D": 4})
    second = record.stages[1]
    assert second.candidates == ("D", "E")
    assert [(d.clause, d.text) for d in second.decisions[:2]] == [
        ("5.2.2(b)", "surpluses 3.66 do not exceed 13.00 - 9.00 (D and E): deferred"),
        (
            "5.2.5",
            "excluded together: D (4.00) and E (5.00); "
            "9.00 + deferred surpluses 3.66 does not exceed 13.00",
        ),
    ]


def test_5_2_3_equal_surpluses_by_the_greatest_vote_at_the_earliest_point() -> None:
    """A's surplus of 1.00 waits (5.2.2(a)); B gets the same surplus at stage 2."""
    record = count(3, {"A": 11, "B": 9, "C": 8, "D": 7, "EB": 2, "ED": 2, "F": 1})
    second, third = record.stages[1:3]
    assert second.decisions[0].clause == "5.2.2(a)"
    assert votes(second) == "11.00 11.00 8.00 9.00 0.00 0.00 nt 1.00"
    assert (third.kind, third.candidates, third.lots) == ("surplus", ("A",), ())
    assert texts(record, "5.2.3")[0] == (
        "equal surpluses, 1.00: A and B; greatest vote at stage 1 (A 11.00, B 9.00)"
    )


@pytest.mark.parametrize("drawn", ["A", "B"])
def test_5_2_3_equal_surpluses_that_never_differed_by_lot(drawn: str) -> None:
    papers = {"AC": 10, "BC": 10, "C": 3, "D": 1}
    record = count(3, papers, drawn)
    assert record.stages[1].candidates == (drawn,)
    (lot,) = record.stages[1].lots
    assert (lot.purpose, lot.clause, lot.candidates) == ("surplus", "5.2.3", ("A", "B"))
    assert (lot.chosen, lot.source) == (drawn, "drawn")
    assert lot.votes == {"A": Decimal("10.00"), "B": Decimal("10.00")}
    with pytest.raises(LotNeeded) as needed:
        count(3, papers)
    assert (needed.value.purpose, needed.value.candidates) == ("surplus", ("A", "B"))
    assert needed.value.stage == 2


def test_5_2_5_excludes_as_many_together_as_possible() -> None:
    record = count(1, {"A": 20, "B": 18, "C": 17, "D": 4, "E": 3, "F": 2, "G": 1})
    assert record.stages[1].candidates == ("G", "F", "E", "D")
    assert texts(record, "5.2.5")[0] == (
        "excluded together: G (1.00), F (2.00), E (3.00) and D (4.00); "
        "10.00 + deferred surpluses 0.00 does not exceed 17.00"
    )


def test_5_2_5_equal_fewest_by_a_batch_inside_a_stage() -> None:
    """A and B have 4, then 5 at the end of stage 3; but A had its fifth after the first batch."""
    papers = {"SX": 2, "SC": 18, "A": 4, "B": 4, "XA": 1, "X": 1}
    record = stvcount.count(
        Election(
            places=2,
            candidates=["S", "X", "A", "B", "C"],
            papers=Papers.from_rankings(
                [(list(order), number) for order, number in papers.items() if order != "SX"]
                + [(["S", "X", "B"], 2)]
            ),
        ),
        rules="ers97",
    )
    assert votes(record.stages[1]) == "10.00 3.00 4.00 4.00 9.00 nt 0.00"
    assert votes(record.stages[2]) == "10.00 0.00 5.00 5.00 9.00 nt 1.00"
    assert [str(batch.value) for batch in record.stages[2].batches] == ["1.00", "0.50"]
    assert (record.stages[3].candidates, record.stages[3].lots) == (("B",), ())
    assert texts(record, "5.2.5")[1] == (
        "equal fewest, 5.00: A and B; fewest vote at stage 3, batch 1 (A 5.00, B 4.00)"
    )


@pytest.mark.parametrize("drawn", ["B", "C"])
def test_5_2_5_three_tied_of_whom_two_never_differed(drawn: str) -> None:
    """A, B, C have 4 each when D has gone; A had fewer before, the other two never differed."""
    record = count(1, {"A": 3, "DA": 1, "D": 1, "B": 4, "C": 4, "E": 9, "F": 7}, drawn)
    assert record.stages[1].candidates == ("D",)
    assert votes(record.stages[1]) == "4.00 4.00 4.00 0.00 9.00 7.00 nt 1.00"
    assert (record.stages[2].candidates, record.stages[2].lots) == (("A",), ())
    assert record.stages[3].candidates == (drawn,)
    assert record.stages[3].lots[0].candidates == ("B", "C")


def test_a_lot_is_demanded_with_all_that_is_needed_to_go_on() -> None:
    papers = {"A": 5, "B": 3, "C": 3, "D": 3}
    with pytest.raises(LotNeeded) as first:
        count(1, papers)
    assert first.value.candidates == ("B", "C", "D")
    assert first.value.votes == dict.fromkeys("BCD", Decimal("3.00"))
    with pytest.raises(LotNeeded) as second:
        count(1, papers, *first.value.drawn, "C")
    assert second.value.candidates == ("B", "D")
    assert second.value.drawn == ("C",)
    assert second.value.stage == 3


# 5.3 Transfer of a surplus


def test_5_3_2_a_later_surplus_moves_only_the_last_batch() -> None:
    """B passes the quota of 8.25 with D's three papers: 2.75 moves on those alone, to C."""
    record = count(3, {"A": 9, "BA": 8, "C": 7, "E": 6, "DBC": 3})
    third = record.stages[2]
    assert (third.kind, third.candidates) == ("surplus", ("B",))
    (batch,) = third.batches
    assert (str(batch.value), batch.papers) == ("0.91", {"C": 3})
    assert str(batch.non_transferable) == "0.02"


def test_5_3_7_papers_worth_less_than_the_surplus_keep_their_value() -> None:
    record = count(2, {"AB": 2, "A": 18, "B": 3, "C": 5})
    (batch,) = record.stages[1].batches
    assert (batch.value, batch.credited["B"]) == (Decimal("1.00"), Decimal("2.00"))
    assert batch.non_transferable == Decimal("8.66")
    assert batch.non_transferable_papers == 18


def test_e7_a_transfer_value_of_nothing_moves_papers_at_no_value() -> None:
    """Quota 299.67: A's surplus of 0.33 on 300 papers is 0.00 each. C and D are equal fewest."""
    record = count(2, {"AB": 300, "B": 201, "C": 199, "D": 199}, "C")
    (batch,) = record.stages[1].batches
    assert (str(batch.value), batch.papers) == ("0.00", {"B": 300})
    assert (str(batch.credited["B"]), str(batch.non_transferable)) == ("0.00", "0.33")


# 5.4 Exclusion


def test_5_4_8_the_quota_follows_until_somebody_is_elected() -> None:
    record = count(2, {"A": 20, "B": 19, "C": 16, "D": 5, "E": 4})
    assert [str(stage.quota) for stage in record.stages] == ["21.34", "18.34"]
    assert texts(record, "5.4.8") == ["nobody is elected yet: quota (64 - 9.00) / 3 = 18.34"]
    assert record.elected == ("A", "B")


def test_5_4_10_the_next_batch_passes_over_those_just_elected() -> None:
    """X's papers at 1.00 elect A; the two at 0.50 name A next, and go on to B."""
    record = count(3, {"SXAB": 2, "SC": 18, "XA": 2, "A": 8, "B": 5, "D": 5}, candidates="SXABCD")
    third = record.stages[2]
    assert third.candidates == ("X",)
    assert [(str(b.value), b.papers) for b in third.batches] == [
        ("1.00", {"A": 2}),
        ("0.50", {"B": 2}),
    ]
    assert [(e.candidate, str(e.vote)) for e in third.elected] == [("A", "10.00")]
    assert third.votes["B"] == Decimal("6.00")


def test_e1_a_surplus_by_a_lowered_quota_where_only_first_papers_were_received() -> None:
    """C's non-transferable papers lower the quota from 11.34 to 9.00: A has 2.00 too many."""
    record = count(2, {"AB": 11, "B": 8, "C": 7, "D": 8})
    second, third = record.stages[1:3]
    assert [str(stage.quota) for stage in record.stages[:2]] == ["11.34", "9.00"]
    assert [(e.candidate, e.clause) for e in second.elected] == [("A", "5.4.9(a)")]
    assert (str(third.batches[0].value), third.batches[0].papers) == ("0.18", {"B": 11})


def test_e1_a_surplus_by_a_lowered_quota_moves_on_the_last_papers_received() -> None:
    """A got one paper at stage 2 and none at stage 3, which lowered the quota to 9.67."""
    record = count(2, {"A": 10, "B": 9, "E": 9, "C": 8, "DAB": 1, "D": 1})
    third, fourth = record.stages[2:4]
    assert third.candidates == ("C",)
    assert "A" not in third.batches[0].papers
    assert ([e.candidate for e in third.elected], str(third.quota)) == (["A"], "9.67")
    assert (fourth.kind, fourth.batches[0].papers) == ("surplus", {"B": 1})
    assert [
        str(figure) for figure in (fourth.batches[0].value, fourth.batches[0].non_transferable)
    ] == ["1.00", "0.33"]


def test_5_3_7_papers_worth_just_the_surplus_keep_their_value() -> None:
    """50 / 5 = 10. S's 8 on 16 papers are 0.50; X's papers take A (three at 1.00) and B (six at
    0.50) from 8 to 11. A's three name nobody else, and 1.00 is lost. Of B's six two name C:
    worth 1.00, as much as the surplus, so that C has 9 + 1.
    """
    papers = {"SXBC": 2, "SXB": 4, "SC": 10, "S": 2, "A": 8, "B": 8, "XA": 3, "C": 4, "D": 9}
    record = count(4, papers)
    (batch,) = record.stages[4].batches
    assert (record.stages[4].candidates, str(batch.value), batch.papers) == (
        ("B",),
        "0.50",
        {"C": 2},
    )
    assert votes(record.stages[4]) == "10.00 10.00 10.00 9.00 10.00 0.00 nt 1.00"
    assert texts(record, "5.3.7")[2] == (
        "2 transferable papers worth 1.00 do not exceed the surplus 1.00: "
        "each keeps its value, 0.50"
    )


def test_5_3_7_papers_below_1_00_worth_less_than_the_surplus_keep_their_value() -> None:
    """The same, but only one of B's six names C: 0.50 of 1.00 moves, and 0.50 is lost."""
    papers = {"SXBC": 1, "SXB": 5, "SC": 10, "S": 2, "A": 8, "B": 8, "XA": 3, "C": 4, "D": 9}
    record = count(4, papers)
    (batch,) = record.stages[4].batches
    assert (str(batch.value), batch.papers) == ("0.50", {"C": 1})
    assert (str(batch.credited["C"]), str(batch.non_transferable)) == ("0.50", "0.50")


# 5.5 Completion


def test_e2_no_more_candidates_than_places() -> None:
    record = count(3, {"A": 5, "B": 1}, candidates="ABC")
    assert [e.candidate for e in record.stages[0].elected] == ["A"]
    assert [(e.candidate, e.clause) for e in record.completion.elected] == [
        ("B", "5.5.1"),
        ("C", "5.5.1"),
    ]
    assert len(record.stages) == 1
    assert record.vacant == ()


def test_5_5_1_the_last_places_without_a_transfer() -> None:
    record = count(2, {"A": 5, "B": 5, "C": 5}, "B")
    assert len(record.stages) == 1
    assert [e.candidate for e in record.completion.elected] == ["A", "C"]
    assert record.completion.excluded == ("B",)
    assert texts(record, "5.5.1") == [
        "without B only as many candidates continue as there are places unfilled: "
        "A and C deemed elected"
    ]


def test_e7a_a_lot_for_the_last_place_belongs_to_the_completion() -> None:
    record = count(1, {"A": 5, "B": 5}, "A")
    assert len(record.stages) == 1
    assert record.completion.lots[0].chosen == "A"
    assert record.completion.excluded == ("A",)
    assert record.elected == ("B",)
    assert [e.clause for e in record.completion.elected] == ["5.5.1"]


# 5.6.2


def test_5_6_2_three_reach_the_mark_for_two_places() -> None:
    """A paper of D lifts C to 8, where A and B stand: the first stage puts C last."""
    record = count(2, {"A": 8, "B": 8, "C": 7, "DC": 1, "D": 1})
    second = record.stages[1]
    assert [(e.candidate, str(e.vote)) for e in second.elected] == [("A", "8.00"), ("B", "8.00")]
    assert texts(record, "5.6.2") == [
        "A (8.00), B (8.00) and C (8.00) reach the mark for 2 places; "
        "A and B: greatest vote at stage 1 (A 8.00, B 8.00, C 7.00)"
    ]


def test_5_6_2_one_of_three_told_apart_and_two_not() -> None:
    """A was ahead at the first stage; B and C were always equal, and one place is left."""
    record = count(2, {"A": 8, "B": 7, "C": 7, "DB": 1, "DC": 1, "D": 1}, "C")
    assert [e.candidate for e in record.stages[1].elected] == ["A"]
    assert record.completion.lots[0].candidates == ("B", "C")
    assert record.elected == ("A", "B")


def test_5_6_2_after_a_surplus() -> None:
    """27 / 3 = 9. S's 9 on one paper: B has 4 + 1, as many as A; both reach 10 / 2."""
    record = count(2, {"SB": 1, "S": 17, "A": 5, "B": 4}, candidates="SABZ")
    assert votes(record.stages[1]) == "9.00 5.00 5.00 0.00 nt 8.00"
    assert [(e.candidate, e.clause) for e in record.stages[1].elected] == [("A", "5.3.13(b)")]
    assert texts(record, "5.6.2") == [
        "A (5.00) and B (5.00) reach the mark for 1 place; "
        "A: greatest vote at stage 1 (A 5.00, B 4.00)"
    ]


def test_5_6_2_those_never_told_apart_are_not_elected_at_this_stage() -> None:
    record = count(1, {"A": 6, "B": 6, "C": 3}, "B")
    second = record.stages[1]
    assert second.elected == ()
    assert texts(record, "5.6.2") == [
        "A (6.00) and B (6.00) reach the mark for 1 place; "
        "A and B never told apart, so not elected now"
    ]
    assert record.completion.lots[0].chosen == "B"
    assert record.elected == ("A",)


# Readings E4 to E8


def test_e4_equal_votes_are_not_split() -> None:
    """Two of the three with 0.00 could go together by 5.2.5 (0 + 0 does not exceed 0)."""
    record = count(2, {"A": 12}, "C", "B", candidates="ABCD")
    assert record.stages[2].candidates == ("C",)


@pytest.mark.parametrize("drawn", ["B", "C"])
def test_e5_one_of_several_equals_goes_with_those_who_have_nothing(drawn: str) -> None:
    record = count(1, {"A": 9, "B": 5, "C": 5}, drawn, candidates="ABCDE")
    assert record.stages[1].candidates == ("D", "E", drawn)
    (lot,) = record.stages[1].lots
    assert (lot.purpose, lot.clause, lot.candidates) == ("exclusion", "5.2.5", ("B", "C"))


def test_e5_does_not_apply_where_the_equals_can_go_too() -> None:
    """5.2.5: as many together as possible. 0 + 0 + 1 + 1 do not exceed F's 8: no lot."""
    record = count(1, {"A": 9, "F": 8, "B": 1, "C": 1}, candidates="ABCDEF")
    assert record.stages[1].candidates == ("D", "E", "B", "C")
    assert record.stages[1].lots == ()


def test_e5_does_not_apply_where_one_alone_is_next() -> None:
    """0 + 0 + 5 do not exceed 6, and nobody is chosen between."""
    record = count(1, {"A": 9, "B": 5, "C": 6}, candidates="ABCDE")
    assert record.stages[1].candidates == ("D", "E", "B")
    assert texts(record, "5.2.5") == [
        "excluded together: D (0.00), E (0.00) and B (5.00); "
        "5.00 + deferred surpluses 0.00 does not exceed 6.00"
    ]


def test_e5_does_not_apply_while_a_surplus_is_deferred() -> None:
    """A's surplus of 0.33 waits: 0.33 + 0 does not exceed 5, and only the zero goes."""
    record = count(2, {"A": 10, "B": 9, "C": 5, "D": 5}, "C", candidates="ABCDE")
    assert record.stages[0].quota == Decimal("9.67")
    assert record.stages[1].kind == "exclusion"
    assert texts(record, "5.2.2(a)")
    assert record.stages[1].candidates == ("E",)


def test_e6_without_active_vote_places_are_filled_by_exclusion_and_lot() -> None:
    record = count(2, {"A": 12}, "C", "B", candidates="ABCD")
    assert votes(record.stages[1]) == "4.00 0.00 0.00 0.00 nt 8.00"
    assert record.stages[1].elected == ()
    assert record.stages[2].candidates == ("C",)
    assert record.stages[2].batches == ()
    assert record.completion.excluded == ("B",)
    assert record.elected == ("A", "D")


def test_e8_order_of_those_elected_together() -> None:
    """A and B have 8 each when D has gone; A had more before, though B is printed first."""
    record = count(2, {"B": 7, "A": 8, "C": 7, "DB": 1, "D": 2}, candidates="BACD")
    assert [(e.candidate, str(e.vote)) for e in record.stages[1].elected] == [
        ("A", "8.00"),
        ("B", "8.00"),
    ]


# Every decision to the word


def test_what_is_decided_where_a_surplus_waits_and_then_moves() -> None:
    """115 / 3 = 38.33...; 1.66 does not exceed 10 - 6; 16 + 1.66 does not exceed 29.

    At stage 3 it exceeds 30 - 29, and no paper of A's names anybody: 30 + 29 are active.
    """
    record = count(2, {"A": 40, "B": 30, "C": 29, "D": 10, "E": 6})
    assert [stage.kind for stage in record.stages] == ["first", "exclusion", "surplus"]
    assert decided(record) == [
        ["5.1.6: Quota 115 / 3 = 38.34 (not exact: remainder dropped, 0.01 added)"],
        [
            "5.2.2(a): surpluses 1.66 do not exceed 10.00 - 6.00: deferred",
            "5.2.5: excluded together: E (6.00) and D (10.00); "
            "16.00 + deferred surpluses 1.66 does not exceed 29.00",
        ],
        [
            "5.2.2: surpluses 1.66 exceed 30.00 - 29.00 and the difference of every "
            "set that could go together: not deferred",
            "5.2.3: largest surplus: A, 1.66",
            "5.3.7: 0 transferable papers worth 0.00 do not exceed the surplus 1.66: "
            "each keeps its value, 1.00",
            "5.3.13(b): B (30.00) reaches total active vote 59.00 / 2",
        ],
        ["5.5.2: all places are filled: C formally excluded"],
    ]


def test_what_is_decided_where_a_surplus_moves_at_a_lower_value() -> None:
    """40 / 4 = 10. S's 10 on 20 papers are 0.50 each; X's 2.00 and 1.00 elect A.

    When D's five are lost 9 + 6 are active for one place.
    """
    papers = {"SXAB": 2, "SC": 18, "XA": 2, "A": 8, "B": 5, "D": 5}
    assert decided(count(3, papers, candidates="SXABCD")) == [
        ["5.1.6: Quota 40 / 4 = 10.00"],
        [
            "5.2.2: surpluses 10.00 exceed 2.00 - 0.00 and the difference of every "
            "set that could go together: not deferred",
            "5.2.3: largest surplus: S, 10.00",
            "5.3.7: 20 transferable papers worth 20.00 exceed the surplus 10.00: "
            "transfer value 10.00 / 20 = 0.50",
        ],
        ["5.2.5: fewest votes, and no two may go together: X (3.00)"],
        [
            "5.2.5: fewest votes, and no two may go together: D (5.00)",
            "5.4.9(b): C (9.00) reaches total active vote 15.00 / 2",
        ],
        ["5.5.2: all places are filled: B formally excluded"],
    ]


def test_what_is_decided_where_those_without_votes_go_with_one_of_two_equals() -> None:
    """E5; 19 / 2 = 9.5, and when B's five are lost 14 / 2 = 7."""
    assert decided(count(1, {"A": 9, "B": 5, "C": 5}, "B", candidates="ABCDE")) == [
        ["5.1.6: Quota 19 / 2 = 9.50"],
        [
            "5.2.5: excluded together with those who have no votes (D and E): "
            "one of equals, 5.00: B and C",
            "5.2.5: never told apart: the lot falls on B",
            "5.4.8: nobody is elected yet: quota (19 - 5.00) / 2 = 7.00",
        ],
        ["5.5.2: all places are filled: C formally excluded"],
    ]


def test_what_is_decided_where_more_reach_the_mark_than_there_are_places() -> None:
    """25 / 3 = 8.33...; when one of D's papers is lost 24 / 3 = 8, which A, B and C have."""
    papers = {"A": 8, "B": 7, "C": 7, "DB": 1, "DC": 1, "D": 1}
    assert decided(count(2, papers, "C")) == [
        ["5.1.6: Quota 25 / 3 = 8.34 (not exact: remainder dropped, 0.01 added)"],
        [
            "5.2.5: fewest votes, and no two may go together: D (3.00)",
            "5.4.8: nobody is elected yet: quota (25 - 1.00) / 3 = 8.00",
            "5.6.2: A (8.00), B (8.00) and C (8.00) reach the mark for 2 places; "
            "A: greatest vote at stage 1 (A 8.00, B 7.00, C 7.00); "
            "B and C never told apart, so not elected now",
        ],
        [
            "5.2.5: equal fewest, 8.00: B and C",
            "5.2.5: never told apart: the lot falls on C",
            "5.5.1: without C only as many candidates continue as there are places unfilled: "
            "B deemed elected",
        ],
    ]


def test_what_is_decided_at_the_first_stage_where_equals_reach_the_quota() -> None:
    """10 / 2 = 5, which both have."""
    assert decided(count(1, {"A": 5, "B": 5}, "B"))[0] == [
        "5.1.6: Quota 10 / 2 = 5.00",
        "5.6.2: A (5.00) and B (5.00) reach the mark for 1 place; "
        "A and B never told apart, so not elected now",
    ]


def test_what_is_decided_where_all_who_continue_are_needed() -> None:
    """E2; 6 / 4 = 1.5."""
    assert decided(count(3, {"A": 5, "B": 1}, candidates="ABC")) == [
        ["5.1.6: Quota 6 / 4 = 1.50"],
        [
            "5.5.1: no more candidates than the 2 places unfilled (reading E2): "
            "B and C deemed elected"
        ],
    ]


# Small and odd elections


def test_one_paper() -> None:
    assert count(1, {"AB": 1}, candidates="ABC").elected == ("A",)


def test_one_candidate_and_no_paper() -> None:
    record = count(1, {}, candidates="A")
    assert record.elected == ("A",)
    assert (record.papers.total, record.papers.valid) == (0, 0)
    assert [e.clause for e in record.stages[0].elected] == ["5.1.7(a)"]


def test_fewer_candidates_than_places() -> None:
    record = count(3, {"A": 2, "B": 1})
    assert record.elected == ("A", "B")
    assert [(v.places, v.reason) for v in record.vacant] == [(1, "fewer candidates than places")]


def test_no_valid_paper_in_a_contested_election() -> None:
    with pytest.raises(ElectionError, match="found no valid paper for 2 candidates and 1 places"):
        count(1, {}, candidates="AB")


def test_no_valid_paper_where_all_can_be_elected() -> None:
    assert count(2, {}, candidates="AB").elected == ("A", "B")


def test_everyone_withdrawn_but_one() -> None:
    standing = election(1, {"ABC": 5, "B": 2}).withdraw("A", reason="ill").withdraw("B")
    record = stvcount.count(standing, rules="ers97")
    assert record.elected == ("C",)
    assert record.papers.invalid == {"only withdrawn candidates": 2}
    assert [(w.candidate, w.reason) for w in record.withdrawn] == [("A", "ill"), ("B", "")]
    assert list(record.stages[0].votes) == ["C"]
    with pytest.raises(ElectionError, match="found all 3 candidates; expected at least one"):
        standing.withdraw("C")


def test_all_votes_equal() -> None:
    record = count(2, dict.fromkeys("ABCD", 3), "A", "B")
    assert record.elected == ("C", "D")


def test_thousands_of_candidates() -> None:
    names = [f"C{n}" for n in range(1200)]
    papers = Papers.from_rankings([([name, names[0]], 1 + n % 40) for n, name in enumerate(names)])
    record = stvcount.count(
        Election(places=1100, candidates=names, papers=papers),
        rules="ers97",
        lots=Lots.first_listed(),
    )
    assert len(record.elected) == 1100


def test_very_many_candidates_excluded_together() -> None:
    """19,997 candidates with 0.00 and C2 with 7.00 go together: 7.00 does not exceed 8.00."""
    names = [f"C{n}" for n in range(20_000)]
    papers = Papers(names, [((0,), 9), ((1,), 8), ((2,), 7)])
    record = stvcount.count(Election(places=1, candidates=names, papers=papers), rules="ers97")
    assert len(record.stages[1].candidates) == 19_998
    assert record.elected == ("C0",)


@pytest.mark.parametrize(
    ("papers", "said"),
    [
        (
            {"A": 3, "AC": 1, "C": 3, "D": 3},
            "1 transferable paper worth 1.00 exceeds the surplus 0.66: "
            "transfer value 0.66 / 1 = 0.66",
        ),
        (
            {"A": 8, "AC": 1, "C": 2, "D": 1},
            "1 transferable paper worth 1.00 does not exceed the surplus 5.00: "
            "each keeps its value, 1.00",
        ),
    ],
)
def test_5_3_7_of_one_paper(papers: dict[str, int], said: str) -> None:
    assert texts(count(2, papers), "5.3.7") == [said]
