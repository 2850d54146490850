"""The story of a count, or of one candidate in it, in plain English with the clauses in brackets.

It is told from the record alone, and of any rule set: what happened comes from the figures, why it
was decided from the decisions in the record, word for word, and what the words of the field mean is
said where each is first used.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING

from stvcount.checked import checked
from stvcount.checks import whole_number
from stvcount.errors import ElectionError
from stvcount.exact import EXACT
from stvcount.inquiry.explain.glossary import Glossary
from stvcount.record import Batch, CountRecord, Decision, Elected, Lot, Stage
from stvcount.sheets import bounds
from stvcount.sheets.course import ZERO, Course
from stvcount.sheets.table import figure
from stvcount.sheets.why import why_elected, why_not, why_vacant
from stvcount.words import counted, listed, one_of_the_candidates

if TYPE_CHECKING:
    from stvcount.sheets.course import Holder

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

    It begins with the result, and why each is elected. Raises `ElectionError` for a name that was
    not on the paper.
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
            f"expected {one_of_the_candidates(candidate, record.candidates)}"
        )
    story = _Story(record)
    with localcontext(EXACT):
        told = story.whole() if candidate is None else story.of_one(candidate)
        return tuple(section for section in told if section.paragraphs)


def _what(stage: Stage) -> str:
    """ "the surplus of A", or the rule set's own word for the kind of stage."""
    if not stage.candidates:
        return "the first preferences" if stage.number == 1 else stage.kind
    return f"the {stage.kind} of {listed(stage.candidates)}"


def _headed(stage: Stage) -> str:
    return f"Stage {stage.number}: {_what(stage)}"


def _sentence(decision: Decision) -> str:
    """A decision as a sentence; a name at its beginning is left as it is."""
    text = bounds.text(decision)
    if not any(text.startswith(name) for name in decision.candidates if name):
        text = text[:1].upper() + text[1:]
    return f"{text} [{decision.clause}]."


def _is(name: str, why: str) -> str:
    """ "A is not elected: ..." of a sentence that begins without its subject."""
    return f"{name} is {why[:1].lower()}{why[1:]}"


