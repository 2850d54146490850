"""The voting papers of an election. What stands on them is read once: see `marks`."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any

from stvcount import checks
from stvcount.checks import found, whole
from stvcount.election import given
from stvcount.election.given import Given, Marks, Names, Rankings
from stvcount.election.marks import Entry, Ranking, Rest
from stvcount.election.stores import InMemory, Listed, Store
from stvcount.errors import ElectionError
from stvcount.frozen import FrozenMapping
from stvcount.words import figure

if TYPE_CHECKING:
    from stvcount.election.matrix import PaperMatrix

MOST_PAPERS = 10**40
"""No count of papers reaches this; it keeps every sum of votes exact in the context of a count."""


class Papers:
    """All voting papers of an election, in the order received: immutable.

    Papers that are alike may be held together with a multiplicity; a group of n papers has n
    consecutive paper numbers, from 1. `candidates` are the names that the papers' numbers
    (from 0) stand for. Where the papers lie is the matter of their `store`.
    """

    __slots__ = ("_candidates", "_store")

    _candidates: tuple[str, ...]
    _store: Store

    def __init__(
        self, candidates: Sequence[str] = (), orders: Iterable[tuple[Sequence[Entry], int]] = ()
    ) -> None:
        """Read orders given as candidate numbers from 0, each with its number of papers.

        A number may be of any type that holds whole numbers, numpy's too; None or NaN is a rank
        left out. Raises `ElectionError` for a number of papers or of a candidate that cannot be.
        """
        names = checks.names("candidates", candidates)
        store = _listed(given.of_orders(orders, len(names)), len(names))
        _check_numbers(len(names), store.listed_rankings)
        _fill(self, names, store)

    @classmethod
    def from_store(cls, store: Store, *, candidates: Sequence[str]) -> Papers:
        """Papers that lie in a store, already read: see `stvcount.election.stores`.

        Raises `ElectionError` unless there is a name for each candidate of the store.
        """
        names = checks.names("candidates", candidates)
        if not isinstance(store, (InMemory, Store)):
            raise ElectionError(f"store: found {found(store)}; expected a store of papers")
        if len(names) != store.candidates:
            raise ElectionError(
                f"candidates: found {len(names)} names; expected {store.candidates}, as many as "
                "the papers are for"
            )
        papers = cls.__new__(cls)
        _fill(papers, names, store)
        return papers

    @property
    def store(self) -> Store:
        """Where the papers lie."""
        return self._store

    def matrix(self) -> PaperMatrix:
        """The papers as a matrix. Imports numpy; there must be fewer than 2**53 papers."""
        from stvcount.election.matrix import PaperMatrix

        if isinstance(self._store, PaperMatrix):
            return self._store
        number = len(self._candidates)
        if isinstance(self._store, Listed):
            held = self._store
            return PaperMatrix.of(held.listed_rankings, held.counts, number, held.rests)
        return PaperMatrix.of(self.rankings(), self.numbers(), number)

    @property
    def in_matrix(self) -> bool:
        """Whether the papers are held as a matrix."""
        return isinstance(self._store, InMemory) and not isinstance(self._store, Listed)

    @property
    def number_of_groups(self) -> int:
        """How many groups of papers there are: at most one for each paper received."""
        return self._store.number_of_groups

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("Papers cannot be changed")

    def __delattr__(self, name: str) -> None:
        raise AttributeError("Papers cannot be changed")

    def __reduce__(self) -> tuple[object, ...]:
        return (_again, (self._candidates, self._store))

    @classmethod
    def from_rankings(
        cls, rankings: Rankings, *, candidates: Sequence[str] | None = None
    ) -> Papers:
        """Papers from orders of names.

        Each item is an order, or a pair (order, number of papers); a mapping from orders to
        numbers of papers does too. An order is a list or tuple of names; a place in it may also
        be several names (ranked equal: a list, tuple or set) or None (a rank left out). A tuple of
        two that begins with a list or tuple is always a pair. Read by the ERS rule: see
        `stvcount.election.marks.read_order`.
        `candidates`: the printed names; without it, the names in order of first mention.
        Raises `ElectionError` for a name that is not printed or that several bear, and for
        anything else that is not as said here, with the number of the item.

        >>> from stvcount import Papers
        >>> orders = [(["Ann", "Bob"], 3), (["Bob", None, "Ann"], 2), ([("Ann", "Bob")], 1)]
        >>> papers = Papers.from_rankings(orders)
        >>> papers.total, papers.shortened, papers.invalid
        (6, {'a preference left out': 2}, {'more than one first preference': 1})
        """
        names = Names(candidates)
        plain = given.plain(rankings, names)
        if plain is None:
            orders = list(given.of_rankings(rankings, names))
            store = _listed(orders, len(names.numbers))
        else:
            store = Listed(tuple(plain), (1,) * len(plain), len(names.numbers))
        return cls.from_store(store, candidates=tuple(names.numbers))

    @classmethod
    def from_marks(cls, rows: Marks, *, candidates: Sequence[str]) -> Papers:
        """Papers from numbers against candidates, read by the ERS rule (ERS97 6.8 to 6.17).

        Each item is a row, or a pair (row, number of papers). A row is a list, a tuple or an array
        with one cell for each of `candidates`, in their order, or a mapping from names to cells.
        A cell is a whole number of whatever type (2, 2.0, numpy's), a blank (None, NaN, NA), or
        the text found in it: a text that is not one plain whole number from 1 counts for none.
        Raises `ElectionError` for any other cell, a row of another length or a name that is not a
        candidate, with the number of the row.

        >>> from stvcount import Papers
        >>> rows = [[2, 1], {"Bob": "1"}, ["X", ""], ["1", "3"]]
        >>> papers = Papers.from_marks(rows, candidates=["Ann", "Bob"])
        >>> list(papers.groups())
        [((1, 0), 1), ((1,), 1), ((), 1), ((0,), 1)]
        """
        names = checks.names("candidates", candidates)
        store = _listed(given.of_marks(rows, names), len(names))
        return cls.from_store(store, candidates=names)

    @classmethod
    def from_matrix(
        cls, array: Any, *, candidates: Sequence[str], counts: Iterable[int] | None = None
    ) -> Papers:
        """Papers from an array of numpy, `array[paper, preference]`, read by the ERS rule.

        A cell is the number of a candidate, from 0 in the order of `candidates`; after the last
        preference, and where one is left out, a negative number, NaN or a masked cell. The numbers
        may be of any type, as long as they are whole. `counts`: how many papers each row stands
        for; without it, one. A repeated candidate ends the paper there.
        Raises `ElectionError`, with row and column as the array counts them, for a number that no
        candidate has and for anything that is no whole number. Imports numpy.

        >>> import numpy
        >>> from stvcount import Papers
        >>> array = numpy.array([[0, 1, -1], [1, -1, -1], [2, 0, 2]])
        >>> papers = Papers.from_matrix(array, candidates=["Ann", "Bob", "Cat"], counts=[5, 3, 1])
        >>> list(papers.groups()), papers.shortened
        ([((0, 1), 5), ((1,), 3), ((2, 0), 1)], {'a candidate repeated': 1})
        """
        from stvcount.election.arrays import store_of

        names = checks.names("candidates", candidates)
        store = store_of(array, len(names), counts)
        _check_total(store.total)
        return cls.from_store(store, candidates=names)

    @classmethod
    def from_table(cls, table: Any, **options: Any) -> Papers:
        """Papers from a data frame (pandas, polars, Arrow), read as a file of its cells would be.

        Takes and raises what `stvcount.from_table` does, but for places and title; that gives the
        whole election, with the reading.

        >>> import pandas
        >>> from stvcount import Papers
        >>> frame = pandas.DataFrame({"Ann": [1, 2, None], "Bob": [2, 1, 1]})
        >>> list(Papers.from_table(frame).groups())
        [((0, 1), 1), ((1, 0), 1), ((1,), 1)]
        """
        # A file's cells are read in one way only, and that is known two floors above.
        from stvcount.formats.frames import from_table

        return from_table(table, **{**options, "places": 1}).papers

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
        return FrozenMapping(self._store.invalid())

    @property
    def shortened(self) -> FrozenMapping[str, int]:
        """The number of valid papers that are read only up to some preference, by reason."""
        return FrozenMapping(self._store.shortened())

    def rankings(self) -> Sequence[Ranking]:
        """The ranking of every group that has papers, as read (candidate numbers from 0)."""
        return [ranking for ranking, _ in self.groups()]

    def numbers(self) -> Sequence[int]:
        """The number of papers in every group, in the order of `rankings`."""
        return [number for _, number in self.groups()]

    def groups(self) -> Iterator[tuple[Ranking, int]]:
        """The ranking of each group of papers as read, and the number of papers in the group."""
        return self._store.groups()

    def orders(self) -> Iterator[tuple[tuple[Entry, ...], int]]:
        """Each group as it was received, with what follows the readable part, and its number."""
        return self._store.orders()

    def without(self, numbers: AbstractSet[int]) -> Papers:
        """The papers that are left when those of these numbers are taken out.

        Raises `ElectionError` if there is no such paper.
        """
        total = self.total
        for number in numbers:
            if whole(number) is None or not 1 <= number <= total:
                raise ElectionError(f"found paper number {found(number)}; expected 1 to {total}")
        return self._in(self._store.without(numbers))

    def _in(self, store: Store) -> Papers:
        return Papers.from_store(store, candidates=self._candidates)

    def for_candidates(self, names: Sequence[str]) -> Papers:
        """The same papers, numbered for these names.

        Raises `ElectionError` if the papers know a candidate who is not among them.
        """
        printed = checks.names("names", names)
        if printed == self._candidates:
            return self
        numbers = {name: number for number, name in enumerate(printed)}
        for name in self._candidates:
            if name not in numbers:
                raise given.unknown(name, "papers", printed)
        new = [numbers[name] for name in self._candidates]
        return Papers.from_store(self._store.renumbered(new, len(printed)), candidates=printed)

    def renamed(self, names: Sequence[str]) -> Papers:
        """The same papers, where these names stand for the same candidate numbers.

        Raises `ElectionError` unless there are as many.
        """
        return Papers.from_store(self._store, candidates=names)

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


def _fill(papers: Papers, candidates: tuple[str, ...], store: Store) -> None:
    object.__setattr__(papers, "_candidates", candidates)
    object.__setattr__(papers, "_store", store)


def _again(candidates: tuple[str, ...], store: Store) -> Papers:
    return Papers.from_store(store, candidates=candidates)


def _listed(orders: Iterable[Given], candidates: int) -> Listed:
    """The papers of these orders, where there are any; raises `ElectionError` for too many."""
    rankings: list[Ranking] = []
    counts: list[int] = []
    rests: dict[int, Rest] = {}
    for ranking, rest, count in orders:
        if not count:
            continue
        if rest:
            rests[len(rankings)] = rest
        rankings.append(ranking)
        counts.append(count)
    _check_total(sum(counts))
    return Listed(tuple(rankings), tuple(counts), candidates, rests)


def _check_total(total: int) -> None:
    if total >= MOST_PAPERS:
        raise ElectionError(f"found {figure(total)} papers; expected fewer than {MOST_PAPERS}")


def _check_numbers(candidates: int, rankings: Iterable[Ranking]) -> None:
    for number in set(itertools.chain.from_iterable(rankings)):
        if not 0 <= number < candidates:
            raise ElectionError(
                f"found candidate number {figure(number)}; expected 0 to {candidates - 1}"
            )
