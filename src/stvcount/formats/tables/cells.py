"""What one cell or heading says by itself: a rank, a number, a name, a role."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from stvcount.formats import spreadsheet

ID, TIME, PAPERS, PERSON = "id", "time", "papers", "person"
ROLES: Mapping[str, tuple[str, ...]] = {
    ID: (
        *("id", "paper", "paper id", "ballot", "ballot id", "voter", "voter id", "token"),
        *("response id", "respondent id"),
    ),
    TIME: (
        *("time", "timestamp", "submitted", "submitted at", "date", "date submitted"),
        *("start time", "completion time", "last modified time"),
    ),
    PAPERS: ("weight", "count", "papers", "number of papers", "n"),
    PERSON: ("name", "email", "email address", "username"),
}
_ROLE_OF = {name: role for role, names in ROLES.items() for name in names}

_ORDINALS = (
    *("first", "second", "third", "fourth", "fifth", "sixth"),
    *("seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth"),
)
_NOUN = r"(?:choice|preference|pref|rank|vote)"
_RANK = rf"(?P<rank>(?P<digits>[1-9][0-9]{{0,5}})(?:st|nd|rd|th)?|(?P<word>{'|'.join(_ORDINALS)}))"
_RANK_LABELS = tuple(
    re.compile(pattern, re.IGNORECASE | re.ASCII)
    for pattern in (rf"{_RANK}(?:\s*{_NOUN})?", rf"{_NOUN}\s*{_RANK}", rf"{_RANK}\.0+")
)
IN_BRACKETS = re.compile(r"(?P<question>.*?)\s*\[(?P<inner>[^\[\]]*)\]\s*", re.DOTALL)
LINE_BREAK = re.compile(r"\s*[\t\r\n]+\s*")
_PLAIN_NUMBER = re.compile(r"[1-9][0-9]*", re.ASCII)

_PLAIN_STYLE = "figure #"

MOST_DIGITS = 18
TOO_LARGE: int = 10**MOST_DIGITS
"""Stands for every number in a table that has more digits."""


@dataclass(frozen=True, slots=True)
class Rank:
    """A rank as forms write it: `1`, `1st`, `First choice`, `Preference 1`."""

    number: int
    style: str


def rank_of(text: str) -> Rank | None:
    for pattern in _RANK_LABELS:
        if found := pattern.fullmatch(text.strip()):
            word, digits = found["word"], found["digits"]
            number = int(digits) if digits else _ORDINALS.index(word.lower()) + 1
            kind = "word" if word else "figure" if digits == found["rank"] else "ordinal"
            around = f"{found.string[: found.start('rank')]}#{found.string[found.end('rank') :]}"
            return Rank(number, f"{kind} {around.lower()}")
    return None


def style_of(cells: Iterable[str]) -> str | None:
    """How all of these that are not blank write their ranks, if in one way, not plain figures."""
    ranks = {rank_of(cell) for cell in cells if cell.strip()}
    styles = {rank.style if rank else None for rank in ranks}
    style = styles.pop() if len(styles) == 1 else None
    return None if style == _PLAIN_STYLE else style


def number_of(cell: str) -> int:
    """The plain positive whole number in a cell, or 0; all that are too long to count are alike."""
    text = cell.strip()
    if not _PLAIN_NUMBER.fullmatch(text):
        return 0
    return int(text) if len(text) <= MOST_DIGITS else TOO_LARGE


def text_of(value: object) -> str:
    """A cell that is no text, as text: whole numbers plain, however they are kept."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, (float, Decimal)) and math.isfinite(value) and value == int(value):
        return str(int(value))
    return str(value)


def is_cross(cell: str) -> bool:
    return cell.strip() in ("X", "x")


def like_a_mark(cell: str) -> bool:
    """Whether a cell may be what a voter puts against a candidate: no words, that is."""
    return is_cross(cell) or not any(character.isalpha() for character in cell)


def plain(text: str) -> str:
    return LINE_BREAK.sub(" ", text).strip()


def role_of(heading: str) -> str | None:
    words = re.sub(r"[\s_]+", " ", heading).strip(" :").casefold()
    return _ROLE_OF.get(words)


def _needs_escape(name: str) -> bool:
    """Whether a name could be taken for something else, apart from apostrophes before it."""
    bare = name.lstrip("'")
    return (
        spreadsheet.escaped(bare) != bare
        or bare != plain(bare)
        or role_of(bare) is not None
        or rank_of(bare) is not None
        or IN_BRACKETS.fullmatch(bare) is not None
    )


def escaped(name: str) -> str:
    """A name as it is written into a table: no spreadsheet runs it, no reader mistakes it."""
    return f"'{name}" if _needs_escape(name) else name


def is_escaped(cell: str) -> bool:
    return cell.startswith("'") and _needs_escape(cell[1:])


def name_of(cell: str) -> str:
    return cell[1:] if is_escaped(cell) else plain(cell)
