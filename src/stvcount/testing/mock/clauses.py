"""The clauses that a count cites, and which of a rule set's can be asked of a mock count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from stvcount.counting import count
from stvcount.election import Election
from stvcount.election.papers import Papers
from stvcount.errors import ElectionError
from stvcount.record import Completion, CountRecord, Stage
from stvcount.record.decision import is_clause_of
from stvcount.rules import RuleSet, organisations
from stvcount.sheets import table
from stvcount.tally.lots import Lots
from stvcount.testing.chance import Chance
from stvcount.testing.mock.papers import PLAIN, Voters, marked
from stvcount.words import counted, listed

_LEAST_TRIALS, _TRIALS = 20, 400
"""So many small counts show what a rule set cites, for each way in which they are held."""


def cited(record: CountRecord) -> dict[str, tuple[str, ...]]:
    """Each clause that the record cites, and where: by decision, by election, by lot."""
    found: dict[str, list[str]] = {}
    for where, clause in _citations(record):
        places = found.setdefault(clause, [])
        places += [] if where in places else [where]
    return {clause: tuple(places) for clause, places in found.items()}


def _citations(record: CountRecord) -> Iterator[tuple[str, str]]:
    for stage in record.stages:
        yield from ((f"stage {stage.number}", clause) for clause in _clauses(stage))
    yield from (("the completion", clause) for clause in _clauses(record.completion))


def _clauses(holder: Stage | Completion) -> Iterator[str]:
    for several in (holder.decisions, holder.elected, holder.lots):
        yield from (one.clause for one in several)


def where_cited(record: CountRecord, clause: str) -> tuple[str, ...]:
    """Where the record cites this clause, or a part in brackets of it; empty where nowhere."""
    found = (places for one, places in cited(record).items() if is_clause_of(one, (clause,)))
    return tuple(dict.fromkeys(place for places in found for place in places))


def check_known(clauses: Sequence[str], rules: RuleSet) -> None:
    """Raise `ElectionError` for a clause that is none of the rule set's, with those that are."""
    for clause in clauses:
        if not is_clause_of(clause, rules.clauses):
            raise ElectionError(
                f"covers: found {clause!r}; expected clauses of {rules.id}: "
                f"{', '.join(rules.clauses)}"
            )


@dataclass(frozen=True, slots=True)
class Shape:
    """How large an election is."""

    candidates: int
    places: int
    papers: int

    def __str__(self) -> str:
        return (
            f"{counted(self.candidates, 'candidate')}, {counted(self.places, 'place')} and "
            f"{counted(self.papers, 'paper')}"
        )


@dataclass(frozen=True, slots=True)
class Trials:
    """What small counts of a rule set have shown.

    `by_hand`: whether papers move from stage to stage, as people move them. `shapes`: of counts
    that cited each clause that is asked for. `needs_non_person`: whether one of the clauses is
    cited only with an option on the paper that is no person.
    """

    by_hand: bool
    shapes: Mapping[str, Sequence[Shape]]
    needs_non_person: bool

    def places(self, usual: int) -> int:
        """Places with which each clause was cited: the usual number, if that is one."""
        of_each = [{shape.places for shape in shapes} for shapes in self.shapes.values()]
        shared = set.intersection(*of_each) if of_each else set()
        return usual if usual in shared or not shared else min(shared)


def tried(rules: RuleSet, clauses: Sequence[str], places: int) -> Trials:
    """Small counts by these rules, until each of the clauses was cited with so many places.

    Raises `ElectionError` for a clause that none cites, and says what would cite it.
    """
    shapes: dict[str, list[Shape]] = {clause: [] for clause in clauses}
    by_hand, left = True, set(clauses)
    for number, trial in enumerate(_trials(rules, non_person=False)):
        by_hand = by_hand and trial.by_hand
        left -= trial.noted(shapes, places)
        if not left and number >= _LEAST_TRIALS:
            break
    never = [clause for clause in clauses if not shapes[clause]]
    if never:
        for trial in _trials(rules, non_person=True):
            trial.noted(shapes, places)
    for clause in never:
        if not shapes[clause]:
            raise _never_cited(rules, clause)
    return Trials(by_hand, shapes, needs_non_person=bool(never))


