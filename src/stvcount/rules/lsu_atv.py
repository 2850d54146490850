"""Loughborough Students' Union, Standing Order C2, "Alternative Transferable Vote".

An older count of the Electoral Reform Society, for several places of the same post. Read it beside
the order: the methods of `_Count` stand in the order of its sections. Everything not said here is
as ERS97, and is in `gregory.py`. The differences from ERS97, at a glance:

    quota           whole votes above 100; never worked out again
    first stage     deeming at the quota alone, no active-vote mark
    ties            at the end of each stage, not after each batch
    exclusion       one of several equals never goes with those who have nothing (not E5)
    suspense        lower batches may wait until the next exclusion (option `suspense`)
    last two        the tied count, by first, second, later preferences, then coin

What the order leaves open is read as follows; docs/rules/lsu-atv.md gives the reasons.
E1   As ERS97, and so are all the next to E8: the last batch received.
E2   No more candidates than places: all are deemed elected at once.
E3   a)(i) has no condition that enough candidates remain.
E4   Equal votes are excluded together or not at all.
E6   When the total active vote is 0.00, mark (ii) elects nobody.
E7   A transfer value of 0.00 is legitimate.
E7a  A lot for the one formally excluded belongs to the completion.
E8   Those elected at the same point: by votes, the tie rule without lot, the order of the paper.
L1   "Places to be filled" in Transfer of surplus g(ii) are places remaining, as in Exclusion f(ii);
     the vote in suspense is added to f(ii), as g(ii) has it.
L2   A quota of exactly 100 is 100.
L3   The sets in a)(ii), e) and h)(ii) are those that leave enough candidates for the places.
L4   Subsequent stages f) always holds for the one with the least vote.
L5   The tied count decides only where one more candidate continues than places, all equal, and
     nothing waits.
L6   Equal candidates at the mark, too few places: as ERS97 5.6.2, by the earliest stage; but where
     the tied count applies, nobody is deemed elected by the mark.
L7   No Candidate elected without half plus one: not void, but that place is not filled.
L8   Half plus one ignores the remainder (101 votes: 51).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import ClassVar

from stvcount.record import Stage
from stvcount.rules import no_candidate
from stvcount.rules.base import NON_PERSON_CLAUSES, Count, Journal, Option, Outcome, RuleSet
from stvcount.rules.gregory import GregoryCount
from stvcount.tally import Candidate, Point, Tally, ties
from stvcount.tally.lots import LotBox
from stvcount.tally.votes import PAPER_VALUE, divided_up

HUNDRED = 100


class LSUATV(RuleSet):
    """Loughborough's count for several places of the same post."""

    id: ClassVar[str] = "lsu-atv"
    title: ClassVar[str] = "Loughborough C2, alternative transferable vote"
    source: ClassVar[str] = "Loughborough Students' Union, Standing Order C, section 2"
    option_list: ClassVar[tuple[Option, ...]] = (
        Option(
            "suspense",
            "the returning officer holds lower batches in suspense wherever Exclusion h allows it",
            default=False,
            choices=(False, True),
        ),
    )
    clauses: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            "First stage a": "sorting by first preference",
            "First stage c": "quota",
            "First stage d": "deeming elected at the first stage",
            "Subsequent stages a": "deferring surpluses",
            "Subsequent stages c": "the largest surplus",
            "Subsequent stages e": "several with the least votes together",
            "Subsequent stages f": "the one with the least vote",
            "Transfer of surplus a": "papers of a surplus",
            "Transfer of surplus e": "transfer value",
            "Transfer of surplus g": "deeming elected after a surplus",
            "Exclusion a": "batches by value, with papers held in suspense",
            "Exclusion b": "transferring a batch",
            "Exclusion f": "deeming elected after a batch",
            "Exclusion h": "holding lower batches in suspense",
            "Last vacancies": "the last places",
            "Tied count a": "most first preferences",
            "Tied count b": "most second, then later preferences",
            "Tied count c": "the coin",
            "ERS97 5.5.2": "all places filled",
            "ERS97 5.6.2": "more candidates at the mark than places (L6)",
            **no_candidate.CLAUSES,
            **NON_PERSON_CLAUSES,
        }
    )

    def count(self, tally: Tally, lots: LotBox) -> Count:
        suspense = self.option("suspense") is True
        return _Count(tally, self.journal(tally, lots), suspense=suspense).run()


