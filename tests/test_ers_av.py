"""ERS AV, clause by clause and reading by reading, on counts written by hand."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from builders import decided, election, votes

import stvcount
from stvcount import CountRecord, ElectionError, LotNeeded, Lots


def count(papers: dict[str, int], *lots: str, candidates: str = "") -> CountRecord:
    return stvcount.count(
        election(1, papers, candidates=candidates), rules="ers-av", lots=Lots.drawn(*lots)
    )


# 2.1, 3.1 Sorting by first preference


def test_3_1_first_preferences_are_credited_and_there_is_no_quota() -> None:
    record = count({"AB": 4, "B": 3, "CA": 2, "": 5})
    first = record.stages[0]
    assert (first.kind, first.candidates, first.batches) == ("first", (), ())
    assert votes(first) == "4.00 3.00 2.00 nt 0.00"
    assert [stage.quota for stage in record.stages] == [None, None]


def test_2_1_invalid_papers_are_rejected() -> None:
    """Four papers without a first preference: A's 5 need only equal the 5 of the others."""
    record = count({"A": 5, "B": 3, "C": 2, "": 4})
    assert (record.papers.total, record.papers.valid) == (14, 10)
    assert sum(record.papers.invalid.values()) == 4
    assert record.elected == ("A",)
    assert len(record.stages) == 1


def test_one_place_only() -> None:
    with pytest.raises(ElectionError):
        stvcount.count(election(2, {"A": 3, "B": 2, "C": 1}), rules="ers-av")


# 3.2 As many as all the others


def test_3_2_more_than_all_others_at_the_first_count() -> None:
    """6 exceeds 3 + 2."""
    record = count({"A": 6, "B": 3, "C": 2})
    assert [(e.candidate, e.vote, e.clause) for e in record.stages[0].elected] == [
        ("A", Decimal("6.00"), "3.2")
    ]
    assert len(record.stages) == 1
    assert record.completion.elected == ()
    assert record.completion.excluded == ("C", "B")


def test_3_2_as_many_as_all_others_suffices() -> None:
    """5 equals 3 + 2."""
    record = count({"A": 5, "B": 3, "C": 2})
    assert [e.candidate for e in record.stages[0].elected] == ["A"]


def test_3_2_one_vote_less_does_not_suffice() -> None:
    """5 is less than 4 + 2; C's papers then take B to 6, which exceeds 5."""
    record = count({"A": 5, "B": 4, "CB": 2})
    first, second = record.stages
    assert first.elected == ()
    assert second.candidates == ("C",)
    assert votes(second) == "5.00 6.00 0.00 nt 0.00"
    assert [(e.candidate, e.clause) for e in second.elected] == [("B", "3.2")]
    assert record.completion.excluded == ("A",)


def test_3_2_looks_at_the_continuing_candidates_only() -> None:
    """7 of 17 papers are less than the other 10, but equal 3 + 4 when B's three are lost.

    B and C do not go together (3 + 3 exceeds 4), nor with D (10 exceeds 7): a lot picks B.
    """
    record = count({"A": 7, "B": 3, "C": 3, "D": 4}, "B")
    first, second = record.stages
    assert first.elected == ()
    assert second.candidates == ("B",)
    assert votes(second) == "7.00 0.00 3.00 4.00 nt 3.00"
    assert [(e.candidate, str(e.vote)) for e in second.elected] == [("A", "7.00")]
    assert record.completion.excluded == ("C", "D")


# 3.3 Exclusion


def test_3_3_two_together_if_their_total_does_not_exceed_the_next_above() -> None:
    """2 + 3 equals 5, and 2 + 3 + 5 exceeds 6; A's 6 is less than 10."""
    record = count({"A": 6, "BA": 5, "CA": 3, "DB": 2})
    second = record.stages[1]
    assert second.candidates == ("D", "C")
    assert votes(second) == "9.00 7.00 0.00 0.00 nt 0.00"
    (batch,) = second.batches
    assert (str(batch.value), batch.papers) == ("1.00", {"A": 3, "B": 2})
    assert record.elected == ("A",)


def test_3_3_one_vote_more_and_only_the_fewest_goes() -> None:
    """3 + 3 would not be split; 2 + 4 exceeds 5: D goes alone."""
    record = count({"A": 7, "BA": 5, "CA": 4, "DB": 2})
    second = record.stages[1]
    assert second.candidates == ("D",)
    assert votes(second) == "7.00 7.00 4.00 0.00 nt 0.00"
    assert "3.3" in [decision.clause for decision in second.decisions]


