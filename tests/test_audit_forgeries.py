"""Forged records, what an audit says of them first, and rule sets of other packages."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

import pytest
from builders import election as small

import stvcount
from stvcount import Contest, CountRecord, ElectionError, Lots, PublishedSheet, Source, codec
from stvcount.audit import believed, check, verdict, verify
from stvcount.audit.lottery import Lottery
from stvcount.audit.moves import Move, all_papers, at_their_value
from stvcount.audit.published import check_sheet
from stvcount.audit.rulebook import END, Rulebook, Step
from stvcount.audit.sheet import sheet
from stvcount.cli import main
from stvcount.errors import RuleSetError
from stvcount.record import Stage
from stvcount.rules import Count, Journal, Outcome, RuleSet
from stvcount.rules.meek import Meek
from stvcount.tally import Tally
from stvcount.tally.lots import LotBox
from stvcount.tally.votes import divided_down, whole

Members = dict[str, Any]


def forged(record: CountRecord, change: Callable[[Members], None]) -> CountRecord:
    members: Members = json.loads(record.to_json())
    del members["schema"]
    change(members)
    again: CountRecord = codec.decode(CountRecord, members)
    return again


def swapped(record: CountRecord, one: str, other: str) -> CountRecord:
    """The record with two names exchanged in all that was decided, each where it stands."""
    text = record.to_json()
    text = text.replace(one, "\0").replace(other, one).replace("\0", other)
    members: Members = json.loads(text.replace("\0", other))
    del members["schema"]

    def in_order(value: Any) -> Any:
        if isinstance(value, dict):
            if set(value) == {one, other}:
                return {name: in_order(value[name]) for name in record.candidates}
            return {key: in_order(item) for key, item in value.items()}
        return [in_order(item) for item in value] if isinstance(value, list) else value

    members = in_order(members) | {"candidates": list(record.candidates)}
    for holder in (*members["stages"], members["completion"]):
        for lot in holder["lots"]:
            lot["candidates"] = list(record.candidates)
    again: CountRecord = codec.decode(CountRecord, members)
    return again


# Lots that can be drawn again


@pytest.mark.parametrize(
    "lots",
    [
        Lots.seeded("dice 4 2 6"),
        Lots.seeded("Zoë"),
        Lots.seeded("caf\udce9"),
        Lots.first_listed(),
    ],
    ids=["seed", "seed beyond ASCII", "seed that is no text", "first listed"],
)
def test_a_lot_that_would_have_fallen_on_another_is_found(lots: Lots, shared: Path) -> None:
    election = stvcount.read(shared / "cases" / "verify-seed.blt")
    record = stvcount.count(election, rules="ers-av", places=1, lots=lots)
    election = election.with_places(1)
    assert check(record) == verify(record, election) == ()
    other = swapped(record, "Ann", "Bob")
    assert other.elected != record.elected
    for found in (check(other), verify(other, election)):
        (one,) = [one for one in found if one.place == "completion.lots[0].chosen"]
        assert one.expected == record.lots[0].chosen
        assert verdict(other, found).startswith("FIGURES DIFFER: ")


def test_a_lot_drawn_by_hand_is_believed_and_named() -> None:
    election = small(1, {"A": 5, "B": 5})
    record = stvcount.count(election, rules="ers-av", lots=Lots.drawn("B"))
    other = stvcount.count(election, rules="ers-av", lots=Lots.drawn("A"))
    assert record.elected != other.elected
    for one, name in ((record, "B"), (other, "A")):
        assert verify(one, election) == ()
        assert believed(one, election) == (f"on whom 1 lot fell: {name}",)


# Terms that the ballot file states otherwise


def test_places_that_the_ballot_file_has_otherwise(shared: Path) -> None:
    election = stvcount.read(shared / "cases" / "verify-places.blt")
    record = stvcount.count(election, places=1)
    found = verify(record, election)
    assert [str(one) for one in found] == ["places: the record has 1, the ballot file 3"]
    assert found[0].kind == "terms"
    assert verdict(record, found, election) == (
        "THE TERMS DIFFER: places: the record has 1, the ballot file 3; "
        "on the record's terms the same people are elected"
    )


def test_a_non_person_made_a_person(shared: Path) -> None:
    election = stvcount.read(shared / "cases" / "verify-non-person-election.json")
    as_person = dataclasses.replace(election, non_person=None, persons=["RON"])
    record = stvcount.count(as_person, rules="ers-av")
    assert record.elected == ("RON",)
    first, *_ = verify(record, election)
    assert str(first) == "non person: the record has none, the ballot file RON"
    assert first.kind == "terms"


STATED = small(1, {"A": 5, "B": 3, "C": 1}).withdraw("B", reason="ill").withdraw("C").set_aside(9)


@pytest.mark.parametrize(
    ("change", "sentence", "kind"),
    [
        (
            {"withdrawn": STATED.withdrawn[1:]},
            "withdrawn: the record has C, the ballot file also B",
            "terms",
        ),
        (
            {"withdrawn": STATED.withdrawn[::-1]},
            "withdrawn: the record has C, B, the ballot file B, C",
            "terms",
        ),
        (
            {"withdrawn": (stvcount.Withdrawal("B", "moved"), *STATED.withdrawn[1:])},
            "withdrawn 1, reason: the record has moved, the ballot file ill",
            "words",
        ),
    ],
)
def test_withdrawals_that_the_ballot_file_has_otherwise(
    change: Any, sentence: str, kind: str
) -> None:
    record = dataclasses.replace(stvcount.count(STATED), **change)
    assert (sentence, kind) in [(str(one), one.kind) for one in verify(record, STATED)]


def test_what_the_ballot_file_does_not_state_is_believed_and_named() -> None:
    bare = dataclasses.replace(STATED, withdrawn=(), papers_set_aside=())
    record = stvcount.count(dataclasses.replace(STATED, title="Chair", non_person="C"))
    assert verify(record, bare) == ()
    assert believed(record, bare) == (
        "the title Chair",
        "withdrawn: B and C",
        "set aside: paper 9",
        "no person: C",
    )
    assert believed(record, bare, places_stated=False)[0] == "1 place"
    assert believed(record, None)[0] == "1 place"


def test_what_a_ballot_file_says_of_the_contest_and_of_parties() -> None:
    bare = dataclasses.replace(small(2, {"AB": 20, "B": 5, "C": 4}), title="Delegates")
    whole = dataclasses.replace(
        bare,
        contest=Contest(
            date="1 May", electorate=99, returning_officer="Ann Lee", status="provisional"
        ),
        affiliations={"A": "Greens", "B": "Reds"},
        sources=[Source("a.csv", "a" * 64), Source("b.csv", "b" * 64)],
    )
    record = stvcount.count(whole)
    of_contest = "date: 1 May; electorate: 99; returning officer: Ann Lee; status: provisional"
    assert believed(record, whole) == ()
    assert believed(record, bare) == (of_contest, "affiliations of 2 candidates")
    assert believed(record, None) == ("2 places", of_contest, "affiliations of 2 candidates")
    dated = dataclasses.replace(whole, contest=Contest(date="1 May"))
    assert believed(record, dated) == (of_contest.removeprefix("date: 1 May; "),)
    one = stvcount.count(dataclasses.replace(bare, affiliations={"A": "Greens"}))
    assert believed(one, None) == ("2 places", "affiliations of 1 candidate")

    other = dataclasses.replace(
        whole,
        contest=Contest(date="2 May", electorate=98),
        affiliations={"A": "Blues", "B": "Reds"},
        sources=whole.sources[:1],
    )
    assert [(found.kind, found.place, str(found)) for found in verify(record, other)] == [
        ("terms", "sources", "sources: the record has 2, the election 1"),
        ("terms", "contest.date", "contest, date: the record has 1 May, the ballot file 2 May"),
        (
            "terms",
            "contest.electorate",
            "contest, electorate: the record has 99, the ballot file 98",
        ),
        ("terms", "affiliations.A", "affiliations, A: the record has Greens, the recount Blues"),
    ]


# Words


def test_words_alone_are_words() -> None:
    election = small(2, {"AB": 20, "B": 5, "C": 4})
    record = stvcount.count(election, rules="ers97")

    def reword(members: Members) -> None:
        members["stages"][0]["decisions"][0]["text"] = "Die Quote ist 29 / 3 = 9.67"

    other = forged(record, reword)
    for found in (check(other), verify(other, election)):
        assert [one.kind for one in found] == ["words"]
        assert verdict(other, found) == (
            "the same people are elected, all figures agree, only words differ"
        )


def test_another_figure_in_the_same_words_is_no_matter_of_words() -> None:
    record = stvcount.count(small(2, {"AB": 20, "B": 5, "C": 4}), rules="ers97")

    def misquote(members: Members) -> None:
        members["stages"][0]["decisions"][0]["text"] = (
            "Quota 28 / 3 = 9.67 (not exact: remainder dropped, 0.01 added)"
        )

    assert [one.kind for one in check(forged(record, misquote))] == ["figures"]


@pytest.mark.parametrize("part", ["Ann", "Lee"])
def test_a_name_that_is_part_of_another_is_told_from_it(part: str) -> None:
    papers = [(["Cy"], 9), (["Dee"], 8), (["Ann Lee"], 3), ([part], 1)]
    record = stvcount.count(stvcount.Election.from_rankings(papers, places=1), rules="ers97")
    sentence = record.stages[1].decisions[0].text
    assert "Ann Lee" in sentence

    def of_another(members: Members) -> None:
        members["stages"][1]["decisions"][0]["text"] = sentence.replace("Ann Lee", part)

    assert [one.kind for one in check(forged(record, of_another))] == ["figures"]


@pytest.mark.parametrize(("length", "kind"), [(1000, "figures"), (1001, "words")])
def test_names_are_looked_for_in_a_million_letters_and_no_more(length: int, kind: str) -> None:
    names = [f"N{number:03}" for number in range(1000)]
    election = stvcount.Election.from_rankings([([names[0]], 3)], places=1, candidates=names)
    record = stvcount.count(election, rules="ers97")
    sentence = record.stages[0].decisions[0].text
    assert sentence.startswith("Quota 3 / 2")

    def misquote(members: Members) -> None:
        more = "3" * (length - len(sentence))
        members["stages"][0]["decisions"][0]["text"] = sentence.replace("3", "3" + more, 1)

    assert [one.kind for one in check(forged(record, misquote))] == [kind]


# The verdict


def test_who_is_elected_is_said_first() -> None:
    election = small(2, {"AB": 20, "B": 5, "C": 4})
    record = stvcount.count(election, rules="ers97")
    assert verdict(record, ()) == "the same people are elected, all figures agree"

    def vote(members: Members) -> None:
        members["stages"][1]["votes"]["B"] = "15.19"

    other = forged(record, vote)
    assert verdict(other, verify(other, election), election) == (
        "FIGURES DIFFER: stage 2, votes of B: the record has 15.19, the recount 15.20; "
        "on the record's terms the same people are elected"
    )
    stolen = dataclasses.replace(record, elected=("A", "C"))
    assert verdict(stolen, verify(stolen, election), election) == (
        "FIGURES DIFFER: elected: the record has A, C, the recount A, B, and the elected change"
    )


@pytest.mark.parametrize(
    ("name", "form"),
    [("p.xlsx", "XLSX saved again"), ("p.csv", "another file with papers that count alike")],
)
def test_a_file_that_differs_only_in_its_form(name: str, form: str) -> None:
    election = small(2, {"AB": 20, "B": 5, "C": 4})
    of_file = [dataclasses.replace(election, sources=[Source(name, n * 64)]) for n in "ab"]
    record = stvcount.count(of_file[0])
    found = verify(record, of_file[1])
    assert [one.kind for one in found] == ["form"]
    assert verdict(record, found, of_file[1]) == (
        "the same people are elected, all figures agree, "
        f"the file differs only in its form ({form})"
    )
    assert verdict(record, found) == verdict(record, found, of_file[1])


def test_papers_that_were_counted_from_a_workbook_and_are_read_from_a_table_now() -> None:
    election = small(2, {"AB": 20, "B": 5, "C": 4})
    of_file = [
        dataclasses.replace(election, sources=[Source(f"p.{kind}", n * 64)])
        for kind, n in (("xlsx", "a"), ("csv", "b"))
    ]
    for counted, read in (of_file, of_file[::-1]):
        record = stvcount.count(counted)
        said = verdict(record, verify(record, read), read)
        assert said.endswith("in its form (another file with papers that count alike)")


# Rules and organisations that are not known by name


class AllPapers(RuleSet):
    """All papers of a surplus, in five decimals; the whole quota; one at a time excluded."""

    id: ClassVar[str] = "all-papers"
    title: ClassVar[str] = "All papers, five decimals"
    source: ClassVar[str] = "a test"
    clauses: ClassVar[Mapping[str, str]] = {"1": "quota", "2": "surplus", "3": "exclusion"}
    decimals: ClassVar[int] = 5
    rulebook: ClassVar[str | None] = "test_audit_forgeries:AllPapersBook"

    def count(self, tally: Tally, lots: LotBox) -> Count:
        quota = whole(tally.valid // (tally.places + 1) + 1, 5)
        return AllPapersCount(tally, self.journal(tally, lots), quota).run()


class AllPapersCount:
    def __init__(self, tally: Tally, journal: Journal, quota: Decimal) -> None:
        self.tally = tally
        self.journal = journal
        self.quota = quota

    def run(self) -> Count:
        tally, votes = self.tally, self.tally.votes
        yield self.stage("first", ())
        while len(tally.continuing) > tally.places_left > 0:
            tally.begin_stage()
            over = [c for c in tally.elected if votes[c] > self.quota]
            if over:
                yield self.surplus(max(over, key=lambda c: votes[c]))
            else:
                yield self.exclusion(min(tally.continuing, key=lambda c: votes[c]))
        for one in sorted(tally.continuing, key=lambda c: -votes[c]):
            if tally.places_left:
                self.journal.elect(one, "1")
        rest = sorted(tally.continuing, key=lambda c: votes[c])
        tally.exclude(rest)
        return Outcome(self.journal.completion(rest))

    def stage(self, kind: str, candidates: Sequence[int]) -> Stage:
        for one in sorted(self.tally.continuing, key=lambda c: -self.tally.votes[c]):
            if self.tally.places_left and self.tally.votes[one] >= self.quota:
                self.journal.elect(one, "1")
        return self.journal.stage(kind, candidates, self.quota)

    def surplus(self, one: int) -> Stage:
        vote = self.tally.votes[one]
        surplus = vote - self.quota
        self.journal.decide("2", "share-of-all", [one], vote=vote, surplus=surplus)
        for moved in self.tally.transfer_inclusive(
            one, surplus, lambda value: divided_down(surplus * value, vote, 5)
        ):
            self.journal.batch(moved)
        return self.stage("surplus", (one,))

    def exclusion(self, one: int) -> Stage:
        self.journal.decide("3", "least", [one], votes=self.journal.votes_of([one]))
        self.tally.exclude([one])
        for value, holders in self.tally.batches([one]):
            self.journal.batch(self.tally.transfer_batch(holders, value))
        return self.stage("exclusion", (one,))


class AllPapersBook(Rulebook):
    """The same, from its text."""

    def first_stage(self) -> None:
        terms = self.board.terms
        self.board.quota = (terms.valid // (terms.places + 1) + 1) * self.board.whole
        self.deem()

    def deem(self) -> None:
        board = self.board
        for name in board.most_first(board.continuing):
            if board.places_left and board.votes[name] >= board.quota:
                board.elect(name, "1")

    def following(self, lottery: Lottery) -> Step:
        board = self.board
        if not len(board.continuing) > board.places_left > 0:
            return Step(END)
        over = [name for name in board.elected if board.votes[name] > board.quota]
        if over:
            return Step("surplus", (max(over, key=lambda name: board.votes[name]),))
        return Step("exclusion", (board.fewest_first(board.continuing)[0],))

    def moves(self, kind: str, candidates: Sequence[str]) -> Iterator[Move]:
        if kind == "surplus":
            yield from all_papers(self.board, candidates[0])
        else:
            self.board.exclude(candidates)
            for holders in self.board.batches(candidates):
                yield at_their_value(self.board, holders)
        self.deem()

    def ending(self, step: Step, lottery: Lottery) -> tuple[str, ...]:
        board = self.board
        for name in board.most_first(board.continuing):
            if board.places_left:
                board.elect(name, "1")
        return tuple(board.fewest_first(board.continuing))


PAPERS = {"ABC": 41, "AC": 13, "BD": 11, "CB": 9, "DAC": 8, "ECB": 4, "EA": 3}


class WithoutABook(AllPapers):
    id: ClassVar[str] = "without-a-book"
    rulebook: ClassVar[str | None] = None


@pytest.mark.parametrize("rules", [AllPapers(), WithoutABook()], ids=lambda rules: rules.id)
def test_a_rule_set_of_another_package_is_checked_and_recounted(rules: RuleSet) -> None:
    election = small(3, PAPERS)
    record = stvcount.count(election, rules=rules)
    assert [stage.kind for stage in record.stages].count("surplus") > 1
    assert len(record.stages[-1].batches) > 1
    assert check(record, rules=rules) == ()
    assert verify(record, election, rules=rules) == ()


CHANGES = [
    ("batches/0/value", "0.40000"),
    ("batches/0/value_before", "0.99999"),
    ("batches/0/remainder", "0.00001"),
    ("batches/0/non_transferable", "0.00001"),
    ("batches/0/non_transferable_papers", 1),
    ("batches/0/from", {"B": 54}),
    ("batches/0/from", {"A": 55}),
    ("remainders", "0.00000"),
    ("kind", "count-back"),
    ("decisions/0/clause", "9"),
    ("decisions/0/code", "by feeling"),
]


@pytest.mark.parametrize("rules", [AllPapers(), WithoutABook()], ids=lambda rules: rules.id)
@pytest.mark.parametrize(("where", "value"), CHANGES)
def test_a_changed_figure_of_its_count_is_found(rules: RuleSet, where: str, value: Any) -> None:
    record = stvcount.count(small(3, PAPERS), rules=rules)

    def change(members: Members) -> None:
        *way, last = where.split("/")
        holder = members["stages"][1]
        for step in way:
            holder = holder[int(step)] if step.isdigit() else holder[step]
        holder[last] = value

    found = check(forged(record, change), rules=rules)
    assert any(one.stage == 2 and one.kind == "figures" for one in found)


def test_a_sheet_is_followed_by_rules_that_name_no_clause_of_what_comes_next() -> None:
    sheet = PublishedSheet.from_record(stvcount.count(small(3, PAPERS), rules=AllPapers()))
    assert check_sheet(sheet, rules=AllPapers()).differences == ()
    other = dataclasses.replace(sheet.stages[1], candidates=("C",))
    forged = dataclasses.replace(sheet, stages=(sheet.stages[0], other, *sheet.stages[2:]))
    first, *_ = check_sheet(forged, rules=AllPapers()).differences
    assert str(first) == (
        "stage 2, candidates: found the surplus of C (9.00000); expected the surplus of A "
        "(54.00000) (by the votes of stage 1)"
    )


def test_the_sheet_knows_rules_and_an_organisation_that_are_given() -> None:
    body = dataclasses.replace(stvcount.organisations.get("chester"), id="club")
    record = stvcount.count(small(3, PAPERS), rules=AllPapers(), organisation=body)
    found = check(record, rules=AllPapers(), organisation=body)
    printed = sheet(record, found, rules=AllPapers(), organisation=body)
    assert found == ()
    assert "quotas, transfer values, batches, who is elected" in printed
    assert "not known" in sheet(record, check(record))
    with pytest.raises(ElectionError, match="organisation: found 'chester'"):
        sheet(record, found, organisation=stvcount.organisations.get("chester"))


def test_rules_that_are_not_installed_are_never_right() -> None:
    election = small(3, PAPERS)
    record = stvcount.count(election, rules=AllPapers())
    (unknown,) = check(record)
    assert (unknown.kind, unknown.place, unknown.found) == ("unknown", "rules.id", "all-papers")
    assert verdict(record, check(record)).startswith("NOT WHOLLY CHECKED: rules, id: found")
    with pytest.raises(ElectionError, match="'all-papers', which is not installed here"):
        verify(record, election)


def test_an_organisation_that_is_not_known_is_never_right() -> None:
    election = small(2, PAPERS)
    chester = stvcount.organisations.get("chester")
    ours = dataclasses.replace(chester, id="ours", title="Ours", excess_posts=None)
    record = stvcount.count(election, organisation=ours)
    assert [one.kind for one in check(record)] == ["unknown"]
    assert check(record, organisation=ours) == ()
    assert verify(record, election, organisation=ours) == ()
    with pytest.raises(ElectionError, match="organisation: found 'ours'"):
        verify(record, election)


def test_rules_that_are_not_those_of_the_record() -> None:
    record = stvcount.count(small(3, PAPERS), rules="ers97")
    with pytest.raises(ElectionError, match="found 'all-papers'; expected those of the record"):
        check(record, rules=AllPapers())
    chester = stvcount.organisations.get("chester")
    with pytest.raises(ElectionError, match="found 'chester'; expected that of the record"):
        check(record, organisation=chester)


@pytest.mark.parametrize(
    ("named", "found"),
    [
        ("nowhere:Book", "No module named 'nowhere'; expected 'module:Class'"),
        ("json:nothing", "module 'json' has no attribute 'nothing'; expected 'module:Class'"),
        ("json:dumps", "found <function dumps at "),
        ("json:JSONDecoder", "found <class 'json.decoder.JSONDecoder'>; expected a Rulebook"),
        ("nothing", "No module named 'nothing'; expected 'module:Class'"),
        ("json:a:b", "module 'json' has no attribute 'a:b'; expected 'module:Class'"),
    ],
)
def test_a_rulebook_that_is_none(named: str, found: str) -> None:
    class Broken(AllPapers):
        rulebook: ClassVar[str | None] = named

    record = stvcount.count(small(3, PAPERS), rules=Broken())
    with pytest.raises(RuleSetError) as refused:
        check(record, rules=Broken())
    assert str(refused.value).startswith(f"rules all-papers: rulebook '{named}': {found}")


class Tossing(AllPapers):
    """A rule set that writes down something in words of its own."""

    wording: ClassVar[Mapping[str, Callable[..., str]]] = {
        "tossed": lambda names, figures: f"{' and '.join(names)} tossed {figures['times']} times"
    }

    def count(self, tally: Tally, lots: LotBox) -> Count:
        journal = self.journal(tally, lots)
        journal.decide("1", "tossed", [0, 1], times=3)
        return AllPapersCount(tally, journal, whole(tally.valid // (tally.places + 1) + 1, 5)).run()


def test_words_of_a_package_are_checked_by_its_own_wording() -> None:
    record = stvcount.count(small(3, PAPERS), rules=Tossing())
    assert record.stages[0].decisions[0].text == "A and B tossed 3 times"
    assert check(record, rules=Tossing()) == ()

    def reword(members: Members) -> None:
        members["stages"][0]["decisions"][0]["text"] = "A and B tossed 2 times"

    (found,) = check(forged(record, reword), rules=Tossing())
    assert str(found) == (
        "stage 1, decision 1, text: found A and B tossed 2 times; "
        "expected A and B tossed 3 times (by its code and figures)"
    )


class NoBatchesBook(AllPapersBook):
    """The same, where nothing says how votes moved."""

    votes_follow: ClassVar[bool] = False

    def moves(self, kind: str, candidates: Sequence[str]) -> Iterator[Move]:
        self.board.exclude(candidates if kind == "exclusion" else ())
        self.deem()
        yield from ()


class NoBatches(AllPapers):
    id: ClassVar[str] = "no-batches"
    rulebook: ClassVar[str | None] = "test_audit_forgeries:NoBatchesBook"


def test_votes_that_follow_from_no_batch_are_taken_from_the_record() -> None:
    record = stvcount.count(small(2, PAPERS), rules=NoBatches())
    stages = tuple(dataclasses.replace(stage, batches=()) for stage in record.stages)
    told = dataclasses.replace(record, stages=stages)
    assert len(stages) > 2
    assert check(told, rules=NoBatches()) == ()

    def exclude_another(members: Members) -> None:
        excluded = next(one for one in members["stages"] if one["kind"] == "exclusion")
        excluded["candidates"] = [members["stages"][0]["elected"][0]["candidate"]]

    found = check(forged(told, exclude_another), rules=NoBatches())
    assert any("(whose exclusion it is)" in str(one) for one in found)


def test_a_sheet_by_rules_whose_votes_follow_from_no_batch() -> None:
    sheet = PublishedSheet.from_record(stvcount.count(small(3, PAPERS), rules=NoBatches()))
    found = check_sheet(sheet, rules=NoBatches())
    assert (found.differences, found.stages) == ((), len(sheet.stages))
    quotas = [dataclasses.replace(one, quota=Decimal(9)) for one in sheet.stages]
    other = dataclasses.replace(sheet, stages=(sheet.stages[0], *quotas[1:]))
    found = check_sheet(other, rules=NoBatches())
    assert {one.stage for one in found.differences} >= {2}


class SharesOut(Meek):
    """Meek's method by another package, without a rulebook."""

    id: ClassVar[str] = "shares-out"
    rulebook: ClassVar[str | None] = None


