"""Papers that give a published count, or why no papers can.

A published sheet has figures and no papers. The rule set itself counts here, on a tally whose
papers are not yet written: whenever it has papers sorted, they are divided so that the figures of
the sheet come out, and only then is there a next preference on them. Where several divisions give
the same figures, one is taken, and another if the count does not go on as published. What comes of
it is counted again from the start, as any election, and compared with every published figure.

An *account* is whoever holds votes: a candidate by name, or None for the non-transferable vote.
Figures are whole hundredths of a vote here, so that every sum and quotient is one of integers.
"""

from __future__ import annotations

import itertools
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from typing import Any, Generic, Literal, TypeAlias, TypeVar

from stvcount import codec
from stvcount import rules as rule_sets
from stvcount.counting import count
from stvcount.election import Election
from stvcount.errors import (
    ElectionError,
    FormatError,
    InternalError,
    LotError,
    RecordError,
)
from stvcount.formats import blt
from stvcount.formats.files import PathName, decoded, read_whole
from stvcount.frozen import FrozenMapping
from stvcount.lots import LotDrawn, LotQuestion, Lots
from stvcount.papers import Papers
from stvcount.record import CountRecord, Decision, Elected, Kind, RulesUsed, Stage
from stvcount.rules import RuleSet
from stvcount.rules.base import Outcome
from stvcount.rules.gregory import transfer_value
from stvcount.tally import Candidate, Parcel, Tally, Transfer
from stvcount.tellers import Sorted
from stvcount.votes import EXACT, ZERO
from stvcount.words import counted, listed

SCHEMA = "stvcount.sheet/1"

LIMIT = 2000
"""How many ways through a count are tried before nothing is said either way."""

MOST_VOTES = 1_000_000
"""No sheet of more votes is looked at: what sums of papers can be is kept bit by bit."""

Status = Literal["reconstructed", "impossible", "undecided"]
Account: TypeAlias = "str | None"

T = TypeVar("T")

_FULL = 100
"""The value of a paper that was never transferred at less, in hundredths."""


# The published sheet


@dataclass(frozen=True, slots=True)
class PublishedPapers:
    """How many papers were received, and how many were invalid; None where not published."""

    total: int | None = None
    invalid: int | None = None


@dataclass(frozen=True, slots=True)
class PublishedStage:
    """One stage as published. `votes`, `non_transferable`, `quota`: after the stage.

    A figure that is None or missing was not published, and neither was `elected` if it is None.
    `candidates`: whose surplus, or who is excluded. `elected`: who is elected at this stage; at
    the last stage it may name those deemed elected at the end without a transfer.
    """

    kind: Kind
    candidates: tuple[str, ...] = ()
    quota: Decimal | None = None
    votes: FrozenMapping[str, Decimal | None] = FrozenMapping()  # noqa: RUF009 (immutable)
    non_transferable: Decimal | None = None
    elected: tuple[str, ...] | None = None

    @property
    def figures(self) -> Iterator[tuple[Account, Decimal | None]]:
        """The figure of each account as published."""
        yield from self.votes.items()
        yield None, self.non_transferable


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedSheet:
    """The sheet of a count as it was published: the schema `stvcount.sheet/1`.

    `candidates`: those who stood. `elected`: all persons elected, or None. `complete`: whether
    the count ends with the last stage here.

    Raises `RecordError` where it contradicts itself in more than figures.
    """

    title: str = ""
    rules: RulesUsed
    places: int
    candidates: tuple[str, ...]
    stages: tuple[PublishedStage, ...]
    non_person: str | None = None
    papers: PublishedPapers = PublishedPapers()
    elected: tuple[str, ...] | None = None
    complete: bool = True

    def __post_init__(self) -> None:
        _check_particulars(self)
        for number, stage in enumerate(self.stages, start=1):
            _check_stage(self, stage, number)

    @classmethod
    def from_record(cls, record: CountRecord) -> PublishedSheet:
        """The sheet that would be published of this count, with all its figures.

        Raises `RecordError` for a record without stages, or beyond what a sheet may hold.
        """
        if not record.stages:
            raise RecordError("stages: found none; expected at least the first")
        return cls(
            title=record.title,
            rules=record.rules,
            places=record.places,
            candidates=tuple(record.stages[0].votes),
            non_person=record.non_person,
            papers=PublishedPapers(
                record.papers.valid + sum(record.papers.invalid.values()),
                sum(record.papers.invalid.values()),
            ),
            stages=tuple(map(_published, record.stages)),
            elected=record.elected,
        )

    @classmethod
    def from_json(cls, text: str) -> PublishedSheet:
        """The sheet in a JSON text. A member that may be missing is None or empty.

        Raises `RecordError`, naming the place, for a text that is no such sheet.
        """
        members = codec.loads(text, schema=SCHEMA)
        sheet: PublishedSheet = codec.decode(cls, _with_defaults(members))
        return sheet

    def to_json(self) -> str:
        """The sheet as JSON text."""
        return codec.dumps({"schema": SCHEMA} | codec.encode(self))

    @property
    def published(self) -> int:
        """How many figures were published: votes, non-transferable votes and quotas."""
        figures = [figure for stage in self.stages for _, figure in stage.figures]
        figures += [stage.quota for stage in self.stages]
        return sum(figure is not None for figure in figures)


def read_sheet(path: PathName) -> PublishedSheet:
    """The published sheet in a JSON file.

    Raises `FormatError` where the file cannot be read or is not UTF-8, and `RecordError`, naming
    the file and the place in it, where it holds no such sheet.
    """
    name = os.fsdecode(path)
    text, faults = decoded(read_whole(path), name, None)
    if faults:
        raise FormatError(name, faults)
    try:
        return PublishedSheet.from_json(text)
    except RecordError as error:
        raise RecordError(f"{name}: {error}") from error


def _published(stage: Stage) -> PublishedStage:
    return PublishedStage(
        kind=stage.kind,
        candidates=stage.candidates,
        quota=stage.quota,
        votes=FrozenMapping(stage.votes.items()),
        non_transferable=stage.non_transferable,
        elected=tuple(one.candidate for one in stage.elected),
    )


_OPTIONAL: Mapping[str, Any] = {
    "title": "",
    "non_person": None,
    "papers": {},
    "elected": None,
    "complete": True,
}
_OPTIONAL_OF_STAGE: Mapping[str, Any] = {
    "candidates": [],
    "quota": None,
    "votes": {},
    "non_transferable": None,
    "elected": None,
}


