"""A field of a dataclass that takes more kinds of things than it keeps."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

Given_contra = TypeVar("Given_contra", contravariant=True)
Kept_co = TypeVar("Kept_co", covariant=True)

__all__ = ["Taking"]


class Taking(Generic[Given_contra, Kept_co]):
    """`Taking[Given, Kept]`: what the field is given, and what is read of it.

    For type checkers alone, which see a descriptor: of a dataclass with slots only the default is
    ever asked for, and `__post_init__` makes of what was given what is kept.
    """

    def __init__(self, default: Any) -> None:
        self._default: Any = default

    def __get__(self, instance: object, owner: type) -> Kept_co:
        default: Kept_co = self._default
        return default

    def __set__(self, instance: object, value: Given_contra) -> None:
        raise AttributeError("the field of a dataclass with slots is no descriptor")
