"""What the sheets that show pictures and pages say of votes that go from one to another.

An *account* is whoever holds votes: a candidate by name, or None for the non-transferable vote.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

from stvcount.sheets import table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stvcount.record import CountRecord, Stage

Account: TypeAlias = "str | None"

NONE = Decimal(0)
ELECTED = "elected"
EXCLUDED = "excluded"
MARKS = {"": "", "E": ELECTED, "X": EXCLUDED}
"""The marks of the table in words."""


@dataclass(frozen=True, slots=True)
class Transfer:
    """What one stage moved: `given` by whom, `received` by whom, each in the order of the sheet.

    The amounts are the changes of the result sheet, all of them above zero.
    """

    stage: Stage
    given: tuple[tuple[Account, Decimal], ...]
    received: tuple[tuple[Account, Decimal], ...]

    @property
    def moved(self) -> Decimal:
        return max(total(self.given), total(self.received))


def total(amounts: Sequence[tuple[Account, Decimal]]) -> Decimal:
    return sum((amount for _, amount in amounts), NONE)


def balances(stage: Stage, names: Sequence[str]) -> dict[Account, Decimal]:
    """What each account holds after the stage, the non-transferable vote last."""
    held: dict[Account, Decimal] = {name: stage.votes.get(name, NONE) for name in names}
    held[None] = stage.non_transferable
    return held


def transfers(record: CountRecord) -> list[Transfer]:
    """What each stage after the first moved."""
    names = table.in_order_of_votes(record)
    return [transfer(before, stage, names) for before, stage in pairwise(record.stages)]


def transfer(before: Stage, stage: Stage, names: Sequence[str]) -> Transfer:
    """What a stage moved, from what was held before it; `names` in the order of the sheet."""
    held, now = balances(before, names), balances(stage, names)
    changes = [(account, now[account] - held[account]) for account in now]
    given = tuple((account, -change) for account, change in changes if change < 0)
    received = tuple((account, change) for account, change in changes if change > 0)
    return Transfer(stage, given, received)


def mark(stage: Stage, account: Account) -> str:
    """Whether the candidate is deemed elected or excluded at this stage, in a word."""
    return "" if account is None else MARKS[table.mark(stage, account)]


def change(votes: Decimal | None) -> str:
    """A change of votes with its sign: U+2212 is as wide as the plus, and is read as minus."""
    return table.change(votes).replace("-", "\u2212")


def right_to_left(text: str) -> bool:
    return any(unicodedata.bidirectional(character) in ("R", "AL") for character in text)
