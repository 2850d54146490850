"""The result sheet in Markdown, with tables as GitHub reads them.

Names and reasons come from the public: `_plain` takes from every character the meaning that
Markdown or HTML would give it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from stvcount.sheets import bounds, table, why
from stvcount.sheets.layout import Entry, named
from stvcount.sheets.whole import shown
from stvcount.words import visible

if TYPE_CHECKING:
    from stvcount.record import CountRecord, Stage

_MARKUP = re.compile(r"[\\`*_\[\]<>#|~&$@]|(?<=www)\.|:(?=//)")
_BEGINS_A_LIST = re.compile(r"^(\d*)([-+.)])")


def sheet(record: CountRecord) -> str:
    """Headings, the result, the table, what was decided at each stage, the lots, the papers."""
    record = shown(record)
    blocks = [
        f"# {_plain(named(record.title))}",
        "## Result",
        *_result(record),
        "## Count",
        _table(record),
        f"{table.MARKS}.",
        bounds.left_out(record, bounds.in_table(record)),
    ]
    for part in table.parts(record):
        blocks += [f"### {_plain(part.heading)}", _items(part.items)]
    for number, part in enumerate(table.lots(record)):
        blocks += [*(["## Lots"] if not number else []), f"### {part.heading}", _items(part.items)]
    blocks += ["## Papers and particulars", _items(table.facts(record))]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _plain(text: str) -> str:
    """The text on one line, in which no character is markup and no address becomes a link."""
    return _MARKUP.sub(r"\\\g<0>", visible(text).strip())


def _begun(text: str) -> str:
    """The same for a text that stands first in its line, where it must begin no list."""
    return _BEGINS_A_LIST.sub(r"\1\\\2", _plain(text))


def _result(record: CountRecord) -> Iterator[str]:
    if record.void:
        yield "**This election is void.**"
        yield from map(_begun, why.why_vacant(record))
    elected, others = table.elected(record), table.not_elected(record)
    yield _told("Elected:", elected, numbered=len(elected) > 1) if elected else "Elected: none"
    yield from (f"Vacant: {_plain(vacancy)}" for vacancy in table.vacancies(record))
    if others:
        yield _told("The others:", others, numbered=False)


def _told(heading: str, people: Iterable[table.Told], *, numbered: bool) -> str:
    """A list of names, with why below each."""
    lines = [heading, ""]
    for one in people:
        begin = f"{one.place}." if numbered else "-"
        lines += [f"{begin} {_begun(one.label)}", f"{' ' * len(begin)} - {_begun(one.why)}"]
    return "\n".join(lines)


# The table


def _table(record: CountRecord) -> str:
    numbers = bounds.in_table(record)
    stages = [record.stages[number] for number in numbers]
    heads = [head for stage in stages for head in _heads(stage, record.stages[0])]
    head = ["Candidate", *heads, "Result"]
    lines = [head, ["---", *(["---:"] * len(heads)), "---"]]
    rows = table.rows(record, numbers)
    lines += [[_plain(row.label), *_figures(row), row.outcome] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _heads(stage: Stage, first: Stage) -> list[str]:
    """One column for the first stage, where nothing changes, and two for each other."""
    named = f"Stage {stage.number}"
    return [named] if stage is first else [f"{named}: change", "total"]


def _figures(row: table.Row) -> Iterator[str]:
    for number, cell in enumerate(row.cells):
        if number:
            yield table.change(cell.change)
        yield table.figure(cell.total) + (f" **{cell.mark}**" if cell.mark else "")


# Lists


def _items(items: Iterable[Entry]) -> str:
    return "\n".join(line for item in items for line in _item(item))


def _item(item: Entry) -> Iterator[str]:
    label = _plain(item.label)
    yield f"- **{label}** {_plain(item.text)}" if label else f"- {_begun(item.text)}"
    yield from (f"  - {_begun(detail)}" for detail in item.details)
