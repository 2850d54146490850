"""Votes on motions: questions answered FOR, AGAINST or ABSTAIN.

The majorities:

Simple majority: more FOR than AGAINST. Loughborough ("The ballot on affiliations") has the toss of
a coin decide an equal vote, heads FOR, tails AGAINST; a chair may have a casting vote (O9); without
either an equal vote is lost (M1).
A fraction, such as two thirds (Imperial bye-laws E31): 3 x FOR is at least 2 x (FOR + AGAINST).
Of those present or of all members, a simple majority is more than half of their number, and a
fraction is of their number too.
A quorum: where fewer are present, the vote decides nothing.

Readings:

O4  Abstaining is not voting: abstentions, blank and invalid votes count on neither side.
O9  A casting vote decides an equal vote where it is given: with who gave it, never assumed.
M1  An equal vote that no rule decides is lost.
M2  Two thirds of nobody is no majority: without any FOR or AGAINST the motion is lost.
M3  None FOR and none AGAINST is an equal vote as well: where the coin decides, it decides that too.
M4  Where it is not said how many are present, as many are as have handed in a paper.
M5  Half of those present, or of all members, is no simple majority of them.
"""

from __future__ import annotations

import re
from dataclasses import KW_ONLY, dataclass
from math import gcd
from typing import Literal, TypeAlias

from stvcount import codec
from stvcount.election import check_text
from stvcount.election.papers import MOST_PAPERS
from stvcount.election.source import Source
from stvcount.errors import ElectionError, RecordError
from stvcount.frozen import FrozenMapping
from stvcount.plain_html import ShowsItsText
from stvcount.record import Lot
from stvcount.words import figure

__all__ = [
    "SCHEMA",
    "CastingVote",
    "MotionRecord",
    "MotionResult",
    "MotionTerms",
    "Question",
    "Ruling",
    "check_title",
    "fraction_of",
    "majority_of",
]

SCHEMA = "stvcount.motion/1"

Basis: TypeAlias = Literal["voting", "present", "members"]
Outcome: TypeAlias = Literal["carried", "lost", "inquorate"]
Side: TypeAlias = Literal["FOR", "AGAINST"]

FOR, AGAINST, ABSTAIN = "FOR", "AGAINST", "ABSTAIN"
CHOICES = (FOR, AGAINST, ABSTAIN)

