"""What ERS97 and its kin have in common by their texts: deferral, sets, marks, the last places."""

from __future__ import annotations

import itertools
from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from operator import le
from typing import ClassVar, TypeAlias

from stvcount.audit.board import Board, Holders, told_apart
from stvcount.audit.lottery import Lottery
from stvcount.audit.moves import Move, at_their_value, divided_up, last_parcel
from stvcount.audit.rulebook import END, Rulebook, Step

LowestSet: TypeAlias = "tuple[tuple[str, ...], Decimal, Decimal]"
"""Those of the fewest, their total, the vote of the next above."""


def sets_of_fewest(board: Board, enough: int) -> list[LowestSet]:
    """Those of the fewest who leave enough and split no equals. The smallest set comes first."""
    votes, names = board.votes, board.fewest_first(board.excludable)
    found, together = list[LowestSet](), board.zero
    for size in range(1, min(len(names) - enough, len(names) - 1) + 1):
        highest, above = votes[names[size - 1]], votes[names[size]]
        together += highest
        if highest != above:
            found.append((tuple(names[:size]), together, above))
    return found


def largest_set(
    sets: Sequence[LowestSet],
    waiting: Decimal,
    small_enough: Callable[[Decimal, Decimal], bool] = le,
) -> tuple[str, ...]:
    """The largest set that with what waits does not exceed the next above; none: empty."""
    fit = (s for s, together, above in sets[::-1] if small_enough(together + waiting, above))
    return next(fit, ())


def surpluses(board: Board) -> dict[str, Decimal]:
    """Those not yet transferred. Who was transferred keeps the quota."""
    over = {name: board.votes[name] - board.quota for name in board.elected}
    return {name: surplus for name, surplus in over.items() if surplus > 0}


def held_by_excluded(board: Board) -> Decimal:
    return board.total(board.votes[name] for name in board.excluded)


def quota_up(board: Board, vote: Decimal) -> Decimal:
    """The vote / (places + 1), not exact: up to the next that the decimals can tell."""
    return divided_up(vote, board.terms.places + 1, board.terms.decimals)


