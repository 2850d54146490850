"""Records checked against themselves and against the papers.

What matters most: a record in which any single figure was changed is found out.
"""

from __future__ import annotations

import ast
import copy
import dataclasses
import itertools
import json
import os
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import pytest
import test_history
from builders import election as small
from hypothesis import given
from hypothesis import strategies as st
from test_record_json import labour, records

import stvcount
from stvcount import (
    CountRecord,
    Election,
    ElectionError,
    Lots,
    Papers,
    RecordError,
    SetAside,
    Source,
    Withdrawal,
    codec,
)
from stvcount.audit import Difference, believed, check, verify
from stvcount.audit import sheet as audit_sheet
from stvcount.election.contest import Contest
from stvcount.frozen import FrozenMapping
from stvcount.record import (
    Batch,
    Completion,
    Decision,
    Elected,
    Lot,
    PaperCount,
    RulesUsed,
    Stage,
    Vacancy,
)
from stvcount.rules import RuleSet
from stvcount.rules.ers97_vacancy import ERS97Vacancy
from stvcount.rules.rule_set import Count, Outcome
from stvcount.tally import Tally
from stvcount.tally.lots import LotBox
from stvcount.tellers.plain import PlainTeller
from stvcount.testing import Chance, by_chance, elections

LONG = os.environ.get("STVCOUNT_PROFILE") == "long"
OPTIONS: dict[str, list[dict[str, Any]]] = {
    "aberdeen": [{}, {"majority": "exact"}, {"include_invalid": True}],
    "lsu-atv": [{"suspense": True}, {}, {"suspense": True}],
}
EVERY_RULE_SET = pytest.mark.parametrize("rules", stvcount.rules.names())


def for_rules(election: Election, rules: str) -> Election:
    most = stvcount.rules.get(rules).most_places
    return election if most is None else election.with_places(most)


# Counts of every kind: what the library counts is right by the audit


def random_count(
    seed: int, rules: str, stating: Callable[[Election], Election] = lambda election: election
) -> tuple[Election, CountRecord] | None:
    """A random count, with withdrawals, papers set aside, a non-person, options and ties."""
    chance = random.Random(f"{seed} {rules}")
    most_papers = chance.choice([6, 20, 60])
    drawn = by_chance(Chance(str(seed)), most_papers=most_papers)
    places, number = drawn.places, drawn.candidates
    names = [f"C{n}" for n in range(number)]
    orders: list[tuple[list[Any], int]] = [(list(order), many) for order, many in drawn.papers]
    orders += [([None, 0], 2), ([], 1)] * chance.randint(0, 1)
    election = Election(places=places, candidates=names, papers=Papers(names, orders))
    election = for_rules(election, rules)
    if chance.random() < 0.4:
        election = election.with_non_person(chance.choice(names))
    for name in chance.sample(names, chance.choice([0, 0, 1, 2])) if number > 3 else ():
        election = election.withdraw(name, reason="left")
    if chance.random() < 0.3 and len(orders) > 3:
        election = election.set_aside(2, reason="torn")
    election = stating(election)
    options = dict(chance.choice(OPTIONS.get(rules, [{}])))
    if chance.random() < 0.5:
        options["non_person"] = "close"
    organisation = chance.choice([None, None, None, "chester" if "ers" in rules else None])
    try:
        record = stvcount.count(
            election,
            rules=rules,
            options=options,
            lots=Lots.seeded(str(seed)),
            organisation=organisation,
        )
    except ElectionError:
        return None
    return election, record


def random_vacancy(
    seed: int, stating: Callable[[Election], Election]
) -> tuple[Election, CountRecord] | None:
    counted = random_count(seed, "ers97", stating)
    if counted is None or not counted[1].elected or counted[1].organisation:
        return None
    election, record = counted
    vacating = random.Random(seed).choice(record.elected)
    try:
        lots = Lots.seeded("vacancy")
        return election, stvcount.vacancy(record, election, vacating=vacating, lots=lots)
    except ElectionError:
        return None


def random_counts(
    seeds: range, stating: Callable[[Election], Election] = lambda election: election
) -> Iterator[tuple[Election, CountRecord]]:
    for seed in seeds:
        counts = [random_count(seed, rules, stating) for rules in stvcount.rules.names()]
        yield from (one for one in [*counts, random_vacancy(seed, stating)] if one is not None)


@EVERY_RULE_SET
@given(election=elections())
def test_nothing_is_found_in_what_was_counted(rules: str, election: Election) -> None:
    election = for_rules(election, rules)
    record = stvcount.count(election, rules=rules, lots=Lots.seeded("audit"))
    assert check(record) == ()
    assert verify(record, election) == ()


def test_nothing_is_found_in_random_counts_of_every_kind() -> None:
    for number, (election, record) in enumerate(random_counts(range(2000 if LONG else 150))):
        assert check(record) == (), record.to_json()
        if LONG or number % 4 == 0:
            assert verify(record, election) == (), record.to_json()


def wards(shared: Path) -> list[Path]:
    return sorted((shared / "data" / "scottish").glob("*.blt"))


