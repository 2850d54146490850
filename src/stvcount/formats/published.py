"""Published sheets of counts as they are kept: in JSON, or in a table of text or a workbook.

Such a table has a row for each candidate and, for each stage, a column of votes, or a pair: what
the stage changed, and the votes after it. Further rows have the non-transferable vote and the
quota; sums are not read. What a stage did is told by whose votes fall: to nothing at an exclusion,
to something at a surplus, unless the heading says otherwise.
"""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from stvcount import codec
from stvcount.checked import checked
from stvcount.errors import Fault, FormatError, RecordError
from stvcount.formats import workbook_sheets, workbooks
from stvcount.formats.files import PathName, decoded, read_whole
from stvcount.formats.records import read_json
from stvcount.formats.wording import echo
from stvcount.frozen import FrozenMapping
from stvcount.record import Kind
from stvcount.record.published import SCHEMA, PublishedRules, PublishedSheet, PublishedStage

_SUMS = re.compile(r"((grand\s+)?(totals?|sums?)|valid (votes?|papers|poll))\b.*", re.I)
_LOST = re.compile(
    r"non[- ]?transfer.*|not transferr?(ed|able).*|exhausted.*|.*\brounding\b.*|losse?s?\b.*", re.I
)
_QUOTA = re.compile(r"quota\b.*", re.I)
_PLACES = re.compile(r"(number of )?(places|seats|vacancies|posts)( to (be )?fill(ed)?)?", re.I)
_PARTICULAR = re.compile(
    r"(electorate|turnout|invalid|spoil(ed|t)|rejected|date|votes? cast|ballots?|papers)\b.*"
    r"|(total )?(valid|poll).*",
    re.I,
)
_HEAD = re.compile(r"(|candidates?|names?|stages?|counts?|rounds?)( names?)?", re.I)
_NO_STAGE = re.compile(r"no\.?|number|#|%.*|percent.*|share.*|.*\b(affiliation|party)", re.I)
_RESULT = re.compile(r"results?|status|elected\??|outcome", re.I)
_IS_ELECTED = re.compile(r"elected.*|yes", re.I)
_SURPLUS, _EXCLUSION = re.compile(r"surplus", re.I), re.compile(r"exclu|elimin", re.I)
_KEEP_VALUES = re.compile(r"keep values?", re.I)
_FIGURE = re.compile(r"[+-]?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.[0-9]+)?", re.ASCII)
_LOOKS_LIKE_FIGURE = re.compile(r"[+\-\u2212\u2013]?\d[\d.,]*\W?", re.ASCII)
_BLANK = re.compile(r"|-+|\u2013|\u2014|n/?a|elected.*|excluded.*|eliminated.*", re.I)
_MOST_PLACES = 10**9
_MOST_COLUMNS = 5000
_SIGNS = ("+", "-", "\u2212")

Votes: TypeAlias = "dict[str, Decimal | None]"


@checked
def read_sheet(
    path: PathName,
    *,
    places: int | None = None,
    rules: str | None = None,
    sheet: str | None = None,
) -> PublishedSheet:
    """The published sheet in a file: JSON (`stvcount.sheet/1`), CSV, XLSX, ODS or XLS.

    `places`, `rules`: how many places there were, and the rule set that the sheet is said to be
    counted by, which a table seldom states. `sheet`: of a workbook.
    Raises `FormatError` where the file cannot be read, and `RecordError`, naming the file and the
    place in it, where it holds no such sheet.
    """
    name = os.fsdecode(path)
    data = read_whole(path)
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        _refuse(name, places=places, rules=rules, sheet=sheet)
        return read_json(path, PublishedSheet.from_json)
    rows = list(_rows(data, name, sheet))
    try:
        return _Table(name, rows).published(places, rules or "")
    except RecordError as error:
        raise RecordError(f"{name}: {error}") from error


def _refuse(name: str, **options: object) -> None:
    """Refuse options, where JSON says it all."""
    given = [option for option, value in options.items() if value is not None]
    if given:
        raise FormatError(name, [Fault(None, f"the option {one}", "none") for one in given])


def is_published_sheet(path: PathName) -> bool:
    """Whether a file is a published sheet: of its schema, or a table; a record is in JSON."""
    data = read_whole(path)
    if not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return True
    return codec.states(data.decode("utf-8", "replace"), SCHEMA)


