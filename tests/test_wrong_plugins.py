"""Rule sets of other packages that err: each is told what it did, and where."""

from __future__ import annotations

import importlib
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

import pytest
from builders import election

import stvcount
from stvcount import InternalError, LotError, Lots, RuleSetError
from stvcount.rules import NON_PERSON_CLAUSES, Count, Journal, Outcome, RuleSet
from stvcount.tally import LotBox, Tally

PAPERS = {"AB": 6, "B": 3, "CB": 2}

Count_ = Callable[[Tally, Journal], Any]


def counted(body: Count_, **attributes: Any) -> stvcount.CountRecord:
    """The count of some papers by a rule set that counts so."""

    class Wrong(RuleSet):
        id: ClassVar[str] = "wrong"
        title: ClassVar[str] = "Wrong"
        source: ClassVar[str] = "nowhere"
        decimals: ClassVar[int] = 2
        clauses = {"1": "all", **NON_PERSON_CLAUSES}  # noqa: RUF012

        def count(self, tally: Tally, lots: LotBox) -> Count:
            outcome: Outcome = yield from body(tally, self.journal(tally, lots))
            return outcome

    for name, value in attributes.items():
        setattr(Wrong, name, value)
    return stvcount.count(election(1, PAPERS), rules=Wrong(), lots=Lots.first_listed())


def first_stage(tally: Tally, journal: Journal) -> Any:
    journal.elect(0, "1")
    yield journal.stage("first", (), None)
    rest = list(tally.continuing)
    tally.exclude(rest)
    return Outcome(journal.completion(rest))


def test_the_frame_of_these_tests_counts() -> None:
    assert counted(first_stage).elected == ("A",)


def a_clause(tally: Tally, journal: Journal) -> Any:
    journal.decide("9.9", "quota", valid=1, divisor=1, quota=Decimal("1.00"))
    yield from first_stage(tally, journal)


def a_clause_of_an_election(tally: Tally, journal: Journal) -> Any:
    journal.elect(0, "9.9")
    yield journal.stage("first", (), None)


def a_kind(tally: Tally, journal: Journal) -> Any:
    yield journal.stage("second", (), None)


def a_code(tally: Tally, journal: Journal) -> Any:
    journal.decide("1", "because-i-say-so")
    yield journal.stage("first", (), None)


def a_quota_of_other_decimals(tally: Tally, journal: Journal) -> Any:
    yield journal.stage("first", (), Decimal("4"))


def a_quota_that_is_no_decimal(tally: Tally, journal: Journal) -> Any:
    yield journal.stage("first", (), 4)  # type: ignore[arg-type]


def a_keep_value_of_other_decimals(tally: Tally, journal: Journal) -> Any:
    yield journal.stage("first", (), None, keep_values={0: Decimal("0.5")}, iterations=1)


def moved(tally: Tally, value: object) -> None:
    tally.begin_stage()
    tally.exclude([2])
    for _, holders in tally.batches([2]):
        tally.transfer_batch(holders, value)  # type: ignore[arg-type]


def a_value_of_other_decimals(tally: Tally, journal: Journal) -> Any:
    yield journal.stage("first", (), None)
    moved(tally, Decimal("0.5"))


def a_value_that_is_no_decimal(tally: Tally, journal: Journal) -> Any:
    yield journal.stage("first", (), None)
    moved(tally, 1)


def an_inexact_vote(tally: Tally, journal: Journal) -> Any:
    yield journal.stage("first", (), None)
    tally.begin_stage()
    (tally.votes[0] / 7).quantize(Decimal("0.01"))


def an_inexact_quantize(tally: Tally, journal: Journal) -> Any:
    yield journal.stage("first", (), None)
    tally.begin_stage()
    Decimal("0.125").quantize(Decimal("0.01"))


def papers_to_who_left(tally: Tally, journal: Journal) -> Any:
    yield journal.stage("first", (), None)
    found = tally.sort_all([2])
    tally.begin_stage()
    tally.exclude([1, 2])
    tally.transfer_surplus(2, Decimal("2.00"), tally.last_parcel(2), found, Decimal("1.00"))


def twice_excluded(tally: Tally, journal: Journal) -> Any:
    yield journal.stage("first", (), None)
    tally.exclude([2])
    tally.exclude([2])


def no_outcome(tally: Tally, journal: Journal) -> Any:
    yield journal.stage("first", (), None)


def another_outcome(tally: Tally, journal: Journal) -> Any:
    yield journal.stage("first", (), None)
    return ["A"]


def another_stage(tally: Tally, journal: Journal) -> Any:
    yield "the first stage"


