"""Northern Ireland's rules, clause by clause and reading by reading, by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from builders import election

import stvcount
from stvcount import CountRecord, Lots, Stage


def count(
    places: int, papers: dict[str, int], *lots: str, candidates: str = "", one_vacancy: str = ""
) -> CountRecord:
    options = {"one_vacancy": one_vacancy} if one_vacancy else {}
    return stvcount.count(
        election(places, papers, candidates=candidates),
        rules="ni-stv",
        options=options,
        lots=Lots.drawn(*lots),
    )


def figures(stage: Stage) -> dict[str, str]:
    return {name: f"{vote:f}" for name, vote in stage.votes.items()}


def clauses(stage: Stage) -> list[str]:
    return [decision.clause for decision in stage.decisions]


@pytest.mark.parametrize(("valid", "quota"), [(12, "5.00"), (13, "5.00"), (15, "6.00")])
def test_48_the_quota_is_whole_and_one_more_where_it_is_exact(valid: int, quota: str) -> None:
    record = count(2, {"A": valid - 3, "B": 2, "C": 1})
    assert {str(stage.quota) for stage in record.stages} == {quota}


def test_48_the_quota_is_never_worked_out_again() -> None:
    record = count(2, {"A": 4, "B": 4, "C": 3, "D": 2}, candidates="ABCD")
    assert {str(stage.quota) for stage in record.stages} == {"5.00"}
    assert record.stages[-1].non_transferable > 0


def test_49_4_a_surplus_of_first_preferences_is_shared_by_the_transferable() -> None:
    """A has 10 of 6: 4 over, on 7 transferable papers: 0.57 each, and 0.01 is lost."""
    record = count(2, {"AB": 4, "AC": 3, "A": 3, "B": 3, "C": 4})
    [batch] = record.stages[1].batches
    assert (record.stages[0].quota, str(batch.value)) == (6, "0.57")
    assert (batch.non_transferable_papers, str(batch.non_transferable)) == (3, "0.01")
    assert str(batch.remainder) == "0.01"
    assert "49(4)" in clauses(record.stages[1])


def test_49_7_a_later_surplus_moves_the_last_sub_parcel_and_never_above_its_value() -> None:
    """B gets 8 papers at 0.37 of A's, and then has 0.96 over: 0.12 each."""
    record = count(3, {"ABC": 8, "B": 3, "C": 3, "D": 3})
    third = record.stages[2]
    assert (third.candidates, str(third.batches[0].value_before)) == (("B",), "0.37")
    assert str(third.batches[0].value) == "0.12"
    assert "49(7)" in clauses(third)


def test_49_10_deferral_asks_for_less_not_for_equal() -> None:
    """A has 1 over. The two lowest differ by exactly 1 (not deferred), or by 2 (deferred)."""
    equal = count(2, {"A": 7, "B": 5, "C": 3, "D": 2})
    assert equal.stages[0].quota == 6
    assert equal.stages[1].kind == "surplus"
    assert equal.stages[1].decisions[0].code == "not-deferred-if-less"
    less = count(2, {"A": 8, "B": 6, "C": 4, "D": 2})
    assert (less.stages[0].quota, less.stages[1].kind) == (7, "exclusion")
    assert [decision.clause for decision in less.stages[1].decisions] == ["49(10)(a)", "51(1)"]


def test_51_12_joint_exclusion_asks_for_less_not_for_equal() -> None:
    """C and D together have 5: they go together below 6, and not below 5."""
    less = count(1, {"A": 10, "B": 6, "C": 3, "D": 2})
    assert less.stages[1].candidates == ("D", "C")
    assert less.stages[1].decisions[0].clause == "51(12)"
    equal = count(1, {"A": 10, "B": 5, "C": 3, "D": 2})
    assert equal.stages[1].candidates == ("D",)
    assert equal.stages[1].decisions[0].clause == "51(1)"


def test_51_first_preferences_move_before_papers_received_at_the_same_value() -> None:
    """N3: C got E's two papers at 1.00; C's own three move first, in a batch of their own."""
    record = count(1, {"A": 9, "B": 8, "CA": 3, "ECB": 2, "D": 4})
    exclusion = next(stage for stage in record.stages if "C" in stage.candidates)
    moved = [(str(b.value), dict(b.origin), dict(b.papers)) for b in exclusion.batches]
    assert moved == [("1.00", {"C": 3}, {"A": 3}), ("1.00", {"C": 2}, {"B": 2})]


def test_51_several_excluded_are_one_sub_parcel_for_each_kind_and_value() -> None:
    record = count(1, {"A": 11, "B": 10, "CA": 2, "DB": 1})
    exclusion = record.stages[1]
    assert exclusion.candidates == ("D", "C")
    assert [dict(batch.origin) for batch in exclusion.batches] == [{"C": 2, "D": 1}]


def test_n2_the_next_sub_parcel_passes_over_who_was_deemed_elected() -> None:
    """S's 0.25 papers come to C and on, after C's own have brought A to the quota."""
    papers = {"SCA": 8, "CA": 2, "A": 4, "B": 4, "D": 5}
    record = count(3, papers)
    assert record.stages[0].quota == 6
    exclusion = next(stage for stage in record.stages if stage.candidates == ("C",))
    assert [one.candidate for one in exclusion.elected] == ["A"]
    assert str(exclusion.elected[0].vote) == "6.00"
    assert exclusion.batches[1].papers == {}


