"""Tables with a column for each candidate and numbers in the cells."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import combinations

from stvcount.errors import Alternative, Setting
from stvcount.formats.tables import plan as plans
from stvcount.formats.tables import whole
from stvcount.formats.tables.cells import PARTS, is_cross, number_of, plain
from stvcount.formats.tables.columns import Col, shown
from stvcount.formats.tables.doubts import ask_of_contest, ask_of_last_row
from stvcount.formats.tables.known import Known, is_code, is_no_choice
from stvcount.formats.tables.plan import Plan
from stvcount.formats.tables.ranks import rank_of, runs_backwards
from stvcount.formats.tables.spelling import coded_alike, tidy
from stvcount.formats.wording import echo, echoes
from stvcount.words import counted

_MOST_WORDS = 12
_MOST_ROWS = 5000
_ZEROS = frozenset(("0", "0.0"))
_NO_RANKS = frozenset((*_ZEROS, "-", "--"))
_CODED = re.compile(r"[A-Za-z]{0,4}[\s._]*[0-9]*(?:[._][0-9]+)?")
_FIGURES = re.compile(r"\s*[0-9][0-9.,' \u00a0\u202f]*\s*")
_FIGURE = re.compile(r"[0-9]")
_CERTAIN_WEIGHTS = re.compile(
    r"weights?|weighting|counts?|n|freq|frequency|multiplicity|copies", re.I
)

Named = tuple[Col, str]
"""A column, and whose it is."""


def by_candidates(plan: Plan) -> None:
    """Read a column for each candidate."""
    plan.layout = "candidates"
    chosen = _asked_for(plan) if plan.asked.candidates is not None else _of_question(plan)
    if chosen is None:
        return
    if not chosen:
        ask_of_no_column(plan)
        return
    if plan.asked.candidates is None:
        _settle_doubtful(plan, chosen)
    for column, name in chosen:
        plan.take(column, "candidate", _why(plan, column, name), candidate=name)
    columns = [column for column, _ in chosen]
    plan.candidates = tuple(name for _, name in chosen)
    plan.found.notes.append(f"a column for each candidate: {echoes(plan.candidates)}")
    _leave_others(plan)
    _ask_of_cells(plan, columns)
    _note_cells(plan, columns)


def ask_of_no_column(plan: Plan) -> None:
    """Refuse a table without votes; where ranks stand under known headings, ask of these."""
    every = [column for column in plan.open if column.known is not None and column.like_ranks]
    every = [column for column in every if not beyond(column, len(every))]
    # Of few papers, what numbers the rows may be somebody's ranks: what is whole, tells.
    bare = [c for c in every if not (c.serial and c.filled == c.rows)]
    ranked, papers = min(
        ((one, whole.of_all(whole.marks_of(plan.found.table, one))) for one in (bare, every)),
        key=lambda pair: pair[1].broken,
    )
    several = len(ranked) > 1 and papers.marked > 1 and papers.broken * 2 < papers.marked
    expected = "a column for each candidate or for each preference"
    settled = [plans.candidates(column.name for column in ranked)] if several else []
    plan.found.fault_of_headings("no column of candidates or preferences", expected, settled)


def _ask_of_cells(plan: Plan, columns: Sequence[Col]) -> None:
    """Ask of what stands in the columns, one thing after the other.

    What is asked first may settle what would be asked next.
    """
    named = plan.asked.candidates is not None
    if not plan.found.faults:
        _last_row(plan, columns)
    for ask in (_ask_of_no_rank, _ask_of_columns):
        if not plan.found.faults and not named:
            ask(plan, columns)
    _words(plan, columns)
    for ask in (_ask_of_numbering, _ask_of_zeros, _ask_of_papers):
        if not plan.found.faults and not named and len(columns) > 1:
            ask(plan, columns)


def _last_row(plan: Plan, columns: Sequence[Col]) -> None:
    ask_of_last_row(plan, columns, plan.weights)


def _why(plan: Plan, column: Col, name: str) -> str:
    if plan.asked.candidates is not None:
        return "named by --candidate"
    if plan.question is not None and name != column.name:
        return f"of the question {echo(plan.question)}"
    return (
        "numbers, under a heading that is no other"
        if column.filled
        else "a heading with no marks below"
    )


# Which columns


def _asked_for(plan: Plan) -> list[Named] | None:
    """The columns of the candidates that the caller names, in that order."""
    names = list(plan.asked.candidates or ())
    for of in _ways(plan):
        if all(len(_headed(of, name)) == 1 for name in names):
            question = of[0][2]
            if question is not None:
                _set_question(plan, question)
            return [(_headed(of, name)[0], name) for name in names]
    by_name = _columns_with(plan, names)
    if by_name and not any(_called(plan, name) for name in names):
        # Figures, such as years, may be names too.
        found = f"no column headed {echo(names[0])} or another candidate's name"
        expected = "a column for each candidate, or for each preference"
        plan.found.fault_of_headings(found, expected, [plans.preferences(by_name)])
    else:
        _fault_of_names(plan, names)
    return None


def _called(plan: Plan, name: str) -> list[Col]:
    """The columns of this name, by their whole headings or within a question."""
    key = coded_alike(name)
    whole_headings = [column for column in plan.open if coded_alike(column.name) == key]
    return whole_headings or [
        column for column, inner, _ in _parted(plan) if coded_alike(inner) == key
    ]


def _columns_with(plan: Plan, names: Sequence[str]) -> list[Col]:
    """The columns whose cells are these names."""
    keys = set(map(coded_alike, (*names, *plan.asked.blank)))
    return [
        column
        for column in plan.open
        if column.filled
        and all(coded_alike(cell) in keys or is_no_choice(cell) for cell in column.cells)
    ]


def _fault_of_names(plan: Plan, names: Sequence[str]) -> None:
    """Name each candidate of whom there is not one column; where there is one, the questions."""
    before = len(plan.found.faults)
    for name in names:
        named = _called(plan, name)
        if len(named) == 1:
            continue
        number = counted(len(named), "column") if named else "no column"
        asking = _questions_with(plan, names) if named else headings_above(plan)
        if named and not asking and all(column.parts is None for column in named):
            others = [[other for other in named if other is not one] for one in named]
            asking = [plans.ignore(*left) for left in others]
        plan.found.fault_of_headings(f"{number} headed {echo(name)}", "one", asking)
    if len(plan.found.faults) == before:
        found = f"the candidates {echoes(names)} in several questions"
        plan.found.fault_of_headings(found, "one question", _questions(plan))


def _questions_with(plan: Plan, names: Sequence[str]) -> list[Alternative]:
    """The questions of a form that have all these names."""
    wanted = set(map(coded_alike, names))
    return [
        (Setting("question", question, "its columns are read"),)
        for question, named in questions_of(plan).items()
        if wanted <= {coded_alike(inner) for _, inner in named}
    ]


def headings_above(plan: Plan) -> list[Alternative]:
    """The row above the headings, where it may be that of the headings itself."""
    return [plans.header_row(row) for row in plan.found.above[-1:]]


_Way = list[tuple[Col, str, str | None]]


def _ways(plan: Plan) -> list[_Way]:
    """What the columns may be called: by their whole headings, or within one of the questions."""
    bare: _Way = [(column, column.name, None) for column in plan.open]
    parted = _parted(plan)
    by_question: dict[str, _Way] = {}
    for column, inner, question in parted:
        by_question.setdefault(coded_alike(question), []).append((column, inner, question))
    asked = {coded_alike(name) for name in plan.asked.candidates or ()}
    if plan.asked.question is not None:
        wanted = coded_alike(plan.asked.question)
        return [way for key, way in by_question.items() if key == wanted] or [bare]
    exact = [
        way for way in by_question.values() if {coded_alike(inner) for _, inner, _ in way} == asked
    ]
    holding = [
        way for way in by_question.values() if asked <= {coded_alike(inner) for _, inner, _ in way}
    ]
    parted_ways = exact if len(exact) == 1 else holding if len(holding) == 1 else []
    return [bare, *parted_ways, *_within(plan), *([] if holding else _besides(plan, by_question))]


def _besides(plan: Plan, by_question: Mapping[str, _Way]) -> list[_Way]:
    """The columns of each question with those of none: what is known may be left out of it."""
    of_some = {column.number for way in by_question.values() for column, _, _ in way}
    rest: _Way = [(one, one.name, None) for one in plan.open if one.number not in of_some]
    names = list(plan.asked.candidates or ())
    ways: list[_Way] = [[*way, *rest] for way in by_question.values()]
    ways = [way for way in ways if all(len(_headed(way, name)) == 1 for name in names)]
    return ways if len(ways) == 1 else []


def _within(plan: Plan) -> list[_Way]:
    """The columns whose headings are a candidate's name with the same words around each."""
    found: _Way = []
    around: set[str] = set()
    for name in plan.asked.candidates or ():
        key = coded_alike(name)
        named = [column for column in plan.open if key in coded_alike(column.heading)]
        if len(named) != 1 or not named[0].like_ranks:
            return []
        found.append((named[0], name, None))
        around.add(coded_alike(named[0].heading).replace(key, "\n", 1))
    return [found] if len(around) == 1 and len(found) > 1 else []


