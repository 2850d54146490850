"""A record compared with a recount of its ballot papers."""

from __future__ import annotations

from dataclasses import dataclass, replace

from stvcount import codec
from stvcount import rules as rule_sets
from stvcount.audit.checking import check
from stvcount.audit.comparison import BALLOT_FILE, Comparison
from stvcount.audit.difference import Difference, Findings, shown
from stvcount.audit.stated import compare_sources, compare_terms, read_alike
from stvcount.audit.terms import CASUAL, representatives
from stvcount.checked import checked
from stvcount.counting import stages
from stvcount.counting.papers_of_record import on_terms_of
from stvcount.election import Election
from stvcount.errors import ElectionError
from stvcount.record import CountRecord, Lot, Stage
from stvcount.rules import RuleSet, organisations
from stvcount.rules.ers97_vacancy import ERS97Vacancy
from stvcount.rules.organisations import Organisation
from stvcount.tally.lots import LotQuestion, Lots
from stvcount.tellers import GivenTeller, check_teller
from stvcount.words import counted


@checked
def verify(
    record: CountRecord,
    election: Election | None = None,
    *,
    rules: RuleSet | None = None,
    organisation: Organisation | None = None,
    teller: GivenTeller = "auto",
) -> tuple[Difference, ...]:
    """Where a record differs from a recount of the papers, and from itself (`check`).

    `election`: the papers, as read from the ballot file; without them the record is only checked
    against itself. What the file states of places, withdrawals, papers set aside and the non-person
    is compared with the record; what it does not state is believed (`believed` says what). Then the
    papers are counted again on the terms of the record: those, its rule set, options and
    organisation, and the lots it says were drawn. Every figure and word is compared with the
    recount, but for versions, the name of the ballot file and the sources of lots. What keeps the
    papers from being recounted on these terms is a difference.

    `rules`, `organisation`: those of the record, where they are not installed by name.

    Raises `ElectionError` for a rule set or an organisation that is not installed here, where there
    are papers to recount; and what `check` raises.
    """
    check_teller(teller)
    if election is None:
        return check(record, rules=rules, organisation=organisation)
    if rules is None:
        _check_installed(record)
    profile = organisation
    if profile is None and record.organisation is not None:
        profile = organisations.get(record.organisation)
    alone = check(record, rules=rules, organisation=organisation)
    comparison = Comparison(Findings())
    compare_sources(record, election, comparison)
    compare_terms(record, election, comparison)
    try:
        recount = _Recount(record, election, comparison)
        complete = recount.run(rules or _rules_of(record), profile, teller)
    except ElectionError as error:
        complete = False
        comparison.findings.add(
            Difference("", "terms of a count", str(error), f"not recounted: {error}", "terms")
        )
    if complete and not any(one.kind == "elected" for one in comparison.findings.all):
        alone = tuple(map(_same_elected, alone))
    for one in alone:
        comparison.findings.add(one)
    return comparison.findings.all


def _same_elected(one: Difference) -> Difference:
    """The recount has the same people elected, whatever else of them does not fit."""
    return replace(one, kind="figures") if one.kind == "elected" else one


def _check_installed(record: CountRecord) -> None:
    name = record.rules.id
    if name != CASUAL and not rule_sets.is_installed(name):
        raise ElectionError(
            f"rules: found {name!r}, which is not installed here; expected one of "
            f"{', '.join(rule_sets.names())} for a recount (the record alone can be checked)"
        )


def _rules_of(record: CountRecord) -> RuleSet:
    rules = record.rules
    if rules.id != CASUAL:
        return rule_sets.get(rules.id, rules.options)
    kept, vacating = representatives(record), rules.options.get("vacating")
    if kept is None:
        found = rules.options.get("representatives")
        raise ElectionError(f"{CASUAL}: found representatives {found!r}; expected their names")
    if len(kept) >= record.places:
        raise ElectionError(
            f"{CASUAL}: found {counted(len(kept), 'representative')}; expected fewer than the "
            f"{counted(record.places, 'place')}"
        )
    if not isinstance(vacating, str):
        raise ElectionError(f"{CASUAL}: found vacating {vacating!r}; expected a name")
    if vacating not in record.candidates:
        raise ElectionError(
            f"{CASUAL}: found vacating {vacating!r}; expected one of the candidates"
        )
    return ERS97Vacancy(vacating=vacating, representatives=kept)


@dataclass(eq=False)
class _LotMissing(Exception):
    """The record does not have the lot that the recount needs."""

    question: LotQuestion


class _Recount:
    """One recount on the terms of a record."""

    def __init__(self, record: CountRecord, election: Election, comparison: Comparison) -> None:
        self.record = record
        self.election = election
        self.comparison = comparison
        self.lots = record.lots
        self.used = 0

    def run(self, rules: RuleSet, profile: Organisation | None, teller: GivenTeller) -> bool:
        """Compare all of it; whether the recount came to its end."""
        record, comparison = self.record, self.comparison
        if set(record.candidates) != set(self.election.candidates):
            given = self.election.candidates
            comparison.note(("candidates",), record.candidates, given, BALLOT_FILE)
            return False
        counting = stages(
            replace(
                on_terms_of(record, self.election),
                contest=record.contest,
                affiliations=self.election.affiliations or record.affiliations,
            ),
            rules=rules,
            organisation=profile,
            lots=Lots.ask(self.draw),
            teller=teller,
        )
        counted: dict[int, Stage] = {}
        try:
            for stage in counting:
                counted[stage.number] = stage
        except _LotMissing as missing:
            self.lot_missing(missing.question, list(counted.values()))
            return False
        recounted = counting.record
        if read_alike(record, self.election):
            recounted = replace(recounted, notes=self.notes(recounted))
        comparison.compare((), codec.encode(record), codec.encode(recounted))
        return True

    def notes(self, recounted: CountRecord) -> tuple[str, ...]:
        """Those of the record, as far as they are of its reading, and those of the recount.

        A file that is read again by the reading kept in the record needs nothing to be assumed.
        """
        of_reading = set(self.election.notes)
        of_count = [note for note in recounted.notes if note not in of_reading]
        kept = [note for note in self.record.notes if note not in of_count]
        return (*kept, *of_count)

    def draw(self, question: LotQuestion) -> str:
        """The next lot of the record, if it is between those for whom one is needed."""
        lot = self.next_lot()
        if lot is not None and lot.chosen in question.candidates:
            self.used += 1
            return lot.chosen
        raise _LotMissing(question)

    def next_lot(self) -> Lot | None:
        return self.lots[self.used] if self.used < len(self.lots) else None

    def lot_missing(self, needed: LotQuestion, counted: list[Stage]) -> None:
        """As much as was counted is compared, and the lot that stopped the recount noted."""
        for number, stage in enumerate(counted[: len(self.record.stages)]):
            found = codec.encode(self.record.stages[number])
            self.comparison.compare(("stages", number), found, codec.encode(stage))
        lot = self.next_lot()
        has = "none" if lot is None else f"one on {lot.chosen} between {shown(lot.candidates)}"
        wanted = f"one ({needed.purpose}) between {shown(needed.candidates)}"
        text = f"lots: the record has {has}, the recount needs {wanted} at stage {needed.stage}"
        self.comparison.findings.add(
            Difference("lots", has, wanted, f"{text}; nothing beyond it is recounted")
        )
