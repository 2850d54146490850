"""Votes: `Decimal` with the rule set's decimals, and the only divisions a count may make.

Every sum, difference and product of a count is exact (`stvcount.exact`). A division says which way
it goes and how many decimals it keeps.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache


def whole(number: int, decimals: int) -> Decimal:
    """So many whole votes, written with these decimals.

    >>> whole(3, 2), whole(0, 5)
    (Decimal('3.00'), Decimal('0.00000'))
    """
    return Decimal(number * 10**decimals).scaleb(-decimals)


@cache
def smallest(decimals: int) -> Decimal:
    """The smallest vote above nothing that these decimals can tell.

    >>> smallest(2)
    Decimal('0.01')
    """
    return Decimal(1).scaleb(-decimals)


def divided_down(dividend: Decimal, divisor: Decimal | int, decimals: int) -> Decimal:
    """`dividend / divisor` to so many decimals, the remainder ignored.

    >>> divided_down(Decimal("11.66"), 17, 2)
    Decimal('0.68')
    """
    return (dividend.scaleb(decimals) // divisor).scaleb(-decimals)


def divided_up(dividend: Decimal, divisor: Decimal | int, decimals: int) -> Decimal:
    """`dividend / divisor` to so many decimals: exact, or else the next above.

    >>> divided_up(Decimal("25.00"), 3, 2), divided_up(Decimal("19.00"), 2, 2)
    (Decimal('8.34'), Decimal('9.50'))
    """
    down = divided_down(dividend, divisor, decimals)
    return down if down * divisor == dividend else down + smallest(decimals)


def product_down(one: Decimal, other: Decimal, decimals: int) -> Decimal:
    """`one x other` to so many decimals, the rest ignored.

    >>> product_down(Decimal("0.33"), Decimal("0.67"), 2)
    Decimal('0.22')
    """
    return divided_down(one * other, 1, decimals)


def product_up(one: Decimal, other: Decimal, decimals: int) -> Decimal:
    """`one x other` to so many decimals: exact, or else the next above.

    >>> product_up(Decimal("0.33"), Decimal("0.67"), 2)
    Decimal('0.23')
    """
    return divided_up(one * other, 1, decimals)
