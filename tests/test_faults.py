"""Faults of the machine around the command: full disks, closed streams, Ctrl-C, killed processes.

Each is a process of its own, with limits: nothing is cut short with exit 0, left half-written, or
told in anything but one line.
"""

from __future__ import annotations

import contextlib
import errno
import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

import stvcount
from stvcount import cli
from stvcount.cli import interrupts
from stvcount.counting.many import mapped
from stvcount.rules.rule_set import Count
from stvcount.tally import Tally
from stvcount.tally.lots import LotBox

resource = pytest.importorskip("resource", reason="this system has no limits of this kind")
pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals and limits of POSIX")

SOURCE = Path(__file__).resolve().parent.parent / "src"
FULL = Path("/dev/full")
needs_full = pytest.mark.skipif(not FULL.exists(), reason="there is no /dev/full here")
BALLOTS = '3 1\n5 1 0\n5 2 0\n1 3 0\n0\n"Ann"\n"Bob"\n"Cy"\n"Chair"\n'
TOLD = "stvcount: standard output: found {}; expected a stream that takes the whole result\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("tied.blt").write_text(BALLOTS, "utf-8")
    Path("votes.blt").write_text(BALLOTS.replace("5 1 0", "9 1 0"), "utf-8")
    return tmp_path


def arguments(*words: str, unbuffered: bool = False) -> list[str]:
    return [sys.executable, *(["-u"] if unbuffered else []), "-m", "stvcount", *words]


def environment() -> dict[str, str]:
    path = os.pathsep.join([str(SOURCE), *sys.path])
    unset = {"PYTHONFAULTHANDLER": "", "PYTHONUNBUFFERED": ""}
    return {**os.environ, "PYTHONPATH": path, **unset}


def run(
    *words: str,
    unbuffered: bool = False,
    first: Callable[[], None] | None = None,
    **streams: object,
) -> subprocess.CompletedProcess[bytes]:
    given = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams}
    return subprocess.run(
        arguments(*words, unbuffered=unbuffered),
        check=False,
        env=environment(),
        timeout=60,
        preexec_fn=first,
        **given,  # type: ignore[call-overload]
    )


def in_files_of(size: int) -> Callable[[], None]:
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def without(*descriptors: int) -> Callable[[], None]:
    return lambda: [os.close(one) for one in descriptors] and None


BOTH = pytest.mark.parametrize("unbuffered", [False, True])
COMMANDS = pytest.mark.parametrize(
    "words",
    [
        ["count", "votes.blt"],
        ["count", "votes.blt", "--format", "json"],
        ["check", "votes.blt"],
        ["rules"],
        ["order", "Ann", "Bob", "--method", "rotation"],
        ["--help"],
        ["--version"],
        ["help", "count"],
    ],
    ids=" ".join,
)


@needs_full
@BOTH
@COMMANDS
def test_a_full_disk(words: list[str], folder: Path, *, unbuffered: bool) -> None:
    with FULL.open("wb") as full:
        done = run(*words, unbuffered=unbuffered, stdout=full)
    assert (done.returncode, done.stderr.decode()) == (2, TOLD.format("No space left on device"))


@BOTH
@COMMANDS
def test_a_closed_standard_output(words: list[str], folder: Path, *, unbuffered: bool) -> None:
    done = run(*words, unbuffered=unbuffered, first=without(1), stdout=None)
    assert (done.returncode, done.stderr.decode()) == (2, TOLD.format("a closed stream"))