def _with_defaults(members: Mapping[str, Any]) -> dict[str, Any]:
    """The members of a sheet, with None or nothing for each that may be missing and is."""
    full = {**_OPTIONAL, **members}
    if isinstance(full["papers"], dict):
        full["papers"] = {"total": None, "invalid": None, **full["papers"]}
    if isinstance(full.get("rules"), dict):
        full["rules"] = {"options": {}, **full["rules"]}
    if isinstance(full.get("stages"), list):
        full["stages"] = [_stage_with_defaults(stage) for stage in full["stages"]]
    return full


def _stage_with_defaults(stage: Any) -> Any:
    if not isinstance(stage, dict):
        return stage
    full = {**_OPTIONAL_OF_STAGE, **stage}
    for name in ("quota", "non_transferable"):
        full[name] = _figure_as_text(full[name])
    if isinstance(full["votes"], dict):
        full["votes"] = {name: _figure_as_text(vote) for name, vote in full["votes"].items()}
    return full


def _figure_as_text(figure: Any) -> Any:
    """Whole votes may be typed in as whole numbers."""
    return str(figure) if type(figure) is int else figure


def _check_particulars(sheet: PublishedSheet) -> None:
    if not sheet.candidates:
        raise RecordError("candidates: found none; expected at least one")
    for name, times in Counter(sheet.candidates).items():
        if times > 1:
            raise RecordError(f"candidates: found {name!r} {times} times; expected it once")
    if sheet.places < 1:
        raise RecordError(f"places: found {sheet.places}; expected a whole number from 1")
    if sheet.non_person is not None:
        _check_names(sheet, "non_person", [sheet.non_person])
    _check_names(sheet, "elected", sheet.elected or ())
    _check_papers(sheet.papers)
    if not sheet.stages:
        raise RecordError("stages: found none; expected at least the first")


def _check_papers(papers: PublishedPapers) -> None:
    total, invalid = papers.total, papers.invalid
    for name, number in (("total", total), ("invalid", invalid)):
        if number is not None and number > MOST_VOTES:
            raise RecordError(f"papers.{name}: found {number}; expected at most {MOST_VOTES}")
    if total is not None and invalid is not None and invalid > total:
        raise RecordError(f"papers: found {invalid} invalid of {total}; expected no more than all")


def _check_names(sheet: PublishedSheet, place: str, names: Iterable[str]) -> None:
    for name in names:
        if name not in sheet.candidates:
            raise RecordError(
                f"{place}: found {name!r}; expected one of the candidates "
                f"{', '.join(sheet.candidates)}"
            )


_HOW_MANY = {"first": (0, 0, "no candidate"), "surplus": (1, 1, "one candidate")}


def _check_stage(sheet: PublishedSheet, stage: PublishedStage, number: int) -> None:
    place = f"stages[{number - 1}]"
    kinds = ("first",) if number == 1 else ("surplus", "exclusion")
    if stage.kind not in kinds:
        raise RecordError(f"{place}.kind: found {stage.kind!r}; expected {' or '.join(kinds)}")
    least, most, expected = _HOW_MANY.get(
        stage.kind, (1, len(sheet.candidates), "those who are excluded, each once")
    )
    if not least <= len(stage.candidates) <= most or _repeats(stage.candidates):
        found = ", ".join(stage.candidates) or "nobody"
        raise RecordError(f"{place}.candidates: found {found}; expected {expected}")
    _check_names(sheet, f"{place}.candidates", stage.candidates)
    _check_names(sheet, f"{place}.votes", stage.votes)
    _check_names(sheet, f"{place}.elected", stage.elected or ())
    for _, figure in (*stage.figures, (None, stage.quota)):
        if figure is not None and figure.as_tuple().exponent < -2:  # type: ignore[operator]
            raise RecordError(f"{place}: found {figure}; expected at most two decimals")
        if figure is not None and figure > MOST_VOTES:
            raise RecordError(f"{place}: found {figure}; expected at most {MOST_VOTES} votes")


def _repeats(names: Sequence[str]) -> bool:
    return len(set(names)) < len(names)


