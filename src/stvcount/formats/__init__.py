"""Ballot files in and out: one table of formats, and `read` and `write` over it."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any, Literal, TypeAlias, TypedDict, Unpack

from stvcount.checked import checked
from stvcount.election import Election
from stvcount.election.reading import Layout, Reading
from stvcount.election.source import Source
from stvcount.errors import ElectionError, Fault, FormatError
from stvcount.formats import foreign
from stvcount.formats.files import (
    PathName,
    check_outputs,
    encoding_marked,
    read_whole,
    reason_of,
    write_whole,
)
from stvcount.formats.settings import SWITCHES
from stvcount.formats.wording import echo, fault_of
from stvcount.frozen import FrozenMapping
from stvcount.words import writable

__all__ = [
    "FORMATS",
    "Format",
    "FormatName",
    "Layout",
    "Opened",
    "PaperIds",
    "ReadAs",
    "ReadOptions",
    "TableOptions",
    "names",
    "read",
    "read_bytes",
    "sheet_names",
    "workbook_sheets",
    "write",
]

FormatName: TypeAlias = Literal[
    "blt",
    "toi",
    "soi",
    "toc",
    "soc",
    "json",
    "xlsx",
    "ods",
    "xls",
    "parquet",
    "arrow",
    "csv",
    "tsv",
]
PaperIds: TypeAlias = Literal["in-place", "before"]


class TableOptions(TypedDict, total=False):
    """What may be said of a table that leaves a doubt: see `read`."""

    layout: Layout | None
    candidates: Sequence[str] | None
    preferences: Sequence[str] | None
    weights: str | None
    ignore: Sequence[str] | None
    ignore_rows: Sequence[int] | None
    header_row: int | None
    question: str | None
    blank: Sequence[str] | None
    same: Mapping[str, str] | None
    mend_accents: bool | None
    reading: Reading | None


class ReadOptions(TableOptions, total=False):
    """What `read` may be told besides the file and its format: see there."""

    encoding: str | None
    paper_ids: PaperIds | None
    places: int | None
    title: str | None
    sheet: str | None
    skip_zero: bool | None
    ignore_commas: bool | None
    names_in_comments: bool | None
    fold_controls: bool | None


class ReadAs(ReadOptions, total=False):
    """The same, with the name of the format."""

    format: FormatName | None


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of ballot file, and the module in which its functions are found when it is needed.

    `suffixes`: in small letters, with the dot. `options`: the names of those that reading takes.
    `writes`: whether such files are written as well.
    The module has, or where it serves several formats its object of the name `kind` has:
    `recognises(data)`: whether the bytes look like it;
    `read(data, path=..., **options)`: the election; `path` is the file's name for errors;
    `sheets(data, path)`: of a workbook, its sheets, each with a `title`;
    `dumps(election)`: the content of a file, and
    `left_out(election)`: a plain sentence for each thing that a file cannot hold, if it `writes`.
    """

    name: FormatName
    suffixes: tuple[str, ...]
    module: str
    options: tuple[str, ...]
    kind: str | None = None
    writes: bool = True

    def recognises(self, data: bytes) -> bool:
        return bool(self._functions().recognises(data))

    def read(self, data: bytes, *, path: str, **options: Any) -> Election:
        election: Election = self._functions().read(data, path=path, **options)
        return election

    def sheets(self, data: bytes, *, path: str) -> Sequence[Any]:
        found: Sequence[Any] = self._functions().sheets(data, path)
        return found

    def dumps(self, election: Election) -> str | bytes:
        content: str | bytes = self._functions().dumps(election)
        return content

    def left_out(self, election: Election) -> tuple[str, ...]:
        sentences: tuple[str, ...] = self._functions().left_out(election)
        return sentences

    def _functions(self) -> Any:
        module = import_module(f"stvcount.formats.{self.module}")
        return module if self.kind is None else getattr(module, self.kind)


_STANDARD_INPUT = "standard input"
_OF_BLT = (
    *("encoding", "paper_ids", "skip_zero", "ignore_commas", "names_in_comments"),
    *("fold_controls", "mend_accents"),
)
# They begin in a way that no text does, so that a mistaken suffix does no harm.
_BINARY = ("xlsx", "ods", "xls", "parquet", "arrow")
_NO_TEXT = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"PAR1", b"ARROW1", b"\xff\xff\xff\xff")
_OF_TABLES = (
    *("places", "title", "layout", "candidates", "preferences", "weights", "ignore"),
    *("ignore_rows", "header_row", "question", "blank", "same", "mend_accents"),
)
_TABLES = ("xlsx", "ods", "xls", "parquet", "arrow", "csv", "tsv")
_OF_PREFLIB = ("encoding", "places")
_OF_CSV = ("encoding", *_OF_TABLES)

