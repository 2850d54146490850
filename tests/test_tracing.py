"""A paper followed through a count: all papers together are the votes of the record, exactly."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from builders import election
from hypothesis import given
from hypothesis import strategies as st
from weighted import FirstsApart, Weighted

import stvcount
from stvcount import CountRecord, Election, ElectionError, Lots, Papers
from stvcount.election.source import Source
from stvcount.frozen import FrozenMapping
from stvcount.inquiry.trace.tracing import Trace, lost_by_no_paper, trace, traced
from stvcount.record import Batch
from stvcount.rules import RuleSet
from stvcount.testing import elections
from stvcount.testing import papers as orders

SUSPENSE = stvcount.rules.get("lsu-atv", {"suspense": True})
RULES = [stvcount.rules.get(name) for name in stvcount.rules.names()]
COUNTS = [*RULES, SUSPENSE, Weighted(), FirstsApart()]
EVERY_COUNT = pytest.mark.parametrize("rules", COUNTS, ids=repr)
ZERO = Decimal(0)


def counted(given: Election, rules: RuleSet) -> tuple[CountRecord, Election]:
    """The record of the election, for no more places than the rules have, and the election."""
    places = given.places if rules.most_places is None else min(rules.most_places, given.places)
    given = given.with_places(places)
    return stvcount.count(given, rules=rules, lots=Lots.seeded("tracing")), given


def all_papers(record: CountRecord, counted_election: Election) -> Iterator[tuple[Trace, int]]:
    """Each group of papers: the first of them followed, and how many there are."""
    first = 1
    for _, number in counted_election.papers.orders():
        yield traced(record, counted_election, first), number
        first += number


def check_that_the_papers_are_the_votes(record: CountRecord, of: Election) -> None:
    papers = list(all_papers(record, of))
    valid = [(one, number) for one, number in papers if one.fate == "counted"]
    assert sum(number for _, number in valid) == record.papers.valid
    for index, stage in enumerate(record.stages):
        at = [(one.positions[index], number) for one, number in valid]
        for position, _ in at:
            assert position.value + sum(position.kept.values()) == 1
        for name, votes in stage.votes.items():
            worth = sum((position.worth_to(name) * number for position, number in at), ZERO)
            assert votes == worth - lost_by_no_paper(record, stage.number, name)
        worth = sum((position.worth_to(None) * number for position, number in at), ZERO)
        assert stage.non_transferable == worth + lost_by_no_paper(record, stage.number)


@EVERY_COUNT
@given(random=elections())
def test_all_papers_together_are_the_votes(rules: RuleSet, random: Election) -> None:
    check_that_the_papers_are_the_votes(*counted(random, rules))


def lost_beside_remainders(batch: Batch) -> Decimal:
    """A surplus for which there were not papers enough, all of which kept their value."""
    kept = batch.value == batch.value_before and batch.non_transferable_papers
    return batch.non_transferable if kept else ZERO


@EVERY_COUNT
@given(random=elections())
def test_what_no_paper_lost_are_the_remainders(rules: RuleSet, random: Election) -> None:
    record, _ = counted(random, rules)
    beside = ZERO
    for stage in record.stages:
        if stage.kind in ("surplus", "passing on"):
            beside += sum(map(lost_beside_remainders, stage.batches), ZERO)
        assert lost_by_no_paper(record, stage.number) == stage.remainders + beside


@st.composite
def long_counts(draw: st.DrawFn) -> Election:
    """Many different papers, several places: surpluses, and batches of many values."""
    number = draw(st.integers(4, 8))
    papers = draw(orders(number, most=60))
    names = "ABCDEFGH"[:number]
    return Election(
        places=draw(st.integers(2, 4)),
        candidates=list(names),
        papers=Papers(list(names), [*papers, ([0, 1, 2, 3], draw(st.integers(1, 90)))]),
    )


@EVERY_COUNT
@given(random=long_counts())
def test_all_papers_of_long_counts_are_the_votes(rules: RuleSet, random: Election) -> None:
    check_that_the_papers_are_the_votes(*counted(random, rules))


HELD = ("SXB", "SA", "S", "SZB", "SYA", "A", "B", "XB", "XYB", "XA", "YB", "YA", "ZY", "ZX")


@given(numbers=st.lists(st.integers(0, 16), min_size=len(HELD), max_size=len(HELD)))
def test_all_papers_out_of_suspense_are_the_votes(numbers: list[int]) -> None:
    papers = {order: number for order, number in zip(HELD, numbers, strict=True) if number}
    papers["S"] = papers.get("S", 0) + 20
    of = election(2, papers, candidates="SABXYZ")
    check_that_the_papers_are_the_votes(*counted(of, SUSPENSE))


# Single papers


def where(found: Trace) -> list[tuple[str | None, str, dict[str, str]]]:
    """Holder, value and what others keep, after each stage."""
    return [
        (one.holder, str(one.value), {name: str(value) for name, value in one.kept.items()})
        for one in found.positions
    ]


def happened(found: Trace) -> list[tuple[int, int | None, str, str | None]]:
    return [(step.stage, step.batch, step.what, step.to) for step in found.steps]


# Papers 1 to 8, 9 to 12 and 13.
SMALL = election(2, {"AB": 8, "B": 4, "C": 1})


def test_a_paper_of_a_surplus() -> None:
    found = trace(SMALL, 8, rules="ers97")
    assert (found.paper, found.ranking, found.fate, found.reason) == (8, ("A", "B"), "counted", "")
    assert happened(found) == [(1, None, "first", "A"), (2, 1, "moved", "B")]
    assert where(found) == [("A", "1.00", {}), ("B", "0.45", {"A": "0.55"})]
    assert found.positions[1].worth_to("A") == Decimal("0.55")
    assert found.positions[1].worth_to("C") == 0


def test_a_paper_without_a_next_preference_stays_with_the_elected() -> None:
    found = trace(election(2, {"AB": 7, "A": 2, "B": 3, "C": 1}), 8, rules="ers97")
    assert happened(found) == [(1, None, "first", "A"), (2, 1, "kept", "A")]
    assert where(found)[-1] == ("A", "1.00", {})


def test_a_surplus_moves_only_what_was_received_last() -> None:
    # B is elected at stage 2 with the three papers of C: the five first preferences stay.
    papers = election(2, {"CBD": 3, "A": 6, "D": 5, "BD": 5, "E": 2})
    record = stvcount.count(papers, rules="ers97")
    moved, left = traced(record, papers, 1), traced(record, papers, 15)
    assert happened(moved)[1:] == [(2, 1, "moved", "B"), (3, 1, "moved", "D")]
    assert where(moved)[-1] == ("D", "0.55", {"B": "0.45"})
    assert happened(left)[1:] == [(3, None, "left", "B")]
    assert where(left)[-1] == ("B", "1.00", {})


SUSPENDED = election(2, {"SXB": 4, "SA": 16, "S": 10, "A": 11, "B": 10, "XB": 2, "XYB": 1, "YB": 6})


def test_a_paper_held_in_suspense_moves_at_a_later_exclusion() -> None:
    found = trace(SUSPENDED, 1, rules=SUSPENSE)
    assert happened(found) == [
        (1, None, "first", "S"),
        (2, 1, "moved", "X"),
        (3, None, "waits", "X"),
        (4, 2, "moved", "B"),
    ]
    assert where(found)[-1] == ("B", "0.50", {"S": "0.50"})
    without = trace(SUSPENDED, 1, rules="lsu-atv")
    assert happened(without)[2] == (3, 2, "moved", "B")


def test_a_paper_held_does_not_wait_for_the_surplus_of_another() -> None:
    """No stage of a surplus follows papers in suspense by the rules here; others' may."""
    record = stvcount.count(SUSPENDED, rules=SUSPENSE)
    *before, last = record.stages
    surplus = dataclasses.replace(
        before[-1], number=4, kind="surplus", candidates=("S",), batches=(), elected=()
    )
    stages = (*before, surplus, dataclasses.replace(last, number=5))
    found = traced(dataclasses.replace(record, stages=stages), SUSPENDED, 1)
    assert [(stage, what) for stage, _, what, _ in happened(found)] == [
        (1, "first"),
        (2, "moved"),
        (3, "waits"),
        (5, "moved"),
    ]
    assert where(found)[3] == where(found)[2] == ("X", "0.50", {"S": "0.50"})


