"""Ctrl-C: an interrupt that came is not lost, whatever became of the exception that it raised.

A library written in C may take it for a failure of its own, or for none.
"""

from __future__ import annotations

import signal
import threading
from types import FrameType

_came = False


def await_them() -> None:
    """From now on, remember it when one comes."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, _stop)


def _stop(_signal: int, _frame: FrameType | None) -> None:
    global _came  # noqa: PLW0603 (a signal belongs to the process)
    _came = True
    raise KeyboardInterrupt


def check() -> None:
    """Raise `KeyboardInterrupt` if one came."""
    if _came:
        raise KeyboardInterrupt
