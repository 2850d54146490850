"""BLT files: as they come from the wild, as they are spoilt, and as they are written."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import stvcount
from stvcount import Election, ElectionError, FormatError, Papers, Withdrawal
from stvcount.formats.accents import mended
from stvcount.formats.blt import dumps
from stvcount.formats.settings import merged

GOOD = b"""3 2
5 1 2 0
2 3 0
0
"A"
"B"
"C"
"Title"
"""

Reading = Callable[..., Election]


def read_bytes(data: bytes, **options: Any) -> Election:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ballots.blt"
        path.write_bytes(data)
        return stvcount.read(path, **options)


def read(text: str, **options: Any) -> Election:
    return read_bytes(text.encode(), **options)


def faults(data: str | bytes, **options: Any) -> list[tuple[int | None, str, str]]:
    with pytest.raises(FormatError) as caught:
        read_bytes(data.encode() if isinstance(data, str) else data, **options)
    return [(fault.line, fault.found, fault.expected) for fault in caught.value.faults]


def advice(data: str | bytes, **options: Any) -> list[dict[str, Any]]:
    """What each answer to the only fault of a file adds to these options."""
    with pytest.raises(FormatError) as caught:
        read_bytes(data.encode() if isinstance(data, str) else data, **options)
    (fault,) = caught.value.faults
    return [merged(options, alternative) for alternative in fault.settled_by]


def with_papers(*lines: str, candidates: int = 3) -> str:
    names = "".join(f'"{chr(ord("A") + number)}"\n' for number in range(candidates))
    papers = "".join(f"{line}\n" for line in lines)
    return f'{candidates} 2\n{papers}0\n{names}"T"\n'


def with_texts(*lines: str, candidates: int = 1) -> str:
    return f"{candidates} 1\n5 1 0\n0\n" + "".join(f"{line}\n" for line in lines)


def orders(election: Election) -> list[tuple[tuple[object, ...], int]]:
    return list(election.papers.orders())


def test_a_plain_file() -> None:
    election = read_bytes(GOOD)
    assert election.title == "Title"
    assert election.places == 2
    assert election.candidates == ("A", "B", "C")
    assert orders(election) == [((0, 1), 5), ((2,), 2)]
    assert election.withdrawn == ()
    assert election.notes == ()


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + GOOD,
        GOOD.replace(b"\n", b"\r\n"),
        GOOD.replace(b"\n", b"\r"),
        GOOD.replace(b"\n", b"\n\n"),
        GOOD.replace(b" ", b"\t"),
        GOOD.replace(b" ", b"   ").replace(b"\n", b"  \n  "),
        GOOD.rstrip(b"\n"),
        GOOD + b"\n \n\t\n# the end\n// really\n",
        b"# made by hand\n\n// twice\n" + GOOD,
        GOOD.replace(b"\n", b"\n# between\n//\n"),
        GOOD.replace(b"\n", b" # at the end of the line\n"),
        GOOD.replace(b"\n", b'// "at" the end\n'),
        GOOD.replace(b"5 1 2 0", b"005 01 2 0"),
    ],
)
def test_the_same_file_in_other_clothes(data: bytes) -> None:
    expected = read_bytes(GOOD)
    election = read_bytes(data)
    assert election.papers == expected.papers
    assert (election.title, election.places, election.candidates, election.notes) == (
        expected.title,
        expected.places,
        expected.candidates,
        (),
    )


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("5 0", ((), 5)),
        ("5 1 2 3 0", ((0, 1, 2), 5)),
        ("5 1=2 3 0", (((0, 1), 2), 5)),
        ("5 3 2=1 0", ((2, (0, 1)), 5)),
        ("5 1 - 2 0", ((0, None, 1), 5)),
        ("5 1 - - 0", ((0,), 5)),
        ("5 2 1 2 3 0", ((1, 0, 1, 2), 5)),
        ("5 2=2 1 0", (((1, 1), 0), 5)),
        ("999999999999999999 1 0", ((0,), 999_999_999_999_999_999)),
    ],
)
def test_paper_lines(line: str, expected: tuple[tuple[object, ...], int]) -> None:
    assert orders(read(with_papers(line))) == [expected]


def test_papers_are_read_by_the_rule() -> None:
    papers = read(with_papers("5 1=2 3 0", "4 0", "3 2 1 2 3 0", "2 1 - 2 0", "1 3 0")).papers
    assert papers.invalid == {"more than one first preference": 5, "no first preference": 4}
    assert papers.shortened == {"a candidate repeated": 3, "a preference left out": 2}


@pytest.mark.parametrize("lines", [("-3 -1",), ("-3", "-1"), ("-3  # ill", "", "// and", "-1")])
def test_withdrawals(lines: tuple[str, ...]) -> None:
    election = read(with_papers(*lines, "5 1 2 0"))
    assert election.withdrawn == (
        Withdrawal("C", "marked as withdrawn in the ballot file"),
        Withdrawal("A", "marked as withdrawn in the ballot file"),
    )
    assert election.papers.total == 5


def test_a_withdrawn_candidate_who_shares_a_name() -> None:
    election = read("3 1\n-2\n4 2 3 0\n0\n" + '"John Smith"\n' * 2 + '"C"\n"T"\n')
    assert election.candidates == ("John Smith (1)", "John Smith (2)", "C")
    assert [gone.candidate for gone in election.withdrawn] == ["John Smith (2)"]
    assert orders(election) == [((1, 2), 4)]
    assert "candidate 2: the name 'John Smith' is borne by several" in election.notes[1]


TAIL_OR_NAME = (
    "line 4: 1 name with a text in quotation marks at the end, which may be the affiliation or the "
    "name, read as it stands"
)


@pytest.mark.parametrize(
    ("line", "name", "note"),
    [
        ('"A B"', "A B", None),
        ('  " A B "  ', "A B", None),
        ('"A" # comment', "A", None),
        ('"A"// "comment"', "A", None),
        ('"A # B // C"', "A # B // C", None),
        ('"Con ""Bill BERRY"""', 'Con "Bill BERRY"', TAIL_OR_NAME),
        ('"Ind ""Paul BRIGGS"" "', 'Ind "Paul BRIGGS"', TAIL_OR_NAME),
        ('"Bill ""Bo"" Berry"', 'Bill "Bo" Berry', None),
        ('"A"" ""B"', 'A" "B', None),
        ('""""', '"', None),
        ('"<b>O\'Brien, J.</b>"', "<b>O'Brien, J.</b>", None),
        ('"Zoë"', "Zoë", None),
        (
            '"Susan DUBOIS" "Independent" "again"',
            'Susan DUBOIS "Independent" "again"',
            "line 4: 1 name in several quoted parts, read together",
        ),
        (
            '"Bill "Billy" Smith"',
            'Bill "Billy" Smith',
            "line 4: 1 name with a quotation mark inside that is not doubled, read as it stands",
        ),
        (
            '"Bill "Billy" Smith" # "Bill"',
            'Bill "Billy" Smith',
            "line 4: 1 name with a quotation mark inside that is not doubled, read as it stands",
        ),
        (
            '"5" tall Bill"',
            '5" tall Bill',
            "line 4: 1 name with a quotation mark inside that is not doubled, read as it stands",
        ),
        (
            "  John O'BRIEN, (SNP) ",
            "John O'BRIEN, (SNP)",
            "line 4: 1 name without quotation marks, read as it stands",
        ),
        (
            "A # B",
            "A # B",
            "line 4: 1 name without quotation marks and with # or // inside, read as it stands",
        ),
        ('"A\tB"', "A B", "line 4: 1 name with a tab inside, read as a blank"),
    ],
)
def test_names(line: str, name: str, note: str | None) -> None:
    election = read(with_texts(line, '"T"'))
    assert election.candidates == (name,)
    assert election.notes == ((note,) if note else ())


