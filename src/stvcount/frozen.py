"""A mapping that cannot be changed, for results that are read many times and never written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NoReturn, TypeVar

K = TypeVar("K")
V_co = TypeVar("V_co", covariant=True)

# To type checkers it is a mapping, which none can write to. When it runs it is a dict whose ways of
# writing are shut: a count makes and reads them by the hundred, and a dict does so in C.
if TYPE_CHECKING:
    _Base = Mapping
else:
    _Base = dict


class FrozenMapping(_Base[K, V_co]):
    """An immutable, hashable, picklable mapping that keeps the order it was given."""

    __slots__ = ()

    if TYPE_CHECKING:

        def __init__(self, items: Mapping[K, V_co] | Iterable[tuple[K, V_co]] = ()) -> None: ...
        def __getitem__(self, key: K) -> V_co: ...
        def __iter__(self) -> Iterator[K]: ...
        def __len__(self) -> int: ...

    else:

        def _shut(self, *_: object, **__: object) -> NoReturn:
            raise TypeError(f"{type(self).__name__} cannot be changed")

        __setitem__ = __delitem__ = __ior__ = _shut
        clear = pop = popitem = setdefault = update = _shut

    def __hash__(self) -> int:
        return hash(frozenset(self.items()))

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (dict(self),)
