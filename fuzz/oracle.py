"""What must hold whatever comes in: a clear refusal, or a correct result, and nothing else.

Every function here raises `Finding` where that does not hold; any other exception that leaves one
is a finding as well.
"""

from __future__ import annotations

import tempfile
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import stvcount
from stvcount import CountRecord, Election, FormatError, Lots, Papers, StvcountError, Withdrawal
from stvcount import sheets as ways_to_show
from stvcount.audit import check as audit
from stvcount.election.stores import MOST_IN_MATRIX
from stvcount.formats import FORMATS, Format, blt, election_json, read_bytes
from stvcount.formats.tables import ballots
from stvcount.inquiry.reconstruct import PublishedSheet, differences
from stvcount.motions import MotionRecord

P = ParamSpec("P")
T = TypeVar("T")

LONGEST_LINE = 2000
"""No fault takes more characters to tell."""

_NO_TEXTS = ("xlsx", "ods", "xls", "parquet", "arrow")
TEXT_FORMATS = tuple(kind for kind in FORMATS if kind.name not in _NO_TEXTS)

_RULES = {name: stvcount.rules.get(name).most_places for name in stvcount.rules.names()}
"""Every rule set, and the most places that it has."""

_MOST_CANDIDATES, _MOST_GROUPS, _MOST_STAGES = 6, 20, 8
_TRIES = 10


class Finding(AssertionError):
    """What no input may bring about."""


def must(holds: object, what: str) -> None:
    if not holds:
        raise Finding(what)


def one_line(text: str) -> bool:
    """Whether a text is of one line and has no control characters."""
    return not any(unicodedata.category(one) in ("Cc", "Cs", "Zl", "Zp") for one in text)


def refused_clearly(error: StvcountError) -> None:
    """One clear line for each fault."""
    lines = str(error).split("\n")
    faults = error.faults if isinstance(error, FormatError) else (error,)
    if isinstance(error, FormatError) and error.more:
        last = lines.pop()
        must(str(error.more) in last, f"{error.more} more faults in {last!r}")
    must(len(lines) == len(faults), f"{len(faults)} faults in {len(lines)} lines: {lines!r}")
    for line in lines:
        must(one_line(line), f"a fault with control characters: {line!r}")
        must(len(line) <= LONGEST_LINE, f"a fault of {len(line)} characters: {line[:200]!r}")
        must("expected" in line, f"a fault that does not say what was expected: {line!r}")
        must("Traceback" not in line, f"a traceback: {line!r}")


def attempt(work: Callable[P, T], *args: P.args, **options: P.kwargs) -> T | None:
    """What comes of this work; None where it is refused, clearly."""
    try:
        return work(*args, **options)
    except StvcountError as error:
        refused_clearly(error)
        return None


# Elections


def ballot_file(
    data: bytes, name: str, formats: Sequence[Format] = TEXT_FORMATS, **options: Any
) -> Election | None:
    """Read it as a file of this name; what is read is sound, counts, and is held by `formats`."""
    election = attempt(read_bytes, data, name, **options)
    if election is not None:
        is_sound(election)
        again = election_json.loads(election_json.dumps(election))
        # Of a file it keeps the name and the hash, not how it was read.
        files = [replace(one, reading=None) for one in election.sources]
        must(again == replace(election, sources=files), "another election out of JSON")
        if is_small(election):
            counts(replace(election, sources=(), notes=()))
            is_held_by_files(_bare(election), tuple(formats))
    return election


def same_in_bulk(data: bytes, name: str, **options: Any) -> None:
    """Reading in bulk, as large files are read, gives the same election or the same faults."""
    with _bulk_from(0):
        in_bulk = _outcome(data, name, **options)
    must(in_bulk == _outcome(data, name, **options), f"another outcome in bulk: {in_bulk}")


def _outcome(data: bytes, name: str, **options: Any) -> object:
    try:
        return read_bytes(data, name, **options)
    except StvcountError as error:
        return str(error)


@contextmanager
def _bulk_from(size: int) -> Iterator[None]:
    before = blt.BULK_FROM, ballots.BULK_FROM
    blt.BULK_FROM = ballots.BULK_FROM = size
    try:
        yield
    finally:
        blt.BULK_FROM, ballots.BULK_FROM = before


def is_sound(election: Election) -> None:
    """Its papers add up, and its texts can be shown."""
    papers = stvcount.check(election).papers
    parts = papers.valid + sum(papers.invalid.values()) + len(papers.set_aside)
    must(papers.total == parts == election.papers.total, f"{papers.total} papers, not {parts}")
    must(len(set(election.candidates)) == len(election.candidates), "a name twice")
    for note in election.notes:
        must(one_line(note), f"a note with control characters: {note!r}")


@lru_cache(1000)
def is_held_by_files(election: Election, formats: Sequence[Format]) -> None:
    """What is written is read again, but for what the writer of the format says it leaves out."""
    for kind in formats:
        _is_held(election, kind)


def _bare(election: Election) -> Election:
    """The election without what hardly any format holds."""
    gone = [Withdrawal(one.candidate, blt.MARKED_WITHDRAWN) for one in election.withdrawn]
    return replace(
        election, withdrawn=gone, papers_set_aside=(), non_person=None, sources=(), notes=()
    )


