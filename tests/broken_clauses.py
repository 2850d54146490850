"""The naive counts with one clause broken: each says which clause, and what it does instead.

A broken count is the source of a naive one with a few lines exchanged, as `broken_clauses.txt`
says. The corpus is made of the smallest elections by which each is found out
(tools/make_corpus.py), and `stvcount conform` has to name the clause (tests/test_conform.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from naive_program import compiled, source_of

HERE = Path(__file__).parent
_OF = re.compile(r"@ ([a-z0-9-]+)(?: (\w+)=(\S+))?: (.+?)(?: \[([A-Z]\d+)\])?")

_OF_A_NON_PERSON = ("non-person", "No Candidate c")
"""Clauses for which the last candidate of an election is no person."""

_NONE = re.compile(r"! ([a-z0-9-]+(?:, [a-z0-9-]+)*): (.+?): (.+)")


@dataclass(frozen=True)
class Broken:
    """One clause broken, or a reading of it, under these options of the rule set.

    `does`: what this count does, after "a count that".
    """

    rules: str
    options: tuple[tuple[str, str | bool], ...]
    clause: str
    reading: str | None
    does: str
    edits: tuple[tuple[str, str], ...]

    @property
    def no_person(self) -> bool:
        """Whether it takes a candidate who is no person to find it out."""
        return self.clause in _OF_A_NON_PERSON

    def __str__(self) -> str:
        return f"{self.rules} {self.reading or self.clause}: {self.does}"

    def source(self) -> str:
        """The source of the naive count with these lines exchanged."""
        text = source_of(self.rules).read_text("utf-8")
        for old, new in self.edits:
            if text.count(old) != 1:
                raise ValueError(f"{self}: found {text.count(old)} times; expected once:\n{old}")
            text = text.replace(old, new)
        return text

    @property
    def count(self) -> Callable[..., dict[str, Any]]:
        return compiled(self.source())


@cache
def broken_clauses() -> tuple[Broken, ...]:
    """All of them, in the order of the file."""
    blocks = (HERE / "broken_clauses.txt").read_text("utf-8").split("\n# ")[1:]
    return tuple(one for block in blocks for one in _of_block(block))


def without_case() -> list[tuple[str, str, str]]:
    """The clauses and readings without a case: of which rule set, which one, and why."""
    lines = (HERE / "broken_clauses.txt").read_text("utf-8").splitlines()
    found = (_NONE.fullmatch(line) for line in lines)
    return [(rules, one[2], one[3]) for one in found if one for rules in one[1].split(", ")]


def _of_block(block: str) -> Iterator[Broken]:
    does, *lines = block.rstrip().split("\n")
    edits: list[tuple[str, str]] = []
    for line in lines:
        if line.startswith("-"):
            old, new = edits.pop() if edits and not edits[-1][1] else ("", "")
            edits.append((f"{old}{line[2:]}\n", new))
        elif line.startswith("+"):
            old, new = edits.pop()
            edits.append((old, f"{new}{line[2:]}\n"))
    stripped = tuple((old.removesuffix("\n"), new.removesuffix("\n")) for old, new in edits)
    for line in lines:
        if of := _OF.fullmatch(line):
            options = ((of[2], of[3] == "true" or of[3]),) if of[2] else ()
            yield Broken(of[1], options, of[4], of[5], does, stripped)
