"""Meek's method, counted naively, paper by paper: a second count, used only by the tests.

Written from the text of the rules alone and sharing no code with the library. Two texts: `meek`
(steps A to C, readings K4 and K5) and `meek-1987` (sections 2.3 to 2.9, readings K1 to K3, K5
and K6). Votes, weights and keep values are whole numbers of the text's last decimal.

A stage is the last table of a round (`meek`) or the converged table (`meek-1987`), before an
exclusion takes any votes. Its kind is `first` for the first table, else `exclusion` where
somebody was excluded on that table, else `election`; `of` names those excluded on it, whatever
the kind; `elected` those elected on it; `keep` the keep values that made it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Lot = Callable[[str, list[int]], int]


def count(
    places: int, candidates: int, papers: list[list[int]], lot: Lot, *, rules: str = "meek"
) -> dict[str, Any]:
    """Count the papers (orders of candidate numbers) for so many places."""
    if candidates > places and not papers:
        raise ValueError("a contested election without a single valid paper")
    kinds = {"meek": _Meek, "meek-1987": _Meek1987}
    return kinds[rules](places, candidates, papers, lot).run()


def count_meek(
    places: int, candidates: int, papers: list[list[int]], lot: Lot, **options: Any
) -> dict[str, Any]:
    return count(places, candidates, papers, lot, rules="meek", **options)


def count_meek_1987(
    places: int, candidates: int, papers: list[list[int]], lot: Lot, **options: Any
) -> dict[str, Any]:
    return count(places, candidates, papers, lot, rules="meek-1987", **options)


def _divide_up(number: int, by: int) -> int:
    return -(-number // by)


def _divide_down(number: int, by: int) -> int:
    return number // by


class _Count:
    decimals: int

    def __init__(self, places: int, candidates: int, papers: list[list[int]], lot: Lot) -> None:
        self.places = places
        self.papers = papers
        self.lot = lot
        self.one = 10**self.decimals
        # A and 2.3: every candidate is continuing, with keep value 1.
        self.continuing = list(range(candidates))
        self.elected: list[int] = []
        self.keep = [self.one] * candidates
        self.votes = [0] * candidates
        self.non_transferable = 0
        self.quota = 0
        self.iterations = 0
        self.stages: list[dict[str, Any]] = []

    # ------------------------------------------------------------ what the two texts share

    def run(self) -> dict[str, Any]:
        while not self.is_complete():
            self.round()
        return self.complete()

    def is_complete(self) -> bool:
        """B.1 and 2.8: the places are filled, or no more remain than there are places."""
        return self.places_left() == 0 or len(self.continuing) <= self.places_left()

    def places_left(self) -> int:
        return self.places - len(self.elected)

    def round(self) -> None:
        raise NotImplementedError

    def kept(self, weight: int, keep: int) -> int:
        """The part of a paper of this weight that a candidate with this keep value keeps."""
        raise NotImplementedError

    def look_at_all_papers(self) -> None:
        """B.2.a; 2.3 and 2.4: what is left over at the end of a paper is non-transferable."""
        self.votes = [0] * len(self.votes)
        self.non_transferable = 0
        for paper in self.papers:
            weight = self.one
            for candidate in paper:
                part = self.kept(weight, self.keep[candidate])
                self.votes[candidate] += part
                weight -= part
            self.non_transferable += weight

    def reaching_the_quota(self) -> list[int]:
        reaching = [c for c in self.continuing if self.votes[c] >= self.quota]
        return self.most_votes_first(reaching)

    def most_votes_first(self, group: list[int]) -> list[int]:
        return sorted(group, key=lambda c: (-self.votes[c], c))  # K4

    def elect(self, group: list[int]) -> None:
        for candidate in group:
            self.continuing.remove(candidate)
            self.elected.append(candidate)

    def exclude(self, group: list[int]) -> None:
        for candidate in group:
            self.continuing.remove(candidate)
            self.keep[candidate] = 0

    def one_of(self, tied: list[int]) -> int:
        return tied[0] if len(tied) == 1 else self.lot("exclusion", sorted(tied))

    def record_stage(self, elected: list[int], excluded: list[int], **more: Any) -> None:
        """To be called before anybody is excluded: the table is the one that led to it."""
        if sum(self.votes) + self.non_transferable != self.one * len(self.papers):
            raise RuntimeError("the votes do not add up to the total valid vote")  # K5
        kind = "exclusion" if excluded else "election"
        self.stages.append(
            {
                "kind": kind if self.stages else "first",
                "of": sorted(excluded),
                "votes": [self.text(vote) for vote in self.votes],
                "nt": self.text(self.non_transferable),
                "quota": self.text(self.quota),
                "elected": elected,
                "batches": [],
                "keep": [self.text(keep) for keep in self.keep],
                "iterations": self.iterations,
                **more,
            }
        )

    def text(self, number: int) -> str:
        whole, rest = divmod(number, self.one)
        return f"{whole}.{rest:0{self.decimals}d}"

    def complete(self) -> dict[str, Any]:
        """C and 2.8."""
        left = self.most_votes_first(self.continuing)
        elected = left if self.places_left() > 0 else []
        excluded = [] if elected else sorted(left, key=lambda c: (self.votes[c], c))
        self.elected += elected
        return {
            "stages": self.stages,
            "completion": {"elected": elected, "excluded": excluded},
            "elected": self.elected,
        }


class _Meek(_Count):
    decimals = 9
    omega = 1_000  # A: 0.000001, in units of the ninth decimal

    def round(self) -> None:
        """B.2, and B.3 where it leads there."""
        self.iterations = 0
        surplus_before = 0
        while True:
            self.iterations += 1
            self.look_at_all_papers()  # a
            # b: truncated to nine decimals, plus 0.000000001.
            self.quota = _divide_down(sum(self.votes), self.places + 1) + 1
            elected = self.reaching_the_quota()  # c
            self.elect(elected)
            surplus = self.surplus()  # d
            if elected:  # e
                return self.record_stage(elected, [], surplus=self.text(surplus))
            if surplus < self.omega or (self.iterations > 1 and surplus >= surplus_before):
                return self.exclude_the_lowest(surplus)
            surplus_before = surplus
            self.find_new_keep_values()  # f

    def kept(self, weight: int, keep: int) -> int:
        return _divide_up(weight * keep, self.one)  # B.2.a: rounded up

    def surplus(self) -> int:
        return max(0, sum(self.votes[c] - self.quota for c in self.elected))

    def find_new_keep_values(self) -> None:
        for candidate in self.elected:
            product = _divide_up(self.keep[candidate] * self.quota, self.one)  # rounded up
            new = _divide_up(product * self.one, self.votes[candidate])  # rounded up again
            self.keep[candidate] = new

    def exclude_the_lowest(self, surplus: int) -> None:
        """B.3, with T: a tie is settled by lot."""
        lowest = min(self.votes[c] for c in self.continuing)
        out = self.one_of([c for c in self.continuing if self.votes[c] <= lowest + surplus])
        self.record_stage([], [out], surplus=self.text(surplus))
        self.exclude([out])


class _Meek1987(_Count):
    decimals = 12  # K1

    def round(self) -> None:
        self.iterate()
        reaching = self.reaching_the_quota()
        if len(reaching) > self.places_left():
            self.settle_more_than_the_places(reaching)  # 2.6, K6
        elif reaching:
            # 2.6. The keep value stays 1 until the next table has been looked at (2.9).
            self.elect(reaching)
            self.record_stage(reaching, [])
        else:
            out = self.fewest(self.continuing)  # 2.7
            self.record_stage([], [out])
            self.exclude([out])

    def iterate(self) -> None:
        """2.9, with 2.5."""
        self.iterations = 0
        while True:
            self.iterations += 1
            self.look_at_all_papers()
            # 2.5, K1: truncated; K6: at least 0.0001.
            self.quota = _divide_down(sum(self.votes), self.places + 1)
            self.quota = max(self.quota, self.one // 10_000)
            if all(self.has_settled(c) for c in self.elected):
                return
            for candidate in self.elected:
                self.keep[candidate] = self.new_keep_value(candidate)

    def kept(self, weight: int, keep: int) -> int:
        return _divide_down(weight * keep, self.one)  # K1: truncated, once

    def has_settled(self, candidate: int) -> bool:
        """2.9: quota / vote lies within 0.99999 and 1.00001, compared exactly."""
        vote = self.votes[candidate]
        return 99_999 * vote <= 100_000 * self.quota <= 100_001 * vote

    def new_keep_value(self, candidate: int) -> int:
        # K1: truncated, once. It is a fraction of the vote: never more than 1.
        new = _divide_down(self.keep[candidate] * self.quota, self.votes[candidate])
        return min(new, self.one)

    def fewest(self, group: list[int]) -> int:
        fewest = min(self.votes[c] for c in group)
        return self.one_of([c for c in group if self.votes[c] == fewest])

    def settle_more_than_the_places(self, reaching: list[int]) -> None:
        """2.6: those without votes are excluded, and one other; the others are elected.

        In exact numbers all those reaching the quota then stand exactly at it. Cut to 12
        decimals the elected may stand a hair below it and these a hair above: the same case. The
        one excluded is the one with the fewest votes, by lot where they are equal.
        """
        out = self.fewest(reaching)
        excluded = [out] + [c for c in self.continuing if self.votes[c] == 0]
        elected = [c for c in reaching if c != out]
        self.elect(elected)
        self.record_stage(elected, excluded)
        self.exclude(excluded)
