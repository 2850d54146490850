"""How hard a mock count is: what is measured of its record, and the bounds of each level."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

from stvcount.errors import ElectionError
from stvcount.record import CountRecord, Decision, Stage
from stvcount.sheets.course import Course

MANY = 10
"""Non-transferable papers are many where they are one in so many of the valid ones, or more."""


@dataclass(frozen=True, slots=True)
class Measures:
    """How hard a count is, in numbers.

    `stages`: of the count. `ties`: equal votes that something had to tell apart. `lots`: drawn.
    `joint`: exclusions of several candidates together. `close`: exclusions of somebody at most one
    vote behind the next above. `values`: exclusions whose papers had several values. `reduced`:
    surpluses whose papers went on at a lower value. `non_transferable`: papers without a next
    preference. `valid`, `invalid`: papers.
    """

    stages: int
    ties: int
    lots: int
    joint: int
    close: int
    values: int
    reduced: int
    non_transferable: int
    valid: int
    invalid: int

    @classmethod
    def of(cls, record: CountRecord) -> Measures:
        """The measures of this count, of whatever rule set."""
        course = Course(record)
        excluding = [one for one in record.stages if _excludes(course, one)]
        batches = [batch for stage in record.stages for batch in stage.batches]
        return cls(
            stages=len(record.stages),
            ties=max(sum(_is_tie(one) for _, one in course.decisions()), len(record.lots)),
            lots=len(record.lots),
            joint=sum(len(stage.candidates) > 1 for stage in excluding),
            close=sum(_is_close(course, stage) for stage in excluding),
            values=sum(len({one.value for one in stage.batches}) > 1 for stage in excluding),
            reduced=sum(_reduces(stage) for stage in record.stages),
            non_transferable=sum(batch.non_transferable_papers for batch in batches),
            valid=record.papers.valid,
            invalid=sum(record.papers.invalid.values()),
        )

    @property
    def difficulties(self) -> tuple[str, ...]:
        """The kinds of difficulty that the count has."""
        return tuple(what for is_there, what in self._kinds() if is_there)

    def _kinds(self) -> Iterator[tuple[bool, str]]:
        yield self.ties > 0, "equal votes"
        yield self.lots > 0, "a lot"
        yield self.joint > 0, "an exclusion of several together"
        yield self.close > 0, "an exclusion by one vote or less"
        yield self.values > 0, "papers of several values in an exclusion"
        yield self.non_transferable * MANY >= self.valid, "many non-transferable papers"


def _excludes(course: Course, stage: Stage) -> bool:
    return any(course.excluded.get(name) is stage for name in stage.candidates)


def _reduces(stage: Stage) -> bool:
    return any(batch.papers and batch.value < batch.value_before for batch in stage.batches)


def _is_tie(decision: Decision) -> bool:
    """Earlier votes or further preferences were looked at: whatever the rules call it."""
    return bool({"points", "ahead", "number"} & set(decision.figures))


def _is_close(course: Course, stage: Stage) -> bool:
    held = [course.votes_before(stage, name) for name in stage.candidates]
    staying = [
        course.votes_before(stage, name)
        for name in course.continuing_before(stage)
        if name not in stage.candidates
    ]
    return bool(staying) and min(staying) - max(held) <= 1


Bounds: TypeAlias = tuple[int, int]
"""The least and the most, both of them allowed."""


@dataclass(frozen=True, slots=True)
class Level:
    """A level, and its bounds.

    `stages`, `ties`, `lots`: bounds of these measures. `difficulties`: of the kinds of difficulty.
    `surplus`: whether one that goes on at a lower value is preferred, where it can be had.
    `slips`: one paper in so many is invalid, and as many are readable only in part; 0 for none.
    `candidates`: how many stand, unless told otherwise, for one place and for several. `places`: to
    fill, unless told otherwise, where the rules fill several.
    """

    name: str
    stages: Bounds
    difficulties: Bounds
    ties: Bounds
    lots: Bounds
    surplus: bool
    slips: int
    candidates: tuple[int, int]
    places: int

    def slips_among(self, papers: int) -> int:
        """How many of so many papers are invalid, and how many are readable only in part."""
        return max(1, papers // self.slips) if self.slips else 0

    def misses(self, found: Measures) -> int:
        """How far a count is from this level: 0 where it is of it."""
        return sum(_outside(number, bounds) for _, number, bounds in self._measured(found))

    def differences(self, found: Measures) -> Iterator[str]:
        """In what a count differs from this level, in words."""
        for what, number, bounds in self._measured(found):
            if _outside(number, bounds):
                yield f"{what}: {number} (expected {_bounds(bounds)})"

    def _measured(self, found: Measures) -> Iterator[tuple[str, int, Bounds]]:
        yield "stages", found.stages, self.stages
        yield "kinds of difficulty", len(found.difficulties), self.difficulties
        yield "equal votes to be told apart", found.ties, self.ties
        yield "lots", found.lots, self.lots


def _outside(number: int, bounds: Bounds) -> int:
    least, most = bounds
    return max(0, least - number, number - most)


def _bounds(bounds: Bounds) -> str:
    least, most = bounds
    if most == _NO_END:
        return f"{least} or more"
    return str(least) if least == most else f"{least} to {most}"


_NO_END = 10**6
_NONE, _SOME, _ANY = (0, 0), (1, _NO_END), (0, _NO_END)

_EASY = Level(
    name="easy",
    stages=(2, 5),
    difficulties=_NONE,
    ties=_NONE,
    lots=_NONE,
    surplus=False,
    slips=0,
    candidates=(4, 5),
    places=2,
)
_MEDIUM = Level(
    name="medium",
    stages=(3, 8),
    difficulties=(1, 2),
    ties=(0, 1),
    lots=_NONE,
    surplus=True,
    slips=30,
    candidates=(5, 7),
    places=2,
)
_NASTY = Level(
    name="nasty",
    stages=(5, _NO_END),
    difficulties=(3, _NO_END),
    ties=_SOME,
    lots=_ANY,
    surplus=True,
    slips=15,
    candidates=(7, 9),
    places=3,
)
LEVELS: Mapping[str, Level] = MappingProxyType({one.name: one for one in (_EASY, _MEDIUM, _NASTY)})


def level_named(name: str) -> Level:
    """The level of this name; raises `ElectionError` for another."""
    if name not in LEVELS:
        raise ElectionError(f"level: found {name!r}; expected one of {', '.join(LEVELS)}")
    return LEVELS[name]
