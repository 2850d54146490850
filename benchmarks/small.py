"""Small elections: beside an older checkout, and many of them shared between two processes."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import small_worker

import stvcount
from stvcount import Election

HERE = Path(__file__).resolve().parent
SOURCES = HERE.parent / "src"
WORKS = ("build", "count", "count and record", "all")
OF_BEFORE, BY_TWO = 0.6, 1.6
"""What is asked for: the time of all work on 20/6 beside before, and the gain by two processes."""

Row = tuple[object, ...]


@contextmanager
def worker(sources: Path) -> Iterator[subprocess.Popen[str]]:
    environment = {**os.environ, "PYTHONPATH": str(sources)}
    command = [sys.executable, str(HERE / "small_worker.py")]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def asked(process: subprocess.Popen[str], question: str) -> float:
    if process.stdin is None or process.stdout is None:
        raise AssertionError
    process.stdin.write(f"{question}\n")
    process.stdin.flush()
    return float(process.stdout.readline())


def beside(before: Path, runs: int) -> tuple[list[Row], list[str]]:
    """The times of this checkout and one before, in turn; and the ratios that are missed."""
    rows: list[Row] = []
    missed = []
    with worker(before / "src") as old, worker(SOURCES) as new:
        for shape in small_worker.SHAPES:
            for work in WORKS:
                pairs = [
                    (asked(old, f"{shape} {work}"), asked(new, f"{shape} {work}"))
                    for _ in range(runs)
                ]
                then, now = (min(times) for times in zip(*pairs, strict=True))
                rows.append((shape, work, us(then), us(now), f"{now / then:.2f}"))
                if (shape, work) == ("20/6", "all") and now > OF_BEFORE * then:
                    missed.append(f"20/6, {work}: {now / then:.2f} of before; at most {OF_BEFORE}")
    return rows, missed


def us(seconds: float) -> str:
    return f"{seconds * 1e6:.0f} µs"


def elections(number: int, candidates: int = 20, places: int = 6) -> list[Election]:
    orders = small_worker.rankings(candidates, number + 100)
    return [
        Election.from_rankings(orders[place : place + 100], places=places, title=str(place))
        for place in range(number)
    ]


def used() -> float:
    """The processor time of this process and of all it has waited for."""
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(sum(resource.getrusage(one)[:2]) for one in who)


def many(number: int, runs: int) -> tuple[list[Row], list[str]]:
    """So many elections by one process and by two, in turn; and the ratio, if it is missed."""
    given = elections(number)
    walls: dict[int, list[float]] = {1: [], 2: []}
    processors: dict[int, list[float]] = {1: [], 2: []}
    for _ in range(runs):
        for jobs in (1, 2):
            start, before = time.perf_counter(), used()
            for place, one in enumerate(counted(given, jobs)):
                if one.record is None or one.name != str(place):
                    sys.exit(f"jobs={jobs}: {one.name} in the place of {place}: {one.error}")
            walls[jobs].append(time.perf_counter() - start)
            processors[jobs].append(used() - before)
    gain = min(walls[1]) / min(walls[2])
    rows: list[Row] = [
        (jobs, f"{min(walls[jobs]):.2f} s", f"{min(processors[jobs]):.2f} s") for jobs in (1, 2)
    ]
    rows.append(("ratio", f"{gain:.2f}", f"{min(processors[1]) / min(processors[2]):.2f}"))
    least = f"{number:,} elections: two processes {gain:.2f} times as fast; at least {BY_TWO}"
    return rows, [least] if gain < BY_TWO else []


def counted(given: Sequence[Election], jobs: int) -> Iterator[stvcount.Counted]:
    return stvcount.count_many(given, rules="ers97", lots=small_worker.LOTS, jobs=jobs)
