"""Loughborough's rule C2 for several places, counted naively: a second count, only for the tests.

Written from the text of the rules alone and sharing no code with the library. Clauses of C2, of
ERS97 (5.x) where C2 is silent, and readings (E1 to E4, E6 to E8, L1 to L8) are cited where they are
carried out. Votes are whole numbers of hundredths.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Lot = Callable[[str, list[int]], int]


def count(
    places: int,
    candidates: int,
    papers: list[list[int]],
    lot: Lot,
    *,
    suspense: bool = False,
    no_person: int | None = None,
    non_person: str = "vacate",
) -> dict[str, Any]:
    """Count the papers (orders of candidate numbers) for so many places.

    `no_person` is No Candidate; by `non_person` "close" its election leaves all places vacant that
    are not yet filled.
    """
    if candidates > places and not papers:
        raise ValueError("a contested election without a single valid paper")
    closing = no_person if non_person == "close" else None
    given: dict[str, Any] = {"no_person": no_person, "closing": closing, "suspense": suspense}
    found = _Count(places, candidates, papers, lot, **given).run()
    found["elected"] = [c for c in found["elected"] if c != no_person]
    return found


def _text(hundredths: int) -> str:
    return f"{hundredths // 100}.{hundredths % 100:02d}"


@dataclass
class _Paper:
    preferences: list[int]
    holder: int | None  # None: non-transferable
    value: int
    batch: int  # the number of the batch in which its holder got it; 0 is the first stage


class _Count:
    def __init__(
        self,
        places: int,
        candidates: int,
        papers: list[list[int]],
        lot: Lot,
        *,
        no_person: int | None,
        closing: int | None,
        suspense: bool,
    ) -> None:
        self.places = places
        self.no_person = no_person
        self.closing = closing  # whose election closes the count
        self.lot = lot
        self.may_suspend = suspense
        # First stage a, b.
        self.papers = [_Paper(list(order), order[0], 100, 0) for order in papers]
        self.total = 100 * len(papers)
        self.votes = [0] * candidates
        for paper in papers:
            self.votes[paper[0]] += 100
        self.non_transferable = 0
        self.continuing = list(range(candidates))
        self.elected: list[int] = []
        self.excluded: list[int] = []
        self.quota = self.work_out_quota()
        self.batches_so_far = 0
        self.past_stages: list[list[int]] = []  # the votes at the end of each stage
        self.stages: list[dict[str, Any]] = []

    # ------------------------------------------------------------ the whole count

    def run(self) -> dict[str, Any]:
        self.deem(first_stage=True)  # first stage d
        self.close_stage("first", [], [], 0)
        while True:
            if self.is_void():
                self.elected = []
                return self.complete([], [])
            if self.places_left() == 0:
                return self.complete([], self.continuing)  # 5.5.2
            if len(self.continuing) <= self.places_left():
                return self.complete(self.in_order_of_election(self.continuing), [])  # E2
            if self.tied_count_applies():
                chosen = self.tied_count()
                return self.complete(chosen, [c for c in self.continuing if c not in chosen])
            if self.surpluses() and not self.within_a_difference(self.waiting()):  # a, b
                self.transfer_surplus(self.choose_surplus())
                continue
            proposed = self.choose_exclusion()
            if len(self.continuing) - len(proposed) == self.places_left():
                staying = [c for c in self.continuing if c not in proposed]
                return self.complete(self.in_order_of_election(staying), proposed)  # Last vacancies
            self.exclude(proposed)

    def complete(self, standing: list[int], excluded: list[int]) -> dict[str, Any]:
        elected = self.until_closed(standing)
        excluded = excluded + standing[len(elected) :]
        excluded = sorted(excluded, key=lambda c: (self.votes[c], self.past(c), c))  # E7a
        self.elected += elected
        return {
            "stages": self.stages,
            "completion": {"elected": elected, "excluded": excluded},
            "elected": self.elected,
        }

    def close_stage(
        self, kind: str, of: list[int], batches: list[tuple[str, dict[int, int], int]], before: int
    ) -> None:
        if sum(self.votes) + self.non_transferable != self.total:
            raise RuntimeError("the votes do not add up to the total valid vote")
        self.past_stages.append(list(self.votes))
        self.stages.append(
            {
                "kind": kind,
                "of": sorted(of),
                "votes": [_text(vote) for vote in self.votes],
                "nt": _text(self.non_transferable),
                "quota": _text(self.quota),
                "elected": self.elected[before:],
                "batches": batches,
            }
        )

    def is_void(self) -> bool:
        """No Candidate c: half of all papers, the remainder ignored (L8), plus one."""
        if self.no_person is None:
            return False
        return self.votes[self.no_person] >= 100 * (self.total // 100 // 2 + 1)

    # ------------------------------------------------------------ quota and election

    def work_out_quota(self) -> int:
        """First stage c. It is never worked out again."""
        # More than 100: whole votes; otherwise (L2: 100 itself too) hundredths.
        unit = 100 if self.total > 100 * 100 * (self.places + 1) else 1
        quota, remainder = divmod(self.total, unit * (self.places + 1))
        return unit * (quota + 1 if remainder else quota)

    def places_left(self) -> int:
        if self.closing in self.elected:
            return 0
        return self.places - len(self.elected)

    def until_closed(self, group: list[int]) -> list[int]:
        """Of those elected one after another, those who still are."""
        if self.closing is None or self.closing not in group:
            return group
        return group[: group.index(self.closing) + 1]

    def surplus(self, candidate: int) -> int:
        return max(0, self.votes[candidate] - self.quota)

    def surpluses(self) -> int:
        return sum(self.surplus(c) for c in self.elected)

    def waiting(self) -> int:
        """Surpluses not transferred, and the papers that excluded candidates still hold.

        Those are batches not yet transferred, or a vote in suspense.
        """
        return self.surpluses() + sum(self.votes[c] for c in self.excluded)

    def reaches_a_mark(self, candidate: int, *, first_stage: bool) -> bool:
        if self.votes[candidate] >= self.quota:  # (i)
            return True
        if first_stage:
            return False
        # (ii) of Transfer g and Exclusion f, with L1; E6: nothing at all elects nobody.
        active = sum(self.votes[c] for c in self.continuing) + self.waiting()
        return active > 0 and self.votes[candidate] * (self.places_left() + 1) >= active

    def deem(self, *, first_stage: bool = False) -> None:
        """First stage d, Transfer g, Exclusion f; as ERS97 one at a time."""
        while self.places_left() > 0 and self.continuing:
            if self.tied_count_applies():
                return  # L6: it decides alone
            first = self.in_order_of_election(self.continuing)[0]
            if not self.reaches_a_mark(first, first_stage=first_stage):
                return
            equal = [c for c in self.continuing if self.votes[c] == self.votes[first]]
            if len(equal) > self.places_left():
                # L6, 5.6.2: those that never differed wait, unless there is room for them.
                never_differed = [c for c in equal if self.past(c) == self.past(first)]
                if len(never_differed) > self.places_left():
                    return
            self.continuing.remove(first)
            self.elected.append(first)

    def in_order_of_election(self, group: list[int]) -> list[int]:
        # E8: by votes, then by the tie rule without lot, then by order on the paper.
        return sorted(group, key=lambda c: (-self.votes[c], [-v for v in self.past(c)], c))

    # ------------------------------------------------------------ ties

    def past(self, candidate: int) -> list[int]:
        return [stage[candidate] for stage in self.past_stages]

    def one_with_fewest(self, tied: list[int]) -> int:
        for stage in self.past_stages:  # Subsequent stages f: at the earliest stage
            fewest = min(stage[c] for c in tied)
            tied = [c for c in tied if stage[c] == fewest]
        return tied[0] if len(tied) == 1 else self.lot("exclusion", sorted(tied))

    def one_with_greatest(self, tied: list[int]) -> int:
        for stage in self.past_stages:  # Subsequent stages c: at the earliest stage
            greatest = max(stage[c] for c in tied)
            tied = [c for c in tied if stage[c] == greatest]
        return tied[0] if len(tied) == 1 else self.lot("surplus", sorted(tied))

    def tied_count_applies(self) -> bool:
        one_too_many = len(self.continuing) == self.places_left() + 1
        all_equal = len({self.votes[c] for c in self.continuing}) == 1
        papers_wait = any(paper.holder in self.excluded for paper in self.papers)
        return one_too_many and all_equal and not self.surpluses() and not papers_wait

    def tied_count(self) -> list[int]:
        """Tied count a to c: those elected, one place at a time."""
        chosen: list[int] = []
        while len(chosen) < self.places_left():
            best = [c for c in self.continuing if c not in chosen]
            for position in range(len(self.votes)):
                most = max(self.preferences_at(position, c) for c in best)
                best = [c for c in best if self.preferences_at(position, c) == most]
            if len(best) <= self.places_left() - len(chosen):
                chosen += self.in_order_of_election(best)  # room for them all: nothing to decide
            else:
                chosen.append(self.lot("election", sorted(best)))
        return chosen

    def preferences_at(self, position: int, candidate: int) -> int:
        """How many valid papers name the candidate at this place of their order."""
        number = 0
        for paper in self.papers:
            if len(paper.preferences) > position and paper.preferences[position] == candidate:
                number += 1
        return number

    # ------------------------------------------------------------ surpluses

    def within_a_difference(self, amount: int) -> bool:
        """Subsequent stages a; Exclusion h refers to the same two differences."""
        low = sorted(self.continuing, key=lambda c: self.votes[c])
        # (i), without a condition that enough candidates remain (E3).
        if amount <= self.votes[low[1]] - self.votes[low[0]]:
            return True
        return self.number_together(amount) >= 2  # (ii)

    def choose_surplus(self) -> int:
        """Subsequent stages c"""
        largest = max(self.surplus(c) for c in self.elected)
        return self.one_with_greatest([c for c in self.elected if self.surplus(c) == largest])

    def transfer_surplus(self, candidate: int) -> None:
        before = len(self.elected)
        surplus = self.surplus(candidate)
        # a, b with E1: the last batch that gave the candidate any paper.
        held = [paper for paper in self.papers if paper.holder == candidate]
        last = max(paper.batch for paper in held)
        examined = [paper for paper in held if paper.batch == last]
        # c, d
        transferable = [paper for paper in examined if self.next_preference(paper) is not None]
        # e, E7
        value = examined[0].value
        if sum(paper.value for paper in transferable) > surplus:
            value = surplus // len(transferable)
        # f, as 5.3.8 to 5.3.10
        self.votes[candidate] -= surplus
        self.non_transferable += surplus - value * len(transferable)
        batch = self.move(examined, value)
        self.deem()  # g
        self.close_stage("surplus", [candidate], [batch], before)

    # ------------------------------------------------------------ exclusions

    def number_together(self, amount: int) -> int:
        """How many with the least votes may go together while this amount waits (0: not two)."""
        low = sorted(self.continuing, key=lambda c: self.votes[c])
        number = 0
        # L3: enough candidates must remain, and equal votes are never split.
        for attempt in range(2, len(low) - self.places_left() + 1):
            total = sum(self.votes[c] for c in low[:attempt])
            next_above = self.votes[low[attempt]]
            splits_equals = self.votes[low[attempt - 1]] == next_above
            if total + amount <= next_above and not splits_equals:
                number = attempt
        return number

    def choose_exclusion(self) -> list[int]:
        low = sorted(self.continuing, key=lambda c: self.votes[c])
        number = self.number_together(self.waiting())
        if number:
            return low[:number]  # e
        least = self.votes[low[0]]
        return [self.one_with_fewest([c for c in low if self.votes[c] == least])]  # f, L4

    def exclude(self, group: list[int]) -> None:
        before = len(self.elected)
        for candidate in group:
            self.continuing.remove(candidate)
            self.excluded.append(candidate)
        batches = []
        # a: the papers of those excluded now and any in suspense, in descending value.
        papers = [paper for paper in self.papers if paper.holder in self.excluded]
        values = sorted({paper.value for paper in papers}, reverse=True)
        for value in values:
            batch = [paper for paper in papers if paper.value == value]
            for paper in batch:
                self.votes[self.holder_of(paper)] -= value
                if self.next_preference(paper) is None:
                    self.non_transferable += value
            batches.append(self.move(batch, value))  # b to e
            self.deem()  # f
            if self.places_left() == 0:
                break  # 5.5.2
            if value != values[-1] and self.is_suspended():
                break  # h
        self.close_stage("exclusion", group, batches, before)

    def is_suspended(self) -> bool:
        return self.may_suspend and self.within_a_difference(self.waiting())

    # ------------------------------------------------------------ papers

    def holder_of(self, paper: _Paper) -> int:
        if paper.holder is None:
            raise RuntimeError("a non-transferable paper has no holder")
        return paper.holder

    def next_preference(self, paper: _Paper) -> int | None:
        for candidate in paper.preferences:
            if candidate in self.continuing:
                return candidate
        return None

    def move(self, papers: list[_Paper], value: int) -> tuple[str, dict[int, int], int]:
        """Give each paper to its next preference at this value."""
        self.batches_so_far += 1
        received: dict[int, int] = {}
        set_aside = 0
        for paper in papers:
            paper.holder = self.next_preference(paper)
            if paper.holder is None:
                set_aside += 1
                continue
            paper.value = value
            paper.batch = self.batches_so_far
            self.votes[paper.holder] += value
            received[paper.holder] = received.get(paper.holder, 0) + 1
        return _text(value), received, set_aside
