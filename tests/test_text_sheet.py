"""The result sheet in plain text: every figure in its row, and nothing wider than the page."""

from __future__ import annotations

import dataclasses
import json
import re
import subprocess
import sys
import unicodedata
from decimal import Decimal, localcontext
from pathlib import Path
from typing import Any

import pytest
from builders import election
from hypothesis import given
from hypothesis import strategies as st
from test_record_json import full_record, labour, records

import stvcount
from stvcount import sheets
from stvcount.election.contest import Contest
from stvcount.election.left_out import Withdrawal
from stvcount.errors import ElectionError
from stvcount.frozen import FrozenMapping
from stvcount.record import (
    Batch,
    Completion,
    CountRecord,
    Decision,
    Elected,
    PaperCount,
    RulesUsed,
    Stage,
    Vacancy,
)
from stvcount.sheets import table
from stvcount.sheets.text import sheet
from stvcount.sheets.whole import shown as shown_whole

LABOUR_SHEET = """\
Labour Society President
========================

Rules         ERS97 single transferable vote (ers97)
                Electoral Reform Society, How to conduct an election, 3rd edition 1997
Places        1
Ballot file   labour-president.blt
SHA-256       9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
Papers        19
Valid         19
Invalid       0

                          | Stage 1     | Stage 2         | Result
                          | First       | Exclusion of    |
                          | preferences | RON (Re-Open    |
                          |             | Nominations),   |
                          |             | Samuele         |
                          |             | Glendenning     |
Candidate                 |     Total   | Change  Total   |
--------------------------+-------------+-----------------+---------
Aliy Faisal               |      8.00   |          8.00 E | Elected
Oliver Tucker             |      6.00   |  +2.00   8.00   | Excluded
Samuele Glendenning       |      5.00   |  -5.00   0.00 X | Excluded
RON (Re-Open Nominations) |      0.00   |          0.00 X | Excluded
Non-transferable          |      0.00   |  +3.00   3.00   |
--------------------------+-------------+-----------------+---------
Total                     |     19.00   |         19.00   |
Quota                     |      9.50   |          8.00   |

E: deemed elected at this stage; X: excluded at this stage

Elected:
  Aliy Faisal
      Had 8 votes, equal with Oliver Tucker, too many for 1 place: ahead on first preferences, 8 to
      6.

The others:
  Oliver Tucker
      Not elected: had 8 votes, equal with Aliy Faisal, too many for the places: behind on first
      preferences, 6 to 8.
  Samuele Glendenning
      Not elected: excluded at stage 2 with 5 votes, 1 fewer than Oliver Tucker, together with RON
      (Re-Open Nominations): 5 votes in all, too few to pass the next above, with 6.
  RON (Re-Open Nominations)
      Not elected: excluded at stage 2 with 0 votes, 6 fewer than Oliver Tucker, together with
      Samuele Glendenning: 5 votes in all, too few to pass the next above, with 6.

Stage 1: first preferences
  5.1.6     Quota 19.00 / 2 = 9.50

Stage 2: exclusion of RON (Re-Open Nominations), Samuele Glendenning
  5.2.5     RON (Re-Open Nominations) and Samuele Glendenning together have 5.00, the next above
            6.00
  5.4.8     Quota (19.00 - 3.00) / 2 = 8.00
  5.6.2     Aliy Faisal and Oliver Tucker reach 8.00; at stage 1 they had 8.00 and 6.00
  Batch     5 papers at 1.00
              Oliver Tucker: 2 papers, credited 2.00
              non-transferable: 3 papers, 3.00
  5.4.9(a)  Aliy Faisal deemed elected with 8.00

Completion
  5.5.2     All places are filled
  Excluded  Oliver Tucker
"""


def columns(text: str) -> int:
    """What a terminal gives to this text, counted apart from the sheet's own count."""
    unseen = ("Mn", "Me", "Cf")
    return sum(
        0
        if unicodedata.category(one) in unseen or 0x1160 <= ord(one) <= 0x11FF or one == "\ud7b0"
        else 1 + (unicodedata.east_asian_width(one) in ("W", "F"))
        for one in text
    )


def widest(text: str) -> int:
    return max(map(columns, text.split("\n")))