def test_what_is_stated_where_papers_are_shared_out_and_what_is_not() -> None:
    record = stvcount.count(small(2, {"AB": 4, "B": 2, "C": 3}), rules=SharesOut())
    assert check(record, rules=SharesOut()) == ()

    def told(**changes: Any) -> list[str]:
        last = dataclasses.replace(record.stages[-1], **changes)
        forged = dataclasses.replace(record, stages=(*record.stages[:-1], last))
        return [str(one) for one in check(forged, rules=SharesOut())]

    number = len(record.stages)
    assert told(iterations=None) == [
        f"stage {number}, iterations: found none; expected them stated (by its rules)"
    ]
    assert told(keep_values=None) == [
        f"stage {number}, keep values: found none; expected them stated (by its rules)"
    ]
    assert told(remainders=Decimal("0.000000001")) == [
        f"stage {number}, remainders: found 0.000000001; expected 0.000000000"
    ]
    moved = stvcount.count(small(2, {"AB": 9, "B": 2, "C": 3}), rules="ers97").stages[1].batches
    assert f"stage {number}, batches: found 1; expected 0 (nothing is moved)" in told(batches=moved)


class PapersTellBook(AllPapersBook):
    """Which of the fewest goes, papers or else a lot tell."""

    def following(self, lottery: Lottery) -> Step:
        step, votes = super().following(lottery), self.board.votes
        if step.kind != "exclusion":
            return step
        least = [one for one in self.board.continuing if votes[one] == votes[step.candidates[0]]]
        if len(least) == 1:
            return step
        return Step("exclusion", (str(lottery.fall_among("exclusion", "3", least, votes)),))


