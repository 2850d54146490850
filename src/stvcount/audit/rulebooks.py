"""What each rule set asks of a count, from its text: quota, marks, what comes next, ties.

No paper is sorted here. How papers were sorted is taken from the record; everything that follows
from it is worked out again. The quotas:

    ers97      valid / (places + 1), up to a hundredth; while nobody is elected without the
               non-transferable vote (5.1.6, 5.4.8)
    lsu-atv    the same; above 100 up to a whole vote; never worked out again (First stage c)
    lsu-stv    half of the valid papers, remainder ignored, plus one (C3 e)
    aberdeen   half of the votes cast plus one, by either reading (7.8)
    ers-av     none
"""

from __future__ import annotations

import itertools
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Literal

from stvcount.audit.board import WHOLE, ZERO, Board, Votes, told_apart, total
from stvcount.audit.lottery import Lottery
from stvcount.record import Elected, Kind


@dataclass(frozen=True, slots=True)
class Step:
    """What comes next: whose surplus, who is excluded, or the end.

    `candidates` at the end: those whose exclusion was proposed and leaves only the winners.
    """

    kind: Literal["surplus", "exclusion", "end"]
    candidates: tuple[str, ...] = ()
    tied_count: bool = False


@dataclass(frozen=True, slots=True)
class Ending:
    """Whom the completion elects and excludes."""

    elected: tuple[Elected, ...]
    excluded: tuple[str, ...]


class Rulebook(ABC):
    """One rule set in one count, followed on a board."""

    most_places: ClassVar[int | None] = None
    has_quota: ClassVar[bool] = True
    deems_after_each_batch: ClassVar[bool] = True
    """Or only when the exclusion is complete, then also where no papers were held."""

    def __init__(self, board: Board) -> None:
        self.board = board

    def first_quota(self) -> Decimal:
        return ZERO

    def after_batch(self) -> None:
        """What happens after a batch before anybody is deemed elected."""
        return

    @abstractmethod
    def deem(self, kind: Kind) -> list[Elected]:
        """Elect whoever is to be deemed elected now."""

    @abstractmethod
    def following(self, lottery: Lottery) -> Step:
        """What comes next."""

    @abstractmethod
    def ending(self, step: Step, lottery: Lottery) -> Ending:
        """How the count is completed."""

    def givers(self, excluded: Sequence[str]) -> Sequence[str]:
        """Whose papers are moved in an exclusion."""
        return excluded

    def holds_the_rest(self) -> bool:
        """Whether the batches that remain are held in suspense."""
        return False

    def voids(self) -> bool:
        """Whether the election is void."""
        return False

    def history(self) -> Sequence[Votes]:
        """The points at which the rule set compares tied candidates, the first one first."""
        return self.board.ends

    def fewest(self, names: Sequence[str], lottery: Lottery, clause: str) -> str:
        """The one with the fewest votes, by the tie rule, or by lot."""
        votes = self.board.votes
        least = min(votes[name] for name in names)
        tied = [name for name in names if votes[name] == least]
        return self.picked(tied, lottery, clause)

    def picked(self, tied: Sequence[str], lottery: Lottery, clause: str) -> str:
        left = told_apart(tied, min, self.history())
        if len(left) == 1:
            return left[0]
        return lottery.fall("exclusion", clause, left, self.board.votes)


def no_candidate_voids(board: Board) -> bool:
    """Loughborough, No Candidate c: at half of the valid papers plus one."""
    name = board.terms.non_person
    return name in board.votes and board.votes[name] >= board.terms.half_plus_one


# One place


class OnePlace(Rulebook):
    """Rules for one place, where nothing but whole papers is moved."""

    most_places: ClassVar[int | None] = 1
    deems_after_each_batch = False
    clause_of_end: ClassVar[str]
    """Where a proposed exclusion can end the count."""

    def winner(self) -> tuple[str, str] | None:
        """Who is elected now, if anybody, and by which clause."""
        raise NotImplementedError

    def deem(self, kind: Kind) -> list[Elected]:
        self.first: bool = kind == "first"
        found = self.winner() if self.board.continuing and self.board.places_left else None
        return [] if found is None else [self.board.elect(*found)]

    def ending(self, step: Step, lottery: Lottery) -> Ending:
        board = self.board
        if self.voids():
            return Ending((), ())
        if not step.candidates:
            return Ending((), tuple(board.fewest_first(board.continuing, self.history())))
        board.exclude(step.candidates)
        (left,) = board.continuing
        return Ending((board.elect(left, self.clause_of_end),), step.candidates)

    def highest(self) -> tuple[str, Decimal]:
        """The candidate with most votes, and the votes of all the others together."""
        board = self.board
        name = board.most_first(board.continuing)[0]
        return name, sum(board.votes[one] for one in board.continuing) - board.votes[name]