def row(text: str, name: str) -> list[str]:
    """The cells of this row, of all blocks of the table."""
    rows = [line.split(" |") for line in text.split("\n") if line.startswith(f"{name} ")]
    return [cell.strip() for cells in rows for cell in cells[1:]]


# Records of counts that look like counts: as many votes as there are candidates, at every stage.

ODD_LETTERS = (
    "aZ -'|çŞ张伟가גיעלیक्ष👩🏽\uff37\u0301\u0308\u0489\ud7b0"
    "\u200d\u200c\u202e\u2066\u00ad\n\t\x00\x1b\x85\u2028"
)
odd_names = st.text(ODD_LETTERS, min_size=1, max_size=300) | st.text(min_size=1, max_size=40)
cents = st.integers(0, 10**9) | st.sampled_from([0, 100, 10**9])


def figure(hundredths: int) -> Decimal:
    return Decimal(hundredths).scaleb(-2)


def batch(credited: FrozenMapping[str, Decimal], lost: Decimal) -> Batch:
    return Batch(
        origin=FrozenMapping(),
        value_before=Decimal("1.00"),
        value=Decimal("1.00"),
        papers=FrozenMapping(),
        credited=credited,
        non_transferable_papers=0,
        non_transferable=lost,
        remainder=Decimal("0.00"),
    )


def decided(text: str, clause: str = "5.2.5") -> Decision:
    return Decision(clause, "a-code", text=text)


@st.composite
def counts(
    draw: st.DrawFn, letters: st.SearchStrategy[str] | None = None, most: int = 6
) -> CountRecord:
    """A record of up to `most` candidates and stages, named by `letters` or Candidate 1, ..."""
    number = draw(st.integers(1, most))
    names = [f"Candidate {one}" for one in range(number)]
    if letters is not None:
        names = draw(st.lists(letters, min_size=1, max_size=most, unique=True))
    concerned = st.lists(st.sampled_from(names), unique=True).map(tuple)
    all_votes = st.tuples(*[cents] * len(names)).map(
        lambda given: FrozenMapping(zip(names, map(figure, given), strict=True))
    )
    numbered = draw(
        st.lists(
            st.tuples(all_votes, cents, st.none() | cents, concerned, concerned), max_size=most
        )
    )
    stages = tuple(
        Stage(
            number=number,
            kind="first" if number == 1 else draw(st.sampled_from(["surplus", "exclusion"])),
            candidates=() if number == 1 else who,
            quota=None if quota is None else figure(quota),
            votes=votes,
            non_transferable=figure(lost),
            remainders=Decimal("0.00"),
            batches=(batch(votes, figure(lost)),),
            elected=tuple(Elected(name, votes[name], "5.3.13") for name in elected),
            lots=(),
            decisions=(decided(f"It was decided between {', '.join(names)}"),),
        )
        for number, (votes, lost, quota, who, elected) in enumerate(numbered, start=1)
    )
    return CountRecord(
        stvcount="0.1.0",
        title=draw(st.just("Council") if letters is None else letters),
        contest=Contest(),
        rules=RulesUsed(id="r", title="", source="", version=None, options=FrozenMapping()),
        organisation=None,
        decimals=2,
        places=number,
        candidates=tuple(names),
        affiliations=FrozenMapping(),
        non_person=None,
        withdrawn=(),
        sources=(),
        notes=(),
        papers=PaperCount(total=10**7, valid=10**7, invalid=FrozenMapping(), set_aside=()),
        stages=stages,
        completion=Completion(excluded=draw(concerned)),
        elected=draw(concerned),
        vacant=(Vacancy(1, draw(st.just("a reason") if letters is None else letters)),),
        void=draw(st.booleans()),
    )


def test_the_sheet_of_the_example_of_the_design() -> None:
    assert sheet(labour()) == LABOUR_SHEET


def test_who_is_excluded_is_marked_whatever_the_quota_says() -> None:
    [first, out, *_] = labour().stages
    assert out.kind == "exclusion"
    kept = dataclasses.replace(out, quota=Decimal("0.01"), votes=first.votes)
    text = sheet(dataclasses.replace(labour(), stages=(first, kept)))
    assert [row(text, name)[1][-2:] for name in out.candidates] == [" X", " X"]


def test_print_shows_the_sheet() -> None:
    assert str(labour()) == LABOUR_SHEET


# The table


