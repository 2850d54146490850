"""The examples do what they say."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import os
import random
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

import documents
import pytest

import stvcount


def need(*modules: str) -> None:
    """Skip the test without these, except where the environment says that it must run."""
    for module in modules:
        if not os.environ.get("CI"):
            pytest.importorskip(module)


EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
LABOUR = (EXAMPLES / "labour-president.blt").read_bytes()


@pytest.mark.parametrize(
    "folder", sorted(path for path in EXAMPLES.iterdir() if path.is_dir()), ids=lambda one: one.name
)
def test_every_example_says_what_it_is(folder: Path) -> None:
    text = (folder / "README.md").read_text("utf-8")
    assert text.startswith("# ")
    for link in re.findall(r"\]\((?!https?:)([^)#]+)", text):
        assert (folder / link).exists(), link
    for name in re.findall(r"\bexamples/[\w./-]*\w", text):
        assert (EXAMPLES.parent / name).exists(), name


def test_the_historical_counts_are_found_from_their_page() -> None:
    documents.run(documents.Page(EXAMPLES / "history" / "README.md"))


# Ballot files

BALLOTS = EXAMPLES / "ballots"
PRESIDENT = ("Amara Quill", "Bede Larkin", "Cato Wren", "RON")
PAPERS = ("ABC", "BA", "A", "CABR", "AC", "BCA", "RB", "CA")
"""The eight papers that every file there is made from, by the initials of the candidates."""
NEEDED = {
    ".xlsx": ("openpyxl",),
    ".ods": ("python_calamine", "olefile"),
    ".xls": ("python_calamine", "olefile"),
}
TOLD = {"several-posts.csv": {"question": "President"}}
HELD: dict[str, Sequence[str]] = {
    "papers-in-piles.csv": [
        paper
        for paper, papers in zip(PAPERS, (12, 9, 7, 4, 3, 8, 1, 5), strict=True)
        for _ in range(papers)
    ],
    "microsoft-forms.xlsx": ["ABCR", "BACR", "ABCR", "CABR", "ACBR", "BCAR", "RBAC", "CABR"],
    "online.csv": PAPERS[:5],
    "paper.csv": PAPERS[5:],
}


def papers_of(election: stvcount.Election) -> list[str]:
    """The papers in their order, by the initials of the candidates."""
    initials = [name[0] for name in election.candidates]
    return [
        "".join(initials[number] for number in ranking)
        for ranking, count in election.papers.groups()
        for _ in range(count)
    ]


@pytest.mark.parametrize(
    "path",
    sorted(path for path in BALLOTS.iterdir() if path.suffix != ".md"),
    ids=lambda path: path.name,
)
def test_every_ballot_file_holds_the_papers_it_was_made_from(path: Path) -> None:
    need(*NEEDED.get(path.suffix, ()))
    election = stvcount.read(path, places=1, **TOLD.get(path.name, {}))
    assert sorted(election.candidates) == list(PRESIDENT)
    assert papers_of(election) == list(HELD.get(path.name, PAPERS))
    assert not election.papers.invalid
    assert f"`{path.name}`" in (BALLOTS / "README.md").read_text("utf-8")


def test_the_papers_of_a_form_and_those_typed_by_hand_are_one_contest() -> None:
    election = stvcount.read_together([BALLOTS / "online.csv", BALLOTS / "paper.csv"], places=1)
    assert papers_of(election) == list(PAPERS)


def test_the_other_post_of_a_form_is_read_by_its_question() -> None:
    election = stvcount.read(BALLOTS / "several-posts.csv", places=1, question="Treasurer")
    assert papers_of(election) == ["DE", "ED", "D", "DE", "E", "", "R", "DR"]


def test_a_form_of_several_posts_asks_which_is_counted() -> None:
    with pytest.raises(stvcount.FormatError) as asked:
        stvcount.read(BALLOTS / "several-posts.csv", places=1)
    [fault] = asked.value.faults
    ways = [setting.value for way in fault.settled_by for setting in way]
    assert ways == ["President", "Treasurer"]


# A web form


class Page(HTMLParser):
    """What a browser makes of a page: its text, and what its form would post."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.fields: list[tuple[str, str]] = []
        self.radios: list[str] = []
        self.faults: list[str] = []
        self._within: list[str] = []
        self._textarea: str | None = None
        self._select: str | None = None
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        given = {name: value or "" for name, value in attrs}
        if tag == "input" and given.get("type") == "radio":
            self.radios.append(given["value"])
        elif tag == "input" and given.get("type") != "file":
            self.fields.append((given["name"], given["value"]))
        elif tag == "select":
            self._select = given["name"]
        elif tag == "option" and "selected" in given:
            self.fields.append((self._select or "", given["value"]))
        elif tag == "textarea":
            self._textarea = given["name"]
            self.fields.append((given["name"], ""))
        if tag not in ("input", "meta"):
            self._within.append(f"{tag}.{given.get('class', '')}")

    def handle_endtag(self, tag: str) -> None:
        assert self._within.pop().startswith(f"{tag}.")
        self._textarea = None if tag == "textarea" else self._textarea

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._textarea:
            self.fields[-1] = (self._textarea, data.removeprefix("\n"))
        if "section.faults" in self._within and self._within[-1] == "li.":
            self.faults.append(data)


