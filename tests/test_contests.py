"""Every contest of a form, a workbook or a folder, with what a list says of each."""

from __future__ import annotations

import csv
import io
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import stvcount
from stvcount import Contest, ContestEntry, ContestList, ElectionError, FormatError, LotNeeded, Lots

pytest.importorskip("openpyxl")

FORM = """Timestamp,President [Ann],President [Bob],Member (2 places) [Cy],Member (2 places) [Di],\
Member (2 places) [Ed]
noon,1,2,1,2,
noon,1,,2,1,
noon,2,1,1,,2
"""


def workbook(path: Path, sheets: dict[str, list[list[Any]]]) -> Path:
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def papers(*names: str, marks: list[list[int | None]]) -> list[list[Any]]:
    return [["Paper", *names], *([number, *row] for number, row in enumerate(marks, start=1))]


CHAIR = papers("Ann", "Bob", marks=[[1, 2], [1, None], [2, 1]])
TREASURER = papers("Ann", "Cy", marks=[[1, 2], [1, None], [2, 1]])
TIED = papers("Di", "Ed", marks=[[1, None], [None, 1]])


@pytest.fixture
def form(tmp_path: Path) -> Path:
    path = tmp_path / "form.csv"
    path.write_text(FORM, "utf-8")
    return path


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return workbook(tmp_path / "agm.xlsx", {"Chair": CHAIR, "Treasurer": TREASURER, "Tied": TIED})


def said(results: list[stvcount.Counted]) -> dict[str, object]:
    """Who is elected in each contest, or what is in the way."""
    return {one.name: one.record.elected if one.record else str(one.error) for one in results}


def listed(path: Path, *rows: str) -> None:
    path.write_text("\n".join(rows) + "\n", "utf-8")


# --- finding them


def test_the_questions_of_a_form_are_contests(form: Path) -> None:
    found = stvcount.contests(form)
    assert [(one.title, one.question) for one in found] == [
        ("President", "President"),
        ("Member (2 places)", "Member (2 places)"),
    ]


def test_the_sheets_of_a_workbook_are_contests(book: Path) -> None:
    assert [(one.title, one.sheet) for one in stvcount.contests(book)] == [
        (name, name) for name in ("Chair", "Treasurer", "Tied")
    ]


def test_a_sheet_without_papers_is_noted_and_one_that_is_hidden(tmp_path: Path) -> None:
    import openpyxl

    path = workbook(
        tmp_path / "a.xlsx", {"Read me": [["Thanks!"]], "Chair": CHAIR, "Old": TREASURER}
    )
    book = openpyxl.load_workbook(path)
    book["Old"].sheet_state = "hidden"
    book.save(path)
    found = stvcount.contests(path)
    assert [one.title for one in found] == ["Chair"]
    assert found.notes == ("a.xlsx: no papers in 'Read me'", "a.xlsx: hidden, and not read: 'Old'")