def _headed(way: _Way, name: str) -> list[Col]:
    exact = [column for column, called, _ in way if called == name]
    if not exact:
        # The numbers of the paper may stand before the names.
        bare = [
            column
            for column, called, _ in way
            if coded_alike(unnumbered(called)) == coded_alike(name)
        ]
        exact = bare if len(bare) == 1 else []
    return exact or [
        column for column, called, _ in way if coded_alike(called) == coded_alike(name)
    ]


def unnumbered(name: str) -> str:
    return re.sub(r"^\s*[0-9]{1,3}\s*[.):]\s*", "", name)


def _parted(plan: Plan) -> list[tuple[Col, str, str]]:
    """The columns whose headings are of the form `Question [inner]` or `Question: inner`."""
    bracketed = [(c, c.parts[1], c.parts[0]) for c in plan.open if c.parts is not None]
    if _share(question for _, _, question in bracketed):
        return bracketed
    found: list[tuple[Col, str, str]] = []
    marked = [c for c in plan.open if c.known is None and c.name and (c.like_ranks or c.neutral)]
    for column in marked:
        parts = None if column.escaped else PARTS.fullmatch(plain(column.heading))
        if parts is None:
            return []
        found.append((column, parts["inner"].strip(), parts["question"].strip()))
    times = Counter(coded_alike(question) for _, _, question in found)
    return found if found and min(times.values()) > 1 else []


