"""What a published sheet says: the figures of a count without its papers, and its JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

from stvcount import codec
from stvcount.checked import checked
from stvcount.errors import RecordError
from stvcount.frozen import FrozenMapping
from stvcount.record.contradictions import check_sheet
from stvcount.record.record import CountRecord, Kind, Stage

SCHEMA = "stvcount.sheet/1"

Account: TypeAlias = "str | None"
"""Whoever holds votes: a candidate by name, or None for the non-transferable vote."""


@dataclass(frozen=True, slots=True)
class PublishedRules:
    """By which rule set a count was held, and with which of its options."""

    id: str
    options: FrozenMapping[str, str | int | bool] = FrozenMapping()  # noqa: RUF009 (immutable)


@dataclass(frozen=True, slots=True)
class PublishedPapers:
    """How many papers were received, and how many were invalid; None where not published."""

    total: int | None = None
    invalid: int | None = None


@dataclass(frozen=True, slots=True)
class PublishedStage:
    """One stage as published. `votes`, `non_transferable`, `quota`: after the stage.

    A figure that is None or missing was not published, and neither was `elected` if it is None.
    `candidates`: whose surplus, or who is excluded. `elected`: who is elected at this stage; at
    the last stage it may name those deemed elected at the end without a transfer.
    """

    kind: Kind
    candidates: tuple[str, ...] = ()
    quota: Decimal | None = None
    votes: FrozenMapping[str, Decimal | None] = FrozenMapping()  # noqa: RUF009 (immutable)
    non_transferable: Decimal | None = None
    elected: tuple[str, ...] | None = None

    @property
    def figures(self) -> Iterator[tuple[Account, Decimal | None]]:
        """The figure of each account as published."""
        yield from self.votes.items()
        yield None, self.non_transferable


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedSheet:
    """The sheet of a count as it was published: the schema `stvcount.sheet/1`.

    `candidates`: those who stood. `elected`: all persons elected, or None. `complete`: whether
    the count ends with the last stage here.

    Raises `RecordError` where it contradicts itself in more than figures.
    """

    title: str = ""
    rules: PublishedRules
    places: int
    candidates: tuple[str, ...]
    stages: tuple[PublishedStage, ...]
    non_person: str | None = None
    papers: PublishedPapers = PublishedPapers()
    elected: tuple[str, ...] | None = None
    complete: bool = True

    def __post_init__(self) -> None:
        check_sheet(self)

    @classmethod
    @checked
    def from_record(cls, record: CountRecord) -> PublishedSheet:
        """The sheet that would be published of this count, with all its figures.

        Raises `RecordError` for a record without stages, or beyond what a sheet may hold.
        """
        if not record.stages:
            raise RecordError("stages: found none; expected at least the first")
        standing = tuple(record.stages[0].votes)
        return cls(
            title=record.title,
            rules=PublishedRules(record.rules.id, record.rules.options),
            places=_contested(record),
            candidates=standing,
            non_person=record.non_person if record.non_person in standing else None,
            papers=PublishedPapers(
                record.papers.valid + sum(record.papers.invalid.values()),
                sum(record.papers.invalid.values()),
            ),
            stages=tuple(map(_published, record.stages)),
            elected=record.elected,
        )

    @classmethod
    def from_json(cls, text: str) -> PublishedSheet:
        """The sheet in a JSON text. A member that may be missing is None or empty.

        Raises `RecordError`, naming the place, for a text that is no such sheet.
        """
        members = codec.loads(text, schema=SCHEMA)
        sheet: PublishedSheet = codec.decode(cls, _with_defaults(members))
        return sheet

    def to_json(self) -> str:
        """The sheet as JSON text."""
        return codec.dumps({"schema": SCHEMA} | codec.encode(self))

    @property
    def published(self) -> int:
        """How many figures were published: votes, non-transferable votes and quotas."""
        figures = [figure for stage in self.stages for _, figure in stage.figures]
        figures += [stage.quota for stage in self.stages]
        return sum(figure is not None for figure in figures)


def _contested(record: CountRecord) -> int:
    """The places, but for those that the organisation declared vacant before the count."""
    return record.places - sum(one.places for one in record.vacant if one.is_excess)


def _published(stage: Stage) -> PublishedStage:
    return PublishedStage(
        kind=stage.kind,
        candidates=stage.candidates,
        quota=stage.quota,
        votes=FrozenMapping(stage.votes.items()),
        non_transferable=stage.non_transferable,
        elected=tuple(one.candidate for one in stage.elected),
    )


_OPTIONAL: Mapping[str, Any] = {
    "title": "",
    "non_person": None,
    "papers": {},
    "elected": None,
    "complete": True,
}
_OPTIONAL_OF_STAGE: Mapping[str, Any] = {
    "candidates": [],
    "quota": None,
    "votes": {},
    "non_transferable": None,
    "elected": None,
}


def _with_defaults(members: Mapping[str, Any]) -> dict[str, Any]:
    """The members of a sheet, with None or nothing for each that may be missing and is."""
    full = {**_OPTIONAL, **members}
    if isinstance(full["papers"], dict):
        full["papers"] = {"total": None, "invalid": None, **full["papers"]}
    if isinstance(full.get("rules"), dict):
        full["rules"] = {"options": {}, **full["rules"]}
    if isinstance(full.get("stages"), list):
        full["stages"] = [stage_with_defaults(stage) for stage in full["stages"]]
    return full


def stage_with_defaults(stage: Any) -> Any:
    """The members of a stage in JSON, with None or nothing for each that may be missing and is."""
    if not isinstance(stage, dict):
        return stage
    full = {**_OPTIONAL_OF_STAGE, **stage}
    for name in ("quota", "non_transferable"):
        full[name] = _figure_as_text(full[name])
    if isinstance(full["votes"], dict):
        full["votes"] = {name: _figure_as_text(vote) for name, vote in full["votes"].items()}
    return full


def _figure_as_text(figure: Any) -> Any:
    """Whole votes may be typed in as whole numbers."""
    return str(figure) if type(figure) is int else figure
