"""One voting paper followed through a count: who held it after each stage, and at what value.

The record says where a paper went. A batch lists everybody who received a paper of it, and the
next available preference of a paper is the first of its names that is on that list: whoever still
continued and stood before that name would have received this paper, and would be listed.

Which papers a batch was made of is read as follows.
- An exclusion (or papers out of suspense) moves all papers of one value that are held by those
  excluded so far.
- A surplus moves the papers received last: those of the last batch that gave the candidate any.
The numbers of papers in the record are checked against this, and a count by rules that move
papers in another way is refused.

A paper is worth 1.00 throughout: what a surplus does not take along stays with the one who is
elected. What a surplus loses (the non-transferable difference) is lost by no paper in particular.
So for each candidate, and for the non-transferable vote,

    the vote in the record = the worth of the papers held - what the candidate's surplus lost
    non-transferable vote = the worth of non-transferable papers + what all surpluses lost
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Literal

from stvcount.checked import checked
from stvcount.counting import count
from stvcount.counting.papers_of_record import check_papers_of
from stvcount.election import Election
from stvcount.election.marks import ONLY_WITHDRAWN, Entry, read_order
from stvcount.election.papers import Papers
from stvcount.errors import ElectionError
from stvcount.frozen import FrozenMapping
from stvcount.plain_html import ShowsItsText
from stvcount.record import Batch, CountRecord, Stage
from stvcount.rules import OptionValue, RuleSet
from stvcount.rules.organisations import Organisation
from stvcount.tally.lots import Lots
from stvcount.tally.votes import EXACT, PAPER_VALUE, ZERO
from stvcount.tellers import GivenTeller

Happening = Literal["first", "moved", "non-transferable", "kept", "left", "waits"]
Fate = Literal["counted", "invalid", "set aside"]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened to the paper.

    `what`: "first", received as a first preference; "moved", from one candidate to another;
    "non-transferable", from an excluded candidate; "kept", examined for a surplus but without a
    next available preference, so that it stays with the elected; "left", not among the papers
    received last, so that the surplus does not touch it; "waits", with an excluded candidate,
    since its batch is not moved (it is held in suspense, or all places are filled).
    `batch`: the number of the batch within the stage, or None where there was none.
    `source`, `to`: from whom and to whom; None where there is nobody. `value`: that at which the
    paper now stands. `kept`: how much of its value an elected source keeps.
    `passed_over`: the names on the paper that were no longer continuing, or had withdrawn.
    """

    stage: int
    batch: int | None
    what: Happening
    source: str | None
    to: str | None
    value: Decimal
    kept: Decimal = ZERO
    passed_over: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Position:
    """Where the paper is after a stage.

    `holder`: who has it, or None if it is non-transferable. `value`: that at which it stands.
    `kept`: what elected candidates keep of it, who had it before.
    """

    stage: int
    holder: str | None
    value: Decimal
    kept: FrozenMapping[str, Decimal]

    def worth_to(self, candidate: str | None) -> Decimal:
        """How much of the candidate's vote (None: of the non-transferable vote) this paper is."""
        held = self.value if candidate == self.holder else ZERO
        return held if candidate is None else held + self.kept.get(candidate, ZERO)


@dataclass(frozen=True, slots=True)
class Trace(ShowsItsText):
    """A paper's way through a count.

    `paper`: its number, from 1 as received. `order`: what stands on it, rank by rank: a name,
    several with " = " between them, or nothing where a rank is left out. `ranking`: the names as
    far as they can be read. `fate`: whether it is counted, and if not `reason` says why.
    `shortened`: why it is read no further than `ranking`, or nothing.
    `steps`, `positions`: what happened to it, and where it was after each stage; nothing of
    either for a paper that is not counted.
    """

    record: CountRecord
    paper: int
    order: tuple[str, ...]
    ranking: tuple[str, ...]
    fate: Fate
    reason: str
    shortened: str
    steps: tuple[Step, ...] = ()
    positions: tuple[Position, ...] = ()

    def __str__(self) -> str:
        from stvcount.inquiry.trace import sheet as trace_sheet

        return trace_sheet.sheet(self)


