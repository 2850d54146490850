"""The University of Aberdeen's rectorial election, from rule 7.8."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from stvcount.audit.board import Votes
from stvcount.audit.lottery import Lottery
from stvcount.audit.rulebook import END, Step
from stvcount.audit.rulebooks.one_place import OnePlace


class Aberdeen(OnePlace):
    """Needed: half of the votes cast plus one, by either reading (B1, B2)."""

    clause_of_end = "7.8"

    def quota(self) -> Decimal:
        terms = self.board.terms
        cast = terms.valid + (terms.invalid if terms.options.get("include_invalid") is True else 0)
        self.clause_of_quota = "7.8"
        exact = terms.options.get("majority") == "exact"
        return (cast // 2 + 1 + (cast % 2 if exact else 0)) * self.board.whole

    def winner(self) -> tuple[str, str] | None:
        """The votes needed; or the only one (B7); or the one with more of the last two."""
        name, others = self.highest()
        vote = self.board.votes[name]
        left = len(self.board.continuing)
        if vote >= self.board.quota or left == 1 or (left == 2 and vote > others):
            return name, "7.8"
        return None

    def following(self, lottery: Lottery) -> Step:
        board = self.board
        if not board.places_left or len(board.continuing) < 2:
            return Step(END)
        least = (self.fewest(list(board.continuing), lottery, "7.8"),)
        kind = END if len(board.continuing) == 2 else "exclusion"
        return Step(kind, least, clause="7.8")

    def history(self) -> Sequence[Votes]:
        """The most recent stage first."""
        return self.board.ends[::-1]
