"""A record as sheets show it: whole votes as whole numbers, long fractions rounded."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from stvcount import rules
from stvcount.frozen import FrozenMapping
from stvcount.record import Decision, Stage
from stvcount.record.wording import is_worded, text_of

if TYPE_CHECKING:
    from stvcount.record import CountRecord

_Shown: TypeAlias = Callable[[Decimal], Decimal]
_ROUNDED = Context(prec=120, rounding=ROUND_HALF_UP)


def shown(record: CountRecord) -> CountRecord:
    """The record as sheets show it.

    Without decimals, where no vote and no value has a fraction; with as many as the rule set has
    shown, where it says so.
    """
    if record.decimals and all(map(_is_whole, _votes(record))):
        return _with(record, of, 0)
    decimals = shown_decimals(record)
    if decimals is None or record.decimals <= decimals:
        return record
    return _with(record, _rounded_to(decimals), decimals)


def shown_decimals(record: CountRecord) -> int | None:
    """To how many decimals sheets round the votes of this rule set; None: they show them all."""
    kind = rules.own(record.rules.id)
    return None if kind is None else kind.shown_decimals


def _votes(record: CountRecord) -> Iterator[Decimal]:
    """Every vote and value that stages and batches state."""
    for stage in record.stages:
        yield from stage.votes.values()
        yield from (stage.non_transferable, stage.remainders)
        yield from () if stage.quota is None else (stage.quota,)
        for batch in stage.batches:
            yield from (batch.value_before, batch.value, *batch.credited.values())
            yield from (batch.non_transferable, batch.remainder)
        yield from (one.vote for one in stage.elected)
    yield from (one.vote for one in record.completion.elected)


def _is_whole(votes: Decimal) -> bool:
    return votes == votes.to_integral_value()


def of(votes: Decimal) -> Decimal:
    """The votes without decimals where they have no fraction."""
    return votes.to_integral_value() if _is_whole(votes) else votes


def _rounded_to(decimals: int) -> _Shown:
    unit = Decimal(1).scaleb(-decimals)
    return lambda votes: votes.quantize(unit, context=_ROUNDED)


def _with(record: CountRecord, figure: _Shown, decimals: int) -> CountRecord:
    return dataclasses.replace(
        record,
        decimals=decimals,
        stages=_as(record.stages, figure),
        completion=_as(record.completion, figure),
    )


def _as(value: Any, figure: _Shown) -> Any:
    """The same with every vote and value in it as `figure` shows it; keep values as they are."""
    if isinstance(value, Decimal):
        return figure(value)
    if isinstance(value, FrozenMapping):
        return FrozenMapping((name, _as(one, figure)) for name, one in value.items())
    if isinstance(value, tuple):
        return tuple(_as(one, figure) for one in value)
    if isinstance(value, Decision):
        return _decision(value, figure)
    if not dataclasses.is_dataclass(value):
        return value
    keep = {"keep_values": value.keep_values} if isinstance(value, Stage) else {}
    names = [one.name for one in dataclasses.fields(value)]
    kind: Any = type(value)
    return kind(**{name: _as(getattr(value, name), figure) for name in names} | keep)


def _decision(decision: Decision, figure: _Shown) -> Decision:
    """The decision in words made again, where this library made them."""
    figures = _as(decision.figures, figure)
    if not is_worded(decision.code) or decision.text != _text(decision, decision.figures):
        return decision
    text = _text(decision, figures) or decision.text
    return Decision(decision.clause, decision.code, decision.candidates, figures, text)


def _text(decision: Decision, figures: Mapping[str, Any]) -> str | None:
    try:
        return text_of(decision.code, decision.candidates, figures)
    except (LookupError, TypeError, AttributeError, ArithmeticError):
        # Others may have written other figures under this code.
        return None
