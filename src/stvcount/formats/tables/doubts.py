"""Rows that are hardly papers, and papers that are hardly all there is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Container, Sequence
from itertools import islice, pairwise

from stvcount.errors import Alternative
from stvcount.formats.tables import plan as plans
from stvcount.formats.tables.by_marks import is_marked
from stvcount.formats.tables.cells import is_cross, name_of, number_of
from stvcount.formats.tables.columns import Col, shown, split, without_mark
from stvcount.formats.tables.known import is_code, is_no_choice, is_total, is_trial, known
from stvcount.formats.tables.plan import Plan
from stvcount.formats.tables.ranks import numbered, rank_of, ranks_in
from stvcount.formats.tables.spelling import coded_alike, tidy
from stvcount.formats.wording import echo

_MOST_DIFFERENT = 20_000
_MOST_ASKED = 5
_MOST_TOTALS = 2
_MOST_HEADINGS = 4
_MOST_NAMES = 12
_MOST_LOOKED_AT = 200
_HEADING = re.compile(
    r"(?:your |my |the )?(?:rank(?:ing|ings)?|preferences?|votes?|ballots?|choices?|candidates?|"
    r"order|candidate names?)|.*\?|(?:please )?rank (?:the )?candidates.*|rank (?:your|the) .*|"
    r"response|open-ended response",
    re.IGNORECASE,
)
_MOST_ROWS_BELOW = 30
_MOST_CONTESTS = 30
_MOST_PAPERS = 5000
_SUMMARY = re.compile(
    r"candidates?|names?|first preferences|1st prefs?|votes?|results?|elected|summary|party|"
    r"quota.*|source.*|counted by.*|checked.*|notes?|\*.*",
    re.IGNORECASE,
)
_BESIDE = re.compile(
    r"candidates?|names?|first preferences|1st prefs?|votes?|results?|elected|summary|party|quota",
    re.IGNORECASE,
)
_LISTED = re.compile(r"candidates?|names?|candidate names?", re.IGNORECASE)
_FOOT = re.compile(r"(?:counted|checked|verified|exported) by .*|sources?: .*", re.IGNORECASE)
_NUMBER = re.compile(r"^[\s#]*[0-9]+[\s.):-]*|[\s([#]*[0-9]+[\s)\]]*$")
_JOINED = re.compile(r"\s*[;,/&\n>|]\s*|\s+(?:or|and)\s+")


def ask_of_rows(plan: Plan) -> bool:
    """Ask of rows that sum up others or are headings again; whether there were any."""
    totals = _totals(plan)
    again = _headings_again(plan)
    if again and _ask_of_paper_above(plan, set(again)):
        return True
    doubted = {**totals, **again}
    if not doubted:
        return False
    rows = sorted(doubted)
    named = "; ".join(f"row {row}: {doubted[row]}" for row in rows[:_MOST_ASKED])
    settled = [plans.ignore_rows(rows)] if len(rows) <= 2 * _MOST_ASKED else []
    if len(rows) == 1 and not totals and _stands_first(plan, rows[0]):
        settled.append(plans.header_row(rows[0]))
    names = _names_with(plan, set(totals))
    if names and 1 < len(rows) <= _MOST_TOTALS:
        settled += [plans.ignore_rows([row]) for row in rows]
    if names and again:
        settled.append(plans.ignore_rows(sorted(again)))
    if names:
        settled.append(plans.candidates(names))
    plan.found.fault(rows[0], named, "rows that are papers", settled)
    return True


def ask_of_trials(plan: Plan) -> bool:
    """Ask of rows that a form says are no voter's answer, but a trial; whether there were any."""
    columns = [
        column
        for column in plan.open
        if column.known is not None and any(map(is_trial, column.cells))
    ]
    rows = sorted(
        {row for column in columns for row, _ in plan.found.where(column.column, is_trial)}
    )
    if not rows:
        return False
    cell = next(cell for cell in columns[0].cells if is_trial(cell))
    found = f"{echo(cell)} in {columns[0].shown} ({plans.rows_named(rows)})"
    few = [plans.ignore_rows(rows)] if len(rows) <= _MOST_ROWS_BELOW else []
    # Where the column is not read, its rows are papers as all others.
    plan.found.fault(rows[0], found, "rows that are papers", [*few, plans.ignore(*columns)])
    return True


