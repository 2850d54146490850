"""The papers of an election looked over, in plain text: nothing is counted."""

from __future__ import annotations

from stvcount.counting import PaperCheck
from stvcount.election import Election
from stvcount.sheets import reading_sheet
from stvcount.sheets.layout import because, listing, named
from stvcount.words import visible


def sheet(election: Election, check: PaperCheck) -> str:
    """Papers, what a table was read as, first preferences, invalid papers by reason, notes."""
    papers = check.papers
    lines = [
        named(election.title),
        f"Places to fill: {election.places}",
        f"Candidates: {len(election.candidates)}",
    ]
    lines += _listed("Withdrawn", [(w.candidate, w.reason) for w in election.withdrawn])
    lines += [f"Papers: {papers.total}", f"Valid papers: {papers.valid}"]
    lines += [f"Invalid papers: {sum(papers.invalid.values())}"]
    lines += [f"  {reason}: {number}" for reason, number in papers.invalid.items()]
    lines += _listed("Set aside", [(f"paper {a.paper}", a.reason) for a in papers.set_aside])
    if check.shortened:
        lines.append("Valid papers that are read only up to some preference:")
        lines += [f"  {reason}: {number}" for reason, number in check.shortened.items()]
    if election.reading is not None:
        lines += reading_sheet.lines(election.reading)
    lines.append("First preferences:")
    width = max(len(str(number)) for number in check.first_preferences.values())
    lines += [f"  {number:{width}}  {name}" for name, number in check.first_preferences.items()]
    if check.notes:
        lines.append("Notes:")
        lines += [f"  {note}" for note in check.notes]
    return listing(map(visible, lines))


def _listed(heading: str, entries: list[tuple[str, str]]) -> list[str]:
    if not entries:
        return []
    return [
        f"{heading}: {len(entries)}",
        *(f"  {because(what, reason)}" for what, reason in entries),
    ]
