"""Work shared among processes, where one that is killed costs no more than what it was at."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection, wait
from typing import Any, Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

_LOOKS_FOR_ITS_PARENT_EVERY = 1.0


def shared(
    work: Callable[[Item], Result], items: Sequence[Item], jobs: int
) -> Iterator[Result | None]:
    """What `work` makes of each item, in their order; None where its process was ended.

    `work`, items and results must be picklable. Where the iteration is left early, by an interrupt
    as well, all processes are ended at once.
    """
    crew = _Crew(work, items, jobs)
    try:
        for number in range(len(items)):
            yield crew.result(number)
    finally:
        crew.end()


class _Crew(Generic[Item, Result]):
    """The processes, what each of them is at, and the results that nobody has asked for yet."""

    def __init__(self, work: Callable[[Item], Result], items: Sequence[Item], jobs: int) -> None:
        self._work = work
        self._waiting = list(enumerate(items))[::-1]
        self._at: dict[Connection, tuple[int, multiprocessing.Process]] = {}
        self._results: dict[int, Result | None] = {}
        self._jobs = jobs

    def result(self, number: int) -> Result | None:
        while number not in self._results:
            while self._waiting and len(self._at) < self._jobs:
                self._give(*_hired(self._work))
            for pipe in wait(list(self._at)):
                self._take(pipe)  # type: ignore[arg-type]
        return self._results.pop(number)

    def _give(self, pipe: Connection, process: multiprocessing.Process) -> None:
        """Give the next item to an idle process, or let it go."""
        if not self._waiting:
            pipe.close()
            process.kill()
            process.join()
            return
        number, item = self._waiting.pop()
        self._at[pipe] = (number, process)
        # One that is gone already is found out when its result is taken.
        with suppress(BrokenPipeError, ConnectionResetError):
            pipe.send(item)

    def _take(self, pipe: Connection) -> None:
        number, process = self._at.pop(pipe)
        try:
            self._results[number] = pipe.recv()
        except Exception:
            # Its process is gone, or what it sent cannot be put together again.
            self._results[number] = None
            pipe.close()
            process.kill()
            process.join()
        else:
            self._give(pipe, process)

    def end(self) -> None:
        for _, process in self._at.values():
            process.kill()
        for pipe, (_, process) in self._at.items():
            process.join()
            pipe.close()


def _hired(work: Callable[[Any], Any]) -> tuple[Connection, multiprocessing.Process]:
    ours, theirs = multiprocessing.Pipe()
    # One that is left over does not keep the program from ending.
    process = multiprocessing.Process(target=_serve, args=(theirs, work), daemon=True)
    with _without_interrupts():
        process.start()
    # Only the process itself holds its end, so that its death is the end of the pipe.
    theirs.close()
    return ours, process


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
    while True:
        # Processes started later may hold our sender's end of the pipe, so that it has no end.
        while not pipe.poll(_LOOKS_FOR_ITS_PARENT_EVERY):
            if os.getppid() != parent:
                return
        try:
            pipe.send(work(pipe.recv()))
        except Exception:
            # Whatever it is, it costs this item, and says so to whoever waits for it.
            return