def test_a1_as_many_as_possible_go_together() -> None:
    """1 + 2 + 3 + 4 = 10 does not exceed 17; with C it is 27, more than 18."""
    record = count({"A": 20, "B": 18, "C": 17, "D": 4, "E": 3, "F": 2, "G": 1})
    assert record.stages[1].candidates == ("G", "F", "E", "D")


def test_a1_three_may_go_together_where_two_may_not() -> None:
    """3 + 4 exceeds 5, but 3 + 4 + 5 equals 12."""
    record = count({"A": 14, "B": 12, "C": 5, "D": 4, "E": 3})
    assert record.stages[1].candidates == ("E", "D", "C")
    assert votes(record.stages[1]) == "14.00 12.00 0.00 0.00 0.00 nt 12.00"
    assert record.elected == ("A",)


def test_a1_equal_votes_are_never_split() -> None:
    """0 + 5 would not exceed the 5 of the other: still neither B nor C goes with D."""
    record = count({"A": 9, "B": 5, "C": 5}, "C", candidates="ABCD")
    second, third = record.stages[1:]
    assert (second.candidates, second.batches, second.lots) == (("D",), (), ())
    assert votes(second) == "9.00 5.00 5.00 0.00 nt 0.00"
    assert third.candidates == ("C",)
    assert third.lots[0].candidates == ("B", "C")
    assert record.elected == ("A",)


def test_a1_all_without_votes_go_together_and_none_of_the_equals_above() -> None:
    """ERS97 would take B or C along (its reading E5); here D and E go by themselves."""
    papers = {"A": 9, "B": 5, "C": 5}
    record = count(papers, "B", candidates="ABCDE")
    assert record.stages[1].candidates == ("D", "E")
    assert record.stages[1].lots == ()
    by_ers97 = stvcount.count(
        election(1, papers, candidates="ABCDE"), rules="ers97", lots=Lots.drawn("B")
    )
    assert by_ers97.stages[1].candidates == ("D", "E", "B")


def test_3_3_papers_go_to_the_continuing_candidate_next_preferred() -> None:
    """The papers DCA and DCB pass over C, excluded with D (1 + 3 + 3 does not exceed 8).

    A 9, B 8 against C 3, D 4: 3 + 4 = 7 does not exceed 8. One of D's papers names nobody else.
    """
    record = count({"A": 9, "B": 8, "CB": 3, "DCA": 1, "DCB": 2, "DC": 1})
    second = record.stages[1]
    assert second.candidates == ("C", "D")
    (batch,) = second.batches
    assert batch.papers == {"A": 1, "B": 5}
    assert (batch.non_transferable_papers, str(batch.non_transferable)) == (1, "1.00")
    assert votes(second) == "10.00 13.00 0.00 0.00 nt 1.00"
    assert record.elected == ("B",)


def test_3_3_is_repeated() -> None:
    """5, 4, 3, 2 (total 14): D, then C (2 + 3 exceeds 4, 3 + 4 exceeds 5), then A has 8 to 6."""
    record = count({"A": 5, "BA": 4, "CDA": 3, "DB": 2})
    assert [stage.candidates for stage in record.stages] == [(), ("D",), ("C",)]
    assert votes(record.stages[1]) == "5.00 6.00 3.00 0.00 nt 0.00"
    assert votes(record.stages[2]) == "8.00 6.00 0.00 0.00 nt 0.00"
    assert [(e.candidate, e.clause) for e in record.stages[2].elected] == [("A", "3.2")]


# A2 Ties


def test_a2_equal_fewest_by_the_earliest_point_at_which_they_differed() -> None:
    """P has 3, 5, 5 and Q 4, 4, 5: the first count decides, not the more recent second one.

    2 + 3 + 3 exceeds 4, and so on: each goes alone. 5 + 5 exceeds B's 9.
    """
    record = count({"A": 10, "B": 9, "P": 3, "QB": 4, "XP": 2, "YQ": 1, "YA": 2})
    assert [stage.candidates for stage in record.stages[1:4]] == [("X",), ("Y",), ("P",)]
    assert votes(record.stages[1]) == "10.00 9.00 5.00 4.00 0.00 3.00 nt 0.00"
    assert votes(record.stages[2]) == "12.00 9.00 5.00 5.00 0.00 0.00 nt 0.00"
    assert all(stage.lots == () for stage in record.stages)


