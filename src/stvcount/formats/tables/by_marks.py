"""Tables of 1 and 0: a mark against a candidate, or against a candidate at a rank."""

from __future__ import annotations

import re
from collections.abc import Sequence

from stvcount.formats.tables import plan as plans
from stvcount.formats.tables.cells import IN_BRACKETS, plain
from stvcount.formats.tables.columns import Col
from stvcount.formats.tables.plan import Plan
from stvcount.formats.tables.ranks import numbered
from stvcount.formats.tables.spelling import tidy
from stvcount.formats.wording import echo, echoes
from stvcount.words import counted

_TICKS = frozenset("\u2713\u2714\u2611\u2705\u221a")
_CROSSES = frozenset(("x", *"\u00d7\u2715\u2716\u2717\u2718"))
_SIGNS = _TICKS | _CROSSES
_TRUE = frozenset(("1", "1.0", "true", "yes", "y", "checked", "selected", "ticked", *_SIGNS))
_FALSE = frozenset(("0", "0.0", "false", "no", "n", "unchecked", "", "-"))
_FIGURES = re.compile(r"[0-9]+")
_PARTS = re.compile(r"\s*(?::|\||/|\s-\s|_)\s*")


def is_marked(cell: str) -> bool | None:
    """Whether a cell holds a mark; None where it is neither marked nor not."""
    text = cell.strip().casefold()
    return True if text in _TRUE else False if text in _FALSE else None


def of_marks(columns: Sequence[Col]) -> list[Col]:
    """Those of the columns that hold nothing but marks and what says that there is none."""
    marked = [
        column
        for column in columns
        if column.name and all(is_marked(cell) is not None for cell in column.cells)
    ]
    filled = [column for column in marked if column.filled]
    # Somebody may have no mark at all at some rank.
    return marked if len(filled) > 1 and pairs_of(marked) else filled


def is_doubtful(columns: Sequence[Col]) -> bool:
    """Whether marks are not what they would be as ranks: 0 stands for none, or words for 1."""
    marked = of_marks(columns)
    if len(marked) < 2:
        return False
    if pairs_of(marked):
        return True
    said = {cell.strip().casefold() for column in marked for cell in column.cells}
    if said <= {*_SIGNS, ""}:
        # By themselves, crosses and ticks are no ranks: every paper would be invalid.
        return True
    if said & {"true", "false", "yes", "no"}:
        return True
    return bool(said & (_FALSE - {"", "-"})) and _several_in_a_row(marked)


def _several_in_a_row(columns: Sequence[Col]) -> bool:
    total: list[int] = [0] * columns[0].rows
    for column in columns:
        ones = [1 if is_marked(cell) else 0 for cell in column.column.cells]
        for row, code in enumerate(column.column.codes.tolist()):
            total[row] += ones[code]
    return max(total, default=0) > 1


def pairs_of(columns: Sequence[Col]) -> list[tuple[int, str]]:
    """The rank and the candidate in each heading, such as `Mayor:Rank 1:Ann`; else none.

    Every candidate must be there at every rank from the first to the last.
    """
    for ranked in (_in_parts, _in_words):
        pairs = [ranked(column) for column in columns]
        if None in pairs:
            continue
        found = [pair for pair in pairs if pair is not None]
        ranks = {rank for rank, _ in found}
        names = {name for _, name in found}
        whole = len(set(found)) == len(found) == len(ranks) * len(names)
        if whole and len(ranks) > 1 and ranks == set(range(1, len(ranks) + 1)):
            return found
    return []


def _in_parts(column: Col) -> tuple[int, str] | None:
    text = plain(column.heading)
    found = IN_BRACKETS.fullmatch(text)
    ways = [[found["question"], found["inner"]]] if found else []
    return next(filter(None, map(_pair_in, [*ways, _parted(text)])), None)


def _pair_in(parts: Sequence[str]) -> tuple[int, str] | None:
    ranks = [(at, one) for at, part in enumerate(parts) if (one := numbered(part)) and one.sure]
    whole = [(at, one) for at, one in ranks if not one.rest]
    if not whole or len(parts) < 2:
        return None
    at, rank = whole[-1]
    name = parts[-1] if at != len(parts) - 1 else parts[-2]
    return (rank.rank, tidy(name)) if name.strip() else None


