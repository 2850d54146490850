"""What an audit finds: a place in a record, what stands there and what was expected."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Literal, TypeAlias

DifferenceKind: TypeAlias = Literal["elected", "figures", "terms", "unknown", "words", "form"]

Path: TypeAlias = tuple[str | int, ...]
"""The way to a value in a record: `("stages", 2, "votes", "Ann Lee")`."""

_MOST_SHOWN = 300
# Nothing is shown by less than a character.
_MOST_PARTS = _MOST_SHOWN + 1
AT_THE_END = sys.maxsize
_STAGE = re.compile(r"stages\[([0-9]+)\]", re.ASCII)
_OF_THE_END = ("completion", "elected", "vacant", "void")
_ONE_OF = {
    "stages": "stage",
    "batches": "batch",
    "decisions": "decision",
    "lots": "lot",
    "set aside": "paper set aside",
    "sources": "source",
    "vacant": "vacancy",
}
_OF_EACH = ("votes", "from", "papers", "credited", "invalid", "options", "keep_values")


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing in a record that is not as it must be.

    `place`: where, as in `stages[2].votes["Ann Lee"]`; empty for the record as a whole.
    `found`, `expected`: what the record has there, and what it should have.
    `text`: all of it in a sentence. `kind`: "elected", who is elected; "figures", any other figure,
    name, clause or code; "terms", what the record states and its ballot file states otherwise;
    "unknown", rules or an organisation that are not installed here; "words", nothing but how
    something is said; "form", another file with the same papers.
    """

    place: str
    found: str
    expected: str
    text: str
    kind: DifferenceKind = "figures"

    def __str__(self) -> str:
        return self.text

    @property
    def stage(self) -> int:
        """The number of the stage; 0 for the count as a whole, and `AT_THE_END`."""
        found = _STAGE.match(self.place)
        if found is not None:
            return int(found[1]) + 1
        return AT_THE_END if self.place.startswith(_OF_THE_END) else 0


class Findings:
    """The differences found so far: of the count as a whole, stage by stage, and of the end.

    What was expected in one place is said once, though it follows in two ways.
    """

    def __init__(self) -> None:
        self._all: dict[tuple[str, str, str], Difference] = {}

    def note(
        self,
        path: Path,
        found: object,
        expected: object,
        why: str = "",
        *,
        kind: DifferenceKind = "figures",
    ) -> None:
        """Note a difference at this place; `expected` may be words."""
        has, needs = shown(found), shown(expected)
        reason = f" ({why})" if why else ""
        text = f"{in_words(path)}: found {has}; expected {needs}{reason}"
        self.add(Difference(place(path), has, needs, text, kind))

    def expect(
        self,
        path: Path,
        found: object,
        expected: object,
        why: str = "",
        *,
        kind: DifferenceKind = "figures",
    ) -> bool:
        """Whether both are the same; if not, that is noted."""
        if found == expected:
            return True
        self.note(path, found, expected, why, kind=kind)
        return False

    def add(self, difference: Difference) -> None:
        same = (difference.place, difference.found, difference.expected)
        self._all.setdefault(same, difference)

    @property
    def all(self) -> tuple[Difference, ...]:
        return tuple(sorted(self._all.values(), key=lambda one: one.stage))


def place(path: Path) -> str:
    """The place as the reader of records names it: `stages[1].votes["Ann Lee"]`."""
    written = ""
    for number, step in enumerate(path):
        if isinstance(step, int):
            written += f"[{step}]"
        elif _is_key(path, number):
            written += f"[{json.dumps(step, ensure_ascii=False)}]"
        else:
            written += f".{step}" if written else step
    return written


def in_words(path: Path) -> str:
    """The place for a reader: "stage 2, votes of Ann Lee"."""
    words: list[str] = []
    for number, step in enumerate(path):
        if isinstance(step, int):
            holder = words.pop()
            words.append(f"{_ONE_OF.get(holder, holder)} {step + 1}")
        elif _is_key(path, number):
            words[-1] += f" of {_cut(step)}"
        else:
            words.append(_cut(step.replace("_", " ")))
    return ", ".join(words)


def _is_key(path: Path, number: int) -> bool:
    """Whether this step is a key of a mapping, such as a candidate, and not a member's name."""
    return number > 1 and path[number - 1] in _OF_EACH


def shown(value: object) -> str:
    """A value of a record for a reader, cut short where it is very long."""
    if isinstance(value, Mapping):
        parts = [f"{key} {shown(one)}" for key, one in islice(value.items(), _MOST_PARTS)]
    elif isinstance(value, Sequence) and not isinstance(value, str):
        parts = list(map(shown, value[:_MOST_PARTS]))
    else:
        return _cut(_single(value))
    return _cut(", ".join(parts) or "none")


def _single(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "none"
    if isinstance(value, str):
        return value if value.strip() else "an empty text"
    return _number(value)


def _number(value: object) -> str:
    # Python writes no whole number beyond some thousands of digits.
    return hex(value) if isinstance(value, int) and abs(value) >= 10**1000 else str(value)


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_SHOWN else text[: _MOST_SHOWN - 3] + "..."
