"""A rule set in plain text: what it is, its options, its clauses."""

from __future__ import annotations

from stvcount.rules import RuleSet


def sheet(rules: RuleSet) -> str:
    """The name and source of a rule set, its options, and every clause its decisions may cite."""
    lines = [f"{rules.id}: {rules.title}", rules.source, ""]
    lines.append("Options:" if rules.option_list else "Options: none")
    for option in rules.option_list:
        values = " or ".join(str(choice) for choice in option.choices)
        lines.append(f"  {option.name}={values} ({option.default}): {option.meaning}")
    lines.append("Clauses:")
    width = max(len(clause) for clause in rules.clauses)
    lines += [f"  {clause:{width}}  {what}" for clause, what in rules.clauses.items()]
    return "\n".join(lines) + "\n"
