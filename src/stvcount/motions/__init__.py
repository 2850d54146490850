"""Votes on motions, FOR and AGAINST: the model, its file and its words."""

from __future__ import annotations

from stvcount.motions.motions import (
    CHOICES,
    MAJORITIES,
    SCHEMA,
    Majority,
    MotionRecord,
    MotionResult,
    Question,
    Ruling,
    motion,
)

__all__ = [
    "CHOICES",
    "MAJORITIES",
    "SCHEMA",
    "Majority",
    "MotionRecord",
    "MotionResult",
    "Question",
    "Ruling",
    "motion",
]
