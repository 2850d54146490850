"""A published sheet as people lay it out: what stands above its table, and the table itself.

The table has a row for each candidate; one with a row for each stage is turned. It ends where rows
without figures follow after an empty row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import zip_longest

from stvcount.errors import Fault, FormatError
from stvcount.formats.wording import echo
from stvcount.record.record import EXCESS
from stvcount.words import counted

__all__ = [
    "ELECTED",
    "LOST",
    "QUOTA",
    "SIGNS",
    "Line",
    "Row",
    "Table",
    "figure_of",
    "looks_like_figure",
    "table_in",
]

SIGNS = ("+", "-", "\u2212", "\u2013", "(")

_SUMS = re.compile(r"((grand\s+)?(totals?|sums?)|valid (votes?|papers|poll))\b.*", re.I)
LOST = re.compile(
    r"non[- ]?transfer.*|not transferr?(ed|able).*|exhausted.*|.*\brounding\b.*|losse?s?\b.*", re.I
)
QUOTA = re.compile(r"(droop )?quota\b.*", re.I)
ELECTED = re.compile(
    r"(deemed |candidates? )?elected( (at|in) (this|the) (stage|count|round))?", re.I
)
_OTHER_ROWS = re.compile(
    r"excluded|eliminated|status|action|of (it|which|these)\b.*"
    r"|(electorate|turnout|invalid|spoil(ed|t)|rejected|sources?)\b.*",
    re.I,
)
_HEAD = re.compile(r"(|candidates?|names?|stages?|counts?|rounds?)( names?)?", re.I)
_STAGE = re.compile(r"((stage|count|round)\W*)?[0-9]+\b.*|(1st|first)\b.*", re.I)
_FIGURE = re.compile(r"[+-]?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.[0-9]+)?", re.ASCII)
_LOOKS_LIKE_FIGURE = re.compile(r"[+\-\u2212\u2013(]?\d[\d.,]*\W?", re.ASCII)

_PARTICULARS = {
    "title": r"title|contest|election|ward|constituency",
    "rules": r"rules?|rule set|counted by",
    "options": r"options?",
    "places": r"((number|no\.?) of |total )?(places|seats|vacancies|posts|members)"
    r"( to (be )?(fill|elect)(ed)?)?|(number )?to be elected",
    "quota": QUOTA.pattern,
    "papers": r"(total )?(papers|ballots?|ballot papers|poll|votes? cast)( received| cast)?",
    "valid": r"(total )?valid( votes?| papers| ballots?| poll)?( cast)?",
    "invalid": r"(total )?(invalid|spoil(ed|t)|rejected)( votes?| papers| ballots?)?",
    "non_person": r"not a person",
    "votes": r"votes",
    "withdrawn": r"withdrawn",
    "vacant": r"vacant",
    "void": r"void",
    "organisation": r"organisation",
    "": r"(electorate|turnout|date|returning officer|status|ballot file|sha-256"
    r"|read as|set aside|notes|eligible)\b.*",
}
_MOST_COLUMNS, _MOST_CELLS = 5000, 10**6
_TEXTS = ("title", "rules", "options", "non_person", "votes", "void", "organisation")
_BELOW = ("excess", "void")
_KEYS = {key: re.compile(pattern, re.I) for key, pattern in _PARTICULARS.items()}


def figure_of(cell: str) -> Decimal | None:
    """The figure in a cell; one below 0 may stand in brackets. None for anything else."""
    written = cell.replace("\u2212", "-").replace("\u2013", "-")
    if written.startswith("(") and written.endswith(")"):
        written = f"-{written[1:-1]}"
    if not _FIGURE.fullmatch(written):
        return None
    figure = Decimal(written.replace(",", ""))
    # What a spreadsheet cuts to "-0.00" is nothing.
    return figure or figure.copy_abs()


def looks_like_figure(cell: str) -> bool:
    return bool(_LOOKS_LIKE_FIGURE.fullmatch(cell))


@dataclass(frozen=True, slots=True)
class Row:
    """A row with anything in it: its number, its cells, and whether an empty one is above it."""

    line: int
    cells: Sequence[str]
    after_gap: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A row of figures: where it is, its name, its cells beside the name, and their figures."""

    place: str
    name: str
    cells: tuple[str, ...]
    figures: tuple[Decimal | None, ...]

    def __str__(self) -> str:
        return f"{self.place} ({echo(self.name)})"


