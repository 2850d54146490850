"""What pyrankvote does with a plain BLT file: read line by line, count, print who is elected."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pyrankvote


def papers(path: Path) -> tuple[int, list[pyrankvote.Candidate], list[pyrankvote.Ballot]]:
    """Places, candidates and ballots. It has no multiplicities: every paper is an object."""
    lines: Iterator[str] = iter(path.read_text("utf-8").splitlines())
    number, places = map(int, next(lines).split())
    candidates = [pyrankvote.Candidate(str(n)) for n in range(number)]
    ballots = []
    for line in lines:
        count, *order = line.split()
        if not order:
            break
        ranked = [candidates[int(n) - 1] for n in order[:-1]]
        ballots += [pyrankvote.Ballot(ranked) for _ in range(int(count))]
    return places, candidates, ballots


if __name__ == "__main__":
    places, candidates, ballots = papers(Path(sys.argv[1]))
    result = pyrankvote.single_transferable_vote(candidates, ballots, number_of_seats=places)
    sys.stdout.write(f"{result.get_winners()}\n")
