"""Counting: an election, a rule set and lots give a record. Nothing else goes in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import DecimalException, localcontext
from typing import cast

from stvcount import rules as rule_sets
from stvcount import tellers
from stvcount.checked import checked
from stvcount.election import Election, as_election
from stvcount.election.given import Rankings
from stvcount.election.marks import ONLY_WITHDRAWN
from stvcount.election.papers import Papers
from stvcount.errors import ElectionError, InternalError, RuleSetError, StvcountError
from stvcount.exact import EXACT
from stvcount.frozen import FrozenMapping
from stvcount.record import CountRecord, PaperCount, RulesUsed, Stage, Vacancy
from stvcount.record.record import EXCESS
from stvcount.rules import OptionValue, RuleSet, organisations
from stvcount.rules.organisations import Organisation
from stvcount.rules.rule_set import Count, Outcome
from stvcount.tally import Candidate, Tally
from stvcount.tally.lots import LotQuestion, Lots, LotsSoFar
from stvcount.tellers import GivenTeller
from stvcount.version import __version__
from stvcount.words import counted

DEFAULT_RULES = "ers97"


class Counting(Iterator[Stage]):
    """A count under way: each `next` counts one stage. When they are done, `record` is there.

    `stvcount.stages` opens one. Where a lot is needed that nobody supplied, `next` raises
    `LotNeeded`; `answer` tells on whom it fell, and the count goes on from there:

    >>> import stvcount
    >>> counting = stvcount.stages({("Ann",): 5, ("Bob",): 5, ("Cat",): 7}, places=1)
    >>> while not counting.complete:
    ...     try:
    ...         for stage in counting:
    ...             print(stage)
    ...     except stvcount.LotNeeded as lot:
    ...         counting.answer(lot.candidates[0])  # on whom it fell, says whoever drew it
    <Stage 1: first>
    <Stage 2: exclusion of Ann; elected: Cat>
    >>> counting.record.elected
    ('Cat',)

    Whatever else stops a stage (an error of what `Lots.ask` calls, say), `next` tries it again.
    A count under way serves one thread, and cannot be pickled: it is as well kept as its election
    and the names of the lots drawn so far, which `LotNeeded.drawn` has.
    """

    def __init__(
        self,
        election: Election,
        rules: RuleSet,
        lots: Lots,
        *,
        teller: GivenTeller = "auto",
        profile: Organisation | None = None,
        excess: int = 0,
    ) -> None:
        """Open a count. `profile`: whose rules it is. `excess`: places declared vacant."""
        self._election = election
        self._rules = rules
        self._profile = profile
        self._teller = teller
        self._excess = (
            (Vacancy(excess, f"{EXCESS}: {profile.excess_posts}"),)
            if profile is not None and excess
            else ()
        )
        self._places = election.places - excess
        _check_places(rules, self._places)
        self._lots = LotsSoFar(lots)
        self._stages: list[Stage] = []
        self._outcome: Outcome | None = None
        self._begin()
        if not self._tally.valid and len(election.standing) > self._places:
            raise ElectionError(
                f"found no valid paper for {len(election.standing)} candidates and "
                f"{self._places} places; expected at least one in a contested election"
            )

    def _begin(self) -> None:
        decimals = self._rules.decimals
        self._tally = open_tally(
            self._election, self._teller, places=self._places, decimals=decimals
        )
        with localcontext(EXACT):
            self._count: Count | None = self._rules.count(self._tally, self._lots)

    def __next__(self) -> Stage:
        if self._count is None:
            self._take_up_again()
        try:
            stage = self._next()
        except StopIteration as stop:
            if self._outcome is None:
                self._close(stop.value)
            raise
        self._stages.append(stage)
        return stage

    def _next(self) -> Stage:
        """One stage more; where it cannot be counted, the count is begun anew for the next try."""
        count = cast("Count", self._count)
        # The rules calculate in this context, and the caller's own is untouched in between.
        with localcontext(EXACT):
            try:
                return self._checked(next(count))
            except StopIteration:
                raise
            except BaseException as error:
                self._count = None
                self._blame_the_package(error)
                raise

    def _checked(self, stage: object) -> Stage:
        if not isinstance(stage, Stage):
            raise self._mistake(f"{type(stage).__name__} in place of a stage", "what `stage` gives")
        return stage

    def _blame_the_package(self, error: BaseException) -> None:
        """Say of an error in a rule set of another package where it is; others go as they are."""
        own = rule_sets.is_own(type(self._rules))
        ours = isinstance(error, StvcountError) or not isinstance(error, Exception)
        if own or ours or self._lots.waiting is not None:
            return
        if isinstance(error, InternalError):
            raise self._mistake(str(error)) from error
        found = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        expected = "votes that are exact" if isinstance(error, DecimalException) else "a count"
        raise self._mistake(found, expected) from error

    def _mistake(self, found: str, expected: str = "") -> RuleSetError:
        where = f"rules {self._rules.id}, stage {self._tally.stage}"
        return RuleSetError(f"{where}: found {found}" + (expected and f"; expected {expected}"))

    def _take_up_again(self) -> None:
        """Count anew up to where it stopped: a count is a pure function of what goes in."""
        self._lots.again()
        self._begin()
        for _ in self._stages:
            self._next()

    def _close(self, outcome: object) -> None:
        if not isinstance(outcome, Outcome):
            found = "no outcome" if outcome is None else f"{type(outcome).__name__} at the end"
            raise self._mistake(found, "an Outcome, returned when the last stage was given")
        try:
            self._lots.close()
        except BaseException:
            self._count = None
            raise
        self._outcome = outcome

    @property
    def complete(self) -> bool:
        """Whether all stages are counted, and `record` is there."""
        return self._outcome is not None

    @property
    def question(self) -> LotQuestion | None:
        """The lot for which the count waits, after `LotNeeded`; None where it waits for none."""
        return self._lots.waiting

    def answer(self, name: str) -> None:
        """The lot for which the count waits fell on this name: the next `next` goes on.

        The record is that of `count` with `Lots.drawn`. Raises `LotError` for a name that is not
        among the tied, and where no lot is waited for.
        """
        self._lots.tell(name)

    def __repr__(self) -> str:
        state = "complete" if self.complete else "under way"
        waits = f", waits for a lot ({self.question.purpose})" if self.question else ""
        stages = counted(len(self._stages), "stage")
        return f"<Counting by {self._rules.id}: {stages}, {state}{waits}>"

    @property
    def record(self) -> CountRecord:
        """The record of the count; raises `ElectionError` before it is complete."""
        if self._outcome is None:
            raise ElectionError("the count is not complete: expected all its stages to be counted")
        election, tally, outcome = self._election, self._tally, self._outcome
        return CountRecord(
            stvcount=__version__,
            title=election.title,
            contest=election.contest,
            rules=rules_used(self._rules),
            organisation=None if self._profile is None else self._profile.id,
            decimals=self._rules.decimals,
            places=election.places,
            candidates=tuple(election.candidates),
            affiliations=FrozenMapping(election.affiliations),
            non_person=election.non_person,
            withdrawn=tuple(election.withdrawn),
            sources=tuple(election.sources),
            papers=paper_count(election, tally),
            notes=(*election.notes, *organisations.notes_on_persons(election, self._profile)),
            stages=tuple(self._stages),
            completion=outcome.completion,
            elected=() if outcome.void else tally.named(self._persons_elected()),
            vacant=() if outcome.void else self._vacant(),
            void=outcome.void,
        )

    def _persons_elected(self) -> list[Candidate]:
        elected = self._tally.elected
        if self._outcome is not None and self._outcome.filled is not None:
            elected = list(self._outcome.filled)
        return [c for c in elected if c != self._tally.non_person]

    def _vacant(self) -> tuple[Vacancy, ...]:
        """The places that no person fills, and why."""
        tally, name = self._tally, self._election.non_person
        vacant = list(self._excess)
        filled = None if self._outcome is None else self._outcome.filled
        casual = filled is not None
        unfilled = (1 if casual else tally.places) - len(self._persons_elected())
        if unfilled and tally.non_person in (tally.elected if filled is None else filled):
            said = None if self._profile is None else self._profile.if_non_person_elected
            follows = "" if said is None else f": {said}"
            closing = " and the election closed" if tally.closed and not casual else ""
            places = unfilled if tally.closed else 1
            vacant.append(Vacancy(places, f"{name} was elected{closing}{follows}"))
            unfilled -= places
        if unfilled:
            vacant.append(Vacancy(unfilled, "fewer candidates than places"))
        return tuple(vacant)


@dataclass(frozen=True, slots=True)
class PaperCheck:
    """What can be said of an election's papers without counting them.

    `papers`: how many, valid and not, by reason. `shortened`: valid papers readable only up to
    some preference, by reason. `first_preferences`: papers for each candidate standing.
    `notes`: what had to be assumed when the election was read.
    """

    papers: PaperCount
    shortened: FrozenMapping[str, int]
    first_preferences: FrozenMapping[str, int]
    notes: tuple[str, ...]


def rules_used(rules: RuleSet) -> RulesUsed:
    """The rule set as a record states it."""
    return RulesUsed(
        id=rules.id,
        title=rules.title,
        source=rules.source,
        version=rule_sets.package_version(type(rules)),
        options=rules.options,
    )


def open_tally(
    election: Election, teller: GivenTeller, *, places: int | None = None, decimals: int = 0
) -> Tally:
    """The tally of the first preferences of an election, for `places` or all its places."""
    gone = {withdrawal.candidate for withdrawal in election.withdrawn}
    papers = election.papers_counted
    with localcontext(EXACT):
        return Tally(
            election.candidates,
            election.places if places is None else places,
            tellers.make(teller, papers),
            decimals=decimals,
            standing={n for n, name in enumerate(election.candidates) if name not in gone},
            papers=papers.total,
            non_person=None
            if election.non_person is None
            else election.candidates.index(election.non_person),
        )


def paper_count(election: Election, tally: Tally) -> PaperCount:
    """How many papers, valid and not, by reason."""
    invalid = dict(election.papers_counted.invalid)
    if tally.only_withdrawn:
        invalid[ONLY_WITHDRAWN] = tally.only_withdrawn
    return PaperCount(
        total=election.papers.total,
        valid=tally.valid,
        invalid=FrozenMapping(sorted(invalid.items())),
        set_aside=tuple(election.papers_set_aside),
    )


@checked
def check(
    election: Election | Papers | Rankings,
    *,
    candidates: Sequence[str] | None = None,
    teller: GivenTeller = "auto",
) -> PaperCheck:
    """The papers of an election, looked over without counting: how many there are of which kind.

    `election`, `candidates`: as `count` takes them. `teller`: who sorts them; the numbers are the
    same. Raises `ElectionError` for what is no election.

    >>> import stvcount
    >>> names = ["Ann", "Bob"]
    >>> papers = stvcount.Papers.from_marks([[1, 2], [1, 1], [2, None]], candidates=names)
    >>> found = stvcount.check(stvcount.Election(places=1, candidates=names, papers=papers))
    >>> found.papers.valid, found.papers.invalid, found.first_preferences
    (1, {'more than one first preference': 1, 'no first preference': 1}, {'Ann': 1, 'Bob': 0})
    """
    places = None if isinstance(election, Election) else 1  # of which nothing here depends
    election = as_election(election, places=places, candidates=candidates)
    tally = open_tally(election, teller)
    return PaperCheck(
        papers=paper_count(election, tally),
        shortened=election.papers_counted.shortened,
        first_preferences=FrozenMapping(
            (tally.name(c), int(tally.votes[c])) for c in tally.standing
        ),
        notes=tuple(election.notes),
    )


@checked
def stages(
    election: Election | Papers | Rankings,
    *,
    places: int | None = None,
    candidates: Sequence[str] | None = None,
    rules: str | RuleSet | None = None,
    organisation: str | Organisation | None = None,
    lots: Lots | None = None,
    teller: GivenTeller = "auto",
    options: Mapping[str, OptionValue] | None = None,
) -> Counting:
    """Count an election stage by stage: an iterator, each step of which counts one stage.

    Takes and raises what `count` does. When the stages are done, the iterator's `record` is
    what `count` returns. A lot that is needed can be answered, and the count goes on: see
    `Counting`.
    """
    tellers.check_teller(teller)
    election = as_election(election, places=places, candidates=candidates)
    profile = _profile(organisation)
    excess = 0
    if profile is not None:
        election = profile.marked(election)
        excess = profile.excess(election)
        rules = profile.rules_for(election.places - excess) if rules is None else rules
    return Counting(
        election,
        given_rules(rules if rules is not None else DEFAULT_RULES, options),
        lots or Lots.none(),
        teller=teller,
        profile=profile,
        excess=excess,
    )


@checked
def count(
    election: Election | Papers | Rankings,
    *,
    places: int | None = None,
    candidates: Sequence[str] | None = None,
    rules: str | RuleSet | None = None,
    organisation: str | Organisation | None = None,
    lots: Lots | None = None,
    teller: GivenTeller = "auto",
    options: Mapping[str, OptionValue] | None = None,
) -> CountRecord:
    """Count an election, and return the whole record.

    `election`: an `Election`; or `Papers`, or orders of names as `Papers.from_rankings` reads
    them, with the number of `places`, and `candidates`, the printed names, unless they are
    those on the papers. For an `Election`, `places` stands in place of its own number.
    `rules`: a rule set, or its name with its `options`. `organisation`: a profile, or its name;
    it picks the rule set unless `rules` does, marks the non-person on the paper, and says what
    follows if that is elected. With neither, ERS97. `lots`: where lots come from; none are
    drawn unless it says so. `teller`: who sorts the papers, by name or as such (see
    `stvcount.tellers`); the record is the same.

    Raises `ElectionError` where the election cannot be counted by these rules (no valid paper
    in a contested election, an unknown rule set or option, more places than the rules have),
    `LotNeeded` where only a lot can decide and none was supplied, `LotError` for a lot that does
    not fit.

    >>> import stvcount
    >>> record = stvcount.count({("Ann", "Bob"): 8, ("Bob",): 5, ("Cat", "Bob"): 4}, places=1)
    >>> record.elected, record.stages[0].quota
    (('Bob',), Decimal('8.50'))
    """
    counting = stages(
        election,
        places=places,
        candidates=candidates,
        rules=rules,
        organisation=organisation,
        lots=lots,
        teller=teller,
        options=options,
    )
    for _ in counting:
        pass
    return counting.record


def _check_places(rules: RuleSet, places: int) -> None:
    if rules.most_places is not None and places > rules.most_places:
        raise ElectionError(
            f"{rules.id}: found {places} places; expected at most {rules.most_places}, "
            "as these rules have no more"
        )


def _profile(organisation: str | Organisation | None) -> Organisation | None:
    if isinstance(organisation, str):
        return organisations.get(organisation)
    return organisation


def given_rules(rules: str | RuleSet, options: Mapping[str, OptionValue] | None) -> RuleSet:
    """The rule set that is handed in, or the one of this name with these options.

    Raises `ElectionError` for options that stand beside a rule set, and for unknown rules.
    """
    if isinstance(rules, str):
        return rule_sets.get(rules, options)
    if options:
        raise ElectionError("options: found some beside a rule set; expected them within it")
    return rules
