"""The page of historical counts, and the folders it is built from."""

from __future__ import annotations

import importlib.util
import json
import sys
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from published_sheets import constituency, loaded, ward

import stvcount
from stvcount import PublishedSheet, check_sheet, read_sheet, which
from stvcount.inquiry.reconstruct import differences

ROOT = Path(__file__).resolve().parent.parent
HISTORY = ROOT / "src" / "stvcount" / "testing" / "published"
WARDS = {
    "glasgow-2022-victoria-park": ("Ward 12 Victoria Park", "glasgow_2022_ward12.blt"),
    "glasgow-2022-dennistoun": ("Ward 22 Dennistoun", "glasgow_2022_ward22.blt"),
}
ALL = sorted(folder for folder in HISTORY.iterdir() if folder.is_dir())


def told(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "source.json").read_text("utf-8"))
    return found


FOLDERS = [folder for folder in ALL if "papers" in told(folder)]
WITHOUT_PAPERS = [folder for folder in ALL if "explained" in told(folder)]

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
    assert text.count("\n## ") == len(ALL)


@EACH
def test_the_papers_give_every_published_figure(folder: Path) -> None:
    sheet = read_sheet(folder / "sheet.json")
    election = stvcount.read(folder / told(folder)["papers"])
    assert tuple(election.candidates) == sheet.candidates
    assert election.notes == ()
    for rules in (sheet.rules.id, *told(folder)["also_by"]):
        assert differences(sheet, stvcount.count(election, rules=rules)) == ()


@EACH
def test_the_leads_that_were_published(folder: Path) -> None:
    record = stvcount.count(
        stvcount.read(folder / told(folder)["papers"]),
        rules=read_sheet(folder / "sheet.json").rules.id,
    )
    for lead in told(folder)["leads"]:
        votes = record.stages[lead["stage"] - 1].votes
        assert votes[lead["ahead"]] - votes[lead["behind"]] == lead["by"]


def test_a_wrong_figure_would_be_seen(build: ModuleType) -> None:
    case = build.case(*build.folders()[0])
    text = (HISTORY / case.name / "sheet.json").read_text("utf-8")
    wrong = PublishedSheet.from_json(text.replace("1415", "1414"))
    found = differences(wrong, case.record)
    assert str(found[0]) == (
        "stage 1: the sheet has 1414 for Maggie Chapman; by aberdeen it is 1415.00"
    )
    assert "of 2 published figures not all come out: " in build._as_published(2, found)


def test_the_examples_of_two_counts_are_their_papers() -> None:
    """They lie in both places: the package has no examples, and the README begins with them."""
    for name, example in (
        ("ucl-2021-hockey-social", "hockey-social-secretary.blt"),
        ("ucl-2021-labour-president", "labour-president.blt"),
    ):
        papers = (HISTORY / name / "papers.blt").read_bytes()
        assert papers == (ROOT / "examples" / example).read_bytes()


def test_the_sheets_are_as_collected(shared: Path) -> None:
    """No figure of the collection is left out, and none is added."""
    counts = [
        one
        for name in ("historical", "more-historical")
        for one in loaded(shared, f"published/{name}.json")["counts"]
    ]
    public = {"foyle-2011", "north-antrim-2017", *WARDS}
    assert {one["id"] for one in counts} == {folder.name for folder in ALL} - public
    for one in counts:
        if "quotas" in one:
            assert told(HISTORY / one["id"])["quotas"] == one["quotas"]
            continue
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


# Checked without papers


def figures(sheet: PublishedSheet) -> list[object]:
    """All but the names, of which official files encode accents twice."""
    return [
        (
            one.kind,
            one.quota,
            one.non_transferable,
            list(one.votes.values()),
            len(one.elected or ()),
        )
        for one in sheet.stages
    ]


def test_what_is_found_without_papers() -> None:
    found = {
        folder.name: check_sheet(read_sheet(folder / "sheet.json")) for folder in WITHOUT_PAPERS
    }
    broken = {name: [one.stage for one in each.differences] for name, each in found.items()}
    assert {name: stages for name, stages in broken.items() if stages} == {
        "liberal-youth-2010": [3, 3],
        "north-antrim-2017": [2, 3],
    }
    for folder in WITHOUT_PAPERS:
        assert bool(broken[folder.name]) == (told(folder)["explained"] is not None)


def test_the_papers_of_the_wards_give_their_sheets(shared: Path) -> None:
    counts = loaded(shared, "expected/scottish-official.json")["wards"]
    for name, (title, file) in WARDS.items():
        sheet = read_sheet(HISTORY / name / "sheet.json")
        assert figures(sheet) == figures(ward(counts[title]))
        path = shared / "data" / "scottish-official" / file
        found = which(sheet, stvcount.read(path, mend_accents=True))
        assert {one.rules for one in found.giving} == {"scottish"}


def test_the_sheets_of_the_assembly_are_as_collected(shared: Path) -> None:
    counts = loaded(shared, "published/ni-assembly.json")["counts"]
    for name, key in (("foyle-2011", "2011 foyle"), ("north-antrim-2017", "2017 north-antrim")):
        sheet, collected = read_sheet(HISTORY / name / "sheet.json"), constituency(counts[key])
        assert (sheet.stages, sheet.elected) == (collected.stages, collected.elected)
        assert (sheet.places, sheet.papers) == (collected.places, collected.papers)


def test_the_quotas_are_as_published(build: ModuleType) -> None:
    quotas = told(HISTORY / "libdem-2010-quotas")["quotas"]
    assert len(quotas) == 6
    for one in quotas:
        assert build.quota("ers97", one["places"], one["valid"]) == Decimal(one["quota"])
