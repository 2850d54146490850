"""The commands that take the record of a count."""

from __future__ import annotations

import argparse
import sys

import stvcount
from stvcount.cli import arguments
from stvcount.cli.arguments import DIFFERENCE, DONE
from stvcount.errors import ElectionError
from stvcount.formats.files import write_whole


def add_verify(command: argparse.ArgumentParser) -> None:
    arguments.add_record(command)
    command.add_argument(
        "files", metavar="FILE", nargs="*", help="the ballot file, or all of them, to recount"
    )
    arguments.add_reading(command)
    arguments.add_teller(command)


def verify(chosen: argparse.Namespace) -> int:
    from stvcount.audit import sheet as audit_sheet

    record = stvcount.read_record(chosen.record)
    election = arguments.papers_of_a_record(chosen.files, chosen) if chosen.files else None
    found = stvcount.verify(record, election, teller=chosen.teller)
    sys.stdout.write(audit_sheet.sheet(record, found, election=election))
    return DIFFERENCE if found else DONE


def add_explain(command: argparse.ArgumentParser) -> None:
    arguments.add_record(command)
    command.add_argument("--candidate", metavar="NAME", help="the story of this candidate")


def explain(chosen: argparse.Namespace) -> int:
    record = stvcount.read_record(chosen.record)
    sys.stdout.write(stvcount.explain(record, chosen.candidate))
    return DONE


def add_chart(command: argparse.ArgumentParser) -> None:
    arguments.add_record(command)
    command.add_argument("--picture", choices=("votes", "transfers"), default="votes")
    arguments.add_output(command, ("svg", "png", "pdf"))


def chart(chosen: argparse.Namespace) -> int:
    from stvcount.sheets import plot, svg

    record = stvcount.read_record(chosen.record)
    shown_as = arguments.format_of(chosen)
    if shown_as == "svg":
        draw = svg.chart if chosen.picture == "votes" else svg.flows
        return arguments.put(draw(record), chosen.output)
    if chosen.output is None:
        raise ElectionError(f"--format {shown_as}: found no -o; expected -o FILE")
    write_whole(chosen.output, plot.plot(record, chosen.picture, shown_as))
    return DONE
