"""Makes the corpus: the smallest elections by which a count with one clause broken is found out.

    python tools/make_corpus.py             writes src/stvcount/testing/corpus.json (a quarter hour)
    python tools/make_corpus.py ers97 ...   makes the cases of these rule sets anew
    python tools/make_corpus.py --check ... makes them, and says whether the file has just these

Elections by chance, the same each time, are counted by the naive counts of the tests and by each
of these broken (tests/broken_clauses.txt); where none tells them apart, those of
tests/hard_elections.txt. Of those that do the smallest is kept, made smaller while it still does;
and another where that is needed for others to be elected.
"""

from __future__ import annotations

import json
import re
import string
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]

from broken_clauses import Broken, broken_clauses, without_case  # noqa: E402
from clock import TooLong, at_most  # noqa: E402
from naive_answers import answer_of, counted_naively  # noqa: E402
from naive_program import compiled, source_of, stages_of  # noqa: E402

from stvcount import rules as rule_sets  # noqa: E402
from stvcount.testing.cases import SCHEMA  # noqa: E402
from stvcount.testing.chance import Chance  # noqa: E402
from stvcount.testing.same_count import first_difference  # noqa: E402
from stvcount.testing.small import SmallElection, by_chance, shrunk  # noqa: E402

CORPUS = ROOT / "src" / "stvcount" / "testing" / "corpus.json"
HARD = ROOT / "tests" / "hard_elections.txt"
HARD_ONE = re.compile(r"([a-z0-9-]+(?:, [a-z0-9-]+)*): (\d+) places?, (\d+) candidates: (.+)")
LETTERS = string.ascii_uppercase
ROUNDS = 6_000
MORE = 40_000
FOUND = 3
"""Of how many elections that tell two counts apart the smallest is taken."""

Counted = dict[str, Any]
Turn = dict[str, Any]


class Kind(NamedTuple):
    """What cases have in common: the rule set, its options, and whether the last is no person."""

    rules: str
    options: tuple[tuple[str, Any], ...]
    no_person: bool

    def __str__(self) -> str:
        given = " ".join(f"{key}={value}" for key, value in self.options)
        return " ".join(filter(None, (self.rules, given, "with a non-person" * self.no_person)))


def kind_of(broken: Broken) -> Kind:
    """In what cases a broken clause is found out."""
    return Kind(broken.rules, broken.options, broken.no_person)


def counted(count: Callable[..., Counted], one: SmallElection, options: Any) -> Counted | None:
    """What a count comes to; None where it breaks off, has no end, or votes below nothing."""
    try:
        with at_most(1):
            found = counted_naively(count, one, **dict(options))
    except (Exception, TooLong):
        return None
    below = any(vote.startswith("-") for at in found["stages"] for vote in (*at["votes"], at["nt"]))
    return None if below else found


def told(found: Counted) -> tuple[Any, ...]:
    """What a sheet shows of a count, and what every other program could say."""
    stages = [
        (one["kind"], one["of"], one["votes"], one["nt"], one["quota"], sorted(one["elected"]))
        for one in found["stages"]
    ]
    return stages, sorted(found["elected"])


def parts(right: Counted, wrong: Counted, one: SmallElection) -> bool:
    """Whether the two counts can be told apart; what is quickly compared is compared first."""
    if told(right) == told(wrong):
        return False
    names = one.names
    return first_difference(answer_of(right, names), answer_of(wrong, names)) is not None


