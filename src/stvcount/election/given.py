"""What a program hands in as papers: orders by names, rows of marks, and numbers of papers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from operator import itemgetter
from typing import Any, TypeAlias

from stvcount import checks
from stvcount.checks import found, is_in_order, whole
from stvcount.election.marks import (
    Entry,
    Ranking,
    Rest,
    is_certain,
    is_mark,
    number_of_mark,
    order_of_marks,
    read_order,
)
from stvcount.errors import ElectionError

Place: TypeAlias = str | Sequence[str] | AbstractSet[str] | None
"""One place in an order by names: a name, several ranked equal, or None for a skipped rank."""

Order: TypeAlias = Sequence[Place]
"""An order by names, the first preference first."""

Rankings: TypeAlias = Iterable[Order | tuple[Order, int]] | Mapping[tuple[str, ...], int]
"""Orders by names, each by itself or with a number of papers: what `Papers.from_rankings` reads."""

Marks: TypeAlias = Iterable[Sequence[Any] | Mapping[str, Any] | tuple[Any, int]]
"""Rows of marks, each by itself or with a number of papers: what `Papers.from_marks` reads."""

Given: TypeAlias = tuple[Ranking, Rest, int]
"""An order as it is read, what follows its readable part, and its number of papers."""


def of_orders(orders: Iterable[tuple[Sequence[Entry], int]], candidates: int) -> Iterator[Given]:
    """These orders by candidate number, whose entries are looked at, but not whether they fit."""
    for item, given in enumerate(items("orders", orders), start=1):
        order, count = _pair(given, item)
        if is_certain(order):
            yield order, (), count
        elif count:
            entries = [_entry(one, candidates, f"order {item}") for one in order]
            yield *read_order(entries), count


def plain(rankings: Rankings, names: Names) -> list[Ranking] | None:
    """These orders as candidate numbers, if each is a list of printed names, none of them twice.

    Nearly all are, and are soon seen to be: any others are read one by one, by `of_rankings`.
    """
    if not isinstance(rankings, (list, tuple)) or not set(map(type, rankings)) <= {list, tuple}:
        return None
    try:
        found = [_numbered(order, names.numbers) for order in rankings]
    except (LookupError, TypeError):
        return None
    return found if list(map(len, map(set, found))) == list(map(len, found)) else None


def _numbered(order: Sequence[Any], numbers: Mapping[str, int]) -> Ranking:
    """An order of known names as their numbers; another raises `LookupError` or `TypeError`."""
    # To get all at once takes half as long as one by one; of one it would not be a tuple.
    return itemgetter(*order)(numbers) if len(order) > 1 else (numbers[order[0]],)


def of_rankings(rankings: Rankings, names: Names) -> Iterator[Given]:
    """These orders by name, as candidate numbers."""
    each = rankings.items() if isinstance(rankings, Mapping) else items("rankings", rankings)
    for item, given in enumerate(each, start=1):
        may_be_pair = type(given) is not tuple or len(given) == 2
        order, count = _with_count(given, "ranking", item) if may_be_pair else (given, 1)
        if isinstance(order, (list, tuple)):
            # Nearly all are one name after the other, each once, and printed or mentioned before.
            try:
                ranking = _numbered(order, names.numbers)
            except (LookupError, TypeError):
                ranking = ()
            if ranking and len(set(ranking)) == len(ranking):
                yield ranking, (), count
                continue
        yield *read_order(_order(order, names, f"ranking {item}")), count


def _order(given: object, names: Names, where: str) -> tuple[Entry, ...]:
    order = _plain(given)
    if not isinstance(order, (list, tuple)):
        raise ElectionError(
            f"{where}: found {found(order)}; expected an order of names (list or tuple), "
            "or a pair of it and a number of papers"
        )
    return tuple([names.entry(place, where) for place in order])


def of_marks(rows: Marks, names: tuple[str, ...]) -> Iterator[Given]:
    """The orders that the marks of these rows express."""
    for item, given in enumerate(items("rows", rows), start=1):
        where = f"row {item}"
        row, count = _with_count(given, "row", item)
        cells = _cells(_plain(row), names, where)
        try:
            order = order_of_marks(map(number_of_mark, cells))
        except ValueError:
            raise _no_mark(cells, names, where) from None
        yield *read_order(order), count


def _no_mark(cells: Sequence[object], names: tuple[str, ...], where: str) -> ElectionError:
    name, cell = next(pair for pair in zip(names, cells, strict=True) if not is_mark(pair[1]))
    return ElectionError(
        f"{where}, {name}: found {found(cell)}; "
        "expected a whole number, the text of a cell, or a blank"
    )


def _pair(given: object, item: int) -> tuple[tuple[Any, ...], int]:
    """An order and its number of papers; the places in the order are not looked at."""
    if type(given) is tuple and len(given) == 2:
        order, count = given
        if type(order) is tuple and type(count) is int and count >= 0:
            return given  # as nearly all are
    where = f"order {item}"
    if not isinstance(given, (tuple, list)) or len(given) != 2:
        raise ElectionError(
            f"{where}: found {found(given)}; expected a pair of an order and a number of papers"
        )
    order = _plain(given[0])
    if not isinstance(order, (list, tuple, range)):
        raise ElectionError(
            f"{where}: found {found(order)}; expected candidates' numbers (list or tuple)"
        )
    return tuple(order), number_of_papers(given[1], where)


def _entry(given: object, candidates: int, where: str) -> Entry:
    """One place in an order by candidate number."""
    if isinstance(given, (tuple, list, set, frozenset)):
        return tuple(_candidate(number, candidates, where) for number in given)
    return None if checks.is_blank(given) else _candidate(given, candidates, where)


def _candidate(given: object, candidates: int, where: str) -> int:
    number = whole(given)
    if number is None or not 0 <= number < candidates:
        raise ElectionError(
            f"{where}: found candidate number {found(given)}; expected 0 to {candidates - 1}"
        )
    return number


def number_of_papers(given: object, where: str) -> int:
    """The number of papers that was handed in; raises `ElectionError` where it is none."""
    number = whole(given)
    if number is None or number < 0:
        raise ElectionError(f"{where}: found {found(given)}; expected a number of papers")
    return number


class Names:
    """The printed names, or those mentioned so far, and the candidate number of each."""

    def __init__(self, printed: Iterable[str] | None) -> None:
        names = () if printed is None else checks.names("candidates", printed)
        self.numbers: dict[str, int] = {name: number for number, name in enumerate(names)}
        self._printed = printed is not None
        check_distinct(names)

    def entry(self, place: object, where: str) -> Entry:
        if isinstance(place, str):
            return self._number(place, where)
        if isinstance(place, (list, tuple, set, frozenset)):
            return tuple(self._number(name, where) for name in place)
        return None if checks.is_blank(place) else self._number(place, where)

    def _number(self, name: object, where: str) -> int:
        if not isinstance(name, str):
            raise ElectionError(f"{where}: found {found(name)}; expected a candidate's name")
        if name not in self.numbers and self._printed:
            raise unknown(name, where, self.numbers)
        return self.numbers.setdefault(str(name), len(self.numbers))


def check_distinct(names: Iterable[str]) -> None:
    """Raise `ElectionError` where several bear one name, so that it tells nobody."""
    given = tuple(names)
    if len(set(given)) == len(given):
        return
    for name, times in Counter(given).items():
        if times > 1:
            raise ElectionError(
                f"candidates: found {name!r} {times} times; expected papers by name only where "
                "each name is borne by one"
            )


def unknown(name: object, where: str, printed: Iterable[str]) -> ElectionError:
    return ElectionError(
        f"{where}: found {found(name)}; expected one of the candidates {', '.join(printed)}"
    )


def items(argument: str, given: Iterable[object]) -> Iterable[object]:
    """What is handed in one by one; a table, which goes by columns, is no such thing.

    Raises `ElectionError` for what is no list.
    """
    if hasattr(given, "__dataframe__") or hasattr(given, "__arrow_c_stream__"):
        raise ElectionError(
            f"{argument}: found {found(given)}; expected a list (`Papers.from_table` reads tables)"
        )
    if not is_in_order(given):
        expected = {
            "rankings": "a list of orders of names, such as [('Ann', 'Bob'), ('Bob',)]",
            "rows": "a list of rows of marks, such as [[1, 2], [2, 1]]",
        }.get(argument, "a list of pairs of an order and a number of papers")
        raise ElectionError(f"{argument}: found {found(given)}; expected {expected}")
    return given


def _with_count(given: object, what: str, item: int) -> tuple[object, int]:
    """An item and its number of papers, whether or not it came as a pair.

    A pair whose first is a list or a tuple is never an order that begins with several ranked
    equal: taken so, a number of papers in the wrong type would be lost.
    """
    if not (isinstance(given, tuple) and len(given) == 2):
        return given, 1
    row, count = given
    if isinstance(_plain(row), (list, tuple, Mapping)):
        return row, number_of_papers(count, f"{what} {item}")
    return given, 1


def _plain(row: object) -> object:
    """An array of numpy as a list; anything else as it is."""
    if isinstance(row, (list, tuple)) or not hasattr(row, "__array_interface__"):
        return row
    plain: object = row.tolist()  # type: ignore[attr-defined]
    return plain


def _cells(row: object, names: tuple[str, ...], where: str) -> Sequence[object]:
    if isinstance(row, Mapping):
        check_distinct(names)
        for name in row:
            if name not in names:
                raise unknown(name, where, names)
        return [row.get(name) for name in names]
    if not isinstance(row, (list, tuple)) or len(row) != len(names):
        raise ElectionError(
            f"{where}: found {found(row)}; expected {len(names)} cells (list or tuple), one for "
            "each candidate, or a mapping from names to cells, or a pair of it and a number of "
            "papers"
        )
    return row
