"""Which rules gave a published sheet: by its figures, and by the papers."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from builders import election as small
from builders import registered
from published_sheets import constituency, historical, loaded, ward
from test_audit import random_count

import stvcount
from stvcount import Election, ElectionError, Papers, PublishedSheet, which
from stvcount.cli import main

HISTORY = Path(__file__).resolve().parent.parent / "src/stvcount/testing/published"
LABOUR = HISTORY / "ucl-2021-labour-president" / "papers.blt"


def giving(found: stvcount.Which) -> set[str]:
    return {one.rules for one in found.giving}


def test_every_rule_set_with_every_option_is_tried(shared: Path) -> None:
    counts = loaded(shared, "published/historical.json")["counts"]
    sheet = historical(next(one for one in counts if one["id"] == "ucl-2021-labour-president"))
    tried = {(one.rules, tuple(one.options.items())) for one in which(sheet)}
    assert {rules for rules, _ in tried} == set(stvcount.rules.names())
    assert {options for rules, options in tried if rules == "lsu-atv"} == {
        (),
        (("suspense", True),),
    }
    assert len([1 for rules, _ in tried if rules == "aberdeen"]) == 4
    marked = dataclasses.replace(sheet, non_person="RON (Re-Open Nominations)")
    assert len(which(marked)) == 2 * len(tried)


def test_a_union_that_reduced_its_quota(shared: Path) -> None:
    counts = loaded(shared, "published/more-historical.json")["counts"]
    sheet = historical(counts[0])
    found = which(sheet)
    assert [str(one) for one in found.giving] == ["ers97"]
    by_c2 = next(one for one in found if str(one) == "lsu-atv")
    assert by_c2.breaks == ("stage 2, quota: found 639.00; expected 748.00 (First stage c)",)
    assert (by_c2.outcome, by_c2.stages) == ("breaks", 1)


def test_a_hand_count_that_no_rules_give(shared: Path) -> None:
    counts = {one["id"]: one for one in loaded(shared, "published/more-historical.json")["counts"]}
    found = which(historical(counts["liberal-youth-2010"], complete=False))
    assert found.giving == ()
    best = found[0]
    assert (best.rules, best.stages) == ("ers97", 2)
    assert best.breaks[0] == (
        "stage 3, candidates: found the surplus of C.M. (2.26); expected the exclusion of C.B. "
        "(1.00) (5.2.2, by the votes of stage 2)"
    )
    assert str(found).splitlines()[1] == (
        "NO RULES HERE GIVE THIS SHEET; ers97 comes furthest, to stage 3"
    )
    untried = [one for one in found if one.outcome == "untried"]
    assert {one.rules for one in untried} == {"aberdeen", "ers-av", "lsu-stv"}


def test_a_count_published_in_part_tries_nothing(shared: Path) -> None:
    counts = {one["id"]: one for one in loaded(shared, "published/more-historical.json")["counts"]}
    found = which(historical(counts["imperial-2007-dpfs"]))
    assert {one.outcome for one in found} == {"untried"}
    assert "the votes of Chris Larvin" in found[0].breaks[0]


def test_six_quotas_are_those_of_ers97(shared: Path) -> None:
    counts = loaded(shared, "published/more-historical.json")["counts"]
    for one in next(count["quotas"] for count in counts if "quotas" in count):
        each, rest = divmod(one["valid"], one["places"] + 1)
        votes = {f"C{n}": str(each + (rest if n == 0 else 0)) for n in range(one["places"] + 1)}
        first = {"kind": "first", "votes": votes, "quota": one["quota"], "elected": []}
        count = {"title": "", "rules": "ers97", "places": one["places"], "stages": [first]}
        sheet = historical(count, complete=False)
        # Who is elected was not published with the quota.
        stage = dataclasses.replace(sheet.stages[0], elected=None)
        found = which(dataclasses.replace(sheet, stages=(stage,)))
        assert "ers97" in giving(found)
        assert giving(found) <= {"ers97", "lsu-atv"}
        assert ("lsu-atv" in giving(found)) == (one["valid"] <= 100 * (one["places"] + 1))


def test_public_elections_are_told_apart(shared: Path) -> None:
    counts = loaded(shared, "published/ni-assembly.json")["counts"]
    sound = ["2011 foyle", "2017 strangford", "2017 belfast-west", "2017 lagan-valley"]
    for name in sound:
        found = which(constituency(counts[name]))
        assert found[0].rules == "ni-stv"
        # A whole quota and the last parcel are Loughborough's too: figures may fit both.
        assert {"ni-stv"} <= giving(found) <= {"ni-stv", "lsu-atv"}
    assert giving(which(constituency(counts["2011 foyle"]))) == {"ni-stv"}
    north_antrim = which(constituency(counts["2017 north-antrim"]))
    assert north_antrim.giving == ()
    wards = loaded(shared, "expected/scottish-official.json")["wards"]
    for count in wards.values():
        assert giving(which(ward(count))) == {"scottish"}


def test_official_papers_give_the_official_sheets(shared: Path) -> None:
    """The two wards of the examples: every figure, from the council's own papers."""
    wards = loaded(shared, "expected/scottish-official.json")["wards"]
    for name, file in (("Ward 12 Victoria Park", "ward12"), ("Ward 22 Dennistoun", "ward22")):
        sheet = ward(wards[name])
        path = shared / "data" / "scottish-official" / f"glasgow_2022_{file}.blt"
        found = which(sheet, stvcount.read(path))
        assert giving(found) == {"scottish"}
        assert all(one.record is not None for one in found.giving)
        ers97 = next(one for one in found if one.rules == "ers97")
        assert ers97.breaks[0].startswith(
            f"stage 1: the sheet has a quota of {wards[name]['quota']}"
        )


