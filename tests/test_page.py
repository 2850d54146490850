"""What the page asks of the library, as it asks it: the answers are the command's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from stvcount.page import Desk


class Officer:
    """Somebody at a desk in an empty folder."""

    def __init__(self, folder: Path) -> None:
        self.desk = Desk(folder)

    def ask(self, what: str, **more: Any) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.desk.answer(json.dumps({"ask": what, **more})))
        return found


@pytest.fixture
def officer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Officer:
    monkeypatch.chdir(tmp_path)
    return Officer(tmp_path)
