"""A naive count as a program: `python tests/naive RULES FILE [KEY=VALUE ...]` prints its stages.

The file is a BLT file with valid papers alone, as `stvcount conform` writes them. RULES may be the
name of a file too: a naive count in Python that has been changed. Lots fall on the first listed.
"""

from __future__ import annotations

import json
import runpy
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def papers_of(path: str) -> tuple[int, list[list[int]], list[str]]:
    """The places, each paper as candidate numbers from 0, and the names."""
    lines = Path(path).read_text("utf-8").splitlines()
    candidates, places = map(int, lines[0].split())
    end = lines.index("0")
    papers: list[list[int]] = []
    for line in lines[1:end]:
        number, *order = map(int, line.split()[:-1])
        papers += [[one - 1 for one in order]] * number
    return places, papers, [name.strip('"') for name in lines[end + 1 : end + 1 + candidates]]


def main(rules: str, path: str, *options: str) -> None:
    source = Path(rules) if rules.endswith(".py") else HERE / f"{rules.replace('-', '_')}.py"
    count: Any = runpy.run_path(str(source), run_name=__name__)["count"]
    places, papers, names = papers_of(path)
    given: dict[str, Any] = dict(one.split("=") for one in options)
    given = {key: {"true": True, "false": False}.get(value, value) for key, value in given.items()}
    found = count(places, len(names), papers, lambda _, tied: min(tied), **given)
    stages = [
        {
            "kind": stage["kind"],
            "candidates": [names[c] for c in stage["of"]],
            "quota": stage["quota"],
            "votes": dict(zip(names, stage["votes"], strict=True)),
            "non_transferable": stage["nt"],
            "elected": [names[c] for c in stage["elected"]],
        }
        for stage in found["stages"]
    ]
    print(json.dumps({"elected": [names[c] for c in found["elected"]], "stages": stages}))  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
