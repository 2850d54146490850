"""Papers in a table: a column for each candidate, or a column for each preference.

CSV, XLSX, Parquet and Arrow files hold such tables; here is all that they share. A table is kept
by columns, each with its different cells and, for each row, which of them stands there: so a
cell is looked at once, however many rows have it.
"""

from __future__ import annotations

import math
import re
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from importlib.util import find_spec
from itertools import repeat
from typing import TYPE_CHECKING, Protocol

from stvcount.election import Election
from stvcount.errors import ElectionError, Fault, FormatError
from stvcount.formats import spreadsheet, wording
from stvcount.formats.wording import control_character, echo
from stvcount.papers import Entry, Papers, order_of_marks
from stvcount.words import counted

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "CANDIDATES",
    "PREFERENCES",
    "Asked",
    "Ballots",
    "Builder",
    "Column",
    "Table",
    "as_table",
    "election_of",
    "left_out",
    "refusal",
]

CANDIDATES = "candidates"
PREFERENCES = "preferences"
LAYOUTS = (CANDIDATES, PREFERENCES)

ID, TIME, PAPERS, PERSON = "id", "time", "papers", "person"
ROLES: Mapping[str, tuple[str, ...]] = {
    ID: (
        *("id", "paper", "paper id", "ballot", "ballot id", "voter", "voter id", "token"),
        *("response id", "respondent id"),
    ),
    TIME: (
        *("time", "timestamp", "submitted", "submitted at", "date", "date submitted"),
        *("start time", "completion time", "last modified time"),
    ),
    PAPERS: ("weight", "count", "papers", "number of papers", "n"),
    PERSON: ("name", "email", "email address", "username"),
}
_ROLE_OF = {name: role for role, names in ROLES.items() for name in names}

_ORDINALS = (
    *("first", "second", "third", "fourth", "fifth", "sixth"),
    *("seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth"),
)
_NOUN = r"(?:choice|preference|pref|rank|vote)"
_RANK = rf"(?P<rank>(?P<digits>[1-9][0-9]{{0,5}})(?:st|nd|rd|th)?|(?P<word>{'|'.join(_ORDINALS)}))"
_RANK_LABELS = tuple(
    re.compile(pattern, re.IGNORECASE | re.ASCII)
    for pattern in (rf"{_RANK}(?:\s*{_NOUN})?", rf"{_NOUN}\s*{_RANK}", rf"{_RANK}\.0+")
)
_IN_BRACKETS = re.compile(r"(?P<question>.*?)\s*\[(?P<inner>[^\[\]]*)\]\s*", re.DOTALL)
_LINE_BREAK = re.compile(r"\s*[\t\r\n]+\s*")
_PLAIN_NUMBER = re.compile(r"[1-9][0-9]*", re.ASCII)

_MOST_DIGITS = 18
_MOST_FAULTS = 1000
_MOST_LISTED = 10
_BLANK = -1


class Codes(Protocol):
    """One whole number for each row: an `array`, or a vector of numpy."""

    def tolist(self) -> list[int]: ...


