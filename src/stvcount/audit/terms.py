"""On what terms a count was held: what the record states before the first stage.

The parts of this package that check a record against itself know the rules from their texts alone:
they share no code with `stvcount.rules`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from stvcount.record import CountRecord

CASUAL = "ers97-vacancy"
"""ERS97 7.1: the papers are counted for all the places, and one of them is filled."""

_NON_PERSON: Mapping[str, tuple[str | bool, ...]] = {"non_person": ("vacate", "close")}
OPTIONS: Mapping[str, Mapping[str, tuple[str | bool, ...]]] = {
    "ers97": _NON_PERSON,
    CASUAL: {},
    "ers-av": _NON_PERSON,
    "aberdeen": {
        "include_invalid": (False, True),
        "majority": ("down", "exact"),
        **_NON_PERSON,
    },
    "lsu-atv": {"suspense": (False, True), **_NON_PERSON},
    "lsu-stv": _NON_PERSON,
}
"""The rule sets known here, and the values that their options may have.

Those of a casual vacancy are names: see `representatives`.
"""

EXCESS_POSTS = {"imperial": False, "chester": True, "loughborough": False, "aberdeen": False}
"""Whether an organisation declares excess posts vacant before the count (Chester 8.3)."""


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of one count.

    `standing`: the candidates not withdrawn, in the order of the paper. `excess`: places declared
    vacant before the count. `places`: those contested. `valid`, `invalid`: papers.
    `protected`: representatives whom a count for a casual vacancy excludes from nothing.
    `closes`: whether the election of the non-person closes the election.
    """

    rules: str
    standing: tuple[str, ...]
    excess: int
    places: int
    valid: int
    invalid: int
    non_person: str | None
    closes: bool
    casual: bool
    protected: frozenset[str]
    options: dict[str, str | int | bool]

    @property
    def half_plus_one(self) -> int:
        """Half of the valid papers, remainder ignored, plus one."""
        return self.valid // 2 + 1


def terms_of(record: CountRecord) -> Terms:
    """The terms that a record states; whatever makes no sense in them is taken as absent."""
    gone = {withdrawal.candidate for withdrawal in record.withdrawn}
    casual = record.rules.id == CASUAL
    excess = excess_places(record)
    options = dict(record.rules.options)
    return Terms(
        rules=record.rules.id,
        standing=tuple(name for name in record.candidates if name not in gone),
        excess=excess,
        places=record.places - excess,
        valid=record.papers.valid,
        invalid=sum(record.papers.invalid.values()),
        non_person=record.non_person,
        closes=options.get("non_person") == "close",
        casual=casual,
        protected=frozenset(representatives(record) or ()) if casual else frozenset(),
        options=options,
    )


def excess_places(record: CountRecord) -> int:
    """Places declared vacant because fewer were nominated than there were posts.

    An organisation that is not known here is believed if its first vacancy is just that many.
    """
    nominated = len(record.candidates) - (record.non_person is not None)
    excess = max(0, record.places - nominated)
    if record.organisation is None or not nominated:
        return 0
    first = record.vacant[0].places if record.vacant else 0
    declared = EXCESS_POSTS.get(record.organisation, first == excess)
    return excess if declared else 0


def representatives(record: CountRecord) -> tuple[str, ...] | None:
    """Those elected before, as a count for a casual vacancy states them; None if it does not."""
    try:
        names = json.loads(str(record.rules.options.get("representatives")))
    except (ValueError, RecursionError):
        return None
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        return None
    return tuple(names)
