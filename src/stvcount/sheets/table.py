"""What every sheet shows of a record: its head, the table of the stages, what was decided.

It is data: figures stay figures and names stay as they are. How they are laid out, and what must
be escaped, is the business of each sheet.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, localcontext
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from stvcount import rules
from stvcount.exact import EXACT
from stvcount.rules import organisations
from stvcount.sheets import bounds, why
from stvcount.sheets.course import Course
from stvcount.sheets.layout import Entry, because
from stvcount.sheets.whole import shown_decimals
from stvcount.words import counted, listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from stvcount.election.reading import Reading
    from stvcount.election.source import Source
    from stvcount.record import Batch, Completion, CountRecord, Elected, Lot, PaperCount, Stage

_HAPPENED = {
    "first": "First preferences",
    "surplus": "Surplus of",
    "exclusion": "Exclusion of",
    "suspense": "Papers held in suspense from",
}
MARKS = "E: deemed elected at this stage; X: excluded at this stage"

RowKind = Literal["candidate", "non-transferable", "remainders", "total", "quota"]
NON_TRANSFERABLE = "Non-transferable"
OF_IT_REMAINDERS = "of it, remainders ignored"
REMAINDERS = "Not transferred: remainders ignored"


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a row for one stage.

    `change`: since the stage before; None where nothing changed, and in the rows of the sums.
    `total`: after the stage; None where there is none. `mark`: E, X or nothing.
    """

    change: Decimal | None
    total: Decimal | None
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table: a candidate, or one of those under them; a cell for each stage.

    `affiliation`: the candidate's party or slate, if any.
    """

    kind: RowKind
    name: str
    cells: tuple[Cell, ...]
    outcome: str = ""
    affiliation: str = ""

    @property
    def label(self) -> str:
        """The name, with the affiliation in brackets."""
        return with_affiliation(self.name, self.affiliation)


@dataclass(frozen=True, slots=True)
class Part:
    """What was decided and done at one stage, or in the completion."""

    heading: str
    items: tuple[Entry, ...]


# The head of the sheet


def facts(record: CountRecord) -> Iterator[Entry]:
    """The contest, rules, places, ballot files, papers, withdrawals, notes: what is known."""
    yield from contest(record)
    yield Entry("Rules", rules_named(record), [record.rules.source] if record.rules.source else [])
    if record.rules.options:
        options = [f"{key} = {option(value)}" for key, value in record.rules.options.items()]
        yield Entry("Options", ", ".join(options))
    if record.organisation is not None:
        yield Entry("Organisation", organisation(record.organisation))
    yield Entry("Places", str(record.places))
    decimals = shown_decimals(record)
    if decimals is not None and decimals == record.decimals:
        yield Entry("Votes", f"rounded to {counted(decimals, 'decimal')}; the record has them all")
    for source in record.sources:
        yield from _source(source)
    yield from papers(record)
    if record.withdrawn:
        gone = [because(one.candidate, one.reason) for one in record.withdrawn]
        yield Entry("Withdrawn", str(len(gone)), gone)
    if record.non_person is not None:
        yield Entry("Not a person", record.non_person)
    if record.notes:
        yield Entry("Notes", str(len(record.notes)), record.notes)


def contest(record: CountRecord) -> Iterator[Entry]:
    """When, under whom, and how far it is final: what is known of it."""
    contest = record.contest
    for label, text in (
        ("Date", contest.date),
        ("Returning officer", contest.returning_officer),
        ("Status", contest.status),
    ):
        if text is not None:
            yield Entry(label, text)


def rules_named(record: CountRecord) -> str:
    """The title of the rule set, its name, and the version of the package it comes from."""
    used = record.rules
    version = "" if used.version is None else f", version {used.version}"
    return f"{used.title} ({used.id}{version})" if used.title else f"{used.id}{version}"


def organisation(name: str) -> str:
    """The title of the organisation of this name, or the name where it is none of the library's."""
    return organisations.get(name).title if name in organisations.names() else name


def readings_page(record: CountRecord) -> str | None:
    """Where the library's documentation has the readings of its own rule sets."""
    kind = rules.own(record.rules.id)
    return None if kind is None else kind.page


def _source(source: Source) -> Iterator[Entry]:
    yield Entry("Ballot file", source.name)
    yield Entry("SHA-256", source.sha256)
    if source.reading is not None:
        yield Entry("Read as", read_as(source.reading))


def read_as(reading: Reading) -> str:
    """What the parts of a ballot file were taken for, in short; the record has it in full."""
    unread = [one.heading or one.column for one in reading.columns if one.role == "not read"]
    left_out, blank = len(reading.rows_left_out), sum(reading.blanks.values())
    found = [
        (True, reading.format),
        (reading.sheet is not None, f"sheet {reading.sheet}"),
        (reading.question is not None, f"question {reading.question}"),
        (reading.layout is not None, f"laid out by {_LAYOUTS.get(reading.layout or '')}"),
        (unread, f"not read: {listed(unread)}"),
        (left_out, f"{counted(left_out, 'row')} left out"),
        (blank, f"{counted(blank, 'word')} read as blank"),
        (reading.same, f"{counted(len(reading.same), 'spelling')} taken for a printed name"),
    ]
    return "; ".join(text for known, text in found if known)


