"""The command, as a returning officer types it."""

from __future__ import annotations

import contextlib
import io
import json
import os
import shlex
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

import pytest

import stvcount
from stvcount import CountRecord, Lots, cli

ROOT = Path(__file__).resolve().parent.parent
LABOUR = str(ROOT / "examples" / "labour-president.blt")
PUBLISHED = str(
    ROOT / "src/stvcount/testing/published" / "nottingham-2025-education" / "sheet.json"
)
RON = "RON (Re-Open Nominations)"
COUNT = ("count", LABOUR, "--non-person", RON)
TIED = '3 1\n5 1 0\n5 2 0\n1 3 0\n0\n"Ann Lee"\n"Bob = Bo"\n"Cy"\n"Tied"\n'


@pytest.fixture
def tied(tmp_path: Path) -> str:
    path = tmp_path / "tied.blt"
    path.write_text(TIED, "utf-8")
    return str(path)


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    try:
        status = cli.main(arguments)
    except SystemExit as stop:
        status = int(stop.code or 0)
    out, err = capsys.readouterr()
    return status, out, err


def test_count_shows_the_sheet(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, *COUNT)
    assert status == 0
    assert err == ""
    assert out == str(stvcount.count(stvcount.read(LABOUR).with_non_person(RON), rules="ers97"))


def test_count_asks_who_is_no_person(capsys: pytest.CaptureFixture[str]) -> None:
    for command in (["count"], ["compare", "--rules", "ers97"], ["trace", "--paper", "1"]):
        status, out, err = run(capsys, command[0], LABOUR, *command[1:])
        assert (status, out) == (2, "")
        assert err == (
            f"stvcount: {LABOUR}: found {RON!r} on the paper, which may be no person; expected to "
            f"be told: --non-person '{RON}' (no person takes its place) or --person '{RON}' "
            "(counted as a person)\n"
        )
    status, out, err = run(capsys, "count", LABOUR, "--person", RON)
    assert (status, err) == (
        0,
        f"stvcount: note: {RON!r} was COUNTED AS A PERSON, though the name may be no person's\n",
    )
    assert out == str(stvcount.count(stvcount.read(LABOUR), rules="ers97"))
    assert run(capsys, "check", LABOUR)[0] == 0


def test_count_in_json_is_the_record(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, *COUNT, "--format", "json")
    assert status == 0
    expected = stvcount.count(stvcount.read(LABOUR).with_non_person(RON), rules="ers97")
    assert CountRecord.from_json(out) == expected
    assert json.loads(out)["sources"][0]["name"] == "labour-president.blt"


def test_count_into_a_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.txt"
    assert run(capsys, *COUNT, "-o", str(sheet))[:2] == (0, "")
    assert "Aliy Faisal" in sheet.read_text("utf-8")
    status, out, err = run(capsys, *COUNT, "-o", str(tmp_path / "no" / "sheet.txt"))
    assert (status, out) == (2, "")
    assert f"stvcount: {tmp_path / 'no' / 'sheet.txt'}: found " in err


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("count.HTML", "<!DOCTYPE html>"),
        ("count.json", '{\n "schema": "stvcount.record/2"'),
        ("count.csv", "Title,Labour Society President"),
        ("count.md", "# Labour Society President"),
        ("count.svg", "<svg"),
        ("count.txt", "Labour Society President"),
        ("count.long.csv", "stage,"),
        ("count.transfers.svg", "<svg"),
    ],
)
def test_the_suffix_tells_the_format(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str, begins: str
) -> None:
    path = tmp_path / name
    assert run(capsys, *COUNT, "-o", str(path))[0] == 0
    assert path.read_text("utf-8").startswith(begins)


def test_a_failed_count_leaves_the_old_file(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, tied: str
) -> None:
    sheet = tmp_path / "sheet.txt"
    sheet.write_text("as it was", "utf-8")
    assert run(capsys, "count", tied, "-o", str(sheet), "--force")[0] == 3
    assert sheet.read_text("utf-8") == "as it was"


def test_a_lot_is_needed(capsys: pytest.CaptureFixture[str], tied: str) -> None:
    status, out, err = run(capsys, "count", tied)
    assert (status, out) == (3, "")
    assert err == (
        "stvcount: stage 3, 5.2.5: a lot is needed (exclusion) between Ann Lee (5.00), "
        "Bob = Bo (5.00): the one it falls on is excluded; draw one and count again with "
        "--lots drawn:NAME\n"
    )


