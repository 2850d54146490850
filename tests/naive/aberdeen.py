"""Aberdeen's rule 7.8, counted naively, paper by paper: a second count, used only by the tests.

Written from the text of the rule alone and sharing no code with the library. The clause (7.8) and
readings (B1 to B7) are cited where they are carried out. Every paper is worth 1.00 throughout.
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
    majority: str = "down",
    invalid: int = 0,
    no_person: int | None = None,
) -> dict[str, Any]:
    """Count the papers (orders of candidate numbers) for the one place.

    `invalid` is the number of invalid papers to include in the total votes cast (B1). `no_person`
    stands for no person: elected, it leaves the place vacant.
    """
    if places != 1:
        raise ValueError("this rule elects one person")
    if majority not in {"down", "exact"}:
        raise ValueError(f"majority is 'down' or 'exact', not {majority!r}")
    if candidates > places and not papers:
        raise ValueError("a contested election without a single valid paper")
    total = len(papers) + invalid  # B1
    # B2: half, remainder ignored, plus one; or the least whole number that is half plus one.
    needed = total // 2 + 1 if majority == "down" else (total + 1) // 2 + 1
    found = _Count(candidates, papers, lot, needed).run()
    found["elected"] = [c for c in found["elected"] if c != no_person]
    return found


class _Count:
    def __init__(self, candidates: int, papers: list[list[int]], lot: Lot, needed: int) -> None:
        self.lot = lot
        self.needed = needed
        self.papers = papers
        self.holders: list[int | None] = [paper[0] for paper in papers]
        self.candidates = candidates
        self.continuing = list(range(candidates))
        self.past: list[list[int]] = []  # the votes at each stage
        self.stages: list[dict[str, Any]] = []

    def votes(self, candidate: int) -> int:
        return self.holders.count(candidate)

    def run(self) -> dict[str, Any]:
        winner = self.close_stage("first", [], [])
        while winner is None:
            loser = self.one_with_fewest()
            if len(self.continuing) == 2:
                # B6: two left, equal: the same rule excludes one of them; nothing is moved.
                last = [c for c in self.continuing if c != loser]
                return self.complete(last, [loser], last)
            batches = self.exclude(loser)
            winner = self.close_stage("exclusion", [loser], batches)
        others = [c for c in self.continuing if c != winner]
        return self.complete([], others, [winner])

    def winner(self) -> int | None:
        if len(self.continuing) == 1:
            return self.continuing[0]  # B7
        for candidate in self.continuing:
            if self.votes(candidate) >= self.needed:
                return candidate
        if len(self.continuing) == 2:  # B7: at the first count too
            one, other = self.continuing
            if self.votes(one) != self.votes(other):
                return one if self.votes(one) > self.votes(other) else other
        return None

    def one_with_fewest(self) -> int:
        fewest = min(self.votes(c) for c in self.continuing)
        tied = [c for c in self.continuing if self.votes(c) == fewest]
        for stage in reversed(self.past):  # B5: the most recent stage first
            fewest = min(stage[c] for c in tied)
            tied = [c for c in tied if stage[c] == fewest]
        return tied[0] if len(tied) == 1 else self.lot("exclusion", sorted(tied))

    def exclude(self, loser: int) -> list[tuple[str, dict[int, int], int]]:
        self.continuing.remove(loser)  # B4: one at a time
        received: dict[int, int] = {}
        set_aside = 0
        for number, paper in enumerate(self.papers):
            if self.holders[number] != loser:
                continue
            left = [c for c in paper if c in self.continuing]  # B3
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
                "quota": f"{self.needed}.00",
                "elected": [] if winner is None else [winner],
                "batches": batches,
            }
        )
        return winner

    def complete(
        self, elected: list[int], excluded: list[int], winners: list[int]
    ) -> dict[str, Any]:
        def fewest_first(candidate: int) -> tuple[int, list[int], int]:
            recent = [stage[candidate] for stage in reversed(self.past)]
            return self.votes(candidate), recent, candidate

        return {
            "stages": self.stages,
            "completion": {"elected": elected, "excluded": sorted(excluded, key=fewest_first)},
            "elected": winners,
        }
