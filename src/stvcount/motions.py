"""Votes on motions: questions answered FOR, AGAINST or ABSTAIN, and files of such votes.

The majorities:

Simple majority: more FOR than AGAINST. Loughborough ("The ballot on affiliations") has the toss of
a coin decide an equal vote, heads FOR, tails AGAINST; without that rule an equal vote is lost (M1).
Two thirds (Imperial bye-laws E31): 3 x FOR is at least 2 x (FOR + AGAINST).

Readings:

O4  Abstaining is not voting: abstentions, blank and invalid votes count on neither side.
M1  An equal vote that no rule decides is lost.
M2  Two thirds of nobody is no majority: without any FOR or AGAINST the motion is lost.
M3  None FOR and none AGAINST is an equal vote as well: where the coin decides, it decides that too.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import KW_ONLY, dataclass
from decimal import Decimal
from pathlib import Path
from typing import Literal, TypeAlias, get_args

from stvcount import codec
from stvcount.election import check_text
from stvcount.errors import ElectionError, Fault, FormatError, RecordError
from stvcount.formats.files import PathName, decoded, read_whole
from stvcount.frozen import FrozenMapping
from stvcount.lots import LotBox, LotQuestion, Lots
from stvcount.papers import MOST_PAPERS
from stvcount.particulars import Source
from stvcount.record import Decision, Lot
from stvcount.version import __version__
from stvcount.words import figure

__all__ = [
    "MAJORITIES",
    "SCHEMA",
    "Majority",
    "MotionRecord",
    "MotionResult",
    "Question",
    "motion",
    "read_motions",
]

SCHEMA = "stvcount.motion/1"

Majority: TypeAlias = Literal["simple", "two-thirds"]
MAJORITIES: tuple[str, ...] = get_args(Majority)

FOR, AGAINST, ABSTAIN = "FOR", "AGAINST", "ABSTAIN"
CHOICES = (FOR, AGAINST, ABSTAIN)

AFFILIATIONS = "C The ballot on affiliations"
SIMPLE, SIMPLE_EQUAL = "Simple majority (O4)", "Simple majority (M1)"
TWO_THIRDS, TWO_THIRDS_OF_NOBODY = "E31 (O4)", "E31 (M2)"


@dataclass(frozen=True, slots=True)
class Question:
    """A question and the votes on it, each a number of papers.

    `blank`: papers without a vote on it. `invalid`: papers whose vote on it cannot be read.
    `source`: the file they were read from, or None. `notes`: what the reader of the file noted.

    Raises `ElectionError` for a blank title or a number that cannot be one of papers.
    """

    title: str
    _: KW_ONLY
    for_: int
    against: int
    abstain: int = 0
    blank: int = 0
    invalid: int = 0
    source: Source | None = None
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _check_title(self.title)
        for name in ("for_", "against", "abstain", "blank", "invalid"):
            number = getattr(self, name)
            if type(number) is not int or not 0 <= number < MOST_PAPERS:
                raise ElectionError(
                    f"question {self.title!r}: {name.strip('_')}: found {figure(number)}; "
                    f"expected a number of papers (less than 10**{len(str(MOST_PAPERS)) - 1})"
                )


def _check_title(title: str) -> None:
    check_text("question", title)
    if not title.strip():
        raise ElectionError(f"question: found {title!r}; expected a title")


@dataclass(frozen=True, slots=True)
class MotionResult:
    """What became of one question.

    `number`: from 1, in the order of the questions. `votes`: papers FOR, AGAINST and ABSTAIN.
    `blank`, `invalid`, `source`, `notes`: as in `Question`. `lot`: the coin, where one decided.
    """

    number: int
    title: str
    votes: FrozenMapping[str, int]
    blank: int
    invalid: int
    source: Source | None
    notes: tuple[str, ...]
    carried: bool
    decision: Decision
    lot: Lot | None

    @property
    def papers(self) -> int:
        """The number of papers: votes, blank and invalid."""
        return sum(self.votes.values()) + self.blank + self.invalid


@dataclass(frozen=True, slots=True)
class MotionRecord:
    """The result of a vote on one or more questions.

    `title`: of the meeting or ballot; may be empty. `coin`: whether a coin decides an equal vote.
    `stvcount`: the version of this library that decided.
    """

    stvcount: str
    title: str
    majority: Majority
    coin: bool
    results: tuple[MotionResult, ...]

    @property
    def carried(self) -> tuple[str, ...]:
        """The titles of the questions that were carried, in their order."""
        return tuple(result.title for result in self.results if result.carried)

    def to_json(self) -> str:
        """The record as JSON text: the same bytes for the same votes, rules and lots."""
        return codec.dumps({"schema": SCHEMA} | codec.encode(self))

    @classmethod
    def from_json(cls, text: str) -> MotionRecord:
        """The record that `to_json` wrote.

        Raises `RecordError`, naming the place, for a text that is not such a record.
        """
        record: MotionRecord = codec.decode(cls, codec.loads(text, schema=SCHEMA))
        for position, result in enumerate(record.results):
            if set(result.votes) != set(CHOICES):
                raise RecordError(
                    f"results[{position}].votes: found {', '.join(result.votes) or 'none'}; "
                    f"expected {', '.join(CHOICES)}"
                )
        return record

    def __str__(self) -> str:
        from stvcount.sheets import motion_sheet

        return motion_sheet.sheet(self)


# Deciding


def motion(
    questions: Iterable[Question],
    *,
    majority: Majority = "simple",
    coin: bool = False,
    lots: Lots | None = None,
    title: str = "",
) -> MotionRecord:
    """Decide each question by the same majority.

    `coin`: an equal vote is decided by a lot between FOR and AGAINST instead of being lost; only
    with a simple majority. `lots`: where such lots come from; none are drawn unless it says so.
    A lot's purpose is "coin", and its stage is the number of the question, from 1.

    Raises `ElectionError` for no questions, two of one title, an unknown majority, or a coin with
    two thirds; `LotNeeded` where only a coin can decide and no lot was supplied; `LotError` for a
    lot that does not fit or is left over.
    """
    asked = _checked(questions)
    check_text("title", title)
    if majority not in MAJORITIES:
        raise ElectionError(f"majority: found {majority!r}; expected {' or '.join(MAJORITIES)}")
    if coin and majority != "simple":
        raise ElectionError(f"coin: found it with {majority}; expected a simple majority")
    box = (lots or Lots.none()).open()
    results = tuple(
        _result(number, question, majority, box if coin else None)
        for number, question in enumerate(asked, start=1)
    )
    box.close()
    return MotionRecord(__version__, title, majority, coin, results)


def _checked(questions: Iterable[Question]) -> tuple[Question, ...]:
    asked = tuple(questions)
    if not asked:
        raise ElectionError("questions: found none; expected at least one")
    for question in asked:
        if not isinstance(question, Question):
            raise ElectionError(f"questions: found {question!r}; expected a Question")
    for title, times in Counter(question.title for question in asked).items():
        if times > 1:
            raise ElectionError(f"questions: found {title!r} {times} times; expected it once")
    return asked


def _result(
    number: int, question: Question, majority: Majority, coin: LotBox | None
) -> MotionResult:
    lot = None
    if majority == "two-thirds":
        carried, decision = _two_thirds(question)
    elif coin is not None and question.for_ == question.against:
        lot = _toss(number, question, coin)
        carried, decision = _by_coin(question, lot)
    else:
        carried, decision = _simple(question, AFFILIATIONS if coin is not None else SIMPLE)
    return MotionResult(
        number=number,
        title=question.title,
        votes=FrozenMapping(
            zip(CHOICES, (question.for_, question.against, question.abstain), strict=True)
        ),
        blank=question.blank,
        invalid=question.invalid,
        source=question.source,
        notes=question.notes,
        carried=carried,
        decision=decision,
        lot=lot,
    )


def _simple(question: Question, clause: str) -> tuple[bool, Decision]:
    """Simple majority; an equal vote is lost (M1)."""
    carried = question.for_ > question.against
    if question.for_ == question.against:
        return carried, Decision(SIMPLE_EQUAL, f"{_sides(question)}: equal, which is lost")
    more = "more FOR than AGAINST: carried" if carried else "more AGAINST than FOR: lost"
    return carried, Decision(clause, f"{_sides(question)}: {more}")


def _toss(number: int, question: Question, box: LotBox) -> Lot:
    sides = (FOR, AGAINST)
    votes = FrozenMapping((side, Decimal(question.for_)) for side in sides)
    drawn = box.draw(LotQuestion("coin", AFFILIATIONS, sides, votes, number))
    return Lot("coin", AFFILIATIONS, sides, votes, drawn.candidate, drawn.source)


def _by_coin(question: Question, lot: Lot) -> tuple[bool, Decision]:
    """Loughborough, the ballot on affiliations: a coin decides an equal vote (M3: also of none)."""
    carried = lot.chosen == FOR
    fell = "heads, FOR: carried" if carried else "tails, AGAINST: lost"
    text = f"{_sides(question)}: equal; the coin fell {fell}"
    return carried, Decision(AFFILIATIONS, text)


def _two_thirds(question: Question) -> tuple[bool, Decision]:
    """Imperial E31: two thirds of those voting FOR or AGAINST (O4); of nobody: lost (M2)."""
    voting = question.for_ + question.against
    if not voting:
        return False, Decision(TWO_THIRDS_OF_NOBODY, f"{_sides(question)}: nobody voting, lost")
    carried = 3 * question.for_ >= 2 * voting
    compared = "is at least" if carried else "is less than"
    text = (
        f"{_sides(question)}: 3 x {question.for_} = {3 * question.for_} {compared} "
        f"2 x {voting} = {2 * voting}: {'carried' if carried else 'lost'}"
    )
    return carried, Decision(TWO_THIRDS, text)


def _sides(question: Question) -> str:
    return f"{question.for_} FOR, {question.against} AGAINST"


# Files of votes

_DELIMITERS = (",", ";", "\t")
_PAPER = "paper"
_SIDES = ("for", "against")
_TOTALS = (*_SIDES, "abstain", "blank", "invalid")
_PLAIN_NUMBER = re.compile(r"[0-9]{1,40}", re.ASCII)
_LONGEST_ECHO = 60


def read_motions(path: PathName, *, encoding: str | None = None) -> tuple[Question, ...]:
    """The questions in a CSV file of voting papers (one to a row), or of totals.

    The delimiter (comma, semicolon or tab) and which of the two it is are told from the file: a
    header with the columns `question`, `for` and `against` is one of totals.
    `encoding`: without it, UTF-8.
    Raises `FormatError` with every fault of the file. A single vote that cannot be read is no
    fault: it is counted as invalid, and noted.
    """
    name = os.fsdecode(path)
    data = read_whole(path)
    text, byte_faults = decoded(data, name, encoding)
    source = Source(name=Path(name).name, sha256=hashlib.sha256(data).hexdigest())
    reader = _Reader(_table(text), source)
    questions = reader.questions()
    spoilt = {fault.line for fault in byte_faults}
    faults = byte_faults + [fault for fault in reader.faults if fault.line not in spoilt]
    if faults:
        raise FormatError(name, sorted(faults, key=lambda fault: fault.line or 0))
    return questions


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Table:
    """The rows of a file as one delimiter divides them. `broken`: what could not be divided."""

    header: tuple[str, ...]
    rows: tuple[_Row, ...]
    broken: tuple[Fault, ...]

    @property
    def fitting(self) -> tuple[_Row, ...]:
        """The rows with as many cells as the header."""
        return tuple(row for row in self.rows if len(row.cells) == len(self.header))


def _table(text: str) -> _Table:
    """The rows, divided by the delimiter by which most of them have the cells of the header.

    One that divides nothing is not meant; where none divides, there is one column.
    """
    tables = [_divided(text, delimiter) for delimiter in _DELIMITERS]
    divided = [table for table in tables if len(table.header) > 1 and table.fitting]
    return max(divided or tables[:1], key=lambda table: len(table.fitting))


def _divided(text: str, delimiter: str) -> _Table:
    stream = io.StringIO(text, newline="")
    reader = csv.reader(stream, delimiter=delimiter, skipinitialspace=True, strict=True)
    rows: list[_Row] = []
    broken: list[Fault] = []
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            broken.append(Fault(line, f"a row that is no CSV ({error})", "cells, quoted or not"))
        else:
            rows.append(_Row(line, tuple(" ".join(cell.split()) for cell in cells)))
    header = rows[0].cells if rows and rows[0].line == 1 else ()
    # In a file of one column, an empty line at the end may be meant as a blank vote.
    while len(header) > 1 and not rows[-1].cells:
        rows.pop()
    return _Table(header, tuple(rows[1:]), tuple(broken))


class _Reader:
    """Reads the questions from a table. They are good for use only if there are no `faults`."""

    def __init__(self, table: _Table, source: Source) -> None:
        self.faults = list(table.broken)
        self._header = table.header
        self._names = [title.lower() for title in table.header]
        self._rows = table.fitting
        self._source = source
        self._titles: set[str] = set()
        self._check_shape(table)

    def questions(self) -> tuple[Question, ...]:
        if not any(self._header):
            return ()
        return self._tallied() if {"question", *_SIDES} <= set(self._names) else self._voted()

    def _check_shape(self, table: _Table) -> None:
        """A header and rows as long as it, as far as broken rows let that be told."""
        if any(self._header):
            for row in table.rows:
                if len(row.cells) != len(self._header):
                    self.faults.append(_wrong_length(row, len(self._header)))
            if not table.rows and not table.broken:
                self._fault(1, "a header and no row below it", "a row for each paper or question")
        elif not table.broken:
            self._fault(1, "no title", "a header with the titles of the questions")

    def _fault(self, line: int, found: str, expected: str) -> None:
        self.faults.append(Fault(line, found, expected))

    def _title(self, title: str, line: int, column: int) -> str:
        """The title, if it can be one and is new; otherwise a fault, and a stand-in."""
        if title in self._titles:
            self._fault(line, f"{_echo(title)} again in column {column}", "each question once")
        self._titles.add(title)
        try:
            _check_title(title)
        except ElectionError:
            found = f"{_echo(title)} in column {column}"
            self._fault(line, found, "the title of a question, without control characters")
            return "?"
        return title

    # One row for each paper

    def _voted(self) -> tuple[Question, ...]:
        with_papers = self._names[0] == _PAPER
        if with_papers:
            self._check_papers()
            if len(self._header) == 1:
                self._fault(1, f"only the column {_PAPER}", "a column for each question as well")
        return tuple(map(self._column, range(int(with_papers), len(self._header))))

    def _check_papers(self) -> None:
        """Each identifier of a paper stands once; it may be left blank."""
        lines: dict[str, int] = {}
        for row in self._rows:
            paper = row.cells[0]
            first = lines.setdefault(paper, row.line)
            if paper and first != row.line:
                found = f"{_echo(paper)} in column 1, as on line {first}"
                self._fault(row.line, found, "each paper once")

    def _column(self, place: int) -> Question:
        """The votes in one column; a fault if there are some and none can be read."""
        title = self._title(self._header[place], 1, place + 1)
        votes: Counter[str] = Counter()
        lines: dict[str, int] = {}
        for row in self._rows:
            cell = row.cells[place]
            vote = cell.upper() if cell.upper() in CHOICES else cell
            votes[vote] += 1
            lines.setdefault(vote, row.line)
        illegible = [vote for vote in votes if vote and vote not in CHOICES]
        if illegible and not any(votes[choice] for choice in CHOICES):
            found = f"{_echo(illegible[0])} in column {place + 1}, in which no vote can be read"
            self._fault(lines[illegible[0]], found, f"{', '.join(CHOICES)} or a blank cell")
        return Question(
            title,
            for_=votes[FOR],
            against=votes[AGAINST],
            abstain=votes[ABSTAIN],
            blank=votes[""],
            invalid=sum(votes[vote] for vote in illegible),
            source=self._source,
            notes=tuple(_invalid(vote, votes[vote], lines[vote]) for vote in illegible),
        )

    # One row for each question, with totals

    def _tallied(self) -> tuple[Question, ...]:
        known = ("question", *_TOTALS)
        for column, name in enumerate(self._names, start=1):
            if name not in known or name in self._names[: column - 1]:
                found = f"{_echo(self._header[column - 1])} in column {column}"
                self._fault(1, found, f"each once, of {', '.join(known)}")
        return tuple(map(self._totals, self._rows))

    def _totals(self, row: _Row) -> Question:
        place = self._names.index("question")
        title = self._title(row.cells[place], row.line, place + 1)
        for_, against, abstain, blank, invalid = (self._number(row, name) for name in _TOTALS)
        return Question(
            title,
            for_=for_,
            against=against,
            abstain=abstain,
            blank=blank,
            invalid=invalid,
            source=self._source,
        )

    def _number(self, row: _Row, name: str) -> int:
        """The number in the column of this name, or 0 where there is no such column."""
        if name not in self._names:
            return 0
        place = self._names.index(name)
        cell = row.cells[place]
        if _PLAIN_NUMBER.fullmatch(cell):
            return int(cell)
        self._fault(row.line, f"{_echo(cell)} in column {place + 1} ({name})", "a whole number")
        return 0


def _wrong_length(row: _Row, length: int) -> Fault:
    if row.cells:
        return Fault(row.line, _cells(len(row.cells)), f"{_cells(length)}, as in the header")
    hint = ' (a blank vote is written "")' if length == 1 else ""
    return Fault(row.line, "an empty line", f"{_cells(length)}, as in the header{hint}")


def _cells(number: int) -> str:
    return "1 cell" if number == 1 else f"{number} cells"


def _invalid(vote: str, times: int, line: int) -> str:
    if times == 1:
        return f"found {_echo(vote)} on line {line}: 1 invalid vote"
    return f"found {_echo(vote)} {times} times, first on line {line}: {times} invalid votes"


def _echo(text: str) -> str:
    return repr(text if len(text) <= _LONGEST_ECHO else text[: _LONGEST_ECHO - 3] + "...")
