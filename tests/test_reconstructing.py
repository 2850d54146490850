"""Papers for published sheets: they are found where there are some, and else the sheet breaks."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from builders import election, figures
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import stvcount
from stvcount import (
    CountRecord,
    Election,
    ElectionError,
    FormatError,
    Lots,
    RecordError,
    read_sheet,
)
from stvcount.formats import blt
from stvcount.frozen import FrozenMapping
from stvcount.inquiry.reconstruct import (
    MOST_VOTES,
    SCHEMA,
    PublishedPapers,
    PublishedRules,
    PublishedSheet,
    PublishedStage,
    Reconstruction,
    differences,
    reconstruct,
)
from stvcount.rules import gregory
from stvcount.testing import elections

ROOT = Path(__file__).resolve().parent.parent
HISTORY = ROOT / "src" / "stvcount" / "testing" / "published"
COUNTED = [
    folder.name
    for folder in sorted(HISTORY.iterdir())
    if folder.is_dir() and json.loads((folder / "source.json").read_text("utf-8")).get("papers")
]
VALIDATOR = jsonschema.Draft202012Validator(
    json.loads((files("stvcount") / "schemas" / "sheet-1.json").read_text("utf-8"))
)

Votes = dict[str, str | None]


def used(rules: str, **options: bool) -> PublishedRules:
    return PublishedRules(rules, FrozenMapping(options))


def votes(given: Votes) -> FrozenMapping[str, Decimal | None]:
    return FrozenMapping(
        (name, None if vote is None else Decimal(vote)) for name, vote in given.items()
    )


def changed(sheet: PublishedSheet, number: int, **changes: Any) -> PublishedSheet:
    """The sheet with another stage of this number."""
    stages = list(sheet.stages)
    stages[number - 1] = replace(stages[number - 1], **changes)
    return replace(sheet, stages=tuple(stages))


def other_votes(sheet: PublishedSheet, number: int, **others: str) -> PublishedSheet:
    """The sheet with other votes after this stage."""
    was = sheet.stages[number - 1].votes
    return changed(sheet, number, votes=FrozenMapping({**was, **votes(dict(others))}))


def counted(places: int, papers: dict[str, int], rules: str, **options: bool) -> CountRecord:
    return stvcount.count(
        election(places, papers), rules=rules, options=options, lots=Lots.first_listed()
    )


def sheet_of(places: int, papers: dict[str, int], rules: str, **options: bool) -> PublishedSheet:
    return PublishedSheet.from_record(counted(places, papers, rules, **options))


def broken(sheet: PublishedSheet) -> str:
    """Where and why no papers can give the sheet."""
    found = reconstruct(sheet)
    assert (found.status, found.election, found.record) == ("impossible", None, None)
    return str(found.breaks)


# Every count gives a sheet that papers can be found for

EVERY_RULE_SET = pytest.mark.parametrize(
    ("rules", "options"),
    [
        ("aberdeen", {}),
        ("aberdeen", {"include_invalid": True, "majority": "exact"}),
        ("ers-av", {}),
        ("ers97", {}),
        ("ers97", {"non_person": "close"}),
        ("lsu-atv", {}),
        ("lsu-atv", {"suspense": True}),
        ("lsu-stv", {}),
    ],
)


def published(drawn: Election, rules: str, options: dict[str, Any], *, non_person: bool) -> Any:
    most = stvcount.rules.get(rules).most_places
    places = drawn.places if most is None else min(most, drawn.places)
    standing = drawn.with_places(places)
    if non_person:
        standing = standing.with_non_person(standing.standing[-1])
    return stvcount.count(standing, rules=rules, options=options, lots=Lots.seeded("sheet"))


def test_no_sheet_of_a_record_without_stages_or_of_too_many_papers() -> None:
    record = stvcount.count(election(1, {"A": 3, "B": 2}), rules="ers97")
    with pytest.raises(RecordError, match="stages: found none; expected at least the first"):
        PublishedSheet.from_record(replace(record, stages=()))
    many = replace(record.papers, total=MOST_VOTES + 1, valid=MOST_VOTES + 1)
    with pytest.raises(RecordError, match=f"expected at most {MOST_VOTES}"):
        PublishedSheet.from_record(replace(record, papers=many))


@EVERY_RULE_SET
@given(drawn=elections(), non_person=st.booleans())
def test_papers_stripped_from_a_count_are_found_again(
    rules: str, options: dict[str, Any], drawn: Election, *, non_person: bool
) -> None:
    record = published(drawn, rules, options, non_person=non_person)
    sheet = PublishedSheet.from_record(record)
    found = reconstruct(sheet)
    assert found.status == "reconstructed", found.breaks
    assert found.record is not None
    assert found.election is not None
    assert differences(sheet, found.record) == ()
    # That is every figure of the first count: not only what `differences` looks at.
    assert [
        (s.kind, set(s.candidates), s.quota, dict(s.votes), s.non_transferable)
        for s in found.record.stages
    ] == [
        (s.kind, set(s.candidates), s.quota, dict(s.votes), s.non_transferable)
        for s in record.stages
    ]
    assert set(found.record.elected) == set(record.elected)
    assert found.record.void == record.void
    assert found.record.papers.valid == record.papers.valid
    assert found.election.papers.total == sheet.papers.total


@given(drawn=elections())
def test_so_are_they_by_a_count_of_the_ballot_file(drawn: Election) -> None:
    record = published(drawn, "ers97", {}, non_person=False)
    found = reconstruct(PublishedSheet.from_record(record))
    assert found.record is not None
    read = blt.read(found.blt().encode(), path="papers.blt")
    lots = Lots.from_record(found.record)
    assert figures(stvcount.count(read, rules="ers97", lots=lots)) == figures(found.record)


@EVERY_RULE_SET
@given(drawn=elections(candidates=5), data=st.data())
def test_a_true_sheet_with_gaps_is_never_called_impossible(
    rules: str, options: dict[str, Any], drawn: Election, data: st.DataObject
) -> None:
    record = published(drawn, rules, options, non_person=False)
    sheet = PublishedSheet.from_record(record)
    for number, stage in enumerate(sheet.stages, start=1):
        gaps = data.draw(st.sets(st.sampled_from(sheet.candidates)))
        kept = {name: None if name in gaps else vote for name, vote in stage.votes.items()}
        sheet = changed(sheet, number, votes=FrozenMapping(kept))
        for name in ("non_transferable", "quota", "elected"):
            if data.draw(st.booleans()):
                sheet = changed(sheet, number, **{name: None})
    if data.draw(st.booleans()):
        sheet = replace(sheet, papers=PublishedPapers())
    if data.draw(st.booleans()):
        last = data.draw(st.integers(1, len(sheet.stages)))
        sheet = replace(sheet, stages=sheet.stages[:last], complete=False)
    found = reconstruct(sheet, limit=60)
    assert found.status != "impossible", found.breaks
    if found.record is not None:
        assert differences(sheet, found.record) == ()


@EVERY_RULE_SET
@given(drawn=elections(candidates=5), data=st.data())
def test_whatever_is_claimed_of_a_changed_sheet_holds(
    rules: str, options: dict[str, Any], drawn: Election, data: st.DataObject
) -> None:
    """Two candidates' votes are exchanged in part: papers may fit, and else it says where not."""
    record = published(drawn, rules, options, non_person=False)
    sheet = PublishedSheet.from_record(record)
    assume(len(sheet.candidates) > 1)
    number = data.draw(st.integers(1, len(sheet.stages)))
    one, other = data.draw(st.permutations(sheet.candidates))[:2]
    step = Decimal(data.draw(st.sampled_from(["0.01", "0.50", "1.00"])))
    was = sheet.stages[number - 1].votes
    assume((was[one] or 0) >= step)
    now = {**was, one: (was[one] or 0) - step, other: (was[other] or 0) + step}
    found = reconstruct(changed(sheet, number, votes=FrozenMapping(now)), limit=200)
    if found.status == "impossible":
        assert found.breaks is not None
        # What comes before is a true count, which papers give.
        assert found.breaks.stage >= number
    elif found.record is not None:
        assert found.record.stages[number - 1].votes[one] == now[one]


