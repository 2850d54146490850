"""The command `stvcount`. It reads arguments, calls the library and shows what comes back.

Exit status: 0 done; 1 a difference was found; 2 bad usage or bad input, one line for each fault
on standard error; 3 a lot is needed. Only the result goes to standard output.

What only one subcommand needs is imported where it runs: a count starts the sooner.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, get_args

import stvcount
from stvcount import organisations, sheets
from stvcount.errors import ElectionError, InternalError, LotNeeded, StvcountError
from stvcount.formats.files import write_in_folder, write_whole
from stvcount.frozen import FrozenMapping
from stvcount.lots import Lots
from stvcount.tellers import TellerName

if TYPE_CHECKING:
    from stvcount.terminal import Advance

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


# Arguments


def parser() -> argparse.ArgumentParser:
    """The arguments of the command and of each of its subcommands."""
    command = argparse.ArgumentParser(
        prog="stvcount",
        description="Count ranked-ballot elections by the rules that UK bodies really use.",
        allow_abbrev=False,
    )
    command.add_argument("--version", action="version", version=f"stvcount {stvcount.__version__}")
    commands = command.add_subparsers(metavar="COMMAND", required=True)
    for name, what, add in (
        ("count", "count an election, or several", _add_count),
        ("check", "look papers over, no count", _add_check),
        ("rules", "list the rule sets and organisations", _add_rules),
        ("compare", "count by several rule sets", _add_compare),
        ("verify", "check a record against itself, and against the papers", _add_verify),
        ("explain", "tell the story of a count, or of one candidate", _add_explain),
        ("trace", "follow one paper through the count", _add_trace),
        ("chart", "draw the votes or the transfers of a count", _add_chart),
        ("convert", "write a ballot file in another format", _add_convert),
        ("reconstruct", "find papers that give a published sheet", _add_reconstruct),
        ("vacancy", "fill a casual vacancy (ERS97 7.1)", _add_vacancy),
        ("motion", "count votes on motions", _add_motion),
        ("order", "put names in order for the ballot paper", _add_order),
    ):
        add(commands.add_parser(name, help=what, description=what, allow_abbrev=False))
    return command


def _add_file(command: argparse.ArgumentParser) -> None:
    command.add_argument("file", metavar="FILE", help="the ballot file; - is standard input")
    _add_reading(command)


def _add_reading(command: argparse.ArgumentParser) -> None:
    command.add_argument("--input-format", metavar="FORMAT", help="the format, if not by suffix")
    command.add_argument("--encoding", help="the file's encoding, where it is not UTF-8")
    command.add_argument("--places", type=int, metavar="N", help="places to fill")
    command.add_argument("--title", metavar="TEXT", help="what is contested")
    command.add_argument(
        "--paper-ids",
        choices=("in-place", "before"),
        help="whether paper ids in brackets stand in place of the number of papers or before it",
    )
    command.add_argument(
        "--layout",
        choices=("candidates", "preferences"),
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


def _add_election(command: argparse.ArgumentParser) -> None:
    _add_file(command)
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
    command.add_argument("--teller", choices=get_args(TellerName), default="auto")


def _add_rule_set(command: argparse.ArgumentParser) -> None:
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


def _add_lots(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--lots",
        action="append",
        default=[],
        metavar="LOTS",
        help="none, seed:TEXT, drawn:NAME (repeat it, in order of need), ask, or first-listed",
    )


def _add_output(command: argparse.ArgumentParser, formats: Sequence[str]) -> None:
    command.add_argument("--format", choices=formats, default=formats[0])
    command.add_argument("-o", "--output", metavar="FILE", help="write there, whole or not at all")


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
    _add_rule_set(command)
    _add_output(command, sheets.names())
    command.set_defaults(run=_count)


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


def _add_record(command: argparse.ArgumentParser) -> None:
    command.add_argument("record", metavar="RECORD.json", help="the record of a count")


def _add_verify(command: argparse.ArgumentParser) -> None:
    _add_record(command)
    command.add_argument("file", metavar="FILE", nargs="?", help="the ballot file, to recount")
    _add_reading(command)
    command.add_argument("--teller", choices=get_args(TellerName), default="auto")
    command.set_defaults(run=_verify)


def _add_explain(command: argparse.ArgumentParser) -> None:
    _add_record(command)
    command.add_argument("--candidate", metavar="NAME", help="the story of this candidate")
    command.set_defaults(run=_explain)


def _add_trace(command: argparse.ArgumentParser) -> None:
    _add_election(command)
    command.add_argument("--paper", required=True, metavar="N", help="its number, from 1")
    _add_rule_set(command)
    command.set_defaults(run=_trace)


def _add_chart(command: argparse.ArgumentParser) -> None:
    _add_record(command)
    command.add_argument("--picture", choices=("votes", "transfers"), default="votes")
    _add_output(command, ("svg", "png", "pdf"))
    command.set_defaults(run=_chart)


def _add_convert(command: argparse.ArgumentParser) -> None:
    _add_file(command)
    command.add_argument("target", metavar="OUT", help="the file to write")
    command.add_argument("--output-format", metavar="FORMAT", help="its format, if not by suffix")
    command.set_defaults(run=_convert)


def _add_reconstruct(command: argparse.ArgumentParser) -> None:
    command.add_argument("sheet", metavar="SHEET.json", help="the published figures")
    command.add_argument("--limit", type=int, default=2000, metavar="N", help="ways to try (2000)")
    command.add_argument("-o", "--output", metavar="FILE.blt", help="write the papers there")
    command.set_defaults(run=_reconstruct)


def _add_vacancy(command: argparse.ArgumentParser) -> None:
    _add_record(command)
    _add_file(command)
    command.add_argument("--vacating", required=True, metavar="NAME", help="whose place it is")
    command.add_argument(
        "--withdraw", action="append", default=[], metavar="NAME", help="who no longer stands"
    )
    command.add_argument("--teller", choices=get_args(TellerName), default="auto")
    _add_lots(command)
    _add_output(command, sheets.names())
    command.set_defaults(run=_vacancy)


def _add_motion(command: argparse.ArgumentParser) -> None:
    command.add_argument("file", metavar="FILE", help="votes on each question, or totals (CSV)")
    command.add_argument("--encoding", help="the file's encoding, where it is not UTF-8")
    command.add_argument("--title", default="", help="a heading for the sheet")
    command.add_argument("--majority", choices=("simple", "two-thirds"), default="simple")
    command.add_argument(
        "--coin", action="store_true", help="a coin (a lot) decides an equal vote, else it is lost"
    )
    _add_lots(command)
    _add_output(command, ("text", "json"))
    command.set_defaults(run=_motion)


def _add_order(command: argparse.ArgumentParser) -> None:
    command.add_argument("names", nargs="+", metavar="NAME", help="the candidates")
    command.add_argument(
        "--method", choices=("random", "rotation", "random-rotation"), required=True
    )
    command.add_argument("--seed", help="the text from which a random order is worked out")
    command.add_argument("--last", metavar="NAME", help="who stands last on every paper")
    command.add_argument("--papers", type=int, metavar="N", help="how many papers to print")
    command.add_argument("--equal", action="store_true", help="print as many of each form")
    command.set_defaults(run=_order)


# Elections


def _count(chosen: argparse.Namespace) -> int:
    lots = _lots(chosen.lots)
    if chosen.more:
        return _count_several(chosen, lots)
    election = _election(chosen)
    _say_notes(election)
    with _progress("counting, stages") as advance:
        counting = stvcount.stages(
            election,
            rules=chosen.rules,
            organisation=chosen.organisation,
            lots=lots,
            teller=chosen.teller,
            options=_options(chosen.option),
        )
        for _ in counting:
            advance()
    return _show(counting.record, chosen)


def _count_several(chosen: argparse.Namespace, lots: Lots) -> int:
    for option in ("title", "withdraw", "set_aside", "non_person"):
        if getattr(chosen, option):
            name = option.replace("_", "-")
            raise ElectionError(f"--{name}: found it with several files; expected it with one")
    if chosen.output is None or "ask" in chosen.lots:
        found = "no -o" if chosen.output is None else "--lots ask"
        raise ElectionError(f"several files: found {found}; expected -o FOLDER and no questions")
    files = [chosen.file, *chosen.more]
    counted = []
    with _progress("counting, files", len(files)) as advance:
        for one in stvcount.count_many(
            files,
            rules=chosen.rules,
            organisation=chosen.organisation,
            lots=lots,
            teller=chosen.teller,
            options=_options(chosen.option),
            reading=_reading(chosen),
            jobs=chosen.jobs,
        ):
            counted.append(one)
            advance()
    _put_in_folder(counted, chosen)
    errors = [one.error for one in counted if one.error is not None]
    if not errors:
        return DONE
    return LOT_NEEDED if all(isinstance(error, LotNeeded) for error in errors) else BAD_INPUT


def _put_in_folder(counted: Sequence[stvcount.Counted], chosen: argparse.Namespace) -> None:
    """Write a sheet of each count and an index of all, and say what could not be counted."""
    from stvcount.sheets import index_sheet

    names = index_sheet.sheet_names(counted, chosen.format)
    for one, name in zip(counted, names, strict=True):
        for note in one.notes:
            _say(f"{one.name}: note: {note}")
        if one.record is None:
            _fail(one.error or ElectionError(""), BAD_INPUT)
        else:
            write_in_folder(chosen.output, name, sheets.render(one.record, chosen.format))
    write_in_folder(chosen.output, "index.txt", index_sheet.index(counted, names))


def _check(chosen: argparse.Namespace) -> int:
    from stvcount.sheets import paper_sheet

    election = _election(chosen)
    found = stvcount.check(election, teller=chosen.teller)
    sys.stdout.write(paper_sheet.sheet(election, found))
    _say_unmarked(election)
    total = found.papers.total
    if chosen.expect is not None and chosen.expect != total:
        _say(f"{chosen.file}: found {total} papers; expected {chosen.expect}")
        return DIFFERENCE
    return DONE


def _compare(chosen: argparse.Namespace) -> int:
    from stvcount.sheets import compare_sheet

    election = _election(chosen)
    _say_notes(election)
    compared = stvcount.compare(
        election, rules=chosen.rules.split(","), lots=_lots(chosen.lots), teller=chosen.teller
    )
    sys.stdout.write(compare_sheet.sheet(election, compared))
    return DONE


def _trace(chosen: argparse.Namespace) -> int:
    election = _election(chosen)
    found = stvcount.trace(
        election,
        _whole_number("--paper", chosen.paper),
        rules=chosen.rules,
        organisation=chosen.organisation,
        lots=_lots(chosen.lots),
        teller=chosen.teller,
        options=_options(chosen.option),
    )
    sys.stdout.write(str(found))
    return DONE


def _convert(chosen: argparse.Namespace) -> int:
    left_out = stvcount.convert(
        chosen.file,
        chosen.target,
        input_format=chosen.input_format,
        output_format=chosen.output_format,
        **_reading(chosen, with_format=False),
    )
    for sentence in left_out:
        _say(f"note: {sentence}")
    return DONE


def _vacancy(chosen: argparse.Namespace) -> int:
    record = stvcount.vacancy(
        stvcount.read_record(chosen.record),
        stvcount.read(chosen.file, **_reading(chosen)),
        vacating=chosen.vacating,
        withdraw=chosen.withdraw,
        lots=_lots(chosen.lots),
        teller=chosen.teller,
    )
    return _show(record, chosen)


def _election(chosen: argparse.Namespace) -> stvcount.Election:
    with _progress(f"reading {chosen.file}"):
        election = stvcount.read(chosen.file, **_reading(chosen))
    if chosen.non_person is not None:
        election = election.with_non_person(chosen.non_person)
    elif getattr(chosen, "organisation", None) is not None:
        election = organisations.get(chosen.organisation).marked(election)
        if election.non_person is not None:
            _say(f"note: {election.non_person!r} is no person by the rules of this organisation")
    for given in chosen.withdraw:
        name, reason = _name_and_reason(given, election.candidates)
        election = election.withdraw(name, reason=reason)
    for given in chosen.set_aside:
        number, _, reason = given.partition("=")
        election = election.set_aside(_whole_number("--set-aside", number), reason=reason)
    return election


def _reading(chosen: argparse.Namespace, *, with_format: bool = True) -> Any:
    """The keywords for `stvcount.read` that were given."""
    names = ("encoding", "paper_ids", "places", "title", "layout", "sheet", "candidates")
    given = {name: getattr(chosen, name) for name in names}
    if with_format:
        given["format"] = chosen.input_format
    return {name: value for name, value in given.items() if value is not None}


# Records


def _verify(chosen: argparse.Namespace) -> int:
    from stvcount import audit
    from stvcount.sheets import audit_sheet

    record = stvcount.read_record(chosen.record)
    if chosen.file is None:
        election, found = None, audit.check(record)
    else:
        election = stvcount.read(chosen.file, **_reading(chosen))
        found = audit.verify(record, election, teller=chosen.teller)
    sys.stdout.write(audit_sheet.sheet(record, found, election=election))
    return DIFFERENCE if found else DONE


def _explain(chosen: argparse.Namespace) -> int:
    record = stvcount.read_record(chosen.record)
    sys.stdout.write(stvcount.explain(record, chosen.candidate))
    return DONE


def _chart(chosen: argparse.Namespace) -> int:
    from stvcount.sheets import plot, svg

    record = stvcount.read_record(chosen.record)
    if chosen.format == "svg":
        draw = svg.chart if chosen.picture == "votes" else svg.flows
        return _put(draw(record), chosen.output)
    if chosen.output is None:
        raise ElectionError(f"--format {chosen.format}: found no -o; expected -o FILE")
    return _put(plot.plot(record, chosen.picture, chosen.format), chosen.output)


def _show(record: stvcount.CountRecord, chosen: argparse.Namespace) -> int:
    if chosen.format == "text" and chosen.output is None:
        from stvcount import terminal

        terminal.show(record, sys.stdout)
        return DONE
    return _put(sheets.render(record, chosen.format), chosen.output)


def _put(result: str | bytes, output: str | None) -> int:
    if output is not None:
        write_whole(output, result)
    elif isinstance(result, str):
        sys.stdout.write(result)
    return DONE


def _reconstruct(chosen: argparse.Namespace) -> int:
    from stvcount import reconstructing

    found = reconstructing.reconstruct(reconstructing.read_sheet(chosen.sheet), limit=chosen.limit)
    sys.stdout.write(str(found))
    if found.election is None:
        return DIFFERENCE
    if chosen.output is not None:
        write_whole(chosen.output, found.blt())
    return DONE


# Rules, motions, ballot papers


def _rules(chosen: argparse.Namespace) -> int:
    from stvcount.sheets import rules_sheet

    if chosen.id is None:
        sys.stdout.write(rules_sheet.index())
    else:
        sys.stdout.write(rules_sheet.sheet(stvcount.rules.get(chosen.id)))
    return DONE


def _motion(chosen: argparse.Namespace) -> int:
    questions = stvcount.read_motions(chosen.file, encoding=chosen.encoding)
    for note in dict.fromkeys(note for question in questions for note in question.notes):
        _say(f"note: {note}")
    record = stvcount.motion(
        questions,
        majority=chosen.majority,
        coin=chosen.coin,
        lots=_lots(chosen.lots),
        title=chosen.title,
    )
    return _put(record.to_json() if chosen.format == "json" else str(record), chosen.output)


def _order(chosen: argparse.Namespace) -> int:
    from stvcount.ordering import ballot_order
    from stvcount.sheets import order_sheet

    order = ballot_order(chosen.names, chosen.method, seed=chosen.seed, last=chosen.last)
    sys.stdout.write(order_sheet.sheet(order, papers=chosen.papers, equal=chosen.equal))
    return DONE


# What arguments mean


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
    named = {"none": Lots.none, "first-listed": Lots.first_listed, "ask": _asked}
    if source not in named:
        raise ElectionError(
            f"--lots: found {source!r}; expected none, seed:TEXT, drawn:NAME, ask or first-listed"
        )
    return named[source]()


def _asked() -> Lots:
    from stvcount import terminal

    return terminal.asked()


# What is said on standard error


def _progress(description: str, total: int | None = None) -> AbstractContextManager[Advance]:
    if not sys.stderr.isatty():
        return nullcontext(lambda done=1: None)
    from stvcount import terminal

    return terminal.progress(description, total)


def _say_notes(election: stvcount.Election) -> None:
    for note in (*election.notes, *_shortened(election.papers_counted.shortened)):
        _say(f"note: {note}")
    _say_unmarked(election)


def _say_unmarked(election: stvcount.Election) -> None:
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


def _say(line: str) -> None:
    print(f"stvcount: {line}", file=sys.stderr, flush=True)  # noqa: T201
