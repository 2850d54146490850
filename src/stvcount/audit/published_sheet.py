"""What came of a published sheet under a rule set, in plain text."""

from __future__ import annotations

from stvcount.audit.published import SheetCheck
from stvcount.sheets.layout import listing
from stvcount.words import counted, visible


def sheet(found: SheetCheck) -> str:
    """A verdict first; then what does not follow from the rules, and what cannot be told."""
    return listing(map(visible, [verdict(found), *_differences(found), *_unchecked(found)]))


def verdict(found: SheetCheck) -> str:
    """In one line, whether the figures can stand together under the rules."""
    if found.holds and not found.stages:
        return f"{found.rules}: NOTHING CHECKED: too few figures were published"
    if found.holds:
        stages = counted(found.stages, "stage")
        return f"{found.rules}: nothing in {stages} contradicts the rules"
    return f"{found.rules}: THE FIGURES CONTRADICT THE RULES: {found.differences[0]}"


def _differences(found: SheetCheck) -> list[str]:
    if found.holds:
        return []
    return [f"{counted(len(found.differences), 'difference')}:"] + [
        f"  {number}. {one}" for number, one in enumerate(found.differences, start=1)
    ]


def _unchecked(found: SheetCheck) -> list[str]:
    return ["Not checked:", *(f"  {one}" for one in found.unchecked)] if found.unchecked else []