@pytest.mark.parametrize("rules", ["ers97", "lsu-atv"])
def test_wards_of_thousands_of_papers(shared: Path, rules: str) -> None:
    """Real counts, with papers at several values: their papers are not needed to get them again."""
    for ward in sorted((shared / "data" / "scottish").glob("*.blt"))[:12]:
        record = stvcount.count(stvcount.read(ward), rules=rules)
        sheet = PublishedSheet.from_record(record)
        found = reconstruct(sheet)
        assert found.status == "reconstructed", (ward.name, found.breaks)
        assert found.election is not None
        assert found.election.papers.total == sheet.papers.total


def test_an_exclusion_broken_off_after_many_transfers(shared: Path) -> None:
    """Whoever is excluded last needs all that can be at full value, from the first stage on."""
    ward = shared / "data" / "scottish" / "glasgow_2012_ward5.blt"
    record = stvcount.count(stvcount.read(ward), rules="lsu-atv")
    found = reconstruct(PublishedSheet.from_record(record))
    assert found.status == "reconstructed", found.breaks
    assert found.tries == 1


# Historical counts


@pytest.mark.parametrize("name", COUNTED)
def test_historical_sheets_are_reconstructed(name: str) -> None:
    sheet = read_sheet(HISTORY / name / "sheet.json")
    found = reconstruct(sheet)
    assert (found.status, found.tries) == ("reconstructed", 1)
    assert found.record is not None
    assert differences(sheet, found.record) == ()


def test_the_papers_of_ucl_are_found_as_they_were_by_hand() -> None:
    for name, file in (
        ("ucl-2021-hockey-social", "hockey-social-secretary.blt"),
        ("ucl-2021-labour-president", "labour-president.blt"),
    ):
        found = reconstruct(read_sheet(HISTORY / name / "sheet.json"))
        assert found.election is not None
        by_hand = stvcount.read(ROOT / "examples" / file)
        assert sorted(found.election.papers.groups()) == sorted(by_hand.papers.groups())


@pytest.mark.parametrize("rules", ["ers-av", "aberdeen", "lsu-stv"])
def test_the_president_of_2008_fits_three_rule_sets(rules: str) -> None:
    """Six figures of one candidate each at five stages, and the number of papers is not known."""
    sheet = read_sheet(HISTORY / "imperial-2008-president" / "sheet.json")
    found = reconstruct(replace(sheet, rules=used(rules)))
    assert found.status == "reconstructed"
    assert found.record is not None
    assert found.record.elected == ("Jennifer Morgan",)
    assert [stage.candidates for stage in found.record.stages[1:]] == [
        ("Re-Open Nominations",),
        ("Diogo Geraldes",),
        ("Ed Hughes",),
        ("Luke Taylor",),
    ]


