"""Public functions look at what they are handed, by the types that they state, in one place.

A wrong type is refused before anything is done with it, in one line that names the argument. What
a value of the right type means, and which of them there are, the function itself says.
"""

from __future__ import annotations

import os
import types
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, wraps
from inspect import signature
from numbers import Integral
from typing import (
    Any,
    Literal,
    NamedTuple,
    ParamSpec,
    TypeAlias,
    TypeVar,
    Union,
    Unpack,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

from stvcount.checks import found, is_in_order
from stvcount.errors import ElectionError

__all__ = ["checked"]

P = ParamSpec("P")
R = TypeVar("R")

_Arguments: TypeAlias = tuple[Any, ...]


def checked(function: Callable[P, R]) -> Callable[P, R]:
    """The function, which refuses arguments of other types than it states by `ElectionError`."""
    names = tuple(signature(function).parameters)
    passed: set[tuple[str, type]] = set()

    @wraps(function)
    def looking(*args: P.args, **kwargs: P.kwargs) -> R:
        for name, value in (*zip(names, args, strict=False), *kwargs.items()):
            # Small elections are counted by the thousand: what its type tells is told once.
            if (name, type(value)) in passed:
                continue
            hint = _hints(function).get(name, Any)
            if not _fits(value, hint):
                raise ElectionError(f"{name}: found {found(value)}; expected {_words(hint)}")
            if type(value) in _TOLD_BY_TYPE or _asks_for_type_alone(hint):
                passed.add((name, type(value)))
        return function(*args, **kwargs)

    return looking


_TOLD_BY_TYPE = (str, bytes, int, bool, type(None))
"""Whether one of these is what is stated does not depend on which one it is."""


def _asks_for_type_alone(hint: Any) -> bool:
    """Whether it is a class, or one of several."""
    options = get_args(hint) if get_origin(hint) in (Union, types.UnionType) else (hint,)
    return all(isinstance(one, type) for one in options)


@cache
def _hints(function: Callable[..., Any]) -> dict[str, Any]:
    """The types of the arguments, but of those of which the function tells better.

    Further keywords have those that a `TypedDict` states.
    """
    hints = get_type_hints(function)
    for parameter in signature(function).parameters.values():
        if parameter.kind is parameter.VAR_KEYWORD:
            further = hints.pop(parameter.name)
            hints |= get_type_hints(get_args(further)[0]) if get_origin(further) is Unpack else {}
    return {name: hint for name, hint in hints.items() if not _is_manifold(hint)}


def _is_manifold(hint: Any) -> bool:
    """Whether it is one thing or several of another kind, such as an election or orders."""
    options = [one for one in get_args(hint) if one is not type(None)]
    return len(options) > 1 and any(get_origin(one) in (Iterable, Sequence) for one in options)


def _fits(value: object, hint: Any) -> bool:
    """Whether the value is of the type, as far as it can be seen without using it up."""
    origin, arguments = get_origin(hint) or hint, get_args(hint)
    if origin in _KINDS:
        return _KINDS[origin].fits(value, arguments)
    if is_typeddict(origin):
        return isinstance(value, Mapping)
    return not _can_be_seen(origin) or isinstance(value, origin)


def _can_be_seen(kind: Any) -> bool:
    """Whether a value shows that it is of this type: `Any` and most protocols do not."""
    if kind is Any or not isinstance(kind, type):
        return False
    return not getattr(kind, "_is_protocol", False) or getattr(kind, "_is_runtime_protocol", False)


def _is_mapping(value: object, arguments: _Arguments) -> bool:
    """A mapping, all of whose keys and values are what they should be."""
    if not isinstance(value, Mapping) or not arguments:
        return isinstance(value, Mapping)
    of_keys, of_values = arguments
    return all(_fits(key, of_keys) and _fits(value[key], of_values) for key in value)


def _is_several(value: object, arguments: _Arguments) -> bool:
    """Some things one by one, and no text, which is one thing.

    Each is looked at, unless that would use them up.
    """
    if isinstance(value, (str, bytes, Mapping)) or not isinstance(value, Iterable):
        return False
    if getattr(value, "ndim", 1) != 1:
        return False
    if not arguments or iter(value) is value:
        return True
    return all(_fits(one, arguments[0]) for one in value)


def _words(hint: Any) -> str:
    """What is expected, in words, each kind once."""
    return " or ".join(dict.fromkeys(_each(hint)))


def _each(hint: Any) -> list[str]:
    origin, arguments = get_origin(hint) or hint, get_args(hint)
    if origin in _KINDS:
        return _KINDS[origin].words(arguments)
    if is_typeddict(origin):
        return ["a mapping"]
    name = getattr(origin, "__name__", str(origin))
    return [f"{'an' if name[0] in 'AEIOU' else 'a'} {name}"]


def _words_of_all(arguments: _Arguments) -> list[str]:
    return [word for option in arguments for word in _each(option)]


def _words_of_several(arguments: _Arguments) -> list[str]:
    if arguments == (str,):
        return ["a list of names"]
    return [f"a list, each {_words(arguments[0])}" if arguments else "a list"]


class _Kind(NamedTuple):
    """A kind of type: whether a value is of it, and how it is called; by the type's arguments."""

    fits: Callable[[object, _Arguments], bool]
    words: Callable[[_Arguments], list[str]]


def _plain(kind: type, words: str) -> _Kind:
    return _Kind(lambda value, _: isinstance(value, kind), lambda _: [words])


_ANY_OF = _Kind(lambda value, options: any(_fits(value, one) for one in options), _words_of_all)

_KINDS: Mapping[Any, _Kind] = {
    Union: _ANY_OF,
    types.UnionType: _ANY_OF,
    # Which of the texts it is, the function says.
    Literal: _Kind(lambda value, _: isinstance(value, str), lambda texts: list(map(repr, texts))),
    Mapping: _Kind(_is_mapping, lambda _: ["a mapping"]),
    Iterable: _Kind(_is_several, _words_of_several),
    # A set is in no order, and an iterator in its own.
    Sequence: _Kind(
        lambda value, of: is_in_order(value) and _is_several(value, of),
        _words_of_several,
    ),
    int: _Kind(
        lambda value, _: isinstance(value, Integral) and not isinstance(value, bool),
        lambda _: ["a whole number"],
    ),
    str: _plain(str, "a text"),
    bytes: _plain(bytes, "bytes"),
    bool: _plain(bool, "True or False"),
    type(None): _plain(type(None), "none"),
    os.PathLike: _plain(os.PathLike, "a path"),
    Callable: _Kind(lambda value, _: callable(value), lambda _: ["a function"]),
}
