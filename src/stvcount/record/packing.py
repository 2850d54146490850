"""How a count went, in a form that is small and soon handed from one process to another.

A count has some hundred objects of a few fields each, and some four hundred votes. Python would
pickle them one by one, which takes a third of the time of the count. Here each field of all that
are of one kind is a column, which is soon made and pickled, and all votes are one text.
"""

from __future__ import annotations

import pickle
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import chain, islice
from operator import attrgetter
from typing import Any

from stvcount.exact import EXACT
from stvcount.frozen import FrozenMapping
from stvcount.record.decision import Decision
from stvcount.record.record import Batch, Completion, Elected, Lot, Stage

__all__ = ["pack", "unpack"]

_text_of = EXACT.to_sci_string
_flat = chain.from_iterable


def pack(stages: Sequence[Stage], completion: Completion) -> bytes:
    """How a count went, for `unpack`."""
    votes: list[Decimal] = []
    packed: list[Any] = []
    for name, kind in _PARTS.items():
        parts = [*map(attrgetter(name), stages), getattr(completion, name, ())]
        packed.append((list(map(len, parts)), kind.pack(list(_flat(parts)), votes)))
    packed += _STAGES.pack(stages, votes), completion.excluded, " ".join(map(_text_of, votes))
    return pickle.dumps(packed, pickle.HIGHEST_PROTOCOL)


def unpack(packed: bytes) -> tuple[tuple[Stage, ...], Completion]:
    """How a count went that was packed."""
    *of_parts, of_stages, excluded, text = pickle.loads(packed)  # noqa: S301 (what `pack` made)
    votes = map(_Known().__getitem__, text.split())
    ended = {"excluded": excluded}
    parts = {}
    for (name, kind), (numbers, columns) in zip(_PARTS.items(), of_parts, strict=True):
        each = iter(kind.unpack(sum(numbers), columns, votes))
        *parts[name], ended[name] = [tuple(islice(each, number)) for number in numbers]
    del ended["batches"]  # which only stages have
    stages = _STAGES.unpack(len(parts["batches"]), of_stages, votes)
    for name, of_stage in parts.items():
        _set_all(getattr(Stage, name).__set__, stages, of_stage)
    return tuple(stages), Completion(**ended)


class _Known(dict[str, Decimal]):
    """The vote that each text stands for; most stand as they stood at the stage before."""

    def __missing__(self, text: str) -> Decimal:
        self[text] = vote = Decimal(text)
        return vote


class _Column:
    """One field of all that are of a kind, packed as it is."""

    def pack(self, values: list[Any], votes: list[Decimal]) -> Any:
        """The values; votes among them go to the end of all votes."""
        return values

    def unpack(self, packed: Any, votes: Iterator[Decimal]) -> Iterable[Any]:
        """The values; the votes among them are the next."""
        values: list[Any] = packed
        return values


class _Votes(_Column):
    def pack(self, values: list[Any], votes: list[Decimal]) -> Any:
        votes += values
        return len(values)

    def unpack(self, packed: Any, votes: Iterator[Decimal]) -> Iterable[Any]:
        return list(islice(votes, packed))


class _Mappings(_Column):
    def pack(self, values: list[Any], votes: list[Decimal]) -> Any:
        return list(map(dict, values))

    def unpack(self, packed: Any, votes: Iterator[Decimal]) -> Iterable[Any]:
        return map(FrozenMapping, packed)


class _VotesByName(_Column):
    """Names are left out where they are those of the mapping before, as from stage to stage."""

    def pack(self, values: list[Any], votes: list[Decimal]) -> Any:
        votes += _flat(map(dict.values, values))
        names = list(map(tuple, values))
        return [None if now == before else now for now, before in zip(names, [None, *names])]  # noqa: B905

    def unpack(self, packed: Any, votes: Iterator[Decimal]) -> Iterable[Any]:
        names: tuple[str, ...] = ()
        mappings = []
        for given in packed:
            names = names if given is None else given
            # Asked for a name first, `zip` takes no more votes than there are names.
            mappings.append(FrozenMapping(zip(names, votes)))  # noqa: B905
        return mappings


class _Figures(_Column):
    """Figures, where there are any."""

    def pack(self, values: list[Any], votes: list[Decimal]) -> Any:
        return list(map(_plain, values))

    def unpack(self, packed: Any, votes: Iterator[Decimal]) -> Iterable[Any]:
        return map(_figure, packed)


