"""An election in JSON: every part is read back, and nothing else is read."""

from __future__ import annotations

import dataclasses
import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

import stvcount
from stvcount import Election, FormatError, Papers, SetAside, Source, Withdrawal
from stvcount.election.contest import Contest
from stvcount.formats import read_bytes
from stvcount.formats.election_json import dumps, loads, read, recognises

SCHEMA = json.loads((files("stvcount") / "schemas" / "election-1.json").read_text("utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)

FULL = Election(
    title="Club, 2024",
    places=2,
    candidates=["Ann", "Zoë", "RON"],
    papers=Papers(
        ["Ann", "Zoë", "RON"],
        [([1, 0], 5), ([0, (1, 2), None, 0], 2), ([None, 1], 1), ([], 3), ([1, 0], 4)],
    ),
    withdrawn=[Withdrawal("Zoë", "ill"), Withdrawal("Ann")],
    papers_set_aside=[SetAside(6, "torn"), SetAside(2)],
    non_person="RON",
    affiliations={"Zoë": "The Slate"},
    persons=["Ann"],
    contest=Contest(date="9 March", electorate=40),
    sources=[Source("club.blt", "ab" * 32)],
    notes=["line 4: a title without quotation marks", "two\nlines"],
)
TEXT = """{
 "schema": "stvcount.election/1",
 "title": "Club, 2024",
 "places": 2,
 "candidates": [
  "Ann",
  "Zoë",
  "RON"
 ],
 "withdrawn": [
  {
   "candidate": "Zoë",
   "reason": "ill"
  },
  {
   "candidate": "Ann",
   "reason": ""
  }
 ],
 "papers_set_aside": [
  {
   "paper": 2,
   "reason": ""
  },
  {
   "paper": 6,
   "reason": "torn"
  }
 ],
 "non_person": "RON",
 "affiliations": {
  "Zoë": "The Slate"
 },
 "persons": [
  "Ann"
 ],
 "contest": {
  "date": "9 March",
  "electorate": 40,
  "returning_officer": null,
  "status": null
 },
 "source": {
  "name": "club.blt",
  "sha256": "abababababababababababababababababababababababababababababababab"
 },
 "notes": [
  "line 4: a title without quotation marks",
  "two\\nlines"
 ],
 "papers": [
  {"papers": 5, "order": [2, 1]},
  {"papers": 2, "order": [1, [2, 3], null, 1]},
  {"papers": 1, "order": [null, 2]},
  {"papers": 3, "order": []},
  {"papers": 4, "order": [2, 1]}
 ]
}
"""


OPTIONAL = ("affiliations", "persons", "contest")


def changed(*path: str | int, to: object) -> str:
    """The text of the full election with the value at this path replaced."""
    whole = json.loads(TEXT)
    holder = whole
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = to
    return json.dumps(whole)


def faults(text: str) -> list[tuple[str, str]]:
    with pytest.raises(FormatError) as caught:
        loads(text)
    assert all(fault.line is None for fault in caught.value.faults)
    return [(fault.found, fault.expected) for fault in caught.value.faults]


# --- what is written is read back


def test_the_text_that_is_written() -> None:
    assert dumps(FULL) == TEXT
    assert loads(TEXT) == FULL
    VALIDATOR.validate(json.loads(TEXT))


def test_an_election_of_the_fewest_parts() -> None:
    election = Election(places=1, candidates=["A"], papers=Papers())
    assert '"papers": []\n}' in dumps(election)
    assert loads(dumps(election)) == election
    VALIDATOR.validate(json.loads(dumps(election)))


def test_through_a_file(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    assert stvcount.write(FULL, path) == ()
    back = stvcount.read(path)
    note = f"made from the file club.blt (SHA-256 {'ab' * 32})"
    assert back.sources
    assert back.sources[0].name == "x.json"
    assert back == dataclasses.replace(FULL, sources=back.sources, notes=(*FULL.notes, note))


def test_papers_that_are_taken_out_are_not_written() -> None:
    counted = dataclasses.replace(FULL, papers=FULL.papers_counted, papers_set_aside=())
    taken = dataclasses.replace(counted, papers=FULL.papers.without({8}))
    assert '"papers": 0' not in dumps(taken)
    assert loads(dumps(taken)).papers.total == 14


def test_more_papers_than_a_machine_counts() -> None:
    papers = Papers(["A"], [([0], 10**40 - 1)])
    election = Election(places=10**30, candidates=["A"], papers=papers, papers_set_aside=[10**39])
    assert loads(dumps(election)) == election


texts = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=8)
anything = st.text(st.characters(exclude_categories=("Cs",)), max_size=8)
entries = st.one_of(
    st.integers(0, 3),
    st.none(),
    st.lists(st.integers(0, 3), max_size=3).map(tuple),
)


@st.composite
def elections(draw: st.DrawFn) -> Election:
    names = draw(st.lists(texts.filter(str.strip), min_size=4, max_size=4))
    orders = st.tuples(st.lists(entries, max_size=6), st.integers(0, 10**6))
    papers = Papers(names, draw(st.lists(orders, max_size=8)))
    bare = Election(
        title=draw(texts), places=draw(st.integers(1, 10**20)), candidates=names, papers=papers
    )
    people = st.sampled_from(bare.candidates)
    numbers = draw(st.sets(st.integers(1, papers.total), max_size=3)) if papers.total else ()
    non_person = draw(st.none() | people)
    persons = draw(st.lists(people.filter(lambda name: name != non_person), max_size=3))
    return dataclasses.replace(
        bare,
        withdrawn=[
            Withdrawal(name, draw(texts))
            for name in draw(st.lists(people, max_size=3, unique=True))
        ],
        papers_set_aside=[SetAside(number, draw(texts)) for number in numbers],
        non_person=non_person,
        affiliations=draw(st.dictionaries(people, texts, max_size=4)),
        persons=persons,
        sources=draw(st.lists(st.builds(Source, anything, anything), max_size=3)),
        notes=[*bare.notes, *draw(st.lists(anything, max_size=3))],
    )


@given(elections())
def test_every_part_is_read_back(election: Election) -> None:
    text = dumps(election)
    VALIDATOR.validate(json.loads(text))
    again = loads(text)
    assert again == election
    assert list(again.papers.orders()) == list(election.papers.orders())
    assert again.papers.invalid == election.papers.invalid
    assert dumps(again).encode() == text.encode()


# --- the schema


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_the_schema_lists_every_part_of_an_election() -> None:
    members = {field.name for field in dataclasses.fields(Election)} - {"sources", "reading"}
    assert set(SCHEMA["properties"]) == {"schema", "source", *members}
    assert list(SCHEMA["properties"]) == list(json.loads(TEXT))


@pytest.mark.parametrize("kind", [Withdrawal, SetAside, Contest])
def test_the_schema_lists_the_members_of_the_dataclass(kind: type) -> None:
    members = [field.name for field in dataclasses.fields(kind)]
    assert list(SCHEMA["$defs"][kind.__name__]["properties"]) == members


def test_the_schema_requires_all_and_describes_all() -> None:
    for one in (SCHEMA, *(one for one in SCHEMA["$defs"].values() if "properties" in one)):
        assert one["required"] == [name for name in one["properties"] if name not in OPTIONAL]
        assert one["additionalProperties"] is False
        for name, member in one["properties"].items():
            assert member.get("description"), name


def test_several_sources() -> None:
    several = dataclasses.replace(FULL, sources=[Source("a", "0" * 64), Source("b", "1" * 64)])
    VALIDATOR.validate(json.loads(dumps(several)))
    assert loads(dumps(several)) == several
    assert loads(changed("source", to=None)).sources == ()
    assert faults(changed("source", to=[{"name": 1, "sha256": "0"}])) == [
        ("source[0].name: 1", "a string")
    ]


def test_what_may_be_missing() -> None:
    members = {name: part for name, part in json.loads(TEXT).items() if name not in OPTIONAL}
    VALIDATOR.validate(members)
    expected = dataclasses.replace(FULL, affiliations={}, persons=(), contest=Contest())
    assert loads(json.dumps(members)) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([], ("affiliations: an array", "an object")),
        ({"Ann": 1}, ('affiliations["Ann"]: 1', "a string")),
        ({"Bo": "x"}, ("affiliations: 'Bo'", "one of the candidates Ann, Zoë, RON")),
        (
            {"Ann": "a\nb"},
            (
                "affiliation: 'a\\nb', which holds the character U+000A",
                "text on one line without control characters",
            ),
        ),
    ],
)
def test_faults_of_affiliations(given: object, expected: tuple[str, str]) -> None:
    assert faults(changed("affiliations", to=given)) == [expected]


