"""The reports of official counts as tables: what each states, for any sheet to lay out.

The Scottish Local Government Elections Order 2011 and its amendments ask for them; they make sense
for every rule set: the votes by stage (`table`), the transfers by parcel, the first preferences,
the preference profile and the declaration of the result.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

from stvcount.errors import ElectionError
from stvcount.exact import EXACT
from stvcount.sheets import table, whole
from stvcount.sheets.layout import Entry
from stvcount.words import counted, listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stvcount.election import Election
    from stvcount.record import Batch, CountRecord, Stage

Cell: TypeAlias = "str | int | Decimal"


@dataclass(frozen=True, slots=True)
class Report:
    """A table: what it is, a heading for each column, and the rows.

    `figures`: which of the columns hold figures.
    """

    title: str
    columns: tuple[str, ...]
    figures: frozenset[str]
    rows: tuple[tuple[Cell, ...], ...]


def _report(title: str, columns: tuple[str, ...], rows: Iterator[tuple[Cell, ...]]) -> Report:
    return Report(title, columns, frozenset(_FIGURES.intersection(columns)), tuple(rows))


_FIGURES = frozenset(
    {"Stage", "Value before", "Papers", "Transfer value", "Votes", "Per cent", "Preference"}
)


# Transfers by parcel

REMAINDERS = "Remainders ignored"
_NONE = Decimal(0)


def transfers(record: CountRecord) -> Report:
    """Every parcel that moved: at which stage, from whom, to whom, how many papers, their value.

    Papers that became non-transferable, and what was lost to ignored remainders, have rows too.
    """
    columns = ("Stage", "From", "Value before", "To", "Papers", "Transfer value", "Votes")
    batches = ((stage, batch) for stage in record.stages for batch in stage.batches)
    rows = (row for stage, batch in batches for row in _parcels(stage, batch))
    return _report("Transfers by parcel", columns, rows)


def _parcels(stage: Stage, batch: Batch) -> Iterator[tuple[Cell, ...]]:
    whence = (stage.number, listed(list(batch.origin)), batch.value_before)
    for name, papers in batch.papers.items():
        if papers:
            yield (*whence, name, papers, batch.value, batch.credited.get(name, _NONE))
    papers, lost = batch.non_transferable_papers, _lost(batch)
    if papers or lost:
        # Papers of a surplus that stay behind have no transfer value.
        value = batch.value if papers * batch.value == lost else ""
        yield (*whence, table.NON_TRANSFERABLE, papers, value, lost)
    if batch.remainder:
        yield (*whence, REMAINDERS, "", "", batch.remainder)


def _lost(batch: Batch) -> Decimal:
    """What became non-transferable for want of a preference, and not as a remainder."""
    return EXACT.subtract(batch.non_transferable, batch.remainder)


# First preferences


def first_preferences(record: CountRecord) -> Report:
    """The first preferences of everybody who stood, in the order of the paper."""
    gone = {one.candidate for one in record.withdrawn}
    names = [name for name in record.candidates if name not in gone]
    columns = ("Candidate", *_party_column(record), "Votes", "Per cent")
    return _report("First preferences", columns, (_first(record, name) for name in names))


def _party_column(record: CountRecord) -> tuple[str, ...]:
    return ("Affiliation",) if record.affiliations else ()


def _party(record: CountRecord, name: str) -> tuple[str, ...]:
    return tuple(record.affiliations.get(name, "") for _ in _party_column(record))


def _first(record: CountRecord, name: str) -> tuple[Cell, ...]:
    valid = record.papers.valid
    votes = int(record.stages[0].votes.get(name, _NONE)) if record.stages else 0
    return (name, *_party(record, name), votes, table.per_cent(votes, valid) if valid else "")


# The preference profile


def profile(record: CountRecord, election: Election | None) -> Report:
    """Each different order of preferences on the valid papers, and how many papers have it.

    Raises `ElectionError` without the election, as a record does not hold the papers, and where the
    election is another.
    """
    orders = _orders(record, election)
    rows = ((number, ", ".join(order)) for order, number in orders)
    return _report("Preference profile", ("Papers", "Order of preferences"), rows)


def _orders(
    record: CountRecord, election: Election | None
) -> Iterator[tuple[tuple[str, ...], int]]:
    """The commonest first; as many, as they were received."""
    if election is None:
        raise ElectionError(
            "election: found none beside the record; expected the election that was counted, as "
            "a record does not hold the papers"
        )
    names = election.candidates
    if tuple(names) != record.candidates or election.papers.total != record.papers.total:
        raise ElectionError(
            f"election: found {counted(election.papers.total, 'paper')} for "
            f"{', '.join(names)}; expected the {record.papers.total} for "
            f"{', '.join(record.candidates)} that were counted"
        )
    found: Counter[tuple[int, ...]] = Counter()
    for ranking, number in election.papers_counted.groups():
        if ranking:
            found[tuple(ranking)] += number
    for ranking, number in found.most_common():
        yield tuple(names[candidate] for candidate in ranking), number


# The declaration


def declared(record: CountRecord) -> Iterator[Entry]:
    """What a declaration states: the contest and its papers, the quota, the result."""
    yield from table.contest(record)
    yield Entry("Places", str(record.places))
    yield from table.papers(record)
    quota = record.stages[0].quota if record.stages else None
    if quota is not None:
        yield Entry("Quota", table.figure(whole.of(quota)))


def signs(record: CountRecord) -> str:
    """Who signs the declaration."""
    name = record.contest.returning_officer
    return f"Returning officer: {name}" if name else "Returning officer"


def results(record: CountRecord) -> Report:
    """Everybody elected, in order of election, with the stage."""
    stages = {one.candidate: stage for stage, one in table.deemed(record)}
    columns = ("Elected", *_party_column(record), "At stage")
    rows = ((name, *_party(record, name), _at(stages.get(name))) for name in record.elected)
    return _report("Elected", columns, rows)


def _at(stage: Stage | None) -> Cell:
    return "end of the count" if stage is None else stage.number
