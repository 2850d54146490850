"""The pages of a mock count, each complete in itself."""

from __future__ import annotations

import shlex
from decimal import localcontext
from typing import TYPE_CHECKING

from stvcount.exact import EXACT
from stvcount.sheets import accounts, html, table, why
from stvcount.sheets.whole import shown
from stvcount.testing.mock import guide
from stvcount.testing.mock.rulings import CLAUSES, rulings
from stvcount.version import __version__
from stvcount.words import counted

if TYPE_CHECKING:
    from stvcount.record import CountRecord
    from stvcount.testing.mock.mocking import MockCount

_FOLDER = "testing/mock/templates"

# A sheet of A4 within its margins, and the parts of a voting paper, in millimetres.
_HEIGHT, _ACROSS = 277, 3
_HEAD_AND_FOOT, _ROW = 26, 7

_STAGES_ACROSS = 5
_ROOM, _HIGHEST = 1250, 72
"""For the rows of a blank result sheet, and the highest of one, in tenths of a millimetre."""


def papers(mock: MockCount) -> str:
    """The voting papers, several to a sheet, with cutting lines between them."""
    high = _HEAD_AND_FOOT + _ROW * len(mock.election.candidates)
    down = max(1, _HEIGHT // high)
    numbered, each = list(enumerate(mock.marks, start=1)), _ACROSS * down
    leaves = [numbered[at : at + each] for at in range(0, len(numbered), each)]
    return _page("papers.html", mock, leaves=leaves, high=high)


def blank_sheet(mock: MockCount) -> str:
    """The result sheet to be filled in: as many columns tell nobody how many stages there are."""
    record = mock.record
    needed = len(record.stages) // _STAGES_ACROSS + 1
    stages = [range(1 + at * _STAGES_ACROSS, 1 + (at + 1) * _STAGES_ACROSS) for at in range(needed)]
    rows = table.rows(record)
    high = min(_HIGHEST, _ROOM // len(rows))
    return _page(
        "blank.html",
        mock,
        folds=stages,
        high=f"{high // 10}.{high % 10}mm",
        lost=[row.name for row in rows if row.kind in ("non-transferable", "remainders")],
        sums=[row.name for row in rows if row.kind in ("total", "quota")],
    )


def answers(mock: MockCount) -> str:
    """The answer sheet: rulings, result sheet, and each stage with what to do and to say."""
    record = shown(mock.record)
    with localcontext(EXACT):
        return _page(
            "answers.html",
            mock,
            rulings=rulings(mock.marks, mock.election.candidates),
            reading=CLAUSES,
            guides=guide.guides(record),
            elected=table.elected(record),
            not_elected=table.not_elected(record),
            why_vacant=why.why_vacant(record),
            **_of_the_sheet(record),
        )


def instructions(mock: MockCount) -> str:
    """What the trainer needs to know, on one page."""
    return _page("instructions.html", mock, command=shlex.join(mock.command()))


def _of_the_sheet(record: CountRecord) -> dict[str, object]:
    """What the table of the result sheet is made of."""
    stages = record.stages
    number = len(stages)
    return {
        "columns": stages,
        "rows": table.rows(record),
        "change": accounts.change,
        "marks": accounts.MARKS,
        "headings": {stage.number: table.happened(stage) for stage in stages},
        "folds": [
            range(at, min(at + _STAGES_ACROSS, number)) for at in range(0, number, _STAGES_ACROSS)
        ],
    }


def _page(name: str, mock: MockCount, **contents: object) -> str:
    record = shown(mock.record)
    text: str = html.template(name, _FOLDER).render(
        mock=mock,
        record=record,
        measures=mock.measures,
        rules=table.rules_named(record),
        readings=table.readings_page(record),
        places=counted(record.places, "place"),
        version=__version__,
        text=str,
        **contents,
    )
    return text
