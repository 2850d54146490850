"""What is asked of tables that could be read in more than one way, and what settles it."""

from __future__ import annotations

from typing import Any

import pytest

from stvcount import Election, FormatError
from stvcount.formats import read_bytes

RANKED = "Ann,Bob\n1,2\n2,1\n"
LONG = "voter,candidate,rank\n1,Ann,1\n1,Bob,2\n2,Bob,1\n2,Ann,2\n"
YES = "Ann,Bob\nyes,no\nno,yes\nyes,yes\n"
FORM = "Pres [Ann],Pres [Bob],Sec [Cat],Sec [Dot]\n1,2,2,1\n2,1,1,2\n"
LISTS = "rank A,rank B\nAnn;Bob,Cat;Dot\nBob;Ann,Dot;Cat\n"
BESIDE = "rank A,Cat,Dot\nAnn;Bob,1,2\nBob;Ann,2,1\n"
CHOICES = "1st choice,2nd choice\nAnn,Bob\nBob,Ann\n"
KNOWN = "Ann,Bob,status,score\n1,3,2,4\n2,1,3,4\n1,2,4,3\n4,3,2,1\n"
BOTH = {("Ann", "Bob"), ("Bob", "Ann")}


def read(content: str, **options: Any) -> Election:
    return read_bytes(content.encode(), "x.csv", **{"places": 1, **options})


def orders(election: Election) -> list[tuple[str, ...]]:
    names = election.candidates
    return [tuple(names[one] for one in order) for order, _ in election.papers.groups()]