def test_the_president_of_2008_with_so_few_for_geraldes_that_two_go_together() -> None:
    """133 + 143 = 276 does not exceed 339: by ERS AV, Re-Open Nominations does not go alone.

    All 133 papers would have to go to Geraldes. By Aberdeen's rule one goes at a time.
    """
    sheet = read_sheet(HISTORY / "imperial-2008-president" / "sheet.json")
    first = votes(
        {
            "Jennifer Morgan": "900",
            "Jon Matthews": "800",
            "Luke Taylor": "500",
            "Ed Hughes": "339",
            "Diogo Geraldes": "143",
            "Re-Open Nominations": "133",
        }
    )
    few = changed(sheet, 1, votes=first)
    assert broken(few).startswith(
        "stage 2: the sheet has the exclusion of Re-Open Nominations; by ers-av it is the "
        "exclusion of Re-Open Nominations and Diogo Geraldes (3.3: excluded together: "
    )
    assert reconstruct(replace(few, rules=used("aberdeen"))).status == "reconstructed"


def test_the_model_election_as_far_as_its_booklet_tells() -> None:
    """ERS97 section 8: 758 papers, 5 invalid, quota 107.58; Smith 134 and his surplus of 26.42.

    123 papers at 0.21 are 25.83, and 0.59 is lost. Which papers and what followed is free, but
    for the two fewest votes of 23 and 24.
    """
    names = ("Smith", "Carpenter", "Wright", "Glazier", "Duke", "Prince", "Baron", "Abbot")
    names += ("Vicar", "Monk", "Freeman")
    sheet = PublishedSheet(
        title="Model election",
        rules=used("ers97"),
        places=6,
        candidates=names,
        papers=PublishedPapers(758, 5),
        complete=False,
        stages=(
            PublishedStage(
                kind="first",
                quota=Decimal("107.58"),
                votes=votes({"Smith": "134.00", "Monk": "23.00", "Glazier": "24.00"}),
                elected=("Smith",),
            ),
            PublishedStage(
                kind="surplus",
                candidates=("Smith",),
                votes=votes({"Smith": "107.58"}),
                non_transferable=Decimal("0.59"),
                elected=(),
            ),
        ),
    )
    found = reconstruct(sheet)
    assert found.status == "reconstructed", found.breaks
    assert found.record is not None
    batch = found.record.stages[1].batches[0]
    assert (str(batch.value), sum(batch.papers.values())) == ("0.21", 123)
    assert found.record.papers.invalid == {"no first preference": 5}


# Sheets that break, and where

HOCKEY = read_sheet(HISTORY / "ucl-2021-hockey-social" / "sheet.json")
LABOUR = read_sheet(HISTORY / "ucl-2021-labour-president" / "sheet.json")
GADSBY, RECALDIN, UCL_RON = HOCKEY.candidates


def hockey(gadsby: str, lost: str | None) -> PublishedSheet:
    """The hockey club's sheet with other figures for the surplus of 11.66 on 20 papers."""
    return changed(
        HOCKEY,
        2,
        votes=votes({GADSBY: gadsby, RECALDIN: "8.34", UCL_RON: "0.00"}),
        non_transferable=None if lost is None else Decimal(lost),
    )


def test_a_stage_that_does_not_sum() -> None:
    assert broken(hockey("17.56", "0.10")) == (
        "stage 2: the votes and the non-transferable vote sum to 26.00; expected 25.00, the total "
        "valid vote"
    )
    some = changed(HOCKEY, 2, votes=votes({GADSBY: "16.56", RECALDIN: "8.50"}))
    assert broken(some) == (
        "stage 2: the published figures sum to 25.16; expected at most 25.00, the total valid vote"
    )


def test_a_surplus_that_is_no_number_of_papers_at_any_transfer_value() -> None:
    """11.65 = 5 x 233 hundredths; 5 papers would keep their value and be worth 5.00."""
    assert broken(hockey("16.65", "0.01")) == (
        "stage 2: 11.65 credited to Oliver Gadsby cannot be a number of papers at 0.58 (11.66 on "
        "20 transferable papers), and no other transfer value fits more of the published figures"
    )


def test_a_surplus_shared_at_two_values_at_once() -> None:
    """A has 20, over a quota of 10.00 (30 / 3): 12.00 cannot be, nor 5.00 and 4.99 at one value."""
    sheet = sheet_of(2, {"AB": 12, "AC": 8, "B": 6, "C": 4}, "ers97")
    assert [str(vote) for vote in sheet.stages[1].votes.values()] == ["10.00", "12.00", "8.00"]
    assert "cannot be a number of papers at" in broken(other_votes(sheet, 2, B="12.01", C="7.99"))


def test_a_surplus_that_does_not_lose_what_the_sheet_loses() -> None:
    sheet = changed(HOCKEY, 2, votes=votes({GADSBY: None}), non_transferable=Decimal("11.00"))
    assert broken(sheet) == (
        "stage 2: no number of James Recaldin's 20 papers gives a transfer value at which the "
        "surplus of 11.66 comes to the published figures; the nearest is 0.58 (11.66 on 20 "
        "transferable papers)"
    )


