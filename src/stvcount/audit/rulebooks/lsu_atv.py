"""Loughborough's count for several places of the same post, from Standing Order C2."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import ClassVar

from stvcount.audit.board import Board, Holders
from stvcount.audit.lottery import Lottery
from stvcount.audit.moves import divided_up
from stvcount.audit.rulebook import END, Step
from stvcount.audit.rulebooks.loughborough import no_candidate_voids, with_papers
from stvcount.audit.rulebooks.several_places import SeveralPlaces, quota_up, surpluses

TIED_COUNT = "tied count"
BY_FIRST, BY_LATER, BY_COIN = "Tied count a", "Tied count b", "Tied count c"


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
        """Tied count a, b, c: one place at a time."""
        while self.board.places_left:
            self.fill_tied_place(lottery)
        return tuple(self.board.fewest_first(self.board.continuing, self.history()))

    def fill_tied_place(self, lottery: Lottery) -> None:
        """Several are elected together where nothing tells them apart and there are places."""
        board, preferred = self.board, self.most_preferred(lottery)
        if preferred is None:
            self.fill_as_claimed(lottery)
            return
        left, clause = preferred
        if len(left) > board.places_left:
            clause = BY_COIN
            left = [lottery.fall("election", clause, left, board.votes)]
        for name in board.most_first(left, self.history()):
            if board.places_left:
                board.elect(name, clause)

    def most_preferred(self, lottery: Lottery) -> tuple[list[str], str] | None:
        """Those with most first, then second, ... preferences, and what told them apart last.

        None if it is not stated how many papers each of them has.
        """
        left, deciding = list(self.board.continuing), BY_FIRST
        for number in range(1, len(self.board.terms.standing) + 1):
            if len(left) == 1:
                break
            clause = BY_FIRST if number == 1 else BY_LATER
            papers = lottery.papers("preferences", clause, left, number)
            if papers is None:
                return None
            ahead = with_papers(max, papers)
            deciding, left = (clause, ahead) if len(ahead) < len(left) else (deciding, left)
        return left, deciding

    def fill_as_claimed(self, lottery: Lottery) -> None:
        """Whom the record has next, by its clause."""
        board, tied = self.board, list(self.board.continuing)
        claimed = {one.candidate: one.clause for one in lottery.elected if one.candidate in tied}
        name, clause = next(iter(claimed.items()), (tied[0], BY_FIRST))
        if clause == BY_COIN:
            fallen = lottery.fall_among("election", clause, tied, board.votes)
            name = fallen if fallen in tied else name
        board.elect(name, clause if clause in (BY_LATER, BY_COIN) else BY_FIRST)
