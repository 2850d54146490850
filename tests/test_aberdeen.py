"""Aberdeen's rule 7.8, reading by reading, on counts written by hand."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from builders import decided, election, texts, votes

import stvcount
from stvcount import CountRecord, ElectionError, LotNeeded, Lots


def count(papers: dict[str, int], *lots: str, candidates: str = "", **options: Any) -> CountRecord:
    return stvcount.count(
        election(1, papers, candidates=candidates),
        rules="aberdeen",
        lots=Lots.drawn(*lots),
        options=options,
    )


def needed(record: CountRecord) -> str:
    """The votes needed, which are the same at every stage."""
    (quota,) = {str(stage.quota) for stage in record.stages}
    return quota


# Fifty per cent plus one: B1, B2


@pytest.mark.parametrize(
    ("valid", "down", "exact"),
    [
        (100, "51.00", "51.00"),  # 50 + 1
        (101, "51.00", "52.00"),  # 50.5: 50 + 1, or 51.5 and so 52
        (102, "52.00", "52.00"),
        (103, "52.00", "53.00"),
        (1, "1.00", "2.00"),  # 0 + 1, or 1.5 and so 2
        (2, "2.00", "2.00"),
        (2110, "1056.00", "1056.00"),
    ],
)
def test_b2_votes_needed(valid: int, down: str, exact: str) -> None:
    assert needed(count({"A": valid}, candidates="AB")) == down
    assert needed(count({"A": valid}, candidates="AB", majority="down")) == down
    assert needed(count({"A": valid}, candidates="AB", majority="exact")) == exact


def test_7_8_elected_at_the_first_count_with_just_enough() -> None:
    """101 votes: 50 and 1."""
    record = count({"A": 51, "B": 30, "C": 20})
    assert [(e.candidate, e.vote, e.clause) for e in record.stages[0].elected] == [
        ("A", Decimal("51.00"), "7.8")
    ]
    assert len(record.stages) == 1
    assert record.completion.excluded == ("C", "B")


def test_7_8_one_vote_less_is_not_enough() -> None:
    record = count({"A": 50, "B": 30, "CB": 21})
    first, second = record.stages
    assert first.elected == ()
    assert (second.kind, second.candidates) == ("exclusion", ("C",))
    assert votes(second) == "50.00 51.00 0.00 nt 0.00"
    assert record.elected == ("B",)


def test_b2_exact_needs_one_more_where_the_total_is_odd() -> None:
    """The same 51 of 101 are not 51.5."""
    record = count({"A": 51, "B": 30, "CB": 20}, majority="exact")
    assert record.stages[0].elected == ()
    assert votes(record.stages[1]) == "51.00 50.00 0.00 nt 0.00"
    assert [e.candidate for e in record.stages[1].elected] == ["A"]


def test_b1_total_votes_cast_are_the_valid_papers() -> None:
    record = count({"A": 51, "B": 30, "C": 20, "": 1})
    assert (record.papers.total, record.papers.valid) == (102, 101)
    assert needed(record) == "51.00"
    assert len(record.stages) == 1


@pytest.mark.parametrize(("include", "stages"), [(True, 2), (False, 1)])
def test_b1_invalid_papers_can_be_included(include: bool, stages: int) -> None:
    """With the one invalid paper 102 votes were cast: 52 are needed, and A has 51."""
    record = count({"A": 51, "B": 30, "C": 20, "": 1}, include_invalid=include)
    assert needed(record) == ("52.00" if include else "51.00")
    assert len(record.stages) == stages
    assert record.elected == ("A",)


def test_b1_invalid_for_any_reason() -> None:
    """One paper without a preference, one that names only W, who withdrew: 101 + 2 votes."""
    standing = election(1, {"A": 51, "B": 30, "C": 20, "": 1, "W": 1}).withdraw("W")
    record = stvcount.count(standing, rules="aberdeen", options={"include_invalid": True})
    assert sum(record.papers.invalid.values()) == 2
    assert needed(record) == "52.00"


def test_b1_papers_set_aside_never_count() -> None:
    """103 papers, 2 of them invalid; one valid and one invalid are set aside: 100 + 1 votes."""
    standing = election(1, {"A": 51, "B": 30, "C": 20, "": 2})
    aside = standing.set_aside(1, reason="copied").set_aside(103, reason="copied")
    record = stvcount.count(aside, rules="aberdeen", options={"include_invalid": True})
    assert (record.papers.valid, record.papers.total) == (100, 103)
    assert needed(record) == "51.00"
    assert record.stages[0].elected == ()


def test_b1_and_b2_together() -> None:
    """100 valid and 1 invalid: 101 / 2 + 1 = 51.5, so 52."""
    record = count({"A": 51, "B": 29, "C": 20, "": 1}, include_invalid=True, majority="exact")
    assert needed(record) == "52.00"
    assert record.stages[0].elected == ()


def test_7_8_of_the_total_votes_cast_not_of_the_continuing_votes() -> None:
    """10 votes: 6 are needed. When D's one has gone A has 5 of 9, and the count goes on.

    B and C were always equal. When B has gone two are left, and A has more than C.
    """
    record = count({"A": 5, "B": 2, "C": 2, "D": 1}, "B")
    assert needed(record) == "6.00"
    assert votes(record.stages[1]) == "5.00 2.00 2.00 0.00 nt 1.00"
    assert record.stages[1].elected == ()
    assert votes(record.stages[2]) == "5.00 0.00 2.00 0.00 nt 3.00"
    assert [(e.candidate, str(e.vote), e.clause) for e in record.stages[2].elected] == [
        ("A", "5.00", "7.8")
    ]
    assert record.completion.excluded == ("C",)


def test_7_8_enough_while_more_than_two_are_left() -> None:
    """11 votes: 6 are needed, and A has them when D's paper has come; B and C are still there."""
    record = count({"A": 5, "B": 3, "C": 2, "DA": 1})
    assert len(record.stages) == 2
    assert [e.candidate for e in record.stages[1].elected] == ["A"]
    assert record.completion.excluded == ("C", "B")


