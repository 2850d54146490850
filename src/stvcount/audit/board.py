"""The board on which a count is followed: who holds what, as the moves of papers make it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from stvcount.audit.terms import Terms
from stvcount.record import Elected

Votes: TypeAlias = Mapping[str, Decimal]
Sought: TypeAlias = Callable[[Iterable[Decimal]], Decimal]
"""Either `max` or `min`."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """Papers of one value, received together: at the first stage, or in one batch of a later one.

    `stage`: its number; the papers of stage 1 are first preferences.
    """

    papers: int
    value: Decimal
    stage: int

    @property
    def worth(self) -> Decimal:
        return self.papers * self.value


Holders: TypeAlias = Mapping[str, Sequence[Parcel]]
"""Parcels of one value, with those who hold them."""


class Board:
    """The state of a count as its record's own papers make it.

    `terms`: those of the count. `zero`, `whole`: no vote and one whole vote, with its decimals.
    `quota`: set by the rulebook. `continuing`, `elected`, `excluded`: in their order. `votes`:
    of each who stands. `lost`: the non-transferable vote. `parcels`: who holds what, the last
    received last. `points`: the votes at the first stage and after each batch. `ends`: the votes at
    the end of each stage that is complete. `newly`: who was elected in the stage being followed.
    """

    def __init__(self, terms: Terms, first: Votes) -> None:
        self.terms = terms
        self.zero: Decimal = Decimal(0).scaleb(-terms.decimals)
        self.whole: Decimal = Decimal(10**terms.decimals).scaleb(-terms.decimals)
        self.place_on_paper: dict[str, int] = {
            name: number for number, name in enumerate(terms.standing)
        }
        self.continuing: dict[str, None] = dict.fromkeys(terms.standing)
        self.elected: list[str] = []
        self.excluded: list[str] = []
        self.newly: list[Elected] = []
        self.votes: dict[str, Decimal] = dict(first)
        self.lost: Decimal = self.zero
        self.quota: Decimal = self.zero
        self.parcels: dict[str, list[Parcel]] = {
            name: [Parcel(int(vote), self.whole, 1)] if vote else [] for name, vote in first.items()
        }
        self.points: list[Votes] = [dict(first)]
        self.ends: list[Votes] = []

    # Who is where

    @property
    def stage(self) -> int:
        """The number of the stage being followed."""
        return len(self.ends) + 1

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

    def elect(self, name: str, clause: str) -> None:
        """Elect one who continues, by this clause."""
        del self.continuing[name]
        self.elected.append(name)
        self.newly.append(Elected(name, self.votes[name], clause))

    def exclude(self, names: Iterable[str]) -> None:
        """Exclude those of these who continue."""
        for name in names:
            if name in self.continuing:
                del self.continuing[name]
                self.excluded.append(name)

    def settle(self, elected: Sequence[str]) -> None:
        """Take these as the elected, in place of what was expected."""
        left = {*self.continuing, *self.elected} - {*elected}
        self.elected = list(elected)
        self.continuing = dict.fromkeys(name for name in self.terms.standing if name in left)

    # Who holds what

    def batches(
        self, names: Iterable[str], *, of: Callable[[Parcel], bool] = lambda _: True
    ) -> list[Holders]:
        """What these candidates hold, in batches by value, the highest first.

        `of`: which of their parcels; without it, all.
        """
        found: dict[Decimal, dict[str, list[Parcel]]] = {}
        for name in names:
            for parcel in filter(of, self.parcels[name]):
                found.setdefault(parcel.value, {}).setdefault(name, []).append(parcel)
        return [found[value] for value in sorted(found, reverse=True)]

    def give(self, holders: Holders, taken: Votes) -> None:
        """Take these parcels from their holders, and this from their votes."""
        for name, parcels in holders.items():
            gone = set(map(id, parcels))
            self.parcels[name] = [one for one in self.parcels[name] if id(one) not in gone]
            self.votes[name] -= taken[name]

    def receive(self, name: str, papers: int, value: Decimal) -> None:
        self.parcels[name].append(Parcel(papers, value, self.stage))
        self.votes[name] += papers * value

    def batch_done(self) -> None:
        self.points.append(dict(self.votes))

    def total(self, votes: Iterable[Decimal]) -> Decimal:
        return sum(votes, self.zero)

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
