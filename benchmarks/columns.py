"""Reading Parquet beside pyarrow's own reading, and BLT beside the least that numpy must do.

    pip install '.[arrow]' && python benchmarks/columns.py [--papers N] [--runs N]

Given is processor time, of all threads, the best of the runs: it says more than the clock on a
machine with other work. Fails (status 1) where Parquet takes more than 2.5 times pyarrow's own time
or more than 6 copies of the matrix in memory, or BLT more than twice the least.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import generate
import numpy as np
from pyarrow import parquet

import stvcount

MOST_TIMES, MOST_COPIES, MOST_TIMES_NUMPY = 2.5, 6, 2
PLACES, CANDIDATES, FEW = 6, 20, 30_000


def seconds(work: Callable[[], object], runs: int) -> float:
    best = float("inf")
    for _ in range(runs):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def read(path: Path) -> stvcount.Election:
    return stvcount.read(path, places=PLACES, candidates=generate.names(CANDIDATES))


def copies(path: Path, few: Path) -> float:
    """The memory that reading adds to that of reading a few papers, in copies of the matrix."""
    command = [sys.executable, __file__, "--peak", str(few), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(done.stdout)


def peak(few: Path, path: Path) -> float:
    read(few)
    before = memory()
    matrix = read(path).papers.matrix().preferences
    return (memory() - before) / matrix.nbytes


def memory() -> int:
    """The most bytes that this process has had, without those of the one that started it."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


def least(data: bytes) -> None:
    """Find where figures end, take the last of each, and lay as many out: no check, no tens."""
    figures = np.frombuffer(data, dtype=np.uint8)
    ends = np.flatnonzero(figures < ord("0"))
    found = figures.take(ends - 1)
    lines = np.flatnonzero(figures.take(ends) == ord("\n"))
    lengths = np.diff(lines, prepend=-1)
    rows = np.repeat(np.arange(len(lines)), lengths)
    matrix = np.full((lengths.max(), len(lines)), CANDIDATES, dtype=np.uint8)
    matrix.reshape(-1)[rows + (np.arange(len(rows)) % len(matrix)) * len(lines)] = found[
        : len(rows)
    ]


def measured(folder: Path, papers: int, runs: int) -> bool:
    met = True
    for layout in (generate.by_candidates, generate.by_preferences):
        path, few = folder / f"{layout.__name__}.parquet", folder / "few.parquet"
        generate.write_parquet(path, layout(papers))
        generate.write_parquet(few, layout(FEW))
        theirs = seconds(partial(parquet.read_table, path), runs)
        ours = seconds(partial(read, path), runs)
        held = copies(path, few)
        print(
            f"{layout.__name__}: pyarrow {theirs:.3f} s, here {ours:.3f} s, {ours / theirs:.2f} "
            f"times; {held:.1f} copies of the matrix"
        )
        met = met and ours <= MOST_TIMES * theirs and held <= MOST_COPIES
    blt = folder / "papers.blt"
    generate.write(blt, papers)
    theirs = seconds(partial(least, blt.read_bytes()), runs)
    ours = seconds(partial(stvcount.read, blt), runs)
    print(f"BLT: least {theirs:.3f} s, here {ours:.3f} s, {ours / theirs:.2f} times")
    return met and ours <= MOST_TIMES_NUMPY * theirs


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--papers", type=int, default=1_000_000)
    arguments.add_argument("--runs", type=int, default=5)
    arguments.add_argument("--peak", type=Path, nargs=2, help=argparse.SUPPRESS)
    chosen = arguments.parse_args()
    if chosen.peak is not None:
        print(peak(*chosen.peak))
        return
    with tempfile.TemporaryDirectory() as name:
        if not measured(Path(name), chosen.papers, chosen.runs):
            sys.exit("a ratio is missed")


if __name__ == "__main__":
    main()
