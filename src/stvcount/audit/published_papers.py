"""What can be told of the papers behind a published sheet: who holds how many, at what value."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from stvcount.audit.board import Board, Parcel, Votes
from stvcount.audit.moves import Move
from stvcount.record.published import PublishedStage
from stvcount.words import counted


class KnownPapers:
    """The parcels on a board, as far as the figures of a sheet tell them.

    All are known after the first stage, and stay so while papers of one value are moved in a stage.
    `exact`: whose parcels are known. Of anybody else the board has one parcel, which stands for
    all. `blurred`: whether votes within a stage, which no sheet has, may tell equals apart.
    """

    def __init__(self, board: Board) -> None:
        self.board = board
        self.exact: set[str] = set(board.votes)
        self.blurred: bool = False
        self.certain_points: list[Votes] = []

    def before(self, stage: PublishedStage) -> None:
        """Lay out what those hold whose papers move next."""
        self._as_one(name for name in stage.candidates if name not in self.exact)

    def moved(self, stage: PublishedStage) -> None:
        """Those whose papers were moved have only what the sheet leaves them."""
        self._as_one((*stage.candidates, *self.board.excluded))

    def _as_one(self, names: Iterable[str]) -> None:
        for name in names:
            vote = self.board.votes[name]
            self.board.parcels[name] = [Parcel(1, vote, 2)] if vote else []

    def after(
        self, stage: PublishedStage, moves: Sequence[Move], before: Votes
    ) -> tuple[str, str, str] | None:
        """Take in what was moved; what was found and expected, and why, if that cannot be."""
        now = self.board.votes
        gained = {name: now[name] - before[name] for name in now if now[name] > before[name]}
        one = self._one_move(stage, moves, before)
        self.exact -= {*stage.candidates}
        if one is None:
            self.exact -= {*gained}
            held = any(name not in stage.candidates for name in gained)
            self.blurred = self.blurred or (len(gained) > 1 and held and stage.kind != "surplus")
            return None
        if not gained:
            return None
        values = list(_values(one, gained, self.board.terms.decimals))
        if len(values) != 1:
            self.exact -= {*gained}
            return None if values else _impossible(self.board, one, gained)
        self._receive(gained, *values)
        return None

    def _one_move(self, stage: PublishedStage, moves: Sequence[Move], before: Votes) -> Move | None:
        """The one move of the stage, if there was but one and its papers are known."""
        if len(moves) != 1 or not {*moves[0].holders} <= self.exact:
            return None
        taken = self.board.total(moves[0].taken.values())
        fell = self.board.total(before[name] - self.board.votes[name] for name in stage.candidates)
        return moves[0] if taken == fell else None

    def _receive(self, gained: Votes, value: Decimal) -> None:
        for name in gained.keys() & self.exact:
            papers = int(gained[name] // value)
            self.board.parcels[name].append(Parcel(papers, value, self.board.stage))

    def stage_done(self) -> None:
        board = self.board
        board.ends.append(dict(board.votes))
        if not self.blurred:
            self.certain_points = list(board.ends)


def _values(move: Move, gained: Votes, decimals: int) -> Iterator[Decimal]:
    """The values at which as many papers as there are give these whole numbers of papers each."""
    scaled = [vote.scaleb(decimals) for vote in gained.values()]
    if any(vote % 1 for vote in scaled):
        return
    papers, together = sum(move.origin.values()), int(sum(scaled))
    for unit in _divisors(math.gcd(*map(int, scaled))):
        value, transferable = Decimal(unit).scaleb(-decimals), together // unit
        if transferable <= papers and move.value(transferable)[0] == value:
            yield value


def _divisors(number: int) -> Iterator[int]:
    for low in range(1, math.isqrt(number) + 1):
        if number % low == 0:
            yield from {low, number // low}


def _impossible(board: Board, move: Move, gained: Votes) -> tuple[str, str, str]:
    shown = ", ".join(f"{name} {vote}" for name, vote in gained.items())
    taken = board.total(move.taken.values())
    papers = counted(sum(move.origin.values()), "paper")
    return (
        f"gains of {shown}",
        f"shares of {taken} on some of {papers}",
        "no transfer value that the rules allow gives these",
    )