def test_more_than_the_surplus() -> None:
    sheet = changed(HOCKEY, 2, votes=votes({GADSBY: "17.03"}), non_transferable=None)
    assert broken(sheet) == "stage 2: 12.03 is credited in all; James Recaldin's surplus is 11.66"


def test_first_preferences_are_whole() -> None:
    sheet = changed(HOCKEY, 1, votes=votes({GADSBY: "5.50", RECALDIN: "19.50"}))
    assert broken(sheet) == ("stage 1: 5.50 for Oliver Gadsby is no number of first preferences")


def test_first_preferences_that_no_later_figure_allows() -> None:
    """Gadsby has 2 at most at the first stage, and the others 20: not 25."""
    sheet = changed(HOCKEY, 1, votes=votes({RECALDIN: "20.00", UCL_RON: None, GADSBY: None}))
    sheet = changed(sheet, 2, votes=votes({GADSBY: "2.00", UCL_RON: "1.00"}), non_transferable=None)
    assert broken(sheet).startswith("stage 1: no numbers of first preferences give the published")


def test_nobody_loses_votes_in_between() -> None:
    sheet = sheet_of(1, {"AB": 5, "BA": 6, "CA": 4}, "ers-av")
    assert broken(other_votes(sheet, 2, A="10.00", B="5.00")) == (
        "stage 2: B falls from 6.00 to 5.00; expected no loss at this stage"
    )


def test_papers_at_full_value_are_whole() -> None:
    sheet = sheet_of(1, {"AB": 5, "BA": 6, "CA": 4}, "ers-av")
    assert broken(other_votes(sheet, 2, A="8.50", B="6.50")) == (
        "stage 2: 3.50 credited to A cannot be a number of the papers transferred (4 at 1.00)"
    )


def test_papers_of_two_values_that_sum_to_nothing_published() -> None:
    """C holds 5 papers at 1.00 and 12 at 0.35 (6.33 / 18): 6.20 to B is 2 and 12, 6.19 is none."""
    papers = {"ACB": 12, "AB": 6, "A": 4, "CD": 3, "CB": 2, "B": 8, "D": 12}
    sheet = sheet_of(2, papers, "ers97")
    number = next(n for n, s in enumerate(sheet.stages, 1) if "C" in s.candidates)
    was = sheet.stages[number - 1]
    assert was.kind == "exclusion"
    sheet = changed(
        sheet,
        number,
        votes=FrozenMapping({**was.votes, "B": (was.votes["B"] or 0) - Decimal("0.01")}),
        non_transferable=(was.non_transferable or 0) + Decimal("0.01"),
    )
    assert f"stage {number}: " in broken(sheet)
    assert "credited to B cannot be a number of the papers transferred" in broken(sheet)


def test_the_rules_exclude_another() -> None:
    sheet = sheet_of(1, {"AB": 5, "BA": 6, "CA": 4}, "ers-av")
    wrong = changed(
        sheet, 2, candidates=("A",), votes=votes({"A": "0.00", "B": "11.00", "C": "4.00"})
    )
    assert broken(wrong) == (
        "stage 2: the sheet has the exclusion of A; by ers-av it is the exclusion of C (3.3: "
        "fewest votes, and no two may go together: C (4.00))"
    )


def test_the_rules_exclude_two_together() -> None:
    alone = changed(LABOUR, 2, candidates=(LABOUR.candidates[-1],))
    assert "by ers97 it is the exclusion of RON (Re-Open Nominations) and Samuele" in broken(alone)
    assert "(5.2.5: excluded together: " in broken(alone)


def test_the_rules_transfer_a_surplus_first() -> None:
    wrong = changed(HOCKEY, 2, kind="exclusion", candidates=(UCL_RON,))
    assert broken(wrong) == (
        "stage 2: the sheet has the exclusion of RON (Re-Open Nominations); by ers97 it is the "
        "surplus of James Recaldin (5.2.3: largest surplus: James Recaldin, 11.66)"
    )


def test_the_rules_elect_another() -> None:
    assert broken(changed(LABOUR, 2, elected=("Oliver Tucker",))) == (
        "stage 2: the sheet has Oliver Tucker elected; by ers97 it is Aliy Faisal"
    )
    assert broken(changed(HOCKEY, 1, elected=())) == (
        "stage 1: the sheet has nobody elected; by ers97 it is James Recaldin"
    )
    assert broken(replace(LABOUR, elected=("Oliver Tucker",))) == (
        "stage 2: the sheet has Oliver Tucker elected; by ers97 it is Aliy Faisal"
    )


def test_another_quota() -> None:
    assert broken(changed(HOCKEY, 1, quota=Decimal("8.33"))) == (
        "stage 1: the sheet has a quota of 8.33; by ers97 there is a quota of 8.34"
    )
    av = sheet_of(1, {"AB": 5, "BA": 6, "CA": 4}, "ers-av")
    assert "by ers-av there is no quota" in broken(changed(av, 1, quota=Decimal("8.00")))


