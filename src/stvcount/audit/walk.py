"""A count followed by the rules it names: every stage must be the one that comes next.

The papers are moved on a board as the record says they were sorted. What the rules make of that
(values, votes, quotas, who is elected, who goes next, the end) is worked out from their texts and
compared with the record, stage by stage. Where they part, the record is followed further.
"""

from __future__ import annotations

from decimal import Decimal
from functools import partial

from stvcount.audit.board import ZERO, Board, Parcel
from stvcount.audit.difference import Findings, Path
from stvcount.audit.lottery import Lottery
from stvcount.audit.rulebooks import RULEBOOKS, Rulebook
from stvcount.audit.terms import Terms
from stvcount.record import Batch, Completion, CountRecord, Elected, Stage


class Walk:
    """One record followed by the rule set that it names."""

    def __init__(self, record: CountRecord, terms: Terms, findings: Findings) -> None:
        self.record = record
        self.findings = findings
        self.board: Board = Board(terms, record.stages[0].votes)
        self.book: Rulebook = RULEBOOKS[terms.rules](self.board)

    def run(self) -> None:
        most = self.book.most_places
        if most is not None and self.board.terms.places > most:
            self.findings.note(("places",), self.record.places, f"at most {most} contested")
        self.first_stage(self.record.stages[0])
        for number, stage in enumerate(self.record.stages[1:], start=1):
            self.later_stage(("stages", number), stage)
        self.end()

    # Stages

    def first_stage(self, stage: Stage) -> None:
        self.board.quota = self.book.first_quota()
        elected = self.book.deem("first")
        lottery = Lottery(("stages", 0), stage, self.findings)
        self.compare(("stages", 0), stage, elected, lottery)

    def later_stage(self, path: Path, stage: Stage) -> None:
        lottery = Lottery(path, stage, self.findings)
        step = self.book.following(lottery)
        if step.kind == "end":
            self.findings.note(path, "another stage", "the end of the count")
        else:
            self.findings.expect((*path, "kind"), stage.kind, step.kind)
            self.findings.expect(
                (*path, "candidates"), stage.candidates, step.candidates, f"whose {step.kind} it is"
            )
        is_surplus = stage.kind == "surplus" and bool(stage.candidates)
        elected = self.surplus(path, stage) if is_surplus else self.exclusion(path, stage)
        self.compare(path, stage, elected, lottery)

    def surplus(self, path: Path, stage: Stage) -> list[Elected]:
        """The last parcel is sorted, the quota is kept, the rest moves or is lost."""
        board, name = self.board, stage.candidates[0]
        surplus = board.votes[name] - board.quota
        if surplus <= 0 or not board.parcels[name]:
            has = f"{name} with {board.votes[name]}"
            self.findings.note((*path, "candidates"), has, f"a surplus over {board.quota}")
            return []
        if not self.findings.expect((*path, "batches"), len(stage.batches), 1, "a surplus has one"):
            return []
        last, batch, here = board.parcels[name][-1], stage.batches[0], (*path, "batches", 0)
        transferable = sum(batch.papers.values())
        self.papers(here, batch, last.papers)
        value = transfer_value(surplus, transferable, last)
        why = f"surplus {surplus} on {transferable} papers worth {last.value} each"
        self.findings.expect((*here, "value"), batch.value, value, why)
        board.votes[name] = board.quota
        self.credit(here, batch, value, surplus)
        return self.book.deem("surplus")

    def exclusion(self, path: Path, stage: Stage) -> list[Elected]:
        """All the papers held, in batches by value, until the places are filled."""
        board = self.board
        board.exclude(name for name in stage.candidates if name in board.continuing)
        givers = list(self.book.givers(stage.candidates))
        values, elected = board.values(givers), list[Elected]()
        deem = partial(self.book.deem, "exclusion")
        moved = 0
        for value in values:
            if not board.places_left or (moved and self.book.holds_the_rest()):
                break
            if moved == len(stage.batches):
                self.findings.note((*path, "batches"), moved, f"one more, of value {value}")
                break
            self.batch_of_excluded((*path, "batches", moved), stage.batches[moved], givers, value)
            moved += 1
            self.book.after_batch()
            if self.book.deems_after_each_batch:
                elected += deem()
        if not self.book.deems_after_each_batch:
            elected = deem()
        if moved < len(stage.batches):
            self.findings.note((*path, "batches"), len(stage.batches), moved, "no more is moved")
        return elected

    def batch_of_excluded(
        self, path: Path, batch: Batch, givers: list[str], value: Decimal
    ) -> None:
        self.findings.expect((*path, "value"), batch.value, value, "the highest value held")
        held = self.board.give(givers, value)
        self.papers(path, batch, held)
        self.credit(path, batch, value, held * value)

    def papers(self, path: Path, batch: Batch, sorted_: int) -> None:
        """As many papers come out of the sorting as went into it."""
        here: Path = (*path, "non_transferable_papers")
        rest = sorted_ - sum(batch.papers.values())
        why = f"{sorted_} papers were sorted"
        self.findings.expect(here, batch.non_transferable_papers, rest, why)

    def credit(self, path: Path, batch: Batch, value: Decimal, taken: Decimal) -> None:
        """Each receives papers x value; the rest of what is taken is non-transferable."""
        board, credited = self.board, ZERO
        for name, papers in batch.papers.items():
            if name not in board.continuing:
                here: Path = (*path, "papers", name)
                self.findings.note(here, papers, "no paper", "no longer a continuing candidate")
            why = f"{papers} x {value}"
            due = papers * value
            self.findings.expect((*path, "credited", name), batch.credited[name], due, why)
            board.receive(name, papers, value)
            credited += due
        lost = taken - credited
        why = f"{taken} less {credited}"
        self.findings.expect((*path, "non_transferable"), batch.non_transferable, lost, why)
        board.lost += lost
        board.batch_done()

    # What a stage comes to

    def compare(self, path: Path, stage: Stage, elected: list[Elected], lottery: Lottery) -> None:
        board, findings = self.board, self.findings
        quota = board.quota if self.book.has_quota else None
        findings.expect((*path, "quota"), stage.quota, quota)
        for name, vote in board.votes.items():
            findings.expect((*path, "votes", name), stage.votes[name], vote)
        findings.expect((*path, "non_transferable"), stage.non_transferable, board.lost)
        self.compare_elected(path, stage, elected)
        lottery.close()
        self.take_over(stage)

    def compare_elected(
        self, path: Path, holder: Stage | Completion, expected: list[Elected]
    ) -> None:
        here: Path = (*path, "elected")
        found = [one.candidate for one in holder.elected]
        why = "by the marks, from these figures"
        if not self.findings.expect(here, found, [one.candidate for one in expected], why):
            return
        for number, one in enumerate(holder.elected):
            other = expected[number]
            self.findings.expect((*here, number, "vote"), one.vote, other.vote, "the vote then")
            self.findings.expect((*here, number, "clause"), one.clause, other.clause)

    def take_over(self, stage: Stage) -> None:
        """Go on from the record's own figures, if they sum up, and from whom it has elected."""
        board = self.board
        if sum(stage.votes.values(), stage.non_transferable) == board.terms.valid:
            board.votes, board.lost = dict(stage.votes), stage.non_transferable
        number = len(board.ends)
        before = [one.candidate for s in self.record.stages[:number] for one in s.elected]
        named = [*before, *(one.candidate for one in stage.elected)]
        board.settle([name for name in dict.fromkeys(named) if name not in board.excluded])
        board.ends.append(dict(board.votes))

    # The end

    def end(self) -> None:
        path: Path = ("completion",)
        done = self.record.completion
        lottery = Lottery(path, done, self.findings)
        step = self.book.following(lottery)
        void = self.book.voids()
        self.findings.expect(("void",), self.record.void, void, "No Candidate at half plus one")
        if step.kind != "end":
            next_one = f"the {step.kind} of {', '.join(step.candidates)}"
            self.findings.note(path, "the end of the count", f"another stage, {next_one}")
            self.findings.expect((*path, "lots"), len(done.lots), 0, f"{next_one} comes next")
            return
        ending = self.book.ending(step, lottery)
        self.compare_elected(path, done, list(ending.elected))
        self.findings.expect((*path, "excluded"), done.excluded, ending.excluded)
        lottery.close()


def transfer_value(surplus: Decimal, papers: int, last: Parcel) -> Decimal:
    """Surplus / papers, remainder ignored, but never more than their own value."""
    if not papers:
        return last.value
    return min(last.value, Decimal(int(surplus.scaleb(2)) // papers).scaleb(-2))
