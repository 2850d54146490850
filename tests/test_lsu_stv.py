"""Loughborough's C3 for one person, clause by clause, on counts written by hand."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from builders import decided, election, texts, votes

import stvcount
from stvcount import CountRecord, ElectionError, LotNeeded, Lots


def count(papers: dict[str, int], *lots: str, candidates: str = "") -> CountRecord:
    return stvcount.count(
        election(1, papers, candidates=candidates), rules="lsu-stv", lots=Lots.drawn(*lots)
    )


def with_no_candidate(papers: dict[str, int], policy: str = "vacate") -> CountRecord:
    """The count of an election in which N is "No Candidate"."""
    return stvcount.count(
        replace(election(1, papers), non_person="N"),
        rules="lsu-stv",
        options={"non_person": policy},
    )


# a to f: the first stage


@pytest.mark.parametrize(
    ("valid", "quota"),
    [(1, "1.00"), (2, "2.00"), (99, "50.00"), (100, "51.00"), (101, "51.00"), (1428, "715.00")],
)
def test_e_quota_is_half_without_the_remainder_and_one(valid: int, quota: str) -> None:
    record = count({"A": valid, "": 3}, candidates="AB")
    assert str(record.stages[0].quota) == quota
    assert record.stages[0].decisions[0].clause == "C3 e"


def test_a_invalid_papers_are_set_apart() -> None:
    """The quota is of the valid papers: 9 / 2 = 4.5, so 5, and A has it."""
    record = count({"AB": 5, "B": 4, "": 6})
    assert (record.papers.total, record.papers.valid) == (15, 9)
    assert str(record.stages[0].quota) == "5.00"
    assert record.elected == ("A",)


def test_f_elected_at_the_quota() -> None:
    """101 papers: 51."""
    record = count({"A": 51, "B": 30, "C": 20})
    assert [(e.candidate, e.vote, e.clause) for e in record.stages[0].elected] == [
        ("A", Decimal("51.00"), "C3 f")
    ]
    assert len(record.stages) == 1
    assert record.completion.excluded == ("C", "B")


def test_f_not_elected_below_the_quota() -> None:
    record = count({"A": 50, "B": 30, "CB": 21})
    assert record.stages[0].elected == ()
    assert record.elected == ("B",)


def test_f_exactly_half_is_not_the_quota() -> None:
    """50 of 100; when C's 20 papers are lost 50 are more than B's 30 (p)."""
    record = count({"A": 50, "B": 30, "C": 20})
    assert record.stages[0].elected == ()
    assert [(e.candidate, e.clause) for e in record.stages[1].elected] == [("A", "C3 p")]


def test_one_place_only() -> None:
    with pytest.raises(ElectionError):
        stvcount.count(election(2, {"A": 3, "B": 2, "C": 1}), rules="lsu-stv")


# g to m: exclusion


def test_g_the_papers_go_to_the_next_available_preference() -> None:
    """24 papers, quota 13. D goes; then C's papers pass D over, and CD names nobody else.

    At stage 3 A has 9 + 2 + 1 = 12: not the quota, but more than B's 8 + 3 = 11.
    """
    record = count({"A": 9, "B": 8, "CDB": 3, "CD": 1, "DCA": 1, "DA": 2})
    assert str(record.stages[0].quota) == "13.00"
    assert [stage.candidates for stage in record.stages] == [(), ("D",), ("C",)]
    assert votes(record.stages[1]) == "11.00 8.00 5.00 0.00 nt 0.00"
    assert votes(record.stages[2]) == "12.00 11.00 0.00 0.00 nt 1.00"
    (batch,) = record.stages[2].batches
    assert (str(batch.value), batch.papers) == ("1.00", {"A": 1, "B": 3})
    assert (batch.non_transferable_papers, str(batch.non_transferable)) == (1, "1.00")
    assert [(e.candidate, e.clause) for e in record.stages[2].elected] == [("A", "C3 p")]


def test_g_one_at_a_time() -> None:
    """2 + 3 + 4 do not exceed 10, and still each goes alone. 31 papers, quota 16.

    B has 12, then 15 (16 with A's 12 and C's 4 against it), then 19.
    """
    record = count({"A": 12, "B": 10, "CB": 4, "DB": 3, "EB": 2})
    assert [stage.candidates for stage in record.stages] == [(), ("E",), ("D",), ("C",)]
    assert [str(stage.votes["B"]) for stage in record.stages] == [
        "10.00",
        "12.00",
        "15.00",
        "19.00",
    ]
    assert "C3 g" in [decision.clause for decision in record.stages[1].decisions]


def test_g_those_without_votes_go_one_at_a_time_too() -> None:
    """9 papers, quota 5. D and E have no papers: the lot picks one, the other goes next."""
    record = count({"A": 4, "B": 3, "CB": 2}, "E", candidates="ABCDE")
    assert [stage.candidates for stage in record.stages] == [(), ("E",), ("D",), ("C",)]
    assert [stage.batches for stage in record.stages[:3]] == [(), (), ()]
    assert (record.stages[1].lots[0].candidates, record.stages[2].lots) == (("D", "E"), ())
    assert record.elected == ("B",)


def test_m_elected_at_the_quota_after_an_exclusion() -> None:
    """11 papers, quota 6: A has 5 and gets D's one, while B and C are left."""
    record = count({"A": 5, "B": 3, "C": 2, "DA": 1})
    assert [(e.candidate, str(e.vote), e.clause) for e in record.stages[1].elected] == [
        ("A", "6.00", "C3 m")
    ]
    assert record.completion.excluded == ("C", "B")


