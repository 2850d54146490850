"""Voting papers, and how marks or orders on them are read (ERS97 6.8 to 6.17).

A paper is read once, with every printed name, before anybody is passed over. Reading it gives
its *ranking*: the candidates in order up to the point where the next preference is uncertain.
What stands after that point is kept as the *rest*: it never counts, but it is not lost.
"""

from __future__ import annotations

import bisect
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias

from stvcount.errors import ElectionError
from stvcount.frozen import FrozenMapping
from stvcount.words import figure

if TYPE_CHECKING:
    from stvcount.election.matrix import PaperMatrix

Entry: TypeAlias = "int | tuple[int, ...] | None"
"""One place in an order: a candidate's number (from 0), several ranked equal, or a skipped rank."""

Ranking: TypeAlias = tuple[int, ...]
Rest: TypeAlias = tuple[Entry, ...]

Place: TypeAlias = "str | Sequence[str] | AbstractSet[str] | None"
"""One place in an order by names: a name, several ranked equal, or None for a skipped rank."""

Order: TypeAlias = Sequence[Place]
"""An order by names, the first preference first."""

Rankings: TypeAlias = "Iterable[Order | tuple[Order, int]] | Mapping[tuple[str, ...], int]"
"""Orders by names, each by itself or with a number of papers: what `Papers.from_rankings` reads."""

NO_FIRST_PREFERENCE = "no first preference"
SEVERAL_FIRST_PREFERENCES = "more than one first preference"
ONLY_WITHDRAWN = "only withdrawn candidates"

EQUAL_PREFERENCES = "equal preferences"
SKIPPED_PREFERENCE = "a preference left out"
REPEATED_CANDIDATE = "a candidate repeated"

MOST_PAPERS = 10**40
"""No count of papers reaches this; it keeps every sum of votes exact in the context of a count."""

MOST_IN_MATRIX = 2**53
"""From so many papers on they are not held as a matrix; its int64 sums stay far from their end."""

_GROUPING_FROM = 300
"""From so many rankings on it pays to put equal ones together, if 3 in 10 of a sample are equal.

Measured: docs/performance.md.
"""

_NUMBERS_ONLY = {int}
_PLAIN_NUMBER = re.compile(r"[1-9][0-9]*", re.ASCII)


def read_order(entries: Sequence[Entry]) -> tuple[Ranking, Rest]:
    """Read an order of candidates up to where it becomes uncertain, and give what follows too.

    A repeated candidate ends the paper there (the first mention stands), an equal ranking ends
    it, a skipped rank ends it. Skipped ranks after which nothing stands are no marks at all.
    """
    order = tuple(entries)
    if len(set(order)) == len(order) and set(map(type, order)) <= _NUMBERS_ONLY:
        return order, ()  # type: ignore[return-value]
    order = tuple(map(_entry, order))
    end = len(order)
    while end and order[end - 1] is None:
        end -= 1
    ranking: list[int] = []
    seen: set[int] = set()
    for entry in order[:end]:
        if not isinstance(entry, int) or entry in seen:
            break
        seen.add(entry)
        ranking.append(entry)
    return tuple(ranking), order[len(ranking) : end]


def _entry(entry: Entry) -> Entry:
    """An equal ranking of one is that one, and of none is a rank left out."""
    if not isinstance(entry, tuple):
        return entry
    return tuple(sorted(entry)) if len(entry) > 1 else entry[0] if entry else None


def order_of_marks(cells: Sequence[object]) -> tuple[Entry, ...]:
    """Turn numbers against candidates into the order they express (ERS97 6.8 to 6.17).

    A blank, an `X` or anything but one plain positive whole number counts for no number.
    A number that nobody carries is one skipped rank, however many numbers are missing there.
    """
    carriers: dict[int, list[int]] = {}
    for candidate, cell in enumerate(cells):
        number = _number(cell)
        if number is not None:
            carriers.setdefault(number, []).append(candidate)
    order: list[Entry] = []
    expected = 1
    for number in sorted(carriers):
        if number != expected:
            order.append(None)
        order.append(carriers[number][0] if len(carriers[number]) == 1 else tuple(carriers[number]))
        expected = number + 1
    return tuple(order)


