"""Why, in one plain sentence: why somebody is elected or not, why a place is not filled.

The sentences are made from what the record has decided and reckoned, of any rule set: where a rule
set of another package decides by codes of its own, its own words are quoted.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING, Any, TypeAlias

from stvcount.errors import ElectionError
from stvcount.exact import EXACT
from stvcount.sheets import bounds
from stvcount.sheets.course import ZERO, Course
from stvcount.words import counted, listed

if TYPE_CHECKING:
    from stvcount.record import CountRecord, Decision, Lot, Stage
    from stvcount.sheets.course import Holder

Figures: TypeAlias = Mapping[str, Any]

_ORDINALS = ("first", "second", "third", "fourth", "fifth")


def why_elected(of: CountRecord | Course, name: str) -> str:
    """Why this candidate is elected: "Reached the quota of 8.34 at stage 2, with 16.56 votes."

    It has no subject, as it stands beside the name. `of`: the record, or its course where many are
    told. Raises `ElectionError` for a name that is not one of those elected.
    """
    course = _course(of)
    if name not in course.elected:
        raise ElectionError(_expected("why_elected", name, "those elected", course.record.elected))
    return _sentence(lambda: _elected(course, name), "elected")


def why_not(of: CountRecord | Course, name: str) -> str:
    """Why this candidate is not elected: "Not elected: excluded at stage 3 with 4 votes, ...".

    It has no subject, as it stands beside the name. `of`: the record, or its course where many are
    told. Raises `ElectionError` for a name that is not one of the candidates, or is elected.
    """
    course = _course(of)
    if name not in course.printed or name in course.elected:
        left = [one for one in course.record.candidates if one not in course.elected]
        raise ElectionError(_expected("why_not", name, "those not elected", left))
    return _sentence(lambda: _not_elected(course, name), "not elected")


def _course(of: CountRecord | Course) -> Course:
    return of if isinstance(of, Course) else Course(of)


def why_vacant(record: CountRecord) -> tuple[str, ...]:
    """Why the election is void or a place is not filled, a sentence for each; mostly none."""
    if record.void:
        void = "the election is void: nobody is elected"
        return (_sentence(lambda: _void(Course(record)) or void, void),)
    return tuple(
        f"{counted(one.places, 'place')} {'is' if one.places == 1 else 'are'} not filled: "
        f"{one.reason}."
        for one in record.vacant
    )


def _expected(where: str, name: str, what: str, names: Sequence[str]) -> str:
    return f"{where}: found {name!r}; expected one of {what}: {', '.join(names) or 'nobody'}"


def _sentence(told: Callable[[], str], otherwise: str) -> str:
    """The sentence, and less of it where a record from elsewhere lacks figures that it needs."""
    try:
        with localcontext(EXACT):
            text = told()
    except (AttributeError, LookupError, TypeError, ValueError):
        text = otherwise
    return f"{text[:1].upper()}{text[1:]}."


def votes(vote: Decimal) -> str:
    """ "7.60 votes", "8 votes", "1 vote": whole votes without decimals."""
    return f"{number(vote)} vote" if vote == 1 else f"{number(vote)} votes"


def number(vote: Decimal) -> str:
    """A vote in digits, without decimals where it is whole."""
    return str(int(vote)) if vote == int(vote) else format(vote, "f")


def _of(decision: Decision) -> Figures:
    return decision.figures


# Elected


def _elected(course: Course, name: str) -> str:
    if name not in course.deemed:
        return "elected"
    return _filling(course) + _reached(course, name)


def _filling(course: Course) -> str:
    return "" if course.vacating is None else f"fills the place of {course.vacating}: "


def _reached(course: Course, name: str) -> str:
    """What the candidate reached, and how equals were told apart."""
    if course.once(_is_uncontested, course):
        here = counted(len(course.standing), "candidate")
        return f"uncontested: {here} for {counted(course.record.places, 'place')}"
    holder = course.where_deemed(name)
    apart = _ahead_at_the_mark(course, holder, name)
    if apart is not None:
        return apart
    tie = _survived(course, holder, name)
    if tie is None:
        return _mark(course, name)
    at_the_end = holder is course.record.completion
    return tie if at_the_end else f"{_mark(course, name)}; before that {tie}"


def _is_uncontested(course: Course) -> bool:
    return all(one in course.deemed for one in course.standing)


def _mark(course: Course, name: str) -> str:
    """By the decision that says so; else the quota, where it was reached; else as it is worded."""
    stage, one = course.deemed[name]
    own = course.concerning(course.where_deemed(name), name)
    where = _at(stage)
    for decision in reversed(own):
        sentence = _ELECTED.get(decision.code)
        if sentence is not None:
            return sentence(name, decision, one.vote, where)
    if stage is not None and stage.quota is not None and one.vote >= stage.quota:
        return f"reached the quota of {number(stage.quota)} {where}, with {votes(one.vote)}"
    why = "".join(f" ({bounds.text(one)})" for one in own[-1:] if one.clause != "non-person")
    return f"deemed elected {where} with {votes(one.vote)}{why}"


def _at(stage: Stage | None) -> str:
    if stage is None:
        return "at the end of the count"
    return "on first preferences" if stage.number == 1 else f"at stage {stage.number}"


Sentence: TypeAlias = Callable[[str, "Decision", Decimal, str], str]


def _active_vote(_: str, decision: Decision, vote: Decimal, where: str) -> str:
    of = _of(decision)
    return (
        f"elected on the active vote {where}: {votes(vote)}, at least one in {of['divisor']} of "
        f"the {number(of['active'])} still in play for {counted(of['divisor'] - 1, 'place')}"
    )


def _over_others(_: str, decision: Decision, vote: Decimal, where: str) -> str:
    of = _of(decision)
    waiting = of.get("surpluses", ZERO)
    also = f" and {number(waiting)} still to be transferred" if waiting else ""
    return (
        f"had {votes(vote)} {where}, against {number(of['others'])} for all the others together"
        f"{also}"
    )


def _needed(_: str, decision: Decision, vote: Decimal, where: str) -> str:
    of = _of(decision)
    return f"had {votes(vote)} {where}, when {number(of['needed'])} were needed"


def _of_two(_: str, decision: Decision, vote: Decimal, where: str) -> str:
    of = _of(decision)
    other = number(of["other"])
    return f"had the most votes of the last two {where}, {number(vote)} to {other}"


def _last_places(_: str, decision: Decision, vote: Decimal, where: str) -> str:
    of = _of(decision)
    proposed = decision.candidates[: of["proposed"]]
    without = bounds.some(proposed, len(proposed))
    return (
        f"elected {where} with {votes(vote)}: without {without} no more candidates were left than "
        "places"
    )


def _as_many(_: str, __: Decision, vote: Decimal, where: str) -> str:
    return f"elected {where} with {votes(vote)}: no more candidates were left than places"


def _all_but_one(_: str, decision: Decision, vote: Decimal, where: str) -> str:
    return (
        f"had {votes(vote)} {where}, one of {len(decision.candidates)} at the quota for "
        f"{counted(_of(decision)['places'], 'place')}, of whom one was excluded"
    )


_ELECTED: Mapping[str, Sentence] = {
    "one-too-many": _all_but_one,
    "active-vote": _active_vote,
    "over-all-others": _over_others,
    "more-than-the-others": _over_others,
    "has-the-needed": _needed,
    "most-of-two": _of_two,
    "last-places": _last_places,
    "as-many-as-places": _as_many,
    "no-more-than-places": _as_many,
}


# Equal votes


def _ahead_at_the_mark(course: Course, holder: Holder, name: str) -> str | None:
    """Elected of equals for whom there were not places enough: by earlier votes, or otherwise."""
    ahead = course.once(_ahead, holder).get(name)
    if ahead is not None:
        return _ahead_by_points(course, *ahead, name)
    lot = course.once(_lots, holder, _ELECTION).get(name)
    if lot is not None:
        return f"had {_equal(lot.candidates, lot.votes[name], name)}: {_by_lot(course, lot)}"
    return _ahead_by_preferences(course, holder, name)


def _ahead(holder: Holder) -> Mapping[str, tuple[Decision, Figures]]:
    """The decision and the step of it by which each was ahead, who was so."""
    found: dict[str, tuple[Decision, Figures]] = {}
    for decision in holder.decisions:
        for step in _of(decision).get("ahead", ()):
            for name in step["votes"] if step["points"] else ():
                found.setdefault(name, (decision, step))
    return found


_ELECTION, _EXCLUSION = "election", "exclusion"


def _lots(holder: Holder, purpose: str) -> Mapping[str, Lot]:
    """The first lot of this purpose that fell on each on whom one fell."""
    found: dict[str, Lot] = {}
    for lot in holder.lots:
        if lot.purpose == purpose:
            found.setdefault(lot.chosen, lot)
    return found


def _ahead_by_points(course: Course, decision: Decision, step: Figures, name: str) -> str:
    of = _of(decision)
    point = step["points"][-1]
    return (
        f"had {_equal(decision.candidates, of['votes'][name], name)}, too many for "
        f"{counted(of['places'], 'place')}: ahead {_then(point)}, "
        f"{number(point['votes'][name])} to {number(course.once(_most_of_the_others, step))}"
    )


def _most_of_the_others(step: Figures) -> Decimal:
    held: Mapping[str, Decimal] = step["points"][-1]["votes"]
    return max(vote for one, vote in held.items() if one not in step["votes"])


def _ahead_by_preferences(course: Course, holder: Holder, name: str) -> str | None:
    """Loughborough's tied count: by the preferences of one number that decided."""
    for decision in reversed(course.concerning(holder, name)):
        if decision.code != "preferences":
            continue
        papers: Mapping[str, int] = _of(decision)["papers"]
        most, fewer = course.once(_two_most, papers)
        if papers[name] == most and fewer is not None:
            return (
                f"had {_equal(papers, course.last_votes(name), name)}: ahead on "
                f"{_preferences(_of(decision)['number'])}, {papers[name]} to {fewer}"
            )
    return None