@pytest.mark.parametrize("drawn", ["B", "C"])
def test_a2_by_lot_if_they_never_differed(drawn: str) -> None:
    """A, B, C have 4 each when D (2) has gone. A had 3 before; B and C always had 4."""
    papers = {"A": 3, "DA": 1, "D": 1, "B": 4, "C": 4, "E": 9, "F": 7}
    record = count(papers, drawn)
    assert record.stages[1].candidates == ("D",)
    assert votes(record.stages[1]) == "4.00 4.00 4.00 0.00 9.00 7.00 nt 1.00"
    assert (record.stages[2].candidates, record.stages[2].lots) == (("A",), ())
    assert record.stages[3].candidates == (drawn,)
    (lot,) = record.stages[3].lots
    assert (lot.purpose, lot.clause, lot.candidates) == ("exclusion", "3.3", ("B", "C"))
    assert (lot.chosen, lot.votes) == (drawn, {"B": Decimal("4.00"), "C": Decimal("4.00")})
    with pytest.raises(LotNeeded) as needed:
        count(papers)
    assert (needed.value.candidates, needed.value.stage) == (("B", "C"), 4)


# A3 Two who both have as many as all the others


@pytest.mark.parametrize(("excluded", "elected"), [("A", "B"), ("B", "A")])
def test_a3_two_who_both_meet_3_2_are_not_elected_by_it(excluded: str, elected: str) -> None:
    """A and B have 5 each, and C nothing. C goes; of the last two a lot excludes one."""
    record = count({"A": 5, "B": 5}, excluded, candidates="ABC")
    first, second = record.stages
    assert first.elected == ()
    assert (second.candidates, second.batches, second.elected) == (("C",), (), ())
    assert record.completion.excluded == (excluded,)
    (lot,) = record.completion.lots
    assert (lot.purpose, lot.clause, lot.candidates, lot.chosen) == (
        "exclusion",
        "3.3",
        ("A", "B"),
        excluded,
    )
    assert record.elected == (elected,)


def test_a3_the_last_two_told_apart_by_the_first_count() -> None:
    """A 4, B 3, C 2 with one of C's papers to B: 4 and 4. B had fewer at the first count."""
    record = count({"A": 4, "B": 3, "CB": 1, "C": 1})
    assert len(record.stages) == 2
    assert votes(record.stages[1]) == "4.00 4.00 0.00 nt 1.00"
    assert record.stages[1].elected == ()
    assert record.completion.lots == ()
    assert record.completion.excluded == ("B",)
    assert record.elected == ("A",)


# A4 No votes


def test_a4_a_candidate_without_votes_is_elected_only_when_alone() -> None:
    """Nobody voted: two who stand cannot be counted, and one is elected."""
    with pytest.raises(ElectionError):
        count({}, candidates="AB")
    record = count({}, candidates="A")
    assert record.elected == ("A",)
    assert votes(record.stages[0]) == "0.00 nt 0.00"


def test_a4_without_votes_beside_one_who_has_all() -> None:
    record = count({"B": 1}, candidates="ABC")
    assert [e.candidate for e in record.stages[0].elected] == ["B"]
    assert record.completion.excluded == ("A", "C")


# A5 The last one left


def test_a5_the_papers_of_the_last_excluded_are_not_moved() -> None:
    """4 and 4: B goes at the end, formally, and keeps the 4 votes of stage 2."""
    record = count({"A": 4, "BA": 3, "CB": 1, "C": 1})
    assert [stage.kind for stage in record.stages] == ["first", "exclusion"]
    assert record.stages[-1].votes["B"] == Decimal("4.00")
    assert [(e.candidate, str(e.vote)) for e in record.completion.elected] == [("A", "4.00")]
    assert record.completion.excluded == ("B",)
    assert {decision.clause for decision in record.completion.decisions} <= {"3.2", "3.3"}


def test_a5_two_candidates_equal_from_the_start() -> None:
    record = count({"AB": 2, "BA": 2}, "A")
    assert len(record.stages) == 1
    assert record.stages[0].elected == ()
    assert record.completion.lots[0].chosen == "A"
    assert [e.candidate for e in record.completion.elected] == ["B"]
    assert record.elected == ("B",)