def test_e_the_quota_is_never_worked_out_again() -> None:
    """12 papers, quota 7, though three have become non-transferable."""
    record = count({"A": 5, "B": 3, "C": 4})
    assert [str(stage.quota) for stage in record.stages] == ["7.00", "7.00"]


# p: greater than the others together


def test_p_greater_than_the_other_continuing_candidates_together() -> None:
    """12 papers, quota 7. B's three are lost; 5 exceeds 4."""
    record = count({"A": 5, "B": 3, "C": 4})
    assert votes(record.stages[1]) == "5.00 0.00 4.00 nt 3.00"
    assert [(e.candidate, str(e.vote), e.clause) for e in record.stages[1].elected] == [
        ("A", "5.00", "C3 p")
    ]
    assert record.completion.excluded == ("C",)


def test_p_with_several_others_left() -> None:
    """20 papers, quota 11. D's three are lost; 9 exceeds 4 + 4."""
    record = count({"A": 9, "B": 4, "C": 4, "D": 3})
    assert record.stages[0].elected == ()
    assert [(e.candidate, e.clause) for e in record.stages[1].elected] == [("A", "C3 p")]
    assert record.completion.excluded == ("B", "C")


def test_p_equal_is_not_greater() -> None:
    """11 papers, quota 6. When C's three are lost A has 4 and B has 4: another exclusion.

    They were always equal; by q nobody names A next, and one of A's papers names B: A goes.
    """
    record = count({"A": 3, "AB": 1, "B": 4, "C": 3})
    assert votes(record.stages[1]) == "4.00 4.00 0.00 nt 3.00"
    assert record.stages[1].elected == ()
    assert record.stages[2].candidates == ("A",)


def test_p_the_last_exclusion_is_a_stage_and_its_papers_are_moved() -> None:
    """9 papers, quota 5. A and B have 4 when C has gone; B had fewer before, and goes.

    Nothing of B's comes to A, who is the only one left.
    """
    record = count({"A": 4, "BC": 3, "CB": 1, "C": 1})
    assert [stage.candidates for stage in record.stages] == [(), ("C",), ("B",)]
    assert votes(record.stages[2]) == "4.00 0.00 0.00 nt 5.00"
    assert [(e.candidate, str(e.vote), e.clause) for e in record.stages[2].elected] == [
        ("A", "4.00", "C3 p")
    ]
    assert record.completion.elected == ()
    assert record.completion.excluded == ()


