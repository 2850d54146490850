"""Every rule set, with every combination of its options, tried on one published sheet."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, overload

from stvcount import rules as rule_sets
from stvcount.audit.published import check_sheet
from stvcount.checked import checked
from stvcount.counting import count
from stvcount.election import Election
from stvcount.errors import ElectionError, StvcountError
from stvcount.frozen import FrozenMapping
from stvcount.inquiry.naming import with_options
from stvcount.inquiry.reconstruct.comparing import differences
from stvcount.plain_html import ShowsItsText
from stvcount.record import CountRecord, Lot
from stvcount.record.published import PublishedSheet
from stvcount.rules import Option, OptionValue, RuleSet
from stvcount.tally.lots import LotQuestion, Lots
from stvcount.words import counted, listed

Outcome: TypeAlias = Literal["gives", "breaks", "untried"]
"""Whether rules give a sheet, give another, or cannot be tried on it."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of one rule set.

    `rules`, `options`: its name, and the options that were not as they are by themselves.
    `outcome`: "gives", where every figure that can be compared is as the rules have it; "breaks",
    where one is not; "untried", where these rules cannot be tried at all, or no figure can be.
    `breaks`: where the sheet is not as the rules have it, in words, the earliest first, each with
    its stage, the figures and the clause; or why the rules were not tried. `stages`: how many
    stages of the sheet are as the rules have them, before the first that is not. `unchecked`: what
    could not be compared, or was taken from the sheet. `record`: the count of the papers, if any.
    """

    rules: str
    options: FrozenMapping[str, OptionValue]
    outcome: Outcome
    breaks: tuple[str, ...]
    stages: int
    unchecked: tuple[str, ...]
    record: CountRecord | None = None

    def __str__(self) -> str:
        return with_options(self.rules, self.options)


@dataclass(frozen=True, slots=True)
class Which(Sequence[Tried], ShowsItsText):
    """Every rule set tried on a published sheet: a sequence of `Tried`, the best first.

    `sheet`: the sheet. `with_papers`: whether papers were counted; without them the figures of each
    stage were followed from those of the last.
    """

    sheet: PublishedSheet
    with_papers: bool
    tried: tuple[Tried, ...]

    @property
    def giving(self) -> tuple[Tried, ...]:
        """Those that give the sheet."""
        return tuple(one for one in self.tried if one.outcome == "gives")

    @overload
    def __getitem__(self, number: int) -> Tried: ...
    @overload
    def __getitem__(self, number: slice) -> tuple[Tried, ...]: ...
    def __getitem__(self, number: int | slice) -> Tried | tuple[Tried, ...]:
        return self.tried[number]

    def __len__(self) -> int:
        return len(self.tried)

    def __iter__(self) -> Iterator[Tried]:
        return iter(self.tried)

    def __str__(self) -> str:
        from stvcount.inquiry.which import sheet as which_sheet

        return which_sheet.sheet(self)


@checked
def which(sheet: PublishedSheet, election: Election | None = None) -> Which:
    """Which rule sets, with which of their options, give a published sheet.

    `election`: the papers; they are counted by each, and every published figure is compared. A lot
    falls as the sheet shows. Without papers the sheet is checked as by `check_sheet`. What an
    organisation makes of a non-person is tried where the sheet, or the election, has one.
    Raises `ElectionError` where the election is not that of the sheet: for another number of
    places, or without one of its candidates.
    """
    if election is not None:
        _check_same(sheet, election)
    has_non_person = bool(sheet.non_person or (election is not None and election.non_person))
    tried = [
        one
        for name in rule_sets.names()
        for one in _tried(name, sheet, election, has_non_person=has_non_person)
    ]
    return Which(sheet, election is not None, tuple(sorted(tried, key=_worse(sheet))))


def _check_same(sheet: PublishedSheet, election: Election) -> None:
    if election.places != sheet.places:
        raise ElectionError(
            f"places: found {election.places} in the election; expected {sheet.places}, as the "
            "sheet has (--places)"
        )
    gone = {one.candidate for one in election.withdrawn}
    unknown = [name for name in sheet.candidates if name not in election.candidates]
    unknown += [name for name in sheet.candidates if name in gone]
    if unknown:
        raise ElectionError(
            f"candidates: found none called {listed([repr(one) for one in unknown])} who stands in "
            f"the election; expected those of the sheet among {', '.join(election.candidates)}"
        )


def _tried(
    name: str, sheet: PublishedSheet, election: Election | None, *, has_non_person: bool
) -> Iterator[Tried]:
    try:
        kind = rule_sets.kind(name)
    except StvcountError as error:
        yield Tried(name, FrozenMapping(), "untried", (str(error),), 0, ())
        return
    options = kind.all_options() if has_non_person else kind.option_list
    for chosen in itertools.product(*map(_values, options)):
        given = {option: value for one in chosen for option, value in one.items()}
        yield _try(kind(**given), sheet, election)


def _values(option: Option) -> list[Mapping[str, OptionValue]]:
    """The values of an option: as it is by itself, which need not be said, and the others."""
    others = [value for value in option.choices if value != option.default]
    return [{}, *({option.name: value} for value in others)]


def _try(rules: RuleSet, sheet: PublishedSheet, election: Election | None) -> Tried:
    most = rules.most_places
    if most is not None and sheet.places > most:
        why = f"these rules fill at most {counted(most, 'place')}, and the sheet has {sheet.places}"
        return Tried(rules.id, rules.options, "untried", (why,), 0, ())
    try:
        return _counted(rules, sheet, election) if election else _followed(rules, sheet)
    except StvcountError as error:
        return Tried(rules.id, rules.options, "untried", (str(error),), 0, ())


def _followed(rules: RuleSet, sheet: PublishedSheet) -> Tried:
    """The sheet without papers."""
    found = check_sheet(sheet, rules=rules)
    if not found.stages:
        return Tried(rules.id, rules.options, "untried", found.unchecked, 0, ())
    breaks = tuple(map(str, found.differences))
    whole = min([found.stages, *(max(0, one.stage - 1) for one in found.differences)])
    return _as(rules, breaks, whole, found.unchecked, None)


def _counted(rules: RuleSet, sheet: PublishedSheet, election: Election) -> Tried:
    """The papers counted, and every figure compared."""
    records = [
        count(election, rules=rules, lots=_as_shown(sheet, elected)) for elected in _named(sheet)
    ]
    compared = [(differences(sheet, record), record) for record in records]
    found, record = min(compared, key=lambda one: len(one[0]))
    whole = min([len(sheet.stages), *(one.stage - 1 for one in found)])
    return _as(rules, tuple(map(str, found)), whole, tuple(map(_lot, record.lots)), record)


def _as(
    rules: RuleSet,
    breaks: tuple[str, ...],
    stages: int,
    unchecked: tuple[str, ...],
    record: CountRecord | None,
) -> Tried:
    outcome: Outcome = "breaks" if breaks else "gives"
    return Tried(rules.id, rules.options, outcome, breaks, stages, unchecked, record)


def _named(sheet: PublishedSheet) -> Iterator[Sequence[str]]:
    """The elected by the sheet, which need not say whether the non-person is one of them."""
    marked = [name for stage in sheet.stages for name in stage.elected or ()]
    persons = marked if sheet.elected is None else sheet.elected
    yield persons
    if sheet.non_person is not None:
        yield [*persons, sheet.non_person]


def _as_shown(sheet: PublishedSheet, elected: Sequence[str]) -> Lots:
    """Lots that fall as the sheet shows: on who is moved next, and at the end on who is elected."""

    def fallen(question: LotQuestion) -> str:
        tied = question.candidates
        for stage in sheet.stages[max(0, question.stage - 1) :]:
            named = [name for name in tied if name in stage.candidates]
            if named and question.purpose != "election":
                return named[0]
        wanted = question.purpose != "exclusion"
        return next((name for name in tied if (name in elected) == wanted), tied[0])

    return Lots.ask(fallen)


def _lot(lot: Lot) -> str:
    between = listed(lot.candidates)
    return f"a lot between {between} ({lot.clause}) is taken to have fallen on {lot.chosen}"


def _worse(sheet: PublishedSheet) -> Callable[[Tried], tuple[int, ...]]:
    """The order: what gives it, the rules that the sheet names, what holds for most stages."""
    order: list[Outcome] = ["gives", "breaks", "untried"]

    def key(one: Tried) -> tuple[int, ...]:
        named = one.rules == sheet.rules.id and one.options.items() <= sheet.rules.options.items()
        gives = one.outcome == "gives"
        return (
            order.index(one.outcome),
            gives and not named,
            -one.stages,
            len(one.breaks),
            len(one.options),
        )

    return key
