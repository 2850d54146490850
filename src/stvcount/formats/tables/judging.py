"""What each column of a table is, and which way round it lies: the reading, or the questions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import get_args

from stvcount.election.reading import Layout, Role, RowLeftOut
from stvcount.errors import Alternative, Setting
from stvcount.formats.tables import by_marks, by_names, by_numbers, by_rows, doubts, whole
from stvcount.formats.tables import plan as plans
from stvcount.formats.tables.cells import name_of
from stvcount.formats.tables.columns import Col, columns_of, shown, without_mark
from stvcount.formats.tables.findings import Findings
from stvcount.formats.tables.plan import Plan
from stvcount.formats.tables.spelling import coded_alike
from stvcount.formats.wording import control_character, echo, echoes
from stvcount.words import counted

_PAPER = re.compile(
    r"(?:paper|ballot|voter|vote|respondent|response|form|sheet|person|member|p|v|b)\s*(?:no\.?|#)?\s*[0-9]+",
    re.IGNORECASE,
)
_END = re.compile(r"(.*?)([1-9][0-9]{0,2})", re.DOTALL)
"""A heading, such as `Q5.1`, and the number at its end."""

_ROMAN = frozenset(("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X"))
_RUN_ON = re.compile(r"\s*1\s*[.):]\s*[^\d,;|>\n]+\s2\s*[.):]\s")
_MOST_TRIED = 4
_MOST_TITLES = 3
_MOST_BELOW = 12
_CANDIDATE = re.compile(r"candidates?(?: name)?|names?|nominees?|options?|")
_LISTED = re.compile(r"candidates?(?: names?)?|nominees?")
_VOTE = re.compile(
    r"\b(vote|choice|candidate|preference|president|chair|secretary|elect)\w*\b", re.I
)
_SURE_WEIGHTS = re.compile(
    r"weights?|weighting|counts?|n|frequency|freq|papers|multiplicity|copies|quantity|qty|"
    r"(?:number|no\.?) of (?:votes|voters|papers|ballots)",
    re.IGNORECASE,
)


def judged(found: Findings, headings: Sequence[str]) -> Plan | None:
    """The plan of a reading; None, or anything, where there are faults."""
    # Columns without a heading and a cell are not even there.
    columns = [one for one in columns_of(found, headings) if one.name or one.filled]
    plan = Plan(found, columns, headings)
    if not _options_are_good(plan) or _has_control_characters(plan):
        return None
    _leave_rows(plan)
    _take_asked(plan)
    asking = (
        *(doubts.ask_of_nothing_below, doubts.ask_of_rows, doubts.ask_of_rows_above),
        *(doubts.ask_of_summary, doubts.ask_of_trials),
    )
    if found.faults or any(ask(plan) for ask in asking):
        return None
    if plan.asked.header_row is None and doubts.ask_of_second_heading(plan):
        return None
    _decide(plan)
    _ask_of_papers(plan)
    if not found.faults:
        _finish(plan)
    return plan


def _ask_of_papers(plan: Plan) -> None:
    """Ask of rows that are hardly papers, or hardly those of one contest."""
    votes = _votes(plan)
    if not votes or plan.layout in (None, "long"):
        return
    asked = list(plan.found.faults)
    plan.found.faults.clear()
    # What the last rows hold is no reason to ask of anything else.
    if not doubts.ask_of_tail(plan, votes):
        plan.found.faults += asked
    if not plan.found.faults and plan.layout != "zero-one":
        doubts.ask_of_contests(plan, votes)


def _votes(plan: Plan) -> list[Col]:
    roles: tuple[Role, ...] = ("candidate", "preference", "ranking", "name")
    return [column for role in roles for column in plan.of_role(role)]


def _options_are_good(plan: Plan) -> bool:
    asked = plan.asked
    before = len(plan.found.faults)
    if asked.layout not in (None, *get_args(Layout)):
        expected = " or ".join(map(repr, get_args(Layout)))
        plan.found.fault(None, f"layout={asked.layout!r}", expected)
    names = asked.candidates
    if names is not None:
        if isinstance(names, str) or not all(isinstance(name, str) for name in names):
            plan.found.fault(None, f"candidates={names!r}", "a list of names")
        elif len(set(names)) != len(names):
            plan.found.fault(None, f"candidates={names!r}", "each name once")
    return len(plan.found.faults) == before


def _has_control_characters(plan: Plan) -> bool:
    bad = [column for column in plan.columns if control_character(column.name)]
    for column in bad:
        plan.found.fault_of_character(plan.found.header, column.name, "a heading")
    return bool(bad)


def _leave_rows(plan: Plan) -> None:
    plan.rows_left_out += [
        RowLeftOut(row, "named by --ignore-row") for row in sorted(set(plan.asked.ignore_rows))
    ]


def _take_asked(plan: Plan) -> None:
    asked = plan.asked
    for text in asked.ignore:
        column = plan.column_of(text)
        if column is not None:
            plan.take(column, "not read", "named by --ignore")
    if asked.weights is not None:
        column = plan.column_of(asked.weights)
        if column is not None:
            plan.take(column, "number of papers", "named by --weights")


def _is_a_candidate(plan: Plan, column: Col) -> bool:
    if coded_alike(column.name) not in map(coded_alike, plan.asked.candidates or ()):
        return False
    # A name that could be taken for another heading is written with an apostrophe before it.
    escaped = any(other.escaped and other.name == column.name for other in plan.columns)
    return column.escaped or not escaped


def _decide(plan: Plan) -> None:
    """Choose the layout, and let it say what the columns are."""
    if plan.asked.preferences:
        _by_asked_preferences(plan)
        return
    _take_weights(plan)
    if plan.asked.layout is not None:
        _by_asked_layout(plan, plan.asked.layout)
    elif plan.asked.candidates is not None and _name_columns(plan):
        by_numbers.by_candidates(plan)
    else:
        _by_what_it_looks_like(plan)


def _name_columns(plan: Plan) -> bool:
    """Whether the candidates named are columns, not names under numbered headings."""
    named = _names_a_column(plan)
    if all(named):
        return not _stand_in_rows_alone(plan)
    return any(named) and not any(c.like_names for c in _numbered(plan))


def _stand_in_rows_alone(plan: Plan) -> bool:
    """Whether the candidates named stand below the headings as well, and no ranks at all."""
    keys = {coded_alike(name) for name in plan.asked.candidates or ()}
    columns = [column for column in plan.open if column.known is None]
    among = any(not keys.isdisjoint(column.names) for column in columns)
    return among and not any(column.kinds.marks for column in columns)


def _names_a_column(plan: Plan) -> list[bool]:
    called = {coded_alike(column.name) for column in plan.open}
    called |= {coded_alike(by_numbers.unnumbered(column.name)) for column in plan.open}
    called |= {coded_alike(column.parts[1]) for column in plan.open if column.parts}
    called |= {
        coded_alike(inner) for way in by_numbers.questions_of(plan).values() for _, inner in way
    }
    return [coded_alike(name) in called for name in plan.asked.candidates or ()]


def _take_weights(plan: Plan) -> None:
    """The column that can only be of numbers of papers; two are a fault."""
    if plan.of_role("number of papers"):
        return
    sure = [
        column
        for column in plan.open
        if column.known is not None
        and column.known.papers
        and column.known.sure
        and not _is_a_candidate(plan, column)
    ]
    if plan.asked.candidates is not None and not sure:
        sure = [
            column
            for column in plan.open
            if column.known is not None
            and column.known.papers
            and column.filled
            and not _is_a_candidate(plan, column)
            and _SURE_WEIGHTS.fullmatch(column.name.strip(" :"))
        ]
    if len(sure) > 1:
        several = f"{len(sure)} columns of numbers of papers ({shown(sure)})"
        settled = [
            (*plans.weights(one), *plans.ignore(*(other for other in sure if other is not one)))
            for one in sure
        ]
        plan.found.fault_of_headings(several, "one at most", settled)
    for column in sure[:1]:
        plan.take(column, "number of papers", "the heading says so")


def _by_asked_preferences(plan: Plan) -> None:
    columns = [plan.column_of(text) for text in plan.asked.preferences]
    if None in columns:
        return
    chosen = [column for column in columns if column is not None]
    if len({column.number for column in chosen}) < len(chosen):
        plan.found.fault_of_headings("a column named twice by --preference", "each column once")
        return
    for column in chosen:
        # It is what the caller says, whatever its heading is.
        plan.taken.pop(column.number, None)
    _settle_weights_beside(plan, chosen)
    by_names.by_preferences(plan, chosen, None)


def _by_asked_layout(plan: Plan, layout: str) -> None:
    if layout == "candidates":
        by_numbers.by_candidates(plan)
    elif layout == "zero-one":
        _settle_weights_beside(plan, by_marks.of_marks(plan.open))
        by_marks.by_marks(plan)
    elif layout == "long":
        by_rows.by_rows(plan)
    elif layout == "ranking":
        _by_ranking(plan)
    else:
        _by_preferences(plan, _numbered(plan) or _unknown(plan))


def _unknown(plan: Plan) -> list[Col]:
    return [column for column in plan.open if column.known is None and column.name]


def _by_ranking(plan: Plan) -> None:
    lists = [c for c in plan.open if c.name and by_names.is_list(c)]
    lists = lists or [column for column in _unknown(plan) if column.separator is not None]
    lists = lists or [column for column in _unknown(plan) if column.sign and column.like_names]
    named = _of_asked_question(plan, lists) if plan.asked.question else lists
    if not named:
        named = [column for column in _unknown(plan) if column.like_names]
    if not named:
        # One under a heading that is known, such as `Ballot`, where there is no other.
        known = [column for column in plan.open if column.name and column.like_names]
        named = [column for column in known if column.sign][:1] if len(known) == 1 else []
    if len(named) == 1:
        _settle_weights_beside(plan, named)
        by_names.by_ranking(plan, named[0])
    elif named:
        by_names.ask_of_lists(plan, named)
    else:
        plan.found.fault_of_headings(
            "no column of orders", "a column with an order of names in each cell"
        )


def _of_asked_question(plan: Plan, columns: Sequence[Col]) -> list[Col]:
    wanted = coded_alike(plan.asked.question or "")
    named = [column for column in columns if coded_alike(column.name) == wanted]
    return named or [column for column in columns if column.letters == plan.asked.question]


# What it looks like


def _by_what_it_looks_like(plan: Plan) -> None:
    if by_rows.three_of(plan.open, asked=False) is not None:
        by_rows.by_rows(plan)
    elif by_rows.are_sparse(plan.open):
        by_rows.refuse_sparse(plan)
    elif by_rows.may_be(plan.open):
        by_rows.ask(plan)
    elif _lies_on_its_side(plan):
        by_numbers.ask_of_side(plan)
    elif by_marks.is_doubtful(_markable(plan)):
        by_marks.ask(plan, _markable(plan))
    else:
        _by_headings_and_cells(plan)


def _markable(plan: Plan) -> list[Col]:
    return [column for column in plan.open if column.name and column.known is None]


def _numbered(plan: Plan) -> list[Col]:
    """The columns whose headings number preferences."""
    return [
        column
        for column in plan.open
        if column.numbered is not None and column.numbered.sure and column.known is None
    ]


def _by_headings_and_cells(plan: Plan) -> None:
    lists = [c for c in plan.open if c.name and not c.like_ranks and by_names.is_list(c)]
    numbered = _numbered(plan)
    numbered = [*numbered, *_series(plan, numbered)]
    named = [c for c in numbered if c.like_names or (c.neutral and c.kinds.no_choice)]
    if all(c.kinds.truth == sum(c.kinds.words.values()) for c in named):
        # "yes" is nobody's name.
        named = []
    ranked = [c for c in _markable(plan) if c.like_ranks and c not in numbered]
    if numbered and named:
        _by_numbered(plan, numbered, ranked)
    elif numbered and not ranked and not lists and not any(c.like_names for c in _markable(plan)):
        _ask_which_way(plan, numbered)
    elif ranked or (
        any(c.like_ranks for c in numbered) and not any(c.like_names for c in _markable(plan))
    ):
        if lists and plan.asked.question is None and not by_numbers.questions_of(plan):
            _ask_of_words_and_ranks(plan, lists)
        elif plan.asked.question and _of_asked_question(plan, lists):
            by_names.by_ranking(plan, _of_asked_question(plan, lists)[0])
        else:
            by_numbers.by_candidates(plan)
    elif lists:
        _by_lists(plan, lists)
    else:
        _by_neither(plan)


def _by_numbered(plan: Plan, named: Sequence[Col], ranked: Sequence[Col]) -> None:
    """Read columns of names that number preferences; ask where others have the ranks of papers."""
    if plan.asked.question is not None or not _are_papers(plan, ranked):
        _by_preferences(plan, named)
        return
    found = f"words in {shown(named)}, which number preferences, and ranks in {shown(ranked)}"
    ways = [plans.ignore(*named)]
    if len(named) > 1:
        # A single one is a remark, most likely, and no choice that only one voter made.
        ways.append(plans.ignore(*ranked))
    plan.found.fault_of_headings(found, "to know which are the votes", ways)


def _are_papers(plan: Plan, ranked: Sequence[Col]) -> bool:
    """Whether columns of ranks are those of papers, most of which are whole."""
    ranked = [column for column in ranked if not by_numbers.beyond(column, len(ranked))]
    papers = whole.of_all(whole.marks_of(plan.found.table, ranked))
    return len(ranked) > 1 and papers.marked * 2 > len(plan.found.table.rows) and papers.few


def _ask_of_words_and_ranks(plan: Plan, lists: Sequence[Col]) -> None:
    for column in lists:
        found = f"{column.shown}, a list in each cell, beside columns of numbers"
        ways = [plans.ignore(column), plans.layout("ranking", "its cells are orders of names")]
        plan.found.fault_of_headings(found, "to know whether it is read", ways)


def _by_lists(plan: Plan, lists: Sequence[Col]) -> None:
    if plan.asked.question is not None:
        named = _of_asked_question(plan, lists)
        if not named:
            known = echoes([column.heading for column in lists])
            plan.found.fault_of_headings(
                f"no question {echo(plan.asked.question)}", f"one of {known}"
            )
            return
        plan.question = named[0].name
        lists = named
    if len(lists) > 1:
        by_names.ask_of_lists(plan, lists)
    elif plan.asked.question is not None or (
        by_names.is_ordered(lists[0]) and not by_names.others_with(plan, lists[0])
    ):
        _settle_weights_beside(plan, lists)
        by_names.by_ranking(plan, lists[0])
    else:
        by_names.ask_of_list(plan, lists[0])


def _series(plan: Plan, others: Sequence[Col]) -> list[Col]:
    """Further columns of names whose headings are alike but for a number that runs from 1."""
    runs: dict[str, list[Col]] = {}
    for column in _markable(plan):
        if column.numbered is not None and column not in others and not column.like_ranks:
            runs.setdefault(coded_alike(column.numbered.rest), []).append(column)
    found: list[Col] = []
    for run in runs.values():
        ranks = [column.numbered.rank for column in run if column.numbered]
        alone = not others and not _share_names(run)
        if sorted(ranks) == list(range(1, len(run) + 1)) and len(run) > 1 and not alone:
            found += run
    return found


def _share_names(run: Sequence[Col]) -> bool:
    """Whether the columns have names of one another."""
    names = [set(column.names) for column in run if column.names]
    return sum(map(len, names)) > len(set().union(*names))


def _by_preferences(plan: Plan, columns: Sequence[Col]) -> None:
    columns = _of_one_question(plan, columns)
    if not columns:
        if not plan.found.faults:
            plan.found.fault_of_headings("no column of preferences", "a column for each preference")
        return
    numbered = [column for column in columns if column.numbered is not None]
    ranks = [column.numbered.rank for column in numbered if column.numbered]
    if numbered and sorted(ranks) != list(range(1, len(ranks) + 1)):
        several = f"columns for the preferences {', '.join(map(str, ranks))}"
        every = _every_vote(plan, by_numbers.alike(plan, columns[0]))
        runs = _runs(numbered) or ([every] if len(every) > len(numbered) else [])
        ways = [plans.preferences(run) for run in runs]
        plan.found.fault_of_headings(several, "each from 1 to the last, once", ways)
        return
    if numbered:
        columns = sorted(numbered, key=lambda column: column.rank)
    _settle_weights_beside(plan, columns)
    by_names.by_preferences(plan, columns, plan.question)


def _every_vote(plan: Plan, found: list[Col]) -> list[Col]:
    """These columns, and all others of names whose headings speak of a vote, in their order."""
    votes = [one for one in plan.open if one.like_names and _VOTE.search(one.heading)]
    more = [one for one in votes if one not in found and one.known is None]
    return sorted([*found, *more], key=lambda one: one.number) if more else found


def _runs(columns: Sequence[Col]) -> list[list[Col]]:
    """The columns that stand beside one another and number preferences from 1."""
    found: list[list[Col]] = []
    for column in columns:
        rank = column.rank
        if rank == 1:
            found.append([column])
        elif found and rank == len(found[-1]) + 1:
            found[-1].append(column)
        else:
            return []
    return [run for run in found if any(column.like_names for column in run)]


def _of_one_question(plan: Plan, columns: Sequence[Col]) -> list[Col]:
    questions: dict[str, list[Col]] = {}
    labels: dict[str, str] = {}
    for column in columns:
        label = column.numbered.rest if column.numbered else ""
        labels.setdefault(coded_alike(label), label)
        questions.setdefault(coded_alike(label), []).append(column)
    wanted = plan.asked.question
    if wanted is not None:
        found = questions.get(coded_alike(wanted), [])
        if not found:
            known = echoes(list(labels.values()))
            plan.found.fault_of_headings(f"no question {echo(wanted)}", f"one of {known}")
        plan.question = wanted
        return found
    if _are_pairs(list(questions.values())):
        pairs = f"a name and its rank in columns of their own ({shown(columns)})"
        expected = "a column for each candidate, or for each preference"
        plan.found.fault_of_headings(pairs, expected)
        return []
    if len(questions) > 1 and not _differ_only_in_words(list(questions.values())):
        several = f"several questions in the headings ({echoes(list(labels.values()))})"
        settled: list[Alternative] = [
            (Setting("question", label, "its columns are read"),)
            for label in labels.values()
            if label
        ]
        for run in (run for key, run in questions.items() if not key):
            ranked = sorted(run, key=lambda one: one.rank)
            settled.append(plans.preferences(ranked))
        plan.found.fault_of_headings(several, "one question (--question)", settled)
        return []
    if len(questions) == 1:
        plan.question = next(iter(labels.values())) or None
    return [column for run in questions.values() for column in run]


def _are_pairs(runs: Sequence[Sequence[Col]]) -> bool:
    """Whether one run of columns has names, and another, numbered alike, has ranks."""
    named = [run for run in runs if all(column.like_names for column in run)]
    ranked = [run for run in runs if all(column.like_ranks or column.neutral for column in run)]
    numbers = [{column.rank for column in run} for run in named]
    return any(len(run) > 1 and {column.rank for column in run} in numbers for run in ranked)


def _differ_only_in_words(runs: Sequence[Sequence[Col]]) -> bool:
    """Whether each heading is worded in its own way, and together they number one run."""
    ranks = [column.numbered.rank for run in runs for column in run if column.numbered]
    return all(len(run) == 1 for run in runs) and sorted(ranks) == list(range(1, len(ranks) + 1))


def _settle_weights_beside(plan: Plan, columns: Sequence[Col]) -> None:
    """What a column of numbers beside names is, where its heading is that of numbers of papers."""
    taken = {column.number for column in columns}
    for column in plan.open:
        if column.number in taken or column.known is None or plan.of_role("number of papers"):
            continue
        if (
            column.known.papers
            and _SURE_WEIGHTS.fullmatch(column.name.strip(" :"))
            and column.filled
        ):
            plan.take(column, "number of papers", "the heading says so")
        elif by_numbers.may_be_papers(plan, column):
            found = f"{column.shown}, numbers beside the names"
            expected = "to know whether they are numbers of papers"
            settled = [plans.weights(column), plans.ignore(column)]
            plan.found.fault_of_headings(found, expected, settled)
            plan.take(column, "not read", "it is asked about")


def _ask_which_way(plan: Plan, columns: Sequence[Col]) -> None:
    both = "headings that number preferences over cells without names, which fit both ways"
    ways = [
        plans.layout("candidates", "a column for each candidate"),
        plans.layout("preferences", "a column for each preference"),
    ]
    nouns = [c for c in columns if any(map(str.isalpha, c.heading)) and not c.neutral]
    ranks = sorted(column.numbered.rank for column in columns if column.numbered)
    if ranks != list(range(1, len(ranks) + 1)):
        expected = "a row of headings above the first paper"
        plan.found.fault_of_headings("numbers in the place of headings", expected)
        return
    plan.found.fault_of_headings(both, "one of them", ways[1:] if nouns else ways)


def _by_neither(plan: Plan) -> None:
    words = [column for column in plan.open if column.known is None and column.like_names]
    unused = [column for column in _markable(plan) if not column.filled or column.neutral]
    if not words:
        if unused:
            by_numbers.by_candidates(plan)
        else:
            _ask_of_no_column(plan)
        return
    keys = {coded_alike(name_of(column.heading)) for column in words}
    if any(keys & set(column.names) for column in words):
        found = f"a name in the row of headings that stands below too ({shown(words)})"
        above = [*_headed_again(plan, words), *doubts.other_headings(plan)]
        plan.found.fault_of_headings(found, "a row of headings above the first paper", above)
    elif not _refuse_unreadable(plan, words):
        _ask_of_names(plan, words)


def _ask_of_names(plan: Plan, words: Sequence[Col]) -> None:
    """Ask which of the columns of names are the preferences, under headings that number none."""
    other = [c for c in plan.open if c.known is None and c.names and not c.separator]
    sharing = [c for c in other if any(o is not c and o.shares_names(c) for o in words)]
    likely = _likely(words, sharing)
    row, cell, column = _first_word(plan, words)
    no_number = (
        f"{echo(cell)} in {column.shown}, which is no number, "
        f"under headings that number no preference ({shown(words)})"
    )
    expected = "numbers under candidates' names, or names under headings such as '1st choice'"
    shared = bool(sharing) and set(sharing) <= set(likely)
    sure = likely and (shared or _run(likely) or _headed_alike(likely))
    settled = [plans.preferences(likely)] if sure or len(likely) == 1 else []
    if 1 < len(likely) <= _MOST_TRIED and any(one.name for one in likely):
        settled += [plans.preferences([one]) for one in likely]
    also = [c for c in plan.open if c.known and any(map(c.shares_names, words))]
    if also and (sure or len(words) == 1):
        # A heading such as `Unnamed: 0` may be that of a vote.
        every = sorted([*(likely or words), *also], key=lambda one: one.number)
        settled = [plans.preferences(every), *settled]
    settled = [*doubts.headed_above(plan), *settled]
    if len(words) > len(likely) and _one_run(words):
        # The surest way to lose no preference comes first.
        settled = [plans.preferences(words), *settled]
    if len(words) == 1:
        settled = [*_as_orders(column), *settled]
    if [one for one in plan.columns if one.filled] == words and plan.asked.header_row is None:
        lower = list(_lower_headings(plan, column))
        # Under a blank heading, what stands first may be a heading: no name to count.
        settled = lower if lower and not column.heading else [*lower, *settled]
    plan.found.fault(row, no_number, expected, settled)


def _refuse_unreadable(plan: Plan, words: Sequence[Col]) -> bool:
    """Refuse cells that are plainly papers, but written in a way that is not read."""
    row, cell, column = _first_word(plan, words)
    every = {text for column in words for text in column.cells}
    if len(words) > 1 and "I" in every and every <= _ROMAN:
        expected = "figures"
    elif len(words) == 1 and any(map(_RUN_ON.match, every)):
        expected = "a sign such as ; between the names"
    else:
        refusals = (by_names.refuse_brackets, by_names.refuse_letters)
        return len(words) == 1 and any(refuse(plan, column) for refuse in refusals)
    plan.found.fault(row, f"{echo(cell)} in {column.shown}", expected)
    return True


def _likely(words: Sequence[Col], sharing: Sequence[Col]) -> list[Col]:
    """The columns that may be the preferences, in their order."""
    run = _run(words)
    votes = [column for column in words if _VOTE.search(column.heading)]
    likely = _headed_alike(words) or (run if len(run) > len(sharing) else list(sharing))
    if set(likely) < set(votes):
        # The last preference may name nobody whom another names.
        likely = votes
    # Letters number the preferences, wherever they stand.
    return by_names.in_order(likely or votes)


def _one_run(columns: Sequence[Col]) -> bool:
    """Whether headings number 1, 2, 3, ... in this order, or only the first of them is there."""
    numbers = [column.numbered.rank for column in columns if column.numbered]
    beside = columns[-1].number - columns[0].number == len(columns) - 1
    one_for_all = beside and not any(without_mark(column.heading) for column in columns[1:])
    return numbers == list(range(1, len(columns) + 1)) or one_for_all


def _ask_of_no_column(plan: Plan) -> None:
    """Refuse a table without votes, but for a single column of names under another heading."""
    filled = [column for column in plan.open if column.filled and column.name]
    keys = {coded_alike(column.name) for column in filled}
    if len([column for column in filled if keys & set(column.names)]) > 1:
        found = f"names in the row of headings that stand below too ({shown(filled)})"
        expected = "a row of headings above the first paper"
        plan.found.fault_of_headings(found, expected, doubts.other_headings(plan))
        return
    several = len([column for column in filled if column.like_ranks]) > 1
    filled = [column for column in filled if column.like_names]
    if several or len(filled) != 1:
        by_numbers.ask_of_no_column(plan)
        return
    if by_names.refuse_letters(plan, filled[0]):
        return
    ways = [*_as_orders(filled[0]), plans.preferences(filled)]
    if plan.asked.header_row is None:
        ways = [*_lower_headings(plan, filled[0]), *ways]
    what = filled[0].known.what if filled[0].known else "nothing of votes"
    found = f"names in {filled[0].shown}, whose heading says {what}"
    plan.found.fault_of_headings(found, "names under headings such as '1st choice'", ways)


def _headed_alike(columns: Sequence[Col]) -> list[Col]:
    times = Counter(coded_alike(column.name) for column in columns if column.name)
    most = max(times, key=lambda name: times[name], default="")
    found = [column for column in columns if column.name and coded_alike(column.name) == most]
    return found if len(found) > 1 else []


def _headed_again(plan: Plan, words: Sequence[Col]) -> list[Alternative]:
    """The rows from where the heading stands again, as above a summary."""
    rows = {
        row
        for column in words
        if _VOTE.search(column.heading)
        for row, _ in plan.found.where(
            column.column,
            lambda cell, own=column: coded_alike(cell) == coded_alike(own.name),  # type: ignore[misc]
        )
    }
    if not rows or len(rows) > 1:
        return []
    alone = len([column for column in plan.columns if column.filled]) == 1
    below = [row for row in plan.found.table.rows if row >= min(rows)]
    few = len(below) <= _MOST_BELOW
    # In a single column, what follows are papers as before.
    return [plans.ignore_rows(rows)] if alone else [plans.ignore_rows(below)] if few else []


def _as_orders(column: Col) -> list[Alternative]:
    having = sum(n for cell, n in column.cells.items() if column.sign and column.sign in cell)
    several = (having > 1 and having * 4 >= column.filled) or column.separator is not None
    if having == column.filled and not by_names.is_ordered(column):
        pieces = {len(parts) for parts, _ in column.pieces(column.sign or ";")}
        # Rather `Lee, Ann`, in every cell.
        several = several and (pieces != {2} or column.sign != ",")
    return [plans.layout("ranking", "its cells are orders of names")] if several else []


def _lower_headings(plan: Plan, column: Col) -> list[Alternative]:
    """The first rows of a single column that may be headings: their texts stand only there."""
    rows = plan.found.table.rows
    texts = [column.column.cell(place) for place in range(min(len(rows) - 1, _MOST_TITLES))]
    return [
        plans.header_row(rows[place])
        for place, text in enumerate(texts)
        if text and column.cells.get(text) == 1
    ]


def _run(columns: Sequence[Col]) -> list[Col]:
    """The columns, where their headings are alike but for a number that runs from 1."""
    ends = [_END.fullmatch(coded_alike(without_mark(column.heading))) for column in columns]
    found = [
        (one.rest, one.rank) if (one := column.numbered) else end and (end[1], int(end[2]))
        for column, end in zip(columns, ends, strict=True)
    ]
    ranks = [one[1] for one in found if one]
    alike = len(ranks) == len(columns) > 1 and len({one[0] for one in found if one}) == 1
    return list(columns) if alike and ranks == list(range(1, len(ranks) + 1)) else []


def _first_word(plan: Plan, words: Sequence[Col]) -> tuple[int, str, Col]:
    column = words[0]
    row, cell = next(iter(plan.found.where(column.column, str.strip)))
    return row, cell, column


def _lies_on_its_side(plan: Plan) -> bool:
    """Whether the first column names the candidates and every other is a paper."""
    rows = len(plan.found.table.rows)
    open_ = [column for column in plan.open if column.filled or column.name]
    if len(open_) < 3 or rows < 2 or plan.asked.candidates is not None:
        return False
    first, rest = open_[0], open_[1:]
    if (
        not first.all_different
        or first.filled != rows
        or not all(c.like_ranks or c.neutral for c in rest)
    ):
        return _preferences_on_their_side(first, rest)
    if not first.like_names:
        return False
    marks = whole.marks_of(plan.found.table, rest)
    heading = coded_alike(first.name)
    if all(_PAPER.fullmatch(column.name) for column in rest) or whole.down_the_side(marks):
        return True
    if _LISTED.fullmatch(heading) and whole.is_whole_down(marks):
        return True
    numbered = all(column.numbered is not None for column in rest)
    return numbered and _CANDIDATE.fullmatch(heading) is not None


def _preferences_on_their_side(first: Col, rest: Sequence[Col]) -> bool:
    ranks = sorted(first.kinds.ranks)
    return (
        len(ranks) == first.rows
        and ranks == list(range(1, first.rows + 1))
        and first.all_different
        and first.known is None
        and all(_PAPER.fullmatch(column.name) and column.like_names for column in rest)
    )


# What is left to say


def _finish(plan: Plan) -> None:
    if plan.layout not in ("candidates", "long"):
        doubts.ask_of_last_row(plan, _votes(plan), plan.weights)
    doubts.note_twice(plan)
    by_numbers.note_columns(plan)
    unused = [
        word
        for word in plan.asked.blank
        if not any(coded_alike(word) == coded_alike(one) for one in plan.blanks)
    ]
    if unused:
        plan.found.notes.append(f"words for no choice that stand nowhere: {echoes(unused)}")
    if plan.blanks:
        times = [f"{echo(word)} {counted(number, 'time')}" for word, number in plan.blanks.items()]
        plan.found.notes.append(f"read as blank: {', '.join(times)}")
