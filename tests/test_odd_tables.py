"""Tables as they come, other than people are told to lay them out.

Each is read as it was meant, or it is asked about; then the answer that somebody would give who
knows the file leads, followed to the letter, to the papers as they were meant.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from stvcount import Election, FormatError
from stvcount.cli import main
from stvcount.errors import Fault
from stvcount.formats import read_bytes
from stvcount.formats.settings import merged

NAMES = ("Ann Lee", "Bob Kay", "Cat Moss")
HEADINGS = ",".join(NAMES)
RANKS = "1,2,3\n2,1,\n,,1\n"
CHOICES = "1st choice,2nd choice,3rd choice"
CHOSEN = "Ann Lee,Bob Kay,Cat Moss\nBob Kay,Ann Lee,\nCat Moss,,\n"
PAPERS = "ABC BA C"
"""The papers of most of these: the letters of the names in their order, a word for each."""

MOST_QUESTIONS = 5
Answer = Mapping[str, Any]


def read(content: str | bytes, name: str = "x.csv", **options: Any) -> Election:
    data = content.encode() if isinstance(content, str) else content
    return read_bytes(data, name, **{"places": 1, **options})


def papers(election: Election) -> str:
    """The papers by the first letters of the names, and how many, where a row is several."""
    return " ".join(
        "".join(election.candidates[one][0] for one in order) + (f"*{number}" if number > 1 else "")
        for order, number in election.papers.groups()
        if order
    )


def asked(content: str | bytes, options: Answer, name: str = "x.csv") -> tuple[Fault, ...]:
    with pytest.raises(FormatError) as caught:
        read(content, name, **options)
    return caught.value.faults


def answered(content: str | bytes, answers: Sequence[Answer], options: Answer) -> str:
    """The papers after these answers, each of which must be offered when its turn comes."""
    given: dict[str, Any] = dict(options)
    for answer in answers:
        offered = [way for fault in asked(content, given) for way in fault.settled_by]
        wanted = [(name, value) for name, value in answer.items()]
        [way] = [way for way in offered if _listed(way) == _as_pairs(wanted)][:1]
        given = merged(given, way)
    return papers(read(content, **given))


def _listed(way: Sequence[Any]) -> list[tuple[str, object]]:
    return [(one.option, one.value) for one in way]


def _as_pairs(wanted: Sequence[tuple[str, Any]]) -> list[tuple[str, object]]:
    return [
        (name, one)
        for name, value in wanted
        for one in (value if isinstance(value, (list, tuple)) else [value])
    ]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        # Rows that only number the candidates, above their names
        (f"1,2,3\n{HEADINGS}\n{RANKS}", PAPERS),
        # Bars between the cells
        (f"{HEADINGS}\n{RANKS}".replace(",", "|"), PAPERS),
        # Arrows of two signs
        ("Ballot,Order\n1,Ann Lee -> Bob Kay -> Cat Moss\n2,Bob Kay -> Ann Lee\n", "ABC BA"),
        # Whole numbers as a spreadsheet shows them
        (f"Papers;{HEADINGS.replace(',', ';')}\n12,00;1;2;3\n3,00;2;1;\n", "ABC*12 BA*3"),
        # Names with a word that also joins names
        (
            "1st choice,2nd choice\nA and B,C & D\nC & D,A and B\nA and B or C & D,\n",
            "AC CA",
        ),
        # A name in quotation marks, first in a cell of two
        ("1st choice,2nd choice\n'Ann,Bob\nBob,'Ann\n\"'Ann\nBob\",\n", "'B B'"),
        # A comma in the title, and a summary beside, among semicolons
        (
            "Rank 1 to 3, 1 is best\n\nAnn;Bob;Cat\n1;2;3\n2;1;\n;;1\n",
            PAPERS,
        ),
        # Quoted cells of several lines among tabs
        (
            '"No."\t"1st choice, please"\t"2nd choice, please"\n"1"\t"Lee, A"\t"Kay, B"\n'
            '"2"\t"Lee, A\nKay, B"\t""\n"3"\t"Kay, B"\t"Lee, A"\n',
            "LK KL",
        ),
        # A choice left out of an order, first and in the middle; two arrows are one
        ("Ballot,Order\n1,Ann;Bob\n2,;Bob\n3,Bob;;Ann\n4,Bob;Ann;\n", "AB B BA"),
        ("Ballot,Order\n1,Ann > Bob\n2,Bob >> Ann\n", "AB BA"),
        # Letters for names, though one begins with another
        ("1st choice,2nd choice\nA,CB\nCB,C\nC,\n", "AC CC C"),
        # A sign for a heading, in the lower one of two rows
        (
            ",Chair,,\n#,Ann,Bob,Cat\n1,1,2,3\n2,2,1,\n3,,,1\n",
            PAPERS,
        ),
        # A required question, in the lower one of two rows
        (
            'Chair,\n"1\n*","2\n*"\nAnn,Bob\nBob,Ann\n',
            "AB BA",
        ),
    ],
)
def test_what_is_read_without_a_question(content: str, expected: str) -> None:
    assert papers(read(content)) == expected


@pytest.mark.parametrize(
    ("content", "options", "answers", "expected"),
    [
        # A remark that speaks of a choice, beside ranks
        (
            "Rank [Ann],Rank [Bob],Rank [Cat],Why was your first choice first?\n"
            "1,2,3,nice\n2,1,,\n,,1,good\n",
            {},
            [{"ignore": "Why was your first choice first?"}],
            PAPERS,
        ),
        # Names that number preferences, beside ratings that are whole as ranks are
        (
            "1st choice,2nd choice,food,room\nAnn,Bob,1,2\nBob,Ann,2,1\nAnn,,1,2\n",
            {},
            [{"ignore": ["food", "room"]}],
            "AB BA A",
        ),
        # The initial of a name
        (
            "1st choice,2nd choice\nAnn,Cy\nCy,Ann\nC,Ann\n",
            {},
            [{"same": "C=Cy"}],
            "AC CA CA",
        ),
        # Trials of a form
        (
            f"Status,{HEADINGS}\nSurvey Preview,1,2,3\nIP Address,1,2,3\nIP Address,2,1,\n"
            "IP Address,,,1\n",
            {},
            [{"ignore_rows": 2}],
            PAPERS,
        ),
        (
            f"Status,{HEADINGS}\nspam,1,2,3\nIP Address,2,1,\nIP Address,,,1\n",
            {},
            [{"ignore": "Status"}],
            PAPERS,
        ),
        (f"{CHOICES}\nTEST,TEST,\n{CHOSEN}", {}, [{"ignore_rows": 2}], PAPERS),
        # Several contests, one below the other
        (
            "Post,1st choice,2nd choice\nChair,Ann,Bob\nChair,Bob,\nClerk,Dee,Eve\nClerk,Eve,\n",
            {},
            [{"ignore_rows": [4, 5]}],
            "AB B",
        ),
        (
            "Post,Order\nChair,Ann>Bob\nChair,Bob\nClerk,Dee>Eve\nClerk,Eve\n",
            {},
            [{"ignore": "Post"}],
            "AB B DE E",
        ),
        (
            "Post,Ann,Bob,Dee,Eve\nChair,1,2,,\nChair,2,1,,\nClerk,,,1,2\nClerk,,,2,1\n",
            {},
            [{"ignore_rows": [4, 5], "ignore": ["Dee", "Eve"]}, {"ignore": "Post"}],
            "AB BA",
        ),
        # Numbers of the candidates, and their parties, below their names
        (f"{HEADINGS}\nNo. 1,No. 2,No. 3\n{RANKS}", {}, [{"ignore_rows": 2}], PAPERS),
        (
            f"{HEADINGS}\n1st,2nd,3rd\n2,1,\n,,1\n",
            {},
            [{"candidates": list(NAMES)}],
            PAPERS,
        ),
        (f"{HEADINGS}\nGreen,Red,Blue\n{RANKS}", {}, [{"ignore_rows": 2}], PAPERS),
        # Words that the list of those for no choice has not
        (
            f"{HEADINGS}\n1,2,nowhere\n2,1,nowhere\nnowhere,nowhere,1\n",
            {},
            [{"blank": "nowhere"}],
            "AB BA C",
        ),
        # Ticks
        (f"{HEADINGS}\n\u2713,,\n,\u2713,\n,,\u2713\n", {}, [{"layout": "zero-one"}], "A B C"),
        # 0 once on each paper, in one column or another
        (f"{HEADINGS}\n1,0,2\n0,1,2\n2,1,0\n", {}, [{"blank": "0"}], "AC BC BA"),
        # Sums of the rows are no numbers of papers
        (
            f"{HEADINGS},Total\n1,2,3,6\n2,1,,3\n,,1,1\n",
            {},
            [{"ignore": "Total"}],
            PAPERS,
        ),
        # No row of headings
        (
            CHOSEN,
            {},
            [{"header_row": 0}, {"preferences": ["A", "B", "C"]}],
            PAPERS,
        ),
        (
            CHOSEN,
            {"candidates": list(NAMES)},
            [{"header_row": 0}, {"preferences": ["A", "B", "C"]}],
            PAPERS,
        ),
        # ... but a title, and a paper that is there twice
        (
            f"Votes cast,,\n{CHOSEN}Ann Lee,Bob Kay,Cat Moss\n",
            {},
            [{"header_row": 0, "ignore_rows": 1}, {"preferences": ["A", "B", "C"]}],
            f"{PAPERS} ABC",
        ),
        # One heading for all preferences, above papers of which one is there twice
        (
            f"Preferences,,\n{CHOSEN}Ann Lee,Bob Kay,Cat Moss\n",
            {},
            [{"header_row": 1}, {"preferences": ["Preferences", "B", "C"]}],
            f"{PAPERS} ABC",
        ),
        # Headings that number no preference, and names in the last of which nobody else is
        (
            "Top choice,Next choice,Last choice\nAnn,Bob,Dee\nBob,Ann,\n",
            {},
            [{"preferences": ["Top choice", "Next choice", "Last choice"]}],
            "ABD BA",
        ),
        (
            "Q5.1,Q5.2,Q5.3\nAnn,Bob,Dee\nBob,Ann,\n",
            {},
            [{"preferences": ["Q5.1", "Q5.2", "Q5.3"]}],
            "ABD BA",
        ),
        (
            "Then choice,Last 5 choice,Last 6 choice\nAnn,Bob,Dee\nBob,Ann,\n",
            {},
            [{"preferences": ["Then choice", "Last 5 choice", "Last 6 choice"]}],
            "ABD BA",
        ),
        # Commas in the names
        (
            'B,A,C\n"Kay, Bo","Lee, An","Moss, C"\n"Lee, An","Kay, Bo","Moss, C"\n,"Moss, C",\n',
            {},
            [{"preferences": ["A", "B", "C"]}],
            "LKM KLM M",
        ),
        # Orders with a sign that names have as well
        (
            "Id,Order\n1,Ann / Bob / Cat\n2,Bob / Ann\n3,Cat\n",
            {},
            [{"layout": "ranking"}],
            PAPERS,
        ),
        # One order that says what stands between the names
        (
            'Date,Vote\nx,Ann\nx,"Bob, Cat, Ann"\nx,Cat\n',
            {},
            [{"layout": "ranking"}],
            "A BCA C",
        ),
        # Names that are figures
        (
            f"{CHOICES}\n1984,Emma,\nEmma,Ulysses,1984\nUlysses,,\n",
            {},
            [{"candidates": ["1984", "Emma", "Ulysses"]}],
            "1E EU1 U",
        ),
        (
            "Vote,When\n1984,x\nEmma,x\n2001,x\n",
            {"candidates": ["1984", "2001", "Emma"]},
            [{"preferences": ["Vote"]}],
            "1 E 2",
        ),
        # Headings of candidates that are those of the form as well
        (
            "Id,Name,ID,Name,Email\n7,,1,2,\n8,,2,1,\n9,,,,1\n",
            {"candidates": ["ID", "Name", "Email"]},
            [{"ignore": "A"}, {"ignore": "B"}],
            "IN NI E",
        ),
        (
            "Start;End;Time\n;1;2\n1;3;2\n;1;\n",
            {},
            [{"candidates": ["Start", "End", "Time"]}],
            "ET STE E",
        ),
        # Somebody who was written in
        (
            f"{CHOICES}\n{CHOSEN}Elvis,Ann Lee,\n",
            {"candidates": list(NAMES)},
            [{"blank": "Elvis"}],
            PAPERS,
        ),
        # Two names in cells, that stand nowhere by themselves
        (
            "1st choice,2nd choice\nAnn,Bob\nBob,Ann\nCat and Ann,\nDee & Bob,\n",
            {},
            [{"candidates": ["Ann", "Bob", "Cat", "Dee"]}],
            "AB BA",
        ),
        # Titles above a single column, where the names are given
        (
            "Ballots\nRank 1 to 3\n\nOrder\nAnn > Bob\nBob > Ann\n",
            {"candidates": ["Ann", "Bob"]},
            [{"header_row": 4}],
            "AB BA",
        ),
        # A form for one name, with two of them in a few cells
        (
            "President,Date\nAnn,x\nAnn;Bob,x\nBob,x\nBob;Ann,x\nAnn,x\nBob,x\n",
            {},
            [{"preferences": "President"}],
            "A B A B",
        ),
        (
            "Vote\nAnn\nAnn;Bob\nBob\nBob;Ann\nAnn\nBob\n",
            {},
            [{"layout": "ranking"}],
            "A AB B BA A B",
        ),
        # Figures under a heading that goes on from those of the preferences
        (
            "Q1,Q2,Q3\nEmma,Ulysses,1984\nUlysses,Emma,1984\nEmma,1984,\n",
            {},
            [
                {"preferences": ["Q1", "Q2", "Q3"]},
                {"candidates": ["1984", "Emma", "Ulysses"]},
            ],
            "EU1 UE1 E1",
        ),
        # A name under no heading, beside those that number preferences
        (
            "1st choice,\nAnn,Bob\nBob,Ann\n",
            {},
            [{"header_row": 1}, {"preferences": ["1st choice", "B"]}],
            "AB BA",
        ),
        (
            "1st choice,\nAnn,Bob\nCat,Dee\nAnn,Bob\n",
            {},
            [{"header_row": 1}, {"preferences": ["1st choice", "B"]}],
            "AB CD AB",
        ),
        # A second heading, below a remark in a column that has none
        (
            ",Votes\nconfidential,\n,Vote\n,Ann;Bob\n,Bob;Ann\n",
            {},
            [{"header_row": 3}],
            "AB BA",
        ),
        # A total in a column of remarks
        (
            "Any comments?,Rank [Ann],Rank [Bob]\nfine,1,2\n,2,1\nGrand total,3,3\n",
            {},
            [{"ignore_rows": 4}],
            "AB BA",
        ),
        # The one heading once more, where the rest have none
        (
            "IP Address,,\n1.1.1.1,Ann,Bob\nIP Address,,\n1.1.1.2,Bob,\n",
            {"header_row": 1},
            [{"ignore_rows": 3}, {"preferences": ["B", "C"]}],
            "AB B",
        ),
        # A number for no choice, on most of the papers
        (
            f"{HEADINGS}\n1,99,99\n99,1,2\n99,2,1\n99,99,1\n1,2,3\n",
            {},
            [{"blank": "99"}],
            "A BC CB C ABC",
        ),
        # One number throughout, as of a table of voters
        (
            "Group,Ann,Bob\n3,1,2\n3,2,1\n",
            {},
            [{"ignore": "Group"}],
            "AB BA",
        ),
        # A remark in a column of votes, where the names are given
        (
            f"{CHOICES},Id\n{CHOSEN.replace(chr(10), ',7' + chr(10))}Source: paper,,,\n",
            {"candidates": list(NAMES)},
            [{"ignore_rows": 5}],
            PAPERS,
        ),
        # A heading once more, in a single column: what follows are papers
        (
            "President\nAnn\nBob\nPresident\nAnn\n",
            {},
            [{"ignore_rows": 4}, {"preferences": ["President"]}],
            "A B A",
        ),
        # Whole orders under a heading of another column, with a summary below
        (
            'Ballot,\n"Ann, Bob",\n"Bob, Ann",\nSPOILED,\n,\nCandidate,Votes\nAnn,1\nBob,1\n',
            {},
            [
                {"header_row": 1},
                {"layout": "ranking"},
                {"ignore_rows": [6, 7, 8]},
                {"blank": "SPOILED"},
            ],
            "AB BA",
        ),
    ],
)
def test_the_answer_leads_to_the_papers(
    content: str, options: Answer, answers: Sequence[Answer], expected: str
) -> None:
    assert answered(content, answers, options) == expected


def test_rows_below_a_list_of_candidates_are_offered_one_by_one() -> None:
    content = f"{HEADINGS}\n{RANKS}\nCandidate,Votes\nAnn Lee,1\nBob Kay,1\nCat Moss,1\n"
    below = [{"ignore_rows": row} for row in (6, 7, 8, 9)]
    assert answered(content, below, {}) == PAPERS
    assert answered(content, below[::-1], {}) == PAPERS


@pytest.mark.parametrize(
    ("content", "options", "found"),
    [
        # Whose paper a row is on, said once only
        ("Ballot,Candidate,Rank\n1,Ann,1\n,Bob,2\n2,Bob,1\n,Ann,2\n", {}, "blank cells"),
        # A name and its rank, side by side
        ("Candidate 1,Rank 1,Candidate 2,Rank 2\nAnn,1,Bob,2\nAnn,2,Bob,1\n", {}, "a name and its"),
        # Ranks from 0, beside blank cells
        (f"{HEADINGS}\n0,1,2\n1,0,\n,,0\n", {}, "'0' once on every paper"),
        # Ticks and crosses, of which either may be none
        (f"{HEADINGS}\n\u2713,\u2717,\n\u2717,\u2713,\n,,\u2713\n", {}, "ticks and crosses"),
        (
            f"{HEADINGS}\n\u2713,\u2717,\n\u2717,\u2713,\n,,\u2713\n",
            {"layout": "zero-one"},
            "ticks and crosses",
        ),
        # Candidates down the side, with voters by their names
        (f"Candidate,Olu,Pat\n{NAMES[0]},1,2\n{NAMES[1]},2,1\n", {}, "candidates down the side"),
        # Papers in a way that is not read
        (f"{HEADINGS}\nI,II,III\nII,I,\n", {}, "'I' in column"),
        ("Ballots,Count\nABC,3\nBA,4\n", {}, "'ABC' in column"),
        ("Order\nA B C\nB A\nC\n", {}, "'A B C' in column"),
        ("Ranking\n1. Ann 2. Bob\n1. Bob 2. Ann\n", {}, "'1. Ann 2. Bob'"),
        ('Id,Order\n1,"[Ann, Bob]"\n2,"[Bob, Ann]"\n', {}, "'[Ann, Bob]'"),
        (f"{HEADINGS}\n50%,30%,20%\n60%,40%,\n", {}, "'50%'"),
        (f"Papers,{HEADINGS}\nx12,1,2,3\n", {}, "'x12'"),
    ],
)
def test_what_no_option_settles_offers_none(content: str, options: Answer, found: str) -> None:
    faults = asked(content, options)
    assert faults[0].found.startswith(found)
    assert not any(fault.settled_by for fault in faults)


@pytest.mark.parametrize(
    ("content", "options", "lost"),
    [
        # Signs, figures and unknown words on papers are no reason to leave these out
        (f"{CHOICES}\n{CHOSEN}Cat Moss,-,\n", {"candidates": list(NAMES)}, "ignore_rows"),
        (f"{CHOICES}\n{CHOSEN}Cat Moss,7,\n", {}, "ignore_rows"),
        (f"{CHOICES}\nAnn Lee,7,\n{CHOSEN}", {}, "ignore_rows"),
        (f"{HEADINGS}\n1,2,nil\n2,1,\nnil,nil,1\n", {}, "ignore_rows"),
        # A candidate whom hardly anybody ranked is no column too many
        (f"{HEADINGS}\n1,2,nil\n2,1,nil\nnil,nil,1\n", {}, "ignore"),
        # A paper like the headings
        (f"{CHOSEN}Ann Lee,Bob Kay,Cat Moss\n", {}, "ignore_rows"),
        # A sign is nobody's name
        (f"{CHOICES}\n{CHOSEN}Cat Moss,-,\n", {}, "candidates"),
        # A heading may stand below a blank one
        ("Election,\n,Votes\n,Your vote\n,Ann\n,Bob\n,Ann\n,Bob\n", {}, "preferences"),
        # A number that the papers have already is not theirs
        (f"{HEADINGS},given\n1,2,3,3\n2,1,,2\n,,1,1\n", {}, "weights"),
    ],
)
def test_an_answer_that_would_lose_papers_is_not_offered(
    content: str, options: Answer, lost: str
) -> None:
    offered = [way for fault in asked(content, options) for way in fault.settled_by]
    assert offered
    assert lost not in {one.option for way in offered for one in way}


def test_text_in_two_bytes_for_a_character() -> None:
    content = f"{HEADINGS}\n{RANKS}".replace(",", "\t")
    # As Excel saves "Unicode text".
    assert papers(read(content.encode("utf-16"), "x.txt")) == PAPERS
    for codec in ("utf-16-le", "utf-16-be"):
        data = content.encode(codec)
        [fault] = asked(data, {})
        assert [_listed(way) for way in fault.settled_by] == [[("encoding", codec)]]
        assert papers(read(data, encoding=codec)) == PAPERS


def test_large_text_in_two_bytes_for_a_character() -> None:
    content = f"{HEADINGS}\n" + "1,2,3\n" * 20_000
    [fault] = asked(content.encode("utf-16-le"), {})
    assert [_listed(way) for way in fault.settled_by] == [[("encoding", "utf-16-le")]]


def test_a_table_without_headings_is_read_again_by_its_reading(
    tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    options = {"header_row": 0, "preferences": ["A", "B", "C"]}
    election = read(CHOSEN, **options)
    assert election.reading is not None
    assert election.reading.heading_rows == ()
    assert "no row of headings: the first row is a paper" in election.notes
    assert papers(read(CHOSEN, reading=election.reading)) == PAPERS
    path = tmp_path / "votes.csv"
    path.write_text(CHOSEN)
    columns = [word for name in "ABC" for word in ("--preference", name)]
    assert main(["check", str(path), "--places", "1", "--header-row", "0", *columns]) == 0
    assert "no row of headings" in capsys.readouterr().out


def test_large_tables_without_headings() -> None:
    content = "Ann,Bob\n" * 30_000 + "Bob,\n"
    election = read(content, header_row=0, preferences=["A", "B"])
    assert election.papers.total == 30_001
    assert papers(election).startswith("AB ")


def test_a_last_row_that_is_no_row_of_headings() -> None:
    content = ",,\nAnn,Bob,\n,,\nAnn,Bob,Cat\n"
    answers: list[Answer] = [{"header_row": 0}, {"preferences": ["A", "B", "C"]}]
    assert answered(content, answers, {}) == "AB ABC"