def _share(questions: Iterable[str]) -> bool:
    return max(Counter(map(coded_alike, questions)).values(), default=0) > 1


def questions_of(plan: Plan) -> dict[str, list[Named]]:
    """The columns of each question, where the headings are of a form."""
    questions: dict[str, list[Named]] = {}
    shown: dict[str, str] = {}
    for column, inner, question in _parted(plan):
        if column.like_ranks or column.neutral:
            known = shown.setdefault(coded_alike(question), question)
            questions.setdefault(known, []).append((column, inner))
    return questions


def _questions(plan: Plan) -> list[Alternative]:
    return [
        (Setting("question", question, "its columns are read"),) for question in questions_of(plan)
    ]


def _other_questions(plan: Plan, known: Mapping[str, object]) -> dict[str, list[Named]]:
    """The questions of the form whose columns share words that are no ranks with one another."""
    found: dict[str, list[Named]] = {}
    for column, inner, question in _parted(plan):
        if question not in known and column.known is None and column.kinds.words:
            found.setdefault(question, []).append((column, inner))
    return {
        question: named
        for question, named in found.items()
        if any(one.shares_names(other) for (one, _), (other, _) in combinations(named, 2))
    }


def _set_question(plan: Plan, question: str) -> None:
    plan.question = question
    plan.found.notes.append(f"the headings are of the question {echo(question)}, names beside it")


def _of_question(plan: Plan) -> list[Named] | None:
    """The columns of the form's one question; all that may be candidates without a form."""
    questions = questions_of(plan)
    wanted = plan.asked.question
    if wanted is not None:
        named = [one for one in questions if coded_alike(one) == coded_alike(wanted)]
        if len(named) != 1:
            found = f"no question {echo(wanted)}"
            plan.found.fault_of_headings(
                found, f"one of {echoes(list(questions))}", _questions(plan)
            )
            return None
        questions = {named[0]: questions[named[0]]}
        for column in plan.open:
            if column.parts and coded_alike(column.parts[0]) != coded_alike(named[0]):
                plan.take(column, "not read", "it is of another question")
        of_it = {column.number for column, _ in questions[named[0]]}
        others = [
            c for c in plan.open if c.number not in of_it and PARTS.fullmatch(plain(c.heading))
        ]
        plan.leave(others, "it is of another question")
    if wanted is None:
        questions |= _other_questions(plan, questions)
    if len(questions) > 1:
        several = f"several questions in the headings ({echoes(list(questions))})"
        expected = "one question, or the names of its candidates (--candidate)"
        ways = [(Setting("question", one, "its columns are read"),) for one in questions]
        plan.found.fault_of_headings(several, expected, ways)
        return None
    if questions:
        [(question, named_columns)] = questions.items()
        _set_question(plan, question)
        return named_columns
    ranked = [
        column
        for column in plan.open
        if column.known is None and column.name and (column.like_ranks or column.neutral)
    ]
    words = {cell for column in ranked for cell in column.kinds.words}
    of_ranks = {column.number for column in ranked}
    return [
        (column, column.name)
        for column in plan.open
        if column.number in of_ranks or _has_their_words(column, words)
    ]


