"""Mutation testing: change the code in small ways, and see that some test notices each change.

    python tools/check_mutants.py ['stvcount.tally.ties.*' ...] [--jobs N]

Makes the changes that `[tool.stvcount.mutation]` in pyproject.toml names, or those of them whose
name, or whose function, is given, and tries each with the tests named there (trials.py), in a copy
of the project. Prints every change that no test noticed, and the score; ends with status 1 if more
of a function are not noticed than docs/mutants.md explains.

Results are kept in the folder `mutants`, in a file for just this state of the project, of the
folder `shared` beside it and of what is installed: a run that was broken off goes on where it was.
"""

from __future__ import annotations

import argparse
import fnmatch
import hashlib
import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from changes import Change, Made, dotted, made

ROOT = Path(__file__).resolve().parent.parent
TABLES = Path("docs", "mutants.md")
ROW = re.compile(r"\| `([\w.]+)` \| *(.*?) *\|")
PACKAGE = "stvcount."
LEFT_BEHIND = shutil.ignore_patterns(
    ".*", "__pycache__", "*.egg-info", "*.new", "build", "dist", "mutants", "site"
)


def main(words: Sequence[str] | None = None, root: Path = ROOT) -> int:
    parser = argparse.ArgumentParser(description="Is every change of the code noticed by a test?")
    parser.add_argument("pattern", nargs="*", help="which changes, by name; without one, all")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N")
    given = parser.parse_args(words)
    explained = explained_in(root / TABLES)
    with copied(root) as copy:
        found = sought(copy, given.pattern)
        if not found.changes:
            print(f"found no change named {' or '.join(given.pattern)}; expected some")
            return 1
        results = root / "mutants" / f"{state_of(copy.parent)}.jsonl"
        status = tried(copy, found.changes, results, given.jobs)
    report = Report(found, read(results), explained, given.pattern)
    if len(report.untried) == len(found.changes):
        return status
    said = report.say()
    return status or said


@contextmanager
def copied(root: Path) -> Iterator[Path]:
    """A copy of the project, which nobody changes while it is tried."""
    with tempfile.TemporaryDirectory() as folder:
        # Its tests look for `shared` beside the project.
        if (shared := root.parent / "shared").is_dir():
            Path(folder, "shared").symlink_to(shared)
        copy = Path(folder, "project")
        shutil.copytree(root, copy, ignore=LEFT_BEHIND)
        yield copy


def settings(copy: Path) -> Mapping[str, Any]:
    parsed = tomllib.loads((copy / "pyproject.toml").read_text("utf-8"))
    return parsed["tool"]["stvcount"]["mutation"]  # type: ignore[no-any-return]


def sought(copy: Path, patterns: Sequence[str]) -> Made:
    """The changes that are asked for, and how many there are in their modules that are not made."""
    source = copy / "src"
    files = sorted({path for one in settings(copy)["change"] for path in copy.glob(one)})
    looked_at = [one for one in files if may_have(dotted(one.relative_to(source)), patterns)]
    found = [made(source, path) for path in looked_at]
    return Made(
        tuple(c for one in found for c in one.changes if is_sought(c, patterns)),
        sum(one.in_bodies for one in found),
        sum(one.decorated for one in found),
    )


def may_have(module: str, patterns: Sequence[str]) -> bool:
    """Whether a module may have what is asked for, so that others need not be looked at."""
    fixed = [re.split(r"[*?[]", one)[0] for one in patterns]
    return not patterns or any(f.startswith(module) or module.startswith(f) for f in fixed)


def is_sought(change: Change, patterns: Sequence[str]) -> bool:
    return not patterns or matches(change.function, patterns) or matches(change.name, patterns)


def matches(name: str, patterns: Sequence[str]) -> bool:
    return any(fnmatch.fnmatchcase(name, one) for one in patterns)


def state_of(folder: Path) -> str:
    """All that a result depends on, in a few letters: no result of another state may count."""
    digest = hashlib.sha256(sys.version.encode())
    for one in sorted(f"{d.name} {d.version}" for d in importlib.metadata.distributions()):
        digest.update(one.encode())
    for base in (folder / "project", (folder / "shared").resolve()):
        for path in sorted(base.rglob("*")):
            name = path.relative_to(base)
            if path.is_file() and name != TABLES:
                content = hashlib.sha256(path.read_bytes()).hexdigest()
                digest.update(f"{base.name} {name} {content}\n".encode())
    return digest.hexdigest()[:16]