_LAYOUTS = {
    "candidates": "candidates",
    "preferences": "preferences",
    "ranking": "rankings",
    "long": "single marks",
    "zero-one": "zeros and ones",
}


def papers(record: CountRecord) -> Iterator[Entry]:
    """How many could vote, how many papers came, and what became of them."""
    received, electorate = record.papers, record.contest.electorate
    if electorate is not None:
        yield Entry("Electorate", str(electorate))
    yield Entry("Papers", str(received.total))
    if electorate:
        yield Entry("Turnout", per_cent(received.total, electorate))
    yield Entry("Valid", str(received.valid))
    yield invalid(received)
    if received.set_aside:
        aside = [because(f"paper {one.paper}", one.reason) for one in received.set_aside]
        yield Entry("Set aside", str(len(aside)), aside)


def invalid(received: PaperCount) -> Entry:
    """How many papers are invalid, with the number for each reason."""
    reasons = [f"{number}: {reason}" for reason, number in received.invalid.items()]
    return Entry("Invalid", str(sum(received.invalid.values())), reasons)


def per_cent(part: int, whole: int) -> str:
    """So many of a hundred, with one decimal; a half of it counts as one more."""
    tenths = (2000 * part + whole) // (2 * whole)
    return f"{tenths // 10}.{tenths % 10} %"


def option(value: object) -> str:
    """The value of an option of a rule set, as it is typed."""
    return str(value).lower() if isinstance(value, bool) else str(value)


# The table


def rows(record: CountRecord, stages: Sequence[int] | None = None) -> tuple[Row, ...]:
    """The rows in the order of the sheet: candidates by first preferences, then the totals.

    `stages`: which stages, counted from 0, have a cell in each row; all where none are named.
    """
    numbers = range(len(record.stages)) if stages is None else stages
    with localcontext(EXACT):
        return (*_candidates(record, numbers), *_lost(record, numbers), *_sums(record, numbers))


def _candidates(record: CountRecord, numbers: Sequence[int]) -> Iterator[Row]:
    outcomes = _outcomes(record)
    marked = [marks(record.stages[number]) for number in numbers]
    for name in in_order_of_votes(record):
        votes = [stage.votes.get(name) for stage in record.stages]
        cells = tuple(
            Cell(_changed(votes, number), votes[number], marks.get(name, ""))
            for number, marks in zip(numbers, marked, strict=True)
        )
        party = record.affiliations.get(name, "")
        yield Row("candidate", name, cells, outcomes.get(name, ""), party)


def _lost(record: CountRecord, numbers: Sequence[int]) -> Iterator[Row]:
    """The non-transferable vote, and what of it is lost because remainders are ignored."""
    lost = [stage.non_transferable for stage in record.stages]
    so_far = [stage.remainders for stage in record.stages]
    if not any(so_far):
        yield _running(NON_TRANSFERABLE, lost, numbers)
    elif remainders_apart(record):
        now = remainders_by_stage(record)
        others = [every - one for every, one in zip(lost, now, strict=True)]
        yield _running(NON_TRANSFERABLE, others, numbers)
        yield _standing("remainders", REMAINDERS, now, numbers)
    else:
        yield _running(NON_TRANSFERABLE, lost, numbers)
        yield _running(OF_IT_REMAINDERS, so_far, numbers, kind="remainders")


def remainders_apart(record: CountRecord) -> bool:
    """Whether the official sheets show what a stage loses to remainders apart from the rest."""
    kind = rules.own(record.rules.id)
    return kind is not None and kind.remainders_apart


def remainders_by_stage(record: CountRecord) -> list[Decimal]:
    """What each stage loses only because remainders are ignored."""
    so_far = [stage.remainders for stage in record.stages]
    return [so_far[0], *(EXACT.subtract(now, was) for was, now in pairwise(so_far))]


def _sums(record: CountRecord, numbers: Sequence[int]) -> Iterator[Row]:
    totals = [_total(record, stage) for stage in record.stages]
    yield _standing("total", "Total", totals, numbers)
    quotas = [stage.quota for stage in record.stages]
    if any(quota is not None for quota in quotas):
        yield _standing("quota", "Quota", quotas, numbers)


def _total(record: CountRecord, stage: Stage) -> Decimal:
    """What the figures of a stage make; where they are shown rounded, what they made before."""
    if shown_decimals(record) != record.decimals:
        return sum(stage.votes.values(), stage.non_transferable)
    return Decimal(record.papers.valid).quantize(stage.non_transferable)


def _running(
    name: str,
    totals: Sequence[Decimal],
    numbers: Sequence[int],
    kind: RowKind = "non-transferable",
) -> Row:
    """A row whose figures change from stage to stage."""
    return Row(kind, name, tuple(Cell(_changed(totals, one), totals[one]) for one in numbers))


