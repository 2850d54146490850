"""Small elections: beside an older checkout, and many of them shared between two processes."""

from __future__ import annotations

import itertools
import math
import os
import pickle
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, TypeVar

import small_worker

import stvcount
from stvcount import Election

HERE = Path(__file__).resolve().parent
SOURCES = HERE.parent / "src"
WORKS = ("build", "count", "count and record", "all")
CANDIDATES, PLACES = 20, 6
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


def elections(number: int, candidates: int = CANDIDATES, places: int = PLACES) -> list[Election]:
    orders = small_worker.rankings(candidates, number + 100)
    return [
        Election.from_rankings(orders[place : place + 100], places=places, title=str(place))
        for place in range(number)
    ]


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
    rows: list[Row] = []
    missed = []
    given = elections(number)
    with tempfile.TemporaryDirectory() as folder:
        files = written(given, Path(folder))
        uses: dict[str, Callable[[int], Took]] = {
            THE_MACHINE: by_the_machine,
            "who is elected": lambda jobs: elected(given, jobs),
            "a JSON file of each, by the command": lambda jobs: by_command(files, jobs),
        }
        for use, run in uses.items():
            took: dict[int, list[Took]] = {1: [], 2: []}
            for _ in range(runs):
                for jobs in (1, 2):
                    took[jobs].append(run(jobs))
            for jobs in (1, 2):
                least = map(min, zip(*took[jobs], strict=True))
                rows.append((use, jobs, *[f"{seconds:.2f} s" for seconds in least], ""))
            gain = min(took[1]).wall / min(took[2]).wall
            one, two = (min(each.processors for each in took[jobs]) for jobs in (1, 2))
            rows.append((use, "ratio", f"{gain:.2f}", "", "", f"{2 * one / two:.2f}"))
            if gain < BY_TWO and use != THE_MACHINE:
                missed.append(f"{number:,} elections, {use}: {gain:.2f} times; at least {BY_TWO}")
    return rows, missed


THE_MACHINE = "the machine by itself: a loop of sums, twice"
SUMS = "total = 0\nfor number in range(20_000_000): total += number & 7"


def by_the_machine(jobs: int) -> Took:
    """Work that shares nothing, done twice: in turn, or at once by two processes."""
    start, before = time.perf_counter(), used(resource.RUSAGE_CHILDREN)
    for _ in range(2 // jobs):
        at_once = [subprocess.Popen([sys.executable, "-c", SUMS]) for _ in range(jobs)]
        for one in at_once:
            one.wait()
    return Took(time.perf_counter() - start, 0.0, used(resource.RUSAGE_CHILDREN) - before)


def elected(given: Sequence[Election], jobs: int) -> Took:
    """Count all, and look at who is elected in each."""
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    start, before = time.perf_counter(), [used(one) for one in who]
    for place, one in enumerate(counted(given, jobs)):
        if one.record is None or one.name != str(place) or len(one.record.elected) != PLACES:
            sys.exit(f"jobs={jobs}: {one.name} in the place of {place}: {one.error}")
    return Took(
        time.perf_counter() - start,
        *[used(one) - then for one, then in zip(who, before, strict=True)],
    )


def written(given: Sequence[Election], folder: Path) -> list[Path]:
    files = [folder / f"{place:06}.blt" for place in range(len(given))]
    for election, path in zip(given, files, strict=True):
        stvcount.write(election, path)
    return files


def by_command(files: Sequence[Path], jobs: int) -> Took:
    """Read and count all these files, and write a record of each; start and end included."""
    start, before = time.perf_counter(), used(resource.RUSAGE_CHILDREN)
    folder = files[0].parent / "results"
    words = ("count", *(path.name for path in files), "--rules", "ers97", "--lots", "seed:drum")
    output = ("-o", str(folder), "--force", "--format", "json")
    subprocess.run(
        [sys.executable, "-m", "stvcount", *words, *output, "--jobs", str(jobs)],
        cwd=files[0].parent,
        env={**os.environ, "PYTHONPATH": str(SOURCES)},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    if len(list(folder.glob("*.json"))) != len(files):
        sys.exit(f"--jobs {jobs}: some of {len(files)} records are missing")
    return Took(time.perf_counter() - start, 0.0, used(resource.RUSAGE_CHILDREN) - before)


def steps(number: int, runs: int) -> list[Row]:
    """What it costs, on one core, to count one election and to hand its record over and write it.

    Of each election the least time of some runs is taken, so that other programs tell little.
    """
    given = elections(number)
    least = [[math.inf] * len(STEPS) for _ in given]
    for _ in range(runs):
        for place, one in enumerate(given):
            least[place] = list(map(min, least[place], handed_over(one)))
    means = [sum(each) / number for each in zip(*least, strict=True)]
    rows: list[Row] = [(step, us(mean)) for step, mean in zip(STEPS, means, strict=True)]
    count, packed, received, *_ = means
    # One of them counts what it need not hand over, and receives what the other counts and packs.
    at_best = (2 * count + packed - received) / (count + packed)
    return [*rows, ("two processes at best, looking at who is elected", f"{at_best:.2f} times")]


STEPS = (
    "counted",
    "packed",
    "received",
    "its stages put together",
    "written as JSON",
)


def handed_over(election: Election) -> list[float]:
    """The seconds that each of the steps takes."""
    moments = [time.perf_counter()]

    def timed(result: Result) -> Result:
        moments.append(time.perf_counter())
        return result

    one = timed(next(counted([election], 1)))
    packed = timed(pickle.dumps(one, pickle.HIGHEST_PROTOCOL))
    there = timed(pickle.loads(packed).record)  # noqa: S301 (what was just packed)
    timed(there.stages)
    timed(there.to_json())
    return [after - before for before, after in itertools.pairwise(moments)]


def counted(given: Sequence[Election], jobs: int) -> Iterator[stvcount.Counted]:
    return stvcount.count_many(given, rules="ers97", lots=small_worker.LOTS, jobs=jobs)