@pytest.mark.parametrize(
    ("lines", "title", "notes"),
    [
        (('"T"',), "T", ()),
        (('""',), "", ()),
        ((), "", ("the file gives no title",)),
        (("# T",), "", ("the file gives no title",)),
        (
            ("Kelso & District",),
            "Kelso & District",
            ("line 5: a title without quotation marks, read as it stands",),
        ),
        (
            ('"Ward 7" "Turriff"',),
            'Ward 7 "Turriff"',
            ("line 5: a title in several quoted parts, read together",),
        ),
    ],
)
def test_titles(lines: tuple[str, ...], title: str, notes: tuple[str, ...]) -> None:
    election = read(with_texts('"A"', *lines))
    assert (election.title, election.notes) == (title, notes)


def test_notes_are_one_for_each_kind() -> None:
    texts = ("A", "", "B", '"C "x" y"', "D", '"E"', '"F "z" y"', "Title")
    assert read(with_texts(*texts, candidates=6)).notes == (
        "lines 4 to 8: 3 names without quotation marks, read as they stand",
        "line 11: a title without quotation marks, read as it stands",
        (
            "lines 7 to 10: 2 names with a quotation mark inside that is not doubled, "
            "read as they stand"
        ),
    )


# --- identifiers of papers


@pytest.mark.parametrize(
    ("lines", "expected", "note"),
    [
        (
            ("(a1) 1 2 0", "(a2) 2 1 0", "4 3 0"),
            [((0, 1), 1), ((1, 0), 1), ((2,), 4)],
            (
                "lines 2 to 3: identifiers in brackets in place of the number of papers "
                "(as line 3 shows), which are not kept"
            ),
        ),
        (
            ("(a1) 1 2 0", "(a2) 0"),
            [((0, 1), 1), ((), 1)],
            (
                "lines 2 to 3: identifiers in brackets in place of the number of papers "
                "(as line 3 shows), which are not kept"
            ),
        ),
        (
            ("(a1) 1=2 3 0",),
            [(((0, 1), 2), 1)],
            (
                "line 2: identifiers in brackets in place of the number of papers "
                "(as line 2 shows), which are not kept"
            ),
        ),
        (
            ("(a1) 1 2 0", "(a 2#) 1 3 1 0 # again"),
            [((1,), 1), ((2, 0), 1)],
            (
                "lines 2 to 3: identifiers in brackets before the number of papers "
                "(as line 3 shows), which are not kept"
            ),
        ),
        (
            ("3 (id) 1 2 0", "1 ( other ) 0"),
            [((0, 1), 3), ((), 1)],
            "lines 2 to 3: identifiers in brackets, which are not kept",
        ),
    ],
)
def test_identifiers(
    lines: tuple[str, ...], expected: list[tuple[tuple[object, ...], int]], note: str
) -> None:
    election = read(with_papers(*lines))
    assert orders(election) == expected
    assert election.notes == (note,)


