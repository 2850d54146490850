"""Two records in JSON's own types, compared member by member."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stvcount.audit.difference import (
    Difference,
    DifferenceKind,
    Findings,
    Path,
    in_words,
    place,
    shown,
)

_NOTHING = "nothing"
# The sources are compared by their hashes.
_NOT_COMPARED: tuple[Path, ...] = (("stvcount",), ("sources",), ("rules", "version"))
_WORDS: tuple[Path, ...] = (("notes",), ("rules", "title"), ("rules", "source"))
_ELECTED: tuple[Path, ...] = (("elected",), ("void",))
RECOUNT, BALLOT_FILE = "the recount", "the ballot file"


class Comparison:
    """Where a record and its recount, or its ballot file, differ."""

    def __init__(self, findings: Findings) -> None:
        self.findings = findings

    def compare(self, path: Path, found: Any, expected: Any) -> None:
        source_of_lot = path[-3:-2] == ("lots",) and path[-1] == "source"
        if path in _NOT_COMPARED or source_of_lot or _is_others(path):
            return
        if isinstance(found, dict) and isinstance(expected, dict):
            self.mappings(path, found, expected)
        elif isinstance(found, list) and isinstance(expected, list):
            self.lists(path, found, expected)
        elif found != expected or type(found) is not type(expected):
            self.note(path, found, expected)

    def lists(self, path: Path, found: list[Any], expected: list[Any]) -> None:
        """Names are compared as one list, other things one by one."""
        if all(isinstance(item, str) for item in (*found, *expected)):
            if found != expected:
                self.note(path, found, expected)
        else:
            for number in range(min(len(found), len(expected))):
                self.compare((*path, number), found[number], expected[number])
            if len(found) != len(expected):
                self.note(path, len(found), len(expected))

    def mappings(self, path: Path, found: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
        for key in dict.fromkeys((*expected, *found)):
            self.compare((*path, key), found.get(key, _NOTHING), expected.get(key, _NOTHING))
        same = set(found) == set(expected)
        if path and same and list(found) != list(expected):
            self.note(path, list(found), list(expected))

    def note(
        self,
        path: Path,
        found: object,
        expected: object,
        other: str = RECOUNT,
        *,
        kind: DifferenceKind | None = None,
    ) -> None:
        has, needs = shown(found), shown(expected)
        text = f"{in_words(path)}: the record has {has}, {other} {needs}"
        self.findings.add(Difference(place(path), has, needs, text, kind or _kind_at(path)))


def _is_others(path: Path) -> bool:
    """Whether it is a member that others may add to a record."""
    return len(path) == 1 and str(path[0]).startswith("x_")


def _kind_at(path: Path) -> DifferenceKind:
    """What kind of difference from a recount one at this place is."""
    if path in _ELECTED:
        return "elected"
    if path == ("title",) or path[0] == "affiliations":
        return "terms"
    of_decision = path[-3:-2] == ("decisions",) and path[-1] == "text"
    reason = path[0] == "vacant" and path[-1] == "reason"
    return "words" if of_decision or reason or path in _WORDS else "figures"