@checked
def trace(
    election: Election,
    paper: int,
    *,
    rules: str | RuleSet | None = None,
    organisation: str | Organisation | None = None,
    lots: Lots | None = None,
    teller: GivenTeller = "auto",
    options: Mapping[str, OptionValue] | None = None,
) -> Trace:
    """Count the election as `stvcount.count` does, and follow one paper, numbered from 1.

    Raises what `count` raises, and `ElectionError` where there is no such paper or the rules move
    papers in a way that cannot be followed. To follow several papers, count once and use
    `traced`.
    """
    _received(election.papers, paper)
    record = count(
        election, rules=rules, organisation=organisation, lots=lots, teller=teller, options=options
    )
    return traced(record, election, paper)


def traced(record: CountRecord, election: Election, paper: int) -> Trace:
    """Follow one paper of this election, numbered from 1, through the record of its count.

    Who had withdrawn and which papers were set aside is taken from the record.
    Raises `ElectionError` where there is no such paper, the papers are not those of the record,
    or the record is of a count by rules that move papers in a way that cannot be followed.
    """
    check_papers_of(record, election, asked_for="trace")
    order = _received(election.papers, paper)
    fate, reason, shortened = _fate(record, paper, order)
    names = record.candidates
    ranking = tuple(names[number] for number in read_order(order)[0])
    steps, positions = _followed(record, ranking) if fate == "counted" else ((), ())
    shown = tuple(_shown(entry, names) for entry in order)
    return Trace(record, paper, shown, ranking, fate, reason, shortened, steps, positions)


# The paper


def _received(papers: Papers, paper: int) -> tuple[Entry, ...]:
    """What stands on the paper of this number."""
    if isinstance(paper, int) and not isinstance(paper, bool) and paper > 0:
        passed = 0
        for order, number in papers.orders():
            passed += number
            if paper <= passed:
                return order
    raise ElectionError(f"trace: found paper number {paper!r}; expected 1 to {papers.total}")


def _shown(entry: Entry, names: Sequence[str]) -> str:
    if entry is None:
        return ""
    return " = ".join(names[one] for one in (entry if isinstance(entry, tuple) else (entry,)))


def _fate(record: CountRecord, paper: int, order: tuple[Entry, ...]) -> tuple[Fate, str, str]:
    """Whether the paper is counted, why not, and why it is not read to its end."""
    for aside in record.papers.set_aside:
        if aside.paper == paper:
            return "set aside", aside.reason, ""
    alone = Papers(record.candidates, [(order, 1)])
    for reason in alone.invalid:
        return "invalid", reason, ""
    withdrawn = {withdrawal.candidate for withdrawal in record.withdrawn}
    if withdrawn.issuperset(record.candidates[number] for number in read_order(order)[0]):
        return "invalid", ONLY_WITHDRAWN, ""
    return "counted", "", next(iter(alone.shortened), "")


# The batches of a record


@dataclass(frozen=True, slots=True)
class _Parcel:
    """What one candidate received in one batch (number 0: as first preferences)."""

    holder: str
    stage: int
    batch: int
    papers: int
    value: Decimal


@dataclass(frozen=True, slots=True)
class _Transfer:
    """A batch, its number within the stage, and the parcels of which it was made."""

    number: int
    batch: Batch
    parcels: frozenset[_Parcel]


class _Ledger:
    """Who held which parcels: follows the batches of a record, one stage after the other."""

    def __init__(self, first: Stage) -> None:
        self.excluded: set[str] = set()
        self._parcels = {
            name: [_Parcel(name, first.number, 0, int(votes), PAPER_VALUE)] if votes else []
            for name, votes in first.votes.items()
        }

    def transfers(self, stage: Stage) -> Iterator[_Transfer]:
        if stage.kind != "surplus":
            self.excluded.update(stage.candidates)
        for number, batch in enumerate(stage.batches, start=1):
            parcels = self._moved(stage, batch)
            self._check(stage, number, batch, parcels)
            self._move(stage, number, batch, parcels)
            yield _Transfer(number, batch, parcels)

    def _moved(self, stage: Stage, batch: Batch) -> frozenset[_Parcel]:
        if stage.kind == "surplus":
            held = [self._parcels.get(name, []) for name in stage.candidates]
            return frozenset(parcels[-1] for parcels in held if parcels)
        return frozenset(
            parcel
            for name in self.excluded
            for parcel in self._parcels.get(name, [])
            if parcel.value == batch.value
        )

    def _check(self, stage: Stage, number: int, batch: Batch, parcels: Collection[_Parcel]) -> None:
        moved = sum(batch.papers.values(), batch.non_transferable_papers)
        held = sum(parcel.papers for parcel in parcels)
        if moved != held or any(parcel.value < batch.value for parcel in parcels):
            raise ElectionError(
                f"trace: stage {stage.number}, batch {number}: found {moved} papers moved at "
                f"{batch.value}; expected {held}, those received last (a surplus) or those of that "
                "value held by the excluded: papers of this count cannot be followed by its record"
            )

    def _move(self, stage: Stage, number: int, batch: Batch, parcels: Collection[_Parcel]) -> None:
        for parcel in parcels:
            self._parcels[parcel.holder].remove(parcel)
        for name, papers in batch.papers.items():
            parcel = _Parcel(name, stage.number, number, papers, batch.value)
            self._parcels.setdefault(name, []).append(parcel)


