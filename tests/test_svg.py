"""The pictures: every figure in them is one of the record, and what flows adds up exactly."""

from __future__ import annotations

import dataclasses
import itertools
import os
import re
import subprocess
import sys
from collections import defaultdict
from decimal import Decimal, localcontext
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from builders import election
from hypothesis import given
from hypothesis import strategies as st
from test_record_json import labour, records
from test_text_sheet import counts as unlikely_counts
from test_text_sheet import odd_names

import stvcount
from stvcount import CountRecord, Election, ElectionError, Lots, Papers, sheets
from stvcount.frozen import FrozenMapping
from stvcount.record import Stage
from stvcount.sheets import bars_picture, pictures, svg, transfers_picture, votes_picture, whole
from stvcount.sheets.pictures import Bar, Flow, Line, Mark, Text
from stvcount.testing import elections

NT = "Non-transferable"
NAMES = {"svg": "http://www.w3.org/2000/svg"}


def parsed(text: str) -> ET.Element:
    return ET.fromstring(text)  # noqa: S314 (made a moment ago)


def counted(election: Election, rules: str) -> CountRecord:
    options = {"suspense": True} if rules == "lsu-atv" else {}
    return stvcount.count(election, rules=rules, options=options, lots=Lots.first_listed())


real_counts = st.one_of(
    st.builds(counted, elections(), st.sampled_from(["ers97", "lsu-atv"])),
    st.builds(counted, elections(places=1), st.sampled_from(["ers-av", "aberdeen"])),
)


def held(stage: Stage) -> dict[str, Decimal]:
    everybody = {**stage.votes, NT: stage.non_transferable}
    return {name: votes for name, votes in everybody.items() if votes}


def summed(flows: list[dict[str, str]], end: str, *ways: str) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for flow in flows:
        if flow["data-way"] in ways:
            sums[flow[f"data-{end}"]] += Decimal(flow["data-votes"])
    return dict(sums)


# Transfers


@given(real_counts)
def test_flows_sum_to_the_sheet(record: CountRecord) -> None:
    paths = parsed(svg.flows(record)).iterfind("svg:path[@data-stage]", NAMES)
    flows = [path.attrib for path in paths]
    for before, stage in zip(record.stages, record.stages[1:], strict=False):
        here = [flow for flow in flows if flow["data-stage"] == str(stage.number)]
        assert summed(here, "from", "kept", "direct", "in") == held(before)
        assert summed(here, "to", "kept", "direct", "out") == held(stage)
        gained = summed(here, "to", "direct", "out")
        credited: dict[str, Decimal] = defaultdict(Decimal)
        for batch in stage.batches:
            for name, votes in {**batch.credited, NT: batch.non_transferable}.items():
                credited[name] += votes
        assert gained == {name: votes for name, votes in credited.items() if votes}
        lost = summed(here, "from", "direct", "in")
        assert sum(lost.values()) == sum(gained.values())
        assert set(lost) <= {*before.votes}
        meets_in, meets_out = summed(here, "to", "in"), summed(here, "from", "out")
        assert meets_in == meets_out
    assert {flow["data-stage"] for flow in flows} <= {str(s.number) for s in record.stages[1:]}


@given(real_counts)
def test_the_flows_of_a_bar_cover_it_and_no_more(record: CountRecord) -> None:
    for picture in transfers_picture.pictures(record):
        flows = [shape for shape in picture.shapes if isinstance(shape, Flow)]
        bars = [shape for shape in picture.shapes if isinstance(shape, Bar)]
        first, last = min(bar.x for bar in bars), max(bar.x for bar in bars)
        for bar in bars:
            foot = bar.y + bar.height
            arriving = [(f.end[1], f.end_height) for f in flows if touches(f.end, bar.x, bar)]
            leaving = [
                (f.start[1], f.start_height)
                for f in flows
                if touches(f.start, bar.x + bar.width, bar)
            ]
            if bar.x > first:
                assert covered(arriving, bar.y) == foot
            if bar.x < last:
                assert covered(leaving, bar.y) == foot


