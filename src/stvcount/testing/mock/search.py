"""The search for papers whose count takes the clauses asked for, and is of the level."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from stvcount.counting import count
from stvcount.election import Election
from stvcount.election.papers import Papers
from stvcount.errors import ElectionError
from stvcount.record import CountRecord
from stvcount.rules import RuleSet
from stvcount.tally.lots import Lots
from stvcount.testing.mock.chance import Chance
from stvcount.testing.mock.clauses import Shape, where_cited
from stvcount.testing.mock.levels import LEVELS, Level, Measures
from stvcount.testing.mock.papers import DOUBTFUL, INVALID, PLAIN, Row, Voters, marked
from stvcount.words import counted, listed

_FRESH = 20
"""So many elections are made by chance before the best of them is changed."""
_PATIENCE = 80
"""So many changes that make nothing better, and other elections are made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is looked for. `shapes`: of small counts that cited each clause."""

    rules: RuleSet
    named_level: str
    covers: tuple[str, ...]
    papers: int
    places: int
    candidates: tuple[str, ...]
    non_person: str | None
    lots: Lots
    seed: str
    shapes: Mapping[str, Sequence[Shape]]

    @property
    def level(self) -> Level:
        return self.levels[self.named_level]

    @property
    def levels(self) -> Mapping[str, Level]:
        """All levels, as they are for these rules and places."""
        if "surplus" in self.rules.kinds and self.places > 1:
            return LEVELS
        return {name: level.without_surpluses() for name, level in LEVELS.items()}

    @property
    def shape(self) -> Shape:
        return Shape(len(self.candidates), self.places, self.papers)

    def election(self, rows: list[Row]) -> Election:
        """The election with these papers."""
        return Election(
            title=f"Mock count {self.seed}",
            places=self.places,
            candidates=self.candidates,
            papers=Papers.from_marks(rows, candidates=self.candidates),
            non_person=self.non_person,
        )


@dataclass(frozen=True, slots=True)
class _Try:
    """Papers, and how their count falls short: clauses not taken, and bounds of the level."""

    rows: list[Row]
    missing: tuple[str, ...]
    measures: Measures
    misses: int

    @property
    def short(self) -> tuple[int, int]:
        return len(self.missing), self.misses


@dataclass(slots=True)
class Search:
    """One search: bounded, and the same for the same wish."""

    wish: Wish
    limit: int
    chance: Chance = field(init=False)
    kinds: list[str] = field(init=False)
    levels: Mapping[str, Level] = field(init=False)
    level: Level = field(init=False)
    made: int = 0
    covered: Counter[str] = field(default_factory=Counter)
    covering: int = 0
    of_levels: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        wish = self.wish
        self.levels, self.level = wish.levels, wish.level
        slips = self.level.slips_among(wish.papers)
        plain = wish.papers - 2 * slips
        self.chance = Chance(f"{wish.rules.id} {self.level.name} {wish.seed}")
        kinds = [*[INVALID] * slips, *[DOUBTFUL] * slips, *[PLAIN] * plain]
        self.kinds = self.chance.shuffled(kinds)

    def found(self) -> list[Row]:
        """Papers that are as wished. Raises `ElectionError` where the limit comes first."""
        best: list[_Try] = []
        for one in self._tries():
            if one.short == (0, 0):
                return one.rows
            best = [min([*best, one], key=lambda each: each.short)]
        raise self._nothing_found(*best)

    def _tries(self) -> Iterator[_Try]:
        """Elections by chance, then changes of the best; again, where that leads nowhere."""
        while self.made < self.limit:
            tries = [self._fresh() for _ in range(min(_FRESH, self.limit - self.made))]
            yield from tries
            best, waited = min(tries, key=lambda one: one.short), 0
            while self.made < self.limit and waited < _PATIENCE:
                other = self._changed(best)
                yield other
                waited = 0 if other.short < best.short else waited + 1
                best = min(other, best, key=lambda one: one.short)

    def _voters(self) -> Voters:
        return Voters.by(self.chance, len(self.wish.candidates))

    def _fresh(self) -> _Try:
        voters = self._voters()
        return self._tried([marked(self.chance, voters, kind) for kind in self.kinds])

    def _changed(self, one: _Try) -> _Try:
        """A few of the papers are those of other voters."""
        voters, rows = self._voters(), list(one.rows)
        for _ in range(self.chance.between(1, 1 + len(rows) // 6)):
            place = self.chance.below(len(rows))
            rows[place] = marked(self.chance, voters, self.kinds[place])
        return self._tried(rows)

    def _tried(self, rows: list[Row]) -> _Try:
        self.made += 1
        record = self._record(rows)
        missing = tuple(c for c in self.wish.covers if not where_cited(record, c))
        self.covered.update(set(self.wish.covers) - set(missing))
        measures = Measures.of(record)
        if not missing:
            self.covering += 1
            self.of_levels.update(n for n, one in self.levels.items() if not one.misses(measures))
        return _Try(rows, missing, measures, self.level.misses(measures))

    def _record(self, rows: list[Row]) -> CountRecord:
        wish = self.wish
        return count(wish.election(rows), rules=wish.rules, lots=wish.lots, teller="plain")

    # Nothing found: what was missed, and what to change

    def _nothing_found(self, best: _Try) -> ElectionError:
        wish, among = self.wish, f"{counted(self.made, 'election')} of {self.wish.shape}"
        change = "other --candidates, --places or --papers, or another --seed"
        never = [clause for clause in wish.covers if not self.covered[clause]]
        if never:
            cited = [f"{clause} was cited with {wish.shapes[clause][0]}" for clause in never]
            return ElectionError(
                f"covers: found none among {among} that takes {listed(never)}; expected {change} "
                f"({'; '.join(cited)})"
            )
        if not self.covering:
            numbers = listed([f"{clause} ({self.covered[clause]})" for clause in wish.covers])
            return ElectionError(
                f"covers: found none among {among} that takes all of {numbers} in one count; "
                f"expected fewer clauses, or {change}"
            )
        others = [name for name in LEVELS if self.of_levels[name]]
        levels = f"--level {' or '.join(others)}, or " if others else ""
        differences = listed(list(self.level.differences(best.measures)))
        return ElectionError(
            f"level: found none among {among} that is {self.level.name}; the nearest has "
            f"{differences}; expected {levels}{change}"
        )
