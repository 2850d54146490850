"""Loughborough's C2 for several places, clause by clause, on counts written by hand."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from builders import decided, election, texts, votes

import stvcount
from stvcount import CountRecord, ElectionError, LotNeeded, Lots, Stage
from stvcount.record import Completion


def count(
    places: int,
    papers: dict[str, int],
    *lots: str,
    candidates: str = "",
    suspense: bool | None = None,
    rules: str = "lsu-atv",
) -> CountRecord:
    return stvcount.count(
        election(places, papers, candidates=candidates),
        rules=rules,
        lots=Lots.drawn(*lots),
        options={} if suspense is None else {"suspense": suspense},
    )


def cited(holder: Stage | Completion) -> list[str]:
    """The clauses of the decisions of a stage, or of the completion."""
    return [decision.clause for decision in holder.decisions]


def elected(holder: Stage | Completion) -> list[tuple[str, str, str]]:
    return [(one.candidate, str(one.vote), one.clause) for one in holder.elected]


def batches(stage: Stage) -> list[tuple[str, dict[str, int], int]]:
    return [(str(b.value), dict(b.papers), b.non_transferable_papers) for b in stage.batches]


# First stage c: the quota


@pytest.mark.parametrize(
    ("valid", "places", "quota"),
    [
        (398, 3, "99.50"),
        (399, 3, "99.75"),  # exact to two places
        (400, 3, "100.00"),  # L2
        (401, 3, "101.00"),  # 100.25: more than 100, so the next whole number
        (402, 3, "101.00"),  # 100.50, the text's own example
        (403, 3, "101.00"),
        (404, 3, "101.00"),  # exact
        (405, 3, "102.00"),
        (299, 2, "99.67"),  # 99.666...
        (300, 2, "100.00"),
        (301, 2, "101.00"),  # 100.333...
        (199, 1, "99.50"),
        (200, 1, "100.00"),
        (201, 1, "101.00"),
        (753, 6, "108.00"),  # 107.57...
        (100, 2, "33.34"),
        (10, 2, "3.34"),
        (1, 2, "0.34"),
    ],
)
def test_first_stage_c_quota(valid: int, places: int, quota: str) -> None:
    standing = election(places, {"A": valid, "": 2}, candidates="ABCDEFGH"[: places + 1])
    first = next(stvcount.stages(standing, rules="lsu-atv"))
    assert str(first.quota) == quota
    assert cited(first)[0] == "First stage c"
    whole = Decimal(quota) >= 100
    assert first.decisions[0].code == ("quota-next-whole" if whole else "quota")


def test_first_stage_c_the_quota_is_never_recalculated() -> None:
    """64 / 3 = 21.34. Nobody is elected when 9 papers are lost, and it stays.

    Continuing 55: A's 20 reach 55 / 3 = 18.34; then B's 19 reach 35 / 2 = 17.50.
    """
    record = count(2, {"A": 20, "B": 19, "C": 16, "D": 5, "E": 4})
    assert [str(stage.quota) for stage in record.stages] == ["21.34", "21.34"]
    assert record.stages[1].candidates == ("E", "D")
    assert elected(record.stages[1]) == [
        ("A", "20.00", "Exclusion f(ii)"),
        ("B", "19.00", "Exclusion f(ii)"),
    ]


# First stage d


def test_first_stage_d_in_descending_order() -> None:
    """Quota 100 / 3 = 33.34."""
    record = count(2, {"A": 34, "B": 65, "C": 1})
    assert elected(record.stages[0]) == [
        ("B", "65.00", "First stage d"),
        ("A", "34.00", "First stage d"),
    ]
    assert record.completion.excluded == ("C",)
    assert count(2, {"A": 33, "B": 66, "C": 1}).stages[0].elected[1:] == ()


def test_first_stage_d_has_no_mark_of_the_active_vote() -> None:
    """402 / 4 = 100.5, so 101. C's 100 are half of the 200 that are left, and that elects nobody.

    55 + 45 do not exceed 100: D and E would go together, and C is left for the last place.
    By ERS97 the quota is 100.50, and stage 2 excludes E alone: 100 + 1.00 exceeds 100.
    """
    papers = {"A": 101, "B": 101, "C": 100, "D": 55, "E": 45}
    record = count(3, papers)
    assert [one[0] for one in elected(record.stages[0])] == ["A", "B"]
    assert len(record.stages) == 1
    assert elected(record.completion) == [("C", "100.00", "Last vacancies")]
    assert record.completion.excluded == ("E", "D")
    assert count(3, papers, rules="ers97").stages[1].candidates == ("E",)


# Subsequent stages a, b: surpluses deferred


def test_subsequent_a_i_the_two_fewest() -> None:
    """40 papers, quota 10. A's surplus of 1 does not exceed 4 - 1: it waits.

    1 + 4 + 1 do not exceed 7: E and F go together, and the surplus still waits.
    """
    record = count(3, {"A": 11, "B": 9, "C": 8, "D": 7, "EB": 2, "ED": 2, "F": 1})
    second = record.stages[1]
    assert (second.kind, second.candidates) == ("exclusion", ("F", "E"))
    assert cited(second)[:2] == ["Subsequent stages a(i)", "Subsequent stages e"]
    assert second.votes["A"] == Decimal("11.00")


def test_subsequent_a_ii_a_set_of_fewest() -> None:
    """67 / 3 = 22.34. 3.66 exceeds 5 - 4, but not 13 - (4 + 5): D and E go together."""
    record = count(2, {"A": 26, "B": 19, "F": 13, "E": 5, "D": 4})
    second = record.stages[1]
    assert second.candidates == ("D", "E")
    assert cited(second)[:2] == ["Subsequent stages a(ii)", "Subsequent stages e"]


def test_e3_a_difference_of_two_fewest_though_the_lower_fills_the_last_place() -> None:
    """301 / 3 = 100.33, so 101. A's surplus of 1 does not exceed 100 - 99: deferred, never moved.

    Without C only B is left for the one place.
    """
    record = count(2, {"AC": 102, "B": 100, "C": 99})
    assert len(record.stages) == 1
    assert elected(record.completion) == [("B", "100.00", "Last vacancies")]
    assert record.completion.excluded == ("C",)
    assert "Subsequent stages a(i)" in cited(record.completion)


def test_l3_equal_votes_count_in_a_set_together() -> None:
    """33 papers, quota 11. D, E and F have 2 each, C 7: A's surplus of 1 waits for 7 - 6.

    The difference of the two fewest is 0. 6 + 1 do not exceed 7: all three go together.
    """
    record = count(2, {"A": 12, "B": 8, "C": 7, "D": 2, "E": 2, "F": 2})
    second = record.stages[1]
    assert second.candidates == ("D", "E", "F")
    assert cited(second)[:2] == ["Subsequent stages a(ii)", "Subsequent stages e"]


# Subsequent stages c: the largest surplus


def test_subsequent_c_the_largest_surplus() -> None:
    """60 papers, 3 places, quota 15. Surpluses 5 (A) and 7 (B) exceed 10 - 8: B's goes first."""
    record = count(3, {"AC": 20, "BD": 22, "C": 10, "D": 8})
    second = record.stages[1]
    assert (second.kind, second.candidates) == ("surplus", ("B",))
    assert "Subsequent stages c" in cited(second)


def test_subsequent_c_equal_surpluses_by_the_greatest_vote_at_the_earliest_stage() -> None:
    """A's 1.00 is from stage 1, B's from stage 2, where B came to 11: A had more at stage 1.

    Both together, 2.00, exceed 9 - 8.
    """
    record = count(3, {"A": 11, "B": 9, "C": 8, "D": 7, "EB": 2, "ED": 2, "F": 1})
    third = record.stages[2]
    assert (third.kind, third.candidates, third.lots) == ("surplus", ("A",), ())


@pytest.mark.parametrize("drawn", ["A", "B"])
def test_subsequent_c_equal_surpluses_by_lot(drawn: str) -> None:
    """40 papers, 3 places, quota 10: A and B have 14 each from the start."""
    papers = {"AC": 14, "BD": 14, "C": 7, "D": 5}
    record = count(3, papers, drawn)
    (lot,) = record.stages[1].lots
    assert (lot.purpose, lot.clause, lot.candidates) == (
        "surplus",
        "Subsequent stages c",
        ("A", "B"),
    )
    assert (lot.chosen, record.stages[1].candidates) == (drawn, (drawn,))
    with pytest.raises(LotNeeded) as needed:
        count(3, papers)
    assert (needed.value.purpose, needed.value.stage) == ("surplus", 2)


BATCH_SURPLUS = {"SXBC": 6, "SC": 10, "S": 2, "A": 8, "B": 8, "XA": 3, "C": 4, "D": 9}


