"""Where a result goes: settled before a file is read, never over one, whole or not at all."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from stvcount.cli import interrupts, streams
from stvcount.errors import Fault, FormatError
from stvcount.formats.files import (
    Apart,
    apart,
    check_outputs,
    is_stream,
    make_folder,
    standard_output_is_one_of,
    write_whole,
)
from stvcount.sheets import index_sheet

__all__ = [
    "Folder",
    "InputFile",
    "KeptLotsFile",
    "LotsFile",
    "LotsOfRecord",
    "Output",
    "OutputFile",
    "add",
    "file",
    "folder",
    "inputs",
]

_FORCE = "--force"
_TEXT: Mapping[str, tuple[str, ...]] = {"text": (".txt",)}

# Suffixes that people ask for, the one that leads there, and how.
_INSTEAD = (
    ((".pdf",), ".html", "to have a PDF, write .html and print that page from a browser"),
    (
        (".xlsx", ".xls", ".ods", ".numbers"),
        ".csv",
        "to have a spreadsheet, write .csv, which every spreadsheet opens",
    ),
    (
        (".docx", ".doc", ".odt", ".rtf", ".pages"),
        ".html",
        "to have a document, write .html, which a word processor opens",
    ),
    (
        (".png", ".jpg", ".jpeg"),
        ".svg",
        "to have a picture, write .svg; or .json, and then: stvcount chart",
    ),
)


class InputFile(str):
    """The name of a file that is read, among the arguments: nothing is written over it."""

    __slots__ = ()

    @property
    def path(self) -> str:
        return str(self)


class LotsFile(InputFile):
    """A source of lots that is a file: what it is, and its name."""

    __slots__ = ()
    prefix: ClassVar[str]

    @property
    def path(self) -> str:
        return self.removeprefix(self.prefix)


class LotsOfRecord(LotsFile):
    """The lots of an earlier count: `record:` and its name."""

    __slots__ = ()
    prefix = "record:"


class KeptLotsFile(LotsFile):
    """Lots that are kept as they are drawn: `file:` and its name. It alone is written, too."""

    __slots__ = ()
    prefix = "file:"


class OutputFile(str):
    """The name of a file to write, among the arguments."""

    __slots__ = ()


def add(command: argparse.ArgumentParser, suffixes: Mapping[str, tuple[str, ...]] = _TEXT) -> None:
    """Add where the result goes. `suffixes`: the formats it may have, and those of their files."""
    usual = next(iter(suffixes))
    if len(suffixes) > 1:
        command.add_argument(
            "--format",
            type=str.lower,
            choices=suffixes,
            metavar="FORMAT",
            help=f"{', '.join(suffixes)}; without it, by the suffix of -o, otherwise {usual}",
        )
    command.add_argument(
        "-o",
        "--output",
        type=OutputFile,
        metavar="FILE",
        help="write there, whole or not at all; nothing that is there is replaced",
    )
    add_force(command)
    command.set_defaults(suffixes=suffixes)


def add_folder(command: argparse.ArgumentParser) -> None:
    """Add the folder that gets files whose names are known."""
    command.add_argument(
        "-o",
        "--output",
        type=OutputFile,
        metavar="FOLDER",
        required=True,
        help="write there, all files or none; nothing that is there is replaced",
    )
    add_force(command)


def add_force(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        _FORCE, action="store_true", help="replace a file that is there (never one that is read)"
    )


def inputs(chosen: argparse.Namespace) -> list[str]:
    """The files that are read."""
    return [given.path for given in _all_given(chosen) if isinstance(given, InputFile)]


def _all_given(chosen: argparse.Namespace) -> Iterator[Any]:
    for given in vars(chosen).values():
        yield from given if isinstance(given, list) else [given]


# One file, or standard output


@dataclass(frozen=True, slots=True)
class Output:
    """Where a result goes, and in which format; `path` is None for standard output.

    `in_folder`: its folder is made if need be.
    """

    path: str | None
    format: Any
    overwrite: bool
    in_folder: bool = False

    def put(self, result: str | bytes) -> None:
        """Write the result there. Raises `FormatError` where it cannot be, whole."""
        interrupts.check()
        if self.path is None:
            streams.put(result)
            return
        if self.in_folder:
            make_folder(Path(self.path).parent)
        write_whole(self.path, result, overwrite=self.overwrite)


def file(chosen: argparse.Namespace, *, of: str | None = None) -> Output:
    """Where the result goes. Raises `FormatError` where it must not, or cannot, go there.

    `of`: the file after which it is named in a folder, where a folder will do.
    """
    path = None if chosen.output == "-" else chosen.output
    if of is not None and path is not None and _is_folder(path):
        [name] = index_sheet.sheet_names([of], folder_suffix(chosen))
        into = folder(chosen, [name])
        return Output(str(Path(path, name)), into.format, into.overwrite, in_folder=True)
    told = _format(path, chosen.suffixes, getattr(chosen, "format", None))
    check(path, chosen)
    return Output(path, told, chosen.force)


def check(path: str | None, chosen: argparse.Namespace) -> None:
    """Refuse to write the result to this path, or to standard output, where something is lost."""
    if path is not None:
        _check_all([path], chosen)
    elif standard_output_is_one_of(inputs(chosen)):
        fault = Fault(None, "a file that is read", "another file to send it to")
        raise FormatError("standard output", [fault])


def _check_all(paths: Sequence[str], chosen: argparse.Namespace) -> None:
    check_outputs(paths, inputs=inputs(chosen), overwrite=chosen.force, settled_by=_FORCE)


def _format(path: str | None, suffixes: Mapping[str, tuple[str, ...]], named: str | None) -> str:
    """The format that is named, or that the suffix tells; the suffix must be one of its own."""
    if path is None or is_stream(path):
        return named or next(iter(suffixes))
    possible = suffixes if named is None else {named: suffixes[named]}
    told = [
        (len(suffix), form)
        for form, of_form in possible.items()
        for suffix in of_form
        if path.lower().endswith(suffix)
    ]
    if not told:
        raise _no_such_suffix(path, suffixes, named)
    longest = max(length for length, _ in told)
    return next(form for length, form in told if length == longest)


def _no_such_suffix(
    path: str, suffixes: Mapping[str, tuple[str, ...]], named: str | None
) -> FormatError:
    suffix = Path(path).suffix
    shown = suffixes if named is None else {named: suffixes[named]}
    plain = (min(of_form, key=lambda one: one.count(".")) for of_form in shown.values())
    usual = list(dict.fromkeys(plain))
    all_of_them = {one for of_form in suffixes.values() for one in of_form}
    advice = [
        f"; {how}"
        for asked, leads, how in _INSTEAD
        if suffix.lower() in asked and leads in all_of_them
    ]
    found = f"the suffix {suffix!r}" if suffix else "a name without a suffix"
    of_format = "" if named is None else f" for --format {named}"
    expected = f"a name that ends in {' or '.join(usual)}{of_format}{''.join(advice)}"
    return FormatError(path, [Fault(None, found, expected)])


# A folder with a file for each


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder that gets files, and the format of them."""

    path: str
    format: str
    overwrite: bool

    def apart(self) -> AbstractContextManager[Apart]:
        """Where its files are written first, so that it gets all of them or none."""
        return apart(self.path, overwrite=self.overwrite)


