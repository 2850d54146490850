"""What an audit checked and what it found, in plain text: the verdict first."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from stvcount.audit.declared import declared
from stvcount.audit.difference import AT_THE_END, Difference
from stvcount.audit.stated import believed
from stvcount.audit.verdict import verdict
from stvcount.election import Election
from stvcount.record import CountRecord
from stvcount.rules import RuleSet
from stvcount.rules.organisations import Organisation
from stvcount.sheets.layout import Entry, hanging, named, page, particulars, underlined
from stvcount.words import counted, visible

_MARGIN = 13
_HEADINGS = {0: "The count as a whole", AT_THE_END: "The end"}


def sheet(
    record: CountRecord,
    differences: Sequence[Difference],
    *,
    election: Election | None = None,
    rules: RuleSet | None = None,
    organisation: Organisation | None = None,
    places_stated: bool = True,
    width: int = 100,
) -> str:
    """The verdict on one line; what was checked and what believed; all differences, by stage.

    `election`: the papers that were recounted, or None if the record was checked by itself.
    `rules`, `organisation`: as `verify` had them. `places_stated`: whether the ballot file states
    how many places there are.
    """
    trusted = believed(record, election, places_stated=places_stated)
    entries = [
        *_checked(record, election, rules, organisation),
        *([Entry("Believed", f"from the record alone: {'; '.join(trusted)}")] if trusted else ()),
        Entry("Result", _result(differences)),
    ]
    parts = [
        [visible(verdict(record, differences, election))],
        underlined(named(record.title), width),
        particulars(entries, _MARGIN, width),
        *_by_stage(differences, width),
    ]
    return page(parts)


def _checked(
    record: CountRecord,
    election: Election | None,
    rules: RuleSet | None,
    organisation: Organisation | None,
) -> Iterator[Entry]:
    known = declared(record, rules, organisation)
    yield Entry(
        "Record",
        f"rules {record.rules.id}, {counted(len(record.stages), 'stage')}, "
        f"{counted(record.papers.valid, 'valid paper')}; counted by stvcount {record.stvcount}",
    )
    by_rules = "its rules are not known to the audit, so not what they decide"
    if known.rulebook is not None:
        follow = known.rulebook.votes_follow
        moved = "transfer values, batches" if follow else "keep values as far as the tables tell"
        by_rules = f"quotas, {moved}, who is elected and who goes next, lots, the end"
    yield Entry(
        "Checked",
        "the record against itself: names, sums, papers and values, lots from a seed, the words of "
        f"decisions, the elected; {by_rules}",
    )
    if election is None:
        yield Entry("Not checked", "how the papers were sorted: that takes the ballot file")
        return
    name = ", ".join(source.name for source in election.sources) or "the papers"
    yield Entry("", f"every figure and word against a recount of {name}")
    if not record.sources or not election.sources:
        yield Entry("Not checked", "whether it is the same ballot file: no hash to compare")


def _result(differences: Sequence[Difference]) -> str:
    if not differences:
        return "no difference found"
    return f"{counted(len(differences), 'difference')}; first: {differences[0]}"


def _by_stage(differences: Sequence[Difference], width: int) -> Iterator[list[str]]:
    """Those of the whole count, of each stage, of the end."""
    numbered = enumerate(differences, start=1)
    for stage, found in itertools.groupby(numbered, key=lambda pair: pair[1].stage):
        lines = [_HEADINGS.get(stage, f"Stage {stage}")]
        for number, one in found:
            lines += hanging(f"{number}. {one}", width)
        yield lines