@given(counts())
def test_every_figure_stands_in_its_row(record: CountRecord) -> None:
    text = sheet(record, width=10_000)
    record = shown_whole(record)
    before: Stage | None = None
    for number, stage in enumerate(record.stages):
        expected = {**stage.votes, "Non-transferable": stage.non_transferable}
        earlier = {**before.votes, "Non-transferable": before.non_transferable} if before else {}
        for name, votes in expected.items():
            change = votes - earlier.get(name, votes)
            elected = name in [one.candidate for one in stage.elected]
            excluded = stage.kind == "exclusion" and name in stage.candidates
            mark = ["E"] if elected else ["X"] if excluded else []
            cell = [format(change, "+f")] * bool(change) + [str(votes)] + mark
            assert row(text, name)[number].split() == cell
        assert row(text, "Total")[number] == str(sum(expected.values()))
        quota = row(text, "Quota")
        assert bool(quota) == any(one.quota is not None for one in record.stages)
        if quota:
            assert quota[number] == str("" if stage.quota is None else stage.quota)
        before = stage


@given(counts())
def test_candidates_stand_in_order_of_votes(record: CountRecord) -> None:
    table = re.split(r"\nCandidate +\|", sheet(record))[1]
    shown = re.findall(r"^Candidate \d+", table, re.MULTILINE)[: len(record.candidates)]
    votes = record.stages[0].votes if record.stages else {}
    expected = sorted(record.candidates, key=lambda name: -votes.get(name, 0))
    assert shown == expected


@given(counts(most=30), st.integers(60, 130))
def test_the_table_is_folded_and_every_block_repeats_the_names(
    record: CountRecord, width: int
) -> None:
    text = sheet(record, width=width)
    table = text[: text.index("\nE: deemed elected")]
    blocks = table.count("\nCandidate  ")
    quota = ["Quota"] if any(stage.quota is not None for stage in record.stages) else []
    for name in (*record.candidates, "Non-transferable", "Total", *quota):
        assert len(re.findall(rf"^{name} +\|", table, re.MULTILINE)) == blocks
    headed = [int(number) for number in re.findall(r"\| Stage (\d+)", table)]
    assert headed == [stage.number for stage in record.stages]
    assert row(table, "Total")[: len(headed)] == row(sheet(record, width=9999), "Total")[:-1]


@given(counts())
def test_decimal_points_stand_in_one_line(record: CountRecord) -> None:
    text = sheet(record, width=10_000)
    rows = [line for line in text.split("\n") if re.match(r"(Candidate \d|Non-|Total|Quota)", line)]
    points: dict[int, set[int]] = {}
    for line in rows:
        start = 0
        for number, cell in enumerate(line.split(" |")):
            if number and "." in cell:
                points.setdefault(number, set()).add(start + cell.rindex("."))
            start += len(cell) + len(" |")
    assert all(len(places) == 1 for places in points.values())


def test_figures_of_unequal_decimals_are_aligned_too() -> None:
    quota = Decimal("9.12345")
    record = labour()
    first = dataclasses.replace(record.stages[0], quota=quota)
    text = sheet(dataclasses.replace(record, stages=(first,)))
    assert "\nTotal                     |  19.00      |\n" in text
    assert "\nQuota                     |   9.12345   |\n" in text


def test_a_stage_of_each_kind_is_headed_by_what_happened() -> None:
    exclusion = labour().stages[1]
    for kind, words in (
        ("surplus", "Surplus of"),
        ("exclusion", "Exclusion of"),
        ("suspense", "Papers held in suspense from"),
    ):
        stage = dataclasses.replace(exclusion, kind=kind, candidates=("Aliy Faisal",))
        text = sheet(dataclasses.replace(labour(), stages=(labour().stages[0], stage)))
        heading = re.search(r"\| Stage 2 .*?\nCandidate", text, re.DOTALL)
        assert heading
        shown = [line.split(" |")[2].strip() for line in heading[0].split("\n")[1:-1]]
        assert " ".join(shown).strip() == f"{words} Aliy Faisal"
        assert f"\nStage 2: {words[0].lower()}{words[1:]} Aliy Faisal\n" in text