def ask_of_second_heading(plan: Plan) -> bool:
    """Ask whether the first row below the headings is one of headings too; whether it may be."""
    rows = plan.found.table.rows
    if len(rows) < 2:
        return False
    last: int | None = None
    shown_cell = ""
    for place in range(min(len(rows) - 1, _MOST_HEADINGS)):
        if _is_blank(plan, place) or _is_aside(plan, place):
            continue
        cell = _heading_in(plan, place)
        if cell is None:
            break
        last, shown_cell = rows[place], cell
    if last is None:
        return False
    found = f"{echo(shown_cell)}, below what was taken for the headings"
    settled = [plans.header_row(last)]
    plan.found.fault(last, found, "a paper", settled)
    return True


def _stands_first(plan: Plan, row: int) -> bool:
    """Whether there is nothing above a row but rows of a cell or none, which are hardly papers."""
    rows = plan.found.table.rows[:_MOST_HEADINGS]
    if row not in rows:
        return False
    above = range(list(rows).index(row))
    return all(sum(bool(_cell(one, place)) for one in plan.columns) < 2 for place in above)


def _ask_of_paper_above(plan: Plan, again: set[int]) -> bool:
    """Ask whether the headings, which stand again in these rows, are a paper; whether they may be.

    They are names that stand in other rows too.
    """
    columns = [
        column
        for column in plan.columns
        if any(map(str.isalpha, column.heading)) and (column.known or not _is_heading(column))
    ]
    named = {coded_alike(column.name) for column in columns}
    below = {
        (key, column.number)
        for column in columns
        for row, cell in plan.found.where(
            column.column, lambda cell: coded_alike(name_of(cell)) in named
        )
        # A heading of no vote is a name only where it stands under another.
        if row not in again
        and ((key := coded_alike(name_of(cell))) != coded_alike(column.name) or not column.known)
    }
    # In a single one of several columns, they are those of a list.
    several = len({number for _, number in below}) > 1 or len(columns) == 1
    names = named and several and len({key for key, _ in below}) * 2 >= len(named)
    if not names and (_are_headings(plan) or not headed_above(plan)):
        return False
    found = f"a row of headings that stands below too ({shown(plan.columns)})"
    expected = "a row of headings above the first paper"
    plan.found.fault(min(again), found, expected, other_headings(plan))
    return True


def _are_headings(plan: Plan) -> bool:
    """Whether what was taken for the headings surely are some."""
    sure = any(column.like_ranks or _is_heading(column) for column in plan.columns)
    return sure or plan.asked.header_row is not None


def _is_heading(column: Col) -> bool:
    """Whether a heading is surely none of the names on papers."""
    sure = column.known or column.parts or (column.numbered and column.numbered.sure)
    return bool(sure) or _says_heading(column.heading)


def _says_heading(text: str) -> bool:
    return any(one.fullmatch(text) for one in (_SUMMARY, _HEADING))


def headed_above(plan: Plan) -> list[Alternative]:
    """The rows above the headings with one that numbers a preference, or the like."""
    return [plans.header_row(row) for row, cells in plan.found.titles if any(map(heads, cells))]


def other_headings(plan: Plan) -> list[Alternative]:
    """Where the headings are where they seem to be a paper: in a row above, or nowhere."""
    below = {key for column in plan.columns for key in column.names}
    names = below | {coded_alike(column.name) for column in plan.columns}
    names = {name for name in names if not _says_heading(name) and known(name) is None}
    titles = [
        row
        for row, cells in plan.found.titles
        if not any(cell and coded_alike(name_of(cell)) in names for cell in cells)
    ]
    ways = [plans.header_row(row) for row in titles[-1:]]
    sure = [
        column
        for column in plan.columns
        if any(map(str.isalpha, column.heading))
        and coded_alike(column.name) not in below
        and _is_heading(column)
    ]
    return ways if sure else [*ways, plans.no_headings(titles)]


