"""What the audit says, case by case: small records, and the exact words for what is wrong in them.

The counts are right: nothing may be found in them. `audit_cases.txt` changes them, one or two
figures at a time, and has every sentence that must follow.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from builders import election as small
from case_files import Case, read_cases

import stvcount
from stvcount import CountRecord, Election, ElectionError, Lots, Papers, Source, codec
from stvcount.audit import Difference, check, verdict, verify
from stvcount.audit.sheet import sheet
from stvcount.audit.verdict import only_words
from stvcount.frozen import FrozenMapping
from stvcount.record import Decision


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
            sources=[Source("delegates.blt", "0123456789abcdef" * 4)],
        )
        return election.set_aside(2, reason="torn").set_aside(papers.total)


MANY = "".join(map(chr, range(0x4E00, 0x4E00 + 150)))

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
    "two fewest differ by the surplus": Counted("ers97", 2, {"A": 12, "B": 8, "C": 6, "D": 4}),
    "share of the active vote, exactly": Counted(
        "ers97", 2, {"A": 10, "B": 9, "C": 5, "E": 4, "D": 2}
    ),
    "surplus of low value": Counted(
        "ers97", 3, {"ABC": 20, "AB": 20, "BD": 19, "C": 8, "D": 10, "E": 3}
    ),
    "equals told apart one by one": Counted(
        "ers97",
        2,
        {"A": 8, "B": 7, "C": 6, "DC": 1, "D": 1, "EC": 1, "E": 1, "FB": 1, "F": 1},
        candidates="FEDCBA",
    ),
    "equals of whom one is told apart": Counted(
        "ers97",
        2,
        {"A": 8, "B": 7, "C": 7, "DB": 1, "D": 1, "EC": 1, "E": 1, "F": 1},
        candidates="FEDCBA",
        lots="C",
    ),
    "equals told apart after a batch": Counted(
        "ers97", 1, {"A": 5, "B": 5, "CA": 1, "C": 2, "DB": 1, "D": 3, "E": 11}
    ),
    "two marks at one stage": Counted(
        "ers97", 3, {"A": 8, "B": 9, "CA": 2, "C": 4, "D": 7, "E": 10}
    ),
    "two equals, one place": Counted(
        "ers97", 1, {"A": 8, "B": 6, "CB": 2, "C": 3}, candidates="BACD"
    ),
    "largest surplus by an earlier point": Counted(
        "ers97", 3, {"AC": 12, "B": 9, "C": 8, "D": 8, "EB": 3}, candidates="BACDE"
    ),
    "nothing and a deferred surplus": Counted(
        "ers97", 2, {"A": 11, "B": 9, "C": 4, "D": 4}, candidates="ABCDE"
    ),
    "nothing together and a deferred surplus": Counted(
        "ers97", 2, {"CA": 2, "A": 1, "B": 1}, candidates="ABCDEF"
    ),
    "non-person closes among equals": Counted(
        "ers97",
        2,
        {"R": 10, "A": 10, "B": 7, "C": 3},
        candidates="RABC",
        non_person="R",
        options={"non_person": "close"},
    ),
    "no active vote, three lots": Counted("ers97", 2, {"A": 1}, candidates="ABCDE", lots="BCD"),
    "four for two": Counted("ers97", 2, {"A": 5, "B": 5}, candidates="ABCD"),
    "two of the four left": Counted("ers97", 2, {"A": 6, "B": 3, "C": 2, "D": 1}),
    "equals at the end": Counted(
        "ers97", 1, {"A": 10, "B": 5, "C": 4, "DC": 1, "DA": 2}, candidates="BCDA"
    ),
    "five for two": Counted("ers97", 2, {"A": 12, "B": 5, "C": 4, "D": 2, "E": 1}),
    # Ten papers at 1.00 bring B as much as twenty at 0.50.
    "surplus of papers of either value": Counted(
        "ers97", 3, {"ABC": 12, "ABD": 8, "B": 5, "C": 7, "D": 8}
    ),
    # A hundred is the next number above the root of the 9900 hundredths that B gains.
    "ninety-nine papers": Counted("ers97", 1, {"A": 400, "BA": 160, "CB": 99, "C": 51, "D": 280}),
    "casual vacancy, several together": Counted(
        "ers97", 2, {"VX": 6, "VY": 5, "P": 7, "X": 3, "Y": 3, "A": 2, "B": 1, "C": 1}, vacating="V"
    ),
    # Only where a hundred are elected does rounding let a whole vote reach the share but no quota.
    "a hundred and fifty places": Counted(
        "ers97",
        150,
        dict.fromkeys(MANY[:100], 3) | {MANY[100]: 2, MANY[101]: 1},
        candidates=MANY,
    ),
    # ERS AV
    "av at once": Counted("ers-av", 1, {"A": 5, "B": 3, "C": 2}),
    "av exclusions": Counted("ers-av", 1, {"A": 8, "B": 7, "CB": 3, "DA": 2, "E": 2}),
    "av together": Counted("ers-av", 1, {"A": 8, "B": 7, "CB": 2, "DB": 1, "E": 1}),
    "av two equal": Counted("ers-av", 1, {"A": 5, "B": 5, "CA": 3, "DB": 3}, lots="D"),
    "av dead heat": Counted("ers-av", 1, {"A": 5, "B": 5}, lots="B"),
    "av equals at the end": Counted(
        "ers-av", 1, {"A": 10, "B": 5, "C": 4, "DC": 1, "DA": 2}, candidates="BCDA"
    ),
    "av non-person": Counted(
        "ers-av", 1, {"R": 6, "A": 3}, non_person="R", options={"non_person": "close"}
    ),
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
    "aberdeen invalid papers": Everything(
        "aberdeen", 1, {"A": 8, "B": 4, "C": 2}, candidates="CAB"
    ),
    "aberdeen invalid papers included": Everything(
        "aberdeen", 1, {"A": 8, "B": 4, "C": 2}, candidates="CAB", options={"include_invalid": True}
    ),
    "aberdeen non-person": Counted(
        "aberdeen", 1, {"R": 6, "A": 3}, non_person="R", options={"non_person": "vacate"}
    ),
    "aberdeen nothing to move": Counted(
        "aberdeen", 1, {"A": 4, "B": 3}, candidates="ABC", options={"majority": "exact"}
    ),
    "aberdeen one candidate": Counted("aberdeen", 1, {"A": 3}, organisation="aberdeen"),
    # Loughborough, one place
    "lsu-stv quota": Counted("lsu-stv", 1, {"A": 6, "B": 3, "C": 2}),
    "lsu-stv exclusions": Counted("lsu-stv", 1, {"A": 8, "B": 7, "CB": 3, "D": 4}),
    "lsu-stv lot": Counted("lsu-stv", 1, {"A": 9, "B": 5, "CA": 5, "D": 8}, lots="B"),
    "lsu-stv void": Counted("lsu-stv", 1, {"R": 6, "B": 3, "C": 2}, non_person="R"),
    "lsu-stv no candidate": Counted(
        "lsu-stv", 1, {"R": 5, "B": 4, "C": 2}, non_person="R", options={"non_person": "vacate"}
    ),
    "lsu-stv dead heat": Counted("lsu-stv", 1, {"A": 5, "B": 5}, lots="B"),
    "lsu-stv one candidate": Counted("lsu-stv", 1, {}, candidates="A"),
    "lsu-stv tie by their papers": Counted(
        "lsu-stv", 1, {"A": 9, "D": 8, "BA": 3, "BC": 2, "CB": 1, "CD": 4}
    ),
    # Loughborough, several places
    "lsu-atv surplus": Counted("lsu-atv", 2, {"AB": 20, "B": 5, "C": 4}),
    "lsu-atv large quota": Counted("lsu-atv", 3, {"AB": 202, "B": 90, "C": 80, "D": 30}),
    "lsu-atv quota of 100": Counted("lsu-atv", 3, {"AB": 202, "B": 90, "C": 80, "D": 28}),
    "papers held in suspense": Counted(
        "lsu-atv",
        2,
        {"A": 9, "BD": 7, "BC": 16, "DAB": 2, "CD": 9, "E": 6},
        options={"suspense": True},
    ),
    "too much for suspense": Counted(
        "lsu-atv",
        2,
        {"DBC": 12, "DA": 4, "AD": 2, "D": 4, "C": 8},
        candidates="ABCD",
        options={"suspense": True},
    ),
    "deemed after each batch": Counted(
        "lsu-atv",
        3,
        {"C": 3, "ECB": 9, "AE": 7, "ED": 4, "DCE": 1, "B": 8, "D": 3},
        options={"suspense": True},
    ),
    "non-person closes a tied count": Counted(
        "lsu-atv",
        2,
        {"R": 8, "A": 7, "B": 6, "CB": 2, "CA": 2, "DB": 1, "DR": 1},
        candidates="RABCD",
        non_person="R",
        options={"non_person": "close"},
    ),
    "tied count by second preferences": Counted("lsu-atv", 1, {"AB": 5, "B": 5, "CA": 1, "DB": 1}),
    "tied count c": Counted("lsu-atv", 1, {"A": 5, "B": 5}, lots="B"),
    "lsu-atv void": Counted("lsu-atv", 2, {"R": 12, "B": 6, "C": 2}, non_person="R"),
    "lsu-atv quota exactly": Counted("lsu-atv", 2, {"A": 10, "B": 9, "C": 6, "D": 5}),
    "lsu-atv quota below 100": Counted("lsu-atv", 2, {"A": 20, "B": 12, "C": 8}),
    "lsu-atv one place": Counted("lsu-atv", 1, {"A": 6, "B": 4, "C": 1}),
    "lsu-atv too few candidates": Counted(
        "lsu-atv", 4, {"A": 9, "B": 1}, organisation="loughborough"
    ),
    "lsu-atv below the quota": Counted("lsu-atv", 2, {"A": 102, "B": 101, "C": 60, "D": 41}),
    "lsu-atv tie by lot": Counted("lsu-atv", 1, {"A": 9, "B": 7, "CA": 4, "DA": 4}, lots="D"),
    "lsu-atv largest surplus by lot": Counted(
        "lsu-atv", 3, {"AC": 30, "BD": 30, "C": 4, "D": 3, "E": 7}, lots="B"
    ),
    "two coins": Counted("lsu-atv", 2, {"A": 5, "B": 5, "C": 5}, lots="CA"),
    "three coins": Counted(
        "lsu-atv", 3, {"A": 5, "B": 5, "C": 5, "D": 5}, lots="CAD", candidates="DCBA"
    ),
    "two places by second preferences": Counted(
        "lsu-atv", 2, {"AC": 3, "A": 1, "B": 4, "CB": 2, "C": 2}
    ),
    "two places by first preferences": Counted(
        "lsu-atv", 2, {"A": 8, "B": 8, "C": 7, "DC": 1, "D": 1}
    ),
    "non-person closes before its equal": Counted(
        "lsu-atv",
        2,
        {"A": 8, "B": 8, "C": 7, "DC": 1, "D": 1},
        non_person="A",
        options={"non_person": "close"},
    ),
    "tied count by first preferences": Counted(
        "lsu-atv", 1, {"A": 5, "B": 4, "CB": 1, "D": 1}, candidates="DCBA"
    ),
    # Northern Ireland
    "ni surplus": Counted("ni-stv", 2, {"AB": 20, "B": 5, "C": 4}),
    "ni surplus deferred": Counted("ni-stv", 2, {"AB": 12, "B": 9, "C": 7, "D": 2}),
    "ni surplus deferred by a set": Counted(
        "ni-stv", 2, {"AB": 13, "B": 8, "C": 7, "D": 2, "E": 2}
    ),
    "ni excluded together": Counted("ni-stv", 1, {"A": 9, "B": 8, "C": 5, "DA": 2, "EB": 1}),
    "ni tie by lot": Counted("ni-stv", 1, {"A": 9, "B": 7, "CA": 4, "DA": 4}, lots="D"),
    "ni as many as places": Counted("ni-stv", 3, {"A": 9, "B": 3}),
    "ni last vacancies": Counted("ni-stv", 2, {"A": 9, "B": 3, "C": 2, "D": 1}),
    "ni equals left at the end": Counted(
        "ni-stv", 1, {"A": 9, "B": 4, "C": 3, "DC": 1, "E": 1}, candidates="BCADE"
    ),
    # Scotland
    "scottish surplus": Counted("scottish", 2, {"AB": 20, "B": 5, "C": 4}),
    "scottish exclusions": Counted("scottish", 1, {"A": 9, "BA": 7, "CB": 4, "DA": 1}),
    "scottish tie by lot": Counted("scottish", 1, {"A": 9, "B": 7, "CA": 4, "DA": 4}, lots="D"),
    "scottish equals told apart": Counted(
        "scottish", 2, {"A": 6, "B": 7, "CA": 3, "CB": 2, "D": 6}
    ),
    "scottish last vacancies, equals": Counted(
        "scottish",
        3,
        {"A": 6, "B": 7, "CA": 3, "CB": 2, "E": 10, "F": 4, "G": 3, "H": 2, "I": 1},
    ),
    "scottish last vacancies": Counted("scottish", 2, {"A": 9, "B": 3, "C": 2, "D": 1}),
    "scottish largest surplus by lot": Counted(
        "scottish", 3, {"AC": 30, "BD": 30, "C": 4, "D": 3, "E": 7}, lots="B"
    ),
    "scottish of 2007": Counted(
        "scottish", 2, {"AB": 20, "B": 5, "C": 4}, options={"order": "2007"}
    ),
    # Meek
    "meek exclusions": Counted("meek", 1, {"A": 5, "BA": 4, "CB": 2, "D": 1}),
    "meek keep values": Counted("meek", 2, {"AB": 4, "B": 2, "C": 3, "D": 1, "AD": 2}),
    "meek within the surplus": Counted(
        "meek", 2, {"AC": 3, "B": 2, "C": 1, "A": 1, "AB": 1}, lots="B"
    ),
    "meek equals": Counted("meek", 1, {"AB": 3, "B": 2, "C": 2, "D": 2}, lots="DC"),
    "meek surplus no less": Counted("meek", 2, {"A": 1}, candidates="ABC", lots="B"),
    "meek new keep value": Counted("meek", 3, {"AC": 9, "A": 2, "B": 3, "C": 3, "D": 2}),
    "meek non-person closes": Counted(
        "meek",
        3,
        {"A": 9, "RB": 8, "B": 3, "C": 2},
        non_person="R",
        options={"non_person": "close"},
    ),
    # Meek, Algorithm 123
    "1987 exclusions": Counted(
        "meek-1987", 1, {"A": 5, "BA": 4, "CB": 2, "D": 1}, candidates="DCBA"
    ),
    "1987 keep values": Counted("meek-1987", 2, {"AB": 4, "B": 2, "C": 3, "D": 1, "AD": 2}),
    "1987 least quota": Counted("meek-1987", 2, {"A": 1}, candidates="ABC", lots="B"),
    "1987 no nearer": Counted("meek-1987", 2, {"A": 30_000_000}, candidates="ABC", lots="B"),
    "1987 one too many": Counted("meek-1987", 2, {"B": 2, "AB": 4, "C": 3, "AC": 1}),
    "1987 one too many, equal": Counted("meek-1987", 2, {"A": 5, "B": 5, "C": 5}, lots="B"),
    "1987 non-person closes": Counted(
        "meek-1987",
        3,
        {"R": 5, "A": 5, "B": 5, "C": 5},
        candidates="ARBC",
        lots="C",
        non_person="R",
        options={"non_person": "close"},
    ),
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


def wrong(count: str, *changes: tuple[str, Any]) -> CountRecord:
    """The record of a count with these changes."""
    return record_with(Case(count, "", changes, ()))


def record_with(case: Case) -> CountRecord:
    members = json.loads(record_of(case.name).to_json())
    del members["schema"]
    record: CountRecord = codec.decode(CountRecord, case.changed(members))
    return record


@pytest.mark.parametrize("case", read_cases("audit_cases.txt"), ids=str)
def test_what_is_found_in_a_record_that_is_wrong(case: Case) -> None:
    record = record_with(case)
    if case.told == " with its papers":
        found = verify(record, COUNTS[case.name].election)
    else:
        found = check(record)
        assert all(f": found {one.found}; expected {one.expected}" in one.text for one in found)
    assert tuple(map(with_its_kind, found)) == case.lines


def with_its_kind(one: Difference) -> str:
    return str(one) if one.kind == "figures" else f"{one.kind}: {one}"


AGREE = "the same people are elected, all figures agree"
SAME = "; on the record's terms the same people are elected"
VERDICTS = [
    ("everything", "title", "Delegate", (AGREE, f"THE TERMS DIFFER: {{}}{SAME}")),
    ("surplus", "stages/0/number", 2, ("FIGURES DIFFER: {}", f"FIGURES DIFFER: {{}}{SAME}")),
    ("tie by lot", "stages/1/lots", [], ("FIGURES DIFFER: {}", "FIGURES DIFFER: {}")),
    ("surplus", "candidates", ["A", "C", "B"], ("FIGURES DIFFER: {}", "FIGURES DIFFER: {}")),
    ("surplus", "elected", ["A", "C"], ("FIGURES DIFFER: {}, and the elected change",) * 2),
    ("surplus", "rules/id", "others", ("NOT WHOLLY CHECKED: {}", None)),
    ("surplus", "stages/0/decisions/0/text", "Quota", (f"{AGREE}, only words differ",) * 2),
    (
        "everything",
        "sources/0/sha256",
        "f" * 64,
        (
            AGREE,
            f"{AGREE}, the file differs only in its form "
            "(another file with papers that count alike)",
        ),
    ),
]
"""What is changed, and what is said of it without the papers and with them."""


@pytest.mark.parametrize(("count", "changed", "value", "lines"), VERDICTS)
def test_the_verdict_in_one_line(
    count: str, changed: str, value: Any, lines: tuple[str, str | None]
) -> None:
    record, election = wrong(count, (changed, value)), COUNTS[count].election
    alone = check(record)
    assert verdict(record, alone) == lines[0].format(alone[0] if alone else "")
    assert only_words(alone) == (lines[0] in (AGREE, f"{AGREE}, only words differ"))
    if lines[1] is not None:
        found = verify(record, election)
        assert verdict(record, found, election) == lines[1].format(found[0])


def test_that_nothing_could_be_recounted_is_no_verdict_on_who_is_elected() -> None:
    record, election = wrong("surplus", ("places", 0)), COUNTS["surplus"].election
    said = verdict(record, verify(record, election), election)
    assert said == "FIGURES DIFFER: places: found 0; expected at least 1"


@pytest.mark.parametrize("case", read_cases("verify_cases.txt"), ids=str)
def test_what_is_printed_of_a_record(case: Case) -> None:
    record = record_with(case)
    election = COUNTS[case.name].election if case.told == " with its papers" else None
    found = check(record) if election is None else verify(record, election)
    printed = sheet(record, found, election=election).replace(stvcount.__version__, "VERSION")
    assert tuple(line for line in printed.splitlines() if line) == case.lines


PLACES = [
    ("surplus", "places", 0, "places"),
    ("surplus", "elected", ["A"], "elected"),
    ("surplus", "stages/1/number", 3, "stages[1].number"),
    ("surplus", "stages/1/votes/C", "4.01", 'stages[1].votes["C"]'),
    ("surplus", "stages/0/elected/0/vote", "1.00", "stages[0].elected[0].vote"),
    ("surplus", "stages/1/batches/0/value", "0.52", "stages[1].batches[0].value"),
    ("surplus", "stages/1/batches/0/credited/B", "1.00", 'stages[1].batches[0].credited["B"]'),
    ("everything", "papers/total", 30, "papers.total"),
    ("everything", "papers/set_aside/0/paper", 0, "papers.set_aside[0].paper"),
    ("everything", "rules/options", {"Zoë": 1}, 'rules.options["Zoë"]'),
    ("tie by lot", "stages/1/lots/0/clause", "5.2.3", "stages[1].lots[0].clause"),
    ("more equals than places", "completion/lots/0/clause", "5", "completion.lots[0].clause"),
]


@pytest.mark.parametrize(("count", "changed", "value", "place"), PLACES)
def test_a_difference_names_its_place(count: str, changed: str, value: Any, place: str) -> None:
    first, *_ = check(wrong(count, (changed, value)))
    assert first.place == place


def test_a_difference_from_the_recount_names_its_place() -> None:
    record = wrong("everything", ("papers/invalid", {"torn": 2}))
    missing, more, *_ = verify(record, COUNTS["everything"].election)
    assert missing.place == 'papers.invalid["no first preference"]'
    assert (missing.found, missing.expected) == ("nothing", "2")
    assert (more.place, more.found, more.expected) == ('papers.invalid["torn"]', "2", "nothing")


def test_a_lot_that_is_missing_is_a_difference_of_the_lots() -> None:
    record = wrong("tie by lot", ("stages/1/lots", []))
    first, *_ = verify(record, COUNTS["tie by lot"].election)
    assert (first.place, first.found) == ("lots", "none")
    assert first.expected == "one (exclusion) between C, D"


def test_terms_without_a_recount_are_a_difference_of_the_whole() -> None:
    record = wrong("surplus", ("places", 0))
    stated, whole, *_ = verify(record, COUNTS["surplus"].election)
    assert (stated.place, stated.found, stated.kind) == ("places", "0", "terms")
    assert (whole.place, whole.found, whole.kind) == ("", "terms of a count", "terms")
    assert whole.expected.startswith("places: found 0; expected a whole number from 1")


def test_who_sorts_the_papers_again_is_for_the_caller_to_say() -> None:
    nobody: Any = "nobody"
    with pytest.raises(ElectionError, match="teller: found 'nobody'; expected auto, "):
        verify(record_of("surplus"), COUNTS["surplus"].election, teller=nobody)


def test_rules_that_are_not_installed_are_named_with_those_that_are() -> None:
    record = replace(record_of("surplus"), rules=replace(record_of("surplus").rules, id="others"))
    with pytest.raises(ElectionError) as error:
        verify(record, COUNTS["surplus"].election)
    assert str(error.value) == (
        "rules: found 'others', which is not installed here; expected one of "
        f"{', '.join(stvcount.rules.names())} for a recount (the record alone can be checked)"
    )


# Figures that no file can hold, or no reader would read


def with_first_vote(vote: Decimal) -> CountRecord:
    record = record_of("surplus")
    first = replace(record.stages[0], votes=FrozenMapping({**record.stages[0].votes, "A": vote}))
    return replace(record, stages=(first, *record.stages[1:]))


@pytest.mark.parametrize(
    ("vote", "shown"),
    [
        ("NaN", "NaN"),
        ("-Infinity", "-Infinity"),
        ("-1.00", "-1.00"),
        ("-0.00", "-0.00"),
        ("1E+1", "10"),
        ("1E-21", "0." + "0" * 20 + "1"),
        ("9" * 41, "9" * 41),
        ("1" * 300, "1" * 300),
        ("1" * 301, "1" * 297 + "..."),
    ],
)
def test_what_is_no_vote(vote: str, shown: str) -> None:
    found = check(with_first_vote(Decimal(vote)))
    assert [str(one) for one in found] == [f"stage 1, votes of A: found {shown}; expected a vote"]


@pytest.mark.parametrize(
    ("places", "shown"),
    [
        (-1, "-1"),
        (10**299, "1" + "0" * 299),
        (10**300, "1" + "0" * 296 + "..."),
        (10**1000 - 1, "9" * 297 + "..."),
        (10**1000, hex(10**1000)[:297] + "..."),
        (-(16**4000), "-0x1" + "0" * 293 + "..."),
    ],
    ids=["negative", "shown whole", "cut short", "still decimal", "hexadecimal", "beyond Python"],
)
def test_what_is_no_number_of_places(places: int, shown: str) -> None:
    found = check(replace(record_of("surplus"), places=places))
    assert str(found[-1]) == f"places: found {shown}; expected a number of this world"


def with_decimals(decimals: int, members: Any) -> Any:
    """A record of other rules, with more decimals in every vote and value."""
    if isinstance(members, dict):
        return {
            key: value if key in ("clause", "text") else with_decimals(decimals, value)
            for key, value in members.items()
        }
    if isinstance(members, list):
        return [with_decimals(decimals, item) for item in members]
    if isinstance(members, str) and re.fullmatch(r"[0-9]+\.[0-9]{2}", members):
        return members + "0" * (decimals - 2)
    return members


@pytest.mark.parametrize("decimals", [2, 5, 20])
def test_other_rules_may_count_in_other_decimals(decimals: int) -> None:
    members = json.loads(record_of("batches by value").to_json())
    del members["schema"]
    members["rules"]["id"] = "others"
    more = with_decimals(decimals, members) | {"decimals": decimals}
    assert said_of_unknown_rules(more) == []
    more["stages"][0]["votes"]["B"] = "13.000"
    assert said_of_unknown_rules(more) == [
        f"stage 1, votes of B: found 13.000; expected {decimals} decimals"
    ]


def worded_anew(record: CountRecord) -> CountRecord:
    """The record with the words of its decisions made from their figures."""

    def worded(decisions: tuple[Decision, ...]) -> tuple[Decision, ...]:
        return tuple(Decision(d.clause, d.code, d.candidates, d.figures) for d in decisions)

    stages = tuple(replace(one, decisions=worded(one.decisions)) for one in record.stages)
    end = replace(record.completion, decisions=worded(record.completion.decisions))
    return replace(record, stages=stages, completion=end)


def said_of_unknown_rules(members: dict[str, Any]) -> list[str]:
    """What is found, but for that the rules are not known."""
    unknown, *found = check(worded_anew(codec.decode(CountRecord, members)))
    assert unknown.kind == "unknown"
    return [str(one) for one in found]
