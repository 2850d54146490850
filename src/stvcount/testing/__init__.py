"""For those who test a count, and those who train people to make one: mock counts."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stvcount.testing.mock import MockCount, mock_count

_NAMES = {
    "mock": ("MockCount", "mock_count"),
}
_FOUND_IN = {name: module for module, names in _NAMES.items() for name in names}

__all__ = ["MockCount", "mock_count"]


def __getattr__(name: str) -> object:
    if name not in _FOUND_IN:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"{__name__}.{_FOUND_IN[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
