"""Whichever teller sorts the papers, the record is the same to the byte.

`python tests/test_tellers.py 1000` compares that many large random elections by every rule set.
"""

from __future__ import annotations

import itertools
import random
import sys
from pathlib import Path
from typing import Any

import pytest
from builders import election
from hypothesis import given
from hypothesis import strategies as st
from strategies import elections
from test_naive import CASES

import stvcount
from stvcount import Election, ElectionError, Lots, Papers
from stvcount.election.stores import MOST_IN_MATRIX, Listed

np = pytest.importorskip("numpy")
matrix = pytest.importorskip("stvcount.election.matrix")

EVERY_CASE = pytest.mark.parametrize(("rules", "options"), CASES)


def record(election: Election, name: Any, rules: str, options: dict[str, Any]) -> str:
    lots = Lots.seeded("tellers")
    return stvcount.count(election, rules=rules, options=options, lots=lots, teller=name).to_json()


def same(election: Election, rules: str = "ers97", options: dict[str, Any] | None = None) -> bool:
    most = stvcount.rules.get(rules).most_places
    standing = election.with_places(min(most or election.places, election.places))
    plain = record(standing, "plain", rules, options or {})
    return plain == record(standing, "vector", rules, options or {})


def random_election(seed: int, *, candidates: int, papers: int, places: int = 6) -> Election:
    chance = random.Random(seed)
    names = [f"C{number}" for number in range(candidates)]
    favourites = [chance.random() ** 3 + 0.02 for _ in names]
    orders = []
    for _ in range(papers):
        length = min(chance.randint(1, candidates), chance.randint(1, candidates))
        by_chance = sorted(
            range(candidates), key=lambda c: -(chance.random() ** (1 / favourites[c]))
        )
        orders.append((by_chance[:length], chance.choice((1, 1, 1, 2, 7))))
    standing = Election(places=places, candidates=names, papers=Papers(names, orders))
    for name in names[:: chance.randint(5, 9)][: candidates // 4]:
        standing = standing.withdraw(name)
    return standing


@EVERY_CASE
@given(election=elections())
def test_small_elections(rules: str, options: dict[str, Any], election: Election) -> None:
    assert same(election, rules, options)


@EVERY_CASE
@pytest.mark.parametrize("candidates", [20, 300])
def test_larger_elections(rules: str, options: dict[str, Any], candidates: int) -> None:
    assert same(random_election(7, candidates=candidates, papers=700), rules, options)


def test_real_papers(shared: Path) -> None:
    for path in sorted((shared / "data" / "scottish").glob("*.blt")):
        for rules in ("ers97", "lsu-atv"):
            assert same(stvcount.read(path), rules), path.name


@given(elections())
def test_papers_held_as_a_matrix_are_the_same_papers(election: Election) -> None:
    papers = election.papers
    held = Papers.from_store(papers.matrix(), candidates=papers.candidates)
    assert held.in_matrix
    assert not papers.in_matrix
    assert held == papers
    assert papers == held
    assert hash(held) == hash(papers)
    assert (held.total, held.invalid, held.shortened) == (
        papers.total,
        papers.invalid,
        papers.shortened,
    )
    assert list(held.groups()) == list(papers.groups())
    names = [*reversed(papers.candidates), "somebody else"]
    assert held.for_candidates(names) == papers.for_candidates(names)
    numbers = set(range(1, papers.total + 1, 3))
    assert held.without(numbers) == papers.without(numbers)


@given(elections(), st.data())
def test_papers_set_aside_from_a_matrix(election: Election, data: st.DataObject) -> None:
    papers = election.papers
    held = Papers.from_store(papers.matrix(), candidates=papers.candidates)
    moved = Election(
        places=1, candidates=election.candidates, papers=held, withdrawn=election.withdrawn
    )
    total = papers.total
    aside = data.draw(st.sets(st.integers(1, total), max_size=total // 3))
    for number in aside:
        moved = moved.set_aside(number)
    if stvcount.check(moved).papers.valid:
        assert same(moved)


@pytest.mark.parametrize("candidates", [254, 255, 256, 257, 300, 65_535, 65_536, 70_000])
def test_no_number_of_a_candidate_overflows(candidates: int) -> None:
    names = [f"C{number}" for number in range(candidates)]
    last = candidates - 1
    orders = [((last, 0), 5), ((0, last), 4), ((last - 1, last), 3), ((1,), 1)]
    standing = Election(places=candidates - 1, candidates=names, papers=Papers(names, orders))
    kind = standing.papers.matrix().preferences.dtype
    assert np.iinfo(kind).max >= candidates
    assert kind == np.min_scalar_type(candidates)
    opened = {name: stvcount.counting.open_tally(standing, name) for name in ("plain", "vector")}
    assert opened["plain"].votes == opened["vector"].votes
    assert opened["vector"].votes[last] == 5


def test_a_paper_of_more_than_255_preferences() -> None:
    names = [f"C{number}" for number in range(400)]
    papers = Papers(names, [(range(400), 3), (range(399, -1, -1), 2), ((5,), 1)])
    standing = Election(places=3, candidates=names, papers=papers)
    for name in names[1:390]:
        standing = standing.withdraw(name)
    assert same(standing)
    tellers = [stvcount.tellers.make(name, papers) for name in ("plain", "vector")]
    everyone = set(range(400))
    for number in (1, 255, 256, 257, 400, 401):
        counts = [dict(teller.preferences(number, everyone)) for teller in tellers]
        assert counts[0] == counts[1], number


def test_numbers_of_papers_up_to_the_bound() -> None:
    names = ["A", "B", "C"]
    orders = [((0, 1), MOST_IN_MATRIX - 4), ((1,), 2), ((2,), 1)]
    standing = Election(places=2, candidates=names, papers=Papers(names, orders))
    assert standing.papers.total == MOST_IN_MATRIX - 1
    assert same(standing)
    beyond = Election(places=2, candidates=names, papers=Papers(names, [*orders, ((2,), 1)]))
    plain = record(beyond, "plain", "ers97", {})
    assert record(beyond, "auto", "ers97", {}) == plain
    with pytest.raises(ElectionError, match="teller: found vector for 9007199254740992 papers"):
        record(beyond, "vector", "ers97", {})


def different(rankings: int, candidates: int = 40) -> Papers:
    """So many papers, no two alike."""
    names = [f"C{number}" for number in range(candidates)]
    orders = itertools.islice(itertools.permutations(range(candidates), 4), rankings)
    return Papers(names, [(order, 1) for order in orders])


def teller(papers: Papers) -> str:
    return type(stvcount.tellers.make("auto", papers)).__name__


def test_auto_takes_the_vector_teller_for_many_rankings() -> None:
    assert teller(different(stvcount.tellers.VECTOR_FROM)) == "VectorTeller"
    assert teller(different(stvcount.tellers.VECTOR_FROM - 1)) == "PlainTeller"
    assert teller(Papers(["A", "B"], [((0, 1), 10**6)])) == "PlainTeller"
    alike = Papers(["A", "B", "C"], [((n % 3,), 1) for n in range(stvcount.tellers.VECTOR_FROM)])
    assert teller(alike) == "PlainTeller"


def test_equal_rankings_are_put_together_where_it_pays() -> None:
    papers = Papers(["A", "B"], [((n % 2, 0, 1), 2) for n in range(1000)])
    assert isinstance(papers.store, Listed)
    grouped = papers.store.grouped()
    assert grouped.number_of_groups == 2
    assert (grouped.total, papers.total) == (2000, 2000)
    assert sorted(grouped.groups()) == [((0,), 1000), ((1, 0), 1000)]
    few = Papers(["A"], [((0,), 1)] * 100)
    assert few.store.grouped() is few.store  # type: ignore[attr-defined]
    unlike = different(2000)
    assert unlike.store.grouped() is unlike.store  # type: ignore[attr-defined]


def test_one_very_long_paper_among_many_short_ones_needs_no_huge_matrix() -> None:
    names = [f"C{number}" for number in range(30_000)]
    pairs = itertools.islice(itertools.permutations(range(30_000), 2), 60_000)
    papers = Papers(names, [(range(30_000), 1), *((pair, 1) for pair in pairs)])
    assert teller(papers) == "PlainTeller"


def test_without_numpy_the_plain_teller_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    papers = different(stvcount.tellers.VECTOR_FROM)
    monkeypatch.setattr(stvcount.tellers, "find_spec", lambda name: None)
    assert teller(papers) == "PlainTeller"
    monkeypatch.setitem(sys.modules, "stvcount.tellers.vector", None)
    with pytest.raises(ElectionError, match="teller: found no numpy"):
        stvcount.tellers.make("vector", papers)


def test_one_letter_elections_still_count_alike() -> None:
    assert same(election(1, {"A": 1}))
    assert same(election(2, {}, candidates="AB"))
    assert same(election(1, {"": 3, "A": 1}, candidates="AB"))


if __name__ == "__main__":
    total = int(sys.argv[1])
    for seed in range(total):
        size = random.Random(seed).randint(1000, 20_000)
        number = random.Random(seed + 1).randint(2, 30)
        made = random_election(seed, candidates=number, papers=size)
        for rules, options in CASES:
            if not same(made, rules, options):
                sys.exit(f"{rules} {options}: seed {seed} differs")
    sys.stdout.write(
        f"{total} elections, {len(CASES)} ways each: every record the same to the byte\n"
    )