def _two_most(papers: Mapping[str, int]) -> tuple[int, int | None]:
    """The most papers that any has, and the most that any has who has fewer."""
    most = max(papers.values(), default=0)
    return most, max((number for number in papers.values() if number < most), default=None)


def _preferences(rank: int) -> str:
    ordinal = _ORDINALS[rank - 1] if 0 < rank <= len(_ORDINALS) else f"number {rank}"
    return f"{ordinal} preferences"


def _equal(names: Collection[str], vote: Decimal, name: str) -> str:
    """ "8 votes, equal with B"."""
    return f"{votes(vote)}, equal with {bounds.others(names, name)}"


def _by_lot(course: Course, lot: Lot) -> str:
    officer = course.record.contest.returning_officer
    drawn = f"drawn by {officer}" if officer and lot.source == "drawn" else lot.source
    return f"decided by lot ({drawn})"


def _then(point: Figures) -> str:
    """The point at which equals once differed."""
    if point["batch"]:
        return f"after batch {point['batch']} of stage {point['stage']}"
    return "on first preferences" if point["stage"] == 1 else f"at stage {point['stage']}"


def _survived(course: Course, holder: Holder, name: str) -> str | None:
    """How the candidate was spared where equals had the fewest votes and one of them went."""
    at_the_end = holder is course.record.completion
    for found in course.holders[:-3:-1] if at_the_end else (holder,):
        for decision in course.concerning(found, name):
            equal = course.once(_equal_names, decision)
            fallen = course.once(_fallen, found, decision)
            if name in equal and fallen not in (None, name) and fallen in equal:
                return _spared(course, found, decision, name, str(fallen))
    return None


