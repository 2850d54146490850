"""The page as a reader sees it: opened in a browser, on screens wide and narrow, and on paper."""

from __future__ import annotations

import dataclasses
import os
import random
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import browser
import pytest
from builders import election
from test_html import expected_row, unlikely
from test_record_json import labour

import stvcount
from stvcount import CountRecord, Election, Lots, Papers
from stvcount.frozen import FrozenMapping
from stvcount.sheets import html, svg, table

NASTY = (
    "<script>alert(1)</script>",
    'O\'Neil, "Bob" & Söhne',
    "Featherstonehaugh " * 16 + "the 1st",
)
assert len(NASTY[2].ljust(300, ".")) == 300

SCREENS = [(360, False), (390, True), (768, False), (1280, False), (1280, True), (1920, False)]

TABLE = """
[...document.querySelectorAll('table.sheet')]
  .filter(table => table.checkVisibility())
  .map(table => [...table.rows].map(row => [...row.cells].map(cell => cell.innerText)))
"""

# What sticks out of the page, unless it is in a part that scrolls by itself.
STICKING_OUT = """
[...document.querySelectorAll('body *')]
  .filter(one => one.checkVisibility() && !one.closest('.scroll'))
  .filter(one => one.getBoundingClientRect().right > innerWidth + 0.5)
  .map(one => one.outerHTML.slice(0, 200))
"""

# Texts of the pictures that are cut off at an edge.
CUT_OFF = """
[...document.querySelectorAll('svg.stv-picture')].flatMap(svg => {
  const paper = svg.getBoundingClientRect();
  return [...svg.querySelectorAll('text')].filter(text => {
    const box = text.getBoundingClientRect();
    return box.left < paper.left - 1 || box.right > paper.right + 1
      || box.top < paper.top - 1 || box.bottom > paper.bottom + 1;
  }).map(text => text.textContent);
})
"""

# The contrast of every text outside the pictures with what is painted behind it, the least first.
CONTRAST = """
(() => {
  const parts = colour => colour.match(/[\\d.]+/g).map(Number);
  const linear = part => (part /= 255) <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  const luminance = ([red, green, blue]) =>
    0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  const behind = one => {
    for (; one; one = one.parentElement) {
      const colour = parts(getComputedStyle(one).backgroundColor);
      if (colour.length < 4 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (words.nextNode()) {
    const one = words.currentNode.parentElement;
    if (!words.currentNode.data.trim() || one.closest('svg') || !one.checkVisibility()) continue;
    const [high, low] = [parts(getComputedStyle(one).color), behind(one)]
      .map(luminance).sort((a, b) => b - a);
    found.push((high + 0.05) / (low + 0.05));
  }
  return Math.min(...found);
})()
"""


def model(shared: Path) -> CountRecord:
    return stvcount.count(stvcount.read(shared / "data" / "ers97-model.blt"))


