"""How each question is decided: by which majority of whom, by a coin or by a casting vote."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple, get_args

from stvcount.checked import checked
from stvcount.election import check_text
from stvcount.election.papers import MOST_PAPERS
from stvcount.errors import ElectionError
from stvcount.frozen import FrozenMapping
from stvcount.motions.motions import (
    AGAINST,
    CHOICES,
    FOR,
    SIMPLE,
    Basis,
    CastingVote,
    MotionRecord,
    MotionResult,
    MotionTerms,
    Outcome,
    Question,
    Ruling,
    fraction_of,
    majority_of,
)
from stvcount.record import Lot
from stvcount.tally.lots import LotBox, LotQuestion, Lots, LotsSoFar
from stvcount.version import __version__
from stvcount.words import counted, figure

__all__ = ["motion"]

_AFFILIATIONS = "C The ballot on affiliations"
_SIMPLE, _SIMPLE_EQUAL = "Simple majority (O4)", "Simple majority (M1)"
_CASTING = "Casting vote (O9)"
_E31 = "2/3"
_WHOM = {"present": "those present", "members": "all members"}


class _Decided(NamedTuple):
    """What became of a question, and what decided an equal vote."""

    outcome: Outcome
    ruling: Ruling
    lot: Lot | None = None
    casting_vote: CastingVote | None = None


@checked
def motion(
    questions: Iterable[Question],
    *,
    majority: str = SIMPLE,
    basis: Basis = "voting",
    present: int | None = None,
    members: int | None = None,
    quorum: int | None = None,
    coin: bool = False,
    casting_votes: Iterable[CastingVote] = (),
    lots: Lots | None = None,
    title: str = "",
) -> MotionRecord:
    """Decide each question on the same terms.

    `majority`: "simple", "two-thirds", "three-quarters" or another fraction, such as "3/5".
    `basis`: of whom: of those "voting" FOR or AGAINST, of those "present" or of all "members";
    `present`, `members`: how many they are. `quorum`: how many must be present, or the vote decides
    nothing; where `present` is not said, as many are as have handed in a paper (M4).
    `coin`: an equal vote is decided by a lot between FOR and AGAINST instead of being lost.
    `casting_votes`: those that a chair gave, each on a question whose vote is equal (O9).
    `lots`: where such lots come from; none are drawn unless it says so. A lot's purpose is "coin",
    and its stage is the number of the question, from 1.

    Raises `ElectionError` for no questions, two of one title, an unknown majority, more papers than
    persons, a number that is missing, a coin or a casting vote where nothing is equal; `LotNeeded`
    where only a coin can decide and no lot was supplied; `LotError` for a lot that does not fit or
    is left over.
    """
    asked = _checked(questions)
    check_text("title", title)
    terms = MotionTerms(majority_of(majority), basis, present, members, quorum, coin)
    _check_terms(terms)
    _check_numbers(terms, asked)
    given = _by_question(casting_votes, asked)
    box = LotsSoFar(lots or Lots.none())
    results = tuple(
        _result(number, question, _decide(number, question, terms, given.get(number), box))
        for number, question in enumerate(asked, start=1)
    )
    box.close()
    return MotionRecord(__version__, title, terms, results)


# What was given


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


def _check_terms(terms: MotionTerms) -> None:
    if terms.basis not in get_args(Basis):
        expected = " or ".join(get_args(Basis))
        raise ElectionError(f"basis: found {terms.basis!r}; expected {expected}")
    for name in ("present", "members", "quorum"):
        number = getattr(terms, name)
        if number is not None and not 0 < number < MOST_PAPERS:
            raise ElectionError(f"{name}: found {figure(number)}; expected a number of persons")
    if terms.basis != "voting" and getattr(terms, terms.basis) is None:
        raise ElectionError(
            f"{terms.basis}: found no number; expected how many they are, as the majority is one "
            f"of {_WHOM[terms.basis]}"
        )
    if terms.present and terms.members and terms.present > terms.members:
        raise ElectionError(
            f"present: found {terms.present}; expected no more than the {terms.members} members"
        )
    if terms.coin and (terms.majority, terms.basis) != (SIMPLE, "voting"):
        majority = terms.majority if terms.basis == "voting" else f"one of {_WHOM[terms.basis]}"
        raise ElectionError(f"coin: found it with {majority}; expected a simple majority")


def _check_numbers(terms: MotionTerms, asked: Sequence[Question]) -> None:
    for name in ("present", "members"):
        number = getattr(terms, name)
        for question in asked if number is not None else ():
            if question.papers > number:
                raise ElectionError(
                    f"question {question.title!r}: found {counted(question.papers, 'paper')}; "
                    f"expected no more than {_WHOM[name]}: {number}"
                )


def _by_question(given: Iterable[CastingVote], asked: Sequence[Question]) -> dict[int, CastingVote]:
    by_question: dict[int, CastingVote] = {}
    for one in given:
        if not isinstance(one, CastingVote):
            raise ElectionError(f"casting votes: found {one!r}; expected a CastingVote")
        if one.question > len(asked):
            raise ElectionError(
                f"casting vote: found question {figure(one.question)}; expected 1 to {len(asked)}"
            )
        if one.question in by_question:
            raise ElectionError(f"casting vote: found two on question {one.question}; expected one")
        by_question[one.question] = one
    return by_question


# Deciding


def _result(number: int, question: Question, decided: _Decided) -> MotionResult:
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
        outcome=decided.outcome,
        decision=decided.ruling,
        lot=decided.lot,
        casting_vote=decided.casting_vote,
    )


def _decide(
    number: int, question: Question, terms: MotionTerms, casting: CastingVote | None, box: LotBox
) -> _Decided:
    inquorate = _inquorate(question, terms)
    of_those_voting = (terms.majority, terms.basis) == (SIMPLE, "voting")
    equal = of_those_voting and question.for_ == question.against and inquorate is None
    if casting is not None and (terms.coin or not equal):
        why = "a coin decides" if terms.coin else "no vote that is equal by a simple majority"
        raise ElectionError(f"casting vote: found one on question {number}; expected none: {why}")
    if inquorate is not None:
        return _Decided("inquorate", inquorate)
    if casting is not None:
        return _by_casting_vote(question, casting)
    if equal and terms.coin:
        return _by_coin(question, _toss(number, question, box))
    if of_those_voting:
        return _simple(question, _AFFILIATIONS if terms.coin else _SIMPLE)
    return _of_a_number(question, terms)


def _inquorate(question: Question, terms: MotionTerms) -> Ruling | None:
    """That too few are present; None where enough are, or where there is no quorum."""
    here = question.papers if terms.present is None else terms.present
    if terms.quorum is None or here >= terms.quorum:
        return None
    what = counted(here, "paper") if terms.present is None else f"{here} present"
    clause = "Quorum (M4)" if terms.present is None else "Quorum"
    return Ruling(clause, f"{what}, and the quorum is {terms.quorum}: nothing is decided")


def _simple(question: Question, clause: str) -> _Decided:
    """Simple majority; an equal vote is lost (M1)."""
    if question.for_ == question.against:
        return _Decided("lost", Ruling(_SIMPLE_EQUAL, f"{_sides(question)}: equal, which is lost"))
    carried = question.for_ > question.against
    more = "more FOR than AGAINST: carried" if carried else "more AGAINST than FOR: lost"
    return _Decided(_outcome(carried=carried), Ruling(clause, f"{_sides(question)}: {more}"))


def _toss(number: int, question: Question, box: LotBox) -> Lot:
    sides = (FOR, AGAINST)
    votes = FrozenMapping((side, Decimal(question.for_)) for side in sides)
    drawn = box.draw(LotQuestion("coin", _AFFILIATIONS, sides, votes, number))
    return Lot(
        purpose="coin",
        clause=_AFFILIATIONS,
        candidates=sides,
        votes=votes,
        chosen=drawn.candidate,
        source=drawn.source,
    )


def _by_coin(question: Question, lot: Lot) -> _Decided:
    """Loughborough, the ballot on affiliations: a coin decides an equal vote (M3: also of none)."""
    carried = lot.chosen == FOR
    fell = "heads, FOR: carried" if carried else "tails, AGAINST: lost"
    text = f"{_sides(question)}: equal; the coin fell {fell}"
    return _Decided(_outcome(carried=carried), Ruling(_AFFILIATIONS, text), lot=lot)


def _by_casting_vote(question: Question, given: CastingVote) -> _Decided:
    """O9: the chair's vote, on neither side of the count."""
    outcome = _outcome(carried=given.vote == FOR)
    text = f"{_sides(question)}: equal; the casting vote of {given.by} is {given.vote}: {outcome}"
    return _Decided(outcome, Ruling(_CASTING, text), casting_vote=given)