def _equal_fewest(decision: Decision) -> Sequence[str]:
    """Those with equal fewest votes, of whom the decision is; nobody in any other decision."""
    if decision.code == "equal-fewest":
        return decision.candidates
    if decision.code == "equal-with-none":
        return decision.candidates[_of(decision).get("without", 0) :]
    return ()


def _equal_names(decision: Decision) -> frozenset[str]:
    return frozenset(_equal_fewest(decision))


def _fallen(holder: Holder, decision: Decision) -> str | None:
    """Who of the equal fewest was excluded."""
    equal = _equal_fewest(decision)
    lot = _lot_among(holder, equal)
    if lot is not None:
        return lot.chosen
    held = _next_preferences(holder, equal) or _last_point(decision)
    return min(held, key=held.__getitem__) if held else None


def _lot_among(holder: Holder, names: Sequence[str]) -> Lot | None:
    for lot in holder.lots:
        if lot.purpose == "exclusion" and set(lot.candidates) <= set(names):
            return lot
    return None


def _next_preferences(holder: Holder, names: Sequence[str]) -> Mapping[str, int]:
    for one in holder.decisions:
        if one.code == "next-preferences" and set(one.candidates) <= set(names):
            papers: Mapping[str, int] = _of(one).get("papers", {})
            return papers
    return {}


