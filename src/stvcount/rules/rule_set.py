"""What every rule set is: its name, its text, its clauses, its options, and how it counts."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, TypeAlias

from stvcount.errors import ElectionError
from stvcount.frozen import FrozenMapping
from stvcount.record import Completion, Stage
from stvcount.rules.journal import Journal, Wording
from stvcount.tally import Candidate, Tally
from stvcount.tally.lots import LotBox
from stvcount.tally.tree import Kept

OptionValue: TypeAlias = "str | int | bool"


@dataclass(frozen=True, slots=True)
class Option:
    """An option of a rule set: its meaning, its default, and the values it may take."""

    name: str
    meaning: str
    default: OptionValue
    choices: tuple[OptionValue, ...]

    def checked(self, rules: str, value: object) -> OptionValue:
        """The value, whether given as itself or as text; raises `ElectionError` for another."""
        for choice in self.choices:
            if type(value) is type(choice) and value == choice:
                return choice
            if isinstance(value, str) and value.lower() == str(choice).lower():
                return choice
        raise ElectionError(
            f"{rules}: option {self.name}: found {value!r}; "
            f"expected {' or '.join(str(choice) for choice in self.choices)}"
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a count comes to besides its stages."""

    completion: Completion
    void: bool = False
    filled: tuple[Candidate, ...] | None = None
    """In a count for a casual vacancy: who fills it. None in a count for all the places."""


VACATE, CLOSE = "vacate", "close"

NON_PERSON = Option(
    "non_person",
    "if the non-person is elected: vacate its place and go on, or close and re-open all the rest",
    VACATE,
    (VACATE, CLOSE),
)
"""What an organisation lays on top of any rule set (see docs/organisations.md)."""

NON_PERSON_CLAUSES: Mapping[str, str] = MappingProxyType(
    {"non-person": "what the election of a non-person means"}
)

Count: TypeAlias = Generator[Stage, None, Outcome]


class RuleSet(ABC):
    """A rule set. One object may serve any number of counts: it holds options and no state.

    Two of one kind with the same options are equal.

    `id`: the name it is asked for by. `title`, `source`: what it is and where it is printed.
    `clauses`: every clause its decisions may cite, each in a few words. `decimals`: of its votes
    and values. `kinds`: of its stages, the first one first. `most_places`: the most places it can
    fill, or None. `option_list`: the options of its own; every rule set has `NON_PERSON` too.
    `page`: where its readings are explained, or None. `rulebook`: its audit, as "module:Class" (a
    `stvcount.audit.rulebook.Rulebook`), imported when a record is checked; without one, a record is
    checked for what holds in every count. `remainders_apart`: whether sheets show what a stage
    loses to ignored remainders beside the non-transferable vote, as official ones do. `wording`: a
    function from a decision to its sentence for each code of its own. `kept`: where papers are not
    transferred but shared out anew for every stage (Meek), what a keep value keeps of one; else
    None. `shown_decimals`: to how many decimals sheets round votes, where they have very many.
    """

    id: ClassVar[str]
    title: ClassVar[str]
    source: ClassVar[str]
    clauses: ClassVar[Mapping[str, str]]
    decimals: ClassVar[int] = 2
    kinds: ClassVar[tuple[str, ...]] = ("first", "surplus", "exclusion")
    most_places: ClassVar[int | None] = None
    option_list: ClassVar[tuple[Option, ...]] = ()
    page: ClassVar[str | None] = None
    rulebook: ClassVar[str | None] = None
    remainders_apart: ClassVar[bool] = False
    wording: ClassVar[Mapping[str, Wording]] = MappingProxyType({})
    kept: ClassVar[Kept | None] = None
    shown_decimals: ClassVar[int | None] = None

    def __init__(self, **options: OptionValue) -> None:
        """Raises `ElectionError` for an option it does not have, or a value that is none of it."""
        known = {option.name: option for option in self.all_options()}
        for name in options:
            if name not in known:
                raise ElectionError(
                    f"{self.id}: found option {name!r}; expected {', '.join(known)}"
                )
        self._options: FrozenMapping[str, OptionValue] = FrozenMapping(
            (name, known[name].checked(self.id, options[name])) for name in known if name in options
        )

    @property
    def options(self) -> FrozenMapping[str, OptionValue]:
        """The options that were given, as a record states them."""
        return self._options

    def option(self, name: str) -> OptionValue:
        """The value of this option: as given, or its default."""
        defaults = {option.name: option.default for option in self.all_options()}
        return self.options.get(name, defaults[name])

    @classmethod
    def all_options(cls) -> tuple[Option, ...]:
        """The options of this rule set, and those that every rule set has."""
        return (*cls.option_list, NON_PERSON)

    def journal(self, tally: Tally, lots: LotBox) -> Journal:
        """An empty journal for a count by these rules."""
        closes = self.option(NON_PERSON.name) == CLOSE
        return Journal(tally, lots, rules=type(self), closes=closes)

    @abstractmethod
    def count(self, tally: Tally, lots: LotBox) -> Count:
        """Count, from a tally of first preferences: yield each stage, return the outcome."""

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, RuleSet):
            return NotImplemented
        return type(self) is type(other) and self.options == other.options

    def __hash__(self) -> int:
        return hash((type(self), self.options))

    def __repr__(self) -> str:
        options = ", ".join(f"{name}={value!r}" for name, value in self.options.items())
        return f"{type(self).__name__}({options})"
