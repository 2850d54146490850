"""Files of votes on motions: a row for each voting paper, as forms write them, or totals."""

from __future__ import annotations

import hashlib
import os
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

from stvcount.checked import checked
from stvcount.election.source import Source
from stvcount.errors import ElectionError, Fault, FormatError, Setting
from stvcount.formats.files import PathName, read_whole
from stvcount.formats.tables import letters_of
from stvcount.formats.tables.known import known
from stvcount.formats.wording import by_line, echo
from stvcount.formats.workbooks import of_numbers
from stvcount.motions.motions import ABSTAIN, AGAINST, CHOICES, FOR, Question, check_title
from stvcount.motions.tables import TOTALS, Row, Table, table_of
from stvcount.words import counted, writable

__all__ = ["read_motions"]

_PAPER = "paper"
_NUMBERS = ("for", "against", "abstain", "blank", "invalid")
_OTHER_VOTES = frozenset(("yes", "no", "y", "n", "aye", "nay", "agree", "disagree", "f", "a"))
_PLAIN_NUMBER = re.compile(r"[0-9]{1,40}", re.ASCII)


@checked
def read_motions(
    path: PathName,
    *,
    encoding: str | None = None,
    sheet: str | None = None,
    ignore: Sequence[str] = (),
) -> tuple[Question, ...]:
    """The questions in a file of voting papers (one to a row), or of totals: text or a workbook.

    The delimiter of a text (comma, semicolon or tab), the row of headings and which of the two it
    is are told from the file: headings `question`, `for` and `against` are those of totals. What a
    form keeps besides the votes (times, addresses, identifiers) is not read.
    `encoding`: of a text; without it, UTF-8. `sheet`: of a workbook; without it, the first that is
    shown. `ignore`: the headings, or letters, of columns that are no questions.
    Raises `FormatError` with every fault of the file. A single vote that cannot be read is no
    fault: it is counted as invalid, and noted.
    """
    name = os.fsdecode(path)
    data = read_whole(path)
    table = table_of(data, name, encoding, sheet)
    source = Source(name=writable(Path(name).name), sha256=hashlib.sha256(data).hexdigest())
    reader = _Reader(table, source, ignore)
    questions = reader.questions()
    if faults := by_line(reader.faults, ()):
        raise FormatError(name, faults)
    return questions


