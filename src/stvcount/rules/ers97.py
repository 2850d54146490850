"""ERS97: Single Transferable Vote, Electoral Reform Society, third edition, 1997.

Read it beside the booklet: the methods of `ERS97Count` stand in the order of sections 5.1 to 5.6,
and each names its clause. `run` is the flow from clause to clause.

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

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import ClassVar

from stvcount.record import Stage
from stvcount.rules import gregory
from stvcount.rules.gregory import DEFERRAL, LowestSet, Mark
from stvcount.rules.journal import Journal
from stvcount.rules.rule_set import NON_PERSON_CLAUSES, Count, Outcome, RuleSet
from stvcount.tally import Candidate, Tally
from stvcount.tally.lots import LotBox
from stvcount.tally.ties import EARLIEST_POINT
from stvcount.tally.votes import divided_up


class ERS97(RuleSet):
    """The Electoral Reform Society's rules of 1997 for the single transferable vote."""

    id: ClassVar[str] = "ers97"
    title: ClassVar[str] = "ERS97 single transferable vote"
    source: ClassVar[str] = (
        "Electoral Reform Society, How to conduct an election by the Single Transferable Vote, "
        "third edition 1997 (Newland and Britton)"
    )
    page: ClassVar[str | None] = "docs/rules/ers97.md"
    rulebook: ClassVar[str | None] = "stvcount.audit.rulebooks.ers97:Ers97"
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


TIES = EARLIEST_POINT
"""5.2.3, 5.2.5, 5.6.2: the first stage, then after each batch transferred."""

BY_QUOTA, BY_ACTIVE_VOTE = Mark("(a)"), Mark("(b)", by_active_vote=True)
"""5.6.1."""


