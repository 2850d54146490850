"""The commands for rules, ballot files, published sheets, motions and ballot papers."""

from __future__ import annotations

import argparse
import sys

import stvcount
from stvcount.cli import arguments
from stvcount.cli.arguments import DIFFERENCE, DONE
from stvcount.formats.files import write_whole


def add_rules(command: argparse.ArgumentParser) -> None:
    command.add_argument("id", nargs="?", metavar="ID", help="a rule set, to show it whole")


def rules(chosen: argparse.Namespace) -> int:
    from stvcount.sheets import rules_sheet

    if chosen.id is None:
        sys.stdout.write(rules_sheet.index())
    else:
        sys.stdout.write(rules_sheet.sheet(stvcount.rules.get(chosen.id)))
    return DONE


def add_convert(command: argparse.ArgumentParser) -> None:
    arguments.add_file(command)
    command.add_argument("target", metavar="OUT", help="the file to write")
    command.add_argument("--output-format", metavar="FORMAT", help="its format, if not by suffix")


def convert(chosen: argparse.Namespace) -> int:
    left_out = stvcount.convert(
        chosen.file,
        chosen.target,
        input_format=chosen.input_format,
        output_format=chosen.output_format,
        **arguments.reading(chosen, with_format=False),
    )
    for sentence in left_out:
        arguments.note(sentence)
    return DONE


def add_reconstruct(command: argparse.ArgumentParser) -> None:
    command.add_argument("sheet", metavar="SHEET.json", help="the published figures")
    command.add_argument("--limit", type=int, default=2000, metavar="N", help="ways to try (2000)")
    command.add_argument("-o", "--output", metavar="FILE.blt", help="write the papers there")


def reconstruct(chosen: argparse.Namespace) -> int:
    found = stvcount.reconstruct(stvcount.read_sheet(chosen.sheet), limit=chosen.limit)
    sys.stdout.write(str(found))
    if found.election is None:
        return DIFFERENCE
    if chosen.output is not None:
        write_whole(chosen.output, found.blt())
    return DONE


def add_motion(command: argparse.ArgumentParser) -> None:
    command.add_argument("file", metavar="FILE", help="votes on each question, or totals (CSV)")
    arguments.add_encoding(command)
    command.add_argument("--title", default="", help="a heading for the sheet")
    command.add_argument("--majority", choices=("simple", "two-thirds"), default="simple")
    command.add_argument(
        "--coin", action="store_true", help="a coin (a lot) decides an equal vote, else it is lost"
    )
    arguments.add_lots(command)
    arguments.add_output(command, ("text", "json"))


def motion(chosen: argparse.Namespace) -> int:
    lots = arguments.lots(chosen)
    questions = stvcount.read_motions(chosen.file, encoding=chosen.encoding)
    for line in dict.fromkeys(line for question in questions for line in question.notes):
        arguments.note(line)
    record = stvcount.motion(
        questions, majority=chosen.majority, coin=chosen.coin, lots=lots, title=chosen.title
    )
    text = record.to_json() if arguments.format_of(chosen) == "json" else str(record)
    return arguments.put(text, chosen.output)


def add_order(command: argparse.ArgumentParser) -> None:
    command.add_argument("names", nargs="+", metavar="NAME", help="the candidates")
    command.add_argument(
        "--method", choices=("random", "rotation", "random-rotation"), required=True
    )
    command.add_argument("--seed", help="the text from which a random order is worked out")
    command.add_argument("--last", metavar="NAME", help="who stands last on every paper")
    command.add_argument("--papers", type=int, metavar="N", help="how many papers to print")
    command.add_argument("--equal", action="store_true", help="print as many of each form")


def order(chosen: argparse.Namespace) -> int:
    from stvcount.ballot_order import sheet as order_sheet

    found = stvcount.ballot_order(chosen.names, chosen.method, seed=chosen.seed, last=chosen.last)
    sys.stdout.write(order_sheet.sheet(found, papers=chosen.papers, equal=chosen.equal))
    return DONE
