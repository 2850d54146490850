"""The library against a second, independent count, on seeded random elections.

`python tests/test_naive.py 100000` compares that many for each rule set, and says how many agreed.
"""

from __future__ import annotations

import sys
from typing import Any

import pytest
from compared import NAIVE, difference

import stvcount
from stvcount.testing import Chance, by_chance

CASES: list[tuple[str, dict[str, Any]]] = [
    ("ers97", {}),
    ("ers-av", {}),
    ("aberdeen", {}),
    ("aberdeen", {"majority": "exact"}),
    ("lsu-atv", {}),
    ("lsu-atv", {"suspense": True}),
    ("lsu-stv", {}),
    ("meek", {}),
    ("meek-1987", {}),
    ("scottish", {}),
    ("ni-stv", {}),
    ("ni-stv", {"one_vacancy": "at-once"}),
]

NON_PERSON: list[tuple[str, dict[str, Any]]] = [
    *((rules, {}) for rules in NAIVE),
    *((r, {"non_person": "close"}) for r in NAIVE if stvcount.rules.get(r).most_places is None),
    ("lsu-atv", {"suspense": True}),
]
"""With the last candidate no person."""


def elections(rules: str, number: int) -> Any:
    most = stvcount.rules.get(rules).most_places
    for seed in range(number):
        if seed % 10:
            size = {"most_candidates": 7, "most_places": 4, "most_papers": 25}
        else:
            size = {"most_candidates": 12, "most_places": 8, "most_papers": 60}
        small = by_chance(Chance(str(seed)), **(size | ({"most_places": most} if most else {})))
        yield seed, (small.places, small.candidates, small.each)


def test_every_rule_set_has_a_second_count() -> None:
    assert {rules for rules, _ in CASES} == set(NAIVE) == set(stvcount.rules.names())


@pytest.mark.parametrize(("rules", "options"), CASES)
def test_both_counts_agree_at_every_stage(rules: str, options: dict[str, Any]) -> None:
    for seed, election in elections(rules, 600):
        assert difference(rules, election, options) is None, (seed, election)


@pytest.mark.parametrize(("rules", "options"), NON_PERSON)
def test_both_counts_agree_where_a_candidate_is_no_person(
    rules: str, options: dict[str, Any]
) -> None:
    for seed, election in elections(rules, 100):
        last = election[1] - 1
        assert difference(rules, election, options, no_person=last) is None, (seed, election)


if __name__ == "__main__":
    total = int(sys.argv[1])
    asked = [(*one, False) for one in CASES] + [(*one, True) for one in NON_PERSON]
    for rules, options, with_one in asked:
        parted = 0
        for seed, election in elections(rules, total):
            no_person = election[1] - 1 if with_one else None
            found = difference(rules, election, options, no_person=no_person)
            if found is not None:
                parted += 1
                sys.stdout.write(f"{rules} {options} seed {seed}: {found}\n")
        given = f"{options or ''}{' with a non-person' * with_one}"
        sys.stdout.write(f"{rules} {given}: {total - parted} of {total} agree\n")
        if parted:
            sys.exit(1)
