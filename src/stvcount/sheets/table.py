"""What every sheet shows of a record: its head, the table of the stages, what was decided.

It is data: figures stay figures and names stay as they are. How they are laid out, and what must
be escaped, is the business of each sheet.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Context, Decimal, localcontext
from typing import TYPE_CHECKING, Literal

from stvcount.sheets.layout import Entry, because
from stvcount.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from stvcount.record import Batch, Completion, CountRecord, Elected, Lot, PaperCount, Stage

# Holds every sum and difference of votes that a record can state, whatever the caller's context.
EXACT = Context(prec=999)

HAPPENED = {
    "first": "First preferences",
    "surplus": "Surplus of",
    "exclusion": "Exclusion of",
    "suspense": "Papers held in suspense from",
}
MARKS = "E: deemed elected at this stage; X: excluded at this stage"

RowKind = Literal["candidate", "non-transferable", "total", "quota"]


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a row for one stage.

    `change`: since the stage before; None where nothing changed, and in the rows of the total and
    the quota. `total`: after the stage; None where there is none. `mark`: E, X or nothing.
    """

    change: Decimal | None
    total: Decimal | None
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table: a candidate, or one of the three under them; a cell for each stage."""

    kind: RowKind
    name: str
    cells: tuple[Cell, ...]
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """What was decided and done at one stage, or in the completion."""

    heading: str
    items: tuple[Entry, ...]


# The head of the sheet


def facts(record: CountRecord) -> Iterator[Entry]:
    """Rules, places, ballot file, papers, withdrawals."""
    yield Entry("Rules", record.rules.id)
    if record.rules.options:
        options = [f"{key} = {option(value)}" for key, value in record.rules.options.items()]
        yield Entry("Options", ", ".join(options))
    if record.organisation is not None:
        yield Entry("Organisation", record.organisation)
    yield Entry("Places", str(record.places))
    if record.source is not None:
        yield Entry("Ballot file", record.source.name)
        yield Entry("SHA-256", record.source.sha256)
    yield from _papers(record.papers)
    if record.withdrawn:
        gone = [because(one.candidate, one.reason) for one in record.withdrawn]
        yield Entry("Withdrawn", str(len(gone)), gone)
    if record.non_person is not None:
        yield Entry("Not a person", record.non_person)


def _papers(papers: PaperCount) -> Iterator[Entry]:
    yield Entry("Papers", str(papers.total))
    yield Entry("Valid", str(papers.valid))
    reasons = [f"{number}: {reason}" for reason, number in papers.invalid.items()]
    yield Entry("Invalid", str(sum(papers.invalid.values())), reasons)
    if papers.set_aside:
        aside = [because(f"paper {one.paper}", one.reason) for one in papers.set_aside]
        yield Entry("Set aside", str(len(aside)), aside)


def option(value: object) -> str:
    """The value of an option of a rule set, as it is typed."""
    return str(value).lower() if isinstance(value, bool) else str(value)


# The table


def rows(record: CountRecord) -> tuple[Row, ...]:
    """The rows in the order of the sheet: candidates by first preferences, then the totals."""
    names = in_order_of_votes(record)
    with localcontext(EXACT):
        figures = [_figures(stage, names) for stage in record.stages]
        columns = [
            tuple(_cells(stage, names, now, before))
            for stage, now, before in zip(record.stages, figures, [None, *figures], strict=False)
        ]
    kinds: list[tuple[RowKind, str, str]] = [
        *(("candidate", name, _outcome(record, name)) for name in names),
        ("non-transferable", "Non-transferable", ""),
        ("total", "Total", ""),
        ("quota", "Quota", ""),
    ]
    return tuple(
        Row(kind, name, tuple(column[number] for column in columns), outcome)
        for number, (kind, name, outcome) in enumerate(kinds)
    )


def in_order_of_votes(record: CountRecord) -> list[str]:
    """Who stood, by first preferences; those with equal votes as on the paper."""
    withdrawn = {one.candidate for one in record.withdrawn}
    names = [name for name in record.candidates if name not in withdrawn]
    if record.stages:
        first = record.stages[0].votes
        names.sort(key=lambda name: first.get(name, Decimal(0)), reverse=True)
    return names


def _figures(stage: Stage, names: Sequence[str]) -> list[Decimal | None]:
    """What stands in the rows after the stage, from the first candidate's vote to the quota."""
    votes = [stage.votes.get(name) for name in names]
    total = sum(stage.votes.values(), stage.non_transferable)
    return [*votes, stage.non_transferable, total, stage.quota]


def _cells(
    stage: Stage,
    names: Sequence[str],
    now: Sequence[Decimal | None],
    before: Sequence[Decimal | None] | None,
) -> Iterator[Cell]:
    for number, total in enumerate(now):
        # The candidates and the non-transferable vote change; the total and the quota just stand.
        earlier = before[number] if before is not None and number <= len(names) else None
        yield Cell(
            change=None if earlier in (None, total) else difference(total, earlier),
            total=total,
            mark=mark(stage, names[number]) if number < len(names) else "",
        )