class _Count(GregoryCount):
    """One count by C2."""

    marks = ("(i)", "(ii)")

    def __init__(self, tally: Tally, journal: Journal, *, suspense: bool) -> None:
        super().__init__(tally, journal)
        self.suspense = suspense

    def run(self) -> Count:
        yield self.first_stage()
        while self.goes_on():
            self.tally.begin_stage()
            if self.is_tied_count():
                return self.tied_count()
            candidate = self.surplus_to_transfer()
            if candidate is not None:
                yield self.transfer_surplus(candidate)
                continue
            proposed = self.candidates_to_exclude()
            if self.leaves_only_the_places(proposed):
                return self.last_places(proposed, "Last vacancies")
            yield self.exclude(proposed)
        return self.completion()

    def goes_on(self) -> bool:
        """Places are open, and more candidates continue than that (E2); No Candidate c."""
        return (
            self.tally.places_left > 0
            and not self.all_continuing_needed()
            and not no_candidate.voids(self.tally)
        )

    # First stage

    def first_stage(self) -> Stage:
        """First stage a, b: the tally opens with the papers sorted. c: quota. d: at the quota."""
        self.set_quota()
        self.deem_elected("First stage d", "ERS97 5.6.2")
        return self.journal.stage("first", (), self.quota)

    def set_quota(self) -> None:
        """First stage c: whole votes above 100 (L2), else hundredths, as ERS97 5.1.6."""
        valid, divisor = self.tally.valid, self.tally.places + 1
        exact = f"Quota {valid} / {divisor}"
        if valid >= HUNDRED * divisor:
            self.quota = -(-valid // divisor) * PAPER_VALUE
            rest = " (a remainder is ignored and one added)"
        else:
            self.quota = divided_up(Decimal(valid), divisor)
            rest = " (not exact: remainder dropped, 0.01 added)"
        whole = self.quota * divisor == valid
        self.journal.decide("First stage c", f"{exact} = {self.quota}{'' if whole else rest}")

    def mark_reached(self, vote: Decimal) -> str | None:
        """First stage d has the quota alone; later (i) the quota or (ii) the active vote (L1)."""
        if self.tally.stage == 1:
            return "" if vote >= self.quota else None
        return super().mark_reached(vote)

    # Subsequent stages

    def surplus_to_transfer(self) -> Candidate | None:
        """a, b: deferred, together with any vote in suspense, if (i) or (ii) holds; c: else."""
        surpluses = self.surpluses()
        if not surpluses:
            return None
        total, held = self.total_surplus(), self.held_by_excluded()
        what = f"surpluses {total}" + (f" and vote in suspense {held}" if held else "")
        exceeds = self.within_a_difference(
            what, total + held, "Subsequent stages a(i)", "Subsequent stages a(ii)"
        )
        if exceeds is None:
            return None
        self.journal.decide("Subsequent stages a", f"{exceeds}: not deferred")
        return self.largest_surplus(surpluses, "Subsequent stages c")

    def candidates_to_exclude(self) -> list[Candidate]:
        """d, e: as many together as possible (L3, E4); f: or the one with the least vote (L4)."""
        return self.several_with_fewest("Subsequent stages e") or self.one_with_fewest(
            "Subsequent stages f"
        )

    # Transfer of surplus

    def transfer_surplus(self, candidate: Candidate) -> Stage:
        """Transfer of surplus a, b: papers (E1); c, d: sorted; e: value (E7); f: credited; g; h."""
        self.move_surplus(candidate, "Transfer of surplus e")
        self.deem_elected("Transfer of surplus g", "ERS97 5.6.2")
        return self.journal.stage("surplus", (candidate,), self.quota)

    # Exclusion of a candidate or candidates

    def exclude(self, candidates: Sequence[Candidate]) -> Stage:
        """Exclusion a, g: by batches, with papers held in suspense; i: a stage of its own."""
        self.tally.exclude(candidates)
        batches = self.tally.batches(self.tally.excluded)
        for value, holders in batches:
            if not self.tally.places_left:
                self.broken_off("ERS97 5.5.2")
                break
            self.journal.batch(self.tally.transfer_batch(holders, value))  # Exclusion b to e
            self.deem_elected("Exclusion f", "ERS97 5.6.2")
            if value != batches[-1][0] and self.holds_the_rest():
                break
        return self.journal.stage("exclusion", candidates, self.quota)

    def holds_the_rest(self) -> bool:
        """Exclusion h: whether the lower batches are held in suspense."""
        if not self.suspense or not self.tally.places_left:
            return False
        held, surpluses = self.held_by_excluded(), self.total_surplus()
        what = f"papers of lower value {held} and surpluses {surpluses}"
        exceeds = self.within_a_difference(
            what, held + surpluses, "Exclusion h(i)", "Exclusion h(ii)"
        )
        return exceeds is None

    # Last vacancies, and the end

    def completion(self) -> Outcome:
        """No Candidate c; E2, if there are places for all; or all places are filled."""
        if no_candidate.voids(self.tally):
            return no_candidate.void(self.tally, self.journal)
        if self.tally.places_left:
            return self.no_more_than_places("Last vacancies")
        return Outcome(self.formally_excluded("ERS97 5.5.2"))

    # Tied count

    def is_tied_count(self) -> bool:
        """L5: one more candidate than places, all equal, and no surplus and no paper waits."""
        continuing, votes = self.tally.continuing, self.tally.votes
        return (
            len(continuing) == self.tally.places_left + 1
            and len({votes[c] for c in continuing}) == 1
            and not self.surpluses()
            and not any(self.tally.holds_papers(c) for c in self.tally.excluded)
        )

    def left_to_the_end(self) -> bool:
        """L6: where the tied count applies, it decides alone."""
        return self.is_tied_count()

    def tied_count(self) -> Outcome:
        """Tied count a, b, c: one place at a time; papers show every preference they ever had."""
        while self.tally.places_left:
            self.fill_tied_place()
        return Outcome(self.formally_excluded("ERS97 5.5.2"))

    def fill_tied_place(self) -> None:
        tied = self.tally.continuing
        left, number = tuple(tied), 0
        deciding: list[str] = []
        while len(left) > 1 and number < len(self.tally.standing):
            number += 1
            counts = self.tally.preferences(number)
            shown = ", ".join(f"{self.tally.name(c)} {counts.get(c, 0)}" for c in left)
            clause = "Tied count a" if number == 1 else "Tied count b"
            self.journal.decide(clause, f"preferences of number {number}: {shown}")
            ahead = ties.by_number(counts, left, "greatest")
            if len(ahead) < len(left):
                deciding.append(clause)
                left = ahead
        if len(left) <= self.tally.places_left:
            for candidate in self.highest_first(left):
                if self.tally.places_left:
                    self.journal.elect(candidate, deciding[-1])
        else:
            coin = self.journal.lot("election", "Tied count c", left)
            self.journal.elect(coin, "Tied count c")

    # Ties

    def told_apart(self, tied: Sequence[Candidate], keep: ties.Keep) -> ties.Separation:
        """Subsequent stages c, f: the earliest stage at which they had unequal votes."""
        return ties.earliest_stage(self.tally.points(tied), tied, keep)

    def history(self, candidates: Sequence[Candidate]) -> Sequence[Point]:
        return ties.stage_ends(self.tally.points(candidates))
