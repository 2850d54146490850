"""Papers in a table: a column for each candidate, or a column for each preference.

CSV, XLSX, Parquet and Arrow files hold such tables; here is all that they share. A table is kept
by columns, each with its different cells and, for each row, which of them stands there: so a
cell is looked at once, however many rows have it.

    file --table--> Table --headings--> what each column is --layout--> which way round
                                                                              |
    Election <--ballots-- what each cell means <--by_candidates or by_preferences

`cells` says what one text means by itself, `findings` gathers faults and notes, `reading` goes
the way from first to last, and `writing` goes back.
"""

from __future__ import annotations

from stvcount.formats.tables.cells import text_of
from stvcount.formats.tables.findings import Asked
from stvcount.formats.tables.reading import election_of, refusal
from stvcount.formats.tables.table import Builder, Column, Table
from stvcount.formats.tables.writing import as_table, left_out

__all__ = [
    "Asked",
    "Builder",
    "Column",
    "Table",
    "as_table",
    "election_of",
    "left_out",
    "refusal",
    "text_of",
]
