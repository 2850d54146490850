"""What a count leaves behind, and its JSON."""

from __future__ import annotations

from stvcount.record.decision import Decision, Figure
from stvcount.record.record import (
    SCHEMA,
    Batch,
    Completion,
    CountRecord,
    Elected,
    Kind,
    Lot,
    PaperCount,
    RulesUsed,
    Stage,
    Vacancy,
)

__all__ = [
    "SCHEMA",
    "Batch",
    "Completion",
    "CountRecord",
    "Decision",
    "Elected",
    "Figure",
    "Kind",
    "Lot",
    "PaperCount",
    "RulesUsed",
    "Stage",
    "Vacancy",
]