def test_identifiers_that_fit_both_ways_are_refused_unless_told() -> None:
    text = with_papers("(a1) 1 2 0", "(a2) 1 3 0")
    assert faults(text) == [
        (
            2,
            (
                "identifiers in brackets that all stand before a 1, which may be the number of "
                "papers or the first preference"
            ),
            "to be told which",
        )
    ]
    assert advice(text) == [{"paper_ids": "before"}, {"paper_ids": "in-place"}]
    before = read(text, paper_ids="before")
    assert orders(before) == [((1,), 1), ((2,), 1)]
    assert before.notes == (
        (
            "lines 2 to 3: identifiers in brackets before the number of papers "
            "(as the caller says), which are not kept"
        ),
    )
    in_place = read(text, paper_ids="in-place")
    assert orders(in_place) == [((0, 1), 1), ((0, 2), 1)]


def test_what_the_caller_says_of_identifiers_wins() -> None:
    text = with_papers("(a1) 2 1 0")
    assert orders(read(text)) == [((1, 0), 1)]
    assert orders(read(text, paper_ids="before")) == [((0,), 2)]


def test_an_unknown_layout_of_identifiers() -> None:
    assert faults(GOOD, paper_ids="after") == [
        (None, "paper_ids='after'", '"in-place" or "before"')
    ]


# --- faults

FIRST_LINE = "a first line with the number of candidates and the number of places"
PICTURE = (
    None,
    "a picture",
    "votes as text: type them into a spreadsheet, and save it as .xlsx or CSV",
)
WEB_PAGE = (None, "a web page (HTML)", "a spreadsheet: save it as .xlsx or CSV")
HEADER_FIGURE = "a whole number from 1 to 999999999"
PAPER = "a paper line: number of papers, candidate numbers, 0"
PREFERENCES = "candidate numbers and a last 0, with blanks between"
COUNT = "a whole number from 1, of at most 18 digits"
RANGE = "a candidate number from 1 to 3"
LAST = "0 at the end of every paper line"
NOTHING_AFTER = "nothing after the 0 that ends the paper"
REST = "a paper line, or the line 0 that ends the papers, then 3 names and the title"
BLANKS = "blanks alone between figures"
QUOTES = "one text in quotation marks, those inside it doubled"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("3", [(1, "'3'", FIRST_LINE)]),
        ("3 2 1", [(1, "'3 2 1'", FIRST_LINE)]),
        ("three two", [(1, "'three two'", FIRST_LINE)]),
        ("3,2", [(1, "commas between or after the figures of 1 line", BLANKS)]),
        ("0 2", [(1, "'0' as the number of candidates", HEADER_FIGURE)]),
        ("3 0", [(1, "'0' as the number of places", HEADER_FIGURE)]),
        ("3 x", [(1, "'x' as the number of places", HEADER_FIGURE)]),
        ("3 1.5", [(1, "'1.5' as the number of places", HEADER_FIGURE)]),
        ("3 -1", [(1, "'-1' as the number of places", HEADER_FIGURE)]),
        ("3 1000000000", [(1, "'1000000000' as the number of places", HEADER_FIGURE)]),
        ("3, 2", [(1, "'3,' as the number of candidates", HEADER_FIGURE)]),
        (
            "0 0",
            [
                (1, "'0' as the number of candidates", HEADER_FIGURE),
                (1, "'0' as the number of places", HEADER_FIGURE),
            ],
        ),
        (
            "9" * 5000 + " 2",
            [(1, f"{'9' * 57 + '...'!r} as the number of candidates", HEADER_FIGURE)],
        ),
    ],
)
def test_faults_of_the_header(header: str, expected: list[tuple[int, str, str]]) -> None:
    assert faults(GOOD.decode().replace("3 2", header, 1)) == expected


