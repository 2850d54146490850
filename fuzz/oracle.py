"""What must hold whatever comes in: a clear refusal, or a correct result, and nothing else.

Every function here raises `Finding` where that does not hold; any other exception that leaves one
is a finding as well.

While fuzzing, what takes longer is asked of a share of the inputs alone. Of which, their bytes say:
an input always has the same questions. Elsewhere every input is asked everything.
"""

from __future__ import annotations

import hashlib
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import stvcount
from stvcount import (
    CountRecord,
    Election,
    FormatError,
    LotNeeded,
    Lots,
    Papers,
    StvcountError,
    Withdrawal,
)
from stvcount import sheets as ways_to_show
from stvcount.audit import check as audit
from stvcount.election.stores import MOST_IN_MATRIX
from stvcount.formats import FORMATS, Format, blt, election_json, read_bytes
from stvcount.formats.contest_list import read_list
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


_in_shares = False


def ask_in_shares() -> None:
    """From now on, ask what takes longer of a share of the inputs."""
    global _in_shares  # noqa: PLW0603 (of the process that fuzzes)
    _in_shares = True


def due(data: bytes, question: str, one_in: int) -> bool:
    """Whether this input is one of so many that are asked this; each is, where nobody shares."""
    return not _in_shares or _number(data, question) % one_in == 0


def some_of(data: bytes, question: str, all_of_them: Sequence[T]) -> Iterable[T]:
    """The one of them that it is this input's turn for; all, where nobody shares."""
    if not _in_shares:
        return all_of_them
    return (all_of_them[_number(data, question) % len(all_of_them)],)


def _number(data: bytes, question: str) -> int:
    digest = hashlib.blake2b(data, digest_size=8, key=question.encode()).digest()
    return int.from_bytes(digest)


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
        if due(data, "json", 8):
            is_held_by_json(election)
        if is_small(election):
            if due(data, "count", 16):
                chosen = tuple(some_of(data, "rules", tuple(_RULES)))
                counts(replace(election, sources=(), notes=()), chosen)
            if due(data, "files", 16):
                chosen_formats = tuple(some_of(data, "format", formats))
                is_held_by_files(_bare(election), chosen_formats)
    return election


def is_held_by_json(election: Election) -> None:
    again = election_json.loads(election_json.dumps(election))
    # Of a file it keeps the name and the hash, not how it was read.
    files = [replace(one, reading=None) for one in election.sources]
    must(again == replace(election, sources=files), "another election out of JSON")


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
def counts(election: Election, chosen: tuple[str, ...]) -> None:
    """These rule sets count it, by both tellers alike, and the audit finds nothing."""
    for rules in chosen:
        most = _RULES[rules]
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


_IN_MEMORY = Path("/dev/shm")  # noqa: S108 (in it, a folder is made that nobody knew)


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    """Where files are written: on a disk, that alone would take longer than to read them."""
    return tempfile.TemporaryDirectory(
        prefix="stvcount-fuzz-", dir=_IN_MEMORY if _IN_MEMORY.is_dir() else None
    )


def from_file(read: Callable[[Path], T], data: bytes, name: str = "x") -> T | None:
    """What this reader makes of a file with these bytes; None where it refuses them, clearly."""
    return attempt(read, _written(data, name))


def _written(data: bytes, name: str) -> Path:
    path = Path(_folder().name, name)
    path.write_bytes(data)
    return path


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
    for work in some_of(data, "record", _OF_RECORDS):
        work(record, data)


def _is_audited(record: CountRecord, _: bytes) -> None:
    for difference in audit(record):
        must(difference.text, "a difference without words")


def _is_verified(record: CountRecord, _: bytes) -> None:
    for difference in attempt(stvcount.verify, record, ELECTION) or ():
        must(difference.text, "a difference without words")


def _is_shown(record: CountRecord, data: bytes) -> None:
    for way in some_of(data, "way", ways_to_show.names()):
        attempt(ways_to_show.render, record, way)


def _is_explained(record: CountRecord, data: bytes) -> None:
    for candidate in some_of(data, "candidate", (None, *record.candidates[:3])):
        attempt(stvcount.explain, record, candidate)


def _is_counted_anew(record: CountRecord, _: bytes) -> None:
    for name in record.elected[:2]:
        attempt(stvcount.vacancy, record, ELECTION, vacating=name, lots=Lots.first_listed())
    attempt(stvcount.count, ELECTION, lots=Lots.from_record(record))


def _is_published(record: CountRecord, _: bytes) -> None:
    attempt(PublishedSheet.from_record, record)


def _is_again(record: CountRecord, _: bytes) -> None:
    is_written_and_read(record)


_OF_RECORDS: tuple[Callable[[CountRecord, bytes], None], ...] = (
    *(_is_again, _is_audited, _is_verified, _is_shown, _is_explained),
    *(_is_counted_anew, _is_published),
)


def sheet_file(data: bytes) -> None:
    """A published sheet in JSON is refused, or is one: then papers are looked for that give it."""
    _is_sheet(data, from_file(stvcount.read_sheet, data))


def sheet_table(data: bytes, suffix: str) -> None:
    """So is one that is kept as a table."""
    ways = ({}, {"places": 2}, {"places": 2, "rules": "ers97"}, {"places": 1, "sheet": "Count"})
    for options in some_of(data, "options", ways):
        read = partial(stvcount.read_sheet, **options)
        _is_sheet(data, from_file(read, data, f"x{suffix}"))


