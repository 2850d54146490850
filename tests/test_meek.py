"""Meek's method by its two texts: published tables, a count by hand, every reading."""

from __future__ import annotations

import dataclasses
import inspect
import json
import sys
from decimal import Decimal, localcontext
from pathlib import Path
from typing import Any

import pytest
from builders import decided, election, texts, votes

import stvcount
from stvcount import (
    CountRecord,
    Election,
    ElectionError,
    LotNeeded,
    Lots,
    Papers,
    PublishedSheet,
    Stage,
)
from stvcount.audit import check, verify
from stvcount.audit import sheet as audit_sheet
from stvcount.counting.counting import open_tally
from stvcount.exact import EXACT
from stvcount.inquiry.trace.tracing import traced
from stvcount.sheets.why import why_not

BOTH = pytest.mark.parametrize("rules", ["meek", "meek-1987"])


def meek(given: Election, *lots: str, **options: Any) -> CountRecord:
    return stvcount.count(given, rules="meek", lots=Lots.drawn(*lots), **options)


def meek_1987(given: Election, *lots: str) -> CountRecord:
    return stvcount.count(given, rules="meek-1987", lots=Lots.drawn(*lots))


def keeps(stage: Stage) -> str:
    assert stage.keep_values is not None
    return " ".join(format(value, "f") for value in stage.keep_values.values())


# Published tables


