"""Other counting programs on the same papers, each in an environment of its own.

Each has a script that reads a plain BLT file, counts, and prints in JSON how long it took to read
the papers and to count them, and who is elected. What they count by differs: the times stand beside
each other, the results do not.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import generate

HERE = Path(__file__).resolve().parent
ENVIRONMENTS = Path(tempfile.gettempdir()) / f"stvcount-peers-{os.getuid()}"
FASTER_FROM, FASTER = 10_000, 1.0
"""From so many papers on, the whole process of a peer is to take at least so many times as long."""

HEAD = ("papers", "program", "whole process", "reading", "counting", "times ours")
Row = tuple[object, ...]


class Peer(NamedTuple):
    """A program: its package on PyPI, and what it does not do that a count by rules needs."""

    package: str
    lacks: str

    @property
    def script(self) -> Path:
        return HERE / f"peer_{self.package.lower()}.py"


OURS = Peer("stvcount", "")
PEERS = (
    Peer(
        "pyrankvote",
        "no reader of files, each paper an object, votes in floats, "
        "equals at random, no withdrawal; rounds, but no batches, clauses or reasons",
    ),
    Peer(
        "votekit",
        "a quota, a way of transfer and a tie-break to choose, but no body's rule book; equals at "
        "random or by Borda, not by earlier stages; rounds, but no batches, clauses or reasons",
    ),
    Peer(
        "pref_voting",
        "winners alone: no stages, no votes, no reasons (counted by its Scottish rules); votes in "
        "floats, compared with a tolerance; lots from `random`",
    ),
)


def beside(folder: Path, sizes: Sequence[int], limit: float) -> tuple[list[Row], list[str]]:
    """The times of all programs, and the peers that are faster where they should not be."""
    pythons = {OURS: Path(sys.executable)} | {peer: environment(peer) for peer in PEERS}
    rows: list[Row] = []
    missed = []
    for papers in sizes:
        path = folder / f"peers-{papers}.blt"
        generate.write(path, papers)
        ours = timed(pythons[OURS], OURS, path, limit)
        for peer, python in pythons.items():
            took = ours if peer is OURS else timed(python, peer, path, limit)
            rows.append(row(papers, peer, took, ours, limit))
            if took and ours and papers >= FASTER_FROM and took["whole"] < FASTER * ours["whole"]:
                missed.append(f"{papers:,} papers: {peer.package} is faster")
        path.unlink()
    return rows, missed


def row(
    papers: int,
    peer: Peer,
    took: dict[str, float] | None,
    ours: dict[str, float] | None,
    limit: float,
) -> Row:
    if took is None or ours is None:
        least = "" if ours is None else f"over {limit / ours['whole']:.0f}"
        return (f"{papers:,}", peer.package, f"over {limit:.0f} s", "", "", least)
    parts = [f"{took[part]:.3f} s" for part in ("whole", "reading", "counting")]
    return (f"{papers:,}", peer.package, *parts, f"{took['whole'] / ours['whole']:.1f}")


def environment(peer: Peer) -> Path:
    """The interpreter of an environment with this package, made where there is none."""
    folder = ENVIRONMENTS / peer.package
    python, done = folder / "bin" / "python", folder / "done"
    if not done.exists():
        venv.create(folder, with_pip=True, clear=True)
        install = [str(python), "-m", "pip", "install", "--quiet", peer.package]
        subprocess.run(install, check=True)
        done.touch()
    return python


def timed(python: Path, peer: Peer, path: Path, limit: float) -> dict[str, float] | None:
    """How long a whole process took, and its reading and counting; None where it was too long."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    start = time.perf_counter()
    try:
        done = subprocess.run(
            [str(python), str(peer.script), str(path)],
            capture_output=True,
            check=False,
            text=True,
            timeout=limit,
            env=dict(os.environ) if peer is OURS else environment,
        )
    except subprocess.TimeoutExpired:
        return None
    whole = time.perf_counter() - start
    if done.returncode:
        sys.exit(f"{peer.package}: {done.stderr[-500:]}")
    took: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return {**took, "whole": whole}
