"""The command that counts every contest, and the folder of pages and slides that it leaves."""

from __future__ import annotations

import base64
import csv
import errno
import hashlib
import io
import json
import os
import re
import shutil
from importlib.resources import files
from pathlib import Path

import browser
import jsonschema
import pytest

import stvcount
from stvcount import cli, sheets
from stvcount.sheets import posts, site, slides

pytest.importorskip("openpyxl")
pytest.importorskip("jinja2")

FORM = """Timestamp,President [Ann],President [<b>Bob],Member [Cy],Member [Di],Tied [Ed],Tied [Flo]
noon,1,2,1,2,1,
noon,1,,2,1,,1
noon,2,1,1,,,
"""
LISTED = """Question,Places,Electorate,Status,Lots
Member,2,12,final,
President,1,,,
Tied,1,,,
"""


@pytest.fixture
def night(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("form.csv").write_text(FORM, "utf-8")
    Path("contests.csv").write_text(LISTED, "utf-8")
    return tmp_path


def run(*words: str) -> int:
    return cli.main(["count", "form.csv", "--all", *words])


def text(name: str) -> str:
    return Path("results", name).read_text("utf-8")


def rows() -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text("results.csv"))))


# --- a command for each of the forms that people have


@pytest.mark.parametrize("name", ["agm-google.csv", "agm-msforms.xlsx", "agm-sheets.xlsx"])
def test_one_command_counts_every_post(
    name: str, shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(shared / "cases" / name, name)
    # As somebody fills in the list: one place, but for the member's two.
    assert cli.main(["contests", name, "--places", "1", "-o", "contests.toml"]) == 0
    listed = Path("contests.toml").read_text("utf-8")
    *others, member = listed.split("[[contest]]")
    member = re.sub("places = 1", "places = 2", member)
    Path("contests.toml").write_text("[[contest]]".join((*others, member)), "utf-8")
    assert cli.main(["count", name, "--all", "--non-person", "RON", "-o", "results"]) == 0
    assert [row["Elected"] for row in rows()] == [
        *("Aisha Khan", "Dev Patel", "Ella O'Neil", "Gus Hill; Hana Sato")
    ]


# --- the list


def test_a_list_to_fill_in_goes_over_no_file(
    night: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["contests", "form.csv", "-o", "contests.csv"]) == 2
    assert "found a file of this name" in capsys.readouterr().err
    assert cli.main(["contests", "form.csv"]) == 0
    titles = [row["Title"] for row in csv.DictReader(io.StringIO(capsys.readouterr().out))]
    assert titles == ["Member", "President", "Tied"]


# --- the results


def test_the_folder_has_everything_of_every_contest(
    night: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("-o", "results", "--date", "1 May", "--jobs", "2") == 3
    assert run("-o", "alone", "--date", "1 May") == 3
    written = {path.name for path in Path("results").iterdir()}
    for name in written:
        assert Path("alone", name).read_bytes() == Path("results", name).read_bytes()
    assert written == {
        *("index.html", "index.txt", "slides.html", "results.csv", "results.json"),
        *(f"{stem}.{kind}" for stem in ("01-member", "02-president")
          for kind in ("html", "csv", "json")),
    }  # fmt: skip
    err = capsys.readouterr().err
    assert "Tied: found equal votes" in err
    assert "write its name under Lots" in err
    member = stvcount.read_record("results/01-member.json")
    assert (member.contest.date, member.contest.electorate) == ("1 May", 12)
    assert [row["Result"] for row in rows()] == ["elected", "elected", "lot to be drawn"]
    assert [one["record"] for one in json.loads(text("results.json"))["contests"]] == [
        *("01-member.json", "02-president.json", None)
    ]
    assert text("index.txt").startswith("2 of 3 contests counted\n")


def test_the_results_in_json_are_of_their_schema(night: Path) -> None:
    listed = LISTED.replace("President,1", "President,none")
    Path("contests.csv").write_text(listed, "utf-8")
    run("-o", "results", "--title", "Society")
    schema = json.loads((files("stvcount") / "schemas" / "results-1.json").read_text("utf-8"))
    found = json.loads(text("results.json"))
    jsonschema.Draft202012Validator(schema).validate(found)
    assert (found["title"], found["stvcount"]) == ("Society", stvcount.__version__)
    assert [one["result"] for one in found["contests"]] == [
        *("elected", "not counted", "lot to be drawn")
    ]
    written = {name: digest for one in found["contests"] for name, digest in one["files"].items()}
    assert sorted(written) == ["01-member.csv", "01-member.html", "01-member.json"]
    for name, digest in written.items():
        assert hashlib.sha256(Path("results", name).read_bytes()).hexdigest() == digest


def test_pages_of_contests_that_are_no_more_go_and_nothing_else(
    night: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("-o", "results")
    Path("results", "02-president.csv").write_text("changed by hand", "utf-8")
    Path("results", "03-mine.html").write_text("mine", "utf-8")
    # A list from elsewhere has no way out of the folder, nor to what it does not know.
    Path("outside.txt").write_text("outside", "utf-8")
    digest = hashlib.sha256(b"outside").hexdigest()
    found = json.loads(text("results.json"))
    found["contests"][0]["files"] |= {"../outside.txt": digest, str(night / "outside.txt"): digest}
    Path("results", "results.json").write_text(json.dumps(found), "utf-8")
    listed = "Question,Places,Skip\nMember,2,\nPresident,,yes\nTied,,yes\n"
    Path("contests.csv").write_text(listed, "utf-8")
    capsys.readouterr()
    assert run("-o", "results", "--force") == 0
    assert {path.name for path in Path("results").iterdir()} == {
        *("index.html", "index.txt", "slides.html", "results.csv", "results.json"),
        *(f"01-member.{kind}" for kind in ("html", "json", "csv")),
        *("02-president.csv", "03-mine.html"),
    }
    assert Path("outside.txt").exists()
    assert (
        "02-president.csv: an earlier run wrote it, but it was changed" in capsys.readouterr().err
    )
    for broken in ("", "{}", '{"schema": "stvcount.results/1"}'):
        Path("results", "results.json").write_text(broken, "utf-8")
        assert run("-o", "results", "--force") == 0
    assert Path("results", "02-president.csv").exists()


@pytest.mark.parametrize("there", [False, True])
def test_the_folder_gets_all_results_or_none(
    there: bool, night: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    if there:
        run("-o", "results")
        Path("contests.csv").write_text(LISTED.replace("Member,2", "Member,1"), "utf-8")
    before = {path.name: path.read_bytes() for path in night.glob("results/*")}
    opened = os.open

    def full(path: str | Path, *flags: int) -> int:
        if str(path).endswith("results.csv"):
            raise OSError(errno.ENOSPC, "no room")
        return opened(path, *flags)

    capsys.readouterr()
    monkeypatch.setattr(os, "open", full)
    assert run("-o", "results", "--force") == 2
    assert "results.csv: found no room; expected a file" in capsys.readouterr().err
    assert {path.name: path.read_bytes() for path in night.glob("results/*")} == before
    assert Path("results").exists() == there


def test_what_cannot_be_removed_is_told(
    night: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def in_use(path: Path, **_: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    run("-o", "results")
    Path("contests.csv").write_text(LISTED.replace("President,1", "President,none"), "utf-8")
    monkeypatch.setattr(Path, "unlink", in_use)
    assert run("-o", "results", "--force") == 2
    told = capsys.readouterr().err
    assert "02-president.html: an earlier run wrote it, but Permission denied: left there" in told
    read = Path.read_bytes

    def unreadable(path: Path) -> bytes:
        return in_use(path) or b"" if path.suffix == ".html" else read(path)

    monkeypatch.setattr(Path, "read_bytes", unreadable)
    found = site.left_by(Path("results"))
    assert found[Path("results", "01-member.csv")]
    assert not found[Path("results", "01-member.html")]


def test_every_link_of_the_pages_leads_to_a_file(night: Path) -> None:
    run("-o", "results")
    for name in ("index.html", "slides.html"):
        links = re.findall('href="([^"]+)"', text(name))
        assert links
        for link in links:
            file, _, anchor = link.partition("#")
            page = text(file or name)
            assert not anchor or f'id="{anchor}"' in page


def test_the_index_says_what_came_of_each(night: Path) -> None:
    run("-o", "results", "--title", "Society <elections>")
    page = text("index.html")
    assert "<h1>Society &lt;elections&gt;</h1>" in page
    assert "2 of 3 contests counted." in page
    assert "A lot is to be drawn." in page
    assert "Between Ed (1) and Flo (1)" in page
    assert "the one it falls on is excluded" in page
    assert "turnout 25.0 % of 12" in page
    assert "&lt;b&gt;Bob" in page
    assert "<b>Bob" not in page
    assert "final" in page


def test_a_lot_that_was_drawn_is_written_into_the_list(night: Path) -> None:
    run("-o", "results")
    Path("contests.csv").write_text(LISTED.replace("Tied,1,,,", "Tied,1,,,Ed"), "utf-8")
    assert run("-o", "results") == 2  # there is a result already
    assert run("-o", "results", "--force") == 0
    assert rows()[2]["Elected"] == "Flo"
    assert rows()[2]["Lots"] == "exclusion: fell on Ed (drawn)"


def test_one_person_fills_one_post(night: Path) -> None:
    text_of_form = FORM.replace("Member [Cy]", "Member [Ann]")
    Path("form.csv").write_text(text_of_form, "utf-8")
    listed = "Question,Places,Skip\nPresident,1,\nMember,1,\nTied,,yes\n"
    Path("contests.csv").write_text(listed, "utf-8")
    assert run("-o", "results", "--one-post") == 0
    assert [row["Elected"] for row in rows()] == ["Ann", "Di"]
    assert "elected to President" in text("02-member.html")


def test_what_cannot_be_counted_stands_among_the_rest(
    night: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    listed = LISTED.replace("President,1", "President,none").replace("12", "2")
    Path("contests.csv").write_text(listed, "utf-8")
    assert run("-o", "results", "--lots", "seed:drum") == 2
    assert [row["Result"] for row in rows()] == ["not counted", "not counted", "elected"]
    assert "electorate: found 2 for 3 papers" in rows()[0]["In the way"]
    assert "Not counted yet" in text("slides.html")
    err = capsys.readouterr().err
    assert "President: contests.csv:3: found 'none' as the places" in err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["count", "form.csv", "--all"], "found no -o"),
        (["count", "form.csv", "--one-post"], "without --all"),
        (["count", "form.csv", "--contests", "contests.csv"], "without --all"),
        (["count", "form.csv", "--all", "-o", "r", "--sheet", "A"], "--sheet: found it with --all"),
        (["count", "form.csv", "a.csv", "--all", "-o", "r"], "several files: found it with --all"),
        (["count", "form.csv", "--all", "-o", "r", "--lots", "ask"], "--lots ask: found it"),
        (["count", "form.csv", "--all", "-o", "r", "--format", "csv"], "--format csv: found it"),
        (["count", "form.csv", "--all", "-o", "r", "--person", "Nobody"], "--person: found"),
        (["contests", "form.csv", "--question", "Tied"], "--question: found it with a list"),
        (["count", "a.csv", "b.csv", "-o", "r", "--date", "May"], "--date: found it with several"),
    ],
)
def test_wrong_use_is_told(
    night: Path, capsys: pytest.CaptureFixture[str], words: list[str], message: str
) -> None:
    listed = LISTED.replace("Tied,1,,,", "Tied,1,,,Ed")
    Path("contests.csv").write_text(listed, "utf-8")
    assert cli.main(words) == 2
    assert message in capsys.readouterr().err


def test_the_declaration_of_one_count(night: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["count", "form.csv", "--question", "Member", "--places", "1"]
    said = ["--date", "1 May", "--returning-officer", "Dr Who", "--status", "provisional"]
    assert cli.main([*words, *said, "--electorate", "6", "--format", "declaration"]) == 0
    sheet = capsys.readouterr().out
    for shown in ("1 May", "Dr Who", "provisional", "50.0 %"):
        assert shown in sheet
    assert cli.main([*words, "--electorate", "2"]) == 2
    assert "electorate: found 2 for 3 papers" in capsys.readouterr().err
    assert cli.main([*words, "--electorate", "many"]) == 2
    assert "--electorate: found 'many'" in capsys.readouterr().err


# --- slides


def record(rankings: object, **options: object) -> stvcount.CountRecord:
    election = stvcount.Election.from_rankings(rankings, places=1, title="Chair")  # type: ignore[arg-type]
    return stvcount.count(election, **options)  # type: ignore[arg-type]


def test_a_slide_says_who_why_and_who_came_next() -> None:
    page = sheets.render(record({("Ann", "Bob"): 8, ("Bob",): 5, ("Cat", "Bob"): 4}), "slide")
    assert "Chair" in page
    assert "<strong><bdi>Bob</bdi>" in page
    assert "Reached the quota of 8.50 at stage 2, with 9 votes" in page
    assert "Runner-up: Ann, with 8" in page
    assert "17 voting papers" in page


def test_a_place_that_nobody_fills_is_said_to_be_vacant() -> None:
    papers = stvcount.Papers.from_rankings({("RON",): 5, ("Ann",): 2})
    election = stvcount.Election(
        places=1, candidates=papers.candidates, papers=papers, non_person="RON"
    )
    told = posts.of_record(stvcount.count(election))
    assert told.state == "vacant"
    page = slides.slides([told])
    assert "Nobody is elected" in page
    assert "RON was elected" in page


def test_an_election_of_no_person_to_one_of_two_places() -> None:
    papers = stvcount.Papers.from_rankings({("Ann",): 5, ("RON",): 4})
    election = stvcount.Election(
        places=2, candidates=papers.candidates, papers=papers, non_person="RON"
    )
    told = posts.of_record(stvcount.count(election))
    assert told.state == "elected in part"
    assert [one.name for one in told.elected] == ["Ann"]


def test_a_void_election_has_no_runner_up() -> None:
    papers = stvcount.Papers.from_rankings({("Bob",): 1, ("Ann", "Bob"): 2})
    election = stvcount.Election(
        places=1, candidates=papers.candidates, papers=papers, non_person="Ann"
    )
    told = posts.of_record(stvcount.count(election, rules="lsu-atv"))
    assert (told.state, told.elected, told.runner_up) == ("void", (), None)
    assert "void" in slides.slides([told])


def test_a_reading_of_one_contest_is_refused_for_all(
    night: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("reading.json").write_text(
        stvcount.read("form.csv", question="Member", places=1).reading.to_json(), "utf-8"
    )
    assert run("-o", "results", "--reading", "reading.json") == 2
    assert "--reading: found it with --all; expected it with one contest" in capsys.readouterr().err
    assert not Path("results").exists()


def test_slides_alone_go_into_one_file(night: Path) -> None:
    assert run("--format", "slide", "-o", "night.html") == 3
    page = Path("night.html").read_text("utf-8")
    assert page.count("<section") == 3
    assert "All results" not in page


def test_the_pages_run_nothing_but_their_own_script(night: Path) -> None:
    run("-o", "results")
    page = text("slides.html")
    [script] = re.findall("<script>(.*?)</script>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in page
    assert "<script" not in text("index.html")


def test_the_arrow_keys_go_from_slide_to_slide(night: Path) -> None:
    run("-o", "results")
    at = "Math.round(window.scrollY / window.innerHeight)"
    with browser.opened() as page:
        page.look(text("slides.html"))
        places = []
        for key in ("ArrowRight", "ArrowRight", "ArrowRight", "ArrowLeft", "Home", "End"):
            page.evaluate(f"document.dispatchEvent(new KeyboardEvent('keydown', {{key: '{key}'}}))")
            places.append(page.evaluate(at))
    assert places == [1, 2, 2, 1, 0, 2]


@pytest.mark.parametrize("name", ["index.html", "slides.html"])
def test_nothing_overflows_at_any_width(night: Path, name: str) -> None:
    long = "Bartholomew-Featherstonehaugh " * 3
    Path("form.csv").write_text(FORM.replace("Ann", long), "utf-8")
    run("-o", "results")
    with browser.opened() as page:
        for width in (390, 768, 1280, 1920):
            for dark in (False, True):
                page.look(text(name), width=width, dark=dark)
                assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("name", ["index.html", "slides.html"])
def test_axe_finds_no_hindrance(night: Path, name: str) -> None:
    run("-o", "results")
    with browser.opened() as page:
        for width, dark in ((390, False), (1280, True)):
            page.look(text(name), width=width, dark=dark)
            assert page.hindrances() == []
