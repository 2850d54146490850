"""What people's own layouts are read as: `layouts.py`, in short. Nothing is misread in silence."""

from __future__ import annotations

import contextlib
import io
import random
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest
from layouts import (
    ASKED,
    BAD_ADVICE,
    CRASH,
    MISREAD,
    NO_TRUE_ANSWER,
    NO_WAY_OUT,
    NOT_AGAIN,
    READ,
    TOLD,
    Layout,
    Outcome,
    arguments,
    layout,
    shares,
    tried,
    truthful,
    wrong,
)

import stvcount
from stvcount.cli import main
from stvcount.errors import FormatError
from stvcount.formats import read_bytes
from stvcount.formats.settings import merged
from stvcount.formats.tables import ballots

SEEDS = range(360)
MOST_QUESTIONS = 8

pytest.importorskip("openpyxl")


@cache
def outcomes() -> Sequence[tuple[Layout, Outcome]]:
    return tuple(tried(SEEDS))


def test_the_same_seed_makes_the_same_layout() -> None:
    """Of a workbook, all but the times inside its archive."""
    for seed in range(40):
        one, other = layout(seed), layout(seed)
        assert one.traits == other.traits
        assert one.papers == other.papers
        assert one.data == other.data or one.name.endswith(".xlsx")


def test_layouts_are_many() -> None:
    made = {(one.traits, one.name) for one, _ in outcomes()}
    assert len(made) >= 250
    assert sum(not one.odd for one, _ in outcomes()) >= 150


def failed(*kinds: str) -> str:
    """The layouts that came to these ends, a few lines for each."""
    return "\n".join(
        f"{found.kind}: {one}\n    {found.why}\n    {dict(found.given)}"
        for one, found in outcomes()
        if found.kind in kinds
    )


def test_nothing_is_misread_nor_by_any_true_answer() -> None:
    assert not failed(MISREAD, BAD_ADVICE, CRASH)


def test_every_question_has_a_true_answer() -> None:
    assert not failed(NO_WAY_OUT, NO_TRUE_ANSWER)


def test_the_reading_that_is_kept_gives_the_same_papers_and_no_voter_s_address() -> None:
    assert not failed(NOT_AGAIN, TOLD)


def test_most_of_what_a_person_would_lay_out_is_read_without_a_question(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with capsys.disabled():
        # For people to read, as docs/formats.md has them.
        sys.stdout.write(f"\n{shares(outcomes())}\n")
    plain = [found for one, found in outcomes() if not one.odd]
    read = [found for found in plain if found.kind == READ]
    assert len(read) >= 0.8 * len(plain), shares(outcomes())


def test_whole_columns_are_read_as_single_rows_are(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("numpy")
    monkeypatch.setattr(ballots, "BULK_FROM", 1)
    for one, found in outcomes()[::4]:
        if found.kind == READ:
            assert not wrong(one, read_bytes(one.data, one.name, **one.options)), one


def asked() -> list[Layout]:
    """Some of those that are asked about."""
    found = [one for one, end in outcomes() if end.kind == ASKED]
    return random.Random(1).sample(found, min(25, len(found)))


def test_advice_works_as_it_is_typed(tmp_path: Path) -> None:
    for one in asked():
        path, result = tmp_path / one.name, tmp_path / "papers.json"
        path.write_bytes(one.data)
        result.unlink(missing_ok=True)
        words = told_by_the_keeper(one, path)
        status, said = run(["convert", str(path), str(result), *words])
        assert status == 0, f"{one}: {words}: {said}"
        assert not wrong(one, stvcount.read(result)), f"{one}: {words}"


def told_by_the_keeper(one: Layout, path: Path) -> list[str]:
    """The words of the command, after the first true answer to each question in its turn."""
    words = ["--places", str(one.options["places"])]
    words += [word for name in one.options.get("candidates", ()) for word in ("--candidate", name)]
    options = dict(one.options)
    for _ in range(MOST_QUESTIONS):
        try:
            stvcount.read(path, **options)
        except FormatError as error:
            ways = (way for fault in error.faults for way in fault.settled_by)
            way = next(way for way in ways if truthful(one, way))
        else:
            return words
        words += arguments(way)
        options = merged(options, way)
    raise AssertionError(f"{one}: no end of questions: {words}")


def run(words: Sequence[str]) -> tuple[int, str]:
    said = io.StringIO()
    with contextlib.redirect_stderr(said), contextlib.redirect_stdout(io.StringIO()):
        status = main(words)
    return status, said.getvalue()
