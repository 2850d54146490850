"""The rule sets by name."""

from __future__ import annotations

from collections.abc import Mapping

from stvcount.errors import ElectionError
from stvcount.rules.base import Option, OptionValue, RuleSet
from stvcount.rules.ers97 import ERS97

__all__ = ["ERS97", "Option", "OptionValue", "RuleSet", "get", "names"]

_RULE_SETS: dict[str, type[RuleSet]] = {kind.id: kind for kind in (ERS97,)}


def names() -> tuple[str, ...]:
    """The names of all rule sets, in alphabetical order."""
    return tuple(sorted(_RULE_SETS))


def get(name: str, options: Mapping[str, OptionValue] | None = None) -> RuleSet:
    """The rule set of this name, with these options.

    Raises `ElectionError` for a name that no rule set has, or options that it does not have.
    """
    if name not in _RULE_SETS:
        raise ElectionError(f"rules: found {name!r}; expected {', '.join(names())}")
    return _RULE_SETS[name](**(options or {}))