def of_its_own(tally: Tally, journal: Journal) -> Any:
    yield journal.stage("first", (), None)
    tally.begin_stage()
    raise KeyError("Cat")


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (a_clause, "stage 1: found the clause '9.9'; expected one of 1, non-person"),
        (a_clause_of_an_election, "stage 1: found the clause '9.9'; expected one of 1, non-person"),
        (
            a_kind,
            "stage 1: found a stage of the kind 'second'; "
            "expected one of first, surplus, exclusion",
        ),
        (
            a_code,
            "stage 1: found the code 'because-i-say-so' without words; "
            "expected one in its wording: none of its own",
        ),
        (
            a_quota_of_other_decimals,
            "stage 1: found quota Decimal('4'); expected a Decimal with 2 decimals",
        ),
        (a_quota_that_is_no_decimal, "stage 1: found quota 4; expected a Decimal with 2 decimals"),
        (
            a_keep_value_of_other_decimals,
            "stage 1: found keep value Decimal('0.5'); expected a Decimal with 2 decimals",
        ),
        (
            a_value_of_other_decimals,
            "stage 2: found papers moved at Decimal('0.5'); expected a Decimal with 2 decimals",
        ),
        (
            a_value_that_is_no_decimal,
            "stage 2: found papers moved at 1; expected a Decimal with 2 decimals",
        ),
        (an_inexact_vote, "stage 2: found Inexact"),
        (an_inexact_quantize, "stage 2: found Inexact"),
        (papers_to_who_left, "stage 2: found B received papers after leaving"),
        (twice_excluded, "stage 1: found C: not all are continuing"),
        (no_outcome, "stage 1: found no outcome; expected an Outcome"),
        (another_outcome, "stage 1: found list at the end; expected an Outcome"),
        (another_stage, "stage 1: found str in place of a stage"),
        (of_its_own, "stage 2: found KeyError: 'Cat'; expected a count"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_mistake_is_told_with_its_place(body: Count_, says: str) -> None:
    with pytest.raises(RuleSetError) as told:
        counted(body)
    assert str(told.value).startswith(f"rules wrong, {says}")


def test_a_code_without_words_is_told_those_that_have_some() -> None:
    wording = {"toss": lambda names, figures: "a toss", "draw": lambda names, figures: "a draw"}
    with pytest.raises(RuleSetError, match=r"expected one in its wording: toss, draw$"):
        counted(a_code, wording=wording)


def test_what_ask_raises_is_no_mistake_of_the_rule_set() -> None:
    class Gone(Exception):
        pass

    def ask(question: stvcount.LotQuestion) -> str:
        raise Gone

    def by_lot(tally: Tally, journal: Journal) -> Any:
        journal.lot("election", "1", [0, 1])
        yield journal.stage("first", (), None)

    class Drawn(RuleSet):
        id: ClassVar[str] = "drawn"
        title: ClassVar[str] = "Drawn"
        source: ClassVar[str] = "nowhere"
        clauses = {"1": "all", **NON_PERSON_CLAUSES}  # noqa: RUF012

        def count(self, tally: Tally, lots: LotBox) -> Count:
            outcome: Outcome = yield from by_lot(tally, self.journal(tally, lots))
            return outcome

    with pytest.raises(Gone):
        stvcount.count(election(1, PAPERS), rules=Drawn(), lots=Lots.ask(ask))
    with pytest.raises(LotError):
        stvcount.count(election(1, PAPERS), rules=Drawn(), lots=Lots.drawn("Z"))


def test_a_rule_set_of_the_library_that_errs_is_an_internal_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is a fault of the library, and says so: nobody else is to blame."""
    gregory = importlib.import_module("stvcount.rules.gregory")
    monkeypatch.setattr(gregory, "transfer_value", lambda *_: Decimal("9.00"))
    with pytest.raises(InternalError):
        stvcount.count({("A", "B"): 9, ("B",): 1, ("C",): 2}, places=2)


BROKEN = """
[stvcount.rules]
broken = no_such_module:Rules
"""


def test_one_that_cannot_be_imported_stops_nothing_else(tmp_path: Path) -> None:
    """It is one line of the list, and costs nobody else the count."""
    info = tmp_path / "broken-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1.0\n", "utf-8")
    (info / "entry_points.txt").write_text(BROKEN, "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "stvcount", "rules"],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": ":".join([str(tmp_path), *sys.path])},
    )
    assert (done.returncode, done.stderr) == (0, "")
    [line] = [line for line in done.stdout.splitlines() if "broken" in line]
    assert "no_such_module" in line
    assert "ers97" in done.stdout
