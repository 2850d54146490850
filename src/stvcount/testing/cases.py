"""The corpus: for each clause of each rule set the smallest elections that turn on it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from stvcount import codec
from stvcount.election import Election
from stvcount.frozen import FrozenMapping
from stvcount.record.published import PublishedStage
from stvcount.rules import OptionValue
from stvcount.testing.answers import Answer
from stvcount.testing.small import SmallElection

__all__ = ["SCHEMA", "Case", "NoCase", "Pile", "Turn", "corpus", "without_case"]

SCHEMA = "stvcount.corpus/1"


@dataclass(frozen=True, slots=True)
class Pile:
    """So many papers with this order of candidates."""

    papers: int
    order: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """What a case turns on: a clause, or a reading of it, and how a count goes that has it wrong.

    `why`: "a count that ..."; such a count has `wrong` in place of `right` at this `figure` of
    this `stage` (0: at the end), and parts nowhere before. `elects`: whether it elects others too.
    """

    clause: str
    reading: str | None
    why: str
    stage: int
    figure: str
    right: str
    wrong: str
    elects: bool

    def __str__(self) -> str:
        at = f"at stage {self.stage}" if self.stage else "at the end"
        return f"{self.why} has here, {at}, {self.figure}: {self.wrong}, and not {self.right}"


@dataclass(frozen=True, slots=True)
class Case:
    """An election counted by hand, as it were: its papers, its figures, and what it turns on.

    All lots fall on the first listed. `stages`, `elected`: as in a published sheet. `non_person`:
    the last of the candidates, where that is no person but an option on the paper.
    """

    id: str
    rules: str
    options: FrozenMapping[str, OptionValue]
    places: int
    candidates: tuple[str, ...]
    non_person: str | None
    papers: tuple[Pile, ...]
    turns_on: tuple[Turn, ...]
    stages: tuple[PublishedStage, ...]
    elected: tuple[str, ...]

    @property
    def small(self) -> SmallElection:
        """The election by numbers."""
        number = {name: at for at, name in enumerate(self.candidates)}
        papers = ((tuple(number[one] for one in pile.order), pile.papers) for pile in self.papers)
        no_person = self.non_person is not None
        return SmallElection(self.places, len(self.candidates), tuple(papers), no_person)

    @property
    def election(self) -> Election:
        """The election."""
        return self.small.election(self.id)

    @property
    def answer(self) -> Answer:
        """Its figures."""
        return Answer(self.elected, self.stages)


@dataclass(frozen=True, slots=True)
class NoCase:
    """A clause or a reading for which there is no case, and why."""

    rules: str
    clause: str
    why: str


@dataclass(frozen=True, slots=True)
class _Corpus:
    cases: tuple[Case, ...]
    without_case: tuple[NoCase, ...]


@cache
def _all() -> _Corpus:
    text = files("stvcount.testing").joinpath("corpus.json").read_text("utf-8")
    members: Any = codec.loads(text, schema=SCHEMA)
    read: _Corpus = codec.decode(_Corpus, members)
    return read


def corpus(rules: str | None = None) -> tuple[Case, ...]:
    """The cases of this rule set, with whatever options; without it, all of them."""
    return tuple(one for one in _all().cases if rules in (None, one.rules))


def without_case(rules: str | None = None) -> tuple[NoCase, ...]:
    """The clauses and readings of this rule set for which there is no case."""
    return tuple(one for one in _all().without_case if rules in (None, one.rules))
