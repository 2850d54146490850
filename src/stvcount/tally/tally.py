"""The tally: who holds which parcels, every vote, every status, and how it came to be.

It moves papers and figures as it is told and decides nothing. After every transfer, and whenever
all papers are shared out anew (Meek), it is reconciled: all votes and the non-transferable vote
sum to the total valid vote, or the count stops.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from decimal import Decimal
from typing import Any, NamedTuple, TypeAlias

from stvcount.errors import InternalError
from stvcount.tally.tree import Kept, Tree
from stvcount.tally.votes import divided_down, whole
from stvcount.tellers import AnyTeller, Sorted

Candidate: TypeAlias = int
"""A candidate's number in the order of the paper, from 0."""


class Parcel(NamedTuple):
    """What one candidate received in one batch: papers of one value, and the stage of it."""

    bundle: Any
    value: Decimal
    stage: int

    @property
    def papers(self) -> int:
        """The number of papers."""
        return int(self.bundle.papers)

    @property
    def worth(self) -> Decimal:
        """The number of papers times their value."""
        return self.papers * self.value


Holders: TypeAlias = Mapping[Candidate, Sequence[Parcel]]
"""Parcels of one value, with those who hold them."""


class Point(NamedTuple):
    """The votes of all candidates at one point: the first stage (batch 0), or after a batch."""

    stage: int
    batch: int
    votes: tuple[Decimal, ...]

    def __str__(self) -> str:
        return f"stage {self.stage}" + (f", batch {self.batch}" if self.batch else "")


class Transfer(NamedTuple):
    """One batch moved: see `record.Batch`, here by candidate number."""

    origin: Mapping[Candidate, int]
    value_before: Decimal
    value: Decimal
    papers: Mapping[Candidate, int]
    credited: Mapping[Candidate, Decimal]
    non_transferable_papers: int
    non_transferable: Decimal
    remainder: Decimal