def touches(end: tuple[int, int], x: int, bar: Bar) -> bool:
    return end[0] == x and bar.y <= end[1] <= bar.y + bar.height


def covered(ends: list[tuple[int, int]], y: int) -> int:
    """How far down these ends reach from y, one below the other without a gap."""
    for start, height in sorted(ends):
        assert start == y
        y += height
    return y


def test_several_excluded_at_once_meet(shared: Path) -> None:
    record = stvcount.count(stvcount.read(shared / "data" / "ers97-model.blt"))
    paths = parsed(svg.flows(record)).iterfind("svg:path[@data-stage='4']", NAMES)
    moved = [path.attrib for path in paths if path.attrib["data-way"] != "kept"]
    assert {flow["data-way"] for flow in moved} == {"in", "out"}
    assert summed(moved, "from", "in") == {"Glazier": Decimal("30.51"), "Wright": Decimal("32.25")}
    assert summed(moved, "to", "out") == {
        "Carpenter": Decimal("34.00"),
        "Prince": Decimal("13.31"),
        "Baron": Decimal("4.05"),
        "Abbot": Decimal("2.26"),
        "Vicar": Decimal("2.10"),
        "Freeman": Decimal("0.84"),
        NT: Decimal("6.20"),
    }


def test_a_long_count_is_folded_and_every_stage_is_there_once() -> None:
    record = unlikely(stages=25)
    blocks = transfers_picture.pictures(record)
    heads = [
        [one.text for one in block.shapes if isinstance(one, Text) and one.font == "head"]
        for block in blocks
    ]
    assert heads[0] == [f"Stage {n}" for n in range(1, 8)]
    assert [block[0] for block in heads[1:]] == [block[-1] for block in heads[:-1]]
    assert heads[-1][-1] == "Stage 25"
    flows = [one.stage for block in blocks for one in block.shapes if isinstance(one, Flow)]
    together = transfers_picture.picture(record)
    assert flows == [one.stage for one in together.shapes if isinstance(one, Flow)]
    assert together.width == max(block.width for block in blocks)
    assert len({block.name for block in blocks}) == len(blocks)


def unlikely(stages: int) -> CountRecord:
    first, second = labour().stages
    several = [
        dataclasses.replace(first if number % 2 else second, number=number)
        for number in range(1, stages + 1)
    ]
    return dataclasses.replace(labour(), stages=tuple(several))


# Votes by stage


@given(real_counts)
def test_every_point_of_the_chart_is_a_figure_of_the_record(record: CountRecord) -> None:
    root = parsed(svg.chart(record))
    shown = {title.text for title in root.iterfind("svg:path/svg:title", NAMES)}
    expected = set()
    record = whole.shown(record)
    for name in record.stages[0].votes:
        for stage in record.stages:
            if stage.kind == "exclusion" and name in stage.candidates:
                break
            expected.add(f"{name}, stage {stage.number}: {stage.votes[name]}")
    assert shown == expected


@given(real_counts)
def test_more_votes_stand_higher(record: CountRecord) -> None:
    marks = [
        (Decimal(shape.title.rpartition(": ")[2]), shape.y)
        for shape in votes_picture.picture(record).shapes
        if isinstance(shape, Mark) and shape.title
    ]
    for (less, low), (more, high) in zip(sorted(marks), sorted(marks)[1:], strict=False):
        assert high <= low if more > less else high == low


def test_equal_votes_stand_side_by_side() -> None:
    record = stvcount.count(election(1, {"AC": 5, "BC": 5, "C": 4}), lots=Lots.first_listed())
    points = [
        (shape.x, shape.y)
        for shape in votes_picture.picture(record).shapes
        if isinstance(shape, Mark) and shape.title
    ]
    assert len(set(points)) == len(points)