BULK_FROM = 20_000
"""The rows of a table from which reading whole columns pays for importing numpy."""


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """A column: its heading, its different cells as text ("" is blank), and which each row has."""

    heading: str
    cells: Sequence[str]
    codes: Codes


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A table: its columns, which are all of one length.

    `rows`: where each row stands in the file, and `header` where the headings do, counted as the
    file's readers count.
    """

    columns: Sequence[Column]
    rows: Sequence[int]
    header: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the caller says about a table, each None where nothing is said."""

    places: int | None = None
    title: str | None = None
    layout: str | None = None
    candidates: Sequence[str] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Ballots:
    """What is on the papers of a table, still by columns.

    `layout`: a column for each candidate, or for each preference. `columns`: what each of the
    column's different cells means, and which each row has. A meaning is the number against the
    candidate (0 where there is none), or the candidate's number from 0 (-1 where there is none).
    `counts`: the number of papers of each row.
    """

    candidates: tuple[str, ...]
    layout: str
    columns: tuple[tuple[Sequence[int], Codes], ...]
    counts: Sequence[int]

    def papers(self) -> Papers:
        """The papers, read by the ERS rule."""
        if len(self.counts) >= BULK_FROM and find_spec("numpy"):
            from stvcount.formats.tables_bulk import papers_in_bulk

            by_marks = self.layout == CANDIDATES
            papers = papers_in_bulk(
                self.candidates, self.matrix(), self.counts, self._read, by_marks=by_marks
            )
            if papers is not None:
                return papers
        return Papers(self.candidates, zip(self._orders(), self.counts, strict=True))

    def _read(self, row: tuple[int, ...]) -> tuple[Entry, ...]:
        return order_of_marks(row) if self.layout == CANDIDATES else _order_of_preferences(row)

    def _orders(self) -> Iterator[tuple[Entry, ...]]:
        read = self._read
        orders: dict[tuple[int, ...], tuple[Entry, ...]] = {}
        columns = ([means[code] for code in codes.tolist()] for means, codes in self.columns)
        for row in zip(*columns, strict=True):
            order = orders.get(row)
            if order is None:
                order = orders[row] = read(row)
            yield order

    def matrix(self) -> NDArray[np.int64]:
        """The meanings as a matrix, a row for each row of the table."""
        import numpy as np

        matrix = np.empty((len(self.counts), len(self.columns)), dtype=np.int64)
        for number, (means, codes) in enumerate(self.columns):
            matrix[:, number] = np.array(means, dtype=np.int64)[np.asarray(codes)]
        return matrix


def _order_of_preferences(row: tuple[int, ...]) -> tuple[Entry, ...]:
    return tuple(None if candidate == _BLANK else candidate for candidate in row)


class Builder:
    """Makes a table of rows that come one by one, and says what is wrong with them.

    A blank row between others is a paper without preference; those after the last paper, and
    lines without any cell, are no papers.
    """

    def __init__(self, header: int, headings: Sequence[str], *, padded: bool) -> None:
        """`padded`: a row may be shorter than the headings, its last cells being blank."""
        self.faults: list[Fault] = []
        self._header = header
        self._headings = tuple(headings)
        self._padded = padded
        self._cells: list[dict[str, int]] = [{} for _ in headings]
        self._codes = [array("i") for _ in headings]
        self._rows = array("q")
        self._blank = array("q")
        self._blank_so_far = array("q")
        self._empty = array("q")

    def add(self, row: int, cells: Sequence[str]) -> None:
        """Add the row that stands at `row` in the file."""
        if not any(cell.strip() for cell in cells):
            kind = self._blank_so_far if cells or self._padded else self._empty
            kind.append(row)
            return
        if self._blank_so_far:
            self._add_blank()
        if self._fits(row, cells):
            self._append(row, cells)

    def _add_blank(self) -> None:
        for row in self._blank_so_far:
            self._append(row, ())
        self._blank += self._blank_so_far
        self._blank_so_far = array("q")

    def _append(self, row: int, cells: Sequence[str]) -> None:
        self._rows.append(row)
        for cell, known, codes in zip(cells, self._cells, self._codes, strict=False):
            codes.append(known.setdefault(cell, len(known)))
        for column in range(len(cells), len(self._headings)):
            known = self._cells[column]
            self._codes[column].append(known.setdefault("", len(known)))

    def _fits(self, row: int, cells: Sequence[str]) -> bool:
        width = len(self._headings)
        too_short = len(cells) < width and not self._padded
        if too_short or any(cell.strip() for cell in cells[width:]):
            expected = f"{width}, one for each heading"
            self.faults.append(Fault(row, counted(len(cells), "cell"), expected))
            return False
        return True

    def table(self) -> Table:
        columns = [
            Column(heading, tuple(cells), codes)
            for heading, cells, codes in zip(self._headings, self._cells, self._codes, strict=True)
        ]
        return Table(columns, self._rows, self._header)

    def notes(self) -> list[str]:
        kinds = (
            (self._blank, "blank, counted as papers without preference"),
            (self._blank_so_far, "blank after the last paper, taken for no papers"),
            (self._empty, "without any cell, taken for no papers"),
        )
        return [f"{_rows(rows)}: {what}" for rows, what in kinds if rows]


# Cells


@dataclass(frozen=True, slots=True)
class _Rank:
    """A rank as forms write it: `1`, `1st`, `First choice`, `Preference 1`."""

    number: int
    style: str