def _has_their_words(column: Col, words: Collection[str]) -> bool:
    """Whether a column has a few ranks, and else only words that stand among those of others."""
    own = column.kinds.words
    few = column.known is None and bool(column.name) and bool(column.kinds.marks)
    return few and bool(own) and all(word in words for word in own)


# Columns that may or may not be a candidate's


def beyond(column: Col, candidates: int) -> bool:
    """Whether no ranks among so many candidates could fill the column."""
    ranks = column.kinds.ranks
    number = sum(ranks.values())
    # A single number may be a slip of the pen.
    if number < 2 or (number < 3 and number * 2 < column.rows):
        return False
    too_high = sum(times for rank, times in ranks.items() if rank > candidates)
    return too_high * 2 > number or (max(ranks.values(), default=0) == 1 and number > candidates)


def _settle_doubtful(plan: Plan, chosen: Sequence[Named]) -> None:
    """Settle what is beside the candidates, or ask."""
    if plan.question is not None:
        for column in _beside(plan, chosen):
            _ask_of_beside(plan, column, chosen)
        return
    _settle_several(plan, chosen)
    for column in _beside(plan, chosen):
        if column.known is not None:
            _settle_known(plan, column, column.known, chosen)


def _settle_several(plan: Plan, chosen: Sequence[Named]) -> None:
    """Ask of several columns of ranks under known headings in one: they may all be candidates'."""
    ranked = [c for c in _beside(plan, chosen) if c.known and c.like_ranks and not c.serial]
    ranked = [column for column in ranked if not beyond(column, len(chosen) + len(ranked))]
    if len(ranked) < 2 or not chosen:
        return
    both = whole.marks_of(plan.found.table, [*(one for one, _ in chosen), *ranked])
    with_them = whole.of_all(both)
    without = whole.of_all([row[: len(chosen)] for row in both])
    if with_them.broken <= without.broken:
        named = sorted(
            [*chosen, *((one, one.name) for one in ranked)], key=lambda one: one[0].number
        )
        found = f"{shown(ranked)}: the headings say otherwise, the cells are ranks"
        settled = [plans.candidates(name for _, name in named)]
        if with_them.broken == without.broken:
            settled.append(plans.ignore(*ranked))
        plan.found.fault_of_headings(found, "to know whether they are candidates", settled)
        plan.leave(ranked, "it is asked about")


def _beside(plan: Plan, chosen: Sequence[Named]) -> list[Col]:
    taken = {column.number for column, _ in chosen}
    return [c for c in plan.open if c.number not in taken and c.filled]


def _settle_known(plan: Plan, column: Col, what: Known, chosen: Sequence[Named]) -> None:
    """Decide what a column with a known heading is, as far as its cells bear the heading out."""
    candidates = len(chosen) + 1
    if what.papers:
        _settle_weights(plan, column, chosen)
        return
    many = what.number and column.like_ranks and not column.serial
    if many and beyond(column, candidates):
        _ask(plan, column, [plans.ignore(column), plans.weights(column)])
        return
    if not column.like_ranks or beyond(column, candidates) or not chosen:
        plan.take_known(column)
        return
    verdict = _compared(plan, column, chosen)
    if verdict == "worse with it" and many:
        _ask(plan, column, [plans.ignore(column), plans.weights(column)])
    elif verdict == "worse with it":
        plan.take_known(column)
    elif verdict == "worse without it":
        _ask(plan, column, [_all_candidates(chosen, column)])
    else:
        _ask(plan, column, [plans.ignore(column), _all_candidates(chosen, column)])


def _settle_weights(plan: Plan, column: Col, chosen: Sequence[Named]) -> None:
    sure = column.known is not None and column.known.sure
    if plan.asked.weights is not None and (sure or beyond(column, len(chosen) + 1)):
        plan.take_known(column)
        return
    if sure:
        plan.take(column, "number of papers", "the heading says so")
        return
    if not column.kinds.ranks and not all(map(_FIGURE.search, column.cells)):
        plan.take(column, "not read", "the heading says numbers of papers, and no cell is one")
        return
    # To count by what sums up the rows would multiply the papers.
    sums_up = _sums_up(column, [one for one, _ in chosen])
    both = [*([] if sums_up else [plans.weights(column)]), plans.ignore(column)]
    if beyond(column, len(chosen) + 1):
        if _are_certain_weights(column) and plan.weights is None:
            plan.take(column, "number of papers", "the heading says so")
        else:
            _ask(plan, column, both)
        return
    verdict = _compared(plan, column, chosen)
    if verdict == "worse without it":
        _ask(plan, column, [_all_candidates(chosen, column)])
    elif verdict == "worse with it":
        _ask(plan, column, both)
    else:
        _ask(plan, column, [*both, _all_candidates(chosen, column)])