class Tally:
    """The state of one count, from the first preferences on.

    `votes`: of each candidate, by number. `names`: of all candidates, in the order of the paper.
    `places`: to fill. `places_left`: those that can still be filled: none, once the election is
    closed. `decimals`: those of every vote and value. `zero`, `paper_value`: no vote,
    and that of a paper not yet transferred, with these decimals. `stage`: the number of the stage
    under way. `elected`, `excluded`: in their order. `non_transferable`: the non-transferable vote
    so far. `remainders`: the part of it that was lost to ignored remainders. `non_person`: the
    number of the candidate who is no person, or None.

    A rule set only reads these; the methods change them. What cannot be, such as a candidate who
    leaves twice or votes that do not sum, raises `InternalError` and stops the count.
    """

    def __init__(
        self,
        names: Sequence[str],
        places: int,
        teller: AnyTeller,
        *,
        decimals: int,
        standing: AbstractSet[Candidate],
        papers: int | None = None,
        non_person: Candidate | None = None,
    ) -> None:
        """Open the tally on the first preferences for those `standing`.

        `papers`: how many papers are counted, valid or not. `non_person`: the candidate who is
        none.
        """
        self.names: tuple[str, ...] = tuple(names)
        self.places = places
        self.places_left: int = places
        self.decimals = decimals
        self.zero: Decimal = whole(0, decimals)
        self.paper_value: Decimal = whole(1, decimals)
        self.non_person = non_person
        self.stage: int = 1
        self.closed: str | None = None
        """The code of the decision by which no further place is filled though not all are."""
        self.elected: list[Candidate] = []
        self.non_transferable: Decimal = self.zero
        self.remainders: Decimal = self.zero
        self._teller = teller
        self.standing: tuple[Candidate, ...] = tuple(sorted(standing))
        """All candidates but the withdrawn, in the order of the paper."""
        self.excluded: list[Candidate] = []
        self.continuing: tuple[Candidate, ...] = self.standing
        """Those neither deemed elected nor excluded, in the order of the paper."""
        self._continuing = frozenset(standing)
        first = teller.first_preferences(standing)
        self.only_withdrawn: int = first.non_transferable
        """The number of papers whose readable part names only withdrawn candidates."""
        self.valid: int = first.transferable
        """The number of valid papers: the total valid vote."""
        self.invalid: int = (self.valid if papers is None else papers) - self.valid
        """The number of invalid papers, for whatever reason."""
        self._parcels: list[list[Parcel]] = [[] for _ in names]
        self.votes: list[Decimal] = [self.zero] * len(names)
        self._receive(first, self.paper_value)
        self._points: list[Point] = []
        self.tree: Tree | None = None
        """The papers in bundles of equal worth, once `share_out` has looked at them all."""
        self._changed_at: list[list[int]] = [[] for _ in names]
        self._reconcile(batch=0, changed=range(len(names)))

    def name(self, candidate: Candidate) -> str:
        """The candidate's name."""
        return self.names[candidate]

    def named(self, candidates: Iterable[Candidate]) -> tuple[str, ...]:
        """The candidates' names, in the order given."""
        return tuple(map(self.names.__getitem__, candidates))

    def sum_of(self, votes: Iterable[Decimal]) -> Decimal:
        """The sum of these votes, of none `zero`."""
        return sum(votes, self.zero)

    def elect(self, candidate: Candidate) -> None:
        """Deem a continuing candidate elected (rule sets do so by `Journal.elect`)."""
        if not self.places_left:
            raise InternalError(f"{self.name(candidate)} elected when no place was left")
        self._leave([candidate])
        self.elected.append(candidate)
        self.places_left -= 1

    def close(self, code: str) -> None:
        """Fill no further place, by the decision of this code: `places_left` is 0 from now on."""
        self.closed = code
        self.places_left = 0

    def exclude(self, candidates: Iterable[Candidate]) -> None:
        """Exclude continuing candidates; their papers stay with them until they are transferred."""
        gone = list(candidates)
        self._leave(gone)
        self.excluded += gone

    def _leave(self, candidates: Sequence[Candidate]) -> None:
        remaining = self._continuing.difference(candidates)
        if len(remaining) != len(self._continuing) - len(candidates):
            raise InternalError(f"{', '.join(self.named(candidates))}: not all are continuing")
        self._continuing = remaining
        self.continuing = tuple([c for c in self.continuing if c in remaining])

    def begin_stage(self) -> None:
        """Begin the next stage; the first begins by itself."""
        self.stage += 1

    def last_parcel(self, candidate: Candidate) -> Parcel:
        """What the candidate received last: the papers of one batch."""
        return self._parcels[candidate][-1]

    def points(self, candidates: Iterable[Candidate]) -> list[Point]:
        """The points, from the first on, at which the vote of any of these candidates changed."""
        changed = {number for c in candidates for number in self._changed_at[c]}
        return [self._points[number] for number in sorted(changed)]

    def sort(self, parcels: Iterable[Parcel]) -> Sorted[Any]:
        """These papers by next available preference for continuing candidates; nothing moves."""
        return self._teller.next_preferences([p.bundle for p in parcels], self._continuing)

    def sort_all(self, candidates: Iterable[Candidate]) -> Sorted[Any]:
        """All that these candidates hold, by next available preference; nothing moves."""
        return self.sort([parcel for c in candidates for parcel in self._parcels[c]])

    def preferences(self, number: int) -> Mapping[Candidate, int]:
        """How many valid papers give each candidate their preference of this number, from 1."""
        return self._teller.preferences(number, set(self.standing))

    def holds_papers(self, candidate: Candidate) -> bool:
        """Whether the candidate holds any parcel."""
        return bool(self._parcels[candidate])

    def batches(
        self,
        candidates: Iterable[Candidate],
        *,
        of: Callable[[Parcel], bool] = lambda parcel: True,
    ) -> list[tuple[Decimal, Holders]]:
        """What these candidates hold in batches by value, highest first, with the holders.

        `of`: which of their parcels; without it, all.
        """
        by_value: dict[Decimal, dict[Candidate, list[Parcel]]] = {}
        for candidate in candidates:
            for parcel in self._parcels[candidate]:
                if of(parcel):
                    by_value.setdefault(parcel.value, {}).setdefault(candidate, []).append(parcel)
        return [(value, by_value[value]) for value in sorted(by_value, reverse=True)]

    def transfer_batch(self, holders: Holders, value: Decimal) -> Transfer:
        """Move all these parcels, of excluded candidates, at this value (which is their own)."""
        sorted_papers = self.sort([parcel for parcels in holders.values() for parcel in parcels])
        origin = self._give_up(holders)
        return self._move(
            sorted_papers,
            value,
            value_before=value,
            origin=origin,
            taken={c: origin[c] * parcels[0].value for c, parcels in holders.items()},
        )

    def transfer_surplus(
        self,
        candidate: Candidate,
        surplus: Decimal,
        examined: Parcel,
        sorted_papers: Sorted[Any],
        value: Decimal,
    ) -> Transfer:
        """Take the surplus from the candidate and credit the papers `examined` at this value.

        `sorted_papers`: those papers, as `sort` gives them. At a lower value than they had, the
        whole surplus is shared among those that are transferable, and what is not credited is a
        remainder ignored.
        """
        return self._move(
            sorted_papers,
            value,
            value_before=examined.value,
            origin={candidate: examined.papers},
            taken={candidate: surplus},
        )

    def transfer_inclusive(
        self, candidate: Candidate, surplus: Decimal, new_value: Callable[[Decimal], Decimal]
    ) -> list[Transfer]:
        """Take the surplus from the candidate by moving all that the candidate holds.

        One batch for each value, highest first; `new_value` gives the value at which papers of a
        present value go on. Each batch takes its share of the surplus, by the worth of its papers,
        cut to the decimals of the count; the last takes what is left of it. What a share has beyond
        its papers' new value is the remainder ignored.
        """
        batches = self.batches([candidate])
        worths = [self.sum_of(p.worth for p in holders[candidate]) for _, holders in batches]
        total = self.sum_of(worths)
        transfers, seen, already = [], self.zero, self.zero
        for (value, holders), worth in zip(batches, worths, strict=True):
            seen += worth
            due = divided_down(surplus * seen, total, self.decimals)
            transfers.append(
                self._move(
                    self.sort(holders[candidate]),
                    new_value(value),
                    value_before=value,
                    origin=self._give_up(holders),
                    taken={candidate: due - already},
                    all_carry_value=True,
                )
            )
            already = due
        return transfers

    def share_out(self, keep: Mapping[Candidate, Decimal], kept: Kept) -> None:
        """Look at all papers again: each candidate keeps a part, and the rest goes on.

        `keep`: the keep value of each of the elected; who continues keeps all that comes, and who
        is excluded nothing. `kept`: what is kept of one paper, of what it is then worth, by a keep
        value. What is left at the end of a paper is non-transferable. Where a count shares out,
        no batch moves.
        """
        if self.tree is None:
            first = {c: [p.bundle for p in self._parcels[c]] for c in self.standing}
            self.tree = Tree(self._teller, first, frozenset(self.standing))
        self.tree.pass_over(self.excluded)
        self.votes = [self.zero] * len(self.names)
        self.non_transferable = self.tree.share(keep, kept, self.paper_value, self.votes)
        self._check_sum(f"stage {self.stage}, papers shared out")

    def _give_up(self, holders: Holders) -> dict[Candidate, int]:
        """Take these parcels from their holders; how many papers each gives."""
        for holder, parcels in holders.items():
            gone = set(map(id, parcels))
            self._parcels[holder] = [p for p in self._parcels[holder] if id(p) not in gone]
        # Not `Parcel.papers`, which would be a call for each of them.
        return {
            holder: int(sum([parcel.bundle.papers for parcel in parcels]))
            for holder, parcels in holders.items()
        }

    def _move(
        self,
        sorted_papers: Sorted[Any],
        value: Decimal,
        *,
        value_before: Decimal,
        origin: Mapping[Candidate, int],
        taken: Mapping[Candidate, Decimal],
        all_carry_value: bool = False,
    ) -> Transfer:
        self._check_value(value)
        for holder, amount in taken.items():
            self.votes[holder] -= amount
        credited = self._receive(sorted_papers, value)
        lost = self.sum_of(taken.values()) - self.sum_of(credited.values())
        remainder = lost if value < value_before else self.zero
        if all_carry_value:
            remainder = lost - sorted_papers.non_transferable * value
        if lost < self.zero or remainder < self.zero:
            raise InternalError(f"more was credited than taken, by {-min(lost, remainder)}")
        self.non_transferable += lost
        self.remainders += remainder
        self._reconcile(batch=self._next_batch(), changed=(*taken, *credited))
        return Transfer(
            origin=origin,
            value_before=value_before,
            value=value,
            papers={c: bundle.papers for c, bundle in sorted_papers.by_candidate.items()},
            credited=credited,
            non_transferable_papers=sorted_papers.non_transferable,
            non_transferable=lost,
            remainder=remainder,
        )

    def _check_value(self, value: object) -> None:
        if not isinstance(value, Decimal) or not value.same_quantum(self.zero):
            raise InternalError(
                f"papers moved at {value!r}; expected a Decimal with {self.decimals} decimals"
            )

    def _receive(self, sorted_papers: Sorted[Any], value: Decimal) -> dict[Candidate, Decimal]:
        credited: dict[Candidate, Decimal] = {}
        for candidate, bundle in sorted_papers.by_candidate.items():
            if candidate not in self._continuing:
                raise InternalError(f"{self.name(candidate)} received papers after leaving")
            worth = bundle.papers * value
            self._parcels[candidate].append(Parcel(bundle, value, self.stage))
            credited[candidate] = worth
            self.votes[candidate] += worth
        return credited

    def _next_batch(self) -> int:
        last = self._points[-1]
        return last.batch + 1 if last.stage == self.stage else 1

    def _reconcile(self, *, batch: int, changed: Iterable[Candidate]) -> None:
        point = Point(self.stage, batch, tuple(self.votes))
        self._check_sum(point)
        for candidate in changed:
            self._changed_at[candidate].append(len(self._points))
        self._points.append(point)

    def _check_sum(self, where: object) -> None:
        total = sum(self.votes, self.non_transferable)
        if total != self.valid:
            raise InternalError(
                f"{where}: votes and non-transferable vote sum to "
                f"{total}, not to the total valid vote {self.valid}"
            )