def many() -> CountRecord:
    """A count of 20 candidates, some of them with names that try a page, at many stages."""
    chance = random.Random(3)
    names = [
        *NASTY[:2],
        NASTY[2].ljust(300, "."),
        "אברהם לוי",
        "RON (Re-Open Nominations)",
        *(f"Candidate Bartholomew {letter}" for letter in "ABCDEFGHIJKLMNO"),
    ]
    popular = [100 // (number + 3) for number in range(len(names))]
    papers = []
    for _ in range(1500):
        order: list[str] = []
        while len(order) < chance.randint(1, 10):
            name = chance.choices(names, popular)[0]
            order += [name] * (name not in order)
        papers.append((order, 1))
    election = Election(
        title="Council of the Society",
        places=5,
        candidates=names,
        papers=Papers.from_rankings(papers, candidates=names),
    )
    record = stvcount.count(election, lots=Lots.seeded("the same every time"))
    assert len(record.stages) > 10
    return record


@pytest.fixture(scope="module")
def page() -> Iterator[browser.Page]:
    if not os.environ.get("CI"):
        pytest.importorskip("jinja2")
    with browser.opened() as opened:
        yield opened


@pytest.fixture(scope="module", params=["model", "many", "25 stages"])
def record(request: pytest.FixtureRequest) -> CountRecord:
    if request.param == "model":
        return model(request.getfixturevalue("shared"))
    return many() if request.param == "many" else unlikely(stages=25)


def tables(page: browser.Page) -> list[list[list[str]]]:
    found: Any = page.evaluate(TABLE)
    return [[[" ".join(cell.split()) for cell in row] for row in one] for one in found]


@pytest.mark.parametrize(("width", "dark"), SCREENS)
def test_the_figures_on_the_screen_are_those_of_the_record(
    page: browser.Page, record: CountRecord, width: int, *, dark: bool
) -> None:
    page.look(html.page(record), width=width, dark=dark)
    shown = tables(page)
    assert len(shown) == 1
    assert shown[0][2:] == [expected_row(row) for row in table.rows(record)]


@pytest.mark.parametrize(("width", "dark"), SCREENS)
def test_nothing_overflows_and_everything_can_be_read(
    page: browser.Page, record: CountRecord, width: int, *, dark: bool
) -> None:
    page.look(html.page(record), width=width, dark=dark)
    assert page.evaluate("innerWidth") == width
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(STICKING_OUT) == []
    assert page.evaluate(CUT_OFF) == []
    assert page.evaluate(CONTRAST) >= 4.5
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert paper == ("rgb(20, 24, 31)" if dark else "rgb(255, 255, 255)")
    drawn_on = page.evaluate("getComputedStyle(document.querySelector('.stv-paper')).fill")
    assert drawn_on == paper


def test_the_names_stay_in_sight_while_the_table_scrolls(page: browser.Page) -> None:
    page.look(html.page(many()), width=360)
    page.evaluate("document.querySelector('#sheet .scroll').scrollLeft = 900")
    left = "document.querySelector('tbody .who').getBoundingClientRect().left"
    assert 0 <= page.evaluate(left) < 40
    assert page.evaluate("document.querySelector('#sheet .scroll').scrollLeft") == 900


@pytest.mark.parametrize("width", [360, 390, 768, 1280, 1920])
def test_the_result_stays_in_sight_while_the_table_scrolls(
    page: browser.Page, record: CountRecord, width: int
) -> None:
    page.look(html.page(record), width=width)
    box = "document.querySelector('tbody .result').getBoundingClientRect()"
    for scrolled in (0, 300, 100_000):
        page.evaluate(f"document.querySelector('#sheet .scroll').scrollLeft = {scrolled}")
        assert width / 2 < page.evaluate(f"{box}.left")
        assert page.evaluate(f"{box}.right") <= width


def test_a_wide_table_uses_a_wide_window(page: browser.Page) -> None:
    across = "document.querySelector('#sheet table').getBoundingClientRect().width"
    page.look(html.page(many()), width=1920)
    assert page.evaluate("document.querySelector('#sheet').clientWidth") > 1800
    page.look(html.page(labour()), width=1920)
    assert page.evaluate(across) < 1300


def test_landmarks_have_names_of_their_own(page: browser.Page, record: CountRecord) -> None:
    page.look(html.page(record))
    page.ask("Accessibility.enable")
    nodes = page.ask("Accessibility.getFullAXTree")["nodes"]
    landmarks = ("region", "main", "navigation", "banner", "contentinfo")
    found = [
        (one["role"]["value"], one.get("name", {}).get("value"))
        for one in nodes
        if one.get("role", {}).get("value") in landmarks
    ]
    assert len(found) > 8
    assert len(found) == len(set(found))


@pytest.mark.parametrize(("width", "dark"), [(320, False), (1280, True)])
def test_axe_finds_no_hindrance(
    page: browser.Page, shared: Path, width: int, *, dark: bool
) -> None:
    page.look(html.page(model(shared)), width=width, dark=dark)
    assert page.hindrances() == []


def test_axe_would_find_one(page: browser.Page) -> None:
    page.look("<html lang=en><title>A</title><main><h1>A</h1><img src=''>")
    assert [one.partition(":")[0] for one in page.hindrances()] == ["image-alt"]


@pytest.mark.parametrize("dark", [False, True])
def test_green_is_for_persons_elected(page: browser.Page, *, dark: bool) -> None:
    held = election(2, {"RA": 9, "A": 6, "B": 3, "CB": 1}).with_non_person("R")
    record = stvcount.count(held, lots=Lots.first_listed())
    page.look(html.page(record), dark=dark)
    paint = (
        "[...document.querySelectorAll('tbody .mark.elected')].map(one => "
        "[one.closest('tr').querySelector('.who').innerText, getComputedStyle(one).color])"
    )
    colours: dict[str, str] = dict(page.evaluate(paint))
    good = page.evaluate("getComputedStyle(document.querySelector('.winners li')).borderColor")
    assert colours["A"] == good != colours["R"]
    behind = (
        "[...document.querySelectorAll('tr.candidate .who')].map(one => "
        "[one.innerText, getComputedStyle(one).backgroundColor])"
    )
    papers: dict[str, str] = dict(page.evaluate(behind))
    assert papers["A"] != papers["R"] == papers["B"]


def test_names_are_text_and_no_script_runs(page: browser.Page) -> None:
    page.look(html.page(many()))
    assert page.evaluate("document.scripts.length") == 0
    text = page.evaluate("document.body.innerText")
    for name in NASTY:
        assert " ".join(name.split()) in " ".join(text.split())
    headings = page.evaluate(
        "[...document.querySelectorAll('tbody .who')].map(one => one.innerText)"
    )
    assert NASTY[2].ljust(300, ".") in headings


def test_the_pictures_have_a_name_and_a_description(page: browser.Page) -> None:
    page.look(html.page(many()))
    page.ask("Accessibility.enable")
    nodes = page.ask("Accessibility.getFullAXTree")["nodes"]
    images = [one for one in nodes if one.get("role", {}).get("value") in ("image", "img")]
    drawn = page.evaluate("document.querySelectorAll('svg').length")
    assert len(images) == drawn >= 3
    for image in images:
        name = image["name"]["value"]
        assert re.match(r"Votes (by|after) stage( \d+)?$|Transfers, stages \d+ to \d+$", name)
        assert "in the table of the result sheet" in image["description"]["value"]


# On paper


def test_on_paper_every_stage_fits_and_every_figure_is_there(
    page: browser.Page, record: CountRecord
) -> None:
    # A4 landscape within the margins of the style sheet, in pixels.
    page.look(html.page(record), width=1032, media="print")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1032
    across = "Math.max(...[...document.querySelectorAll('table, svg')]"
    across += ".filter(one => one.checkVisibility())"
    assert page.evaluate(f"{across}.map(one => one.getBoundingClientRect().right))") <= 1032
    folds = tables(page)
    for at, row in enumerate(table.rows(record), start=2):
        name, *cells, outcome = expected_row(row)
        assert [fold[at][0] for fold in folds] == [name] * len(folds)
        assert [cell for fold in folds for cell in fold[at][1:-1]] == cells
        assert folds[-1][at][-1] == outcome


def test_printed_in_the_dark_it_is_black_on_white(page: browser.Page) -> None:
    page.look(html.page(many()), width=1032, dark=True, media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    drawn_on = page.evaluate("getComputedStyle(document.querySelector('.stv-paper')).fill")
    assert drawn_on == "rgb(255, 255, 255)"
    assert page.evaluate(CONTRAST) >= 4.5


def test_it_prints_on_sheets_of_a4_landscape(page: browser.Page, record: CountRecord) -> None:
    page.look(html.page(record))
    pdf = page.printed()
    assert pdf.startswith(b"%PDF-")
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    assert len(boxes) > 3
    for width, height in boxes:
        assert (round(float(width)), round(float(height))) == (842, 595)


def test_ten_candidates_and_eight_stages_are_one_table_on_one_sheet(page: browser.Page) -> None:
    record = dataclasses.replace(unlikely(stages=8), title="Council")
    names = [f"Bartholomew Carpenter {letter}" for letter in "ABCDEFGHIJ"]
    record = dataclasses.replace(
        record,
        candidates=tuple(names),
        elected=tuple(names[:2]),
        stages=tuple(
            dataclasses.replace(
                stage,
                candidates=stage.candidates and (names[-1], names[-2]),
                votes=FrozenMapping(
                    (name, Decimal(f"{100 + n}.42")) for n, name in enumerate(names)
                ),
                elected=(),
                decisions=(),
            )
            for stage in record.stages
        ),
    )
    page.look(html.page(record), width=1032, media="print")
    assert len(tables(page)) == 1
    # The height of a sheet of A4 landscape within its margins, in pixels.
    high = page.evaluate("document.querySelector('#sheet').getBoundingClientRect().height")
    assert high < 680


def few() -> CountRecord:
    """As most elections are: a handful of candidates, one of them no person."""
    papers = {"RA": 9, "A": 6, "B": 3, "CB": 1}
    return stvcount.count(election(2, papers).with_non_person("R"), lots=Lots.first_listed())


def test_a_small_count_is_five_sheets_and_its_result_the_first(page: browser.Page) -> None:
    page.look(html.page(few()), width=1032, media="print")
    # To the end of the table, on a sheet of A4 landscape within its margins, in pixels.
    end = page.evaluate("document.querySelector('#sheet').getBoundingClientRect().bottom")
    assert end < 680
    page.look(html.page(few()))
    assert len(re.findall(rb"/MediaBox", page.printed())) == 5


@pytest.mark.parametrize("width", [320, 390, 768, 1280, 1920])
def test_a_small_count_is_whole_in_the_window(page: browser.Page, width: int) -> None:
    page.look(html.page(few()), width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(STICKING_OUT) == []
    hidden = "(box => box.scrollWidth - box.clientWidth)(document.querySelector('#sheet .scroll'))"
    assert page.evaluate(hidden) <= (60 if width == 320 else 1)


def test_the_figures_of_the_bars_keep_clear_of_the_quota(page: browser.Page) -> None:
    page.look(html.page(few()))
    crossed = """
    [...document.querySelectorAll('.bars svg')].flatMap(svg => {
      const line = svg.querySelector('.stv-quota').getBoundingClientRect();
      return [...svg.querySelectorAll('text')].map(text => text.getBoundingClientRect())
        .filter(box => box.top > line.top && box.bottom < line.bottom)
        .filter(box => box.left < line.right && box.right > line.left);
    }).length
    """
    assert page.evaluate("document.querySelectorAll('.bars svg').length") == 2
    assert page.evaluate(crossed) == 0


# The pictures alone


@pytest.mark.parametrize("dark", [False, True])
def test_the_pictures_alone_follow_the_reader(
    page: browser.Page, record: CountRecord, *, dark: bool
) -> None:
    for text in (svg.chart(record), svg.flows(record)):
        page.look(text, width=1400, dark=dark)
        assert page.evaluate(CUT_OFF) == []
        drawn_on = page.evaluate("getComputedStyle(document.querySelector('.stv-paper')).fill")
        assert drawn_on == ("rgb(20, 24, 31)" if dark else "rgb(255, 255, 255)")
        assert page.picture().startswith(b"\x89PNG")
