"""What another program says of a count, and how its output is read."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias, cast

from stvcount import codec
from stvcount.election import Election
from stvcount.errors import RecordError, StvcountError
from stvcount.formats.published import read_sheet
from stvcount.record import CountRecord
from stvcount.record.published import (
    SCHEMA,
    PublishedSheet,
    PublishedStage,
    stage_with_defaults,
)
from stvcount.record.record import SCHEMA as RECORD
from stvcount.rules.packages import load, registered
from stvcount.words import listed

__all__ = ["ENTRY_POINTS", "Adapter", "Answer", "adapter", "adapters", "answer"]

ENTRY_POINTS = "stvcount.adapters"
"""The group of entry points by which another package registers its adapters, by name."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a program says of a count; what it does not say is None, or missing.

    `elected`: the names of all who are elected, in any order. `stages`: as a published sheet has
    them; what a stage does not state is not compared. `complete`: whether the count ends with the
    last of them.
    """

    elected: tuple[str, ...] | None = None
    stages: tuple[PublishedStage, ...] | None = None
    complete: bool = True


Adapter: TypeAlias = Callable[[bytes, Election], Answer]
"""Reads what a program printed for this election. Raises a `StvcountError` for what it cannot."""


def answer(of: CountRecord | PublishedSheet | Answer) -> Answer:
    """What a record or a published sheet says."""
    if isinstance(of, CountRecord):
        sheet = PublishedSheet.from_record(of)
        return Answer(of.elected, sheet.stages)
    if isinstance(of, PublishedSheet):
        return Answer(of.elected, of.stages, of.complete)
    return of


def adapters() -> tuple[str, ...]:
    """The names of all adapters, those of other packages included."""
    return tuple(sorted({*_OWN, *registered(ENTRY_POINTS)}))


def adapter(name: str) -> Adapter:
    """The adapter of this name.

    Raises `ElectionError` for a name that none has, and `RuleSetError` for a package that cannot
    be imported.
    """
    if name in _OWN:
        return _OWN[name]
    found, _ = load(
        ENTRY_POINTS, name, argument="adapter", what="a function from bytes and an election",
        known=adapters(),
    )  # fmt: skip
    return cast("Adapter", found)


def _of_json(output: bytes, election: Election) -> Answer:
    """JSON of stages: {"elected": [...], "stages": [...]}, a published sheet, or a record."""
    said = _told(_text(output))
    _check_names(said, election)
    return said


def _text(output: bytes) -> str:
    # Some systems begin with a mark of the encoding whatever a program prints.
    return output.decode("utf-8-sig", "replace")


def _told(text: str) -> Answer:
    if codec.states(text, RECORD):
        return answer(CountRecord.from_json(text))
    if codec.states(text, SCHEMA):
        return answer(PublishedSheet.from_json(text))
    members = codec.loads(text, schema=None)
    stages = members.get("stages")
    if isinstance(stages, list):
        stages = [stage_with_defaults(_with_kind(stage)) for stage in stages]
    said: Answer = codec.decode(
        Answer, {"elected": None, "complete": True, **members, "stages": stages}
    )
    return said


def _with_kind(stage: object) -> object:
    return {"kind": "", **stage} if isinstance(stage, dict) else stage


def _of_names(output: bytes, election: Election) -> Answer:
    """Who is elected, one name to a line, and nothing else."""
    lines = (line.strip() for line in _text(output).splitlines())
    said = Answer(tuple(line for line in lines if line))
    _check_names(said, election)
    return said


def _of_table(output: bytes, election: Election) -> Answer:
    """A result sheet as a table, CSV or a workbook, as `stvcount.read_sheet` reads it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sheet"
        path.write_bytes(output)
        try:
            said = answer(read_sheet(path, places=election.places))
        except StvcountError as error:
            # The name of a file that is there for this alone says nothing.
            raise RecordError(str(error).removeprefix(f"{path}: ")) from error
    _check_names(said, election)
    return said


def _check_names(said: Answer, election: Election) -> None:
    """Raise `RecordError` for a name that is on no paper: it would be compared with nothing."""
    named = [*(said.elected or ())]
    for stage in said.stages or ():
        named += [*stage.candidates, *stage.votes, *(stage.elected or ())]
    for name in named:
        if name not in election.candidates:
            expected = listed([*election.candidates])
            raise RecordError(f"found {name[:80]!r}; expected names of the candidates {expected}")


_OWN: Mapping[str, Adapter] = {"elected": _of_names, "json": _of_json, "table": _of_table}
