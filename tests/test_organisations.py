"""Organisations, the non-person, and what its election means."""

from __future__ import annotations

import shlex
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from builders import election, registered, texts

import stvcount
from stvcount import Election, ElectionError, Lots, Papers, cli, organisations
from stvcount.counting.many import Request


def with_ron(places: int, papers: dict[str, int], name: str = "RON") -> Election:
    """An election in which the candidate R is Re-Open Nominations, not yet marked."""
    made = election(places, papers)
    names = [name if letter == "R" else letter for letter in made.candidates]
    return replace(made, candidates=names, papers=made.papers.renamed(names))


@pytest.mark.parametrize(
    ("organisation", "places", "rules"),
    [
        ("imperial", 1, "ers-av"),
        ("imperial", 2, "ers97"),
        ("chester", 1, "ers-av"),
        ("chester", 2, "ers97"),
        ("loughborough", 1, "lsu-stv"),
        ("loughborough", 2, "lsu-atv"),
        ("aberdeen", 1, "aberdeen"),
    ],
)
def test_the_number_of_places_picks_the_rule_set(
    organisation: str, places: int, rules: str
) -> None:
    record = stvcount.count(election(places, {"A": 9, "B": 6, "C": 2}), organisation=organisation)
    assert (record.organisation, record.rules.id) == (organisation, rules)


def test_a_rule_set_given_overrides_the_profile() -> None:
    record = stvcount.count(election(1, {"A": 9, "B": 6}), organisation="imperial", rules="ers97")
    assert (record.organisation, record.rules.id) == ("imperial", "ers97")


def test_several_rectors_are_refused() -> None:
    with pytest.raises(ElectionError, match="aberdeen: found 2 places; expected 1"):
        stvcount.count(election(2, {"A": 9, "B": 6, "C": 1}), organisation="aberdeen")


@pytest.mark.parametrize("rules", ["ers-av", "aberdeen", "lsu-stv"])
def test_rules_for_one_place_refuse_more(rules: str) -> None:
    with pytest.raises(ElectionError, match=f"{rules}: found 2 places; expected at most 1"):
        stvcount.count(election(2, {"A": 9, "B": 6, "C": 1}), rules=rules)


def test_an_unknown_organisation() -> None:
    with pytest.raises(ElectionError, match="organisation: found 'nus'; expected aberdeen, ches"):
        stvcount.count(election(1, {"A": 1}), organisation="nus")


@pytest.mark.parametrize(
    ("name", "marked"),
    [
        ("RON", True),
        ("Re-Open Nominations", True),
        ("REOPEN NOMINATIONS", True),
        ("RON (Re-Open Nominations)", True),
        ("Re-open nominations [RON]", True),
        ("Ron", False),
        ("Ronald Smith (Ron)", False),
        ("Ronald Smith (RON)", False),
        ("Re-Open the Bar", False),
        ("No Candidate", False),
    ],
)
def test_a_profile_marks_its_own_non_person_and_nobody_else(name: str, marked: bool) -> None:
    record = stvcount.count(with_ron(1, {"A": 9, "B": 6, "R": 2}, name), organisation="imperial")
    assert record.non_person == (name if marked else None)
    if marked:
        plain = with_ron(1, {"A": 9, "B": 6, "R": 2}, name)
        assert organisations.unmarked_non_persons(plain) == (name,)
        assert stvcount.count(plain, rules="ers-av").non_person is None


def test_what_is_marked_already_stays_marked() -> None:
    standing = with_ron(1, {"A": 9, "B": 6, "R": 2}).with_non_person("B")
    assert stvcount.count(standing, organisation="imperial").non_person == "B"


def test_two_that_look_alike_are_refused_until_one_is_marked() -> None:
    standing = replace(
        election(1, {"A": 9, "B": 6, "C": 1}),
        candidates=["A", "RON", "Re-Open Nominations"],
        papers=Papers(["A", "RON", "Re-Open Nominations"], [((0,), 5), ((1,), 2)]),
    )
    with pytest.raises(ElectionError, match="found 'RON', 'Re-Open Nominations' on the paper"):
        stvcount.count(standing, organisation="chester")
    marked = standing.with_non_person("RON")
    assert stvcount.count(marked, organisation="chester").elected == ("A",)