def _is_sheet(data: bytes, sheet: PublishedSheet | None) -> None:
    if sheet is None:
        return
    if due(data, "again", 4):
        must(PublishedSheet.from_json(sheet.to_json()) == sheet, "another sheet out of JSON")
    if len(sheet.candidates) > _MOST_CANDIDATES or len(sheet.stages) > _MOST_STAGES:
        return
    if due(data, "reconstruct", 16):
        found = attempt(stvcount.reconstruct, sheet, limit=_TRIES)
        if found is not None and found.record is not None:
            must(found.election is not None, "a record without papers")
            must(not differences(sheet, found.record), "papers that do not give the sheet")
        must(found is None or str(found), "nothing to show")
    if due(data, "which", 64):
        which = attempt(stvcount.which, sheet)
        must(which is None or str(which), "nothing to show")


def motions_file(data: bytes) -> None:
    """Votes on motions are refused, or can be decided by each majority."""
    questions = from_file(stvcount.read_motions, data)
    ways = ({}, {"coin": True}, {"majority": "3/4", "quorum": 3})
    for options in some_of(data, "options", ways) if questions else ():
        record = attempt(stvcount.motion, questions, lots=Lots.first_listed(), **options)
        if record is not None and due(data, "again", 4):
            _is_motion(record)


def motion_record(data: bytes) -> None:
    """The record of a vote on motions is refused, or reads again."""
    record = attempt(MotionRecord.from_json, data.decode("utf-8", "surrogateescape"))
    if record is not None and due(data, "again", 2):
        _is_motion(record)


def _is_motion(record: MotionRecord) -> None:
    must(MotionRecord.from_json(record.to_json()) == record, "another record out of JSON")
    must(str(record), "nothing to show")


TABLE = b"""Ward,Ann,Bob,Cy,Dee,papers
East,1,2,,-,7
West,,1,2,,4
East,,2,1,3,4
,,,,1,2
"""
PAPERS = {"csv": TABLE, "blt": b'3 2\n1 1 2 0\n1 0 2 3 0\n0\n"Ann"\n"Bob"\n"Cy"\n"T"\n'}
"""Papers in these formats; readings among the seeds are of them."""


def reading_file(data: bytes) -> None:
    """A reading is refused, or is one: then a table can be read by it, or not, clearly."""
    text = data.decode("utf-8", "surrogateescape")
    reading = attempt(stvcount.Reading.from_json, text)
    if reading is None:
        return
    if due(data, "again", 4):
        must(stvcount.Reading.from_json(reading.to_json()) == reading, "another out of JSON")
    if due(data, "read", 2):
        papers = PAPERS.get(reading.format, TABLE)
        election = attempt(read_bytes, papers, "x", places=2, reading=reading)
        if election is not None:
            is_sound(election)
            same = read_bytes(papers, "x", places=2, reading=election.sources[0].reading)
            must(same.papers == election.papers, "other papers by the same reading")


@cache
def _papers_for_lists() -> Path:
    folder = Path(_folder().name, "papers")
    folder.mkdir()
    for name in ("a", "b"):
        (folder / f"{name}.blt").write_text(blt.dumps(replace(ELECTION, title=name)))
    return folder


def contest_list(data: bytes) -> None:
    """A list of contests is refused, or says of each contest what it is, or what is wrong."""
    suffix = ".toml" if b"[[" in data[:40] else ".csv"
    rows = from_file(read_list, data, f"list{suffix}")
    if rows is None:
        return
    must(all(one_line(row.place) for row in rows), f"a place of several lines: {rows!r}")
    listed = from_file(_listed, data, f"list{suffix}")
    if listed is not None:
        for entry in listed:
            must(all(map(one_line, entry.faults)), f"faults of several lines: {entry.faults!r}")
        _is_kept(listed, data)


def _is_kept(listed: stvcount.ContestList, data: bytes) -> None:
    if due(data, "again", 4) and not any(entry.faults for entry in listed):
        written = {".toml": attempt(listed.to_toml), ".csv": attempt(listed.to_csv)}
        for suffix, text in written.items():
            if text is None:
                must(suffix == ".csv" and ";" in repr(listed), f"no list in {suffix}")
                continue
            again = _listed(_written(text.encode(), f"again{suffix}"))
            must(_said(again) == _said(listed), f"another list out of {suffix}")
    if due(data, "count", 64):
        for counted in stvcount.count_all(listed, lots=Lots.first_listed()):
            must(counted.record or counted.error, f"a contest that is not told of: {counted}")


def _listed(path: Path) -> stvcount.ContestList:
    return stvcount.contests(_papers_for_lists(), contest_list=path)


def _said(listed: stvcount.ContestList) -> list[object]:
    return [entry for entry in listed if not entry.skip]


def lots_file(data: bytes) -> None:
    """Lots that were answered are refused, or are lots: of this count, or of another."""
    lots = attempt(Lots.from_json, data.decode("utf-8", "surrogateescape"))
    if lots is None:
        return
    must(Lots.from_json(lots.to_json()) == lots, "other lots out of JSON")
    if due(data, "count", 8):
        attempt(_use, lots)


def _use(lots: Lots) -> None:
    try:
        record = stvcount.count(TIED, rules="ers97", lots=lots)
    except LotNeeded as needed:
        must(one_line(str(needed)), f"a question of several lines: {needed}")
    else:
        must(len(record.lots) == len(lots.answers), "answers that were left over")


TIED = Election(
    places=1,
    candidates=["Ann", "Bob", "Cy"],
    papers=Papers(["Ann", "Bob", "Cy"], [((0, 1), 2), ((1, 0), 2), ((2,), 2)]),
)
"""An election whose count asks for lots; those among the seeds answer them."""
