"""Telling tied candidates apart: the points that each rule looks at, and in which order."""

from __future__ import annotations

from decimal import Decimal

from stvcount.tally import ties
from stvcount.tally.ties import (
    EARLIEST_POINT,
    EARLIEST_STAGE,
    MOST_RECENT_STAGE,
    Keep,
    Point,
    Separation,
    TieRule,
)


def point(stage: int, batch: int, *votes: int) -> Point:
    return Point(stage, batch, tuple(Decimal(vote).quantize(Decimal("1.00")) for vote in votes))


# A, B and C are equal in the end. A and B differ within stage 2 and C from both at its end.
FIRST = point(1, 0, 4, 4, 5)
POINTS = [FIRST, point(2, 1, 5, 4, 5), point(2, 2, 5, 5, 6), point(3, 1, 6, 6, 6)]


def at_points(rule: TieRule, keep: Keep) -> Separation:
    return ties.at_points(rule.order(POINTS), [0, 1, 2], keep)


def test_earliest_point_goes_by_each_batch() -> None:
    """ERS97: the first stage, then after each batch transferred."""
    found = at_points(EARLIEST_POINT, "fewest")
    assert found.left == (1,)
    assert found.points == ((FIRST, (0, 1, 2)), (POINTS[1], (0, 1)))
    assert at_points(EARLIEST_POINT, "greatest").left == (2,)


def test_the_end_of_a_stage_is_its_last_batch() -> None:
    assert ties.stage_ends(POINTS) == [FIRST, point(2, 0, 5, 5, 6), point(3, 0, 6, 6, 6)]


def test_earliest_stage_does_not_go_by_a_batch() -> None:
    """Loughborough C2: the earliest stage (not batch) at which unequal."""
    found = at_points(EARLIEST_STAGE, "fewest")
    assert (found.left, found.points) == ((0, 1), ((FIRST, (0, 1, 2)),))


def test_most_recent_stage() -> None:
    """Aberdeen 7.8: the most recent stage at which their votes were unequal."""
    found = at_points(MOST_RECENT_STAGE, "fewest")
    assert (found.left, found.points) == ((0, 1), ((point(2, 0, 5, 5, 6), (0, 1, 2)),))


def test_by_number_of_papers_who_has_none_has_0() -> None:
    assert ties.by_number({0: 2, 2: 2}, [0, 1, 2], "fewest") == (1,)
    assert ties.by_number({0: 2, 2: 2}, [0, 1, 2], "greatest") == (0, 2)
    assert ties.by_number({0: 2}, [1, 2], "greatest") == (1, 2)


def test_in_order_of_votes_then_points_then_the_paper() -> None:
    now = [Decimal(6), Decimal(6), Decimal(6), Decimal(9)]
    earlier = [point(1, 0, 4, 5, 4, 1), point(2, 1, 5, 5, 5, 1)]
    assert ties.in_order(now, earlier, [3, 2, 1, 0], "fewest") == [0, 2, 1, 3]
    assert ties.in_order(now, earlier, [3, 2, 1, 0], "greatest") == [3, 1, 0, 2]
