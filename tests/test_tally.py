"""The tally: what it keeps of a count, and what it refuses rather than go on with."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from decimal import Decimal

import pytest

from stvcount import InternalError, Papers
from stvcount.tally import Tally
from stvcount.tellers import Sorted
from stvcount.tellers.plain import PlainBundle, PlainTeller

ONE = Decimal("1.00")


def opened(
    papers: dict[str, int], *, places: int = 1, kind: type[PlainTeller] = PlainTeller
) -> Tally:
    """A tally of the candidates A, B, C and D, numbered from 0."""
    names = list("ABCD")
    made = Papers.from_rankings(
        [(list(order), number) for order, number in papers.items()], candidates=names
    )
    return Tally(names, places, kind(made), decimals=2, standing={0, 1, 2, 3})


def excluded(tally: Tally, candidate: int) -> None:
    """Exclude this candidate and move all the papers."""
    tally.begin_stage()
    tally.exclude([candidate])
    for value, holders in tally.batches([candidate]):
        tally.transfer_batch(holders, value)


# What it keeps


def test_invalid_papers_are_those_counted_that_are_not_valid() -> None:
    """Of 9 papers 4 name somebody who stands, and one names only B, who withdrew."""
    papers = Papers.from_rankings([(["A"], 4), (["B"], 1)], candidates=["A", "B"])
    tally = Tally(["A", "B"], 1, PlainTeller(papers), decimals=2, standing={0}, papers=9)
    assert (tally.valid, tally.only_withdrawn, tally.invalid) == (4, 1, 5)
    assert opened({"A": 4}).invalid == 0


def test_a_point_for_the_first_stage_and_after_each_batch_that_changed_a_vote() -> None:
    """ERS97, ties: the first stage, then after each batch. D's paper goes to C, B's to A."""
    tally = opened({"A": 3, "BA": 2, "C": 2, "DC": 1})
    excluded(tally, 3)
    excluded(tally, 1)
    points = tally.points([0, 2])
    assert [(point.stage, point.batch) for point in points] == [(1, 0), (2, 1), (3, 1)]
    assert [point.votes for point in points] == [(3, 2, 2, 1), (3, 2, 3, 0), (5, 0, 3, 0)]
    assert [str(point) for point in tally.points([0])] == ["stage 1", "stage 3, batch 1"]


def test_batches_of_one_stage_are_numbered() -> None:
    """5.4.1: D's own paper at 1.00 first, then the one that came from A's surplus at 0.50."""
    tally = opened({"AD": 2, "A": 2, "DB": 1, "B": 2})
    tally.elect(0)
    tally.begin_stage()
    found = tally.sort_all([0])
    moved = tally.transfer_surplus(0, ONE, tally.last_parcel(0), found, Decimal("0.50"))
    assert (moved.origin, moved.value_before, moved.remainder) == ({0: 4}, ONE, 0)
    excluded(tally, 3)
    assert [str(point) for point in tally.points([3])] == [
        "stage 1",
        "stage 2, batch 1",
        "stage 3, batch 1",
        "stage 3, batch 2",
    ]
    assert tally.votes == [Decimal("3.00"), Decimal("3.00"), 0, 0]
    assert tally.non_transferable == ONE


# What it refuses: a rule set or a teller that is wrong stops the count


def test_nobody_is_elected_when_no_place_is_left() -> None:
    tally = opened({"A": 3, "B": 2})
    tally.elect(0)
    with pytest.raises(InternalError) as stopped:
        tally.elect(1)
    assert str(stopped.value) == "B elected when no place was left"


def test_nobody_is_elected_when_the_election_is_closed() -> None:
    tally = opened({"A": 3, "B": 2}, places=2)
    tally.close("non-person-closes")
    assert (tally.places_left, tally.closed) == (0, "non-person-closes")
    with pytest.raises(InternalError, match=r"^A elected when no place was left$"):
        tally.elect(0)


@pytest.mark.parametrize("candidates", [[1, 2], [2, 1], [2, 2]])
def test_only_continuing_candidates_leave_and_once(candidates: list[int]) -> None:
    tally = opened({"A": 3, "B": 2})
    tally.exclude([1])
    names = ", ".join("ABCD"[candidate] for candidate in candidates)
    with pytest.raises(InternalError) as stopped:
        tally.exclude(candidates)
    assert str(stopped.value) == f"{names}: not all are continuing"


def test_no_more_is_credited_than_was_taken() -> None:
    """Two papers at 1.00 on a surplus of 0.50."""
    tally = opened({"AB": 2, "B": 1})
    tally.elect(0)
    tally.begin_stage()
    found = tally.sort_all([0])
    with pytest.raises(InternalError, match=r"^more was credited than taken, by 1\.50$"):
        tally.transfer_surplus(0, Decimal("0.50"), tally.last_parcel(0), found, ONE)


def test_a_vote_that_comes_from_nowhere_is_found_at_the_next_batch() -> None:
    tally = opened({"A": 3, "BA": 1})
    tally.votes[0] += ONE
    with pytest.raises(InternalError) as stopped:
        excluded(tally, 1)
    assert str(stopped.value) == (
        "stage 2, batch 1: votes and non-transferable vote sum to 5.00, "
        "not to the total valid vote 4"
    )


class ToTheFirst(PlainTeller):
    """A teller that gives all papers to A, whoever continues."""

    def next_preferences(
        self, bundles: Sequence[PlainBundle], continuing: AbstractSet[int]
    ) -> Sorted[PlainBundle]:
        return Sorted({0: bundles[0]}, 0)


def test_no_papers_for_who_has_left() -> None:
    tally = opened({"A": 3, "B": 1}, kind=ToTheFirst)
    tally.elect(0)
    with pytest.raises(InternalError, match=r"^A received papers after leaving$"):
        excluded(tally, 1)


class LosesAll(PlainTeller):
    """A teller to whom papers that go on are lost."""

    def next_preferences(
        self, bundles: Sequence[PlainBundle], continuing: AbstractSet[int]
    ) -> Sorted[PlainBundle]:
        return Sorted({}, 0)


def test_votes_that_are_lost_in_sharing_out_are_found() -> None:
    tally = opened({"A": 3, "B": 1}, kind=LosesAll)
    tally.elect(0)
    tally.begin_stage()
    with pytest.raises(InternalError) as stopped:
        tally.share_out({0: Decimal("0.50")}, lambda worth, keep: worth * keep)
    assert str(stopped.value) == (
        "stage 2, papers shared out: votes and non-transferable vote sum to 2.5000, "
        "not to the total valid vote 4"
    )
