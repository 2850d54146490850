"""Why, in one plain sentence: why somebody is elected or not, why a place is not filled.

The sentences are made from what the record has decided and reckoned, of any rule set: where a rule
set of another package decides by codes of its own, its own words are quoted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING, Any, TypeAlias

from stvcount.errors import ElectionError
from stvcount.exact import EXACT
from stvcount.sheets.course import ZERO, Course
from stvcount.words import counted, listed

if TYPE_CHECKING:
    from stvcount.record import CountRecord, Decision, Lot, Stage
    from stvcount.sheets.course import Holder

Figures: TypeAlias = Mapping[str, Any]

_ORDINALS = ("first", "second", "third", "fourth", "fifth")


def why_elected(record: CountRecord, name: str) -> str:
    """Why this candidate is elected: "Reached the quota of 8.34 at stage 2, with 16.56 votes."

    It has no subject, as it stands beside the name. Raises `ElectionError` for a name that is not
    one of those elected.
    """
    if name not in record.elected:
        raise ElectionError(_expected("why_elected", name, "those elected", record.elected))
    return _sentence(lambda: _elected(Course(record), name), "elected")


def why_not(record: CountRecord, name: str) -> str:
    """Why this candidate is not elected: "Not elected: excluded at stage 3 with 4 votes, ...".

    It has no subject, as it stands beside the name. Raises `ElectionError` for a name that is not
    one of the candidates, or is elected.
    """
    if name not in record.candidates or name in record.elected:
        left = [one for one in record.candidates if one not in record.elected]
        raise ElectionError(_expected("why_not", name, "those not elected", left))
    return _sentence(lambda: _not_elected(Course(record), name), "not elected")


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
    if all(one in course.deemed for one in course.standing):
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


def _mark(course: Course, name: str) -> str:
    """By the decision that says so; else the quota, where it was reached; else as it is worded."""
    stage, one = course.deemed[name]
    own = [d for d in course.where_deemed(name).decisions if name in d.candidates]
    where = _at(stage)
    for decision in reversed(own):
        sentence = _ELECTED.get(decision.code)
        if sentence is not None:
            return sentence(name, decision, one.vote, where)
    if stage is not None and stage.quota is not None and one.vote >= stage.quota:
        return f"reached the quota of {number(stage.quota)} {where}, with {votes(one.vote)}"
    why = "".join(f" ({one.text})" for one in own[-1:] if one.clause != "non-person")
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


def _last_places(name: str, decision: Decision, vote: Decimal, where: str) -> str:
    of = _of(decision)
    proposed = decision.candidates[: of["proposed"]]
    return (
        f"elected {where} with {votes(vote)}: without {listed(proposed)} no more candidates were "
        "left than places"
    )


def _as_many(_: str, __: Decision, vote: Decimal, where: str) -> str:
    return f"elected {where} with {votes(vote)}: no more candidates were left than places"


_ELECTED: Mapping[str, Sentence] = {
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
    for decision in holder.decisions:
        for step in _of(decision).get("ahead", ()):
            if name in step["votes"] and step["points"]:
                return _ahead_by_points(decision, name, step)
    for lot in holder.lots:
        if lot.purpose == "election" and lot.chosen == name:
            return f"had {_equal(lot.candidates, lot.votes[name], name)}: {_by_lot(course, lot)}"
    return _ahead_by_preferences(course, holder, name)


def _ahead_by_points(decision: Decision, name: str, step: Figures) -> str:
    of = _of(decision)
    point = step["points"][-1]
    others = {one: vote for one, vote in point["votes"].items() if one not in step["votes"]}
    return (
        f"had {_equal(decision.candidates, of['votes'][name], name)}, too many for "
        f"{counted(of['places'], 'place')}: ahead {_then(point)}, "
        f"{number(point['votes'][name])} to {number(max(others.values()))}"
    )


def _ahead_by_preferences(course: Course, holder: Holder, name: str) -> str | None:
    """Loughborough's tied count: by the preferences of one number that decided."""
    for decision in reversed(holder.decisions):
        if decision.code != "preferences" or name not in decision.candidates:
            continue
        papers: Mapping[str, int] = _of(decision)["papers"]
        fewer = [n for n in papers.values() if n < papers[name]]
        if fewer and papers[name] == max(papers.values()):
            return (
                f"had {_equal(papers, course.last_votes(name), name)}: ahead on "
                f"{_preferences(_of(decision)['number'])}, {papers[name]} to {max(fewer)}"
            )
    return None


def _preferences(rank: int) -> str:
    ordinal = _ORDINALS[rank - 1] if 0 < rank <= len(_ORDINALS) else f"number {rank}"
    return f"{ordinal} preferences"


