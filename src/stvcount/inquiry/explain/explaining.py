"""The story of a count, or of one candidate in it, in plain English with the clauses in brackets.

It is told from the record alone, and of any rule set: what happened comes from the figures, why it
was decided from the decisions in the record, word for word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

from stvcount.checked import checked
from stvcount.checks import whole_number
from stvcount.errors import ElectionError
from stvcount.record import Batch, Completion, CountRecord, Decision, Elected, Lot, Stage
from stvcount.sheets.table import EXACT
from stvcount.tally.votes import ZERO
from stvcount.words import counted, listed

_OF_A_LOT = {
    "exclusion": "who is excluded",
    "surplus": "whose surplus is transferred first",
    "election": "who is elected",
}


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the story: a heading, and sentences that belong together in each paragraph."""

    heading: str
    paragraphs: tuple[str, ...]


@checked
def explain(record: CountRecord, candidate: str | None = None, *, width: int = 100) -> str:
    """The story of the count, or of this candidate in it, in lines of at most `width` columns.

    Raises `ElectionError` for a name that was not on the paper.
    """
    from stvcount.inquiry.explain import sheet as explanation_sheet

    whole_number("width", width, least=1)
    return explanation_sheet.sheet(record, candidate, width=width)


def sections(record: CountRecord, candidate: str | None = None) -> tuple[Section, ...]:
    """The same as headings and paragraphs, for those who set it out themselves.

    Raises `ElectionError` for a name that was not on the paper.
    """
    if candidate is not None and candidate not in record.candidates:
        raise ElectionError(
            f"explain: found {candidate!r}; "
            f"expected one of the candidates {', '.join(record.candidates)}"
        )
    with localcontext(EXACT):
        told = _whole(_Course(record)) if candidate is None else _one(_Course(record), candidate)
        return tuple(section for section in told if section.paragraphs)


class _Course:
    """The course of a count: the record, and who was where before each stage."""

    def __init__(self, record: CountRecord) -> None:
        self.record = record
        self.withdrawn = {one.candidate: one.reason for one in record.withdrawn}
        self.standing = [name for name in record.candidates if name not in self.withdrawn]
        self.deemed: dict[str, tuple[Stage | None, Elected]] = {}
        self.excluded: dict[str, Stage] = {}
        self._continuing: dict[int, list[str]] = {}
        self._before: dict[int, Mapping[str, Decimal]] = {}
        held: Mapping[str, Decimal] = {}
        for stage in record.stages:
            self._before[stage.number], held = held, stage.votes
            gone = {*self.deemed, *self.excluded}
            self._continuing[stage.number] = [n for n in self.standing if n not in gone]
            self.deemed |= {one.candidate: (stage, one) for one in stage.elected}
            if stage.kind == "exclusion":
                self.excluded |= dict.fromkeys(stage.candidates, stage)
        self.deemed |= {one.candidate: (None, one) for one in record.completion.elected}
        # A name within a longer one is no mention of it: the longest are looked for first.
        longest = sorted(record.candidates, key=len, reverse=True)
        self._mention = re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in longest))

    def continuing_before(self, stage: Stage) -> list[str]:
        return self._continuing[stage.number]

    def votes_before(self, stage: Stage, name: str) -> Decimal:
        return self._before[stage.number].get(name, ZERO)

    def last_votes(self, name: str) -> Decimal:
        return self.record.stages[-1].votes.get(name, ZERO) if self.record.stages else ZERO

    def mentions(self, name: str, decision: Decision) -> bool:
        return name in self._mention.findall(decision.text)

    def sentence(self, text: str, clause: str) -> str:
        """A decision as a sentence; a name at its beginning is left as it is."""
        begins = self._mention.match(text) is None
        text = text[:1].upper() + text[1:] if begins else text
        return f"{text} [{clause}]."


# The whole count


def _whole(course: _Course) -> Iterator[Section]:
    record = course.record
    yield Section("The election", tuple(_opening(course)))
    for stage in record.stages:
        yield Section(_headed(stage), tuple(_stage(course, stage)))
    yield Section("The end of the count", tuple(_end(course, record.completion)))
    left = [name for name in record.candidates if name not in record.elected]
    yield Section("Those not elected", tuple(_why_not(course, name) for name in left))


def _opening(course: _Course) -> Iterator[str]:
    record, papers = course.record, course.record.papers
    stood, places = counted(len(course.standing), "candidate"), counted(record.places, "place")
    valid = counted(papers.valid, "valid paper")
    yield f"{stood} stood for {places}. Counted by the rules {record.rules.id}: {valid}."
    for reason, number in papers.invalid.items():
        yield f"Invalid: {counted(number, 'paper')} ({reason})."
    if papers.set_aside:
        numbers = listed([str(one.paper) for one in papers.set_aside])
        yield f"Set aside, and in no total: {counted(len(papers.set_aside), 'paper')} ({numbers})."
    for name in course.withdrawn:
        yield _withdrew(course, name)
    if record.non_person is not None:
        yield f"{record.non_person} is no person, but an option on the paper."
    yield from _result(record)


