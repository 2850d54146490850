"""Lists of contests: a row for each, in a sheet named `Contests`, in CSV or in TOML.

The headings of a sheet or of CSV are those of `HEADINGS`, in any order and any case; in TOML, each
contest is a table `[[contest]]` with the same words as keys (`returning_officer`). A cell that
holds several things has semicolons between them; what holds a semicolon itself only TOML can say.
"""

from __future__ import annotations

import csv
import datetime
import io
import os
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from stvcount.errors import Fault, FormatError
from stvcount.formats import workbook_sheets
from stvcount.formats.files import PathName, decoded, read_whole
from stvcount.formats.spreadsheet import escaped, unescaped
from stvcount.formats.wording import echo
from stvcount.formats.workbooks import rows_of
from stvcount.words import writable

__all__ = [
    "FILES",
    "HEADINGS",
    "Row",
    "as_csv",
    "as_toml",
    "beside",
    "is_list",
    "key_of",
    "read_list",
]

HEADINGS = (
    *("Title", "Question", "Sheet", "File", "Places", "Rules", "Organisation", "Options"),
    *("Non-person", "Persons", "Withdrawn", "Set aside", "Lots", "Date", "Electorate"),
    *("Returning officer", "Status", "Read with", "Skip"),
)
"""What may be said of a contest."""

_SEVERAL = ("options", "persons", "withdrawn", "set_aside", "lots")
_SHEET = "contests"
FILES = ("contests.csv", "contests.toml")
"""The names under which a list is found beside ballot files."""

# Keys with a dot before each part take the square of their number to be read. In names and other
# texts there are dots as well, though not behind every word.
_MOST_DOTS = 100
_PART_OF_KEY = re.compile(r"""\.[ \t]*(?:[\w-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')[ \t]*""")
_DOTTED_KEY = re.compile(f"(?:{_PART_OF_KEY.pattern})+")
_DOT = r"\u002E"
_LONGEST_NUMBER = 18

Cell: TypeAlias = str | tuple[str, ...]


def key_of(heading: str) -> str:
    """The heading as it is written in TOML."""
    return "_".join(heading.lower().replace("-", " ").replace("_", " ").split())


_KEYS = tuple(map(key_of, HEADINGS))


@dataclass(frozen=True, slots=True)
class Row:
    """A contest of a list: where that says so, for errors, and what it says, by key.

    Whatever may be several is a tuple; what is left blank is not there.
    """

    place: str
    cells: Mapping[str, Cell]

    def text(self, key: str) -> str | None:
        cell = self.cells.get(key)
        return cell if isinstance(cell, str) else None

    def several(self, key: str) -> tuple[str, ...]:
        return _texts(self.cells.get(key, ()))


def _texts(cell: Cell) -> tuple[str, ...]:
    return (cell,) if isinstance(cell, str) else cell


def is_list(sheet: str) -> bool:
    """Whether a sheet of this name is a list of contests."""
    return sheet.strip().lower() == _SHEET


def read_list(path: PathName) -> tuple[Row, ...] | None:
    """The rows of a list; None of a workbook without a sheet of that name.

    Raises `FormatError`, with every fault, where it cannot be read.
    """
    name = os.fsdecode(path)
    data = read_whole(path)
    if name.lower().endswith(".toml"):
        return tuple(_of_toml(data, name))
    sheets = workbook_sheets(data, name)
    if sheets is None:
        return tuple(_of_csv(data, name))
    for sheet in sheets:
        if is_list(sheet.title):
            place = f"{name}, sheet {sheet.title!r}"
            faults: list[Fault] = []
            rows = list(rows_of(sheet, name, faults, []))
            if faults:
                raise FormatError(place, faults)
            return tuple(_of_rows(rows, place))
    return None


def _of_csv(data: bytes, name: str) -> Iterator[Row]:
    text, faults = decoded(data, name, None)
    if faults:
        raise FormatError(name, faults)
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[int, list[str]]] = []
    while True:
        line = reader.line_num + 1
        try:
            rows.append((line, list(map(unescaped, next(reader)))))
        except StopIteration:
            break
        except csv.Error as error:
            expected = "cells with both quotation marks or with none"
            raise FormatError(name, [Fault(line, str(error), expected)]) from error
    yield from _of_rows(rows, name)


