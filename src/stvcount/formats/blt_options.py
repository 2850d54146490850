"""What the reader of a BLT file may be told where the file leaves a doubt."""

from __future__ import annotations

from dataclasses import dataclass

from stvcount.errors import Alternative, Setting

IN_PLACE = "in-place"
BEFORE = "before"


@dataclass(frozen=True, slots=True)
class Options:
    """The options of `stvcount.read` that concern a BLT file, apart from its encoding."""

    paper_ids: str | None = None
    skip_zero: bool = False
    ignore_commas: bool = False
    names_in_comments: bool = False
    fold_controls: bool = False
    mend_accents: bool = False


SKIP_ZERO: Alternative = (Setting("skip_zero", value=True, meaning="0 is a choice left out"),)
IGNORE_COMMAS: Alternative = (
    Setting(
        "ignore_commas", value=True, meaning="commas that a spreadsheet left there are not read"
    ),
)
NAMES_IN_COMMENTS: Alternative = (
    Setting("names_in_comments", value=True, meaning="the names are those in the comments"),
)
FOLD_CONTROLS: Alternative = (
    Setting("fold_controls", value=True, meaning="control characters are read as blanks"),
)
MEND_ACCENTS: Alternative = (
    Setting("mend_accents", value=True, meaning="text that was encoded twice is mended"),
)
PAPER_IDS: tuple[Alternative, ...] = (
    (Setting("paper_ids", BEFORE, "1 is the number of papers"),),
    (Setting("paper_ids", IN_PLACE, "the identifier stands in place of the number of papers"),),
)