def test_one_place_only() -> None:
    with pytest.raises(ElectionError):
        stvcount.count(election(2, {"A": 3, "B": 2, "C": 1}), rules="aberdeen")


@pytest.mark.parametrize("option", [{"majority": "up"}, {"include_invalid": "perhaps"}, {"x": 1}])
def test_options_are_checked(option: dict[str, Any]) -> None:
    with pytest.raises(ElectionError):
        count({"A": 3, "B": 2, "C": 1}, **option)


# Exclusion: B3, B4


def test_b3_the_next_available_preference_at_full_value() -> None:
    """15 votes: 8. C's papers name D, who went before: they go on to B, or nowhere."""
    record = count({"A": 6, "B": 5, "CDB": 2, "CD": 1, "DC": 1})
    assert [stage.candidates for stage in record.stages] == [(), ("D",), ("C",)]
    assert votes(record.stages[1]) == "6.00 5.00 4.00 0.00 nt 0.00"
    (batch,) = record.stages[2].batches
    assert (str(batch.value), batch.papers) == ("1.00", {"B": 2})
    assert (batch.non_transferable_papers, str(batch.non_transferable)) == (2, "2.00")
    assert votes(record.stages[2]) == "6.00 7.00 0.00 0.00 nt 2.00"
    assert record.elected == ("B",)


def test_b4_one_at_a_time() -> None:
    """1 + 2 + 3 are far fewer than 12, and still each goes alone; 35 votes, 18 needed."""
    record = count({"A": 15, "B": 12, "CB": 3, "DB": 2, "EB": 1, "F": 2}, "D")
    assert [stage.candidates for stage in record.stages[1:]] == [("E",), ("D",), ("F",), ("C",)]
    assert votes(record.stages[-1]) == "15.00 18.00 0.00 0.00 0.00 0.00 nt 2.00"
    assert record.elected == ("B",)


def test_b4_those_without_votes_go_one_at_a_time_too() -> None:
    """9 votes, 5 needed. D and E never differed; each exclusion is a stage without papers."""
    record = count({"A": 4, "B": 3, "CB": 2}, "E", candidates="ABCDE")
    assert [stage.candidates for stage in record.stages] == [(), ("E",), ("D",), ("C",)]
    assert [stage.batches for stage in record.stages[:3]] == [(), (), ()]
    assert votes(record.stages[3]) == "4.00 5.00 0.00 0.00 0.00 nt 0.00"
    assert record.elected == ("B",)