def test_an_unknown_non_person() -> None:
    with pytest.raises(ElectionError, match="non-person: found 'Z'; expected one of the cand"):
        election(1, {"A": 1}).with_non_person("Z")


@pytest.mark.parametrize(
    "name",
    [
        *("RON", "R.O.N.", "r. o. n.", "R O N", "(RON)", "re-open nominations"),
        *(
            "Re-Opening Nominations",
            "REOPEN NOMINATIONS",
            "Re open  Nominations",
            "Reopen Nomination",
        ),
        *("Ron (Re-Open Nominations)", "Re\u2010open nominations [ron]", "\uff32\uff2f\uff2e"),
    ],
)
def test_every_form_of_a_profile_s_own_non_person_is_marked(name: str) -> None:
    made = with_ron(1, {"A": 9, "B": 6, "R": 2}, name)
    for organisation in ("imperial", "chester", "aberdeen"):
        assert stvcount.count(made, organisation=organisation).non_person == name
    assert stvcount.count(made, organisation="loughborough").non_person is None
    assert organisations.unmarked_non_persons(made) == (name,)


@pytest.mark.parametrize(
    "name",
    ["Ron", "ron", "None of the Above", "NOTA", "N.O.T.A.", "No-Candidate", "nocandidate",
     "I want to re-open nominations", "None of these candidates", "Ail-agor Enwebiadau"],
)  # fmt: skip
def test_other_forms_are_a_question_under_a_profile_too(name: str) -> None:
    made = with_ron(1, {"A": 9, "B": 6, "R": 2}, name)
    for organisation in (None, "imperial"):
        with pytest.raises(ElectionError) as caught:
            organisations.answered(made, organisation=organisation)
        assert f"--person {shlex.quote(name)}" in str(caught.value)
        assert f"--non-person {shlex.quote(name)}" in str(caught.value)
        marked = organisations.answered(made, organisation=organisation, non_persons=[name])
        assert marked.non_person == name
        told = organisations.answered(made, organisation=organisation, persons=[name])
        assert (told.non_person, told.persons) == (None, (name,))
        assert any("COUNTED AS A PERSON" in note for note in organisations.notes_on_persons(told))
        assert stvcount.count(told, rules="ers-av", organisation=organisation).non_person is None


@pytest.mark.parametrize(
    "name",
    ["Ron Smith", "Ronald Smith (RON)", "Ronson", "Aaron", "Nota Bene", "Re-Open the Bar",
     "Nominations Officer", "The Candidate", "\u0420\u043e\u043d"],
)  # fmt: skip
def test_persons_are_no_question(name: str) -> None:
    made = with_ron(1, {"A": 9, "B": 6, "R": 2}, name)
    assert organisations.unmarked_non_persons(made) == ()
    assert organisations.answered(made) == made


def test_who_is_said_to_be_a_person_is_not_marked_by_a_profile() -> None:
    made = replace(with_ron(1, {"A": 9, "B": 6, "R": 20}), persons=["RON"])
    record = stvcount.count(made, organisation="imperial")
    assert (record.non_person, record.elected) == (None, ("RON",))
    assert stvcount.verify(record, with_ron(1, {"A": 9, "B": 6, "R": 20})) == ()


