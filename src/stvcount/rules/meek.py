"""Meek's method, by two texts: `meek` and `meek-1987`.

All papers are looked at again for every table of votes: each candidate keeps a fraction of every
vote or part of a vote received, the keep value, and passes on the rest. Nothing is transferred in
the sense of other rules: a stage is a table.

`_Count` is what both texts share. `_Reference`, for `meek`, stands beside the reference Meek rule
of the Proportional Representation Foundation, steps A to C; `_Algorithm123`, for `meek-1987`,
beside sections 2.1 to 2.9 of the article of 1987. What the texts leave open is read as follows;
docs/rules/meek.md gives the reasons.
K1   `meek-1987`: values have 12 decimals; what is kept of a paper, and a keep value, are each cut
     off there once.
K2   Lots take the place of the pseudo-random generator of 1987.
K3   A stage is a table at which somebody is elected, or nobody, so that one is excluded. It is
     named for what led to it: an exclusion, or new keep values of those elected at the table
     before. Who is excluded last, so that only the winners are left, is named at the end.
K4   Those elected at one table are listed by votes, then in the order of the paper; so are those
     elected and excluded at the end.
K5   What rounding gives a candidate is taken from the rest of the paper, so that votes and the
     non-transferable vote make the total valid vote in every table.
K6   `meek-1987`: a quota below 0.0001 is 0.0001.
K7   Where more reach the quota than there are places, which only the last decimals can bring about
     (as they do in the special case of 2.6), the one of these with the fewest votes is excluded,
     equal ones by lot, and the others are elected.
K8   A keep value is never more than 1, and that of one without votes stays as it is.
K9   `meek-1987`: a table whose keep values have been there before in the same stage has settled: 12
     decimals bring it no nearer.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import ClassVar

from stvcount.record import Stage
from stvcount.rules import gregory
from stvcount.rules.journal import Journal
from stvcount.rules.rule_set import NON_PERSON_CLAUSES, Count, Outcome, RuleSet
from stvcount.tally import Candidate, Tally
from stvcount.tally.lots import LotBox
from stvcount.tally.ties import BY_LOT_ALONE
from stvcount.tally.tree import Kept
from stvcount.tally.votes import divided_down, divided_up, product_down, product_up, smallest

FIRST, KEEP_VALUES, EXCLUSION = KINDS = ("first", "keep values", "exclusion")
"""Tables: of first preferences, after new keep values, after an exclusion (K3)."""

TIES = BY_LOT_ALONE
"""T; 2.7."""


def kept_up(worth: Decimal, keep: Decimal) -> Decimal:
    """B.2.a: w x keep, to nine decimals, rounded up."""
    return product_up(worth, keep, Meek.decimals)


def kept_down(worth: Decimal, keep: Decimal) -> Decimal:
    """2.3, 2.4: of what comes, the keep value's part; cut off at 12 decimals (K1)."""
    return product_down(worth, keep, Meek1987.decimals)


class Meek(RuleSet):
    """The reference Meek rule of the Proportional Representation Foundation."""

    id: ClassVar[str] = "meek"
    title: ClassVar[str] = "Meek's method, reference rule"
    source: ClassVar[str] = "Proportional Representation Foundation, Reference Meek Rule"
    decimals: ClassVar[int] = 9
    kinds: ClassVar[tuple[str, ...]] = KINDS
    page: ClassVar[str | None] = "docs/rules/meek.md"
    rulebook: ClassVar[str | None] = "stvcount.audit.rulebooks.meek:Meek"
    kept: ClassVar[Kept | None] = staticmethod(kept_up)
    clauses: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            "A": "the start: all continue, with the keep value 1",
            "B.1": "whether the count is complete",
            "B.2.a": "the votes",
            "B.2.b": "the quota",
            "B.2.c": "election by quota",
            "B.2.d": "the surplus",
            "B.2.e": "whether the votes have settled",
            "B.2.f": "new keep values",
            "B.3": "exclusion of the lowest",
            "C": "the end",
            "T": "ties",
            **NON_PERSON_CLAUSES,
        }
    )

    def count(self, tally: Tally, lots: LotBox) -> Count:
        return _Reference(tally, self.journal(tally, lots)).run()