@pytest.mark.parametrize(
    ("content", "options", "line", "found", "ways"),
    [
        # Rows of preferences
        (f"{LONG},Ann,1\n", {}, 6, "no paper for a preference", []),
        (f"{LONG}3,Ann,best\n", {}, 6, "'best' in column 'rank'", []),
        (
            "voter,vote,preference\n1,Ann,1\n1,Bob,1\n2,Bob,1\n2,Ann,1\n",
            {},
            1,
            "headings of a table with a row for each preference",
            [[("layout", "long")]],
        ),
        (RANKED, {"layout": "long"}, 1, "only columns 'Ann', 'Bob'", []),
        (
            "voter,rank,who\n1,1,\n1,2,\n2,1,\n2,2,\n",
            {"layout": "long"},
            1,
            "only columns 'voter', 'rank', 'who'",
            [],
        ),
        (
            "voter,rank,candidate\n1,1,Ann\n1,2,\t1\n2,1,Bob\n",
            {"candidates": ["Ann", "Bob"], "layout": "long"},
            3,
            "'1', a name that is not printed",
            [[("ignore_rows", 3)], [("blank", "1")]],
        ),
        # Marks
        (
            YES,
            {},
            1,
            "only marks (1 and 0, crosses, or words like them) in 2 columns ('Ann', 'Bob')",
            [[("layout", "zero-one")]],
        ),
        ("Ann,Bob\n4,5\n6,7\n", {"layout": "zero-one"}, 1, "no column of 1 and 0", []),
        (
            YES,
            {"layout": "zero-one", "candidates": ["Cat"]},
            1,
            "no column of marks headed 'Cat'",
            [],
        ),
        (
            "Ann,Ann,Bob\n1,0,0\n0,1,0\n0,0,1\n",
            {"layout": "zero-one", "candidates": ["Ann", "Bob"]},
            1,
            "2 columns of marks headed 'Ann'",
            [],
        ),
        (
            "Ann,Bob,Cat\n1,0,0\n0,1,2\n0,0,1\n",
            {"layout": "zero-one"},
            3,
            "'2' in column 'Cat', which has marks too",
            [],
        ),
        (
            "Ann,Bob,Age group\n1,0,1\n0,1,2\n1,0,3\n",
            {"layout": "zero-one"},
            3,
            "'2' in column 'Age group', which has marks too",
            [[("ignore", "Age group")]],
        ),
        (
            "1 Ann,1 Bob,2 Ann,2 Bob,1 Cat,3 Cat\n1,0,0,0,0,0\n0,1,1,0,0,1\n",
            {"layout": "zero-one"},
            1,
            "ranks in some of the headings ('1 Ann', '1 Bob', '2 Ann', '2 Bob', '1 Cat', '3 Cat')",
            [],
        ),
        # Orders
        (
            "order\nDrag the names > into order\nAnn > Bob\nBob > Ann\nAnn > Bob\n",
            {},
            2,
            "'Drag the names > into order', of which nothing stands in any other row",
            [
                [("header_row", 2)],
                [
                    ("candidates", "Ann"),
                    ("candidates", "Bob"),
                    ("candidates", "Drag the names"),
                    ("candidates", "into order"),
                ],
            ],
        ),
        (
            "Rank 1 to 4\nSome words\nAnn\nBob\nAnn\nBob\n",
            {},
            2,
            "'Some words', of which nothing stands in any other row",
            [
                [("header_row", 2)],
                [("candidates", "Ann"), ("candidates", "Bob"), ("candidates", "Some words")],
            ],
        ),
        (
            "one,two\nAnn,Cat\nBob,Dot\n",
            {"layout": "ranking"},
            1,
            "several columns of orders ('one', 'two')",
            [[("question", "one")], [("question", "two")]],
        ),
        (RANKED, {"layout": "ranking"}, 1, "no column of orders", []),
        (LISTS, {"question": "rank C"}, 1, "no question 'rank C'", []),
        (
            BESIDE,
            {},
            1,
            "column 'rank A', a list in each cell, beside columns of numbers",
            [[("ignore", "rank A")], [("layout", "ranking")]],
        ),
        # Questions of a form
        (
            FORM,
            {"question": "Chair"},
            1,
            "no question 'Chair'",
            [[("question", "Pres")], [("question", "Sec")]],
        ),
        (
            FORM,
            {"question": "Chair", "layout": "candidates"},
            1,
            "no question 'Chair'",
            [[("question", "Pres")], [("question", "Sec")]],
        ),
        (
            FORM,
            {"candidates": ["Ann", "Cat"]},
            1,
            "the candidates 'Ann', 'Cat' in several questions",
            [[("question", "Pres")], [("question", "Sec")]],
        ),
        (
            "Pres [Ann],Pres [Bob],Like [tea],Like [milk]\n1,2,often,never\n2,1,never,often\n",
            {},
            1,
            "several questions in the headings ('Pres', 'Like')",
            [[("question", "Pres")], [("question", "Like")]],
        ),
        (
            "Pres 1st choice,Pres 2nd choice\nAnn,Bob\nBob,Ann\n",
            {"question": "Chair"},
            1,
            "no question 'Chair'",
            [],
        ),
        (
            "Pres [Ann],Pres [Bob],Cat\n1,3,2\n3,1,2\n1,2,3\n2,3,1\n",
            {},
            1,
            "numbers in column 'Cat' beside the question 'Pres'",
            [[("candidates", "Ann"), ("candidates", "Bob"), ("candidates", "Cat")]],
        ),
        # Only one column has the numbers of papers.
        (
            "papers,Ann,Bob,count\n2,1,2,5\n1,2,1,7\n",
            {},
            1,
            "column 'count': the heading says numbers of papers, the cells are numbers as for "
            "candidates",
            [[("weights", "count")], [("ignore", "count")]],
        ),
        # Columns that an option names
        (RANKED, {"ignore": ["Cat"]}, 1, "no column 'Cat'", []),
        (RANKED, {"weights": "papers"}, 1, "no column 'papers'", []),
        (
            "Ann,note,note,Bob\n1,,x,2\n2,y,,1\n",
            {"ignore": ["note"]},
            1,
            "2 columns headed 'note'",
            [],
        ),
        ("a,b\nAnn,Bob\nBob,Ann\n", {"preferences": ["a", "c"]}, 1, "no column 'c'", []),
        (
            "a,b\nAnn,Bob\nBob,Ann\n",
            {"preferences": ["a", "A"]},
            1,
            "a column named twice by --preference",
            [],
        ),
        (RANKED, {"candidates": ["Ann", "Ann"]}, None, "candidates=['Ann', 'Ann']", []),
        (RANKED, {"ignore_rows": [99]}, None, "ignore_rows=99", []),
        (RANKED, {"header_row": 9}, 9, "header_row=9", []),
        # Headings
        (
            "when,My vote,other\n1,Ann,Bob\n2,Bob,Ann\n3,Ann,Bob\n4,My vote,Bob\n5,Ann,Bob\n",
            {},
            1,
            "a name in the row of headings that stands below too (column 'My vote')",
            [[("ignore_rows", 5), ("ignore_rows", 6)]],
        ),
        (
            "email\nAnn\nBob\nAnn\n",
            {},
            1,
            "names in column 'email', whose heading says addresses",
            [[("header_row", 3)], [("preferences", "email")]],
        ),
        # Rows and names
        (
            f"{CHOICES}Total,Bob\n",
            {},
            4,
            "row 4: 'Total' in column '1st choice'",
            [
                [("ignore_rows", 4)],
                [("candidates", "Ann"), ("candidates", "Bob"), ("candidates", "Total")],
            ],
        ),
        (
            f"{CHOICES}Total,Bob\nAnn,Total\n",
            {},
            4,
            "row 4: 'Total' in column '1st choice'; row 5: 'Total' in column '2nd choice'",
            [
                [("ignore_rows", 4), ("ignore_rows", 5)],
                [("ignore_rows", 4)],
                [("ignore_rows", 5)],
                [("candidates", "Ann"), ("candidates", "Bob"), ("candidates", "Total")],
            ],
        ),
        (
            "1st choice,2nd choice\nYour vote,\nAnn,Bob\nBob,Ann\n",
            {},
            2,
            "'Your vote', below what was taken for the headings",
            [[("header_row", 2)]],
        ),
        (
            "1st choice,2nd choice\nAnna=Lee,Bob\nAnna=Le,Bob\nBob,Anna=Lee\n",
            {},
            None,
            "the names 'Anna=Le' and 'Anna=Lee' (1 and 2 times)",
            [[("candidates", "Anna=Le"), ("candidates", "Anna=Lee"), ("candidates", "Bob")]],
        ),
        (
            "Ann,Bob,Cat\n1,2,3\n2,1,3\nBob,1,2\n1,2,3\n",
            {},
            4,
            "names of candidates among the ranks (row 4)",
            [[("ignore_rows", 4)]],
        ),
        # Columns that no ranks could fill, and ranks where there should be none
        (
            "Ann,Bob,Cat\n1,2,X\n2,1,X\n1,2,\n",
            {},
            1,
            "only crosses in column 'Cat', beside columns of ranks",
            [
                [("ignore", "Cat")],
                [("candidates", "Ann"), ("candidates", "Bob"), ("candidates", "Cat")],
            ],
        ),
        (
            "Ann,Bob,Cat\n1,2,999\n2,1,999\n1,2,999\n2,1,999\n",
            {},
            1,
            "column 'Cat', which no ranks among 3 could fill (999 to 999)",
            [[("blank", "999")]],
        ),
        (
            KNOWN,
            {},
            1,
            "columns 'status', 'score': the headings say otherwise, the cells are ranks",
            [
                [
                    ("candidates", "Ann"),
                    ("candidates", "Bob"),
                    ("candidates", "status"),
                    ("candidates", "score"),
                ]
            ],
        ),
        (
            "no,Ann,Bob\n7,1,2\n9,2,1\n7,1,2\n9,1,2\n",
            {},
            1,
            "column 'no': the heading says identifiers, the cells are numbers as for candidates",
            [[("ignore", "no")], [("weights", "no")]],
        ),
        (
            "no,Ann,Bob\n1,1,2\n2,2,1\n2,1,2\n1,1,2\n",
            {},
            1,
            "column 'no': the heading says identifiers, the cells are numbers as for candidates",
            [[("ignore", "no")], [("weights", "no")]],
        ),
        (
            "no,Ann,Bob\n3,1,2\n3,2,1\n1,2,3\n2,3,1\n",
            {},
            1,
            "column 'no': the heading says identifiers, the cells are numbers as for candidates",
            [[("candidates", "no"), ("candidates", "Ann"), ("candidates", "Bob")]],
        ),
        (
            "1st choice,2nd choice,Team 1,Team 3\nAnn,Bob,Red,Blue\nBob,Ann,Blue,Red\n",
            {},
            1,
            "columns 'Team 1', 'Team 3' beside those that number preferences",
            [
                [("ignore", "Team 1"), ("ignore", "Team 3")],
                [("preferences", "Team 1"), ("preferences", "Team 3")],
            ],
        ),
        (
            "1st choice,2nd choice\n,\nYour vote,\nAnn,Bob\nBob,Ann\nAnn,\nBob,\n",
            {},
            3,
            "'Your vote', below what was taken for the headings",
            [[("header_row", 3)]],
        ),
        (
            "id,Ann,Bob\na,1,2\nb,2,1\nc,1,2\n,,3\n",
            {},
            5,
            "a number in column 'Bob' that sums up those above it",
            [[("ignore_rows", 5)]],
        ),
        (
            "Ann,Bob,colour\n1,2,red\n2,1,blue\n1,2,red\n,,candidate\n",
            {},
            5,
            "rows at the end that are unlike those above (row 5)",
            [[("ignore_rows", 5)]],
        ),
        (
            "1st choice,2nd choice,note\nAnn,Bob,x\nBob,Ann,y\nAnn,Bob,z\n,,exported by Al\n",
            {},
            5,
            "rows at the end that are unlike those above (row 5)",
            [[("ignore_rows", 5)]],
        ),
        (
            "1st choice,2nd choice\nA1,B2\nB2,A1\nA12,B2\n",
            {"candidates": ["A1", "B2"]},
            4,
            "'A12', a name that is not printed",
            [[("same", "A12=A1")]],
        ),
        (
            "Q1,Q2,Q3\nAnn L,Bob K,Cat M\n1,2,3\n2,1,3\n1,3,2\n",
            {},
            2,
            "'Ann L' in the first row below the headings",
            [[("header_row", 2)]],
        ),
        (
            "A,B,C,D\n1,1,1,1\n2,2,2,2\n3,3,3,3\n",
            {},
            1,
            "candidates down the side, and a column for each paper",
            [],
        ),
        # Totals, headings and words among the names of orders
        (
            "order\nAnn;Bob\nBob;Ann;Total\nAnn;Bob\n",
            {},
            3,
            "'Total', as in a row that sums up others",
            [
                [("ignore_rows", 3)],
                [("candidates", "Ann"), ("candidates", "Bob"), ("candidates", "Total")],
            ],
        ),
        (
            "order\nAnn;Bob\nBob;Ann;Total\nAnn;Bob\n",
            {"candidates": ["Ann", "Bob"]},
            3,
            "'Total', as in a row that sums up others",
            [[("ignore_rows", 3)]],
        ),
        (
            "order\nAnn;Bob;1st choice\nBob;Ann\nAnn;Bob\n",
            {},
            2,
            "'1st choice' among the names, which is like a heading",
            [[("ignore_rows", 2)]],
        ),
        (
            "order\nAnn;Bob;1st choice\nBob;Ann\nAnn;Bob\n",
            {"candidates": ["Ann", "Bob"]},
            2,
            "'1st choice', a name that is not printed",
            [[("header_row", 2)]],
        ),
        (
            "order\n1. Ann;Bob\n1. Bob;2. Ann\n2. Ann;1. Bob\n2. Bob;1. Ann\n",
            {"layout": "ranking"},
            2,
            "'Bob' in column 'order', and names with their numbers",
            [[("ignore_rows", row) for row in (2, 3, 4, 5)]],
        ),
        # Last rows
        (
            "papers,1st choice,2nd choice\n3,Ann,Bob\n4,Bob,Ann\n7,,\n",
            {},
            4,
            "a number in column 'papers' that sums up those above it",
            [[("ignore_rows", 4)]],
        ),
        (
            "Ann,Bob\n1,2\n2,1\n1,2\n3,\n",
            {},
            5,
            "a number in column 'Ann' that sums up those above it",
            [[("ignore_rows", 5)]],
        ),
        (
            "Ann,Bob\n1,2\n2,1\n1,2\n2,1\n6,6\n",
            {},
            6,
            "a number in column 'Ann' that sums up those above it",
            [[("ignore_rows", 6)]],
        ),
        # Columns beside those of named candidates, or without a heading
        (
            "no,Ann,Bob\n5,1,2\n3,2,1\n",
            {"candidates": ["Ann", "Bob"]},
            1,
            "column 'no': the heading says identifiers, the cells are numbers as for candidates",
            [[("weights", "no")], [("ignore", "no")]],
        ),
        (
            "Ann,,Bob\n1,,2\n2,,1\n1,x,\n",
            {},
            4,
            "a cell in column B, which has no heading",
            [[("ignore", "B")]],
        ),
        (
            "Pres,,,\nAnn,Bob,Candidate,votes\n1,2,Ann,1\n2,1,Bob,1\n",
            {},
            2,
            "a small table beside the papers (columns 'Candidate', 'votes')",
            [[("ignore", "Candidate"), ("ignore", "votes")]],
        ),
    ],
)
def test_what_is_asked(
    content: str,
    options: dict[str, Any],
    line: int | None,
    found: str,
    ways: list[list[tuple[str, object]]],
) -> None:
    with pytest.raises(FormatError) as caught:
        read(content, **options)
    fault, *others = caught.value.faults
    assert (fault.line, fault.found, others) == (line, found, [])
    assert [[(one.option, one.value) for one in way] for way in fault.settled_by] == ways


