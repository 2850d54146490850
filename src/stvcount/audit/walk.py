"""A count followed by the rules it names: every stage must be the one that comes next.

The papers are moved on a board as the record says they were sorted. What the rules make of that
(values, votes, quotas, who is elected, who goes next, the end) is worked out from their texts and
compared with the record, stage by stage. Where they part, the record is followed further.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from stvcount.audit.board import Board
from stvcount.audit.difference import Findings, Path
from stvcount.audit.lottery import Lottery
from stvcount.audit.moves import Move
from stvcount.audit.rulebook import END, Rulebook
from stvcount.audit.terms import Terms
from stvcount.record import Batch, Completion, CountRecord, Elected, Stage


class Walk:
    """One record followed by a rulebook."""

    def __init__(
        self, record: CountRecord, terms: Terms, findings: Findings, rulebook: type[Rulebook]
    ) -> None:
        self.record = record
        self.findings = findings
        self.board: Board = Board(terms, record.stages[0].votes)
        self.book: Rulebook = rulebook(self.board)

    def run(self) -> None:
        self.first_stage(self.record.stages[0])
        for number, stage in enumerate(self.record.stages[1:], start=1):
            self.later_stage(("stages", number), stage)
        self.end()

    # Stages

    def first_stage(self, stage: Stage) -> None:
        self.book.first_stage()
        self.compare(("stages", 0), stage, Lottery(("stages", 0), stage, self.findings))

    def later_stage(self, path: Path, stage: Stage) -> None:
        lottery = Lottery(path, stage, self.findings)
        step = self.book.following(lottery)
        if step.kind == END:
            self.findings.note(path, "another stage", "the end of the count")
        else:
            self.findings.expect((*path, "kind"), stage.kind, step.kind)
            self.findings.expect(
                (*path, "candidates"), stage.candidates, step.candidates, f"whose {step.kind} it is"
            )
        if not self.book.votes_follow:
            self.believe(stage)
        if self.can_be(path, stage):
            self.batches(path, stage)
        self.compare(path, stage, lottery)

    def believe(self, stage: Stage) -> None:
        self.board.votes, self.board.lost = dict(stage.votes), stage.non_transferable

    def can_be(self, path: Path, stage: Stage) -> bool:
        """A surplus without one, or without papers, is not followed."""
        board = self.board
        if stage.kind != "surplus" or not self.book.votes_follow:
            return True
        for name in stage.candidates:
            if board.votes[name] <= board.quota or not board.parcels[name]:
                has = f"{name} with {board.votes[name]}"
                expected = f"a surplus over {board.quota}"
                self.findings.note((*path, "candidates"), has, expected)
                return False
        return bool(stage.candidates)

    # Batches

    def batches(self, path: Path, stage: Stage) -> None:
        followed = 0
        for move in self.book.moves(stage.kind, stage.candidates):
            if followed == len(stage.batches):
                expected = f"one more, of value {move.value_before}"
                self.findings.note((*path, "batches"), followed, expected)
                return
            self.batch((*path, "batches", followed), stage.batches[followed], move)
            followed += 1
        if followed < len(stage.batches):
            here: Path = (*path, "batches")
            self.findings.note(here, len(stage.batches), followed, "no more is moved")

    def batch(self, path: Path, batch: Batch, move: Move) -> None:
        """As many papers come out of the sorting as went in; the rest follows from that."""
        expect, transferable = self.findings.expect, sum(batch.papers.values())
        sorted_ = sum(move.origin.values())
        expect((*path, "from"), origin_of(batch.origin), origin_of(move.origin), "who holds them")
        expect((*path, "value_before"), batch.value_before, move.value_before, "as they are held")
        without, why = sorted_ - transferable, f"{sorted_} papers were sorted"
        here: Path = (*path, "non_transferable_papers")
        expect(here, batch.non_transferable_papers, without, why)
        value, why = move.value(transferable)
        expect((*path, "value"), batch.value, value, why)
        self.board.give(move.holders, move.taken)
        lost = self.credit(path, batch, value, self.board.total(move.taken.values()))
        remainder = move.remainder(self.board, value, lost, without)
        expect((*path, "remainder"), batch.remainder, remainder, "of what is lost")

    def credit(self, path: Path, batch: Batch, value: Decimal, taken: Decimal) -> Decimal:
        """Each receives papers x value; the rest of what is taken is non-transferable."""
        board, credited = self.board, self.board.zero
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
        return lost

    # What a stage comes to

    def compare(self, path: Path, stage: Stage, lottery: Lottery) -> None:
        board, findings = self.board, self.findings
        quota = board.quota if self.book.has_quota else None
        findings.expect((*path, "quota"), stage.quota, quota)
        for name, vote in board.votes.items() if dict(stage.votes) != board.votes else ():
            findings.expect((*path, "votes", name), stage.votes[name], vote)
        findings.expect((*path, "non_transferable"), stage.non_transferable, board.lost)
        self.compare_elected(path, stage)
        self.book.stated(path, stage, findings)
        lottery.close()
        self.take_over(stage)

    def compare_elected(self, path: Path, holder: Stage | Completion) -> None:
        """Whom the rules elected since the last stage, against whom the record has."""
        expected, self.board.newly = self.board.newly, list[Elected]()
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
            self.believe(stage)
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
        if step.kind != END:
            next_one = step.in_words
            self.findings.note(path, "the end of the count", f"another stage, {next_one}")
            self.findings.expect((*path, "lots"), len(done.lots), 0, f"{next_one} comes next")
            return
        excluded = self.book.ending(step, lottery)
        self.compare_elected(path, done)
        self.findings.expect((*path, "excluded"), done.excluded, excluded)
        self.book.stated(path, done, self.findings)
        lottery.close()


def origin_of(papers: Mapping[str, int]) -> Sequence[str]:
    """From whom how many papers come, in words, in the order of the record."""
    return [f"{name} {number}" for name, number in papers.items()]