def test_the_legend_says_what_is_there() -> None:
    def told(rules: str) -> str:
        record = stvcount.count(election(1, {"AC": 5, "BC": 4, "C": 3}), rules=rules)
        return " ".join(one.text for one in pictures_of(record) if isinstance(one, Text))

    assert "The long dashes are the quota." in told("ers97")
    assert "quota" not in told("ers-av").lower()


def pictures_of(record: CountRecord) -> list[object]:
    drawn = (votes_picture.picture(record), *bars_picture.pictures(record))
    return [shape for picture in drawn for shape in picture.shapes]


# Bars


@given(real_counts)
def test_bars_are_as_long_as_their_votes(record: CountRecord) -> None:
    record = whole.shown(record)
    long: dict[Decimal, int] = {}
    for stage, picture in zip(record.stages, bars_picture.pictures(record), strict=True):
        bars = [one for one in picture.shapes if isinstance(one, Bar)]
        shown = {one.title.rpartition(": ")[0]: one.title.rpartition(": ")[2] for one in bars}
        assert shown == {name: str(votes) for name, votes in held(stage).items()}
        for bar in bars:
            votes = Decimal(bar.title.rpartition(": ")[2])
            assert long.setdefault(votes, bar.width) == bar.width
        line = [one for one in picture.shapes if isinstance(one, Line)]
        assert len(line) == (stage.quota is not None)
        for bar in bars:
            if line and Decimal(bar.title.rpartition(": ")[2]) >= stage.quota:
                assert bar.x + bar.width >= line[0].points[0][0]
    widths = [long[votes] for votes in sorted(long)]
    assert widths == sorted(widths)


