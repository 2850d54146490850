"""Who and what is left out of a count, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A candidate who is passed over on every paper from the start, and why."""

    candidate: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SetAside:
    """A paper (numbered from 1 in the order received) that counts in no total, and why."""

    paper: int
    reason: str = ""


def withdrawal_of(given: str, candidates: Sequence[str]) -> Withdrawal:
    """NAME or NAME=REASON as it is typed, where a name may itself hold the sign."""
    if given in candidates:
        return Withdrawal(given)
    parts = given.split("=")
    for end in range(len(parts) - 1, 0, -1):
        name = "=".join(parts[:end])
        if name in candidates:
            return Withdrawal(name, "=".join(parts[end:]))
    return Withdrawal(parts[0])
