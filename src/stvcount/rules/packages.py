"""What other packages register by entry points: their rule sets and their organisations."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from stvcount.errors import ElectionError, RuleSetError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

__all__ = ["load", "registered"]


def registered(group: str) -> Mapping[str, EntryPoint]:
    """What is registered in a group of entry points, by name."""
    return _registered(group, tuple(map(_state, sys.path)))


# It lies in a file of every package: they are read again where one may have come, or gone.
@lru_cache(maxsize=8)
def _registered(group: str, _: tuple[tuple[str, int], ...]) -> Mapping[str, EntryPoint]:
    # It is slow to import, and only needed to look beyond what is at hand.
    from importlib.metadata import entry_points

    return MappingProxyType({point.name: point for point in entry_points(group=group)})


def _state(folder: str) -> tuple[str, int]:
    """A folder of packages, and when one was last added to it or removed from it."""
    try:
        return folder, Path(folder).stat().st_mtime_ns
    except OSError:
        return folder, 0


def load(
    group: str, name: str, *, argument: str, what: str, known: Iterable[str]
) -> tuple[object, str]:
    """What a package registers by this name, and the words that say where.

    Raises `ElectionError` where none does, naming the `argument` and those `known`, and
    `RuleSetError` where it cannot be imported; `what` says what it is to be.
    """
    points = registered(group)
    if name not in points:
        raise ElectionError(f"{argument}: found {name!r}; expected {', '.join(known)}")
    where = f"{name!r}, which a package registers as {points[name].value}"
    try:
        return points[name].load(), where
    except Exception as error:
        why = f"{type(error).__name__}: {error}"
        raise RuleSetError(f"{argument}: found {where}: {why}; expected {what}") from error
