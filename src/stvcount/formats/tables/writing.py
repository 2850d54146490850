"""The table in which an election is written: numbers of papers, then against each candidate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from stvcount.election import Election
from stvcount.election.marks import Entry, order_of_marks
from stvcount.errors import ElectionError
from stvcount.formats import wording
from stvcount.formats.tables.cells import TOO_LARGE, escaped
from stvcount.words import counted


def as_table(election: Election, kind: str) -> tuple[list[str], Iterator[list[int | None]]]:
    """The headings and the rows of a table: numbers of papers, then numbers against candidates.

    Raises `ElectionError` for more papers alike than a table can state; `kind` is the format.
    """
    most = max((count for _, count in election.papers.groups()), default=0)
    if most >= TOO_LARGE:
        expected = f"at most {TOO_LARGE - 1}"
        raise ElectionError(f"{kind}: found {most} papers alike; expected {expected}")
    return ["papers", *map(escaped, election.candidates)], _rows(election)


def _rows(election: Election) -> Iterator[list[int | None]]:
    total = 0
    for order, count in election.papers.orders():
        marks = _marks(order, len(election.candidates))
        if marks and count == total and not any(marks):
            # So many blank papers as all before them would be taken for a total; 0 is no mark.
            marks[0] = 0
        total += count
        yield [count, *marks]


def _marks(order: Sequence[Entry], candidates: int) -> list[int | None]:
    """The numbers that express an order, as far as numbers can.

    Where it becomes uncertain, it must be so in the numbers too: where that cannot be, nothing
    more is written.
    """
    marks: list[int | None] = [None] * candidates
    rank = 1
    certain, gap = True, False
    for entry in order:
        named = entry if isinstance(entry, tuple) else () if entry is None else (entry,)
        fresh = {candidate for candidate in named if marks[candidate] is None}
        if certain:
            certain = isinstance(entry, int)
            if named and len(fresh) < (1 if certain else 2):
                break
        for candidate in fresh:
            marks[candidate] = rank
        # Several ranks left out in a row are read as one, so they are written as one.
        rank += bool(fresh) or not gap
        gap = not fresh
    return marks


def left_out(election: Election, kind: str) -> tuple[str, ...]:
    """A sentence for each thing of this election that a table cannot hold; `kind`: the format."""
    cut = _papers_cut(election)
    aside = [
        f"{one.paper} ({one.reason})" if one.reason else str(one.paper)
        for one in election.papers_set_aside
    ]
    return wording.left_out(
        kind,
        (
            ("the number of places is left out", [str(election.places)]),
            ("the title is left out", [election.title] if election.title else []),
            ("withdrawals are left out", wording.withdrawals(election.withdrawn)),
            (
                "the candidate who is no person is written like the others",
                [] if election.non_person is None else [election.non_person],
            ),
            ("papers that are set aside are written like the others", aside),
            wording.affiliations(election),
            wording.persons(election),
            (
                "what numbers cannot express, after the last certain preference, is left out",
                [counted(cut, "paper")] if cut else [],
            ),
            ("notes from reading the election are left out", election.notes),
        ),
    )


def _papers_cut(election: Election) -> int:
    """The number of papers that are not read back with all that is on them."""
    width = len(election.candidates)
    return sum(
        count
        for order, count in election.papers.orders()
        if order_of_marks(_marks(order, width)) != order
    )
