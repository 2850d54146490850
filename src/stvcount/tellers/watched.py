"""A teller of somebody else's, watched: an answer that cannot be stops the count.

The tally trusts numbers of papers. A teller of this library is tested to keep to its contract; of
any other, each answer is looked at, which costs nothing beside sorting.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from stvcount.checks import found
from stvcount.election.papers import Papers
from stvcount.errors import ElectionError
from stvcount.tellers import AnyTeller, Sorted


class Watched:
    """The same teller; raises `ElectionError` where an answer breaks the contract of tellers."""

    def __init__(self, teller: AnyTeller, papers: Papers) -> None:
        self._teller = teller
        self._valid = papers.total - sum(papers.invalid.values())

    def first_preferences(self, standing: AbstractSet[int]) -> Sorted[Any]:
        answer = self._teller.first_preferences(standing)
        return self._sorted(answer, standing, self._valid, "first_preferences")

    def next_preferences(self, bundles: Sequence[Any], continuing: AbstractSet[int]) -> Sorted[Any]:
        answer = self._teller.next_preferences(bundles, continuing)
        given = sum(bundle.papers for bundle in bundles)
        return self._sorted(answer, continuing, given, "next_preferences")

    def preferences(self, number: int, standing: AbstractSet[int]) -> Mapping[int, int]:
        answer = self._teller.preferences(number, standing)
        if not isinstance(answer, Mapping):
            raise self._refusal("preferences", found(answer), "a number of papers by candidate")
        self._check_order("preferences", answer, standing)
        return {c: self._papers("preferences", answer[c]) for c in answer}

    def _sorted(
        self, answer: Sorted[Any], asked: AbstractSet[int], given: int, name: str
    ) -> Sorted[Any]:
        if not isinstance(answer, Sorted):
            raise self._refusal(name, found(answer), "papers `Sorted`")
        self._check_order(name, answer.by_candidate, asked)
        for bundle in answer.by_candidate.values():
            self._papers(name, getattr(bundle, "papers", None))
        lost = self._papers(name, answer.non_transferable, least=0)
        if answer.transferable + lost != given:
            raise self._refusal(name, f"{answer.transferable + lost} papers", f"{given}, all given")
        return answer

    def _check_order(self, name: str, candidates: Iterable[int], asked: AbstractSet[int]) -> None:
        numbers = list(candidates)
        for candidate in numbers:
            if type(candidate) is not int or candidate not in asked:
                expected = "only candidates asked for, by number"
                raise self._refusal(name, f"candidate {found(candidate)}", expected)
        if numbers != sorted(numbers):
            raise self._refusal(name, f"candidates in the order {numbers}", "ascending order")

    def _papers(self, name: str, number: object, *, least: int = 1) -> int:
        if type(number) is not int or number < least:
            expected = f"a number of papers (int) from {least}"
            raise self._refusal(name, f"{found(number)} as a number of papers", expected)
        return number

    def _refusal(self, name: str, what: str, expected: str) -> ElectionError:
        teller = type(self._teller).__name__
        return ElectionError(f"teller: found {what} in {teller}.{name}; expected {expected}")
