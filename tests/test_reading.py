"""What a file was read as: seen, kept as JSON, given again, and refused where it does not fit."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

import stvcount
from stvcount import FormatError, Reading, RecordError, StvcountError
from stvcount.cli import main
from stvcount.election.reading import Layout, Role
from stvcount.formats import read_bytes

FORM = (
    "Timestamp,Email Address,Chair [Ann Lee],Chair [RON],Clerk [Cy],Clerk [RON],Why?\n"
    "noon,a@uni.ac.uk,1st,2nd,None,1st,because\n"
    "one,b@uni.ac.uk,2nd,1st,1st,None,\n"
)
NAMES = "id,1st choice,2nd choice\n1,Ann  Lee,Bob\n2,bob,ann lee\n3,Ann Lee,-\n4,Total,\n"

TAKEN_FOR = ("role", "candidate", "preference")


def read(content: str, **options: Any) -> stvcount.Election:
    return read_bytes(content.encode(), "x.csv", **{"places": 1, **options})


def reading_of(content: str, **options: Any) -> Reading:
    reading = read(content, **options).reading
    assert reading is not None
    return reading


READ_AGAIN: list[tuple[str, dict[str, Any]]] = [
    (FORM, {"question": "Clerk", "blank": ["None"]}),
    (NAMES, {"blank": ["-"], "ignore_rows": [5]}),
    ("Ann;Bob\n1;2\n", {}),
    ("A title\n\nAnn,Bob\n1,2\n2,1\n", {}),
    ("Vote\n1. Ann; 2. Bob\n1. Bob; 2. Ann\n", {}),
    ("voter,rank,candidate\n1,1,Ann\n1,2,Bob\n2,1,Bob\n", {}),
    ("Rank 1:Ann,Rank 1:Bob,Rank 2:Ann,Rank 2:Bob\n1,0,0,1\n0,1,1,0\n", {"layout": "zero-one"}),
    ("Votes,Ann,Bob\n12,1,2\n7,2,1\n", {"weights": "Votes"}),
    ("Jo,Jo\n1,2\n", {}),
    ("Jo,Jo,Al\n1,0,0\n0,1,0\n", {"layout": "zero-one"}),
]


@pytest.mark.parametrize(("content", "options"), READ_AGAIN)
def test_the_same_reading_gives_the_same_papers(content: str, options: dict[str, Any]) -> None:
    election = read(content, **options)
    assert election.reading is not None
    kept = Reading.from_json(election.reading.to_json())
    assert kept == election.reading
    again = read(content, reading=kept)
    assert (again.candidates, again.papers) == (election.candidates, election.papers)
    assert again.reading == election.reading
    assert again.title == election.title


def test_each_column_says_what_it_is_and_why() -> None:
    reading = reading_of(FORM, question="Clerk", blank=["None"])
    assert (reading.layout, reading.question, reading.heading_rows) == ("candidates", "Clerk", (1,))
    assert [(one.column, one.role, one.candidate) for one in reading.columns] == [
        ("A", "not read", None),
        ("B", "identifier", None),
        ("C", "not read", None),
        ("D", "not read", None),
        ("E", "candidate", "Cy"),
        ("F", "candidate", "RON"),
        ("G", "not read", None),
    ]
    assert all(one.why for one in reading.columns)
    assert reading.blanks == {"None": 2}


def test_what_voters_wrote_elsewhere_is_not_kept() -> None:
    kept = reading_of(FORM, question="Clerk", blank=["None"]).to_json()
    for text in ("uni.ac.uk", "because", "noon"):
        assert text not in kept


def test_spellings_blanks_and_rows_are_kept() -> None:
    reading = reading_of(NAMES, blank=["-"], ignore_rows=[5])
    assert reading.candidates == ("Ann Lee", "Bob")
    assert reading.same == {"Ann  Lee": "Ann Lee", "bob": "Bob", "ann lee": "Ann Lee"}
    assert reading.blanks == {"-": 1}
    assert [one.row for one in reading.rows_left_out] == [5]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("id,Ann,Cy\n1,1,2\n", "'Cy' over column C"),
        ("id,Ann\n1,1\n", "2 columns"),
        ("\n", "no cells in row 1"),
    ],
)
def test_a_reading_of_another_file_is_an_error(content: str, found: str) -> None:
    reading = reading_of("id,Ann,Bob\n1,1,2\n")
    with pytest.raises(FormatError) as caught:
        read(content, reading=reading)
    assert found in str(caught.value) or "an empty file" in str(caught.value)


def test_names_that_the_reading_does_not_have_are_an_error() -> None:
    reading = reading_of("1st,2nd\nAnn,Bob\n")
    with pytest.raises(FormatError, match="found 'Zed' in column '2nd'"):
        read("1st,2nd\nAnn,Zed\n", reading=reading)


def test_nothing_else_may_stand_beside_a_reading() -> None:
    reading = reading_of("1st,2nd\nAnn,Bob\n")
    with pytest.raises(FormatError, match="found the option candidates beside a reading"):
        read("1st,2nd\nAnn,Bob\n", reading=reading, candidates=["Ann"])
    with pytest.raises(FormatError, match="found the format 'tsv'"):
        read("1st,2nd\nAnn,Bob\n", reading=reading, format="tsv")
    assert read("1st,2nd\nAnn,Bob\n", reading=reading, places=2).places == 2


@pytest.mark.parametrize(
    "change",
    [{"layout": None}, {"columns": ()}, {"candidates": ("Ann",)}, {"candidates": ("Ann", "Ann")}],
)
def test_a_reading_that_is_not_whole_is_an_error(change: dict[str, Any]) -> None:
    reading = replace(reading_of("Ann,Bob\n1,2\n"), **change)
    with pytest.raises(FormatError):
        read("Ann,Bob\n1,2\n", reading=reading)


@pytest.mark.parametrize(
    ("content", "options", "found"),
    [
        ("Jo,Al\n1,2\n", {}, "whose candidates are not those of its columns"),
        ("A,B\n1,0\n", {"layout": "zero-one"}, "whose candidates are not those of its columns"),
        ("1st,2nd\nAnn,Bob\n", {}, "whose preferences are not numbered, each once"),
        (
            "Vote,No\nAnn;Bob,Ann\n",
            {"ignore": ["No"], "layout": "ranking"},
            "with 2 columns of the role 'ranking'",
        ),
        (
            "voter,rank,candidate\n1,1,Ann\n1,2,Bob\n2,1,Bob\n",
            {},
            "without a column of the role 'rank'|with 2 columns of the role 'paper'",
        ),
        (
            "Votes,Ann,Bob\n12,1,2\n7,2,1\n",
            {"weights": "Votes"},
            "with 2 columns of the role 'number of papers'|not those of its columns",
        ),
    ],
)
def test_a_column_may_not_be_what_another_is(
    content: str, options: dict[str, Any], found: str
) -> None:
    first, second, *others = reading_of(content, **options).columns
    copied = replace(second, **{name: getattr(first, name) for name in TAKEN_FOR})
    reading = replace(reading_of(content, **options), columns=(first, copied, *others))
    with pytest.raises(FormatError, match=f"a reading ({found}); expected a whole"):
        read(content, reading=reading)


def test_a_candidate_without_a_column_is_refused() -> None:
    reading = reading_of("Jo,Jo\n1,2\n")
    with pytest.raises(FormatError, match="whose candidates are not those of its columns"):
        read("Jo,Jo\n1,2\n", reading=replace(reading, candidates=("Jo", "Jo", "Jo")))


READINGS = [reading_of(content, **options) for content, options in READ_AGAIN]
OTHER_SETTINGS: list[dict[str, str]] = [
    *({"numbering": numbering} for numbering in ("before", "after", "within", "")),
    *({"separator": separator} for separator in (";", "->", "", " ")),
    *({"delimiter": delimiter} for delimiter in (";", "", "ab", "\n")),
    *({"encoding": encoding} for encoding in ("utf-16", "rot13", "")),
    {"mend_accents": "perhaps"},
]


@st.composite
def broken_readings(draw: st.DrawFn) -> tuple[str, Reading]:
    """A table and its reading, of which some parts were changed."""
    number = draw(st.integers(0, len(READINGS) - 1))
    reading = READINGS[number]
    columns = list(reading.columns)
    for place in draw(st.sets(st.integers(0, len(columns) - 1), max_size=3)):
        columns[place] = replace(
            columns[place],
            role=draw(st.sampled_from(get_args(Role))),
            candidate=draw(st.sampled_from([*reading.candidates, "", None])),
            preference=draw(st.sampled_from([1, 2, 3, 0, -1, None])),
        )
    layouts = st.sampled_from([reading.layout, *get_args(Layout)])
    several = st.lists(st.sampled_from(reading.candidates), max_size=len(reading.candidates) + 1)
    return READ_AGAIN[number][0], replace(
        reading,
        columns=tuple(columns),
        layout=draw(layouts),
        candidates=draw(st.just(reading.candidates) | several.map(tuple)),
        settings=draw(st.just(reading.settings) | st.sampled_from(OTHER_SETTINGS)),
    )


@given(broken_readings())
def test_a_changed_reading_is_refused_or_read_by(changed: tuple[str, Reading]) -> None:
    content, reading = changed
    try:
        election = read(content, reading=reading)
    except StvcountError:
        return
    assert len(election.candidates) == len(reading.candidates)
    marked = [column for column in reading.columns if column.role == "candidate"]
    if reading.layout == "candidates":
        assert sorted(column.candidate or "" for column in marked) == sorted(reading.candidates)


def test_json_that_is_no_reading() -> None:
    with pytest.raises(RecordError, match="schema"):
        Reading.from_json("{}")
    with pytest.raises(RecordError, match="columns"):
        Reading.from_json('{"schema": "stvcount.reading/1", "format": "csv", "columns": 1}')


def test_files_that_are_no_tables_have_a_reading_too() -> None:
    blt = b'2 1\n1 1 2 0\n0\n"Ann"\n"Bob"\n"Club"\n'
    election = read_bytes(blt, "x.blt")
    assert election.reading == Reading(format="blt")
    assert read_bytes(blt, "x.txt", reading=election.reading).papers == election.papers


# --- the command


def test_check_shows_the_reading(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "form.csv"
    path.write_text(FORM)
    words = ["check", str(path), "--places", "1", "--question", "Chair"]
    assert main(words) == 0
    shown = capsys.readouterr().out
    assert "column  heading" in shown
    assert "the heading says times" in shown
    assert shown.index("taken for") < shown.index("First preferences")
    assert "uni.ac.uk" not in shown


def test_a_reading_is_given_again_by_its_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, kept = tmp_path / "names.csv", tmp_path / "reading.json"
    path.write_text(NAMES)
    assert main(["check", str(path), "--places", "1"]) == 2
    assert "--ignore-row 5" in capsys.readouterr().err
    words = ["--blank", "-", "--ignore-row", "5"]
    assert main(["check", str(path), "--places", "1", *words]) == 0
    settled = capsys.readouterr().out
    kept.write_text(reading_of(NAMES, blank=["-"], ignore_rows=[5]).to_json())
    assert main(["check", str(path), "--places", "1", "--reading", str(kept)]) == 0
    again = capsys.readouterr().out
    assert again.partition("Notes:")[0] == settled.partition("Notes:")[0]


@pytest.mark.parametrize("pair", ["Ann", "=Ann", "Ann="])
def test_spellings_are_pairs(pair: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "names.csv"
    path.write_text("1st\nAnn\n")
    assert main(["check", str(path), "--places", "1", "--same", pair]) == 2
    assert "expected SPELLING=NAME" in capsys.readouterr().err


def test_the_schema() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads((files("stvcount") / "schemas" / "reading-1.json").read_text("utf-8"))
    for reading in (
        reading_of(FORM, question="Clerk", blank=["None"]),
        reading_of(NAMES, blank=["-"], ignore_rows=[5]),
        Reading(format="blt"),
    ):
        jsonschema.validate(json.loads(reading.to_json()), schema)


def test_a_reading_that_is_no_json_is_one_clear_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, kept = tmp_path / "votes.csv", tmp_path / "reading.json"
    path.write_text("Ann,Bob\n1,2\n2,1\n1,2\n", "utf-8")
    for text in ("{", "[" * 100_000):
        kept.write_text(text, "utf-8")
        assert main(["check", str(path), "--places", "1", "--reading", str(kept)]) == 2
        (line,) = capsys.readouterr().err.splitlines()
        assert line.startswith(f"stvcount: {kept}: found ")
