"""BLT files as officials and other programs write them: parties, doubts, and what settles them."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest

import stvcount
from stvcount import Election, FormatError, cli
from stvcount.formats import blt
from stvcount.formats.accents import mended
from stvcount.formats.settings import merged

PAPERS = "3 2\n5 1 2 0\n2 3 0\n0\n"
NAMES = '"Ann"\n"Bob"\n"Cy"\n"T"\n'
ORDERS = [((0, 1), 5), ((2,), 2)]


def read(text: str | bytes, **options: Any) -> Election:
    """Read the file both ways where it is plain, and see that they agree."""
    data = text.encode() if isinstance(text, str) else text
    found = stvcount.read_bytes(data, "x.blt", **options)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blt, "BULK_FROM", 0)
        assert stvcount.read_bytes(data, "x.blt", **options) == found
    return found


def settled(text: str | bytes, **options: Any) -> Election:
    """Follow the first answer to each question until the file is read."""
    try:
        return read(text, **options)
    except FormatError as error:
        refusal = error
    first = refusal.faults[0]
    assert first.settled_by, refusal
    for word in first.settled_by[0][0].argument:
        assert word in str(refusal)
    return settled(text, **merged(options, first.settled_by[0]))


def orders(election: Election) -> list[Any]:
    return list(election.papers.orders())


# --- parties


def named(*lines: str) -> Election:
    return read(PAPERS + "".join(f"{line}\n" for line in lines) + '"T"\n')


def test_a_second_text_in_quotation_marks_is_the_party() -> None:
    election = named('"Ann LEE" "Glasgow Labour"', '"Bob KAY" ""', '"Cy ROY"  "Greens" # new')
    assert election.candidates == ("Ann LEE", "Bob KAY", "Cy ROY")
    assert election.affiliations == {"Ann LEE": "Glasgow Labour", "Cy ROY": "Greens"}
    assert election.notes == ()


@pytest.mark.parametrize(
    "line",
    [
        '"Jo Bell ""Independent"""',
        '"Jo Bell ""Independent"" "',
        '"""Jo Bell"" ""Independent"""',
        '"Jo Bell "Independent""',
        'Jo Bell "Independent"',
        '"Jo Bell","Independent"',
    ],
)
def test_a_text_in_quotation_marks_at_the_end_of_a_name_is_the_party(line: str) -> None:
    election = named(line, '"Bob"', '"Cy"')
    assert election.candidates == ("Jo Bell", "Bob", "Cy")
    assert election.affiliations == {"Jo Bell": "Independent"}


def test_a_party_before_the_name_is_not_taken_for_the_name() -> None:
    election = named('"Con ""Jo Bell"""', '"Ind ""Al Roe"""', '"Ann Lee ""Ind"""')
    assert election.candidates == ('Con "Jo Bell"', 'Ind "Al Roe"', 'Ann Lee "Ind"')
    assert election.affiliations == {}
    assert "may be the affiliation or the name" in election.notes[0]


def test_an_empty_second_text_keeps_the_name_whole() -> None:
    election = named('"Jo Bell ""Independent""" ""', '"Bob"', '"Cy"')
    assert election.candidates[0] == 'Jo Bell "Independent"'
    assert election.affiliations == {}


def test_two_of_one_name_keep_their_own_parties() -> None:
    election = named('"Jo Bell" "Red"', '"Jo Bell" "Blue"', '"Cy"')
    assert election.affiliations == {"Jo Bell (1)": "Red", "Jo Bell (2)": "Blue"}


def test_what_holds_no_affiliations_names_them(tmp_path: Path) -> None:
    election = named('"Ann" "Red"', '"Bob"', '"Cy"')
    lost = "the affiliations of candidates are left out: Ann: Red."
    for suffix in ("csv", "soi"):
        assert any(lost in one for one in stvcount.write(election, tmp_path / f"x.{suffix}"))
    for suffix in ("blt", "json"):
        assert stvcount.write(election, tmp_path / f"x.{suffix}") == ()
        back = stvcount.read(tmp_path / f"x.{suffix}")
        assert back.affiliations == election.affiliations


