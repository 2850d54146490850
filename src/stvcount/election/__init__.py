"""What is contested, by whom, and the papers."""

from __future__ import annotations

from stvcount.election.election import Election, as_election, check_names, check_text
from stvcount.election.left_out import SetAside, Withdrawal
from stvcount.election.papers import Papers
from stvcount.election.source import Source

__all__ = [
    "Election",
    "Papers",
    "SetAside",
    "Source",
    "Withdrawal",
    "as_election",
    "check_names",
    "check_text",
]
