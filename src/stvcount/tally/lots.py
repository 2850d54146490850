"""Lots: never drawn in secret. Each is supplied, seeded, asked for, or demanded by an error.

`Lots` says where lots come from and can serve any number of counts; a count opens a `LotBox`,
which remembers what this count has used. `LotsSoFar` lets a count that stopped for a lot go on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from stvcount import codec
from stvcount.checks import found, is_without_marks
from stvcount.errors import LotError, LotNeeded
from stvcount.lot_question import LotAnswer, LotQuestion
from stvcount.tally.lot_boxes import (
    Answered,
    Asked,
    Drawn,
    Earlier,
    EarlierCount,
    FirstListed,
    LotBox,
    LotDrawn,
    Seeded,
    tied,
)

__all__ = [
    "SCHEMA",
    "EarlierCount",
    "LotAnswer",
    "LotBox",
    "LotDrawn",
    "LotQuestion",
    "Lots",
    "LotsSoFar",
]

SCHEMA = "stvcount.lots/1"


class Lots:
    """Where the lots of a count come from. Immutable; equal where they come from the same place.

    A lot names the candidate on whom it falls: who is excluded, whose surplus goes first, or who
    is elected, as its `purpose` says.

    >>> import stvcount
    >>> tied = {("Ann",): 5, ("Bob",): 5}
    >>> stvcount.count(tied, places=1, lots=stvcount.Lots.drawn("Ann")).elected
    ('Bob',)
    >>> asked = stvcount.Lots.ask(lambda lot: lot.candidates[1])
    >>> stvcount.count(tied, places=1, lots=asked).elected
    ('Ann',)
    """

    __slots__ = ("_given", "_opened", "_shown")

    _opened: Callable[..., LotBox]
    _shown: str
    _given: tuple[Any, ...]

    def __init__(self, *given: object) -> None:
        """Nobody makes lots so: where they come from is said by one of the methods below."""
        raise LotError(
            f"lots: found Lots({', '.join(map(found, given))}); expected one of Lots.none(), "
            "Lots.drawn, Lots.answered, Lots.seeded, Lots.ask, Lots.from_record, "
            "Lots.first_listed()"
        )

    @classmethod
    def none(cls) -> Lots:
        """No lots: where one is needed, the count raises `LotNeeded`."""
        return _lots(Drawn, "Lots.none()", ())

    @classmethod
    def drawn(cls, *names: str) -> Lots:
        """Lots already drawn, in the order in which the count needs them.

        A name that is not among the tied, or names left over at the end, raise `LotError`;
        one more lot than was drawn raises `LotNeeded`.
        """
        for name in names:
            if not isinstance(name, str):
                raise LotError(f"lots drawn: found {found(name)}; expected a name")
        return _lots(Drawn, f"Lots.drawn({', '.join(map(repr, names))})", names)

    @classmethod
    def answered(
        cls,
        *answers: LotAnswer | tuple[LotQuestion, str],
        otherwise: Lots | None = None,
        keep: Callable[[LotAnswer], object] | None = None,
    ) -> Lots:
        """Lots drawn for certain questions: what an application keeps between two requests.

        Each is a question, as `LotNeeded.question` has it, with the name on whom the lot fell. An
        answer is used for its own question alone: the same purpose, clause, tied candidates,
        votes and stage. Another question, while answers are left, raises `LotError`, and so do
        answers left over at the end: they are of another count. One more question raises
        `LotNeeded`, or is answered by `otherwise`; `keep` is then told the answer before the count
        goes on. Raises `LotError` for a name that is not among the tied.
        """
        given = tuple(map(_answer, answers))
        for number, answer in enumerate(given):
            if answer.question in [other.question for other in given[:number]]:
                raise LotError(
                    f"lots answered: found two answers to {answer.question}; expected one"
                )
        rest = _other_lots(otherwise)
        if keep is not None and not callable(keep):
            raise LotError(f"keep: found {found(keep)}; expected what can be called")
        return _lots(Answered, f"Lots.answered({len(given)} lots)", given, rest, keep)

    @property
    def answers(self) -> tuple[LotAnswer, ...]:
        """The answers of `Lots.answered`; none, where lots come from elsewhere."""
        return self._given[0] if self._opened is Answered else ()

    @property
    def asks(self) -> bool:
        """Whether a function of the caller's is called: to draw a lot, or to keep an answer."""
        return any(one.asks if isinstance(one, Lots) else callable(one) for one in self._given)

    def to_json(self) -> str:
        """Answered lots as JSON text of the schema `stvcount.lots/1`.

        Raises `LotError` for lots that come from elsewhere.
        """
        if self._opened is not Answered:
            raise LotError(
                f"lots: found {self}; expected Lots.answered, which alone is kept as JSON"
            )
        return codec.dumps({"schema": SCHEMA, "lots": codec.encode(self.answers)})

    @classmethod
    def from_json(cls, text: str) -> Lots:
        """The answered lots that `to_json` wrote.

        Raises `RecordError`, naming the place, for a text that is none, and what `answered` does.
        """
        read: _Kept = codec.decode(_Kept, codec.loads(text, schema=SCHEMA))
        return cls.answered(*read.lots)

    @classmethod
    def seeded(cls, text: str) -> Lots:
        """Lots that anybody can reproduce from this text, which is not blank.

        The lot falls on the candidate whose SHA-256 is least, of the JSON array
        [text, purpose, stage, all tied names sorted, name] in UTF-8 without spaces.
        """
        if not isinstance(text, str) or is_without_marks(text):
            raise LotError(f"lots seeded: found {found(text)}; expected a text that is not blank")
        return _lots(Seeded, f"Lots.seeded({text!r})", text)

    @classmethod
    def ask(cls, ask: Callable[[LotQuestion], str]) -> Lots:
        """Lots from the caller: `ask` gets each `LotQuestion` and returns a tied name.

        Another name raises `LotError`; what `ask` itself raises goes through.
        """
        if not callable(ask):
            raise LotError(f"lots: found {found(ask)} to ask; expected what can be called")
        return _lots(Asked, f"Lots.ask({ask!r})", ask)

    @classmethod
    def first_listed(cls) -> Lots:
        """Always the tied candidate listed first on the paper: for tests and simulations."""
        return _lots(FirstListed, "Lots.first_listed()")

    @classmethod
    def from_record(cls, record: EarlierCount, *, otherwise: Lots | None = None) -> Lots:
        """The lots of an earlier count, in a recount (ERS97 5.6.3).

        An earlier lot stands where the purpose, the tied candidates and their votes are the
        same; elsewhere, and for lots never needed before, `otherwise` is used (none).
        """
        if not isinstance(record, EarlierCount):
            raise LotError(f"record: found {found(record)}; expected the record of a count")
        rest = _other_lots(otherwise)
        earlier = tuple(record.lots)
        return _lots(Earlier, f"Lots.from_record({len(earlier)} lots)", earlier, rest)

    def open(self) -> LotBox:
        """The box for one count, from which it draws, and which remembers what it has drawn."""
        return self._opened(*self._given)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("Lots cannot be changed")

    def __delattr__(self, name: str) -> None:
        raise AttributeError("Lots cannot be changed")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Lots):
            return NotImplemented
        return (self._opened, self._given) == (other._opened, other._given)

    def __hash__(self) -> int:
        return hash((self._opened, self._given))

    def __reduce__(self) -> tuple[object, ...]:
        return (_lots, (self._opened, self._shown, *self._given))

    def __repr__(self) -> str:
        return self._shown


