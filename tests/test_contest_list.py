"""Lists of contests: what a list may say, and what is wrong with it."""

from __future__ import annotations

import csv
import io
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import stvcount
from stvcount import Contest, ContestEntry, ContestList, FormatError, SetAside, StvcountError
from stvcount.cli import main
from stvcount.formats.contest_list import read_list


def put(folder: Path, name: str, content: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("contests.csv", b"Title\nA\xff\n", r"contests.csv:2: found byte 0xFF at column 2"),
        ("contests.csv", "Title,Places\nA,1,3\n", r"csv:2: found 3 cells; expected 2, as in the"),
        ("contests.csv", "Title,Title\nA,B\n", r"csv:1: found the heading 'Title' again; expected"),
        ("contests.csv", ",\nA,B\n", r"csv: found no heading of a list|csv:2: found the heading"),
        ("contests.csv", "\n\n", r"csv: found an empty list; expected headings among Title, "),
        ("contests.csv", 'Title\n"A\n', r"csv:2: found unexpected end of data; expected cells"),
        ("contests.toml", b"a = \xff", r"contests.toml:1: found byte 0xFF at column 5"),
        (
            "contests.toml",
            "[[contest]]\ntitle = 'A'\nnon_person = [1]\n",
            r"contests.toml, contest 1: found \[1\] for 'non_person'; expected a text",
        ),
        (
            "contests.toml",
            "[[contest]]\ntitle = 'A'\nlots = [[1]]\n",
            r"contest 1: found \[\[1\]\] for 'lots'; expected a text, a number or a list of them",
        ),
        ("contests.toml", "a = " + "9" * 5000, "found a number too long, or tables nested too dee"),
        ("contests.toml", "a = 0x" + "f" * 5000, "found a number too long, or tables nested too d"),
        ("contests.toml", "a = " + "[" * 9000, "found a number too long, or tables nested too dee"),
        ("contests.toml", "a" + ".a" * 101 + " = 1", "found a key of very many dots; expected at "),
        ("contests.toml", "x = 1\n", r"toml: found 'x'; expected a table \[\[contest\]\] for each"),
    ],
)
def test_what_is_wrong_with_a_list(
    name: str, content: bytes | str, message: str, tmp_path: Path
) -> None:
    with pytest.raises(FormatError, match=message):
        read_list(put(tmp_path, name, content))


def test_what_a_list_says(tmp_path: Path) -> None:
    text = (
        "[[contest]]\ntitle = 'A'\nplaces = 1\nskip = true\nrules = ''\n"
        "date = 2026-03-09\nlots = 'none'\noptions = {a = '1', b = 2}\n"
    )
    [row] = read_list(put(tmp_path, "contests.toml", text)) or ()
    assert dict(row.cells) == {
        "title": "A",
        "places": "1",
        "skip": "yes",
        "date": "2026-03-09",
        "lots": ("none",),
        "options": ("a=1", "b=2"),
    }
    [row] = read_list(put(tmp_path, "contests.csv", "Title;Lots\nA;\nB;x\n"))[:1] or ()  # type: ignore[index]
    assert dict(row.cells) == {"title": "A"}