def test_lines_are_told_apart_without_colours() -> None:
    number = 24
    looks = {
        (n % len(pictures.DASHES), n // len(pictures.DASHES) % len(pictures.MARKS))
        for n in range(number)
    }
    assert len(looks) == number


def test_a_ring_where_elected_and_a_cross_before_an_exclusion() -> None:
    shapes = votes_picture.picture(labour()).shapes
    points = [(one.x, one.y, one.series) for one in shapes if isinstance(one, Mark) and one.title]
    rings = [one for one in shapes if isinstance(one, Mark) and one.shape == "ring"]
    crosses = [one for one in shapes if isinstance(one, Mark) and one.shape == "cross"]
    assert [(one.x, one.y, one.series) for one in rings] == [points[1]]
    assert [one.series for one in crosses] == [2, 3]
    lines = [one for one in shapes if isinstance(one, Line) and one.series is not None]
    assert [len(one.points) for one in lines] == [2, 2]


@pytest.mark.parametrize(
    ("most", "step", "greatest"),
    [
        ("0", "1", "1"),
        ("0.03", "0.005", "0.03"),
        ("1", "0.2", "1"),
        ("7.01", "2", "8"),
        ("134.00", "20", "140"),
        ("100.00", "20", "100"),
        ("12345.00", "2000", "14000"),
    ],
)
def test_the_grid_has_round_numbers(most: str, step: str, greatest: str) -> None:
    ticks = votes_picture._ticks(Decimal(most))
    assert ticks == (Decimal(step), Decimal(greatest))


# Both pictures


ELEMENTS = ("svg", "title", "desc", "style", "defs", "pattern", "line", "rect", "path", "text")
ALLOWED = {*ELEMENTS, "polyline"}


@given(unlikely_counts(odd_names))
def test_names_are_text_whatever_they_are(record: CountRecord) -> None:
    for text in (svg.chart(record), svg.flows(record)):
        assert {one.tag.partition("}")[2] for one in parsed(text).iter()} <= ALLOWED
        assert set(re.findall(r"</?([^\s/>]*)", text)) <= ALLOWED


@given(records)
def test_any_record_has_both_pictures(record: CountRecord) -> None:
    for text in (svg.chart(record), svg.flows(record)):
        assert parsed(text).find("svg:title", NAMES) is not None


@given(real_counts)
def test_the_same_record_gives_the_same_bytes(record: CountRecord) -> None:
    with localcontext() as context:
        context.prec = 1
        again = CountRecord.from_json(record.to_json())
        few = (svg.chart(again), svg.flows(again))
    assert few == (svg.chart(record), svg.flows(record))


def test_the_bytes_do_not_depend_on_the_process() -> None:
    program = (
        "import sys\n"
        "from stvcount import CountRecord\n"
        "from stvcount.sheets import svg\n"
        "record = CountRecord.from_json(sys.stdin.read())\n"
        "print(svg.chart(record) + svg.flows(record), end='')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        input=labour().to_json(),
        env={**os.environ, "PYTHONHASHSEED": "7", "PYTHONIOENCODING": "utf-8"},
        text=True,
        encoding="utf-8",
        check=True,
        capture_output=True,
    )
    assert done.stdout == svg.chart(labour()) + svg.flows(labour())


def test_the_pictures_have_text_alternatives_and_a_heading() -> None:
    for text, words in (
        (svg.chart(labour()), "votes by stage"),
        (svg.flows(labour()), "transfers"),
    ):
        root = parsed(text)
        assert root.get("role") == "img"
        ids = {element.get("id"): element.text or "" for element in root.iter()}
        assert words in ids[root.attrib["aria-labelledby"]].lower()
        assert "in the table of the result sheet" in ids[root.attrib["aria-describedby"]]
        assert f"Labour Society President: {words}" in text


def test_a_picture_needs_nothing_from_elsewhere() -> None:
    for text in (svg.chart(labour()), svg.flows(labour())):
        assert re.findall(r'https?://[^"]+', text) == ["http://www.w3.org/2000/svg"]
        assert set(re.findall(r"url\(([^)]*)\)", text)) <= {"#stv-transfers-1-hatch"}


def test_the_pictures_are_sheets_by_name() -> None:
    assert sheets.render(labour(), "svg-votes") == svg.chart(labour())
    assert sheets.render(labour(), "svg-transfers") == svg.flows(labour())


def test_the_words_are_those_of_the_field() -> None:
    text = (svg.chart(labour()) + svg.flows(labour())).lower()
    text = re.sub(r"stroke-linejoin:round", "", text)
    assert not re.search(r"\bround|eliminat|exhaust|hopeful|weight(?!:)|ballot", text)


# Colours


def luminance(colour: str) -> float:
    def linear(part: int) -> float:
        value = part / 255
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(int(colour[at : at + 2], 16)) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_texts_and_lines_have_contrast_by_day_and_by_night() -> None:
    paper, inks = pictures.PAPER, pictures.INKS
    for name in ("text", "quiet", "bar-elected", "exclusion"):
        assert contrast(inks[name].light, paper.light) >= 4.5
        assert contrast(inks[name].dark, paper.dark) >= 4.5
    lines = [inks[name] for name in ("bar", "quota", "lost", "surplus", "suspense")]
    for ink in (*lines, *pictures.SERIES):
        assert contrast(ink.light, paper.light) >= 3
        assert contrast(ink.dark, paper.dark) >= 3


# Texts, measured and cut


@given(odd_names, st.integers(100, 3000))
def test_elided_texts_fit(text: str, width: int) -> None:
    shown = pictures.elided(text, "name", width)
    dots = pictures.text_width(pictures.ELLIPSIS, "name")
    assert pictures.text_width(shown, "name") <= max(width, dots)


def test_elided_texts_keep_both_ends() -> None:
    assert pictures.elided("Ann Lee", "name", 2000) == "Ann Lee"
    long = pictures.elided("Bartholomew Featherstonehaugh the Younger", "name", 1500)
    assert long.startswith("Bartholomew"[:8])
    assert "…" in long
    assert long.endswith("nger")


@given(
    st.lists(st.integers(0, 1000), max_size=20).map(sorted), st.integers(1, 40), st.integers(0, 50)
)
def test_labels_are_spread(wanted: list[int], apart: int, top: int) -> None:
    bottom = top + 1000
    places = pictures.spread(wanted, apart=apart, top=top, bottom=bottom)
    assert all(b - a >= apart for a, b in itertools.pairwise(places))
    assert all(place <= bottom for place in places)


@given(st.decimals(0, 10**6, places=2), st.decimals("0.01", 10**6, places=2), st.integers(0, 5000))
def test_scaled_votes_are_whole_numbers(votes: Decimal, whole: Decimal, length: int) -> None:
    exact = votes * length / whole
    assert abs(pictures.scaled(votes, whole, length) - exact) <= Decimal("0.5000001")


def test_nothing_of_nothing() -> None:
    assert pictures.scaled(Decimal(0), Decimal(0), 100) == 0


def test_what_combines_with_a_letter_stays_with_it() -> None:
    names = ["e\u0301" * 60, "B"]
    papers = Papers.from_rankings([(["B"], 2)], candidates=names)
    shown = svg.chart(stvcount.count(Election(places=1, candidates=names, papers=papers)))
    assert "\u2026e" in shown
    assert "\u2026\u0301" not in shown


def test_a_count_without_papers() -> None:
    record = stvcount.count(
        Election(places=2, candidates=["A", "B"], papers=Papers(["A", "B"], []))
    )
    assert record.stages[0].votes == {"A": 0, "B": 0}
    bars = [one for one in transfers_picture.picture(record).shapes if isinstance(one, Bar)]
    assert bars == []
    votes = [one for one in votes_picture.picture(record).shapes if isinstance(one, Mark)]
    assert len({one.y for one in votes if one.title}) == 1


# PNG and PDF


def plotted(record: CountRecord, *which: str) -> bytes:
    if not os.environ.get("CI"):
        pytest.importorskip("matplotlib")
    from stvcount.sheets.plot import plot

    return plot(record, *which)  # type: ignore[arg-type]


@pytest.mark.parametrize("picture", ["votes", "transfers"])
def test_plots_are_files_and_the_same_every_time(picture: str) -> None:
    ron = "RON (Re-Open Nominations)"
    first = labour().stages[0]
    votes = FrozenMapping({"$x_1$ 张伟" if n == ron else n: v for n, v in first.votes.items()})
    for record in (labour(), dataclasses.replace(labour(), stages=())):
        assert plotted(record, picture, "png").startswith(b"\x89PNG\r\n\x1a\n")
        assert plotted(record, picture, "pdf").startswith(b"%PDF-")
    odd = dataclasses.replace(
        labour(), candidates=tuple(votes), stages=(dataclasses.replace(first, votes=votes),)
    )
    for kind in ("png", "pdf"):
        assert plotted(odd, picture, kind) == plotted(odd, picture, kind)
    assert b"CreationDate" not in plotted(odd, picture, "pdf")


def test_candidates_of_the_same_dashes_have_other_marks() -> None:
    """The sixth line has the dashes of the first."""
    record = stvcount.count(election(6, dict.fromkeys("ABCDEF", 3)))
    marks = [one for one in votes_picture.picture(record).shapes if isinstance(one, Mark)]
    forms = {one.series: one.form for one in marks if one.shape == "point"}
    assert forms[0] != forms[5]
    assert plotted(record).startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("which", "message"),
    [
        (("bars",), "picture: found 'bars'; expected votes or transfers"),
        (("votes", "svg"), "format: found 'svg'; expected png or pdf"),
    ],
)
def test_other_plots_are_refused(which: tuple[str, ...], message: str) -> None:
    with pytest.raises(ElectionError) as caught:
        plotted(labour(), *which)
    assert str(caught.value) == message


def test_without_matplotlib_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    from stvcount.sheets.plot import plot

    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ElectionError) as caught:
        plot(labour())
    assert str(caught.value) == (
        "found no matplotlib, which this format needs; "
        "expected it to be installed: pip install 'stvcount[plot]'"
    )