def _result(record: CountRecord) -> Iterator[str]:
    if record.void:
        yield "The election is void: nobody is elected."
    elif record.elected:
        yield f"Elected: {', then '.join(record.elected)}."
    else:
        yield "Nobody is elected."
    for vacancy in record.vacant:
        yield f"Vacant: {counted(vacancy.places, 'place')} ({vacancy.reason})."


def _headed(stage: Stage) -> str:
    return f"Stage {stage.number}: {_what(stage)}"


def _what(stage: Stage) -> str:
    who = listed(stage.candidates)
    return {
        "first": "the first preferences",
        "surplus": f"the surplus of {who}",
        "exclusion": f"the exclusion of {who}",
        "suspense": f"the papers held in suspense from {who}",
    }[stage.kind]


def _stage(course: _Course, stage: Stage) -> Iterator[str]:
    if stage.kind == "first":
        votes = sorted(stage.votes.items(), key=lambda pair: pair[1], reverse=True)
        yield f"First preferences: {listed([f'{name} {vote}' for name, vote in votes])}."
    yield from (course.sentence(one.text, one.clause) for one in stage.decisions)
    yield from (_batch(batch) for batch in stage.batches)
    yield from (_deemed(one, stage.quota) for one in stage.elected)
    yield from map(_lot, stage.lots)


def _batch(batch: Batch) -> str:
    moved = sum(batch.papers.values(), batch.non_transferable_papers)
    went = [
        f"{number} to {name} ({batch.credited.get(name, ZERO)} votes)"
        for name, number in batch.papers.items()
    ]
    if batch.non_transferable_papers:
        went.append(f"{batch.non_transferable_papers} had no next available preference")
    lost = batch.non_transferable
    return (
        f"{counted(moved, 'paper')} moved at {batch.value}: {listed(went) or 'none went anywhere'}."
        + (f" {lost} became non-transferable." if lost else "")
    )


def _deemed(one: Elected, quota: Decimal | None) -> str:
    reached = quota is not None and one.vote >= quota
    mark = f", which reaches the quota of {quota}" if reached else ""
    return f"{one.candidate} was deemed elected with {one.vote} votes{mark} [{one.clause}]."


def _lot(lot: Lot) -> str:
    tied = listed([f"{name} ({lot.votes.get(name, ZERO)})" for name in lot.candidates])
    asked = _OF_A_LOT.get(lot.purpose, lot.purpose)
    return (
        f"A lot between {tied} decided {asked}: it fell on {lot.chosen} "
        f"(source: {lot.source}) [{lot.clause}]."
    )


def _end(course: _Course, end: Completion) -> Iterator[str]:
    yield from (course.sentence(one.text, one.clause) for one in end.decisions)
    yield from (_deemed(one, None) for one in end.elected)
    yield from map(_lot, end.lots)


# Why somebody is not elected


def _why_not(course: _Course, name: str) -> str:
    if name in course.withdrawn:
        return _withdrew(course, name)
    if name in course.deemed:
        return _without_a_place(course, name)
    if name in course.excluded:
        return _excluded(course, name, course.excluded[name])
    if name in course.record.completion.excluded:
        return _left_at_the_end(course, name)
    void = ", as the election is void" if course.record.void else ""
    return (
        f"{name} still continued when the count ended, with {course.last_votes(name)} votes{void}."
    )


def _withdrew(course: _Course, name: str) -> str:
    reason = course.withdrawn[name]
    because = f" ({reason})" if reason else ""
    return f"{name} did not stand{because}: every paper passes over that name."


def _without_a_place(course: _Course, name: str) -> str:
    stage, one = course.deemed[name]
    at = "at the end" if stage is None else f"at stage {stage.number}"
    deemed = f"{name} was deemed elected {at} with {one.vote} votes [{one.clause}]"
    if course.record.void:
        return f"{deemed}, but the election is void."
    if name == course.record.non_person:
        return f"{deemed}, but is no person: the place is not filled."
    return f"{deemed}, but is given no place by this count."


def _excluded(course: _Course, name: str, stage: Stage) -> str:
    others = [other for other in stage.candidates if other != name]
    together = f", together with {listed(others)}" if others else ""
    return (
        f"{name} was excluded at stage {stage.number}{together}, with "
        f"{_among_the_fewest(course, name, stage)}{_clauses(course, stage, name)}."
    )


def _among_the_fewest(course: _Course, name: str, stage: Stage) -> str:
    """How the vote compared with the others when the exclusion was decided."""
    continuing = course.continuing_before(stage)
    before = {other: course.votes_before(stage, other) for other in (*continuing, name)}
    votes = before[name]
    if votes > min(before.values()):
        return f"{votes} votes"
    equal = [other for other in continuing if before[other] == votes and other != name]
    fewest = f"{votes} votes, the fewest of the {len(continuing)} still continuing"
    if not equal:
        return fewest
    fewest += f", equal with {listed(equal)}"
    if set(equal) <= set(stage.candidates):
        return fewest
    how = "the lot fell on" if _lost(stage.lots, name) else "the tie was decided against"
    return f"{fewest}: {how} {name}"


