"""Work shared among processes, where one that is killed costs no more than what it was at.

Small things take longer to hand over than to work on, so they go in chunks, which grow as long as
one is soon done. A chunk whose process was ended is done again, each item by itself.
"""

from __future__ import annotations

import gc
import itertools
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.reduction import ForkingPickler
from typing import Any, Generic, NamedTuple, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

_LOOKS_FOR_ITS_PARENT_EVERY = 1.0
_LOOKS_FOR_RUBBISH_EVERY = 20_000
_CHUNK_TAKES = 0.03
"""Seconds: so long a process works on a chunk, as far as chunks can be cut so."""

_MOST_IN_CHUNK = 64
_CHUNKS_AHEAD = 4
"""So many chunks for each process may be done before the caller asks for what is in them."""


def shared(
    work: Callable[[Item], Result], items: Sequence[Item], jobs: int
) -> Iterator[tuple[Item, Result | None]]:
    """Each item with what `work` makes of it, in order; with None where its process was ended.

    `work`, items and results must be picklable. Where the iteration is left early, by an interrupt
    as well, all processes are ended at once.
    """
    crew: _Crew[Any, Result]
    if multiprocessing.get_start_method() == "fork":
        # A process that is forked has them all already: the number says which is meant.
        crew = _Crew(lambda number: work(items[number]), range(len(items)), jobs)
    else:
        crew = _Crew(work, items, jobs)
    try:
        yield from zip(items, crew.results(), strict=True)
    finally:
        crew.end()


class _Chunk(NamedTuple):
    """Items that follow one another, and the number of the first."""

    first: int
    items: Sequence[Any]

    def one_by_one(self) -> Iterator[_Chunk]:
        return (_Chunk(number, [item]) for number, item in enumerate(self.items, self.first))


class _Worker(NamedTuple):
    pipe: Connection
    process: multiprocessing.Process

    def dismiss(self) -> None:
        self.process.kill()
        self.process.join()
        self.pipe.close()


class _Crew(Generic[Item, Result]):
    """The processes, what each of them is at, and the results that nobody has asked for yet."""

    def __init__(self, work: Callable[[Item], Result], items: Iterable[Item], jobs: int) -> None:
        self._work = work
        self._items = iter(items)
        self._jobs = jobs
        self._again: list[_Chunk] = []
        self._cut = 0
        self._all_cut = False
        self._asked_for = 0
        self._size = 1
        self._idle: list[_Worker] = []
        self._at: dict[Connection, tuple[_Chunk, _Worker]] = {}
        self._done: dict[int, bytes | None] = {}

    def results(self) -> Iterator[Result | None]:
        for number in itertools.count():
            self._asked_for = number
            while number not in self._done:
                self._set_to_work()
                if not self._at:
                    return
                for pipe in wait(list(self._at)):
                    self._take(pipe)  # type: ignore[arg-type]
                # Nobody waits while the caller looks at what has come.
                self._set_to_work()
            packed = self._done.pop(number)
            yield None if packed is None else self._unpacked(packed)

    def _unpacked(self, packed: bytes) -> Result | None:
        try:
            result: Result = ForkingPickler.loads(packed)
        except Exception:
            # What was sent cannot be put together again.
            return None
        return result

    def _set_to_work(self) -> None:
        while len(self._at) < self._jobs and (chunk := self._next_chunk()):
            worker = self._idle.pop() if self._idle else _hired(self._work)
            self._at[worker.pipe] = (chunk, worker)
            # One that is gone already is found out when its results are taken.
            with suppress(BrokenPipeError, ConnectionResetError):
                worker.pipe.send(chunk.items)
        while self._all_cut and self._idle:
            self._idle.pop().dismiss()

    def _next_chunk(self) -> _Chunk | None:
        if self._again:
            return self._again.pop()
        if self._cut - self._asked_for > _CHUNKS_AHEAD * self._jobs * self._size:
            return None
        chunk = _Chunk(self._cut, list(itertools.islice(self._items, self._size)))
        self._cut += len(chunk.items)
        self._all_cut = not chunk.items
        return chunk if chunk.items else None

    def _take(self, pipe: Connection) -> None:
        chunk, worker = self._at.pop(pipe)
        try:
            took, results = pipe.recv()
        except (EOFError, OSError):
            worker.dismiss()
            self._lost(chunk)
            return
        self._cut_to_size(len(chunk.items), took)
        self._idle.append(worker)
        self._done.update(enumerate(results, chunk.first))

    def _cut_to_size(self, items: int, took: float) -> None:
        fitting = int(items * _CHUNK_TAKES / took) if took else _MOST_IN_CHUNK
        self._size = max(1, min(fitting, 2 * items, _MOST_IN_CHUNK))

    def _lost(self, chunk: _Chunk) -> None:
        if len(chunk.items) > 1:
            self._again += reversed(list(chunk.one_by_one()))
        else:
            self._done[chunk.first] = None

    def end(self) -> None:
        for worker in (*self._idle, *[worker for _, worker in self._at.values()]):
            worker.dismiss()


def _hired(work: Callable[[Any], Any]) -> _Worker:
    ours, theirs = multiprocessing.Pipe()
    # One that is left over does not keep the program from ending.
    process = multiprocessing.Process(target=_serve, args=(theirs, work), daemon=True)
    with _without_interrupts():
        process.start()
    # Only the process itself holds its end, so that its death is the end of the pipe.
    theirs.close()
    return _Worker(ours, process)


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """Start processes that no Ctrl-C reaches: whoever started them ends them."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(pipe: Connection, work: Callable[[Any], Any]) -> None:
    """Work on whatever comes, until the process that sends it is gone."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = os.getppid()
    # What is counted here leaves next to no rubbish; looking for it took a tenth of the time.
    gc.freeze()
    gc.set_threshold(_LOOKS_FOR_RUBBISH_EVERY)
    while True:
        # Processes started later may hold our sender's end of the pipe, so that it has no end.
        while not pipe.poll(_LOOKS_FOR_ITS_PARENT_EVERY):
            if os.getppid() != parent:
                return
        try:
            items = pipe.recv()
            start = time.perf_counter()
            # Packed as soon as it is there, a result does not wait as some thousand objects.
            results = [bytes(ForkingPickler.dumps(work(item))) for item in items]
            pipe.send((time.perf_counter() - start, results))
        except Exception:
            # Whatever it is, it costs this item, and says so to whoever waits for it.
            return