def test_nothing_is_found_in_real_counts(shared: Path) -> None:
    for path in [shared / "data" / "ers97-model.blt", *wards(shared)[:: 1 if LONG else 6]]:
        election = stvcount.read(path)
        for rules in stvcount.rules.names():
            standing = for_rules(election, rules)
            record = stvcount.count(standing, rules=rules, lots=Lots.seeded("real"))
            assert check(record) == (), path
            assert not LONG or verify(record, standing) == (), path


def test_nothing_is_found_in_historical_counts() -> None:
    for name in test_history.EXAMPLES:
        places = test_history.EXAMPLES[name].sheet.places
        election = test_history.EXAMPLES[name].election
        assert election is not None
        for rules in stvcount.rules.names():
            if places <= (stvcount.rules.kind(rules).most_places or places):
                lots = Lots.seeded("history")
                assert check(stvcount.count(election, rules=rules, lots=lots)) == ()


# Tampering

Members = dict[str, Any]
Change = tuple[tuple[str | int, ...], str, object]


@dataclasses.dataclass(frozen=True)
class Untold:
    """What the record alone cannot tell: where, which change, why, and in which records."""

    where: str
    change: str
    why: str
    when: Callable[[CountRecord], object] = lambda _: True


EXCEPTIONS = [
    Untold(r"stvcount|title", "word", "nothing else depends on them"),
    Untold(
        r"(contest|affiliations)\..*|notes(\.#)?|sources(\.#\..*)?",
        ".*",
        "nothing else depends on them",
    ),
    Untold(r"papers\.set_aside\.#\.paper", "[-+]1", "which paper lay aside, the papers tell"),
    Untold(r"(withdrawn|papers\.set_aside|vacant)\.#\.reason", "word", "reasons in words"),
    Untold(r".*\.lots\.#\.source", "word", "where a lot came from that cannot be drawn again"),
    Untold(r".*\.decisions\.#\.clause", "clause", "a clause that the rules have as well"),
    Untold(
        r".*\.decisions", "drop|twice|swap", "which decisions were written down, in which order"
    ),
    Untold(r"papers\.invalid", "reason", "the reasons are words; their numbers are checked"),
    Untold(
        "withdrawn",
        "swap",
        "in which order they withdrew changes nothing",
        lambda r: len(r.withdrawn) > 1,
    ),
    Untold(
        "candidates",
        "swap",
        "where a withdrawn candidate stood on the paper changes nothing",
        lambda r: r.withdrawn,
    ),
    Untold("non_person", "name", "who is no person changes nothing unless elected"),
    Untold(r"rules\.options\.(suspense|include_invalid)", "flip", "it changed nothing here"),
    Untold(r"rules\.options\.vacating", "name", "which of those who no longer stand it was"),
    Untold("vacant", "swap", "as many places each, for other reasons (words)"),
    Untold(
        "places",
        "[-+]1",
        "without a valid paper any number has the quota 0.00, and one place is filled",
        lambda r: r.rules.id == "ers97-vacancy" and not r.papers.valid,
    ),
    Untold(
        r"completion\.lots\.#\.chosen",
        "name",
        "if the non-person then closes the election, all the tied are left over",
        lambda r: r.rules.options.get("non_person") == "close",
    ),
    Untold(
        r"stages\.#\.(iterations|keep_values\..*)",
        "[-+]1|vote",
        "how often papers were looked at, and what was then kept of them, the papers tell",
        lambda r: r.rules.id.startswith("meek"),
    ),
]

WITH_PAPERS = [
    Untold("stvcount", "word", "the version"),
    Untold(r"(withdrawn|papers\.set_aside)\.#\.reason|.*\.lots\.#\.source", "word", "words"),
    Untold(r"rules\.options\.(suspense|include_invalid|majority)", ".*", "it changed nothing"),
]
"""What not even the papers tell, where the ballot file states the terms. It gets no longer."""


def leaves(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[Any, Any]]:
    yield path, value
    items: Any = value.items() if isinstance(value, dict) else ()
    items = enumerate(value) if isinstance(value, list) else items
    for key, item in items:
        yield from leaves(item, (*path, key))


def mutations(members: Members) -> Iterator[Change]:
    """Every single change of a figure, a name, a list or a word."""
    names = members["candidates"]
    for path, value in leaves(members):
        if isinstance(value, bool):
            yield path, "flip", not value
        elif isinstance(value, int):
            yield from ((path, f"{by:+}", value + by) for by in (-1, 1))
        elif isinstance(value, str):
            yield from text_changes(path, value, names, members["rules"]["id"])
        elif value is None:
            yield from absence_changes(path, names)
        elif isinstance(value, list):
            yield from list_changes(path, value, names)
        elif isinstance(value, dict) and path:
            yield from mapping_changes(path, value, names)


def absence_changes(path: Any, names: list[str]) -> Iterator[Change]:
    if path[-1] == "quota":
        yield path, "quota", "1.00"
    if path[-1] == "non_person":
        yield from ((path, "name", name) for name in names)
    if path[0] == "contest":
        yield path, "word", 99 if path[-1] == "electorate" else "2024"


