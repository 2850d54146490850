"""The columns of a table: what their headings say, and what their cells are like."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise
from typing import Any, Generic, TypeVar

from stvcount.formats.tables.cells import IN_BRACKETS, is_cross, is_escaped, name_of, plain
from stvcount.formats.tables.findings import Findings
from stvcount.formats.tables.known import Known, is_no_choice, known
from stvcount.formats.tables.ranks import Numbered, numbered, rank_of, ranks_in
from stvcount.formats.tables.spelling import coded_alike
from stvcount.formats.tables.table import Column
from stvcount.formats.wording import echo, echoes
from stvcount.words import visible

_LONGEST_TYPED = 60
_MOST_CELLS = 5000
_REQUIRED = re.compile(r"\s*(?:\(required\)|\(optional\)|\*|:)\s*$", re.IGNORECASE)
_ADDRESS = re.compile(r"\S+@\S+\.\S+")
_TRUE, _FALSE = ("true", "yes", "y", "checked", "selected", "ticked"), ("false", "unchecked")
SURE = ("->", "=>", ">", "\u2192")
_LISTS = (*SURE, ";", "\n", "|", ",")
"""What may stand between the names of an order in one cell, the surest first."""
_WEAK = (" / ", " - ")
"""What may, and stands in names as well."""


_Value = TypeVar("_Value")


class _once(Generic[_Value]):  # noqa: N801 (it is written like `property`)
    """A property that is worked out when it is first asked for, and kept.

    As `functools.cached_property`, without its lock (until Python 3.12) and without a dictionary
    for each object: a table may have a hundred thousand columns, each with many of these.
    """

    def __init__(self, work_out: Callable[[Any], _Value]) -> None:
        self._work_out = work_out
        self._name = work_out.__name__

    def __get__(self, one: object, owner: type) -> _Value:
        value = self._work_out(one)
        object.__setattr__(one, self._name, value)
        return value


def letters_of(number: int) -> str:
    """The letters of a spreadsheet's column, from 0."""
    letters = ""
    number += 1
    while number:
        number, place = divmod(number - 1, 26)
        letters = chr(65 + place) + letters
    return letters


@dataclass(frozen=True, slots=True)
class Kinds:
    """How many cells of a column are of each kind, and those that say something by themselves."""

    ranks: Counter[int]
    words: Counter[str]
    no_choice: Counter[str]
    signs: Counter[str]
    several: int
    crosses: int
    truth: int

    @property
    def marks(self) -> int:
        """How many may be what is put against a candidate."""
        return sum(self.ranks.values()) + self.several


_NO_KINDS = Kinds(Counter(), Counter(), Counter(), Counter(), several=0, crosses=0, truth=0)
"""Those of a blank column, of which a sheet may have very many."""


