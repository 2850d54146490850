"""Northern Ireland's councils and Assembly, counted naively: a second count, only for the tests.

Written from the text of the rules alone and sharing no code with the library. The rules of the
Order of 1985 (46 to 52) and readings (N1 to N8) are cited where they are carried out. Votes are
whole numbers of hundredths.

Readings taken here besides:

- N1: at an election of one, until the first exclusion's first-preference papers have moved nobody
  is deemed elected by any rule, 52 included: whoever has the quota of one place also has more than
  all the others, so 52(2) would elect at the first stage all whom 48(3) may not. So the first
  exclusion is carried out even where only one candidate is left by it. An uncontested election has
  nobody to exclude, and 52(1) fills it.
- 49(4): a value is never above the one the paper has, at the first transfer (1.00) as later:
  where the transferable papers come to the surplus or less, they keep their value.
- 49(9), 51(5): with the last place filled nothing more is transferred, not even the sub-parcels of
  an exclusion begun; their papers stay with the excluded candidate.
- 49(10)(a) asks nothing but the two lowest votes; (b) is asked of the sets of N5 alone (N6).
- 51(12): in a set of two or more the total, with the surpluses not transferred, is less than the
  next above; the largest such set is taken.
- 52(1), 52(3): once the exclusion of a candidate, or a set, leaves as many as there are places,
  those are deemed elected and the papers of the excluded are not moved: an exclusion that would be
  the last is no stage. So the published counts end wherever two or more places were then left
  (seven of fifteen: East Londonderry 2011, Upper Bann 2011, North Antrim 2017 for instance).
- 52(2): tested at the end of a stage only, not between the sub-parcels of an exclusion: the papers
  still to be moved are neither the others' votes nor a surplus, and would be left out of account.
- 52(2): where it holds for several (all equal, or two equal and the rest without a vote) it picks
  out nobody; 51 then excludes the lowest, by 51(13) and the lot.
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
    one_vacancy: str = "after-exclusion",
    no_person: int | None = None,
    non_person: str = "vacate",
) -> dict[str, Any]:
    """Count the papers (orders of candidate numbers) for so many places.

    `one_vacancy` says when one elected alone may first be deemed elected (N1).
    `no_person` stands for no person: elected, its place stays vacant; by `non_person` "close" all
    places not yet filled do.
    """
    if one_vacancy not in {"after-exclusion", "at-once"}:
        raise ValueError(f"one_vacancy is 'after-exclusion' or 'at-once', not {one_vacancy!r}")
    if candidates > places and not papers:
        raise ValueError("a contested election without a single valid paper")
    waits = places == 1 and one_vacancy == "after-exclusion"
    closing = no_person if non_person == "close" else None
    found = _Count(places, candidates, papers, lot, closing, waits=waits).run()
    found["elected"] = [c for c in found["elected"] if c != no_person]
    return found


def _text(hundredths: int) -> str:
    return f"{hundredths // 100}.{hundredths % 100:02d}"


@dataclass
class _Paper:
    preferences: list[int]
    holder: int | None  # None: non-transferable
    value: int
    sub_parcel: int  # the number of the one in which its holder got it; 0 is the first stage


class _Count:
    def __init__(
        self,
        places: int,
        candidates: int,
        papers: list[list[int]],
        lot: Lot,
        closing: int | None,
        *,
        waits: bool,
    ) -> None:
        self.places = places
        self.closing = closing  # whose election closes the count
        self.lot = lot
        self.waits = waits  # N1: nobody may be deemed elected yet
        # 47: sorted by first preference.
        self.papers = [_Paper(list(order), order[0], 100, 0) for order in papers]
        self.total = 100 * len(papers)
        self.votes = [0] * candidates
        for paper in papers:
            self.votes[paper[0]] += 100
        self.non_transferable = 0
        self.remainder = 0
        # 48(1), 48(2): a whole number, and never worked out again.
        self.quota = 100 * (len(papers) // (places + 1) + 1)
        self.continuing = list(range(candidates))
        self.elected: list[int] = []
        self.sub_parcels_so_far = 0
        self.past_stages: list[list[int]] = []
        self.stages: list[dict[str, Any]] = []

    # ------------------------------------------------------------ the whole count

    def run(self) -> dict[str, Any]:
        self.deem()
        self.close_stage("first", [], [], 0)
        while True:
            if self.places_left() == 0:
                return self.complete([], self.continuing)
            if len(self.continuing) <= self.places_left():
                return self.complete(self.continuing, [])  # 52(1)
            outright = self.one_against_the_rest()
            if outright is not None:
                others = [c for c in self.continuing if c != outright]
                return self.complete([outright], others)  # 52(2)
            if self.surpluses() and not self.is_deferred():  # 49(9), 49(10)
                self.transfer_surplus(self.choose_surplus())
                continue
            lowest = self.choose_exclusion()
            staying = [c for c in self.continuing if c not in lowest]
            if len(staying) == self.places_left() and not self.waits:
                return self.complete(staying, lowest)  # 52(1), 52(3)
            self.exclude(lowest)

    def complete(self, elected: list[int], excluded: list[int]) -> dict[str, Any]:
        standing = self.in_order_of_election(elected)
        elected = self.until_closed(standing)
        excluded = excluded + standing[len(elected) :]
        excluded = sorted(excluded, key=lambda c: (self.votes[c], self.past(c), c))
        self.elected += elected
        return {
            "stages": self.stages,
            "completion": {"elected": elected, "excluded": excluded},
            "elected": self.elected,
        }

    def close_stage(
        self, kind: str, of: list[int], batches: list[tuple[str, dict[int, int], int]], before: int
    ) -> None:
        if sum(self.votes) + self.non_transferable != self.total:  # 50(2)
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
                "remainder": _text(self.remainder),
            }
        )

    # ------------------------------------------------------------ election

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
        return self.votes[candidate] - self.quota

    def surpluses(self) -> int:
        return sum(self.surplus(c) for c in self.elected)

    def deem(self) -> None:
        """48(3)"""
        if self.waits:
            return  # N1
        reached = [c for c in self.continuing if self.votes[c] >= self.quota]
        for candidate in self.until_closed(self.in_order_of_election(reached)):
            self.continuing.remove(candidate)
            self.elected.append(candidate)
        if self.places_left() < 0:
            raise RuntimeError("more candidates reached the quota than there are places")

    def one_against_the_rest(self) -> int | None:
        """52(2) with N7: the one, if any."""
        if self.places_left() != 1 or self.waits:
            return None
        everybody = sum(self.votes[c] for c in self.continuing)
        surpluses = self.surpluses()
        found = [
            c for c in self.continuing if self.votes[c] >= everybody - self.votes[c] + surpluses
        ]
        return found[0] if len(found) == 1 else None

    def in_order_of_election(self, group: list[int]) -> list[int]:
        # By votes, then by the tie rule without lot, then by order on the paper.
        return sorted(group, key=lambda c: (-self.votes[c], [-v for v in self.past(c)], c))

    # ------------------------------------------------------------ ties

    def past(self, candidate: int) -> list[int]:
        """The candidate's vote at the end of each stage, the earliest first (N8)."""
        return [stage[candidate] for stage in self.past_stages]

    def choose_surplus(self) -> int:
        """50(1)"""
        largest = max(self.surplus(c) for c in self.elected)
        tied = [c for c in self.elected if self.surplus(c) == largest]
        for stage in self.past_stages:
            highest = max(stage[c] for c in tied)
            tied = [c for c in tied if stage[c] == highest]
        return tied[0] if len(tied) == 1 else self.lot("surplus", sorted(tied))

    def one_of_the_lowest(self) -> int:
        """51(1), 51(13)"""
        lowest = min(self.votes[c] for c in self.continuing)
        tied = [c for c in self.continuing if self.votes[c] == lowest]
        for stage in self.past_stages:
            least = min(stage[c] for c in tied)
            tied = [c for c in tied if stage[c] == least]
        return tied[0] if len(tied) == 1 else self.lot("exclusion", sorted(tied))

    # ------------------------------------------------------------ surpluses

    def is_deferred(self) -> bool:
        """49(10)"""
        low = sorted(self.votes[c] for c in self.continuing)
        if self.surpluses() < low[1] - low[0]:  # (a)
            return True
        return self.number_together() >= 2  # (b), N6

    def transfer_surplus(self, candidate: int) -> None:
        before = len(self.elected)
        surplus = self.surplus(candidate)
        # 49(5), N4: the sub-parcel last received. One elected at the first stage has no other
        # papers than those of 49(1).
        held = [paper for paper in self.papers if paper.holder == candidate]
        last = max(paper.sub_parcel for paper in held)
        examined = [paper for paper in held if paper.sub_parcel == last]
        transferable = [paper for paper in examined if self.next_preference(paper) is not None]
        # 49(4), 49(7): two decimal places, the remainder ignored, or the value if that is less.
        value = examined[0].value
        left = surplus - value * len(transferable)
        if left < 0:
            value = surplus // len(transferable)
            left = surplus - value * len(transferable)
            self.remainder += left
        self.non_transferable += left  # 50(2)
        self.votes[candidate] -= surplus
        sub_parcel = self.move(examined, value)
        self.deem()
        self.close_stage("surplus", [candidate], [sub_parcel], before)  # 49(8)

    # ------------------------------------------------------------ exclusions

    def number_together(self) -> int:
        """51(12), N5: how many with the lowest votes may be excluded together (0: not two)."""
        low = sorted(self.votes[c] for c in self.continuing)
        number = 0
        for attempt in range(2, len(low) - self.places_left() + 1):
            if sum(low[:attempt]) + self.surpluses() < low[attempt]:
                number = attempt
        return number

    def choose_exclusion(self) -> list[int]:
        number = self.number_together()
        if number == 0:
            return [self.one_of_the_lowest()]
        return sorted(self.continuing, key=lambda c: self.votes[c])[:number]

    def exclude(self, group: list[int]) -> None:
        before = len(self.elected)
        for candidate in group:
            self.continuing.remove(candidate)
        batches = []
        for sub_parcel in self.sub_parcels(group):
            batches.append(self.move_from_excluded(sub_parcel))
            self.waits = False  # N1
            self.deem()  # N2
            if self.places_left() == 0:
                break  # 51(5)
        if self.waits:
            self.waits = False  # N1, those excluded had no papers at all
            self.deem()
        self.close_stage("exclusion", group, batches, before)  # 51(4)

    def sub_parcels(self, group: list[int]) -> list[list[_Paper]]:
        """51(2), then 51(5) to 51(9), with N3."""
        papers = [paper for paper in self.papers if paper.holder in group]
        first = [paper for paper in papers if paper.preferences[0] == paper.holder]
        received = [paper for paper in papers if paper.preferences[0] != paper.holder]
        values = sorted({paper.value for paper in received}, reverse=True)
        by_value = [[paper for paper in received if paper.value == value] for value in values]
        return [first, *by_value] if first else by_value

    def move_from_excluded(self, papers: list[_Paper]) -> tuple[str, dict[int, int], int]:
        value = papers[0].value
        for paper in papers:
            self.votes[self.holder_of(paper)] -= value
            if self.next_preference(paper) is None:
                self.non_transferable += value
        return self.move(papers, value)

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
        """Give each paper to its next preference at this value: that is one sub-parcel."""
        self.sub_parcels_so_far += 1
        received: dict[int, int] = {}
        set_aside = 0
        for paper in papers:
            paper.holder = self.next_preference(paper)
            if paper.holder is None:
                set_aside += 1
                continue
            paper.value = value
            paper.sub_parcel = self.sub_parcels_so_far
            self.votes[paper.holder] += value
            received[paper.holder] = received.get(paper.holder, 0) + 1
        return _text(value), received, set_aside
