"""ERS97 7.1: casual vacancies."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from builders import decided, election, texts, votes

import stvcount
from stvcount import Election, ElectionError, Lots, Papers, cli

PAPERS = {"AE": 6, "A": 14, "B": 9, "D": 10, "EB": 8, "C": 13}


def test_a_representative_is_never_excluded() -> None:
    """B has the fewest votes (9) when A's papers are passed on, but stays; D (10) goes.

    Quota 46 / 3 = 15.34; D's ten papers lower it to 12.00, and E has 14.
    """
    standing = election(2, PAPERS)
    record = stvcount.count(standing, rules="ers97")
    assert record.elected == ("A", "B")
    filled = stvcount.vacancy(record, standing, vacating="A")
    assert str(filled.stages[0].quota) == "15.34"
    assert filled.stages[0].votes["B"] == min(filled.stages[0].votes.values())
    assert filled.stages[1].candidates == ("D",)
    assert str(filled.stages[1].quota) == "12.00"
    assert [(one.candidate, one.clause) for one in filled.stages[1].elected] == [("E", "5.4.9(a)")]
    assert filled.elected == ("E",)
    assert (filled.places, filled.vacant) == (2, ())
    assert filled.completion.excluded == ("C",)
    assert [w.candidate for w in filled.withdrawn] == ["A"]
    assert texts(filled, "7.1") == ["recount for the place of A; not to be excluded: B"]
    unprotected = stvcount.count(standing.withdraw("A"), rules="ers97")
    assert unprotected.stages[1].candidates == ("B",)


def test_what_is_decided_and_on_which_terms() -> None:
    """The same count: 46 / 3 = 15.33..., and 36 / 3 = 12 when D's ten are lost.

    The terms are in the record as they were given, so that anybody can count again: names in
    their own letters.
    """
    names = ["A", "Bärbel", "C", "D", "E"]
    plain = election(2, PAPERS)
    standing = replace(plain, candidates=names, papers=plain.papers.renamed(names))
    record = stvcount.count(standing, rules="ers97")
    filled = stvcount.vacancy(record, standing, vacating="A")
    assert filled.rules.options == {"vacating": "A", "representatives": '["Bärbel"]'}
    assert decided(filled) == [
        [
            "7.1: recount for the place of A; not to be excluded: Bärbel",
            "5.1.6: Quota 46 / 3 = 15.34 (not exact: remainder dropped, 0.01 added)",
        ],
        [
            "5.2.5: fewest votes, and no two may go together: D (10.00)",
            "5.4.8: nobody is elected yet: quota (46 - 10.00) / 3 = 12.00",
        ],
        ["5.5.2: the vacancy is filled: C formally excluded"],
    ]


def test_where_nobody_else_was_elected() -> None:
    """One place: B and C have 4 and 3 of 7 papers when A's are passed on, quota 3.50."""
    standing = election(1, {"AB": 3, "A": 5, "B": 1, "C": 3})
    record = stvcount.count(standing, rules="ers97")
    filled = stvcount.vacancy(record, standing, vacating="A")
    assert filled.rules.options == {"vacating": "A", "representatives": "[]"}
    assert decided(filled)[0][0] == "7.1: recount for the place of A"
    assert filled.elected == ("B",)


def test_of_two_new_at_one_point_the_first_is_taken() -> None:
    """Quota 38 / 3 = 12.67: E has 14 and C 13 at the first stage."""
    standing = election(2, {"AC": 8, "AE": 5, "A": 7, "C": 5, "B": 6, "DB": 5, "E": 9})
    record = stvcount.count(standing, rules="ers97")
    assert record.elected == ("A", "B")
    filled = stvcount.vacancy(record, standing, vacating="A")
    assert [one.candidate for one in filled.stages[0].elected] == ["E"]
    assert (filled.elected, len(filled.stages)) == (("E",), 1)