def _is_held(election: Election, kind: Format) -> None:
    content = attempt(kind.dumps, election)
    if content is None:
        return
    data = content.encode() if isinstance(content, str) else content
    # Whose columns they are: odd papers leave a table in doubt, and that is the answer to it.
    given = {
        "places": election.places,
        "title": election.title,
        "candidates": election.candidates,
        "weights": "papers",
    }
    needed: dict[str, Any] = {
        option: value for option, value in given.items() if option in kind.options
    }
    if "candidates" in kind.options:
        # Papers of chance are broken more often than any voters break them.
        needed["candidates"] = election.candidates
    again = read_bytes(data, f"again{kind.suffixes[0]}", **needed)
    must(_readable(again, kind) == _readable(election, kind), f"other papers out of {kind.name}")
    must(again.places == election.places, f"other places out of {kind.name}")
    texts = (*election.candidates, election.title)
    if kind.name not in ("blt", "toi", "soi", "toc", "soc") or _without_blanks_around(texts):
        must((*again.candidates, again.title) == texts, f"other names out of {kind.name}")
    if kind.name == "blt":
        must(list(again.papers.orders()) == list(election.papers.orders()), "other orders")
        must(len(again.withdrawn) == len(election.withdrawn), "other withdrawals")


def _without_blanks_around(texts: Sequence[str]) -> bool:
    return all(text == text.strip() for text in texts)


def _readable(election: Election, kind: Format) -> object:
    """The readable part of each paper; in the formats that put papers alike together, sorted."""
    groups = list(election.papers.groups())
    if kind.module != "preflib":
        return groups
    number: Counter[object] = Counter()
    for ranking, count in groups:
        number[ranking] += count
    return number


# Counts


def is_small(election: Election) -> bool:
    return (
        len(election.candidates) <= _MOST_CANDIDATES
        and election.papers.number_of_groups <= _MOST_GROUPS
    )


@lru_cache(1000)
def counts(election: Election) -> None:
    """Every rule set counts it, by both tellers alike, and the audit finds nothing."""
    for rules, most in _RULES.items():
        held = election if most is None else election.with_places(min(most, election.places))
        record = attempt(
            stvcount.count, held, rules=rules, lots=Lots.first_listed(), teller="plain"
        )
        if record is not None:
            _is_right(record, held)


def _is_right(record: CountRecord, election: Election) -> None:
    rules = record.rules.id
    if election.papers.total < MOST_IN_MATRIX:
        lots = Lots.first_listed()
        other = stvcount.count(election, rules=rules, lots=lots, teller="vector")
        must(other == record, f"{rules}: another record by the vector teller")
    is_written_and_read(record)
    found = stvcount.verify(record, election)
    must(not found, f"{rules}: the audit found {[str(one) for one in found]}")


def is_written_and_read(record: CountRecord) -> None:
    text = record.to_json()
    again = CountRecord.from_json(text)
    must(again == record, "another record out of JSON")
    must(again.to_json() == text, "another text of the same record")


# Files beside ballot files


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="stvcount-fuzz-")


def from_file(read: Callable[[Path], T], data: bytes) -> T | None:
    """What this reader makes of a file with these bytes; None where it refuses them, clearly."""
    path = Path(_folder().name, "x")
    path.write_bytes(data)
    return attempt(read, path)


ELECTION = Election(
    title="Club",
    places=2,
    candidates=["Ann", "Bob", "Cy", "Dee"],
    papers=Papers(
        ["Ann", "Bob", "Cy", "Dee"], [((0, 1), 7), ((1, 2), 4), ((2, 1, 3), 4), ((3,), 2), ((), 1)]
    ),
)
"""The papers beside which records are verified; those among the seeds are its counts."""


def record_file(data: bytes) -> None:
    """A record is refused, or is one: then it reads again, and is audited and shown."""
    record = from_file(stvcount.read_record, data)
    if record is None:
        return
    is_written_and_read(record)
    for difference in (*audit(record), *(attempt(stvcount.verify, record, ELECTION) or ())):
        must(difference.text, "a difference without words")
    for way in ways_to_show.names():
        attempt(ways_to_show.render, record, way)
    for candidate in (None, *record.candidates[:3]):
        attempt(stvcount.explain, record, candidate)
    for name in record.elected[:2]:
        attempt(stvcount.vacancy, record, ELECTION, vacating=name, lots=Lots.first_listed())
    attempt(stvcount.count, ELECTION, lots=Lots.from_record(record))
    attempt(PublishedSheet.from_record, record)


def sheet_file(data: bytes) -> None:
    """A published sheet is refused, or is one: then papers are looked for that give it."""
    sheet = from_file(stvcount.read_sheet, data)
    if sheet is None:
        return
    must(PublishedSheet.from_json(sheet.to_json()) == sheet, "another sheet out of JSON")
    if len(sheet.candidates) > _MOST_CANDIDATES or len(sheet.stages) > _MOST_STAGES:
        return
    found = attempt(stvcount.reconstruct, sheet, limit=_TRIES)
    if found is not None and found.record is not None:
        must(found.election is not None, "a record without papers")
        must(not differences(sheet, found.record), "papers that do not give the sheet")
    must(found is None or str(found), "nothing to show")


def motions_file(data: bytes) -> None:
    """Votes on motions are refused, or can be decided by each majority."""
    questions = from_file(stvcount.read_motions, data)
    for options in ({}, {"coin": True}, {"majority": "3/4", "quorum": 3}) if questions else ():
        _decided(questions, options)


def _decided(questions: Any, options: Mapping[str, Any]) -> None:
    record = attempt(stvcount.motion, questions, lots=Lots.first_listed(), **options)
    if record is not None:
        must(MotionRecord.from_json(record.to_json()) == record, "another record out of JSON")
        must(str(record), "nothing to show")


def motion_record(data: bytes) -> None:
    """The record of a vote on motions is refused, or reads again."""
    record = attempt(MotionRecord.from_json, data.decode("utf-8", "surrogateescape"))
    if record is not None:
        must(MotionRecord.from_json(record.to_json()) == record, "another record out of JSON")
        must(str(record), "nothing to show")
