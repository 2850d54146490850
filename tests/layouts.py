"""Layouts in which people keep ranked ballots, made from known papers, and what a reader may do.

A layout is a file made from papers that are known, with the options that a person would surely
give, and with what that person knows about the file. A reader may read the papers as they are, or
ask; and whoever answers by what is known must come to those papers. Everything follows from a seed.

    python tests/layouts.py --seeds 5000
"""

from __future__ import annotations

import argparse
import csv
import datetime
import io
import random
import re
import shlex
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any, TypeAlias

from stvcount import Election
from stvcount.election.reading import Reading
from stvcount.errors import Fault, FormatError, Setting
from stvcount.formats import read_bytes
from stvcount.formats.settings import merged

Cell: TypeAlias = "str | int | float | datetime.datetime | None"
Order: TypeAlias = tuple[tuple[str, ...], ...]
"""The names at each rank, the first preference first; none where a rank is left out."""

# What is true of a file


@dataclass(frozen=True)
class Paper:
    """So many papers alike, as they were marked."""

    order: Order
    count: int = 1

    @property
    def ranking(self) -> tuple[str, ...]:
        """What can be read of it by the ERS rule."""
        certain: list[str] = []
        for place in self.order:
            if len(place) != 1 or place[0] in certain:
                break
            certain.append(place[0])
        return tuple(certain)


@dataclass
class Column:
    """A column: what it is, its heading in each row of headings, and a cell for each paper.

    `kind`: "candidate", "preference" (then of this `rank`), "ranking", "weights", "indicator",
    "long", "down", or "other" for whatever is not read.
    """

    kind: str
    headings: list[str]
    cells: list[Cell]
    rank: int = 0


@dataclass
class Row:
    """A row of the sheet; `kind`: "title", "heading", "blank", "paper" or "total"."""

    kind: str
    cells: list[Cell]


@dataclass
class Draft:
    """A layout in the making. `free`: blank rows that may, or may not, be taken for papers."""

    chance: random.Random
    names: tuple[str, ...] = ()
    papers: list[Paper] = field(default_factory=list)
    layout: str = ""
    form: bool = False
    columns: list[Column] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    traits: list[str] = field(default_factory=list)
    plainly: bool = False
    odd: bool = False
    hopeless: bool = False
    printed: bool = False
    free: int = 0
    questions: tuple[str, ...] = ()
    blanks: set[str] = field(default_factory=set)
    same: dict[str, str] = field(default_factory=dict)
    merges: list[tuple[int, int, int]] = field(default_factory=list)
    book: bool = False
    rank_written: Callable[[int], Cell] = str

    def of(self, kind: str) -> list[Column]:
        return [column for column in self.columns if column.kind == kind]

    def chosen(self, trait: str, *, odd: bool = False) -> None:
        self.traits.append(trait)
        self.odd |= odd


@dataclass(frozen=True)
class Layout:
    """A file, what its keeper says at first (`options`), and all that its keeper knows.

    `odd`: not what a person would lay out as a rule. `hopeless`: no option could settle it, so
    that a refusal may be the end. `columns`: kind, headings and rank of each, from the left.
    `no_papers`, `header_rows`: numbers of rows, counted by rows or by lines. `invalid`: the fewest
    and the most papers without a readable first preference.
    """

    seed: int
    traits: tuple[str, ...]
    odd: bool
    hopeless: bool
    name: str
    data: bytes
    options: Mapping[str, Any]
    names: tuple[str, ...]
    papers: tuple[tuple[tuple[str, ...], int], ...]
    invalid: tuple[int, int]
    all_known: bool
    layout: str
    columns: tuple[tuple[str, tuple[str, ...], int], ...]
    no_papers: frozenset[int]
    header_rows: frozenset[int]
    question: str
    other_questions: tuple[str, ...]
    sheet: str
    encoding: str
    blanks: frozenset[str]
    same: Mapping[str, str]

    def __str__(self) -> str:
        return f"seed {self.seed}: {', '.join(self.traits)} ({self.name})"


# Papers

_TEN = ("ABC", "AC", "A", "AB", "BACR", "BC", "B", "CBA", "CA", "R")
_TEN_NAMES = ("Ann Lee", "Bob Kay", "Cat Moss", "RON")
NAMES: tuple[tuple[str, ...], ...] = (
    _TEN_NAMES,
    ("Ann", "Bob", "Cy"),
    ("Siân O'Neil", "Mary-Jane Watt", "José Núñez", "Zoë D'Arcy", "RON"),
    ("Ben Carter", "Dev Patel", "Ella O'Neil", "Gus Hill", "Hana Sato", "Re-Open Nominations"),
    ("Ivy Brown", "Jack Lin", "Kim Le", "Lou Q. Mann", "Max Ng", "Nia Rhys", "Ola Bo", "Pia Ek"),
    ("Dr Una Voss", "Vic Stone", "Wes Ash", "Re-Open Nominations (RON)"),
    ("Red House", "Blue House", "Green House", "Yellow House", "No Candidate"),
    ("May Day", "April Flood", "Will Power", "Mark Down"),
)
ODD_NAMES: tuple[tuple[str, ...], ...] = (
    ("L", "M", "N"),
    ("Apple", "Banana", "Cherry", "Date"),
    ("Option 1", "Option 2", "Option 3"),
    ("Team 3", "Team 1", "Team 2", "Team 4"),
    ("Lee, Ann", "Kay, Bob", "Moss, Cat"),
    ("Ann Lee", "Anna Lee", "Bob Kay"),
    ("John Smith", "Jon Smith", "Cat Moss", "RON"),
    ("Ann Total", "Total", "Bob Sum"),
    ("1984", "2001", "Emma", "Ulysses"),
    ("First Light", "Second Wind", "Third Way"),
    ("Ann", "Ann Lee", "Bob"),
    ("None of the above", "Ann Lee", "Bob Kay"),
    ("Ann Lee (she/her)", "Bob Kay (he/him)", "Cat Moss (they/them)"),
    ("Ann Lee [Green]", "Bob Kay [Red]", "Cat Moss [Red]"),
    ("ID", "Name", "Email"),
    ("Rock", "Paper", "Scissors"),
    ("Score", "Tally", "Copies", "Row"),
    ("When", "Where", "Why"),
    ("Source", "Version", "Language"),
    ("Abstain", "Nobody", "Void", "Ann"),
    ("Start", "End", "Time"),
    ("Papers", "Count Olaf", "Weights"),
    ("A", "B", "C", "D"),
    ("Candidate A", "Candidate B", "Candidate C"),
    ("Lee", "Kay", "Moss", "Lee Kay"),
    ("X", "Y", "Z"),
    ("1st Battalion", "2nd Battalion", "3rd Battalion"),
    ("Ann Lee 2", "Ann Lee 1", "Bob Kay"),
    ("Ann Lee & Bob Kay", "Cat Moss and Dee Roe", "Eve Orr / Flo Pym"),
    ("=Ann", "-Bob", "+Cy", "@Dee"),
    ("'Ann", "Bob'", '"Cy"'),
)


def _some_papers(draft: Draft, can: str, longest: int) -> None:
    """Papers for the draft; `can`: of "skip", "equal" and "repeat", what may be wrong with one."""
    chance = draft.chance
    if draft.names == _TEN_NAMES and chance.random() < 0.6:
        letters = {name[0]: (name,) for name in draft.names}
        draft.papers = [Paper(tuple(letters[one] for one in order)[:longest]) for order in _TEN]
        return
    number = chance.choice((3, 5, 8, 10, 12, 15, 25, 40))
    liked = {name: chance.random() + 0.1 for name in draft.names}
    spoils = can.split() if chance.random() < 0.4 and number >= 10 else []
    blank = 0.05 if chance.random() < 0.4 else 0.0
    for _ in range(number):
        order = _an_order(chance, liked, longest)
        if draft.papers and chance.random() < blank:
            order = ()
        elif draft.papers and spoils and chance.random() < 0.06:
            order = _spoilt(chance, order, draft.names, chance.choice(spoils))
        draft.papers.append(Paper(order[:longest]))
    if any(len(paper.ranking) < len(paper.order) for paper in draft.papers):
        draft.chosen("some spoilt")


def _an_order(chance: random.Random, liked: Mapping[str, float], longest: int) -> Order:
    names = sorted(liked, key=lambda name: chance.random() ** (1 / liked[name]), reverse=True)
    length = len(names) if chance.random() < 0.4 else chance.randint(1, len(names))
    return tuple((name,) for name in names[: min(length, longest)])


def _spoilt(chance: random.Random, order: Order, names: Sequence[str], how: str) -> Order:
    places = list(order)
    at = chance.randrange(len(places))
    if how == "skip":
        places.insert(at, ())
    elif how == "repeat":
        places.insert(at + 1, places[at])
    else:
        others = [name for name in names if (name,) not in places]
        if others:
            places[at] = (*places[at], others[0])
    return tuple(places)


# How ranks and headings are written

_WORDS = ("First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth")


def _ordinal(rank: int) -> str:
    return f"{rank}{('th', 'st', 'nd', 'rd')[rank] if rank < 4 else 'th'}"


def _best(rank: int) -> Cell:
    return "1 (best)" if rank == 1 else rank


RANKS: Mapping[str, Callable[[int], Cell]] = {
    "1": lambda rank: rank,
    "1st": _ordinal,
    "1.": lambda rank: f"{rank}.",
    "1)": lambda rank: f"{rank})",
    "01": lambda rank: f"{rank:02}",
    "1.0": lambda rank: f"{rank}.0",
    "First": lambda rank: _WORDS[rank - 1],
    "first": lambda rank: _WORDS[rank - 1].lower(),
    "First choice": lambda rank: f"{_WORDS[rank - 1]} choice",
    "1st choice": lambda rank: f"{_ordinal(rank)} choice",
    "1st Preference": lambda rank: f"{_ordinal(rank)} Preference",
    "1ST": lambda rank: _ordinal(rank).upper(),
    "Choice 1": lambda rank: f"Choice {rank}",
    "Preference 1": lambda rank: f"Preference {rank}",
    "Rank 1": lambda rank: f"Rank {rank}",
    "1 (best)": _best,
    "#1": lambda rank: f"#{rank}",
}
ODD_RANKS: Mapping[str, Callable[[int], Cell]] = {
    "(1)": lambda rank: f"({rank})",
    "1 - best": lambda rank: "1 - best" if rank == 1 else f"{rank}",
    "roman": lambda rank: ("I", "II", "III", "IV", "V", "VI", "VII", "VIII")[rank - 1],
    "one": lambda rank: ("one", "two", "three", "four", "five", "six", "seven", "eight")[rank - 1],
    "fullwidth": lambda rank: chr(0xFF10 + rank),
    "padded": lambda rank: f" {rank} ",
    "decimal comma": lambda rank: f"{rank},0",
}

