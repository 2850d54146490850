"""What a batch must be, by the rules: whose papers, at what value, and what is taken for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from stvcount.audit.board import Board, Holders, Votes

NewValue: TypeAlias = "tuple[Decimal, str]"
"""The value of each paper as it is credited, and why it is that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One batch as the rules have it; how its papers were sorted is taken from the record.

    `holders`: whose parcels, all of one value. `taken`: what the vote of each falls by. `value`:
    from the number of papers that turn out transferable to the value at which they go on.
    `all_carry_value`: whether papers that are not transferable have the new value too, or else
    what is taken is shared among the transferable ones alone. (It decides which part of what is
    lost is a remainder.)
    """

    holders: Holders
    taken: Votes
    value: Callable[[int], NewValue]
    all_carry_value: bool

    @property
    def value_before(self) -> Decimal:
        return next(parcel.value for parcels in self.holders.values() for parcel in parcels)

    @property
    def origin(self) -> Mapping[str, int]:
        """How many papers come from whom."""
        return {
            name: sum(parcel.papers for parcel in parcels) for name, parcels in self.holders.items()
        }

    def remainder(self, board: Board, value: Decimal, lost: Decimal, without: int) -> Decimal:
        """The part of what is lost that is only ignored remainders; `without` next preference."""
        if self.all_carry_value:
            return lost - without * value
        return lost if value < self.value_before else board.zero


def at_their_value(board: Board, holders: Holders) -> Move:
    """A batch of an exclusion: these papers go on at the value that they have."""
    taken = {name: board.total(one.worth for one in parcels) for name, parcels in holders.items()}
    value = next(one.value for parcels in holders.values() for one in parcels)
    return Move(
        holders=holders,
        taken=taken,
        value=_always(value, "the highest value held"),
        all_carry_value=False,
    )


def last_parcel(board: Board, name: str) -> Move:
    """A surplus on the papers received last.

    Surplus / transferable papers, the remainder ignored, but never more than their own value.
    """
    surplus, last = board.votes[name] - board.quota, board.parcels[name][-1]

    def value(papers: int) -> NewValue:
        why = f"surplus {surplus} on {papers} papers worth {last.value} each"
        share = divided_down(surplus, papers, board.terms.decimals) if papers else last.value
        return min(last.value, share), why

    return Move(holders={name: [last]}, taken={name: surplus}, value=value, all_carry_value=False)


def all_papers(board: Board, name: str) -> Iterator[Move]:
    """A surplus on all the papers held: one batch for each value, the highest first.

    New value: surplus x present value / vote, the remainder ignored. Each batch takes its part of
    the surplus by what its papers are worth, cut to the decimals; the last takes the rest.
    """
    vote, decimals = board.votes[name], board.terms.decimals
    surplus, batches = vote - board.quota, board.batches([name])
    worths = [board.total(one.worth for one in holders[name]) for holders in batches]
    seen, already = board.zero, board.zero
    for holders, worth in zip(batches, worths, strict=True):
        seen += worth
        due = divided_down(surplus * seen, sum(worths), decimals)
        before = holders[name][0].value
        new = divided_down(surplus * before, vote, decimals)
        yield Move(
            holders=holders,
            taken={name: due - already},
            value=_always(new, f"{before} x {surplus} / {vote}"),
            all_carry_value=True,
        )
        already = due


def _always(value: Decimal, why: str) -> Callable[[int], NewValue]:
    return lambda _: (value, why)


def divided_down(dividend: Decimal, divisor: Decimal | int, decimals: int) -> Decimal:
    """The remainder is ignored."""
    return (dividend.scaleb(decimals) // divisor).scaleb(-decimals)


def divided_up(dividend: Decimal, divisor: Decimal | int, decimals: int) -> Decimal:
    """Exact, or else the next above that these decimals can tell."""
    down = divided_down(dividend, divisor, decimals)
    exact = down * divisor == dividend
    return down if exact else down + Decimal(1).scaleb(-decimals)
