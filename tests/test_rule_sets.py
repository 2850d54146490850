"""The rule sets by name, their options, and those that other packages register."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from builders import election, registered

import stvcount
from stvcount import ElectionError, RuleSetError

OWN = (
    "aberdeen",
    "ers-av",
    "ers97",
    "lsu-atv",
    "lsu-stv",
    "meek",
    "meek-1987",
    "ni-stv",
    "scottish",
)


def test_names_are_in_alphabetical_order() -> None:
    assert stvcount.rules.names() == OWN


def test_an_unknown_name_is_told_all_the_names() -> None:
    with pytest.raises(ElectionError) as refused:
        stvcount.rules.get("stv")
    assert str(refused.value) == f"rules: found 'stv'; expected {', '.join(OWN)}"


# Options


@pytest.mark.parametrize("text", ["exact", "EXACT", "Exact"])
def test_an_option_given_as_text_of_any_case(text: str) -> None:
    assert stvcount.rules.get("aberdeen", {"majority": text}).options == {"majority": "exact"}


@pytest.mark.parametrize(("text", "value"), [("true", True), ("FALSE", False), ("True", True)])
def test_an_option_of_yes_or_no_given_as_text(text: str, value: bool) -> None:
    rules = stvcount.rules.get("aberdeen", {"include_invalid": text})
    assert rules.options["include_invalid"] is value


def test_an_option_that_is_not_given_has_its_default() -> None:
    rules = stvcount.rules.get("aberdeen", {"majority": "exact"})
    assert rules.option("majority") == "exact"
    assert rules.option("include_invalid") is False
    assert rules.option("non_person") == "vacate"


def test_options_are_kept_in_the_order_of_the_rule_set() -> None:
    rules = stvcount.rules.get("aberdeen", {"majority": "exact", "include_invalid": True})
    assert list(rules.options) == ["include_invalid", "majority"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"majority": "up"}, "aberdeen: option majority: found 'up'; expected down or exact"),
        ({"majority": None}, "aberdeen: option majority: found None; expected down or exact"),
        (
            {"include_invalid": 1},
            "aberdeen: option include_invalid: found 1; expected False or True",
        ),
        (
            {"suspense": True},
            "aberdeen: found option 'suspense'; expected include_invalid, majority, non_person",
        ),
    ],
)
def test_an_option_that_does_not_fit(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ElectionError) as refused:
        stvcount.rules.get("aberdeen", options)
    assert str(refused.value) == message


def test_a_rule_set_says_what_it_is() -> None:
    assert repr(stvcount.rules.ERS97()) == "ERS97()"
    both = {"majority": "exact", "include_invalid": True}
    assert repr(stvcount.rules.get("aberdeen", both)) == (
        "Aberdeen(include_invalid=True, majority='exact')"
    )


# Other packages


A_RULE_SET = "expected a RuleSet with the id 'broken'"


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (
            "no_such_module:Rules",
            ": ModuleNotFoundError: No module named 'no_such_module'; expected a rule set",
        ),
        (
            "json:no_such_name",
            ": AttributeError: module 'json' has no attribute 'no_such_name'; expected a rule set",
        ),
        ("json:JSONDecoder", f"; {A_RULE_SET}"),
        ("json:dumps", f"; {A_RULE_SET}"),
        ("stvcount.rules:ERS97", f"; {A_RULE_SET}"),
    ],
)
def test_a_package_that_registers_something_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str, found: str
) -> None:
    registered(tmp_path, f"[stvcount.rules]\nbroken = {value}\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert stvcount.rules.names() == tuple(sorted([*OWN, "broken"]))
    with pytest.raises(RuleSetError) as refused:
        stvcount.rules.get("broken")
    assert str(refused.value) == (
        f"rules: found 'broken', which a package registers as {value}{found}"
    )
    assert stvcount.count(election(1, {"A": 1}), rules="ers97").elected == ("A",)


REGISTERED = """
from stvcount.rules import ERS97

class Registered(ERS97):
    id = "broken"

class Namesake:
    id = "broken"
"""


@pytest.mark.parametrize(("name", "fits"), [("Registered", True), ("Namesake", False)])
def test_a_package_that_registers_a_rule_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, fits: bool
) -> None:
    module = f"registered_{name.lower()}"
    (tmp_path / f"{module}.py").write_text(REGISTERED, "utf-8")
    registered(tmp_path, f"[stvcount.rules]\nbroken = {module}:{name}\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    if fits:
        rules = stvcount.rules.get("broken", {"non_person": "close"})
        assert (rules.id, rules.options) == ("broken", {"non_person": "close"})
    else:
        with pytest.raises(RuleSetError, match=A_RULE_SET):
            stvcount.rules.get("broken")


def test_what_a_package_registers_for_something_else_is_no_rule_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    registered(tmp_path, "[console_scripts]\nbroken = json:dumps\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert stvcount.rules.names() == OWN


OURS = """
from stvcount.rules.ers_av import ERSAV

class Ours(ERSAV):
    id = "ours"
    title = "Ours"
    source = "our rule book"
"""


def test_a_rule_set_of_another_package_is_known_wherever_a_record_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    registered(tmp_path, "[stvcount.rules]\nours = rules_of_ours:Ours\n")
    (tmp_path / "rules_of_ours.py").write_text(OURS, "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    made = election(1, {"AB": 4, "B": 3, "C": 2})
    record = stvcount.count(made, rules="ours")
    assert stvcount.audit.check(record) == ()
    assert stvcount.verify(record, made) == ()
    assert "our rule book" in str(record)


def test_rule_sets_are_the_same_by_what_they_are_and_their_options() -> None:
    one = stvcount.rules.get("aberdeen", {"majority": "exact"})
    assert one == stvcount.rules.get("aberdeen", {"majority": "EXACT"})
    assert one != stvcount.rules.get("aberdeen")
    assert stvcount.rules.get("ers97") != stvcount.rules.get("ers-av")
    assert len({one, stvcount.rules.get("aberdeen", {"majority": "exact"})}) == 1
