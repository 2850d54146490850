"""The record in JSON: what is written is read back, and nothing else is read."""

from __future__ import annotations

import copy
import dataclasses
import json
import pickle
import re
import sys
from collections.abc import Iterator
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args, get_type_hints

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

import stvcount
from stvcount import Lots, codec
from stvcount.election.contest import Contest
from stvcount.election.left_out import SetAside, Withdrawal
from stvcount.election.reading import SCHEMA as READING
from stvcount.election.reading import ColumnRead, Layout, Reading, Role, RowLeftOut
from stvcount.election.source import Source
from stvcount.errors import Purpose, RecordError
from stvcount.frozen import FrozenMapping
from stvcount.record import (
    Batch,
    Completion,
    CountRecord,
    Decision,
    Elected,
    Lot,
    PaperCount,
    RulesUsed,
    Stage,
    Vacancy,
)
from stvcount.testing import elections

SCHEMA = json.loads((files("stvcount") / "schemas" / "record-2.json").read_text("utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
STAGE_VALIDATOR = jsonschema.Draft202012Validator(
    {"$ref": "#/$defs/Stage", "$defs": SCHEMA["$defs"]}
)

# Labour Society President, UCL 2021, with words of its own.
LABOUR = """
{"schema": "stvcount.record/2", "stvcount": "0.1.0", "title": "Labour Society President",
 "contest": {"date": null, "electorate": null, "returning_officer": null, "status": null},
 "rules": {"id": "ers97", "title": "ERS97 single transferable vote",
  "source": "Electoral Reform Society, How to conduct an election, 3rd edition 1997",
  "version": null, "options": {}},
 "organisation": null, "decimals": 2, "places": 1,
 "candidates": ["Oliver Tucker", "Aliy Faisal", "Samuele Glendenning", "RON (Re-Open Nominations)"],
 "affiliations": {}, "non_person": null, "withdrawn": [],
 "sources": [{"name": "labour-president.blt",
  "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
  "reading": null}],
 "papers": {"total": 19, "valid": 19, "invalid": {}, "set_aside": []}, "notes": [],
 "stages": [
  {"number": 1, "kind": "first", "candidates": [], "quota": "9.50",
   "votes": {"Oliver Tucker": "6.00", "Aliy Faisal": "8.00", "Samuele Glendenning": "5.00",
    "RON (Re-Open Nominations)": "0.00"},
   "non_transferable": "0.00", "remainders": "0.00", "batches": [], "elected": [], "lots": [],
   "decisions": [{"clause": "5.1.6", "code": "quota", "candidates": [],
    "figures": {"valid": "19.00", "divisor": 2, "quota": "9.50"},
    "text": "Quota 19.00 / 2 = 9.50"}]},
  {"number": 2, "kind": "exclusion",
   "candidates": ["RON (Re-Open Nominations)", "Samuele Glendenning"], "quota": "8.00",
   "votes": {"Oliver Tucker": "8.00", "Aliy Faisal": "8.00", "Samuele Glendenning": "0.00",
    "RON (Re-Open Nominations)": "0.00"},
   "non_transferable": "3.00", "remainders": "0.00",
   "batches": [{"from": {"Samuele Glendenning": 5}, "value_before": "1.00", "value": "1.00",
    "papers": {"Oliver Tucker": 2}, "credited": {"Oliver Tucker": "2.00"},
    "non_transferable_papers": 3, "non_transferable": "3.00", "remainder": "0.00"}],
   "elected": [{"candidate": "Aliy Faisal", "vote": "8.00", "clause": "5.4.9(a)"}], "lots": [],
   "decisions": [
    {"clause": "5.2.5", "code": "excluded-together",
     "candidates": ["RON (Re-Open Nominations)", "Samuele Glendenning"],
     "figures": {"votes": {"RON (Re-Open Nominations)": "0.00", "Samuele Glendenning": "5.00"},
      "total": "5.00", "above": "6.00"}, "text":
     "RON (Re-Open Nominations) and Samuele Glendenning together have 5.00, the next above 6.00"},
    {"clause": "5.4.8", "code": "quota-reduced", "candidates": [],
     "figures": {"valid": "19.00", "non_transferable": "3.00", "divisor": 2, "quota": "8.00"},
     "text": "Quota (19.00 - 3.00) / 2 = 8.00"},
    {"clause": "5.6.2", "code": "separated",
     "candidates": ["Aliy Faisal", "Oliver Tucker"],
     "figures": {"votes": {"Aliy Faisal": "8.00", "Oliver Tucker": "8.00"}, "places": 1,
      "ahead": [{"votes": {"Aliy Faisal": "8.00"}, "points": [{"stage": 1, "batch": 0,
       "votes": {"Aliy Faisal": "8.00", "Oliver Tucker": "6.00"}}]}], "left": []},
     "text": "Aliy Faisal and Oliver Tucker reach 8.00; at stage 1 they had 8.00 and 6.00"}]}],
 "completion": {"elected": [], "excluded": ["Oliver Tucker"],
  "decisions": [{"clause": "5.5.2", "code": "rest-excluded", "candidates": ["Oliver Tucker"],
   "figures": {}, "text": "All places are filled"}], "lots": []},
 "elected": ["Aliy Faisal"], "vacant": [], "void": false}
"""


def labour() -> CountRecord:
    return CountRecord.from_json(LABOUR)


FULL_READING = Reading(
    format="csv",
    sheet="Votes",
    question="President",
    layout="candidates",
    heading_rows=(1,),
    columns=(
        ColumnRead("A", "Faisal", "candidate", "Aliy Faisal", 1, "a printed name", ("1", "2")),
    ),
    candidates=("Aliy Faisal",),
    rows_left_out=(RowLeftOut(9, "a total"),),
    blanks=FrozenMapping({"none": 2}),
    same=FrozenMapping({"Faisal": "Aliy Faisal"}),
    settings=FrozenMapping({"delimiter": ";"}),
)


def full_record() -> CountRecord:
    """A record in which nothing that can be filled is empty."""
    lot = Lot(
        purpose="exclusion",
        clause="5.2.5",
        candidates=("B", "C"),
        votes=mapping(B="1.00", C="1.00"),
        chosen="B",
        source="drawn",
    )
    return dataclasses.replace(
        labour(),
        contest=Contest(
            date="9 March 2021",
            electorate=50,
            returning_officer="Ada Kent",
            status="provisional until 12 March",
        ),
        rules=dataclasses.replace(
            labour().rules,
            version="3.1",
            options=FrozenMapping({"casual": True, "limit": 3, "mode": "x"}),
        ),
        organisation="chester",
        affiliations=FrozenMapping({"Aliy Faisal": "Blue slate"}),
        non_person="RON (Re-Open Nominations)",
        sources=(*labour().sources, Source("more.csv", "0" * 64, FULL_READING)),
        notes=("candidate 4 is read as a person",),
        withdrawn=(Withdrawal("D", "withdrew 9 March"),),
        papers=PaperCount(
            total=23,
            valid=19,
            invalid=FrozenMapping({"no first preference": 3}),
            set_aside=(SetAside(7, "torn"),),
        ),
        stages=tuple(
            dataclasses.replace(
                stage,
                lots=(lot,),
                keep_values=FrozenMapping({"Aliy Faisal": Decimal("0.50")}),
                iterations=3,
            )
            if stage.number == 1
            else dataclasses.replace(stage, lots=(lot,))
            for stage in labour().stages
        ),
        completion=Completion(
            elected=(Elected("C", Decimal("1.00"), "5.5.1"),),
            excluded=("B",),
            decisions=(Decision("5.5.1", "so", ("C",), {"papers": 3}, "so"),),
            lots=(lot,),
        ),
        vacant=(Vacancy(1, "Re-Open Nominations was elected"),),
        extras=FrozenMapping({"x_ballot_id": 7, "x_tags": ("a", FrozenMapping({"b": 1.5}))}),
    )


def mapping(**votes: str) -> FrozenMapping[str, Decimal]:
    return FrozenMapping({name: Decimal(vote) for name, vote in votes.items()})


# Records of any shape that the types allow, whether or not such a count can be.

texts = st.text(max_size=12)
names = st.lists(texts, max_size=4).map(tuple)
whole = st.integers(0, 10**20)
votes = st.builds("{}.{:02}".format, st.integers(0, 10**7), st.integers(0, 99)).map(Decimal)


def mappings(values: st.SearchStrategy[Any]) -> st.SearchStrategy[FrozenMapping[str, Any]]:
    return st.dictionaries(texts, values, max_size=4).map(FrozenMapping)


def several(values: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(values, max_size=3).map(tuple)


figures = st.recursive(votes | whole, lambda inner: mappings(inner) | several(inner), max_leaves=5)
decisions = several(st.builds(Decision, texts, texts, names, mappings(figures), texts))
elected = several(st.builds(Elected, texts, votes, texts))
purposes = st.sampled_from(get_args(Purpose))
lots = several(st.builds(Lot, purposes, texts, names, mappings(votes), texts, texts))
batches = several(
    st.builds(
        Batch,
        origin=mappings(whole),
        value_before=votes,
        value=votes,
        papers=mappings(whole),
        credited=mappings(votes),
        non_transferable_papers=whole,
        non_transferable=votes,
        remainder=votes,
    )
)
stages = st.builds(
    Stage,
    number=whole,
    kind=st.sampled_from(["first", "surplus", "exclusion", "suspense", "surpluses of all"]) | texts,
    candidates=names,
    quota=st.none() | votes,
    votes=mappings(votes),
    non_transferable=votes,
    remainders=votes,
    batches=batches,
    elected=elected,
    lots=lots,
    decisions=decisions,
)
options = mappings(texts | st.integers(-(10**6), 10**20) | st.booleans())
asides = several(st.builds(SetAside, whole, texts))
readings = st.builds(
    Reading,
    format=texts,
    sheet=st.none() | texts,
    question=st.none() | texts,
    layout=st.none() | st.sampled_from(get_args(Layout)),
    heading_rows=several(whole),
    columns=several(
        st.builds(
            ColumnRead,
            texts,
            texts,
            st.sampled_from(get_args(Role)),
            st.none() | texts,
            st.none() | whole,
            texts,
            names,
        )
    ),
    candidates=names,
    rows_left_out=several(st.builds(RowLeftOut, whole, texts)),
    blanks=mappings(whole),
    same=mappings(texts),
    settings=mappings(texts),
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**6), 10**20) | texts,
    lambda inner: mappings(inner) | several(inner),
    max_leaves=5,
)
extras = st.dictionaries(texts.map("x_{}".format), json_values, max_size=2).map(FrozenMapping)
records = st.builds(
    CountRecord,
    stvcount=texts,
    title=texts,
    contest=st.builds(
        Contest,
        date=st.none() | texts,
        electorate=st.none() | whole,
        returning_officer=st.none() | texts,
        status=st.none() | texts,
    ),
    rules=st.builds(
        RulesUsed,
        id=texts,
        title=texts,
        source=texts,
        version=st.none() | texts,
        options=options,
    ),
    organisation=st.none() | texts,
    decimals=st.integers(0, 9),
    places=whole,
    candidates=names,
    affiliations=mappings(texts),
    sources=several(st.builds(Source, texts, texts, st.none() | readings)),
    notes=names,
    non_person=st.none() | texts,
    withdrawn=several(st.builds(Withdrawal, texts, texts)),
    papers=st.builds(PaperCount, whole, whole, mappings(whole), asides),
    stages=several(stages),
    completion=st.builds(Completion, elected, names, decisions, lots),
    elected=names,
    vacant=several(st.builds(Vacancy, whole, texts)),
    void=st.booleans(),
    extras=extras,
)


@given(records)
def test_what_is_written_is_valid_and_read_back(record: CountRecord) -> None:
    text = record.to_json()
    VALIDATOR.validate(json.loads(text))
    again = CountRecord.from_json(text)
    assert again == record
    assert hash(again) == hash(record)
    assert again.to_json().encode("utf-8") == text.encode("utf-8")


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_a_whole_record() -> None:
    VALIDATOR.validate(json.loads(LABOUR))
    record = labour()
    assert json.dumps(json.loads(record.to_json())) == json.dumps(json.loads(LABOUR))
    assert record.elected == ("Aliy Faisal",)
    assert record.stages[1].quota == Decimal("8.00")
    assert record.stages[1].batches[0].papers == {"Oliver Tucker": 2}
    assert record.completion.excluded == ("Oliver Tucker",)
    assert CountRecord.from_json(record.to_json()) == record


def test_votes_keep_their_decimals_and_names_their_letters() -> None:
    text = LABOUR.replace('"9.50"', '"9.50000"').replace("Aliy Faisal", "Zoë 张伟")
    written = CountRecord.from_json(text).to_json()
    assert '"9.50000"' in written
    assert "Zoë 张伟" in written


# The dataclasses and the schema list the same members in the same order.


def dataclasses_of(hint: Any) -> Iterator[type]:
    """The dataclasses in this annotation, and in the annotations of their own members."""
    if dataclasses.is_dataclass(hint):
        assert isinstance(hint, type)
        yield hint
        for inner in get_type_hints(hint).values():
            yield from dataclasses_of(inner)
    for argument in get_args(hint):
        yield from dataclasses_of(argument)


def members_of(kind: Any) -> list[tuple[str, str]]:
    """The members in JSON, each with the name of its field; without those that others add."""
    return [
        (field.metadata.get("json", field.name), field.name)
        for field in dataclasses.fields(kind)
        if field.name != "extras"
    ]


ABSENT = {"keep_values", "iterations"}
"""Members that JSON has only where there is something to state."""

DATACLASSES = {kind.__name__: kind for kind in dataclasses_of(CountRecord)}


@pytest.mark.parametrize("name", DATACLASSES)
def test_the_schema_lists_the_members_of_the_dataclass(name: str) -> None:
    members = [name for name, _ in members_of(DATACLASSES[name])]
    definition = SCHEMA["$defs"].get(name, SCHEMA)
    if name == "CountRecord":
        members = ["schema", *members]
    assert list(definition["properties"]) == members
    assert definition["required"] == [name for name in members if name not in ABSENT]
    assert definition["additionalProperties"] is False


def test_the_schema_defines_no_other_objects() -> None:
    defined = {name for name, one in SCHEMA["$defs"].items() if "properties" in one}
    assert defined == set(DATACLASSES) - {"CountRecord"}


def test_a_reading_alone_is_written_as_in_a_record() -> None:
    alone = json.loads((files("stvcount") / "schemas" / "reading-1.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(alone).validate(json.loads(FULL_READING.to_json()))
    within = SCHEMA["$defs"]
    assert alone["properties"].pop("schema")["const"] == READING
    assert alone["required"].pop(0) == "schema"
    assert {name: alone[name] for name in within["Reading"]} == within["Reading"]
    assert alone["$defs"] == {name: within[name] for name in alone["$defs"]}


def test_the_schema_describes_every_member() -> None:
    for definition in (SCHEMA, *SCHEMA["$defs"].values()):
        for name, member in definition.get("properties", {}).items():
            referred = SCHEMA["$defs"].get(member.get("$ref", "").removeprefix("#/$defs/"), {})
            assert member.get("description") or referred.get("description"), name


# Strictness. A place is named as in `stages[1].votes["Aliy Faisal"]`.

Path_ = tuple[str | int, ...]


def places(value: object, path: Path_ = (), place: str = "") -> Iterator[tuple[Path_, str, object]]:
    """Every value in a record, with its path in the JSON and the name of its place."""
    yield path, place, value
    if dataclasses.is_dataclass(value):
        for member, name in members_of(value):
            inner = f"{place}.{member}" if place else member
            yield from places(getattr(value, name), (*path, member), inner)
    elif isinstance(value, tuple):
        for number, item in enumerate(value):
            yield from places(item, (*path, number), f"{place}[{number}]")
    elif isinstance(value, FrozenMapping):
        for key, item in value.items():
            yield from places(item, (*path, key), f"{place}[{json.dumps(key)}]")


FULL = full_record().to_json()
PLACES = list(places(full_record()))
MEMBERS = [
    ((*path, member), f"{place}.{member}" if place else member)
    for path, place, value in PLACES
    if dataclasses.is_dataclass(value)
    for member, _ in members_of(value)
    if member not in ABSENT
]
WRONG = [None, True, -1, 7, 1.5, "", "x", "1.00", "-1.00", "1e3", " 1", "01.00", "1.", "٣", [], {}]


def changed(path: Path_, *change: object) -> str:
    """The JSON of the full record with the value at this path replaced, or removed."""
    whole = json.loads(FULL)
    holder = whole
    for step in path[:-1]:
        holder = holder[step]
    if change:
        holder[path[-1]] = change[0]
    else:
        del holder[path[-1]]
    return json.dumps(whole)


def refusal(text: str) -> str:
    with pytest.raises(RecordError) as caught:
        CountRecord.from_json(text)
    return str(caught.value)


def test_a_removed_member_is_named() -> None:
    for path, place in MEMBERS:
        assert refusal(changed(path)).startswith(f"{place}: found no such member")
    assert refusal(changed(("schema",))).startswith("schema: ")


def test_a_member_that_states_nothing_is_absent_and_never_null() -> None:
    record = labour()
    assert not ABSENT & set(json.loads(record.stages[0].to_json()))
    assert not ABSENT & set(codec.encode(record.stages[0]))
    for name in ABSENT:
        read = CountRecord.from_json(changed(("stages", 0, name)))
        assert getattr(read.stages[0], name) is None
        assert CountRecord.from_json(read.to_json()) == read
        assert refusal(changed(("stages", 0, name), None)).startswith(f"stages[0].{name}: ")


def test_an_added_member_is_named() -> None:
    for path, place, value in PLACES:
        if dataclasses.is_dataclass(value):
            message = refusal(changed((*path, "comment"), "hello"))
            assert message.startswith(f'{place or "the text"}: found "comment"; expected a member')


def on_the_way(value: Any, path: Path_ | None) -> Any:
    """What lies on the way to a place in the JSON: off it, arrays are empty."""
    if isinstance(value, dict) and path != ():
        return {
            name: on_the_way(item, path[1:] if path and path[0] == name else None)
            for name, item in value.items()
        }
    if isinstance(value, list) and path != ():
        return [on_the_way(value[int(path[0])], path[1:])] if path else []
    return value


def test_a_mistyped_value_is_named_and_the_schema_agrees() -> None:
    # The schema asks of each item by itself: it is enough to show it those on the way.
    asked = set(re.findall(r'"(\w+)": ', json.dumps(SCHEMA)))
    assert "items" in asked
    assert not {"minItems", "contains", "prefixItems", "uniqueItems"} & asked
    # One of several alike, such as the first stage's votes for all votes.
    alike = {re.sub(r"\[.*?\]", "[]", place): (path, place) for path, place, _ in PLACES[:0:-1]}
    for path, place in alike.values():
        for wrong in WRONG:
            text = changed(path, wrong)
            if VALIDATOR.is_valid(on_the_way(json.loads(text), path)):
                CountRecord.from_json(text)
            else:
                assert refusal(text).startswith(place), (place, wrong)


@pytest.mark.parametrize("schema", [None, 1, "stvcount.record/3", "", True])
def test_another_schema_is_refused(schema: object) -> None:
    message = refusal(changed(("schema",), schema))
    assert message == f'schema: found {json.dumps(schema)}; expected "stvcount.record/2"'


def test_a_record_by_the_schema_that_was_never_released_is_to_be_counted_again(
    tmp_path: Path,
) -> None:
    path = tmp_path / "old.json"
    path.write_text(LABOUR.replace("record/2", "record/1"), "utf-8")
    with pytest.raises(RecordError) as caught:
        stvcount.read_record(path)
    assert str(caught.value) == (
        f'{path}: schema: found "stvcount.record/1", which was never released; expected '
        '"stvcount.record/2": count the ballot file again'
    )


@pytest.mark.parametrize(
    ("once", "twice", "name"),
    [
        ('"title":', '"title": "Other", "title":', "title"),
        ('"void": false', '"void": false, "schema": "stvcount.record/2"', "schema"),
        ('"votes": {', '"votes": {"Oliver Tucker": "6.00", ', "Oliver Tucker"),
        ('"clause": "5.5.2"', '"clause": "5.5.2", "clause": "5.5.2"', "clause"),
    ],
)
def test_a_member_given_twice_is_refused(once: str, twice: str, name: str) -> None:
    assert f"{name!r} more than once" in refusal(LABOUR.replace(once, twice, 1))


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "null", "true", "5", '"x"', "[]", "{}", "{", "[1,]", "NaN", "-Infinity", "\x00"),
        *(LABOUR[:-3], LABOUR + "}", "\ufeff" + LABOUR, "{'title': 1}", '{"title": "a\nb"}'),
    ],
)
def test_a_text_that_is_no_record_is_refused(text: str) -> None:
    assert "expected" in refusal(text)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "-1", "1.0", "1e2"])
