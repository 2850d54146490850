"""The board on which a count is followed: who holds what, as the moves of papers make it."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeAlias

from stvcount.audit.terms import Terms
from stvcount.record import Elected

ZERO = Decimal("0.00")
WHOLE = Decimal("1.00")

Votes: TypeAlias = Mapping[str, Decimal]
Sought: TypeAlias = Literal["greatest", "fewest"]


@dataclass(frozen=True, slots=True)
class Parcel:
    """Papers of one value, received together."""

    papers: int
    value: Decimal


class Board:
    """The state of a count as its record's own papers make it."""

    def __init__(self, terms: Terms, first: Votes) -> None:
        self.terms = terms
        self.place_on_paper = {name: number for number, name in enumerate(terms.standing)}
        self.continuing = dict.fromkeys(terms.standing)
        self.elected: list[str] = []
        self.excluded: list[str] = []
        self.votes = dict(first)
        self.lost = ZERO
        self.quota = ZERO
        self.parcels: dict[str, list[Parcel]] = {
            name: [Parcel(int(vote), WHOLE)] if vote else [] for name, vote in first.items()
        }
        self.points: list[Votes] = [dict(first)]
        """The votes at the first stage, and after each batch."""
        self.ends: list[Votes] = []
        """The votes at the end of each stage that is complete."""

    # Who is where

    @property
    def closed(self) -> bool:
        """Whether the non-person, or somebody new in a casual vacancy, ended the filling."""
        terms = self.terms
        if terms.casual and any(name not in terms.protected for name in self.elected):
            return True
        return terms.closes and terms.non_person in self.elected

    @property
    def places_left(self) -> int:
        return 0 if self.closed else max(0, self.terms.places - len(self.elected))

    @property
    def excludable(self) -> list[str]:
        """Those who continue, in the order of the paper, but for representatives (7.1)."""
        return [name for name in self.continuing if name not in self.terms.protected]

    def elect(self, name: str, clause: str) -> Elected:
        self.continuing.pop(name, None)
        self.elected.append(name)
        return Elected(name, self.votes[name], clause)

    def exclude(self, names: Iterable[str]) -> None:
        for name in names:
            self.continuing.pop(name, None)
            self.excluded.append(name)

    def settle(self, elected: Sequence[str]) -> None:
        """Take these as the elected, in place of what was expected."""
        for name in self.elected:
            if name not in elected:
                self.continuing[name] = None
        self.elected = list(elected)
        left = set(self.continuing) - set(elected)
        self.continuing = {name: None for name in self.terms.standing if name in left}

    # Who holds what

    def receive(self, name: str, papers: int, value: Decimal) -> None:
        self.parcels[name].append(Parcel(papers, value))
        self.votes[name] += papers * value

    def give(self, names: Iterable[str], value: Decimal) -> int:
        """Take all their papers of this value from these candidates; how many there are."""
        given = 0
        for name in names:
            parcels = self.parcels[name]
            papers = sum(parcel.papers for parcel in parcels if parcel.value == value)
            self.parcels[name] = [parcel for parcel in parcels if parcel.value != value]
            self.votes[name] -= papers * value
            given += papers
        return given

    def values(self, names: Iterable[str]) -> list[Decimal]:
        """The values of the papers that these candidates hold, highest first."""
        return sorted({p.value for name in names for p in self.parcels[name]}, reverse=True)

    def batch_done(self) -> None:
        self.points.append(dict(self.votes))

    # Orders and ties

    def by_votes(
        self, names: Iterable[str], first: Sought, points: Sequence[Votes] = ()
    ) -> list[str]:
        """By votes; equal ones by these points in turn, and then as on the paper."""
        listed = sorted(names, key=self.place_on_paper.__getitem__)
        listed.sort(key=self.votes.__getitem__, reverse=first == "greatest")
        ordered: list[str] = []
        for _, equal in itertools.groupby(listed, key=self.votes.__getitem__):
            ordered += self._separated(list(equal), first, points)
        return ordered

    def _separated(self, equal: Sequence[str], first: Sought, points: Sequence[Votes]) -> list[str]:
        sign = -1 if first == "greatest" else 1
        if len(equal) == 1:
            return list(equal)
        return sorted(equal, key=lambda name: [sign * point[name] for point in points])


def told_apart(tied: Sequence[str], keep: Sought, points: Iterable[Votes]) -> list[str]:
    """Those of the tied with the greatest, or fewest, votes at the first point of difference.

    If that leaves several, the points that follow are compared among them.
    """
    left, sought = list(tied), max if keep == "greatest" else min
    for point in points:
        if len(left) == 1:
            break
        best = sought(point[name] for name in left)
        left = [name for name in left if point[name] == best]
    return left
