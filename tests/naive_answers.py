"""What a naive count comes to, as an answer that can be compared with any other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from naive_program import stages_of

from stvcount.frozen import FrozenMapping
from stvcount.record.published import PublishedStage
from stvcount.testing.answers import Answer


def answer_of(found: Mapping[str, Any], names: Sequence[str]) -> Answer:
    """Its figures."""
    stages = tuple(
        PublishedStage(
            stage["kind"],
            tuple(stage["candidates"]),
            None if stage["quota"] is None else Decimal(stage["quota"]),
            FrozenMapping((name, Decimal(vote)) for name, vote in stage["votes"].items()),
            Decimal(stage["non_transferable"]),
            tuple(stage["elected"]),
        )
        for stage in stages_of(found, names)
    )
    return Answer(tuple(names[c] for c in found["elected"]), stages)
