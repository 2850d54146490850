"""A rule set in plain text: what it is, its options, its clauses."""

from __future__ import annotations

from collections.abc import Callable

from stvcount import rules as rule_sets
from stvcount.errors import StvcountError
from stvcount.rules import RuleSet, organisations
from stvcount.rules.organisations import Organisation
from stvcount.sheets.layout import listing
from stvcount.words import visible


def index() -> str:
    """Every rule set and every organisation by name."""
    listed = [(name, _title(name, rule_sets.kind)) for name in rule_sets.names()]
    whose = [(name, _title(name, organisations.get)) for name in organisations.names()]
    width = max(len(name) for name, _ in listed + whose)
    lines = ["Rule sets (--rules):", *(f"  {name:{width}}  {title}" for name, title in listed)]
    lines += ["Organisations (--organisation):"]
    lines += [f"  {name:{width}}  {title}" for name, title in whose]
    return listing(map(visible, lines))


def _title(name: str, get: Callable[[str], type[RuleSet] | Organisation]) -> str:
    """What it is; or why it is not to be had, for one of a package that is broken."""
    try:
        return get(name).title
    except StvcountError as error:
        return str(error)


def sheet(rules: RuleSet) -> str:
    """The name and source of a rule set, its options, and every clause its decisions may cite."""
    lines = [f"{rules.id}: {rules.title}", rules.source, ""]
    lines.append("Options (default in brackets):")
    for option in rules.all_options():
        values = " or ".join(str(choice) for choice in option.choices)
        lines.append(f"  {option.name}={values} ({option.default}): {option.meaning}")
    lines.append("Clauses:")
    width = max(len(clause) for clause in rules.clauses)
    lines += [f"  {clause:{width}}  {what}" for clause, what in rules.clauses.items()]
    return listing(map(visible, lines))
