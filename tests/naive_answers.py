"""Naive counts of small elections, and what they come to, as answers that can be compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from naive_program import first_listed, stages_of

from stvcount.frozen import FrozenMapping
from stvcount.record.published import PublishedStage
from stvcount.testing.answers import Answer
from stvcount.testing.small import SmallElection


def counted_naively(
    count: Callable[..., dict[str, Any]], small: SmallElection, **options: object
) -> dict[str, Any]:
    """The election by this naive count; each lot falls on the first listed."""
    no_person = small.candidates - 1 if small.no_person else None
    return count(
        small.places, small.candidates, small.each, first_listed, no_person=no_person, **options
    )


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
