"""Count ranked-ballot elections by the rules that UK bodies really use.

election = stvcount.read("election.blt")
record = stvcount.count(election, rules="ers97")
record.elected
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from stvcount import rules, sheets
from stvcount.ballot_order import BallotOrder, ballot_order
from stvcount.counting import Counting, PaperCheck, check, count, stages
from stvcount.election import Election
from stvcount.election.left_out import SetAside, Withdrawal
from stvcount.election.papers import Papers
from stvcount.election.reading import Reading
from stvcount.election.source import Source
from stvcount.errors import (
    ElectionError,
    Fault,
    FormatError,
    InternalError,
    LotError,
    LotNeeded,
    RecordError,
    Setting,
    StvcountError,
)
from stvcount.formats import read, read_bytes, write
from stvcount.record import CountRecord, Stage
from stvcount.rules import organisations
from stvcount.rules.organisations import Organisation
from stvcount.tally.lots import LotQuestion, Lots
from stvcount.version import __version__

if TYPE_CHECKING:
    from stvcount.audit import Difference, verify
    from stvcount.counting.many import Counted, count_many
    from stvcount.counting.vacancy import vacancy
    from stvcount.formats.converting import convert
    from stvcount.formats.records import read_record
    from stvcount.formats.xlsx import sheet_names
    from stvcount.inquiry.compare import Compared, Comparison, compare
    from stvcount.inquiry.explain import explain
    from stvcount.inquiry.reconstruct import PublishedSheet, Reconstruction, read_sheet, reconstruct
    from stvcount.inquiry.trace import Trace, trace
    from stvcount.motions import MotionRecord, Question, motion
    from stvcount.motions.csv import read_motions

# What not every count needs is imported when it is first asked for.
_LATER = {
    "Compared": "inquiry.compare",
    "Comparison": "inquiry.compare",
    "Counted": "counting.many",
    "Difference": "audit",
    "MotionRecord": "motions",
    "PublishedSheet": "inquiry.reconstruct",
    "Question": "motions",
    "Reconstruction": "inquiry.reconstruct",
    "Trace": "inquiry.trace",
    "compare": "inquiry.compare",
    "convert": "formats.converting",
    "count_many": "counting.many",
    "explain": "inquiry.explain",
    "motion": "motions",
    "read_motions": "motions.csv",
    "read_record": "formats.records",
    "read_sheet": "inquiry.reconstruct",
    "reconstruct": "inquiry.reconstruct",
    "sheet_names": "formats.xlsx",
    "trace": "inquiry.trace",
    "vacancy": "counting.vacancy",
    "verify": "audit",
}
_ROOMS = ("audit", "inquiry", "motions")

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
    "Reading",
    "Reconstruction",
    "RecordError",
    "SetAside",
    "Setting",
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
    if name in _ROOMS:
        return import_module(f"{__name__}.{name}")
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
