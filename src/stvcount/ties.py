"""Telling tied candidates apart by how their votes stood earlier. Each rule is named by itself.

Every one of them keeps, at each point it looks at, those with the greatest (or fewest) votes,
and goes on with only those, until one is left or the points run out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from stvcount.tally import Candidate, Point

Keep = Literal["greatest", "fewest"]


@dataclass(frozen=True, slots=True)
class Separation:
    """Who is left of the tied, and the points that told any of them apart."""

    left: tuple[Candidate, ...]
    points: tuple[tuple[Point, tuple[Candidate, ...]], ...]
    """Each deciding point, with the candidates who were still in question there."""


def at_points(points: Iterable[Point], tied: Sequence[Candidate], keep: Keep) -> Separation:
    """Compare the tied at these points, in this order."""
    sought = max if keep == "greatest" else min
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
    """ERS97: the first stage, then after each batch transferred."""
    return at_points(points, tied, keep)


def in_order(points: Sequence[Point], tied: Iterable[Candidate], first: Keep) -> list[Candidate]:
    """The tied by their votes at the earliest point at which they differed, `first` in front.

    Those that never differed stay in the order given.
    """
    sign = -1 if first == "greatest" else 1
    return sorted(tied, key=lambda c: tuple(sign * point.votes[c] for point in points))
