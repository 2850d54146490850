"""Audit: check a record against itself, and against the papers.

`check` needs the record alone, and knows the rules from their texts, not from `stvcount.rules`.
`verify` counts the papers again and compares every figure and word.
"""

from __future__ import annotations

from stvcount.audit.checking import check
from stvcount.audit.difference import Difference
from stvcount.audit.recount import verify

__all__ = ["Difference", "check", "verify"]