def test_those_of_the_completion_are_marked() -> None:
    record = dataclasses.replace(
        labour(),
        stages=labour().stages[:1],
        completion=Completion(
            elected=(Elected("Oliver Tucker", Decimal("6.00"), "5.5.1"),),
            excluded=("Samuele Glendenning",),
        ),
        elected=("Oliver Tucker",),
    )
    text = sheet(record)
    assert row(text, "Oliver Tucker") == ["6.00", "Elected"]
    assert row(text, "Samuele Glendenning") == ["5.00", "Excluded"]
    assert row(text, "Aliy Faisal") == ["8.00", ""]
    assert "\nCompletion\n  5.5.1     Oliver Tucker deemed elected with 6.00\n" in text
    assert "\n  Excluded  Samuele Glendenning\n" in text


def test_a_non_person_is_deemed_elected_and_not_elected() -> None:
    ron = "RON (Re-Open Nominations)"
    first = dataclasses.replace(
        labour().stages[0], elected=(Elected(ron, Decimal("0.00"), "5.1.7"),)
    )
    record = dataclasses.replace(
        labour(), stages=(first,), elected=(), vacant=(Vacancy(1, "RON was elected"),)
    )
    text = sheet(dataclasses.replace(record, non_person=ron))
    assert row(text, ron) == ["0.00 E", "Deemed elected"]
    assert f"\nNot a person  {ron}\n" in text
    assert "\nElected: none\nVacant: 1 place: RON was elected\n" in text


def test_a_record_without_stages() -> None:
    record = dataclasses.replace(labour(), stages=(), completion=Completion())
    text = sheet(record)
    assert "\nOliver Tucker             |\n" in text
    assert "\nAliy Faisal               | Elected\n" in text
    assert "\nElected:\n  Aliy Faisal\n      Elected.\n\nThe others:\n" in text


# What stands above and below the table


def test_the_particulars() -> None:
    text = sheet(dataclasses.replace(full_record(), title=" "))
    assert text.startswith(
        "Untitled election\n"
        "=================\n"
        "\n"
        "Date               9 March 2021\n"
        "Returning officer  Ada Kent\n"
        "Status             provisional until 12 March\n"
        "Rules              ERS97 single transferable vote (ers97, version 3.1)\n"
        "                     Electoral Reform Society, How to conduct an election, 3rd edition "
        "1997\n"
        "Options            casual = true, limit = 3, mode = x\n"
        "Organisation       Chester Students' Union\n"
        "Places             1\n"
        "Ballot file        labour-president.blt\n"
        "SHA-256            9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\n"
        "Ballot file        more.csv\n"
        "SHA-256            0000000000000000000000000000000000000000000000000000000000000000\n"
        "Read as            csv; sheet Votes; question President; laid out by candidates; 1 row "
        "left out; 2\n"
        "                   words read as blank; 1 spelling taken for a printed name\n"
        "Electorate         50\n"
        "Papers             23\n"
        "Turnout            46.0 %\n"
        "Valid              19\n"
        "Invalid            3\n"
        "                     3: no first preference\n"
        "Set aside          1\n"
        "                     paper 7: torn\n"
        "Withdrawn          1\n"
        "                     D: withdrew 9 March\n"
        "Not a person       RON (Re-Open Nominations)\n"
        "Notes              1\n"
        "                     candidate 4 is read as a person\n"
    )


def test_without_a_source_there_is_no_file() -> None:
    text = sheet(dataclasses.replace(labour(), sources=()))
    assert "Ballot file" not in text
    assert "SHA-256" not in text


def test_what_is_not_known_is_not_shown() -> None:
    for label in ("Date", "Returning officer", "Status", "Electorate", "Turnout", "Notes", "Read"):
        assert f"\n{label} " not in LABOUR_SHEET


@pytest.mark.parametrize(
    ("papers", "electorate", "turnout"),
    [(1, 3, "33.3 %"), (2, 3, "66.7 %"), (1, 2000, "0.1 %"), (1, 2001, "0.0 %"), (5, 5, "100.0 %")],
)
def test_the_turnout_has_one_decimal(papers: int, electorate: int, turnout: str) -> None:
    counted = dataclasses.replace(labour().papers, total=papers)
    contest = Contest(electorate=electorate)
    text = sheet(dataclasses.replace(labour(), papers=counted, contest=contest))
    assert f"\nTurnout       {turnout}\n" in text