def test_subsequent_c_a_batch_inside_a_stage_is_no_stage() -> None:
    """50 papers, 4 places, quota 10. S passes 16 papers on at 0.50.

    At stage 3 X's three papers take A from 8 to 11, and then six at 0.50 take B from 8 to 11.
    By ERS97 A was ahead after the first batch; by stages A and B were always equal, so by lot.
    B's last batch is the six at 0.50: 1.00 / 6 = 0.16 each, 0.04 is lost.
    """
    record = count(4, BATCH_SURPLUS, "B")
    assert batches(record.stages[2]) == [("1.00", {"A": 3}, 0), ("0.50", {"B": 6}, 0)]
    assert votes(record.stages[2]) == "11.00 11.00 9.00 9.00 10.00 0.00 nt 0.00"
    assert elected(record.stages[2]) == [
        ("A", "11.00", "Exclusion f(i)"),
        ("B", "11.00", "Exclusion f(i)"),
    ]
    assert record.stages[3].lots[0].candidates == ("A", "B")
    assert batches(record.stages[3]) == [("0.16", {"C": 6}, 0)]
    assert votes(record.stages[3]) == "11.00 10.00 9.96 9.00 10.00 0.00 nt 0.04"
    by_ers97 = count(4, BATCH_SURPLUS, rules="ers97")
    assert (by_ers97.stages[3].candidates, by_ers97.stages[3].lots) == (("A",), ())


# Subsequent stages d to f: exclusion


def test_subsequent_e_as_many_together_as_possible() -> None:
    """65 papers, quota 32.50: 1 + 2 + 3 + 4 do not exceed 17; with C's 17 they exceed 18."""
    record = count(1, {"A": 20, "B": 18, "C": 17, "D": 4, "E": 3, "F": 2, "G": 1})
    second = record.stages[1]
    assert second.candidates == ("G", "F", "E", "D")
    assert "Subsequent stages e" in cited(second)


def test_subsequent_e_deferred_surpluses_are_added() -> None:
    """39 papers, quota 13. A's surplus of 1 waits (a(i): 5 - 3 is 2): 1 + 3 + 5 exceed 8.

    With two papers more for C (41, quota 13.67) it is 0.33 + 3 + 5, not more than B's 9.
    """
    record = count(2, {"A": 14, "B": 9, "C": 8, "D": 5, "E": 3})
    second = record.stages[1]
    assert second.candidates == ("E",)
    assert cited(second)[:2] == ["Subsequent stages a(i)", "Subsequent stages f"]
    assert count(2, {"A": 14, "B": 9, "C": 10, "D": 5, "E": 3}).stages[1].candidates == ("E", "D")


def test_subsequent_f_the_one_with_the_least() -> None:
    """2 + 4 exceed 5; L4: alone D's 2 never exceed the next above."""
    record = count(1, {"A": 6, "B": 5, "C": 4, "D": 2})
    second = record.stages[1]
    assert second.candidates == ("D",)
    assert "Subsequent stages f" in cited(second)


def test_e4_equal_votes_are_not_split() -> None:
    """0 + 5 would not exceed 5; B and C are equal, so neither goes with D."""
    record = count(1, {"A": 9, "B": 5, "C": 5}, "B", candidates="ABCD")
    assert record.stages[1].candidates == ("D",)
    assert record.stages[2].candidates == ("B",)


def test_e5_does_not_apply() -> None:
    """D and E have nothing and go together, and by ERS97 one of B and C would go with them."""
    papers = {"A": 9, "B": 5, "C": 5}
    record = count(1, papers, "C", candidates="ABCDE")
    assert (record.stages[1].candidates, record.stages[1].lots) == (("D", "E"), ())
    assert record.stages[1].batches == ()
    assert record.stages[2].candidates == ("C",)
    by_ers97 = count(1, papers, "C", candidates="ABCDE", rules="ers97")
    assert by_ers97.stages[1].candidates == ("D", "E", "C")


def test_subsequent_f_equal_least_by_the_earliest_stage() -> None:
    """A, B, C have 4 when D has gone; A had 3 at stage 1. 29 papers, quota 14.50."""
    record = count(1, {"A": 3, "DA": 1, "D": 1, "B": 4, "C": 4, "E": 9, "F": 7}, "B")
    assert votes(record.stages[1]) == "4.00 4.00 4.00 0.00 9.00 7.00 nt 1.00"
    assert (record.stages[2].candidates, record.stages[2].lots) == (("A",), ())
    (lot,) = record.stages[3].lots
    assert (lot.purpose, lot.clause, lot.candidates, lot.chosen) == (
        "exclusion",
        "Subsequent stages f",
        ("B", "C"),
        "B",
    )


def test_subsequent_f_the_earliest_stage_not_the_most_recent() -> None:
    """P has 3, 5, 5 and Q 4, 4, 5: P goes, though Q was behind at stage 2. 31 papers, 1 place."""
    record = count(1, {"A": 10, "B": 9, "P": 3, "QB": 4, "XP": 2, "YQ": 1, "YA": 2})
    assert [stage.candidates for stage in record.stages[1:4]] == [("X",), ("Y",), ("P",)]
    assert votes(record.stages[2]) == "12.00 9.00 5.00 5.00 0.00 0.00 nt 0.00"
    assert record.stages[3].lots == ()


BATCH_LEAST = {"SXB": 2, "SC": 18, "A": 4, "B": 4, "XA": 1, "X": 1}


@pytest.mark.parametrize("drawn", ["A", "B"])
def test_subsequent_f_a_batch_inside_a_stage_is_no_stage(drawn: str) -> None:
    """A and B have 4, 4 and at the end of stage 3 both have 5; A came to 5 with the first batch.

    By ERS97 B was behind after that batch, and goes. By stages they were always equal: by lot.
    30 papers, quota 10; S passes 20 papers on at 0.50.
    """
    record = count(2, BATCH_LEAST, drawn)
    assert batches(record.stages[2]) == [("1.00", {"A": 1}, 1), ("0.50", {"B": 2}, 0)]
    assert votes(record.stages[2]) == "5.00 5.00 9.00 10.00 0.00 nt 1.00"
    assert record.stages[3].candidates == (drawn,)
    assert record.stages[3].lots[0].candidates == ("A", "B")
    by_ers97 = count(2, BATCH_LEAST, rules="ers97")
    assert votes(by_ers97.stages[2]) == votes(record.stages[2])
    assert (by_ers97.stages[3].candidates, by_ers97.stages[3].lots) == (("B",), ())


def test_subsequent_f_earliest_stage_and_earliest_batch_name_different_candidates() -> None:
    """57 papers, quota 19; S passes 14 papers on at 0.50. A and B have, by stages:

    8 8, 8 8, 9 9 (A came to 9 first, B with the second batch), 9 10, 10 10. Equal least at
    stage 6: ERS97 finds B behind at the first batch of stage 3, and C2 finds A behind at
    stage 4. C's 17 are less than the 20 of both.
    """
    papers = {"SXB": 2, "SC": 12, "S": 12, "A": 8, "B": 8, "C": 3}
    papers |= {"XA": 1, "X": 1, "YB": 1, "YC": 3, "ZA": 1, "ZC": 5}
    ours, theirs = count(2, papers), count(2, papers, rules="ers97")
    for record in (ours, theirs):
        assert [stage.candidates for stage in record.stages[1:5]] == [
            ("S",),
            ("X",),
            ("Y",),
            ("Z",),
        ]
        assert [(str(s.votes["A"]), str(s.votes["B"])) for s in record.stages[:5]] == [
            ("8.00", "8.00"),
            ("8.00", "8.00"),
            ("9.00", "9.00"),
            ("9.00", "10.00"),
            ("10.00", "10.00"),
        ]
    assert (ours.stages[5].candidates, ours.stages[5].lots) == (("A",), ())
    assert (theirs.stages[5].candidates, theirs.stages[5].lots) == (("B",), ())


# Transfer of surplus


def test_surplus_a_all_the_papers_of_a_first_stage_surplus() -> None:
    """60 papers, quota 20. 10 / 20 transferable papers = 0.50; ten name nobody else."""
    record = count(2, {"AB": 12, "AC": 8, "A": 10, "B": 12, "C": 11, "D": 7})
    second = record.stages[1]
    assert batches(second) == [("0.50", {"B": 12, "C": 8}, 10)]
    assert votes(second) == "20.00 18.00 15.00 7.00 nt 0.00"
    assert "Transfer of surplus e" in cited(second)


def test_surplus_b_only_the_last_batch_of_a_later_surplus() -> None:
    """33 papers, 3 places, quota 8.25. D's three take B from 8 to 11: 2.75 moves on them alone.

    2.75 / 3 = 0.91; 0.02 is lost. A's surplus of 0.75 goes later or never, being smaller.
    """
    record = count(3, {"A": 9, "BA": 8, "C": 7, "E": 6, "DBC": 3})
    third = record.stages[2]
    assert (third.kind, third.candidates) == ("surplus", ("B",))
    assert batches(third) == [("0.91", {"C": 3}, 0)]
    assert str(third.batches[0].non_transferable) == "0.02"