@dataclass(frozen=True, slots=True)
class Table:
    """What a sheet says: particulars by their keys, headings, and the rows of figures.

    `above`: the particulars, of which a few may also stand below the table.
    `heads`: the rows of headings; their cells are those of a `Line`. `further`: rows of figures
    that are no candidate's.
    """

    above: Mapping[str, str]
    heads: Sequence[Sequence[str]]
    candidates: tuple[Line, ...]
    further: tuple[Line, ...]

    def heading(self, *columns: int) -> str:
        return " ".join(cells[n] for n in columns for cells in self.heads if cells[n])

    def figure_above(self, key: str) -> Decimal | None:
        return figure_of(self.above.get(key, ""))


def table_in(path: str, rows: Sequence[Row]) -> Table:
    """The table in these rows. Raises `FormatError` where they have no figures."""
    begin = _first_of_figures([row.cells for row in rows])
    if begin is None:
        expected = "a row of figures for each candidate"
        raise FormatError(path, [Fault(None, "no figures", expected)])
    width = max(len(row.cells) for row in rows)
    if width > _MOST_COLUMNS or width * len(rows) > _MOST_CELLS:
        found = f"{counted(len(rows), 'row')} of up to {counted(width, 'column')}"
        expected = f"at most {_MOST_COLUMNS} columns, and {_MOST_CELLS} cells in all"
        raise FormatError(path, [Fault(None, found, expected)])
    head = _first_heading(rows, begin)
    above = _particulars([row.cells for row in rows[:head]])
    body = [*rows[head:begin], *_of_the_table(rows[begin:])]
    in_table = {row.line for row in body}
    below = _particulars([row.cells for row in rows[head:] if row.line not in in_table])
    above |= {key: said for key, said in below.items() if key in _BELOW}
    places = [f"row {row.line}" for row in body]
    cells = [list(row.cells) for row in body]
    heads = begin - head
    if _is_by_stages(cells, heads):
        cells = [list(column) for column in zip_longest(*cells, fillvalue="")]
        places = [f"column {number}" for number in range(1, len(cells) + 1)]
        heads = 1 + (_first_of_figures(cells[1:]) or 0)
    return _table(above, cells, heads, places)


def _table(
    above: Mapping[str, str], rows: Sequence[Sequence[str]], begin: int, places: Sequence[str]
) -> Table:
    width = max(map(len, rows))
    padded = [[*cells, *[""] * (width - len(cells))] for cells in rows]
    names = _column_of_names(padded[begin:])
    lines = [
        _line(place, cells[names] or cells[0], cells[names + 1 :])
        for place, cells in zip(places[begin:], padded[begin:], strict=True)
    ]
    further = tuple(one for one in lines if _is_no_candidate(one.name))
    return Table(
        above=above,
        heads=[cells[names + 1 :] for cells in padded[:begin]],
        candidates=tuple(
            one for one in lines if one.name and not _is_no_candidate(one.name) and any(one.cells)
        ),
        further=further,
    )


def _line(place: str, name: str, cells: Sequence[str]) -> Line:
    return Line(place, name, tuple(cells), tuple(map(figure_of, cells)))


def _first_of_figures(rows: Sequence[Sequence[str]]) -> int | None:
    """The first row of the table itself: not a heading of numbers, nor a particular above it."""
    for number, cells in enumerate(rows):
        is_above = _is_particular(cells) or _HEAD.fullmatch(cells[0])
        if any(map(looks_like_figure, cells[1:])) and not is_above:
            return number
    return None


