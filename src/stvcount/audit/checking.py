"""A record checked against itself."""

from __future__ import annotations

from decimal import localcontext

from stvcount.audit import shape
from stvcount.audit.conservation import Conservation
from stvcount.audit.declared import declared, note_unknown
from stvcount.audit.difference import Difference, Findings
from stvcount.audit.terms import terms_of
from stvcount.audit.walk import Walk
from stvcount.checked import checked
from stvcount.exact import EXACT
from stvcount.record import CountRecord
from stvcount.rules import RuleSet
from stvcount.rules.organisations import Organisation


@checked
def check(
    record: CountRecord,
    *,
    rules: RuleSet | None = None,
    organisation: Organisation | None = None,
) -> tuple[Difference, ...]:
    """What in a record does not follow from the rest of it, without the ballot file.

    Whatever the rules: names, sums, who holds the papers of each batch, papers times value, who may
    receive and lose votes, lots from a seed, the words of decisions, the lists of those elected,
    excluded and vacant. By the rulebook of the rule set, where it has one: quotas, transfer values,
    the papers in each batch, who is elected when and by which mark, who goes next, the lots asked
    for, and the end. How papers were sorted is taken from the record.

    `rules`, `organisation`: those of the record, where they are not installed by name. Ones that
    are not known at all are a difference of the kind "unknown". If figures or names are such that
    no count can be followed, only that is returned.

    Raises `ElectionError` for rules or an organisation that are not those of the record, and
    `RuleSetError` for a rulebook of another package that cannot be used.
    """
    findings = Findings()
    known = declared(record, rules, organisation)
    note_unknown(record, known, findings)
    with localcontext(EXACT):
        if shape.sound(record, known, findings):
            terms = terms_of(record, known.organisation)
            conservation = Conservation(record, terms, findings, known)
            # What the first stage has wrong comes before all that would follow from it.
            conservation.first_stage(record.stages[0])
            if known.rulebook is not None:
                Walk(record, terms, findings, known.rulebook).run()
            conservation.run()
    return findings.all
