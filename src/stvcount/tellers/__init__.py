"""Tellers: they sort voting papers and give numbers back. They decide nothing.

A rule set holds *bundles*, which only the teller that made them can open, and asks for them to
be sorted among the continuing candidates. Candidates are numbers from 0, as in `Papers`.

What every teller keeps to (`tests/test_tellers.py` holds each to it, one's own too):

- *Order.* Whatever it returns by candidate is in ascending order of the candidates' numbers, and
  has only candidates asked for who have at least one paper.
- *Bundles* hold at least one paper, say how many, and are otherwise opaque: nobody but their
  teller looks inside. A bundle lives as long as its teller and never changes: it may be sorted
  any number of times, in any company, and is the same afterwards.
- *Nothing is lost.* The papers sorted are those of the bundles given, each once: those by candidate
  and those without a next available preference add up to them.
- *Pure.* The same question has the same answer at any time, whatever was asked in between; no
  teller remembers who continues.
- *Invalid papers* are in no answer. Papers that name only candidates who do not stand are the
  non-transferable ones of the first preferences.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from importlib.util import find_spec
from typing import (
    Any,
    Generic,
    Literal,
    Protocol,
    TypeAlias,
    TypeGuard,
    TypeVar,
    get_args,
    runtime_checkable,
)

from stvcount.checks import found
from stvcount.election.papers import Papers
from stvcount.election.stores import MOST_IN_MATRIX, Listed
from stvcount.errors import ElectionError


class Bundle(Protocol):
    """Papers kept together: opaque but for their number."""

    @property
    def papers(self) -> int: ...


B = TypeVar("B", bound=Bundle)


@dataclass(frozen=True, slots=True)
class Sorted(Generic[B]):
    """Papers sorted by next available preference.

    `by_candidate`: a bundle for each candidate who received any paper, by candidate number.
    `non_transferable`: the number of papers without a next available preference.
    """

    by_candidate: Mapping[int, B]
    non_transferable: int

    @property
    def transferable(self) -> int:
        return sum([bundle.papers for bundle in self.by_candidate.values()])


class Teller(Protocol[B]):
    """What a rule set may ask about the papers; what every teller keeps to is said above."""

    def first_preferences(self, standing: AbstractSet[int]) -> Sorted[B]:
        """All valid papers by the first of the candidates `standing` that they name."""
        ...

    def next_preferences(self, bundles: Sequence[B], continuing: AbstractSet[int]) -> Sorted[B]:
        """The papers of these bundles by next available preference among `continuing`."""
        ...

    def preferences(self, number: int, standing: AbstractSet[int]) -> Mapping[int, int]:
        """How many valid papers give each candidate their preference of this number, from 1.

        Only candidates `standing` are counted along, so that those withdrawn are passed over.
        """
        ...


AnyTeller: TypeAlias = Teller[Any]
TellerName: TypeAlias = Literal["auto", "plain", "vector", "dask"]
TellerMaker: TypeAlias = Callable[[Papers], AnyTeller]
"""What makes a teller of papers, such as the class of one."""

GivenTeller: TypeAlias = TellerName | TellerMaker | AnyTeller
"""What `teller=` takes: a name, what makes a teller, or a teller already made.

One already made must be of the very papers that are counted, without those set aside.
"""


@runtime_checkable
class GivesTeller(Protocol):
    """A store of papers that lie elsewhere and are sorted there: it gives its own teller."""

    def teller(self) -> AnyTeller:
        """The teller for all papers of the store."""
        ...


_NAMES = get_args(TellerName)
_ASKED = ("first_preferences", "next_preferences", "preferences")

_MOST_CELLS = 8
"""How many cells of a matrix may be for one preference, before it would be mostly empty."""

VECTOR_FROM = 10_000
"""The number of different rankings from which "auto" takes the vector teller, if numpy is loaded.