class ErsAv(OnePlace):
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
            return Step("end")
        proposed = largest_set(sets_of_fewest(board, 1), ZERO)
        if not proposed:
            proposed = (self.fewest(list(board.continuing), lottery, "3.3"),)
        leaves_one = len(board.continuing) - len(proposed) == 1
        return Step("end" if leaves_one else "exclusion", proposed)

    def history(self) -> Sequence[Votes]:
        return self.board.points


class Aberdeen(OnePlace):
    clause_of_end = "7.8"

    def first_quota(self) -> Decimal:
        terms = self.board.terms
        cast = terms.valid + (terms.invalid if terms.options.get("include_invalid") is True else 0)
        exact = terms.options.get("majority") == "exact"
        return (cast // 2 + 1 + (cast % 2 if exact else 0)) * WHOLE

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
            return Step("end")
        least = (self.fewest(list(board.continuing), lottery, "7.8"),)
        return Step("end" if len(board.continuing) == 2 else "exclusion", least)

    def history(self) -> Sequence[Votes]:
        """The most recent stage first."""
        return self.board.ends[::-1]


class LsuStv(OnePlace):
    def first_quota(self) -> Decimal:
        return self.board.terms.half_plus_one * WHOLE

    def winner(self) -> tuple[str, str] | None:
        name, others = self.highest()
        vote = self.board.votes[name]
        if vote >= self.board.quota:
            return name, "C3 f" if self.first else "C3 m"
        return (name, "C3 p") if vote > others or len(self.board.continuing) == 1 else None

    def following(self, lottery: Lottery) -> Step:
        board = self.board
        if not board.places_left or self.voids() or not board.continuing:
            return Step("end")
        return Step("exclusion", (self.fewest(list(board.continuing), lottery, "C3 q"),))

    def picked(self, tied: Sequence[str], lottery: Lottery, clause: str) -> str:
        """C3 q: of those never told apart, next preferences on their papers; then lot."""
        left = told_apart(tied, min, self.history())
        if len(left) == 1:
            return left[0]
        if lottery.is_empty:
            return lottery.claimed(left)
        fallen = lottery.fall_among("exclusion", clause, left, self.board.votes)
        return fallen if fallen in left else lottery.claimed(left)

    def voids(self) -> bool:
        return no_candidate_voids(self.board)


# Several places


def sets_of_fewest(board: Board, enough: int) -> list[tuple[tuple[str, ...], Decimal, Decimal]]:
    """Those of the fewest who leave enough and split no equals; their total, the next above.

    The smallest set comes first.
    """
    votes, names = board.votes, board.fewest_first(board.excludable)
    found, together = [], ZERO
    for size in range(1, min(len(names) - enough, len(names) - 1) + 1):
        highest, above = votes[names[size - 1]], votes[names[size]]
        together += highest
        if highest != above:
            found.append((tuple(names[:size]), together, above))
    return found


def largest_set(
    sets: Sequence[tuple[tuple[str, ...], Decimal, Decimal]], waiting: Decimal
) -> tuple[str, ...]:
    """The largest set that with what waits does not exceed the next above; none: empty."""
    fit = (names for names, together, above in sets[::-1] if together + waiting <= above)
    return next(fit, ())


class SeveralPlaces(Rulebook):
    """What ERS97 and Loughborough's C2 have in common by their texts."""

    clause_of_surplus: ClassVar[str]
    clause_of_exclusion: ClassVar[str]
    clause_of_end: ClassVar[str]
    clauses_of_deeming: ClassVar[dict[Kind, tuple[str, str | None]]]
    """Of the two marks: the quota, and a share of the active vote, if there is that one."""

    # Votes that wait

    def surpluses(self) -> dict[str, Decimal]:
        board = self.board
        over = {name: board.votes[name] - board.quota for name in board.elected}
        return {name: surplus for name, surplus in over.items() if surplus > 0}

    def held_by_excluded(self) -> Decimal:
        return total(self.board.votes[name] for name in self.board.excluded)

    def active_vote(self) -> Decimal:
        board = self.board
        kept = total(min(board.votes[name], board.quota) for name in board.elected)
        return board.terms.valid - board.lost - kept

    # Deeming elected

    def mark(self, vote: Decimal, kind: Kind) -> str | None:
        """The clause of the mark that this vote reaches (E6)."""
        by_quota, by_share = self.clauses_of_deeming[kind]
        if vote >= self.board.quota:
            return by_quota
        active = self.active_vote()
        share = vote * (self.board.places_left + 1)
        return by_share if active and share >= active else None

    def deem(self, kind: Kind) -> list[Elected]:
        """In descending order of votes, the marks worked out again after each."""
        board = self.board
        deemed: list[Elected] = []
        while board.places_left and board.continuing and not self.is_tied_count():
            most = max(board.votes[name] for name in board.continuing)
            tied = [name for name in board.continuing if board.votes[name] == most]
            for name in board.most_first(self.first_of(tied), self.history()):
                clause = self.mark(most, kind)
                if clause and board.places_left:
                    deemed.append(board.elect(name, clause))
            if any(name in board.continuing for name in tied):
                break
        return deemed

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

    def is_tied_count(self) -> bool:
        return False

    # What comes next

    def following(self, lottery: Lottery) -> Step:
        board = self.board
        places, continue_ = board.places_left, len(board.continuing)
        if not places or continue_ <= places or self.voids() or len(board.excludable) < 2:
            return Step("end")
        if self.is_tied_count():
            return Step("end", tied_count=True)
        surpluses = self.surpluses()
        if surpluses and not self.may_wait(self.waiting()):
            return Step("surplus", (self.largest(surpluses, lottery),))
        proposed = self.proposed(lottery)
        leaves_the_places = continue_ - len(proposed) <= places
        return Step("end" if leaves_the_places else "exclusion", proposed)

    def waiting(self) -> Decimal:
        """What must be small enough for surpluses to wait."""
        return total(self.surpluses().values()) + self.held_by_excluded()

    def sets(self) -> list[tuple[tuple[str, ...], Decimal, Decimal]]:
        board = self.board
        protected = len(board.continuing) - len(board.excludable)
        return sets_of_fewest(board, board.places_left - protected)

    def may_wait(self, waiting: Decimal) -> bool:
        """Whether it exceeds neither the two fewest's difference nor that of any set."""
        fewest = sorted(self.board.votes[name] for name in self.board.excludable)[:2]
        differences = [
            *(second - first for first, second in itertools.pairwise(fewest)),
            *(above - together for _, together, above in self.sets()),
        ]
        return any(waiting <= difference for difference in differences)

    def largest(self, surpluses: dict[str, Decimal], lottery: Lottery) -> str:
        most = max(surpluses.values())
        tied = self.board.as_on_paper(name for name in surpluses if surpluses[name] == most)
        left = told_apart(tied, max, self.history())
        if len(left) == 1:
            return left[0]
        return lottery.fall("surplus", self.clause_of_surplus, left, self.board.votes)

    def proposed(self, lottery: Lottery) -> tuple[str, ...]:
        """As many of the fewest together as possible, or the one with the fewest."""
        together = largest_set(self.sets(), self.waiting())
        if together:
            return together
        return (self.fewest(self.board.excludable, lottery, self.clause_of_exclusion),)

    # The end

    def ending(self, step: Step, lottery: Lottery) -> Ending:
        if self.voids():
            return Ending((), ())
        if step.tied_count:
            return self.tied_count(lottery)
        board = self.board
        board.exclude(step.candidates)
        elected = [
            board.elect(name, self.clause_of_end)
            for name in board.most_first(board.excludable, self.history())
            if board.places_left
        ]
        rest = [*step.candidates, *board.excludable]
        excluded = board.fewest_first(rest, self.history())
        return Ending(tuple(elected), tuple(excluded))

    def tied_count(self, lottery: Lottery) -> Ending:
        raise NotImplementedError


class Ers97(SeveralPlaces):
    clause_of_surplus = "5.2.3"
    clause_of_exclusion = "5.2.5"
    clause_of_end = "5.5.1"
    clauses_of_deeming: ClassVar[dict[Kind, tuple[str, str | None]]] = {
        "first": ("5.1.7(a)", "5.1.7(b)"),
        "surplus": ("5.3.13(a)", "5.3.13(b)"),
        "exclusion": ("5.4.9(a)", "5.4.9(b)"),
    }

    def first_quota(self) -> Decimal:
        return share_up(Decimal(self.board.terms.valid), self.board.terms.places)

    def after_batch(self) -> None:
        """5.4.8: while nobody is elected, without what has become non-transferable."""
        board = self.board
        if not board.elected:
            board.quota = share_up(board.terms.valid - board.lost, board.terms.places)

    def history(self) -> Sequence[Votes]:
        return self.board.points

    def proposed(self, lottery: Lottery) -> tuple[str, ...]:
        """E5: with those who have 0.00 one of several equal next above may go."""
        board, together = self.board, largest_set(self.sets(), ZERO)
        nothing = [name for name in board.excludable if not board.votes[name]]
        some = [name for name in board.excludable if board.votes[name]]
        too_many = len(nothing) >= len(board.continuing) - board.places_left
        if self.surpluses() or not some or too_many or len(together) > len(nothing):
            return super().proposed(lottery)
        return (*nothing, self.fewest(some, lottery, self.clause_of_exclusion))


class LsuAtv(SeveralPlaces):
    clause_of_surplus = "Subsequent stages c"
    clause_of_exclusion = "Subsequent stages f"
    clause_of_end = "Last vacancies"
    clauses_of_deeming: ClassVar[dict[Kind, tuple[str, str | None]]] = {
        "first": ("First stage d", None),
        "surplus": ("Transfer of surplus g(i)", "Transfer of surplus g(ii)"),
        "exclusion": ("Exclusion f(i)", "Exclusion f(ii)"),
    }

    def first_quota(self) -> Decimal:
        valid, places = self.board.terms.valid, self.board.terms.places
        if valid > 100 * (places + 1):
            return -(-valid // (places + 1)) * WHOLE
        return share_up(Decimal(valid), places)

    def givers(self, excluded: Sequence[str]) -> Sequence[str]:
        """Exclusion a: papers held in suspense are taken together with those now excluded."""
        return self.board.excluded

    def holds_the_rest(self) -> bool:
        """Exclusion h."""
        return self.board.terms.options.get("suspense") is True and self.may_wait(self.waiting())

    def voids(self) -> bool:
        return no_candidate_voids(self.board)

    def is_tied_count(self) -> bool:
        """L5: one too many, all equal, and neither a surplus nor a paper waits."""
        board = self.board
        return (
            len(board.continuing) == board.places_left + 1
            and len({board.votes[name] for name in board.continuing}) == 1
            and not self.surpluses()
            and not any(board.parcels[name] for name in board.excluded)
        )

    def tied_count(self, lottery: Lottery) -> Ending:
        """Only the papers tell who has most first, second, ... preferences: they are believed."""
        board, elected = self.board, list[Elected]()
        clause_if_none = "Tied count a"
        for one in lottery.elected:
            name, clause = one.candidate, one.clause
            if clause == "Tied count c":
                tied = list(board.continuing)
                name = lottery.fall_among("election", clause, tied, board.votes) or name
            elif clause != "Tied count b":
                clause = clause_if_none
            if name in board.continuing and board.places_left:
                elected.append(board.elect(name, clause))
        while board.places_left and board.continuing:
            elected.append(board.elect(next(iter(board.continuing)), clause_if_none))
        excluded = board.fewest_first(board.continuing, self.history())
        return Ending(tuple(elected), tuple(excluded))


def share_up(vote: Decimal, places: int) -> Decimal:
    """The vote / (places + 1), up to a hundredth."""
    return Decimal(-(-int(vote.scaleb(2)) // (places + 1))).scaleb(-2)


RULEBOOKS: dict[str, type[Rulebook]] = {
    "ers97": Ers97,
    "ers97-vacancy": Ers97,
    "ers-av": ErsAv,
    "aberdeen": Aberdeen,
    "lsu-atv": LsuAtv,
    "lsu-stv": LsuStv,
}
