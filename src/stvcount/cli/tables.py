"""What settles how a table is read, as several commands take it."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any, get_args

from stvcount.cli.outputs import InputFile
from stvcount.errors import ElectionError
from stvcount.formats import Layout
from stvcount.formats.records import read_reading

_REPEATED = (
    ("--candidate", "candidates", "NAME", "a name on the paper; repeat it, in their order"),
    (
        *("--preference", "preferences", "COLUMN"),
        "the column of the first, second ... preference; repeat it, in their order",
    ),
    ("--ignore", "ignore", "COLUMN", "a column that is not read; may be repeated"),
    ("--blank", "blank", "WORD", "a word that means no choice; may be repeated"),
)
_SINGLE = (
    ("--weights", "COLUMN", "the column that says how many papers a row stands for"),
    ("--question", "TEXT", "which question of a form with several"),
    ("--sheet", "NAME", "which sheet of a workbook"),
)


def add(command: argparse.ArgumentParser) -> None:
    """Add the options to a command. A column is named by its heading, or by its letters."""
    command.add_argument("--layout", choices=get_args(Layout), help="which way round a table is")
    for option, name, metavar, what in _REPEATED:
        command.add_argument(option, dest=name, action="append", metavar=metavar, help=what)
    for option, metavar, what in _SINGLE:
        command.add_argument(option, metavar=metavar, help=what)
    command.add_argument(
        "--ignore-row",
        dest="ignore_rows",
        action="append",
        type=int,
        metavar="N",
        help="a row of a table (its number in the file) that is no paper; may be repeated",
    )
    command.add_argument(
        "--header-row",
        type=int,
        metavar="N",
        help="the last row of a table's headings, 0 where there is none",
    )
    command.add_argument(
        "--same",
        action="append",
        metavar='"SPELLING=NAME"',
        help="a spelling and the name that it is; may be repeated",
    )
    command.add_argument(
        "--reading",
        type=InputFile,
        metavar="FILE",
        help="read just as this reading, or this record, says",
    )


def given(chosen: argparse.Namespace) -> dict[str, Any]:
    """The keywords for `stvcount.read` that were given."""
    names = ("layout", *(name for _, name, _, _ in _REPEATED), "weights", "question", "sheet")
    found = {name: getattr(chosen, name) for name in (*names, "ignore_rows", "header_row")}
    if chosen.same is not None:
        found["same"] = _pairs(chosen.same)
    if chosen.reading is not None:
        found["reading"] = read_reading(chosen.reading)
    return {name: value for name, value in found.items() if value is not None}


def _pairs(given_pairs: Sequence[str]) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for pair in given_pairs:
        spelling, equals, name = pair.partition("=")
        if not (equals and spelling.strip() and name.strip()):
            raise ElectionError(f"--same: found {pair!r}; expected SPELLING=NAME")
        pairs[spelling] = name
    return pairs
