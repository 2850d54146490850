"""A decision: what was decided, as data. Words are made from it when somebody reads them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeAlias

from stvcount import codec
from stvcount.frozen import FrozenMapping
from stvcount.record.wording import text_of

Figure: TypeAlias = "Decimal | int | FrozenMapping[str, Figure] | tuple[Figure, ...]"
"""A number of a decision: votes and values as `Decimal`, papers and places as `int`.

Where a candidate has one of his own, a mapping from names; a list of them where there are several.
"""


def _figures(_: Any, value: object, place: str) -> FrozenMapping[str, Figure]:
    """Figures as JSON has them: votes as strings, numbers of papers and places as numbers."""
    named = codec.decode(FrozenMapping[str, object], value, place)
    return FrozenMapping(
        (name, _figure(item, codec.at(place, name))) for name, item in named.items()
    )


def _figure(value: object, place: str) -> Figure:
    if isinstance(value, dict):
        return _figures(None, value, place)
    if isinstance(value, list):
        return tuple(_figure(item, f"{place}[{i}]") for i, item in enumerate(value))
    kind: type = int if isinstance(value, int) else Decimal
    figure: Figure = codec.decode(kind, value, place)
    return figure


def is_clause_of(clause: str, clauses: Collection[str]) -> bool:
    """Whether the clause is one of these, or a part in brackets of one: 5.2.2(a) of 5.2.2."""
    return clause in clauses or (clause.endswith(")") and clause.rpartition("(")[0] in clauses)


_NO_FIGURES: FrozenMapping[str, Figure] = FrozenMapping()


# Were they made by the dataclass, `text` would be one of them, which is made when it is read.
class _Slots:
    __slots__ = ("_text", "candidates", "clause", "code", "figures")

    _text: str | None
    """As it was stated, or made when it was first read; until then None."""


@dataclass(frozen=True, init=False)
class Decision(_Slots):
    """What was decided, and the clause that decided it.

    `code`: what kind of decision it is, such as "deferred"; `candidates`: all whom it concerns;
    `figures`: all numbers it rests on, by name. These say it all: `text` is made from them in one
    place for each code (`stvcount.record.wording`), for codes of other packages by their rule set.
    """

    __slots__ = ()

    clause: str
    code: str
    candidates: tuple[str, ...]
    figures: FrozenMapping[str, Figure] = field(metadata={"decode": _figures})

    def _words(self) -> str:
        text = self._text
        if text is None:
            text = text_of(self.code, self.candidates, self.figures)
            object.__setattr__(self, "_text", text)
        return text

    text: str = property(_words)  # type: ignore[assignment]

    def __init__(
        self,
        clause: str,
        code: str,
        candidates: tuple[str, ...] = (),
        figures: Mapping[str, Figure] = _NO_FIGURES,
        text: str | None = None,
    ) -> None:
        """`text`: where it is stated; without it, as this library words the code."""
        state = object.__setattr__
        state(self, "clause", clause)
        state(self, "code", code)
        state(self, "candidates", candidates)
        # What cannot be changed can be shared.
        frozen = figures if type(figures) is FrozenMapping else FrozenMapping(figures)
        state(self, "figures", frozen)
        state(self, "_text", text)

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.clause, self.code, self.candidates, self.figures, self._text)