@dataclass
class Answer:
    status: str
    headers: dict[str, str]
    body: bytes
    page: Page = field(init=False)

    def __post_init__(self) -> None:
        is_page = self.headers["Content-Type"].startswith("text/html")
        self.page = Page(self.body.decode() if is_page else "")


URLENCODED = "application/x-www-form-urlencoded"


class Browser:
    """Speaks to a WSGI application, whose manners are checked on the way."""

    def __init__(self, application: Any) -> None:
        self._application = validator(application)

    def ask(self, method: str = "GET", path: str = "/", **environ: object) -> Answer:
        given: dict[str, Any] = {"REQUEST_METHOD": method, "PATH_INFO": path, **environ}
        given |= {"QUERY_STRING": "", "SCRIPT_NAME": ""}
        setup_testing_defaults(given)
        started: list[Any] = []
        parts = self._application(given, lambda *of: started.append(of) or None)
        body = b"".join(parts)
        parts.close()
        status, headers = started[0][:2]
        return Answer(status, dict(headers), body)

    def send(self, body: bytes, content_type: str = URLENCODED, **environ: object) -> Answer:
        environ = {"CONTENT_LENGTH": str(len(body)), **environ}
        return self.ask(
            "POST", CONTENT_TYPE=content_type, **environ, **{"wsgi.input": io.BytesIO(body)}
        )

    def fill(self, **changes: str) -> Answer:
        """Fill in the form of the first page."""
        return self.post({**dict(self.ask().page.fields), **changes}.items())

    def post(self, fields: Any) -> Answer:
        return self.send(urlencode(list(fields)).encode())

    def upload(self, filename: str, content: bytes, **changes: str) -> Answer:
        """Fill in the form and upload a file, as browsers do."""
        fields = {**dict(self.ask().page.fields), **changes}
        parts = [f'name="{name}"\r\n\r\n{value}'.encode() for name, value in fields.items()]
        file = f'name="file"; filename="{filename}"\r\nContent-Type: application/octet-stream'
        parts.insert(0, file.encode() + b"\r\n\r\n" + content)
        disposed = [b"Content-Disposition: form-data; " + part for part in parts]
        body = b"".join(b"--limit\r\n" + part + b"\r\n" for part in disposed) + b"--limit--\r\n"
        return self.send(body, "multipart/form-data; boundary=limit")

    def draw(self, answer: Answer, name: str) -> Answer:
        """Say on whom the lot fell that the page asks for."""
        assert name in answer.page.radios
        return self.post([*answer.page.fields, ("lot", name)])

    def save(self, answer: Answer) -> Answer:
        return self.post([*answer.page.fields, ("as", "json")])