def test_behind_a_spoilt_header_the_rest_is_checked() -> None:
    text = '3\n5 1 x 0\n2 9 0\n0\nA\n"B\n'
    assert faults(text) == [
        (1, "'3'", FIRST_LINE),
        (2, "'x'", PREFERENCES),
        (6, "'\"B', whose quotation marks do not match", QUOTES),
    ]
    assert faults("3, x\n2 9 0\n0\nA\nB\nC\n") == [
        (1, "'3,' as the number of candidates", HEADER_FIGURE),
        (1, "'x' as the number of places", HEADER_FIGURE),
        (2, "candidate number 9", RANGE),
    ]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("0 1 2 0", [("'0' as the number of papers", COUNT)]),
        ("-3 1 2 0", [("'-3' as the number of papers", COUNT)]),
        ("1.5 1 2 0", [("'1.5' as the number of papers", COUNT)]),
        ("1_0 1 2 0", [("'1_0' as the number of papers", COUNT)]),
        ("+1 1 2 0", [("'+1' as the number of papers", COUNT)]),
        ("٣ 1 2 0", [("'٣' as the number of papers", COUNT)]),
        ("1000000000000000000 1 0", [("'1000000000000000000' as the number of papers", COUNT)]),
        (f"{'9' * 5000} 1 0", [(f"{'9' * 57 + '...'!r} as the number of papers", COUNT)]),
        ("5 4 0", [("candidate number 4", RANGE)]),
        ("5 1 4 2=7 1 0", [("candidate numbers 4, 7", RANGE)]),
        (f"5 {'9' * 5000} 0", [(f"candidate number {'9' * 57}...", RANGE)]),
        ("5 1 ٣ 0", [("'٣'", PREFERENCES)]),
        ("5 1 two 0", [("'two'", PREFERENCES)]),
        ("5 1 -2 0", [("'-2'", PREFERENCES)]),
        ("5 1 =2 0", [("'=2'", PREFERENCES)]),
        ("5 1 2 0,", [("commas between or after the figures of 1 line", BLANKS)]),
        ("5 1 2 O", [("'O'", PREFERENCES)]),
        ("5 1 2", [("no 0 at the end of '5 1 2'", LAST)]),
        ("5", [("no 0 at the end of '5'", LAST)]),
        ("5 1 2 # 0", [("no 0 at the end of '5 1 2 # 0'", LAST)]),
        ("5 1 0 2 0", [("'2 0' after the 0", NOTHING_AFTER)]),
        ("5 1 2 0 x", [("'x' after the 0", NOTHING_AFTER)]),
        ("5,1,2,0", [("commas between or after the figures of 1 line", BLANKS)]),
        ("5,1,,2,0", [("'5,1,,2,0'", PAPER)]),
        ("5 1,2 0", [("'1,2'", PREFERENCES)]),
        ("five for A", [("'five for A'", PAPER)]),
        ("5 1 \0 0", [("'\\x00'", PREFERENCES)]),
        (
            "0 4 1",
            [
                ("'0' as the number of papers", COUNT),
                ("candidate number 4", RANGE),
                ("no 0 at the end of '0 4 1'", LAST),
            ],
        ),
        ("(a) x 0", [("'x'", PREFERENCES)]),
        ("2 (a) 1 4 0", [("candidate number 4", RANGE)]),
        ("0 (a) 1 0", [("'0' as the number of papers", COUNT)]),
        ("-2 -3", [("'-2 -3' after the first paper", "withdrawals before the papers")]),
    ],
)
def test_faults_of_a_paper_line(line: str, expected: list[tuple[str, str]]) -> None:
    options = {"paper_ids": "in-place"}
    text = with_papers("1 1 0", line, "1 2 0")
    assert faults(text, **options) == [(3, *one) for one in expected]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("-4", [("'-4' as a withdrawal", "a candidate number from 1 to 3 after a minus sign")]),
        ("-0", [("'-0' as a withdrawal", "a candidate number from 1 to 3 after a minus sign")]),
        ("-1 3", [("'3' as a withdrawal", "a candidate number from 1 to 3 after a minus sign")]),
        ("-1,", [("commas between or after the figures of 1 line", BLANKS)]),
        ("-2 -2", [("'-2' again, which line 2 has", "every withdrawn candidate once")]),
    ],
)
def test_faults_of_withdrawals(line: str, expected: list[tuple[str, str]]) -> None:
    assert faults(with_papers(line, "1 1 0")) == [(2, *one) for one in expected]


