"""What scrutineers do and say at each stage, made from the batches and decisions of a record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from stvcount.record import Batch, CountRecord, Decision, Elected, Lot, Stage
from stvcount.sheets import table, why
from stvcount.sheets.course import ZERO, Course
from stvcount.sheets.reports import REMAINDERS
from stvcount.words import counted, listed

_AFTERWARDS = (
    *("quota-reduced", "active-vote", "separated", "equal-not-elected", "over-all-others"),
    *("has-the-needed", "most-of-two", "votes-required", "rest-held", "rest-held-by-set"),
    *("broken-off", "broken-off-closed", "non-person-vacates", "non-person-closes"),
)
"""Codes of what is decided when papers have moved; all else is decided before."""


@dataclass(frozen=True, slots=True)
class Pile:
    """Papers that go to one account: whose, how many, and what they are worth together.

    `papers`: None for what is lost though no paper is. `value`: of each, None where they lose it.
    `total`: what a candidate then has.
    """

    name: str
    papers: int | None
    value: Decimal | None
    votes: Decimal
    total: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """A batch to be moved. `take`: what to do, in words. `value`: of each paper afterwards."""

    take: str
    value: Decimal
    piles: tuple[Pile, ...]
    together: Pile


@dataclass(frozen=True, slots=True)
class Line:
    """What stands in a row of the result sheet for one stage."""

    name: str
    change: Decimal | None
    total: Decimal | None
    mark: str


@dataclass(frozen=True, slots=True)
class Guide:
    """A stage, or the completion, as it is worked through.

    `before`, `after`: what is decided before and after papers move. `sort`: how they are sorted.
    `lines`: the column of the result sheet. `check`: what must agree. `say`: what is announced.
    """

    heading: str
    before: tuple[Decision, ...]
    lots: tuple[str, ...]
    sort: str
    moves: tuple[Move, ...]
    after: tuple[Decision, ...]
    deemed: tuple[str, ...]
    lines: tuple[Line, ...]
    check: str
    say: tuple[str, ...]


def guides(record: CountRecord) -> list[Guide]:
    """What to do and to say, stage by stage, and then for the completion."""
    return list(_Telling(record).all())


class _Telling:
    """One telling of a count: how many papers each candidate holds is kept along the way."""

    def __init__(self, record: CountRecord) -> None:
        self.record = record
        self.course = Course(record)
        self.rows = table.rows(record)
        self.held: dict[str, int] = {}
        self.received: dict[str, int] = {}

    def all(self) -> Iterator[Guide]:
        for place, stage in enumerate(self.record.stages):
            yield self.stage(place, stage)
        yield self.completion()

    def stage(self, place: int, stage: Stage) -> Guide:
        first = place == 0
        if first:
            self.held = {name: int(vote) for name, vote in stage.votes.items()}
            self.received = dict.fromkeys(stage.votes, 1)
        after = [one for one in stage.decisions if first or one.code in _AFTERWARDS]
        return Guide(
            heading=table.stage_heading(stage),
            before=tuple(one for one in stage.decisions if one not in after),
            lots=tuple(map(_lot, stage.lots)),
            sort="" if first or not stage.batches else self.sort(stage),
            moves=tuple(self.moves(stage)),
            after=tuple(after),
            deemed=tuple(map(_deemed, stage.elected)),
            lines=tuple(self.lines(place)),
            check=self.check(stage),
            say=tuple(self.say(stage)),
        )

    def completion(self) -> Guide:
        end, record = self.record.completion, self.record
        order = ", in this order" if len(record.elected) > 1 else ""
        declared = (
            [f"I declare elected{order}: {listed(record.elected)}."] if record.elected else []
        )
        return Guide(
            heading="Completion",
            before=end.decisions,
            lots=tuple(map(_lot, end.lots)),
            sort="",
            moves=(),
            after=(),
            deemed=(*map(_deemed, end.elected), *_excluded(end.excluded)),
            lines=(),
            check="",
            say=("The count is complete.", *declared, *why.why_vacant(record)),
        )

    # What to do

    def sort(self, stage: Stage) -> str:
        staying = [
            name for name in self.course.continuing_before(stage) if name not in stage.candidates
        ]
        later = (
            " With each later batch, pass over whoever was deemed elected by then."
            if len(stage.batches) > 1
            else ""
        )
        return (
            "Sort them by the next available preference: the next on the paper for one of "
            f"{listed(staying)}. Where there is none, the paper is non-transferable.{later}"
        )

    def moves(self, stage: Stage) -> Iterator[Move]:
        """The batches in their order, while the papers held change with each."""
        held = dict(self.held)
        has = {name: self.course.votes_before(stage, name) for name in stage.votes}
        for batch in stage.batches:
            for name, votes in batch.credited.items():
                has[name] += votes
            yield self.move(stage, batch, held, has)
            for name, papers in batch.origin.items():
                self.held[name] = self.held.get(name, 0) - papers
            for name, papers in batch.papers.items():
                self.held[name] = self.held.get(name, 0) + papers
                self.received[name] = stage.number

    def move(
        self, stage: Stage, batch: Batch, held: dict[str, int], has: Mapping[str, Decimal]
    ) -> Move:
        piles = tuple(_piles(batch, has))
        papers = sum(one.papers or 0 for one in piles)
        votes = sum((one.votes for one in piles), ZERO)
        together = Pile("Together", papers, None, votes)
        is_surplus = any(
            self.course.where_deemed(name) is not stage for name in self.elected(batch)
        )
        take = self.of_surplus(stage, batch, held) if is_surplus else _of_excluded(batch)
        return Move(take, batch.value, piles, together)

    def elected(self, batch: Batch) -> list[str]:
        return [name for name in batch.origin if name in self.course.deemed]

    def of_surplus(self, stage: Stage, batch: Batch, held: dict[str, int]) -> str:
        [(name, papers)] = batch.origin.items()
        each = f"worth {batch.value_before} each"
        what = counted(papers, "paper")
        if len(stage.batches) > 1:
            return f"Take the {what} of {name} that are {each}."
        if papers == held.get(name):
            return f"Take all the papers of {name}: {what}, {each}."
        return f"Take what {name} received last, at stage {self.received[name]}: {what}, {each}."

    def lines(self, place: int) -> Iterator[Line]:
        for row in self.rows:
            cell = row.cells[place]
            yield Line(row.label, cell.change, cell.total, cell.mark)

    def check(self, stage: Stage) -> str:
        votes = sum(stage.votes.values(), ZERO)
        total = votes + stage.non_transferable
        return (
            f"The candidates' votes, {votes}, and the non-transferable vote, "
            f"{stage.non_transferable}, are {total} together: the total valid vote."
        )

    # What to say

    def say(self, stage: Stage) -> Iterator[str]:
        first = stage.number == 1
        yield from self.opening() if first else [self.moved(stage)]
        order = table.in_order_of_votes(self.record)
        votes = [f"{name} {stage.votes[name]}" for name in order if stage.votes[name] or first]
        lost = "" if first else f"; non-transferable {stage.non_transferable}"
        yield f"{'First preferences' if first else 'The votes now'}: {listed(votes)}{lost}."
        names = [f"{one.candidate}, with {one.vote} votes," for one in stage.elected]
        are = "are" if len(names) > 1 else "is"
        yield f"{listed(names)} {are} deemed elected." if names else "Nobody is deemed elected."

    def opening(self) -> Iterator[str]:
        papers, quota = self.record.papers, self.record.stages[0].quota
        invalid = sum(papers.invalid.values())
        yield (
            f"{counted(papers.total, 'paper')}, {invalid or 'none'} invalid: "
            f"the total valid vote is {papers.valid}."
        )
        if quota is not None:
            places = counted(self.record.places, "place")
            yield f"{places} to be filled; the quota is {quota}."

    def moved(self, stage: Stage) -> str:
        """What happened to whom: the surplus that went, or who is excluded."""
        names = listed(stage.candidates)
        if stage.kind == "surplus":
            gone = sum((self.course.votes_before(stage, n) for n in stage.candidates), ZERO)
            gone -= sum((stage.votes[name] for name in stage.candidates), ZERO)
            return f"Stage {stage.number}: the surplus of {names}, {gone}, was transferred."
        papers = "the papers were transferred" if stage.batches else "there were no papers"
        left = sum((stage.votes[name] for name in stage.candidates), ZERO)
        papers += f", but for papers worth {left}" if left else ""
        if stage.kind == "exclusion":
            goes = "are excluded together" if len(stage.candidates) > 1 else "is excluded"
            return f"Stage {stage.number}: {names} {goes}, and {papers}."
        return f"{table.stage_heading(stage)}: {papers}."


def _of_excluded(batch: Batch) -> str:
    whose = [f"{papers} of {name}" for name, papers in batch.origin.items()]
    return f"Take the papers that are worth {batch.value_before} each: {listed(whose)}."


def _piles(batch: Batch, has: Mapping[str, Decimal]) -> Iterator[Pile]:
    for name, papers in batch.papers.items():
        yield Pile(name, papers, batch.value, batch.credited.get(name, ZERO), has[name])
    lost = batch.non_transferable - batch.remainder
    yield Pile(table.NON_TRANSFERABLE, batch.non_transferable_papers, None, lost)
    if batch.remainder:
        yield Pile(REMAINDERS, None, None, batch.remainder)


def _deemed(one: Elected) -> str:
    return f"{one.candidate} is deemed elected with {one.vote} (clause {one.clause})."


def _excluded(names: Sequence[str]) -> list[str]:
    return [f"Formally excluded: {listed(names)}."] if names else []


def _lot(lot: Lot) -> str:
    return (
        f"Draw a lot between {listed(lot.candidates)} (clause {lot.clause}). In this mock count it "
        f"falls on {lot.chosen}, whatever you draw (source: {lot.source})."
    )
