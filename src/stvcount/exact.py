"""The decimal context of every count: sums, differences and products are exact, or an error."""

from __future__ import annotations

from decimal import Clamped, Context, DivisionByZero, Inexact, InvalidOperation, Overflow, Underflow

EXACT = Context(
    prec=120,
    Emin=-999999,
    Emax=999999,
    traps=[Clamped, DivisionByZero, Inexact, InvalidOperation, Overflow, Underflow],
)
