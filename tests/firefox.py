"""A Firefox that tests drive by Marionette, the protocol that it has built in.

It shows what `browser.Page` shows of a Chromium, by the same names, as far as one test needs it.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import pytest


class Page:
    """A page in the browser."""

    def __init__(self, connection: BinaryIO) -> None:
        self._connection = connection
        self._number = 0
        self._answer()  # it greets
        self.ask("WebDriver:NewSession", capabilities={})

    def ask(self, command: str, **parameters: Any) -> Any:
        self._number += 1
        request = json.dumps([0, self._number, command, parameters]).encode()
        self._connection.write(b"%d:%s" % (len(request), request))
        self._connection.flush()
        _, _, error, result = self._answer()
        assert error is None, (command, error)
        return result

    def _answer(self) -> Any:
        length = b""
        while (one := self._connection.read(1)) != b":":
            assert one, "the browser has gone"
            length += one
        return json.loads(self._connection.read(int(length)))

    def evaluate(self, expression: str) -> Any:
        """The value of an expression of JavaScript in the page."""
        return self.ask("WebDriver:ExecuteScript", script=f"return {expression}", args=[])["value"]

    def wait(self, expression: str, *, seconds: float = 60) -> Any:
        """The value of an expression, as soon as it is true of anything."""
        end = time.monotonic() + seconds
        while not (value := self.evaluate(expression)):
            if time.monotonic() > end:
                pytest.fail(f"not {expression}\n{self.evaluate('document.body.innerText')}")
            time.sleep(0.1)
        return value

    def choose(self, field: str, file: Path) -> None:
        """Choose a file in the field that this selector finds."""
        found = self.ask("WebDriver:FindElement", using="css selector", value=field)["value"]
        (element,) = found.values()
        self.ask("WebDriver:ElementSendKeys", id=element, text=str(file))


@contextmanager
def opened() -> Iterator[Page]:
    """A page of a browser that is started for it; skips the test where there is none."""
    path = shutil.which("firefox-esr") or shutil.which("firefox")
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("no Firefox: this test must run here (Debian: apt install firefox-esr)")
        pytest.skip("no Firefox is here to look at the page with")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        Path(folder, "user.js").write_text(f'user_pref("marionette.port", {port});\n', "utf-8")
        browser = subprocess.Popen(
            [path, "--headless", "--marionette", "--no-remote", "--profile", folder],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "HOME": folder},
        )
        try:
            with _connected(port) as connection, connection.makefile("rwb") as stream:
                yield Page(stream)
        finally:
            browser.terminate()
            browser.wait(timeout=30)


def _connected(port: int) -> socket.socket:
    end = time.monotonic() + 60
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=120)
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)
