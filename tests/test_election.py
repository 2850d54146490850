"""Elections: what they accept, what they refuse, and that they never change."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

import pytest
from builders import election

import stvcount
from stvcount import Election, ElectionError, Papers, SetAside, Withdrawal

PAPERS = Papers.from_rankings([(["A", "B"], 3), (["B"], 2)], candidates=["A", "B", "C"])


def made(**changes: Any) -> Election:
    return Election(**({"places": 1, "candidates": ["A", "B", "C"], "papers": PAPERS} | changes))


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: made(places=0), "places: found 0; expected a whole number from 1"),
        (lambda: made(places=10**40), f"places: found {10**40}; expected at most 40 digits"),
        (
            lambda: made(places=10**5000),
            "places: found a number of more than 1000 digits; expected at most 40 digits",
        ),
        (
            lambda: Papers(["A"], [([0], 10**5000)]),
            f"found a number of more than 1000 digits papers; expected fewer than {10**40}",
        ),
        (lambda: made(places=1.0), r"places: found 1\.0; expected"),
        (lambda: made(places=True), "places: found True"),
        (lambda: made(candidates=[]), "candidates: found none; expected at least one"),
        (lambda: made(candidates="ABC"), "candidates: found 'ABC'; expected a list"),
        (lambda: made(candidates=["A", "B"]), "papers: found 'C'; expected one of the candidates"),
        (lambda: made(candidates=["A", "B", "C", " "]), "candidate: found ' '; expected a name"),
        (
            lambda: made(candidates=["A", "B", "C", 4]),
            "candidates: found 4 as number 4; exp",
        ),
        (lambda: made(candidates=["A", "B", "C\n"]), r"holds the character U\+000A"),
        (lambda: made(candidates=["A", "B", "C", "\ud800"]), r"holds the character U\+D800"),
        (lambda: made(title=None), "title: found None; expected text"),
        (lambda: made(papers=[["A"]]), "papers: found list; expected Papers"),
        (lambda: made(withdrawn=["Z"]), "withdrawn: found 'Z'; expected one of the candidates"),
        (lambda: made(withdrawn=["A", "A"]), "withdrawn: found 'A' 2 times; expected it once"),
        (lambda: made(withdrawn=["A", "B", "C"]), "withdrawn: found all 3 candidates"),
        (lambda: made(withdrawn=[3]), "withdrawn: found 3; expected a candidate's name"),
        (lambda: made().withdraw("A", reason="\x07"), r"U\+0007"),
        (lambda: made(papers_set_aside=[6]), "set aside: found paper number 6; expected 1 to 5"),
        (lambda: made(papers_set_aside=[0]), "set aside: found paper number 0; expected 1 to 5"),
        (lambda: made(papers_set_aside=["1"]), "set aside: found '1'; expected the number"),
        (lambda: made().set_aside(1).set_aside(1), r"set aside: found 1 2 times"),
    ],
)
def test_what_cannot_be_is_refused(build: Callable[[], Election], message: str) -> None:
    with pytest.raises(ElectionError, match=message):
        build()


def test_withdrawing_and_setting_aside_leave_the_election_as_it_was() -> None:
    standing = made()
    changed = standing.withdraw("A", reason="ill").set_aside(5, reason="torn").set_aside(1)
    assert (standing.withdrawn, standing.papers_set_aside) == ((), ())
    assert changed.withdrawn == (Withdrawal("A", "ill"),)
    assert changed.papers_set_aside == (SetAside(1, ""), SetAside(5, "torn"))
    assert changed.standing == ("B", "C")
    assert (changed.papers.total, changed.papers_counted.total) == (5, 3)
    assert made(withdrawn=["A"]).withdrawn == (Withdrawal("A"),)
    with pytest.raises(AttributeError):
        standing.places = 2  # type: ignore[misc]


def test_papers_set_aside_count_in_no_total_but_their_own() -> None:
    record = stvcount.count(made().set_aside(5, reason="torn"), rules="ers97")
    assert (record.papers.total, record.papers.valid, record.papers.invalid) == (5, 4, {})
    assert record.papers.set_aside == (SetAside(5, "torn"),)
    assert str(record.stages[0].votes["B"]) == "1.00"


def test_candidates_of_one_name_are_kept_apart() -> None:
    names = ["John Smith", "Ann", "John Smith", "John Smith (3)"]
    standing = made(candidates=names, papers=Papers(names, []))
    assert standing.candidates == (
        "John Smith (1)",
        "Ann",
        "John Smith (3) (3)",
        "John Smith (3) (4)",
    )
    assert standing.notes[0] == (
        "candidate 1: the name 'John Smith' is borne by several and is shown as 'John Smith (1)'"
    )
    assert len(standing.notes) == 3


def test_papers_of_candidates_of_one_name_by_number() -> None:
    names = ["Jo", "Jo"]
    standing = Election(places=1, candidates=names, papers=Papers(names, [((1,), 2), ((0,), 1)]))
    assert stvcount.count(standing, rules="ers97").elected == ("Jo (2)",)
    with pytest.raises(ElectionError, match="candidates: found 'Jo' 2 times"):
        Papers.from_rankings([["Jo"]], candidates=names)


def test_equal_elections_are_equal_and_picklable() -> None:
    first = made(title="X").withdraw("C")
    assert first == made(title="X").withdraw("C")
    assert pickle.loads(pickle.dumps(first)) == first  # noqa: S301
    assert hash(first) == hash(made(title="X").withdraw("C"))


def test_an_election_looked_over_without_counting() -> None:
    found = stvcount.check(election(1, {"AB": 3, "B": 2, "": 4, "ABA": 1}).withdraw("B"))
    assert found.papers.total == 10
    assert found.papers.invalid == {"no first preference": 4, "only withdrawn candidates": 2}
    assert found.shortened == {"a candidate repeated": 1}
    assert found.first_preferences == {"A": 4}


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: stvcount.count(made(), rules="hare"), "rules: found 'hare'; expected .*ers97"),
        (
            lambda: stvcount.count(made(), rules=3),
            "rules: found 3; expected a text or a R",
        ),  # type: ignore[arg-type]
        (lambda: stvcount.count(made(), teller="x"), "teller: found 'x'; expected auto"),  # type: ignore[arg-type]
        (
            lambda: stvcount.count(made(), options={"a": 1}),
            "ers97: found option 'a'; expected non_person",
        ),
        (
            lambda: stvcount.count(made(), rules=stvcount.rules.ERS97(), options={"a": 1}),
            "options: found some beside a rule set",
        ),
        (lambda: stvcount.stages(made()).record, "the count is not complete"),
    ],
)
def test_requests_that_cannot_be_met(build: Callable[[], object], message: str) -> None:
    with pytest.raises(ElectionError, match=message):
        build()


def test_sources_are_sources() -> None:
    with pytest.raises(ElectionError, match=r"sources: found 'e\.blt'; expected Source"):
        Election(
            places=1,
            candidates=["A"],
            papers=Papers.from_rankings([["A"]]),
            sources=["e.blt"],  # type: ignore[list-item]
        )