def test_surplus_e_papers_worth_less_than_the_surplus_keep_their_value() -> None:
    """28 papers, quota 9.34. Two papers of 20 are transferable: 2.00, and 8.66 is lost."""
    record = count(2, {"AB": 2, "A": 18, "B": 3, "C": 5})
    assert batches(record.stages[1]) == [("1.00", {"B": 2}, 18)]
    assert votes(record.stages[1]) == "9.34 5.00 5.00 nt 8.66"


def test_surplus_e7_a_transfer_value_of_nothing() -> None:
    """299 papers, quota 99.67: A's surplus of 0.33 on 100 papers is 0.00 each."""
    record = count(2, {"AB": 100, "B": 67, "C": 66, "D": 66}, "C")
    (batch,) = record.stages[1].batches
    assert (str(batch.value), batch.papers) == ("0.00", {"B": 100})
    assert (str(batch.credited["B"]), str(batch.non_transferable)) == ("0.00", "0.33")


def test_surplus_g_i_elected_at_the_quota() -> None:
    """30 papers, 2 places, quota 10: five of A's papers, at 0.83, take B to 10.15.

    A has 15; six are transferable: 5 / 6 = 0.83, 0.02 is lost. B has 6 + 4.15 = 10.15.
    """
    record = count(2, {"AB": 5, "AC": 1, "A": 9, "B": 6, "C": 5, "D": 4})
    second = record.stages[1]
    assert batches(second) == [("0.83", {"B": 5, "C": 1}, 9)]
    assert elected(second) == [("B", "10.15", "Transfer of surplus g(i)")]
    assert votes(second) == "10.00 10.15 5.83 4.00 nt 0.02"


def test_surplus_g_ii_elected_below_the_quota() -> None:
    """115 / 3 = 38.34. At stage 3 A's 1.66 are lost: B's 30 reach (30 + 29) / 2 = 29.50.

    At stage 2 the surplus was still to come: (30 + 29 + 1.66) / 2 = 30.33 were needed.
    """
    record = count(2, {"A": 40, "B": 30, "C": 29, "D": 10, "E": 6})
    second, third = record.stages[1:]
    assert (second.candidates, elected(second)) == (("E", "D"), [])
    assert third.kind == "surplus"
    assert elected(third) == [("B", "30.00", "Transfer of surplus g(ii)")]


def test_surplus_g_ii_l1_divides_by_the_places_remaining() -> None:
    """90 papers, quota 30. A's 10 are lost: 20 + 19 + 11 = 50 continue for the one place.

    B's 20 reach 50 / 3 = 16.67, by all the places, but not 50 / 2 = 25.
    """
    record = count(2, {"A": 40, "B": 20, "C": 19, "D": 11})
    second = record.stages[1]
    assert (second.kind, elected(second)) == ("surplus", [])
    assert elected(record.stages[2]) == [("B", "20.00", "Exclusion f(ii)")]


# Exclusion


OF_TWO_EXCLUDED = {
    "SDA": 2,
    "SEB": 2,
    "SA": 8,
    "SB": 8,
    "S": 10,
    "A": 14,
    "B": 9,
    "DA": 3,
    "EB": 4,
}


def test_exclusion_a_papers_of_one_value_from_several_are_one_batch() -> None:
    """60 papers, quota 20: S passes 20 on at 0.50. D and E, 3 + 1.00 and 4 + 1.00, go together.

    9 do not exceed B's 9 + 4. Their seven papers at 1.00 take A from 14 + 5 - 1 = 18 to 21.
    """
    record = count(2, OF_TWO_EXCLUDED)
    third = record.stages[2]
    assert third.candidates == ("D", "E")
    assert batches(third) == [("1.00", {"A": 3, "B": 4}, 0)]
    assert elected(third) == [("A", "21.00", "Exclusion f(i)")]
    assert (str(third.votes["D"]), str(third.votes["E"])) == ("1.00", "1.00")


def test_exclusion_b_to_g_batches_in_descending_value() -> None:
    """40 papers, 3 places, quota 10. X's two at 1.00 elect A; her two at 0.50 pass A over."""
    record = count(3, {"SXAB": 2, "SC": 18, "XA": 2, "A": 8, "B": 5, "D": 5}, candidates="SXABCD")
    third = record.stages[2]
    assert third.candidates == ("X",)
    assert batches(third) == [("1.00", {"A": 2}, 0), ("0.50", {"B": 2}, 0)]
    assert elected(third) == [("A", "10.00", "Exclusion f(i)")]
    assert votes(third) == "10.00 0.00 10.00 6.00 9.00 5.00 nt 0.00"


def test_exclusion_b_non_transferable_papers_carry_their_value() -> None:
    """The two papers at 0.50 name nobody after X: 1.00 is lost with them."""
    record = count(3, {"SX": 2, "SC": 18, "XA": 2, "A": 7, "B": 6, "D": 5}, candidates="SXABCD")
    third = record.stages[2]
    assert batches(third) == [("1.00", {"A": 2}, 0), ("0.50", {}, 2)]
    assert str(third.batches[1].non_transferable) == "1.00"
    assert votes(third)[-7:] == "nt 1.00"


def test_exclusion_f_ii_counts_the_batches_still_to_come() -> None:
    """60 papers, quota 20. After X's batch at 1.00: A 19, B 12, Y 7, and 2.00 still with X.

    A's 19 reach 38 / 2, but not (38 + 2) / 2 = 20; nor 40 / 2 after the second batch.
    """
    record = count(2, SUSPENDED_ONCE)
    third = record.stages[2]
    assert elected(third) == []
    assert votes(third) == "19.00 14.00 20.00 0.00 7.00 nt 0.00"


def test_exclusion_f_ii_is_worked_out_again_after_each_election() -> None:
    """50 papers, 3 places, quota 12.50. E's two are lost: 48 / 4 = 12 elects A and B.

    Then 12 + 11 continue for one place: C's 12 reach 23 / 2 = 11.50.
    """
    record = count(3, {"A": 12, "B": 12, "C": 12, "D": 11, "E": 3})
    assert [one[0] for one in elected(record.stages[1])] == ["A", "B", "C"]


def test_exclusion_5_5_2_stops_as_soon_as_all_places_are_filled() -> None:
    """The batch at 0.50 of the two excluded stays where it is, 1.00 with each."""
    record = count(2, OF_TWO_EXCLUDED)
    assert len(record.stages[2].batches) == 1
    assert votes(record.stages[2]) == "21.00 17.00 1.00 1.00 20.00 nt 0.00"
    assert record.completion.excluded == ("B",)


def test_exclusion_of_one_without_papers_is_no_test() -> None:
    """1201 papers, 11 places: 100.08, so 101. Nine have 101; C 100, D 90, E and F 51, G none.

    C reaches (100 + 90 + 51 + 51) / 3 = 97.33, but mark (ii) is only looked at after a batch:
    not at the first stage, not when G goes without one. E and F are not split to go with G
    (51 does not exceed 51); all three, 102, exceed 90. When E's 51 are lost C and D are elected.
    """
    papers = dict.fromkeys("KLMNOPQRT", 101) | {"C": 100, "D": 90, "E": 51, "F": 51}
    record = count(11, papers, "E", candidates="KLMNOPQRTCDEFG")
    first, second, third = record.stages
    assert (str(first.quota), len(first.elected)) == ("101.00", 9)
    assert (second.candidates, second.batches, second.elected) == (("G",), (), ())
    assert elected(third) == [
        ("C", "100.00", "Exclusion f(ii)"),
        ("D", "90.00", "Exclusion f(ii)"),
    ]
    assert record.completion.excluded == ("F",)


# Exclusion h: the vote in suspense

SUSPENDED_ONCE = {
    "SXB": 4,
    "SA": 16,
    "S": 10,
    "A": 11,
    "B": 10,
    "XB": 2,
    "XYB": 1,
    "YB": 6,
}


