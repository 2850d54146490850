"""The votes of each candidate at each stage, as lines from left to right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING

from stvcount.exact import EXACT
from stvcount.sheets import bounds, table
from stvcount.sheets.accounts import ELECTED, EXCLUDED, MARKS, NONE
from stvcount.sheets.layout import named
from stvcount.sheets.pictures import (
    Line,
    Mark,
    Picture,
    Shape,
    Text,
    dashes,
    elided,
    extent,
    px,
    scaled,
    spread,
    text_width,
)
from stvcount.sheets.table import figure, in_order_of_votes
from stvcount.sheets.whole import shown
from stvcount.words import visible

if TYPE_CHECKING:
    from stvcount.record import CountRecord

_MARGIN = px(8)
_TOP = px(38)
_NAMES = px(185)
_LEADER = px(44)
_SAMPLE = px(9)
_LINE_OF_TEXT = px(17)
_LEAST_HEIGHT = px(320)
_MOST_TICKS = 7
_NARROW, _WIDE, _ALL_STAGES = px(32), px(130), px(700)
_BESIDE, _MOST_BESIDE = px(9), px(27)
_MARKED = "A ring: deemed elected at this stage. A cross: excluded at the next stage."
_TOO_LONG = "This count is too long to be drawn as lines: the CSV sheet has every figure."
_BOLD, _DASHES = "Bold at the right: elected.", "The long dashes are the quota."


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where the plane of the lines is: its edges, the first stage, and how far stages are apart."""

    left: int
    first: int
    pitch: int
    stages: int
    top: int
    bottom: int
    greatest: Decimal

    @property
    def last(self) -> int:
        return self.first + self.pitch * (self.stages - 1)

    @property
    def right(self) -> int:
        return self.last + px(14)

    def x(self, stage: int) -> int:
        return self.first + self.pitch * stage

    def y(self, votes: Decimal) -> int:
        return self.bottom - scaled(votes, self.greatest, self.bottom - self.top)


@dataclass(frozen=True, slots=True)
class _Course:
    """The votes of one candidate, from the first stage to the last one before any exclusion."""

    series: int
    name: str
    votes: tuple[Decimal, ...]
    excluded: bool
    elected_at: int | None
    elected: bool
    asides: tuple[int, ...]
    """How far each point is drawn to the right of its stage: equal votes stand side by side."""


def picture(record: CountRecord) -> Picture:
    """The picture of the votes by stage."""
    record = shown(record)
    with localcontext(EXACT):
        courses = _courses(record)
        shapes, width, height = _drawn(record, courses) if courses else _nothing(record)
    return Picture(
        name="votes",
        heading=f"{named(record.title)}: votes by stage",
        title="Votes by stage",
        description=_description(record, courses),
        width=width,
        height=height,
        shapes=tuple(shapes),
    )


def _courses(record: CountRecord) -> list[_Course]:
    """The lines; none of a count without stages, or of one too long to draw."""
    if len(bounds.in_pictures(record)) < len(record.stages):
        return []
    names = in_order_of_votes(record) if record.stages else []
    marks = [table.marks(stage) for stage in record.stages]
    at_the_end = {one.candidate: len(marks) - 1 for one in record.completion.elected}
    ends = at_the_end | _first_with(ELECTED, marks)
    excluded = _first_with(EXCLUDED, marks)
    elected = frozenset(record.elected)
    courses = []
    for series, name in enumerate(names):
        until = max(excluded[name], 1) if name in excluded else len(marks)
        at = ends.get(name)
        courses.append(
            _Course(
                series=series,
                name=name,
                votes=tuple(stage.votes.get(name, NONE) for stage in record.stages[:until]),
                excluded=name in excluded,
                elected_at=at if at is not None and at < until else None,
                elected=name in elected,
                asides=(),
            )
        )
    return _side_by_side(courses)


def _first_with(mark: str, marks: Sequence[Mapping[str, str]]) -> dict[str, int]:
    """The place of the first stage at which each of those who ever have this mark has it."""
    found: dict[str, int] = {}
    for number, of_stage in enumerate(marks):
        for name, letter in of_stage.items():
            if MARKS[letter] == mark:
                found.setdefault(name, number)
    return found


