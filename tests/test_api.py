"""The public names as a stranger meets them."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal, localcontext
from itertools import product
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from builders import election

import stvcount
from stvcount import ElectionError, Lots, formats
from stvcount.formats import FormatName, ReadOptions

ROOT = Path(__file__).resolve().parent.parent

ELECTION = election(2, {"AB": 9, "B": 4, "CB": 5, "D": 1}, title="Hockey")
RECORD = stvcount.count(ELECTION)

RESULTS = (
    RECORD,
    ELECTION,
    ELECTION.papers,
    stvcount.check(ELECTION),
    stvcount.trace(ELECTION, 1),
    stvcount.motion([stvcount.Question("Affiliate?", for_=3, against=2)]),
    stvcount.ballot_order(["A", "B"], "random", seed="40213"),
    stvcount.PublishedSheet.from_record(RECORD),
    stvcount.rules.get("ers97"),
    stvcount.rules.organisations.get("chester"),
    Lots.seeded("40213"),
    Lots.from_record(RECORD, otherwise=Lots.drawn("A")),
    *stvcount.compare(ELECTION, rules=["ers97", "lsu-atv"]),
    *stvcount.count_many([ELECTION]),
)

EVERY_RESULT = pytest.mark.parametrize("result", RESULTS, ids=lambda one: type(one).__name__)


# What comes in


@pytest.mark.parametrize(
    "orders",
    [
        [("A", "B"), ("B",), ("A",)],
        [["A", "B"], ["A"], ["B"]],
        [(("A", "B"), 2), (("B",), 1)],
        {("A", "B"): 2, ("B",): 1},
        iter([("A",), ("B",), ("A",)]),
    ],
    ids=["tuples", "lists", "pairs", "mapping", "iterator"],
)
def test_plain_orders_are_counted(orders: stvcount.election.papers.Rankings) -> None:
    record = stvcount.count(orders, places=1, rules="ers-av")
    assert record.elected == ("A",)
    assert (record.papers.total, record.candidates) == (3, ("A", "B"))


def test_plain_orders_are_that_election() -> None:
    orders = [("A", "B"), ("B",), ("A",)]
    made = stvcount.Election.from_rankings(orders, places=1, candidates=["C", "B", "A"])
    assert stvcount.count(orders, places=1, candidates=["C", "B", "A"]) == stvcount.count(made)
    papers = stvcount.Papers.from_rankings(orders, candidates=["C", "B", "A"])
    assert stvcount.count(papers, places=1) == stvcount.count(made)
    assert list(stvcount.stages(orders, places=1)) == list(stvcount.count(orders, places=1).stages)
    assert stvcount.count(ELECTION, places=1) == stvcount.count(ELECTION.with_places(1))


@pytest.mark.parametrize(
    ("given", "keywords", "message"),
    [
        ([("A",)], {}, "places: found none; expected a number, as papers do not state it"),
        ("e.blt", {"places": 1}, r"found 'e.blt'; expected an Election \(stvcount.read reads"),
        (Path("e.blt"), {}, r"e.blt'\); expected an Election"),
        (5, {"places": 1}, "election: found 5; expected an Election .* or orders of names"),
        (["A"], {"places": 1}, "ranking 1: found 'A'; expected an order of names"),
        (ELECTION, {"candidates": ["A"]}, "candidates: found some beside an election"),
        ({("A",): -1}, {"places": 1}, "ranking 1: found -1; expected a number of papers"),
    ],
)
def test_what_is_no_election(given: object, keywords: dict[str, object], message: str) -> None:
    with pytest.raises(ElectionError, match=message):
        stvcount.count(given, **keywords)  # type: ignore[arg-type]


# What comes out


@EVERY_RESULT
def test_results_are_told_briefly(result: object) -> None:
    assert len(repr(result)) < 2000
    assert "object at 0x" not in repr(result)


def test_reprs() -> None:
    assert repr(ELECTION) == "<Election 'Hockey': 2 places, 4 candidates, 19 papers>"
    assert repr(RECORD) == "<CountRecord 'Hockey' by ers97: 3 stages; elected: A, B>"
    assert list(map(repr, RECORD.stages)) == [
        "<Stage 1: first; elected: A>",
        "<Stage 2: exclusion of D>",
        "<Stage 3: surplus of A; elected: B>",
    ]


@EVERY_RESULT
def test_results_are_pickled_copied_and_equal(result: object) -> None:
    for again in (pickle.loads(pickle.dumps(result)), copy.copy(result), copy.deepcopy(result)):  # noqa: S301
        assert repr(again) == repr(result)
        assert again == result
        assert hash(again) == hash(result)


@EVERY_RESULT
def test_results_cannot_be_changed(result: object) -> None:
    if isinstance(result, stvcount.rules.RuleSet):
        names = ["options"]
    elif dataclasses.is_dataclass(result):
        names = [field.name for field in dataclasses.fields(result)]
    else:
        names = list(type(result).__slots__)  # type: ignore[attr-defined]
    assert names
    for name in names:
        with pytest.raises(AttributeError):
            setattr(result, name, None)
        with pytest.raises(AttributeError):
            delattr(result, name)


@EVERY_RESULT
def test_results_are_equal_to_their_like_alone(result: object) -> None:
    others = [other for other in RESULTS if other is not result]
    assert all(result != other for other in [*others, None, 0, "", {}])


def test_mappings_in_results_cannot_be_changed() -> None:
    votes = RECORD.stages[0].votes
    as_it_was = dict(votes)
    writes: list[Callable[[Any], object]] = [
        lambda mapping: mapping.__setitem__("Ann", 1),
        lambda mapping: mapping.__delitem__(next(iter(votes))),
        lambda mapping: mapping.__ior__({"Ann": 1}),
        lambda mapping: mapping.pop(next(iter(votes)), None),
        lambda mapping: mapping.popitem(),
        lambda mapping: mapping.setdefault("Ann", 1),
        lambda mapping: mapping.update(Ann=1),
        lambda mapping: mapping.clear(),
    ]
    for write in writes:
        with pytest.raises(TypeError, match="FrozenMapping cannot be changed"):
            write(votes)
    with pytest.raises(AttributeError):
        votes.ann = 1  # type: ignore[attr-defined]
    assert votes == as_it_was
    assert votes != 5


def test_a_copy_of_a_mapping_in_results_is_as_it_is() -> None:
    votes = RECORD.stages[0].votes
    pickled = pickle.loads(pickle.dumps(votes))  # noqa: S301 (what was just pickled)
    for again in (copy.copy(votes), copy.deepcopy(votes), pickled):
        assert (type(again), again, list(again)) == (type(votes), votes, list(votes))
        assert hash(again) == hash(votes)


# The names themselves


def test_there_are_no_other_names() -> None:
    with pytest.raises(AttributeError, match="module 'stvcount' has no attribute 'meek'"):
        stvcount.meek  # type: ignore[attr-defined] # noqa: B018
    assert set(stvcount.__all__) <= set(dir(stvcount))


POSITIONAL = {("explain", "candidate"), ("verify", "election"), ("which", "election")}


def test_options_are_keywords() -> None:
    for name in stvcount.__all__:
        function = getattr(stvcount, name)
        if not inspect.isfunction(function):
            continue
        for parameter in inspect.signature(function).parameters.values():
            optional = parameter.default is not inspect.Parameter.empty
            if (name, parameter.name) not in POSITIONAL:
                assert not optional or parameter.kind is parameter.KEYWORD_ONLY, (name, parameter)


def test_every_public_name_says_what_it_is() -> None:
    for name in stvcount.__all__:
        value = getattr(stvcount, name)
        if name != "__version__":
            assert (inspect.getdoc(value) or "").strip(), name
        if inspect.isclass(value) and value.__module__.startswith("stvcount"):
            for member, attribute in vars(value).items():
                if not member.startswith("_") and callable(attribute):
                    assert inspect.getdoc(attribute), (name, member)


def test_the_names_of_the_formats_and_of_the_options_of_reading() -> None:
    assert set(get_args(FormatName)) == set(formats.names())
    options = set(inspect.signature(stvcount.read).parameters) - {"path", "format"}
    assert set(get_type_hints(ReadOptions)) == options
    of_formats = {option for kind in formats.FORMATS for option in kind.options}
    assert of_formats | {"reading"} == options  # which may be of any format


def test_importing_brings_nothing_unasked() -> None:
    code = (
        "import sys, decimal, warnings, locale\n"
        "before = decimal.getcontext().copy(), list(warnings.filters), set(sys.modules)\n"
        "import stvcount\n"
        "assert (str(decimal.getcontext()), warnings.filters) == (str(before[0]), before[1])\n"
        "new = {name.split('.')[0] for name in set(sys.modules) - before[2]}\n"
        "heavy = new & {'numpy', 'jinja2', 'rich', 'matplotlib', 'pyarrow', 'openpyxl', 'asyncio',"
        " 'multiprocessing', 'socket', 'ssl', 'http', 'logging', 'importlib.metadata'}\n"
        "assert not heavy, heavy\n"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True, cwd=ROOT)


# Side by side


def test_threads_count_the_same_election_at_once() -> None:
    many = stvcount.read(ROOT / "examples" / "hockey-social-secretary.blt")
    tied = election(1, {"A": 5, "B": 5, "C": 5, "D": 6})
    lots = Lots.seeded("threads")

    def one(number: int) -> list[str]:
        with localcontext() as context:
            context.prec = 3 + number % 5
            teller = ("plain", "vector", "auto")[number % 3]
            told = [
                stvcount.count(each, rules=rules, lots=lots, teller=teller).to_json()  # type: ignore[arg-type]
                for each, rules in (*product([many, tied], ["ers97", "lsu-atv"]), (tied, "ers-av"))
            ]
            assert Decimal(1) / Decimal(3) == context.divide(Decimal(1), Decimal(3))
            return told

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(one, range(48)))
    assert all(result == results[0] for result in results)
