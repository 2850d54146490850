"""Papers as a numpy matrix: a column for each group of papers, a row for each preference.

Imported only where it is of use: small elections never need numpy. The matrix has the narrowest
type that holds the candidates' numbers and one more, `end`, which stands after the last
preference of every paper; the last row holds nothing else. The rows are contiguous, since a count
looks at one preference of very many papers at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from stvcount.election.marks import Ranking, Rest
from stvcount.election.stores import InMemory, rests_renumbered

Array: TypeAlias = npt.NDArray[Any]

_GROUPS_AT_ONCE = 65536


def number_type(highest: int) -> np.dtype[Any]:
    """The narrowest unsigned type that holds the numbers from 0 to `highest`."""
    return np.dtype(np.min_scalar_type(highest))


@dataclass(frozen=True, slots=True, eq=False)
class PaperMatrix(InMemory):
    """Rankings of groups of papers: `preferences[n, group]`, candidates from 0, or `end`.

    No candidate is twice in a ranking. `counts`: the number of papers in each group, int64; None
    where each is one paper. `candidates`: how many candidates there are; `end` is that number.
    `rests`: what follows the readable part, by group, where anything does.
    """

    preferences: Array
    counts: Array | None
    candidates: int
    rests: Mapping[int, Rest] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        rankings: Sequence[Ranking],
        counts: Sequence[int],
        candidates: int,
        rests: Mapping[int, Rest] | None = None,
    ) -> PaperMatrix:
        """The matrix of these rankings. There must be fewer than 2**53 papers."""
        longest = max(map(len, rankings), default=0)
        kind = number_type(candidates)
        preferences = np.full((longest + 1, len(rankings)), candidates, dtype=kind)
        lengths = np.fromiter(map(len, rankings), dtype=np.int64, count=len(rankings))
        flat = np.fromiter(
            (candidate for ranking in rankings for candidate in ranking),
            dtype=kind,
            count=int(lengths.sum()),
        )
        groups = np.repeat(np.arange(len(rankings)), lengths)
        starts = np.cumsum(lengths) - lengths
        preferences[np.arange(len(flat)) - np.repeat(starts, lengths), groups] = flat
        numbers = None if all(count == 1 for count in counts) else np.array(counts, dtype=np.int64)
        return cls(preferences, numbers, candidates, dict(rests or {}))

    @property
    def number_of_groups(self) -> int:
        return int(self.preferences.shape[1])

    @property
    def total(self) -> int:
        return self.number_of_groups if self.counts is None else int(self.counts.sum())

    def count_of(self, group: int) -> int:
        return 1 if self.counts is None else int(self.counts[group])

    def blank(self) -> Iterator[int]:
        return iter(np.flatnonzero(self.preferences[0] == self.candidates).tolist())

    def rankings(self) -> Iterator[Ranking]:
        """Every ranking, group by group, without holding them all at once."""
        for first in range(0, self.number_of_groups, _GROUPS_AT_ONCE):
            part = self.preferences[:, first : first + _GROUPS_AT_ONCE]
            lengths = (part != self.candidates).sum(axis=0).tolist()
            for ranking, length in zip(part.T.tolist(), lengths, strict=True):
                yield tuple(ranking[:length])

    def numbers(self) -> Iterator[int]:
        if self.counts is None:
            return iter([1] * self.number_of_groups)
        return iter(self.counts.tolist())

    def renumbered(self, numbers: Sequence[int], candidates: int) -> PaperMatrix:
        table = np.array([*numbers, candidates], dtype=number_type(candidates))
        rests = rests_renumbered(self.rests, numbers)
        return PaperMatrix(table[self.preferences], self.counts, candidates, rests)

    def without(self, papers: Iterable[int]) -> PaperMatrix:
        if self.counts is None:
            counts = np.ones(self.number_of_groups, dtype=np.int64)
        else:
            counts = self.counts.copy()
        numbers = np.array(sorted(papers), dtype=np.int64)
        np.subtract.at(counts, np.searchsorted(np.cumsum(counts), numbers), 1)
        return PaperMatrix(self.preferences, counts, self.candidates, self.rests)
