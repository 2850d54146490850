"""The streams of the process, any of which may be closed, full or cut off by who reads it."""

from __future__ import annotations

import errno
import os
import sys
from typing import TextIO

from stvcount.cli import interrupts
from stvcount.errors import Fault, FormatError
from stvcount.formats.files import reason_of
from stvcount.words import visible


def prepare() -> None:
    """Make the streams fit for names in any language, and for what is missing of them."""
    # A file opened later must not get the number of a closed stream, and what is meant for it.
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(descriptor)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # Sheets and JSON are UTF-8 wherever they go; odd names must not stop an error.
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def put(result: str | bytes) -> None:
    """Write the result on standard output. Raises `FormatError` where it cannot be, whole."""
    if sys.stdout is None:
        raise lost(OSError(errno.EBADF, "a closed stream"))
    try:
        _write(sys.stdout, result)
        sys.stdout.flush()
    except (OSError, ValueError) as error:
        raise lost(error) from error


def lost(error: Exception) -> FormatError:
    """That standard output does not take the result; nothing more is sent there."""
    _abandon(sys.stdout)
    fault = Fault(None, reason_of(error), "a stream that takes the whole result")
    return FormatError("standard output", [fault])


def _write(stream: TextIO, result: str | bytes) -> None:
    buffer = getattr(stream, "buffer", None)
    if buffer is None:
        stream.write(result if isinstance(result, str) else result.decode())
        return
    data = result.encode("utf-8", "backslashreplace") if isinstance(result, str) else result
    stream.flush()
    rest = memoryview(data)
    while rest:
        # Without a buffer below it, a text stream would drop what a single call does not take.
        taken = buffer.write(rest)
        if taken is None:
            raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
        rest = rest[taken:]


def say(line: str) -> None:
    """Say it on standard error, in one line whatever characters a name or a file holds."""
    tell(f"stvcount: {visible(line)}\n")


def tell(text: str) -> None:
    """Write it on standard error, as far as that takes it.

    Once an interrupt came, nothing more is said: it may be what a library took for the failure.
    """
    interrupts.check()
    if sys.stderr is None:
        return
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except (OSError, ValueError):
        # The exit status tells it to whoever does not read on.
        _abandon(sys.stderr)


def _abandon(stream: TextIO | None) -> None:
    """Send what is still buffered for this stream, and all that comes, into nothing."""
    try:
        if stream is not None:
            nothing = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nothing, stream.fileno())
            os.close(nothing)
    except (OSError, ValueError):
        # A stream in memory has no descriptor, nor has a closed one.
        return