def test_the_next_lot_is_asked_for_with_those_before_it(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "two.blt"
    path.write_text(
        '4 1\n5 1 0\n5 2 0\n8 3 4 0\n8 4 0\n0\n"Ann Lee"\n"Bob"\n"Cat"\n"Dee"\n"Clerk"\n'
    )
    words = ["count", str(path), "--lots", "drawn:Ann Lee"]
    status, _, err = run(capsys, *words)
    advice = "count again with --lots 'drawn:Ann Lee' --lots drawn:NAME\n"
    assert (status, err.endswith(advice)) == (3, True)
    given = shlex.split(advice.partition("with ")[2].replace("NAME", "Cat"))
    assert run(capsys, "count", str(path), *given)[0] == 0


def test_the_record_that_lots_are_of_is_not_written_over(
    capsys: pytest.CaptureFixture[str], tied: str, tmp_path: Path
) -> None:
    record = tmp_path / "first.json"
    assert run(capsys, "count", tied, "--lots", "drawn:Ann Lee", "-o", str(record))[0] == 0
    before = record.read_bytes()
    again = ("count", tied, "--lots", f"record:{record}", "-o", str(record), "--force")
    status, _, err = run(capsys, *again)
    assert (status, len(err.splitlines())) == (2, 1)
    assert "found the file that is read" in err
    assert record.read_bytes() == before


TWO_TIES = '4 1\n5 1 0\n5 2 0\n8 3 4 0\n8 4 0\n0\n"Ann Lee"\n"Bob"\n"Cat"\n"Dee"\n"Clerk"\n'


def kept(path: str) -> list[str]:
    return [answer.chosen for answer in Lots.from_json(Path(path).read_text("utf-8")).answers]


def test_lots_are_kept_as_they_are_drawn_and_taken_again(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("two.blt").write_text(TWO_TIES)
    words = ["count", "two.blt", "--lots", "file:night.json"]
    status, _, err = run(capsys, *words)
    assert status == 3
    assert "note: night.json: no lots are kept there yet" in err
    # The answer of the first stands when the second is not given: the input ends.
    monkeypatch.setattr(sys, "stdin", io.StringIO("ann lee\nyes\nCat\n"))
    status, _, err = run(capsys, *words, "--lots", "ask")
    assert (status, kept("night.json")) == (3, ["Ann Lee"])
    advice = "count again with --lots file:night.json --lots drawn:NAME\n"
    assert err.endswith(advice)
    given = shlex.split(advice.partition("with ")[2].replace("NAME", "Cat"))
    assert run(capsys, "count", "two.blt", *given)[0] == 0
    assert kept("night.json") == ["Ann Lee", "Cat"]
    before = Path("night.json").read_bytes()
    status, out, err = run(capsys, *words, "--format", "json")
    assert (status, err, Path("night.json").read_bytes()) == (0, "", before)
    assert CountRecord.from_json(out).elected == ("Dee",)
    # What is kept is never taken for the result's own file, nor used for other papers.
    assert run(capsys, *words, "--format", "json", "-o", "night.json", "--force")[0] == 2
    Path("two.blt").write_text(TWO_TIES.replace("5 ", "6 "))
    status, _, err = run(capsys, *words, "--lots", "ask")
    assert status == 2
    assert "the answers are of another count" in err
    assert Path("night.json").read_bytes() == before
    Path("night.json").write_text("{}")
    status, _, err = run(capsys, *words)
    assert (status, err.startswith("stvcount: night.json: ")) == (2, True)


@pytest.mark.parametrize(
    ("lots", "elected"),
    [
        (["drawn:Ann Lee"], "Bob = Bo"),
        (["drawn:Bob = Bo"], "Ann Lee"),
        (["first-listed"], "Bob = Bo"),
    ],
)
def test_lots_are_given(
    capsys: pytest.CaptureFixture[str], tied: str, lots: list[str], elected: str
) -> None:
    given = [word for source in lots for word in ("--lots", source)]
    status, out, _ = run(capsys, "count", tied, "--format", "json", *given)
    assert status == 0
    assert CountRecord.from_json(out).elected == (elected,)


def test_a_seeded_lot_is_recorded(capsys: pytest.CaptureFixture[str], tied: str) -> None:
    status, out, _ = run(capsys, "count", tied, "--format", "json", "--lots", "seed:drum 40213")
    assert status == 0
    assert CountRecord.from_json(out).completion.lots[0].source == "seed: drum 40213"


def test_an_earlier_lot_stands_in_a_recount(
    capsys: pytest.CaptureFixture[str], tied: str, tmp_path: Path
) -> None:
    """ERS97 5.6.3; where the votes have changed, a new lot is drawn."""
    first = str(tmp_path / "first.json")
    assert run(capsys, "count", tied, "--lots", "drawn:Bob = Bo", "-o", first)[0] == 0
    again = ("--lots", f"record:{first}", "--format", "json")
    status, out, _ = run(capsys, "count", tied, *again)
    assert status == 0
    lot = CountRecord.from_json(out).completion.lots[0]
    assert (lot.chosen, lot.source) == ("Bob = Bo", "earlier lot")
    aside = (tied, "--set-aside", "1", "--set-aside", "6", *again)
    status, _, err = run(capsys, "count", *aside)
    assert (status, "(4.00)" in err) == (3, True)
    status, out, _ = run(capsys, "count", *aside, "--lots", "drawn:Ann Lee")
    lot = CountRecord.from_json(out).completion.lots[0]
    assert (status, lot.chosen, lot.source) == (0, "Ann Lee", "drawn")


def test_lots_are_asked_for_until_one_of_the_tied_is_named(
    capsys: pytest.CaptureFixture[str], tied: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("Cy\n7\n2\nyes\n"))
    status, out, err = run(capsys, "count", tied, "--format", "json", "--lots", "ask")
    assert status == 0
    assert CountRecord.from_json(out).elected == ("Ann Lee",)
    assert "found 'Cy'; expected one of the tied: Ann Lee, Bob = Bo" in err
    assert "found '7'; expected" in err
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    assert run(capsys, "count", tied, "--lots", "ask")[0] == 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--lots", "coin"], "--lots: found 'coin'; expected none, seed:TEXT"),
        (["--lots", "seed:"], "--lots: found 'seed:'; expected a text after seed:"),
        (["--lots", "seed:  "], "--lots: found 'seed:  '; expected a text after seed:"),
        (
            ["--lots", "record:"],
            "--lots: found 'record:'; expected the name of a file after record:",
        ),
        (["--lots", "file:"], "--lots: found 'file:'; expected the name of a file after file:"),
        (["--lots", "record:none.json"], "none.json"),
        (
            ["--lots", "record:a", "--lots", "record:b"],
            "--lots: found 'record:a', 'record:b'; expected one source of lots",
        ),
        (["--lots", "drawn:A", "--lots", "none"], "expected one source of lots"),
        (["--lots", "file:a", "--lots", "seed:x"], "expected one source of lots"),
        (["--lots", "drawn:Cy"], "names 'Cy'; expected one of the tied"),
        (["--lots", "drawn:Ann Lee", "--lots", "drawn:Cy"], "found Cy left over"),
        (["--rules", "hare"], "rules: found 'hare'; expected "),
        (["--option", "x=1"], "ers97: found option 'x'; expected non_person"),
        (["--option", "x"], "--option: found 'x'; expected KEY=VALUE"),
        (["--withdraw", "Zed=ill"], "withdrawn: found 'Zed'; expected one of the candidates"),
        (["--set-aside", "x"], "--set-aside: found 'x'; expected a whole number"),
        (["--set-aside", "12"], "set aside: found paper number 12; expected 1 to 11"),
        (["--places", "0"], "found places: 0; expected a whole number from 1"),
        (["--places", "two"], "invalid int value: 'two'"),
        (["--format", "pdf"], "invalid choice: 'pdf'"),
        (["--encoding", "klingon"], "klingon"),
    ],
)
def test_bad_usage(
    capsys: pytest.CaptureFixture[str], tied: str, arguments: list[str], message: str
) -> None:
    status, out, err = run(capsys, "count", tied, *arguments)
    assert (status, out) == (2, "")
    assert message in err
    assert "Traceback" not in err


