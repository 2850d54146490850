"""Papers as a numpy matrix: a column for each group of papers, a row for each preference.

Imported only where it is of use: small elections never need numpy. The matrix has the narrowest
type that holds the candidates' numbers and one more, `end`, which stands after the last
preference of every paper; the last row holds nothing else. The rows are contiguous, since a count
looks at one preference of very many papers at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[Any]
Ranking: TypeAlias = tuple[int, ...]

_GROUPS_AT_ONCE = 65536


def number_type(highest: int) -> np.dtype[Any]:
    """The narrowest unsigned type that holds the numbers from 0 to `highest`."""
    return np.dtype(np.min_scalar_type(highest))


@dataclass(frozen=True, slots=True, eq=False)
class PaperMatrix:
    """Rankings of groups of papers: `preferences[n, group]`, candidates from 0, or `end`.

    `counts`: the number of papers in each group, int64; None where each is one paper.
    `candidates`: how many candidates there are; `end` is that number.
    """

    preferences: Array
    counts: Array | None
    candidates: int

    @classmethod
    def of(cls, rankings: Sequence[Ranking], counts: Sequence[int], candidates: int) -> PaperMatrix:
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
        return cls(preferences, numbers, candidates)

    @property
    def groups(self) -> int:
        return int(self.preferences.shape[1])

    @property
    def total(self) -> int:
        return self.groups if self.counts is None else int(self.counts.sum())

    def count_of(self, group: int) -> int:
        return 1 if self.counts is None else int(self.counts[group])

    def blank(self) -> Iterator[int]:
        """The groups without any preference."""
        return iter(np.flatnonzero(self.preferences[0] == self.candidates).tolist())

    def rankings(self) -> Iterator[Ranking]:
        """Every ranking, group by group, without holding them all at once."""
        for first in range(0, self.groups, _GROUPS_AT_ONCE):
            part = self.preferences[:, first : first + _GROUPS_AT_ONCE]
            lengths = (part != self.candidates).sum(axis=0).tolist()
            for ranking, length in zip(part.T.tolist(), lengths, strict=True):
                yield tuple(ranking[:length])

    def numbers(self) -> Iterator[int]:
        """The number of papers of every group."""
        return iter([1] * self.groups if self.counts is None else self.counts.tolist())

    def renumbered(self, numbers: Sequence[int], candidates: int) -> PaperMatrix:
        """The same papers where candidate n has become candidate `numbers[n]` of so many."""
        table = np.array([*numbers, candidates], dtype=number_type(candidates))
        return PaperMatrix(table[self.preferences], self.counts, candidates)

    def without(self, papers: Iterable[int]) -> PaperMatrix:
        """The same papers but those of these numbers, from 1."""
        counts = np.ones(self.groups, dtype=np.int64) if self.counts is None else self.counts.copy()
        numbers = np.array(sorted(papers), dtype=np.int64)
        np.subtract.at(counts, np.searchsorted(np.cumsum(counts), numbers), 1)
        return PaperMatrix(self.preferences, counts, self.candidates)
