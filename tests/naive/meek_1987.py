"""Meek's method by Algorithm 123 of 1987, counted naively, paper by paper: used only by the tests.

Written from the text of the rules alone (sections 2.3 to 2.9, readings K1 to K8) and sharing no
code with the library. Votes, weights and keep values are whole numbers of the twelfth decimal (K1).

A stage is a table at which somebody is elected, or nobody, so that one is excluded. Its kind is
what led to it: `first`, `exclusion` of those in `of`, or new `keep values` of those elected at the
table before (K3); `elected` those elected on it; `keep` the keep values that made it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Lot = Callable[[str, list[int]], int]

ONE = 10**12
"""A vote of 1.000000000000, in units of the twelfth decimal."""
MOST_ITERATIONS = 1_000
"""No small election takes as many; a count changed so that it comes to no end does."""


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


def _text(number: int) -> str:
    whole, rest = divmod(number, ONE)
    return f"{whole}.{rest:012d}"


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
        self.papers = papers
        self.lot = lot
        # 2.3: every candidate is continuing, with keep value 1.
        self.continuing = list(range(candidates))
        self.elected: list[int] = []
        self.keep = [ONE] * candidates
        self.votes = [0] * candidates
        self.non_transferable = 0
        self.quota = 0
        self.iterations = 0
        self.stages: list[dict[str, Any]] = []
        self.out: list[int] = []  # excluded since the last table
        self.elected_at_the_end: list[int] = []

    def run(self) -> dict[str, Any]:
        if self.is_complete():
            self.look_at_all_papers()
            self.work_out_quota()
            self.record_stage([])
        while not self.is_complete():
            self.round()
        return self.complete()

    def is_complete(self) -> bool:
        """2.8: the places are filled, or no more remain than there are places."""
        return self.places_left() == 0 or len(self.continuing) <= self.places_left()

    def places_left(self) -> int:
        if self.closing in self.elected:
            return 0
        return self.places - len(self.elected)

    def until_closed(self, group: list[int]) -> list[int]:
        """Of those elected one after another, those who still are."""
        if self.closing is None or self.closing not in group:
            return group
        return group[: group.index(self.closing) + 1]

    def round(self) -> None:
        self.iterate()
        reaching = self.reaching_the_quota()
        if len(reaching) > self.places_left():
            self.settle_more_than_the_places(reaching)  # 2.6, K7
        elif reaching:
            # 2.6. The keep value stays 1 until the next table has been looked at (2.9).
            self.record_stage(self.elect(reaching))
        else:
            out = self.fewest(self.continuing)  # 2.7
            self.record_stage([])
            self.exclude([out])

    def iterate(self) -> None:
        """2.9, with 2.5."""
        self.iterations = 0
        while True:
            self.look_at_all_papers()
            self.work_out_quota()
            if all(self.has_settled(c) for c in self.elected):
                return
            for candidate in self.elected:
                self.keep[candidate] = self.new_keep_value(candidate)

    def look_at_all_papers(self) -> None:
        """2.3 and 2.4: what is left over at the end of a paper is non-transferable."""
        self.iterations += 1
        if self.iterations > MOST_ITERATIONS:
            raise RuntimeError("the votes do not settle")
        self.votes = [0] * len(self.votes)
        self.non_transferable = 0
        for paper in self.papers:
            weight = ONE
            for candidate in paper:
                part = weight * self.keep[candidate] // ONE  # K1: truncated, once
                self.votes[candidate] += part
                weight -= part
            self.non_transferable += weight

    def work_out_quota(self) -> None:
        """2.5, truncated (K1)."""
        self.quota = sum(self.votes) // (self.places + 1)
        self.quota = max(self.quota, ONE // 10_000)  # K6

    def has_settled(self, candidate: int) -> bool:
        """2.9: quota / vote lies within 0.99999 and 1.00001, compared exactly."""
        vote = self.votes[candidate]
        return 99_999 * vote <= 100_000 * self.quota <= 100_001 * vote

    def new_keep_value(self, candidate: int) -> int:
        new = self.keep[candidate] * self.quota // self.votes[candidate]  # K1: truncated, once
        return min(new, ONE)  # K8

    def fewest(self, group: list[int]) -> int:
        fewest = min(self.votes[c] for c in group)
        tied = [c for c in group if self.votes[c] == fewest]
        return self.one_of(tied)

    def settle_more_than_the_places(self, reaching: list[int]) -> None:
        """2.6: those without votes are excluded, and one other; the others are elected.

        In exact numbers all those reaching the quota then stand exactly at it. Cut to 12
        decimals the elected may stand a hair below it and these a hair above: the same case (K7).
        The one excluded is the one with the fewest votes, by lot where they are equal.
        """
        out = self.fewest(reaching)
        excluded = [out] + [c for c in self.continuing if self.votes[c] == 0]
        self.record_stage([])
        self.elected_at_the_end = self.elect([c for c in reaching if c != out])
        self.exclude(excluded)

    def reaching_the_quota(self) -> list[int]:
        reaching = [c for c in self.continuing if self.votes[c] >= self.quota]
        return self.most_votes_first(reaching)

    def most_votes_first(self, group: list[int]) -> list[int]:
        return sorted(group, key=lambda c: (-self.votes[c], c))  # K4

    def elect(self, group: list[int]) -> list[int]:
        elected = self.until_closed(group)
        for candidate in elected:
            self.continuing.remove(candidate)
            self.elected.append(candidate)
        return elected

    def exclude(self, group: list[int]) -> None:
        self.out = sorted(group)
        for candidate in group:
            self.continuing.remove(candidate)
            self.keep[candidate] = 0

    def one_of(self, tied: list[int]) -> int:
        return tied[0] if len(tied) == 1 else self.lot("exclusion", sorted(tied))

    def record_stage(self, elected: list[int]) -> None:
        """K3: a table, named for what led to it. To be called before it excludes anybody."""
        if sum(self.votes) + self.non_transferable != ONE * len(self.papers):
            raise RuntimeError("the votes do not add up to the total valid vote")  # K5
        kind = "exclusion" if self.out else "keep values"
        self.stages.append(
            {
                "kind": kind if self.stages else "first",
                "of": self.out,
                "votes": [_text(vote) for vote in self.votes],
                "nt": _text(self.non_transferable),
                "quota": _text(self.quota),
                "elected": elected,
                "batches": [],
                "keep": [_text(keep) for keep in self.keep],
                "iterations": self.iterations,
            }
        )
        self.out = []

    def complete(self) -> dict[str, Any]:
        """2.8; with those excluded since the last table (K3)."""
        left = self.most_votes_first(self.continuing)
        elected = left if self.places_left() > 0 else []
        elected = self.until_closed(elected)
        excluded = self.out + left[len(elected) :]
        self.elected += elected
        return {
            "stages": self.stages,
            "completion": {
                "elected": self.elected_at_the_end + elected,
                "excluded": sorted(excluded, key=lambda c: (self.votes[c], c)),
            },
            "elected": self.elected,
        }
