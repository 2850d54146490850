"""The rulebook of a rule set: what it makes of a count, from its text alone.

A rule set names its rulebook as "module:Class"; it is imported when a record is checked. No paper
is sorted here: how papers were sorted is taken from the record, and everything that follows from
it is worked out again on a `Board`. Packages that have rule sets of their own may write theirs.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from stvcount.audit.board import Board, Votes, told_apart
from stvcount.audit.difference import Findings, Path
from stvcount.audit.lottery import Lottery
from stvcount.audit.moves import Move
from stvcount.record import Completion, Stage

END = "end"
"""The kind of the step after the last stage."""


@dataclass(frozen=True, slots=True)
class Step:
    """What comes next: a stage of this kind, for these candidates; or the end.

    `candidates` at the end: those whose exclusion was proposed and leaves only the winners.
    `way`: a word by which the rulebook tells several ways to end apart. `clause`: by which it comes
    next, where the rulebook says.
    """

    kind: str
    candidates: tuple[str, ...] = ()
    way: str = ""
    clause: str = ""

    @property
    def in_words(self) -> str:
        """ "the exclusion of A", or "new keep values"."""
        names = ", ".join(self.candidates)
        return f"the {self.kind} of {names}" if names else f"new {self.kind}"


class Rulebook(ABC):
    """One rule set in one count, followed on a board.

    The audit calls `first_stage`; for every stage that follows `following`, and then `moves` for
    what the record says that this stage is; at the end `following` once more, and `ending`. After
    each stage it compares the quota, every vote and the elected with the record, and goes on from
    the record's own figures.

    `has_quota`: whether its stages have one. `votes_follow`: whether the votes of a stage follow
    from its batches; if not, they are taken from the record before `moves` is called.
    `holds_papers`: whether papers of the excluded may be held, to be moved with others later.
    `lots_between_equals`: whether those between whom a lot is drawn always have equal votes.
    `clause_of_quota`: by which the quota is what it is now, where the rulebook says.
    """

    has_quota: ClassVar[bool] = True
    votes_follow: ClassVar[bool] = True
    lots_between_equals: ClassVar[bool] = True

    def __init__(self, board: Board) -> None:
        self.board = board
        self.holds_papers: bool = False
        self.clause_of_quota: str = ""

    @abstractmethod
    def first_stage(self) -> None:
        """Set `board.quota`, and `board.elect` whoever is deemed elected at the first stage."""

    @abstractmethod
    def following(self, lottery: Lottery) -> Step:
        """What comes next. Lots are taken from `lottery`, as the rules ask for them."""

    @abstractmethod
    def moves(self, kind: str, candidates: Sequence[str]) -> Iterator[Move]:
        """The batches of a stage of this kind, in their order.

        When a move was yielded, the papers of the record's batch are on the board before the next
        is asked for. What else the stage does stands between and after them: `board.exclude`,
        `board.elect`, a new `board.quota`.
        """

    @abstractmethod
    def ending(self, step: Step, lottery: Lottery) -> tuple[str, ...]:
        """Elect whoever the completion elects; whom it excludes, fewest votes first."""

    def voids(self) -> bool:
        """Whether the election is void."""
        return False

    def stated(  # noqa: B027 (a rulebook may leave it as it is)
        self, path: Path, holder: Stage | Completion, findings: Findings
    ) -> None:
        """Note what else a stage, or the completion, states that its rules and figures do not give.

        Called when the stage was followed, before the record's own figures are taken over.
        """

    # Ties

    def history(self) -> Sequence[Votes]:
        """The points at which the rule set compares tied candidates, in their order.

        `board.points`: the first stage and after each batch. `board.ends`: the end of each stage.
        """
        return self.board.ends

    def fewest(self, names: Sequence[str], lottery: Lottery, clause: str) -> str:
        """The one with the fewest votes, by `history`, or by lot."""
        votes = self.board.votes
        least = min(votes[name] for name in names)
        tied = [name for name in names if votes[name] == least]
        return self.picked(tied, lottery, clause)

    def picked(self, tied: Sequence[str], lottery: Lottery, clause: str) -> str:
        """Whom of the tied it is, who have the fewest votes."""
        left = told_apart(tied, min, self.history())
        if len(left) == 1:
            return left[0]
        return lottery.fall("exclusion", clause, left, self.board.votes)

    def largest(self, names: Sequence[str], lottery: Lottery, clause: str) -> str:
        """The one of these, all elected, with the most votes, by `history`, or by lot."""
        votes = self.board.votes
        most = max(votes[name] for name in names)
        tied = self.board.as_on_paper(name for name in names if votes[name] == most)
        left = told_apart(tied, max, self.history())
        if len(left) == 1:
            return left[0]
        return lottery.fall("surplus", clause, left, votes)
