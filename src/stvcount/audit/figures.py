"""The figures of decisions, as far as they stand elsewhere in the record: votes, papers, values.

A code means the same in every rule set, and so does the name of a figure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from stvcount.audit.board import Votes
from stvcount.audit.difference import Findings, Path, shown
from stvcount.record import Completion, CountRecord, Decision, Figure, Stage

_NOBODY = (
    "quota",
    "quota-next-whole",
    "quota-plus-one",
    "quota-half",
    "quota-reduced",
    "quota-of-votes",
    "quota-of-votes-plus",
    "quota-least",
    "surplus-small",
    "surplus-no-less",
    "votes-needed",
    "votes-required",
    "deferred",
    "not-deferred",
    "deferred-if-less",
    "not-deferred-if-less",
    "rest-held",
    "broken-off",
    "broken-off-vacancy",
    "not-yet",
)
_ONE = (
    "lot",
    "broken-off-closed",
    "non-person-vacates",
    "non-person-closes",
    "more-than-the-others",
)
_NAMED = {**dict.fromkeys(_NOBODY, 0), **dict.fromkeys(_ONE, 1)}
"""How many candidates a decision concerns, where its words would not show one more."""

_THOSE_WITH_VOTES = (
    "excluded-together",
    "excluded-together-if-less",
    "fewest",
    "least",
    "active-vote",
    "separated",
    "over-all-others",
    "has-the-needed",
    "only-candidate",
    "most-of-two",
    "void",
    "within-surplus",
    "one-too-many",
)
_THOSE_WITH_PAPERS = ("next-preferences", "preferences")
_THOSE_OF_THE_STAGE = ("transfer-value", "value-kept", "share-of-all", "largest-surplus")
_OF_A_SURPLUS = ("equal-surpluses", *_THOSE_OF_THE_STAGE)
_OF_A_VALUE = ("transfer-value", "value-kept")
_OF_THE_VOTES = ("quota-of-votes", "quota-of-votes-plus", "quota-least")
_OF_THE_PLACES = ("quota", "quota-next-whole", "quota-plus-one", "quota-reduced", *_OF_THE_VOTES)
_OF_THE_QUOTA = (
    "quota",
    "quota-next-whole",
    "quota-plus-one",
    "quota-half",
    "not-yet",
    "votes-settled",
    "votes-no-nearer",
    *_OF_THE_VOTES,
)


class Rested:
    """What decisions rest on, followed with the record.

    `points`: for each stage the votes before it, and after each of its batches, as the batches
    make them.
    """

    def __init__(self, record: CountRecord, places: int, findings: Findings) -> None:
        """`places`: those contested."""
        self.record = record
        self.places = places
        self.findings = findings
        self.points: list[Sequence[Votes]] = []

    def holder(self, path: Path, holder: Stage | Completion, points: Sequence[Votes]) -> None:
        """`points`: the votes at which something may have been decided."""
        for number, decision in enumerate(holder.decisions):
            here: Path = (*path, "decisions", number)
            self.candidates(here, decision, holder)
            self.votes((*here, "figures"), decision, points)
            self.tied((*here, "figures"), decision.figures)
            self.ahead((*here, "figures"), decision.figures, points)
            self.papers((*here, "figures"), decision)
            if isinstance(holder, Stage):
                self.of_stage((*here, "figures"), decision, holder)

    # Who

    def candidates(self, path: Path, decision: Decision, holder: Stage | Completion) -> None:
        found = decision.candidates
        expected = _concerned(decision, holder)
        if expected is not None:
            here: Path = (*path, "candidates")
            self.findings.expect(here, found, expected, f"whom {decision.code} concerns")

    # Votes

    def votes(self, path: Path, decision: Decision, points: Sequence[Votes]) -> None:
        """Each was the vote of the candidate at one of these points."""
        figures, names = decision.figures, decision.candidates
        stated = dict(_mapping(figures.get("votes")))
        if "vote" in figures and names:
            self.at_some_point((*path, "vote"), names[-1], figures["vote"], points)
        for member in ("votes", "left"):
            for name, vote in _mapping(figures.get(member)).items():
                self.at_some_point((*path, member, name), name, vote, points)
        if "total" in figures and stated:
            votes = [vote for vote in stated.values() if isinstance(vote, Decimal)]
            self.findings.expect((*path, "total"), figures["total"], sum(votes), "of these votes")

    def at_some_point(self, path: Path, name: str, vote: Figure, points: Sequence[Votes]) -> None:
        had = dict.fromkeys([point[name] for point in points if name in point])
        if vote not in had:
            expected = " or ".join(map(shown, had)) or "no such vote"
            self.findings.note(path, vote, expected, "the vote then")

    def ahead(self, path: Path, figures: Mapping[str, Figure], points: Sequence[Votes]) -> None:
        """Those told apart step by step, with the votes and the points of each step."""
        for number, step in enumerate(_list(figures.get("ahead"))):
            here: Path = (*path, "ahead", number)
            for name, vote in _mapping(_mapping(step).get("votes")).items():
                self.at_some_point((*here, "votes", name), name, vote, points)
            self.tied(here, _mapping(step))

    def tied(self, path: Path, figures: Mapping[str, Figure]) -> None:
        """The points at which the tied were told apart."""
        for number, point in enumerate(_list(figures.get("points"))):
            then = self.at(_mapping(point).get("stage"), _mapping(point).get("batch"))
            here: Path = (*path, "points", number, "votes")
            for name, vote in _mapping(_mapping(point).get("votes")).items():
                had = then.get(name, "no such point")
                self.findings.expect((*here, name), vote, had, "the vote then")

    def at(self, stage: object, batch: object) -> Votes:
        """The votes at the end of a stage (batch 0), or after one of its batches."""
        if not isinstance(stage, int) or not isinstance(batch, int) or not stage:
            return {}
        if not batch:
            ends = self.record.stages[stage - 1 : stage]
            return ends[0].votes if ends else {}
        after = self.points[stage - 1 : stage]
        return after[0][batch] if after and batch < len(after[0]) else {}

    # Papers, quota, values

    def papers(self, path: Path, decision: Decision) -> None:
        if "valid" in decision.figures:
            valid = self.record.papers.valid
            self.findings.expect((*path, "valid"), decision.figures["valid"], valid)
        if decision.code == "preferences" and decision.figures.get("number") == 1:
            first, why = self.record.stages[0].votes, "the first preferences"
            for name, papers in _mapping(decision.figures.get("papers")).items():
                had = first.get(name, "no paper")
                self.findings.expect((*path, "papers", name), papers, had, why)

    def of_stage(self, path: Path, decision: Decision, stage: Stage) -> None:
        """Quota, surplus, and what a transferred paper is worth, against the stage itself."""
        code, figures = decision.code, decision.figures
        if code in _OF_THE_QUOTA:
            self.same(path, figures, "quota", stage.quota)
        if code in _OF_THE_PLACES:
            self.same(path, figures, "divisor", self.places + 1)
        if code in _OF_THE_VOTES:
            self.same(path, figures, "non_transferable", stage.non_transferable)
        if code in _OF_A_SURPLUS and stage.quota is not None and decision.candidates:
            before = self.points[-1][0].get(decision.candidates[0], Decimal(0))
            self.same(path, figures, "surplus", before - stage.quota)
        if code in _OF_A_VALUE and stage.batches:
            batch = stage.batches[0]
            self.same(path, figures, "papers", sum(batch.papers.values()))
            self.same(path, figures, "value_before", batch.value_before)
            self.same(path, figures, "value", batch.value)

    def same(self, path: Path, figures: Mapping[str, Figure], name: str, expected: object) -> None:
        self.findings.expect((*path, name), figures.get(name), expected, "as in this stage")


def _concerned(decision: Decision, holder: Stage | Completion) -> Sequence[str] | None:
    """Whom a decision concerns, where its words do not say it already."""
    code, names, figures = decision.code, decision.candidates, decision.figures
    if code in _THOSE_OF_THE_STAGE and isinstance(holder, Stage):
        return holder.candidates
    if code in _THOSE_WITH_VOTES:
        return tuple(_mapping(figures.get("votes")))
    if code in _THOSE_WITH_PAPERS:
        return tuple(_mapping(figures.get("papers")))
    if code == "left-of-two":
        return (*_mapping(figures.get("votes")), *names[1:2])
    return names[: _NAMED[code]] if code in _NAMED else None


def _mapping(figure: Figure | None) -> Mapping[str, Figure]:
    return figure if isinstance(figure, Mapping) else {}


def _list(figure: Figure | None) -> Sequence[Figure]:
    return figure if isinstance(figure, tuple) else ()