class Search:
    """The search for one broken clause: what tells it apart, and what elects others."""

    def __init__(self, broken: Broken, right: Callable[..., Counted]) -> None:
        self.broken, self.right, self.wrong = broken, right, broken.count
        self.any: list[SmallElection] = []
        self.electing: list[SmallElection] = []

    @property
    def done(self) -> bool:
        return min(len(self.any), len(self.electing)) >= FOUND

    @property
    def found(self) -> bool:
        return len(self.any) >= FOUND

    def look(self, one: SmallElection, right: Counted) -> None:
        wrong = counted(self.wrong, one, self.broken.options)
        if wrong is None or not parts(right, wrong, one):
            return
        if len(self.any) < FOUND:
            self.any.append(one)
        if sorted(wrong["elected"]) != sorted(right["elected"]) and len(self.electing) < FOUND:
            self.electing.append(one)

    def smallest(self) -> Iterator[SmallElection]:
        """The smallest that tells the counts apart, and the smallest that elects others."""
        small = [shrunk(one, self.tells) for one in self.any]
        electing = [shrunk(one, self.elects) for one in self.electing]
        if small:
            yield min(small, key=lambda one: one.size)
        if electing:
            yield min(electing, key=lambda one: one.size)

    def both(self, one: SmallElection) -> tuple[Counted, Counted] | None:
        right = counted(self.right, one, self.broken.options)
        wrong = counted(self.wrong, one, self.broken.options)
        return None if right is None or wrong is None else (right, wrong)

    def tells(self, one: SmallElection) -> bool:
        both = self.both(one)
        return both is not None and parts(*both, one)

    def elects(self, one: SmallElection) -> bool:
        both = self.both(one)
        return both is not None and sorted(both[0]["elected"]) != sorted(both[1]["elected"])

    def turn(self, one: SmallElection) -> Turn | None:
        """How the count goes on this election that has it wrong; None if it is not told apart."""
        both = self.both(one)
        if both is None:
            return None
        right, wrong = both
        found = first_difference(answer_of(right, one.names), answer_of(wrong, one.names))
        if found is None:
            return None
        return {
            "clause": self.broken.clause,
            "reading": self.broken.reading,
            "why": f"a count that {self.broken.does}",
            "stage": found.stage,
            "figure": found.figure,
            "right": found.ours,
            "wrong": found.theirs,
            "elects": self.elects(one),
        }


def cases(of: Kind) -> Iterator[dict[str, Any]]:
    """The cases of this kind."""
    rules, options, _ = of
    right = compiled(source_of(rules).read_text("utf-8"))
    searches = [Search(one, right) for one in broken_clauses() if kind_of(one) == of]
    look(searches, elections(of), right, options, until=lambda search: search.done)
    left = [search for search in searches if not search.any]
    look(left, hard_elections(of), right, options, until=lambda search: search.done)
    left = [search for search in searches if not search.any]
    look(left, larger_elections(of), right, options, until=lambda search: search.found)
    turns: dict[SmallElection, list[Turn]] = {}
    for search in searches:
        if not search.any:
            print(f"{search.broken}: no election found")
        for one in search.smallest():
            turn = search.turn(one)
            if turn is not None and turn not in turns.setdefault(one, []):
                turns[one].append(turn)
    for one in sorted(turns, key=lambda one: one.size):
        yield case(rules, options, one, turns[one], right)


def look(
    searches: Sequence[Search],
    elections: Iterator[SmallElection],
    right: Callable[..., Counted],
    options: Any,
    *,
    until: Callable[[Search], bool],
) -> None:
    """Look at these elections until each search has what it wants."""
    for one in elections:
        left = [search for search in searches if not until(search)]
        if not left:
            return
        found = counted(right, one, options)
        if found is not None:
            for search in left:
                search.look(one, found)


def elections(of: Kind) -> Iterator[SmallElection]:
    """Elections by chance, the same ones each time, from small to large."""
    rules, _, no_person = of
    most = rule_sets.kind(rules).most_places or 4
    chance = Chance(f"corpus {rules}")
    for number in range(ROUNDS):
        size = number / ROUNDS
        one = by_chance(
            chance,
            most_candidates=3 + round(5 * size),
            most_places=most,
            most_papers=4 + round(16 * size),
        )
        yield replace(one, no_person=no_person)


