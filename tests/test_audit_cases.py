"""What the audit says, case by case: small records, and the exact words for what is wrong in them.

The counts are right: nothing may be found in them. `audit_cases.txt` changes them, one or two
figures at a time, and has every sentence that must follow, worked out from the rules by hand.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from builders import election as small

import stvcount
from stvcount import CountRecord, Election, Lots, Papers, Source, codec
from stvcount.audit import check, verify


@dataclass(frozen=True)
class Counted:
    """A small count. `lots`: on whom they fall, in order. `vacating`: then a casual vacancy."""

    rules: str
    places: int
    papers: dict[str, int]
    lots: str = ""
    candidates: str = ""
    options: dict[str, Any] = field(default_factory=dict)
    non_person: str | None = None
    withdrawn: str = ""
    organisation: str | None = None
    vacating: str = ""

    @property
    def election(self) -> Election:
        election = small(self.places, self.papers, candidates=self.candidates)
        for name in self.withdrawn:
            election = election.withdraw(name)
        return replace(election, non_person=self.non_person)

    @property
    def record(self) -> CountRecord:
        lots = Lots.drawn(*self.lots) if self.lots else Lots.none()
        record = stvcount.count(
            self.election,
            rules=self.rules,
            options=self.options,
            lots=Lots.first_listed() if self.vacating else lots,
            organisation=self.organisation,
        )
        if self.vacating:
            return stvcount.vacancy(record, self.election, vacating=self.vacating, lots=lots)
        return record


@dataclass(frozen=True)
class Everything(Counted):
    """The same with a title, a source, invalid papers and papers set aside."""

    @property
    def election(self) -> Election:
        papers = Papers.from_rankings(
            [*((list(order), number) for order, number in self.papers.items()), ([], 3)],
            candidates=list(self.candidates),
        )
        election = replace(
            super().election,
            title="Delegates",
            papers=papers,
            source=Source("delegates.blt", "0123456789abcdef" * 4),
        )
        return election.set_aside(2, reason="torn").set_aside(35)


COUNTS: dict[str, Counted] = {
    # ERS97
    "everything": Everything(
        "ers97", 2, {"AB": 20, "B": 5, "C": 6, "DA": 1}, candidates="ABCD", withdrawn="D"
    ),
    "surplus": Counted("ers97", 2, {"AB": 20, "B": 5, "C": 4}),
    "surplus whose papers keep their value": Counted(
        "ers97", 2, {"AB": 3, "A": 17, "B": 5, "C": 4}
    ),
    "surplus without a transferable paper": Counted("ers97", 2, {"A": 20, "B": 5, "C": 4}),
    "surplus of the last papers received": Counted(
        "ers97", 3, {"ABC": 40, "BD": 19, "C": 8, "D": 10, "E": 3}
    ),
    "batches by value": Counted(
        "ers97", 2, {"ACB": 15, "AD": 15, "B": 13, "D": 10, "CD": 3, "CB": 3}
    ),
    "quota worked out again": Counted("ers97", 1, {"A": 8, "B": 6, "C": 4, "D": 3, "EA": 1}),
    "fewest together": Counted("ers97", 1, {"AB": 10, "BA": 9, "CA": 2, "DB": 1, "EA": 1}),
    "surplus deferred by the two fewest": Counted(
        "ers97", 2, {"AB": 11, "B": 7, "C": 6, "D": 5, "E": 2}
    ),
    "surplus deferred by a set": Counted(
        "ers97", 2, {"AB": 13, "B": 10, "C": 8, "D": 1, "E": 1, "FB": 1}
    ),
    "tie by lot": Counted("ers97", 1, {"A": 9, "B": 7, "CA": 4, "DA": 4}, lots="D"),
    "tie by an earlier point": Counted(
        "ers97", 1, {"A": 10, "B": 9, "C": 5, "D": 4, "ED": 2, "EC": 1}
    ),
    "largest surplus by lot": Counted(
        "ers97", 3, {"AC": 30, "BD": 30, "C": 4, "D": 3, "E": 7}, lots="B"
    ),
    "more equals than places": Counted("ers97", 2, {"A": 10, "B": 10, "C": 10}, lots="B"),
    "nothing and one more": Counted(
        "ers97", 1, {"AB": 9, "BA": 7, "C": 4, "D": 4}, candidates="ABCDE", lots="C"
    ),
    "places filled within an exclusion": Counted(
        "ers97", 2, {"ACB": 15, "AD": 15, "B": 12, "D": 13, "CD": 3, "CB": 3}
    ),
    "no active vote": Counted("ers97", 2, {"A": 1}, candidates="ABCD", lots="BC"),
    "non-person vacates": Counted("ers97", 2, {"RA": 20, "A": 8, "B": 6, "C": 4}, non_person="R"),
    "non-person closes": Counted(
        "ers97",
        3,
        {"AB": 20, "RA": 12, "B": 6, "C": 4},
        non_person="R",
        options={"non_person": "close"},
    ),
    "casual vacancy": Counted(
        "ers97", 2, {"AE": 6, "A": 14, "B": 9, "D": 10, "EB": 8, "C": 13}, vacating="A"
    ),
    "excess posts": Counted(
        "ers97", 5, {"AB": 9, "B": 5, "R": 3, "C": 2}, non_person="R", organisation="chester"
    ),
    "too few candidates": Counted("ers97", 4, {"AB": 9, "B": 5}),
    # ERS AV
    "av at once": Counted("ers-av", 1, {"A": 5, "B": 3, "C": 2}),
    "av exclusions": Counted("ers-av", 1, {"A": 8, "B": 7, "CB": 3, "DA": 2, "E": 2}),
    "av together": Counted("ers-av", 1, {"A": 8, "B": 7, "CB": 2, "DB": 1, "E": 1}),
    "av two equal": Counted("ers-av", 1, {"A": 5, "B": 5, "CA": 3, "DB": 3}, lots="D"),
    "av dead heat": Counted("ers-av", 1, {"A": 5, "B": 5}, lots="B"),
    # Aberdeen
    "aberdeen majority": Counted("aberdeen", 1, {"A": 6, "B": 3, "C": 2}),
    "aberdeen exclusions": Counted("aberdeen", 1, {"A": 8, "B": 7, "CB": 3, "DC": 2, "E": 4}),
    "aberdeen exact": Counted(
        "aberdeen", 1, {"A": 11, "B": 6, "CB": 4}, options={"majority": "exact"}
    ),
    "aberdeen tie by the latest stage": Counted(
        "aberdeen", 1, {"A": 10, "B": 9, "C": 4, "D": 3, "ED": 2, "GC": 1, "G": 2}
    ),
    "aberdeen lot": Counted("aberdeen", 1, {"A": 5, "B": 5}, lots="B"),
    # Loughborough, one place
    "lsu-stv quota": Counted("lsu-stv", 1, {"A": 6, "B": 3, "C": 2}),
    "lsu-stv exclusions": Counted("lsu-stv", 1, {"A": 8, "B": 7, "CB": 3, "D": 4}),
    "lsu-stv lot": Counted("lsu-stv", 1, {"A": 9, "B": 5, "CA": 5, "D": 8}, lots="B"),
    "lsu-stv void": Counted("lsu-stv", 1, {"R": 6, "B": 3, "C": 2}, non_person="R"),
    "lsu-stv no candidate": Counted(
        "lsu-stv",
        1,
        {"R": 5, "B": 4, "C": 2},
        non_person="R",
    ),
    # Loughborough, several places
    "lsu-atv surplus": Counted("lsu-atv", 2, {"AB": 20, "B": 5, "C": 4}),
    "lsu-atv large quota": Counted("lsu-atv", 3, {"AB": 202, "B": 90, "C": 80, "D": 30}),
    "lsu-atv quota of 100": Counted("lsu-atv", 3, {"AB": 202, "B": 90, "C": 80, "D": 28}),
    "lsu-atv suspense": Counted(
        "lsu-atv",
        2,
        {"ABC": 20, "BCD": 7, "CBD": 6, "DBC": 5, "E": 4, "FB": 3},
        options={"suspense": True},
    ),
    "tied count a": Counted("lsu-atv", 1, {"AB": 5, "B": 5, "CA": 1, "DB": 1}),
    "tied count c": Counted("lsu-atv", 1, {"A": 5, "B": 5}, lots="B"),
    "lsu-atv void": Counted("lsu-atv", 2, {"R": 12, "B": 6, "C": 2}, non_person="R"),
}


# What is right


@cache
def record_of(name: str) -> CountRecord:
    return COUNTS[name].record


@pytest.mark.parametrize("name", COUNTS)
def test_nothing_is_found_in_a_count(name: str) -> None:
    assert check(record_of(name)) == ()
    assert verify(record_of(name), COUNTS[name].election) == ()


# What is wrong


@dataclass(frozen=True)
class Wrong:
    """A count, the members of its record that are changed, and what the audit then says."""

    count: str
    changes: tuple[tuple[str, Any], ...]
    sentences: tuple[str, ...]
    with_papers: bool

    @property
    def record(self) -> CountRecord:
        members = json.loads(record_of(self.count).to_json())
        del members["schema"]
        for place, value in self.changes:
            *way, last = [int(step) if step.isdigit() else step for step in place.split("/")]
            holder = members
            for step in way:
                holder = holder[step]
            holder[last] = value
        record: CountRecord = codec.decode(CountRecord, members)
        return record


def wrong_records() -> Iterator[Any]:
    """The cases of `audit_cases.txt`, parted by empty lines: `[count]`, `place = JSON`, `- words`."""
    text = Path(__file__).with_name("audit_cases.txt").read_text("utf-8")
    for part in text.split("\n\n"):
        lines = [line for line in part.splitlines() if line and not line.startswith("#")]
        if lines:
            count, _, rest = lines[0].removeprefix("[").partition("]")
            changes = [line.partition(" = ") for line in lines[1:] if not line.startswith("- ")]
            case = Wrong(
                count,
                tuple((place, json.loads(value)) for place, _, value in changes),
                tuple(line.removeprefix("- ") for line in lines[1:] if line.startswith("- ")),
                rest == " with its papers",
            )
            yield pytest.param(case, id=f"{count}: {'; '.join(lines[1 : len(changes) + 1])}")


@pytest.mark.parametrize("wrong", list(wrong_records()))
def test_what_is_found_in_a_record_that_is_wrong(wrong: Wrong) -> None:
    election = COUNTS[wrong.count].election
    found = verify(wrong.record, election) if wrong.with_papers else check(wrong.record)
    assert tuple(map(str, found)) == wrong.sentences
