"""Papers of one contest that come in several files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import stvcount
from stvcount import CountRecord, Election, FormatError, cli

ONLINE = '3 1\n-3\n5 1 2 0\n2 3 0\n0\n"Ann" "Red"\n"Bob"\n"Cy"\n"Chair"\n'
ON_PAPER = "Cy,Ann,Bob\n,2,1\n,1,\n1,2,\n"


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """Votes cast online and on paper, with the candidates in another order."""
    given = {"online.blt": ONLINE, "paper.csv": ON_PAPER}
    for name, text in given.items():
        (tmp_path / name).write_text(text, "utf-8")
    return [str(tmp_path / name) for name in given]


def orders(election: Election) -> list[Any]:
    return list(election.papers.orders())


def test_papers_run_on_from_file_to_file(files: list[str]) -> None:
    election = stvcount.read_together(files, places=1)
    assert (election.title, election.candidates) == ("Chair", ("Ann", "Bob", "Cy"))
    assert orders(election) == [((0, 1), 5), ((2,), 2), ((1, 0), 1), ((0,), 1), ((2, 0), 1)]
    assert [source.name for source in election.sources] == ["online.blt", "paper.csv"]
    assert election.affiliations == {"Ann": "Red"}
    assert election.standing == ("Ann", "Bob")
    assert election.set_aside(8).papers_set_aside[0].paper == 8
    assert "paper.csv: a column for each candidate: 'Cy', 'Ann', 'Bob'" in election.notes
    assert election.notes[-2:] == (
        (
            "papers of several files, counted as one and numbered on: 7 of online.blt, 3 of "
            "paper.csv"
        ),
        "'Cy' has withdrawn, though not by paper.csv",
    )


def test_papers_set_aside_keep_their_papers(tmp_path: Path, files: list[str]) -> None:
    election = stvcount.read(files[0])
    aside = tmp_path / "aside.json"
    stvcount.write(election.set_aside(6, reason="torn").with_places(1), aside)
    (tmp_path / "more.blt").write_text(ONLINE.replace("5 1 2 0", "1 2 0"), "utf-8")
    together = stvcount.read_together([tmp_path / "more.blt", aside])
    assert [(one.paper, one.reason) for one in together.papers_set_aside] == [(9, "torn")]
    assert together.papers_counted.total == 9


def test_what_files_do_not_agree_on_is_told(tmp_path: Path, files: list[str]) -> None:
    other = ONLINE.replace('"Red"', '"Blue"').replace("Chair", "The Chair").replace("-3\n", "")
    (tmp_path / "other.blt").write_text(other, "utf-8")
    election = stvcount.read_together([files[0], tmp_path / "other.blt"])
    assert (election.title, election.affiliations) == ("Chair", {"Ann": "Red"})
    assert election.notes[-3:] == (
        "the title is 'Chair'; other files have 'The Chair'",
        "'Cy' has withdrawn, though not by other.blt",
        "the affiliation of 'Ann' is 'Red'; other files have 'Blue'",
    )


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ('"Bob"', '"Rob"', "the candidates 'Rob', whom {0} does not have and no candidates 'Bob'"),
        ("3 1\n", "3 2\n", "2 places, where {0} has 1"),
        ("nothing", "at all", "the same bytes as in {0}"),
    ],
)
def test_files_of_different_contests(
    tmp_path: Path, files: list[str], old: str, new: str, found: str
) -> None:
    other = tmp_path / "other.blt"
    other.write_text(ONLINE.replace(old, new), "utf-8")
    with pytest.raises(FormatError) as caught:
        stvcount.read_together([files[0], other])
    assert str(caught.value).startswith(f"{other}: found {found.format(files[0])}")


def test_different_non_persons(tmp_path: Path, files: list[str]) -> None:
    paths = []
    for name in ("Ann", "Bob", None):
        election = stvcount.read(files[0]).with_places(1)
        path = tmp_path / f"{name}.json"
        stvcount.write(election if name is None else election.with_non_person(name), path)
        paths.append(path)
    assert stvcount.read_together([paths[2], paths[0]]).non_person == "Ann"
    with pytest.raises(FormatError, match=r"the non-person 'Bob', where .*Ann\.json has 'Ann'"):
        stvcount.read_together(paths)


def test_no_files() -> None:
    with pytest.raises(FormatError, match="found none; expected at least one"):
        stvcount.read_together([])


def test_one_file_is_enough(files: list[str]) -> None:
    together = stvcount.read_together(files[:1])
    assert together.papers == stvcount.read(files[0]).papers


def test_at_the_command(
    files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = str(tmp_path / "count.json")
    options = ["--together", "--places", "1", "--set-aside", "10=late"]
    assert cli.main(["count", *files, *options, "--rules", "ers-av", "-o", record]) == 0
    assert "7 of online.blt, 3 of paper.csv" in capsys.readouterr().err
    counted = CountRecord.from_json(Path(record).read_text("utf-8"))
    assert (counted.papers.total, counted.elected) == (10, ("Ann",))
    assert cli.main(["verify", record, *files]) == 0
    assert cli.main(["check", *files, "--together", "--places", "1", "--expect", "10"]) == 0
    assert cli.main(["compare", *files, *options, "--rules", "ers97,ers-av"]) == 0
    assert cli.main(["trace", *files, *options, "--paper", "8"]) == 0
    capsys.readouterr()
    assert cli.main(["check", *files, "--places", "1"]) == 2
    assert "found them without --together" in capsys.readouterr().err
    assert cli.main(["count", *files, "--places", "1"]) == 2
    assert "--together" in capsys.readouterr().err
