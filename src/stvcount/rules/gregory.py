"""What ERS97 and its elder relation, Loughborough's C2, share to the letter.

Surpluses moved on the last parcel, papers of the excluded in batches, marks, deferral: the
arithmetic and the moves are here. The order of events, the clauses, the quota, the tie rule and
all in which the two differ are in their own modules, where this is read as "as printed".
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from stvcount.errors import Purpose
from stvcount.record import Completion
from stvcount.rules.base import Journal, Outcome
from stvcount.tally import Candidate, Tally, ties
from stvcount.tally.votes import ZERO, divided_down, sum_of
from stvcount.words import counted


class LowestSet(NamedTuple):
    """Two or more candidates with the fewest votes, fewest first, who could go together.

    `ascending`: all continuing candidates, of whom the first `size` are the set.
    `total`: the votes of the set. `above`: the vote of the next above.
    """

    ascending: tuple[Candidate, ...]
    size: int
    total: Decimal
    above: Decimal

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        return self.ascending[: self.size]


def sets_excludable(
    tally: Tally, candidates: Sequence[Candidate], enough: int
) -> Iterator[LowestSet]:
    """Sets of these candidates that leave enough of them, at least 1, and never split equal votes.

    From two candidates up; whether one may be excluded also depends on its total vote.
    """
    votes = tally.votes
    ascending = tuple(sorted(candidates, key=votes.__getitem__))
    total = ZERO
    for size in range(1, len(ascending) - enough + 1):
        highest, above = votes[ascending[size - 1]], votes[ascending[size]]
        total += highest
        if size > 1 and above != highest:
            yield LowestSet(ascending, size, total, above)


def largest_set(sets: Iterator[LowestSet], awaiting: Decimal) -> LowestSet | None:
    """The largest set whose total vote plus `awaiting` does not exceed the vote next above."""
    largest = None
    for group in sets:
        if group.total + awaiting <= group.above:
            largest = group
    return largest


def transfer_value(surplus: Decimal, papers: int, value: Decimal) -> Decimal:
    """The value at which `papers` transferable papers of present value `value` are transferred.

    If together they exceed the surplus: surplus / papers to two decimal places, the remainder
    ignored (it may be 0.00); otherwise they keep their value.
    """
    return divided_down(surplus, papers) if papers * value > surplus else value


def transfer_value_in_words(surplus: Decimal, papers: int, value: Decimal) -> str:
    """How `transfer_value` came to its figure."""
    worth = papers * value
    which = f"{counted(papers, 'transferable paper')} worth {worth}"
    if worth > surplus:
        exceeds = "exceeds" if papers == 1 else "exceed"
        return (
            f"{which} {exceeds} the surplus {surplus}: "
            f"transfer value {surplus} / {papers} = {transfer_value(surplus, papers, value)}"
        )
    does = "does" if papers == 1 else "do"
    return f"{which} {does} not exceed the surplus {surplus}: each keeps its value, {value}"


class GregoryCount(ABC):
    """One count. The rule set says in which order, under which clauses, and by which tie rule."""

    marks: tuple[str, str] = ("(a)", "(b)")
    """How the rule set labels the quota and the active vote as marks for being elected."""

    quota: Decimal
    """Worked out at the first stage, before anything that asks for it."""

    def __init__(self, tally: Tally, journal: Journal) -> None:
        self.tally = tally
        self.journal = journal

    @abstractmethod
    def told_apart(self, tied: Sequence[Candidate], keep: ties.Keep) -> ties.Separation:
        """The tie rule, without lot."""

    # Votes that wait

    def surpluses(self) -> dict[Candidate, Decimal]:
        """The surpluses not yet transferred. Who was transferred keeps exactly the quota."""
        votes = self.tally.votes
        return {c: votes[c] - self.quota for c in self.tally.elected if votes[c] > self.quota}

    def total_surplus(self) -> Decimal:
        return sum_of(self.surpluses().values())

    def held_by_excluded(self) -> Decimal:
        """The value of papers of excluded candidates that are not yet transferred."""
        return sum_of(self.tally.votes[c] for c in self.tally.excluded)

    def total_active_vote(self) -> Decimal:
        """All votes but those that the elected keep: the quota, or the vote if less."""
        votes, quota = self.tally.votes, self.quota
        kept = sum_of(min(votes[c], quota) for c in self.tally.elected)
        return self.tally.valid - self.tally.non_transferable - kept

    # What comes next

    def excludable(self) -> Sequence[Candidate]:
        """Those among whom the fewest votes are looked for: all continuing candidates."""
        return self.tally.continuing

    def sets_excludable(self) -> Iterator[LowestSet]:
        candidates = self.excludable()
        kept = len(self.tally.continuing) - len(candidates)
        return sets_excludable(self.tally, candidates, self.tally.places_left - kept)

    def two_fewest(self) -> tuple[Decimal, Decimal]:
        """The fewest vote and the next above, which may be equal."""
        votes = sorted(map(self.tally.votes.__getitem__, self.excludable()))
        return votes[0], votes[1]

    def within_a_difference(self, what: str, waiting: Decimal, *clauses: str) -> str | None:
        """Whether this vote, waiting, is too small to matter: if so, it is decided to wait.

        Either of two differences will do: that between the two fewest votes, or that between a
        set of the fewest who could go together and the next above. `clauses` are those of the
        two. Where it exceeds them all, the words for that are returned instead.
        """
        fewest, above = self.two_fewest()
        if waiting <= above - fewest:
            self.journal.decide(clauses[0], f"{what} do not exceed {above} - {fewest}: deferred")
            return None
        for group in self.sets_excludable():
            if waiting <= group.above - group.total:
                self.journal.decide(
                    clauses[1],
                    f"{what} do not exceed {group.above} - {group.total} "
                    f"({self.journal.names(group.candidates)}): deferred",
                )
                return None
        return f"{what} exceed {above} - {fewest} and every difference of {clauses[1]}"

    def largest_surplus(self, surpluses: Mapping[Candidate, Decimal], clause: str) -> Candidate:
        largest = max(surpluses.values())
        tied = [c for c in surpluses if surpluses[c] == largest]
        if len(tied) == 1:
            self.journal.decide(clause, f"largest surplus: {self.tally.name(tied[0])}, {largest}")
            return tied[0]
        return self.chosen(tied, "greatest", "surplus", clause, f"equal surpluses, {largest}")

    def several_with_fewest(self, clause: str) -> list[Candidate]:
        """As many of those with the fewest votes as may go together, or none."""
        held, deferred = self.held_by_excluded(), self.total_surplus()
        together = largest_set(self.sets_excludable(), deferred + held)
        if together is None:
            return []
        suspense = f" + vote in suspense {held}" if held else ""
        self.journal.decide(
            clause,
            f"excluded together: {self.journal.with_votes(together.candidates)}; "
            f"{together.total} + deferred surpluses {deferred}{suspense} "
            f"does not exceed {together.above}",
        )
        return list(together.candidates)

    def one_with_fewest(self, clause: str) -> list[Candidate]:
        fewest, _ = self.two_fewest()
        tied = [c for c in self.excludable() if self.tally.votes[c] == fewest]
        if len(tied) > 1:
            return [self.chosen(tied, "fewest", "exclusion", clause, f"equal fewest, {fewest}")]
        self.journal.decide(
            clause, f"fewest votes, and no two may go together: {self.journal.with_votes(tied)}"
        )
        return tied

    def chosen(
        self, tied: Sequence[Candidate], keep: ties.Keep, purpose: Purpose, clause: str, why: str
    ) -> Candidate:
        """Whom the tie rule picks, or else a lot."""
        found = self.told_apart(tied, keep)
        return self.journal.tie_broken(clause, why, tied, found, keep, purpose=purpose)

    # Moving a surplus

    def move_surplus(self, candidate: Candidate, clause: str) -> None:
        """Move the surplus on the last parcel received.

        Who had a surplus at the first stage has received nothing since, so that the last papers
        received are all the papers.
        """
        surplus = self.tally.votes[candidate] - self.quota
        examined = self.tally.last_parcel(candidate)
        found = self.tally.sort([examined])
        case = (surplus, found.transferable, examined.value)
        self.journal.decide(clause, transfer_value_in_words(*case))
        self.journal.batch(
            self.tally.transfer_surplus(candidate, surplus, found, transfer_value(*case))
        )

    # Deeming elected

    def deem_elected(self, clause: str, separating: str) -> None:
        """Continuing candidates in descending order of votes, while they reach a mark.

        After each election the marks are worked out again. `clause` is that of the marks,
        `separating` that for more candidates at the mark than places.
        """
        while self.tally.places_left and self.tally.continuing and not self.left_to_the_end():
            votes, continuing = self.tally.votes, self.tally.continuing
            highest = max(map(votes.__getitem__, continuing))
            if self.mark_reached(highest) is None:
                return
            tied = [c for c in continuing if votes[c] == highest]
            deemed = tied
            if len(tied) > self.tally.places_left:
                deemed = self.separated(tied, separating)
            for candidate in self.highest_first(deemed):
                if self.tally.places_left and not self.left_to_the_end():
                    self.elect_at_mark(candidate, clause)
            if len(deemed) < len(tied):
                return

    def left_to_the_end(self) -> bool:
        """Whether nobody is deemed elected by a mark, since another rule decides."""
        return False

    def mark_reached(self, vote: Decimal) -> str | None:
        """The quota, or total active vote / (places not yet filled + 1), unless that is 0."""
        if vote >= self.quota:
            return self.marks[0]
        active = self.total_active_vote()
        reached = active and vote * (self.tally.places_left + 1) >= active
        return self.marks[1] if reached else None

    def elect_at_mark(self, candidate: Candidate, clause: str) -> None:
        mark = self.mark_reached(self.tally.votes[candidate]) or ""
        if mark == self.marks[1]:
            self.journal.decide(
                clause + mark,
                f"{self.journal.with_votes([candidate])} reaches total active vote "
                f"{self.total_active_vote()} / {self.tally.places_left + 1}",
            )
        self.elect(candidate, clause + mark)

    def elect(self, candidate: Candidate, clause: str) -> None:
        self.journal.elect(candidate, clause)

    def separated(self, tied: Sequence[Candidate], clause: str) -> list[Candidate]:
        """Who of the equal candidates at the mark, too many for the places, is elected now."""
        places, words = self.tally.places_left, []
        deemed: list[Candidate] = []
        while len(deemed) < places:
            remaining = [c for c in tied if c not in deemed]
            found = self.told_apart(remaining, "greatest")
            names = self.journal.names(found.left)
            if len(deemed) + len(found.left) > places:
                words.append(f"{names} never told apart, so not elected now")
                break
            words.append(f"{names}: {self.journal.separation(found, 'greatest')}")
            deemed.extend(found.left)
        self.journal.decide(
            clause,
            f"{self.journal.with_votes(tied)} reach the mark for {counted(places, 'place')}; "
            + "; ".join(words),
        )
        return deemed

    # The end

    def all_continuing_needed(self) -> bool:
        """Whether no more candidates continue than there are places left."""
        return len(self.tally.continuing) <= self.tally.places_left

    def leaves_only_the_places(self, proposed: Sequence[Candidate]) -> bool:
        """Whether the proposed exclusion leaves only as many candidates as places."""
        return len(self.tally.continuing) - len(proposed) <= self.tally.places_left

    def last_places(self, proposed: Sequence[Candidate], clause: str) -> Outcome:
        """Those whom the proposed exclusion would leave are elected; no papers are moved."""
        self.tally.exclude(proposed)
        self.journal.decide(
            clause,
            f"without {self.journal.names(proposed)} only as many candidates continue as there "
            f"are places unfilled: {self.journal.names(self.excludable())} deemed elected",
        )
        return self.everyone_elected(clause, excluded=proposed)

    def no_more_than_places(self, clause: str) -> Outcome:
        """Candidates who continue when there are places for them all are elected."""
        if self.excludable():
            self.journal.decide(
                clause,
                f"no more candidates than the {counted(self.tally.places_left, 'place')} unfilled "
                f"(reading E2): {self.journal.names(self.excludable())} deemed elected",
            )
        return self.everyone_elected(clause)

    def everyone_elected(self, clause: str, *, excluded: Sequence[Candidate] = ()) -> Outcome:
        for candidate in self.highest_first(self.excludable()):
            if self.tally.places_left:
                self.elect(candidate, clause)
        left = self.excludable()
        self.tally.exclude(left)
        return Outcome(self.journal.completion(self.fewest_first([*excluded, *left])))

    def formally_excluded(self, clause: str) -> Completion:
        """Those who still continue when no place is left."""
        remaining = self.fewest_first(self.excludable())
        if remaining:
            self.tally.exclude(remaining)
            self.journal.decide(
                clause,
                f"{self.journal.why_ended}: {self.journal.names(remaining)} formally excluded",
            )
        return self.journal.completion(remaining)

    def broken_off(self, clause: str) -> None:
        """No place is left in the middle of an exclusion."""
        self.journal.decide(
            clause,
            f"{self.journal.why_ended}: papers worth {self.held_by_excluded()} are not transferred",
        )

    # Orders

    def highest_first(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        """By votes, then by the tie rule without lot, then in the order of the paper."""
        return self.in_order(candidates, "greatest")

    def fewest_first(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        """By votes, then by the tie rule without lot, then in the order of the paper."""
        return self.in_order(candidates, "fewest")

    def in_order(self, candidates: Sequence[Candidate], first: ties.Keep) -> list[Candidate]:
        return ties.in_order(self.tally.votes, self.history(candidates), candidates, first)

    @abstractmethod
    def history(self, candidates: Sequence[Candidate]) -> Sequence[ties.Point]:
        """The points at which the tie rule compares these candidates, the first one first."""
