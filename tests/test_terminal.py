"""The terminal, driven through a pseudo-terminal: the result, progress, asking about lots."""

from __future__ import annotations

import contextlib
import io
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest
from builders import election

import stvcount
from stvcount import FormatError, LotNeeded, LotQuestion
from stvcount.cli import terminal
from stvcount.frozen import FrozenMapping

pty = pytest.importorskip("pty", reason="this system has no pseudo-terminals")

SOURCE = Path(__file__).resolve().parent.parent / "src"
TIED = '3 1\n5 1 0\n5 2 0\n1 3 0\n0\n"Ann Lee"\n"Bob = Bo"\n"Cy"\n"Tied"\n'
ASKED = "on whom did the lot fall?"
PROMPT = re.compile(rf"{re.escape(ASKED)}|is that right\?")
END_OF_INPUT = "\x04"

QUESTION = LotQuestion(
    purpose="exclusion",
    clause="5.2.5",
    candidates=("Ann Lee", "Bob = Bo"),
    votes={"Ann Lee": Decimal("5.00"), "Bob = Bo": Decimal("5.00")},
    stage=3,
)


class AsTerminal(io.StringIO):
    """A text in memory that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def at_a_terminal(command: Sequence[str], *, answers: Sequence[str] = ()) -> tuple[int, str]:
    """Run Python with these arguments at a terminal, and type an answer after each prompt."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(SOURCE), *sys.path])}
    environment |= {"COLUMNS": "100", "TERM": "xterm"}
    process = subprocess.Popen(
        [sys.executable, *command], stdin=theirs, stdout=theirs, stderr=theirs, env=environment
    )
    os.close(theirs)
    shown = _conversation(ours, list(answers))
    os.close(ours)
    return process.wait(timeout=60), shown


def _conversation(ours: int, answers: list[str]) -> str:
    shown, heard = "", 0
    with contextlib.suppress(OSError):  # Linux says so when the other end is closed
        while data := os.read(ours, 4096):
            shown += data.decode("utf-8", "replace")
            if answers and PROMPT.search(shown, heard):
                heard = len(shown)
                answer = answers.pop(0)
                os.write(ours, (answer if answer == END_OF_INPUT else f"{answer}\n").encode())
    return shown.replace("\r\n", "\n")


@pytest.fixture
def tied(tmp_path: Path) -> str:
    path = tmp_path / "tied.blt"
    path.write_text(TIED, "utf-8")
    return str(path)


# Asking for a lot


def test_the_command_asks_at_the_terminal(tied: str) -> None:
    command = ["-m", "stvcount", "count", tied, "--lots", "ask", "--format", "json"]
    status, shown = at_a_terminal(command, answers=["Cy", "7", "2", "no", "2", "yes"])
    assert status == 0
    assert "stage 3, 5.2.5: a lot is needed (exclusion)" in shown
    assert "  1  Ann Lee  5.00" in shown
    assert "  2  Bob = Bo  5.00" in shown
    assert "found 'Cy'; expected one of the tied: Ann Lee, Bob = Bo" in shown
    assert "found '7'; expected" in shown
    assert shown.count(ASKED) == 4
    assert shown.count("then Bob = Bo is excluded: is that right? (yes or no)") == 2
    assert '"chosen": "Bob = Bo", "source": "asked"' in " ".join(shown.split())


def test_the_command_takes_a_name(tied: str) -> None:
    command = ["-m", "stvcount", "count", tied, "--lots", "ask", "--format", "json"]
    status, shown = at_a_terminal(command, answers=["ann lee", "Y"])
    assert status == 0
    assert '"chosen": "Ann Lee"' in shown


def test_the_command_says_what_is_needed_when_nobody_answers(tied: str) -> None:
    command = ["-m", "stvcount", "count", tied, "--lots", "ask"]
    status, shown = at_a_terminal(command, answers=[END_OF_INPUT])
    assert status == 3
    needed = "between Ann Lee (5.00), Bob = Bo (5.00): the one it falls on is excluded; draw one"
    assert needed in shown
    assert "Traceback" not in shown


ASK_TWICE = """
import stvcount
from stvcount.cli import terminal
papers = stvcount.Papers.from_rankings([(["A"], 4), (["B"], 4), (["C"], 4)])
three = stvcount.Election(places=2, candidates=["A", "B", "C"], papers=papers)
for _ in range(2):
    try:
        print(stvcount.count(three, rules="lsu-atv", lots=terminal.asked()).elected)
    except stvcount.LotNeeded as lot:
        print(lot.drawn, lot.candidates, lot.stage, lot.clause, lot.purpose, sorted(lot.votes))
"""


def test_what_was_answered_is_not_lost_when_the_input_ends() -> None:
    answers = ["C", "yes", "1", "yes", "2", "yes", END_OF_INPUT]
    status, shown = at_a_terminal(["-c", ASK_TWICE], answers=answers)
    assert status == 0
    assert "('C', 'A')" in shown
    assert "('B',) ('A', 'C') 2 Tied count c election ['A', 'C']" in shown


