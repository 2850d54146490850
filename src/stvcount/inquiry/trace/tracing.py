"""One voting paper followed through a count: who held it after each stage, and at what value.

The record says where a paper went, whatever the rule set. A batch lists everybody who received a
paper of it, and the next available preference of a paper is the first of its names that is on that
list: whoever still continued and stood before that name would have received this paper, and would
be listed.

Which papers a batch was made of is read from it too: so many papers of one value from each holder.
Where the holder has more of that value, they are those received last if the holder is elected (a
surplus), and those received first if not. The numbers of papers are checked against this, and a
count whose papers move in another way is refused.

A paper is worth one vote throughout: what goes on at a lower value leaves the rest of it with the
one it came from. Papers of a surplus without a next available preference either leave like the
others and are non-transferable, where the batch says that they took their value along, or stay
with the elected at the value they had. What the batch lost beyond that (an ignored remainder, or
votes for which there were not papers enough) is lost by no paper in particular: see
`lost_by_no_paper`. So for each candidate, and for the non-transferable vote,

    the vote in the record = the worth of the papers held - what no paper lost
    non-transferable vote = the worth of non-transferable papers + what no paper lost

Where all papers are looked at again for every stage (Meek), nothing of this is needed: the keep
values of a stage say what each candidate keeps of the paper, and nothing is lost beside papers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from typing import Literal

from stvcount import rules as rule_sets
from stvcount.checked import checked
from stvcount.counting import count
from stvcount.counting.papers_of_record import check_papers_of
from stvcount.election import Election
from stvcount.election.marks import ONLY_WITHDRAWN, Entry, read_order
from stvcount.election.papers import Papers
from stvcount.errors import ElectionError
from stvcount.exact import EXACT
from stvcount.frozen import FrozenMapping
from stvcount.plain_html import ShowsItsText
from stvcount.record import Batch, CountRecord, Stage
from stvcount.rules import OptionValue, RuleSet
from stvcount.rules.organisations import Organisation
from stvcount.tally.lots import Lots
from stvcount.tally.tree import Kept
from stvcount.tally.votes import whole
from stvcount.tellers import GivenTeller

ZERO = Decimal(0)

Happening = Literal["first", "moved", "non-transferable", "kept", "left", "waits", "shared"]
Fate = Literal["counted", "invalid", "set aside"]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened to the paper.

    `what`: "first", received as a first preference; "moved", from one candidate to another;
    "non-transferable", without a next available preference, so that it left the count; "kept",
    examined for a surplus but without a next available preference, so that it stays with the
    elected; "left", not among the papers of the surplus, which does not touch it; "waits", with an
    excluded candidate, since its batch is not moved (it is held in suspense, or all places are
    filled); "shared", looked at again, so that those elected keep parts of it by new keep values
    (`Position.kept` has them) and the rest is with `to`.
    `batch`: the number of the batch within the stage, or None where there was none.
    `source`, `to`: from whom and to whom; None where there is nobody. `value`: that at which the
    paper now stands. `kept`: how much of its value the source keeps.
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


def lost_by_no_paper(record: CountRecord, stage: int, candidate: str | None = None) -> Decimal:
    """What the candidate's vote lost, up to this stage, that belongs to no paper; None: all votes.

    `stage`: its number. Raises `ElectionError` where papers of this count cannot be followed.
    """
    if _shares_out(record):
        return whole(0, record.decimals)
    with localcontext(EXACT):
        transfers = [
            transfer
            for moves in _moves(record)
            if moves.stage.number <= stage
            for transfer in moves.transfers
            if candidate is None or candidate in transfer.batch.origin
        ]
        return sum((transfer.lost for transfer in transfers), whole(0, record.decimals))


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
    """A batch, its number within the stage, and the parcels of which it was made.

    `stays`: whether papers without a next available preference stay with their holder.
    """

    number: int
    batch: Batch
    parcels: frozenset[_Parcel]
    stays: bool

    @property
    def lost(self) -> Decimal:
        """What became non-transferable and is no value of a paper that did."""
        batch = self.batch
        gone = 0 if self.stays else batch.non_transferable_papers * batch.value
        return batch.non_transferable - gone


@dataclass(frozen=True, slots=True)
class _Moves:
    """What a stage after the first moved. `excluded`: everybody excluded by then."""

    stage: Stage
    transfers: tuple[_Transfer, ...]
    excluded: frozenset[str]


def _moves(record: CountRecord) -> Iterator[_Moves]:
    if not record.stages:
        return
    ledger = _Ledger(record)
    for before, stage in zip(record.stages, record.stages[1:], strict=False):
        _check_that_batches_moved(record, before, stage)
        yield _Moves(stage, tuple(ledger.transfers(stage)), frozenset(ledger.excluded))


def _check_that_batches_moved(record: CountRecord, before: Stage, stage: Stage) -> None:
    if not stage.batches and stage.votes != before.votes:
        raise _cannot_be_followed(
            record, f"stage {stage.number}", "votes that changed though no batch moved"
        )


def _cannot_be_followed(record: CountRecord, place: str, found: str) -> ElectionError:
    return ElectionError(
        f"trace: {place}: found {found}; expected papers that move in batches of their holders' "
        f"papers: papers of a count by {record.rules.id} that moves them in another way cannot be "
        "followed by its record"
    )


class _Ledger:
    """Who held which parcels: follows the batches of a record, one stage after the other."""

    def __init__(self, record: CountRecord) -> None:
        self._record = record
        self._elected: set[str] = set()
        self.excluded: set[str] = set()
        first = record.stages[0]
        if first.batches or sum(first.votes.values()) != record.papers.valid:
            raise _cannot_be_followed(record, "stage 1", "votes that are no first preferences")
        value = whole(1, record.decimals)
        self._parcels = {
            name: [_Parcel(name, first.number, 0, int(votes), value)] if votes else []
            for name, votes in first.votes.items()
        }
        self._note(first)

    def transfers(self, stage: Stage) -> Iterator[_Transfer]:
        self._note(stage)
        for number, batch in enumerate(stage.batches, start=1):
            taken = self._taken(stage, number, batch)
            transfer = _Transfer(number, batch, taken, self._stay(batch))
            if transfer.lost and len(batch.origin) > 1:
                raise self._stopped(stage, number, "votes lost by several candidates at once")
            self._move(stage, transfer)
            yield transfer

    def _note(self, stage: Stage) -> None:
        self._elected.update(one.candidate for one in stage.elected)
        self.excluded.update(set(stage.candidates) - self._elected)

    def _taken(self, stage: Stage, number: int, batch: Batch) -> frozenset[_Parcel]:
        taken: set[_Parcel] = set()
        for holder, papers in batch.origin.items():
            held = [p for p in self._parcels.get(holder, ()) if p.value == batch.value_before]
            found = _adding_up(held[::-1] if holder in self._elected else held, papers)
            if sum(parcel.papers for parcel in found) != papers:
                of_value = f"{papers} papers of the value {batch.value_before} from {holder}"
                has = ", ".join(str(parcel.papers) for parcel in held) or "none"
                raise self._stopped(stage, number, f"{of_value}, who holds {has}")
            taken.update(found)
        moved = sum(batch.papers.values(), batch.non_transferable_papers)
        if moved != sum(batch.origin.values()):
            given = sum(batch.origin.values())
            raise self._stopped(stage, number, f"{moved} papers moved of the {given} taken")
        return frozenset(taken)

    def _stay(self, batch: Batch) -> bool:
        """Whether papers of a surplus without a next available preference stay with the elected.

        They leave where they are credited to the non-transferable vote at a value of their own,
        and not only in what the surplus as a whole has lost.
        """
        if not self._elected.intersection(batch.origin):
            return False
        gone = batch.non_transferable_papers * batch.value
        leave = gone > 0 and batch.value < batch.value_before
        return not (leave and gone == batch.non_transferable - batch.remainder)

    def _stopped(self, stage: Stage, number: int, found: str) -> ElectionError:
        return _cannot_be_followed(self._record, f"stage {stage.number}, batch {number}", found)

    def _move(self, stage: Stage, transfer: _Transfer) -> None:
        for parcel in transfer.parcels:
            self._parcels[parcel.holder].remove(parcel)
        for name, papers in transfer.batch.papers.items():
            parcel = _Parcel(name, stage.number, transfer.number, papers, transfer.batch.value)
            self._parcels.setdefault(name, []).append(parcel)


def _adding_up(parcels: Iterable[_Parcel], papers: int) -> list[_Parcel]:
    """The first of these parcels, until they have so many papers or more."""
    found: list[_Parcel] = []
    for parcel in parcels:
        if papers > 0:
            found.append(parcel)
            papers -= parcel.papers
    return found


# The paper among the batches


class _Paper:
    """One paper on its way through the stages."""

    def __init__(self, ranking: Sequence[str], decimals: int) -> None:
        self._ranking = ranking
        self._holder: str | None = None
        self._value = whole(1, decimals)
        self._received: tuple[int, int] | None = None  # stage and batch, while it can still move
        self._kept: dict[str, Decimal] = {}
        self.steps: list[Step] = []
        self.positions: list[Position] = []

    def first(self, stage: Stage) -> None:
        self._holder, passed_over = self._next(stage.votes)
        self._received = (stage.number, 0)
        self._step(stage, None, "first", None, passed_over=passed_over)
        self._rest(stage)

    def moved(self, moves: _Moves) -> None:
        """Go with the batch that the paper is in, or say that it might have gone, but did not."""
        stage = moves.stage
        own = next((one for one in moves.transfers if self._is_among(one.parcels)), None)
        if own is not None:
            self._move(stage, own)
        elif self._holder in moves.excluded:
            if not moves.excluded.isdisjoint(stage.candidates):
                self._step(stage, None, "waits", self._holder)
        elif any(self._holder in one.batch.origin for one in moves.transfers):
            self._step(stage, None, "left", self._holder)
        self._rest(stage)

    def _rest(self, stage: Stage) -> None:
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
        if to is None and transfer.stays:
            self._step(stage, transfer.number, "kept", source, passed_over=passed_over)
            return
        self._holder, self._value = to, transfer.batch.value
        what: Happening = "non-transferable" if to is None else "moved"
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


# A paper that is shared out anew for every stage


def _shares_out(record: CountRecord) -> bool:
    return any(stage.keep_values is not None for stage in record.stages)


def _kept(record: CountRecord) -> Kept:
    """What a keep value keeps of a paper, by the rule set of the record."""
    name = record.rules.id
    kept = rule_sets.kind(name).kept if rule_sets.is_installed(name) else None
    if kept is None:
        raise ElectionError(
            f"trace: found keep values in a count by {name}; expected rules that are installed "
            "here and say what a keep value keeps of a paper"
        )
    return kept


def _shared(
    stage: Stage, ranking: Sequence[str], kept: Kept, decimals: int
) -> tuple[Position, tuple[str, ...]]:
    """Where the parts of the paper are after the stage, and the names passed over."""
    keep: Mapping[str, Decimal] = stage.keep_values or {}
    parts: dict[str, Decimal] = {}
    worth, passed_over = whole(1, decimals), list[str]()
    for name in ranking:
        part = kept(worth, keep[name]) if name in keep else ZERO
        if part == worth:
            position = Position(stage.number, name, worth, FrozenMapping(parts))
            return position, tuple(passed_over)
        if part:
            parts[name] = part
        else:
            passed_over.append(name)
        worth -= part
    return Position(stage.number, None, worth, FrozenMapping(parts)), tuple(passed_over)


def _shared_out(
    record: CountRecord, ranking: Sequence[str]
) -> tuple[tuple[Step, ...], tuple[Position, ...]]:
    kept = _kept(record)
    steps, positions = list[Step](), list[Position]()
    for stage in record.stages:
        now, passed_over = _shared(stage, ranking, kept, record.decimals)
        what: Happening = "shared" if positions else "first"
        if not positions or replace(positions[-1], stage=now.stage) != now:
            to, value = now.holder, now.value
            steps.append(Step(stage.number, None, what, None, to, value, passed_over=passed_over))
        positions.append(now)
    return tuple(steps), tuple(positions)


def _followed(
    record: CountRecord, ranking: Sequence[str]
) -> tuple[tuple[Step, ...], tuple[Position, ...]]:
    if _shares_out(record):
        with localcontext(EXACT):
            return _shared_out(record, ranking)
    paper = _Paper(ranking, record.decimals)
    with localcontext(EXACT):
        for stage in record.stages[:1]:
            paper.first(stage)
        for moves in _moves(record):
            paper.moved(moves)
    return tuple(paper.steps), tuple(paper.positions)