def test_withdrawals_places_and_papers_set_aside(
    capsys: pytest.CaptureFixture[str], tied: str
) -> None:
    status, out, _ = run(
        capsys,
        *("count", tied, "--format", "json", "--places", "2", "--withdraw", "Cy"),
        *("--withdraw", "Bob = Bo=ill = at home", "--set-aside", "1=torn", "--set-aside", "2"),
    )
    record = CountRecord.from_json(out)
    assert (status, record.places) == (0, 2)
    assert [(w.candidate, w.reason) for w in record.withdrawn] == [
        ("Cy", ""),
        ("Bob = Bo", "ill = at home"),
    ]
    assert [(a.paper, a.reason) for a in record.papers.set_aside] == [(1, "torn"), (2, "")]


def test_faults_of_a_file_are_all_shown(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "bad.blt"
    path.write_text('2 1\n1 3 0\n1 x 0\n0\n"A"\n"B"\n"T"\n', "utf-8")
    status, out, err = run(capsys, "count", str(path))
    assert (status, out) == (2, "")
    assert [line.split(": ")[1] for line in err.splitlines()] == [f"{path}:2", f"{path}:3"]
    status, _, err = run(capsys, "count", str(tmp_path / "none.blt"))
    assert status == 2
    assert "none.blt: found " in err


def test_notes_go_to_standard_error(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "plain.blt"
    path.write_text("2 1\n3 1 0\n1 2 1 2 0\n0\nAnn\nBob\n", "utf-8")
    status, out, err = run(capsys, "count", str(path), "--format", "json")
    assert status == 0
    assert CountRecord.from_json(out).elected == ("Ann",)
    assert "note: 1 valid paper is read only up to some preference: a candidate repeated" in err
    assert all(line.startswith("stvcount: note: ") for line in err.splitlines())


def test_check(capsys: pytest.CaptureFixture[str], tied: str) -> None:
    status, out, err = run(capsys, "check", tied, "--expect", "11", "--withdraw", "Cy=ill")
    assert (status, err) == (0, "")
    assert out.splitlines() == [
        "Tied",
        "Places to fill: 1",
        "Candidates: 3",
        "Withdrawn: 1",
        "  Cy: ill",
        "Papers: 11",
        "Valid papers: 10",
        "Invalid papers: 1",
        "  only withdrawn candidates: 1",
        "First preferences:",
        "  5  Ann Lee",
        "  5  Bob = Bo",
    ]
    status, out, err = run(capsys, "check", tied, "--expect", "12")
    assert status == 1
    assert out
    assert err == f"stvcount: {tied}: found 11 papers; expected 12\n"


def test_check_needs_no_valid_paper(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "blank.blt"
    path.write_text('2 1\n3 0\n1 1=2 0\n1 2 1 2 0\n0\n"A"\n"B"\n', "utf-8")
    status, out, _ = run(capsys, "check", str(path), "--set-aside", "5=torn")
    assert status == 0
    assert "Valid papers: 0" in out
    assert "  more than one first preference: 1\n  no first preference: 3" in out
    assert "Set aside: 1\n  paper 5: torn" in out
    assert "Notes:" in out


def test_rules(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "rules")
    assert status == 0
    listed = [line.split()[0] for line in out.splitlines() if line.startswith("  ")]
    assert listed == [*stvcount.rules.names(), *stvcount.rules.organisations.names()]
    status, out, _ = run(capsys, "rules", "ers97")
    assert status == 0
    assert "5.2.5       whom to exclude" in out
    assert run(capsys, "rules", "hare")[0] == 2


def test_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "--version") == (0, f"stvcount {stvcount.__version__}\n", "")
    assert run(capsys)[0] == 2
    assert run(capsys, "count")[0] == 2


def test_an_internal_error_is_told_apart(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*arguments: object, **options: object) -> None:
        raise stvcount.InternalError("votes do not sum")

    monkeypatch.setattr(stvcount, "stages", broken)
    status, out, err = run(capsys, *COUNT)
    assert (status, out) == (70, "")
    assert "internal error, the command was stopped: votes do not sum" in err


def test_an_internal_error_of_one_file_is_the_status_of_all(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, tied: str
) -> None:
    def broken(self: object, *arguments: object) -> None:
        raise stvcount.InternalError("votes do not sum")

    monkeypatch.setattr(stvcount.rules.ERS97, "count", broken)
    results = tmp_path / "results"
    count = ("count", LABOUR, tied, "--person", RON, "-o", str(results), "--jobs", "1")
    status, out, err = run(capsys, *count)
    assert (status, out) == (70, "")
    assert err.count("votes do not sum") == 2


def test_check_names_no_row_where_headings_are_names_of_columns(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    pytest.importorskip("pyarrow")
    path = tmp_path / "papers.parquet"
    papers = stvcount.Papers.from_rankings([(["Ann", "Bob"], 3), (["Bob"], 2)])
    of = stvcount.Election(places=1, candidates=papers.candidates, papers=papers)
    stvcount.write(of, path)
    status, out, _ = run(capsys, "check", str(path), "--places", "1")
    assert status == 0
    assert "Read as: parquet, a column for each candidate\n" in out


def python(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, check=False, env=environment or None
    )


def test_as_a_module_and_in_any_locale(tmp_path: Path) -> None:
    path = tmp_path / "names.blt"
    path.write_text('2 1\n3 1 0\n0\n"Zoë Müller"\n"<b>O\'Neil, \\"Bo\\""\n"Élection"\n', "utf-8")
    paths = ":".join(sys.path)
    done = python(
        *("-m", "stvcount", "count", str(path), "--format", "json"),
        PYTHONPATH=paths,
        PYTHONIOENCODING="ascii",
        PATH="",
    )
    assert (done.returncode, done.stderr.count(b"Traceback")) == (0, 0)
    assert json.loads(done.stdout.decode("utf-8"))["elected"] == ["Zoë Müller"]


def test_importing_the_library_brings_no_numpy() -> None:
    code = "import sys, stvcount; stvcount.rules.names(); print('numpy' in sys.modules)"
    assert python("-c", code, PYTHONPATH=":".join(sys.path)).stdout == b"False\n"


def test_help_brings_no_tables_pages_or_pictures() -> None:
    code = "import sys; from stvcount.cli import main; main(['--help']); print(*sys.modules)"
    loaded = python("-c", code, PYTHONPATH=":".join(sys.path)).stdout.decode().split()
    assert "stvcount.cli.command" in loaded
    heavy = {
        "stvcount.formats.tables",
        "stvcount.sheets.html",
        "stvcount.sheets.svg",
        "urllib.request",
    }
    assert not heavy.intersection(loaded)


def test_a_reader_that_has_enough_is_no_traceback() -> None:
    command = f"{sys.executable} -m stvcount {shlex.join(COUNT)} --format json | head -c 1"
    done = subprocess.run(
        ["/bin/sh", "-c", command],
        capture_output=True,
        check=False,
        env={"PYTHONPATH": ":".join(sys.path), "PATH": "/usr/bin:/bin"},
    )
    assert done.stdout == b"{"
    assert b"Traceback" not in done.stderr
    assert b"Error" not in done.stderr


def test_motions(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "motions.csv"
    path.write_text("question,for,against,abstain\nAffiliate,12,12,3\nRename,9,4,0\n", "utf-8")
    status, out, err = run(capsys, "motion", str(path), "--format", "json")
    assert (status, err) == (0, "")
    assert [one["outcome"] for one in json.loads(out)["results"]] == ["lost", "carried"]
    assert run(capsys, "motion", str(path), "--coin")[0] == 3
    status, out, _ = run(capsys, "motion", str(path), "--coin", "--lots", "drawn:FOR")
    assert status == 0
    assert "Affiliate" in out
    assert run(capsys, "motion", str(path), "--majority", "two-thirds")[0] == 0
    terms = ("--basis", "members", "--members", "27", "--present", "27", "--quorum", "20")
    status, out, _ = run(capsys, "motion", str(path), *terms, "--format", "csv")
    assert status == 0
    assert out.splitlines()[1:] == [
        'Affiliate,12,12,3,0,0,27,lost,"12 FOR, 12 AGAINST, 27 members: 2 x 12 = 24 is not more '
        'than 27: lost",Simple majority of all members (M5),,',
        'Rename,9,4,0,0,0,13,lost,"9 FOR, 4 AGAINST, 27 members: 2 x 9 = 18 is not more than 27: '
        'lost",Simple majority of all members (M5),,',
    ]
    status, out, _ = run(capsys, "motion", str(path), *terms)
    assert "2 x FOR more than the number of all members" in out
    cast = ("--casting-vote", "1=for=Jo = Park")
    status, out, _ = run(capsys, "motion", str(path), *cast)
    assert status == 0
    assert "the casting vote of Jo = Park is FOR: carried [Casting vote (O9)]" in " ".join(
        out.split()
    )
    assert "decided by a casting vote, where one was given; else lost" in out
    status, out, _ = run(capsys, "motion", str(path), *cast, "--format", "csv")
    assert out.splitlines()[1].endswith("Casting vote (O9),,FOR (Jo = Park)")
    lot = ("--coin", "--lots", "drawn:FOR", "--format", "csv")
    assert "fell on FOR (drawn)" in run(capsys, "motion", str(path), *lot)[1]
    if find_spec("jinja2"):
        for suffix in (".html", ".slide.html"):
            assert run(capsys, "motion", str(path), "-o", str(tmp_path / f"night{suffix}"))[0] == 0
        assert "tabindex" in (tmp_path / "night.slide.html").read_text("utf-8")
        assert "tabindex" not in (tmp_path / "night.html").read_text("utf-8")
    for given in ("FOR=Jo", "1=YES=Jo", "1=FOR= ", "1"):
        status, _, err = run(capsys, "motion", str(path), "--casting-vote", given)
        assert (status, "expected NUMBER=VOTE=NAME" in err) == (2, True)
    assert "--quorum: found 'x'" in run(capsys, "motion", str(path), "--quorum", "x")[2]
    assert run(capsys, "motion", str(tmp_path / "none.csv"))[0] == 2


def test_ballot_paper_order(capsys: pytest.CaptureFixture[str]) -> None:
    names = ["Ann", "Bob", "Cy"]
    status, out, _ = run(capsys, "order", *names, "--method", "random", "--seed", "drum 7")
    assert status == 0
    assert "drum 7" in out
    assert (
        run(capsys, "order", *reversed(names), "--method", "random", "--seed", "drum 7")[1] == out
    )
    assert run(capsys, "order", *names, "--method", "rotation", "--papers", "10")[0] == 0
    assert run(capsys, "order", *names, "--method", "random")[0] == 2


def test_rules_beside_a_record_are_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "count.json"
    assert run(capsys, *COUNT, "-o", str(path))[0] == 0
    assert run(capsys, "verify", str(path), "--rules", "ers97") == (
        2,
        "",
        "stvcount: --rules: found it with a record; expected it with a published sheet\n",
    )


def test_what_the_record_says_of_persons_may_be_said_again(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "count.json"
    assert run(capsys, *COUNT, "-o", str(path))[0] == 0
    vacancy = ("vacancy", str(path), LABOUR, "--vacating", "Aliy Faisal", "--non-person")
    status, _, err = run(capsys, *vacancy, RON)
    assert "--non-person: found" not in err
    assert status in (0, 3)
    status, _, err = run(capsys, *vacancy, "Nobody")
    assert (status, err.count("--non-person: found 'Nobody'")) == (2, 1)


def test_papers_laid_out_in_another_way_are_read_anew(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    by_candidate, by_preference = tmp_path / "marks.csv", tmp_path / "orders.csv"
    by_candidate.write_text("Ann,Bob,Cy\n1,2,3\n1,,\n2,1,\n", "utf-8")
    by_preference.write_text("First,Second,Third\nAnn,Bob,Cy\nAnn,,\nBob,Ann,\n", "utf-8")
    record = tmp_path / "count.json"
    count = ("count", str(by_candidate), "--places", "1", "-o", str(record))
    assert run(capsys, *count)[0] == 0
    status, out, err = run(capsys, "verify", str(record), str(by_preference))
    assert (status, err) == (1, "")
    assert "another file with papers that count alike" in out


def test_verify(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "count.json"
    assert run(capsys, *COUNT, "--format", "json", "-o", str(path))[0] == 0
    assert run(capsys, "verify", str(path))[0] == 0
    status, out, err = run(capsys, "verify", str(path), LABOUR)
    assert (status, err) == (0, "")
    assert "no difference" in out.lower()
    path.write_text(path.read_text("utf-8").replace('"3.00"', '"2.00"', 1), "utf-8")
    status, out, _ = run(capsys, "verify", str(path), LABOUR)
    assert status == 1
    assert "2.00" in out
    assert run(capsys, "verify", str(tmp_path / "none.json"))[0] == 2


def test_a_record_says_what_its_table_does_not(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    record, votes = tmp_path / "count.json", tmp_path / "votes.csv"
    stvcount.write(stvcount.read(LABOUR), votes)
    words = ("--places", "1", "--title", "President", "-o", str(record), *COUNT[2:])
    assert run(capsys, "count", str(votes), *words)[0] == 0
    status, out, err = run(capsys, "verify", str(record), str(votes))
    assert (status, err) == (0, "")
    assert "no difference" in out
    status, out, err = run(
        capsys, "vacancy", str(record), str(votes), "--vacating", "Aliy Faisal", "--lots", "seed:x"
    )
    assert (status, err) == (0, "")


def test_a_file_is_read_again_as_it_was(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    record, votes, others = tmp_path / "count.json", tmp_path / "votes.csv", tmp_path / "more.csv"
    votes.write_text("Ann,Bob,Year\n1,2,3\n1,2,2\n2,1,3\n1,,1\n", "utf-8")
    others.write_text("Ann,Bob,Year\n2,1,3\n1,,1\n", "utf-8")
    files, settled = (str(votes), str(others)), ("--ignore", "Year", "--places", "1")
    for together in (files[:1], (*files, "--together")):
        into = ("-o", str(record), "--force")
        assert run(capsys, "count", *together, *settled, *into)[0] == 0
        read = [one for one in together if one in files]
        assert run(capsys, "verify", str(record), *read)[0] == 0
        status, _, err = run(capsys, "vacancy", str(record), *read, "--vacating", "Ann")
        assert (status, err) == (0, "")
    assert run(capsys, "count", *files[:1], *settled, "-o", str(record), "--force")[0] == 0
    again = ("count", *files[:1], "--places", "1", "--format", "json", "--reading", str(record))
    first = stvcount.read_record(record)
    second = CountRecord.from_json(run(capsys, *again)[1])
    assert (second.stages, second.sources) == (first.stages, first.sources)


def test_explain_trace_chart_and_convert(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path, other = tmp_path / "count.json", tmp_path / "labour.json"
    assert run(capsys, *COUNT, "--format", "json", "-o", str(path))[0] == 0
    status, out, _ = run(capsys, "explain", str(path), "--candidate", "Oliver Tucker")
    assert status == 0
    assert "Oliver Tucker" in out
    assert run(capsys, "explain", str(path), "--candidate", "Nobody")[0] == 2
    status, out, _ = run(capsys, "trace", *COUNT[1:], "--paper", "15")
    assert status == 0
    assert "Samuele Glendenning" in out
    assert run(capsys, "trace", *COUNT[1:], "--paper", "20")[0] == 2
    assert run(capsys, "trace", *COUNT[1:], "--paper", "x")[0] == 2
    status, out, _ = run(capsys, "chart", str(path), "--picture", "transfers")
    assert status == 0
    assert out.startswith("<svg")
    assert run(capsys, "chart", str(path), "--format", "png")[0] == 2
    assert run(capsys, "convert", LABOUR, str(other))[0] == 0
    assert stvcount.read(other).papers == stvcount.read(LABOUR).papers
    assert run(capsys, "convert", LABOUR, str(tmp_path / "x.unknown"))[0] == 2


def test_standard_input(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    given = io.TextIOWrapper(io.BytesIO(Path(LABOUR).read_bytes()))
    monkeypatch.setattr(sys, "stdin", given)
    status, out, _ = run(
        capsys, "count", "-", *COUNT[2:], "--input-format", "blt", "--format", "json"
    )
    assert status == 0
    assert CountRecord.from_json(out).elected == ("Aliy Faisal",)


def test_reconstruct(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    sheet = (
        ROOT
        / "src"
        / "stvcount"
        / "testing"
        / "published"
        / "nottingham-2025-education"
        / "sheet.json"
    )
    papers = tmp_path / "papers.blt"
    status, out, err = run(capsys, "reconstruct", str(sheet), "-o", str(papers))
    assert (status, err) == (0, "")
    assert "YingYing (Alma)" in out
    record = stvcount.count(stvcount.read(papers), rules="ers-av")
    assert str(record.stages[1].votes["YingYing (Alma)"]) == "656.00"
    broken = tmp_path / "broken.json"
    broken.write_text(sheet.read_text("utf-8").replace(": 656", ": 999"), "utf-8")
    assert broken.read_text("utf-8") != sheet.read_text("utf-8")
    status, out, _ = run(capsys, "reconstruct", str(broken))
    assert status == 1
    assert "stage 2" in out
    assert run(capsys, "reconstruct", str(tmp_path / "none.json"))[0] == 2


def test_a_table_of_preferences_with_the_names_given(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "votes.csv"
    path.write_text("1st choice,2nd choice\nBob,Ann\nBob,\nAnn,Bob\n", "utf-8")
    names = ["--candidate", "Cy", "--candidate", "Bob", "--candidate", "Ann"]
    status, out, err = run(capsys, "count", str(path), "--places", "1", *names, "--format", "json")
    assert (status, CountRecord.from_json(out).candidates) == (0, ("Cy", "Bob", "Ann"))
    assert CountRecord.from_json(out).elected == ("Bob",)
    assert "note: " in err
    status, _, err = run(capsys, "count", str(path), "--places", "1", "--candidate", "Bob")
    assert status == 2
    assert "Ann" in err


# What is shown


ODD = "Ann\u202eNot"


def test_no_name_can_break_or_turn_a_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "odd.blt"
    path.write_text(f'2 1\n3 1 0\n1 2 1 2 0\n0\n"{ODD}"\n"B"\n"T"\n', "utf-8")
    shown = "Ann<U+202E>Not"
    status, out, err = run(capsys, "check", str(path))
    assert (status, err) == (0, "")
    assert f"  3  {shown}\n" in out
    assert "  elected: " + shown in run(capsys, "compare", str(path), "--rules", "ers97")[1]
    status, out, err = run(capsys, "count", str(tmp_path / "C\x1b[2J.blt"))
    assert (status, out) == (2, "")
    assert "C<U+001B>[2J.blt: found " in err
    status, out, err = run(capsys, "explain", str(path), "C\x1b[2J.json")
    assert (status, out) == (2, "")
    assert "found 'C\\x1b[2J.json', one name too many; for help: stvcount help explain" in err
    given = ("count", str(path), str(path), "-o", str(tmp_path / "out"))
    assert run(capsys, *given)[:2] == (0, "")
    index = (tmp_path / "out" / "index.txt").read_text("utf-8")
    assert f"  elected: {shown}\n" in index


def test_a_name_with_a_line_separator_is_one_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "tied.blt"
    path.write_text(TIED.replace("Ann Lee", "Ann\u2028Lee"), "utf-8")
    status, out, err = run(capsys, "count", str(path))
    assert (status, out) == (3, "")
    assert len(err.splitlines()) == 1
    assert "between Ann<U+2028>Lee (5.00), Bob = Bo (5.00)" in err


def test_output_may_go_to_any_stream() -> None:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        assert cli.main(["rules", "ers97"]) == 0
    assert out.getvalue().startswith("ers97: ")


def test_the_reader_is_gone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as out:
        monkeypatch.setattr(sys, "stdout", out)
        assert cli.main(["rules"]) == 2
        out.write("into nothing")
    err = capsys.readouterr().err
    assert err.startswith("stvcount: standard output: found Broken pipe; expected ")
    assert len(err.splitlines()) == 1


def test_an_interruption(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*arguments: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(stvcount, "stages", interrupted)
    assert run(capsys, *COUNT)[:2] == (130, "")


def test_arguments_are_judged_before_a_file_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    for command in (
        ["count", "none.blt"],
        ["compare", "none.blt", "--rules", "ers97"],
        ["trace", "none.blt", "--paper", "1"],
        ["vacancy", "none.json", "none.blt", "--vacating", "A"],
        ["motion", "none.csv"],
    ):
        status, out, err = run(capsys, *command, "--lots", "coin")
        assert (status, out) == (2, "")
        assert err.startswith("stvcount: --lots: found 'coin'; ")


def test_notes_of_several_files_of_a_conversion_and_of_motions(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    plain, motions = tmp_path / "plain.csv", tmp_path / "motions.csv"
    plain.write_text("1st choice,2nd choice\nBob,Ann\nBob,\n", "utf-8")
    status, _, err = run(
        *(capsys, "count", str(plain), str(plain), "--places", "1"),
        *("--candidate", "Bob", "--candidate", "Ann", "-o", str(tmp_path / "out")),
    )
    assert status == 0
    assert err.count(f"stvcount: {plain}: note: ") == 2
    aside = stvcount.read(LABOUR).set_aside(3, reason="torn")
    stvcount.write(aside, tmp_path / "aside.json")
    status, out, err = run(
        capsys, "convert", str(tmp_path / "aside.json"), str(tmp_path / "aside.blt")
    )
    assert (status, out) == (0, "")
    assert "stvcount: note: BLT: papers that are set aside are written like the others: 3 " in err
    motions.write_text("Affiliate\nfor\nmaybe\n", "utf-8")
    status, _, err = run(capsys, "motion", str(motions))
    assert status == 0
    assert err.startswith("stvcount: note: ")
    assert "maybe" in err


def test_an_organisation_whose_paper_has_no_non_person(
    capsys: pytest.CaptureFixture[str], tied: str
) -> None:
    status, _, err = run(
        capsys, "count", tied, "--organisation", "imperial", "--lots", "first-listed"
    )
    assert (status, err) == (
        0,
        "stvcount: note: no Re-Open Nominations is on the paper, where the rules of Imperial "
        "College Union have it (F34, G25)\n",
    )


@pytest.mark.parametrize(
    ("suffix", "begins"), [("png", b"\x89PNG"), ("pdf", b"%PDF"), ("svg", b"<svg")]
)
def test_the_suffix_tells_the_kind_of_chart(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, suffix: str, begins: bytes
) -> None:
    record, picture = tmp_path / "count.json", tmp_path / f"votes.{suffix}"
    assert run(capsys, *COUNT, "-o", str(record))[0] == 0
    assert run(capsys, "chart", str(record), "-o", str(picture))[0] == 0
    assert picture.read_bytes().startswith(begins)


def test_a_chart_in_a_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    record, chart = tmp_path / "count.json", tmp_path / "chart.png"
    assert run(capsys, *COUNT, "--format", "json", "-o", str(record))[0] == 0
    given = ("chart", str(record), "--format", "png", "-o", str(chart))
    assert run(capsys, *given) == (0, "", "")
    assert chart.read_bytes().startswith(b"\x89PNG")


def test_reconstruct_without_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    sheet = (
        ROOT
        / "src"
        / "stvcount"
        / "testing"
        / "published"
        / "nottingham-2025-education"
        / "sheet.json"
    )
    status, out, err = run(capsys, "reconstruct", str(sheet))
    assert (status, err) == (0, "")
    assert "Reconstructed." in out


# Help, and names as people type them


def test_help(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, "help")
    assert (status, err) == (0, "")
    assert run(capsys, "--help") == (0, out, "")
    assert run(capsys, "help", "help") == (0, out, "")
    assert "count an election, or several" in out
    assert run(capsys) == (2, "", out)
    for name in ("count", "ORDER", "rules"):
        status, out, err = run(capsys, "help", name)
        assert (status, err) == (0, "")
        assert out.startswith(f"usage: stvcount {name.lower()} ")
        assert run(capsys, name, "--help") == (0, out, "")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["cuont", "x.blt"], "found 'cuont'; expected count (if that was meant), or a command"),
        (["xyz"], "found 'xyz'; expected a command; for help: stvcount help"),
        (["help", "chekc"], "found 'chekc'; expected check (if that was meant), or a command"),
        (
            ["count", LABOUR, "--palces", "2"],
            "found the option --palces; expected --places (if that was meant), or one it has; "
            "for help: stvcount help count",
        ),
        (["count", LABOUR, "--Places=2"], "found the option --Places; expected --places (if "),
        (["rules", "ers97", "more"], "found 'more', one name too many"),
        (["count", LABOUR, "--rules", "ers79"], "--rules: found 'ers79'; expected ers97 (if that "),
        (
            ["count", LABOUR, "--organisation", "imperail"],
            "found 'imperail'; expected imperial (if",
        ),
        (["rules", "ERS-VA"], "--rules: found 'ERS-VA'; expected ers-av (if that was meant), or "),
        (["compare", LABOUR, "--rules", "ers97,lsu-avt"], "'lsu-avt'; expected lsu-atv (if that"),
        (["count"], "the following arguments are required: FILE, FILE; for help: stvcount help"),
        (["count", LABOUR, "--places", "two"], "argument --places: invalid int value: 'two'; for "),
    ],
)
def test_what_was_meant(capsys: pytest.CaptureFixture[str], words: list[str], said: str) -> None:
    status, out, err = run(capsys, *words)
    assert (status, out) == (2, "")
    assert err.startswith("stvcount: ")
    assert said in err
    assert len(err.splitlines()) == 1


def test_names_in_any_case(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    told = run(capsys, "count", LABOUR, "--rules", "ers97", "--option", "non_person=close")
    typed = ("--rules", "ERS97", "--option", "Non-Person=CLOSE", "--format", "TEXT")
    assert run(capsys, "COUNT", LABOUR, *typed) == told
    told = run(capsys, "count", LABOUR, "--organisation", "chester")
    assert run(capsys, "count", LABOUR, "--organisation", "Chester") == told
    assert run(capsys, "rules", "ERS-AV") == run(capsys, "rules", "ers-av")
    told = run(capsys, "compare", LABOUR, "--rules", "ers97,lsu-atv")
    assert run(capsys, "compare", LABOUR, "--rules", "ERS97, LSU-ATV") == told
    told = run(capsys, "order", "A", "B", "--method", "rotation")
    assert run(capsys, "Order", "A", "B", "--method", "Rotation") == told


def test_a_fault_of_the_program_is_one_line_that_says_where(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*arguments: object, **options: object) -> None:
        raise KeyError("some\nthing")

    monkeypatch.setattr(stvcount, "stages", broken)
    status, out, err = run(capsys, *COUNT)
    assert (status, out, len(err.splitlines())) == (70, "", 1)
    assert "internal error, the command was stopped: KeyError: " in err
    assert "test_cli.py:" in err

    def too_large(*arguments: object, **options: object) -> None:
        raise MemoryError

    monkeypatch.setattr(stvcount, "stages", too_large)
    status, out, err = run(capsys, *COUNT)
    assert (status, out) == (2, "")
    assert "found too little memory; expected " in err


# Completion


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("stvcount co", "count contests compare convert conform"),
        ("stvcount count --rules ers", "ers-av ers97"),
        ("stvcount motion --basis p", "present"),
    ],
)
def test_a_shell_learns_how_a_word_goes_on(tmp_path: Path, line: str, expected: str) -> None:
    pytest.importorskip("argcomplete", reason="the extra cli is not installed")
    told = {
        "_ARGCOMPLETE": "1",
        "_ARGCOMPLETE_IFS": " ",
        "_ARGCOMPLETE_STDOUT_FILENAME": str(tmp_path / "told"),
        "COMP_LINE": line,
        "COMP_POINT": str(len(line)),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    subprocess.run(
        [sys.executable, "-m", "stvcount"], env={**os.environ, **told}, check=True, timeout=60
    )
    assert (tmp_path / "told").read_text().strip() == expected


def test_rule_sets_organisations_and_lots_are_known_to_a_shell(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # What argcomplete itself does to a process is not for one that runs tests.
    known: dict[str, list[str]] = {}

    def autocomplete(command: object, **_: object) -> None:
        for action in vars(command)["_actions"][-1].choices["count"]._actions:
            if hasattr(action, "completer"):
                known[action.option_strings[0]] = list(action.completer(prefix=""))
        sys.exit(0)

    asked = SimpleNamespace(autocomplete=autocomplete)
    monkeypatch.setenv("_ARGCOMPLETE", "1")
    monkeypatch.setattr("stvcount.cli.completing.find_spec", lambda _: asked)
    monkeypatch.setattr("stvcount.cli.completing.extra", lambda *_: asked)
    assert cli.main([]) == 0
    assert known["--rules"] == list(stvcount.rules.names())
    assert "imperial" in known["--organisation"]
    assert {"ask", "file:", "seed:"} <= set(known["--lots"])


def test_without_argcomplete_the_command_is_as_it_was(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("_ARGCOMPLETE", "1")
    monkeypatch.setattr("stvcount.cli.completing.find_spec", lambda _: None)
    assert run(capsys, "rules")[0] == 0
