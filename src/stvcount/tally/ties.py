"""Telling tied candidates apart by how their votes stood earlier. Each rule is named by itself.

Every one of them keeps, at each point it looks at, those with the greatest (or fewest) votes,
and goes on with only those, until one is left or the points run out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from stvcount.tally.tally import Candidate, Point

__all__ = [
    "Keep",
    "Point",
    "Separation",
    "at_points",
    "by_number",
    "earliest_point",
    "earliest_stage",
    "in_order",
    "most_recent_stage",
    "stage_ends",
]

Keep = Literal["greatest", "fewest"]

# Tables, so that a word that is neither is an error and never the other of the two.
_SOUGHT: Mapping[Keep, Callable[[Iterable[Any]], Any]] = {"greatest": max, "fewest": min}
_SIGN: Mapping[Keep, int] = {"greatest": -1, "fewest": 1}


@dataclass(frozen=True, slots=True)
class Separation:
    """Who is left of the tied, and the points that told any of them apart."""

    left: tuple[Candidate, ...]
    points: tuple[tuple[Point, tuple[Candidate, ...]], ...]
    """Each deciding point, with the candidates who were still in question there."""


def at_points(points: Iterable[Point], tied: Sequence[Candidate], keep: Keep) -> Separation:
    """Compare the tied at these points, in this order, until one is left or the points end.

    `keep`: whether those with the greatest vote at a point are kept, or with the fewest.
    """
    sought = _SOUGHT[keep]
    left = tuple(tied)
    deciding: list[tuple[Point, tuple[Candidate, ...]]] = []
    for point in points:
        if len(left) == 1:
            break
        vote = sought(point.votes[candidate] for candidate in left)
        kept = tuple(candidate for candidate in left if point.votes[candidate] == vote)
        if len(kept) < len(left):
            deciding.append((point, left))
            left = kept
    return Separation(left, tuple(deciding))


def earliest_point(points: Sequence[Point], tied: Sequence[Candidate], keep: Keep) -> Separation:
    """ERS97 5.2.3, 5.2.5, 5.6.2: the first stage, then after each batch transferred.

    `points`: those of the tally, the first one first.
    """
    return at_points(points, tied, keep)


def stage_ends(points: Sequence[Point]) -> list[Point]:
    """Of these points, the last of each stage.

    In the stage not yet complete that is the votes as they stand: they tell no equals apart.
    """
    last = {point.stage: point.votes for point in points}
    return [Point(stage, 0, votes) for stage, votes in last.items()]


def earliest_stage(points: Sequence[Point], tied: Sequence[Candidate], keep: Keep) -> Separation:
    """Loughborough: the end of each stage, the earliest first; not each batch."""
    return at_points(stage_ends(points), tied, keep)


def most_recent_stage(points: Sequence[Point], tied: Sequence[Candidate], keep: Keep) -> Separation:
    """Aberdeen: the end of each stage, the most recent first."""
    return at_points(reversed(stage_ends(points)), tied, keep)


def by_number(
    papers: Mapping[Candidate, int], tied: Sequence[Candidate], keep: Keep
) -> tuple[Candidate, ...]:
    """Loughborough: by numbers of papers instead of votes. Who has no papers has 0.

    These are next available preferences for the tied (C3 q), or all first, then all second and
    later preferences (C2 tied count).
    """
    sought = _SOUGHT[keep](papers.get(candidate, 0) for candidate in tied)
    return tuple(candidate for candidate in tied if papers.get(candidate, 0) == sought)


def in_order(
    votes: Sequence[Decimal],
    points: Sequence[Point],
    candidates: Iterable[Candidate],
    first: Keep,
) -> list[Candidate]:
    """The candidates by votes, those with the greatest (or fewest) first.

    Equal: by their votes at the first of these points at which they differed, likewise. Those
    that never differed are in the order of the paper.
    """
    sign = _SIGN[first]
    return sorted(
        candidates,
        key=lambda c: (sign * votes[c], *(sign * point.votes[c] for point in points), c),
    )
