"""Bytes from files and into files: read whole, decoded with every fault named, written whole."""

from __future__ import annotations

import codecs
import os
import re
import stat
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO, TypeAlias

from stvcount.errors import Fault, FormatError, Setting

PathName: TypeAlias = str | bytes | os.PathLike[str] | os.PathLike[bytes]

_MOST_BYTE_FAULTS = 10
_WESTERN = ((Setting("encoding", "cp1252", "as Windows wrote it in western Europe"),),)
_BYTES_TO_JUDGE_BY = 4096
_MANY, _AT_ONCE = 100, 8
"""From so many files on, so many wait for the disk at a time."""

_STRAY_BYTE = re.compile(r"[\udc80-\udcff]")
_OPEN_STREAM = re.compile(r"/dev/(stdin|stdout|stderr|fd/.*)|/proc/.*")
_NAME_ANOTHER = "(name another encoding with --encoding or encoding=, such as {})"

# The longer mark first: the UTF-16 one is the beginning of the UTF-32 one.
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_whole(path: PathName) -> bytes:
    """All bytes of the file. Raises `FormatError` with the operating system's reason."""
    name = os.fsdecode(path)
    try:
        return Path(name).read_bytes()
    except (OSError, ValueError) as error:
        raise FormatError(
            name, [Fault(None, reason_of(error), "a file that can be read")]
        ) from error


def check_outputs(
    paths: Iterable[PathName],
    *,
    inputs: Iterable[PathName] = (),
    overwrite: bool = False,
    settled_by: str = "overwrite=True",
) -> None:
    """Refuse to write to any of these paths what must not be replaced.

    `inputs`: the files that are read ("-" is standard input); none of them is ever replaced, by
    whatever path, link or spelling it is reached. `overwrite`: whether another file that is
    there may be; `settled_by` is how the caller says that it may.
    Raises `FormatError`.
    """
    # Each file that is read is looked at once, however many are written.
    read: dict[tuple[int, int] | None, str] = {}
    for one in inputs:
        read.setdefault(_identity(one), os.fsdecode(one))
    for path in paths:
        _check_output(os.fsdecode(path), read, overwrite=overwrite, settled_by=settled_by)


def _check_output(
    name: str, read: Mapping[tuple[int, int] | None, str], *, overwrite: bool, settled_by: str
) -> None:
    found = _identity_of_path(name)
    if found and found in read:
        what = f"the file that is read ({read[found]})"
        raise FormatError(
            name, [Fault(None, what, "another name; no file that is read is replaced")]
        )
    if is_stream(name):
        return
    if Path(name).is_dir():
        what, expected = "a folder", f"a file, such as {Path(name, 'result.txt')}"
        raise FormatError(name, [Fault(None, what, expected)])
    if found and not overwrite:
        raise _already_there(name, settled_by)
    if not Path(name).parent.is_dir():
        what = f"no folder {str(Path(name).parent)!r}"
        raise FormatError(name, [Fault(None, what, "a file in a folder that is there")])


def standard_output_is_one_of(inputs: Iterable[PathName]) -> bool:
    """Whether what is written on standard output goes into a file that is read."""
    found = _identity_of_stream(sys.stdout)
    return found is not None and any(_identity(one) == found for one in inputs)


def _already_there(name: str, settled_by: str) -> FormatError:
    expected = f"the name of a new file (or {settled_by}, to replace it)"
    return FormatError(name, [Fault(None, "a file of this name", expected)])


def _identity(path: PathName) -> tuple[int, int] | None:
    """What is the same for every name of an input; None where there is no file to be lost."""
    name = os.fsdecode(path)
    return _identity_of_stream(sys.stdin) if name == "-" else _identity_of_path(name)


def _identity_of_path(name: str) -> tuple[int, int] | None:
    try:
        return _identity_of(Path(name).stat())
    except (OSError, ValueError):
        return None


def _identity_of_stream(stream: TextIO | None) -> tuple[int, int] | None:
    try:
        return None if stream is None else _identity_of(os.fstat(stream.fileno()))
    except (AttributeError, OSError, ValueError):
        # What a program has put in the place of the stream may be no file.
        return None


def _identity_of(found: os.stat_result) -> tuple[int, int] | None:
    return (found.st_dev, found.st_ino) if stat.S_ISREG(found.st_mode) else None


def write_whole(path: PathName, content: str | bytes, *, overwrite: bool = False) -> None:
    """Put this content (text: as UTF-8) into the file, whole or not at all.

    The content goes to a temporary file in the same folder, which takes the file's place once it
    is complete: until then a file that may be replaced (`overwrite`) stays as it is. A symbolic
    link is followed; pipes, devices and the process's own streams (`/dev/stdout`) are written to
    directly. Raises `FormatError` with the operating system's reason, or where there is a file.
    """
    name = os.fsdecode(path)
    with _faults_of(name):
        if is_stream(name):
            # Appending neither truncates nor overwrites where a shell sent the stream to a file.
            with Path(name).open("ab") as stream:
                stream.write(_bytes(content))
        else:
            _put(os.path.realpath(name), _bytes(content), overwrite=overwrite)