def test_the_ballot_files_of_a_folder_are_contests(tmp_path: Path, form: Path, book: Path) -> None:
    election = stvcount.Election.from_rankings(
        [(["Gus"], 2), (["Hal"], 1)], places=1, title="Chair"
    )
    stvcount.write(election, tmp_path / "zz.blt")
    (tmp_path / "notes.txt").write_text("buy milk", "utf-8")
    (tmp_path / "broken.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    found = stvcount.contests(tmp_path)
    assert [one.title for one in found] == [
        *("agm: Chair", "Treasurer", "Tied", "broken"),
        *("President", "Member (2 places)", "zz: Chair"),
    ]
    assert found.entries[-1].places == 1
    assert found.notes == ("not read, as no ballot file has such a name: 'notes.txt'",)


def test_where_there_are_none_it_is_told(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="no papers"):
        stvcount.contests(tmp_path)
    with pytest.raises(FormatError, match="No such file"):
        stvcount.contests(tmp_path / "none.csv")


# --- counting them


def test_each_is_counted_by_itself(book: Path) -> None:
    results = list(stvcount.count_all(book, places=1, rules="ers-av"))
    assert [one.name for one in results] == ["Chair", "Treasurer", "Tied"]
    assert [one.record and one.record.elected for one in results] == [("Ann",), ("Ann",), None]
    assert isinstance(results[2].error, LotNeeded)
    assert results[0].record is not None
    assert results[0].record.title == "Chair"


def test_processes_give_the_same_results(book: Path) -> None:
    alone = list(stvcount.count_all(book, places=1, lots=Lots.seeded("drum")))
    assert list(stvcount.count_all(book, places=1, lots=Lots.seeded("drum"), jobs=2)) == alone
    for jobs in (1, 2):  # errors of several lines too
        [first, *_] = stvcount.count_all(book, jobs=jobs, contest=Contest(electorate=1))
        assert len(str(first.error).split("\n")) == 2


def test_a_contest_without_places_is_asked_for_them(form: Path) -> None:
    first, second = stvcount.count_all(form)
    for one in (first, second):
        assert "found no number of places" in str(one.error)
        assert "stvcount contests" in str(one.error)


def test_places_for_all_do_not_silence_those_in_a_title(form: Path) -> None:
    first, second = stvcount.count_all(form, places=1)
    assert first.record is not None
    assert "1 place for every contest, and 2 in its title" in str(second.error)


def test_a_name_that_may_be_no_person_is_asked_about(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"Chair": papers("Ann", "RON", marks=[[1, 2], [2, 1]])})
    [asked] = stvcount.count_all(path, places=1)
    assert "--non-person RON" in str(asked.error)
    [told] = stvcount.count_all(path, places=1, non_persons=["RON"], lots=Lots.first_listed())
    assert told.record is not None
    assert told.record.non_person == "RON"


