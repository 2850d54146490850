"""One way through the count of a sheet: what was chosen on it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from stvcount.inquiry.reconstruct.comparing import Difference, same_action
from stvcount.inquiry.reconstruct.figures import Figures
from stvcount.inquiry.reconstruct.trail import Trail
from stvcount.inquiry.reconstruct.written import Written
from stvcount.record.published import PublishedSheet
from stvcount.tally.lots import LotQuestion


class Broken(Exception):
    """The end of a way through the count that does not lead to the sheet."""

    def __init__(self, stage: int, text: str) -> None:
        self.difference: Difference = Difference(stage, text)
        super().__init__(text)


class Way:
    """One way through the count of a sheet, from the first preferences to the end.

    `written`: what it has put on the papers. `lots`: on whom they fell. `unbounded`: whether
    something was chosen of which not everything possible is tried.
    """

    def __init__(self, figures: Figures, trail: Trail) -> None:
        self.sheet: PublishedSheet = figures.sheet
        self.figures = figures
        self.trail = trail
        self.written: Written = Written(self.sheet.candidates)
        self.lots: list[tuple[LotQuestion, str]] = []
        self.unbounded: bool = False

    def as_published(self, number: int, kind: str, candidates: Iterable[str]) -> bool:
        """Whether the sheet has this action at this stage, or nothing to say about it."""
        if number > len(self.sheet.stages):
            return not self.sheet.complete
        return same_action(self.sheet.stages[number - 1], kind, candidates)

    def lot(self, question: LotQuestion) -> str:
        chosen = self.trail.choose_of(self._lot_options(question))
        self.lots.append((question, chosen))
        return chosen

    def _lot_options(self, question: LotQuestion) -> Sequence[str]:
        """Whom the sheet says it fell on; anybody, where it says nothing."""
        tied = question.candidates
        if question.purpose == "election":
            named: Iterable[str] = self.sheet.elected or tied
        elif question.stage <= len(self.sheet.stages):
            named = self.sheet.stages[question.stage - 1].candidates
        else:
            named = set(tied) - set(self.sheet.elected or ())
        return [name for name in tied if name in named] or tied

    def invalid_papers(self) -> int:
        """How many there are. Where that was not published, any number may be."""
        if self.written.invalid is None:
            self.unbounded = True
            self.written.invalid = self.trail.choose_of(range(self.figures.greatest // 100 + 1))
        return self.written.invalid
