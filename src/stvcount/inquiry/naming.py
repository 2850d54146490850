"""How rule sets are named beside one another."""

from __future__ import annotations

from collections.abc import Mapping

from stvcount.rules import OptionValue
from stvcount.sheets.table import option


def with_options(rules: str, options: Mapping[str, OptionValue]) -> str:
    """ "lsu-atv (suspense=true)": the name, with the options as they are typed, if any."""
    typed = [f"{name}={option(value)}" for name, value in options.items()]
    return f"{rules} ({', '.join(typed)})" if typed else rules
