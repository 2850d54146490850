"""The commands that take the record of a count."""

from __future__ import annotations

import argparse
import sys

import stvcount
from stvcount.cli import arguments
from stvcount.cli.arguments import DIFFERENCE, DONE
from stvcount.errors import ElectionError
from stvcount.formats import states_places
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
    from stvcount.audit.verdict import only_words

    record = stvcount.read_record(chosen.record)
    places_stated, election = _recounted(chosen, record)
    found = stvcount.verify(record, election, teller=chosen.teller)
    sys.stdout.write(
        audit_sheet.sheet(record, found, election=election, places_stated=places_stated)
    )
    return DONE if only_words(found) else DIFFERENCE


def _recounted(
    chosen: argparse.Namespace, record: stvcount.CountRecord
) -> tuple[bool, stvcount.Election | None]:
    """The election in the ballot file, and whether it is told how many places there are.

    Where it is not, the record says so.
    """
    if not chosen.files:
        return False, None
    given = chosen.input_format
    stated = chosen.places is not None or all(states_places(one, given) for one in chosen.files)
    places = {} if stated else {"places": max(record.places, 1)}
    return stated, arguments.papers_of_a_record(chosen.files, chosen, **places)


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
