"""What a caller hands over: looked at once, by one set of rules, and refused in one line.

Numbers may come from anywhere that keeps them (numpy, pandas, `decimal`, a form), so here is what
is taken for a whole number and what for a blank. Nothing is taken for either because of its type.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, MappingView
from collections.abc import Set as AbstractSet
from decimal import Decimal
from numbers import Integral, Real
from typing import TypeVar

from stvcount.errors import ElectionError
from stvcount.words import figure

T = TypeVar("T")

_IN_ORDER = (tuple, list)
_TEXTS = {str}
_UNSEEN = ("Cc", "Cf", "Zl", "Zp", "Zs")
_LONGEST = 200


def found(value: object) -> str:
    """The value as it is shown in a refusal: on one line, and no longer than anybody reads."""
    if isinstance(value, int):
        return figure(value)
    try:
        text = repr(value)
    except Exception:  # whatever a stranger's repr raises, something can be said
        text = "\n"
    if "\n" in text:
        return f"an object of the type {type(value).__name__}"
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def is_blank(value: object) -> bool:
    """Whether this stands for nothing: None, NaN, NaT, NA (of pandas), a masked cell (of numpy).

    A text never does here: what a blank text means, its reader knows.
    """
    if value is None:
        return True
    if isinstance(value, Decimal):
        return value.is_nan()
    if isinstance(value, (str, bytes, int)):
        return False
    kind = type(value)
    if kind.__name__ in ("NAType", "MaskedConstant"):
        return kind.__module__.split(".")[0] in ("pandas", "numpy")
    if isinstance(value, Real) or kind.__name__ in ("NaTType", "datetime64", "timedelta64"):
        return bool(value != value)  # noqa: PLR0124 (what is not even equal to itself)
    return False


def is_without_marks(text: str) -> bool:
    """Whether nothing of a text would be seen on paper."""
    return all(unicodedata.category(character) in _UNSEEN for character in text)


def whole(value: object) -> int | None:
    """The whole number that this is, of whatever type; None where it is none.

    Truth values and texts are none.
    """
    if type(value) is int:
        return value
    if isinstance(value, bool):
        return None
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, (Real, Decimal)):
        try:
            number = int(value)  # type: ignore[arg-type]
        except (OverflowError, ValueError, TypeError):  # infinite, or no number
            return None
        return number if number == value else None
    return None


def whole_number(argument: str, value: object, *, least: int = 0) -> int:
    """The whole number that was handed over; raises `ElectionError` where it is none."""
    number = whole(value)
    if number is None or number < least:
        raise ElectionError(
            f"{argument}: found {found(value)}; expected a whole number from {least}"
        )
    return number


def is_in_order(value: object) -> bool:
    """Whether these are several things in an order of the caller's.

    A text is no list of its letters; a set is in no order, and a mapping's is that of its names.
    What a mapping gives by `keys()` or `items()` is in order.
    """
    if type(value) in _IN_ORDER:
        return True
    if isinstance(value, (str, bytes, Mapping)) or not isinstance(value, Iterable):
        return False
    return isinstance(value, MappingView) or not isinstance(value, AbstractSet)


def listed(argument: str, value: Iterable[T], *, expected: str = "a list") -> tuple[T, ...]:
    """What was handed over in some order; raises `ElectionError` where it has none."""
    if not is_in_order(value) or getattr(value, "ndim", 1) != 1:
        raise ElectionError(f"{argument}: found {found(value)}; expected {expected}")
    return tuple(value)


def names(argument: str, value: Iterable[str], *, of: str = "names") -> tuple[str, ...]:
    """The names (or other texts) that were handed over: a list, a tuple, an array, an index.

    Raises `ElectionError` where they are no texts in some order.
    """
    given = listed(argument, value, expected=f"a list of {of}")
    if set(map(type, given)) <= _TEXTS:
        return given
    for number, name in enumerate(given, start=1):
        if not isinstance(name, str):
            raise ElectionError(
                f"{argument}: found {found(name)} as number {number}; expected a text"
            )
    return tuple(map(str, given))