class PapersTell(AllPapers):
    rulebook: ClassVar[str | None] = "test_audit_forgeries:PapersTellBook"


def test_a_lot_between_some_of_the_tied_is_taken_from_the_sheet() -> None:
    record = stvcount.count(small(1, {"A": 9, "BA": 4, "CA": 4, "DA": 8}), rules=PapersTell())
    assert record.stages[1].candidates == ("B",)
    found = check_sheet(PublishedSheet.from_record(record), rules=PapersTell())
    assert found.differences == ()
    assert "stage 2: which of some of B and C it is (3): a lot would tell" in found.unchecked


def test_a_batch_of_nobody() -> None:
    record = stvcount.count(small(2, PAPERS), rules="ers97")
    assert record.stages[1].batches
    nobodys = forged(record, lambda m: m["stages"][1]["batches"][0].update({"from": {}}))
    found = {one.place: one for one in check(nobodys)}
    assert found["stages[1].batches[0].from"].expected == "whose papers are moved"


def test_a_decision_of_unknown_rules_has_words_at_least() -> None:
    record = stvcount.count(small(3, PAPERS), rules=AllPapers())

    def decision(text: str) -> Callable[[Members], None]:
        new = {"clause": "1", "code": "of-their-own", "candidates": [], "figures": {}, "text": text}
        return lambda members: members["stages"][1]["decisions"].append(new)

    assert [one.place for one in check(forged(record, decision("as it is")))] == ["rules.id"]
    (found,) = [one for one in check(forged(record, decision(" "))) if one.stage == 2]
    assert (found.place[-5:], found.expected) == (".text", "words")