PREFERENCES: Mapping[str, Callable[[int], str]] = {
    "1st choice": lambda rank: f"{_ordinal(rank)} choice",
    "1st Choice": lambda rank: f"{_ordinal(rank)} Choice",
    "First choice": lambda rank: f"{_WORDS[rank - 1]} choice",
    "First choice for President": lambda rank: f"{_WORDS[rank - 1]} choice for President",
    "President - 1st choice": lambda rank: f"President - {_ordinal(rank)} choice",
    "1ST CHOICE MAYOR": lambda rank: f"{_ordinal(rank).upper()} CHOICE MAYOR",
    "choice_1": lambda rank: f"choice_{rank}",
    "choice1": lambda rank: f"choice{rank}",
    "#1": lambda rank: f"#{rank}",
    "Ranking 1": lambda rank: f"Ranking {rank}",
    "Your first choice": lambda rank: f"Your {_WORDS[rank - 1].lower()} choice",
    "1st preference": lambda rank: f"{_ordinal(rank)} preference",
    "Preference 1": lambda rank: f"Preference {rank}",
    "Pref 1": lambda rank: f"Pref {rank}",
    "Pref. 1": lambda rank: f"Pref. {rank}",
    "1": str,
    "First": lambda rank: _WORDS[rank - 1],
    "1st": _ordinal,
    "Rank 1": lambda rank: f"Rank {rank}",
    "rank_1": lambda rank: f"rank_{rank}",
    "Choice 1": lambda rank: f"Choice {rank}",
    "President [1st choice]": lambda rank: f"President [{_ordinal(rank)} choice]",
    "Rank the candidates [Rank 1]": lambda rank: f"Rank the candidates [Rank {rank}]",
    "Who is your first choice?": lambda rank: f"Who is your {_WORDS[rank - 1].lower()} choice?",
    "Please choose your 1st preference for Chair": lambda rank: (
        f"Please choose your {_ordinal(rank)} preference for Chair"
    ),
    "1st choice:": lambda rank: f"{_ordinal(rank)} choice:",
    "First Preference Vote": lambda rank: f"{_WORDS[rank - 1]} Preference Vote",
}
ODD_PREFERENCES: Mapping[str, Callable[[int], str]] = {
    "2026 President: 1st choice": lambda rank: f"2026 President: {_ordinal(rank)} choice",
    "Question 3 - choice 1": lambda rank: f"Question 3 - choice {rank}",
    "1st choice (2 places)": lambda rank: f"{_ordinal(rank)} choice (2 places)",
    "1st choice for Vice-President 2": lambda rank: f"{_ordinal(rank)} choice for Deputy 2",
    "Q1": lambda rank: f"Q{rank}",
    "Q5.1": lambda rank: f"Q5.{rank}",
    "P1": lambda rank: f"P{rank}",
    "Candidate 1": lambda rank: f"Candidate {rank}",
    "Name 1": lambda rank: f"Name {rank}",
    "Top choice": lambda rank: (
        ("Top", "Next", "Then", "Last")[min(rank, 4) - 1]
        + (f" {rank}" if rank > 4 else "")
        + " choice"
    ),
    "A": lambda rank: "ABCDEFGH"[rank - 1],
    "Column1": lambda rank: f"Column{rank}",
    "Unnamed: 0": lambda rank: f"Unnamed: {rank - 1}",
    "choice from 0": lambda rank: f"choice {rank - 1}",
    "President 1": lambda rank: f"President {rank}",
    "1er choix": lambda rank: f"{rank}{'er' if rank == 1 else 'e'} choix",
    "one for all": lambda rank: "Preferences" if rank == 1 else "",
    "the same": lambda _: "Choice",
    "none": lambda _: "",
}

CANDIDATES: Mapping[str, Callable[[str], str]] = {
    "Ann": str,
    "Ann, so also": str,
    "ANN": str.upper,
    "Rank the candidates [Ann]": lambda name: f"Rank the candidates [{name}]",
    "President [Ann]": lambda name: f"President [{name}]",
    "Rank the candidates for President. [Ann]": lambda name: (
        f"Please rank the candidates for President (1 = best). [{name}]"
    ),
}
ODD_CANDIDATES: Mapping[str, Callable[[str], str]] = {
    "President - Ann": lambda name: f"President - {name}",
    "President: Ann": lambda name: f"President: {name}",
    "Ann (rank)": lambda name: f"{name} (rank)",
    "Ann rank": lambda name: f"{name} rank",
    "Rank for Ann": lambda name: f"Rank for {name}",
    " Ann ": lambda name: f" {name} ",
    "1. Ann": lambda name: f"1. {name}",
}

SEPARATORS = (";", "; ", " > ", ">", ", ", "\n", " | ")


def _pick(draft: Draft, what: str, plain: Mapping[str, Any], odd: Mapping[str, Any]) -> Any:
    """One of these ways to write, an odd one seldom."""
    from_odd = not draft.plainly and draft.chance.random() < 0.2
    ways = odd if from_odd else plain
    way = draft.chance.choice(list(ways))
    draft.chosen(f"{what} {way!r}", odd=from_odd)
    return ways[way]


# The columns that hold the papers


def _take_names(draft: Draft, *, without: str = "") -> None:
    odd = not draft.plainly and draft.chance.random() < 0.2
    sets = [
        names
        for names in (ODD_NAMES if odd else NAMES)
        if not without or not any(without in name for name in names)
    ]
    draft.names = draft.chance.choice(sets)
    if odd:
        draft.chosen(f"names {', '.join(draft.names)!r}", odd=True)


def _rank_writer(draft: Draft) -> Callable[[int], Cell]:
    draft.rank_written = _some_ranks(draft)
    return draft.rank_written


def _some_ranks(draft: Draft) -> Callable[[int], Cell]:
    if draft.chance.random() < 0.1:
        draft.chosen("ranks mixed")
        mixed = [RANKS[way] for way in ("1", "1st", "1.", "First choice", "01")]

        def any_way(rank: int) -> Cell:
            return draft.chance.choice(mixed)(rank)

        return any_way
    if draft.chance.random() < 0.35:
        return RANKS["1"]
    if not draft.plainly and draft.chance.random() < 0.05:
        return _backwards(draft)
    written: Callable[[int], Cell] = _pick(draft, "ranks", RANKS, ODD_RANKS)
    draft.hopeless |= any(trait == f"ranks {way!r}" for way in ODD_RANKS for trait in draft.traits)
    return written


def _backwards(draft: Draft) -> Callable[[int], Cell]:
    """The highest number is best, and says so."""
    draft.hopeless = True
    draft.chosen("ranks backwards", odd=True)
    most = len(draft.names)
    return lambda rank: f"{most} (best)" if rank == 1 else most + 1 - rank


def _ranks_of(paper: Paper, name: str) -> list[int]:
    return [rank for rank, place in enumerate(paper.order, start=1) if name in place]


def _marks(
    draft: Draft, written: Callable[[int], Cell], heading: Callable[[str], str]
) -> list[Column]:
    """A column for each candidate."""
    columns = []
    for name in draft.names:
        ranks = [_ranks_of(paper, name) for paper in draft.papers]
        cells = [written(one[0]) if one else None for one in ranks]
        columns.append(Column("candidate", [heading(name)], cells))
    return columns


def _choices(draft: Draft, heading: Callable[[int], str]) -> list[Column]:
    """A column for each preference."""
    joined = draft.chance.choice((", ", ";", " & ", " and ", " / ", "\n"))
    width = max(len(paper.order) for paper in draft.papers)
    columns = []
    for rank in range(width):
        places = [paper.order[rank] if rank < len(paper.order) else () for paper in draft.papers]
        cells: list[Cell] = [joined.join(place) or None for place in places]
        columns.append(Column("preference", [heading(rank + 1)], cells, rank + 1))
    return columns


def _rankings(draft: Draft, heading: str, between: str, *, ended: bool) -> Column:
    """One column with whole orders."""
    cells: list[Cell] = []
    for paper in draft.papers:
        text = between.join(name for (name,) in paper.order)
        cells.append((text + between.strip() if ended and text else text) or None)
    return Column("ranking", [heading], cells)


def _longest(draft: Draft) -> int:
    whole = len(draft.names)
    return draft.chance.choice((whole, whole, max(2, whole - 1), min(3, whole)))


def by_candidates(draft: Draft) -> None:
    draft.layout = "candidates"
    _take_names(draft)
    _some_papers(draft, "skip equal", len(draft.names))
    heading = _pick(draft, "headings", CANDIDATES, ODD_CANDIDATES)
    if heading is str.upper:
        draft.names = tuple(map(str.upper, draft.names))
        draft.papers = [
            Paper(tuple(tuple(map(str.upper, place)) for place in paper.order))
            for paper in draft.papers
        ]
        heading = str
    draft.columns += _marks(draft, _rank_writer(draft), heading)


def by_preferences(draft: Draft) -> None:
    draft.layout = "preferences"
    _take_names(draft)
    _some_papers(draft, "skip repeat", _longest(draft))
    draft.columns += _choices(draft, _pick(draft, "headings", PREFERENCES, ODD_PREFERENCES))


def by_ranking(draft: Draft) -> None:
    draft.layout = "ranking"
    between = draft.chance.choice(SEPARATORS)
    _take_names(draft, without=between.strip() or between)
    _some_papers(draft, "repeat", len(draft.names))
    ended = between == ";" and draft.chance.random() < 0.7
    draft.chosen(f"ranking by {between!r}{' to the end' if ended else ''}")
    headings = (
        "Ranking",
        "Vote",
        "Ballot",
        "Rank the candidates for Chair",
        "Order",
        "Preferences",
    )
    heading = draft.chance.choice(headings)
    draft.chosen(f"heading {heading!r}")
    draft.columns.append(_rankings(draft, heading, between, ended=ended))


def one_choice(draft: Draft) -> None:
    """Only the first preferences, as of a form that asks for one name."""
    draft.layout = "preferences"
    _take_names(draft)
    _some_papers(draft, "", 1)
    headings = ("Vote", "Your vote", "Candidate", "Who do you vote for?", "Choice", "President")
    heading = draft.chance.choice(headings)
    draft.chosen(f"heading {heading!r}", odd=True)
    draft.columns += _choices(draft, lambda _: heading)


def numbered_ranking(draft: Draft) -> None:
    """One cell with `1. Ann Lee; 2. Bob Kay` and the like."""
    draft.layout = "ranking"
    _take_names(draft, without=",")
    _some_papers(draft, "", len(draft.names))
    way = draft.chance.choice(("1. Ann; 2. Bob", "1: Ann, 2: Bob", "Ann (1), Bob (2)", "lines"))
    draft.chosen(f"numbered ranking {way!r}", odd=True)
    draft.hopeless = True
    between, written = {
        "1. Ann; 2. Bob": ("; ", "{rank}. {name}"),
        "1: Ann, 2: Bob": (", ", "{rank}: {name}"),
        "Ann (1), Bob (2)": (", ", "{name} ({rank})"),
        "lines": ("\n", "{rank}. {name}"),
    }[way]
    cells: list[Cell] = [
        between.join(
            written.format(rank=rank, name=place[0])
            for rank, place in enumerate(paper.order, start=1)
        )
        or None
        for paper in draft.papers
    ]
    draft.columns.append(Column("ranking", ["Your ranking"], cells))


def long(draft: Draft) -> None:
    """One row for each preference of each paper."""
    draft.layout = "long"
    _take_names(draft)
    _some_papers(draft, "skip equal", len(draft.names))
    draft.papers = [paper for paper in draft.papers if paper.order]
    voter, rank, name = draft.chance.choice(
        (
            ("vote_id", "preference", "candidate_id"),
            ("Voter", "Rank", "Candidate"),
            ("Ballot", "Preference", "Name"),
            ("Ballot ID", "Choice", "Candidate"),
            ("Paper", "Rank", "Candidate name"),
        )
    )
    draft.chosen(f"long, {voter}/{rank}/{name}", odd=True)
    rows = [
        (number, at, one)
        for number, paper in enumerate(draft.papers, start=1)
        for at, place in enumerate(paper.order, start=1)
        for one in place
    ]
    if draft.chance.random() < 0.3:
        rows.sort(key=lambda row: row[1])
        first = list(dict.fromkeys(number for number, _, _ in rows))
        draft.papers = [draft.papers[number - 1] for number in first]
        draft.chosen("by preference")
    columns = [
        Column("long", [voter], [number for number, _, _ in rows]),
        Column("long", [name], [one for _, _, one in rows]),
        Column("long", [rank], [at for _, at, _ in rows]),
    ]
    draft.chance.shuffle(columns)
    draft.columns = columns


