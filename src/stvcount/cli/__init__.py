"""The command `stvcount`. It reads arguments, calls the library and shows what comes back.

Exit status: 0 done; 1 a difference was found; 2 bad usage or bad input, or a result that could not
be written whole, one line for each fault on standard error; 3 a lot is needed; 70 an internal
error; 130 interrupted. Only the result goes to standard output.

Each command is a function that adds its arguments to a parser, and one that runs with what was
chosen. What only one command needs is imported where it runs: a count starts the sooner.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

__all__ = ["main", "process"]

_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command with these arguments (those of the process), and return its exit status."""
    try:
        # Within reach of the handler: it is while this is read that a mistyped command is stopped.
        from stvcount.cli.command import run

        return run(sys.argv[1:] if arguments is None else arguments)
    except KeyboardInterrupt:
        return _INTERRUPTED


def process() -> None:
    """Run the command as a process of its own, and end it."""
    from stvcount.cli import interrupts

    interrupts.await_them()
    status = main()
    if status == _INTERRUPTED:
        # All is put away. Python itself might be interrupted once more on its way out, or end as
        # if nobody had awaited the first time.
        os._exit(status)
    sys.exit(status)
