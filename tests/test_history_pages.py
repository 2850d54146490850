"""The page of historical counts, and the folders it is built from."""

from __future__ import annotations

import importlib.util
import json
import sys
from decimal import Decimal
from pathlib import Path
from types import ModuleType

import pytest

import stvcount
from stvcount import PublishedSheet, read_sheet
from stvcount.inquiry.reconstruct import differences

ROOT = Path(__file__).resolve().parent.parent
HISTORY = ROOT / "examples" / "history"
FOLDERS = sorted(folder for folder in HISTORY.iterdir() if folder.is_dir())

EACH = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)


@pytest.fixture(scope="module")
def build() -> ModuleType:
    """The script that builds the page."""
    spec = importlib.util.spec_from_file_location(
        "build_history", ROOT / "docs" / "build_history.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["build_history"] = module
    spec.loader.exec_module(module)
    return module


def test_the_page_is_what_the_counts_give(build: ModuleType) -> None:
    """If not: python docs/build_history.py."""
    text = (ROOT / "docs" / "history.md").read_text("utf-8")
    assert text == build.page()
    assert build.main(["--check"]) == 0


def test_no_count_on_the_page_fails(build: ModuleType) -> None:
    text = build.page()
    assert "not all come out" not in text
    assert ": they do not (" not in text
    assert text.count("come out.") == len(FOLDERS)


@EACH
def test_the_papers_give_every_published_figure(folder: Path) -> None:
    sheet = read_sheet(folder / "sheet.json")
    told = json.loads((folder / "source.json").read_text("utf-8"))
    election = stvcount.read(folder / told["papers"])
    assert tuple(election.candidates) == sheet.candidates
    assert election.notes == ()
    for rules in (sheet.rules.id, *told["also_by"]):
        assert differences(sheet, stvcount.count(election, rules=rules)) == ()


@EACH
def test_the_leads_that_were_published(folder: Path) -> None:
    told = json.loads((folder / "source.json").read_text("utf-8"))
    record = stvcount.count(
        stvcount.read(folder / told["papers"]), rules=read_sheet(folder / "sheet.json").rules.id
    )
    for lead in told["leads"]:
        votes = record.stages[lead["stage"] - 1].votes
        assert votes[lead["ahead"]] - votes[lead["behind"]] == lead["by"]


def test_a_wrong_figure_would_be_seen(build: ModuleType) -> None:
    case = build.cases()[0]
    text = (HISTORY / case.name / "sheet.json").read_text("utf-8")
    wrong = PublishedSheet.from_json(text.replace("1415", "1414"))
    found = differences(wrong, case.record)
    assert str(found[0]) == (
        "stage 1: the sheet has 1414 for Maggie Chapman; by aberdeen it is 1415.00"
    )
    assert "of 2 published figures not all come out: " in build._as_published(2, found)


def test_the_papers_are_not_kept_twice() -> None:
    """The counts of Students' Union UCL are the examples one folder up."""
    for folder in FOLDERS:
        own = (folder / "papers.blt").exists()
        assert own == (not folder.name.startswith("ucl-"))


def test_the_sheets_are_as_collected(shared: Path) -> None:
    """No figure of the collection is left out, and none is added."""
    collection = json.loads((shared / "published" / "historical.json").read_text("utf-8"))
    assert {one["id"] for one in collection["counts"]} == {folder.name for folder in FOLDERS}
    for one in collection["counts"]:
        sheet = read_sheet(HISTORY / one["id"] / "sheet.json")
        assert (sheet.rules.id, sheet.places) == (one["rules"], one["places"])
        assert (sheet.papers.total, sheet.papers.invalid) == (
            one.get("total_papers"),
            one.get("invalid"),
        )
        for stage, printed in zip(sheet.stages, one.get("stages", sheet.stages), strict=True):
            if printed is stage:
                assert one["id"] == "imperial-2008-president"
                continue
            assert (stage.kind, list(stage.candidates)) == (printed["kind"], printed.get("of", []))
            assert dict(stage.votes) == {
                name: Decimal(vote) for name, vote in printed["votes"].items()
            }
            for figure, key in ((stage.non_transferable, "nt"), (stage.quota, "quota")):
                assert figure == (Decimal(printed[key]) if key in printed else None)
            assert stage.elected == tuple(printed["elected"])