def _is_blank(plan: Plan, place: int) -> bool:
    return not any(_cell(column, place) for column in plan.columns)


def _is_aside(plan: Plan, place: int) -> bool:
    """Whether a row has nothing but a remark in a column without a heading."""
    columns = [column for column in plan.columns if _cell(column, place)]
    return len(columns) == 1 and not columns[0].name and not rank_of(_cell(columns[0], place))


def _heading_in(plan: Plan, place: int) -> str | None:
    """A heading in this row, where all its cells may be headings."""
    cells = [(column, cell) for column in plan.columns if (cell := _cell(column, place))]
    named = [
        cell
        for column, cell in cells
        if not column.like_ranks
        and (column.like_names or column.separator)
        and column.cells[cell] <= _MOST_TOTALS
        and heads(cell)
    ]
    if not named or any(not any(map(str.isalpha, cell)) for _, cell in cells):
        return None
    if any(column.like_ranks and rank_of(cell) for column, cell in cells):
        return None
    alone = len(cells) == 1 < len(plan.columns) and rank_of(cells[0][1])
    if alone or any(is_no_choice(cell) for _, cell in cells):
        return None
    return named[0]


def heads(cell: str) -> bool:
    cell = without_mark(cell)
    rank = numbered(cell)
    return _HEADING.fullmatch(cell) is not None or (
        rank is not None and rank.sure and not rank.rest
    )


def ask_of_summary(plan: Plan) -> bool:
    """Ask of a small table beside the papers; whether there is one."""
    printed = set(map(coded_alike, plan.asked.candidates or ()))
    columns = _summed_beside(plan) or [
        column
        for column in plan.open
        if coded_alike(column.name) not in printed
        and _BESIDE.fullmatch(column.name)
        and 0 < column.filled < column.rows
        and column.separator is None
        and (column.all_different or column.kinds.ranks or column.kinds.signs)
        and _leads(column)
    ]
    if not columns:
        return False
    found = f"a small table beside the papers ({shown(columns)})"
    plan.found.fault_of_headings(found, "columns of papers", [plans.ignore(*columns)])
    return True


def _summed_beside(plan: Plan) -> list[Col]:
    """The columns of a small table of the candidates that stand in the headings too."""
    headings = "\n".join(coded_alike(column.name) for column in plan.columns)
    for column, beside in pairwise(plan.columns):
        listed = _LISTED.fullmatch(column.name) and column.all_different and column.filled > 1
        among = all(name in headings for name in column.names)
        if listed and among and _SUMMARY.fullmatch(beside.name):
            return [one for one in (column, beside) if one in plan.open]
    return []


def _leads(column: Col) -> bool:
    """Whether the column is filled in its first rows, and blank below."""
    texts = column.texts
    return all(texts[: column.filled]) and not any(texts[column.filled :])


def _totals(plan: Plan) -> dict[int, str]:
    printed = {coded_alike(name) for name in plan.asked.candidates or ()}
    found: dict[int, str] = {}
    for column in plan.columns:
        if len(column.cells) > _MOST_DIFFERENT:
            continue
        totals = {
            cell
            for cell, number in column.cells.items()
            if number <= _MOST_TOTALS and is_total(cell) and coded_alike(cell) not in printed
        }
        for row, cell in plan.found.among(column.column, totals) if totals else ():
            if _is_remark(column) and row != plan.found.table.rows[-1]:
                continue
            found.setdefault(row, f"{echo(cell.strip())} in {column.shown}")
    return found


def _names_with(plan: Plan, rows: set[int]) -> list[str]:
    """All names, where what is like a total stands among them and may be one."""
    columns = [column for column in plan.columns if column.like_names and column.known is None]
    among = any(
        row in rows for column in columns for row, _ in plan.found.where(column.column, is_total)
    )
    headings = set(map(coded_alike, plan.headings))
    names = {
        coded_alike(name_of(piece)): tidy(name_of(piece))
        for column in columns
        for cell in column.kinds.words
        for piece in (split(cell, column.separator) if column.separator else [cell])
        if not _says_heading(piece) and coded_alike(piece) not in headings
    }
    single = [name for key, name in names.items() if not _joins(key, names)]
    return sorted(single) if among and len(single) <= _MOST_NAMES else []