def test_a_paper_passes_over_those_who_are_gone() -> None:
    papers = election(1, {"A": 6, "B": 5, "CDB": 2, "DA": 1})
    found = trace(papers, 12, rules="aberdeen")
    assert found.steps[-1].passed_over == ("D",)
    assert found.steps[-1].to == "B"
    found = trace(papers.withdraw("C"), 12, rules="aberdeen", lots=Lots.first_listed())
    assert (found.steps[0].to, found.steps[0].passed_over) == ("D", ("C",))


def test_a_paper_that_becomes_non_transferable() -> None:
    found = trace(election(1, {"A": 6, "B": 5, "C": 1}), 12, rules="aberdeen")
    assert happened(found)[-1] == (2, 1, "non-transferable", None)
    assert where(found)[-1] == (None, "1.00", {})
    assert found.positions[-1].worth_to(None) == 1


def odd_papers() -> Election:
    names = ["A", "B", "C"]
    orders = [["A", "B"], [], ["A", ("B", "C")], [("A", "B")], ["C"], ["A", None, "B"]]
    papers = Papers.from_rankings(orders, candidates=names)
    return Election(places=1, candidates=names, papers=papers).withdraw("C").set_aside(1)


@pytest.mark.parametrize(
    ("paper", "fate", "reason", "shortened", "order"),
    [
        (1, "set aside", "", "", ("A", "B")),
        (2, "invalid", "no first preference", "", ()),
        (3, "counted", "", "equal preferences", ("A", "B = C")),
        (4, "invalid", "more than one first preference", "", ("A = B",)),
        (5, "invalid", "only withdrawn candidates", "", ("C",)),
        (6, "counted", "", "a preference left out", ("A", "", "B")),
    ],
)
def test_papers_that_are_not_counted_or_not_whole(
    paper: int, fate: str, reason: str, shortened: str, order: tuple[str, ...]
) -> None:
    found = trace(odd_papers(), paper, rules="ers97")
    assert (found.fate, found.reason, found.shortened) == (fate, reason, shortened)
    assert found.order == order
    assert bool(found.steps) == bool(found.positions) == (fate == "counted")