@dataclass(frozen=True, slots=True)
class _Trial:
    """What is kept of a small count: the clauses it cites, and whether its papers moved."""

    shape: Shape
    cited: frozenset[str]
    by_hand: bool

    def cites(self, clause: str) -> bool:
        return any(is_clause_of(one, (clause,)) for one in self.cited)

    def noted(self, shapes: Mapping[str, list[Shape]], places: int) -> set[str]:
        """Note the shape by each clause that is cited; those cited with so many places."""
        found = {clause for clause in shapes if self.cites(clause)}
        for clause in found:
            shapes[clause].append(self.shape)
        return found if self.shape.places == places else set()


def _never_cited(rules: RuleSet, clause: str) -> ElectionError:
    setting = next(_options_that_cite(rules, clause), None)
    if setting is not None:
        return ElectionError(
            f"covers: found {clause!r}, which no decision cites as the options are; expected it "
            f"with --option {setting}"
        )
    seen = sorted({one for trial in _trials(rules, non_person=False) for one in trial.cited})
    return ElectionError(
        f"covers: found {clause!r} ({_meaning(rules, clause)}), which no decision of {rules.id} "
        f"cited in {_TRIALS} small counts; expected clauses that decisions cite: {listed(seen)}"
    )


def _meaning(rules: RuleSet, clause: str) -> str:
    return rules.clauses.get(clause) or rules.clauses[clause.rpartition("(")[0]]


def _options_that_cite(rules: RuleSet, clause: str) -> Iterator[str]:
    """The options by which decisions cite the clause, as they are typed."""
    for option in rules.all_options():
        for choice in option.choices:
            if choice != rules.option(option.name):
                other = type(rules)(**{**rules.options, option.name: choice})
                if any(one.cites(clause) for one in _trials(other, non_person=False)):
                    yield f"{option.name}={table.option(choice)}"


class _Kept:
    """Trials that are made when they are first asked for, and kept."""

    def __init__(self, trials: Iterator[_Trial]) -> None:
        self._made: list[_Trial] = []
        self._more = trials

    def __iter__(self) -> Iterator[_Trial]:
        yield from self._made
        for trial in self._more:
            self._made.append(trial)
            yield trial


@cache
def _trials(rules: RuleSet, *, non_person: bool) -> _Kept:
    """Small counts, in which few papers make equal votes likely: the same ones each time."""
    return _Kept(map(_trial, _records(rules, non_person=non_person)))


def _trial(record: CountRecord) -> _Trial:
    shape = Shape(len(record.candidates), record.places, record.papers.total)
    return _Trial(shape, frozenset(cited(record)), _moves_papers(record))


def _records(rules: RuleSet, *, non_person: bool) -> Iterator[CountRecord]:
    chance = Chance(f"trials of {rules.id}")
    for _ in range(_TRIALS):
        candidates = chance.between(3, 7)
        places = chance.between(1, min(rules.most_places or candidates, candidates) - 1 or 1)
        voters = Voters.by(chance, candidates)
        rows = [marked(chance, voters, PLAIN) for _ in range(chance.between(4, 24))]
        names = [f"{number}" for number in range(candidates)]
        election = Election(
            places=places,
            candidates=names,
            papers=Papers.from_marks(rows, candidates=names),
            non_person=names[0] if non_person else None,
        )
        yield count(election, rules=rules, lots=Lots.first_listed(), teller="plain")


def _moves_papers(record: CountRecord) -> bool:
    """Whether each change of votes came from papers that were moved."""
    pairs = zip(record.stages, record.stages[1:], strict=False)
    return all(now.batches or now.votes == before.votes for before, now in pairs)


def non_person_of(rules: RuleSet) -> str:
    """What the option that is no person is called by those who have these rules."""
    known = (organisations.get(name) for name in organisations.names())
    for one in known:
        if rules.id in (one.one_place, one.several_places) and one.non_person is not None:
            return one.non_person.title
    return organisations.RE_OPEN_NOMINATIONS.title
