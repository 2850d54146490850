"""Published sheets checked without papers, and read from tables as people keep them."""

from __future__ import annotations

import csv
import dataclasses
import io
import itertools
import random
import zipfile
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from published_sheets import constituency, historical, loaded, ward
from test_audit import EVERY_RULE_SET, LONG, OPTIONS, random_count
from workbooks import ods

import stvcount
from stvcount import (
    Election,
    ElectionError,
    FormatError,
    Lots,
    Papers,
    PublishedSheet,
    RecordError,
    check_sheet,
    rules,
    sheets,
)
from stvcount.cli import main
from stvcount.frozen import FrozenMapping
from stvcount.record.published import PublishedPapers, PublishedRules, PublishedStage

# Northern Ireland's Assembly: 15 counts, and where they part from the rules

EXPLAINED = {
    # The mark names the stage at which it was declared: the vote was over the quota before.
    "2011 belfast-east": ["stage 9, elected: found nobody; expected also Chris LYTTLE (4695.50)"],
    "2011 north-down": [
        "stage 10, elected: found Leslie CREE; expected also Stephen FARRY (4077.89)"
    ],
    # The source has no mark for him at all, and five of six elected.
    "2011 belfast-west": [
        "stage 10, elected: found Fra MCCANN; expected also Alex ATTWOOD (5151.65)"
    ],
    # One by one, though 113 + 435 + 530 + 1505 = 2583 is less than 2616, the next above.
    "2017 north-antrim": [
        "stage 2, candidates: found the exclusion of Adam McBride (113.00); expected",
        "stage 3, candidates: found the exclusion of Monica Digney (454.00); expected",
    ],
}


def assembly(shared: Path) -> dict[str, PublishedSheet]:
    counts = loaded(shared, "published/ni-assembly.json")["counts"]
    return {name: constituency(count) for name, count in counts.items()}


def test_the_counts_of_the_assembly_but_for_what_is_explained(shared: Path) -> None:
    sheets = assembly(shared)
    assert len(sheets) == 15
    for name, sheet in sheets.items():
        found = check_sheet(sheet)
        assert (found.rules, found.stages) == ("ni-stv", len(sheet.stages))
        expected = EXPLAINED.get(name, [])
        assert len(found.differences) == len(expected), name
        for difference, beginning in zip(found.differences, expected, strict=True):
            assert str(difference).startswith(beginning)
    assert set(EXPLAINED) < set(sheets)


def test_north_antrim_in_words(shared: Path) -> None:
    found = check_sheet(assembly(shared)["2017 north-antrim"])
    assert str(found.differences[0]) == (
        "stage 2, candidates: found the exclusion of Adam McBride (113.00); expected the exclusion "
        "of Adam McBride (113.00), Monica Digney (435.00), Mark Bailey (530.00) and Timothy Gaston "
        "(1505.00) (51(12), by the votes of stage 1)"
    )
    assert str(found).splitlines()[:2] == [
        f"ni-stv: THE FIGURES CONTRADICT THE RULES: {found.differences[0]}",
        "2 differences:",
    ]


def with_stage(sheet: PublishedSheet, number: int, **changes: Any) -> PublishedSheet:
    """The sheet with other members of one stage, which is counted from 0."""
    stages = list(sheet.stages)
    stages[number] = dataclasses.replace(stages[number], **changes)
    return dataclasses.replace(sheet, stages=tuple(stages))


def changed_sheets(sheet: PublishedSheet, chance: random.Random) -> Iterator[PublishedSheet]:
    """The sheet with one thing changed, at every stage, that its figures tell."""
    for number, stage in enumerate(sheet.stages):
        name = chance.choice(sheet.candidates)
        votes = dict(stage.votes) | {name: (stage.votes[name] or 0) + Decimal("0.01")}
        yield with_stage(sheet, number, votes=FrozenMapping(votes))
        assert stage.non_transferable is not None
        yield with_stage(sheet, number, non_transferable=stage.non_transferable + 1)
        if stage.quota is not None:
            yield with_stage(sheet, number, quota=stage.quota + 1)


def test_a_changed_figure_is_found_at_its_stage(shared: Path) -> None:
    chance = random.Random("figures")
    for name, sheet in assembly(shared).items():
        if name in EXPLAINED:
            continue
        for changed in changed_sheets(sheet, chance):
            assert not check_sheet(changed).holds
    sheet = assembly(shared)["2017 strangford"]
    stage = sheet.stages[3]
    moved = dict(stage.votes)
    moved["Kellie Armstrong"] = Decimal(7000)
    found = check_sheet(with_stage(sheet, 3, votes=FrozenMapping(moved))).differences
    assert found[0].stage == 4


