"""Where papers lie: what any place for them must be able to say, and the place in plain tuples.

See `stvcount.election.matrix` for papers as a matrix. Papers may as well lie elsewhere, in many
files or on other machines: such a store also gives the teller that sorts them there (see
`stvcount.tellers.GivesTeller`).
"""

from __future__ import annotations

import bisect
import itertools
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from stvcount.election.marks import Entry, Ranking, Rest, why_cut

MOST_IN_MATRIX = 2**53
"""From so many papers on they are not held as a matrix; its int64 sums stay far from their end."""

_GROUPING_FROM = 300
"""From so many rankings on it pays to put equal ones together, if 3 in 10 of a sample are equal.

Measured: docs/performance.md.
"""


@runtime_checkable
class Store(Protocol):
    """Papers that have been read, in groups of papers alike, in the order received. Immutable.

    A candidate is a number from 0. A group of n papers has n consecutive paper numbers, from 1.
    """

    @property
    def candidates(self) -> int:
        """How many candidates are printed on the papers."""
        ...

    @property
    def total(self) -> int:
        """The number of papers, valid or not."""
        ...

    @property
    def number_of_groups(self) -> int:
        """How many groups there are, those without a paper left included."""
        ...

    def groups(self) -> Iterator[tuple[Ranking, int]]:
        """The ranking of each group that has papers, as read, and the number of its papers."""
        ...

    def orders(self) -> Iterator[tuple[tuple[Entry, ...], int]]:
        """The same, each with what follows the readable part."""
        ...

    def invalid(self) -> Mapping[str, int]:
        """The number of papers without a certain first preference, by reason, sorted."""
        ...

    def shortened(self) -> Mapping[str, int]:
        """The number of valid papers that are read only up to some preference, by reason."""
        ...

    def renumbered(self, numbers: Sequence[int], candidates: int) -> Store:
        """The same papers where candidate n has become candidate `numbers[n]` of so many."""
        ...

    def without(self, papers: Iterable[int]) -> Store:
        """The same papers but those of these numbers, each of which is there."""
        ...


class InMemory(ABC):
    """What a store says in the same way wherever in memory it has its rankings."""

    __slots__ = ()

    rests: Mapping[int, Rest]
    """What follows the readable part, by group, where anything does."""

    @abstractmethod
    def rankings(self) -> Iterator[Ranking]: ...

    @abstractmethod
    def numbers(self) -> Iterator[int]: ...

    @abstractmethod
    def count_of(self, group: int) -> int: ...

    @abstractmethod
    def blank(self) -> Iterator[int]:
        """The groups without any preference."""
        ...

    def groups(self) -> Iterator[tuple[Ranking, int]]:
        pairs = zip(self.rankings(), self.numbers(), strict=True)
        return ((ranking, number) for ranking, number in pairs if number)

    def orders(self) -> Iterator[tuple[tuple[Entry, ...], int]]:
        pairs = zip(self.rankings(), self.numbers(), strict=True)
        for group, (ranking, number) in enumerate(pairs):
            if number:
                yield ranking + self.rests.get(group, ()), number

    def invalid(self) -> Mapping[str, int]:
        return self._by_reason(dict.fromkeys(self.blank(), ()))

    def shortened(self) -> Mapping[str, int]:
        blank = set(self.blank()) if self.rests else set()
        return self._by_reason({group: (0,) for group in self.rests if group not in blank})

    def _by_reason(self, groups: Mapping[int, Ranking]) -> Mapping[str, int]:
        reasons: dict[str, int] = {}
        for group, ranking in groups.items():
            if number := self.count_of(group):
                reason = why_cut(ranking, self.rests.get(group, ()))
                reasons[reason] = reasons.get(reason, 0) + number
        return dict(sorted(reasons.items()))


@dataclass(frozen=True, slots=True, eq=False)
class Listed(InMemory):
    """Rankings and the number of papers of each in plain tuples."""

    listed_rankings: tuple[Ranking, ...]
    counts: tuple[int, ...]
    candidates: int
    rests: Mapping[int, Rest] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.counts)

    @property
    def number_of_groups(self) -> int:
        return len(self.listed_rankings)

    def count_of(self, group: int) -> int:
        return self.counts[group]

    def blank(self) -> Iterator[int]:
        if all(self.listed_rankings):  # soon seen, and nearly always so
            return iter(())
        return (group for group, ranking in enumerate(self.listed_rankings) if not ranking)

    def rankings(self) -> Iterator[Ranking]:
        return iter(self.listed_rankings)

    def numbers(self) -> Iterator[int]:
        return iter(self.counts)

    def renumbered(self, numbers: Sequence[int], candidates: int) -> Listed:
        moved = tuple(tuple(map(numbers.__getitem__, ranking)) for ranking in self.listed_rankings)
        return Listed(moved, self.counts, candidates, rests_renumbered(self.rests, numbers))

    def without(self, papers: Iterable[int]) -> Listed:
        counts = list(self.counts)
        last = list(itertools.accumulate(counts))
        for paper in papers:
            counts[bisect.bisect_left(last, paper)] -= 1
        return Listed(self.listed_rankings, tuple(counts), self.candidates, self.rests)

    def grouped(self) -> Listed:
        """The same rankings with equal ones together, where that makes counting faster.

        For counting only: papers lose their numbers, and what follows their readable part.
        """
        if not self._repeats_itself():
            return self
        numbers: dict[Ranking, int] = {}
        for ranking, number in self.groups():
            numbers[ranking] = numbers.get(ranking, 0) + number
        return Listed(tuple(numbers), tuple(numbers.values()), self.candidates)

    def _repeats_itself(self) -> bool:
        """Whether so many rankings are equal that putting them together pays."""
        if self.number_of_groups < _GROUPING_FROM:
            return False
        sample = self.listed_rankings[:: self.number_of_groups // _GROUPING_FROM]
        return len(set(sample)) <= len(sample) * 7 // 10


def rests_renumbered(rests: Mapping[int, Rest], numbers: Sequence[int]) -> dict[int, Rest]:
    """What follows the readable parts, where candidate n has become candidate `numbers[n]`."""

    def moved(entry: Entry) -> Entry:
        if isinstance(entry, int):
            return numbers[entry]
        return None if entry is None else tuple(sorted(numbers[number] for number in entry))

    return {group: tuple(map(moved, rest)) for group, rest in rests.items()}
