"""What the pages, the README and the docstrings show is true."""

from __future__ import annotations

import doctest
import importlib
import json
import pkgutil
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import documents
import pytest
from documents import PAGES, ROOT, Page, commands_of

import stvcount
from stvcount import cli
from stvcount.rules.base import NON_PERSON_CLAUSES

DOCS = ROOT / "docs"

# Where a page is shown elsewhere too, its marks stand here: the block that begins with the line.
MARKS = {
    "README.md": {
        "python3 -m venv .venv && .venv/bin/pip install --quiet . && "
        ".venv/bin/stvcount count examples/labour-president.blt": "<!-- not run: installs -->",
        "python3 -m venv .venv && .venv/bin/pip install --quiet --editable '.[test]' && "
        ".venv/bin/pytest": "<!-- not run: installs -->",
        "stvcount count election.blt                              # the result sheet": (
            "<!-- files: election.blt=tests/pages/election.blt votes.csv=tests/pages/votes.csv "
            "published.json=examples/history/ucl-2021-hockey-social/sheet.json --> "
            "<!-- run: stvcount convert election.blt election.csv --> "
            "<!-- run: stvcount count election.blt --lots drawn:'Ann Lee' --format json "
            "-o count.json --> "
            "<!-- apart --> <!-- exit: 3 3 3 0 0 3 0 0 0 0 3 0 0 0 0 0 0 -->"
        ),
    },
    "CONTRIBUTING.md": {
        ".venv/bin/pip install --editable '.[test,lint]'": "<!-- not run: installs -->",
        "STVCOUNT_PROFILE=long .venv/bin/pytest       "
        "# the properties, on many more random elections": "<!-- not run: takes long -->",
    },
}


def page(path: Path) -> Page:
    return Page(path, marks=MARKS.get(path.name))


EACH_PAGE = pytest.mark.parametrize(
    "path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix()
)
MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(stvcount.__path__, "stvcount.")
    if not module.name.endswith("__main__")
)


@EACH_PAGE
def test_the_examples_run(path: Path) -> None:
    documents.run(page(path))


@EACH_PAGE
def test_every_block_is_of_a_known_kind(path: Path) -> None:
    for block in page(path).blocks:
        assert block.language in ("python", "sh", "text", "json", "toml", ""), block.place
        if block.language == "json":
            json.loads(block.text)
        if block.language == "toml":
            tomllib.loads(block.text)


def test_no_other_block_is_left_out() -> None:
    left_out = [
        (block.page, block.marks["not run"])
        for path in PAGES
        for block in page(path).blocks
        if "not run" in block.marks
    ]
    assert left_out == LEFT_OUT
    for path in PAGES:
        for block in page(path).blocks:
            if block.language == "sh" and "not run" not in block.marks:
                assert list(commands_of(block)), block.place


LEFT_OUT: list[tuple[str, str]] = []


@pytest.mark.parametrize("name", ["stvcount", *MODULES])
def test_the_examples_in_docstrings_run(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    found = doctest.testmod(importlib.import_module(name), optionflags=doctest.ELLIPSIS)
    assert found.failed == 0
