"""Every teller keeps to the contract, and whichever sorts the papers, the record is the same.

`python tests/test_tellers.py 1000` compares that many large random elections by every rule set.
"""

from __future__ import annotations

import itertools
import random
import sys
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any

import pytest
from builders import election
from hypothesis import given
from hypothesis import strategies as st
from test_naive import CASES

import stvcount
from stvcount import Election, ElectionError, Lots, Papers, tellers
from stvcount.election.stores import MOST_IN_MATRIX, Listed
from stvcount.tellers import Sorted
from stvcount.tellers.plain import PlainTeller
from stvcount.testing import elections

np = pytest.importorskip("numpy")
matrix = pytest.importorskip("stvcount.election.matrix")
dask: Any = pytest.importorskip("stvcount.tellers.dask")


class OneByOne:
    """A third teller, as somebody else may write one: every paper by itself, in plain lists."""

    def __init__(self, papers: Papers) -> None:
        self.rankings = [r for r, number in papers.groups() for _ in range(number) if r]

    def first_preferences(self, standing: AbstractSet[int]) -> Sorted[Pile]:
        return self.sort([(paper, -1) for paper in range(len(self.rankings))], standing)

    def next_preferences(
        self, bundles: Sequence[Pile], continuing: AbstractSet[int]
    ) -> Sorted[Pile]:
        return self.sort([held for pile in bundles for held in pile.held], continuing)

    def preferences(self, number: int, standing: AbstractSet[int]) -> Mapping[int, int]:
        orders = [[c for c in ranking if c in standing] for ranking in self.rankings]
        named = [order[number - 1] for order in orders if len(order) >= number]
        return {c: named.count(c) for c in sorted(set(named))}

    def sort(self, papers: list[tuple[int, int]], continuing: AbstractSet[int]) -> Sorted[Pile]:
        piles: dict[int, list[tuple[int, int]]] = {}
        for paper, at in papers:
            places = range(at + 1, len(self.rankings[paper]))
            on = next((p for p in places if self.rankings[paper][p] in continuing), None)
            if on is not None:
                piles.setdefault(self.rankings[paper][on], []).append((paper, on))
        moved = sum(map(len, piles.values()))
        return Sorted({c: Pile(piles[c]) for c in sorted(piles)}, len(papers) - moved)


class Pile:
    def __init__(self, held: list[tuple[int, int]]) -> None:
        self.held = held

    @property
    def papers(self) -> int:
        return len(self.held)


class Elsewhere(Listed):
    """A store that sorts its papers where they are."""

    def teller(self) -> OneByOne:
        return OneByOne(
            Papers.from_store(self, candidates=[f"C{n}" for n in range(self.candidates)])
        )


class AtOnce:
    """What stands for a Dask client: it does all at once, and holds everything itself."""

    def map(self, work: Any, *parts: Sequence[Any], pure: bool, **same: Any) -> list[Any]:
        assert not pure
        return [work(*each, **same) for each in zip(*parts, strict=True)]

    def gather(self, held: list[Any]) -> list[Any]:
        return list(held)


class Here(dask.Cluster):  # type: ignore[misc]
    """A cluster of this process alone, whose futures are the results themselves."""

    def __init__(self) -> None:
        super().__init__(AtOnce())

    def homes(self, futures: Sequence[Any]) -> list[None]:
        return [None] * len(futures)


