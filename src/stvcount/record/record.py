"""The record of a count: immutable, complete, and all that a sheet or an audit needs.

Votes and values are `Decimal` with the rule set's decimals; papers are whole numbers; candidates
are names. In JSON it is the schema `stvcount.record/2` (`schemas/record-2.json` in the package).
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from decimal import Decimal
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeAlias

from stvcount import codec
from stvcount.codec import ABSENT
from stvcount.election.contest import Contest
from stvcount.election.left_out import SetAside, Withdrawal
from stvcount.election.source import Source
from stvcount.errors import Purpose
from stvcount.frozen import FrozenMapping
from stvcount.record.decision import Decision
from stvcount.words import counted, listed

SCHEMA = "stvcount.record/2"
_NEVER_RELEASED = "stvcount.record/1"

Kind: TypeAlias = str
"""What a stage is: one of the `kinds` of the rule set that counted."""


@dataclass(frozen=True, slots=True)
class Elected:
    """A candidate deemed elected, the vote at that moment and the clause."""

    candidate: str
    vote: Decimal
    clause: str


@dataclass(frozen=True, slots=True)
class Lot:
    """A lot: what it decided, between whom (with the vote of each), on whom it fell.

    `chosen` is the one excluded, whose surplus goes first, or who is elected, as `purpose`
    says ("exclusion", "surplus", "election"). `source` says where the lot came from.
    """

    purpose: Purpose
    clause: str
    candidates: tuple[str, ...]
    votes: FrozenMapping[str, Decimal]
    chosen: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Papers of one value moved together in one transfer: from whom, at what value, and where to.

    `origin`: how many papers came from each candidate ("from" in JSON). `value_before`: of each of
    them until then. `value`: of each as it is credited. `papers`: the number received by each
    candidate. `credited`: papers times value. `non_transferable`: the vote that became
    non-transferable, including the non-transferable difference of a surplus. `remainder`: the part
    of it that was lost only because remainders are ignored.
    """

    origin: FrozenMapping[str, int] = field(metadata={"json": "from"})
    value_before: Decimal
    value: Decimal
    papers: FrozenMapping[str, int]
    credited: FrozenMapping[str, Decimal]
    non_transferable_papers: int
    non_transferable: Decimal
    remainder: Decimal


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class Stage:
    """One stage: the first count, one surplus transferred, or one exclusion.

    `kind`: one of the rule set's. `candidates`: whose surplus, or who is excluded, fewest votes
    first. `quota`: after the stage; None where the rule set has none. `votes`: of every candidate
    not withdrawn, after the stage. `votes` and `non_transferable` sum to the total valid vote.
    `remainders`: the part of the non-transferable vote that was lost, so far, only because
    remainders are ignored.

    Under Meek's method a stage is a table of votes for which all papers were looked at again.
    `keep_values`: the part that each candidate keeps of every vote or part of a vote received;
    `iterations`: how often the papers were looked at. Both None, and not in the JSON, in counts
    that transfer papers.
    """

    number: int
    kind: Kind
    candidates: tuple[str, ...]
    quota: Decimal | None
    votes: FrozenMapping[str, Decimal]
    non_transferable: Decimal
    remainders: Decimal
    batches: tuple[Batch, ...]
    elected: tuple[Elected, ...]
    lots: tuple[Lot, ...]
    decisions: tuple[Decision, ...]
    keep_values: FrozenMapping[str, Decimal] | None = field(default=None, metadata=ABSENT)
    iterations: int | None = field(default=None, metadata=ABSENT)

    def to_json(self) -> str:
        """The stage as JSON text, as it stands in the record."""
        return codec.dumps(self)

    def __repr__(self) -> str:
        whose = f" of {listed(self.candidates)}" if self.candidates else ""
        elects = ", ".join(one.candidate for one in self.elected)
        return f"<Stage {self.number}: {self.kind}{whose}{elects and f'; elected: {elects}'}>"


@dataclass(frozen=True, slots=True)
class Completion:
    """What ends the count and belongs to no stage.

    `elected`: deemed elected without a transfer. `excluded`: formally excluded at the end,
    fewest votes first.
    """

    elected: tuple[Elected, ...] = ()
    excluded: tuple[str, ...] = ()
    decisions: tuple[Decision, ...] = ()
    lots: tuple[Lot, ...] = ()


EXCESS = "fewer candidates than posts"
"""How the reason begins where places were declared vacant before the count."""


@dataclass(frozen=True, slots=True)
class Vacancy:
    """Places that are not filled, and why."""

    places: int
    reason: str

    @property
    def is_excess(self) -> bool:
        """Whether they were declared vacant before the count, as too few were nominated."""
        return self.reason.startswith(EXCESS)