_MARKS: Sequence[tuple[Cell, Cell]] = ((1, 0), (1, None), (True, False), ("x", None), ("Yes", "No"))


def zero_one(draft: Draft) -> None:
    """A column for each candidate at each rank, with 1 where the voter marked it."""
    draft.layout = "zero-one"
    _take_names(draft)
    _some_papers(draft, "skip equal repeat", len(draft.names))
    heading = draft.chance.choice(
        ("Choice:Mayor:Rank {rank}:{name}", "{name} - {rank}", "{name} [{rank}]", "{rank} {name}")
    )
    mark, blank = draft.chance.choice(_MARKS)
    draft.chosen(f"zero-one {heading!r}, else {blank}", odd=True)
    draft.hopeless = heading != "Choice:Mayor:Rank {rank}:{name}" or mark != 1
    for rank in range(1, len(draft.names) + 1):
        for name in draft.names:
            cells = [mark if rank in _ranks_of(paper, name) else blank for paper in draft.papers]
            text = heading.format(rank=rank, name=name)
            draft.columns.append(Column("indicator", [text], list(cells)))


def down(draft: Draft) -> None:
    """Candidates down the side, a column for each paper."""
    draft.layout = "down"
    draft.hopeless = True
    _take_names(draft)
    _some_papers(draft, "skip equal", len(draft.names))
    heading = draft.chance.choice(("Paper {}", "Voter {}", "{}", "V{}", "B{}"))
    side = draft.chance.choice(("Candidate", "Name", "", "Candidates"))
    draft.chosen(f"down, {side}/{heading}", odd=True)
    draft.columns = [Column("down", [side], list(draft.names))]
    for number, paper in enumerate(draft.papers, start=1):
        ranks = [_ranks_of(paper, name) for name in draft.names]
        cells: list[Cell] = [one[0] if one else None for one in ranks]
        draft.columns.append(Column("down", [heading.format(number)], cells))


def profile_across(draft: Draft) -> None:
    """Each order once, a column for each: how many voters on top, then who is first, second ..."""
    draft.layout = "across"
    draft.hopeless = True
    _take_names(draft)
    _some_papers(draft, "", len(draft.names))
    draft.papers = [
        Paper(paper.order, draft.chance.randint(1, 30)) for paper in draft.papers[:6] if paper.order
    ]
    draft.chosen("profile across", odd=True)
    draft.columns = [
        Column("down", [""], [_ordinal(rank) for rank in range(1, len(draft.names) + 1)])
    ]
    for paper in draft.papers:
        rest = len(draft.names) - len(paper.order)
        cells: list[Cell] = [*(name for (name,) in paper.order), *[None] * rest]
        draft.columns.append(Column("down", [str(paper.count)], cells))


def no_papers(draft: Draft) -> None:
    """A table that holds no ranked papers, whatever it looks like: to be refused in the end."""
    draft.layout = "none"
    draft.hopeless = True
    _take_names(draft)
    names, chance = draft.names, draft.chance
    way = chance.choice(("first preferences", "by preference", "pairs", "ratings", "crosses"))
    draft.chosen(f"no papers, {way}", odd=True)
    rows = range(chance.choice((4, 9, 20)))
    if way == "ratings":
        draft.columns = [_none(name, [chance.randint(1, 5) for _ in rows]) for name in names]
    elif way == "crosses":
        crossed = [chance.choice(names) for _ in rows]
        draft.columns = [
            _none(name, ["X" if name == one else None for one in crossed]) for name in names
        ]
    else:
        draft.columns = [_none("Candidate", list(names))]
        headings: Sequence[str] = [_ordinal(rank) for rank in range(1, len(names) + 1)]
        if way == "pairs":
            headings = names
        for heading in ["First preferences"] if way == "first preferences" else headings:
            numbers: list[Cell] = [chance.randint(0, 30) for _ in names]
            draft.columns.append(_none(heading, numbers))
    draft.names = ()


def _none(heading: str, cells: list[Cell]) -> Column:
    return Column("down", [heading], cells)


def cast_vote_records(draft: Draft) -> None:
    """As voting machines write them."""
    draft.layout = "preferences"
    _take_names(draft)
    _some_papers(draft, "skip", _longest(draft))
    way = draft.chance.choice(("Mayor Choice {}", "Choice {}", "Rank {}", "MAYOR_RANK_{}"))
    draft.chosen(f"cast vote records, {way!r}", odd=True)
    before = [
        ("Cast Vote Record", _numbers(1)(draft)),
        ("Precinct", _some("101", "102")(draft)),
        ("Ballot Style", _some("BS1", "BS2")(draft)),
    ]
    _form(draft, before, _choices(draft, way.format))
    if draft.chance.random() < 0.6:
        _fill_blanks(draft, draft.chance.choice(("undervote", "skipped")))


# Columns beside them

_ADDRESSES = "@example.org"
_NOON = datetime.datetime(2026, 3, 9, 12, 0, 11)  # noqa: DTZ001 (a sheet knows no time zones)
_TIME_FORMATS = (
    "%Y/%m/%d %I:%M:%S %p GMT",
    "%d/%m/%Y %H:%M:%S",
    "%m/%d/%Y %I:%M:%S %p",
    "%Y-%m-%d %H:%M:%S",
    "%d/%m/%Y",
    "%H:%M",
    "",
)


def _times(draft: Draft, written: str | None = None) -> list[Cell]:
    step = datetime.timedelta(seconds=draft.chance.choice((7, 61, 3607)))
    times = [_NOON + number * step for number in range(_height(draft))]
    written = draft.chance.choice(_TIME_FORMATS) if written is None else written
    return [time.strftime(written) if written else time for time in times]


def _height(draft: Draft) -> int:
    return len(draft.columns[0].cells) if draft.columns else len(draft.papers)


def _numbers(start: int) -> Callable[[Draft], list[Cell]]:
    return lambda draft: list(range(start, start + _height(draft)))


def _some(*cells: Cell) -> Callable[[Draft], list[Cell]]:
    return lambda draft: [draft.chance.choice(cells) for _ in range(_height(draft))]


def _made(pattern: str) -> Callable[[Draft], list[Cell]]:
    return lambda draft: [pattern.format(number) for number in range(1, _height(draft) + 1)]


def _codes(draft: Draft) -> list[Cell]:
    return [f"{draft.chance.getrandbits(40):010x}" for _ in range(_height(draft))]


def _after_the_last(draft: Draft) -> list[Cell]:
    """One number throughout that could be the next preference."""
    return [len(draft.names) + 1] * _height(draft)


def _small(draft: Draft) -> list[Cell]:
    return [draft.chance.randint(1, min(3, len(draft.names))) for _ in range(_height(draft))]


def _row_sums(draft: Draft) -> list[Cell]:
    """The sum of the ranks on each paper."""
    return [sum(range(1, len(paper.order) + 1)) for paper in draft.papers]


_PEOPLE = _some("Olu Bright", "Pat Green", "Quin Ford", "Ray West", "Sam Po", "Tess Gray")
_REMARKS = _some(
    None,
    None,
    None,
    "Good luck!",
    "I know 2 of them",
    "None",
    "Nice; thanks, all > me",
    "They are all fine",
)

BESIDE: Mapping[str, Callable[[Draft], list[Cell]]] = {
    "ID": _numbers(1),
    "Ballot #": _numbers(1),
    "Ballot": _numbers(1),
    "No.": _numbers(1),
    "No": _numbers(1),
    "#": _numbers(1),
    "Paper": _numbers(1),
    "Paper no.": _numbers(1),
    "Serial": _numbers(1001),
    "Serial number": _numbers(1),
    "S/N": _numbers(1),
    "Row": _numbers(2),
    "Student ID": _numbers(20261001),
    "Voter ID": _numbers(101),
    "Response ID": _numbers(1),
    "Token": _codes,
    "Timestamp": _times,
    "Date": _times,
    "Date/Time": _times,
    "Submission Date": _times,
    "Submitted at": _times,
    "Email": _made("v{}@example.org"),
    "E-mail address": _made("v{}@example.org"),
    "Name": _PEOPLE,
    "Voter": _made("Voter {}"),
    "Full name": _PEOPLE,
    "First name": _some("Olu", "Pat", "Quin", "Ray"),
    "IP Address": _made("10.0.0.{}"),
    "Language": _some("en", "en", "cy"),
    "Comments": _REMARKS,
    "Any comments?": _REMARKS,
    "Notes": _some(None, None, "checked"),
}
ODD_BESIDE: Mapping[str, Callable[[Draft], list[Cell]]] = {
    "Year": _some(2024, 2025, 2026),
    "Year of study": _small,
    "Precinct": _some("North", "South"),
    "Ward": _small,
    "Age": _some(19, 20, 21, 34),
    "Group": _after_the_last,
    "Table": _small,
    "Box": _some(1),
    "Pile": _numbers(1),
    "Batch": _some(1, 1, 2),
    "Phone": _numbers(7700900000),
    "Membership number": _numbers(4021),
    "Department": _some("Physics", "Law", "Music"),
    "Valid?": _some("Y"),
    "Checked": _some(True),
    "Counted": _some("x"),
    "Sheet": _some(1, 2),
    "Line": _numbers(2),
    "Position": _numbers(1),
    "Score": _some(1, 2, 3, None),
    "Number": _numbers(1),
    "Entry": _numbers(1),
    "Index": _numbers(0),
    "Unnamed: 0": _numbers(0),
    "": _numbers(1),
    "Preferences given": lambda draft: [len(paper.order) for paper in draft.papers],
    "Duration": _some(61, 75, 90),
    "Agree to rules": _some("Yes"),
    "Postcode": _some("A1 1AA", "B2 2BB"),
    "Seconder": _PEOPLE,
    "Room": _some(None, 1, 2),
    "Voter": lambda draft: _some(*draft.names)(draft),
    "Proposer": lambda draft: _some(*draft.names, None)(draft),
    "Notes": lambda draft: _some(*draft.names, None, None, None)(draft),
    "Code": lambda draft: _some(*range(1, len(draft.names) + 1))(draft),
    "Voter ID": _some(101, 102, 103),
    "Email": _some("a@example.org", "b@example.org"),
    "1": _numbers(1),
    "Weight?": _some("no"),
    "Ref": _made("{:04}"),
    "Paper ref": _made("P{}"),
    "2026": _some("x", None),
    "Rank given?": _some("yes"),
    "Total": _row_sums,
    "Checksum": _row_sums,
    "Status": _some("ok", "ok", "late"),
    "Choices": lambda draft: [len(paper.order) for paper in draft.papers],
    "1st choice checked": _some("Y", None),
}


def _beside(draft: Draft, heading: str, cells: list[Cell]) -> None:
    levels = len(draft.columns[0].headings)
    column = Column("other", [*[""] * (levels - 1), heading], cells)
    at = draft.chance.choice((0, 0, 0, len(draft.columns), draft.chance.randint(0, 3)))
    draft.columns.insert(at, column)