def _rank(text: str) -> _Rank | None:
    for pattern in _RANK_LABELS:
        if found := pattern.fullmatch(text.strip()):
            word, digits = found["word"], found["digits"]
            number = int(digits) if digits else _ORDINALS.index(word.lower()) + 1
            kind = "word" if word else "figure" if digits == found["rank"] else "ordinal"
            around = f"{found.string[: found.start('rank')]}#{found.string[found.end('rank') :]}"
            return _Rank(number, f"{kind} {around.lower()}")
    return None


_PLAIN_STYLE = "figure #"


def _number(cell: str) -> int:
    """The plain positive whole number in a cell, or 0; all that are too long to count are alike."""
    text = cell.strip()
    if not _PLAIN_NUMBER.fullmatch(text):
        return 0
    return int(text) if len(text) <= _MOST_DIGITS else 10**_MOST_DIGITS


def text_of(value: object) -> str:
    """A cell that is no text, as text: whole numbers plain, however they are kept."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, (float, Decimal)) and math.isfinite(value) and value == int(value):
        return str(int(value))
    return str(value)


def _is_cross(cell: str) -> bool:
    return cell.strip() in ("X", "x")


def _like_a_mark(cell: str) -> bool:
    """Whether a cell may be what a voter puts against a candidate: no words, that is."""
    return _is_cross(cell) or not any(character.isalpha() for character in cell)


def _plain(text: str) -> str:
    return _LINE_BREAK.sub(" ", text).strip()


def _role(heading: str) -> str | None:
    words = re.sub(r"[\s_]+", " ", heading).strip(" :").casefold()
    return _ROLE_OF.get(words)


def _needs_escape(name: str) -> bool:
    """Whether a name could be taken for something else, apart from apostrophes before it."""
    bare = name.lstrip("'")
    return (
        spreadsheet.escaped(bare) != bare
        or bare != _plain(bare)
        or _role(bare) is not None
        or _rank(bare) is not None
        or _IN_BRACKETS.fullmatch(bare) is not None
    )


def escaped(name: str) -> str:
    """A name as it is written into a table: no spreadsheet runs it, no reader mistakes it."""
    return f"'{name}" if _needs_escape(name) else name


def _is_escaped(cell: str) -> bool:
    return cell.startswith("'") and _needs_escape(cell[1:])


def _name(cell: str) -> str:
    return cell[1:] if _is_escaped(cell) else _plain(cell)


def listed(texts: Sequence[str]) -> str:
    """The texts as they are shown in a note or fault, the first ten of them."""
    more = len(texts) - _MOST_LISTED
    names = ", ".join(map(echo, texts[:_MOST_LISTED]))
    return f"{names} and {more} more" if more > 0 else names


def _rows(rows: Sequence[int]) -> str:
    if len(rows) == 1:
        return f"row {rows[0]}"
    return f"{len(rows)} rows from {rows[0]} to {rows[-1]}"


# Reading a table


@dataclass(frozen=True, slots=True, eq=False)
class _Heading:
    """A column, and what its heading says; `rank`: the preference that it numbers, if any."""

    column: Column
    name: str
    role: str | None = None
    rank: int | None = None

    @property
    def shown(self) -> str:
        return f"column {echo(self.column.heading)}"


def _heading(column: Column) -> _Heading:
    text = column.heading
    if _is_escaped(text):
        return _Heading(column, _name(text))
    rank = _rank(text)
    return _Heading(column, _name(text), _role(text), rank=rank.number if rank else None)


def _questions(headings: Sequence[_Heading]) -> dict[str, list[_Heading]]:
    """The columns of each question of a form, by what stands before the brackets.

    Where no two columns share a question, brackets are part of names: `Ann Lee [Green]`.
    """
    questions: dict[str, list[_Heading]] = {}
    for heading in headings:
        text = heading.column.heading
        parts = None if _is_escaped(text) else _IN_BRACKETS.fullmatch(text)
        if parts:
            columns = questions.setdefault(_plain(parts["question"]), [])
            name, rank = _plain(parts["inner"]), _rank(parts["inner"])
            columns.append(_Heading(heading.column, name, rank=rank.number if rank else None))
    shared = any(len(columns) > 1 for columns in questions.values())
    return questions if shared else {}


def election_of(
    table: Table, path: str, asked: Asked, *, faults: Sequence[Fault], notes: Sequence[str]
) -> Election:
    """The election in a table; `faults` and `notes` are those of reading the file up to here.

    Raises `FormatError` with every fault of the file, and `ElectionError` where the file is in
    order but no such election can be held.
    """
    reader = _Reader(table, asked)
    ballots = reader.read()
    spoilt = {fault.line for fault in faults} - {None}
    found = [*faults, *(fault for fault in reader.faults if fault.line not in spoilt)]
    if ballots is None or asked.places is None or found:
        raise refusal(path, found)
    return Election(
        title=asked.title or "",
        places=asked.places,
        candidates=ballots.candidates,
        papers=ballots.papers(),
        notes=[*notes, *reader.notes],
    )


def refusal(path: str, faults: Sequence[Fault]) -> FormatError:
    """The error for these faults: each once, by line, and no more than anybody reads."""
    found = sorted(dict.fromkeys(faults), key=lambda fault: fault.line or 0)
    if len(found) > _MOST_FAULTS:
        more = counted(len(found) - _MOST_FAULTS, "more fault")
        found[_MOST_FAULTS:] = [Fault(None, more, "none")]
    return FormatError(path, found)


@dataclass(slots=True)
class _Reader:
    """Finds out what each column is, and gathers all that is wrong."""

    table: Table
    asked: Asked
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def read(self) -> Ballots | None:
        """The ballots; None, or anything, where there is a fault."""
        self.check_asked()
        if not self.names_are_given_well():
            return None
        headings = self.headings()
        self.check_ids([heading for heading in headings if heading.role == ID])
        counts = self.counts([heading for heading in headings if heading.role == PAPERS])
        self.note_unread([heading for heading in headings if heading.role in (TIME, PERSON)])
        columns = self.of_one_question([heading for heading in headings if heading.role is None])
        if not columns:
            if not self.faults:
                expected = "a column for each candidate or for each preference"
                self.fault(self.table.header, "no column of candidates or preferences", expected)
            return None
        layout = self.asked.layout or self.layout(columns)
        if layout == CANDIDATES:
            return self.by_candidates(columns, counts)
        return self.by_preferences(columns, counts) if layout == PREFERENCES else None

    def fault(self, row: int | None, found: str, expected: str) -> None:
        self.faults.append(Fault(row, found, expected))

    def check_asked(self) -> None:
        if self.asked.places is None:
            expected = "places= (--places), since a table does not state it"
            self.fault(None, "no number of places", expected)
        if self.asked.layout not in (None, *LAYOUTS):
            self.fault(None, f"layout={self.asked.layout!r}", " or ".join(map(repr, LAYOUTS)))

    def names_are_given_well(self) -> bool:
        names = self.asked.candidates
        if names is None:
            return True
        if isinstance(names, str) or not all(isinstance(name, str) for name in names):
            self.fault(None, f"candidates={names!r}", "a list of names")
            return False
        if len(set(names)) != len(names):
            self.fault(None, f"candidates={names!r}", "each name once")
            return False
        return True

    def where(self, heading: _Heading, codes: Mapping[int, str]) -> Iterator[tuple[int, str]]:
        """Each row that has one of these cells, and the cell."""
        if codes:
            for row, code in zip(self.table.rows, heading.column.codes.tolist(), strict=True):
                if code in codes:
                    yield row, codes[code]

    # Headings

    def headings(self) -> list[_Heading]:
        """The columns that have a heading."""
        found: list[_Heading] = []
        for number, column in enumerate(self.table.columns, start=1):
            heading = _heading(column)
            if heading.name:
                if control_character(heading.name):
                    self.fault_of_character(self.table.header, heading.name, "a heading")
                found.append(heading)
                continue
            filled = {code: cell for code, cell in enumerate(column.cells) if cell.strip()}
            for row, cell in self.where(heading, filled):
                expected = "a heading over every column that is used"
                self.fault(row, f"{echo(cell)} in column {number}, which has no heading", expected)
        broken = [
            heading for heading in found if _LINE_BREAK.search(heading.column.heading.strip())
        ]
        if broken:
            self.notes.append("line breaks and tabs in headings are read as blanks")
        return found

    def fault_of_character(self, row: int | None, name: str, where: str) -> None:
        found = f"the character {control_character(name)} in {echo(name)} ({where})"
        self.fault(row, found, "a text without control characters")

    def check_ids(self, headings: Sequence[_Heading]) -> None:
        for heading in headings:
            self.notes.append(
                f"{heading.shown}: identifiers, of which none stands twice; they are not kept"
            )
            names = {code: cell.strip() for code, cell in enumerate(heading.column.cells)}
            rows: dict[str, int] = {}
            for row, name in self.where(heading, names):
                first = rows.setdefault(name, row)
                if name and first != row:
                    found = f"{echo(name)} again in {heading.shown}, which row {first} has"
                    self.fault(row, found, "every identifier once")

    def counts(self, headings: Sequence[_Heading]) -> Sequence[int]:
        if len(headings) > 1:
            found = f"{len(headings)} columns of numbers of papers ({self.shown(headings)})"
            self.fault(self.table.header, found, "one at most")
        if not headings:
            return array("b", repeat(1, len(self.table.rows)))
        heading = headings[0]
        self.notes.append(f"{heading.shown}: the number of papers that a row stands for")
        numbers = [_number(cell) for cell in heading.column.cells]
        bad = {
            code: heading.column.cells[code]
            for code, number in enumerate(numbers)
            if not 1 <= number < 10**_MOST_DIGITS
        }
        for row, cell in self.where(heading, bad):
            expected = (
                f"a number of papers: a whole number from 1, of at most {_MOST_DIGITS} digits"
            )
            self.fault(row, f"{echo(cell)} in {heading.shown}", expected)
        return [numbers[code] for code in heading.column.codes.tolist()]

    def note_unread(self, headings: Sequence[_Heading]) -> None:
        if headings:
            self.notes.append(f"not read: {self.shown(headings)}")

    def shown(self, headings: Sequence[_Heading]) -> str:
        columns = listed([heading.column.heading for heading in headings])
        return f"column{'s' * (len(headings) > 1)} {columns}"

    def of_one_question(self, headings: Sequence[_Heading]) -> Sequence[_Heading]:
        """The columns of the form's one question, or all where the headings are not of a form."""
        questions = _questions(headings)
        names = self.asked.candidates
        if names is not None:
            if set(names) <= {heading.name for heading in headings}:
                return headings
            questions = {
                question: columns
                for question, columns in questions.items()
                if len(questions) == 1 or set(names) == {column.name for column in columns}
            }
        if not questions:
            return headings
        if len(questions) > 1:
            expected = "the columns of one question, or the names of its candidates (candidates=)"
            found = f"several questions in the headings ({listed(list(questions))})"
            self.fault(self.table.header, found, expected)
            return ()
        [(question, columns)] = questions.items()
        self.notes.append(f"the headings are of the question {echo(question)}, names in brackets")
        taken = [column.column for column in columns]
        others = [heading for heading in headings if heading.column not in taken]
        self.check_beside(question, others)
        self.note_unread(others)
        return columns

    def check_beside(self, question: str, others: Sequence[_Heading]) -> None:
        """Refuse to leave out what may be a candidate whose heading has no brackets."""
        if self.asked.candidates is not None:
            return
        for heading in others:
            if any(_rank(cell) for cell in heading.column.cells):
                found = f"numbers in {heading.shown} beside the question {echo(question)}"
                expected = "other columns without numbers, or all candidates named (candidates=)"
                self.fault(self.table.header, found, expected)

    # Which way round

    def layout(self, columns: Sequence[_Heading]) -> str | None:
        """Which way round the table is, or None, with a fault, where that is not certain."""
        names = self.asked.candidates
        if names is not None and set(names) <= {column.name for column in columns}:
            return CANDIDATES
        numbered = [column for column in columns if column.rank is not None]
        words = self.first_words(columns)
        if not numbered and words is None:
            return CANDIDATES
        if len(numbered) == len(columns) and words is not None:
            return PREFERENCES
        self.refuse_layout(columns, words)
        return None

    def first_words(self, columns: Sequence[_Heading]) -> tuple[int, str, _Heading] | None:
        """The first cell that is no mark against a candidate: its row, itself, its column."""
        if self.style(columns):
            return None
        for column in columns:
            words = {
                code: cell
                for code, cell in enumerate(column.column.cells)
                if not _like_a_mark(cell)
            }
            for row, cell in self.where(column, words):
                return row, cell, column
        return None

    def style(self, columns: Sequence[_Heading]) -> str | None:
        """How all cells write their ranks, where all do so in one way that is not plain figures."""
        ranks = {_rank(cell) for column in columns for cell in column.column.cells if cell.strip()}
        styles = {rank.style if rank else None for rank in ranks}
        style = styles.pop() if len(styles) == 1 else None
        return None if style == _PLAIN_STYLE else style

    def refuse_layout(
        self, columns: Sequence[_Heading], words: tuple[int, str, _Heading] | None
    ) -> None:
        settle = (
            f'layout="{CANDIDATES}" (--layout {CANDIDATES}) for a column for each candidate, or '
            f'layout="{PREFERENCES}" for a column for each preference'
        )
        if words is None:
            found = "headings that number preferences over cells without names, which fit both ways"
            self.fault(self.table.header, found, settle)
            return
        row, cell, column = words
        unnumbered = [column for column in columns if column.rank is None]
        found = (
            f"{echo(cell)} in {column.shown}, which is no number, "
            f"under headings that number no preference ({self.shown(unnumbered)})"
        )
        expected = "numbers under candidates' names, or names under headings such as '1st choice'"
        self.fault(row, found, f"{expected}; otherwise {settle}")

    # A column for each candidate

    def by_candidates(self, columns: Sequence[_Heading], counts: Sequence[int]) -> Ballots:
        columns = self.asked_for(columns)
        names = tuple(column.name for column in columns)
        self.notes.append(f"a column for each candidate: {listed(names)}")
        style = self.style(columns)
        if style:
            example = next(
                cell for column in columns for cell in column.column.cells if cell.strip()
            )
            self.notes.append(f"ranks written as in {echo(example)} are read as plain numbers")
        else:
            self.note_illegible(columns)
        read = _number_of_rank if style else _number
        marks = tuple(
            ([read(cell) for cell in column.column.cells], column.column.codes)
            for column in columns
        )
        return Ballots(names, CANDIDATES, marks, counts)

    def asked_for(self, columns: Sequence[_Heading]) -> Sequence[_Heading]:
        """The columns of the candidates that the caller names, in that order, or all."""
        if self.asked.candidates is None:
            return columns
        found: list[_Heading] = []
        for name in self.asked.candidates:
            named = [column for column in columns if column.name == name]
            if len(named) != 1:
                number = counted(len(named), "column") if named else "no column"
                self.fault(self.table.header, f"{number} headed {echo(name)}", "one")
            found += named
        self.note_unread([column for column in columns if column not in found])
        return found

    def note_illegible(self, columns: Sequence[_Heading]) -> None:
        cells = {cell.strip() for column in columns for cell in column.column.cells}
        illegible = sorted(cell for cell in cells if cell and not _number(cell))
        illegible = [cell for cell in illegible if not _is_cross(cell)]
        if illegible:
            self.notes.append(
                f"cells that are no plain positive whole number count for none: {listed(illegible)}"
            )

    # A column for each preference

    def by_preferences(self, columns: Sequence[_Heading], counts: Sequence[int]) -> Ballots:
        columns = self.in_order(columns)
        names = [[_name(cell) for cell in column.column.cells] for column in columns]
        for column, here in zip(columns, names, strict=True):
            spoilt = {code: name for code, name in enumerate(here) if control_character(name)}
            for row, name in self.where(column, spoilt):
                self.fault_of_character(row, name, column.shown)
        candidates = self.names_of(columns, names)
        numbers = {name: number for number, name in enumerate(candidates)} | {"": _BLANK}
        preferences = tuple(
            ([numbers.get(name, _BLANK) for name in here], column.column.codes)
            for column, here in zip(columns, names, strict=True)
        )
        return Ballots(tuple(candidates), PREFERENCES, preferences, counts)

    def in_order(self, columns: Sequence[_Heading]) -> Sequence[_Heading]:
        """The columns in the order of the preferences that they hold."""
        numbered = {column.rank: column for column in columns if column.rank is not None}
        self.notes.append(f"a column for each preference: {self.shown(columns)}")
        if not numbered:
            self.notes.append("the headings number no preferences: read in their order")
            return columns
        unnumbered = [column for column in columns if column.rank is None]
        self.note_unread(unnumbered)
        if sorted(numbered) != list(range(1, len(columns) - len(unnumbered) + 1)):
            found = ", ".join(str(column.rank) for column in columns if column.rank is not None)
            expected = "each from 1 to the last, once"
            self.fault(self.table.header, f"columns for the preferences {found}", expected)
        return [numbered[rank] for rank in sorted(numbered)]

    def names_of(
        self, columns: Sequence[_Heading], names: Sequence[Sequence[str]]
    ) -> Sequence[str]:
        """The candidates' names; those in the cells must be among them."""
        asked = self.asked.candidates
        if asked is None:
            found = sorted({name for here in names for name in here} - {""})
            self.check_spelling(found)
            self.notes.append(
                "the candidates are those whom a paper names, in the order of the alphabet "
                "(candidates= gives others, or another order)"
            )
            return found
        for column, here in zip(columns, names, strict=True):
            unknown = {code: name for code, name in enumerate(here) if name and name not in asked}
            for row, name in self.where(column, unknown):
                expected = f"one of the candidates {listed(asked)}"
                self.fault(row, f"{echo(name)} in {column.shown}", expected)
        return asked

    def check_spelling(self, names: Sequence[str]) -> None:
        spellings: dict[str, list[str]] = {}
        for name in names:
            spellings.setdefault(" ".join(name.casefold().split()), []).append(name)
        for alike in spellings.values():
            if len(alike) > 1:
                expected = "one spelling, or the names of all candidates (candidates=)"
                self.fault(None, f"the names {listed(alike)}", expected)


