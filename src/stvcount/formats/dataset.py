"""Parquet files that hold the papers of one contest: a folder, or a pattern of names.

They are read as the one table that they are parts of: every cell of every file is judged before any
paper is made. What is known of a part without its rows is small, wherever the part lies.
"""

from __future__ import annotations

import glob
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from stvcount.election import Election, Papers
from stvcount.election.source import Source
from stvcount.errors import Fault, FormatError
from stvcount.formats import tables
from stvcount.formats.files import read_whole
from stvcount.formats.tables import Asked, Column, ColumnGrid
from stvcount.formats.tables.ballots import Ballots
from stvcount.formats.tables.table import Codes
from stvcount.formats.wording import echoes
from stvcount.words import writable

__all__ = [
    "FORMAT",
    "Head",
    "Part",
    "election_of",
    "files_of",
    "joined_cells",
    "joined_codes",
    "of_file",
    "read",
]

_SUFFIX = ".parquet"
FORMAT = "parquet"


@dataclass(frozen=True, slots=True)
class Head:
    """What is known of a part without its rows.

    `cells`, `times`: of each column, its different cells and how many rows have each. `sha256`:
    of the file's bytes, where it is one.
    """

    name: str
    names: Sequence[str]
    rows: int
    cells: Sequence[Sequence[str]]
    times: Sequence[Sequence[int]]
    notes: Sequence[str] = ()
    sha256: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A part of a table: its columns, of so many rows."""

    name: str
    names: Sequence[str]
    columns: Sequence[Column]
    rows: int
    notes: Sequence[str] = ()
    sha256: str | None = None

    def head(self) -> Head:
        cells = [column.cells for column in self.columns]
        times = [column.numbers(self.rows) for column in self.columns]
        return Head(self.name, self.names, self.rows, cells, times, self.notes, self.sha256)

    def __sizeof__(self) -> int:
        # A cluster is to know how much lies where.
        return self.rows * len(self.columns)


def files_of(path: str) -> list[str] | None:
    """The Parquet files of a folder or pattern, sorted; None where it has none, or is one file.

    Raises `FormatError` where a folder or pattern has anything else beside them.
    """
    there = Path(path)
    if there.is_dir():
        found = _seen_in(there)
        if not any(map(_is_parquet, found)):
            return None
        expected = (
            f"Parquet files of one contest alone ({there / '*.parquet'} takes only them, "
            f"{there / '**' / '*.parquet'} also those in folders)"
        )
    elif glob.has_magic(path) and not there.exists():
        found = [Path(name) for name in glob.glob(path, recursive=True)]  # noqa: PTH207 (the pattern may be absolute)
        expected = "Parquet files of one contest (other files together: each by its name)"
    else:
        return None
    others = sorted(one.name + "/" * one.is_dir() for one in found if not _is_parquet(one))
    if others:
        raise FormatError(path, [Fault(None, f"{echoes(others)} among the files", expected)])
    return sorted(map(str, found)) or None


def _seen_in(folder: Path) -> list[Path]:
    """What lies in a folder, but for the traces that systems and programs leave in it."""
    return [one for one in folder.iterdir() if _is_parquet(one) or one.name[0] not in "._"]


def _is_parquet(path: Path) -> bool:
    return path.suffix.lower() == _SUFFIX and not path.is_dir()


def of_file(path: str) -> Part:
    """The part in a Parquet file. Raises `FormatError`."""
    import hashlib

    from stvcount.formats.arrow import PARQUET

    data = read_whole(path)
    names, columns, rows, notes = PARQUET.table(data, path)
    sha256 = hashlib.sha256(data).hexdigest()
    return Part(path, names, columns, rows, notes, sha256)


def read(path: str, files: Iterable[str], options: dict[str, Any]) -> Election:
    """The election in these files; `options` as `Asked` has them."""
    parts = [of_file(file) for file in files]
    heads = [part.head() for part in parts]

    def codes(number: int, places: Sequence[Sequence[int]]) -> Codes:
        return joined_codes([part.columns[number].codes for part in parts], places)

    return election_of(path, heads, codes, options)


def election_of(
    path: str,
    heads: Sequence[Head],
    codes: Callable[[int, Sequence[Sequence[int]]], Codes],
    options: dict[str, Any],
    *,
    papers: Callable[[Ballots], Papers] = Ballots.papers,
    format_name: str = FORMAT,
) -> Election:
    """The election in a table of these parts, in their order.

    `codes`: those of a column, for which codes of each part are moved to which places. `papers`:
    makes them of what is on them. Raises `FormatError` as for a table in one piece.
    """
    _check_alike(heads)
    columns = []
    for number in range(len(heads[0].names)):
        cells, places = joined_cells([head.cells[number] for head in heads])
        times = [0] * len(cells)
        for head, moved in zip(heads, places, strict=True):
            for place, time in zip(moved, head.times[number], strict=True):
                times[place] += time
        columns.append(Column(cells, codes(number, places), times))
    grid = ColumnGrid(heads[0].names, columns, sum(head.rows for head in heads))
    notes = list(dict.fromkeys(note for head in heads for note in head.notes))
    sheet = tables.Sheet(format=format_name, path=path, settings={}, notes=notes)
    try:
        found = tables.election_of(grid, sheet, Asked(**options), papers=papers)
    except FormatError as error:
        faults = [_in_its_part(fault, heads) for fault in error.faults]
        raise FormatError(path, faults, more=error.more) from error
    return replace(found, sources=_sources(found, heads))


def _check_alike(heads: Sequence[Head]) -> None:
    first = heads[0]
    for head in heads:
        if list(head.names) != list(first.names):
            found = f"the columns {echoes(head.names)}"
            expected = f"those of {first.name}: {echoes(first.names)}"
            raise FormatError(head.name, [Fault(None, found, expected)])


def joined_cells(parts: Sequence[Sequence[str]]) -> tuple[list[str], list[list[int]]]:
    """The different cells of all parts as of one table, blank last, and where those of each are."""
    texts = [*dict.fromkeys(cell for cells in parts for cell in cells if cell), ""]
    places = {cell: place for place, cell in enumerate(texts)}
    return texts, [[places[cell] for cell in cells] for cells in parts]


def joined_codes(codes: Sequence[Codes], places: Sequence[Sequence[int]]) -> Codes:
    """The codes of a column in all parts as of one table, which are moved to these places."""
    import numpy as np

    from stvcount.election.matrix import number_type

    kind = number_type(max(map(max, filter(None, places)), default=0))
    pairs = zip(codes, places, strict=True)
    joined: Codes = np.concatenate(
        [np.array(moved, dtype=kind).take(np.asarray(part)) for part, moved in pairs]
    )
    return joined


def _in_its_part(fault: Fault, heads: Sequence[Head]) -> Fault:
    """The same fault of a row, which also says in which part the row is."""
    if fault.line is None or fault.line < 1:
        return fault
    row = fault.line
    for head in heads:
        if row <= head.rows:
            return replace(fault, found=f"{fault.found} (row {row} of {head.name})")
        row -= head.rows
    return fault


def _sources(found: Election, heads: Sequence[Head]) -> list[Source]:
    """A source for each file; the first has the reading, which is that of all."""
    files = [head for head in heads if head.sha256 is not None]
    return [
        Source(
            name=writable(Path(head.name).name),
            sha256=head.sha256 or "",
            reading=found.reading if number == 0 else None,
        )
        for number, head in enumerate(files)
    ]
