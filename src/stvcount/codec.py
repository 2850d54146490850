"""Dataclasses to JSON and back, driven by their annotations alone.

Votes are written as strings with their decimals; tuples as arrays; mappings keep their order.
Reading is strict: a missing, an unknown or a mistyped member is an error that names its place.
"""

from __future__ import annotations

import dataclasses
import json
import re
import types
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cache, partial
from math import isfinite
from operator import attrgetter
from types import MappingProxyType
from typing import Any, Literal, TypeAlias, Union, get_args, get_origin, get_type_hints

from stvcount.checks import found
from stvcount.errors import RecordError
from stvcount.exact import EXACT
from stvcount.frozen import FrozenMapping

_string = json.encoder.encode_basestring
_quoted = json.encoder.encode_basestring_ascii
_figures = EXACT.to_sci_string
_WORDS = {None: "null", True: "true", False: "false"}
_DEEPEST = 50
_TOO_DEEP = "found JSON nested too deeply; expected a record of a count"
_DECIMAL = re.compile(r"(0|[1-9][0-9]{0,99})(\.[0-9]{1,20})?", re.ASCII)


EXTRAS = "extras"
"""The field of a dataclass that keeps the members of others, whose names begin with "x_"."""

ABSENT: Mapping[str, bool] = MappingProxyType({"absent": True})
"""The metadata of a field that JSON has only where it is not None."""


