"""Each room imports only those below it: the story of an election reads upwards."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import stvcount

SOURCES = Path(stvcount.__file__).parent

FLOORS: tuple[tuple[str, ...], ...] = (
    ("version",),
    ("words", "frozen", "exact", "fields"),
    ("errors", "plain_html"),
    ("checks",),
    ("checked",),
    ("codec",),
    ("lot_question",),
    ("election",),
    ("record",),
    ("tellers",),
    ("tally",),
    ("formats",),
    ("rules",),
    ("counting",),
    ("sheets",),
    ("motions", "ballot_order"),
    ("audit",),
    ("testing",),
    ("inquiry",),
    ("__init__",),
    ("page",),
    ("cli",),
    ("__main__",),
)
FLOOR = {room: number for number, floor in enumerate(FLOORS) for room in floor}

UPWARDS = {("record", "sheets"), ("errors", "lot_question"), ("election", "formats")}
"""A record prints itself; an error holds its question; papers are made of a data frame."""


def room_of(module: str) -> str:
    """The room of `stvcount.room.module`, as dotted or as a path below the sources."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            below = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from below if node.module == "stvcount" else [node.module]
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def rooms() -> Iterator[tuple[str, str, str]]:
    """The room of each module, the room of each of its imports, and where."""
    for path in sorted(SOURCES.rglob("*.py")):
        inside = path.relative_to(SOURCES)
        room = inside.parts[0].removesuffix(".py")
        for name in imports(path):
            if name.split(".")[0] == "stvcount" and name != "stvcount.__version__":
                yield room, room_of(name), f"{inside} imports {name}"


def test_every_room_has_its_floor() -> None:
    found = {path.name.removesuffix(".py") for path in SOURCES.iterdir() if path.suffix == ".py"}
    found |= {path.parent.name for path in SOURCES.glob("*/__init__.py")}
    assert found <= set(FLOOR)


def test_no_room_looks_upwards() -> None:
    wrong = [
        where
        for room, other, where in rooms()
        if room != other and FLOOR[room] <= FLOOR[other] and (room, other) not in UPWARDS
    ]
    assert not wrong, "\n".join(wrong)


def test_the_exceptions_are_needed() -> None:
    assert {(room, other) for room, other, _ in rooms()} >= UPWARDS