def _bytes(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content


@contextmanager
def _faults_of(name: str) -> Iterator[None]:
    """Tell why a file of this name could not be written."""
    try:
        yield
    except FileExistsError as error:
        raise _already_there(name, "overwrite=True") from error
    except (OSError, ValueError) as error:
        raise FormatError(
            name, [Fault(None, reason_of(error), "a file that can be written")]
        ) from error


@dataclass(frozen=True, slots=True)
class Apart:
    """A folder inside another, where the files meant for that one are until all are complete."""

    path: Path
    meant: Path
    overwrite: bool

    def put(self, name: str, content: str | bytes) -> None:
        """Write a file of this name, in place of any that was begun. Raises `FormatError`."""
        with _faults_of(str(self.meant / name)):
            _write(self.path / name, _bytes(content), os.O_TRUNC)

    def move(self, names: Iterable[str]) -> None:
        """Give these files their places. Raises `FormatError` where one is taken, or fails."""
        complete = list(names)
        self._sync(complete)
        for name in complete:
            with _faults_of(str(self.meant / name)):
                self._move(name)

    def _sync(self, names: Sequence[str]) -> None:
        """Have them all on the disk, before any has its place."""

        def keep(name: str) -> None:
            with _faults_of(str(self.meant / name)):
                _keep(self.path / name)

        if len(names) < _MANY:
            for name in names:
                keep(name)
            return
        from concurrent.futures import ThreadPoolExecutor

        # Asked for several at a time, the disk waits for itself half as long.
        with ThreadPoolExecutor(_AT_ONCE) as threads:
            for _ in threads.map(keep, names):
                pass

    def _move(self, name: str) -> None:
        complete, place = self.path / name, self.meant / name
        if os.path.lexists(place) and (place.is_symlink() or not place.is_file()):
            # What it leads to may be on another disk.
            write_whole(place, complete.read_bytes(), overwrite=self.overwrite)
            return
        mode = _mode_of_replaced(str(place), overwrite=self.overwrite)
        _take_the_place(complete, str(place), mode)


@contextmanager
def apart(folder: PathName, *, overwrite: bool = False) -> Iterator[Apart]:
    """Where files are written that this folder, which is made if need be, gets all of or none.

    What was not moved in the end is gone. Raises `FormatError` where there can be no such folder.
    """
    path = Path(os.fsdecode(folder))
    is_new = not path.exists()
    make_folder(path)
    inside = path / f".stvcount-{os.urandom(8).hex()}.tmp"
    try:
        make_folder(inside)
        try:
            yield Apart(inside, path, overwrite)
        finally:
            for left in inside.iterdir():
                left.unlink()
            inside.rmdir()
    except BaseException:
        if is_new:
            with suppress(OSError):
                path.rmdir()
        raise


def write_all(
    folder: PathName, files: Mapping[str, str], *, overwrite: bool = False
) -> tuple[Path, ...]:
    """Put these files, by name, into the folder, all of them or none; return their paths.

    The folder is made if need be. Raises `FormatError` where one cannot be written, or is there
    and may not be replaced (`overwrite`).
    """
    with apart(folder, overwrite=overwrite) as complete:
        paths = tuple(complete.meant / name for name in files)
        check_outputs(paths, overwrite=overwrite)
        for name, content in files.items():
            complete.put(name, content)
        complete.move(files)
    return paths


def make_folder(folder: PathName) -> None:
    """Make this folder if it is not there. Raises `FormatError` where it cannot be."""
    path = Path(os.fsdecode(folder))
    try:
        path.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        raise FormatError(
            str(path), [Fault(None, reason_of(error), "a folder, or the name of one to make")]
        ) from error


def reason_of(error: Exception) -> str:
    """The operating system's reason, in words."""
    if not isinstance(error, OSError):
        # A name that no file can have; Python words it in a way of each version.
        return "a name with a NUL character" if "null" in str(error) else str(error)
    return error.strerror or str(error)


def _mode(name: str) -> int | None:
    try:
        return Path(name).stat().st_mode
    except FileNotFoundError:
        return None


def is_stream(name: str) -> bool:
    if _OPEN_STREAM.fullmatch(os.path.abspath(name)):  # noqa: PTH100 (follows no link, as resolve would)
        return True
    mode = _mode(name)
    return mode is not None and not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)


def _put(name: str, data: bytes, *, overwrite: bool) -> None:
    mode = _mode_of_replaced(name, overwrite=overwrite)
    temporary = Path(name).with_name(f".stvcount-{os.urandom(8).hex()}.tmp")
    try:
        _write(temporary, data, os.O_EXCL)
        _keep(temporary)
        _take_the_place(temporary, name, mode)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _mode_of_replaced(name: str, *, overwrite: bool) -> int | None:
    """The mode of the file of this name, if there is one. One that must stay is refused."""
    mode = _mode(name)
    if mode is not None:
        if not overwrite and stat.S_ISREG(mode):
            raise FileExistsError(name)
        # Opening it refuses what must not be replaced: a folder, a file that is write-protected.
        os.close(os.open(name, os.O_WRONLY))
    return mode


