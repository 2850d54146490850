"""From any format into any other: what is lost on the way is named, and nothing else is lost."""

from __future__ import annotations

import dataclasses
import io
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import stvcount
from stvcount import Election, ElectionError, FormatError, Papers, SetAside, Withdrawal
from stvcount.formats import FORMATS, Format
from stvcount.formats.converting import convert

LIBRARIES = {"xlsx": "openpyxl", "parquet": "pyarrow", "arrow": "pyarrow"}
STRICT = ("soi", "toc", "soc")
"""Formats that refuse an election whose papers are not all of one kind."""

PLAIN = Election(
    title="Club",
    places=2,
    candidates=["Ann", "Zoë", "RON"],
    papers=Papers(["Ann", "Zoë", "RON"], [([1, 0, 2], 5), ([0, 2, 1], 2)]),
)
FULL = dataclasses.replace(
    PLAIN,
    papers=Papers(
        ["Ann", "Zoë", "RON"],
        [([1, 0], 5), ([0, (1, 2), None, 0], 2), ([None, 1], 1), ([], 3), ([1, 0], 4)],
    ),
    withdrawn=[Withdrawal("Zoë", "ill"), Withdrawal("Ann")],
    papers_set_aside=[SetAside(6, "torn"), SetAside(2)],
    non_person="RON",
    affiliations={"Ann": "The Slate"},
    persons=["Ann"],
    notes=["line 4: a title without quotation marks"],
)


def kinds(*but: str) -> Any:
    """The formats, for a test of each, but for those named."""
    return pytest.mark.parametrize(
        "kind",
        [kind for kind in FORMATS if kind.writes and kind.name not in but],
        ids=lambda kind: kind.name,
    )


def installed(kind: Format) -> Format:
    """The format, where what it needs is installed."""
    if kind.name in LIBRARIES:
        pytest.importorskip(LIBRARIES[kind.name])
    return kind


def through(election: Election, kind: Format) -> tuple[Election, str]:
    """The election after a file of this kind, and all sentences about what was lost."""
    with tempfile.TemporaryDirectory() as folder:
        start, end = Path(folder, "start.json"), Path(folder, f"end{kind.suffixes[0]}")
        assert stvcount.write(election, start) == ()
        said = convert(start, end)
        # Papers of chance are broken more often than any voters break them.
        names = {"candidates": election.candidates} if "candidates" in kind.options else {}
        return stvcount.read(end, places=election.places, **names), "\n".join(said)


def lost(before: Election, after: Election) -> set[str]:
    """The parts of the election, but for the file it comes from, that are not the same any more."""

    def part(election: Election, name: str) -> Any:
        return one_by_one(election) if name == "papers" else getattr(election, name)

    names = {field.name for field in dataclasses.fields(Election)} - {"sources", "reading"}
    return {name for name in names if part(before, name) != part(after, name)}


def one_by_one(election: Election) -> list[Any]:
    """The order on each paper, however papers alike are held together."""
    return [order for order, count in election.papers.orders() for _ in range(count)]


SAID = {
    "title": "title",
    "withdrawn": "withdraw",
    "papers_set_aside": "set aside",
    "non_person": "no person",
    "affiliations": "affiliations",
    "persons": "is a person",
    "papers": "paper",
}
"""A word of the sentence about each part, apart from notes, to which every reading adds."""


@kinds(*STRICT)
def test_each_part_is_kept_or_named(kind: Format) -> None:
    after, said = through(FULL, installed(kind))
    for part in lost(FULL, after) - {"notes"}:
        assert SAID[part] in said, part
    for note in set(FULL.notes) - set(after.notes):
        assert note in said
    for gone in set(FULL.withdrawn) - set(after.withdrawn):
        assert gone.reason in said
    assert after.papers.total == FULL.papers.total
    assert after.candidates == FULL.candidates


@kinds()
def test_nothing_but_places_and_title_is_lost_of_a_plain_election(kind: Format) -> None:
    after, said = through(PLAIN, installed(kind))
    assert lost(PLAIN, after) <= {"title", "notes"}
    assert len(said.splitlines()) <= 2
    if kind.name not in ("blt", "json"):
        assert "the number of places is left out: 2." in said


