"""Whether the tests take enough of the branches in `src`, and every exclusion says why.

    pytest --cov --cov-report= && python tools/check_coverage.py

Reads the `.coverage` of the run, prints each module that is not wholly covered, and ends with
status 1 if fewer than 98 % of the branches, or of the lines, were taken, or a line is excluded
from the measurement without a reason beside it.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LEAST = 98
EXCLUSION = re.compile(r"#\s*pragma:\s*no (?:cover|branch)(.*)")


def main() -> int:
    totals, modules = measured()
    for name, summary in sorted(modules.items()):
        missed = summary["missing_lines"], summary["missing_branches"]
        if any(missed):
            print(f"{name}: {missed[0]} lines and {missed[1]} branches not taken")
    branches = share(totals["covered_branches"], totals["num_branches"], "branches")
    lines = share(totals["covered_lines"], totals["num_statements"], "lines")
    unexplained = exclusions_without_reason()
    for place in unexplained:
        print(f"{place}: found an exclusion without a reason; expected one after it")
    return int(not (branches and lines) or bool(unexplained))


def measured() -> tuple[dict[str, int], dict[str, dict[str, int]]]:
    """What coverage.py counted, in all and of each module."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "coverage.json")
        subprocess.run(
            [sys.executable, "-m", "coverage", "json", "--quiet", "-o", report],
            check=True,
            cwd=ROOT,
        )
        found = json.loads(report.read_text("utf-8"))
    return found["totals"], {name: one["summary"] for name, one in found["files"].items()}


def share(covered: int, of: int, what: str) -> bool:
    """Whether enough were taken; says how many."""
    enough = covered * 100 >= of * LEAST
    # In hundredths of a per cent, rounded down.
    hundredths = covered * 10_000 // of
    print(
        f"{what}: {covered} of {of} taken, {hundredths // 100}.{hundredths % 100:02} %; "
        f"expected at least {LEAST} %"
    )
    return enough


def exclusions_without_reason() -> list[str]:
    places = []
    for path in sorted((ROOT / "src").rglob("*.py")):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
            found = EXCLUSION.search(line)
            if found and not found[1].strip(" :()-"):
                places.append(f"{path.relative_to(ROOT)}:{number}")
    return places


if __name__ == "__main__":
    raise SystemExit(main())
