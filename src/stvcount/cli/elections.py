"""The commands that count the papers of an election, or look at them."""

from __future__ import annotations

import argparse
from typing import Any

import stvcount
from stvcount import sheets
from stvcount.cli import arguments, outputs, streams, terminal
from stvcount.cli.arguments import BAD_INPUT, DIFFERENCE, DONE, INTERNAL, LOT_NEEDED
from stvcount.cli.outputs import Folder, InputFile, Output
from stvcount.errors import ElectionError, InternalError, LotNeeded, StvcountError


def add_count(command: argparse.ArgumentParser) -> None:
    arguments.add_election(command)
    command.add_argument(
        "more",
        nargs="*",
        type=InputFile,
        metavar="FILE",
        help="more ballot files: each is counted, -o FOLDER gets an index and a sheet of each",
    )
    command.add_argument(
        "--jobs", type=int, default=1, metavar="N", help="share several files among N processes"
    )
    arguments.add_rule_set(command)
    outputs.add(command, sheets.suffixes())


def count(chosen: argparse.Namespace) -> int:
    rule_set = arguments.rule_set(chosen)
    if chosen.more:
        return _count_several(chosen, rule_set)
    output = outputs.file(chosen, of=chosen.file)
    election = arguments.election(chosen)
    arguments.note_all(election)
    with terminal.progress("counting, stages") as advance:
        counting = stvcount.stages(election, **rule_set)
        for _ in counting:
            advance()
    return _show(counting.record, output)


def _show(record: stvcount.CountRecord, output: Output) -> int:
    if output.format == "text" and output.path is None:
        terminal.show(record)
    else:
        output.put(sheets.render(record, output.format))
    return DONE


def _count_several(chosen: argparse.Namespace, rule_set: dict[str, Any]) -> int:
    from stvcount.sheets import index_sheet

    _refuse_for_several(chosen)
    files = [chosen.file, *chosen.more]
    names = index_sheet.sheet_names(files, outputs.folder_suffix(chosen))
    folder = outputs.folder(chosen, [*names, index_sheet.INDEX])
    reading = arguments.reading(chosen)
    counted = []
    with terminal.progress("counting, files", len(files)) as advance:
        for one in stvcount.count_many(files, reading=reading, jobs=chosen.jobs, **rule_set):
            counted.append(one)
            advance()
    for one, name in zip(counted, names, strict=True):
        _put_in_folder(one, name, folder)
    folder.put(index_sheet.INDEX, index_sheet.index(counted, names))
    return max((_status_of(one.error) for one in counted), key=_BATCH.index)


# The status of several files is that of the worst that came of one.
_BATCH = (DONE, LOT_NEEDED, BAD_INPUT, INTERNAL)


def _status_of(error: StvcountError | InternalError | None) -> int:
    if error is None:
        return DONE
    if isinstance(error, InternalError):
        return INTERNAL
    return LOT_NEEDED if isinstance(error, LotNeeded) else BAD_INPUT


def _refuse_for_several(chosen: argparse.Namespace) -> None:
    """Refuse what only makes sense for one file."""
    for option in ("title", "withdraw", "set_aside", "non_person"):
        if getattr(chosen, option):
            name = option.replace("_", "-")
            raise ElectionError(f"--{name}: found it with several files; expected it with one")
    if chosen.output is None:
        number = len(chosen.more) + 1
        raise ElectionError(
            f"{number} files: found no -o; expected a folder for the sheet of each: -o results"
        )
    if "ask" in chosen.lots:
        raise ElectionError("--lots ask: found it with several files; expected it with one")


def _put_in_folder(one: stvcount.Counted, name: str, folder: Folder) -> None:
    """Write the sheet of a count, or say why there is none."""
    for note in one.notes:
        streams.say(f"{one.name}: note: {note}")
    if one.error is not None:
        arguments.fail(one.error, BAD_INPUT)
    if one.record is not None:
        folder.put(name, sheets.render(one.record, folder.format))


def add_check(command: argparse.ArgumentParser) -> None:
    arguments.add_election(command)
    command.add_argument(
        "--expect", type=int, metavar="N", help="exit with 1 unless there are N papers"
    )
    outputs.add(command)


def check(chosen: argparse.Namespace) -> int:
    from stvcount.sheets import paper_sheet

    output = outputs.file(chosen)
    election = arguments.election(chosen)
    found = stvcount.check(election, teller=chosen.teller)
    output.put(paper_sheet.sheet(election, found))
    arguments.note_unmarked(election)
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
    lots = arguments.lots(chosen)
    rules = [arguments.rule_set_id(given.strip()) for given in chosen.rules.split(",")]
    output = outputs.file(chosen)
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
    rule_set = arguments.rule_set(chosen)
    output = outputs.file(chosen)
    output.put(str(stvcount.trace(arguments.election(chosen), paper, **rule_set)))
    return DONE


def add_vacancy(command: argparse.ArgumentParser) -> None:
    arguments.add_record(command)
    arguments.add_file(command)
    command.add_argument("--vacating", required=True, metavar="NAME", help="whose place it is")
    arguments.add_repeated(command, "--withdraw", "NAME", "who no longer stands")
    arguments.add_teller(command)
    arguments.add_lots(command)
    outputs.add(command, sheets.suffixes())


def vacancy(chosen: argparse.Namespace) -> int:
    lots = arguments.lots(chosen)
    output = outputs.file(chosen)
    record = stvcount.vacancy(
        stvcount.read_record(chosen.record),
        arguments.papers_of_a_record(chosen),
        vacating=chosen.vacating,
        withdraw=chosen.withdraw,
        lots=lots,
        teller=chosen.teller,
    )
    return _show(record, output)