@kinds()
@pytest.mark.parametrize(
    "source", [kind for kind in FORMATS if kind.writes], ids=lambda kind: f"from {kind.name}"
)
def test_from_each_format_into_each(tmp_path: Path, source: Format, kind: Format) -> None:
    start = tmp_path / f"start{installed(source).suffixes[0]}"
    end = tmp_path / f"end{installed(kind).suffixes[0]}"
    stvcount.write(PLAIN, start)
    convert(start, end, places=2, title="Club")
    after = stvcount.read(end, places=2)
    assert (after.candidates, one_by_one(after)) == (PLAIN.candidates, one_by_one(PLAIN))


@pytest.mark.parametrize("name", STRICT)
def test_papers_that_do_not_fit_leave_the_file_alone(tmp_path: Path, name: str) -> None:
    start, end = tmp_path / "start.json", tmp_path / f"end.{name}"
    stvcount.write(FULL, start)
    end.write_text("before")
    with pytest.raises(ElectionError, match="expected the kind toi"):
        convert(start, end, overwrite=True)
    assert end.read_text() == "before"


def test_named_formats_win(tmp_path: Path) -> None:
    start, end = tmp_path / "start.dat", tmp_path / "end.json"
    stvcount.write(PLAIN, start, format="blt")
    assert convert(start, end, input_format="blt", output_format="soc") == (
        "PrefLib: the number of places is left out: 2.",
    )
    assert end.read_text().startswith("# TITLE: Club\n")


def test_from_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Input:
        buffer = io.BytesIO(b'1 1\n3 1 0\n0\n"A"\n"T"\n')

    monkeypatch.setattr(sys, "stdin", Input)
    path = tmp_path / "x.json"
    assert convert("-", path, input_format="blt") == ()
    election = stvcount.read(path)
    assert (election.title, election.papers.total) == ("T", 3)
    assert "made from the file standard input" in election.notes[0]


@pytest.mark.parametrize(
    ("source", "target", "options", "found"),
    [
        ("missing.blt", "x.json", {}, "No such file or directory"),
        ("start.blt", "x.dat", {}, "the suffix '.dat'"),
        ("start.blt", "no/x.json", {}, "no folder '{folder}/no'"),
        ("start.blt", "x.json", {"input_format": "abc"}, "the format 'abc'"),
        ("start.blt", "x.json", {"output_format": "abc"}, "the format 'abc'"),
        ("start.blt", "x.json", {"layout": "candidates"}, "the option layout"),
        ("start.soc", "x.json", {}, "no number of places, which a PrefLib file does not hold"),
    ],
)
def test_what_cannot_be_converted(
    tmp_path: Path, source: str, target: str, options: dict[str, Any], found: str
) -> None:
    for name in ("start.blt", "start.soc"):
        stvcount.write(PLAIN, tmp_path / name)
    with pytest.raises(FormatError) as caught:
        convert(tmp_path / source, tmp_path / target, **options)
    assert caught.value.found == found.replace("{folder}", str(tmp_path))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["start.blt", "start.soc"]


entries = st.one_of(
    st.integers(0, 2),
    st.integers(0, 2),
    st.none(),
    st.lists(st.integers(0, 2), min_size=2, max_size=3).map(tuple),
)
groups = st.lists(st.tuples(st.lists(entries, max_size=4), st.integers(1, 9)), max_size=6)


@kinds(*STRICT)
@given(groups=groups, title=st.sampled_from(["", "Club", " Club ", '"']))
def test_papers_are_kept_or_named(kind: Format, groups: Any, title: str) -> None:
    papers = Papers(PLAIN.candidates, groups)
    before = dataclasses.replace(PLAIN, papers=papers, title=title)
    after, said = through(before, installed(kind))
    for part in lost(before, after) - {"notes"}:
        assert SAID[part] in said or (part == "title" and "blanks" in said), part
    assert after.papers.total == papers.total
    if "paper" not in said:
        assert after.papers.invalid == papers.invalid
    # However a paper is cut, all that counts of it is kept.
    assert readable(after) == readable(before)


def readable(election: Election) -> Counter[Any]:
    """How many papers have each ranking, as far as it can be read."""
    rankings: Counter[Any] = Counter()
    for ranking, count in election.papers.groups():
        rankings[ranking] += count
    return rankings


@kinds()
def test_papers_that_were_taken_out_are_not_written(kind: Format) -> None:
    left = dataclasses.replace(PLAIN, papers=PLAIN.papers.without({1, 2, 3, 4, 5}))
    after, said = through(left, installed(kind))
    assert one_by_one(after) == [(0, 2, 1)] * 2
    assert "papers" not in said
