"""When, by whom and for whom an election was held."""

from __future__ import annotations

from dataclasses import dataclass, fields

from stvcount.checks import found, whole_number
from stvcount.errors import ElectionError


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """What a declaration states besides the count; each is None where it was not given.

    `date`: as it is to be printed. `electorate`: how many could vote. `returning_officer`: who
    declares the result. `status`: such as "provisional until 12 March (8.4)".
    """

    date: str | None = None
    electorate: int | None = None
    returning_officer: str | None = None
    status: str | None = None

    def __post_init__(self) -> None:
        if self.electorate is not None:
            whole_number("electorate", self.electorate)
        for name in ("date", "returning_officer", "status"):
            value = getattr(self, name)
            if value is not None and not isinstance(value, str):
                raise ElectionError(f"{name}: found {found(value)}; expected a text or none")

    def otherwise(self, other: Contest) -> Contest:
        """The same, with what `other` states where this states nothing."""
        stated = {
            one.name: getattr(self if getattr(self, one.name) is not None else other, one.name)
            for one in fields(self)
        }
        return Contest(**stated)
