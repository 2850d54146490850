"""Tellers: they sort voting papers and give numbers back. They decide nothing.

A rule set holds *bundles*, which only the teller that made them can open, and asks for them to
be sorted among the continuing candidates. Candidates are numbers from 0, as in `Papers`.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Generic, Literal, Protocol, TypeAlias, TypeVar, get_args

from stvcount.election.papers import MOST_IN_MATRIX, Papers
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
        return sum(bundle.papers for bundle in self.by_candidate.values())


class Teller(Protocol[B]):
    """What a rule set may ask about the papers."""

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
TellerName = Literal["auto", "plain", "vector"]

MOST_CELLS = 8
"""How many cells of a matrix may be for one preference, before it would be mostly empty."""

VECTOR_FROM = 10_000
"""The number of different rankings from which "auto" takes the vector teller, if numpy is loaded.

Papers that come as a matrix are sorted as one, however few. Measured: docs/performance.md.
"""

VECTOR_FROM_UNLOADED = 200_000
"""The same where numpy would first have to be imported for it."""


def make(name: TellerName, papers: Papers) -> AnyTeller:
    """The teller of this name, with these papers; "auto" chooses by their number.

    Raises `ElectionError` for a name that no teller has, and where the vector teller is asked
    for by name but numpy is not there, or the papers are too many for it.
    """
    if name not in get_args(TellerName):
        raise ElectionError(f"teller: found {name!r}; expected {', '.join(get_args(TellerName))}")
    papers = papers.grouped()
    if name == "vector":
        return _vector(papers)
    if name == "auto" and _vector_pays(papers) and find_spec("numpy"):
        return _vector(papers)
    from stvcount.tellers.plain import PlainTeller

    return PlainTeller(papers)


def _vector_pays(papers: Papers) -> bool:
    if papers.in_matrix:
        return True
    groups = papers.number_of_groups
    enough = VECTOR_FROM if "numpy" in sys.modules else VECTOR_FROM_UNLOADED
    if groups < enough or papers.total >= MOST_IN_MATRIX:
        return False
    # One very long paper among very many short ones would need a matrix of mostly nothing.
    lengths = [len(ranking) for ranking, _ in papers.groups()]
    return (max(lengths, default=0) + 1) * groups <= MOST_CELLS * (sum(lengths) + groups)


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
    return VectorTeller(papers.matrix())