def beside(draft: Draft) -> None:
    """A column that every such list has."""
    heading = draft.chance.choice(list(BESIDE))
    draft.chosen(f"beside {heading!r}")
    _beside(draft, heading, BESIDE[heading](draft))


def odd_beside(draft: Draft) -> None:
    """A column that could be taken for something else."""
    heading = draft.chance.choice(list(ODD_BESIDE))
    draft.chosen(f"beside {heading!r}", odd=True)
    _beside(draft, heading, ODD_BESIDE[heading](draft))


def blank_column(draft: Draft) -> None:
    at = draft.chance.randint(0, len(draft.columns))
    levels = len(draft.columns[0].headings)
    draft.columns.insert(at, Column("other", [""] * levels, [None] * _height(draft)))
    draft.chosen("a blank column")


WEIGHTS = ("Number of papers", "Papers", "Count", "Weight")
ODD_WEIGHTS = (
    *("Votes", "N", "n", "Ballots", "Number", "How many", "Total", "Frequency", "Freq.", "Qty"),
    *(
        "Voters",
        "Number of voters",
        "#",
        "Times",
        "No. of votes",
        "Multiplicity",
        "Sum",
        "Number of ballots",
    ),
)


def weights(draft: Draft) -> None:
    """A column that says how many papers a row stands for."""
    odd = not draft.plainly and draft.chance.random() < 0.7
    heading = draft.chance.choice(ODD_WEIGHTS if odd else WEIGHTS)
    most = draft.chance.choice((20, 300) if draft.plainly else (3, 20, 300))
    draft.chosen(f"weights {heading!r} to {most}", odd=odd or most == 3)
    draft.papers = [Paper(paper.order, draft.chance.randint(1, most)) for paper in draft.papers]
    levels = len(draft.columns[0].headings)
    counts: list[Cell] = [paper.count for paper in draft.papers]
    if not draft.plainly and draft.chance.random() < 0.15:
        counts = _odd_counts(draft, counts)
    column = Column("weights", [*[""] * (levels - 1), heading], counts)
    draft.columns.insert(draft.chance.choice((0, len(draft.columns))), column)


def _odd_counts(draft: Draft, counts: list[Cell]) -> list[Cell]:
    """Thousands apart, decimals, or a row that stands for none."""
    way = draft.chance.choice(("1,204", "1 204", "12.0", "0", "12 papers"))
    draft.chosen(f"numbers as {way!r}", odd=True)
    draft.hopeless = True
    if way == "0":
        draft.papers[-1] = Paper((), 0)
        return [*counts[:-1], 0]
    if way in ("12.0", "12 papers"):
        return [f"{count}{way[2:]}" for count in counts]
    draft.papers = [Paper(paper.order, paper.count + 1000) for paper in draft.papers]
    return [f"{paper.count:,}".replace(",", way[1]) for paper in draft.papers]


# Forms, as the services export them


def _form(
    draft: Draft, before: Sequence[tuple[str, list[Cell]]], columns: Sequence[Column]
) -> None:
    draft.form = True
    draft.columns = [Column("other", [heading], cells) for heading, cells in before]
    draft.columns += columns


_POST = ("President", "Secretary", "Treasurer", "Chair")


def _asked_for(draft: Draft) -> str:
    post = draft.chance.choice(_POST)
    return draft.chance.choice(
        (post, f"Rank the candidates for {post}", f"{post} (rank in order of preference)")
    )


def google_grid(draft: Draft) -> None:
    draft.layout = "candidates"
    _take_names(draft)
    _some_papers(draft, "skip equal", len(draft.names))
    question = _asked_for(draft)
    columns = _marks(draft, _rank_writer(draft), lambda name: f"{question} [{name}]")
    draft.chosen("Google grid, candidates in rows")
    before = [("Timestamp", _times(draft, "%Y/%m/%d %I:%M:%S %p GMT"))]
    if draft.chance.random() < 0.4:
        before.append(("Email Address", _made("v{}@example.org")(draft)))
    _form(draft, before, columns)


def google_grid_of_preferences(draft: Draft) -> None:
    draft.layout = "preferences"
    _take_names(draft)
    _some_papers(draft, "skip repeat", _longest(draft))
    question = _asked_for(draft)
    written = _pick(
        draft,
        "headings",
        {way: RANKS[way] for way in ("1", "1st choice", "First choice", "1st", "Rank 1")},
        {"1 (best)": _best},
    )
    columns = _choices(draft, lambda rank: f"{question} [{written(rank)}]")
    draft.chosen("Google grid, preferences in rows")
    _form(draft, [("Timestamp", _times(draft, "%d/%m/%Y %H:%M:%S"))], columns)


def google_questions(draft: Draft) -> None:
    draft.layout = "preferences"
    _take_names(draft)
    _some_papers(draft, "skip repeat", _longest(draft))
    columns = _choices(draft, _pick(draft, "headings", PREFERENCES, ODD_PREFERENCES))
    draft.chosen("Google, a question for each preference")
    before = [("Timestamp", _times(draft, "%m/%d/%Y %H:%M:%S"))]
    if draft.chance.random() < 0.5:
        before.append(("Username", _made("v{}@example.org")(draft)))
    _form(draft, before, columns)


def _microsoft(draft: Draft) -> list[tuple[str, list[Cell]]]:
    draft.book = draft.chance.random() < 0.7
    written = "" if draft.book else "%d/%m/%Y %H:%M:%S"
    nobody: list[Cell] = [None] * len(draft.papers)
    before = [
        (draft.chance.choice(("ID", "Id")), _numbers(1)(draft)),
        ("Start time", _times(draft, written)),
        ("Completion time", _times(draft, written)),
        ("Email", _some("anonymous")(draft)),
        ("Name", nobody),
    ]
    extra = [
        ("Last modified time", nobody),
        ("Language", _some("English (United Kingdom)", None)(draft)),
    ]
    return before + [one for one in extra if draft.chance.random() < 0.4]


def microsoft_ranking(draft: Draft) -> None:
    draft.layout = "ranking"
    _take_names(draft, without=";")
    _some_papers(draft, "", len(draft.names))
    draft.chosen("Microsoft ranking")
    column = _rankings(draft, _asked_for(draft), ";", ended=True)
    _form(draft, _microsoft(draft), [column])
    if draft.chance.random() < 0.3:
        heading = draft.chance.choice(("Why?", "Notes", "Any other comments?"))
        draft.columns.append(Column("other", [heading], _REMARKS(draft)))
        draft.chosen(f"then {heading!r}")


def microsoft_likert(draft: Draft) -> None:
    draft.layout = "candidates"
    _take_names(draft)
    _some_papers(draft, "skip equal", len(draft.names))
    draft.chosen("Microsoft Likert")
    _form(draft, _microsoft(draft), _marks(draft, _rank_writer(draft), str))


def microsoft_questions(draft: Draft) -> None:
    draft.layout = "preferences"
    _take_names(draft)
    _some_papers(draft, "skip repeat", _longest(draft))
    draft.chosen("Microsoft, a question for each preference")
    columns = _choices(draft, _pick(draft, "headings", PREFERENCES, ODD_PREFERENCES))
    _form(draft, _microsoft(draft), columns)


def microsoft_quiz(draft: Draft) -> None:
    """A quiz has points and feedback for every question."""
    microsoft_ranking(draft)
    question = draft.of("ranking")[0].headings[0]
    draft.chosen("quiz", odd=True)
    height = _height(draft)
    totals = [Column("other", [one], [None] * height) for one in ("Total points", "Quiz feedback")]
    at = draft.columns.index(draft.of("ranking")[0])
    draft.columns[at:at] = totals
    draft.columns.append(Column("other", [f"Points - {question}"], [None] * height))
    draft.columns.append(Column("other", [f"Feedback - {question}"], [None] * height))


def surveymonkey(draft: Draft) -> None:
    """Two rows of headings: the question over its first column, the answers' names below."""
    before = (
        ("Respondent ID", _numbers(118450000000)),
        ("Collector ID", _some(429100123)),
        ("Start Date", lambda draft: _times(draft, "%m/%d/%Y %I:%M:%S %p")),
        ("End Date", lambda draft: _times(draft, "%m/%d/%Y %I:%M:%S %p")),
        ("IP Address", _made("10.0.0.{}")),
        ("Email Address", _some(None)),
        ("First Name", _some(None)),
        ("Last Name", _some(None)),
        ("Custom Data 1", _some(None)),
    )
    ranked = draft.chance.random() < 0.6
    (by_candidates_plainly if ranked else by_preferences_plainly)(draft)
    draft.chosen("SurveyMonkey")
    question = _asked_for(draft)
    answers = draft.columns
    for number, column in enumerate(answers):
        column.headings = [question if number == 0 else "", *column.headings]
    taken = before[: draft.chance.choice((4, 5, 9))]
    draft.columns = [Column("other", [heading, ""], cells(draft)) for heading, cells in taken]
    draft.columns += answers
    draft.form = True
    if draft.chance.random() < 0.3:
        last = ("Any comments?", "Open-Ended Response")
        draft.columns.append(Column("other", list(last), _REMARKS(draft)))


def by_candidates_plainly(draft: Draft) -> None:
    draft.layout = "candidates"
    _take_names(draft)
    _some_papers(draft, "skip", len(draft.names))
    draft.columns = _marks(draft, RANKS["1"], str)


def by_preferences_plainly(draft: Draft) -> None:
    draft.layout = "preferences"
    _take_names(draft)
    _some_papers(draft, "skip", _longest(draft))
    way = draft.chance.choice(("1", "1st choice", "First choice", "Choice 1"))
    draft.columns = _choices(draft, PREFERENCES[way])


def limesurvey(draft: Draft) -> None:
    draft.layout = "preferences"
    _take_names(draft)
    _some_papers(draft, "", _longest(draft))
    question = _asked_for(draft)
    way = draft.chance.choice(("[Rank {}]", "[Ranking {}]", "[{}]"))
    draft.chosen(f"LimeSurvey {way}")
    written = "%Y-%m-%d %H:%M:%S"
    before = [
        ("Response ID", _numbers(1)(draft)),
        ("Date submitted", _times(draft, written)),
        ("Last page", _some(1)(draft)),
        ("Start language", _some("en")(draft)),
        ("Seed", _numbers(1840271)(draft)),
        ("Date started", _times(draft, written)),
        ("Date last action", _times(draft, written)),
    ]
    _form(draft, before, _choices(draft, lambda rank: f"{question} {way.format(rank)}"))


def limesurvey_codes(draft: Draft) -> None:
    """Codes of the questions for headings."""
    draft.layout = "preferences"
    _take_names(draft)
    _some_papers(draft, "", _longest(draft))
    draft.chosen("LimeSurvey codes")
    written = "%Y-%m-%d %H:%M:%S"
    before = [
        ("id", _numbers(1)(draft)),
        ("submitdate", _times(draft, written)),
        ("lastpage", _some(1)(draft)),
        ("startlanguage", _some("en")(draft)),
        ("seed", _numbers(1840271)(draft)),
    ]
    _form(draft, before, _choices(draft, lambda rank: f"president[{rank}]"))