def _are_certain_weights(column: Col) -> bool:
    certain = _CERTAIN_WEIGHTS.fullmatch(column.name.strip(" :"))
    return certain is not None and all(number_of(cell) for cell in column.cells)


def _compared(plan: Plan, column: Col, chosen: Sequence[Named]) -> str:
    """Whether more papers are whole with a column as a candidate's, or without it."""
    rows = whole.marks_of(plan.found.table, [*(one for one, _ in chosen), column])
    with_it, without_it = whole.of_all(rows), whole.without(rows, len(chosen))
    if with_it.broken > without_it.broken and without_it.few:
        return "worse with it"
    if with_it.broken < without_it.broken and with_it.few:
        return "worse without it"
    return "no telling"


def _all_candidates(chosen: Sequence[Named], column: Col) -> Alternative:
    # What numbers the rows is nobody, whatever it is called.
    able = [one for one in chosen if not (one[0].serial and beyond(one[0], len(chosen) + 1))]
    named = sorted([*able, (column, column.name)], key=lambda one: one[0].number)
    return plans.candidates(name for _, name in named)


def _ask(plan: Plan, column: Col, settled: Sequence[Alternative]) -> None:
    what = column.known.what if column.known else "a candidate"
    found = f"{column.shown}: the heading says {what}, the cells are numbers as for candidates"
    plan.found.fault_of_headings(found, "to know what it is", settled)
    plan.take(column, "not read", "it is asked about")


def _ask_of_beside(plan: Plan, column: Col, chosen: Sequence[Named]) -> None:
    """Refuse to leave out what may be a candidate whose heading is not of the question."""
    if column.parts is not None or not column.like_ranks:
        return
    if column.known is not None:
        _settle_known(plan, column, column.known, chosen)
        return
    beside = f"numbers in {column.shown} beside the question {echo(plan.question or '')}"
    expected = "other columns without numbers"
    settled: list[Alternative] = [plans.ignore(column)]
    if (
        not beyond(column, len(chosen) + 1)
        and _compared(plan, column, chosen) == "worse without it"
    ):
        settled = [_all_candidates(chosen, column)]
    plan.found.fault_of_headings(beside, expected, settled)
    plan.take(column, "not read", "it is asked about")


def _leave_others(plan: Plan) -> None:
    """Leave what is no candidate's; without a form, ask of words under an unknown heading."""
    for column in plan.open:
        if column.known is not None and may_be_papers(plan, column):
            _ask(plan, column, [plans.weights(column), plans.ignore(column)])
        elif column.known is not None:
            plan.take_known(column)
        elif plan.asked.candidates is not None:
            plan.take(column, "not read", "it is none of the candidates named")
        elif plan.question is not None:
            plan.take(column, "not read", f"it is not of the question {echo(plan.question)}")
        elif not column.filled:
            plan.take(column, "not read", "it has no heading and no cells")
        elif not column.name and column.number == 0 and (column.serial or column.all_different):
            plan.take(
                column, "identifier", "each row has another, in a first column without heading"
            )
        else:
            _ask_of_words_in(plan, column)


def may_be_papers(plan: Plan, column: Col) -> bool:
    """Whether a column beside the votes may be of numbers of papers."""
    what = column.known
    return (
        what is not None
        and (what.papers or (what.number and not column.serial))
        and plan.weights is None
        and column.filled * 2 > column.rows
        and all(map(_FIGURE.search if what.papers else _FIGURES.fullmatch, column.cells))
    )


def _ask_of_words_in(plan: Plan, column: Col) -> None:
    """Ask of a column; its cells may be somebody's, and are not shown."""
    if not column.name:
        row = next(row for row, _ in plan.found.where(column.column, str.strip))
        found = f"a cell in column {column.letters}, which has no heading"
        expected = "a heading over every column that is used"
        plan.found.fault(row, found, expected, [plans.ignore(column)])
    elif not ask_of_contest(plan, column, plan.of_role("candidate")):
        found = f"{column.shown}, which no ranks could fill"
        expected = "ranks, or a column that is not read"
        ways = [plans.ignore(column)]
        if column.like_names and not column.all_different:
            ways.append(plans.preferences(alike(plan, column)))
        plan.found.fault_of_headings(found, expected, ways)
    plan.take(column, "not read", "it is asked about")


_OF_A_VOTER = re.compile(
    r"\b(?:ages?|years?|yrs?|born|birth\w*|grades?|class\w*|forms?|levels?|rooms?|floors?|teams?"
    r"|groups?|tables?|phone\w*|post\s?codes?|zip|house|flat|staff|student|tutor\w*)\b",
    re.IGNORECASE,
)
_YEARS = range(1900, 2101)