# Every decision to the word


def test_what_is_decided_where_candidates_go_one_by_one() -> None:
    """29 papers: 14.5, so 15. A 3, then 4; B and C always 4. 2 + 3 exceed 4; E's 9 exceed 7."""
    papers = {"A": 3, "DA": 1, "D": 1, "B": 4, "C": 4, "E": 9, "F": 7}
    assert decided(count(papers, "B")) == [
        ["3.2: votes required: half of 29.00, 15"],
        [
            "3.3: fewest votes, and no two may go together: D (2.00)",
            "3.2: votes required: half of 28.00, 14",
        ],
        [
            "3.3: equal fewest, 4.00: A, B and C; fewest vote at stage 1 (A 3.00, B 4.00, C 4.00)",
            "3.2: votes required: half of 24.00, 12",
        ],
        [
            "3.3: equal fewest, 4.00: B and C",
            "3.3: never told apart: the lot falls on B",
            "3.2: votes required: half of 20.00, 10",
        ],
        [
            "3.3: fewest votes, and no two may go together: C (4.00)",
            "3.2: votes required: half of 16.00, 8",
            "3.2: E (9.00), all others together 7.00: elected",
        ],
        [],
    ]


def test_what_is_decided_where_candidates_go_together_and_two_are_equal() -> None:
    """2 + 3 equals 5; one of D's papers names B and four papers nobody else: 6 and 6."""
    record = count({"A": 6, "B": 5, "C": 3, "DB": 1, "D": 1})
    assert decided(record) == [
        ["3.2: votes required: half of 16.00, 8"],
        [
            "3.3: excluded together: D (2.00) and C (3.00); 5.00 does not exceed 5.00",
            "3.2: votes required: half of 12.00, 6",
            "3.2: A and B are equal: not elected",
        ],
        [
            "3.3: equal fewest, 6.00: A and B; fewest vote at stage 1 (A 6.00, B 5.00)",
            "3.3: without B only A is left",
        ],
    ]


# Withdrawal, and the candidate that is not a person


def test_withdrawn_candidates_are_passed_over() -> None:
    """Without A, who withdrew, B has 3 + 2 = 5, as many as C and D together."""
    standing = election(1, {"AB": 3, "B": 2, "C": 4, "D": 1, "A": 1}).withdraw("A")
    record = stvcount.count(standing, rules="ers-av")
    assert votes(record.stages[0]) == "5.00 4.00 1.00 nt 0.00"
    assert record.elected == ("B",)
    assert record.papers.invalid == {"only withdrawn candidates": 1}


def test_one_left_when_the_others_withdrew() -> None:
    standing = election(1, {"ABC": 5, "B": 2}).withdraw("A").withdraw("B")
    record = stvcount.count(standing, rules="ers-av")
    assert record.elected == ("C",)
    assert [e.candidate for e in record.stages[0].elected] == ["C"]


@pytest.mark.parametrize("policy", ["vacate", "close"])
def test_the_place_stays_vacant_if_the_non_person_wins(policy: str) -> None:
    """N has 6 against 5; for a single place both policies come to the same."""
    standing = replace(election(1, {"N": 6, "A": 3, "B": 2}), non_person="N")
    record = stvcount.count(standing, rules="ers-av", options={"non_person": policy})
    assert [e.candidate for e in record.stages[0].elected] == ["N"]
    assert record.elected == ()
    assert [vacancy.places for vacancy in record.vacant] == [1]
    assert record.void is False
    assert record.non_person == "N"


def test_the_non_person_is_excluded_as_any_candidate() -> None:
    """N goes with B: 1 + 3 does not exceed 4."""
    standing = replace(election(1, {"A": 5, "C": 4, "BA": 3, "NC": 1}), non_person="N")
    record = stvcount.count(standing, rules="ers-av")
    assert record.stages[1].candidates == ("N", "B")
    assert (record.elected, record.vacant) == (("A",), ())


def test_the_non_person_wins_the_last_lot() -> None:
    standing = replace(election(1, {"A": 5, "N": 5}), non_person="N")
    record = stvcount.count(standing, rules="ers-av", lots=Lots.drawn("A"))
    assert [e.candidate for e in record.completion.elected] == ["N"]
    assert record.elected == ()
    assert [vacancy.places for vacancy in record.vacant] == [1]
