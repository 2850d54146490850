"""Dataclasses to JSON and back, driven by their annotations alone.

Votes are written as strings with their decimals; tuples as arrays; mappings keep their order.
Reading is strict: a missing, an unknown or a mistyped member is an error that names its place.
"""

from __future__ import annotations

import dataclasses
import json
import re
import types
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from stvcount.checks import found
from stvcount.errors import RecordError
from stvcount.frozen import FrozenMapping

_DECIMAL = re.compile(r"(0|[1-9][0-9]{0,99})(\.[0-9]{1,20})?", re.ASCII)


def encode(value: object) -> Any:
    """The value as JSON's own types."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {name: encode(getattr(value, name)) for name in _hints(type(value))}
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, tuple):
        return [encode(item) for item in value]
    if isinstance(value, Mapping):
        return {key: encode(item) for key, item in value.items()}
    return value


def dumps(members: Mapping[str, object]) -> str:
    """The JSON text of an object with these members, in this order."""
    return json.dumps(encode(members), ensure_ascii=False, indent=1) + "\n"


def loads(text: str, *, schema: str) -> dict[str, Any]:
    """The members of the JSON object in `text`, which must state this schema; without it.

    Raises `RecordError` for a text that is no such object.
    """
    if not isinstance(text, str):
        raise RecordError(f"text: found {found(text)}; expected JSON")
    try:
        members = json.loads(text, object_pairs_hook=_members, parse_constant=_no_constant)
        # An escape may stand for half a character, which no file could hold.
        json.dumps(members, ensure_ascii=False).encode()
    except RecursionError:
        raise RecordError("found JSON nested too deeply; expected a record of a count") from None
    except RecordError:
        raise
    except ValueError as error:
        raise RecordError(f"found {_no_json(error)}; expected JSON") from None
    if not isinstance(members, dict):
        raise _unexpected("", members, f"an object with the schema {schema}")
    stated = members.pop("schema", None)
    if stated != schema:
        raise _unexpected("schema", stated, json.dumps(schema))
    return members


def decode(hint: Any, value: object, place: str = "") -> Any:
    """The value of this type that JSON's `value`, found at `place`, stands for.

    Raises `RecordError` that names the place.
    """
    if dataclasses.is_dataclass(hint):
        return _decode_dataclass(hint, value, place)
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (tuple, FrozenMapping):
        return _decode_collection(origin, arguments, value, place)
    if origin is Literal:
        if value not in arguments:
            raise _unexpected(place, value, " or ".join(json.dumps(one) for one in arguments))
        return value
    if origin in (Union, types.UnionType):
        return _decode_union(arguments, value, place)
    return _decode_scalar(hint, value, place)


def _decode_dataclass(hint: Any, value: object, place: str) -> Any:
    if not isinstance(value, dict):
        raise _unexpected(place, value, "an object")
    hints = _hints(hint)
    dot = f"{place}." if place else ""
    for name in value:
        if name not in hints:
            raise _unexpected(place, name, f"a member of {', '.join(hints)}")
    for name in hints:
        if name not in value:
            raise RecordError(f"{dot}{name}: found no such member; expected {', '.join(hints)}")
    return hint(**{name: decode(hints[name], value[name], dot + name) for name in hints})


def _decode_collection(origin: Any, arguments: tuple[Any, ...], value: object, place: str) -> Any:
    if origin is tuple:
        if not isinstance(value, list):
            raise _unexpected(place, value, "an array")
        return tuple(decode(arguments[0], item, f"{place}[{i}]") for i, item in enumerate(value))
    if not isinstance(value, dict):
        raise _unexpected(place, value, "an object")
    return FrozenMapping(
        (key, decode(arguments[1], item, f"{place}[{json.dumps(key)}]"))
        for key, item in value.items()
    )


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
    if hint is Decimal:
        if not isinstance(value, str) or not _DECIMAL.fullmatch(value):
            raise _unexpected(place, value, 'votes as a string, such as "12.00"')
        return Decimal(value)
    if hint is int and (type(value) is not int or value < 0):
        raise _unexpected(place, value, "a whole number")
    if type(value) is not hint:
        raise _unexpected(place, value, {str: "a string", bool: "true or false"}[hint])
    return value


@cache
def _hints(kind: type) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in dataclasses.fields(kind)}


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


def _unexpected(place: str, value: object, expected: str) -> RecordError:
    if isinstance(value, (dict, list)):
        found = "an object" if isinstance(value, dict) else "an array"
    else:
        found = json.dumps(value)
    shown = found if len(found) <= 60 else found[:57] + "..."
    return RecordError(f"{place or 'the text'}: found {shown}; expected {expected}")
