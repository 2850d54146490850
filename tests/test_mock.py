"""Mock counts: what is printed to be counted by hand, and what it must come to."""

from __future__ import annotations

import dataclasses
import errno
import hashlib
import os
import re
import shlex
from collections.abc import Generator
from decimal import Decimal
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import ClassVar

import browser
import pytest

import stvcount
import stvcount.testing
from stvcount import CountRecord, ElectionError, FormatError, Papers, Stage, cli
from stvcount.rules import Aberdeen, Outcome
from stvcount.sheets import table, whole
from stvcount.tally import Tally
from stvcount.tally.lots import LotBox
from stvcount.testing import MockCount, mock_count
from stvcount.testing.mock import LEVELS, guide, mocking

COVERS = {
    "aberdeen": ("7.8",),
    "ers-av": ("3.2", "3.3"),
    "ers97": ("5.2.2", "5.3.7", "5.4.8"),
    "lsu-atv": ("Subsequent stages a", "Transfer of surplus e"),
    "lsu-stv": ("C3 q",),
    "ni-stv": ("49(7)", "51(12)"),
    "scottish": ("49", "52"),
}


def counts_by_hand(rules: str) -> bool:
    record = stvcount.count({("A", "B"): 3, ("B",): 4, ("C", "A"): 2}, places=1, rules=rules)
    return any(stage.batches for stage in record.stages)


BY_HAND = [name for name in stvcount.rules.names() if counts_by_hand(name)]
EACH = pytest.mark.parametrize("rules", BY_HAND)


@cache
def mock_of(rules: str) -> MockCount:
    covers = COVERS.get(rules, ())
    return mock_count(seed="night before", rules=rules, level="nasty", covers=covers, papers=50)