def test_of_nobody_there_is_no_turnout() -> None:
    text = sheet(dataclasses.replace(labour(), contest=Contest(electorate=0)))
    assert "\nElectorate    0\n" in text
    assert "Turnout" not in text


# Rule sets of other packages, and of other decimals


def test_a_rule_set_of_another_package_is_named_by_the_record() -> None:
    rules = RulesUsed(
        id="mine", title="My rules", source="A book", version="1.2", options=FrozenMapping()
    )
    text = sheet(dataclasses.replace(labour(), rules=rules))
    assert "\nRules         My rules (mine, version 1.2)\n                A book\n" in text


def test_a_kind_of_stage_that_is_not_known_is_shown_by_its_own_name() -> None:
    for candidates, heading in (((), "iteration"), (("Aliy Faisal",), "iteration: Aliy Faisal")):
        second = dataclasses.replace(labour().stages[1], kind="iteration", candidates=candidates)
        text = sheet(dataclasses.replace(labour(), stages=(labour().stages[0], second)))
        assert f"\nStage 2: {heading}\n" in text
        assert "| Iteration" in text


def test_without_a_quota_there_is_no_row_of_it() -> None:
    stages = tuple(dataclasses.replace(one, quota=None) for one in labour().stages)
    text = sheet(dataclasses.replace(labour(), stages=stages))
    assert row(text, "Quota") == []
    assert row(text, "Total") == ["19", "19", ""]


def test_what_is_lost_to_remainders_is_told_apart() -> None:
    papers = {"AB": 8, "B": 4, "C": 1}
    text = sheet(stvcount.count(election(2, papers), rules="ers97"))
    assert row(text, "Non-transferable") == ["0.00", "+0.06   0.06", ""]
    assert row(text, "of it, remainders ignored") == ["0.00", "+0.06   0.06", ""]
    assert "non-transferable: 0 papers, 0.06, of it 0.06 by remainders" in text


def test_scottish_sheets_show_it_as_the_official_ones_do(shared: Path) -> None:
    official = json.loads((shared / "expected" / "scottish-official.json").read_text("utf-8"))
    for ward in official["wards"].values():
        text = sheet(official_count(shared, ward), width=10_000)
        lost, ignored = row(text, "Non-transferable"), row(text, table.REMAINDERS)
        for number, stage in enumerate(ward["stages"]):
            assert lost[number].split()[-1] == stage["non_transferable"]
            assert ignored[number] == stage["rounding"]


def official_count(shared: Path, ward: dict[str, Any]) -> CountRecord:
    """The count of the ward's own papers."""
    number = int(ward["title"].split()[1])
    path = shared / "data" / "scottish-official" / f"glasgow_2022_ward{number:02}.blt"
    # Each candidate line has the party after the name.
    text = re.sub(r'^("[^"]*") "[^"]*"$', r"\1", path.read_text("utf-8"), flags=re.MULTILINE)
    return stvcount.count(stvcount.read_bytes(text.encode(), path.name), rules="scottish")


def test_whole_papers_are_shown_as_whole() -> None:
    record = stvcount.count(election(1, {"AB": 5, "B": 4, "CB": 2}), rules="aberdeen")
    text = sheet(record)
    assert row(text, "B") == ["4", "+2      6 E", "Elected"]
    assert row(text, "Total") == ["11", "11", ""]
    assert "B (6) has the 6 needed: elected" in text
    assert "\n  Batch     2 papers at 1\n" in text
    assert ".00" not in text
    assert '"6.00"' in record.to_json()


def test_one_fraction_and_all_have_their_decimals() -> None:
    text = sheet(stvcount.count(election(1, {"A": 5, "B": 4}), rules="ers97"))
    assert row(text, "A") == ["5.00 E", "Elected"]
    assert row(text, "Quota") == ["4.50", ""]


def test_the_words_of_another_package_stay_as_they_are() -> None:
    own = dataclasses.replace(labour().stages[0].decisions[0], figures=FrozenMapping())
    first = dataclasses.replace(labour().stages[0], quota=None, decisions=(own,))
    text = sheet(dataclasses.replace(labour(), stages=(first,)))
    assert row(text, "Aliy Faisal")[0] == "8"
    assert "5.1.6     Quota 19.00 / 2 = 9.50" in text