def text_changes(path: Any, value: str, names: list[str], rules: str) -> Iterator[Change]:
    if re.fullmatch(r"[0-9]+\.[0-9]{2,}", value) and path[-1] != "clause":
        yield from vote_changes(path, Decimal(value))
    elif value in names and path[-1] not in ("text", "reason", "title"):
        yield from ((path, "name", name) for name in names if name != value)
    elif path[-1] == "kind":
        kinds = ("first", "surplus", "exclusion", "suspense", "keep values")
        yield from ((path, "kind", kind) for kind in kinds if kind != value)
    elif path == ("rules", "id"):
        yield from ((path, "word", other) for other in stvcount.rules.names() if other != value)
    else:
        yield path, "word", value[::-1] if path[-1] == "sha256" else value + "x"
        if path[-1] == "clause" and path[-3] == "decisions":
            yield path, "clause", next(one for one in clauses_of(rules) if one != value)


def vote_changes(path: Any, vote: Decimal) -> Iterator[Change]:
    least = Decimal(1).scaleb(int(vote.as_tuple().exponent))
    for by in (-least, least, Decimal(1)):
        yield path, "vote", str(vote + by)
    if path[-1] == "quota":
        yield path, "quota", None


def clauses_of(rules: str) -> Mapping[str, str]:
    kind = ERS97Vacancy if rules == "ers97-vacancy" else stvcount.rules.kind(rules)
    return kind.clauses


def list_changes(path: Any, value: list[Any], names: list[str]) -> Iterator[Change]:
    for n in range(len(value)):
        yield path, "drop", value[:n] + value[n + 1 :]
        yield path, "twice", [*value[:n], value[n], *value[n:]]
        if n:
            yield path, "swap", [*value[: n - 1], value[n], value[n - 1], *value[n + 1 :]]
    if path[-1] in ("candidates", "excluded") or path == ("elected",):
        yield from ((path, "add", [*value, name]) for name in names)


def mapping_changes(path: Any, value: Members, names: list[str]) -> Iterator[Change]:
    """A mapping from candidates loses one, or has another in the place of one."""
    if path == ("papers", "invalid"):
        for key in value:
            yield path, "reason", {k + "x" if k == key else k: n for k, n in value.items()}
    elif len(path) > 1 and path[-1] in ("votes", "papers", "credited", "keep_values"):
        for key in value:
            yield path, "drop", {k: v for k, v in value.items() if k != key}
            for name in names:
                if name not in value:
                    yield path, "name", {name if k == key else k: v for k, v in value.items()}


def changed(members: Members, change: Change) -> CountRecord | None:
    """The record with this change; None if it cannot be read at all, which is found out too."""
    path, _, value = change
    members = copy.copy(members)
    holder: Any = members
    for step in path[:-1]:
        holder[step] = copy.copy(holder[step])
        holder = holder[step]
    holder[path[-1]] = value
    try:
        record: CountRecord = codec.decode(CountRecord, members)
    except RecordError:
        return None
    return record


def members_of(record: CountRecord) -> Members:
    members: Members = json.loads(record.to_json())
    del members["schema"]
    return members


def exception_for(
    change: Change, record: CountRecord, exceptions: Sequence[Untold] = EXCEPTIONS
) -> int | None:
    path, how, _ = change
    place = ".".join("#" if isinstance(step, int) else step for step in path)
    for number, one in enumerate(exceptions):
        fits = re.fullmatch(one.where, place) and re.fullmatch(one.change, how)
        if fits and one.when(record):
            return number
    return None


def undetected(record: CountRecord, *, most: int | None) -> Iterator[Change]:
    members = members_of(record)
    changes = list(mutations(members))
    if most is not None and len(changes) > most:
        changes = random.Random(record.to_json()).sample(changes, most)
    for change in changes:
        tampered = changed(members, change)
        if tampered is not None and not check(tampered):
            yield change


def assert_found_out(record: CountRecord, *, most: int | None) -> set[int]:
    """Every change is found, or is one of the exceptions; which of them occurred."""
    used = set()
    for change in undetected(record, most=None if LONG else most):
        number = exception_for(change, record)
        assert number is not None, (change, record.to_json())
        used.add(number)
    return used


def test_any_single_change_to_the_model_election_is_found(shared: Path) -> None:
    election = stvcount.read(shared / "data" / "ers97-model.blt")
    assert_found_out(stvcount.count(election, rules="ers97"), most=200)


def test_any_single_change_to_a_real_count_is_found(shared: Path) -> None:
    for path in wards(shared)[::16]:
        for rules in stvcount.rules.names():
            election = for_rules(stvcount.read(path), rules)
            record = stvcount.count(election, rules=rules, lots=Lots.seeded("real"))
            assert_found_out(record, most=40)


def test_any_single_change_to_a_historical_count_is_found() -> None:
    for name in test_history.EXAMPLES:
        assert_found_out(test_history.counted(name), most=60)


@cache
def many_kinds() -> list[CountRecord]:
    """Random counts with all that a record can hold, none of it rare."""
    drawn = [record for _, record in random_counts(range(100 if LONG else 40))]
    return [*drawn, held_in_suspense()]


