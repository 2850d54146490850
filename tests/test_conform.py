"""`stvcount conform`: the naive counts pass, and a count with one clause broken is told which.

`python tests/test_conform.py` asks every broken count through the command, as a program of its own
(some minutes; with the name of a rule set, those alone).
"""

from __future__ import annotations

import dataclasses
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from broken_clauses import Broken, broken_clauses
from compared import NAIVE
from naive_answers import answer_of
from naive_program import first_listed

import stvcount
from stvcount import Election, ElectionError, Lots, PublishedSheet
from stvcount.cli import main
from stvcount.frozen import FrozenMapping
from stvcount.record.published import PublishedStage
from stvcount.testing import Answer, Conformance, SmallElection, adapters, conform, corpus
from stvcount.testing.answers import adapter
from stvcount.testing.conforming import Asked
from stvcount.testing.programs import NoAnswer, Program

HERE = Path(__file__).parent
COUNTED = [one for one in NAIVE if corpus(one)]


def naively(count: Callable[..., dict[str, object]], **options: object) -> Callable[..., Answer]:
    def counter(election: Election) -> Answer:
        names = list(election.candidates)
        papers = [list(order) for order, number in election.papers.orders() for _ in range(number)]
        no_person = election.non_person and names.index(election.non_person)
        found = count(
            election.places, len(names), papers, first_listed, no_person=no_person, **options
        )
        return answer_of(found, names)

    return counter


def asked(broken: Broken) -> Conformance:
    options = dict(broken.options)
    return conform(naively(broken.count, **options), rules=broken.rules, options=options)


@pytest.mark.parametrize("rules", COUNTED)
def test_the_naive_counts_conform(rules: str) -> None:
    found = conform(naively(NAIVE[rules]), rules=rules, random=30, seed="naive")
    assert found.agrees
    assert not found.named
    assert "Nothing differs, as far as the answers go." in str(found)
    assert found.runs > 30


@pytest.mark.parametrize("rules", COUNTED)
def test_a_count_with_one_clause_broken_is_told_which(rules: str) -> None:
    """Each of them whose clause has a case: it fails there, just as is foreseen."""
    turns = {(turn.clause, turn.why) for case in corpus(rules) for turn in case.turns_on}
    clauses = set()
    for broken in broken_clauses():
        if broken.rules == rules and (broken.clause, f"a count that {broken.does}") in turns:
            found = asked(broken)
            assert not found.agrees
            assert broken.clause in found.named, broken
            alike = [turn.why for row in found.rows for turn in row.alike]
            assert f"a count that {broken.does}" in alike
            clauses.add((broken.clause, broken.does))
    assert len(clauses) >= 10


def by_command(rules: str, *more: str, naive: str | None = None) -> list[str]:
    program = [sys.executable, str(HERE / "naive_program.py"), naive or rules, "{blt}"]
    return ["conform", "--rules", rules, *more, "--", *program, "no_person={non_person}"]


def test_a_program_is_asked_through_the_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(by_command("lsu-stv", "--random", "1")) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert said.out.startswith("Loughborough")
    assert "Nothing differs" in said.out
    broken = next(one for one in broken_clauses() if one.clause == "C3 g")
    source = tmp_path / "broken.py"
    source.write_text(broken.source(), "utf-8")
    assert main(by_command("lsu-stv", naive=str(source))) == 1
    out = capsys.readouterr().out
    assert f"as a count that {broken.does}" in out
    assert "The first difference, made small: stage 2, what is done: found exclusion of" in out


def test_options_of_the_rules_are_those_of_the_cases(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*by_command("aberdeen", "--option", "majority=exact"), "majority=exact"]) == 0
    assert "majority=exact" in capsys.readouterr().out
    assert main(by_command("aberdeen", "--option", "majority=exact")) == 1


# Answers that say little, or nothing