def test_the_sheet_of_a_paper() -> None:
    assert str(trace(SUSPENDED, 1, rules=SUSPENSE)) == (
        """\
Untitled election: paper 1
==========================

Preferences  1. S, 2. X, 3. B
Rules        lsu-atv

Stage 1: first preferences
  to S at 1.00

Stage 2: surplus of S
  batch 1: from S to X at 0.50; S keeps 0.50 of it

Stage 3: exclusion of X
  its batch is not moved: it stays with X, excluded, at 0.50

Stage 4: exclusion of Y
  batch 2: from X to B at 0.50

At the end:
  0.50 with B
  0.50 with S
"""
    )


@pytest.mark.parametrize(
    ("paper", "words"),
    [
        (1, "Not counted  set aside"),
        (2, "Preferences  none"),
        (3, "Read         up to preference 1 only: equal preferences"),
        (4, "Not counted  invalid: more than one first preference"),
        (6, "Preferences  1. A, 2. (none), 3. B"),
    ],
)
def test_the_sheet_says_how_a_paper_is_read(paper: int, words: str) -> None:
    assert words in str(trace(odd_papers(), paper, rules="ers97"))


# What cannot be followed


@pytest.mark.parametrize("paper", [0, -1, 14])
def test_no_such_paper(paper: int) -> None:
    message = f"trace: found paper number {paper!r}; expected 1 to 13"
    with pytest.raises(ElectionError, match=message):
        trace(SMALL, paper)


@pytest.mark.parametrize("paper", [True, "1"])
def test_no_number_of_a_paper(paper: object) -> None:
    with pytest.raises(ElectionError, match=f"paper: found {paper!r}; expected a whole number"):
        trace(SMALL, paper)  # type: ignore[arg-type]


