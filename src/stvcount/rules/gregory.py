"""What ERS97 and its kin share to the letter: functions on a tally, and the small values they give.

The order of events, the clauses, the quota, the tie rule, the marks and all else in which the rule
sets differ are in their own modules, from which these are called.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from stvcount.frozen import FrozenMapping
from stvcount.record import Completion, Figure
from stvcount.rules.journal import Journal
from stvcount.rules.rule_set import Outcome
from stvcount.tally import Candidate, Tally
from stvcount.tally.ties import TieRule
from stvcount.tally.votes import divided_down

# Votes that wait


def surpluses(tally: Tally, quota: Decimal) -> dict[Candidate, Decimal]:
    """The surpluses not yet transferred. Who was transferred keeps exactly the quota."""
    votes = tally.votes
    return {c: votes[c] - quota for c in tally.elected if votes[c] > quota}


def total_surplus(tally: Tally, quota: Decimal) -> Decimal:
    return tally.sum_of(surpluses(tally, quota).values())


def held_by_excluded(tally: Tally) -> Decimal:
    """The value of papers of excluded candidates that are not yet transferred."""
    return tally.sum_of(tally.votes[c] for c in tally.excluded)


def total_active_vote(tally: Tally, quota: Decimal) -> Decimal:
    """All votes but those that the elected keep: the quota, or the vote if less."""
    votes = tally.votes
    kept = tally.sum_of([min(votes[c], quota) for c in tally.elected])
    return tally.valid - tally.non_transferable - kept


# Those with the fewest votes


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

    From two candidates up, as long as somebody has as many votes as they have together; whether
    one may be excluded also depends on its total vote.
    """
    votes = tally.votes
    ascending = tuple(sorted(candidates, key=votes.__getitem__))
    total = tally.zero
    for size in range(1, len(ascending) - enough + 1):
        highest, above = votes[ascending[size - 1]], votes[ascending[size]]
        total += highest
        if total > votes[ascending[-1]]:
            return
        if size > 1 and above != highest:
            yield LowestSet(ascending, size, total, above)


def largest_set(
    sets: Iterator[LowestSet], awaiting: Decimal, *, if_less: bool = False
) -> LowestSet | None:
    """The largest set whose total vote plus `awaiting` does not exceed the vote next above.

    `if_less`: is less than it.
    """
    largest = None
    for group in sets:
        if fits(group.total + awaiting, group.above, if_less=if_less):
            largest = group
    return largest


def fits(vote: Decimal, above: Decimal, *, if_less: bool) -> bool:
    """Whether a vote does not exceed another, or is less than it."""
    return vote < above if if_less else vote <= above