@pytest.fixture
def form(monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    monkeypatch.syspath_prepend(str(EXAMPLES / "web-form"))
    import app

    yield Browser(app.application)
    for name in ("app", "page", "posted"):
        del sys.modules[name]


def test_the_form_counts_what_is_uploaded(form: Browser) -> None:
    answer = form.upload("labour.blt", LABOUR, method="organisation:imperial")
    assert answer.status == "200 OK"
    record = stvcount.count(
        stvcount.read(EXAMPLES / "labour-president.blt"), organisation="imperial"
    )
    for stage in record.stages:
        for decision in stage.decisions:
            assert f"{decision.clause} {decision.text}" in answer.page.text
    assert f"Elected: {record.elected[0]}" in answer.page.text
    saved = form.save(answer)
    assert saved.headers["Content-Type"] == "application/json"
    assert saved.headers["Content-Disposition"].startswith("attachment")
    renamed = record.to_json().replace("labour-president.blt", "labour.blt")
    assert saved.body.decode() == renamed


TWO_LOTS = """\
10: Ann > Cat
10: Bob > Dan
3: Cat
3: Dan
3: Eve
3: Fay
"""


def test_lots_are_asked_for_one_by_one_and_the_count_goes_on(form: Browser) -> None:
    first = form.fill(pasted=TWO_LOTS, kind="rankings", places="3", title="Committee")
    assert first.page.radios == ["Ann", "Bob"]
    assert "the one whose surplus is transferred first" in first.page.text
    assert "Stage 1: first preferences" in first.page.text
    assert "Stage 2" not in first.page.text.replace("needed at stage 2", "")
    assert form.save(first).page.radios == ["Ann", "Bob"]
    second = form.draw(first, "Bob")
    assert second.page.radios == ["Eve", "Fay"]
    assert "the one who is excluded" in second.page.text
    assert "Stage 3: surplus of Ann" in second.page.text
    done = form.draw(second, "Fay")
    assert done.page.radios == []
    assert "the lot falls on Fay" in done.page.text
    papers = {("Ann", "Cat"): 10, ("Bob", "Dan"): 10, ("Cat",): 3, ("Dan",): 3, ("Eve",): 3}
    election = stvcount.Election.from_rankings({**papers, ("Fay",): 3}, places=3, title="Committee")
    expected = stvcount.count(election, lots=stvcount.Lots.drawn("Bob", "Fay"))
    assert stvcount.CountRecord.from_json(form.save(done).body.decode()) == expected
    assert ", ".join(expected.elected) in done.page.text


def test_a_lot_that_cannot_be_is_refused(form: Browser) -> None:
    asked = form.fill(pasted=TWO_LOTS, kind="rankings", places="3")
    for name in ("Zoe", "Cat"):
        answer = form.post([*asked.page.fields, ("lot", name)])
        assert answer.status.startswith("422")
        [fault] = answer.page.faults
        assert f"names '{name}'; expected one of the tied: Ann, Bob" in fault


def test_a_lot_is_not_used_for_another_tie(form: Browser) -> None:
    asked = form.fill(pasted=TWO_LOTS, kind="rankings", places="3")
    other = base64.b64encode(TWO_LOTS.replace("10:", "11:").encode()).decode()
    fields = {**dict(asked.page.fields), "ballots": other, "lot": "Bob"}
    answer = form.post(fields.items())
    assert answer.status.startswith("422")
    [fault] = answer.page.faults
    assert "found Bob for stage 2" in fault
    assert "expected an answer to stage 2" in fault


def test_fields_that_no_page_has_sent_are_refused(form: Browser) -> None:
    asked = form.fill(pasted=TWO_LOTS, kind="rankings", places="3")
    for changes in ({"answers": "[]"}, {"question": "{", "lot": "Bob"}):
        answer = form.post({**dict(asked.page.fields), **changes}.items())
        assert answer.status.startswith("422")
        assert len(answer.page.faults) == 1


def test_a_question_left_unanswered_is_asked_again(form: Browser) -> None:
    asked = form.fill(pasted=TWO_LOTS, kind="rankings", places="3")
    again = form.post(asked.page.fields)
    assert again.body == asked.body


HOSTILE = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "'&amp;", "</textarea>"]


def ballots_for(names: Sequence[str], kind: str, folder: Path) -> bytes:
    """A ballot file in which all are tied."""
    path = folder / f"ballots.{kind}"
    election = stvcount.Election.from_rankings([([n], 5) for n in names], places=1)
    stvcount.write(election, path, overwrite=True)
    return path.read_bytes()


@pytest.mark.parametrize("kind", ["blt", "csv"])
def test_hostile_names_are_text_everywhere(form: Browser, kind: str, tmp_path: Path) -> None:
    ballots = ballots_for(HOSTILE, kind, tmp_path)
    harmless = form.upload(f"x.{kind}", ballots_for("ABCD", kind, tmp_path), places="1", title="T")
    answer = form.upload(f"<script>.{kind}", ballots, places="1", title="<script>T</script>")
    assert answer.page.radios == HOSTILE
    while answer.page.radios:
        assert answer.page.tags == harmless.page.tags
        answer = form.draw(answer, answer.page.radios[0])
        harmless = form.draw(harmless, harmless.page.radios[0])
    assert answer.page.tags == harmless.page.tags
    assert f"Elected: {HOSTILE[-1]}" in answer.page.text
    faulty = form.fill(pasted=ballots.decode() + HOSTILE[3], kind=kind, places=HOSTILE[1])
    assert not {"script", "img"} & set(faulty.page.tags)
    assert dict(faulty.page.fields)["places"] == HOSTILE[1]
    assert dict(faulty.page.fields)["pasted"].endswith(HOSTILE[3])


