"""What rules for one place, where nothing but whole papers is moved, have in common."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import ClassVar

from stvcount.audit.lottery import Lottery
from stvcount.audit.moves import Move, at_their_value
from stvcount.audit.rulebook import Rulebook, Step


class OnePlace(Rulebook):
    """Stages are exclusions; somebody may be elected when one is complete."""

    clause_of_end: ClassVar[str]
    """Where a proposed exclusion can end the count."""

    @abstractmethod
    def winner(self) -> tuple[str, str] | None:
        """Who is elected now, if anybody, and by which clause."""

    def quota(self) -> Decimal:
        """The votes needed; nothing, where the rules have no such number."""
        return self.board.zero

    def first_stage(self) -> None:
        self.board.quota = self.quota()
        self.deem()

    def moves(self, kind: str, candidates: Sequence[str]) -> Iterator[Move]:
        self.board.exclude(candidates)
        for holders in self.board.batches(candidates):
            yield at_their_value(self.board, holders)
        self.deem()

    def deem(self) -> None:
        found = self.winner() if self.board.continuing and self.board.places_left else None
        if found is not None:
            self.board.elect(*found)

    def ending(self, step: Step, lottery: Lottery) -> tuple[str, ...]:
        board = self.board
        if self.voids():
            return ()
        if not step.candidates:
            return tuple(board.fewest_first(board.continuing, self.history()))
        board.exclude(step.candidates)
        (left,) = board.continuing
        board.elect(left, self.clause_of_end)
        return step.candidates

    def highest(self) -> tuple[str, Decimal]:
        """The candidate with most votes, and the votes of all the others together."""
        board = self.board
        name = board.most_first(board.continuing)[0]
        together = board.total(board.votes[one] for one in board.continuing)
        return name, together - board.votes[name]