def with_fewest(tally: Tally, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Of these candidates, all who have the fewest votes."""
    votes = tally.votes
    fewest = min(map(votes.__getitem__, candidates))
    return [c for c in candidates if votes[c] == fewest]


class Difference(NamedTuple):
    """That by which votes that wait are measured: between the two fewest, or of a lowest set.

    `group`: the set, nobody where it is that of the two fewest.
    """

    above: Decimal
    below: Decimal
    group: tuple[Candidate, ...] = ()


def differences(
    tally: Tally, candidates: Sequence[Candidate], sets: Iterator[LowestSet]
) -> Iterator[Difference]:
    """Between the two fewest votes, which may be equal; then of each set and the next above."""
    fewest, above = sorted(map(tally.votes.__getitem__, candidates))[:2]
    yield Difference(above, fewest)
    for group in sets:
        yield Difference(group.above, group.total, group.candidates)


class Waiting(NamedTuple):
    """The codes of a decision whether votes wait: by the two fewest, by a set, or not at all.

    `if_less`: they wait if they are less than a difference; otherwise if they do not exceed it.
    """

    by_two: str
    by_set: str
    not_at_all: str | None
    if_less: bool = False


DEFERRAL = Waiting("deferred", "deferred-by-set", "not-deferred")
DEFERRAL_IF_LESS = Waiting(
    "deferred-if-less", "deferred-if-less-by-set", "not-deferred-if-less", if_less=True
)


def may_wait(
    journal: Journal,
    waiting: Decimal,
    found: Iterator[Difference],
    codes: Waiting,
    clauses: tuple[str, str, str],
    **figures: Decimal,
) -> bool:
    """Whether votes wait, since they fit within one of the differences. It is written down.

    `clauses`: of the difference of the two fewest, of a set, and of not waiting. `figures`: what
    `waiting` is made of.
    """
    first = next(found)
    shown = {"above": first.above, "fewest": first.below}
    if fits(waiting, first.above - first.below, if_less=codes.if_less):
        journal.decide(clauses[0], codes.by_two, **figures, **shown)
        return True
    for one in found:
        if fits(waiting, one.above - one.below, if_less=codes.if_less):
            of_set = {"above": one.above, "total": one.below}
            journal.decide(clauses[1], codes.by_set, one.group, **figures, **of_set)
            return True
    if codes.not_at_all is not None:
        journal.decide(clauses[2], codes.not_at_all, **figures, **shown)
    return False


def held_figure(held: Decimal) -> dict[str, Decimal]:
    """Papers held in suspense as a figure of a decision, where there are any."""
    return {"held": held} if held else {}


# What comes next


def largest_surplus(
    tally: Tally,
    journal: Journal,
    found: Mapping[Candidate, Decimal],
    tie_rule: TieRule,
    clause: str,
) -> Candidate:
    """Of these surpluses, whose is the largest; equal: by the tie rule, else by lot."""
    largest = max(found.values())
    tied = [c for c in found if found[c] == largest]
    if len(tied) == 1:
        journal.decide(clause, "largest-surplus", tied, surplus=largest)
        return tied[0]
    apart = tie_rule.told_apart(tally, tied, "greatest")
    points = journal.points_of(apart)
    journal.decide(clause, "equal-surpluses", tied, surplus=largest, points=points)
    return journal.separated_or_lot(apart, "surplus", clause)


def excluded_together(
    journal: Journal,
    group: LowestSet,
    clause: str,
    figures: Mapping[str, Decimal],
    *,
    code: str = "excluded-together",
) -> list[Candidate]:
    """The set, written down with the surpluses and votes in suspense that were reckoned in."""
    journal.decide(
        clause,
        code,
        group.candidates,
        votes=journal.votes_of(group.candidates),
        total=group.total,
        **figures,
        above=group.above,
    )
    return list(group.candidates)


def one_with_fewest(
    tally: Tally,
    journal: Journal,
    candidates: Sequence[Candidate],
    tie_rule: TieRule,
    *,
    clause: str,
    code: str = "fewest",
) -> Candidate:
    """The one with the fewest votes; equal: by the tie rule, else by lot."""
    tied = with_fewest(tally, candidates)
    if len(tied) > 1:
        return equal_fewest(tally, journal, tied, tie_rule, clause)
    journal.decide(clause, code, tied, votes=journal.votes_of(tied))
    return tied[0]


def equal_fewest(
    tally: Tally,
    journal: Journal,
    tied: Sequence[Candidate],
    tie_rule: TieRule,
    clause: str,
) -> Candidate:
    """Who of these equals is excluded: by the tie rule, else by lot."""
    apart = tie_rule.told_apart(tally, tied, "fewest")
    vote, points = tally.votes[tied[0]], journal.points_of(apart)
    journal.decide(clause, "equal-fewest", tied, vote=vote, points=points)
    return journal.separated_or_lot(apart, "exclusion", clause)


# Moving papers


def transfer_value(surplus: Decimal, papers: int, value: Decimal, decimals: int) -> Decimal:
    """The value at which `papers` transferable papers of present value `value` are transferred.

    If together they exceed the surplus: surplus / papers, the remainder ignored (it may be
    nothing); otherwise they keep their value.
    """
    return divided_down(surplus, papers, decimals) if papers * value > surplus else value


def move_surplus(
    tally: Tally, journal: Journal, candidate: Candidate, quota: Decimal, clause: str
) -> None:
    """Move the surplus on the last parcel received.

    Who had a surplus at the first stage has received nothing since, so that the last papers
    received are all the papers.
    """
    surplus = tally.votes[candidate] - quota
    examined = tally.last_parcel(candidate)
    found = tally.sort([examined])
    papers, before = found.transferable, examined.value
    value = transfer_value(surplus, papers, before, tally.decimals)
    code = "transfer-value" if papers * before > surplus else "value-kept"
    journal.decide(
        clause,
        code,
        [candidate],
        surplus=surplus,
        papers=papers,
        value_before=before,
        value=value,
    )
    journal.batch(tally.transfer_surplus(candidate, surplus, examined, found, value))


# Deeming elected


class Mark(NamedTuple):
    """A mark for being deemed elected, and how the rule set labels it within its clause."""

    label: str
    by_active_vote: bool = False


def mark_reached(
    tally: Tally, quota: Decimal, vote: Decimal, by_quota: Mark, by_active_vote: Mark
) -> Mark | None:
    """The quota, or total active vote / (places not yet filled + 1), unless that is nothing."""
    if vote >= quota:
        return by_quota
    active = total_active_vote(tally, quota)
    reached = active and vote * (tally.places_left + 1) >= active
    return by_active_vote if reached else None


def with_most(tally: Tally) -> list[Candidate]:
    """All continuing candidates who have the most votes."""
    votes = tally.votes
    most = max(map(votes.__getitem__, tally.continuing))
    return [c for c in tally.continuing if votes[c] == most]


def deem_elected(
    tally: Tally,
    *,
    mark: Callable[[Decimal], Mark | None],
    elect: Callable[[Candidate, Mark], None],
    separated: Callable[[Sequence[Candidate]], Sequence[Candidate]],
    tie_rule: TieRule,
    may: Callable[[], bool],
) -> None:
    """Continuing candidates in descending order of votes, while they reach a mark.

    After each election the marks are worked out again, by `mark`. `separated`: who of equals too
    many for the places is elected now. `may`: whether anybody can be deemed elected still.
    """
    while may() and tally.continuing:
        tied = with_most(tally)
        if mark(tally.votes[tied[0]]) is None:
            return
        deemed = tied if len(tied) <= tally.places_left else separated(tied)
        for candidate in tie_rule.in_order(tally, deemed, "greatest"):
            reached = mark(tally.votes[candidate])
            if may() and reached is not None:
                elect(candidate, reached)
        if len(deemed) < len(tied):
            return


def at_active_vote(
    tally: Tally, journal: Journal, candidate: Candidate, quota: Decimal, clause: str
) -> None:
    """Write down that the candidate reaches the mark of the active vote."""
    journal.decide(
        clause,
        "active-vote",
        [candidate],
        votes=journal.votes_of([candidate]),
        active=total_active_vote(tally, quota),
        divisor=tally.places_left + 1,
    )


def separated(
    tally: Tally, journal: Journal, tied: Sequence[Candidate], tie_rule: TieRule, clause: str
) -> list[Candidate]:
    """Who of the equal candidates at the mark, too many for the places, is elected now."""
    places = tally.places_left
    deemed, ahead = list[Candidate](), list[Figure]()
    left: Sequence[Candidate] = ()
    while len(deemed) < places:
        found = tie_rule.told_apart(tally, [c for c in tied if c not in deemed], "greatest")
        if len(deemed) + len(found.left) > places:
            left = found.left
            break
        step: dict[str, Figure] = {"votes": journal.votes_of(found.left)}
        ahead.append(FrozenMapping(step | {"points": journal.points_of(found)}))
        deemed.extend(found.left)
    journal.decide(
        clause,
        "separated",
        tied,
        votes=journal.votes_of(tied),
        places=places,
        ahead=tuple(ahead),
        left=journal.votes_of(left),
    )
    return deemed


# The end


def everyone_elected(
    tally: Tally,
    journal: Journal,
    tie_rule: TieRule,
    elect: Callable[[Candidate], None],
    candidates: Callable[[], Sequence[Candidate]],
    *,
    excluded: Sequence[Candidate] = (),
) -> Outcome:
    """These candidates are elected, most votes first, as long as there are places.

    Those left over are formally excluded, with those `excluded` before.
    """
    for candidate in tie_rule.in_order(tally, candidates(), "greatest"):
        if tally.places_left:
            elect(candidate)
    left = candidates()
    tally.exclude(left)
    return Outcome(journal.completion(tie_rule.in_order(tally, [*excluded, *left], "fewest")))


def formally_excluded(
    tally: Tally,
    journal: Journal,
    candidates: Sequence[Candidate],
    tie_rule: TieRule,
    clause: str,
) -> Completion:
    """Those who still continue when no place is left."""
    remaining = tie_rule.in_order(tally, candidates, "fewest")
    if remaining:
        tally.exclude(remaining)
        journal.decide(clause, *_why_ended(tally, "rest-excluded", remaining))
    return journal.completion(remaining)


def broken_off(tally: Tally, journal: Journal, clause: str) -> None:
    """No place is left in the middle of an exclusion."""
    code, candidates = _why_ended(tally, "broken-off", ())
    journal.decide(clause, code, candidates, held=held_by_excluded(tally))


def _why_ended(
    tally: Tally, code: str, candidates: Sequence[Candidate]
) -> tuple[str, Sequence[Candidate]]:
    """The code that says why nothing more is transferred, and whom that concerns."""
    if tally.closed is None:
        return code, candidates
    if tally.closed == "vacancy-filled":
        return f"{code}-vacancy", candidates
    closing = () if tally.non_person is None else (tally.non_person,)
    return f"{code}-closed", (*closing, *candidates)


def rest_excluded(tally: Tally, journal: Journal, tie_rule: TieRule) -> Outcome:
    """The end of a count for one place: who continues is not elected."""
    rest = tie_rule.in_order(tally, tally.continuing, "fewest")
    tally.exclude(rest)
    return Outcome(journal.completion(rest))
