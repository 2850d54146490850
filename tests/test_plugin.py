"""A rule set that another package registers."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from builders import election, registered

import stvcount
from stvcount import Lots
from stvcount.rules.ers_av import ERSAV

EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "plugin-rules"


def installed_from(project: Path, folder: Path) -> Path:
    """A folder into which the package is installed, as `pip` does it."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target"]
    done = subprocess.run(
        [*command, str(folder), str(project)], capture_output=True, text=True, check=False
    )
    if done.returncode and not os.environ.get("CI"):
        pytest.skip(f"the package could not be installed: {done.stderr[-200:]}")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return installed_from(EXAMPLE, tmp_path_factory.mktemp("installed"))


def test_it_is_used_by_name(installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(installed))
    assert "first-preferences" in stvcount.rules.names()
    assert stvcount.rules.is_installed("first-preferences")
    assert not stvcount.rules.is_installed("second-preferences")
    record = stvcount.count(election(2, {"AB": 5, "B": 4, "C": 3}), rules="first-preferences")
    assert (record.rules.id, record.elected) == ("first-preferences", ("A", "B"))
    assert record.completion.excluded == ("C",)
    tied = stvcount.count(
        election(1, {"A": 5, "B": 5}), rules="first-preferences", lots=Lots.drawn("B")
    )
    assert tied.elected == ("B",)
    assert stvcount.CountRecord.from_json(tied.to_json()) == tied
    assert "first-preferences" in str(tied)


def test_it_is_used_at_the_command(installed: Path, tmp_path: Path) -> None:
    path = tmp_path / "e.blt"
    stvcount.write(election(1, {"A": 5, "B": 4}), path)
    done = subprocess.run(
        [sys.executable, "-m", "stvcount", "count", str(path), "--rules", "first-preferences"],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": ":".join([str(installed), *sys.path])},
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "A deemed elected with 5" in done.stdout


def test_its_own_tests_pass(installed: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"],
        capture_output=True,
        text=True,
        check=False,
        cwd=EXAMPLE,
        env=os.environ | {"PYTHONPATH": ":".join([str(installed), *sys.path])},
    )
    assert done.returncode == 0, done.stdout
    assert "8 passed" in done.stdout


# A package with another number of decimals, every paper of a surplus, and a rulebook of its own

OTHER = Path(__file__).resolve().parent / "plugin"


@pytest.fixture(scope="session")
def other_installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return installed_from(OTHER, tmp_path_factory.mktemp("other"))


def test_everything_works_with_a_rule_set_of_another_kind(other_installed: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(OTHER / "use.py")],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": ":".join([str(other_installed), *sys.path])},
    )
    assert (done.returncode, done.stdout) == (0, "used\n"), done.stderr


def test_it_uses_public_names_only() -> None:
    for path in (*OTHER.glob("src/*.py"), *EXAMPLE.glob("src/*.py")):
        for line in path.read_text("utf-8").splitlines():
            assert not re.search(r"\bimport .*\b_|\bstvcount\S*\._", line), line


def test_a_package_that_comes_later_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    # Long ago, as the clock of a file system may not tell two moments apart.
    os.utime(tmp_path, (0, 0))
    before = stvcount.rules.names()
    registered(tmp_path, "[stvcount.rules]\nlater = later:Later\n")
    assert {*stvcount.rules.names()} - {*before} == {"later"}


class Unregistered(ERSAV):
    """Rules that no package registers."""


def test_rules_that_are_not_registered_have_the_version_of_no_other(
    installed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(installed))
    assert "first-preferences" in stvcount.rules.names()
    record = stvcount.count(election(1, {"A": 5, "B": 4}), rules=Unregistered())
    assert (record.rules.version, record.elected) == (None, ("A",))