def _number(cell: object) -> int | None:
    if isinstance(cell, int) and not isinstance(cell, bool):
        return cell if cell > 0 else None
    if isinstance(cell, str) and _PLAIN_NUMBER.fullmatch(text := cell.strip()):
        # No paper has 10**18 preferences before this one: where the figure is so long, its
        # first digits place it as well as all of them.
        return int(text[:19])
    return None


class _Store(Protocol):
    """Rankings of groups of papers, and the number of papers in each; see also `PaperMatrix`."""

    @property
    def total(self) -> int: ...
    @property
    def groups(self) -> int: ...
    def count_of(self, group: int) -> int: ...
    def blank(self) -> Iterator[int]: ...
    def rankings(self) -> Iterator[Ranking]: ...
    def numbers(self) -> Iterator[int]: ...
    def renumbered(self, numbers: Sequence[int], candidates: int) -> _Store: ...
    def without(self, papers: Iterable[int]) -> _Store: ...


@dataclass(frozen=True, slots=True)
class _Listed:
    """Rankings and numbers in plain tuples."""

    listed_rankings: tuple[Ranking, ...]
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.counts)

    @property
    def groups(self) -> int:
        return len(self.listed_rankings)

    def count_of(self, group: int) -> int:
        return self.counts[group]

    def blank(self) -> Iterator[int]:
        return (group for group, ranking in enumerate(self.listed_rankings) if not ranking)

    def rankings(self) -> Iterator[Ranking]:
        return iter(self.listed_rankings)

    def numbers(self) -> Iterator[int]:
        return iter(self.counts)

    def renumbered(self, numbers: Sequence[int], candidates: int) -> _Listed:
        moved = tuple(tuple(map(numbers.__getitem__, ranking)) for ranking in self.listed_rankings)
        return _Listed(moved, self.counts)

    def repeats_itself(self) -> bool:
        """Whether so many rankings are equal that putting them together pays."""
        if self.groups < _GROUPING_FROM:
            return False
        sample = self.listed_rankings[:: self.groups // _GROUPING_FROM]
        return len(set(sample)) <= len(sample) * 7 // 10

    def without(self, papers: Iterable[int]) -> _Listed:
        counts = list(self.counts)
        last = list(itertools.accumulate(counts))
        for paper in papers:
            counts[bisect.bisect_left(last, paper)] -= 1
        return _Listed(self.listed_rankings, tuple(counts))


class Papers:
    """All voting papers of an election, in the order received: immutable.

    Papers that are alike may be held together with a multiplicity; a group of n papers has n
    consecutive paper numbers, from 1. `candidates` are the names that the papers' numbers
    (from 0) stand for.
    """

    __slots__ = ("_candidates", "_rests", "_store")

    _candidates: tuple[str, ...]
    _store: _Store
    _rests: dict[int, Rest]

    def __init__(
        self, candidates: Sequence[str] = (), orders: Iterable[tuple[Sequence[Entry], int]] = ()
    ) -> None:
        """Read orders given as candidate numbers from 0, each with its number of papers.

        Raises `ElectionError` for a number of papers or of a candidate that cannot be.
        """
        names = tuple(candidates)
        rankings: list[Ranking] = []
        counts: list[int] = []
        rests: dict[int, Rest] = {}
        for order, count in orders:
            if not count:
                continue
            ranking, rest = read_order(order)
            if rest:
                rests[len(rankings)] = rest
            rankings.append(ranking)
            counts.append(count)
        _check_counts(counts)
        self._set(names, _Listed(tuple(rankings), tuple(counts)), rests)
        _check_numbers(len(names), rankings, rests)

    def _set(self, candidates: tuple[str, ...], store: _Store, rests: dict[int, Rest]) -> None:
        object.__setattr__(self, "_candidates", candidates)
        object.__setattr__(self, "_store", store)
        object.__setattr__(self, "_rests", rests)

    @classmethod
    def _of(cls, candidates: tuple[str, ...], store: _Store, rests: dict[int, Rest]) -> Papers:
        papers = cls.__new__(cls)
        papers._set(candidates, store, rests)
        return papers

    @classmethod
    def from_matrix(
        cls, candidates: Sequence[str], matrix: PaperMatrix, rests: Mapping[int, Rest] | None = None
    ) -> Papers:
        """Papers held as a matrix, already read: see `stvcount.election.matrix`.

        `rests`: what follows the readable part, by group, where anything does. No candidate may
        be named twice in a ranking.
        """
        return cls._of(tuple(candidates), matrix, dict(rests or {}))

    def matrix(self) -> PaperMatrix:
        """The papers as a matrix. Imports numpy; there must be fewer than 2**53 papers."""
        from stvcount.election.matrix import PaperMatrix

        if isinstance(self._store, PaperMatrix):
            return self._store
        rankings, numbers = list(self._store.rankings()), list(self._store.numbers())
        return PaperMatrix.of(rankings, numbers, len(self._candidates))

    def grouped(self) -> Papers:
        """The same rankings with equal ones together, where that makes counting faster.

        For counting only: papers lose their numbers, and what follows their readable part.
        """
        if not isinstance(self._store, _Listed) or not self._store.repeats_itself():
            return self
        numbers: dict[Ranking, int] = {}
        for ranking, number in self.groups():
            numbers[ranking] = numbers.get(ranking, 0) + number
        return Papers._of(self._candidates, _Listed(tuple(numbers), tuple(numbers.values())), {})

    @property
    def number_of_groups(self) -> int:
        """How many groups of papers there are: at most one for each paper received."""
        return self._store.groups

    @property
    def in_matrix(self) -> bool:
        """Whether the papers are held as a matrix."""
        return not isinstance(self._store, _Listed)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("Papers cannot be changed")

    def __delattr__(self, name: str) -> None:
        raise AttributeError("Papers cannot be changed")

    def __reduce__(self) -> tuple[object, ...]:
        return (Papers._of, (self._candidates, self._store, self._rests))

    @classmethod
    def from_rankings(
        cls, rankings: Rankings, *, candidates: Sequence[str] | None = None
    ) -> Papers:
        """Papers from orders of names.

        Each item is an order, or a pair (order, number of papers); a mapping from orders to
        numbers of papers does too. An order is a list or tuple of names; a place in it may also
        be several names (ranked equal: a list, tuple or set) or None (a rank left out). Read by
        the ERS rule: see `read_order`.
        `candidates`: the printed names; without it, the names in order of first mention.
        Raises `ElectionError` for a name that is not printed or that several bear, and for
        anything else that is not as said here, with the number of the item.

        >>> from stvcount import Papers
        >>> orders = [(["Ann", "Bob"], 3), (["Bob", None, "Ann"], 2), ([("Ann", "Bob")], 1)]
        >>> papers = Papers.from_rankings(orders)
        >>> papers.total, papers.shortened, papers.invalid
        (6, {'a preference left out': 2}, {'more than one first preference': 1})
        """
        names = _Names(candidates)
        orders: list[tuple[tuple[Entry, ...], int]] = []
        items = rankings.items() if isinstance(rankings, Mapping) else _iterable(rankings)
        for item, given in enumerate(items, start=1):
            where = f"ranking {item}"
            order, count = _with_count(given, where)
            if not isinstance(order, (list, tuple)):
                raise ElectionError(
                    f"{where}: found {order!r}; expected an order of names (list or tuple), "
                    "or a pair of it and a number of papers"
                )
            orders.append((tuple(names.entry(place, where) for place in order), count))
        return cls(tuple(names.numbers), orders)

    @classmethod
    def from_marks(cls, rows: Iterable[object], *, candidates: Sequence[str]) -> Papers:
        """Papers from numbers against candidates, read by the ERS rule: see `order_of_marks`.

        Each item is a row, or a pair (row, number of papers). A row is a list or tuple with one
        cell for each of `candidates`, in their order, or a mapping from names to cells. A cell
        is a whole number, or the text found in it; None and "" are blank.
        Raises `ElectionError` for a row of another length or a name that is not a candidate.

        >>> from stvcount import Papers
        >>> rows = [[2, 1], {"Bob": "1"}, ["X", ""], ["1", "3"]]
        >>> papers = Papers.from_marks(rows, candidates=["Ann", "Bob"])
        >>> list(papers.groups())
        [((1, 0), 1), ((1,), 1), ((), 1), ((0,), 1)]
        """
        names = tuple(candidates)
        orders: list[tuple[tuple[Entry, ...], int]] = []
        for item, given in enumerate(rows, start=1):
            where = f"row {item}"
            row, count = _with_count(given, where)
            orders.append((order_of_marks(_cells(row, names, where)), count))
        return cls(names, orders)

    @property
    def candidates(self) -> tuple[str, ...]:
        """The names that the papers' candidate numbers stand for."""
        return self._candidates

    @property
    def total(self) -> int:
        """The number of papers, valid or not."""
        return self._store.total

    @property
    def invalid(self) -> FrozenMapping[str, int]:
        """The number of papers without a certain first preference, by reason (ERS97 6.8 to 6.17).

        Papers that name only withdrawn candidates are not among them: see `stvcount.check`.
        """
        return self._by_reason(dict.fromkeys(self._store.blank(), ()))

    @property
    def shortened(self) -> FrozenMapping[str, int]:
        """The number of valid papers that are read only up to some preference, by reason."""
        blank = set(self._store.blank()) if self._rests else set()
        return self._by_reason({group: (0,) for group in self._rests if group not in blank})

    def _by_reason(self, groups: Mapping[int, Ranking]) -> FrozenMapping[str, int]:
        reasons: dict[str, int] = {}
        for group, ranking in groups.items():
            if number := self._store.count_of(group):
                reason = _reason(ranking, self._rests.get(group, ()))
                reasons[reason] = reasons.get(reason, 0) + number
        return FrozenMapping(sorted(reasons.items()))

    def rankings(self) -> Sequence[Ranking]:
        """The ranking of every group as read (candidate numbers from 0).

        Also of groups that have no paper left.
        """
        if isinstance(self._store, _Listed):
            return self._store.listed_rankings
        return list(self._store.rankings())

    def numbers(self) -> Sequence[int]:
        """The number of papers in every group, in the order of `rankings`."""
        return tuple(self._store.numbers())

    def groups(self) -> Iterator[tuple[Ranking, int]]:
        """The ranking of each group of papers as read, and the number of papers in the group."""
        pairs = zip(self._store.rankings(), self._store.numbers(), strict=True)
        return ((ranking, number) for ranking, number in pairs if number)

    def orders(self) -> Iterator[tuple[tuple[Entry, ...], int]]:
        """Each group as it was received, with what follows the readable part, and its number."""
        pairs = zip(self._store.rankings(), self._store.numbers(), strict=True)
        for group, (ranking, number) in enumerate(pairs):
            if number:
                yield ranking + self._rests.get(group, ()), number

    def without(self, numbers: AbstractSet[int]) -> Papers:
        """The papers that are left when those of these numbers are taken out.

        Raises `ElectionError` if there is no such paper.
        """
        total = self.total
        for number in numbers:
            if not 1 <= number <= total:
                raise ElectionError(f"found paper number {figure(number)}; expected 1 to {total}")
        return Papers._of(self._candidates, self._store.without(numbers), self._rests)

    def for_candidates(self, names: Sequence[str]) -> Papers:
        """The same papers, numbered for these names.

        Raises `ElectionError` if the papers know a candidate who is not among them.
        """
        printed = tuple(names)
        if printed == self._candidates:
            return self
        numbers = {name: number for number, name in enumerate(printed)}
        for name in self._candidates:
            if name not in numbers:
                raise _unknown(name, "papers", printed)
        new = [numbers[name] for name in self._candidates]

        def renumbered(entry: Entry) -> Entry:
            if isinstance(entry, int):
                return new[entry]
            return None if entry is None else tuple(sorted(new[number] for number in entry))

        rests = {group: tuple(map(renumbered, rest)) for group, rest in self._rests.items()}
        return Papers._of(printed, self._store.renumbered(new, len(printed)), rests)

    def renamed(self, names: Sequence[str]) -> Papers:
        """The same papers, where these names stand for the same candidate numbers."""
        return Papers._of(tuple(names), self._store, self._rests)

    def __len__(self) -> int:
        return self.total

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Papers):
            return NotImplemented
        if self._candidates != other._candidates:
            return False
        return self._store is other._store or list(self.orders()) == list(other.orders())

    def __hash__(self) -> int:
        return hash((self._candidates, self.total))

    def __repr__(self) -> str:
        return f"<Papers: {self.total} papers, {len(self._candidates)} candidates>"


