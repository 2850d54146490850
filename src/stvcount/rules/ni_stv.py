"""Northern Ireland, councils and Assembly: the Order of 1985, Schedule, Part IV, rules 46 to 52.

Read it beside the Order: the methods of `_Count` stand in the order of the rules, and each names
its own. A close relation of ERS97; the differences, at a glance:

    quota           a whole number: the fraction ignored, plus one; never worked out again
    marks           the quota alone; for the last place, more than all the others (52(2))
    one place       nobody is deemed elected before papers have moved (49(11), N1)
    deferral        if surpluses are *less than* a difference (49(10)); so joint exclusions (51(12))
    ties            at the end of each stage, not after each batch (N8)
    exclusion       papers of first preferences first, then those received, by value (51(2), (5))

What the rules leave open is read as follows; docs/rules/ni-stv.md gives the reasons.
N1   One vacancy: nobody is deemed elected by any rule until the first-preference papers of the
     first exclusion have moved; option `one_vacancy=at-once` deems elected from the first stage on.
N2   Deeming is tested after each sub-parcel of an exclusion.
N3   First-preference papers of several excluded together are one sub-parcel, and so are received
     papers of one value; first-preference papers come before received papers of value 1.00.
N4   The last sub-parcel received is the last of these that gave the candidate any paper.
N5   51(12) takes as many as possible, never splits equal votes, and leaves enough for the places.
N6   49(10)(b) speaks of the same sets.
N7   52(2) with several others: their total. It is asked at the end of each stage, after 48(3);
     where it holds for several, it picks out nobody.
N8   Ties are compared at the ends of stages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import ClassVar

from stvcount.record import Stage
from stvcount.rules import gregory
from stvcount.rules.gregory import DEFERRAL_IF_LESS, LowestSet
from stvcount.rules.journal import Journal
from stvcount.rules.rule_set import NON_PERSON_CLAUSES, Count, Option, Outcome, RuleSet
from stvcount.tally import Candidate, Tally
from stvcount.tally.lots import LotBox
from stvcount.tally.tally import Holders, Parcel
from stvcount.tally.ties import EARLIEST_STAGE
from stvcount.tally.votes import whole

AFTER_EXCLUSION, AT_ONCE = "after-exclusion", "at-once"


class NISTV(RuleSet):
    """The rules of Northern Ireland's council and Assembly elections."""

    id: ClassVar[str] = "ni-stv"
    title: ClassVar[str] = "Northern Ireland council and Assembly elections"
    source: ClassVar[str] = (
        "The Local Elections (Northern Ireland) Order 1985 (SI 1985/454), Schedule, Part IV, "
        "rules 46 to 52"
    )
    page: ClassVar[str | None] = "docs/rules/ni-stv.md"
    rulebook: ClassVar[str | None] = "stvcount.audit.rulebooks.ni_stv:NiStv"
    option_list: ClassVar[tuple[Option, ...]] = (
        Option(
            "one_vacancy",
            "one place: deem elected only after papers of an exclusion have moved, or at once (N1)",
            default=AFTER_EXCLUSION,
            choices=(AFTER_EXCLUSION, AT_ONCE),
        ),
    )
    clauses: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            "47": "first stage: sorting by first preference",
            "48(1)": "quota",
            "48(2)": "quota",
            "48(3)": "deemed elected at the quota",
            "49(4)": "transfer value of a surplus of first preferences",
            "49(7)": "transfer value of a later surplus",
            "49(10)": "deferring surpluses",
            "49(11)": "one vacancy",
            "50(1)": "the largest surplus",
            "51(1)": "exclusion of the lowest",
            "51(2)": "papers of first preferences of the excluded",
            "51(5)": "papers that the excluded received",
            "51(12)": "several excluded in one operation",
            "51(13)": "equal lowest votes",
            "52(1)": "as many candidates as places",
            "52(2)": "more than all the others together",
            "52(3)": "no further transfer",
            **NON_PERSON_CLAUSES,
        }
    )

    def count(self, tally: Tally, lots: LotBox) -> Count:
        waits = tally.places == 1 and self.option("one_vacancy") == AFTER_EXCLUSION
        return _Count(tally, self.journal(tally, lots), waits=waits).run()