def test_what_is_broken_stops_no_other(tmp_path: Path, form: Path) -> None:
    (tmp_path / "broken.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    (tmp_path / "empty.csv").write_text("Ann,Bob\n1,first\n9,9\n", "utf-8")
    results = {one.name: one for one in stvcount.count_all(tmp_path, places=2, jobs=2)}
    assert results["Member (2 places)"].record is not None
    assert "a ZIP archive" in str(results["broken"].error)
    assert results["empty"].record is None


# --- the list


def test_a_list_says_what_differs(tmp_path: Path, form: Path) -> None:
    listed(
        tmp_path / "contests.csv",
        "Title,Question,Places,Rules,Withdrawn,Electorate,Status,Lots",
        'Member,Member (2 places),2,,"Cy=ill; Di",40,provisional,',
        "Chair,president,1,ers-av,,,,",
    )
    member, chair = (one.record for one in stvcount.count_all(form, contest=Contest(date="1 May")))
    assert member is not None
    assert chair is not None
    assert member.title == "Member"
    assert member.withdrawn == (stvcount.Withdrawal("Cy", "ill"), stvcount.Withdrawal("Di", ""))
    assert member.contest == Contest(date="1 May", electorate=40, status="provisional")
    assert (chair.title, chair.rules.id, chair.contest) == (
        "Chair",
        "ers-av",
        Contest(date="1 May"),
    )


def test_a_list_in_toml_says_the_same(tmp_path: Path, form: Path) -> None:
    text = """
    [[contest]]
    title = "Member"
    question = "Member (2 places)"
    places = 2
    withdrawn = {Cy = "ill"}
    set_aside = [1]
    date = 2026-05-01

    [[contest]]
    question = "President"
    skip = true
    """
    (tmp_path / "contests.toml").write_text(text, "utf-8")
    [member] = stvcount.count_all(form)
    assert member.record is not None
    assert member.record.withdrawn == (stvcount.Withdrawal("Cy", "ill"),)
    assert member.record.papers.set_aside == (stvcount.SetAside(1),)
    assert member.record.contest.date == "2026-05-01"


def test_a_list_in_the_workbook_gives_the_order(tmp_path: Path) -> None:
    rows = [
        ["Sheet", "Places", "Lots"],
        ["Tied", 1, "Ed"],
        ["Chair", "one", None],
        ["Moon", 1, None],
    ]
    path = workbook(
        tmp_path / "a.xlsx", {"Contests": rows, "Chair": CHAIR, "Tied": TIED, "New": CHAIR}
    )
    results = said(list(stvcount.count_all(path)))
    assert list(results) == ["Tied", "Chair", "Moon", "New"]
    assert results["Tied"] == ("Di",)
    assert "sheet 'Contests':3: found 'one' as the places" in str(results["Chair"])
    assert "sheet 'Contests':4: found no contest 'Moon'" in str(results["Moon"])
    assert "found no row for it" in str(results["New"])


def test_a_sheet_without_papers_may_be_listed(tmp_path: Path) -> None:
    rows = [["Sheet", "Places"], ["Empty", 1]]
    path = workbook(
        tmp_path / "a.xlsx", {"Contests": rows, "Empty": [["Paper", "Ann"]], "Chair": CHAIR}
    )
    assert [one.title for one in stvcount.contests(path)] == ["Empty", "Chair"]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("President,x,,,,", "found 'x' as the places"),
        ("President,1,loud,,,", "found 'loud' as an option"),
        ("President,1,,first,,", "found 'first' as a paper set aside"),
        ("President,1,,,maybe,", "found 'maybe' under Skip"),
        ("President,1,,,,--sheet X", "no option '--sheet'"),
        ("President,1,,,,--ignore", "nothing after --ignore"),
    ],
)
def test_what_cannot_be_read_in_a_row_is_told(
    tmp_path: Path, form: Path, row: str, message: str
) -> None:
    listed(tmp_path / "contests.csv", "Question,Places,Options,Set aside,Skip,Read with", row)
    [first, _] = stvcount.count_all(form)
    assert message in str(first.error)
    assert "contests.csv:2" in str(first.error)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Colour,Places\nred,1\n", "the heading 'Colour'"),
        ("Places,places\n1,1\n", "the heading 'places' again"),
        ("Question,Places\nPresident,1,2\n", "3 cells"),
        ("", "an empty list"),
        ('Question,Places\n"Pres"ident,1\n', "cells with both quotation marks"),
    ],
)
def test_a_list_that_cannot_be_read_is_refused(
    tmp_path: Path, form: Path, text: str, message: str
) -> None:
    (tmp_path / "contests.csv").write_text(text, "utf-8")
    with pytest.raises(FormatError, match=message):
        stvcount.contests(form)


@pytest.mark.parametrize("text", ["[[contest", "places = 1", "[[contest]]\nplaces = [1]\n"])
def test_a_list_in_toml_that_cannot_be_read_is_refused(
    tmp_path: Path, form: Path, text: str
) -> None:
    (tmp_path / "contests.toml").write_text(text, "utf-8")
    with pytest.raises(FormatError):
        stvcount.contests(form)


def test_two_lists_are_a_question(tmp_path: Path, form: Path) -> None:
    for name in ("contests.csv", "other.csv"):
        listed(tmp_path / name, "Question,Places", "President,1", "Member (2 places),2")
    (tmp_path / "contests.toml").write_text('[[contest]]\nquestion = "President"\n', "utf-8")
    with pytest.raises(FormatError, match="several lists"):
        stvcount.contests(form)
    found = stvcount.contests(form, contest_list=tmp_path / "other.csv")
    assert [one.places for one in found] == [1, 2]


def test_a_list_for_another_file_is_no_list_of_this_one(tmp_path: Path, form: Path) -> None:
    listed(tmp_path / "contests.csv", "File,Places", "other.csv,1")
    assert [one.faults for one in stvcount.contests(form)] == [(), ()]


def test_each_contest_stands_in_a_list_once(tmp_path: Path, form: Path) -> None:
    listed(
        tmp_path / "contests.csv",
        "Question,File,Places",
        "President,,1",
        "President,,1",
        ",form.csv,1",
    )
    results = said(list(stvcount.count_all(form)))
    assert any("found 'President' again" in str(text) for text in results.values())
    assert any("which may be 'President', 'Member (2 places)'" in str(t) for t in results.values())