def test_two_that_may_be_no_person() -> None:
    made = replace(election(1, {"A": 9, "B": 6}), candidates=["RON", "NOTA"], papers=Papers())
    with pytest.raises(ElectionError) as caught:
        organisations.answered(made)
    assert len(str(caught.value).splitlines()) == 2
    with pytest.raises(ElectionError, match="--person NOTA") as caught:
        organisations.answered(made, organisation="imperial")
    assert "--non-person" not in str(caught.value)
    with pytest.raises(ElectionError, match="expected one on a paper at most"):
        organisations.answered(made, non_persons=["RON", "NOTA"])
    with pytest.raises(ElectionError, match="person: found 'RON', the non-person"):
        organisations.answered(made, non_persons=["RON"], persons=["RON"])
    settled = organisations.answered(made, non_persons=["RON", "Z"], persons=["NOTA", "Z"])
    assert (settled.non_person, settled.persons) == ("RON", ("NOTA",))


def test_a_profile_says_that_its_option_is_not_on_the_paper() -> None:
    plain = election(1, {"A": 9, "B": 6})
    (note,) = organisations.notes_on_persons(plain, organisations.get("imperial"))
    assert note.startswith("no Re-Open Nominations is on the paper")
    assert organisations.notes_on_persons(plain) == ()
    marked = with_ron(1, {"A": 9, "B": 6, "R": 1}).with_non_person("RON")
    assert organisations.notes_on_persons(marked, organisations.get("imperial")) == ()


# What its election means


@pytest.mark.parametrize(
    ("organisation", "said"),
    [("imperial", "nominations re-open"), ("chester", "co-option and by-election (8.2)")],
)
def test_its_place_is_vacant_and_the_count_goes_on(organisation: str, said: str) -> None:
    """Quota 30 / 3 = 10: RON and A reach it at the first stage."""
    standing = with_ron(2, {"R": 14, "A": 10, "B": 6})
    record = stvcount.count(standing, organisation=organisation)
    assert [one.candidate for one in record.stages[0].elected] == ["RON", "A"]
    assert record.elected == ("A",)
    assert [vacancy.places for vacancy in record.vacant] == [1]
    assert said in record.vacant[0].reason
    assert texts(record, "non-person") == ["RON is elected: that place is not filled"]


def test_its_surplus_is_transferred() -> None:
    """RON has 16, quota 10: 6 go to B at 0.37 each, and put B before C."""
    record = stvcount.count(
        with_ron(3, {"RB": 16, "A": 10, "B": 6, "C": 8}).with_non_person("RON"), rules="ers97"
    )
    assert record.stages[1].candidates == ("RON",)
    assert record.elected == ("A", "B")


def test_close_keeps_those_before_it_and_re_opens_all_the_rest() -> None:
    """A has 15 and RON 12, quota 40 / 4 = 10: A stands, B with 10 comes after RON."""
    standing = with_ron(3, {"A": 15, "R": 12, "B": 10, "C": 3}).with_non_person("RON")
    going_on = stvcount.count(standing, rules="ers97")
    assert going_on.elected == ("A", "B")
    closed = stvcount.count(standing, rules="ers97", options={"non_person": "close"})
    assert closed.elected == ("A",)
    assert [one.candidate for one in closed.stages[0].elected] == ["A", "RON"]
    assert len(closed.stages) == 1
    assert [vacancy.places for vacancy in closed.vacant] == [2]
    assert set(closed.completion.excluded) == {"B", "C"}
    assert closed.rules.options == {"non_person": "close"}
    assert texts(closed, "non-person") == ["RON is elected: the election closes, nobody after it"]


def test_close_in_the_middle_of_an_exclusion() -> None:
    """RON passes the quota on C's papers at 1.00; those at a lower value are not moved."""
    standing = with_ron(3, {"SCA": 2, "SB": 18, "CR": 3, "R": 9, "A": 8}).with_non_person("RON")
    closed = stvcount.count(standing, rules="ers97", options={"non_person": "close"})
    last = closed.stages[-1]
    assert last.candidates == ("C",)
    assert "RON" in [one.candidate for one in last.elected]
    assert last.votes["C"] > 0
    assert texts(closed, "5.5.2")[0].startswith("the election is closed by RON: papers worth")


