"""One election by several rule sets."""

from __future__ import annotations

from pathlib import Path

import pytest
from builders import election

import stvcount
from stvcount import ElectionError, Lots, cli

# 20 + 18 + 17: nobody has half; ers-av and aberdeen exclude E and D together or one by one.
PAPERS = {"A": 20, "B": 18, "CB": 17, "D": 3, "E": 2}


def test_where_counts_part() -> None:
    compared = stvcount.compare(election(1, PAPERS), rules=["ers-av", "aberdeen", "lsu-stv"])
    assert [one.rules for one in compared] == ["ers-av", "aberdeen", "lsu-stv"]
    assert [one.record.elected for one in compared if one.record] == [("B",)] * 3
    assert [one.parts_at for one in compared] == [None, 2, 2]


def test_counts_that_do_not_part() -> None:
    compared = stvcount.compare(election(1, {"A": 9, "B": 2}), rules=["ers97", "ers-av"])
    assert [one.parts_at for one in compared] == [None, None]


def test_what_cannot_be_counted_is_no_error() -> None:
    compared = stvcount.compare(election(2, {"A": 5, "B": 5, "C": 5}), rules=["ers97", "ers-av"])
    assert [one.record for one in compared] == [None, None]
    assert "a lot is needed" in (compared[0].why or "")
    assert "ers-av: found 2 places" in (compared[1].why or "")
    assert compared[1].parts_at is None
    with pytest.raises(ElectionError, match="rules: found 'meek'"):
        stvcount.compare(election(1, {"A": 5}), rules=["meek"])


def test_one_count_goes_further_than_the_other() -> None:
    compared = stvcount.compare(
        election(1, {"A": 5, "B": 5, "C": 1}), rules=["ers97", "lsu-stv"], lots=Lots.seeded("x")
    )
    assert compared[1].parts_at is not None


def test_at_the_command(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "e.blt"
    stvcount.write(election(1, PAPERS, title="Chair"), path)
    assert cli.main(["compare", str(path), "--rules", "ers-av,aberdeen,lsu-atv"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "Chair",
        "",
        "ers-av:",
        "  elected: B",
        "aberdeen:",
        "  elected: B",
        "  parts from the first count at stage 2",
        "lsu-atv:",
        "  elected: B",
        "  every stage as in the first count",
    ]


def test_what_cannot_be_counted_and_what_is_void(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "e.blt"
    stvcount.write(election(2, {"A": 4, "B": 1, "N": 9}), path)
    command = ["compare", str(path), "--non-person", "N", "--rules", "lsu-atv,ers-av"]
    assert cli.main(command) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[2:5] == ["lsu-atv:", "  the election is void", "ers-av:"]
    assert lines[5].startswith("  not counted: ers-av: found 2 places; expected ")