@pytest.mark.parametrize("stage", [0, "1.00"])
def test_the_tied_were_told_apart_at_no_stage(stage: object) -> None:
    record = stvcount.count(small(1, {"A": 7, "BA": 4, "CA": 3, "DC": 1}), rules="aberdeen")
    (which,) = [n for n, one in enumerate(record.stages[2].decisions) if "points" in one.figures]

    def change(members: Members) -> None:
        figures = members["stages"][2]["decisions"][which]["figures"]
        assert figures["points"][0]["votes"] == {"B": "4.00", "C": "3.00"}
        figures["points"][0]["stage"] = stage

    assert any(one.expected == "no such point" for one in check(forged(record, change)))


def test_another_number_of_files() -> None:
    files = [Source("a.blt", "a" * 64), Source("b.blt", "b" * 64)]
    election = dataclasses.replace(small(1, {"A": 5, "B": 3}), sources=files)
    record = stvcount.count(election)
    assert verify(record, election) == ()
    (found,) = verify(record, dataclasses.replace(election, sources=files[:1]))
    assert (found.kind, found.place) == ("terms", "sources")
    assert (found.found, found.expected) == ("2", "1")


# The command


def written(tmp_path: Path, record: CountRecord) -> str:
    path = tmp_path / "record.json"
    path.write_text(record.to_json(), "utf-8")
    return str(path)


