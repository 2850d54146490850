"""A published sheet, of which nobody has the papers, checked against a rule set.

The rulebook of the rule set follows the count on a board. What the papers would tell, namely who
got how many votes in each stage, is taken from the sheet; everything that the rules make of these
figures is worked out: the quota, who is deemed elected and when, whose surplus is next or whether
it waits, who is excluded and together with whom, and the end. Where the sheet parts from that, it
is followed further as it stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

from stvcount.audit.board import Board, Parcel, Votes
from stvcount.audit.declared import rulebook_of
from stvcount.audit.difference import Difference, Findings, Path
from stvcount.audit.lottery import Lottery
from stvcount.audit.moves import Move
from stvcount.audit.rulebook import END, Rulebook, Step
from stvcount.audit.terms import Terms
from stvcount.checked import checked
from stvcount.errors import ElectionError
from stvcount.exact import EXACT
from stvcount.record import Completion
from stvcount.record.published import PublishedSheet, PublishedStage
from stvcount.rules import RuleSet, get
from stvcount.words import counted, listed


@dataclass(frozen=True, slots=True)
class SheetCheck:
    """What came of a published sheet under one rule set.

    `rules`: its name. `differences`: where the sheet is not what the rules make of its figures.
    `unchecked`: what the figures do not let one check, in words. `stages`: how many were followed.
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

    `rules`: a rule set, or its name; without it, the one that the sheet names. Checked are: the
    quota, that every stage adds up to the total valid vote, that no vote appears or comes back, who
    is deemed elected at which stage, whose surplus is transferred or waits, who is excluded and
    together with whom, values that cannot arise, and the end.
    Raises `ElectionError` for a rule set that is not known here or has no rulebook.
    """
    given = sheet.rules.id if rules is None else rules
    options = dict(sheet.rules.options) if given == sheet.rules.id else None
    rule_set = get(given, options) if isinstance(given, str) else given
    rulebook = rulebook_of(type(rule_set))
    if rulebook is None:
        raise ElectionError(
            f"rules: found {rule_set.id!r}, which has no rulebook; expected a rule set that can be "
            "followed without papers"
        )
    with localcontext(EXACT):
        return _Followed(sheet, rule_set, rulebook).run()


class _Believed(Lottery):
    """Lots that a sheet does not print: whom it names is taken for the one on whom they fell."""

    def __init__(self, stage: PublishedStage | None, elected: Sequence[str]) -> None:
        super().__init__((), Completion(), Findings())
        self.named = () if stage is None else stage.candidates
        self._elected_names = elected
        self.asked: list[str] = []

    def fall(self, purpose: str, clause: str, tied: Sequence[str], votes: Votes) -> str:
        self.asked.append(f"a lot between {listed(list(tied))} ({clause})")
        return self.claimed(tied)

    def fall_among(
        self, purpose: str, clause: str, possible: Sequence[str], votes: Votes
    ) -> str | None:
        self.asked.append(f"a lot between some of {listed(list(possible))} ({clause})")
        return self.claimed(possible)


class _Followed:
    """One sheet followed by one rulebook."""

    def __init__(self, sheet: PublishedSheet, rules: RuleSet, rulebook: type[Rulebook]) -> None:
        self.sheet = sheet
        self.rules = rules
        self.findings = Findings()
        self.unchecked: dict[str, None] = {}
        first = self._votes(sheet.stages[0])
        self.board = Board(self._terms(sheet, rules), first)
        self.book = rulebook(self.board)
        self.only_first_preferences = set(first)
        """Who has received nothing since the first stage, so that the papers held are known."""

    def run(self) -> SheetCheck:
        followed = 0
        if self.is_complete(self.sheet.stages[0]):
            self.first_stage(self.sheet.stages[0])
            followed = 1
            for number, stage in enumerate(self.sheet.stages[1:], start=1):
                if not self.is_complete(stage):
                    self.skip(number)
                    break
                self.later_stage(("stages", number), stage)
                followed += 1
            else:
                self.end()
        else:
            self.skip(0)
        return SheetCheck(self.rules.id, self.findings.all, tuple(self.unchecked), followed)

    # What the sheet states

    def _terms(self, sheet: PublishedSheet, rules: RuleSet) -> Terms:
        valid = int(sum(self._votes(sheet.stages[0]).values()))
        return Terms(
            decimals=rules.decimals,
            standing=sheet.candidates,
            excess=0,
            places=sheet.places,
            valid=valid,
            invalid=sheet.papers.invalid or 0,
            non_person=sheet.non_person,
            closes=rules.options.get("non_person") == "close",
            casual=False,
            protected=frozenset(),
            options=dict(rules.options),
        )

    def _votes(self, stage: PublishedStage) -> dict[str, Decimal]:
        decimals = self.rules.decimals
        return {
            name: _written(stage.votes.get(name) or Decimal(0), decimals)
            for name in self.sheet.candidates
        }

    def is_complete(self, stage: PublishedStage) -> bool:
        """Whether every vote of the stage was published: else what follows cannot be told."""
        return all(stage.votes.get(name) is not None for name in self.sheet.candidates)

    def skip(self, number: int) -> None:
        what = "not every vote was published, and nothing from there on is checked"
        self.unchecked[f"stage {number + 1}: {what}"] = None

    # Stages

    def first_stage(self, stage: PublishedStage) -> None:
        path: Path = ("stages", 0)
        if not self.book.votes_follow:
            self.believe(stage)
        self.adds_up(path, stage)
        self.book.first_stage()
        self.compare(path, stage)

    def later_stage(self, path: Path, stage: PublishedStage) -> None:
        lottery = _Believed(stage, stage.elected or ())
        step = self.book.following(lottery)
        self.compare_action(path, stage, step, lottery)
        before, lost = dict(self.board.votes), self.board.lost
        self.board.points = list(self.board.ends)
        known = self.hand_out(stage)
        for move in self.book.moves(stage.kind, stage.candidates):
            if known:
                self.value(path, stage, move, before, lost)
            self.believe(stage)
            self.board.batch_done()
        self.believe(stage)
        self.adds_up(path, stage)
        self.gains(path, stage, before, lost)
        self.compare(path, stage)

    def hand_out(self, stage: PublishedStage) -> bool:
        """Give those whose papers move one parcel for all they hold; whether it is the true one."""
        board = self.board
        board.parcels = {name: [] for name in board.parcels}
        known = stage.kind == "surplus" and set(stage.candidates) <= self.only_first_preferences
        for name in stage.candidates:
            vote = board.votes[name]
            if known:
                board.parcels[name] = [Parcel(int(vote), board.whole, 1)]
            elif vote:
                board.parcels[name] = [Parcel(1, vote, 2)]
        return known

    def believe(self, stage: PublishedStage) -> None:
        """Take the figures of the sheet for what the papers gave."""
        board = self.board
        board.votes = self._votes(stage)
        board.lost = board.terms.valid - board.total(board.votes.values())

    # What is compared

    def compare_action(
        self, path: Path, stage: PublishedStage, step: Step, lottery: _Believed
    ) -> None:
        for lot in lottery.asked:
            self.unchecked[f"stage {int(path[1]) + 1}: {lot} is not on the sheet"] = None
        if step.kind == END:
            self.findings.note(path, "another stage", "the end of the count")
            return
        if stage.kind == step.kind and set(stage.candidates) == set(step.candidates):
            return
        if stage.kind == step.kind and self.are_tied(stage.candidates, step.candidates):
            told = f"which of equals it is ({listed(list(step.candidates))} or {_names(stage)})"
            self.unchecked[
                f"stage {int(path[1]) + 1}: {told}, which votes within a stage may decide"
            ] = None
            return
        why = f"by the votes of stage {int(path[1])}"
        expected = f"the {step.kind} of {self.with_votes(step.candidates)}"
        found = f"the {stage.kind} of {self.with_votes(stage.candidates)}"
        self.findings.note((*path, "candidates"), found, expected, why)

    def are_tied(self, found: Sequence[str], expected: Sequence[str]) -> bool:
        """Whether both have the same votes, so that only an earlier point tells them apart."""
        votes = self.board.votes
        return sorted(votes[one] for one in found) == sorted(votes[one] for one in expected)

    def with_votes(self, names: Sequence[str]) -> str:
        return listed([f"{name} ({self.board.votes[name]})" for name in names])

    def compare(self, path: Path, stage: PublishedStage) -> None:
        board = self.board
        if self.book.has_quota and stage.quota is not None:
            self.findings.expect((*path, "quota"), stage.quota, board.quota)
        newly = [one.candidate for one in board.newly]
        if stage.elected is not None:
            self.compare_elected(path, stage.elected, newly)
        board.newly = []
        board.ends.append(dict(board.votes))

    def compare_elected(self, path: Path, found: Sequence[str], newly: Sequence[str]) -> None:
        """Who the sheet marks at this stage; at the last, also who is elected by its end."""
        last = int(path[1]) == len(self.sheet.stages) - 1
        missing = [name for name in newly if name not in found]
        extra = [name for name in found if name not in newly]
        here: Path = (*path, "elected")
        why = "by the marks of the rules, from these figures"
        if missing:
            self.findings.note(
                here, listed(list(found)) or "nobody", f"also {listed(missing)}", why
            )
        if extra and not last:
            self.findings.note(here, listed(extra), "nobody else yet", why)
        if extra and not last:
            elected = dict.fromkeys([*self.board.elected, *extra])
            self.board.settle([name for name in elected if name not in self.board.excluded])

    def adds_up(self, path: Path, stage: PublishedStage) -> None:
        if stage.non_transferable is None:
            self.unchecked[f"stage {int(path[1]) + 1}: the non-transferable vote"] = None
            return
        total = self.board.total(self._votes(stage).values()) + stage.non_transferable
        why = "all votes and the non-transferable vote"
        self.findings.expect((*path, "votes"), total, Decimal(self.board.terms.valid), why)

    def gains(self, path: Path, stage: PublishedStage, before: Votes, lost: Decimal) -> None:
        """Nobody but those whose papers move loses votes, and only who continues gains any."""
        board = self.board
        for name, vote in board.votes.items():
            change = vote - before[name]
            if change < 0 and name not in stage.candidates:
                why = "no papers of this candidate are moved"
                self.findings.note((*path, "votes", name), vote, f"at least {before[name]}", why)
            if change > 0:
                self.only_first_preferences.discard(name)
                elected_now = any(one.candidate == name for one in board.newly)
                if name not in board.continuing and not elected_now:
                    why = "no longer a continuing candidate"
                    self.findings.note((*path, "votes", name), vote, before[name], why)
        if board.lost < lost:
            why = "what is non-transferable stays so"
            self.findings.note((*path, "non_transferable"), board.lost, f"at least {lost}", why)
        if stage.kind == "surplus" and len(stage.candidates) == 1 and self.book.has_quota:
            name = stage.candidates[0]
            why = "the quota is kept"
            self.findings.expect((*path, "votes", name), board.votes[name], board.quota, why)

    def value(
        self, path: Path, stage: PublishedStage, move: Move, before: Votes, lost: Decimal
    ) -> None:
        """A surplus of first preferences: whether any transfer value gives these figures."""
        now = self._votes(stage)
        gained = {name: now[name] - before[name] for name in now if now[name] > before[name]}
        taken = self.board.total(move.taken.values())
        papers = sum(move.origin.values())
        if any(
            _gives(gained, move.value(transferable)[0], transferable)
            for transferable in range(papers, -1, -1)
        ):
            return
        shown = ", ".join(f"{name} {vote}" for name, vote in gained.items()) or "nothing"
        expected = f"shares of a surplus of {taken} on some of {counted(papers, 'paper')}"
        why = "no transfer value that the rules allow gives these"
        self.findings.note((*path, "votes"), f"gains of {shown}", expected, why)

    # The end

    def end(self) -> None:
        if not self.sheet.complete:
            return
        lottery = _Believed(None, self.sheet.elected or ())
        step = self.book.following(lottery)
        if step.kind != END:
            place: Path = ("stages",)
            expected = f"the {step.kind} of {listed(step.candidates)}"
            self.findings.note(place, "no further stage", expected)
            return
        if not self.book.voids():
            self.book.ending(step, lottery)
        if self.sheet.elected is not None:
            persons = {name for name in self.board.elected if name != self.sheet.non_person}
            found = sorted(self.sheet.elected)
            if self.are_only_tied(set(found), persons):
                self.unchecked["the end: which of equals is elected"] = None
            else:
                self.findings.expect(("elected",), found, sorted(persons))

    def are_only_tied(self, found: set[str], expected: set[str]) -> bool:
        differ = [*sorted(found - expected)], [*sorted(expected - found)]
        return bool(differ[0]) and self.are_tied(*differ)


def _written(figure: Decimal, decimals: int) -> Decimal:
    """The figure with at least these decimals; one that has more keeps them."""
    exponent = figure.as_tuple().exponent
    if isinstance(exponent, int) and exponent > -decimals:
        return figure + Decimal(0).scaleb(-decimals)
    return figure


def _names(stage: PublishedStage) -> str:
    return listed(list(stage.candidates))


def _gives(gained: Mapping[str, Decimal], value: Decimal, transferable: int) -> bool:
    """Whether these gains are whole numbers of papers at this value, as many as there are."""
    if not value:
        return not gained
    return not any(vote % value for vote in gained.values()) and (
        sum(vote // value for vote in gained.values()) == transferable
    )
