"""Votes: hundredths of a vote as `Decimal`, and the only divisions a count may make.

Every sum, difference and product of a count is exact. `EXACT` turns anything else into an error,
whatever precision the caller's own decimal context has.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import (
    Clamped,
    Context,
    Decimal,
    DivisionByZero,
    Inexact,
    InvalidOperation,
    Overflow,
    Underflow,
)

ZERO = Decimal("0.00")
PAPER_VALUE = Decimal("1.00")
HUNDREDTH = Decimal("0.01")

EXACT = Context(
    prec=120,
    Emin=-999999,
    Emax=999999,
    traps=[Clamped, DivisionByZero, Inexact, InvalidOperation, Overflow, Underflow],
)


def sum_of(votes: Iterable[Decimal]) -> Decimal:
    """The sum of these votes: of none, 0.00."""
    return sum(votes, ZERO)


def divided_down(dividend: Decimal, divisor: int) -> Decimal:
    """`dividend / divisor` to two decimal places, the remainder ignored.

    >>> divided_down(Decimal("11.66"), 17)
    Decimal('0.68')
    """
    return (dividend.scaleb(2) // divisor).scaleb(-2)


def divided_up(dividend: Decimal, divisor: int) -> Decimal:
    """`dividend / divisor` to two decimal places: exact, or else the next hundredth above.

    >>> divided_up(Decimal("25.00"), 3), divided_up(Decimal("19.00"), 2)
    (Decimal('8.34'), Decimal('9.50'))
    """
    down = divided_down(dividend, divisor)
    return down if down * divisor == dividend else down + HUNDREDTH