@COMMANDS
def test_a_limit_of_the_size_of_files(words: list[str], folder: Path) -> None:
    whole = run(*words).stdout
    for unbuffered, size in (
        *((False, size) for size in (1, len(whole) - 1, len(whole))),
        *((True, size) for size in (len(whole) // 2, len(whole))),
    ):
        with Path("result").open("wb") as out:
            done = run(*words, unbuffered=unbuffered, first=in_files_of(size), stdout=out)
        if size < len(whole):
            assert (done.returncode, done.stderr.decode()) == (2, TOLD.format("File too large"))
            assert Path("result").stat().st_size <= size
        else:
            assert (done.returncode, done.stderr) == (0, b"")
            assert Path("result").read_bytes() == whole


@pytest.mark.parametrize("into", ["result.json", "results"])
def test_a_file_that_cannot_be_written_whole(into: str, folder: Path) -> None:
    before = set(folder.iterdir())
    done = run("count", "votes.blt", "--format", "json", "-o", into, first=in_files_of(100))
    assert done.returncode == 2
    assert done.stderr.decode().count("\n") == 1
    assert b"found File too large; expected a file that can be written" in done.stderr
    left = set(folder.rglob("*")) - before
    assert not [path for path in left if path.is_file()]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 16 KB, where the test may have one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = ["mount", "-t", "tmpfs", "-o", "size=16k", "none", str(disk)]
    try:
        done = subprocess.run(mounted, capture_output=True, check=False)
    except OSError:
        pytest.skip("there is no mount here")
    if done.returncode != 0:
        pytest.skip("nothing may be mounted here")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.parametrize("output", ["x.html", "results", "x.csv"])
def test_a_disk_that_fills_up(output: str, folder: Path, small_disk: Path) -> None:
    (small_disk / "full").write_bytes(b"x" * 12_000)
    Path("names.blt").write_text(BALLOTS.replace("Ann", "A" * 9_000), "utf-8")
    done = run("count", "names.blt", "--lots", "first-listed", "-o", str(small_disk / output))
    assert done.returncode == 2
    assert done.stderr.decode().count("\n") == 1
    assert b"found No space left on device; expected a file that can be written" in done.stderr
    assert [path.name for path in small_disk.rglob("*") if path.is_file()] == ["full"]


def test_whoever_reads_is_gone(folder: Path) -> None:
    # More than a pipe holds, so that it is noticed.
    names = [f"{'Candidate' * 20} {number}" for number in range(1000)]
    process = subprocess.Popen(
        arguments("order", *names, "--method", "random", "--seed", "drum"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.read(1)
    process.stdout.close()
    err = process.stderr.read().decode()
    process.stderr.close()
    assert (process.wait(timeout=60), err) == (2, TOLD.format("Broken pipe"))


@needs_full
@BOTH
def test_standard_error_that_takes_nothing(folder: Path, *, unbuffered: bool) -> None:
    whole = run("count", "votes.blt").stdout
    Path("empty.blt").write_text("", "utf-8")
    for words, status, out in (
        (["count", "votes.blt"], 0, whole),
        (["count", "tied.blt"], 3, b""),
        (["count", "empty.blt"], 2, b""),
        (["cuont"], 2, b""),
        ([], 2, b""),
    ):
        done = run(*words, unbuffered=unbuffered, first=without(2), stderr=None)
        assert (done.returncode, done.stdout) == (status, out)
        with FULL.open("wb") as full:
            done = run(*words, unbuffered=unbuffered, stderr=full)
        assert (done.returncode, done.stdout) == (status, out)


def test_a_closed_standard_input(folder: Path) -> None:
    done = run("count", "-", first=without(0), stdin=None)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr == (
        b"stvcount: standard input: found a closed stream; expected a ballot file\n"
    )
    done = run("count", "tied.blt", "--lots", "ask", first=without(0), stdin=None)
    assert (done.returncode, done.stdout) == (3, b"")
    assert b"Traceback" not in done.stderr
    assert run("count", "votes.blt", first=without(0), stdin=None).returncode == 0


def test_no_stream_at_all(folder: Path) -> None:
    closed = without(0, 1, 2)
    done = run("count", "votes.blt", "-o", "x.json", first=closed, stdout=None, stderr=None)
    assert done.returncode == 0
    assert stvcount.read_record("x.json").elected == ("Ann",)
    assert run("count", "votes.blt", first=closed, stdout=None, stderr=None).returncode == 2
    assert Path("votes.blt").read_text("utf-8") == BALLOTS.replace("5 1 0", "9 1 0")


# Interrupts


def interrupted(
    *words: str, when: Callable[[subprocess.Popen[bytes]], None]
) -> tuple[int, bytes, bytes]:
    """How a command ends to which, and to all whose processes, Ctrl-C comes then."""
    process = subprocess.Popen(
        arguments(*words),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
        start_new_session=True,
    )
    try:
        when(process)
        os.killpg(process.pid, signal.SIGINT)
        start = time.monotonic()
        out, err = process.communicate(timeout=30)
        assert time.monotonic() - start < 5
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    return process.returncode, out, err


def asked(process: subprocess.Popen[bytes]) -> None:
    assert process.stderr is not None
    while b"on whom did the lot fall?" not in process.stderr.readline():
        pass


def test_an_interrupt_inside_a_question(folder: Path) -> None:
    found = interrupted("count", "tied.blt", "--lots", "ask", "-o", "x.json", when=asked)
    assert found == (130, b"", b"")
    assert not Path("x.json").exists()


def long_count(path: Path) -> None:
    """A file of which the reading and the count take a while."""
    names = [f"C{number}" for number in range(60)]
    orders = "\n".join(
        f"{1 + number % 7} {' '.join(str(1 + (number * step) % 59) for step in range(1, 9))} 0"
        for number in range(1, 40_000)
    )
    quoted = "\n".join(f'"{name}"' for name in [*names, "Long"])
    path.write_text(f"60 30\n{orders}\n0\n{quoted}\n", "utf-8")


def given(pipe: Path, content: bytes) -> None:
    """Write this into the pipe once somebody reads from it."""
    deadline = time.monotonic() + 30
    while True:
        try:
            descriptor = os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        else:
            break
    os.set_blocking(descriptor, True)
    with open(descriptor, "wb") as stream:  # noqa: PTH123 (a descriptor has no path)
        stream.write(content)


@pytest.mark.parametrize("wait", [0, 0.05, 0.2, 0.5])
@pytest.mark.parametrize("more", [[], ["--jobs", "2"]])
def test_an_interrupt_at_any_time(wait: float, more: list[str], folder: Path) -> None:
    long_count(folder / "long.blt")
    os.mkfifo("first.blt")

    def when(_: object) -> None:
        given(folder / "first.blt", Path("long.blt").read_bytes())
        time.sleep(wait)

    files = ["first.blt", *["long.blt"] * 30]
    words = ["count", *files, "-o", "results", "--lots", "first-listed", *more]
    assert interrupted(*words, when=when) == (130, b"", b"")
    assert not Path("results").exists()
    assert not list(children_of_nobody(folder))


def test_an_interrupt_while_the_command_is_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    class Interrupting:
        def find_spec(self, name: str, *_: object) -> None:
            if name == "stvcount.cli.command":
                raise KeyboardInterrupt

    monkeypatch.delitem(sys.modules, "stvcount.cli.command", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Interrupting(), *sys.meta_path])
    assert cli.main(["count", "votes.blt"]) == 130


@pytest.mark.parametrize("more", [[], ["--all"]])
def test_an_interrupt_that_a_library_took_for_a_failure(
    more: list[str],
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    counted = []

    def failing(*_: object, **options: object) -> stvcount.CountRecord:
        counted.append(options)
        monkeypatch.setattr(interrupts, "_came", True)
        raise ImportError("a part of it could not be loaded")

    monkeypatch.setattr("stvcount.counting.many.count", failing)
    files = ["votes.blt", "votes.blt"] if not more else ["."]
    assert cli.main(["count", *files, "-o", "results", *more]) == 130
    assert len(counted) == 1
    assert capsys.readouterr() == ("", "")
    assert list(Path("results").glob("*")) == []


def test_hardly_anything_is_imported_before_an_interrupt_is_awaited() -> None:
    code = "import stvcount.cli, sys; print(*sorted(m for m in sys.modules if 'stvcount' in m))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, env=environment()
    )
    loaded = done.stdout.decode().split()
    assert not {"stvcount.formats", "stvcount.rules", "stvcount.record"} & set(loaded)


def test_a_process_awaits_interrupts_and_ends_with_its_status(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(interrupts, "_came", False)
    before = signal.getsignal(signal.SIGINT)
    try:
        monkeypatch.setattr(sys, "argv", ["stvcount", "rules", "ers-av"])
        with pytest.raises(SystemExit) as ended:
            cli.process()
        assert ended.value.code == 0
        assert "ers-av" in capsys.readouterr().out
        interrupts.check()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        # What a library made of it matters not: it came.
        with pytest.raises(KeyboardInterrupt):
            interrupts.check()
    finally:
        signal.signal(signal.SIGINT, before)


def test_only_the_main_thread_awaits_interrupts() -> None:
    before = signal.getsignal(signal.SIGINT)
    thread = threading.Thread(target=interrupts.await_them)
    thread.start()
    thread.join()
    assert signal.getsignal(signal.SIGINT) == before


def test_an_interrupted_process_ends_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def end(status: int) -> None:
        raise EndedAtOnceError(status)

    monkeypatch.setattr(interrupts, "await_them", lambda: None)
    monkeypatch.setattr(cli, "main", lambda: 130)
    monkeypatch.setattr(os, "_exit", end)
    with pytest.raises(EndedAtOnceError, match="130"):
        cli.process()


class EndedAtOnceError(Exception):
    """In place of the end of the process."""


def test_without_standard_output_the_result_is_lost_and_said_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    assert cli.main(["rules"]) == 2
    assert "standard output: found a closed stream; expected" in capsys.readouterr().err


def test_without_standard_error_the_status_says_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    assert cli.main([]) == 2
    assert cli.main(["count", "no-such-file.blt"]) == 2
    assert capsys.readouterr().out == ""


class TakesNothing(io.RawIOBase):
    """A stream that would have to wait, and one that has no descriptor."""

    def writable(self) -> bool:
        return True

    def write(self, _data: object) -> None:
        return None


def test_a_stream_that_takes_nothing_now(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Stream(io.StringIO):
        buffer = TakesNothing()

    monkeypatch.setattr(sys, "stdout", Stream())
    assert cli.main(["rules"]) == 2
    assert "expected a stream that takes the whole result" in capsys.readouterr().err


def test_standard_error_that_breaks_is_left_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    class Broken(io.StringIO):
        def __init__(self, descriptor: int) -> None:
            super().__init__()
            self._descriptor = descriptor

        def write(self, _text: str) -> int:
            raise OSError(errno.EPIPE, "nobody reads")

        def fileno(self) -> int:
            return self._descriptor

    with (tmp_path / "told").open("w", encoding="utf-8") as file:
        monkeypatch.setattr(sys, "stderr", Broken(file.fileno()))
        assert cli.main(["count", "no-such-file.blt"]) == 2
        file.write("and what comes later goes nowhere")
    assert (tmp_path / "told").read_text("utf-8") == ""
    assert capsys.readouterr().out == ""


def children_of_nobody(folder: Path) -> Iterator[Path]:
    """Processes that still work in this folder."""
    for process in Path("/proc").glob("[0-9]*/cwd"):
        with contextlib.suppress(OSError):
            if process.resolve() == folder and int(process.parent.name) != os.getpid():
                yield process


# Killed processes


def elections(number: int) -> list[stvcount.Election]:
    """So many elections; "Odd" stands in every fourth."""
    return [
        stvcount.Election.from_rankings(
            [(["A"], 5), (["Odd" if place % 4 == 1 else "B"], 1)], places=1, title=str(place)
        )
        for place in range(number)
    ]


class _Killer(stvcount.rules.ERSAV):
    """A rule set under which the process that counts Odd is killed."""

    def count(self, tally: Tally, lots: LotBox) -> Count:
        if "Odd" in tally.names:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().count(tally, lots)


class _Broken(stvcount.rules.ERSAV):
    """A rule set that fails, in a way of its own, where Odd stands."""

    def count(self, tally: Tally, lots: LotBox) -> Count:
        if "Odd" in tally.names:
            raise ZeroDivisionError("by nought")
        return super().count(tally, lots)


@pytest.mark.parametrize("jobs", [2, 3, 20])
def test_a_killed_process_costs_its_election_alone(jobs: int) -> None:
    # Which package the rules come from is found out here, not by each of the processes.
    assert stvcount.rules.package_version(_Killer) is None
    counted = list(stvcount.count_many(elections(12), rules=_Killer(), jobs=jobs))
    assert [one.name for one in counted] == [str(number) for number in range(12)]
    assert [number for number, one in enumerate(counted) if one.error] == [1, 5, 9]
    assert {one.record.elected for one in counted if one.record} == {("A",)}
    assert "the process that counted it ended before its time" in str(counted[1].error)


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_exception_of_a_rule_set_costs_its_election_alone(jobs: int) -> None:
    counted = list(stvcount.count_many(elections(4), rules=_Broken(), jobs=jobs))
    assert [one.error is None for one in counted] == [True, False, True, True]
    assert "ZeroDivisionError: by nought" in str(counted[1].error)


def _square(number: int, *, here: int) -> int:
    """The square of a number, made in this process; in another, 3 kills it and 5 is an error."""
    if os.getpid() == here:
        return number * number
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number * number * (number - 5) // (number - 5)


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_another_process_could_not_make_is_made_here(jobs: int) -> None:
    made = mapped(partial(_square, here=os.getpid()), range(12), jobs)
    assert list(made) == [number * number for number in range(12)]


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_cannot_be_made_at_all_is_the_error_that_it_was(jobs: int) -> None:
    with pytest.raises(ValueError, match="invalid literal for int"):
        list(mapped(int, ["1", "2", "three", "4"], jobs))


def test_a_killed_process_at_the_command(folder: Path) -> None:
    """The worker at a file is killed from outside while it waits for a pipe."""
    os.mkfifo("stuck.blt")
    words = ["count", "votes.blt", "stuck.blt", "votes.blt", "-o", "results", "--jobs", "2"]
    process = subprocess.Popen(
        arguments(*words), stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
    )
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    if not children.exists():
        process.kill()
        pytest.skip("no list of a process's children here")
    deadline, alone = time.monotonic() + 30, 0
    while process.poll() is None and time.monotonic() < deadline:
        working = children.read_text().split()
        # The other one is let go when no file is left.
        alone = alone + 1 if len(working) == 1 else 0
        if alone == 20:
            os.kill(int(working[0]), signal.SIGKILL)
        time.sleep(0.05)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (2, b"")
    assert b"stuck.blt: found the process that counted it ended" in err
    assert b"Traceback" not in err
    assert sorted(path.name for path in Path("results").iterdir()) == [
        "index.txt",
        "votes-2.txt",
        "votes.txt",
    ]


def test_leaving_early_ends_the_processes() -> None:
    children = Path(f"/proc/self/task/{os.getpid()}/children")
    # What multiprocessing itself started before stays.
    before = children.read_text().split() if children.exists() else []
    election = stvcount.Election.from_rankings([(["A"], 2)], places=1)
    for _ in stvcount.count_many([election] * 50, jobs=2):
        break
    if children.exists():
        assert set(children.read_text().split()) <= set(before)


# Names that are no UTF-8


def test_names_of_files_and_seeds_that_are_no_text(folder: Path) -> None:
    odd = os.fsdecode(b"caf\xe9.blt")
    Path(odd).write_text(BALLOTS, "utf-8")
    seed = os.fsdecode(b"seed:caf\xe9")
    done = run("count", odd, "--lots", seed, "--format", "json", "--title", os.fsdecode(b"\xff"))
    assert (done.returncode, done.stderr) == (0, b"")
    record = json.loads(done.stdout)
    assert "caf\\xe9.blt" in done.stdout.decode().replace("\\\\", "\\")
    assert "seed: caf\\xe9" in done.stdout.decode().replace("\\\\", "\\")
    assert record["title"] == "\\xff"
    # What is recorded gives the same lot again.
    again = run("count", odd, "--lots", "seed:caf\\xe9", "--format", "json", "--title", "\\xff")
    assert again.stdout == done.stdout
    for words in (
        ["count", odd, "--lots", seed],
        ["count", odd, odd, "--lots", seed, "-o", "results"],
        ["count", odd, "--lots", seed, "-o", os.fsdecode(b"caf\xe9.html")],
        ["convert", odd, os.fsdecode(b"\xe9.json")],
        ["order", "Ann", os.fsdecode(b"B\xe9"), "--method", "random", "--seed", seed],
        ["check", odd],
    ):
        done = run(*words)
        assert (done.returncode, done.stderr) == (0, b"")
        done.stdout.decode("utf-8")
    assert Path("results", os.fsdecode(b"caf\xe9.txt")).exists()
    assert "caf<U+DCE9>" in Path("results", "index.txt").read_text("utf-8")
    done = run("count", os.fsdecode(b"n\xe9.blt"))
    assert (done.returncode, done.stderr.count(b"\n")) == (2, 1)
    assert b"Traceback" not in done.stderr