def _lots(opened: Callable[..., LotBox], shown: str, *given: object) -> Lots:
    """Lots of a kind: each count opens a box by `opened(*given)`. `shown`: in messages."""
    lots = Lots.__new__(Lots)
    for name, value in (("_opened", opened), ("_shown", shown), ("_given", given)):
        object.__setattr__(lots, name, value)
    return lots


def _other_lots(otherwise: object) -> Lots:
    rest = Lots.none() if otherwise is None else otherwise
    if not isinstance(rest, Lots):
        raise LotError(f"otherwise: found {found(otherwise)}; expected Lots")
    return rest


@dataclass(frozen=True, slots=True)
class _Kept:
    """Answered lots as they are kept in JSON."""

    lots: tuple[LotAnswer, ...]


def _answer(given: object) -> LotAnswer:
    if isinstance(given, tuple) and len(given) == 2:
        given = LotAnswer(*given)
    if not isinstance(given, LotAnswer) or not isinstance(given.question, LotQuestion):
        raise LotError(
            f"lots answered: found {found(given)}; expected a LotQuestion and a name, "
            "or a LotAnswer"
        )
    return LotAnswer(given.question, tied(given.chosen, given.question))


class LotsSoFar:
    """The lots of a count that may stop for one, be told it, and go on.

    To go on it counts again from the start, with the lots it had: `again` gives them anew, in
    their order, without asking for them.
    """

    def __init__(self, lots: Lots) -> None:
        self._box = lots.open()
        self._known: list[tuple[LotQuestion, LotDrawn]] = []
        self._used = 0
        self.waiting: LotQuestion | None = None

    def draw(self, question: LotQuestion) -> LotDrawn:
        if self._used == len(self._known):
            self.waiting = question
            self._known.append((question, self._from_box(question)))
            self.waiting = None
        self._used += 1
        return self._known[self._used - 1][1]

    def _from_box(self, question: LotQuestion) -> LotDrawn:
        try:
            return self._box.draw(question)
        except LotNeeded:
            answers = [LotAnswer(asked, drawn.candidate) for asked, drawn in self._known]
            raise LotNeeded(question, answers=answers) from None

    def tell(self, name: str) -> None:
        """On whom the lot that is waited for fell; raises `LotError` if that cannot be."""
        if self.waiting is None:
            raise LotError(f"lots: found {found(name)}; expected none, as no lot is waited for")
        drawn = LotDrawn(tied(name, self.waiting), "drawn")
        self._known.append((self.waiting, drawn))
        self.waiting = None

    def again(self) -> None:
        """Begin anew with the lots known so far."""
        self._used = 0

    def close(self) -> None:
        self._box.close()
