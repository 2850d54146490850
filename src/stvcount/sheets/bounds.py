"""How much of a very long count a sheet holds, and what it says of the rest.

Nobody reads a million figures on a page, and no browser shows them. Where the votes of all
accounts at all stages are more than that, a sheet shows the first stages and the last ones, as
many as it has room for; the CSV sheet and the JSON record have every stage.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stvcount.record import CountRecord

_MOST_FIGURES = 40_000
_MOST_DRAWN = 12_000


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
