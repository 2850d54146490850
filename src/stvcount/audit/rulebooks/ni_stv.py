"""Northern Ireland's councils and Assembly, from rules 46 to 52 of the Order of 1985."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import ClassVar

from stvcount.audit.board import Board, Holders
from stvcount.audit.lottery import Lottery
from stvcount.audit.moves import Move
from stvcount.audit.rulebook import END, Step
from stvcount.audit.rulebooks.several_places import SeveralPlaces, surpluses

OUTRIGHT = "outright"


class NiStv(SeveralPlaces):
    """Quota: valid / (places + 1), the fraction ignored, plus one (48); never worked out again."""

    clause_of_surplus = "50(1)"
    clause_of_waiting = "49(10)"
    clause_of_exclusions = "51(12)"
    clause_of_exclusion = "51(13)"
    clause_of_end = "52(1)"
    clauses_of_deeming: ClassVar[Mapping[str, tuple[str, str | None]]] = dict.fromkeys(
        ("first", "surplus", "exclusion"), ("48(3)", None)
    )

    def __init__(self, board: Board) -> None:
        super().__init__(board)
        at_once = board.terms.options.get("one_vacancy") == "at-once"
        self.waits: bool = board.terms.places == 1 and not at_once
        """N1: whether nobody may be deemed elected yet."""

    def first_quota(self) -> Decimal:
        terms = self.board.terms
        self.clause_of_quota = "48(2)"
        return (terms.valid // (terms.places + 1) + 1) * self.board.whole

    def may_deem(self) -> bool:
        return not self.waits

    def mark(self, vote: Decimal, kind: str) -> str | None:
        """48(3): the quota alone."""
        return "48(3)" if vote >= self.board.quota else None

    def small_enough(self, votes: Decimal, allowed: Decimal) -> bool:
        """49(10), 51(12): less than."""
        return votes < allowed

    def waiting(self) -> Decimal:
        """Surpluses not transferred."""
        return self.board.total(surpluses(self.board).values())

    def batches(self, candidates: Sequence[str]) -> Sequence[Holders]:
        """51(2): papers of first preferences; 51(5): then those received, by value (N3)."""
        first = self.board.batches(candidates, of=lambda parcel: parcel.stage == 1)
        return [*first, *self.board.batches(candidates, of=lambda parcel: parcel.stage > 1)]

    def after_batch(self) -> None:
        self.waits = False

    def exclusion(self, candidates: Sequence[str]) -> Iterator[Move]:
        """N1: where those excluded had no papers, deeming comes at the end of the stage."""
        yield from super().exclusion(candidates)
        if self.waits:
            self.waits = False
            self.deem("exclusion")

    def following(self, lottery: Lottery) -> Step:
        """52(2) before all else but 52(1); under N1 the first exclusion is carried out."""
        board = self.board
        if board.places_left and len(board.continuing) > board.places_left:
            if self.waits:
                return Step("exclusion", self.proposed(lottery), clause="49(11)")
            outright = self.more_than_the_others()
            if outright:
                return Step(END, outright, way=OUTRIGHT)
        return super().following(lottery)

    def more_than_the_others(self) -> tuple[str, ...]:
        """52(2), N7: for one place left, who has all the others' votes and surpluses, if one."""
        board = self.board
        if board.places_left != 1:
            return ()
        together = board.total(board.votes[name] for name in board.continuing)
        found = [
            name
            for name in board.continuing
            if board.votes[name] >= together - board.votes[name] + self.waiting()
        ]
        return (found[0],) if len(found) == 1 else ()

    def ending(self, step: Step, lottery: Lottery) -> tuple[str, ...]:
        if step.way != OUTRIGHT:
            return super().ending(step, lottery)
        self.board.elect(step.candidates[0], "52(2)")
        return tuple(self.board.fewest_first(self.board.continuing, self.history()))