def test_several_go_together_where_enough_others_remain() -> None:
    """5.2.5(a): B, who stays, takes one of the two places; for the other one must remain.

    B 9, C 9, F 8, E 2, D 1: of the four besides B, D and E leave two. 3 do not exceed 8.
    """
    standing = election(2, {"AC": 8, "AF": 6, "B": 9, "C": 1, "F": 2, "D": 1, "E": 2})
    record = stvcount.count(standing, rules="ers97")
    assert record.elected == ("A", "B")
    filled = stvcount.vacancy(record, standing, vacating="A")
    assert votes(filled.stages[0]) == "9.00 9.00 1.00 2.00 8.00 nt 0.00"
    assert filled.stages[1].candidates == ("D", "E")
    assert filled.elected == ("C",)


def test_a_candidate_who_now_withdraws_is_passed_over() -> None:
    standing = election(2, PAPERS)
    record = stvcount.count(standing, rules="ers97")
    filled = stvcount.vacancy(record, standing, vacating="A", withdraw=["E"])
    assert filled.elected != ("E",)
    assert [w.candidate for w in filled.withdrawn] == ["A", "E"]


def test_nobody_is_left_to_fill_it() -> None:
    standing = election(2, {"A": 5, "B": 4})
    record = stvcount.count(standing, rules="ers97")
    filled = stvcount.vacancy(record, standing, vacating="A")
    assert filled.elected == ()
    assert [vacancy.places for vacancy in filled.vacant] == [1]


def test_the_only_one_left_fills_it() -> None:
    """5.5.1 fills from the unprotected: B, a representative, needs no election."""
    standing = election(2, {"AB": 20, "B": 5, "C": 4})
    record = stvcount.count(standing, rules="ers97")
    assert record.elected == ("A", "B")
    filled = stvcount.vacancy(record, standing, vacating="A")
    assert filled.elected == ("C",)
    assert "B" not in filled.completion.excluded


def test_equal_votes_are_decided_by_lot() -> None:
    standing = election(2, {"A": 20, "B": 12, "C": 4, "D": 4})
    record = stvcount.count(standing, rules="ers97")
    assert record.elected == ("A", "B")
    filled = stvcount.vacancy(record, standing, vacating="A", lots=Lots.drawn("C"))
    assert filled.elected == ("D",)


def test_withdrawals_and_papers_set_aside_of_the_count_stand() -> None:
    standing = election(2, PAPERS | {"F": 3})
    record = stvcount.count(
        standing.withdraw("F", reason="ill").set_aside(1, reason="torn"), rules="ers97"
    )
    filled = stvcount.vacancy(record, standing, vacating="A")
    assert next((w.candidate, w.reason) for w in filled.withdrawn) == ("F", "ill")
    assert filled.papers.set_aside == record.papers.set_aside


@pytest.mark.parametrize(
    ("vacating", "withdraw", "message"),
    [
        ("C", [], "vacancy: found 'C'; expected one of those elected: A, B"),
        ("A", ["B"], "found the representative 'B' to be withdrawn"),
        ("A", ["Z"], "withdrawn: found 'Z'"),
    ],
)
def test_names_that_do_not_fit(vacating: str, withdraw: list[str], message: str) -> None:
    standing = election(2, PAPERS)
    record = stvcount.count(standing, rules="ers97")
    with pytest.raises(ElectionError, match=message):
        stvcount.vacancy(record, standing, vacating=vacating, withdraw=withdraw)


def test_other_papers_and_other_rules_are_refused() -> None:
    standing = election(2, PAPERS)
    record = stvcount.count(standing, rules="ers97")
    with pytest.raises(ElectionError, match="found 61 papers for A, B, C, D, E; expected those"):
        stvcount.vacancy(record, election(2, PAPERS | {"D": 11}), vacating="A")
    other = stvcount.count(standing, rules="lsu-atv")
    with pytest.raises(ElectionError, match="found a count by lsu-atv; expected ers97"):
        stvcount.vacancy(other, standing, vacating="A")


