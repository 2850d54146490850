"""What several commands take or say: each group of arguments beside what it means."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from typing import Any, get_args

import stvcount
from stvcount import rules
from stvcount.cli import streams, terminal
from stvcount.cli.outputs import InputFile
from stvcount.errors import ElectionError, InternalError, StvcountError
from stvcount.formats import Layout, PaperIds
from stvcount.rules import organisations
from stvcount.tally.lots import Lots
from stvcount.tellers import TellerName

DONE, DIFFERENCE, BAD_INPUT, LOT_NEEDED, INTERNAL = 0, 1, 2, 3, 70


# Ballot files


def add_file(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "file", type=InputFile, metavar="FILE", help="the ballot file; - is standard input"
    )
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
        "--layout",
        choices=get_args(Layout),
        help="what the columns of a table are, where it could be either",
    )
    command.add_argument("--sheet", metavar="NAME", help="which sheet of a workbook")
    command.add_argument(
        "--candidate",
        action="append",
        dest="candidates",
        metavar="NAME",
        help="a name on the paper, where a table leaves them open; repeat it, in their order",
    )


def add_encoding(command: argparse.ArgumentParser) -> None:
    command.add_argument("--encoding", help="the file's encoding, where it is not UTF-8")


def reading(chosen: argparse.Namespace, *, with_format: bool = True) -> Any:
    """The keywords for `stvcount.read` that were given."""
    names = ("encoding", "paper_ids", "places", "title", "layout", "sheet", "candidates")
    given = {name: getattr(chosen, name) for name in names}
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
    elif (organisation := organisation_id(chosen)) is not None:
        found = organisations.get(organisation).marked(found)
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
        "rules": None if chosen.rules is None else rule_set_id(chosen.rules),
        "organisation": organisation_id(chosen),
        "lots": lots(chosen),
        "options": _options(chosen.option),
        "teller": chosen.teller,
    }


def _options(given: Sequence[str]) -> dict[str, str | int | bool]:
    options: dict[str, str | int | bool] = {}
    for option in given:
        key, equals, value = option.partition("=")
        name = key.lower().replace("-", "_")
        if not equals or name in options:
            raise ElectionError(f"--option: found {option!r}; expected KEY=VALUE, each key once")
        options[name] = value
    return options


def rule_set_id(given: str) -> str:
    """The rule set that is meant, in whatever case."""
    return given if rules.is_installed(given) else _id("--rules", given, rules.names())


def organisation_id(chosen: argparse.Namespace) -> str | None:
    """The organisation that is meant, in whatever case, where one is given."""
    given: str | None = getattr(chosen, "organisation", None)
    return None if given is None else _id("--organisation", given, organisations.names())


def _id(option: str, given: str, known: Sequence[str]) -> str:
    meant = [name for name in known if name.lower() == given.lower()]
    if meant:
        return meant[0]
    expected = f"{nearest(given, known)}one of {', '.join(known)}"
    raise ElectionError(f"{option}: found {given!r}; expected {expected}")


def nearest(given: str, known: Iterable[str]) -> str:
    """What to say of the name most like the one given, or nothing where none is like it."""
    from difflib import get_close_matches  # only for what is mistyped

    near = get_close_matches(given.lower(), known, n=1)
    return f"{near[0]} (if that was meant), or " if near else ""


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


# Records


def add_record(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "record", type=InputFile, metavar="RECORD.json", help="the record of a count"
    )


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
    streams.say(f"note: {line}")


def fail(error: StvcountError | InternalError, status: int) -> int:
    """Say what is wrong, a line for each fault."""
    for line in str(error).split("\n"):
        streams.say(line)
    return status