class Meek1987(RuleSet):
    """Algorithm 123, as the Royal Statistical Society counts its Council."""

    id: ClassVar[str] = "meek-1987"
    title: ClassVar[str] = "Meek's method, Algorithm 123 of 1987"
    source: ClassVar[str] = (
        "Hill, Wichmann and Woodall, Algorithm 123: Single transferable vote by Meek's method, "
        "Computer Journal 30 (1987), 277-281"
    )
    decimals: ClassVar[int] = 12
    shown_decimals: ClassVar[int | None] = 2
    kinds: ClassVar[tuple[str, ...]] = KINDS
    page: ClassVar[str | None] = "docs/rules/meek.md"
    rulebook: ClassVar[str | None] = "stvcount.audit.rulebooks.meek:Meek1987"
    kept: ClassVar[Kept | None] = staticmethod(kept_down)
    clauses: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            "2.3": "keep values",
            "2.4": "votes that run off the end of papers",
            "2.5": "the quota",
            "2.6": "election by quota",
            "2.7": "exclusion of the one with the fewest votes",
            "2.8": "the end",
            "2.9": "the iteration",
            **NON_PERSON_CLAUSES,
        }
    )

    def count(self, tally: Tally, lots: LotBox) -> Count:
        return _Algorithm123(tally, self.journal(tally, lots)).run()


class _Count(ABC):
    """What the two texts share: tables are iterated, until one elects or excludes."""

    clause_of_election: ClassVar[str]
    clause_of_tie: ClassVar[str]
    clause_of_end: ClassVar[str]

    def __init__(self, tally: Tally, journal: Journal) -> None:
        self.tally = tally
        self.journal = journal
        self.keep: dict[Candidate, Decimal] = dict.fromkeys(tally.standing, tally.paper_value)
        self.quota: Decimal = tally.zero
        self.iterations: int = 0
        self.newly: Sequence[Candidate] = ()

    def run(self) -> Count:
        yield self.table(FIRST)
        while not self.is_complete():
            self.tally.begin_stage()
            if self.are_too_many(self.reaching()):
                return self.one_too_many()
            if self.newly:
                yield self.table(KEEP_VALUES)
                continue
            excluded = self.candidate_to_exclude()
            if len(self.tally.continuing) - 1 == self.tally.places_left:
                return self.only_the_winners_left(excluded)
            self.tally.exclude([excluded])
            self.keep[excluded] = self.tally.zero
            yield self.table(EXCLUSION, [excluded])
        return self.completion()

    def is_complete(self) -> bool:
        """B.1; 2.8."""
        places = self.tally.places_left
        return not places or len(self.tally.continuing) <= places

    # A table

    def table(self, kind: str, excluded: Sequence[Candidate] = ()) -> Stage:
        self.iterate()
        self.decide_quota()
        self.newly = ()
        if not self.is_complete():
            self.deem_elected(self.reaching())
        return self.journal.stage(
            kind, excluded, self.quota, keep_values=self.keep, iterations=self.iterations
        )

    def deem_elected(self, reaching: Sequence[Candidate]) -> None:
        """B.2.c; 2.6."""
        if not reaching:
            self.decide_settled()
        elif not self.are_too_many(reaching):
            self.newly = reaching
            for candidate in reaching:
                if self.tally.places_left:
                    self.journal.elect(candidate, self.clause_of_election)

    def iterate(self) -> None:
        """B.2; 2.9."""
        self.iterations = 0
        while True:
            self.iterations += 1
            self.look_at_all_papers()
            if self.has_settled():
                return
            for candidate in self.tally.elected:
                if self.tally.votes[candidate]:  # K8
                    keep = self.new_keep_value(candidate)
                    self.keep[candidate] = min(keep, self.tally.paper_value)

    def look_at_all_papers(self) -> None:
        """B.2.a and b; 2.3 to 2.5."""
        self.tally.share_out({c: self.keep[c] for c in self.tally.elected}, self.kept)
        votes = self.tally.sum_of(self.tally.votes)
        self.quota = self.quota_of(votes)

    @staticmethod
    @abstractmethod
    def kept(worth: Decimal, keep: Decimal) -> Decimal:
        """What a keep value keeps of a paper, of what it is then worth."""

    @abstractmethod
    def quota_of(self, votes: Decimal) -> Decimal:
        """The quota of so many votes of all candidates together."""

    @abstractmethod
    def has_settled(self) -> bool:
        """Whether this table elects somebody, or lets nobody be elected."""

    @abstractmethod
    def new_keep_value(self, candidate: Candidate) -> Decimal:
        """Of one elected, from this table."""

    def reaching(self) -> list[Candidate]:
        """B.2.c; 2.6: who continues and has the quota, most votes first (K4)."""
        votes = self.tally.votes
        reaching = [c for c in self.tally.continuing if votes[c] >= self.quota]
        return TIES.in_order(self.tally, reaching, "greatest")

    def are_too_many(self, reaching: Sequence[Candidate]) -> bool:
        """K7."""
        return len(reaching) > self.tally.places_left

    # What is decided by a table

    @abstractmethod
    def decide_quota(self) -> None:
        """Write down the quota, and how it comes about."""

    @abstractmethod
    def decide_settled(self) -> None:
        """Write down why nobody is elected."""

    def figures_of_quota(self) -> Mapping[str, Decimal | int]:
        tally = self.tally
        return {
            "valid": tally.valid,
            "non_transferable": tally.non_transferable,
            "divisor": tally.places + 1,
            "quota": self.quota,
        }

    @abstractmethod
    def candidate_to_exclude(self) -> Candidate:
        """The lowest, or one of the lowest by lot."""

    # The end

    def one_too_many(self) -> Outcome:
        """2.6, K7: one of them is excluded, the others are elected."""
        reaching = self.reaching()
        clause, votes = self.clause_of_election, self.journal.votes_of(reaching)
        places = self.tally.places_left
        self.journal.decide(clause, "one-too-many", reaching, votes=votes, places=places)
        tied = gregory.with_fewest(self.tally, reaching)
        out = tied[0]
        if len(tied) > 1:
            out = self.journal.lot("exclusion", self.clause_of_tie, tied)
        for candidate in reaching:
            if candidate != out and self.tally.places_left:
                self.journal.elect(candidate, clause)
        return self.completion()

    def only_the_winners_left(self, excluded: Candidate) -> Outcome:
        """B.1 and C; 2.8: no further table is needed."""
        self.tally.exclude([excluded])
        everybody = [excluded, *self.tally.continuing]
        self.journal.decide(self.clause_of_end, "last-places", everybody, proposed=1)
        return self.everyone_elected([excluded])

    def completion(self) -> Outcome:
        """C; 2.8."""
        tally, clause, rest = self.tally, self.clause_of_end, self.tally.continuing
        if not tally.places_left:
            return Outcome(gregory.formally_excluded(tally, self.journal, rest, TIES, clause))
        if rest:
            self.journal.decide(clause, "as-many-as-places", rest)
        return self.everyone_elected(())

    def everyone_elected(self, excluded: Sequence[Candidate]) -> Outcome:
        return gregory.everyone_elected(
            self.tally,
            self.journal,
            TIES,
            lambda candidate: self.journal.elect(candidate, self.clause_of_end),
            lambda: self.tally.continuing,
            excluded=excluded,
        )