def test_m_comes_before_p_after_the_last_exclusion() -> None:
    """The same, but B's papers name A: 4 + 3 reach the quota of 5."""
    record = count({"A": 4, "BA": 3, "CB": 1, "C": 1})
    assert votes(record.stages[2]) == "7.00 0.00 0.00 nt 2.00"
    assert [(e.candidate, e.clause) for e in record.stages[2].elected] == [("A", "C3 m")]


def test_p_the_only_candidate_left_even_with_no_votes() -> None:
    record = count({}, candidates="A")
    assert [(e.candidate, str(e.vote), e.clause) for e in record.stages[0].elected] == [
        ("A", "0.00", "C3 p")
    ]
    assert record.elected == ("A",)


def test_p_the_only_candidate_left_when_the_others_withdrew() -> None:
    standing = election(1, {"AB": 5, "B": 2, "C": 1}).withdraw("A").withdraw("C")
    record = stvcount.count(standing, rules="lsu-stv")
    assert record.elected == ("B",)
    assert (record.papers.valid, str(record.stages[0].quota)) == (7, "4.00")
    assert [e.clause for e in record.stages[0].elected] == ["C3 f"]


# g, q: equal fewest


def test_g_equal_least_by_the_earliest_stage() -> None:
    """P has 3, 5, 5 and Q 4, 4, 5: at stage 1 P had the least. 31 papers, quota 16."""
    record = count({"A": 10, "B": 9, "P": 3, "QB": 4, "XP": 2, "YQ": 1, "YA": 2})
    assert [stage.candidates for stage in record.stages[1:4]] == [("X",), ("Y",), ("P",)]
    assert votes(record.stages[2]) == "12.00 9.00 5.00 5.00 0.00 0.00 nt 0.00"
    assert all(stage.lots == () for stage in record.stages)


def test_q_those_always_equal_by_the_next_preferences_on_their_papers() -> None:
    """A and B have 4 each, and were never unequal. One paper of B names A: B goes.

    The three papers of each that name C, who is not among the equal, speak for neither.
    13 papers, quota 7: C gets three.
    """
    record = count({"AC": 3, "A": 1, "BA": 1, "BC": 3, "C": 5})
    second = record.stages[1]
    assert (second.candidates, second.lots) == (("B",), ())
    assert votes(second) == "5.00 0.00 8.00 nt 0.00"
    assert "C3 q" in [decision.clause for decision in second.decisions]
    assert [(e.candidate, e.clause) for e in second.elected] == [("C", "C3 m")]


def test_q_only_the_next_preference_counts_not_a_later_one() -> None:
    """A's papers name C and then B: for B they express nothing. One of B's names A: B goes."""
    record = count({"ACB": 4, "BA": 1, "B": 3, "C": 5})
    assert record.stages[1].candidates == ("B",)
    assert record.stages[1].lots == ()


def test_q_the_next_preference_passes_over_those_who_are_gone() -> None:
    """A and B have 4 when X has gone, as they always were equal: 3 and 3, then 4 and 4.

    The paper XAB, now with A, names B next, and BXA, with B, passes X over and names A, as
    does BA: two for A, one for B. B goes. 13 papers, quota 7.
    """
    record = count({"A": 3, "BXA": 1, "BA": 1, "B": 1, "XAB": 1, "XB": 1, "C": 5})
    assert votes(record.stages[1]) == "4.00 4.00 5.00 0.00 nt 0.00"
    assert (record.stages[2].candidates, record.stages[2].lots) == (("B",), ())
    assert votes(record.stages[2]) == "6.00 0.00 5.00 0.00 nt 2.00"


