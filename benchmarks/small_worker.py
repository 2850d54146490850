"""Small elections in the library of one folder, timed when asked: see `small.py`.

Each line of the input is a shape and a kind of work; the answer is the least time of some runs.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import generate

from stvcount import CountRecord, Election, Lots, Papers, count

RUNS = 8
LOTS = Lots.seeded("benchmarks")
SHAPES = {"5/1": (5, 1), "8/3": (8, 3), "12/4": (12, 4), "20/6": (20, 6)}


def rankings(candidates: int, papers: int = 100) -> list[tuple[str, ...]]:
    names = generate.names(candidates)
    return [
        tuple([names[number - 1] for number in order])
        for order in generate.orders(papers, candidates)
    ]


def works(candidates: int, places: int) -> dict[str, Callable[[], object]]:
    orders = rankings(candidates)
    names = generate.names(candidates)

    def build() -> Election:
        papers = Papers.from_rankings(orders, candidates=names)
        return Election(places=places, candidates=names, papers=papers)

    def counted(election: Election) -> CountRecord:
        return count(election, rules="ers97", lots=LOTS)

    election = build()
    return {
        "build": build,
        "count": lambda: counted(election),
        "count and record": lambda: counted(election).to_json(),
        "all": lambda: counted(build()).to_json(),
    }


def main() -> None:
    shapes = {shape: works(*numbers) for shape, numbers in SHAPES.items()}
    for line in sys.stdin:
        shape, _, what = line.strip().partition(" ")
        work = shapes[shape][what]
        work()
        times = []
        for _ in range(RUNS):
            start = time.perf_counter()
            work()
            times.append(time.perf_counter() - start)
        sys.stdout.write(f"{min(times)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