@pytest.mark.parametrize(
    ("content", "options", "expected"),
    [
        (f"{LONG}3,Ann,1\n3,Bob,4\n", {}, [("Ann", "Bob"), ("Bob", "Ann"), ("Ann",)]),
        (LONG.replace("candidate,rank", "who,place"), {"layout": "long"}, sorted(BOTH)),
        (LONG.replace("candidate,rank", "who,what"), {"layout": "long"}, sorted(BOTH)),
        ("Ann,Bob,colour\n1,0,red\n0,1,blue\n", {"layout": "zero-one"}, [("Ann",), ("Bob",)]),
        (YES, {"layout": "zero-one", "candidates": ["Bob"]}, [(), ("Bob",), ("Bob",)]),
        (
            "Ann 1 of 2,Bob 1 of 2\n1,0\n0,1\n",
            {"layout": "zero-one"},
            [("Ann 1 of 2",), ("Bob 1 of 2",)],
        ),
        (LISTS, {"question": "rank B"}, [("Cat", "Dot"), ("Dot", "Cat")]),
        (BESIDE, {"question": "rank A"}, sorted(BOTH)),
        ("Ann,note,note,Bob\n1,,x,2\n2,y,,1\n", {"ignore": ["B", "C"]}, sorted(BOTH)),
        ("votes,Ann,Bob\nmany,1,2\nfew,2,1\n", {}, sorted(BOTH)),
        ("1st choice,2nd choice,other\nAnn,Bob,\nBob,Ann,\n", {}, sorted(BOTH)),
        (
            "voter,candidate,rank,colour\n1,Ann,1,red\n1,Bob,2,red\n2,Bob,1,red\n2,Ann,2,blue\n",
            {},
            sorted(BOTH),
        ),
        ('1st choice,2nd choice\n"Ann;",Bob\nBob,Ann\n', {}, sorted(BOTH)),
        # A total that stands often may be somebody's name.
        (
            "order\nAnn;Total\nTotal;Ann\nAnn;Total\n",
            {},
            [("Ann", "Total"), ("Total", "Ann"), ("Ann", "Total")],
        ),
        ("Ann,Bob,Cat\n1,2,0\n2,1,0\n", {}, sorted(BOTH)),
        ("Pres,,Email\nAnn,Bob,Email address\n1,2,a@b.cc\n2,1,b@b.cc\n", {}, sorted(BOTH)),
        (
            'Ann,Bob\n"{""ImportId"":""a""}","{""ImportId"":""b""}"\n1,2\n2,1\n',
            {},
            sorted(BOTH),
        ),
        (
            "Pres [1st choice],Pres [2nd choice],Sec [what]\nAnn,Bob,x1\nBob,Ann,x2\n",
            {"question": "Pres"},
            sorted(BOTH),
        ),
        (
            "weight,Ann,Bob,colour\n5,1,2,red\n3,2,1,blue\n",
            {"candidates": ["Ann", "Bob"]},
            sorted(BOTH),
        ),
    ],
)
def test_what_is_read(
    content: str, options: dict[str, Any], expected: list[tuple[str, ...]]
) -> None:
    assert orders(read(content, **options)) == expected


def test_accents_that_were_read_in_another_encoding() -> None:
    content = "1st choice,2nd choice\nJos\u00c3\u00a9,\u00c3(x)\n\u00c3(x),Jos\u00c3\u00a9\n"
    election = read(content, mend_accents=True)
    assert election.candidates == ("Jos\u00e9", "\u00c3(x)")
    assert election.reading is not None
    assert election.reading.settings["mend_accents"] == "true"
    assert orders(read(content, reading=election.reading)) == orders(election)


def test_words_for_no_choice_that_stand_nowhere_are_noted() -> None:
    notes = read(RANKED, blank=["nobody"]).notes
    assert "words for no choice that stand nowhere: 'nobody'" in notes


@pytest.mark.parametrize(("column", "numbers"), [("papers", [2, 1]), ("count", [5, 7])])
def test_the_numbers_of_papers_are_those_of_the_column_that_is_named(
    column: str, numbers: list[int]
) -> None:
    for content in (
        "papers,Ann,Bob,count\n2,1,2,5\n1,2,1,7\n",
        "count,Ann,Bob,papers\n5,1,2,2\n7,2,1,1\n",
    ):
        election = read(content, weights=column)
        assert [number for _, number in election.papers.groups()] == numbers
