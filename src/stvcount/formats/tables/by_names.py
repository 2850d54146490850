"""Tables with names in their cells: a column for each preference, or whole orders in one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from itertools import islice

from stvcount.errors import Alternative, Setting
from stvcount.formats.tables import plan as plans
from stvcount.formats.tables.columns import SURE, Col, shown, split
from stvcount.formats.tables.known import is_no_choice
from stvcount.formats.tables.names import Where, settle
from stvcount.formats.tables.plan import Plan
from stvcount.formats.tables.spelling import coded_alike, tidy
from stvcount.formats.wording import echo, echoes

_CHOICE = re.compile(
    r"\b(choice|preference|pref|rank|ranking|ranked|vote|favou?rite|pick)s?\b", re.I
)
_ORDERED = re.compile(r"\b(rank|order|prefer|preference|sort|arrange|priorit)", re.I)
_MOST_CELLS = 2000
_MOST_ROWS = 5
_MOST_TITLES = 4
_MOST_ABOVE = 8
_MOST_NAMES = 12
NUMBERINGS = {
    "before": re.compile(r"^\s*#?\s*([0-9]{1,3})\s*(?:[.):]|-\s)\s*"),
    "after": re.compile(r"\s*(?:[(\[]\s*#?([0-9]{1,3})\s*[)\]])\s*$"),
}


def by_preferences(plan: Plan, columns: Sequence[Col], question: str | None) -> None:
    """Read these columns, in the order given, as first, second, ... preference."""
    if not plan.asked.preferences and len(columns) == 1 and _may_be_a_title(plan, columns[0]):
        return
    plan.layout = "preferences"
    plan.question = question or plan.question
    for number, column in enumerate(columns, start=1):
        why = "named by --preference" if plan.asked.preferences else _why(column)
        plan.take(column, "preference", why, preference=number)
    plan.found.notes.append(f"a column for each preference: {shown(columns)}")
    if not plan.asked.preferences and any(column.numbered is None for column in columns):
        plan.found.notes.append("the headings number no preferences: read in their order")
    _leave_others(plan, columns)
    texts: Counter[str] = Counter()
    for column in columns:
        texts.update(column.cells)
    settle(plan, texts, Where(plan, columns))


def _may_be_a_title(plan: Plan, column: Col) -> bool:
    """Ask of a number among other words above a single column, such as `Rank 1 to 4`."""
    words = column.numbered is not None and bool(column.numbered.rest)
    return words and _ask_of_titles(plan, column, None)


def _why(column: Col) -> str:
    if column.numbered is None:
        return "in the order of the columns"
    return f"the heading numbers preference {column.numbered.rank}"


def _leave_others(plan: Plan, columns: Sequence[Col]) -> None:
    """Leave what is beside the votes; ask of what has their names in it."""
    named = {key for column in columns for key in column.names}
    if plan.asked.layout is None and not plan.asked.preferences and not plan.asked.question:
        _ask_of_further(plan, columns)
        _ask_of_other_runs(plan)
    for column in plan.open:
        if column.known is not None and not (column.like_names and named & set(column.names)):
            plan.take_known(column)
        elif (
            column.parts
            and plan.question
            and coded_alike(column.parts[0]) != coded_alike(plan.question)
        ):
            plan.take(column, "not read", "it is of another question")
        elif (
            plan.asked.layout is None
            and not plan.asked.preferences
            and _may_be_a_vote(column, named)
        ):
            found = f"{column.shown} beside those that number preferences"
            expected = "to know whether it is a preference"
            every = sorted([*columns, column], key=lambda one: one.number)
            ways = [plans.ignore(column), plans.preferences(every)]
            plan.found.fault_of_headings(found, expected, ways)
            plan.take(column, "not read", "it may be a preference")
        else:
            plan.take(column, "not read", "the heading numbers no preference")


def _ask_of_further(plan: Plan, columns: Sequence[Col]) -> None:
    """Ask of columns whose headings go on from those of the preferences, whatever their cells."""
    further = [column for column in plan.open if _goes_on(column, columns)]
    if further:
        found = f"{shown(further)}, whose headings number further preferences"
        ways = [plans.preferences(in_order([*columns, *further])), plans.ignore(*further)]
        plan.found.fault_of_headings(found, "names, as under the others", ways)
        plan.leave(further, "it is asked about")


def _ask_of_other_runs(plan: Plan) -> None:
    """Ask of further names under headings that number something: another question, perhaps."""
    runs: dict[str, list[Col]] = {}
    for column in plan.open:
        if column.numbered is not None and column.known is None and column.like_names:
            runs.setdefault(coded_alike(column.numbered.rest), []).append(column)
    for run in runs.values():
        if len(run) > 1:
            ranked = sorted(run, key=lambda one: one.rank)
            found = f"{shown(run)} beside those that number preferences"
            ways = [plans.ignore(*run), plans.preferences(ranked)]
            plan.found.fault_of_headings(found, "one question", ways)
            plan.leave(run, "they may be of another question")


def _shares(column: Col, named: set[str]) -> bool:
    """Whether most of what stands in a column are names on the papers."""
    own = column.names
    return (
        bool(own) and sum(number for key, number in own.items() if key in named) * 2 > column.filled
    )


def _goes_on(column: Col, columns: Sequence[Col]) -> bool:
    """Whether a heading numbers what the headings of the preferences number, one further."""
    rests = {coded_alike(one.numbered.rest) for one in columns if one.numbered}
    further = column.numbered is not None and coded_alike(column.numbered.rest) in rests
    return further and bool(column.filled) and column.rank > max(one.rank for one in columns)


def _may_be_a_vote(column: Col, named: set[str]) -> bool:
    if not column.filled:
        return False
    if not column.name and column.like_names:
        return True
    if column.known is not None and named & set(column.names):
        return True
    return _shares(column, named) or (
        _CHOICE.search(column.heading) is not None and column.like_names and column.known is None
    )


# Whole orders


def is_list(column: Col) -> bool:
    """Whether the cells of a column are surely orders of the same few names."""
    sign = column.separator
    if sign is None or (column.known is not None and not is_ordered(column)):
        return False
    if column.known is not None and column.known.what == "remarks":
        return False
    pieces: Counter[str] = Counter()
    repeated = ended = filled = 0
    for parts, number in column.pieces(sign):
        keys = [coded_alike(_without_number(part)) for part in parts]
        pieces.update(dict.fromkeys(keys, number))
        repeated += number * (len(set(keys)) < len(keys))
        filled += number
    ended = sum(n for cell, n in column.kinds.words.items() if cell.rstrip().endswith(";"))
    if sign in SURE:
        return repeated * 4 <= filled
    few = len(pieces) <= max(4, sum(pieces.values()) // 2) or ended == filled
    return few and repeated * 4 <= filled and max(map(len, pieces), default=99) <= 80


def is_ordered(column: Col) -> bool:
    """Whether a list is surely an order: its heading says so, or the names change places."""
    sign = column.separator
    if sign is None:
        return False
    if sign in SURE or _ORDERED.search(column.heading):
        return True
    several = sum(number for parts, number in column.pieces(sign) if len(parts) > 1)
    if several * 2 < column.filled:
        # Where most name one, those that name two may be of no certain choice.
        return False
    before: set[tuple[str, str]] = set()
    for parts, _ in islice(column.pieces(sign), _MOST_CELLS):
        keys = [coded_alike(_without_number(part)) for part in parts]
        before.update((a, b) for at, a in enumerate(keys) for b in keys[at + 1 :])
    return any((b, a) in before for a, b in before)


def _without_number(piece: str) -> str:
    return bare(bare(piece, "before"), "after")


def by_ranking(plan: Plan, column: Col) -> None:
    """Read this column as whole orders of names."""
    plan.layout = "ranking"
    sign = column.sign or ";"
    plan.separator = sign
    plan.take(column, "ranking", f"its cells are orders of names, with {sign!r} between them")
    plan.found.notes.append(f"whole orders of names in {column.shown}")
    plan.leave_rest("it is beside the orders")
    plan.numbering = _numbering(column, sign)
    if refuse_brackets(plan, column):
        return
    if _ask_of_numbers(plan, column, sign) or _ask_of_titles(plan, column, sign):
        return
    pieces: Counter[str] = Counter()
    for cell, number in column.cells.items():
        for piece in cell.split(sign):
            pieces[piece] += number
    texts: Counter[str] = Counter()
    for piece, number in pieces.items():
        if piece.strip():
            texts[bare(piece.strip(), plan.numbering)] += number
    settle(plan, texts, _Numbered(plan, [column], sign))


def refuse_brackets(plan: Plan, column: Col) -> bool:
    """Refuse orders that all stand in brackets, as programs write lists."""
    cells = [cell for cell in column.cells if not _is_nobody(column, cell)]
    bracketed = bool(cells) and all(cell[0] == "[" and cell[-1] == "]" for cell in cells)
    expected = "names without brackets, and ; between them"
    return bracketed and _refuse_cell(plan, column, cells[0], expected)


def refuse_letters(plan: Plan, column: Col) -> bool:
    """Refuse orders of letters with nothing between them: `BAC`, `B A C`."""
    cells = ["".join(cell.split()) for cell in column.cells if not _is_nobody(column, cell)]
    letters = all(one.isalpha() and one.isupper() and len(set(one)) == len(one) for one in cells)
    most = max(map(len, cells), default=0)
    run_on = letters and 1 < most == len(set("".join(cells)))
    return run_on and _refuse_cell(
        plan, column, next(iter(column.cells)), "a sign such as ; between the letters"
    )


def _refuse_cell(plan: Plan, column: Col, cell: str, expected: str) -> bool:
    rows = [row for row, _ in plan.found.among(column.column, {cell})]
    plan.found.fault(rows[0], f"{echo(cell)} in {column.shown}", expected)
    return True


class _Numbered(Where):
    def _texts(self, cell: str) -> list[str]:
        return [bare(one, self._plan.numbering) for one in split(cell, self._separator or ";")]


def _numbering(column: Col, sign: str) -> str | None:
    """Where the numbers of the ranks stand in every cell: before or after the names, or nowhere."""
    orders = [split(cell, sign) for cell in column.cells if not _is_nobody(column, cell)]
    for where in NUMBERINGS:
        found = (numbers_in(parts, where) for parts in orders)
        if orders and all(row and len(set(row)) == len(row) for row in found):
            return None if _belong_to_names(orders, where) else where
    return None


def _is_nobody(column: Col, cell: str) -> bool:
    return column.is_blank(cell) or is_no_choice(cell)


def _belong_to_names(orders: Sequence[Sequence[str]], where: str) -> bool:
    """Whether a name has its number wherever it stands, and the numbers are no ranks."""
    numbers: dict[str, set[int]] = {}
    in_order = True
    for parts in orders:
        own = numbers_in(parts, where) or []
        in_order &= own == list(range(1, len(own) + 1))
        for part, number in zip(parts, own, strict=True):
            numbers.setdefault(coded_alike(bare(part, where)), set()).add(number)
    return not in_order and all(len(own) == 1 for own in numbers.values())


def _ask_of_titles(plan: Plan, column: Col, sign: str | None) -> bool:
    """Ask of the first rows of a single column, where what they say stands nowhere else."""
    alone = [one for one in plan.columns if one.filled] == [column]
    if not alone or plan.asked.header_row is not None:
        return False
    key = cache(lambda piece: coded_alike(bare(piece, plan.numbering)))
    times: Counter[str] = Counter()
    for cell, number in column.cells.items():
        for piece in {key(one) for one in _pieces(cell, sign)}:
            times[piece] += number
    known = set(map(coded_alike, (*(plan.asked.candidates or ()), *plan.asked.blank)))
    rows = plan.found.table.rows
    texts = [column.column.cell(place) for place in range(min(len(rows) - 1, _MOST_ABOVE))]
    filled = [(place, text) for place, text in enumerate(texts) if text][:_MOST_TITLES]
    titles = [
        rows[place]
        for place, text in filled
        if all(times[one] == 1 and one not in known for one in map(key, _pieces(text, sign)))
        and not _is_nobody(column, text)
    ]
    if not titles:
        return False
    found = f"{echo(texts[rows.index(titles[0])])}, of which nothing stands in any other row"
    settled = [plans.header_row(row) for row in titles]
    names = sorted({tidy(bare(p, plan.numbering)) for c in column.cells for p in _pieces(c, sign)})
    few = plan.asked.candidates is None and len(names) <= _MOST_NAMES
    every = [plans.candidates(names)] if few else []
    plan.found.fault(titles[0], found, "a paper", [*settled, *every])
    return True


def _pieces(cell: str, sign: str | None) -> Sequence[str]:
    return [cell] if sign is None else split(cell, sign)


def _ask_of_numbers(plan: Plan, column: Col, sign: str) -> bool:
    """Refuse orders in which some names have a number and others have none."""
    if plan.numbering is not None:
        return False
    parts = Counter(
        part for cell in column.cells if not _is_nobody(column, cell) for part in split(cell, sign)
    )
    for where, pattern in NUMBERINGS.items():
        having = [part for part in parts if pattern.search(part)]
        names = {coded_alike(bare(part, where)) for part in having}
        times = sum(map(parts.__getitem__, having))
        if times * 2 > parts.total() and len(names) * 2 <= len(having):
            without = next((part for part in parts if not pattern.search(part)), having[0])
            found = f"{echo(without)} in {column.shown}, and names with their numbers"
            cells = {cell.strip() for cell in column.column.cells if without in cell}
            rows = [row for row, _ in plan.found.among(column.column, cells)]
            settled = [plans.ignore_rows(rows)] if len(rows) <= _MOST_ROWS else []
            plan.found.fault(rows[0], found, "a number at each name, or at none", settled)
            return True
    return False


def numbers_in(parts: Sequence[str], numbering: str) -> list[int] | None:
    """The numbers that the names of an order have; None where one has none."""
    found = [NUMBERINGS[numbering].search(part) for part in parts]
    return [int(one[1]) for one in found if one] if all(found) else None


def bare(piece: str, numbering: str | None) -> str:
    """A name in an order without its number."""
    return piece if numbering is None else NUMBERINGS[numbering].sub("", piece, count=1).strip()


def ask_of_lists(plan: Plan, lists: Sequence[Col]) -> None:
    """Ask which of several columns of lists is the contest."""
    alternatives: list[Alternative] = [
        (
            Setting(
                "question",
                column.letters if column.lettered else " ".join(column.name.split()),
                "its orders are read",
            ),
        )
        for column in lists
    ]
    names = [column for column in plan.open if column.like_names and column.known is None]
    shared = all(one.shares_names(column) for one in names for column in lists)
    commas = {column.separator for column in lists} == {","}
    if commas and (shared or not any(map(is_ordered, lists))):
        # The comma may be that of `Lee, Ann`.
        alternatives.insert(0, plans.preferences(in_order(names)))
    found = f"several columns of orders ({echoes([column.heading for column in lists])})"
    plan.found.fault_of_headings(found, "one question", alternatives)


def in_order(columns: Sequence[Col]) -> list[Col]:
    """Columns of names by the letters or numbers that are their headings, else as they stand."""
    if all(len(one.name) == 1 and one.name.isalpha() for one in columns):
        return sorted(columns, key=lambda one: one.name)
    ranks = sorted(one.rank for one in columns)
    numbered = ranks == list(range(1, len(ranks) + 1))
    return sorted(columns, key=lambda one: one.rank) if numbered else list(columns)


def others_with(plan: Plan, column: Col) -> list[Col]:
    """The other columns with names that stand in this one too, alone or among several."""
    pieces = {coded_alike(one) for cell in column.cells for one in split(cell, column.sign or ";")}
    return [
        one
        for one in plan.open
        if one is not column and one.known is None and not pieces.isdisjoint(one.names)
    ]


def ask_of_list(plan: Plan, column: Col) -> None:
    cell = next(iter(column.cells), "")
    found = f"{echo(cell)} in {column.shown}, which may be an order of names or just several"
    orders = plans.layout("ranking", "its cells are orders, the first preference first")
    every = sorted([column, *others_with(plan, column)], key=lambda one: one.number)
    single = plans.preferences(in_order(every))
    plan.found.fault_of_headings(found, "to know which", [orders, single])
