"""Voting papers by chance, as voters mark them: by numbers, and some of them wrongly."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from stvcount.testing.chance import Chance

Row: TypeAlias = tuple[str, ...]
"""What is written against each candidate, in the order of the paper; "" where nothing is."""

PLAIN, DOUBTFUL, INVALID = "plain", "doubtful", "invalid"


@dataclass(frozen=True, slots=True)
class Voters:
    """Who votes: how much each candidate is liked, in which slate, and how soon papers end.

    `ends`: one paper in so many ends after each preference.
    """

    liking: tuple[int, ...]
    slates: tuple[int, ...]
    ends: int

    @classmethod
    def by(cls, chance: Chance, candidates: int) -> Voters:
        """Some voters: of few slates or many, agreed or not, patient or not."""
        most, slates = chance.one_of((2, 5, 12)), chance.between(1, 4)
        liking = [chance.between(1, most) for _ in range(candidates)]
        if not chance.below(4):
            liking[chance.below(candidates)] += most * candidates
        in_slates = tuple(chance.below(slates) for _ in range(candidates))
        return cls(tuple(liking), in_slates, chance.one_of((2, 4, 8, 30)))

    def order(self, chance: Chance, *, least: int = 1) -> list[int]:
        """The order of one voter, with at least so many preferences."""
        weights = list(self.liking)
        order = [chance.by_weight(weights)]
        weights = [
            weight * (6 if slate == self.slates[order[0]] else 1)
            for weight, slate in zip(weights, self.slates, strict=True)
        ]
        while len(order) < len(weights):
            if len(order) >= least and not chance.below(self.ends):
                break
            weights[order[-1]] = 0
            order.append(chance.by_weight(weights))
        return order


def marked(chance: Chance, voters: Voters, kind: str) -> Row:
    """A paper of this kind: plain; readable only up to some preference; or invalid."""
    candidates = len(voters.liking)
    order = voters.order(chance, least=1 if kind == PLAIN else min(4, candidates))
    marks = {candidate: str(number) for number, candidate in enumerate(order, start=1)}
    if kind != PLAIN:
        chance.one_of(_SLIPS[kind])(chance, order, marks)
    return tuple(marks.get(candidate, "") for candidate in range(candidates))


Slip: TypeAlias = Callable[[Chance, Sequence[int], dict[int, str]], None]


def _left_out(chance: Chance, order: Sequence[int], marks: dict[int, str]) -> None:
    """1, 2, 4: a preference is left out."""
    for place in range(chance.between(1, len(order) - 1), len(order)):
        marks[order[place]] = str(place + 2)


def _twice(chance: Chance, order: Sequence[int], marks: dict[int, str]) -> None:
    """1, 2, 2: two candidates carry one number."""
    if len(order) < 3:
        _left_out(chance, order, marks)
        return
    place = chance.between(1, len(order) - 2)
    marks[order[place + 1]] = marks[order[place]]


def _illegible(chance: Chance, order: Sequence[int], marks: dict[int, str]) -> None:
    """1, 2/3, 3: a number does not stand alone."""
    if len(order) < 3:
        _left_out(chance, order, marks)
        return
    place = chance.between(1, len(order) - 2)
    marks[order[place]] = f"{place + 1}/{place + 2}"


def _two_firsts(_: Chance, order: Sequence[int], marks: dict[int, str]) -> None:
    marks[order[1]] = "1"


def _no_first(_: Chance, order: Sequence[int], marks: dict[int, str]) -> None:
    for place, candidate in enumerate(order):
        marks[candidate] = str(place + 2)


def _cross(_: Chance, order: Sequence[int], marks: dict[int, str]) -> None:
    marks.clear()
    marks[order[0]] = "X"


def _blank(_: Chance, __: Sequence[int], marks: dict[int, str]) -> None:
    marks.clear()


_SLIPS: dict[str, tuple[Slip, ...]] = {
    DOUBTFUL: (_left_out, _twice, _illegible),
    INVALID: (_two_firsts, _no_first, _cross, _blank),
}