def in_parts(papers: Papers) -> Any:
    """The teller of papers in four partitions or fewer."""
    most = max(papers.number_of_groups // 3, 1)
    return dask.Partitioned.of(papers, Here(), most=most).teller()


TELLERS: dict[str, Any] = {
    "plain": "plain",
    "vector": "vector",
    "one by one": OneByOne,
    "dask": in_parts,
}
EVERY_TELLER = pytest.mark.parametrize("name", TELLERS)
EVERY_CASE = pytest.mark.parametrize(("rules", "options"), CASES)


# The contract


@EVERY_TELLER
@given(election=elections(), data=st.data())
def test_the_contract(name: str, election: Election, data: st.DataObject) -> None:
    papers = election.papers
    teller = tellers.make(TELLERS[name], papers)
    everyone = frozenset(range(len(papers.candidates)))
    standing = data.draw(st.frozensets(st.sampled_from(sorted(everyone)), min_size=1))
    first = teller.first_preferences(standing)
    valid = papers.total - sum(papers.invalid.values())
    check_sorted(first, standing, valid)
    continuing = standing
    bundles = list(first.by_candidate.values())
    while bundles:
        chosen = data.draw(st.lists(st.sampled_from(bundles), unique_by=id))
        gone = data.draw(st.frozensets(st.sampled_from(sorted(everyone))))
        continuing = continuing - gone
        answer = teller.next_preferences(chosen, continuing)
        check_sorted(answer, continuing, sum(bundle.papers for bundle in chosen))
        # Pure: the same question, the bundles in any order or one by one, has the same answer.
        again = teller.next_preferences(chosen[::-1], continuing)
        assert told(again) == told(answer)
        assert told(teller.first_preferences(standing)) == told(first)
        each = [teller.next_preferences([bundle], continuing) for bundle in chosen]
        assert sum(one.non_transferable for one in each) == answer.non_transferable
        for candidate, bundle in answer.by_candidate.items():
            parts = [
                one.by_candidate[candidate].papers for one in each if candidate in one.by_candidate
            ]
            assert sum(parts) == bundle.papers
        bundles = list(answer.by_candidate.values())
    assert told(teller.next_preferences([], continuing)) == ([], 0)


def check_sorted(answer: Sorted[Any], asked: AbstractSet[int], given_papers: int) -> None:
    numbers = list(answer.by_candidate)
    assert numbers == sorted(numbers)
    assert set(numbers) <= asked
    assert all(type(number) is int for number in numbers)
    assert all(bundle.papers >= 1 for bundle in answer.by_candidate.values())
    assert answer.transferable + answer.non_transferable == given_papers


def told(answer: Sorted[Any]) -> tuple[list[tuple[int, int]], int]:
    return [(c, b.papers) for c, b in answer.by_candidate.items()], answer.non_transferable


@EVERY_TELLER
@given(election=elections(), data=st.data())
def test_preferences_by_number(name: str, election: Election, data: st.DataObject) -> None:
    papers = election.papers
    teller = tellers.make(TELLERS[name], papers)
    standing = data.draw(st.frozensets(st.integers(0, len(papers.candidates) - 1)))
    orders = [([c for c in r if c in standing], number) for r, number in papers.groups()]
    for place in range(1, len(papers.candidates) + 2):
        named = [(order[place - 1], n) for order, n in orders if len(order) >= place]
        expected = {c: sum(n for d, n in named if d == c) for c, _ in sorted(named)}
        assert list(teller.preferences(place, standing).items()) == list(expected.items())


@EVERY_TELLER
def test_papers_that_name_nobody_who_stands_and_those_that_are_invalid(name: str) -> None:
    papers = Papers(["A", "B"], [((0,), 4), ((1,), 2), ((), 3), (((0, 1),), 5)])
    teller = tellers.make(TELLERS[name], papers.without({1}))
    assert told(teller.first_preferences({1})) == ([(1, 2)], 3)
    assert told(teller.first_preferences({0, 1})) == ([(0, 3), (1, 2)], 0)


# A teller of one's own


@EVERY_CASE
@given(election=elections())
def test_a_teller_of_ones_own_counts_alike(
    rules: str, options: dict[str, Any], election: Election
) -> None:
    most = stvcount.rules.get(rules).most_places
    election = election.with_places(min(most or election.places, election.places))
    plain = record(election, "plain", rules, options)
    assert record(election, OneByOne, rules, options) == plain
    assert record(election, OneByOne(election.papers_counted), rules, options) == plain


def test_every_function_that_counts_takes_a_teller_of_ones_own() -> None:
    standing = election(1, {"AB": 5, "BA": 4, "C": 3})
    counted = stvcount.count(standing)
    assert stvcount.check(standing, teller=OneByOne) == stvcount.check(standing)
    assert not stvcount.verify(counted, standing, teller=OneByOne)
    assert stvcount.trace(standing, 12, teller=OneByOne) == stvcount.trace(standing, 12)
    compared = stvcount.compare(standing, rules=["ers97", "ers-av"], teller=OneByOne)
    assert compared == stvcount.compare(standing, rules=["ers97", "ers-av"])
    assert list(stvcount.stages(standing, teller=OneByOne)) == list(counted.stages)
    many = [one.record for one in stvcount.count_many([standing] * 2, teller=OneByOne)]
    assert many == [counted] * 2
    vacant = stvcount.vacancy(counted, standing, vacating="A", teller=OneByOne)
    assert vacant == stvcount.vacancy(counted, standing, vacating="A")


def test_papers_that_lie_elsewhere_make_their_own_teller() -> None:
    standing = election(2, {"AB": 5, "BA": 4, "C": 3, "": 1})
    held = standing.papers.store
    assert isinstance(held, Listed)
    papers = Papers.from_store(
        Elsewhere(held.listed_rankings, held.counts, 3, held.rests), candidates=["A", "B", "C"]
    )
    assert papers == standing.papers
    assert isinstance(papers.store, tellers.GivesTeller)
    assert tellers.make("auto", papers)._teller.__class__ is OneByOne  # type: ignore[attr-defined]
    assert isinstance(tellers.make("plain", papers), PlainTeller)
    assert stvcount.count(papers, places=2) == stvcount.count(standing)


class Wrong(OneByOne):
    """A teller whose first answer is made wrong."""

    wrong: Any

    def first_preferences(self, standing: AbstractSet[int]) -> Any:
        return type(self).wrong(super().first_preferences(standing))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda found: Sorted(found.by_candidate, 1), "found 10 papers in .*; expected 9, all gi"),
        (lambda found: Sorted({0: found.by_candidate[0]}, 0), "found 5 papers in Wrong.first_pref"),
        (
            lambda found: Sorted(dict(reversed(found.by_candidate.items())), 0),
            r"found candidates in the order \[1, 0\] in .*; expected ascending order",
        ),
        (
            lambda found: Sorted({7: found.by_candidate[0]}, 0),
            "found candidate 7 in .*; expected o",
        ),
        (lambda found: Sorted({"A": 1}, 0), "found candidate 'A' in .*; expected only candidates"),  # type: ignore[dict-item]
        (lambda found: Sorted({0: Pile([])}, 9), "found 0 as a number of papers in .*; expected a"),
        (lambda found: Sorted({0: object()}, 9), "found None as a number of papers in"),  # type: ignore[type-var]
        (lambda found: Sorted({}, True), "found True as a number of papers in"),
        (lambda found: (found.by_candidate, 0), "found an object of the type|found .* in .*Sorted"),
    ],
)
def test_a_teller_that_errs_is_told_what_it_did(wrong: Any, message: str) -> None:
    kind = type("Wrong", (Wrong,), {"wrong": staticmethod(wrong)})
    with pytest.raises(ElectionError, match=f"teller: {message}"):
        stvcount.count(election(1, {"AB": 5, "BA": 4}), teller=kind)


