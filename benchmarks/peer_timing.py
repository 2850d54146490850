"""How long a program takes to read papers and to count them, for `peers.py`."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

Read = TypeVar("Read")


def told(read: Callable[[], Read], count: Callable[[Read], object]) -> None:
    """Read, count, and print how long it took."""
    start = time.perf_counter()
    election = read()
    between = time.perf_counter()
    count(election)
    took = {"reading": between - start, "counting": time.perf_counter() - between}
    sys.stdout.write(f"{json.dumps(took)}\n")


def orders(path: Path) -> tuple[int, int, Iterator[tuple[int, ...]]]:
    """The numbers of candidates and places of a plain BLT file, and the order on each paper."""
    lines = iter(path.read_text("utf-8").splitlines())
    candidates, places = map(int, next(lines).split())
    return candidates, places, _orders(lines)


def _orders(lines: Iterator[str]) -> Iterator[tuple[int, ...]]:
    for line in lines:
        _, *order = line.split()
        if not order:
            return
        yield tuple(int(number) - 1 for number in order[:-1])
