"""What pref_voting does with a plain BLT file: read line by line, equal orders together, count."""

from __future__ import annotations

import random
import sys
from collections import Counter
from pathlib import Path

from peer_timing import orders, told
from pref_voting.profiles_with_ties import ProfileWithTies
from pref_voting.proportional_methods import stv_scottish


def profile(path: Path) -> tuple[int, ProfileWithTies]:
    number, places, read = orders(path)
    together = Counter(read)
    ranks = [{n: rank for rank, n in enumerate(order, start=1)} for order in together]
    return places, ProfileWithTies(ranks, list(together.values()), candidates=range(number))


if __name__ == "__main__":
    told(
        lambda: profile(Path(sys.argv[1])),
        lambda read: stv_scottish(read[1], num_seats=read[0], rng=random.Random(1)),  # noqa: S311
    )