_QUALTRICS = (
    ("StartDate", "Start Date", "startDate", lambda draft: _times(draft, "%Y-%m-%d %H:%M:%S")),
    ("EndDate", "End Date", "endDate", lambda draft: _times(draft, "%Y-%m-%d %H:%M:%S")),
    ("Status", "Response Type", "status", _some("IP Address")),
    ("IPAddress", "IP Address", "ipAddress", _made("10.0.0.{}")),
    ("Progress", "Progress", "progress", _some(100)),
    ("Duration (in seconds)", "Duration (in seconds)", "duration", _some(31, 47, 80)),
    ("Finished", "Finished", "finished", _some("True")),
    (
        "RecordedDate",
        "Recorded Date",
        "recordedDate",
        lambda draft: _times(draft, "%Y-%m-%d %H:%M:%S"),
    ),
    ("ResponseId", "Response ID", "_recordId", _made("R_3fX{}")),
    ("RecipientLastName", "Recipient Last Name", "recipientLastName", _some(None)),
    ("RecipientEmail", "Recipient Email", "recipientEmail", _some(None)),
    ("LocationLatitude", "Location Latitude", "locationLatitude", _some("51.5", "52.1")),
    ("LocationLongitude", "Location Longitude", "locationLongitude", _some("-0.1", "-1.2")),
    ("DistributionChannel", "Distribution Channel", "distributionChannel", _some("anonymous")),
    ("UserLanguage", "User Language", "userLanguage", _some("EN-GB", "EN")),
)


def qualtrics(draft: Draft) -> None:
    """Three rows of headings: codes, questions, and what the importer needs."""
    ranked = draft.chance.random() < 0.6
    (by_candidates_plainly if ranked else by_preferences_plainly)(draft)
    draft.chosen("Qualtrics, ranks" if ranked else "Qualtrics, names")
    question = _asked_for(draft)
    answers = draft.columns
    for number, column in enumerate(answers, start=1):
        text = f"{question} - {column.headings[0]}"
        column.headings = [f"Q1_{number}", text, f'{{"ImportId":"QID1_{number}"}}']
    draft.columns = [
        Column("other", [code, text, f'{{"ImportId":"{importer}"}}'], cells(draft))
        for code, text, importer, cells in _QUALTRICS
    ]
    draft.columns += answers
    draft.form = True


def kobo(draft: Draft) -> None:
    draft.layout = "preferences"
    _take_names(draft)
    _some_papers(draft, "", _longest(draft))
    draft.chosen("Kobo")
    group = draft.chance.choice(("", "Rank the candidates/", "group_president/"))
    columns = _choices(draft, lambda rank: f"{group}{_ordinal(rank)} choice")
    written = "%Y-%m-%dT%H:%M:%S"
    before = [("start", _times(draft, written)), ("end", _times(draft, written))]
    _form(draft, before, columns)
    after = (
        ("_id", _numbers(481516)),
        ("_uuid", _codes),
        ("_submission_time", lambda draft: _times(draft, written)),
        ("_validation_status", _some(None)),
        ("_notes", _some(None)),
        ("_status", _some("submitted_via_web")),
        ("_submitted_by", _some(None)),
        ("__version__", _some("vX9a")),
        ("_tags", _some(None)),
        ("_index", _numbers(1)),
    )
    draft.columns += [Column("other", [heading], cells(draft)) for heading, cells in after]


def jotform(draft: Draft) -> None:
    _any_answers(draft)
    draft.chosen("JotForm")
    columns = draft.columns
    before = [("Submission Date", _times(draft, "%b %d, %Y"))]
    if draft.chance.random() < 0.5:
        before.append(("E-mail", _made("v{}@example.org")(draft)))
    _form(draft, before, columns)
    draft.columns.append(Column("other", ["Submission ID"], _numbers(5918273640)(draft)))


def typeform(draft: Draft) -> None:
    _any_answers(draft)
    draft.chosen("Typeform")
    columns = draft.columns
    _form(draft, [("#", _codes(draft))], columns)
    draft.columns += [
        Column("other", ["Response Type"], _some("completed")(draft)),
        Column("other", ["Start Date (UTC)"], _times(draft, "%Y-%m-%d %H:%M:%S")),
        Column("other", ["Submit Date (UTC)"], _times(draft, "%Y-%m-%d %H:%M:%S")),
        Column("other", ["Network ID"], _codes(draft)),
        Column("other", ["Tags"], _some(None)(draft)),
    ]


def _any_answers(draft: Draft) -> None:
    draft.chance.choice((by_candidates_plainly, by_preferences_plainly, by_ranking))(draft)


def several_questions(draft: Draft) -> None:
    """Elections to several posts in one form, of which one is counted."""
    made = draft.chance.choice((google_grid, google_grid_of_preferences, microsoft_ranking))
    posts = draft.chance.sample(_POST, draft.chance.choice((2, 3)))
    parts = []
    for _ in posts:
        part = Draft(draft.chance, plainly=draft.plainly)
        made(part)
        parts.append(part)
    height = min(len(part.papers) for part in parts)
    wanted = draft.chance.randrange(len(parts))
    for post, part in zip(posts, parts, strict=True):
        part.columns = [column for column in part.columns if column.kind != "other"]
        _ask_for(part, post)
        for column in part.columns:
            column.cells = column.cells[:height]
            column.kind = column.kind if part is parts[wanted] else "other"
    chosen = parts[wanted]
    draft.names, draft.layout = chosen.names, chosen.layout
    draft.papers = chosen.papers[:height]
    before = [("Timestamp", _times(draft, "%Y/%m/%d %I:%M:%S %p GMT"))]
    _form(draft, before, [column for part in parts for column in part.columns])
    draft.questions = (posts[wanted], *(post for post in posts if post != posts[wanted]))
    draft.chosen(f"several questions, {made.__name__}")
    draft.odd |= any(part.odd for part in parts)
    draft.hopeless |= any(part.hopeless for part in parts)
    draft.traits += [trait for part in parts for trait in part.traits]


def posts_side_by_side(draft: Draft) -> None:
    """Elections to several posts in one table, each post's name above or within its headings."""
    made = draft.chance.choice((by_candidates_plainly, by_preferences_plainly))
    posts = draft.chance.sample(_POST, 2)
    parts = [Draft(draft.chance, plainly=True) for _ in posts]
    for part in parts:
        made(part)
    height = min(len(part.papers) for part in parts)
    wanted = draft.chance.randrange(len(parts))
    draft.names, draft.layout = parts[wanted].names, parts[wanted].layout
    draft.papers = parts[wanted].papers[:height]
    way = draft.chance.choice(
        ("above", "before", "after")[: 1 if draft.layout == "candidates" else 3]
    )
    for post, part in zip(posts, parts, strict=True):
        for number, column in enumerate(part.columns):
            column.cells = column.cells[:height]
            column.kind = column.kind if part is parts[wanted] else "other"
            column.headings = _of_post(post, column.headings[0], way, first=number == 0)
    draft.columns = [column for part in parts for column in part.columns]
    levels = len(draft.columns[0].headings)
    draft.columns.insert(0, Column("other", [*[""] * (levels - 1), "ID"], _numbers(1)(draft)))
    draft.questions = (posts[wanted], posts[1 - wanted])
    draft.chosen(f"{made.__name__}, two posts, each {way}", odd=True)


def _of_post(post: str, heading: str, way: str, *, first: bool) -> list[str]:
    if way == "above":
        return [post if first else "", heading]
    return [f"{post} {heading}" if way == "before" else f"{heading} for {post}"]


def _ask_for(part: Draft, post: str) -> None:
    for column in part.columns:
        column.headings = [re.sub("|".join(_POST), post, text) for text in column.headings]


# What else happens to a table: its cells

NO_CHOICE = (
    *("None", "No preference", "N/A", "n/a", "-", "—", "(blank)", "undervote", "skipped"),
    *(
        "No choice",
        "No further preference",
        "Abstain",
        "NULL",
        "nil",
        "0",
        "99",
        "99",
        "no",
        "No vote",
        ".",
    ),
)


def no_choice(draft: Draft) -> None:
    """A word where nothing was chosen."""
    word = draft.chance.choice(NO_CHOICE)
    _fill_blanks(draft, word)
    draft.chosen(f"no choice {word!r}", odd=True)


def _fill_blanks(draft: Draft, word: str) -> None:
    for column in draft.columns:
        if column.kind in ("candidate", "preference"):
            column.cells = [word if cell is None else cell for cell in column.cells]
            draft.blanks.add(word)


def _misspelt(chance: random.Random, name: str) -> str:
    at = chance.randint(1, len(name))
    return chance.choice(
        (name[:at] + name[at + 1 :], name[:at] + name[at - 1] + name[at:], name.partition(" ")[0])
    )


SPELLINGS: Mapping[str, Callable[[random.Random, str], str]] = {
    "small letters": lambda _, name: name.lower(),
    "capitals": lambda _, name: name.upper(),
    "two blanks": lambda _, name: name.replace(" ", "  "),
    "hard blank": lambda _, name: name.replace(" ", "\u00a0"),
    "NFD": lambda _, name: unicodedata.normalize("NFD", name),
    "apostrophe": lambda _, name: name.replace("'", "\u2019"),
    "hyphen": lambda _, name: name.replace("-", "\u2011"),
    "invisible": lambda _, name: name + "\u200b",
    "blank around": lambda _, name: f" {name} ",
    "no accents": lambda _, name: (
        unicodedata.normalize("NFD", name).encode("ascii", "ignore").decode()
    ),
    "no hyphen": lambda _, name: name.replace("-", " "),
    "full stop": lambda _, name: f"{name}.",
    "misspelt": _misspelt,
}


def spoilt_words(draft: Draft) -> None:
    """A word in the first cell of a paper that is spoilt."""
    word = draft.chance.choice(("Spoilt", "SPOILED", "Void", "Invalid", "Blank", "Rejected"))
    columns = [one for one in draft.columns if one.kind in ("candidate", "preference", "ranking")]
    first = min(columns, key=lambda column: column.rank)
    for number in range(2, len(draft.papers), 6):
        for column in columns:
            column.cells[number] = None
        first.cells[number] = word
        draft.papers[number] = Paper((), draft.papers[number].count)
        draft.blanks.add(word)
    if draft.blanks:
        draft.chosen(f"spoilt {word!r}", odd=True)


def other_spelling(draft: Draft) -> None:
    """One of the names is written in another way in some cells."""
    ways = [
        (way, name, other)
        for way, spelt in SPELLINGS.items()
        for name in draft.names
        if (other := spelt(draft.chance, name)) != name and other.strip()
    ]
    way, name, other = draft.chance.choice(ways)
    places = [
        (column, row)
        for column in draft.columns
        for row, cell in enumerate(column.cells)
        if cell == name and column.kind in ("preference", "long")
    ]
    if other in draft.names or not places:
        return
    if len(places) < 2:
        # Spelt in one way only, it would be the name.
        return
    for column, row in places[:: draft.chance.choice((1, 2, 3))][:-1] or places[:1]:
        column.cells[row] = other
    draft.chosen(f"{name!r} also {other!r} ({way})", odd=True)
    draft.same[other] = name