def _reason(ranking: Ranking, rest: Rest) -> str:
    stop = rest[0] if rest else None
    if not ranking:
        return SEVERAL_FIRST_PREFERENCES if isinstance(stop, tuple) else NO_FIRST_PREFERENCE
    if isinstance(stop, tuple):
        return EQUAL_PREFERENCES
    return SKIPPED_PREFERENCE if stop is None else REPEATED_CANDIDATE


class _Names:
    """The printed names, or those mentioned so far, and the candidate number of each."""

    def __init__(self, printed: Sequence[str] | None) -> None:
        self.numbers = {name: number for number, name in enumerate(printed or ())}
        self._printed = printed is not None
        if printed is not None:
            _check_distinct(printed)

    def entry(self, place: object, where: str) -> Entry:
        if place is None:
            return None
        if isinstance(place, (list, tuple, set, frozenset)):
            return tuple(self._number(name, where) for name in place)
        return self._number(place, where)

    def _number(self, name: object, where: str) -> int:
        if not isinstance(name, str):
            raise ElectionError(f"{where}: found {name!r}; expected a candidate's name")
        if name not in self.numbers and self._printed:
            raise _unknown(name, where, self.numbers)
        return self.numbers.setdefault(name, len(self.numbers))


def _check_distinct(names: Sequence[str]) -> None:
    for name, times in Counter(names).items():
        if times > 1:
            raise ElectionError(
                f"candidates: found {name!r} {times} times; expected papers by name only where "
                "each name is borne by one"
            )


