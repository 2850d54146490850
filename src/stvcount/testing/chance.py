"""Numbers by chance that are the same wherever they are drawn from the same text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from itertools import accumulate
from typing import TypeVar

T = TypeVar("T")


class Chance:
    """Whole numbers from a seed: the bytes of the SHA-256 of the seed and a counter, in fours."""

    def __init__(self, seed: str) -> None:
        self._words = _words(seed)

    def below(self, number: int) -> int:
        """A number from 0, less than this one."""
        return next(self._words) % number

    def between(self, least: int, most: int) -> int:
        """A number from `least` to `most`, both of them possible."""
        return least + self.below(most - least + 1)

    def one_of(self, things: Sequence[T]) -> T:
        return things[self.below(len(things))]

    def by_weight(self, weights: Sequence[int]) -> int:
        """The place of one of the weights, the likelier the greater it is."""
        drawn = self.below(sum(weights))
        return next(place for place, upto in enumerate(accumulate(weights)) if drawn < upto)

    def shuffled(self, things: Sequence[T]) -> list[T]:
        rest = list(things)
        return [rest.pop(self.below(len(rest))) for _ in things]


def _words(seed: str) -> Iterator[int]:
    counter = 0
    while True:
        digest = sha256(f"{counter} {seed}".encode()).digest()
        yield from (int.from_bytes(digest[at : at + 4], "big") for at in range(0, 32, 4))
        counter += 1