def folder_suffix(chosen: argparse.Namespace) -> str:
    """The suffix of the files in a folder."""
    suffix: str = chosen.suffixes[_named_or_usual(chosen)][0]
    return suffix


def _named_or_usual(chosen: argparse.Namespace) -> str:
    named: str = chosen.format or next(iter(chosen.suffixes))
    return named


def folder(chosen: argparse.Namespace, names: Sequence[str]) -> Folder:
    """The folder that gets files of these names.

    Raises `FormatError` where there can be no such folder, or one of the files must not be written.
    """
    check_folder(chosen, names)
    return Folder(chosen.output, _named_or_usual(chosen), chosen.force)


def check_folder(chosen: argparse.Namespace, names: Sequence[str]) -> None:
    """Refuse a folder that cannot be, or files of these names in it that must not be written."""
    path: str = chosen.output
    _check_folder(path)
    if Path(path).is_dir():
        _check_all([str(Path(path, name)) for name in names], chosen)


def _is_folder(path: str) -> bool:
    """Whether this is, or can only be meant as, the name of a folder."""
    return Path(path).is_dir() or not (Path(path).suffix or is_stream(path))


def _check_folder(path: str) -> None:
    there = next((one for one in (Path(path), *Path(path).parents) if one.exists()), None)
    if there is not None and not there.is_dir():
        expected = "a folder, or the name of one to make"
        raise FormatError(path, [Fault(None, f"{str(there)!r}, which is a file", expected)])
