"""One election counted by several rule sets: who is elected, and where the counts part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from itertools import zip_longest
from typing import overload

from stvcount.checked import checked
from stvcount.checks import found
from stvcount.counting import count
from stvcount.election import Election, as_election
from stvcount.election.given import Rankings
from stvcount.election.papers import Papers
from stvcount.errors import ElectionError, StvcountError
from stvcount.exact import EXACT
from stvcount.inquiry.naming import with_options
from stvcount.plain_html import ShowsItsText
from stvcount.record import CountRecord, Stage
from stvcount.rules import RuleSet, get
from stvcount.sheets.table import figure
from stvcount.tally.lots import Lots
from stvcount.tally.votes import divided_down
from stvcount.tellers import GivenTeller, check_teller
from stvcount.words import listed


@dataclass(frozen=True, slots=True)
class Parting:
    """Where a count parts from the first one, and how.

    `stage`: its number; one more than there are stages where only the ends of the counts differ.
    `here`, `first`: what this count has there, and what the first one has, in words.
    """

    stage: int
    here: str
    first: str

    def __str__(self) -> str:
        return f"stage {self.stage}: {self.here}; the first count: {self.first}"


@dataclass(frozen=True, slots=True)
class Compared:
    """One of the counts. `record` is None where these rules cannot count it, and `why` says why.

    `rules`: the name of the rule set, with its options. `course`: where it first does otherwise
    than the first count: elects, excludes or transfers somebody else. `figures`: where it first
    gives other votes, compared with the decimals that both counts have. Both are None where no
    stage differs, for the first count itself, and where either has no record.
    """

    rules: str
    record: CountRecord | None
    why: str | None = None
    course: Parting | None = None
    figures: Parting | None = None


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

    `election`, `places`, `candidates`: as `stvcount.count` takes them. `rules`: names of rule sets,
    or rule sets with their options. What a stage is called, and its quota, are each rule set's own
    and are not compared. A count that needs a lot nobody gave, or has more places than the rules
    have, is no error here: its `why` says so. Raises `ElectionError` for an unknown rule set.
    """
    election = as_election(election, places=places, candidates=candidates)
    check_teller(teller)
    sets = [get(one) if isinstance(one, str) else one for one in rules]
    for one in sets:
        if not isinstance(one, RuleSet):
            raise ElectionError(f"rules: found {found(one)}; expected a rule set or its name")
    compared: list[Compared] = []
    for rule_set in sets:
        named = with_options(rule_set.id, rule_set.options)
        try:
            record = count(election, rules=rule_set, lots=lots, teller=teller)
        except StvcountError as error:
            compared.append(Compared(named, None, str(error)))
            continue
        first = compared[0].record if compared else None
        compared.append(_beside(named, first, record))
    return Comparison(election.title, tuple(compared))


def _beside(named: str, first: CountRecord | None, other: CountRecord) -> Compared:
    if first is None:
        return Compared(named, other)
    with localcontext(EXACT):
        return Compared(
            named, other, course=_course_parts(first, other), figures=_figures_part(first, other)
        )


def _course_parts(first: CountRecord, other: CountRecord) -> Parting | None:
    """The first stage that does something else, or after which somebody else is elected."""
    for number, (one, two) in enumerate(zip_longest(first.stages, other.stages), start=1):
        before, now = _does(first, one), _does(other, two)
        if before != now:
            return Parting(number, _in_words(now), _in_words(before))
    before, now = _ends(first), _ends(other)
    if before == now:
        return None
    return Parting(len(first.stages) + 1, _in_words(now), _in_words(before))


_Course = tuple[tuple[str, frozenset[str]], ...]


def _does(record: CountRecord, stage: Stage | None) -> _Course:
    """What a stage does, whatever its rule set calls it."""
    if stage is None:
        return _ends(record)
    whose = frozenset(stage.candidates)
    deemed = {one.candidate for each in record.stages for one in each.elected}
    moves = "transfers the surplus of" if whose <= deemed else "excludes"
    if stage.keep_values is not None and stage.number > 1 and not whose:
        moves = _KEEPS
    return ((moves, whose), ("elects", frozenset(one.candidate for one in stage.elected)))


def _ends(record: CountRecord) -> _Course:
    elected = frozenset(one.candidate for one in record.completion.elected)
    return ((_VOID if record.void else _OVER, frozenset()), ("elects", elected))


_OVER, _VOID, _KEEPS = "is over", "is over and void", "finds new keep values"


def _in_words(course: _Course) -> str:
    done = [f"{what} {listed(sorted(who))}" for what, who in course if who]
    over = [what for what, _ in course if what in (_OVER, _VOID, _KEEPS)]
    return listed([*over, *done]) or "elects nobody"


def _figures_part(first: CountRecord, other: CountRecord) -> Parting | None:
    decimals = min(first.decimals, other.decimals)
    for one, two in zip(first.stages, other.stages, strict=False):
        before, now = _votes(one, decimals), _votes(two, decimals)
        for name, votes in now.items():
            if votes != before.get(name):
                had = figure(before.get(name))
                return Parting(one.number, f"{name} {figure(votes)}", f"{name} {had}")
    return None


def _votes(stage: Stage, decimals: int) -> dict[str, Decimal]:
    votes = {**stage.votes, "non-transferable": stage.non_transferable}
    return {name: divided_down(vote, 1, decimals) for name, vote in votes.items()}
