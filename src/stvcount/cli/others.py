"""The commands for rules, ballot files, published sheets, motions and ballot papers."""

from __future__ import annotations

import argparse

import stvcount
from stvcount.cli import arguments, outputs, streams
from stvcount.cli.arguments import DIFFERENCE, DONE
from stvcount.cli.outputs import InputFile, OutputFile
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


_OF_MOTIONS = {"text": (".txt",), "json": (".json",)}


def add_motion(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "file", type=InputFile, metavar="FILE", help="votes on each question, or totals"
    )
    arguments.add_encoding(command)
    command.add_argument("--sheet", metavar="NAME", help="which sheet of a workbook")
    arguments.add_repeated(command, "--ignore", "COLUMN", "a column that is no question")
    command.add_argument("--title", default="", help="a heading for the sheet")
    command.add_argument(
        "--majority", type=str.lower, choices=("simple", "two-thirds"), default="simple"
    )
    command.add_argument(
        "--coin", action="store_true", help="a coin (a lot) decides an equal vote, else it is lost"
    )
    arguments.add_lots(command)
    outputs.add(command, _OF_MOTIONS)


def motion(chosen: argparse.Namespace) -> int:
    output = outputs.file(chosen)
    lots = arguments.lots(chosen)
    questions = stvcount.read_motions(
        chosen.file, encoding=chosen.encoding, sheet=chosen.sheet, ignore=chosen.ignore
    )
    for line in dict.fromkeys(line for question in questions for line in question.notes):
        arguments.note(line)
    record = stvcount.motion(
        questions, majority=chosen.majority, coin=chosen.coin, lots=lots, title=chosen.title
    )
    output.put(record.to_json() if output.format == "json" else str(record))
    return DONE


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
