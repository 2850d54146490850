"""The command `stvcount`. It reads arguments, calls the library and shows what comes back.

Exit status: 0 done; 1 a difference was found; 2 bad usage or bad input, one line for each fault
on standard error; 3 a lot is needed. Only the result goes to standard output.

Each command is a function that adds its arguments to a parser, and one that runs with what was
chosen. What only one command needs is imported where it runs: a count starts the sooner.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

import stvcount
from stvcount.cli import elections, others, records, terminal
from stvcount.cli.arguments import BAD_INPUT, DONE, LOT_NEEDED, fail
from stvcount.errors import InternalError, LotNeeded, StvcountError
from stvcount.words import visible

__all__ = ["main", "parser"]

_INTERNAL, _INTERRUPTED = 70, 130

_COMMANDS = (
    ("count", "count an election, or several", elections.add_count, elections.count),
    ("check", "look papers over, no count", elections.add_check, elections.check),
    ("rules", "list the rule sets and organisations", others.add_rules, others.rules),
    ("compare", "count by several rule sets", elections.add_compare, elections.compare),
    (
        *("verify", "check a record against itself, and against the papers"),
        *(records.add_verify, records.verify),
    ),
    (
        *("explain", "tell the story of a count, or of one candidate"),
        *(records.add_explain, records.explain),
    ),
    ("trace", "follow one paper through the count", elections.add_trace, elections.trace),
    ("chart", "draw the votes or the transfers of a count", records.add_chart, records.chart),
    ("convert", "write a ballot file in another format", others.add_convert, others.convert),
    (
        *("reconstruct", "find papers that give a published sheet"),
        *(others.add_reconstruct, others.reconstruct),
    ),
    ("vacancy", "fill a casual vacancy (ERS97 7.1)", elections.add_vacancy, elections.vacancy),
    ("motion", "count votes on motions", others.add_motion, others.motion),
    ("order", "put names in order for the ballot paper", others.add_order, others.order),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command with these arguments (those of the process), and return its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # Sheets and JSON are UTF-8 wherever they go; odd names must not stop an error.
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        chosen = parser().parse_args(arguments)
        status: int = chosen.run(chosen)
        sys.stdout.flush()
    except LotNeeded as error:
        return fail(error, LOT_NEEDED)
    except StvcountError as error:
        return fail(error, BAD_INPUT)
    except InternalError as error:
        terminal.say(f"internal error, the count was stopped: {error}")
        return _INTERNAL
    except BrokenPipeError:
        # Whoever reads the output has enough; what is still buffered has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        return _INTERRUPTED
    return status


def parser() -> argparse.ArgumentParser:
    """The arguments of the command and of each of its subcommands."""
    command = _Parser(
        prog="stvcount",
        description="Count ranked-ballot elections by the rules that UK bodies really use.",
        allow_abbrev=False,
    )
    command.add_argument("--version", action="version", version=f"stvcount {stvcount.__version__}")
    commands = command.add_subparsers(metavar="COMMAND", required=True)
    for name, what, add, run in _COMMANDS:
        one = commands.add_parser(name, help=what, description=what, allow_abbrev=False)
        add(one)
        one.set_defaults(run=run)
    return command


class _Parser(argparse.ArgumentParser):
    """Shows what it could not read like everything else on standard error."""

    def error(self, message: str) -> NoReturn:
        super().error(visible(message))
