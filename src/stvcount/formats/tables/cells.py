"""What one cell or heading says by itself: its text, a name, and how a name is written."""

from __future__ import annotations

import math
import re
from decimal import Decimal

from stvcount.formats import spreadsheet
from stvcount.formats.tables.known import known
from stvcount.formats.tables.ranks import MOST_DIGITS, TOO_LARGE, numbered

__all__ = [
    "IN_BRACKETS",
    "LINE_BREAK",
    "MOST_DIGITS",
    "PARTS",
    "TOO_LARGE",
    "escaped",
    "is_cross",
    "is_escaped",
    "name_of",
    "number_of",
    "plain",
    "text_of",
]

IN_BRACKETS = re.compile(
    r"(?P<question>.*?)\s*\[(?P<inner>[^\[\]]*)\]\s*(?:(?:\(required\)|\(optional\)|\*|:)\s*)?",
    re.DOTALL | re.IGNORECASE,
)
PARTS = re.compile(
    r"(?P<question>.*\S)\s*(?::\s+|\s-\s|\s\u2013\s|\s\u2014\s|\||/)\s*(?P<inner>[^\s].*)",
    re.DOTALL,
)
LINE_BREAK = re.compile(r"\s*[\t\r\n]+\s*")
_DECIMALS = re.compile(r"[.,]0{1,2}$")
"""Those of a whole number; three figures after a sign may be thousands."""

_PLAIN_NUMBER = re.compile(r"[1-9][0-9]*", re.ASCII)


def number_of(cell: str) -> int:
    """The plain positive whole number in a cell, or 0; all that are too long to count are alike."""
    text = cell.strip()
    text = _DECIMALS.sub("", text)
    if not _PLAIN_NUMBER.fullmatch(text):
        return 0
    return int(text) if len(text) <= MOST_DIGITS else TOO_LARGE


LONGEST_CELL = 131_072
"""The most characters of a cell, as in a CSV file."""


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


def plain(text: str) -> str:
    return LINE_BREAK.sub(" ", text).strip()


def _needs_escape(name: str) -> bool:
    """Whether a name could be taken for something else, apart from apostrophes before it."""
    bare = name.lstrip("'")
    return (
        spreadsheet.escaped(bare) != bare
        or bare != plain(bare)
        or known(bare) is not None
        or numbered(bare) is not None
        or IN_BRACKETS.fullmatch(bare) is not None
        or PARTS.fullmatch(bare) is not None
    )


def escaped(name: str) -> str:
    """A name as it is written into a table: no spreadsheet runs it, no reader mistakes it."""
    return f"'{name}" if _needs_escape(name) else name


def is_escaped(cell: str) -> bool:
    # No name has lines: in such a cell, the apostrophe is that of the first of several names.
    return cell.startswith("'") and not LINE_BREAK.search(cell.strip()) and _needs_escape(cell[1:])


def name_of(cell: str) -> str:
    return cell[1:] if is_escaped(cell) else plain(cell)