def encode(value: object) -> Any:
    """The value as JSON's own types."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {name: encode(item) for name, item in _items(value)}
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, tuple):
        return [encode(item) for item in value]
    if isinstance(value, Mapping):
        return {key: encode(item) for key, item in value.items()}
    return value


def _items(value: object) -> Iterable[tuple[str, object]]:
    """The members of a dataclass, with those of others that it keeps."""
    kind: Any = type(value)
    own = [
        (one.json, item)
        for one in _members_of(kind).values()
        if (item := getattr(value, one.name)) is not None or not one.absent
    ]
    return (*own, *getattr(value, EXTRAS).items()) if _keeps_extras(kind) else own


def dumps(value: object, *, schema: str | None = None) -> str:
    """The JSON text of a dataclass, or of a mapping, whose first member is the schema, if any.

    Written here, since the standard library indents a character at a time.
    """
    members: dict[str, object] = {} if schema is None else {"schema": schema}
    members.update(value if isinstance(value, Mapping) else _items(value))
    text: list[str] = []
    _write_mapping(text, members, 0)
    text.append("\n")
    return "".join(text)


_Writer: TypeAlias = Callable[[list[str], Any, int], None]
"""Writes what holds others, at this depth, at the end of a text."""

_Leaf: TypeAlias = Callable[[Any], str]
"""What holds no others as JSON."""


class _Around(dict[int, tuple[str, str, str]]):
    """What stands before the first that brackets hold, the others and the end, by depth."""

    def __init__(self, opening: str, closing: str) -> None:
        super().__init__()
        self._opening, self._closing = opening, closing

    def __missing__(self, depth: int) -> tuple[str, str, str]:
        line = "\n" + " " * depth
        self[depth] = around = f"{self._opening}{line} ", f",{line} ", line + self._closing
        return around


_BRACES, _SQUARE = _Around("{", "}"), _Around("[", "]")


def _write_object(text: list[str], names: Iterable[str], values: Iterable[Any], depth: int) -> None:
    """`names`: as JSON has them, one for each value."""
    before, following, end = _BRACES[depth]
    leaves = _LEAVES
    # To have `zip` compare their numbers takes a tenth of the time of all.
    for name, value in zip(names, values):  # noqa: B905
        kind = type(value)
        if kind is Decimal:  # as most are, so that no call is made for it
            digits = _figures(value)
            text.append(f'{before}{name}: "{digits if "E" not in digits else format(value, "f")}"')
        elif kind in leaves:
            text.append(f"{before}{name}: {leaves[kind](value)}")
        else:
            text.append(f"{before}{name}: ")
            _WRITERS[kind](text, value, depth + 1)
        before = following
    text.append(end if before is following else "{}")


def _write_array(text: list[str], items: Sequence[object], depth: int) -> None:
    before, following, end = _SQUARE[depth]
    leaves = _LEAVES
    for item in items:
        kind = type(item)
        if kind in leaves:
            text.append(before + leaves[kind](item))
        else:
            text.append(before)
            _WRITERS[kind](text, item, depth + 1)
        before = following
    text.append(end if items else "[]")


def _write_mapping(text: list[str], value: Mapping[str, object], depth: int) -> None:
    _write_object(text, map(_string, value), value.values(), depth)


def _vote(value: Decimal) -> str:
    text = _figures(value)
    return f'"{value:f}"' if "E" in text else f'"{text}"'


_LEAVES: Mapping[type, _Leaf] = {
    str: _string,
    Decimal: _vote,
    int: int.__repr__,
    bool: _WORDS.__getitem__,
    type(None): _WORDS.__getitem__,
}


class _Writers(dict[type, _Writer]):
    """How the values of each further type are written: found out when the first one is met."""

    def __missing__(self, kind: type) -> _Writer:
        self[kind] = writer = _writer_for(kind)
        return writer


_WRITERS = _Writers()


def _writer_for(kind: type) -> _Writer:
    if dataclasses.is_dataclass(kind):
        return _writer_for_dataclass(kind)
    for known, writer in ((tuple, _write_array), (list, _write_array), (Mapping, _write_mapping)):
        if issubclass(kind, known):
            return writer
    leaf = next((leaf for known, leaf in _LEAVES.items() if issubclass(kind, known)), json.dumps)
    return lambda text, value, _: text.append(leaf(value))


def _writer_for_dataclass(kind: type) -> _Writer:
    if _keeps_extras(kind):
        return lambda text, value, depth: _write_mapping(text, dict(_items(value)), depth)
    may_be_absent = [one.name for one in _members_of(kind).values() if one.absent]
    if not may_be_absent:
        names, values_of = _layout(kind, ())
        return lambda text, value, depth: _write_object(text, names, values_of(value), depth)

    def write(text: list[str], value: object, depth: int) -> None:
        absent = tuple([name for name in may_be_absent if getattr(value, name) is None])
        names, values_of = _layout(kind, absent)
        _write_object(text, names, values_of(value), depth)

    return write


@cache
def _layout(
    kind: type, absent: tuple[str, ...]
) -> tuple[tuple[str, ...], Callable[[object], tuple[object, ...]]]:
    """The names in JSON of the fields of a dataclass but these, and what gives their values."""
    members = [one for one in _members_of(kind).values() if one.name not in absent]
    names = tuple(_string(one.json) for one in members)
    if len(members) > 1:
        return names, attrgetter(*[one.name for one in members])
    return names, lambda value: tuple(getattr(value, one.name) for one in members)


def loads(text: str, *, schema: str | None, never_released: str = "") -> dict[str, Any]:
    """The members of the JSON object in `text`, which must state this schema; without it.

    One of no schema states none.

    `never_released`: an older schema, texts of which may lie about. Raises `RecordError` for a text
    that is no such object.
    """
    if not isinstance(text, str):
        raise RecordError(f"text: found {found(text)}; expected JSON")
    try:
        members = json.loads(
            text,
            object_pairs_hook=_members,
            parse_constant=_no_constant,
            parse_float=_finite,
        )
        # An escape may stand for half a character, which no file could hold.
        json.dumps(members, ensure_ascii=False).encode()
    except RecursionError:
        raise RecordError(_TOO_DEEP) from None
    except RecordError:
        raise
    except ValueError as error:
        raise RecordError(f"found {_no_json(error)}; expected JSON") from None
    if not isinstance(members, dict):
        raise _unexpected(
            "", members, f"an object with {f'the schema {schema}' if schema else 'members'}"
        )
    stated = members.pop("schema", None)
    if stated == never_released != "":
        raise RecordError(
            f"schema: found {json.dumps(stated)}, which was never released; expected "
            f"{json.dumps(schema)}: count the ballot file again"
        )
    if stated != schema:
        raise _unexpected("schema", stated, json.dumps(schema) if schema else "none")
    return members


def states(text: str, schema: str) -> bool:
    """Whether a text is JSON that states this schema."""
    try:
        members = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(members, dict) and members.get("schema") == schema


def check_depth(members: Mapping[str, object]) -> None:
    """Raise `RecordError` where it is nested deeper than those who write it again can follow."""
    level: list[Any] = [members]
    for _ in range(_DEEPEST):
        inner = (item for one in level for item in (one.values() if type(one) is dict else one))
        level = [item for item in inner if type(item) in (dict, list)]
    if level:
        raise RecordError(_TOO_DEEP)


def decode(hint: Any, value: object, place: str = "") -> Any:
    """The value of this type that JSON's `value`, found at `place`, stands for.

    Raises `RecordError` that names the place.
    """
    return _reader(hint)(value, place)


_Reader: TypeAlias = Callable[[Any, str], Any]
"""Gives the value of a type that JSON's value, found at a place, stands for."""


@cache
def _reader(hint: Any) -> _Reader:
    if dataclasses.is_dataclass(hint):
        return partial(_decode_dataclass, hint)
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (tuple, FrozenMapping):
        return partial(_decode_collection, origin, arguments)
    if origin is Literal:
        return partial(_decode_literal, arguments)
    if origin in (Union, types.UnionType):
        return partial(_decode_union, arguments)
    return partial(_decode_scalar, hint)


def _decode_literal(options: tuple[Any, ...], value: object, place: str) -> Any:
    if value not in options:
        raise _unexpected(place, value, " or ".join(json.dumps(one) for one in options))
    return value


