"""What an audit checked and what it found, in plain text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from stvcount.audit.difference import Difference
from stvcount.audit.rulebooks import RULEBOOKS
from stvcount.election import Election
from stvcount.record import CountRecord
from stvcount.sheets.layout import Entry, hanging, named, page, particulars, underlined
from stvcount.words import counted

_MARGIN = 13


def sheet(
    record: CountRecord,
    differences: Sequence[Difference],
    *,
    election: Election | None = None,
    width: int = 100,
) -> str:
    """What was checked, how many differences there are, the first of them, and then all.

    `election`: the papers that were recounted, or None if the record was checked by itself.
    """
    entries = [*_checked(record, election), Entry("Result", _result(differences))]
    parts = [
        underlined(named(record.title), width),
        particulars(entries, _MARGIN, width),
    ]
    if differences:
        parts.append(list(_listed(differences, width)))
    return page(parts)


def _checked(record: CountRecord, election: Election | None) -> Iterator[Entry]:
    yield Entry(
        "Record",
        f"rules {record.rules.id}, {counted(len(record.stages), 'stage')}, "
        f"{record.papers.valid} valid papers; counted by stvcount {record.stvcount}",
    )
    by_rules = (
        "quotas, transfer values, batches, who is elected and who goes next, lots, the end"
        if record.rules.id in RULEBOOKS
        else "its rules are not known to the audit, so not what they decide"
    )
    yield Entry(
        "Checked",
        f"the record against itself: names, sums, papers and values, the elected; {by_rules}",
    )
    if election is None:
        yield Entry("Not checked", "how the papers were sorted: that takes the ballot file")
        return
    name = ", ".join(source.name for source in election.sources) or "the papers"
    yield Entry("", f"every figure and word against a recount of {name}")
    if record.source is None or not election.sources:
        yield Entry("Not checked", "whether it is the same ballot file: no hash to compare")


def _result(differences: Sequence[Difference]) -> str:
    if not differences:
        return "no difference found"
    return f"{counted(len(differences), 'difference')}; first: {differences[0]}"


def _listed(differences: Sequence[Difference], width: int) -> Iterator[str]:
    for number, difference in enumerate(differences, start=1):
        yield from hanging(f"{number}. {difference}", width)
