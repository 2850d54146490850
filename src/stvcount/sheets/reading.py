"""What the sheets that show pictures and pages read off a record, and how they show text.

An *account* is whoever holds votes: a candidate by name, or None for the non-transferable vote.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

from stvcount.sheets.text import _EXACT as EXACT
from stvcount.sheets.text import _heading as heading
from stvcount.sheets.text import _in_order_of_votes as in_order_of_votes
from stvcount.sheets.text import _mark as letter
from stvcount.sheets.text import _outcome as outcome
from stvcount.words import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stvcount.record import CountRecord, Elected, Lot, Stage

__all__ = [
    "ELECTED",
    "EXACT",
    "EXCLUDED",
    "NONE",
    "NON_TRANSFERABLE",
    "Account",
    "Transfer",
    "balances",
    "change",
    "deemed",
    "figure",
    "heading",
    "in_order_of_votes",
    "letter",
    "lots",
    "mark",
    "named",
    "outcome",
    "right_to_left",
    "total",
    "transfers",
    "visible",
]

Account: TypeAlias = "str | None"

NONE = Decimal(0)
NON_TRANSFERABLE = "Non-transferable"
ELECTED = "elected"
EXCLUDED = "excluded"

_WORDS = {"": "", "E": ELECTED, "X": EXCLUDED}


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


def named(record: CountRecord) -> str:
    """The title of the election, or words for want of one."""
    return record.title.strip() or "Untitled election"


def balances(stage: Stage, names: Sequence[str]) -> dict[Account, Decimal]:
    """What each account holds after the stage, the non-transferable vote last."""
    held: dict[Account, Decimal] = {name: stage.votes.get(name, NONE) for name in names}
    held[None] = stage.non_transferable
    return held


def transfers(record: CountRecord) -> list[Transfer]:
    """What each stage after the first moved."""
    names = in_order_of_votes(record)
    found = []
    for before, stage in zip(record.stages, record.stages[1:], strict=False):
        held, now = balances(before, names), balances(stage, names)
        changes = [(account, now[account] - held[account]) for account in now]
        given = tuple((account, -change) for account, change in changes if change < 0)
        received = tuple((account, change) for account, change in changes if change > 0)
        found.append(Transfer(stage, given, received))
    return found


def mark(stage: Stage, account: Account) -> str:
    """Whether the candidate is deemed elected or excluded at this stage, in a word."""
    return "" if account is None else _WORDS[letter(stage, account)]


def deemed(record: CountRecord) -> Iterator[tuple[Stage | None, Elected]]:
    """Everybody deemed elected, with the stage; None stands for the completion."""
    for stage in record.stages:
        yield from ((stage, one) for one in stage.elected)
    yield from ((None, one) for one in record.completion.elected)


def lots(record: CountRecord) -> Iterator[tuple[Stage | None, Lot]]:
    """Every lot, with its stage; None stands for the completion."""
    for stage in record.stages:
        yield from ((stage, lot) for lot in stage.lots)
    yield from ((None, lot) for lot in record.completion.lots)


def figure(votes: Decimal) -> str:
    """The votes in digits, never with an exponent."""
    return format(votes, "f")


def change(votes: Decimal) -> str:
    """A change of votes with its sign: U+2212 is as wide as the plus, and is read as minus."""
    return ("+" if votes > 0 else "\u2212") + figure(abs(votes))


def right_to_left(text: str) -> bool:
    return any(unicodedata.bidirectional(character) in ("R", "AL") for character in text)