def _nothing(record: CountRecord) -> tuple[list[Shape], int, int]:
    said = _TOO_LONG if record.stages else "No stage was counted."
    note = Text(_MARGIN, px(24), said, "note")
    return [note], max(px(240), extent([note]) + _MARGIN), px(40)


def _description(record: CountRecord, courses: Sequence[_Course]) -> str:
    elected = ", ".join(record.elected) or "nobody"
    if record.stages and not courses:
        return visible(f"{_TOO_LONG} Elected: {elected}.")
    return visible(
        f"A line for each of {len(courses)} candidates: their votes at the stages of the count, "
        f"{len(record.stages)} in all. Elected: {elected}. "
        "The same figures are in the table of the result sheet."
    )


def _side_by_side(courses: Sequence[_Course]) -> list[_Course]:
    """The same courses, those with equal votes at a stage beside each other there."""
    asides = [[0] * len(course.votes) for course in courses]
    for stage in range(max((len(course.votes) for course in courses), default=0)):
        equal: dict[Decimal, list[int]] = {}
        for number, course in enumerate(courses):
            if stage < len(course.votes):
                equal.setdefault(course.votes[stage], []).append(number)
        for numbers in equal.values():
            apart = min(_BESIDE, _MOST_BESIDE // len(numbers))
            for place, number in enumerate(numbers):
                asides[number][stage] = (2 * place - len(numbers) + 1) * apart // 2
    return [replace(course, asides=tuple(own)) for course, own in zip(courses, asides, strict=True)]


def _drawn(record: CountRecord, courses: Sequence[_Course]) -> tuple[list[Shape], int, int]:
    frame = _frame(record, courses)
    names_left = list(_left_names(courses, frame))
    names_right = list(_right_names(record, courses, frame))
    shapes: list[Shape] = [
        *_grid(frame),
        *_stage_numbers(record, frame),
        *_quota(record, frame),
        *names_left,
        # Whole lines first: where lines meet, those below are seen between the dashes.
        *(
            shape
            for course in sorted(courses, key=lambda one: dashes(one.series))
            for shape in _line(course, frame)
        ),
        *names_right,
    ]
    under = frame.bottom + px(44)
    has_quota = any(stage.quota is not None for stage in record.stages)
    notes = [
        Text(frame.left, under + _LINE_OF_TEXT * number, note, "note", "quiet")
        for number, note in enumerate((_MARKED, f"{_BOLD} {_DASHES}" if has_quota else _BOLD))
    ]
    texts = [one for one in [*notes, *names_right] if isinstance(one, Text)]
    width = max(extent(texts), frame.right) + _MARGIN
    return [*shapes, *notes], width, under + _LINE_OF_TEXT * len(notes)


def _frame(record: CountRecord, courses: Sequence[_Course]) -> _Frame:
    quotas = [stage.quota for stage in record.stages if stage.quota is not None]
    most = max([NONE, *quotas, *(max(course.votes, default=NONE) for course in courses)])
    _, greatest = _ticks(most)
    names = max((text_width(_short(course.name), "name") for course in courses), default=0)
    stages = len(record.stages)
    left = _MARGIN + names + _LEADER
    return _Frame(
        left=left,
        first=left + px(16) + text_width(figure(greatest), "figure"),
        pitch=min(_WIDE, max(_NARROW, _ALL_STAGES // max(1, stages - 1))),
        stages=stages,
        top=_TOP,
        bottom=_TOP + max(_LEAST_HEIGHT, _LINE_OF_TEXT * (len(courses) + 1)),
        greatest=greatest,
    )


def _ticks(most: Decimal) -> tuple[Decimal, Decimal]:
    """The distance of the lines of the grid, a round number, and the last one at or over `most`."""
    if not most:
        return Decimal(1), Decimal(1)
    unit = Decimal(1).scaleb(most.adjusted() - 1)
    step = next(unit * n for n in (1, 2, 5, 10, 20, 50, 100) if unit * n * _MOST_TICKS >= most)
    number = -(-most // step)
    return step, step * (number if number * step >= most else number + 1)


def _grid(frame: _Frame) -> Iterator[Shape]:
    step, _ = _ticks(frame.greatest)
    value = NONE
    while value <= frame.greatest:
        y = frame.y(value)
        yield Line(((frame.left, y), (frame.right, y)), "grid")
        label = figure(value.normalize() if value else NONE)
        yield Text(frame.left + px(2), y - px(3), label, "figure", "quiet")
        value += step
    yield Text(frame.left + px(2), frame.top - px(22), "Votes", "head", "quiet")


def _stage_numbers(record: CountRecord, frame: _Frame) -> Iterator[Shape]:
    wide = frame.pitch >= px(60)
    for number, stage in enumerate(record.stages):
        label = f"Stage {stage.number}" if wide else str(stage.number)
        yield Text(frame.x(number), frame.bottom + px(20), label, "figure", "quiet", "middle")
    if not wide:
        x = frame.first - px(12)
        yield Text(x, frame.bottom + px(20), "Stage", "figure", "quiet", "end")


def _quota(record: CountRecord, frame: _Frame) -> Iterator[Shape]:
    found = [(n, stage.quota) for n, stage in enumerate(record.stages) if stage.quota is not None]
    if not found:
        return
    points = [(frame.x(n), frame.y(quota)) for n, quota in found]
    # It holds beyond the stages, so that the line is there for a single stage too.
    ends = ((frame.x(found[0][0]) - px(14), points[0][1]), (points[-1][0] + px(14), points[-1][1]))
    yield Line((ends[0], *points, ends[1]), "quota")


def _line(course: _Course, frame: _Frame) -> Iterator[Shape]:
    points = tuple(
        (frame.x(n) + aside, frame.y(votes))
        for n, (votes, aside) in enumerate(zip(course.votes, course.asides, strict=True))
    )
    if len(points) > 1:
        yield Line(points, "series", course.series)
    for number, ((x, y), votes) in enumerate(zip(points, course.votes, strict=True), start=1):
        title = visible(f"{course.name}, stage {number}: {figure(votes)}")
        yield Mark(x, y, "point", course.series, title)
    if course.excluded:
        yield Mark(*points[-1], "cross", course.series)
    if course.elected_at is not None:
        yield Mark(*points[course.elected_at], "ring", course.series)


def _short(name: str, font: str = "name") -> str:
    return elided(name, font, _NAMES)


def _left_names(courses: Sequence[_Course], frame: _Frame) -> Iterator[Shape]:
    """Every name at the height of its first vote, or as near as there is room."""
    ordered = sorted(courses, key=lambda course: frame.y(course.votes[0]))
    wanted = [frame.y(course.votes[0]) for course in ordered]
    edge = frame.left - _LEADER
    for course, at, y in zip(ordered, wanted, _apart(wanted, frame), strict=True):
        yield Text(edge, y + px(4), _short(course.name), "name", anchor="end")
        yield Mark(edge + _SAMPLE, y, "point", course.series)
        yield Line(((edge + 2 * _SAMPLE, y), (frame.left, at), (frame.first, at)), "leader")


@dataclass(frozen=True, slots=True)
class _Label:
    """What stands where a line ends."""

    at: int
    text: str
    font: str
    series: int | None


def _right_names(record: CountRecord, courses: Sequence[_Course], frame: _Frame) -> Iterator[Shape]:
    """The names of those never excluded, and the quota, where their lines end."""
    labels = [_end_label(course, frame) for course in courses if not course.excluded]
    quota = record.stages[-1].quota
    if quota is not None:
        labels.append(_Label(frame.y(quota), f"Quota {figure(quota)}", "name", None))
    labels.sort(key=lambda label: label.at)
    edge = frame.last + px(16)
    places = _apart([label.at for label in labels], frame)
    for label, y in zip(labels, places, strict=True):
        x = edge + px(24)
        yield Line(((edge, label.at), (x, y)), "leader")
        if label.series is not None:
            yield Mark(x + _SAMPLE, y, "point", label.series)
        yield Text(x + 2 * _SAMPLE, y + px(4), label.text, label.font)


def _end_label(course: _Course, frame: _Frame) -> _Label:
    font = "head" if course.elected else "name"
    return _Label(frame.y(course.votes[-1]), _short(course.name, font), font, course.series)


def _apart(wanted: Sequence[int], frame: _Frame) -> list[int]:
    return spread(wanted, apart=_LINE_OF_TEXT, top=frame.top, bottom=frame.bottom)
