"""Mutation testing: change the code in small ways, and see that some test notices each change.

    python tools/check_mutants.py ['stvcount.tally.ties.*' ...]

Runs mutmut (as `[tool.mutmut]` in pyproject.toml says) on what is named, or on all of it, which
takes many hours. Prints the score, and every change that no test noticed; ends with status 1
if one of them is in a function for which docs/mutants.md does not explain one.
"""

from __future__ import annotations

import fnmatch
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MUTANT = re.compile(r"^\s*(stvcount\.\S+?)__mutmut_\d+: (.+)$")
EXPLAINED = re.compile(r"^\| `([\w.]+)` \|", re.MULTILINE)
CAUGHT = ("killed", "timeout", "caught by type check")


def main(patterns: list[str]) -> int:
    wanted = patterns or ["stvcount.*"]
    mutmut("run", *patterns)
    found = results(wanted)
    explained = set(EXPLAINED.findall((ROOT / "docs" / "mutants.md").read_text("utf-8")))
    missed = Counter({function: n for (function, how), n in found.items() if how not in CAUGHT})
    unexplained = {f: n for f, n in missed.items() if not is_explained(f, explained)}
    for function, number in sorted(missed.items()):
        told = "not explained" if function in unexplained else "explained in docs/mutants.md"
        print(f"{function}: {number} not caught, {told}")
    total, lost = sum(found.values()), sum(missed.values())
    print(f"mutants: {total - lost} of {total} caught by tests, {lost} not")
    if not total:
        print(f"found no mutant named {' or '.join(wanted)}; expected some")
    return int(bool(unexplained) or not total)


def mutmut(*words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "mutmut", *words],
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    return done.stdout


def results(wanted: list[str]) -> Counter[tuple[str, str]]:
    """How many mutants of each function ended in each way."""
    found: Counter[tuple[str, str]] = Counter()
    for line in mutmut("results", "--all", "true").splitlines():
        mutant = MUTANT.match(line)
        if mutant and any(fnmatch.fnmatch(mutant[1], pattern) for pattern in wanted):
            found[in_words(mutant[1]), mutant[2]] += 1
    return found


def in_words(name: str) -> str:
    """`stvcount.tally.ties.x_in_order`, as a reader would write it."""
    return re.sub(r"\.xǁ(\w+)ǁ", r".\1.", name).replace(".x_", ".").removeprefix("stvcount.")


def is_explained(function: str, explained: set[str]) -> bool:
    return any(function == one or function.endswith(f".{one}") for one in explained)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