# What comes of it


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a count is not as published: the number of the stage, and how, in words."""

    stage: int
    text: str

    def __str__(self) -> str:
        return f"stage {self.stage}: {self.text}"


@dataclass(frozen=True, slots=True)
class Reconstruction:
    """What was found out about a published sheet.

    `status`: "reconstructed" (`election` has papers, and `record` is their count, that give
    every published figure), "impossible" (no papers give it under its rule set: `breaks` says at
    which stage and why) or "undecided" (neither was shown within the limit; `breaks` says where
    the way that came furthest ended).
    `tries`: how many ways through the count were gone.
    """

    sheet: PublishedSheet
    status: Status
    election: Election | None
    record: CountRecord | None
    breaks: Difference | None
    tries: int

    def blt(self) -> str:
        """The papers as the text of a BLT file that says what they are.

        Raises `ElectionError` where none were found.
        """
        if self.election is None:
            raise ElectionError(f"papers: found none ({self.status}); expected some to write")
        return (
            "# Not the papers that were cast: reconstructed from the published figures.\n"
            f"# One of many sets of papers whose count by {self.sheet.rules.id} gives every one\n"
            "# of them. What no published figure tells is left blank.\n" + blt.dumps(self.election)
        )

    def __str__(self) -> str:
        from stvcount.sheets import reconstruct_sheet

        return reconstruct_sheet.sheet(self)


def reconstruct(sheet: PublishedSheet, *, limit: int = LIMIT) -> Reconstruction:
    """Papers whose count gives every figure of a published sheet; or why there are none.

    `limit`: how many ways through the count are tried at most. A success is counted again as
    any election and compared with every published figure before it is claimed; that no papers
    can give the sheet is only said when all ways were tried.

    Raises `ElectionError` for an unknown rule set or option, more places than the rules have, or
    rules that move surpluses in a way of their own.
    """
    rules = rule_sets.get(sheet.rules.id, sheet.rules.options)
    if rules.most_places is not None and sheet.places > rules.most_places:
        raise ElectionError(
            f"{rules.id}: found {sheet.places} places; expected at most {rules.most_places}, "
            "as these rules have no more"
        )
    if limit < 1:
        raise ElectionError(f"limit: found {limit}; expected a whole number from 1")
    return _Search(sheet, rules, limit).result()


# Comparing a count with the sheet


def differences(sheet: PublishedSheet, record: CountRecord) -> tuple[Difference, ...]:
    """Every way in which a count is not as the sheet has it. What was not published is free."""
    found = []
    rules = record.rules.id
    for number, stage in enumerate(record.stages, start=1):
        found += [Difference(number, text) for text in _stage_differs(sheet, rules, number, stage)]
        if number > len(sheet.stages):
            break
    found += _end_differs(sheet, rules, record.stages, record.completion.elected, record.elected)
    return tuple(found)


def _stage_differs(sheet: PublishedSheet, rules: str, number: int, stage: Stage) -> Iterator[str]:
    """How a stage, counted by these rules, differs from the published one, in words."""
    if number > len(sheet.stages):
        if sheet.complete:
            yield (
                f"the sheet ends before it; by {rules} the count goes on with "
                f"{_action(stage.kind, stage.candidates)}{_why(stage)}"
            )
        return
    published = sheet.stages[number - 1]
    if not _same_action(published, stage.kind, stage.candidates):
        yield (
            f"the sheet has {_action(published.kind, published.candidates)}; by {rules} it is "
            f"{_action(stage.kind, stage.candidates)}{_why(stage)}"
        )
        return
    if published.quota is not None and published.quota != stage.quota:
        quota = "no quota" if stage.quota is None else f"a quota of {stage.quota}"
        yield f"the sheet has a quota of {published.quota}; by {rules} there is {quota}"
    for account, figure in published.figures:
        own = stage.non_transferable if account is None else stage.votes[account]
        if figure is not None and figure != own:
            yield f"the sheet has {figure} for {_named(account)}; by {rules} it is {own}"
    yield from _elected_differ(sheet, rules, number, stage)


def _same_action(published: PublishedStage, kind: str, candidates: Iterable[str]) -> bool:
    return published.kind == kind and set(published.candidates) == set(candidates)


def _elected_differ(sheet: PublishedSheet, rules: str, number: int, stage: Stage) -> Iterator[str]:
    published = sheet.stages[number - 1].elected
    if published is None:
        return
    elected = {one.candidate for one in stage.elected}
    # Who is elected at the end without a transfer is looked at when the end is reached.
    later = number == len(sheet.stages)
    if elected - set(published) or (set(published) - elected and not later):
        yield _other_elected(rules, published, [one.candidate for one in stage.elected])


def _other_elected(rules: str, published: Sequence[str], own: Sequence[str]) -> str:
    return f"the sheet has {_people(published)} elected; by {rules} it is {_people(own)}"


def _end_differs(
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


def _named(account: Account) -> str:
    return "the non-transferable vote" if account is None else account


def _why(stage: Stage) -> str:
    """The decision that led to what the stage did, with its clause."""
    naming = [
        one
        for one in stage.decisions
        if all(name in one.text for name in stage.candidates)
        and not one.text.endswith(": deferred")
    ]
    decision: Decision | None = next(iter(naming or stage.decisions), None)
    return f" ({decision.clause}: {decision.text})" if decision else ""


# The figures of a sheet, as numbers


def _hundredths(votes: Decimal) -> int:
    return int(votes.scaleb(2))


def _shown(hundredths: int) -> str:
    return f"{hundredths // 100}.{hundredths % 100:02}"


class _Figures:
    """The figures of a sheet in hundredths, with those that follow from the others.

    `valid`: the number of valid papers, or None where no sum of figures gives it.
    """

    def __init__(self, sheet: PublishedSheet) -> None:
        self.sheet = sheet
        self.accounts: tuple[Account, ...] = (*sheet.candidates, None)
        self.rows = [self._row(number) for number in range(len(sheet.stages))]
        self.valid = self._valid()
        quotas = [_hundredths(stage.quota) for stage in sheet.stages if stage.quota is not None]
        self.greatest = max(
            [100, *quotas, *(figure for row in self.rows for figure in row.values())]
        )
        for row in self.rows:
            self._fill(row)

    def _row(self, index: int) -> dict[Account, int]:
        stage = self.sheet.stages[index]
        row: dict[Account, int] = {None: 0} if index == 0 else {}
        row.update((name, 0) for name in self._emptied(index))
        row.update(
            (account, _hundredths(figure))
            for account, figure in stage.figures
            if figure is not None
        )
        return row

    def _emptied(self, index: int) -> Iterator[str]:
        """Who has been excluded and has nothing left. An exclusion may be broken off at the end."""
        if self.sheet.rules.options.get("suspense"):
            return
        last = len(self.sheet.stages) - 1
        for number, stage in enumerate(self.sheet.stages[: index + 1]):
            if stage.kind == "exclusion" and (number < index or index < last):
                yield from stage.candidates

    def _valid(self) -> int | None:
        papers = self.sheet.papers
        if papers.total is not None and papers.invalid is not None:
            return papers.total - papers.invalid
        sums = [sum(row.values()) for row in self.rows if len(row) == len(self.accounts)]
        return next((total // 100 for total in sums if total % 100 == 0), None)

    def _fill(self, row: dict[Account, int]) -> None:
        """One figure that is missing is what the others leave of the total valid vote."""
        missing = [account for account in self.accounts if account not in row]
        if self.valid is not None and len(missing) == 1:
            rest = self.valid * 100 - sum(row.values())
            if rest >= 0:
                row[missing[0]] = rest

    def at(self, number: int, account: Account) -> int | None:
        """The figure after this stage (from 1), or None."""
        return self.rows[number - 1].get(account) if number <= len(self.rows) else None

    def later(self, number: int, account: Account) -> int | None:
        """The figure after this stage or the next that is known; None where there is none.

        It is what the account can have after this stage at most: a vote cannot fall until its own
        surplus is transferred or it is excluded.
        """
        for later in range(number, len(self.rows) + 1):
            if later > number and account in self.sheet.stages[later - 1].candidates:
                break
            figure = self.at(later, account)
            if figure is not None:
                return figure
        return None

    def most(self, number: int, account: Account) -> int | None:
        """What the account can have after this stage at most; None where nothing tells."""
        later = self.later(number, account)
        return self.valid * 100 if later is None and self.valid is not None else later

    def broken_off(self) -> tuple[str, int] | None:
        """Who keeps papers when the count ends in the middle of an exclusion, and what was moved.

        None where that is not published, or several are excluded.
        """
        excluded = self.sheet.stages[-1].candidates
        if self.sheet.stages[-1].kind != "exclusion" or len(excluded) != 1:
            return None
        last = len(self.rows)
        before, after = self.at(last - 1, excluded[0]), self.at(last, excluded[0])
        return (excluded[0], before - after) if before and after and before > after else None

    def wrong_sum(self, number: int) -> str | None:
        """Why the figures of this stage cannot stand together, or None."""
        if number > len(self.rows) or self.valid is None:
            return None
        row = self.rows[number - 1]
        found, expected = sum(row.values()), self.valid * 100
        whole = len(row) == len(self.accounts)
        if found > expected or (whole and found != expected):
            what = "the votes and the non-transferable vote" if whole else "the published figures"
            return (
                f"{what} sum to {_shown(found)}; expected {'' if whole else 'at most '}"
                f"{_shown(expected)}, the total valid vote"
            )
        return None


# Dividing papers


def _sums_with(sums: int, options: Sequence[int]) -> int:
    """The set of sums (bit n for n) with one of these options added to each."""
    least = min(options, default=0)
    if len(options) > 1 and max(options) - least + 1 == len(options):
        width, found = 1, sums
        while width < len(options):
            step = min(width, len(options) - width)
            found |= found << step
            width += step
        return found << least
    found = 0
    for option in options:
        found |= sums << option
    return found


def _rows(columns: Sequence[Sequence[int]], total: int) -> Iterator[tuple[int, ...]]:
    """One option from each column, so that they sum to the total: every such row, once.

    Options are taken in the order of their column. No dead end is ever entered, since it is
    worked out beforehand which sums the columns still to come can give.
    """
    mask = (1 << (total + 1)) - 1
    after = [1]
    for options in reversed(columns):
        after.append(_sums_with(after[-1], options) & mask)
    after.reverse()
    if after[0] >> total & 1:
        yield from _extended(columns, after, total)


def _extended(
    columns: Sequence[Sequence[int]], after: Sequence[int], total: int
) -> Iterator[tuple[int, ...]]:
    """The rows; `after` has, for each column, which sums it and those after it can give."""
    row: list[int] = []
    left = [total]
    untried = [iter(columns[0])]
    while untried:
        rest = -1
        for option in untried[-1]:
            rest = left[-1] - option
            if rest >= 0 and after[len(untried)] >> rest & 1:
                row.append(option)
                break
        else:
            untried.pop()
            left.pop()
            if row:
                row.pop()
            continue
        if len(row) == len(columns):
            yield tuple(row)
            row.pop()
        else:
            left.append(rest)
            untried.append(iter(columns[len(row)]))


def _around(share: int, most: int) -> Sequence[int]:
    """The numbers from 0 to `most`, those nearest to `share` first."""
    return sorted(range(most + 1), key=lambda number: abs(number - share))


def _values_reached(batches: Iterable[tuple[int, int]], most: int) -> str:
    """For each value up to `most`, "1" or "0": whether papers of these batches have it together.

    A batch is the value of its papers and their number.
    """
    sums, mask = 1, (1 << (most + 1)) - 1
    for value, papers in batches:
        left, width = papers, 1
        while left > 0 and value:
            step = min(width, left)
            sums |= sums << (value * step) & mask
            left, width = left - step, width * 2
    return format(sums, f"0{most + 1}b")[::-1]


class _Trail(Generic[T]):
    """The choices on one way through a count, each with those not yet taken.

    `turn`: from where options are looked through, so that another search begins elsewhere.
    """

    def __init__(self, turn: int) -> None:
        self.turn = turn
        self._left: list[Iterator[Any]] = []
        self._taken: list[Any] = []
        self._at = 0

    def begin(self) -> None:
        self._at = 0

    def choose(self, options: Callable[[], Iterator[T]]) -> T | None:
        """What was chosen here last time, or the first option; None where there is none."""
        if self._at == len(self._taken):
            left = options()
            first = next(left, None)
            if first is None:
                return None
            self._left.append(left)
            self._taken.append(first)
        self._at += 1
        chosen: T = self._taken[self._at - 1]
        return chosen

    def next_way(self) -> bool:
        """Turn to the next option at the last choice that has one left; whether there is one."""
        while self._left:
            following = next(self._left[-1], None)
            if following is not None:
                self._taken[-1] = following
                return True
            self._left.pop()
            self._taken.pop()
        return False

    def ordered(self, options: Sequence[int], column: int) -> Sequence[int]:
        """The options as they are at the first turn, and from somewhere in between at others."""
        if not self.turn or len(options) < 2:
            return options
        start = (self.turn * 61803 + column * 41421) % 99991 * len(options) // 99991
        return [*options[start:], *options[:start]]


# Counting papers that are not yet written


@dataclass(frozen=True, slots=True)
class _Bundle:
    """Papers held by one candidate: their rankings so far, and how many there are of each."""

    holder: Candidate
    rankings: tuple[tuple[tuple[Candidate, ...], int], ...]
    papers: int


class _Broken(Exception):
    """The end of a way through the count that does not lead to the sheet."""

    def __init__(self, stage: int, text: str) -> None:
        self.difference = Difference(stage, text)
        super().__init__(text)


@dataclass(slots=True)
class _Written:
    """What is written on the papers on one way through the count."""

    names: tuple[str, ...]
    rankings: Counter[tuple[Candidate, ...]] = field(default_factory=Counter)
    ended: Counter[tuple[Candidate, ...]] = field(default_factory=Counter)
    invalid: int | None = None
    """How many papers are invalid; None where that was not published, and nothing asks."""
    asked_for_preferences: bool = False

    def papers(self, favoured: Sequence[Candidate] = ()) -> Papers:
        """The papers. Those `favoured` are next in order on all that could still have a next."""
        orders: list[tuple[tuple[Candidate, ...], int]] = []
        for ranking, number in sorted(self.rankings.items()):
            ended = min(number, self.ended[ranking])
            following = tuple(c for c in favoured if c not in ranking)
            orders.append(((*ranking, *following), number - ended))
            orders.append((ranking, ended))
        orders.append(((), self.invalid or 0))
        return Papers(self.names, [(order, number) for order, number in orders if number])


class _OpenTeller:
    """Writes the first preferences; what comes later is written by the tally as it sorts."""

    def __init__(self, way: _Way) -> None:
        self._way = way

    def first_preferences(self, standing: AbstractSet[int]) -> Sorted[_Bundle]:
        row = self._way.first_preferences()
        written = self._way.written
        for candidate, papers in enumerate(row):
            if papers:
                written.rankings[(candidate,)] = papers
        piles = {c: _Bundle(c, (((c,), papers),), papers) for c, papers in enumerate(row) if papers}
        return Sorted(piles, 0)

    def next_preferences(
        self, bundles: Sequence[_Bundle], continuing: AbstractSet[int]
    ) -> Sorted[_Bundle]:
        raise InternalError("open papers are sorted by their tally")

    def preferences(self, number: int, standing: AbstractSet[int]) -> Mapping[int, int]:
        """First preferences are known. Later ones may still be written, in whatever number."""
        self._way.written.asked_for_preferences = True
        found: Counter[int] = Counter()
        for ranking, papers in self._way.written.rankings.items() if number == 1 else ():
            found[ranking[0]] += papers
        return found


class _OpenTally(Tally):
    """A tally that divides papers as the published figures ask when they are to be sorted."""

    def __init__(self, way: _Way, candidates: Sequence[str]) -> None:
        sheet = way.sheet
        self.way = way
        self.quota: Decimal | None = None
        """The quota after the stage before this one."""
        self.excluded_before = 0
        """How many candidates had been excluded before this stage."""
        self._expected_value: Decimal | None = None
        super().__init__(
            candidates,
            sheet.places,
            _OpenTeller(way),
            standing=set(range(len(candidates))),
            non_person=None if sheet.non_person is None else candidates.index(sheet.non_person),
        )

    @property
    def invalid(self) -> int:
        """The number of invalid papers: not written, and anyhow few rules ask for it."""
        return self.way.invalid_papers()

    @invalid.setter
    def invalid(self, number: int) -> None:
        """What the tally itself works out leaves invalid papers out."""

    def accounts(self) -> list[Account]:
        """Who can receive votes now."""
        return [*map(self.name, self.continuing), None]

    def held(self, account: Account) -> int:
        """What the account has now, in hundredths."""
        if account is None:
            return _hundredths(self.non_transferable)
        return _hundredths(self.votes[self.names.index(account)])

    def sort_all(self, candidates: Iterable[Candidate]) -> Sorted[Any]:
        """A look ahead. Nothing is written for it: no paper of these names another of them.

        So whoever is excluded next has no such preference, and none has fewer.
        """
        papers = sum(parcel.papers for c in candidates for parcel in self._parcels[c])
        return Sorted({}, papers)

    def sort(self, parcels: Iterable[Parcel]) -> Sorted[Any]:
        examined = list(parcels)
        bundles = [parcel.bundle for parcel in examined]
        holder = bundles[0].holder
        surplus = holder in self.elected
        action = [holder] if surplus else self.excluded[self.excluded_before :]
        kind = "surplus" if surplus else "exclusion"
        papers = sum(bundle.papers for bundle in bundles)
        value = examined[0].value
        if not self.way.as_published(self.stage, kind, self.named(action)):
            # The stage is not the published one, which is said when it is complete.
            row: Sequence[int] = [0] * len(self.continuing)
            self._expected_value = None
        elif surplus:
            value, row = self.way.divided_surplus(self, holder, examined[0])
            self._expected_value = value
        else:
            row = self.way.divided_batch(self, papers, value)
        return self._written(bundles, dict(zip(self.continuing, row, strict=True)))

    def _written(self, bundles: Sequence[_Bundle], row: Mapping[Candidate, int]) -> Sorted[_Bundle]:
        """Write these numbers of next preferences on the papers."""
        left = [pair for bundle in bundles for pair in bundle.rankings]
        written, piles = self.way.written, {}
        for candidate, papers in row.items():
            if not papers:
                continue
            taken, left = _taken(left, papers)
            for ranking, number in taken:
                written.rankings[ranking] -= number
                written.rankings[(*ranking, candidate)] += number
            moved = tuple(((*ranking, candidate), number) for ranking, number in taken)
            piles[candidate] = _Bundle(candidate, moved, papers)
        for ranking, number in left:
            written.ended[ranking] += number
        return Sorted(piles, sum(number for _, number in left))

    def transfer_surplus(
        self, candidate: Candidate, surplus: Decimal, sorted_papers: Sorted[Any], value: Decimal
    ) -> Transfer:
        if self._expected_value is not None and value != self._expected_value:
            raise ElectionError(
                f"rules: found a surplus transferred at {value} for {self._expected_value}; "
                "expected rules that share a surplus out as ERS97 5.3 does"
            )
        return super().transfer_surplus(candidate, surplus, sorted_papers, value)


def _taken(
    pairs: Sequence[tuple[tuple[Candidate, ...], int]], papers: int
) -> tuple[list[tuple[tuple[Candidate, ...], int]], list[tuple[tuple[Candidate, ...], int]]]:
    """So many papers from the first of these groups, and what is left."""
    taken, left = [], []
    for ranking, number in pairs:
        now = min(number, papers)
        papers -= now
        if now:
            taken.append((ranking, now))
        if number > now:
            left.append((ranking, number - now))
    return taken, left


class _OpenLots:
    """Lots that fall as the sheet has it; which they were is not published."""

    def __init__(self, way: _Way) -> None:
        self._way = way

    def draw(self, question: LotQuestion) -> LotDrawn:
        return LotDrawn(self._way.lot(question), "as published")

    def close(self) -> None:
        pass


class _Way:
    """One way through the count of a sheet, from the first preferences to the end."""

    def __init__(self, figures: _Figures, rules: RuleSet, trail: _Trail[Any]) -> None:
        self.sheet = figures.sheet
        self.figures = figures
        self.rules = rules
        self.trail = trail
        self.written = _Written(self.sheet.candidates)
        self.lots: list[tuple[LotQuestion, str]] = []
        self.unbounded = False

    def walk(self) -> None:
        """Count to the end; raises `_Broken` where the count and the sheet part."""
        self.trail.begin()
        with localcontext(EXACT):
            self._check_sum(1)
            tally = _OpenTally(self, self.sheet.candidates)
            counting = self.rules.count(tally, _OpenLots(self))
            stages: list[Stage] = []
            while True:
                try:
                    stage = next(counting)
                except StopIteration as stop:
                    self._check_end(tally, stages, stop.value)
                    return
                stages.append(stage)
                self._check(stage)
                tally.quota, tally.excluded_before = stage.quota, len(tally.excluded)
                self._check_sum(len(stages) + 1)

    def _check_sum(self, number: int) -> None:
        wrong = self.figures.wrong_sum(number)
        if wrong is not None:
            raise _Broken(number, wrong)

    def _check(self, stage: Stage) -> None:
        for text in _stage_differs(self.sheet, self.rules.id, stage.number, stage):
            raise _Broken(stage.number, text)

    def _check_end(self, tally: Tally, stages: Sequence[Stage], outcome: Outcome) -> None:
        persons = [c for c in tally.elected if c != tally.non_person]
        elected = () if outcome.void else tally.named(persons)
        ends = _end_differs(self.sheet, self.rules.id, stages, outcome.completion.elected, elected)
        for difference in ends:
            raise _Broken(difference.stage, difference.text)

    def as_published(self, number: int, kind: str, candidates: Iterable[str]) -> bool:
        """Whether the sheet has this action at this stage, or nothing to say about it."""
        if number > len(self.sheet.stages):
            return not self.sheet.complete
        return _same_action(self.sheet.stages[number - 1], kind, candidates)

    # Lots

    def lot(self, question: LotQuestion) -> str:
        chosen = self.trail.choose(lambda: iter(self._lot_options(question)))
        if chosen is None:
            raise InternalError("a lot between nobody")
        self.lots.append((question, chosen))
        return str(chosen)

    def _lot_options(self, question: LotQuestion) -> Sequence[str]:
        """Whom the sheet says it fell on; anybody, where it says nothing."""
        tied = question.candidates
        if question.purpose == "election":
            named: Iterable[str] = self.sheet.elected or tied
        elif question.stage <= len(self.sheet.stages):
            named = self.sheet.stages[question.stage - 1].candidates
        else:
            named = set(tied) - set(self.sheet.elected or ())
        return [name for name in tied if name in named] or tied

    # Invalid papers

    def invalid_papers(self) -> int:
        """How many there are. Where that was not published, any number may be."""
        if self.written.invalid is None:
            self.unbounded = True
            chosen = self.trail.choose(lambda: iter(range(self.figures.greatest // 100 + 1)))
            self.written.invalid = chosen or 0
        return self.written.invalid

    # First preferences

    def first_preferences(self) -> Sequence[int]:
        """How many for each candidate; the invalid papers are written too."""
        row = self.trail.choose(self._first_rows)
        if row is None:
            raise _Broken(1, self._why_not_first())
        self.written.invalid = row[-1]
        return tuple(row[:-1])

    def _first_rows(self) -> Iterator[tuple[int | None, ...]]:
        """First preferences for each candidate, and the number of invalid papers."""
        total, invalid = self.sheet.papers.total, self.sheet.papers.invalid
        valid = self.figures.valid
        columns = [
            self.trail.ordered(self._first_options(name), n)
            for n, name in enumerate(self.sheet.candidates)
        ]
        if valid is not None:
            rest = total - valid if invalid is None and total is not None else invalid
            if rest is not None and rest < 0:
                return iter(())
            return ((*row, rest) for row in _rows(columns, valid))
        if total is not None:
            columns.append([invalid] if invalid is not None else range(total + 1))
            return _rows(columns, total)
        return ((*row, invalid) for row in itertools.product(*columns))

    def _first_options(self, name: str) -> Sequence[int]:
        figure = self.figures.at(1, name)
        if figure is not None:
            return () if figure % 100 else (figure // 100,)
        later = self.figures.later(1, name)
        if later is not None:
            return range(later // 100, -1, -1)
        if self.figures.valid is not None:
            return _around(self._like_share(self.figures.valid), self.figures.valid)
        # Nothing published sets an end: in each search more are tried, and never all.
        self.unbounded = True
        return range(self.figures.greatest * (self.trail.turn + 1) // 100, -1, -1)

    def _like_share(self, valid: int) -> int:
        """What each of those has whose first preferences no figure bounds, if all have alike."""
        bounds = [self.figures.later(1, name) for name in self.sheet.candidates]
        known = sum(bound for bound in bounds if bound is not None) // 100
        return max(valid - known, 0) // bounds.count(None)

    def _why_not_first(self) -> str:
        for name in self.sheet.candidates:
            figure = self.figures.at(1, name)
            if figure is not None and figure % 100:
                return f"{_shown(figure)} for {name} is no number of first preferences"
        total, valid = self.sheet.papers.total, self.figures.valid
        if total is not None and valid is not None and total < valid:
            return f"the total valid vote is {valid}.00; the sheet has {counted(total, 'paper')}"
        return "no numbers of first preferences give the published figures of this and later stages"

    # Papers of the excluded

    def divided_batch(self, tally: _OpenTally, papers: int, value: Decimal) -> Sequence[int]:
        """How many papers of a batch go to each continuing candidate."""
        batch = _BatchAsked(self, tally, papers, _hundredths(value))
        row = self.trail.choose(batch.rows)
        if row is None:
            raise batch.broken()
        return tuple(row[:-1])

    # Papers of a surplus

    def divided_surplus(
        self, tally: _OpenTally, holder: Candidate, parcel: Parcel
    ) -> tuple[Decimal, Sequence[int]]:
        """The transfer value, and how many papers go to each continuing candidate."""
        asked = _SurplusAsked(self, tally, holder, parcel)
        found = self.trail.choose(asked.rows)
        if found is None:
            raise _Broken(tally.stage, asked.why_not())
        value, row = found
        return value, row


class _Asked:
    """What the sheet asks of the papers of one transfer."""

    def __init__(self, way: _Way, tally: _OpenTally) -> None:
        self.way = way
        self.stage = tally.stage
        self.accounts = tally.accounts()
        self.holds = {account: tally.held(account) for account in self.accounts}
        self.gains: dict[Account, int | None] = {
            account: self._until(way.figures.at(self.stage, account), account)
            for account in self.accounts
        }
        """What each must still gain at this stage, where the sheet tells."""
        self.most: dict[Account, int | None] = {
            account: self._until(way.figures.most(self.stage, account), account)
            for account in self.accounts
        }

    def _until(self, figure: int | None, account: Account) -> int | None:
        return None if figure is None else figure - self.holds[account]

    def free(self, account: Account, papers: int, value: int, column: int) -> Sequence[int]:
        """How many papers an account may get whose figure was not published.

        As many as a later figure allows come first; without one as few as possible, or a like
        share where the non-transferable vote is published and cannot take the rest.
        """
        most = self.most[account]
        if most is not None and most < 0:
            return ()
        allowed = papers if most is None or not value else min(papers, most // value)
        options: Sequence[int] = range(allowed + 1)
        if self.way.figures.later(self.stage, account) is not None:
            options = range(allowed, -1, -1)
        elif self.gains[None] is not None:
            options = _around(papers // len(self.accounts), allowed)
        return self.way.trail.ordered(options, column)

    def fallen(self) -> str | None:
        """Whose vote falls though it cannot, in words."""
        for account, gain in self.gains.items():
            if gain is not None and gain < 0:
                return (
                    f"{_named(account)} falls from {_shown(self.holds[account])} to "
                    f"{_shown(self.holds[account] + gain)}; expected no loss at this stage"
                )
        return None

    def credited(self) -> Iterator[tuple[Account, int]]:
        """What each must gain, where the sheet tells."""
        for account, gain in self.gains.items():
            if gain is not None:
                yield account, gain


def _sizes(
    batches: Iterable[tuple[Decimal, Mapping[Candidate, Sequence[Parcel]]]],
) -> list[tuple[int, int]]:
    """The value of each batch, and its number of papers."""
    return [
        (_hundredths(value), sum(one.papers for parcels in holders.values() for one in parcels))
        for value, holders in batches
    ]


class _BatchAsked(_Asked):
    """A batch of papers of those excluded, before batches of lower value."""

    def __init__(self, way: _Way, tally: _OpenTally, papers: int, value: int) -> None:
        super().__init__(way, tally)
        self.tally = tally
        self.looking_ahead = True
        self.papers = papers
        self.value = value
        self.quota = None if tally.quota is None else _hundredths(tally.quota)
        sizes = _sizes(tally.batches(tally.excluded))
        lower = [(worth, number) for worth, number in sizes if worth < value]
        self.all_worth = papers * value + sum(worth * number for worth, number in lower)
        self.moved = self._moved(tally)
        self.lower = self._lower_moved(lower)
        self.worth = papers * value + sum(worth * number for worth, number in self.lower)
        most = max((gain for _, gain in self.credited()), default=0)
        self.reached = _values_reached(self.lower, max(most, 0))

    def _moved(self, tally: _OpenTally) -> int | None:
        """What the papers moved from here on are worth, where the sheet tells."""
        if all(gain is not None for gain in self.gains.values()):
            return sum(gain for _, gain in self.credited())
        kept = [self.way.figures.at(self.stage, tally.name(c)) for c in tally.excluded]
        known = [figure for figure in kept if figure is not None]
        return self.all_worth - sum(known) if len(known) == len(kept) else None

    def _lower_moved(self, lower: Sequence[tuple[int, int]]) -> Sequence[tuple[int, int]]:
        """The batches that follow; not those left when the count ends in between."""
        if self.moved is None:
            return lower
        for last in range(len(lower), -1, -1):
            worth = sum(value * number for value, number in lower[:last])
            if self.papers * self.value + worth == self.moved:
                return lower[:last]
        return lower

    def rows(self) -> Iterator[tuple[int, ...]]:
        """Numbers of papers for each account, the non-transferable last."""
        if self.moved not in (None, self.worth):
            return iter(())
        columns = [self._options(account, n) for n, account in enumerate(self.accounts)]
        return _rows(columns, self.papers)

    def _options(self, account: Account, column: int) -> Sequence[int]:
        gain = self.gains[account]
        if gain is None:
            return self.free(account, self.papers, self.value, column)
        fitting = self._fitting(gain)
        if self.looking_ahead:
            fitting = self._moved_whole(account, fitting)
        # A like share of every batch leaves most room for the accounts still to come.
        share = gain * self.papers // self.worth if self.worth else 0
        preferred = sorted(
            fitting, key=lambda n: (self._elected_too_soon(account, gain, n), abs(n - share))
        )
        return self.way.trail.ordered(preferred, column)

    def _moved_whole(self, account: Account, options: Sequence[int]) -> Sequence[int]:
        """The options that leave whole batches to move where an exclusion is to be broken off.

        All papers at full value are moved then, and after them all of the next value or none.
        """
        known = self.way.figures.broken_off()
        before = len(self.way.figures.rows) - 1
        if known is None or known[0] != account or self.value < _FULL or self.stage > before:
            return options
        held, following = self._held_at_full_value(known[0])
        least = following if self.stage == before else 0
        left = [(n, known[1] - (held + n) * _FULL) for n in options]
        return [n for n, rest in left if not rest or rest >= least]

    def _held_at_full_value(self, name: str) -> tuple[int, int]:
        """How many papers at 1.00 one has, and what those moved next are worth at least."""
        batches = _sizes(self.tally.batches([self.tally.names.index(name)]))
        here = sum(papers for value, papers in batches if value == _FULL)
        following = [(value, papers) for value, papers in batches if value < _FULL][:1]
        highest = max((value for value, _ in following), default=0)
        still_to_come = [value for value, _ in self.lower if value > highest]
        worths = [*(value * papers for value, papers in following), *still_to_come]
        return here, min(worths, default=1)

    def _elected_too_soon(self, account: Account, gain: int, papers: int) -> bool:
        """Whether so many papers bring the quota, and with it an end to what is still to come."""
        if account is None or self.quota is None:
            return False
        now = papers * self.value
        return now < gain and self.holds[account] + now >= self.quota

    def _fitting(self, gain: int) -> Sequence[int]:
        """How many papers of this batch, with lower ones, are worth this."""
        if gain < 0:
            return ()
        if not self.value:
            return () if gain else range(self.papers + 1)
        if not self.lower:
            return () if gain % self.value else (gain // self.value,)
        most = min(self.papers, gain // self.value)
        return [n for n in range(most + 1) if self.reached[gain - n * self.value] == "1"]

    def broken(self) -> _Broken:
        """Why there is no row: at this stage, or, looking ahead, at the last."""
        known = self.way.figures.broken_off()
        self.looking_ahead = False
        if known is not None and next(self.rows(), None) is not None:
            return _Broken(
                len(self.way.figures.rows),
                f"{_shown(known[1])} moved cannot be whole batches of the papers of {known[0]}",
            )
        return _Broken(self.stage, self._why_not())

    def _why_not(self) -> str:
        return self.fallen() or self._no_number_of_papers() or self._wrong_worth()

    def _no_number_of_papers(self) -> str | None:
        for account, gain in self.credited():
            if not any(number <= self.papers for number in self._fitting(gain)):
                held = [(self.value, self.papers), *self.lower]
                shown = listed([f"{number} at {_shown(value)}" for value, number in held])
                return (
                    f"{_shown(gain)} credited to {_named(account)} cannot be a number of the "
                    f"papers transferred ({shown})"
                )
        return None

    def _wrong_worth(self) -> str:
        if self.moved not in (None, self.worth):
            return (
                f"{_shown(max(self.moved or 0, 0))} is credited in all; the papers to transfer "
                f"are worth {_shown(self.all_worth)}, and no batches of them that"
            )
        return (
            f"no division of {counted(self.papers, 'paper')} at {_shown(self.value)} gives the "
            "published figures"
        )


class _SurplusAsked(_Asked):
    """The papers of a surplus: those received last."""

    def __init__(self, way: _Way, tally: _OpenTally, holder: Candidate, parcel: Parcel) -> None:
        super().__init__(way, tally)
        if tally.quota is None:
            raise ElectionError("rules: found a surplus without a quota; expected rules with one")
        self.holder = tally.name(holder)
        self.surplus = tally.votes[holder] - tally.quota
        self.parcel = parcel

    def rows(self) -> Iterator[tuple[Decimal, tuple[int, ...]]]:
        """Transfer values, each with numbers of papers for each continuing candidate."""
        for transferable in range(self.parcel.papers, -1, -1):
            value = transfer_value(self.surplus, transferable, self.parcel.value)
            if not self._loses_as_published(transferable, value):
                continue
            columns = [
                self._options(account, transferable, _hundredths(value), n)
                for n, account in enumerate(self.accounts[:-1])
            ]
            if all(columns):
                yield from ((value, row) for row in _rows(columns, transferable))

    def _loses_as_published(self, transferable: int, value: Decimal) -> bool:
        lost = _hundredths(self.surplus - transferable * value)
        gain, most = self.gains[None], self.most[None]
        if gain is not None:
            return lost == gain
        return most is None or lost <= most

    def _options(
        self, account: Account, transferable: int, value: int, column: int
    ) -> Sequence[int]:
        gain = self.gains[account]
        if gain is None:
            return self.free(account, transferable, value, column)
        if not value:
            return () if gain else range(transferable + 1)
        return () if gain < 0 or gain % value else (gain // value,)

    def why_not(self) -> str:
        return self.fallen() or self._too_much() or self._no_transfer_value()

    def _too_much(self) -> str | None:
        total, surplus = sum(gain for _, gain in self.credited()), _hundredths(self.surplus)
        whole = all(gain is not None for gain in self.gains.values())
        if total > surplus or (whole and total != surplus):
            return (
                f"{_shown(total)} is credited in all; {self.holder}'s surplus is {_shown(surplus)}"
            )
        return None

    def _no_transfer_value(self) -> str:
        """The transfer value that fits most of the published figures, and one that it does not."""
        best: tuple[int, int, Decimal] | None = None
        for transferable in range(self.parcel.papers, -1, -1):
            value = transfer_value(self.surplus, transferable, self.parcel.value)
            unfit = len(self._unfit(_hundredths(value))) + (
                not self._loses_as_published(transferable, value)
            )
            if best is None or unfit < best[0]:
                best = (unfit, transferable, value)
        _, transferable, value = best or (0, 0, ZERO)
        where = f"{value} ({self.surplus} on {counted(transferable, 'transferable paper')})"
        for account in self._unfit(_hundredths(value)):
            gain = _shown(self.gains[account] or 0)
            return (
                f"{gain} credited to {_named(account)} cannot be a number of papers at {where}, "
                "and no other transfer value fits more of the published figures"
            )
        return (
            f"no number of {self.holder}'s {counted(self.parcel.papers, 'paper')} gives a transfer "
            f"value at which the surplus of {self.surplus} comes to the published figures; "
            f"the nearest is {where}"
        )

    def _unfit(self, value: int) -> list[Account]:
        """Whose gain is no number of papers at this value."""
        return [
            account
            for account, gain in self.credited()
            if account is not None and (gain % value if value else gain)
        ]


# The search


class _Search:
    """Ways through the count of a sheet, one after the other, up to the limit."""

    def __init__(self, sheet: PublishedSheet, rules: RuleSet, limit: int) -> None:
        self.sheet = sheet
        self.rules = rules
        self.limit = limit
        self.figures = _Figures(sheet)
        self.tries = 0
        self.furthest: Difference | None = None
        self.certain = True
        """Whether every way was either gone or shown to lead nowhere."""

    def result(self) -> Reconstruction:
        turn = 0
        while self.tries < self.limit:
            # Half of the tries go to one search; if it does not end, others begin elsewhere.
            budget = self.limit // 2 + 1 if not turn else self.limit // 20 + 1
            found = self._searched(_Trail(turn), budget)
            if isinstance(found, Reconstruction):
                return found
            if found == "exhausted" and self.certain:
                return self._without_papers("impossible")
            turn += 1
        return self._without_papers("undecided")

    def _searched(
        self, trail: _Trail[Any], budget: int
    ) -> Reconstruction | Literal["exhausted", "given up"]:
        for _ in range(min(budget, self.limit - self.tries)):
            self.tries += 1
            way = _Way(self.figures, self.rules, trail)
            try:
                way.walk()
                return self._counted_again(way)
            except _Broken as broken:
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

    def _counted_again(self, way: _Way) -> Reconstruction:
        """Count the papers of this way as any election; raises `_Broken` if a figure differs."""
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
        raise _Broken(found[0].stage, found[0].text)

    def _versions(self, way: _Way) -> Iterator[Papers]:
        """The papers as written; where later preferences decide, also with more of them."""
        yield way.written.papers()
        if way.written.asked_for_preferences:
            names = self.sheet.candidates
            elected = [names.index(name) for name in self.sheet.elected or names]
            yield way.written.papers(elected)
            yield way.written.papers(elected[::-1])


def _lots_again(way: _Way) -> Lots:
    """The lots of this way, for as many of them as the papers, once written, still need."""
    left = list(way.lots)

    def ask(question: LotQuestion) -> str:
        for known in left:
            asked, chosen = known
            same = (asked.stage, asked.purpose) == (question.stage, question.purpose)
            if same and chosen in question.candidates:
                left.remove(known)
                return chosen
        return question.candidates[0]

    return Lots.ask(ask)
