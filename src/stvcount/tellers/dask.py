"""Papers in partitions on a Dask cluster, each sorted where it lies by the vector teller.

Only numbers of papers and tokens travel: a bundle here is, for each partition, the name of the
bundle that a worker holds. What a worker holds was made of its part of the papers by pure functions
that the scheduler knows, so that the work of a worker that is lost is done again elsewhere.
"""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any, NamedTuple, TypeAlias, TypeVar

from stvcount.election.marks import Entry, Ranking
from stvcount.election.matrix import PaperMatrix
from stvcount.election.papers import Papers
from stvcount.election.stores import MOST_IN_MATRIX
from stvcount.errors import ElectionError
from stvcount.tellers import Sorted
from stvcount.tellers.vector import VectorBundle, VectorTeller

Future: TypeAlias = Any
"""What stands for a result that a worker holds."""

Home: TypeAlias = str | None
"""The address of a worker that holds a partition."""

PAPERS_IN_PARTITION = 1 << 20
"""So many groups of papers from memory make a partition."""

WAIT = "10s"
"""How long to wait for a scheduler, as Dask writes times."""

_Key = TypeVar("_Key", int, str)

_LOST_TOO_OFTEN = "KilledWorker"


# What a worker does and holds


class Held:
    """The papers of a partition, on the worker that has them."""

    def __init__(self, matrix: PaperMatrix) -> None:
        self.matrix: PaperMatrix = matrix
        names = [str(number) for number in range(matrix.candidates)]
        self.teller: VectorTeller = VectorTeller(Papers.from_store(matrix, candidates=names))

    def __sizeof__(self) -> int:
        return int(self.matrix.preferences.nbytes)

    def __reduce__(self) -> tuple[object, ...]:
        return (Held, (self.matrix,))


class Piles(NamedTuple):
    """What the teller of a partition sorted, on the worker that has it."""

    answer: Sorted[VectorBundle]

    def __sizeof__(self) -> int:
        return sum(bundle.cells.nbytes for bundle in self.answer.by_candidate.values())


class Facts(NamedTuple):
    """What is asked of a partition once: numbers of papers and of groups."""

    total: int
    groups: int
    invalid: Mapping[str, int]
    shortened: Mapping[str, int]


class Told(NamedTuple):
    """The numbers of what was sorted."""

    papers: Sequence[tuple[int, int]]
    non_transferable: int


def _facts(held: Held) -> Facts:
    one = held.matrix
    return Facts(one.total, one.number_of_groups, one.invalid(), one.shortened())


def _first(held: Held, standing: AbstractSet[int]) -> Piles:
    return Piles(held.teller.first_preferences(standing))


def _next(held: Held, bundles: Sequence[tuple[Piles, int]], continuing: AbstractSet[int]) -> Piles:
    given = [piles.answer.by_candidate[candidate] for piles, candidate in bundles]
    return Piles(held.teller.next_preferences(given, continuing))


def _told(piles: Piles) -> Told:
    bundles = piles.answer.by_candidate.items()
    papers = [(candidate, bundle.papers) for candidate, bundle in bundles]
    return Told(papers, piles.answer.non_transferable)


def _preferences(held: Held, number: int, standing: AbstractSet[int]) -> Mapping[int, int]:
    return held.teller.preferences(number, standing)


def _without(held: Held, papers: Sequence[int]) -> Held:
    return Held(held.matrix.without(papers))


def _renumbered(held: Held, numbers: Sequence[int], candidates: int) -> Held:
    return Held(held.matrix.renumbered(numbers, candidates))


def _groups(held: Held) -> list[tuple[Ranking, int]]:
    return list(held.matrix.groups())


def _orders(held: Held) -> list[tuple[tuple[Entry, ...], int]]:
    return list(held.matrix.orders())


# The cluster


class Cluster:
    """A Dask cluster, by its client."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def each(
        self,
        work: Callable[..., Any],
        *parts: Sequence[Any],
        at: Sequence[Home] | None = None,
        **same: Any,
    ) -> list[Future]:
        """Have this work done with each of the parts, and what it gives held there.

        `at`: where each is to be done, if it can: where the papers are, so that they stay.
        """
        found: list[Future] = [None] * len(parts[0])
        homes = at or [None] * len(found)
        with self._telling_what_is_lost(), _of_any_size():
            for home in dict.fromkeys(homes):
                here = [number for number, one in enumerate(homes) if one == home]
                mine = [[part[number] for number in here] for part in parts]
                where = {"workers": [home], "allow_other_workers": True} if home else {}
                done = self._client.map(work, *mine, pure=False, **where, **same)
                for number, future in zip(here, done, strict=True):
                    found[number] = future
        return found

    def homes(self, futures: Sequence[Future]) -> list[Home]:
        """Which worker has each of these, once they are there; None where that is not known."""
        with self._telling_what_is_lost():
            import_module("distributed").wait(futures)
            having: Mapping[str, Sequence[str]] = self._client.who_has(futures)
        return [next(iter(having.get(future.key, ())), None) for future in futures]

    def told(self, futures: Sequence[Future]) -> list[Any]:
        """What these stand for."""
        with self._telling_what_is_lost():
            found: list[Any] = self._client.gather(futures)
            return found

    def computed(self, delayed: Sequence[Any]) -> list[Future]:
        """The partitions of a Dask data frame, held where they are made."""
        with self._telling_what_is_lost(), _of_any_size():
            found: list[Future] = self._client.compute(delayed)
            return found

    def _telling_what_is_lost(self) -> _Telling:
        return _Telling(self._client)


@contextmanager
def _of_any_size() -> Iterator[None]:
    """No warning of how much is sent: papers from memory travel once, however many."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Sending large graph", category=UserWarning)
        yield