def two_names(draft: Draft) -> None:
    """Two names at one rank of some papers."""
    between = draft.chance.choice((", ", ";", "; ", " & ", " and ", " / ", "\n", " or "))
    columns = sorted(draft.of("preference"), key=lambda column: column.rank)
    for number in range(1, len(draft.papers), 4):
        paper = draft.papers[number]
        others = [one for one in draft.names if (one,) not in paper.order]
        if not others or not paper.order or any(len(place) != 1 for place in paper.order):
            continue
        at = draft.chance.randrange(len(paper.order))
        both = (paper.order[at][0], others[0])
        columns[at].cells[number] = between.join(both)
        order = (*paper.order[:at], both, *paper.order[at + 1 :])
        draft.papers[number] = Paper(order, paper.count)
    draft.chosen(f"two names in a cell, by {between!r}", odd=True)


def two_ranks(draft: Draft) -> None:
    """Two ranks in one cell, where nothing else stands at them."""
    between = draft.chance.choice((";", ", ", "&", " & ", "/", " and ", "\n"))
    for number in range(1, len(draft.papers), 4):
        paper = draft.papers[number]
        if not paper.order or any(len(place) != 1 for place in paper.order):
            continue
        at = len(paper.order) - 1
        column = draft.of("candidate")[draft.names.index(paper.order[at][0])]
        if at + 2 <= len(draft.names):
            column.cells[number] = f"{column.cells[number]}{between}{draft.rank_written(at + 2)}"
        else:
            continue
        draft.papers[number] = Paper(paper.order[:at], paper.count)
    draft.chosen(f"two ranks in a cell, by {between!r}", odd=True)


def shuffled(draft: Draft) -> None:
    """The columns of the preferences in another order."""
    if not any(trait.endswith(("'the same'", "'none'", "'one for all'")) for trait in draft.traits):
        draft.chance.shuffle(draft.columns)
        draft.chosen("columns shuffled", odd=True)


def _firsts(draft: Draft) -> list[Cell]:
    """The first preferences of each candidate."""
    firsts = Counter[str]()
    for paper in draft.papers:
        firsts.update(dict.fromkeys(paper.ranking[:1], paper.count))
    return [firsts[name] for name in draft.names]


def summary_beside(draft: Draft) -> None:
    """A small table of first preferences to the right of the papers."""
    levels = len(draft.columns[0].headings)
    height = _height(draft)
    above = [""] * (levels - 1)
    for heading, cells in (
        ("", []),
        ("Candidate", list(draft.names)),
        (draft.chance.choice(("1st prefs", "First preferences", "Votes")), _firsts(draft)),
    ):
        padded = [*cells, *[None] * height][:height]
        draft.columns.append(Column("other", [*above, heading], padded))
    draft.chosen("a summary beside", odd=True)


def two_lines(draft: Draft) -> None:
    """Headings with something on a line of its own, that is not of the heading."""
    remark = draft.chance.choice(("(required)", "*", ":"))
    for column in draft.columns:
        if column.kind in ("preference", "ranking"):
            column.headings[-1] += f"\n{remark}"
    draft.chosen(f"headings, then {remark!r}", odd=True)


def crosses(draft: Draft) -> None:
    """A cross against some candidate whom the voter did not number."""
    for column in draft.of("candidate"):
        column.cells = [
            "X" if cell is None and draft.chance.random() < 0.2 else cell for cell in column.cells
        ]
    draft.chosen("crosses", odd=True)


# What else happens to a table: its rows


def _sheet(draft: Draft) -> None:
    """The rows, now that the columns are whole."""
    levels = len(draft.columns[0].headings)
    rows: list[Row] = []
    for level in range(levels):
        cells: list[Cell] = [column.headings[level] or None for column in draft.columns]
        rows.append(Row("heading", cells))
    papers = zip(*(column.cells for column in draft.columns), strict=True)
    draft.rows = [*rows, *(Row("paper", list(cells)) for cells in papers)]


_TITLES = (
    "AGM 9 March: Committee, 2 places",
    "Election of President 2026",
    "Results",
    "Votes cast (confidential)",
    "Rank 1 to 4, 1 is best",
    "# exported 2026-03-09 by J. Smith",
)


def title(draft: Draft) -> None:
    draft.chosen("title above")
    above = [Row("title", [draft.chance.choice(_TITLES)])]
    if draft.chance.random() < 0.3:
        above.append(Row("title", ["Date", draft.chance.choice(("9 March 2026", _NOON))]))
        draft.chosen("of two rows")
    if draft.chance.random() < 0.4:
        above.append(Row("blank", []))
    if draft.chance.random() < 0.5:
        draft.merges.append((1, 1, len(draft.columns)))
    draft.rows[:0] = above


def question_above(draft: Draft) -> None:
    """A second row of headings above, over the columns of the papers."""
    places = [at for at, column in enumerate(draft.columns) if column.kind in _OF_PAPERS]
    cells: list[Cell] = [None] * len(draft.columns)
    cells[places[0]] = draft.chance.choice(("Rank the candidates", "Preferences", "Votes"))
    merged = draft.chance.random() < 0.6
    if merged and places == list(range(places[0], places[-1] + 1)):
        draft.merges.append((1, places[0] + 1, places[-1] + 1))
    draft.rows.insert(0, Row("title", cells))
    draft.chosen(f"question above{', merged' * bool(draft.merges)}")


_OF_PAPERS = ("candidate", "preference", "ranking")


def blank_rows(draft: Draft) -> None:
    places = ["at the top", "below the headings", "at the end", "among the papers"]
    where = draft.chance.choice(places[:3] if draft.plainly else places)
    heading = max(at for at, row in enumerate(draft.rows) if row.kind == "heading")
    last = len(draft.rows)
    at = {"at the top": 0, "below the headings": heading + 1, "at the end": last}.get(
        where, draft.chance.randint(heading + 1, last)
    )
    number = draft.chance.choice((1, 1, 2))
    draft.rows[at:at] = [Row("blank", []) for _ in range(number)]
    draft.free += number
    draft.chosen(f"blank rows {where}", odd=where == "among the papers")


_TOTALS = ("Total", "TOTAL", "Totals", "Sum", "Grand total", "Average", "Total votes", "Total:", "")


def total(draft: Draft) -> None:
    """A last row that is no paper."""
    word = draft.chance.choice(_TOTALS)
    how = draft.chance.choice(("sums", "numbers of marks", "one figure"))
    cells: list[Cell] = [_summed(column, how) for column in draft.columns]
    if not word and max((c for c in cells if isinstance(c, int)), default=0) <= len(draft.names):
        word = "Total"
    for at, column in enumerate(draft.columns):
        if word and (column.kind in ("other", "preference") or at == len(cells) - 1):
            cells[at] = word
            break
    if how == "one figure" and not draft.of("weights"):
        cells = [cell if cell == word else None for cell in cells]
        cells[-1] = len(draft.papers)
    if draft.chance.random() < 0.3:
        draft.rows.append(Row("blank", []))
        draft.free += 1
    draft.rows.append(Row("total", cells))
    draft.chosen(f"a last row {word!r} with {how}", odd=True)


def _summed(column: Column, how: str) -> Cell:
    if column.kind == "weights":
        return sum(cell for cell in column.cells if isinstance(cell, int))
    if column.kind not in _OF_PAPERS:
        return None
    given = [cell for cell in column.cells if cell is not None]
    if how == "sums" and all(isinstance(cell, int) for cell in given):
        return sum(cell for cell in given if isinstance(cell, int))
    return len(given)


_FOOTERS = (
    "Counted by J. Smith, 9 March",
    "Source: paper ballots",
    "End of list",
    "* means checked twice",
    "Quota: 5",
)


def footer(draft: Draft) -> None:
    text = draft.chance.choice(_FOOTERS)
    if draft.chance.random() < 0.5:
        draft.rows.append(Row("blank", []))
        draft.free += 1
    draft.rows.append(Row("total", [text]))
    draft.chosen(f"a last row {text!r}", odd=True)


def summary_below(draft: Draft) -> None:
    """A small table of first preferences under the papers."""
    width = len(draft.columns)
    rows: list[list[Cell]] = [["Candidate", "First preferences"]]
    rows += [[name, number] for name, number in zip(draft.names, _firsts(draft), strict=True)]
    draft.rows.append(Row("blank", []))
    draft.free += 1
    draft.rows += [Row("total", cells[:width]) for cells in rows]
    draft.chosen("a summary below", odd=True)


def headings_again(draft: Draft) -> None:
    """The headings once more, as where pages or files were put together."""
    heading = next(row for row in reversed(draft.rows) if row.kind == "heading")
    papers = [at for at, row in enumerate(draft.rows) if row.kind == "paper"]
    draft.rows.insert(draft.chance.choice(papers[1:]), Row("total", list(heading.cells)))
    if not any(heading.cells):
        # Who could say of a blank row whether it is a paper?
        draft.free += 1
    draft.chosen("headings again", odd=True)


# Files

_SHEETS = ("one", "one", "one", "notes after", "hidden first", "notes first", "empty first")


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, datetime.datetime):
        return cell.strftime("%d/%m/%Y %H:%M:%S")
    return str(cell)


def _as_csv(draft: Draft) -> tuple[bytes, str, str]:
    """The bytes, the file's name and the encoding."""
    chance = draft.chance
    delimiter = chance.choice((",", ",", ",", ",", ";", "\t"))
    quoting: Any = chance.choice((csv.QUOTE_MINIMAL, csv.QUOTE_MINIMAL, csv.QUOTE_ALL))
    ends = chance.choice(("\r\n", "\n"))
    padded = chance.random() < 0.7
    width = len(draft.columns) + (chance.choice((1, 3)) if chance.random() < 0.08 else 0)
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator=ends)
    for row in draft.rows:
        cells = list(map(_text, row.cells))
        full = padded or row.kind in ("paper", "heading")
        writer.writerow(cells + [""] * (width - len(cells)) if full else cells)
    encoding = chance.choice(
        ("utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-8-sig", "utf-16", "cp1252")
    )
    written = text.getvalue()
    if len(draft.columns) == 1 and delimiter != "," and "," in written:
        # Nothing in the file says that these commas do not stand between cells.
        draft.hopeless = True
        draft.chosen("one column with commas", odd=True)
    if delimiter == ";" and chance.random() < 0.2:
        written = f"sep=;{ends}{written}"
        draft.chosen("sep=;")
        _push_down(draft)
    try:
        data = written.encode(encoding)
    except UnicodeEncodeError:
        encoding = "utf-8"
        data = written.encode(encoding)
    plain = {",": "", ";": "semicolons", "\t": "tabs"}[delimiter]
    for trait in (plain, encoding if encoding != "utf-8" else "", "unpadded" * (not padded)):
        if trait:
            draft.chosen(trait)
    suffix = chance.choice((".tsv", ".csv")) if delimiter == "\t" else ".csv"
    return data, f"votes{suffix}", encoding


def _push_down(draft: Draft) -> None:
    """Make room for a first line that is no row of the sheet."""
    draft.rows.insert(0, Row("title", []))


