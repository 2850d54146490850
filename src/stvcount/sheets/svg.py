"""The pictures of a count as SVG: one file each, or parts of a page that holds the styles once.

Every text goes through `_escaped`; nothing that a voter or a candidate wrote is markup here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

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
    Ink,
    Line,
    Mark,
    Picture,
    Point,
    Shape,
    Text,
    colour,
    dashes,
    headed,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stvcount.record import CountRecord

__all__ = ["chart", "drawn", "flows", "styles"]

# What no XML document may hold, though it is a character.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def chart(record: CountRecord) -> str:
    """The votes of each candidate by stage, as an SVG document."""
    return _document(votes_picture.picture(record))


def flows(record: CountRecord) -> str:
    """The transfers from stage to stage, as an SVG document; a long count is folded."""
    return _document(transfers_picture.picture(record))


def _document(picture: Picture) -> str:
    return _element(picture, HEADING, f"<style>{styles()}</style>", [headed(picture)]) + "\n"


def drawn(picture: Picture) -> str:
    """The picture as an SVG element of a page that holds `styles()`, with its text alternative."""
    return _element(picture, 0, "", [])


def _element(picture: Picture, above: int, style: str, first: Sequence[Shape]) -> str:
    """The picture, with room above it and what is to stand there."""
    width, height, top = _n(picture.width), _n(picture.height + above), _n(-above)
    name = f"stv-{picture.name}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="stv-picture" role="img" lang="en-GB" '
        f'width="{width}" height="{height}" viewBox="0 {top} {width} {height}" '
        f'aria-labelledby="{name}-title" aria-describedby="{name}-desc">',
        f'<title id="{name}-title">{_escaped(picture.title)}</title>',
        f'<desc id="{name}-desc">{_escaped(picture.description)}</desc>',
        style,
        _hatching(name),
        f'<rect class="stv-paper" y="{top}" width="{width}" height="{height}"/>',
        *(_shape(shape, name) for shape in (*first, *picture.shapes)),
        "</svg>",
    ]
    return "\n".join(part for part in parts if part)


# Styles: the same roles in light and dark


def styles() -> str:
    """The style sheet of all pictures; its names all begin with stv-."""
    fixed = [
        '.stv-picture{font-family:system-ui,"Segoe UI",Roboto,"Liberation Sans",Arial,sans-serif}',
        ".stv-picture text{unicode-bidi:isolate;font-variant-numeric:tabular-nums;"
        "paint-order:stroke;stroke-width:3px;stroke-linejoin:round}",
        ".stv-picture path,.stv-picture polyline{fill:none}",
        *(_font(name) for name in FONTS),
        ".stv-line{stroke-width:2;stroke-linejoin:round}",
        *(f".stv-d{n}{{stroke-dasharray:{_dash(n)}}}" for n in range(1, len(DASHES))),
        ".stv-grid,.stv-leader{stroke-width:1}",
        ".stv-leader{stroke-dasharray:1 2}",
        ".stv-quota{stroke-width:1.5;stroke-dasharray:18 5}",
        ".stv-picture .stv-flow{fill-opacity:.55;stroke-width:.6}",
        ".stv-picture .stv-flow.stv-kept{fill-opacity:1;stroke-width:.4}",
        ".stv-mark{stroke-width:1.5}",
        ".stv-cross,.stv-ring{fill:none;stroke-width:2}",
    ]
    dark = "\n".join(_colours(dark=True))
    return "\n".join(
        [
            *fixed,
            *_colours(dark=False),
            f"@media screen and (prefers-color-scheme:dark){{\n{dark}\n}}",
        ]
    )


def _font(name: str) -> str:
    font = FONTS[name]
    return f".stv-{name}{{font-size:{font.size}px;font-weight:{700 if font.bold else 400}}}"


def _dash(number: int) -> str:
    return " ".join(map(str, DASHES[number]))


def _colours(*, dark: bool) -> Iterator[str]:
    def shade(ink: Ink) -> str:
        return ink.dark if dark else ink.light

    paper = shade(PAPER)
    yield f".stv-paper{{fill:{paper}}}"
    yield f".stv-picture text{{stroke:{paper}}}"
    for name, ink in INKS.items():
        yield f".stv-picture .stv-ink-{name}{{fill:{shade(ink)}}}"
        yield f".stv-picture .stv-flow.stv-ink-{name},.stv-{name}{{stroke:{shade(ink)}}}"
    for number, ink in enumerate(SERIES):
        yield f".stv-s{number}{{stroke:{shade(ink)}}}"
        yield f".stv-picture .stv-mark.stv-s{number}{{fill:{shade(ink)}}}"
    yield f".stv-hatch{{stroke:{shade(INKS['lost'])}}}"


def _hatching(name: str) -> str:
    return (
        f'<defs><pattern id="{name}-hatch" width="6" height="6" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)">'
        '<line class="stv-hatch" x1="0" y1="0" x2="0" y2="6" stroke-width="3"/></pattern></defs>'
    )


# Shapes


def _shape(shape: Shape, name: str) -> str:
    match shape:
        case Text():
            return _text(shape)
        case Line():
            return _line(shape)
        case Mark():
            return _mark(shape)
        case Bar():
            return _bar(shape)
        case _:
            return _flow(shape, name)


def _text(text: Text) -> str:
    anchor = "" if text.anchor == "start" else f' text-anchor="{text.anchor}"'
    classes = f"stv-{text.font} stv-ink-{text.ink}"
    place = f'x="{_n(text.x)}" y="{_n(text.y)}"'
    return f'<text class="{classes}" {place}{anchor}>{_escaped(text.text)}</text>'


def _line(line: Line) -> str:
    points = " ".join(f"{_n(x)},{_n(y)}" for x, y in line.points)
    if line.series is None:
        classes = f"stv-{line.ink}"
    else:
        classes = f"stv-line stv-s{colour(line.series)} stv-d{dashes(line.series)}"
    return f'<polyline class="{classes}" points="{points}"/>'


def _mark(mark: Mark) -> str:
    kind = "stv-mark" if mark.shape == "point" else f"stv-{mark.shape}"
    title = f"<title>{_escaped(mark.title)}</title>" if mark.title else ""
    return f'<path class="{kind} stv-s{colour(mark.series)}" d="{_outline(mark)}">{title}</path>'


def _outline(mark: Mark) -> str:
    if mark.form in RADII:
        r = RADII[mark.form]
        half = f"a{_n(r)} {_n(r)} 0 1 0"
        return f"M{_n(mark.x - r)} {_n(mark.y)}{half} {_n(2 * r)} 0{half} {_n(-2 * r)} 0z"
    corners = list(map(_point, mark.corners))
    if mark.form == "cross":
        return "M{}L{}M{}L{}".format(*corners)
    return f"M{'L'.join(corners)}z"


def _bar(bar: Bar) -> str:
    return (
        f'<rect class="stv-ink-{bar.ink}" x="{_n(bar.x)}" y="{_n(bar.y)}" '
        f'width="{_n(bar.width)}" height="{_n(bar.shown_height)}">'
        f"<title>{_escaped(bar.title)}</title></rect>"
    )


def _flow(flow: Flow, name: str) -> str:
    points = list(map(_point, flow.outline))
    top, bottom, back = " ".join(points[1:4]), _n(flow.outline[4][1]), " ".join(points[5:])
    path = f"M{points[0]}C{top}V{bottom}C{back}z"
    kept = " stv-kept" if flow.way == "kept" else ""
    fill = f' style="fill:url(#{name}-hatch)"' if flow.hatched else ""
    data = (
        f'data-way="{flow.way}" data-stage="{flow.stage}" data-votes="{flow.votes}" '
        f'data-from="{_escaped(flow.giver)}" data-to="{_escaped(flow.taker)}"'
    )
    return (
        f'<path class="stv-flow stv-ink-{flow.ink}{kept}" {data}{fill} d="{path}">'
        f"<title>{_escaped(flow.title)}</title></path>"
    )


def _escaped(text: str) -> str:
    """The text as content of an element, or as the value of an attribute in double quotes."""
    return escape(_NO_XML.sub("\ufffd", text), {'"': "&quot;", "'": "&#39;"})


def _point(point: Point) -> str:
    return " ".join(map(_n, point))


def _n(tenths: int) -> str:
    """A coordinate in pixels."""
    whole, rest = divmod(abs(tenths), 10)
    sign = "-" if tenths < 0 else ""
    return f"{sign}{whole}.{rest}" if rest else f"{sign}{whole}"
