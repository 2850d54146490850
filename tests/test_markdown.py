"""The result sheet in Markdown: the figures in their cells, and names that are no markup."""

from __future__ import annotations

import html
import re

import pytest
from builders import election
from hypothesis import given
from hypothesis import strategies as st
from test_record_json import full_record, records

import stvcount
from stvcount import CountRecord, Election, Lots, Papers, sheets

SMALL_SHEET = """\
# Untitled election

## Result

Elected:

1. A
   - Reached the quota of 4.34 on first preferences, with 8 votes.
2. B
   - Reached the quota of 4.34 at stage 2, with 7.60 votes.

The others:

- C
  - Not elected: had 1 vote after stage 2, when the last place was filled: 3.34 short of the quota of 4.34.

## Count

| Candidate | Stage 1 | Stage 2: change | total | Result |
| --- | ---: | ---: | ---: | --- |
| A | 8.00 **E** | -3.66 | 4.34 | Elected |
| B | 4.00 | +3.60 | 7.60 **E** | Elected |
| C | 1.00 |  | 1.00 | Excluded |
| Non-transferable | 0.00 | +0.06 | 0.06 |  |
| of it, remainders ignored | 0.00 | +0.06 | 0.06 |  |
| Total | 13.00 |  | 13.00 |  |
| Quota | 4.34 |  | 4.34 |  |

E: deemed elected at this stage; X: excluded at this stage.

### Stage 1: first preferences

- **5.1.6** Quota 13 / 3 = 4.34 (not exact: remainder dropped, 0.01 added)
- **5.1.7(a)** A deemed elected with 8.00

### Stage 2: surplus of A

- **5.2.2** surpluses 3.66 exceed 4.00 - 1.00 and the difference of every set that could go together: not deferred
- **5.2.3** largest surplus: A, 3.66
- **5.3.7** 8 transferable papers worth 8.00 exceed the surplus 3.66: transfer value 3.66 / 8 = 0.45
- **Batch** 8 papers at 0.45 (1.00 before)
  - B: 8 papers, credited 3.60
  - non-transferable: 0 papers, 0.06, of it 0.06 by remainders
- **5.3.13(a)** B deemed elected with 7.60

### Completion

- **5.5.2** all places are filled: C formally excluded
- **Excluded** C

## Papers and particulars

- **Rules** ERS97 single transferable vote (ers97)
  - Electoral Reform Society, How to conduct an election by the Single Transferable Vote, third edition 1997 (Newland and Britton)
- **Places** 2
- **Papers** 13
- **Valid** 13
- **Invalid** 0
"""  # noqa: E501


def test_the_sheet() -> None:
    record = stvcount.count(election(2, {"AB": 8, "B": 4, "C": 1}), rules="ers97")
    assert sheets.render(record, "markdown") == SMALL_SHEET


def named(names: list[str]) -> CountRecord:
    papers = Papers.from_rankings([(names[:1], 3), (names[1:], 1)], candidates=names)
    return stvcount.count(
        Election(title=names[0], places=1, candidates=names, papers=papers),
        lots=Lots.first_listed(),
    )


def rendered(record: CountRecord) -> str:
    """The sheet as a reader of Markdown shows it."""
    markdown_it = pytest.importorskip("markdown_it", reason="no reader of Markdown is installed")
    reader = markdown_it.MarkdownIt("commonmark").enable(["table", "strikethrough"])
    return str(reader.render(sheets.render(record, "markdown")))


def texts(page: str, tag: str) -> list[str]:
    found = re.findall(rf"<{tag}(?: [^>]*)?>(.*?)</{tag}>", page, flags=re.DOTALL)
    return [html.unescape(one) for one in found]


AWKWARD = [
    *("a|b", "c\\", "\\|d", "<b>e</b>", "*f*", "_g_", "`h`", "[i](j)", "![k](l)", "~~m~~", "&lt;"),
    *("1. n", "- o", "+ p", "# q", "> r", "q #", "http://s", "$t$", "--- u", "<!-- v", "2) w"),
    *("x@example.org", "mailto:y@example.org"),
]


def test_names_are_shown_as_they_are() -> None:
    record = named(AWKWARD)
    page = rendered(record)
    shown = texts(page, "td")
    for name in AWKWARD:
        assert name in shown
    assert texts(page, "h1") == [AWKWARD[0]]
    tags = set(re.findall(r"</?([a-z0-9]+)", page))
    assert tags == {*("h1", "h2", "h3", "p", "li", "ul", "strong")} | {
        *("table", "thead", "tbody", "tr", "th", "td")
    }


# Spaces at either end and several on end are not shown: that is Markdown's.
odd_names = st.text("ab|\\<>*_`[]()!~&;#$-+.1=:/'\"", min_size=1, max_size=8)


@given(st.lists(odd_names, min_size=2, max_size=4, unique=True))
def test_odd_names_are_shown_as_they_are(names: list[str]) -> None:
    page = rendered(named(names))
    assert sorted(texts(page, "td")[:: len(texts(page, "th"))][: len(names)]) == sorted(names)
    assert texts(page, "h1") == [names[0]]
    winner = re.search(r"<p>Elected:</p>\n<ul>\n<li>(.*)\n<ul>", page)
    assert winner is not None
    assert html.unescape(winner[1]) == named(names).elected[0]


def test_control_characters_are_made_visible() -> None:
    record = CountRecord.from_json(named(["A", "B"]).to_json().replace('"A"', '"A\\nB|"'))
    assert "| A\\<U+000A\\>B\\| | 3 **E** | Elected |" in sheets.render(record, "markdown")


def test_all_that_a_record_can_hold_is_there() -> None:
    text = sheets.render(full_record(), "markdown")
    for words in ("withdrew 9 March", "torn", "no first preference", "it fell on B", "Vacant: 1 "):
        assert words in text
    assert (
        "## Lots\n\n### Stage 1\n\n- **5.2.5** Lot (exclusion) between B (1.00), C (1.00)" in text
    )


def test_a_void_election_says_so() -> None:
    record = stvcount.count(election(1, {"A": 1, "N": 5}).with_non_person("N"), rules="lsu-stv")
    assert (
        "**This election is void.**\n\nThe election is void: N has 5 votes, and 4 are enough for "
        "that (half of the 6 valid papers, plus one).\n\nElected: none"
    ) in sheets.render(record, "markdown")


@given(records)
def test_no_record_is_too_odd(record: CountRecord) -> None:
    assert sheets.render(record, "markdown").startswith("# ")