def test_another_course_is_found_where_it_begins(shared: Path) -> None:
    """A stage left out, another candidate moved, a mark too many or too few."""
    for name, sheet in assembly(shared).items():
        if name in EXPLAINED:
            continue
        for number in range(1, len(sheet.stages)):
            without = (*sheet.stages[:number], *sheet.stages[number + 1 :])
            found = check_sheet(dataclasses.replace(sheet, stages=without)).differences
            assert found, (name, number)
            others = [one for one in sheet.candidates if one not in sheet.stages[number].candidates]
            swapped = with_stage(sheet, number, candidates=(others[0],))
            assert check_sheet(swapped).differences[0].stage <= number + 1
        for number, stage in enumerate(sheet.stages[:-1]):
            assert stage.elected is not None
            for not_yet in (one for one in sheet.candidates if 0 < (stage.votes[one] or 0) < 2000):
                more = with_stage(sheet, number, elected=(*stage.elected, not_yet))
                assert check_sheet(more).differences[0].stage == number + 1
            if stage.elected:
                less = with_stage(sheet, number, elected=stage.elected[1:])
                assert check_sheet(less).differences[0].stage == number + 1
        assert sheet.elected is not None
        other = next(one for one in sheet.candidates if one not in sheet.elected)
        wrong = dataclasses.replace(sheet, elected=(*sheet.elected[:-1], other))
        assert any(one.place == "elected" for one in check_sheet(wrong).differences)


# Glasgow 2022: ten wards


def wards(shared: Path) -> dict[str, PublishedSheet]:
    counts = loaded(shared, "expected/scottish-official.json")["wards"]
    return {name: ward(count) for name, count in counts.items()}


def test_official_wards_hold_by_their_own_rules_alone(shared: Path) -> None:
    sheets = wards(shared)
    assert (len(sheets), sum(len(sheet.stages) for sheet in sheets.values())) == (10, 79)
    for sheet in sheets.values():
        own = check_sheet(sheet)
        assert (own.differences, own.unchecked, own.stages) == ((), (), len(sheet.stages))
        assert not check_sheet(sheet, rules="ni-stv").holds
        by_ers97 = check_sheet(sheet, rules="ers97").differences
        assert by_ers97[0].place == "stages[0].quota"


def test_a_ward_by_the_rules_of_northern_ireland(shared: Path) -> None:
    """Values of five decimals cannot arise where two are kept."""
    texts = list(map(str, check_sheet(wards(shared)["Ward 1 Linn"], rules="ni-stv").differences))
    assert texts[0] == (
        "stage 2, votes of Euan BLOCKLEY: found 1062.72107; expected a vote of 2 decimals, not "
        "below nothing"
    )
    assert "no transfer value that the rules allow gives these" in texts[1]


# What was counted here holds by its own rules


def combinations(name: str) -> list[dict[str, Any]]:
    options = rules.kind(name).option_list
    chosen = itertools.product(*([(one.name, v) for v in one.choices] for one in options))
    return [dict(one) for one in chosen]


