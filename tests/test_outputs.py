"""Where results go: over no file that is read, over no other unless told, and by their suffix."""

from __future__ import annotations

import io
import os
import shutil
import sys
from pathlib import Path

import pytest

import stvcount
from stvcount import FormatError, cli, sheets
from stvcount.formats.files import write_whole
from stvcount.sheets.index_sheet import sheet_names

BALLOTS = '2 1\n5 1 0\n3 2 1 0\n0\n"Ann"\n"Bob"\n"Chair"\n'
MOTIONS = "question,for,against\nAffiliate,12,2\n"
SHEET = (
    Path(__file__).parent.parent
    / "src/stvcount/testing/published/nottingham-2025-education/sheet.json"
)
SEVERAL = ("a.csv", "b.csv")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder we are in, with an input for each command."""
    monkeypatch.chdir(tmp_path)
    Path("votes.blt").write_text(BALLOTS, "utf-8")
    Path("motions.txt").write_text(MOTIONS, "utf-8")
    stvcount.write(stvcount.read("votes.blt"), "votes.csv")
    for name in SEVERAL:
        shutil.copy("votes.csv", name)
    assert cli.main(["count", "votes.blt", "-o", "count.json"]) == 0
    shutil.copy(SHEET, "published.json")
    return tmp_path


COMMANDS = {
    "count": (["count", "{}"], "votes.blt", "txt"),
    "count together": (["count", "a.csv", "{}", "--places", "1", "--together"], "votes.blt", "txt"),
    "count by lots": (["count", "votes.blt", "--lots", "record:{}"], "count.json", "txt"),
    "count by reading": (["count", "votes.blt", "--reading", "{}"], "count.json", "txt"),
    "check": (["check", "{}"], "votes.blt", "txt"),
    "rules": (["rules", "ers97"], None, "txt"),
    "compare": (["compare", "{}", "--rules", "ers97"], "votes.blt", "txt"),
    "verify": (["verify", "count.json", "{}"], "votes.blt", "txt"),
    "explain": (["explain", "{}"], "count.json", "txt"),
    "trace": (["trace", "{}", "--paper", "1"], "votes.blt", "txt"),
    "chart": (["chart", "{}"], "count.json", "svg"),
    "chart as PDF": (["chart", "{}"], "count.json", "pdf"),
    "convert": (["convert", "{}"], "votes.blt", "json"),
    "reconstruct": (["reconstruct", "{}"], "published.json", "blt"),
    "vacancy": (["vacancy", "count.json", "{}", "--vacating", "Ann"], "votes.blt", "html"),
    "motion": (["motion", "{}"], "motions.txt", "txt"),
    "order": (["order", "Ann", "Bob", "--method", "rotation"], None, "txt"),
}
EACH = pytest.mark.parametrize("name", COMMANDS)


def told(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    """The status of the command, and what it says on standard error: nothing else is shown."""
    status = cli.main(words)
    out, err = capsys.readouterr()
    assert out == "" or status < 2
    return status, err


def words(name: str, given: str | None, output: str, *more: str) -> list[str]:
    command, _, _ = COMMANDS[name]
    option = [] if name == "convert" else ["-o"]
    return [*(word.replace("{}", given or "") for word in command), *option, output, *more]


@EACH
def test_a_file_that_is_there_stays(
    name: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, given, suffix = COMMANDS[name]
    output = folder / f"result.{suffix}"
    output.write_text("as it was", "utf-8")
    status, err = told(capsys, *words(name, given, str(output)))
    assert (status, output.read_text("utf-8")) == (2, "as it was")
    assert err == (
        f"stvcount: {output}: found a file of this name; "
        "expected the name of a new file (or --force, to replace it)\n"
    )
    assert told(capsys, *words(name, given, str(output), "--force"))[0] == 0
    assert output.read_bytes() != b"as it was"


@EACH
def test_the_place_is_settled_before_anything_is_read(
    name: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, _, suffix = COMMANDS[name]
    status, err = told(capsys, *words(name, "none", f"no/result.{suffix}"))
    assert (status, err.count("\n")) == (2, 1)
    assert err.startswith(f"stvcount: no/result.{suffix}: found no folder 'no'; expected ")
    status, err = told(capsys, *words(name, "none", "result.docx"))
    assert (status, err.count("\n")) == (2, 1)
    assert err.startswith("stvcount: result.docx: found the suffix '.docx'; expected ")
    assert not (folder / "no").exists()


WAYS = ("the same", "dotted", "absolute", "symlink", "hard link", "through a folder")


def another_way(to: str, way: str, suffix: str) -> str:
    """Another name of the file."""
    name = f"other.{suffix}"
    if way == "symlink":
        Path(name).symlink_to(to)
    elif way == "hard link":
        os.link(to, name)
    elif way == "through a folder":
        Path("here").symlink_to(".")
    return {
        "dotted": f"./x/../{to}",
        "absolute": str(Path(to).absolute()),
        "symlink": name,
        "hard link": name,
        "through a folder": f"here/{to}",
    }.get(way, to)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", [name for name, (_, given, _) in COMMANDS.items() if given])
def test_no_file_that_is_read_is_replaced(
    name: str, way: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, given, suffix = COMMANDS[name]
    assert given is not None
    (folder / "x").mkdir()
    read = f"input.{suffix}"
    shutil.copy(given, read)
    before = Path(read).read_bytes()
    output = another_way(read, way, suffix)
    status, err = told(capsys, *words(name, read, output, "--force"))
    assert (status, Path(read).read_bytes()) == (2, before)
    assert err == (
        f"stvcount: {output}: found the file that is read ({read}); "
        "expected another name; no file that is read is replaced\n"
    )


def test_every_file_that_is_read_is_kept(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in (
        ["verify", "count.json", "votes.blt", "-o", "count.txt"],
        ["vacancy", "count.json", "votes.blt", "--vacating", "Ann", "-o", "count.txt"],
    ):
        Path("count.txt").unlink(missing_ok=True)
        os.link("count.json", "count.txt")
        status, err = told(capsys, *command, "--force")
        assert status == 2
        assert "count.txt: found the file that is read (count.json)" in err


def test_standard_input_is_not_replaced(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    os.link("votes.blt", "votes.txt")
    with Path("votes.blt").open(encoding="utf-8") as given:
        monkeypatch.setattr(sys, "stdin", given)
        status, err = told(capsys, "count", "-", "-o", "votes.txt", "--force")
    assert (status, Path("votes.blt").read_text("utf-8")) == (2, BALLOTS)
    assert "votes.txt: found the file that is read (-)" in err


def test_standard_output_does_not_go_into_a_file_that_is_read(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Path("votes.blt").open("a", encoding="utf-8") as out:
        monkeypatch.setattr(sys, "stdout", out)
        assert cli.main(["count", "votes.blt"]) == 2
    assert Path("votes.blt").read_text("utf-8") == BALLOTS
    assert "standard output: found a file that is read" in capsys.readouterr().err


# Several files


@pytest.mark.parametrize("into", [".", "{folder}", "there"])
def test_a_folder_of_sheets_replaces_no_ballot_file(
    into: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("there").symlink_to(".")
    place = into.replace("{folder}", str(folder))
    command = ["count", *SEVERAL, "--places", "1", "--format", "csv", "-o", place]
    before = {path: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    for more in ([], ["--force"], ["--force", "--jobs", "2"]):
        status, err = told(capsys, *command, *more)
        assert (status, err.count("\n")) == (2, 1)
        assert f"{Path(place, 'a.csv')}: found the file that is read (a.csv)" in err
    after = {path: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    assert after == before


def test_a_folder_of_sheets_replaces_nothing_that_is_there(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["count", *SEVERAL, "--places", "1", "-o", "results"]
    assert told(capsys, *command)[0] == 0
    names = ["a.txt", "b.txt", "index.txt"]
    assert sorted(path.name for path in Path("results").iterdir()) == names
    for name in names:
        for path in Path("results").iterdir():
            path.unlink()
        Path("results", name).write_text("as it was", "utf-8")
        status, err = told(capsys, *command)
        assert (status, err.count("\n")) == (2, 1)
        assert f"results/{name}: found a file of this name; expected " in err
        assert [path.read_text("utf-8") for path in Path("results").iterdir()] == ["as it was"]
    assert told(capsys, *command, "--force")[0] == 0


@pytest.mark.parametrize("place", ["votes.csv", "votes.csv/results", "votes.csv/a/b"])
def test_a_folder_that_cannot_be_one(
    place: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, err = told(capsys, "count", *SEVERAL, "--places", "1", "-o", place)
    assert status == 2
    assert err == (
        f"stvcount: {place}: found 'votes.csv', which is a file; "
        "expected a folder, or the name of one to make\n"
    )


def test_sheets_in_a_folder_have_the_suffix_of_their_format(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for form, (suffix, *_) in sheets.suffixes().items():
        if sheets.shows_papers(form):
            continue
        command = ["count", *SEVERAL, "--places", "1", "-o", form, "--format", form.upper()]
        assert told(capsys, *command)[0] == 0
        expected = sorted({f"a{suffix}", f"b{suffix}", "index.txt"})
        assert sorted(path.name for path in Path(form).iterdir()) == expected


def test_one_file_into_a_folder(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for place, status in (("results", 0), (".", 0), ("results", 2)):
        assert told(capsys, "count", "votes.blt", "-o", place, "--format", "html")[0] == status
        assert Path(place, "votes.html").read_text("utf-8").startswith("<!DOCTYPE html>")
    shutil.copy("votes.blt", "votes.txt")
    status, err = told(capsys, "count", "votes.txt", "-o", ".", "--force")
    assert (status, Path("votes.txt").read_text("utf-8")) == (2, BALLOTS)
    assert "votes.txt: found the file that is read" in err


def test_no_two_sheets_have_one_name_on_any_file_system() -> None:
    files = ["x/a.blt", "y/A.blt", "index.blt", "Zo\u00eb.blt", "Zoe\u0308.blt", "a-2.blt"]
    names = sheet_names(files, ".txt")
    assert names == [
        "a.txt",
        "A-2.txt",
        "index-2.txt",
        "Zo\u00eb.txt",
        "Zoe\u0308-2.txt",
        "a-2-2.txt",
    ]


# Suffixes


def test_every_sheet_is_told_by_its_suffixes(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record, election = stvcount.read_record("count.json"), stvcount.read("votes.blt")
    record, election = stvcount.read_record("count.json"), stvcount.read("votes.blt")
    shown = {form: sheets.render(record, form, election=election) for form in sheets.names()}
    for form, suffixes in sheets.suffixes().items():
        for suffix in suffixes:
            output = f"result{suffix.upper()}"
            command = ["count", "votes.blt", "-o", output, "--force"]
            assert told(capsys, *command, "--format", form) == (0, "")
            assert Path(output).read_text("utf-8") == shown[form]
            assert told(capsys, *command) == (0, "")
            assert Path(output).read_text("utf-8") in shown.values()
        assert told(capsys, "count", "votes.blt", "-o", f"new{suffixes[0]}") == (0, "")
        assert Path(f"new{suffixes[0]}").read_text("utf-8") == shown[form]


@pytest.mark.parametrize(
    ("output", "more", "expected"),
    [
        ("x.pdf", [], "to have a PDF, write .html and print that page from a browser"),
        ("x.XLSX", [], "to have a spreadsheet, write .csv, which every spreadsheet opens"),
        ("x.ods", [], "to have a spreadsheet, write .csv"),
        ("x.docx", [], "to have a document, write .html, which a word processor opens"),
        ("x.png", [], "to have a picture, write .svg; or .json, and then: stvcount chart"),
        ("x.blt", [], "a name that ends in .txt or .json or .csv or .md or .html or .svg"),
        ("x.html", ["--format", "csv"], "a name that ends in .csv for --format csv"),
        ("x.y", ["--format", "text"], "a name that ends in .txt for --format text"),
    ],
)
def test_other_suffixes_are_refused_with_what_to_do_instead(
    output: str,
    more: list[str],
    expected: str,
    folder: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    status, err = told(capsys, "count", "votes.blt", "-o", output, *more)
    assert (status, err.count("\n")) == (2, 1)
    assert err.startswith(
        f"stvcount: {output}: found the suffix '{Path(output).suffix}'; expected "
    )
    assert expected in err
    assert not Path(output).exists()


def test_advice_leads_to_what_the_command_writes(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, err = told(capsys, "motion", "motions.txt", "-o", "x.pdf")
    assert (status, err) == (
        2,
        "stvcount: x.pdf: found the suffix '.pdf'; expected a name that ends in .txt or .json or "
        ".csv or .html; to have a PDF, write .html and print that page from a browser\n",
    )
    status, err = told(capsys, "explain", "count.json", "-o", "story")
    assert (status, err) == (
        2,
        "stvcount: story: found a name without a suffix; expected a name that ends in .txt\n",
    )


@pytest.mark.skipif(not Path("/dev/stdout").exists(), reason="there is no /dev/stdout here")
def test_streams_have_no_suffix(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, "count", "votes.blt", "-o", os.devnull, "--format", "json") == (0, "")
    assert cli.main(["count", "votes.blt", "-o", "-", "--format", "json"]) == 0
    assert capsys.readouterr().out == Path("count.json").read_text("utf-8")
    assert not Path("-").exists()


# In the library


def test_the_library_replaces_only_what_it_is_told_to(folder: Path) -> None:
    election = stvcount.read("votes.blt").with_places(2)
    for write in (
        lambda overwrite: stvcount.write(election, "votes.json", overwrite=overwrite),
        lambda overwrite: stvcount.convert("votes.blt", "votes.json", overwrite=overwrite),
        lambda overwrite: write_whole("votes.json", "text", overwrite=overwrite),
    ):
        Path("votes.json").write_text("as it was", "utf-8")
        with pytest.raises(FormatError, match=r"found a file of this name; .*overwrite=True"):
            write(False)
        assert Path("votes.json").read_text("utf-8") == "as it was"
        write(True)
        assert Path("votes.json").read_text("utf-8") != "as it was"
    os.link("votes.blt", "again.blt")
    with pytest.raises(FormatError, match="found the file that is read"):
        stvcount.convert("votes.blt", "again.blt", overwrite=True)


def test_a_file_that_came_in_the_meantime_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "result.txt"
    real = os.fsync

    def slow(descriptor: int) -> None:
        real(descriptor)
        path.write_text("of another", "utf-8")

    monkeypatch.setattr(os, "fsync", slow)
    with pytest.raises(FormatError, match="found a file of this name"):
        write_whole(path, "ours")
    assert path.read_text("utf-8") == "of another"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_system_without_links_takes_files_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(os, "link", none)
    write_whole(tmp_path / "x", "text")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("x", "text")]


def test_output_to_a_stream_in_memory(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    assert cli.main(["count", "votes.blt", "--format", "json"]) == 0
    assert out.getvalue() == Path("count.json").read_text("utf-8")
