"""The story of a count, or of one candidate in it, in plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stvcount.explaining import sections
from stvcount.sheets.layout import hanging, shown_width, wrapped

if TYPE_CHECKING:
    from stvcount.record import CountRecord

_INDENT = "  "


def sheet(record: CountRecord, candidate: str | None = None, *, width: int = 100) -> str:
    """The story in lines of at most `width` columns: a heading, and what belongs under it.

    Raises `ElectionError` for a name that was not on the paper.
    """
    title = wrapped(record.title.strip() or "Untitled election", width)
    parts = [[*title, "=" * max(map(shown_width, title))]]
    for section in sections(record, candidate):
        lines = [line for text in section.paragraphs for line in hanging(text, width, _INDENT)]
        parts.append([*hanging(section.heading, width), *lines])
    text = "\n\n".join("\n".join(part) for part in parts)
    return "\n".join(line.rstrip() for line in text.split("\n")) + "\n"
