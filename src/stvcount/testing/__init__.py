"""For those who test a program that counts: elections made to be hard, published examples, a
corpus of cases for each clause, the conformance of any program, and mock counts for people.

The strategies need hypothesis, which comes with the extra `testing`; the rest does not.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stvcount.testing.answers import Answer, adapter, adapters
    from stvcount.testing.cases import Case, NoCase, Pile, Turn, corpus, without_case
    from stvcount.testing.chance import Chance
    from stvcount.testing.conforming import Conformance, conform
    from stvcount.testing.examples import PublishedExample, published_examples
    from stvcount.testing.mock import MockCount, mock_count
    from stvcount.testing.same_count import (
        FirstDifference,
        assert_same_count,
        first_difference,
    )
    from stvcount.testing.small import SmallElection, by_chance, shrunk
    from stvcount.testing.strategies import elections, marks, papers

_NAMES = {
    "answers": ("Answer", "adapter", "adapters"),
    "cases": ("Case", "NoCase", "Pile", "Turn", "corpus", "without_case"),
    "chance": ("Chance",),
    "conforming": ("Conformance", "conform"),
    "examples": ("PublishedExample", "published_examples"),
    "mock": ("MockCount", "mock_count"),
    "same_count": ("FirstDifference", "assert_same_count", "first_difference"),
    "small": ("SmallElection", "by_chance", "shrunk"),
    "strategies": ("elections", "marks", "papers"),
}
_FOUND_IN = {name: module for module, names in _NAMES.items() for name in names}

__all__ = [
    "Answer",
    "Case",
    "Chance",
    "Conformance",
    "FirstDifference",
    "MockCount",
    "NoCase",
    "Pile",
    "PublishedExample",
    "SmallElection",
    "Turn",
    "adapter",
    "adapters",
    "assert_same_count",
    "by_chance",
    "conform",
    "corpus",
    "elections",
    "first_difference",
    "marks",
    "mock_count",
    "papers",
    "published_examples",
    "shrunk",
    "without_case",
]


def __getattr__(name: str) -> object:
    if name not in _FOUND_IN:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"{__name__}.{_FOUND_IN[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
