"""What holds in every count by whatever rules: nothing is lost, nobody comes back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal

from stvcount.audit.board import Votes
from stvcount.audit.decisions import Cited
from stvcount.audit.declared import Declared
from stvcount.audit.difference import Findings, Path, shown
from stvcount.audit.figures import Rested
from stvcount.audit.lottery import draws_again
from stvcount.audit.terms import Terms
from stvcount.record import Batch, Completion, CountRecord, Stage
from stvcount.words import listed


class Conservation:
    """One record looked over, stage by stage, and then as a whole.

    `told`: whether the record tells how votes moved. Rules that move no batches (Meek) do not.
    """

    def __init__(
        self, record: CountRecord, terms: Terms, findings: Findings, known: Declared
    ) -> None:
        self.record = record
        self.terms = terms
        self.findings = findings
        self.cited: Cited = Cited(known.rules, terms.standing, findings)
        self.rested: Rested = Rested(record, terms.places, findings)
        self.kinds: tuple[str, ...] = () if known.rules is None else known.rules.kinds
        self.most_places: int | None = None if known.rules is None else known.rules.most_places
        self.own_rules: bool = known.is_own
        self.zero: Decimal = Decimal(0).scaleb(-terms.decimals)
        self.told: bool = (
            any(stage.batches for stage in record.stages)
            if known.rulebook is None
            else known.rulebook.votes_follow
        )
        self.followed: bool = self.told or known.rulebook is not None
        self.shares: bool | None = None if known.rules is None else known.rules.kept is not None
        self.lots_between_equals: bool = (
            known.rulebook is None or known.rulebook.lots_between_equals
        )
        self.elected: list[str] = []
        self.excluded: list[str] = []
        self.held: dict[str, Counter[Decimal]] = {}
        """How many papers of each value each has."""
        self.points: list[Votes] = []
        """The votes before the stage looked over, and after each of its batches."""

    def run(self) -> None:
        before, most = self.record.stages[0], self.most_places
        if most is not None and self.terms.places > most:
            self.findings.note(("places",), self.record.places, f"at most {most} contested")
        self.first_stage(before)
        for number, stage in enumerate(self.record.stages):
            path: Path = ("stages", number)
            self.findings.expect((*path, "number"), stage.number, number + 1)
            self.kind(path, stage)
            self.shared_out(path, stage)
            self.points = [before.votes]
            self.rested.points.append(self.points)
            self.lots(path, stage, (before.votes, stage.votes), {number + 1})
            if number:
                self.sums_up(path, stage)
                self.later_stage(path, stage, before)
            self.elect(path, stage, stage.votes)
            self.cited.holder(path, stage)
            if self.followed:
                self.rested.holder(path, stage, (*self.points, stage.votes))
            before = stage
        self.completion(before)
        self.result()

    def sums_up(self, path: Path, stage: Stage) -> None:
        total = sum(stage.votes.values(), stage.non_transferable)
        why = "all votes and the non-transferable vote, against the total valid vote"
        self.findings.expect((*path, "votes"), total, self.terms.valid + self.zero, why)

    def kind(self, path: Path, stage: Stage) -> None:
        if self.kinds and stage.kind not in self.kinds:
            expected = f"a kind of stage of these rules: {shown(self.kinds)}"
            self.findings.note((*path, "kind"), stage.kind, expected)

    def shared_out(self, path: Path, stage: Stage) -> None:
        """Keep values and iterations are stated where all papers are looked at again, not else."""
        if self.shares is None:
            return
        for member in ("keep_values", "iterations"):
            is_stated = getattr(stage, member) is not None
            if is_stated != self.shares:
                found, expected = ("stated", "none") if is_stated else ("none", "them stated")
                self.findings.note((*path, member), found, expected, "by its rules")
        if self.shares:
            self.findings.expect((*path, "remainders"), stage.remainders, self.zero)
            self.findings.expect((*path, "batches"), len(stage.batches), 0, "nothing is moved")

    def first_stage(self, stage: Stage) -> None:
        path: Path = ("stages", 0)
        self.sums_up(path, stage)
        first = self.kinds[0] if self.kinds else "first"
        if self.followed or self.kinds:
            self.findings.expect((*path, "kind"), stage.kind, first)
        if not self.followed:
            return
        self.findings.expect((*path, "candidates"), stage.candidates, (), "nothing is moved")
        self.findings.expect((*path, "batches"), len(stage.batches), 0, "nothing is moved")
        self.findings.expect((*path, "non_transferable"), stage.non_transferable, self.zero)
        self.findings.expect((*path, "remainders"), stage.remainders, self.zero)
        whole = Decimal(1) + self.zero
        for name, vote in stage.votes.items():
            if vote % 1:
                self.findings.note((*path, "votes", name), vote, "whole papers")
            self.held[name] = Counter({whole: int(vote)})

    # A later stage

    def later_stage(self, path: Path, stage: Stage, before: Stage) -> None:
        if stage.kind == "first":
            self.findings.note((*path, "kind"), stage.kind, "surplus or exclusion")
        self.moved(path, stage)
        due = dict(before.votes)
        for number, batch in enumerate(stage.batches):
            self.batch((*path, "batches", number), stage, batch, due)
            self.points.append(dict(due))
        if not self.told:
            return
        lost = sum((batch.non_transferable for batch in stage.batches), before.non_transferable)
        self.findings.expect((*path, "non_transferable"), stage.non_transferable, lost)
        remainders = sum((batch.remainder for batch in stage.batches), before.remainders)
        why = "those before, and those of the batches"
        self.findings.expect((*path, "remainders"), stage.remainders, remainders, why)
        why = "the vote before, and what the batches take and credit"
        for name in self.terms.standing if dict(stage.votes) != due else ():
            self.findings.expect((*path, "votes", name), stage.votes[name], due[name], why)

    def moved(self, path: Path, stage: Stage) -> None:
        """A surplus is that of one elected; who is excluded continued until then."""
        if not stage.candidates and stage.kind in ("surplus", "exclusion"):
            self.findings.note((*path, "candidates"), "nobody", "whose papers are moved")
        for name in stage.candidates:
            if stage.kind == "surplus" and name not in self.elected:
                self.findings.note((*path, "candidates"), name, "somebody elected before")
            if stage.kind == "exclusion" and not self.continues(name):
                self.findings.note((*path, "candidates"), name, "a continuing candidate")
        if stage.kind == "surplus" and len(stage.candidates) > 1:
            self.findings.note((*path, "candidates"), stage.candidates, "one candidate")
        # Who leaves without having been elected is excluded, whatever the rules call the stage.
        self.excluded += [name for name in stage.candidates if self.continues(name)]

    def continues(self, name: str) -> bool:
        return name not in self.elected and name not in self.excluded

    # A batch

    def batch(self, path: Path, stage: Stage, batch: Batch, due: dict[str, Decimal]) -> None:
        """`due`: what each has after the batches so far, which this one changes."""
        self.origin(path, stage, batch)
        self.credited(path, batch)
        self.losses(path, batch)
        taken = sum(batch.credited.values(), batch.non_transferable)
        by_worth = len(batch.origin) != 1 or set(batch.origin) <= set(self.excluded)
        if by_worth:
            worth = sum(batch.origin.values()) * batch.value_before
            lost = worth - sum(batch.credited.values())
            why = f"{worth} less {worth - lost}"
            here: Path = (*path, "non_transferable")
            self.findings.expect(here, batch.non_transferable, lost, why)
        for name, papers in batch.origin.items():
            due[name] -= papers * batch.value_before if by_worth else taken
        for name, vote in batch.credited.items():
            due[name] += vote
            self.held[name][batch.value] += batch.papers[name]

    def origin(self, path: Path, stage: Stage, batch: Batch) -> None:
        """The papers are with those of the stage, or still with others who were excluded."""
        if not batch.origin:
            self.findings.note((*path, "from"), "nobody", "whose papers are moved")
        for name, papers in batch.origin.items():
            here: Path = (*path, "from", name)
            held = self.held[name]
            if name not in stage.candidates and name not in self.excluded:
                self.findings.note(here, papers, "no paper", "not one of this stage")
            elif papers < 1:
                self.findings.note(here, papers, "at least one paper")
            elif papers > held[batch.value_before]:
                expected = f"at most {held[batch.value_before]} papers at {batch.value_before}"
                self.findings.note(here, papers, expected, "as many are held")
            held[batch.value_before] -= papers

    def credited(self, path: Path, batch: Batch) -> None:
        for name, papers in batch.papers.items():
            if not papers:
                self.findings.note((*path, "papers", name), papers, "at least one paper")
            if not self.continues(name):
                here: Path = (*path, "papers", name)
                self.findings.note(here, papers, "no paper", "no longer a continuing candidate")
            why = f"{papers} x {batch.value}"
            due = papers * batch.value
            self.findings.expect((*path, "credited", name), batch.credited[name], due, why)

    def losses(self, path: Path, batch: Batch) -> None:
        """What is lost: papers without a next preference, and remainders."""
        sorted_ = sum(batch.origin.values())
        without = sorted_ - sum(batch.papers.values())
        here: Path = (*path, "non_transferable_papers")
        why = f"{sorted_} papers were sorted"
        self.findings.expect(here, batch.non_transferable_papers, without, why)
        if batch.value > batch.value_before:
            expected = f"at most {batch.value_before}"
            self.findings.note((*path, "value"), batch.value, expected, "as they are held")
        # Either what is taken is shared among the transferable papers, or all have the new value.
        shared = batch.non_transferable if batch.value < batch.value_before else self.zero
        each = batch.non_transferable - batch.non_transferable_papers * batch.value
        if batch.remainder not in (shared, each):
            here = (*path, "remainder")
            self.findings.note(here, batch.remainder, shared, "of what is lost")

    def elect(self, path: Path, holder: Stage | Completion, votes: Votes) -> None:
        for number, one in enumerate(holder.elected):
            here: Path = (*path, "elected", number)
            if not self.continues(one.candidate):
                self.findings.note((*here, "candidate"), one.candidate, "a continuing candidate")
            self.findings.expect((*here, "vote"), one.vote, votes[one.candidate], "the vote then")
            self.elected.append(one.candidate)

    def lots(
        self,
        path: Path,
        holder: Stage | Completion,
        votes: tuple[Votes, Votes],
        numbers: set[int],
    ) -> None:
        """`votes`: those before and after. `numbers`: of the stage for which they were drawn."""
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
            tied = frozenset(lot.candidates)
            in_order = tuple(name for name in self.terms.standing if name in tied)
            self.findings.expect((*here, "candidates"), lot.candidates, in_order, "as on the paper")
            if self.lots_between_equals and len(set(lot.votes.values())) > 1:
                self.findings.note((*here, "votes"), list(lot.votes.values()), "equal votes")
            again = {draws_again(lot, number) for number in numbers}
            if lot.chosen not in again:
                expected = listed(sorted(again))
                self.findings.note((*here, "chosen"), lot.chosen, expected, f"{lot.source}")

    # The end

    def completion(self, last: Stage) -> None:
        path: Path = ("completion",)
        done = self.record.completion
        self.lots(path, done, (last.votes, last.votes), self.numbers_at_the_end())
        self.elect(path, done, last.votes)
        self.cited.holder(path, done)
        if self.followed:
            self.rested.holder(path, done, [last.votes])
        if self.record.void:
            self.findings.expect((*path, "excluded"), done.excluded, (), "the election is void")
            return
        left = [name for name in self.terms.standing if self.continues(name)]
        left = [name for name in left if name not in self.terms.protected]
        here: Path = (*path, "excluded")
        excluded, continuing = frozenset(done.excluded), frozenset(left)
        for name in (name for name in left if name not in excluded):
            self.findings.note(here, done.excluded, f"also {name}", "still continuing")
        for name in (name for name in done.excluded if name not in continuing):
            self.findings.note(here, name, "only those still continuing")

    def numbers_at_the_end(self) -> set[int]:
        """The completion is counted as the stage after the last; others' rules may not begin it."""
        last = len(self.record.stages)
        return {last + 1} if self.own_rules else {last, last + 1}

    def result(self) -> None:
        record, terms = self.record, self.terms
        persons = tuple(self.persons(self.elected))
        why = "in the order of stages and completion"
        if record.void:
            why = "the election is void"
            self.findings.expect(("elected",), record.elected, (), why, kind="elected")
        else:
            self.findings.expect(("elected",), record.elected, persons, why, kind="elected")
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