TIES = EARLIEST_STAGE
"""50(1), 51(13): the earliest stage at which they were unequal (N8)."""


class _Count:
    """One count by the Order. `waits`: whether nobody may be deemed elected yet (N1)."""

    def __init__(self, tally: Tally, journal: Journal, *, waits: bool) -> None:
        self.tally = tally
        self.journal = journal
        self.waits = waits
        self.quota: Decimal = whole(tally.valid // (tally.places + 1) + 1, tally.decimals)

    def run(self) -> Count:
        yield self.first_stage()
        while len(self.tally.continuing) > self.tally.places_left > 0:  # 52(1), 49(9)
            outright = self.more_than_the_others()
            if outright is not None:
                return self.last_place(outright)
            self.tally.begin_stage()
            candidate = self.surplus_to_transfer()
            if candidate is not None:
                yield self.transfer_surplus(candidate)
                continue
            proposed = self.candidates_to_exclude()
            staying = len(self.tally.continuing) - len(proposed)
            if staying <= self.tally.places_left and not self.waits:
                return self.last_places(proposed)
            yield self.exclude(proposed)
        return self.completion()

    # 47, 48 First stage, quota

    def first_stage(self) -> Stage:
        """47: the tally opens with the papers sorted. 48(1), 48(2): the quota. 48(3)."""
        self.journal.decide(
            "48(2)",
            "quota-plus-one",
            valid=self.tally.valid,
            divisor=self.tally.places + 1,
            quota=self.quota,
        )
        if self.waits:
            self.journal.decide("49(11)", "not-yet", quota=self.quota)
        self.deem_elected()
        return self.journal.stage("first", (), self.quota)

    def deem_elected(self) -> None:
        """48(3): at or above the quota; with one vacancy not yet, while nothing has moved (N1)."""
        if self.waits:
            return
        votes = self.tally.votes
        reached = [c for c in self.tally.continuing if votes[c] >= self.quota]
        for candidate in TIES.in_order(self.tally, reached, "greatest"):
            if self.tally.places_left:
                self.journal.elect(candidate, "48(3)")

    # 49, 50 Transfer of surpluses

    def surplus_to_transfer(self) -> Candidate | None:
        """49(10): deferred, if less than (a) or (b) (N6). 50(1): otherwise the largest."""
        surpluses = gregory.surpluses(self.tally, self.quota)
        if not surpluses:
            return None
        total = self.tally.sum_of(surpluses.values())
        differences = gregory.differences(self.tally, self.tally.continuing, self.sets())
        clauses = ("49(10)(a)", "49(10)(b)", "49(10)")
        if gregory.may_wait(
            self.journal, total, differences, DEFERRAL_IF_LESS, clauses, surpluses=total
        ):
            return None
        return gregory.largest_surplus(self.tally, self.journal, surpluses, TIES, "50(1)")

    def transfer_surplus(self, candidate: Candidate) -> Stage:
        """49(1) to (4): of first preferences, all papers; 49(5) to (7): the last sub-parcel (N4).

        49(8): each surplus is a stage. 50(2): what is not credited is non-transferable.
        """
        at_first = self.tally.last_parcel(candidate).stage == 1
        clause = "49(4)" if at_first else "49(7)"
        gregory.move_surplus(self.tally, self.journal, candidate, self.quota, clause)
        self.deem_elected()
        return self.journal.stage("surplus", (candidate,), self.quota)

    # 51 Exclusion

    def sets(self) -> Iterator[LowestSet]:
        """N5: those of the lowest who leave enough for the places, equal votes together."""
        tally = self.tally
        return gregory.sets_excludable(tally, tally.continuing, tally.places_left)

    def candidates_to_exclude(self) -> list[Candidate]:
        """51(12): several, with surpluses less than the next above; 51(1): or the lowest."""
        surpluses = gregory.total_surplus(self.tally, self.quota)
        together = gregory.largest_set(self.sets(), surpluses, if_less=True)
        if together is not None:
            code = "excluded-together-if-less"
            return gregory.excluded_together(
                self.journal, together, "51(12)", {"surpluses": surpluses}, code=code
            )
        return [self.lowest()]

    def lowest(self) -> Candidate:
        """51(1); 51(13): equal lowest, the earliest stage at which unequal; else lot."""
        tied = gregory.with_fewest(self.tally, self.tally.continuing)
        if len(tied) > 1:
            return gregory.equal_fewest(self.tally, self.journal, tied, TIES, "51(13)")
        self.journal.decide("51(1)", "fewest", tied, votes=self.journal.votes_of(tied))
        return tied[0]

    def exclude(self, candidates: Sequence[Candidate]) -> Stage:
        """51(2) to (9): sub-parcel by sub-parcel, while places are unfilled; 51(4): one stage."""
        self.tally.exclude(candidates)
        for value, holders in self.sub_parcels(candidates):
            if not self.tally.places_left:
                gregory.broken_off(self.tally, self.journal, "51(5)")
                break
            self.journal.batch(self.tally.transfer_batch(holders, value))
            self.waits = False
            self.deem_elected()  # N2
        if self.waits:  # N1: those excluded had no papers at all
            self.waits = False
            self.deem_elected()
        return self.journal.stage("exclusion", candidates, self.quota)

    def sub_parcels(self, candidates: Sequence[Candidate]) -> list[tuple[Decimal, Holders]]:
        """51(2): papers of first preferences; 51(5): then those received, by value (N3)."""

        def first(parcel: Parcel) -> bool:
            return parcel.stage == 1

        def received(parcel: Parcel) -> bool:
            return parcel.stage > 1

        batches = self.tally.batches
        return [*batches(candidates, of=first), *batches(candidates, of=received)]

    # 52 The last places

    def more_than_the_others(self) -> Candidate | None:
        """52(2), N7: one place left, and a vote of at least all the others' with surpluses."""
        if self.tally.places_left != 1 or self.waits:
            return None
        votes, continuing = self.tally.votes, self.tally.continuing
        total = self.tally.sum_of(votes[c] for c in continuing)
        surpluses = gregory.total_surplus(self.tally, self.quota)
        found = [c for c in continuing if votes[c] >= total - votes[c] + surpluses]
        return found[0] if len(found) == 1 else None

    def last_place(self, outright: Candidate) -> Outcome:
        """52(2), 52(3)."""
        votes = self.tally.votes
        others = [c for c in self.tally.continuing if c != outright]
        self.journal.decide(
            "52(2)",
            "more-than-the-others",
            [outright],
            vote=votes[outright],
            others=self.tally.sum_of(votes[c] for c in others),
            surpluses=gregory.total_surplus(self.tally, self.quota),
        )
        self.journal.elect(outright, "52(2)")
        self.tally.exclude(others)
        return Outcome(self.journal.completion(TIES.in_order(self.tally, others, "fewest")))

    def last_places(self, proposed: Sequence[Candidate]) -> Outcome:
        """52(1), 52(3): an exclusion that leaves only as many as places moves no papers."""
        self.tally.exclude(proposed)
        everybody = [*proposed, *self.tally.continuing]
        self.journal.decide("52(1)", "last-places", everybody, proposed=len(proposed))
        return self.everyone_elected(proposed)

    def completion(self) -> Outcome:
        """52(1): as many continue as there are places; 52(3): or all places are filled."""
        rest = self.tally.continuing
        if not self.tally.places_left:
            return Outcome(gregory.formally_excluded(self.tally, self.journal, rest, TIES, "52(3)"))
        if rest:
            self.journal.decide("52(1)", "as-many-as-places", rest)
        return self.everyone_elected()

    def everyone_elected(self, excluded: Sequence[Candidate] = ()) -> Outcome:
        return gregory.everyone_elected(
            self.tally,
            self.journal,
            TIES,
            lambda candidate: self.journal.elect(candidate, "52(1)"),
            lambda: self.tally.continuing,
            excluded=excluded,
        )