def _standing(
    kind: RowKind, name: str, figures: Sequence[Decimal | None], numbers: Sequence[int]
) -> Row:
    """A row whose figures just stand."""
    return Row(kind, name, tuple(Cell(None, figures[one]) for one in numbers))


def _changed(totals: Sequence[Decimal | None], number: int) -> Decimal | None:
    """What this stage changed; None where that is nothing, or nothing was there before."""
    now, before = totals[number], totals[number - 1] if number else None
    return None if before in (None, now) else difference(now, before)


def with_affiliation(name: str, affiliation: str) -> str:
    """The name, with the party or slate in brackets, if any."""
    return f"{name} ({affiliation})" if affiliation else name


def in_order_of_votes(record: CountRecord) -> list[str]:
    """Who stood, by first preferences; those with equal votes as on the paper."""
    withdrawn = {one.candidate for one in record.withdrawn}
    names = [name for name in record.candidates if name not in withdrawn]
    if record.stages:
        first = record.stages[0].votes
        names.sort(key=lambda name: first.get(name, Decimal(0)), reverse=True)
    return names


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
    return marks(stage).get(name, "")


def marks(stage: Stage) -> dict[str, str]:
    """The mark of everybody who has one at this stage."""
    excluded = {name: "X" for name in stage.candidates if not _is_surplus(stage, name)}
    return excluded | {one.candidate: "E" for one in stage.elected}


def _is_surplus(stage: Stage, name: str) -> bool:
    """Whether the stage moves the surplus of one elected, who keeps at least the quota."""
    if stage.kind in ("surplus", "exclusion") or not stage.quota:
        return stage.kind == "surplus"
    return stage.votes.get(name, Decimal(0)) >= stage.quota


def _outcomes(record: CountRecord) -> dict[str, str]:
    """What became of everybody of whom the record says it."""
    marked = (name for stage in record.stages for name, at in marks(stage).items() if at == "X")
    return {
        **dict.fromkeys((*marked, *record.completion.excluded), "Excluded"),
        **{one.candidate: "Deemed elected" for _, one in deemed(record)},
        **dict.fromkeys(record.elected, "Elected"),
    }


def heading(stage: Stage) -> list[str]:
    """What happened, then each name, with the commas between them."""
    commas = [f"{name}," for name in stage.candidates[:-1]]
    return [happened(stage), *commas, *stage.candidates[-1:]]


def happened(stage: Stage) -> str:
    """What happened at the stage, without the names; a kind of its own by its own name."""
    if stage.kind in _HAPPENED:
        return _HAPPENED[stage.kind]
    named = f"{stage.kind[:1].upper()}{stage.kind[1:]}" or "Stage"
    return f"{named}:" if stage.candidates else named


# What follows the table

KEEP_VALUES = "the part that each keeps of every vote or part of a vote received; the rest goes on"


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody who stood, and why elected or not. `place`: in the order of election, from 1."""

    name: str
    affiliation: str
    why: str
    place: int | None = None

    @property
    def label(self) -> str:
        """The name, with the affiliation in brackets."""
        return with_affiliation(self.name, self.affiliation)


def elected(record: CountRecord) -> list[Told]:
    """Everybody elected, in order of election."""
    course = Course(record)
    return [
        Told(name, record.affiliations.get(name, ""), why.why_elected(course, name), place)
        for place, name in enumerate(record.elected, start=1)
    ]


def not_elected(record: CountRecord) -> list[Told]:
    """Everybody else who stood, in the order of the sheet."""
    course = Course(record)
    return [
        Told(name, record.affiliations.get(name, ""), why.why_not(course, name))
        for name in in_order_of_votes(record)
        if name not in course.elected
    ]


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
    words = " ".join(heading(stage))
    return f"Stage {stage.number}: {words[:1].lower()}{words[1:]}"


def _done(stage: Stage) -> list[Entry]:
    decided = [Entry(one.clause, bounds.text(one)) for one in stage.decisions]
    moved = (*keep_values(stage), *map(_batch, stage.batches))
    return [*decided, *moved, *_deemed(stage.elected)]


def keep_values(stage: Stage) -> Iterator[Entry]:
    """What those keep who pass something on, and what that means; nothing where nobody does."""
    keep: Mapping[str, Decimal] = stage.keep_values or {}
    kept = [f"{name}: {value:f}" for name, value in keep.items() if 0 < value < 1]
    if kept:
        found = counted(stage.iterations or 0, "iteration")
        yield Entry("Keep values", f"{KEEP_VALUES} (found in {found})", kept)


def _completed(end: Completion) -> list[Entry]:
    decided = [Entry(one.clause, bounds.text(one)) for one in end.decisions]
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
    remainder = f", of it {batch.remainder:f} by remainders" if batch.remainder else ""
    details.append(f"non-transferable: {lost}, {batch.non_transferable:f}{remainder}")
    before = f" ({batch.value_before:f} before)" if batch.value != batch.value_before else ""
    return Entry("Batch", f"{counted(moved, 'paper')} at {batch.value:f}{before}", details)
