"""ERS97, from its booklet; and its count for a casual vacancy (7.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import ClassVar

from stvcount.audit.board import Votes
from stvcount.audit.lottery import Lottery
from stvcount.audit.rulebooks.several_places import (
    SeveralPlaces,
    largest_set,
    quota_up,
    surpluses,
)


class Ers97(SeveralPlaces):
    """Quota: valid / (places + 1), up to a hundredth (5.1.6)."""

    clause_of_surplus = "5.2.3"
    clause_of_waiting = "5.2.2"
    clause_of_exclusions = "5.2.5"
    clause_of_exclusion = "5.2.5"
    clause_of_end = "5.5.1"
    clauses_of_deeming: ClassVar[Mapping[str, tuple[str, str | None]]] = {
        "first": ("5.1.7(a)", "5.1.7(b)"),
        "surplus": ("5.3.13(a)", "5.3.13(b)"),
        "exclusion": ("5.4.9(a)", "5.4.9(b)"),
    }

    def first_quota(self) -> Decimal:
        self.clause_of_quota = "5.1.6"
        return quota_up(self.board, Decimal(self.board.terms.valid))

    def after_batch(self) -> None:
        """5.4.8: while nobody is elected, without what has become non-transferable."""
        board = self.board
        if not board.elected:
            self.clause_of_quota: str = "5.4.8"
            board.quota = quota_up(board, board.terms.valid - board.lost)

    def history(self) -> Sequence[Votes]:
        return self.board.points

    def proposed(self, lottery: Lottery) -> tuple[str, ...]:
        """E5: with those who have 0.00 one of several equal next above may go."""
        board = self.board
        nothing = [name for name in board.excludable if not board.votes[name]]
        some = [name for name in board.excludable if board.votes[name]]
        too_many = len(nothing) >= len(board.continuing) - board.places_left
        if (
            surpluses(board)
            or not nothing
            or too_many
            or len(largest_set(self.sets(), board.zero)) > len(nothing)
        ):
            return super().proposed(lottery)
        return (*nothing, self.fewest(some, lottery, self.clause_of_exclusion))
