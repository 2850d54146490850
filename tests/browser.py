"""A Chromium that tests drive by its debugging pipe: nothing to install beside the browser.

`page.evaluate` reads what the reader sees, after layout. Without a browser a test that asks for
one is skipped, except where the environment says that it must run. The same holds for `axe`, which
is the file that the environment names in AXE_CORE (`axe.min.js` of the npm package axe-core).
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import pytest

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FLAGS = (
    "--headless",
    "--no-sandbox",  # the pages are ours, and the tests may run as root
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)


_AXE = """
axe.run(document, {resultTypes: ["violations", "incomplete"]}).then(found =>
  [...found.violations, ...found.incomplete.filter(one => one.id !== "color-contrast")]
    .map(one => one.id + ": " + one.nodes[0].html.slice(0, 200)))
"""


def found() -> str:
    """The path of a browser; skips the test, or fails it under CI, where there is none."""
    path = next(filter(None, map(shutil.which, _NAMES)), None)
    if path is None or sys.platform == "win32":
        if os.environ.get("CI"):
            pytest.fail("no Chromium: these tests must run here (Debian: apt install chromium)")
        pytest.skip("no Chromium is here to look at the page with")
    return path


def axe() -> str:
    """The source of axe-core; skips the test, or fails it under CI, where there is none."""
    path = os.environ.get("AXE_CORE")
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("no AXE_CORE: these tests must run here (npm install axe-core)")
        pytest.skip("no AXE_CORE names axe.min.js of axe-core")
    return Path(path).read_text("utf-8")


class Pipe:
    """Requests and answers of the debugging protocol: JSON, each ended by a NUL."""

    def __init__(self, requests: BinaryIO, answers: BinaryIO) -> None:
        self._requests = requests
        self._answers = answers
        self._number = 0
        self._rest = b""
        self.events: list[dict[str, Any]] = []
        """What the browser told so far besides answers: `method` and `params`."""

    def ask(self, method: str, session: str = "", **parameters: Any) -> dict[str, Any]:
        self._number += 1
        request = {"id": self._number, "method": method, "params": parameters}
        if session:
            request["sessionId"] = session
        self._requests.write(json.dumps(request).encode() + b"\0")
        self._requests.flush()
        while True:
            answer = self._answer()
            if answer.get("id") == self._number:
                assert "error" not in answer, (method, answer)
                result: dict[str, Any] = answer["result"]
                return result
            if "method" in answer:
                self.events.append(answer)

    def _answer(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            more = os.read(self._answers.fileno(), 1 << 16)
            assert more, "the browser has gone"
            self._rest += more
        text, _, self._rest = self._rest.partition(b"\0")
        answer: dict[str, Any] = json.loads(text)
        return answer


class Page:
    """A page in the browser."""

    def __init__(self, pipe: Pipe) -> None:
        self._pipe = pipe
        target = pipe.ask("Target.createTarget", url="about:blank")["targetId"]
        attached = pipe.ask("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        self.ask("Page.enable")

    def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        return self._pipe.ask(method, self._session, **parameters)

    def size(self, width: int, *, dark: bool = False, media: str = "screen") -> None:
        """A window of this width, by day or night, on a screen or on paper."""
        self.ask(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=900,
            deviceScaleFactor=1,
            mobile=False,
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.ask("Emulation.setEmulatedMedia", media=media, features=[scheme])

    def look(
        self, html: str, *, width: int = 1280, dark: bool = False, media: str = "screen"
    ) -> None:
        """Show this page in a window of this width, by day or night, on a screen or on paper."""
        self.size(width, dark=dark, media=media)
        frame = self.ask("Page.getFrameTree")["frameTree"]["frame"]["id"]
        self.ask("Page.setDocumentContent", frameId=frame, html=html)

    def evaluate(self, expression: str) -> Any:
        """The value of an expression of JavaScript in the page."""
        answer = self.ask(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def wait(self, expression: str, *, seconds: float = 60) -> Any:
        """The value of an expression, as soon as it is true of anything."""
        end = time.monotonic() + seconds
        while not (value := self.evaluate(expression)):
            if time.monotonic() > end:
                shown = self.evaluate("document.body.innerText.slice(0, 3000)")
                pytest.fail(f"after {seconds} s: not {expression}\n{shown}")
            time.sleep(0.05)
        return value

    def events(self, *methods: str) -> list[dict[str, Any]]:
        """What the browser told of these methods so far."""
        self.evaluate("1")  # what has been told is read with the next answer
        return [one["params"] for one in self._pipe.events if one["method"] in methods]

    def choose(self, field: str, *files: Path) -> None:
        """Choose files in the field that this selector finds."""
        root = self.ask("DOM.getDocument")["root"]["nodeId"]
        node = self.ask("DOM.querySelector", nodeId=root, selector=field)["nodeId"]
        self.ask("DOM.setFileInputFiles", nodeId=node, files=[str(file) for file in files])

    def hindrances(self) -> list[str]:
        """What axe-core finds that hinders a reader: the rule, and the first part it is broken by.

        Of what it cannot decide by itself, it tells too; but for contrasts on pictures.
        """
        self.evaluate(f"{axe()};0")
        found: list[str] = self.evaluate(_AXE)
        return found

    def picture(self) -> bytes:
        """The whole page, as far as it goes down, as PNG."""
        size = self.ask("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}
        answer = self.ask("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)
        return base64.b64decode(answer["data"])

    def printed(self) -> bytes:
        """The page as PDF, on the paper that its style sheet asks for."""
        self.ask("Emulation.setEmulatedMedia", media="print")
        answer = self.ask("Page.printToPDF", preferCSSPageSize=True, printBackground=False)
        return base64.b64decode(answer["data"])


@contextmanager
def opened() -> Iterator[Page]:
    """A page of a browser that is started for it and ends with it."""
    path = found()
    to_browser, our_requests = os.pipe()
    our_answers, from_browser = os.pipe()

    def as_three_and_four() -> None:
        # Through high numbers, as either may be 3 or 4 already.
        high = os.dup2(to_browser, 100), os.dup2(from_browser, 101)
        for number, file in enumerate(high, start=3):
            os.dup2(file, number)

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        browser = subprocess.Popen(
            [path, *_FLAGS, f"--user-data-dir={folder}"],
            pass_fds=(3, 4),
            preexec_fn=as_three_and_four,  # noqa: PLW1509 (no other thread runs yet)
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=_environment(folder),
        )
        os.close(to_browser)
        os.close(from_browser)
        try:
            with open(our_requests, "wb") as requests, open(our_answers, "rb") as answers:  # noqa: PTH123 (descriptors)
                yield Page(Pipe(requests, answers))
        finally:
            browser.terminate()
            browser.wait(timeout=30)


def _environment(folder: str) -> Mapping[str, str]:
    """A home of its own, so that nothing of the user's is read or written."""
    return {**os.environ, "HOME": folder, "XDG_CONFIG_HOME": str(Path(folder) / "config")}
