"""ERS97: Single Transferable Vote, Electoral Reform Society, third edition, 1997.

Read it beside the booklet: the methods of `ERS97Count` stand in the order of sections 5.1 to 5.6,
and each names its clause. `run` is the flow from clause to clause; the arithmetic and the moves
are in `gregory.py`.

What the booklet leaves open is read as follows; docs/rules/ers97.md gives the reasons.
E1   The last batch received is the last that gave the candidate any paper, also where the
     surplus arose because the quota was lowered (5.4.8).
E2   If no more candidates continue than there are places left, all are deemed elected at once.
E3   5.2.2(a) has no condition that enough candidates remain; (b) has, through 5.2.5(a).
E4   Candidates with equal votes are excluded together or not at all, except as E5.
E5   Where all lower votes are 0.00 and no surplus is deferred, one of several equal next
     candidates may go with them.
E6   When the total active vote is 0.00, 5.6.1(b) elects nobody.
E7   A transfer value of 0.00 is legitimate.
E7a  A lot for the one formally excluded under 5.5.1 belongs to the completion.
E8   Those elected at the same point are listed by votes, then by the tie rule without lot, then
     in the order of the paper.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import ClassVar

from stvcount.record import Stage
from stvcount.rules.base import NON_PERSON_CLAUSES, Count, Outcome, RuleSet
from stvcount.rules.gregory import GregoryCount, largest_set
from stvcount.tally import Candidate, Point, Tally, ties
from stvcount.tally.lots import LotBox
from stvcount.tally.votes import ZERO, divided_up


class ERS97(RuleSet):
    """The Electoral Reform Society's rules of 1997 for the single transferable vote."""

    id: ClassVar[str] = "ers97"
    title: ClassVar[str] = "ERS97 single transferable vote"
    source: ClassVar[str] = (
        "Electoral Reform Society, How to conduct an election by the Single Transferable Vote, "
        "third edition 1997 (Newland and Britton)"
    )
    clauses: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            "5.1.2": "sorting by first preference, total valid vote",
            "5.1.6": "quota",
            "5.1.7": "deeming elected at the first stage",
            "5.2.2": "deferring surpluses",
            "5.2.3": "the largest surplus",
            "5.2.5": "whom to exclude",
            "5.3.1": "papers of a surplus that arose at the first stage",
            "5.3.2": "papers of a surplus that arose later",
            "5.3.3": "sorting the papers of a surplus",
            "5.3.7": "transfer value",
            "5.3.8": "crediting a surplus",
            "5.3.13": "deeming elected after a surplus",
            "5.4.1": "batches of the excluded, by value",
            "5.4.2": "transferring a batch",
            "5.4.8": "reducing the quota",
            "5.4.9": "deeming elected after a batch",
            "5.4.10": "those elected get no further papers",
            "5.4.11": "the next batch",
            "5.5.1": "the last places",
            "5.5.2": "all places filled",
            "5.6.1": "the mark for being deemed elected",
            "5.6.2": "more candidates at the mark than places",
            "5.6.3": "lots in a recount",
            **NON_PERSON_CLAUSES,
        }
    )

    def count(self, tally: Tally, lots: LotBox) -> Count:
        return ERS97Count(tally, self.journal(tally, lots)).run()


