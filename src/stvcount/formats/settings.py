"""The settings that settle a doubt, added to the options that were given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stvcount.errors import Alternative

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