class _Story:
    """One telling of a count: what a word means is said once in it."""

    def __init__(self, record: CountRecord) -> None:
        self.record = record
        self.course = Course(record)
        self.glossary = Glossary()

    # The whole count

    def whole(self) -> Iterator[Section]:
        record = self.record
        yield Section("The result", tuple(self.result()))
        yield Section("The election", tuple(self.opening()))
        for stage in record.stages:
            yield Section(_headed(stage), tuple(self.stage(stage)))
        yield Section("The end of the count", tuple(self.end()))
        left = [name for name in record.candidates if name not in self.course.elected]
        yield Section("Those not elected", tuple(self.not_elected(name) for name in left))

    def result(self) -> Iterator[str]:
        record = self.record
        yield from (self.elected(name) for name in record.elected)
        if not record.elected and not record.void:
            yield "Nobody is elected."
        yield from why_vacant(record)

    def elected(self, name: str) -> str:
        number = len(self.record.elected)
        order = f", number {self.course.elected[name]} of {number}" if number > 1 else ""
        why = why_elected(self.course, name)
        if name not in self.course.deemed:
            return f"{name} is elected{order}."
        clause = self.course.deemed[name][1].clause
        return f"{name} is elected{order}: {why[:1].lower()}{why[1:-1]} [{clause}]."

    def not_elected(self, name: str) -> str:
        return f"{_is(name, why_not(self.course, name))[:-1]}{self.clauses(name)}."

    def clauses(self, name: str) -> str:
        """The clauses of what decided that this candidate goes, or goes no further."""
        course = self.course
        if name in course.withdrawn:
            return ""
        if name in course.deemed:
            return f" [{course.deemed[name][1].clause}]"
        holder = course.excluded.get(name, self.record.completion)
        found = [one.clause for one in course.concerning(holder, name)]
        return f" [{', '.join(dict.fromkeys(found))}]" if found else ""

    def opening(self) -> Iterator[str]:
        record, papers = self.record, self.record.papers
        stood = counted(len(self.course.standing), "candidate")
        places, valid = counted(record.places, "place"), counted(papers.valid, "valid paper")
        title = f" ({record.rules.title})" if record.rules.title else ""
        yield f"{stood} stood for {places}. Counted by the rules {record.rules.id}{title}: {valid}."
        for reason, number in papers.invalid.items():
            yield f"Invalid: {counted(number, 'paper')} ({reason})."
        if papers.set_aside:
            numbers = listed([str(one.paper) for one in papers.set_aside])
            aside = counted(len(papers.set_aside), "paper")
            yield f"Set aside, and in no total: {aside} ({numbers})."
        for name, reason in self.course.withdrawn.items():
            because = f" ({reason})" if reason else ""
            yield f"{name} did not stand{because}: every paper passes over that name."
        if record.non_person is not None:
            yield f"{record.non_person} is no person, but an option on the paper."

    def stage(self, stage: Stage) -> Iterator[str]:
        if stage.number == 1:
            votes = sorted(stage.votes.items(), key=lambda pair: pair[1], reverse=True)
            told = listed([f"{name} {figure(vote)}" for name, vote in votes])
            yield f"First preferences: {told}."
        yield from map(self.decision, stage.decisions)
        if stage.batches:
            yield from self.batches(stage)
        else:
            yield from self.changes(stage)
        yield from (self.deemed(one, stage) for one in stage.elected)
        yield from map(self.lot, stage.lots)

    def decision(self, decision: Decision) -> str:
        return _sentence(decision) + self.glossary.of_code(decision.code)

    def batches(self, stage: Stage) -> Iterator[str]:
        for batch in stage.batches:
            words = ("batch",) if len(stage.batches) > 1 else ()
            lost = ("non-transferable",) if batch.non_transferable else ()
            yield _batch(batch) + self.glossary.of(*words, *lost)

    def changes(self, stage: Stage) -> Iterator[str]:
        """What changed where the rule set moves no batches."""
        if stage.number == 1:
            return
        yield from self.kept(stage)
        changed = [
            f"{name} {figure(self.course.votes_before(stage, name))} to {figure(vote)}"
            for name, vote in stage.votes.items()
            if vote != self.course.votes_before(stage, name)
        ]
        if changed:
            yield f"The votes changed: {listed(changed)}."

    def kept(self, stage: Stage) -> Iterator[str]:
        """The keep values of those who pass something on, where the rule set has any."""
        keep: Mapping[str, Decimal] = stage.keep_values or {}
        parts = [f"{name} {figure(value)}" for name, value in keep.items() if 0 < value < 1]
        if parts:
            looked = counted(stage.iterations or 0, "time")
            yield (
                f"All papers were looked at again, {looked}. In the end these keep a part of each "
                f"vote that comes to them: {listed(parts)}.{self.glossary.of('keep value')}"
            )

    def deemed(self, one: Elected, stage: Stage | None) -> str:
        quota = None if stage is None else stage.quota
        reached = quota is not None and one.vote >= quota
        mark = f", which reaches the quota of {figure(quota)}" if reached else ""
        gloss = self.glossary.of("deemed elected")
        return (
            f"{one.candidate} was deemed elected with {figure(one.vote)} votes{mark} "
            f"[{one.clause}].{gloss}"
        )

    def lot(self, lot: Lot) -> str:
        tied = listed([f"{name} ({figure(lot.votes.get(name, ZERO))})" for name in lot.candidates])
        asked = _OF_A_LOT.get(lot.purpose, lot.purpose)
        return (
            f"A lot between {tied} decided {asked}: it fell on {lot.chosen} "
            f"(source: {lot.source}) [{lot.clause}].{self.glossary.of('lot')}"
        )

    def end(self) -> Iterator[str]:
        end = self.record.completion
        yield from map(self.decision, end.decisions)
        yield from (self.deemed(one, None) for one in end.elected)
        yield from map(self.lot, end.lots)

    # One candidate

    def of_one(self, name: str) -> Iterator[Section]:
        record = self.record
        told = self.elected(name) if name in record.elected else self.not_elected(name)
        no_person = f"{name} is no person, but an option on the paper."
        yield Section(name, (no_person, told) if name == record.non_person else (told,))
        if name in self.course.withdrawn:
            return
        for stage in record.stages:
            yield Section(_headed(stage), tuple(self.part_in(stage, name)))
        yield Section("The end of the count", tuple(self.part_in_the_end(name)))

    def part_in(self, stage: Stage, name: str) -> Iterator[str]:
        yield from self.began(stage, name) if stage.number == 1 else self.gained(stage, name)
        yield from self.decided(stage, name)
        if stage.number > 1 and name in stage.candidates:
            yield from self.gave(stage, name)
        yield from (self.deemed(one, stage) for one in stage.elected if one.candidate == name)

    def began(self, stage: Stage, name: str) -> Iterator[str]:
        votes = stage.votes.get(name, ZERO)
        more = sum(other > votes for other in stage.votes.values())
        others = len(stage.votes) - 1
        than = {0: "none", others: "all"}.get(more, str(more))
        had = f"{name} had {figure(votes)} of the {self.record.papers.valid} first preferences"
        compared = f"; {than} of the {counted(others, 'other candidate')} had more"
        yield f"{had}{compared if others else ''}."

    def gained(self, stage: Stage, name: str) -> Iterator[str]:
        given = [batch for batch in stage.batches if name in batch.papers]
        before, now = self.course.votes_before(stage, name), stage.votes.get(name, ZERO)
        if not given:
            if not stage.batches and before != now:
                yield f"{name} went from {figure(before)} votes to {figure(now)}."
            return
        parcels = [f"{counted(one.papers[name], 'paper')} at {one.value}" for one in given]
        gained = sum((one.credited.get(name, ZERO) for one in given), ZERO)
        givers = dict.fromkeys(giver for one in given for giver in one.origin)
        held = [giver for giver in givers if giver not in stage.candidates]
        also = f", and from papers that {listed(held)} still held" if held else ""
        yield (
            f"{name} gained {gained} votes from {_what(stage)}{also}: {listed(parcels)}. "
            f"That made {now}."
        )

    def gave(self, stage: Stage, name: str) -> Iterator[str]:
        """The candidate's own papers are transferred."""
        before, now = self.course.votes_before(stage, name), stage.votes.get(name, ZERO)
        yield f"{name} went from {figure(before)} votes to {figure(now)}."
        yield from self.batches(stage)

    def part_in_the_end(self, name: str) -> Iterator[str]:
        end = self.record.completion
        yield from self.decided(end, name)
        yield from (self.deemed(one, None) for one in end.elected if one.candidate == name)

    def decided(self, holder: Holder, name: str) -> Iterator[str]:
        """What was decided that concerns this candidate, by rule or by lot."""
        yield from (self.decision(one) for one in holder.decisions if name in one.candidates)
        yield from (self.lot(lot) for lot in holder.lots if name in lot.candidates)


def _batch(batch: Batch) -> str:
    went = [
        f"{number} to {name} ({batch.credited.get(name, ZERO)} votes)"
        for name, number in batch.papers.items()
    ]
    givers = f" of {listed(list(batch.origin))}" if batch.origin else ""
    moved = counted(sum(batch.papers.values()), "paper")
    told = f"{moved}{givers} moved at {batch.value}: {listed(went)}."
    if not went:
        told = f"No paper{givers} moved."
    if batch.non_transferable_papers:
        without = counted(batch.non_transferable_papers, "paper")
        told += f" On {without} nobody follows who is still in the count."
    lost = batch.non_transferable
    return told + (f" {lost} became non-transferable." if lost else "")
