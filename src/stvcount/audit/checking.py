"""A record checked against itself."""

from __future__ import annotations

from decimal import localcontext

from stvcount.audit import shape
from stvcount.audit.conservation import Conservation
from stvcount.audit.difference import Difference, Findings
from stvcount.audit.rulebooks import RULEBOOKS
from stvcount.audit.terms import terms_of
from stvcount.audit.walk import Walk
from stvcount.exact import EXACT
from stvcount.record import CountRecord


def check(record: CountRecord) -> tuple[Difference, ...]:
    """What in a record does not follow from the rest of it, without the ballot file.

    Whatever the rules: names, sums, papers times value, who may receive and lose votes, the lists
    of those elected, excluded and vacant. By the rule sets of this library, from their texts:
    quotas, transfer values, the papers in each batch, who is elected when and by which mark, who
    goes next, the lots asked for, and the end. How papers were sorted is taken from the record.

    If figures or names are such that no count can be followed, only that is returned.
    """
    findings = Findings()
    with localcontext(EXACT):
        if shape.sound(record, findings):
            terms = terms_of(record)
            conservation = Conservation(record, terms, findings)
            # What the first stage has wrong comes before all that would follow from it.
            conservation.first_stage(record.stages[0])
            if record.rules.id in RULEBOOKS:
                Walk(record, terms, findings).run()
            conservation.run()
    return findings.all