def _of_rows(rows: Sequence[tuple[int, list[str]]], place: str) -> Iterator[Row]:
    filled = [(line, [cell.strip() for cell in cells]) for line, cells in rows if any(cells)]
    if not filled:
        raise FormatError(place, [Fault(None, "an empty list", _expected())])
    (line, headings), *below = filled
    keys = [key_of(heading) for heading in headings]
    if faults := list(_faults_of_keys(keys, headings, line)):
        raise FormatError(place, faults)
    for number, cells in below:
        if any(cells[len(keys) :]):
            found = f"{len(cells)} cells"
            raise FormatError(place, [Fault(number, found, f"{len(keys)}, as in the headings")])
        yield Row(
            f"{place}:{number}",
            {
                key: _parts(cell) if key in _SEVERAL else cell
                for key, cell in zip(keys, cells, strict=False)
                if cell
            },
        )


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(";") if part.strip())


def _expected() -> str:
    return f"headings among {', '.join(HEADINGS)}, and a row for each contest"


def _faults_of_keys(keys: Sequence[str], shown: Sequence[str], line: int | None) -> Iterator[Fault]:
    for number, (key, heading) in enumerate(zip(keys, shown, strict=True)):
        if key and key not in _KEYS:
            yield Fault(line, f"the heading {echo(heading)}", f"one of {', '.join(HEADINGS)}")
        elif key and key in keys[:number]:
            yield Fault(line, f"the heading {echo(heading)} again", "it once")
    if not set(keys) & set(_KEYS):
        yield Fault(line, "no heading of a list of contests", _expected())


def _of_toml(data: bytes, name: str) -> Iterator[Row]:
    text, faults = decoded(data, name, None)
    if faults:
        raise FormatError(name, faults)
    if _has_many_dots(text):
        raise FormatError(name, [Fault(None, "a key of very many dots", f"at most {_MOST_DOTS}")])
    try:
        found = tomllib.loads(text)
        repr(found)  # of a number too long to be shown, this is an error as well
    except tomllib.TOMLDecodeError as error:
        raise FormatError(name, [Fault(None, f"no TOML ({error})", "a list in TOML")]) from error
    except (ValueError, RecursionError) as error:
        fault = Fault(None, "a number too long, or tables nested too deeply", "a list in TOML")
        raise FormatError(name, [fault]) from error
    tables = found.pop("contest", None)
    if found or not isinstance(tables, list) or not all(isinstance(t, dict) for t in tables):
        keys = ", ".join(map(echo, found)) or "no tables of contests"
        raise FormatError(name, [Fault(None, keys, "a table [[contest]] for each contest")])
    for number, table in enumerate(tables, start=1):
        place = f"{name}, contest {number}"
        if faults := list(_faults_of_keys(list(map(key_of, table)), list(table), None)):
            raise FormatError(place, faults)
        yield Row(place, dict(_cells_of_toml(table, place)))


def _has_many_dots(text: str) -> bool:
    keys = (found[0] for found in _DOTTED_KEY.finditer(text))
    return any(len(_PART_OF_KEY.findall(key)) > _MOST_DOTS for key in keys)


def _cells_of_toml(table: Mapping[str, Any], place: str) -> Iterator[tuple[str, Cell]]:
    for name, value in table.items():
        key = key_of(name)
        cell = _cell_of_toml(value, several=key in _SEVERAL)
        if cell is None:
            expected = "a text, a number or a list of them" if key in _SEVERAL else "a text"
            raise FormatError(place, [Fault(None, f"{value!r:.60} for {echo(name)}", expected)])
        if cell:
            yield key, cell


def _cell_of_toml(value: object, *, several: bool) -> Cell | None:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (str, int, datetime.date)):
        text = str(value).strip()
        return ((text,) if text else ()) if several else text
    if several and isinstance(value, dict):
        value = [f"{key}={one}" for key, one in value.items()]
    if several and isinstance(value, list):
        parts = [_cell_of_toml(one, several=False) for one in value]
        texts = tuple(part for part in parts if isinstance(part, str))
        # As in a table, what is left blank is not there.
        return tuple(filter(None, texts)) if len(texts) == len(parts) else None
    return None


# Written


def as_csv(rows: Iterable[Mapping[str, Cell]]) -> str:
    """A list as CSV with all headings, for a spreadsheet.

    Raises `FormatError`, with every fault, where a row says what CSV would not read back.
    """
    kept = _checked(rows, _lost_in_csv)
    filled = ([_in_one_cell(row.get(key, "")) for key in _KEYS] for row in kept)
    return "".join(map(_line_of_csv, (HEADINGS, *filled)))


