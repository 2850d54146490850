"""The message of every error is one clear line for each fault, whatever a fault quotes."""

from __future__ import annotations

import copy
import pickle
import shlex
from decimal import Decimal
from types import SimpleNamespace

import pytest

import stvcount
from stvcount import (
    ElectionError,
    Fault,
    FormatError,
    LotNeeded,
    LotQuestion,
    RecordError,
    StvcountError,
)
from stvcount.frozen import FrozenMapping
from stvcount.words import typed

ODD = "a\nb\u2028c\x07d\ud800e\u202ef"
SHOWN = "a<U+000A>b<U+2028>c<U+0007>d<U+D800>e<U+202E>f"


@pytest.mark.parametrize("kind", [ElectionError, RecordError, StvcountError])
def test_one_error_is_one_line(kind: type[StvcountError]) -> None:
    assert str(kind(f"found {ODD}; expected a name")) == f"found {SHOWN}; expected a name"


def test_each_fault_of_a_file_is_one_line() -> None:
    error = FormatError(ODD, [Fault(2, ODD, "x"), Fault(None, "Zoë", ODD)])
    assert str(error).split("\n") == [
        f"{SHOWN}:2: found {SHOWN}; expected x",
        f"{SHOWN}: found Zoë; expected {SHOWN}",
    ]
    assert (error.path, error.found) == (ODD, ODD)


def test_a_lot_between_odd_names_is_one_line() -> None:
    question = LotQuestion("surplus", "5.3.4", (ODD,), FrozenMapping({ODD: Decimal(1)}), 1)
    error = LotNeeded(question)
    assert "\n" not in str(error)
    assert error.candidates == (ODD,)


def test_very_long_lines_keep_their_beginning_and_end() -> None:
    line = str(ElectionError(f"found {'x' * 10_000}; expected one of {'y, ' * 10_000}z"))
    assert len(line) == 2000
    assert line.startswith("found xxx")
    assert line.endswith(" y, y, z")
    assert " ... " in line
    exact = "x" * 2000
    assert str(ElectionError(exact)) == exact


@pytest.mark.parametrize(
    "error",
    [ElectionError("found A"), RecordError("x"), FormatError("x", [Fault(1, "a", "b")])],
)
def test_errors_can_be_pickled_and_copied(error: StvcountError) -> None:
    for again in (pickle.loads(pickle.dumps(error)), copy.copy(error)):  # noqa: S301
        assert type(again) is type(error)
        assert str(again) == str(error)


@pytest.mark.parametrize("what", ["withdraw", "non-person", "vacating", "explain"])
def test_a_name_that_is_nearly_one_is_told_which_was_meant(what: str) -> None:
    names = {("Ann Lee",): 5, ("Bob Kay",): 4}
    held = stvcount.Election.from_rankings(names, places=1)
    tried = {
        "withdraw": lambda: held.withdraw("ann leee"),
        "non-person": lambda: held.with_non_person("Anne Lee"),
        "vacating": lambda: stvcount.vacancy(stvcount.count(held), held, vacating="Ann Le"),
        "explain": lambda: stvcount.explain(stvcount.count(held), "Anne lee"),
    }
    meant = r"expected Ann Lee \(if that was meant\), or"
    with pytest.raises(stvcount.ElectionError, match=meant):
        tried[what]()


def test_what_is_to_be_typed_is_quoted_as_the_system_has_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    words = ["--lots", "drawn:Ann O'Neil", 'Bob "Bo"', "a.csv", "&"]
    assert shlex.split(typed(words)) == words
    monkeypatch.setattr("stvcount.words.os", SimpleNamespace(name="nt"))
    assert typed(words) == r'''--lots "drawn:Ann O'Neil" "Bob \"Bo\"" a.csv "&"'''