def _joins(key: str, names: Container[str]) -> bool:
    """Whether a text is several of the names."""
    pieces = _JOINED.split(key)
    return len(pieces) > 1 and all(piece in names for piece in pieces)


def _headings_again(plan: Plan) -> dict[int, str]:
    """The rows whose cells are the headings, or those of their last row."""
    lowest = [*plan.found.lowest, *[""] * len(plan.headings)]
    for headings in (
        [name_of(column.heading) for column in plan.columns],
        [name_of(lowest[column.number]) for column in plan.columns],
    ):
        rows = _rows_like(plan, headings)
        if rows:
            return dict.fromkeys(rows, "the headings again")
    return {}


def _heads_alone(text: str) -> bool:
    """Whether a text is no cell of a paper, also where it is the only heading."""
    return _HEADING.fullmatch(without_mark(text)) is not None or known(text) is not None


def _rows_like(plan: Plan, headings: Sequence[str]) -> set[int]:
    rows: set[int] | None = None
    named = [(column, text) for column, text in zip(plan.columns, headings, strict=True) if text]
    if not named or (len(named) == 1 and not _heads_alone(named[0][1])):
        return set()
    # Columns with few different cells first: hardly ever is another looked at then.
    for column, text in sorted(named, key=lambda one: len(one[0].column.cells)):
        own = {
            row
            for row, _ in plan.found.where(
                column.column,
                lambda cell, text=text: name_of(cell) == text,  # type: ignore[misc]
            )
        }
        rows = own if rows is None else rows & own
        if not rows:
            return set()
    return rows or set()


def ask_of_last_row(plan: Plan, columns: Sequence[Col], weights: Col | None) -> bool:
    """Ask of a last row whose numbers are sums of those above it."""
    rows = plan.found.table.rows
    if len(rows) < 3:
        return False
    last = len(rows) - 1
    filled = [column for column in columns if _cell(column, last)]
    summed = [column for column in filled if _is_sum(column, last) or _is_count(column, last)]
    ranks = sorted(rank_of(_cell(column, last)) or 0 for column in filled)
    sums = len(summed) == len(filled) and ranks != list(range(1, len(ranks) + 1))
    if weights is not None and _is_sum(weights, last) and (not filled or sums):
        return _ask_of_sum(plan, rows[last], weights)
    if weights is None and _is_number_of_papers(plan, columns, last):
        return _ask_of_sum(plan, rows[last], (filled or columns or plan.columns)[-1])
    if len(summed) > 1 and sums and ranks[-1] > len(columns):
        return _ask_of_sum(plan, rows[last], summed[0])
    return False


def _is_number_of_papers(plan: Plan, columns: Sequence[Col], last: int) -> bool:
    """Whether the only cell of a row is the number of papers above it, or more than a rank."""
    filled = [column for column in plan.columns if _cell(column, last)]
    number = number_of(_cell(filled[0], last)) if len(filled) == 1 and last > 1 else 0
    if number < 2 or number == last:
        return number > 1 and not (filled[0].serial and filled[0].filled == filled[0].rows)
    among = filled[0] in columns and len(columns) > 1
    return among and (number == _not_blank(columns, last) or number > len(columns))


def _not_blank(columns: Sequence[Col], last: int) -> int:
    """How many of the rows above have a cell in one of these columns."""
    rows = zip(*(column.texts for column in columns), strict=True)
    return sum(map(any, islice(rows, last)))


def _ask_of_sum(plan: Plan, row: int, column: Col) -> bool:
    found = f"a number in {column.shown} that sums up those above it"
    plan.found.fault(row, found, "rows that are papers", [plans.ignore_rows([row])])
    return True


def _cell(column: Col, row: int) -> str:
    return column.column.cell(row)