def test_q_only_the_papers_of_those_equal_at_all_stages() -> None:
    """A, B, D have 4 when X has gone; A had 4 before, B and D had 3.

    Of B's and D's papers one (of B) names D and none names B, so B goes. A's two papers that
    name B are not looked at. 21 papers, quota 11.
    """
    record = count({"AB": 2, "A": 2, "BD": 1, "B": 2, "D": 3, "XB": 1, "XD": 1, "C": 9})
    assert votes(record.stages[1]) == "4.00 4.00 9.00 4.00 0.00 nt 0.00"
    assert (record.stages[2].candidates, record.stages[2].lots) == (("B",), ())


@pytest.mark.parametrize("drawn", ["A", "B"])
def test_q_several_equal_and_smallest_by_lot_among_those(drawn: str) -> None:
    """Two papers name D next and none names A or B: the lot is between A and B.

    18 papers, quota 10.
    """
    papers = {"AD": 1, "A": 3, "BD": 1, "B": 3, "D": 4, "C": 6}
    record = count(papers, drawn)
    (lot,) = record.stages[1].lots
    assert (lot.purpose, lot.clause, lot.candidates) == ("exclusion", "C3 q", ("A", "B"))
    assert (lot.chosen, record.stages[1].candidates) == (drawn, (drawn,))
    with pytest.raises(LotNeeded) as needed:
        count(papers)
    assert needed.value.candidates == ("A", "B")


def test_q_all_equal_and_nothing_expressed() -> None:
    record = count({"A": 2, "B": 2, "C": 2}, "C", "A")
    assert [stage.candidates for stage in record.stages] == [(), ("C",), ("A",)]
    assert record.stages[0].elected == ()
    assert record.stages[1].lots[0].candidates == ("A", "B", "C")
    assert record.stages[2].lots[0].candidates == ("A", "B")
    assert [(e.candidate, e.clause) for e in record.stages[2].elected] == [("B", "C3 p")]


def test_q_each_names_the_other_equally_often() -> None:
    """One paper each way: equal and smallest, so by lot."""
    record = count({"AB": 1, "A": 2, "BA": 1, "B": 2}, "B")
    assert record.stages[1].lots[0].chosen == "B"
    assert votes(record.stages[1]) == "4.00 0.00 nt 2.00"
    assert [(e.candidate, e.clause) for e in record.stages[1].elected] == [("A", "C3 m")]


# Every decision to the word


def test_what_is_decided_where_a_stage_tells_the_equal_apart() -> None:
    """31 papers: 15 and 1. P 3, 5, 5 and Q 4, 4, 5; at the end B has 9 + 4, A 10 + 2."""
    record = count({"A": 10, "B": 9, "P": 3, "QB": 4, "XP": 2, "YQ": 1, "YA": 2})
    assert decided(record) == [
        ["C3 e: Quota 31 / 2, remainder ignored, plus one = 16.00"],
        ["C3 g: least votes: X (2.00)"],
        ["C3 g: least votes: Y (3.00)"],
        ["C3 q: equal fewest, 5.00: P and Q; fewest vote at stage 1 (P 3.00, Q 4.00)"],
        ["C3 g: least votes: Q (5.00)", "C3 p: B (13.00), all others together 12.00: elected"],
        [],
    ]


def test_what_is_decided_by_next_preferences_and_by_lot() -> None:
    """18 papers: 9 and 1. Of the equal A, B and D two papers name D; when A has gone D has 5."""
    record = count({"AD": 1, "A": 3, "BD": 1, "B": 3, "D": 4, "C": 6}, "A")
    assert decided(record)[:3] == [
        ["C3 e: Quota 18 / 2, remainder ignored, plus one = 10.00"],
        [
            "C3 q: equal fewest, 4.00: A, B and D",
            "C3 q: next preferences on the papers of the tied: A 0, B 0, D 2",
            "C3 q: never told apart: the lot falls on A",
        ],
        ["C3 g: least votes: B (4.00)"],
    ]


