"""Counts that were published, with every figure and its source."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

from stvcount.counting import count
from stvcount.election import Election
from stvcount.formats import read
from stvcount.record import CountRecord
from stvcount.record.published import PublishedSheet
from stvcount.tally.lots import Lots

__all__ = ["PublishedExample", "published_examples"]


@dataclass(frozen=True, slots=True)
class PublishedExample:
    """A count as it was published.

    `id`: the name of its folder. `source`: who published it, and when. `published`: which figures
    that were. `sheet`: each of them. `election`: papers that give these figures; they were
    published of none of the counts, and `inferred` says what of them does not follow from the
    figures. None where papers are not at hand.
    """

    id: str
    source: str
    published: str
    sheet: PublishedSheet
    election: Election | None
    inferred: str | None

    def count(self) -> CountRecord:
        """The count of the papers by the rules of the sheet; lots fall on the first listed.

        Raises `ValueError` without papers.
        """
        if self.election is None:
            raise ValueError(f"{self.id}: found no papers; expected an example that has them")
        rules = self.sheet.rules
        options = dict(rules.options)
        return count(self.election, rules=rules.id, lots=Lots.first_listed(), options=options)


@cache
def published_examples(rules: str | None = None) -> tuple[PublishedExample, ...]:
    """The published counts by this rule set; without it, all of them."""
    return tuple(one for one in _all() if rules in (None, one.sheet.rules.id))


@cache
def _all() -> tuple[PublishedExample, ...]:
    with as_file(files("stvcount.testing").joinpath("published")) as folder:
        return tuple(_read(Path(folder)))


def _read(folder: Path) -> Iterator[PublishedExample]:
    """Every count of which more than quotas was published."""
    for path in sorted(folder.glob("*/sheet.json")):
        told = json.loads((path.parent / "source.json").read_text("utf-8"))
        papers = told.get("papers")
        yield PublishedExample(
            id=path.parent.name,
            source=told["source"],
            published=told["published"],
            sheet=PublishedSheet.from_json(path.read_text("utf-8")),
            election=None if papers is None else read(path.parent / papers),
            inferred=told.get("inferred"),
        )