def test_a_program_that_says_only_who_is_elected() -> None:
    def counter(election: Election) -> Answer:
        return Answer(stvcount.count(election, rules="ers97", lots=Lots.first_listed()).elected)

    found = conform(counter, rules="ers97")
    outcomes = {outcome for row in found.rows for outcome in row.outcomes}
    assert outcomes == {"passes", "cannot tell"}
    cases = [case for case in corpus("ers97") if not case.options]
    turns = [turn for case in cases for turn in case.turns_on]
    passes = sum(row.number("passes") for row in found.rows[:-1])
    assert passes == sum(turn.elects for turn in turns)


def test_a_program_that_says_nothing_shows_nothing() -> None:
    found = conform(lambda election: Answer(), rules="ers97", random=2)
    assert {outcome for row in found.rows for outcome in row.outcomes} == {"cannot tell"}


@pytest.mark.parametrize(
    ("left_out", "figure"),
    [
        ({"quota": None}, "quota"),
        ({"non_transferable": None}, "non-transferable vote"),
        ({"votes": FrozenMapping()}, "votes"),
        ({"elected": None}, "elected"),
    ],
)
def test_stages_tell_what_they_state(left_out: dict[str, Any], figure: str) -> None:
    """Whoever agrees shows a clause only where the figure is stated in which it shows first."""
    told: Counter[tuple[bool, str]] = Counter()
    for case in corpus():
        stages = tuple(dataclasses.replace(stage, **left_out) for stage in case.stages)
        asked = Asked(case.small, Answer(None, stages), None, None, 0)
        for turn in case.turns_on:
            left = turn.figure.startswith(figure)
            told[left or not turn.stage, asked.outcome(turn)] += 1
    assert {*told} == {(True, "cannot tell"), (False, "passes")}


def test_what_is_done_is_told_by_votes_too() -> None:
    case = next(one for one in corpus("ers97") if len(one.stages) > 1)
    turn = dataclasses.replace(case.turns_on[0], stage=2, figure="what is done")
    votes = tuple(PublishedStage("", votes=stage.votes) for stage in case.stages)
    quotas = tuple(PublishedStage("", quota=stage.quota) for stage in case.stages)
    asked = [
        Asked(None, Answer(None, stages), None, None, 0) for stages in (votes, quotas, votes[:1])
    ]
    asked.append(Asked(None, Answer(None, votes[:1], complete=False), None, None, 0))
    assert [one.outcome(turn) for one in asked] == [
        "passes",
        "cannot tell",
        "passes",
        "cannot tell",
    ]


def test_a_program_that_elects_others_fails_where_a_clause_elects_others() -> None:
    found = conform(lambda election: Answer(election.candidates[-1:]), rules="aberdeen")
    assert not found.agrees
    assert found.named == ("7.8", "non-person")
    assert "elected: found B; expected A" in str(found)


def test_a_counter_that_breaks_off_gives_no_answer() -> None:
    def counter(election: Election) -> Answer:
        if election.places > 1:
            raise KeyError(election.places)
        return naively(NAIVE["ers97"])(election)

    found = conform(counter, rules="ers97", random=10)
    assert found.first is not None
    assert found.first.fault == "KeyError(2)"
    assert "No answer: KeyError(2)\n  1 2\n  1 1 0\n" in str(found)
    assert sum(row.number("fails") for row in found.rows) == 0
    assert not found.agrees


def test_a_counter_that_refuses_an_election_gives_no_answer() -> None:
    found = conform(
        lambda one: stvcount.count(one, rules="aberdeen", lots=Lots.first_listed()), rules="ers97"
    )
    told = Counter(outcome for row in found.rows for outcome in row.outcomes)
    assert told["no answer"]
    assert told["fails"]


def test_the_published_examples_are_asked_about_too() -> None:
    right = naively(NAIVE["ers97"])

    def counter(election: Election) -> Answer:
        of_ucl = "RON (Re-Open Nominations)" in election.candidates
        return Answer(("Nobody",)) if of_ucl else right(election)

    found = conform(counter, rules="ers97")
    row = next(row for row in found.rows if row.clause == "published examples")
    assert (row.number("fails"), row.number("passes")) == (2, 1)
    assert found.first is not None
    assert found.first.small is None
    assert "The first difference, made small: elected: found Nobody" in str(found)