def test_exclusion_h_i_a_vote_held_over_one_exclusion() -> None:
    """60 papers, 2 places, quota 20. S 30, A 11, B 10, Y 6, X 3.

    Stage 2: S's 10 on 20 transferable papers is 0.50 each: A + 8.00 = 19, X + 2.00 = 5.
    Stage 3: 5 + 6 exceed 10, so X goes alone. The three papers at 1.00: B + 2 = 12, Y + 1 = 7.
    The four at 0.50, 2.00, do not exceed 12 - 7: held, and shown against X.
    Stage 4: without the vote in suspense Y and B, 7 + 12, would not exceed A's 19; with it
    they do, so Y goes alone. The seven at 1.00: B 19. Continuing 38, with the 2.00 that is
    40 / 2 = 20: nobody. 2.00 exceeds 19 - 19, so the four at 0.50 move: B 21, elected.
    """
    record = count(2, SUSPENDED_ONCE, suspense=True)
    first, second, third, fourth = record.stages
    assert votes(first) == "11.00 10.00 30.00 3.00 6.00 nt 0.00"
    assert votes(second) == "19.00 10.00 20.00 5.00 6.00 nt 0.00"
    assert (third.kind, third.candidates) == ("exclusion", ("X",))
    assert batches(third) == [("1.00", {"B": 2, "Y": 1}, 0)]
    assert votes(third) == "19.00 12.00 20.00 2.00 7.00 nt 0.00"
    assert cited(third)[-1] == "Exclusion h(i)"
    assert (fourth.kind, fourth.candidates) == ("exclusion", ("Y",))
    assert "Subsequent stages f" in cited(fourth)
    assert batches(fourth) == [("1.00", {"B": 7}, 0), ("0.50", {"B": 4}, 0)]
    assert votes(fourth) == "19.00 21.00 20.00 0.00 0.00 nt 0.00"
    assert elected(fourth) == [("B", "21.00", "Exclusion f(i)")]
    assert record.completion.excluded == ("A",)
    assert [clause for stage in record.stages for clause in cited(stage)].count(
        "Exclusion h(i)"
    ) == 1


@pytest.mark.parametrize("option", [None, False])
def test_exclusion_h_is_optional_and_off_unless_asked_for(option: bool | None) -> None:
    """The same papers: both batches of X move at stage 3, B has 10 + 2 + 2.00 = 14."""
    record = count(2, SUSPENDED_ONCE, suspense=option)
    assert batches(record.stages[2]) == [("1.00", {"B": 2, "Y": 1}, 0), ("0.50", {"B": 4}, 0)]
    assert votes(record.stages[2]) == "19.00 14.00 20.00 0.00 7.00 nt 0.00"
    assert elected(record.stages[3]) == [("B", "21.00", "Exclusion f(i)")]


def test_exclusion_h_is_not_asked_after_the_last_batch() -> None:
    """D's two papers are one batch: nothing is left to hold."""
    record = count(1, {"A": 6, "B": 5, "C": 4, "D": 2}, suspense=True)
    assert cited(record.stages[1]) == ["Subsequent stages f"]


def test_exclusion_h_held_over_two_exclusions() -> None:
    """90 papers, 2 places, quota 30. S 45, A 14, B 13, Z 10, Y 5, X 3.

    Stage 2: 15 on 30 transferable papers, 0.50 each: A + 12 = 26, X + 2 = 5, Y + 1 = 6.
    Stage 3: 5 + 6 exceed 10: X. At 1.00: B + 2 = 15, Z + 1 = 11. 2.00 <= 11 - 6: held.
    Stage 4: 6 + 11 + 2.00 exceed 15: Y. At 1.00 (5 papers): B + 3 = 18, Z + 1 = 12, one is
    lost. The papers at 0.50, X's four and Y's two, are 3.00 <= 18 - 12: held again.
    Stage 5: Z. At 1.00 (12 papers): B + 7 = 25, A + 1 = 27, four are lost: 5 in all. Continuing
    52 + 3.00: 27.50 is the mark. 3.00 exceeds 27 - 25. At 0.50 (6 papers): B + 2.00 = 27, A +
    0.50 = 27.50, 0.50 is lost. 54.50 / 2 = 27.25: A is elected below the quota.
    """
    papers = {"SXB": 3, "SXA": 1, "SYB": 1, "SY": 1, "SA": 24, "S": 15, "A": 14, "B": 13}
    papers |= {"XB": 2, "XZB": 1, "YB": 3, "YZ": 1, "Y": 1, "ZB": 6, "ZA": 1, "Z": 3}
    record = count(2, papers, suspense=True)
    second, third, fourth, fifth = record.stages[1:]
    assert votes(second) == "26.00 13.00 30.00 5.00 6.00 10.00 nt 0.00"
    assert third.candidates == ("X",)
    assert votes(third) == "26.00 15.00 30.00 2.00 6.00 11.00 nt 0.00"
    assert fourth.candidates == ("Y",)
    assert batches(fourth) == [("1.00", {"B": 3, "Z": 1}, 1)]
    assert votes(fourth) == "26.00 18.00 30.00 2.00 1.00 12.00 nt 1.00"
    assert (cited(third)[-1], cited(fourth)[-1]) == ("Exclusion h(i)", "Exclusion h(i)")
    assert fifth.candidates == ("Z",)
    assert batches(fifth) == [("1.00", {"A": 1, "B": 7}, 4), ("0.50", {"A": 1, "B": 4}, 1)]
    assert votes(fifth) == "27.50 27.00 30.00 0.00 0.00 0.00 nt 5.50"
    assert elected(fifth) == [("A", "27.50", "Exclusion f(ii)")]
    assert record.elected == ("S", "A")
    assert record.completion.excluded == ("B",)


def test_exclusion_h_ii_held_for_the_difference_of_a_set() -> None:
    """60 papers, 2 places, quota 20. S 30, A and B 9, D and E 5, X 2; 0.50 each: X + 2.00.

    Stage 3: X's two at 1.00: A and B 14. 2.00 exceeds 5 - 5, but not 14 - (5 + 5): held.
    Stage 4: 5 + 5 + 2.00 do not exceed 14: D and E together. At 1.00: A 18, B 19, one lost;
    2.00 exceeds 19 - 18, so at 0.50 A + 2.00 = 20, the quota.
    """
    papers = {"SXA": 4, "SA": 8, "SB": 8, "S": 10, "A": 9, "B": 9, "DA": 4, "D": 1, "EB": 5}
    papers |= {"XA": 1, "XB": 1}
    record = count(2, papers, suspense=True)
    third, fourth = record.stages[2:]
    assert votes(third) == "14.00 14.00 5.00 5.00 20.00 2.00 nt 0.00"
    assert cited(third)[-1] == "Exclusion h(ii)"
    assert fourth.candidates == ("D", "E")
    assert "Subsequent stages e" in cited(fourth)
    assert batches(fourth) == [("1.00", {"A": 4, "B": 5}, 1), ("0.50", {"A": 4}, 0)]
    assert elected(fourth) == [("A", "20.00", "Exclusion f(i)")]


# For h with surpluses: 120 papers, 3 places, quota 30. S 45, A 22, D 16, B 14, C 13, X 10.
# Stage 2, S's 15 at 0.50: A + 6 = 28, B + 7 = 21, X + 2 = 12.
WITH_SURPLUS = {
    "SXD": 4,
    "SA": 12,
    "SB": 14,
    "S": 15,
    "A": 22,
    "B": 14,
    "C": 13,
    "DB": 9,
    "DC": 7,
}


def test_exclusion_h_adds_a_surplus_that_f_has_just_made() -> None:
    """Stage 3, X's ten at 1.00: A 33, elected with 3.00 over; C 18, D 16, B 21.

    2.00 alone would not exceed 18 - 16; 2.00 + 3.00 do, and exceed 21 - (16 + 18): not held.
    """
    record = count(3, WITH_SURPLUS | {"XA": 5, "XC": 5}, suspense=True)
    third = record.stages[2]
    assert elected(third) == [("A", "33.00", "Exclusion f(i)")]
    assert batches(third) == [("1.00", {"A": 5, "C": 5}, 0), ("0.50", {"D": 4}, 0)]
    assert votes(third) == "33.00 21.00 18.00 18.00 30.00 0.00 nt 0.00"


def test_exclusion_h_without_a_surplus_is_held() -> None:
    """The same with three papers less for A, who comes to 30 exactly: 2.00 <= 18 - 16."""
    record = count(3, WITH_SURPLUS | {"XA": 2, "XC": 5, "X": 3}, suspense=True)
    third = record.stages[2]
    assert elected(third) == [("A", "30.00", "Exclusion f(i)")]
    assert batches(third) == [("1.00", {"A": 2, "C": 5}, 3)]
    assert votes(third) == "30.00 21.00 18.00 16.00 30.00 2.00 nt 3.00"
    assert cited(third)[-1] == "Exclusion h(i)"


def test_subsequent_a_adds_the_vote_in_suspense_to_the_surpluses() -> None:
    """A 31 (1.00 over), C 19, D 16: 2.00 + 1.00 do not exceed 3, so held; and so deferred.

    Stage 4: D goes, B comes to 30 and all places are filled: A's surplus and X's 2.00 stay.
    """
    record = count(3, WITH_SURPLUS | {"XA": 3, "XC": 6, "X": 1}, suspense=True)
    third, fourth = record.stages[2:]
    assert votes(third) == "31.00 21.00 19.00 16.00 30.00 2.00 nt 1.00"
    assert cited(third)[-1] == "Exclusion h(i)"
    assert (fourth.kind, fourth.candidates) == ("exclusion", ("D",))
    assert cited(fourth)[0] == "Subsequent stages a(i)"
    assert batches(fourth) == [("1.00", {"B": 9, "C": 7}, 0)]
    assert votes(fourth) == "31.00 30.00 26.00 0.00 30.00 2.00 nt 1.00"
    assert elected(fourth) == [("B", "30.00", "Exclusion f(i)")]
    assert record.completion.excluded == ("C",)