def test_a_list_with_a_formula(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.title = "Contests"
    book.active.append(["Title", "Places"])
    book.active.append(["A", "=1+1"])
    book.save(tmp_path / "x.xlsx")
    with pytest.raises(FormatError, match=r"sheet 'Contests':2: found the formula '=1\+1'"):
        read_list(tmp_path / "x.xlsx")


def test_what_is_left_blank_in_a_list_is_not_there(tmp_path: Path) -> None:
    text = "[[contest]]\ntitle = 'A'\nlots = ['Ann', '', ' ']\n"
    [row] = read_list(put(tmp_path, "contests.toml", text)) or ()
    assert row.several("lots") == ("Ann",)


def test_a_text_with_very_many_dots_is_no_key(tmp_path: Path) -> None:
    names = [f"J. R. Smith {n}" for n in range(101)]
    [row] = read_list(put(tmp_path, "contests.toml", f"[[contest]]\npersons = {names}\n")) or ()
    assert row.several("persons") == tuple(names)


# What is written reads back, or is not written

TEXTS = st.text(
    st.sampled_from("ab 1;=,'\"\\.\n\r\t\x00\x85\u2028\ufeff\U0001f5f3é#[{"), max_size=8
)
SEVERAL = st.lists(TEXTS, max_size=3).map(tuple)
SAID = st.none() | TEXTS.filter(bool)
ENTRIES = st.builds(
    ContestEntry,
    title=TEXTS.filter(bool),
    file=st.just("a.blt"),
    places=st.integers(1, 9),
    rules=SAID,
    organisation=SAID,
    options=st.dictionaries(st.sampled_from(["majority", "decimals"]), TEXTS),
    non_person=SAID,
    persons=SEVERAL,
    withdrawn=SEVERAL,
    papers_set_aside=st.lists(st.builds(SetAside, st.integers(0, 9), TEXTS), max_size=2).map(tuple),
    lots=SEVERAL,
    contest=st.builds(
        Contest,
        date=SAID,
        electorate=st.none() | st.integers(0, 9),
        returning_officer=SAID,
        status=SAID,
    ),
    reading=st.fixed_dictionaries(
        {},
        optional={
            "delimiter": TEXTS,
            "ignore_rows": st.lists(st.integers(-9, 9), min_size=1),
            "ignore": st.lists(TEXTS, min_size=1),
            "mend_accents": st.just(True),
        },
    ),
    skip=st.booleans(),
)
PAPERS = stvcount.Election.from_rankings([(["Ann"], 2), (["Bob"], 1)], places=1)


def read_again(text: str, kind: str) -> ContestList:
    with TemporaryDirectory() as name:
        stvcount.write(PAPERS, Path(name, "a.blt"))
        listed = put(Path(name), f"contests.{kind}", text)
        return stvcount.contests(name, contest_list=listed)


def known(listed: ContestList) -> list[ContestEntry]:
    """The contests, wherever their papers are."""
    return [replace(one, file=Path(one.file).name) for one in listed]


@example(ContestEntry(title="A", file="a.blt", places=1, lots=("Ann", ";")))
@example(ContestEntry(title="A\rB", file="a.blt", places=1, lots=("=1+1", "\rAnn")))
@example(ContestEntry(title="A", file="a.blt", places=1, rules="9" * 200_000))
@example(ContestEntry(title=".A" * 101, file="a.blt", places=1, persons=("",)))
@example(ContestEntry(title="A\ud800", file="a.blt", places=1))
@example(ContestEntry(title="A", file="a.blt", places=1, contest=Contest(electorate=0)))
@given(ENTRIES)
def test_whatever_list_is_written_reads_back_the_same(entry: ContestEntry) -> None:
    made = ContestList((entry,))
    written = {}
    for kind, write in (("toml", made.to_toml), ("csv", made.to_csv)):
        with suppress(StvcountError):
            written[kind] = write()
    for kind, text in written.items():
        assert known(read_again(text, kind)) == [entry]
    said = [entry.persons, entry.withdrawn, entry.lots, entry.options.values()]
    if len(written) == 1:
        reasons = [one.reason for one in entry.papers_set_aside]
        assert any(";" in text for texts in (*said, reasons) for text in texts) or entry.rules


@given(st.lists(TEXTS, max_size=3), st.dictionaries(TEXTS, TEXTS, max_size=2), SAID)
def test_whatever_toml_says_csv_says_as_well_or_is_not_written(
    lots: list[str], withdrawn: dict[str, str], date: str | None
) -> None:
    def quoted(text: str) -> str:
        return '"' + "".join(f"\\U{ord(one):08X}" for one in text) + '"'

    table = ", ".join(f"{quoted(name)} = {quoted(reason)}" for name, reason in withdrawn.items())
    text = (
        f"[[contest]]\nfile = 'a.blt'\nplaces = 1\nlots = [{', '.join(map(quoted, lots))}]\n"
        f"withdrawn = {{{table}}}\ndate = {quoted(date or '')}\nskip = true\n"
    )
    listed = read_again(text, "toml")
    assert known(read_again(listed.to_toml(), "toml")) == known(listed)
    [entry] = listed
    if any(";" in text for text in (*entry.lots, *map(str, entry.withdrawn))):
        with pytest.raises(FormatError, match=r"found .*;.* under (Lots|Withdrawn) "):
            listed.to_csv()
    else:
        assert known(read_again(listed.to_csv(), "csv")) == known(listed)


def test_a_name_with_a_semicolon_is_written_in_toml_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stvcount.write(PAPERS, tmp_path / "a.blt")
    text = "[[contest]]\ntitle = 'Chair'\nfile = 'a.blt'\nlots = ['Ann; Bob', 'Cat']\n"
    said = ["--contests", str(put(tmp_path, "told.toml", text))]
    there = put(tmp_path, "there.csv", "as it was")
    for output in ("new.csv", "there.csv"):
        asked = ["contests", str(tmp_path / "a.blt"), *said, "-o", str(tmp_path / output)]
        assert main([*asked, "--force"]) == 2
    assert there.read_text() == "as it was"
    assert not (tmp_path / "new.csv").exists()
    assert main(["contests", str(tmp_path / "a.blt"), *said]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.splitlines() == 3 * [
        "stvcount: the list of contests: found 'Ann; Bob' under Lots (contest 1, 'Chair'); "
        "expected no semicolon, which stands between several in CSV (or the list as TOML: "
        "-o contests.toml, --format toml or to_toml())"
    ]
    assert main(["contests", str(tmp_path / "a.blt"), *said, "-o", str(tmp_path / "new.toml")]) == 0
    [row] = read_list(tmp_path / "new.toml") or ()
    assert row.several("lots") == ("Ann; Bob", "Cat")


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"lots": (" Ann",)}, "found ' Ann' under Lots (contest 1, 'A'); expected a text without"),
        ({"persons": ("",)}, "found '' under Persons (contest 1, 'A'); expected a text without"),
        ({"title": "A\udce9"}, "expected a text that UTF-8 can hold"),
        ({"rules": "x" * 131073}, "found 131073 characters under Rules (contest 1, 'A'); expected"),
        ({"contest": Contest(electorate=0)}, "contest 1: found '0' as the electorate; expected a"),
        (
            {"options": {"Majority": " x"}},
            "contest 1: found ('Majority= x',) under options, which is read as ('majority=x',); ex",
        ),
        ({"title": "", "file": ""}, "found nothing that is said (contest 1); expected a title"),
    ],
)
def test_what_a_list_in_csv_cannot_say_is_told(entry: dict[str, Any], expected: str) -> None:
    with pytest.raises(StvcountError) as caught:
        ContestList((ContestEntry(**{"title": "A", "file": "a.blt", **entry}),)).to_csv()
    assert expected in str(caught.value)


