"""Small elections, as numbers alone: made by chance, and made smaller while they still show it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from stvcount.election import Election
from stvcount.election.papers import Papers
from stvcount.testing.chance import Chance

__all__ = ["Group", "SmallElection", "by_chance", "shrunk"]

Group: TypeAlias = tuple[tuple[int, ...], int]
"""Papers alike: the order of candidate numbers, from 0, and how many there are."""

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class SmallElection:
    """Places, the number of candidates, and the valid papers.

    `no_person`: whether the last candidate is no person, but an option on the paper.
    """

    places: int
    candidates: int
    papers: tuple[Group, ...]
    no_person: bool = False

    @classmethod
    def of(cls, places: int, candidates: int, papers: Iterable[Sequence[int]]) -> SmallElection:
        """An election of these papers, each given by itself."""
        return cls(places, candidates, _together((tuple(paper), 1) for paper in papers))

    @property
    def names(self) -> list[str]:
        """A letter for each candidate."""
        return [name_of(number) for number in range(self.candidates)]

    @property
    def each(self) -> list[list[int]]:
        """Every paper by itself."""
        return [list(order) for order, number in self.papers for _ in range(number)]

    @property
    def size(self) -> tuple[int, int, int, int]:
        """What makes it small: few candidates, then few papers, kinds of paper, preferences."""
        return (
            self.candidates,
            sum(number for _, number in self.papers),
            len(self.papers),
            sum(len(order) for order, _ in self.papers) + self.places,
        )

    def election(self, title: str = "") -> Election:
        """The same as an election of candidates A, B, C, ..."""
        return Election(
            title=title,
            places=self.places,
            candidates=self.names,
            papers=Papers(self.names, self.papers),
            non_person=self.names[-1] if self.no_person else None,
        )

    def smaller(self) -> Iterator[SmallElection]:
        """Elections a step smaller, the largest steps first."""
        for candidate in range(self.candidates if self.candidates > 1 else 0):
            yield self._without(candidate)
        for at in range(len(self.papers)):
            yield self._with(at, ())
        for at, (order, number) in enumerate(self.papers):
            for fewer in sorted({number // 2, number * 9 // 10, number - 1} - {0}):
                yield self._with(at, ((order, fewer),))
        for at, (order, number) in enumerate(self.papers):
            for left_out in reversed(range(len(order) if len(order) > 1 else 0)):
                shorter = order[:left_out] + order[left_out + 1 :]
                yield self._with(at, ((shorter, number),))
        if self.places > 1:
            yield replace(self, places=self.places - 1)

    def _with(self, at: int, groups: tuple[Group, ...]) -> SmallElection:
        papers = self.papers[:at] + groups + self.papers[at + 1 :]
        return replace(self, papers=_together(papers))

    def _without(self, candidate: int) -> SmallElection:
        papers = (
            (tuple(one - (one > candidate) for one in order if one != candidate), number)
            for order, number in self.papers
        )
        return SmallElection(
            self.places,
            self.candidates - 1,
            _together((order, number) for order, number in papers if order),
            self.no_person,
        )


def name_of(candidate: int) -> str:
    """A letter, or for many candidates more of them: A, B, ... Z, AA, AB, ..."""
    above, letter = divmod(candidate, len(_LETTERS))
    return (name_of(above - 1) if above else "") + _LETTERS[letter]


def _together(groups: Iterable[Group]) -> tuple[Group, ...]:
    """Papers alike as one group, in the order in which each kind first comes."""
    found: dict[tuple[int, ...], int] = {}
    for order, number in groups:
        found[order] = found.get(order, 0) + number
    return tuple(found.items())


def shrunk(
    election: SmallElection, shows: Callable[[SmallElection], bool], *, tries: int = 10_000
) -> SmallElection:
    """The smallest election found that still shows it, in at most so many tries."""
    steps, tried = election.smaller(), 0
    while tried < tries and (smaller := next(steps, None)) is not None:
        if smaller.papers:
            tried += 1
            if shows(smaller):
                election, steps = smaller, smaller.smaller()
    return election


def by_chance(
    chance: Chance,
    *,
    most_candidates: int = 7,
    most_places: int = 4,
    most_papers: int = 25,
) -> SmallElection:
    """An election in which ties are common; one in four has papers alike by the dozen.

    Those have the surpluses that leave a value of next to nothing, and quotas of whole votes.
    """
    candidates = chance.between(1, most_candidates)
    places = chance.between(1, most_places)
    liked = [chance.below(1000) ** 2 + 10_000 for _ in range(candidates)]
    many = chance.one_of([1, 1, 1, chance.one_of([2, 12, 60])])
    papers: list[Group] = []
    for _ in range(chance.between(1, most_papers)):
        left = list(range(candidates))
        order = [
            left.pop(chance.by_weight([liked[one] for one in left]))
            for _ in range(chance.between(1, candidates))
        ]
        papers.append((tuple(order), chance.between(1, many)))
    return SmallElection(places, candidates, _together(papers))