def test_what_cannot_be_asked() -> None:
    for given, message in (
        ({"rules": "ers96"}, "rules: found 'ers96'"),
        ({"rules": "ers97", "random": -1}, "random: found -1; expected a number of elections"),
        (
            {"rules": "aberdeen", "options": {"non_person": "close"}},
            "rules: found aberdeen, for which the corpus has no cases with these options",
        ),
        (
            {"rules": stvcount.rules.get("aberdeen"), "options": {"majority": "exact"}},
            "options: found some beside a rule set; expected them within it",
        ),
    ):
        with pytest.raises(ElectionError, match=message):
            conform(naively(NAIVE["ers97"]), **given)  # type: ignore[arg-type]


# Adapters

THREE = SmallElection(2, 3, (((0, 1), 4), ((1,), 2), ((2,), 1))).election()


def test_a_record_a_sheet_and_stages_are_read_as_json() -> None:
    record = stvcount.count(THREE, rules="ers97", lots=Lots.first_listed())
    read = adapter("json")
    sheet = PublishedSheet.from_record(record)
    assert read(record.to_json().encode(), THREE) == read(sheet.to_json().encode(), THREE)
    said = read(b'{"stages": [{"votes": {"A": 4}}]}', THREE)
    assert said.elected is None
    assert said.stages is not None
    assert (said.stages[0].kind, said.stages[0].votes["A"]) == ("", 4)
    assert read(b'{"elected": ["B"]}', THREE) == Answer(("B",))


def test_a_record_and_a_sheet_of_other_names_are_no_answer() -> None:
    """Their votes would be compared with nothing."""
    record = stvcount.count({("a", "b"): 4, ("b",): 2}, places=1)
    sheet = PublishedSheet.from_record(record)
    for text in (record.to_json(), sheet.to_json()):
        with pytest.raises(stvcount.RecordError, match="expected names of the candidates A, B and"):
            adapter("json")(text.encode(), THREE)


def test_names_are_read_a_line_each() -> None:
    assert adapter("elected")(b"A\n\n C \n", THREE) == Answer(("A", "C"))


def test_a_mark_of_the_encoding_is_no_part_of_an_answer() -> None:
    for name, output in (("elected", b"A\r\n"), ("json", b'{"elected": ["A"]}\r\n')):
        assert adapter(name)(b"\xef\xbb\xbf" + output, THREE) == Answer(("A",))


def test_a_table_is_read_as_a_published_sheet() -> None:
    table = b"Candidate,First,Surplus of A,\nA,4,-1.66,2.34\nB,2,+1.66,3.66\nC,1,0,1\n"
    said = adapter("table")(table, THREE)
    assert said.stages is not None
    assert [stage.kind for stage in said.stages] == ["first", "surplus"]
    assert str(said.stages[1].votes["B"]) == "3.66"


@pytest.mark.parametrize(
    ("name", "output", "message"),
    [
        ("json", b"no json", "found .*; expected JSON"),
        ("json", b"[]", "the text: found an array; expected an object"),
        ("json", b'{"schema": "x"}', 'schema: found "x"; expected none'),
        ("json", b'{"stages": [{"vote": {}}]}', r"stages\[0\]: found \"vote\"; expected a member"),
        ("json", b'{"stages": [7]}', r"stages\[0\]: found 7; expected an object"),
        ("json", b'{"stages": 7}', "stages: found 7"),
        ("elected", b"Z\n", "found 'Z'; expected names of the candidates A, B and C"),
        ("table", b"Candidate,First\nZ,4\n", "found 'Z'; expected names of the candidates"),
        ("table", b"", "found no figures; expected a row of figures for each candidate"),
    ],
)
def test_an_answer_that_cannot_be_read(name: str, output: bytes, message: str) -> None:
    with pytest.raises(stvcount.StvcountError, match=f"^{message}"):
        adapter(name)(output, THREE)


def test_adapters_of_other_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    class Point:
        value = "somewhere:read"

        def load(self) -> object:
            return lambda output, election: Answer(("A",))

    monkeypatch.setattr("stvcount.testing.answers.registered", lambda group: {"theirs": Point()})
    monkeypatch.setattr("stvcount.rules.packages.registered", lambda group: {"theirs": Point()})
    assert adapters() == ("elected", "json", "table", "theirs")
    assert adapter("theirs")(b"", THREE) == Answer(("A",))
    with pytest.raises(ElectionError, match="adapter: found 'ours'; expected elected, json, table"):
        adapter("ours")