Row = tuple[int, Sequence[str]]


def _rows(data: bytes, path: str, sheet: str | None) -> Iterator[Row]:
    """The rows with anything in them, by their numbers."""
    sheets = workbook_sheets(data, path, asked=sheet is not None)
    if sheets is not None:
        faults: list[Fault] = []
        notes: list[str] = []
        chosen = workbooks.chosen(sheets, path, sheet, notes)
        found = list(workbooks.rows_of(chosen, path, faults, notes))
    else:
        text, faults = decoded(data, path, None)
        delimiter = max(",;\t", key=text.count)
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        try:
            found = [(reader.line_num, cells) for cells in reader]
        except csv.Error as error:
            fault = Fault(
                reader.line_num, str(error), "a table of text, every quotation mark closed"
            )
            raise FormatError(path, [fault]) from error
    if faults:
        raise FormatError(path, faults)
    for line, cells in found:
        tidy = [" ".join(cell.split()) for cell in cells]
        if any(tidy):
            yield line, tidy


@dataclass(frozen=True, slots=True)
class _Line:
    """A row of figures: its number, its name, its cells beside the name, and what they say."""

    line: int
    name: str
    cells: tuple[str, ...]
    figures: tuple[Decimal | None, ...]

    @classmethod
    def of(cls, line: int, name: str, cells: Sequence[str]) -> _Line:
        return cls(line, name, tuple(cells), tuple(map(_figure, cells)))


@dataclass(frozen=True, slots=True)
class _Column:
    """The column of a stage's votes, that of what it changed, if any, and all that are its own."""

    votes: int
    change: int | None
    all: range

    @property
    def figures(self) -> tuple[int, ...]:
        return (self.votes,) if self.change is None else (self.change, self.votes)


