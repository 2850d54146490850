"""Work shared among processes, where one that is killed costs no more than what it was at.

Small things take longer to hand over than to work on, so they go in chunks, which grow as long as
one is soon done, and shrink towards the end, so that all processes end together. A chunk whose
process was ended is done again, each item by itself.

Where no item can end a process, the one that shares them out takes part: what it does itself has
not to be handed over. It does the items in front of each chunk, whose results are asked for next.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import pickle
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection, wait
from typing import Any, Generic, NamedTuple, TypeVar, cast

Item = TypeVar("Item")
Result = TypeVar("Result")

_LOOKS_FOR_ITS_PARENT_EVERY = 1.0
_LOOKS_FOR_RUBBISH_EVERY = 20_000
_CHUNK_TAKES = 0.03
"""Seconds: so long a process works on a chunk, as far as chunks can be cut so."""

_MOST_IN_CHUNK = 64
_CHUNKS_AHEAD = 4
"""So many chunks for each process may be done before the caller asks for what is in them."""

_LOOKS_FOR_RESULTS_EVERY = 0.01
"""Seconds, where this process works too; meanwhile the others have their next chunk at hand."""

_CHUNKS_TO_THE_END = 2
"""Into so many chunks for each process what is left is cut at least."""


def shared(
    work: Callable[[Item], Result], items: Sequence[Item], jobs: int, *, here: bool = False
) -> Iterator[tuple[Item, Result | None]]:
    """Each item with what `work` makes of it, in order; with None where its process was ended.

    `work`, items and results must be picklable. `here`: whether this process is one of the `jobs`,
    and works while the next result is waited for. Where the iteration is left early, by an
    interrupt as well, all processes are ended at once.
    """
    crew: _Crew[Any, Result]
    if multiprocessing.get_start_method() == "fork":
        # A process that is forked has them all already: the number says which is meant. Numbers
        # are sent at once even to a process that is busy, so that it never waits for its next.
        by_number, numbers = lambda number: work(items[number]), range(len(items))
        crew = _Crew(by_number, numbers, jobs, at_hand=2, here=here)
    else:
        crew = _Crew(work, items, jobs, at_hand=1, here=here)
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
    """A process, the chunk it is at, and any that it has at hand for then."""

    pipe: Connection
    process: multiprocessing.Process
    chunks: deque[_Chunk]

    def give(self, chunk: _Chunk) -> None:
        self.chunks.append(chunk)
        # One that is gone already is found out when its results are taken.
        with suppress(BrokenPipeError, ConnectionResetError):
            self.pipe.send(chunk.items)

    def dismiss(self) -> None:
        self.process.kill()
        self.process.join()
        self.pipe.close()


class _Pace:
    """How long an item takes somewhere, by all that were done; at first, a guess."""

    def __init__(self) -> None:
        self._items, self._took = 1, 0.001

    def note(self, items: int, took: float) -> None:
        self._items += items
        self._took += took

    @property
    def seconds(self) -> float:
        return self._took / self._items


class _Crew(Generic[Item, Result]):
    """The processes, and the results that nobody has asked for yet.

    `at_hand`: how many chunks a process has, with that which it is at.
    """

    def __init__(
        self,
        work: Callable[[Item], Result],
        items: Sequence[Item],
        jobs: int,
        *,
        at_hand: int,
        here: bool,
    ) -> None:
        self._work = work
        self._items = items
        self._jobs = jobs
        self._at_hand = at_hand
        self._here = here
        self._most_workers = jobs - here
        self._again: list[_Chunk] = []
        self._free = [range(len(items))]
        self._asked_for = 0
        self._size = 1
        self._pace_here, self._pace_there = _Pace(), _Pace()
        self._workers: dict[Connection, _Worker] = {}
        self._done: dict[int, bytes | None] = {}
        self._done_here: dict[int, Result] = {}
        self._looks_next = 0.0

    def results(self) -> Iterator[Result | None]:
        for number in range(len(self._items)):
            self._asked_for = number
            while number not in self._done and number not in self._done_here:
                self._go_on()
            if number in self._done_here:
                yield self._done_here.pop(number)
            else:
                packed = self._done.pop(number)
                yield None if packed is None else self._unpacked(packed)

    def _go_on(self) -> None:
        """Do one item here, or else wait for what others have done."""
        self._set_to_work()
        number = self._next_here()
        if number is not None:
            start = time.perf_counter()
            self._done_here[number] = self._work(self._items[number])
            now = time.perf_counter()
            self._pace_here.note(1, now - start)
            if now < self._looks_next:
                return
        for pipe in wait(list(self._workers), None if number is None else 0):
            self._take(self._workers[cast("Connection", pipe)])
        # Nobody waits while the caller looks at what has come.
        self._set_to_work()
        self._looks_next = time.perf_counter() + _LOOKS_FOR_RESULTS_EVERY

    def _unpacked(self, packed: bytes) -> Result | None:
        try:
            result: Result = pickle.loads(packed)  # noqa: S301 (what `_serve` made)
        except Exception:
            # What was sent cannot be put together again.
            return None
        return result

    def _set_to_work(self) -> None:
        while self._has_room() and (chunk := self._next_chunk()):
            self._least_busy().give(chunk)
        if not self._free:
            for worker in [one for one in self._workers.values() if not one.chunks]:
                self._let_go(worker)

    def _has_room(self) -> bool:
        """Whether a process can be given a chunk, or there are not yet all of them."""
        # What takes long waits for whoever is free first.
        most = self._at_hand if self._size > 1 else 1
        return len(self._workers) < self._most_workers or any(
            len(worker.chunks) < most for worker in self._workers.values()
        )

    def _least_busy(self) -> _Worker:
        found = min(self._workers.values(), key=lambda one: len(one.chunks), default=None)
        if found is None or (found.chunks and len(self._workers) < self._most_workers):
            found = _hired(self._work)
            self._workers[found.pipe] = found
        return found

    def _next_chunk(self) -> _Chunk | None:
        if self._again:
            return self._again.pop()
        within = self._soon_asked_for()
        if not within:
            return None
        left = sum(map(len, self._free))
        size = min(self._size, max(1, left // (_CHUNKS_TO_THE_END * self._jobs)))
        part = within[-1]
        if not self._here:
            taken = part[:size]
        elif part is self._free[-1]:
            # What this one does meanwhile is left in front of it. Any less, and it would be ahead
            # of the results, and hold all its own as objects until theirs are there.
            pace = self._pace_there.seconds / self._pace_here.seconds
            before = min(int(size * pace / self._most_workers), len(part) - 1)
            taken = part[before : before + size]
        else:
            taken = part[-size:]
        self._take_out(part, taken)
        return _Chunk(taken.start, self._items[taken.start : taken.stop])

    def _next_here(self) -> int | None:
        """The number of the item that is asked for next, of those that nobody has."""
        if not self._here or not self._soon_asked_for():
            return None
        part = self._free[0]
        self._take_out(part, part[:1])
        return part.start

    def _soon_asked_for(self) -> list[range]:
        """What nobody has, without what begins so far ahead that results would heap up."""
        furthest = self._asked_for + _CHUNKS_AHEAD * self._jobs * self._size
        return [part for part in self._free if part.start <= furthest]

    def _take_out(self, part: range, taken: range) -> None:
        at = self._free.index(part)
        left = range(part.start, taken.start), range(taken.stop, part.stop)
        self._free[at : at + 1] = [one for one in left if one]

    def _take(self, worker: _Worker) -> None:
        try:
            took, results = worker.pipe.recv()
        except (EOFError, OSError):
            self._let_go(worker)
            self._lost(list(worker.chunks))
            return
        chunk = worker.chunks.popleft()
        self._pace_there.note(len(chunk.items), took)
        self._cut_to_size(len(chunk.items), took)
        self._done.update(enumerate(results, chunk.first))

    def _cut_to_size(self, items: int, took: float) -> None:
        fitting = int(items * _CHUNK_TAKES / took) if took else _MOST_IN_CHUNK
        self._size = max(1, min(fitting, 2 * items, _MOST_IN_CHUNK))

    def _lost(self, chunks: list[_Chunk]) -> None:
        """Have it all done again that a process had; but not what alone can have ended it."""
        self._again += reversed(chunks[1:])
        if not chunks:
            return
        at = chunks[0]
        if len(at.items) > 1:
            self._again += reversed(list(at.one_by_one()))
        else:
            self._done[at.first] = None

    def _let_go(self, worker: _Worker) -> None:
        del self._workers[worker.pipe]
        worker.dismiss()

    def end(self) -> None:
        for worker in self._workers.values():
            worker.dismiss()


def _hired(work: Callable[[Any], Any]) -> _Worker:
    ours, theirs = multiprocessing.Pipe()
    # One that is left over does not keep the program from ending.
    process = multiprocessing.Process(target=_serve, args=(theirs, work), daemon=True)
    with _without_interrupts():
        process.start()
    # Only the process itself holds its end, so that its death is the end of the pipe.
    theirs.close()
    return _Worker(ours, process, deque())


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
            results = [pickle.dumps(work(item), pickle.HIGHEST_PROTOCOL) for item in items]
            pipe.send((time.perf_counter() - start, results))
        except Exception:
            # Whatever it is, it costs this item, and says so to whoever waits for it.
            return
