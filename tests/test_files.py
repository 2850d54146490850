"""Reading and writing files: which format, which path, whole or not at all."""

from __future__ import annotations

import hashlib
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import stvcount
from stvcount import Election, FormatError, Papers, Source
from stvcount.formats import FORMATS, names
from stvcount.formats.files import write_all, write_whole

GOOD = b'2 1\n3 1 2 0\n0\n"A"\n"B"\n"T"\n'


def an_election(**changes: Any) -> Election:
    fields = {
        "title": "T",
        "places": 1,
        "candidates": ["A", "B"],
        "papers": Papers.from_rankings([(["A", "B"], 3)]),
    }
    return Election(**{**fields, **changes})


def fault(call: Any, *arguments: Any, **options: Any) -> tuple[str, int | None, str, str]:
    with pytest.raises(FormatError) as caught:
        call(*arguments, **options)
    error = caught.value
    assert len(error.faults) == 1
    return error.path, error.line, error.found, error.expected


@pytest.mark.parametrize("name", ["x.blt", "x.BLT", "x.txt", "x", "x.y.blt"])
@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf", b"\n# made by hand\r\n// twice\n"])
def test_the_format_is_told_by_suffix_or_content(tmp_path: Path, name: str, start: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(start + GOOD)
    election = stvcount.read(path)
    assert election.candidates == ("A", "B")
    digest = hashlib.sha256(start + GOOD).hexdigest()
    assert election.sources == (Source(name, digest, election.reading),)


@pytest.mark.parametrize("kind", [str, os.fsencode, Path])
def test_a_path_may_be_text_bytes_or_a_path(tmp_path: Path, kind: Any) -> None:
    path = kind(str(tmp_path / "x.blt"))
    stvcount.write(an_election(), path)
    assert stvcount.read(path).title == "T"


def test_a_named_format_wins(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"no ballots")
    assert fault(stvcount.read, path, format="blt")[2] == "'no ballots'"


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", "an empty file"),
        (b"name,votes\n", "content that is like none of the known formats"),
        (b"# only this\n", "content that is like none of the known formats"),
    ],
)
def test_unknown_content(tmp_path: Path, data: bytes, found: str) -> None:
    path = tmp_path / "x.dat"
    path.write_bytes(data)
    where, line, what, expected = fault(stvcount.read, path)
    assert (where, line, what) == (str(path), None, found)
    assert "blt (.blt)" in expected


def test_unknown_formats(tmp_path: Path) -> None:
    path = tmp_path / "x.dat"
    for call in (
        lambda: stvcount.read(path, format="abc"),
        lambda: stvcount.write(an_election(), path, format="abc"),
    ):
        expected = f"one of: {', '.join(names())}"
        assert fault(call) == (str(path), None, "the format 'abc'", expected)
    assert fault(stvcount.write, an_election(), path)[2] == "the suffix '.dat'"
    assert not path.exists()


def test_every_format_is_found_by_its_name_and_by_each_suffix(tmp_path: Path) -> None:
    suffixes = [suffix for kind in FORMATS for suffix in kind.suffixes]
    assert len(set(suffixes)) == len(suffixes)
    assert len(set(names())) == len(FORMATS)
    for kind in [kind for kind in FORMATS if kind.writes]:
        for suffix in kind.suffixes:
            path = tmp_path / f"{kind.name}{suffix}"
            stvcount.write(an_election(), path)
            assert kind.recognises(path.read_bytes())
            election = stvcount.read(path, places=1)
            assert election.papers == an_election().papers
            assert stvcount.read(path, format=kind.name, places=1) == election


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("missing.blt", "No such file or directory"),
        (".", "Is a directory"),
        ("x\0.blt", "a name with a NUL character"),
        ("n" * 300 + ".blt", "File name too long"),
        ("loop.blt", "Too many levels of symbolic links"),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "loop.blt").symlink_to("loop.blt")
    path = f"{tmp_path}/{name}"
    assert fault(stvcount.read, path) == (path, None, reason, "a file that can be read")


# --- writing


def test_a_new_file_has_the_usual_permissions(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_whole(tmp_path / "x", "text")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "x").stat().st_mode) == 0o640


def test_an_existing_file_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_text("before, and longer")
    path.chmod(0o604)
    write_whole(path, b"after", overwrite=True)
    assert path.read_bytes() == b"after"
    assert stat.S_IMODE(path.stat().st_mode) == 0o604
    assert list(tmp_path.iterdir()) == [path]


def test_text_is_written_as_utf8_with_its_line_ends(tmp_path: Path) -> None:
    write_whole(tmp_path / "x", "é\r\n\n")
    assert (tmp_path / "x").read_bytes() == b"\xc3\xa9\r\n\n"


