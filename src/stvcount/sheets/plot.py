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
    PAPER,
    RADII,
    SERIES,
    Bar,
    Flow,
    Line,
    Mark,
    Picture,
    Shape,
    Text,
    colour,
    dashes,
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
        case _:
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
        ink, lengths, width = INKS[line.ink], _RULED[line.ink], _WIDTHS[line.ink]
    else:
        ink, lengths, width = SERIES[colour(line.series)], DASHES[dashes(line.series)], 2.0
    places = zip(*line.points, strict=True)
    drawn = _matplotlib("lines").Line2D(*places, color=ink.light, linewidth=width * _POINTS)
    if lengths:
        # matplotlib counts dashes in widths of the line.
        drawn.set_linestyle((0, [length / width for length in lengths]))
    return drawn


def _mark(mark: Mark) -> Any:
    patches, path = _matplotlib("patches"), _matplotlib("path").Path
    ink = SERIES[colour(mark.series)].light
    filled = {"color": ink}
    open_ = {"fill": False, "edgecolor": ink, "linewidth": 2 * _POINTS}
    if mark.form in RADII:
        look = filled if mark.shape == "point" else open_
        return patches.Circle((mark.x, mark.y), RADII[mark.form], **look)
    if mark.form == "cross":
        return patches.PathPatch(path(mark.corners, [path.MOVETO, path.LINETO] * 2), **open_)
    return patches.Polygon(mark.corners, **filled)


def _bar(bar: Bar) -> Any:
    size = (bar.width, bar.shown_height)
    ink = INKS[bar.ink].light
    return _matplotlib("patches").Rectangle((bar.x, bar.y), *size, facecolor=ink, edgecolor="none")


def _flow(flow: Flow) -> Iterator[Any]:
    path, patch = _matplotlib("path").Path, _matplotlib("patches").PathPatch
    corners = [*flow.outline, flow.outline[0]]
    codes = [path.MOVETO, *[path.CURVE4] * 3, path.LINETO, *[path.CURVE4] * 3, path.CLOSEPOLY]
    outline, ink = path(corners, codes), INKS[flow.ink].light
    kept = flow.way == "kept"
    yield patch(
        outline,
        facecolor="none" if flow.hatched else ink,
        edgecolor="none",
        alpha=1 if kept else 0.55,
        hatch="////" if flow.hatched else None,
    )
    yield patch(outline, fill=False, edgecolor=ink, linewidth=0.5 * _POINTS)
