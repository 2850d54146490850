"""Published sheets of counts as they are kept: in JSON, or in a table of text or a workbook.

Such a table has for each candidate and stage the votes, or a pair: what the stage changed, and the
votes after it. Further rows have the non-transferable vote, the quota and who is elected; sums are
not read. What a stage did is told by whose votes fall: to nothing at an exclusion, to something at
a surplus, unless the heading says otherwise.
"""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from stvcount import codec
from stvcount.checked import checked
from stvcount.errors import Fault, FormatError, RecordError
from stvcount.formats import workbook_sheets, workbooks
from stvcount.formats.csv_papers import DELIMITERS
from stvcount.formats.files import PathName, decoded, read_whole
from stvcount.formats.published_table import (
    ELECTED,
    LOST,
    QUOTA,
    SIGNS,
    Line,
    Row,
    Table,
    figure_of,
    looks_like_figure,
    table_in,
)
from stvcount.formats.records import read_json
from stvcount.formats.wording import echo
from stvcount.frozen import FrozenMapping
from stvcount.record import Kind
from stvcount.record.published import (
    SCHEMA,
    PublishedPapers,
    PublishedRules,
    PublishedSheet,
    PublishedStage,
)

_NO_STAGE = re.compile(
    r"no\.?|number|#|.*%\W*|.*per ?cent.*|share.*|.*\b(affiliation|party)"
    r"|position|rank|order|place|elected\??",
    re.I,
)
_IN_THE_END = re.compile(r"(final|total|end|last)( (votes?|count|result|total))?", re.I)
_RESULT = re.compile(r"results?|status|outcome|elected\??", re.I)
_STAGE_OF_ELECTION = re.compile(
    r"(stage|count|round)( (of|at))?( (election|being|which))? elected"
    r"|elected (at|in|on)? ?(the )?(stage|count|round)",
    re.I,
)
_IS_ELECTED = re.compile(r"(deemed )?elected.*|yes|[0-9]+", re.I)
_ELECTED_AT = re.compile(
    r"(?:deemed )?elected\W+(?:(?:at|in|on)\W+)?(?:the )?(?:stage|count|round)\W*([0-9]+)\W*", re.I
)
_SURPLUS, _EXCLUSION = re.compile(r"surplus", re.I), re.compile(r"exclu|elimin", re.I)
_BESIDES = re.compile(r"\([^()]*\belected\b[^()]*\)", re.I)
_KEEP_VALUES = re.compile(r"keep values?", re.I)
_BLANK = re.compile(r"|-+|\u2013|\u2014|n/?a|(deemed )?elected.*|excluded.*|eliminated.*", re.I)
_RULES = re.compile(r"(?:.*\()?([a-z0-9]+(?:-[a-z0-9]+)*)(?:, version [^()]*)?\)?")
_OPTION = re.compile(r"([a-z_]+) = ([^ ,]+)(?:, )?")

_MOST_OF_ANYTHING = 10**9

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
        return _Sheet(name, table_in(name, rows)).published(places, rules)
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


def _rows(data: bytes, path: str, sheet: str | None) -> Iterator[Row]:
    """The rows with anything in them."""
    sheets = workbook_sheets(data, path, asked=sheet is not None)
    if sheets is not None:
        faults: list[Fault] = []
        notes: list[str] = []
        chosen = workbooks.chosen(sheets, path, sheet, notes)
        found = list(workbooks.rows_of(chosen, path, faults, notes, results=True))
    else:
        text, faults = decoded(data, path, None)
        found = _separated(text, path)
    if faults:
        raise FormatError(path, faults)
    after_gap = False
    for line, cells in found:
        tidy = [" ".join(cell.split()) for cell in cells]
        if any(tidy):
            yield Row(line, tidy, after_gap)
        after_gap = not any(tidy)


def _separated(text: str, path: str) -> list[tuple[int, list[str]]]:
    """The rows by whichever sign between the cells leaves most figures."""
    found: list[list[tuple[int, list[str]]]] = []
    faults: list[Fault] = []
    for delimiter in DELIMITERS:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        try:
            found.append([(reader.line_num, cells) for cells in reader])
        except csv.Error as error:
            expected = "a table of text, every quotation mark closed"
            faults.append(Fault(reader.line_num, str(error), expected))
    if not found:
        raise FormatError(path, faults[:1])
    return max(found, key=_figures_in)


def _figures_in(rows: Sequence[tuple[int, Sequence[str]]]) -> int:
    return sum(looks_like_figure(cell.strip()) for _, cells in rows for cell in cells[1:])


@dataclass(frozen=True, slots=True)
class _Column:
    """The column of a stage's votes, that of what it changed, if any, and all that are its own."""

    votes: int
    change: int | None
    all: range

    @property
    def figures(self) -> tuple[int, ...]:
        return (self.votes,) if self.change is None else (self.change, self.votes)