def _as_book(draft: Draft) -> tuple[bytes, str, str]:
    """The bytes, the file's name and the name of the sheet."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    chance = draft.chance
    sheets = chance.choice(_SHEETS[:5] if draft.plainly else _SHEETS)
    if sheets != "one":
        draft.chosen(f"sheets: {sheets}", odd=sheets in ("notes first", "empty first"))
    if sheets == "notes first":
        notes = book.create_sheet("Read me")
        for line in (["How to vote"], ["Rank as many as you like"], ["Places", 2]):
            notes.append(line)
    elif sheets == "hidden first":
        old = book.create_sheet("old")
        old.sheet_state = chance.choice(("hidden", "veryHidden"))
        _fill(old, [Row("", list(reversed(row.cells))) for row in draft.rows], "numbers")
    elif sheets == "empty first":
        book.create_sheet("Sheet1")
    name = (
        "Form responses 1" if draft.form else chance.choice(("Votes", "Sheet1 (2)", "Lords' vote"))
    )
    sheet = book.create_sheet(name)
    numbers = chance.choice(("numbers", "numbers", "floats", "texts"))
    if numbers != "numbers":
        draft.chosen(f"XLSX, {numbers}")
    _fill(sheet, draft.rows, numbers)
    _shown(draft, sheet)
    if sheets == "notes after":
        book.create_sheet("Notes").append(["Counted by J. Smith"])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue(), chance.choice(("votes.xlsx", "my votes.xlsx")), name


_NUMBERS: Mapping[str, Callable[[Any], Cell]] = {"numbers": int, "floats": float, "texts": str}


def _fill(sheet: Any, rows: Sequence[Row], numbers: str) -> None:
    for at, row in enumerate(rows, start=1):
        for column, cell in enumerate(row.cells, start=1):
            if cell is None:
                continue
            number = type(cell) is int
            written = sheet.cell(at, column)
            written.value = _NUMBERS[numbers](cell) if number else cell
            if isinstance(written.value, str):
                written.data_type = "s"


def _shown(draft: Draft, sheet: Any) -> None:
    """Merged cells, and what a sheet does not show."""
    from openpyxl.utils import get_column_letter

    for row, first, last in draft.merges:
        if last > first:
            sheet.merge_cells(start_row=row, start_column=first, end_row=row, end_column=last)
    if draft.plainly:
        return
    if draft.chance.random() < 0.06:
        papers = [at for at, row in enumerate(draft.rows, start=1) if row.kind == "paper"]
        sheet.row_dimensions[draft.chance.choice(papers)].hidden = True
        draft.chosen("a hidden row", odd=True)
    if draft.chance.random() < 0.06:
        letter = get_column_letter(draft.chance.randint(1, len(draft.columns)))
        sheet.column_dimensions[letter].hidden = True
        draft.chosen("a hidden column", odd=True)


# The generator

BASES: tuple[Callable[[Draft], None], ...] = (
    by_candidates,
    by_preferences,
    by_ranking,
    by_candidates,
    by_preferences,
    google_grid,
    microsoft_ranking,
    surveymonkey,
    google_questions,
    by_candidates,
    by_preferences,
    qualtrics,
    limesurvey,
    kobo,
    google_grid_of_preferences,
    microsoft_likert,
    microsoft_questions,
    several_questions,
    jotform,
    typeform,
    limesurvey_codes,
    long,
    zero_one,
    down,
    numbered_ranking,
    microsoft_quiz,
    profile_across,
    cast_vote_records,
    posts_side_by_side,
    one_choice,
    no_papers,
    by_candidates,
    by_preferences,
    by_candidates,
    by_preferences,
    by_ranking,
)


def _has(*kinds: str) -> Callable[[Draft], bool]:
    return lambda draft: any(column.kind in kinds for column in draft.columns)


def _simple(draft: Draft) -> bool:
    """Whether every row of the table is a paper, in a table that a person made."""
    return draft.layout in _OF_ROWS and not draft.form


_OF_ROWS = ("candidates", "preferences", "ranking")
_Does = tuple[Callable[[Draft], None], Callable[[Draft], bool]]

TO_COLUMNS: tuple[_Does, ...] = (
    (beside, _simple),
    (beside, _simple),
    (odd_beside, _simple),
    (weights, _simple),
    (blank_column, _simple),
    (no_choice, _has("candidate", "preference")),
    (other_spelling, _has("preference", "long")),
    (spoilt_words, lambda draft: draft.layout in _OF_ROWS and not draft.questions),
    (two_names, _has("preference")),
    (two_ranks, _has("candidate")),
    (shuffled, lambda draft: _has("preference")(draft) and len(draft.columns[0].headings) == 1),
    (crosses, _has("candidate")),
    (summary_beside, _simple),
    (two_lines, _has("preference", "ranking")),
)
TO_ROWS: tuple[_Does, ...] = (
    (title, lambda draft: draft.layout != "down"),
    (question_above, lambda draft: _has(*_OF_PAPERS)(draft) and _simple(draft)),
    (blank_rows, lambda draft: draft.layout in _OF_ROWS),
    (total, lambda draft: draft.layout in _OF_ROWS and not draft.questions),
    (summary_below, lambda draft: draft.layout in _OF_ROWS and len(draft.columns) > 1),
    (footer, lambda draft: draft.layout in _OF_ROWS),
    (headings_again, lambda draft: draft.layout in _OF_ROWS and len(draft.papers) > 1),
)
ODD = {
    spoilt_words,
    *(odd_beside, no_choice, other_spelling, two_names, two_ranks, shuffled, crosses),
    *(total, footer, headings_again, summary_below, summary_beside, two_lines),
}
_HOW_MANY = (0, 0, 1, 1, 1, 2, 2, 3)


def layout(seed: int) -> Layout:
    """The layout of this seed; seeds that follow one another have different bases."""
    draft = Draft(random.Random(seed), plainly=seed // len(BASES) % 2 == 0)
    BASES[seed % len(BASES)](draft)
    draft.traits.insert(0, BASES[seed % len(BASES)].__name__)
    wanted = draft.chance.choice(_HOW_MANY)
    of_rows = sum(draft.chance.random() < 0.4 for _ in range(wanted))
    _disturb(draft, TO_COLUMNS, wanted - of_rows)
    draft.printed = bool(draft.names) and draft.chance.random() < 0.1
    _sheet(draft)
    bare = _blank_papers(draft)
    _disturb(draft, TO_ROWS, of_rows)
    return _finished(seed, draft, bare)


def _disturb(draft: Draft, ways: Sequence[_Does], number: int) -> None:
    done: set[Callable[[Draft], None]] = set()
    for _ in range(number):
        fitting = [
            act
            for act, fits in ways
            if fits(draft) and act not in done and not (draft.plainly and act in ODD)
        ]
        if fitting:
            act = draft.chance.choice(fitting)
            act(draft)
            done.add(act)


def _blank_papers(draft: Draft) -> int:
    """The papers that no cell of their rows tells from no papers at all."""
    return sum(
        row.kind == "paper" and all(cell is None for cell in row.cells) for row in draft.rows
    )


def _finished(seed: int, draft: Draft, bare: int) -> Layout:
    book = draft.book or draft.chance.random() < 0.35
    data, name, where = _as_book(draft) if book else _as_csv(draft)
    options: dict[str, Any] = {"places": draft.chance.choice((1, 2))}
    if draft.printed:
        options["candidates"] = list(draft.names)
        draft.chosen("names given")
    invalid = sum(paper.count for paper in draft.papers if not paper.ranking)
    return Layout(
        seed=seed,
        traits=tuple(draft.traits),
        odd=draft.odd,
        hopeless=draft.hopeless,
        name=name,
        data=data,
        options=options,
        names=draft.names,
        papers=_together((paper.ranking, paper.count) for paper in draft.papers),
        invalid=(invalid - bare, invalid + draft.free),
        all_known=draft.printed or draft.layout == "candidates",
        layout=draft.layout,
        columns=tuple((one.kind, tuple(one.headings), one.rank) for one in draft.columns),
        no_papers=_numbers_of(draft, "title", "blank", "total") | _bare(draft),
        header_rows=_numbers_of(draft, "heading"),
        question=draft.questions[0] if draft.questions else "",
        other_questions=draft.questions[1:],
        sheet=where if book else "",
        encoding="" if book else where,
        blanks=frozenset(draft.blanks),
        same=draft.same,
    )


def _numbers_of(draft: Draft, *kinds: str) -> frozenset[int]:
    return _numbers_where(draft, lambda row: row.kind in kinds)


def _bare(draft: Draft) -> frozenset[int]:
    """The rows without a cell, of which nobody could say whether they are papers."""
    return _numbers_where(draft, lambda row: all(cell is None for cell in row.cells))


def _numbers_where(draft: Draft, wanted: Callable[[Row], bool]) -> frozenset[int]:
    numbers: set[int] = set()
    line = 1
    for row, one in enumerate(draft.rows, start=1):
        if wanted(one):
            numbers |= {row, line}
        line += 1 + sum(_text(cell).count("\n") for cell in one.cells)
    return frozenset(numbers)


def _together(
    papers: Iterator[tuple[tuple[str, ...], int]],
) -> tuple[tuple[tuple[str, ...], int], ...]:
    """The valid papers in their order, those alike that follow one another together."""
    valid = ((ranking, count) for ranking, count in papers if ranking and count)
    return tuple(
        (ranking, sum(count for _, count in alike))
        for ranking, alike in groupby(valid, key=lambda paper: paper[0])
    )


# What a person who knows the file would say


def folded(text: str) -> str:
    """A name or heading without what only its coding adds."""
    plain = unicodedata.normalize("NFKC", text).replace("\u200b", "").replace("\u2019", "'")
    return " ".join(plain.replace("\u2010", "-").casefold().split())


def _letters(number: int) -> str:
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _kinds_of(layout: Layout, column: str) -> set[str]:
    """What the column of this heading, or of these letters, is; none where it is unknown."""
    named = [
        (at, kind)
        for at, (kind, _, _) in enumerate(layout.columns)
        if folded(column) in _aliases(layout, at)
    ]
    lettered = [
        (at, kind)
        for at, (kind, _, _) in enumerate(layout.columns)
        if column.upper() == _letters(at)
    ]
    return {kind for _, kind in named or lettered}


def _aliases(layout: Layout, at: int) -> set[str]:
    """All that the column at this place may be called by its headings."""
    headings = layout.columns[at][1]
    given = [folded(text) for text in headings if text.strip()]
    joined = {between.join(given) for between in (" ", " - ", ": ", " / ", " | ", "; ")}
    inner = {part for text in given for part in re.findall(r"\[([^\[\]]*)\]", text)}
    last = given[-1] if given else ""
    below = {f"{folded(_above(layout, at))} [{last}]"} if len(headings) > 1 else set()
    return {*given, *joined, *inner, *below} - {""}


def _above(layout: Layout, at: int) -> str:
    """What stands over a column in the row above its heading, there or further to the left."""
    over = (headings[-2] for _, headings, _ in layout.columns[at::-1])
    return next(filter(str.strip, over), "")


def truthful(layout: Layout, alternative: Sequence[Setting]) -> bool:
    """Whether a person who knows the file would take this way out."""
    by_option: dict[str, list[Any]] = {}
    for setting in alternative:
        by_option.setdefault(setting.option, []).append(setting.value)
    return all(
        _TRUTH[option](layout, values) if option in _TRUTH else False
        for option, values in by_option.items()
    )


def _true_preferences(layout: Layout, columns: list[Any]) -> bool:
    ranked = sorted(
        (rank, at) for at, (kind, _, rank) in enumerate(layout.columns) if kind == "preference"
    )
    return len(columns) == len(ranked) and all(
        folded(str(column)) in _aliases(layout, at) or str(column) == _letters(at)
        for column, (_, at) in zip(columns, ranked, strict=True)
    )


def _true_question(layout: Layout, questions: list[Any]) -> bool:
    [asked] = questions
    if layout.question:
        others = any(other in asked for other in layout.other_questions)
        return layout.question in asked and not others
    beside = ("other", "weights")
    of_papers = [headings for kind, headings, _ in layout.columns if kind not in beside]
    return all(folded(asked) in folded(" ".join(headings)) for headings in of_papers)


_TRUTH: Mapping[str, Callable[[Layout, list[Any]], bool]] = {
    "candidates": lambda layout, names: (
        {folded(name) for name in names} <= {folded(name) for name in layout.names}
    ),
    "preferences": _true_preferences,
    "weights": lambda layout, columns: all(
        _kinds_of(layout, one) == {"weights"} for one in columns
    ),
    "ignore": lambda layout, columns: all(_kinds_of(layout, one) == {"other"} for one in columns),
    "ignore_rows": lambda layout, rows: {int(row) for row in rows} <= _not_papers(layout),
    "header_row": lambda layout, rows: (
        int(rows[0]) in _last_headings(layout) or (rows == [0] and _is_headless(layout))
    ),
    "layout": lambda layout, ways: ways[0] in _layouts(layout),
    "question": _true_question,
    "sheet": lambda layout, sheets: sheets == [layout.sheet],
    "blank": lambda layout, words: (
        {folded(word) for word in words} <= {folded(word) for word in layout.blanks}
    ),
    "same": lambda layout, pairs: all(_true_pair(layout, pair) for pair in pairs),
    "encoding": lambda layout, names: _decoded(layout, names[0]),
}


def _layouts(layout: Layout) -> set[str]:
    """Which way round it is; one name alone is a ranking as well."""
    preferences = sum(kind == "preference" for kind, _, _ in layout.columns)
    alone = preferences == 1 and not any(one.startswith("two names") for one in layout.traits)
    # Nobody takes `Lee, Ann` for an order of two.
    alone = alone and not any("," in name for name in layout.names)
    return {layout.layout, *(["ranking"] if alone else [])}


def _not_papers(layout: Layout) -> frozenset[int]:
    several = len(layout.columns[0][1]) > 1
    return layout.no_papers | layout.header_rows if several else layout.no_papers


def _last_headings(layout: Layout) -> set[int]:
    levels = len(layout.columns[0][1])
    return {row for row in layout.header_rows if row - levels + 1 in layout.header_rows}


def _is_headless(layout: Layout) -> bool:
    """Whether no column has a heading."""
    return not any(text.strip() for _, headings, _ in layout.columns for text in headings)


def _true_pair(layout: Layout, pair: str) -> bool:
    return any(folded(pair) == folded(f"{other}={name}") for other, name in layout.same.items())


def _decoded(layout: Layout, encoding: str) -> bool:
    try:
        return layout.data.decode(encoding) == layout.data.decode(layout.encoding)
    except (UnicodeDecodeError, LookupError):
        return False


# What a reader does

READ, ASKED, REFUSED = "read", "asked", "refused"
MISREAD, BAD_ADVICE, CRASH = "MISREAD", "BAD ADVICE", "CRASH"
NO_WAY_OUT, NO_TRUE_ANSWER = "NO WAY OUT", "NO TRUE ANSWER"
NOT_AGAIN, TOLD = "NOT AGAIN", "TOLD"
FAILURES = (MISREAD, BAD_ADVICE, NO_WAY_OUT, NO_TRUE_ANSWER, NOT_AGAIN, TOLD, CRASH)
"""Wrong papers; wrong papers after a true answer; a refusal without advice, or without a true one;
other papers by the reading that is kept; an address of a voter that is shown."""
DEAD_ENDS = (NO_WAY_OUT, NO_TRUE_ANSWER)
"""Refusals that no option settles: they cost time, and mislead nobody."""

_MOST_NODES = 40


@dataclass(frozen=True)
class Outcome:
    """What became of a layout; `why`: what was said or done; `given`: the options at that point."""

    kind: str
    why: str = ""
    given: Mapping[str, Any] = field(default_factory=dict)


def wrong(layout: Layout, election: Election) -> str:
    """What is wrong with the election that was read, or ""."""
    known = _known_names(layout, election.candidates)
    if known is None:
        return f"candidates {', '.join(map(repr, election.candidates))}"
    papers = _together(
        (tuple(known[number] for number in ranking), count)
        for ranking, count in election.papers.groups()
    )
    if papers != layout.papers:
        return _first_difference(papers, layout.papers)
    invalid = sum(election.papers.invalid.values())
    fewest, most = layout.invalid
    if not fewest <= invalid <= most:
        return f"{invalid} invalid papers; really {fewest} to {most}"
    return ""


def _first_difference(found: Sequence[Any], really: Sequence[Any]) -> str:
    for number, (one, other) in enumerate(zip(found, really, strict=False), start=1):
        if one != other:
            return f"group {number}: {one}; really {other}"
    return f"{len(found)} groups of papers; really {len(really)}"


def _known_names(layout: Layout, candidates: Sequence[str]) -> tuple[str, ...] | None:
    """The true name of each candidate, or None where there is not one for each."""
    by_fold = {folded(name): name for name in layout.names}
    known = [by_fold.get(folded(candidate)) for candidate in candidates]
    if None in known and layout.layout == "candidates":
        known = [_name_within(layout, candidate) for candidate in candidates]
    needed = set(layout.names) if layout.all_known else _mentioned(layout)
    if None in known or len(set(known)) != len(known) or not needed <= set(known):
        return None
    return tuple(name for name in known if name is not None)


def _mentioned(layout: Layout) -> set[str]:
    return {name for ranking, _ in layout.papers for name in ranking}


def _name_within(layout: Layout, candidate: str) -> str | None:
    """The one name that stands in what was taken for a name, with the question around it."""
    text = folded(candidate)
    within = [
        name for name in layout.names if re.search(rf"(?<!\w){re.escape(folded(name))}(?!\w)", text)
    ]
    return max(within, key=len) if within else None


_Given: TypeAlias = dict[str, Any]
_Node: TypeAlias = tuple[_Given, frozenset[Fault]]
"""Options, and the questions that they have settled."""


def outcome(layout: Layout) -> Outcome:
    """What the reader does with the file, and where every true answer to its questions leads."""
    waiting: list[_Node] = [(dict(layout.options), frozenset())]
    seen: list[_Given] = []
    ends: list[Outcome] = []
    while waiting and len(seen) < _MOST_NODES:
        given, settled = waiting.pop()
        if _ordered(given) in seen:
            continue
        seen.append(_ordered(given))
        end, error = _read(layout, given)
        if error is not None:
            end, further = _asked(layout, given, error, settled)
            waiting += further
        elif len(seen) == 1 and end is not None:
            return end
        if end is not None:
            ends.append(end)
            if end.kind in FAILURES:
                return replace(end, kind=BAD_ADVICE) if end.kind == MISREAD else end
    if any(end.kind == READ for end in ends):
        return Outcome(ASKED)
    return ends[0] if ends else Outcome(NO_WAY_OUT, "no end of questions", dict(layout.options))


def _ordered(given: _Given) -> _Given:
    """The options without the order in which questions were answered."""
    apart = ("ignore", "ignore_rows", "blank")
    return {name: sorted(one) if name in apart else one for name, one in given.items()}


def _read(layout: Layout, given: _Given) -> tuple[Outcome | None, FormatError | None]:
    """What comes of reading with these options: an end, or faults."""
    try:
        election = read_bytes(layout.data, layout.name, **given)
    except FormatError as error:
        return None, error
    except Exception as error:
        return Outcome(CRASH, repr(error), given), None
    if difference := wrong(layout, election):
        return Outcome(MISREAD, difference, given), None
    return _repeated(layout, election, given), None


def _repeated(layout: Layout, election: Election, given: _Given) -> Outcome:
    """Whether the reading that is kept gives the same papers again, and keeps nobody's address."""
    if election.reading is None:
        return Outcome(NOT_AGAIN, "no reading", given)
    kept = election.reading.to_json()
    if _ADDRESSES in kept or any(_ADDRESSES in note for note in election.notes):
        return Outcome(TOLD, f"{election.notes}\n{kept}", given)
    reading, places = Reading.from_json(kept), election.places
    try:
        again = read_bytes(layout.data, layout.name, reading=reading, places=places)
    except Exception as error:
        return Outcome(NOT_AGAIN, repr(error), given)
    same = again.papers == election.papers and again.reading == election.reading
    return Outcome(READ if same else NOT_AGAIN, "" if same else f"{again.notes}", given)


