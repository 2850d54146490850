"""The journal in which a rule set writes what it decides, until the stage it belongs to is done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, ClassVar, Protocol, TypeAlias

from stvcount.errors import Purpose, RuleSetError
from stvcount.frozen import FrozenMapping
from stvcount.record import Batch, Completion, Decision, Elected, Figure, Lot, Stage
from stvcount.record.decision import is_clause_of
from stvcount.record.wording import is_worded
from stvcount.tally import Candidate, Tally, Transfer
from stvcount.tally.lots import LotBox, LotQuestion
from stvcount.tally.ties import Separation

Wording: TypeAlias = Callable[[Sequence[str], Mapping[str, Any]], str]
"""From a decision's candidates and figures to its sentence."""


class Rules(Protocol):
    """As much of a rule set as its journal holds it to."""

    id: ClassVar[str]
    clauses: ClassVar[Mapping[str, str]]
    kinds: ClassVar[tuple[str, ...]]
    decimals: ClassVar[int]
    wording: ClassVar[Mapping[str, Wording]]


@dataclass(slots=True)
class Journal:
    """What a rule set decides, kept until the stage (or the count) it belongs to is complete.

    It holds the rule set to what it declares: a clause, a kind of stage or a code that it does not
    have, or a vote that has not its decimals, is a `RuleSetError`.
    """

    tally: Tally
    lots: LotBox
    rules: type[Rules]
    closes: bool = False
    _batches: list[Batch] = field(default_factory=list)
    _elected: list[Elected] = field(default_factory=list)
    _lots_drawn: list[Lot] = field(default_factory=list)
    _decisions: list[Decision] = field(default_factory=list)

    # What was decided

    def decide(
        self, clause: str, code: str, candidates: Iterable[Candidate] = (), /, **figures: Figure
    ) -> None:
        """Write down a decision: its clause, its code, whom it concerns and the figures.

        The words are made from these: by `stvcount.record.wording`, or for a code of its own by the
        rule set's `wording`.
        """
        self._check_clause(clause)
        names = self.tally.named(candidates)
        text = None
        if code in self.rules.wording:
            text = self.rules.wording[code](names, figures)
        elif not is_worded(code):
            known = ", ".join(self.rules.wording) or "none of its own"
            raise self._mistake(f"the code {code!r} without words", f"one in its wording: {known}")
        self._decisions.append(Decision(clause, code, names, figures, text))

    def votes_of(self, candidates: Iterable[Candidate]) -> FrozenMapping[str, Figure]:
        """The vote of each, by name, as a figure of a decision."""
        return self._by_name(candidates, self.tally.votes)

    def _by_name(
        self, candidates: Iterable[Candidate], votes: Sequence[Decimal]
    ) -> FrozenMapping[str, Any]:
        names = self.tally.names
        return FrozenMapping({names[c]: votes[c] for c in candidates})

    def points_of(self, separation: Separation) -> tuple[Figure, ...]:
        """The points that told the tied apart, with the votes compared, as a figure."""
        return tuple(
            FrozenMapping(
                {
                    "stage": point.stage,
                    "batch": point.batch,
                    "votes": self._by_name(compared, point.votes),
                }
            )
            for point, compared in separation.points
        )

    def elect(self, candidate: Candidate, clause: str) -> None:
        """Deem the candidate elected, by this clause."""
        self._check_clause(clause)
        self.tally.elect(candidate)
        name, vote = self.tally.name(candidate), self.tally.votes[candidate]
        self._elected.append(Elected(name, vote, clause))
        if candidate == self.tally.non_person:
            code = "non-person-closes" if self.closes else "non-person-vacates"
            if self.closes:
                self.tally.close(code)
            self.decide("non-person", code, [candidate])

    def batch(self, transfer: Transfer) -> None:
        """Write down a batch that the tally has moved."""
        names = self.tally.names
        self._batches.append(
            Batch(
                origin=FrozenMapping({names[c]: n for c, n in transfer.origin.items()}),
                value_before=transfer.value_before,
                value=transfer.value,
                papers=FrozenMapping({names[c]: n for c, n in transfer.papers.items()}),
                credited=FrozenMapping({names[c]: v for c, v in transfer.credited.items()}),
                non_transferable_papers=transfer.non_transferable_papers,
                non_transferable=transfer.non_transferable,
                remainder=transfer.remainder,
            )
        )

    def lot(self, purpose: Purpose, clause: str, tied: Iterable[Candidate]) -> Candidate:
        """Have a lot decide between the tied, and record it."""
        self._check_clause(clause)
        listed = sorted(tied)
        names = self.tally.named(listed)
        votes = self._by_name(listed, self.tally.votes)
        drawn = self.lots.draw(LotQuestion(purpose, clause, names, votes, self.tally.stage))
        self._lots_drawn.append(
            Lot(
                purpose=purpose,
                clause=clause,
                candidates=names,
                votes=votes,
                chosen=drawn.candidate,
                source=drawn.source,
            )
        )
        chosen = listed[names.index(drawn.candidate)]
        self.decide(clause, "lot", [chosen])
        return chosen

    def separated_or_lot(self, found: Separation, purpose: Purpose, clause: str) -> Candidate:
        """Whom a tie rule found alone; a lot, where it leaves several."""
        return found.left[0] if len(found.left) == 1 else self.lot(purpose, clause, found.left)

    # What it comes to

    def stage(
        self,
        kind: str,
        candidates: Sequence[Candidate],
        quota: Decimal | None,
        *,
        keep_values: Mapping[Candidate, Decimal] | None = None,
        iterations: int | None = None,
    ) -> Stage:
        """The stage now complete, with all that was written since the last.

        `keep_values`, `iterations`: where all papers were looked at again (Meek).
        """
        self._check_kind(kind)
        self._check_vote("quota", quota)
        tally, keep = self.tally, None
        if keep_values is not None:
            for value in keep_values.values():
                self._check_vote("keep value", value)
            keep = FrozenMapping({tally.name(c): value for c, value in keep_values.items()})
        stage = Stage(
            number=tally.stage,
            kind=kind,
            candidates=tally.named(candidates),
            quota=quota,
            votes=self._by_name(tally.standing, tally.votes),
            non_transferable=tally.non_transferable,
            remainders=tally.remainders,
            batches=tuple(self._batches),
            elected=tuple(self._elected),
            lots=tuple(self._lots_drawn),
            decisions=tuple(self._decisions),
            keep_values=keep,
            iterations=iterations,
        )
        self._clear()
        return stage

    def completion(self, excluded: Sequence[Candidate] = ()) -> Completion:
        """The completion of the count, with all that was written since the last stage."""
        completion = Completion(
            elected=tuple(self._elected),
            excluded=self.tally.named(excluded),
            decisions=tuple(self._decisions),
            lots=tuple(self._lots_drawn),
        )
        self._clear()
        return completion

    def _clear(self) -> None:
        for written in (self._batches, self._elected, self._lots_drawn, self._decisions):
            written.clear()

    # What the rule set declares

    def _check_clause(self, clause: str) -> None:
        known = self.rules.clauses
        if not is_clause_of(clause, known):
            raise self._mistake(f"the clause {clause!r}", f"one of {', '.join(known)}")

    def _check_kind(self, kind: str) -> None:
        if kind not in self.rules.kinds:
            raise self._mistake(
                f"a stage of the kind {kind!r}", f"one of {', '.join(self.rules.kinds)}"
            )

    def _check_vote(self, what: str, vote: object) -> None:
        if vote is None:
            return
        decimals = self.rules.decimals
        if not isinstance(vote, Decimal) or not vote.same_quantum(self.tally.zero):
            raise self._mistake(f"{what} {vote!r}", f"a Decimal with {decimals} decimals")

    def _mistake(self, found: str, expected: str) -> RuleSetError:
        where = f"rules {self.rules.id}, stage {self.tally.stage}"
        return RuleSetError(f"{where}: found {found}; expected {expected}")