def test_subsequent_a_ii_adds_the_vote_in_suspense_too() -> None:
    """120 papers, 3 places, quota 30. S's 15 on 30 papers: A 23 + 6, B 8 + 7, X 3 + 2.

    Stage 3: X goes alone, since 5 + 6 + 6 exceed B's 15. At 1.00 A has 31 and B 16; the surplus
    of 1.00 and X's 2.00 exceed 6 - 6, but not 16 - 12, and wait, then and at stage 4.
    """
    papers = {"SXB": 4, "SA": 12, "SB": 14, "S": 15, "A": 23, "XA": 2, "XB": 1}
    papers |= {"E": 6, "F": 6, "B": 8, "C": 29}
    record = count(3, papers, suspense=True)
    third, fourth = record.stages[2:]
    assert votes(third) == "31.00 16.00 29.00 6.00 6.00 30.00 2.00 nt 0.00"
    assert cited(third)[-1] == "Exclusion h(ii)"
    assert texts(record, "Subsequent stages a(ii)") == [
        "surpluses 1.00 and vote in suspense 2.00 do not exceed 16.00 - 12.00 (E and F): deferred"
    ]
    assert fourth.candidates == ("E", "F")
    assert elected(fourth) == [("C", "29.00", "Exclusion f(ii)")]


def test_l4_there_is_no_stage_of_the_suspense_itself() -> None:
    for papers in (SUSPENDED_ONCE, WITH_SURPLUS | {"XA": 3, "XC": 6, "X": 1}):
        for places in (1, 2, 3):
            record = stvcount.count(
                election(places, papers),
                rules="lsu-atv",
                lots=Lots.first_listed(),
                options={"suspense": True},
            )
            assert {stage.kind for stage in record.stages} <= {"first", "surplus", "exclusion"}


def test_exclusion_h_is_not_done_where_the_set_leaves_too_few() -> None:
    """56 papers, 3 places, quota 14. S's 16 on 20 papers at 0.80: + 4.00 each to A, D, E and X.

    A reaches 14. Stage 3, X's two at 1.00: D and E 12, and one place is left. 4.00 exceeds
    12 - 12, and D and E cannot both go: the five at 0.80 move, and D has 16.
    """
    papers = {"SXD": 5, "SD": 5, "SE": 5, "SA": 5, "S": 10, "A": 10, "D": 7, "E": 7}
    record = count(3, papers | {"XD": 1, "XE": 1}, suspense=True)
    second, third = record.stages[1:]
    assert str(second.batches[0].value) == "0.80"
    assert elected(second) == [("A", "14.00", "Transfer of surplus g(i)")]
    assert batches(third) == [("1.00", {"D": 1, "E": 1}, 0), ("0.80", {"D": 5}, 0)]
    assert elected(third) == [("D", "16.00", "Exclusion f(i)")]


def test_suspense_is_an_option_of_yes_or_no() -> None:
    with pytest.raises(ElectionError):
        stvcount.count(
            election(1, {"A": 2, "B": 1}), rules="lsu-atv", options={"suspense": "perhaps"}
        )


# Last vacancies


def test_e2_no_more_candidates_than_places() -> None:
    """6 papers, 3 places, quota 1.50: A is elected, and B and C need not be counted for."""
    record = count(3, {"A": 5, "B": 1}, candidates="ABC")
    assert len(record.stages) == 1
    assert elected(record.stages[0]) == [("A", "5.00", "First stage d")]
    assert elected(record.completion) == [
        ("B", "1.00", "Last vacancies"),
        ("C", "0.00", "Last vacancies"),
    ]
    assert record.vacant == ()


def test_fewer_candidates_than_places() -> None:
    record = count(3, {"A": 2, "B": 1})
    assert set(record.elected) == {"A", "B"}
    assert [vacancy.places for vacancy in record.vacant] == [1]


@pytest.mark.parametrize("drawn", ["B", "E"])
def test_l5_more_candidates_equal_than_the_tied_count_is_for(drawn: str) -> None:
    """1001 papers, 9 places: 100.1, so 101. Five have 101; A 100, B to E 99 each: four places.

    One candidate more than places, but A is higher and not yet elected: f takes one of the
    four equal by lot, and the others are elected to the last vacancies. The lot is of the
    completion (E7a), and those elected stand in order of votes, then of the paper (E8).
    """
    papers = dict.fromkeys("KLMNO", 101) | {"A": 100} | dict.fromkeys("BCDE", 99)
    record = count(9, papers, drawn)
    assert (str(record.stages[0].quota), len(record.stages)) == ("101.00", 1)
    (lot,) = record.completion.lots
    assert (lot.purpose, lot.clause) == ("exclusion", "Subsequent stages f")
    assert lot.candidates == ("B", "C", "D", "E")
    assert record.completion.excluded == (drawn,)
    expected = [name for name in "ABCDE" if name != drawn]
    assert [one[0] for one in elected(record.completion)] == expected
    assert {one[2] for one in elected(record.completion)} == {"Last vacancies"}


# Tied count


def test_tied_count_a_by_first_preferences() -> None:
    """9 papers, quota 4.50. A and B have 4 when C has gone; A 4 first preferences, B 3.

    Both reach 8 / 2 = 4, and still nobody is deemed elected by the mark (L6).
    """
    record = count(1, {"A": 4, "B": 3, "CB": 1, "C": 1})
    assert votes(record.stages[1]) == "4.00 4.00 0.00 nt 1.00"
    assert elected(record.stages[1]) == []
    assert elected(record.completion) == [("A", "4.00", "Tied count a")]
    assert (record.completion.excluded, record.completion.lots) == (("B",), ())
    assert "Tied count a" in cited(record.completion)
    by_ers97 = count(1, {"A": 4, "B": 3, "CB": 1, "C": 1}, rules="ers97")
    assert [one[0] for one in elected(by_ers97.stages[1])] == ["A"]


def test_tied_count_b_by_second_preferences() -> None:
    """13 papers, quota 6.50. A and B have 4 first preferences, and 5 votes when D and C have gone.

    A is second on one paper (DA), B on three (AB, AB, CB): B. A was ahead at stage 2, and
    ERS97 elects A by that.
    """
    papers = {"AB": 2, "A": 2, "B": 4, "DA": 1, "D": 1, "CB": 1, "C": 2}
    record = count(1, papers)
    assert [stage.candidates for stage in record.stages] == [(), ("D",), ("C",)]
    assert votes(record.stages[1]) == "5.00 4.00 3.00 0.00 nt 1.00"
    assert votes(record.stages[2]) == "5.00 5.00 0.00 0.00 nt 3.00"
    assert elected(record.stages[2]) == []
    assert elected(record.completion) == [("B", "5.00", "Tied count b")]
    assert record.completion.excluded == ("A",)
    assert count(1, papers, rules="ers97").elected == ("A",)


def test_tied_count_b_by_third_preferences() -> None:
    """10 papers, quota 5. First preferences 4 and 4; second 1 (CA) and 1 (CB); third B on ADB.

    C and D (2 and 0) go together. Both reach the quota of 5, and still the tied count decides.
    """
    record = count(1, {"A": 3, "ADB": 1, "B": 4, "CA": 1, "CB": 1})
    assert record.stages[1].candidates == ("D", "C")
    assert votes(record.stages[1]) == "5.00 5.00 0.00 0.00 nt 0.00"
    assert elected(record.stages[1]) == []
    assert elected(record.completion) == [("B", "5.00", "Tied count b")]
    assert record.completion.lots == ()


@pytest.mark.parametrize("box", ["A", "B"])
def test_tied_count_where_the_box_closes_the_election(box: str) -> None:
    """3 papers, 1 vote each, quota 1. A and B have one second preference each, C has none.

    There are places for both. Equal throughout, they are elected in the order of the paper, and
    nobody after the box.
    """
    made = replace(election(2, {"AB": 1, "BA": 1, "C": 1}), non_person=box)
    record = stvcount.count(made, rules="lsu-atv", options={"non_person": "close"})
    expected = [("A", "1.00", "Tied count b")]
    if box == "B":
        expected.append(("B", "1.00", "Tied count b"))
    assert elected(record.completion) == expected
    assert record.elected == (() if box == "A" else ("A",))
    assert sorted([*record.completion.excluded, *(one[0] for one in expected)]) == ["A", "B", "C"]