class ERS97Count(GregoryCount):
    """One count by ERS97."""

    def run(self) -> Count:
        yield self.first_stage()
        while self.tally.places_left and not self.all_continuing_needed():  # 5.5.2, E2
            self.tally.begin_stage()
            candidate = self.surplus_to_transfer()
            if candidate is not None:
                yield self.transfer_surplus(candidate)
                continue
            proposed = self.candidates_to_exclude()
            if self.leaves_only_the_places(proposed):
                return self.last_places(proposed, "5.5.1")
            yield self.exclude(proposed)
        return self.completion()

    # 5.1 First stage

    def first_stage(self) -> Stage:
        """5.1.2 to 5.1.7. The tally opens with the papers sorted by first preference (5.1.2)."""
        self.set_quota()
        self.deem_elected("5.1.7", "5.6.2")
        return self.journal.stage("first", (), self.quota)

    def set_quota(self) -> None:
        """5.1.6: total valid vote / (places + 1), not exact: remainder dropped, 0.01 added."""
        divisor = self.tally.places + 1
        self.quota = divided_up(Decimal(self.tally.valid), divisor)
        exact = self.quota * divisor == self.tally.valid
        self.journal.decide(
            "5.1.6",
            f"Quota {self.tally.valid} / {divisor} = {self.quota}"
            + ("" if exact else " (not exact: remainder dropped, 0.01 added)"),
        )

    # 5.2 Which action comes next

    def surplus_to_transfer(self) -> Candidate | None:
        """5.2.2: deferred, if (a) or (b) holds (E3, E4). 5.2.3: otherwise the largest."""
        surpluses = self.surpluses()
        if not surpluses:
            return None
        total = self.total_surplus()
        exceeds = self.within_a_difference(f"surpluses {total}", total, "5.2.2(a)", "5.2.2(b)")
        if exceeds is None:
            return None
        self.journal.decide("5.2.2", f"{exceeds}: not deferred")
        return self.largest_surplus(surpluses, "5.2.3")

    def candidates_to_exclude(self) -> list[Candidate]:
        """5.2.5: as many of the fewest together as possible (E4, E5), or the one with fewest."""
        return (
            self.zeros_and_one_more()
            or self.several_with_fewest("5.2.5")
            or self.one_with_fewest("5.2.5")
        )

    def zeros_and_one_more(self) -> list[Candidate]:
        """E5: all with 0.00, and one of several equal next above; 0.00 + v does not exceed v.

        That enough remain (5.2.5(a)) need not be asked: while no surplus waits, candidates with
        votes who are no more than the places left have all reached the mark (5.6.1).
        """
        votes, candidates = self.tally.votes, self.excludable()
        zeros = [c for c in candidates if not votes[c]]
        others = [c for c in candidates if votes[c]]
        if not zeros or not others or self.surpluses():
            return []
        above = min(votes[c] for c in others)
        tied = [c for c in others if votes[c] == above]
        if len(tied) < 2:
            return []
        together = largest_set(self.sets_excludable(), ZERO)
        if together is not None and together.size > len(zeros):
            return []
        why = f"excluded together with those who have 0.00 ({self.journal.names(zeros)}): one of"
        return [*zeros, self.chosen(tied, "fewest", "exclusion", "5.2.5", f"{why} equals, {above}")]

    # 5.3 Transfer of a surplus

    def transfer_surplus(self, candidate: Candidate) -> Stage:
        """5.3.1, 5.3.2: all papers or the last batch (E1); 5.3.3: sorted; 5.3.7: value (E7);
        5.3.8 to 5.3.10: credited; 5.3.13: deem elected.
        """
        self.move_surplus(candidate, "5.3.7")
        self.deem_elected("5.3.13", "5.6.2")
        return self.journal.stage("surplus", (candidate,), self.quota)

    # 5.4 Exclusion

    def exclude(self, candidates: Sequence[Candidate]) -> Stage:
        """5.4: one or more candidates together, their papers in batches by value (5.4.1)."""
        self.tally.exclude(candidates)
        for value, holders in self.tally.batches(candidates):  # 5.4.1, 5.4.11
            if not self.tally.places_left:
                self.broken_off("5.5.2")
                break
            self.journal.batch(self.tally.transfer_batch(holders, value))  # 5.4.2 to 5.4.7
            self.reduce_quota()
            self.deem_elected("5.4.9", "5.6.2")  # 5.4.10: the next batch passes over those elected
        return self.journal.stage("exclusion", candidates, self.quota)

    def reduce_quota(self) -> None:
        """5.4.8: while nobody is deemed elected, the quota follows the vote still transferable."""
        if self.tally.elected:
            return
        divisor, lost = self.tally.places + 1, self.tally.non_transferable
        quota = divided_up(self.tally.valid - lost, divisor)
        if quota != self.quota:
            self.journal.decide(
                "5.4.8",
                f"nobody is elected yet: quota ({self.tally.valid} - {lost}) / {divisor} = {quota}",
            )
            self.quota: Decimal = quota

    # 5.5 Completion

    def completion(self) -> Outcome:
        """5.5.2: the rest are formally excluded; or E2, if there are places for them all."""
        if self.tally.places_left:
            return self.no_more_than_places("5.5.1")
        return Outcome(self.formally_excluded("5.5.2"))

    # 5.6 Marks (5.6.1, E6), ties (5.6.2, E8); a recount keeps earlier lots (5.6.3)

    def told_apart(self, tied: Sequence[Candidate], keep: ties.Keep) -> ties.Separation:
        """The earliest point: the first stage, then after each batch transferred."""
        return ties.earliest_point(self.history(tied), tied, keep)

    def history(self, candidates: Sequence[Candidate]) -> Sequence[Point]:
        return self.tally.points(candidates)
