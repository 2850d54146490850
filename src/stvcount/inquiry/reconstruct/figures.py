"""The figures of a sheet, as numbers.

They are whole hundredths of a vote, so that every sum and quotient is one of integers.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from stvcount.record.published import Account, PublishedSheet

FULL_VALUE = 100
"""The value of a paper that was never transferred at less, in hundredths."""


def hundredths(votes: Decimal) -> int:
    return int(votes.scaleb(2))


def shown(hundredths: int) -> str:
    return f"{hundredths // 100}.{hundredths % 100:02}"


class Figures:
    """The figures of a sheet in hundredths, with those that follow from the others.

    `valid`: the number of valid papers, or None where no sum of figures gives it.
    """

    def __init__(self, sheet: PublishedSheet) -> None:
        self.sheet = sheet
        self.accounts: tuple[Account, ...] = (*sheet.candidates, None)
        self.rows: list[dict[Account, int]] = [
            self._row(number) for number in range(len(sheet.stages))
        ]
        self.valid: int | None = self._valid()
        quotas = [hundredths(stage.quota) for stage in sheet.stages if stage.quota is not None]
        self.greatest: int = max(
            [100, *quotas, *(figure for row in self.rows for figure in row.values())]
        )
        for row in self.rows:
            self._fill(row)

    def _row(self, index: int) -> dict[Account, int]:
        stage = self.sheet.stages[index]
        row: dict[Account, int] = {None: 0} if index == 0 else {}
        row.update((name, 0) for name in self._emptied(index))
        row.update(
            (account, hundredths(figure)) for account, figure in stage.figures if figure is not None
        )
        return row

    def _emptied(self, index: int) -> Iterator[str]:
        """Who has been excluded and has nothing left. An exclusion may be broken off at the end."""
        if self.sheet.rules.options.get("suspense"):
            return
        last = len(self.sheet.stages) - 1
        for number, stage in enumerate(self.sheet.stages[: index + 1]):
            if stage.kind == "exclusion" and (number < index or index < last):
                yield from stage.candidates

    def _valid(self) -> int | None:
        papers = self.sheet.papers
        if papers.total is not None and papers.invalid is not None:
            return papers.total - papers.invalid
        sums = [sum(row.values()) for row in self.rows if len(row) == len(self.accounts)]
        return next((total // 100 for total in sums if total % 100 == 0), None)

    def _fill(self, row: dict[Account, int]) -> None:
        """One figure that is missing is what the others leave of the total valid vote."""
        missing = [account for account in self.accounts if account not in row]
        if self.valid is not None and len(missing) == 1:
            rest = self.valid * 100 - sum(row.values())
            if rest >= 0:
                row[missing[0]] = rest

    def at(self, number: int, account: Account) -> int | None:
        """The figure after this stage (from 1), or None."""
        return self.rows[number - 1].get(account) if number <= len(self.rows) else None

    def later(self, number: int, account: Account) -> int | None:
        """The figure after this stage or the next that is known; None where there is none.

        It is what the account can have after this stage at most: a vote cannot fall until its own
        surplus is transferred or it is excluded.
        """
        for later in range(number, len(self.rows) + 1):
            if later > number and account in self.sheet.stages[later - 1].candidates:
                break
            figure = self.at(later, account)
            if figure is not None:
                return figure
        return None

    def most(self, number: int, account: Account) -> int | None:
        """What the account can have after this stage at most; None where nothing tells."""
        later = self.later(number, account)
        return self.valid * 100 if later is None and self.valid is not None else later

    def whole_votes_after(self, number: int, account: Account) -> int:
        """How many papers at full value the account can receive after this stage at most."""
        known = [self.at(later, account) for later in range(number, len(self.rows))]
        figures = [figure for figure in known if figure is not None]
        return sum((after - before) // FULL_VALUE for before, after in pairwise(figures))

    def broken_off(self) -> tuple[str, int] | None:
        """Who keeps papers when the count ends in the middle of an exclusion, and what was moved.

        None where that is not published, or several are excluded.
        """
        excluded = self.sheet.stages[-1].candidates
        if self.sheet.stages[-1].kind != "exclusion" or len(excluded) != 1:
            return None
        last = len(self.rows)
        before, after = self.at(last - 1, excluded[0]), self.at(last, excluded[0])
        return (excluded[0], before - after) if before and after and before > after else None

    def wrong_sum(self, number: int) -> str | None:
        """Why the figures of this stage cannot stand together, or None."""
        if number > len(self.rows) or self.valid is None:
            return None
        row = self.rows[number - 1]
        found, expected = sum(row.values()), self.valid * 100
        whole = len(row) == len(self.accounts)
        if found > expected or (whole and found != expected):
            what = "the votes and the non-transferable vote" if whole else "the published figures"
            return (
                f"{what} sum to {shown(found)}; expected {'' if whole else 'at most '}"
                f"{shown(expected)}, the total valid vote"
            )
        return None
