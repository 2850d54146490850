"""The board on which a count is followed: who holds what, as the moves of papers make it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from stvcount.audit.terms import Terms
from stvcount.record import Elected

ZERO = Decimal("0.00")
WHOLE = Decimal("1.00")

Votes: TypeAlias = Mapping[str, Decimal]
Sought: TypeAlias = Callable[[Iterable[Decimal]], Decimal]
"""Either `max` or `min`."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """Papers of one value, received together."""

    papers: int
    value: Decimal


class Board:
    """The state of a count as its record's own papers make it."""

    def __init__(self, terms: Terms, first: Votes) -> None:
        self.terms = terms
        self.place_on_paper: dict[str, int] = {
            name: number for number, name in enumerate(terms.standing)
        }
        self.continuing: dict[str, None] = dict.fromkeys(terms.standing)
        self.elected: list[str] = []
        self.excluded: list[str] = []
        self.votes: dict[str, Decimal] = dict(first)
        self.lost = ZERO
        self.quota: Decimal
        """Set by the rule set before the first stage is followed."""
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
        del self.continuing[name]
        self.elected.append(name)
        return Elected(name, self.votes[name], clause)

    def exclude(self, names: Iterable[str]) -> None:
        for name in names:
            del self.continuing[name]
            self.excluded.append(name)

    def settle(self, elected: Sequence[str]) -> None:
        """Take these as the elected, in place of what was expected."""
        left = {*self.continuing, *self.elected} - {*elected}
        self.elected = list(elected)
        self.continuing = dict.fromkeys(name for name in self.terms.standing if name in left)

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

    def as_on_paper(self, names: Iterable[str]) -> list[str]:
        return sorted(names, key=self.place_on_paper.__getitem__)

    def most_first(self, names: Iterable[str], points: Sequence[Votes] = ()) -> list[str]:
        """By votes; equal ones by these points in turn, and then as on the paper."""
        return sorted(self.as_on_paper(names), key=self._votes_at(points), reverse=True)

    def fewest_first(self, names: Iterable[str], points: Sequence[Votes] = ()) -> list[str]:
        """The same, those with fewest votes first."""
        return sorted(self.as_on_paper(names), key=self._votes_at(points))

    def _votes_at(self, points: Sequence[Votes]) -> Callable[[str], list[Decimal]]:
        return lambda name: [self.votes[name], *(point[name] for point in points)]


def total(votes: Iterable[Decimal]) -> Decimal:
    return sum(votes, ZERO)


def told_apart(tied: Sequence[str], sought: Sought, points: Iterable[Votes]) -> list[str]:
    """Those of the tied with the greatest, or fewest, votes at the first point of difference.

    If that leaves several, the points that follow are compared among them.
    """
    left = list(tied)
    for point in points:
        if len(left) == 1:
            break
        best = sought(point[name] for name in left)
        left = [name for name in left if point[name] == best]
    return left
