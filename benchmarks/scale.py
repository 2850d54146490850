"""Count a Parquet dataset of many papers on a local Dask cluster, beside the local teller.

    pip install '.[arrow,dask]' && python benchmarks/scale.py FOLDER --papers 1000000 100000000
    python benchmarks/scale.py FOLDER --papers 10000000 --local

For each number of papers a dataset is written to FOLDER unless it is there (seeded: 20 candidates,
6 places, a file for each million), then read and counted by workers of one thread each. Given are
the times, the most memory of a worker, and the bytes on the loopback interface, by which scheduler,
workers and client talk: on a machine with other work on it, a little more than theirs. `--local`
counts with the local teller too. Fails (status 1) where the records differ, and where a worker
needed more than 4 GB.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import generate

import stvcount
from stvcount import CountRecord, Election, Lots

PLACES = 6
MOST_MB = 4096
LOTS = Lots.seeded("benchmarks")


class Phase(NamedTuple):
    """What one phase took: seconds, and bytes on the loopback interface."""

    seconds: float
    moved: int


def loopback() -> int:
    for line in Path("/proc/net/dev").read_text("ascii").splitlines():
        name, _, numbers = line.partition(":")
        if name.strip() == "lo":
            return int(numbers.split()[0])
    return 0


def measured(work: Callable[[], Any]) -> tuple[Any, Phase]:
    before, start = loopback(), time.perf_counter()
    result = work()
    return result, Phase(time.perf_counter() - start, loopback() - before)


def peak_mb() -> float:
    """The most memory that this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


class Trips:
    """Counts what is asked of the cluster."""

    def __init__(self) -> None:
        from stvcount.tellers import dask

        self.number = 0
        told = dask.Cluster.told

        def counted(cluster: Any, futures: Any) -> Any:
            self.number += 1
            return told(cluster, futures)

        dask.Cluster.told = counted  # type: ignore[method-assign]


def by_dask(client: Any, folder: Path, trips: Trips) -> CountRecord:
    before = trips.number
    election, read = measured(lambda: stvcount.read_partitioned(folder, places=PLACES))
    reading = trips.number - before
    record, count = measured(lambda: stvcount.count(election, teller="dask", lots=LOTS))
    counting = trips.number - before - reading
    peaks = client.run(peak_mb)
    partitions = len(list(folder.iterdir()))
    print(
        f"dask: {election.papers.total} papers in {partitions} partitions, "
        f"{len(record.stages)} stages\n"
        f"  read {read.seconds:.1f} s, {reading} trips, {read.moved / 1e6:.1f} MB moved\n"
        f"  count {count.seconds:.2f} s, {counting} trips, {count.moved / 1e6:.2f} MB moved, "
        f"{count.moved / counting / partitions:.0f} bytes for each partition and trip\n"
        f"  most memory of a worker {max(peaks.values()):.0f} MB, of the client {peak_mb():.0f} MB",
        flush=True,
    )
    if max(peaks.values()) > MOST_MB:
        sys.exit(f"found {max(peaks.values()):.0f} MB in a worker; expected at most {MOST_MB}")
    return record


def by_local_teller(folder: Path) -> CountRecord:
    election: Election
    election, read = measured(lambda: stvcount.read(folder, places=PLACES))
    record, count = measured(lambda: stvcount.count(election, lots=LOTS))
    print(
        f"local: read {read.seconds:.1f} s, count {count.seconds:.2f} s, "
        f"most memory {peak_mb():.0f} MB",
        flush=True,
    )
    return record


def run(folder: Path, papers: int, workers: int, *, local: bool) -> None:
    from stvcount.tellers.dask import local_client

    here = folder / str(papers)
    if not here.is_dir():
        _, wrote = measured(
            lambda: generate.write_dataset(here, papers, parts=-(-papers // 1_000_000))
        )
        print(f"written in {wrote.seconds:.0f} s", flush=True)
    print(f"load {os.getloadavg()[0]:.1f}, {threading.active_count()} threads", flush=True)
    with local_client(workers) as client, client.cluster:
        record = by_dask(client, here, Trips())
    if local and by_local_teller(here).to_json() != record.to_json():
        sys.exit("the records differ")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--papers", type=int, nargs="+", default=[1_000_000])
    arguments.add_argument("--workers", type=int, default=2)
    arguments.add_argument("--local", action="store_true")
    chosen = arguments.parse_args()
    for papers in chosen.papers:
        run(chosen.folder, papers, chosen.workers, local=chosen.local)


if __name__ == "__main__":
    main()