def held_in_suspense() -> CountRecord:
    """Chance seldom makes one: D's 1.96 at the least value wait beyond D's exclusion."""
    papers = {"A": 9, "BD": 7, "BC": 16, "DAB": 2, "CD": 9, "E": 6}
    return stvcount.count(small(2, papers), rules="lsu-atv", options={"suspense": True})


def closed_after_a_lot() -> CountRecord:
    """R, A and B are equal, A goes by lot, R is elected and closes: B is left over as A is."""
    election = small(2, {"R": 5, "A": 5, "B": 5}, candidates="RAB").with_non_person("R")
    return stvcount.count(
        election, rules="ers97", options={"non_person": "close"}, lots=Lots.drawn("A")
    )


def test_a_lot_that_decided_nothing_in_the_end() -> None:
    record = closed_after_a_lot()
    assert (record.elected, record.completion.excluded) == ((), ("A", "B"))
    left = list(undetected(record, most=None))
    assert (("completion", "lots", 0, "chosen"), "name", "B") in left


def test_any_single_change_to_a_random_count_is_found() -> None:
    used: set[int] = set()
    for record in many_kinds():
        used |= assert_found_out(record, most=15)
    used |= assert_found_out(closed_after_a_lot(), most=None)
    if LONG:
        assert used == set(range(len(EXCEPTIONS))), "an exception that is none"


def swapped_orders(record: CountRecord) -> Iterator[CountRecord]:
    """Two who were elected one after the other change places wherever their order shows."""
    for stage in (*record.stages, record.completion):
        for one, other in itertools.pairwise(stage.elected):
            members, names = members_of(record), (one.candidate, other.candidate)
            held = members["completion"]
            if isinstance(stage, Stage):
                held = members["stages"][stage.number - 1]
            place = stage.elected.index(one)
            held["elected"][place : place + 2] = held["elected"][place : place + 2][::-1]
            places = [n for n, name in enumerate(record.elected) if name in names]
            if len(places) == 2:
                members["elected"][places[0]], members["elected"][places[1]] = names[::-1]
            yield codec.decode(CountRecord, members)


def test_no_two_elected_can_change_places_unseen() -> None:
    """Not even where both lists agree on it: votes, numbers of papers, and the paper's order."""
    seen = set[str]()
    for record in many_kinds():
        for tampered in swapped_orders(record):
            assert check(tampered), tampered.to_json()
            seen.add(record.rules.id)
    assert seen >= {"ers97", "lsu-atv", "scottish", "ni-stv", "meek"}


def test_the_random_counts_hold_everything() -> None:
    counts = many_kinds()
    purposes = {
        lot.purpose for r in counts for holder in (*r.stages, r.completion) for lot in holder.lots
    }
    assert purposes >= {"exclusion", "surplus"}
    assert any(r.withdrawn for r in counts)
    assert any(r.papers.set_aside for r in counts)
    assert any(r.papers.invalid for r in counts)
    assert any(r.void for r in counts)
    assert any(r.vacant for r in counts)
    assert any(r.rules.id == "ers97-vacancy" for r in counts)
    held = [
        stage
        for r in counts
        for stage in r.stages
        if stage.kind == "exclusion" and any(stage.votes[name] for name in stage.candidates)
    ]
    assert held


def test_lots_of_every_purpose_are_checked() -> None:
    """A surplus that a lot sends first, one place of two by coin, an exclusion by lot."""
    surplus = stvcount.count(
        small(3, {"AC": 30, "BD": 30, "C": 4, "D": 3, "E": 7}),
        rules="ers97",
        lots=Lots.seeded("b"),
    )
    coin = stvcount.count(small(1, {"A": 5, "B": 5}), rules="lsu-atv", lots=Lots.drawn("B"))
    excluded = stvcount.count(
        small(1, {"A": 9, "B": 5, "CA": 5}), rules="lsu-stv", lots=Lots.first_listed()
    )
    assert surplus.stages[1].lots[0].purpose == "surplus"
    assert coin.completion.lots[0].purpose == "election"
    for record in (surplus, coin, excluded):
        assert check(record) == ()
        assert_found_out(record, most=None)


# A record that agrees with itself, but not with its rules


def used(rules: str, options: Mapping[str, Any] = FrozenMapping()) -> RulesUsed:
    kind = ERS97Vacancy if rules == "ers97-vacancy" else None
    if kind is None and rules in stvcount.rules.names():
        kind = stvcount.rules.kind(rules)
    title, source = ("", "") if kind is None else (kind.title, kind.source)
    return RulesUsed(
        id=rules, title=title, source=source, version=None, options=FrozenMapping(options)
    )


def relabelled(record: CountRecord, rules: str) -> CountRecord:
    return dataclasses.replace(record, rules=used(rules))


def test_a_count_by_other_rules_is_found() -> None:
    for rules, other in itertools.permutations(stvcount.rules.names(), 2):
        election = for_rules(
            small(2, {"AB": 16, "BC": 9, "CB": 8, "DC": 4, "D": 3, "E": 2, "EA": 2}), "ers-av"
        )
        record = stvcount.count(election, rules=rules, lots=Lots.first_listed())
        if stvcount.count(election, rules=other, lots=Lots.first_listed()).stages != record.stages:
            assert check(relabelled(record, other)), (rules, other)


