"""What pictures are made of: shapes on a plane, which SVG and matplotlib both draw.

Every coordinate is a whole number of tenths of a pixel, y downwards, so that the same record gives
the same picture to the last digit on every machine.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeAlias

from stvcount.words import visible

Point: TypeAlias = tuple[int, int]
Anchor: TypeAlias = Literal["start", "middle", "end"]

ELLIPSIS = "…"


def px(pixels: int) -> int:
    """Pixels in the unit of the plane."""
    return pixels * 10


@dataclass(frozen=True, slots=True)
class Ink:
    """How a role is drawn: its colour on white paper, and on a dark screen."""

    light: str
    dark: str


PAPER = Ink("#ffffff", "#14181f")

# Each is at least 4.5:1 (text) or 3:1 (lines) against the paper; tests work it out.
INKS = {
    "text": Ink("#1b2430", "#e8ecf2"),
    "quiet": Ink("#4d5969", "#b4becb"),
    "grid": Ink("#dde2e9", "#303947"),
    "leader": Ink("#8a94a3", "#7d8896"),
    "quota": Ink("#1b2430", "#e8ecf2"),
    "bar": Ink("#4d5969", "#b4becb"),
    "bar-elected": Ink("#126b3a", "#7fd6a4"),
    "kept": Ink("#e3e8ee", "#2a323e"),
    "kept-elected": Ink("#cfe8d9", "#1f4431"),
    "lost": Ink("#6b7480", "#98a2b0"),
    "surplus": Ink("#1f5fa8", "#7db4f2"),
    "exclusion": Ink("#b3401a", "#f29a74"),
    "suspense": Ink("#7a3fa0", "#c79bea"),
}

# A line is told from any other by its dashes and its marks together; the colours only help.
SERIES = (
    Ink("#1f5fa8", "#7db4f2"),
    Ink("#b3401a", "#f29a74"),
    Ink("#1b7a4b", "#6fd3a0"),
    Ink("#7a3fa0", "#c79bea"),
    Ink("#8a6100", "#e0b64c"),
    Ink("#a3245f", "#f08bbd"),
    Ink("#11727d", "#62cad6"),
    Ink("#555b66", "#b4bcc9"),
)
DASHES: tuple[tuple[int, ...], ...] = ((), (8, 3), (2, 3), (9, 3, 2, 3), (14, 4))
MARKS = ("circle", "square", "triangle", "diamond", "down", "bar", "plus")

RADII = {"circle": 40, "ring": 80}
OUTLINES: dict[str, tuple[Point, ...]] = {
    "cross": ((-75, -75), (75, 75), (-75, 75), (75, -75)),
    "square": ((-38, -38), (38, -38), (38, 38), (-38, 38)),
    "triangle": ((0, -52), (48, 36), (-48, 36)),
    "diamond": ((0, -54), (54, 0), (0, 54), (-54, 0)),
    "down": ((0, 52), (48, -36), (-48, -36)),
    "bar": ((-16, -56), (16, -56), (16, 56), (-16, 56)),
    "plus": (
        *((-14, -52), (14, -52), (14, -14), (52, -14), (52, 14), (14, 14)),
        *((14, 52), (-14, 52), (-14, 14), (-52, 14), (-52, -14), (-14, -14)),
    ),
}
"""The corners of a mark about its point, in tenths of a pixel; of a cross, the ends of its arms."""


def colour(series: int) -> int:
    """The place among `SERIES` of the colour of this candidate's line."""
    return series % len(SERIES)


def dashes(series: int) -> int:
    """The place among `DASHES` of the dashes of this candidate's line."""
    return series % len(DASHES)


@dataclass(frozen=True, slots=True)
class Font:
    """A size in pixels, and whether it is bold."""

    size: int
    bold: bool = False


