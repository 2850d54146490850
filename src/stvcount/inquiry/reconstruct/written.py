"""What is written on papers while they are counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from stvcount.election.marks import Ranking
from stvcount.election.papers import Papers
from stvcount.tally import Candidate
from stvcount.tellers import Sorted

Groups: TypeAlias = "tuple[tuple[Ranking, int], ...]"
"""Rankings so far, and how many papers have each."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """Papers held by one candidate: their rankings so far, and how many there are of each."""

    holder: Candidate
    rankings: Groups
    papers: int


@dataclass(slots=True)
class Written:
    """What is written on the papers on one way through the count."""

    names: tuple[str, ...]
    rankings: Counter[Ranking] = field(default_factory=Counter)
    ended: Counter[Ranking] = field(default_factory=Counter)
    invalid: int | None = None
    """How many papers are invalid; None where that was not published, and nothing asks."""
    asked_for_preferences: bool = False

    def begin(self, row: Sequence[int]) -> dict[Candidate, Bundle]:
        """Write so many first preferences for each candidate."""
        piles = {}
        for candidate, papers in enumerate(row):
            if papers:
                self.rankings[(candidate,)] = papers
                piles[candidate] = Bundle(candidate, (((candidate,), papers),), papers)
        return piles

    def transfer(self, bundles: Iterable[Bundle], row: Mapping[Candidate, int]) -> Sorted[Bundle]:
        """Write these numbers of next preferences on the papers; on the others nothing more."""
        left: Groups = tuple(group for bundle in bundles for group in bundle.rankings)
        piles = {}
        for candidate, papers in row.items():
            if papers:
                now, left = _taken(left, papers)
                moved = tuple(((*ranking, candidate), number) for ranking, number in now)
                for ranking, number in now:
                    self.rankings[ranking] -= number
                    self.rankings[(*ranking, candidate)] += number
                piles[candidate] = Bundle(candidate, moved, papers)
        for ranking, number in left:
            self.ended[ranking] += number
        return Sorted(piles, sum(number for _, number in left))

    def papers(self, favoured: Sequence[Candidate] = ()) -> Papers:
        """The papers. Those `favoured` are next in order on all that could still have a next."""
        orders: list[tuple[Ranking, int]] = []
        for ranking, number in sorted(self.rankings.items()):
            ended = min(number, self.ended[ranking])
            following = tuple(c for c in favoured if c not in ranking)
            orders.append(((*ranking, *following), number - ended))
            orders.append((ranking, ended))
        orders.append(((), self.invalid or 0))
        return Papers(self.names, [(order, number) for order, number in orders if number])


def _taken(groups: Groups, papers: int) -> tuple[Groups, Groups]:
    """So many papers from the first of these groups, and what is left."""
    now, left = [], []
    for ranking, number in groups:
        first = min(number, papers)
        papers -= first
        now.append((ranking, first))
        left.append((ranking, number - first))
    return _without_none(now), _without_none(left)


def _without_none(groups: Iterable[tuple[Ranking, int]]) -> Groups:
    return tuple((ranking, number) for ranking, number in groups if number)
