"""PrefLib files: with both headers, of all four kinds, spoilt, and as they are written."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stvcount import Election, ElectionError, FormatError, Papers, SetAside, Withdrawal
from stvcount.formats import FORMATS, read_bytes
from stvcount.formats.preflib import KINDS, TOI

OLD = """3
1,Ann Lee
2,"Bob, B."
3,#3
10,10,3
6,1,2,3
3,2,{1,3}
1,{3,1}
"""
NEW = """# FILE NAME: 00099-00000001.toi
# TITLE: Club
# DESCRIPTION: made by hand
# DATA TYPE: toi
# MODIFICATION TYPE: original
# NUMBER ALTERNATIVES: 3
# NUMBER VOTERS: 10
# NUMBER UNIQUE ORDERS: 3
# ALTERNATIVE NAME 1: Ann Lee
# ALTERNATIVE NAME 2: "Bob, B."
# ALTERNATIVE NAME 3: #3
6: 1,2,3
3: 2,{1,3}
1: {3,1}
"""
PLACES = (
    None,
    "no number of places, which a PrefLib file does not hold",
    "to be told it: --places N (or places=N)",
)


def read(text: str | bytes, name: str = "x.toi", **options: Any) -> Election:
    data = text.encode() if isinstance(text, str) else text
    return read_bytes(data, name, **{"places": 1, **options})


def faults(text: str | bytes, name: str = "x.toi", **options: Any) -> list[tuple[Any, str, str]]:
    with pytest.raises(FormatError) as caught:
        read(text, name, **options)
    return [(fault.line, fault.found, fault.expected) for fault in caught.value.faults]


def orders(election: Election) -> list[tuple[tuple[object, ...], int]]:
    return list(election.papers.orders())


def from_zero(text: str, names: str) -> str:
    """The file with its candidates numbered from 0."""
    text = text.replace("6: 1,2,3\n3: 2,{1,3}\n1: {3,1}", "6: 0,1,2\n3: 1,{0,2}\n1: {2,0}")
    text = text.replace("6,1,2,3\n3,2,{1,3}\n1,{3,1}", "6,0,1,2\n3,1,{0,2}\n1,{2,0}")
    for number in (1, 2, 3):
        text = text.replace(names.format(number), names.format(number - 1), 1)
    return text


@pytest.mark.parametrize(("text", "names"), [(NEW, "NAME {}: "), (OLD, "\n{},")])
def test_candidates_numbered_from_0(text: str, names: str) -> None:
    expected = read(text)
    for name in ("x.toi", "x"):
        found = read(from_zero(text, names), name)
        assert (found.candidates, found.papers) == (expected.candidates, expected.papers)
        assert "candidates are numbered from 0" in found.notes
    spoilt = from_zero(text, names).replace("{2,0}", "{3,0}")
    assert ("candidate number 3", "a candidate number from 0 to 2") in [
        fault[1:] for fault in faults(spoilt)
    ]


def swapped(text: str, old: str, new: str) -> str:
    assert text.count(old) == 1, (old, text)
    return text.replace(old, new)


# --- in


@pytest.mark.parametrize("text", [OLD, NEW], ids=["old", "new"])
@pytest.mark.parametrize(
    "changed",
    [
        lambda text: text,
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\r"),
        lambda text: text.replace("\n", " \n\n"),
        lambda text: text.replace("1,2,3", " 1 , 2,\t3").replace("{1,3}", "{ 3 , 1 }"),
        lambda text: text.rstrip("\n"),
    ],
)
def test_the_same_file_in_other_clothes(text: str, changed: Any) -> None:
    election = read(changed(text), places=2)
    assert election.candidates == ("Ann Lee", '"Bob, B."', "#3")
    assert election.places == 2
    assert orders(election) == [((0, 1, 2), 6), ((1, (0, 2)), 3), (((0, 2),), 1)]
    assert (election.title, election.notes) == (
        ("Club", ()) if text is NEW else ("", ("the file gives no title",))
    )
    assert TOI.recognises(changed(text).encode())


def test_papers_are_read_by_the_rule() -> None:
    text = "4\n1,A\n2,B\n3,C\n4,D\n15,15,5\n5,1,{2,3},4\n4,{1,2}\n3,2,2,3\n2,\n1,1,{4}\n"
    papers = read(text).papers
    assert papers.invalid == {"more than one first preference": 4, "no first preference": 2}
    assert papers.shortened == {"equal preferences": 5, "a candidate repeated": 3}
    assert list(papers.groups())[-1] == ((0, 3), 1)


@pytest.mark.parametrize("name", ["x.soc", "x.SOI", "x.toc", "x.toi", "x.txt", "x"])
def test_the_format_is_told_by_suffix_or_content(name: str) -> None:
    text = "2\n1,A\n2,B\n3,3,1\n3,2,1\n"
    assert orders(read(text, name)) == [((1, 0), 3)]


def test_other_content_is_not_taken_for_it() -> None:
    for data in (
        b"",
        b"# made by hand\n3 2\n1 1 0\n",
        b"3 2\n",
        b"3\n2,B\n",
        b"#\n",
        b"{}",
        b"1\n",
    ):
        assert not TOI.recognises(data)


def test_names_that_several_bear() -> None:
    election = read("2\n1,A\n2,A\n3,3,1\n3,2,1\n")
    assert election.candidates == ("A (1)", "A (2)")
    assert orders(election) == [((1, 0), 3)]


def test_numbers_that_a_new_header_does_not_state_are_noted() -> None:
    text = "# ALTERNATIVE NAME 2: B\n# ALTERNATIVE NAME 1: A\n1: 2\n"
    assert read(text).candidates == ("A", "B")
    assert read(text).notes == (
        "the file does not state NUMBER ALTERNATIVES: it is not checked",
        "the file does not state NUMBER VOTERS: it is not checked",
        "the file does not state NUMBER UNIQUE ORDERS: it is not checked",
        "the file gives no title",
    )


def test_one_order_on_two_lines_counts_once_as_an_order() -> None:
    text = swapped(NEW, "1: {3,1}", "1: 2,{3,1}")
    assert faults(text) == [
        (8, "3 as NUMBER UNIQUE ORDERS", "2, the number of different orders in the file")
    ]
    assert read(swapped(text, "ORDERS: 3", "ORDERS: 2")).papers.total == 10


# --- the number of places


def test_places_must_be_told() -> None:
    assert faults(OLD, places=None) == [PLACES]
    assert faults(NEW.replace("6: 1", "6: 9"), places=None) == [
        PLACES,
        (12, "candidate number 9", "a candidate number from 1 to 3"),
    ]
    assert faults(OLD, places=0) == [(None, "places: 0", "a whole number from 1")]


def test_other_options_are_refused() -> None:
    assert faults(OLD, paper_ids="before") == [
        (None, "the option paper_ids", "those of toi: encoding, places")
    ]


# --- kinds of orders


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "x.soi",
            [
                (13, "an equal ranking", "strict orders, in soi files"),
                (14, "an equal ranking", "strict orders, in soi files"),
            ],
        ),
        ("x.toc", [(14, "2 of 3 candidates", "complete orders, in toc files")]),
        (
            "x.soc",
            [
                (13, "an equal ranking", "strict orders, in soc files"),
                (14, "an equal ranking", "strict orders, in soc files"),
                (14, "2 of 3 candidates", "complete orders, in soc files"),
            ],
        ),
    ],
)
def test_orders_of_another_kind_than_the_suffix_says(
    name: str, expected: list[tuple[Any, str, str]]
) -> None:
    assert faults(NEW, name) == expected
    assert read(NEW, name, format="toi").papers.total == 10


def test_a_paper_at_fault_is_not_said_to_be_of_another_kind() -> None:
    assert faults("2\n1,A\n2,B\n3,3,1\n3,1,2,\n", "x.soc") == [
        (5, "a last comma", "candidate numbers with commas between, equal ones in { }")
    ]


def test_the_data_type_is_checked() -> None:
    text = swapped(NEW, "DATA TYPE: toi", "DATA TYPE: SOI")
    assert faults(text)[0] == (13, "an equal ranking", "strict orders, as line 4 says")
    assert faults(swapped(NEW, "DATA TYPE: toi", "DATA TYPE: cat")) == [
        (4, "'cat' as the DATA TYPE", "one of toi, soi, toc, soc")
    ]


# --- faults

SUMS = "the numbers of voters, of papers and of unique orders, as 10,10,4"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("ALTERNATIVES: 3", "ALTERNATIVES: 4", [(6, "4 as NUMBER ALTERNATIVES")]),
        ("ALTERNATIVES: 3", "ALTERNATIVES: three", [(6, "'three' as NUMBER ALTERNATIVES")]),
        ("ALTERNATIVES: 3", "ALTERNATIVES:", [(6, "'' as NUMBER ALTERNATIVES")]),
        (
            "ALTERNATIVES: 3",
            "ALTERNATIVES: 2",
            [(6, "2 as NUMBER ALTERNATIVES")],
        ),
        ("VOTERS: 10", "VOTERS: 11", [(7, "11 as NUMBER VOTERS")]),
        ("VOTERS: 10", f"VOTERS: {'9' * 5000}", [(7, f"{'9' * 57}... as NUMBER VOTERS")]),
        ("ORDERS: 3", "ORDERS: -3", [(8, "'-3' as NUMBER UNIQUE ORDERS")]),
        ("NAME 2", "NAME 3", [(11, "ALTERNATIVE NAME 3 again, which line 10 has"), (6, "3 as")]),
        ("NAME 3", "NAME 03", []),
        ("NAME 3", "NAME 7", [(11, "candidate number 7")]),
        ("NAME 3", "NAME 4", [(11, "candidate number 4")]),
        (
            "NAME 3",
            "NAME 0",
            [(line, "candidate number 3") for line in (12, 13, 14)],
        ),
        ("NAME 3", "NAME 02", [(11, "candidate number 02 again"), (6, "3 as")]),
        ("NAME 3: #3", "NAME 3:", [(11, "an empty name")]),
        ("NAME 3: #3", "NAME 3: \a", [(11, "the character U+0007 in '\\x07'")]),
        ("# TITLE: Club", "# TITLE: a\tb", [(2, "the character U+0009 in 'a\\tb'")]),
        ("# DESCRIPTION: made by hand", "# TITLE: again", [(3, "TITLE again, which line 2 has")]),
        ("6: 1,2,3", "6, 1,2,3", [(12, "'6, 1,2,3'")]),
        ("6: 1,2,3", "six: 1,2,3", [(12, "'six'")]),
        ("6: 1,2,3", "6", [(12, "'6'")]),
        ("6: 1,2,3", "0: 1,2,3", [(12, "'0' as the number of papers")]),
        ("6: 1,2,3", f"{'9' * 41}: 1,2,3", [(12, f"'{'9' * 41}' as the number of papers")]),
        ("6: 1,2,3", "6: 1,2,3,", [(12, "a last comma")]),
        ("6: 1,2,3", "6: 1,,3", [(12, "',3'")]),
        ("6: 1,2,3", "6: 1 2 3", [(12, "'1 2 3'")]),
        ("6: 1,2,3", "6: 1,2,{}", [(12, "'{}'")]),
        ("6: 1,2,3", "6: 1,{2,3", [(12, "'{2,3'")]),
        ("6: 1,2,3", "6: 1,{2,{3}}", [(12, "'{2,{3}}'")]),
        ("6: 1,2,3", "6: 1,٢", [(12, "'٢'")]),
        ("6: 1,2,3", "6: 0,2,4", [(12, "candidate number 0"), (12, "candidate number 4")]),
        ("6: 1,2,3", f"6: {'9' * 5000}", [(12, f"candidate number {'9' * 57}...")]),
    ],
)
def test_faults_of_new_files(old: str, new: str, expected: list[tuple[int, str]]) -> None:
    text = swapped(NEW, old, new)
    if not expected:
        assert read(text).candidates == read(NEW).candidates
        return
    found = faults(text)
    assert len(found) == len(expected)
    for (line, start), (where, what, _) in zip(sorted(expected), found, strict=True):
        assert where == line
        assert what.startswith(start)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("3\n1,Ann", "4\n1,Ann", [(1, "4 as NUMBER ALTERNATIVES")]),
        ("3\n1,Ann", "2\n1,Ann", [(1, "2 as NUMBER ALTERNATIVES")]),
        ("3\n1,Ann", "three\n1,Ann", [(1, "'three' as NUMBER ALTERNATIVES")]),
        ("3\n1,Ann", f"{'9' * 30}\n1,Ann", [(1, f"{'9' * 30} as NUMBER ALTERNATIVES")]),
        ('2,"Bob, B."', "Bob", [(3, "'Bob'")]),
        ('2,"Bob, B."', "4,Bob", [(3, "'4,Bob'")]),
        ('2,"Bob, B."', "2,", [(3, "an empty name")]),
        ("10,10,3\n", "", [(5, "'6,1,2,3'")]),
        ("10,10,3\n", "10,10\n", [(5, "'10,10'"), (5, "'10' as"), (5, "x")]),
        ("10,10,3\n", "9,10,3\n", [(5, "9 as NUMBER VOTERS")]),
        ("10,10,3\n", "10,11,3\n", [(5, "11 as SUM OF COUNTS")]),
        ("10,10,3\n", "10,10,4\n", [(5, "4 as NUMBER UNIQUE ORDERS")]),
        ("6,1,2,3", "6: 1,2,3", [(6, "'6: 1'")]),
        ("6,1,2,3", "6", [(6, "'6'")]),
        ("6,1,2,3", "6,1,9,3", [(6, "candidate number 9")]),
    ],
)
def test_faults_of_old_files(old: str, new: str, expected: list[tuple[int, str]]) -> None:
    found = faults(swapped(OLD, old, new))
    where, what, _ = found[0]
    assert where == expected[0][0]
    assert what.startswith(expected[0][1])
    if len(expected) == 1:
        assert len(found) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [(None, "an empty file", "the header of a PrefLib file")]),
        ("\n \n", [(None, "an empty file", "the header of a PrefLib file")]),
        (
            "# DATA TYPE: soc\n",
            [(1, "no names of candidates in the header", "at least one")],
        ),
        ("2\n1,A\n2,B", [(3, "the end of the file", SUMS)]),
        (
            "2\n1,A\n",
            [
                (1, "2 as NUMBER ALTERNATIVES", "1, the number of candidates named"),
                (2, "the end of the file", SUMS),
            ],
        ),
    ],
)
def test_files_cut_short(text: str, expected: list[tuple[Any, str, str]]) -> None:
    assert faults(text) == expected


def test_all_faults_are_reported_in_order() -> None:
    text = swapped(swapped(NEW, "3: 2,{1,3}", "x: 2"), "NAME 3: #3", "NAME 3:")
    text = swapped(swapped(text, "TYPE: toi", "TYPE: wmd"), "1: {3,1}", "1: {3,5},")
    lines = [line for line, _, _ in faults(text, places=None)]
    assert lines == [None, 4, 11, 13, 14, 14]


def test_bytes_that_are_not_utf8() -> None:
    data = NEW.replace("Club", "Caf\xe9").replace("6: 1", "6: 9").encode("latin-1")
    found = faults(data)
    assert [line for line, _, _ in found] == [2, 12]
    assert found[0][1] == "byte 0xE9 at column 13, which is not UTF-8"
    assert read(NEW.replace("Club", "Caf\xe9").encode("latin-1"), encoding="latin-1").title


def test_claims_cost_nothing() -> None:
    big = "9" * 30
    assert faults(f"{big}\n1,A\n{big},{big},{big}\n{big},1\n") == [
        (1, f"{big} as NUMBER ALTERNATIVES", "1, the number of candidates named"),
        (3, f"{big} as NUMBER UNIQUE ORDERS", "1, the number of different orders in the file"),
    ]
    assert read(f"1\n1,A\n{big},{big},1\n{big},1\n").papers.total == int(big)
    name = f"# ALTERNATIVE NAME {big}: A\n# ALTERNATIVE NAME 1: B\n1: 1\n"
    assert faults(name) == [(1, f"candidate number {big}", "a number from 1 to 2")]


@pytest.mark.parametrize(
    "line",
    [" " * 200_000 + "x", "{" * 200_000, "{" + "1," * 100_000, "1," * 100_000, "1" * 200_000 + "x"],
    ids=["blanks", "brackets", "ties", "figures", "digits"],
)
@pytest.mark.parametrize("before", ["", "3\n", f"{OLD}", f"{NEW}3:", f"{NEW}# TITLE:", "# X:"])
def test_long_lines_cost_no_more_than_their_length(before: str, line: str) -> None:
    # A pattern that backtracks would take hours here, not a moment.
    with pytest.raises(FormatError):
        read(before + line)
    TOI.recognises((before + line).encode())


# --- out


def an_election(**changes: Any) -> Election:
    names = ["A", "B", "C"]
    papers = Papers(names, [([1, 0, 2], 4), ([2], 3), ([(0, 1)], 2), ([], 1), ([1, 0, 2], 5)])
    return Election(**{"title": "T", "places": 2, "candidates": names, "papers": papers, **changes})


def test_the_text_that_is_written() -> None:
    assert TOI.dumps(an_election()) == (
        "# TITLE: T\n# DATA TYPE: toi\n# NUMBER ALTERNATIVES: 3\n# NUMBER VOTERS: 15\n"
        "# NUMBER UNIQUE ORDERS: 4\n# ALTERNATIVE NAME 1: A\n# ALTERNATIVE NAME 2: B\n"
        "# ALTERNATIVE NAME 3: C\n9: 2,1,3\n3: 3\n2: {1,2}\n1:\n"
    )


def test_what_it_cannot_hold_is_named() -> None:
    election = an_election(
        title="T ",
        withdrawn=[Withdrawal("B", "ill"), "C"],
        papers_set_aside=[SetAside(2, "torn"), 4],
        non_person="A",
        notes=["something"],
        papers=Papers(
            ["A", "B", "C"], [([0, None, 1], 7), ([1], 1), ([0], 2), ([2, 2, 1], 3), ([(1, 1)], 4)]
        ),
    )
    assert TOI.left_out(election) == (
        "PrefLib: the number of places is left out: 2.",
        "PrefLib: candidates who have withdrawn are written like the others: B (ill); C.",
        (
            "PrefLib: papers are written only up to a preference left out or a candidate "
            "repeated: 14 papers."
        ),
        "PrefLib: papers alike are written together, so that papers are numbered anew: 17 papers.",
        "PrefLib: papers that are set aside are written like the others: 2 (torn); 4.",
        "PrefLib: the candidate who is no person is written like the others: A.",
        "PrefLib: blanks around a text are lost: 'T '.",
        "PrefLib: notes from reading the election are left out: something.",
    )
    assert orders(read(TOI.dumps(election))) == [((0,), 9), ((1,), 1), ((2,), 3), ((), 4)]


def test_papers_that_are_taken_out_are_not_written() -> None:
    election = an_election(papers=an_election(papers_set_aside=[10]).papers_counted)
    assert "\n1:" not in TOI.dumps(election)
    assert read(TOI.dumps(election)).papers.total == 14


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("soi", "PrefLib: found equal rankings and incomplete orders, which soi does not hold"),
        ("toc", "PrefLib: found equal rankings and incomplete orders, which toc does not hold"),
        ("soc", "PrefLib: found equal rankings and incomplete orders, which soc does not hold"),
    ],
)
def test_papers_of_another_kind_are_refused(kind: str, message: str) -> None:
    [format_] = [one for one in FORMATS if one.name == kind]
    with pytest.raises(ElectionError) as caught:
        format_.dumps(an_election())
    assert str(caught.value) == f"{message}; expected the kind toi"


NAMES = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=8).map(str.strip)


@st.composite
def proper_orders(draw: st.DrawFn, candidates: int, *, ties: bool, incomplete: bool) -> Any:
    numbers = draw(st.permutations(range(candidates)))
    if incomplete:
        numbers = numbers[: draw(st.integers(0, candidates))]
    if ties and len(numbers) > 1:
        cut = draw(st.integers(0, len(numbers) - 2))
        return (*numbers[:cut], tuple(sorted(numbers[cut : cut + 2])), *numbers[cut + 2 :])
    return tuple(numbers)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
@given(data=st.data())
def test_what_is_written_is_read_back(kind: Any, data: Any) -> None:
    names = data.draw(st.lists(NAMES.filter(bool), min_size=1, max_size=4, unique=True))
    one = proper_orders(len(names), ties=kind.ties, incomplete=kind.incomplete)
    different = data.draw(st.lists(one, max_size=6, unique=True))
    counts = [data.draw(st.integers(1, 10**38)) for _ in different]
    election = Election(
        title=data.draw(NAMES.filter(bool)),
        places=1,
        candidates=names,
        papers=Papers(names, zip(different, counts, strict=True)),
    )
    back = read(kind.dumps(election), f"x.{kind.name}")
    assert (back.title, back.candidates, back.papers) == (
        election.title,
        election.candidates,
        election.papers,
    )
    assert back.notes == ()
    assert TOI.left_out(election) == ("PrefLib: the number of places is left out: 1.",)


# --- any bytes at all


def result(data: bytes, name: str, encoding: str | None) -> Election | FormatError:
    try:
        return read(data, name, encoding=encoding)
    except FormatError as error:
        return error


def only_an_election_or_faults(data: bytes) -> None:
    for name, encoding in itertools.product(("x.toi", "x.soc"), (None, "latin-1", "utf-16")):
        given_back = result(data, name, encoding)
        if isinstance(given_back, Election):
            kept = read(TOI.dumps(given_back))
            assert kept.papers.total == given_back.papers.total
            assert kept.candidates == given_back.candidates
        else:
            lines = [fault.line or 0 for fault in given_back.faults]
            assert lines == sorted(lines)
            assert all(len(str(fault)) < 500 for fault in given_back.faults)


@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    only_an_election_or_faults(data)


PIECES = st.sampled_from(
    [
        *(bytes([byte]) for byte in b'01-{},:#\n\r\t "\0x\xe9'),
        *(b"# TITLE: x\n", b"\n3,3,1\n", b"2,1\n", b"\xc3\xa9", b"9" * 50),
    ]
)


@pytest.mark.parametrize("text", [OLD, NEW], ids=["old", "new"])
@given(
    changes=st.lists(
        st.tuples(st.integers(0, len(NEW)), st.integers(0, 3), PIECES | st.just(b"")), max_size=6
    )
)
def test_good_files_spoilt(text: str, changes: list[tuple[int, int, bytes]]) -> None:
    data = text.encode()
    for start, length, piece in changes:
        data = data[:start] + piece + data[start + length :]
    only_an_election_or_faults(data)
