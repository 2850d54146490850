"""Loughborough Students' Union, Standing Order C2, "Alternative Transferable Vote".

An older count of the Electoral Reform Society, for several places of the same post. Read it beside
the order: the methods of `_Count` stand in the order of its sections. Everything not said here is
as ERS97. The differences from ERS97, at a glance:

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

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import ClassVar

from stvcount.frozen import FrozenMapping
from stvcount.record import Stage
from stvcount.rules import gregory, no_candidate
from stvcount.rules.gregory import DEFERRAL, LowestSet, Mark, Waiting, held_figure
from stvcount.rules.journal import Journal
from stvcount.rules.rule_set import NON_PERSON_CLAUSES, Count, Option, Outcome, RuleSet
from stvcount.tally import Candidate, Tally
from stvcount.tally.lots import LotBox
from stvcount.tally.ties import EARLIEST_STAGE, by_number
from stvcount.tally.votes import divided_up, whole

HUNDRED = 100


class LSUATV(RuleSet):
    """Loughborough's count for several places of the same post."""

    id: ClassVar[str] = "lsu-atv"
    title: ClassVar[str] = "Loughborough C2, alternative transferable vote"
    source: ClassVar[str] = "Loughborough Students' Union, Standing Order C, section 2"
    page: ClassVar[str | None] = "docs/rules/lsu-atv.md"
    rulebook: ClassVar[str | None] = "stvcount.audit.rulebooks.lsu_atv:LsuAtv"
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


TIES = EARLIEST_STAGE
"""Subsequent stages c, f: the earliest stage at which they had unequal votes."""

AT_FIRST_STAGE, BY_QUOTA, BY_ACTIVE_VOTE = Mark(""), Mark("(i)"), Mark("(ii)", by_active_vote=True)

REST_HELD = Waiting("rest-held", "rest-held-by-set", None)
"""Exclusion h."""


