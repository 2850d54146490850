"""The commands, which of them is meant, and what is said when it fails."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import stvcount
from stvcount.cli import (
    completing,
    conforming,
    contests,
    elections,
    mock,
    others,
    outputs,
    records,
    streams,
)
from stvcount.cli.arguments import BAD_INPUT, DONE, INTERNAL, fail, fail_for_a_lot
from stvcount.errors import InternalError, LotNeeded, StvcountError, unforeseen
from stvcount.words import nearest, writable

_HELP = "help"

_COMMANDS = (
    ("count", "count an election, or several", elections.add_count, elections.count),
    (
        *("contests", "list the contests of a file or folder, to be filled in"),
        *(contests.add_contests, contests.contests),
    ),
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
    ("which", "find which rules give a published sheet", others.add_which, others.which),
    ("vacancy", "fill a casual vacancy (ERS97 7.1)", elections.add_vacancy, elections.vacancy),
    ("motion", "count votes on motions", others.add_motion, others.motion),
    ("mock", "make a mock count, to train those who count by hand", mock.add_mock, mock.mock),
    ("order", "put names in order for the ballot paper", others.add_order, others.order),
    (
        *("conform", "ask whether another program counts by the rules"),
        *(conforming.add_conform, conforming.conform),
    ),
)
_NAMES = (*(name for name, *_ in _COMMANDS), _HELP)


def run(arguments: Sequence[str]) -> int:
    """Run the command with these arguments, and return its exit status."""
    streams.prepare()
    try:
        return _run(arguments)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else DONE
    except StvcountError as error:
        return fail(error, BAD_INPUT)
    except MemoryError:
        streams.say("found too little memory; expected enough to hold the papers and the result")
        return BAD_INPUT
    except Exception as error:
        return _stopped(error if isinstance(error, InternalError) else unforeseen(error))


def _stopped(error: InternalError) -> int:
    streams.say(f"internal error, the command was stopped: {error}")
    return INTERNAL


def _run(arguments: Sequence[str]) -> int:
    command, commands = _parsers()
    if completing.is_asked_for():
        completing.answer(command, commands.values())
    name, *rest = arguments or [""]
    if not name:
        streams.tell(command.format_help())
        return BAD_INPUT
    if not name.startswith("-"):
        known = _command(command, name)
        if known == _HELP:
            of = _command(command, rest[0]) if rest else _HELP
            commands.get(of, command).print_help()
            return DONE
        arguments = [known, *rest]
    chosen, unknown = command.parse_known_args(arguments)
    if unknown:
        commands[chosen.command].refuse(unknown)
    for option, given in vars(chosen).items():
        setattr(chosen, option, _as_text(given))
    try:
        status: int = chosen.run(chosen)
    except LotNeeded as error:
        return fail_for_a_lot(error, chosen)
    return status


def _as_text(given: Any) -> Any:
    """What was typed, as text that can be written; the name of a file stays as it is."""
    if isinstance(given, list):
        return list(map(_as_text, given))
    if not isinstance(given, str) or isinstance(given, outputs.InputFile | outputs.OutputFile):
        return given
    return writable(given)


def _command(command: _Parser, given: str) -> str:
    """The command that is meant, in whatever case."""
    if given.lower() not in _NAMES:
        command.error(f"found {given!r}; expected {nearest(given, _NAMES)}a command")
    return given.lower()


def _parsers() -> tuple[_Parser, dict[str, _Parser]]:
    """The parser of the command, and that of each of its subcommands."""
    command = _Parser(
        prog="stvcount",
        description="Count ranked-ballot elections by the rules that UK bodies really use.",
        epilog="stvcount help COMMAND tells of one of them.",
        allow_abbrev=False,
    )
    command.add_argument("--version", action="version", version=f"stvcount {stvcount.__version__}")
    adder = command.add_subparsers(metavar="COMMAND", dest="command", required=True)
    commands = {}
    for name, what, add, run_it in _COMMANDS:
        one = adder.add_parser(name, help=what, description=what, allow_abbrev=False)
        add(one)
        one.set_defaults(run=run_it)
        commands[name] = one
    return command, commands


class _Parser(argparse.ArgumentParser):
    """Says in one line what it could not read, and shows help like any other result."""

    def error(self, message: str) -> NoReturn:
        _, _, command = self.prog.partition(" ")
        streams.say(f"{message}; for help: stvcount {_HELP} {command}".rstrip())
        sys.exit(BAD_INPUT)

    def refuse(self, unknown: Sequence[str]) -> NoReturn:
        """Say that there are no such options, or no more files to be taken."""
        known = [option for action in self._actions for option in action.option_strings]
        option = next((one for one in unknown if one.startswith("-")), unknown[0])
        name, _, _ = option.partition("=")
        if name.startswith("-"):
            self.error(f"found the option {name}; expected {nearest(name, known)}one it has")
        self.error(f"found {option!r}, one name too many")

    def _print_message(self, message: str, _: Any = None) -> None:
        # Help and version: errors are said otherwise.
        if message:
            streams.put(message)
