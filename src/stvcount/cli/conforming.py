"""The command that asks another program whether it counts by the rules."""

from __future__ import annotations

import argparse

from stvcount import rules
from stvcount.cli import arguments, outputs
from stvcount.cli.arguments import DIFFERENCE, DONE
from stvcount.errors import ElectionError


def add_conform(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "program",
        nargs="+",
        metavar="COMMAND",
        help="after --: the program and its arguments, with {blt} where the ballot file goes; and "
        "{non_person} for the candidate who is no person, or nothing, if it can be told",
    )
    command.add_argument("--rules", metavar="ID", default="ers97", help="rule set (ers97)")
    arguments.add_options(command)
    command.add_argument(
        "--adapter",
        metavar="NAME",
        default="json",
        help="what reads its output: json (of stages), elected (a name to a line), table (CSV), or "
        "one of another package",
    )
    command.add_argument(
        "--random", metavar="N", default="0", help="random elections to ask about besides (0)"
    )
    command.add_argument(
        "--seed", metavar="TEXT", default="conform", help="the text from which they are made"
    )
    command.add_argument(
        "--seconds", metavar="N", default="10", help="how long one run may take (10)"
    )
    outputs.add(command)


def conform(chosen: argparse.Namespace) -> int:
    from stvcount.testing.answers import adapter
    from stvcount.testing.conforming import conform as ask
    from stvcount.testing.programs import Program

    output = outputs.file(chosen)
    seconds = arguments.whole_number("--seconds", chosen.seconds)
    if not seconds:
        raise ElectionError("--seconds: found 0; expected a whole number from 1")
    program = Program(tuple(chosen.program), adapter(chosen.adapter), seconds)
    found = ask(
        program,
        rules=rules.get(arguments.rule_set_id(chosen.rules), arguments.options(chosen.option)),
        random=arguments.whole_number("--random", chosen.random),
        seed=chosen.seed,
    )
    output.put(str(found))
    return DONE if found.agrees else DIFFERENCE
