"""One election by several rule sets."""

from __future__ import annotations

from pathlib import Path

import pytest
from builders import election
from weighted import Weighted

import stvcount
from stvcount import ElectionError, Lots, cli

# 20 + 18 + 17: nobody has half; ers-av and aberdeen exclude E and D together or one by one.
PAPERS = {"A": 20, "B": 18, "CB": 17, "D": 3, "E": 2}


def parts(compared: stvcount.Comparison) -> list[tuple[str | None, str | None]]:
    """Where the course and the figures of each count part from those of the first."""
    return [(one.course and str(one.course), one.figures and str(one.figures)) for one in compared]


def test_where_counts_part() -> None:
    compared = stvcount.compare(election(1, PAPERS), rules=["ers-av", "aberdeen", "lsu-stv"])
    assert [one.rules for one in compared] == ["ers-av", "aberdeen", "lsu-stv"]
    assert [one.record.elected for one in compared if one.record] == [("B",)] * 3
    apart = (
        "stage 2: excludes E; the first count: excludes D and E",
        "stage 2: D 3.00; the first count: D 0.00",
    )
    assert parts(compared) == [(None, None), apart, apart]


def test_counts_that_do_not_part() -> None:
    compared = stvcount.compare(election(1, {"A": 9, "B": 2}), rules=["ers97", "ers-av"])
    assert parts(compared) == [(None, None)] * 2


def test_counts_of_several_decimals_are_compared_by_what_they_do_then_by_votes() -> None:
    papers = {"AB": 9, "AC": 6, "B": 6, "C": 5, "D": 4}
    compared = stvcount.compare(election(2, papers), rules=["ni-stv", "scottish", Weighted()])
    assert (
        parts(compared)[1:]
        == [
            (
                "stage 4: excludes C; the first count: is over and elects B",
                "stage 2: B 8.39; the first count: B 8.34",
            )
        ]
        * 2
    )
    assert "does otherwise from stage 4: " in str(compared)
    assert "other votes from stage 2: B 8.39; the first count: B 8.34" in str(compared)


def test_other_votes_alone_are_told_as_the_same_course() -> None:
    compared = stvcount.compare(election(2, {"AB": 8, "B": 4, "C": 1}), rules=["ers97", Weighted()])
    assert parts(compared)[1] == (None, "stage 2: A 5.00; the first count: A 4.34")
    assert "  the same course as in the first count\n" in str(compared)


def test_whole_votes_are_equal_whatever_their_decimals() -> None:
    compared = stvcount.compare(election(1, {"A": 6, "B": 2, "C": 1}), rules=["ers97", Weighted()])
    assert parts(compared)[1] == (None, None)


def test_a_stage_is_told_by_what_it_does_whatever_it_is_called() -> None:
    rules = [Weighted(), "scottish", "ers97"]
    compared = stvcount.compare(
        election(2, {"AB": 9, "B": 3, "CB": 2, "D": 4, "E": 1}), rules=rules
    )
    assert [one.record.stages[1].kind for one in compared if one.record] == [
        "passing on",
        "surplus",
        "surplus",
    ]
    assert compared[1].course is None


def test_several_excluded_in_one_of_the_counts() -> None:
    papers = {"AB": 12, "B": 5, "C": 9, "D": 7, "EB": 1}
    compared = stvcount.compare(election(2, papers), rules=["ers97", "scottish"])
    assert parts(compared)[1][0] == (
        "stage 2: excludes E; the first count: excludes B and E and elects C"
    )


def test_one_rule_set_with_several_options() -> None:
    rules = [stvcount.rules.get("aberdeen"), stvcount.rules.get("aberdeen", {"majority": "exact"})]
    compared = stvcount.compare(election(1, {"A": 6, "B": 5}), rules=rules)
    assert [one.rules for one in compared] == ["aberdeen", "aberdeen (majority=exact)"]


def test_the_ends_of_counts_are_compared() -> None:
    of = election(2, {"A": 4, "N": 12, "B": 5}).with_non_person("N")
    compared = stvcount.compare(of, rules=["ers97", "lsu-atv"])
    assert parts(compared)[1][0] == (
        "stage 2: is over and void; the first count: transfers the surplus of N and elects B"
    )


def test_the_same_stages_with_another_end() -> None:
    """N, for no candidate, has a majority: by Standing Order C3 that voids the election."""
    of = election(1, {"A": 3, "N": 9}).with_non_person("N")
    compared = stvcount.compare(of, rules=["ers-av", "lsu-stv"])
    assert parts(compared)[1][0] == "stage 2: is over and void; the first count: is over"


def test_what_is_no_rule_set_is_refused_wherever_it_comes_from() -> None:
    for rules in ([3], iter([3])):
        with pytest.raises(ElectionError, match=r"rules: found .*3.*; expected"):
            stvcount.compare(election(1, {"A": 5}), rules=rules)  # type: ignore[arg-type]


def test_what_cannot_be_counted_is_no_error() -> None:
    compared = stvcount.compare(election(2, {"A": 5, "B": 5, "C": 5}), rules=["ers97", "ers-av"])
    assert [one.record for one in compared] == [None, None]
    assert "a lot is needed" in (compared[0].why or "")
    assert "ers-av: found 2 places" in (compared[1].why or "")
    assert compared[1].course is None
    with pytest.raises(ElectionError, match="rules: found 'hare'"):
        stvcount.compare(election(1, {"A": 5}), rules=["hare"])


def test_one_count_goes_further_than_the_other() -> None:
    compared = stvcount.compare(
        election(1, {"A": 5, "B": 5, "C": 1}), rules=["ers97", "lsu-stv"], lots=Lots.seeded("x")
    )
    assert compared[1].course is not None
    assert compared[1].course.stage == 3
    assert compared[1].course.first.startswith("is over and elects ")


def test_votes_are_said_without_an_exponent() -> None:
    given = election(3, {"DCAE": 3, "CAEFD": 1}, candidates="ABCDEF")
    compared = stvcount.compare(given, rules=["meek", "meek-1987"], lots=Lots.first_listed())
    assert str(compared[1].figures) == "stage 2: A 2.000000000; the first count: A 0.000000000"


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
        "  does otherwise from stage 2: excludes E; the first count: excludes D and E",
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
