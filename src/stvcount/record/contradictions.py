"""Whether a published sheet contradicts itself in more than figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING

from stvcount.errors import RecordError

if TYPE_CHECKING:
    from stvcount.record.published import (
        PublishedPapers,
        PublishedSheet,
        PublishedStage,
    )

MOST_VOTES = 1_000_000
"""No sheet of more votes is looked at: what sums of papers can be is kept bit by bit."""

_MOST_DECIMALS = 12


def check_sheet(sheet: PublishedSheet) -> None:
    """Raise `RecordError`, naming the place, where the sheet contradicts itself."""
    _check_particulars(sheet)
    for number, stage in enumerate(sheet.stages, start=1):
        _check_stage(sheet, stage, number)


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


_HOW_MANY = {
    "first": (0, 0, "no candidate"),
    "surplus": (1, 1, "one candidate"),
    "keep values": (0, 0, "no candidate"),
}
_LATER = ("surplus", "exclusion", "keep values")


def _check_stage(sheet: PublishedSheet, stage: PublishedStage, number: int) -> None:
    place = f"stages[{number - 1}]"
    kinds = ("first",) if number == 1 else _LATER
    if stage.kind not in kinds:
        raise RecordError(f"{place}.kind: found {stage.kind!r}; expected {' or '.join(kinds)}")
    _check_number_of_candidates(sheet, stage, place)
    _check_names(sheet, f"{place}.candidates", stage.candidates)
    _check_names(sheet, f"{place}.votes", stage.votes)
    _check_names(sheet, f"{place}.elected", stage.elected or ())
    figures = [(f"votes[{name!r}]" if name else "non_transferable", n) for name, n in stage.figures]
    for what, figure in (*figures, ("quota", stage.quota)):
        if figure is not None:
            _check_figure(figure, f"{place}.{what}")


def _check_number_of_candidates(sheet: PublishedSheet, stage: PublishedStage, place: str) -> None:
    least, most, expected = _HOW_MANY.get(
        stage.kind, (1, len(sheet.candidates), "those who are excluded, each once")
    )
    names = stage.candidates
    if not least <= len(names) <= most or len(set(names)) < len(names):
        found = ", ".join(names) or "nobody"
        raise RecordError(f"{place}.candidates: found {found}; expected {expected}")


def _check_figure(figure: Decimal, place: str) -> None:
    if figure.as_tuple().exponent < -_MOST_DECIMALS:  # type: ignore[operator]
        raise RecordError(f"{place}: found {figure}; expected at most {_MOST_DECIMALS} decimals")
    if figure.is_signed():
        raise RecordError(f"{place}: found {figure}; expected no votes below 0")
    if figure > MOST_VOTES:
        raise RecordError(f"{place}: found {figure}; expected at most {MOST_VOTES} votes")
