"""The lots in a record: each must have been asked for, and name one of those then tied."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence

from stvcount.audit.board import Votes
from stvcount.audit.difference import Findings, Path
from stvcount.record import Completion, Decision, Elected, Figure, Lot, Stage

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
    # Of many tied, the array is long; all but its last name is hashed once.
    so_far = hashlib.sha256(_json([seed, lot.purpose, stage, tied])[:-1] + b",")

    def digest(name: str) -> bytes:
        one = so_far.copy()
        one.update(_json(name) + b"]")
        return one.digest()

    return min(tied, key=digest)


def _json(value: object) -> bytes:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


class Lottery:
    """The lots of one stage, or of the completion, taken in order as the rules ask for them.

    Likewise the numbers of papers that tell the tied apart, which its decisions have.

    `named`: whom the stage says it excluded, or the completion excluded. `elected`: whom it says
    it elected. They are believed only where nothing else in the record can tell.
    """

    def __init__(self, path: Path, holder: Stage | Completion, findings: Findings) -> None:
        self._path: Path = (*path, "lots")
        self._path_of_decisions: Path = (*path, "decisions")
        self._decisions: Iterator[tuple[int, Decision]] = enumerate(holder.decisions)
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
            return self._claimed(purpose, tied)
        here: Path = (*self._path, self._used - 1)
        self._findings.expect((*here, "candidates"), lot.candidates, tuple(tied), "those tied")
        return lot.chosen if lot.chosen in tied else self._claimed(purpose, tied)

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

    def _claimed(self, purpose: str, tied: Sequence[str]) -> str:
        if purpose != "election":
            return self.claimed(tied)
        return next((one.candidate for one in self.elected if one.candidate in tied), tied[0])

    # Papers

    def papers(
        self, code: str, clause: str, tied: Sequence[str], number: int | None = None
    ) -> Mapping[str, int] | None:
        """How many papers the next decision of this code has for each of the tied.

        `number`: of the preference that is looked at, where the decision states it. None if there
        is no such decision, or it is about others; that is a difference.
        """
        here, one = self._next_decision(code)
        if one is None:
            of = "" if number is None else f" of number {number}"
            expected = f"{code}{of} of {', '.join(tied)} ({clause})"
            self._findings.note(here, "no more", expected, "the papers decide")
            return None
        figures: Path = (*here, "figures")
        self._findings.expect((*here, "clause"), one.clause, clause)
        self._findings.expect((*figures, "number"), one.figures.get("number"), number)
        papers = _whole_numbers(one.figures.get("papers"))
        here = (*figures, "papers")
        is_of_them = self._findings.expect(here, tuple(papers), tuple(tied), "those tied")
        return papers if is_of_them else None

    def _next_decision(self, code: str) -> tuple[Path, Decision | None]:
        for number, one in self._decisions:
            if one.code == code:
                return (*self._path_of_decisions, number), one
        return self._path_of_decisions, None

    @property
    def is_empty(self) -> bool:
        return self._used >= len(self._lots)

    def close(self) -> None:
        """Note the lots that nothing asked for."""
        for number in range(self._used, len(self._lots)):
            lot = self._lots[number]
            found = f"a lot between {', '.join(lot.candidates)}"
            self._findings.note((*self._path, number), found, "no lot: none is needed here")


def _whole_numbers(figure: Figure | None) -> Mapping[str, int]:
    """A figure that has a whole number for each name; of anything else, none."""
    figures = figure if isinstance(figure, Mapping) else {}
    return {name: number for name, number in figures.items() if isinstance(number, int)}
