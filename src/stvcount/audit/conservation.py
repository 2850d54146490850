"""What holds in every count by whatever rules: nothing is lost, nobody comes back."""

from __future__ import annotations

from collections.abc import Iterable

from stvcount.audit.board import WHOLE, ZERO, Votes
from stvcount.audit.difference import Findings, Path, shown
from stvcount.audit.terms import Terms
from stvcount.record import Batch, Completion, CountRecord, Stage


class Conservation:
    """One record looked over, stage by stage, and then as a whole."""

    def __init__(self, record: CountRecord, terms: Terms, findings: Findings) -> None:
        self.record = record
        self.terms = terms
        self.findings = findings
        self.elected: list[str] = []
        self.excluded: list[str] = []

    def run(self) -> None:
        before = self.record.stages[0]
        self.first_stage(before)
        for number, stage in enumerate(self.record.stages):
            path: Path = ("stages", number)
            self.findings.expect((*path, "number"), stage.number, number + 1)
            self.lots(path, stage, (before.votes, stage.votes))
            if number:
                self.sums_up(path, stage)
                self.later_stage(path, stage, before)
            self.elect(path, stage, stage.votes)
            before = stage
        self.completion(before)
        self.result()

    def sums_up(self, path: Path, stage: Stage) -> None:
        total = sum(stage.votes.values(), stage.non_transferable)
        why = "all votes and the non-transferable vote, against the total valid vote"
        self.findings.expect((*path, "votes"), total, self.terms.valid * WHOLE, why)

    def first_stage(self, stage: Stage) -> None:
        path: Path = ("stages", 0)
        self.sums_up(path, stage)
        self.findings.expect((*path, "kind"), stage.kind, "first")
        self.findings.expect((*path, "candidates"), stage.candidates, (), "nothing is moved")
        self.findings.expect((*path, "batches"), len(stage.batches), 0, "nothing is moved")
        self.findings.expect((*path, "non_transferable"), stage.non_transferable, ZERO)
        for name, vote in stage.votes.items():
            if vote % 1:
                self.findings.note((*path, "votes", name), vote, "whole papers")

    # A later stage

    def later_stage(self, path: Path, stage: Stage, before: Stage) -> None:
        if stage.kind == "first":
            self.findings.note((*path, "kind"), stage.kind, "surplus or exclusion")
        self.moved(path, stage)
        received = dict.fromkeys(self.terms.standing, ZERO)
        for number, batch in enumerate(stage.batches):
            self.batch((*path, "batches", number), batch)
            for name, vote in batch.credited.items():
                received[name] += vote
        moved = (batch.non_transferable for batch in stage.batches)
        lost = sum(moved, before.non_transferable)
        self.findings.expect((*path, "non_transferable"), stage.non_transferable, lost)
        givers = {*stage.candidates, *self.excluded}
        for name in self.terms.standing:
            vote, due = stage.votes[name], before.votes[name] + received[name]
            if vote > due or (vote < due and name not in givers):
                why = "the vote before, and what the batches credit"
                self.findings.note((*path, "votes", name), vote, due, why)

    def moved(self, path: Path, stage: Stage) -> None:
        """A surplus is that of one elected; who is excluded continued until then."""
        if not stage.candidates and stage.kind != "suspense":
            self.findings.note((*path, "candidates"), "nobody", "whose papers are moved")
        for name in stage.candidates:
            if stage.kind == "surplus" and name not in self.elected:
                self.findings.note((*path, "candidates"), name, "somebody elected before")
            if stage.kind == "exclusion" and not self.continues(name):
                self.findings.note((*path, "candidates"), name, "a continuing candidate")
        if stage.kind == "surplus" and len(stage.candidates) > 1:
            self.findings.note((*path, "candidates"), stage.candidates, "one candidate")
        if stage.kind == "exclusion":
            self.excluded += stage.candidates

    def continues(self, name: str) -> bool:
        return name not in self.elected and name not in self.excluded

    def batch(self, path: Path, batch: Batch) -> None:
        for name, papers in batch.papers.items():
            if not papers:
                self.findings.note((*path, "papers", name), papers, "at least one paper")
            if not self.continues(name):
                here: Path = (*path, "papers", name)
                self.findings.note(here, papers, "no paper", "no longer a continuing candidate")
            why = f"{papers} x {batch.value}"
            due = papers * batch.value
            self.findings.expect((*path, "credited", name), batch.credited[name], due, why)

    def elect(self, path: Path, holder: Stage | Completion, votes: Votes) -> None:
        for number, one in enumerate(holder.elected):
            here: Path = (*path, "elected", number)
            if not self.continues(one.candidate):
                self.findings.note((*here, "candidate"), one.candidate, "a continuing candidate")
            self.findings.expect((*here, "vote"), one.vote, votes[one.candidate], "the vote then")
            self.elected.append(one.candidate)

    def lots(self, path: Path, holder: Stage | Completion, votes: tuple[Votes, Votes]) -> None:
        fallen = {
            "exclusion": holder.candidates if isinstance(holder, Stage) else holder.excluded,
            "surplus": holder.candidates if isinstance(holder, Stage) else (),
            "election": tuple(one.candidate for one in holder.elected),
        }
        for number, lot in enumerate(holder.lots):
            here: Path = (*path, "lots", number)
            if lot.purpose not in fallen:
                self.findings.note((*here, "purpose"), lot.purpose, " or ".join(fallen))
            elif lot.chosen not in fallen[lot.purpose]:
                expected = f"the one of the {lot.purpose}: {shown(fallen[lot.purpose])}"
                self.findings.note((*here, "chosen"), lot.chosen, expected)
            for name, vote in lot.votes.items():
                if vote not in (votes[0][name], votes[1][name]):
                    self.findings.note(
                        (*here, "votes", name), vote, votes[0][name], "the vote then"
                    )
            in_order = tuple(name for name in self.terms.standing if name in lot.candidates)
            self.findings.expect((*here, "candidates"), lot.candidates, in_order, "as on the paper")
            if len(set(lot.votes.values())) > 1:
                self.findings.note((*here, "votes"), list(lot.votes.values()), "equal votes")

    # The end

    def completion(self, last: Stage) -> None:
        path: Path = ("completion",)
        done = self.record.completion
        self.lots(path, done, (last.votes, last.votes))
        self.elect(path, done, last.votes)
        if self.record.void:
            self.findings.expect((*path, "excluded"), done.excluded, (), "the election is void")
            return
        left = [name for name in self.terms.standing if self.continues(name)]
        left = [name for name in left if name not in self.terms.protected]
        here: Path = (*path, "excluded")
        for name in (name for name in left if name not in done.excluded):
            self.findings.note(here, done.excluded, f"also {name}", "still continuing")
        for name in (name for name in done.excluded if name not in left):
            self.findings.note(here, name, "only those still continuing")

    def result(self) -> None:
        record, terms = self.record, self.terms
        persons = tuple(self.persons(self.elected))
        why = "in the order of stages and completion"
        if record.void:
            self.findings.expect(("elected",), record.elected, (), "the election is void")
        else:
            self.findings.expect(("elected",), record.elected, persons, why)
        if len(self.elected) > terms.places:
            self.findings.note(("places",), record.places, f"at least {len(self.elected)}")
        vacant = [vacancy.places for vacancy in record.vacant]
        expected = [] if record.void else self.vacancies(len(persons))
        self.findings.expect(("vacant",), vacant, expected, "the places that no person fills")

    def persons(self, elected: Iterable[str]) -> Iterable[str]:
        """Those elected whom the record has to list."""
        not_listed = {self.terms.non_person, *self.terms.protected}
        return [name for name in elected if name not in not_listed]

    def vacancies(self, persons: int) -> list[int]:
        """The places of each vacancy: excess posts, the non-person's, for want of candidates."""
        terms = self.terms
        left = (1 if terms.casual else terms.places) - persons
        apart = terms.non_person in self.elected and not (terms.closes or terms.casual)
        non_persons = min(left, 1) if apart else 0
        vacant = (terms.excess, non_persons, left - non_persons)
        return [places for places in vacant if places > 0]
