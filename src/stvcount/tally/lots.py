"""Lots: never drawn in secret. Each is supplied, seeded, asked for, or demanded by an error.

`Lots` says where lots come from and can serve any number of counts; a count opens a `LotBox`,
which remembers what this count has used. `LotsSoFar` lets a count that stopped for a lot go on.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from stvcount.errors import LotError, LotNeeded, Purpose


@dataclass(frozen=True, slots=True)
class LotQuestion:
    """What a lot is to decide.

    `purpose`: "exclusion" (who is excluded), "surplus" (whose goes first), "election" (who is
    elected) or "coin" (a motion, where `stage` is the number of the question).
    `clause`: the rule that asks. `candidates`: the tied, in their order on the paper.
    `votes`: the vote of each. `stage`: the number of the stage being counted.
    """

    purpose: Purpose
    clause: str
    candidates: tuple[str, ...]
    votes: Mapping[str, Decimal]
    stage: int

    def needed(self, *, drawn: Sequence[str] = ()) -> LotNeeded:
        """The error that puts the question to the caller, after these lots were `drawn`."""
        return LotNeeded(
            purpose=self.purpose,
            clause=self.clause,
            candidates=self.candidates,
            votes=self.votes,
            stage=self.stage,
            drawn=drawn,
        )


@dataclass(frozen=True, slots=True)
class LotDrawn:
    """On whom the lot fell, and where it came from."""

    candidate: str
    source: str


class EarlierLot(Protocol):
    """A lot as a record keeps it."""

    @property
    def purpose(self) -> str: ...
    @property
    def candidates(self) -> tuple[str, ...]: ...
    @property
    def votes(self) -> Mapping[str, Decimal]: ...
    @property
    def chosen(self) -> str: ...


class EarlierCount(Protocol):
    """As much of a record of a count as a recount needs."""

    @property
    def lots(self) -> Sequence[EarlierLot]: ...


class LotBox(Protocol):
    """The lots of one count."""

    def draw(self, question: LotQuestion) -> LotDrawn:
        """Answer the question; raises `LotNeeded` or `LotError` where that is not possible."""
        ...

    def close(self) -> None:
        """End the count; raises `LotError` if lots supplied for it were not needed."""
        ...


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
    _given: tuple[object, ...]

    def __init__(self, opened: Callable[..., LotBox], shown: str, *given: object) -> None:
        """Lots of a kind of one's own: each count opens a box by `opened(*given)`.

        `shown`: how they are to appear in messages.
        """
        for name, value in (("_opened", opened), ("_shown", shown), ("_given", given)):
            object.__setattr__(self, name, value)

    @classmethod
    def none(cls) -> Lots:
        """No lots: where one is needed, the count raises `LotNeeded`."""
        return cls(_Drawn, "Lots.none()", ())

    @classmethod
    def drawn(cls, *names: str) -> Lots:
        """Lots already drawn, in the order in which the count needs them.

        A name that is not among the tied, or names left over at the end, raise `LotError`;
        one more lot than was drawn raises `LotNeeded`.
        """
        return cls(_Drawn, f"Lots.drawn({', '.join(map(repr, names))})", names)

    @classmethod
    def seeded(cls, text: str) -> Lots:
        """Lots that anybody can reproduce from this text.

        The lot falls on the candidate whose SHA-256 is least, of the JSON array
        [text, purpose, stage, all tied names sorted, name] in UTF-8 without spaces.
        """
        return cls(_Seeded, f"Lots.seeded({text!r})", text)

    @classmethod
    def ask(cls, ask: Callable[[LotQuestion], str]) -> Lots:
        """Lots from the caller: `ask` gets each `LotQuestion` and returns a tied name.

        Another name raises `LotError`; what `ask` itself raises goes through.
        """
        return cls(_Asked, f"Lots.ask({ask!r})", ask)

    @classmethod
    def first_listed(cls) -> Lots:
        """Always the tied candidate listed first on the paper: for tests and simulations."""
        return cls(_FirstListed, "Lots.first_listed()")

    @classmethod
    def from_record(cls, record: EarlierCount, *, otherwise: Lots | None = None) -> Lots:
        """The lots of an earlier count, in a recount (ERS97 5.6.3).

        An earlier lot stands where the purpose, the tied candidates and their votes are the
        same; elsewhere, and for lots never needed before, `otherwise` is used (none).
        """
        earlier = tuple(record.lots)
        rest = otherwise if otherwise is not None else cls.none()
        return cls(_Earlier, f"Lots.from_record({len(earlier)} lots)", earlier, rest)

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
        return (Lots, (self._opened, self._shown, *self._given))

    def __repr__(self) -> str:
        return self._shown


class LotsSoFar:
    """The lots of a count that may stop for one, be told it, and go on.

    To go on it counts again from the start, with the lots it had: `again` gives them anew, in
    their order, without asking for them.
    """

    def __init__(self, lots: Lots) -> None:
        self._box = lots.open()
        self._known: list[LotDrawn] = []
        self._told: list[str] = []
        self._used = 0
        self.waiting: LotQuestion | None = None

    def draw(self, question: LotQuestion) -> LotDrawn:
        if self._used == len(self._known):
            self.waiting = question
            self._known.append(self._from_box(question))
            self.waiting = None
        self._used += 1
        return self._known[self._used - 1]

    def _from_box(self, question: LotQuestion) -> LotDrawn:
        try:
            return self._box.draw(question)
        except LotNeeded as needed:
            if not self._told:
                raise
            raise question.needed(drawn=(*needed.drawn, *self._told)) from None

    def tell(self, name: str) -> None:
        """On whom the lot that is waited for fell; raises `LotError` if that cannot be."""
        if self.waiting is None:
            raise LotError(f"lots: found {name!r}; expected none, as no lot is waited for")
        self._known.append(LotDrawn(_tied(name, self.waiting), "drawn"))
        self._told.append(name)
        self.waiting = None

    def again(self) -> None:
        """Begin anew with the lots known so far."""
        self._used = 0

    def close(self) -> None:
        self._box.close()


def _tied(name: object, question: LotQuestion) -> str:
    if isinstance(name, str) and name in question.candidates:
        return name
    raise LotError(
        f"stage {question.stage}, {question.clause}: the lot ({question.purpose}) names {name!r}; "
        f"expected one of the tied: {', '.join(question.candidates)}"
    )


class _Drawn:
    def __init__(self, names: tuple[str, ...]) -> None:
        self._names = names
        self._used = 0

    def draw(self, question: LotQuestion) -> LotDrawn:
        if self._used == len(self._names):
            raise question.needed(drawn=self._names)
        name = _tied(self._names[self._used], question)
        self._used += 1
        return LotDrawn(name, "drawn")

    def close(self) -> None:
        left = self._names[self._used :]
        if left:
            raise LotError(
                f"lots drawn: found {', '.join(left)} left over at the end of the count; "
                f"expected {self._used}, as many as were needed"
            )


class _Seeded:
    def __init__(self, text: str) -> None:
        self._text = text

    def draw(self, question: LotQuestion) -> LotDrawn:
        import hashlib  # slow to import, and most counts need no lot

        tied = sorted(question.candidates)

        def digest(name: str) -> bytes:
            parts = [self._text, question.purpose, question.stage, tied, name]
            text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
            return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()

        return LotDrawn(min(tied, key=digest), f"seed: {self._text}")

    def close(self) -> None:
        pass


class _Asked:
    def __init__(self, ask: Callable[[LotQuestion], str]) -> None:
        self._ask = ask

    def draw(self, question: LotQuestion) -> LotDrawn:
        return LotDrawn(_tied(self._ask(question), question), "asked")

    def close(self) -> None:
        pass


class _FirstListed:
    def draw(self, question: LotQuestion) -> LotDrawn:
        return LotDrawn(question.candidates[0], "first listed")

    def close(self) -> None:
        pass


class _Earlier:
    def __init__(self, earlier: tuple[EarlierLot, ...], otherwise: Lots) -> None:
        self._earlier = earlier
        self._otherwise = otherwise.open()

    def draw(self, question: LotQuestion) -> LotDrawn:
        for lot in self._earlier:
            if lot.purpose == question.purpose and dict(lot.votes) == dict(question.votes):
                return LotDrawn(_tied(lot.chosen, question), "earlier lot")
        return self._otherwise.draw(question)

    def close(self) -> None:
        self._otherwise.close()
