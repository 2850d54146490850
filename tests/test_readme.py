"""What the README and the other pages show is true."""

from __future__ import annotations

import doctest
import re
import shlex
from pathlib import Path

import pytest

import stvcount
from stvcount import cli
from stvcount.rules.base import NON_PERSON_CLAUSES

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_examples_run(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    found = doctest.testfile(str(page), module_relative=False, optionflags=doctest.ELLIPSIS)
    assert found.failed == 0


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_links_lead_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text("utf-8")):
        assert (page.parent / link).exists(), link


def test_the_first_command_counts_a_real_election(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    line = next(
        line
        for line in (ROOT / "README.md").read_text("utf-8").splitlines()
        if line.startswith("python3 -m venv") and "stvcount count" in line
    )
    arguments = shlex.split(line.split("&&")[-1])
    assert arguments[0] == ".venv/bin/stvcount"
    monkeypatch.chdir(ROOT)
    assert cli.main(arguments[1:]) == 0
    assert "Aliy Faisal deemed elected with 8.00" in capsys.readouterr().out


def test_versions_agree() -> None:
    assert f"## {stvcount.__version__}" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_the_readings_in_the_code_are_those_in_the_docs() -> None:
    for name in stvcount.rules.names():
        module = ROOT / "src" / "stvcount" / "rules" / f"{name.replace('-', '_')}.py"
        page = (ROOT / "docs" / "rules" / f"{name}.md").read_text("utf-8")
        head = module.read_text("utf-8").split('"""')[1]
        readings = re.findall(r"^([A-Z]\d+a?) ", head, flags=re.MULTILINE)
        assert readings
        for reading in readings:
            assert f"| {reading} |" in page, reading


def test_every_clause_stands_in_the_text_of_its_module() -> None:
    for name in stvcount.rules.names():
        module = ROOT / "src" / "stvcount" / "rules" / f"{name.replace('-', '_')}.py"
        text = module.read_text("utf-8").split("MappingProxyType(", 1)[1].split("\n    )\n", 1)[1]
        for clause in set(stvcount.rules.get(name).clauses) - set(NON_PERSON_CLAUSES):
            assert clause in text, (name, clause)
