"""Counts of hundreds of candidates and stages: sheets that people can open, and that say so."""

from __future__ import annotations

import csv
import io
import re
from functools import cache

import pytest

import stvcount
from stvcount import CountRecord, Election, Lots, Papers
from stvcount.sheets import render

_CANDIDATES = 230
_MOST_IN_A_TABLE = 40_000
_MOST_DRAWN = 12_000
ACCOUNTS = _CANDIDATES + 1


@cache
def counted(candidates: int = _CANDIDATES) -> CountRecord:
    """All have about as many papers, so that they go one or a few at a time."""
    names = [f"N{number:03}" for number in range(candidates)]
    orders: list[tuple[list[int | None], int]] = [
        ([at, (at + 1) % candidates], 900 + at) for at in range(candidates)
    ]
    election = Election(places=1, candidates=names, papers=Papers(names, orders))
    return stvcount.count(election, rules="ers97", lots=Lots.first_listed())


def in_terminal(record: CountRecord) -> str:
    console = pytest.importorskip("rich.console").Console(file=io.StringIO(), width=100)
    from stvcount.sheets import coloured

    console.print(*coloured.blocks(record, width=100))
    text: str = console.file.getvalue()
    return text


@cache
def page_of(record: CountRecord) -> str:
    return render(record, "html")


def table_of_page(record: CountRecord) -> str:
    found = re.search(r'<section id="sheet".*?</section>', page_of(record), re.DOTALL)
    assert found
    return found[0]


TABLES = {
    "text": lambda record: render(record, "text").partition("Elected:")[0],
    "markdown": lambda record: render(record, "markdown").partition("\n### ")[0],
    "html": table_of_page,
    "notebook": lambda record: record._repr_html_().partition("<details>")[0],
    "terminal": lambda record: in_terminal(record).partition("Elected:")[0],
}


def gap(text: str) -> tuple[int, int]:
    """The stages that a sheet says are left out of it."""
    found = set(re.findall(r"Stages (\d+) to (\d+) are left out here", " ".join(text.split())))
    assert len(found) == 1, found
    first, last = found.pop()
    return int(first), int(last)


@pytest.mark.parametrize("sheet", TABLES)
def test_the_table_of_a_long_count_has_its_first_and_last_stages(sheet: str) -> None:
    record = counted()
    text = TABLES[sheet](record)
    first, last = gap(text)
    shown = {int(number) for number in re.findall(r"Stage (\d+)\b", text)}
    stages = len(record.stages)
    assert shown == {*range(1, first), *range(last + 1, stages + 1)}
    assert len(shown) == _MOST_IN_A_TABLE // ACCOUNTS < stages


def test_the_figures_beside_the_gap_are_those_of_the_record() -> None:
    record = counted()
    text = TABLES["markdown"](record)
    _, last = gap(text)
    heads, _, *rows = (line[2:-2].split(" | ") for line in text.splitlines() if line[:1] == "|")
    at = heads.index(f"Stage {last + 1}: change")
    after, before = record.stages[last], record.stages[last - 1]
    assert after.number == last + 1
    for name, *cells in rows[:_CANDIDATES]:
        assert cells[at].removesuffix(" **X**").removesuffix(" **E**") == f"{after.votes[name]:f}"
        change = after.votes[name] - before.votes[name]
        assert cells[at - 1] == (f"{change:+f}" if change else "")


def test_the_csv_sheet_has_every_stage() -> None:
    record = counted()
    lines = list(csv.reader(io.StringIO(render(record, "csv"))))
    named = [cell for line in lines for cell in line if re.fullmatch(r"Stage \d+", cell)]
    assert named == [f"Stage {stage.number}" for stage in record.stages]


def test_pictures_of_a_long_count_are_few_and_the_page_says_which() -> None:
    record = counted()
    page = page_of(record)
    pictures = page[page.index('id="pictures"') : page.index('id="stages"')]
    first, last = gap(pictures.partition("<figure>")[0])
    stages = len(record.stages)
    drawn = {*range(1, first), *range(last + 1, stages + 1)}
    assert len(drawn) == _MOST_DRAWN // ACCOUNTS
    assert {int(n) for n in re.findall(r"-title\">Votes after stage (\d+)<", page)} == drawn
    assert "too long to be drawn as lines" in pictures


def test_flows_of_a_long_count_do_not_run_over_the_gap() -> None:
    record = counted()
    picture = render(record, "svg-transfers")
    first, last = gap(picture)
    stages = {int(number) for number in re.findall(r'data-stage="(\d+)"', picture)}
    assert stages == {*range(2, first), *range(last + 2, len(record.stages) + 1)}


@pytest.mark.parametrize("sheet", TABLES)
def test_a_count_that_fits_is_shown_whole(sheet: str) -> None:
    record = counted(40)
    assert "left out" not in TABLES[sheet](record)
    page = page_of(record)
    assert "left out" not in page
    assert page.count('-title">Votes after stage') == len(record.stages)
    assert "too long" not in page