@pytest.mark.parametrize("kind", ["csv", "toml"])
def test_a_list_that_is_written_reads_back(tmp_path: Path, form: Path, kind: str) -> None:
    first, second = stvcount.contests(form).entries
    filled = ContestEntry(
        title='The "first" post',
        file=first.file,
        question=first.question,
        places=1,
        rules="lsu-stv",
        options={"key": "value"},
        persons=("Ann", "Bob"),
        withdrawn=(stvcount.Withdrawal("Bob", "ill"),),
        papers_set_aside=(stvcount.SetAside(2, "torn"),),
        lots=("Ann",),
        contest=Contest(date="1 May", electorate=9, returning_officer="R", status="final"),
        reading={"ignore": ["Timestamp", "X Y"], "same": {"An": "Ann"}, "mend_accents": True},
        skip=True,
    )
    made = ContestList((filled, replace(second, places=2)))
    path = tmp_path / f"list.{kind}"
    path.write_text(made.to_csv() if kind == "csv" else made.to_toml(), "utf-8")
    again = stvcount.contests(form, contest_list=path)
    shown = replace(filled, withdrawn=("Bob=ill",))
    assert again.entries == (shown, replace(second, places=2))


def test_a_title_states_its_places_only_in_a_list_to_fill_in(form: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(stvcount.contests(form).to_csv())))
    assert [row["Places"] for row in rows] == ["", "2"]


def test_advice_for_one_contest_goes_into_its_row(tmp_path: Path) -> None:
    years = [
        ["Paper", "Ann", "Bob", "Year"],
        [1, 1, 2, 3],
        [2, 1, 2, 2],
        [3, 2, 1, 3],
        [4, 1, 2, 1],
    ]
    path = workbook(tmp_path / "a.xlsx", {"Chair": CHAIR, "Youth": years})
    made = stvcount.contests(path)
    chair, youth = made.entries
    made = ContestList((chair, replace(youth, reading={"ignore": ["Year"]})))
    results = list(stvcount.count_all(made, places=1))
    assert [one.record and one.record.candidates for one in results] == [("Ann", "Bob")] * 2


def test_an_entry_without_a_reason_is_written_by_its_name_or_number(form: Path) -> None:
    entry = replace(stvcount.contests(form).entries[0], withdrawn=("Bob",), papers_set_aside=(2, 3))
    [row] = csv.DictReader(io.StringIO(ContestList((entry,)).to_csv()))
    assert row["Withdrawn"] == "Bob"
    assert row["Set aside"] == "2; 3"


def test_a_workbook_given_as_the_list_has_a_sheet_of_it(tmp_path: Path, form: Path) -> None:
    path = workbook(tmp_path / "list.xlsx", {"Chair": CHAIR})
    with pytest.raises(FormatError, match="no sheet 'Contests'"):
        stvcount.contests(form, contest_list=path)


def test_a_workbook_that_cannot_be_read_has_no_list(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"PK\x03\x04 no workbook")
    [one] = stvcount.contests(path)
    assert (one.title, one.faults) == ("a", ())


def test_a_row_may_name_a_contest_by_its_title(tmp_path: Path, form: Path) -> None:
    listed(tmp_path / "contests.csv", "Title,Places", "President,1", "Member (2 places),2")
    found = stvcount.contests(form)
    assert [(one.question, one.places, one.faults) for one in found] == [
        ("President", 1, ()),
        ("Member (2 places)", 2, ()),
    ]


