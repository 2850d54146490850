"""What a sheet asks of the papers of a surplus."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from stvcount.errors import ElectionError
from stvcount.inquiry.reconstruct.asked import Asked
from stvcount.inquiry.reconstruct.comparing import account_named
from stvcount.inquiry.reconstruct.divisions import rows
from stvcount.inquiry.reconstruct.figures import hundredths, shown
from stvcount.inquiry.reconstruct.way import Broken, Way
from stvcount.record.published import Account
from stvcount.rules.gregory import transfer_value
from stvcount.tally import Candidate, Parcel, Tally
from stvcount.words import counted


class SurplusAsked(Asked):
    """The papers of a surplus: those received last."""

    def __init__(
        self, way: Way, tally: Tally, quota: Decimal | None, holder: Candidate, parcel: Parcel
    ) -> None:
        super().__init__(way, tally)
        if quota is None:
            raise ElectionError("rules: found a surplus without a quota; expected rules with one")
        self.holder: str = tally.name(holder)
        self.surplus: Decimal = tally.votes[holder] - quota
        self.parcel = parcel

    def divided(self) -> tuple[Decimal, Sequence[int]]:
        """The transfer value, and how many papers go to each continuing candidate."""
        found = self.way.trail.choose(self._rows)
        if found is None:
            raise Broken(self.stage, self.fallen() or self._too_much() or self._no_value_fits())
        return found

    def _rows(self) -> Iterator[tuple[Decimal, tuple[int, ...]]]:
        candidates = [account for account in self.holds if account is not None]
        for transferable, value in self._values():
            if self._loses_as_published(transferable, value):
                columns = [
                    self._options(name, transferable, hundredths(value), n)
                    for n, name in enumerate(candidates)
                ]
                if all(columns):
                    yield from ((value, row) for row in rows(columns, transferable))

    def _values(self) -> Iterator[tuple[int, Decimal]]:
        """Each number of transferable papers, with the transfer value that it gives."""
        for transferable in range(self.parcel.papers, -1, -1):
            yield transferable, transfer_value(self.surplus, transferable, self.parcel.value, 2)

    def _loses_as_published(self, transferable: int, value: Decimal) -> bool:
        lost = hundredths(self.surplus - transferable * value)
        gain, most = self.gains[None], self.most[None]
        if gain is not None:
            return lost == gain
        return most is None or lost <= most

    def _options(
        self, account: Account, transferable: int, value: int, column: int
    ) -> Sequence[int]:
        gain = self.gains[account]
        if gain is None:
            return self.free(account, transferable, value, column)
        if not value:
            return () if gain else range(transferable + 1)
        return () if gain < 0 or gain % value else (gain // value,)

    def _too_much(self) -> str | None:
        total, surplus = sum(gain for _, gain in self.credited()), hundredths(self.surplus)
        whole = all(gain is not None for gain in self.gains.values())
        if total > surplus or (whole and total != surplus):
            return f"{shown(total)} is credited in all; {self.holder}'s surplus is {shown(surplus)}"
        return None

    def _no_value_fits(self) -> str:
        """The transfer value that fits most of the published figures, and one that it does not."""
        transferable, value = min(self._values(), key=self._misfits)
        where = f"{value} ({self.surplus} on {counted(transferable, 'transferable paper')})"
        for account in self._unfit(value):
            return (
                f"{shown(self.gains[account] or 0)} credited to {account_named(account)} cannot be "
                f"a number of papers at {where}, and no other transfer value fits more of the "
                "published figures"
            )
        return (
            f"no number of {self.holder}'s {counted(self.parcel.papers, 'paper')} gives a transfer "
            f"value at which the surplus of {self.surplus} comes to the published figures; "
            f"the nearest is {where}"
        )

    def _misfits(self, case: tuple[int, Decimal]) -> int:
        return len(self._unfit(case[1])) + (not self._loses_as_published(*case))

    def _unfit(self, value: Decimal) -> list[Account]:
        """Whose gain is no number of papers at this value."""
        worth = hundredths(value)
        return [
            account
            for account, gain in self.credited()
            if account is not None and (gain % worth if worth else gain)
        ]
