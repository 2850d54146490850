"""The papers of a record: whether an election is the one that was counted, and on what terms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from stvcount.election import Election
from stvcount.election.reading import Reading
from stvcount.errors import ElectionError, FormatError
from stvcount.formats import read
from stvcount.formats.together import joined, read_files
from stvcount.record import CountRecord


def read_papers_of(
    record: CountRecord, files: Sequence[str], options: Mapping[str, Any]
) -> Election:
    """The papers in the files, read as they were when they were counted, if nothing else is said.

    `options`: keywords for `stvcount.read`, `places` among them. Files that are laid out in another
    way than those counted are read anew.
    """
    kept = [source.reading for source in record.sources]
    if options.keys() - {"places", "title"} or len(kept) != len(files):
        return read_files(files, options)
    pairs = zip(files, kept, strict=True)
    read_again = [(name, _as_counted(name, how, options)) for name, how in pairs]
    return read_again[0][1] if len(read_again) == 1 else joined(read_again)


def _as_counted(name: str, kept: Reading | None, options: Mapping[str, Any]) -> Election:
    """The election in the file by the reading that the record keeps, where it fits."""
    if kept is not None and name != "-":
        with suppress(FormatError):
            return read(name, reading=kept, **options)
    return read(name, **options)


def check_papers_of(record: CountRecord, election: Election, *, asked_for: str) -> None:
    """Refuse papers that are not those of the record.

    They are if the candidates are the same, in their order, there are as many papers, and the
    ballot files, where both are known, have the same hash. `asked_for`: what needs the papers.
    Raises `ElectionError`.
    """
    if (tuple(election.candidates), election.papers.total) != (
        record.candidates,
        record.papers.total,
    ):
        raise ElectionError(
            f"{asked_for}: found {election.papers.total} papers for "
            f"{', '.join(election.candidates)}; expected those of the record: "
            f"{record.papers.total} papers for {', '.join(record.candidates)}"
        )
    given = [source.sha256 for source in election.sources]
    stated = [source.sha256 for source in record.sources]
    if given and stated and given != stated:
        raise ElectionError(
            f"{asked_for}: found ballot files with the SHA-256 {', '.join(given)}; "
            f"expected those of the record, {', '.join(stated)}"
        )


def on_terms_of(record: CountRecord, election: Election) -> Election:
    """The election with the places, withdrawals, papers set aside and non-person of the record.

    Everybody else is a person, as the record has it, whatever the name. And with its title, where
    the ballot file had none.
    """
    return replace(
        election,
        title=election.title or record.title,
        places=record.places,
        withdrawn=record.withdrawn,
        papers_set_aside=record.papers.set_aside,
        non_person=record.non_person,
        persons=[name for name in election.candidates if name != record.non_person],
    )