class _FiguresByName(_Column):
    """Most figures are votes: None says that the next vote is meant."""

    def pack(self, values: list[Any], votes: list[Decimal]) -> Any:
        figures = list(_flat(map(dict.values, values)))
        votes += [one for one in figures if type(one) is Decimal]
        plain = [
            None if type(one) is Decimal else one if type(one) is int else _plain(one)
            for one in figures
        ]
        return list(map(tuple, values)), plain

    def unpack(self, packed: Any, votes: Iterator[Decimal]) -> Iterable[Any]:
        all_names, plain = packed
        figures = iter([next(votes) if one is None else _figure(one) for one in plain])
        return [FrozenMapping(zip(names, figures)) for names in all_names]  # noqa: B905


def _plain(figure: object) -> object:
    """A figure as Python pickles it soon: a vote as text. What is no figure is left, in a list."""
    kind = type(figure)
    if kind is Decimal:
        return _text_of(figure)  # type: ignore[arg-type]
    if kind is int:
        return figure
    if kind is FrozenMapping:
        return {name: _plain(one) for name, one in figure.items()}  # type: ignore[attr-defined]
    if kind is tuple:
        return tuple(map(_plain, figure))  # type: ignore[call-overload]
    return [figure]


def _figure(plain: Any) -> Any:
    kind = type(plain)
    if kind is str:
        return Decimal(plain)
    if kind is dict:
        return FrozenMapping({name: _figure(one) for name, one in plain.items()})
    if kind is tuple:
        return tuple(map(_figure, plain))
    return plain[0] if kind is list else plain


class _Kind:
    """All objects of a kind, as columns of their fields."""

    def __init__(self, kind: type, /, **columns: _Column) -> None:
        self._kind = kind
        self._ways = [
            (attrgetter(name), getattr(kind, name).__set__, column)
            for name, column in columns.items()
        ]

    def pack(self, objects: Sequence[object], votes: list[Decimal]) -> list[Any]:
        return [column.pack(list(map(of, objects)), votes) for of, _, column in self._ways]

    def unpack(self, number: int, packed: Iterable[Any], votes: Iterator[Decimal]) -> list[Any]:
        """So many objects. Their fields are set a column at a time: to make each takes longer."""
        objects: list[Any] = [object.__new__(self._kind) for _ in range(number)]
        for (_, setter, column), one in zip(self._ways, packed, strict=True):
            _set_all(setter, objects, column.unpack(one, votes))
        return objects


def _set_all(
    setter: Callable[[Any, Any], None], objects: Iterable[object], values: Iterable[Any]
) -> None:
    deque(map(setter, objects, values), maxlen=0)


_AS_IT_IS, _VOTES, _MAPPINGS = _Column(), _Votes(), _Mappings()
_VOTES_BY_NAME, _FIGURES, _FIGURES_BY_NAME = _VotesByName(), _Figures(), _FiguresByName()

_STAGES = _Kind(
    Stage,
    number=_AS_IT_IS,
    kind=_AS_IT_IS,
    candidates=_AS_IT_IS,
    quota=_FIGURES,
    votes=_VOTES_BY_NAME,
    non_transferable=_VOTES,
    remainders=_VOTES,
    keep_values=_FIGURES,
    iterations=_AS_IT_IS,
)
_PARTS = {
    "batches": _Kind(
        Batch,
        origin=_MAPPINGS,
        value_before=_VOTES,
        value=_VOTES,
        papers=_MAPPINGS,
        credited=_VOTES_BY_NAME,
        non_transferable_papers=_AS_IT_IS,
        non_transferable=_VOTES,
        remainder=_VOTES,
    ),
    "elected": _Kind(Elected, candidate=_AS_IT_IS, vote=_VOTES, clause=_AS_IT_IS),
    "lots": _Kind(
        Lot,
        purpose=_AS_IT_IS,
        clause=_AS_IT_IS,
        candidates=_AS_IT_IS,
        votes=_VOTES_BY_NAME,
        chosen=_AS_IT_IS,
        source=_AS_IT_IS,
    ),
    "decisions": _Kind(
        Decision,
        clause=_AS_IT_IS,
        code=_AS_IT_IS,
        candidates=_AS_IT_IS,
        figures=_FIGURES_BY_NAME,
        _text=_AS_IT_IS,
    ),
}
"""What stages, and all but batches the completion, have of each kind, by the name of the field."""