@pytest.mark.parametrize("coin", ["A", "B"])
def test_tied_count_c_by_the_coin(coin: str) -> None:
    """4 papers, quota 2: both reach it at the first stage, and all preferences are equal."""
    papers = {"AB": 1, "A": 1, "BA": 1, "B": 1}
    record = count(1, papers, coin)
    assert len(record.stages) == 1
    assert elected(record.stages[0]) == []
    (lot,) = record.completion.lots
    assert (lot.purpose, lot.clause, lot.candidates) == ("election", "Tied count c", ("A", "B"))
    assert lot.chosen == coin
    assert elected(record.completion) == [(coin, "2.00", "Tied count c")]
    assert record.elected == (coin,)
    with pytest.raises(LotNeeded) as needed:
        count(1, papers)
    assert (needed.value.purpose, needed.value.clause) == ("election", "Tied count c")


def test_tied_count_c_one_place_at_a_time() -> None:
    """9 papers, 2 places, quota 3. The coin is tossed twice, each time for one who is elected."""
    record = count(2, {"A": 3, "B": 3, "C": 3}, "B", "C")
    assert elected(record.stages[0]) == []
    assert [(lot.candidates, lot.chosen) for lot in record.completion.lots] == [
        (("A", "B", "C"), "B"),
        (("A", "C"), "C"),
    ]
    assert {lot.purpose for lot in record.completion.lots} == {"election"}
    assert record.elected == ("B", "C")
    assert record.completion.excluded == ("A",)


def test_tied_count_two_places_for_the_two_with_most_first_preferences() -> None:
    """25 papers, quota 8.34. D's one paper takes C to 8; C has 7 first preferences, A and B 8.

    A and B are equal in every preference, but there is a place for each: no coin.
    """
    record = count(2, {"A": 8, "B": 8, "C": 7, "DC": 1, "D": 1})
    assert elected(record.stages[1]) == []
    assert elected(record.completion) == [
        ("A", "8.00", "Tied count a"),
        ("B", "8.00", "Tied count a"),
    ]
    assert record.completion.lots == ()
    assert record.completion.excluded == ("C",)


def test_tied_count_one_place_by_first_preferences_and_one_by_the_coin() -> None:
    """25 papers, quota 8.34. First preferences 8, 7, 7: A. B and C are second on one paper each."""
    record = count(2, {"A": 8, "B": 7, "C": 7, "DB": 1, "DC": 1, "D": 1}, "C")
    assert votes(record.stages[1]) == "8.00 8.00 8.00 0.00 nt 1.00"
    assert elected(record.stages[1]) == []
    assert elected(record.completion) == [
        ("A", "8.00", "Tied count a"),
        ("C", "8.00", "Tied count c"),
    ]
    assert [lot.candidates for lot in record.completion.lots] == [("B", "C")]


def test_tied_count_on_all_valid_papers_not_only_those_of_the_tied() -> None:
    """The paper CAB stays with C, who has just the quota; it makes A second on one paper.

    15 papers, 2 places, quota 5. A and B have 4, and D's two are lost.
    """
    record = count(2, {"CAB": 1, "C": 4, "A": 4, "B": 4, "D": 2})
    assert votes(record.stages[1]) == "4.00 4.00 5.00 0.00 nt 2.00"
    assert elected(record.completion) == [("A", "4.00", "Tied count b")]


def test_tied_count_passes_over_withdrawn_candidates_only() -> None:
    """X withdrew, C is excluded. The second preference of AXB is B; of BCA it is C, not A.

    So B is second on one paper and A on none. 5 papers, quota 2.50.
    """
    papers = {"AXB": 1, "A": 1, "BCA": 1, "B": 1, "C": 1}
    standing = election(1, papers).withdraw("X", reason="withdrew")
    record = stvcount.count(standing, rules="lsu-atv")
    assert votes(record.stages[1]) == "2.00 2.00 0.00 nt 1.00"
    assert elected(record.completion) == [("B", "2.00", "Tied count b")]


def test_tied_count_first_preferences_pass_over_withdrawn_candidates() -> None:
    """X withdrew: XB is a first preference for B. 4 and 3 then, 4 and 4 when C has gone."""
    standing = election(1, {"A": 3, "XB": 3, "B": 1, "CA": 1, "C": 1}).withdraw("X")
    record = stvcount.count(standing, rules="lsu-atv")
    assert votes(record.stages[0]) == "3.00 4.00 2.00 nt 0.00"
    assert votes(record.stages[1]) == "4.00 4.00 0.00 nt 1.00"
    assert elected(record.completion) == [("B", "4.00", "Tied count a")]


def test_l5_with_more_candidates_f_excludes_one() -> None:
    """9 papers, 1 place, quota 4.50: three are equal, so a lot excludes one; then the coin."""
    record = count(1, {"A": 3, "B": 3, "C": 3}, "C", "B")
    assert record.stages[1].candidates == ("C",)
    assert record.stages[1].lots[0].purpose == "exclusion"
    assert elected(record.stages[1]) == []
    assert record.completion.lots[0].purpose == "election"
    assert record.elected == ("B",)


def test_tied_count_waits_for_a_surplus() -> None:
    """11 papers, 2 places, quota 3.67. B and C have 3 for the last place, but A's 1.33 comes first.

    It is lost; then B is second on one paper (CB), C on none.
    """
    record = count(2, {"A": 5, "B": 3, "C": 2, "CB": 1})
    assert record.stages[1].kind == "surplus"
    assert votes(record.stages[1]) == "3.67 3.00 3.00 nt 1.33"
    assert elected(record.completion) == [("B", "3.00", "Tied count b")]


def test_tied_count_waits_for_the_batches_of_an_exclusion() -> None:
    """After Y's batch at 1.00 A and B have 19 each, and 2.00 in suspense is still to come."""
    record = count(2, SUSPENDED_ONCE, suspense=True)
    assert record.completion.lots == ()
    assert elected(record.stages[3]) == [("B", "21.00", "Exclusion f(i)")]


def test_e6_without_any_active_vote() -> None:
    """12 papers, 2 places, quota 4. A's 8 are lost: 0 / 2 = 0 elects nobody of B, C and D.

    A lot excludes one; the other two are one more than places, and equal in everything.
    """
    record = count(2, {"A": 12}, "C", "D", candidates="ABCD")
    assert votes(record.stages[1]) == "4.00 0.00 0.00 0.00 nt 8.00"
    assert elected(record.stages[1]) == []
    assert (record.stages[2].candidates, record.stages[2].batches) == (("C",), ())
    (coin,) = record.completion.lots
    assert (coin.purpose, coin.candidates, coin.chosen) == ("election", ("B", "D"), "D")
    assert record.elected == ("A", "D")
    assert record.completion.excluded == ("B",)


# L6 without the tied count


def test_l6_more_reach_the_mark_than_places_by_the_earliest_stage() -> None:
    """27 papers, 2 places, quota 9. One of S's 18 papers names B: 5 and 5, and Z has none.

    Both reach 10 / 2 for one place; three continue, so it is no tied count. A had 5 at
    stage 1, B 4. (9 exceeded 4 - 0 and 5 - 4, so the surplus was not deferred.)
    """
    record = count(2, {"SB": 1, "S": 17, "A": 5, "B": 4}, candidates="SABZ")
    second = record.stages[1]
    assert votes(second) == "9.00 5.00 5.00 0.00 nt 8.00"
    assert elected(second) == [("A", "5.00", "Transfer of surplus g(ii)")]
    assert record.completion.excluded == ("Z", "B")


def test_l6_those_who_never_differed_are_not_deemed_elected_at_this_stage() -> None:
    """8 papers, quota 4: A and B both have it. Z goes first, without papers; then the coin."""
    record = count(1, {"A": 4, "B": 4}, "A", candidates="ABZ")
    first, second = record.stages
    assert elected(first) == []
    assert decided(record)[0][1:] == [
        "ERS97 5.6.2: A (4.00) and B (4.00) reach the mark for 1 place; "
        "A and B never told apart, so not elected now"
    ]
    assert (second.candidates, second.batches, elected(second)) == (("Z",), (), [])
    assert record.completion.lots[0].purpose == "election"
    assert record.elected == ("A",)


def test_l6_after_a_batch_while_papers_of_no_value_wait() -> None:
    """299 papers, quota 99.67. S's 0.33 exceed 60 - 60: 50 papers go to X at 0.00 (E7).

    Without X's one at 1.00 that names nobody A has 79 + 20 and B 60 + 39, half of what is
    active. X's 50 at 0.00 wait, so that it is no tied count: A was ahead at stage 1.
    """
    papers = {"SX": 50, "S": 50, "A": 79, "B": 60, "XA": 20, "XB": 39, "X": 1}
    record = count(2, papers, "X", candidates="SABX")
    third = record.stages[2]
    assert (third.candidates, batches(third)) == (("X",), [("1.00", {"A": 20, "B": 39}, 1)])
    assert votes(third) == "99.67 99.00 99.00 0.00 nt 1.33"
    assert elected(third) == [("A", "99.00", "Exclusion f(ii)")]
    assert texts(record, "ERS97 5.6.2") == [
        "A (99.00) and B (99.00) reach the mark for 1 place; "
        "A: greatest vote at stage 1 (A 79.00, B 60.00)"
    ]