def _is_sum(column: Col, last: int) -> bool:
    own = number_of(_cell(column, last))
    above = sum(number_of(cell) * number for cell, number in column.cells.items()) - own
    return own > 1 and own == above


def _is_count(column: Col, last: int) -> bool:
    own = number_of(_cell(column, last))
    return own > 1 and own == column.filled - 1


def ask_of_nothing_below(plan: Plan) -> bool:
    """Ask of a last row that was taken for the headings, with rows above it."""
    if plan.found.table.rows or not plan.found.titles or plan.asked.header_row is not None:
        return False
    found = f"no row below what was taken for the headings ({shown(plan.columns)})"
    above = [row for row, _ in plan.found.titles]
    ways = [*map(plans.header_row, above), plans.no_headings(())]
    plan.found.fault_of_headings(found, "papers", ways)
    return True


def ask_of_rows_above(plan: Plan) -> bool:
    """Ask of rows above the headings that name whom cells below name; whether there are any."""
    if len(plan.found.titles) < 2 or plan.asked.header_row is not None:
        return False
    columns = [column for column in plan.columns if column.like_names and column.known is None]
    names = {key for column in columns for cell in column.cells for key in _keys(cell)}
    like = [
        row
        for row, cells in plan.found.titles[1:]
        if any(cells) and all(key in names for cell in cells for key in _keys(cell))
    ]
    if not like:
        return False
    above = [row for row, _ in plan.found.titles if row < like[0]]
    found = f"names in {plans.rows_named(like)}, above what was taken for the headings"
    ways = [plans.header_row(above[-1])]
    plan.found.fault(like[0], found, "no papers above the headings", ways)
    return True


def _keys(cell: str) -> list[str]:
    return [piece for piece in _JOINED.split(coded_alike(cell)) if piece]


def ask_of_tail(plan: Plan, votes: Sequence[Col]) -> bool:
    """Ask of rows at the end that are unlike the papers: a remark, a summary below."""
    rows = plan.found.table.rows
    tail = _Tail(plan, votes)
    start = tail.start()
    if start is None:
        return False
    named = [rows[place] for place in range(start, len(rows)) if tail.filled(place)]
    if len(named) == 1 and tail.names_somebody(rows.index(named[0])):
        return False
    found = f"rows at the end that are unlike those above ({plans.rows_named(named)})"
    settled = [plans.ignore_rows(named)] if len(named) <= _MOST_ROWS_BELOW else []
    plan.found.fault(named[0], found, "rows that are papers", settled)
    return True


def ask_of_contests(plan: Plan, votes: Sequence[Col]) -> bool:
    """Ask of a column by which the papers name different people: several contests, perhaps."""
    if plan.asked.candidates is not None:
        return False
    left = [column for column in plan.of_role("not read") if column.name]
    left = [c for c in left if plan.taken[c.number].why != "named by --ignore"]
    return any(ask_of_contest(plan, column, votes) for column in left)


def ask_of_contest(plan: Plan, column: Col, votes: Sequence[Col]) -> bool:
    """Ask of this column by which the papers name different people, if it is one."""
    few = 1 < len(column.cells) <= _MOST_CONTESTS and column.filled == column.rows
    if not few or not _name_others(plan, column, votes):
        return False
    values = ", ".join(map(echo, list(column.cells)[:_MOST_ASKED]))
    found = f"{column.shown} ({values}), of which each has candidates of its own"
    ways = [*_only(plan, column, votes), plans.ignore(column)]
    plan.found.fault_of_headings(found, "one contest", ways)
    return True


def _name_others(plan: Plan, column: Col, votes: Sequence[Col]) -> bool:
    """Whether nobody is on the papers of two values, and on those of each there are several."""
    step = plan.found.table.step(_MOST_PAPERS)
    values = column.texts[::step]
    names: dict[str, set[str]] = {value: set() for value in values}
    for vote in votes:
        for value, text in set(zip(values, vote.texts[::step], strict=True)):
            names[value] |= _named_in(plan, vote, text)
    every = [who for own in names.values() for who in own]
    several = all(len(own) > 1 for own in names.values()) and min(Counter(values).values()) > 1
    return several and len(names) > 1 and len(set(every)) == len(every)


