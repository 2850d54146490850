"""ERS97: Single Transferable Vote, Electoral Reform Society, third edition, 1997.

Read it beside the booklet: the methods of `_Count` stand in the order of its sections 5.1 to 5.6,
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

from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import ClassVar

from stvcount import ties
from stvcount.lots import LotBox
from stvcount.record import Completion, Stage, Vacancy
from stvcount.rules import gregory
from stvcount.rules.base import Count, Journal, Outcome, RuleSet, counted
from stvcount.tally import Candidate, Tally
from stvcount.votes import ZERO, divided_up


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
        }
    )

    def count(self, tally: Tally, lots: LotBox) -> Count:
        return _Count(tally, lots).run()


class _Count:
    """One count by ERS97."""

    def __init__(self, tally: Tally, lots: LotBox) -> None:
        self.tally = tally
        self.journal = Journal(tally, lots)
        self.quota = ZERO

    def run(self) -> Count:
        yield self.first_stage()
        while self.tally.places_left and not self.all_continuing_needed():
            self.tally.begin_stage()
            candidate = self.surplus_to_transfer()
            if candidate is not None:
                yield self.transfer_surplus(candidate)
                continue
            proposed = self.candidates_to_exclude()
            if self.leaves_only_the_places(proposed):
                return self.last_places(proposed)
            yield self.exclude(proposed)
        return self.outcome()

    # 5.1 First stage

    def first_stage(self) -> Stage:
        """5.1.2 to 5.1.7. The tally opens with the papers sorted by first preference (5.1.2)."""
        self.set_quota_first()
        self.deem_elected("5.1.7")
        return self.journal.stage("first", (), self.quota)

    def set_quota_first(self) -> None:
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
        """5.2.2, 5.2.3: the candidate whose surplus is transferred now, if any is."""
        surpluses = self.surpluses()
        if not surpluses or self.transfer_is_deferred(sum(surpluses.values(), ZERO)):
            return None
        return self.largest_surplus(surpluses)

    def surpluses(self) -> dict[Candidate, Decimal]:
        """The surpluses not yet transferred. Who was transferred keeps exactly the quota."""
        votes = self.tally.votes
        return {c: votes[c] - self.quota for c in self.tally.elected if votes[c] > self.quota}

    def transfer_is_deferred(self, surpluses: Decimal) -> bool:
        """5.2.2(a) the two fewest votes (E3), 5.2.2(b) a set that could go together (E4)."""
        fewest, above = gregory.two_fewest(self.tally)
        if surpluses <= above - fewest:
            self.journal.decide(
                "5.2.2(a)", f"surpluses {surpluses} do not exceed {above} - {fewest}: deferred"
            )
            return True
        for group in gregory.sets_excludable(self.tally):
            if surpluses <= group.above - group.total:
                self.journal.decide(
                    "5.2.2(b)",
                    f"surpluses {surpluses} do not exceed {group.above} - {group.total} "
                    f"({self.journal.names(group.candidates)}): deferred",
                )
                return True
        self.journal.decide(
            "5.2.2",
            f"surpluses {surpluses} exceed {above} - {fewest} and every difference of 5.2.2(b): "
            "not deferred",
        )
        return False

    def largest_surplus(self, surpluses: Mapping[Candidate, Decimal]) -> Candidate:
        """5.2.3: equal largest, the greatest vote at the earliest point of difference, or lot."""
        largest = max(surpluses.values())
        tied = [c for c in surpluses if surpluses[c] == largest]
        if len(tied) == 1:
            self.journal.decide("5.2.3", f"largest surplus: {self.tally.name(tied[0])}, {largest}")
            return tied[0]
        return self.chosen(tied, "greatest", "surplus", "5.2.3", f"equal surpluses, {largest}")

    def candidates_to_exclude(self) -> list[Candidate]:
        """5.2.5: as many of the fewest together as possible, or the one with the fewest."""
        deferred = sum(self.surpluses().values(), ZERO)
        together = gregory.largest_set(self.tally, deferred)
        zeros = self.zeros_and_one_more(together, deferred)
        if zeros:
            return zeros
        if together is not None:
            self.journal.decide(
                "5.2.5",
                f"excluded together: {self.journal.with_votes(together.candidates)}; "
                f"{together.total} + deferred surpluses {deferred} "
                f"does not exceed {together.above}",
            )
            return list(together.candidates)
        fewest, _ = gregory.two_fewest(self.tally)
        tied = [c for c in self.tally.continuing if self.tally.votes[c] == fewest]
        if len(tied) > 1:
            return [self.chosen(tied, "fewest", "exclusion", "5.2.5", f"equal fewest, {fewest}")]
        self.journal.decide(
            "5.2.5", f"fewest votes, and no two may go together: {self.journal.with_votes(tied)}"
        )
        return tied

    def zeros_and_one_more(
        self, together: gregory.LowestSet | None, deferred: Decimal
    ) -> list[Candidate]:
        """E5: all with 0.00, and one of several equal next above; 0.00 + v does not exceed v."""
        votes, continuing = self.tally.votes, self.tally.continuing
        zeros = [c for c in continuing if not votes[c]]
        above = min((votes[c] for c in continuing if votes[c]), default=ZERO)
        tied = [c for c in continuing if votes[c] == above]
        most = len(continuing) - self.tally.places_left
        if deferred or not zeros or len(tied) < 2 or len(zeros) >= most:
            return []
        if together is not None and together.size > len(zeros):
            return []
        why = f"excluded together with those who have 0.00 ({self.journal.names(zeros)}): one of"
        return [*zeros, self.chosen(tied, "fewest", "exclusion", "5.2.5", f"{why} equals, {above}")]

    # 5.3 Transfer of a surplus

    def transfer_surplus(self, candidate: Candidate) -> Stage:
        """5.3: a stage of its own."""
        surplus = self.tally.votes[candidate] - self.quota
        # 5.3.1, 5.3.2, E1: who had a surplus at the first stage has received nothing since, so
        # that the last papers received are all the papers.
        examined = self.tally.last_parcel(candidate)
        found = self.tally.sort([examined])  # 5.3.3
        case = (surplus, found.transferable, examined.value)
        value = gregory.transfer_value(*case)  # 5.3.7, E7
        self.journal.decide("5.3.7", gregory.transfer_value_in_words(*case))
        # 5.3.8 to 5.3.10
        self.journal.batch(self.tally.transfer_surplus(candidate, surplus, found, value))
        self.deem_elected("5.3.13")
        return self.journal.stage("surplus", (candidate,), self.quota)

    # 5.4 Exclusion

    def exclude(self, candidates: Sequence[Candidate]) -> Stage:
        """5.4: a stage of its own, of one or more candidates together."""
        self.tally.exclude(candidates)
        for value, holders in self.tally.batches(candidates):  # 5.4.1, 5.4.11
            if not self.tally.places_left:
                self.break_off(candidates)
                break
            self.journal.batch(self.tally.transfer_batch(holders, value))  # 5.4.2 to 5.4.7
            self.reduce_quota()
            self.deem_elected("5.4.9")  # 5.4.10: the next batch passes over those elected
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
            self.quota = quota

    def break_off(self, excluded: Sequence[Candidate]) -> None:
        """5.5.2, in the middle of an exclusion."""
        left = sum((self.tally.votes[c] for c in excluded), ZERO)
        self.journal.decide(
            "5.5.2", f"all places are filled: papers worth {left} are not transferred"
        )

    # 5.5 Completion

    def all_continuing_needed(self) -> bool:
        """5.5.1 as E2 extends it: no more candidates continue than there are places left."""
        return len(self.tally.continuing) <= self.tally.places_left

    def leaves_only_the_places(self, proposed: Sequence[Candidate]) -> bool:
        """5.5.1: whether the proposed exclusion leaves only as many candidates as places."""
        return len(self.tally.continuing) - len(proposed) <= self.tally.places_left

    def last_places(self, proposed: Sequence[Candidate]) -> Outcome:
        """5.5.1: those who would be left are deemed elected; no papers are moved."""
        self.tally.exclude(proposed)
        self.journal.decide(
            "5.5.1",
            f"without {self.journal.names(proposed)} only as many candidates continue as there "
            f"are places unfilled: {self.journal.names(self.tally.continuing)} deemed elected",
        )
        self.deem_all_elected()
        return Outcome(self.journal.completion(self.fewest_first(proposed)))

    def outcome(self) -> Outcome:
        """5.5.2, or E2 where places are left."""
        if self.tally.places_left:
            return self.everyone_elected()
        return Outcome(self.formally_excluded())

    def everyone_elected(self) -> Outcome:
        """E2: candidates who continue when there are places for them all."""
        if self.tally.continuing:
            self.journal.decide(
                "5.5.1",
                f"no more candidates than the {counted(self.tally.places_left, 'place')} unfilled "
                f"(reading E2): {self.journal.names(self.tally.continuing)} deemed elected",
            )
            self.deem_all_elected()
        left = self.tally.places_left
        vacant = (Vacancy(left, "fewer candidates than places"),) if left else ()
        return Outcome(self.journal.completion(()), vacant)

    def deem_all_elected(self) -> None:
        for candidate in self.highest_first(self.tally.continuing):
            self.journal.elect(candidate, "5.5.1")

    def formally_excluded(self) -> Completion:
        """5.5.2: all places are filled; those who still continue are formally excluded."""
        remaining = self.fewest_first(self.tally.continuing)
        if remaining:
            self.tally.exclude(remaining)
            self.journal.decide(
                "5.5.2",
                f"all places are filled: {self.journal.names(remaining)} formally excluded",
            )
        return self.journal.completion(remaining)

    # 5.6 Deeming elected, and ties

    def deem_elected(self, clause: str) -> None:
        """5.6.1: continuing candidates in descending order of votes, while they reach a mark."""
        while self.tally.places_left and self.tally.continuing:
            highest = max(self.tally.votes[c] for c in self.tally.continuing)
            tied = [c for c in self.tally.continuing if self.tally.votes[c] == highest]
            if self.mark_reached(highest) is None:
                return
            deemed = self.separated(tied) if len(tied) > self.tally.places_left else tied
            for candidate in self.highest_first(deemed):
                self.elect_at_mark(candidate, clause)
            if len(deemed) < len(tied):
                return

    def mark_reached(self, vote: Decimal) -> str | None:
        """5.6.1: (a) the quota, or (b) total active vote / (places not yet filled + 1); E6."""
        if vote >= self.quota:
            return "a"
        active = self.total_active_vote()
        return "b" if active and vote * (self.tally.places_left + 1) >= active else None

    def elect_at_mark(self, candidate: Candidate, clause: str) -> None:
        mark = self.mark_reached(self.tally.votes[candidate])
        cited = f"{clause}({mark})"
        if mark == "b":
            self.journal.decide(
                cited,
                f"{self.journal.with_votes([candidate])} reaches total active vote "
                f"{self.total_active_vote()} / {self.tally.places_left + 1}",
            )
        self.journal.elect(candidate, cited)

    def total_active_vote(self) -> Decimal:
        """All votes but those that the elected keep: the quota, or the vote if less."""
        votes = self.tally.votes
        kept = sum((min(votes[c], self.quota) for c in self.tally.elected), ZERO)
        return self.tally.valid - self.tally.non_transferable - kept

    def separated(self, tied: Sequence[Candidate]) -> list[Candidate]:
        """5.6.2: who of the equal candidates at the mark, too many for the places, is elected."""
        places, words = self.tally.places_left, []
        deemed: list[Candidate] = []
        while len(deemed) < places:
            remaining = [c for c in tied if c not in deemed]
            found = ties.earliest_point(self.tally.points(remaining), remaining, "greatest")
            if len(deemed) + len(found.left) > places:
                words.append(
                    f"{self.journal.names(found.left)} never told apart, so not elected now"
                )
                break
            apart = self.journal.separation(found, "greatest")
            words.append(f"{self.journal.names(found.left)}: {apart}")
            deemed.extend(found.left)
        self.journal.decide(
            "5.6.2",
            f"{self.journal.with_votes(tied)} reach the mark for {counted(places, 'place')}; "
            + "; ".join(words),
        )
        return deemed

    def chosen(
        self,
        tied: Sequence[Candidate],
        keep: ties.Keep,
        purpose: str,
        clause: str,
        why: str,
    ) -> Candidate:
        """The tie rule of 5.2.3 and 5.2.5: the earliest point of difference, else a lot.

        5.6.3: in a recount the lots are those of the earlier count, as far as they stand.
        """
        found = ties.earliest_point(self.tally.points(tied), tied, keep)
        apart = self.journal.separation(found, keep)
        self.journal.decide(
            clause, f"{why}: {self.journal.names(tied)}" + (f"; {apart}" if apart else "")
        )
        if len(found.left) == 1:
            return found.left[0]
        return self.journal.lot(purpose, clause, found.left)

    def highest_first(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        """E8: by votes, then by the tie rule without lot, then in the order of the paper."""
        by_history = ties.in_order(self.tally.points(candidates), candidates, "greatest")
        return sorted(by_history, key=lambda c: -self.tally.votes[c])

    def fewest_first(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        """By votes, then by the tie rule without lot, then in the order of the paper."""
        by_history = ties.in_order(self.tally.points(candidates), candidates, "fewest")
        return sorted(by_history, key=lambda c: self.tally.votes[c])
