"""Tellers: they sort voting papers and give numbers back. They decide nothing.

A rule set holds *bundles*, which only the teller that made them can open, and asks for them to
be sorted among the continuing candidates. Candidates are numbers from 0, as in `Papers`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, Generic, Literal, Protocol, TypeAlias, TypeVar

from stvcount.errors import ElectionError
from stvcount.papers import Papers


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
TellerName = Literal["auto", "plain"]


def make(name: TellerName, papers: Papers) -> AnyTeller:
    """The teller of this name, with these papers.

    Raises `ElectionError` for a name that no teller has.
    """
    if name not in ("auto", "plain"):
        raise ElectionError(f"teller: found {name!r}; expected auto or plain")
    from stvcount.tellers.plain import PlainTeller

    return PlainTeller(papers)
