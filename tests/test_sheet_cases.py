"""What is said of published sheets, case by case: small counts, and the exact words.

The sheets are those of the counts of `test_audit_cases.py`, as they would be published.
`sheet_cases.txt` changes them, or leaves figures out, and has every line that must follow.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest
from case_files import Case, read_cases
from test_audit_cases import COUNTS, record_of

import stvcount
from stvcount import PublishedSheet, check_sheet, sheets

PUBLISHED = [name for name in COUNTS if name != "1987 no nearer"]
"""All but one of more papers than a sheet may have."""


@cache
def sheet_of(name: str) -> PublishedSheet:
    return PublishedSheet.from_record(record_of(name))


@pytest.mark.parametrize("name", [name for name in PUBLISHED if not COUNTS[name].vacating])
def test_no_sheet_of_a_count_contradicts_its_rules(name: str) -> None:
    assert check_sheet(sheet_of(name)).differences == ()


@pytest.mark.parametrize("name", [name for name in PUBLISHED if COUNTS[name].organisation])
def test_as_many_places_are_contested_in_a_table(name: str, tmp_path: Path) -> None:
    table = tmp_path / "count.csv"
    table.write_text(sheets.render(record_of(name), "csv"), "utf-8")
    assert stvcount.read_sheet(table).places == sheet_of(name).places


@pytest.mark.parametrize("case", read_cases("sheet_cases.txt"), ids=str)
def test_what_is_said_of_a_sheet(case: Case) -> None:
    """`by ` and a rule set, behind the name of a count: it is checked by that one instead."""
    members = case.changed(json.loads(sheet_of(case.name).to_json()))
    sheet = PublishedSheet.from_json(json.dumps(members))
    rules = case.told.removeprefix(" by ") or None
    assert tuple(str(check_sheet(sheet, rules=rules)).splitlines()) == case.lines
