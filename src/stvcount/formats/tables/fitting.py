"""Whether a reading that is given is whole, and one of this table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from stvcount.election.reading import Layout, Reading, Role
from stvcount.formats.tables.by_names import NUMBERINGS
from stvcount.formats.tables.columns import letters_of
from stvcount.formats.tables.findings import Findings
from stvcount.formats.wording import echo
from stvcount.words import counted

_NEEDED: Mapping[Layout, tuple[Role, ...]] = {
    "candidates": ("candidate",),
    "preferences": ("preference",),
    "ranking": ("ranking",),
    "zero-one": ("candidate",),
    "long": ("paper", "name", "rank"),
}
_ONCE: tuple[Role, ...] = ("ranking", "paper", "name", "rank", "number of papers")


def fitting(found: Findings, reading: Reading, headings: Sequence[str]) -> Reading | None:
    """The reading that was given, if it is one of this table; None, with faults, if not."""
    before = len(found.faults)
    if reading.layout is None:
        found.fault(None, "a reading of no table", "the reading of this file")
        return None
    if len(reading.columns) != len(headings):
        expected = f"{len(reading.columns)}, as the reading has"
        found.fault_of_headings(counted(len(headings), "column"), expected)
    for number, (read, text) in enumerate(zip(reading.columns, headings, strict=False)):
        if read.heading != text:
            expected = f"{echo(read.heading)}, as the reading has"
            found.fault_of_headings(f"{echo(text)} over column {letters_of(number)}", expected)
    for broken in (*_roles(reading, reading.layout), *_settings(reading)):
        found.fault(None, f"a reading {broken}", "a whole reading")
    found.notes.append("read as the reading says that was given")
    return reading if len(found.faults) == before else None


def _roles(reading: Reading, layout: Layout) -> Iterator[str]:
    roles = Counter(column.role for column in reading.columns)
    for role in _NEEDED[layout]:
        if not roles[role]:
            yield f"without a column of the role {role!r}"
    for role in _ONCE:
        if roles[role] > 1:
            yield f"with {roles[role]} columns of the role {role!r}"
    if layout == "preferences" and not _are_numbered(reading):
        yield "whose preferences are not numbered, each once"
    if "candidate" in _NEEDED[layout] and not _are_theirs(reading):
        yield "whose candidates are not those of its columns"


def _are_numbered(reading: Reading) -> bool:
    numbers = [column.preference for column in reading.columns if column.role == "preference"]
    return None not in numbers and len(set(numbers)) == len(numbers)


def _are_theirs(reading: Reading) -> bool:
    """Whether the candidates are those of the columns, each as often, at every rank that is read.

    Two candidates may have one name.
    """
    named: dict[int | None, Counter[str | None]] = {}
    for column in reading.columns:
        if column.role == "candidate":
            named.setdefault(column.preference, Counter())[column.candidate] += 1
    ranked = reading.layout == "zero-one" and all(rank and rank > 0 for rank in named)
    whole = all(names == Counter(reading.candidates) for names in named.values())
    return whole and (ranked or set(named) == {None})


def _settings(reading: Reading) -> Iterator[str]:
    numbering = reading.settings.get("numbering")
    if numbering is not None and numbering not in NUMBERINGS:
        yield f"with the numbering {echo(numbering)}"
    if reading.settings.get("separator") == "":
        yield "with a separator of no characters"
