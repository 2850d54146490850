"""The choices on one way through a count, and those that are still to be tried."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar, cast

T = TypeVar("T")


class Trail:
    """The choices on one way through a count, each with those not yet taken.

    `turn`: from where options are looked through, so that another search begins elsewhere.
    """

    def __init__(self, turn: int) -> None:
        self.turn = turn
        self._left: list[Iterator[Any]] = []
        self._taken: list[Any] = []
        self._at = 0

    def begin(self) -> None:
        self._at = 0

    def choose(self, options: Callable[[], Iterator[T]]) -> T | None:
        """What was chosen here last time, or the first option; None where there is none."""
        if self._at == len(self._taken):
            left = options()
            first = next(left, None)
            if first is None:
                return None
            self._left.append(left)
            self._taken.append(first)
        self._at += 1
        chosen: T = self._taken[self._at - 1]
        return chosen

    def choose_of(self, options: Iterable[T]) -> T:
        """The same of options of which there is at least one."""
        return cast("T", self.choose(lambda: iter(options)))

    def next_way(self) -> bool:
        """Turn to the next option at the last choice that has one left; whether there is one."""
        while self._left:
            following = next(self._left[-1], None)
            if following is not None:
                self._taken[-1] = following
                return True
            self._left.pop()
            self._taken.pop()
        return False

    def ordered(self, options: Sequence[int], column: int) -> Sequence[int]:
        """The options as they are at the first turn, and from somewhere in between at others."""
        if not self.turn or len(options) < 2:
            return options
        start = (self.turn * 61803 + column * 41421) % 99991 * len(options) // 99991
        return [*options[start:], *options[:start]]