def test_a_sheet_that_ends_too_soon_or_too_late() -> None:
    assert broken(replace(LABOUR, stages=LABOUR.stages[:1])).startswith(
        "stage 2: the sheet ends before it; by ers97 the count goes on with the exclusion of RON"
    )
    more = PublishedStage(kind="exclusion", candidates=(UCL_RON,))
    assert broken(replace(HOCKEY, stages=(*HOCKEY.stages, more))) == (
        "stage 3: the sheet has the exclusion of RON (Re-Open Nominations); by ers97 the count is "
        "complete after stage 2, with James Recaldin and Oliver Gadsby elected"
    )


def test_the_right_sheet_by_the_wrong_rules() -> None:
    assert broken(replace(LABOUR, rules=used("lsu-atv"))) == (
        "stage 2: the sheet has a quota of 8.00; by lsu-atv there is a quota of 9.50"
    )
    education = read_sheet(HISTORY / "nottingham-2025-education" / "sheet.json")
    assert "by lsu-stv it is the exclusion of RON (C3 g" in broken(
        replace(education, rules=used("lsu-stv"))
    )


# What is free, and what the search has to find


def test_missing_figures_come_from_the_sums() -> None:
    sheet = changed(HOCKEY, 1, votes=votes({RECALDIN: "20.00", UCL_RON: "0.00"}))
    found = reconstruct(sheet)
    assert found.record is not None
    assert str(found.record.stages[0].votes[GADSBY]) == "5.00"


def test_a_lot_falls_as_published() -> None:
    """B and C are equal throughout: the sheet says which of them was excluded."""
    record = stvcount.count(
        election(1, {"AB": 5, "BA": 3, "CA": 3}), rules="aberdeen", lots=Lots.drawn("C")
    )
    found = reconstruct(PublishedSheet.from_record(record))
    assert found.record is not None
    assert [lot.chosen for stage in found.record.stages for lot in stage.lots] == ["C"]
    assert "7.8, exclusion, between B and C: C" in str(found)


def test_next_preferences_break_no_tie_that_the_sheet_breaks_otherwise() -> None:
    """C3 q looks at papers ahead of time. The reconstructed papers agree with what it found."""
    record = counted(1, {"AB": 5, "BC": 3, "CB": 3, "DB": 3}, "lsu-stv")
    assert record.stages[1].candidates == ("D",)
    found = reconstruct(PublishedSheet.from_record(record))
    assert found.record is not None
    assert found.record.stages[1].candidates == ("D",)


def test_a_tied_count_by_later_preferences() -> None:
    """C2: A and B have 4 each and 4 first preferences; B has more second preferences."""
    record = counted(1, {"AC": 2, "AB": 2, "BC": 1, "B": 3}, "lsu-atv")
    assert record.elected == ("B",)
    sheet = replace(PublishedSheet.from_record(record), elected=("A",))
    assert reconstruct(PublishedSheet.from_record(record)).status == "reconstructed"
    # Second preferences are not on the sheet: A may have had more.
    other = changed(sheet, len(sheet.stages), elected=("A",))
    found = reconstruct(other)
    assert found.record is not None
    assert found.record.elected == ("A",)


def test_a_quota_tells_of_invalid_papers_where_they_count() -> None:
    """Aberdeen, B1: half of 11 valid and 4 invalid papers plus one is 8, and of 11 alone 6."""
    sheet = sheet_of(1, {"AB": 5, "BA": 6}, "aberdeen", include_invalid=True)
    sheet = replace(changed(sheet, 1, quota=Decimal("8.00")), papers=PublishedPapers())
    found = reconstruct(sheet)
    assert found.record is not None
    assert found.record.papers.invalid["no first preference"] in (3, 4)


def test_a_limit_reached_shows_neither() -> None:
    names = tuple("ABCDEFGH")
    first = PublishedStage(kind="first", votes=votes({"A": "100"}), elected=("H",))
    sheet = PublishedSheet(
        rules=used("ers-av"), places=1, candidates=names, stages=(first,), complete=False
    )
    found = reconstruct(sheet, limit=1)
    assert (found.status, found.tries, found.election) == ("undecided", 1, None)
    assert "Undecided. Neither papers that give this sheet" in str(found)
    with pytest.raises(ElectionError, match=r"papers: found none \(undecided\)"):
        found.blt()


def test_an_exclusion_broken_off_leaves_whole_batches() -> None:
    """5.5.2: what is left with the excluded tells which batches were moved."""
    record = counted(2, {"AC": 8, "AD": 4, "B": 7, "DB": 4, "CB": 3, "DC": 1}, "ers97")
    sheet = PublishedSheet.from_record(record)
    assert reconstruct(sheet).status == "reconstructed"


def test_an_exclusion_broken_off_in_the_middle_of_a_batch() -> None:
    """A's five papers are of one value: all of them are moved, or none."""
    sheet = PublishedSheet(
        rules=used("ers-av"),
        places=1,
        candidates=tuple("ABCD"),
        stages=(
            PublishedStage(kind="first", votes=votes({"A": "4", "B": "5", "C": "2", "D": "6"})),
            PublishedStage(
                kind="exclusion", candidates=("C",), votes=votes({"A": "5", "B": "6", "D": "6"})
            ),
            PublishedStage(
                kind="exclusion", candidates=("A",), votes=votes({"A": "2", "B": "9", "D": "6"})
            ),
        ),
    )
    assert broken(sheet) == ("stage 3: 3.00 moved cannot be whole batches of the papers of A")


