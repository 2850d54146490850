"""The tool that changes the code and asks whether a test notices, on a project of a few lines.

It needs mutmut, which the dependency group `mutation` has.
"""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("mutmut")
from check_mutants import main

CODE = '''\
from dataclasses import dataclass
from functools import cached_property

LEAST = 3


def enough(votes: int) -> bool:
    """Whether they are enough."""
    return votes >= LEAST


def rounds(votes: int) -> int:
    number = 0
    while votes > 0:
        votes -= 1
        number += 1
    return number


class Counted:
    def __init__(self, votes: int) -> None:
        self.votes = votes

    def times(self, number: int) -> int:
        return self.votes * number


class Doubled(Counted):
    def __init__(self, votes: int, times: int = 2) -> None:
        super().__init__(votes * times)

    def times(self, number: int) -> int:
        found = super().times(number)
        return found

    @staticmethod
    def kind() -> str:
        return "doubled"

    @classmethod
    def one(cls) -> "Doubled":
        return cls(1)

    @cached_property
    def half(self) -> int:
        return self.votes - 1


@dataclass(slots=True)
class Kept:
    votes: int

    def more(self) -> int:
        return self.votes + 1

    def later(self) -> int:
        return self.votes + 2
'''
TESTS = """\
import time

from stvcount.counted import Doubled, Kept, enough, rounds


def test_enough():
    assert enough(4)
    assert not enough(2)


def test_rounds():
    assert rounds(2) == 2


def test_doubled():
    assert Doubled(2).votes == 4
    assert Doubled.kind() == "doubled"
    assert Doubled.one().votes == 2
    assert Doubled(2).times(3) == 12


def test_kept():
    assert Kept(2).more() == 3
"""
AT_THE_BOUND = "\n\ndef test_the_bound():\n    assert enough(3)\n"
ONLY_AFTER_ANOTHER = """

def test_first():
    test_first.ran = True


def test_later():
    assert not hasattr(test_first, "ran") or Kept(2).later() == 4
"""
NOT_BEFORE_ANOTHER = """

def test_slow():
    time.sleep(0.5)
    test_slow.ran = True


def test_quick():
    assert Kept(2).later() > 0
    assert hasattr(test_slow, "ran")
"""
SETTINGS = """\
[tool.stvcount.mutation]
change = ["src/stvcount/*.py"]
tests = ["tests/test_counted.py"]
"""
ROW = "| `counted.enough` | {} | `>=` to `>` | nobody asks |\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    files = {
        "src/stvcount/__init__.py": "",
        "src/stvcount/counted.py": CODE,
        "tests/test_counted.py": TESTS,
        "pyproject.toml": SETTINGS,
        "docs/mutants.md": "",
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    return root


def add(file: Path, text: str) -> None:
    file.write_text(file.read_text("utf-8") + text, "utf-8")


def test_a_change_that_no_test_tells_is_shown(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["stvcount.counted.enough"], project) == 1
    said = capsys.readouterr().out
    assert "stvcount.counted.enough:1: 1 tests come to it, and none fails" in said
    assert "-    return votes >= LEAST\n+    return votes > LEAST" in said
    assert "tried: 1, told: 0 (0 by the clock), not: 1" in said


def test_a_change_that_no_test_comes_to_is_shown(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["stvcount.counted.Kept.later:2"], project) == 1
    said = capsys.readouterr().out
    assert "stvcount.counted.Kept.later:2: 0 tests come to it, and none fails" in said


def test_methods_of_every_kind_are_changed_and_what_is_not_is_counted(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["stvcount.counted.Doubled.*", "stvcount.counted.Kept.more"], project) == 0
    said = capsys.readouterr().out
    assert "tried: 11, told: 11 (0 by the clock), not: 0" in said
    assert "not made: 2 changes in the bodies" in said
    assert "of 1 functions with a decorator" in said


def test_a_loop_is_stopped(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stvcount.counted.rounds:5"], project) == 0
    said = capsys.readouterr().out
    assert "stvcount.counted.rounds:5: stopped by the clock" in said
    assert "tried: 1, told: 1 (1 by the clock), not: 0" in said


def test_results_are_kept_as_long_as_nothing_differs(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["stvcount.counted.enough"], project) == 1
    assert "known" not in capsys.readouterr().out
    assert main(["stvcount.counted.enough"], project) == 1
    assert "1 of 1 results are known" in capsys.readouterr().out
    add(project / "tests" / "test_counted.py", AT_THE_BOUND)
    assert main(["stvcount.counted.enough"], project) == 0
    assert "known" not in capsys.readouterr().out


def test_a_line_that_was_broken_off_is_no_result(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["stvcount.counted.rounds:[12]"], project) == 0
    [results] = (project / "mutants").iterdir()
    text = results.read_text("utf-8")
    results.write_text(text[:-9], "utf-8")
    capsys.readouterr()
    assert main(["stvcount.counted.rounds:[12]"], project) == 0
    assert "1 of 2 results are known" in capsys.readouterr().out
    assert main(["stvcount.counted.rounds:[12]"], project) == 0
    assert "2 of 2 results are known" in capsys.readouterr().out


def test_the_tables_explain_so_many_changes_and_no_more(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tables = project / "docs" / "mutants.md"
    tables.write_text(ROW.format(1), "utf-8")
    assert main(["stvcount.counted.enough"], project) == 0
    assert "but" not in capsys.readouterr().out
    tables.write_text(ROW.format(2), "utf-8")
    assert main(["stvcount.counted.enough"], project) == 0
    assert "explains 2, but only 1 are not told" in capsys.readouterr().out
    tables.write_text(ROW.format("several"), "utf-8")
    with pytest.raises(SystemExit, match=r"mutants\.md:1: found 'several'"):
        main(["stvcount.counted.enough"], project)


def test_nothing_is_tried_where_a_test_fails_without_a_change(
    project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    add(project / "tests" / "test_counted.py", AT_THE_BOUND.replace("assert", "assert not"))
    assert main(["stvcount.counted.enough"], project) == 2
    said = capfd.readouterr().out
    assert "test_the_bound: fails without a change" in said
    assert "told" not in said


def test_a_change_that_cannot_be_put_in_is_no_survivor(
    project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    add(project / "src" / "stvcount" / "counted.py", "\n\nenough = bool\n")
    add(project / "tests" / "test_counted.py", "")
    assert main(["stvcount.counted.enough"], project) == 2
    said = capfd.readouterr().out
    assert "stvcount.counted.enough:1: found <class 'bool'>; expected the function" in said


def test_a_change_that_no_test_comes_to_is_no_survivor_where_tests_came_without_it(
    project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    add(project / "tests" / "test_counted.py", ONLY_AFTER_ANOTHER)
    assert main(["stvcount.counted.Kept.later"], project) == 2
    said = capfd.readouterr().out
    assert "stvcount.counted.Kept.later:1: is never called with the change" in said
    assert "tried" not in said


def test_a_test_that_fails_out_of_turn_tells_nothing(
    project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    add(project / "tests" / "test_counted.py", NOT_BEFORE_ANOTHER)
    assert main(["stvcount.counted.Kept.later:2"], project) == 2
    said = capfd.readouterr().out
    assert "in this order fails without the change too: tests/test_counted.py::test_quick" in said


def test_a_name_that_no_change_has_is_said(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["stvcount.uncounted.*"], project) == 1
    assert "found no change named stvcount.uncounted.*; expected some" in capsys.readouterr().out
