"""The results of many contests as a folder of pages that works from a disk or any web host."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from stvcount import codec
from stvcount.errors import RecordError
from stvcount.frozen import FrozenMapping
from stvcount.sheets import csv_sheet, index_sheet, render, slides
from stvcount.sheets.html import template
from stvcount.sheets.posts import Post, post
from stvcount.version import __version__
from stvcount.words import visible

if TYPE_CHECKING:
    from stvcount.counting.many import Counted
    from stvcount.record import CountRecord

    Sheets: TypeAlias = list[str]
    Mapped: TypeAlias = Callable[
        [Callable[[CountRecord], Sheets], Sequence[CountRecord]], Iterable[Sheets]
    ]

__all__ = ["JSON", "SCHEMA", "file_names", "files", "left_by", "names"]

SCHEMA = "stvcount.results/1"
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


@dataclass(frozen=True, slots=True)
class _Contest:
    """What results.json says of a contest. `files`: those it has, with their SHA-256."""

    title: str
    result: str
    elected: tuple[str, ...]
    not_filled: tuple[str, ...]
    lot: str | None
    faults: tuple[str, ...]
    record: str | None
    files: FrozenMapping[str, str]


@dataclass(frozen=True, slots=True)
class _Results:
    """All that results.json says."""

    stvcount: str
    title: str
    contests: tuple[_Contest, ...]


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


def files(
    counted: Sequence[Counted], *, title: str = "Results", by: Mapped = map
) -> Iterator[tuple[str, str]]:
    """The name and the content of each file: those of each contest, and then those of all.

    `by`: makes the sheets of all records, in order, as `map` does. Raises `ElectionError` where
    Jinja2 is not installed.
    """
    stems = names([one.name for one in counted])
    written: list[dict[str, str]] = []
    made = iter(by(_sheets, [one.record for one in counted if one.record is not None]))
    for one, stem in zip(counted, stems, strict=True):
        written.append({})
        if one.record is None:
            continue
        for kind, content in zip(_FORMATS, next(made), strict=True):
            written[-1][f"{stem}.{kind}"] = hashlib.sha256(content.encode()).hexdigest()
            yield f"{stem}.{kind}", content
    posts = list(map(post, counted))
    sheets = [f"{stem}.html" for stem in stems]
    yield SLIDES, slides.slides(posts, title=title, index=INDEX)
    yield CSV, csv_sheet.written(_rows(counted, posts, stems))
    yield JSON, _json(posts, title, written)
    yield index_sheet.INDEX, index_sheet.index(counted, sheets, what="contests")
    # Last, so that whoever opens it finds all that it leads to.
    yield INDEX, _index(counted, posts, stems, title)


def _sheets(record: CountRecord) -> Sheets:
    return [render(record, kind) for kind in _FORMATS]


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
        yield [
            *(told.title, told.state, record.places, "; ".join(record.elected)),
            "; ".join(told.why),
            *(record.rules.id, record.papers.total, record.papers.valid),
            "" if record.contest.electorate is None else record.contest.electorate,
            told.status or "",
            "; ".join(f"{lot.purpose}: fell on {lot.chosen} ({lot.source})" for lot in record.lots),
            *(faults, stem),
        ]


def _json(posts: Sequence[Post], title: str, written: Sequence[Mapping[str, str]]) -> str:
    contests = tuple(
        _Contest(
            title=told.title,
            result=told.state,
            elected=tuple(name.name for name in told.elected),
            not_filled=tuple(told.why),
            lot=told.lot,
            faults=tuple(told.faults),
            record=next((name for name in of_contest if name.endswith(".json")), None),
            files=FrozenMapping(of_contest),
        )
        for told, of_contest in zip(posts, written, strict=True)
    )
    return codec.dumps({"schema": SCHEMA} | codec.encode(_Results(__version__, title, contests)))


def left_by(folder: Path) -> Mapping[Path, bool]:
    """The files of contests in a folder that an earlier run wrote there, as its results.json says.

    With each, whether it is still as it was written. Nothing, where there is no such results.json.
    """
    try:
        text = (folder / JSON).read_text("utf-8")
        earlier: _Results = codec.decode(_Results, codec.loads(text, schema=SCHEMA))
    except (OSError, ValueError, RecordError):
        return {}
    listed = {name: digest for one in earlier.contests for name, digest in one.files.items()}
    # A name with a folder in it was not written by any run.
    plain = {folder / name: digest for name, digest in listed.items() if Path(name).name == name}
    return {
        path: _is_of(digest, path)
        for path, digest in plain.items()
        if path.is_file() and not path.is_symlink()
    }


def _is_of(digest: str, path: Path) -> bool:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() == digest
    except OSError:
        return False
