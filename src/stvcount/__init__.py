"""Count ranked-ballot elections by the rules that UK bodies really use.

election = stvcount.read("election.blt")
record = stvcount.count(election, rules="ers97")
record.elected
"""

from __future__ import annotations

from stvcount import rules
from stvcount.counting import Counting, PaperCheck, check, count, stages
from stvcount.election import Election
from stvcount.errors import (
    ElectionError,
    Fault,
    FormatError,
    InternalError,
    LotError,
    LotNeeded,
    RecordError,
    StvcountError,
)
from stvcount.formats import read, write
from stvcount.lots import LotQuestion, Lots
from stvcount.papers import Papers
from stvcount.particulars import SetAside, Source, Withdrawal
from stvcount.record import CountRecord, Stage
from stvcount.version import __version__

__all__ = [
    "CountRecord",
    "Counting",
    "Election",
    "ElectionError",
    "Fault",
    "FormatError",
    "InternalError",
    "LotError",
    "LotNeeded",
    "LotQuestion",
    "Lots",
    "PaperCheck",
    "Papers",
    "RecordError",
    "SetAside",
    "Source",
    "Stage",
    "StvcountError",
    "Withdrawal",
    "__version__",
    "check",
    "count",
    "read",
    "rules",
    "stages",
    "write",
]
