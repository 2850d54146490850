"""What a naive count comes to, as an answer that can be compared with any other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from stvcount.frozen import FrozenMapping
from stvcount.record.published import PublishedStage
from stvcount.testing.answers import Answer


def first_listed(purpose: str, tied: Sequence[int]) -> int:
    """The convention of the corpus: each lot falls on the first listed, whatever its purpose."""
    return min(tied)


def stages_of(found: Mapping[str, Any], names: Sequence[str]) -> list[dict[str, Any]]:
    """The stages as a published sheet has them in JSON."""
    return [
        {
            "kind": stage["kind"],
            "candidates": [names[c] for c in stage["of"]],
            "quota": stage["quota"],
            "votes": dict(zip(names, stage["votes"], strict=True)),
            "non_transferable": stage["nt"],
            "elected": [names[c] for c in stage["elected"]],
        }
        for stage in found["stages"]
    ]


def answer_of(found: Mapping[str, Any], names: Sequence[str]) -> Answer:
    """The same as an answer."""
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
