"""What pyrankvote does with a plain BLT file: read line by line, count."""

from __future__ import annotations

import sys
from pathlib import Path

import pyrankvote
from peer_timing import orders, told


def papers(path: Path) -> tuple[int, list[pyrankvote.Candidate], list[pyrankvote.Ballot]]:
    """Places, candidates and ballots. It has no multiplicities: every paper is an object."""
    number, places, read = orders(path)
    candidates = [pyrankvote.Candidate(str(n)) for n in range(number)]
    return places, candidates, [pyrankvote.Ballot([candidates[n] for n in one]) for one in read]


if __name__ == "__main__":
    told(
        lambda: papers(Path(sys.argv[1])),
        lambda read: pyrankvote.single_transferable_vote(
            read[1], read[2], number_of_seats=read[0]
        ).get_winners(),
    )