@pytest.mark.parametrize("places", ["0", "9" * 5000])
def test_a_title_states_no_places_that_no_contest_has(places: str) -> None:
    entry = ContestEntry(title=f"Member ({places} places)", file="a.blt")
    [row] = csv.DictReader(io.StringIO(ContestList((entry,)).to_csv()))
    assert row["Places"] == ""


def test_blanks_around_where_papers_are_keep_no_list_from_being_written(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.title = " Chair "
    for row in (["Ann", "Bob"], [1, 2], [2, 1]):
        book.active.append(row)
    book.create_sheet("Notes ").append(["Ann", "Bob"])
    book["Notes "].append([1, 2])
    book.save(tmp_path / "x.xlsx")
    listed = stvcount.contests(tmp_path / "x.xlsx")
    assert [one.title for one in listed] == ["Chair", "Notes"]
    path = put(tmp_path, "list.csv", listed.to_csv())
    assert stvcount.contests(tmp_path / "x.xlsx", contest_list=path).entries == listed.entries


def test_a_list_of_no_contests_reads_back() -> None:
    made = ContestList(())
    for text in (made.to_toml(), made.to_csv()):
        kind = "csv" if text.startswith("Title") else "toml"
        [one] = read_again(text, kind)
        assert "found no row for it in the list" in one.faults[0]


@pytest.mark.parametrize("line", ["Chair,abc,", "Chair,,x7", "Someone else,1,"])
def test_what_cannot_be_read_in_a_list_is_not_left_out_of_the_next(
    line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    papers = str(put(tmp_path, "Chair.csv", "Ann,Bob\n1,2\n2,1\n"))
    old = str(put(tmp_path, "old.csv", f"Title,Places,Set aside\n{line}\n"))
    new = tmp_path / "new.toml"
    assert main(["contests", papers, "--contests", old, "-o", str(new)]) == 2
    assert f"{old}:2: found " in capsys.readouterr().err
    assert not new.exists()


def test_a_contest_of_which_a_list_has_no_row_gets_one_in_the_next(tmp_path: Path) -> None:
    papers = tmp_path / "papers"
    papers.mkdir()
    put(papers, "Chair.csv", "Ann,Bob\n1,2\n2,1\n")
    put(papers, "Clerk.csv", "Cy,Dee\n1,2\n2,1\n")
    old = put(tmp_path, "old.csv", "Title,File,Places\nChair,Chair.csv,1\n")
    found = stvcount.contests(papers, contest_list=old)
    rows = list(csv.DictReader(io.StringIO(found.to_csv())))
    assert [(row["Title"], row["Places"]) for row in rows] == [("Chair", "1"), ("Clerk", "")]
