"""The election in a table, or all that is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence

from stvcount.election import Election
from stvcount.errors import Fault, FormatError
from stvcount.formats.tables.ballots import CANDIDATES, LAYOUTS, PREFERENCES, Ballots
from stvcount.formats.tables.by_candidates import by_candidates
from stvcount.formats.tables.by_preferences import by_preferences
from stvcount.formats.tables.cells import ID, PAPERS, PERSON, TIME
from stvcount.formats.tables.findings import Asked, Findings
from stvcount.formats.tables.headings import (
    check_ids,
    headings_of,
    note_unread,
    numbers_of_papers,
    of_one_question,
)
from stvcount.formats.tables.layout import layout_of
from stvcount.formats.tables.table import Table
from stvcount.formats.wording import by_line


def election_of(
    table: Table, path: str, asked: Asked, *, faults: Sequence[Fault], notes: Sequence[str]
) -> Election:
    """The election in a table; `faults` and `notes` are those of reading the file up to here.

    Raises `FormatError` with every fault of the file, and `ElectionError` where the file is in
    order but no such election can be held.
    """
    found = Findings(table, asked)
    ballots = ballots_of(found)
    everything = by_line(faults, found.faults)
    if ballots is None or asked.places is None or everything:
        raise refusal(path, everything)
    return Election(
        title=asked.title or "",
        places=asked.places,
        candidates=ballots.candidates,
        papers=ballots.papers(),
        notes=[*notes, *found.notes],
    )


def refusal(path: str, faults: Sequence[Fault]) -> FormatError:
    """The error for these faults: each once, by line."""
    return FormatError(path, sorted(dict.fromkeys(faults), key=lambda fault: fault.line or 0))


def ballots_of(found: Findings) -> Ballots | None:
    """The ballots; None, or anything, where there is a fault."""
    _check_asked(found)
    if not _names_are_given_well(found):
        return None
    headings = headings_of(found)
    check_ids(found, [heading for heading in headings if heading.role == ID])
    papers = [heading for heading in headings if heading.role == PAPERS]
    counts = numbers_of_papers(found, papers)
    note_unread(found, [heading for heading in headings if heading.role in (TIME, PERSON)])
    columns = of_one_question(found, [heading for heading in headings if heading.role is None])
    if not columns:
        if not found.faults:
            expected = "a column for each candidate or for each preference"
            found.fault_of_headings("no column of candidates or preferences", expected)
        return None
    layout = found.asked.layout or layout_of(found, columns)
    if layout == CANDIDATES:
        return by_candidates(found, columns, counts)
    return by_preferences(found, columns, counts) if layout == PREFERENCES else None


def _check_asked(found: Findings) -> None:
    asked = found.asked
    if asked.places is None:
        expected = "places= (--places), since a table does not state it"
        found.fault(None, "no number of places", expected)
    if asked.layout not in (None, *LAYOUTS):
        found.fault(None, f"layout={asked.layout!r}", " or ".join(map(repr, LAYOUTS)))


def _names_are_given_well(found: Findings) -> bool:
    names = found.asked.candidates
    if names is None:
        return True
    if isinstance(names, str) or not all(isinstance(name, str) for name in names):
        found.fault(None, f"candidates={names!r}", "a list of names")
        return False
    if len(set(names)) != len(names):
        found.fault(None, f"candidates={names!r}", "each name once")
        return False
    return True
