"""What VoteKit does with a plain BLT file: read line by line, equal orders together, count."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

from peer_timing import orders, told
from votekit import RankBallot, RankProfile
from votekit.elections import FastSTV


def profile(path: Path) -> tuple[int, RankProfile]:
    number, places, read = orders(path)
    ballots = [
        RankBallot(ranking=[frozenset([str(n)]) for n in order], weight=weight)
        for order, weight in Counter(read).items()
    ]
    return places, RankProfile(ballots=ballots, candidates=[str(n) for n in range(number)])


if __name__ == "__main__":
    told(
        lambda: profile(Path(sys.argv[1])),
        lambda read: FastSTV(
            read[1], n_seats=read[0], simultaneous=False, tiebreak="random", rng_seed=1
        ).get_elected(),
    )
