"""What the page asks of the library, as it asks it: the answers are the command's."""

from __future__ import annotations

import base64
import json
import runpy
import shlex
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import random_elections
from conftest import ROOT

import stvcount
from stvcount import cli
from stvcount.page import Desk

TIE = '3 1\n2 1 0\n2 2 0\n1 3 0\n0\n"Ann"\n"Bob"\n"Cat"\n"T"\n'


class Officer:
    """Somebody at a desk in an empty folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.heard: list[tuple[str, int]] = []
        self.desk = Desk(folder, lambda what, done: self.heard.append((what, done)))

    def ask(self, what: str, **more: Any) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.desk.answer(json.dumps({"ask": what, **more})))
        return found

    def counts(self, chosen: dict[str, Any]) -> dict[str, Any]:
        """Count, and say of each lot that it fell on the one listed last."""
        told = self.ask("count", **chosen)
        while told["status"] == "lot":
            chosen["answers"] = told["tied"][-1]["answers"]
            told = self.ask("count", **chosen)
        return told


@pytest.fixture
def officer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Officer:
    monkeypatch.chdir(tmp_path)
    return Officer(tmp_path)


def by_the_command(command: str, output: Path) -> bytes:
    """The file that this command writes, just as it was shown."""
    name, *words = shlex.split(command)
    assert name == "stvcount"
    assert cli.main([*words, "-o", str(output)]) == 0
    return output.read_bytes()


def test_the_records_of_300_random_elections_are_those_of_the_command(officer: Officer) -> None:
    lots = 0
    for number in range(300):
        chosen = random_elections.write(officer.folder, number)
        told = officer.counts(chosen)
        assert told["status"] == "done", (number, chosen, told)
        record = officer.ask("sheet", format="json")["text"].encode()
        assert record == by_the_command(told["command"], officer.folder / f"{number}.json")
        lots += "drawn:" in told["command"]
    assert lots > 10


@pytest.mark.parametrize("kind", stvcount.sheets.names())
def test_every_sheet_is_that_of_the_command(officer: Officer, kind: str) -> None:
    officer.desk.bring("tie.blt", TIE.encode())
    told = officer.counts({"files": ["tie.blt"]})
    (file,) = [one["file"] for one in told["sheets"] if one["format"] == kind]
    text = officer.ask("sheet", format=kind)["text"].encode()
    assert text == by_the_command(f"{told['command']} --format {kind}", officer.folder / file)


def test_a_file_that_is_named_like_an_option_is_a_file_to_the_command(officer: Officer) -> None:
    officer.desk.bring("-o.blt", TIE.encode())
    told = officer.counts({"files": ["-o.blt"]})
    record = officer.ask("sheet", format="json")["text"].encode()
    assert record == by_the_command(told["command"], officer.folder / "count.json")


def test_a_lot_is_asked_for_and_what_was_drawn_is_in_the_record(officer: Officer) -> None:
    officer.desk.bring("tie.blt", TIE.encode())
    told = officer.ask("count", files=["tie.blt"])
    assert told["status"] == "lot"
    assert told["question"]["meaning"] == "the one it falls on is excluded"
    assert [(one["name"], one["votes"]) for one in told["tied"]] == [
        ("Ann", "2.00"),
        ("Bob", "2.00"),
    ]
    ann = officer.ask("count", files=["tie.blt"], answers=told["tied"][0]["answers"])
    assert [one["name"] for one in ann["results"][0]["elected"]] == ["Bob"]
    assert ann["lots"] == ["exclusion (5.2.5): fell on Ann (drawn)"]
    assert officer.heard[-1][0] == "stages"
    # A lot that was drawn for one question is not taken for the answer to another.
    other = officer.ask(
        "count", files=["tie.blt"], answers=told["tied"][0]["answers"], set_aside=[[1, ""]]
    )
    assert other["status"] == "fault"
    assert "the answers are of another count" in other["lines"][0]


def test_lots_drawn_and_a_seed_are_not_both_taken(officer: Officer) -> None:
    officer.desk.bring("tie.blt", TIE.encode())
    tied = officer.ask("count", files=["tie.blt"])["tied"]
    told = officer.ask("count", files=["tie.blt"], answers=tied[0]["answers"], seed="drum")
    assert told["lines"] == ["lots: found lots drawn, and a seed; expected one of them"]


def test_it_says_whose_rules_there_are(officer: Officer) -> None:
    told = officer.ask("about")
    assert [one["id"] for one in told["rules"]] == list(stvcount.rules.names())
    (ers97,) = [one for one in told["rules"] if one["id"] == "ers97"]
    assert "non_person" in [one["name"] for one in ers97["options"]]
    assert [one["id"] for one in told["organisations"]] == list(stvcount.organisations.names())
    assert "layout" in [one["option"] for one in told["settings"]]


def test_the_page_carries_nothing_but_what_is_in_the_table(tmp_path: Path) -> None:
    build = runpy.run_path(str(ROOT / "tools" / "build_page.py"))
    (tmp_path / build["table"]()[0]["file"]).write_bytes(b"something else")
    with pytest.raises(SystemExit, match=r"found the SHA-256 \w+; expected"):
        next(build["carried"](tmp_path))


# Questions of a file


def test_each_answer_to_a_question_is_the_option_of_the_command(officer: Officer) -> None:
    officer.desk.bring("votes.csv", b"1st,2nd\nAnn Lee,Bob Kay\nAn Lee,\nAnn Lee,\nBob Kay,\n")
    told = officer.ask("read", files=["votes.csv"])
    assert told["status"] == "fault"
    (fault,) = told["faults"]
    assert fault["where"] == "votes.csv"
    assert "'An Lee' and 'Ann Lee'" in fault["found"]
    one_name = fault["answers"][0]
    assert one_name["typed"] == "--same 'An Lee=Ann Lee'"
    assert one_name["reading"] == {"same": {"An Lee": "Ann Lee"}}
    read = officer.ask("read", files=["votes.csv"], reading=one_name["reading"])
    assert [one["name"] for one in read["candidates"]] == ["Ann Lee", "Bob Kay"]
    assert read["given"] == [{"typed": "--same 'An Lee=Ann Lee'", "reading": {}}]
    chosen = {"files": ["votes.csv"], "reading": {**one_name["reading"], "places": 1}}
    assert "--same 'An Lee=Ann Lee' --places 1" in officer.counts(chosen)["command"]


def test_the_reading_says_what_each_column_was_taken_for_and_how_to_change_it(
    officer: Officer,
) -> None:
    officer.desk.bring("votes.csv", b"Email,Ann,Bob\na@b.c,1,2\nd@e.f,2,1\ng@h.i,1,\n")
    told = officer.ask("read", files=["votes.csv"])
    assert told["places"] is None
    (source,) = told["sources"]
    roles = [(one["heading"], one["taken_for"]) for one in source["columns"]]
    assert roles == [("Email", "identifier"), ("Ann", "Ann"), ("Bob", "Bob")]
    assert source["what"] == "csv, a column for each candidate, headings in row 1"
    ignored = source["columns"][2]["answers"][0]
    assert ignored["meaning"] == "not read"
    again = officer.ask("read", files=["votes.csv"], reading=ignored["reading"])
    assert [one["name"] for one in again["candidates"]] == ["Ann"]
    assert again["given"] == [{"typed": "--ignore C", "reading": {}}]
    assert "header_row" in [one["option"] for one in source["settings"]]


@pytest.mark.parametrize(
    ("option", "value", "reading"),
    [
        ("header_row", "2", {"ignore": ["A"], "header_row": 2}),
        ("ignore", "B", {"ignore": ["A", "B"]}),
        ("mend_accents", "yes", {"ignore": ["A"], "mend_accents": True}),
        ("layout", "long", {"ignore": ["A"], "layout": "long"}),
    ],
)
def test_any_setting_of_the_command_can_be_typed(
    officer: Officer, option: str, value: str, reading: dict[str, Any]
) -> None:
    told = officer.ask("settle", reading={"ignore": ["A"]}, option=option, value=value)
    assert told["reading"] == reading


def test_each_setting_can_be_taken_back_alone(officer: Officer) -> None:
    reading = {"ignore": ["A", "B"], "same": {"x": "y"}, "layout": "long", "places": 2}
    told = {one["typed"]: one["reading"] for one in officer.ask("given", reading=reading)["given"]}
    assert told["--ignore A"] == {**reading, "ignore": ["B"]}
    assert told["--same x=y"] == {key: reading[key] for key in ("ignore", "layout", "places")}
    assert told["--layout long"] == {key: reading[key] for key in ("ignore", "same", "places")}


def test_a_name_that_may_be_no_persons_is_a_question(officer: Officer) -> None:
    officer.desk.bring("votes.blt", b'2 1\n3 1 0\n2 2 0\n0\n"Ann"\n"RON"\n"T"\n')
    assert officer.ask("read", files=["votes.blt"])["may_be_no_person"] == ["RON"]
    told = officer.ask("count", files=["votes.blt"])
    assert (told["status"], told["faults"]) == ("fault", [])
    settled = officer.ask("read", files=["votes.blt"], non_persons=["RON"])
    assert (settled["may_be_no_person"], settled["non_person"]) == ([], "RON")


def test_papers_in_two_files_are_counted_as_one(officer: Officer) -> None:
    officer.desk.bring("a.blt", TIE.encode())
    officer.desk.bring("b.blt", TIE.replace("2 1 0", "4 1 0").encode())
    told = officer.counts({"files": ["a.blt", "b.blt"]})
    assert "a.blt b.blt --together" in told["command"]
    record = officer.ask("sheet", format="json")["text"]
    assert json.loads(record)["papers"]["total"] == 12
    assert record.encode() == by_the_command(told["command"], officer.folder / "both.json")


def test_a_file_that_is_wrong_is_told_line_by_line(officer: Officer) -> None:
    officer.desk.bring("votes.blt", b"2 1\n1 9 0\n1 8 0\n0\n")
    told = officer.ask("read", files=["votes.blt"])
    assert told["status"] == "fault"
    assert [one["where"] for one in told["faults"]][:2] == ["votes.blt:2", "votes.blt:3"]


def test_what_nobody_foresaw_is_told_and_ends_nothing(
    officer: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer.desk.bring("tie.blt", TIE.encode())
    for error, status in ((ZeroDivisionError("oh"), "internal"), (MemoryError(), "fault")):
        with monkeypatch.context() as patched:
            patched.setattr(stvcount, "stages", lambda *_, error=error, **__: _raise(error))
            told = officer.ask("count", files=["tie.blt"])
            assert (told["status"], told["faults"]) == (status, [])
    assert officer.ask("read", files=["tie.blt"])["status"] == "done"


def _raise(error: BaseException) -> None:
    raise error


# Of a count


def test_stories_and_papers_are_those_of_the_library(officer: Officer) -> None:
    officer.desk.bring("tie.blt", TIE.encode())
    for what, more in (("sheet", {"format": "json"}), ("trace", {"paper": 1}), ("ballots", {})):
        assert officer.ask(what, **more)["status"] == "fault"
    officer.counts({"files": ["tie.blt"]})
    record = stvcount.CountRecord.from_json(officer.ask("sheet", format="json")["text"])
    for candidate in (None, "Cat"):
        told = officer.ask("explain", candidate=candidate)["text"]
        assert told == stvcount.explain(record, candidate)
    lots = stvcount.Lots.from_record(record)
    traced = stvcount.trace(stvcount.read("tie.blt"), 5, lots=lots)
    assert officer.ask("trace", paper=5)["text"] == str(traced)
    assert officer.ask("trace", paper=6)["status"] == "fault"
    papers = officer.ask("ballots")
    (officer.folder / "again.blt").write_text(papers["text"], "utf-8")
    assert stvcount.read("again.blt").papers == stvcount.read("tie.blt").papers


def test_the_bundle_has_every_sheet_the_papers_and_the_command(officer: Officer) -> None:
    officer.desk.bring("tie.blt", TIE.encode())
    told = officer.counts({"files": ["tie.blt"]})
    first, second = (base64.b64decode(officer.ask("bundle")["base64"]) for _ in range(2))
    assert first == second
    with zipfile.ZipFile(BytesIO(first)) as bundle:
        names = [one["file"] for one in told["sheets"]]
        assert bundle.namelist() == [*names, "ballots.blt", "command.txt"]
        assert len(set(names)) == len(names)
        record = bundle.read("tie.json").decode()
    assert record == officer.ask("sheet", format="json")["text"]


def test_a_record_is_checked_with_its_papers_and_without(officer: Officer) -> None:
    officer.desk.bring("votes.csv", b"Ann,Bob\n1,2\n2,1\n1,\n")
    officer.counts({"files": ["votes.csv"], "reading": {"places": 1}})
    record = officer.ask("sheet", format="json")["text"]
    officer.desk.bring("votes.json", record.encode())
    changed = record.replace('"Ann": "2.00"', '"Ann": "3.00"')
    assert changed != record
    for papers in ([], ["votes.csv"]):
        officer.desk.bring("votes.json", record.encode())
        told = officer.ask("verify", files=[*papers, "votes.json"])
        assert told["agrees"]
        assert told["text"].startswith("the same people are elected, all figures agree")
        officer.desk.bring("votes.json", changed.encode())
        assert not officer.ask("verify", files=[*papers, "votes.json"])["agrees"]


def test_files_counted_together_are_checked_in_any_order(officer: Officer) -> None:
    officer.desk.bring("a.csv", b"Ann,Bob\n1,2\n2,1\n1,\n")
    officer.desk.bring("b.csv", b"Bob,Ann\n1,2\n2,1\n,1\n")
    officer.counts({"files": ["b.csv", "a.csv"], "reading": {"places": 1}})
    officer.desk.bring("count.json", officer.ask("sheet", format="json")["text"].encode())
    for files in (["b.csv", "a.csv"], ["a.csv", "b.csv"]):
        assert officer.ask("verify", files=[*files, "count.json"])["agrees"]


def test_the_record_is_found_among_the_files(officer: Officer) -> None:
    officer.desk.bring("votes.csv", b"Ann,Bob\n1,2\n2,1\n1,\n")
    told = officer.ask("verify", files=["votes.csv"])
    assert told["lines"] == ["the record: found none; expected one file of JSON"]
    officer.desk.bring("other.json", b"{}")
    assert officer.ask("verify", files=["other.json"])["lines"][0].startswith("other.json: schema")
    officer.counts({"files": ["votes.csv"], "reading": {"places": 1}})
    record = officer.ask("sheet", format="json")["text"].encode()
    officer.desk.bring("count.json", record)
    assert officer.ask("verify", files=["other.json", "count.json"])["status"] == "fault"
    stvcount.write(stvcount.read("votes.csv", places=1), "papers.json")
    assert officer.ask("verify", files=["papers.json", "count.json"])["status"] == "done"
    officer.desk.clear()
    assert list(officer.folder.iterdir()) == []


# Several contests

FORM = """\
Timestamp,President [Ann],President [Bob],Secretary [Cat],Secretary [RON]
1/1/26 9:00,1,2,1,2
1/1/26 9:01,2,1,1,
1/1/26 9:02,1,,2,1
1/1/26 9:03,2,1,1,2
"""


def test_every_contest_of_a_form_is_counted_as_the_command_counts_it(
    officer: Officer, tmp_path_factory: pytest.TempPathFactory
) -> None:
    officer.desk.bring("agm.csv", FORM.encode())
    looked = officer.ask("look", files=["agm.csv"])
    assert [one["title"] for one in looked["contests"]] == ["President", "Secretary"]
    contests = [{**one, "places": 1} for one in looked["contests"]]
    asked = {"files": ["agm.csv"], "contests": contests, "title": "AGM"}
    president, secretary = officer.ask("count_all", **asked)["results"]
    assert (president["state"], president["fault"]["status"]) == ("lot to be drawn", "lot")
    assert secretary["may_be_no_person"] == ["RON"]
    contests[0]["lots"] = ["Ann"]
    told = officer.ask("count_all", **asked, non_persons=["RON"])
    assert [one["state"] for one in told["results"]] == ["elected", "elected"]
    assert officer.heard[-1] == ("contests", 2)
    assert "Bob" in officer.ask("explain", candidate=None, place=0)["text"]
    # The list that the page hands out, and the command, give the same folder.
    folder = tmp_path_factory.mktemp("results")
    made = officer.ask("list_of_all")
    assert made["file"] == "contests.csv"
    (officer.folder / made["file"]).write_text(made["text"], "utf-8")
    words = ["--non-person", "RON", "--title", "AGM"]
    assert cli.main(["count", "agm.csv", "--all", *words, "-o", str(folder), "--force"]) == 0
    assert {path.name for path in folder.iterdir()} == set(told["files"])
    for name in told["files"]:
        assert officer.ask("file", name=name)["text"].encode() == (folder / name).read_bytes()
    with zipfile.ZipFile(BytesIO(base64.b64decode(officer.ask("bundle")["base64"]))) as bundle:
        assert bundle.namelist() == told["files"]


def test_the_list_of_contests_is_toml_where_csv_cannot_say_it(officer: Officer) -> None:
    officer.desk.bring("agm.csv", FORM.replace("Ann", "Ann; Jr").encode())
    looked = officer.ask("look", files=["agm.csv"])
    contests = [{**one, "places": 1, "lots": ["Ann; Jr"]} for one in looked["contests"]]
    told = officer.ask("count_all", files=["agm.csv"], contests=contests)
    assert told["results"][0]["state"] == "elected"
    made = officer.ask("list_of_all")
    assert made["file"] == "contests.toml"
    assert 'lots = ["Ann; Jr"]' in made["text"]


def test_a_list_of_contests_that_is_brought_along_is_followed(officer: Officer) -> None:
    told = """\
