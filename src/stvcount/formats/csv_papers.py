"""CSV: papers in a table of text, with commas, semicolons or tabs between the cells."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from itertools import islice
from typing import Any, TypeAlias

from stvcount.election import Election
from stvcount.errors import Fault, FormatError
from stvcount.formats import tables
from stvcount.formats.files import decoded, lines_of
from stvcount.formats.large_text import LargeText, large_text
from stvcount.formats.tables import Asked, RowGrid
from stvcount.formats.tables.table import BULK_FROM
from stvcount.formats.wording import by_line, echo

__all__ = ["CSV", "DELIMITERS", "TSV", "Separated"]

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_STATED = re.compile(r"sep=([,;\t|])", re.IGNORECASE)
_RECORDS_TO_JUDGE_BY = 1000
_LINES_TO_JUDGE_BY = 3000
_NUMBER = re.compile(r"^\s*[0-9]+\s*[.):-]|[(\[]\s*[0-9]+\s*[)\]]\s*$")
_MOST_TITLES = 5

Lines: TypeAlias = list[str] | LargeText
"""The lines of a file; it may be gone through many times."""


@dataclass(frozen=True, slots=True)
class Separated:
    """A table of text as it is written: what stands between the cells. Reading tells it itself."""

    delimiter: str

    @staticmethod
    def recognises(data: bytes) -> bool:
        """Whether these bytes begin like headings and a row of as many cells, two or more."""
        text = data[:65536].decode("utf-8-sig", errors="replace")
        lines = list(islice((line for line in lines_of(text) if line.strip()), 2))
        if len(lines) < 2 or "\0" in text:
            return False
        widths = [_widths(lines, delimiter)[0] for delimiter in DELIMITERS]
        return any(len(found) == 2 and 1 < found[0] == found[1] for found in widths)

    @staticmethod
    def read(
        data: bytes,
        *,
        path: str,
        encoding: str | None = None,
        format: str,  # noqa: A002 (the word of all formats)
        **options: Any,
    ) -> Election:
        """The election in the bytes of a CSV file; `path` is the file's name, for errors.

        `encoding`: without it, UTF-8. `format`: the name of the format, for the reading.
        `options`: see `tables.Asked`. `places` is required, since the file does not state them.
        Raises `FormatError` with every fault of the file, and `ElectionError` where the file is in
        order but no such election can be held.
        """
        asked = Asked(**options)
        lines, faults = _lines(data, path, encoding)
        delimiter = _delimiter_of_reading(asked, path) or _delimiter(lines, path)
        if _STATED.fullmatch(lines[0]):
            lines = _with_blank_first_line(lines)
        before = len(faults)
        grid = _grid(lines, delimiter, faults)
        first = next((line for line, cells in grid.top() if any(map(str.strip, cells))), None)
        if first is None or any((fault.line or 0) < first for fault in faults[before:]):
            empty = Fault(None, "an empty file", "a line of headings and a line for each paper")
            raise FormatError(path, by_line(faults, ()) or [empty])
        notes = [] if delimiter == "," else [f"{DELIMITERS[delimiter]} stand between the cells"]
        settings = {"delimiter": delimiter} | ({"encoding": encoding} if encoding else {})
        sheet = tables.Sheet(
            format=format, path=path, settings=settings, faults=faults, notes=notes
        )
        return tables.election_of(grid, sheet, asked)

    def dumps(self, election: Election) -> str:
        """The election's papers as the text of such a file: a column for each candidate.

        Raises `ElectionError` for more papers alike than such a file can state.
        """
        import csv

        headings, rows = tables.as_table(election, "CSV")
        text = io.StringIO()
        plain = partial(csv.writer, text, delimiter=self.delimiter, lineterminator="\n")
        plain(quoting=csv.QUOTE_ALL).writerow(headings)
        plain().writerows(rows)
        return text.getvalue()

    @staticmethod
    def left_out(election: Election) -> tuple[str, ...]:
        """A sentence for each thing of this election that such a file cannot hold."""
        return tables.left_out(election, "CSV")


CSV, TSV = Separated(","), Separated("\t")


def _lines(data: bytes, path: str, encoding: str | None) -> tuple[Lines, list[Fault]]:
    """The lines of a file, without a blank one after its last line end, and faults of its bytes."""
    large = large_text(data, encoding, BULK_FROM)
    if large is not None:
        return large, []
    text, faults = decoded(data, path, encoding)
    lines = lines_of(text)
    return (lines if lines[-1] or len(lines) == 1 else lines[:-1]), faults


def _with_blank_first_line(lines: Lines) -> Lines:
    return lines.with_blank_first_line() if isinstance(lines, LargeText) else ["", *lines[1:]]


def _records(lines: Lines, delimiter: str, faults: list[Fault]) -> Iterator[tuple[int, list[str]]]:
    """Each record with the number of its first line; those at fault are left out and reported."""
    import csv

    reader = csv.reader(
        (f"{line}\n" for line in lines),
        delimiter=delimiter,
        skipinitialspace=True,
        strict=True,
    )
    while True:
        line = reader.line_num + 1
        try:
            yield line, next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            found = f"cells that do not end as they began in {echo(lines[line - 1])}"
            expected = "cells with both quotation marks or with none, those inside doubled"
            if "field limit" in str(error):
                found = f"a cell too long to read, in {echo(lines[line - 1])}"
                most = csv.field_size_limit()
                expected = f"cells of at most {most} characters, every quotation mark closed"
            faults.append(Fault(line, found, expected))


def _grid(lines: Lines, delimiter: str, faults: list[Fault]) -> RowGrid:
    records = _records(lines, delimiter, faults)
    if not isinstance(lines, LargeText) or find_spec("numpy") is None:
        return RowGrid(records, padded=False)
    from stvcount.formats.csv_bulk import BulkGrid

    return BulkGrid(records, lines.data, delimiter)


def _widths(lines: Lines, delimiter: str) -> tuple[list[int], list[Fault]]:
    """How many cells each of the first records has if this splits it, and what is at fault then."""
    faults: list[Fault] = []
    records = islice(_records(lines, delimiter, faults), _RECORDS_TO_JUDGE_BY)
    return [len(cells) for _, cells in records if any(cells)], faults


def _delimiter_of_reading(asked: Asked, path: str) -> str | None:
    stated = None if asked.reading is None else asked.reading.settings.get("delimiter")
    if stated not in (None, *DELIMITERS):
        found = f"the delimiter {echo(str(stated))} in the reading"
        raise FormatError(path, [Fault(None, found, "a comma, semicolon, tab or bar")])
    return stated


def _delimiter(lines: Lines, path: str) -> str:
    """What stands between the cells, as a first line says or as the lines show.

    That is what splits all lines into as many cells as headings; where a title stands above
    them, what splits nearly all.
    """
    if stated := _STATED.fullmatch(lines[0]):
        return stated[1]
    # A sign that is none may leave a fault in every line.
    first = list(islice(lines, _LINES_TO_JUDGE_BY))
    split = {delimiter: _widths(first, delimiter) for delimiter in DELIMITERS}
    widths = {one: found for one, (found, _) in split.items()}
    whole = {one: found for one, (found, faults) in split.items() if not faults}
    if any(found and found[0] > 1 for found in whole.values()):
        # What leaves faults splits cells that hold it themselves.
        widths = whole
    splits = [one for one, found in widths.items() if found and found[0] > 1]
    fits = [one for one in splits if len(set(widths[one])) == 1]
    if len(fits) > 1:
        found = f"lines that {' and '.join(DELIMITERS[one] for one in fits)} split equally well"
        expected = "names with such a sign in them to stand in quotation marks"
        raise FormatError(path, [Fault(None, found, expected)])
    if fits:
        return fits[0]
    below = _below_a_title(first, widths)
    if below is not None:
        return below
    if splits:
        return max(splits, key=lambda one: widths[one][0])
    return _of_one_column(lines, widths)


def _bare(cell: str) -> str:
    """A name without the number that may stand at it."""
    return _NUMBER.sub("", cell).strip()


def _of_one_column(lines: Lines, widths: Mapping[str, Sequence[int]]) -> str:
    """A sign that divides nothing: what stands between names is not between cells."""
    if not all(widths.values()):
        return ","
    for delimiter, found in widths.items():
        faults: list[Fault] = []
        undivided = all(len(cells) < 2 for _, cells in _records(lines, delimiter, faults))
        if set(found) == {1} and undivided and not faults:
            return delimiter
    return next((one for one in DELIMITERS if not _widths(lines, one)[1]), ",")


def _below_a_title(lines: Lines, widths: Mapping[str, Sequence[int]]) -> str | None:
    """What splits the lines below a title or two into as many cells each, if one does."""
    best: tuple[int, str] | None = None
    for delimiter, found in widths.items():
        if delimiter == "|":
            # Below a title without one, they stand between names.
            continue
        [(width, alike), *_] = Counter(one for one in found if one > 1).most_common(1) or [(0, 0)]
        start = found.index(width) if alike else len(found)
        if max(found[start:], default=0) > width:
            continue
        titles = 0 < start <= _MOST_TITLES and max(found[:start]) <= 2
        if not titles or alike < 2 or alike * 2 < len(found) - start:
            continue
        every = (cells for _, cells in _records(lines, delimiter, []) if any(cells))
        records = list(islice(every, start, start + _RECORDS_TO_JUDGE_BY))
        first = {_bare(cell) for cell in records[0] if cell.strip()}
        below = [cells for cells in records[1:] if cells != records[0]]
        again = {_bare(cell) for cells in below for cell in cells} & first
        where = {at for cells in below for at, cell in enumerate(cells) if _bare(cell) in again}
        # Names that stand below too are no headings: the cells are orders of names. In a single
        # column, they may be a summary's beside the papers.
        named = len(again) * 2 > len(first) and (len(where) > 1 or width < 3)
        if not named and (best is None or alike > best[0]):
            best = (alike, delimiter)
    return None if best is None else best[1]
