"""The order of the names on the ballot paper: by lot, in rotation, or both.

"random" (Imperial bye-laws F33): one order for all papers, by lot. "rotation" (Loughborough): each
candidate first on an equal number of papers. "random-rotation" (Chester, Appendix J 17.1.1): an
order by lot, which is rotated from form to form.

The lot is a seed, and anybody can repeat it; see `random_order`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias, get_args

from stvcount import checks
from stvcount.checked import checked
from stvcount.errors import ElectionError
from stvcount.plain_html import ShowsItsText

__all__ = [
    "METHODS",
    "BallotOrder",
    "Method",
    "ballot_order",
    "random_order",
    "rotated_from_random",
    "rotations",
]

Method: TypeAlias = Literal["random", "rotation", "random-rotation"]
METHODS: tuple[str, ...] = get_args(Method)

_SOURCES = MappingProxyType(
    {
        "random": "Imperial College Union bye-laws F33",
        "rotation": "Loughborough Students' Union: each first on an equal number of papers",
        "random-rotation": "Chester Students' Union, Appendix J 17.1.1",
    }
)


@dataclass(frozen=True, slots=True)
class BallotOrder(ShowsItsText):
    """In which order the names stand on each paper.

    `source`: the rule that asks for it. `seed`: of the lot, or None where none was drawn.
    `names`: their order on the first paper. `last`: the name that stands last on every paper, as
    it does in `names`, or None.
    """

    method: Method
    source: str
    seed: str | None
    names: tuple[str, ...]
    last: str | None

    @property
    def forms(self) -> int:
        """The number of different forms of the paper: 1, or one for each name that rotates."""
        if self.method == "random":
            return 1
        return max(1, len(self.names) - (self.last is not None))

    def form(self, number: int) -> tuple[str, ...]:
        """The names on paper `number`, from 1; after the last form the first one comes again.

        Form k begins with the k-th name and goes on in the order of form 1, round to its start.
        Raises `ElectionError` for a number that no paper has.
        """
        _check_whole("number of the paper", number)
        moved = (number - 1) % self.forms
        turning = self.names if self.last is None else self.names[:-1]
        return turning[moved:] + turning[:moved] + self.names[len(turning) :]

    def papers(self, number: int) -> Iterator[tuple[str, ...]]:
        """The names on each of this number of papers, one paper at a time.

        Raises `ElectionError` for a number below 1.
        """
        _check_whole("papers", number)
        return map(self.form, range(1, number + 1))

    def papers_of_forms(self, papers: int, *, equal: bool = False) -> tuple[int, ...]:
        """How many papers of each form to print to have this number of papers.

        They differ by one at most, the first forms having one more. `equal`: as many of each
        form, rounded up, which may come to more papers than asked for.
        Raises `ElectionError` for a number below 1.
        """
        _check_whole("papers", papers)
        each, more = divmod(papers, self.forms)
        if equal:
            return (each + (more > 0),) * self.forms
        return tuple(each + (form < more) for form in range(self.forms))

    def __str__(self) -> str:
        from stvcount.ballot_order import sheet as order_sheet

        return order_sheet.sheet(self)


@checked
def ballot_order(
    candidates: Sequence[str], method: Method, *, seed: str | None = None, last: str | None = None
) -> BallotOrder:
    """The order of the names by one of `METHODS`.

    `seed`: of the lot; needed by the methods that draw one, and by no other.
    `last`: the candidate (such as Re-Open Nominations) who stands last on every paper and takes
    no part in lot or rotation; without it, all are alike.
    Raises `ElectionError` for no candidates, two of one name, an unknown method, a `last` that is
    no candidate, a seed that is missing or not needed.

    >>> import stvcount
    >>> order = stvcount.ballot_order(["Ann", "Bob", "RON"], "rotation", last="RON")
    >>> order.form(1), order.form(2)
    (('Ann', 'Bob', 'RON'), ('Bob', 'Ann', 'RON'))
    """
    names = _checked(candidates, last)
    if method not in METHODS:
        raise ElectionError(f"method: found {method!r}; expected {', '.join(METHODS)}")
    if method != "rotation":
        names = random_order(names, _checked_seed(seed), last=last)
    elif seed is not None:
        raise ElectionError(f"seed: found {seed!r}; expected none, for rotation draws no lot")
    else:
        names = _with_last(names, last)
    return BallotOrder(method, _SOURCES[method], seed, names, last)


def random_order(
    candidates: Sequence[str], seed: str, *, last: str | None = None
) -> tuple[str, ...]:
    """The names in an order by lot that anybody can repeat from this seed (Imperial F33).

    They stand in ascending order of the SHA-256 of the JSON array
    [seed, "ballot order", all names in the lot sorted, name] in UTF-8 without spaces. The order
    in which they were given has no part in it. `last` (not in the lot) and the errors: as in
    `ballot_order`.
    """
    given = _checked(candidates, last)
    _checked_seed(seed)
    drawn = sorted(name for name in given if name != last)
    import hashlib  # slow to import, and not needed by a rotation

    def digest(name: str) -> bytes:
        parts = [seed, "ballot order", drawn, name]
        text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).digest()

    return _with_last(sorted(drawn, key=digest), last)


def rotations(candidates: Sequence[str], *, last: str | None = None) -> BallotOrder:
    """The names as given, each first on an equal number of papers (Loughborough).

    `last` and the errors: as in `ballot_order`.
    """
    return ballot_order(candidates, "rotation", last=last)


def rotated_from_random(
    candidates: Sequence[str], seed: str, *, last: str | None = None
) -> BallotOrder:
    """The names in an order by lot, rotated from form to form (Chester 17.1.1).

    `seed`, `last` and the errors: as in `ballot_order`.
    """
    return ballot_order(candidates, "random-rotation", seed=seed, last=last)


def _with_last(names: Iterable[str], last: str | None) -> tuple[str, ...]:
    others = tuple(name for name in names if name != last)
    return others if last is None else (*others, last)


def _checked(candidates: Sequence[str], last: str | None) -> tuple[str, ...]:
    from stvcount.election import check_names  # see _checked_seed

    names = checks.names("candidates", candidates)
    check_names(names)
    for name, times in Counter(names).items():
        if times > 1:
            raise ElectionError(
                f"candidates: found {name!r} {times} times; expected names that tell them apart"
            )
    if last is not None and last not in names:
        raise ElectionError(
            f"last: found {last!r}; expected one of the candidates {', '.join(names)}"
        )
    return names


def _checked_seed(seed: str | None) -> str:
    if seed is None or (isinstance(seed, str) and checks.is_without_marks(seed)):
        raise ElectionError("seed: found none; expected a text from which the lot can be repeated")
    # The name of this module and its function is one: it is imported with the library, and first.
    from stvcount.election import check_text

    check_text("seed", seed)
    return seed


def _check_whole(what: str, number: int) -> None:
    if type(number) is not int or number < 1:
        raise ElectionError(f"{what}: found {number!r}; expected a whole number from 1")