def ran(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[str]]:
    capsys.readouterr()
    status = main(["verify", *arguments])
    return status, capsys.readouterr().out.splitlines()


def test_the_command_says_the_verdict_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    blt = tmp_path / "e.blt"
    stvcount.write(small(2, {"AB": 20, "B": 5, "C": 4}, title="Delegates"), blt)
    election = stvcount.read(blt)
    record = stvcount.count(election)
    agree = "the same people are elected, all figures agree"
    status, lines = ran(capsys, written(tmp_path, record), str(blt))
    assert (status, lines[0]) == (0, agree)
    reworded = forged(record, lambda m: m["stages"][0]["decisions"][0].update(text="Quota: 9.67"))
    status, lines = ran(capsys, written(tmp_path, reworded), str(blt))
    assert (status, lines[0]) == (0, f"{agree}, only words differ")
    stolen = dataclasses.replace(record, elected=("A", "C"))
    status, lines = ran(capsys, written(tmp_path, stolen), str(blt))
    assert (status, lines[0][:16]) == (1, "FIGURES DIFFER: ")
    assert "The end" in lines
    other = dataclasses.replace(record, places=1)
    status, lines = ran(capsys, written(tmp_path, other), str(blt))
    assert status == 1
    assert "1. places: the record has 1, the ballot file 2" in lines