@dataclass(frozen=True, eq=False)
class Col:
    """A column, with what is known of it before anything is decided.

    `name`: the heading as a candidate's name. `blanks`: the words that are said to mean
    no choice, by what only their coding changes.
    """

    number: int
    heading: str
    column: Column
    rows: int
    lettered: bool = field(default=False)
    blanks: frozenset[str] = frozenset()

    @_once
    def letters(self) -> str:
        return letters_of(self.number)

    @_once
    def escaped(self) -> bool:
        return is_escaped(self.heading)

    @_once
    def name(self) -> str:
        return name_of(self.heading)

    @_once
    def parts(self) -> tuple[str, str] | None:
        found = None if self.escaped else IN_BRACKETS.fullmatch(self.heading)
        if not found or not found["inner"].strip() or not found["question"].strip():
            return None
        return plain(found["question"]), plain(found["inner"])

    @_once
    def known(self) -> Known | None:
        return None if self.escaped or self.parts else known(self.heading)

    @_once
    def numbered(self) -> Numbered | None:
        if self.escaped:
            return None
        if self.parts:
            question, inner = self.parts
            found = numbered(inner)
            return found and Numbered(found.rank, question, sure=found.sure)
        return numbered(without_mark(self.heading))

    @property
    def rank(self) -> int:
        """The preference that the heading numbers; 0 for none."""
        return self.numbered.rank if self.numbered else 0

    @_once
    def option(self) -> str:
        """How the column is named in an option: by its heading, or by its letters."""
        typed = plain(self.heading)
        easy = (
            typed == self.heading
            and 0 < len(typed) <= _LONGEST_TYPED
            and visible(typed) == typed
            and not self.lettered
            and not is_address(typed)
        )
        return typed if easy else self.letters

    @property
    def shown(self) -> str:
        named = self.heading.strip() and not is_address(self.heading)
        return f"column {echo(self.heading)}" if named else f"column {self.letters}"

    @property
    def counts(self) -> Sequence[int]:
        return self.column.numbers(self.rows)

    @_once
    def cells(self) -> dict[str, int]:
        """The different cells that are not blank, with how many there are of each."""
        found: dict[str, int] = {}
        for cell, number in zip(self.column.cells, self.counts, strict=True):
            text = cell.strip()
            if text and number:
                found[text] = found.get(text, 0) + number
        return found

    @_once
    def filled(self) -> int:
        return sum(self.cells.values())

    @_once
    def all_different(self) -> bool:
        return len(self.cells) == self.filled

    def is_blank(self, cell: str) -> bool:
        """Whether a cell is said to mean no choice."""
        return bool(self.blanks) and coded_alike(cell) in self.blanks

    @_once
    def kinds(self) -> Kinds:
        return self._kinds_of_cells() if self.cells else _NO_KINDS

    def _kinds_of_cells(self) -> Kinds:
        ranks: Counter[int] = Counter()
        words: Counter[str] = Counter()
        no_choice: Counter[str] = Counter()
        signs: Counter[str] = Counter()
        several = crosses = truth = 0
        # Nobody writes ranks or names in so many ways: what has more cells is neither.
        for cell, number in islice(self.cells.items(), _MOST_CELLS):
            rank = rank_of(cell)
            if rank is not None and not self.is_blank(cell):
                ranks[rank] += number
            elif is_cross(cell):
                crosses += number
            elif ranks_in(cell):
                several += number
            elif cell.casefold() in _TRUE or cell.casefold() in _FALSE:
                truth += number
                words[cell] += number
            elif not any(map(str.isalpha, cell)) and not self.is_blank(cell):
                signs[cell] += number
            elif is_no_choice(cell) or self.is_blank(cell):
                no_choice[cell] += number
            else:
                words[cell] += number
        return Kinds(ranks, words, no_choice, signs, several, crosses, truth)

    @_once
    def like_ranks(self) -> bool:
        """Whether the column is mainly of ranks, apart from cells that are no choice."""
        kinds = self.kinds
        other = sum(kinds.words.values()) + self._odd_signs
        return kinds.marks > 0 and kinds.marks >= other

    @_once
    def _odd_signs(self) -> int:
        """Cells of figures and signs that are no rank, such as times; not 0 and the like."""
        return sum(n for cell, n in self.kinds.signs.items() if len(cell) > 4)

    @_once
    def neutral(self) -> bool:
        """Whether no cell says what the column is: blank, crosses, zeros, words for no choice."""
        kinds = self.kinds
        return not kinds.marks and not kinds.words and not self._odd_signs

    @_once
    def like_names(self) -> bool:
        """Whether the column is mainly of words."""
        kinds = self.kinds
        return sum(kinds.words.values()) > kinds.marks + self._odd_signs

    @property
    def texts(self) -> list[str]:
        """The cells of all rows, in their order."""
        cells = [cell.strip() for cell in self.column.cells]
        return [cells[code] for code in self.column.codes.tolist()]

    @_once
    def serial(self) -> bool:
        """Whether the cells number the rows: each one more than the one before."""
        if not self.all_different:
            return False
        texts = self.texts
        numbers = [
            int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 19
        ]
        return len(numbers) == sum(map(bool, texts)) > 0 and all(
            later == sooner + 1 for sooner, later in pairwise(numbers)
        )

    @_once
    def names(self) -> dict[str, int]:
        """The different texts of the cells that are words, by what only their coding changes."""
        found: dict[str, int] = {}
        for cell, number in self.kinds.words.items():
            key = coded_alike(name_of(cell))
            found[key] = found.get(key, 0) + number
        return found

    def shares_names(self, other: Col) -> bool:
        """Whether a text that is words stands in both."""
        return not self.names.keys().isdisjoint(other.names)

    @_once
    def separator(self) -> str | None:
        """What stands between several names in a cell, where most cells hold several; or None."""
        words = self.kinds.words
        total = sum(words.values())
        for sign in _LISTS:
            having = sum(number for cell, number in words.items() if sign in cell)
            if having and (having * 2 >= total or sign in SURE or self._rest_are_pieces(sign)):
                return sign
        return None

    @_once
    def sign(self) -> str | None:
        """What stands between several names in any cell, the surest first; or None."""
        words = self.kinds.words
        found = (sign for sign in (*_LISTS, *_WEAK) if any(sign in cell for cell in words))
        return self.separator or next(found, None)

    def _rest_are_pieces(self, sign: str) -> bool:
        """Whether every cell without the sign is one of the pieces of those with it."""
        words = self.kinds.words
        pieces = {
            coded_alike(piece) for cell in words if sign in cell for piece in split(cell, sign)
        }
        return all(coded_alike(cell) in pieces for cell in words if sign not in cell)

    def pieces(self, sign: str) -> Iterator[tuple[list[str], int]]:
        """What stands between the signs in some different cells, and how many cells are so."""
        for cell, number in islice(self.kinds.words.items(), _MOST_CELLS):
            yield split(cell, sign), number


def is_address(text: str) -> bool:
    """Whether a text is somebody's address, which is never shown."""
    return _ADDRESS.fullmatch(text.strip()) is not None


def without_mark(heading: str) -> str:
    """A heading without what a form adds to say that an answer is required."""
    return _REQUIRED.sub("", heading)


def split(cell: str, sign: str) -> list[str]:
    return [piece.strip() for piece in cell.split(sign) if piece.strip()]


def columns_of(found: Findings, headings: Sequence[str]) -> list[Col]:
    times = Counter(map(coded_alike, map(plain, headings)))
    rows = len(found.table.rows)
    blanks = frozenset(map(coded_alike, found.asked.blank))
    return [
        Col(
            number,
            heading,
            column,
            rows,
            lettered=times[coded_alike(plain(heading))] > 1,
            blanks=blanks,
        )
        for number, (heading, column) in enumerate(zip(headings, found.table.columns, strict=True))
    ]


def shown(columns: Iterable[Col]) -> str:
    listed = list(columns)
    headings = echoes(
        [
            column.letters if is_address(column.heading) else column.heading or column.letters
            for column in listed
        ]
    )
    return f"column{'s' * (len(listed) > 1)} {headings}"