def test_later_answers_are_watched_too() -> None:
    class Loses(OneByOne):
        def next_preferences(self, bundles: Any, continuing: Any) -> Any:
            found = super().next_preferences(bundles, continuing)
            return Sorted(found.by_candidate, 0)

    class Invents(OneByOne):
        def preferences(self, number: int, standing: Any) -> Any:
            return [number]

    with pytest.raises(
        ElectionError, match=r"found 0 papers in Loses.next_preferences; expected 3"
    ):
        stvcount.count(election(1, {"AB": 5, "BA": 4, "C": 3}), teller=Loses)
    watched = tellers.make(Invents, election(1, {"A": 1}).papers)
    with pytest.raises(
        ElectionError, match=r"found \[1\] in Invents.preferences; expected a number"
    ):
        watched.preferences(1, {0})


@pytest.mark.parametrize("given_teller", [7, None, "meek", object(), [], "Plain"])
def test_what_is_no_teller(given_teller: Any) -> None:
    with pytest.raises(
        ElectionError, match=r"teller: found .*; expected auto, plain, vector, dask, a t"
    ):
        stvcount.count(election(1, {"A": 1}), teller=given_teller)


@pytest.mark.parametrize("made", [lambda papers: None, str, lambda papers: OneByOne])
def test_what_makes_no_teller(made: Any) -> None:
    with pytest.raises(ElectionError, match=r"teller: found .* made of the papers; expected what"):
        stvcount.count(election(1, {"A": 1}), teller=made)


def test_one_teller_is_not_that_of_many_elections() -> None:
    standing = election(1, {"A": 1})
    with pytest.raises(ElectionError, match=r"teller: found .*; expected .* or a function"):
        stvcount.count_many([standing], teller=OneByOne(standing.papers))  # type: ignore[arg-type]


# Side by side


def record(election: Election, name: Any, rules: str, options: dict[str, Any]) -> str:
    lots = Lots.seeded("tellers")
    return stvcount.count(election, rules=rules, options=options, lots=lots, teller=name).to_json()


def same(election: Election, rules: str = "ers97", options: dict[str, Any] | None = None) -> bool:
    most = stvcount.rules.get(rules).most_places
    standing = election.with_places(min(most or election.places, election.places))
    plain = record(standing, "plain", rules, options or {})
    others = [record(standing, other, rules, options or {}) for other in ("vector", in_parts)]
    return [plain] * len(others) == others


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
    both = [stvcount.tellers.make(name, papers) for name in ("plain", "vector")]
    everyone = set(range(400))
    for number in (1, 255, 256, 257, 400, 401):
        counts = [dict(teller.preferences(number, everyone)) for teller in both]
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


class Afar:
    """A store that has no more than any store must have."""

    def __init__(self, held: Listed) -> None:
        self.held = held

    def __getattr__(self, name: str) -> Any:
        if name not in ("candidates", "total", "number_of_groups", "groups", "orders", "invalid",
                        "shortened", "renumbered", "without"):  # fmt: skip
            raise AttributeError(name)
        return getattr(self.held, name)


def test_papers_of_any_store_make_a_matrix() -> None:
    listed = Papers.from_rankings([(["B", "A"], 3), (["A"], 2)], candidates=["A", "B"])
    assert isinstance(listed.store, Listed)
    afar = Papers.from_store(Afar(listed.store), candidates=["A", "B"])
    assert list(Papers.from_store(afar.matrix(), candidates=["A", "B"]).groups()) == [
        ((1, 0), 3),
        ((0,), 2),
    ]