def _equal(names: Iterable[str], vote: Decimal, name: str) -> str:
    """ "8 votes, equal with B"."""
    others = [one for one in names if one != name]
    return f"{votes(vote)}, equal with {listed(others)}"


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
        for decision in found.decisions:
            equal = _equal_fewest(decision)
            fallen = _fallen(found, decision)
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
    for point in _points(decision):
        held: Mapping[str, Decimal] = point["votes"]
        if name in held and held[name] > min(held.values()):
            return f"{equal}, ahead {_then(point)}, {number(held[name])} to {number(held[fallen])}"
    papers = _next_preferences(holder, _equal_fewest(decision))
    if papers.get(name, 0) > papers.get(fallen, 0):
        return f"{equal}, ahead on next preferences, {papers[name]} to {papers[fallen]}"
    lot = _lot_among(holder, _equal_fewest(decision))
    return equal if lot is None else f"{equal}, {_by_lot(course, lot)}, which excluded {fallen}"


def _lost_tie(course: Course, holder: Holder, name: str) -> str | None:
    """How the candidate lost where equals had the fewest votes, or were too many for the places."""
    for decision in holder.decisions:
        if name in _equal_fewest(decision) and _fallen(holder, decision) == name:
            return _fell(course, holder, decision, name)
    for decision in holder.decisions:
        if name in decision.candidates and _of(decision).get("ahead"):
            return _behind_at_the_mark(decision, name)
    return _lost_election(course, holder, name)


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


def _behind_at_the_mark(decision: Decision, name: str) -> str | None:
    of = _of(decision)
    equal = f"{_equal(decision.candidates, of['votes'][name], name)}, too many for the places"
    for step in of["ahead"]:
        for point in step["points"]:
            held = point["votes"]
            if name in held and held[name] < max(held.values()):
                apart = f"{number(held[name])} to {number(max(held.values()))}"
                return f"{equal}: behind {_then(point)}, {apart}"
    return None


def _lost_election(course: Course, holder: Holder, name: str) -> str | None:
    """Where equals at the end were told apart by preferences or by lot."""
    for lot in holder.lots:
        if lot.purpose == "election" and name in lot.candidates and lot.chosen != name:
            equal = _equal(lot.candidates, lot.votes[name], name)
            return f"{equal}: {_by_lot(course, lot)}, which elected {lot.chosen}"
    for decision in reversed(holder.decisions):
        papers: Mapping[str, int] = _of(decision).get("papers", {})
        if decision.code == "preferences" and papers.get(name, 0) < max(papers.values(), default=0):
            equal = _equal(papers, course.last_votes(name), name)
            rank = _preferences(_of(decision)["number"])
            return f"{equal}: behind on {rank}, {papers.get(name, 0)} to {max(papers.values())}"
    return None


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
    others = [one for one in stage.candidates if one != name]
    return (
        f"excluded at stage {stage.number} with {votes(held)}{_short_of_next(course, name, stage)}"
        f"{f', together with {listed(others)}' if others else ''}{_even_so(stage, name)}"
    )


def _short_of_next(course: Course, name: str, stage: Stage) -> str:
    """By how much the candidate was behind the lowest of those who stayed."""
    staying = {
        one: course.votes_before(stage, one)
        for one in course.continuing_before(stage)
        if one not in stage.candidates
    }
    held = course.votes_before(stage, name)
    if not staying or min(staying.values()) <= held:
        return ""
    above = min(staying.values())
    who = listed([one for one, vote in staying.items() if vote == above])
    return f", {number(above - held)} fewer than {who}"


def _even_so(stage: Stage, name: str) -> str:
    """Why several go together."""
    for decision in stage.decisions:
        of = _of(decision)
        if name in decision.candidates and {"total", "above"} <= set(of):
            waiting = of.get("surpluses", ZERO) + of.get("held", ZERO)
            also = f" and {number(waiting)} still to be transferred" if waiting else ""
            above = number(of["above"])
            return (
                f": {votes(of['total'])} in all{also}, too few to pass the next above, with {above}"
            )
    return ""


def _at_the_end(course: Course, name: str) -> str:
    record = course.record
    for holder in reversed(course.holders):
        tie = _lost_tie(course, holder, name)
        if tie is not None:
            return f"had {tie}"
    stage = f" after stage {len(record.stages)}" if record.stages else ""
    held = course.last_votes(name)
    return f"had {votes(held)}{stage}{_ended(course)}{_short_of_a_place(course, held)}"


def _short_of_a_place(course: Course, held: Decimal) -> str:
    stages = course.record.stages
    quota = stages[-1].quota if stages else None
    if quota is not None and held < quota:
        needed = any(one.code == "votes-needed" for _, one in course.decisions())
        what = f"{number(quota)} needed" if needed else f"quota of {number(quota)}"
        return f": {number(quota - held)} short of the {what}"
    last = next(reversed(course.deemed), None)
    if last is None or course.last_votes(last) <= held:
        return ""
    return f": {number(course.last_votes(last) - held)} fewer than {last}"


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
