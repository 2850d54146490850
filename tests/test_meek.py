"""Meek's method by its two texts: published tables, a count by hand, every reading."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import stvcount
from stvcount import CountRecord, Election, Lots, Stage

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