# --- accents


def test_accents_are_mended_when_that_is_asked_for() -> None:
    text = PAPERS + '"OisÃ­n DUNCAN" "TrÃ¨s"\n"Zoë"\n"Cy"\n"PÃ¢ques"\n'
    as_it_stands = read(text)
    assert as_it_stands.candidates[0] == "OisÃ­n DUNCAN"
    assert "may have been encoded twice" in as_it_stands.notes[0]
    election = read(text, mend_accents=True)
    assert election.candidates[:2] == ("Oisín DUNCAN", "Zoë")
    assert (election.affiliations, election.title) == ({"Oisín DUNCAN": "Très"}, "Pâques")
    assert election.notes == (
        "line 5: 1 name encoded twice as UTF-8, mended",
        "line 8: a title encoded twice as UTF-8, mended",
    )


@pytest.mark.parametrize("codec", ["latin-1", "cp1252"])
@pytest.mark.parametrize(
    "name", ["Oisín", "Zoë Müller", "Łukasz", "Ann Lee", "", "O\u2019Brien\u2013Kay"]
)
def test_whatever_was_encoded_twice_is_mended(name: str, codec: str) -> None:
    try:
        twice = name.encode().decode(codec)
    except UnicodeDecodeError:
        pytest.skip("this codec cannot take these bytes for text")
    assert mended(twice) == name
    assert mended(name) == name


def test_control_characters_that_mending_takes_away() -> None:
    election = settled(PAPERS + '"Ã\x89amonn"\n"Bob"\n"Cy"\n"T"\n')
    assert election.candidates[0] == "Éamonn"


# --- questions, and what settles them


@pytest.mark.parametrize(
    "text",
    [
        "3 2,\n5 1 2 0,\n2 3 0,\n0,\nAnn,\nBob,\nCy,\nT,",
        '3 2,,,\n5 1 2 0,,,\n2 3 0,,,\n0,,,\n"Ann",,,\n"Bob",,,\n"Cy",,,\n"T",,,\n',
        "3,2,,\n5,1,2,0\n2,3,0,\n0,,,\nAnn,,,\nBob,,,\nCy,,,\nT,,,\n",
        "3;2;;\n5;1;2;0\n2;3;0;\n0;;;\nAnn;;;\nBob;;;\nCy;;;\nT;;;\n",
    ],
)
def test_commas_of_a_spreadsheet(text: str) -> None:
    with pytest.raises(FormatError) as caught:
        read(text)
    assert len(caught.value.faults) == 1
    election = settled(text)
    assert orders(election) == ORDERS
    assert (election.candidates, election.title) == (("Ann", "Bob", "Cy"), "T")
    assert "4 lines, which are not read" in election.notes[0]


def test_names_with_commas_are_no_question() -> None:
    assert read(PAPERS + "1,\n2,\n3,\n2024,\n").title == "2024,"
    assert read(PAPERS + "Lee, Ann\nKay, Bob\nRoy, Cy\nT\n").candidates[0] == "Lee, Ann"


@pytest.mark.parametrize("title", ["", '"Ward 1"\n'])
@pytest.mark.parametrize("where", ["before", "after"])
def test_names_that_stand_only_in_comments(title: str, where: str) -> None:
    names = "".join(
        f"# ALTERNATIVE NAME {number}: {name}\n"
        for number, name in enumerate(["Ann", "Bob", "Cy"], start=1)
    )
    text = names + PAPERS + title if where == "before" else PAPERS + names + title
    with pytest.raises(FormatError, match="--names-in-comments"):
        read(text)
    election = settled(text)
    assert (election.candidates, orders(election)) == (("Ann", "Bob", "Cy"), ORDERS)
    assert election.title == ("Ward 1" if title else "")
    assert "the names are those in comments" in election.notes[0]


def test_a_title_in_a_comment() -> None:
    comments = "# TITLE: Ward 1\n# ALTERNATIVE NAME 1: Ann\n"
    assert settled(comments + "1 1\n5 1 0\n0\n").title == "Ward 1"


