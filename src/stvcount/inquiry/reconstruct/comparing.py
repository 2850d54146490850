"""How a count differs from a published sheet, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from stvcount.record import CountRecord, Elected, Stage
from stvcount.record.published import Account, PublishedSheet, PublishedStage
from stvcount.words import listed


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a count is not as published: the number of the stage, and how, in words."""

    stage: int
    text: str

    def __str__(self) -> str:
        return f"stage {self.stage}: {self.text}"


def differences(sheet: PublishedSheet, record: CountRecord) -> tuple[Difference, ...]:
    """Every way in which a count is not as the sheet has it. What was not published is free."""
    rules, completion = record.rules.id, record.completion
    return (
        *(
            Difference(stage.number, text)
            for stage in record.stages[: len(sheet.stages) + 1]
            for text in stage_differs(sheet, rules, stage)
        ),
        *end_differs(sheet, rules, record.stages, completion.elected, record.elected),
    )


def stage_differs(sheet: PublishedSheet, rules: str, stage: Stage) -> Iterator[str]:
    """How a stage, counted by these rules, differs from the published one, in words."""
    own = f"{_action(stage.kind, stage.candidates)}{_why(stage)}"
    if stage.number > len(sheet.stages):
        if sheet.complete:
            yield f"the sheet ends before it; by {rules} the count goes on with {own}"
        return
    published = sheet.stages[stage.number - 1]
    if not same_action(published, stage.kind, stage.candidates):
        action = _action(published.kind, published.candidates)
        yield f"the sheet has {action}; by {rules} it is {own}"
        return
    yield from _figures_differ(published, rules, stage)
    # Who is elected at the end without a transfer is looked at when the end is reached.
    last = stage.number == len(sheet.stages)
    yield from _elected_differ(published.elected, rules, stage, more_later=last)


def _figures_differ(published: PublishedStage, rules: str, stage: Stage) -> Iterator[str]:
    if published.quota is not None and published.quota != stage.quota:
        quota = "no quota" if stage.quota is None else f"a quota of {stage.quota}"
        yield f"the sheet has a quota of {published.quota}; by {rules} there is {quota}"
    for account, figure in published.figures:
        own = stage.non_transferable if account is None else stage.votes[account]
        if figure is not None and figure != own:
            yield f"the sheet has {figure} for {account_named(account)}; by {rules} it is {own}"


def same_action(published: PublishedStage, kind: str, candidates: Iterable[str]) -> bool:
    return published.kind == kind and set(published.candidates) == set(candidates)


def _elected_differ(
    published: Sequence[str] | None, rules: str, stage: Stage, *, more_later: bool
) -> Iterator[str]:
    own = [one.candidate for one in stage.elected]
    if published is None or set(own) == set(published):
        return
    if not more_later or set(own) - set(published):
        yield _other_elected(rules, published, own)


def _other_elected(rules: str, published: Sequence[str], own: Sequence[str]) -> str:
    return f"the sheet has {_people(published)} elected; by {rules} it is {_people(own)}"


def end_differs(
    sheet: PublishedSheet,
    rules: str,
    stages: Sequence[Stage],
    at_the_end: Sequence[Elected],
    elected: Sequence[str],
) -> Iterator[Difference]:
    """How the end of a count differs from that of the sheet."""
    number, last = len(stages), len(sheet.stages)
    if number < last:
        missing = sheet.stages[number]
        yield Difference(
            number + 1,
            f"the sheet has {_action(missing.kind, missing.candidates)}; by {rules} the "
            f"count is complete after stage {number}, with {_people(elected)} elected",
        )
        return
    published = sheet.stages[-1].elected
    if published is not None:
        own = [one.candidate for one in stages[last - 1].elected]
        more = [one.candidate for one in at_the_end] if number == last else []
        if set(published) - {*own, *more}:
            yield Difference(last, _other_elected(rules, published, [*own, *more]))
    if sheet.elected is not None and set(sheet.elected) != set(elected):
        yield Difference(last, _other_elected(rules, sheet.elected, elected))


_ACTIONS = {
    "first": "the first count",
    "surplus": "the surplus of",
    "exclusion": "the exclusion of",
}


def _action(kind: str, candidates: Sequence[str]) -> str:
    return f"{_ACTIONS.get(kind, kind)} {listed(candidates)}".strip()


def _people(names: Sequence[str]) -> str:
    return listed(names) or "nobody"


def account_named(account: Account) -> str:
    return "the non-transferable vote" if account is None else account


def _why(stage: Stage) -> str:
    """The decision that led to what the stage did, with its clause."""
    naming = [
        one
        for one in stage.decisions
        if all(name in one.text for name in stage.candidates)
        and not one.text.endswith(": deferred")
    ]
    for decision in naming or stage.decisions:
        return f" ({decision.clause}: {decision.text})"
    return ""