def answered(monkeypatch: pytest.MonkeyPatch, *lines: str, question: LotQuestion = QUESTION) -> str:
    typed = "".join(f"{line}\n" for line in (*lines, "yes"))
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    return terminal.ask(question)


def test_a_number_or_a_name(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert answered(monkeypatch, "1") == "Ann Lee"
    assert answered(monkeypatch, " Bob = Bo ") == "Bob = Bo"
    assert answered(monkeypatch, "ANN lee") == "Ann Lee"
    assert answered(monkeypatch, "", "0", "3", "0000000001", "ann", "2", "?") == "Bob = Bo"
    out, err = capsys.readouterr()
    assert out == ""
    assert all(line.startswith("stvcount: ") for line in err.splitlines())
    assert "they are equal in all that 5.2.5 compares; the one it falls on is excluded" in err
    assert "found 'ann'; expected Ann Lee (if that was meant), or one of the tied: Ann Lee" in err
    assert "then Bob = Bo is excluded: is that right? (yes or no)" in err
    assert "found '?'; expected yes or no" in err


def test_an_answer_can_be_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    assert answered(monkeypatch, "1", "no", "2") == "Bob = Bo"


def test_names_that_differ_by_case_are_typed_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    votes = {"ANN": Decimal(5), "Ann": Decimal(5)}
    question = LotQuestion("election", "c", ("ANN", "Ann"), FrozenMapping(votes), 3)
    assert answered(monkeypatch, "ann", "Ann", question=question) == "Ann"


@pytest.mark.parametrize("rich", [True, False])
def test_a_question_has_the_terminal_to_itself(
    monkeypatch: pytest.MonkeyPatch, *, rich: bool
) -> None:
    if rich:
        pytest.importorskip("rich", reason="the extra cli is not installed")
    monkeypatch.setattr(terminal, "has_rich", lambda: rich)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", stream := AsTerminal())
    with terminal.progress("counting") as advance:
        advance()
        answered(monkeypatch, "1")
        advance()
    before, _, rest = stream.getvalue().partition("stvcount: stage 3")
    assert before.endswith(("\r", "\x1b[2K"))
    question = rest.partition("is that right?")[0]
    assert "counting" not in question
    assert "counting" in rest


def test_names_that_are_numbers_are_not_numbered(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    votes = {"2": Decimal("5.00"), "1": Decimal("5.00"), "Cy": Decimal("5.00")}
    question = LotQuestion("exclusion", "5.2.5", ("2", "1", "Cy"), votes, 3)
    assert answered(monkeypatch, "3", "2", question=question) == "2"
    err = capsys.readouterr().err
    assert "on whom did the lot fall? (name)" in err
    assert "stvcount:   2  5.00" in err


def test_the_input_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(LotNeeded) as raised:
        answered(monkeypatch, "Zed")
    lot = raised.value
    assert (lot.purpose, lot.clause, lot.stage) == ("exclusion", "5.2.5", 3)
    assert (lot.candidates, lot.votes, lot.drawn) == (QUESTION.candidates, QUESTION.votes, ())


def test_input_that_is_no_text(monkeypatch: pytest.MonkeyPatch) -> None:
    typed = io.TextIOWrapper(io.BytesIO(b"\xff\n2\n"), encoding="utf-8")
    monkeypatch.setattr(sys, "stdin", typed)
    with contextlib.suppress(LotNeeded):
        assert terminal.ask(QUESTION) == "Bob = Bo"


# The result


def small() -> stvcount.CountRecord:
    return stvcount.count(election(2, {"AB": 8, "B": 4, "C": 1}), rules="ers97")


def test_what_is_no_terminal_gets_the_plain_sheet() -> None:
    stream = io.StringIO()
    with contextlib.redirect_stdout(stream):
        terminal.show(small())
    assert stream.getvalue() == str(small())


def test_without_rich_a_terminal_gets_the_plain_sheet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "has_rich", lambda: False)
    stream = AsTerminal()
    with contextlib.redirect_stdout(stream):
        terminal.show(small())
    assert stream.getvalue() == str(small())


def plain(shown: str) -> str:
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown)


def in_colour(
    record: stvcount.CountRecord, monkeypatch: pytest.MonkeyPatch, *, columns: int = 100
) -> str:
    pytest.importorskip("rich", reason="the extra cli is not installed")
    for name, value in {"TERM": "xterm-256color", "COLUMNS": str(columns)}.items():
        monkeypatch.setenv(name, value)
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    stream = AsTerminal()
    with contextlib.redirect_stdout(stream):
        terminal.show(record)
    return stream.getvalue()


