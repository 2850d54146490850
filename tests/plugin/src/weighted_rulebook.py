"""The rulebook of `weighted`: the same rules once more, from their text, for the audit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from stvcount.audit.lottery import Lottery
from stvcount.audit.moves import Move, all_papers, at_their_value
from stvcount.audit.rulebook import END, Rulebook, Step


class WeightedRulebook(Rulebook):
    """Whole quota, plus one; the largest surplus, else the lowest; the paper decides ties."""

    def first_stage(self) -> None:
        terms = self.board.terms
        self.board.quota = (terms.valid // (terms.places + 1) + 1) * self.board.whole
        self.elect_at_the_quota()

    def following(self, lottery: Lottery) -> Step:
        board = self.board
        if not 0 < board.places_left < len(board.continuing):
            return Step(END)
        over = [name for name in board.elected if board.votes[name] > board.quota]
        if over:
            return Step("passing on", (max(over, key=board.votes.__getitem__),))
        return Step("dropping out", (min(board.continuing, key=board.votes.__getitem__),))

    def moves(self, kind: str, candidates: Sequence[str]) -> Iterator[Move]:
        if kind == "passing on":
            yield from all_papers(self.board, candidates[0])
        else:
            self.board.exclude(candidates)
            for holders in self.board.batches(candidates):
                yield at_their_value(self.board, holders)
        self.elect_at_the_quota()

    def ending(self, step: Step, lottery: Lottery) -> tuple[str, ...]:
        for name in self.by_votes():
            if self.board.places_left:
                self.board.elect(name, "W4")
        return tuple(self.by_votes()[::-1])

    def elect_at_the_quota(self) -> None:
        for name in self.by_votes():
            if self.board.votes[name] >= self.board.quota and self.board.places_left:
                self.board.elect(name, "W1")

    def by_votes(self) -> list[str]:
        return sorted(self.board.continuing, key=self.board.votes.__getitem__, reverse=True)
