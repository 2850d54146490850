"""The results of many contests as a folder of pages that works from a disk or any web host."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stvcount.sheets import csv_sheet, index_sheet, render, slides
from stvcount.sheets.html import template
from stvcount.sheets.posts import Post, post
from stvcount.version import __version__
from stvcount.words import visible

if TYPE_CHECKING:
    from stvcount.counting.many import Counted

__all__ = ["file_names", "files", "names"]

INDEX, SLIDES, CSV, JSON = "index.html", "slides.html", "results.csv", "results.json"
_OF_ALL = (INDEX, index_sheet.INDEX, SLIDES, CSV, JSON)
_FORMATS = ("html", "json", "csv")
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class _Links:
    """Where the files of a contest are, as links; None of one that has none."""

    page: str | None
    csv: str | None
    json: str | None


def names(titles: Sequence[str]) -> list[str]:
    """What the files of each contest are called, but for the suffix: a number, and its title."""
    width = max(2, len(str(len(titles))))
    return [f"{number:0{width}}-{_letters(title)}" for number, title in enumerate(titles, start=1)]


def _letters(title: str) -> str:
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:_LONGEST_NAME] or "contest"


def file_names(titles: Sequence[str]) -> list[str]:
    """All files that the results of contests of these titles may have."""
    return [*_OF_ALL, *(f"{name}.{kind}" for name in names(titles) for kind in _FORMATS)]


def files(counted: Sequence[Counted], *, title: str = "Results") -> Iterator[tuple[str, str]]:
    """The name and the content of each file: those of each contest, and then those of all.

    Raises `ElectionError` where Jinja2 is not installed.
    """
    stems = names([one.name for one in counted])
    for one, stem in zip(counted, stems, strict=True):
        if one.record is not None:
            for kind in _FORMATS:
                yield f"{stem}.{kind}", render(one.record, kind)
    posts = list(map(post, counted))
    sheets = [f"{stem}.html" for stem in stems]
    yield SLIDES, slides.slides(posts, title=title, index=INDEX)
    yield CSV, csv_sheet.written(_rows(counted, posts, stems))
    yield JSON, _json(counted, posts, stems)
    yield index_sheet.INDEX, index_sheet.index(counted, sheets, what="contests")
    # Last, so that whoever opens it finds all that it leads to.
    yield INDEX, _index(counted, posts, stems, title)


def _index(
    counted: Sequence[Counted], posts: Sequence[Post], stems: Sequence[str], title: str
) -> str:
    text: str = template("index.html").render(
        title=title,
        posts=posts,
        done=sum(one.record is not None for one in counted),
        links=[_links(*pair) for pair in zip(counted, stems, strict=True)],
        slides=SLIDES,
        csv=CSV,
        json=JSON,
        version=__version__,
    )
    return text


def _links(one: Counted, stem: str) -> _Links:
    if one.record is None:
        return _Links(None, None, None)
    return _Links(*(f"{stem}.{kind}" for kind in ("html", "csv", "json")))


_COLUMNS = (
    *("Contest", "Result", "Places", "Elected", "Not filled", "Rules", "Papers", "Valid"),
    *("Electorate", "Status", "Lots", "In the way", "File"),
)


def _rows(
    counted: Sequence[Counted], posts: Sequence[Post], stems: Sequence[str]
) -> Iterator[Sequence[str | int | None]]:
    yield _COLUMNS
    for one, told, stem in zip(counted, posts, stems, strict=True):
        faults = " / ".join(map(visible, (*told.faults, *([told.lot] if told.lot else []))))
        record = one.record
        if record is None:
            yield [told.title, told.state, *[""] * 9, faults, ""]
            continue
        lots = [lot for stage in record.stages for lot in stage.lots] + [*record.completion.lots]
        yield [
            *(told.title, told.state, record.places, "; ".join(record.elected)),
            "; ".join(told.why),
            *(record.rules.id, record.papers.total, record.papers.valid),
            "" if record.contest.electorate is None else record.contest.electorate,
            told.status or "",
            "; ".join(f"{lot.purpose}: fell on {lot.chosen} ({lot.source})" for lot in lots),
            *(faults, stem),
        ]


def _json(counted: Sequence[Counted], posts: Sequence[Post], stems: Sequence[str]) -> str:
    contests = [
        {
            "title": told.title,
            "result": told.state,
            "elected": [name.name for name in told.elected],
            "not_filled": list(told.why),
            "lot": told.lot,
            "faults": list(told.faults),
            "record": None if one.record is None else f"{stem}.json",
        }
        for one, told, stem in zip(counted, posts, stems, strict=True)
    ]
    return json.dumps({"contests": contests}, ensure_ascii=False, indent=2) + "\n"