def test_no_candidate_voids_at_half_plus_one() -> None:
    standing = Election(
        places=1,
        candidates=["A", "B", "No Candidate"],
        papers=Papers.from_rankings(
            [(["A"], 30), (["B", "No Candidate"], 21), (["No Candidate"], 50)]
        ),
    )
    record = stvcount.count(standing, organisation="loughborough")
    assert (record.stages[0].elected, record.stages[1].candidates) == ((), ("B",))
    assert record.void
    assert (record.elected, record.vacant) == ((), ())
    assert texts(record, "No Candidate c")
    assert "void" in str(record).lower()


def test_no_candidate_voids_one_of_several_places() -> None:
    standing = Election(
        places=2,
        candidates=["A", "B", "No Candidate"],
        papers=Papers.from_rankings([(["A"], 30), (["B"], 20), (["No Candidate"], 51)]),
    )
    record = stvcount.count(standing, organisation="loughborough")
    assert record.void
    short = replace(
        standing,
        papers=Papers.from_rankings([(["A"], 31), (["B"], 20), (["No Candidate"], 50)]),
    )
    record = stvcount.count(short, organisation="loughborough")
    assert not record.void
    assert record.elected == ("A",)
    assert [vacancy.places for vacancy in record.vacant] == [1]
    assert "(L7)" in record.vacant[0].reason


# Chester 8.3


def test_chester_8_3_excess_posts_are_vacant_before_the_count() -> None:
    record = stvcount.count(with_ron(3, {"A": 9, "R": 6, "B": 3}), organisation="chester")
    assert (record.places, record.rules.id) == (3, "ers97")
    assert str(record.stages[0].quota) == "6.00"
    assert record.elected == ("A",)
    assert [vacancy.places for vacancy in record.vacant] == [1, 1]
    assert "(8.3)" in record.vacant[0].reason


def test_chester_8_3_the_reduced_number_picks_the_rule_set() -> None:
    record = stvcount.count(with_ron(2, {"A": 9, "R": 6}), organisation="chester")
    assert (record.rules.id, record.elected) == ("ers-av", ("A",))


def test_chester_8_3_is_for_the_close_of_nominations_only() -> None:
    standing = with_ron(2, {"A": 9, "R": 6, "B": 3}).withdraw("B")
    record = stvcount.count(standing, organisation="chester")
    assert record.rules.id == "ers97"
    assert not any("8.3" in vacancy.reason for vacancy in record.vacant)


def test_chester_8_3_with_nobody_nominated() -> None:
    with pytest.raises(ElectionError, match="chester: found nobody nominated"):
        stvcount.count(with_ron(2, {"R": 6}), organisation="chester")


def test_imperial_has_no_8_3() -> None:
    record = stvcount.count(with_ron(3, {"A": 9, "R": 6, "B": 3}), organisation="imperial")
    assert record.places == 3
    assert str(record.stages[0].quota) == "4.50"


def test_every_organisation_is_whole() -> None:
    for name in organisations.names():
        profile = organisations.get(name)
        assert profile.id == name
        for rules in (profile.one_place, profile.several_places):
            assert rules is None or rules in stvcount.rules.names()


@pytest.mark.parametrize(
    ("profile", "rules"), [("scottish-council", "scottish"), ("northern-ireland", "ni-stv")]
)
@pytest.mark.parametrize("places", [1, 2, 3])
def test_a_public_election_has_one_rule_set_and_no_non_person(
    profile: str, rules: str, places: int
) -> None:
    made = with_ron(places, {"A": 9, "B": 6, "R": 2}, "Re-Open Nominations")
    record = stvcount.count(made, organisation=profile)
    assert (record.rules.id, record.organisation, record.non_person) == (rules, profile, None)
    assert stvcount.verify(record, made) == ()
    with pytest.raises(ElectionError, match="which may be no person"):
        organisations.answered(made, organisation=profile)


