"""Files of cases: what is changed in something that is right, and every line that must follow.

    [a name], and what is done with it
    place/in/it = what stands there instead, in JSON
    - a line that must follow

A blank line ends a case; `#` begins a comment.
"""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Case:
    """`told`: what stands behind the name. `lines`: those that must follow, in their order."""

    name: str
    told: str
    changes: tuple[tuple[str, Any], ...]
    lines: tuple[str, ...]

    def __str__(self) -> str:
        changes = "; ".join(f"{place} = {json.dumps(value)}" for place, value in self.changes)
        return f"{self.name}{self.told}: {changes}"

    def changed(self, members: Any) -> Any:
        """These members, with the changes of the case."""
        members = copy.deepcopy(members)
        for place, value in self.changes:
            *way, last = [int(step) if step.isdigit() else step for step in place.split("/")]
            holder = members
            for step in way:
                holder = holder[step]
            holder[last] = value
        return members


def read_cases(name: str) -> list[Case]:
    """The cases of a file beside this one."""
    text = Path(__file__).with_name(name).read_text("utf-8")
    parts = [
        [line for line in part.splitlines() if line and not line.startswith("#")]
        for part in text.split("\n\n")
    ]
    return [_case(lines) for lines in parts if lines]


def _case(lines: list[str]) -> Case:
    name, _, told = lines[0].removeprefix("[").partition("]")
    changes = [line.partition(" = ") for line in lines[1:] if not line.startswith("- ")]
    return Case(
        name,
        told,
        tuple((place, json.loads(value)) for place, _, value in changes),
        tuple(line.removeprefix("- ") for line in lines[1:] if line.startswith("- ")),
    )