class _Sheet:
    """A published sheet that is being read from a table."""

    def __init__(self, path: str, table: Table) -> None:
        self.path = path
        self.table = table
        self.candidates = table.candidates

    def published(self, places: int | None, rules: str | None) -> PublishedSheet:
        columns = self._columns()
        self._check_cells(columns)
        above = self.table.above
        if "rounded" in (said := above.get("votes", "")):
            # A record is not accused of what only its sheet leaves out.
            raise RecordError(f"Votes: found {echo(said)}; expected all decimals, as in the record")
        names = tuple(row.name for row in self.candidates)
        results = self._results()
        non_person = above.get("non_person")
        return PublishedSheet(
            title=above["title"],
            rules=_rules(above) if rules is None else PublishedRules(rules),
            places=self._places(places),
            candidates=names,
            stages=tuple(self._stages(columns, self._elected_at(columns, results))),
            non_person=non_person if non_person in names else None,
            papers=self._papers(),
            elected=None if results is None else self._elected(results, non_person),
        )

    def _places(self, given: int | None) -> int:
        if given is not None:
            return given
        found = self._whole_above("places")
        if found is None:
            fault = Fault(None, "no number of places", "places= (--places), as it states none")
            raise FormatError(self.path, [fault])
        return found - (self._whole_above("excess") or 0)

    def _papers(self) -> PublishedPapers:
        """How many were received, but for those set aside, and how many of them were invalid."""
        total, valid, invalid = map(self._whole_above, ("papers", "valid", "invalid"))
        if valid is not None and invalid is not None:
            total = valid + invalid
        elif valid is not None and total is not None:
            if valid > total:
                found = f"{valid} valid papers of {total}"
                raise RecordError(f"papers: found {found}; expected no more than all")
            invalid = total - valid
        return PublishedPapers(total, invalid)

    def _whole_above(self, key: str) -> int | None:
        figure = self.table.figure_above(key)
        if figure is None or not 0 <= figure < _MOST_OF_ANYTHING or figure % 1:
            return None
        return int(figure)

    # Columns

    def _columns(self) -> list[_Column]:
        """The columns of votes, each with that of what its stage changed."""
        rows = [row.figures for row in self.candidates]
        width = len(rows[0]) if rows else 0
        left = [
            n
            for n in range(width)
            if any(row[n] is not None for row in rows)
            and not self._is_headed(n, _NO_STAGE, _STAGE_OF_ELECTION)
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
        return columns[:-1] if self._says_the_last_again(columns) else columns

    def _is_headed(self, column: int, *patterns: re.Pattern[str]) -> bool:
        words = [heads[column] for heads in self.table.heads]
        return any(pattern.fullmatch(word) for pattern in patterns for word in words)

    def _says_the_last_again(self, columns: Sequence[_Column]) -> bool:
        """Whether the last column has but the votes in the end, which the last stage has."""
        heading = self.table.heading(*columns[-1].all)
        if len(columns) == 1 or not _IN_THE_END.fullmatch(heading):
            return False
        stage, end = columns[-2].votes, columns[-1].votes
        return all((row.figures[stage] or 0) == (row.figures[end] or 0) for row in self.candidates)

    def _is_change(self, before: int, change: int, after: int) -> bool:
        """Whether a column is what the next one adds to the last: by its signs, or its sums."""
        sums = [
            (row, one, by or Decimal(0), other)
            for row in self.candidates
            for one, by, other in [[row.figures[n] for n in (before, change, after)]]
            if one is not None and other is not None
        ]
        wrong = [line for line in sums if line[1] + line[2] != line[3]]
        signed = any(
            row.cells[change].startswith(SIGNS) and row.figures[change] is not None
            for row in self.candidates
        )
        if signed and wrong:
            row, one, by, other = wrong[0]
            raise RecordError(f"{row}: found {one} changed by {by} to {other}; expected {one + by}")
        return signed or (len(sums) > 1 and not wrong)

    def _check_cells(self, columns: Sequence[_Column]) -> None:
        """Whatever is no figure is none that was left out, unless it is a mark for that."""
        further = [row for row in self.table.further if not ELECTED.fullmatch(row.name)]
        for row in [*self.candidates, *further]:
            for n in (n for column in columns for n in column.figures):
                cell = row.cells[n]
                if figure_of(cell) is None and not _BLANK.fullmatch(cell):
                    place = f"{row}, {echo(self.table.heading(n) or str(n + 2))}"
                    expected = "a figure such as 1,234.56, or a blank cell"
                    raise RecordError(f"{place}: found {echo(cell)}; expected {expected}")

    # Stages

    def _stages(
        self, columns: Sequence[_Column], elected: Sequence[tuple[str, ...] | None]
    ) -> Iterator[PublishedStage]:
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
                elected=elected[number],
            )
            before = {
                name: before.get(name) if vote is None else vote for name, vote in votes.items()
            }

    def _action(
        self, number: int, column: _Column, before: Votes, votes: Votes, gone: set[str]
    ) -> tuple[str, tuple[str, ...]]:
        if not number:
            return "first", ()
        heading = self.table.heading(*column.all)
        if _KEEP_VALUES.search(heading):
            return "keep values", ()
        named = _names_in(_BESIDES.sub(" ", heading), list(votes))
        excluded = bool(_EXCLUSION.search(heading))
        whose = tuple(
            name
            for name, vote in votes.items()
            if name not in gone
            and _is_moved(before.get(name), vote, is_named=name in named, excluded=excluded)
        )
        if not whose:
            raise RecordError(
                f"stage {number + 1} ({echo(heading or f'column {column.votes + 2}')}): found "
                "nobody whose votes fall; expected the heading to say whose papers are moved, such "
                "as 'Exclusion of Ann Lee'"
            )
        if excluded and named.intersection(whose):
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
        rows = [row for row in self.table.further if QUOTA.fullmatch(row.name)]
        given = [figure for row in rows for figure in row.figures if figure]
        if not given:
            return None if number else self.table.figure_above("quota")
        if len(given) == 1:
            return None if number else given[0]
        return next((row.figures[column] for row in rows if row.figures[column]), None)

    def _lost(self, column: int, number: int) -> Decimal | None:
        rows = [row for row in self.table.further if LOST.fullmatch(row.name)]
        found = [row.figures[column] for row in rows if row.figures[column] is not None]
        if not found:
            return Decimal(0) if rows and not number else None
        return sum((figure for figure in found if figure is not None), Decimal(0))

    # Who is elected

    def _elected(self, results: Mapping[str, str], non_person: str | None) -> tuple[str, ...]:
        if "void" in self.table.above:
            return ()
        elected = (name for name, word in results.items() if _IS_ELECTED.fullmatch(word))
        return tuple(name for name in elected if name != non_person)

    def _results(self) -> dict[str, str] | None:
        """What a column of results, if there is one, says of each candidate."""
        for cells in self.table.heads:
            for number, heading in enumerate(cells):
                if _STAGE_OF_ELECTION.fullmatch(heading):
                    words = self._words(number)
                    return {name: word and f"elected: stage {word}" for name, word in words.items()}
                if _RESULT.fullmatch(heading):
                    words = self._words(number)
                    # The votes after a transfer may be headed so too.
                    figures = any(figure_of(word) is not None for word in words.values())
                    if not figures or _NO_STAGE.fullmatch(heading):
                        return words
        return None

    def _words(self, column: int) -> dict[str, str]:
        return {row.name: row.cells[column] for row in self.candidates}

    def _elected_at(
        self, columns: Sequence[_Column], results: Mapping[str, str] | None
    ) -> list[tuple[str, ...] | None]:
        """Who is elected at each stage, by a row that says so, or by the column of results."""
        row = next((row for row in self.table.further if ELECTED.fullmatch(row.name)), None)
        if row is not None:
            return [self._named(row, column) for column in columns]
        found: list[list[str]] = [[] for _ in columns]
        for name, word in (results or {}).items():
            if not _IS_ELECTED.fullmatch(word):
                continue
            at = _ELECTED_AT.fullmatch(word)
            stage = int(at[1]) if at else 0
            if not 1 <= stage <= len(columns):
                return [None for _ in columns]
            found[stage - 1].append(name)
        return [tuple(names) if results else None for names in found]

    def _named(self, row: Line, column: _Column) -> tuple[str, ...]:
        """Those whom the cells of this stage name; every word of them is somebody's."""
        said = " ".join(row.cells[n] for n in column.all if row.cells[n])
        names = _names_in(said, [one.name for one in self.candidates])
        if not names and not _BLANK.fullmatch(said):
            raise RecordError(f"{row}: found {echo(said)}; expected names of candidates")
        return tuple(one.name for one in self.candidates if one.name in names)


def _rules(above: Mapping[str, str]) -> PublishedRules:
    """The rule set that is named, with its options, as a sheet of this library does."""
    named = _RULES.fullmatch(above.get("rules", ""))
    options = _OPTION.findall(above.get("options", ""))
    return PublishedRules(
        named[1] if named else "", FrozenMapping((key, _value(word)) for key, word in options)
    )


def _value(word: str) -> str | int | bool:
    if word in ("true", "false"):
        return word == "true"
    return int(word) if word.isdecimal() else word


def _names_in(heading: str, names: Sequence[str]) -> set[str]:
    """The candidates whom a heading names; the longer name first, where one is in another."""
    found, left = set(), heading.lower()
    for name in sorted(names, key=len, reverse=True):
        # The C of "exclusion" is nobody.
        left, times = re.subn(rf"(?<!\w){re.escape(name.lower())}(?!\w)", " ", left)
        if times:
            found.add(name)
    return found


def _is_moved(
    before: Decimal | None, now: Decimal | None, *, is_named: bool, excluded: bool
) -> bool:
    """Whether this stage moves the papers: the vote falls, or it is said so, and they wait."""
    if before is None:
        return False
    if now is None:
        return True
    return now < before or (is_named and now == before and (excluded or not before))
