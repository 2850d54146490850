"""Loughborough's count for several places of the same post, from Standing Order C2."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import ClassVar

from stvcount.audit.board import Board, Holders
from stvcount.audit.lottery import Lottery
from stvcount.audit.moves import divided_up
from stvcount.audit.rulebook import END, Step
from stvcount.audit.rulebooks.loughborough import no_candidate_voids
from stvcount.audit.rulebooks.several_places import SeveralPlaces, quota_up, surpluses

TIED_COUNT = "tied count"


class LsuAtv(SeveralPlaces):
    """Quota: as ERS97; above 100 up to a whole vote; never worked out again (First stage c)."""

    clause_of_surplus = "Subsequent stages c"
    clause_of_waiting = "Subsequent stages a"
    clause_of_exclusions = "Subsequent stages e"
    clause_of_exclusion = "Subsequent stages f"
    clause_of_end = "Last vacancies"
    clauses_of_deeming: ClassVar[Mapping[str, tuple[str, str | None]]] = {
        "first": ("First stage d", None),
        "surplus": ("Transfer of surplus g(i)", "Transfer of surplus g(ii)"),
        "exclusion": ("Exclusion f(i)", "Exclusion f(ii)"),
    }

    def __init__(self, board: Board) -> None:
        super().__init__(board)
        self.holds_papers: bool = board.terms.options.get("suspense") is True

    def first_quota(self) -> Decimal:
        self.clause_of_quota = "First stage c"
        valid, places = self.board.terms.valid, self.board.terms.places
        if valid > 100 * (places + 1):
            return divided_up(Decimal(valid), places + 1, 0) * self.board.whole
        return quota_up(self.board, Decimal(valid))

    def batches(self, candidates: Sequence[str]) -> Sequence[Holders]:
        """Exclusion a: papers held in suspense are taken together with those now excluded."""
        return self.board.batches(self.board.excluded)

    def holds_the_rest(self) -> bool:
        """Exclusion h."""
        return self.holds_papers and self.may_wait(self.waiting())

    def voids(self) -> bool:
        return no_candidate_voids(self.board)

    # Tied count

    def may_deem(self) -> bool:
        return not self.is_tied_count()

    def following(self, lottery: Lottery) -> Step:
        if self.board.places_left and not self.voids() and self.is_tied_count():
            return Step(END, way=TIED_COUNT)
        return super().following(lottery)

    def is_tied_count(self) -> bool:
        """L5: one too many, all equal, and neither a surplus nor a paper waits."""
        board = self.board
        return (
            len(board.continuing) == board.places_left + 1
            and len({board.votes[name] for name in board.continuing}) == 1
            and not surpluses(board)
            and not any(board.parcels[name] for name in board.excluded)
        )

    def ending(self, step: Step, lottery: Lottery) -> tuple[str, ...]:
        if step.way == TIED_COUNT:
            return self.tied_count(lottery)
        return super().ending(step, lottery)

    def tied_count(self, lottery: Lottery) -> tuple[str, ...]:
        """Only the papers tell who has most first, second, ... preferences: they are believed."""
        board = self.board
        clause_if_none = "Tied count a"
        for one in lottery.elected:
            name, clause = one.candidate, one.clause
            if clause == "Tied count c":
                tied = list(board.continuing)
                name = lottery.fall_among("election", clause, tied, board.votes) or name
            elif clause != "Tied count b":
                clause = clause_if_none
            if name in board.continuing and board.places_left:
                board.elect(name, clause)
        while board.places_left and board.continuing:
            board.elect(next(iter(board.continuing)), clause_if_none)
        return tuple(board.fewest_first(board.continuing, self.history()))
