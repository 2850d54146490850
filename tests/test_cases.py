"""Files of the kinds that people really have: what each is read as, or asked about.

The contents are those of the cases beside the project (`shared/cases`), read from there or typed;
what is right is stated in `shared/cases/README.md`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

import stvcount
from stvcount import Election, Fault, FormatError
from stvcount.formats import read_bytes
from stvcount.formats.settings import merged

TEN = (
    ("Ann Lee", "Bob Kay", "Cat Moss"),
    ("Ann Lee", "Cat Moss"),
    ("Ann Lee",),
    ("Ann Lee", "Bob Kay"),
    ("Bob Kay", "Ann Lee", "Cat Moss", "RON"),
    ("Bob Kay", "Cat Moss"),
    ("Bob Kay",),
    ("Cat Moss", "Bob Kay", "Ann Lee"),
    ("Cat Moss", "Ann Lee"),
    ("RON",),
)


def case(shared: Path, name: str, **options: Any) -> Election:
    if name.endswith(".xlsx"):
        pytest.importorskip("openpyxl")
    return stvcount.read(shared / "cases" / name, **{"places": 1, **options})


def text(content: str, **options: Any) -> Election:
    return read_bytes(content.encode(), "x.csv", **{"places": 1, **options})


def papers(election: Election) -> list[tuple[str, ...]]:
    names = election.candidates
    return [
        tuple(names[number] for number in ranking)
        for ranking, count in election.papers.groups()
        for _ in range(count)
    ]


def asked(shared: Path, name: str, **options: Any) -> tuple[Fault, ...]:
    with pytest.raises(FormatError) as caught:
        case(shared, name, **options)
    return caught.value.faults


def advice(faults: Sequence[Fault]) -> list[list[str]]:
    """The words of the command that each answer to the first question takes."""
    return [[word for setting in way for word in setting.argument] for way in faults[0].settled_by]


def followed(shared: Path, name: str, **options: Any) -> Election:
    """The election after the first answer to each question in its turn."""
    for _ in range(9):
        try:
            return case(shared, name, **options)
        except FormatError as error:
            question = next(fault for fault in error.faults if fault.settled_by)
            options = merged(options, question.settled_by[0])
    raise AssertionError(name)


# --- the ten papers


@pytest.mark.parametrize(
    "name",
    [
        "A06-mixed-1-and-1st.xlsx",
        "A08-title-row-merged.xlsx",
        "D01-msforms-ranking.xlsx",
        "E01-surveymonkey.csv",
    ],
)
def test_what_is_read_without_asking(shared: Path, name: str) -> None:
    election = case(shared, name)
    assert set(election.candidates) == {"Ann Lee", "Bob Kay", "Cat Moss", "RON"}
    assert papers(election) == list(TEN)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("A12-total-row.xlsx", ["--ignore-row", "12"]),
        ("B06b-None.xlsx", ["--blank", "None"]),
        ("C09-no-preference-col.csv", ["--blank", "No preference"]),
    ],
)
def test_what_is_asked_and_the_answer(shared: Path, name: str, words: list[str]) -> None:
    assert words in advice(asked(shared, name))
    assert papers(followed(shared, name)) == list(TEN)


def test_two_ranks_in_a_cell_spoil_that_paper_only(shared: Path) -> None:
    election = case(shared, "C03b-checkbox-semicolon.csv")
    assert papers(election) == [(), *TEN[1:]]
    assert election.papers.invalid == {"no first preference": 1}


# --- rows and words that are no papers and no names


def test_a_total_below_numbers_of_papers(shared: Path) -> None:
    assert advice(asked(shared, "total-row-weights.csv"))[0] == ["--ignore-row", "4"]
    election = followed(shared, "total-row-weights.csv")
    assert (election.candidates, election.papers.total) == (("Ann", "Bob"), 11)


def test_labels_for_no_choice(shared: Path) -> None:
    words = {
        one[0].argument
        for fault in asked(shared, "labels-are-candidates.csv")
        for one in fault.settled_by
    }
    assert {("--blank", "undervote"), ("--blank", "overvote"), ("--blank", "skipped")} <= words
    election = followed(shared, "labels-are-candidates.csv")
    assert election.candidates == ("Ann", "Bob")
    assert papers(election)[4:] == [("Ann", "Bob")] * 3 + [("Bob",)] * 2 + [()]
    assert election.reading is not None
    assert election.reading.blanks == {"undervote": 17, "overvote": 2, "skipped": 1}


def test_two_names_at_one_rank(shared: Path) -> None:
    election = case(shared, "two-names-in-a-cell.csv")
    assert election.candidates == ("Ann", "Bob", "Cy")
    assert papers(election) == [("Ann", "Bob"), (), (), (), ("Cy", "Ann", "Bob"), ()]
    assert election.papers.invalid == {"more than one first preference": 4}


# --- columns


@pytest.mark.parametrize(
    ("name", "candidates", "first"),
    [
        ("serial-number-is-candidate.csv", ("Ann", "Bob", "Cy"), ("Ann",)),
        ("paper-no-changes-winner.xlsx", ("Ann Lee", "Bob Kay", "Cat Moss"), ("Ann Lee",)),
        ("submission-date-elected.csv", ("Ann Lee", "Bob Kay"), ("Ann Lee", "Bob Kay")),
        ("ranks-with-leading-zero.csv", ("Ann", "Bob", "Cy"), ("Ann", "Bob", "Cy")),
        ("advice-elects-precincts.csv", ("Ann", "Bob"), ("Ann", "Bob")),
        ("hidden-first-sheet.xlsx", ("Ann", "Bob"), ("Ann", "Bob")),
        (
            "microsoft-forms-ranking.csv",
            ("Ann Lee", "Bob Kay", "RON"),
            ("Ann Lee", "Bob Kay", "RON"),
        ),
        ("verify-false-alarm.csv", ("Ann", "Bob", "RON", "Zoe"), ("Zoe", "Ann")),
        (
            "five.csv",
            ("Ann Lee", "Bob Kay", "Cat Moss", "Dee Ray", "RON"),
            ("Ann Lee", "Bob Kay", "Cat Moss"),
        ),
    ],
)
def test_columns_that_are_no_votes(
    shared: Path, name: str, candidates: tuple[str, ...], first: tuple[str, ...]
) -> None:
    election = case(shared, name)
    assert election.candidates == candidates
    assert papers(election)[0] == first
    assert not election.papers.invalid


def test_numbers_of_papers_that_are_called_votes(shared: Path) -> None:
    assert advice(asked(shared, "weights-called-votes.csv")) == [
        ["--weights", "Votes"],
        ["--ignore", "Votes"],
    ]
    assert case(shared, "weights-called-votes.csv", weights="Votes").papers.total == 24
    assert case(shared, "weights-called-votes.csv", ignore=["Votes"]).papers.total == 3


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("candidate-called-N.csv", ["L", "M", "N"]),
        ("candidate-called-Date.csv", ["Apple", "Banana", "Cherry", "Date"]),
    ],
)
def test_candidates_with_the_name_of_a_column(shared: Path, name: str, names: list[str]) -> None:
    words = [word for one in names for word in ("--candidate", one)]
    assert advice(asked(shared, name)) == [words]
    election = followed(shared, name)
    assert list(election.candidates) == names
    assert not election.papers.shortened
    assert not election.papers.invalid


def test_a_row_for_each_preference(shared: Path) -> None:
    election = case(shared, "long-table.csv")
    assert papers(election) == [
        ("1", "2", "3"),
        ("1", "3"),
        ("2", "1"),
        ("2",),
        ("3", "1", "2"),
    ]


def test_a_matrix_of_ones_and_zeros(shared: Path) -> None:
    assert advice(asked(shared, "zero-one-matrix.csv")) == [["--layout", "zero-one"]]
    election = followed(shared, "zero-one-matrix.csv")
    assert papers(election) == [("Ann", "Bob"), ("Ann",), ("Bob", "Ann")]


# --- spellings


@pytest.mark.parametrize(
    ("name", "candidates"),
    [
        ("one-name-nfc-nfd.csv", ("Ann Lee", "Jos\u00e9 N\u00fa\u00f1ez")),
        ("one-name-two-apostrophes.csv", ("Ann Lee", "Pat O'Neil")),
    ],
)
def test_one_name_in_two_codings(shared: Path, name: str, candidates: tuple[str, ...]) -> None:
    election = case(shared, name)
    assert election.candidates == candidates
    assert stvcount.check(election).first_preferences == dict(zip(candidates, (4, 6), strict=True))
    assert any(note.startswith("spellings taken for one name") for note in election.notes)


def test_a_misspelt_name(shared: Path) -> None:
    assert ["--same", "An Lee=Ann Lee"] in advice(asked(shared, "misspelt-changes-winner.csv"))
    election = followed(shared, "misspelt-changes-winner.csv")
    assert stvcount.check(election).first_preferences == {"Ann Lee": 5, "Bob Kay": 4}


def test_an_address_twice_is_noted_by_its_rows_and_never_shown(shared: Path) -> None:
    election = case(shared, "same-email-twice.csv")
    assert election.reading is not None
    told = "\n".join([*election.notes, election.reading.to_json()])
    assert "rows 3, 4" in told
    assert "uni.ac.uk" not in told


# --- several contests in a file


@pytest.mark.parametrize("name", ["agm-google.csv", "agm-msforms.xlsx", "agm-sheets.xlsx"])
def test_several_posts_are_asked_for_by_their_names(shared: Path, name: str) -> None:
    [question] = asked(shared, name)
    assert len(question.settled_by) == 4
    for way in question.settled_by:
        election = case(shared, name, **merged({}, way))
        assert election.papers.total == 48
        assert election.title == way[0].value
        assert "RON" in election.candidates


def test_an_archive_of_wide_rows_is_refused_soon(shared: Path) -> None:
    [fault] = asked(shared, "widerows.xlsx")
    assert "in a sheet of 16384 columns" in fault.found


# --- neighbours


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("Ann,Bob\n1,2nd\nFirst choice,02\n", [("Ann", "Bob")] * 2),
        ("My title,,\nAnn,Bob,Cy\n1,2,3\n2,1,\n", [("Ann", "Bob", "Cy"), ("Bob", "Ann")]),
        ("No.,Ann,Bob\n1,1,2\n2,2,1\n3,1,\n", [("Ann", "Bob"), ("Bob", "Ann"), ("Ann",)]),
        ("Date/Time,Ann,Bob\nnoon,1,2\n", [("Ann", "Bob")]),
        ("Row,IP Address,Ann,Bob\n1,10.0.0.1,1,2\n", [("Ann", "Bob")]),
        ("Ranking\nAnn > Bob\nBob > Ann\n", [("Ann", "Bob"), ("Bob", "Ann")]),
        ("Vote\n1. Ann; 2. Bob\n1. Bob; 2. Ann\n", [("Ann", "Bob"), ("Bob", "Ann")]),
        ("Order\nAnn (2); Bob (1)\nBob (2); Ann (1)\n", [("Bob", "Ann"), ("Ann", "Bob")]),
        (
            "Your first choice,Your second choice\nAnn,Bob\nBob,\n",
            [("Ann", "Bob"), ("Bob",)],
        ),
        ("choice_1,choice_2\nAnn,Bob\n", [("Ann", "Bob")]),
        ("President - 2nd choice,President - 1st choice\nAnn,Bob\n", [("Bob", "Ann")]),
        ("Preference #1,Preference #2\nAnn,Bob\nBob,Ann\n", [("Ann", "Bob"), ("Bob", "Ann")]),
        (
            "start,group/first_choice,group/second_choice,_uuid\nt,Ann,Bob,x\nt,Bob,,y\n",
            [("Ann", "Bob"), ("Bob",)],
        ),
        (
            "id,submitdate,lastpage,startlanguage,seed,q1[1],q1[2]\n1,d,1,en,7,Ann,Bob\n2,d,1,en,8,Bob,Ann\n",
            [("Ann", "Bob"), ("Bob", "Ann")],
        ),
        (
            'StartDate,Q1_1,Q1_2\nStart Date,Rank - Ann,Rank - Bob\n"{""ImportId"":""a""}",'
            '"{""ImportId"":""b""}","{""ImportId"":""c""}"\nd,1,2\ne,2,1\n',
            [("Ann", "Bob"), ("Bob", "Ann")],
        ),
        (
            "voter,rank,candidate\n1,1,Ann\n1,2,Bob\n2,1,Bob\n2,2,Ann\n",
            [("Ann", "Bob"), ("Bob", "Ann")],
        ),
    ],
)
def test_neighbours_that_are_read(content: str, expected: list[tuple[str, ...]]) -> None:
    assert papers(text(content)) == expected


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("1st,2nd\nAnn,N/A\nBob,Ann\n", "--blank N/A"),
        ("1st,2nd\nAnn,-\nBob,Ann\n", "--blank=-"),
        ("Ann,Bob,Cy\n1,2,3\n2,1,3\n3,1,2\nTotal,,\n", "--ignore-row 5"),
        ("Ann,Bob\n1,2\n2,1\nAnn,Bob\n1,2\n", "--ignore-row 4"),
        ("Faculty,Ann,Bob\nArts,1,2\nLaw,2,1\n", "--ignore Faculty"),
        ("Count,Ann,Bob\n1,1,2\n2,2,1\n2,1,2\n", "--weights Count"),
        ("Vote\nAnn\nBob\nAnn\n", "--preference Vote"),
        ("Ann,Bob\n1,0\n0,1\n1,1\n", "--layout zero-one"),
        ("Days\nMon;Tue;\nMon;\nTue;\n", "--layout ranking"),
        ("1st,2nd\nAnn Lee,Bob\nAnne Lee,Bob\n", "--same 'Anne Lee=Ann Lee'"),
        ("1st,2nd\nJose,Bob\nJos\u00e9,Bob\n", "--same"),
        ("1,2,3\n3,1,2\n", "--layout candidates"),
        ("Notes about it,Ann,Bob\n1,1,2\n2,1,2\n1,2,1\n4,2,1\n", "--ignore 'Notes about it'"),
    ],
)
def test_neighbours_that_are_asked_about(content: str, words: str) -> None:
    with pytest.raises(FormatError) as caught:
        text(content)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    "content",
    [
        "Candidate,Paper 1,Paper 2,Paper 3\nAnn,1,2,1\nBob,2,1,\n",
        "Candidate,1st,2nd\nAnn,5,3\nBob,2,6\n",
        "Ann,Bob\n1 (worst),2 (best)\n2 (best),1 (worst)\n",
        "Ann,Bob\nBob,Ann\nAnn,Bob\nBob,Ann\n",
    ],
)
def test_neighbours_that_are_refused(content: str) -> None:
    with pytest.raises(FormatError):
        text(content)
