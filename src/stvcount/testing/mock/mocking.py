"""A mock count: found by chance from a seed, with all that is printed for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal, TypeAlias, get_args

from stvcount import checks
from stvcount.checked import checked
from stvcount.counting import count
from stvcount.counting.counting import given_rules
from stvcount.election import Election, check_text
from stvcount.errors import ElectionError
from stvcount.formats import blt, read_bytes
from stvcount.formats.files import PathName, write_all
from stvcount.frozen import FrozenMapping
from stvcount.record import CountRecord
from stvcount.rules import OptionValue, RuleSet
from stvcount.sheets import table
from stvcount.tally.lots import Lots
from stvcount.testing.mock.clauses import check_known, non_person_of, tried, where_cited
from stvcount.testing.mock.levels import Level, Measures, level_named
from stvcount.testing.mock.papers import Row
from stvcount.testing.mock.search import Search, Wish

LotSource: TypeAlias = Literal["seeded", "first-listed"]

BALLOTS, RECORD = "election.blt", "record.json"
INSTRUCTIONS, PAPERS = "instructions.html", "papers.html"
ANSWERS, BLANK = "answers.html", "result-sheet.html"
FILES = (INSTRUCTIONS, PAPERS, BLANK, ANSWERS, BALLOTS, RECORD)
"""What a mock count writes, in the order in which a trainer needs it."""

NAMES = (
    *("Adeyemi", "Baker", "Campbell", "Davies", "Evans", "Fraser", "Griffiths", "Hussain"),
    *("Iqbal", "Jones", "Kaur", "Lewis", "Murphy", "Nolan", "Okafor", "Patel", "Quinn"),
    *("Robertson", "Shah", "Thomas", "Usman", "Vaughan", "Williams", "Young"),
)
"""Names that begin differently: nobody mishears them across a table."""

_LEAST_PAPERS, _MOST_PAPERS = 10, 1000


@dataclass(frozen=True, slots=True)
class MockCount:
    """An election to be counted by hand, and what its count must come to.

    `level`: how hard it is. `seed`: the text from which it can be found again. `covers`: where the
    count takes each clause asked for. `marks`: what is written on each paper against each
    candidate, in the order of the paper; "" where nothing is. `lots`: where its lots come from.
    """

    election: Election
    record: CountRecord
    level: Level
    seed: str
    covers: FrozenMapping[str, tuple[str, ...]]
    marks: tuple[Row, ...]
    lots: LotSource

    @property
    def measures(self) -> Measures:
        """How hard it is, in numbers."""
        return Measures.of(self.record)

    def blt(self) -> str:
        """The papers as a BLT file, each in a line of its own, in the order of their numbers."""
        return blt.dumps(self.election)

    def command(self) -> tuple[str, ...]:
        """The words of the command that counts the BLT file again."""
        lots = f"seed:{self.seed}" if self.lots == "seeded" else self.lots
        words = ["stvcount", "count", BALLOTS, "--rules", self.record.rules.id, "--lots", lots]
        for name, value in self.record.rules.options.items():
            words += ["--option", f"{name}={table.option(value)}"]
        if self.election.non_person is not None:
            words += ["--non-person", self.election.non_person]
        return tuple(words)

    def files(self) -> Mapping[str, str]:
        """What is written: the content of each file, by its name.

        Raises `ElectionError` where Jinja2 (the extra `html`) is not installed.
        """
        from stvcount.testing.mock import pages

        written = {
            INSTRUCTIONS: pages.instructions(self),
            PAPERS: pages.papers(self),
            BLANK: pages.blank_sheet(self),
            ANSWERS: pages.answers(self),
            BALLOTS: self.blt(),
            RECORD: self.record.to_json(),
        }
        return MappingProxyType(written)

    def write(self, folder: PathName, *, overwrite: bool = False) -> tuple[Path, ...]:
        """Write all files into this folder, which is made if need be; return their paths.

        All of them are written, or none. Raises `FormatError` where that cannot be, or where a file
        is there and `overwrite` does not say that it may be replaced.
        """
        return write_all(folder, self.files(), overwrite=overwrite)

    def __repr__(self) -> str:
        return f"<MockCount {self.seed!r}, {self.level.name}: {self.record!r}>"


@checked
def mock_count(
    *,
    seed: str,
    rules: str | RuleSet = "ers97",
    papers: int = 60,
    covers: Sequence[str] = (),
    candidates: int | None = None,
    places: int | None = None,
    level: str = "medium",
    lots: LotSource = "seeded",
    options: Mapping[str, OptionValue] | None = None,
    limit: int = 2000,
) -> MockCount:
    """Find an election to be counted by hand, to train those who count.

    `seed`: a text; with all else the same, it gives the same election, to the byte. `rules`: a rule
    set, or its name with its `options`. `papers`: how many, 10 to 1000, invalid ones among them.
    `covers`: clauses that decisions of the count must cite; 5.2.2 stands for 5.2.2(a) too.
    `candidates` (2 to 24) and `places`: those of the level, unless given. `level`: easy, medium or
    nasty, see `LEVELS`. `lots`: drawn from the seed, or falling on the first of the tied.
    `limit`: how many elections to try.

    Raises `ElectionError` for anything else, for a clause that the rules do not have or that no
    decision cites, for rules that nobody could count by hand, and where nothing is found: it says
    which clause or which bound of the level was missed, and what to change.

    >>> from stvcount.testing import mock_count
    >>> mock = mock_count(seed="spring school", rules="ers97", papers=30, covers=["5.4.8"])
    >>> mock.election
    <Election 'Mock count spring school': 2 places, 7 candidates, 30 papers>
    >>> [decision.code for stage in mock.record.stages for decision in stage.decisions][0]
    'quota'
    """
    given = given_rules(rules, options)
    wish = _wish(
        given,
        seed=seed,
        papers=papers,
        covers=tuple(dict.fromkeys(covers)),
        candidates=candidates,
        places=places,
        level=level,
        lots=lots,
    )
    checks.whole_number("limit", limit, least=1)
    rows = Search(wish, limit).found()
    election = wish.election(rows)
    read = read_bytes(blt.dumps(election).encode(), BALLOTS)
    if wish.non_person is not None:
        read = read.with_non_person(wish.non_person)
    record = count(read, rules=given, lots=wish.lots)
    where = ((clause, where_cited(record, clause)) for clause in wish.covers)
    return MockCount(read, record, wish.level, seed, FrozenMapping(where), tuple(rows), lots)


def _wish(
    rules: RuleSet,
    *,
    seed: str,
    papers: int,
    covers: tuple[str, ...],
    candidates: int | None,
    places: int | None,
    level: str,
    lots: LotSource,
) -> Wish:
    """What is asked for, looked at before anything is tried."""
    of_level = level_named(level)
    _check_seed(seed)
    if lots not in get_args(LotSource):
        raise ElectionError(f"lots: found {lots!r}; expected {' or '.join(get_args(LotSource))}")
    _within("papers", papers, _LEAST_PAPERS, _MOST_PAPERS)
    check_known(covers, rules)
    several = rules.most_places is None or rules.most_places > 1
    number = of_level.candidates[several] if candidates is None else candidates
    _within("candidates", number, 2, len(NAMES))
    usual = min(of_level.places if several else 1, number - 1) if places is None else places
    _within("places", usual, 1, min(rules.most_places or number, number - 1))
    trials = tried(rules, covers, usual)
    if not trials.by_hand:
        raise ElectionError(
            f"rules: found {rules.id}, which works out all votes anew at each stage and moves no "
            "papers, so that nobody can count by hand; expected rules by which papers are moved"
        )
    no_person = non_person_of(rules) if trials.needs_non_person else None
    names = (*NAMES[: number - 1], no_person or NAMES[number - 1])
    source = Lots.seeded(seed) if lots == "seeded" else Lots.first_listed()
    fill = min(trials.places(usual), number - 1) if places is None else places
    return Wish(
        rules=rules,
        level=of_level,
        covers=covers,
        papers=papers,
        places=fill,
        candidates=names,
        non_person=no_person,
        lots=source,
        seed=seed,
        shapes=trials.shapes,
    )


def _check_seed(seed: str) -> None:
    if checks.is_without_marks(seed):
        raise ElectionError(f"seed: found {seed!r}; expected a text from which all is worked out")
    check_text("seed", seed)


def _within(what: str, number: int, least: int, most: int) -> None:
    if not least <= checks.whole_number(what, number) <= most:
        raise ElectionError(f"{what}: found {number}; expected {least} to {most}")
