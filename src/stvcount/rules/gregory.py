"""The parts of a count that ERS97 and its elder relations share to the letter.

Everything here is arithmetic on the tally; which clause asks for it is the rule set's business.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from stvcount.tally import Candidate, Tally
from stvcount.votes import ZERO, divided_down


@dataclass(frozen=True, slots=True)
class LowestSet:
    """Two or more candidates with the fewest votes, fewest first, who could go together.

    `ascending`: all continuing candidates, of whom the first `size` are the set.
    `total`: the votes of the set. `above`: the vote of the next above.
    """

    ascending: tuple[Candidate, ...]
    size: int
    total: Decimal
    above: Decimal

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        return self.ascending[: self.size]


def two_fewest(tally: Tally) -> tuple[Decimal, Decimal]:
    """The fewest vote of a continuing candidate and the next above, which may be equal."""
    votes = sorted(tally.votes[c] for c in tally.continuing)
    return votes[0], votes[1]


def sets_excludable(tally: Tally) -> Iterator[LowestSet]:
    """Sets that leave enough candidates for the places and never split equal votes.

    From two candidates up; whether one may be excluded also depends on its total vote.
    """
    ascending = tuple(sorted(tally.continuing, key=lambda c: tally.votes[c]))
    total = ZERO
    for size in range(1, min(len(ascending) - tally.places_left, len(ascending) - 1) + 1):
        highest, above = tally.votes[ascending[size - 1]], tally.votes[ascending[size]]
        total += highest
        if size > 1 and above != highest:
            yield LowestSet(ascending, size, total, above)


def largest_set(tally: Tally, awaiting: Decimal) -> LowestSet | None:
    """The largest set whose total vote plus `awaiting` does not exceed the vote next above."""
    largest = None
    for group in sets_excludable(tally):
        if group.total + awaiting <= group.above:
            largest = group
    return largest


def transfer_value(surplus: Decimal, papers: int, value: Decimal) -> Decimal:
    """The value at which `papers` transferable papers of present value `value` are transferred.

    If together they exceed the surplus: surplus / papers to two decimal places, the remainder
    ignored (it may be 0.00); otherwise they keep their value.
    """
    return divided_down(surplus, papers) if papers * value > surplus else value


def transfer_value_in_words(surplus: Decimal, papers: int, value: Decimal) -> str:
    """How `transfer_value` came to its figure."""
    worth = papers * value
    if worth > surplus:
        return (
            f"{papers} transferable papers worth {worth} exceed the surplus {surplus}: "
            f"transfer value {surplus} / {papers} = {transfer_value(surplus, papers, value)}"
        )
    return (
        f"{papers} transferable papers worth {worth} do not exceed the surplus {surplus}: "
        f"each keeps its value, {value}"
    )