def difference(now: Decimal | None, before: Decimal | None) -> Decimal | None:
    """From before to now, exactly; all of it where there was nothing before."""
    return now if now is None or before is None else EXACT.subtract(now, before)


def figure(votes: Decimal | None) -> str:
    """The votes in digits, never with an exponent."""
    return "" if votes is None else format(votes, "f")


def change(votes: Decimal | None) -> str:
    """A change of votes with its sign."""
    return "" if votes is None else format(votes, "+f")


def mark(stage: Stage, name: str) -> str:
    """E or X where the candidate is deemed elected or excluded at this stage."""
    if any(name == one.candidate for one in stage.elected):
        return "E"
    return "X" if stage.kind == "exclusion" and name in stage.candidates else ""


def _outcome(record: CountRecord, name: str) -> str:
    if name in record.elected:
        return "Elected"
    if any(name == one.candidate for _, one in deemed(record)):
        return "Deemed elected"
    excluded = any(mark(stage, name) == "X" for stage in record.stages)
    return "Excluded" if excluded or name in record.completion.excluded else ""


def heading(stage: Stage) -> list[str]:
    """What happened, then each name, with the commas between them."""
    commas = [f"{name}," for name in stage.candidates[:-1]]
    return [HAPPENED[stage.kind], *commas, *stage.candidates[-1:]]


# What follows the table


def vacancies(record: CountRecord) -> list[str]:
    """How many places stay vacant, and why."""
    return [because(counted(one.places, "place"), one.reason) for one in record.vacant]


def deemed(record: CountRecord) -> Iterator[tuple[Stage | None, Elected]]:
    """Everybody deemed elected, with the stage; None stands for the completion."""
    for stage in record.stages:
        yield from ((stage, one) for one in stage.elected)
    yield from ((None, one) for one in record.completion.elected)


def parts(record: CountRecord, *, with_lots: bool = False) -> tuple[Part, ...]:
    """Every decision, batch and election, stage by stage, then those of the completion, if any.

    `with_lots`: the lots stand where they were drawn, for a sheet that does not list them apart.
    """
    end = record.completion
    found = [(stage_heading(stage), _done(stage), stage.lots) for stage in record.stages]
    found.append(("Completion", _completed(end), end.lots))
    told = [
        Part(named, (*items, *(map(_lot, drawn) if with_lots else ())))
        for named, items, drawn in found
    ]
    return tuple(told if told[-1].items else told[:-1])


def lots(record: CountRecord) -> tuple[Part, ...]:
    """The lots of each stage that had any, and of the completion."""
    drawn = [
        *((f"Stage {stage.number}", stage.lots) for stage in record.stages),
        ("Completion", record.completion.lots),
    ]
    return tuple(Part(named, tuple(map(_lot, several))) for named, several in drawn if several)


def stage_heading(stage: Stage) -> str:
    """The stage by its number, what happened, and to whom."""
    happened = " ".join(heading(stage))
    return f"Stage {stage.number}: {happened[0].lower()}{happened[1:]}"


def _done(stage: Stage) -> list[Entry]:
    decided = [Entry(one.clause, one.text) for one in stage.decisions]
    return [*decided, *map(_batch, stage.batches), *_deemed(stage.elected)]


def _completed(end: Completion) -> list[Entry]:
    decided = [Entry(one.clause, one.text) for one in end.decisions]
    excluded = [Entry("Excluded", ", ".join(end.excluded))] if end.excluded else []
    return [*decided, *_deemed(end.elected), *excluded]


def _deemed(elected: Iterable[Elected]) -> Iterator[Entry]:
    return (Entry(e.clause, f"{e.candidate} deemed elected with {e.vote:f}") for e in elected)


def _lot(lot: Lot) -> Entry:
    votes = {name: f" ({vote:f})" for name, vote in lot.votes.items()}
    tied = ", ".join(name + votes.get(name, "") for name in lot.candidates)
    fell = f"it fell on {lot.chosen}; source: {lot.source}"
    return Entry(lot.clause, f"Lot ({lot.purpose}) between {tied}: {fell}")


def _batch(batch: Batch) -> Entry:
    moved = sum(batch.papers.values(), batch.non_transferable_papers)
    details = []
    for name in dict.fromkeys((*batch.papers, *batch.credited)):
        papers, credited = batch.papers.get(name, 0), batch.credited.get(name, Decimal(0))
        details.append(f"{name}: {counted(papers, 'paper')}, credited {credited:f}")
    lost = counted(batch.non_transferable_papers, "paper")
    details.append(f"non-transferable: {lost}, {batch.non_transferable:f}")
    return Entry("Batch", f"{counted(moved, 'paper')} at {batch.value:f}", details)
