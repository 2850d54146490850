"""What `stvcount.testing` offers: strategies, published examples, the corpus, where counts part."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest
from broken_clauses import Broken, broken_clauses
from compared import NAIVE
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from make_corpus import cases, kind_in, kinds
from naive_answers import answer_of, counted_naively
from naive_program import stages_of

import stvcount
from stvcount import CountRecord, Election, Lots, Papers, PublishedSheet
from stvcount.record.published import PublishedStage
from stvcount.testing import (
    Answer,
    Case,
    SmallElection,
    assert_same_count,
    corpus,
    elections,
    first_difference,
    marks,
    published_examples,
    shrunk,
    without_case,
)
from stvcount.testing.answers import adapter

ROOT = Path(__file__).resolve().parent.parent
CASES = [one for one in corpus() if one.rules in NAIVE]


def counted(case: Case) -> CountRecord:
    options = dict(case.options)
    lots = Lots.first_listed()
    return stvcount.count(case.election, rules=case.rules, lots=lots, options=options)


# The corpus


def test_the_corpus_is_as_its_schema_says() -> None:
    schema = json.loads((files("stvcount") / "schemas" / "corpus-1.json").read_text("utf-8"))
    text = (files("stvcount.testing") / "corpus.json").read_text("utf-8")
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(text), schema)
    assert len({one.id for one in corpus()}) == len(corpus())


def test_the_library_counts_each_case_as_recorded() -> None:
    for case in corpus():
        assert_same_count(counted(case), case.answer)


def test_the_naive_counts_count_each_case_as_recorded() -> None:
    for case in CASES:
        found = counted_naively(NAIVE[case.rules], case.small, **case.options)
        assert answer_of(found, case.small.names) == case.answer, case.id


def test_each_case_tells_a_count_with_its_clause_broken() -> None:
    """Just where, and as, the corpus says: stage, figure, and what stands there."""
    by_why = {(one.rules, one.options, f"a count that {one.does}"): one for one in broken_clauses()}
    for case in CASES:
        for turn in case.turns_on:
            options = tuple(case.options.items())
            broken = by_why[case.rules, options, turn.why]
            assert (broken.clause, broken.reading) == (turn.clause, turn.reading)
            found = first_difference(case.answer, wrong_answer(broken, case.small))
            assert found is not None
            assert (found.stage, found.figure, found.ours, found.theirs) == (
                *(turn.stage, turn.figure),
                *(turn.right, turn.wrong),
            )


def wrong_answer(broken: Broken, small: SmallElection) -> Answer:
    """As the command reads it from a program: whatever is wrong in it, its figures are votes."""
    found, names = counted_naively(broken.count, small, **dict(broken.options)), small.names
    elected = [names[c] for c in found["elected"]]
    said = json.dumps({"elected": elected, "stages": stages_of(found, names)})
    return adapter("json")(said.encode(), small.election())


@pytest.mark.parametrize("rules", [one for one in stvcount.rules.names() if corpus(one)])
def test_each_clause_and_each_reading_has_a_case_or_a_reason(rules: str) -> None:
    kind = stvcount.rules.kind(rules)
    page = (ROOT / str(kind.page)).read_text("utf-8")
    readings = re.findall(r"^\| ([A-Z][0-9]+[a-z]?) \|", page, re.MULTILINE)
    turns = [turn for case in corpus(rules) for turn in case.turns_on]
    asked = {turn.clause for turn in turns} | {turn.reading for turn in turns}
    excused = {one.clause for one in without_case(rules)}
    assert {*kind.clauses, *readings} <= asked | excused
    assert not excused & asked
    assert {turn.clause for turn in turns} <= {*kind.clauses}
    assert excused <= {*kind.clauses, *readings}


@pytest.mark.parametrize("rules", ["aberdeen", "ers97", "meek"])
def test_the_corpus_is_what_its_tool_makes(rules: str) -> None:
    """Cases with a non-person are made in a moment; `tools/make_corpus.py --check` makes all."""
    text = (files("stvcount.testing") / "corpus.json").read_text("utf-8")
    found = json.loads(text)["cases"]
    for of in kinds():
        if of.rules == rules and of.no_person:
            made = json.loads(json.dumps(list(cases(of))))
            assert made == [
                {key: value for key, value in one.items() if key != "id"}
                for one in found
                if kind_in(one) == (of.rules, dict(of.options), of.no_person)
            ]


def test_every_rule_set_that_is_counted_twice_is_in_the_corpus() -> None:
    assert {one.rules for one in corpus()} == {one.rules for one in broken_clauses()} == {*NAIVE}


def test_a_case_says_in_a_sentence_what_it_turns_on() -> None:
    turn = next(one for case in corpus("ers97") for one in case.turns_on if one.clause == "5.1.6")
    assert str(turn).startswith("a count that ")
    assert f"at stage {turn.stage}, {turn.figure}: {turn.wrong}, and not {turn.right}" in str(turn)


# Published examples


def test_every_published_example_has_its_source_and_its_figures() -> None:
    examples = published_examples()
    assert len(examples) >= 15
    for one in examples:
        assert one.source
        assert one.published
        assert one.sheet.published
    assert {one.sheet.rules.id for one in published_examples("ers97")} == {"ers97"}


def test_an_example_without_papers_cannot_be_counted() -> None:
    public = next(one for one in published_examples() if one.election is None)
    with pytest.raises(ValueError, match=f"{public.id}: found no papers; expected an example"):
        public.count()


# Where two counts part


def small_count() -> CountRecord:
    return stvcount.count(
        {("A", "B"): 10, ("B",): 4, ("C", "B"): 3, ("D", "C"): 2, ("E",): 1}, places=2
    )


def with_stage(record: CountRecord, number: int, **changes: object) -> PublishedSheet:
    sheet = PublishedSheet.from_record(record)
    stages = list(sheet.stages)
    stages[number - 1] = replace(stages[number - 1], **changes)  # type: ignore[arg-type]
    return replace(sheet, stages=tuple(stages))


def test_a_count_is_the_same_as_itself_however_it_is_told() -> None:
    record = small_count()
    sheet = PublishedSheet.from_record(record)
    for theirs in (record, sheet, Answer(tuple(reversed(record.elected))), Answer()):
        assert_same_count(record, theirs)
        assert_same_count(theirs, record)


def told(record: CountRecord) -> Iterator[tuple[PublishedSheet | Answer, str]]:
    votes = dict(record.stages[1].votes) | {"B": Decimal("7.00")}
    yield (
        with_stage(record, 2, votes=votes),
        "stage 2, votes of B: found 7.00; expected 7.30 (5.3.7)",
    )
    yield (
        with_stage(record, 1, quota=Decimal(7)),
        "stage 1, quota: found 7; expected 6.67 (5.1.6)",
    )
    yield (
        with_stage(record, 2, kind="exclusion", candidates=("E",)),
        "stage 2, what is done: found exclusion of E; expected surplus of A (5.3.7)",
    )
    yield (
        with_stage(record, 1, elected=("A", "B")),
        "stage 1, elected: found A, B; expected A (5.1.7(a))",
    )
    yield (
        with_stage(record, 2, non_transferable=Decimal(1)),
        "stage 2, non-transferable vote: found 1; expected 0.03 (5.3.7)",
    )
    yield Answer(("A", "C")), "elected: found A, C; expected A, B (5.5.2)"
    first = PublishedSheet.from_record(record).stages[:1]
    yield (
        Answer(None, first),
        "stage 2, what is done: found the count is over; expected surplus of A (5.3.7)",
    )
    more = PublishedStage("exclusion", ("C",))
    yield (
        Answer(None, (*PublishedSheet.from_record(record).stages, more)),
        "stage 3, what is done: found exclusion of C; expected the count is over (5.5.2)",
    )


def test_the_first_stage_figure_and_clause_at_which_two_counts_part() -> None:
    for theirs, expected in told(small_count()):
        with pytest.raises(AssertionError) as parted:
            assert_same_count(small_count(), theirs)
        assert str(parted.value) == expected


def test_a_count_that_breaks_off_is_compared_as_far_as_it_goes() -> None:
    sheet = PublishedSheet.from_record(small_count())
    part = replace(sheet, stages=sheet.stages[:1], elected=None, complete=False)
    assert_same_count(small_count(), part)
    assert_same_count(part, small_count())


def test_the_last_stage_may_name_those_elected_at_the_end() -> None:
    record = stvcount.count({("A",): 3, ("B",): 2}, places=2)
    everybody = with_stage(record, len(record.stages), elected=record.elected)
    assert_same_count(record, everybody)


def test_what_parts_at_the_end_has_the_clause_of_the_end() -> None:
    record = stvcount.count(
        {("A",): 2, ("B",): 2}, places=1, rules="ers97", lots=Lots.first_listed()
    )
    found = first_difference(record, Answer(("A",)))
    assert found is not None
    assert (found.stage, found.figure, found.clause) == (0, "elected", "5.5.1")


# Small elections


def test_an_election_is_made_smaller_while_it_still_shows_it() -> None:
    large = SmallElection.of(3, 5, [[0, 1, 2], [1, 2], [1, 2], [4, 3], [2, 0, 1, 3, 4]] * 4)
    found = shrunk(large, lambda one: sum(number for _, number in one.papers) >= 3)
    assert found == SmallElection(1, 1, (((0,), 3),))
    assert shrunk(large, lambda one: True, tries=0) == large
    assert large.election("T").papers.total == len(large.each) == 20


def test_candidates_have_letters_however_many_they_are() -> None:
    assert SmallElection(1, 28, ()).names[24:] == ["Y", "Z", "AA", "AB"]


# Strategies


def hard_things(record: CountRecord) -> Iterator[str]:
    decisions = [one for held in (*record.stages, record.completion) for one in held.decisions]
    codes = {one.code for one in decisions}
    yield from codes & {"not-deferred", "excluded-together", "quota-reduced", "last-places"}
    yield from codes & {"separated"}
    yield from {"deferred" for code in codes if code.startswith("deferred")}
    yield from ("tie" for code in codes if code in {"equal-fewest", "equal-surpluses"})
    yield from {"lot" for stage in record.stages if stage.lots}
    if any(batch.value == 0 for stage in record.stages for batch in stage.batches):
        yield "value 0.00"
    if record.withdrawn:
        yield "withdrawn"
    if record.non_person is not None:
        yield "non-person"
    if len(record.candidates) > 5:
        yield "many candidates"
    if record.papers.valid < 5:
        yield "few papers"
    yield from ("invalid" for _ in record.papers.invalid)


def test_the_hard_things_are_likely() -> None:
    """Each more than once in some hundred elections, as they come."""
    seen: Counter[str] = Counter()

    @settings(
        max_examples=400, database=None, derandomize=True, deadline=None,
        suppress_health_check=[*HealthCheck],
    )  # fmt: skip
    @given(elections("ers97"))
    def look(election: Election) -> None:
        record = stvcount.count(election, rules="ers97", lots=Lots.first_listed())
        seen.update({*hard_things(record)})

    look()
    wanted = {"deferred", "not-deferred", "excluded-together", "quota-reduced", "last-places"}
    wanted |= {"separated", "tie", "lot", "value 0.00", "withdrawn", "non-person"}
    wanted |= {"many candidates", "few papers", "invalid"}
    assert {one for one in wanted if seen[one] < 2} == set(), seen


@given(elections("aberdeen", withdrawals=False, non_person=False))
def test_elections_are_those_that_the_rules_can_count(election: Election) -> None:
    assert election.places == 1
    assert not election.withdrawn
    assert election.non_person is None
    stvcount.count(election, rules="aberdeen", lots=Lots.first_listed())


@given(elections(stvcount.rules.get("scottish"), candidates=3, places=2))
def test_elections_are_as_small_as_is_asked(election: Election) -> None:
    assert len(election.candidates) <= 3
    assert election.places <= 2


@given(st.lists(marks(4), min_size=1, max_size=5))
def test_marks_are_read_as_papers(rows: list[list[object]]) -> None:
    papers = Papers.from_marks(rows, candidates=list("ABCD"))
    assert papers.total == len(rows)


def test_without_hypothesis_one_line_names_the_extra() -> None:
    """The strategies need it; the rest of the room does not."""
    program = """
import sys
sys.modules["hypothesis"] = None
from stvcount.testing import corpus, published_examples
assert corpus() and published_examples()
try:
    from stvcount.testing import elections
except Exception as error:
    print(type(error).__name__, error)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == (
        "ElectionError found no hypothesis, which the strategies need; expected it to be "
        "installed: pip install 'stvcount[testing]'\n"
    )


def test_what_the_room_offers() -> None:
    assert {*stvcount.testing.__all__} <= {*dir(stvcount.testing)}
    with pytest.raises(AttributeError, match="'nothing'"):
        stvcount.testing.nothing  # noqa: B018
