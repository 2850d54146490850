"""Count ranked-ballot elections by the rules that UK bodies really use.

election = stvcount.read("election.blt")
record = stvcount.count(election, rules="ers97")
record.elected
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

# Its function has the name of its module, which would take its place if it were imported later.
from stvcount.ballot_order import BallotOrder, ballot_order
from stvcount.version import __version__

if TYPE_CHECKING:
    from stvcount import rules, sheets
    from stvcount.audit import Difference, verify
    from stvcount.audit.published import SheetCheck, check_sheet
    from stvcount.counting import Counting, PaperCheck, check, count, stages
    from stvcount.counting.contests import ContestEntry, ContestList, contests, count_all
    from stvcount.counting.many import Counted, count_many
    from stvcount.counting.vacancy import vacancy
    from stvcount.election import Election
    from stvcount.election.contest import Contest
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
        RuleSetError,
        Setting,
        StvcountError,
    )
    from stvcount.formats import read, read_bytes, sheet_names, write
    from stvcount.formats.converting import convert
    from stvcount.formats.frames import from_table
    from stvcount.formats.published import read_sheet
    from stvcount.formats.records import read_record
    from stvcount.formats.together import read_together
    from stvcount.inquiry.compare import Compared, Comparison, compare
    from stvcount.inquiry.explain import explain
    from stvcount.inquiry.reconstruct import Reconstruction, reconstruct
    from stvcount.inquiry.trace import Trace, trace
    from stvcount.inquiry.which import Tried, Which, which
    from stvcount.motions import CastingVote, MotionRecord, Question, motion
    from stvcount.motions.reading import read_motions
    from stvcount.record import CountRecord, Stage
    from stvcount.record.published import PublishedSheet
    from stvcount.rules import organisations
    from stvcount.rules.organisations import Organisation
    from stvcount.tally.lots import LotAnswer, LotQuestion, Lots

# Everything is imported when it is first asked for: no program needs all of it, and a command can
# be stopped before it has begun.
_NAMES = {
    "audit": ("Difference", "verify"),
    "counting": ("Counting", "PaperCheck", "check", "count", "stages"),
    "counting.contests": ("ContestEntry", "ContestList", "contests", "count_all"),
    "counting.many": ("Counted", "count_many"),
    "counting.vacancy": ("vacancy",),
    "election": ("Election",),
    "election.contest": ("Contest",),
    "election.left_out": ("SetAside", "Withdrawal"),
    "election.papers": ("Papers",),
    "election.reading": ("Reading",),
    "election.source": ("Source",),
    "errors": (
        *("ElectionError", "Fault", "FormatError", "InternalError", "LotError", "LotNeeded"),
        *("RecordError", "RuleSetError", "Setting", "StvcountError"),
    ),
    "formats": ("read", "read_bytes", "sheet_names", "write"),
    "formats.converting": ("convert",),
    "formats.frames": ("from_table",),
    "formats.records": ("read_record",),
    "formats.together": ("read_together",),
    "inquiry.compare": ("Compared", "Comparison", "compare"),
    "inquiry.explain": ("explain",),
    "audit.published": ("SheetCheck", "check_sheet"),
    "formats.published": ("read_sheet",),
    "inquiry.reconstruct": ("Reconstruction", "reconstruct"),
    "record.published": ("PublishedSheet",),
    "inquiry.trace": ("Trace", "trace"),
    "inquiry.which": ("Tried", "Which", "which"),
    "motions": ("CastingVote", "MotionRecord", "Question", "motion"),
    "motions.reading": ("read_motions",),
    "record": ("CountRecord", "Stage"),
    "rules.organisations": ("Organisation",),
    "tally.lots": ("LotAnswer", "LotQuestion", "Lots"),
}
_FOUND_IN = {name: module for module, names in _NAMES.items() for name in names}
_ROOMS = {
    "audit": "audit",
    "inquiry": "inquiry",
    "motions": "motions",
    "organisations": "rules.organisations",
    "rules": "rules",
    "sheets": "sheets",
}

__all__ = [
    "BallotOrder",
    "CastingVote",
    "Compared",
    "Comparison",
    "Contest",
    "ContestEntry",
    "ContestList",
    "CountRecord",
    "Counted",
    "Counting",
    "Difference",
    "Election",
    "ElectionError",
    "Fault",
    "FormatError",
    "InternalError",
    "LotAnswer",
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
    "RuleSetError",
    "SetAside",
    "Setting",
    "SheetCheck",
    "Source",
    "Stage",
    "StvcountError",
    "Trace",
    "Tried",
    "Which",
    "Withdrawal",
    "__version__",
    "ballot_order",
    "check",
    "check_sheet",
    "compare",
    "contests",
    "convert",
    "count",
    "count_all",
    "count_many",
    "explain",
    "from_table",
    "motion",
    "organisations",
    "read",
    "read_bytes",
    "read_motions",
    "read_record",
    "read_sheet",
    "read_together",
    "reconstruct",
    "rules",
    "sheet_names",
    "sheets",
    "stages",
    "trace",
    "vacancy",
    "verify",
    "which",
    "write",
]


def __getattr__(name: str) -> object:
    if name in _ROOMS:
        return import_module(f"{__name__}.{_ROOMS[name]}")
    if name not in _FOUND_IN:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"{__name__}.{_FOUND_IN[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
