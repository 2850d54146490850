"""What several commands take or say: each group of arguments beside what it means."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, get_args

import stvcount
from stvcount.cli import tables, terminal
from stvcount.errors import ElectionError, StvcountError
from stvcount.formats import PaperIds
from stvcount.formats.files import write_whole
from stvcount.rules import organisations
from stvcount.tally.lots import Lots
from stvcount.tellers import TellerName

DONE, DIFFERENCE, BAD_INPUT, LOT_NEEDED = 0, 1, 2, 3


# Ballot files


def add_file(command: argparse.ArgumentParser) -> None:
    command.add_argument("file", metavar="FILE", help="the ballot file; - is standard input")
    add_reading(command)


def add_reading(command: argparse.ArgumentParser) -> None:
    command.add_argument("--input-format", metavar="FORMAT", help="the format, if not by suffix")
    add_encoding(command)
    command.add_argument("--places", type=int, metavar="N", help="places to fill")
    command.add_argument("--title", metavar="TEXT", help="what is contested")
    command.add_argument(
        "--paper-ids",
        choices=get_args(PaperIds),
        help="whether paper ids in brackets stand in place of the number of papers or before it",
    )
    command.add_argument(
        "--mend-accents",
        action="store_true",
        default=None,
        help="text that was encoded twice as UTF-8 is mended",
    )
    tables.add(command)


def add_encoding(command: argparse.ArgumentParser) -> None:
    command.add_argument("--encoding", help="the file's encoding, where it is not UTF-8")


def reading(chosen: argparse.Namespace, *, with_format: bool = True) -> Any:
    """The keywords for `stvcount.read` that were given."""
    names = ("encoding", "paper_ids", "places", "title", "mend_accents")
    given = {name: getattr(chosen, name) for name in names} | tables.given(chosen)
    if with_format:
        given["format"] = chosen.input_format
    return {name: value for name, value in given.items() if value is not None}


def papers_of_a_record(chosen: argparse.Namespace) -> stvcount.Election:
    """The papers in the file; how many places there are, the record says."""
    return stvcount.read(chosen.file, **{"places": 1, **reading(chosen)})


# Elections


def add_election(command: argparse.ArgumentParser) -> None:
    add_file(command)
    add_repeated(
        command,
        "--withdraw",
        "NAME[=REASON]",
        "pass over a candidate who has withdrawn or is disqualified; may be repeated",
    )
    add_repeated(
        command,
        "--set-aside",
        "N[=REASON]",
        "set aside paper number N (from 1, as received); may be repeated",
    )
    command.add_argument(
        "--non-person",
        metavar="NAME",
        help="the candidate on the paper who is no person (Re-Open Nominations, No Candidate)",
    )
    add_teller(command)


def add_repeated(command: argparse.ArgumentParser, option: str, metavar: str, what: str) -> None:
    """Add an option that may be given more than once."""
    command.add_argument(option, action="append", default=[], metavar=metavar, help=what)


def add_teller(command: argparse.ArgumentParser) -> None:
    command.add_argument("--teller", choices=get_args(TellerName), default="auto")


def election(chosen: argparse.Namespace) -> stvcount.Election:
    """The election in the file, with what was said of its candidates and papers."""
    with terminal.progress(f"reading {chosen.file}"):
        found = stvcount.read(chosen.file, **reading(chosen))
    if chosen.non_person is not None:
        found = found.with_non_person(chosen.non_person)
    elif getattr(chosen, "organisation", None) is not None:
        found = organisations.get(chosen.organisation).marked(found)
        if found.non_person is not None:
            note(f"{found.non_person!r} is no person by the rules of this organisation")
    for given in chosen.withdraw:
        name, reason = _name_and_reason(given, found.candidates)
        found = found.withdraw(name, reason=reason)
    for given in chosen.set_aside:
        number, _, reason = given.partition("=")
        found = found.set_aside(whole_number("--set-aside", number), reason=reason)
    return found


def _name_and_reason(given: str, candidates: Sequence[str]) -> tuple[str, str]:
    """NAME or NAME=REASON, where a name may itself hold the sign."""
    if given in candidates:
        return given, ""
    parts = given.split("=")
    for end in range(len(parts) - 1, 0, -1):
        name = "=".join(parts[:end])
        if name in candidates:
            return name, "=".join(parts[end:])
    return parts[0], ""


def whole_number(option: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 40):
        raise ElectionError(f"{option}: found {text!r}; expected a whole number")
    return int(text)


# Rule sets and lots


def add_rule_set(command: argparse.ArgumentParser) -> None:
    command.add_argument("--rules", metavar="ID", help="rule set (ers97)")
    command.add_argument(
        "--organisation", metavar="ID", help="whose rules: picks the rule set, marks the non-person"
    )
    add_repeated(command, "--option", "KEY=VALUE", "an option of the rule set; may be repeated")
    add_lots(command)


def rule_set(chosen: argparse.Namespace) -> dict[str, Any]:
    """The keywords for `stvcount.count` that say by what rules and which teller."""
    return {
        "rules": chosen.rules,
        "organisation": chosen.organisation,
        "lots": lots(chosen),
        "options": _options(chosen.option),
        "teller": chosen.teller,
    }


def _options(given: Sequence[str]) -> dict[str, str | int | bool]:
    options: dict[str, str | int | bool] = {}
    for option in given:
        name, equals, value = option.partition("=")
        if not equals or name in options:
            raise ElectionError(f"--option: found {option!r}; expected KEY=VALUE, each key once")
        options[name] = value
    return options


def add_lots(command: argparse.ArgumentParser) -> None:
    add_repeated(
        command,
        "--lots",
        "LOTS",
        "none, seed:TEXT, drawn:NAME (repeat it, in order of need), ask, or first-listed",
    )


def lots(chosen: argparse.Namespace) -> Lots:
    """Where lots come from."""
    given: Sequence[str] = chosen.lots or ["none"]
    drawn = [source.removeprefix("drawn:") for source in given if source.startswith("drawn:")]
    if len(drawn) == len(given):
        return Lots.drawn(*drawn)
    if len(given) > 1:
        raise ElectionError(
            f"--lots: found {', '.join(map(repr, given))}; expected one source of lots "
            "(only drawn:NAME may be repeated)"
        )
    source = given[0]
    if source.startswith("seed:"):
        return Lots.seeded(source.removeprefix("seed:"))
    named = {"none": Lots.none, "first-listed": Lots.first_listed, "ask": terminal.asked}
    if source not in named:
        raise ElectionError(
            f"--lots: found {source!r}; expected none, seed:TEXT, drawn:NAME, ask or first-listed"
        )
    return named[source]()


# Records and results


def add_record(command: argparse.ArgumentParser) -> None:
    command.add_argument("record", metavar="RECORD.json", help="the record of a count")


def add_output(command: argparse.ArgumentParser, formats: Sequence[str]) -> None:
    command.add_argument(
        "--format", choices=formats, help=f"by the suffix of -o, otherwise {formats[0]}"
    )
    command.set_defaults(formats=formats)
    command.add_argument("-o", "--output", metavar="FILE", help="write there, whole or not at all")


# Other suffixes are the names of their formats.
_OF_SUFFIX = {"htm": "html", "md": "markdown", "svg": "svg-votes"}


def format_of(chosen: argparse.Namespace) -> Any:
    """The format that was named, or that the suffix of the file to write tells, or the first."""
    formats: Sequence[str] = chosen.formats
    if chosen.format is not None:
        return chosen.format
    suffix = Path(chosen.output or "").suffix.lower().removeprefix(".")
    told = _OF_SUFFIX.get(suffix, suffix)
    return told if told in formats else formats[0]


def put(result: str, output: str | None) -> int:
    """Write the result into the file, or on standard output."""
    if output is None:
        sys.stdout.write(result)
    else:
        write_whole(output, result)
    return DONE


# What is said on standard error


def note_all(found: stvcount.Election) -> None:
    """Say what was assumed of the election, and what its papers cannot be read for."""
    for line in found.notes:
        note(line)
    for reason, number in found.papers_counted.shortened.items():
        papers = "paper is" if number == 1 else "papers are"
        note(f"{number} valid {papers} read only up to some preference: {reason}")
    note_unmarked(found)


def note_unmarked(found: stvcount.Election) -> None:
    for name in organisations.unmarked_non_persons(found):
        note(f"{name!r} is counted as a person; if it is none: --non-person {name!r}")


def note(line: str) -> None:
    terminal.say(f"note: {line}")


def fail(error: StvcountError, status: int) -> int:
    """Say what is wrong, a line for each fault."""
    for line in str(error).split("\n"):
        terminal.say(line)
    return status
