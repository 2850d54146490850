"""Papers that give a published count, or why no papers can.

A published sheet has figures and no papers. The rule set itself counts here, on a tally whose
papers are not yet written: whenever it has papers sorted, they are divided so that the figures of
the sheet come out, and only then is there a next preference on them. Where several divisions give
the same figures, one is taken, and another if the count does not go on as published. What comes of
it is counted again from the start, as any election, and compared with every published figure.

    file --published--> PublishedSheet --figures--> whole hundredths of a vote
                                                         |
    search --a way--> walking --> rules <--> open_tally --> first_count, batches, surpluses
       |   <--where it broke off--                                |  (by divisions)
       |                                          trail <--one of the options
       |                                        written <--
       +-- the papers written, counted again --comparing--> Reconstruction
"""

from __future__ import annotations

from stvcount.inquiry.reconstruct.comparing import Difference, differences
from stvcount.inquiry.reconstruct.result import Reconstruction, Status
from stvcount.inquiry.reconstruct.search import LIMIT, reconstruct
from stvcount.record.contradictions import MOST_VOTES
from stvcount.record.published import (
    SCHEMA,
    PublishedPapers,
    PublishedRules,
    PublishedSheet,
    PublishedStage,
)

__all__ = [
    "LIMIT",
    "MOST_VOTES",
    "SCHEMA",
    "Difference",
    "PublishedPapers",
    "PublishedRules",
    "PublishedSheet",
    "PublishedStage",
    "Reconstruction",
    "Status",
    "differences",
    "reconstruct",
]
