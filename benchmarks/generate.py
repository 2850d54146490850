"""A synthetic election: blocs of voters, papers cut short, ties in reach. Seeded.

python benchmarks/generate.py FILE PAPERS [--candidates N] [--places N] [--seed N]
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

BLOCS = 5
AT_ONCE = 100_000


def write(path: Path, papers: int, candidates: int = 20, places: int = 6, seed: int = 1) -> None:
    """Write a plain BLT file, one paper a line, 1 to `candidates` preferences."""
    chance = np.random.default_rng(seed)
    liking = chance.random((BLOCS, candidates)) ** 3 + 0.02
    with path.open("w", encoding="ascii") as file:
        file.write(f"{candidates} {places}\n")
        for first in range(0, papers, AT_ONCE):
            number = min(AT_ONCE, papers - first)
            bloc = chance.integers(0, BLOCS, number)
            waits = -np.log(chance.random((number, candidates))) / liking[bloc]
            orders = (np.argsort(waits, axis=1) + 1).tolist()
            lengths = chance.integers(1, candidates + 1, (2, number)).min(axis=0).tolist()
            for order, length in zip(orders, lengths, strict=True):
                file.write(f"1 {' '.join(map(str, order[:length]))} 0\n")
        names = "".join(f'"Candidate {number}"\n' for number in range(1, candidates + 1))
        file.write(f'0\n{names}"Synthetic, {papers} papers"\n')


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("file", type=Path)
    arguments.add_argument("papers", type=int)
    arguments.add_argument("--candidates", type=int, default=20)
    arguments.add_argument("--places", type=int, default=6)
    arguments.add_argument("--seed", type=int, default=1)
    chosen = arguments.parse_args()
    write(chosen.file, chosen.papers, chosen.candidates, chosen.places, chosen.seed)


if __name__ == "__main__":
    main()
