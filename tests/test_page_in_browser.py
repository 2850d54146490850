"""The page that counts in a browser: the built file, opened from the disk in a real one."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import browser
import pytest
from conftest import ROOT

BUILD = ROOT / "tools" / "build_page.py"


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page, built once for all who test; skipped where what it carries cannot be had."""
    browser.found()
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

    def __init__(self, page: browser.Page) -> None:
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

    def text(self, what: str, **more: Any) -> str:
        """A text that the page hands out for downloading."""
        request = json.dumps({"ask": what, **more})
        self.page.evaluate(
            f"window.had = null; (({{ask: what, ...more}}) => ask(what, more))({request})"
            ".then(told => { window.had = told.text; })"
        )
        had: str = self.page.wait("window.had")
        return had


@pytest.fixture(scope="module")
def officer(built: Path) -> Iterator[Officer]:
    with browser.opened() as page:
        page.ask("Network.enable")
        page.ask("Log.enable")
        page.size(1280)
        page.ask("Page.navigate", url=built.as_uri())
        found = Officer(page)
        page.wait("document.body?.dataset.ready", seconds=120)
        yield found


def test_a_ballot_file_is_counted(officer: Officer, shared: Path) -> None:
    officer.bring(shared / "data" / "ers97-model.blt")
    officer.sees("753")
    officer.count()
    officer.sees("Everything (.zip)")
    record = json.loads(officer.text("sheet", format="json"))
    assert record["elected"]
