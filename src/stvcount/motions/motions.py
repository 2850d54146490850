"""Votes on motions: questions answered FOR, AGAINST or ABSTAIN.

The majorities:

Simple majority: more FOR than AGAINST. Loughborough ("The ballot on affiliations") has the toss of
a coin decide an equal vote, heads FOR, tails AGAINST; without that rule an equal vote is lost (M1).
Two thirds (Imperial bye-laws E31): 3 x FOR is at least 2 x (FOR + AGAINST).

Readings:

O4  Abstaining is not voting: abstentions, blank and invalid votes count on neither side.
M1  An equal vote that no rule decides is lost.
M2  Two thirds of nobody is no majority: without any FOR or AGAINST the motion is lost.
M3  None FOR and none AGAINST is an equal vote as well: where the coin decides, it decides that too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import KW_ONLY, dataclass
from decimal import Decimal
from typing import Literal, TypeAlias, get_args

from stvcount import codec
from stvcount.checked import checked
from stvcount.election import check_text
from stvcount.election.papers import MOST_PAPERS
from stvcount.election.source import Source
from stvcount.errors import ElectionError, RecordError
from stvcount.frozen import FrozenMapping
from stvcount.plain_html import ShowsItsText
from stvcount.record import Lot
from stvcount.tally.lots import LotBox, LotQuestion, Lots, LotsSoFar
from stvcount.version import __version__
from stvcount.words import figure

__all__ = [
    "MAJORITIES",
    "SCHEMA",
    "Majority",
    "MotionRecord",
    "MotionResult",
    "Question",
    "check_title",
    "motion",
]

SCHEMA = "stvcount.motion/1"

Majority: TypeAlias = Literal["simple", "two-thirds"]
MAJORITIES: tuple[str, ...] = get_args(Majority)

FOR, AGAINST, ABSTAIN = "FOR", "AGAINST", "ABSTAIN"
CHOICES = (FOR, AGAINST, ABSTAIN)

AFFILIATIONS = "C The ballot on affiliations"
SIMPLE, SIMPLE_EQUAL = "Simple majority (O4)", "Simple majority (M1)"
TWO_THIRDS, TWO_THIRDS_OF_NOBODY = "E31 (O4)", "E31 (M2)"


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
class MotionResult:
    """What became of one question.

    `number`: from 1, in the order of the questions. `votes`: papers FOR, AGAINST and ABSTAIN.
    `blank`, `invalid`, `source`, `notes`: as in `Question`. `lot`: the coin, where one decided.
    """

    number: int
    title: str
    votes: FrozenMapping[str, int]
    blank: int
    invalid: int
    source: Source | None
    notes: tuple[str, ...]
    carried: bool
    decision: Ruling
    lot: Lot | None

    @property
    def papers(self) -> int:
        """The number of papers: votes, blank and invalid."""
        return sum(self.votes.values()) + self.blank + self.invalid


@dataclass(frozen=True, slots=True)
class MotionRecord(ShowsItsText):
    """The result of a vote on one or more questions.

    `title`: of the meeting or ballot; may be empty. `coin`: whether a coin decides an equal vote.
    `stvcount`: the version of this library that decided.
    """

    stvcount: str
    title: str
    majority: Majority
    coin: bool
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
        record: MotionRecord = codec.decode(cls, codec.loads(text, schema=SCHEMA))
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


# Deciding


@checked
def motion(
    questions: Iterable[Question],
    *,
    majority: Majority = "simple",
    coin: bool = False,
    lots: Lots | None = None,
    title: str = "",
) -> MotionRecord:
    """Decide each question by the same majority.

    `coin`: an equal vote is decided by a lot between FOR and AGAINST instead of being lost; only
    with a simple majority. `lots`: where such lots come from; none are drawn unless it says so.
    A lot's purpose is "coin", and its stage is the number of the question, from 1.

    Raises `ElectionError` for no questions, two of one title, an unknown majority, or a coin with
    two thirds; `LotNeeded` where only a coin can decide and no lot was supplied; `LotError` for a
    lot that does not fit or is left over.
    """
    asked = _checked(questions)
    check_text("title", title)
    if majority not in MAJORITIES:
        raise ElectionError(f"majority: found {majority!r}; expected {' or '.join(MAJORITIES)}")
    if coin and majority != "simple":
        raise ElectionError(f"coin: found it with {majority}; expected a simple majority")
    box = LotsSoFar(lots or Lots.none())
    results = tuple(
        _result(number, question, majority, box if coin else None)
        for number, question in enumerate(asked, start=1)
    )
    box.close()
    return MotionRecord(__version__, title, majority, coin, results)


def _checked(questions: Iterable[Question]) -> tuple[Question, ...]:
    asked = tuple(questions)
    if not asked:
        raise ElectionError("questions: found none; expected at least one")
    for question in asked:
        if not isinstance(question, Question):
            raise ElectionError(f"questions: found {question!r}; expected a Question")
    for title, times in Counter(question.title for question in asked).items():
        if times > 1:
            raise ElectionError(f"questions: found {title!r} {times} times; expected it once")
    return asked


def _result(
    number: int, question: Question, majority: Majority, coin: LotBox | None
) -> MotionResult:
    lot = None
    if majority == "two-thirds":
        carried, decision = _two_thirds(question)
    elif coin is not None and question.for_ == question.against:
        lot = _toss(number, question, coin)
        carried, decision = _by_coin(question, lot)
    else:
        carried, decision = _simple(question, AFFILIATIONS if coin is not None else SIMPLE)
    return MotionResult(
        number=number,
        title=question.title,
        votes=FrozenMapping(
            zip(CHOICES, (question.for_, question.against, question.abstain), strict=True)
        ),
        blank=question.blank,
        invalid=question.invalid,
        source=question.source,
        notes=question.notes,
        carried=carried,
        decision=decision,
        lot=lot,
    )


def _simple(question: Question, clause: str) -> tuple[bool, Ruling]:
    """Simple majority; an equal vote is lost (M1)."""
    carried = question.for_ > question.against
    if question.for_ == question.against:
        return carried, Ruling(SIMPLE_EQUAL, f"{_sides(question)}: equal, which is lost")
    more = "more FOR than AGAINST: carried" if carried else "more AGAINST than FOR: lost"
    return carried, Ruling(clause, f"{_sides(question)}: {more}")


def _toss(number: int, question: Question, box: LotBox) -> Lot:
    sides = (FOR, AGAINST)
    votes = FrozenMapping((side, Decimal(question.for_)) for side in sides)
    drawn = box.draw(LotQuestion("coin", AFFILIATIONS, sides, votes, number))
    return Lot(
        purpose="coin",
        clause=AFFILIATIONS,
        candidates=sides,
        votes=votes,
        chosen=drawn.candidate,
        source=drawn.source,
    )


def _by_coin(question: Question, lot: Lot) -> tuple[bool, Ruling]:
    """Loughborough, the ballot on affiliations: a coin decides an equal vote (M3: also of none)."""
    carried = lot.chosen == FOR
    fell = "heads, FOR: carried" if carried else "tails, AGAINST: lost"
    text = f"{_sides(question)}: equal; the coin fell {fell}"
    return carried, Ruling(AFFILIATIONS, text)


def _two_thirds(question: Question) -> tuple[bool, Ruling]:
    """Imperial E31: two thirds of those voting FOR or AGAINST (O4); of nobody: lost (M2)."""
    voting = question.for_ + question.against
    if not voting:
        return False, Ruling(TWO_THIRDS_OF_NOBODY, f"{_sides(question)}: nobody voting, lost")
    carried = 3 * question.for_ >= 2 * voting
    compared = "is at least" if carried else "is less than"
    text = (
        f"{_sides(question)}: 3 x {question.for_} = {3 * question.for_} {compared} "
        f"2 x {voting} = {2 * voting}: {'carried' if carried else 'lost'}"
    )
    return carried, Ruling(TWO_THIRDS, text)


def _sides(question: Question) -> str:
    return f"{question.for_} FOR, {question.against} AGAINST"