# Equality: B5, B6


def test_7_8_equal_fewest_by_the_most_recent_stage_at_which_they_were_unequal() -> None:
    """P has 3, 5, 5 and Q 4, 4, 5: at stage 2 Q was behind, and Q is excluded.

    By the earliest stage it would be P: the rule sets that look there part at stage 4.
    """
    papers = {"A": 10, "B": 9, "P": 3, "QB": 4, "XP": 2, "YQ": 1, "YA": 2}
    record = count(papers)
    assert needed(record) == "16.00"
    assert [stage.candidates for stage in record.stages[1:4]] == [("X",), ("Y",), ("Q",)]
    assert votes(record.stages[2]) == "12.00 9.00 5.00 5.00 0.00 0.00 nt 0.00"
    assert votes(record.stages[3]) == "12.00 13.00 5.00 0.00 0.00 0.00 nt 1.00"
    assert all(stage.lots == () for stage in record.stages)
    for earliest in ("ers-av", "lsu-stv"):
        other = stvcount.count(election(1, papers), rules=earliest)
        assert other.stages[3].candidates == ("P",)


def test_b5_of_three_those_with_the_fewest_and_then_the_stage_before() -> None:
    """P 4, 4, 5; Q 3, 4, 5; R 5, 5, 5. Stage 2 leaves P and Q, and stage 1 picks Q."""
    record = count({"A": 10, "B": 9, "P": 4, "QA": 3, "R": 5, "XQ": 1, "YP": 1, "YQ": 1})
    assert votes(record.stages[1]) == "10.00 9.00 4.00 4.00 5.00 0.00 2.00 nt 0.00"
    assert votes(record.stages[2]) == "10.00 9.00 5.00 5.00 5.00 0.00 0.00 nt 0.00"
    assert [stage.candidates for stage in record.stages[1:5]] == [("X",), ("Y",), ("Q",), ("P",)]
    assert all(stage.lots == () for stage in record.stages)
    assert (
        "equal fewest, 5.00: P, Q and R; fewest vote at stage 2 (P 4.00, Q 4.00, R 5.00); "
        "then fewest vote at stage 1 (P 4.00, Q 3.00)"
    ) in texts(record, "7.8")


@pytest.mark.parametrize("drawn", ["P", "Q"])
def test_b5_a_lot_among_those_whom_no_stage_tells_apart(drawn: str) -> None:
    """P and Q have 4, then 5; R had 5 all along, so the lot is not for R.

    34 votes, 18 needed. The other of P and Q goes next, having had fewer than R at stage 1.
    """
    record = count({"A": 10, "B": 9, "P": 4, "Q": 4, "R": 5, "XP": 1, "XQ": 1}, drawn)
    assert votes(record.stages[1]) == "10.00 9.00 5.00 5.00 5.00 0.00 nt 0.00"
    (lot,) = record.stages[2].lots
    assert (lot.purpose, lot.clause, lot.candidates) == ("exclusion", "7.8", ("P", "Q"))
    assert (lot.chosen, record.stages[2].candidates) == (drawn, (drawn,))
    assert {record.stages[3].candidates, (drawn,)} == {("P",), ("Q",)}
    assert record.stages[3].lots == ()


def test_a_lot_is_demanded() -> None:
    with pytest.raises(LotNeeded) as demanded:
        count({"A": 5, "B": 2, "C": 2, "D": 2})
    assert demanded.value.purpose == "exclusion"
    assert demanded.value.candidates == ("B", "C", "D")
    assert demanded.value.stage == 2