def test_51_13_equal_lowest_by_the_earliest_stage_else_by_lot() -> None:
    """N8. C and D have 6 each. At stage 1 D had fewer, with 4 to 5; at stage 2 C, with 5 to 6."""
    record = count(1, {"A": 13, "B": 12, "C": 5, "D": 4, "ED": 2, "FC": 1, "FA": 2})
    fourth = record.stages[3]
    assert (fourth.candidates, fourth.decisions[-1].clause) == (("D",), "51(13)")
    lot = count(2, {"A": 6, "B": 5, "C": 3, "D": 3, "E": 9}, "D")
    assert (lot.lots[0].purpose, lot.lots[0].clause) == ("exclusion", "51(13)")


def test_52_1_an_exclusion_that_leaves_as_many_as_places_moves_no_papers() -> None:
    record = count(2, {"A": 6, "B": 5, "C": 4, "D": 3})
    assert [one.clause for one in record.completion.elected] == ["52(1)", "52(1)"]
    assert (len(record.stages), record.completion.excluded) == (2, ("C",))
    assert record.stages[-1].votes["C"] == 4


def test_52_2_the_last_place_by_as_much_as_all_the_others_with_surpluses() -> None:
    """One place is left; B has 7, the others 5 and the surplus of A not transferred is 1."""
    record = count(2, {"A": 9, "B": 7, "C": 4, "D": 2})
    assert record.stages[0].quota == 8
    assert [(one.candidate, one.clause) for one in record.completion.elected] == [("B", "52(2)")]
    [decision] = record.completion.decisions
    assert decision.text == (
        "one place is left, and B (7.00) has at least all the others together, 6.00 and surpluses "
        "1.00: deemed elected"
    )
    assert record.completion.excluded == ("D", "C")


def test_52_2_equal_to_the_rest_is_enough() -> None:
    """One place is left; B has 7, the others 6 and the surplus of 1."""
    record = count(2, {"A": 9, "B": 7, "C": 4, "D": 2})
    [decision] = record.completion.decisions
    assert decision.figures["vote"] == 7
    short = count(2, {"A": 9, "B": 6, "C": 4, "D": 2})
    assert (short.stages[0].quota, len(short.stages) > 1) == (8, True)


# N1: one vacancy


def test_n1_nobody_is_elected_before_papers_have_moved() -> None:
    record = count(1, {"A": 6, "B": 2, "C": 1})
    assert record.stages[0].elected == ()
    assert "49(11)" in clauses(record.stages[0])
    assert [one.candidate for one in record.stages[1].elected] == ["A"]


def test_n1_at_once() -> None:
    record = count(1, {"A": 6, "B": 2, "C": 1}, one_vacancy="at-once")
    assert [one.candidate for one in record.stages[0].elected] == ["A"]
    assert len(record.stages) == 1


def test_n1_where_those_excluded_had_no_papers() -> None:
    record = count(1, {"A": 6}, candidates="ABC")
    assert (record.stages[1].candidates, record.stages[1].batches) == (("B", "C"), ())
    assert [one.candidate for one in record.stages[1].elected] == ["A"]


def test_n1_the_first_exclusion_is_carried_out_though_it_leaves_one() -> None:
    record = count(1, {"A": 5, "BA": 3})
    assert record.stages[1].votes["A"] == 8
    assert record.elected == ("A",)


def test_n7_where_52_2_holds_for_several_it_picks_out_nobody() -> None:
    record = count(2, {"A": 9, "B": 4, "C": 4}, "C")
    assert record.elected == ("A", "B")
    assert record.completion.lots[0].chosen == "C"


def test_the_record_agrees_with_its_rulebook_and_with_the_papers() -> None:
    papers = election(3, {"ABC": 8, "B": 3, "CD": 2, "D": 3, "EB": 1})
    record = stvcount.count(papers, rules="ni-stv")
    assert stvcount.verify(record) == ()
    assert stvcount.verify(record, papers) == ()


def test_a_table_of_votes_names_each_stage_in_its_own_heading(tmp_path: Path) -> None:
    """Without columns for the changes the heading before belongs to another stage."""
    path = tmp_path / "sheet.csv"
    path.write_text(
        "Candidate,First preferences,Exclusion of D,Exclusion of C\n"
        "A,9,9,11\nB,8,9,10\nC,4,4,0\nD,1,0,0\nNon-transferable,0,0,1\n",
        "utf-8",
    )
    sheet = stvcount.read_sheet(path, places=1, rules="ni-stv")
    assert [stage.candidates for stage in sheet.stages] == [(), ("D",), ("C",)]


@pytest.mark.parametrize(
    ("papers", "places", "stage", "expected"),
    [
        (
            {"AB": 13, "B": 8, "C": 7, "D": 2, "E": 2},
            2,
            2,
            [
                (
                    "49(10)(b)",
                    "deferred-if-less-by-set",
                    "surpluses 2.00 are less than 7.00 - 4.00 (D and E): deferred",
                ),
                (
                    "51(12)",
                    "excluded-together-if-less",
                    "excluded together: D (2.00) and E (2.00); "
                    "4.00 + deferred surpluses 2.00 is less than 7.00",
                ),
            ],
        ),
        (
            {"A": 9, "B": 3},
            3,
            None,
            [
                (
                    "52(1)",
                    "as-many-as-places",
                    "as many candidates continue as there are places unfilled: B deemed elected",
                )
            ],
        ),
    ],
)
def test_decisions_word_for_word(
    papers: dict[str, int], places: int, stage: int | None, expected: list[tuple[str, str, str]]
) -> None:
    record = stvcount.count(election(places, papers), rules="ni-stv")
    holder = record.completion if stage is None else record.stages[stage - 1]
    assert [(one.clause, one.code, one.text) for one in holder.decisions] == expected