def _first_heading(rows: Sequence[Row], begin: int) -> int:
    """The headings are what stands on the figures, up to an empty row or a particular."""
    head = begin
    while head and not _is_particular(rows[head - 1].cells):
        if head < begin and rows[head].after_gap:
            break
        head -= 1
    return head


def _of_the_table(rows: Sequence[Row]) -> Iterator[Row]:
    """The rows of the table: all up to an empty row, and after it those parts that go on alike."""
    goes_on = True
    for number, row in enumerate(rows):
        if number and row.after_gap:
            name = next(filter(None, row.cells))
            known = any(one.fullmatch(name) for one in (_SUMS, LOST, QUOTA))
            goes_on = known or _is_of_figures(row.cells)
        if goes_on:
            yield row


def _is_of_figures(cells: Sequence[str]) -> bool:
    """Whether most of what stands beside the name are figures, be they well written or not."""
    beside = [cell for cell in cells[1:] if cell]
    return bool(beside) and 2 * sum(map(looks_like_figure, beside)) > len(beside)


def _is_by_stages(rows: Sequence[Sequence[str]], heads: int) -> bool:
    """Whether the rows are stages, and the candidates are in the heading."""
    if not heads or _column_of_names(rows[heads:]):
        return False
    names = rows[0][1:]
    first = [cells[0] for cells in rows[heads:]]
    return (
        sum(map(bool, names)) > 1
        and not any(map(looks_like_figure, names))
        and all(map(_STAGE.fullmatch, first))
        and all(any(map(looks_like_figure, cells[1:])) for cells in rows[heads:])
    )


def _column_of_names(rows: Sequence[Sequence[str]]) -> int:
    """The first column; the second, where the first has but the numbers of the candidates."""
    numbered = [
        cells
        for cells in rows
        if len(cells) > 1
        and figure_of(cells[0]) is not None
        and cells[1]
        and figure_of(cells[1]) is None
    ]
    return int(2 * len(numbered) >= len(rows))


def _is_no_candidate(name: str) -> bool:
    return any(one.fullmatch(name) for one in (_SUMS, LOST, QUOTA, ELECTED, _OTHER_ROWS))


# What stands above


def _is_particular(cells: Sequence[str]) -> bool:
    """Whether a row above the table is a title, or tells words and what is said of each."""
    return bool(cells[0]) and (sum(map(bool, cells)) == 1 or bool(_pairs(cells)))


def _pairs(cells: Sequence[str]) -> list[tuple[str, str]]:
    """What a row tells: the key of each word, and what stands beside it; nothing for another."""
    filled = [cell for cell in cells if cell]
    if len(filled) == 1:
        filled = [part.strip() for part in filled[0].split(":", 1)]
    if len(filled) > 2 and not any(map(looks_like_figure, filled[2:])):
        if _key_of(filled[0]) == "vacant" and filled[2].startswith(EXCESS):
            return [("excess", filled[1])]
        filled = filled[:2]  # the rest explains the figure
    words, said = filled[0::2], filled[1::2]
    keys = list(map(_key_of, words))
    if len(words) != len(said) or keys[0] is None:
        return []
    if len(words) > 1 and (not any(map(looks_like_figure, said)) or None in keys):
        return []
    if any(key in _TEXTS and looks_like_figure(one) for key, one in zip(keys, said, strict=True)):
        return []  # a candidate of the name of Ward
    return [(key or "", one) for key, one in zip(keys, said, strict=True)]


def _key_of(word: str) -> str | None:
    bare = word.rstrip(": ")
    return next((key for key, pattern in _KEYS.items() if pattern.fullmatch(bare)), None)


def _particulars(rows: Sequence[Sequence[str]]) -> dict[str, str]:
    told: dict[str, str] = {}
    for cells in rows:
        for key, said in _pairs(cells):
            if key:
                told.setdefault(key, said)
    titles = (cells[0] for cells in rows if sum(map(bool, cells)) == 1 and not _pairs(cells))
    return {"title": next(titles, ""), **told}
