"""Tables with a row for each preference: whose paper, which rank, which candidate."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from stvcount.formats.tables import plan as plans
from stvcount.formats.tables.columns import Col, shown
from stvcount.formats.tables.names import Where, settle
from stvcount.formats.tables.plan import Plan
from stvcount.formats.tables.spelling import coded_alike

_RANK = re.compile(
    r"(?:preference|pref|rank|ranking|choice|position|order|place|priority)"
    r"(?:\s*(?:number|no\.?|order|rank|position|value))?|(?:number|no\.?) of preference|rank given"
)
_NAME = re.compile(
    r"(?:candidate|nominee|option|selection)s?"
    r"(?:\s*(?:id|name|no\.?|number|chosen|ranked|voted for))?|choice|vote|vote for|voted for|name"
)


def _key(column: Col) -> str:
    return " ".join(coded_alike(column.heading).replace("_", " ").replace("-", " ").split()).strip(
        " :"
    )


def three_of(columns: Sequence[Col], *, asked: bool) -> tuple[Col, Col, Col] | None:
    """The columns of papers, names and ranks, where it is certain, or asked for, that they are."""
    ranks = [c for c in columns if _RANK.fullmatch(_key(c)) and c.like_ranks]
    if asked and not ranks:
        ranks = [c for c in columns if c.like_ranks and not c.known and not c.numbered][:1]
    for rank in ranks:
        names = [c for c in columns if c is not rank and _NAME.fullmatch(_key(c)) and c.filled]
        names = [c for c in names if not c.all_different or c.rows < 2] or (names if asked else [])
        if asked and not names:
            names = [c for c in columns if c is not rank and c.like_names and not c.known][:1]
        for name in sorted(names, key=lambda c: not _key(c).startswith("candidate"))[:1]:
            papers = [c for c in columns if c not in (rank, name) and _is_paper(c)]
            if papers and _fits(papers[0], rank):
                return papers[0], name, rank
    return None


def _is_paper(column: Col) -> bool:
    return (
        column.known is not None
        and column.known.what in ("identifiers", "addresses", "who voted")
        and bool(column.filled)
    )


def _fits(paper: Col, rank: Col) -> bool:
    """Whether papers have several rows, and on each the ranks are different."""
    seen: set[tuple[str, str]] = set()
    repeated = 0
    cells = zip(paper.texts, rank.texts, strict=True)
    for pair in cells:
        repeated += pair in seen
        seen.add(pair)
    return not paper.all_different and repeated * 10 <= paper.rows


def may_be(columns: Sequence[Col]) -> bool:
    """Whether the headings are those of a row for each preference, if not certainly."""
    return (
        len(columns) <= 8
        and any(_RANK.fullmatch(_key(c)) and c.like_ranks for c in columns)
        and any(_NAME.fullmatch(_key(c)) and c.filled for c in columns)
        and any(_is_paper(c) and not c.all_different for c in columns)
    )


def are_sparse(columns: Sequence[Col]) -> bool:
    """Whether only the first row of each paper says whose it is."""
    return (
        len(columns) <= 8
        and any(_RANK.fullmatch(_key(c)) and c.like_ranks for c in columns)
        and any(_NAME.fullmatch(_key(c)) and c.like_names for c in columns)
        and any(_is_paper(c) and c.texts[0] and c.filled < c.rows for c in columns)
    )


def refuse_sparse(plan: Plan) -> None:
    papers = [column for column in plan.open if _is_paper(column)]
    found = f"blank cells in {shown(papers)}, in a table with a row for each preference"
    plan.found.fault_of_headings(found, "in every row whose paper it is on")


def ask(plan: Plan) -> None:
    found = "headings of a table with a row for each preference"
    settled = [plans.layout("long", "a row for each preference")]
    plan.found.fault_of_headings(found, "a row for each paper", settled)


def by_rows(plan: Plan) -> None:
    """Read a row for each preference."""
    plan.layout = "long"
    three = three_of(plan.open, asked=True)
    if three is None:
        expected = (
            "columns of whose paper a row is (such as voter), of the candidate, and of the rank"
        )
        plan.found.fault_of_headings(f"only {shown(plan.columns)}", expected)
        return
    paper, name, rank = three
    plan.take(paper, "paper", "it says on whose paper the preference is")
    plan.take(name, "name", "it names the candidate")
    plan.take(rank, "rank", "it ranks the candidate")
    plan.found.notes.append(
        f"a row for each preference: papers by {paper.shown}, in the order in which they come first"
    )
    plan.leave_rest("it is beside the preferences")
    there: Counter[str] = Counter()
    for cell, number in zip(name.column.cells, name.counts, strict=True):
        there[cell.strip()] += number
    # A column has a blank among its different cells, whether or not it stands in a row.
    settle(plan, +there, Where(plan, [name]))