def test_a_number_that_is_not_whole_is_refused(number: str) -> None:
    assert "expected" in refusal(LABOUR.replace('"places": 1', f'"places": {number}'))
    assert "expected" in refusal(LABOUR.replace('"8.00"', number, 1))


def test_huge_whole_numbers() -> None:
    beyond = "9" * (sys.get_int_max_str_digits() + 1)
    message = refusal(LABOUR.replace('"places": 1', f'"places": {beyond}'))
    assert message == "found a number of too many digits; expected JSON"
    large = LABOUR.replace('"places": 1', f'"places": {10**100}')
    assert CountRecord.from_json(large).places == 10**100


def test_half_characters() -> None:
    for half in ("\\ud800", "\ud800"):
        message = refusal(LABOUR.replace("Aliy", f"Aliy{half}"))
        assert message == "found half a character, U+D800; expected JSON"


def test_votes_have_at_most_100_digits_and_20_decimals() -> None:
    for good in ("0", "9" * 100, "0." + "9" * 20):
        text = LABOUR.replace('"9.50"', f'"{good}"')
        VALIDATOR.validate(json.loads(text))
        assert f"{CountRecord.from_json(text).stages[0].quota:f}" == good
    for bad in ("9" * 101, "0." + "9" * 21, "NaN", "Infinity", "1_000", "+1", ".5", "1.00 ", ""):
        text = LABOUR.replace('"9.50"', f'"{bad}"')
        assert not VALIDATOR.is_valid(json.loads(text))
        assert refusal(text).startswith("stages[0].quota: ")


