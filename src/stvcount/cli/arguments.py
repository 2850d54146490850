"""What several commands take or say: each group of arguments beside what it means."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any, get_args

import stvcount
from stvcount import rules
from stvcount.checks import is_without_marks
from stvcount.cli import streams, tables, terminal
from stvcount.cli.outputs import InputFile, KeptLotsFile, LotsFile, LotsOfRecord
from stvcount.counting.papers_of_record import read_papers_of
from stvcount.election.contest import Contest
from stvcount.election.left_out import withdrawal_of
from stvcount.errors import ElectionError, InternalError, LotNeeded, StvcountError
from stvcount.formats import PaperIds, files_of, options_for_dataset
from stvcount.formats.files import write_whole
from stvcount.formats.records import read_json
from stvcount.formats.together import read_files
from stvcount.lot_question import LotAnswer
from stvcount.rules import organisations
from stvcount.tally.lots import Lots
from stvcount.tellers import TellerName
from stvcount.words import nearest, one_of_the_candidates, typed

DONE, DIFFERENCE, BAD_INPUT, LOT_NEEDED, INTERNAL = 0, 1, 2, 3, 70


# Ballot files


def add_file(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "file", type=InputFile, metavar="FILE", help="the ballot file; - is standard input"
    )
    add_reading(command)


_OF_BLT = {
    "--skip-zero": "in a BLT file, 0 before the last one stands for a choice left out",
    "--ignore-commas": "in a BLT file, commas that a spreadsheet left at figures are not read",
    "--names-in-comments": "in a BLT file, the names are those that comments give by number",
    "--fold-controls": "in a BLT file, control characters in names are read as blanks",
    "--mend-accents": "text that was encoded twice as UTF-8 is mended",
}


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
    for option, what in _OF_BLT.items():
        command.add_argument(option, action="store_true", default=None, help=what)
    tables.add(command)


def add_encoding(command: argparse.ArgumentParser) -> None:
    command.add_argument("--encoding", help="the file's encoding, where it is not UTF-8")


def reading(chosen: argparse.Namespace, *, with_format: bool = True) -> Any:
    """The keywords for `stvcount.read` that were given."""
    names = ("encoding", "paper_ids", "places", "title")
    of_blt = (option.removeprefix("--").replace("-", "_") for option in _OF_BLT)
    given = {name: getattr(chosen, name) for name in (*names, *of_blt)} | tables.given(chosen)
    if with_format:
        given["format"] = chosen.input_format
    return {name: value for name, value in given.items() if value is not None}


def papers_of_a_record(
    record: stvcount.CountRecord, chosen: argparse.Namespace, *, places: int | None = 1
) -> stvcount.Election:
    """The papers in the files, read as they were when they were counted, if nothing else is said.

    `places`: in place of how many they state, or None to have that. Files that are laid out in
    another way than those counted are read anew.
    """
    return read_papers_of(record, chosen.files, {"places": places, **reading(chosen)})


def connect(chosen: argparse.Namespace) -> None:
    """Begin to work with the cluster that is asked for, if the papers are to be sorted on one."""
    if chosen.teller == "dask":
        import logging

        from stvcount.tellers.dask import connected

        # What goes wrong is said in one line of ours.
        logging.disable(logging.CRITICAL)
        connected(chosen.scheduler)
    elif chosen.scheduler is not None:
        raise ElectionError(
            f"--scheduler: found it with --teller {chosen.teller}; expected --teller dask"
        )


def _read(chosen: argparse.Namespace) -> stvcount.Election:
    """The election in the files; where a cluster is to sort its papers, they may lie there."""
    options = reading(chosen)
    connect(chosen)
    in_parts = files_of(chosen.file) or chosen.file.lower().endswith(".parquet")
    if chosen.teller != "dask" or chosen.more or not in_parts:
        return read_files([chosen.file, *chosen.more], options)
    taken = options_for_dataset(chosen.file, options.pop("format", None), options)
    return stvcount.read_partitioned(chosen.file, **taken)


# Elections


def add_election(command: argparse.ArgumentParser) -> None:
    add_file(command)
    command.add_argument(
        "more",
        nargs="*",
        type=InputFile,
        metavar="FILE",
        help="more ballot files (in a count without --together: -o FOLDER gets a sheet of each)",
    )
    command.add_argument(
        "--together",
        action="store_true",
        help="the files hold papers of one contest, which are counted as one",
    )
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
    add_persons(command)
    add_teller(command)


def add_persons(command: argparse.ArgumentParser) -> None:
    add_repeated(
        command,
        "--non-person",
        "NAME",
        "the candidate on the paper who is no person (Re-Open Nominations, No Candidate); repeat "
        "it where papers of several files name it differently",
    )
    add_repeated(
        command,
        "--person",
        "NAME",
        "a candidate who is a person, though the name may be taken for no person's",
    )


def add_repeated(command: argparse.ArgumentParser, option: str, metavar: str, what: str) -> None:
    """Add an option that may be given more than once."""
    command.add_argument(option, action="append", default=[], metavar=metavar, help=what)


def add_teller(command: argparse.ArgumentParser) -> None:
    command.add_argument("--teller", choices=get_args(TellerName), default="auto")
    command.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="with --teller dask, the scheduler of the cluster; without it, a local one",
    )


def election(chosen: argparse.Namespace, *, asking: bool = True) -> stvcount.Election:
    """The election in the file, with what was said of its candidates and papers.

    `asking`: whether a name that may be no person's is a question, which stops the command.
    """
    if chosen.more and not chosen.together:
        raise ElectionError("several files: found them without --together; expected one file")
    with terminal.progress(f"reading {chosen.file}"):
        found = _read(chosen)
    for name in (*chosen.non_person, *chosen.person):
        if name not in found.candidates:
            option = "--non-person" if name in chosen.non_person else "--person"
            expected = one_of_the_candidates(name, found.candidates)
            raise ElectionError(f"{option}: found {name!r}; expected {expected}")
    stated = found.non_person
    found = organisations.answered(found, **who_is_who(chosen), asking=False)
    if asking and (asked := organisations.questions(found)):
        raise ElectionError(*(f"{chosen.file}: {question}" for question in asked))
    if found.non_person not in (stated, *chosen.non_person):
        note(f"{found.non_person!r} is no person by the rules of this organisation")
    for given in chosen.withdraw:
        gone = withdrawal_of(given, found.candidates)
        found = found.withdraw(gone.candidate, reason=gone.reason)
    for given in chosen.set_aside:
        number, _, reason = given.partition("=")
        found = found.set_aside(whole_number("--set-aside", number), reason=reason)
    return found


def who_is_who(chosen: argparse.Namespace) -> dict[str, Any]:
    """What was said of who is a person, for `organisations.answered`."""
    return {
        "organisation": organisation_id(chosen),
        "non_persons": chosen.non_person,
        "persons": chosen.person,
    }


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
    add_options(command)
    add_lots(command)


def add_options(command: argparse.ArgumentParser) -> None:
    add_repeated(command, "--option", "KEY=VALUE", "an option of the rule set; may be repeated")


def rule_set(chosen: argparse.Namespace) -> dict[str, Any]:
    """The keywords for `stvcount.count` that say by what rules and which teller."""
    return {
        "rules": None if chosen.rules is None else rule_set_id(chosen.rules),
        "organisation": organisation_id(chosen),
        "lots": lots(chosen),
        "options": options(chosen.option),
        "teller": chosen.teller,
    }


def options(given: Sequence[str]) -> dict[str, str | int | bool]:
    """The options of a rule set, as they were typed."""
    found: dict[str, str | int | bool] = {}
    for option in given:
        key, equals, value = option.partition("=")
        name = key.lower().replace("-", "_")
        if not equals or name in found:
            raise ElectionError(f"--option: found {option!r}; expected KEY=VALUE, each key once")
        found[name] = value
    return found


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


def add_lots(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--lots",
        action="append",
        default=[],
        type=_source_of_lots,
        metavar="LOTS",
        help="none, seed:TEXT, drawn:NAME (repeat it, in order of need), record:FILE (those of an "
        "earlier count, in a recount), ask, file:FILE (beside ask or drawn:NAME: the lots are kept "
        "there as they are drawn, and taken from there the next time), or first-listed",
    )


def _source_of_lots(given: str) -> str:
    for kind in (LotsOfRecord, KeptLotsFile):
        if given.startswith(kind.prefix):
            return kind(given)
    return given


def lots(chosen: argparse.Namespace) -> Lots:
    """Where lots come from."""
    given: Sequence[str] = chosen.lots or ["none"]
    files = [source for source in given if isinstance(source, LotsFile)]
    if not files:
        return _fresh_lots(given)
    rest = [source for source in given if not isinstance(source, LotsFile)]
    if len(files) > 1:
        raise _several_sources(given)
    if not files[0].path:
        raise ElectionError(
            f"--lots: found {files[0]!r}; expected the name of a file after {files[0].prefix}"
        )
    fresh = _fresh_lots(rest or ["none"])
    if isinstance(files[0], KeptLotsFile):
        if any(source != "ask" and not source.startswith("drawn:") for source in rest):
            raise _several_sources(given)
        return _kept_lots(files[0].path, fresh)
    # In a recount an earlier lot stands where it can; elsewhere a new one is needed.
    return Lots.from_record(stvcount.read_record(files[0].path), otherwise=fresh)


def _kept_lots(path: str, otherwise: Lots) -> Lots:
    """The lots in the file, which gets each further one as it is drawn."""
    known = list(read_json(path, Lots.from_json).answers) if Path(path).exists() else []
    if not known:
        note(f"{path}: no lots are kept there yet")

    def keep(answer: LotAnswer) -> None:
        known.append(answer)
        write_whole(path, Lots.answered(*known).to_json(), overwrite=True)

    return Lots.answered(*known, otherwise=otherwise, keep=keep)


def _fresh_lots(given: Sequence[str]) -> Lots:
    drawn = [source.removeprefix("drawn:") for source in given if source.startswith("drawn:")]
    if len(drawn) == len(given):
        return Lots.drawn(*drawn)
    if len(given) > 1:
        raise _several_sources(given)
    source = given[0]
    if source.startswith("seed:"):
        text = source.removeprefix("seed:")
        if is_without_marks(text):
            raise ElectionError(f"--lots: found {source!r}; expected a text after seed:")
        return Lots.seeded(text)
    named = {"none": Lots.none, "first-listed": Lots.first_listed, "ask": terminal.asked}
    if source not in named:
        raise ElectionError(
            f"--lots: found {source!r}; expected none, seed:TEXT, drawn:NAME, record:FILE, "
            "file:FILE, ask or first-listed"
        )
    return named[source]()


def _several_sources(given: Sequence[str]) -> ElectionError:
    return ElectionError(
        f"--lots: found {', '.join(map(repr, given))}; expected one source of lots "
        "(only drawn:NAME may be repeated; record:FILE may stand beside another, and file:FILE "
        "beside ask or drawn:NAME)"
    )


# What a declaration states besides


def add_contest(command: argparse.ArgumentParser) -> None:
    command.add_argument("--date", metavar="TEXT", help="when the election is held")
    command.add_argument(
        "--electorate", metavar="N", help="how many could vote; the sheets then show the turnout"
    )
    command.add_argument("--returning-officer", metavar="NAME", help="who declares the result")
    command.add_argument(
        "--status", metavar="TEXT", help='such as "provisional until 12 March (8.4)"'
    )


def contest(chosen: argparse.Namespace) -> Contest:
    """What was said of when, for whom and under whom the election is held."""
    electorate = chosen.electorate
    return Contest(
        date=chosen.date,
        electorate=None if electorate is None else whole_number("--electorate", electorate),
        returning_officer=chosen.returning_officer,
        status=chosen.status,
    )


# Records


def add_record(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "record", type=InputFile, metavar="RECORD.json", help="the record of a count"
    )


# What is said on standard error


_MANY = 300


def note_all(found: stvcount.Election, profile: str | None = None) -> None:
    """Say what was assumed of the election, what its papers cannot be read for, and how long."""
    if len(found.candidates) > _MANY:
        note(
            f"{len(found.candidates)} candidates: this may take minutes and gigabytes, as there "
            "may be as many stages, each with a vote of everybody"
        )
    for line in found.notes:
        note(line)
    for reason, number in found.papers_counted.shortened.items():
        papers = "paper is" if number == 1 else "papers are"
        note(f"{number} valid {papers} read only up to some preference: {reason}")
    for line in organisations.notes_on_persons(
        found, None if profile is None else organisations.get(profile)
    ):
        note(line)


def note_questions(found: stvcount.Election) -> None:
    """Say what a count of this election would ask."""
    for line in organisations.questions(found):
        note(line)


def note(line: str) -> None:
    streams.say(f"note: {line}")


def check_names_said(counted: Sequence[stvcount.Counted], chosen: argparse.Namespace) -> None:
    """Refuse a name that no paper has: what it was meant for may have been counted otherwise."""
    printed = {name for one in counted if one.record for name in one.record.candidates}
    if any(one.record is None for one in counted):
        return
    for option, names in (("--non-person", chosen.non_person), ("--person", chosen.person)):
        for name in names:
            if name not in printed:
                raise ElectionError(
                    f"{option}: found {name!r}; expected a name on one of the papers"
                )


# The status of several counts is that of the worst that came of one.
_BATCH = (DONE, LOT_NEEDED, BAD_INPUT, INTERNAL)


def status_of(counted: Sequence[stvcount.Counted]) -> int:
    """The status with which a command ends that counted these."""
    return max((_status_of(one.error) for one in counted), key=_BATCH.index, default=DONE)


def _status_of(error: StvcountError | InternalError | None) -> int:
    if error is None:
        return DONE
    if isinstance(error, InternalError):
        return INTERNAL
    return LOT_NEEDED if isinstance(error, LotNeeded) else BAD_INPUT


def fail(error: StvcountError | InternalError, status: int, where: str = "") -> int:
    """Say what is wrong, a line for each fault; `where` stands before each."""
    text = f"{error.need}: {error.question.meaning}" if isinstance(error, LotNeeded) else str(error)
    for line in text.split("\n"):
        streams.say(f"{where}{line}")
    return status


def fail_for_a_lot(error: LotNeeded, chosen: argparse.Namespace) -> int:
    """Say what is asked, with the options by which the lot that is drawn is told."""
    files = [str(source) for source in chosen.lots if isinstance(source, KeptLotsFile)]
    known = files or [f"drawn:{name}" for name in error.drawn]
    options = "".join(f"{typed(('--lots', source))} " for source in known)
    streams.say(
        f"{error.need}: {error.question.meaning}; draw one and count again with {options}"
        "--lots drawn:NAME"
    )
    return LOT_NEEDED