def test_identifiers_are_not_repeated() -> None:
    text = with_papers("(a) 1 2 0", "( a ) 2 0", "2 (b) 1 0", "(a) 3 0")
    assert faults(text) == [
        (3, "the identifier 'a' again, which line 2 has", "every identifier once"),
        (5, "the identifier 'a' again, which line 2 has", "every identifier once"),
    ]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (('""', '"T"'), [(4, "an empty name", "the name of a candidate")]),
        (('"  "', '"T"'), [(4, "an empty name", "the name of a candidate")]),
        (('"A', '"T"'), [(4, "'\"A', whose quotation marks do not match", QUOTES)]),
        (('"A ""', '"T"'), [(4, '\'"A ""\', whose quotation marks do not match', QUOTES)]),
        (('"A" (Lab)', '"T"'), [(4, "'\"A\" (Lab)', whose quotation marks do not match", QUOTES)]),
        (('"A" "B', '"T"'), [(4, '\'"A" "B\', whose quotation marks do not match', QUOTES)]),
        (('"" "B"', '"T"'), [(4, "an empty name", "the name of a candidate")]),
        (
            ('"A" "B" ""', '"T"'),
            [(4, '\'"A" "B" ""\', whose quotation marks do not match', QUOTES)],
        ),
        (('"A"', '"T'), [(5, "'\"T', whose quotation marks do not match", QUOTES)]),
        (
            ('"A\0B"', '"T"'),
            [(4, "the character U+0000 in 'A\\x00B'", "a text without control characters")],
        ),
        (
            ("A\x85B", '"T"'),
            [(4, "the character U+0085 in 'A\\x85B'", "a text without control characters")],
        ),
        (
            ('"A"', '"T\x0bU"'),
            [(5, "the character U+000B in 'T\\x0bU'", "a text without control characters")],
        ),
        (
            ('"A"', '"T"', '"B"'),
            [(6, "'\"B\"' after the title", "the end of the file after 1 name and the title")],
        ),
        (
            ('"A"', '"T"', "B", "", "# C", "D"),
            [
                (
                    6,
                    "'B' and 1 more line after the title",
                    "the end of the file after 1 name and the title",
                )
            ],
        ),
    ],
)
def test_faults_of_names_and_title(
    lines: tuple[str, ...], expected: list[tuple[int, str, str]]
) -> None:
    assert faults(with_texts(*lines)) == expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", [(None, "an empty file", FIRST_LINE)]),
        (b"\n \r\n", [(None, "an empty file", FIRST_LINE)]),
        (b"# nothing\n", [(None, "comments only", FIRST_LINE)]),
        (b"3 2", [(1, "the end of the file", REST)]),
        (b"3 2\n5 1 2 0\n\n", [(2, "the end of the file", REST)]),
        (
            b"3 2\n5 1 2",
            [(2, "the end of the file", REST), (2, "no 0 at the end of '5 1 2'", LAST)],
        ),
        (
            b"3 2\n5 1 2 0\n0\n",
            [(3, "the end of the file after 0 of 3 names", "3 names and the title")],
        ),
        (
            b'3 2\n5 1 2 0\n0\n"A"\n"B"\n',
            [(5, "the end of the file after 2 of 3 names", "3 names and the title")],
        ),
        (
            b'3 2\n5 1 2 0\n"A"\n"B"\n"C"\n"T"\n',
            [(3, "'\"A\"'", REST)],
        ),
        (b"3 2\n5 1 2 0\nAnn (Lab)\nB\nC\nT\n", [(3, "'Ann (Lab)'", REST)]),
        (
            b'3 2\n5 1 2 0\nAnn\n2 2 0\n0\n"A"\n"B"\n"C"\n"T"\n',
            [(3, "'Ann'", PAPER)],
        ),
    ],
)
def test_files_cut_short(data: bytes, expected: list[tuple[int | None, str, str]]) -> None:
    assert faults(data) == expected


def test_all_faults_are_reported_in_order() -> None:
    text = '3 0\n-9\n5 1 2\n(a) 1 2 0\n2 7 0\n(b) 1 3 0\n0\n"A\n""\n"C"\n"T"\n"?"\n'
    with pytest.raises(FormatError) as caught:
        read(text)
    error = caught.value
    assert [fault.line for fault in error.faults] == [1, 2, 3, 4, 5, 8, 9, 12]
    assert (
        str(error)
        .splitlines()[4]
        .endswith(
            "ballots.blt:5: found candidate number 7; expected a candidate number from 1 to 3"
        )
    )
    assert (error.line, error.found) == (1, "'0' as the number of places")


def test_an_election_that_cannot_be_held_is_a_fault_of_the_file() -> None:
    assert faults(with_papers("-1 -2 -3", "1 1 0")) == [
        (None, "withdrawn: all 3 candidates", "at least one who stands")
    ]


