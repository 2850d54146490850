"""The course of a count, read from its record: who was still in it before each stage."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

if TYPE_CHECKING:
    from stvcount.record import Completion, CountRecord, Decision, Elected, Stage

    Holder: TypeAlias = Stage | Completion

T = TypeVar("T")

ZERO = Decimal(0)


class Course:
    """A record, and what follows from all of it together.

    `holders`: the stages, and the completion. `withdrawn`: the reason of each who had withdrawn.
    `standing`: all others, in the order of the paper. `deemed`: where each was deemed elected, None
    for the completion. `excluded`: at which stage each was. `vacating`: whose place a count for a
    casual vacancy fills. `elected`: the place of each elected, from 1.
    """

    def __init__(self, record: CountRecord) -> None:
        self.record = record
        self._found: dict[tuple[object, ...], Any] = {}
        self.elected: dict[str, int] = {}
        for place, name in enumerate(record.elected, start=1):
            self.elected.setdefault(name, place)
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

    def once(self, what: Callable[..., T], *of: object) -> T:
        """`what(*of)`, found once, however many candidates ask; `of` are parts of the record."""
        key = (what, *map(id, of))
        if key not in self._found:
            self._found[key] = what(*of)
        found: T = self._found[key]
        return found

    def concerning(self, holder: Holder, name: str) -> Sequence[Decision]:
        """The decisions of a stage, or of the completion, that concern this candidate."""
        return self.once(_by_candidate, holder).get(name, ())

    @cached_property
    def printed(self) -> frozenset[str]:
        """All candidates."""
        return frozenset(self.record.candidates)

    @cached_property
    def order(self) -> Mapping[str, int]:
        """Those who stood, and where they stand on the paper."""
        return {name: number for number, name in enumerate(self.standing)}

    @cached_property
    def _leaving(self) -> list[int]:
        """The stages at which those who stood were deemed elected or excluded, in order."""
        left = (self._left(name) for name in self.standing)
        return sorted(stage.number for stage in left if stage is not None)

    def number_continuing(self, stage: Stage) -> int:
        """How many were neither deemed elected nor excluded before the stage."""
        return len(self.standing) - bisect_left(self._leaving, stage.number)

    def where_deemed(self, name: str) -> Holder:
        """The stage at which this candidate was deemed elected, or the completion."""
        return self.deemed[name][0] or self.record.completion

    def continuing_before(self, stage: Stage) -> list[str]:
        """Who was neither deemed elected nor excluded before the stage."""
        return [name for name in self.standing if not self.left_before(stage, name)]

    def _left(self, name: str) -> Stage | None:
        return self.excluded.get(name) or self.deemed.get(name, (None,))[0]

    def left_before(self, stage: Stage, name: str) -> bool:
        """Whether this candidate was deemed elected or excluded before the stage."""
        left = self._left(name)
        return left is not None and left.number < stage.number

    def all_votes_before(self, stage: Stage) -> Mapping[str, Decimal]:
        """The votes before the stage of all who had any."""
        return self._before[stage.number]

    def votes_before(self, stage: Stage, name: str) -> Decimal:
        """The candidate's vote before the stage."""
        return self._before[stage.number].get(name, ZERO)

    def last_votes(self, name: str) -> Decimal:
        """The candidate's vote after the last stage."""
        return self.record.stages[-1].votes.get(name, ZERO) if self.record.stages else ZERO


def _by_candidate(holder: Holder) -> Mapping[str, Sequence[Decision]]:
    found: dict[str, list[Decision]] = {}
    for decision in holder.decisions:
        for name in dict.fromkeys(decision.candidates):
            found.setdefault(name, []).append(decision)
    return found