def _number_of_rank(cell: str) -> int:
    rank = _rank(cell)
    return rank.number if rank else 0


# Writing a table


def as_table(election: Election, kind: str) -> tuple[list[str], Iterator[list[int | None]]]:
    """The headings and the rows of a table: numbers of papers, then numbers against candidates.

    Raises `ElectionError` for more papers alike than a table can state; `kind` is the format.
    """
    most = max((count for _, count in election.papers.groups()), default=0)
    if most >= 10**_MOST_DIGITS:
        expected = f"at most {10**_MOST_DIGITS - 1}"
        raise ElectionError(f"{kind}: found {most} papers alike; expected {expected}")
    width = len(election.candidates)
    rows = ([count, *_marks(order, width)] for order, count in election.papers.orders() if count)
    return ["papers", *map(escaped, election.candidates)], rows


def _marks(order: Sequence[Entry], candidates: int) -> list[int | None]:
    """The numbers that express an order, as far as numbers can.

    Where it becomes uncertain, it must be so in the numbers too: where that cannot be, nothing
    more is written.
    """
    marks: list[int | None] = [None] * candidates
    rank = 1
    certain, gap = True, False
    for entry in order:
        named = entry if isinstance(entry, tuple) else () if entry is None else (entry,)
        fresh = {candidate for candidate in named if marks[candidate] is None}
        if certain:
            certain = isinstance(entry, int)
            if named and len(fresh) < (1 if certain else 2):
                break
        for candidate in fresh:
            marks[candidate] = rank
        # Several ranks left out in a row are read as one, so they are written as one.
        rank += bool(fresh) or not gap
        gap = not fresh
    return marks


def left_out(election: Election, kind: str) -> tuple[str, ...]:
    """A sentence for each thing of this election that a table cannot hold; `kind`: the format."""
    cut = _papers_cut(election)
    aside = [
        f"{one.paper} ({one.reason})" if one.reason else str(one.paper)
        for one in election.papers_set_aside
    ]
    return wording.left_out(
        kind,
        (
            ("the number of places is left out", [str(election.places)]),
            ("the title is left out", [election.title] if election.title else []),
            ("withdrawals are left out", wording.withdrawals(election.withdrawn)),
            (
                "the candidate who is no person is written like the others",
                [] if election.non_person is None else [election.non_person],
            ),
            ("papers that are set aside are written like the others", aside),
            (
                "what numbers cannot express, after the last certain preference, is left out",
                [counted(cut, "paper")] if cut else [],
            ),
            ("notes from reading the election are left out", election.notes),
        ),
    )


def _papers_cut(election: Election) -> int:
    """The number of papers that are not read back with all that is on them."""
    width = len(election.candidates)
    return sum(
        count
        for order, count in election.papers.orders()
        if order_of_marks(_marks(order, width)) != order
    )
