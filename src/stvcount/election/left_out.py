"""Who and what is left out of a count, and why."""

from __future__ import annotations

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