def test_what_is_decided_where_nobody_else_is_left() -> None:
    """9 papers. B goes last, its papers name C alone: A's 4 exceed nothing."""
    record = count({"A": 4, "BC": 3, "CB": 1, "C": 1})
    assert decided(record)[2:] == [
        [
            "C3 q: equal fewest, 4.00: A and B; fewest vote at stage 1 (A 4.00, B 3.00)",
            "C3 p: A (4.00), all others together 0.00: elected",
        ],
        [],
    ]


def test_what_is_decided_where_no_candidate_voids() -> None:
    """101 papers: 50 and 1. N reaches the quota, and then voids the election."""
    assert decided(with_no_candidate({"N": 52, "A": 49})) == [
        [
            "C3 e: Quota 101 / 2, remainder ignored, plus one = 51.00",
            "non-person: N is elected: that place is not filled",
        ],
        [
            "No Candidate c: N (52.00) has at least 51.00, half of 101 plus one: "
            "the election is void and a new one is called"
        ],
    ]


# No Candidate: half plus one voids; L7, L8


def test_l8_no_candidate_voids_at_half_plus_one() -> None:
    """101 papers: half is 50, and one is 51."""
    record = with_no_candidate({"N": 51, "A": 50})
    assert record.void is True
    assert (record.elected, record.vacant) == ((), ())
    assert len(record.stages) == 1
    assert texts(record, "No Candidate c")


def test_l8_one_vote_less_does_not_void() -> None:
    """50 of 101. B's papers take A to 51, the quota."""
    record = with_no_candidate({"N": 50, "A": 30, "BA": 21})
    assert record.void is False
    assert (record.elected, record.vacant) == (("A",), ())
    assert texts(record, "No Candidate c") == []


@pytest.mark.parametrize(("number", "void"), [(51, True), (50, False)])
def test_l8_an_even_number_of_papers(number: int, void: bool) -> None:
    """100 papers: 51 again. With 50 N has not half plus one; it is elected by p at stage 2."""
    record = with_no_candidate({"N": number, "A": 30, "B": 70 - number})
    assert record.void is void


def test_no_candidate_voids_at_the_end_of_a_later_stage() -> None:
    """101 papers. 45 at first, 51 with six of B's: the count stops there."""
    record = with_no_candidate({"N": 45, "A": 35, "BN": 6, "B": 15})
    assert record.void is True
    assert len(record.stages) == 2
    assert votes(record.stages[1]) == "35.00 0.00 51.00 nt 15.00"
    assert (record.elected, record.vacant) == ((), ())


@pytest.mark.parametrize("policy", ["vacate", "close"])
def test_l7_no_candidate_wins_under_p_without_half_plus_one(policy: str) -> None:
    """100 papers. B's 20 are lost: N has 50, more than A's 30 but not 51. Vacant, not void."""
    record = with_no_candidate({"N": 50, "A": 30, "B": 20}, policy)
    assert record.void is False
    assert [(e.candidate, e.clause) for e in record.stages[1].elected] == [("N", "C3 p")]
    assert record.elected == ()
    assert [vacancy.places for vacancy in record.vacant] == [1]


def test_no_candidate_is_excluded_as_any_candidate() -> None:
    record = with_no_candidate({"NA": 2, "A": 4, "B": 5})
    assert record.stages[1].candidates == ("N",)
    assert record.elected == ("A",)
    assert record.void is False


def test_half_of_the_total_valid_vote_not_of_what_continues() -> None:
    """11 papers: 6. N has 5 of the 8 that continue at stage 3: elected by p, nothing is void.

    At stage 2 its 5 are not more than 3 + 2.
    """
    record = with_no_candidate({"N": 5, "A": 3, "B": 2, "C": 1})
    assert [stage.candidates for stage in record.stages] == [(), ("C",), ("B",)]
    assert [e.candidate for e in record.stages[2].elected] == ["N"]
    assert record.void is False
    assert [vacancy.places for vacancy in record.vacant] == [1]


def test_the_name_alone_voids_nothing() -> None:
    """Without a candidate that is not a person there is nothing to void."""
    record = count({"N": 51, "A": 50})
    assert (record.void, record.elected) == (False, ("N",))