# E8


def test_e8_order_of_those_elected_together() -> None:
    """25 papers, 2 places, quota 8.34. A and B have 8 when D has gone, C 7; B is printed first.

    8 reach 23 / 3 = 7.67 and then 15 / 2 = 7.50. B had 7 at stage 1, so A stands first.
    """
    record = count(2, {"B": 7, "A": 8, "C": 7, "DB": 1, "D": 2}, candidates="BACD")
    assert [one[:2] for one in elected(record.stages[1])] == [("A", "8.00"), ("B", "8.00")]


# Every decision to the word


def test_what_is_decided_where_a_vote_is_held_in_suspense() -> None:
    """The figures are those of the test of Subsequent stages a with the vote in suspense."""
    record = count(3, WITH_SURPLUS | {"XA": 3, "XC": 6, "X": 1}, suspense=True)
    assert {str(stage.quota) for stage in record.stages} == {"30.00"}
    assert decided(record) == [
        ["First stage c: Quota 120 / 4 = 30.00"],
        [
            "Subsequent stages a: surpluses 15.00 exceed 13.00 - 10.00 and the difference of "
            "every set that could go together: not deferred",
            "Subsequent stages c: largest surplus: S, 15.00",
            "Transfer of surplus e: 30 transferable papers worth 30.00 exceed the surplus 15.00: "
            "transfer value 15.00 / 30 = 0.50",
        ],
        [
            "Subsequent stages f: fewest votes, and no two may go together: X (12.00)",
            "Exclusion h(i): papers of lower value 2.00 and surpluses 1.00 "
            "do not exceed 19.00 - 16.00: held in suspense",
        ],
        [
            "Subsequent stages a(i): surpluses 1.00 and vote in suspense 2.00 "
            "do not exceed 19.00 - 16.00: deferred",
            "Subsequent stages f: fewest votes, and no two may go together: D (16.00)",
            "ERS97 5.5.2: all places are filled: papers worth 2.00 are not transferred",
        ],
        ["ERS97 5.5.2: all places are filled: C formally excluded"],
    ]


def test_what_is_decided_where_a_set_is_waited_for_and_goes_together() -> None:
    """The figures are those of the test of Exclusion h(ii)."""
    papers = {"SXA": 4, "SA": 8, "SB": 8, "S": 10, "A": 9, "B": 9, "DA": 4, "D": 1, "EB": 5}
    record = count(2, papers | {"XA": 1, "XB": 1}, suspense=True)
    assert decided(record)[2:] == [
        [
            "Subsequent stages f: fewest votes, and no two may go together: X (4.00)",
            "Exclusion h(ii): papers of lower value 2.00 and surpluses 0.00 "
            "do not exceed 14.00 - 10.00 (D and E): held in suspense",
        ],
        [
            "Subsequent stages e: excluded together: D (5.00) and E (5.00); "
            "10.00 + deferred surpluses 0.00 + vote in suspense 2.00 does not exceed 14.00",
        ],
        ["ERS97 5.5.2: all places are filled: B formally excluded"],
    ]


def test_what_is_decided_in_a_tied_count() -> None:
    """25 / 3 = 8.33...; first preferences 8, 7, 7; B and C are second on one of D's papers each."""
    papers = {"A": 8, "B": 7, "C": 7, "DB": 1, "DC": 1, "D": 1}
    assert decided(count(2, papers, "B")) == [
        ["First stage c: Quota 25 / 3 = 8.34 (not exact: remainder dropped, 0.01 added)"],
        ["Subsequent stages f: fewest votes, and no two may go together: D (3.00)"],
        [
            "Tied count a: preferences of number 1: A 8, B 7, C 7",
            "Tied count a: preferences of number 1: B 7, C 7",
            "Tied count b: preferences of number 2: B 1, C 1",
            "Tied count b: preferences of number 3: B 0, C 0",
            "Tied count b: preferences of number 4: B 0, C 0",
            "Tied count c: never told apart: the lot falls on B",
            "ERS97 5.5.2: all places are filled: C formally excluded",
        ],
    ]


def test_what_is_decided_where_more_reach_the_mark_than_there_are_places() -> None:
    """The figures are those of the test of L6."""
    record = count(2, {"SB": 1, "S": 17, "A": 5, "B": 4}, candidates="SABZ")
    assert decided(record)[1][-2:] == [
        "ERS97 5.6.2: A (5.00) and B (5.00) reach the mark for 1 place; "
        "A: greatest vote at stage 1 (A 5.00, B 4.00)",
        "Transfer of surplus g(ii): A (5.00) reaches total active vote 10.00 / 2",
    ]


def test_what_is_decided_with_a_quota_in_whole_votes_and_for_the_last_vacancies() -> None:
    """402 / 4 = 100.5; 55 + 45 do not exceed 100."""
    assert decided(count(3, {"A": 101, "B": 101, "C": 100, "D": 55, "E": 45})) == [
        ["First stage c: Quota 402 / 4 = 101.00 (a remainder is ignored and one added)"],
        [
            "Subsequent stages e: excluded together: E (45.00) and D (55.00); "
            "100.00 + deferred surpluses 0.00 does not exceed 100.00",
            "Last vacancies: without E and D only as many candidates continue as there are "
            "places unfilled: C deemed elected",
        ],
    ]


def test_what_is_decided_where_the_quota_is_exact_and_all_who_continue_are_needed() -> None:
    """E2; 400 / 4 = 100 in whole votes."""
    assert decided(count(3, {"A": 350, "B": 50}, candidates="ABC")) == [
        ["First stage c: Quota 400 / 4 = 100.00"],
        [
            "Last vacancies: no more candidates than the 2 places unfilled (reading E2): "
            "B and C deemed elected"
        ],
    ]


# No Candidate, and the policies


def with_non_person(
    rules: str, places: int, papers: dict[str, int], policy: str = "vacate", candidates: str = ""
) -> CountRecord:
    """The count of an election in which N is not a person."""
    return stvcount.count(
        replace(election(places, papers, candidates=candidates), non_person="N"),
        rules=rules,
        options={"non_person": policy},
    )


@pytest.mark.parametrize("policy", ["vacate", "close"])
def test_l8_no_candidate_voids_at_half_plus_one(policy: str) -> None:
    """101 papers: 51, though the quota for two places is 33.67 and A has reached it too."""
    record = with_non_person("lsu-atv", 2, {"N": 51, "A": 34, "B": 16}, policy)
    assert record.void is True
    assert len(record.stages) == 1
    assert (record.elected, record.vacant) == ((), ())
    assert texts(record, "No Candidate c")


def test_l7_no_candidate_elected_without_half_plus_one_is_a_vacant_place() -> None:
    """101 papers, 2 places, quota 33.67: N has 50, one below. The count goes on with A and B.

    N's surplus of 16.33 on 50 papers is 0.32 each: B has 18 + 16.00 = 34.00, A 33.
    """
    record = with_non_person("lsu-atv", 2, {"NB": 50, "A": 33, "B": 18})
    assert record.void is False
    assert elected(record.stages[0]) == [("N", "50.00", "First stage d")]
    assert (record.stages[1].kind, batches(record.stages[1])) == (
        "surplus",
        [("0.32", {"B": 50}, 0)],
    )
    assert record.elected == ("B",)
    assert [vacancy.places for vacancy in record.vacant] == [1]
    assert texts(record, "No Candidate c") == []


def test_no_candidate_voids_at_the_end_of_a_later_stage() -> None:
    """101 papers, 2 places, quota 33.67: 30, and 21 of X's come: 51."""
    record = with_non_person("lsu-atv", 2, {"N": 30, "A": 26, "B": 24, "XN": 21})
    assert [stage.candidates for stage in record.stages] == [(), ("X",)]
    assert str(record.stages[1].votes["N"]) == "51.00"
    assert record.void is True
    assert (record.elected, record.vacant) == ((), ())


def test_no_candidate_one_below_at_a_later_stage() -> None:
    """The same with one of X's papers for A: N has 50, is elected to a place, nothing is void."""
    record = with_non_person("lsu-atv", 2, {"N": 30, "A": 26, "B": 24, "XN": 20, "XA": 1})
    assert str(record.stages[1].votes["N"]) == "50.00"
    assert record.void is False
    assert "N" not in record.elected
    assert [vacancy.places for vacancy in record.vacant] == [1]
    assert len(record.elected) == 1


def test_l7_the_one_place_at_exactly_half() -> None:
    """300 papers, 1 place: the quota is 150, half plus one 151. N with 150 is elected: vacant."""
    record = with_non_person("lsu-atv", 1, {"N": 150, "A": 149, "B": 1})
    assert elected(record.stages[0]) == [("N", "150.00", "First stage d")]
    assert (record.void, record.elected) == (False, ())
    assert [vacancy.places for vacancy in record.vacant] == [1]