@pytest.mark.parametrize(("opened", "closed"), [("[", "]"), ('{"a":', "}")])
def test_deep_nesting_is_refused(opened: str, closed: str) -> None:
    limit = sys.getrecursionlimit()
    for depth in (2, 60, *range(limit - 200, limit, 7), 100_000):
        nested = opened * depth + "1" + closed * depth
        assert "expected" in refusal(nested)
        assert "expected" in refusal(LABOUR.replace('"places": 1', f'"places": {nested}'))


@pytest.mark.parametrize("holder", ["x_else", "figures"])
def test_what_may_be_nested_is_not_nested_deeply(holder: str) -> None:
    path: Path_ = (holder,)
    if holder == "figures":
        path = ("stages", 0, "decisions", 0, "figures")
    value: Any = {}
    for _ in range(40):
        value = {"a": [value]} if holder == "x_else" else {"a": value}
    for _ in range(2):
        assert "nested too deeply" in refusal(changed(path, {"a": [value, [[[[[[[[value]]]]]]]]]}))
    shallow = CountRecord.from_json(changed(path, {"a": [[{"a": "1.00"}]]}))
    assert CountRecord.from_json(shallow.to_json()) == shallow


# Members that others add


def test_members_that_others_add_are_kept_at_the_top_alone() -> None:
    added = {"x_id": 7, "x_list": [None, True, {"a": 1.5, "b": "c"}], "x_": "", "x_no": -3}
    record = CountRecord.from_json(json.dumps(json.loads(LABOUR) | added))
    VALIDATOR.validate(json.loads(record.to_json()))
    again = json.loads(record.to_json())
    assert {name: again[name] for name in added} == added
    for wrong in ("y_id", "X_id", "x"):
        text = json.dumps(json.loads(LABOUR) | {wrong: 1})
        assert refusal(text).startswith(f'the text: found "{wrong}"; expected a member of stvcount')
        assert not VALIDATOR.is_valid(json.loads(text))
    inside = changed(("rules", "x_id"), 7)
    assert refusal(inside).startswith('rules: found "x_id"; expected a member of id, title')
    assert not VALIDATOR.is_valid(json.loads(inside))