def _sums_up(column: Col, columns: Sequence[Col]) -> bool:
    """Whether the numbers are the sums of the ranks in their rows, or how many there are."""
    others = [one for one in columns if one is not column]
    rows = zip(*([rank_of(cell) or 0 for cell in one.texts] for one in others), strict=True)
    marked = [[rank for rank in row if rank] for row in rows]
    numbers = [number_of(cell) for cell in column.texts]
    different = len(set(numbers)) > 1
    return different and (numbers == list(map(sum, marked)) or numbers == list(map(len, marked)))


def _numbers_of_papers(column: Col, columns: Sequence[Col]) -> bool:
    """Whether they may be numbers of papers: not where all is plainly something else.

    An answer that would multiply the papers is offered only where it may be the true one.
    """
    if _OF_A_VOTER.search(column.name) or (column.known is not None and not column.known.papers):
        return False
    if _sums_up(column, columns):
        return False
    numbers = [number_of(cell) for cell in column.cells if cell]
    return all(numbers) and not all(number in _YEARS for number in numbers)


def alike(plan: Plan, column: Col) -> list[Col]:
    """The columns of the same names as this one, as their headings number them, or in order."""
    own = set(column.names)
    left = [plan.column_of(text) for text in plan.asked.ignore]
    others = [c for c in plan.columns if c.known is None and c is not column and c not in left]
    found = [c for c in others if own & set(c.names) or _numbered_alike(c, column)]
    found = sorted([column, *found], key=lambda one: one.number)
    ranks = sorted(one.numbered.rank for one in found if one.numbered)
    if ranks == list(range(1, len(found) + 1)):
        found.sort(key=lambda one: one.rank)
    return found


def _numbered_alike(one: Col, other: Col) -> bool:
    first, second = one.numbered, other.numbered
    return first is not None and second is not None and first.rest == second.rest


def _code_beyond(column: Col, candidates: int) -> str | None:
    """The one number beyond the ranks, where it is such as stands for no answer."""
    cells = [cell for cell in column.cells if (rank_of(cell) or 0) > candidates]
    return cells[0] if len(cells) == 1 and is_code(cells[0]) else None


def _ask_of_columns(plan: Plan, columns: Sequence[Col]) -> None:
    """Ask of columns that no ranks could fill."""
    for column in columns:
        kinds = column.kinds
        if beyond(column, len(columns)):
            _ask_of_beyond(plan, column, columns)
        elif _is_of_voters(column):
            found = f"{column.shown}, in which every row has the same number"
            settled = [plans.ignore(column), plans.candidates(plan.candidates)]
            plan.found.fault_of_headings(found, "to know whether it is a candidate", settled)
        elif kinds.crosses == column.filled > 1:
            found = f"only crosses in {column.shown}, beside columns of ranks"
            settled = [plans.ignore(column), plans.candidates(plan.candidates)]
            plan.found.fault_of_headings(found, "ranks, or a column that is not read", settled)
        elif column.filled * 2 >= column.rows and not kinds.marks and kinds.signs:
            if set(kinds.signs) <= _NO_RANKS:
                continue
            cell = next(iter(kinds.signs))
            found = f"{echo(cell)} in {column.shown}, in which no rank can be read"
            plan.found.fault_of_headings(found, "ranks such as 1 or 1st", [plans.ignore(column)])


def _is_of_voters(column: Col) -> bool:
    """Whether a column has one number throughout, under a heading that may be of voters."""
    alike = len(column.cells) == 1 and 1 < column.filled == column.rows
    return alike and _OF_A_VOTER.search(column.name) is not None


def _ask_of_beyond(plan: Plan, column: Col, columns: Sequence[Col]) -> None:
    candidates = len(columns)
    numbers = sorted(column.kinds.ranks)
    run = f"{numbers[0]} to {numbers[-1]}"
    found = f"{column.shown}, which no ranks among {candidates} could fill ({run})"
    code = _code_beyond(column, candidates)
    settled = [plans.ignore(column)]
    if code is not None:
        settled = [plans.blank(code)]
    same = alike(plan, column)
    if any(one.names for one in same):
        settled.append(plans.preferences(same))
    if code is None and not column.serial and _numbers_of_papers(column, columns):
        settled.append(plans.weights(column))
    plan.found.fault_of_headings(found, "ranks, or a column that is not read", settled)