class _Table:
    """A table that is being read: what stands above its figures, and its rows of figures."""

    def __init__(self, path: str, rows: Sequence[Row]) -> None:
        self.path = path
        begin = _first_of_figures(rows)
        if begin is None:
            expected = "a row of figures for each candidate"
            raise FormatError(path, [Fault(None, "no figures", expected)])
        head = begin
        while head and not _is_particular(rows[head - 1][1]):
            head -= 1
        self.above = [cells for _, cells in rows[:head]]
        width = max(len(cells) for _, cells in rows[head:])
        if width > _MOST_COLUMNS:
            raise FormatError(path, [Fault(None, f"{width} columns", f"at most {_MOST_COLUMNS}")])
        names = _column_of_names([cells for _, cells in rows[begin:]])
        self.heads = [_padded(cells, width)[names + 1 :] for _, cells in rows[head:begin]]
        lines = [
            _Line.of(line, cells[names] or cells[0], cells[names + 1 :])
            for line, cells in ((line, _padded(cells, width)) for line, cells in rows[begin:])
        ]
        self.further = [one for one in lines if _is_no_candidate(one.name)]
        self.candidates = [
            one for one in lines if one.name and one not in self.further and any(one.cells)
        ]

    def published(self, places: int | None, rules: str) -> PublishedSheet:
        columns = self._columns()
        self._check_cells(columns)
        stages = list(self._stages(columns))
        return PublishedSheet(
            title=next((cells[0] for cells in self.above if sum(map(bool, cells)) == 1), ""),
            rules=PublishedRules(rules),
            places=self._places(places),
            candidates=tuple(row.name for row in self.candidates),
            stages=tuple(stages),
            elected=self._elected(),
        )

    def _places(self, given: int | None) -> int:
        found = self._above(_PLACES)
        if given is None and found is not None and found < _MOST_PLACES and not found % 1:
            return int(found)
        if given is None:
            fault = Fault(None, "no number of places", "places= (--places), as it states none")
            raise FormatError(self.path, [fault])
        return given

    def _above(self, pattern: re.Pattern[str]) -> Decimal | None:
        """The figure that stands beside such a word above the table."""
        for cells in self.above:
            if pattern.fullmatch(cells[0].rstrip(": ")):
                return next(filter(None, map(_figure, cells[1:])), None)
        return None

    # Columns

    def _heading(self, *columns: int) -> str:
        return " ".join(cells[n] for n in columns for cells in self.heads if cells[n])

    def _columns(self) -> list[_Column]:
        """The columns of votes, each with that of what its stage changed."""
        rows = [row.figures for row in self.candidates]
        width = len(rows[0]) if rows else 0
        left = [
            n
            for n in range(width)
            if any(row[n] is not None for row in rows)
            and not any(_NO_STAGE.fullmatch(heads[n]) for heads in self.heads)
        ]
        if not left:
            fault = Fault(None, "no column of votes", "one for each stage")
            raise FormatError(self.path, [fault])
        columns = [_Column(left[0], None, range(left[0] + 1))]
        left = left[1:]
        while left:
            last, first, *rest = columns[-1].votes, *left
            pair = bool(rest) and self._is_change(last, first, rest[0])
            votes, *left = rest if pair else left
            columns.append(_Column(votes, first if pair else None, range(last + 1, votes + 1)))
        return columns

    def _is_change(self, before: int, change: int, after: int) -> bool:
        """Whether a column is what the next one adds to the last: by its signs, or its sums."""
        sums = [
            (row, one, by or Decimal(0), other)
            for row in self.candidates
            for one, by, other in [[row.figures[n] for n in (before, change, after)]]
            if one is not None and other is not None
        ]
        wrong = [line for line in sums if line[1] + line[2] != line[3]]
        signed = any(row.cells[change].startswith(_SIGNS) for row in self.candidates)
        if signed and wrong:
            row, one, by, other = wrong[0]
            raise RecordError(
                f"row {row.line} ({echo(row.name)}): found {one} changed by {by} to {other}; "
                f"expected {one + by}"
            )
        return signed or (len(sums) > 1 and not wrong)

    def _check_cells(self, columns: Sequence[_Column]) -> None:
        """Whatever is no figure is none that was left out, unless it is a mark for that."""
        for row in [*self.candidates, *self.further]:
            for n in (n for column in columns for n in column.figures):
                cell = row.cells[n]
                if _figure(cell) is None and not _BLANK.fullmatch(cell):
                    place = (
                        f"row {row.line} ({echo(row.name)}), {echo(self._heading(n) or str(n + 2))}"
                    )
                    expected = "a figure such as 1,234.56, or a blank cell"
                    raise RecordError(f"{place}: found {echo(cell)}; expected {expected}")

    # Stages

    def _stages(self, columns: Sequence[_Column]) -> Iterator[PublishedStage]:
        before: Votes = {}
        gone: set[str] = set()
        for number, column in enumerate(columns):
            votes: Votes = {row.name: row.figures[column.votes] for row in self.candidates}
            kind, whose = self._action(number, column, before, votes, gone)
            gone |= {*whose} if kind == "exclusion" else set()
            yield PublishedStage(
                kind=kind,
                candidates=whose,
                quota=self._quota(column.votes, number),
                # Who is excluded is left blank from there on.
                votes=FrozenMapping(
                    (name, Decimal(0) if vote is None and name in gone else vote)
                    for name, vote in votes.items()
                ),
                non_transferable=self._lost(column.votes, number),
            )
            before = {
                name: before.get(name) if vote is None else vote for name, vote in votes.items()
            }

    def _action(
        self, number: int, column: _Column, before: Votes, votes: Votes, gone: set[str]
    ) -> tuple[str, tuple[str, ...]]:
        if not number:
            return "first", ()
        heading = self._heading(*column.all)
        if _KEEP_VALUES.search(heading):
            return "keep values", ()
        named = _names_in(heading, list(votes))
        whose = tuple(
            name
            for name, vote in votes.items()
            if name not in gone and _is_moved(before.get(name), vote, is_named=name in named)
        )
        if not whose:
            raise RecordError(
                f"stage {number + 1} ({echo(heading or f'column {column.votes + 2}')}): found "
                "nobody whose votes fall; expected the heading to say whose papers are moved, such "
                "as 'Exclusion of Ann Lee'"
            )
        if _EXCLUSION.search(heading) and named.intersection(whose):
            # Others whose votes fall, and who keep some, were elected before (Meek).
            whose = tuple(name for name in whose if name in named or not votes[name])
        return self._kind(heading, whose, before, votes), whose

    def _kind(self, heading: str, whose: Sequence[str], before: Votes, votes: Votes) -> Kind:
        """By the heading; or else a surplus leaves something, of what was above the quota."""
        if len(whose) > 1 or not votes[whose[0]]:
            return "exclusion"
        if (said := bool(_SURPLUS.search(heading))) != bool(_EXCLUSION.search(heading)):
            return "surplus" if said else "exclusion"
        quota, had = self._quota(0, 0), before.get(whose[0])
        above = quota is None or had is None or had > quota
        return "surplus" if above else "exclusion"

    def _quota(self, column: int, number: int) -> Decimal | None:
        """What the row of this name has; given once, it is that of the first stage."""
        rows = [row for row in self.further if _QUOTA.fullmatch(row.name)]
        given = [figure for row in rows for figure in row.figures if figure]
        if not given:
            return None if number else self._above(_QUOTA)
        if len(given) == 1:
            return None if number else given[0]
        return next((row.figures[column] for row in rows if row.figures[column]), None)

    def _lost(self, column: int, number: int) -> Decimal | None:
        rows = [row for row in self.further if _LOST.fullmatch(row.name)]
        found = [row.figures[column] for row in rows if row.figures[column] is not None]
        if not found:
            return Decimal(0) if rows and not number else None
        return sum((figure for figure in found if figure is not None), Decimal(0))

    def _elected(self) -> tuple[str, ...] | None:
        """Whom a column of results says elected."""
        for cells in self.heads:
            for number, heading in enumerate(cells):
                if _RESULT.fullmatch(heading):
                    words = {row.name: row.cells[number] for row in self.candidates}
                    return tuple(
                        name for name, word in words.items() if _IS_ELECTED.fullmatch(word)
                    )
        return None


