"""CSV files: either way round, as forms and spreadsheets export them, spoilt, and as written."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import stvcount
from stvcount import Election, ElectionError, FormatError, Papers, Withdrawal
from stvcount.formats import FORMATS, tables
from stvcount.formats.csv_papers import CSV, TSV
from stvcount.formats.tables.ballots import ballots_of
from stvcount.formats.tables.findings import Findings

SETTLE = "one of them"


def read(data: str | bytes, name: str = "x.csv", **options: Any) -> Election:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return stvcount.read(path, **{"places": 1, **options})


def faults(data: str | bytes, **options: Any) -> list[tuple[int | None, str, str]]:
    with pytest.raises(FormatError) as caught:
        read(data, **options)
    return [(fault.line, fault.found, fault.expected) for fault in caught.value.faults]


def faults_of(data: str | bytes, **options: Any) -> tuple[stvcount.Fault, ...]:
    with pytest.raises(FormatError) as caught:
        read(data, **options)
    return caught.value.faults


def orders(election: Election) -> list[tuple[tuple[object, ...], int]]:
    return list(election.papers.orders())


# --- a column for each candidate


def test_a_plain_file() -> None:
    election = read("Ann,Bob,Cy\n1,2,3\n,1,\n", places=2, title="Chair")
    assert (election.title, election.places) == ("Chair", 2)
    assert election.candidates == ("Ann", "Bob", "Cy")
    assert orders(election) == [((0, 1, 2), 1), ((1,), 1)]
    assert election.notes == ("a column for each candidate: 'Ann', 'Bob', 'Cy'",)
    assert election.sources


PLAIN = b"Ann,Bob,Cy\n1,2,3\n,1,\n"


@pytest.mark.parametrize(
    ("data", "options"),
    [
        (b"\xef\xbb\xbf" + PLAIN, {}),
        (PLAIN.replace(b"\n", b"\r\n"), {}),
        (PLAIN.replace(b"\n", b"\r"), {}),
        (PLAIN.replace(b",", b" , "), {}),
        (PLAIN.replace(b",", b";"), {}),
        (PLAIN.replace(b",", b"\t"), {}),
        (b"sep=;\r\n" + PLAIN.replace(b",", b";"), {}),
        (b"\n\n" + PLAIN + b"\n,,\n,,\n", {}),
        (PLAIN.replace(b"\n", b",,\n"), {}),
        (PLAIN.replace(b"1,2,3", b'"1", "2","3 "'), {}),
        (PLAIN.rstrip(b"\n"), {}),
        (PLAIN.decode().encode("utf-16"), {"encoding": "utf-16"}),
    ],
)
def test_the_same_file_in_other_clothes(data: bytes, options: dict[str, Any]) -> None:
    assert read(data, **options).papers == read(PLAIN).papers


@pytest.mark.parametrize(
    ("row", "order"),
    [
        ("1,,,,", (0,)),
        ("3,4,1,2,", (2, 3, 0, 1)),
        ("2,3,4,1,3", (3, 0, (1, 4), 2)),
        ("2,1,3,1,", ((1, 3), 0, 2)),
        ("3,5,2,1,", (3, 2, 0, None, 1)),
        ("1,4,3&5,2,", (0, 3, None, 1)),
        ("X,X,,,", ()),
        ("1,1.5,-2,0,2", (0, 4)),
        ("1,99999999999999999999,,,2", (0, 4, None, 1)),
    ],
)
def test_numbers_are_read_by_the_rule(row: str, order: tuple[object, ...]) -> None:
    assert orders(read(f"id,A,B,C,D,E\n7,{row}\n", candidates=[*"ABCDE"])) == [(order, 1)]
    assert read(f"A,B,C,D,E\n{row}\n", candidates=[*"ABCDE"]).papers == Papers.from_marks(
        [row.split(",")], candidates=list("ABCDE")
    )


def test_illegible_cells_are_noted() -> None:
    assert read("A,B\n1,3&5\nX,1\n").notes[-1] == (
        "cells that are no plain positive whole number count for none: '3&5'"
    )


@pytest.mark.parametrize(
    ("cells", "note"),
    [
        (("1st", "2nd", "3rd"), "'1st', '2nd', '3rd'"),
        (
            ("First choice", "second choice", "Third choice"),
            "'First choice', 'Third choice', 'second choice'",
        ),
        (("Preference 1", "Pref 2", "rank 3"), "'Pref 2', 'Preference 1', 'rank 3'"),
        (("1.0", "2.", "03"), "'03', '1.0', '2.'"),
        (("1 (best)", "#2", "3)"), "'#2', '1 (best)', '3)'"),
        (("First", "2", "3rd choice"), "'3rd choice', 'First'"),
    ],
)
def test_ranks_as_forms_write_them(cells: tuple[str, str, str], note: str) -> None:
    one, two, three = cells
    election = read(f"A,B,C\n{one},{two},{three}\n,{one},\n")
    assert orders(election) == [((0, 1, 2), 1), ((1,), 1)]
    assert f"read as plain numbers: {note}" in election.notes


def test_ranks_may_be_written_in_several_ways() -> None:
    assert orders(read("A,B\n1,2nd choice\n")) == [((0, 1), 1)]
    assert orders(read("A,B\n1,2nd\n", layout="candidates")) == [((0, 1), 1)]


def test_candidates_of_the_same_name() -> None:
    election = read("Jo,Jo\n2,1\n")
    assert election.candidates == ("Jo (1)", "Jo (2)")
    assert orders(election) == [((1, 0), 1)]


def test_named_candidates_settle_which_columns_count() -> None:
    text = "Year,Ann,Bob\n2,1,2\n1,2,1\n"
    [fault] = faults_of(text)
    assert (
        fault.found == "2 of 2 papers uncertain or invalid with column 'Year', and whole without it"
    )
    assert fault.settled_by[0][0].argument == ("--ignore", "Year")
    election = read(text, candidates=["Bob", "Ann"])
    assert orders(election) == [((1, 0), 1), ((0, 1), 1)]
    assert "not read: column 'Year'" in election.notes
    assert faults(text, candidates=["Ann", "Cy"]) == [(1, "no column headed 'Cy'", "one")]
    assert faults("Ann,Ann\n1,2\n", candidates=["Ann"]) == [(1, "2 columns headed 'Ann'", "one")]


# --- a column for each preference


@pytest.mark.parametrize(
    "headings",
    [
        "1,2,3",
        "1st,2nd,3rd",
        "First choice,Second choice,Third choice",
        "preference 1,Preference 2,PREFERENCE 3",
        "Rank1,Rank2,Rank3",
        "Vote [1st choice],Vote [2nd choice],Vote [3rd choice]",
    ],
)
def test_a_column_for_each_preference(headings: str) -> None:
    election = read(f"{headings}\nCy,Ann,\nBob,,Cy\nAnn,Bob,Ann\nCy,,\n,,\nAnn,Bob,Cy\n")
    assert election.candidates == ("Ann", "Bob", "Cy")
    assert orders(election) == [
        ((2, 0), 1),
        ((1, None, 2), 1),
        ((0, 1, 0), 1),
        ((2,), 1),
        ((), 1),
        ((0, 1, 2), 1),
    ]
    assert election.papers.shortened == {"a candidate repeated": 1, "a preference left out": 1}
    assert election.papers.invalid == {"no first preference": 1}
    assert "row 6: blank, counted as papers without preference" in election.notes


def test_the_columns_are_read_in_the_order_of_their_numbers() -> None:
    assert orders(read("2nd,1st\nAnn,Bob\n")) == [((1, 0), 1)]


@pytest.mark.parametrize(
    ("headings", "shown"), [("1,3", "1, 3"), ("1,1st", "1, 1"), ("2,3", "2, 3")]
)
def test_columns_for_other_preferences(headings: str, shown: str) -> None:
    assert faults(f"{headings}\nAnn,Bob\n") == [
        (1, f"columns for the preferences {shown}", "each from 1 to the last, once")
    ]


def test_the_candidates_in_the_order_of_the_caller() -> None:
    election = read("1,2\nAnn,Bob\n", candidates=["Bob", "Cy", "Ann"])
    assert election.candidates == ("Bob", "Cy", "Ann")
    assert orders(election) == [((2, 0), 1)]


def test_a_name_that_is_not_printed() -> None:
    assert [one for _, one, _ in faults("1,2\nZed,\n", candidates=["Ann"], places=None)] == [
        "no number of places",
        "'Zed'",
    ]
    names = ["Ann", "Bob"]
    assert faults("1,2\nAnn,Bob\nZed,Ann\nAnn,Zed\n", candidates=names) == [
        (3, "'Zed'", "one of the candidates 'Ann', 'Bob'"),
        (4, "'Zed'", "one of the candidates 'Ann', 'Bob'"),
    ]
    [fault] = faults_of("1,2\nAnn,Bob\nBib,Ann\nAnn,Bib\n", candidates=names)
    assert fault.found == "'Bib' 2 times, a name that is not printed"
    assert fault.settled_by[0][0].argument == ("--same", "Bib=Bob")


def test_one_name_in_several_spellings() -> None:
    election = read("1,2\nAnn  Lee,Bob\nann lee,Bob\nAnn Lee,\n")
    assert election.candidates == ("Ann Lee", "Bob")
    assert orders(election) == [((0, 1), 1), ((0, 1), 1), ((0,), 1)]
    assert any(note.startswith("spellings taken for one name") for note in election.notes)


# --- which way round


def test_files_that_fit_both_ways() -> None:
    text = "1,2,3\n3,1,2\n"
    both = "headings that number preferences over cells without names, which fit both ways"
    assert faults(text) == [(1, both, SETTLE)]
    assert orders(read(text, layout="candidates")) == [((1, 2, 0), 1)]
    election = read(text, layout="preferences")
    assert election.candidates == ("1", "2", "3")
    assert orders(election) == [((2, 0, 1), 1)]


def test_files_that_fit_neither_way() -> None:
    text = "Favourite,Then\nAnn,Bob\nBob,\n"
    [(line, found, expected)] = faults(text)
    assert line == 2
    assert found.startswith("'Ann' in column 'Favourite', which is no number, under headings")
    assert expected.endswith("names under headings such as '1st choice'")
    election = read(text, layout="preferences")
    assert orders(election) == [((0, 1), 1), ((1,), 1)]
    assert "the headings number no preferences: read in their order" in election.notes


def test_a_column_that_is_neither() -> None:
    text = "1st,2nd,Faculty\nAnn,Bob,Arts\n"
    election = read(text)
    assert election.candidates == ("Ann", "Bob")
    assert "not read: column 'Faculty'" in election.notes


def test_a_layout_that_is_none() -> None:
    assert faults("A\n1\n", layout="rows") == [
        (
            None,
            "layout='rows'",
            "'candidates' or 'preferences' or 'ranking' or 'long' or 'zero-one'",
        )
    ]


# --- other columns


@pytest.mark.parametrize("heading", ["papers", "Weight", "COUNT", " n ", "Number of papers:"])
def test_numbers_of_papers(heading: str) -> None:
    election = read(f"A,{heading},B\n1,7,2\n,12,1\n")
    assert orders(election) == [((0, 1), 7), ((1,), 12)]
    assert any(
        note.endswith("the number of papers that a row stands for") for note in election.notes
    )


@pytest.mark.parametrize("cell", ["0", "", "-1", "1.5", "two", "1" * 19, "1 000"])
def test_what_is_no_number_of_papers(cell: str) -> None:
    assert faults(f"papers,A\n1,1\n{cell},1\n") == [
        (
            3,
            f"{cell!r} in column 'papers'",
            "a number of papers: a whole number from 1, of at most 18 digits",
        )
    ]


def test_two_columns_of_numbers_of_papers() -> None:
    assert faults("papers,Number of papers,A\n1,1,1\n") == [
        (1, "2 columns of numbers of papers (columns 'papers', 'Number of papers')", "one at most")
    ]


@pytest.mark.parametrize(
    "heading", ["ID", "Paper", "ballot_id", "Voter ID", "Token", "Response ID"]
)
def test_identifiers(heading: str) -> None:
    election = read(f"{heading},A,B\nx1,1,2\nx2,2,1\n")
    assert election.candidates == ("A", "B")
    assert f"not read: column '{heading}'" in election.notes
    twice = read(f"{heading},A,B\nx1,1,2\nx2,2,1\n\nx1,,1\n,1,2\n,1,2\nx1,1,\n")
    assert twice.papers.total == 6
    note = "1 that stands more than once (rows 2, 5, 8); every paper is counted"
    assert f"column '{heading}': {note}" in twice.notes


def test_what_is_not_read() -> None:
    election = read("Timestamp,Email address,A,B\nnoon,a@b,1,2\n")
    assert election.candidates == ("A", "B")
    assert election.notes[-1] == "not read: columns 'Timestamp', 'Email address'"


# --- forms


FORM = (
    '"Timestamp","Email Address","Which year, if any?","Rank the candidates\nfor Chair [Ann Lee]",'
    '"Rank the candidates\nfor Chair [Bob ""Bo"" Roy]",'
    '"Rank the candidates\nfor Chair [RON]"\n'
    '"2026/03/01 9:00:00 am GMT","a@su.ac.uk","First","First choice","Second choice",""\n'
    '"2026/03/01 9:01:00 am GMT","b@su.ac.uk","Second","","Second choice","First choice"\n'
)


def test_the_export_of_a_form() -> None:
    with pytest.raises(FormatError) as caught:
        read(FORM)
    assert caught.value.found == (
        "numbers in column 'Which year, if any?' beside the question "
        "'Rank the candidates for Chair'"
    )
    election = read(FORM.replace('"First",', '"Fresher",').replace('"Second",', '"Finalist",'))
    assert election.candidates == ("Ann Lee", 'Bob "Bo" Roy', "RON")
    assert orders(election) == [((0, 1), 1), ((2, 1), 1)]
    assert election.notes == (
        "line breaks and tabs in headings are read as blanks",
        "the headings are of the question 'Rank the candidates for Chair', names beside it",
        "a column for each candidate: 'Ann Lee', 'Bob \"Bo\" Roy', 'RON'",
        "read as plain numbers: 'First choice', 'Second choice'",
        "not read: columns 'Timestamp', 'Email Address', 'Which year, if any?'",
    )
    assert election.title == "Rank the candidates for Chair"


def test_named_candidates_settle_what_stands_beside_a_form() -> None:
    election = read(FORM, candidates=["RON", "Ann Lee", 'Bob "Bo" Roy'])
    assert orders(election) == [((1, 2), 1), ((0, 2), 1)]


def test_several_questions() -> None:
    text = "Chair [Ann],Chair [RON],Clerk [Cy],Clerk [Di],Clerk [RON]\n1,2,3,2,1\n"
    assert faults(text) == [
        (
            1,
            "several questions in the headings ('Chair', 'Clerk')",
            "one question, or the names of its candidates (--candidate)",
        )
    ]
    assert orders(read(text, question="Chair")) == [((0, 1), 1)]
    assert orders(read(text, candidates=["Ann", "RON"])) == [((0, 1), 1)]
    assert orders(read(text, candidates=["Cy", "Di", "RON"])) == [((2, 1, 0), 1)]


def test_brackets_that_are_part_of_names() -> None:
    election = read("Ann [Green],Bob,Cy [Ind]\n1,2,3\n")
    assert election.candidates == ("Ann [Green]", "Bob", "Cy [Ind]")


def test_a_form_the_other_way_round() -> None:
    text = (
        "Timestamp,Your vote [1st choice],Your vote [2nd choice]\n"
        'noon,"Lee, Ann",RON\none,RON,\ntwo,"Lee, Ann",\n'
    )
    election = read(text)
    assert election.candidates == ("Lee, Ann", "RON")
    assert orders(election) == [((0, 1), 1), ((1,), 1), ((0,), 1)]


# --- cells


def test_what_stands_between_cells_is_noted() -> None:
    assert read("A;B\n1;2\n").notes[0] == "semicolons stand between the cells"
    assert read("A\tB\n1\t2\n").notes[0] == "tabs stand between the cells"
    election = read("Lee, Ann;Roy, Bob\n1;2\n;1\n")
    assert election.candidates == ("Lee, Ann", "Roy, Bob")


def test_lines_that_split_equally_well() -> None:
    assert faults("A,a;B\n1,;2\n") == [
        (
            None,
            "lines that commas and semicolons split equally well",
            "names with such a sign in them to stand in quotation marks",
        )
    ]


def test_a_line_break_in_a_cell() -> None:
    election = read('1st,2nd\n"Ann\nLee",Bob\nBob,"Ann \r\n Lee"\nBob,\n')
    assert election.candidates == ("Ann Lee", "Bob")
    assert orders(election) == [((0, 1), 1), ((1, 0), 1), ((1,), 1)]


def test_faults_are_reported_where_their_line_begins() -> None:
    assert [line for line, *_ in faults('papers,"A\nB"\n\n1,"1\n"\n0,1\n0,"\n1"\n1\n')] == [6, 7, 9]


def test_all_faults_at_once() -> None:
    text = b'id,papers,A\n1,0,1\n1,2,1\n2,2\n3,2,1,4\n4,\xe9,1\n5,x,1,,\n"6"x,1,1\n'
    with pytest.raises(FormatError) as caught:
        read(text, places=None)
    assert [(fault.line, fault.found) for fault in caught.value.faults] == [
        (None, "no number of places"),
        (2, "'0' in column 'papers'"),
        (4, "2 cells"),
        (5, "4 cells"),
        (6, "byte 0xE9 at column 3, which is not UTF-8"),
        (7, "'x' in column 'papers'"),
        (8, "cells that do not end as they began in '\"6\"x,1,1'"),
    ]


EMPTY = (None, "an empty file", "a line of headings and a line for each paper")
NO_CONTROL = "a text without control characters"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("", EMPTY),
        ("\n,,\n", EMPTY),
        (
            "id\n1\n",
            (
                1,
                "no column of candidates or preferences",
                "a column for each candidate or for each preference",
            ),
        ),
        (
            "A,,B\n1,2,3\n",
            (
                2,
                "a cell in column B, which has no heading",
                "a heading over every column that is used",
            ),
        ),
        ("A\x07,B\n1,2\n", (1, "the character U+0007 in 'A\\x07' (a heading)", NO_CONTROL)),
        ("1st\nA\x07\n", (2, "the character U+0007 in 'A\\x07' (a name)", NO_CONTROL)),
        (
            '"A\n1\n',
            (
                1,
                "cells that do not end as they began in '\"A'",
                "cells with both quotation marks or with none, those inside doubled",
            ),
        ),
        (
            "1st,2nd\n",
            (
                1,
                "headings that number preferences over cells without names, which fit both ways",
                SETTLE,
            ),
        ),
    ],
)
def test_faults(data: str, expected: tuple[int | None, str, str]) -> None:
    assert faults(data) == [expected]


def test_too_many_faults_are_cut_short() -> None:
    with pytest.raises(FormatError) as caught:
        read("papers,A\n" + "x,1\n" * 5000)
    assert (len(caught.value.faults), caught.value.more) == (1000, 4000)
    assert str(caught.value).endswith(": and 4000 more faults")


def test_a_candidate_named_twice() -> None:
    assert faults("A\n1\n", candidates=["A", "A"])[0][1] == "candidates=['A', 'A']"


@pytest.mark.parametrize("places", [0, -1])
def test_places_that_are_none(places: int) -> None:
    assert faults("A\n1\n", places=places)[0][1] == f"places: found {places!r}".replace(
        "found ", ""
    )


def test_a_file_without_papers() -> None:
    assert read("A,B\n").papers.total == 0


# --- by columns


@pytest.mark.parametrize(
    ("text", "candidates", "rows"),
    [
        ("A,B,papers\n2,1,5\nx,,2\n", ("A", "B"), [[2, 1], [0, 0]]),
        ("2nd,1st\nB,A\n,B\n", ("A", "B"), [[0, 1], [1, -1]]),
    ],
)
def test_what_the_columns_mean(
    text: str, candidates: tuple[str, ...], rows: list[list[int]]
) -> None:
    lines = [line.split(",") for line in text.splitlines()]
    grid = tables.RowGrid(enumerate(lines, start=1), padded=False)
    election = read(text)
    assert election.reading is not None
    found = Findings(grid.below(1, len(lines[0]), ()), tables.Asked(places=1))
    ballots = ballots_of(found, election.reading)
    assert ballots.candidates == candidates
    columns = [[means[code] for code in codes.tolist()] for means, codes in ballots.columns]
    assert list(map(list, zip(*columns, strict=True))) == rows
    assert ballots.papers().total == ballots.counts.total(ballots.rows)


# --- out


def an_election(**changes: Any) -> Election:
    names = changes.pop("candidates", ("A", "B", "C"))
    papers = Papers(names, changes.pop("orders", [((0, 1), 3)]))
    return Election(places=2, candidates=names, papers=papers, **changes)


def test_the_text_that_is_written() -> None:
    election = an_election(
        candidates=("=A()", 'B "b", x', "count", "'t Hooft", "'=C", "1st", "Q [x]"),
        orders=[((0, 1, (2, 3), 4), 3), ((6, None, 5), 1), ((), 2)],
    )
    text = (
        '"papers","\'=A()","B ""b"", x","\'count","\'t Hooft","\'\'=C","\'1st","\'Q [x]"\n'
        "3,1,2,3,3,4,,\n1,,,,,,3,1\n2,,,,,,,\n"
    )
    assert CSV.dumps(election) == text
    assert TSV.dumps(election).splitlines()[1] == "3\t1\t2\t3\t3\t4\t\t"
    back = read(text, places=2, candidates=election.candidates)
    assert (back.candidates, back.papers) == (election.candidates, election.papers)


def test_what_a_table_cannot_hold_is_named(tmp_path: Path) -> None:
    election = an_election(
        title="Chair",
        orders=[((0, 0), 2), ((0, None, None, 1), 1), ((2, 1), 4)],
        withdrawn=[Withdrawal("B", "ill")],
        papers_set_aside=[stvcount.SetAside(2, "torn"), 3],
        non_person="C",
        notes=["something"],
    )
    assert stvcount.write(election, tmp_path / "x.csv") == (
        "CSV: the number of places is left out: 2.",
        "CSV: the title is left out: Chair.",
        "CSV: withdrawals are left out: B (ill).",
        "CSV: the candidate who is no person is written like the others: C.",
        "CSV: papers that are set aside are written like the others: 2 (torn); 3.",
        (
            "CSV: what numbers cannot express, after the last certain preference, is left out: "
            "3 papers."
        ),
        "CSV: notes from reading the election are left out: something.",
    )
    back = stvcount.read(tmp_path / "x.csv", places=2, candidates=["A", "B", "C"])
    assert list(back.papers.groups()) == list(election.papers.groups())


def test_more_papers_than_a_row_can_state() -> None:
    with pytest.raises(ElectionError) as caught:
        CSV.dumps(an_election(orders=[((0,), 10**18)]))
    assert str(caught.value).startswith("CSV: found 1000000000000000000 papers alike; expected at")


@pytest.mark.parametrize(
    "name", ["=1+1", "+1", "-1", "@x", " =1", "'=1", "''@", "\N{FULLWIDTH EQUALS SIGN}1"]
)
def test_no_cell_runs_as_a_formula(name: str) -> None:
    for text in (CSV.dumps(an_election(candidates=(name, "B"))),):
        cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
        assert not any(cell.strip().startswith(tuple("=+-@")) for cell in cells)
        assert read(text).candidates == (name, "B")


ENTRIES = st.one_of(
    st.integers(0, 3),
    st.none(),
    st.lists(st.integers(0, 3), min_size=2, max_size=3).map(lambda some: tuple(sorted(some))),
)
NAMES = st.one_of(
    st.text(st.characters(exclude_categories=("Cc", "Cs", "Cn")), max_size=8),
    st.text(st.sampled_from("'=+-@[]\"; ,1ab"), max_size=6),
    st.sampled_from(["papers", "'count", "ID", "time", "1st", "Rank 2", "X", "1.0", "sep=;", "'"]),
).filter(lambda name: name.strip() != "")
ORDERS = st.lists(st.tuples(st.lists(ENTRIES, max_size=6), st.integers(1, 10**18 - 1)))


@given(names=st.lists(NAMES, min_size=4, max_size=4, unique=True), given_orders=ORDERS)
def test_what_is_written_is_read_back(names: list[str], given_orders: list[Any]) -> None:
    election = an_election(candidates=names, orders=given_orders)
    for text, name in ((CSV.dumps(election), "x.csv"), (TSV.dumps(election), "x.tsv")):
        # A last row of as many blank papers as all above may as well be a total.
        back = read(text, name, candidates=names)
        assert back.candidates == election.candidates
        assert list(back.papers.groups()) == list(election.papers.groups())
        # What was left out is so little that it is left out only once.
        assert CSV.dumps(back) == CSV.dumps(election)
        if not any("numbers cannot express" in lost for lost in tables.left_out(election, "CSV")):
            assert back.papers == election.papers


@given(
    given_orders=st.lists(
        st.lists(st.one_of(st.none(), st.integers(0, 3)), min_size=1, max_size=5).filter(any)
    ),
    delimiter=st.sampled_from(",;\t"),
)
def test_the_same_papers_either_way_round(
    given_orders: list[list[int | None]], delimiter: str
) -> None:
    names = ["Ann", "Bob; x", "Cy, y", "Di"]
    papers = Papers(names, [(order, 1) for order in given_orders])
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(["1st", "2nd", "3rd", "4th", "5th", "id"])
    for number, order in enumerate(given_orders):
        cells = ["" if entry is None else names[entry] for entry in order]
        writer.writerow([*cells, *[""] * (5 - len(cells)), number])
    back = read(text.getvalue(), candidates=names, layout="preferences")
    assert back.papers == papers


# --- any bytes at all


def result(data: bytes, **options: Any) -> Election | FormatError:
    try:
        return read(data, **options)
    except FormatError as error:
        return error


def only_an_election_or_faults(data: bytes) -> None:
    for options in (
        {},
        {"encoding": "latin-1", "layout": "candidates"},
        {"layout": "preferences"},
        {"candidates": ["A", "B"]},
    ):
        given_back = result(data, **options)
        if isinstance(given_back, Election):
            written = CSV.dumps(given_back)
            assert (
                read(written, candidates=given_back.candidates).papers.total
                <= given_back.papers.total
            )
        else:
            lines = [fault.line or 0 for fault in given_back.faults]
            assert lines == sorted(lines)
            assert len(set(given_back.faults)) == len(lines) > 0
            assert all(len(str(fault)) < 2000 for fault in given_back.faults)


@given(st.binary(max_size=200))
@example(b'"')
@example(b"\0")
@example(b'"\n\x80')
def test_any_bytes(data: bytes) -> None:
    only_an_election_or_faults(data)


MUTABLE = b'id,papers,"A",B;c\n1,2,1,2\n2,3,"2",1\n"3",1,,1st\n4,7,X,\n'
PIECES = st.sampled_from([bytes([one]) for one in b"01-=\",;\n\r\t \0x\xe9[]'"] + [b"1st", b"\n\n"])


@given(
    st.lists(
        st.tuples(st.integers(0, len(MUTABLE)), st.integers(0, 3), PIECES | st.just(b"")),
        max_size=6,
    )
)
def test_good_files_spoilt(changes: list[tuple[int, int, bytes]]) -> None:
    data = MUTABLE
    for start, length, piece in changes:
        data = data[:start] + piece + data[start + length :]
    only_an_election_or_faults(data)


@pytest.mark.parametrize("piece", ['"', "'", "[", "1", ",", ";\t", " ", '" '])
def test_long_lines_cost_no_more_than_their_length(piece: str) -> None:
    for text in (piece * 50_000, f"A,B\n{piece * 50_000}\n", f"A,{piece * 50_000}x\n1,2\n"):
        only_an_election_or_faults(text.encode())


# --- how it is asked for


def test_told_by_its_content(tmp_path: Path) -> None:
    for text in (PLAIN, PLAIN.replace(b",", b";"), PLAIN.replace(b",", b"\t")):
        path = tmp_path / "export"
        path.write_bytes(text)
        assert stvcount.read(path, places=1).papers == read(PLAIN).papers


OPTIONS = "those of csv: " + ", ".join(FORMATS[-2].options)


def test_options_of_other_formats() -> None:
    assert faults("A\n1\n", sheet="x", paper_ids="before") == [
        (None, "the option paper_ids", OPTIONS),
        (None, "the option sheet", OPTIONS),
    ]


def test_standard_input() -> None:
    program = (
        "import stvcount\n"
        "election = stvcount.read('-', format='csv', places=1)\n"
        "print(election.candidates, election.sources[0].name)\n"
        "try:\n"
        "    stvcount.read('-', format='csv', places=1)\n"
        "except stvcount.FormatError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], input=PLAIN, stdout=subprocess.PIPE, check=True
    )
    assert done.stdout.decode().splitlines() == [
        "('Ann', 'Bob', 'Cy') standard input",
        f"standard input: found {EMPTY[1]}; expected {EMPTY[2]}",
    ]


def test_nothing_is_loaded_before_it_is_needed() -> None:
    program = "import stvcount, sys; print({'openpyxl', 'pyarrow', 'numpy'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE, check=True)
    assert done.stdout.split() == [b"set()"]