FORMATS: tuple[Format, ...] = (
    Format("blt", (".blt",), "blt", _OF_BLT),
    # By content alone a file is taken for the first kind, which holds all that the others do.
    Format("toi", (".toi",), "preflib", _OF_PREFLIB, "TOI"),
    Format("soi", (".soi",), "preflib", _OF_PREFLIB, "SOI"),
    Format("toc", (".toc",), "preflib", _OF_PREFLIB, "TOC"),
    Format("soc", (".soc",), "preflib", _OF_PREFLIB, "SOC"),
    Format("json", (".json",), "election_json", ("encoding",)),
    Format("xlsx", (".xlsx",), "xlsx", (*_OF_TABLES, "sheet")),
    Format("ods", (".ods",), "calamine_sheets", (*_OF_TABLES, "sheet"), "ODS", writes=False),
    Format("xls", (".xls",), "calamine_sheets", (*_OF_TABLES, "sheet"), "XLS", writes=False),
    Format("parquet", (".parquet",), "arrow", _OF_TABLES, "PARQUET"),
    Format("arrow", (".arrow", ".feather"), "arrow", _OF_TABLES, "ARROW"),
    # Last, since nearly any text could be one.
    Format("csv", (".csv",), "csv_papers", _OF_CSV, "CSV"),
    Format("tsv", (".tsv",), "csv_papers", _OF_CSV, "TSV"),
)


def names() -> tuple[str, ...]:
    """The names of the formats."""
    return tuple(kind.name for kind in FORMATS)


def states_places(path: PathName, format_name: str | None = None) -> bool:
    """Whether a ballot file of this name or format states how many places there are.

    Where neither tells the format, it is not said that it does.
    """
    name = os.fsdecode(path)
    kind = _by_name(format_name, name) or _by_suffix(name)
    return kind is not None and "places" not in kind.options


@checked
def read(
    path: PathName,
    *,
    format: FormatName | None = None,  # noqa: A002 (the word that callers know)
    encoding: str | None = None,
    paper_ids: PaperIds | None = None,
    places: int | None = None,
    title: str | None = None,
    layout: Layout | None = None,
    sheet: str | None = None,
    candidates: Sequence[str] | None = None,
    skip_zero: bool | None = None,
    ignore_commas: bool | None = None,
    names_in_comments: bool | None = None,
    fold_controls: bool | None = None,
    preferences: Sequence[str] | None = None,
    weights: str | None = None,
    ignore: Sequence[str] | None = None,
    ignore_rows: Sequence[int] | None = None,
    header_row: int | None = None,
    question: str | None = None,
    blank: Sequence[str] | None = None,
    same: Mapping[str, str] | None = None,
    mend_accents: bool | None = None,
    reading: Reading | None = None,
) -> Election:
    """The election in a ballot file; `path` "-" is standard input.

    A folder of Parquet files, or a pattern such as "papers/*.parquet", is one contest: one table in
    the order of the files' names, whose rows count on from file to file.
    `format`: its name; without it, told by the file's suffix, otherwise by its content.
    `encoding`: without it, as the format has it (BLT: UTF-8).
    `paper_ids`: what identifiers at the start of a line of a BLT file stand for, where the file
    leaves it open: "in-place" (of the number of papers) or "before" (it).
    `places`, `title`: the number of places, needed where the file does not state it, and the
    title; both in place of what the file states.
    Of a table, where it leaves a doubt; a column is named by its heading, or by its letters:
    `layout`: which way round it is ("candidates": a column for each; "preferences": a column for
    each; "ranking": whole orders in one column; "long": a row for each preference; "zero-one": 1 is
    a mark). `candidates`: the names as printed; a column with such a heading is a candidate's.
    `preferences`: the columns of the first, second ... preference. `weights`: the column of the
    numbers of papers. `ignore`, `ignore_rows`: columns and rows (by their numbers in the file,
    from 1) that are not read. `header_row`: the last row of headings, 0 where there is none.
    `question`: of a form with several. `sheet`: of a workbook; without it, the first that is
    shown. `blank`: words that mean no choice. `same`: spellings, each with the name that it is.
    `mend_accents`: whether text that was encoded twice as UTF-8 is mended.
    Of a BLT file: `skip_zero`: whether 0 before the last one on a line is a choice left out;
    `ignore_commas`: whether commas that a spreadsheet left between and after its figures are not
    read; `names_in_comments`: whether its names are those that comments give by number;
    `fold_controls`: whether control characters in its texts are read as blanks.
    `reading`: read exactly as this reading (`Election.reading`) says; one that does not fit the
    file is an error.
    Raises `FormatError`, with every fault of the file, where it cannot be read.
    """
    name = os.fsdecode(path)
    # A mistaken name is told before the file is looked for.
    _by_name(format, name)
    options = ReadOptions(
        encoding=encoding,
        paper_ids=paper_ids,
        places=places,
        title=title,
        layout=layout,
        sheet=sheet,
        candidates=candidates,
        skip_zero=skip_zero,
        ignore_commas=ignore_commas,
        names_in_comments=names_in_comments,
        fold_controls=fold_controls,
        preferences=preferences,
        weights=weights,
        ignore=ignore,
        ignore_rows=ignore_rows,
        header_row=header_row,
        question=question,
        blank=blank,
        same=same,
        mend_accents=mend_accents,
        reading=reading,
    )
    if name == "-":
        return read_bytes(_standard_input(), _STANDARD_INPUT, format=format, **options)
    if (files := files_of(name)) is not None:
        return _of_files(name, files, format, options)
    return read_bytes(read_whole(path), name, format=format, **options)


