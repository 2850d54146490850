"""Files of votes on motions: CSV with a row for each voting paper, or with totals."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from stvcount.checked import checked
from stvcount.election.source import Source
from stvcount.errors import ElectionError, Fault, FormatError
from stvcount.formats.files import PathName, decoded, read_whole
from stvcount.formats.wording import by_line, echo
from stvcount.motions.motions import ABSTAIN, AGAINST, CHOICES, FOR, Question, check_title
from stvcount.words import counted, writable

__all__ = ["read_motions"]

_DELIMITERS = (",", ";", "\t")
_PAPER = "paper"
_SIDES = ("for", "against")
_TOTALS = (*_SIDES, "abstain", "blank", "invalid")
_PLAIN_NUMBER = re.compile(r"[0-9]{1,40}", re.ASCII)


@checked
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
    source = Source(name=writable(Path(name).name), sha256=hashlib.sha256(data).hexdigest())
    reader = _Reader(_table(text), source)
    questions = reader.questions()
    if faults := by_line(byte_faults, reader.faults):
        raise FormatError(name, faults)
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
            self._fault(line, f"{echo(title)} again in column {column}", "each question once")
        self._titles.add(title)
        try:
            check_title(title)
        except ElectionError:
            found = f"{echo(title)} in column {column}"
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
                found = f"{echo(paper)} in column 1, as on line {first}"
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
            found = f"{echo(illegible[0])} in column {place + 1}, in which no vote can be read"
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
                found = f"{echo(self._header[column - 1])} in column {column}"
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
        self._fault(row.line, f"{echo(cell)} in column {place + 1} ({name})", "a whole number")
        return 0


def _wrong_length(row: _Row, length: int) -> Fault:
    if row.cells:
        return Fault(
            row.line,
            counted(len(row.cells), "cell"),
            f"{counted(length, 'cell')}, as in the header",
        )
    hint = ' (a blank vote is written "")' if length == 1 else ""
    return Fault(row.line, "an empty line", f"{counted(length, 'cell')}, as in the header{hint}")


def _invalid(vote: str, times: int, line: int) -> str:
    if times == 1:
        return f"found {echo(vote)} on line {line}: 1 invalid vote"
    return f"found {echo(vote)} {times} times, first on line {line}: {times} invalid votes"