def _ask_of_numbering(plan: Plan, columns: Sequence[Col]) -> None:
    """Ask of a first row such as `No. 1`, `No. 2`, ..., which may number the candidates."""
    if not plan.found.table.rows:
        return
    first = [column.column.cell(0) for column in columns]
    in_order = [rank_of(cell) for cell in first] == list(range(1, len(columns) + 1))
    lettered = sum(
        number
        for column in columns
        for cell, number in column.cells.items()
        if any(map(str.isalpha, cell)) and not is_no_choice(cell)
    )
    if in_order and lettered == len(columns) and all(any(map(str.isalpha, one)) for one in first):
        row = plan.found.table.rows[0]
        found = f"{echo(first[0])} to {echo(first[-1])} in order, unlike all rows below"
        ways = [plans.ignore_rows([row]), plans.candidates(plan.candidates)]
        plan.found.fault(row, found, "to know whether it is a paper", ways)


def _ask_of_no_rank(plan: Plan, columns: Sequence[Col]) -> None:
    """Refuse cells that are not blank, and of which none is a rank."""
    if any(column.kinds.ranks for column in columns):
        return
    for column in columns:
        if column.kinds.several or set(column.kinds.signs) - _NO_RANKS:
            cell = next(cell for cell in column.cells if cell not in _NO_RANKS)
            found = f"{echo(cell)} in {column.shown}, and no rank in any column"
            plan.found.fault_of_headings(found, "ranks such as 1 or 1st")
            return


def _ask_of_zeros(plan: Plan, columns: Sequence[Col]) -> None:
    """Ask of a single 0 on each paper, against one candidate or another, as for a first rank."""
    if any(rank >= len(columns) for column in columns for rank in column.kinds.ranks):
        return
    zeros = [{cell for cell in column.cells if cell in _ZEROS} for column in columns]
    if sum(map(bool, zeros)) < 2 or any(column.is_blank("0") for column in columns):
        return
    step = plan.found.table.step(_MOST_ROWS)
    papers = [row for row in zip(*(one.texts[::step] for one in columns), strict=True) if any(row)]
    if len(papers) < 2 or any(sum(cell in _ZEROS for cell in row) != 1 for row in papers):
        return
    [zero, *_] = sorted(set().union(*zeros))
    found = f"{echo(zero)} once on every paper, for the first choice or for none"
    # Beside blank cells, it hardly is for none.
    ways = [plans.blank(zero)] if all(map(all, papers)) else []
    plan.found.fault_of_headings(found, "ranks from 1", ways)


def _ask_of_code(plan: Plan, columns: Sequence[Col]) -> bool:
    """Ask of the one code for no answer among the ranks, if there is one."""
    codes = {
        cell
        for column in columns
        for cell, number in column.cells.items()
        if number > 1 and is_code(cell) and int(cell) > len(columns) and not column.is_blank(cell)
    }
    if len(codes) != 1:
        return False
    [code] = codes
    found = f"{echo(code)} among the ranks, which may stand for none"
    plan.found.fault_of_headings(found, "ranks", [plans.blank(code)])
    return True


def _ask_of_papers(plan: Plan, columns: Sequence[Col]) -> None:
    """Ask where an odd share of the papers would be broken."""
    rows = whole.marks_of(plan.found.table, columns)
    of_all = whole.of_all(rows)
    if of_all.most and _ask_of_code(plan, columns):
        return
    place = whole.better_without(rows, range(len(columns)))
    if place is not None:
        column = columns[place]
        share = f"{of_all.broken} of {counted(of_all.marked, 'paper')}"
        found = f"{share} uncertain or invalid with {column.shown}, and whole without it"
        settled = [plans.ignore(column)]
        if column.filled == column.rows and _numbers_of_papers(column, columns):
            settled.append(plans.weights(column))
        plan.found.fault_of_headings(found, "a column that is not read", settled)
    elif whole.down_the_side(rows):
        ask_of_side(plan)
    elif of_all.most:
        share = f"{of_all.broken} of {counted(of_all.marked, 'paper')}"
        found = (
            f"{share} uncertain or invalid, if these are the candidates: {echoes(plan.candidates)}"
        )
        expected = "papers most of which are whole; where the voters did mark them so"
        # What is the same in all rows is no voter's mark.
        same = [one for one in columns if len(one.cells) == 1 and one.filled == one.rows]
        marks = [*(plans.ignore(one) for one in same), plans.candidates(plan.candidates)]
        plan.found.fault_of_headings(found, expected, marks)


def ask_of_side(plan: Plan) -> None:
    plan.found.fault_of_headings(
        "candidates down the side, and a column for each paper",
        "a row for each paper (in a spreadsheet: copy, then paste special, transpose)",
    )


# Cells