# --- strictness


def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every value in a JSON text."""
    found = [path] if path else []
    if isinstance(value, (dict, list)):
        for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
            found += paths(inner, (*path, step))
    return found


def place(path: tuple[Any, ...]) -> str:
    steps = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return steps.removeprefix(".")


WRONG = [None, True, -1, 0, 7, 1.5, 10**41, "", "x", "1", [], [1], [1, 2], [1, "2"], [[1, 2]], {}]


PATHS = [path for path in paths(json.loads(TEXT)) if path != ("schema",)]


def test_a_mistyped_value_is_named_and_the_schema_agrees() -> None:
    for path in PATHS:
        for wrong in WRONG:
            text = changed(*path, to=wrong)
            if not VALIDATOR.is_valid(json.loads(text)):
                # A paper of number 0 is refused in the words of any election.
                starts = (place(path[:1]) if "affiliations" in path else place(path),)
                starts += ("set aside",) * ("paper" in path)
                assert any(found.startswith(starts) for found, _ in faults(text)), text


def test_a_removed_member_is_named() -> None:
    for name in json.loads(TEXT).keys() - set(OPTIONAL):
        members = json.loads(TEXT)
        del members[name]
        [(found, _), *_] = faults(json.dumps(members))
        assert name in found


def test_an_added_member_is_named() -> None:
    members = json.loads(TEXT) | {"comment": 1, "names": []}
    assert [found for found, _ in faults(json.dumps(members))] == [
        "the member 'comment'",
        "the member 'names'",
    ]
    for path in (("withdrawn", 0), ("papers", 1), ("source",), ("papers_set_aside", 0)):
        [(found, _)] = faults(changed(*path, "comment", to=1))
        assert found.startswith(f"{place(path)}: ")


NUMBER = "a candidate number from 1 to 3"
ENTRY = "a candidate number from 1 to 3, an array of several, or null"


@pytest.mark.parametrize(
    ("path", "wrong", "expected"),
    [
        (("title",), 5, [("title: 5", "a string")]),
        (
            ("title",),
            "a\nb",
            [
                (
                    "title: 'a\\nb', which holds the character U+000A",
                    "text on one line without control characters",
                )
            ],
        ),
        (("places",), 0, [("places: 0", "a whole number from 1")]),
        (("places",), -1, [("places: -1", "a whole number")]),
        (("candidates",), [], [("candidates: none", "at least one")]),
        (("candidates", 0), " ", [("candidate: ' '", "a name")]),
        (("non_person",), "X", [("non-person: 'X'", "one of the candidates Ann, Zoë, RON")]),
        (
            ("withdrawn",),
            [{"candidate": name, "reason": ""} for name in ("X", "Ann", "Y")],
            [
                ("withdrawn: 'X'", "one of the candidates Ann, Zoë, RON"),
                ("withdrawn: 'Y'", "one of the candidates Ann, Zoë, RON"),
            ],
        ),
        (
            ("withdrawn",),
            [{"candidate": "Ann", "reason": ""}] * 2,
            [("withdrawn: 'Ann' 2 times", "it once")],
        ),
        (
            ("papers_set_aside", 0, "paper"),
            16,
            [("set aside: paper number 16", "1 to 15")],
        ),
        (
            ("papers",),
            [],
            [("set aside: paper number 2", "1 to 0"), ("set aside: paper number 6", "1 to 0")],
        ),
        (("papers", 0, "papers"), 0, [("papers[0].papers: 0", "a whole number from 1, of")]),
        (("papers", 0, "papers"), 10**40, [(f"papers[0].papers: {10**40}", "a whole number")]),
        (("papers", 0, "papers"), True, [("papers[0].papers: true", "a whole number")]),
        (("papers", 0, "order"), {}, [("papers[0].order: an object", "an array")]),
        (("papers", 0, "order", 0), 4, [("papers[0].order[0]: 4", ENTRY)]),
        (("papers", 0, "order", 0), 0, [("papers[0].order[0]: 0", ENTRY)]),
        (("papers", 0, "order", 0), "Ann", [('papers[0].order[0]: "Ann"', ENTRY)]),
        (("papers", 0, "order", 0), [1], [("papers[0].order[0]: an array", ENTRY)]),
        (("papers", 1, "order", 1, 0), 9, [("papers[1].order[1][0]: 9", NUMBER)]),
        (("papers", 1, "order", 1, 0), None, [("papers[1].order[1][0]: null", NUMBER)]),
        (
            ("papers", 1),
            [1],
            [("papers[1]: an array", "an object with the members papers, order and no other")],
        ),
    ],
)
def test_faults(path: tuple[Any, ...], wrong: object, expected: list[tuple[str, str]]) -> None:
    found = faults(changed(*path, to=wrong))
    assert len(found) == len(expected)
    for (what, instead), (start, end) in zip(found, expected, strict=True):
        assert (what, instead[: len(end)]) == (start, end)


def test_all_faults_are_reported() -> None:
    members = json.loads(TEXT)
    members |= {"title": 1, "places": "2", "non_person": "X", "comment": 1}
    members["withdrawn"].append({"candidate": "Y", "reason": ""})
    members["papers"][0] = {"papers": 0, "order": [9, "A"]}
    del members["notes"]
    assert [found for found, _ in faults(json.dumps(members))] == [
        "the member 'comment'",
        "no member 'notes'",
        "title: 1",
        'places: "2"',
        "papers[0].papers: 0",
        "papers[0].order[0]: 9",
        'papers[0].order[1]: "A"',
        "non-person: 'X'",
        "withdrawn: 'Y'",
    ]


def test_too_many_papers() -> None:
    group = {"papers": 6 * 10**39, "order": []}
    [(found, expected)] = faults(changed("papers", to=[group, group]))
    assert (found, expected) == (f"{12 * 10**39} papers", f"fewer than {10**40}")


def test_a_record_given_by_mistake() -> None:
    record = stvcount.count(
        Election(places=1, candidates=["A"], papers=Papers.from_rankings([["A"]])), rules="ers97"
    )
    assert recognises(record.to_json().encode())
    with pytest.raises(FormatError) as caught:
        read(record.to_json().encode(), path="count.json")
    assert str(caught.value) == (
        "count.json: found the record of a count (stvcount.record/2), which does not hold the "
        "papers; expected an election (stvcount.election/1), or the ballot file that was counted"
    )


@pytest.mark.parametrize("schema", [None, 1, "stvcount.election/2", "", True, "stvcount.motion/1"])
def test_another_schema_is_refused(schema: object) -> None:
    assert faults(changed("schema", to=schema)) == [
        (f"schema: {json.dumps(schema)}", '"stvcount.election/1"')
    ]


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "null", "true", "5", '"x"', "[]", "{}", "{", "[1,]", "NaN", "-Infinity", "\x00"),
        *(TEXT[:-3], TEXT + "}", "\ufeff" + TEXT, TEXT.replace('"places": 2', '"places": NaN')),
        *("[" * 100_000, '{"a":' * 100_000, TEXT.replace("[2, 1]", "[" * 5000 + "]" * 5000, 1)),
        TEXT.replace('"places": 2', f'"places": {"9" * 5000}'),
        TEXT.replace('"places": 2', '"places": 1, "places": 2'),
        TEXT.replace("Zoë", "\\ud800"),
    ],
)
def test_a_text_that_is_no_election_is_refused(text: str) -> None:
    assert all(expected for _, expected in faults(text))


# --- any bytes at all


def result(data: bytes, encoding: str | None) -> Election | FormatError:
    try:
        return read_bytes(data, "x.json", encoding=encoding)
    except FormatError as error:
        return error


def only_an_election_or_faults(data: bytes) -> None:
    for encoding in (None, "latin-1", "utf-16"):
        given_back = result(data, encoding)
        if isinstance(given_back, Election):
            # How the file was read is told by the file itself, and is not kept in another.
            bare = [dataclasses.replace(one, reading=None) for one in given_back.sources]
            assert loads(dumps(given_back)) == dataclasses.replace(given_back, sources=bare)
        else:
            assert given_back.faults
            assert all(len(str(fault)) < 700 for fault in given_back.faults)


@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    only_an_election_or_faults(data)


PIECES = st.sampled_from(
    [
        *(bytes([byte]) for byte in b'0123-{}[],:"\\\n\t \0x\xe9'),
        *(b"null", b"true", b"1e9", b"9" * 50, b'"order"', b"\xc3\xa9", b"\\ud800"),
    ]
)


@given(
    st.lists(
        st.tuples(st.integers(0, len(TEXT)), st.integers(0, 3), PIECES | st.just(b"")), max_size=3
    )
)
def test_good_files_spoilt(changes: list[tuple[int, int, bytes]]) -> None:
    data = TEXT.encode()
    for start, length, piece in changes:
        data = data[:start] + piece + data[start + length :]
    only_an_election_or_faults(data)


@given(
    st.sampled_from(PATHS),
    st.recursive(
        st.none() | st.booleans() | st.integers(-2, 20) | st.floats() | st.text(max_size=3),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
        max_leaves=5,
    ),
)
def test_any_value_in_any_place(path: tuple[Any, ...], value: object) -> None:
    only_an_election_or_faults(changed(*path, to=value).encode())
