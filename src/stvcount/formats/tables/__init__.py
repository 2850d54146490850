"""Papers in a table, whichever way round it lies.

CSV, XLSX, Parquet and Arrow files hold such tables, and data frames; here is all that they share.
A table is kept by columns, each with its different cells and, for each row, which of them stands
there: so a cell is looked at once, however many rows have it.

    grid of cells --headings--> columns --judging--> reading --ballots--> papers

`headings` finds the rows of headings; `judging` says what each column is, with `by_numbers`,
`by_names`, `by_marks` and `by_rows` for each way round; `doubts` and `whole` ask where that is not
certain; what was decided is a `Reading`, and by it alone `ballots` makes the papers. `ranks`,
`known`, `spelling` and `cells` say what one text means by itself. `writing` goes back.
"""

from __future__ import annotations

from stvcount.formats.tables.cells import text_of
from stvcount.formats.tables.columns import letters_of
from stvcount.formats.tables.findings import Asked
from stvcount.formats.tables.reading import Sheet, election_of, questions
from stvcount.formats.tables.table import Column, ColumnGrid, RowGrid
from stvcount.formats.tables.writing import as_table, left_out

__all__ = [
    "Asked",
    "Column",
    "ColumnGrid",
    "RowGrid",
    "Sheet",
    "as_table",
    "election_of",
    "left_out",
    "letters_of",
    "questions",
    "text_of",
]
