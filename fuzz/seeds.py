"""Small files of every kind to begin with: the project's own, and what is cut out of real ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

from oracle import ELECTION

import stvcount
from stvcount import Election, Lots, Papers, StvcountError, Withdrawal
from stvcount.formats import FORMATS
from stvcount.inquiry.reconstruct import MOST_VOTES, PublishedSheet
from stvcount.motions import Question, motion

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"

_MOST_ORDERS = 8
_MOST_ELECTIONS = 10
_MOST_BYTES = 1 << 13

ODD = Election(
    title="Vote “2”",
    places=1,
    candidates=["=1+1", "Zoë (Green)", "RON", "1st"],
    papers=Papers(
        ["=1+1", "Zoë (Green)", "RON", "1st"],
        [((0, 1), 2), ((1, (0, 2)), 1), (((1, 2),), 1), ((3, None, 1), 10**15), ((2, 2, 1), 3)],
    ),
    withdrawn=[Withdrawal("1st", "ill")],
)
COMPLETE = Election(
    places=2,
    candidates=["A", "B", "C"],
    papers=Papers(["A", "B", "C"], [((0, 1, 2), 3), ((2, 0, 1), 2)]),
)

_BLT = (
    '3 1\n-2\n(a) 1 2 0\n(b) 2 3 0 # why\n0\nAnn\n\'Bob\'\n"Cy ""X"""\nTitle\n',
    '3 2 // x\n1 1=2 - 3 0\n3, 2 0\n007 3 3 1 0\n0\n"A" "b"\n"B" # b\n"C"x"\n"T"\n',
    '\ufeff2 1\r\n2 1 2 0\r\n0\r\n"A"\r\n"A"\r\n"T"\r\n',
)
_CSV = (
    "papers,Ann,Bob,Cy\n3,1,2,\n2,,1,X\n1,1,1,3\n",
    "id;1st choice;2nd choice;3rd choice\na;Ann;Bob;\nb;Bob;Bob;Ann\n\nc;;Ann;\n",
    'Timestamp,Vote [Ann],Vote [Bob]\n1,First choice,Second choice\n2,"Second choice",\n',
    "sep=;\n'=Ann;Bob [x]\n1;2\n;\n",
    'First\tSecond\nAnn\tBob\nBob\t"An""n"\n',
)
_PREFLIB = (
    "# TITLE: T\n# DATA TYPE: toi\n# NUMBER ALTERNATIVES: 3\n# NUMBER VOTERS: 4\n"
    "# NUMBER UNIQUE ORDERS: 2\n# ALTERNATIVE NAME 1: A\n# ALTERNATIVE NAME 2: B\n"
    "# ALTERNATIVE NAME 3: C\n3: 1,{2,3}\n1: 3\n",
    "2\n1,Ann\n2,Bob\n5,5,2\n3,1,2\n2,2,1\n",
    "3\n1,Ann\n2,Bob\n3,Cy\n3,3,2\n2,1,{2,3}\n1,{1,2},3\n",
)
MOTIONS = (
    "paper,Affiliate?,Disaffiliate?\n1,FOR,against\n2,,ABSTAIN\n3,maybe,FOR\n",
    "question;for;against;abstain;blank;invalid\nA?;3;2;1;0;0\nB?;2;2;0;0;1\n",
    'Shall we?\nFOR\n""\nAGAINST\n',
)
_TEXTS = {"blt": _BLT, "csv": _CSV, "tsv": _CSV, "toi": _PREFLIB, "soc": _PREFLIB[1:]}


def elections(folder: Path | None = None) -> Iterator[Election]:
    """Small elections; those in the ballot files of the folder with their first papers."""
    yield from (ELECTION, ODD, COMPLETE)
    for path in _spread([path for path in _files(folder) if path.suffix == ".blt"]):
        try:
            election = stvcount.read(path, places=2)
        except StvcountError:
            continue
        first = list(election.papers.orders())[:_MOST_ORDERS]
        yield replace(election, papers=Papers(election.candidates, first), sources=(), notes=())


def files(*formats: str, folder: Path | None = None) -> list[bytes]:
    """Files of these formats."""
    kinds = [kind for kind in FORMATS if kind.name in formats]
    found = [text.encode() for name in formats for text in _TEXTS.get(name, ())]
    for election in elections(folder):
        for kind in kinds:
            try:
                content = kind.dumps(election)
            except StvcountError:
                continue
            found.append(content.encode() if isinstance(content, str) else content)
    suffixes = {suffix for kind in kinds for suffix in kind.suffixes}
    real = _spread([path for path in _files(folder) if path.suffix in suffixes])
    found += [path.read_bytes() for path in real]
    return _small(found)


def records(folder: Path | None = None) -> list[bytes]:
    """Records of counts by every rule set, and of a casual vacancy."""
    return _small(record.to_json().encode() for record in _counts(folder))


def published(folder: Path | None = None) -> list[bytes]:
    """Sheets as they would be published of the same counts."""
    small = [record for record in _counts(folder) if record.papers.total <= MOST_VOTES]
    return _small(PublishedSheet.from_record(record).to_json().encode() for record in small)


def motions(folder: Path | None = None) -> list[bytes]:
    """Votes on motions."""
    return [text.encode() for text in MOTIONS]


def motion_records(folder: Path | None = None) -> list[bytes]:
    """Records of votes on motions."""
    questions = (Question("A?", for_=2, against=1), Question("B?", for_=1, against=1, notes=("n",)))
    made = [motion(questions, coin=coin, lots=Lots.first_listed()) for coin in (False, True)]
    return [record.to_json().encode() for record in made]


@cache
def _counts(folder: Path | None) -> list[stvcount.CountRecord]:
    found = []
    for election in elections(folder):
        for rules in stvcount.rules.names():
            places = min(election.places, stvcount.rules.get(rules).most_places or election.places)
            held = election.with_places(places)
            found.append(stvcount.count(held, rules=rules, lots=Lots.first_listed()))
    original = next(record for record in found if record.rules.id == "ers97")
    vacating = original.elected[0]
    found.append(stvcount.vacancy(original, ELECTION, vacating=vacating, lots=Lots.first_listed()))
    return found


def _files(folder: Path | None) -> list[Path]:
    if folder is None:
        return []
    return sorted(path for one in (EXAMPLES, folder) for path in one.rglob("*") if path.is_file())


def _spread(paths: list[Path]) -> list[Path]:
    """Some of the files, from all over the folder."""
    return paths[:: len(paths) // _MOST_ELECTIONS + 1]


def _small(found: Iterable[bytes]) -> list[bytes]:
    return list(dict.fromkeys(data for data in found if len(data) <= _MOST_BYTES))