def _lost(lots: Sequence[Lot], name: str) -> bool:
    """Whether a lot put this candidate out of the count."""
    return any(
        (lot.chosen == name) == (lot.purpose == "exclusion") and name in lot.candidates
        for lot in lots
        if lot.purpose != "surplus"
    )


def _clauses(course: _Course, holder: Stage | Completion, name: str) -> str:
    found = [one.clause for one in holder.decisions if course.mentions(name, one)]
    return f" [{', '.join(dict.fromkeys(found))}]" if found else ""


def _left_at_the_end(course: _Course, name: str) -> str:
    end = course.record.completion
    if _lost(end.lots, name):
        how = "and lost the tie at the end, by lot"
    elif end.elected:
        filled = listed([one.candidate for one in end.elected])
        how = f"when {filled} took what places were left, without a further transfer"
    else:
        how = f"{_below_the_quota(course, name)}when the count ended{_elected_last(course)}"
    return f"{name} had {course.last_votes(name)} votes {how}{_clauses(course, end, name)}."


def _below_the_quota(course: _Course, name: str) -> str:
    quota = course.record.stages[-1].quota if course.record.stages else None
    below = quota is not None and course.last_votes(name) < quota
    return f"and was below the quota of {quota} " if below else ""


def _elected_last(course: _Course) -> str:
    elected = [(stage.number, one) for stage in course.record.stages for one in stage.elected]
    if not elected:
        return ""
    number, last = elected[-1]
    return f"; the last deemed elected was {last.candidate}, at stage {number} with {last.vote}"


# One candidate


def _one(course: _Course, name: str) -> Iterator[Section]:
    record = course.record
    no_person = f"{name} is no person, but an option on the paper."
    told = _elected(course, name) if name in record.elected else _why_not(course, name)
    yield Section(name, (no_person, told) if name == record.non_person else (told,))
    if name in course.withdrawn:
        return
    for stage in record.stages:
        yield Section(_headed(stage), tuple(_part_in(course, stage, name)))
    yield Section("The end of the count", tuple(_part_in_the_end(course, name)))


def _elected(course: _Course, name: str) -> str:
    elected = course.record.elected
    order = f", number {elected.index(name) + 1} of {len(elected)}" if len(elected) > 1 else ""
    if name not in course.deemed:
        return f"{name} is elected{order}."
    stage, one = course.deemed[name]
    at = "at the end of the count" if stage is None else f"at stage {stage.number}"
    return f"{name} is elected{order}: deemed elected {at} with {one.vote} votes [{one.clause}]."


def _part_in(course: _Course, stage: Stage, name: str) -> Iterator[str]:
    yield from (
        _began(course, stage, name) if stage.kind == "first" else _gained(course, stage, name)
    )
    yield from _decided(course, stage, name)
    if name in stage.candidates and stage.kind != "first":
        yield from _gave(course, stage, name)
    yield from (_deemed(one, stage.quota) for one in stage.elected if one.candidate == name)


def _began(course: _Course, stage: Stage, name: str) -> Iterator[str]:
    votes = stage.votes.get(name, ZERO)
    more = sum(other > votes for other in stage.votes.values())
    others = len(stage.votes) - 1
    than = {0: "none", others: "all"}.get(more, str(more))
    compared = f"; {than} of the {counted(others, 'other candidate')} had more" if others else ""
    yield f"{name} had {votes} of the {course.record.papers.valid} first preferences{compared}."


def _gained(course: _Course, stage: Stage, name: str) -> Iterator[str]:
    parcels = [
        f"{counted(batch.papers[name], 'paper')} at {batch.value}"
        for batch in stage.batches
        if name in batch.papers
    ]
    if not parcels:
        return
    gained = sum((batch.credited.get(name, ZERO) for batch in stage.batches), ZERO)
    held = [
        other
        for other, votes in stage.votes.items()
        if votes < course.votes_before(stage, other) and other not in stage.candidates
    ]
    also = f", and from papers that {listed(held)} still held" if held else ""
    yield (
        f"{name} gained {gained} votes from {_what(stage)}{also}: {listed(parcels)}. "
        f"That made {stage.votes.get(name, ZERO)}."
    )


def _gave(course: _Course, stage: Stage, name: str) -> Iterator[str]:
    """The candidate's own papers are transferred."""
    before, now = course.votes_before(stage, name), stage.votes.get(name, ZERO)
    yield f"{name} went from {before} votes to {now}."
    yield from map(_batch, stage.batches)


def _part_in_the_end(course: _Course, name: str) -> Iterator[str]:
    end = course.record.completion
    yield from _decided(course, end, name)
    yield from (_deemed(one, None) for one in end.elected if one.candidate == name)


def _decided(course: _Course, holder: Stage | Completion, name: str) -> Iterator[str]:
    """What was decided that concerns this candidate, by rule or by lot."""
    for decision in holder.decisions:
        if course.mentions(name, decision):
            yield course.sentence(decision.text, decision.clause)
    yield from (_lot(lot) for lot in holder.lots if name in lot.candidates)