class SeveralPlaces(Rulebook):
    """A surplus on the last parcel; exclusions batch by batch, deeming elected after each."""

    clause_of_surplus: ClassVar[str]
    clause_of_waiting: ClassVar[str]
    clause_of_exclusions: ClassVar[str]
    clause_of_exclusion: ClassVar[str]
    clause_of_end: ClassVar[str]
    clauses_of_deeming: ClassVar[Mapping[str, tuple[str, str | None]]]
    """For each kind of stage the marks: the quota, and a share of the active vote, if any."""

    @abstractmethod
    def first_quota(self) -> Decimal:
        """The quota of the first stage."""

    def first_stage(self) -> None:
        self.board.quota = self.first_quota()
        self.deem("first")

    # Stages

    def moves(self, kind: str, candidates: Sequence[str]) -> Iterator[Move]:
        if kind == "surplus":
            yield last_parcel(self.board, candidates[0])
            self.deem("surplus")
        else:
            yield from self.exclusion(candidates)

    def exclusion(self, candidates: Sequence[str]) -> Iterator[Move]:
        """Batch by batch, until the places are filled or the rest is held."""
        self.board.exclude(candidates)
        for number, holders in enumerate(self.batches(candidates)):
            if not self.board.places_left or (number and self.holds_the_rest()):
                return
            yield at_their_value(self.board, holders)
            self.after_batch()
            self.deem("exclusion")

    def batches(self, candidates: Sequence[str]) -> Sequence[Holders]:
        """The batches of an exclusion, in their order."""
        return self.board.batches(candidates)

    def holds_the_rest(self) -> bool:
        """Whether the batches that remain are held in suspense."""
        return False

    def after_batch(self) -> None:
        """What happens after a batch of an exclusion before anybody is deemed elected."""
        return

    # Deeming elected

    def active_vote(self) -> Decimal:
        board = self.board
        kept = board.total(min(board.votes[name], board.quota) for name in board.elected)
        return board.terms.valid - board.lost - kept

    def mark(self, vote: Decimal, kind: str) -> str | None:
        """The clause of the mark that this vote reaches (E6)."""
        by_quota, by_share = self.clauses_of_deeming[kind]
        if vote >= self.board.quota:
            return by_quota
        active = self.active_vote()
        share = vote * (self.board.places_left + 1)
        return by_share if active and share >= active else None

    def may_deem(self) -> bool:
        return True

    def deem(self, kind: str) -> None:
        """In descending order of votes, the marks worked out again after each."""
        board = self.board
        while board.places_left and board.continuing and self.may_deem():
            most = max(board.votes[name] for name in board.continuing)
            tied = [name for name in board.continuing if board.votes[name] == most]
            for name in board.most_first(self.first_of(tied), self.history()):
                clause = self.mark(most, kind)
                if clause and board.places_left:
                    board.elect(name, clause)
            if any(name in board.continuing for name in tied):
                break

    def first_of(self, tied: Sequence[str]) -> list[str]:
        """5.6.2: those of too many equals who are told apart as the first, for the places."""
        first, left = list[str](), list(tied)
        while left:
            ahead = told_apart(left, max, self.history())
            if len(first) + len(ahead) > self.board.places_left:
                break
            first += ahead
            left = [name for name in left if name not in ahead]
        return first

    # What comes next

    def following(self, lottery: Lottery) -> Step:
        board = self.board
        places, continue_ = board.places_left, len(board.continuing)
        if not places or continue_ <= places or self.voids() or len(board.excludable) < 2:
            return Step(END)
        over = surpluses(board)
        if over and not self.may_wait(self.waiting()):
            largest = self.largest(list(over), lottery, self.clause_of_surplus)
            return Step("surplus", (largest,), clause=self.clause_of_surplus)
        proposed = self.proposed(lottery)
        leaves_the_places = continue_ - len(proposed) <= places
        clause = self.clause_of_waiting if over else self.clause_of_exclusions
        return Step(END if leaves_the_places else "exclusion", proposed, clause=clause)

    def waiting(self) -> Decimal:
        """What must be small enough for surpluses to wait."""
        return self.board.total(surpluses(self.board).values()) + held_by_excluded(self.board)

    def sets(self) -> list[LowestSet]:
        board = self.board
        protected = len(board.continuing) - len(board.excludable)
        return sets_of_fewest(board, board.places_left - protected)

    def may_wait(self, waiting: Decimal) -> bool:
        """Whether it exceeds neither the two fewest's difference nor that of any set."""
        return any(self.small_enough(waiting, difference) for difference in self.differences())

    def small_enough(self, votes: Decimal, allowed: Decimal) -> bool:
        """Whether these votes may wait, or go together, as the text has it: not more."""
        return votes <= allowed

    def differences(self) -> Iterator[Decimal]:
        """Between the two fewest votes; between each set of the fewest and the next above."""
        fewest = sorted(self.board.votes[name] for name in self.board.excludable)[:2]
        yield from (second - first for first, second in itertools.pairwise(fewest))
        yield from (above - together for _, together, above in self.sets())

    def proposed(self, lottery: Lottery) -> tuple[str, ...]:
        """As many of the fewest together as possible, or the one with the fewest."""
        together = largest_set(self.sets(), self.waiting(), self.small_enough)
        if together:
            return together
        return (self.fewest(self.board.excludable, lottery, self.clause_of_exclusion),)

    # The end

    def ending(self, step: Step, lottery: Lottery) -> tuple[str, ...]:
        if self.voids():
            return ()
        board = self.board
        board.exclude(step.candidates)
        for name in board.most_first(board.excludable, self.history()):
            if board.places_left:
                board.elect(name, self.clause_of_end)
        rest = [*step.candidates, *board.excludable]
        return tuple(board.fewest_first(rest, self.history()))
