"""A naive count as a program, which shares no code with the library: it prints its stages.

    python tests/naive_program.py RULES FILE [no_person=NAME] [KEY=VALUE ...]

The file is a BLT file with valid papers alone, as `stvcount conform` writes them. RULES may be the
name of a file too: a naive count in Python that has been changed. Lots fall on the first listed.
`no_person`: the candidate who is none, or nothing; the rest are options of the rules.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

HERE = Path(__file__).parent


def source_of(rules: str) -> Path:
    """Where the naive count of a rule set is written."""
    return HERE / "naive" / f"{rules.replace('-', '_')}.py"


@cache
def compiled(source: str) -> Callable[..., dict[str, Any]]:
    """The function that counts, of a naive count with this source."""
    module = ModuleType("naive")
    # Dataclasses look their module up by its name.
    module.__dict__["__name__"] = __name__
    exec(compile(source, "naive", "exec"), module.__dict__)  # noqa: S102 (the tests' own source)
    counts: Callable[..., dict[str, Any]] = module.__dict__["count"]
    return counts


def first_listed(purpose: str, tied: Sequence[int]) -> int:
    """The convention of the corpus: each lot falls on the first listed, whatever its purpose."""
    return min(tied)


def stages_of(found: Mapping[str, Any], names: Sequence[str]) -> list[dict[str, Any]]:
    """The stages as a published sheet has them in JSON."""
    return [
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
    source = Path(rules) if rules.endswith(".py") else source_of(rules)
    count = compiled(source.read_text("utf-8"))
    places, papers, names = papers_of(path)
    given: dict[str, Any] = dict(one.split("=") for one in options)
    given = {key: {"true": True, "false": False}.get(value, value) for key, value in given.items()}
    no_person = given.pop("no_person", "")
    given["no_person"] = names.index(no_person) if no_person else None
    found = count(places, len(names), papers, first_listed, **given)
    elected = [names[c] for c in found["elected"]]
    print(json.dumps({"elected": elected, "stages": stages_of(found, names)}))  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