# --- bytes

UTF8_OR = (
    "UTF-8 text (name another encoding with --encoding or encoding=, such as latin-1 or cp1252)"
)


def test_bytes_that_are_not_utf8() -> None:
    data = GOOD.replace(b'"B"', b'"Ren\xe9e \xe8"').replace(b"2 3 0", b"2 9 0")
    assert faults(data) == [
        (3, "candidate number 9", RANGE),
        (6, "byte 0xE9 at column 5, which is not UTF-8", UTF8_OR),
    ]


def test_many_lines_that_are_not_utf8() -> None:
    data = with_texts(*(["\xe9"] * 20), candidates=19).encode("latin-1")
    found = faults(data)
    assert [line for line, _, _ in found] == list(range(4, 15))
    assert found[-1] == (14, "bytes that are not UTF-8 on this and 9 more lines", UTF8_OR)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_a_byte_order_mark_states_the_encoding(encoding: str) -> None:
    """As Excel saves "Unicode text"; the reading has the encoding."""
    data = GOOD.decode().replace('"B"', '"Renée"').encode(encoding)
    election = read_bytes(data)
    assert election.candidates == ("A", "Renée", "C")
    assert election.notes[0] == f"read as {encoding.upper()}, as its byte order mark says"
    assert election.reading is not None
    assert election.reading.settings["encoding"] == encoding


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "utf-16", "utf-8-sig"])
def test_a_named_encoding(encoding: str) -> None:
    data = GOOD.decode().replace('"B"', '"Renée"').encode(encoding)
    assert read_bytes(data, encoding=encoding).candidates == ("A", "Renée", "C")


@pytest.mark.parametrize(
    ("data", "encoding", "expected"),
    [
        (
            GOOD,
            "klingon",
            (None, "the encoding 'klingon'", "an encoding that is known to Python"),
        ),
        (b"", "klingon", (None, "the encoding 'klingon'", "an encoding that is known to Python")),
        (GOOD, "base64", (None, "the encoding 'base64'", "an encoding that is known to Python")),
        (
            GOOD[:-1],
            "utf-16",
            (
                None,
                "bytes that are not utf-16 (at byte 39)",
                "utf-16 text (name another encoding with --encoding or encoding=, such as utf-8)",
            ),
        ),
        (
            b"3 2\n5 1 2 0\n\x81 0\n",
            "ascii",
            (
                3,
                "byte 0x81 at column 1, which is not ascii",
                (
                    "ascii text (name another encoding with --encoding or encoding=, such as "
                    "latin-1 or cp1252)"
                ),
            ),
        ),
        (
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 100,
            None,
            PICTURE,
        ),
        (bytes(100_000), None, (1, repr("\0" * 57 + "..."), FIRST_LINE)),
        (
            GOOD.decode().encode("utf-16-le"),
            None,
            (
                None,
                "text in which every other byte is 0, as in utf-16-le without its mark",
                (
                    "UTF-8 text (name another encoding with --encoding or encoding=, such as "
                    "utf-16-le)"
                ),
            ),
        ),
        (b"<html>\n" + b"<p>1 2 0</p>\n" * 1000, None, WEB_PAGE),
    ],
)
def test_files_that_are_no_such_text(
    data: bytes, encoding: str | None, expected: tuple[int | None, str, str]
) -> None:
    assert faults(data, encoding=encoding)[0] == expected
    assert len(faults(data, encoding=encoding)) <= 2


def test_claims_cost_nothing() -> None:
    assert faults("999999999 1\n5 1 999999999 0\n0\nA\nT\n") == [
        (5, "the end of the file after 2 of 999999999 names", "999999999 names and the title")
    ]
    election = read(with_papers("999999999999999999 1 2 0"))
    assert election.papers.total == 999_999_999_999_999_999


@pytest.mark.parametrize(
    "line",
    [" " * 200_000 + "x", "(" * 200_000, '"' * 200_001, '" ' * 100_000, "1 " * 100_000],
    ids=["blanks", "brackets", "quotes", "quotes and blanks", "figures"],
)
@pytest.mark.parametrize("before", ["3 2\n", "3 2\n0\n", ""], ids=["papers", "names", "header"])
def test_long_lines_cost_no_more_than_their_length(before: str, line: str) -> None:
    # A pattern that backtracks would take hours here, not a moment.
    with pytest.raises(FormatError):
        read(before + line)


# --- files in the wild


def test_every_ward(shared: Path) -> None:
    paths = sorted((shared / "data" / "scottish").glob("*.blt"))
    assert len(paths) == 62
    for path in paths:
        election = stvcount.read(path)
        header = path.read_text(encoding="utf-8-sig").split(maxsplit=2)[:2]
        assert [str(len(election.candidates)), str(election.places)] == header
        assert election.title
        assert not election.papers.invalid
        assert read(dumps(election)).papers == election.papers