def _of_a_number(question: Question, terms: MotionTerms) -> _Decided:
    """A fraction of those voting, present or members, or more than half of the latter (M5)."""
    voting = question.for_ + question.against
    number = voting if terms.basis == "voting" else getattr(terms, terms.basis)
    told = _sides(question)
    if terms.basis != "voting":
        told += f", {number} {terms.basis}"
    if not voting and terms.basis == "voting":
        # Imperial E31 has two thirds; nobody voting is no majority of any kind (M2).
        return _Decided("lost", Ruling(_clause(terms, "M2"), f"{told}: nobody voting, lost"))
    if terms.majority == SIMPLE:
        carried = 2 * question.for_ > number
        more = "more than" if carried else "not more than"
        compared = f"2 x {question.for_} = {2 * question.for_} is {more} {number}"
    else:
        part, whole = fraction_of(terms.majority)
        carried = whole * question.for_ >= part * number
        least = "at least" if carried else "less than"
        compared = (
            f"{whole} x {question.for_} = {whole * question.for_} is {least} "
            f"{part} x {number} = {part * number}"
        )
    outcome = _outcome(carried=carried)
    return _Decided(outcome, Ruling(_clause(terms, "O4"), f"{told}: {compared}: {outcome}"))


def _clause(terms: MotionTerms, reading: str) -> str:
    if terms.basis != "voting":
        half = " (M5)" if terms.majority == SIMPLE else ""
        what = "Simple majority" if terms.majority == SIMPLE else terms.majority
        return f"{what} of {_WHOM[terms.basis]}{half}"
    return f"E31 ({reading})" if terms.majority == _E31 else f"{terms.majority} ({reading})"


def _outcome(*, carried: bool) -> Outcome:
    return "carried" if carried else "lost"


def _sides(question: Question) -> str:
    return f"{question.for_} FOR, {question.against} AGAINST"
