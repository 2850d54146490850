"""A record in which every paper stayed whole, with its votes as whole numbers."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from stvcount.frozen import FrozenMapping
from stvcount.record.wording import is_worded, text_of

if TYPE_CHECKING:
    from stvcount.record import Batch, CountRecord, Decision, Elected, Lot, Stage


def shown(record: CountRecord) -> CountRecord:
    """The record as sheets show it: without decimals where no vote and no value has a fraction."""
    if not record.decimals or not all(map(_is_whole, _votes(record))):
        return record
    return dataclasses.replace(
        record,
        decimals=0,
        stages=tuple(map(_stage, record.stages)),
        completion=dataclasses.replace(
            record.completion,
            elected=tuple(map(_elected, record.completion.elected)),
            decisions=tuple(map(_decision, record.completion.decisions)),
            lots=tuple(map(_lot, record.completion.lots)),
        ),
    )


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


def _all_whole(votes: Mapping[str, Decimal]) -> FrozenMapping[str, Decimal]:
    return FrozenMapping((name, of(vote)) for name, vote in votes.items())


def _stage(stage: Stage) -> Stage:
    return dataclasses.replace(
        stage,
        quota=None if stage.quota is None else of(stage.quota),
        votes=_all_whole(stage.votes),
        non_transferable=of(stage.non_transferable),
        remainders=of(stage.remainders),
        batches=tuple(map(_batch, stage.batches)),
        elected=tuple(map(_elected, stage.elected)),
        lots=tuple(map(_lot, stage.lots)),
        decisions=tuple(map(_decision, stage.decisions)),
    )


def _batch(batch: Batch) -> Batch:
    return dataclasses.replace(
        batch,
        value_before=of(batch.value_before),
        value=of(batch.value),
        credited=_all_whole(batch.credited),
        non_transferable=of(batch.non_transferable),
        remainder=of(batch.remainder),
    )


def _elected(elected: Elected) -> Elected:
    return dataclasses.replace(elected, vote=of(elected.vote))


def _lot(lot: Lot) -> Lot:
    return dataclasses.replace(lot, votes=_all_whole(lot.votes))


def _decision(decision: Decision) -> Decision:
    """The decision in words made again, where this library made them."""
    figures = _figure(decision.figures)
    if not is_worded(decision.code) or decision.text != _text(decision, decision.figures):
        return decision
    text = _text(decision, figures) or decision.text
    return type(decision)(decision.clause, decision.code, decision.candidates, figures, text)


def _text(decision: Decision, figures: Mapping[str, Any]) -> str | None:
    try:
        return text_of(decision.code, decision.candidates, figures)
    except (LookupError, TypeError, AttributeError, ArithmeticError):
        # Others may have written other figures under this code.
        return None


def _figure(figure: Any) -> Any:
    if isinstance(figure, Decimal):
        return of(figure)
    if isinstance(figure, FrozenMapping):
        return FrozenMapping((name, _figure(one)) for name, one in figure.items())
    return tuple(map(_figure, figure)) if isinstance(figure, tuple) else figure