def test_b6_two_left_with_equal_votes_told_apart_by_an_earlier_stage() -> None:
    """A 4, B 3, C 2 with one paper to B: 4 each. B was behind at stage 1, so A is elected."""
    record = count({"AB": 4, "BA": 3, "CB": 1, "C": 1})
    assert needed(record) == "5.00"
    assert len(record.stages) == 2
    assert votes(record.stages[1]) == "4.00 4.00 0.00 nt 1.00"
    assert record.stages[1].elected == ()
    assert [(e.candidate, str(e.vote)) for e in record.completion.elected] == [("A", "4.00")]
    assert (record.completion.excluded, record.completion.lots) == (("B",), ())
    assert record.elected == ("A",)


def test_b6_two_left_with_equal_votes_told_apart_by_the_most_recent_stage() -> None:
    """A has 5, 5, 7 and B 4, 6, 7: at stage 2 A was behind, so B is elected.

    15 votes, 8 needed; D's two papers go to B, and of C's four two go to A and one to B.
    """
    record = count({"A": 5, "B": 4, "DB": 2, "CA": 2, "CB": 1, "C": 1})
    assert [stage.candidates for stage in record.stages] == [(), ("D",), ("C",)]
    assert votes(record.stages[1]) == "5.00 6.00 4.00 0.00 nt 0.00"
    assert votes(record.stages[2]) == "7.00 7.00 0.00 0.00 nt 1.00"
    assert record.stages[2].elected == ()
    assert (record.completion.excluded, record.completion.lots) == (("A",), ())
    assert record.elected == ("B",)


@pytest.mark.parametrize(("drawn", "elected"), [("A", "B"), ("B", "A")])
def test_b6_two_left_who_were_always_equal_by_lot(drawn: str, elected: str) -> None:
    """10 votes, 6 needed. C and D go without papers, the first of them by lot."""
    record = count({"A": 5, "B": 5}, "C", drawn, candidates="ABCD")
    assert [stage.candidates for stage in record.stages] == [(), ("C",), ("D",)]
    (lot,) = record.completion.lots
    assert (lot.purpose, lot.clause, lot.candidates) == ("exclusion", "7.8", ("A", "B"))
    assert record.completion.excluded == (drawn,)
    assert [e.candidate for e in record.completion.elected] == [elected]
    assert record.stages[-1].votes[drawn] == Decimal("5.00")


def test_the_others_stand_in_the_order_of_the_most_recent_stage() -> None:
    """39 votes, 20 needed. P has 3, 5, 5 and Q 4, 4, 5 when A is elected: Q was behind at stage 2.

    By the rule sets that look at the earliest stage P stands lower.
    """
    papers = {"A": 18, "B": 9, "P": 3, "QB": 4, "XP": 2, "YQ": 1, "YA": 2}
    record = count(papers)
    assert votes(record.stages[2]) == "20.00 9.00 5.00 5.00 0.00 0.00 nt 0.00"
    assert record.completion.excluded == ("Q", "P", "B")
    for earliest in ("ers-av", "lsu-stv"):
        other = stvcount.count(election(1, papers), rules=earliest)
        assert other.completion.excluded == ("P", "Q", "B")


def test_the_others_stand_in_the_order_of_the_stage_before_where_the_most_recent_is_equal() -> None:
    """41 votes, 21 needed. P has 3, 4, 5 and Q 4, 4, 5; Q is printed first."""
    papers = {"A": 20, "B": 9, "Q": 4, "P": 3, "XP": 1, "XB": 1, "YP": 1, "YQ": 1, "YA": 1}
    record = count(papers, candidates="ABQPXY")
    assert votes(record.stages[2]) == "21.00 10.00 5.00 5.00 0.00 0.00 nt 0.00"
    assert record.completion.excluded == ("P", "Q", "B")


# B7 Two candidates, or one


def test_b7_two_candidates_and_a_majority() -> None:
    record = count({"A": 6, "B": 4})
    assert len(record.stages) == 1
    assert [(e.candidate, e.clause) for e in record.stages[0].elected] == [("A", "7.8")]
    assert record.completion.excluded == ("B",)


def test_b7_two_candidates_and_no_majority_of_all_cast() -> None:
    """11 valid and 5 invalid: 9 are needed. A has 6, the most of the two."""
    record = count({"A": 6, "B": 5, "": 5}, include_invalid=True)
    assert needed(record) == "9.00"
    assert len(record.stages) == 1
    assert [e.candidate for e in record.stages[0].elected] == ["A"]


