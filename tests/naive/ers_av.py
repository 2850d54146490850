"""ERS AV, counted naively, paper by paper: a second count, used only by the tests.

Written from the text of the rules alone and sharing no code with the library. Clauses (1 to 3.3)
and readings (A1 to A5) are cited where they are carried out. Every paper is worth 1.00 throughout.
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

    `no_person` stands for no person: elected, it leaves the place vacant.
    """
    if places != 1:
        raise ValueError("this rule elects one person")
    if candidates > places and not papers:
        raise ValueError("a contested election without a single valid paper")
    found = _Count(candidates, papers, lot).run()
    found["elected"] = [c for c in found["elected"] if c != no_person]
    return found


class _Count:
    def __init__(self, candidates: int, papers: list[list[int]], lot: Lot) -> None:
        self.lot = lot
        # 2.1, 3.1: each paper is with the candidate of its first preference (None: with nobody).
        self.papers = papers
        self.holders: list[int | None] = [paper[0] for paper in papers]
        self.candidates = candidates
        self.continuing = list(range(candidates))
        self.points: list[list[int]] = []  # votes at the first stage, then after each batch
        self.stages: list[dict[str, Any]] = []

    def votes(self, candidate: int) -> int:
        return self.holders.count(candidate)

    def all_votes(self) -> list[int]:
        return [self.votes(c) for c in range(self.candidates)]

    def run(self) -> dict[str, Any]:
        self.points.append(self.all_votes())
        winner = self.winner()
        self.close_stage("first", [], [], winner)
        while winner is None:
            group = self.choose_exclusion()
            if len(self.continuing) - len(group) == 1:
                # A5: one would be left; nothing is moved.
                last = [c for c in self.continuing if c not in group]
                return self.complete(last, group, last)
            batches = self.exclude(group)
            winner = self.winner()
            self.close_stage("exclusion", group, batches, winner)
        others = [c for c in self.continuing if c != winner]
        return self.complete([], others, [winner])

    def winner(self) -> int | None:
        """3.2"""
        meeting = []
        for candidate in self.continuing:
            others = sum(self.votes(c) for c in self.continuing if c != candidate)
            if self.votes(candidate) == 0 and len(self.continuing) > 1:
                continue  # A4
            if self.votes(candidate) >= others:
                meeting.append(candidate)
        return meeting[0] if len(meeting) == 1 else None  # A3

    def choose_exclusion(self) -> list[int]:
        """3.3"""
        low = sorted(self.continuing, key=self.votes)
        together: list[int] = []
        for number in range(2, len(low)):  # A1: as many as possible, always leaving one
            total = sum(self.votes(c) for c in low[:number])
            next_above = self.votes(low[number])
            splits_equals = self.votes(low[number - 1]) == next_above
            if total <= next_above and not splits_equals:
                together = low[:number]
        if together:
            return together
        return [self.one_with_fewest([c for c in low if self.votes(c) == self.votes(low[0])])]

    def one_with_fewest(self, tied: list[int]) -> int:
        # A2: the earliest point at which they differed, then lot.
        for point in self.points:
            fewest = min(point[c] for c in tied)
            tied = [c for c in tied if point[c] == fewest]
        return tied[0] if len(tied) == 1 else self.lot("exclusion", sorted(tied))

    def exclude(self, group: list[int]) -> list[tuple[str, dict[int, int], int]]:
        self.continuing = [c for c in self.continuing if c not in group]
        received: dict[int, int] = {}
        set_aside = 0
        for number, paper in enumerate(self.papers):
            if self.holders[number] not in group:
                continue
            left = [c for c in paper if c in self.continuing]
            self.holders[number] = left[0] if left else None
            if left:
                received[left[0]] = received.get(left[0], 0) + 1
            else:
                set_aside += 1
        self.points.append(self.all_votes())
        return [("1.00", received, set_aside)] if received or set_aside else []

    def close_stage(
        self,
        kind: str,
        of: list[int],
        batches: list[tuple[str, dict[int, int], int]],
        winner: int | None,
    ) -> None:
        self.stages.append(
            {
                "kind": kind,
                "of": sorted(of),
                "votes": [f"{vote}.00" for vote in self.all_votes()],
                "nt": f"{self.holders.count(None)}.00",
                "quota": None,
                "elected": [] if winner is None else [winner],
                "batches": batches,
            }
        )

    def complete(
        self, elected: list[int], excluded: list[int], winners: list[int]
    ) -> dict[str, Any]:
        def fewest_first(candidate: int) -> tuple[int, list[int], int]:
            past = [point[candidate] for point in self.points]
            return self.votes(candidate), past, candidate

        return {
            "stages": self.stages,
            "completion": {"elected": elected, "excluded": sorted(excluded, key=fewest_first)},
            "elected": winners,
        }