def _unknown(name: object, where: str, printed: Iterable[str]) -> ElectionError:
    return ElectionError(
        f"{where}: found {name!r}; expected one of the candidates {', '.join(printed)}"
    )


def _iterable(rankings: Iterable[object]) -> Iterable[object]:
    if isinstance(rankings, (str, bytes)) or not isinstance(rankings, Iterable):
        raise ElectionError(
            f"rankings: found {rankings!r}; expected a list of orders of names, such as "
            "[('Ann', 'Bob'), ('Bob',)]"
        )
    return rankings


def _with_count(given: object, where: str) -> tuple[object, int]:
    """An item and its number of papers, whether or not it came as a pair."""
    if not (isinstance(given, tuple) and len(given) == 2 and isinstance(given[1], int)):
        return given, 1
    item, count = given
    if not isinstance(item, (list, tuple, Mapping)):
        return given, 1
    if isinstance(count, bool) or count < 0:
        raise ElectionError(f"{where}: found {figure(count)}; expected a number of papers")
    return item, count


def _cells(row: object, names: tuple[str, ...], where: str) -> Sequence[object]:
    if isinstance(row, Mapping):
        _check_distinct(names)
        for name in row:
            if name not in names:
                raise _unknown(name, where, names)
        return [row.get(name) for name in names]
    if not isinstance(row, (list, tuple)) or len(row) != len(names):
        raise ElectionError(
            f"{where}: found {row!r}; expected {len(names)} cells (list or tuple), one for each "
            "candidate, or a mapping from names to cells, or a pair of it and a number of papers"
        )
    return row


def _check_counts(counts: Sequence[int]) -> None:
    for count in counts:
        if isinstance(count, bool) or not isinstance(count, int) or count < 0:
            raise ElectionError(f"found {figure(count)}; expected a number of papers")
    if sum(counts) >= MOST_PAPERS:
        raise ElectionError(
            f"found {figure(sum(counts))} papers; expected fewer than {MOST_PAPERS}"
        )


def _check_numbers(candidates: int, rankings: Iterable[Ranking], rests: dict[int, Rest]) -> None:
    named: set[Entry] = set(itertools.chain.from_iterable(rankings))
    for rest in rests.values():
        for entry in rest:
            named.update(entry if isinstance(entry, tuple) else (entry,))
    for number in named:
        if isinstance(number, int) and not 0 <= number < candidates:
            raise ElectionError(
                f"found candidate number {figure(number)}; expected 0 to {candidates - 1}"
            )
