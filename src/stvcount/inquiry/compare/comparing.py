"""One election counted by several rule sets: who is elected, and where the counts part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import overload

from stvcount.checked import checked
from stvcount.checks import found
from stvcount.counting import count
from stvcount.election import Election, as_election
from stvcount.election.given import Rankings
from stvcount.election.papers import Papers
from stvcount.errors import ElectionError, StvcountError
from stvcount.plain_html import ShowsItsText
from stvcount.record import CountRecord, Stage
from stvcount.rules import RuleSet, get
from stvcount.tally.lots import Lots
from stvcount.tellers import GivenTeller, check_teller


@dataclass(frozen=True, slots=True)
class Compared:
    """One of the counts. `record` is None where these rules cannot count it, and `why` says why.

    `parts_at`: the number of the first stage that differs from the first count's; None where no
    stage does, for the first count itself, and where either has no record.
    """

    rules: str
    record: CountRecord | None
    why: str | None
    parts_at: int | None


@dataclass(frozen=True, slots=True)
class Comparison(Sequence[Compared], ShowsItsText):
    """The counts of one election by several rule sets: a sequence of `Compared`.

    `title`: of the election. `counts`: in the order of the rule sets that were given.
    """

    title: str
    counts: tuple[Compared, ...]

    @overload
    def __getitem__(self, number: int) -> Compared: ...
    @overload
    def __getitem__(self, number: slice) -> tuple[Compared, ...]: ...
    def __getitem__(self, number: int | slice) -> Compared | tuple[Compared, ...]:
        return self.counts[number]

    def __len__(self) -> int:
        return len(self.counts)

    def __iter__(self) -> Iterator[Compared]:
        return iter(self.counts)

    def __str__(self) -> str:
        from stvcount.inquiry.compare import sheet as compare_sheet

        return compare_sheet.sheet(self)


@checked
def compare(
    election: Election | Papers | Rankings,
    *,
    places: int | None = None,
    candidates: Sequence[str] | None = None,
    rules: Iterable[str | RuleSet],
    lots: Lots | None = None,
    teller: GivenTeller = "auto",
) -> Comparison:
    """Count the election by each of these rule sets, and compare each count with the first.

    `election`, `places`, `candidates`: as `stvcount.count` takes them.
    Stages differ where they do another thing, give other votes or elect others; quotas are each
    rule set's own. A count that needs a lot nobody gave, or has more places than the rules have,
    is no error here: its `why` says so. Raises `ElectionError` for an unknown rule set.
    """
    election = as_election(election, places=places, candidates=candidates)
    check_teller(teller)
    sets = [get(one) if isinstance(one, str) else one for one in rules]
    for one in sets:
        if not isinstance(one, RuleSet):
            raise ElectionError(f"rules: found {found(one)}; expected a rule set or its name")
    compared: list[Compared] = []
    for rule_set in sets:
        try:
            record = count(election, rules=rule_set, lots=lots, teller=teller)
        except StvcountError as error:
            compared.append(Compared(rule_set.id, None, str(error), None))
            continue
        first = compared[0].record if compared else None
        parts_at = None if first is None else _first_difference(first.stages, record.stages)
        compared.append(Compared(rule_set.id, record, None, parts_at))
    return Comparison(election.title, tuple(compared))


def _first_difference(first: Sequence[Stage], other: Sequence[Stage]) -> int | None:
    for one, two in zip(first, other, strict=False):
        if _done(one) != _done(two):
            return one.number
    if len(first) == len(other):
        return None
    return min(len(first), len(other)) + 1


def _done(stage: Stage) -> tuple[object, ...]:
    elected = {one.candidate for one in stage.elected}
    return (stage.kind, set(stage.candidates), stage.votes, stage.non_transferable, elected)
