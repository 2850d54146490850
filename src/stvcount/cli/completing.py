"""What a shell may complete, told by argcomplete (the extra `cli`) out of the parsers."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.util import find_spec
from typing import Any

from stvcount import rules
from stvcount.formats.extras import extra
from stvcount.rules import organisations

__all__ = ["answer", "is_asked_for"]

_ASKED_FOR = "_ARGCOMPLETE"
_LOTS = ("none", "seed:", "drawn:", "record:", "file:", "ask", "first-listed")
_VALUES: Mapping[str, Callable[[], Sequence[str]]] = {
    "--rules": rules.names,
    "--organisation": organisations.names,
    "--lots": lambda: _LOTS,
}


def is_asked_for() -> bool:
    """Whether it is a shell that runs the command, to learn how a word may go on."""
    return _ASKED_FOR in os.environ and find_spec("argcomplete") is not None


def answer(command: argparse.ArgumentParser, commands: Iterable[argparse.ArgumentParser]) -> None:
    """Tell the shell, and end the process."""
    argcomplete = extra("argcomplete", "cli")
    for one in commands:
        for action in one._actions:  # noqa: SLF001 (there is no other way to them)
            _tell_values(action)
    argcomplete.autocomplete(command, always_complete_options="long", exit_method=sys.exit)


def _tell_values(action: Any) -> None:
    for option in action.option_strings:
        values = _VALUES.get(option)
        if values is not None:
            action.completer = lambda values=values, **_: values()
