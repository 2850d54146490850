"""What a program that imports stvcount may look like; checked under mypy --strict and pyright."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, assert_type

import stvcount
from stvcount.record import Batch, Decision
from stvcount.rules import RuleSet
from stvcount.tellers import Sorted
from stvcount.testing import Answer, assert_same_count, conform, corpus


def from_orders() -> tuple[str, ...]:
    record = stvcount.count([("A", "B"), ("B",), ("A",)], places=1, rules="ers-av")
    same = stvcount.count([(["A", "B"], 17), (["B"], 5)], places=1)
    also = stvcount.count({("A", "B"): 17, ("B",): 5}, places=1, candidates=["A", "B", "C"])
    odd = stvcount.Papers.from_rankings([(["A", None, ("B", "C")], 2), ["B"]])
    assert_type(also, stvcount.CountRecord)
    assert_type(odd, stvcount.Papers)
    return record.elected + same.elected


def tested(count: Callable[[stvcount.Election], Answer]) -> bool:
    for case in corpus("ers97"):
        assert_same_count(case.answer, count(case.election))
    found = conform(count, rules="ers97", random=10, seed="consumer")
    assert_type(found.named, tuple[str, ...])
    return found.agrees


def from_a_file(path: Path) -> Decimal:
    election = stvcount.read(path, format="csv", places=2, layout="preferences")
    election = election.withdraw("C", reason="withdrew").set_aside(3, reason="torn")
    record = stvcount.count(
        election, organisation="chester", lots=stvcount.Lots.seeded("40213"), teller="plain"
    )
    missing = stvcount.write(election, path.with_suffix(".blt"))
    assert_type(missing, tuple[str, ...])
    return record.stages[-1].votes[record.elected[0]]


def as_it_is_written_shortly(papers: stvcount.Papers) -> tuple[str, ...]:
    election = stvcount.Election(
        places=1,
        candidates=["A", "B"],
        papers=papers,
        withdrawn=["B", stvcount.Withdrawal("A", "ill")],
        papers_set_aside=[3, stvcount.SetAside(4, "torn")],
        notes=["by hand"],
    )
    assert_type(election.withdrawn, tuple[stvcount.Withdrawal, ...])
    assert_type(election.papers_set_aside[0].paper, int)
    return election.notes


class ByHand:
    """A teller of one's own."""

    def __init__(self, papers: stvcount.Papers) -> None:
        self.papers = papers

    def first_preferences(self, standing: Set[int]) -> Sorted[Pile]:
        return Sorted({}, 0)

    def next_preferences(self, bundles: Sequence[Pile], continuing: Set[int]) -> Sorted[Pile]:
        return Sorted({}, 0)

    def preferences(self, number: int, standing: Set[int]) -> dict[int, int]:
        return {}


@dataclass
class Pile:
    papers: int


def with_a_teller(election: stvcount.Election, other: stvcount.Papers) -> None:
    stvcount.count(election, teller=ByHand)
    stvcount.check([("A", "B")], teller=ByHand(other))
    stvcount.count_many([election], teller=ByHand)


def kept_between_two_requests(election: stvcount.Election, kept: str, name: str) -> str:
    try:
        return stvcount.count(election, lots=stvcount.Lots.from_json(kept)).to_json()
    except stvcount.LotNeeded as needed:
        assert_type(needed.question, stvcount.LotQuestion)
        assert_type(needed.answers, tuple[stvcount.LotAnswer, ...])
        return stvcount.Lots.answered(*needed.answers, (needed.question, name)).to_json()


def from_what_a_program_holds(array: Any, frame: Any) -> stvcount.Election:
    papers = stvcount.Papers.from_matrix(array, candidates=["A", "B"], counts=[3, 4])
    assert_type(papers, stvcount.Papers)
    assert_type(stvcount.Papers.from_table(frame, layout="candidates"), stvcount.Papers)
    return stvcount.from_table(frame, places=2, title="Chair")


def stage_by_stage(election: stvcount.Election) -> Iterator[str]:
    counting = stvcount.stages(election, rules="ers97")
    while not counting.complete:
        try:
            for stage in counting:
                assert_type(stage, stvcount.Stage)
                yield f"{stage.number} {stage.kind} {stage.quota}"
        except stvcount.LotNeeded as lot:
            counting.answer(lot.candidates[0])
    yield from counting.record.elected


def parts(record: stvcount.CountRecord) -> tuple[list[Batch], list[Decision]]:
    batches = [batch for stage in record.stages for batch in stage.batches]
    decisions = [decision for stage in record.stages for decision in stage.decisions]
    assert_type(batches[0].papers["A"], int)
    assert_type(batches[0].credited["A"], Decimal)
    return batches, decisions


def rule_set(name: str) -> RuleSet:
    return stvcount.rules.get(name, {"non_person": "close"})


def everything_else(election: stvcount.Election, path: Path) -> None:
    record = stvcount.count(election)
    for difference in stvcount.verify(record, election):
        assert_type(difference.text, str)
    for compared in stvcount.compare(election, rules=["ers97", rule_set("lsu-atv")]):
        assert_type(compared.record, stvcount.CountRecord | None)
    for counted in stvcount.count_many([election, path], reading={"places": 1}, jobs=2):
        assert_type(counted.error, stvcount.StvcountError | stvcount.InternalError | None)
    assert_type(stvcount.explain(record, "A"), str)
    assert_type(stvcount.trace(election, 1).fate == "counted", bool)
    assert_type(stvcount.check(election).first_preferences["A"], int)
    assert_type(stvcount.convert(path, "out.blt", places=1, overwrite=True), tuple[str, ...])
    motion = stvcount.motion([stvcount.Question("Shall we?", for_=3, against=2)], majority="simple")
    assert_type(motion.carried, tuple[str, ...])
    order = stvcount.ballot_order(["A", "B"], "random", seed="40213")
    assert_type(order.form(1), tuple[str, ...])
    sheet = stvcount.PublishedSheet.from_record(record)
    assert_type(stvcount.reconstruct(sheet).status == "reconstructed", bool)
    assert_type(stvcount.CountRecord.from_json(record.to_json()), stvcount.CountRecord)