class ERS97Count:
    """One count by ERS97."""

    quota: Decimal

    def __init__(self, tally: Tally, journal: Journal) -> None:
        self.tally = tally
        self.journal = journal

    def run(self) -> Count:
        yield self.first_stage()
        while self.tally.places_left and not self.all_continuing_needed():  # 5.5.2, E2
            self.tally.begin_stage()
            candidate = self.surplus_to_transfer()
            if candidate is not None:
                yield self.transfer_surplus(candidate)
                continue
            proposed = self.candidates_to_exclude()
            if len(self.tally.continuing) - len(proposed) <= self.tally.places_left:
                return self.last_places(proposed)
            yield self.exclude(proposed)
        return self.completion()

    # 5.1 First stage

    def first_stage(self) -> Stage:
        """5.1.2 to 5.1.7. The tally opens with the papers sorted by first preference (5.1.2)."""
        valid, divisor = self.tally.valid, self.tally.places + 1
        self.quota = self.quota_for(Decimal(valid))
        self.journal.decide("5.1.6", "quota", valid=valid, divisor=divisor, quota=self.quota)
        self.deem_elected("5.1.7")
        return self.journal.stage("first", (), self.quota)

    def quota_for(self, vote: Decimal) -> Decimal:
        """5.1.6: the vote / (places + 1); not exact: the remainder dropped, 0.01 added."""
        return divided_up(vote, self.tally.places + 1, self.tally.decimals)

    # 5.2 Which action comes next

    def surplus_to_transfer(self) -> Candidate | None:
        """5.2.2: deferred, if (a) or (b) holds (E3, E4). 5.2.3: otherwise the largest."""
        surpluses = gregory.surpluses(self.tally, self.quota)
        if not surpluses:
            return None
        total = self.tally.sum_of(surpluses.values())
        differences = gregory.differences(self.tally, self.excludable(), self.sets())
        clauses = ("5.2.2(a)", "5.2.2(b)", "5.2.2")
        if gregory.may_wait(self.journal, total, differences, DEFERRAL, clauses, surpluses=total):
            return None
        return gregory.largest_surplus(self.tally, self.journal, surpluses, TIES, "5.2.3")

    def candidates_to_exclude(self) -> list[Candidate]:
        """5.2.5: as many of the fewest together as possible (E4, E5), or the one with fewest."""
        return self.none_and_one_more() or self.several_with_fewest() or [self.one_with_fewest()]

    def excludable(self) -> Sequence[Candidate]:
        """Those among whom the fewest votes are looked for: all continuing candidates."""
        return self.tally.continuing

    def sets(self) -> Iterator[LowestSet]:
        """5.2.5(a): those of the fewest who leave enough to fill the remaining places (E4)."""
        candidates = self.excludable()
        kept = len(self.tally.continuing) - len(candidates)
        return gregory.sets_excludable(self.tally, candidates, self.tally.places_left - kept)

    def none_and_one_more(self) -> list[Candidate]:
        """E5: all with 0.00, and one of several equal next above; 0.00 + v does not exceed v.

        That enough remain (5.2.5(a)) need not be asked: while no surplus waits, candidates with
        votes who are no more than the places left have all reached the mark (5.6.1).
        """
        votes = self.tally.votes
        without = [c for c in self.excludable() if not votes[c]]
        if not without or gregory.surpluses(self.tally, self.quota):
            return []
        others = [c for c in self.excludable() if votes[c]]
        if not others:
            return []
        tied = gregory.with_fewest(self.tally, others)
        together = gregory.largest_set(self.sets(), self.tally.zero)
        if len(tied) < 2 or (together is not None and together.size > len(without)):
            return []
        apart = TIES.told_apart(self.tally, tied, "fewest")
        self.journal.decide(
            "5.2.5",
            "equal-with-none",
            [*without, *tied],
            without=len(without),
            vote=votes[tied[0]],
            points=self.journal.points_of(apart),
        )
        return [*without, self.journal.separated_or_lot(apart, "exclusion", "5.2.5")]

    def several_with_fewest(self) -> list[Candidate]:
        """5.2.5(b): with all deferred surpluses they do not exceed the vote of the next above."""
        deferred = gregory.total_surplus(self.tally, self.quota)
        together = gregory.largest_set(self.sets(), deferred)
        if together is None:
            return []
        return gregory.excluded_together(self.journal, together, "5.2.5", {"surpluses": deferred})

    def one_with_fewest(self) -> Candidate:
        return gregory.one_with_fewest(
            self.tally, self.journal, self.excludable(), TIES, clause="5.2.5"
        )

    # 5.3 Transfer of a surplus

    def transfer_surplus(self, candidate: Candidate) -> Stage:
        """5.3.1, 5.3.2: all papers or the last batch (E1); 5.3.3: sorted; 5.3.7: value (E7);
        5.3.8 to 5.3.10: credited; 5.3.13: deem elected.
        """
        gregory.move_surplus(self.tally, self.journal, candidate, self.quota, "5.3.7")
        self.deem_elected("5.3.13")
        return self.journal.stage("surplus", (candidate,), self.quota)

    # 5.4 Exclusion

    def exclude(self, candidates: Sequence[Candidate]) -> Stage:
        """5.4: one or more candidates together, their papers in batches by value (5.4.1)."""
        self.tally.exclude(candidates)
        for value, holders in self.tally.batches(candidates):  # 5.4.1, 5.4.11
            if not self.tally.places_left:
                gregory.broken_off(self.tally, self.journal, "5.5.2")
                break
            self.journal.batch(self.tally.transfer_batch(holders, value))  # 5.4.2 to 5.4.7
            self.reduce_quota()
            self.deem_elected("5.4.9")  # 5.4.10: the next batch passes over those elected
        return self.journal.stage("exclusion", candidates, self.quota)

    def reduce_quota(self) -> None:
        """5.4.8: while nobody is deemed elected, the quota follows the vote still transferable."""
        if self.tally.elected:
            return
        valid, lost = self.tally.valid, self.tally.non_transferable
        quota = self.quota_for(valid - lost)
        if quota != self.quota:
            self.quota = quota
            self.journal.decide(
                "5.4.8",
                "quota-reduced",
                valid=valid,
                non_transferable=lost,
                divisor=self.tally.places + 1,
                quota=quota,
            )

    # 5.5 Completion

    def last_places(self, proposed: Sequence[Candidate]) -> Outcome:
        """5.5.1: those whom the proposed exclusion would leave are elected; no papers are moved."""
        self.tally.exclude(proposed)
        everybody = [*proposed, *self.excludable()]
        self.journal.decide("5.5.1", "last-places", everybody, proposed=len(proposed))
        return self.everyone_elected(proposed)

    def completion(self) -> Outcome:
        """5.5.2: the rest are formally excluded; or E2, if there are places for them all."""
        rest = self.excludable()
        if not self.tally.places_left:
            return Outcome(gregory.formally_excluded(self.tally, self.journal, rest, TIES, "5.5.2"))
        if rest:
            places = self.tally.places_left
            self.journal.decide("5.5.1", "no-more-than-places", rest, places=places)
        return self.everyone_elected()

    def all_continuing_needed(self) -> bool:
        """E2: whether no more candidates continue than there are places left."""
        return len(self.tally.continuing) <= self.tally.places_left

    def everyone_elected(self, excluded: Sequence[Candidate] = ()) -> Outcome:
        """E8: by votes, then by the tie rule without lot, then in the order of the paper."""
        return gregory.everyone_elected(
            self.tally,
            self.journal,
            TIES,
            lambda candidate: self.elect(candidate, "5.5.1"),
            self.excludable,
            excluded=excluded,
        )

    # 5.6 Marks and ties; a recount keeps earlier lots (5.6.3)

    def deem_elected(self, clause: str) -> None:
        """5.6.1: in descending order of votes; 5.6.2: of equals too many, those ahead earlier."""

        def elect(candidate: Candidate, mark: Mark) -> None:
            by = clause + mark.label
            if mark.by_active_vote:
                gregory.at_active_vote(self.tally, self.journal, candidate, self.quota, by)
            self.elect(candidate, by)

        gregory.deem_elected(
            self.tally,
            mark=self.mark_reached,
            elect=elect,
            separated=lambda tied: gregory.separated(self.tally, self.journal, tied, TIES, "5.6.2"),
            tie_rule=TIES,
            may=lambda: self.tally.places_left > 0,
        )

    def mark_reached(self, vote: Decimal) -> Mark | None:
        """5.6.1: (a) the quota, or (b) a share of the total active vote, unless that is 0 (E6)."""
        return gregory.mark_reached(self.tally, self.quota, vote, BY_QUOTA, BY_ACTIVE_VOTE)

    def elect(self, candidate: Candidate, clause: str) -> None:
        self.journal.elect(candidate, clause)
