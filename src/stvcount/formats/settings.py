"""The settings that settle a doubt: added to the options that were given, and as words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from stvcount.errors import Alternative, Setting

SWITCHES = ("skip_zero", "ignore_commas", "names_in_comments", "fold_controls", "mend_accents")
"""The options of `stvcount.read` that are said or not, and have no value."""

_LISTS = ("candidates", "preferences", "ignore", "ignore_rows", "blank")


def merged(options: Mapping[str, Any], alternative: Alternative) -> dict[str, Any]:
    """The options of `stvcount.read` with these settings: lists grow, everything else is set."""
    found = dict(options)
    for setting in alternative:
        if setting.option in _LISTS:
            found[setting.option] = [*found.get(setting.option, ()), setting.value]
        elif setting.option == "same":
            spelling, _, name = str(setting.value).partition("=")
            found["same"] = {**found.get("same", {}), spelling: name}
        else:
            found[setting.option] = setting.value
    return found


def words_of(options: Mapping[str, Any]) -> Iterator[str]:
    """The options of `stvcount.read` as they are typed at the command, word by word."""
    for option, value in options.items():
        for one in () if option in SWITCHES and not value else each(value):
            yield from Setting(option, one, "").argument


def each(value: object) -> list[str | int]:
    """The values of an option, one by one, as a setting has them."""
    if isinstance(value, (str, int)):
        return [value]
    if isinstance(value, Mapping):
        return ["=".join(pair) for pair in value.items()]
    return list(value) if isinstance(value, Sequence) else []