def test_papers_of_no_value() -> None:
    """A surplus of 1.00 on 101 papers is transferred at 0.00, and so are they ever after."""
    record = counted(2, {"AF": 101, "B": 60, "C": 51, "D": 42, "E": 23, "F": 23}, "ers97")
    batches = [batch for stage in record.stages for batch in stage.batches]
    assert [batch.value for batch in batches].count(Decimal("0.00")) == 2
    sheet = PublishedSheet.from_record(record)
    assert reconstruct(sheet).status == "reconstructed"
    half = changed(other_votes(sheet, 2, E="23.50"), 2, non_transferable=Decimal("0.50"))
    assert broken(half).startswith("stage 2: no number of A's 101 papers gives a transfer value")


def test_a_vote_that_falls_while_it_is_not_published() -> None:
    sheet = sheet_of(1, {"A": 6, "B": 5, "CB": 4, "DB": 2}, "ers-av")
    unknown = changed(sheet, 2, votes=votes({"A": None, "B": None, "C": "4.00", "D": "0.00"}))
    assert reconstruct(unknown).status == "reconstructed"
    fallen = other_votes(unknown, 3, A="5.00", B="12.00")
    assert broken(fallen).startswith("stage 2: no division of 2 papers at 1.00 gives the")


def test_neither_the_valid_nor_the_invalid_papers_are_published() -> None:
    stage = PublishedStage(kind="first", votes=votes({"B": "3.00"}))
    sheet = PublishedSheet(
        rules=used("lsu-stv"),
        places=1,
        candidates=("A", "B"),
        stages=(stage,),
        papers=PublishedPapers(11),
        elected=("A",),
    )
    found = reconstruct(sheet)
    assert found.record is not None
    assert found.record.papers.total == 11
    assert found.record.stages[0].votes["B"] == 3


def test_later_preferences_are_written_where_only_they_can_elect() -> None:
    """C2 asks for second preferences that the surplus alone has not put on the papers."""
    names = tuple("ABCDE")
    first = votes({"A": "0", "B": "0", "C": "7", "D": "0", "E": "0"})
    second = votes({"A": "5.25", "B": "0", "C": "1.75", "D": "0"})
    sheet = PublishedSheet(
        rules=used("lsu-atv", suspense=True),
        places=3,
        candidates=names,
        stages=(
            PublishedStage(kind="first", quota=Decimal("1.75"), votes=first),
            PublishedStage(kind="surplus", candidates=("C",), quota=Decimal("1.75"), votes=second),
        ),
        papers=PublishedPapers(7, 0),
        elected=("C", "A", "B"),
        complete=False,
    )
    found = reconstruct(sheet)
    assert found.record is not None
    assert set(found.record.elected) == {"A", "B", "C"}


def test_a_count_without_a_vote() -> None:
    first = PublishedStage(kind="first", votes=votes({"A": "0", "B": "0"}))
    sheet = PublishedSheet(
        rules=used("ers-av"), places=1, candidates=("A", "B"), stages=(first,), complete=False
    )
    found = reconstruct(sheet, limit=3)
    assert found.status == "undecided"
    assert "no valid paper" in str(found.breaks)


def test_rules_that_move_surpluses_in_a_way_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = sheet_of(2, {"AB": 30, "AC": 10, "B": 9, "C": 8, "D": 5}, "ers97")
    with monkeypatch.context() as patch:
        patch.setattr(gregory, "transfer_value", lambda *_: Decimal("0.01"))
        with pytest.raises(ElectionError, match="expected rules that share a surplus out as ERS97"):
            reconstruct(sheet)
    rules = type(stvcount.rules.get("ers97"))
    count = rules.count

    def without_quota(self: Any, *given: Any) -> Any:
        counting = count(self, *given)
        while True:
            try:
                yield replace(next(counting), quota=None)
            except StopIteration as stop:
                return stop.value

    monkeypatch.setattr(rules, "count", without_quota)
    for number in range(1, len(sheet.stages) + 1):
        sheet = changed(sheet, number, quota=None)
    with pytest.raises(ElectionError, match="found a surplus without a quota"):
        reconstruct(sheet)