def _write(path: Path, data: bytes, how: int) -> None:
    # Created with the permissions that any new file gets, which tempfile would narrow.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | how, 0o666)
    with open(descriptor, "wb") as file:  # noqa: PTH123 (a descriptor has no path)
        file.write(data)


def _keep(path: Path) -> None:
    """Have what was written on the disk, whatever happens to the machine."""
    # Windows asks that it be open for writing, which elsewhere new files need not allow.
    descriptor = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _take_the_place(complete: Path, name: str, mode: int | None) -> None:
    """Give the complete file its name; a new one not over a file that came in the meantime."""
    if mode is not None:
        complete.chmod(stat.S_IMODE(mode))
        complete.replace(name)
        return
    try:
        os.link(complete, name)
    except FileExistsError:
        raise
    except OSError:
        # A file system without links: the file is renamed, as one that replaces another.
        complete.replace(name)
    else:
        complete.unlink()


def decoded(data: bytes, path: str, encoding: str | None) -> tuple[str, list[Fault]]:
    """The text of the bytes, without byte order mark, and a fault for each line with stray bytes.

    Stray bytes stand in the text as U+FFFD, so that the lines can be read on for further faults.
    Without `encoding`: what a byte order mark states, otherwise UTF-8.
    Raises `FormatError` where the bytes cannot be taken for lines of text at all.
    """
    encoding = encoding or encoding_marked(data)
    if encoding is None and (unmarked := encoding_unmarked(data)):
        found = f"text in which every other byte is 0, as in {unmarked} without its mark"
        expected = f"UTF-8 text {_NAME_ANOTHER.format(unmarked)}"
        settled = (Setting("encoding", unmarked, "two bytes for a character"),)
        raise FormatError(path, [Fault(None, found, expected, (settled,))])
    codec = encoding or "utf-8"
    try:
        codecs.lookup(codec)
        return data.decode(codec).removeprefix("\ufeff"), []
    except UnicodeError as error:
        first_error = error
    except (LookupError, ValueError) as error:
        fault = Fault(None, f"the encoding {encoding!r}", "an encoding that is known to Python")
        raise FormatError(path, [fault]) from error
    if encoding is None and b"\0" in data:
        fault = Fault(None, "bytes that are no text (a binary file)", "UTF-8 text")
        raise FormatError(path, [fault]) from first_error
    try:
        text = data.decode(codec, errors="surrogateescape").removeprefix("\ufeff")
    except UnicodeError as error:
        raise FormatError(path, [_undecodable(error, codec)]) from error
    return _STRAY_BYTE.sub("\ufffd", text), _stray_bytes(text, codec)


def lines_of(text: str) -> list[str]:
    """The lines of a text, ended by LF, CRLF or CR and by no other character."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def encoding_marked(data: bytes) -> str | None:
    """The encoding that a byte order mark states, other than UTF-8; None without one."""
    return next((name for mark, name in _BYTE_ORDER_MARKS if data.startswith(mark)), None)


def encoding_unmarked(data: bytes) -> str | None:
    """The encoding that zeros between the characters show where no mark states it, or None."""
    top = data[:_BYTES_TO_JUDGE_BY]
    for name, zeros, others in (
        ("utf-16-le", top[1::2], top[::2]),
        ("utf-16-be", top[::2], top[1::2]),
    ):
        if len(zeros) > 1 and zeros.count(0) * 2 > len(zeros) and not others.count(0):
            return name
    return None


def _undecodable(error: UnicodeError, codec: str) -> Fault:
    where = f" (at byte {error.start + 1})" if isinstance(error, UnicodeDecodeError) else ""
    return Fault(
        None,
        f"bytes that are not {codec}{where}",
        f"{codec} text {_NAME_ANOTHER.format('utf-8')}",
    )


def _stray_bytes(text: str, codec: str) -> list[Fault]:
    name = "UTF-8" if codec == "utf-8" else codec
    expected = f"{name} text {_NAME_ANOTHER.format('latin-1 or cp1252')}"
    faults: list[Fault] = []
    more: list[int] = []
    for number, line in enumerate(lines_of(text), start=1):
        stray = _STRAY_BYTE.search(line)
        if not stray:
            continue
        if len(faults) == _MOST_BYTE_FAULTS:
            more.append(number)
            continue
        byte = ord(stray[0]) - 0xDC00
        found = f"byte 0x{byte:02X} at column {stray.start() + 1}, which is not {name}"
        faults.append(Fault(number, found, expected, _WESTERN if name == "UTF-8" else ()))
    if more:
        found = f"bytes that are not {name} on this and {len(more) - 1} more lines"
        faults.append(Fault(more[0], found, expected))
    return faults
