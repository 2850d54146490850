"""What the pages, the README and the docstrings show is true."""

from __future__ import annotations

import doctest
import importlib
import inspect
import json
import pkgutil
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

import documents
import pytest
from documents import PAGES, ROOT, Page, commands_of

import stvcount
from stvcount import cli
from stvcount.rules import NON_PERSON_CLAUSES

DOCS = ROOT / "docs"

# Where a page is shown elsewhere too, its marks stand here: the block that begins with the line.
MARKS = {
    "README.md": {
        "python3 -m venv .venv && .venv/bin/pip install --quiet . && "
        ".venv/bin/stvcount count examples/labour-president.blt "
        '--non-person "RON (Re-Open Nominations)"': "<!-- not run: installs -->",
        "python3 -m venv .venv && .venv/bin/pip install --quiet --upgrade pip && "
        ".venv/bin/pip install --quiet --editable . --group test && "
        ".venv/bin/pytest -n auto --dist worksteal": "<!-- not run: installs -->",
        "stvcount count election.blt                              # the result sheet": (
            "<!-- files: election.blt=tests/pages/election.blt votes.csv=tests/pages/votes.csv "
            "published.json=src/stvcount/testing/published/ucl-2021-hockey-social/sheet.json --> "
            "<!-- run: stvcount convert election.blt election.csv --> "
            "<!-- run: stvcount count election.blt --lots drawn:'Ann Lee' --format json "
            "-o count.json --> "
            "<!-- apart --> <!-- exit: 3 3 3 0 0 3 0 0 0 0 3 0 0 0 0 0 0 0 0 -->"
        ),
    },
    "CONTRIBUTING.md": {
        ".venv/bin/pip install --editable . --group test --group lint": (
            "<!-- not run: installs -->"
        ),
        ".venv/bin/pip install --editable . --group docs && .venv/bin/mkdocs build --strict": (
            "<!-- not run: installs -->"
        ),
        "STVCOUNT_PROFILE=long .venv/bin/pytest       "
        "# the properties, on many more random elections": "<!-- not run: takes long -->",
    },
    "RELEASING.md": {
        "STVCOUNT_PROFILE=long .venv/bin/pytest": "<!-- not run: takes long -->",
        "python tools/build_page.py --raise && git diff page/carried.toml": (
            "<!-- not run: downloads -->"
        ),
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


def test_no_mark_stands_for_a_block_that_is_not_there() -> None:
    for name, marks in MARKS.items():
        first_lines = [block.text.partition("\n")[0] for block in Page(ROOT / name).blocks]
        assert set(marks) <= set(first_lines), name


LEFT_OUT = [
    ("CONTRIBUTING.md", "installs"),
    ("CONTRIBUTING.md", "takes long"),
    ("CONTRIBUTING.md", "installs"),
    ("README.md", "installs"),
    ("README.md", "installs"),
    ("RELEASING.md", "takes long"),
    ("RELEASING.md", "downloads"),
    ("docs/formats.md", "takes long"),
    ("docs/how-to-conform.md", "installs"),
    ("docs/how-to-rule-set.md", "installs"),
    *[("docs/install.md", "installs")] * 3,
    ("docs/install.md", "for another system"),
    ("docs/install.md", "for a shell that is used by hand"),
    ("docs/mutants.md", "takes long, and installs"),
    ("docs/page.md", "takes long"),
    ("docs/page.md", "installs"),
    ("docs/performance.md", "takes long, and installs"),
    ("docs/performance.md", "takes long, and installs"),
    ("docs/performance.md", "takes long, and installs"),
    ("docs/performance.md", "takes long, and installs"),
    ("docs/scale.md", "needs the extra and a folder of papers"),
    ("docs/scale.md", "needs a cluster"),
    ("docs/scale.md", "takes long"),
    ("docs/start-developer.md", "installs"),
    ("docs/start-returning-officer.md", "installs"),
]


@pytest.mark.parametrize("name", ["stvcount", *MODULES])
def test_the_examples_in_docstrings_run(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    found = doctest.testmod(importlib.import_module(name), optionflags=doctest.ELLIPSIS)
    assert found.failed == 0


# Names and schemas


def test_every_public_name_is_in_the_reference_once() -> None:
    pages = [path.read_text("utf-8") for path in sorted((DOCS / "reference").glob("*.md"))]
    shown = [name for text in pages for name in re.findall(r"^::: (\S+)$", text, re.MULTILINE)]
    assert len(shown) == len(set(shown))
    for name in stvcount.__all__:
        assert f"stvcount.{name}" in shown, name
    for name in shown:
        resolve_name(name)  # raises where there is none


SCHEMAS = sorted((ROOT / "src" / "stvcount" / "schemas").glob("*.json"))


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.stem)
def test_every_member_of_a_schema_is_described(path: Path) -> None:
    schema = json.loads(path.read_text("utf-8"))
    text = (DOCS / "schemas.md").read_text("utf-8")
    [section] = re.findall(rf"\n## [^\n]*`{schema['title']}`\n(.*?)(?=\n## |\Z)", text, re.DOTALL)
    parts = dict(
        re.findall(r"^### \w+: (\w+)\n(.*?)(?=\n###|\Z)", section, re.DOTALL | re.MULTILINE)
    )
    top, _, _ = section.partition("\n### ")
    for name, part in {"": schema, **schema["$defs"]}.items():
        for member, place in _members(part):
            what = member.get("description") or schema["$defs"][_def_of(member)]["description"]
            shown = parts[name] if name else top
            assert re.search(
                rf"^\| `{place}` \| [^|]+ \| {re.escape(what)} \|$", shown, re.MULTILINE
            )


def _members(part: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    for name, member in part.get("properties", {}).items():
        yield member, name
        yield from _members(member)


def _def_of(member: dict[str, Any]) -> str:
    return str(member["$ref"].rpartition("/")[2])


# What was in the README's own tests


@EACH_PAGE
def test_the_links_lead_somewhere(path: Path) -> None:
    for link, anchor in re.findall(
        r"\]\((?!https?:)([^)#\s]*)(#[^)\s]*)?\)", path.read_text("utf-8")
    ):
        target = path.parent / link if link else path
        assert target.exists(), link
        if anchor and not anchor.startswith("#stvcount."):
            assert anchor[1:] in headings(target), f"{link}{anchor}"


def headings(path: Path) -> set[str]:
    """The anchors of a page, as both mkdocs and the usual hosts of plain pages make them."""
    text = re.sub(r"^```.*?^```", "", path.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    found = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in found}


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
        head = inspect.getdoc(inspect.getmodule(stvcount.rules.kind(name))) or ""
        text = (ROOT / _page(name)).read_text("utf-8")
        readings = re.findall(r"^([A-Z]\d+a?) ", head, flags=re.MULTILINE)
        assert readings
        for reading in readings:
            assert f"| {reading} |" in text, reading


@pytest.mark.parametrize(
    "name", ["README.md", "docs/index.md", "docs/how-to-ties.md", "mkdocs.yml"]
)
def test_every_rule_set_has_its_row(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    for rules in stvcount.rules.names():
        assert _page(rules).removeprefix("docs/") in text, rules


def test_every_room_is_in_the_table_of_rooms() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    for path in Path(stvcount.__file__).parent.glob("*/__init__.py"):
        assert f"`{path.parent.name}/`" in text, path.parent.name


def test_every_clause_stands_in_the_text_of_its_module() -> None:
    for name in stvcount.rules.names():
        module = inspect.getsource(sys.modules[stvcount.rules.kind(name).__module__])
        text = re.sub(r"MappingProxyType\(\n.*?\n    \)\n", "", module, flags=re.DOTALL)
        for clause in set(stvcount.rules.get(name).clauses) - set(NON_PERSON_CLAUSES):
            # The older numbers of a rule are worked out from the newer ones.
            assert clause in text or clause.startswith("2007 rule "), (name, clause)


def _page(rules: str) -> str:
    """The page of a rule set, from the root of the project."""
    page = stvcount.rules.kind(rules).page
    assert page is not None
    return page


# The site


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built as it is published."""
    pytest.importorskip("mkdocs", reason="mkdocs is not here: pip install . --group docs")
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr
    return folder


def test_the_site_has_every_page(site: Path) -> None:
    for path in DOCS.rglob("*.md"):
        assert (site / path.relative_to(DOCS).with_suffix(".html")).exists()
    for name in ("changelog.html", "contributing.html", "examples/labour-president.blt"):
        assert (site / name).exists()
    assert not list(site.glob("*.py"))


LOADED = re.compile(r"<(?:script|link|img|iframe)\b[^>]*\b(?:src|href)=\"?([^\"\s>]+)")


def test_the_site_loads_nothing_from_elsewhere(site: Path) -> None:
    for path in site.rglob("*.html"):
        text = path.read_text("utf-8")
        loaded = LOADED.findall(text)
        assert loaded
        assert not [address for address in loaded if re.match(r"(https?:)?//", address)], path


def test_the_site_shows_no_mark_of_the_tests(site: Path) -> None:
    for path in site.rglob("*.html"):
        text = path.read_text("utf-8")
        assert "=tests/pages/" not in text
        assert "BLANKLINE" not in text