@pytest.mark.parametrize(
    "comments",
    [
        "# ALTERNATIVE NAME 1: Ann\n# ALTERNATIVE NAME 2: Bob\n",
        "# ALTERNATIVE NAME 0: Ann\n# ALTERNATIVE NAME 1: Bob\n# ALTERNATIVE NAME 2: Cy\n",
        "".join(f"# ALTERNATIVE NAME {number}: A\n" for number in (1, 1, 2, 3))[:-2] + "B\n"
        "# ALTERNATIVE NAME 3: D\n",
    ],
)
def test_comments_that_do_not_name_everybody_are_no_names(comments: str) -> None:
    with pytest.raises(FormatError) as caught:
        read(comments + PAPERS)
    assert caught.value.faults[0].settled_by == ()
    with pytest.raises(FormatError, match="no names of all candidates in comments"):
        read(comments + PAPERS, names_in_comments=True)


def test_names_in_comments_and_in_the_file() -> None:
    comments = "".join(f"# ALTERNATIVE NAME {number}: X{number}\n" for number in (1, 2, 3))
    assert read(comments + PAPERS + NAMES).candidates == ("Ann", "Bob", "Cy")
    with pytest.raises(FormatError, match="a title alone"):
        read(comments + PAPERS + NAMES, names_in_comments=True)


@pytest.mark.parametrize("character", ["\0", "\x07", "\x0b", "\x85", "\x9f"])
def test_control_characters_are_folded_on_request(character: str) -> None:
    text = PAPERS + f'"Ann{character}Lee" "The{character}Slate"\n"Bob"\n"Cy"\n"T{character}"\n'
    election = settled(text)
    assert election.candidates[0] == "Ann Lee"
    assert election.affiliations == {"Ann Lee": "The Slate"}
    assert election.title == "T"
    assert "a control character inside, read as a blank" in election.notes[0]


def test_a_zero_for_a_choice_left_out() -> None:
    text = "3 2\n5 1 0 2 0\n2 0 3 0\n1 3 0 0 0\n0\n" + NAMES
    with pytest.raises(FormatError) as caught:
        read(text)
    assert str(caught.value) == (
        "x.blt:2: found '2 0' after the 0 (as on 2 more lines); expected nothing after the 0 that "
        "ends the paper: --skip-zero (0 is a choice left out)"
    )
    assert orders(settled(text)) == [((0, None, 1), 5), ((None, 2), 2), ((2,), 1)]


def test_two_papers_on_a_line_are_not_said_to_be_one() -> None:
    text = "3 2\n5 1 0 2 3 0\n1 1 0\n0\n" + NAMES
    with pytest.raises(FormatError, match="each paper on a line of its own") as caught:
        read(text)
    assert caught.value.faults[0].settled_by == ()


@pytest.mark.parametrize("lines", ["5 1 2\n2 3\n", "5 1 2 # five\n\n2 3\n"])
def test_no_last_zero(lines: str) -> None:
    election = read(f"3 2\n{lines}0\n{NAMES}")
    assert orders(election) == ORDERS
    assert "no paper has a last 0; each is read to the end of its line" in election.notes[0]


def test_papers_that_run_over_lines_are_not_cut() -> None:
    with pytest.raises(FormatError, match="no 0 at the end of '5 1'"):
        read("3 2\n5 1\n2 0\n2 3 0\n0\n" + NAMES)


# --- options in brackets


@pytest.mark.parametrize(
    "options",
    ["[withdrawn 2]", "[withdrawn 2 ]", "[withdrawn\n2]", "-2", "[nick a b c] [withdrawn b]"],
)
def test_withdrawals_in_brackets(options: str) -> None:
    election = read(f"3 2\n{options}\n5 1 2 0\n2 3 0\n0\n{NAMES}")
    assert election.standing == ("Ann", "Cy")
    assert orders(election) == ORDERS


def test_nicknames() -> None:
    papers = "5 a b 0\n2 c 0\n1 a=c 2 0\n(id) 3 b 0\n"
    election = read(f"3 2\n[nick a b c]\n{papers}0\n{NAMES}", paper_ids="before")
    assert orders(election) == [*ORDERS, (((0, 2), 1), 1), ((1,), 3)]
    assert "nicknames" in election.notes[0]