def _named_in(plan: Plan, vote: Col, text: str) -> set[str]:
    if not text or is_no_choice(text) or coded_alike(text) in vote.blanks:
        return set()
    if plan.layout == "candidates":
        return {vote.letters} if rank_of(text) else set()
    pieces = [text] if plan.separator is None else split(text, plan.separator)
    return set(map(coded_alike, pieces))


def _only(plan: Plan, column: Col, votes: Sequence[Col]) -> list[Alternative]:
    """To leave out the rows of all values but one, where they are few, and who is on none."""
    values = column.texts
    rows = plan.found.table.rows
    ways = []
    for cell, number in column.cells.items():
        if column.rows - number <= _MOST_ROWS_BELOW:
            left = (rows[at] for at, text in enumerate(values) if text != cell)
            mine = [vote for vote in votes if _is_marked(vote, values, cell)]
            nobody = [] if plan.layout != "candidates" else [v for v in votes if v not in mine]
            ways.append((*plans.ignore_rows(left), *plans.ignore(*nobody)))
    return ways


def _is_marked(vote: Col, values: Sequence[str], value: str) -> bool:
    return any(text for own, text in zip(values, vote.texts, strict=True) if own == value)


def _is_of_names(column: Col, named: Container[str]) -> bool:
    """Whether a column holds nothing but words, most of them these names."""
    own = sum(number for key, number in column.names.items() if key in named)
    return column.known is None and not column.kinds.ranks and own * 2 > column.filled


