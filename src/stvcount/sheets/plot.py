"""The pictures of a count as PNG or PDF, drawn by matplotlib: the same shapes as in SVG."""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING, Any, Literal, get_args

from stvcount.errors import ElectionError
from stvcount.formats.extras import extra
from stvcount.sheets import transfers_picture, votes_picture
from stvcount.sheets.pictures import (
    DASHES,
    FONTS,
    HEADING,
    INKS,
    MARKS,
    OUTLINES,
    PAPER,
    SERIES,
    Bar,
    Flow,
    Line,
    Mark,
    Picture,
    Point,
    Shape,
    Text,
    headed,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stvcount.record import CountRecord

__all__ = ["plot"]

Which = Literal["votes", "transfers"]
Format = Literal["png", "pdf"]

_PICTURES = {"votes": votes_picture.picture, "transfers": transfers_picture.picture}
_PIXELS_PER_INCH = 96
_DOTS_PER_INCH = 192
_POINTS = 72 / _PIXELS_PER_INCH
# Neither may hold the time of day or the version of matplotlib: the same record, the same bytes.
_METADATA: dict[str, dict[str, None]] = {
    "png": {"Software": None},
    "pdf": {"Creator": None, "Producer": None, "CreationDate": None},
}
_LOOK: dict[Any, Any] = {
    # A dollar sign in a name is a dollar sign.
    "text.parse_math": False,
    "pdf.fonttype": 42,
    "hatch.linewidth": 1.5,
    "hatch.color": INKS["lost"].light,
    "font.family": ["sans-serif"],
}


def plot(record: CountRecord, picture: Which = "votes", format: Format = "png") -> bytes:  # noqa: A002 (the name that callers type)
    """The votes by stage, or the transfers, as the bytes of a PNG or PDF file.

    Raises `ElectionError` for another picture or format, and where matplotlib is not installed.
    """
    _check("picture", picture, get_args(Which))
    _check("format", format, get_args(Format))
    mpl, drawing = _matplotlib(""), _matplotlib("figure")
    found = _PICTURES[picture](record)
    file = io.BytesIO()
    with mpl.rc_context(_LOOK), warnings.catch_warnings():
        # Letters that no font here has are drawn as boxes; the sheets have them all.
        warnings.filterwarnings("ignore", message=r"Glyph \d+ .* missing from")
        figure = drawing.Figure(figsize=_inches(found), facecolor=PAPER.light)
        _draw(found, figure)
        figure.savefig(file, format=format, dpi=_DOTS_PER_INCH, metadata=_METADATA[format])
    return file.getvalue()


def _matplotlib(part: str) -> Any:
    return extra(f"matplotlib.{part}".rstrip("."), "plot")


def _check(what: str, value: str, expected: tuple[str, ...]) -> None:
    if value not in expected:
        raise ElectionError(f"{what}: found {value!r}; expected {' or '.join(expected)}")


def _inches(picture: Picture) -> tuple[float, float]:
    scale = 10 * _PIXELS_PER_INCH
    return picture.width / scale, (picture.height + HEADING) / scale


def _draw(picture: Picture, figure: Any) -> None:
    """Every shape, in the coordinates of the picture, one above the other."""
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(0, picture.width)
    axes.set_ylim(picture.height, -HEADING)
    for order, shape in enumerate((headed(picture), *picture.shapes)):
        for artist in _artists(shape):
            artist.set_zorder(order)
            axes.add_artist(artist)


def _artists(shape: Shape) -> Iterator[Any]:
    match shape:
        case Text():
            yield _text(shape)
        case Line():
            yield _line(shape)
        case Mark():
            yield _mark(shape)
        case Bar():
            yield _bar(shape)
        case Flow():
            yield from _flow(shape)


def _text(text: Text) -> Any:
    font = FONTS[text.font]
    stroke = _matplotlib("patheffects").withStroke(linewidth=2, foreground=PAPER.light)
    return _matplotlib("text").Text(
        text.x,
        text.y,
        text.text,
        fontsize=font.size * _POINTS,
        fontweight="bold" if font.bold else "normal",
        color=INKS[text.ink].light,
        ha={"start": "left", "middle": "center", "end": "right"}[text.anchor],
        va="baseline",
        path_effects=[stroke],
    )


_WIDTHS = {"grid": 1.0, "leader": 1.0, "quota": 1.5}
_RULED: dict[str, tuple[int, ...]] = {"grid": (), "leader": (1, 2), "quota": (18, 5)}


def _line(line: Line) -> Any:
    if line.series is None:
        colour, dashes, width = INKS[line.ink].light, _RULED[line.ink], _WIDTHS[line.ink]
    else:
        colour = SERIES[line.series % len(SERIES)].light
        dashes, width = DASHES[line.series % len(DASHES)], 2.0
    places = zip(*line.points, strict=True)
    drawn = _matplotlib("lines").Line2D(*places, color=colour, linewidth=width * _POINTS)
    if dashes:
        # matplotlib counts dashes in widths of the line.
        drawn.set_linestyle((0, [length / width for length in dashes]))
    return drawn


def _mark(mark: Mark) -> Any:
    patches = _matplotlib("patches")
    colour = SERIES[mark.series % len(SERIES)].light
    at = (mark.x, mark.y)
    if mark.shape == "cross":
        return _cross(at, colour)
    if mark.shape == "ring":
        return patches.Circle(at, 80, fill=False, edgecolor=colour, linewidth=2 * _POINTS)
    shape = MARKS[mark.series // len(DASHES) % len(MARKS)]
    if shape == "circle":
        return patches.Circle(at, 40, color=colour)
    return patches.Polygon([(mark.x + dx, mark.y + dy) for dx, dy in OUTLINES[shape]], color=colour)


def _cross(at: Point, colour: str) -> Any:
    path = _matplotlib("path").Path
    x, y = at
    corners = [(x - 75, y - 75), (x + 75, y + 75), (x - 75, y + 75), (x + 75, y - 75)]
    arms = path(corners, [path.MOVETO, path.LINETO] * 2)
    return _matplotlib("patches").PathPatch(
        arms, fill=False, edgecolor=colour, linewidth=2 * _POINTS
    )


def _bar(bar: Bar) -> Any:
    size = (bar.width, max(bar.height, 10))
    colour = INKS[bar.ink].light
    return _matplotlib("patches").Rectangle(
        (bar.x, bar.y), *size, facecolor=colour, edgecolor="none"
    )


def _flow(flow: Flow) -> Iterator[Any]:
    path, patch = _matplotlib("path").Path, _matplotlib("patches").PathPatch
    (x0, y0), (x1, y1) = flow.start, flow.end
    bottom0, bottom1, xm = y0 + flow.start_height, y1 + flow.end_height, (x0 + x1) // 2
    corners = [
        *((x0, y0), (xm, y0), (xm, y1), (x1, y1)),
        *((x1, bottom1), (xm, bottom1), (xm, bottom0), (x0, bottom0), (x0, y0)),
    ]
    codes = [path.MOVETO, *[path.CURVE4] * 3, path.LINETO, *[path.CURVE4] * 3, path.CLOSEPOLY]
    outline, colour = path(corners, codes), INKS[flow.ink].light
    kept = flow.way == "kept"
    yield patch(
        outline,
        facecolor="none" if flow.hatched else colour,
        edgecolor="none",
        alpha=1 if kept else 0.55,
        hatch="////" if flow.hatched else None,
    )
    yield patch(outline, fill=False, edgecolor=colour, linewidth=0.5 * _POINTS)
