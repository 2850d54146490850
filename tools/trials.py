"""Tries changes of the code: the tests are loaded once, and each change has a process of its own.

    python tools/trials.py TASK.json

What check_mutants.py runs, within a copy of the project. First all tests run without a change,
and it is noted which of them come to which function. Then each change is put into a copy of
this process, and the tests that come to its function run, those that told its neighbours
first and then the quickest, until one fails. One result a line is added to the file that the
task names. Ends with status 2 where the tests fail without a change, or a change cannot be tried.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import IO, Any, TypeVar

import pytest
from changes import Change, NotPut, came, put

Key = TypeVar("Key")

TOLD, CLOCK, SURVIVED, ERROR = "told", "clock", "survived", "error"

LEAST, TIMES = 5, 10
"""A test is stopped after so many seconds of the processor, and so many times its own."""

WAITING = 6
"""So many times as long it may take by the clock, as others may use the machine too."""

MEMORY = 2 << 30
"""So many bytes more than the loaded tests have already."""

STOPS = {signal.SIGPROF, signal.SIGALRM, signal.SIGKILL}
"""What ends a process by the clock, or one for which there is no memory left."""


def main(file: str) -> int:
    task = json.loads(Path(file).read_text("utf-8"))
    all_changes = [Change(**one) for one in task["changes"]]
    trials = Trials(all_changes, Path(task["results"]), task["jobs"])
    status = pytest.main(["-q", "-p", "no:cacheprovider", *task["tests"]], plugins=[trials])
    return trials.status if status == pytest.ExitCode.OK else 2


@dataclass
class Trials:
    """A plugin of pytest, which has the tests run in its own way."""

    changes: Sequence[Change]
    results: Path
    jobs: int
    status: int = 0
    sound: set[str] = field(default_factory=set)
    """The tests that tell, and that pass in the same order without a change."""

    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        if session.testsfailed:
            return None
        quiet(session)
        try:
            for function in {one.function: one for one in self.changes}.values():
                put(function, function.before)
            seen = seen_without_change(session, self.jobs)
        except (NotPut, Failed) as error:
            print(error)
            self.status = 2
        else:
            self.try_all(session, seen)
        return True

    def try_all(self, session: pytest.Session, seen: Seen) -> None:
        # Each is made when its turn comes: what told the changes before it is known then.
        orders = ((one, seen.best_first(one)) for one in self.changes)
        tasks = (
            ((one, tests), partial(tried, session, one, tests, seen.seconds))
            for one, tests in orders
        )
        progress = Progress(len(self.changes))
        with self.results.open("a", encoding="utf-8") as file:
            for (change, tests), ended in in_processes(tasks, self.jobs):
                result = self.confirmed(session, tests, result_of(ended))
                progress.note(result["how"])
                if result["how"] == ERROR:
                    print(f"{change.name}: {result['by']}")
                    self.status = 2
                    continue
                if result["how"] == TOLD:
                    seen.credit(change, result["by"])
                file.write(json.dumps({"name": change.name, **result}) + "\n")
                file.flush()

    def confirmed(
        self, session: pytest.Session, tests: list[str], result: dict[str, str]
    ) -> dict[str, str]:
        """The result, if the same tests pass in this order without the change.

        It is asked the first time that a test tells: one that fails out of turn tells nothing.
        """
        test = result["by"]
        if result["how"] != TOLD or test in self.sound:
            return result
        before = tests[: tests.index(test) + 1]
        ended = in_process(partial(first_to_fail, session, before))
        if failing := ended.value or ended.why():
            return {"how": ERROR, "by": f"in this order fails without the change too: {failing}"}
        self.sound.add(test)
        return result


class Failed(Exception):
    """What has to be so before any change is tried is not."""


@dataclass
class Seen:
    """What the tests did without a change, and which of them told changes since."""

    seconds: dict[str, float] = field(default_factory=dict)
    come_to: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    told: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def best_first(self, change: Change) -> list[str]:
        """All tests that come to the function, those first that will tell soonest."""
        of_function, of_module = self.told[change.function], self.told[change.module]

        def rank(test: str) -> tuple[float, float]:
            credit = 3 * of_function[test] + of_module[test]
            return -credit / (self.seconds[test] + 0.05), self.seconds[test]

        return sorted(self.come_to[change.function], key=rank)

    def credit(self, change: Change, test: str) -> None:
        self.told[change.function][test] += 1
        self.told[change.module][test] += 1


def seen_without_change(session: pytest.Session, jobs: int) -> Seen:
    """Run all tests, each file of them in a process of its own, as those of a change begin."""
    seen = Seen()
    files = [list(items) for _, items in groupby(session.items, lambda item: item.path)]
    files.sort(key=lambda items: items[0].path.stat().st_size, reverse=True)
    tasks = ((items[0].path, partial(run_and_note, session, items)) for items in files)
    for path, ended in in_processes(tasks, jobs):
        if ended.signal or ended.error:
            raise Failed(f"{path}: its tests could not run without a change: {ended.why()}")
        for test, passed, seconds, functions in ended.value:
            if not passed:
                raise Failed(f"{test}: fails without a change; expected all tests to pass first")
            seen.seconds[test] = seconds
            for function in functions:
                seen.come_to[function].append(test)
    return seen


def run_and_note(
    session: pytest.Session, items: Sequence[pytest.Item]
) -> list[tuple[str, bool, float, list[str]]]:
    """For each test its name, whether it passes, how long it takes, and where it comes to."""
    noted = []
    for item, after in with_next(items):
        came.clear()
        begun = time.monotonic()
        passed = passes(session, item, after)
        noted.append((item.nodeid, passed, time.monotonic() - begun, sorted(came)))
    return noted


def tried(
    session: pytest.Session, change: Change, tests: Sequence[str], seconds: Mapping[str, float]
) -> dict[str, str]:
    """The result for a change, of which this process is that of its own."""
    put(change, change.after)
    came.clear()
    bound_memory()
    if failing := first_to_fail(session, tests, seconds):
        return {"how": TOLD, "by": failing}
    if tests and change.function not in came:
        return {"how": ERROR, "by": f"is never called with the change, but by {len(tests)} tests "
                                    "without it"}  # fmt: skip
    return {"how": SURVIVED, "by": f"{len(tests)} tests come to it, and none fails"}


def first_to_fail(
    session: pytest.Session, tests: Sequence[str], seconds: Mapping[str, float] | None = None
) -> str | None:
    """The first of the tests that fails; where seconds are said, each is stopped after far more."""
    at = {item.nodeid: item for item in session.items}
    for item, after in with_next([at[test] for test in tests]):
        if seconds:
            bound_time(seconds[item.nodeid])
        if not passes(session, item, after):
            return item.nodeid
    return None


def with_next(
    items: Sequence[pytest.Item],
) -> Iterator[tuple[pytest.Item, pytest.Item | None]]:
    """Each test with the one after it, for which pytest keeps what both have in common."""
    return zip(items, [*items[1:], None], strict=False)


def passes(session: pytest.Session, item: pytest.Item, after: pytest.Item | None) -> bool:
    before = session.testsfailed
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
    return session.testsfailed == before


def bound_time(seconds: float) -> None:
    """Have the system end this process where a test takes far longer than it did."""
    longest = LEAST + TIMES * seconds
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_PROF, longest)
    signal.setitimer(signal.ITIMER_REAL, WAITING * longest)


def bound_memory() -> None:
    sizes = Path("/proc/self/statm")
    if sizes.exists():
        pages = int(sizes.read_text("ascii").split()[0])
        most = pages * resource.getpagesize() + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


@dataclass(frozen=True)
class Ended:
    """How a process ended: with a value, an error or by a signal."""

    value: Any = None
    error: str = ""
    signal: int = 0

    def why(self) -> str:
        return self.error or (f"it was ended by signal {self.signal}" if self.signal else "")


def result_of(ended: Ended) -> dict[str, str]:
    if ended.signal in STOPS:
        return {"how": CLOCK, "by": "stopped by the clock"}
    if ended.signal or ended.error:
        return {"how": ERROR, "by": ended.why()}
    return dict(ended.value)


def in_processes(
    tasks: Iterator[tuple[Key, Callable[[], Any]]], jobs: int
) -> Iterator[tuple[Key, Ended]]:
    """Each task in a copy of this process, so many at a time, as they end."""
    running: dict[int, tuple[Key, IO[bytes]]] = {}
    try:
        while True:
            while len(running) < jobs and (task := next(tasks, None)):
                pid, answer = forked(task[1])
                running[pid] = task[0], answer
            if not running:
                return
            pid, status = os.wait()
            if pid in running:
                end_group(pid)
                key, answer = running.pop(pid)
                yield key, ended_with(status, answer)
    finally:
        for pid in running:
            end_group(pid)


def in_process(work: Callable[[], Any]) -> Ended:
    """What comes of the work in a copy of this process."""
    pid, answer = forked(work)
    _, status = os.waitpid(pid, 0)
    end_group(pid)
    return ended_with(status, answer)


def forked(work: Callable[[], Any]) -> tuple[int, IO[bytes]]:
    """A copy of this process that does the work, and the file that it will write the value to."""
    answer = tempfile.TemporaryFile()  # noqa: SIM115
    pid = os.fork()
    # Said on both sides, since either may be first.
    with suppress(OSError):
        os.setpgid(pid, pid)
    if pid:
        return pid, answer
    try:
        status, value = 0, work()
    except MemoryError:
        os.kill(os.getpid(), signal.SIGKILL)
    except BaseException:
        status, value = 1, traceback.format_exc()
    try:
        answer.write(json.dumps(value).encode())
        answer.flush()
    finally:
        os._exit(status)


def ended_with(status: int, answer: IO[bytes]) -> Ended:
    with answer:
        answer.seek(0)
        written = answer.read()
    if os.WIFSIGNALED(status):
        return Ended(signal=os.WTERMSIG(status))
    if os.WEXITSTATUS(status) or not written:
        return Ended(error=json.loads(written or '"it ended without an answer"'))
    return Ended(json.loads(written))


def end_group(pid: int) -> None:
    """End a process and what its tests may have left."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def quiet(session: pytest.Session) -> None:
    """Say nothing of each test."""
    session.config.pluginmanager.unregister(name="terminalreporter")


@dataclass
class Progress:
    """Says every half minute how far it has come."""

    number: int
    ways: Counter[str] = field(default_factory=Counter)
    said: float = field(default_factory=time.monotonic)

    def note(self, how: str) -> None:
        self.ways[how] += 1
        if time.monotonic() - self.said > 30:
            self.said = time.monotonic()
            tried, missed = self.ways.total(), self.ways[SURVIVED]
            print(f"{tried} of {self.number} changes tried, {missed} not told", file=sys.stderr)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1]))
