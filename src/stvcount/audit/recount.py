"""A record compared with a recount of its ballot papers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from stvcount import codec
from stvcount import rules as rule_sets
from stvcount.audit.checking import check
from stvcount.audit.difference import Difference, Findings, Path, in_words, place, shown
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

_NOT_COMPARED = (("stvcount",), ("source",))
_NOTHING = "nothing"


@checked
def verify(
    record: CountRecord, election: Election | None = None, *, teller: GivenTeller = "auto"
) -> tuple[Difference, ...]:
    """Where a record differs from a recount of the papers, and from itself (`check`).

    `election`: the papers, as read from the ballot file; without them the record is only checked
    against itself. They are counted again on the terms of
    the record: its places, withdrawals, papers set aside, non-person, rule set, options,
    organisation, and the lots it says were drawn. Then every figure and word of the record is
    compared with the recount, but for the version of the library, the name of the ballot file and
    the sources of lots. What keeps the papers from being recounted on these terms is a difference.

    Raises `ElectionError` for a rule set or an organisation that is not installed here.
    """
    check_teller(teller)
    if election is None:
        return check(record)
    profile = None if record.organisation is None else organisations.get(record.organisation)
    if record.rules.id != CASUAL and not rule_sets.is_installed(record.rules.id):
        raise ElectionError(
            f"rules: found {record.rules.id!r}, which is not installed here; expected one of "
            f"{', '.join(rule_sets.names())} for a recount (the record alone can be checked)"
        )
    comparison = _Comparison()
    comparison.source(record, election)
    try:
        _Recount(record, election, comparison).run(profile, teller)
    except ElectionError as error:
        comparison.findings.add(
            Difference("", "terms of a count", str(error), f"not recounted: {error}")
        )
    found = dict.fromkeys((*comparison.findings.all, *check(record)))
    return tuple(found)


@dataclass(eq=False)
class _LotMissing(Exception):
    """The record does not have the lot that the recount needs."""

    question: LotQuestion


class _Recount:
    """One recount on the terms of a record."""

    def __init__(self, record: CountRecord, election: Election, comparison: _Comparison) -> None:
        self.record = record
        self.election = election
        self.comparison = comparison
        self.lots = record.lots
        self.used = 0

    def run(self, profile: Organisation | None, teller: GivenTeller) -> None:
        record, comparison = self.record, self.comparison
        if set(record.candidates) != set(self.election.candidates):
            given = self.election.candidates
            comparison.note(("candidates",), record.candidates, given, "the ballot file")
            return
        counting = stages(
            on_terms_of(record, self.election),
            rules=self.rule_set(),
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
            return
        comparison.compare((), codec.encode(record), codec.encode(counting.record))

    def rule_set(self) -> RuleSet:
        rules = self.record.rules
        if rules.id != CASUAL:
            return rule_sets.get(rules.id, rules.options)
        kept, vacating = representatives(self.record), rules.options.get("vacating")
        if kept is None:
            found = rules.options.get("representatives")
            raise ElectionError(f"{CASUAL}: found representatives {found!r}; expected their names")
        if not isinstance(vacating, str):
            raise ElectionError(f"{CASUAL}: found vacating {vacating!r}; expected a name")
        return ERS97Vacancy(vacating=vacating, representatives=kept)

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


class _Comparison:
    """Two records in JSON's own types, compared member by member."""

    def __init__(self) -> None:
        self.findings = Findings()

    def source(self, record: CountRecord, election: Election) -> None:
        if record.source is not None and election.source is not None:
            path: Path = ("source", "sha256")
            found, expected = record.source.sha256, election.source.sha256
            if found != expected:
                self.note(path, found, expected, "the ballot file")

    def compare(self, path: Path, found: Any, expected: Any) -> None:
        source_of_lot = path[-3:-2] == ("lots",) and path[-1] == "source"
        if path in _NOT_COMPARED or source_of_lot:
            return
        if isinstance(found, dict):
            self.mappings(path, found, expected)
        elif isinstance(found, list):
            self.lists(path, found, expected)
        elif found != expected or type(found) is not type(expected):
            self.note(path, found, expected)

    def lists(self, path: Path, found: list[Any], expected: list[Any]) -> None:
        """Names are compared as one list, other things one by one."""
        if all(isinstance(item, str) for item in (*found, *expected)):
            if found != expected:
                self.note(path, found, expected)
        else:
            for number in range(min(len(found), len(expected))):
                self.compare((*path, number), found[number], expected[number])
            if len(found) != len(expected):
                self.note(path, len(found), len(expected))

    def mappings(self, path: Path, found: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
        for key in dict.fromkeys((*expected, *found)):
            self.compare((*path, key), found.get(key, _NOTHING), expected.get(key, _NOTHING))
        if set(found) == set(expected) and list(found) != list(expected):
            self.note(path, list(found), list(expected))

    def note(self, path: Path, found: object, expected: object, other: str = "the recount") -> None:
        has, needs = shown(found), shown(expected)
        text = f"{in_words(path)}: the record has {has}, {other} {needs}"
        self.findings.add(Difference(place(path), has, needs, text))
