"""How a count went, in a form that is small and soon handed from one process to another.

A stage has some ten objects of a few fields each, and some thirty votes. Python would pickle them
one by one, which takes a third of the time of the count; here they are tuples and dictionaries, and
the votes of all stages and batches are one text, in the order in which they are put back.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from operator import attrgetter
from typing import Any

from stvcount.exact import EXACT
from stvcount.frozen import FrozenMapping
from stvcount.record.decision import Decision
from stvcount.record.record import Batch, Completion, Elected, Lot, Stage

__all__ = ["pack", "unpack"]

_batch_of = attrgetter(
    "origin._items",
    "papers._items",
    "non_transferable_papers",
    "credited",
    "value_before",
    "value",
    "non_transferable",
    "remainder",
)
_elected_of = attrgetter("candidate", "vote", "clause")
_lot_of = attrgetter("purpose", "clause", "candidates", "votes._items", "chosen", "source")
_decision_of = attrgetter("clause", "code", "candidates", "figures._items", "stated_text")


def pack(stages: Iterable[Stage], completion: Completion) -> bytes:
    """How a count went, for `unpack`."""
    packing = _Packing()
    plain = [packing.stage(one) for one in stages]
    end = completion.excluded, _told(completion)
    votes = " ".join(map(EXACT.to_sci_string, packing.votes))
    return pickle.dumps((plain, end, votes), pickle.HIGHEST_PROTOCOL)


def unpack(packed: bytes) -> tuple[tuple[Stage, ...], Completion]:
    """How a count went that was packed."""
    stages, (excluded, told), votes = pickle.loads(packed)  # noqa: S301 (what `pack` made)
    known = _Votes()
    unpacking = _Unpacking(map(known.__getitem__, votes.split()))
    return (
        tuple(map(unpacking.stage, stages)),
        Completion(excluded=excluded, **_read(told)),
    )


class _Votes(dict[str, Decimal]):
    """The vote that each text stands for; most stand as they stood at the stage before."""

    def __missing__(self, text: str) -> Decimal:
        self[text] = vote = Decimal(text)
        return vote


class _Packing:
    """All votes so far, and the names they belong to, the same of which are one object."""

    def __init__(self) -> None:
        self.votes: list[Decimal] = []
        self._names: dict[tuple[str, ...], tuple[str, ...]] = {}

    def stage(self, stage: Stage) -> tuple[Any, ...]:
        quota, keep = stage.quota, stage.keep_values
        self.votes += (stage.non_transferable, stage.remainders)
        if quota is not None:
            self.votes.append(quota)
        return (
            stage.number,
            stage.kind,
            stage.candidates,
            quota is not None,
            self._by_name(stage.votes),
            None if keep is None else self._by_name(keep),
            stage.iterations,
            [self._batch(one) for one in stage.batches],
            _told(stage),
        )

    def _batch(self, batch: Batch) -> tuple[Any, ...]:
        origin, papers, papers_lost, credited, *votes = _batch_of(batch)
        self.votes += votes
        return origin, papers, papers_lost, self._by_name(credited)

    def _by_name(self, votes: FrozenMapping[str, Decimal]) -> tuple[str, ...]:
        self.votes += votes.values()
        names = tuple(votes)
        return self._names.setdefault(names, names)


class _Unpacking:
    """Puts stages together from the votes that are left, in the order of `_Packing`."""

    def __init__(self, votes: Iterator[Decimal]) -> None:
        self._votes = votes

    def stage(self, plain: Sequence[Any]) -> Stage:
        number, kind, candidates, has_quota, standing, keeping, iterations, batches, told = plain
        following = self._votes.__next__
        return Stage(
            number=number,
            kind=kind,
            candidates=candidates,
            non_transferable=following(),
            remainders=following(),
            quota=following() if has_quota else None,
            votes=self._by_name(standing),
            keep_values=None if keeping is None else self._by_name(keeping),
            iterations=iterations,
            batches=tuple([self._batch(*one) for one in batches]),
            **_read(told),
        )

    def _batch(
        self,
        origin: Mapping[str, int],
        papers: Mapping[str, int],
        papers_lost: int,
        credited: tuple[str, ...],
    ) -> Batch:
        following = self._votes.__next__
        return Batch(
            value_before=following(),
            value=following(),
            non_transferable=following(),
            remainder=following(),
            origin=FrozenMapping(origin),
            papers=FrozenMapping(papers),
            non_transferable_papers=papers_lost,
            credited=self._by_name(credited),
        )

    def _by_name(self, names: tuple[str, ...]) -> FrozenMapping[str, Decimal]:
        # Asked for a name first, `zip` takes no more votes than there are names.
        return FrozenMapping(zip(names, self._votes))  # noqa: B905


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


def _lot(plain: Sequence[Any]) -> Lot:
    purpose, clause, candidates, votes, chosen, source = plain
    return Lot(purpose, clause, candidates, FrozenMapping(votes), chosen, source)