def test_rules_that_move_all_papers_of_a_surplus(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rules of that kind here have more decimals, and are refused for these; others need not."""
    sheet = sheet_of(2, {"AB": 30, "AC": 10, "B": 9, "C": 8, "D": 5}, "ers97")
    sheet = replace(sheet, rules=used("scottish"))
    for number in range(1, len(sheet.stages) + 1):
        sheet = changed(sheet, number, quota=None)
    monkeypatch.setattr(stvcount.rules.Scottish, "decimals", 2)
    with pytest.raises(ElectionError, match="rules: found a surplus transferred on all papers"):
        reconstruct(sheet)


# Comparing by itself


def test_a_count_that_goes_on_differently_from_a_sheet() -> None:
    record = counted(1, {"AB": 5, "BA": 4, "CB": 2}, "ers-av")
    sheet = PublishedSheet.from_record(record)
    short = replace(sheet, stages=sheet.stages[:1])
    bare = replace(record, stages=(record.stages[0], replace(record.stages[1], decisions=())))
    [ends] = differences(short, bare)
    assert str(ends) == (
        "stage 2: the sheet ends before it; by ers-av the count goes on with the exclusion of C"
    )
    assert differences(replace(short, complete=False), record) == ()
    silent = changed(sheet, 2, elected=None)
    assert differences(silent, record) == ()
    assert [str(one) for one in differences(other_votes(sheet, 1, A="6", C="1"), record)] == [
        "stage 1: the sheet has 6 for A; by ers-av it is 5.00",
        "stage 1: the sheet has 1 for C; by ers-av it is 2.00",
    ]
    [action] = differences(changed(sheet, 2, candidates=("B",)), record)
    assert action.text.startswith("the sheet has the exclusion of B; by ers-av it is the exclusion")
    more = PublishedStage(kind="exclusion", candidates=("A",))
    [longer] = differences(replace(sheet, stages=(*sheet.stages, more)), record)
    assert longer.stage == 3
    assert longer.text.endswith("by ers-av the count is complete after stage 2, with B elected")


# The papers and the sheet of it


def test_invalid_papers_are_blank() -> None:
    sheet = replace(HOCKEY, papers=PublishedPapers(28, 3))
    found = reconstruct(sheet)
    assert found.record is not None
    assert (found.record.papers.total, found.record.papers.invalid) == (
        28,
        {"no first preference": 3},
    )
    assert "(invalid: no first preference)" in str(found)
    assert broken(replace(HOCKEY, papers=PublishedPapers(24))) == (
        "stage 1: the total valid vote is 25.00; the sheet has 24 papers"
    )
    assert broken(replace(HOCKEY, papers=PublishedPapers(28, 4))).startswith("stage 1: the votes")


def test_the_ballot_file_says_what_it_is() -> None:
    text = reconstruct(HOCKEY).blt()
    assert text.startswith("# Not the papers that were cast: reconstructed from")
    assert "\n17 2 1 0\n" in text


def test_the_sheet_of_an_impossible_one() -> None:
    text = str(reconstruct(changed(LABOUR, 2, elected=("Oliver Tucker",))))
    assert (
        "Impossible. No papers can give this sheet by ers97: every way through the count was tried"
        in text
    )
    assert "It breaks at stage 2:" in text.replace("\n", " ")
    assert "Papers:" not in text


def test_the_sheet_says_what_is_free() -> None:
    sheet = read_sheet(HISTORY / "imperial-2008-president" / "sheet.json")
    text = str(reconstruct(sheet))
    assert "stage 1: 1 of 6 votes\n" in text
    assert "Not published, and so free; on these papers it is:" in text
    assert "number not published" in text
    options = reconstruct(sheet_of(1, {"AB": 5, "BA": 6}, "lsu-atv", suspense=True))
    assert "Options      suspense = True" in str(options)


def test_the_sheet_says_where_the_published_one_ends() -> None:
    sheet = sheet_of(2, {"AB": 8, "B": 4, "C": 1}, "ers97")
    text = str(reconstruct(replace(sheet, stages=sheet.stages[:1], complete=False)))
    assert "Stages       1, and more followed" in text
    assert "  stage 2 and all that follows\n" in text


def test_it_is_the_same_every_time() -> None:
    sheet = sheet_of(3, {"ABCD": 20, "BACD": 7, "CDAB": 6, "DACB": 5, "EACB": 4, "FAB": 3}, "ers97")
    assert str(reconstruct(sheet)) == str(reconstruct(sheet))


# Reading a sheet

SMALL: dict[str, Any] = {
    "schema": SCHEMA,
    "rules": {"id": "ers-av"},
    "places": 1,
    "candidates": ["A", "B"],
    "stages": [{"kind": "first", "votes": {"A": 3, "B": "2.00"}}],
}


def read(**changes: Any) -> PublishedSheet:
    return PublishedSheet.from_json(json.dumps({**SMALL, **changes}))


def test_what_may_be_missing() -> None:
    sheet = read()
    assert sheet.stages[0].votes == votes({"A": "3", "B": "2"})
    assert (sheet.title, sheet.papers, sheet.complete) == ("", PublishedPapers(), True)
    assert reconstruct(sheet).status == "reconstructed"
    VALIDATOR.validate(SMALL)


@pytest.mark.parametrize("name", COUNTED)
def test_the_schema_knows_the_historical_sheets(name: str) -> None:
    text = (HISTORY / name / "sheet.json").read_text("utf-8")
    VALIDATOR.validate(json.loads(text))
    sheet = PublishedSheet.from_json(text)
    assert PublishedSheet.from_json(sheet.to_json()) == sheet
    VALIDATOR.validate(json.loads(sheet.to_json()))


def test_the_schema_lists_every_member() -> None:
    schema = json.loads((files("stvcount") / "schemas" / "sheet-1.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    whole = json.loads(HOCKEY.to_json())
    assert set(schema["properties"]) == set(whole)
    assert set(schema["$defs"]["PublishedStage"]["properties"]) == set(whole["stages"][0])
    assert set(schema["$defs"]["PublishedPapers"]["properties"]) == set(whole["papers"])


def stage(**members: Any) -> dict[str, Any]:
    return {"stages": [{"kind": "first", **members}]}


def second(**members: Any) -> dict[str, Any]:
    return {"stages": [{"kind": "first"}, members]}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"candidates": []}, "candidates: found none; expected at least one"),
        ({"candidates": ["A", "A"]}, "candidates: found 'A' 2 times; expected it once"),
        ({"places": 0}, "places: found 0; expected a whole number from 1"),
        ({"stages": []}, "stages: found none; expected at least the first"),
        ({"stages": 3}, "stages: found 3; expected an array"),
        ({"stages": [3]}, "stages[0]: found 3; expected an object"),
        ({"non_person": "RON"}, "non_person: found 'RON'; expected one of the candidates A, B"),
        ({"elected": ["C"]}, "elected: found 'C'; expected one of the candidates A, B"),
        ({"papers": {"total": 3, "invalid": 4}}, "papers: found 4 invalid of 3; expected no more"),
        ({"papers": {"total": MOST_VOTES + 1}}, "papers.total: found 1000001; expected at most"),
        ({"papers": []}, "papers: found an array; expected an object"),
        ({"rules": "ers97"}, 'rules: found "ers97"; expected an object'),
        (stage(kind="surplus"), "stages[0].kind: found 'surplus'; expected first"),
        (stage(candidates=["A"]), "stages[0].candidates: found A; expected no candidate"),
        (stage(votes={"C": 1}), "stages[0].votes: found 'C'; expected one of the candidates A, B"),
        (stage(votes={"A": 1.5}), 'stages[0].votes["A"]: found 1.5; expected votes as a string'),
        (
            stage(votes={"A": "1.5555555555555"}),
            "stages[0].votes['A']: found 1.5555555555555; exp",
        ),
        (stage(votes={"A": True}), 'stages[0].votes["A"]: found true; expected votes as a string'),
        (stage(quota="9" * 90), "stages[0].quota: found 999"),
        (stage(elected=["C"]), "stages[0].elected: found 'C'; expected one of the candidates A, B"),
        (stage(vote={}), "stages[0]: found "),
        (second(kind="first"), "stages[1].kind: found 'first'; expected surplus or exclusion"),
        (second(kind="suspense"), "stages[1].kind: found 'suspense'; expected surplus or exclus"),
        (second(kind="surplus"), "stages[1].candidates: found nobody; expected one candidate"),
        (second(kind="exclusion"), "stages[1].candidates: found nobody; expected those who are"),
        (second(kind="exclusion", candidates=["A", "A"]), "stages[1].candidates: found A, A; exp"),
        (second(kind="exclusion", candidates=["C"]), "stages[1].candidates: found 'C'; expected"),
    ],
)
def test_a_sheet_that_is_none(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(RecordError) as refused:
        read(**changes)
    assert str(refused.value).startswith(message)


def test_votes_that_are_no_object() -> None:
    with pytest.raises(RecordError, match=r"stages\[0\].votes: found an array; expected an object"):
        read(stages=[{"kind": "first", "votes": [1]}])


def test_a_file_that_is_no_sheet(tmp_path: Path) -> None:
    path = tmp_path / "sheet.json"
    with pytest.raises(FormatError):
        read_sheet(path)
    path.write_bytes(b"\xff")
    with pytest.raises(FormatError):
        read_sheet(path)
    path.write_text("{}", "utf-8")
    with pytest.raises(RecordError, match=r"sheet\.json: schema: found null; expected"):
        read_sheet(path)


def test_what_cannot_be_asked() -> None:
    with pytest.raises(ElectionError, match="rules: found 'ers96'"):
        reconstruct(replace(HOCKEY, rules=used("ers96")))
    with pytest.raises(ElectionError, match="ers-av: found 2 places; expected at most 1"):
        reconstruct(replace(HOCKEY, rules=used("ers-av")))
    with pytest.raises(ElectionError, match="limit: found 0; expected a whole number from 1"):
        reconstruct(HOCKEY, limit=0)


def test_rules_that_move_papers_in_another_way_are_refused() -> None:
    with pytest.raises(ElectionError, match="scottish: found votes with 5 decimals; expected 2"):
        reconstruct(replace(HOCKEY, rules=used("scottish")))
    moved_apart = sheet_of(2, {"A": 9, "B": 8, "CA": 7, "DB": 6, "EA": 4}, "ni-stv")
    with pytest.raises(ElectionError, match="rules: found some papers of one value moved apart"):
        reconstruct(moved_apart)


def test_very_many_candidates() -> None:
    """Nothing here goes as deep as there are candidates."""
    names = tuple(f"C{number}" for number in range(1500))
    first = PublishedStage(kind="first", votes=votes(dict.fromkeys(names[1:], "1")))
    sheet = PublishedSheet(
        rules=used("ers-av"),
        places=1,
        candidates=names,
        papers=PublishedPapers(4000, 0),
        stages=(first,),
    )
    found: Reconstruction = reconstruct(sheet)
    assert found.record is not None
    assert found.record.elected == ("C0",)


@settings(max_examples=20)
@given(drawn=elections())
def test_the_papers_stand_for_themselves(drawn: Election) -> None:
    """A sheet made of the reconstructed count is the sheet it was made from."""
    sheet = PublishedSheet.from_record(published(drawn, "lsu-atv", {}, non_person=False))
    found = reconstruct(sheet)
    assert found.record is not None
    again = PublishedSheet.from_record(found.record)
    assert [s.votes for s in again.stages] == [s.votes for s in sheet.stages]