def read(results: Path) -> dict[str, dict[str, str]]:
    """The results by the names of changes; a line that was broken off counts for nothing."""
    found = {}
    for line in results.read_text("utf-8").splitlines() if results.exists() else ():
        try:
            one = json.loads(line)
        except ValueError:
            continue
        found[one.pop("name")] = one
    return found


def tried(copy: Path, changes: Sequence[Change], results: Path, jobs: int) -> int:
    """Try those changes that have no result yet."""
    known = read(results)
    left = [one for one in changes if one.name not in known]
    if len(left) < len(changes):
        print(f"{len(changes) - len(left)} of {len(changes)} results are known from {results}")
    if not left:
        return 0
    results.parent.mkdir(exist_ok=True)
    with results.open("a", encoding="utf-8") as file:
        file.write("\n")
    task = copy.parent / "task.json"
    told = {"changes": [asdict(one) for one in left], "tests": settings(copy)["tests"]}
    task.write_text(json.dumps(told | {"results": str(results), "jobs": jobs}), "utf-8")
    paths = [str(copy / "src"), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {
        "PYTHONPATH": os.pathsep.join(paths),
        "PYTHONHASHSEED": "0",
        "STVCOUNT_PROFILE": "mutation",
    }
    trials = Path(__file__).with_name("trials.py")
    done = subprocess.run(
        [sys.executable, trials, task], cwd=copy, check=False, env=os.environ | environment
    )
    return done.returncode


def explained_in(tables: Path) -> Counter[str]:
    """How many changes of each function nobody can tell, as the tables say."""
    explained: Counter[str] = Counter()
    for number, line in enumerate(tables.read_text("utf-8").splitlines(), start=1):
        if row := ROW.match(line):
            if not row[2].isdecimal():
                raise SystemExit(
                    f"{tables}:{number}: found {row[2]!r} after the name of a function; "
                    "expected the number of its changes that nobody can tell"
                )
            explained[PACKAGE + row[1]] += int(row[2])
    return explained


@dataclass(frozen=True)
class Report:
    """What came of the changes that were asked for."""

    found: Made
    results: Mapping[str, Mapping[str, str]]
    explained: Counter[str]
    patterns: Sequence[str]

    def say(self) -> int:
        """Print it, and give the status that it comes to."""
        survivors, stopped = self.ended("survived"), self.ended("clock")
        for change in [*survivors, *stopped]:
            print(f"{change.name}: {self.results[change.name]['by']}\n{change.diff()}")
        missed = Counter(change.function for change in survivors)
        unexplained, needless = self.unexplained(missed), self.needless(missed)
        tried = len(self.found.changes) - len(self.untried)
        print(
            f"not made: {self.found.in_bodies} changes in the bodies of these modules and their "
            f"classes, and those of {self.found.decorated} functions with a decorator\n"
            f"not tried: {len(self.untried)}\n"
            f"tried: {tried}, told: {tried - len(survivors)} ({len(stopped)} by the clock), "
            f"not: {len(survivors)}, of which {TABLES} explains {len(survivors) - unexplained}"
        )
        return int(bool(unexplained) or (needless and not self.patterns))

    @property
    def untried(self) -> list[Change]:
        return [one for one in self.found.changes if one.name not in self.results]

    def ended(self, how: str) -> list[Change]:
        names = {name for name, one in self.results.items() if one["how"] == how}
        return [one for one in self.found.changes if one.name in names]

    def unexplained(self, missed: Counter[str]) -> int:
        """How many more are not told than the tables explain; each function is named."""
        more = missed - self.explained
        for function, number in more.items():
            print(
                f"{function}: {missed[function]} not told, but {TABLES} explains "
                f"{self.explained[function]}: {number} too many"
            )
        return more.total()

    def needless(self, missed: Counter[str]) -> bool:
        """Whether more is explained than is not told, of functions that were tried as a whole."""
        partly = {one.function for one in self.untried}
        fewer = [
            one
            for one in self.explained - missed
            if one not in partly and (not self.patterns or matches(one, self.patterns))
        ]
        for function in fewer:
            print(
                f"{function}: {TABLES} explains {self.explained[function]}, "
                f"but only {missed[function]} are not told"
            )
        return bool(fewer)


if __name__ == "__main__":
    try:
        raise SystemExit(main())
    except KeyboardInterrupt:
        raise SystemExit("broken off; the same command goes on where it was") from None