def _ranks_stand_in(columns: Sequence[Col]) -> bool:
    """Whether headings with a number repeat both the numbers and what stands beside them."""
    texts = [plain(column.heading) for column in columns]
    found = [_FIGURES.search(text) for text in texts]
    first = {one[0] for one in found if one}
    rest = {_FIGURES.sub("", text, count=1) for text in texts}
    return all(found) and len(first) * 2 <= len(texts) and len(rest) * 2 <= len(texts)


def _parted(text: str) -> list[str]:
    """The parts of a heading, by the sign that stands beside the rank in it."""
    for sign in dict.fromkeys(_PARTS.findall(text)):
        parts = text.split(sign)
        if any((rank := numbered(part)) and rank.sure and not rank.rest for part in parts):
            return parts
    return _PARTS.split(text)


def _in_words(column: Col) -> tuple[int, str] | None:
    text = plain(column.heading)
    if len(_FIGURES.findall(text)) > 1:
        # Which of them is the rank?
        return None
    found = numbered(text)
    return (found.rank, tidy(found.rest)) if found and found.rest else None


def _refuse_both(plan: Plan, columns: Sequence[Col]) -> bool:
    """Refuse ticks and crosses in one table, where either may mean that there is no mark."""
    said = {cell.strip().casefold() for column in columns for cell in column.cells}
    if not (said & _TICKS and said & _CROSSES):
        return False
    found = f"ticks and crosses ({echoes(sorted(said & _SIGNS))})"
    plan.found.fault_of_headings(found, "one sign for a mark, and blank cells where there is none")
    return True


def ask(plan: Plan, columns: Sequence[Col]) -> None:
    marked = of_marks(columns)
    if _refuse_both(plan, marked):
        return
    headings = echoes([column.heading for column in marked])
    number = counted(len(marked), "column")
    found = f"only marks (1 and 0, crosses, or words like them) in {number} ({headings})"
    if pairs_of(marked):
        meaning = "1 is a mark at the rank that the heading states"
    else:
        meaning = "each is a mark, and several on a paper are several first preferences"
    plan.found.fault_of_headings(found, "ranks", [plans.layout("zero-one", meaning)])


def by_marks(plan: Plan) -> None:
    """Read 1 as a mark: as a first preference, or at the rank in the heading."""
    plan.layout = "zero-one"
    marked = of_marks(plan.open)
    if _refuse_both(plan, marked):
        return
    pairs: list[tuple[int | None, str]] = [*pairs_of(marked)]
    if not marked:
        plan.found.fault_of_headings("no column of 1 and 0", "a column of marks for each candidate")
    elif not pairs and _ranks_stand_in(marked):
        found = f"ranks in some of the headings ({echoes([one.heading for one in marked])})"
        plan.found.fault_of_headings(found, "each candidate at every rank from the first")
    pairs = pairs or [(None, column.name) for column in marked]
    for column, (rank, name) in zip(marked, pairs, strict=True):
        plan.take(column, "candidate", "1 and 0", candidate=name, preference=rank)
    names = [name for _, name in pairs]
    # Two columns of one name are two candidates, unless each is at a rank of its own.
    plan.candidates = tuple(dict.fromkeys(names) if pairs and pairs[0][0] else names)
    if plan.asked.candidates is not None:
        _take_asked(plan)
    elif not plan.found.faults:
        _ask_of_others(plan)
    plan.found.notes.append(f"1 is a mark against {echoes(plan.candidates)}, 0 is none")
    plan.leave_rest("it is no column of marks")


def _ask_of_others(plan: Plan) -> None:
    """Ask of a column beside those of marks that has marks too, and something else."""
    for column in plan.open:
        others = {cell for cell in column.cells if is_marked(cell) is None}
        if column.known or not 0 < len(others) < len(column.cells):
            continue
        row, cell = next(plan.found.among(column.column, others))
        found = f"{echo(cell.strip())} in {column.shown}, which has marks too"
        # Who has marks for the most part is a candidate, and not to be left out for a slip.
        odd = sum(column.cells[one] for one in others)
        ways = [plans.ignore(column)] if odd * 2 > column.filled else []
        plan.found.fault(row, found, "1 or 0", ways)


def _take_asked(plan: Plan) -> None:
    asked = tuple(plan.asked.candidates or ())
    for name in asked:
        if (number := plan.candidates.count(name)) != 1:
            columns = counted(number, "column") if number else "no column"
            plan.found.fault_of_headings(f"{columns} of marks headed {echo(name)}", "one")
    for column in plan.of_role("candidate"):
        if plan.taken[column.number].candidate not in asked:
            plan.take(column, "not read", "it is none of the candidates named")
    plan.candidates = asked