def test_the_withdrawn_have_no_row() -> None:
    withdrawn = (Withdrawal("Oliver Tucker"),)
    text = sheet(dataclasses.replace(labour(), withdrawn=withdrawn))
    assert "\nWithdrawn     1\n                Oliver Tucker\n" in text
    assert row(text, "Oliver Tucker") == []


def test_lots_are_shown_with_what_a_reader_needs_to_check_them() -> None:
    text = sheet(full_record())
    lot = "  5.2.5        Lot (exclusion) between B (1.00), C (1.00): it fell on B; source: drawn\n"
    assert text.count(lot) == 3


def test_nobody_elected_vacant_places_and_a_void_election() -> None:
    vacant = (Vacancy(2, "too few candidates"), Vacancy(1, ""))
    text = sheet(dataclasses.replace(labour(), elected=(), vacant=vacant, void=True))
    assert (
        "\n\nElected: none\nVacant: 2 places: too few candidates\nVacant: 1 place\n"
        "*** THIS ELECTION IS VOID ***\nThe election is void: nobody is elected.\n\n"
    ) in text
    assert "VOID" not in LABOUR_SHEET


def test_the_elected_stand_in_order_of_election() -> None:
    elected = ("Samuele Glendenning", "Aliy Faisal")
    text = sheet(dataclasses.replace(labour(), elected=elected))
    assert re.search(r"\nElected:\n  1. Samuele Glendenning\n {6}.*\n  2. Aliy Faisal\n {6}", text)


def test_decisions_hang_beside_their_clauses() -> None:
    schedule = decided("Short", "Schedule 4 of the Act, paragraph 12(b)")
    clauses = (decided("word " * 40), schedule)
    first = dataclasses.replace(labour().stages[0], decisions=clauses)
    lines = sheet(dataclasses.replace(labour(), stages=(first,)), width=70).split("\n")
    start = lines.index("Stage 1: first preferences")
    margin = " " * 27
    assert lines[start + 1] == "  5.2.5".ljust(27) + "word " * 7 + "word"
    assert lines[start + 2] == margin + "word " * 7 + "word"
    assert lines[start + 6 : start + 8] == [
        "  Schedule 4 of the Act,".ljust(27) + "Short",
        "  paragraph 12(b)",
    ]


# Names come from the public


@given(counts(odd_names), st.integers(60, 120))
def test_nothing_is_wider_than_the_page_whatever_the_names(record: CountRecord, width: int) -> None:
    text = sheet(record, width=width)
    assert widest(text) <= width
    assert text.splitlines() == text.removesuffix("\n").split("\n")
    assert all(line == line.rstrip() for line in text.splitlines())
    for one in text.replace("\n", ""):
        assert unicodedata.category(one) not in ("Cc", "Cs", "Zl", "Zp")
        assert one in "\u200c\u200d" or unicodedata.category(one) != "Cf"


@given(records)
def test_any_record_has_a_sheet(record: CountRecord) -> None:
    for width in (1, 40, 100):
        assert sheet(record, width=width).endswith("\n")