@pytest.mark.parametrize(
    ("file", "candidate", "title", "notes"),
    [
        (
            "aberdeen_2012_ward11.blt",
            'Ind "Paul BRIGGS"',
            "Ward 11 - Airyhall - Broomhill - Garthdee",
            (
                "line 627: a title without quotation marks, read as it stands",
                (
                    "lines 621 to 626: 6 names with a text in quotation marks at the end, which "
                    "may be the affiliation or the name, read as they stand"
                ),
            ),
        ),
        (
            "aberdeenshire_2022_ward7.blt",
            "Alastair FORSYTH",
            "Ward 7 - Turriff and District",
            (),
        ),
        (
            "fife_2017_ward22.blt",
            "Keith Henry BARTON (C)",
            "Ward 22 - Buckhaven, Methil & Wemyss Villages",
            ("lines 1243 to 1252: 10 names without quotation marks, read as they stand",),
        ),
        (
            "east_renfrewshire_2022_ward1.blt",
            "Neil ANDERSON",
            '"Ward 1 \N{HYPHEN} Barrhead Liboside and Uplawmoor"',
            (
                (
                    "lines 1483 to 1490: 8 names with a text in quotation marks at the end, read "
                    "as the affiliation"
                ),
            ),
        ),
    ],
)
def test_names_of_wards(
    shared: Path, file: str, candidate: str, title: str, notes: tuple[str, ...]
) -> None:
    election = stvcount.read(shared / "data" / "scottish" / file)
    assert election.candidates[1] == candidate
    assert election.title == title
    assert election.notes == notes


def test_the_model_election(shared: Path) -> None:
    election = stvcount.read(shared / "data" / "ers97-model.blt")
    assert (election.title, election.places) == ("ERS97 Model Election", 6)
    assert election.papers.total == 753
    assert election.notes == ()


def test_a_file_with_commas_everywhere(shared: Path) -> None:
    with pytest.raises(FormatError) as caught:
        stvcount.read(shared / "data" / "malformed-commas.blt")
    (fault,) = caught.value.faults
    assert str(fault) == (
        "found commas between or after the figures of 185 lines; expected blanks alone between "
        "figures: --ignore-commas (commas that a spreadsheet left there are not read)"
    )
    election = stvcount.read(shared / "data" / "malformed-commas.blt", ignore_commas=True)
    assert election.candidates[2:4] == ("George HAYTON", "Wilma,LUMSDEN")
    assert election.title == "Ward 9 - Almond and Earn"
    assert next(election.papers.orders()) == ((0,), 786)


# --- out


def test_the_text_that_is_written() -> None:
    election = Election(
        title='The "big" one',
        places=2,
        candidates=["A", "B", 'C "c"'],
        papers=Papers.from_rankings(
            [
                (["A", ['C "c"', "B"], "A"], 7),
                (["B", None, "A"], 2),
                ([], 3),
                [["A", "B"]],
            ],
            candidates=["A", "B", 'C "c"'],
        ),
        withdrawn=[Withdrawal('C "c"'), Withdrawal("A")],
        affiliations={"B": "B party"},
    )
    assert dumps(election) == (
        "3 2\n-3 -1\n7 1 2=3 1 0\n2 2 - 1 0\n3 0\n1 1=2 0\n0\n"
        '"A"\n"B" "B party"\n"C ""c""" ""\n"The ""big"" one"\n'
    )


def test_lines_of_words_among_the_papers_do_not_end_them() -> None:
    expected = "a paper line: number of papers, candidate numbers, 0"
    assert faults(with_papers("1 2 0", "two papers", "three papers", "1 3 0")) == [
        (3, "'two papers'", expected),
        (4, "'three papers'", expected),
    ]


def test_what_blt_cannot_hold_is_named(tmp_path: Path) -> None:
    election = Election(
        title="T ",
        places=1,
        candidates=["A", "B", "C", "D"],
        papers=Papers.from_rankings([(["A"], 20)], candidates=["A", "B", "C", "D"]),
        withdrawn=[
            Withdrawal("B", "ill"),
            Withdrawal("C"),
            Withdrawal("D", "marked as withdrawn in the ballot file"),
        ],
        papers_set_aside=[stvcount.SetAside(2, "torn"), *range(3, 14)],
        non_person="A",
        notes=["something"],
    )
    assert stvcount.write(election, tmp_path / "x.blt") == (
        "BLT: the reasons of withdrawals are left out: B (ill).",
        (
            "BLT: papers that are set aside are written like the others: "
            "2 (torn); 3; 4; 5; 6; 7; 8; 9; 10; 11; and 2 more."
        ),
        "BLT: the candidate who is no person is written like the others: A.",
        "BLT: blanks around a text are lost: 'T '.",
        "BLT: notes from reading the election are left out: something.",
    )
    assert stvcount.read(tmp_path / "x.blt").papers.total == 20