class _Count:
    """One count by C2."""

    quota: Decimal

    def __init__(self, tally: Tally, journal: Journal, *, suspense: bool) -> None:
        self.tally = tally
        self.journal = journal
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
            if len(self.tally.continuing) - len(proposed) <= self.tally.places_left:
                return self.last_places(proposed)
            yield self.exclude(proposed)
        return self.completion()

    def goes_on(self) -> bool:
        """Places are open, and more candidates continue than that (E2); No Candidate c."""
        return (
            self.tally.places_left > 0
            and len(self.tally.continuing) > self.tally.places_left
            and not no_candidate.voids(self.tally)
        )

    # First stage

    def first_stage(self) -> Stage:
        """First stage a, b: the tally opens with the papers sorted. c: quota. d: at the quota."""
        self.set_quota()
        self.deem_elected("First stage d")
        return self.journal.stage("first", (), self.quota)

    def set_quota(self) -> None:
        """First stage c: whole votes above 100 (L2), else hundredths, as ERS97 5.1.6."""
        valid, divisor, decimals = self.tally.valid, self.tally.places + 1, self.tally.decimals
        if valid >= HUNDRED * divisor:
            self.quota = whole(-(-valid // divisor), decimals)
            code = "quota-next-whole"
        else:
            self.quota = divided_up(Decimal(valid), divisor, decimals)
            code = "quota"
        self.journal.decide("First stage c", code, valid=valid, divisor=divisor, quota=self.quota)

    # Subsequent stages

    def surplus_to_transfer(self) -> Candidate | None:
        """a, b: deferred, together with any vote in suspense, if (i) or (ii) holds; c: else."""
        surpluses = gregory.surpluses(self.tally, self.quota)
        if not surpluses:
            return None
        total, held = self.tally.sum_of(surpluses.values()), gregory.held_by_excluded(self.tally)
        if gregory.may_wait(
            self.journal,
            total + held,
            self.differences(),
            DEFERRAL,
            ("Subsequent stages a(i)", "Subsequent stages a(ii)", "Subsequent stages a"),
            surpluses=total,
            **held_figure(held),
        ):
            return None
        return gregory.largest_surplus(
            self.tally, self.journal, surpluses, TIES, "Subsequent stages c"
        )

    def differences(self) -> Iterator[gregory.Difference]:
        return gregory.differences(self.tally, self.tally.continuing, self.sets())

    def sets(self) -> Iterator[LowestSet]:
        """L3, E4: those that leave enough candidates for the places."""
        tally = self.tally
        return gregory.sets_excludable(tally, tally.continuing, tally.places_left)

    def candidates_to_exclude(self) -> list[Candidate]:
        """d, e: as many together as possible (L3, E4); f: or the one with the least vote (L4)."""
        deferred = gregory.total_surplus(self.tally, self.quota)
        held = gregory.held_by_excluded(self.tally)
        together = gregory.largest_set(self.sets(), deferred + held)
        if together is not None:
            return gregory.excluded_together(
                self.journal,
                together,
                "Subsequent stages e",
                {"surpluses": deferred, **held_figure(held)},
            )
        continuing = self.tally.continuing
        return [
            gregory.one_with_fewest(
                self.tally, self.journal, continuing, TIES, clause="Subsequent stages f"
            )
        ]

    # Transfer of surplus

    def transfer_surplus(self, candidate: Candidate) -> Stage:
        """Transfer of surplus a, b: papers (E1); c, d: sorted; e: value (E7); f: credited; g; h."""
        clause = "Transfer of surplus e"
        gregory.move_surplus(self.tally, self.journal, candidate, self.quota, clause)
        self.deem_elected("Transfer of surplus g")
        return self.journal.stage("surplus", (candidate,), self.quota)

    # Exclusion of a candidate or candidates

    def exclude(self, candidates: Sequence[Candidate]) -> Stage:
        """Exclusion a, g: by batches, with papers held in suspense; i: a stage of its own."""
        self.tally.exclude(candidates)
        batches = self.tally.batches(self.tally.excluded)
        for value, holders in batches:
            if not self.tally.places_left:
                gregory.broken_off(self.tally, self.journal, "ERS97 5.5.2")
                break
            self.journal.batch(self.tally.transfer_batch(holders, value))  # Exclusion b to e
            self.deem_elected("Exclusion f")
            if value != batches[-1][0] and self.holds_the_rest():
                break
        return self.journal.stage("exclusion", candidates, self.quota)

    def holds_the_rest(self) -> bool:
        """Exclusion h: whether the lower batches are held in suspense."""
        if not self.suspense or not self.tally.places_left:
            return False
        held = gregory.held_by_excluded(self.tally)
        surpluses = gregory.total_surplus(self.tally, self.quota)
        clauses = ("Exclusion h(i)", "Exclusion h(ii)", "Exclusion h")
        return gregory.may_wait(
            self.journal,
            held + surpluses,
            self.differences(),
            REST_HELD,
            clauses,
            held=held,
            surpluses=surpluses,
        )

    # Last vacancies, and the end

    def last_places(self, proposed: Sequence[Candidate]) -> Outcome:
        """Last vacancies, as ERS97 5.5.1: no papers are moved."""
        self.tally.exclude(proposed)
        everybody = [*proposed, *self.tally.continuing]
        self.journal.decide("Last vacancies", "last-places", everybody, proposed=len(proposed))
        return self.everyone_elected(proposed)

    def completion(self) -> Outcome:
        """No Candidate c; E2, if there are places for all; or all places are filled."""
        if no_candidate.voids(self.tally):
            return no_candidate.void(self.tally, self.journal)
        if not self.tally.places_left:
            return self.all_places_filled()
        if rest := self.tally.continuing:
            places = self.tally.places_left
            self.journal.decide("Last vacancies", "no-more-than-places", rest, places=places)
        return self.everyone_elected()

    def everyone_elected(self, excluded: Sequence[Candidate] = ()) -> Outcome:
        """E8."""
        return gregory.everyone_elected(
            self.tally,
            self.journal,
            TIES,
            lambda candidate: self.journal.elect(candidate, "Last vacancies"),
            lambda: self.tally.continuing,
            excluded=excluded,
        )

    def all_places_filled(self) -> Outcome:
        rest = self.tally.continuing
        return Outcome(
            gregory.formally_excluded(self.tally, self.journal, rest, TIES, "ERS97 5.5.2")
        )

    # Tied count

    def is_tied_count(self) -> bool:
        """L5: one more candidate than places, all equal, and no surplus and no paper waits."""
        continuing, votes = self.tally.continuing, self.tally.votes
        return (
            len(continuing) == self.tally.places_left + 1
            and len({votes[c] for c in continuing}) == 1
            and not gregory.surpluses(self.tally, self.quota)
            and not any(self.tally.holds_papers(c) for c in self.tally.excluded)
        )

    def tied_count(self) -> Outcome:
        """Tied count a, b, c: one place at a time; papers show every preference they ever had."""
        while self.tally.places_left:
            self.fill_tied_place()
        return self.all_places_filled()

    def fill_tied_place(self) -> None:
        left, number = self.tally.continuing, 0
        deciding = "Tied count a"
        while len(left) > 1 and number < len(self.tally.standing):
            number += 1
            clause = "Tied count a" if number == 1 else "Tied count b"
            counts = self.tally.preferences(number)
            papers = FrozenMapping((self.tally.name(c), counts.get(c, 0)) for c in left)
            self.journal.decide(clause, "preferences", left, number=number, papers=papers)
            ahead = by_number(counts, left, "greatest")
            if len(ahead) < len(left):
                deciding, left = clause, ahead
        if len(left) > self.tally.places_left:
            deciding = "Tied count c"
            left = (self.journal.lot("election", deciding, left),)
        for candidate in TIES.in_order(self.tally, left, "greatest"):
            if self.tally.places_left:
                self.journal.elect(candidate, deciding)

    # Marks

    def deem_elected(self, clause: str) -> None:
        """In descending order of votes, those who reach a mark; of equals too many, those ahead
        earlier (L6). Where the tied count applies, it decides alone.
        """

        def elect(candidate: Candidate, mark: Mark) -> None:
            by = clause + mark.label
            if mark.by_active_vote:
                gregory.at_active_vote(self.tally, self.journal, candidate, self.quota, by)
            self.journal.elect(candidate, by)

        gregory.deem_elected(
            self.tally,
            mark=self.mark_reached,
            elect=elect,
            separated=lambda tied: gregory.separated(
                self.tally, self.journal, tied, TIES, "ERS97 5.6.2"
            ),
            tie_rule=TIES,
            may=lambda: self.tally.places_left > 0 and not self.is_tied_count(),
        )

    def mark_reached(self, vote: Decimal) -> Mark | None:
        """First stage d: the quota alone; later (i) the quota or (ii) the active vote (L1, E6)."""
        if self.tally.stage == 1:
            return AT_FIRST_STAGE if vote >= self.quota else None
        return gregory.mark_reached(self.tally, self.quota, vote, BY_QUOTA, BY_ACTIVE_VOTE)