def test_a_file_that_states_its_places_needs_none_in_the_list(tmp_path: Path) -> None:
    election = stvcount.Election.from_rankings([(["Gus"], 2), (["Hal"], 1)], places=1)
    path = tmp_path / "chair.blt"
    stvcount.write(election, path)
    [entry] = stvcount.contests(path)
    [one] = stvcount.count_all(ContestList((replace(entry, places=None),)))
    assert one.record is not None
    assert (one.record.places, one.record.elected) == (1, ("Gus",))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"non_person": "Zed"}, "non-person: found 'Zed'; expected one of Ann, Bob"),
        ({"persons": ("Zed",)}, "person: found 'Zed'; expected one of Ann, Bob"),
    ],
)
def test_names_of_an_entry_are_on_its_papers(
    form: Path, change: dict[str, Any], message: str
) -> None:
    entry = replace(stvcount.contests(form).entries[0], places=1, **change)
    [one] = stvcount.count_all(ContestList((entry,)))
    assert str(one.error) == message


def test_a_name_of_a_file_in_another_encoding_is_shown_by_its_bytes(tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/caf\xe9.blt"
    try:
        Path(os.fsdecode(name)).write_text('1 1\n3 1 0\n0\n"Gus"\n""\n', "utf-8")
    except (OSError, UnicodeError):
        pytest.skip("no file can have such a name here")
    [entry] = stvcount.contests(tmp_path)
    assert entry.title == r"caf\xe9"
    [one] = stvcount.count_all(ContestList((entry,)))
    assert one.record is not None
    assert one.record.title == r"caf\xe9"


# --- one person, one post


def test_whoever_is_elected_is_passed_over_later(book: Path) -> None:
    results = list(stvcount.count_all(book, places=1, one_post=True, jobs=2))
    chair, treasurer, tied = results
    assert chair.record is not None
    assert treasurer.record is not None
    assert (chair.record.elected, treasurer.record.elected) == (("Ann",), ("Cy",))
    assert treasurer.record.withdrawn == (stvcount.Withdrawal("Ann", "elected to Chair"),)
    assert isinstance(tied.error, LotNeeded)


def test_nobody_is_passed_over_before_it_is_known_who(tmp_path: Path) -> None:
    sheets = {"Tied": TIED, "Other": CHAIR, "Same": papers("Ed", "Flo", marks=[[1, 2], [1, 2]])}
    path = workbook(tmp_path / "a.xlsx", sheets)
    results = list(stvcount.count_all(path, places=1, one_post=True))
    assert results[1].record is not None
    assert "found 'Tied' not counted" in str(results[2].error)
    results = list(stvcount.count_all(path, places=1, one_post=True, lots=Lots.first_listed()))
    assert [one.record and one.record.elected for one in results] == [("Ed",), ("Ann",), ("Flo",)]


def test_all_wait_for_a_contest_whose_candidates_are_not_known(tmp_path: Path, form: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    results = list(stvcount.count_all(tmp_path, places=1, one_post=True))
    assert "found 'a' not counted" in str(results[1].error)


def test_a_name_that_is_nearly_that_of_somebody_elected_is_noted(tmp_path: Path) -> None:
    sheets = {
        "A": papers("Ann Lee", "Bob", marks=[[1, 2]]),
        "B": papers("An Lee", "Cy", marks=[[1, 2]]),
    }
    path = workbook(tmp_path / "a.xlsx", sheets)
    second = list(stvcount.count_all(path, places=1, one_post=True))[1]
    assert any("'An Lee' is taken for another person" in note for note in second.notes)


# --- the electorate


def test_there_are_no_more_papers_than_electors() -> None:
    papers = stvcount.Papers.from_rankings([(["Ann"], 3)])
    for electors in (3, 4):
        stvcount.Election(places=1, candidates=["Ann"], papers=papers,
                          contest=Contest(electorate=electors))  # fmt: skip
    with pytest.raises(ElectionError, match="electorate: found 2 for 3 papers"):
        stvcount.Election(
            places=1, candidates=["Ann"], papers=papers, contest=Contest(electorate=2)
        )


# --- wrong use


def test_wrong_use_is_refused(form: Path) -> None:
    with pytest.raises(ElectionError, match="jobs"):
        stvcount.count_all(form, jobs=0)
    with pytest.raises(ElectionError, match="question"):
        stvcount.contests(form, reading={"question": "President"})
