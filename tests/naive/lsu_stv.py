"""Loughborough's rule C3 for one person, counted naively: a second count, used only by the tests.

Written from the text of the rules alone and sharing no code with the library. Clauses (a to q) are
cited where they are carried out. Every paper is worth 1.00 throughout.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Lot = Callable[[str, list[int]], int]


def count(
    places: int,
    candidates: int,
    papers: list[list[int]],
    lot: Lot,
    *,
    no_person: int | None = None,
) -> dict[str, Any]:
    """Count the papers (orders of candidate numbers) for the one place.

    `no_person` is No Candidate.
    """
    if places != 1:
        raise ValueError("this rule elects one person")
    if candidates > places and not papers:
        raise ValueError("a contested election without a single valid paper")
    return _Count(candidates, papers, lot, no_person).run()


class _Count:
    def __init__(
        self, candidates: int, papers: list[list[int]], lot: Lot, no_person: int | None
    ) -> None:
        self.lot = lot
        self.no_person = no_person
        # a to d: first preferences.
        self.papers = papers
        self.holders: list[int | None] = [paper[0] for paper in papers]
        self.quota = len(papers) // 2 + 1  # e
        self.candidates = candidates
        self.continuing = list(range(candidates))
        self.past: list[list[int]] = []  # the votes at each stage
        self.stages: list[dict[str, Any]] = []

    def votes(self, candidate: int) -> int:
        return self.holders.count(candidate)

    def run(self) -> dict[str, Any]:
        winner = self.close_stage("first", [], [])
        while winner is None and not self.is_void():
            loser = self.choose_exclusion()
            batches = self.exclude(loser)
            winner = self.close_stage("exclusion", [loser], batches)

        def fewest_first(candidate: int) -> tuple[int, list[int], int]:
            return self.votes(candidate), [stage[candidate] for stage in self.past], candidate

        if self.is_void():
            return {
                "stages": self.stages,
                "completion": {"elected": [], "excluded": []},
                "elected": [],
            }
        others = sorted((c for c in self.continuing if c != winner), key=fewest_first)
        return {
            "stages": self.stages,
            "completion": {"elected": [], "excluded": others},
            "elected": [c for c in [winner] if c != self.no_person],  # L7
        }

    def is_void(self) -> bool:
        """No Candidate c: at the end of each stage; half plus one ignores the remainder (L8)."""
        if self.no_person is None:
            return False
        return self.votes(self.no_person) >= len(self.papers) // 2 + 1

    def winner(self) -> int | None:
        if len(self.continuing) == 1:
            return self.continuing[0]  # the only one left, even with no votes
        for candidate in self.continuing:
            others = sum(self.votes(c) for c in self.continuing if c != candidate)
            if self.votes(candidate) >= self.quota or self.votes(candidate) > others:
                return candidate  # f, m, p
        return None

    def choose_exclusion(self) -> int:
        """g, q"""
        least = min(self.votes(c) for c in self.continuing)
        tied = [c for c in self.continuing if self.votes(c) == least]
        for stage in self.past:  # the earliest stage at which they were unequal
            least = min(stage[c] for c in tied)
            tied = [c for c in tied if stage[c] == least]
        if len(tied) == 1:
            return tied[0]
        # q: equal at all stages: the next preferences on their own papers.
        expressed = dict.fromkeys(tied, 0)
        for number, paper in enumerate(self.papers):
            holder = self.holders[number]
            if holder not in tied:
                continue
            after = paper[paper.index(holder) + 1 :]
            available = [c for c in after if c in self.continuing]
            if available and available[0] in tied:
                expressed[available[0]] += 1
        smallest = [c for c in tied if expressed[c] == min(expressed.values())]
        return smallest[0] if len(smallest) == 1 else self.lot("exclusion", sorted(smallest))

    def exclude(self, loser: int) -> list[tuple[str, dict[int, int], int]]:
        """g, h"""
        self.continuing.remove(loser)
        received: dict[int, int] = {}
        set_aside = 0
        for number, paper in enumerate(self.papers):
            if self.holders[number] != loser:
                continue
            left = [c for c in paper if c in self.continuing]
            self.holders[number] = left[0] if left else None
            if left:
                received[left[0]] = received.get(left[0], 0) + 1
            else:
                set_aside += 1
        return [("1.00", received, set_aside)] if received or set_aside else []

    def close_stage(
        self, kind: str, of: list[int], batches: list[tuple[str, dict[int, int], int]]
    ) -> int | None:
        votes = [self.votes(c) for c in range(self.candidates)]
        self.past.append(votes)
        winner = self.winner()
        self.stages.append(
            {
                "kind": kind,
                "of": sorted(of),
                "votes": [f"{vote}.00" for vote in votes],
                "nt": f"{self.holders.count(None)}.00",
                "quota": f"{self.quota}.00",
                "elected": [] if winner is None else [winner],
                "batches": batches,
            }
        )
        return winner
