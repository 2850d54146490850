"""Lists of contests: what a list may say, and what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from stvcount import FormatError
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
        ("contests.toml", "a" + ".a" * 101 + " = 1", "found a line of very many dots; expected at"),
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
