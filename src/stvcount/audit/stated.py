"""What a ballot file states of the terms of its count; and what nobody but the record says."""

from __future__ import annotations

from collections.abc import Iterator

from stvcount import codec
from stvcount.audit.comparison import BALLOT_FILE, Comparison
from stvcount.audit.difference import Path
from stvcount.election import Election
from stvcount.record import CountRecord
from stvcount.words import counted, listed

_DRAWN_AGAIN = ("seed: ", "first listed")


def compare_sources(record: CountRecord, election: Election, comparison: Comparison) -> None:
    """The hashes of the files, where both are known. They may have been read otherwise."""
    found = [source.sha256 for source in record.sources]
    expected = [source.sha256 for source in election.sources]
    if not found or not expected:
        return
    if len(found) != len(expected):
        comparison.note(("sources",), len(found), len(expected), "the election", kind="terms")
    for number, (one, other) in enumerate(zip(found, expected, strict=False)):
        if one != other:
            path: Path = ("sources", number, "sha256")
            comparison.note(path, one, other, BALLOT_FILE, kind="form")


def read_alike(record: CountRecord, election: Election) -> bool:
    """Whether the files were read by the reading that the record has of them."""
    readings = [source.reading for source in record.sources]
    known = bool(readings) and None not in readings
    return known and readings == [source.reading for source in election.sources]


def compare_terms(record: CountRecord, election: Election, comparison: Comparison) -> None:
    """What the file states otherwise than the record; what it does not state is believed."""
    for path, found, expected in _terms(record, election):
        comparison.note(path, found, expected, BALLOT_FILE, kind="terms")
    for path, found, expected in _reasons(record, election):
        comparison.note(path, found, expected, BALLOT_FILE, kind="words")


def _terms(record: CountRecord, election: Election) -> Iterator[tuple[Path, object, object]]:
    if record.places != election.places:
        yield ("places",), record.places, election.places
    yield from _withdrawals(record, election)
    aside = [one.paper for one in record.papers.set_aside]
    for paper in (one.paper for one in election.papers_set_aside if one.paper not in aside):
        yield ("papers", "set_aside"), aside, f"also {paper}"
    if election.non_person not in (None, record.non_person):
        yield ("non_person",), record.non_person, election.non_person
    found = codec.encode(record.contest)
    for member, value in codec.encode(election.contest).items():
        if value not in (None, found[member]):
            yield ("contest", member), found[member], value


def _withdrawals(record: CountRecord, election: Election) -> Iterator[tuple[Path, object, object]]:
    """Those that the file states are among those of the record, in their order."""
    gone = [one.candidate for one in record.withdrawn]
    stated = [str(one.candidate) for one in election.withdrawn]
    missing = [name for name in stated if name not in gone]
    for name in missing:
        yield ("withdrawn",), gone, f"also {name}"
    if not missing and [name for name in gone if name in stated] != stated:
        yield ("withdrawn",), gone, stated


def _reasons(record: CountRecord, election: Election) -> Iterator[tuple[Path, str, str]]:
    """The reasons that the file gives, where the record has others."""
    given = {str(one.candidate): one.reason for one in election.withdrawn}
    for number, gone in enumerate(record.withdrawn):
        if given.get(gone.candidate, gone.reason) not in ("", gone.reason):
            yield ("withdrawn", number, "reason"), gone.reason, given[gone.candidate]
    of_papers = {one.paper: one.reason for one in election.papers_set_aside}
    for number, aside in enumerate(record.papers.set_aside):
        if of_papers.get(aside.paper, aside.reason) not in ("", aside.reason):
            here: Path = ("papers", "set_aside", number, "reason")
            yield here, aside.reason, of_papers[aside.paper]


def believed(
    record: CountRecord, election: Election | None, *, places_stated: bool = True
) -> tuple[str, ...]:
    """What was taken from the record's word, each in a few words.

    `election`: the papers, as the ballot file has them; None where only the record was checked.
    `places_stated`: whether the file states how many places there are.
    """
    gone = [one.candidate for one in record.withdrawn]
    aside = [one.paper for one in record.papers.set_aside]
    of_file = {} if election is None else codec.encode(election.contest)
    of_contest = {
        name.replace("_", " "): value
        for name, value in codec.encode(record.contest).items()
        if value is not None and of_file.get(name) is None
    }
    parties = len(record.affiliations)
    if election is not None:
        stated = {one.candidate for one in election.withdrawn}
        gone = [name for name in gone if name not in stated]
        numbers = {one.paper for one in election.papers_set_aside}
        aside = [paper for paper in aside if paper not in numbers]
        parties = 0 if election.affiliations else parties
    lots = [lot.chosen for lot in record.lots if not lot.source.startswith(_DRAWN_AGAIN)]
    said = (
        (election is None or not places_stated, counted(record.places, "place")),
        (election and record.title and not election.title, f"the title {record.title}"),
        (gone, f"withdrawn: {listed(gone)}"),
        (aside, f"set aside: {listed([f'paper {number}' for number in aside])}"),
        (
            record.non_person and not (election and election.non_person),
            f"no person: {record.non_person}",
        ),
        (of_contest, "; ".join(f"{name}: {value}" for name, value in of_contest.items())),
        (parties, f"affiliations of {counted(parties, 'candidate')}"),
        (lots, f"on whom {counted(len(lots), 'lot')} fell: {listed(lots)}"),
    )
    return tuple(text for is_so, text in said if is_so)