FONTS = {
    "name": Font(12),
    "figure": Font(11),
    "gain": Font(11, bold=True),
    "mark": Font(10, bold=True),
    "head": Font(12, bold=True),
    "heading": Font(15, bold=True),
    "what": Font(11),
    "note": Font(11),
}


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text; `y` is its base line."""

    x: int
    y: int
    text: str
    font: str
    ink: str = "text"
    anchor: Anchor = "start"


@dataclass(frozen=True, slots=True)
class Line:
    """A line through these points. `series`: the number of the candidate it belongs to."""

    points: tuple[Point, ...]
    ink: str
    series: int | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark at a point of a line, or a `ring` or a `cross` about it."""

    x: int
    y: int
    shape: str
    series: int
    title: str = ""

    @property
    def form(self) -> str:
        """The form it has: a point's differs between the candidates whose dashes are the same."""
        other = MARKS[self.series // len(DASHES) % len(MARKS)]
        return other if self.shape == "point" else self.shape

    @property
    def corners(self) -> list[Point]:
        return [(self.x + dx, self.y + dy) for dx, dy in OUTLINES[self.form]]


@dataclass(frozen=True, slots=True)
class Bar:
    """An upright bar: what an account holds after a stage, or what a stage moves together.

    It is drawn `shown_height` high: a vote too small for the scale is still seen.
    """

    x: int
    y: int
    width: int
    height: int
    ink: str
    title: str = ""

    @property
    def shown_height(self) -> int:
        return max(self.height, px(1))


@dataclass(frozen=True, slots=True)
class Flow:
    """Votes that go from one bar to another, or stay.

    It leaves at `start`, `start_height` high, and arrives at `end`. `way` is `kept`, `direct`,
    or `in` and `out` of a bar at which those excluded together meet. `votes` are the exact votes
    that it stands for, `giver` and `taker` the names shown, empty at the meeting bar.
    """

    start: Point
    start_height: int
    end: Point
    end_height: int
    ink: str
    way: Literal["kept", "direct", "in", "out"]
    stage: int
    votes: str
    giver: str
    taker: str
    hatched: bool = False

    @property
    def outline(self) -> tuple[Point, ...]:
        """A curve along the top (its ends, and two points that it bends to), and one back below."""
        (x0, y0), (x1, y1) = self.start, self.end
        bottom0, bottom1, xm = y0 + self.start_height, y1 + self.end_height, (x0 + x1) // 2
        top = ((x0, y0), (xm, y0), (xm, y1), (x1, y1))
        return (*top, (x1, bottom1), (xm, bottom1), (xm, bottom0), (x0, bottom0))

    @property
    def title(self) -> str:
        what = f"Stage {self.stage}: {self.votes}"
        if self.way == "kept":
            return f"{what} stays with {self.giver}"
        return what + (self.giver and f" from {self.giver}") + (self.taker and f" to {self.taker}")


Shape: TypeAlias = Text | Line | Mark | Bar | Flow


HEADING = px(34)
"""The room above a picture that stands alone, for its heading."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A whole picture, and its text alternative. `heading` is for one that stands alone."""

    name: str
    heading: str
    title: str
    description: str
    width: int
    height: int
    shapes: tuple[Shape, ...]


def scaled(votes: Decimal, whole: Decimal, length: int) -> int:
    """The votes as a part of `length`, as `votes` is of `whole`; halves are rounded up."""
    if not whole:
        return 0
    part, of_part = votes.as_integer_ratio()
    all_votes, of_all = whole.as_integer_ratio()
    above, below = part * of_all * length, of_part * all_votes
    return (2 * above + below) // (2 * below)


# Text, measured without a font: a little more than the widest common ones need.


def text_width(text: str, font: str) -> int:
    size = px(FONTS[font].size)
    hundredths = sum(map(_hundredths, text)) * (108 if FONTS[font].bold else 100) // 100
    return size * hundredths // 100


def _hundredths(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    if unicodedata.east_asian_width(character) in "WF":
        return 105
    if character in "MWmw@%\u2014\u2026" or ord(character) > 0x2E80:
        return 100
    if character in " .,:;'|!()[]-Iijltfr":
        return 40
    return 75 if character.isupper() else 63


def elided(text: str, font: str, width: int) -> str:
    """The text, or as much of its beginning and end as this width holds, with an ellipsis.

    People of one family, or of one first name, are told apart at one end or the other.
    """
    shown = visible(text)
    if text_width(shown, font) <= width:
        return shown
    start = _fitting(shown, font, (width - text_width(ELLIPSIS, font)) * 3 // 5)
    left = width - text_width(shown[:start].rstrip() + ELLIPSIS, font)
    end = _fitting(shown[::-1], font, left)
    # What combines with a letter is not parted from it.
    while end and not text_width(shown[-end], font):
        end -= 1
    return shown[:start].rstrip() + ELLIPSIS + shown[len(shown) - end :].lstrip()


def _fitting(text: str, font: str, width: int) -> int:
    """How many characters of the text this width holds."""
    number = 0
    while number < len(text) and text_width(text[: number + 1], font) <= width:
        number += 1
    return number


def wrapped(text: str, font: str, width: int, *, most: int) -> list[str]:
    """The text in at most so many lines of this width; what is left over is elided."""
    words = visible(text).split()
    lines: list[str] = []
    while words and len(lines) < most - 1:
        line = words.pop(0)
        while words and text_width(f"{line} {words[0]}", font) <= width:
            line += f" {words.pop(0)}"
        if text_width(line, font) > width:
            words = [line, *words]
            break
        lines.append(line)
    return [*lines, elided(" ".join(words), font, width)] if words else lines


def spread(wanted: Sequence[int], *, apart: int, top: int, bottom: int) -> list[int]:
    """Places near those wanted (in ascending order) that keep so far apart, between the ends."""
    places: list[int] = []
    for place in wanted:
        places.append(max(place, places[-1] + apart if places else top))
    limit = bottom
    for number in range(len(places) - 1, -1, -1):
        places[number] = min(places[number], limit)
        limit = places[number] - apart
    return places


def extent(shapes: Iterable[Text]) -> int:
    """How far to the right these texts reach, if they start at their points."""
    return max((one.x + text_width(one.text, one.font) for one in shapes), default=0)


def headed(picture: Picture) -> Text:
    """The heading of a picture that stands alone, above it."""
    room = picture.width - px(16)
    return Text(px(8), -px(12), elided(picture.heading, "heading", room), "heading")
