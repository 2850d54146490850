"""The first stage, figure and clause at which two counts part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from stvcount.audit.difference import shown
from stvcount.record import CountRecord, Decision
from stvcount.record.published import PublishedSheet, PublishedStage
from stvcount.testing.answers import Answer, answer

__all__ = ["FirstDifference", "assert_same_count", "first_difference"]

QUOTA, ACTION, ELECTED = "quota", "what is done", "elected"
LOST = "non-transferable vote"
_VOTES_OF = "votes of "
_NOTHING = "the count is over"


@dataclass(frozen=True, slots=True)
class FirstDifference:
    """Where two counts part.

    `stage`: its number, 0 where only the end differs. `figure`: which one, such as "votes of A".
    `ours`, `theirs`: what each has. `clause`: that by which ours has it, None where none is known.
    """

    stage: int
    figure: str
    ours: str
    theirs: str
    clause: str | None = None

    def __str__(self) -> str:
        where = f"stage {self.stage}, {self.figure}" if self.stage else self.figure
        by = f" ({self.clause})" if self.clause else ""
        return f"{where}: found {self.theirs}; expected {self.ours}{by}"


def assert_same_count(
    ours: CountRecord | PublishedSheet | Answer, theirs: CountRecord | PublishedSheet | Answer
) -> None:
    """Raise `AssertionError` unless both counts are the same, as far as both state it.

    It names the first stage and figure at which they part, and the clause, where `ours` is a
    record. Of those elected the order is not compared, nor is any wording.
    """
    found = first_difference(ours, theirs)
    if found is not None:
        raise AssertionError(str(found))


def first_difference(
    ours: CountRecord | PublishedSheet | Answer, theirs: CountRecord | PublishedSheet | Answer
) -> FirstDifference | None:
    """Where two counts first part, as far as both state it; None where they do not.

    At each stage: what is done, votes, non-transferable vote, quota, who is elected.
    """
    record = ours if isinstance(ours, CountRecord) else None
    for stage, figure, one, other in _differences(answer(ours), answer(theirs)):
        clause = None if record is None else _clause(record, stage, figure)
        return FirstDifference(stage, figure, one, other, clause)
    return None


Found: TypeAlias = tuple[int, str, str, str]


def _differences(ours: Answer, theirs: Answer) -> Iterator[Found]:
    if ours.stages is not None and theirs.stages is not None:
        last = len(ours.stages)
        both = zip(ours.stages, theirs.stages, strict=False)
        for number, (one, other) in enumerate(both, start=1):
            at_the_end = ours.elected if number == last else None
            for figure, here, there in _of_stage(one, other, at_the_end or ()):
                yield number, figure, here, there
        yield from _lengths(ours, theirs)
    if ours.elected is not None and theirs.elected is not None:
        yield from ((0, *found) for found in _elected(ours.elected, theirs.elected))


def _lengths(ours: Answer, theirs: Answer) -> Iterator[Found]:
    """Where one count goes on, and the other is over."""
    one, other = ours.stages or (), theirs.stages or ()
    at = min(len(one), len(other))
    if len(one) > at and theirs.complete:
        yield at + 1, ACTION, _action(one[at]), _NOTHING
    if len(other) > at and ours.complete:
        yield at + 1, ACTION, _NOTHING, _action(other[at])


def _of_stage(
    ours: PublishedStage, theirs: PublishedStage, at_the_end: tuple[str, ...]
) -> Iterator[tuple[str, str, str]]:
    if _acts_otherwise(ours, theirs):
        yield ACTION, _action(ours), _action(theirs)
    for name, vote in ours.votes.items():
        yield from _figure(f"{_VOTES_OF}{name}", vote, theirs.votes.get(name))
    yield from _figure(LOST, ours.non_transferable, theirs.non_transferable)
    yield from _figure(QUOTA, ours.quota, theirs.quota)
    if ours.elected is not None and theirs.elected is not None:
        # At the last stage a sheet may name those too who are elected at the end of the count.
        at_least = {*theirs.elected} - ({*at_the_end} - {*ours.elected})
        yield from _elected(ours.elected, [one for one in theirs.elected if one in at_least])


def _acts_otherwise(ours: PublishedStage, theirs: PublishedStage) -> bool:
    kinds = bool(ours.kind and theirs.kind) and ours.kind != theirs.kind
    whose = bool(ours.candidates and theirs.candidates)
    return kinds or (whose and {*ours.candidates} != {*theirs.candidates})


def _action(stage: PublishedStage) -> str:
    kind = stage.kind or "stage"
    return f"{kind} of {shown(sorted(stage.candidates))}" if stage.candidates else kind


def _figure(
    figure: str, ours: Decimal | None, theirs: Decimal | None
) -> Iterator[tuple[str, str, str]]:
    if ours is not None and theirs is not None and ours != theirs:
        yield figure, shown(ours), shown(theirs)


def _elected(ours: Iterable[str], theirs: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    one, other = sorted(ours), sorted(theirs)
    if one != other:
        yield ELECTED, shown(one), shown(other)


def at(stage: int, figure: str) -> tuple[float, int]:
    """When in a count this figure is compared: a number that grows."""
    order = (ACTION, "", LOST, QUOTA, ELECTED)
    return stage or float("inf"), order.index(figure if figure in order else "")


def states(said: Answer, stage: int, figure: str) -> bool:
    """Whether the answer has this figure, so that it can be compared; votes show what is done."""
    if not stage:
        return said.elected is not None
    stages = said.stages or ()
    if stage > len(stages):
        return said.complete
    here = stages[stage - 1]
    if figure == ACTION:
        return bool(here.kind or here.candidates or here.votes)
    stated = {LOST: here.non_transferable, QUOTA: here.quota, ELECTED: here.elected}
    return stated.get(figure, here.votes.get(figure.removeprefix(_VOTES_OF))) is not None


# Clauses


def _clause(record: CountRecord, stage: int, figure: str) -> str | None:
    """The clause by which the record has this figure at this stage, as far as it tells."""
    if not stage or stage > len(record.stages):
        decisions = record.completion.decisions
        deemed = [one.clause for one in record.completion.elected]
        return next(iter(deemed), None) or _last(decisions)
    here = record.stages[stage - 1]
    if figure == QUOTA:
        stating = [one for each in record.stages[:stage] for one in each.decisions]
        return _last(one for one in stating if QUOTA in one.figures)
    if figure == ELECTED and here.elected:
        return here.elected[0].clause
    if figure == ACTION or not any("value" in one.figures for one in here.decisions):
        return _last(one for one in here.decisions if QUOTA not in one.figures)
    return _last(one for one in here.decisions if "value" in one.figures)


def _last(decisions: Iterable[Decision]) -> str | None:
    return next((one.clause for one in reversed([*decisions])), None)
