"""What came of a contest, as an index and a slide tell it: in a word, in names, in a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from stvcount.errors import LotNeeded
from stvcount.sheets import table, why
from stvcount.sheets.layout import named
from stvcount.sheets.whole import of, shown
from stvcount.words import counted, listed

if TYPE_CHECKING:
    from stvcount.counting.many import Counted
    from stvcount.record import CountRecord

__all__ = ["Post", "of_record", "post"]


@dataclass(frozen=True, slots=True)
class Post:
    """A contest, or a motion, and what came of it.

    `state`: "elected", "elected in part", "vacant", "void", "lot to be drawn" or "not counted"; of
    a motion "carried", "lost" or "inquorate".
    `elected`: with the sentence that says why. `why`: why it is void, or a place not filled.
    `lot`: what is to be drawn; `faults`: what is in the way. `runner_up`: who came nearest, in
    words. `papers`: how many, with the turnout where the electorate is known.
    `status`: of the declaration.
    """

    title: str
    state: str
    elected: tuple[table.Told, ...] = ()
    why: tuple[str, ...] = ()
    lot: str | None = None
    faults: tuple[str, ...] = ()
    runner_up: str | None = None
    papers: str | None = None
    status: str | None = None
    date: str | None = None


def post(one: Counted) -> Post:
    """What came of a contest that was counted, or could not be."""
    if one.record is not None:
        return of_record(one.record, one.name)
    if isinstance(one.error, LotNeeded):
        return Post(title=named(one.name), state="lot to be drawn", lot=_lot(one.error))
    faults = tuple(str(one.error).splitlines())
    return Post(title=named(one.name), state="not counted", faults=faults)


def of_record(record: CountRecord, title: str = "") -> Post:
    """What came of a count."""
    record = shown(record)
    return Post(
        title=named(title or record.title),
        state=_state(record),
        elected=tuple(table.elected(record)),
        why=why.why_vacant(record),
        runner_up=_runner_up(record),
        papers=_papers(record),
        status=record.contest.status,
        date=record.contest.date,
    )


def _state(record: CountRecord) -> str:
    if record.void:
        return "void"
    if not record.elected:
        return "vacant"
    return "elected in part" if record.vacant else "elected"


def _lot(needed: LotNeeded) -> str:
    tied = listed([f"{name} ({of(vote)})" for name, vote in needed.votes.items()])
    return (
        f"Between {tied}, who are equal in all that {needed.clause} compares at stage "
        f"{needed.stage}: {needed.question.meaning}."
    )


def _runner_up(record: CountRecord) -> str | None:
    """Who was left longest, with most votes; several where nothing tells them apart."""
    if record.void:
        return None
    others = {
        name: mark
        for name in record.candidates
        if name not in (*record.elected, record.non_person) and (mark := _last_vote(record, name))
    }
    if not others:
        return None
    best = max(others.values())
    number, vote = best
    names = listed([name for name, mark in others.items() if mark == best])
    return f"{names}, with {why.votes(vote)} at stage {number}"


def _last_vote(record: CountRecord, name: str) -> tuple[int, Decimal] | None:
    """The last stage after which somebody had votes, and how many."""
    for stage in reversed(record.stages):
        if vote := stage.votes.get(name):
            return stage.number, vote
    return None


def _papers(record: CountRecord) -> str:
    return ", ".join(_of_papers(record))


def _of_papers(record: CountRecord) -> Iterator[str]:
    papers, electorate = record.papers, record.contest.electorate
    yield counted(papers.total, "voting paper")
    if papers.valid != papers.total:
        yield f"{papers.valid} valid"
    if electorate:
        yield f"turnout {table.per_cent(papers.total, electorate)} of {electorate}"
