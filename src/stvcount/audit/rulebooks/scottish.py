"""Scottish local government elections, from rules 46 to 53 of the Order of 2011."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from stvcount.audit.board import Votes
from stvcount.audit.lottery import Lottery
from stvcount.audit.moves import Move, all_papers, at_their_value
from stvcount.audit.rulebook import END, Rulebook, Step
from stvcount.audit.rulebooks.several_places import surpluses


class Scottish(Rulebook):
    """Quota: valid / (places + 1), decimals ignored, plus one (47); never worked out again."""

    def rule(self, number: int) -> str:
        """The rule of this number, as the Order that the record cites has it."""
        cites_2007 = self.board.terms.options.get("order") == "2007"
        return f"2007 rule {number - 1}" if cites_2007 else str(number)

    def first_stage(self) -> None:
        terms = self.board.terms
        self.clause_of_quota: str = self.rule(47)
        self.board.quota = (terms.valid // (terms.places + 1) + 1) * self.board.whole
        self.return_candidates()

    def return_candidates(self) -> None:
        """48: at the end of a stage, who has the quota, most votes first (S1)."""
        board = self.board
        reached = [name for name in board.continuing if board.votes[name] >= board.quota]
        for name in board.most_first(reached, self.history()):
            if board.places_left:
                board.elect(name, self.rule(48))

    def following(self, lottery: Lottery) -> Step:
        """53 before all else (S2); 49, 50: the largest surplus; 51, 52: the lowest vote."""
        board = self.board
        if not board.places_left or len(board.continuing) <= board.places_left:
            return Step(END)
        if over := surpluses(board):
            largest = self.largest(list(over), lottery, self.rule(50))
            return Step("surplus", (largest,), clause=self.rule(49))
        lowest = self.fewest(list(board.continuing), lottery, self.rule(52))
        return Step("exclusion", (lowest,), clause=self.rule(51))

    def moves(self, kind: str, candidates: Sequence[str]) -> Iterator[Move]:
        """49: all the papers, each value anew; 51: all the papers at the value they have."""
        board = self.board
        if kind == "surplus":
            yield from all_papers(board, candidates[0])
        else:
            board.exclude(candidates)
            for holders in board.batches(candidates):
                yield at_their_value(board, holders)
        self.return_candidates()

    def ending(self, step: Step, lottery: Lottery) -> tuple[str, ...]:
        """53: who continues is elected, while there are places (S3); else excluded (S6)."""
        board = self.board
        for name in board.most_first(board.continuing, self.history()):
            if board.places_left:
                board.elect(name, self.rule(53))
        return tuple(board.fewest_first(board.continuing, self.history()))

    def history(self) -> Sequence[Votes]:
        """The most recent stage first (50, 52, S4)."""
        return self.board.ends[::-1]
