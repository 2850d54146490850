"""What holds for every count by every rule set: a rule set is tested by being registered."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal, localcontext

import pytest
from builders import figures
from hypothesis import given
from hypothesis import strategies as st

import stvcount
from stvcount import CountRecord, Election, LotNeeded, Lots, Papers
from stvcount.testing import elections

EVERY_RULE_SET = pytest.mark.parametrize("rules", stvcount.rules.names())


def seeded(election: Election, rules: str) -> CountRecord:
    return stvcount.count(election, rules=rules, lots=Lots.seeded("properties"))


def one_place_only(election: Election, rules: str) -> Election:
    places = stvcount.rules.get(rules).most_places
    return election if places is None else election.with_places(min(places, election.places))


@EVERY_RULE_SET
@given(election=elections())
def test_nothing_is_lost_and_nobody_comes_back(rules: str, election: Election) -> None:
    record = seeded(one_place_only(election, rules), rules)
    valid = record.papers.valid
    gone: set[str] = set()
    for stage in record.stages:
        assert sum(stage.votes.values()) + stage.non_transferable == valid
        for batch in stage.batches:
            assert not gone & set(batch.papers)
            assert set(batch.papers) == set(batch.credited)
            for name, papers in batch.papers.items():
                assert batch.credited[name] == papers * batch.value
        gone |= set(stage.candidates) | {one.candidate for one in stage.elected}
        for vote in (*stage.votes.values(), stage.non_transferable):
            assert vote >= 0
            assert vote.as_tuple().exponent == -record.decimals
    papers = record.papers
    assert papers.total == valid + sum(papers.invalid.values()) + len(papers.set_aside)


@EVERY_RULE_SET
@given(election=elections(non_person=False))
def test_the_places_are_filled(rules: str, election: Election) -> None:
    election = one_place_only(election, rules)
    record = seeded(election, rules)
    assert len(record.elected) == min(election.places, len(election.standing))
    assert len(set(record.elected)) == len(record.elected)
    assert set(record.elected) <= set(election.standing)
    vacant = sum(vacancy.places for vacancy in record.vacant)
    assert len(record.elected) + vacant == election.places
    listed = [one.candidate for stage in record.stages for one in stage.elected]
    listed += [one.candidate for one in record.completion.elected]
    assert tuple(listed) == record.elected
    assert set(record.elected).isdisjoint(record.completion.excluded)


@EVERY_RULE_SET
@given(election=elections(), data=st.data())
def test_a_lot_is_demanded_and_the_answers_lead_to_the_end(
    rules: str, election: Election, data: st.DataObject
) -> None:
    election = one_place_only(election, rules)
    drawn: list[str] = []
    while True:
        try:
            record = stvcount.count(election, rules=rules, lots=Lots.drawn(*drawn))
            break
        except LotNeeded as lot_needed:
            needed = lot_needed
        assert needed.drawn == tuple(drawn)
        assert len(needed.candidates) > 1
        # B.3 of the reference rule: those within the surplus of the lowest are tied too.
        assert len(set(needed.votes.values())) == 1 or (rules, needed.clause) == ("meek", "T")
        drawn.append(data.draw(st.sampled_from(needed.candidates)))
    holders = (*record.stages, record.completion)
    assert [lot.chosen for holder in holders for lot in holder.lots] == drawn
    assert stvcount.count(election, rules=rules, lots=Lots.from_record(record)) == (
        _as_earlier(record)
    )


def _as_earlier(record: CountRecord) -> CountRecord:
    return CountRecord.from_json(
        record.to_json().replace('"source": "drawn"', '"source": "earlier lot"')
    )


@EVERY_RULE_SET
@given(election=elections(), data=st.data())
def test_the_order_of_candidates_and_papers_does_not_matter(
    rules: str, election: Election, data: st.DataObject
) -> None:
    election = one_place_only(election, rules)
    names = data.draw(st.permutations(election.candidates))
    papers = data.draw(st.permutations(list(election.papers.orders())))
    there = Papers(election.candidates, papers).for_candidates(names)
    moved = replace(election, candidates=names, papers=there)
    first, second = seeded(election, rules), seeded(moved, rules)
    assert figures(first) == figures(second)
    assert set(first.elected) == set(second.elected)
    assert set(first.completion.excluded) == set(second.completion.excluded)


@EVERY_RULE_SET
@given(election=elections())
def test_multiplicities_may_be_split_or_merged(rules: str, election: Election) -> None:
    election = one_place_only(election, rules)
    single = [(order, 1) for order, number in election.papers.orders() for _ in range(number)]
    merged: dict[tuple[object, ...], int] = {}
    for order, number in election.papers.orders():
        merged[order] = merged.get(order, 0) + number
    expected = seeded(election, rules).to_json()
    for orders in (single, list(merged.items())):
        papers = Papers(election.candidates, orders)  # type: ignore[arg-type]
        other = replace(election, papers=papers)
        assert seeded(other, rules).to_json() == expected


@EVERY_RULE_SET
@given(election=elections())
def test_a_paper_for_nobody_changes_nothing(rules: str, election: Election) -> None:
    election = one_place_only(election, rules)
    papers = Papers(election.candidates, [*election.papers.orders(), ((), 3)])
    more = replace(election, papers=papers)
    first, second = seeded(election, rules), seeded(more, rules)
    assert first.stages == second.stages
    assert first.completion == second.completion
    assert second.papers.total == first.papers.total + 3


@EVERY_RULE_SET
@given(election=elections())
def test_same_input_same_bytes_and_the_json_reads_back(rules: str, election: Election) -> None:
    election = one_place_only(election, rules)
    record = seeded(election, rules)
    assert seeded(election, rules).to_json() == record.to_json()
    assert CountRecord.from_json(record.to_json()) == record
    assert CountRecord.from_json(record.to_json()).to_json() == record.to_json()
    counting = stvcount.stages(election, rules=rules, lots=Lots.seeded("properties"))
    assert tuple(counting) == record.stages
    assert counting.record == record


@EVERY_RULE_SET
@given(election=elections())
def test_the_callers_decimal_context_neither_matters_nor_changes(
    rules: str, election: Election
) -> None:
    election = one_place_only(election, rules)
    expected = seeded(election, rules).to_json()
    with localcontext() as context:
        context.prec = 3
        assert seeded(election, rules).to_json() == expected
        counting = stvcount.stages(election, rules=rules, lots=Lots.seeded("properties"))
        for _ in counting:
            assert Decimal(2) / 3 == Decimal("0.667")


@EVERY_RULE_SET
def test_every_clause_cited_is_in_the_list_of_the_rule_set(rules: str) -> None:
    clauses = stvcount.rules.get(rules).clauses
    cited: set[str] = set()

    @given(election=elections())
    def collect(election: Election) -> None:
        record = seeded(one_place_only(election, rules), rules)
        for holder in (*record.stages, record.completion):
            cited.update(decision.clause for decision in holder.decisions)
            cited.update(one.clause for one in holder.elected)
            cited.update(lot.clause for lot in holder.lots)

    collect()
    assert cited
    for clause in cited:
        assert any(clause == known or clause.startswith(f"{known}(") for known in clauses), clause
