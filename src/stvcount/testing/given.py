"""The rules that are handed in: a rule set, or its name with its options."""

from __future__ import annotations

from collections.abc import Mapping

from stvcount import rules as rule_sets
from stvcount.errors import ElectionError
from stvcount.rules import OptionValue, RuleSet

__all__ = ["rule_set"]


def rule_set(rules: str | RuleSet, options: Mapping[str, OptionValue] | None) -> RuleSet:
    """The rule set. Raises `ElectionError` for options that stand beside one, and unknown rules."""
    if isinstance(rules, str):
        return rule_sets.get(rules, options)
    if options:
        raise ElectionError("options: found some beside a rule set; expected them within it")
    return rules
