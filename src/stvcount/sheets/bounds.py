"""How much of a very long count a sheet holds, and what it says of the rest.

Nobody reads a million figures on a page, and no browser shows them. Where the votes of all
accounts at all stages are more than that, a sheet shows the first stages and the last ones, as
many as it has room for; the CSV sheet and the JSON record have every stage. Nor does anybody read a
tie of hundreds, told with what each had at every stage: a sheet has its beginning, the JSON record
all of it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import islice, pairwise
from typing import TYPE_CHECKING

from stvcount.words import listed

if TYPE_CHECKING:
    from stvcount.record import CountRecord, Decision

_MOST_FIGURES = 40_000
_MOST_DRAWN = 12_000
_MOST_NAMES = 100
_LONGEST_TEXT = 10_000


def text(decision: Decision) -> str:
    """The decision in words, as far as anybody reads it."""
    whole = decision.text
    more = len(whole) - _LONGEST_TEXT
    if more <= 0:
        return whole
    return f"{whole[:_LONGEST_TEXT]}... (and {more} more characters, which the JSON record has)"


def others(names: Collection[str], name: str) -> str:
    """The names but this one, as far as anybody reads them."""
    first = list(islice((one for one in names if one != name), _MOST_NAMES + 1))
    return some(first, len(names) - 1)


def some(names: Sequence[str], number: int) -> str:
    """The names, as far as anybody reads them; `number`: how many there are of which these are."""
    if len(names) <= _MOST_NAMES:
        return listed(names)
    return f"{', '.join(names[:_MOST_NAMES])} and {number - _MOST_NAMES} others"


def in_table(record: CountRecord) -> Sequence[int]:
    """Which stages, counted from 0, stand in the table of a sheet."""
    return _first_and_last(record, _MOST_FIGURES)


def in_pictures(record: CountRecord) -> Sequence[int]:
    """Which stages, counted from 0, are drawn."""
    return _first_and_last(record, _MOST_DRAWN)


def _first_and_last(record: CountRecord, most: int) -> Sequence[int]:
    stages, accounts = len(record.stages), len(record.candidates) + 1
    room = max(most // accounts, 2)
    if stages <= room:
        return range(stages)
    return [*range(room - room // 2), *range(stages - room // 2, stages)]


def left_out(record: CountRecord, shown: Sequence[int]) -> str:
    """What is said of the stages that are not among those shown; nothing where all are."""
    for before, after in pairwise(shown):
        if after > before + 1:
            first, last = record.stages[before + 1].number, record.stages[after - 1].number
            return (
                f"Stages {first} to {last} are left out here, as the count is too long for this "
                "sheet. The CSV sheet and the JSON record have every stage."
            )
    return ""