@EVERY_RULE_SET
def test_no_false_alarm_by_any_rules_with_any_options(
    rules: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(OPTIONS, rules, combinations(rules))
    chance = random.Random(rules)
    for seed in range(3000 if LONG else 150):
        counted = random_count(seed, rules)
        if counted is None:
            continue
        record = counted[1]
        sheet = PublishedSheet.from_record(record)
        assert check_sheet(sheet).differences == (), record.to_json()
        assert check_sheet(sheet).stages == len(sheet.stages)
        if seed % 10 == 0:
            for changed in changed_sheets(sheet, chance):
                assert not check_sheet(changed).holds


@cache
def random_sheets() -> list[PublishedSheet]:
    counts = (
        random_count(seed, rules)
        for seed in range(1000 if LONG else 60)
        for rules in stvcount.rules.names()
    )
    return [PublishedSheet.from_record(counted[1]) for counted in counts if counted]


@EVERY_RULE_SET
def test_any_sheet_can_be_checked_by_any_rules(rules: str) -> None:
    """By rules that a count was not held by, there are differences and no crash."""
    for sheet in random_sheets():
        found = check_sheet(sheet, rules=rules)
        assert found.holds == (not found.differences)
        shuffled = dataclasses.replace(sheet, stages=(sheet.stages[0], *sheet.stages[:0:-1]))
        assert check_sheet(shuffled, rules=rules).rules == rules


def sheet_of(
    places: int, candidates: str, *stages: PublishedStage, rules: str = "ers97", **more: Any
) -> PublishedSheet:
    return PublishedSheet(
        rules=PublishedRules(rules),
        places=places,
        candidates=tuple(candidates),
        stages=stages,
        **more,
    )


def stage_of(votes: Mapping[str, str | None], nt: str | None = "0", **more: Any) -> PublishedStage:
    given = {name: None if vote is None else Decimal(vote) for name, vote in votes.items()}
    lost = None if nt is None else Decimal(nt)
    return PublishedStage(votes=FrozenMapping(given), non_transferable=lost, **more)


# Ties


def tie_after_batches(excluded: str) -> PublishedSheet:
    """By ERS97: C and D are equal before stage 4; only the batches of stage 3 can tell them apart.

    A's surplus gives B, whom stage 3 excludes, papers of a value below 1.00.
    """
    left = "CD".replace(excluded, "")
    return sheet_of(
        2,
        "ABCDE",
        stage_of({"A": "20", "B": "3", "C": "4", "D": "4", "E": "6"}, kind="first",
                 quota=Decimal("12.34"), elected=("A",)),
        stage_of({"A": "12.34", "B": "4.83", "C": "5.83", "D": "5.83", "E": "7.83"}, "0.34",
                 kind="surplus", candidates=("A",), quota=Decimal("12.34"), elected=()),
        stage_of({"A": "12.34", "B": "0", "C": "7.83", "D": "7.83", "E": "8.66"}, "0.34",
                 kind="exclusion", candidates=("B",), quota=Decimal("12.34"), elected=()),
        stage_of({"A": "12.34", "B": "0", excluded: "0", left: "12.00", "E": "12.32"}, "0.34",
                 kind="exclusion", candidates=(excluded,), quota=Decimal("12.34"), elected=()),
        complete=False,
    )  # fmt: skip


def test_a_tie_that_votes_within_a_stage_may_decide_is_no_difference() -> None:
    told = "stage 4: which of C and D it is (5.2.5): votes within a stage, or a lot, would tell"
    for name in "CD":
        found = check_sheet(tie_after_batches(name))
        assert [one for one in found.differences if "candidates" in one.place] == []
        assert told in found.unchecked


def test_equals_of_whom_votes_within_a_stage_tell_who_is_elected() -> None:
    """C and D come to half of the active vote in stage 3, by batches that no sheet has.

    By votes at earlier stages it is C, unless D was deemed elected before the last batch.
    """
    quota = Decimal("10.67")
    first = stage_of({"A": "20", "B": "3", "C": "5", "D": "4"}, kind="first",
                     quota=quota, elected=("A",))  # fmt: skip
    second = stage_of({"A": "10.67", "B": "4.84", "C": "8.22", "D": "8.14"}, "0.13",
                      kind="surplus", candidates=("A",), quota=quota, elected=())  # fmt: skip
    votes = {"A": "10.67", "B": "0", "C": "9.14", "D": "9.14"}
    told = "stage 3: which of equals is elected: votes within a stage, or a lot, would tell"
    for name, is_told in (("C", False), ("D", True)):
        third = stage_of(votes, "3.05", kind="exclusion", candidates=("B",),
                         quota=quota, elected=(name,))  # fmt: skip
        found = check_sheet(sheet_of(2, "ABCD", first, second, third, complete=False))
        assert found.differences == ()
        assert (told in found.unchecked) == is_told


def test_of_equals_at_the_mark_one_may_have_the_last_place_but_not_both() -> None:
    """C and D come to half of the active vote in stage 3, and were equal in every stage before.

    None of them is deemed elected, unless there was a batch after which one had more.
    """
    quota = Decimal("10.34")
    first = stage_of({"A": "20", "B": "3", "C": "4", "D": "4"}, kind="first",
                     quota=quota, elected=("A",))  # fmt: skip
    second = stage_of({"A": "10.34", "B": "4.92", "C": "7.84", "D": "7.84"}, "0.06",
                      kind="surplus", candidates=("A",), quota=quota, elected=())  # fmt: skip
    votes = {"A": "10.34", "B": "0", "C": "9.80", "D": "9.80"}
    last = stage_of(votes | {"C": "0"}, "10.86", kind="exclusion", candidates=("C",),
                    quota=quota, elected=())  # fmt: skip
    told = "stage 3: which of equals is elected: votes within a stage, or a lot, would tell"
    both = (
        "stage 3, elected: found D (9.80) and C (9.80); expected nobody else yet "
        "(by the quota of 10.34)"
    )
    for names, unchecked, differences in ((("D",), [told], []), (("D", "C"), [], [both])):
        third = stage_of(votes, "1.06", kind="exclusion", candidates=("B",),
                         quota=quota, elected=names)  # fmt: skip
        found = check_sheet(sheet_of(2, "ABCD", first, second, third, last, complete=False))
        further = "stage 4: found another stage; expected the end of the count"
        assert list(map(str, found.differences)) == [*differences, further]
        assert found.unchecked == (*unchecked, "the end: more stages followed")


def test_a_tie_that_an_earlier_stage_decides_is_a_difference() -> None:
    """B and C are equal at stage 2; at the first stage C has fewer, and is excluded."""
    first = stage_of({"A": "7", "B": "5", "C": "4", "D": "1"}, kind="first", elected=())
    second = {"A": "7", "B": "5", "C": "5", "D": "0"}
    for excluded, holds in (("C", True), ("B", False)):
        third = second | {excluded: "0", "A": "8"}
        sheet = sheet_of(
            1, "ABCD", first,
            stage_of(second, kind="exclusion", candidates=("D",), elected=()),
            stage_of(third, "4", kind="exclusion", candidates=(excluded,), elected=("A",)),
            rules="scottish",
            complete=False,
        )  # fmt: skip
        found = [one for one in check_sheet(sheet).differences if "candidates" in one.place]
        assert (not found) == holds


def test_a_lot_that_no_sheet_prints_is_believed() -> None:
    first = stage_of({"A": "4", "B": "2", "C": "2"}, kind="first", quota=Decimal(5), elected=())
    for name, other in ("BC", "CB"):
        moved = {"A": "6", name: "0", other: "2"}
        last = stage_of(moved, kind="exclusion", candidates=(name,), elected=("A",))
        found = check_sheet(sheet_of(1, "ABC", first, last, rules="aberdeen", elected=("A",)))
        assert found.holds
        assert "stage 2: which of B and C it is (7.8): a lot would tell" in found.unchecked


def test_an_end_that_lots_may_make_in_too_many_ways_is_no_difference() -> None:
    """All but one of 205 equals are elected; not each of them is tried as the one left over."""
    names = [f"C{number}" for number in range(205)]
    papers = Papers(names, [((number,), 1) for number in range(205)])
    election = Election(places=204, candidates=names, papers=papers)
    equals = "the end: which of equals is elected: votes within a stage, or a lot, would tell"
    too_many = "the end: who is elected, for lots may fall in 200 ways or more"
    for left, told in (("C199", (equals,)), ("C200", (too_many, equals))):
        record = stvcount.count(election, rules="ers97", lots=Lots.drawn(left))
        assert left not in record.elected
        found = check_sheet(PublishedSheet.from_record(record))
        assert (found.differences, found.unchecked) == ((), told)


# Sheets of which parts are missing


def test_what_is_left_out_is_said() -> None:
    first = stage_of({"A": "5", "B": "4", "C": "2"}, None, kind="first")
    last = stage_of({"A": "7", "B": "4"}, None, kind="exclusion", candidates=("C",))
    found = check_sheet(sheet_of(1, "ABC", first, last))
    assert not found.differences
    assert found.unchecked == (
        "stages 1 and 2: the quota is not published",
        "stages 1 and 2: who is elected at it is not published",
        "stage 2: the vote of C is left out, and taken as 0.00",
        "stage 2: the non-transferable vote is not published",
        "the end: who is elected is not published as a whole",
    )


def test_of_a_stage_that_is_not_whole_its_action_is_checked() -> None:
    first = stage_of({"A": "4", "B": "3", "C": "2"}, kind="first", elected=())
    last = stage_of({"A": "4"}, kind="exclusion", candidates=("B",), elected=())
    found = check_sheet(sheet_of(1, "ABC", first, last))
    assert [one.stage for one in found.differences] == [2]
    assert found.stages == 1
    assert "the votes of B and C were not published" in found.unchecked[-1]


def test_papers_that_do_not_make_the_total() -> None:
    first = stage_of({"A": "6", "B": "4"}, kind="first", elected=("A",))
    sheet = sheet_of(1, "AB", first, papers=PublishedPapers(13, 2), elected=("A",))
    assert [str(one) for one in check_sheet(sheet).differences] == [
        "stage 1, votes: found 10; expected 11 (all papers but the invalid ones)"
    ]


def test_papers_go_back_to_nobody_and_appear_nowhere() -> None:
    first = stage_of({"A": "6", "B": "5", "C": "3", "D": "2"}, kind="first", elected=())
    second = stage_of({"A": "6", "B": "6", "C": "3", "D": "0"}, "1", kind="exclusion",
                      candidates=("D",), elected=())  # fmt: skip
    third = stage_of({"A": "7", "B": "5", "C": "0", "D": "4"}, "0", kind="exclusion",
                     candidates=("C",), elected=())  # fmt: skip
    sheet = sheet_of(1, "ABCD", first, second, third, complete=False, rules="lsu-stv")
    places = [one.place for one in check_sheet(sheet).differences]
    assert {'stages[2].votes["B"]', 'stages[2].votes["D"]', "stages[2].non_transferable"} <= {
        *places
    }


def test_unknown_rules_and_rules_without_a_rulebook() -> None:
    sheet = sheet_of(1, "AB", stage_of({"A": "6", "B": "4"}, kind="first"), rules="nobody's")
    with pytest.raises(ElectionError, match=r"found \"nobody's\"; expected aberdeen"):
        check_sheet(sheet)

    class Bare(stvcount.rules.ERSAV):
        id = "bare"
        rulebook = None

    with pytest.raises(ElectionError, match="found 'bare', which has no rulebook"):
        check_sheet(sheet, rules=Bare())


# Other published counts


def test_historical_counts_hold_by_their_own_rules(shared: Path) -> None:
    counts = loaded(shared, "published/historical.json")["counts"]
    checked = [one for one in counts if "stages" in one]
    assert len(checked) == 7
    for count in checked:
        found = check_sheet(historical(count))
        assert found.holds
        assert found.stages == len(count["stages"])


def test_more_historical_counts(shared: Path) -> None:
    counts = {one["id"]: one for one in loaded(shared, "published/more-historical.json")["counts"]}
    education = historical(counts["nottingham-2023-education"])
    assert check_sheet(education).holds
    assert str(check_sheet(education, rules="lsu-atv").differences[0]) == (
        "stage 2, quota: found 639.00; expected 748.00 (First stage c)"
    )
    nothing = check_sheet(historical(counts["imperial-2007-dpfs"]))
    assert (nothing.stages, nothing.differences) == (0, ())
    assert str(nothing).startswith("ers-av: NOTHING CHECKED: too few figures were published")
    by_hand = check_sheet(historical(counts["liberal-youth-2010"], complete=False))
    assert str(by_hand.differences[0]) == (
        "stage 3, candidates: found the surplus of C.M. (2.26); expected the exclusion of C.B. "
        "(1.00) (5.2.2, by the votes of stage 2)"
    )
    assert by_hand.differences[0].stage == counts["liberal-youth-2010"]["impossible_at"]


def test_published_quotas(shared: Path) -> None:
    """Six of the Liberal Democrats, four of the exercises: 5.1.6."""
    more = loaded(shared, "published/more-historical.json")["counts"]
    quotas = next(one["quotas"] for one in more if "quotas" in one)
    quotas += loaded(shared, "published/exercises.json")["9.2_quota"]
    assert len(quotas) == 10
    for one in quotas:
        names = [f"C{number}" for number in range(one["places"] + 1)]
        votes = dict.fromkeys(names, str(one["valid"] // len(names)))
        votes["C0"] = str(one["valid"] - (len(names) - 1) * int(votes["C1"]))
        stage = stage_of(votes, kind="first", quota=Decimal(one["quota"]))
        sheet = PublishedSheet(
            rules=PublishedRules("ers97"),
            places=one["places"],
            candidates=tuple(names),
            stages=(stage,),
            complete=False,
        )
        assert check_sheet(sheet).holds
        wrong = with_stage(sheet, 0, quota=Decimal(one["quota"]) - Decimal("0.01"))
        assert [d.place for d in check_sheet(wrong).differences] == ["stages[0].quota"]
        assert not check_sheet(sheet, rules="ni-stv").holds


def test_the_next_action_of_the_exercises(shared: Path) -> None:
    """9.6: what comes after such votes; a sheet that does otherwise is told what should."""
    exercise = loaded(shared, "published/exercises.json")["9.6_next_action"]
    expected = ["surplus of A", "exclusion of J", "exclusion of J", "surplus of A"]
    for case, action in zip(exercise["cases"], expected, strict=True):
        votes = {name: str(vote) for name, vote in case["votes"].items()}
        quota = Decimal(exercise["quota"])
        first = stage_of(votes, kind="first", quota=quota, elected=tuple(case["elected"]))
        wrong = stage_of({}, kind="exclusion", candidates=("C",), quota=quota, elected=())
        sheet = sheet_of(exercise["places"], "ABCDEFGHJ", first, wrong, complete=False)
        (found,) = check_sheet(sheet).differences
        assert found.expected.startswith(f"the {action}")
        assert ("H (275" in found.expected) == ("H together" in case["action"])


def test_the_model_election(shared: Path) -> None:
    model = loaded(shared, "published/model-election.json")
    count = {
        "title": "Model election",
        "rules": "ers97",
        "places": 6,
        "stages": model["stages_of_the_reconstructed_papers"],
    }
    found = check_sheet(historical(count, quota="107.58"))
    assert (found.differences, found.unchecked, found.stages) == ((), (), 6)
    assert not check_sheet(historical(count, quota="107.58"), rules="lsu-atv").holds


# Tables, as people keep them

PAIRS = """Society elections 2026,,,,,,
Places,2,,,,,
,,,,,,
,Stage 1,Stage 2,,Stage 3,,Result
Candidate,Votes,Surplus of Ada Marsh,Votes,Exclusion of Cleo Hart,Votes,
Ada Marsh,"1,400",\u2212467.00,933.00,,933.00,Elected
Ben Okoro,900,+310.00,"1,210.00",,"1,210.00",elected (stage 2)
Cleo Hart,300,+90.00,390.00,\u2212390.00,,Excluded
Dev Rana,199,+60,259,+300,559,not elected
Non-transferable,,+7.00,7.00,+90.00,97.00,
Total,"2,799",,"2,799.00",,"2,799.00",
Quota,933.00,,,,,
"""


def put(folder: Path, text: str, name: str = "sheet.csv") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def test_a_sheet_of_pairs_as_people_keep_it(tmp_path: Path) -> None:
    sheet = stvcount.read_sheet(put(tmp_path, PAIRS))
    assert (sheet.title, sheet.places) == ("Society elections 2026", 2)
    assert sheet.candidates == ("Ada Marsh", "Ben Okoro", "Cleo Hart", "Dev Rana")
    assert [(one.kind, one.candidates) for one in sheet.stages] == [
        ("first", ()),
        ("surplus", ("Ada Marsh",)),
        ("exclusion", ("Cleo Hart",)),
    ]
    assert [one.non_transferable for one in sheet.stages] == [0, 7, 97]
    assert [one.quota for one in sheet.stages] == [933, None, None]
    assert list(sheet.stages[2].votes.values()) == [933, 1210, 0, 559]
    assert sheet.elected == ("Ada Marsh", "Ben Okoro")


def with_table(sheet: PublishedSheet, chance: random.Random) -> list[list[str]]:
    """The rows of a table of this sheet, in one of the ways in which they are kept."""
    above = [
        ["Some contest"],
        ["Electorate", "4,000", "Quota", str(sheet.stages[0].quota or "n/a")],
    ]
    below = [[], ["Notes"], ["Counted by hand", "twice"]]
    table = (_turned if chance.random() < 0.3 else _upright)(sheet, chance)
    rows = [*above[: chance.randrange(3)], *[[]] * chance.randrange(2), *table]
    rows += below[: chance.choice([0, 3])]
    width = max(map(len, rows))
    return [[*cells, *[""] * (width - len(cells))] for cells in rows]


def _headings(sheet: PublishedSheet) -> list[str]:
    later = enumerate(sheet.stages[1:], start=2)
    return [
        "Stage 1",
        *(
            f"{number}. {one.kind.title()} of {' and '.join(one.candidates)}"
            for number, one in later
        ),
    ]


def _turned(sheet: PublishedSheet, chance: random.Random) -> list[list[str]]:
    accounts = [_cells_of(sheet, name, chance, pairs=False) for name in [*sheet.candidates, None]]
    return [list(row) for row in zip(["Count", *_headings(sheet)], *accounts, strict=True)]


def _upright(sheet: PublishedSheet, chance: random.Random) -> list[list[str]]:
    pairs, results, final, numbered, gap = (chance.random() < 0.5 for _ in range(5))
    first, *later = _headings(sheet)
    head = ["Candidate", first, *(cell for one in later for cell in [one, "Votes"][: 1 + pairs])]
    body = [_cells_of(sheet, name, chance, pairs=pairs) for name in sheet.candidates]
    lost = _cells_of(sheet, None, chance, pairs=pairs)
    last = {name: n for n, one in enumerate(sheet.stages, 1) for name in one.elected or ()}
    rows = [head, *body]
    for row, name in zip(rows, [None, *sheet.candidates], strict=True):
        if final:
            row.append(str(sheet.stages[-1].votes[name]) if name else "Final votes")
        if results:
            said = f"Elected (stage {last[name]})" if name in last else "Not elected"
            row.append(said if name else "Outcome")
        if numbered:
            row.insert(0, str(rows.index(row)) if name else "No.")
    return [*rows, *[[]] * gap, ["", *lost] if numbered else lost]


def _cells_of(
    sheet: PublishedSheet, account: str | None, chance: random.Random, *, pairs: bool
) -> list[str]:
    minus = chance.choice(["-{}", "\u2212{}", "({})"])
    gone, nothing = chance.choice(["", "-", "0", "Excluded"]), chance.choice(["", "-", "0.00"])
    plus = chance.choice(["", "+"])
    cells = ["Non-transferable" if account is None else account]
    before, out = Decimal(0), False
    for number, stage in enumerate(sheet.stages):
        vote = stage.non_transferable if account is None else stage.votes[account]
        assert vote is not None
        if number and pairs:
            change = vote - before
            sign = minus if change < 0 else plus + "{}"
            cells.append(sign.format(f"{abs(change):,f}") if change else nothing)
        cells.append(gone if out and not vote else f"{vote:,f}")
        out = out or (stage.kind == "exclusion" and account in stage.candidates)
        before = vote
    return cells


def assert_same(read: PublishedSheet, sheet: PublishedSheet, where: object) -> None:
    for one, other in zip(read.stages, sheet.stages, strict=True):
        assert (one.kind, {*one.candidates}) == (other.kind, {*other.candidates}), where
        assert dict(one.votes) == dict(other.votes), where
        assert one.non_transferable == other.non_transferable, where
        assert one.elected is None or {*one.elected} == {*(other.elected or ())}, where


@EVERY_RULE_SET
def test_a_table_of_any_count_is_read_to_the_same_sheet(rules: str, tmp_path: Path) -> None:
    chance = random.Random(rules)
    for seed in range(1000 if LONG else 60):
        counted = random_count(seed, rules)
        if counted is None:
            continue
        sheet = PublishedSheet.from_record(counted[1])
        stream = io.StringIO()
        delimiter = chance.choice(",;\t")
        csv.writer(stream, delimiter=delimiter).writerows(with_table(sheet, chance))
        path = put(tmp_path, stream.getvalue())
        assert_same(stvcount.read_sheet(path, places=sheet.places, rules=rules), sheet, path)


@EVERY_RULE_SET
def test_the_result_sheet_of_any_count_is_read_as_one(rules: str, tmp_path: Path) -> None:
    for seed in range(400 if LONG else 25):
        counted = random_count(seed, rules)
        if counted is None:
            continue
        record = counted[1]
        sheet = PublishedSheet.from_record(record)
        path = put(tmp_path, text := sheets.render(record, "csv"))
        if "rounded to" in text:
            with pytest.raises(RecordError, match="found 'rounded to 2 decimals; the record has "):
                stvcount.read_sheet(path)
            continue
        read = stvcount.read_sheet(path)
        assert_same(read, sheet, path)
        assert (read.rules, read.places, read.papers) == (sheet.rules, sheet.places, sheet.papers)
        assert {*(read.elected or ())} == {*(sheet.elected or ())}
        assert check_sheet(read).holds, path


def test_who_is_elected_at_each_stage_may_be_said_in_a_row(tmp_path: Path) -> None:
    text = "Name,First,Surplus of Ann\nAnn,9,6\nAnn Lee,2,4\nCy,5,6\nElected,Ann,Cy and Ann Lee\n"
    sheet = stvcount.read_sheet(put(tmp_path, text), places=3)
    assert [stage.elected for stage in sheet.stages] == [("Ann",), ("Ann Lee", "Cy")]
    with pytest.raises(
        RecordError, match=r"row 5 \('Elected'\): found 'Al'; expected names of cand"
    ):
        stvcount.read_sheet(put(tmp_path, text.replace(",Ann,", ",Al,")), places=3)


def test_who_is_elected_when_may_be_said_in_a_column(tmp_path: Path) -> None:
    text = "Name,First,Surplus of Ann,Stage elected\nAnn,9,6,1\nWard,2,4,\nCy,5,6,2\nTotal,16,16,\n"
    sheet = stvcount.read_sheet(put(tmp_path, text), places=2)
    assert sheet.elected == ("Ann", "Cy")
    assert [stage.elected for stage in sheet.stages] == [("Ann",), ("Cy",)]
    order = stvcount.read_sheet(put(tmp_path, text.replace("Stage e", "E")), places=2)
    assert (order.elected, order.stages[0].elected) == (("Ann", "Cy"), None)


def test_a_candidate_of_a_name_that_is_a_word_of_sheets(tmp_path: Path) -> None:
    sheet = stvcount.read_sheet(put(tmp_path, "Name,Votes\nWard,9\nContest,2\nRule,5\n"), places=1)
    assert sheet.candidates == ("Ward", "Contest", "Rule")


def test_workbooks(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    rows: list[list[Any]] = [
        ["Candidate", "First", "Exclude Cy", "Result"],
        ["Ann", 5, 7, "Elected"],
        ["Bob", 4, 4, None],
        ["Cy", 2, None, None],
        ["Exhausted", None, 0, None],
    ]
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(tmp_path / "sheet.xlsx")
    (tmp_path / "sheet.ods").write_bytes(ods({"Count": rows}))
    for name in ("sheet.xlsx", "sheet.ods"):
        sheet = stvcount.read_sheet(tmp_path / name, places=1)
        assert sheet.stages[1].candidates == ("Cy",)
        assert dict(sheet.stages[1].votes) == {"Ann": 7, "Bob": 4, "Cy": 0}
        assert sheet.elected == ("Ann",)
        assert check_sheet(sheet, rules="ers97").holds


def test_what_a_workbook_worked_out_is_read_without_the_dust_of_binary_fractions(
    tmp_path: Path,
) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in [
        ["Candidate", "First", "Surplus of Ann", "Votes"],
        ["Ann", 10, -3.3, "=B2+C2"],
        ["Bob", 5, 1.1, 6.1],
        ["Cy", 1, 1.1, 2.1],
        ["Long", "12345.123456789012", None, None],
    ]:
        book.active.append(row)
    book.save(path := tmp_path / "sheet.xlsx")
    with pytest.raises(
        FormatError, match=r"xlsx:2: found the formula '=B2\+C2' in column 4; expec"
    ):
        stvcount.read_sheet(path, places=1)
    with zipfile.ZipFile(path) as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    for empty, filled in [
        (b"<f>B2+C2</f><v />", b"<f>B2+C2</f><v>6.7000000000000011</v>"),
        (b"<v>1.1</v>", b"<v>1.1000000000000005</v>"),
    ]:
        assert empty in sheet
        sheet = sheet.replace(empty, filled)
    with zipfile.ZipFile(path, "w") as saved:
        for name, data in (parts | {"xl/worksheets/sheet1.xml": sheet}).items():
            saved.writestr(name, data)
    first, second = stvcount.read_sheet(path, places=1).stages
    assert list(map(str, first.votes.values())) == ["10", "5", "1", "12345.123456789012"]
    assert list(map(str, second.votes.values())) == ["6.7", "6.1", "2.1", "0"]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("Name,First\nAnn,6\nBob,5*\n", r"row 3 \('Bob'\), 'First': found '5\*'; expected a fig"),
        ('Name,First\nAnn,"107,58"\nBob,5\n', r"row 2 \('Ann'\), 'First': found '107,58'"),
        ("Name,First,Next\nAnn,6,6\nBob,5,5\n", r"stage 2 \('Next'\): found nobody whose votes fa"),
        (
            "Name,First,Exclude Bob,Votes\nAnn,6,+4,11\nBob,5,-5,0\n",
            r"row 2 \('Ann'\): found 6 changed by 4 to 11; expected 10",
        ),
        ("Name,First\nAnn,6\nAnn,5\n", r"candidates: found 'Ann' 2 times; expected it once"),
        ("Name,First\nAnn,-6\nBob,\n", r"stages\[0\].votes\['Ann'\]: found -6; expected no votes"),
    ],
)
def test_a_table_that_cannot_be_read_is_one_clear_line(
    rows: str, message: str, tmp_path: Path
) -> None:
    path = put(tmp_path, rows)
    with pytest.raises(RecordError, match=message) as caught:
        stvcount.read_sheet(path, places=1)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)


def test_a_table_without_figures_or_places(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="found no figures; expected a row of figures"):
        stvcount.read_sheet(put(tmp_path, "Name,First\nAnn,six\n"), places=1)
    with pytest.raises(FormatError, match=r"found no number of places; expected places= \(--pl"):
        stvcount.read_sheet(put(tmp_path, "Name,First\nAnn,6\nBob,5\n"))


def test_a_table_whose_only_figures_are_no_votes(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="found no column of votes; expected one for each stage"):
        stvcount.read_sheet(put(tmp_path, "Name,No\nAnn,1\nBob,2\n"), places=1)


def test_a_quota_that_falls_is_that_of_each_stage(tmp_path: Path) -> None:
    text = "Name,First,Exclude Cy,Exclude Bob\nQuota,6,6,5\nAnn,5,7,7\nBob,4,4,0\nCy,2,,\n"
    sheet = stvcount.read_sheet(put(tmp_path, text), places=1)
    assert [stage.quota for stage in sheet.stages] == [6, 6, 5]


def test_what_a_spreadsheet_cuts_to_less_than_nothing_is_nothing(tmp_path: Path) -> None:
    sheet = stvcount.read_sheet(put(tmp_path, "Name,First\nAnn,6\nBob,-0.00\n"), places=1)
    assert str(sheet.stages[0].votes["Bob"]) == "0.00"
    assert stvcount.PublishedSheet.from_json(sheet.to_json()) == sheet


def test_a_heading_tells_what_figures_do_not(tmp_path: Path) -> None:
    """An exclusion that leaves something; a candidate whose name is in another's; no vote."""
    text = (
        "Name,First,Exclusion of Ann Lee-Smith (Ann Lee elected),Exclude Nil\n"
        "Ann Lee,6,9,9\nAnn Lee-Smith,5,2,2\nBob,4,4,4\nNil,0,0,0\n"
    )
    sheet = stvcount.read_sheet(put(tmp_path, text), places=1)
    assert [(one.kind, one.candidates) for one in sheet.stages[1:]] == [
        ("exclusion", ("Ann Lee-Smith",)),
        ("exclusion", ("Nil",)),
    ]


# The command


def test_the_command_checks_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "Name,First,Exclude Cy\nAnn,6,7\nBob,4,4\nCy,1,0\nNon-transferable,0,0\n"
    path = str(put(tmp_path, text))
    assert main(["verify", path, "--rules", "ers-av", "--places", "1"]) == 1
    out, err = capsys.readouterr()
    assert out.startswith("ers-av: THE FIGURES CONTRADICT THE RULES: stage 2: found another stage; "
                          "expected the end of the count")  # fmt: skip
    assert err == ""
    more = str(put(tmp_path, text.replace("Ann,6,7", "Ann,4,5"), "more.csv"))
    assert main(["verify", more, "--rules", "ers97", "--places", "1"]) == 0
    assert capsys.readouterr().out.startswith("ers97: nothing in 2 stages contradicts the rules")


def test_the_command_says_what_it_needs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(put(tmp_path, "Name,First\nAnn,6\nBob,4\n"))
    asked = [
        (["verify", path, "--places", "1"], "--rules: found none"),
        (["verify", path, "--rules", "ers97"], "found no number of places"),
        (["verify", path, path, "--rules", "ers97", "--places", "1"], "papers: found them with"),
        (["verify", path, "--rules", "nobody", "--places", "1"], "nobody"),
    ]
    for arguments, message in asked:
        assert main(arguments) == 2
        err = capsys.readouterr().err
        assert message in err
        assert err.count("\n") == 1