def test_a_long_count_of_many_candidates_with_long_names() -> None:
    names = [f"{number} {'Featherstonehaugh ' * 16}".strip()[:300] for number in range(19)]
    names.append("W" * 300)
    votes = FrozenMapping({name: figure(10**9 - 7 * i) for i, name in enumerate(names)})
    zero = FrozenMapping(dict.fromkeys(names, Decimal("0.00")))
    stages = [
        dataclasses.replace(
            labour().stages[min(number, 2) - 1],
            number=number,
            candidates=tuple(names[number % 20 : number % 20 + 2]) if number > 1 else (),
            votes=votes if number % 2 else zero,
        )
        for number in range(1, 26)
    ]
    record = dataclasses.replace(labour(), candidates=tuple(names), stages=tuple(stages))
    text = sheet(record)
    assert 90 <= widest(text) <= 100
    assert re.findall(r"\| Stage (\d+)", text) == [str(number) for number in range(1, 26)]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("张伟", "张伟"),
        ("Zoe\u0301", "Zoe\u0301"),
        ("אברהם לוי", "אברהם לוי"),
        ("علی‌رضا", "علی‌رضا"),
        ("क्‍ष", "क्‍ष"),
        ("A\u200dB", "A<U+200D>B"),
        ("A\u202eB", "A<U+202E>B"),
        ("A\nElected: A", "A<U+000A>Elected: A"),
        ("A\x1b[31mB", "A<U+001B>[31mB"),
        ("A\u2028B", "A<U+2028>B"),
        ("A\ud800B", "A<U+D800>B"),
        ("\ufeffA", "<U+FEFF>A"),
    ],
)
def test_names_are_kept_and_what_breaks_a_line_is_shown(name: str, shown: str) -> None:
    ron = "RON (Re-Open Nominations)"
    votes = [
        FrozenMapping({name if one == ron else one: vote for one, vote in stage.votes.items()})
        for stage in labour().stages
    ]
    record = dataclasses.replace(
        labour(),
        title=f"Title {name}",
        candidates=tuple(votes[0]),
        elected=(name,),
        stages=(
            dataclasses.replace(labour().stages[0], votes=votes[0]),
            dataclasses.replace(labour().stages[1], votes=votes[1], candidates=(name,)),
        ),
    )
    text = sheet(record)
    wide = max(columns("Samuele Glendenning"), columns(shown))
    padding = " " * (wide - columns(shown))
    beside = r" \|      0\.00   \| +0\.00 X \| Elected"
    assert re.search(f"^{re.escape(shown + padding)}{beside}$", text, re.MULTILINE)
    assert text.startswith(f"Title {shown}\n{'=' * columns(f'Title {shown}')}\n")
    assert f"\nElected:\n  {shown}\n" in text
    assert f"\nStage 2: exclusion of {shown}\n" in text


def test_a_name_too_long_for_its_column_goes_on_below_it() -> None:
    long = "Bartholomew Featherstonehaugh-Cholmondeley of the Upper Meadows"
    votes = FrozenMapping({long: Decimal("19.00")})
    first = dataclasses.replace(labour().stages[0], votes=votes)
    record = dataclasses.replace(
        labour(), candidates=(long,), stages=(first,), elected=(long,), completion=Completion()
    )
    text = sheet(record, width=60)
    assert (
        "\nBartholomew                          |     19.00   | Elected\n"
        "  Featherstonehaugh-Cholmondeley of  |             |\n"
        "  the Upper Meadows                  |             |\n"
    ) in text


# The words and the arithmetic


@given(counts(most=3))
def test_the_words_are_those_of_the_field(record: CountRecord) -> None:
    text = sheet(record).lower()
    assert not re.search(r"\bround|eliminat|exhaust|hopeful|weight|ballot(?! file)", text)


def test_the_context_of_the_caller_does_not_matter() -> None:
    with localcontext() as context:
        context.prec = 1
        assert sheet(labour()) == LABOUR_SHEET


def test_votes_beyond_any_election() -> None:
    huge = "9" * 100 + ".01"
    votes = FrozenMapping({name: Decimal(huge) for name in labour().candidates})
    first = dataclasses.replace(labour().stages[0], votes=votes)
    text = sheet(dataclasses.replace(labour(), stages=(first,)))
    assert row(text, "Aliy Faisal")[0] == huge
    assert row(text, "Total")[0] == "3" + "9" * 99 + "6.04"


# The table of sheets


def test_the_sheets_by_name() -> None:
    assert sheets.names()[:2] == ("text", "json")
    assert sheets.render(labour(), "text") == LABOUR_SHEET
    assert sheets.render(labour(), "json") == labour().to_json()


@pytest.mark.parametrize("name", ["", "TEXT", "pdf", "stvcount.sheets.text:sheet"])
def test_an_unknown_sheet_is_refused(name: str) -> None:
    with pytest.raises(ElectionError) as caught:
        sheets.render(labour(), name)
    assert str(caught.value).startswith(f"format: found {name!r}; expected one of text, json")


def test_only_the_sheet_that_is_asked_for_is_imported() -> None:
    program = (
        "import sys\n"
        "from stvcount.record import CountRecord\n"
        "from stvcount.sheets import render\n"
        "render(CountRecord.from_json(sys.stdin.read()), 'json')\n"
        "assert 'stvcount.sheets.text' not in sys.modules\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        input=labour().to_json(),
        text=True,
        encoding="utf-8",
        check=False,
        capture_output=True,
    )
    assert done.stderr == ""
    assert done.returncode == 0
