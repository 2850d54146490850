"""What a sheet asks of a batch of papers of those excluded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from stvcount.inquiry.reconstruct.asked import Asked
from stvcount.inquiry.reconstruct.comparing import account_named
from stvcount.inquiry.reconstruct.divisions import rows, values_reached
from stvcount.inquiry.reconstruct.figures import FULL_VALUE, hundredths, shown
from stvcount.inquiry.reconstruct.way import Broken, Way
from stvcount.record.published import Account
from stvcount.tally import Candidate, Parcel, Tally
from stvcount.words import counted, listed


def _sizes(
    batches: Iterable[tuple[Decimal, Mapping[Candidate, Sequence[Parcel]]]],
) -> list[tuple[int, int]]:
    """The value of each batch, and its number of papers."""
    return [
        (hundredths(value), sum(one.papers for parcels in holders.values() for one in parcels))
        for value, holders in batches
    ]


class BatchAsked(Asked):
    """A batch of papers of those excluded, before batches of lower value."""

    def __init__(
        self, way: Way, tally: Tally, quota: Decimal | None, parcels: Sequence[Parcel]
    ) -> None:
        super().__init__(way, tally)
        self.tally = tally
        papers = sum(parcel.papers for parcel in parcels)
        value = hundredths(parcels[0].value)
        self.papers: int = papers
        self.value: int = value
        self.quota: int | None = None if quota is None else hundredths(quota)
        sizes = _sizes(tally.batches(tally.excluded))
        lower = [(worth, number) for worth, number in sizes if worth < value]
        self.all_worth: int = papers * value + sum(worth * number for worth, number in lower)
        self.moved: int | None = self._moved(tally)
        self.lower: Sequence[tuple[int, int]] = self._lower_moved(lower)
        self.worth: int = papers * value + sum(worth * number for worth, number in self.lower)
        most = max((gain for _, gain in self.credited()), default=0)
        self.reached: str = values_reached(self.lower, max(most, 0))

    def _moved(self, tally: Tally) -> int | None:
        """What the papers moved from here on are worth, where the sheet tells."""
        if all(gain is not None for gain in self.gains.values()):
            return sum(gain for _, gain in self.credited())
        kept = [self.way.figures.at(self.stage, tally.name(c)) for c in tally.excluded]
        known = [figure for figure in kept if figure is not None]
        return self.all_worth - sum(known) if len(known) == len(kept) else None

    def _lower_moved(self, lower: Sequence[tuple[int, int]]) -> Sequence[tuple[int, int]]:
        """The batches that follow; not those left when the count ends in between."""
        if self.moved is None:
            return lower
        for last in range(len(lower), -1, -1):
            worth = sum(value * number for value, number in lower[:last])
            if self.papers * self.value + worth == self.moved:
                return lower[:last]
        return lower

    def divided(self) -> Sequence[int]:
        """How many papers go to each continuing candidate; raises `Broken`."""
        row = self.way.trail.choose(self._rows)
        if row is None:
            raise self._broken()
        return row[:-1]

    def _rows(self, *, looking_ahead: bool = True) -> Iterator[tuple[int, ...]]:
        """Numbers of papers for each account, the non-transferable last."""
        if self.moved not in (None, self.worth):
            return iter(())
        columns = [
            self._options(account, n, looking_ahead=looking_ahead)
            for n, account in enumerate(self.holds)
        ]
        return rows(columns, self.papers)

    def _options(self, account: Account, column: int, *, looking_ahead: bool) -> Sequence[int]:
        gain = self.gains[account]
        if gain is None:
            return self.free(account, self.papers, self.value, column)
        fitting = self._fitting(gain)
        if looking_ahead:
            fitting = self._moved_whole(account, fitting)
        # A like share of every batch leaves most room for the accounts still to come.
        share = gain * self.papers // self.worth if self.worth else 0
        least = self._wanted_at_full_value(account)
        preferred = sorted(
            fitting,
            key=lambda n: (n < least, self._elected_too_soon(account, gain, n), abs(n - share)),
        )
        return self.way.trail.ordered(preferred, column)

    def _wanted_at_full_value(self, account: Account) -> int:
        """How many of these one needs so that as many as were moved at the end can be at 1.00."""
        known = self.way.figures.broken_off()
        if known is None or known[0] != account or self.value < FULL_VALUE:
            return 0
        to_come = self.way.figures.whole_votes_after(self.stage, account)
        return known[1] // FULL_VALUE - self._held_at_full_value(known[0])[0] - to_come

    def _moved_whole(self, account: Account, options: Sequence[int]) -> Sequence[int]:
        """The options that leave whole batches to move where an exclusion is to be broken off.

        All papers at full value are moved then, and after them all of the next value or none.
        """
        known = self.way.figures.broken_off()
        before = len(self.way.figures.rows) - 1
        if known is None or known[0] != account or self.value < FULL_VALUE or self.stage > before:
            return options
        held, following = self._held_at_full_value(known[0])
        least = following if self.stage == before else 0
        left = [(n, known[1] - (held + n) * FULL_VALUE) for n in options]
        return [n for n, rest in left if not rest or rest >= least]

    def _held_at_full_value(self, name: str) -> tuple[int, int]:
        """How many papers at 1.00 one has, and what those moved next are worth at least."""
        batches = _sizes(self.tally.batches([self.tally.names.index(name)]))
        here = sum(papers for value, papers in batches if value == FULL_VALUE)
        following = [(value, papers) for value, papers in batches if value < FULL_VALUE][:1]
        highest = max((value for value, _ in following), default=0)
        still_to_come = [value for value, _ in self.lower if value > highest]
        worths = [*(value * papers for value, papers in following), *still_to_come]
        return here, min(worths, default=1)

    def _elected_too_soon(self, account: Account, gain: int, papers: int) -> bool:
        """Whether so many papers bring the quota, and with it an end to what is still to come."""
        if account is None or self.quota is None:
            return False
        now = papers * self.value
        return now < gain and self.holds[account] + now >= self.quota

    def _fitting(self, gain: int) -> Sequence[int]:
        """How many papers of this batch, with lower ones, are worth this."""
        if gain < 0:
            return ()
        if not self.value:
            return () if gain else range(self.papers + 1)
        if not self.lower:
            return () if gain % self.value else (gain // self.value,)
        most = min(self.papers, gain // self.value)
        return [n for n in range(most + 1) if self.reached[gain - n * self.value] == "1"]

    def _broken(self) -> Broken:
        """Why there is no row: at this stage, or, looking ahead, at the last."""
        known = self.way.figures.broken_off()
        if known is not None and next(self._rows(looking_ahead=False), None) is not None:
            return Broken(
                len(self.way.figures.rows),
                f"{shown(known[1])} moved cannot be whole batches of the papers of {known[0]}",
            )
        return Broken(self.stage, self._why_not())

    def _why_not(self) -> str:
        return self.fallen() or self._no_number_of_papers() or self._wrong_worth()

    def _no_number_of_papers(self) -> str | None:
        for account, gain in self.credited():
            if not any(number <= self.papers for number in self._fitting(gain)):
                held = [(self.value, self.papers), *self.lower]
                in_words = listed([f"{number} at {shown(value)}" for value, number in held])
                return (
                    f"{shown(gain)} credited to {account_named(account)} cannot be a number of the "
                    f"papers transferred ({in_words})"
                )
        return None

    def _wrong_worth(self) -> str:
        if self.moved not in (None, self.worth):
            return (
                f"{shown(max(self.moved or 0, 0))} is credited in all; the papers to transfer "
                f"are worth {shown(self.all_worth)}, and no batches of them that"
            )
        return (
            f"no division of {counted(self.papers, 'paper')} at {shown(self.value)} gives the "
            "published figures"
        )
