"""Strategies for hypothesis: elections, papers and marks in which the hard things are likely."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

from stvcount.election import Election
from stvcount.election.papers import Papers
from stvcount.errors import ElectionError
from stvcount.rules import RuleSet, kind
from stvcount.testing.cases import Case, corpus
from stvcount.testing.small import name_of

try:
    from hypothesis import strategies as st
except ImportError as _error:
    raise ElectionError(
        "found no hypothesis, which the strategies need; "
        "expected it to be installed: pip install 'stvcount[testing]'"
    ) from _error

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

__all__ = ["elections", "marks", "papers"]

Order: TypeAlias = "tuple[list[int | tuple[int, ...] | None], int]"
"""Candidate numbers in order of preference, and how many papers are alike. An entry may be None,
for a preference left out, or a tuple of those who are ranked equal."""

_NON_PERSON = "Re-Open Nominations"
_BLANKS: tuple[object, ...] = (None, "", "-", "X", "x", "0", "-1", "1.5", "3&5", 99)


def papers(candidates: int, *, most: int = 12) -> SearchStrategy[list[Order]]:
    """Papers as orders of candidate numbers, from 0, each with how many there are.

    Most are in order; some are cut short, leave a preference out, repeat one or rank two equal.
    `Papers(names, ...)` takes them. `most`: of different ones.
    """
    return _papers(candidates, most)


# Made once for each number: to make a strategy takes longer than to draw from it.
@cache
def _papers(candidates: int, most: int) -> SearchStrategy[list[Order]]:
    place = st.integers(0, candidates - 1)
    good = st.tuples(_order(candidates), st.integers(0, candidates)).map(
        lambda drawn: drawn[0][: drawn[1]]
    )
    odd = st.lists(st.one_of(place, st.none(), st.just((0, candidates - 1))), max_size=candidates)
    orders: SearchStrategy[list[Any]] = st.one_of(
        good, good, good, good, odd if candidates > 1 else good
    )
    return st.lists(st.tuples(orders, st.integers(1, 6)), max_size=most)


@cache
def _order(number: int) -> SearchStrategy[list[int]]:
    return st.permutations(range(number))


def marks(candidates: int) -> SearchStrategy[list[object]]:
    """The marks of one paper, one for each candidate, in the order in which they are listed.

    Preferences from 1, as numbers or texts; some papers have a number twice, leave one out, or
    have a mark that is none. `Papers.from_marks(..., candidates=names)` takes them.
    """
    number = st.integers(1, candidates + 1)
    in_order = st.permutations(range(1, candidates + 1)).flatmap(
        lambda order: st.integers(0, candidates).map(
            lambda length: [mark if mark <= length else None for mark in order]
        )
    )
    any_mark: SearchStrategy[object] = number | number.map(str) | st.sampled_from(_BLANKS)
    by_hand = st.lists(any_mark, min_size=candidates, max_size=candidates)
    return st.one_of(in_order.map(list), in_order.map(list), by_hand)


def elections(
    rules: str | type[RuleSet] | RuleSet | None = None,
    *,
    candidates: int = 7,
    places: int = 4,
    withdrawals: bool = True,
    non_person: bool = True,
) -> SearchStrategy[Election]:
    """Elections that these rules can count: contested ones have a valid paper.

    Some are small and random, so that ties and odd ends are common; some have as many first
    preferences for each candidate, but for a few; others lie about a case of the corpus, on which
    one clause turns: equal votes, values of 0.00, surpluses that may just be deferred, exclusions
    together, a quota that falls; of `rules`, or else of any.
    `candidates`, `places`: how many at most. `withdrawals`, `non_person`: whether some candidates
    may have withdrawn, and whether one may be no person.
    """
    most, of = places, None
    if rules is not None:
        found = kind(rules) if isinstance(rules, str) else rules
        most, of = min(places, found.most_places or places), found.id
    near = [
        case for case in corpus(of) if len(case.candidates) <= candidates and case.places <= most
    ]
    drawn = _random(candidates, most) | _balanced(candidates, most)
    if near:
        # A branch for each half, as a strategy takes every branch alike.
        drawn |= _near(near[::2]) | _near(near[1::2] or near)
    return _with_people(drawn, withdrawals=withdrawals, non_person=non_person)


@st.composite
def _random(draw: DrawFn, candidates: int, places: int) -> Election:
    number = draw(st.integers(1, candidates))
    # One at least is valid, for contested elections.
    drawn: list[Order] = [*draw(papers(number)), ([0], draw(st.integers(1, 4)))]
    return _election(number, draw(st.integers(1, places)), drawn)


@st.composite
def _balanced(draw: DrawFn, candidates: int, places: int) -> Election:
    """As many first preferences for each, but for a few: equal votes, surpluses of next to none."""
    number = draw(st.integers(min(2, candidates), min(candidates, max(3, places + 1))))
    each = draw(st.sampled_from([1, 2, 120, 120]))
    order = _order(number)
    drawn: list[Order] = [(_first(one, draw(order)), each) for one in range(number)]
    one_more: list[Order] = [([0], 1)]
    more = draw(st.sampled_from([[], one_more, one_more]) | papers(number, most=2))
    # With a place less than candidates, each of them is at the quota, or very near it.
    one_less = min(places, max(1, number - 1))
    seats = draw(st.sampled_from([one_less, one_less, 1, places]))
    return _election(number, seats, [*drawn, *more])


def _first(one: int, order: Sequence[int]) -> list[int | tuple[int, ...] | None]:
    return [one, *(other for other in order if other != one)]


@st.composite
def _near(draw: DrawFn, cases: Sequence[Case]) -> Election:
    """A case of the corpus, its candidates in another order, perhaps with some papers more."""
    # By number: to tell one strategy from another, hypothesis goes through all that it draws from.
    small = cases[draw(st.integers(0, len(cases) - 1))].small
    order = draw(_order(small.candidates))
    times = draw(st.sampled_from([1, 1, 1, 2, 10]))
    more = draw(papers(small.candidates, most=2)) if draw(st.booleans()) else []
    drawn: list[Order] = [
        ([order[one] for one in given], number * times) for given, number in small.papers
    ]
    return _election(small.candidates, small.places, [*drawn, *more])


def _election(number: int, places: int, drawn: Sequence[Order]) -> Election:
    names = [name_of(one) for one in range(number)]
    return Election(title="Random", places=places, candidates=names, papers=Papers(names, drawn))


@st.composite
def _with_people(
    draw: DrawFn, drawn: SearchStrategy[Election], *, withdrawals: bool, non_person: bool
) -> Election:
    """One of the elections with candidates withdrawn, and with one who is no person.

    Where some withdrew there is one paper more, lest there be no valid one left.
    """
    election = draw(drawn)
    names = list(election.candidates)
    gone: set[str] = set()
    if withdrawals and draw(st.sampled_from([False, False, True])):
        gone = draw(st.sets(st.sampled_from(names), max_size=len(names) - 1))
    standing = [one for one in names if one not in gone]
    orders: list[Order] = [(list(order), number) for order, number in election.papers.orders()]
    if gone:
        orders.append(([names.index(standing[0])], draw(st.integers(1, 4))))
    if non_person and draw(st.booleans()):
        names[names.index(standing[-1])] = _NON_PERSON
    made = Election(
        title=election.title,
        places=election.places,
        candidates=names,
        papers=Papers(names, orders),
        non_person=_NON_PERSON if _NON_PERSON in names else None,
    )
    for name in sorted(gone):
        made = made.withdraw(name, reason="left")
    return made