def files_of(path: str) -> list[str] | None:
    """The files of a data set, by name; None where the path is that of one file."""
    try:
        if Path(path).is_file():
            return None
        from stvcount.formats import dataset

        return dataset.files_of(path)
    except FormatError:
        raise
    except (OSError, ValueError):
        # No name that can be: whoever opens it says why.
        return None


def _of_files(
    name: str,
    files: Sequence[str],
    format: FormatName | None,  # noqa: A002 (the word that callers know)
    options: ReadOptions,
) -> Election:
    from stvcount.formats import dataset

    try:
        return dataset.read(name, files, options_for_dataset(name, format, options))
    except FormatError:
        raise
    except ElectionError as error:
        raise FormatError(name, [fault_of(error)]) from error


def options_for_dataset(
    name: str,
    format: FormatName | None,  # noqa: A002 (the word that callers know)
    options: ReadOptions,
) -> dict[str, Any]:
    """The options by which the parts of a table are read; raises `FormatError` for any other."""
    kind = next(one for one in FORMATS if one.name == "parquet")
    given = _given(options)
    reading = options.get("reading")
    if reading is not None:
        given, format = _as_read(given, reading, format, name)  # noqa: A001
    if format not in (None, kind.name):
        raise FormatError(name, [Fault(None, f"the format {format!r}", "'parquet', of many files")])
    taken = _taken(given, kind, name)
    return {option: value for option, value in taken.items() if option != "format"}


def _given(options: ReadOptions) -> dict[str, Any]:
    return {
        option: value
        for option, value in options.items()
        if value is not None and value is not False
    }


def _standard_input() -> bytes:
    try:
        if sys.stdin is not None:
            return sys.stdin.buffer.read()
        found = "a closed stream"
    except (OSError, ValueError) as error:
        found = reason_of(error)
    raise FormatError(_STANDARD_INPUT, [Fault(None, found, "a ballot file")])


@checked
def read_bytes(
    data: bytes,
    name: str,
    *,
    format: FormatName | None = None,  # noqa: A002 (the word that callers know)
    **options: Unpack[ReadOptions],
) -> Election:
    """The election in the bytes of a ballot file, as a program has it that receives files.

    `name`: of the file, for its suffix, for errors and for the record. `format` and `options`: as
    in `read`. Raises `FormatError`, with every fault of the file, where it cannot be read.
    """
    return _election(data, name, format, options)


