"""The commands that take the record of a count."""

from __future__ import annotations

import argparse

import stvcount
from stvcount.cli import arguments, outputs
from stvcount.cli.arguments import DIFFERENCE, DONE
from stvcount.cli.outputs import InputFile
from stvcount.errors import ElectionError
from stvcount.formats import states_places


def add_verify(command: argparse.ArgumentParser) -> None:
    arguments.add_record(command)
    command.add_argument(
        "files",
        type=InputFile,
        metavar="FILE",
        nargs="*",
        help="the ballot file, or all of them, to recount",
    )
    command.add_argument(
        "--rules",
        metavar="ID",
        help="check a published sheet (JSON, CSV, XLSX) without papers against this rule set",
    )
    arguments.add_reading(command)
    arguments.add_teller(command)
    outputs.add(command)


def verify(chosen: argparse.Namespace) -> int:
    from stvcount.audit import sheet as audit_sheet
    from stvcount.audit.verdict import only_words
    from stvcount.formats.published import is_published_sheet

    output = outputs.file(chosen)
    if is_published_sheet(chosen.record):
        return _verify_sheet(chosen, output)
    if chosen.rules is not None:
        raise ElectionError("--rules: found it with a record; expected it with a published sheet")
    record = stvcount.read_record(chosen.record)
    arguments.connect(chosen)
    places_stated, election = _recounted(chosen, record)
    found = stvcount.verify(record, election, teller=chosen.teller)
    output.put(audit_sheet.sheet(record, found, election=election, places_stated=places_stated))
    return DONE if only_words(found) else DIFFERENCE


def _verify_sheet(chosen: argparse.Namespace, output: outputs.Output) -> int:
    """A published sheet, of which there are no papers, against a rule set."""
    if chosen.files:
        raise ElectionError(
            "papers: found them with a published sheet; expected the sheet alone (count the papers "
            "and compare, or ask `stvcount which`)"
        )
    rules = None if chosen.rules is None else arguments.rule_set_id(chosen.rules)
    sheet = stvcount.read_sheet(chosen.record, places=chosen.places, sheet=chosen.sheet)
    if rules is None and not sheet.rules.id:
        raise ElectionError("--rules: found none; expected the rule set to check the sheet against")
    found = stvcount.check_sheet(sheet, rules=rules)
    output.put(str(found))
    return DONE if found.holds and found.stages else DIFFERENCE


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
    places = None if stated else max(record.places, 1)
    return stated, arguments.papers_of_a_record(record, chosen, places=places)


def add_explain(command: argparse.ArgumentParser) -> None:
    arguments.add_record(command)
    command.add_argument("--candidate", metavar="NAME", help="the story of this candidate")
    outputs.add(command)


def explain(chosen: argparse.Namespace) -> int:
    output = outputs.file(chosen)
    record = stvcount.read_record(chosen.record)
    output.put(stvcount.explain(record, chosen.candidate))
    return DONE


_PICTURES = {"svg": (".svg",), "png": (".png",), "pdf": (".pdf",)}


def add_chart(command: argparse.ArgumentParser) -> None:
    arguments.add_record(command)
    command.add_argument(
        "--picture", type=str.lower, choices=("votes", "transfers"), default="votes"
    )
    outputs.add(command, _PICTURES)


def chart(chosen: argparse.Namespace) -> int:
    from stvcount.sheets import plot, svg

    output = outputs.file(chosen)
    if output.path is None and output.format != "svg":
        raise ElectionError(f"--format {output.format}: found no -o; expected -o FILE")
    record = stvcount.read_record(chosen.record)
    if output.format == "svg":
        draw = svg.chart if chosen.picture == "votes" else svg.flows
        output.put(draw(record))
    else:
        output.put(plot.plot(record, chosen.picture, output.format))
    return DONE
