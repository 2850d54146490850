"""ERS AV, from the regulations for the election of one person. There is no quota."""

from __future__ import annotations

from collections.abc import Sequence

from stvcount.audit.board import Votes
from stvcount.audit.lottery import Lottery
from stvcount.audit.rulebook import END, Step
from stvcount.audit.rulebooks.one_place import OnePlace
from stvcount.audit.rulebooks.several_places import largest_set, sets_of_fewest


class ErsAv(OnePlace):
    """3.2: as many votes as all the others together."""

    has_quota = False
    clause_of_end = "3.3"

    def winner(self) -> tuple[str, str] | None:
        """3.2; two who meet it are equal, and neither is elected (A3, A4)."""
        name, others = self.highest()
        vote = self.board.votes[name]
        equal = [one for one in self.board.continuing if self.board.votes[one] == vote]
        return (name, "3.2") if vote >= others and len(equal) == 1 else None

    def following(self, lottery: Lottery) -> Step:
        board = self.board
        if not board.places_left or len(board.continuing) < 2:
            return Step(END)
        proposed = largest_set(sets_of_fewest(board, 1), board.zero)
        if not proposed:
            proposed = (self.fewest(list(board.continuing), lottery, "3.3"),)
        leaves_one = len(board.continuing) - len(proposed) == 1
        return Step(END if leaves_one else "exclusion", proposed, clause="3.3")

    def history(self) -> Sequence[Votes]:
        return self.board.points
