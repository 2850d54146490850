"""The order of names on the ballot paper: repeatable lots, fair rotations."""

from __future__ import annotations

import hashlib
import json
import pickle
from collections import Counter
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stvcount.ballot_order import sheet as order_sheet
from stvcount.ballot_order.ordering import (
    METHODS,
    BallotOrder,
    Method,
    ballot_order,
    random_order,
    rotated_from_random,
    rotations,
)
from stvcount.errors import ElectionError

NAMES = ("Ann Lee", "Bob Smith", "Cy O'Neil", "RON")
printable = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=12)
titles = printable.filter(str.strip)
names = st.lists(titles, min_size=1, max_size=9, unique=True)


@st.composite
def orders(draw: st.DrawFn) -> BallotOrder:
    listed = draw(names)
    method: Method = draw(st.sampled_from(["random", "rotation", "random-rotation"]))
    seed = None if method == "rotation" else draw(printable)
    return ballot_order(listed, method, seed=seed, last=draw(st.none() | st.sampled_from(listed)))


# By lot


@pytest.mark.parametrize(
    ("listed", "seed", "order"),
    [
        (list("ABCDE"), "40213", list("DCBEA")),
        (list("ABCDE"), "40214", list("EDABC")),
        (["Åsa", "Zoë", "张伟"], "40213", ["Åsa", "张伟", "Zoë"]),
        (["Åsa", "Zoë", "张伟"], "40215", ["Zoë", "张伟", "Åsa"]),
        (NAMES, "drawn in public: 40213", ["Bob Smith", "Cy O'Neil", "RON", "Ann Lee"]),
    ],
)
def test_f33_a_seed_always_gives_the_same_order(
    listed: list[str], seed: str, order: list[str]
) -> None:
    for given_order in (listed, listed[::-1]):
        assert random_order(given_order, seed) == tuple(order)


@given(names, printable, st.randoms())
def test_f33_anybody_can_repeat_the_lot(listed: list[str], seed: str, random: object) -> None:
    def digest(name: str) -> bytes:
        parts = [seed, "ballot order", sorted(listed), name]
        text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode("utf-8")).digest()

    expected = tuple(sorted(listed, key=digest))
    random.shuffle(listed)  # type: ignore[attr-defined]
    assert random_order(listed, seed) == expected


def test_f33_no_order_is_favoured() -> None:
    drawn = Counter(random_order(list("ABC"), str(seed)) for seed in range(6000))
    assert set(drawn) == set(permutations("ABC"))
    assert all(850 < times < 1150 for times in drawn.values())


def test_last_takes_no_part_in_the_lot() -> None:
    seed = "drawn in public: 40214"
    assert random_order(NAMES, seed, last="RON") == (*random_order(NAMES[:3], seed), "RON")
    assert random_order(["RON", *NAMES[:3]], seed, last="RON")[-1] == "RON"


# In rotation


def test_each_candidate_is_first_once_in_n_forms() -> None:
    order = rotations(["A", "B", "C"])
    assert (order.method, order.seed, order.last, order.forms) == ("rotation", None, None, 3)
    assert ["".join(order.form(k)) for k in range(1, 6)] == ["ABC", "BCA", "CAB", "ABC", "BCA"]


def test_rotation_with_a_name_that_stands_last() -> None:
    order = rotations(["RON", "A", "B"], last="RON")
    assert order.forms == 2
    assert list(order.papers(3)) == [("A", "B", "RON"), ("B", "A", "RON"), ("A", "B", "RON")]


def test_17_1_1_the_drawn_order_is_rotated() -> None:
    order = rotated_from_random(list("EDCBA"), "40213")
    assert order.seed == "40213"
    assert ["".join(order.form(k)) for k in range(1, 6)] == [
        *("DCBEA", "CBEAD", "BEADC", "EADCB", "ADCBE")
    ]


@given(orders())
def test_each_form_holds_every_name_once(order: BallotOrder) -> None:
    for paper in order.papers(order.forms + 1):
        assert sorted(paper) == sorted(order.names)
        assert order.last is None or paper[-1] == order.last
    assert order.form(1) == order.form(order.forms + 1) == order.names


@given(orders(), st.integers(1, 60))
def test_each_name_that_rotates_stands_in_each_place_equally_often(
    order: BallotOrder, times: int
) -> None:
    papers = list(order.papers(order.forms * times))
    turning = order.names if order.last is None else order.names[:-1]
    for place in range(len(turning)):
        stood = Counter(paper[place] for paper in papers)
        if order.method == "random":
            assert stood == {order.names[place]: times}
        else:
            assert stood == dict.fromkeys(turning, times)