def test_a_non_person_where_the_rules_have_none_is_noted() -> None:
    marked = election(1, {"A": 3, "R": 9}).with_non_person("R")
    record = stvcount.count(marked, organisation="scottish-council")
    assert record.elected == ()
    assert [one.reason for one in record.vacant] == ["R was elected"]
    (note,) = organisations.notes_on_persons(marked, organisations.get("scottish-council"))
    assert note == (
        "'R' is on the paper as no person, where the rules of Scottish local government elections "
        "have no such option"
    )


# Of other packages

CLUB = """
import stvcount

CLUB = stvcount.Organisation(
    id="club", title="The Club", source="Rule 9", one_place="ers-av", several_places="scottish"
)
"""


def test_an_organisation_of_another_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    registered(tmp_path, "[stvcount.organisations]\nclub = club_of_ours:CLUB\n")
    (tmp_path / "club_of_ours.py").write_text(CLUB, "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert "club" in organisations.names()
    made = election(2, {"A": 9, "B": 6, "C": 2})
    record = stvcount.count(made, organisation="club")
    assert (record.organisation, record.rules.id) == ("club", "scottish")
    assert stvcount.verify(record, made) == ()
    assert cli.main(["rules"]) == 0
    assert "The Club" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (
            "no_such_module:CLUB",
            ": ModuleNotFoundError: No module named 'no_such_module'; expected an Organisation",
        ),
        ("json:dumps", "; expected an Organisation with the id 'club'"),
        ("stvcount:Organisation", "; expected an Organisation with the id 'club'"),
    ],
)
def test_a_package_that_registers_no_organisation(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    value: str,
    found: str,
) -> None:
    registered(tmp_path, f"[stvcount.organisations]\nclub = {value}\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(stvcount.RuleSetError) as refused:
        stvcount.count(election(1, {"A": 1}), organisation="club")
    message = f"organisation: found 'club', which a package registers as {value}{found}"
    assert str(refused.value) == message
    assert cli.main(["rules"]) == 0
    assert message in " ".join(capsys.readouterr().out.split())
    assert stvcount.count(election(1, {"A": 1}), organisation="chester").elected == ("A",)


# At the command


def test_the_command_says_what_it_sees(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "ron.blt"
    stvcount.write(with_ron(2, {"R": 14, "A": 10, "B": 6}), path)

    def run(*arguments: str) -> tuple[Any, str]:
        assert cli.main(["count", str(path), "--format", "json", *arguments]) == 0
        out, err = capsys.readouterr()
        return stvcount.CountRecord.from_json(out), err

    record, err = run("--person", "RON")
    assert (record.non_person, record.elected) == (None, ("RON", "A"))
    assert "'RON' was COUNTED AS A PERSON" in err
    record, err = run("--person", "RON", "--organisation", "imperial")
    assert (record.non_person, record.elected) == (None, ("RON", "A"))
    record, err = run("--non-person", "RON")
    assert (record.non_person, record.elected, err) == ("RON", ("A",), "")
    record, err = run("--organisation", "chester", "--option", "non_person=close")
    assert (record.organisation, record.elected) == ("chester", ())
    assert [vacancy.places for vacancy in record.vacant] == [2]
    assert "'RON' is no person by the rules of this organisation" in err


def test_in_a_batch_the_question_costs_its_file_only(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for name, non_person in (("a", "RON"), ("b", "R.O.N."), ("c", None)):
        made = with_ron(2, {"R": 14, "A": 10, "B": 6}, non_person or "Cy")
        stvcount.write(made, tmp_path / f"{name}.blt")
    files = [str(tmp_path / f"{name}.blt") for name in "abc"]
    batch = ["count", *files, "--force", "-o", str(tmp_path / "out")]
    assert cli.main(batch) == 2
    err = capsys.readouterr().err.splitlines()
    assert [line.partition(": found ")[0] for line in err] == [
        f"stvcount: {file}" for file in files[:2]
    ]
    assert "1 of 3 files counted" in (tmp_path / "out" / "index.txt").read_text("utf-8")
    answers = ["--non-person", "RON", "--non-person", "R.O.N."]
    for jobs in ("1", "2"):
        assert cli.main([*batch, *answers, "--jobs", jobs]) == 0
        assert capsys.readouterr().err == ""
        assert "Not a person  R.O.N." in (tmp_path / "out" / "b.txt").read_text("utf-8")
    assert cli.main([*batch, "--person", "RON", "--non-person", "R.O.N."]) == 0
    assert f"{files[0]}: note: 'RON' was COUNTED AS A PERSON" in capsys.readouterr().err
    assert cli.main([*batch, *answers, "--person", "Zed"]) == 2
    assert "--person: found 'Zed'; expected a name on one of the papers" in capsys.readouterr().err


def test_an_unknown_person_at_the_command(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "x.blt"
    stvcount.write(with_ron(1, {"A": 9, "R": 6}), path)
    for option in ("--person", "--non-person"):
        assert cli.main(["count", str(path), option, "Ron"]) == 2
        expected = "expected RON (if that was meant), or one of the candidates A, RON"
        assert f"{option}: found 'Ron'; {expected}" in capsys.readouterr().err


def test_cases_with_a_non_person(
    shared: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    cases = shared / "cases"
    for name in ("batch-ron-a.blt", "batch-ron-b.blt", "five.csv"):
        count = ["count", str(cases / name), "--places", "2", "--lots", "seed:x"]
        assert cli.main(count) == 2
        out, err = capsys.readouterr()
        assert (out, len(err.splitlines())) == ("", 1)
        assert "--non-person" in err
        assert cli.main([*count, "--non-person", "RON"]) == 0
        assert "Not a person  RON" in capsys.readouterr().out
    batch = [str(cases / name) for name in ("batch-ron-a.blt", "batch-ron-b.blt")]
    assert cli.main(["count", *batch, "-o", str(tmp_path)]) == 2
    assert cli.main(["count", str(cases / "no-ron.blt"), "--organisation", "imperial"]) == 0
    assert "no Re-Open Nominations is on the paper" in capsys.readouterr().err


def test_lots_that_fall_on_the_non_person() -> None:
    standing = with_ron(1, {"A": 5, "R": 5}).with_non_person("RON")
    record = stvcount.count(standing, rules="ers97", lots=Lots.drawn("A"))
    assert (record.elected, [vacancy.places for vacancy in record.vacant]) == ((), [1])


# In full


def test_what_is_asked_and_refused_in_full() -> None:
    ballot = replace(election(1, {"A": 9}), candidates=["RON", "NOTA"], papers=Papers())
    with pytest.raises(ElectionError) as several:
        organisations.answered(ballot, non_persons=["RON", "NOTA"])
    assert str(several.value) == "non-person: found 'RON', 'NOTA'; expected one on a paper at most"
    one = replace(ballot, candidates=["RON", "Ann"], papers=Papers())
    with pytest.raises(ElectionError) as asked:
        organisations.answered(one)
    assert str(asked.value) == (
        "found 'RON' on the paper, which may be no person; expected to be told: --non-person RON "
        "(no person takes its place) or --person RON (counted as a person)"
    )
    with pytest.raises(ElectionError) as marked:
        organisations.get("imperial").marked(
            replace(ballot, candidates=["RON", "R.O.N."], papers=Papers())
        )
    assert str(marked.value) == (
        "imperial: found 'RON', 'R.O.N.' on the paper; expected one of them to be marked as the "
        "non-person (non_person=, --non-person)"
    )
    with pytest.raises(ElectionError) as places:
        stvcount.count(election(2, {"A": 3, "B": 2, "C": 1}), organisation="aberdeen")
    source = organisations.get("aberdeen").source
    assert str(places.value) == (
        f"aberdeen: found 2 places; expected 1, as {source} has no election to several"
    )


@pytest.mark.parametrize(("organisation", "own"), [("chester", True), ("none-of-ours", False)])
def test_whose_code_an_organisation_brings(organisation: str, own: bool) -> None:
    assert Request(organisation=organisation).runs_own_code_alone == own
