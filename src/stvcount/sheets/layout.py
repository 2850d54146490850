"""Text laid out in columns, as plain sheets show it.

Names and reasons come from the public: every text passes through `wrapped`, which makes control
characters visible and measures what a terminal shows, not the number of characters.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING

from stvcount.words import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

INDENT = "  "


def named(title: str) -> str:
    """The title of an election, or words for want of one."""
    return title.strip() or "Untitled election"


def because(what: str, reason: str) -> str:
    """What happened, and the reason where there is one."""
    return f"{what}: {reason}" if reason else what


@dataclass(frozen=True, slots=True)
class Entry:
    """A text with its label or clause, which stands in the margin, and details under it."""

    label: str
    text: str
    details: Sequence[str] = ()


def page(parts: Iterable[Sequence[str]]) -> str:
    """A sheet of these parts, an empty line between them; no line ends in blanks."""
    lines = "\n\n".join("\n".join(part) for part in parts).split("\n")
    return listing(line.rstrip() for line in lines)


def listing(lines: Iterable[str]) -> str:
    """The lines, each with its end."""
    return "".join(f"{line}\n" for line in lines)


def underlined(title: str, width: int) -> list[str]:
    """The title over a line as long as it is."""
    lines = wrapped(title, width)
    return [*lines, "=" * max(map(shown_width, lines))]


def particulars(entries: Iterable[Entry], margin: int, width: int) -> list[str]:
    """The entries one under the other, their texts beside a margin of so many columns."""
    return [line for entry in entries for line in _beside(entry, margin, width)]


def section(heading: str, texts: Iterable[str], width: int) -> list[str]:
    """The heading, and the texts indented under it."""
    lines = [line for text in texts for line in hanging(text, width, INDENT)]
    return [*hanging(heading, width), *lines]


def _beside(entry: Entry, margin: int, width: int) -> list[str]:
    """The entry in lines of at most this width, its text beside a margin of so many columns."""
    lines = wrapped(entry.text, width - margin)
    for detail in entry.details:
        lines += hanging(detail, width - margin, INDENT)
    labels = wrapped(entry.label, margin - 1)
    return [
        padded(left, margin) + right for left, right in zip_longest(labels, lines, fillvalue="")
    ]


def hanging(text: str, width: int, indent: str = "") -> list[str]:
    """The text in lines of at most this width, all but the first indented further."""
    lines = wrapped(text, width - len(indent))
    if len(lines) > 1:
        lines = wrapped(text, width - len(indent + INDENT))
    return [indent + lines[0], *(indent + INDENT + line for line in lines[1:])]


def wrapped(text: str, width: int) -> list[str]:
    """The text, made visible, in lines of at most this width; over-long words are broken."""
    lines: list[str] = []
    line: list[str] = []
    used = 0
    for word in visible(text).split(" "):
        for piece in _broken(word, width):
            wide = shown_width(piece)
            if line and used + 1 + wide > width:
                lines.append(" ".join(line))
                line, used = [piece], wide
            else:
                used += wide + bool(line)
                line.append(piece)
    return [*lines, " ".join(line)]


def _broken(word: str, width: int) -> Iterator[str]:
    """The word in pieces of at most this width; what combines with a letter stays with it."""
    if word.isascii():
        step = max(width, 1)
        yield from (word[start : start + step] for start in range(0, len(word), step))
        return
    piece, used = "", 0
    for character in word:
        wide = shown_width(character)
        if wide and piece and used + wide > width:
            yield piece
            piece, used = "", 0
        piece += character
        used += wide
    if piece:
        yield piece


def padded(text: str, width: int) -> str:
    """The text, filled with blanks to this width."""
    return text + " " * (width - shown_width(text))


def shown_width(text: str) -> int:
    """The number of columns that a terminal gives to this visible text."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def _columns(character: str) -> int:
    joins = "\u1160" <= character <= "\u11ff" or "\ud7b0" <= character <= "\ud7ff"
    if joins or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