def test_places_that_a_table_does_not_state_are_believed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "e.csv"
    path.write_text("Ann,Bob,Cat\n" + "1,2,3\n" * 5 + "3,1,2\n" * 4 + "2,3,1\n" * 2, "utf-8")
    record = stvcount.count(stvcount.read(path, places=2))
    status, lines = ran(capsys, written(tmp_path, record), str(path))
    assert (status, lines[0]) == (0, "the same people are elected, all figures agree")
    assert any("from the record alone: 2 places" in line for line in lines)
    status, lines = ran(capsys, written(tmp_path, record), str(path), "--places", "1")
    assert (status, lines[0][:16]) == (1, "THE TERMS DIFFER")


def test_the_reading_of_the_record_is_used_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], shared: Path
) -> None:
    """The order of the candidates was said when it was counted, and need not be said again."""
    path = shared / "cases" / "verify-false-alarm.csv"
    names = ["RON", "Bob", "Ann", "Zoe"]
    election = stvcount.read(path, places=1, candidates=names)
    election = dataclasses.replace(election, persons=["RON"])
    record = stvcount.count(election, rules="ers-av", lots=Lots.first_listed())
    status, lines = ran(capsys, written(tmp_path, record), str(path))
    assert (status, lines[0]) == (0, "the same people are elected, all figures agree")
    other = [word for name in sorted(names) for word in ("--candidate", name)]
    assert ran(capsys, written(tmp_path, record), str(path), *other)[0] == 1


def test_the_command_is_never_content_with_rules_it_does_not_know(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    election = small(3, PAPERS)
    blt = tmp_path / "e.blt"
    stvcount.write(election, blt)
    record = written(tmp_path, stvcount.count(stvcount.read(blt), rules=AllPapers()))
    status, lines = ran(capsys, record)
    assert (status, lines[0][:19]) == (1, "NOT WHOLLY CHECKED:")
    assert ran(capsys, record, str(blt))[0] == 2


def test_a_rule_set_of_the_library_has_no_version_of_its_own() -> None:
    record = stvcount.count(small(2, {"AB": 20, "B": 5, "C": 4}), rules="ers97")
    other = forged(record, lambda members: members["rules"].update(version="1.0"))
    (found,) = check(other)
    assert (found.place, found.kind) == ("rules.version", "words")
    assert (found.found, found.expected) == ("1.0", "none")