def _points(decision: Decision) -> Sequence[Figures]:
    points: Sequence[Figures] = _of(decision).get("points", ())
    return points


def _last_point(decision: Decision) -> Mapping[str, Decimal]:
    points = _points(decision)
    return points[-1]["votes"] if points else {}


def _spared(course: Course, holder: Holder, decision: Decision, name: str, fallen: str) -> str:
    equal = f"had {_equal(_equal_fewest(decision), _of(decision)['vote'], name)}"
    point = course.once(_first_above, decision).get(name)
    if point is not None:
        held: Mapping[str, Decimal] = point["votes"]
        return f"{equal}, ahead {_then(point)}, {number(held[name])} to {number(held[fallen])}"
    papers = course.once(_next_preferences_of, holder, decision)
    if papers.get(name, 0) > papers.get(fallen, 0):
        return f"{equal}, ahead on next preferences, {papers[name]} to {papers[fallen]}"
    lot = course.once(_lot_of, holder, decision)
    return equal if lot is None else f"{equal}, {_by_lot(course, lot)}, which excluded {fallen}"


def _first_above(decision: Decision) -> Mapping[str, Figures]:
    """The point at which each first had more than the fewest, who had."""
    found: dict[str, Figures] = {}
    for point in _points(decision):
        fewest = min(point["votes"].values(), default=ZERO)
        for name, vote in point["votes"].items():
            if vote > fewest:
                found.setdefault(name, point)
    return found


def _next_preferences_of(holder: Holder, decision: Decision) -> Mapping[str, int]:
    return _next_preferences(holder, _equal_fewest(decision))


def _lot_of(holder: Holder, decision: Decision) -> Lot | None:
    return _lot_among(holder, _equal_fewest(decision))


def _lost_tie(course: Course, holder: Holder, name: str) -> str | None:
    """How the candidate lost where equals had the fewest votes, or were too many for the places."""
    concerning = course.concerning(holder, name)
    for decision in concerning:
        equal = course.once(_equal_names, decision)
        if name in equal and course.once(_fallen, holder, decision) == name:
            return _fell(course, holder, decision, name)
    for decision in concerning:
        if _of(decision).get("ahead"):
            return _behind_at_the_mark(course, decision, name)
    return _lost_lot(course, holder, name) or _lost_election(course, holder, name)


def _lost_lot(course: Course, holder: Holder, name: str) -> str | None:
    """Where a lot excluded the candidate though votes were only nearly equal (Meek)."""
    lot = course.once(_lots, holder, _EXCLUSION).get(name)
    if lot is None:
        return None
    others = bounds.others(lot.candidates, name)
    return f"{votes(lot.votes[name])}, tied with {others}: {_by_lot(course, lot)}"


def _fell(course: Course, holder: Holder, decision: Decision, name: str) -> str:
    equal = _equal_fewest(decision)
    told = _equal(equal, _of(decision)["vote"], name)
    lot = _lot_among(holder, equal)
    if lot is not None:
        return f"{told}: {_by_lot(course, lot)}"
    papers = _next_preferences(holder, equal)
    if papers:
        more = min(n for one, n in papers.items() if one != name)
        return f"{told}: behind on next preferences, {papers[name]} to {more}"
    point = _points(decision)[-1]
    more_votes = min(v for one, v in point["votes"].items() if one != name)
    return f"{told}: behind {_then(point)}, {number(point['votes'][name])} to {number(more_votes)}"


def _behind_at_the_mark(course: Course, decision: Decision, name: str) -> str | None:
    point = course.once(_first_below, decision).get(name)
    if point is None:
        return None
    equal = _equal(decision.candidates, _of(decision)["votes"][name], name)
    held: Mapping[str, Decimal] = point["votes"]
    apart = f"{number(held[name])} to {number(max(held.values()))}"
    return f"{equal}, too many for the places: behind {_then(point)}, {apart}"


def _first_below(decision: Decision) -> Mapping[str, Figures]:
    """The point at which each first had fewer than the most, who had."""
    found: dict[str, Figures] = {}
    for step in _of(decision)["ahead"]:
        for point in step["points"]:
            most = max(point["votes"].values(), default=ZERO)
            for name, vote in point["votes"].items():
                if vote < most:
                    found.setdefault(name, point)
    return found