class _Telling:
    """Says in one line that the scheduler was lost, or workers were, too often."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is None:
            return
        if type(error).__name__ == _LOST_TOO_OFTEN:
            raise ElectionError(
                "teller: found the worker of one partition lost again and again; expected workers "
                "with memory enough (smaller partitions need less)"
            ) from error
        its_own = type(error).__module__.partition(".")[0] == "distributed"
        if its_own or isinstance(error, (CancelledError, OSError, TimeoutError)):
            raise ElectionError(
                f"teller: found the Dask scheduler lost ({_address(self._client)}); expected it to "
                "be there to the end of the count"
            ) from error


def _address(client: Any) -> str:
    return str(getattr(client.scheduler, "addr", "of this process"))


def connected(scheduler: str | None = None) -> Cluster:
    """The cluster of this scheduler; without one, that of the program, or a local one.

    A local cluster has a worker process for each processor, and ends with the program.
    Raises `ElectionError` where Dask is not installed, or no such scheduler answers.
    """
    try:
        distributed = import_module("distributed")
    except ImportError as error:
        raise ElectionError(
            f"teller: found no Dask ({error}); expected it for dask: pip install 'stvcount[dask]'"
        ) from error
    if scheduler is None:
        return Cluster(_client_of_program(distributed) or local_client(os.cpu_count() or 1))
    try:
        client = distributed.Client(scheduler, timeout=WAIT)
    except (OSError, TimeoutError, ValueError) as error:
        raise ElectionError(
            f"scheduler: found nobody at {scheduler!r}; expected the address of a Dask scheduler, "
            "such as tcp://127.0.0.1:8786"
        ) from error
    if not client.scheduler_info()["workers"]:
        client.close()
        raise ElectionError(f"scheduler: found no worker at {scheduler!r}; expected some")
    return Cluster(client)


def _client_of_program(distributed: Any) -> Any:
    try:
        return distributed.default_client()
    except ValueError:
        return None


def local_client(workers: int) -> Any:
    """A client of a cluster of so many worker processes, of one thread each, on this machine."""
    distributed = import_module("distributed")
    # A partition that is moved to a worker with less to do takes longer than it is worth.
    with import_module("dask").config.set({"distributed.scheduler.work-stealing": False}):
        cluster = distributed.LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            dashboard_address=":0",
            silence_logs=logging.CRITICAL,
        )
    return distributed.Client(cluster)


# The store and the teller


class Partitioned:
    """A store of papers in partitions on a cluster, in the order received."""

    def __init__(
        self,
        cluster: Cluster,
        parts: Sequence[Future],
        candidates: int,
        at: Sequence[Home] | None = None,
    ) -> None:
        """`at`: where the partitions were to be made, if that was said."""
        self.candidates: int = candidates
        self._cluster = cluster
        self._parts = list(parts)
        self._facts: list[Facts] = cluster.told(cluster.each(_facts, self._parts, at=at))
        self._at = at or cluster.homes(self._parts)

    @classmethod
    def of(cls, papers: Papers, cluster: Cluster, *, most: int | None = None) -> Partitioned:
        """Papers from memory, in partitions of at most so many groups.

        Raises `ElectionError` where they are too many for a matrix.
        """
        if papers.total >= MOST_IN_MATRIX:
            raise ElectionError(
                f"teller: found dask for {papers.total} papers; expected fewer than "
                f"{MOST_IN_MATRIX}, or the plain teller"
            )
        pieces = list(_pieces(papers.matrix(), most or PAPERS_IN_PARTITION))
        return cls(cluster, cluster.each(Held, pieces), len(papers.candidates))

    @property
    def total(self) -> int:
        return sum(part.total for part in self._facts)

    @property
    def number_of_groups(self) -> int:
        return sum(part.groups for part in self._facts)

    def teller(self) -> DaskTeller:
        return DaskTeller(self._cluster, self._parts, self._at)

    def groups(self) -> Iterator[tuple[Ranking, int]]:
        return self._from_each(_groups)

    def orders(self) -> Iterator[tuple[tuple[Entry, ...], int]]:
        return self._from_each(_orders)

    def _from_each(self, work: Callable[[Held], list[Any]]) -> Iterator[Any]:
        """What each partition has, one partition after the other."""
        for part in self._parts:
            [found] = self._cluster.told(self._cluster.each(work, [part]))
            yield from found

    def invalid(self) -> Mapping[str, int]:
        return _added(part.invalid for part in self._facts)

    def shortened(self) -> Mapping[str, int]:
        return _added(part.shortened for part in self._facts)

    def renumbered(self, numbers: Sequence[int], candidates: int) -> Partitioned:
        same = {"numbers": list(numbers), "candidates": candidates}
        parts = self._cluster.each(_renumbered, self._parts, at=self._at, **same)
        return Partitioned(self._cluster, parts, candidates, self._at)

    def without(self, papers: Iterable[int]) -> Partitioned:
        left = sorted(papers)
        parts = list(self._parts)
        before = 0
        for number, facts in enumerate(self._facts):
            here = [paper - before for paper in left if before < paper <= before + facts.total]
            if here:
                at = [self._at[number]]
                [parts[number]] = self._cluster.each(_without, [parts[number]], [here], at=at)
            before += facts.total
        return Partitioned(self._cluster, parts, self.candidates, self._at)


def _pieces(matrix: PaperMatrix, most: int) -> Iterator[PaperMatrix]:
    """The groups of a matrix, so many at a time."""
    for first in range(0, max(matrix.number_of_groups, 1), most):
        some = slice(first, first + most)
        counts = None if matrix.counts is None else matrix.counts[some]
        rests = {
            group - first: rest
            for group, rest in matrix.rests.items()
            if first <= group < first + most
        }
        yield PaperMatrix(matrix.preferences[:, some], counts, matrix.candidates, rests)


def _added(numbers: Iterable[Mapping[_Key, int]]) -> Mapping[_Key, int]:
    added: dict[_Key, int] = {}
    for one in numbers:
        for key, papers in one.items():
            added[key] = added.get(key, 0) + papers
    return dict(sorted(added.items()))


@dataclass(frozen=True, slots=True, eq=False)
class DaskBundle:
    """Papers held by one candidate: what was sorted in each partition where they are, else None."""

    candidate: int
    parts: Sequence[Future]
    papers: int


class DaskTeller:
    """Sorts papers in partitions, each where it lies."""

    def __init__(self, cluster: Cluster, parts: Sequence[Future], at: Sequence[Home]) -> None:
        self._cluster = cluster
        self._parts = parts
        self._at = at

    def first_preferences(self, standing: AbstractSet[int]) -> Sorted[DaskBundle]:
        same = {"standing": frozenset(standing)}
        piles = self._cluster.each(_first, self._parts, at=self._at, **same)
        return self._sorted(piles, range(len(piles)))

    def next_preferences(
        self, bundles: Sequence[DaskBundle], continuing: AbstractSet[int]
    ) -> Sorted[DaskBundle]:
        given: dict[int, list[tuple[Future, int]]] = {}
        for bundle in bundles:
            for number, piles in enumerate(bundle.parts):
                if piles is not None:
                    given.setdefault(number, []).append((piles, bundle.candidate))
        if not given:
            return Sorted({}, 0)
        held = [self._parts[number] for number in given]
        at = [self._at[number] for number in given]
        same = {"continuing": frozenset(continuing)}
        piles = self._cluster.each(_next, held, list(given.values()), at=at, **same)
        return self._sorted(piles, list(given))

    def preferences(self, number: int, standing: AbstractSet[int]) -> Mapping[int, int]:
        same = {"number": number, "standing": frozenset(standing)}
        found = self._cluster.each(_preferences, self._parts, at=self._at, **same)
        return _added(self._cluster.told(found))

    def _sorted(self, piles: Sequence[Future], numbers: Sequence[int]) -> Sorted[DaskBundle]:
        """What was sorted in the partitions of these numbers."""
        parts: dict[int, list[Future]] = {}
        papers: dict[int, int] = {}
        lost = 0
        at = [self._at[number] for number in numbers]
        told: list[Told] = self._cluster.told(self._cluster.each(_told, piles, at=at))
        for number, one, answer in zip(numbers, piles, told, strict=True):
            lost += answer.non_transferable
            for candidate, here in answer.papers:
                parts.setdefault(candidate, [None] * len(self._parts))[number] = one
                papers[candidate] = papers.get(candidate, 0) + here
        bundles = {c: DaskBundle(c, tuple(parts[c]), papers[c]) for c in sorted(parts)}
        return Sorted(bundles, lost)
