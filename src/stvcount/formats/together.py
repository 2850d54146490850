"""Several ballot files of one contest, such as electronic and paper votes, read as one."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Unpack

from stvcount.checked import checked
from stvcount.election import Election, Papers, SetAside, Withdrawal
from stvcount.election.marks import Entry
from stvcount.errors import Fault, FormatError
from stvcount.formats import ReadAs, read
from stvcount.formats.files import PathName
from stvcount.formats.wording import echo

__all__ = ["joined", "read_files", "read_together"]

_Read = tuple[str, Election]
"""The name of a file and the election in it."""


@checked
def read_together(paths: Iterable[PathName], **options: Unpack[ReadAs]) -> Election:
    """The one election of which these files hold the papers, numbered on from file to file.

    `options`: as `stvcount.read` takes them, for every file. The candidates are in the order of the
    first file. What is withdrawn, set aside or said of a candidate in one file holds for all; the
    notes of a file begin with its name, and `sources` has every file.
    Raises `FormatError` where a file cannot be read, is given twice, or differs from the first in
    its candidates, its places or its non-person; the message names both files.
    """
    return joined([(os.fsdecode(path), read(path, **options)) for path in paths])


def read_files(paths: Sequence[PathName], options: Mapping[str, Any]) -> Election:
    """The election in the file, or in several together, by these keywords for `stvcount.read`.

    Raises what `read` and `read_together` do.
    """
    return read(paths[0], **options) if len(paths) == 1 else read_together(paths, **options)


def joined(files: Sequence[_Read]) -> Election:
    """The one election of which these hold the papers, each with the name of its file."""
    if not files:
        raise FormatError("several files", [Fault(None, "none", "at least one")])
    first, *others = files
    for number, file in enumerate(others, start=1):
        _check(file, first)
        _check_once(file, files[:number])
    elections = [election for _, election in files]
    candidates = tuple(first[1].candidates)
    return replace(
        first[1],
        title=next((election.title for election in elections if election.title), ""),
        papers=Papers(candidates, _orders(elections, candidates)),
        withdrawn=_withdrawn(elections),
        papers_set_aside=_set_aside(elections),
        non_person=_non_person(files),
        affiliations={
            name: party
            for election in reversed(elections)
            for name, party in election.affiliations.items()
        },
        persons=[name for election in elections for name in election.persons],
        sources=[source for election in elections for source in election.sources],
        notes=[*_notes(files), *_differences(files)],
    )


def _check(file: _Read, first: _Read) -> None:
    """Refuse a file that is not of the same contest."""
    (name, election), (first_name, expected) = file, first
    if set(election.candidates) != set(expected.candidates):
        more = [one for one in election.candidates if one not in expected.candidates]
        less = [one for one in expected.candidates if one not in election.candidates]
        found = " and ".join(
            [f"the candidates {_listed(more)}, whom {first_name} does not have"] * bool(more)
            + [f"no candidates {_listed(less)}, whom {first_name} has"] * bool(less)
        )
        raise FormatError(name, [Fault(None, found, f"the same candidates as in {first_name}")])
    if election.places != expected.places:
        found = f"{election.places} places, where {first_name} has {expected.places}"
        told = "the same number in every file, or to be told it (--places N, places=N)"
        raise FormatError(name, [Fault(None, found, told)])


def _check_once(file: _Read, before: Sequence[_Read]) -> None:
    hashes = {source.sha256: name for name, one in before for source in one.sources}
    name, election = file
    for source in election.sources:
        if source.sha256 in hashes:
            found = f"the same bytes as in {hashes[source.sha256]}"
            raise FormatError(name, [Fault(None, found, "every file once")])


def _listed(names: Sequence[str]) -> str:
    return ", ".join(map(echo, names))


def _orders(
    elections: Iterable[Election], candidates: tuple[str, ...]
) -> Iterator[tuple[tuple[Entry, ...], int]]:
    for election in elections:
        yield from election.papers.for_candidates(candidates).orders()


def _withdrawn(elections: Iterable[Election]) -> list[Withdrawal]:
    """Each withdrawal once, as the first file with it has it."""
    found: dict[str, Withdrawal] = {}
    for election in elections:
        for gone in election.withdrawn:
            found.setdefault(gone.candidate, gone)
    return list(found.values())


def _set_aside(elections: Iterable[Election]) -> list[SetAside]:
    """The papers set aside, by the numbers that they now have."""
    found: list[SetAside] = []
    before = 0
    for election in elections:
        found += [replace(one, paper=one.paper + before) for one in election.papers_set_aside]
        before += election.papers.total
    return found


def _non_person(files: Sequence[_Read]) -> str | None:
    stated = {one.non_person: name for name, one in files if one.non_person is not None}
    if len(stated) > 1:
        (first, first_name), (other, name) = list(stated.items())[:2]
        found = f"the non-person {other!r}, where {first_name} has {first!r}"
        raise FormatError(name, [Fault(None, found, "the same one in every file")])
    return next(iter(stated), None)


def _notes(files: Sequence[_Read]) -> Iterator[str]:
    for name, election in files:
        for note in election.notes:
            yield f"{Path(name).name}: {note}"


def _differences(files: Sequence[_Read]) -> Iterator[str]:
    """What the files do not agree on, and what was taken."""
    numbers = ", ".join(f"{election.papers.total} of {Path(name).name}" for name, election in files)
    yield f"papers of several files, counted as one and numbered on: {numbers}"
    titles = dict.fromkeys(election.title for _, election in files if election.title)
    if len(titles) > 1:
        first, *others = titles
        yield f"the title is {first!r}; other files have {_listed(others)}"
    for gone in _withdrawn(election for _, election in files):
        without = [
            Path(name).name
            for name, election in files
            if gone.candidate not in (one.candidate for one in election.withdrawn)
        ]
        if without:
            yield f"{gone.candidate!r} has withdrawn, though not by {', '.join(without)}"
    yield from _parties(files)


def _parties(files: Sequence[_Read]) -> Iterator[str]:
    for name in files[0][1].affiliations:
        parties = dict.fromkeys(
            election.affiliations[name] for _, election in files if name in election.affiliations
        )
        if len(parties) > 1:
            first, *others = parties
            yield f"the affiliation of {name!r} is {first!r}; other files have {_listed(others)}"
