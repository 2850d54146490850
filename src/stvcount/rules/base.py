"""What every rule set is, and the journal in which it writes its decisions."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import ClassVar, TypeAlias

from stvcount.errors import ElectionError, Purpose
from stvcount.frozen import FrozenMapping
from stvcount.record import Batch, Completion, Decision, Elected, Kind, Lot, Stage
from stvcount.tally import Candidate, Point, Tally, Transfer, ties
from stvcount.tally.lots import LotBox, LotQuestion
from stvcount.tally.ties import Keep, Separation
from stvcount.words import listed

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
    `clauses`: every clause its decisions may cite. `option_list`: the options of its own;
    every rule set has `NON_PERSON` too.
    `most_places`: the most places it can fill, or None.
    """

    id: ClassVar[str]
    title: ClassVar[str]
    source: ClassVar[str]
    clauses: ClassVar[Mapping[str, str]]
    option_list: ClassVar[tuple[Option, ...]] = ()
    most_places: ClassVar[int | None] = None

    def __init__(self, **options: OptionValue) -> None:
        """Raises `ElectionError` for an option it does not have, or a value that is none of it."""
        known = {option.name: option for option in self.all_options}
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
        defaults = {option.name: option.default for option in self.all_options}
        return self.options.get(name, defaults[name])

    @property
    def all_options(self) -> tuple[Option, ...]:
        """The options of this rule set, and those that every rule set has."""
        return (*self.option_list, NON_PERSON)

    def journal(self, tally: Tally, lots: LotBox) -> Journal:
        """An empty journal for a count by these rules."""
        return Journal(tally, lots, closes=self.option(NON_PERSON.name) == CLOSE)

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


@dataclass(slots=True)
class Journal:
    """What a rule set decides, kept until the stage (or the count) it belongs to is complete."""

    tally: Tally
    lots: LotBox
    closes: bool = False
    _batches: list[Batch] = field(default_factory=list)
    _elected: list[Elected] = field(default_factory=list)
    _lots_drawn: list[Lot] = field(default_factory=list)
    _decisions: list[Decision] = field(default_factory=list)

    def decide(self, clause: str, text: str) -> None:
        self._decisions.append(Decision(clause, text))

    def elect(self, candidate: Candidate, clause: str) -> None:
        self.tally.elect(candidate)
        name, vote = self.tally.name(candidate), self.tally.votes[candidate]
        self._elected.append(Elected(name, vote, clause))
        if candidate == self.tally.non_person:
            self._non_person_elected(name)

    def _non_person_elected(self, name: str) -> None:
        if self.closes:
            self.tally.close(f"the election is closed by {name}")
            self.decide("non-person", f"{name} is elected: the election closes, nobody after it")
        else:
            self.decide("non-person", f"{name} is elected: that place is not filled")

    def batch(self, transfer: Transfer) -> None:
        names = self.tally.names
        self._batches.append(
            Batch(
                value=transfer.value,
                papers=FrozenMapping((names[c], n) for c, n in transfer.papers.items()),
                non_transferable_papers=transfer.non_transferable_papers,
                credited=FrozenMapping((names[c], v) for c, v in transfer.credited.items()),
                non_transferable=transfer.non_transferable,
            )
        )

    def lot(self, purpose: Purpose, clause: str, tied: Iterable[Candidate]) -> Candidate:
        """Have a lot decide between the tied, and record it."""
        listed = sorted(tied)
        names = self.tally.named(listed)
        votes = FrozenMapping((self.tally.name(c), self.tally.votes[c]) for c in listed)
        drawn = self.lots.draw(LotQuestion(purpose, clause, names, votes, self.tally.stage))
        self._lots_drawn.append(
            Lot(
                purpose=purpose,
                clause=clause,
                candidates=names,
                votes=votes,
                chosen=drawn.candidate,
                source=drawn.source,
            )
        )
        self.decide(clause, f"never told apart: the lot falls on {drawn.candidate}")
        return listed[names.index(drawn.candidate)]

    def tie_broken(
        self,
        clause: str,
        why: str,
        tied: Sequence[Candidate],
        found: Separation,
        keep: Keep,
        *,
        purpose: Purpose = "exclusion",
    ) -> Candidate:
        """Whom a tie rule found, or else a lot; with what the rule went by."""
        apart = self.separation(found, keep)
        self.decide(clause, f"{why}: {self.names(tied)}" + (f"; {apart}" if apart else ""))
        return found.left[0] if len(found.left) == 1 else self.lot(purpose, clause, found.left)

    def stage(self, kind: Kind, candidates: Sequence[Candidate], quota: Decimal | None) -> Stage:
        """The stage now complete, with all that was written since the last."""
        tally = self.tally
        stage = Stage(
            number=tally.stage,
            kind=kind,
            candidates=tally.named(candidates),
            quota=quota,
            votes=FrozenMapping(tally.votes_by_name()),
            non_transferable=tally.non_transferable,
            batches=tuple(self._batches),
            elected=tuple(self._elected),
            lots=tuple(self._lots_drawn),
            decisions=tuple(self._decisions),
        )
        self._clear()
        return stage

    def completion(self, excluded: Sequence[Candidate]) -> Completion:
        """The completion of the count, with all that was written since the last stage."""
        completion = Completion(
            elected=tuple(self._elected),
            excluded=self.tally.named(excluded),
            decisions=tuple(self._decisions),
            lots=tuple(self._lots_drawn),
        )
        self._clear()
        return completion

    def rest_excluded(self, points: Sequence[Point]) -> Outcome:
        """The end of a count for one place: who continues is not elected.

        `points`: those at which the tie rule compares them, for the order in which they stand.
        """
        rest = ties.in_order(self.tally.votes, points, self.tally.continuing, "fewest")
        self.tally.exclude(rest)
        return Outcome(self.completion(rest))

    @property
    def why_ended(self) -> str:
        """In words, why no more is transferred."""
        return self.tally.closed or "all places are filled"

    def _clear(self) -> None:
        for written in (self._batches, self._elected, self._lots_drawn, self._decisions):
            written.clear()

    def names(self, candidates: Iterable[Candidate]) -> str:
        """The candidates in words: "A, B and C"."""
        return listed(self.tally.named(candidates))

    def with_votes(self, candidates: Iterable[Candidate]) -> str:
        """The candidates in words, each with the vote: "A (3.00) and B (5.00)"."""
        votes = self.tally.votes
        return listed([f"{self.tally.name(c)} ({votes[c]})" for c in candidates])

    def separation(self, separation: Separation, keep: Keep) -> str:
        """In words, at which points the tied were told apart."""
        found = []
        for point, compared in separation.points:
            votes = [f"{self.tally.name(c)} {point.votes[c]}" for c in compared]
            found.append(f"{keep} vote at {point} ({', '.join(votes)})")
        return "; then ".join(found)
