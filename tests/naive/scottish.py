"""Scottish local government elections, counted naively: a second count, only for the tests.

Written from the text of the rules alone and sharing no code with the library. The rules of the
Order of 2011 (46 to 53) and readings (S1 to S6) are cited where they are carried out. Votes are
whole numbers of hundred-thousandths.

Readings taken here besides:

- 49: a paper with no next preference also gets the new value; what the ignored remainders lose is
  the surplus less the new values of all the papers, and is a part of the non-transferable vote.
- 49, 51: a paper whose value has come down to 0.00000 is still moved, in a batch of that value.
- 51 with 53: an exclusion that leaves as many candidates as places is carried out in full before
  those are deemed elected (S2; so the official reports of 2022: Govan, stage 10; Linn, stage 9).
- 50, 52: lots are drawn only among those equal with one another at every stage (S4).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Lot = Callable[[str, list[int]], int]

ONE = 100_000


def count(
    places: int,
    candidates: int,
    papers: list[list[int]],
    lot: Lot,
    *,
    order: str = "2011",
    no_person: int | None = None,
    non_person: str = "vacate",
) -> dict[str, Any]:
    """Count the papers (orders of candidate numbers) for so many places.

    `order` is the Order whose rule numbers are cited; it changes nothing in the count.
    `no_person` stands for no person: elected, its place stays vacant; by `non_person` "close" all
    places not yet filled do.
    """
    if order not in {"2011", "2007"}:
        raise ValueError(f"order is '2011' or '2007', not {order!r}")
    if candidates > places and not papers:
        raise ValueError("a contested election without a single valid paper")
    closing = no_person if non_person == "close" else None
    found = _Count(places, candidates, papers, lot, closing).run()
    found["elected"] = [c for c in found["elected"] if c != no_person]
    return found


def _text(amount: int) -> str:
    return f"{amount // ONE}.{amount % ONE:05d}"


@dataclass
class _Paper:
    preferences: list[int]
    holder: int | None  # None: non-transferable
    value: int


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
        # 46: parcels by first preference.
        self.papers = [_Paper(list(paper), paper[0], ONE) for paper in papers]
        self.total = ONE * len(papers)
        self.votes = [0] * candidates
        for paper in papers:
            self.votes[paper[0]] += ONE
        self.non_transferable = 0
        self.remainder = 0
        # 47: a whole number, and never worked out again.
        self.quota = ONE * (len(papers) // (places + 1) + 1)
        self.continuing = list(range(candidates))
        self.elected: list[int] = []
        self.past_stages: list[list[int]] = []
        self.stages: list[dict[str, Any]] = []

    # ------------------------------------------------------------ the whole count

    def run(self) -> dict[str, Any]:
        self.close_stage("first", [], [])
        while True:
            if self.places_left() == 0:
                return self.complete([], self.continuing)  # S6
            if len(self.continuing) <= self.places_left():
                return self.complete(self.continuing, [])  # 53, S2, S3
            with_surplus = [c for c in self.elected if self.surplus(c) > 0]
            if with_surplus:
                self.transfer_surplus(self.choose_surplus(with_surplus))
            else:
                self.exclude(self.choose_exclusion())

    def complete(self, elected: list[int], excluded: list[int]) -> dict[str, Any]:
        standing = self.in_order_of_election(elected)
        elected = self.until_closed(standing)
        excluded = excluded + standing[len(elected) :]
        excluded = sorted(excluded, key=lambda c: (self.votes[c], self.recent(c), c))
        self.elected += elected
        return {
            "stages": self.stages,
            "completion": {"elected": elected, "excluded": excluded},
            "elected": self.elected,
        }

    def close_stage(
        self, kind: str, of: list[int], batches: list[tuple[str, dict[int, int], int]]
    ) -> None:
        if sum(self.votes) + self.non_transferable != self.total:
            raise RuntimeError("the votes do not add up to the total valid vote")
        before = len(self.elected)
        self.elect()
        self.past_stages.append(list(self.votes))
        self.stages.append(
            {
                "kind": kind,
                "of": of,
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

    def elect(self) -> None:
        """48: only at the end of a stage."""
        reached = [c for c in self.continuing if self.votes[c] >= self.quota]
        for candidate in self.until_closed(self.in_order_of_election(reached)):
            self.continuing.remove(candidate)
            self.elected.append(candidate)
        if self.places_left() < 0:
            raise RuntimeError("more candidates reached the quota than there are places")

    def in_order_of_election(self, group: list[int]) -> list[int]:
        # S1: by votes, then by rule 50 without lot, then by order on the paper.
        return sorted(group, key=lambda c: (-self.votes[c], [-v for v in self.recent(c)], c))

    # ------------------------------------------------------------ ties

    def recent(self, candidate: int) -> list[int]:
        """The candidate's vote at the end of each stage so far, the most recent first (S4)."""
        return [stage[candidate] for stage in reversed(self.past_stages)]

    def choose_surplus(self, group: list[int]) -> int:
        """50"""
        largest = max(self.surplus(c) for c in group)
        tied = [c for c in group if self.surplus(c) == largest]
        for stage in reversed(self.past_stages):
            most = max(stage[c] for c in tied)
            tied = [c for c in tied if stage[c] == most]
        return tied[0] if len(tied) == 1 else self.lot("surplus", sorted(tied))

    def choose_exclusion(self) -> int:
        """51, 52; S5: nor are those without a vote excluded together."""
        lowest = min(self.votes[c] for c in self.continuing)
        tied = [c for c in self.continuing if self.votes[c] == lowest]
        for stage in reversed(self.past_stages):
            least = min(stage[c] for c in tied)
            tied = [c for c in tied if stage[c] == least]
        return tied[0] if len(tied) == 1 else self.lot("exclusion", sorted(tied))

    # ------------------------------------------------------------ transfers

    def transfer_surplus(self, candidate: int) -> None:
        """49"""
        surplus = self.surplus(candidate)
        total = self.votes[candidate]
        lost = surplus
        batches = []
        for value, group in self.held_by(candidate):
            # To five decimal places, the remainder ignored.
            new_value = surplus * value // total
            lost -= new_value * len(group)
            batches.append(self.move(group, new_value))
        self.votes[candidate] = self.quota
        self.non_transferable += lost
        self.remainder += lost
        self.close_stage("surplus", [candidate], batches)

    def exclude(self, candidate: int) -> None:
        """51"""
        self.continuing.remove(candidate)
        batches = [self.move(group, value) for value, group in self.held_by(candidate)]
        self.votes[candidate] = 0
        self.close_stage("exclusion", [candidate], batches)

    def held_by(self, candidate: int) -> list[tuple[int, list[_Paper]]]:
        """All the papers of the candidate by the value they have, the highest first."""
        held = [paper for paper in self.papers if paper.holder == candidate]
        values = sorted({paper.value for paper in held}, reverse=True)
        return [(value, [paper for paper in held if paper.value == value]) for value in values]

    def next_preference(self, paper: _Paper) -> int | None:
        for candidate in paper.preferences:
            if candidate in self.continuing:
                return candidate
        return None

    def move(self, papers: list[_Paper], value: int) -> tuple[str, dict[int, int], int]:
        """Give each paper to its next preference at this value."""
        received: dict[int, int] = {}
        set_aside = 0
        for paper in papers:
            paper.holder = self.next_preference(paper)
            paper.value = value
            if paper.holder is None:
                set_aside += 1
                self.non_transferable += value
                continue
            self.votes[paper.holder] += value
            received[paper.holder] = received.get(paper.holder, 0) + 1
        return _text(value), received, set_aside
