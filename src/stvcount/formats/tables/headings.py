"""What each column is, by its heading."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import repeat

from stvcount.formats.tables.cells import (
    IN_BRACKETS,
    LINE_BREAK,
    MOST_DIGITS,
    TOO_LARGE,
    is_escaped,
    name_of,
    number_of,
    plain,
    rank_of,
    role_of,
)
from stvcount.formats.tables.findings import Findings
from stvcount.formats.tables.table import Column
from stvcount.formats.wording import control_character, echo, echoes


@dataclass(frozen=True, slots=True, eq=False)
class Heading:
    """A column, and what its heading says; `rank`: the preference that it numbers, if any."""

    column: Column
    name: str
    role: str | None = None
    rank: int | None = None

    @property
    def cells(self) -> Sequence[str]:
        """The different cells of the column."""
        return self.column.cells

    @property
    def shown(self) -> str:
        return f"column {echo(self.column.heading)}"


def shown(headings: Sequence[Heading]) -> str:
    columns = echoes([heading.column.heading for heading in headings])
    return f"column{'s' * (len(headings) > 1)} {columns}"


def headings_of(found: Findings) -> list[Heading]:
    """The columns that have a heading."""
    headings: list[Heading] = []
    for number, column in enumerate(found.table.columns, start=1):
        heading = _heading(column)
        if heading.name:
            if control_character(heading.name):
                found.fault_of_character(found.table.header, heading.name, "a heading")
            headings.append(heading)
            continue
        for row, cell in found.where(column, str.strip):
            expected = "a heading over every column that is used"
            found.fault(row, f"{echo(cell)} in column {number}, which has no heading", expected)
    if any(LINE_BREAK.search(heading.column.heading.strip()) for heading in headings):
        found.notes.append("line breaks and tabs in headings are read as blanks")
    return headings


def _heading(column: Column) -> Heading:
    text = column.heading
    if is_escaped(text):
        return Heading(column, name_of(text))
    return Heading(column, name_of(text), role_of(text), _numbered(text))


def _numbered(text: str) -> int | None:
    rank = rank_of(text)
    return rank.number if rank else None


def check_ids(found: Findings, headings: Sequence[Heading]) -> None:
    for heading in headings:
        found.notes.append(
            f"{heading.shown}: identifiers, of which none stands twice; they are not kept"
        )
        rows: dict[str, int] = {}
        for row, cell in found.where(heading.column, str.strip):
            first = rows.setdefault(cell.strip(), row)
            if first != row:
                again = f"{echo(cell.strip())} again in {heading.shown}, which row {first} has"
                found.fault(row, again, "every identifier once")


def numbers_of_papers(found: Findings, headings: Sequence[Heading]) -> Sequence[int]:
    """How many papers each row stands for, by the column with these headings if there is one."""
    if len(headings) > 1:
        several = f"{len(headings)} columns of numbers of papers ({shown(headings)})"
        found.fault_of_headings(several, "one at most")
    if not headings:
        return array("b", repeat(1, len(found.table.rows)))
    heading = headings[0]
    found.notes.append(f"{heading.shown}: the number of papers that a row stands for")
    for row, cell in found.where(heading.column, lambda cell: not _is_number_of_papers(cell)):
        expected = f"a number of papers: a whole number from 1, of at most {MOST_DIGITS} digits"
        found.fault(row, f"{echo(cell)} in {heading.shown}", expected)
    numbers = [number_of(cell) for cell in heading.cells]
    return [numbers[code] for code in heading.column.codes.tolist()]


def _is_number_of_papers(cell: str) -> bool:
    return 1 <= number_of(cell) < TOO_LARGE


def note_unread(found: Findings, headings: Sequence[Heading]) -> None:
    if headings:
        found.notes.append(f"not read: {shown(headings)}")


def of_one_question(found: Findings, headings: Sequence[Heading]) -> Sequence[Heading]:
    """The columns of the form's one question, or all where the headings are not of a form."""
    names = found.asked.candidates
    if names is not None and set(names) <= {heading.name for heading in headings}:
        return headings
    questions = _with_these(_questions(headings), names)
    if not questions:
        return headings
    if len(questions) > 1:
        expected = "the columns of one question, or the names of its candidates (candidates=)"
        several = f"several questions in the headings ({echoes(list(questions))})"
        found.fault_of_headings(several, expected)
        return ()
    [(question, columns)] = questions.items()
    found.notes.append(f"the headings are of the question {echo(question)}, names in brackets")
    taken = [column.column for column in columns]
    others = [heading for heading in headings if heading.column not in taken]
    _check_beside(found, question, others)
    note_unread(found, others)
    return columns


def _questions(headings: Sequence[Heading]) -> dict[str, list[Heading]]:
    """The columns of each question of a form, by what stands before the brackets.

    Where no two columns share a question, brackets are part of names: `Ann Lee [Green]`.
    """
    questions: dict[str, list[Heading]] = {}
    for heading in headings:
        text = heading.column.heading
        parts = None if is_escaped(text) else IN_BRACKETS.fullmatch(text)
        if parts:
            columns = questions.setdefault(plain(parts["question"]), [])
            inner = parts["inner"]
            columns.append(Heading(heading.column, plain(inner), rank=_numbered(inner)))
    shared = any(len(columns) > 1 for columns in questions.values())
    return questions if shared else {}


def _with_these(
    questions: dict[str, list[Heading]], names: Sequence[str] | None
) -> dict[str, list[Heading]]:
    """The questions with just these candidates; the only one, whatever they are."""
    if names is None or len(questions) == 1:
        return questions
    return {
        question: columns
        for question, columns in questions.items()
        if set(names) == {column.name for column in columns}
    }


def _check_beside(found: Findings, question: str, others: Sequence[Heading]) -> None:
    """Refuse to leave out what may be a candidate whose heading has no brackets."""
    if found.asked.candidates is not None:
        return
    for heading in others:
        if any(rank_of(cell) for cell in heading.cells):
            beside = f"numbers in {heading.shown} beside the question {echo(question)}"
            expected = "other columns without numbers, or all candidates named (candidates=)"
            found.fault_of_headings(beside, expected)
