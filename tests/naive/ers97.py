"""ERS97, counted naively, paper by paper: a second count, used only by the tests.

Written from the text of the rules alone and sharing no code with the library. Clauses (5.x) and
readings (E1 to E8) are cited where they are carried out. Votes are whole numbers of hundredths.
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
    no_person: int | None = None,
    non_person: str = "vacate",
) -> dict[str, Any]:
    """Count the papers (orders of candidate numbers) for so many places.

    `no_person` stands for no person: elected, its place stays vacant; by `non_person` "close" all
    places not yet filled do.
    """
    if candidates > places and not papers:
        raise ValueError("a contested election without a single valid paper")
    closing = no_person if non_person == "close" else None
    found = _Count(places, candidates, papers, lot, closing).run()
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
        closing: int | None,
    ) -> None:
        self.places = places
        self.closing = closing  # whose election closes the count
        self.lot = lot
        # 5.1.2: sort the papers by first preference.
        self.papers = [_Paper(list(order), order[0], 100, 0) for order in papers]
        self.total = 100 * len(papers)
        self.votes = [0] * candidates
        for paper in papers:
            self.votes[paper[0]] += 100
        self.non_transferable = 0
        self.continuing = list(range(candidates))
        self.elected: list[int] = []
        self.excluded: list[int] = []
        self.quota = 0
        self.batches_so_far = 0
        self.points: list[list[int]] = []  # votes at the first stage, then after each batch
        self.stages: list[dict[str, Any]] = []

    # ------------------------------------------------------------ the whole count

    def run(self) -> dict[str, Any]:
        self.first_stage()
        while True:
            if self.places_left() == 0:
                return self.complete([], self.continuing)  # 5.5.2
            if len(self.continuing) <= self.places_left():
                return self.complete(self.continuing, [])  # E2
            if self.surpluses() and not self.is_deferred():
                self.transfer_surplus(self.choose_surplus())
                continue
            proposed = self.choose_exclusion()
            if len(self.continuing) - len(proposed) == self.places_left():
                staying = [c for c in self.continuing if c not in proposed]
                return self.complete(staying, proposed)  # 5.5.1
            self.exclude(proposed)

    def first_stage(self) -> None:
        self.points.append(list(self.votes))
        self.work_out_quota()
        self.deem()  # 5.1.7
        self.close_stage("first", [], [], 0)

    def complete(self, elected: list[int], excluded: list[int]) -> dict[str, Any]:
        standing = self.in_order_of_election(elected)  # E8
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

    # ------------------------------------------------------------ quota and election

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

    def work_out_quota(self) -> None:
        # 5.1.6, and 5.4.8: to two decimal places; if not exact drop the remainder and add 0.01.
        quota, remainder = divmod(self.total - self.non_transferable, self.places + 1)
        self.quota = quota + 1 if remainder else quota

    def active_vote(self) -> int:
        waiting = sum(self.votes[c] for c in self.excluded)
        return sum(self.votes[c] for c in self.continuing) + self.surpluses() + waiting

    def reaches_a_mark(self, candidate: int) -> bool:
        if self.votes[candidate] >= self.quota:  # (a)
            return True
        active = self.active_vote()
        # (b), compared exactly; E6: it elects nobody when the active vote is nothing.
        return active > 0 and self.votes[candidate] * (self.places_left() + 1) >= active

    def deem(self) -> None:
        """5.1.7, 5.3.13, 5.4.9 with 5.6.1 and 5.6.2: one at a time, marks worked out again."""
        while self.places_left() > 0 and self.continuing:
            first = self.in_order_of_election(self.continuing)[0]
            if not self.reaches_a_mark(first):
                return
            equal = [c for c in self.continuing if self.votes[c] == self.votes[first]]
            if len(equal) > self.places_left():
                # 5.6.2: those that never differed are not elected unless there is room for them.
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
        return [point[candidate] for point in self.points]

    def one_with_fewest(self, tied: list[int]) -> int:
        for point in self.points:
            fewest = min(point[c] for c in tied)
            tied = [c for c in tied if point[c] == fewest]
        return tied[0] if len(tied) == 1 else self.lot("exclusion", sorted(tied))

    def one_with_greatest(self, tied: list[int]) -> int:
        for point in self.points:
            greatest = max(point[c] for c in tied)
            tied = [c for c in tied if point[c] == greatest]
        return tied[0] if len(tied) == 1 else self.lot("surplus", sorted(tied))

    # ------------------------------------------------------------ surpluses

    def is_deferred(self) -> bool:
        low = sorted(self.continuing, key=lambda c: self.votes[c])
        # 5.2.2(a), without a condition that enough candidates remain (E3).
        if self.surpluses() <= self.votes[low[1]] - self.votes[low[0]]:
            return True
        # 5.2.2(b): some set that could be excluded together under 5.2.5.
        return self.number_together() >= 2

    def choose_surplus(self) -> int:
        largest = max(self.surplus(c) for c in self.elected)
        return self.one_with_greatest(
            [c for c in self.elected if self.surplus(c) == largest]
        )  # 5.2.3

    def transfer_surplus(self, candidate: int) -> None:
        before = len(self.elected)
        surplus = self.surplus(candidate)
        # 5.3.1, 5.3.2, E1: the last batch that gave the candidate any paper. One elected at the
        # first stage has had no other.
        held = [paper for paper in self.papers if paper.holder == candidate]
        last = max(paper.batch for paper in held)
        examined = [paper for paper in held if paper.batch == last]
        # 5.3.3
        transferable = [paper for paper in examined if self.next_preference(paper) is not None]
        # 5.3.7, E7
        value = examined[0].value
        if sum(paper.value for paper in transferable) > surplus:
            value = surplus // len(transferable)
        # 5.3.8 to 5.3.10
        self.votes[candidate] -= surplus
        self.non_transferable += surplus - value * len(transferable)
        batch = self.move(examined, value)
        self.deem()  # 5.3.13
        self.close_stage("surplus", [candidate], [batch], before)

    # ------------------------------------------------------------ exclusions

    def may_go_together(self, low: list[int], number: int) -> bool:
        """5.2.5(b), E4 and E5 for the first so many of those in order of fewest votes."""
        last = self.votes[low[number - 1]]
        next_above = self.votes[low[number]]
        total = sum(self.votes[c] for c in low[:number])
        if total + self.surpluses() > next_above:
            return False
        if last < next_above:
            return True
        # E4: equal votes are not split, except (E5) one of several above nothing but 0.00.
        lower_are_nothing = all(self.votes[c] == 0 for c in low[: number - 1])
        return last > 0 and lower_are_nothing and self.surpluses() == 0

    def number_together(self) -> int:
        low = sorted(self.continuing, key=lambda c: self.votes[c])
        number = 0
        # 5.2.5(a): enough candidates must remain.
        for attempt in range(2, len(low) - self.places_left() + 1):
            if self.may_go_together(low, attempt):
                number = attempt
        return number

    def choose_exclusion(self) -> list[int]:
        low = sorted(self.continuing, key=lambda c: self.votes[c])
        number = max(1, self.number_together())  # 5.2.5
        last = self.votes[low[number - 1]]
        below = [c for c in low if self.votes[c] < last]
        equal = [c for c in low if self.votes[c] == last]
        if len(below) + len(equal) == number:
            return below + equal
        return [*below, self.one_with_fewest(equal)]  # equal fewest, or E5

    def exclude(self, group: list[int]) -> None:
        before = len(self.elected)
        for candidate in group:
            self.continuing.remove(candidate)
            self.excluded.append(candidate)
        batches = []
        papers = [paper for paper in self.papers if paper.holder in group]
        # 5.4.1: batches by value, highest first.
        for value in sorted({paper.value for paper in papers}, reverse=True):
            batch = [paper for paper in papers if paper.value == value]
            for paper in batch:
                self.votes[self.holder_of(paper)] -= value
                if self.next_preference(paper) is None:
                    self.non_transferable += value
            batches.append(self.move(batch, value))  # 5.4.2 to 5.4.7
            if not self.elected:
                self.work_out_quota()  # 5.4.8
            self.deem()  # 5.4.9
            if self.places_left() == 0:
                break  # 5.5.2
        self.close_stage("exclusion", group, batches, before)

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
        """Give each paper to its next preference at this value; that is one point for ties."""
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
        self.points.append(list(self.votes))
        return _text(value), received, set_aside