# Programs


def program(source: str, *, seconds: float = 10, name: str = "elected") -> Program:
    return Program((sys.executable, "-c", source, "{blt}"), adapter(name), seconds)


def test_a_program_gets_the_file_in_place_of_its_word() -> None:
    source = "import sys; print(open(sys.argv[1]).read().splitlines()[-2].strip(chr(34)))"
    assert program(source)(THREE) == Answer(("C",))


def test_a_program_is_told_who_is_no_person_if_it_can_be() -> None:
    """A ballot file cannot say it; whoever cannot be told is not asked."""
    source = "import sys; print(sys.argv[-1] or 'A')"
    deaf = program(source)
    told = dataclasses.replace(deaf, command=(*deaf.command, "{non_person}"))
    assert told(THREE) == Answer(("A",))
    assert told(THREE.with_non_person("C")) == Answer(("C",))
    assert deaf(THREE.with_non_person("C")) == Answer()


def test_what_a_non_person_means_cannot_be_told_of_a_program_that_cannot_be_told_of_one() -> None:
    right = naively(NAIVE["ers-av"])
    found = conform(
        lambda one: Answer() if one.non_person else right(one), rules="ers-av", random=1
    )
    outcomes = {row.clause: {*row.outcomes} for row in found.rows}
    assert outcomes.pop("non-person") == {"cannot tell"}
    assert {*outcomes} > {"3.2", "3.3"}
    assert all(told == {"passes"} for told in outcomes.values())


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("import sys; sys.exit('out of\\norder')", "exit status 1: order"),
        ("raise SystemExit(4)", "exit status 4"),
        ("print('rubbish')", "output that cannot be read: found 'rubbish'; expected names of"),
    ],
)
def test_a_program_that_gives_no_answer(source: str, message: str) -> None:
    with pytest.raises(NoAnswer, match=f"^{message}"):
        program(source)(THREE)


def test_a_program_that_takes_too_long_is_ended() -> None:
    with pytest.raises(NoAnswer, match=r"^no answer within 0\.2 s$"):
        program("import time; time.sleep(60)", seconds=0.2)(THREE)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["true"], "command: found 'true'; expected {blt} in it, where the name of the ballot"),
        (["no-such-program", "{blt}"], "command: found 'no-such-program', No such file"),
        (["--seconds", "0", "true", "{blt}"], "--seconds: found 0; expected a whole number"),
        (["--adapter", "no", "true", "{blt}"], "adapter: found 'no'; expected elected, json"),
        (["--random", "x", "true", "{blt}"], "--random: found 'x'; expected a whole number"),
    ],
)
def test_bad_usage_is_told_in_a_line(
    words: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    options = [one for one in words if words[0].startswith("-")][:2]
    assert main(["conform", *options, "--", *words[len(options) :]]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(f"stvcount: {message}")
    assert said.err.count("\n") == 1


def long_check(rules: str) -> int:
    """Ask each broken count through the command; how many were not told which clause it is."""
    wanted = [one for one in broken_clauses() if one.rules == rules]
    wrong = 0
    for broken in wanted:
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / "broken.py"
            source.write_text(broken.source(), "utf-8")
            options = [f"{key}={str(value).lower()}" for key, value in broken.options]
            more = [word for one in options for word in ("--option", one)]
            words = by_command(rules, *more, naive=str(source)) + options
            command = [sys.executable, "-m", "stvcount", *words]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            named = done.returncode == 1 and f"as a count that {broken.does}" in done.stdout
            if not named:
                wrong += 1
                sys.stdout.write(f"{broken}: not named (status {done.returncode})\n")
    sys.stdout.write(f"{rules}: {len(wanted) - wrong} of {len(wanted)} broken counts named\n")
    return wrong


if __name__ == "__main__":
    sys.exit(min(1, sum(map(long_check, sys.argv[1:] or COUNTED))))