def test_b7_two_candidates_with_equal_votes() -> None:
    record = count({"A": 5, "B": 5}, "B")
    assert len(record.stages) == 1
    assert record.stages[0].elected == ()
    assert record.completion.lots[0].chosen == "B"
    assert record.elected == ("A",)


def test_b7_one_candidate_is_elected_at_the_first_count() -> None:
    standing = election(1, {"AB": 5, "B": 2, "C": 9}).withdraw("A").withdraw("C")
    record = stvcount.count(standing, rules="aberdeen")
    assert [e.candidate for e in record.stages[0].elected] == ["B"]
    assert len(record.stages) == 1
    assert record.papers.invalid == {"only withdrawn candidates": 9}
    alone = count({}, candidates="A")
    assert [e.candidate for e in alone.stages[0].elected] == ["A"]


def test_no_valid_paper_in_a_contest() -> None:
    with pytest.raises(ElectionError):
        count({"": 3}, candidates="AB")


# Every decision to the word


def test_what_is_decided_in_a_count_to_the_last_two() -> None:
    """31 votes: 15 and 1. P 3, 5, 5 and Q 4, 4, 5; at the end B has 9 + 4, A 10 + 2."""
    record = count({"A": 10, "B": 9, "P": 3, "QB": 4, "XP": 2, "YQ": 1, "YA": 2})
    assert decided(record) == [
        ["7.8: needed: 50 per cent plus one of 31 votes cast, 16.00"],
        ["7.8: least votes: X (2.00)"],
        ["7.8: least votes: Y (3.00)"],
        ["7.8: equal fewest, 5.00: P and Q; fewest vote at stage 2 (P 5.00, Q 4.00)"],
        [
            "7.8: least votes: P (5.00)",
            "7.8: B (13.00) has the most votes of the two left (12.00): elected",
        ],
        [],
    ]


def test_what_is_decided_by_lot() -> None:
    """10 votes: 5 and 1."""
    assert decided(count({"A": 5, "B": 5}, "C", "A", candidates="ABCD")) == [
        ["7.8: needed: 50 per cent plus one of 10 votes cast, 6.00"],
        ["7.8: equal fewest, 0.00: C and D", "7.8: never told apart: the lot falls on C"],
        ["7.8: least votes: D (0.00)"],
        [
            "7.8: equal fewest, 5.00: A and B",
            "7.8: never told apart: the lot falls on A",
            "7.8: B (5.00) is left when A is excluded: elected",
        ],
    ]


def test_what_is_decided_at_the_first_count() -> None:
    """102 votes with the invalid one: 51 and 1. One candidate alone has no need of 1 vote."""
    record = count({"A": 52, "B": 49, "": 1}, include_invalid=True)
    assert decided(record) == [
        [
            "7.8: needed: 50 per cent plus one of 102 votes cast, 52.00",
            "7.8: A (52.00) has the 52.00 needed: elected",
        ],
        [],
    ]
    assert decided(count({}, candidates="A")) == [
        [
            "7.8: needed: 50 per cent plus one of 0 votes cast, 1.00",
            "7.8: A (0.00) is the only candidate: elected",
        ],
        [],
    ]


# Re-Open Nominations


@pytest.mark.parametrize("policy", ["vacate", "close"])
def test_re_open_nominations_wins(policy: str) -> None:
    """N reaches 6 of 11 with C's papers."""
    standing = replace(election(1, {"A": 4, "N": 4, "CN": 3}), non_person="N")
    record = stvcount.count(standing, rules="aberdeen", options={"non_person": policy})
    assert [e.candidate for e in record.stages[1].elected] == ["N"]
    assert record.elected == ()
    assert [vacancy.places for vacancy in record.vacant] == [1]
    assert record.void is False


def test_re_open_nominations_loses_as_any_candidate() -> None:
    standing = replace(election(1, {"A": 5, "B": 4, "NB": 3}), non_person="N")
    record = stvcount.count(standing, rules="aberdeen")
    assert record.stages[1].candidates == ("N",)
    assert (record.elected, record.vacant) == (("B",), ())
