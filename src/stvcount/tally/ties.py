"""Telling tied candidates apart by how their votes stood earlier. Each rule is named by itself.

Every one of them keeps, at each point it looks at, those with the greatest (or fewest) votes,
and goes on with only those, until one is left or the points run out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from stvcount.tally.tally import Candidate, Point, Tally

__all__ = [
    "BY_LOT_ALONE",
    "EARLIEST_POINT",
    "EARLIEST_STAGE",
    "MOST_RECENT_STAGE",
    "Keep",
    "Point",
    "Separation",
    "TieRule",
    "at_points",
    "by_number",
    "in_order",
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
        votes = point.votes
        vote = sought([votes[candidate] for candidate in left])
        kept = tuple([candidate for candidate in left if votes[candidate] == vote])
        if len(kept) < len(left):
            deciding.append((point, left))
            left = kept
    return Separation(left, tuple(deciding))


def stage_ends(points: Sequence[Point]) -> list[Point]:
    """Of these points, the last of each stage.

    In the stage not yet complete that is the votes as they stand: they tell no equals apart.
    """
    last = {point.stage: point.votes for point in points}
    return [Point(stage, 0, votes) for stage, votes in last.items()]


class TieRule(NamedTuple):
    """A tie rule without lot: at which of the points, in which order, the tied are compared.

    `order`: from the points of the tally, the first one first, to those that count.
    """

    order: Callable[[Sequence[Point]], Sequence[Point]]

    def told_apart(self, tally: Tally, tied: Sequence[Candidate], keep: Keep) -> Separation:
        """Who is left of the tied, and by which points."""
        return at_points(self.order(tally.points(tied)), tied, keep)

    def in_order(
        self, tally: Tally, candidates: Sequence[Candidate], first: Keep
    ) -> list[Candidate]:
        """The candidates by votes; equal ones by this rule, then in the order of the paper."""
        if len(candidates) < 2:
            return list(candidates)
        return in_order(tally.votes, self.order(tally.points(candidates)), candidates, first)


EARLIEST_POINT = TieRule(list)
"""The first stage, then after each batch transferred (ERS97 5.2.3, 5.2.5, 5.6.2)."""

EARLIEST_STAGE = TieRule(stage_ends)
"""The end of each stage, the earliest first; not each batch (Loughborough, Northern Ireland)."""

MOST_RECENT_STAGE = TieRule(lambda points: stage_ends(points)[::-1])
"""The end of each stage, the most recent first (Aberdeen, Scotland)."""

BY_LOT_ALONE = TieRule(lambda _: ())
"""No earlier vote is looked at (Meek)."""


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