@given(orders(), st.integers(1, 400))
def test_the_papers_of_each_form(order: BallotOrder, papers: int) -> None:
    numbers = order.papers_of_forms(papers)
    assert sum(numbers) == papers
    assert max(numbers) - min(numbers) <= 1
    printed = Counter(order.papers(papers))
    assert all(printed[order.form(k)] == number for k, number in enumerate(numbers, start=1))
    equal = order.papers_of_forms(papers, equal=True)
    assert set(equal) == {max(numbers)}
    assert papers <= sum(equal) < papers + order.forms


def test_a_million_papers_are_not_built_at_once() -> None:
    order = rotations(NAMES)
    papers = order.papers(10**30)
    assert next(papers) == NAMES
    assert order.form(10**30) == ("RON", *NAMES[:3])
    assert sum(order.papers_of_forms(10**30)) == 10**30


def test_a_single_name() -> None:
    for last in (None, "RON"):
        order = rotations(["RON"], last=last)
        assert (order.forms, order.form(7), order.papers_of_forms(5)) == (1, ("RON",), (5,))


# Errors


@pytest.mark.parametrize(
    ("listed", "last", "message"),
    [
        ([], None, "candidates: found none; expected at least one"),
        ("AB", None, "candidates: found 'AB'; expected a list of names"),
        (["A", "B", "A"], None, "candidates: found 'A' 2 times; expected names that tell them"),
        (["A", " "], None, "candidate: found ' '; expected a name"),
        (["A", 7], None, "candidates: found .*7.*; expected a "),
        (["A", "B\n"], None, "holds the character U\\+000A; expected text on one line"),
        (["A", "B"], "RON", "last: found 'RON'; expected one of the candidates A, B"),
    ],
)
def test_candidates_that_cannot_be_put_in_order(
    listed: list[str], last: str | None, message: str
) -> None:
    for method in METHODS:
        with pytest.raises(ElectionError, match=message):
            ballot_order(listed, method, seed="x", last=last)  # type: ignore[arg-type]
    with pytest.raises(ElectionError, match=message):
        random_order(listed, "x", last=last)


def test_a_seed_where_it_is_needed_and_nowhere_else() -> None:
    for seed in (None, ""):
        with pytest.raises(ElectionError, match="seed: found none; expected a text"):
            ballot_order(NAMES, "random", seed=seed)
    with pytest.raises(ElectionError, match="seed: found 7; expected text"):
        random_order(NAMES, 7)  # type: ignore[arg-type]
    with pytest.raises(ElectionError, match="seed: found 'x'; expected none"):
        ballot_order(NAMES, "rotation", seed="x")


def test_an_unknown_method() -> None:
    with pytest.raises(ElectionError, match="method: found 'alphabet'; expected random, rotation"):
        ballot_order(NAMES, "alphabet")  # type: ignore[arg-type]


@pytest.mark.parametrize("number", [0, -1, True, "3", None])
def test_numbers_of_papers_that_cannot_be(number: int) -> None:
    order = rotations(NAMES)
    for ask in (order.form, order.papers, order.papers_of_forms):
        with pytest.raises(ElectionError, match=f"found {number!r}; expected a whole number from"):
            ask(number)


# The result is a value, and is shown


@given(orders())
def test_an_order_is_a_value(order: BallotOrder) -> None:
    again = pickle.loads(pickle.dumps(order))  # noqa: S301
    assert again == order
    assert hash(again) == hash(order)
    with pytest.raises(AttributeError):
        order.seed = "another"  # type: ignore[misc]


def test_the_sheet_of_a_rotation() -> None:
    assert order_sheet.sheet(rotations(["Ann Lee", "RON"]), papers=5) == (
        "Order of names on the ballot paper\n"
        "==================================\n"
        "\n"
        "Method    rotation: in the order given, rotated from form to form\n"
        "Source    Loughborough Students' Union: each first on an equal number of papers\n"
        "Forms     2\n"
        "Papers    5\n"
        "\n"
        "Form 1: 3 papers\n"
        "  1. Ann Lee\n"
        "  2. RON\n"
        "\n"
        "Form 2: 2 papers\n"
        "  1. RON\n"
        "  2. Ann Lee\n"
    )


def test_the_sheet_states_the_seed_and_how_to_repeat_the_lot() -> None:
    text = str(ballot_order(NAMES, "random", seed="drawn in public: 40213", last="RON"))
    assert "Seed      drawn in public: 40213\n" in text
    assert "SHA-256" in text
    assert "Last      RON, on every paper\n" in text
    assert text.endswith("Form 1\n  1. Ann Lee\n  2. Bob Smith\n  3. Cy O'Neil\n  4. RON\n")


@given(orders())
def test_the_sheet_shows_every_form(order: BallotOrder) -> None:
    text = order_sheet.sheet(order, papers=100, equal=True)
    assert text.count("\nForm ") == order.forms
    assert text.endswith("\n")