def _decode_dataclass(hint: Any, value: object, place: str) -> Any:
    if not isinstance(value, dict):
        raise _unexpected(place, value, "an object")
    members = _members_of(hint)
    dot = f"{place}." if place else ""
    extras = {name: value[name] for name in value if name.startswith("x_")}
    for name in value:
        if name not in members and not (name in extras and _keeps_extras(hint)):
            raise _unexpected(place, name, f"a member of {', '.join(members)}")
    for name, member in members.items():
        if name not in value and not member.absent:
            raise RecordError(f"{dot}{name}: found no such member; expected {', '.join(members)}")
    fields = {
        one.name: one.decode(one.hint, value[name], dot + name)
        for name, one in members.items()
        if name in value
    }
    if _keeps_extras(hint):
        fields[EXTRAS] = FrozenMapping((name, frozen(item)) for name, item in extras.items())
    return hint(**fields)


def _decode_collection(origin: Any, arguments: tuple[Any, ...], value: object, place: str) -> Any:
    if origin is tuple:
        if not isinstance(value, list):
            raise _unexpected(place, value, "an array")
        read = _reader(arguments[0])
        return tuple(read(item, f"{place}[{i}]") for i, item in enumerate(value))
    if not isinstance(value, dict):
        raise _unexpected(place, value, "an object")
    read = _reader(arguments[1])
    return FrozenMapping((key, read(item, at(place, key))) for key, item in value.items())


def at(place: str, key: str) -> str:
    """The place of the item of this name in a mapping."""
    return f"{place}[{_quoted(key)}]"


def _decode_union(options: tuple[Any, ...], value: object, place: str) -> Any:
    if value is None and type(None) in options:
        return None
    remaining = [option for option in options if option is not type(None)]
    if len(remaining) == 1:
        return decode(remaining[0], value, place)
    if type(value) not in remaining:
        raise _unexpected(place, value, " or ".join(option.__name__ for option in remaining))
    return value


def _decode_scalar(hint: Any, value: object, place: str) -> Any:
    if hint is object:
        return value
    if hint is Decimal:
        if not isinstance(value, str) or not _DECIMAL.fullmatch(value):
            raise _unexpected(place, value, 'votes as a string, such as "12.00"')
        return Decimal(value)
    if hint is int and (type(value) is not int or value < 0):
        raise _unexpected(place, value, "a whole number")
    if type(value) is not hint:
        raise _unexpected(place, value, {str: "a string", bool: "true or false"}[hint])
    return value


@dataclasses.dataclass(frozen=True, slots=True)
class _Member:
    """A field of a dataclass: its name there and in JSON, its type, and how it is read.

    `absent`: whether it is None where JSON does not have it, and is never null there.
    """

    name: str
    json: str
    hint: Any
    absent: bool
    decode: Callable[[Any, object, str], Any]


@cache
def _members_of(kind: type) -> dict[str, _Member]:
    """The fields by their names in JSON, but for that of extras."""
    hints = get_type_hints(kind)
    found = [
        _Member(
            one.name,
            one.metadata.get("json", one.name),
            _hint(hints[one.name], absent="absent" in one.metadata),
            "absent" in one.metadata,
            one.metadata.get("decode", decode),
        )
        for one in dataclasses.fields(kind)
        if one.name != EXTRAS
    ]
    return {one.json: one for one in found}


def _hint(hint: Any, *, absent: bool) -> Any:
    """The type of a member; of one that may be absent, that which it has where it is not."""
    return next(one for one in get_args(hint) if one is not type(None)) if absent else hint


@cache
def _keeps_extras(kind: type) -> bool:
    return any(one.name == EXTRAS for one in dataclasses.fields(kind))


def frozen(value: object) -> Any:
    """A value of JSON's own types, such that it cannot be changed."""
    if isinstance(value, dict):
        return FrozenMapping((key, frozen(item)) for key, item in value.items())
    return tuple(map(frozen, value)) if isinstance(value, list) else value


def _members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise RecordError(f"found the member {twice!r} more than once; expected it once")
    return members


def _no_json(error: ValueError) -> str:
    if isinstance(error, UnicodeEncodeError):
        return f"half a character, U+{ord(error.object[error.start]):04X}"
    # What is no mistake in the JSON is a number of more digits than Python takes for one.
    return str(error) if isinstance(error, json.JSONDecodeError) else "a number of too many digits"


def _no_constant(name: str) -> object:
    raise RecordError(f"found {name}; expected JSON")


def _finite(text: str) -> float:
    """A number of somebody else's, in an "x_" member: no vote is one."""
    number = float(text)
    if not isfinite(number):
        raise RecordError(f"found the number {text[:60]}; expected one that programs can hold")
    return number


def _unexpected(place: str, value: object, expected: str) -> RecordError:
    if isinstance(value, (dict, list)):
        found = "an object" if isinstance(value, dict) else "an array"
    else:
        found = json.dumps(value)
    shown = found if len(found) <= 60 else found[:57] + "..."
    return RecordError(f"{place or 'the text'}: found {shown}; expected {expected}")
