"""On what terms a count was held: what the record states before the first stage.

The parts of this package that check a record against itself know the rules from their texts alone:
of `stvcount.rules` they ask what a rule set declares, and share no code that counts.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from stvcount.record import CountRecord
from stvcount.rules.organisations import Organisation

CASUAL = "ers97-vacancy"
"""ERS97 7.1: the papers are counted for all the places, and one of them is filled."""


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of one count.

    `decimals`: of every vote. `standing`: the candidates not withdrawn, in the order of the paper.
    `excess`: places declared vacant before the count. `places`: those contested. `valid`,
    `invalid`: papers.
    `protected`: representatives whom a count for a casual vacancy excludes from nothing.
    `closes`: whether the election of the non-person closes the election.
    """

    decimals: int
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


def terms_of(record: CountRecord, profile: Organisation | None) -> Terms:
    """The terms that a record states; whatever makes no sense in them is taken as absent.

    `profile`: the organisation that the record names, where it is known.
    """
    gone = {withdrawal.candidate for withdrawal in record.withdrawn}
    casual = record.rules.id == CASUAL
    excess = excess_places(record, profile)
    options = dict(record.rules.options)
    return Terms(
        decimals=record.decimals,
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


def excess_places(record: CountRecord, profile: Organisation | None) -> int:
    """Places declared vacant because fewer were nominated than there were posts.

    An organisation that is not known here is believed if it says so, and of just that many.
    """
    nominated = len(record.candidates) - (record.non_person is not None)
    excess = max(0, record.places - nominated)
    if record.organisation is None or not nominated:
        return 0
    if profile is not None:
        return excess if profile.excess_posts is not None else 0
    said = [vacancy.places for vacancy in record.vacant if vacancy.is_excess]
    return excess if said == [excess] else 0


def representatives(record: CountRecord) -> tuple[str, ...] | None:
    """Those elected before, as a count for a casual vacancy states them; None if it does not."""
    try:
        names = json.loads(str(record.rules.options.get("representatives")))
    except (ValueError, RecursionError):
        return None
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        return None
    return tuple(names)