def test_papers_of_another_election() -> None:
    record = stvcount.count(SMALL, rules="ers97")
    with pytest.raises(ElectionError, match=r"found 12 papers for A, B, C; expected .* 13 papers"):
        traced(record, election(2, {"AB": 8, "B": 3, "C": 1}), 1)
    with pytest.raises(ElectionError, match="expected those of the record: 13 papers for A, B, C"):
        traced(record, election(2, {"AB": 8, "B": 4, "Z": 1}), 1)
    record = dataclasses.replace(record, sources=(Source("a.blt", "00"),))
    other = dataclasses.replace(SMALL, sources=(Source("a.blt", "ff"),))
    with pytest.raises(ElectionError, match=r"found ballot files with the SHA-256 ff; expected .*"):
        traced(record, other, 1)


def test_a_paper_that_leaves_a_surplus_takes_its_value_along() -> None:
    papers = election(2, {"AB": 7, "A": 2, "B": 3, "C": 1})
    record = stvcount.count(papers, rules=Weighted())
    found = traced(record, papers, 8)
    assert happened(found) == [(1, None, "first", "A"), (2, 1, "non-transferable", None)]
    assert where(found)[-1] == (None, "0.44444", {"A": "0.55556"})
    assert record.stages[1].batches[0].remainder == lost_by_no_paper(record, 2, "A")
    assert lost_by_no_paper(record, 2, "A") == Decimal("0.00004")
    assert "so non-transferable at 0.44444; A keeps 0.55556" in str(found)


def test_the_papers_first_received_leave_an_excluded_candidate_first() -> None:
    papers = election(1, {"A": 9, "B": 8, "CA": 3, "DCB": 2})
    record = stvcount.count(papers, rules=FirstsApart())
    assert record.stages[2].candidates == ("C",)
    first, received = record.stages[2].batches
    assert (first.value, received.value) == (1, 1)
    assert happened(traced(record, papers, 18))[1:] == [(3, 1, "moved", "A")]
    assert happened(traced(record, papers, 21))[1:] == [(2, 1, "moved", "C"), (3, 2, "moved", "B")]


def altered(record: CountRecord, **changes: object) -> CountRecord:
    """The record, of two stages, with its only batch altered."""
    first, surplus = record.stages
    batch = dataclasses.replace(surplus.batches[0], **changes)  # type: ignore[arg-type]
    return dataclasses.replace(
        record, stages=(first, dataclasses.replace(surplus, batches=(batch,)))
    )


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"non_transferable_papers": 4}, "12 papers moved of the 8 taken"),
        (
            {"origin": FrozenMapping({"A": 7})},
            "7 papers of the value 1.00 from A, who holds 8",
        ),
        (
            {"value_before": Decimal("0.50")},
            "8 papers of the value 0.50 from A, who holds none",
        ),
        (
            {"origin": FrozenMapping({"A": 8, "B": 4}), "papers": FrozenMapping({"B": 12})},
            "votes lost by several candidates at once",
        ),
    ],
)
def test_batches_that_cannot_be_are_refused(changes: dict[str, object], found: str) -> None:
    record = altered(stvcount.count(SMALL, rules="ers97"), **changes)
    with pytest.raises(ElectionError) as refused:
        traced(record, SMALL, 1)
    assert str(refused.value) == (
        f"trace: stage 2, batch 1: found {found}; expected papers that move in batches of their "
        "holders' papers: papers of a count by ers97 that moves them in another way cannot be "
        "followed by its record"
    )


def test_votes_that_change_without_a_batch_are_refused() -> None:
    record = stvcount.count(SMALL, rules="ers97")
    first, surplus = record.stages
    shared = dataclasses.replace(surplus, batches=())
    with pytest.raises(ElectionError, match="stage 2: found votes that changed though no batch"):
        traced(dataclasses.replace(record, stages=(first, shared)), SMALL, 1)
    with pytest.raises(ElectionError, match="stage 1: found votes that are no first preferences"):
        traced(dataclasses.replace(record, stages=(surplus,)), SMALL, 1)


@EVERY_COUNT
def test_published_papers(rules: RuleSet, shared: Path) -> None:
    real = stvcount.read(shared / "data" / "ers97-model.blt")
    check_that_the_papers_are_the_votes(*counted(real, rules))


def test_a_record_without_stages_moves_nothing() -> None:
    given = election(1, {"AB": 3, "B": 2})
    record = dataclasses.replace(stvcount.count(given), stages=())
    found = traced(record, given, 1)
    assert (found.ranking, found.steps, found.positions) == (("A", "B"), (), ())
    assert lost_by_no_paper(record, 1) == 0
