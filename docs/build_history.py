"""Builds docs/history.md: each count of examples/history, counted, beside its published figures.

python docs/build_history.py            writes the page
python docs/build_history.py --check    says whether the page is what would be written
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import stvcount
from stvcount import read_sheet
from stvcount.inquiry.reconstruct import (
    Difference,
    PublishedSheet,
    differences,
    reconstruct,
)

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ROOT / "examples" / "history"
PAGE = ROOT / "docs" / "history.md"

NONE = "-"
"""Stands where a figure was not published."""

HEAD = """# Historical counts

Counts that were published, counted again. Only figures were published, never the papers; those
here are [reconstructed](how-to-reconstruct.md), and are one of many sets that give the same
figures. A count that comes out as published shows that the figures can stand together under these
rules; it does not show that the papers were these.

In each pair of columns the left is as published (-: not published), the right as counted here.

*This page is built by running every count: `python docs/build_history.py`.*
"""


@dataclass(frozen=True)
class Case:
    """One folder: the sheet, what is told about it, and the count of its papers."""

    name: str
    sheet: PublishedSheet
    told: dict[str, Any]
    record: stvcount.CountRecord

    @property
    def papers(self) -> Path:
        return (FOLDERS / self.name / str(self.told["papers"])).resolve()


def cases() -> list[Case]:
    """Every count, in the order of the folders' names."""
    return [_case(folder) for folder in sorted(FOLDERS.iterdir()) if folder.is_dir()]


def _case(folder: Path) -> Case:
    sheet = read_sheet(folder / "sheet.json")
    told = json.loads((folder / "source.json").read_text("utf-8"))
    election = stvcount.read(folder / told["papers"])
    record = stvcount.count(election, rules=sheet.rules.id, options=dict(sheet.rules.options))
    return Case(folder.name, sheet, told, record)


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *(line for case in cases() for line in _section(case))])


def _section(case: Case) -> Iterator[str]:
    sheet, told = case.sheet, case.told
    yield f"## {sheet.title}\n"
    yield f"*{told['source']}.* Counted here by [{sheet.rules.id}](rules/{sheet.rules.id}.md),"
    yield f"{_number(sheet.places, 'place')}. Papers: [{case.papers.name}]({_link(case.papers)})."
    yield f"Published figures: [sheet.json]({_link(FOLDERS / case.name / 'sheet.json')}).\n"
    yield from _table(case)
    yield f"\nElected: {', '.join(case.record.elected)}.\n"
    yield f"- **Published:** {told['published']}"
    yield f"- **Inferred:** {told['inferred']}"
    if told["not_checked"]:
        yield f"- **Cannot be checked:** {told['not_checked']}"
    yield f"- **Checked:** {_checked(case)}"
    yield f"- **Papers found by `reconstruct` alone:** {_found_again(case.sheet)}\n"


def _number(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _link(path: Path) -> str:
    return f"../{path.relative_to(ROOT).as_posix()}"


# The table


def _table(case: Case) -> Iterator[str]:
    stages = list(zip(case.sheet.stages, case.record.stages, strict=True))
    heads = [_heading(own) for _, own in stages]
    yield _row(["", *(cell for head in heads for cell in (f"{head}: published", "counted"))])
    yield _row(["---", *(["---:"] * (2 * len(stages)))])
    for name in case.sheet.candidates:
        cells = [(theirs.votes.get(name), own.votes[name]) for theirs, own in stages]
        yield _row([name, *_pairs(cells)])
    lost = [(theirs.non_transferable, own.non_transferable) for theirs, own in stages]
    yield _row(["Non-transferable", *_pairs(lost)])
    if case.record.stages[0].quota is not None:
        quotas = [(theirs.quota, own.quota) for theirs, own in stages]
        yield _row(["Quota", *_pairs(quotas)])
    people = [
        (theirs.elected, tuple(one.candidate for one in own.elected)) for theirs, own in stages
    ]
    yield _row(["Elected", *(_people(names) for pair in people for names in pair)])


def _heading(stage: stvcount.Stage) -> str:
    if stage.kind == "first":
        return "First preferences"
    what = "Surplus of" if stage.kind == "surplus" else "Exclusion of"
    return f"{what} {' and '.join(stage.candidates)}"


def _pairs(figures: Sequence[tuple[Decimal | None, Decimal | None]]) -> Iterator[str]:
    for theirs, own in figures:
        yield NONE if theirs is None else format(theirs, "f")
        yield "" if own is None else format(own, "f")


def _people(names: Sequence[str] | None) -> str:
    return NONE if names is None else ", ".join(names) or "nobody"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


# What the counts show


def _checked(case: Case) -> str:
    found = differences(case.sheet, case.record)
    words = [_as_published(case.sheet.published, found)]
    words += [_lead(case, lead) for lead in case.told["leads"]]
    words += [_also(case, rules) for rules in case.told["also_by"]]
    return " ".join(words)


def _as_published(figures: int, found: Sequence[Difference]) -> str:
    if found:
        return f"of {figures} published figures not all come out: {found[0]}."
    return f"all {figures} published figures, and what was done at each stage, come out."


def _lead(case: Case, lead: dict[str, Any]) -> str:
    votes = case.record.stages[lead["stage"] - 1].votes
    by = votes[lead["ahead"]] - votes[lead["behind"]]
    return (
        f"{lead['ahead']} leads {lead['behind']} by {by} at stage {lead['stage']} "
        f"(published: {lead['by']})."
    )


def _also(case: Case, rules: str) -> str:
    record = stvcount.count(stvcount.read(case.papers), rules=rules)
    found = differences(case.sheet, record)
    return f"By {rules}: {f'they do not ({found[0]})' if found else 'the same'}."


def _found_again(sheet: PublishedSheet) -> str:
    found = reconstruct(sheet)
    if found.election is None:
        return f"{found.status}, {found.breaks}."
    return f"{found.election.papers.total}, whose count gives every figure of the sheet."


def main(arguments: Sequence[str]) -> int:
    """Write the page, or check it."""
    text = page()
    if "--check" in arguments:
        return 0 if PAGE.read_text("utf-8") == text else 1
    PAGE.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
