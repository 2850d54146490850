"""The commands for rules, ballot files, published sheets, motions and ballot papers."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from typing import Literal

import stvcount
from stvcount.cli import arguments, outputs, streams
from stvcount.cli.arguments import DIFFERENCE, DONE
from stvcount.cli.outputs import InputFile, OutputFile
from stvcount.errors import ElectionError
from stvcount.formats import format_to_write, states_places
from stvcount.formats.together import read_files


def add_rules(command: argparse.ArgumentParser) -> None:
    command.add_argument("id", nargs="?", metavar="ID", help="a rule set, to show it whole")
    outputs.add(command)


def rules(chosen: argparse.Namespace) -> int:
    from stvcount.sheets import rules_sheet

    output = outputs.file(chosen)
    if chosen.id is None:
        output.put(rules_sheet.index())
    else:
        output.put(rules_sheet.sheet(stvcount.rules.get(arguments.rule_set_id(chosen.id))))
    return DONE


def add_convert(command: argparse.ArgumentParser) -> None:
    arguments.add_file(command)
    command.add_argument("target", type=OutputFile, metavar="OUT", help="the file to write")
    command.add_argument(
        "--output-format", type=str.lower, metavar="FORMAT", help="its format, if not by suffix"
    )
    outputs.add_force(command)


def convert(chosen: argparse.Namespace) -> int:
    format_to_write(chosen.target, chosen.output_format)
    outputs.check(chosen.target, chosen)
    left_out = stvcount.convert(
        chosen.file,
        chosen.target,
        input_format=chosen.input_format,
        output_format=chosen.output_format,
        overwrite=chosen.force,
        **arguments.reading(chosen, with_format=False),
    )
    for sentence in left_out:
        arguments.note(sentence)
    return DONE


def add_reconstruct(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "sheet", type=InputFile, metavar="SHEET.json", help="the published figures"
    )
    command.add_argument("--limit", type=int, default=2000, metavar="N", help="ways to try (2000)")
    outputs.add(command, {"blt": (".blt",)})


def reconstruct(chosen: argparse.Namespace) -> int:
    output = outputs.file(chosen)
    found = stvcount.reconstruct(stvcount.read_sheet(chosen.sheet), limit=chosen.limit)
    streams.put(str(found))
    if found.election is None:
        return DIFFERENCE
    if output.path is not None:
        output.put(found.blt())
    return DONE


def add_which(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "sheet_file",
        type=InputFile,
        metavar="SHEET",
        help="the published figures: JSON, CSV, XLSX",
    )
    command.add_argument(
        "files", type=InputFile, metavar="BALLOTS", nargs="*", help="the ballot file, if at hand"
    )
    arguments.add_reading(command)
    outputs.add(command)


def which(chosen: argparse.Namespace) -> int:
    output = outputs.file(chosen)
    # A name of a sheet is that of the workbook of papers, where there are any.
    of_figures = None if chosen.files else chosen.sheet
    # Neither are places meant for a sheet that states them.
    to_papers = chosen.files and states_places(chosen.sheet_file)
    places_of_figures = None if to_papers else chosen.places
    sheet = stvcount.read_sheet(chosen.sheet_file, places=places_of_figures, sheet=of_figures)
    election = None
    if chosen.files:
        stated = all(states_places(one, chosen.input_format) for one in chosen.files)
        places = None if stated else sheet.places
        election = read_files(chosen.files, {"places": places, **arguments.reading(chosen)})
    found = stvcount.which(sheet, election)
    output.put(str(found))
    return DONE if found.giving else DIFFERENCE


_OF_MOTIONS = {
    "text": (".txt",),
    "json": (".json",),
    "csv": (".csv",),
    "html": (".html", ".htm"),
    "slide": (".slide.html", ".html", ".htm"),
}


def add_motion(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "file", type=InputFile, metavar="FILE", help="votes on each question, or totals"
    )
    arguments.add_encoding(command)
    command.add_argument("--sheet", metavar="NAME", help="which sheet of a workbook")
    arguments.add_repeated(command, "--ignore", "COLUMN", "a column that is no question")
    command.add_argument("--title", default="", help="a heading for the sheet")
    command.add_argument(
        "--majority",
        type=str.lower,
        default="simple",
        help="simple (the usual one), two-thirds, three-quarters, or a fraction such as 3/5",
    )
    command.add_argument(
        "--basis",
        type=str.lower,
        choices=("voting", "present", "members"),
        default="voting",
        help="of whom: of those voting FOR or AGAINST (the usual one), of those present, or of all "
        "members",
    )
    for option, what in _PERSONS.items():
        command.add_argument(f"--{option}", metavar="N", help=what)
    arguments.add_repeated(
        command,
        "--casting-vote",
        "NUMBER=VOTE=NAME",
        "the number of a question with equal votes, FOR or AGAINST, and who gave the casting vote",
    )
    command.add_argument(
        "--coin", action="store_true", help="a coin (a lot) decides an equal vote, else it is lost"
    )
    arguments.add_lots(command)
    outputs.add(command, _OF_MOTIONS)


_PERSONS = {
    "present": "how many are present",
    "members": "how many members there are",
    "quorum": "how many must be present, or the vote decides nothing",
}


def motion(chosen: argparse.Namespace) -> int:
    from stvcount.motions import pages
    from stvcount.motions import sheet as motion_sheet

    output = outputs.file(chosen)
    lots = arguments.lots(chosen)
    questions = stvcount.read_motions(
        chosen.file, encoding=chosen.encoding, sheet=chosen.sheet, ignore=chosen.ignore
    )
    for line in dict.fromkeys(line for question in questions for line in question.notes):
        arguments.note(line)
    record = stvcount.motion(
        questions,
        majority=chosen.majority,
        basis=chosen.basis,
        coin=chosen.coin,
        casting_votes=list(map(_casting_vote, chosen.casting_vote)),
        lots=lots,
        title=chosen.title,
        **{name: _number(chosen, name) for name in _PERSONS},
    )
    shown: Mapping[str, Callable[[stvcount.MotionRecord], str]] = {
        "json": stvcount.MotionRecord.to_json,
        "csv": motion_sheet.table,
        "html": pages.page,
        "slide": pages.slides,
        "text": str,
    }
    output.put(shown[output.format](record))
    return DONE


def _number(chosen: argparse.Namespace, name: str) -> int | None:
    given = getattr(chosen, name)
    return None if given is None else arguments.whole_number(f"--{name}", given)


def _casting_vote(given: str) -> stvcount.CastingVote:
    number, _, rest = given.partition("=")
    vote, _, by = rest.partition("=")
    side = _SIDES.get(vote.upper())
    if not (number.isascii() and number.isdecimal() and side and by.strip()):
        raise ElectionError(
            f"--casting-vote: found {given!r}; expected NUMBER=VOTE=NAME, such as 1=FOR=Jo Park"
        )
    return stvcount.CastingVote(arguments.whole_number("--casting-vote", number), side, by)


_SIDES: Mapping[str, Literal["FOR", "AGAINST"]] = {"FOR": "FOR", "AGAINST": "AGAINST"}


def add_order(command: argparse.ArgumentParser) -> None:
    command.add_argument("names", nargs="+", metavar="NAME", help="the candidates")
    command.add_argument(
        "--method",
        type=str.lower,
        choices=("random", "rotation", "random-rotation"),
        required=True,
    )
    command.add_argument("--seed", help="the text from which a random order is worked out")
    command.add_argument("--last", metavar="NAME", help="who stands last on every paper")
    command.add_argument("--papers", type=int, metavar="N", help="how many papers to print")
    command.add_argument("--equal", action="store_true", help="print as many of each form")
    outputs.add(command)


def order(chosen: argparse.Namespace) -> int:
    from stvcount.ballot_order import sheet as order_sheet

    output = outputs.file(chosen)
    found = stvcount.ballot_order(chosen.names, chosen.method, seed=chosen.seed, last=chosen.last)
    output.put(order_sheet.sheet(found, papers=chosen.papers, equal=chosen.equal))
    return DONE
