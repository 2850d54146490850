"""Count ranked-ballot elections by the rules that UK bodies really use.

election = stvcount.read("election.blt")
record = stvcount.count(election, rules="ers97")
record.elected
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from stvcount import organisations, rules, sheets
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
from stvcount.formats import read, read_bytes, write
from stvcount.lots import LotQuestion, Lots
from stvcount.organisations import Organisation
from stvcount.papers import Papers
from stvcount.particulars import SetAside, Source, Withdrawal
from stvcount.record import CountRecord, Stage
from stvcount.version import __version__

if TYPE_CHECKING:
    from stvcount.audit import Difference, verify
    from stvcount.comparing import Compared, Comparison, compare
    from stvcount.converting import convert
    from stvcount.explaining import explain
    from stvcount.formats.motions_csv import read_motions
    from stvcount.formats.records import read_record
    from stvcount.formats.xlsx import sheet_names
    from stvcount.many import Counted, count_many
    from stvcount.motions import MotionRecord, Question, motion
    from stvcount.ordering import BallotOrder, ballot_order
    from stvcount.reconstructing import PublishedSheet, Reconstruction, read_sheet, reconstruct
    from stvcount.tracing import Trace, trace
    from stvcount.vacancies import vacancy

# What not every count needs is imported when it is first asked for.
_LATER = {
    "BallotOrder": "ordering",
    "Compared": "comparing",
    "Comparison": "comparing",
    "Counted": "many",
    "Difference": "audit",
    "MotionRecord": "motions",
    "PublishedSheet": "reconstructing",
    "Question": "motions",
    "Reconstruction": "reconstructing",
    "Trace": "tracing",
    "ballot_order": "ordering",
    "compare": "comparing",
    "convert": "converting",
    "count_many": "many",
    "explain": "explaining",
    "motion": "motions",
    "read_motions": "formats.motions_csv",
    "read_record": "formats.records",
    "read_sheet": "reconstructing",
    "reconstruct": "reconstructing",
    "sheet_names": "formats.xlsx",
    "trace": "tracing",
    "vacancy": "vacancies",
    "verify": "audit",
}

__all__ = [
    "BallotOrder",
    "Compared",
    "Comparison",
    "CountRecord",
    "Counted",
    "Counting",
    "Difference",
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
    "PublishedSheet",
    "Question",
    "Reconstruction",
    "RecordError",
    "SetAside",
    "Source",
    "Stage",
    "StvcountError",
    "Trace",
    "Withdrawal",
    "__version__",
    "ballot_order",
    "check",
    "compare",
    "convert",
    "count",
    "count_many",
    "explain",
    "motion",
    "organisations",
    "read",
    "read_bytes",
    "read_motions",
    "read_record",
    "read_sheet",
    "reconstruct",
    "rules",
    "sheet_names",
    "sheets",
    "stages",
    "trace",
    "vacancy",
    "verify",
    "write",
]


def __getattr__(name: str) -> object:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