Papers that come as a matrix are sorted as one, however few. Measured: docs/performance.md.
"""

VECTOR_FROM_UNLOADED = 200_000
"""The same where numpy would first have to be imported for it."""


def make(teller: GivenTeller, papers: Papers) -> AnyTeller:
    """The teller that is asked for, with these papers.

    `teller`: a name, or what makes a teller of papers. For "auto" and "dask", papers that lie
    elsewhere give their own; for "dask" others are put in partitions on the cluster of the
    program's Dask client, or on a local one; for "auto" their number tells which.
    Raises `ElectionError` for a name that no teller has, for what makes no teller, and where a
    teller is asked for by name but what it needs is not there, or the papers are too many for it.
    """
    check_teller(teller)
    if not isinstance(teller, str):
        return _watched(teller if is_made(teller) else _made(teller, papers), papers)
    if teller in ("auto", "dask") and _gives_teller(papers.store):
        return _watched(papers.store.teller(), papers)
    if teller == "dask":
        return _dask(papers)
    if isinstance(papers.store, Listed):
        grouped = papers.store.grouped()
        if grouped is not papers.store:
            papers = Papers.from_store(grouped, candidates=papers.candidates)
    if teller == "vector":
        return _vector(papers)
    if teller == "auto" and _vector_pays(papers) and find_spec("numpy"):
        return _vector(papers)
    from stvcount.tellers.plain import PlainTeller

    return PlainTeller(papers)


def check_teller(teller: object) -> None:
    """Raise `ElectionError` for a name that no teller has, and for what makes no teller."""
    fits = teller in _NAMES if isinstance(teller, str) else callable(teller) or is_made(teller)
    if not fits:
        raise ElectionError(
            f"teller: found {found(teller)}; expected {', '.join(_NAMES)}, a teller, or what makes "
            "one of papers, such as the class of one"
        )


def is_made(teller: object) -> TypeGuard[AnyTeller]:
    """Whether this is a teller, and not only the name of one or what makes one."""
    asked = (getattr(teller, name, None) for name in _ASKED)
    return not isinstance(teller, type) and all(map(callable, asked))


def _gives_teller(store: object) -> TypeGuard[GivesTeller]:
    # To ask whether it is an instance of the protocol takes a tenth of the time of a small count.
    return callable(getattr(store, "teller", None))


def _made(teller: Any, papers: Papers) -> AnyTeller:
    made = teller(papers)
    if not is_made(made):
        raise ElectionError(
            f"teller: found {found(made)} made of the papers; expected what has {', '.join(_ASKED)}"
        )
    return made


def _watched(teller: AnyTeller, papers: Papers) -> AnyTeller:
    from stvcount.tellers.watched import Watched

    return Watched(teller, papers)


def _vector_pays(papers: Papers) -> bool:
    if papers.in_matrix:
        return True
    groups = papers.number_of_groups
    enough = VECTOR_FROM if "numpy" in sys.modules else VECTOR_FROM_UNLOADED
    if groups < enough or papers.total >= MOST_IN_MATRIX:
        return False
    lengths = [len(ranking) for ranking, _ in papers.groups()]
    return not mostly_empty(groups, max(lengths, default=0), sum(lengths))


def mostly_empty(groups: int, longest: int, preferences: int) -> bool:
    """Whether a matrix of so many groups, with so many preferences in all, is mostly nothing.

    One very long paper among very many short ones makes it so.
    """
    return (longest + 1) * groups > _MOST_CELLS * (preferences + groups)


def _dask(papers: Papers) -> AnyTeller:
    from stvcount.tellers.dask import Partitioned, connected

    return Partitioned.of(papers, connected()).teller()


def _vector(papers: Papers) -> AnyTeller:
    if papers.total >= MOST_IN_MATRIX:
        raise ElectionError(
            f"teller: found vector for {papers.total} papers; expected fewer than "
            f"{MOST_IN_MATRIX}, or the plain teller"
        )
    try:
        from stvcount.tellers.vector import VectorTeller
    except ImportError as error:
        raise ElectionError(f"teller: found no numpy ({error}); expected it for vector") from None
    return VectorTeller(papers)