def _asked(
    layout: Layout, given: _Given, error: FormatError, settled: frozenset[Fault]
) -> tuple[Outcome | None, list[_Node]]:
    """The end that these faults are, or the options after each true answer to each of them."""
    if _ADDRESSES in str(error):
        return Outcome(TOLD, str(error), given), []
    if again := settled & set(error.faults):
        return Outcome(BAD_ADVICE, f"settles nothing: {min(map(str, again))}", given), []
    further: list[_Node] = []
    for fault in error.faults:
        true = [one for one in fault.settled_by if truthful(layout, one)]
        if unsaid := [one for one in fault.settled_by if not said(error, one)]:
            told = shlex.join(arguments(unsaid[0]))
            return Outcome(BAD_ADVICE, f"does not say {told}: {fault}", given), []
        further += [(merged(given, one), frozenset([fault])) for one in true]
    if further:
        return None, further
    if layout.hopeless:
        return Outcome(REFUSED, str(error.faults[0]), given), []
    asked = next((fault for fault in error.faults if fault.settled_by), None)
    kind = NO_WAY_OUT if asked is None else NO_TRUE_ANSWER
    return Outcome(kind, str(asked or error.faults[0]), given), []


def arguments(alternative: Sequence[Setting]) -> list[str]:
    """The words of the command that say this."""
    return [word for setting in alternative for word in setting.argument]


def said(error: FormatError, alternative: Sequence[Setting]) -> bool:
    """Whether what a person is told has every setting as it would be typed."""
    return all(shlex.join(setting.argument) in str(error) for setting in alternative)


def tried(seeds: Sequence[int]) -> Iterator[tuple[Layout, Outcome]]:
    for seed in seeds:
        made = layout(seed)
        yield made, outcome(made)


def shares(outcomes: Sequence[tuple[Layout, Outcome]]) -> str:
    """How many of the plain and of the odd layouts came to what."""
    lines = []
    for what, odd in (("plain", False), ("odd", True)):
        kinds = Counter(found.kind for made, found in outcomes if made.odd == odd)
        number = sum(kinds.values())
        parts = [
            f"{kind} {count} ({count * 100 // number}%)" for kind, count in kinds.most_common()
        ]
        lines.append(f"{number} {what} layouts: {', '.join(parts)}")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5000, metavar="N")
    parser.add_argument("--first", type=int, default=0, metavar="N", help="the first seed")
    parser.add_argument("--show", type=int, default=20, metavar="N", help="failures to show")
    parser.add_argument("--save", type=int, metavar="SEED", help="write the file of one seed")
    chosen = parser.parse_args()
    if chosen.save is not None:
        made = layout(chosen.save)
        with open(made.name, "wb") as file:  # noqa: PTH123
            file.write(made.data)
        sys.stdout.write(f"{made}\n{made.options}\n{made.papers}\n")
        return 0
    outcomes = list(tried(range(chosen.first, chosen.first + chosen.seeds)))
    failed = [(made, found) for made, found in outcomes if found.kind in FAILURES]
    for made, found in failed[: chosen.show]:
        sys.stdout.write(f"{found.kind}: {made}\n    {found.why}\n    {dict(found.given)}\n")
    sys.stdout.write(f"{shares(outcomes)}\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