class Tables(HTMLParser):
    """The cells of every table of a page, under the heading or the paper that it stands in."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, list[list[str]]]] = []
        self._where = ""
        self._cell = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "article":
            self._where = given.get("id") or given.get("aria-labelledby") or ""
        elif tag == "table":
            self.found.append((f"{self._where} {given.get('class') or ''}".strip(), []))
        elif tag == "tr":
            self.found[-1][1].append([])
        elif tag in ("th", "td"):
            self.found[-1][1][-1].append("")
            self._cell = True

    def handle_endtag(self, tag: str) -> None:
        self._cell = self._cell and tag not in ("th", "td")

    def handle_data(self, data: str) -> None:
        if self._cell:
            self.found[-1][1][-1][-1] += data


def tables(page: str, where: str) -> list[list[list[str]]]:
    return [rows for place, rows in Tables(page).found if place == where]


# Each rule set


@EACH
def test_the_papers_that_are_printed_are_those_of_the_file(rules: str) -> None:
    mock = mock_of(rules)
    papers = [(place, rows) for place, rows in Tables(mock.files()["papers.html"]).found]
    assert [place for place, _ in papers] == [f"paper-{n}" for n in range(1, 51)]
    names = mock.election.candidates
    assert all([name for name, _ in rows] == list(names) for _, rows in papers)
    marks = [[mark for _, mark in rows] for _, rows in papers]
    read = stvcount.read_bytes(mock.files()["election.blt"].encode(), "election.blt")
    assert Papers.from_marks(marks, candidates=names) == read.papers
    assert read.papers.total == 50


@EACH
def test_the_answers_are_those_of_the_command_and_of_the_library(
    rules: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    mock = mock_of(rules)
    mock.write(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert cli.main([*mock.command()[1:], "--format", "json"]) == 0
    assert capsys.readouterr().out == Path("record.json").read_text("utf-8")
    lots = stvcount.Lots.seeded(mock.seed)
    record = whole.shown(stvcount.count(stvcount.read("election.blt"), rules=rules, lots=lots))
    answers = Path("answers.html").read_text("utf-8")
    for place, stage in enumerate(record.stages):
        [[_, *column]] = tables(answers, f"stage-{stage.number}-heading column")
        expected = [row.cells[place] for row in table.rows(record)]
        assert [row[-1] for row in column] == [
            f"{table.figure(cell.total)} {cell.mark}".strip() for cell in expected
        ]


@EACH
def test_whoever_does_as_the_answers_say_comes_to_the_figures(rules: str) -> None:
    """The first column and the piles of each stage, and nothing else, give every later column."""
    mock = mock_of(rules)
    answers = mock.files()["answers.html"]
    held: dict[str, Decimal] = {}
    for stage in mock.record.stages:
        [[_, *column]] = tables(answers, f"stage-{stage.number}-heading column")
        now = {row[0]: Decimal(row[-1].split()[0]) for row in column if row[-1]}
        now["lost"] = now["Non-transferable"] + now.get(table.REMAINDERS, 0)
        piles = [rows[1:] for rows in tables(answers, f"stage-{stage.number}-heading")]
        for *given, together in piles:
            assert sum(int(papers or 0) for _, papers, *_ in given) == int(together[1])
            for name, papers, value, votes, then in given:
                held[name if value else "lost"] += Decimal(votes)
                assert not value or held[name] == Decimal(then)
                assert not value or int(papers) * Decimal(value) == Decimal(votes)
        for name in {*held} - {*stage.candidates}:
            assert held[name] == now[name]
        held = {name: now[name] for name in (*mock.election.candidates, "lost")}


@EACH
def test_it_is_what_was_asked_for(rules: str) -> None:
    mock = mock_of(rules)
    decided = {one.clause for stage in mock.record.stages for one in stage.decisions}
    decided |= {one.clause for one in mock.record.completion.decisions}
    for clause in COVERS.get(rules, ()):
        assert any(one == clause or one.startswith(f"{clause}(") for one in decided)
        assert mock.covers[clause]
    assert mock.level.misses(mock.measures) == 0
    assert len(mock.measures.difficulties) >= 3
    slips = LEVELS["nasty"].slips_among(50)
    assert sum(mock.election.papers.invalid.values()) == slips
    assert sum(mock.election.papers.shortened.values()) == slips
    if rules not in ("aberdeen", "ers-av", "lsu-stv"):
        assert any(batch.value < 1 for stage in mock.record.stages for batch in stage.batches)


@EACH
def test_every_paper_that_is_not_plain_has_its_ruling(rules: str) -> None:
    mock = mock_of(rules)
    [[_, *rulings]] = tables(mock.files()["answers.html"], "rulings")
    plain = {tuple(str(n) for n in range(1, k + 1)) for k in range(1, 30)}
    odd = [
        n for n, row in enumerate(mock.marks, 1) if tuple(sorted(filter(None, row))) not in plain
    ]
    assert [int(number) for number, _, _ in rulings] == odd
    invalid = [text for _, _, text in rulings if text.startswith("Invalid: ")]
    assert len(invalid) == sum(mock.record.papers.invalid.values())
    for number, marks, _ in rulings:
        written = mock.marks[int(number) - 1]
        assert marks == ", ".join(
            f"{name} {mark}"
            for name, mark in zip(mock.election.candidates, written, strict=True)
            if mark
        ) or (marks == "no mark" and not any(written))


@EACH
def test_the_blank_sheet_has_the_rows_and_room_for_more_stages(rules: str) -> None:
    mock = mock_of(rules)
    found = tables(mock.files()["result-sheet.html"], "sheet")
    names = [row[0] for row in found[0][2:]]
    assert names[: len(mock.election.candidates)] == list(mock.election.candidates)
    rows = table.rows(whole.shown(mock.record))
    assert sorted(names) == sorted(row.name for row in rows)
    assert all(not cell.strip() for rows in found for row in rows[2:] for cell in row[1:])
    stages = [cell for rows in found for cell in rows[0] if cell.startswith("Stage")]
    assert stages == [f"Stage {n}" for n in range(1, len(stages) + 1)]
    assert len(mock.record.stages) < len(stages) <= len(mock.record.stages) + 5


def test_rules_by_which_no_papers_move_are_refused() -> None:
    class Anew(Aberdeen):
        id: ClassVar[str] = "anew"

        def count(self, tally: Tally, lots: LotBox) -> Generator[Stage, None, Outcome]:
            counting = super().count(tally, lots)
            while True:
                try:
                    stage = next(counting)
                except StopIteration as done:
                    return done.value  # type: ignore[no-any-return]
                yield dataclasses.replace(stage, batches=())

    said = "found anew, which works out all votes anew at each stage and moves no papers, so that"
    with pytest.raises(ElectionError, match=said):
        mock_count(seed="s", rules=Anew())
    for name in set(stvcount.rules.names()) - set(BY_HAND):
        with pytest.raises(ElectionError, match=f"found {name}, which works out all votes anew"):
            mock_count(seed="s", rules=name)


def test_the_room_for_testing_has_these_names_and_no_others() -> None:
    assert {"MockCount", "mock_count"} <= set(dir(stvcount.testing))
    with pytest.raises(AttributeError, match=r"module 'stvcount\.testing' has no attribute 'meek'"):
        stvcount.testing.meek  # type: ignore[attr-defined] # noqa: B018


# What is asked for


def test_the_same_seed_gives_the_same_bytes_and_another_does_not() -> None:
    one, again, other = (mock_count(seed=seed, papers=20) for seed in ("a", "a", "b"))
    assert one.files() == again.files()
    assert one.marks != other.marks
    assert repr(one).startswith("<MockCount 'a', medium: <CountRecord 'Mock count a' by ers97: ")


def test_the_record_is_of_the_file_that_is_written_whatever_the_seed() -> None:
    for seed in ("a ", " a", 'a"b" ', "a\u2003"):
        files = mock_count(seed=seed, papers=20).files()
        [source] = CountRecord.from_json(files["record.json"]).sources
        assert source.sha256 == hashlib.sha256(files["election.blt"].encode()).hexdigest()


def test_levels_differ_by_what_is_measured() -> None:
    easy, medium = (mock_count(seed="s", level=level) for level in ("easy", "medium"))
    assert (easy.measures.difficulties, easy.measures.invalid) == ((), 0)
    assert "All papers are valid" in easy.files()["answers.html"]
    assert len(medium.measures.difficulties) in (1, 2)
    assert (medium.measures.lots, medium.measures.invalid) == (0, 2)


def test_lots_fall_where_it_is_stated() -> None:
    mock = mock_count(seed="s", rules="ers-av", level="nasty", covers=["3.3"], lots="first-listed")
    drawn = next(
        one
        for seed in "tuvwxyz"
        if (
            one := mock_count(seed=seed, rules="lsu-stv", level="nasty", lots="first-listed")
        ).record.lots
    )
    assert mock.command()[-2:] == ("--lots", "first-listed")
    lot = drawn.record.lots[0]
    assert lot.chosen == lot.candidates[0]
    text = drawn.files()
    assert f"In this mock count it falls on {lot.chosen}" in text["answers.html"]
    assert "fall on the first of the tied" in text["instructions.html"]


def test_a_clause_about_a_non_person_puts_one_on_the_paper() -> None:
    mock = mock_count(seed="s", rules="lsu-stv", covers=["No Candidate c"], level="easy")
    assert mock.election.non_person == mock.election.candidates[-1] == "No Candidate"
    assert mock.command()[-2:] == ("--non-person", "No Candidate")
    assert mock.record.void
    assert [one[:21] for one in guide.guides(mock.record)[-1].say] == [
        "The count is complete",
        "The election is void:",
    ]
    assert "No Candidate is no person" in mock.files()["answers.html"]
    mock = mock_count(seed="s", rules="ni-stv", covers=["non-person"])
    assert mock.election.non_person == "Re-Open Nominations"


def test_places_are_those_of_the_clauses_unless_told() -> None:
    assert mock_count(seed="s", rules="ni-stv", covers=["49(11)"]).election.places == 1
    mock = mock_count(seed="s", rules="ni-stv", places=3, candidates=5)
    assert (mock.election.places, len(mock.election.candidates)) == (3, 5)


def test_a_clause_of_an_option() -> None:
    with pytest.raises(ElectionError) as refused:
        mock_count(seed="s", rules="lsu-atv", covers=["Exclusion h"])
    assert str(refused.value) == (
        "covers: found 'Exclusion h', which no decision cites as the options are; expected it with "
        "--option suspense=true"
    )
    mock = mock_count(
        seed="s", rules="lsu-atv", covers=["Exclusion h"], options={"suspense": True}, level="nasty"
    )
    assert "--option suspense=true" in " ".join(mock.command())
    assert mock.covers["Exclusion h"]


NOTHING = "found none among 30 elections of 7 candidates, 2 places and 60 papers that"


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"covers": ["5.9.9"]}, "covers: found '5.9.9'; expected clauses of ers97: 5.1.2, 5.1.6, "),
        (
            {"covers": ["5.1.2"]},
            "covers: found '5.1.2' (sorting by first preference, total valid vote), which no "
            "decision of ers97 cited in 400 small counts; expected clauses that decisions cite: "
            "5.1.6, 5.1.7(a), ",
        ),
        ({"covers": ["5.5.2(b)"]}, "covers: found '5.5.2(b)' (all places filled), which no"),
        ({"rules": "stv"}, "rules: found 'stv'; expected aberdeen, "),
        ({"rules": stvcount.rules.get("ers97"), "options": {"a": 1}}, "options: found some beside"),
        ({"level": "mean"}, "level: found 'mean'; expected one of easy, medium, nasty"),
        ({"papers": 9}, "papers: found 9; expected 10 to 1000"),
        ({"candidates": 25}, "candidates: found 25; expected 2 to 24"),
        ({"places": 7}, "places: found 7; expected 1 to 6"),
        ({"rules": "aberdeen", "places": 2}, "places: found 2; expected 1 to 1"),
        ({"seed": " "}, "seed: found ' '; expected a text from which all is worked out"),
        ({"lots": "ask"}, "lots: found 'ask'; expected "),
        ({"limit": 0}, "limit: found 0; expected a whole number from 1"),
        (
            {"rules": "lsu-atv", "covers": ["Tied count c"], "limit": 30},
            f"covers: {NOTHING} takes Tied count c; expected other --candidates, --places or "
            "--papers, or another --seed (Tied count c was cited with ",
        ),
        (
            {"rules": "ers-av", "candidates": 2, "level": "nasty", "limit": 40},
            "level: found none among 40 elections of 2 candidates, 1 place and 60 papers that is "
            "nasty; the nearest has stages: 1 (expected 5 or more) and kinds of difficulty: 2 "
            "(expected 3 or more); expected other --candidates",
        ),
        (
            {"rules": "lsu-stv", "covers": ["C3 f", "C3 m"], "limit": 30},
            "covers: found none among 30 elections of 5 candidates, 1 place and 60 papers that "
            "takes all of C3 f (",
        ),
        (
            {"rules": "lsu-stv", "covers": ["C3 q"], "level": "easy", "limit": 200},
            "level: found none among 200 elections of 4 candidates, 1 place and 60 papers that is "
            "easy; the nearest has kinds of difficulty: 2 (expected 0) and equal votes to be told "
            "apart: 1 (expected 0); expected --level medium, or other",
        ),
    ],
)
def test_what_cannot_be_had_is_said(asked: dict[str, object], message: str) -> None:
    with pytest.raises(ElectionError) as refused:
        mock_count(**{"seed": "s", **asked})  # type: ignore[arg-type]
    assert str(refused.value).startswith(message)


def test_papers_of_several_values_in_a_surplus() -> None:
    orders = {("A", "B"): 30, ("B", "C"): 14, ("C",): 7, ("D", "C"): 6}
    record = stvcount.count(orders, places=3, rules="scottish")
    takes = [move.take for one in guide.guides(record) for move in one.moves]
    assert takes[:3] == [
        "Take all the papers of A: 30 papers, worth 1.00000 each.",
        "Take the 14 papers of B that are worth 1.00000 each.",
        "Take the 30 papers of B that are worth 0.50000 each.",
    ]


def test_stages_of_other_kinds_and_without_papers_are_told() -> None:
    record = stvcount.count(
        {("A",): 4, ("B",): 3, ("C",): 2, ("D",): 1}, places=1, rules="aberdeen"
    )
    end = guide.guides(record)[-1]
    assert (end.heading, end.say[1]) == ("Completion", "I declare elected: A.")
    first, *_ = record.stages[1:]
    dropped = dataclasses.replace(first, kind="drop", batches=(), decisions=())
    told = guide.guides(dataclasses.replace(record, stages=(record.stages[0], dropped)))[1]
    assert (told.moves, told.say[0]) == ((), "Stage 2: drop: D: there were no papers.")


# The folder


def test_the_command_writes_a_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    words = ["mock", "--rules", "ERS97", "--papers", "20", "--covers", "5.2.2, 5.4.8"]
    words += ["--seed", "s", "-o", "out", "--covers", "5.1.6"]
    assert cli.main(words) == 0
    assert capsys.readouterr().out.split() == [f"out/{name}" for name in mocking.FILES]
    mock = mock_count(seed="s", papers=20, covers=["5.2.2", "5.4.8", "5.1.6"])
    written = {path.name: path.read_text("utf-8") for path in Path("out").iterdir()}
    assert written == mock.files()
    assert shlex.join(mock.command()) in written["instructions.html"].replace("&#39;", "'")
    # Nothing that is there is replaced, unless told.
    for name in set(mocking.FILES) - {"record.json"}:
        Path("out", name).unlink()
    Path("out/record.json").write_text("mine", "utf-8")
    assert cli.main(words) == 2
    assert "(or --force, to replace it)" in capsys.readouterr().err
    assert [path.name for path in Path("out").iterdir()] == ["record.json"]
    with pytest.raises(FormatError, match=r"overwrite=True, to replace it"):
        mock.write("out")
    assert cli.main([*words, "--force"]) == 0
    assert Path("out/record.json").read_text("utf-8") == written["record.json"]
    Path("file").touch()
    assert cli.main([*words, "-o", "file"]) == 2
    assert "found 'file', which is a file; expected a folder" in capsys.readouterr().err


def test_all_files_are_written_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mock = mock_of("ers97")
    opened = os.open

    def full(path: str | Path, *flags: int) -> int:
        if str(path).endswith("answers.html"):
            raise OSError(errno.ENOSPC, "no room")
        return opened(path, *flags)

    monkeypatch.setattr(os, "open", full)
    for folder in (tmp_path / "new", tmp_path):
        with pytest.raises(FormatError) as refused:
            mock.write(folder)
        assert str(refused.value).startswith(f"{folder / 'answers.html'}: found no room; expected")
        assert list(tmp_path.iterdir()) == []


# On paper


def test_it_prints_on_sheets_of_a4(tmp_path: Path) -> None:
    mock = mock_of("ers97")
    with browser.opened() as page:
        for name, size in (("papers.html", (595, 842)), ("result-sheet.html", (842, 595))):
            page.look(mock.files()[name])
            boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", page.printed())
            assert {(round(float(wide)), round(float(high))) for wide, high in boxes} == {size}
            parts = mock.files()[name].count('class="leaf"' if name == "papers.html" else "<table")
            assert len(boxes) == parts
        # The words on a voting paper are not cut off.
        page.look(mock.files()["papers.html"], width=1032, media="print")
        high = (
            "[...document.querySelectorAll('.paper')].filter(p => p.scrollHeight > p.clientHeight)"
        )
        assert page.evaluate(f"{high}.length") == 0
        for name in ("papers.html", "answers.html", "result-sheet.html", "instructions.html"):
            page.look(mock.files()[name], width=360, dark=True)
            assert page.evaluate("document.documentElement.scrollWidth") == 360, name