def expected(shared: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((shared / "expected" / "meek.json").read_text("utf-8"))
    return read


def table(stage: Stage) -> dict[str, object]:
    return {
        "votes": [format(vote, "f") for vote in stage.votes.values()],
        "quota": format(stage.quota or 0, "f"),
        "iterations": stage.iterations,
    }


def test_every_round_of_31_wards(shared: Path) -> None:
    wards = expected(shared)["meek"]
    assert len(wards) == 31
    for file, ward in wards.items():
        read = stvcount.read(shared / "data" / "scottish" / file)
        record = stvcount.count(read, rules="meek", lots=Lots.first_listed())
        names = record.candidates
        rounds = [{key: one[key] for key in table(record.stages[0])} for one in ward["rounds"]]
        assert list(map(table, record.stages)) == rounds, file
        assert sorted(map(names.index, record.elected)) == sorted(ward["elected"]), file
        gone = [stage.candidates for stage in record.stages[1:]]
        for out, one in zip(gone, ward["rounds"], strict=False):
            excluded = [] if one["excluded"] is None else [names[one["excluded"]]]
            assert list(out) == excluded, file
        so_far: list[str] = []
        for stage, one in zip(record.stages, ward["rounds"], strict=True):
            so_far += [elected.candidate for elected in stage.elected]
            assert sorted(so_far) == sorted(names[n] for n in one["elected"]), file
            surpluses = [d.figures["surplus"] for d in stage.decisions if "surplus" in d.figures]
            if stage.decisions[-1].clause == "B.2.e":
                assert surpluses[-1] == Decimal(one["surplus"]), file


def test_the_table_of_the_model_election_by_the_authors(shared: Path) -> None:
    published = expected(shared)["meek-1987"]
    read = stvcount.read(shared / "data" / "ers97-model.blt")
    record = stvcount.count(read, rules="meek-1987")
    names = published["order"][:-2]
    cent = Decimal("0.01")
    tables = [
        [
            str(figure.quantize(cent))
            for figure in (*(s.votes[n] for n in names), s.non_transferable, s.quota or cent)
        ]
        for s in record.stages
    ]
    settled = [s for s in published["stages"].values() if s in tables]
    assert settled == list(published["stages"].values())
    assert sorted(record.elected) == sorted(published["elected"])


@BOTH
def test_the_elections_of_a_public_site(shared: Path, rules: str) -> None:
    for file, elected in expected(shared)["service"].items():
        read = stvcount.read(shared / "data" / "meek" / file)
        assert sorted(stvcount.count(read, rules=rules).elected) == sorted(elected), file


@pytest.mark.parametrize("file", ["fife_2017_ward3.blt", "highland_2012_ward15.blt"])
@BOTH
def test_both_tellers_make_the_same_record(shared: Path, rules: str, file: str) -> None:
    read = stvcount.read(shared / "data" / "scottish" / file)
    plain, vector = (
        stvcount.count(read, rules=rules, teller=teller) for teller in ("plain", "vector")
    )
    assert plain.to_json() == vector.to_json()


# Counts by hand

NINE = election(2, {"AB": 6, "B": 1, "C": 2})


def test_the_reference_rule_by_hand() -> None:
    record = meek(NINE)
    assert [repr(stage) for stage in record.stages] == [
        "<Stage 1: first; elected: A>",
        "<Stage 2: keep values; elected: B>",
    ]
    assert votes(record.stages[1]).split()[:2] == ["3.000000006", "3.999999994"]
    assert keeps(record.stages[1]) == "0.500000001 1.000000000 1.000000000"
    assert [stage.iterations for stage in record.stages] == [1, 2]
    assert decided(record) == [
        [
            "B.2.b: Quota (9 - 0.000000000 non-transferable) / 3, remainder ignored, plus "
            "0.000000001 = 3.000000001"
        ],
        [
            "B.2.b: Quota (9 - 0.000000000 non-transferable) / 3, remainder ignored, plus "
            "0.000000001 = 3.000000001"
        ],
        ["C: all places are filled: C formally excluded"],
    ]


def test_the_article_of_1987_by_hand() -> None:
    record = meek_1987(NINE)
    assert record.elected == ("A", "B")
    assert keeps(record.stages[1]) == "0.500000000000 1.000000000000 1.000000000000"
    assert texts(record, "2.5")[0] == (
        "Quota (9 - 0.000000000000 non-transferable) / 3 = 3.000000000000, remainder ignored"
    )
    excluded = stvcount.count(election(1, {"A": 5, "BA": 4, "CB": 2}), rules="meek-1987")
    assert texts(excluded, "2.7") == ["least votes: C (2.000000000000)"]
    assert texts(excluded, "2.9") == []  # nobody is elected whose votes could settle


def test_a_paper_passes_over_the_excluded_between_two_elected() -> None:
    """E stands between A and B: once E is excluded, the papers of A go on to B, and on to C."""
    record = meek(election(2, {"AEBC": 30, "B": 20, "C": 12, "D": 10, "E": 4}))
    before, after = record.stages[1:]
    assert (before.kind, after.candidates) == ("keep values", ("E",))
    assert record.elected == ("A", "B")
    assert before.keep_values is not None
    assert after.keep_values is not None
    # All that A passes on came to B, as E keeps nothing any more; before, all of it came to E.
    assert after.votes["B"] == 20 + 30 * (1 - after.keep_values["A"])
    assert before.votes["E"] == 4 + 30 * (1 - before.keep_values["A"])


@BOTH
def test_who_withdrew_has_no_vote_and_no_keep_value(rules: str) -> None:
    given = election(1, {"AB": 5, "B": 1, "C": 4}).withdraw("A")
    record = stvcount.count(given, rules=rules)
    assert record.elected == ("B",)
    assert list(record.stages[0].keep_values or ()) == ["B", "C"]
    assert record.stages[0].votes["B"] == 6


@BOTH
def test_an_uncontested_election_has_the_table_of_first_preferences(rules: str) -> None:
    record = stvcount.count(election(3, {"AB": 5, "B": 6}), rules=rules)
    (stage,) = record.stages
    assert (stage.elected, stage.iterations) == ((), 1)
    assert record.elected == ("B", "A")
    assert {one.clause for one in record.completion.elected} <= {"C", "2.8"}
    assert [one.clause for one in stage.decisions] in (["B.2.b"], ["2.5"])


@BOTH
def test_bundles_grow_with_the_elected_and_not_with_the_papers(rules: str) -> None:
    numbers = []
    for times in (1, 1000):
        papers = {order: times * number for order, number in {"AB": 6, "B": 1, "C": 2}.items()}
        kind = stvcount.rules.get(rules)
        tally = open_tally(election(2, papers), "plain", decimals=kind.decimals)
        with localcontext(EXACT):
            stages = list(kind.count(tally, Lots.none().open()))
        assert len(stages) == 2
        assert tally.tree is not None
        numbers.append(tally.tree.nodes)
    assert numbers == [4, 4]  # three of first preferences, and one below A


# Ties and other readings


@BOTH
def test_equal_lowest_need_a_lot_whatever_their_votes_were_before(rules: str) -> None:
    given = election(1, {"A": 9, "B": 5, "C": 3, "DC": 2})
    with pytest.raises(LotNeeded) as needed:
        stvcount.count(given, rules=rules)
    assert (needed.value.purpose, needed.value.candidates) == ("exclusion", ("B", "C"))
    record = stvcount.count(given, rules=rules, lots=Lots.drawn("B"))
    assert record.stages[-1].candidates == ("B",) or "B" in record.completion.excluded


def test_votes_within_the_surplus_count_as_equal() -> None:
    """B.3: E has fewest, but the surplus of those elected could be all that A has more."""
    given = election(3, {"FACBE": 6, "BEAFC": 16, "ACDFBE": 4, "FACB": 6}, candidates="ABCDEF")
    with pytest.raises(LotNeeded) as needed:
        meek(given, "C")
    assert needed.value.clause == "T"
    assert [format(vote, "f") for vote in needed.value.votes.values()] == [
        "7.999999996",
        "7.999999984",
    ]
    record = meek(given, *"CA")
    assert texts(record, "B.3")[-1] == (
        "lowest votes, no further apart than the surplus of the elected, 0.000000018: "
        "A (7.999999996) and E (7.999999984)"
    )
    assert "A" not in record.elected
    assert why_not(record, "A").endswith(
        "had 7.999999996 votes, tied with E: decided by lot (drawn)."
    )
    assert stvcount.audit.check(record) == ()


def test_a_surplus_that_falls_no_further() -> None:
    """B.2.e: with so many papers rounding keeps it above 0.000001."""
    papers = {"AB": 170, "ACBD": 150, "DBA": 190, "DA": 200}
    papers |= {"AC": 170, "ABCD": 150, "DCA": 190}
    record = meek(election(3, papers), "B")
    assert texts(record, "B.2.e")[-1] == (
        "nobody reaches the quota, and the surplus of the elected, 0.000001038, is no less than at "
        "the iteration before, 0.000001038"
    )
    assert stvcount.audit.check(record) == ()


def test_all_at_the_quota_lose_one_by_lot() -> None:
    """2.6, K7: three stand at the quota for two places; D has no vote."""
    record = meek_1987(election(2, {"A": 3, "B": 3, "C": 3}, candidates="ABCD"), "B")
    assert record.elected == ("A", "C")
    assert record.completion.excluded == ("D", "B")
    assert [one.clause for one in record.completion.elected] == ["2.6", "2.6"]
    assert record.completion.lots[0].clause == "2.7"
    assert record.stages[0].elected == ()
    assert texts(record, "2.6") == [
        "A (3.000000000000), B (3.000000000000) and C (3.000000000000) reach the quota, and "
        "2 places left: one is excluded"
    ]
    assert stvcount.audit.check(record) == ()


def test_the_same_by_the_reference_rule_is_an_exclusion() -> None:
    """Its quota is 0.000000001 more than all three have."""
    record = meek(election(2, {"A": 3, "B": 3, "C": 3}), "B")
    assert (record.elected, record.stages[0].elected) == (("A", "C"), ())
    assert [one.clause for one in record.completion.elected] == ["C", "C"]


def test_a_quota_of_next_to_nothing() -> None:
    """K6: all papers end with A, so that the quota falls to 0.0001 and the keep value with it."""
    record = meek_1987(election(2, {"A": 9}, candidates="ABC"), "B")
    last = record.stages[-1]
    assert last.quota == Decimal("0.000100000000")
    assert texts(record, "2.5")[-1].endswith("at least 0.000100000000")
    assert record.elected == ("A", "C")


def test_a_vote_exactly_at_the_bound_has_settled() -> None:
    """2.9: quota / vote is 0.99999, so that no new keep value is tried."""
    record = meek_1987(election(2, {"A": 100_000, "B": 99_998, "C": 99_998, "D": 1}), "B")
    assert record.stages[1].iterations == 1


def test_keep_values_that_the_decimals_cannot_bring_nearer() -> None:
    """K9: so many papers that one step of the last decimal is a third of the quota."""
    record = meek_1987(election(2, {"A": 30_000_000}, candidates="ABC"), "B")
    assert [one.clause for one in record.completion.elected] == ["2.8"]
    assert "in these decimals A can come no nearer to the quota" in " ".join(texts(record, "2.9"))
    assert stvcount.audit.check(record) == ()


@BOTH
@pytest.mark.parametrize(("policy", "elected", "vacant"), [("vacate", ("B",), 1), ("close", (), 2)])
def test_a_non_person_that_is_elected(
    rules: str, policy: str, elected: tuple[str, ...], vacant: int
) -> None:
    given = election(2, {"RB": 9, "B": 2, "C": 1}).with_non_person("R")
    record = stvcount.count(given, rules=rules, options={"non_person": policy})
    assert record.elected == elected
    assert sum(one.places for one in record.vacant) == vacant
    assert stvcount.audit.check(record) == ()


# The record alone

COMMITTEE = election(
    3,
    {
        "AB": 40,
        "ABC": 10,
        "BD": 8,
        "C": 15,
        "CD": 3,
        "DC": 9,
        "E": 4,
        "EB": 2,
        "FAD": 3,
        "F": 1,
    },
)
FORGED: list[tuple[str, tuple[str | int, ...], object, str]] = [
    ("meek", ("stages", 1, "quota"), "23.000000000", "found 23.000000000; expected 23.750000001"),
    ("meek", ("stages", 1, "keep_values", "A"), "0.475000002", "1.000000000 x 23.750000001 / 50"),
    ("meek", ("stages", 1, "keep_values", "A"), "1.100000000", "at most 1.000000000"),
    ("meek", ("stages", 1, "keep_values", "B"), "0.900000000", "keeps all until elected"),
    ("meek", ("stages", 3, "keep_values", "F"), "0.100000000", "excluded: keeps nothing"),
    ("meek", ("stages", 0, "iterations"), 2, "nobody passes on yet"),
    ("meek", ("stages", 1, "iterations"), 0, "found 0; expected at least 1"),
    ("meek", ("stages", 1, "iterations"), 1, "the keep values are those of the table before"),
    ("meek", ("stages", 3, "iterations"), 1, "that of the table before, at one iteration"),
    ("meek", ("stages", 2, "keep_values", "A"), "0.900000000", "at least 45.000000000 (first"),
    ("meek", ("stages", 1, "votes", "A"), "23.750000049", "(50.000000000 papers)"),
    ("meek", ("stages", 3, "votes", "F"), "0.000000001", "(excluded)"),
    ("meek", ("stages", 3, "candidates"), ["E"], "(whose exclusion it is)"),
    ("meek", ("stages", 2, "kind"), "exclusion", "expected keep values"),
    ("meek", ("stages", 3, "elected"), [], "expected C"),
    ("meek", ("stages", 2, "votes", "A"), "21.361870000", "less than 0.000001 (nobody is elected"),
    ("meek", ("completion", "excluded"), ["D", "E"], "expected E, D"),
    ("meek", ("stages", 2, "decisions", 1, "figures", "surplus"), "0.000000817", "of the elected"),
    ("meek", ("stages", 2, "decisions", 1, "figures", "omega"), "0.000002000", "0.000001"),
    ("meek-1987", ("stages", 2, "votes", "A"), "21.370000000000", "near enough to the quota"),
    ("meek-1987", ("stages", 2, "decisions", 1, "candidates"), ["A"], "expected A, B"),
    ("meek-1987", ("stages", 1, "keep_values", "A"), "0.475000000001", "1.000000000000 x 23.75"),
]


def test_the_committee_to_the_last_decimal() -> None:
    """As the second count has it, which shares no code with this one."""
    last = meek_1987(COMMITTEE).stages[-1]
    assert votes(last) == (
        "20.677529173852 20.677615504544 20.822544345600 14.532133593604 6.000000000000 0E-12 "
        "nt 12.290177382400"
    )
    assert keeps(last).split()[:2] == ["0.390142059884", "0.537180028343"]


@pytest.mark.parametrize(("rules", "path", "value", "said"), FORGED)
def test_what_a_table_does_not_give_is_found(
    rules: str, path: tuple[str | int, ...], value: object, said: str
) -> None:
    record = stvcount.count(COMMITTEE, rules=rules)
    assert stvcount.audit.check(record) == ()
    members = json.loads(record.to_json())
    holder: Any = members
    for step in path[:-1]:
        holder = holder[step]
    assert holder[path[-1]] != value
    holder[path[-1]] = value
    found = stvcount.audit.check(CountRecord.from_json(json.dumps(members)))
    assert any(said in str(one) for one in found), list(map(str, found))


@BOTH
def test_the_end_names_whom_it_concerns(rules: str) -> None:
    given = election(2, {"A": 3, "B": 1})
    (end,) = stvcount.count(given, rules=rules).completion.decisions
    assert (end.code, end.candidates) == ("as-many-as-places", ("A", "B"))
    given = election(2, {"A": 1}, candidates="ABC")
    *_, end = stvcount.count(given, rules=rules, lots=Lots.drawn("B")).completion.decisions
    assert (end.code, end.candidates) == ("last-places", ("B", "C"))
    assert end.figures == {"proposed": 1}


@BOTH
def test_keep_values_belong_to_rules_that_share_papers_out(rules: str) -> None:
    record = stvcount.count(COMMITTEE, rules=rules)
    members = json.loads(record.to_json())
    del members["stages"][1]["keep_values"], members["stages"][1]["iterations"]
    found = stvcount.audit.check(CountRecord.from_json(json.dumps(members)))
    assert {one.place for one in found} >= {"stages[1].keep_values", "stages[1].iterations"}
    other = json.loads(stvcount.count(COMMITTEE, rules="ers97").to_json())
    other["stages"][1]["iterations"] = 2
    found = stvcount.audit.check(CountRecord.from_json(json.dumps(other)))
    assert [one.place for one in found] == ["stages[1].iterations"]


@BOTH
@pytest.mark.parametrize("member", ["keep_values", "iterations"])
def test_a_table_without_either_is_found_and_the_next_looked_at_all_the_same(
    rules: str, member: str
) -> None:
    given = election(2, {"AB": 4, "B": 2, "C": 3, "D": 1, "AD": 2})
    members = json.loads(stvcount.count(given, rules=rules).to_json())
    del members["stages"][1][member]
    found = stvcount.audit.check(CountRecord.from_json(json.dumps(members)))
    assert [one.place for one in found] == [f"stages[1].{member}"]


def test_the_sheet_of_an_audit_says_what_tables_tell() -> None:
    record = meek(COMMITTEE)
    told = " ".join(audit_sheet.sheet(record, ()).split())
    assert "quotas, keep values as far as the tables tell, who is elected" in told


@BOTH
def test_what_a_published_sheet_has_wrong_is_said_without_an_exponent(rules: str) -> None:
    given = election(2, {"AB": 40, "CD": 20, "D": 18, "B": 3}, candidates="ABCDE")
    shown = PublishedSheet.from_record(stvcount.count(given, rules=rules))
    first, second, third, *rest = shown.stages
    other = dataclasses.replace(third, candidates=("B",))
    sheet = dataclasses.replace(shown, stages=(first, second, other, *rest))
    (found,) = (one for one in stvcount.which(sheet) if one.rules == rules)
    least = "0.000000000" if rules == "meek" else "0.000000000000"
    assert f"expected the exclusion of E ({least})" in found.breaks[0]


@pytest.mark.parametrize(
    ("rules", "quota", "election_by", "exclusion_by"),
    [("meek", "B.2.b", "B.2.c", "B.3"), ("meek-1987", "2.5", "2.6", "2.7")],
)
def test_what_a_published_sheet_has_wrong_is_said_with_its_clause(
    rules: str, quota: str, election_by: str, exclusion_by: str
) -> None:
    given = election(2, {"AB": 40, "CD": 20, "D": 18, "B": 3}, candidates="ABCDE")
    shown = PublishedSheet.from_record(stvcount.count(given, rules=rules))
    for number, wrong, said in (
        (0, {"quota": Decimal(28)}, f"({quota})"),
        (1, {"kind": "exclusion", "candidates": ("E",)}, f"({election_by}, by the votes of"),
        (2, {"candidates": ("B",)}, f"({exclusion_by}, by the votes of stage 2)"),
    ):
        stages = list(shown.stages)
        stages[number] = dataclasses.replace(stages[number], **wrong)
        sheet = dataclasses.replace(shown, stages=tuple(stages))
        (found,) = (one for one in stvcount.which(sheet) if one.rules == rules)
        assert said in found.breaks[0]


def test_rules_that_do_not_say_what_is_kept_cannot_be_traced() -> None:
    record = meek(COMMITTEE)
    unknown = dataclasses.replace(record, rules=dataclasses.replace(record.rules, id="meek-2030"))
    with pytest.raises(ElectionError, match="trace: found keep values in a count by meek-2030"):
        traced(unknown, COMMITTEE, 1)


# What is asked of such a count


def test_a_body_that_thought_it_counted_by_meek(shared: Path) -> None:
    """Its sheet is ERS97's, and by neither text of Meek's method: with the papers and without."""
    papers = stvcount.read(shared / "data" / "ers97-model.blt")
    sheet = stvcount.PublishedSheet.from_record(stvcount.count(papers, rules="ers97"))
    for found in (stvcount.which(sheet), stvcount.which(sheet, papers)):
        outcomes = {one.rules: one.outcome for one in found if not one.options}
        assert outcomes["ers97"] == "gives"
        assert outcomes["meek"] == outcomes["meek-1987"] == "breaks"


def test_sheets_say_what_keep_values_are_and_that_nothing_is_transferred() -> None:
    record = meek(NINE)
    assert "keeps of every vote or part of a vote received; the rest goes on" in str(record)
    assert "A: 0.500000001" in str(record)
    for name in ("svg-transfers", "html", "transfers"):
        assert "No transfers: by these rules" in stvcount.sheets.render(record, name)
    long = stvcount.sheets.render(record, "csv-long")
    assert "2,keep values,A,,0.500000001,keep-value\n" in long


@BOTH
def test_no_sheet_shows_an_exponent(rules: str) -> None:
    record = stvcount.count(election(1, {"A": 5, "B": 3, "C": 1}, candidates="ABCD"), rules=rules)
    assert any(vote == 0 for vote in record.stages[-1].votes.values())
    formats = [name for name in stvcount.sheets.names() if not stvcount.sheets.shows_papers(name)]
    shown = [stvcount.sheets.render(record, name) for name in formats]
    shown += [stvcount.explain(record), str(stvcount.trace(NINE, 1, rules=rules))]
    for text in shown:
        assert "0E-" not in text


def test_sheets_of_1987_show_two_decimals_and_say_so() -> None:
    shown = str(meek_1987(election(3, {"AB": 40, "BD": 8, "C": 15, "CD": 3, "DC": 9, "E": 4})))
    assert "rounded to 2 decimals; the record has them all" in shown
    assert "A: 0.493" in shown  # keep values as they are
    total = next(line for line in shown.splitlines() if line.startswith("Total"))
    assert set(total.replace("|", "").split()) == {"Total", "79.00"}


def test_compared_with_rules_that_transfer() -> None:
    compared = stvcount.compare(NINE, rules=["ers97", "meek"])
    course = compared[1].course
    assert course is not None
    assert (course.stage, course.here) == (2, "finds new keep values and elects B")


@BOTH
def test_a_paper_may_pass_more_of_the_elected_than_calls_may_be_nested(rules: str) -> None:
    names = [f"N{number}" for number in range(260)]
    papers = Papers(names, [([*range(260)], 10**6)])
    election = Election(places=250, candidates=names, papers=papers)
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack(0)) + 120)
    try:
        record = stvcount.count(election, rules=rules, lots=Lots.first_listed())
    finally:
        sys.setrecursionlimit(limit)
    assert record.elected == tuple(names[:250])


@BOTH
def test_a_keep_value_may_come_to_nothing(rules: str) -> None:
    """K8: D keeps less of each of so many papers than the last decimal can tell."""
    papers = Papers(list("ABCD"), [([0, 1], 2), ([1], 1), ([2], 3), ([3], 10**15)])
    election = Election(places=2, candidates=list("ABCD"), papers=papers)
    record = stvcount.count(election, rules=rules, lots=Lots.first_listed())
    assert record.elected[0] == "D"
    assert check(record) == verify(record, election) == ()
    if rules == "meek-1987":
        last = record.stages[-1]
        assert last.keep_values is not None
        assert last.keep_values["D"] == last.votes["D"] == 0


def test_a_lot_between_those_without_votes_is_asked_for_in_plain_figures() -> None:
    papers = Papers(list("ABCDEF"), [([0, 1], 4), ([1], 4), ([2], 4)])
    election = Election(places=2, candidates=list("ABCDEF"), papers=papers)
    with pytest.raises(LotNeeded) as needed:
        stvcount.count(election, rules="meek")
    tied = "D (0.000000000), E (0.000000000), F (0.000000000)"
    assert tied in str(needed.value)
    assert tied in str(needed.value.question)
