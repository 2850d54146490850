"""The command `stvcount`. It reads arguments, calls the library and shows what comes back.

Exit status: 0 done; 1 a difference was found; 2 bad usage or bad input, one line for each fault
on standard error; 3 a lot is needed. Only the result goes to standard output.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from typing import TextIO, get_args

import stvcount
from stvcount import ballot_order, motions, organisations, sheets
from stvcount.ballot_order import METHODS
from stvcount.errors import ElectionError, InternalError, LotNeeded, StvcountError
from stvcount.formats.files import write_in_folder, write_whole
from stvcount.frozen import FrozenMapping
from stvcount.lots import LotQuestion, Lots
from stvcount.motions import MAJORITIES
from stvcount.sheets import (
    compare_sheet,
    index_sheet,
    motion_sheet,
    order_sheet,
    paper_sheet,
    rules_sheet,
)
from stvcount.tellers import TellerName

DONE, DIFFERENCE, BAD_INPUT, LOT_NEEDED, INTERNAL, INTERRUPTED = 0, 1, 2, 3, 70, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command with these arguments (those of the process), and return its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # Sheets and JSON are UTF-8 wherever they go; odd names must not stop an error.
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        chosen = parser().parse_args(arguments)
        run: Callable[[argparse.Namespace], int] = chosen.run
        status = run(chosen)
        sys.stdout.flush()
    except LotNeeded as error:
        return _fail(error, LOT_NEEDED)
    except StvcountError as error:
        return _fail(error, BAD_INPUT)
    except InternalError as error:
        _say(f"internal error, the count was stopped: {error}")
        return INTERNAL
    except BrokenPipeError:
        # Whoever reads the output has enough; what is still buffered has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        return INTERRUPTED
    return status


def parser() -> argparse.ArgumentParser:
    """The arguments of the command and of each of its subcommands."""
    command = argparse.ArgumentParser(
        prog="stvcount",
        description="Count ranked-ballot elections by the rules that UK bodies really use.",
        allow_abbrev=False,
    )
    command.add_argument("--version", action="version", version=f"stvcount {stvcount.__version__}")
    commands = command.add_subparsers(metavar="COMMAND", required=True)
    _add_count(commands.add_parser("count", help="count an election", allow_abbrev=False))
    _add_check(commands.add_parser("check", help="look papers over, no count", allow_abbrev=False))
    _add_rules(commands.add_parser("rules", help="list the rule sets", allow_abbrev=False))
    _add_compare(commands.add_parser("compare", help="count by several rule sets"))
    _add_vacancy(commands.add_parser("vacancy", help="fill a casual vacancy (ERS97 7.1)"))
    _add_motion(commands.add_parser("motion", help="count votes on motions"))
    _add_order(commands.add_parser("order", help="put names in order for the ballot paper"))
    return command


def _add_election(command: argparse.ArgumentParser) -> None:
    _add_file(command)
    command.add_argument("--places", type=int, metavar="N", help="places to fill")
    command.add_argument(
        "--withdraw",
        action="append",
        default=[],
        metavar="NAME[=REASON]",
        help="pass over a candidate who has withdrawn or is disqualified; may be repeated",
    )
    command.add_argument(
        "--set-aside",
        action="append",
        default=[],
        metavar="N[=REASON]",
        help="set aside paper number N (from 1, as received); may be repeated",
    )
    command.add_argument(
        "--non-person",
        metavar="NAME",
        help="the candidate on the paper who is no person (Re-Open Nominations, No Candidate)",
    )


def _add_file(command: argparse.ArgumentParser) -> None:
    command.add_argument("file", metavar="FILE", help="the ballot file")
    command.add_argument("--teller", choices=get_args(TellerName), default="auto")
    command.add_argument("--encoding", help="the file's encoding, where it is not UTF-8")
    command.add_argument(
        "--paper-ids",
        choices=("in-place", "before"),
        help="whether paper ids in brackets stand in place of the number of papers or before it",
    )


def _add_count(command: argparse.ArgumentParser) -> None:
    _add_election(command)
    command.add_argument(
        "more",
        nargs="*",
        metavar="FILE",
        help="more ballot files: each is counted, -o FOLDER gets an index and a sheet of each",
    )
    command.add_argument(
        "--jobs", type=int, default=1, metavar="N", help="share several files among N processes"
    )
    command.add_argument("--rules", metavar="ID", help="rule set (ers97)")
    command.add_argument(
        "--organisation", metavar="ID", help="whose rules: picks the rule set, marks the non-person"
    )
    command.add_argument(
        "--option",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="an option of the rule set; may be repeated",
    )
    _add_lots(command)
    _add_output(command)
    command.set_defaults(run=_count)


def _add_lots(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--lots",
        action="append",
        default=[],
        metavar="LOTS",
        help="none, seed:TEXT, drawn:NAME (repeat it, in order of need), ask, or first-listed",
    )


def _add_output(command: argparse.ArgumentParser) -> None:
    command.add_argument("--format", choices=sheets.names(), default="text")
    command.add_argument("-o", "--output", metavar="FILE", help="write there, whole or not at all")


def _add_check(command: argparse.ArgumentParser) -> None:
    _add_election(command)
    command.add_argument(
        "--expect", type=int, metavar="N", help="exit with 1 unless there are N papers"
    )
    command.set_defaults(run=_check)


def _add_rules(command: argparse.ArgumentParser) -> None:
    command.add_argument("id", nargs="?", metavar="ID", help="a rule set, to show it whole")
    command.set_defaults(run=_rules)


def _add_compare(command: argparse.ArgumentParser) -> None:
    _add_election(command)
    command.add_argument("--rules", required=True, metavar="ID,ID,...", help="rule sets")
    _add_lots(command)
    command.set_defaults(run=_compare)


def _add_vacancy(command: argparse.ArgumentParser) -> None:
    command.add_argument("record", metavar="RECORD.json", help="the record of the original count")
    _add_file(command)
    command.add_argument("--vacating", required=True, metavar="NAME", help="whose place it is")
    command.add_argument(
        "--withdraw", action="append", default=[], metavar="NAME", help="who no longer stands"
    )
    _add_lots(command)
    _add_output(command)
    command.set_defaults(run=_vacancy)


def _add_motion(command: argparse.ArgumentParser) -> None:
    command.add_argument("file", metavar="FILE", help="votes on each question, or totals (CSV)")
    command.add_argument("--encoding", help="the file's encoding, where it is not UTF-8")
    command.add_argument("--title", default="", help="a heading for the sheet")
    command.add_argument("--majority", choices=MAJORITIES, default=MAJORITIES[0])
    command.add_argument(
        "--coin", action="store_true", help="a coin (a lot) decides an equal vote, else it is lost"
    )
    _add_lots(command)
    command.add_argument("--format", choices=("text", "json"), default="text")
    command.add_argument("-o", "--output", metavar="FILE", help="write there, whole or not at all")
    command.set_defaults(run=_motion)


def _add_order(command: argparse.ArgumentParser) -> None:
    command.add_argument("names", nargs="+", metavar="NAME", help="the candidates")
    command.add_argument("--method", choices=METHODS, required=True)
    command.add_argument("--seed", help="the text from which a random order is worked out")
    command.add_argument("--last", metavar="NAME", help="who stands last on every paper")
    command.add_argument("--papers", type=int, metavar="N", help="how many papers to print")
    command.add_argument("--equal", action="store_true", help="print as many of each form")
    command.set_defaults(run=_order)


def _count(chosen: argparse.Namespace) -> int:
    lots = _lots(chosen.lots)
    if chosen.more:
        return _count_several(chosen, lots)
    election = _election(chosen)
    if chosen.organisation is not None and election.non_person is None:
        election = organisations.get(chosen.organisation).marked(election)
        if election.non_person is not None:
            _say(f"note: {election.non_person!r} is no person by the rules of this organisation")
    _say_notes(election)
    record = stvcount.count(
        election,
        rules=chosen.rules,
        organisation=chosen.organisation,
        lots=lots,
        teller=chosen.teller,
        options=_options(chosen.option),
    )
    return _show(record, chosen)


def _count_several(chosen: argparse.Namespace, lots: Lots) -> int:
    for option in ("places", "withdraw", "set_aside", "non_person"):
        if getattr(chosen, option):
            name = option.replace("_", "-")
            raise ElectionError(f"--{name}: found it with several files; expected it with one")
    if chosen.output is None or "ask" in chosen.lots:
        found = "no -o" if chosen.output is None else "--lots ask"
        raise ElectionError(f"several files: found {found}; expected -o FOLDER and no questions")
    counted = list(
        stvcount.count_many(
            [chosen.file, *chosen.more],
            rules=chosen.rules,
            organisation=chosen.organisation,
            lots=lots,
            teller=chosen.teller,
            options=_options(chosen.option),
            reading={"encoding": chosen.encoding, "paper_ids": chosen.paper_ids},
            jobs=chosen.jobs,
        )
    )
    names = index_sheet.sheet_names(counted, chosen.format)
    for one, name in zip(counted, names, strict=True):
        for note in one.notes:
            _say(f"{one.name}: note: {note}")
        if one.record is None:
            _fail(one.error or ElectionError(""), BAD_INPUT)
        else:
            write_in_folder(chosen.output, name, sheets.render(one.record, chosen.format))
    write_in_folder(chosen.output, "index.txt", index_sheet.index(counted, names))
    errors = [one.error for one in counted if one.error is not None]
    if not errors:
        return DONE
    return LOT_NEEDED if all(isinstance(error, LotNeeded) for error in errors) else BAD_INPUT


def _show(record: stvcount.CountRecord, chosen: argparse.Namespace) -> int:
    return _put(sheets.render(record, chosen.format), chosen.output)


def _put(result: str, output: str | None) -> int:
    if output is None:
        sys.stdout.write(result)
    else:
        write_whole(output, result)
    return DONE


def _compare(chosen: argparse.Namespace) -> int:
    election = _election(chosen)
    _say_notes(election)
    compared = stvcount.compare(
        election, rules=chosen.rules.split(","), lots=_lots(chosen.lots), teller=chosen.teller
    )
    sys.stdout.write(compare_sheet.sheet(election, compared))
    return DONE


def _vacancy(chosen: argparse.Namespace) -> int:
    record = stvcount.vacancy(
        stvcount.read_record(chosen.record),
        stvcount.read(chosen.file, encoding=chosen.encoding, paper_ids=chosen.paper_ids),
        vacating=chosen.vacating,
        withdraw=chosen.withdraw,
        lots=_lots(chosen.lots),
        teller=chosen.teller,
    )
    return _show(record, chosen)


def _motion(chosen: argparse.Namespace) -> int:
    questions = motions.read_motions(chosen.file, encoding=chosen.encoding)
    for note in dict.fromkeys(note for question in questions for note in question.notes):
        _say(f"note: {note}")
    record = motions.motion(
        questions,
        majority=chosen.majority,
        coin=chosen.coin,
        lots=_lots(chosen.lots),
        title=chosen.title,
    )
    text = record.to_json() if chosen.format == "json" else motion_sheet.sheet(record)
    return _put(text, chosen.output)


def _order(chosen: argparse.Namespace) -> int:
    order = ballot_order.ballot_order(
        chosen.names, chosen.method, seed=chosen.seed, last=chosen.last
    )
    sys.stdout.write(order_sheet.sheet(order, papers=chosen.papers, equal=chosen.equal))
    return DONE


def _check(chosen: argparse.Namespace) -> int:
    election = _election(chosen)
    found = stvcount.check(election, teller=chosen.teller)
    sys.stdout.write(paper_sheet.sheet(election, found))
    total = found.papers.total
    if chosen.expect is not None and chosen.expect != total:
        _say(f"{chosen.file}: found {total} papers; expected {chosen.expect}")
        return DIFFERENCE
    return DONE


def _rules(chosen: argparse.Namespace) -> int:
    if chosen.id is not None:
        sys.stdout.write(rules_sheet.sheet(stvcount.rules.get(chosen.id)))
        return DONE
    sys.stdout.write(rules_sheet.index())
    return DONE


def _election(chosen: argparse.Namespace) -> stvcount.Election:
    election = stvcount.read(chosen.file, encoding=chosen.encoding, paper_ids=chosen.paper_ids)
    if chosen.places is not None:
        election = election.with_places(chosen.places)
    if chosen.non_person is not None:
        election = election.with_non_person(chosen.non_person)
    for given in chosen.withdraw:
        name, reason = _name_and_reason(given, election.candidates)
        election = election.withdraw(name, reason=reason)
    for given in chosen.set_aside:
        number, _, reason = given.partition("=")
        election = election.set_aside(_whole_number("--set-aside", number), reason=reason)
    return election


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


def _whole_number(option: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 40):
        raise ElectionError(f"{option}: found {text!r}; expected a whole number")
    return int(text)


def _options(given: Sequence[str]) -> dict[str, str | int | bool]:
    options: dict[str, str | int | bool] = {}
    for option in given:
        name, equals, value = option.partition("=")
        if not equals or name in options:
            raise ElectionError(f"--option: found {option!r}; expected KEY=VALUE, each key once")
        options[name] = value
    return options


def _lots(given: Sequence[str]) -> Lots:
    drawn = [source.removeprefix("drawn:") for source in given if source.startswith("drawn:")]
    if drawn and len(drawn) == len(given):
        return Lots.drawn(*drawn)
    if len(given) > 1:
        raise ElectionError(
            f"--lots: found {', '.join(map(repr, given))}; expected one source of lots "
            "(only drawn:NAME may be repeated)"
        )
    source = given[0] if given else "none"
    if source.startswith("seed:"):
        return Lots.seeded(source.removeprefix("seed:"))
    named = {"none": Lots.none(), "first-listed": Lots.first_listed(), "ask": Lots.ask(_ask)}
    if source not in named:
        raise ElectionError(
            f"--lots: found {source!r}; expected none, seed:TEXT, drawn:NAME, ask or first-listed"
        )
    return named[source]


def _ask(question: LotQuestion) -> str:
    """Ask on standard error, read standard input, until a tied name (or its number) is given."""
    tied = question.candidates
    _say(f"stage {question.stage}, {question.clause}: a lot is needed ({question.purpose})")
    for number, name in enumerate(tied, start=1):
        _say(f"  {number}  {name}  {question.votes[name]}")
    while True:
        _say("on whom did the lot fall? (name or number)")
        answer = sys.stdin.readline()
        if not answer:
            raise LotNeeded(
                purpose=question.purpose,
                clause=question.clause,
                candidates=tied,
                votes=question.votes,
                stage=question.stage,
            )
        text = answer.strip()
        if text in tied:
            return text
        if text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= len(tied):
            return tied[int(text) - 1]
        _say(f"found {text!r}; expected one of the tied: {', '.join(tied)}")


def _say_notes(election: stvcount.Election) -> None:
    for note in (*election.notes, *_shortened(election.papers_counted.shortened)):
        _say(f"note: {note}")
    for name in organisations.unmarked_non_persons(election):
        _say(f"note: {name!r} is counted as a person; if it is none: --non-person {name!r}")


def _shortened(by_reason: FrozenMapping[str, int]) -> list[str]:
    return [
        f"{number} valid {'paper is' if number == 1 else 'papers are'} "
        f"read only up to some preference: {reason}"
        for reason, number in by_reason.items()
    ]


def _fail(error: StvcountError, status: int) -> int:
    for line in str(error).splitlines():
        _say(line)
    return status


def _say(line: str, stream: TextIO | None = None) -> None:
    print(f"stvcount: {line}", file=stream or sys.stderr, flush=True)
