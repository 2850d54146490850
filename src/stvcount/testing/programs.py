"""Other programs, run on one election at a time."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from stvcount.election import Election
from stvcount.errors import ElectionError, StvcountError
from stvcount.formats import blt
from stvcount.testing.answers import Adapter, Answer
from stvcount.words import visible

__all__ = ["PLACE_OF_FILE", "PLACE_OF_NON_PERSON", "NoAnswer", "NoProgram", "Program"]

PLACE_OF_FILE = "{blt}"
"""What stands in a command for the name of the ballot file."""

PLACE_OF_NON_PERSON = "{non_person}"
"""What stands in a command for the candidate who is no person; nothing, where there is none."""

_MOST_READ = 10_000_000
_MOST_SAID = 200


class NoAnswer(StvcountError):
    """A program that gave no answer that could be read: why, in one line."""


class NoProgram(ElectionError):
    """A command that cannot be run: there is nobody to ask."""


@dataclass(frozen=True, slots=True)
class Program:
    """A program as a function from an election to its answer.

    `command`: the program and its arguments; `{blt}` in one of them is where the name of the
    ballot file goes, and `{non_person}` is where the name of a candidate goes who is no person,
    which the file cannot say; without it, the program is not run on elections with one. `adapter`:
    what reads its standard output. `seconds`: how long it may take.
    """

    command: tuple[str, ...]
    adapter: Adapter
    seconds: float = 10

    def __post_init__(self) -> None:
        """Raises `ElectionError` where the file has no place in the command."""
        if not self._says(PLACE_OF_FILE):
            raise ElectionError(
                f"command: found {' '.join(self.command)!r}; expected {PLACE_OF_FILE} in it, where "
                "the name of the ballot file belongs"
            )

    def __call__(self, election: Election) -> Answer:
        """Its answer; an empty one to what it cannot be asked.

        Raises `NoAnswer`, and `NoProgram` where there is no such program.
        """
        if election.non_person is not None and not self._says(PLACE_OF_NON_PERSON):
            return Answer()
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "election.blt"
            path.write_text(blt.dumps(election), "utf-8")
            stand_for = {
                PLACE_OF_FILE: str(path),
                PLACE_OF_NON_PERSON: election.non_person or "",
            }
            command = [_filled_in(word, stand_for) for word in self.command]
            output = self._output(command, Path(folder))
        try:
            return self.adapter(output, election)
        except StvcountError as error:
            raise NoAnswer(f"output that cannot be read: {_first_line(str(error))}") from error

    def _says(self, place: str) -> bool:
        return any(place in word for word in self.command)

    def _output(self, command: Sequence[str], folder: Path) -> bytes:
        out, err = folder / "out", folder / "err"
        with out.open("wb") as written, err.open("wb") as said:
            status = self._run(command, written, said)
        if status:
            lines = err.read_text("utf-8", "replace").strip().splitlines()
            last = f": {_first_line(lines[-1])}" if lines else ""
            raise NoAnswer(f"exit status {status}{last}")
        with out.open("rb") as read:
            return read.read(_MOST_READ)

    def _run(self, command: Sequence[str], out: IO[bytes], err: IO[bytes]) -> int:
        try:
            process = subprocess.Popen(  # noqa: S603 (the command that was asked for)
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, start_new_session=True
            )
        except OSError as error:
            why = os.strerror(error.errno or 0)
            raise NoProgram(
                f"command: found {command[0]!r}, {why}; expected a program that can be run"
            ) from error
        try:
            return process.wait(self.seconds)
        except subprocess.TimeoutExpired:
            raise NoAnswer(f"no answer within {self.seconds:g} s") from None
        finally:
            _end(process)


def _filled_in(word: str, stand_for: Mapping[str, str]) -> str:
    for place, what in stand_for.items():
        word = word.replace(place, what)
    return word


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the process, and whatever it has begun, where it is not over."""
    if process.poll() is None:
        with suppress(OSError):
            if hasattr(os, "killpg"):
                os.killpg(process.pid, signal.SIGKILL)
            else:  # pragma: no cover (Windows)
                process.kill()
        process.wait()


def _first_line(text: str) -> str:
    return visible(text.splitlines()[0] if text else "nothing")[:_MOST_SAID]
