"""What was found out about a published sheet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from stvcount.election import Election
from stvcount.errors import ElectionError
from stvcount.formats import blt
from stvcount.inquiry.reconstruct.comparing import Difference
from stvcount.plain_html import ShowsItsText
from stvcount.record import CountRecord
from stvcount.record.published import PublishedSheet

Status = Literal["reconstructed", "impossible", "undecided"]


@dataclass(frozen=True, slots=True)
class Reconstruction(ShowsItsText):
    """What was found out about a published sheet.

    `status`: "reconstructed" (`election` has papers, and `record` is their count, that give
    every published figure), "impossible" (no papers give it under its rule set: `breaks` says at
    which stage and why) or "undecided" (neither was shown within the limit; `breaks` says where
    the way that came furthest ended).
    `tries`: how many ways through the count were gone.
    """

    sheet: PublishedSheet
    status: Status
    election: Election | None
    record: CountRecord | None
    breaks: Difference | None
    tries: int

    def blt(self) -> str:
        """The papers as the text of a BLT file that says what they are.

        Raises `ElectionError` where none were found.
        """
        if self.election is None:
            raise ElectionError(f"papers: found none ({self.status}); expected some to write")
        return (
            "# Not the papers that were cast: reconstructed from the published figures.\n"
            f"# One of many sets of papers whose count by {self.sheet.rules.id} gives every one\n"
            "# of them. What no published figure tells is left blank.\n" + blt.dumps(self.election)
        )

    def __str__(self) -> str:
        from stvcount.inquiry.reconstruct import sheet as reconstruct_sheet

        return reconstruct_sheet.sheet(self)