@dataclass(frozen=True, slots=True)
class PaperCount:
    """How many papers were received, and what became of them.

    `total` = `valid` + all of `invalid` (by reason) + those set aside.
    """

    total: int
    valid: int
    invalid: FrozenMapping[str, int]
    set_aside: tuple[SetAside, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesUsed:
    """The rule set that counted, and the options it was given.

    `title`, `source`: what it is and where it is printed. `version`: of the package that it comes
    from; None for a rule set of this library.
    """

    id: str
    title: str
    source: str
    version: str | None
    options: FrozenMapping[str, str | int | bool]


class _Travelling:
    """A record on its way between processes: how it went is packed until somebody reads it."""

    __slots__ = ("_packed",)
    _packed: bytes

    def __reduce__(self) -> tuple[object, ...]:
        return (_arrived, (self._pack(), _result_of(self)))

    def _pack(self) -> bytes:
        from stvcount.record.packing import pack

        try:
            return self._packed
        except AttributeError:
            return pack(self.stages, self.completion)

    if TYPE_CHECKING:
        stages: tuple[Stage, ...]
        completion: Completion
    else:

        def __getattr__(self, name: str) -> object:
            # Reached only where a slot was never set.
            if name not in _PACKED or not hasattr(self, "_packed"):
                raise AttributeError(f"{type(self).__name__!r} has no attribute {name!r}")
            from stvcount.record.packing import unpack

            for part, value in zip(_PACKED, unpack(self._packed), strict=True):
                object.__setattr__(self, part, value)
            return getattr(self, name)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class CountRecord(_Travelling):
    """A whole count. `elected`: all persons elected, in order of election.

    `decimals`: of every vote and value. `contest`: when, by whom and for whom it was held.
    `places`: those to fill, with any declared vacant before the count for want of candidates.
    `candidates`: all printed names in the order of the paper. `affiliations`: the party or slate of
    those who have one. `sources`: the ballot files, each with its reading. `notes`: what had to be
    assumed. `vacant`: places not filled. `void`: whether the rules void the election.
    `stvcount`: the version of this library that counted. `extras`: members of the JSON whose names
    begin with "x_", which others may add, as they were read.
    """

    stvcount: str
    title: str
    contest: Contest
    rules: RulesUsed
    organisation: str | None
    decimals: int
    places: int
    candidates: tuple[str, ...]
    affiliations: FrozenMapping[str, str]
    non_person: str | None
    withdrawn: tuple[Withdrawal, ...]
    sources: tuple[Source, ...]
    papers: PaperCount
    notes: tuple[str, ...]
    stages: tuple[Stage, ...]
    completion: Completion
    elected: tuple[str, ...]
    vacant: tuple[Vacancy, ...]
    void: bool
    extras: FrozenMapping[str, Any] = field(default_factory=FrozenMapping)

    @property
    def lots(self) -> tuple[Lot, ...]:
        """All lots of the count, in the order in which they were needed."""
        of_stages = (lot for stage in self.stages for lot in stage.lots)
        return (*of_stages, *self.completion.lots)

    def to_json(self) -> str:
        """The record as JSON text (`stvcount.record/2`): the same bytes for the same count."""
        return codec.dumps(self, schema=SCHEMA)

    @classmethod
    def from_json(cls, text: str) -> CountRecord:
        """The record that `to_json` wrote.

        Raises `RecordError`, naming the place, for a text that is not such a record.
        """
        members = codec.loads(text, schema=SCHEMA, never_released=_NEVER_RELEASED)
        codec.check_depth(members)
        record: CountRecord = codec.decode(cls, members)
        return record

    def __repr__(self) -> str:
        title = f" {self.title!r}" if self.title else ""
        end = "void" if self.void else f"elected: {', '.join(self.elected) or 'nobody'}"
        return (
            f"<CountRecord{title} by {self.rules.id}: {counted(len(self.stages), 'stage')}; {end}>"
        )

    def __str__(self) -> str:
        from stvcount.sheets import text

        return text.sheet(self)

    def _repr_html_(self) -> str:
        from stvcount.sheets import notebook

        return notebook.sheet(self)


_PACKED = ("stages", "completion")

# What else a record has travels as one tuple of plain values, since Python takes as long to pickle
# three small objects as to pickle all votes.
_WITHIN = {"contest": Contest, "rules": RulesUsed, "papers": PaperCount}
_WHERE = [
    *[("", one.name) for one in fields(CountRecord) if one.name not in (*_PACKED, *_WITHIN)],
    *[(part, one.name) for part, kind in _WITHIN.items() for one in fields(kind)],
]
_fields_of = attrgetter(*[f"{part}.{name}" if part else name for part, name in _WHERE])
_PLACES = [(part, getattr(_WITHIN.get(part, CountRecord), name).__set__) for part, name in _WHERE]


def _result_of(record: object) -> tuple[object, ...]:
    return tuple([dict(one) if type(one) is FrozenMapping else one for one in _fields_of(record)])


def _arrived(packed: bytes, result: tuple[Any, ...]) -> CountRecord:
    record = object.__new__(CountRecord)
    object.__setattr__(record, "_packed", packed)
    owners: dict[str, Any] = {"": record}
    for part, kind in _WITHIN.items():
        owners[part] = object.__new__(kind)
        object.__setattr__(record, part, owners[part])
    for (part, put), value in zip(_PLACES, result, strict=True):
        put(owners[part], FrozenMapping(value) if type(value) is dict else value)
    return record
