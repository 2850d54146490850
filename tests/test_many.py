"""Many elections at once."""

from __future__ import annotations

import copy
import errno
import multiprocessing
import os
import signal
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from builders import election

import stvcount
from stvcount import (
    Counted,
    CountRecord,
    Election,
    ElectionError,
    LotNeeded,
    Lots,
    Papers,
    cli,
    count_many,
)
from stvcount.counting.many import mapped
from stvcount.tellers.plain import PlainTeller

GOOD = election(1, {"AB": 5, "B": 3}, title="Good")
TIED = election(1, {"A": 5, "B": 5}, title="Tied")


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Two good files of the same name, one with a fault, one that needs a lot, one not there."""
    paths = [tmp_path / "x" / "e.blt", tmp_path / "y" / "e.blt", tmp_path / "tied.blt"]
    for path, made in zip(paths, (GOOD, election(2, {"A": 5, "B": 3, "C": 1}), TIED), strict=True):
        path.parent.mkdir(exist_ok=True)
        stvcount.write(made, path)
    bad = tmp_path / "bad.blt"
    bad.write_text("2 1\n1 3 0\n0\nA\nB\n", "utf-8")
    return [*paths, bad, tmp_path / "none.blt"]


def results(counted: list[Counted]) -> list[object]:
    return [one.record.elected if one.record else type(one.error).__name__ for one in counted]


@pytest.mark.parametrize("jobs", [1, 2])
def test_files_and_elections(files: list[Path], jobs: int) -> None:
    counted = list(count_many([*files, GOOD], rules="ers97", jobs=jobs))
    assert results(counted) == [
        ("A",),
        ("A", "B"),
        "LotNeeded",
        "FormatError",
        "FormatError",
        ("A",),
    ]
    assert [one.name for one in counted] == [*map(str, files), "Good"]
    assert isinstance(counted[2].error, LotNeeded)
    assert counted[2].error.candidates == ("A", "B")
    assert "expected a candidate number from 1 to 2" in str(counted[3].error)


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize(
    "lots", [Lots.drawn("A"), Lots.seeded("x"), Lots.first_listed(), Lots.none()]
)
def test_every_kind_of_lots_serves_every_count(lots: Lots, jobs: int) -> None:
    counted = list(count_many([TIED, TIED], lots=lots, jobs=jobs))
    assert counted[0] == counted[1] or results(counted) == ["LotNeeded"] * 2


def test_many_small_elections_come_in_their_order_with_the_records_of_one_job() -> None:
    made = [
        election(1, {"A": 2 + place % 3, "B": 4, "C": 2}, title=str(place)) for place in range(150)
    ]
    apart, together = (
        list(count_many(made, rules="ers97", lots=Lots.seeded("x"), jobs=jobs)) for jobs in (1, 2)
    )
    assert [one.name for one in together] == [str(place) for place in range(150)]
    assert together == apart
    for one, other in zip(apart, together, strict=True):
        assert one.record is not None
        assert other.record is not None
        assert one.record.to_json() == other.record.to_json()


@pytest.mark.parametrize("rules", stvcount.rules.names())
def test_nothing_of_a_record_is_lost_on_its_way(rules: str) -> None:
    made = [election(1, {"AB": 7, "BC": 4, "C": 2, "CA": 1, "D": 1})] * 2
    lots = Lots.seeded("x")
    counted = [one.record for one in count_many(made, rules=rules, lots=lots, jobs=2)]
    expected = stvcount.count(made[0], rules=rules, lots=lots).to_json()
    assert [record and record.to_json() for record in counted] == [expected] * 2


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_however_processes_are_started(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip(f"no {method} here")
    context = multiprocessing.get_context(method)
    monkeypatch.setattr(multiprocessing, "get_start_method", lambda: method)
    monkeypatch.setattr(multiprocessing, "Process", context.Process)
    counted = list(count_many([GOOD, TIED, GOOD], jobs=2))
    assert results(counted) == [("A",), "LotNeeded", ("A",)]


def test_a_record_may_travel_on_before_anybody_has_read_how_it_went() -> None:
    record = stvcount.count(GOOD)
    [first, second] = [one.record for one in count_many([GOOD, GOOD], jobs=2)]
    assert first is not None
    assert second is not None
    assert copy.copy(copy.copy(first)).to_json() == record.to_json()
    read = second.stages[0].decisions[0].text
    assert copy.copy(second) == record
    assert copy.copy(second).stages[0].decisions[0].text == read
    with pytest.raises(AttributeError, match="'CountRecord' has no attribute 'winners'"):
        first.winners  # type: ignore[attr-defined]  # noqa: B018


def test_a_text_that_is_stated_travels_and_one_that_is_made_is_made_again() -> None:
    record = stvcount.count(GOOD)
    made = record.stages[0].decisions[0]
    stated = replace(made, text="in other words")
    [first, *others] = record.stages
    told = replace(record, stages=(replace(first, decisions=(made, stated)), *others))
    there = copy.deepcopy(told)
    assert there == told
    assert [one.text for one in there.stages[0].decisions] == [made.text, "in other words"]
    assert copy.deepcopy(there.stages[0]) == told.stages[0]


SMALL = [election(1, {"A": 3, "B": 1 + place % 2}, title=str(place)) for place in range(600)]


@pytest.mark.parametrize(
    ("how", "others"),
    [
        ({}, 1),
        ({"rules": "ers-av", "lots": Lots.seeded("x")}, 1),
        ({"rules": stvcount.rules.get("ers97"), "organisation": "chester"}, 1),
        ({"lots": Lots.answered(otherwise=Lots.ask(lambda lot: lot.candidates[0]))}, 2),
        ({"prepare": copy.copy}, 2),
        ({"teller": PlainTeller}, 2),
        ({"rules": "none-of-ours"}, 2),
        ({"organisation": stvcount.organisations.get("chester")}, 2),
    ],
)
def test_whoever_asks_counts_too_where_nothing_can_end_it(
    how: dict[str, object], others: int
) -> None:
    counted = count_many(SMALL, jobs=2, **how)  # type: ignore[arg-type]
    next(counted)
    assert len(multiprocessing.active_children()) == others
    counted.close()  # type: ignore[attr-defined]


def test_large_elections_and_files_are_counted_by_others(files: list[Path]) -> None:
    numpy = pytest.importorskip("numpy")
    orders = numpy.array([[0, 1], [1, 0], [0, -1]])
    papers = Papers.from_matrix(orders, candidates=("A", "B"))
    matrix = Election(places=1, candidates=("A", "B"), papers=papers)
    for other in (election(1, {"A": 10_001, "B": 1}), matrix, files[0]):
        counted = count_many([*SMALL, other], jobs=2)
        next(counted)
        assert len(multiprocessing.active_children()) == 2
        counted.close()  # type: ignore[attr-defined]


def test_those_who_help_may_be_killed() -> None:
    counted = count_many(SMALL, jobs=3)
    found = [next(counted)]
    for process in multiprocessing.active_children():
        process.kill()
    found += counted
    assert [one.name for one in found] == [one.title for one in SMALL]
    assert all(one.record and one.record.elected == ("A",) for one in found)


@pytest.mark.parametrize("asked_every", [0, 0.001])
@pytest.mark.parametrize("jobs", [2, 4])
@pytest.mark.parametrize("here", [False, True])
def test_each_item_is_worked_on_once_and_comes_in_its_turn(
    here: bool,
    jobs: int,
    asked_every: float,
    tmp_path: Path,
) -> None:
    log = tmp_path / "log"
    log.touch()
    made = []
    for one in mapped(partial(_logged, log=log), range(400), jobs, here=here):
        made.append(one)
        time.sleep(asked_every)
    assert made == list(range(400))
    done = [line.split() for line in log.read_text().splitlines()]
    assert sorted(int(number) for number, _ in done) == made
    assert (str(os.getpid()) in {process for _, process in done}) == here
    assert len({process for _, process in done}) <= jobs


def _logged(number: int, *, log: Path) -> int:
    time.sleep(0.0001 * (number * 7 % 11))
    with log.open("a") as file:
        file.write(f"{number} {os.getpid()}\n")
    return number


def test_no_more_is_counted_than_soon_asked_for(tmp_path: Path) -> None:
    """Results that nobody has asked for do not heap up."""
    log = tmp_path / "log"
    counted = count_many([GOOD] * 3000, jobs=2, prepare=partial(_noted, log=log))
    next(counted)
    time.sleep(1)
    next(counted)
    counted.close()  # type: ignore[attr-defined]
    assert 2 <= log.stat().st_size < 1500


def _noted(election: Election, *, log: Path) -> Election:
    with log.open("a") as file:
        file.write("x")
    return election


def test_an_error_holds_nothing_of_its_file(tmp_path: Path) -> None:
    paths = [tmp_path / "cut.parquet", tmp_path / "cut.blt"]
    paths[0].write_bytes(b"PAR1 and no more PAR1")
    paths[1].write_text("2 1\n1 3 0\n", "utf-8")
    for one in count_many(paths):
        assert isinstance(one.error, stvcount.FormatError)
        assert (one.error.__traceback__, one.error.__cause__, one.error.__context__) == (None,) * 3


def test_what_holds_for_all(files: list[Path]) -> None:
    counted = list(count_many(files[:2], organisation="chester", reading={"encoding": "latin-1"}))
    assert [one.record.rules.id for one in counted if one.record] == ["ers-av", "ers97"]
    with pytest.raises(ElectionError, match="jobs: found 0; expected a whole number from 1"):
        count_many([GOOD], jobs=0)
    assert list(count_many([])) == []


def test_at_the_command(
    files: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "out" / "sheets"
    arguments = ["count", *map(str, files), "-o", str(folder), "--format", "json", "--jobs", "2"]
    assert cli.main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert f"{files[3]}:2: found candidate number 3" in err
    assert sorted(path.name for path in folder.iterdir()) == ["e-2.json", "e.json", "index.txt"]
    index = (folder / "index.txt").read_text("utf-8")
    assert index.startswith("2 of 5 files counted\n")
    assert f"{files[1]}\n  elected: A, B\n  sheet: e-2.json\n" in index
    assert f"{files[2]}\n  not counted: stage 2" in index
    assert stvcount.read_record(folder / "e.json").title == "Good"
    assert cli.main(["count", *map(str, files[:2]), "-o", str(folder)]) == 2
    assert f"{folder}/index.txt: found a file of this name" in capsys.readouterr().err
    assert not (folder / "e.txt").exists()
    assert cli.main(["count", *map(str, files[:2]), "-o", str(folder), "--force"]) == 0
    assert cli.main(["count", str(files[0]), str(files[2]), "-o", str(folder), "--force"]) == 3


@pytest.mark.parametrize("kind", ["json", "html"])
def test_sheets_made_side_by_side_are_those_made_in_turn(tmp_path: Path, kind: str) -> None:
    papers = [tmp_path / f"{number}.blt" for number in range(9)]
    for number, path in enumerate(papers):
        stvcount.write(election(1, {"AB": 5 + number, "B": 3}, title=str(number)), path)
    written = []
    for jobs in ("1", "2"):
        folder = tmp_path / jobs
        words = ["count", *map(str, papers), "-o", str(folder), "--format", kind, "--jobs", jobs]
        assert cli.main(words) == 0
        written.append({path.name: path.read_bytes() for path in folder.iterdir()})
    assert len(written[0]) == 10
    assert written[0] == written[1]


def two_files(folder: Path) -> list[str]:
    for name in ("a", "b"):
        stvcount.write(GOOD, folder / f"{name}.blt")
    return ["count", str(folder / "a.blt"), str(folder / "b.blt"), "-o", str(folder / "out")]


def test_what_is_replaced_keeps_its_place_and_its_mode(tmp_path: Path) -> None:
    words = two_files(tmp_path)
    assert cli.main(words) == 0
    first, second = (tmp_path / "out" / name for name in ("a.txt", "b.txt"))
    sheets = [first.read_text("utf-8"), second.read_text("utf-8")]
    first.replace(tmp_path / "elsewhere.txt")
    first.symlink_to("../elsewhere.txt")
    (tmp_path / "elsewhere.txt").write_text("old", "utf-8")
    second.write_text("old", "utf-8")
    second.chmod(0o600)
    assert cli.main([*words, "--force", "--jobs", "2"]) == 0
    assert first.is_symlink()
    assert [(tmp_path / "elsewhere.txt").read_text("utf-8"), second.read_text("utf-8")] == sheets
    assert second.stat().st_mode & 0o777 == 0o600
    assert {path.name for path in first.parent.iterdir()} == {"a.txt", "b.txt", "index.txt"}


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("there", [False, True])
def test_where_a_sheet_cannot_be_written_there_is_none(
    jobs: str,
    there: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = two_files(tmp_path)
    folder = tmp_path / "out"
    if there:
        folder.mkdir()
    opened = os.open

    def full(path: str | Path, *flags: int) -> int:
        if str(path).endswith("b.txt"):
            raise OSError(errno.ENOSPC, "no room")
        return opened(path, *flags)

    monkeypatch.setattr(os, "open", full)
    assert cli.main([*words, "--jobs", jobs]) == 2
    assert f"{folder / 'b.txt'}: found no room; expected a file" in capsys.readouterr().err
    assert list(folder.iterdir()) == [] if there else not folder.exists()


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_sheet_that_fails_is_an_error_within(
    jobs: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def broken(record: CountRecord, _format: str) -> str:
        raise ZeroDivisionError(record.title)

    words = two_files(tmp_path)
    monkeypatch.setattr("stvcount.sheets.render", broken)
    assert cli.main([*words, "--jobs", jobs]) == 70
    assert "ZeroDivisionError: Good" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        (
            [],
            "2 files: found no -o; expected a folder for the sheet of each (-o results), or "
            "--together for papers of one contest",
        ),
        (
            ["-o", "x", "--format", "profile"],
            "--format profile: found it with several files; expected it with one",
        ),
        (["-o", "x", "--lots", "ask"], "--lots ask: found it with several files"),
        (["-o", "x", "--title", "T"], "--title: found it with several files"),
        (["-o", "x", "--withdraw", "A"], "--withdraw: found it with several files"),
        (["-o", "x", "--jobs", "0"], "jobs: found 0"),
    ],
)
def test_bad_usage(
    files: list[Path], extra: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["count", str(files[0]), str(files[1]), *extra]) == 2
    assert message in capsys.readouterr().err


def test_a_folder_that_cannot_be_made(
    files: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    path = str(files[0])
    assert cli.main(["count", path, path, "-o", path]) == 2
    assert "expected a folder, or the name of one to make" in capsys.readouterr().err


class Maker(PlainTeller):
    """A teller that has papers, and makes others besides."""

    def __call__(self, papers: Papers) -> PlainTeller:
        return PlainTeller(papers)


def test_a_teller_of_one_elections_papers_serves_no_other() -> None:
    with pytest.raises(ElectionError, match=r"teller: found .*; expected 'auto' or"):
        count_many([GOOD, TIED], teller=PlainTeller(GOOD.papers))  # type: ignore[arg-type]
    with pytest.raises(ElectionError, match="which has the papers of one election; expected what"):
        count_many([GOOD, TIED], teller=Maker(GOOD.papers))


def test_processes_where_signals_cannot_be_held_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(signal, "pthread_sigmask", raising=False)
    assert results(list(count_many([GOOD, TIED, GOOD], jobs=2))) == [("A",), "LotNeeded", ("A",)]
