"""Where several contests are in one file or folder: sheets of a workbook, questions of a form."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from stvcount.errors import Fault, FormatError
from stvcount.formats import FORMATS, Opened, states_places
from stvcount.formats.contest_list import FILES, is_list
from stvcount.formats.files import PathName, reason_of
from stvcount.formats.tables import Asked
from stvcount.formats.wording import echoes
from stvcount.formats.workbooks import asked_at_the_top, like_papers

__all__ = ["Found", "Looked", "look"]

_SUFFIXES = tuple(suffix for kind in FORMATS for suffix in kind.suffixes)


@dataclass(frozen=True, slots=True)
class Found:
    """Where the papers of a contest are: a file, a sheet of it, a question of that.

    `title`: the question, the sheet, what the file states, or the file's name. `places`: where the
    file states them. `certain`: whether there are papers; a sheet without any may be listed.
    """

    title: str
    file: str
    sheet: str | None = None
    question: str | None = None
    places: int | None = None
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look at a file or folder brought up. `notes`: what holds no papers."""

    found: tuple[Found, ...]
    notes: tuple[str, ...]


def look(path: PathName, reading: Mapping[str, Any]) -> Looked:
    """Every place of papers in a file, or in the ballot files of a folder, in their order.

    `reading`: keywords for `stvcount.read`. A file that cannot be read is one place, and says so
    when it is. Raises `FormatError` where there is no such file or folder, or nothing in it.
    """
    name = os.fsdecode(path)
    notes: list[str] = []
    in_folder = Path(name).is_dir()
    files = _files(name, notes) if in_folder else [name]
    found = [one for file in files for one in _in_file(file, reading, notes, in_folder=in_folder)]
    if not any(one.certain for one in found):
        raise FormatError(name, [Fault(None, "no papers", "a ballot file")])
    return Looked(tuple(_told_apart(found)), tuple(notes))


def _files(folder: str, notes: list[str]) -> list[str]:
    """The ballot files of a folder, by their suffixes; what else is there is noted."""
    try:
        there = sorted(path for path in Path(folder).iterdir() if not path.name.startswith("."))
    except OSError as error:
        expected = "a folder that can be read"
        raise FormatError(folder, [Fault(None, reason_of(error), expected)]) from error
    files = [path for path in there if path.is_file() and path.suffix.lower() in _SUFFIXES]
    if others := [path.name for path in there if path not in files and path.name not in FILES]:
        notes.append(f"not read, as no ballot file has such a name: {echoes(others)}")
    return [str(path) for path in files if path.name not in FILES]


def _told_apart(found: Sequence[Found]) -> Iterator[Found]:
    """The same, where a title that several have also says in which sheet or file it is."""
    times = Counter(one.title for one in found)
    for one in found:
        where = Path(one.file).stem if one.sheet in (None, one.title) else one.sheet
        yield one if times[one.title] == 1 else replace(one, title=f"{where}: {one.title}")


def _in_file(
    path: str, reading: Mapping[str, Any], notes: list[str], *, in_folder: bool
) -> Iterator[Found]:
    try:
        file = Opened(path)
    except FormatError:
        if not Path(path).is_file():
            raise
        yield Found(Path(path).stem, path)
        return
    if file.sheets is None:
        yield from _in_text(file, reading)
        return
    yield from _in_workbook(file, reading, notes)
    if in_folder and any(is_list(sheet.title) for sheet in file.sheets):
        notes.append(
            f"{Path(path).name}: its list of contests is not read, as it is one of several files; "
            "contests.csv in the folder lists all of them"
        )


def _in_text(file: Opened, reading: Mapping[str, Any]) -> Iterator[Found]:
    states = states_places(file.path)
    stem = Path(file.path).stem
    try:
        election = file.read(**reading) if states else file.read(**{"places": 1, **reading})
    except FormatError as error:
        questions = _questions(error.faults)
        yield from (Found(one, file.path, question=one) for one in questions)
        if not questions:
            yield Found(stem, file.path)
        return
    yield Found(election.title or stem, file.path, places=election.places if states else None)


def _in_workbook(file: Opened, reading: Mapping[str, Any], notes: list[str]) -> Iterator[Found]:
    sheets = [sheet for sheet in file.sheets or () if not is_list(sheet.title)]
    shown = [sheet for sheet in sheets if sheet.is_shown]
    asked = Asked(places=1, **reading)
    without: list[str] = []
    for sheet in shown:
        faults = asked_at_the_top(sheet, file.path, asked)
        title = sheet.title if len(shown) > 1 else Path(file.path).stem
        if like_papers(faults) == "none":
            without.append(sheet.title)
            yield Found(title, file.path, sheet.title, certain=False)
            continue
        questions = _questions(faults or ())
        yield from (Found(one, file.path, sheet.title, one) for one in questions)
        if not questions:
            yield Found(title, file.path, sheet.title)
    name = Path(file.path).name
    if without:
        notes.append(f"{name}: no papers in {echoes(without)}")
    if hidden := [sheet.title for sheet in sheets if not sheet.is_shown]:
        notes.append(f"{name}: hidden, and not read: {echoes(hidden)}")


def _questions(faults: Sequence[Fault]) -> list[str]:
    """The questions between which a reader has to be told, if that is what it asks."""
    return list(
        dict.fromkeys(
            str(setting.value)
            for fault in faults
            for way in fault.settled_by
            for setting in way
            if setting.option == "question"
        )
    )