def hard_elections(of: Kind) -> Iterator[SmallElection]:
    """Those of the file that are for this rule set."""
    for line in HARD.read_text("utf-8").splitlines():
        one = HARD_ONE.fullmatch(line)
        if one and of.rules in one[1].split(", "):
            piles = [pile.split() for pile in one[4].split(", ")]
            papers = ((tuple(map(LETTERS.index, order)), int(number)) for number, order in piles)
            yield SmallElection(int(one[2]), int(one[3]), tuple(papers), of.no_person)


def larger_elections(of: Kind) -> Iterator[SmallElection]:
    """More of them, for what turns on equal votes that were not always equal."""
    rules, _, no_person = of
    chance = Chance(f"larger {rules}")
    for _ in range(MORE):
        places = rule_sets.kind(rules).most_places or 4
        one = by_chance(chance, most_candidates=8, most_places=places, most_papers=24)
        yield replace(one, no_person=no_person)


def case(
    rules: str,
    options: Any,
    one: SmallElection,
    turns: Sequence[Turn],
    right: Callable[..., Counted],
) -> dict[str, Any]:
    found = counted_naively(right, one, **dict(options))
    names = one.names
    return {
        "rules": rules,
        "options": dict(options),
        "places": one.places,
        "candidates": names,
        "non_person": names[-1] if one.no_person else None,
        "papers": [
            {"papers": number, "order": [names[c] for c in order]} for order, number in one.papers
        ],
        "turns_on": list(turns),
        "stages": stages_of(found, names),
        "elected": [names[c] for c in found["elected"]],
    }


def kept(wanted: Sequence[str]) -> list[dict[str, Any]]:
    """The cases of the rule sets that are not made anew."""
    if not wanted or not CORPUS.exists():
        return []
    made = json.loads(CORPUS.read_text("utf-8"))["cases"]
    return [one for one in made if one["rules"] not in wanted]


def kind_in(made: Mapping[str, Any]) -> tuple[str, dict[str, Any], bool]:
    """The kind of a case in the corpus."""
    return made["rules"], made["options"], made["non_person"] is not None


def main(words: Sequence[str]) -> int:
    check, wanted = "--check" in words, [one for one in words if one != "--check"]
    made = kept(wanted)
    for of in kinds():
        if not wanted or of.rules in wanted:
            begun = time.monotonic()
            fresh = list(cases(of))
            made += fresh
            print(f"{of}: {len(fresh)} cases, {time.monotonic() - begun:.0f} s", flush=True)
    if not check:
        CORPUS.write_text(written(made), "utf-8")
    agrees = CORPUS.read_text("utf-8") == written(made)
    print(f"{CORPUS.name}: {'these cases' if agrees else 'found others; expected these cases'}")
    return int(not agrees)


def kinds() -> Sequence[Kind]:
    """All kinds of cases, in the order in which they are made."""
    return tuple(dict.fromkeys(map(kind_of, broken_clauses())))


def written(made: Sequence[dict[str, Any]]) -> str:
    """The corpus as JSON, a case to a line, so that a change is seen."""
    order = [(of.rules, dict(of.options), of.no_person) for of in kinds()]
    lines, at = [], dict.fromkeys((one["rules"] for one in made), 0)
    for one in sorted(made, key=lambda one: (str(one["rules"]), order.index(kind_in(one)))):
        at[one["rules"]] += 1
        named = {"id": f"{one['rules']}-{at[one['rules']]:03d}"}
        lines.append(json.dumps(named | {key: one[key] for key in one if key != "id"}))
    reasons = [
        json.dumps({"rules": rules, "clause": clause, "why": why})
        for rules, clause, why in without_case()
    ]
    return (
        f'{{"schema": "{SCHEMA}",\n"cases": [\n'
        + ",\n".join(lines)
        + '\n],\n"without_case": [\n'
        + ",\n".join(reasons)
        + "\n]}\n"
    )


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
