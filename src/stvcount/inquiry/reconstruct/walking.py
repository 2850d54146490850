"""Going one way through the count of a sheet, for as long as it leads to the sheet."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import localcontext

from stvcount.exact import EXACT
from stvcount.inquiry.reconstruct.comparing import end_differs, stage_differs
from stvcount.inquiry.reconstruct.open_tally import OpenTally
from stvcount.inquiry.reconstruct.way import Broken, Way
from stvcount.record import Stage
from stvcount.rules import RuleSet
from stvcount.rules.rule_set import Outcome
from stvcount.tally.lots import LotDrawn, LotQuestion


class _OpenLots:
    """Lots that fall as the sheet has it; which they were is not published."""

    def __init__(self, way: Way) -> None:
        self._way = way

    def draw(self, question: LotQuestion) -> LotDrawn:
        return LotDrawn(self._way.lot(question), "as published")

    def close(self) -> None:  # pragma: no cover (every box has it; no lots are left over here)
        pass


def walk(way: Way, rules: RuleSet) -> None:
    """Count to the end; raises `Broken` where the count and the sheet part."""
    way.trail.begin()
    with localcontext(EXACT):
        _check_sum(way, 1)
        tally = OpenTally(way)
        counting = rules.count(tally, _OpenLots(way))
        stages: list[Stage] = []
        while True:
            try:
                stage = next(counting)
            except StopIteration as stop:
                return _check_end(way, rules, tally, stages, stop.value)
            stages.append(stage)
            for text in stage_differs(way.sheet, rules.id, stage):
                raise Broken(stage.number, text)
            tally.end_stage(stage.quota)
            _check_sum(way, len(stages) + 1)


def _check_sum(way: Way, number: int) -> None:
    wrong = way.figures.wrong_sum(number)
    if wrong is not None:
        raise Broken(number, wrong)


def _check_end(
    way: Way, rules: RuleSet, tally: OpenTally, stages: Sequence[Stage], outcome: Outcome
) -> None:
    persons = [c for c in tally.elected if c != tally.non_person]
    elected = () if outcome.void else tally.named(persons)
    at_the_end = outcome.completion.elected
    for difference in end_differs(way.sheet, rules.id, stages, at_the_end, elected):
        raise Broken(difference.stage, difference.text)