def test_every_fault_is_told_at_once_and_what_was_filled_in_is_kept(form: Browser) -> None:
    pasted = "paper,Ann,Bob\n1,1,2\n2,2,1\n3,1\n"
    filled = {"pasted": pasted, "kind": "csv", "places": "many", "method": "rules:d'Hondt"}
    answer = form.fill(**filled, title="Chair")
    assert answer.status.startswith("422")
    assert len(answer.page.faults) == 3
    for fault, words in zip(
        answer.page.faults,
        ("counted by: found", "places: found 'many'", "pasted text:4: "),
        strict=True,
    ):
        assert words in fault
    kept = dict(answer.page.fields)
    assert (kept["pasted"], kept["places"], kept["title"]) == (pasted, "many", "Chair")


@pytest.mark.parametrize(
    ("filled", "words"),
    [
        ({}, "ballots: found none"),
        ({"pasted": " \n "}, "ballots: found none"),
        ({"pasted": "1: Ann", "kind": "pdf"}, "what they are: found 'pdf'"),
        ({"pasted": "1: Ann", "kind": "rankings"}, "places: found ''"),
        ({"pasted": "1: Ann", "kind": "rankings", "places": "0"}, "places: found '0'"),
        ({"pasted": "1: Ann >", "kind": "rankings", "places": "1"}, "pasted text:1: found"),
        ({"pasted": "0: Ann\n0: Bob", "kind": "rankings", "places": "1"}, "no valid paper"),
        ({"pasted": LABOUR.decode(), "places": "2", "method": "rules:ers-av"}, "at most 1"),
        ({"pasted": "3 1\n1 7 0\n0\n'A'\n'B'\n'C'\n'T'"}, "found"),
        ({"pasted": "\n".join(f"1: {n}" for n in range(201)), "kind": "rankings", "places": "1"},
         "found 201 candidates; expected at most 200"),
    ],
)  # fmt: skip
def test_bad_input_gives_a_page_that_names_the_fault(
    form: Browser, filled: dict[str, str], words: str
) -> None:
    answer = form.fill(**filled)
    assert answer.status.startswith("422")
    assert any(words in fault for fault in answer.page.faults), answer.page.faults
    assert "Traceback" not in answer.page.text


def test_a_candidate_whom_nobody_put_on_a_paper_stands(form: Browser) -> None:
    answer = form.fill(pasted="2: Ann\n0: Bob\nAnn > Cat", kind="rankings", places="1")
    saved = json.loads(form.save(answer).body)
    assert saved["candidates"] == ["Ann", "Bob", "Cat"]
    assert saved["stages"][0]["votes"] == {"Ann": "3.00", "Bob": "0.00", "Cat": "0.00"}


def test_without_a_file_the_text_in_the_box_is_counted(form: Browser) -> None:
    answer = form.upload("", b"", pasted="2: Ann\r\n1: Bob", kind="rankings", places="1")
    assert "Elected: Ann" in answer.page.text


def test_rankings_may_be_uploaded_too(form: Browser) -> None:
    text = "\ufeff2: Ann > Zo\u00eb\r\n\r\nZo\u00eb\r\n"
    answer = form.upload("rankings.txt", text.encode(), kind="rankings", places="1")
    assert json.loads(form.save(answer).body)["candidates"] == ["Ann", "Zo\u00eb"]
    answer = form.upload(
        "rankings.txt", text.encode("latin-1", "ignore"), kind="rankings", places="1"
    )
    assert answer.page.faults == [
        "rankings.txt: found bytes that are no text in UTF-8; expected such a text"
    ]


def test_uploaded_files_are_counted_to_the_byte(form: Browser) -> None:
    ballots = b"\xef\xbb\xbf#\r\n# --limit\r\n" + LABOUR.replace(b"\n", b"\r\n") + b"\r\n"
    saved = json.loads(form.save(form.upload("Labour.BLT", ballots, kind="csv")).body)
    [source] = saved["sources"]
    assert source["name"] == "Labour.BLT"
    assert source["sha256"] == hashlib.sha256(ballots).hexdigest()


