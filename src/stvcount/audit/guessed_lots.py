"""Lots that a published sheet does not print: on whom they fell is taken from what it shows."""

from __future__ import annotations

from collections.abc import Sequence

from stvcount.audit.board import Votes
from stvcount.audit.difference import Findings
from stvcount.audit.lottery import Lottery
from stvcount.audit.rulebook import Rulebook
from stvcount.record import Completion, Elected
from stvcount.words import listed


class Guessed(Lottery):
    """Lots that fall as the sheet shows, or as one asks.

    `shown`: those whom the sheet names; a lot between some of them falls on one of these. `chosen`:
    on which of the tied, by number, the first lots fall. `between`: the tied of each lot that was
    asked for. `asked`: the same in words.
    """

    def __init__(
        self,
        shown: Sequence[str] = (),
        chosen: Sequence[int] = (),
        elected: tuple[Elected, ...] = (),
    ) -> None:
        super().__init__((), Completion(elected), Findings())
        self.named: tuple[str, ...] = tuple(shown)
        self._chosen = chosen
        self.between: list[Sequence[str]] = []
        self.asked: list[str] = []

    def fall(self, purpose: str, clause: str, tied: Sequence[str], votes: Votes) -> str:
        return self._fallen(tied, f"which of {listed(list(tied))} it is ({clause})")

    def fall_among(
        self, purpose: str, clause: str, possible: Sequence[str], votes: Votes
    ) -> str | None:
        return self._fallen(possible, f"which of some of {listed(list(possible))} it is ({clause})")

    def claimed(self, tied: Sequence[str]) -> str:
        return self._fallen(tied, f"which of {listed(list(tied))} it is")

    def _fallen(self, tied: Sequence[str], asked: str) -> str:
        number = len(self.between)
        self.between.append(tied)
        self.asked.append(asked)
        if number < len(self._chosen):
            return tied[self._chosen[number]]
        return super().claimed(tied)


def told(book: Rulebook) -> str:
    """What would tell equals apart, in words."""
    if book.history() is book.board.points:
        return "votes within a stage, or a lot, would tell"
    return "a lot would tell"
