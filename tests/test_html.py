"""The page: every figure of the record is in it, every name is text, and nothing else is needed."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import subprocess
import sys
from decimal import Decimal, localcontext
from html.parser import HTMLParser
from itertools import pairwise, zip_longest
from pathlib import Path

import pytest
from hypothesis import given
from test_record_json import full_record, labour, records
from test_svg import contrast, counted, real_counts, unlikely
from test_text_sheet import counts as unlikely_counts
from test_text_sheet import odd_names

import stvcount
from stvcount import CountRecord, Election, ElectionError, Papers, sheets
from stvcount.election.left_out import Withdrawal
from stvcount.record import Completion, Elected, Vacancy
from stvcount.sheets import html, table, whole
from stvcount.words import visible

if not os.environ.get("CI"):
    pytest.importorskip("jinja2")

ROOT = Path(__file__).resolve().parent.parent
INLINE_ELEMENTS = {"a", "bdi", "code", "strong"}
VOID_ELEMENTS = {"meta", "link", "br", "hr", "img", "input", "wbr"}


class Parsed(HTMLParser):
    """The elements of a page, with the text of each; every element is closed where it must be."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.tables: list[list[list[str]]] = []
        self.headings: list[tuple[int, str]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID_ELEMENTS:
            self._open.append(tag)
        if tag == "table":
            self.tables.append([])
        if tag == "tr":
            self.tables[-1].append([])
        if tag in ("td", "th"):
            self.tables[-1][-1].append("")
        if re.fullmatch("h[1-6]", tag):
            self.headings.append((int(tag[1]), ""))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag
        if tag not in INLINE_ELEMENTS:
            self.text += " "

    def handle_data(self, data: str) -> None:
        if "style" in self._open:
            return
        self.text += data
        if {"td", "th"} & set(self._open):
            self.tables[-1][-1][-1] += data
        if self._open and re.fullmatch("h[1-6]", self._open[-1].replace("bdi", "h1")):
            level, words = self.headings[-1]
            self.headings[-1] = (level, words + data)

    def words(self) -> str:
        return " ".join(self.text.split())


def page(record: CountRecord) -> Parsed:
    return Parsed(html.page(record))


def cells(row: list[str]) -> list[str]:
    return [" ".join(cell.split()) for cell in row]


def minus(text: str) -> str:
    return text.replace("-", "\u2212")


def expected_row(row: table.Row) -> list[str]:
    """The cells of a row, worked out from the table that all sheets share."""
    found = [" ".join(visible(row.name).split())]
    for number, cell in enumerate(row.cells):
        if number:
            found.append("" if cell.change is None else minus(format(cell.change, "+f")))
        total = "" if cell.total is None else format(cell.total, "f")
        found.append(f"{total} { {'': '', 'E': 'elected', 'X': 'excluded'}[cell.mark] }".strip())
    return [*found, row.outcome]


# The table


@given(unlikely_counts() | real_counts)
def test_every_figure_stands_in_its_row(record: CountRecord) -> None:
    shown = [cells(row) for row in page(record).tables[0][2:]]
    assert shown == [expected_row(row) for row in table.rows(whole.shown(record))]


def test_the_heads_say_what_happened() -> None:
    first, second = page(labour()).tables[0][:2]
    assert cells(first) == [
        "Candidate",
        "Stage 1 First preferences",
        "Stage 2 Exclusion of RON (Re-Open Nominations) and Samuele Glendenning",
        "Result",
    ]
    assert cells(second) == ["Total", "Change", "Total"]


def test_heads_and_rows_have_scopes_and_tables_captions() -> None:
    found = page(labour())
    heads = [attributes.get("scope") for tag, attributes in found.elements if tag == "th"]
    assert set(heads) == {"col", "colgroup", "row"}
    tags = [tag for tag, _ in found.elements]
    assert tags.count("caption") == tags.count("table") == len(found.tables)


def test_on_paper_a_long_count_is_folded_and_names_are_repeated() -> None:
    record = unlikely(stages=25)
    whole, *folds = (t for t in page(record).tables if cells(t[0])[-1] == "Result")
    assert len(folds) > 1
    heads = [head for fold in folds for head in cells(fold[0])[1:-1]]
    assert heads == cells(whole[0])[1:-1]
    for lines in zip_longest(whole[2:], *(fold[2:] for fold in folds)):
        name, *all_cells = lines[0]
        assert [line[0] for line in lines[1:]] == [name] * len(folds)
        assert [cell for line in lines[1:] for cell in line[1:-1]] == all_cells[:-1]


def test_a_short_count_has_one_table_for_screen_and_paper() -> None:
    heads = [cells(one[0]) for one in page(labour()).tables]
    assert [head[0] for head in heads] == ["Candidate", "To", "Candidate", "Elected"]
    assert [head[-1] for head in heads] == ["Result", "Votes", "Per cent", "At stage"]


# Who was elected


def test_who_was_elected_when_and_by_which_clause() -> None:
    words = page(labour()).words()
    assert (
        "Elected: Aliy Faisal Had 8 votes, equal with Oliver Tucker, too many for 1 place: ahead "
        "on first preferences, 8 to 6. Stage 2, clause 5.4.9(a) The others Oliver Tucker Not "
        "elected: had 8 votes, equal with Aliy Faisal"
    ) in words


def test_elected_at_the_end_and_without_any_account() -> None:
    end = Completion(elected=(Elected("Oliver Tucker", Decimal("6.00"), "5.5.1"),))
    stages = labour().stages[:1]
    elected = ("Oliver Tucker", "Aliy Faisal")
    record = dataclasses.replace(labour(), stages=stages, completion=end, elected=elected)
    words = page(record).words()
    assert "Oliver Tucker Deemed elected at the end of the count with 6 votes. End of the" in words
    assert "End of the count, clause 5.5.1 Aliy Faisal Elected. The others" in words
    assert "Completion Oliver Tucker is deemed elected with 6.00 (clause 5.5.1)." in words


def test_vacant_and_void() -> None:
    vacant = (Vacancy(2, "too few candidates"), Vacancy(1, ""))
    words = page(dataclasses.replace(labour(), elected=(), vacant=vacant, void=True)).words()
    assert (
        "Result This election is void. The election is void: nobody is elected. Nobody is" in words
    )
    assert "Vacant: 2 places: too few candidates Vacant: 1 place The others" in words
    assert "void" not in page(labour()).words()


# What happened


def test_stages_in_plain_words(shared: Path) -> None:
    record = stvcount.count(stvcount.read(shared / "data" / "ers97-model.blt"))
    words = page(record).words()
    for sentence in (
        "The 753 valid papers were sorted by first preference; the quota is 107.58.",
        "The surplus of Smith, 26.42, is transferred: 25.83 goes to 7 candidates, "
        "0.59 becomes non-transferable.",
        "Monk (23.42) is excluded, and 23.42 is transferred: 23.42 goes to 5 candidates, "
        "0.00 becomes non-transferable.",
        "Glazier (30.51) and Wright (32.25) are excluded together, and 62.76 is transferred: "
        "56.56 goes to 6 candidates, 6.20 becomes non-transferable.",
        "12.00 becomes non-transferable. 2.10 is not transferred at this stage.",
        "Vicar is deemed elected with 113.31 (clause 5.4.9(a)).",
        "Formally excluded: Baron.",
    ):
        assert sentence in words
    assert "The quota is now" not in words


def test_a_lowered_quota_is_said() -> None:
    assert "The quota is now 8.00." in page(labour()).words()


@given(real_counts)
def test_decisions_batches_and_lots_are_all_there(record: CountRecord) -> None:
    found = page(record)
    words = found.words()
    record = whole.shown(record)
    for holder in (*record.stages, record.completion):
        for decision in holder.decisions:
            assert f"{decision.clause} {decision.text}" in words
        for lot in holder.lots:
            source = f"it fell on {lot.chosen}. Where it came from: {lot.source}."
            assert words.count(source) >= 2  # where it was drawn, and under "How it was counted"
    batches = [batch for stage in record.stages for batch in stage.batches]
    shown = [[cells(row) for row in one] for one in found.tables if cells(one[0])[0] == "To"]
    assert len(shown) == len(batches)
    for batch, (_, *rows) in zip(batches, shown, strict=True):
        *received, lost, _ = rows
        assert received == [
            [name, str(number), str(batch.credited[name])] for name, number in batch.papers.items()
        ]
        lost_votes = str(batch.non_transferable)
        assert lost == ["Non-transferable", str(batch.non_transferable_papers), lost_votes]


@given(real_counts)
def test_batches_add_up_to_what_the_sentence_says(record: CountRecord) -> None:
    record = whole.shown(record)
    found = [cells(one[-1]) for one in page(record).tables if cells(one[0])[0] == "To"]
    for stage in record.stages:
        mine, found = found[: len(stage.batches)], found[len(stage.batches) :]
        moved = sum((Decimal(row[2]) for row in mine), Decimal("0.00"))
        part = html._stages(record)[record.stages.index(stage)]
        assert moved == part.moved == part.to_candidates + part.lost
    assert found == []


# The papers and the particulars


def test_the_particulars() -> None:
    words = page(full_record()).words()
    for fact in (
        "Counted by ERS97 single transferable vote, for Chester Students' Union.",
        "9 March 2021. Counted by ERS97 single transferable vote, for",
        "Status: provisional until 12 March",
        "Electorate 50 Papers 23 Turnout 46.0 % Valid 19 Invalid 3 3: no first preference "
        "Set aside 1 paper 7: torn Withdrawn 1 D: withdrew 9 March "
        "Not a person RON (Re-Open Nominations) Notes candidate 4 is read as a person",
        "Returning officer Ada Kent Rules ERS97 single transferable vote (ers97, version 3.1) "
        "Source of the rules Electoral Reform Society",
        "docs/rules/ers97.md",
        "Options casual = true limit = 3 mode = x",
        "Lots At stage 1: Lot (exclusion, clause 5.2.5) between B (1.00) and C (1.00): "
        "it fell on B. Where it came from: drawn.",
        "At the end of the count: Lot (exclusion",
        "Ballot file labour-president.blt SHA-256 of the file 9f86d081884c7d659a2feaa0c55ad015a3",
        "Ballot file more.csv SHA-256 of the file 00000000",
        "Read as csv; sheet Votes; question President; laid out by candidates; 1 row left out;",
        "Aliy Faisal (Blue slate)",
        "Counted with stvcount 0.1.0",
    ):
        assert fact in words


def test_particulars_that_there_are_not() -> None:
    rules = dataclasses.replace(labour().rules, id="another", title="Mine", source="")
    record = dataclasses.replace(labour(), sources=(), rules=rules, organisation="nobody's")
    words = page(record).words()
    assert "Counted by Mine, for nobody's." in words
    assert "Rules Mine (another)" in words
    assert "none: the papers were given to the library directly" in words
    assert "Set aside none Withdrawn none" in words
    assert "Lots none was needed" in words
    for absent in ("SHA-256", "Readings", "Not a person", "Source of the rules", "Read as"):
        assert absent not in words
    for absent in ("Electorate", "Turnout", "Status", "Returning officer:", "Notes"):
        assert absent not in words


def test_every_rule_set_of_the_library_has_its_page_of_readings() -> None:
    for name in (*stvcount.rules.names(), "ers97-vacancy"):
        kind = stvcount.rules.own(name)
        if kind is not None:
            assert kind.page
            rules = dataclasses.replace(labour().rules, id=name)
            words = page(dataclasses.replace(labour(), rules=rules)).words()
            assert f"are read: {kind.page} in the documentation" in words


def test_a_stage_of_another_kind_is_told_by_what_it_moved() -> None:
    second = dataclasses.replace(labour().stages[1], kind="iteration", candidates=())
    words = page(dataclasses.replace(labour(), stages=(labour().stages[0], second))).words()
    assert "Stage 2: iteration 5.00 is transferred: 2.00 goes to 1 candidate" in words


def test_the_declaration() -> None:
    words = page(full_record()).words()
    _, _, declared = words.rpartition("Declaration of the result")
    assert declared.startswith(
        " Labour Society President Date 9 March 2021 Returning officer Ada Kent "
        "Status provisional until 12 March Places 1 Electorate 50 Papers 23 Turnout 46.0 % "
        "Valid 19 Invalid 3 3: no first preference Set aside 1 paper 7: torn Quota 9.50 "
        "First preferences Candidate Affiliation Votes Per cent Oliver Tucker 6 31.6 % "
        "Aliy Faisal Blue slate 8 42.1 %"
    )
    assert "Elected Elected Affiliation At stage Aliy Faisal Blue slate 2 Vacant: 1 place" in words
    assert "Returning officer: Ada Kent Date " in declared


# A page for everybody


def test_headings_are_in_order() -> None:
    levels = [level for level, _ in page(full_record()).headings]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(next_ - level <= 1 for level, next_ in pairwise(levels))


@given(records)
def test_any_record_has_a_page(record: CountRecord) -> None:
    found = page(record)
    ids = [attributes["id"] for _, attributes in found.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes in found.elements:
        for name in ("aria-labelledby", "aria-describedby"):
            assert attributes.get(name) in (None, *ids)
        assert (attributes.get("href") or "#result")[1:] in ids


def test_nothing_is_fetched_and_no_script_runs() -> None:
    text = html.page(full_record())
    found = Parsed(text)
    tags = {tag for tag, _ in found.elements}
    assert not tags & {"script", "link", "img", "iframe", "object", "embed", "form", "base"}
    assert not {name for _, attributes in found.elements for name in attributes if name[:2] == "on"}
    assert set(re.findall(r"\w+://[^\"\s]+", text)) <= {"http://www.w3.org/2000/svg"}
    assert "@import" not in text
    assert "default-src 'none'; style-src 'unsafe-inline'" in text
    assert found.elements[0] == ("html", {"lang": "en-GB"})


@given(unlikely_counts(odd_names))
def test_names_are_text_whatever_they_are(record: CountRecord) -> None:
    found = page(record)
    plain = page(labour())
    assert {tag for tag, _ in found.elements} <= {tag for tag, _ in plain.elements} | {
        *("h3", "p", "ol")
    }
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u202e\u2066\ud800-\udfff]", found.text)
    html.page(record).encode("utf-8")


def test_markup_in_every_text_stays_text() -> None:
    nasty = "</style><script>alert('1')</script> \"&amp;\" {{ 7 * 7 }} \\"
    text = full_record().to_json()
    for plain in ("Oliver Tucker", "withdrew 9 March", "torn", "no first preference", "drawn"):
        text = text.replace(json.dumps(plain), json.dumps(nasty))
    record = dataclasses.replace(CountRecord.from_json(text), title=nasty, organisation=nasty)
    found = page(record)
    assert "script" not in {tag for tag, _ in found.elements}
    assert found.words().count(" ".join(nasty.split())) > 12
    assert "49" not in found.words()


def test_the_title_on_every_sheet_of_paper_cannot_leave_its_string() -> None:
    title = '"; } </style> \\" Zoë ' + "x" * 200
    text = html.page(dataclasses.replace(labour(), title=title))
    content = re.search(r"@bottom-left \{ content: \"([^\"]*)\";", text)
    assert content
    assert re.fullmatch(r"(\\[0-9a-f]+ |[A-Za-z0-9])*", content[1])
    letters = re.sub(r"\\([0-9a-f]+) ", lambda found: chr(int(found[1], 16)), content[1])
    assert letters == title[:89] + "…"


def test_names_from_right_to_left_are_set_apart() -> None:
    levi = "אברהם לוי"
    record = CountRecord.from_json(labour().to_json().replace("Oliver Tucker", levi))
    text = html.page(record)
    assert f"Aliy Faisal and <bdi>{levi}</bdi> reach 8.00" in text
    outside_pictures = re.sub(r"<svg.*?</svg>", "", text, flags=re.DOTALL)
    assert outside_pictures.count(levi) == outside_pictures.count(f"<bdi>{levi}</bdi>") > 3


def test_withdrawn_candidates_have_no_row() -> None:
    withdrawn = (Withdrawal("Oliver Tucker"),)
    found = page(dataclasses.replace(labour(), withdrawn=withdrawn))
    assert "Oliver Tucker" not in [row[0] for row in found.tables[0]]
    assert "Withdrawn 1 Oliver Tucker How it was counted" in found.words()


def test_the_colours_of_the_style_sheet_have_contrast() -> None:
    style = (ROOT / "src/stvcount/sheets/templates/palette.css").read_text("utf-8")
    schemes = re.findall(r":root \{([^}]*--paper[^}]*)\}", style)
    assert len(schemes) == 2
    for scheme in schemes:
        ink = dict(re.findall(r"--([\w-]+): (#\w{6})", scheme))
        for paper in ("paper", "raised"):
            for text in ("text", "quiet", "link"):
                assert contrast(ink[text], ink[paper]) >= 4.5
        for pair in (("good", "paper"), ("bad", "paper"), ("text", "bad-paper")):
            assert contrast(ink[pair[0]], ink[pair[1]]) >= 4.5
        for text in ("good", "quiet", "text"):
            assert contrast(ink[text], ink["good-paper"]) >= 4.5
        assert contrast(ink["focus"], ink["paper"]) >= 3


def test_the_words_are_those_of_the_field() -> None:
    words = page(full_record()).words().lower()
    assert not re.search(r"\bround|eliminat|exhaust|hopeful|weight|ballot(?! file)", words)


# The same every time, and by name


@given(real_counts)
def test_the_same_record_gives_the_same_bytes(record: CountRecord) -> None:
    text = html.page(record)
    with localcontext() as context:
        context.prec = 1
        assert html.page(CountRecord.from_json(record.to_json())) == text


def test_the_bytes_do_not_depend_on_the_process() -> None:
    program = (
        "import sys\n"
        "from stvcount import CountRecord\n"
        "from stvcount.sheets import render\n"
        "sys.stdout.write(render(CountRecord.from_json(sys.stdin.read()), 'html'))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        input=full_record().to_json(),
        env={**os.environ, "PYTHONHASHSEED": "7", "PYTHONIOENCODING": "utf-8"},
        text=True,
        encoding="utf-8",
        check=True,
        capture_output=True,
    )
    assert done.stdout == html.page(full_record())


def test_the_page_is_a_sheet_by_name() -> None:
    assert sheets.render(labour(), "html") == html.page(labour())


def test_without_jinja_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)
    html.template.cache_clear()
    with pytest.raises(ElectionError) as caught:
        html.page(labour())
    assert str(caught.value) == (
        "found no jinja2, which this format needs; "
        "expected it to be installed: pip install 'stvcount[html]'"
    )


def test_the_library_does_not_need_jinja_to_start() -> None:
    program = (
        "import sys, stvcount, stvcount.sheets.html, stvcount.sheets.plot\n"
        "assert not {'jinja2', 'markupsafe', 'matplotlib'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_one_candidate_and_one_paper() -> None:
    papers = Papers.from_rankings([(["Ann"], 1)])
    election = Election(title="", places=1, candidates=["Ann"], papers=papers)
    words = page(counted(election, "ers97")).words()
    assert "Untitled election" in words
    assert "The 1 valid paper was sorted by first preference" in words
    assert "No votes were transferred." in words