def test_requests_that_are_no_form_are_refused(form: Browser) -> None:
    limit = 1 << 21
    multipart = "multipart/form-data; boundary=x"
    for answer, status in (
        (form.ask(path="/favicon.ico"), "404"),
        (form.ask("DELETE"), "405"),
        (form.send(b"a=1", "text/plain"), "415"),
        (form.send(b"a=1", "multipart/form-data"), "415"),
        (form.send(b"--x\r\nno end", multipart), "400"),
        (form.send(b"--x" + b"\r\n--x" * 1002 + b"--", multipart), "400"),
        (form.send(b"\xff=1"), "400"),
        (form.send(b"&".join([b"a=1"] * 1001)), "400"),
        (form.send(b"ballots=%21"), "400"),
        (form.send(b"a=1", CONTENT_LENGTH=""), "411"),
        (form.send(b"a=1", CONTENT_LENGTH="4"), "400"),
        (form.send(b"a" * (limit + 1)), "413"),
    ):
        assert answer.status.startswith(status)
        assert len(answer.page.faults) == 1
    assert form.ask("DELETE").headers["Allow"] == "GET, HEAD, POST"
    assert form.ask("HEAD").body == b""
    large = form.upload("large.blt", b"#" * ((1 << 20) + 1))
    assert large.page.faults == ["ballots: found 1048577 bytes; expected at most 1048576"]