@pytest.mark.parametrize("exists", [True, False])
def test_a_link_is_followed(tmp_path: Path, *, exists: bool) -> None:
    (tmp_path / "folder").mkdir()
    target = tmp_path / "folder" / "target"
    if exists:
        target.write_text("before")
    link = tmp_path / "link"
    link.symlink_to("folder/target")
    write_whole(link, "after", overwrite=exists)
    assert link.is_symlink()
    assert target.read_text() == "after"


@pytest.mark.parametrize(("where", "step"), [(os, "fsync"), (Path, "replace")])
def test_an_existing_file_stays_when_writing_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: object, step: str
) -> None:
    path = tmp_path / "x.blt"
    path.write_bytes(GOOD)

    def fails(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(where, step, fails)
    assert fault(stvcount.write, an_election(title="new"), path, overwrite=True) == (
        str(path),
        None,
        "No space left on device",
        "a file that can be written",
    )
    assert path.read_bytes() == GOOD
    assert list(tmp_path.iterdir()) == [path]


def test_nothing_is_left_behind_when_writing_is_interrupted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_whole(tmp_path / "x", "text")
    assert list(tmp_path.iterdir()) == []


def test_an_election_that_does_not_fit_leaves_the_file_alone(tmp_path: Path) -> None:
    path = tmp_path / "x.blt"
    path.write_bytes(GOOD)
    with pytest.raises(stvcount.ElectionError):
        stvcount.write(an_election(places=10**12), path, overwrite=True)
    assert path.read_bytes() == GOOD


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("no/x", "No such file or directory"),
        (".", "Is a directory"),
        ("file/x", "Not a directory"),
        ("x\0", "a name with a NUL character"),
        ("loop", "Too many levels of symbolic links"),
    ],
)
def test_files_that_cannot_be_written(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to("loop")
    path = f"{tmp_path}/{name}"
    assert fault(write_whole, path, "text") == (path, None, reason, "a file that can be written")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write all")
def test_a_file_protected_against_writing_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_text("before")
    path.chmod(0o444)
    assert fault(write_whole, path, "after", overwrite=True)[2] == "Permission denied"
    assert path.read_text() == "before"


@pytest.mark.skipif(not Path("/dev/fd").exists(), reason="no /dev/fd")
def test_streams_of_the_process_are_written_to(tmp_path: Path) -> None:
    with (tmp_path / "x").open("w+") as stream:
        stream.write("before, ")
        stream.flush()
        write_whole(f"/dev/fd/{stream.fileno()}", "after")
    assert (tmp_path / "x").read_text() == "before, after"


def test_devices_are_written_to() -> None:
    write_whole(os.devnull, "text")
    assert not Path(os.devnull).is_file()


WRITE_TO_STANDARD_OUTPUT = (
    "from stvcount.formats.files import write_whole\n"
    "write_whole('/dev/stdout', 'one ')\n"
    "write_whole('/dev/stdout', 'two')\n"
)


@pytest.mark.skipif(not Path("/dev/stdout").exists(), reason="there is no /dev/stdout here")
def test_standard_output_is_written_to(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WRITE_TO_STANDARD_OUTPUT]
    piped = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    assert piped.stdout == b"one two"
    # Where the shell sent it to a file, what that file held before stays.
    path = tmp_path / "log"
    path.write_text("zero ")
    with path.open("ab") as file:
        subprocess.run(command, check=True, stdout=file)
    assert path.read_text() == "zero one two"


def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_whole(path, "text")
        assert os.read(reader, 100) == b"text"
    finally:
        os.close(reader)
    assert path.is_fifo()


# Many files, all or none


@pytest.mark.parametrize("number", [3, 150])
def test_many_files_all_have_their_places(tmp_path: Path, number: int) -> None:
    files = {f"{place}.txt": str(place) for place in range(number)}
    assert write_all(tmp_path / "results", files) == tuple(
        tmp_path / "results" / name for name in files
    )
    there = {path.name: path.read_text("utf-8") for path in (tmp_path / "results").iterdir()}
    assert there == files


@pytest.mark.parametrize("number", [3, 150])
def test_of_many_files_one_that_does_not_get_onto_the_disk_costs_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def fails(descriptor: int) -> None:
        if os.read(descriptor, 9) == b"2":
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fails)
    files = {f"{place}.txt": str(place) for place in range(number)}
    (tmp_path / "0.txt").write_text("earlier", "utf-8")
    found = fault(write_all, tmp_path, files, overwrite=True)
    assert found == (
        str(tmp_path / "2.txt"),
        None,
        "No space left on device",
        "a file that can be written",
    )
    assert [path.name for path in tmp_path.iterdir()] == ["0.txt"]
    assert (tmp_path / "0.txt").read_text("utf-8") == "earlier"