def test_nothing_is_said_where_nothing_is_lost(tmp_path: Path) -> None:
    election = read_bytes(GOOD.replace(b"5 1 2 0", b"-3\n5 1 2 0"))
    assert stvcount.write(election, tmp_path / "x.blt") == ()


@pytest.mark.parametrize(
    ("places", "count", "message"),
    [
        (10**9, 1, "BLT: found 1000000000 places; expected at most 999999999"),
        (
            1,
            10**18,
            "BLT: found 1000000000000000000 papers alike; expected at most 999999999999999999",
        ),
    ],
)
def test_figures_that_blt_cannot_state(places: int, count: int, message: str) -> None:
    papers = Papers.from_rankings([(["A"], count)])
    election = Election(places=places, candidates=["A"], papers=papers)
    with pytest.raises(ElectionError) as caught:
        dumps(election)
    assert str(caught.value) == message


ENTRIES = st.one_of(
    st.integers(0, 3),
    st.none(),
    st.lists(st.integers(0, 3), min_size=2, max_size=3).map(lambda some: tuple(sorted(some))),
)
TEXTS = st.text(
    st.characters(exclude_categories=("Cc", "Cs")) | st.sampled_from("\"#/-' ()"), max_size=12
).map(str.strip)
# Of others it is said that they may have been encoded twice.
TEXTS = TEXTS.filter(lambda text: mended(text) == text)


@given(
    title=TEXTS,
    places=st.integers(1, 999_999_999),
    names=st.lists(TEXTS.filter(bool), min_size=4, max_size=4, unique=True),
    given_orders=st.lists(st.tuples(st.lists(ENTRIES, max_size=6), st.integers(1, 10**18 - 1))),
    withdrawn=st.lists(st.integers(0, 3), max_size=3, unique=True),
    parties=st.lists(TEXTS, max_size=4),
)
@example("", 1, ['Jo Bell "Independent"', '"A" "B"', "C", 'Con "Jo BELL"'], [], [], [])
@example("", 1, ['Jo Bell "Independent"', '"A" "B"', "C", "D"], [], [], ['a "b"', "", '"'])
def test_what_is_written_is_read_back(  # noqa: PLR0917
    title: str,
    places: int,
    names: list[str],
    given_orders: list[tuple[list[Any], int]],
    withdrawn: list[int],
    parties: list[str],
) -> None:
    election = Election(
        title=title,
        places=places,
        candidates=names,
        papers=Papers(names, given_orders),
        withdrawn=[
            Withdrawal(names[number], "marked as withdrawn in the ballot file")
            for number in withdrawn
        ],
        affiliations=dict(zip(names, parties, strict=False)),
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.blt"
        assert stvcount.write(election, path) == ()
        back = stvcount.read(path)
        assert back.sources
        assert back == Election(
            title=election.title,
            places=election.places,
            candidates=election.candidates,
            papers=election.papers,
            withdrawn=election.withdrawn,
            affiliations=election.affiliations,
            sources=back.sources,
        )


# --- any bytes at all


def result(data: bytes, **options: Any) -> Election | FormatError:
    try:
        return read_bytes(data, **options)
    except FormatError as error:
        return error


def only_an_election_or_faults(data: bytes) -> None:
    for options in ({}, {"encoding": "latin-1"}, {"paper_ids": "before"}, {"encoding": "utf-16"}):
        given_back = result(data, **options)
        if isinstance(given_back, Election):
            assert read(dumps(given_back)).papers == given_back.papers
        else:
            lines = [fault.line or 0 for fault in given_back.faults]
            assert lines == sorted(lines)
            assert len(set(given_back.faults)) == len(lines)
            assert all(len(str(fault)) < 500 for fault in given_back.faults)


@given(st.binary(max_size=400))
@example(b"\xef\xbb\xbf")
@example(b"1 1\n0\n\xe9\n")
def test_any_bytes(data: bytes) -> None:
    only_an_election_or_faults(data)


MUTABLE = (
    b'3 2\n-2 # gone\n5 1 2 0\n(a) 1=2 - 3 0\n(b) 1 3 1 0\n2 (c) 1 0\n0\n"A ""x"" y"\n"B" "C"\nD\nT'
)
PIECES = st.sampled_from(
    [
        *(bytes([byte]) for byte in b'01-="()#\n\r\t ,\0x\xe9'),
        *(b"//", b"\xc3\xa9", b"\n0\n", b"-1\n", b"(z) ", b"9" * 20),
    ]
)


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
