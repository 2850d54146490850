"""Builds docs/history.md: each published count, counted, beside its published figures.

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
from stvcount import PublishedSheet, check_sheet, read_sheet, which
from stvcount.inquiry.reconstruct import Difference, differences, reconstruct
from stvcount.record.published import PublishedStage

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ROOT / "src" / "stvcount" / "testing" / "published"
PAGE = ROOT / "docs" / "history.md"

NONE = "-"
"""Stands where a figure was not published."""

HEAD = """# Historical counts

Counts that were published, looked at again in one of three ways.

*Counted again.* Only figures were published, and papers are
[reconstructed](how-to-reconstruct.md): one of many sets that give the same figures. In each pair of
columns the left is as published (-: not published), the right as counted here. A count that comes
out as published shows that the figures can stand together under these rules; it does not show that
the papers were these.

*Checked without papers.* From the votes of each stage [it follows](how-to-which.md) what the rules
do next; the table is as published. Every rule set is tried.

*Quotas.* Where nothing else was published, they alone are worked out.

*This page is built by running every count: `python docs/build_history.py`.*
"""


Told = dict[str, Any]
"""What is told about a count: its `source.json`."""


@dataclass(frozen=True)
class Case:
    """A folder with papers: the sheet, what is told about it, and the count of its papers."""

    name: str
    sheet: PublishedSheet
    told: Told
    record: stvcount.CountRecord

    @property
    def papers(self) -> Path:
        return (FOLDERS / self.name / str(self.told["papers"])).resolve()


def folders() -> list[tuple[Path, Told]]:
    """Every count, in the order of the folders' names."""
    found = sorted(folder for folder in FOLDERS.iterdir() if folder.is_dir())
    return [(one, json.loads((one / "source.json").read_text("utf-8"))) for one in found]


def case(folder: Path, told: Told) -> Case:
    """The count of the papers in a folder."""
    sheet = read_sheet(folder / "sheet.json")
    election = stvcount.read(folder / told["papers"])
    record = stvcount.count(election, rules=sheet.rules.id, options=dict(sheet.rules.options))
    return Case(folder.name, sheet, told, record)


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *(line for one in folders() for line in section(*one))])


def section(folder: Path, told: Told) -> Iterator[str]:
    """What is said of one count, by what there is of it."""
    if "papers" in told:
        return _counted_again(case(folder, told))
    if "quotas" in told:
        return _quotas(told)
    return _without_papers(folder, told)


def _beginning(sheet: PublishedSheet, told: Told, how: str) -> Iterator[str]:
    yield f"## {sheet.title}\n"
    yield f"*{told['source']}.* {how} [{sheet.rules.id}](rules/{sheet.rules.id}.md),"


def _counted_again(case: Case) -> Iterator[str]:
    sheet, told = case.sheet, case.told
    yield from _beginning(sheet, told, "Counted here by")
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


# Checked without papers


def _without_papers(folder: Path, told: Told) -> Iterator[str]:
    sheet = read_sheet(folder / "sheet.json")
    yield from _beginning(sheet, told, "Checked without papers, by")
    yield f"{_number(sheet.places, 'place')}."
    yield f"Published figures: [sheet.json]({_link(folder / 'sheet.json')}).\n"
    yield from _as_it_stands(sheet)
    if sheet.elected is not None:
        yield f"\nElected: {', '.join(sheet.elected)}."
    yield f"\n- **Published:** {told['published']}"
    yield from _what_was_found(sheet, told)
    if told["papers_at"] is not None:
        yield f"- **Papers:** {told['papers_at']}"
    yield ""


def _as_it_stands(sheet: PublishedSheet) -> Iterator[str]:
    yield _row(["", *(_heading(stage) for stage in sheet.stages)])
    yield _row(["---", *(["---:"] * len(sheet.stages))])
    for name in sheet.candidates:
        yield _row([name, *(_published(stage.votes.get(name)) for stage in sheet.stages)])
    lost = [_published(stage.non_transferable) for stage in sheet.stages]
    yield _row(["Non-transferable", *lost])
    yield _row(["Quota", *(_published(stage.quota) for stage in sheet.stages)])
    yield _row(["Elected", *(_people(stage.elected) for stage in sheet.stages)])


def _what_was_found(sheet: PublishedSheet, told: Told) -> Iterator[str]:
    found = check_sheet(sheet)
    if found.holds:
        stages = _number(found.stages, "stage")
        yield f"- **Checked:** nothing in {stages} contradicts the rules: quota, sums, whose papers"
        yield "  are moved, transfer values, who is elected and when."
    for one in found.differences:
        yield f"- **Found:** {one}."
    if told["explained"] is not None:
        yield f"- **Explained:** {told['explained']}"
    giving = ", ".join(map(str, which(sheet).giving))
    yield f"- **Rules that the figures do not contradict:** {giving or 'none'}."


def _published(figure: Decimal | None) -> str:
    return NONE if figure is None else format(figure, "f")


# Quotas


def _quotas(told: Told) -> Iterator[str]:
    rules = told["rules"]
    yield f"## {told['title']}\n"
    yield f"*{told['source']}.* Worked out by [{rules}](rules/{rules}.md), {told['clause']}.\n"
    yield _row(["Places", "Valid votes", "Quota: published", "worked out"])
    yield _row(["---:"] * 4)
    for one in told["quotas"]:
        own = quota(rules, one["places"], one["valid"])
        yield _row([str(one["places"]), str(one["valid"]), one["quota"], _published(own)])
    yield f"\n- **Published:** {told['published']}\n"


def quota(rules: str, places: int, valid: int) -> Decimal | None:
    """The quota of so many valid papers."""
    names = [f"{number}" for number in range(places + 1)]
    papers = stvcount.Papers.from_rankings([([names[0]], valid)], candidates=names)
    election = stvcount.Election(places=places, candidates=names, papers=papers)
    return next(iter(stvcount.stages(election, rules=rules))).quota


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


def _heading(stage: stvcount.Stage | PublishedStage) -> str:
    if stage.kind == "first":
        return "First preferences"
    what = "Surplus of" if stage.kind == "surplus" else "Exclusion of"
    return f"{what} {' and '.join(stage.candidates)}"


def _pairs(figures: Sequence[tuple[Decimal | None, Decimal | None]]) -> Iterator[str]:
    for theirs, own in figures:
        yield _published(theirs)
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