class _Reference(_Count):
    """The steps of the reference rule. Each names the rounding that its text names."""

    clause_of_election = "B.2.c"
    clause_of_tie = "T"
    clause_of_end = "C"
    kept = staticmethod(kept_up)

    OMEGA: ClassVar[Decimal] = Decimal("0.000001000")  # A

    def __init__(self, tally: Tally, journal: Journal) -> None:
        super().__init__(tally, journal)
        self.surplus: Decimal = tally.zero
        self.surplus_before: Decimal | None = None

    def iterate(self) -> None:
        self.surplus_before = None
        super().iterate()

    def quota_of(self, votes: Decimal) -> Decimal:
        """B.2.b: truncated to nine decimals, plus 0.000000001."""
        decimals = self.tally.decimals
        return divided_down(votes, self.tally.places + 1, decimals) + smallest(decimals)

    def has_settled(self) -> bool:
        """B.2.c: somebody is elected. B.2.d: the surplus. B.2.e: it is small, or no less."""
        if not self.is_complete() and self.reaching():
            return True
        votes, before = self.tally.votes, self.surplus_before
        over = self.tally.sum_of(votes[c] - self.quota for c in self.tally.elected)
        self.surplus = max(over, self.tally.zero)
        if self.surplus < self.OMEGA or (before is not None and self.surplus >= before):
            return True
        self.surplus_before = self.surplus
        return False

    def new_keep_value(self, candidate: Candidate) -> Decimal:
        """B.2.f: keep x quota, rounded up, / vote, rounded up."""
        decimals = self.tally.decimals
        kept = product_up(self.keep[candidate], self.quota, decimals)
        return divided_up(kept, self.tally.votes[candidate], decimals)

    def decide_quota(self) -> None:
        self.journal.decide("B.2.b", "quota-of-votes-plus", **self.figures_of_quota())

    def decide_settled(self) -> None:
        """B.2.e."""
        surplus, before = self.surplus, self.surplus_before
        if before is None or surplus < self.OMEGA:
            self.journal.decide("B.2.e", "surplus-small", surplus=surplus, omega=self.OMEGA)
        else:
            self.journal.decide("B.2.e", "surplus-no-less", surplus=surplus, before=before)

    def candidate_to_exclude(self) -> Candidate:
        """B.3: the lowest vote, and any no more than the surplus above it; T: by lot."""
        votes, continuing = self.tally.votes, self.tally.continuing
        limit = min(votes[c] for c in continuing) + self.surplus
        tied = [c for c in continuing if votes[c] <= limit]
        shown, surplus = self.journal.votes_of(tied), self.surplus
        if len(tied) == 1:
            self.journal.decide("B.3", "least", tied, votes=shown)
            return tied[0]
        if len({votes[c] for c in tied}) == 1:
            return gregory.equal_fewest(self.tally, self.journal, tied, TIES, "T")
        self.journal.decide("B.3", "within-surplus", tied, votes=shown, surplus=surplus)
        return self.journal.lot("exclusion", "T", tied)