# The paper among the batches


class _Paper:
    """One paper on its way through the stages."""

    def __init__(self, ranking: Sequence[str]) -> None:
        self._ranking = ranking
        self._holder: str | None = None
        self._value = PAPER_VALUE
        self._received: tuple[int, int] | None = None  # stage and batch, while it can still move
        self._kept: dict[str, Decimal] = {}
        self.steps: list[Step] = []
        self.positions: list[Position] = []

    def first(self, stage: Stage) -> None:
        self._holder, passed_over = self._next(stage.votes)
        self._received = (stage.number, 0)
        self._step(stage, None, "first", None, passed_over=passed_over)

    def transferred(self, stage: Stage, transfers: Sequence[_Transfer]) -> bool:
        """Move on with the batch that the paper is in; whether there was one."""
        for transfer in transfers:
            if self._is_among(transfer.parcels):
                self._move(stage, transfer)
                return True
        return False

    def stayed(self, stage: Stage, excluded: Collection[str]) -> None:
        """Say so, if the paper might have moved at this stage but did not."""
        if stage.kind == "surplus" and self._holder in stage.candidates:
            self._step(stage, None, "left", self._holder)
        elif stage.kind != "surplus" and self._holder in excluded:
            self._step(stage, None, "waits", self._holder)

    def rest(self, stage: Stage) -> None:
        """Note where the paper is when the stage is complete."""
        kept = FrozenMapping(self._kept)
        self.positions.append(Position(stage.number, self._holder, self._value, kept))

    def _is_among(self, parcels: Collection[_Parcel]) -> bool:
        own = (self._holder, self._received)
        return any((parcel.holder, (parcel.stage, parcel.batch)) == own for parcel in parcels)

    def _next(self, candidates: Collection[str]) -> tuple[str | None, tuple[str, ...]]:
        """The next of these on the paper, and the names passed over."""
        start = 0 if self._holder is None else self._ranking.index(self._holder) + 1
        for place in range(start, len(self._ranking)):
            if self._ranking[place] in candidates:
                return self._ranking[place], tuple(self._ranking[start:place])
        return None, tuple(self._ranking[start:])

    def _move(self, stage: Stage, transfer: _Transfer) -> None:
        source, before = self._holder, self._value
        to, passed_over = self._next(transfer.batch.papers)
        self._received = None if to is None else (stage.number, transfer.number)
        if to is None and stage.kind == "surplus":
            self._step(stage, transfer.number, "kept", source, passed_over=passed_over)
            return
        self._holder = to
        what: Happening = "non-transferable" if to is None else "moved"
        if to is not None:
            self._value = transfer.batch.value
        kept = before - self._value
        if source is not None and kept:
            self._kept[source] = kept
        self._step(stage, transfer.number, what, source, kept=kept, passed_over=passed_over)

    def _step(
        self,
        stage: Stage,
        batch: int | None,
        what: Happening,
        source: str | None,
        *,
        kept: Decimal = ZERO,
        passed_over: tuple[str, ...] = (),
    ) -> None:
        self.steps.append(
            Step(stage.number, batch, what, source, self._holder, self._value, kept, passed_over)
        )


def _followed(
    record: CountRecord, ranking: Sequence[str]
) -> tuple[tuple[Step, ...], tuple[Position, ...]]:
    paper = _Paper(ranking)
    with localcontext(EXACT):
        for stage in record.stages:
            if stage is record.stages[0]:
                ledger = _Ledger(stage)
                paper.first(stage)
            elif not paper.transferred(stage, list(ledger.transfers(stage))):
                paper.stayed(stage, ledger.excluded)
            paper.rest(stage)
    return tuple(paper.steps), tuple(paper.positions)
