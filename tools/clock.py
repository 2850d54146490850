"""The clock that stops a count which comes to no end."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager


class TooLong(BaseException):
    """What was done took too long; no part of it takes this for an error of its own."""


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raises `TooLong` where what is done within is not done after so many seconds."""
    signal.signal(signal.SIGALRM, _stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _stop(*_: object) -> None:
    raise TooLong
