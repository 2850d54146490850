"""Loughborough's count for one person, from Standing Order C3."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from stvcount.audit.board import told_apart
from stvcount.audit.lottery import Lottery
from stvcount.audit.rulebook import END, Step
from stvcount.audit.rulebooks.loughborough import half_plus_one, no_candidate_voids, with_papers
from stvcount.audit.rulebooks.one_place import OnePlace


class LsuStv(OnePlace):
    """Quota: half of the valid papers, remainder ignored, plus one (C3 e)."""

    def quota(self) -> Decimal:
        self.clause_of_quota = "C3 e"
        return half_plus_one(self.board) * self.board.whole

    def winner(self) -> tuple[str, str] | None:
        name, others = self.highest()
        vote = self.board.votes[name]
        if vote >= self.board.quota:
            return name, "C3 f" if self.board.stage == 1 else "C3 m"
        return (name, "C3 p") if vote > others or len(self.board.continuing) == 1 else None

    def following(self, lottery: Lottery) -> Step:
        board = self.board
        if not board.places_left or self.voids() or not board.continuing:
            return Step(END)
        lowest = self.fewest(list(board.continuing), lottery, "C3 q")
        return Step("exclusion", (lowest,), clause="C3 g")

    def picked(self, tied: Sequence[str], lottery: Lottery, clause: str) -> str:
        """C3 q: of those never told apart, next preferences on their papers; then lot."""
        left = told_apart(tied, min, self.history())
        if len(left) == 1:
            return left[0]
        papers = lottery.papers("next-preferences", clause, left)
        if papers is not None:
            left = with_papers(min, papers)
            votes = self.board.votes
            return left[0] if len(left) == 1 else lottery.fall("exclusion", clause, left, votes)
        if lottery.is_empty:
            return lottery.claimed(left)
        fallen = lottery.fall_among("exclusion", clause, left, self.board.votes)
        return fallen if fallen in left else lottery.claimed(left)

    def voids(self) -> bool:
        return no_candidate_voids(self.board)
