"""Whether any papers give a published sheet: way after way through its count."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from stvcount import rules as rule_sets
from stvcount.checked import checked
from stvcount.counting import count
from stvcount.election import Election
from stvcount.election.papers import Papers
from stvcount.errors import ElectionError, LotError
from stvcount.inquiry.reconstruct.comparing import Difference, differences
from stvcount.inquiry.reconstruct.figures import Figures
from stvcount.inquiry.reconstruct.open_tally import DECIMALS
from stvcount.inquiry.reconstruct.result import Reconstruction, Status
from stvcount.inquiry.reconstruct.trail import Trail
from stvcount.inquiry.reconstruct.walking import walk
from stvcount.inquiry.reconstruct.way import Broken, Way
from stvcount.record.published import PublishedSheet
from stvcount.rules import RuleSet
from stvcount.tally.lots import LotQuestion, Lots

LIMIT = 2000
"""How many ways through a count are tried before nothing is said either way."""


@checked
def reconstruct(sheet: PublishedSheet, *, limit: int = LIMIT) -> Reconstruction:
    """Papers whose count gives every figure of a published sheet; or why there are none.

    `limit`: how many ways through the count are tried at most. A success is counted again as
    any election and compared with every published figure before it is claimed; that no papers
    can give the sheet is only said when all ways were tried.

    Raises `ElectionError` for an unknown rule set or option, more places than the rules have, or
    rules that move papers otherwise than ERS97 and its kin: all papers of a surplus, votes in other
    decimals, batches that are not by value alone.
    """
    rules = rule_sets.get(sheet.rules.id, sheet.rules.options)
    if rules.most_places is not None and sheet.places > rules.most_places:
        raise ElectionError(
            f"{rules.id}: found {sheet.places} places; expected at most {rules.most_places}, "
            "as these rules have no more"
        )
    if rules.decimals != DECIMALS:
        raise ElectionError(
            f"{rules.id}: found votes with {rules.decimals} decimals; expected {DECIMALS}, as "
            "sheets are reconstructed in hundredths"
        )
    if limit < 1:
        raise ElectionError(f"limit: found {limit}; expected a whole number from 1")
    return _Search(sheet, rules, limit).result()


class _Search:
    """Ways through the count of a sheet, one after the other, up to the limit."""

    def __init__(self, sheet: PublishedSheet, rules: RuleSet, limit: int) -> None:
        self.sheet = sheet
        self.rules = rules
        self.limit = limit
        self.figures = Figures(sheet)
        self.tries = 0
        self.furthest: Difference | None = None
        self.certain = True
        """Whether every way was either gone or shown to lead nowhere."""

    def result(self) -> Reconstruction:
        turn = 0
        while self.tries < self.limit:
            # Half of the tries go to one search; if it does not end, others begin elsewhere.
            budget = self.limit // 2 + 1 if not turn else self.limit // 20 + 1
            found = self._searched(Trail(turn), budget)
            if isinstance(found, Reconstruction):
                return found
            if found == "exhausted" and self.certain:
                return self._without_papers("impossible")
            turn += 1
        return self._without_papers("undecided")

    def _searched(
        self, trail: Trail, budget: int
    ) -> Reconstruction | Literal["exhausted", "given up"]:
        for _ in range(min(budget, self.limit - self.tries)):
            self.tries += 1
            way = Way(self.figures, trail)
            try:
                walk(way, self.rules)
                return self._counted_again(way)
            except Broken as broken:
                self._came_to(broken.difference)
            self.certain = self.certain and not way.unbounded
            if not trail.next_way():
                return "exhausted"
        return "given up"

    def _came_to(self, difference: Difference) -> None:
        if self.furthest is None or difference.stage > self.furthest.stage:
            self.furthest = difference

    def _without_papers(self, status: Status) -> Reconstruction:
        return Reconstruction(self.sheet, status, None, None, self.furthest, self.tries)

    def _counted_again(self, way: Way) -> Reconstruction:
        """Count the papers of this way as any election; raises `Broken` if a figure differs."""
        found: Sequence[Difference] = ()
        for papers in self._versions(way):
            election = Election(
                title=self.sheet.title,
                places=self.sheet.places,
                candidates=self.sheet.candidates,
                papers=papers,
                non_person=self.sheet.non_person,
            )
            try:
                record = count(election, rules=self.rules, lots=_lots_again(way))
            except (LotError, ElectionError) as error:
                found = [Difference(len(self.sheet.stages), str(error))]
                continue
            found = differences(self.sheet, record)
            if not found:
                return Reconstruction(
                    self.sheet, "reconstructed", election, record, None, self.tries
                )
        self.certain = False
        raise Broken(found[0].stage, found[0].text)

    def _versions(self, way: Way) -> Iterator[Papers]:
        """The papers as written; where later preferences decide, also with more of them."""
        yield way.written.papers()
        if way.written.asked_for_preferences:
            names = self.sheet.candidates
            elected = [names.index(name) for name in self.sheet.elected or names]
            yield way.written.papers(elected)
            yield way.written.papers(elected[::-1])


def _lots_again(way: Way) -> Lots:
    """The lots of this way, for as many of them as the papers, once written, still need."""
    left = list(way.lots)

    def ask(question: LotQuestion) -> str:
        fitting = (
            one
            for one in left
            if (one[0].stage, one[0].purpose) == (question.stage, question.purpose)
            and one[1] in question.candidates
        )
        # A lot that this way did not need may fall on anybody.
        known = next(fitting, (question, question.candidates[0]))
        left[:] = [one for one in left if one is not known]
        return known[1]

    return Lots.ask(ask)
