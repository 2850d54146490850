"""What a notebook shows of results."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from decimal import Decimal

import pytest
from builders import election
from hypothesis import given
from test_record_json import records

import stvcount
from stvcount import CountRecord, Lots
from stvcount.sheets import whole

HOSTILE = "<script>alert(1)</script> & \u202eco"


def shown(result: object) -> ET.Element:
    """What is shown, which must be well-formed."""
    html: str = result._repr_html_()  # type: ignore[attr-defined]
    return ET.fromstring(html)  # noqa: S314 (made by the library)


def words(element: ET.Element) -> str:
    return " ".join("".join(element.itertext()).split())


def test_a_record_shows_its_sheet() -> None:
    record = stvcount.count(
        election(1, {"A": 20, "BA": 17, "CB": 9, "D": 9}, title="Social <Secretary>"),
        rules="lsu-stv",
        lots=Lots.first_listed(),
    )
    page = shown(record)
    assert page.tag == "div"
    assert words(page.findall("p")[0]) == "Social <Secretary>"
    assert words(page.findall("p")[1]) == "Elected:"
    assert [words(one) for one in page.findall("ul/li")] == [
        "B: Had 26 votes at stage 3, against 20 for all the others together."
    ]
    table = page.find("table")
    assert table is not None
    rows = [[words(cell) for cell in row] for row in table]
    assert rows[0][:2] == ["Candidate", "Stage 1: first preferences"]
    assert rows[1][:2] == ["A", "20"]
    assert [row[0] for row in rows[1:]] == [
        "A",
        "B",
        "C",
        "D",
        "Non-transferable",
        "Total",
        "Quota",
    ]
    for stage in record.stages[1:]:
        at = 2 * stage.number - 1
        assert Decimal(rows[2][at].split()[0]) == stage.votes["B"]
    decisions, particulars = page.findall("details")
    for stage in whole.shown(record).stages:
        for decision in stage.decisions:
            assert f"{decision.clause} {decision.text}" in words(decisions)
    assert "Valid 55" in words(particulars)


def test_lots_and_vacancies_are_shown() -> None:
    tied = stvcount.count(election(1, {"A": 5, "B": 5}), lots=Lots.drawn("A"))
    assert "Lot (exclusion) between A (5), B (5): it fell on A" in words(shown(tied))
    vacant = stvcount.count(election(3, {"A": 5, "B": 5}))
    assert "Vacant: 1 place: fewer candidates than places" in words(shown(vacant))
    nobody = election(1, {"A": 3, "B": 1}).with_non_person("A")
    void = stvcount.count(nobody, rules="lsu-stv")
    assert void.void
    assert "This election is void." in words(shown(void))


def test_names_are_text() -> None:
    record = stvcount.count([((HOSTILE,), 3), (("B", HOSTILE), 1)], places=1)
    html = record._repr_html_()
    assert "<script>" not in html
    assert "\u202e" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; " in html


@given(record=records)
def test_any_record_is_shown(record: CountRecord) -> None:
    shown(record)


@pytest.mark.parametrize(
    "result",
    [
        stvcount.compare([(("A", "B"), 3), (("<B>",), 1)], places=1, rules=["ers97", "ers-av"]),
        stvcount.trace(election(1, {"A": 3, "B": 1}), 1),
        stvcount.ballot_order(["A", "<B>"], "rotation"),
    ],
    ids=lambda result: type(result).__name__,
)
def test_other_results_show_their_text(result: object) -> None:
    assert "".join(shown(result).itertext()) == str(result)
