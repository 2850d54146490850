"""How papers are read (ERS97 6.8 to 6.17, exercise 9.1), and what is kept of them."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stvcount import ElectionError, Papers

NAMES = ("A", "B", "C", "D", "E")


def read_marks(*cells: object) -> tuple[str, dict[str, int], dict[str, int]]:
    papers = Papers.from_marks([cells], candidates=NAMES[: len(cells)])
    ((ranking, _),) = papers.groups()
    return "".join(NAMES[c] for c in ranking), dict(papers.invalid), dict(papers.shortened)


@pytest.mark.parametrize(
    ("marks", "ranking", "invalid", "shortened"),
    [
        # ERS97 exercise 9.1
        ("1", "A", "", ""),
        ("3,4,1,2", "CDAB", "", ""),
        ("2,3,4,1,3", "DA", "", "equal preferences"),
        ("2,1,3,1", "", "more than one first preference", ""),
        ("3,5,2,1", "DCA", "", "a preference left out"),
        ("1,4,3&5,2", "AD", "", "a preference left out"),
        ("X,X", "", "no first preference", ""),
        # the rest of the rule
        ("X", "", "no first preference", ""),
        (",", "", "no first preference", ""),
        ("2,3", "", "no first preference", ""),
        ("1,2,2", "A", "", "equal preferences"),
        ("1,X,2", "AC", "", ""),
        ("1,0,2", "AC", "", ""),
        ("1,-1,2", "AC", "", ""),
        ("1,1.5,2", "AC", "", ""),
        ("1,01,2", "AC", "", ""),
        ("1,\u0662,2", "AC", "", ""),
        ("1,9,2", "AC", "", "a preference left out"),
        ("1," + "9" * 5000, "A", "", "a preference left out"),
        (" 1 ,2", "AB", "", ""),
        ("1,one,2,3&3,3", "ACE", "", ""),
    ],
)
def test_marks(marks: str, ranking: str, invalid: str, shortened: str) -> None:
    found = read_marks(*marks.split(","))
    assert found == (
        ranking,
        {invalid: 1} if invalid else {},
        {shortened: 1} if shortened else {},
    )


def test_marks_may_be_numbers_blank_or_mappings() -> None:
    assert read_marks(2, 1, None)[0] == "BA"
    papers = Papers.from_marks([({"B": "1", "A": 2}, 3)], candidates=["A", "B", "C"])
    assert list(papers.groups()) == [((1, 0), 3)]


@pytest.mark.parametrize(
    ("order", "ranking", "invalid", "shortened"),
    [
        (["A", "B"], "AB", "", ""),
        ([], "", "no first preference", ""),
        ([None, "A"], "", "no first preference", ""),
        ([None, None], "", "no first preference", ""),
        ([("A", "B"), "C"], "", "more than one first preference", ""),
        (["A", None, "B"], "A", "", "a preference left out"),
        (["A", "B", None], "AB", "", ""),
        (["A", "B", "A", "C"], "AB", "", "a candidate repeated"),
        (["A", {"B", "C"}, "D"], "A", "", "equal preferences"),
        (["A", ["B"], ("C",)], "ABC", "", ""),
        (["A", (), "B"], "A", "", "a preference left out"),
    ],
)
def test_orders(order: list[object], ranking: str, invalid: str, shortened: str) -> None:
    papers = Papers.from_rankings([(order, 2)], candidates=NAMES)
    ((found, number),) = papers.groups()
    assert ("".join(NAMES[c] for c in found), number) == (ranking, 2)
    assert papers.invalid == ({invalid: 2} if invalid else {})
    assert papers.shortened == ({shortened: 2} if shortened else {})
    assert papers.total == 2


def test_rankings_with_and_without_a_number_of_papers() -> None:
    papers = Papers.from_rankings([("A", "B"), (["B"], 3), ["C", "A"], (["C"], 0)])
    assert papers.candidates == ("A", "B", "C")
    assert list(papers.groups()) == [((0, 1), 1), ((1,), 3), ((2, 0), 1)]


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Papers.from_rankings(["AB"]), "ranking 1: found 'AB'; expected an order of names"),
        (lambda: Papers.from_rankings([(["A"], -1)]), "ranking 1: found -1; expected a number"),
        (lambda: Papers.from_rankings([(["A"], True)]), "ranking 1: found True"),
        (lambda: Papers.from_rankings([["A", 3]]), "ranking 1: found 3; expected a candidate's"),
        (lambda: Papers.from_rankings([("A", 3)]), "ranking 1: found 3; expected a candidate's"),
        (
            lambda: Papers.from_rankings([["A"], ["Z"]], candidates=["A", "B"]),
            "ranking 2: found 'Z'; expected one of the candidates A, B",
        ),
        (lambda: Papers.from_marks([["1"]], candidates=["A", "B"]), "row 1: found .*expected 2"),
        (lambda: Papers.from_marks([{"Z": 1}], candidates=["A"]), "row 1: found 'Z'"),
        (lambda: Papers.from_marks(["1"], candidates=["A"]), "row 1: found '1'; expected 1 cells"),
        (lambda: Papers(["A"], [((1,), 1)]), "found candidate number 1; expected 0 to 0"),
        (lambda: Papers(["A"], [((-1,), 1)]), "found candidate number -1"),
        (lambda: Papers(["A"], [((0, (0, 5)), 1)]), "found candidate number 5"),
        (lambda: Papers(["A"], [((0,), 10**40)]), "expected fewer than"),
        (lambda: Papers(["A"], [((0,), 2.5)]), "order 1: found 2.5; expected a number of papers"),  # type: ignore[list-item]
        (lambda: Papers(["A"], [((0,), True)]), "order 1: found True; expected a number of papers"),
        (lambda: Papers(["A"], [((0,), False)]), "order 1: found False; expected a number"),
        (lambda: Papers(["A"], [((True,), 1)]), "order 1: found candidate number True; expected"),
        (lambda: Papers(["A"], [(("A",), 1)]), "order 1: found candidate number 'A'; expected 0"),  # type: ignore[list-item]
        (lambda: Papers(["A"], [((0.5,), 1)]), "order 1: found candidate number 0.5; expected 0"),  # type: ignore[list-item]
        (lambda: Papers(["A"], [(0, 1)]), r"order 1: found 0; expected candidates' numbers"),  # type: ignore[list-item]
        (lambda: Papers(["A"], [(0,)]), r"order 1: found \(0,\); expected a pair of an order"),  # type: ignore[list-item]
        (lambda: Papers("AB"), "candidates: found 'AB'; expected a list of names"),
        (lambda: Papers({"A", "B"}), "candidates: found .*; expected a list of names"),  # type: ignore[arg-type]
        (lambda: Papers([1, 2]), "candidates: found 1 as number 1; expected a text"),  # type: ignore[list-item]
        (lambda: Papers.from_rankings([(["A"], "5")]), "ranking 1: found '5'; expected a number"),  # type: ignore[list-item]
        (lambda: Papers.from_rankings([(["A"], None)]), "ranking 1: found None; expected a number"),  # type: ignore[list-item]
        (lambda: Papers.from_rankings([(("A", "B"), "C")]), "ranking 1: found 'C'; expected a num"),  # type: ignore[list-item]
        (lambda: Papers.from_rankings({("A",): "5"}), "ranking 1: found '5'; expected a number"),  # type: ignore[dict-item]
        (lambda: Papers.from_marks([([1, 2], "5")], candidates=["A", "B"]), "row 1: found '5'"),
        (
            lambda: Papers.from_marks([[1, True]], candidates=["A", "B"]),
            "row 1, B: found True; exp",
        ),
        (
            lambda: Papers.from_marks([[1, 1.5]], candidates=["A", "B"]),
            r"row 1, B: found 1\.5; exp",
        ),
        (lambda: Papers.from_marks([[b"1"]], candidates=["A"]), "row 1, A: found b'1'; expected a"),
        (lambda: Papers.from_marks([{"A": []}], candidates=["A"]), r"row 1, A: found \[\]; expect"),
        (lambda: Papers.from_marks("12", candidates=["A"]), "rows: found '12'; expected a list of"),
        (lambda: Papers(["A"], [((0,), 2)]).without({3}), "found paper number 3; expected 1 to 2"),
        (lambda: Papers(["A"], [((0,), 2)]).without({0}), "found paper number 0; expected 1 to 2"),
        (lambda: Papers(["A", "B"]).for_candidates(["B"]), "papers: found 'A'; expected one of"),
    ],
)
def test_what_cannot_be_is_named(build: object, message: str) -> None:
    with pytest.raises(ElectionError, match=message):
        build()  # type: ignore[operator]


class Shy:
    """What shows itself in no way."""

    def __repr__(self) -> str:
        raise TypeError


def test_a_refusal_shows_whatever_was_found_on_one_line() -> None:
    with pytest.raises(ElectionError, match="found an object of the type Shy; expected") as error:
        Papers.from_marks([[Shy()]], candidates=["A"])
    assert "\n" not in str(error.value)


def test_papers_taken_out_by_number() -> None:
    papers = Papers(["A", "B"], [((0,), 3), ((1,), 1), ((1, 0), 2)])
    left = papers.without({1, 4, 6})
    assert list(left.groups()) == [((0,), 2), ((1, 0), 1)]
    assert papers.total == 6


def test_papers_for_other_candidates_keep_what_they_say() -> None:
    papers = Papers.from_rankings([["B", ("C", "A")], ["C"]], candidates=["A", "B", "C"])
    moved = papers.for_candidates(["C", "X", "B", "A"])
    assert list(moved.orders()) == [((2, (0, 3)), 1), ((0,), 1)]
    assert papers.for_candidates(["A", "B", "C"]) is papers


def test_papers_are_immutable_equal_by_content_and_picklable() -> None:
    papers = Papers.from_rankings([["A", "B", "A"], ["B"]])
    assert papers == Papers.from_rankings([["A", "B", "A"], ["B"]])
    assert papers != Papers.from_rankings([["A", "B"], ["B"]])
    assert papers != papers.renamed(["A", "C"])
    assert papers != "papers"
    assert hash(papers) == hash(Papers.from_rankings([["A", "B", "A"], ["B"]]))
    assert pickle.loads(pickle.dumps(papers)) == papers  # noqa: S301
    assert repr(papers) == "<Papers: 2 papers, 2 candidates>"
    assert len(papers) == 2
    with pytest.raises(AttributeError):
        papers.total = 3  # type: ignore[misc]
    with pytest.raises(AttributeError):
        papers._counts = ()
    with pytest.raises(AttributeError):
        del papers._counts


entries = st.one_of(
    st.integers(0, 4),
    st.none(),
    st.lists(st.integers(0, 4), min_size=2, max_size=3).map(lambda c: tuple(sorted(c))),
)


@given(st.lists(st.tuples(st.lists(entries, max_size=7), st.integers(1, 5)), max_size=8))
def test_every_paper_is_valid_or_invalid_for_a_reason_and_nothing_is_lost(
    orders: list[tuple[list[int], int]],
) -> None:
    papers = Papers(NAMES, orders)
    valid = sum(number for ranking, number in papers.groups() if ranking)
    assert valid + sum(papers.invalid.values()) == papers.total == sum(n for _, n in orders)
    for (kept, number), (order, given_number) in zip(papers.orders(), orders, strict=True):
        assert number == given_number
        assert kept == tuple(order)[: len(kept)]
        assert all(entry is None for entry in order[len(kept) :])
    for ranking, _ in papers.groups():
        assert len(set(ranking)) == len(ranking)


@given(st.permutations(NAMES), st.integers(0, 5))
def test_marks_and_orders_of_the_same_paper_read_alike(order: list[str], length: int) -> None:
    ranked = order[:length]
    marks = [str(ranked.index(name) + 1) if name in ranked else "" for name in NAMES]
    assert Papers.from_marks([marks], candidates=NAMES) == Papers.from_rankings(
        [ranked], candidates=NAMES
    )


def test_the_numbers_of_papers_are_those_of_the_rankings() -> None:
    papers = Papers.from_rankings([(["B", "A"], 3), (["A"], 0), (["B"], 2)], candidates=["A", "B"])
    assert papers.rankings() == [(1, 0), (1,)]
    assert papers.numbers() == [3, 2]


def test_a_store_has_a_name_for_each_candidate() -> None:
    store = Papers.from_rankings([["A", "B"]]).store
    with pytest.raises(ElectionError, match="candidates: found 1 names; expected 2, as many as"):
        Papers.from_store(store, candidates=["A"])