def test_at_the_command(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    papers, record, other = tmp_path / "e.blt", tmp_path / "r.json", tmp_path / "o.blt"
    names = list("ABCDE")
    standing = Election(
        places=2,
        candidates=names,
        papers=Papers.from_rankings(
            [(list(order), number) for order, number in PAPERS.items()], candidates=names
        ),
    )
    stvcount.write(standing, papers)
    stvcount.write(standing.with_places(3), other)
    assert cli.main(["count", str(papers), "--format", "json", "-o", str(record)]) == 0
    capsys.readouterr()
    arguments = ["vacancy", str(record), str(papers), "--vacating", "A", "--format", "json"]
    assert cli.main(arguments) == 0
    assert stvcount.CountRecord.from_json(capsys.readouterr().out).elected == ("E",)
    assert cli.main([*arguments, "--withdraw", "E"]) == 0
    assert stvcount.CountRecord.from_json(capsys.readouterr().out).elected != ("E",)
    assert cli.main(["vacancy", str(record), str(other), "--vacating", "A"]) == 2
    assert "expected those of the record" in capsys.readouterr().err
    assert cli.main(["vacancy", str(papers), str(papers), "--vacating", "A"]) == 2
    assert f"{papers}: found " in capsys.readouterr().err


def test_the_places_are_those_that_the_organisation_contested() -> None:
    """Chester 8.3: two candidates for three posts, so that two were contested. 33 / 3 = 11.00."""
    names = ["A", "B", "RON"]
    papers = Papers.from_rankings([(["A", "B"], 16), (["B"], 11), (["RON"], 6)], candidates=names)
    standing = Election(places=3, candidates=names, papers=papers)
    record = stvcount.count(standing, organisation="chester")
    assert (record.elected, str(record.stages[0].quota)) == (("A", "B"), "11.00")
    filled = stvcount.vacancy(record, standing, vacating="A", rules="ers97")
    assert (filled.organisation, str(filled.stages[0].quota)) == ("chester", "11.00")


# The non-person, and organisations that fill their vacancies in another way


def with_ron(papers: dict[str, int], *, places: int) -> Election:
    made = election(places, papers)
    names = ["RON" if letter == "R" else letter for letter in made.candidates]
    return replace(made, candidates=names, papers=made.papers.renamed(names), non_person="RON")


def test_a_non_person_elected_before_is_nobody_new() -> None:
    """28 / 4 = 7.00: A, R and B; then 18 / 4 = 4.50: R and B again, and C takes the last place."""
    standing = with_ron({"A": 10, "R": 8, "B": 7, "C": 3}, places=3)
    record = stvcount.count(standing, rules="ers97")
    assert (record.elected, len(record.vacant)) == (("A", "B"), 1)
    filled = stvcount.vacancy(record, standing, vacating="A")
    assert (filled.elected, filled.vacant) == (("C",), ())
    assert texts(filled, "7.1") == ["recount for the place of A; not to be excluded: B and RON"]
    assert stvcount.verify(filled, standing) == ()


def test_a_non_person_elected_before_is_never_excluded() -> None:
    """60 / 3 = 20.00: R (20) and A (25); without A, R has the fewest votes, and C (7) goes."""
    standing = with_ron({"AB": 15, "AC": 10, "R": 20, "B": 8, "C": 7}, places=2)
    record = stvcount.count(standing, rules="ers97")
    assert record.elected == ("A",)
    filled = stvcount.vacancy(record, standing, vacating="A")
    assert all("RON" not in stage.candidates for stage in filled.stages)
    assert "RON" not in filled.completion.excluded
    assert filled.elected == ("B",)


def test_a_non_person_elected_only_in_the_recount_leaves_the_place_empty() -> None:
    """60 / 3 = 20.00: A and B; without A, R is elected, and the place is not filled."""
    standing = with_ron({"AR": 25, "B": 22, "R": 9, "C": 4}, places=2)
    record = stvcount.count(standing, rules="ers97")
    assert record.elected == ("A", "B")
    filled = stvcount.vacancy(record, standing, vacating="A")
    assert filled.elected == ()
    assert [(one.places, one.reason) for one in filled.vacant] == [(1, "RON was elected")]
    assert stvcount.verify(filled, standing) == ()


def test_nobody_left_to_fill_it_is_not_laid_on_the_non_person() -> None:
    standing = with_ron({"A": 10, "R": 8, "B": 7}, places=3)
    record = stvcount.count(standing, rules="ers97")
    filled = stvcount.vacancy(record, standing, vacating="A")
    assert filled.elected == ()
    assert [one.reason for one in filled.vacant] == ["fewer candidates than places"]


@pytest.mark.parametrize(("organisation", "clause"), [("imperial", "F38"), ("chester", "27, 28")])
def test_where_a_vacancy_is_no_recount(organisation: str, clause: str) -> None:
    standing = election(2, PAPERS)
    record = stvcount.count(standing, organisation=organisation)
    with pytest.raises(ElectionError, match=clause) as caught:
        stvcount.vacancy(record, standing, vacating="A")
    assert "--rules ers97" in str(caught.value)
    filled = stvcount.vacancy(record, standing, vacating="A", rules="ers97")
    assert (filled.elected, filled.organisation) == (("E",), organisation)
    with pytest.raises(ElectionError, match="found the rules 'ers-av'"):
        stvcount.vacancy(record, standing, vacating="A", rules="ers-av")


def test_the_command_asks_and_refuses(
    shared: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    papers, record = str(shared / "cases" / "vacancy-ron.blt"), str(tmp_path / "count.json")
    vacancy = ["vacancy", record, papers, "--vacating", "Ann"]

    def refused(*arguments: str) -> str:
        assert cli.main([*vacancy, *arguments]) == 2
        out, err = capsys.readouterr()
        assert (out, len(err.splitlines())) == ("", 1)
        return err

    assert cli.main(["count", papers, "--organisation", "imperial", "-o", record]) == 0
    capsys.readouterr()
    assert "F38, G28" in refused()
    assert cli.main([*vacancy, "--rules", "ers97", "--format", "json"]) == 0
    assert stvcount.CountRecord.from_json(capsys.readouterr().out).elected == ("Cy",)
    assert cli.main(["count", papers, "--person", "RON", "-o", record, "--force"]) == 0
    capsys.readouterr()
    assert "--person RON" in refused()
    assert "expected nobody, as the record has it" in refused("--non-person", "RON")
    assert cli.main([*vacancy, "--person", "RON", "--format", "json"]) == 0
    assert stvcount.CountRecord.from_json(capsys.readouterr().out).elected == ("Cy",)


def test_an_organisation_without_rules_for_it_has_the_recount() -> None:
    standing = election(2, PAPERS)
    record = stvcount.count(standing, rules="ers97", organisation="loughborough")
    filled = stvcount.vacancy(record, standing, vacating="A")
    assert (filled.elected, filled.organisation) == (("E",), "loughborough")


def test_names_may_come_one_by_one_but_in_no_table() -> None:
    standing = election(2, PAPERS)
    record = stvcount.count(standing, rules="ers97")
    filled = stvcount.vacancy(record, standing, vacating="A", withdraw=iter(["E", "D"]))
    assert [one.candidate for one in filled.withdrawn] == ["A", "E", "D"]
    np = pytest.importorskip("numpy")
    with pytest.raises(ElectionError, match="withdraw: found"):
        stvcount.vacancy(record, standing, vacating="A", withdraw=np.array([["E", "D"]]))


def test_its_page_names_the_readings_of_its_rules() -> None:
    pytest.importorskip("jinja2")
    standing = election(2, PAPERS)
    filled = stvcount.vacancy(stvcount.count(standing, rules="ers97"), standing, vacating="A")
    assert "docs/rules/ers97.md" in stvcount.sheets.render(filled, "html")