class _Tail:
    """The last rows of a table beside those above them."""

    def __init__(self, plan: Plan, votes: Sequence[Col]) -> None:
        self._columns = plan.columns
        self._votes = {column.number for column in votes}
        self._marks = plan.layout in ("candidates", "zero-one")
        if not self._marks:
            # Also those that it is asked about whether they are votes.
            named = {key for column in votes for key in column.names}
            self._votes |= {c.number for c in plan.columns if _is_of_names(c, named)}
        self._zero_one = plan.layout == "zero-one"
        self._separator = plan.separator
        self._numbered = plan.numbering is not None
        self._rows = plan.found.table.rows
        self._last = len(self._rows)
        self._ignored = set(plan.asked.ignore_rows)
        self._known = {coded_alike(word) for word in plan.asked.blank}
        if not self._marks:
            self._known |= {coded_alike(name) for name in plan.asked.candidates or ()}

    def _texts(self, place: int) -> list[tuple[Col, str]]:
        texts = ((column, column.column.cell(place)) for column in self._columns)
        return [(column, text) for column, text in texts if text]

    def _above(self, column: Col, end: int) -> set[str]:
        """The different cells of a column above this row."""
        below = Counter(column.column.cell(place) for place in range(end, self._last))
        return {cell for cell, number in column.cells.items() if number > below[cell]}

    def names_somebody(self, place: int) -> bool:
        """Whether a row of names has one that stands above as well."""
        texts = self._texts(place)
        votes = [(column, text) for column, text in texts if column.number in self._votes]
        return not self._marks and any(
            self._is_like(column, text, self._above(column, place), place)
            for column, text in votes
            if any(map(str.isalpha, text))
        )

    def filled(self, place: int) -> bool:
        return bool(self._texts(place))

    def start(self) -> int | None:
        """The first row of the tail; None where there is none."""
        first = max(0, self._last - _MOST_ROWS_BELOW - 3)
        for place in range(self._last - 1, first, -1):
            gap = place + 1 < self._last and self._is_gap(place)
            if not self.filled(place) or gap:
                below = [one for one in range(place + 1, self._last) if self.filled(one)]
                if below and self._unlike(below[0], place):
                    return place + 1
        start = None
        for place in range(self._last - 1, max(0, self._last - 4), -1):
            if self.filled(place) and not self._unlike(place, place):
                break
            start = place if self.filled(place) else start
        return start

    def _is_gap(self, place: int) -> bool:
        """Whether a row is missing below this one that nobody left out."""
        between = range(self._rows[place] + 1, self._rows[place + 1])
        return any(row not in self._ignored for row in between)

    def _unlike(self, place: int, end: int) -> bool:
        """Whether a row is unlike those above `end`."""
        texts = self._texts(place)
        votes = [(column, text) for column, text in texts if column.number in self._votes]
        if not votes:
            return self._unlike_others(texts, end)
        return any(self._unlike_vote(column, text, end, len(texts)) for column, text in votes)

    def _means_nobody(self, text: str) -> bool:
        known = coded_alike(text) in self._known or is_no_choice(text)
        return known or is_cross(text) or text == "0" or is_code(text)

    def _is_like(self, column: Col, text: str, above: set[str], end: int) -> bool:
        """Whether a text stands above too, by itself or in an order, or is an order."""
        sign = self._separator
        if text in above:
            return True
        if sign is not None:
            pieces = {piece for cell in above for piece in split(cell, sign)}
            known = set(map(self._key, pieces)) | self._known
            return any(self._key(piece) in known for piece in split(text, sign))
        return self._stands_elsewhere(column, text, end)

    def _key(self, piece: str) -> str:
        return coded_alike(_NUMBER.sub("", piece) if self._numbered else piece)

    def _stands_elsewhere(self, column: Col, text: str, end: int) -> bool:
        others = (one for one in self._columns if one.number in self._votes and one is not column)
        return any(text in self._above(other, end) for other in others)

    def _unlike_others(self, texts: Sequence[tuple[Col, str]], end: int) -> bool:
        others = [(column, text) for column, text in texts if not _is_remark(column)]
        if not others:
            alone = texts[0][1] if len(texts) == 1 else ""
            return _FOOT.fullmatch(alone) is not None or alone.isdecimal()
        if any(_SUMMARY.fullmatch(text) for _, text in others):
            return True
        above = [
            sum(
                1
                for column, _ in self._texts(place)
                if column.number not in self._votes and not _is_remark(column)
            )
            for place in range(0, end, max(1, end // _MOST_LOOKED_AT))
        ]
        if len(others) == 1 < min((number for number in above if number), default=0):
            return True
        return all(_unlike(text, self._above(column, end)) for column, text in others)

    def _unlike_vote(self, column: Col, text: str, end: int, filled: int) -> bool:
        if self._means_nobody(text) or (self._zero_one and is_marked(text) is not None):
            return False
        above = self._above(column, end)
        if self._is_like(column, text, above, end):
            return False
        if self._marks:
            return rank_of(text) is None and not ranks_in(text) and any(map(str.isalpha, text))
        if not any(map(str.isalpha, text)) or _SUMMARY.fullmatch(text):
            lettered = [any(map(str.isalpha, other)) for other in above]
            return any(lettered) and all(lettered)
        alone = filled == 1 and column.number == min(self._votes)
        return alone and any(sign in text for sign in ":*#=0123456789") and not ranks_in(text)


def _is_remark(column: Col) -> bool:
    return column.known is not None and column.known.what == "remarks"


def _unlike(text: str, above: Collection[str]) -> bool:
    """Whether a text is of another shape than all above it: letters among figures, and the like."""
    shapes = {_shape(other) for other in islice(above, _MOST_LOOKED_AT)}
    return not shapes or (len(shapes) == 1 < len(above) and _shape(text) not in shapes)


def _shape(text: str) -> str:
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "9", text))


def note_twice(plan: Plan) -> None:
    """Note by their rows which identifiers and addresses stand twice; they are never shown."""
    for column in plan.columns:
        if column.known is None or not column.known.once:
            continue
        if column.number not in plan.taken or plan.taken[column.number].role != "identifier":
            continue
        twice = {cell for cell, number in column.cells.items() if number > 1}
        # One that all share, such as "anonymous", identifies nobody.
        if not twice or len(column.cells) < 2:
            continue
        rows = [row for row, _ in plan.found.among(column.column, twice)]
        plan.found.notes.append(
            f"{column.shown}: {len(twice)} that stand{'s' * (len(twice) == 1)} more than once "
            f"({plans.rows_named(rows)}); every paper is counted"
        )