def _election(
    data: bytes,
    name: str,
    format: FormatName | None,  # noqa: A002 (the word that callers know)
    options: ReadOptions,
    sheets: Sequence[Any] | None = None,
) -> Election:
    """The election in these bytes; `sheets`: those of a workbook that is open already."""
    given = _given(options)
    reading = options.get("reading")
    if reading is not None:
        given, format = _as_read(given, reading, format, name)  # noqa: A001
    kind = _by_name(format, name) or _kind_of(data, name)
    notes = _take_marked_encoding(given, kind, data) if reading is None else []
    places, title = options.get("places"), options.get("title")
    try:
        opened = {} if sheets is None else {"opened": sheets}
        election = kind.read(data, path=name, **_taken(given, kind, name), **opened)
        if places is not None:
            election = election.with_places(places)
        if title is not None:
            election = replace(election, title=title)
    except ElectionError as error:
        raise FormatError(name, [fault_of(error)]) from error
    if election.reading is None:
        election = replace(election, reading=_reading_of(kind, given))
    shown = writable(Path(name).name)
    source = Source(name=shown, sha256=_sha256(data), reading=election.reading)
    election = replace(election, sources=[source])
    return replace(election, notes=(*notes, *election.notes)) if notes else election


def _take_marked_encoding(given: dict[str, Any], kind: Format, data: bytes) -> list[str]:
    """Add the encoding that a byte order mark states to the options; a note of it."""
    marked = encoding_marked(data)
    if marked is None or "encoding" in given or "encoding" not in kind.options:
        return []
    given["encoding"] = marked
    return [f"read as {marked.upper()}, as its byte order mark says"]


class Opened:
    """A file that is opened once, and from which several elections are read.

    `sheets`: of a workbook (see `workbooks.Sheet`); None of another file. Raises `FormatError`
    where the file cannot be read.
    """

    def __init__(self, path: PathName) -> None:
        self.path: str = os.fsdecode(path)
        self._data = read_whole(path)
        self.sheets: Sequence[Any] | None = workbook_sheets(self._data, self.path)

    def read(self, **options: Unpack[ReadOptions]) -> Election:
        """One election of the file, as `stvcount.read` has it."""
        return _election(self._data, self.path, None, options, self.sheets)


_NOT_SETTINGS = ("places", "title", "reading")


def _reading_of(kind: Format, given: Mapping[str, Any]) -> Reading:
    """How a file that is no table was read."""
    settings = {name: value for name, value in given.items() if name not in _NOT_SETTINGS}
    texts = {name: "true" if value is True else str(value) for name, value in settings.items()}
    return Reading(format=kind.name, settings=FrozenMapping(texts))


def _as_read(
    given: Mapping[str, Any],
    reading: Reading,
    stated: str | None,
    name: str,
) -> tuple[dict[str, Any], FormatName]:
    """The options by which a file is read again; beside a reading there are no others."""
    if not isinstance(reading, Reading):
        raise FormatError(name, [Fault(None, f"reading={reading!r}", "a Reading")])
    faults = [
        Fault(None, f"the option {option} beside a reading", "the reading only")
        for option in given
        if option not in _NOT_SETTINGS
    ]
    if stated not in (None, reading.format):
        expected = f"{reading.format!r}, as the reading has"
        faults.append(Fault(None, f"the format {stated!r}", expected))
    faults += [
        Fault(None, f"{echo(value)} for {option} in the reading", "true, or nothing of it")
        for option, value in reading.settings.items()
        if option in SWITCHES and value != "true"
    ]
    if reading.format not in names():
        faults.append(
            Fault(None, f"a reading of the format {reading.format!r}", "one that is known")
        )
    if faults:
        raise FormatError(name, faults)
    kind = next(one for one in FORMATS if one.name == reading.format)
    settings = {
        option: True if value == "true" else value
        for option, value in reading.settings.items()
        if option in kind.options
    }
    table = {"reading": reading} if kind.name in _TABLES else {}
    kept = {option: given[option] for option in ("places", "title") if option in given}
    return {**settings, **kept, **table}, kind.name


def _sha256(data: bytes) -> str:
    import hashlib  # slow to import, and not needed without a file

    return hashlib.sha256(data).hexdigest()


def _taken(given: Mapping[str, Any], kind: Format, path: str) -> dict[str, Any]:
    """The options that are given and that the format takes; some count for every format."""
    taken = {
        option: value for option, value in given.items() if value is not None and value is not False
    }
    faults = [
        Fault(None, f"the option {option}", f"those of {kind.name}: {', '.join(kind.options)}")
        for option in taken
        if option not in (*kind.options, *_NOT_SETTINGS)
    ]
    if faults:
        raise FormatError(path, faults)
    table = {"format": kind.name} if kind.name in _TABLES else {}
    if "reading" in taken and table:
        table["reading"] = taken["reading"]
    return {**table, **{name: value for name, value in taken.items() if name in kind.options}}