def test_who_should_have_gone_is_named() -> None:
    """C2 does not let one of several equals go with those who have nothing (not E5)."""
    election = small(1, {"AB": 9, "BA": 7, "C": 4, "D": 4}, candidates="ABCDE")
    record = stvcount.count(election, rules="ers97", lots=Lots.drawn("C"))
    assert record.stages[1].candidates == ("E", "C")
    found = check(relabelled(record, "lsu-atv"))
    assert "stage 2, candidates: found E, C; expected E (whose exclusion it is)" in map(str, found)


def test_the_example_of_the_design_is_right() -> None:
    """But for its decisions, whose words were written before there was a code for each."""
    for one in check(labour()):
        assert one.kind == "words" or ".decisions[" in one.place, one


def test_a_difference_says_where_and_what() -> None:
    record = stvcount.count(small(2, {"AB": 20, "B": 5, "C": 4}), rules="ers97")
    members = members_of(record)
    members["stages"][1]["votes"]["B"] = "99.00"
    (first, *_) = check(codec.decode(CountRecord, members))
    assert isinstance(first, Difference)
    assert first.place == 'stages[1].votes["B"]'
    assert (first.found, first.expected) == ("99.00", str(record.stages[1].votes["B"]))
    assert str(first) == f"stage 2, votes of B: found 99.00; expected {first.expected}"


def test_a_rule_set_of_another_package_is_checked_as_far_as_possible() -> None:
    record = stvcount.count(small(2, {"AB": 5, "B": 4, "C": 3}), rules=MostFirst())
    assert check(record, rules=MostFirst()) == ()
    members = members_of(record)
    for change in mutations(members):
        if change[0][-1] in ("vote", "elected", "excluded", "valid", "total"):
            tampered = changed(members, change)
            assert tampered is None or check(tampered, rules=MostFirst()), change