class _Reader:
    """Reads the questions from a table. They are good for use only if there are no `faults`."""

    def __init__(self, table: Table, source: Source, ignore: Sequence[str]) -> None:
        self.faults = list(table.faults)
        self._table = table
        self._ignored = self._places_of(ignore)
        self._notes = list(table.notes)
        self._header = table.header
        self._names = [title.lower() for title in table.header]
        self._rows = table.fitting
        self._source = source
        self._titles: set[str] = set()
        self._check_shape(table)

    def questions(self) -> tuple[Question, ...]:
        if not any(self._header):
            return ()
        return self._tallied() if set(self._names) >= TOTALS else self._voted()

    def _places_of(self, columns: Sequence[str]) -> set[int]:
        """The places of these columns, named by their headings or letters."""
        places: set[int] = set()
        for column in columns:
            found = {
                place
                for place, heading in enumerate(self._table.header)
                if column in (heading, letters_of(place))
            }
            if not found:
                self._fault(None, f"no column {echo(column)}", "a heading, or a column's letters")
            places |= found
        return places

    def _check_shape(self, table: Table) -> None:
        """A header and rows as long as it, as far as broken rows let that be told."""
        if any(self._header):
            for row in table.rows:
                if len(row.cells) != len(self._header):
                    self.faults.append(_wrong_length(row, len(self._header)))
            if not table.rows and not table.faults:
                expected = "a row for each paper or question"
                self._fault(table.header_line, "a header and no row below it", expected)
        elif not table.faults:
            self._fault(table.header_line, "no title", "a header with the titles of the questions")

    def _fault(self, line: int | None, found: str, expected: str) -> None:
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
        places = [
            place
            for place in range(int(with_papers), len(self._header))
            if place not in self._ignored
        ]
        of_the_form = {place for place in places if self._is_of_the_form(place)}
        kept = [place for place in places if place not in of_the_form]
        self._note_what_is_not_read(sorted(of_the_form))
        if not kept:
            columns = "column" if len(self._header) == 1 else "columns"
            found = f"only the {columns} {', '.join(self._header)}"
            expected = "a column for each question as well"
            self._fault(self._table.header_line, found, expected)
        return tuple(map(self._column, kept))

    def _is_of_the_form(self, place: int) -> bool:
        """Whether a column has the heading of one that a form keeps for itself, and no vote."""
        voted = any(row.cells[place].upper() in CHOICES for row in self._rows)
        return not voted and known(self._header[place]) is not None

    def _note_what_is_not_read(self, places: Sequence[int]) -> None:
        """Say which columns are not read; whoever seems to have voted twice, by the rows only."""
        for place in places:
            what = known(self._header[place])
            if what is None:
                continue
            self._notes.append(f"not read: {echo(self._header[place])} ({what.what})")
            lines: defaultdict[str, list[int]] = defaultdict(list)
            for row in self._rows:
                lines[row.cells[place].casefold()].append(row.line)
            for cell, where in lines.items():
                if what.once and cell and len(where) > 1:
                    numbers = of_numbers(self._table.unit, where)
                    self._notes.append(f"the same in {echo(self._header[place])}: {numbers}")

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
        title = self._title(self._header[place], self._table.header_line, place + 1)
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
            expected = f"{', '.join(CHOICES)} or a blank cell"
            ignored = (Setting("ignore", self._column_name(place), "it is no question"),)
            # Votes in other words are a question all the same: it must not be left out.
            settled = (
                () if any(vote.casefold() in _OTHER_VOTES for vote in illegible) else (ignored,)
            )
            self.faults.append(Fault(lines[illegible[0]], found, expected, settled))
        return Question(
            title,
            for_=votes[FOR],
            against=votes[AGAINST],
            abstain=votes[ABSTAIN],
            blank=votes[""],
            invalid=sum(votes[vote] for vote in illegible),
            source=self._source,
            notes=(
                *self._notes,
                *(_invalid(vote, votes[vote], self._where(lines[vote])) for vote in illegible),
            ),
        )

    def _where(self, line: int) -> str:
        return f"{'on line' if self._table.unit == 'line' else 'in row'} {line}"

    def _column_name(self, place: int) -> str:
        """Its heading, or where that is of another too, its letters."""
        heading = self._header[place]
        alone = self._header.count(heading) == 1
        return heading if heading and alone else letters_of(place)

    # One row for each question, with totals

    def _tallied(self) -> tuple[Question, ...]:
        allowed = ("question", *_NUMBERS)
        for place, name in enumerate(self._names):
            if place in self._ignored:
                continue
            if name not in allowed or name in self._names[:place]:
                found = f"{echo(self._header[place])} in column {place + 1}"
                self._fault(self._table.header_line, found, f"each once, of {', '.join(allowed)}")
        return tuple(map(self._totals, self._rows))

    def _totals(self, row: Row) -> Question:
        place = self._names.index("question")
        title = self._title(row.cells[place], row.line, place + 1)
        for_, against, abstain, blank, invalid = (self._number(row, name) for name in _NUMBERS)
        return Question(
            title,
            for_=for_,
            against=against,
            abstain=abstain,
            blank=blank,
            invalid=invalid,
            source=self._source,
            notes=tuple(self._notes),
        )

    def _number(self, row: Row, name: str) -> int:
        """The number in the column of this name, or 0 where there is no such column."""
        if name not in self._names:
            return 0
        place = self._names.index(name)
        cell = row.cells[place]
        if _PLAIN_NUMBER.fullmatch(cell):
            return int(cell)
        self._fault(row.line, f"{echo(cell)} in column {place + 1} ({name})", "a whole number")
        return 0


def _wrong_length(row: Row, length: int) -> Fault:
    if row.cells:
        return Fault(
            row.line,
            counted(len(row.cells), "cell"),
            f"{counted(length, 'cell')}, as in the header",
        )
    hint = ' (a blank vote is written "")' if length == 1 else ""
    return Fault(row.line, "an empty line", f"{counted(length, 'cell')}, as in the header{hint}")


def _invalid(vote: str, times: int, where: str) -> str:
    if times == 1:
        return f"found {echo(vote)} {where}: 1 invalid vote"
    return f"found {echo(vote)} {times} times, first {where}: {times} invalid votes"
