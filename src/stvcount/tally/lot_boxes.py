"""The boxes of lots: each serves one count, and remembers what it has drawn."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol, runtime_checkable

from stvcount.checks import found
from stvcount.errors import LotError, LotNeeded
from stvcount.lot_question import LotAnswer, LotQuestion


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


@runtime_checkable
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


class Opens(Protocol):
    """Where lots come from: see `stvcount.Lots`."""

    def open(self) -> LotBox: ...


def tied(name: object, question: LotQuestion) -> str:
    if isinstance(name, str) and name in question.candidates:
        return name
    raise LotError(
        f"stage {question.stage}, {question.clause}: the lot ({question.purpose}) names "
        f"{found(name)}; expected one of the tied: {', '.join(question.candidates)}"
    )


class Drawn:
    def __init__(self, names: tuple[str, ...]) -> None:
        self._names = names
        self._used = 0

    def draw(self, question: LotQuestion) -> LotDrawn:
        if self._used == len(self._names):
            raise LotNeeded(question)
        name = tied(self._names[self._used], question)
        self._used += 1
        return LotDrawn(name, "drawn")

    def close(self) -> None:
        left = self._names[self._used :]
        if left:
            raise LotError(
                f"lots drawn: found {', '.join(left)} left over at the end of the count; "
                f"expected {self._used}, as many as were needed"
            )


class Answered:
    def __init__(
        self,
        answers: tuple[LotAnswer, ...],
        otherwise: Opens,
        keep: Callable[[LotAnswer], object] | None,
    ) -> None:
        self._left = list(answers)
        self._otherwise = otherwise.open()
        self._keep = keep

    def draw(self, question: LotQuestion) -> LotDrawn:
        if not self._left:
            return self._further(question)
        for answer in self._left:
            if answer.question == question:
                self._left.remove(answer)
                return LotDrawn(answer.chosen, "drawn")
        raise LotError(
            f"lots answered: found {self._told()}; expected an answer to {question}, which this "
            "count asks: the answers are of another count"
        )

    def _further(self, question: LotQuestion) -> LotDrawn:
        drawn = self._otherwise.draw(question)
        if self._keep is not None:
            self._keep(LotAnswer(question, drawn.candidate))
        return drawn

    def _told(self) -> str:
        """The answers not used yet, in words."""
        answers = [f"{answer.chosen} for {answer.question}" for answer in self._left]
        return "; ".join(answers)

    def close(self) -> None:
        if self._left:
            raise LotError(
                f"lots answered: found {self._told()}; expected no more, as this count asks "
                "nothing else: the answers are of another count"
            )
        self._otherwise.close()


_string = json.encoder.encode_basestring


def _in_bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


class Seeded:
    def __init__(self, text: str) -> None:
        self._text = text

    def draw(self, question: LotQuestion) -> LotDrawn:
        import hashlib  # slow to import, and most counts need no lot

        tied = sorted(question.candidates)
        asked = f"[{_string(self._text)},{_string(question.purpose)},{question.stage}"
        # What is the same for all is long where many are tied: it is hashed once.
        begun = hashlib.sha256(_in_bytes(f"{asked},[{','.join(map(_string, tied))}],"))

        def digest(name: str) -> bytes:
            whole = begun.copy()
            whole.update(_in_bytes(f"{_string(name)}]"))
            return whole.digest()

        return LotDrawn(min(tied, key=digest), f"seed: {self._text}")

    def close(self) -> None:
        pass


class Asked:
    def __init__(self, ask: Callable[[LotQuestion], str]) -> None:
        self._ask = ask

    def draw(self, question: LotQuestion) -> LotDrawn:
        return LotDrawn(tied(self._ask(question), question), "asked")

    def close(self) -> None:
        pass


class FirstListed:
    def draw(self, question: LotQuestion) -> LotDrawn:
        return LotDrawn(question.candidates[0], "first listed")

    def close(self) -> None:
        pass


class Earlier:
    def __init__(self, earlier: tuple[EarlierLot, ...], otherwise: Opens) -> None:
        self._earlier = earlier
        self._otherwise = otherwise.open()

    def draw(self, question: LotQuestion) -> LotDrawn:
        for lot in self._earlier:
            if lot.purpose == question.purpose and dict(lot.votes) == dict(question.votes):
                return LotDrawn(tied(lot.chosen, question), "earlier lot")
        return self._otherwise.draw(question)

    def close(self) -> None:
        self._otherwise.close()