def test_papers_are_counted_and_compared() -> None:
    sheet = stvcount.read_sheet(HISTORY / "ucl-2021-labour-president" / "sheet.json")
    found = which(sheet, stvcount.read(LABOUR))
    assert giving(found) == {"ers97"}
    assert found.with_papers
    record = found[0].record
    assert record is not None
    assert record.elected == ("Aliy Faisal",)
    lines = str(found).splitlines()
    assert lines[1] == "the papers give every figure by ers97"
    by_c2 = ": breaks: stage 2: the sheet has a quota of 8.00; by lsu-atv there is a quota of 9.50"
    assert any(line.startswith("lsu-atv") and line.endswith(by_c2) for line in lines)


@pytest.mark.parametrize("rules", stvcount.rules.names())
def test_whatever_was_counted_is_given_by_its_own_rules(rules: str) -> None:
    """Lots included: they fall as the sheet shows."""
    for seed in range(40):
        counted = random_count(seed, rules)
        if counted is None or counted[1].organisation is not None:
            continue
        election, record = counted
        sheet = PublishedSheet.from_record(record)
        told = {
            name: value
            for name, value in record.rules.options.items()
            if name != "non_person" or sheet.non_person
        }
        for found in (which(sheet), which(sheet, election)):
            own = [stvcount.rules.get(rules, dict(one.options)) for one in found.giving
                   if one.rules == rules]  # fmt: skip
            assert any(
                all(one.option(name) == value for name, value in told.items()) for one in own
            ), record.to_json()


def test_papers_of_another_election_are_refused() -> None:
    sheet = PublishedSheet.from_record(stvcount.count(small(1, {"AB": 3, "B": 2}), rules="ers97"))
    with pytest.raises(ElectionError, match="places: found 2 in the election; expected 1"):
        which(sheet, small(2, {"AB": 3, "B": 2}))
    with pytest.raises(ElectionError, match="found none called 'A' who stands"):
        which(sheet, small(1, {"XB": 3, "B": 2}))
    gone = small(1, {"AB": 3, "BC": 2}).withdraw("B")
    with pytest.raises(ElectionError, match="found none called 'B' who stands"):
        which(sheet, gone)


def test_rules_that_cannot_be_followed_are_untried(monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = PublishedSheet.from_record(stvcount.count(small(1, {"AB": 3, "B": 2}), rules="ers97"))
    monkeypatch.setattr(stvcount.rules.ERSAV, "rulebook", None)
    found = {one.rules: one for one in which(sheet)}
    assert found["ers-av"].outcome == "untried"
    assert "has no rulebook" in found["ers-av"].breaks[0]
    assert "ers-av: not tried: rules: found 'ers-av', which has no rulebook" in str(which(sheet))


def test_rules_of_a_package_that_cannot_be_imported_are_untried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    registered(tmp_path, "[stvcount.rules]\nbroken = no_such_module:Broken\n")
    monkeypatch.syspath_prepend(tmp_path)
    sheet = PublishedSheet.from_record(stvcount.count(small(1, {"AB": 3, "B": 2}), rules="ers97"))
    found = {one.rules: one for one in which(sheet)}
    assert found["broken"].outcome == "untried"
    assert "No module named 'no_such_module'" in found["broken"].breaks[0]
    assert found["ers97"].outcome == "gives"


# The command

TABLE = "Name,First,Exclude C,Result\nA,4,6,Elected\nB,4,4,\nC,2,,\nNon-transferable,0,0,\n"


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "sheet.csv"
    path.write_text(TABLE, "utf-8")
    assert main(["which", str(path), "--places", "1"]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines()[1].startswith("nothing in the figures contradicts ")
    assert err == ""
    papers = Election(
        places=1,
        candidates=["A", "B", "C"],
        papers=Papers(["A", "B", "C"], [([0], 4), ([1], 4), ([2, 0], 2)]),
    )
    stvcount.write(papers, tmp_path / "papers.csv")
    assert main(["which", str(path), str(tmp_path / "papers.csv"), "--places", "1"]) == 0
    assert "the papers give every figure by" in capsys.readouterr().out
    path.write_text(TABLE.replace("A,4,6", "A,4,5"), "utf-8")
    assert main(["which", str(path), str(tmp_path / "papers.csv"), "--places", "1"]) == 1
    assert capsys.readouterr().out.splitlines()[1].startswith("NO RULES HERE GIVE THIS SHEET")
    assert main(["which", str(path)]) == 2
    assert "found no number of places" in capsys.readouterr().err
    assert main(["which", str(tmp_path / "none.csv"), "--places", "1"]) == 2


def test_places_are_those_of_the_papers_where_the_sheet_states_its_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = HISTORY / "ucl-2021-labour-president" / "sheet.json"
    papers = tmp_path / "papers.csv"
    stvcount.convert(LABOUR, papers)
    assert main(["which", str(sheet), str(papers), "--places", "1"]) == 0
    assert "the papers give every figure by ers97" in capsys.readouterr().out
    assert main(["which", str(sheet), str(LABOUR), "--places", "1"]) == 0
    assert "the papers give every figure by ers97" in capsys.readouterr().out
    assert main(["which", str(sheet), str(papers), "--places", "2"]) == 2
    assert "places: found 2 in the election; expected 1" in capsys.readouterr().err
    assert main(["which", str(sheet), "--places", "1"]) == 2
    assert "found the option places; expected none" in capsys.readouterr().err
