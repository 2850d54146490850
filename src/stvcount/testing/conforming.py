"""Does a program count by these rules? Asked clause by clause, of any program."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from stvcount.checked import checked
from stvcount.counting import count as count_election
from stvcount.counting.counting import given_rules
from stvcount.election import Election
from stvcount.errors import ElectionError, StvcountError
from stvcount.record import CountRecord
from stvcount.record.published import PublishedSheet
from stvcount.rules import OptionValue, RuleSet, get
from stvcount.tally.lots import Lots
from stvcount.testing.answers import Answer, answer
from stvcount.testing.cases import Case, NoCase, Turn, corpus, without_case
from stvcount.testing.chance import Chance
from stvcount.testing.examples import published_examples
from stvcount.testing.programs import NoProgram
from stvcount.testing.same_count import FirstDifference, at, first_difference, states
from stvcount.testing.small import SmallElection, by_chance, shrunk

__all__ = ["Asked", "Conformance", "Counter", "Outcome", "Row", "conform"]

Counter: TypeAlias = Callable[[Election], "Answer | CountRecord | PublishedSheet"]
"""What is tested: anything that answers for an election."""

Outcome: TypeAlias = Literal["passes", "fails", "cannot tell", "no answer"]

PUBLISHED, BY_CHANCE = "published examples", "random elections"

_MOST_SHRINKING = 60.0
_MOST_TRIES = 400


@dataclass(frozen=True, slots=True)
class Asked:
    """One election that was asked about, and what came of it.

    `difference`: where the answer first parts from the rules; `fault`: why there is no answer, in
    one line; both None where the answer agrees as far as it goes. `seconds`: how long it took.
    """

    small: SmallElection | None
    answer: Answer | None
    difference: FirstDifference | None
    fault: str | None
    seconds: float

    @property
    def agrees(self) -> bool:
        """Whether there is an answer, and nothing in it differs."""
        return self.difference is None and self.fault is None

    def outcome(self, turn: Turn | None = None) -> Outcome:
        """What it says of this clause; without one, of the whole count."""
        if self.fault is not None:
            return "no answer"
        states_stages = self.answer is not None and self.answer.stages is not None
        if turn is not None and not (states_stages or turn.elects):
            return "cannot tell"
        if self.difference is None:
            return "passes" if self._shows(turn) else "cannot tell"
        before = turn is not None and states_stages and self._parts_before(turn)
        return "cannot tell" if before else "fails"

    def _shows(self, turn: Turn | None) -> bool:
        """Whether the answer says what a count that has the clause wrong would say otherwise."""
        said = self.answer or Answer()
        if said.elected is not None and (turn is None or turn.elects):
            return True
        return said.stages is not None and (turn is None or states(said, turn.stage, turn.figure))

    def _parts_before(self, turn: Turn) -> bool:
        """Whether it parts before the clause comes into it."""
        parts = self.difference
        return parts is not None and at(parts.stage, parts.figure) < at(turn.stage, turn.figure)

    def is_as_foreseen(self, turn: Turn) -> bool:
        """Whether it parts just where, and as, a count does that has this clause wrong."""
        parts = self.difference
        return parts is not None and (parts.stage, parts.figure, parts.theirs) == (
            turn.stage,
            turn.figure,
            turn.wrong,
        )


@dataclass(frozen=True, slots=True)
class Row:
    """What was found of a clause or a reading, or of all elections of one kind.

    `alike`: how such counts go wrong as this one does: "a count that ...".
    """

    clause: str
    reading: str | None
    meaning: str
    outcomes: tuple[Outcome, ...]
    alike: tuple[Turn, ...] = ()

    def number(self, outcome: Outcome) -> int:
        """How many elections had this outcome."""
        return self.outcomes.count(outcome)


@dataclass(frozen=True, slots=True)
class Conformance:
    """Whether a program counts by a rule set, clause by clause.

    `rules`: the rule set. `rows`: for each clause, then for published examples and random
    elections. `first`: the first election at which it parts, or gives no answer, made as small as
    it goes; None where it always agrees. `without_case`: what the corpus does not ask, and why.
    `runs`, `seconds`: how often it was run for these, how long that took; `longest`: of one.
    """

    rules: RuleSet
    rows: tuple[Row, ...]
    first: Asked | None
    without_case: tuple[NoCase, ...]
    seed: str
    runs: int
    seconds: float
    longest: float

    @property
    def agrees(self) -> bool:
        """Whether nothing differs, as far as the answers go."""
        return self.first is None

    @property
    def named(self) -> tuple[str, ...]:
        """The clauses that it has wrong as is foreseen; where there is none, all that fail."""
        alike = [row.clause for row in self.rows if row.alike]
        return tuple(dict.fromkeys(alike or [r.clause for r in self.rows if r.number("fails")]))

    def __str__(self) -> str:
        from stvcount.testing import conformance_sheet

        return conformance_sheet.sheet(self)


@checked
def conform(
    counter: Counter,
    *,
    rules: str | RuleSet,
    options: Mapping[str, OptionValue] | None = None,
    random: int = 0,
    seed: str = "conform",
) -> Conformance:
    """Ask a counter about each case of the corpus, and so many random elections of this seed.

    `counter`: takes an election, returns its answer; an exception is no answer, and is told. Lots
    fall on the first listed of the tied, whatever they decide. Raises `ElectionError` for unknown
    rules or options, for options beside a rule set, or where there is nothing to ask.
    """
    given = given_rules(rules, options)
    if random < 0:
        raise ElectionError(f"random: found {random}; expected a number of elections")
    asking = _Asking(counter, given)
    cases = [one for one in corpus(given.id) if _same_options(one.rules, one.options, given)]
    if not cases and not random:
        raise ElectionError(
            f"rules: found {given.id}, for which the corpus has no cases with these options; "
            "expected random elections to be asked for (random=, --random)"
        )
    rows = (*asking.corpus(cases), *asking.published(), *asking.by_chance(random, seed))
    return Conformance(
        rules=given,
        rows=rows,
        first=asking.smallest(),
        without_case=without_case(given.id),
        seed=seed,
        runs=len(asking.asked),
        seconds=sum(one.seconds for one in asking.asked),
        longest=max((one.seconds for one in asking.asked), default=0.0),
    )


def _same_options(rules: str, options: Mapping[str, OptionValue], wanted: RuleSet) -> bool:
    one = get(rules, options)
    return all(one.option(o.name) == wanted.option(o.name) for o in wanted.all_options())


class _Asking:
    """The asking of one counter, and all that it has been asked."""

    def __init__(self, counter: Counter, rules: RuleSet) -> None:
        self.counter, self.rules = counter, rules
        self.asked: list[Asked] = []

    def ask(
        self,
        election: Election,
        small: SmallElection | None = None,
        expected: Answer | None = None,
    ) -> Asked:
        """Ask about an election. `expected`: its figures, where they need not be counted."""
        begun = time.monotonic()
        said, fault = None, None
        try:
            said = answer(self.counter(election))
        except NoProgram:
            raise
        except Exception as error:
            shown = str(error).splitlines() or [type(error).__name__]
            fault = shown[0] if isinstance(error, StvcountError) else repr(error)
        seconds = time.monotonic() - begun
        if said is None:
            return Asked(small, None, None, fault, seconds)
        ours = expected or count_election(election, rules=self.rules, lots=Lots.first_listed())
        return Asked(small, said, first_difference(ours, said), None, seconds)

    def note(self, asked: Asked) -> Asked:
        self.asked.append(asked)
        return asked

    def corpus(self, cases: Sequence[Case]) -> Iterator[Row]:
        told: dict[tuple[str, str | None], list[tuple[Outcome, Turn, bool]]] = {}
        for case in cases:
            asked = self.note(self.ask(case.election, case.small, case.answer))
            for turn in case.turns_on:
                told.setdefault((turn.clause, turn.reading), []).append(
                    (asked.outcome(turn), turn, asked.is_as_foreseen(turn))
                )
        order = [*self.rules.clauses]
        for clause, reading in sorted(told, key=lambda of: (order.index(of[0]), of[1] or "")):
            found = told[clause, reading]
            yield Row(
                clause,
                reading,
                self.rules.clauses[clause],
                tuple(outcome for outcome, _, _ in found),
                tuple(turn for _, turn, foreseen in found if foreseen),
            )

    def published(self) -> Iterator[Row]:
        found = [
            self.note(self.ask(one.election)).outcome()
            for one in published_examples(self.rules.id)
            if one.election is not None
            and _same_options(self.rules.id, one.sheet.rules.options, self.rules)
        ]
        if found:
            yield Row(PUBLISHED, None, "counted as published", tuple(found))

    def by_chance(self, number: int, seed: str) -> Iterator[Row]:
        chance = Chance(seed)
        most = self.rules.most_places or 4
        found = []
        for _ in range(number):
            small = by_chance(chance, most_places=most)
            found.append(self.note(self.ask(small.election("by chance"), small)).outcome())
        if found:
            yield Row(BY_CHANCE, None, f"of the seed {seed!r}", tuple(found))

    def smallest(self) -> Asked | None:
        """The first that does not agree, made smaller while one still does not in the same way."""
        parted = [one for one in self.asked if not one.agrees]
        first = next((one for one in parted if one.fault is None), next(iter(parted), None))
        if first is None or first.small is None:
            return first
        until = time.monotonic() + _MOST_SHRINKING

        def parts(small: SmallElection) -> bool:
            if time.monotonic() > until:
                return False
            asked = self.ask(small.election())
            return not asked.agrees and (asked.fault is None) == (first.fault is None)

        found = shrunk(first.small, parts, tries=_MOST_TRIES)
        return self.ask(found.election(), found)
