"""What a sheet asks of the papers of one transfer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from stvcount.inquiry.reconstruct.comparing import account_named
from stvcount.inquiry.reconstruct.divisions import around
from stvcount.inquiry.reconstruct.figures import hundredths, shown
from stvcount.inquiry.reconstruct.way import Way
from stvcount.record.published import Account
from stvcount.tally import Tally


class Asked:
    """What the sheet asks of the papers of one transfer."""

    def __init__(self, way: Way, tally: Tally) -> None:
        self.way = way
        self.stage: int = tally.stage
        self.holds: dict[Account, int] = {
            tally.name(c): hundredths(tally.votes[c]) for c in tally.continuing
        }
        """What each who can receive votes has now, the non-transferable vote last."""
        self.holds[None] = hundredths(tally.non_transferable)
        figures = way.figures
        self.gains: dict[Account, int | None] = {
            one: self._until(figures.at(self.stage, one), one) for one in self.holds
        }
        """What each must still gain at this stage, where the sheet tells."""
        self.most: dict[Account, int | None] = {
            one: self._until(figures.most(self.stage, one), one) for one in self.holds
        }
        """What each can gain at most, where anything tells."""

    def _until(self, figure: int | None, account: Account) -> int | None:
        return None if figure is None else figure - self.holds[account]

    def free(self, account: Account, papers: int, value: int, column: int) -> Sequence[int]:
        """How many papers an account may get whose figure was not published.

        As many as a later figure allows come first; without one as few as possible, or a like
        share where the non-transferable vote is published and cannot take the rest.
        """
        most = self.most[account]
        if most is not None and most < 0:
            return ()
        allowed = papers if most is None or not value else min(papers, most // value)
        options: Sequence[int] = range(allowed + 1)
        if self.way.figures.later(self.stage, account) is not None:
            options = range(allowed, -1, -1)
        elif self.gains[None] is not None:
            options = around(papers // len(self.holds), allowed)
        return self.way.trail.ordered(options, column)

    def fallen(self) -> str | None:
        """Whose vote falls though it cannot, in words."""
        for account, gain in self.gains.items():
            if gain is not None and gain < 0:
                return (
                    f"{account_named(account)} falls from {shown(self.holds[account])} to "
                    f"{shown(self.holds[account] + gain)}; expected no loss at this stage"
                )
        return None

    def credited(self) -> Iterator[tuple[Account, int]]:
        """What each must gain, where the sheet tells."""
        for account, gain in self.gains.items():
            if gain is not None:
                yield account, gain
