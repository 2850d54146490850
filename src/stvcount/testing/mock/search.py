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
from stvcount.testing.chance import Chance
from stvcount.testing.mock.clauses import Shape, where_cited
from stvcount.testing.mock.levels import LEVELS, Level, Measures
from stvcount.testing.mock.papers import DOUBTFUL, INVALID, PLAIN, Row, Voters, marked
from stvcount.words import counted, listed

_FRESH = 20
"""So many elections are made by chance before the best of them is changed."""
_PATIENCE = 80
"""So many changes that make nothing better, and other elections are made."""
_AS_WISHED, _AS_BOUND = (0, 0, False), (0, 0, True)
"""How an election falls short that has all; and one that lacks only what is preferred."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is looked for. `shapes`: of small counts that cited each clause."""

    rules: RuleSet
    level: Level
    covers: tuple[str, ...]
    papers: int
    places: int
    candidates: tuple[str, ...]
    non_person: str | None
    lots: Lots
    seed: str
    shapes: Mapping[str, Sequence[Shape]]

    @property
    def shape(self) -> Shape:
        return Shape(len(self.candidates), self.places, self.papers)

    def election(self, rows: list[Row]) -> Election:
        """The election with these papers."""
        return Election(
            # As it is read from the file that is counted: there a title ends without blanks.
            title=f"Mock count {self.seed}".rstrip(),
            places=self.places,
            candidates=self.candidates,
            papers=Papers.from_marks(rows, candidates=self.candidates),
            non_person=self.non_person,
        )


@dataclass(frozen=True, slots=True)
class _Try:
    """Papers, and how their count falls short: clauses not taken, and bounds of the level.

    `dull`: whether no surplus goes on at a lower value, where one was preferred.
    """

    rows: list[Row]
    missing: tuple[str, ...]
    measures: Measures
    misses: int

    dull: bool

    @property
    def short(self) -> tuple[int, int, bool]:
        return len(self.missing), self.misses, self.dull


@dataclass(slots=True)
class Search:
    """One search: bounded, and the same for the same wish."""

    wish: Wish
    limit: int
    chance: Chance = field(init=False)
    kinds: list[str] = field(init=False)
    made: int = 0
    covered: Counter[str] = field(default_factory=Counter)
    covering: int = 0
    of_levels: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        wish = self.wish
        slips = wish.level.slips_among(wish.papers)
        plain = wish.papers - 2 * slips
        self.chance = Chance(f"{wish.rules.id} {wish.level.name} {wish.seed}")
        kinds = [*[INVALID] * slips, *[DOUBTFUL] * slips, *[PLAIN] * plain]
        self.kinds = self.chance.shuffled(kinds)

    def found(self) -> list[Row]:
        """Papers that are as wished. Raises `ElectionError` where the limit comes first."""
        best: list[_Try] = []
        for one in self._tries():
            best = [min([*best, one], key=lambda each: each.short)]
            # What is only preferred is not looked for to the end.
            enough = _AS_WISHED if self.made < self.limit // 4 else _AS_BOUND
            if best[0].short <= enough:
                return best[0].rows
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
            self.of_levels.update(n for n, one in LEVELS.items() if not one.misses(measures))
        misses = self.wish.level.misses(measures)
        return _Try(rows, missing, measures, misses, self._prefers_surplus and not measures.reduced)

    @property
    def _prefers_surplus(self) -> bool:
        wish = self.wish
        return wish.level.surplus and wish.places > 1 and "surplus" in wish.rules.kinds

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
        differences = listed(list(self.wish.level.differences(best.measures)))
        return ElectionError(
            f"level: found none among {among} that is {self.wish.level.name}; the nearest has "
            f"{differences}; expected {levels}{change}"
        )