def _in_one_cell(cell: Cell) -> str:
    return escaped("; ".join(_texts(cell)))


def _line_of_csv(cells: Iterable[str]) -> str:
    text = io.StringIO()
    # Only what may end a line is quoted, and a carriage return in a cell would end one.
    csv.writer(text, lineterminator="\r\n").writerow(cells)
    return text.getvalue().removesuffix("\r\n") + "\n"


def as_toml(rows: Iterable[Mapping[str, Cell]]) -> str:
    """A list as TOML, with the keys that are not filled in as comments.

    Raises `FormatError`, with every fault, where a row says what no list can.
    """
    tables = ("\n".join(_lines_of_toml(row)) + "\n" for row in _checked(rows, _lost_in_any))
    return "\n".join(tables) or "contest = []\n"


def _checked(
    rows: Iterable[Mapping[str, Cell]],
    lost: Callable[[str, Mapping[str, Cell]], Iterable[tuple[str, str]]],
) -> list[Mapping[str, Cell]]:
    """The rows, once it is sure that each reads back: what is `lost`, and what could be said."""
    kept = list(rows)
    faults = [
        Fault(None, f"{found} (contest {number}{_named(row)})", expected)
        for number, row in enumerate(kept, start=1)
        for key in _KEYS
        for found, expected in lost(key, row)
    ]
    if faults:
        raise FormatError("the list of contests", faults)
    return kept


def _named(row: Mapping[str, Cell]) -> str:
    title = row.get("title")
    return f", {echo(title)}" if isinstance(title, str) else ""


def _lost_in_any(key: str, row: Mapping[str, Cell]) -> Iterator[tuple[str, str]]:
    for text in _texts(row.get(key, ())):
        found = f"{echo(text)} under {_HEADING_OF[key]}"
        if text != writable(text):
            yield found, "a text that UTF-8 can hold"
        elif not text or text != text.strip():
            yield found, "a text without blanks around it, as no list keeps them"


def _lost_in_csv(key: str, row: Mapping[str, Cell]) -> Iterator[tuple[str, str]]:
    yield from _lost_in_any(key, row)
    cell = row.get(key, ())
    for text in _texts(cell):
        if key in _SEVERAL and ";" in text:
            found = f"{echo(text)} under {_HEADING_OF[key]}"
            yield found, f"no semicolon, which stands between several in CSV {_OR_TOML}"
    if len(_in_one_cell(cell)) > csv.field_size_limit():
        found = f"{len(_in_one_cell(cell))} characters under {_HEADING_OF[key]}"
        yield found, f"at most {csv.field_size_limit()} in a cell of CSV {_OR_TOML}"
    if key == _KEYS[0] and not any(map(row.get, _KEYS)):
        yield "nothing that is said", f"a title, or whatever else it is known by {_OR_TOML}"


_HEADING_OF = dict(zip(_KEYS, HEADINGS, strict=True))
_OR_TOML = "(or the list as TOML: -o contests.toml, --format toml or to_toml())"


def _lines_of_toml(row: Mapping[str, Cell]) -> Iterator[str]:
    yield "[[contest]]"
    for key in _KEYS:
        if key in row:
            value = _toml(row[key])
            # Where they would be taken for those of a key, all the dots of the texts are escaped.
            yield f"{key} = {value.replace('.', _DOT) if _has_many_dots(value) else value}"
        elif key not in ("question", "sheet", "file"):
            yield f"# {key} = {'[]' if key in _SEVERAL else _toml('')}"


def _toml(cell: Cell) -> str:
    if not isinstance(cell, str):
        return f"[{', '.join(map(_toml, cell))}]"
    is_number = cell.isascii() and cell.isdigit() and not cell.startswith("0")
    if is_number and len(cell) <= _LONGEST_NUMBER:
        return cell
    return f'"{"".join(map(_escaped_for_toml, cell))}"'


def _escaped_for_toml(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    return character if character.isprintable() else f"\\U{ord(character):08X}"


def beside(path: PathName) -> list[str]:
    """The lists that lie in a folder, or beside a file."""
    there = Path(os.fsdecode(path))
    folder = there if there.is_dir() else there.parent
    return [str(folder / name) for name in FILES if (folder / name).is_file()]
