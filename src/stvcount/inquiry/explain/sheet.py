"""The story of a count, or of one candidate in it, in plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stvcount.inquiry.explain.explaining import sections
from stvcount.sheets.layout import named, page, section, underlined

if TYPE_CHECKING:
    from stvcount.record import CountRecord


def sheet(record: CountRecord, candidate: str | None = None, *, width: int = 100) -> str:
    """The story in lines of at most `width` columns: a heading, and what belongs under it.

    Raises `ElectionError` for a name that was not on the paper.
    """
    told = [section(one.heading, one.paragraphs, width) for one in sections(record, candidate)]
    return page([underlined(named(record.title), width), *told])
