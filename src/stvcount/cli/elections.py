"""The commands that count the papers of an election, or look at them."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial

import stvcount
from stvcount import sheets
from stvcount.checks import whole_number
from stvcount.cli import arguments, contests, interrupts, outputs, streams, terminal
from stvcount.cli.arguments import BAD_INPUT, DIFFERENCE, DONE
from stvcount.cli.outputs import InputFile, KeptLotsFile, Output
from stvcount.counting import many
from stvcount.counting.many import Counted
from stvcount.errors import ElectionError, FormatError, InternalError, StvcountError, unforeseen
from stvcount.formats.files import Apart
from stvcount.record import Completion
from stvcount.rules import organisations


def add_count(command: argparse.ArgumentParser) -> None:
    arguments.add_election(command)
    command.add_argument(
        "--jobs", type=int, default=1, metavar="N", help="share several files among N processes"
    )
    arguments.add_rule_set(command)
    arguments.add_contest(command)
    contests.add_all(command)
    outputs.add(command, sheets.suffixes())


def count(chosen: argparse.Namespace) -> int:
    if contests.is_asked_for(chosen):
        return contests.count_all(chosen)
    if chosen.more and not chosen.together:
        return _count_several(chosen)
    output = outputs.file(chosen, of=chosen.file)
    rule_set = arguments.rule_set(chosen)
    election = arguments.election(chosen)
    said = arguments.contest(chosen)
    election = replace(election, contest=said.otherwise(election.contest))
    arguments.note_all(election, arguments.organisation_id(chosen))
    with terminal.progress("counting, stages") as advance:
        counting = stvcount.stages(election, **rule_set)
        for _ in counting:
            advance()
    return _show(counting.record, output, election)


def _show(record: stvcount.CountRecord, output: Output, election: stvcount.Election) -> int:
    if output.format == "text" and output.path is None:
        terminal.show(record)
    else:
        output.put(sheets.render(record, output.format, election=election))
    return DONE


def _count_several(chosen: argparse.Namespace) -> int:
    from stvcount.sheets import index_sheet

    _refuse_for_several(chosen)
    files = [chosen.file, *chosen.more]
    names = index_sheet.sheet_names(files, outputs.folder_suffix(chosen))
    folder = outputs.folder(chosen, [*names, index_sheet.INDEX])
    request = many.Request(
        reading=arguments.reading(chosen),
        prepare=partial(organisations.answered, **arguments.who_is_who(chosen)),
        **arguments.rule_set(chosen),
    )
    jobs = whole_number("jobs", chosen.jobs, least=1)
    with folder.apart() as apart:
        one = partial(_count_into, request=request, apart=apart, format=folder.format)
        counted = _counted_into(one, list(zip(files, names, strict=True)), jobs)
        apart.put(index_sheet.INDEX, index_sheet.index(counted, names))
        made = zip(counted, names, strict=True)
        sheets_made = [name for one, name in made if one.record is not None]
        apart.move([*sheets_made, index_sheet.INDEX])
    for each in counted:
        _tell(each)
    arguments.check_names_said(counted, chosen)
    return arguments.status_of(counted)


def _counted_into(
    one: Callable[[tuple[str, str]], Counted | StvcountError | InternalError],
    files: Sequence[tuple[str, str]],
    jobs: int,
) -> list[Counted]:
    counted = []
    # Before anybody clears up after them, the processes that write are ended.
    with (
        closing(many.mapped(one, files, jobs, ended=lambda file: many.lost(file[0]))) as coming,
        terminal.progress("counting, files", len(files)) as advance,
    ):
        for came in coming:
            interrupts.check()
            if not isinstance(came, Counted):
                raise came
            counted.append(came)
            advance()
    return counted


def _count_into(
    file: tuple[str, str],
    *,
    request: many.Request,
    apart: Apart,
    format: str,  # noqa: A002 (as `render` has it)
) -> Counted | StvcountError | InternalError:
    """What comes of a file, of which there is a sheet then; or what kept the sheet from being so.

    `file`: with the name of its sheet.
    """
    path, name = file
    one = many.count_one(path, request=request)
    if one.record is None:
        return one
    try:
        apart.put(name, sheets.render(one.record, format))
    except (StvcountError, InternalError) as error:
        return error
    except Exception as error:
        return unforeseen(error)
    # How it went is in the sheet: what the index says need not travel with it.
    return replace(one, record=replace(one.record, stages=(), completion=Completion()))


def _refuse_for_several(chosen: argparse.Namespace) -> None:
    """Refuse what only makes sense for one file."""
    alone = ("title", "withdraw", "set_aside", "date", "electorate", "returning_officer", "status")
    for option in alone:
        if getattr(chosen, option):
            name = option.replace("_", "-")
            raise ElectionError(f"--{name}: found it with several files; expected it with one")
    if chosen.output is None:
        raise ElectionError(
            f"{len(chosen.more) + 1} files: found no -o; expected a folder for the sheet of each "
            "(-o results), or --together for papers of one contest"
        )
    for source in chosen.lots:
        if source == "ask" or isinstance(source, KeptLotsFile):
            raise ElectionError(
                f"--lots {source}: found it with several files; expected it with one"
            )
    if chosen.format is not None and sheets.shows_papers(chosen.format):
        raise ElectionError(
            f"--format {chosen.format}: found it with several files; expected it with one"
        )


def _tell(one: stvcount.Counted) -> None:
    """Say what is to be said of a count, or why there is none."""
    for note in one.notes:
        streams.say(f"{one.name}: note: {note}")
    if one.error is not None:
        # A fault of a file has its name already.
        where = "" if isinstance(one.error, FormatError) else f"{one.name}: "
        arguments.fail(one.error, BAD_INPUT, where)


def add_check(command: argparse.ArgumentParser) -> None:
    arguments.add_election(command)
    command.add_argument(
        "--expect", type=int, metavar="N", help="exit with 1 unless there are N papers"
    )
    outputs.add(command)


def check(chosen: argparse.Namespace) -> int:
    from stvcount.sheets import paper_sheet

    output = outputs.file(chosen)
    election = arguments.election(chosen, asking=False)
    found = stvcount.check(election, teller=chosen.teller)
    output.put(paper_sheet.sheet(election, found))
    arguments.note_questions(election)
    total = found.papers.total
    if chosen.expect is not None and chosen.expect != total:
        streams.say(f"{chosen.file}: found {total} papers; expected {chosen.expect}")
        return DIFFERENCE
    return DONE


def add_compare(command: argparse.ArgumentParser) -> None:
    arguments.add_election(command)
    command.add_argument("--rules", required=True, metavar="ID,ID,...", help="rule sets")
    arguments.add_lots(command)
    outputs.add(command)


def compare(chosen: argparse.Namespace) -> int:
    output = outputs.file(chosen)
    if any(isinstance(source, KeptLotsFile) for source in chosen.lots):
        raise ElectionError("--lots file: found it with several rule sets; expected it with one")
    lots = arguments.lots(chosen)
    rules = [arguments.rule_set_id(given.strip()) for given in chosen.rules.split(",")]
    election = arguments.election(chosen)
    arguments.note_all(election)
    compared = stvcount.compare(election, rules=rules, lots=lots, teller=chosen.teller)
    output.put(str(compared))
    return DONE


def add_trace(command: argparse.ArgumentParser) -> None:
    arguments.add_election(command)
    command.add_argument("--paper", required=True, metavar="N", help="its number, from 1")
    arguments.add_rule_set(command)
    outputs.add(command)


def trace(chosen: argparse.Namespace) -> int:
    paper = arguments.whole_number("--paper", chosen.paper)
    output = outputs.file(chosen)
    rule_set = arguments.rule_set(chosen)
    output.put(str(stvcount.trace(arguments.election(chosen), paper, **rule_set)))
    return DONE


def add_vacancy(command: argparse.ArgumentParser) -> None:
    arguments.add_record(command)
    command.add_argument(
        "files", type=InputFile, nargs="+", metavar="FILE", help="the ballot file, or all of them"
    )
    arguments.add_reading(command)
    command.add_argument("--vacating", required=True, metavar="NAME", help="whose place it is")
    arguments.add_repeated(command, "--withdraw", "NAME", "who no longer stands")
    arguments.add_persons(command)
    command.add_argument(
        "--rules", metavar="ID", help="ers97, to recount though the organisation does otherwise"
    )
    arguments.add_teller(command)
    arguments.add_lots(command)
    outputs.add(command, sheets.suffixes())


def vacancy(chosen: argparse.Namespace) -> int:
    output = outputs.file(chosen)
    lots = arguments.lots(chosen)
    original = stvcount.read_record(chosen.record)
    arguments.connect(chosen)
    election = arguments.papers_of_a_record(original, chosen)
    _check_persons_of(original, election, chosen)
    record = stvcount.vacancy(
        original,
        election,
        vacating=chosen.vacating,
        withdraw=chosen.withdraw,
        rules=None if chosen.rules is None else arguments.rule_set_id(chosen.rules),
        lots=lots,
        teller=chosen.teller,
    )
    return _show(record, output, election)


def _check_persons_of(
    record: stvcount.CountRecord, election: stvcount.Election, chosen: argparse.Namespace
) -> None:
    """Ask who is no person, as a count does; what is said must be what the record has."""
    for name in chosen.non_person:
        if name != record.non_person:
            has = "nobody" if record.non_person is None else repr(record.non_person)
            raise ElectionError(
                f"--non-person: found {name!r}; expected {has}, as the record has it "
                "(count the election again with --non-person)"
            )
    if record.non_person is not None:
        election = election.with_non_person(record.non_person)
    election = organisations.answered(election, persons=chosen.person, asking=False)
    if asked := organisations.questions(election):
        raise ElectionError(*(f"{chosen.files[0]}: {question}" for question in asked))
