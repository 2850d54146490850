"""The lots in a record: each must have been asked for, and name one of those then tied."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from stvcount.audit.board import Votes
from stvcount.audit.difference import Findings, Path
from stvcount.record import Completion, Elected, Lot, Stage

_SEED = "seed: "


def draws_again(lot: Lot, stage: int) -> str:
    """On whom a lot of this source falls, if it can be drawn again; else on whom it fell.

    From a seed: whose SHA-256 is least, of the JSON array [seed, purpose, stage, all tied names
    sorted, name], in UTF-8 without spaces. First listed: the first on the paper.
    """
    if lot.source == "first listed":
        return lot.candidates[0]
    if not lot.source.startswith(_SEED):
        return lot.chosen
    seed, tied = lot.source.removeprefix(_SEED), sorted(lot.candidates)

    def digest(name: str) -> bytes:
        of = [seed, lot.purpose, stage, tied, name]
        text = json.dumps(of, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()

    return min(tied, key=digest)


class Lottery:
    """The lots of one stage, or of the completion, taken in order as the rules ask for them.

    `named`: whom the stage says it excluded, or the completion excluded. `elected`: whom it says
    it elected. They are believed only where nothing else in the record can tell.
    """

    def __init__(self, path: Path, holder: Stage | Completion, findings: Findings) -> None:
        self._path: Path = (*path, "lots")
        self._lots: Sequence[Lot] = holder.lots
        self._used = 0
        self._findings = findings
        self.named: tuple[str, ...] = (
            holder.candidates if isinstance(holder, Stage) else holder.excluded
        )
        self.elected: Sequence[Elected] = holder.elected

    def fall(self, purpose: str, clause: str, tied: Sequence[str], votes: Votes) -> str:
        """On whom the next lot fell, which must be between these."""
        lot = self._next(purpose, clause, votes)
        if lot is None:
            self._missing(clause, tied)
            return self.claimed(tied)
        here: Path = (*self._path, self._used - 1)
        self._findings.expect((*here, "candidates"), lot.candidates, tuple(tied), "those tied")
        return lot.chosen if lot.chosen in tied else self.claimed(tied)

    def fall_among(
        self, purpose: str, clause: str, possible: Sequence[str], votes: Votes
    ) -> str | None:
        """On whom a lot fell between some of these: only papers tell which of them were tied."""
        lot = self._next(purpose, clause, votes)
        if lot is None:
            self._missing(clause, possible)
            return None
        here: Path = (*self._path, self._used - 1, "candidates")
        for name in lot.candidates:
            if name not in possible:
                self._findings.note(here, name, f"some of {', '.join(possible)}")
        return lot.chosen

    def _missing(self, clause: str, tied: Sequence[str]) -> None:
        between = f"a lot between {', '.join(tied)} ({clause})"
        self._findings.note(self._path, "no more", between, "nothing else tells them apart")

    def _next(self, purpose: str, clause: str, votes: Votes) -> Lot | None:
        if self._used >= len(self._lots):
            return None
        lot, here = self._lots[self._used], (*self._path, self._used)
        self._used += 1
        self._findings.expect((*here, "purpose"), lot.purpose, purpose)
        self._findings.expect((*here, "clause"), lot.clause, clause)
        for name, vote in lot.votes.items():
            self._findings.expect((*here, "votes", name), vote, votes[name], "the vote then")
        return lot

    def claimed(self, tied: Sequence[str]) -> str:
        """The one of these whom the record names."""
        return next((name for name in self.named if name in tied), tied[0])

    @property
    def is_empty(self) -> bool:
        return self._used >= len(self._lots)

    def close(self) -> None:
        """Note the lots that nothing asked for."""
        for number in range(self._used, len(self._lots)):
            lot = self._lots[number]
            found = f"a lot between {', '.join(lot.candidates)}"
            self._findings.note((*self._path, number), found, "no lot: none is needed here")
