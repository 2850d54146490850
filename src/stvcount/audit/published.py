"""A published sheet, of which nobody has the papers, checked against a rule set.

The rulebook of the rule set follows the count on a board. What the papers would tell, namely who
got how many votes in each stage, is taken from the sheet; everything that the rules make of these
figures is worked out: the quota, who is deemed elected and when, whose surplus is next or whether
it waits, who is excluded and together with whom, and the end. Where the sheet parts from that, it
is followed further as it stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext

from stvcount import rules as rule_sets
from stvcount.audit.board import Board, Votes
from stvcount.audit.declared import rulebook_of
from stvcount.audit.difference import Difference, Findings, Path
from stvcount.audit.guessed_lots import Guessed, told
from stvcount.audit.published_end import check_end
from stvcount.audit.published_papers import KnownPapers
from stvcount.audit.rulebook import END, Rulebook, Step
from stvcount.audit.terms import Terms
from stvcount.checked import checked
from stvcount.errors import ElectionError
from stvcount.exact import EXACT
from stvcount.record.published import PublishedSheet, PublishedStage
from stvcount.rules import RuleSet
from stvcount.words import counted, listed


@dataclass(frozen=True, slots=True)
class SheetCheck:
    """What came of a published sheet under one rule set.

    `rules`: its name. `differences`: where the sheet is not what the rules make of its figures,
    those of earlier stages first. `unchecked`: what the figures do not let one check, in words.
    `stages`: how many were followed.
    """

    rules: str
    differences: tuple[Difference, ...]
    unchecked: tuple[str, ...]
    stages: int

    @property
    def holds(self) -> bool:
        """Whether nothing in the sheet contradicts the rules."""
        return not self.differences

    def __str__(self) -> str:
        from stvcount.audit import published_sheet

        return published_sheet.sheet(self)


@checked
def check_sheet(sheet: PublishedSheet, *, rules: str | RuleSet | None = None) -> SheetCheck:
    """Check a published sheet against a rule set, without the papers.

    `rules`: a rule set, or its name; without it, the one that the sheet names, with the options
    that it names. Checked are: the quota, that every stage adds up to the total valid vote, that no
    vote appears or comes back, who is deemed elected at which stage, whose surplus is transferred
    or waits, who is excluded and together with whom, values that cannot arise, and the end.
    Raises `ElectionError` for a rule set that is not known here or has no rulebook.
    """
    given = sheet.rules.id if rules is None else rules
    options = dict(sheet.rules.options) if given == sheet.rules.id else None
    rule_set = rule_sets.get(given, options) if isinstance(given, str) else given
    rulebook = rulebook_of(type(rule_set))
    if rulebook is None:
        raise ElectionError(
            f"rules: found {rule_set.id!r}, which has no rulebook; expected a rule set that can be "
            "followed without papers"
        )
    with localcontext(EXACT):
        return _Followed(sheet, rule_set, rulebook).run()


class _Followed:
    """One sheet followed by one rulebook."""

    def __init__(self, sheet: PublishedSheet, rules: RuleSet, rulebook: type[Rulebook]) -> None:
        self.sheet = sheet
        self.rules = rules
        self.findings = Findings()
        self.unchecked: dict[str, dict[int, None]] = {}
        """What cannot be told, each with the stages at which it cannot; 0 is the whole count."""
        self.gone: set[str] = set()
        """Those excluded by the sheet: where their votes are left out, they have none."""
        self.kept: dict[str, Decimal] = {}
        """What those elected keep, whose papers are not moved any more."""
        first = self.votes(_first(sheet))
        self.board = Board(_terms(sheet, rules, first), first)
        self.book = rulebook(self.board)
        self.papers = KnownPapers(self.board)

    def run(self) -> SheetCheck:
        self.papers_received()
        followed = 0
        for number, stage in enumerate(self.sheet.stages):
            self.gone |= set(stage.candidates if stage.kind == "exclusion" else ())
            if not self.is_complete(stage):
                self.no_further(("stages", number), stage)
                break
            self.stage(("stages", number), stage)
            followed += 1
        else:
            self.end()
        unchecked = tuple(_at(list(stages), what) for what, stages in self.unchecked.items())
        return SheetCheck(self.rules.id, self.findings.all, unchecked, followed)

    def cannot_tell(self, stage: int, what: str) -> None:
        self.unchecked.setdefault(what, {})[stage] = None

    # What the sheet states

    def papers_received(self) -> None:
        given = self.sheet.papers
        if given.total is None or given.invalid is None or not self.is_complete(_first(self.sheet)):
            return
        valid, why = given.total - given.invalid, "all papers but the invalid ones"
        self.findings.expect(("stages", 0, "votes"), self.board.terms.valid, valid, why)

    def votes(self, stage: PublishedStage) -> dict[str, Decimal]:
        """The vote of each; where it is left out, what it must be."""
        return {
            name: _written(self.vote(stage, name), self.rules.decimals)
            for name in self.sheet.candidates
        }

    def vote(self, stage: PublishedStage, name: str) -> Decimal:
        given = stage.votes.get(name)
        if given is None:
            return self.kept.get(name, Decimal(0))
        return given

    def left_out(self, stage: PublishedStage) -> list[str]:
        return [name for name in self.sheet.candidates if stage.votes.get(name) is None]

    def is_complete(self, stage: PublishedStage) -> bool:
        """Whether all votes of the stage are known: else what follows cannot be told."""
        known = {*self.gone, *self.kept} - {*stage.candidates} | self.gone
        return {*self.left_out(stage)} <= known

    # Stages

    def no_further(self, path: Path, stage: PublishedStage) -> None:
        """What a stage does follows from the last; its own votes are not all known."""
        if path[1]:
            self.follows(path, stage)
        names = listed(self.left_out(stage))
        what = f"the votes of {names} were not published, and no figure from there on is checked"
        self.cannot_tell(int(path[1]) + 1, what)

    def follows(self, path: Path, stage: PublishedStage) -> None:
        lottery = Guessed(stage.candidates)
        self.board.points = self.papers.certain_points
        self.compare_action(path, stage, self.book.following(lottery), lottery)

    def stage(self, path: Path, stage: PublishedStage) -> None:
        self.can_be_votes(path, stage)
        if path[1] == 0:
            self.first_stage(stage)
        else:
            self.later_stage(path, stage)
        self.adds_up(path, stage)
        self.compare(path, stage)

    def first_stage(self, stage: PublishedStage) -> None:
        if not self.book.votes_follow:
            self.believe(stage)
        self.book.first_stage()

    def later_stage(self, path: Path, stage: PublishedStage) -> None:
        board = self.board
        self.follows(path, stage)
        if stage.kind == "surplus" and not self.can_be_a_surplus(path, stage):
            self.believe(stage)
            return
        before, lost = dict(board.votes), board.lost
        self.papers.before(stage)
        if not self.book.votes_follow:
            self.believe(stage)
        moves = []
        for move in self.book.moves(stage.kind, stage.candidates):
            moves.append(move)
            self.believe(stage)
        self.believe(stage)
        self.gains(path, stage, before, lost)
        why = self.papers.after(stage, moves, before)
        if why:
            self.findings.note((*path, "votes"), *why)

    def can_be_a_surplus(self, path: Path, stage: PublishedStage) -> bool:
        """What is no surplus is not followed by the rules of one."""
        (name,) = stage.candidates
        if not self.book.has_quota:
            self.findings.note((*path, "kind"), stage.kind, "exclusion", "there is no quota")
            return False
        if self.board.votes[name] <= self.board.quota:
            found = f"the surplus of {self.votes_of(stage.candidates)}"
            self.findings.note((*path, "candidates"), found, f"a surplus over {self.board.quota}")
            return False
        return True

    def believe(self, stage: PublishedStage) -> None:
        """Take the figures of the sheet for what the papers gave."""
        board = self.board
        board.votes = self.votes(stage)
        board.lost = board.terms.valid - board.total(board.votes.values())
        self.papers.moved(stage)

    # What is compared

    def compare_action(
        self, path: Path, stage: PublishedStage, step: Step, lottery: Guessed
    ) -> None:
        for asked in lottery.asked:
            self.cannot_tell(int(path[1]) + 1, f"{asked}: {told(self.book)}")
        if step.kind == END:
            self.findings.note(path, "another stage", "the end of the count")
            return
        if stage.kind == step.kind and set(stage.candidates) == set(step.candidates):
            return
        unnamed = [name for name in step.candidates if name not in stage.candidates]
        if self.are_without_votes(unnamed) and {*stage.candidates} < {*step.candidates}:
            names, go = listed(unnamed), "goes" if len(unnamed) == 1 else "go"
            self.cannot_tell(int(path[1]) + 1, f"whether {names}, without a vote, {go} with them")
            self.board.exclude(unnamed)
            return
        found = self.with_votes(Step(stage.kind, stage.candidates))
        expected = self.with_votes(step)
        why = _because(step.clause, f"by the votes of stage {path[1]}")
        self.findings.note((*path, "candidates"), found, expected, why)

    def are_without_votes(self, names: Sequence[str]) -> bool:
        return not any(self.board.votes[name] for name in names)

    def with_votes(self, step: Step) -> str:
        return replace(step, candidates=(self.votes_of(step.candidates),)).in_words

    def votes_of(self, names: Sequence[str]) -> str:
        return listed([f"{name} ({self.board.votes[name]:f})" for name in names])

    def adds_up(self, path: Path, stage: PublishedStage) -> None:
        number = int(path[1]) + 1
        for name in self.left_out(stage):
            vote = self.board.votes[name]
            self.cannot_tell(number, f"the vote of {name} is left out, and taken as {vote:f}")
        if stage.non_transferable is None:
            if number > 1:
                self.cannot_tell(number, "the non-transferable vote is not published")
            return
        total = self.board.total(self.votes(stage).values()) + stage.non_transferable
        why = "all votes and the non-transferable vote"
        self.findings.expect((*path, "votes"), total, Decimal(self.board.terms.valid), why)

    def can_be_votes(self, path: Path, stage: PublishedStage) -> None:
        """No vote is below nothing, or has more decimals than the rules keep; the first is told."""
        decimals = self.rules.decimals
        for name, vote in self.votes(stage).items():
            if vote < 0 or vote.scaleb(decimals) % 1:
                expected = f"a vote of {counted(decimals, 'decimal')}, not below nothing"
                self.findings.note((*path, "votes", name), vote, expected)
                return

    def gains(self, path: Path, stage: PublishedStage, before: Votes, lost: Decimal) -> None:
        """Nobody but those whose papers move loses votes, and only who continues gains any."""
        board = self.board
        for name, vote in board.votes.items() if self.book.votes_follow else ():
            here: Path = (*path, "votes", name)
            held = self.book.holds_papers and name in board.excluded
            if vote < before[name] and not (name in stage.candidates or held):
                why = "no papers of this candidate are moved"
                self.findings.note(here, vote, f"at least {before[name]}", why)
            newly = any(one.candidate == name for one in board.newly)
            if vote > before[name] and not (name in board.continuing or newly):
                self.findings.note(here, vote, before[name], "no longer a continuing candidate")
        if board.lost < lost and self.book.votes_follow:
            why = "what is non-transferable stays so"
            self.findings.note((*path, "non_transferable"), board.lost, f"at least {lost}", why)
        if stage.kind == "exclusion" and board.places_left and not self.book.holds_papers:
            for name in stage.candidates:
                here = (*path, "votes", name)
                self.findings.expect(here, board.votes[name], board.zero, "all papers are moved")
        if stage.kind == "surplus":
            (name,) = stage.candidates
            here = (*path, "votes", name)
            self.findings.expect(here, board.votes[name], board.quota, "the quota is kept")

    def compare(self, path: Path, stage: PublishedStage) -> None:
        board = self.board
        quota = board.quota if self.book.has_quota else None
        if stage.quota is not None:
            why = self.book.clause_of_quota
            self.findings.expect((*path, "quota"), stage.quota, quota, why)
        elif quota is not None:
            self.cannot_tell(int(path[1]) + 1, "the quota is not published")
        if stage.elected is None:
            self.cannot_tell(int(path[1]) + 1, "who is elected at it is not published")
        else:
            self.compare_elected(path, stage.elected)
        board.newly = []
        if self.book.votes_follow:
            self.kept = {name: board.votes[name] for name in board.elected}
        self.papers.stage_done()

    def compare_elected(self, path: Path, found: tuple[str, ...]) -> None:
        """Who the sheet marks at this stage; at the last, the end tells who else is elected."""
        board, here = self.board, (*path, "elected")
        clauses = {one.candidate: one.clause for one in board.newly}
        missing = [name for name in clauses if name not in found]
        is_last = path[1] == len(self.sheet.stages) - 1
        self.settle(self.before_the_close(path, found), ())
        extra = [] if is_last else [name for name in found if name not in board.elected]
        if self.are_equals(missing, extra):
            self.cannot_tell(int(path[1]) + 1, f"which of equals is elected: {told(self.book)}")
        else:
            if missing:
                names = self.votes_of(missing)
                why = ", ".join(dict.fromkeys(clauses[name] for name in missing))
                self.findings.note(here, listed(found) or "nobody", f"also {names}", why)
            if extra:
                names = self.votes_of(extra)
                why = f"by the quota of {board.quota}" if self.book.has_quota else ""
                self.findings.note(here, names, "nobody else yet", why)
            return self.settle(extra, ())
        return self.settle(extra, missing)

    def before_the_close(self, path: Path, found: tuple[str, ...]) -> list[str]:
        """Those at the quota when the non-person closed the election, whom the sheet has elected.

        Which of them was first, votes within the stage would tell.
        """
        board = self.board
        if not board.closed or board.terms.non_person not in {o.candidate for o in board.newly}:
            return []
        names = [
            name for name in found if name in board.continuing and board.votes[name] >= board.quota
        ]
        for name in names:
            what = f"whether {name} is elected before {board.terms.non_person}"
            self.cannot_tell(int(path[1]) + 1, f"{what}: votes within the stage would tell")
        return names

    def are_equals(self, missing: list[str], extra: list[str]) -> bool:
        """Whether all these have an equal, from whom votes within a stage may tell them."""
        board = self.board
        standing = [*board.continuing, *(one.candidate for one in board.newly)]
        votes = [board.votes[name] for name in standing]
        concerned = [board.votes[name] for name in (*missing, *extra)]
        there_are_places = len(extra) <= board.places_left + len(missing)
        is_open = self.papers.blurred and self.book.history() is board.points
        return (
            bool(concerned)
            and is_open
            and there_are_places
            and all(votes.count(vote) > 1 for vote in concerned)
        )

    def settle(self, extra: list[str], missing: list[str] | tuple[str, ...]) -> None:
        """Go on as the sheet has it: with those whom it marks, though the rules would not yet."""
        board = self.board
        elected = dict.fromkeys([*board.elected, *extra])
        board.settle(
            [name for name in elected if name not in board.excluded and name not in missing]
        )

    # The end

    def end(self) -> None:
        if not self.sheet.complete:
            self.cannot_tell(0, "the end: more stages followed")
            return
        self.board.points = self.papers.certain_points
        for what in check_end(self.book, self.sheet, self.findings):
            self.cannot_tell(0, what)


def _first(sheet: PublishedSheet) -> PublishedStage:
    return sheet.stages[0]


def _terms(sheet: PublishedSheet, rules: RuleSet, first: Votes) -> Terms:
    valid, total, invalid = int(sum(first.values())), sheet.papers.total, sheet.papers.invalid
    if invalid is None:
        invalid = 0 if total is None else max(0, total - valid)
    return Terms(
        decimals=rules.decimals,
        standing=sheet.candidates,
        excess=0,
        places=sheet.places,
        valid=valid,
        invalid=invalid,
        non_person=sheet.non_person,
        closes=rules.options.get("non_person") == "close",
        casual=False,
        protected=frozenset(),
        options=dict(rules.options),
    )


def _written(figure: Decimal, decimals: int) -> Decimal:
    """The figure with at least these decimals; one that has more keeps them."""
    exponent = figure.as_tuple().exponent
    if isinstance(exponent, int) and exponent > -decimals:
        return figure + Decimal(0).scaleb(-decimals)
    return figure


def _at(stages: list[int], what: str) -> str:
    if stages == [0]:
        return what
    return f"stage{'s' if len(stages) > 1 else ''} {listed(list(map(str, stages)))}: {what}"


def _because(clause: str, why: str) -> str:
    return f"{clause}, {why}" if clause else why