SIMPLE = "simple"
_NAMED = {SIMPLE: SIMPLE, "two-thirds": "2/3", "three-quarters": "3/4"}
_FRACTION = re.compile("([1-9][0-9]{0,8})/([1-9][0-9]{0,8})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Question:
    """A question and the votes on it, each a number of papers.

    `blank`: papers without a vote on it. `invalid`: papers whose vote on it cannot be read.
    `source`: the file they were read from, or None. `notes`: what the reader of the file noted.

    Raises `ElectionError` for a blank title or a number that cannot be one of papers.
    """

    title: str
    _: KW_ONLY
    for_: int
    against: int
    abstain: int = 0
    blank: int = 0
    invalid: int = 0
    source: Source | None = None
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_title(self.title)
        for name in ("for_", "against", "abstain", "blank", "invalid"):
            number = getattr(self, name)
            if type(number) is not int or not 0 <= number < MOST_PAPERS:
                raise ElectionError(
                    f"question {self.title!r}: {name.strip('_')}: found {figure(number)}; "
                    f"expected a number of papers (less than 10**{len(str(MOST_PAPERS)) - 1})"
                )

    @property
    def papers(self) -> int:
        """The number of papers: votes, blank and invalid."""
        return self.for_ + self.against + self.abstain + self.blank + self.invalid


def check_title(title: str) -> None:
    """Raise `ElectionError` where this cannot be the title of a question."""
    check_text("question", title)
    if not title.strip():
        raise ElectionError(f"question: found {title!r}; expected a title")


@dataclass(frozen=True, slots=True)
class Ruling:
    """What became of a question in words, with its figures, and the clause that decided it."""

    clause: str
    text: str


@dataclass(frozen=True, slots=True)
class CastingVote:
    """The vote with which a chair decided an equal vote: of which question, and who gave it.

    `question`: its number, from 1. Raises `ElectionError` for what is no such number, another vote
    than FOR or AGAINST, or a blank name.
    """

    question: int
    vote: Side
    by: str

    def __post_init__(self) -> None:
        if type(self.question) is not int or self.question < 1:
            raise ElectionError(
                f"casting vote: found question {figure(self.question)}; expected its number, from 1"
            )
        if self.vote not in (FOR, AGAINST):
            raise ElectionError(f"casting vote: found {self.vote!r}; expected FOR or AGAINST")
        check_text("casting vote", self.by)
        if not self.by.strip():
            raise ElectionError(f"casting vote: found {self.by!r}; expected who gave it")


@dataclass(frozen=True, slots=True)
class MotionTerms:
    """By what a motion is decided.

    `majority`: "simple", or a fraction in its lowest terms, such as "2/3". `basis`: of whom: of
    those voting FOR or AGAINST, of those present, or of all members. `present`, `members`: how
    many; None where it is not said. `quorum`: how many must be present; None for no quorum.
    `coin`: whether a coin decides an equal vote.
    """

    majority: str = SIMPLE
    basis: Basis = "voting"
    present: int | None = None
    members: int | None = None
    quorum: int | None = None
    coin: bool = False


def majority_of(given: str) -> str:
    """The majority that is meant by its name or fraction, in lowest terms.

    Raises `ElectionError` for what is none: a fraction is more than one half, and at most all.
    """
    if given in _NAMED:
        return _NAMED[given]
    found = _FRACTION.fullmatch(given)
    if found is not None:
        part, whole = int(found[1]), int(found[2])
        if whole < 2 * part <= 2 * whole:
            common = gcd(part, whole)
            return f"{part // common}/{whole // common}"
    raise ElectionError(
        f"majority: found {given!r}; expected {', '.join(_NAMED)} or a fraction of more than one "
        "half, such as 3/5"
    )


def fraction_of(majority: str) -> tuple[int, int]:
    """The part and the whole of a majority that is a fraction."""
    part, _, whole = majority.partition("/")
    return int(part), int(whole)


@dataclass(frozen=True, slots=True)
class MotionResult:
    """What became of one question.

    `number`: from 1, in the order of the questions. `votes`: papers FOR, AGAINST and ABSTAIN.
    `blank`, `invalid`, `source`, `notes`: as in `Question`. `outcome`: carried, lost, or inquorate,
    which decides nothing. `lot`: the coin, and `casting_vote`: the vote, where one decided.
    """

    number: int
    title: str
    votes: FrozenMapping[str, int]
    blank: int
    invalid: int
    source: Source | None
    notes: tuple[str, ...]
    outcome: Outcome
    decision: Ruling
    lot: Lot | None
    casting_vote: CastingVote | None

    @property
    def carried(self) -> bool:
        """Whether it is carried."""
        return self.outcome == "carried"

    @property
    def papers(self) -> int:
        """The number of papers: votes, blank and invalid."""
        return sum(self.votes.values()) + self.blank + self.invalid


@dataclass(frozen=True, slots=True)
class MotionRecord(ShowsItsText):
    """The result of a vote on one or more questions.

    `title`: of the meeting or ballot; may be empty. `terms`: by what each was decided.
    `stvcount`: the version of this library that decided.
    """

    stvcount: str
    title: str
    terms: MotionTerms
    results: tuple[MotionResult, ...]

    @property
    def carried(self) -> tuple[str, ...]:
        """The titles of the questions that were carried, in their order."""
        return tuple(result.title for result in self.results if result.carried)

    def to_json(self) -> str:
        """The record as JSON text: the same bytes for the same votes, rules and lots."""
        return codec.dumps({"schema": SCHEMA} | codec.encode(self))

    @classmethod
    def from_json(cls, text: str) -> MotionRecord:
        """The record that `to_json` wrote.

        Raises `RecordError`, naming the place, for a text that is not such a record.
        """
        try:
            record: MotionRecord = codec.decode(cls, codec.loads(text, schema=SCHEMA))
        except ElectionError as error:
            # A casting vote that nobody can have given.
            raise RecordError(f"results: {error}") from error
        if not re.fullmatch(rf"{SIMPLE}|{_FRACTION.pattern}", record.terms.majority):
            found = record.terms.majority
            raise RecordError(
                f"terms.majority: found {found!r}; expected {SIMPLE}, or a fraction such as 2/3"
            )
        for position, result in enumerate(record.results):
            if set(result.votes) != set(CHOICES):
                raise RecordError(
                    f"results[{position}].votes: found {', '.join(result.votes) or 'none'}; "
                    f"expected {', '.join(CHOICES)}"
                )
        return record

    def __str__(self) -> str:
        from stvcount.motions import sheet as motion_sheet

        return motion_sheet.sheet(self)
