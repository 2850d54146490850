"""How a count went, in a form that is small and soon handed from one process to another.

A stage has some ten objects of a few fields each. Python would pickle them one by one, which takes
a third of the time of the count; here they are tuples and dictionaries.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any

from stvcount.frozen import FrozenMapping
from stvcount.record.decision import Decision
from stvcount.record.record import Batch, Completion, Elected, Lot, Packed, Stage

__all__ = ["pack", "unpack"]

_head_of = attrgetter(
    "number",
    "kind",
    "candidates",
    "quota",
    "votes._items",
    "non_transferable",
    "remainders",
    "keep_values",
    "iterations",
)
_batch_of = attrgetter(
    "value_before",
    "value",
    "non_transferable_papers",
    "non_transferable",
    "remainder",
    "origin._items",
    "papers._items",
    "credited._items",
)
_elected_of = attrgetter("candidate", "vote", "clause")
_lot_of = attrgetter("purpose", "clause", "candidates", "votes._items", "chosen", "source")
_decision_of = attrgetter("clause", "code", "candidates", "figures._items", "stated_text")


def pack(stages: Iterable[Stage], completion: Completion) -> Packed:
    """How a count went, for `unpack`."""
    end = (completion.excluded, _told(completion))
    return [(_head_of(one), *map(_batch_of, one.batches), _told(one)) for one in stages], end


def unpack(packed: Packed) -> tuple[tuple[Stage, ...], Completion]:
    """How a count went that was packed."""
    stages, (excluded, told) = packed
    return tuple([_stage(*plain) for plain in stages]), Completion(excluded=excluded, **_read(told))


def _told(where: Stage | Completion) -> tuple[list[Any], ...]:
    return (
        list(map(_elected_of, where.elected)),
        list(map(_lot_of, where.lots)),
        list(map(_decision_of, where.decisions)),
    )


def _read(told: Sequence[Iterable[Any]]) -> dict[str, Any]:
    elected, lots, decisions = told
    return {
        "elected": tuple([Elected(*one) for one in elected]),
        "lots": tuple(map(_lot, lots)),
        "decisions": tuple([Decision(*one) for one in decisions]),
    }


def _stage(head: Sequence[Any], *moved: Any) -> Stage:
    number, kind, candidates, quota, votes, non_transferable, remainders, keep, iterations = head
    *batches, told = moved
    return Stage(
        number=number,
        kind=kind,
        candidates=candidates,
        quota=quota,
        votes=FrozenMapping(votes),
        non_transferable=non_transferable,
        remainders=remainders,
        batches=tuple(map(_batch, batches)),
        keep_values=keep,
        iterations=iterations,
        **_read(told),
    )


def _batch(plain: Sequence[Any]) -> Batch:
    value_before, value, papers_lost, lost, remainder, origin, papers, credited = plain
    return Batch(
        origin=FrozenMapping(origin),
        value_before=value_before,
        value=value,
        papers=FrozenMapping(papers),
        credited=FrozenMapping(credited),
        non_transferable_papers=papers_lost,
        non_transferable=lost,
        remainder=remainder,
    )


def _lot(plain: Sequence[Any]) -> Lot:
    purpose, clause, candidates, votes, chosen, source = plain
    return Lot(purpose, clause, candidates, FrozenMapping(votes), chosen, source)