def test_nothing_that_is_posted_brings_the_form_down(form: Browser) -> None:
    chance = random.Random("posted")
    whole = form.upload("labour.blt", LABOUR).page.fields
    body = bytearray(urlencode(whole).encode())
    for _ in range(40):
        damaged = bytearray(body)
        for _ in range(chance.randint(1, 6)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        assert form.send(bytes(damaged)).status[:3] in ("200", "400", "422")


def test_the_form_is_served_by_one_command() -> None:
    command = [sys.executable, "-u", str(EXAMPLES / "web-form" / "app.py"), "0"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stdout is not None
            found = re.match(r"(http://127\.0\.0\.1:\d+/) ", server.stdout.readline())
            assert found
            with urllib.request.urlopen(found[1], timeout=60) as answer:  # noqa: S310
                fields = dict(Page(answer.read().decode()).fields)
            filled = urlencode({**fields, "pasted": LABOUR.decode()}).encode()
            with urllib.request.urlopen(found[1], filled, timeout=60) as answer:  # noqa: S310
                assert "script-src" not in answer.headers["Content-Security-Policy"]
                assert "Elected: Aliy Faisal" in Page(answer.read().decode()).text
        finally:
            server.terminate()


# Society elections


@pytest.fixture
def societies(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Any]:
    """The script that counts them, in a folder with the workbook."""
    need("openpyxl", "jinja2")
    monkeypatch.syspath_prepend(str(EXAMPLES / "society-elections"))
    monkeypatch.chdir(tmp_path)
    import count_societies
    import make_workbook

    make_workbook.workbook().save("societies.xlsx")
    yield count_societies
    for name in ("count_societies", "make_workbook"):
        del sys.modules[name]


def results_in(folder: str) -> list[dict[str, str]]:
    text = Path(folder, "results.csv").read_text("utf-8")
    return list(csv.DictReader(io.StringIO(text)))


SEED = "drum 40213, published 9 March"


def test_all_societies_are_counted(societies: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert societies.main("societies.xlsx", "results", SEED) == 0
    assert "Hill Walking Society: Secretary: Kit Sayer\n" in capsys.readouterr().out
    rows = {row["File"]: row for row in results_in("results")}
    assert {name: row["Elected"] for name, row in rows.items()} == {
        "01-chess-society-president": "Ada Marsh",
        "02-rowing-society-committee-3-places": "Cleo Hart; Esme Lowe; Dev Rana",
        "03-film-society-treasurer": "Jon Achebe",
        "04-hill-walking-society-secretary": "Kit Sayer",
        "05-jazz-society-band-manager": "",
    }
    walking, jazz = list(rows.values())[3:]
    assert walking["Lots"] == f"exclusion: fell on Lena Wolff (seed: {SEED})"
    assert "RON (Re-Open Nominations) was elected" in jazz["Not filled"]
    for name, row in rows.items():
        record = stvcount.read_record(f"results/{name}.json")
        [source] = record.sources
        assert source.reading is not None
        election = stvcount.read("societies.xlsx", reading=source.reading,
                                 title=record.title, places=record.places)  # fmt: skip
        assert (record.title, record.organisation) == (row["Contest"], "chester")
        assert not stvcount.verify(record, election)
        assert row["Contest"] in Path(f"results/{name}.html").read_text("utf-8")
    film = stvcount.read_record("results/03-film-society-treasurer.json")
    assert film.withdrawn == (stvcount.Withdrawal("Hugh Penn", "withdrew 9 March"),)


def test_what_cannot_be_counted_does_not_stop_the_rest(
    societies: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert societies.main("societies.xlsx", "results") == 2
    [walking] = [line for line in capsys.readouterr().out.splitlines() if "Hill" in line]
    assert "a lot is needed" in walking
    states = [row["Result"] for row in results_in("results")]
    assert states == ["elected", "elected", "elected", "lot to be drawn", "vacant"]
    assert "A lot is to be drawn." in Path("results/index.html").read_text("utf-8")


# A notebook

WARDS = EXAMPLES / "notebook" / "compare-wards.ipynb"


def run_notebook(wards: Path, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    """What the cells put out with the ballot files of this folder, by kind of content."""
    need("nbclient", "nbformat", "ipykernel")
    import nbclient
    import nbformat

    monkeypatch.setenv("STVCOUNT_WARDS", str(wards))
    notebook = nbformat.read(WARDS, as_version=4)
    resources = {"metadata": {"path": str(WARDS.parent)}}
    nbclient.NotebookClient(notebook, timeout=300, resources=resources).execute()
    outputs = [one for cell in notebook.cells for one in cell.get("outputs", [])]
    assert "stderr" not in [one.get("name") for one in outputs]
    return [dict(one["data"]) if "data" in one else {"print": one["text"]} for one in outputs]


def table_in(output: dict[str, str]) -> list[list[str]]:
    rows = output["text/html"].split("<tr>")[1:]
    return [re.findall("<t[hd]>(.*?)</t[hd]>", row) for row in rows]


def test_the_notebook_compares_real_wards(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = shared / "data" / "scottish"
    number = len(list(folder.glob("*.blt")))
    read, figures, others, leads, one_place, gains, transfers, record, picture = run_notebook(
        folder, monkeypatch
    )
    assert read["print"].startswith(f"{number} elections, 319,932 papers")
    assert [row[:2] for row in table_in(figures)[1:]] == [
        [rules, str(number)] for rules in ("scottish", "ers97", "lsu-atv", "lsu-atv, suspense")
    ]
    bute = ["Jean Murray MOFFAT, Liz MCCABE, Reeni KENNEDY-BOYLE", "stage 2"]
    assert table_in(others)[1:] == [
        ["argyll_bute_2022_ward8", rules, *bute]
        for rules in ("ers97", "lsu-atv", "lsu-atv, suspense")
    ]
    assert leads["print"].startswith(f"{len(table_in(one_place)) - 1} of {number} elect")
    assert gains["print"].startswith(f"{len(table_in(transfers)) - 1} of {number} elect")
    angus = next(row for row in table_in(transfers) if row[0] == "angus_2022_ward6")
    assert angus[1:] == ["4", "David FAIRWEATHER",
                         "Ian WREN"]  # fmt: skip
    assert "Ward 5 Govan" in record["text/plain"]
    assert "<table>" in record["text/html"]
    assert picture["image/svg+xml"].startswith("<svg")


def test_the_notebook_says_what_to_do_without_wards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, figures, *_, record, picture = run_notebook(tmp_path, monkeypatch)
    assert f"No ballot files (*.blt) in {tmp_path}" in read["print"]
    assert "set STVCOUNT_WARDS to a folder" in read["print"]
    assert read["print"].endswith("2 elections, 44 papers\n")
    assert table_in(figures)[1] == ["scottish", "2", "0", "0"]
    assert "scottish" in record["text/plain"]
    assert "<table>" in record["text/html"]
    assert picture["image/svg+xml"].startswith("<svg")


def test_the_notebook_is_kept_without_outputs() -> None:
    cells = json.loads(WARDS.read_text("utf-8"))["cells"]
    of_code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert of_code
    for cell in of_code:
        assert (cell["outputs"], cell["execution_count"]) == ([], None)
