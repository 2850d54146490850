"""Meek's method, from its two texts: the reference rule, steps A to C, and the article of 1987.

How papers were passed on takes the papers. What the tables alone tell is worked out again: quota,
who is elected, who is excluded, the end, and of the keep values all that does not depend on papers.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import ClassVar

from stvcount.audit.board import Board, Votes
from stvcount.audit.difference import Findings, Path
from stvcount.audit.lottery import Lottery
from stvcount.audit.moves import Move, divided_down, divided_up
from stvcount.audit.rulebook import END, Rulebook, Step
from stvcount.record import Completion, Decision, Stage

NEW_KEEP_VALUES = "keep values"
ONE_TOO_MANY = "one too many"

_OF_SURPLUS = ("surplus-small", "surplus-no-less", "within-surplus")


class _Tables(Rulebook):
    """Every stage is a table. Whoever has the quota in it is elected, or else one is excluded."""

    votes_follow: ClassVar[bool] = False
    lots_between_equals: ClassVar[bool] = False
    clause_of_election: ClassVar[str]
    clause_of_exclusion: ClassVar[str]
    clause_of_tie: ClassVar[str]
    clause_of_end: ClassVar[str]
    least_kept: ClassVar[Decimal]
    """The least keep value of one elected: what is rounded up is never nothing."""

    def __init__(self, board: Board) -> None:
        super().__init__(board)
        self.elected_before: Mapping[str, None] = {}
        self.last: Stage | None = None

    # Tables

    def first_stage(self) -> None:
        self.table()

    def moves(self, kind: str, candidates: Sequence[str]) -> Iterator[Move]:
        self.board.exclude(candidates if kind == "exclusion" else ())
        self.table()
        yield from ()

    def table(self) -> None:
        board = self.board
        self.elected_before = dict.fromkeys(board.elected)
        board.quota = self.quota()
        reaching = self.reaching()
        if len(board.continuing) > board.places_left >= len(reaching):
            for name in reaching:
                if board.places_left:
                    board.elect(name, self.clause_of_election)

    @abstractmethod
    def quota(self) -> Decimal:
        """That of the votes as they are."""

    def share_of_votes(self) -> Decimal:
        """All votes / (places + 1), the remainder ignored."""
        board = self.board
        together = board.total(board.votes.values())
        return divided_down(together, board.terms.places + 1, board.terms.decimals)

    def reaching(self) -> list[str]:
        """Most votes first, then as on the paper (K4)."""
        board = self.board
        return board.most_first(
            name for name in board.continuing if board.votes[name] >= board.quota
        )

    def history(self) -> Sequence[Votes]:
        """Ties are for the lot alone."""
        return ()

    # What comes next

    def following(self, lottery: Lottery) -> Step:
        board = self.board
        if not board.places_left or len(board.continuing) <= board.places_left:
            return Step(END)
        if len(self.reaching()) > board.places_left:
            return Step(END, way=ONE_TOO_MANY)
        if any(name not in self.elected_before for name in board.elected):
            return Step(NEW_KEEP_VALUES, clause=self.clause_of_election)
        lowest = (self.lowest(lottery),)
        kind = END if len(board.continuing) - 1 == board.places_left else "exclusion"
        return Step(kind, lowest, clause=self.clause_of_exclusion)

    def lowest(self, lottery: Lottery) -> str:
        """Who is excluded: the lowest; of those who count as equal, by lot."""
        board = self.board
        limit = min(board.votes[name] for name in board.continuing) + self.tied_within()
        tied = [name for name in board.continuing if board.votes[name] <= limit]
        return self.picked(tied, lottery, self.clause_of_tie)

    def tied_within(self) -> Decimal:
        """How far votes may be apart and still count as equal."""
        return self.board.zero

    def ending(self, step: Step, lottery: Lottery) -> tuple[str, ...]:
        board = self.board
        if step.way == ONE_TOO_MANY:
            self.all_but_one(lottery)
        else:
            board.exclude(step.candidates)
            for name in board.most_first(board.continuing):
                if board.places_left:
                    board.elect(name, self.clause_of_end)
        rest = dict.fromkeys([*step.candidates, *board.continuing])
        return tuple(board.fewest_first(rest))

    def all_but_one(self, lottery: Lottery) -> None:
        """K7: one of those with the fewest votes at the quota goes, the others are elected."""
        board, reaching = self.board, self.reaching()
        out = self.fewest(board.as_on_paper(reaching), lottery, self.clause_of_tie)
        for name in reaching:
            if name != out and board.places_left:
                board.elect(name, self.clause_of_election)

    # What a table states besides

    def stated(self, path: Path, holder: Stage | Completion, findings: Findings) -> None:
        if isinstance(holder, Stage):
            self.keep_values(path, holder, findings)
        self.decided(path, holder, findings)
        if isinstance(holder, Stage):
            self.last = holder

    @abstractmethod
    def decided(self, path: Path, holder: Stage | Completion, findings: Findings) -> None:
        """The figures of decisions that rest on a table."""

    def keep_values(self, path: Path, stage: Stage, findings: Findings) -> None:
        """1 for who continues, 0 for who is excluded; of the elected as far as tables tell."""
        board, keep = self.board, stage.keep_values
        if keep is None or stage.iterations is None:
            return  # which is noted already
        here: Path = (*path, "keep_values")
        excluded = frozenset(board.excluded)
        for name, value in keep.items():
            if name in excluded:
                findings.expect((*here, name), value, board.zero, "excluded: keeps nothing")
            elif name not in self.elected_before:
                findings.expect((*here, name), value, board.whole, "keeps all until elected")
            elif not self.least_kept <= value <= board.whole:
                expected = f"at least {self.least_kept:f}, at most {board.whole}"
                findings.note((*here, name), value, expected)
        self.votes_of_first_preferences(path, stage, keep, findings)
        self.iterations(path, stage, findings)

    def votes_of_first_preferences(
        self, path: Path, stage: Stage, keep: Votes, findings: Findings
    ) -> None:
        """First preferences come whole; where one alone passes on, nothing else comes to that one.

        (Unless somebody is excluded, whose papers come as well.)
        """
        board = self.board
        excluded = frozenset(board.excluded)
        alone = len(self.elected_before) == 1 and not excluded
        first = board.ends[0] if board.ends else board.votes
        for name, vote in stage.votes.items():
            if name in excluded:
                findings.expect((*path, "votes", name), vote, board.zero, "excluded")
                continue
            least = int(first[name]) * keep[name]
            if alone and name in self.elected_before:
                findings.expect((*path, "votes", name), vote, least, f"{first[name]} papers")
            elif vote < least:
                findings.note(
                    (*path, "votes", name), vote, f"at least {least:f}", "first preferences"
                )

    def iterations(self, path: Path, stage: Stage, findings: Findings) -> None:
        """At the first iteration keep values are those of the table before; at the next, new."""
        here: Path = (*path, "iterations")
        last, number = self.last, stage.iterations
        if last is None or not self.elected_before:
            findings.expect(here, number, 1, "nobody passes on yet")
            return
        if not number:
            findings.note(here, number, "at least 1")
        elif number == 1 and stage.kind == NEW_KEEP_VALUES:
            findings.expect((*path, "votes"), list(stage.votes.values()), list(last.votes.values()),
                            "the keep values are those of the table before")  # fmt: skip
        for name in self.elected_before if number in (1, 2) else ():
            self.keep_value_at(path, stage, name, last, findings)

    def keep_value_at(
        self, path: Path, stage: Stage, name: str, last: Stage, findings: Findings
    ) -> None:
        if last.keep_values is None or stage.keep_values is None or last.quota is None:
            return  # which is noted already
        before, now = last.keep_values[name], stage.keep_values[name]
        here: Path = (*path, "keep_values", name)
        if stage.iterations == 1:
            findings.expect(here, now, before, "that of the table before, at one iteration")
        elif stage.kind == NEW_KEEP_VALUES and last.votes[name]:
            new = min(self.new_keep_value(before, last.quota, last.votes[name]), self.board.whole)
            why = f"{before:f} x {last.quota:f} / {last.votes[name]:f}"
            findings.expect(here, now, new, why)

    @abstractmethod
    def new_keep_value(self, keep: Decimal, quota: Decimal, vote: Decimal) -> Decimal:
        """The next keep value of one elected."""


class Meek(_Tables):
    """The reference rule of the Proportional Representation Foundation."""

    clause_of_election = "B.2.c"
    clause_of_exclusion = "B.3"
    clause_of_tie = "T"
    clause_of_end = "C"

    OMEGA: ClassVar[Decimal] = Decimal("0.000001")
    least_kept: ClassVar[Decimal] = Decimal("0.000000001")

    def quota(self) -> Decimal:
        self.clause_of_quota = "B.2.b"
        return self.share_of_votes() + Decimal(1).scaleb(-self.board.terms.decimals)

    def tied_within(self) -> Decimal:
        """B.3: the surplus of B.2.d."""
        board = self.board
        over = board.total(board.votes[name] - board.quota for name in board.elected)
        return max(over, board.zero)

    def new_keep_value(self, keep: Decimal, quota: Decimal, vote: Decimal) -> Decimal:
        decimals = self.board.terms.decimals
        return divided_up(divided_up(keep * quota, 1, decimals), vote, decimals)

    def decided(self, path: Path, holder: Stage | Completion, findings: Findings) -> None:
        """B.2.e: no surplus is left, or it gets no less. B.3 rests on the table before."""
        for number, decision in enumerate(holder.decisions):
            of_table = self.last if decision.code == "within-surplus" else holder
            if decision.code in _OF_SURPLUS and isinstance(of_table, Stage):
                here: Path = (*path, "decisions", number, "figures")
                self.surplus_decided(here, decision, self.surplus_of(of_table), findings)
        if isinstance(holder, Stage) and not holder.elected:
            self.has_settled(path, holder, findings)

    def surplus_decided(
        self, path: Path, decision: Decision, surplus: Decimal, findings: Findings
    ) -> None:
        figures = decision.figures
        findings.expect((*path, "surplus"), figures.get("surplus"), surplus, "of the elected")
        if decision.code == "surplus-small":
            findings.expect((*path, "omega"), figures.get("omega"), self.OMEGA)
        before = figures.get("before")
        if isinstance(before, Decimal) and before > surplus:
            findings.note((*path, "before"), before, f"at most {surplus:f}", "no less now")

    def has_settled(self, path: Path, stage: Stage, findings: Findings) -> None:
        left = self.surplus_of(stage)
        no_less = any(one.code == "surplus-no-less" for one in stage.decisions)
        if left >= self.OMEGA and not no_less:
            found, expected = f"a surplus of {left}", f"less than {self.OMEGA}"
            findings.note((*path, "votes"), found, expected, "nobody is elected, B.2.e")

    def surplus_of(self, stage: Stage) -> Decimal:
        quota = stage.quota or self.board.zero
        # Nobody is elected at a table of which the surplus is stated.
        over = self.board.total(stage.votes[name] - quota for name in self.elected_before)
        return max(over, self.board.zero)


class Meek1987(_Tables):
    """Algorithm 123 of 1987."""

    clause_of_election = "2.6"
    clause_of_exclusion = "2.7"
    clause_of_tie = "2.7"
    clause_of_end = "2.8"

    LEAST: ClassVar[Decimal] = Decimal("0.0001")
    least_kept: ClassVar[Decimal] = Decimal(0)
    NEAR: ClassVar[tuple[Decimal, Decimal]] = (Decimal("0.99999"), Decimal("1.00001"))

    def quota(self) -> Decimal:
        self.clause_of_quota = "2.5"
        return max(self.share_of_votes(), self.LEAST + self.board.zero)

    def new_keep_value(self, keep: Decimal, quota: Decimal, vote: Decimal) -> Decimal:
        return divided_down(keep * quota, vote, self.board.terms.decimals)

    def decided(self, path: Path, holder: Stage | Completion, findings: Findings) -> None:
        """2.9: whoever was elected before stands near enough to the quota."""
        if not isinstance(holder, Stage) or holder.quota is None:
            return
        codes = {one.code for one in holder.decisions}
        least, most = self.NEAR
        for name in () if "votes-no-nearer" in codes else self.elected_before:
            vote = holder.votes[name]
            if not least * vote <= holder.quota <= most * vote:
                expected = f"near enough to the quota {holder.quota}"
                findings.note((*path, "votes", name), vote, expected, "2.9")
        for number, decision in enumerate(holder.decisions):
            if decision.code in ("votes-settled", "votes-no-nearer"):
                here: Path = (*path, "decisions", number, "candidates")
                findings.expect(here, decision.candidates, tuple(self.elected_before))
