"""What each part of a ballot file was taken for, so that it can be seen, settled and repeated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from stvcount import codec
from stvcount.frozen import FrozenMapping

__all__ = ["SCHEMA", "ColumnRead", "Layout", "Reading", "Role", "RowLeftOut"]

SCHEMA = "stvcount.reading/1"

Role: TypeAlias = Literal[
    "candidate",
    "preference",
    "ranking",
    "name",
    "rank",
    "paper",
    "number of papers",
    "identifier",
    "not read",
]
"""What a column is: numbers against a candidate; the names at one preference; whole orders of
names; of a table with a row for each preference, the name, its rank and whose paper it is on; the
number of papers that a row stands for; what tells papers apart and is not kept; or nothing."""

Layout: TypeAlias = Literal["candidates", "preferences", "ranking", "long", "zero-one"]
"""Which way round a table is: a column for each candidate with numbers; one for each preference
with names; one with whole orders of names; a row for each preference; a column for each candidate,
or each candidate at each rank, with 1 where it is marked and 0 where it is not."""

_NO_COUNTS: FrozenMapping[str, int] = FrozenMapping()
_NO_TEXTS: FrozenMapping[str, str] = FrozenMapping()


@dataclass(frozen=True, slots=True)
class ColumnRead:
    """One column of a table: where it stands, its heading, what it was taken for, and why.

    `column`: its letters in a spreadsheet, "A" for the first. `candidate`: whose column it is.
    `preference`: the number of the preference that it holds. `cells`: some of its different cells,
    where they are part of papers; those of any other column may be somebody's and are not kept.
    """

    column: str
    heading: str
    role: Role
    candidate: str | None
    preference: int | None
    why: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RowLeftOut:
    """A row of a table, by its number in the file, that is no paper, and why."""

    row: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How a ballot file was read: the same bytes with the same reading are the same papers.

    `format`: its name. The following are of a table: `sheet` of a workbook; `question` of a form
    with several; `layout`, None for a file that is no table; `heading_rows`: the numbers of the
    rows of headings, none where there is none; `columns`, from the left; `candidates`, in the
    order of the paper; `rows_left_out`: those that are no papers; `blanks`: words read as blank
    cells, with how many there were; `same`: spellings taken for a candidate's name.
    `settings`: every further option that the reading took, by its name in `stvcount.read`.
    """

    format: str
    sheet: str | None = None
    question: str | None = None
    layout: Layout | None = None
    heading_rows: tuple[int, ...] = ()
    columns: tuple[ColumnRead, ...] = ()
    candidates: tuple[str, ...] = ()
    rows_left_out: tuple[RowLeftOut, ...] = ()
    blanks: FrozenMapping[str, int] = _NO_COUNTS
    same: FrozenMapping[str, str] = _NO_TEXTS
    settings: FrozenMapping[str, str] = _NO_TEXTS

    def to_json(self) -> str:
        """The reading as JSON text of the schema `stvcount.reading/1`."""
        return codec.dumps({"schema": SCHEMA, **codec.encode(self)})

    @classmethod
    def from_json(cls, text: str) -> Reading:
        """The reading that `to_json` wrote.

        Raises `RecordError`, naming the place, for a text that is none.
        """
        found: Reading = codec.decode(cls, codec.loads(text, schema=SCHEMA))
        return found