@checked
def sheet_names(path: PathName) -> tuple[str, ...]:
    """The names of a workbook's sheets, each of which `read` takes as `sheet`, in their order.

    Raises `FormatError` where the file is no workbook that can be read.
    """
    name = os.fsdecode(path)
    sheets = workbook_sheets(read_whole(path), name, asked=True) or ()
    return tuple(sheet.title for sheet in sheets)


def workbook_sheets(data: bytes, path: str, *, asked: bool = False) -> Sequence[Any] | None:
    """The sheets of a workbook (see `workbooks.Sheet`); None of a file that is none.

    `asked`: whether it must be one. Raises `FormatError` where it cannot be read, or no file of
    this kind is.
    """
    if not data.startswith(_NO_TEXT) and not asked:
        foreign.check(data, path)
        return None
    kind = _kind_of(data, path)
    if "sheet" not in kind.options:
        workbooks = ", ".join(one.name for one in FORMATS if "sheet" in one.options)
        fault = Fault(None, f"a file of the format {kind.name}", f"a workbook ({workbooks})")
        raise FormatError(path, [fault])
    return kind.sheets(data, path=path)


@checked
def write(
    election: Election,
    path: PathName,
    *,
    format: FormatName | None = None,  # noqa: A002 (the word that callers know)
    overwrite: bool = False,
) -> tuple[str, ...]:
    """Write the election to a file, whole or not at all.

    `format`: its name; without it, told by the file's suffix. `overwrite`: whether a file that is
    there may be replaced.
    Returns a sentence for each thing that the format cannot hold and the file therefore lacks.
    Raises `FormatError` where there is no such format, the file is there or it cannot be written,
    and `ElectionError` where the format cannot hold the election at all.
    """
    kind = format_to_write(path, format)
    check_outputs([path], overwrite=overwrite)
    write_whole(path, kind.dumps(election), overwrite=overwrite)
    return kind.left_out(election)


def format_to_write(path: PathName, format_name: FormatName | None = None) -> Format:
    """The format of a file to write. Raises `FormatError` where none of that name is written."""
    name = os.fsdecode(path)
    kind = _by_name(format_name, name) or _by_suffix(name)
    if kind is None or not kind.writes:
        found = f"the suffix {Path(name).suffix!r}" if kind is None else f"the format {kind.name}"
        raise FormatError(name, [Fault(None, found, _one_of_the_formats(to_write=True))])
    return kind


def _by_name(format_name: str | None, path: str) -> Format | None:
    if format_name is None:
        return None
    for kind in FORMATS:
        if kind.name == format_name:
            return kind
    fault = Fault(None, f"the format {format_name!r}", f"one of: {', '.join(names())}")
    raise FormatError(path, [fault])


def _by_suffix(path: str) -> Format | None:
    suffix = Path(path).suffix.lower()
    return next((kind for kind in FORMATS if suffix in kind.suffixes), None)


def _kind_of(data: bytes, path: str) -> Format:
    """The format of a file: that of its suffix, unless its content certainly is another."""
    told = _by_suffix(path)
    if data.startswith(_NO_TEXT):
        certain = [kind for kind in FORMATS if kind.name in _BINARY and kind.recognises(data)]
        if certain:
            return told if told in certain else certain[0]
    foreign.check(data, path)
    return told or _by_content(data, path)


def _by_content(data: bytes, path: str) -> Format:
    content = _as_utf_8(data)
    for kind in FORMATS:
        if kind.recognises(content):
            return kind
    found = "an empty file" if not data else "content that is like none of the known formats"
    raise FormatError(path, [Fault(None, found, _one_of_the_formats())])


def _as_utf_8(data: bytes) -> bytes:
    """The same text as UTF-8, where its mark says that it is encoded otherwise."""
    encoding = encoding_marked(data)
    if encoding is None:
        return data
    return data.decode(encoding, errors="replace").removeprefix("\ufeff").encode(errors="replace")


def _one_of_the_formats(*, to_write: bool = False) -> str:
    kinds = (kind for kind in FORMATS if kind.writes or not to_write)
    known = ", ".join(f"{kind.name} ({' '.join(kind.suffixes)})" for kind in kinds)
    return f"one of: {known}; or the format's name (format=)"
