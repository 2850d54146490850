"""Counts of many files in plain text: which file, what came of it, and where its sheet is."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING

from stvcount.sheets.layout import listing
from stvcount.words import visible

if TYPE_CHECKING:
    from stvcount.counting.many import Counted

INDEX = "index.txt"


def sheet_names(files: Iterable[str], suffix: str) -> list[str]:
    """A file name for the sheet of each of these files, no two alike on any file system."""
    taken = {INDEX}
    names = []
    for file in files:
        stem = PurePath(file).stem or "election"
        number, name = 1, stem + suffix
        while _as_some_systems_see(name) in taken:
            number += 1
            name = f"{stem}-{number}{suffix}"
        taken.add(_as_some_systems_see(name))
        names.append(name)
    return names


def _as_some_systems_see(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def index(counted: Sequence[Counted], names: Sequence[str], *, what: str = "files") -> str:
    """A paragraph for each file: its title, who is elected, its sheet; or why it has none."""
    done = sum(one.record is not None for one in counted)
    lines = [f"{done} of {len(counted)} {what} counted"]
    for one, name in zip(counted, names, strict=True):
        lines += ["", one.name]
        if one.record is None:
            lines += [f"  not counted: {line}" for line in str(one.error).splitlines()]
            continue
        record = one.record
        elected = "void" if record.void else ", ".join(record.elected) or "nobody"
        lines += [f"  {record.title}"] if record.title not in ("", one.name) else []
        lines += [f"  elected: {elected}"]
        lines += [f"  vacant: {vacancy.places} ({vacancy.reason})" for vacancy in record.vacant]
        lines += [f"  sheet: {name}"]
    return listing(map(visible, lines))
