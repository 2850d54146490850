"""The page that counts in a browser: the built file, opened from the disk in a real one."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import os
import re
import shlex
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import browser
import firefox
import pytest
import random_elections
from conftest import ROOT
from test_browser import CONTRAST, STICKING_OUT

import stvcount
from stvcount import cli
from stvcount.page import Desk

BUILD = ROOT / "tools" / "build_page.py"


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page, built once for all who test; skipped where what it carries cannot be had."""
    browser.found()
    if given := os.environ.get("STVCOUNT_PAGE"):
        return Path(given).resolve()
    import fcntl  # not on Windows, where no browser is looked for

    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    page = folder / "stvcount.html"
    with (folder / "page.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not page.is_file():
            built = subprocess.run(
                [sys.executable, BUILD, "-o", page], capture_output=True, text=True, check=False
            )
            if built.returncode:
                if os.environ.get("CI"):
                    pytest.fail(built.stdout + built.stderr)
                pytest.skip("the packages that the page carries cannot be downloaded here")
    return page


class Officer:
    """Somebody before the page, who sees what it shows and presses its buttons."""

    def __init__(self, page: Any) -> None:
        self.page = page

    def sees(self, text: str) -> None:
        self.page.wait(f"document.querySelector('#work').innerText.includes({json.dumps(text)})")

    def press(self, text: str) -> None:
        """Press the button that begins with this text, as soon as it can be."""
        name = json.dumps(text)
        self.page.wait(
            "(() => { const found = [...document.querySelectorAll('button')].find(one => "
            f"!one.disabled && one.checkVisibility() && one.textContent.startsWith({name}));"
            "found?.click(); return Boolean(found); })()"
        )
        self.idle()

    def idle(self) -> None:
        self.page.wait("document.body.dataset.ready && document.querySelector('#busy').hidden")

    def pick(self, label: str) -> None:
        """Choose the radio button or checkbox with a label that begins with this."""
        name = json.dumps(label)
        self.page.wait(
            "(() => { const found = [...document.querySelectorAll('label.choice')].find(one => "
            f"one.innerText.trim().startsWith({name})); found?.querySelector('input').click();"
            "return Boolean(found); })()"
        )
        self.idle()

    def fill(self, field: str, value: str) -> None:
        """Put a value into the field of this selector."""
        self.page.evaluate(
            f"(() => {{ const one = document.querySelector({json.dumps(field)});"
            f"one.value = {json.dumps(value)};"
            "one.dispatchEvent(new Event('input')); one.dispatchEvent(new Event('change')); })()"
        )
        self.idle()

    def open(self, heading: str) -> None:
        """Open the part that is folded under this heading."""
        self.page.wait(
            "(() => { const found = [...document.querySelectorAll('summary')].find(one => "
            f"one.innerText.startsWith({json.dumps(heading)}));"
            "if (found) found.parentElement.open = true; return Boolean(found); })()"
        )

    def key(self, name: str) -> None:
        code = {"Tab": 9, "Enter": 13}[name]
        text = {"text": "\r"} if name == "Enter" else {}
        press = {"key": name, "code": name, "windowsVirtualKeyCode": code}
        self.page.ask("Input.dispatchKeyEvent", type="keyDown", **press, **text)
        self.page.ask("Input.dispatchKeyEvent", type="keyUp", **press)

    def tab_to(self, there: str) -> None:
        for _ in range(60):
            if self.page.evaluate(there):
                return
            self.key("Tab")
        pytest.fail(f"not reached by the Tab key: {there}")

    def bring(self, *files: Path) -> None:
        """Begin anew with these files, and have them read."""
        self.press("1. Files")
        self.page.evaluate("state.files.clear(); forgetReading(); show()")
        self.page.choose("#choose", *files)
        self.page.wait(f"state.files.size === {len(files)}")
        self.press("Read the files")

    def count(self, places: int | None = None) -> None:
        self.press("Go on")
        if places is not None:
            self.fill("#places", str(places))
        self.press("Count")

    def check(self, *files: Path) -> None:
        self.press("Check a record")
        self.page.evaluate("state.check.files.clear(); state.check.told = null; show()")
        self.page.choose("#check-files", *files)
        self.page.wait(f"state.check.files.size === {len(files)}")
        self.press("Check the record")

    def ask(self, what: str, *files: Path, **more: Any) -> dict[str, Any]:
        """What the page is told by its worker, with these files on the desk."""
        brought = [[file.name, base64.b64encode(file.read_bytes()).decode()] for file in files]
        self.page.evaluate(
            f"window.told = null; ask({json.dumps(what)}, {json.dumps(more)}, '', "
            f"{json.dumps(brought)}.length ? new Map({json.dumps(brought)}.map(([name, text]) => "
            "[name, {name, bytes: bytes(text)}])) : null).then(told => { window.told = told; }); 1"
        )
        told: dict[str, Any] = self.page.wait("window.told")
        return told


@pytest.fixture(scope="module")
def officer(built: Path) -> Iterator[Officer]:
    """At the page, opened from the disk on a machine that has no network."""
    with browser.opened() as page:
        page.ask("Network.enable")
        page.ask("Network.emulateNetworkConditions", **OFFLINE)
        page.size(1280)
        page.ask("Page.navigate", url=built.as_uri())
        page.wait("document.body?.dataset.ready", seconds=120)
        yield Officer(page)


OFFLINE = {"offline": True, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0}
TIE = '3 1\n2 1 0\n2 2 0\n1 3 0\n0\n"Ann"\n"Bob"\n"Cat"\n"T"\n'


def decided(folder: Path) -> Path:
    """The same papers with one more, so that no lot is needed."""
    path = folder / "tie.blt"
    path.write_text(TIE.replace("2 1 0", "3 1 0"))
    return path


# Not those that take long, nor formats whose readers the page does not carry.
NOT_DROPPED = ("widerows.xlsx", "stages1000.blt", "nulls.arrow", "README.md")


def test_every_case_is_read_as_the_library_reads_it(
    officer: Officer, shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    desk = Desk(tmp_path)
    cases = [one for one in sorted((shared / "cases").iterdir()) if one.name not in NOT_DROPPED]
    assert len(cases) > 40
    for case in cases:
        desk.clear()
        desk.bring(case.name, case.read_bytes())
        for what in ("look", "read"):
            request = {"ask": what, "files": [case.name]}
            expected = json.loads(desk.answer(json.dumps(request)))
            assert officer.ask(what, case, files=[case.name]) == expected, case.name


def test_random_elections_give_the_records_of_the_command(
    officer: Officer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for number in range(300 if os.environ.get("STVCOUNT_PROFILE") == "long" else 12):
        chosen = random_elections.write(tmp_path, number)
        path = tmp_path / chosen["files"][0]
        while (told := officer.ask("count", path, **chosen))["status"] == "lot":
            chosen["answers"] = told["tied"][-1]["answers"]
        output = tmp_path / f"{number}.json"
        assert cli.main([*shlex.split(told["command"])[1:], "-o", str(output)]) == 0
        record = officer.ask("sheet", format="json")["text"]
        assert record.encode() == output.read_bytes(), number


def test_a_ballot_file_is_counted_and_taken_away(officer: Officer, shared: Path) -> None:
    officer.bring(shared / "data" / "ers97-model.blt")
    officer.sees("753")
    officer.count()
    officer.sees("stvcount count ers97-model.blt")
    officer.page.wait(
        "Boolean(document.querySelector('#preview iframe')?.contentDocument.querySelector('h1'))"
    )
    officer.fill("#show", "declaration")
    officer.page.wait("document.querySelector('#preview pre')?.innerText.includes('Smith')")
    names = officer.page.evaluate(
        "[...document.querySelectorAll('[data-file]')].map(one => one.dataset.file)"
    )
    assert names == [f"ers97-model.{kind}" for kind in ("zip", "html", "json", "csv", "blt")]
    officer.open("The story")
    officer.fill("#story-0", "Duke")
    officer.page.wait(
        "[...document.querySelectorAll('pre')].some(one => /Duke/.test(one.innerText))"
    )
    officer.open("Follow one paper")
    officer.press("Follow it")
    officer.sees("ERS97 Model Election: paper 1")


def test_a_question_is_settled_by_a_button_and_can_be_undone(
    officer: Officer, shared: Path
) -> None:
    officer.bring(shared / "cases" / "misspelt-changes-winner.csv")
    officer.sees("A question")
    officer.press("They are one name--same 'An Lee=Ann Lee'")
    officer.sees("What you have settled")
    officer.press("Undo")
    officer.sees("A question")
    officer.press("They are one name--same 'An Lee=Ann Lee'")
    officer.count(places=1)
    officer.sees("--same 'An Lee=Ann Lee' --places 1")


def test_who_is_no_person_is_asked_and_somebody_withdraws(officer: Officer, shared: Path) -> None:
    officer.bring(shared / "cases" / "five.csv")
    officer.count(places=1)
    officer.sees("Please say above whether RON may be elected as a person.")
    officer.pick("It is no person")
    officer.open("Somebody has withdrawn")
    officer.pick("Dee Ray")
    officer.press("Count")
    officer.sees("--non-person RON --withdraw 'Dee Ray'")
    officer.press("3. Rules and people")
    officer.fill("#rules", "organisation:imperial")
    officer.press("Count")
    officer.sees("--organisation imperial")


def test_a_lot_is_asked_for_in_a_dialog(officer: Officer, tmp_path: Path) -> None:
    (tmp_path / "tie.blt").write_text(TIE)
    officer.bring(tmp_path / "tie.blt")
    officer.count()
    officer.sees("the one it falls on is excluded")
    officer.press("Not now")
    officer.sees("The count waits for a lot.")
    officer.press("Count")
    officer.pick("Ann (2.00)")
    officer.press("The lot fell on this candidate")
    officer.sees("exclusion (5.2.5): fell on Ann (drawn)")
    officer.sees("--lots drawn:Ann")


def test_a_lot_put_off_does_not_close_the_next(officer: Officer) -> None:
    # A browser tells of the first dialog's end when the second is open.
    opened = officer.page.evaluate(
        "(async () => {"
        "const question = {text: 'Which', meaning: 'it is excluded'};"
        "const tied = [{name: 'Ann', votes: '2.00'}, {name: 'Bob', votes: '2.00'}];"
        "const first = askForLot({question, tied});"
        "document.querySelector('dialog .row').lastElementChild.click();"
        "await first; askForLot({question, tied});"
        "await new Promise(done => setTimeout(done, 500));"
        "return document.querySelectorAll('dialog[open]').length; })()"
    )
    assert opened == 1
    officer.press("Not now")
    assert officer.page.evaluate("document.querySelector('dialog') === null")


def test_every_post_of_a_general_meeting_is_counted_at_once(officer: Officer, shared: Path) -> None:
    officer.bring(shared / "cases" / "agm-google.csv")
    officer.pick("All 4 contests")
    for number in range(3):
        officer.fill(f"#places-{number}", "1")
    officer.press("Go on")
    officer.press("Count all")
    officer.sees(
        "RON may be no person (President, Secretary, Treasurer, Ordinary Member (2 places))"
    )
    officer.press("It is no person")
    states = "[...document.querySelectorAll('.result')].map(one => one.innerText)"
    officer.page.wait(f"{states}.every(one => /Elected/.test(one))")
    files = officer.page.evaluate("state.counted.files")
    assert {"index.html", "slides.html", "results.csv", "01-president.json"} <= set(files)


def test_a_void_election_is_shown_as_void(officer: Officer, tmp_path: Path) -> None:
    table = "Ann,Bob,No Candidate\n2,,1\n,2,1\n1,,\n,,1\n"
    (tmp_path / "void.csv").write_text(table)
    officer.bring(tmp_path / "void.csv")
    officer.press("Go on")
    officer.fill("#places", "2")
    officer.fill("#rules", "organisation:loughborough")
    officer.press("Count")
    officer.sees("Void")


def test_two_files_are_counted_together(officer: Officer, tmp_path: Path) -> None:
    for name in ("a.blt", "b.blt"):
        (tmp_path / name).write_text(TIE.replace("2 1 0", f"{ord(name[0])} 1 0"))
    officer.bring(tmp_path / "a.blt", tmp_path / "b.blt")
    officer.pick("The papers of one contest")
    officer.count()
    officer.sees("stvcount count a.blt b.blt --together")


def test_a_record_is_checked_and_a_changed_one_is_found(officer: Officer, tmp_path: Path) -> None:
    papers, record = tmp_path / "tie.blt", tmp_path / "tie.json"
    papers.write_text(TIE)
    counted = stvcount.count(stvcount.read(papers), lots=stvcount.Lots.drawn("Ann"))
    record.write_text(counted.to_json(), "utf-8")
    officer.check(papers, record)
    officer.sees("the same people are elected, all figures agree")
    record.write_text(counted.to_json().replace('"Cat": "1.00"', '"Cat": "2.00"'), "utf-8")
    officer.check(papers, record)
    officer.sees("FIGURES DIFFER")


def test_a_wrong_file_is_told_and_costs_nothing(officer: Officer) -> None:
    officer.press("1. Files")
    officer.page.evaluate(
        "state.files.clear(); forgetReading(); show();"
        "const dropped = new DataTransfer();"
        "dropped.items.add(new File(['%PDF-1.7 nothing'], 'letter.pdf'));"
        "by('drop').dispatchEvent(new DragEvent('drop', {dataTransfer: dropped}))"
    )
    officer.press("Read the files")
    officer.sees("letter.pdf: found")
    assert officer.page.evaluate("document.querySelector('.fault[role=alert]') !== null")


def test_with_the_keyboard_alone_and_a_table_that_is_pasted(officer: Officer) -> None:
    page = officer.page
    officer.press("1. Files")
    page.evaluate("state.files.clear(); forgetReading(); show()")
    officer.tab_to("document.activeElement.innerText === 'Paste a table instead'")
    officer.key("Enter")
    officer.tab_to("document.activeElement.id === 'pasted'")
    page.ask("Input.insertText", text="Ann,Bob\n1,2\n2,1\n1,\n")
    for name in ("Take it", "Read the files", "Go on: rules and people"):
        officer.tab_to(f"document.activeElement.innerText === {json.dumps(name)}")
        officer.key("Enter")
        officer.idle()
    assert page.evaluate("document.activeElement.tagName") == "H2"
    officer.tab_to("document.activeElement.id === 'places'")
    page.ask("Input.insertText", text="1")
    officer.tab_to("document.activeElement.innerText === 'Count'")
    officer.key("Enter")
    officer.sees("stvcount count pasted.txt --places 1")


def test_work_that_is_cancelled_or_breaks_down_leaves_files_and_choices(
    officer: Officer, tmp_path: Path
) -> None:
    officer.bring(decided(tmp_path))
    officer.press("Go on")
    # Nothing so small takes long enough to be cancelled: the button is pressed with the other.
    officer.page.evaluate("by('count').click(); by('cancel').click()")
    officer.page.wait("document.body.innerText.includes('The work was stopped: you cancelled it')")
    officer.page.evaluate("worker.postMessage({ files: 'what no worker can use' })")
    officer.page.wait("ready", seconds=120)
    officer.press("Count")
    officer.sees("stvcount count tie.blt")


def test_a_result_that_went_with_its_worker_is_not_offered(
    officer: Officer, tmp_path: Path
) -> None:
    officer.bring(decided(tmp_path))
    officer.count()
    officer.sees("stvcount count tie.blt")
    result = (
        "[...document.querySelectorAll('nav button')].find(one => /Result/.test(one.innerText))"
    )
    assert not officer.page.evaluate(f"{result}.disabled")
    officer.page.evaluate("ask('bundle'); by('cancel').click()")
    officer.sees("The work was stopped: you cancelled it")
    assert officer.page.evaluate(f"{result}.disabled")
    officer.press("Count")
    officer.sees("stvcount count tie.blt")


def test_what_cannot_be_made_is_told_and_not_offered_as_a_file(
    officer: Officer, tmp_path: Path
) -> None:
    officer.bring(decided(tmp_path))
    officer.count()
    officer.sees("stvcount count tie.blt")
    officer.page.evaluate(
        "window.offered = []; window.download = name => offered.push(name);"
        "save('none', made('file', {name: 'none'})); save('all', made('bundle'))"
    )
    officer.page.wait("offered.length")
    assert officer.page.evaluate("offered") == ["all"]
    officer.sees("KeyError")


def test_what_was_chosen_for_one_contest_is_not_taken_to_another(
    officer: Officer, tmp_path: Path
) -> None:
    table = "Chair [Ann],Chair [Bob],Clerk [Cat],Clerk [Dan]\n1,2,1,2\n1,2,1,2\n2,1,1,\n"
    (tmp_path / "form.csv").write_text(table)
    officer.bring(tmp_path / "form.csv")
    officer.pick("Only Chair")
    officer.press("Go on")
    officer.fill("#places", "1")
    officer.open("Somebody has withdrawn")
    officer.pick("Ann")
    officer.press("Count")
    officer.sees("--withdraw Ann")
    officer.press("2. Reading")
    officer.pick("Only Clerk")
    officer.press("Go on")
    officer.fill("#places", "1")
    officer.press("Count")
    officer.sees("stvcount count form.csv --question Clerk --places 1")
    officer.press("2. Reading")
    officer.pick("All 2 contests")
    assert officer.page.evaluate("state.counted === null && reachable('result')") is False
    for number in range(2):
        officer.fill(f"#places-{number}", "1")
    officer.press("Go on")
    officer.press("Count all")
    assert len(officer.page.evaluate("state.counted.results")) == 2
    officer.press("2. Reading")
    officer.page.evaluate("document.querySelector('[aria-label=\"Count Chair\"]').click()")
    assert not officer.page.evaluate("reachable('result')")


def test_a_list_of_contests_that_cannot_be_read_is_told(officer: Officer, tmp_path: Path) -> None:
    (tmp_path / "form.csv").write_text("Chair [Ann],Chair [Bob]\n1,2\n")
    (tmp_path / "contests.toml").write_text("x = 1")
    officer.bring(tmp_path / "form.csv", tmp_path / "contests.toml")
    officer.sees("contests.toml: found 'x'; expected a table [[contest]] for each contest")


# Nothing leaves the machine


def test_nothing_is_asked_of_any_network(officer: Officer, built: Path) -> None:
    asked = officer.page.events("Network.requestWillBeSent")
    places = {one["request"]["url"] for one in asked}
    assert {one for one in places if not one.startswith(("blob:", "data:"))} == {built.as_uri()}
    # Nor could it be, by the page or by a worker of it.
    for asking in (
        "fetch('https://example.org/')",
        "new Promise((done, fail) => { const worker = new Worker(URL.createObjectURL(new Blob(["
        "'fetch(`https://example.org/`).then(() => postMessage(1), error => postMessage(0))'"
        "]))); worker.onmessage = ({data}) => data ? done() : fail(); })",
    ):
        officer.page.evaluate(
            f"window.reached = ''; {asking}.then(() => reached = 'yes', () => reached = 'no'); 1"
        )
        assert officer.page.wait("window.reached") == "no"
    policy = "document.querySelector('meta[http-equiv]').content"
    assert "connect-src 'none'" in officer.page.evaluate(policy)
    kept = "localStorage.length + sessionStorage.length + document.cookie.length"
    assert officer.page.evaluate(kept) == 0


def test_it_works_on_a_web_site_too(built: Path) -> None:
    handler = partial(SimpleHTTPRequestHandler, directory=built.parent)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server, browser.opened() as page:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        page.ask("Page.navigate", url=f"http://127.0.0.1:{server.server_port}/{built.name}")
        page.wait("document.body?.dataset.ready", seconds=120)
        server.shutdown()


def test_it_works_in_firefox_too(built: Path, shared: Path) -> None:
    with firefox.opened() as page:
        page.ask("WebDriver:Navigate", url=built.as_uri())
        page.wait("document.body.dataset.ready", seconds=120)
        officer = Officer(page)
        page.choose("#choose", shared / "data" / "ers97-model.blt")
        officer.press("Read the files")
        officer.count()
        officer.sees("Reached the quota of 107.58 on first preferences, with 134 votes.")
        page.wait("document.querySelector('#preview iframe').contentDocument.querySelector('h1')")


# For everybody


@pytest.mark.parametrize(("width", "dark"), [(390, True), (640, False), (1280, False)])
def test_every_step_fits_the_screen_and_can_be_read(
    officer: Officer, shared: Path, width: int, *, dark: bool
) -> None:
    page = officer.page
    officer.bring(shared / "cases" / "five.csv")
    officer.count(places=1)
    officer.pick("It is no person")
    officer.press("Count")
    try:
        page.size(width, dark=dark)
        for step in ("1. Files", "2. Reading", "3. Rules", "4. Result", "Check a record"):
            officer.press(step)
            page.evaluate(
                "document.querySelectorAll('main details').forEach(one => one.open = true)"
            )
            assert page.evaluate("document.documentElement.scrollWidth") <= width, step
            assert page.evaluate(STICKING_OUT) == [], step
            assert page.evaluate(CONTRAST) >= 4.5, step
            assert page.evaluate(NAMELESS) == [], step
    finally:
        page.size(1280)


# Controls that a screen reader has no name for.
NAMELESS = """
[...document.querySelectorAll('button, input, select, textarea, summary, iframe')]
  .filter(one => one.checkVisibility())
  .filter(one => !(one.labels?.length || one.getAttribute('aria-label') || one.title
    || one.innerText?.trim()))
  .map(one => one.outerHTML.slice(0, 200))
"""


def test_steps_are_landmarks_and_what_happens_is_told(officer: Officer) -> None:
    page = officer.page
    officer.press("1. Files")
    page.ask("Accessibility.enable")
    nodes = page.ask("Accessibility.getFullAXTree")["nodes"]
    roles = [one["role"]["value"] for one in nodes if "role" in one]
    for role in ("banner", "navigation", "main", "contentinfo", "status"):
        assert roles.count(role) == 1, role
    assert page.evaluate("document.documentElement.lang") == "en-GB"
    assert page.evaluate("document.querySelectorAll('h1').length") == 1
    assert page.evaluate("document.querySelector('[aria-current=step]').innerText") == "1. Files"


def test_without_scripts_it_says_what_it_needs(built: Path) -> None:
    with browser.opened() as page:
        page.ask("Emulation.setScriptExecutionDisabled", value=True)
        page.ask("Page.navigate", url=built.as_uri())
        page.ask("Runtime.enable")
        page.wait("document.body?.innerText.includes('Please allow scripts for this page')")
        assert not page.evaluate("document.querySelector('#work').checkVisibility()")


# The file


def test_it_is_small_enough_and_has_the_licences(built: Path) -> None:
    text = built.read_text("utf-8")
    assert len(text.encode()) < 12_000_000
    for words in ("Mozilla Public License Version 2.0", "PYTHON SOFTWARE FOUNDATION", "Pallets"):
        assert words in text
    table = tomllib.loads((ROOT / "page" / "carried.toml").read_text("utf-8"))["carried"]
    blocks = re.findall(r'class="package" data-about="([^"]*)">([^<]*)<', text)
    carried = {
        json.loads(html.unescape(about))["name"]: hashlib.sha256(base64.b64decode(content))
        for about, content in blocks
    }
    assert {*carried} == {"stvcount", *(one["name"] for one in table)}
    for one in table:
        assert carried[one["name"]].hexdigest() == one["sha256"]