def _lost_election(course: Course, holder: Holder, name: str) -> str | None:
    """Where equals at the end were told apart by preferences or by lot."""
    lot = course.once(_lost_lots, holder).get(name)
    if lot is not None:
        equal = _equal(lot.candidates, lot.votes[name], name)
        return f"{equal}: {_by_lot(course, lot)}, which elected {lot.chosen}"
    for decision, papers, most in course.once(_told_by_preferences, holder):
        if papers.get(name, 0) < most:
            equal = _equal(papers, course.last_votes(name), name)
            rank = _preferences(_of(decision)["number"])
            return f"{equal}: behind on {rank}, {papers.get(name, 0)} to {most}"
    return None


def _lost_lots(holder: Holder) -> Mapping[str, Lot]:
    """The first lot that elected another, of each among whom one was drawn."""
    found: dict[str, Lot] = {}
    for lot in holder.lots:
        if lot.purpose == _ELECTION:
            for name in lot.candidates:
                if name != lot.chosen:
                    found.setdefault(name, lot)
    return found


def _told_by_preferences(holder: Holder) -> Sequence[tuple[Decision, Mapping[str, int], int]]:
    """The decisions by preferences of one number, the last first, and the most papers in each."""
    found = []
    for decision in reversed(holder.decisions):
        if decision.code == "preferences":
            papers: Mapping[str, int] = _of(decision).get("papers", {})
            if (most := max(papers.values(), default=0)) > 0:
                found.append((decision, papers, most))
    return found


# Not elected


def _not_elected(course: Course, name: str) -> str:
    record = course.record
    if name in course.withdrawn:
        reason = course.withdrawn[name]
        return f"Not elected: did not stand{f' ({reason})' if reason else ''}"
    if name == record.non_person and name in course.deemed:
        so = "the election is void" if record.void else "that place is not filled"
        return f"Not a person: {_reached(course, name)}; {so}"
    if record.void:
        return f"Not elected: the election is void; {_left_with(course, name)}"
    if name in course.deemed:
        return f"Not elected by this count: has a place already{_only_that_place(course)}"
    if name in course.excluded:
        return f"Not elected: {_excluded(course, name, course.excluded[name])}"
    return f"Not elected: {_at_the_end(course, name)}"


def _left_with(course: Course, name: str) -> str:
    stage = course.excluded.get(name)
    if stage is None:
        return f"had {votes(course.last_votes(name))}"
    return f"excluded at stage {stage.number} with {votes(course.votes_before(stage, name))}"


def _only_that_place(course: Course) -> str:
    return "" if course.vacating is None else f", and only that of {course.vacating} is filled"


def _excluded(course: Course, name: str, stage: Stage) -> str:
    tie = _lost_tie(course, stage, name)
    if tie is not None:
        return f"excluded at stage {stage.number} with {tie}"
    held = course.votes_before(stage, name)
    others = bounds.others(stage.candidates, name)
    return (
        f"excluded at stage {stage.number} with {votes(held)}{_short_of_next(course, name, stage)}"
        f"{f', together with {others}' if others else ''}{_even_so(course, stage, name)}"
    )


def _short_of_next(course: Course, name: str, stage: Stage) -> str:
    """By how much the candidate was behind the lowest of those who stayed."""
    above = course.once(_next_above, course, stage)
    held = course.votes_before(stage, name)
    if above is None or above <= held:
        return ""
    return f", {number(above - held)} fewer than {course.once(_who_is_next, course, stage)}"


def _staying(course: Course, stage: Stage) -> Mapping[str, Decimal]:
    """The votes before the stage of those who stayed, as far as any are stated."""
    leaving = frozenset(stage.candidates)
    return {
        one: vote
        for one, vote in course.all_votes_before(stage).items()
        if one in course.order and one not in leaving and not course.left_before(stage, one)
    }


def _next_above(course: Course, stage: Stage) -> Decimal | None:
    """The fewest votes before the stage of those who stayed; None where nobody did."""
    leaving = [
        one
        for one in dict.fromkeys(stage.candidates)
        if one in course.order and not course.left_before(stage, one)
    ]
    stated = course.once(_staying, course, stage)
    without = course.number_continuing(stage) - len(leaving) - len(stated)
    return min((*stated.values(), *([ZERO] if without > 0 else [])), default=None)


