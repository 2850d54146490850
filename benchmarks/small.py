"""Small elections: beside an older checkout, and many of them shared between two processes."""

from __future__ import annotations

import itertools
import math
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from typing import NamedTuple, TypeVar

import small_worker

import stvcount
from stvcount import Election

HERE = Path(__file__).resolve().parent
SOURCES = HERE.parent / "src"
WORKS = ("build", "count", "count and record", "all")
OF_BEFORE, BY_TWO = 0.6, 1.6
"""What is asked for: the time of all work on 20/6 beside before, and the gain by two processes."""

Row = tuple[object, ...]
Result = TypeVar("Result")


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


USES: dict[str, Callable[[stvcount.CountRecord], object]] = {
    "who is elected": lambda record: record.elected,
    "and the record as JSON": lambda record: (record.elected, record.to_json()),
}
"""What is done with each record as it comes, by whoever asked for the counts."""


class Took(NamedTuple):
    """Seconds by the clock, and of processor time of who asks and of the processes asked."""

    wall: float
    asking: float
    counting: float

    @property
    def processors(self) -> float:
        return self.asking + self.counting


def used(who: int) -> float:
    return sum(resource.getrusage(who)[:2])


def many(number: int, runs: int) -> tuple[list[Row], list[str]]:
    """So many elections by one process and by two, in turn; and the ratios that are missed.

    Two processes are at best as much faster as half of all processor time is less than that of one.
    """
    given = elections(number)
    rows: list[Row] = []
    missed = []
    for use in USES:
        took: dict[int, list[Took]] = {1: [], 2: []}
        for _ in range(runs):
            for jobs in (1, 2):
                took[jobs].append(one_run(given, use, jobs))
        for jobs in (1, 2):
            least = map(min, zip(*took[jobs], strict=True))
            rows.append((use, jobs, *[f"{seconds:.2f} s" for seconds in least], ""))
        gain = min(took[1]).wall / min(took[2]).wall
        one, two = (min(each.processors for each in took[jobs]) for jobs in (1, 2))
        rows.append((use, "ratio", f"{gain:.2f}", "", "", f"{2 * one / two:.2f}"))
        if gain < BY_TWO:
            missed.append(f"{number:,} elections, {use}: {gain:.2f} times; at least {BY_TWO}")
    return rows, missed


def one_run(given: Sequence[Election], use: str, jobs: int) -> Took:
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    start, before = time.perf_counter(), [used(one) for one in who]
    for place, one in enumerate(counted(given, jobs)):
        if one.record is None or one.name != str(place):
            sys.exit(f"jobs={jobs}: {one.name} in the place of {place}: {one.error}")
        USES[use](one.record)
    return Took(
        time.perf_counter() - start,
        *[used(one) - then for one, then in zip(who, before, strict=True)],
    )


def steps(number: int, runs: int) -> list[Row]:
    """What it costs, on one core, to count one election and to hand its record over and write it.

    Of each election the least time of some runs is taken, so that other programs tell little.
    """
    given = elections(number)
    least = [[math.inf] * len(STEPS) for _ in given]
    for _ in range(runs):
        for place, one in enumerate(given):
            least[place] = list(map(min, least[place], handed_over(one)))
    count, *handing, written_there, written = (
        sum(each) / number for each in zip(*least, strict=True)
    )
    rows: list[Row] = [
        (step, us(one))
        for step, one in zip(STEPS, (count, *handing, written_there, written), strict=True)
    ]
    at_best = 2 * count / (count + sum(handing[:2]))
    with_json = 2 * (count + written) / (count + sum(handing) + written_there)
    rows.append(("two processes at best, looking at who is elected", f"{at_best:.2f} times"))
    return [*rows, ("two at best, writing each record as JSON", f"{with_json:.2f} times")]


STEPS = (
    "counted",
    "packed",
    "received",
    "its stages put together",
    "written as JSON there",
    "written as JSON where it was counted",
)


def handed_over(election: Election) -> list[float]:
    """The seconds that each of the steps takes."""
    moments = [time.perf_counter()]

    def timed(result: Result) -> Result:
        moments.append(time.perf_counter())
        return result

    one = timed(next(counted([election], 1)))
    packed = timed(bytes(ForkingPickler.dumps(one)))
    there = timed(ForkingPickler.loads(packed).record)
    timed(there.stages)
    timed(there.to_json())
    timed(one.record and one.record.to_json())
    return [after - before for before, after in itertools.pairwise(moments)]


def counted(given: Sequence[Election], jobs: int) -> Iterator[stvcount.Counted]:
    return stvcount.count_many(given, rules="ers97", lots=small_worker.LOTS, jobs=jobs)