def _first_of_figures(rows: Sequence[Row]) -> int | None:
    """The first row of the table itself: not a heading of numbers, nor a particular above it."""
    for number, (_, cells) in enumerate(rows):
        is_above = _is_particular(cells) or _HEAD.fullmatch(cells[0])
        if any(map(_LOOKS_LIKE_FIGURE.fullmatch, cells[1:])) and not is_above:
            return number
    return None


def _is_particular(cells: Sequence[str]) -> bool:
    """Whether a row above the table tells one thing: a title, or a word and a figure."""
    filled = [cell for cell in cells if cell]
    words = cells[0].rstrip(": ")
    told = _PLACES.fullmatch(words) or _QUOTA.fullmatch(words) or _PARTICULAR.fullmatch(words)
    return bool(cells[0]) and (len(filled) == 1 or (len(filled) == 2 and bool(told)))


def _column_of_names(rows: Sequence[Sequence[str]]) -> int:
    """The first column; the second, where the first has but the numbers of the candidates."""
    numbered = [
        cells
        for cells in rows
        if len(cells) > 1 and _is_figure(cells[0]) and cells[1] and not _is_figure(cells[1])
    ]
    return int(2 * len(numbered) >= len(rows))


def _padded(cells: Sequence[str], width: int) -> list[str]:
    return [*cells, *[""] * (width - len(cells))]


def _names_in(heading: str, names: Sequence[str]) -> set[str]:
    """The candidates whom a heading names; the longer name first, where one is in another."""
    found, left = set(), heading.lower()
    for name in sorted(names, key=len, reverse=True):
        if name.lower() in left:
            found.add(name)
            left = left.replace(name.lower(), " ")
    return found


def _is_moved(before: Decimal | None, now: Decimal | None, *, is_named: bool) -> bool:
    """Whether this stage moves the papers: the vote falls, or there was none and it is said so."""
    if before is None:
        return False
    if now is None:
        return True
    return now < before or (is_named and not before)


def _is_no_candidate(name: str) -> bool:
    return any(one.fullmatch(name) for one in (_SUMS, _LOST, _QUOTA))


def _is_figure(cell: str) -> bool:
    return _figure(cell) is not None


def _figure(cell: str) -> Decimal | None:
    written = cell.replace("\u2212", "-").replace("\u2013", "-")
    if not _FIGURE.fullmatch(written):
        return None
    figure = Decimal(written.replace(",", ""))
    # What a spreadsheet cuts to "-0.00" is nothing.
    return figure or figure.copy_abs()
