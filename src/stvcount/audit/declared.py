"""What the rule set and the organisation of a record declare, and its rulebook."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

from stvcount import rules as rule_sets
from stvcount.audit.difference import Findings
from stvcount.audit.rulebook import Rulebook
from stvcount.audit.terms import CASUAL
from stvcount.errors import ElectionError, RuleSetError
from stvcount.record import CountRecord
from stvcount.rules import RuleSet, organisations
from stvcount.rules.organisations import Organisation


@dataclass(frozen=True, slots=True)
class Declared:
    """Of a record: its rule set, that one's rulebook, and its organisation, as far as known."""

    rules: type[RuleSet] | None
    rulebook: type[Rulebook] | None
    organisation: Organisation | None

    @property
    def is_own(self) -> bool:
        """Whether the rule set is one of this library."""
        return self.rules is not None and rule_sets.is_own(self.rules)


def declared(
    record: CountRecord, rules: RuleSet | None, organisation: Organisation | None
) -> Declared:
    """`rules`, `organisation`: those of the record, where they are not installed by name.

    Raises `ElectionError` where they are not those of the record, and `RuleSetError` for a rulebook
    that cannot be imported.
    """
    kind = _rules(record, rules)
    profile = _organisation(record, organisation)
    return Declared(kind, None if kind is None else rulebook_of(kind), profile)


def _rules(record: CountRecord, rules: RuleSet | None) -> type[RuleSet] | None:
    name = record.rules.id
    if rules is not None:
        if rules.id != name:
            raise ElectionError(
                f"rules: found {rules.id!r}; expected those of the record, {name!r}"
            )
        return type(rules)
    if name == CASUAL:
        from stvcount.rules.ers97_vacancy import ERS97Vacancy

        return ERS97Vacancy
    return rule_sets.kind(name) if rule_sets.is_installed(name) else None


def _organisation(record: CountRecord, organisation: Organisation | None) -> Organisation | None:
    name = record.organisation
    if organisation is not None:
        if organisation.id != name:
            raise ElectionError(
                f"organisation: found {organisation.id!r}; expected that of the record, {name!r}"
            )
        return organisation
    if name is None:
        return None
    try:
        # Not looked for among all names: those of other packages are in files of every package.
        return organisations.get(name)
    except ElectionError:
        return None


def rulebook_of(kind: type[RuleSet]) -> type[Rulebook] | None:
    """The rulebook that a rule set names; None where it names none."""
    if kind.rulebook is None:
        return None
    module, _, name = kind.rulebook.partition(":")
    where = f"rules {kind.id}: rulebook {kind.rulebook!r}"
    try:
        found = getattr(import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise RuleSetError(f"{where}: {error}; expected 'module:Class'") from error
    if not (isinstance(found, type) and issubclass(found, Rulebook)):
        raise RuleSetError(f"{where}: found {found!r}; expected a Rulebook")
    return found


def note_unknown(record: CountRecord, known: Declared, findings: Findings) -> None:
    """Note a rule set or an organisation that is not known here."""
    name = record.rules.id
    if known.rules is None and name.strip():
        expected = f"one installed here, {', '.join(rule_sets.names())}"
        why = "what these rules decide is not checked"
        findings.note(("rules", "id"), name, expected, why, kind="unknown")
    if known.organisation is None and record.organisation is not None:
        expected = f"one known here, {', '.join(organisations.names())}"
        findings.note(("organisation",), record.organisation, expected, kind="unknown")
