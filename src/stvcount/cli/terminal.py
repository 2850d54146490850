"""A pleasant terminal: the result in colour, progress, messages, and questions about lots.

With rich (the extra `cli`) there are tables in colour and a bar; without it all is plain, and
nothing is missing. What is no terminal always gets the plain sheet, the same as a file does.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Protocol, TextIO

from stvcount.cli import streams
from stvcount.errors import LotNeeded
from stvcount.lot_question import LotQuestion
from stvcount.sheets.layout import shown_width
from stvcount.tally.lots import Lots
from stvcount.words import nearest, visible

if TYPE_CHECKING:
    from stvcount.record import CountRecord

_BETWEEN_UPDATES = 0.1
_YES, _NO = ("yes", "y"), ("no", "n")


def has_rich() -> bool:
    """Whether the extra `cli` is installed."""
    return find_spec("rich") is not None


# The result


def show(record: CountRecord) -> None:
    """Put the result sheet on standard output: in colour on a terminal that can, else plain.

    Raises `FormatError` where it cannot be put there, whole.
    """
    if not (_is_terminal(sys.stdout) and has_rich()):
        streams.put(str(record))
        return
    try:
        _show_in_colour(record, sys.stdout)
    except (OSError, ValueError) as error:
        raise streams.lost(error) from error


def _is_terminal(stream: TextIO | None) -> bool:
    return stream is not None and not stream.closed and stream.isatty()


def _show_in_colour(record: CountRecord, stream: TextIO) -> None:
    from rich.console import Console

    from stvcount.sheets import coloured

    console = Console(file=stream, highlight=False, markup=False, emoji=False)
    for block in coloured.blocks(record, width=console.width):
        console.print(block)
        console.print()
    stream.flush()


# Progress


class Advance(Protocol):
    """Says how much more is done."""

    def __call__(self, done: int = 1) -> None: ...


@contextmanager
def progress(
    description: str, total: int | None = None, *, stream: TextIO | None = None
) -> Iterator[Advance]:
    """Show on standard error how far something is, and nothing once it is done.

    Yields a function to call with how much more is done. `total`: where it ends, if that is
    known. Where standard error is no terminal, nothing is shown.
    """
    stream = sys.stderr if stream is None else stream
    if not _is_terminal(stream):
        yield _nothing
    elif has_rich():
        with _bar(description, total, stream) as advance:
            yield advance
    else:
        line = _Line(description, total, stream)
        try:
            with _shown(line):
                yield line.advance
        finally:
            line.hide()


@dataclass(frozen=True, slots=True)
class _Bar:
    """How a bar of rich is taken away for a while, and shown again."""

    hide: Callable[[], object]
    show: Callable[[], object]


_on_the_terminal: list[_Bar | _Line] = []


@contextmanager
def _shown(progress: _Bar | _Line) -> Iterator[None]:
    """Remember what shows progress, so that a question can have the terminal to itself."""
    _on_the_terminal.append(progress)
    try:
        yield
    finally:
        _on_the_terminal.remove(progress)


@contextmanager
def _progress_aside() -> Iterator[None]:
    for one in _on_the_terminal:
        one.hide()
    try:
        yield
    finally:
        for one in _on_the_terminal:
            one.show()


def _nothing(done: int = 1) -> None:
    """There is nobody to show it to."""


@contextmanager
def _bar(description: str, total: int | None, stream: TextIO) -> Iterator[Advance]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    words = TextColumn("{task.description}", markup=False)
    console = Console(file=stream)
    columns = (words, BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(visible(description), total=total)

        def advance(done: int = 1) -> None:
            bar.advance(task, done)

        with _shown(_Bar(hide=bar.stop, show=bar.start)):
            yield advance


class _Line:
    """Progress on one line that is written over."""

    def __init__(self, description: str, total: int | None, stream: TextIO) -> None:
        self._stream = stream
        self._description = visible(description)
        self._of = "" if total is None else f" of {total}"
        self._done = 0
        self._written = 0
        self._at = -_BETWEEN_UPDATES
        self.show()

    def advance(self, done: int = 1) -> None:
        self._done += done
        if time.monotonic() - self._at >= _BETWEEN_UPDATES:
            self.show()

    def hide(self) -> None:
        self._write(" " * self._written)
        self._write("")

    def show(self) -> None:
        self._at = time.monotonic()
        line = f"{self._description}: {self._done}{self._of}"
        self._write(line)
        self._written = max(self._written, shown_width(line))

    def _write(self, line: str) -> None:
        self._stream.write(f"\r{line}")
        self._stream.flush()


# Lots


def asked() -> Lots:
    """Lots for which the returning officer is asked at the terminal."""
    return Lots.ask(ask)


def ask(question: LotQuestion) -> str:
    """Ask on standard error, and read from standard input, on whom the lot fell.

    Asks again until one of the tied is named, in whatever case, or the number beside the name
    given, and what follows from it confirmed; numbers are left out where a name is itself a
    number. Raises `LotNeeded` where the input ends.
    """
    with _progress_aside():
        numbered = not any(name.strip().isdecimal() for name in question.candidates)
        _put_the_question(question, numbered=numbered)
        while True:
            name = _named(question, numbered=numbered)
            if _is_right(question, name):
                return name


def _named(question: LotQuestion, *, numbered: bool) -> str:
    tied = question.candidates
    numbers = {str(number): name for number, name in enumerate(tied, start=1)} if numbered else {}
    while True:
        streams.say(f"on whom did the lot fall? ({'name or number' if numbered else 'name'})")
        answer = _typed(question)
        name = numbers.get(answer) or _meant(answer, tied)
        if name is not None:
            return name
        expected = f"{nearest(answer, tied)}one of the tied: {', '.join(tied)}"
        streams.say(f"found {answer!r}; expected {expected}")


def _meant(answer: str, names: Sequence[str]) -> str | None:
    """The name that was typed, in whatever case where only one is so; None where none is meant."""
    exact = [name for name in names if name.strip() == answer]
    alike = [name for name in names if name.strip().casefold() == answer.casefold()]
    meant = exact or alike
    return meant[0] if len(meant) == 1 else None


def _is_right(question: LotQuestion, name: str) -> bool:
    """Whether what follows if the lot fell on this one is confirmed."""
    while True:
        streams.say(f"then {question.follows(name)}: is that right? (yes or no)")
        answer = _typed(question).casefold()
        if answer in _YES:
            return True
        if answer in _NO:
            return False
        streams.say(f"found {answer!r}; expected yes or no")


def _typed(question: LotQuestion) -> str:
    answer = _read()
    if answer is None:
        raise LotNeeded(question)
    return answer


def _put_the_question(question: LotQuestion, *, numbered: bool) -> None:
    where = f"stage {question.stage}, {question.clause}"
    streams.say(f"{where}: a lot is needed ({question.purpose})")
    for number, name in enumerate(question.candidates, start=1):
        beside = f"{number}  " if numbered else ""
        streams.say(f"  {beside}{name}  {question.votes[name]}")
    compared = f"they are equal in all that {question.clause} compares"
    streams.say(f"{compared}; {question.meaning}")


def _read() -> str | None:
    """The next line that was typed, or None at the end of the input."""
    try:
        line = "" if sys.stdin is None else sys.stdin.readline()
    except UnicodeDecodeError:
        return "\N{REPLACEMENT CHARACTER}"
    except (OSError, ValueError):
        return None
    return line.strip() if line else None