def test_what_other_packages_register_is_not_read_for_a_record_of_this_library(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It lies in a file of every package installed, and a check is made many thousand times."""
    counts = [
        stvcount.count(small(2, {"AB": 20, "B": 5, "C": 4}), rules="ers97", organisation=name)
        for name in (None, "chester")
    ]
    for module in ("stvcount.rules", "stvcount.rules.organisations", "stvcount.rules.packages"):
        monkeypatch.setattr(f"{module}.registered", lambda _: pytest.fail("read"))
    assert [check(record) for record in counts] == [(), ()]


class MostFirst(RuleSet):
    id: ClassVar[str] = "most-first"
    title: ClassVar[str] = "most first preferences"
    source: ClassVar[str] = "a test"
    clauses: ClassVar[dict[str, str]] = {"1": "the most"}

    def count(self, tally: Tally, lots: LotBox) -> Count:
        journal = self.journal(tally, lots)
        for candidate in sorted(tally.continuing, key=lambda c: -tally.votes[c])[: tally.places]:
            journal.elect(candidate, "1")
        yield journal.stage(self.kinds[0], (), None)
        rest = sorted(tally.continuing, key=lambda c: tally.votes[c])
        tally.exclude(rest)
        return Outcome(journal.completion(rest))


class MostVotes(MostFirst):
    """Its only stage has a name of its own."""

    id: ClassVar[str] = "most-votes"
    kinds: ClassVar[tuple[str, ...]] = ("count",)


@pytest.mark.parametrize(("rules", "kind"), [(MostFirst(), "first"), (MostVotes(), "count")])
def test_the_first_stage_is_of_the_first_kind_of_its_rules(rules: RuleSet, kind: str) -> None:
    record = stvcount.count(small(2, {"AB": 5, "B": 4, "C": 3}), rules=rules)
    assert check(record, rules=rules) == ()
    other = dataclasses.replace(record.stages[0], kind="exclusion")
    first, *_ = check(dataclasses.replace(record, stages=(other,)), rules=rules)
    assert str(first) == f"stage 1, kind: found exclusion; expected {kind}"


def imported_by(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def test_checking_shares_no_code_with_the_rule_sets() -> None:
    """What a rule set declares is asked of its class; how it counts is in no rulebook."""
    folder = Path(str(stvcount.audit.__file__)).parent
    counts = re.compile(r"stvcount\.(rules|tally|counting|tellers)\b")
    declares = re.compile(r"stvcount\.(rules\.(RuleSet|organisations)|rules$)\b")
    for module in folder.rglob("*.py"):
        of_a_rulebook = module.parent != folder or module.stem in ("rulebook", "board", "moves")
        for name in imported_by(module):
            if counts.match(name) and module.stem not in ("recount", "declared"):
                assert declares.match(name), (module, name)
                assert not of_a_rulebook, (module, name)


# Records of any content: differences, never an exception

NAMES = "ABCD"
a_name = st.sampled_from(NAMES)
some_names = st.lists(a_name, max_size=3, unique=True).map(tuple)
figures = st.sampled_from(["0.00", "0.33", "0.50", "1.00", "2.00", "3.34", "7.00", "10.00"])
odd_figures = st.sampled_from(["1", "0.125", "9" * 38 + ".99", "9" * 60])
numbers = st.sampled_from([0, 1, 2, 3, 5, 7, 10, 10**39, 10**80])


def several(values: st.SearchStrategy[Any], most: int) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(values, max_size=most).map(tuple)


@st.composite
def plausible(draw: st.DrawFn) -> CountRecord:
    """Records whose names are candidates, and whose figures are anything."""
    votes = draw(st.sampled_from([figures, figures, figures, figures | odd_figures])).map(Decimal)
    gone = draw(st.sampled_from([(), (), ("D",)]))

    def of(names: Any, values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        return st.fixed_dictionaries(dict.fromkeys(names, values)).map(FrozenMapping)

    def batch(names: tuple[str, ...]) -> st.SearchStrategy[Batch]:
        return st.builds(
            Batch,
            origin=some_names.flatmap(lambda origin: of(origin, numbers)),
            value_before=votes,
            value=votes,
            papers=of(names, numbers),
            credited=of(names, votes),
            non_transferable_papers=numbers,
            non_transferable=votes,
            remainder=votes,
        )

    def lot(names: tuple[str, ...]) -> st.SearchStrategy[Lot]:
        purposes = st.sampled_from(["exclusion", "surplus", "election", "coin"])
        tied, chosen = st.just(names), st.sampled_from(names)
        return st.builds(Lot, purposes, st.just("5.2.5"), tied, of(names, votes), chosen, a_name)

    clauses = st.sampled_from(["5.1.7(a)", "Tied count a", "Tied count c"])
    elected = several(st.builds(Elected, a_name, votes, clauses), 2)
    lots = several(st.sampled_from([("A", "B"), ("B", "C")]).flatmap(lot), 1)
    stage = st.builds(
        Stage,
        number=st.integers(0, 4),
        kind=st.sampled_from(["first", "surplus", "exclusion", "suspense"]),
        candidates=some_names,
        quota=st.none() | votes,
        votes=of([name for name in NAMES if name not in gone], votes),
        non_transferable=votes,
        remainders=votes,
        batches=several(some_names.flatmap(batch), 3),
        elected=elected,
        lots=lots,
        decisions=st.just((Decision("a", "b"),)),
    )
    options = st.fixed_dictionaries(
        {},
        optional={
            "non_person": st.sampled_from(["close", "vacate", 1]),
            "suspense": st.booleans(),
            "majority": st.just("exact"),
            "vacating": a_name,
            "representatives": st.sampled_from(['["A"]', "[]", '["A", "B", "C"]', "[1]", "{", "3"]),
        },
    )
    return CountRecord(
        stvcount="1.0",
        title="",
        rules=used(
            draw(st.sampled_from([*stvcount.rules.names(), "ers97-vacancy", "other"])),
            draw(options),
        ),
        contest=Contest(),
        decimals=draw(st.sampled_from([2, 2, 2, 5, 10**39])),
        affiliations=FrozenMapping(),
        notes=(),
        organisation=draw(st.sampled_from([None, "chester", "other"])),
        places=draw(st.sampled_from([0, 1, 1, 2, 2, 3, 5, 10**39])),
        candidates=tuple(NAMES),
        sources=(),
        non_person=draw(st.sampled_from([None, "A", "D"])),
        withdrawn=tuple(Withdrawal(name) for name in gone),
        papers=PaperCount(
            draw(numbers), draw(numbers), FrozenMapping({"x": draw(numbers)}), (SetAside(1),)
        ),
        stages=draw(st.lists(stage, min_size=1, max_size=4).map(tuple)),
        completion=draw(st.builds(Completion, elected, some_names, st.just(()), lots)),
        elected=draw(some_names),
        vacant=draw(several(st.builds(Vacancy, numbers, a_name), 2)),
        void=draw(st.booleans()),
    )


@given(record=plausible())
def test_absurd_figures_are_differences(record: CountRecord) -> None:
    found = check(record)
    assert found
    assert all(one.text and one.found and one.expected for one in found)
    assert audit_sheet.sheet(record, found)


@given(record=records)
def test_any_record_that_can_be_read_can_be_checked(record: CountRecord) -> None:
    assert check(record)


@given(record=plausible())
def test_absurd_records_are_compared_with_the_papers(record: CountRecord) -> None:
    papers = small(2, {"AB": 4, "B": 3, "C": 2, "D": 2})
    if record.rules.id == "other" or record.organisation == "other":
        with pytest.raises(ElectionError, match="expected"):
            verify(record, papers)
    else:
        assert verify(record, papers)


# With the ballot file


def test_the_first_difference_in_words() -> None:
    election = small(2, {"AB": 20, "B": 5, "C": 4})
    record = stvcount.count(election, rules="ers97")
    members = members_of(record)
    members["stages"][1]["votes"]["B"] = "99.00"
    first = verify(codec.decode(CountRecord, members), election)[0]
    vote = record.stages[1].votes["B"]
    assert str(first) == f"stage 2, votes of B: the record has 99.00, the recount {vote}"
    assert (first.place, first.found) == ('stages[1].votes["B"]', "99.00")


def test_a_title_is_compared_with_that_of_the_file() -> None:
    election = dataclasses.replace(small(1, {"A": 5, "B": 3}), title="Treasurer")
    record = dataclasses.replace(stvcount.count(election), title="Secretary")
    expected = "title: the record has Secretary, the recount Treasurer"
    assert [str(one) for one in verify(record, election)] == [expected]
    assert not verify(record, dataclasses.replace(election, title=""))


def stating_all(election: Election) -> Election:
    """The election with a title, as a ballot file that states everything has it."""
    return dataclasses.replace(election, title="Delegates", contest=Contest(date="1 May"))


def found_with_papers(tampered: CountRecord, election: Election) -> bool:
    try:
        return bool(verify(tampered, election))
    except ElectionError:
        return True


def not_found_with_papers(seeds: range, most: int) -> Iterator[tuple[Change, CountRecord]]:
    """Changes that are neither a difference nor shown as believed."""
    for election, record in random_counts(seeds, stating_all):
        members, trusted = members_of(record), believed(record, election)
        changes = list(mutations(members))
        for change in random.Random(record.to_json()).sample(changes, min(most, len(changes))):
            tampered = changed(members, change)
            if tampered is None or found_with_papers(tampered, election):
                continue
            if believed(tampered, election) == trusted:
                yield change, record


def test_any_single_change_is_found_with_the_papers() -> None:
    """Or it is listed as what only the record says; but for the version, words, and no effect."""
    seeds, most = (range(40), 400) if LONG else (range(8), 25)
    for change, record in not_found_with_papers(seeds, most):
        assert exception_for(change, record, WITH_PAPERS) is not None, (change, record.to_json())


def reads(tmp_path: Path) -> tuple[Election, CountRecord]:
    path = tmp_path / "e.blt"
    election = small(2, {"AB": 20, "B": 5, "C": 4}, title="Delegates")
    stvcount.write(election, path)
    read = stvcount.read(path)
    return read, stvcount.count(read, rules="ers97")


def test_another_file_is_found_by_its_hash(tmp_path: Path) -> None:
    election, record = reads(tmp_path)
    assert verify(record, election) == ()
    other = dataclasses.replace(election, sources=[Source("e.blt", "0" * 64)])
    (difference,) = verify(record, other)
    assert difference.place == "sources[0].sha256"
    assert "the ballot file " + "0" * 64 in str(difference)
    assert verify(record, dataclasses.replace(election, sources=())) == ()


def test_words_are_compared_with_the_recount(tmp_path: Path) -> None:
    election, record = reads(tmp_path)
    members = members_of(record)
    for change in mutations(members):
        if change[1] != "word" or change[0][0] in ("stvcount", "sources", "contest"):
            continue
        if change[0] in (("rules", "id"), ("rules", "version"), ("organisation",)):
            continue
        tampered = changed(members, change)
        assert tampered is not None
        assert verify(tampered, election)[0].text.count("the record has") == 1, change


def test_other_papers_are_found() -> None:
    record = stvcount.count(small(2, {"AB": 20, "B": 5, "C": 4}), rules="ers97")
    found = verify(record, small(2, {"AB": 19, "B": 6, "C": 4}))
    assert str(found[0]) == "stage 1, votes of A: the record has 20.00, the recount 19.00"
    found = verify(record, small(2, {"AB": 20, "B": 5, "Z": 4}))
    assert str(found[0]) == "candidates: the record has A, B, C, the ballot file A, B, Z"


def test_the_teller_does_not_matter() -> None:
    election = small(2, {"AB": 20, "B": 5, "C": 4})
    record = stvcount.count(election, rules="ers97")
    assert verify(record, election, teller="plain") == verify(record, election, teller="vector")


def test_the_papers_are_sorted_again_by_the_teller_that_is_given() -> None:
    election = small(2, {"AB": 20, "B": 5, "C": 4})
    record, given = stvcount.count(election, rules="ers97"), list[Papers]()

    def teller(papers: Papers) -> PlainTeller:
        given.append(papers)
        return PlainTeller(papers)

    assert verify(record, election, teller=teller) == ()
    assert given == [election.papers]


def test_lots_stand_as_they_were_recorded() -> None:
    election = small(1, {"A": 5, "B": 5, "CA": 3, "DB": 3})
    record = stvcount.count(election, rules="ers-av", lots=Lots.drawn("D"))
    assert verify(record, election) == ()
    stages = tuple(dataclasses.replace(stage, lots=()) for stage in record.stages)
    completion = dataclasses.replace(record.completion, lots=())
    without = dataclasses.replace(record, stages=stages, completion=completion)
    places = [one.place for one in verify(without, election)]
    assert places[0] == "lots"
    assert str(verify(without, election)[0]) == (
        "lots: the record has none, the recount needs one (exclusion) between C, D at stage 2; "
        "nothing beyond it is recounted"
    )


def test_a_lot_that_does_not_fit_the_papers() -> None:
    election = small(1, {"A": 5, "B": 5})
    record = stvcount.count(election, rules="ers-av", lots=Lots.drawn("B"))
    found = verify(record, small(1, {"A": 6, "B": 5}))
    assert any(one.place == "completion.lots" for one in found)
    found = verify(
        stvcount.count(small(1, {"A": 5, "BA": 5, "C": 0}), rules="ers-av", lots=Lots.drawn("B")),
        small(1, {"A": 5, "C": 5, "BA": 0}, candidates="ABC"),
    )
    assert any("the recount needs one (exclusion) between A, C" in str(one) for one in found)


def test_a_casual_vacancy_is_recounted() -> None:
    election = small(2, {"AE": 6, "A": 14, "B": 9, "D": 10, "EB": 8, "C": 13})
    record = stvcount.count(election, rules="ers97")
    filled = stvcount.vacancy(record, election, vacating="A")
    assert check(filled) == ()
    assert verify(filled, election) == ()
    options = FrozenMapping({"vacating": "A", "representatives": "["})
    broken = dataclasses.replace(filled, rules=used("ers97-vacancy", options))
    assert str(verify(broken, election)[0]).startswith("not recounted: ers97-vacancy: found")
    options = FrozenMapping({"vacating": "Z", "representatives": '["B"]'})
    broken = dataclasses.replace(filled, rules=used("ers97-vacancy", options))
    assert str(verify(broken, election)[0]) == (
        "not recounted: ers97-vacancy: found vacating 'Z'; expected one of the candidates"
    )


def test_rules_that_are_not_installed_are_refused() -> None:
    election = small(2, {"AB": 5, "B": 4, "C": 3})
    record = stvcount.count(election, rules=MostFirst())
    with pytest.raises(ElectionError, match="'most-first', which is not installed here; expected"):
        verify(record, election)
    other = dataclasses.replace(stvcount.count(election, rules="ers97"), organisation="elsewhere")
    with pytest.raises(ElectionError, match="organisation: found 'elsewhere'; expected"):
        verify(other, election)


def test_without_papers_the_record_is_checked_by_itself() -> None:
    record = stvcount.count(small(1, {"A": 5, "B": 3}))
    assert stvcount.verify(record) == check(record) == ()
    changed = dataclasses.replace(record, elected=("B",))
    assert stvcount.verify(changed) == check(changed) != ()


TWO_KEPT = {"vacating": "A", "representatives": '["B", "C"]'}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"places": 0}, "not recounted: places: found 0; expected a whole number from 1"),
        ({"places": 1, "rules": used("ers97-vacancy", TWO_KEPT)}, "not recounted: ers97-vacancy: "),
        ({"non_person": "Z"}, "not recounted: non-person: found 'Z'; expected one of"),
        ({"withdrawn": (Withdrawal("Z"),)}, "not recounted: withdrawn: found 'Z'; expected one of"),
        (
            {"rules": used("ers97", {"suspense": True})},
            "not recounted: ers97: found option 'suspense'; expected non_person",
        ),
        ({"rules": used("ers-av")}, "not recounted: ers-av: found 2 places"),
    ],
)
def test_terms_on_which_nothing_can_be_counted(change: dict[str, Any], message: str) -> None:
    election = small(2, {"AB": 5, "B": 4, "C": 3})
    record = dataclasses.replace(stvcount.count(election, rules="ers97"), **change)
    (whole,) = [one for one in verify(record, election) if not one.place]
    assert str(whole).startswith(message)


# The sheet


def test_the_sheet_of_a_record_that_is_right(tmp_path: Path) -> None:
    election, record = reads(tmp_path)
    text = audit_sheet.sheet(record, verify(record, election), election=election)
    assert text.startswith(
        "the same people are elected, all figures agree\n\nDelegates\n=========\n"
    )
    assert "no difference found" in text
    assert "recount of e.blt" in text
    more = dataclasses.replace(election, sources=[*election.sources, Source("f.blt", "0" * 64)])
    assert "recount of e.blt, f.blt" in audit_sheet.sheet(record, (), election=more)
    assert "ballot file" not in text
    alone = audit_sheet.sheet(record, check(record))
    assert "Not checked  how the papers were sorted: that takes the ballot file" in alone


def test_the_sheet_of_a_record_that_is_not() -> None:
    record = stvcount.count(small(2, {"AB": 20, "B": 5, "C": 4}), rules="ers97")
    wrong = dataclasses.replace(record, elected=("A", "C"), void=True)
    found = check(wrong)
    text = audit_sheet.sheet(wrong, found)
    assert f"{len(found)} differences; first: {found[0]}" in " ".join(text.split())
    for number, one in enumerate(found, start=1):
        assert f"{number}. {one}" in " ".join(text.split())
    verdict, *lines = audit_sheet.sheet(wrong, found, width=60).splitlines()
    assert verdict == f"FIGURES DIFFER: {found[0]}, and the elected change"
    assert all(len(line) <= 60 for line in lines)


def test_the_sheet_says_that_rules_are_not_known() -> None:
    record = stvcount.count(small(2, {"AB": 5, "B": 4, "C": 3}), rules=MostFirst())
    assert "its rules are not known to the audit" in " ".join(
        audit_sheet.sheet(record, check(record)).split()
    )
