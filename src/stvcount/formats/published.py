"""Published sheets of counts as they are kept: in JSON, or in a table of text or a workbook.

Such a table has a row for each candidate and, for each stage, a column of votes, or a pair: what
the stage changed, and the votes after it. Further rows have the non-transferable vote and the
quota; sums are not read. What a stage did is told by the heading, where it names whom it concerns,
or else by whose votes fall: to nothing at an exclusion, to something at a surplus.
"""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from stvcount import codec
from stvcount.checked import checked
from stvcount.errors import Fault, FormatError, RecordError
from stvcount.formats import workbook_sheets, workbooks
from stvcount.formats.files import PathName, decoded, read_whole
from stvcount.formats.records import read_json
from stvcount.formats.wording import echo
from stvcount.frozen import FrozenMapping
from stvcount.record.published import SCHEMA, PublishedRules, PublishedSheet, PublishedStage

_ROWS_OF_SUMS = re.compile(r"(grand\s+)?(totals?|sums?)\b.*|valid (votes|papers|poll).*", re.I)
_ROWS_LOST = re.compile(
    r"non[- ]?transferable.*|not transferr?able.*|exhausted.*|.*\brounding\b.*|loss.*", re.I
)
_ROW_OF_QUOTA = re.compile(r"quota\b.*", re.I)
_RESULT = re.compile(r"result|status|elected\??|outcome", re.I)
_IS_ELECTED = re.compile(r"elected.*|yes", re.I)
_FIGURE = re.compile(r"[+-]?[0-9][0-9,]*(\.[0-9]+)?", re.ASCII)


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
    counted by, which a table does not state. `sheet`: of a workbook.
    Raises `FormatError` where the file cannot be read, and `RecordError`, naming the file and the
    place in it, where it holds no such sheet.
    """
    name = os.fsdecode(path)
    data = read_whole(path)
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        _refuse(name, places=places, rules=rules, sheet=sheet)
        return read_json(path, PublishedSheet.from_json)
    if places is None:
        fault = Fault(None, "no number of places", "places= (--places), as a table states none")
        raise FormatError(name, [fault])
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
        found = [(reader.line_num, cells) for cells in reader]
    if faults:
        raise FormatError(path, faults)
    for line, cells in found:
        tidy = [" ".join(cell.split()) for cell in cells]
        if any(tidy):
            yield line, tidy


@dataclass(frozen=True, slots=True)
class _Figures:
    """A row of figures: its name, and one for each column; None for a blank or a word."""

    line: int
    name: str
    figures: tuple[Decimal | None, ...]
    words: tuple[str, ...]


class _Table:
    """A table that is being read."""

    def __init__(self, path: str, rows: Sequence[Row]) -> None:
        self.path = path
        below = next(
            (n for n, (_, cells) in enumerate(rows) if sum(map(_is_figure, cells[1:])) >= 1), None
        )
        if below is None:
            expected = "a row of figures for each candidate"
            raise FormatError(path, [Fault(None, "no figures", expected)])
        self.headings: Sequence[str] = rows[below - 1][1] if below else ()
        width = max(len(cells) for _, cells in rows[below:])
        self.rows = [self._figures(line, cells, width) for line, cells in rows[below:]]

    def _figures(self, line: int, cells: Sequence[str], width: int) -> _Figures:
        padded = [*cells, *[""] * (width - len(cells))]
        figures = tuple(_figure(cell) for cell in padded[1:])
        return _Figures(line, padded[0], figures, tuple(padded[1:]))

    def published(self, places: int, rules: str) -> PublishedSheet:
        candidates = [row for row in self.rows if row.name and not _is_no_candidate(row.name)]
        columns = self._votes(candidates)
        stages = list(self._stages(candidates, columns))
        return PublishedSheet(
            rules=PublishedRules(rules),
            places=places,
            candidates=tuple(row.name for row in candidates),
            stages=tuple(stages),
            elected=self._elected(candidates),
        )

    def _votes(self, candidates: Sequence[_Figures]) -> list[int]:
        """The columns of votes: not those that are what the next one adds to the last."""
        width = len(candidates[0].figures) if candidates else 0
        used = [n for n in range(width) if any(row.figures[n] is not None for row in candidates)]
        votes = used[:1]
        left = used[1:]
        while left:
            pair = len(left) > 1 and _adds_up(candidates, votes[-1], left[0], left[1])
            votes.append(left[1] if pair else left[0])
            left = left[2:] if pair else left[1:]
        return votes

    def _stages(
        self, candidates: Sequence[_Figures], columns: Sequence[int]
    ) -> Iterator[PublishedStage]:
        before: dict[str, Decimal | None] = {}
        for number, column in enumerate(columns):
            votes = {row.name: row.figures[column] for row in candidates}
            for name, vote in votes.items():
                # Who has nothing left is left blank from there on.
                if vote is None and before.get(name) == 0:
                    votes[name] = Decimal(0)
            # Those of the change, if there is such a column, and of the votes.
            headings = self.headings[columns[number - 1] + 2 : column + 2] if number else ()
            kind, whose = self._action(number, headings, before, votes) if number else ("first", ())
            yield PublishedStage(
                kind=kind,
                candidates=whose,
                quota=self._row(_ROW_OF_QUOTA, column),
                votes=FrozenMapping(votes),
                non_transferable=self._lost(column, number),
            )
            before = votes

    def _action(
        self,
        number: int,
        headings: Sequence[str],
        before: dict[str, Decimal | None],
        votes: dict[str, Decimal | None],
    ) -> tuple[str, tuple[str, ...]]:
        falls = [
            name
            for name, vote in votes.items()
            if vote is not None and (was := before.get(name)) is not None and vote < was
        ]
        named = [name for name in votes if any(name in heading for heading in headings)]
        whose = tuple(named or falls)
        if not whose:
            place = f"stage {number + 1}" + (f" (column {echo(headings[-1])})" if headings else "")
            raise RecordError(
                f"{place}: found nobody whose votes fall; expected the heading to say whose papers "
                "are moved, such as 'Exclusion of Ann Lee'"
            )
        is_surplus = len(whose) == 1 and bool(votes[whose[0]])
        return "surplus" if is_surplus else "exclusion", whose

    def _row(self, pattern: re.Pattern[str], column: int) -> Decimal | None:
        """The figure of the row of this name; a quota that is given once holds for all stages."""
        for row in self.rows:
            if pattern.fullmatch(row.name):
                return row.figures[column] or next(filter(None, row.figures), None)
        return None

    def _lost(self, column: int, number: int) -> Decimal | None:
        rows = [row for row in self.rows if _ROWS_LOST.fullmatch(row.name)]
        if not rows:
            return None
        found = [row.figures[column] for row in rows]
        if all(figure is None for figure in found):
            return Decimal(0) if not number else None
        return sum((figure for figure in found if figure is not None), Decimal(0))

    def _elected(self, candidates: Sequence[_Figures]) -> tuple[str, ...] | None:
        """Whom a column of results says elected."""
        for number, heading in enumerate(self.headings[1:]):
            if _RESULT.fullmatch(heading):
                words = {row.name: row.words[number] for row in candidates}
                return tuple(name for name, word in words.items() if _IS_ELECTED.fullmatch(word))
        return None


def _is_no_candidate(name: str) -> bool:
    return any(one.fullmatch(name) for one in (_ROWS_OF_SUMS, _ROWS_LOST, _ROW_OF_QUOTA))


def _adds_up(rows: Sequence[_Figures], before: int, change: int, after: int) -> bool:
    """Whether a column is what is between two others, for all who have figures in the three."""
    known = [(row.figures[before], row.figures[change], row.figures[after]) for row in rows]
    full = [
        (one, other, third) for one, other, third in known if one is not None and third is not None
    ]
    return len(full) > 1 and all(one + (other or 0) == third for one, other, third in full)


def _is_figure(cell: str) -> bool:
    return _figure(cell) is not None


def _figure(cell: str) -> Decimal | None:
    if not _FIGURE.fullmatch(cell.replace("\u2212", "-")):
        return None
    try:
        return Decimal(cell.replace("\u2212", "-").replace(",", ""))
    except InvalidOperation:  # pragma: no cover (what the pattern lets through is a number)
        return None
