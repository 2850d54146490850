"""Votes on motions, FOR and AGAINST: the model, its file and its words."""

from __future__ import annotations

from stvcount.motions.deciding import motion
from stvcount.motions.motions import (
    CHOICES,
    SCHEMA,
    CastingVote,
    MotionRecord,
    MotionResult,
    MotionTerms,
    Question,
    Ruling,
)

__all__ = [
    "CHOICES",
    "SCHEMA",
    "CastingVote",
    "MotionRecord",
    "MotionResult",
    "MotionTerms",
    "Question",
    "Ruling",
    "motion",
]