def _who_is_next(course: Course, stage: Stage) -> str:
    """Those of whom `_next_above` is the vote, in the order of the paper."""
    above, leaving = course.once(_next_above, course, stage), frozenset(stage.candidates)
    stated = [one for one, vote in course.once(_staying, course, stage).items() if vote == above]
    if above != ZERO:
        return bounds.some(sorted(stated, key=course.order.__getitem__), len(stated))
    who = [
        one
        for one in course.continuing_before(stage)
        if one not in leaving and course.votes_before(stage, one) == above
    ]
    return bounds.some(who, len(who))


def _even_so(course: Course, stage: Stage, name: str) -> str:
    """Why several go together."""
    for decision in course.concerning(stage, name):
        of = _of(decision)
        if {"total", "above"} <= of.keys():
            waiting = of.get("surpluses", ZERO) + of.get("held", ZERO)
            also = f" and {number(waiting)} still to be transferred" if waiting else ""
            above = number(of["above"])
            return (
                f": {votes(of['total'])} in all{also}, too few to pass the next above, with {above}"
            )
    return ""


def _last_first(course: Course, name: str) -> Iterator[Holder]:
    """The stages, and the completion, that say something of this candidate or of all."""
    own = course.once(_naming, course).get(name, ())
    numbers = heapq.merge(reversed(own), course.once(_telling_all, course), reverse=True)
    return (course.holders[number] for number in numbers)


def _naming(course: Course) -> Mapping[str, Sequence[int]]:
    found: dict[str, list[int]] = {}
    for number, holder in enumerate(course.holders):
        concerned = (name for one in holder.decisions for name in one.candidates)
        drawn = (name for one in holder.lots for name in (one.chosen, *one.candidates))
        for name in dict.fromkeys((*concerned, *drawn)):
            found.setdefault(name, []).append(number)
    return found


def _telling_all(course: Course) -> Sequence[int]:
    """Whoever has no preferences of the number that decided is not named, and lost by it."""
    last_first = reversed(list(enumerate(course.holders)))
    return [number for number, one in last_first if course.once(_told_by_preferences, one)]


def _at_the_end(course: Course, name: str) -> str:
    record = course.record
    for holder in _last_first(course, name):
        tie = _lost_tie(course, holder, name)
        if tie is not None:
            return f"had {tie}"
    stage = f" after stage {len(record.stages)}" if record.stages else ""
    held = course.last_votes(name)
    return f"had {votes(held)}{stage}{course.once(_ended, course)}{_short_of_a_place(course, held)}"


def _short_of_a_place(course: Course, held: Decimal) -> str:
    stages = course.record.stages
    quota = stages[-1].quota if stages else None
    if quota is not None and held < quota:
        needed = course.once(_has_votes_needed, course)
        what = f"{number(quota)} needed" if needed else f"quota of {number(quota)}"
        return f": {number(quota - held)} short of the {what}"
    last = next(reversed(course.deemed), None)
    if last is None or course.last_votes(last) <= held:
        return ""
    return f": {number(course.last_votes(last) - held)} fewer than {last}"


def _has_votes_needed(course: Course) -> bool:
    return any(one.code == "votes-needed" for _, one in course.decisions())


def _ended(course: Course) -> str:
    """How the count ended, where that is more than that all places were filled."""
    for decision in course.record.completion.decisions:
        ended = _ENDED.get(decision.code)
        if ended is not None and (decision.candidates or "{}" not in ended):
            return ended.format(*decision.candidates[:1])
    last = next(reversed(course.deemed), None)
    if last == course.record.non_person:
        # A place that nobody takes is not filled.
        return f", when {last} took the last place" if last else ""
    return ", when the last place was filled"


_ENDED: Mapping[str, str] = {
    "rest-excluded-closed": ", when the election of {} closed the count",
    "rest-excluded-vacancy": ", when the vacancy was filled",
}


# Nobody elected


def _void(course: Course) -> str | None:
    for _, decision in course.decisions():
        if decision.code == "void":
            of = _of(decision)
            held = listed([f"{name} has {votes(vote)}" for name, vote in of["votes"].items()])
            return (
                f"the election is void: {held}, and {number(of['needed'])} are enough for that "
                f"(half of the {counted(of['valid'], 'valid paper')}, plus one)"
            )
    return None
