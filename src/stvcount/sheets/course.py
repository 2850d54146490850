"""The course of a count, read from its record: who was still in it before each stage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from stvcount.record import Completion, CountRecord, Decision, Elected, Stage

    Holder: TypeAlias = Stage | Completion

ZERO = Decimal(0)


class Course:
    """A record, and what follows from all of it together.

    `holders`: the stages, and the completion. `withdrawn`: the reason of each who had withdrawn.
    `standing`: all others, in the order of the paper. `deemed`: where each was deemed elected, None
    for the completion. `excluded`: at which stage each was. `vacating`: whose place a count for a
    casual vacancy fills.
    """

    def __init__(self, record: CountRecord) -> None:
        self.record = record
        self.holders: tuple[Holder, ...] = (*record.stages, record.completion)
        self.withdrawn: Mapping[str, str] = {one.candidate: one.reason for one in record.withdrawn}
        self.standing: list[str] = [
            name for name in record.candidates if name not in self.withdrawn
        ]
        self.deemed: dict[str, tuple[Stage | None, Elected]] = {}
        self.excluded: dict[str, Stage] = {}
        self._before: dict[int, Mapping[str, Decimal]] = {}
        held: Mapping[str, Decimal] = {}
        for stage in record.stages:
            self._before[stage.number], held = held, stage.votes
            for one in stage.elected:
                self.deemed[one.candidate] = (stage, one)
            for name in stage.candidates:
                if name not in self.deemed:
                    self.excluded.setdefault(name, stage)
        for one in record.completion.elected:
            self.deemed[one.candidate] = (None, one)
        codes = {one.code: one.candidates for stage in record.stages[:1] for one in stage.decisions}
        self.vacating: str | None = next(iter(codes.get("vacancy", ())), None)

    def decisions(self) -> Iterator[tuple[Holder, Decision]]:
        """Every decision with the stage it belongs to, or the completion."""
        for holder in self.holders:
            yield from ((holder, one) for one in holder.decisions)

    def where_deemed(self, name: str) -> Holder:
        """The stage at which this candidate was deemed elected, or the completion."""
        return self.deemed[name][0] or self.record.completion

    def continuing_before(self, stage: Stage) -> list[str]:
        """Who was neither deemed elected nor excluded before the stage."""
        return [name for name in self.standing if not self._left_before(stage, name)]

    def _left_before(self, stage: Stage, name: str) -> bool:
        left = self.excluded.get(name) or self.deemed.get(name, (None,))[0]
        return left is not None and left.number < stage.number

    def votes_before(self, stage: Stage, name: str) -> Decimal:
        """The candidate's vote before the stage."""
        return self._before[stage.number].get(name, ZERO)

    def last_votes(self, name: str) -> Decimal:
        """The candidate's vote after the last stage."""
        return self.record.stages[-1].votes.get(name, ZERO) if self.record.stages else ZERO
