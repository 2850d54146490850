"""Audit: check a record against itself, and against the papers.

`check` needs the record alone, and knows the rules from their texts, not from `stvcount.rules`.
`verify` counts the papers again and compares every figure and word. `verdict` says in one line what
it comes to. Packages that have rule sets of their own write a `Rulebook` for them.
"""

from __future__ import annotations

from stvcount.audit.checking import check
from stvcount.audit.difference import Difference, DifferenceKind
from stvcount.audit.recount import verify
from stvcount.audit.stated import believed
from stvcount.audit.verdict import verdict

__all__ = ["Difference", "DifferenceKind", "believed", "check", "verdict", "verify"]
