"""Scottish local government elections, against the figures of the returning officers themselves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

import pytest
from builders import election

import stvcount
from stvcount import CountRecord, Election, Lots, Stage
from stvcount.rules import Scottish

# The official reports of Glasgow, 5 May 2022


@pytest.fixture(scope="module")
def official(shared: Path) -> list[tuple[dict[str, Any], Election]]:
    """Each of the ten wards as the council published it, and its papers."""
    read = json.loads((shared / "expected" / "scottish-official.json").read_text("utf-8"))
    folder = shared / "data" / "scottish-official"
    return [(ward, stvcount.read(folder / ward["ballots"])) for ward in read["wards"].values()]


def moved_at(stage: Stage) -> list[tuple[str | None, int, str, str]]:
    """The rows of a transfers report: to whom, papers, transfer value, votes; least of all None."""
    rows: list[tuple[str | None, int, str, str]] = []
    for batch in stage.batches:
        value, without = batch.value, batch.non_transferable_papers
        rows += [(to, n, str(value), str(batch.credited[to])) for to, n in batch.papers.items()]
        if without:
            rows.append((None, without, str(value), str(without * value)))
    return rows


def parted(ward: dict[str, Any], record: CountRecord) -> str | None:
    """The first figure in which a count is not the official one; None where all agree."""
    return next(differences(ward, record), None)


def differences(ward: dict[str, Any], record: CountRecord) -> Iterator[str]:
    if (record.stages[0].quota, record.papers.valid) != (ward["quota"], ward["valid"]):
        yield f"quota {record.stages[0].quota} of {record.papers.valid}"
    lost = Decimal(0)
    for official, stage in zip(ward["stages"], record.stages, strict=False):
        of = [] if official["of"] is None else [official["of"]]
        rounding = stage.remainders - lost
        lost = stage.remainders
        ours: dict[str, object] = {
            "kind": (stage.kind, list(stage.candidates)),
            "rounding": rounding,
            "non-transferable": stage.non_transferable - rounding,
            **stage.votes,
        }
        theirs: dict[str, object] = {
            "kind": (official["kind"], of),
            "rounding": Decimal(official["rounding"]),
            "non-transferable": Decimal(official["non_transferable"]),
            **{name: Decimal(vote) for name, vote in official["votes"].items()},
        }
        for name, figure in theirs.items():
            if ours[name] != figure:
                yield f"stage {stage.number}: {name} {ours[name]}, officially {figure}"
    if len(ward["stages"]) != len(record.stages):
        yield f"{len(record.stages)} stages"


def test_every_figure_of_ten_wards(official: list[tuple[dict[str, Any], Election]]) -> None:
    stages = 0
    for ward, papers in official:
        record = stvcount.count(papers, rules="scottish")
        assert parted(ward, record) is None, ward["title"]
        stages += len(record.stages)
    assert (len(official), stages) == (10, 79)


def test_who_is_elected_and_at_which_stage(
    official: list[tuple[dict[str, Any], Election]],
) -> None:
    """Those elected by rule 53 stand in the completion: the reports mark them at the last stage."""
    for ward, papers in official:
        record = stvcount.count(papers, rules="scottish")
        at = {one.candidate: stage.number for stage in record.stages for one in stage.elected}
        at |= {one.candidate: len(record.stages) for one in record.completion.elected}
        assert at == dict(ward["elected"])
        assert set(record.elected) == set(at)


def test_every_row_of_the_transfers_reports(
    official: list[tuple[dict[str, Any], Election]],
) -> None:
    """The reports leave out rows below one vote, and are complete otherwise."""
    rows = 0
    for ward, papers in official:
        record = stvcount.count(papers, rules="scottish")
        for told, stage in zip(ward["stages"][1:], record.stages[1:], strict=True):
            printed = [
                (row["to"], row["papers"], row["value"], row["votes"]) for row in told["transfers"]
            ]
            ours = moved_at(stage)
            assert [row for row in printed if row not in ours] == []
            assert all(Decimal(row[3]) < 1 for row in ours if row not in printed)
            rows += len(printed)
    assert rows == 830


def test_a_wrong_rule_set_fails_where_it_should(
    official: list[tuple[dict[str, Any], Election]],
) -> None:
    """ERS97 has another quota; with four decimals the first surplus parts from the report."""
    for ward, papers in official:
        assert str(parted(ward, stvcount.count(papers, rules="ers97"))).startswith("quota")
        first = next(one["number"] for one in ward["stages"] if one["kind"] == "surplus")
        found = parted(ward, stvcount.count(papers, rules=FourDecimals()))
        assert str(found).startswith(f"stage {first}: "), ward["title"]


class FourDecimals(Scottish):
    """The Order with one decimal too few."""

    id: ClassVar[str] = "four-decimals"
    decimals: ClassVar[int] = 4


def test_the_party_is_the_affiliation_and_no_part_of_a_name(
    official: list[tuple[dict[str, Any], Election]],
) -> None:
    for ward, papers in official:
        parties = {one["name"]: one["party"] for one in ward["candidates"] if one["party"]}
        assert dict(papers.affiliations) == parties
        assert stvcount.count(papers, rules="scottish").affiliations == parties


# 62 wards as found in the wild


def test_all_the_wards_on_both_tellers(shared: Path) -> None:
    wards = sorted((shared / "data" / "scottish").glob("*.blt"))
    assert len(wards) == 62
    for path in wards:
        papers = stvcount.read(path)
        plain = stvcount.count(papers, rules="scottish", lots=Lots.first_listed(), teller="plain")
        vector = stvcount.count(papers, rules="scottish", lots=Lots.first_listed(), teller="vector")
        assert plain.to_json() == vector.to_json()
        assert stvcount.verify(plain) == ()


# Clauses and readings, by hand


def count(places: int, papers: dict[str, int], *lots: str, order: str = "2011") -> CountRecord:
    names = sorted({name for ranking in papers for name in ranking})
    return stvcount.count(
        election(places, papers, candidates="".join(names)),
        rules="scottish",
        options={"order": order},
        lots=Lots.drawn(*lots),
    )


def figures(stage: Stage) -> dict[str, str]:
    return {name: f"{vote:f}" for name, vote in stage.votes.items()}


def test_47_the_quota_is_whole_and_one_more_where_it_is_exact() -> None:
    """12 / 3 = 4, and one more is 5; 13 / 3 = 4.33, and one more is 5."""
    for papers in ({"A": 8, "B": 3, "C": 1}, {"A": 8, "B": 3, "C": 2}):
        record = count(2, papers)
        assert {str(stage.quota) for stage in record.stages} == {"5.00000"}


def test_49_all_the_papers_each_at_its_value() -> None:
    """A has 9 of a quota of 5: 4/9 for each of 9 papers, which gives 3.99996: 0.00004 are lost.

    Then: A has 14 of a quota of 7, so that B gets 14 papers at 0.5 on 3 of his own: 10, and 3 over
    the quota. His own go on at 3 x 1 / 10, the others at 3 x 0.5 / 10.
    """
    record = count(2, {"ABC": 7, "AC": 2, "BC": 3, "C": 1})
    second = record.stages[1]
    assert figures(second) == {"A": "5.00000", "B": "6.11108", "C": "1.88888"}
    assert str(second.remainders) == "0.00004"
    assert record.elected == ("A", "B")
    more = count(3, {"ABC": 10, "ABD": 4, "BC": 3, "C": 3, "D": 4})
    third = more.stages[2]
    assert [(str(b.value_before), str(b.value), sum(b.origin.values())) for b in third.batches] == [
        ("1.00000", "0.30000", 3),
        ("0.50000", "0.15000", 14),
    ]


def test_49_a_paper_without_next_preference_takes_its_value_along() -> None:
    record = count(1 + 1, {"A": 6, "AB": 3, "C": 3})
    second = record.stages[1]
    assert second.batches[0].non_transferable_papers == 6
    assert str(second.batches[0].value) == "0.44444"
    assert str(second.batches[0].non_transferable) == "2.66668"
    assert str(second.batches[0].remainder) == "0.00004"


def test_48_nobody_is_elected_in_the_middle_of_a_stage() -> None:
    """D's own papers bring A to the quota of 7; those from S's surplus still go to A."""
    record = count(2, {"SDA": 8, "DA": 2, "A": 5, "B": 4})
    last = record.stages[2]
    assert (last.candidates, [str(batch.value) for batch in last.batches]) == (
        ("D",),
        ["1.00000", "0.12500"],
    )
    assert [(one.candidate, str(one.vote)) for one in last.elected] == [("A", "8.00000")]


def test_50_equal_surpluses_go_by_the_most_recent_difference() -> None:
    """A and B have 18 each, of a quota of 16. At stage 1 A led with 12 to 11, at stage 2 B."""
    record = count(3, {"A": 12, "B": 11, "XB": 2, "YA": 6, "YB": 5, "V": 13, "W": 12})
    assert [one.candidate for one in record.stages[2].elected] == ["B", "A"]
    assert record.stages[3].candidates == ("B",)
    [decision] = [one for one in record.stages[3].decisions if one.clause == "50"]
    assert decision.code == "equal-surpluses"
    assert decision.text == (
        "equal surpluses, 2.00000: B and A; greatest vote at stage 2 (B 13.00000, A 12.00000)"
    )


def test_50_equal_at_all_stages_by_lot() -> None:
    record = count(3, {"AC": 9, "BD": 9, "C": 2, "D": 2, "E": 1}, "B")
    assert [(lot.purpose, lot.clause) for lot in record.lots] == [("surplus", "50")]
    assert [stage.candidates for stage in record.stages[1:3]] == [("B",), ("A",)]


def test_52_equal_lowest_by_the_most_recent_difference() -> None:
    """S4: C and D have 6 each. At stage 1 D had fewer, with 4 to 5; at stage 2 C, with 5 to 6."""
    record = count(1, {"A": 9, "B": 8, "C": 5, "D": 4, "ED": 2, "FC": 1, "FA": 2})
    assert [stage.candidates for stage in record.stages[1:4]] == [("E",), ("F",), ("C",)]
    assert [one.code for one in record.stages[3].decisions] == ["equal-fewest"]


def test_52_equal_at_all_stages_by_lot() -> None:
    record = count(1, {"A": 3, "B": 1, "C": 1, "D": 2}, "C")
    assert (record.lots[0].purpose, record.lots[0].clause) == ("exclusion", "52")
    assert record.stages[1].candidates == ("C",)


def test_53_before_any_surplus_is_transferred() -> None:
    """S2: three continue for the three places left."""
    record = count(4, {"AB": 9, "B": 2, "C": 1, "D": 1})
    assert len(record.stages) == 1
    assert [one.candidate for one in record.completion.elected] == ["B", "C", "D"]
    assert {one.clause for one in record.completion.elected} == {"53"}


def test_s2_the_last_exclusion_is_carried_out() -> None:
    """Two continue for one place: the lowest is excluded, the papers move, then rule 53."""
    record = count(1, {"A": 4, "B": 3, "C": 3}, "B")
    assert [stage.candidates for stage in record.stages[1:]] == [("B",), ("C",)]
    assert record.stages[-1].votes["C"] == 0
    assert [one.clause for one in record.completion.elected] == ["53"]


def test_s3_fewer_candidates_than_places() -> None:
    record = stvcount.count(
        election(3, {"A": 2, "B": 1, "C": 1, "D": 1}).withdraw("C").withdraw("D"), rules="scottish"
    )
    assert record.elected == ("A", "B")


def test_s5_candidates_without_votes_go_one_at_a_time() -> None:
    papers = election(1, {"A": 4, "B": 3, "E": 2}, candidates="ABCDE")
    record = stvcount.count(papers, rules="scottish", lots=Lots.drawn("D"))
    assert [stage.candidates for stage in record.stages[1:3]] == [("D",), ("C",)]


def test_s6_who_is_left_stands_excluded_at_the_end() -> None:
    record = count(1, {"A": 6, "B": 3, "C": 2})
    assert record.completion.excluded == ("C", "B")
    assert record.completion.decisions[0].clause == "53"


def test_the_order_of_2007_has_each_rule_one_lower() -> None:
    papers = {"AB": 9, "B": 2, "C": 3}
    of_2011, of_2007 = count(2, papers), count(2, papers, order="2007")
    cited = [one.clause for stage in of_2007.stages for one in stage.decisions]
    assert cited[0] == "2007 rule 46"
    assert [one.votes for one in of_2007.stages] == [one.votes for one in of_2011.stages]
    assert stvcount.verify(of_2007) == ()


def test_the_votes_have_five_decimals_and_the_quota_is_shown_with_them() -> None:
    record = count(2, {"AB": 9, "B": 2, "C": 3})
    assert record.decimals == 5
    every = [vote for stage in record.stages for vote in (*stage.votes.values(), stage.quota)]
    assert {vote.as_tuple().exponent for vote in every if vote is not None} == {-5}


def test_51_of_one_with_the_lowest_vote_it_is_written_down_that_it_is_the_lowest() -> None:
    record = stvcount.count(election(1, {"A": 9, "BA": 7, "CB": 4, "DA": 1}), rules="scottish")
    (decision,) = record.stages[1].decisions
    assert (decision.clause, decision.code) == ("51", "least")
    assert decision.text == "least votes: D (1.00000)"
