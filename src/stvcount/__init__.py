"""Count ranked-ballot elections by the rules that UK bodies really use.

election = stvcount.read("election.blt")
record = stvcount.count(election, rules="ers97")
record.elected
"""

from __future__ import annotations

from stvcount import organisations, rules
from stvcount.comparing import Compared, compare
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
from stvcount.formats.records import read_record
from stvcount.lots import LotQuestion, Lots
from stvcount.many import Counted, count_many
from stvcount.motions import MotionRecord, Question, motion, read_motions
from stvcount.organisations import Organisation
from stvcount.papers import Papers
from stvcount.particulars import SetAside, Source, Withdrawal
from stvcount.record import CountRecord, Stage
from stvcount.vacancies import vacancy
from stvcount.version import __version__

__all__ = [
    "Compared",
    "CountRecord",
    "Counted",
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
    "MotionRecord",
    "Organisation",
    "PaperCheck",
    "Papers",
    "Question",
    "RecordError",
    "SetAside",
    "Source",
    "Stage",
    "StvcountError",
    "Withdrawal",
    "__version__",
    "check",
    "compare",
    "count",
    "count_many",
    "motion",
    "organisations",
    "read",
    "read_motions",
    "read_record",
    "rules",
    "stages",
    "vacancy",
    "write",
]