def test_a_terminal_gets_tables_in_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = in_colour(small(), monkeypatch)
    assert "\x1b[1;32m" in shown
    lines = [line.split() for line in plain(shown).splitlines()]
    assert ["A", "│", "8.00", "E", "│", "-3.66", "4.34", "│", "Elected"] in lines
    assert ["Non-transferable", "│", "0.00", "│", "+0.06", "0.06", "│"] in lines
    words = " ".join(plain(shown).split())
    for decision in small().stages[1].decisions:
        assert f"{decision.clause} {decision.text}" in words


@pytest.mark.parametrize("columns", [40, 60, 200])
def test_no_line_is_wider_than_the_terminal(monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    papers = {"ABCD": 9, "BCDE": 8, "CDEF": 7, "DE": 6, "EFG": 5, "FG": 4, "GA": 3}
    record = stvcount.count(election(3, papers), lots=stvcount.Lots.first_listed())
    shown = plain(in_colour(record, monkeypatch, columns=columns))
    assert max(map(len, shown.splitlines())) <= columns
    for stage in record.stages:
        for votes in stage.votes.values():
            assert str(votes) in shown


def test_names_are_neither_markup_nor_control_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    text = small().to_json().replace('"A"', '"[red]A\\u001b[2J :smile:"')
    shown = in_colour(stvcount.CountRecord.from_json(text), monkeypatch)
    assert "\x1b[2J" not in shown
    assert "[red]A<U+001B>[2J :smile:" in plain(shown)


# Progress


def test_progress_is_for_terminals_only() -> None:
    stream = io.StringIO()
    with terminal.progress("counting", 3, stream=stream) as advance:
        advance()
    assert stream.getvalue() == ""


@pytest.mark.parametrize("total", [None, 3])
def test_progress_without_rich(monkeypatch: pytest.MonkeyPatch, total: int | None) -> None:
    monkeypatch.setattr(terminal, "has_rich", lambda: False)
    monkeypatch.setattr(terminal, "_BETWEEN_UPDATES", 0)
    stream = AsTerminal()
    with terminal.progress("counting", total, stream=stream) as advance:
        advance()
        advance(2)
    of = "" if total is None else " of 3"
    lines = stream.getvalue().split("\r")
    assert lines[:4] == ["", f"counting: 0{of}", f"counting: 1{of}", f"counting: 3{of}"]
    assert "".join(lines[4:]).strip() == ""


def test_progress_is_cleared_when_something_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "has_rich", lambda: False)
    stream = AsTerminal()
    with pytest.raises(ValueError, match="no"), terminal.progress("reading", stream=stream):
        raise ValueError("no")
    assert stream.getvalue().endswith(" \r")


def test_progress_with_rich() -> None:
    pytest.importorskip("rich", reason="the extra cli is not installed")
    code = (
        "from stvcount.cli import terminal\n"
        "with terminal.progress('counting [b]', 3) as advance:\n"
        "    advance(); advance(2)\n"
    )
    status, shown = at_a_terminal(["-c", code])
    assert status == 0
    assert "counting [b]" in plain(shown)
    assert "3/3" in plain(shown)


def test_progress_with_rich_is_cleared(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("rich", reason="the extra cli is not installed")
    monkeypatch.setenv("TERM", "xterm")
    stream = AsTerminal()
    with terminal.progress("counting \x1b[2J[b]", 3, stream=stream) as advance:
        advance()
        advance(2)
    assert "counting <U+001B>[2J[b]" in plain(stream.getvalue())
    assert "3/3" in plain(stream.getvalue())
    assert stream.getvalue().endswith("\x1b[2K")


def test_progress_is_not_shown_more_often_than_can_be_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(terminal, "has_rich", lambda: False)
    monkeypatch.setattr(terminal, "_BETWEEN_UPDATES", 3600)
    stream = AsTerminal()
    with terminal.progress("counting", 3, stream=stream) as advance:
        advance()
    assert "counting: 1" not in stream.getvalue()


def test_rich_is_imported_only_when_it_is_used() -> None:
    code = "import sys, stvcount.cli.terminal, stvcount.cli; print('rich' in sys.modules)"
    assert at_a_terminal(["-c", code]) == (0, "False\n")


def test_a_terminal_that_goes_away_while_the_result_is_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Gone(AsTerminal):
        def flush(self) -> None:
            raise OSError(5, "the terminal has gone")

    monkeypatch.setattr(sys, "stdout", Gone())
    monkeypatch.setattr(terminal, "has_rich", lambda: True)
    record = stvcount.count(election(1, {"A": 3, "B": 2}), rules="ers97")
    with pytest.raises(FormatError, match="the terminal has gone"):
        terminal.show(record)


def test_input_that_cannot_be_read_is_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = io.StringIO()
    closed.close()
    monkeypatch.setattr(sys, "stdin", closed)
    with pytest.raises(LotNeeded) as needed:
        terminal.ask(QUESTION)
    assert needed.value.candidates == QUESTION.candidates