def test_a_number_of_others_that_no_program_holds_is_refused() -> None:
    assert "1e999" in refusal(json.dumps(json.loads(LABOUR))[:-1] + ', "x_a": [1e999]}')


# What is counted


@pytest.mark.parametrize("rules", stvcount.rules.names())
@given(data=st.data())
def test_what_is_counted_is_by_the_schema(rules: str, data: st.DataObject) -> None:
    places = stvcount.rules.get(rules).most_places
    held = data.draw(elections() if places is None else elections(places=places))
    record = stvcount.count(held, rules=rules, lots=Lots.first_listed())
    VALIDATOR.validate(json.loads(record.to_json()))
    assert CountRecord.from_json(record.to_json()) == record
    for stage in record.stages:
        STAGE_VALIDATOR.validate(json.loads(stage.to_json()))
        assert (
            json.loads(stage.to_json()) == json.loads(record.to_json())["stages"][stage.number - 1]
        )


def test_the_reading_of_each_file_is_kept() -> None:
    first, second = CountRecord.from_json(full_record().to_json()).sources
    assert (first.reading, second.reading) == (None, FULL_READING)


# Records are values: they can be kept, compared, sent and not changed.


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_records_can_be_pickled_and_copied(protocol: int) -> None:
    record = full_record()
    for again in (pickle.loads(pickle.dumps(record, protocol)), copy.deepcopy(record)):  # noqa: S301
        assert again == record
        assert hash(again) == hash(record)
        assert again.to_json() == record.to_json()


def test_equal_records_are_one_key() -> None:
    assert {labour(): 1}[labour()] == 1
    assert labour() != full_record()
    assert len({labour(), labour(), full_record()}) == 2


def test_records_cannot_be_changed() -> None:
    for _, place, value in PLACES:
        if dataclasses.is_dataclass(value):
            name = dataclasses.fields(value)[0].name
            with pytest.raises(AttributeError):
                setattr(value, name, None)
            with pytest.raises((AttributeError, TypeError)):
                value.comment = "hello"  # type: ignore[attr-defined]
        elif isinstance(value, FrozenMapping):
            with pytest.raises(TypeError):
                value["x"] = 1  # type: ignore[index]
            with pytest.raises(AttributeError):
                value.comment = "hello"  # type: ignore[attr-defined]
        else:
            assert isinstance(value, (str, int, bool, Decimal, tuple, type(None))), place