def _words(plan: Plan, columns: Sequence[Col]) -> None:
    """Words among the ranks: those that are said to mean no choice, and others."""
    asked = {coded_alike(word): word for word in plan.asked.blank}
    left: Counter[str] = Counter()
    where: dict[str, Col] = {}
    for column in columns:
        for cell, number in (
            column.kinds.words + column.kinds.no_choice + column.kinds.signs
        ).items():
            if coded_alike(cell) in asked:
                plan.blanks[tidy(cell)] = plan.blanks.get(tidy(cell), 0) + number
            elif any(map(str.isalpha, cell)):
                left[cell] += number
                where.setdefault(cell, column)
    backwards = [(c, cell) for c in columns for cell in c.cells if runs_backwards(cell)]
    if backwards:
        column, cell = backwards[0]
        found = f"{echo(cell)} in {column.shown}, numbers that run the other way"
        plan.found.fault_of_headings(found, "1 for the first preference")
    if not left or plan.found.faults:
        return
    _ask_of_words_among(plan, columns, left, where)


def _ask_of_words_among(
    plan: Plan, columns: Sequence[Col], left: Counter[str], where: Mapping[str, Col]
) -> None:
    if _are_headings(plan, columns, left) or _name_candidates(plan, columns, left):
        return
    cell, number = left.most_common(1)[0]
    row = next(
        row for row, text in plan.found.where(where[cell].column, lambda one: one.strip() == cell)
    )
    others = f" and {len(left) - 1} other words" if len(left) > 1 else ""
    times = counted(number, "time")
    found = f"{echo(cell)} {times}{others} among the ranks, first in {where[cell].shown}"
    words = [tidy(one) for one in left]
    settled = [plans.blank(*words)]
    plan.found.fault(
        row,
        found,
        "ranks; words that mean no choice are named as such",
        settled if len(left) <= _MOST_WORDS else [],
    )


def _name_candidates(plan: Plan, columns: Sequence[Col], words: Counter[str]) -> bool:
    """Ask of rows in which a candidate's name stands among the ranks."""
    names = {coded_alike(name) for name in plan.candidates} | {coded_alike(c.name) for c in columns}
    named = {word for word in words if coded_alike(word) in names}
    rows = sorted(
        {
            row
            for column in columns
            for row, _ in plan.found.where(column.column, lambda cell: cell.strip() in named)
        }
    )
    if not rows:
        return False
    settled = [plans.ignore_rows(rows)] if len(rows) <= _MOST_WORDS else headings_above(plan)
    found = f"names of candidates among the ranks ({plans.rows_named(rows)})"
    plan.found.fault(rows[0], found, "rows that are papers", settled)
    return True


def _are_headings(plan: Plan, columns: Sequence[Col], words: Counter[str]) -> bool:
    """Ask whether the first row below the headings, all of words, is one of headings too."""
    rows = plan.found.table.rows
    first = [column.column.cell(0) for column in columns] if rows else []
    first = [cell for cell in first if not is_no_choice(cell)]
    if (
        not rows
        or len([one for one in first if one in words]) < 2
        or sum(words.values()) > len(columns)
    ):
        return False
    found = (
        f"{echo(next(one for one in first if one in words))} in the first row below the headings"
    )
    settled = [plans.header_row(rows[0])]
    if not all(map(_CODED.fullmatch, (column.name for column in columns))):
        # Parties, perhaps, below the names.
        settled.append(plans.ignore_rows(rows[:1]))
    plan.found.fault(rows[0], found, "ranks", settled)
    return True


def _note_cells(plan: Plan, columns: Sequence[Col]) -> None:
    """Note how ranks are written other than plainly, and what counts for no number."""
    cells = {cell for column in columns for cell in column.cells}
    written = sorted(
        cell
        for column in columns
        for cell in column.cells
        if not cell.isdigit() and rank_of(cell) is not None
    )
    written += sorted(
        {cell for cell in cells if cell.isdigit() and cell.startswith("0") and cell.strip("0")}
    )
    if written:
        plan.found.notes.append(f"read as plain numbers: {echoes(sorted(set(written)))}")
    illegible = sorted(
        cell
        for column in columns
        for cell in column.cells
        if rank_of(cell) is None and not is_cross(cell) and not column.is_blank(cell)
    )
    if illegible:
        plan.found.notes.append(
            f"cells that are no plain positive whole number count for none: "
            f"{echoes(sorted(set(illegible)))}"
        )


def note_columns(plan: Plan) -> None:
    """Note the columns that are not read, and the one of numbers of papers."""
    for column in plan.of_role("number of papers"):
        plan.found.notes.append(f"{column.shown}: the number of papers that a row stands for")
    unread = [
        column
        for column in plan.columns
        if plan.taken[column.number].role in ("not read", "identifier")
        and (column.filled or column.heading.strip())
    ]
    if unread:
        plan.found.notes.append(f"not read: {shown(unread)}")