class _Algorithm123(_Count):
    """The sections of the article of 1987."""

    clause_of_election = "2.6"
    clause_of_tie = "2.7"
    clause_of_end = "2.8"
    kept = staticmethod(kept_down)

    LEAST_QUOTA: ClassVar[Decimal] = Decimal("0.000100000000")  # K6
    NEAREST: ClassVar[tuple[Decimal, Decimal]] = (Decimal("0.99999"), Decimal("1.00001"))

    def __init__(self, tally: Tally, journal: Journal) -> None:
        super().__init__(tally, journal)
        self.seen: set[tuple[Decimal, ...]] = set()
        self.comes_no_nearer: bool = False

    def iterate(self) -> None:
        self.seen.clear()
        self.comes_no_nearer = False
        super().iterate()
        if self.comes_no_nearer:
            elected = self.tally.elected
            self.journal.decide("2.9", "votes-no-nearer", elected, quota=self.quota)

    def quota_of(self, votes: Decimal) -> Decimal:
        """2.5: the votes less the excess / (places + 1), cut off (K1); at least 0.0001 (K6)."""
        quota = divided_down(votes, self.tally.places + 1, self.tally.decimals)
        return max(quota, self.LEAST_QUOTA)

    def has_settled(self) -> bool:
        """2.9: quota / vote of each of the elected is near enough to 1; or comes no nearer (K9)."""
        votes, (least, most) = self.tally.votes, self.NEAREST
        elected = self.tally.elected
        if all(least * votes[c] <= self.quota <= most * votes[c] for c in elected):
            return True
        now = tuple(self.keep[c] for c in elected)
        self.comes_no_nearer = now in self.seen
        self.seen.add(now)
        return self.comes_no_nearer

    def new_keep_value(self, candidate: Candidate) -> Decimal:
        """2.9: keep x quota / vote, cut off once (K1)."""
        product = self.keep[candidate] * self.quota
        return divided_down(product, self.tally.votes[candidate], self.tally.decimals)

    def decide_quota(self) -> None:
        code = "quota-of-votes" if self.quota > self.LEAST_QUOTA else "quota-least"
        self.journal.decide("2.5", code, **self.figures_of_quota())

    def decide_settled(self) -> None:
        """2.9."""
        if self.tally.elected and not self.comes_no_nearer:
            self.journal.decide("2.9", "votes-settled", self.tally.elected, quota=self.quota)

    def candidate_to_exclude(self) -> Candidate:
        """2.7: the fewest votes; ties by lot."""
        tally, journal = self.tally, self.journal
        return gregory.one_with_fewest(
            tally, journal, tally.continuing, TIES, clause="2.7", code="least"
        )
