"""The exceptions. Every one that bad input can cause is a `StvcountError`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, TypeAlias

from stvcount.words import counted, typed, visible

if TYPE_CHECKING:
    from stvcount.lot_question import LotAnswer, LotQuestion

Purpose: TypeAlias = Literal["exclusion", "surplus", "election", "coin"]
"""What a lot decides: who is excluded, whose surplus goes first, who is elected, or a motion."""

_LONGEST_LINE = 2000
_LONGEST_END = 500
MOST_FAULTS = 1000
"""The faults of one file that are told; of more only the number is."""

_SINGULAR = {"candidates": "candidate", "preferences": "preference", "ignore_rows": "ignore-row"}


class StvcountError(Exception):
    """What a caller of this library may want to catch: the input, not the library, is at fault.

    Its message has one line for each fault, however odd the names and texts that a fault quotes.
    """

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(map(_on_one_line, lines)))

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), tuple(str(self).split("\n")))


def _on_one_line(text: str) -> str:
    """The text without anything that breaks a line, and no longer than anybody reads."""
    shown = visible(text)
    if len(shown) <= _LONGEST_LINE:
        return shown
    return f"{shown[: _LONGEST_LINE - _LONGEST_END - 5]} ... {shown[-_LONGEST_END:]}"


@dataclass(frozen=True, slots=True)
class Setting:
    """An option that settles a doubt about a file.

    `option`: the keyword of `stvcount.read`. `value`: what to give; of an option that takes
    several, one of them ("An Lee=Ann Lee" for `same`). `meaning`: what is then done, in few words.
    """

    option: str
    value: str | int | bool
    meaning: str

    @property
    def argument(self) -> tuple[str, ...]:
        """The same for the command, word by word: `("--ignore", "Year")`."""
        name = "--" + _SINGULAR.get(self.option, self.option).replace("_", "-")
        if self.value is True:
            return (name,)
        value = str(self.value)
        # By itself, a word that begins so would be taken for an option.
        return (f"{name}={value}",) if value.startswith("-") else (name, value)


Alternative: TypeAlias = tuple[Setting, ...]
"""Settings that settle a doubt together."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a file: where, what was found there and what was expected.

    `line` counts from 1; it is None where the fault belongs to no single line.
    `settled_by`: where the fault is a question, its answers, each of one or more settings.
    """

    line: int | None
    found: str
    expected: str
    settled_by: tuple[Alternative, ...] = ()

    def __str__(self) -> str:
        answers = "; or ".join(map(_answer, self.settled_by))
        return f"found {self.found}; expected {self.expected}{answers and f': {answers}'}"


def _answer(alternative: Alternative) -> str:
    """The settings as they are typed at the command, and what is then done."""
    words = typed(word for setting in alternative for word in setting.argument)
    return f"{words} ({', '.join(dict.fromkeys(setting.meaning for setting in alternative))})"


class FormatError(StvcountError, ValueError):
    """A file that cannot be read. It carries every fault of the file, in the order of the lines.

    `path`: the file's name as it was given. `faults`: at least one `Fault`, at most 1,000; `more`:
    how many there are besides. `line`, `found`, `expected`: those of the first fault.
    """

    def __init__(self, path: str, faults: Sequence[Fault], *, more: int = 0) -> None:
        self.path = path
        self.faults: tuple[Fault, ...] = tuple(faults[:MOST_FAULTS])
        self.more: int = more + len(faults) - len(self.faults)
        lines = list(map(self._located, self.faults))
        super().__init__(
            *lines, *([f"{path}: and {counted(self.more, 'more fault')}"] * bool(self.more))
        )

    def _located(self, fault: Fault) -> str:
        place = self.path if fault.line is None else f"{self.path}:{fault.line}"
        return f"{place}: {fault}"

    def __reduce__(self) -> tuple[object, ...]:
        return (_format_error, (type(self), self.path, self.faults, self.more))

    @property
    def line(self) -> int | None:
        """The line of the first fault, from 1; None where it belongs to no single line."""
        return self.faults[0].line

    @property
    def found(self) -> str:
        """What was found at the first fault."""
        return self.faults[0].found

    @property
    def expected(self) -> str:
        """What was expected at the first fault."""
        return self.faults[0].expected


def _format_error(
    kind: type[FormatError], path: str, faults: Sequence[Fault], more: int
) -> FormatError:
    return kind(path, faults, more=more)


class ElectionError(StvcountError, ValueError):
    """An election, or a request about one, that cannot be carried out; the message says why."""


class LotError(ElectionError):
    """A lot that does not fit the count: it names somebody who is not tied, or is left over.

    Also an answer to another question than the one that the count asks.
    """


class RuleSetError(StvcountError, RuntimeError):
    """A rule set of another package that does what it may not; the message says which and where."""


class RecordError(StvcountError, ValueError):
    """A JSON text that is not a record of a count; the message names the place in it."""


class InternalError(RuntimeError):
    """The count contradicts itself, and was stopped: a fault of this library, not of the input."""


def unforeseen(error: Exception) -> InternalError:
    """What to say of an exception that nothing here raises on purpose: which, and where."""
    where = error.__traceback__
    while where is not None and where.tb_next is not None:
        where = where.tb_next
    place = f" ({where.tb_frame.f_code.co_filename}:{where.tb_lineno})" if where else ""
    return InternalError(_on_one_line(f"{type(error).__name__}: {error}{place}"))


class LotNeeded(StvcountError):
    """Equal votes that only a lot can decide, and no lot was supplied.

    `question`: what the lot is to decide; its parts are here too: `purpose`, `clause`,
    `candidates` (the tied, in their order on the paper), `votes` (of each of them) and `stage`.
    `answers`: the lots already used in this count, each with its question, so that
    `Lots.answered(*error.answers, (error.question, name))` counts again and gets past this point.
    `drawn`: the names alone, for `Lots.drawn(*error.drawn, name)`.
    `need`: in words, what the lot is needed for.
    """

    def __init__(self, question: LotQuestion, *, answers: Sequence[LotAnswer] = ()) -> None:
        self.question = question
        self.purpose: Purpose = question.purpose
        self.clause: str = question.clause
        self.candidates: tuple[str, ...] = question.candidates
        self.votes: Mapping[str, Decimal] = question.votes
        self.stage: int = question.stage
        self.answers: tuple[LotAnswer, ...] = tuple(answers)
        where = f"stage {self.stage}, {self.clause}"
        self.need: str = f"{where}: a lot is needed ({self.purpose}) between {question.tied}"
        super().__init__(f"{self.need}; draw one and count again with Lots.drawn(...)")

    @property
    def drawn(self) -> tuple[str, ...]:
        """On whom the lots fell that were already used in this count, in their order."""
        return tuple(answer.chosen for answer in self.answers)

    def __reduce__(self) -> tuple[object, ...]:
        return (_lot_needed, (self.question, self.answers))


def _lot_needed(question: LotQuestion, answers: tuple[LotAnswer, ...]) -> LotNeeded:
    return LotNeeded(question, answers=answers)