@pytest.mark.parametrize(
    ("option", "found"),
    [
        ("[nick a b]", "2 nicknames"),
        ("[nick a a c]", "the nickname 'a'"),
        ("[nick 2 1 3]", "the nickname '2'"),
        ("[elected 2]", "'\\[elected 2\\]'"),
        ("[withdrawn 9]", "'-9' as a withdrawal"),
        ("[withdrawn 2", "'\\[withdrawn 2 "),
        ("[]", "'\\[\\]'"),
    ],
)
def test_faults_of_options_in_brackets(option: str, found: str) -> None:
    with pytest.raises(FormatError, match=f"x.blt:2: found {found}"):
        read(f"3 2\n{option}\n5 1 2 0\n0\n{NAMES}")


@pytest.mark.parametrize("option", ["[tie 3 2 1 ]", "[droop precision=4]"])
def test_options_that_are_not_used_are_named(option: str) -> None:
    election = read(f"3 2\n{option}\n5 1 2 0\n2 3 0\n0\n{NAMES}")
    assert orders(election) == ORDERS
    assert option[:4] in election.notes[0]
    assert "not used" in election.notes[0]


# --- many faults


def test_of_very_many_faults_a_thousand_are_told() -> None:
    with pytest.raises(FormatError) as caught:
        read("3 2\n" + "1 9 0\n" * 5000 + "0\n" + NAMES)
    assert (len(caught.value.faults), caught.value.more) == (1000, 4000)
    lines = str(caught.value).split("\n")
    assert len(lines) == 1001
    assert lines[-1] == "x.blt: and 4000 more faults"


# --- files of others


def test_official_files(shared: Path) -> None:
    paths = sorted((shared / "data" / "scottish-official").glob("*.blt"))
    assert len(paths) == 10
    for path in paths:
        election = stvcount.read(path)
        assert all('"' not in name for name in election.candidates)
        assert election.affiliations
        assert read(blt.dumps(election)).affiliations == election.affiliations
    ward = stvcount.read(paths[-1], mend_accents=True)
    assert ward.affiliations["Oisín DUNCAN"] == "Scottish Trade Unionist and Socialist Coalition"
    linn = stvcount.read(paths[0])
    assert (linn.title, linn.notes) == ("Ward 1 Linn", ())
    assert "James TONER" not in linn.affiliations


def test_cases(shared: Path) -> None:
    cases = shared / "cases"
    glasgow = stvcount.read(cases / "glasgow-party-empty.blt")
    assert glasgow.affiliations == {"Ann LEE": "Glasgow Labour", "Cy ROY": "Scottish Greens"}
    opentally = stvcount.read(cases / "opentally-no-last-zero.blt")
    assert orders(opentally) == [((0, 2, 3), 3), ((0, 2, 1), 4), ((3, (0, 2)), 2)]
    assert opentally.standing == ("Adam", "Charlotte", "Donald")
    for path in (*cases.glob("verify-*.blt"), cases / "tie.blt"):
        assert stvcount.read(path).notes == ()


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("3 2,\n5 1 2 0,\n2 3 0,\n0,\nAnn,\nBob,\nCy,\nT,", ["--ignore-commas"]),
        ("2 1\n5 1 0 2 0\n1 0 0 0\n0\n" + '"A"\n"B"\n"T"\n', ["--skip-zero"]),
        (PAPERS + '"A\x07"\n"B"\n"C"\n"T"\n', ["--fold-controls"]),
        ("# ALTERNATIVE NAME 1: A\n1 1\n5 1 0\n0\n", ["--names-in-comments"]),
        (PAPERS + '"Ã\x89"\n"B"\n"C"\n"T"\n', ["--mend-accents"]),
    ],
)
def test_the_command_has_every_option(
    text: str, options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.blt"
        path.write_text(text, "utf-8", newline="")
        assert cli.main(["check", str(path)]) == 2
        said = capsys.readouterr().err
        assert len(said.splitlines()) == 1
        assert options[0] in said
        assert cli.main(["check", str(path), *options]) == 0