BOTH = pytest.mark.parametrize("rules", ["ers97", "lsu-atv"])


@BOTH
def test_vacate_the_count_goes_on_for_the_other_places(rules: str) -> None:
    """40 papers, 3 places, quota 10: A 14, N 12. A's 4 on 8 papers at 0.50: B 8 + 2 = 10."""
    papers = {"AB": 4, "AC": 4, "A": 6, "N": 12, "B": 8, "C": 6}
    record = with_non_person(rules, 3, papers)
    assert [one[0] for one in elected(record.stages[0])] == ["A", "N"]
    assert (record.stages[1].kind, record.stages[1].candidates) == ("surplus", ("A",))
    assert [one[0] for one in elected(record.stages[1])] == ["B"]
    assert record.elected == ("A", "B")
    assert [vacancy.places for vacancy in record.vacant] == [1]
    assert (record.void, record.non_person) == (False, "N")


@BOTH
def test_vacate_transfers_the_surplus_of_the_non_person(rules: str) -> None:
    """40 papers, 3 places, quota 10: N 14, A 12; N's 4 go first, on 8 papers at 0.50, to B."""
    papers = {"NB": 4, "NC": 4, "N": 6, "A": 12, "B": 8, "C": 6}
    record = with_non_person(rules, 3, papers)
    assert record.stages[1].candidates == ("N",)
    assert batches(record.stages[1]) == [("0.50", {"B": 4, "C": 4}, 6)]
    assert record.elected == ("A", "B")
    assert sum(vacancy.places for vacancy in record.vacant) == 1


@BOTH
def test_close_those_before_it_stand_and_nobody_after(rules: str) -> None:
    """The papers of the first case: A stands before N. Nothing is transferred, two re-open."""
    papers = {"AB": 4, "AC": 4, "A": 6, "N": 12, "B": 8, "C": 6}
    record = with_non_person(rules, 3, papers, "close")
    assert len(record.stages) == 1
    assert [one[0] for one in elected(record.stages[0])] == ["A", "N"]
    assert str(record.stages[0].votes["A"]) == "14.00"
    assert record.completion.elected == ()
    assert record.elected == ("A",)
    assert sum(vacancy.places for vacancy in record.vacant) == 2


@BOTH
def test_close_nobody_after_it_though_at_the_quota(rules: str) -> None:
    """N's 14 come before A's 12 at the same point: A is not elected, all three re-open."""
    papers = {"NB": 4, "NC": 4, "N": 6, "A": 12, "B": 8, "C": 6}
    record = with_non_person(rules, 3, papers, "close")
    assert [one[0] for one in elected(record.stages[0])] == ["N"]
    assert len(record.stages) == 1
    assert record.elected == ()
    assert sum(vacancy.places for vacancy in record.vacant) == 3


# 80 papers, 3 places, quota 20. S 30, B 18, N 12, A 10, X 10. S's 10 on 20 papers at 0.50:
# N + 5 = 17, A + 3 = 13, X + 2 = 12. X's ten at 1.00: N 21, A 18, B 19; then 2.00 for A.
IN_AN_EXCLUSION = {
    "SA": 6,
    "SXA": 4,
    "SN": 10,
    "S": 10,
    "N": 12,
    "A": 10,
    "B": 18,
    "XN": 4,
    "XA": 5,
    "XB": 1,
}


@BOTH
def test_close_in_the_middle_of_an_exclusion(rules: str) -> None:
    """N reaches 21 with the first batch: X's 2.00 at 0.50 stay, two places re-open."""
    record = with_non_person(rules, 3, IN_AN_EXCLUSION, "close")
    third = record.stages[2]
    assert third.candidates == ("X",)
    assert [one[0] for one in elected(third)] == ["N"]
    assert batches(third) == [("1.00", {"A": 5, "B": 1, "N": 4}, 0)]
    assert votes(third) == "18.00 19.00 21.00 20.00 2.00 nt 0.00"
    assert len(record.stages) == 3
    assert record.elected == ("S",)
    assert sum(vacancy.places for vacancy in record.vacant) == 2


@BOTH
def test_vacate_in_the_middle_of_an_exclusion(rules: str) -> None:
    """The same: the four at 0.50 take A to 20, past B's 19, and to the last place."""
    record = with_non_person(rules, 3, IN_AN_EXCLUSION)
    third = record.stages[2]
    assert [one[0] for one in elected(third)] == ["N", "A"]
    assert batches(third)[1] == ("0.50", {"A": 4}, 0)
    assert votes(third) == "20.00 19.00 21.00 20.00 0.00 nt 0.00"
    assert record.elected == ("S", "A")
    assert sum(vacancy.places for vacancy in record.vacant) == 1


@BOTH
@pytest.mark.parametrize(
    ("policy", "completed", "persons", "vacant"),
    [("vacate", ["N", "B"], ("A", "B"), 1), ("close", ["N"], ("A",), 2)],
)
def test_the_non_person_among_the_last_vacancies(
    rules: str, policy: str, completed: list[str], persons: tuple[str, ...], vacant: int
) -> None:
    """Three candidates for three places: A at the quota, then N with 1 and B with nothing."""
    record = with_non_person(rules, 3, {"A": 9, "N": 1}, policy, candidates="ANB")
    assert [one[0] for one in elected(record.stages[0])] == ["A"]
    assert [one[0] for one in elected(record.completion)] == completed
    assert record.elected == persons
    assert sum(vacancy.places for vacancy in record.vacant) == vacant


@BOTH
def test_the_non_person_is_excluded_as_any_candidate(rules: str) -> None:
    """15 papers, 2 places, quota 5: A's surplus of 1 waits for 3 - 2. N goes: C has 3 + 2."""
    record = with_non_person(rules, 2, {"A": 6, "B": 4, "C": 3, "NC": 2})
    assert record.stages[1].candidates == ("N",)
    assert (record.elected, record.vacant, record.void) == (("A", "C"), (), False)


@pytest.mark.parametrize("winner", ["A", "N"])
@pytest.mark.parametrize(("rules", "purpose"), [("ers97", "exclusion"), ("lsu-atv", "election")])
def test_a_lot_may_fall_on_the_non_person(rules: str, purpose: str, winner: str) -> None:
    """60 papers, 2 places, quota 20. S's 10 and X's 4 are lost; A and N always had 13 each.

    ERS97 has a lot for who is excluded, C2 the coin for who is elected.
    """
    (loser,) = {"A", "N"} - {winner}
    record = stvcount.count(
        replace(election(2, {"S": 30, "A": 13, "N": 13, "X": 4}), non_person="N"),
        rules=rules,
        lots=Lots.drawn(loser if purpose == "exclusion" else winner),
    )
    (lot,) = record.completion.lots
    assert (lot.purpose, lot.candidates) == (purpose, ("A", "N"))
    assert [one[0] for one in elected(record.completion)] == [winner]
    assert record.elected == (("S", "A") if winner == "A" else ("S",))
    assert sum(vacancy.places for vacancy in record.vacant) == (winner == "N")


@pytest.mark.parametrize("policy", ["vacate", "close"])
def test_the_coin_falls_on_no_candidate(policy: str) -> None:
    """4 papers, 1 place: N's 2 are half, not half plus one (3). Its place is vacant."""
    record = stvcount.count(
        replace(election(1, {"A": 2, "N": 2}), non_person="N"),
        rules="lsu-atv",
        lots=Lots.drawn("N"),
        options={"non_person": policy},
    )
    assert elected(record.completion) == [("N", "2.00", "Tied count c")]
    assert (record.void, record.elected) == (False, ())
    assert [vacancy.places for vacancy in record.vacant] == [1]


def test_the_coin_falls_on_no_candidate_and_the_count_goes_on() -> None:
    """9 papers, 2 places: after N the coin is tossed for the other place."""
    record = stvcount.count(
        replace(election(2, {"A": 3, "B": 3, "N": 3}), non_person="N"),
        rules="lsu-atv",
        lots=Lots.drawn("N", "B"),
    )
    assert [one[0] for one in elected(record.completion)] == ["N", "B"]
    assert record.elected == ("B",)
    assert sum(vacancy.places for vacancy in record.vacant) == 1


def test_the_coin_falls_on_no_candidate_and_the_election_closes() -> None:
    """After N nobody is elected, so the coin is not tossed again: both places re-open."""
    record = stvcount.count(
        replace(election(2, {"A": 3, "B": 3, "N": 3}), non_person="N"),
        rules="lsu-atv",
        lots=Lots.drawn("N"),
        options={"non_person": "close"},
    )
    assert [one[0] for one in elected(record.completion)] == ["N"]
    assert record.elected == ()
    assert sum(vacancy.places for vacancy in record.vacant) == 2