Title,Question,File,Places,Rules,Withdrawn,Lots
President,President,agm.csv,1,ers-av,,Ann
Treasurer,Secretary,agm.csv,1,,RON,
"""
    officer.desk.bring("agm.csv", FORM.encode())
    officer.desk.bring("contests.csv", told.encode())
    files = ["agm.csv", "contests.csv"]
    contests = officer.ask("look", files=files)["contests"]
    assert [(one["title"], one["places"]) for one in contests] == [
        ("President", 1),
        ("Treasurer", 1),
    ]
    contests = [{**one, "lots": [], "reading": {}} for one in contests]
    results = officer.ask("count_all", files=files, contests=contests, persons=["RON"])["results"]
    assert [[name["name"] for name in one["elected"]] for one in results] == [["Bob"], ["Cat"]]


def test_a_contest_that_cannot_be_counted_stops_no_other(officer: Officer) -> None:
    officer.desk.bring("a.blt", TIE.replace("2 1 0", "4 1 0").encode())
    officer.desk.bring("b.csv", b"1st,2nd\nAnn Lee,Bob Kay\nAn Lee,\nAnn Lee,\nBob Kay,\n")
    contests = officer.ask("look", files=["a.blt", "b.csv"])["contests"]
    contests[1]["places"] = 1
    asked = {"files": ["a.blt", "b.csv"], "contests": contests}
    first, second = officer.ask("count_all", **asked)["results"]
    assert first["state"] == "elected"
    assert officer.ask("explain", candidate=None, place=1)["status"] == "fault"
    assert second["may_be_no_person"] == []
    contests[1]["reading"] = second["fault"]["faults"][0]["answers"][0]["reading"]
    assert officer.ask("count_all", **asked)["results"][1]["state"] == "elected"
    contests[1]["skip"] = True
    assert len(officer.ask("count_all", **asked)["results"]) == 1


def test_a_name_of_which_something_was_said_is_not_asked_of_again(officer: Officer) -> None:
    tied = b"Title [Ann],Title [RON],Other [Cat]\n1,2,1\n2,1,1\n"
    officer.desk.bring("form.csv", tied)
    contests = officer.ask("look", files=["form.csv"])["contests"]
    asked = {"files": ["form.csv"], "contests": [{**one, "places": 1} for one in contests]}
    assert officer.ask("count_all", **asked)["results"][0]["may_be_no_person"] == ["RON"]
    for said in ({"non_persons": ["RON"]}, {"persons": ["RON"]}):
        (waiting, _) = officer.ask("count_all", **asked, **said)["results"]
        assert waiting["state"] == "lot to be drawn"
        assert waiting["may_be_no_person"] == []


@pytest.mark.parametrize(("name", "reading"), [("votes.txt", {}), ("votes.csv", {"format": "blt"})])
def test_places_that_a_file_states_are_not_asked_for_whatever_its_name(
    officer: Officer, name: str, reading: dict[str, Any]
) -> None:
    officer.desk.bring(name, TIE.replace("3 1\n", "3 2\n").encode())
    assert officer.ask("read", files=[name], reading=reading)["places"] == 2
    told = officer.ask("read", files=[name], reading={**reading, "places": 1})
    assert told["places"] == 1
    assert "--places" not in officer.counts({"files": [name], "reading": reading})["command"]
