"""Whatever a caller hands to a public function: it is taken, or refused by the argument's name.

One table of wrong values for each argument, whichever function has it, and every public function
with arguments that are right. A function or an argument that is not in the tables fails the test.
"""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from builders import election

import stvcount
from stvcount import Lots, Papers, StvcountError
from stvcount.election.contest import Contest
from stvcount.formats import TableOptions

pandas = pytest.importorskip("pandas")

ROOT = Path(__file__).resolve().parent.parent
MOTIONS = str(ROOT / "tests" / "pages" / "votes.csv")
TABLE = pandas.DataFrame({"A": [1, 2], "B": [2, None]})
BALLOTS = str(ROOT / "examples" / "labour-president.blt")
SHEET = str(
    ROOT / "src" / "stvcount" / "testing" / "published" / "ucl-2021-labour-president" / "sheet.json"
)

STANDING = election(1, {"AB": 5, "BA": 4, "C": 3})
RECORD = stvcount.count(STANDING)
QUESTIONS = [stvcount.Question("Shall we?", for_=3, against=2)]
TIED = stvcount.LotQuestion("coin", "C", ("A", "B"), RECORD.stages[0].votes, 1)


class Odd:
    """An object of no use, whose repr is on two lines."""

    def __repr__(self) -> str:
        return "odd\nindeed"


ODD = [7, 1.5, b"x", Odd(), ["x"], {"x": 1}, {"x"}, ("x", 7), lambda: None, True]


def but(*kinds: type) -> list[Any]:
    """Odd values but those of these types."""
    return [value for value in ODD if not isinstance(value, kinds) or isinstance(value, bool)]


TEXT = but(str)
WHOLE = ["2", 1.5, b"x", Odd(), [1], {1}, True, -1, 0, None]
NAMES = ["AB", b"AB", {"A", "B"}, {"A": 1, "B": 2}, [1, 2], ["A", None], 7, True, Odd()]
A_THING = [*ODD, "x"]

WRONG: dict[str, list[Any]] = {
    "affiliations": ["x", 7, ["x"], {"A": 7}, {7: "x"}, {"Z": "x"}, None, Odd()],
    "contest": [*A_THING, None],
    "persons": ["A", 7, [7], ["Z"], None, Odd()],
    "prepare": [7, "x", ["x"], Odd()],
    "paths": ["ab", b"ab", 7, None, Odd(), [7], []],
    "date": TEXT,
    "electorate": ["2", 1.5, True, -1, [1]],
    "returning_officer": TEXT,
    "status": TEXT,
    "against": ["2", 1.5, True, -1, None, [1]],
    "abstain": ["2", 1.5, True, -1, None, [1]],
    "array": [7, [1], "AB", None, Odd(), [["A"]], [[True]], [[1.5]], [[9]]],
    "blank": ["2", 1.5, True, -1, None, [1]],
    "candidate": [*TEXT, "Z"],
    "candidates": NAMES,
    "coin": [7, "x", None, [], Odd()],
    "counts": [7, "x", ["x"], [True], [-1], [1.5], [None], {1}],
    "data": [7, "x", None, Odd(), ["x"]],
    "election": [*but(list, dict, tuple), "x", None],
    "encoding": [*TEXT, "no such"],
    "for_": ["2", 1.5, True, -1, None, [1]],
    "format": [*TEXT, "docx"],
    "input_format": [*TEXT, "docx"],
    "invalid": ["2", 1.5, True, -1, None, [1]],
    "jobs": WHOLE,
    "last": [*TEXT, "Z"],
    "layout": [*TEXT, "upside down"],
    "limit": WHOLE,
    "lots": A_THING,
    "majority": [*TEXT, None, "two"],
    "method": [*TEXT, None, "by hand"],
    "name": TEXT,
    "non_person": [*TEXT, "Z"],
    "notes": ["x", 7, [7], None, Odd()],
    "options": ["x", 7, ["x"], {"x"}, Odd(), {7: 1}, {"no_such": 1}],
    "organisation": [*ODD, "nobody"],
    "output_format": [*TEXT, "docx"],
    "overwrite": [7, "x", None, [], Odd()],
    "paper": ["1", 1.5, True, None, [1], 0, 99, Odd()],
    "paper_ids": [*TEXT, "after"],
    "papers": [*A_THING, None],
    "papers_set_aside": ["1", 7, ["1"], [1.5], [True], [99], Odd(), None],
    "path": [*but(str, bytes), None],
    "places": WHOLE,
    "questions": [*but(list), "x", [7], None, []],
    "rankings": ["AB", 7, None, Odd(), ["AB"], [(["A"], "5")], [(["A"], None)], [[7]], {"A"}],
    "reading": ["x", 7, ["x"], Odd(), {"no_such": 1}],
    "reason": [*TEXT, None, "two\nlines"],
    "record": [*A_THING, None],
    "rows": [
        "12",
        7,
        None,
        Odd(),
        ["12"],
        [[1]],
        [[1, 2, True]],
        [[1, 2, 1.5]],
        [([1, 2, 3], "5")],
    ],
    "rules": [*ODD, "no such"],
    "scheduler": TEXT,
    "seed": [*TEXT, "", " "],
    "sheet": [*A_THING, None],
    "source": [*A_THING],
    "sources": ["ab", b"ab", 7, None, Odd(), Path("ab")],
    "store": [*A_THING, None],
    "table": [*A_THING, None],
    "target": [*but(str, bytes), None],
    "teller": [*but(type(lambda: None)), "x", None],
    "text": [*TEXT, None, ""],
    "title": [*TEXT, None, "two\nlines"],
    "vacating": [*TEXT, None, "Z"],
    "width": WHOLE,
    "withdraw": ["A", 7, None, Odd(), [7], ["Z"]],
    "withdrawn": ["A", 7, None, Odd(), [7], ["Z"]],
}

FLAG = [value for value in A_THING if value is not True]
LISTED = ["AB", 7, [7], {"A": 1}, Odd(), True]

# What `read` and its like may be told of a file.
OF_FILES: dict[str, list[Any]] = {
    **dict.fromkeys(("preferences", "ignore", "blank"), LISTED),
    **dict.fromkeys(("weights", "question", "sheet"), TEXT),
    "header_row": ["2", 1.5, True, [1], Odd()],
    "ignore_rows": ["2", 1, ["2"], [1.5], [True], Odd()],
    "same": ["x", 7, ["x"], {7: "x"}, {"x": 7}, Odd()],
    "reading": A_THING,
    **dict.fromkeys(("skip_zero", "ignore_commas", "names_in_comments"), FLAG),
    **dict.fromkeys(("fold_controls", "mend_accents"), FLAG),
}

# Where a value that is wrong elsewhere is right, or is another matter.
RIGHT: dict[tuple[str, str], list[Any]] = {
    ("compare", "rules"): [],
    ("from_table", "title"): [None],
    ("read", "title"): [None],
    # A path, or told once there is a cluster: `test_dask`.
    ("read_partitioned", "papers"): ["x", b"x", Path("ab")],
    ("read_partitioned", "places"): [-1, 0, None],
    ("read_partitioned", "title"): [None, "two\nlines"],
    ("read_motions", "sheet"): ["x", None],
    ("convert", "source"): [b"x", "x"],
    ("read", "places"): [None],
    ("count", "places"): [None],
    ("count_all", "contest"): [None],
    ("count_all", "persons"): [["Z"]],
    ("count_all", "places"): [None],
    ("count_all", "source"): [b"x", "x"],
    ("stages", "places"): [None],
    ("compare", "places"): [None],
    ("verify", "election"): [None],
    ("which", "election"): [None],
    ("read", "sheet"): [None],
    ("read_sheet", "sheet"): [None],
    ("read_sheet", "places"): [None],
    ("sheet", "sheet"): [None],
}

CALLS: dict[str, tuple[Callable[..., Any], dict[str, Any]]] = {
    "ballot_order": (
        stvcount.ballot_order,
        {"candidates": ["A", "B"], "method": "random", "seed": "x", "last": None},
    ),
    "check": (stvcount.check, {"election": STANDING, "candidates": None, "teller": "auto"}),
    "compare": (
        stvcount.compare,
        {
            "election": STANDING.papers,
            "places": 1,
            "candidates": None,
            "rules": ["ers97"],
            "lots": None,
            "teller": "auto",
        },
    ),
    "convert": (
        stvcount.convert,
        {
            "source": BALLOTS,
            "target": "/dev/null",
            "input_format": None,
            "output_format": "blt",
            "overwrite": True,
        },
    ),
    "count": (
        stvcount.count,
        counting := {
            "election": STANDING.papers,
            "places": 1,
            "candidates": None,
            "rules": None,
            "organisation": None,
            "lots": None,
            "teller": "auto",
            "options": None,
        },
    ),
    "stages": (stvcount.stages, counting),
    "count_many": (
        stvcount.count_many,
        {
            "sources": [BALLOTS],
            "rules": None,
            "organisation": None,
            "lots": None,
            "teller": "auto",
            "options": None,
            "reading": None,
            "prepare": None,
            "jobs": 1,
        },
    ),
    "contests": (
        stvcount.contests,
        {"path": BALLOTS, "contest_list": None, "reading": None},
    ),
    "count_all": (
        stvcount.count_all,
        {
            "source": BALLOTS,
            "places": 1,
            "rules": None,
            "organisation": None,
            "options": None,
            "lots": None,
            "teller": "auto",
            "reading": None,
            "non_persons": (),
            "persons": ("RON (Re-Open Nominations)",),
            "contest": None,
            "one_post": False,
            "jobs": 1,
        },
    ),
    "explain": (stvcount.explain, {"record": RECORD, "candidate": None, "width": 100}),
    "from_table": (
        stvcount.from_table,
        {"table": TABLE, "places": 1, "title": None, "layout": None, "candidates": None},
    ),
    "read_partitioned": (
        stvcount.read_partitioned,
        {"papers": BALLOTS, "scheduler": None, "places": 1, "title": None},
    ),
    "motion": (
        stvcount.motion,
        {
            "questions": QUESTIONS,
            "majority": "simple",
            "basis": "voting",
            "present": None,
            "members": None,
            "quorum": None,
            "coin": False,
            "casting_votes": (),
            "lots": None,
            "title": "",
        },
    ),
    "read": (
        stvcount.read,
        {
            "path": BALLOTS,
            "format": None,
            "encoding": None,
            "paper_ids": None,
            "places": None,
            "title": None,
            "layout": None,
            "candidates": None,
        },
    ),
    "read_bytes": (
        stvcount.read_bytes,
        {"data": Path(BALLOTS).read_bytes(), "name": "a.blt", "format": None},
    ),
    "read_together": (stvcount.read_together, {"paths": [BALLOTS]}),
    "read_motions": (
        stvcount.read_motions,
        {"path": MOTIONS, "encoding": None, "sheet": None, "ignore": ()},
    ),
    "read_record": (stvcount.read_record, {"path": "no such.json"}),
    "read_sheet": (
        stvcount.read_sheet,
        {"path": SHEET, "places": None, "rules": None, "sheet": None},
    ),
    "reconstruct": (
        stvcount.reconstruct,
        {"sheet": stvcount.PublishedSheet.from_record(RECORD), "limit": 1},
    ),
    "check_sheet": (
        stvcount.check_sheet,
        {"sheet": stvcount.PublishedSheet.from_record(RECORD), "rules": None},
    ),
    "which": (
        stvcount.which,
        {"sheet": stvcount.PublishedSheet.from_record(RECORD), "election": None},
    ),
    "sheet_names": (stvcount.sheet_names, {"path": "no such.xlsx"}),
    "sheets.render": (stvcount.sheets.render, {"record": RECORD, "format": "text"}),
    "trace": (
        stvcount.trace,
        {
            "election": STANDING,
            "paper": 1,
            "rules": None,
            "organisation": None,
            "lots": None,
            "teller": "auto",
            "options": None,
        },
    ),
    "vacancy": (
        stvcount.vacancy,
        {
            "record": RECORD,
            "election": STANDING,
            "vacating": "A",
            "withdraw": (),
            "rules": None,
            "lots": None,
            "teller": "auto",
        },
    ),
    "verify": (
        stvcount.verify,
        {
            "record": RECORD,
            "election": STANDING,
            "rules": None,
            "organisation": None,
            "teller": "auto",
        },
    ),
    "write": (
        stvcount.write,
        {"election": STANDING, "path": "/dev/null", "format": "blt", "overwrite": True},
    ),
    "Election": (
        stvcount.Election,
        {
            "papers": STANDING.papers,
            "places": 1,
            "candidates": ["A", "B", "C"],
            "title": "",
            "withdrawn": (),
            "papers_set_aside": (),
            "non_person": None,
            "affiliations": {},
            "persons": (),
            "sources": (),
            "notes": (),
            "contest": Contest(),
        },
    ),
    "Contest": (
        Contest,
        {"date": None, "electorate": None, "returning_officer": None, "status": None},
    ),
    "Election.from_rankings": (
        stvcount.Election.from_rankings,
        {"rankings": [["A"]], "places": 1, "candidates": None, "title": ""},
    ),
    "Election.withdraw": (STANDING.withdraw, {"candidate": "A", "reason": ""}),
    "Election.set_aside": (STANDING.set_aside, {"paper": 1, "reason": ""}),
    "Election.with_places": (STANDING.with_places, {"places": 1}),
    "Election.with_non_person": (STANDING.with_non_person, {"candidate": "A"}),
    "Papers": (Papers, {"candidates": ["A"], "orders": []}),
    "Papers.from_rankings": (Papers.from_rankings, {"rankings": [], "candidates": None}),
    "Papers.from_marks": (Papers.from_marks, {"rows": [], "candidates": ["A", "B", "C"]}),
    "Papers.from_matrix": (
        Papers.from_matrix,
        {"array": [[0]], "candidates": ["A"], "counts": None},
    ),
    "Papers.from_table": (Papers.from_table, {"table": TABLE, "candidates": None, "layout": None}),
    "Papers.from_store": (
        Papers.from_store,
        {"store": STANDING.papers.store, "candidates": ["A", "B", "C"]},
    ),
    "Lots.seeded": (Lots.seeded, {"text": "x"}),
    "Lots.from_json": (Lots.from_json, {"text": Lots.answered((TIED, "A")).to_json()}),
    "Lots.from_record": (Lots.from_record, {"record": RECORD, "otherwise": None}),
    "LotQuestion.from_json": (stvcount.LotQuestion.from_json, {"text": TIED.to_json()}),
    "CountRecord.from_json": (stvcount.CountRecord.from_json, {"text": RECORD.to_json()}),
    "MotionRecord.from_json": (stvcount.MotionRecord.from_json, {"text": ""}),
    "PublishedSheet.from_json": (stvcount.PublishedSheet.from_json, {"text": ""}),
    "PublishedSheet.from_record": (stvcount.PublishedSheet.from_record, {"record": RECORD}),
    "CastingVote": (stvcount.CastingVote, {"question": 1, "vote": "FOR", "by": "Jo"}),
    "Question": (
        stvcount.Question,
        {"title": "x", "for_": 1, "against": 1, "abstain": 0, "blank": 0, "invalid": 0},
    ),
}
WRONG["orders"] = [7, "x", None, [7], [(7, 1)], [((0,), "1")], [((0,), True)], [(("A",), 1)]]
WRONG["otherwise"] = A_THING
WRONG["contest_list"] = but(str, bytes)
WRONG["non_persons"] = ["A", 7, [7], None, Odd()]
WRONG["one_post"] = FLAG
WRONG["basis"] = [*TEXT, None, "half"]
WRONG["casting_votes"] = ["x", 7, [7], None, Odd()]
for persons in ("present", "members", "quorum"):
    WRONG[persons] = ["2", 1.5, True, -1, 0, [1]]
WRONG["vote"] = [*TEXT, None, "ABSTAIN"]
WRONG["by"] = [*TEXT, None, " "]

# What else a refusal may call an argument: by the rank and file of it, or by what is in it.
CALLED = {
    "by": ["casting vote"],
    "candidate": ["withdrawn", "non-person", "explain"],
    "casting_votes": ["casting votes"],
    "vote": ["casting vote"],
    "election": ["rankings", "order 1"],
    "for_": ["for"],
    "input_format": ["format"],
    "options": ["option"],
    "output_format": ["format"],
    "non_person": ["non-person"],
    "orders": ["order 1"],
    "paper": ["set aside"],
    "affiliations": ["affiliation"],
    "papers_set_aside": ["set aside"],
    "paths": ["several files"],
    "persons": ["person"],
    "rankings": ["ranking 1"],
    "rows": ["row 1"],
    "text": ["expected JSON"],
    "title": ["question"],
    "vacating": ["vacancy"],
    "withdraw": ["withdrawn"],
}


READERS = (
    *(stvcount.read, stvcount.read_bytes, stvcount.read_together),
    *(stvcount.from_table, stvcount.read_motions),
)
for reader in ("read", "read_bytes", "read_together"):
    CALLS[reader][1].update(dict.fromkeys(OF_FILES))
CALLS["from_table"][1].update(
    dict.fromkeys(o for o in OF_FILES if o in TableOptions.__annotations__)
)


def cases() -> list[Any]:
    made = []
    for name, (function, right) in CALLS.items():
        for argument in right:
            wrong = (OF_FILES if function in READERS else {}).get(argument, WRONG.get(argument, []))
            allowed = RIGHT.get((name, argument), [])
            for number, value in enumerate(wrong):
                if not any(value is one or value == one for one in allowed):
                    made.append(
                        pytest.param(
                            function, right, argument, value, id=f"{name}-{argument}-{number}"
                        )
                    )
    return made


@pytest.mark.parametrize(("function", "right", "argument", "value"), cases())
def test_what_is_wrong_is_refused_by_name(
    function: Callable[..., Any], right: dict[str, Any], argument: str, value: Any
) -> None:
    with pytest.raises(StvcountError) as error:
        done(function, {**right, argument: value})
    text = str(error.value)
    assert "\n" not in text
    assert len(text) < 1000
    assert any(name in text for name in (argument, *CALLED.get(argument, ()))), text


def done(function: Callable[..., Any], arguments: dict[str, Any]) -> None:
    result = function(**arguments)
    if inspect.isgenerator(result):  # of `count_many`, which gives errors back
        for counted in itertools.islice(result, 1):
            raise counted.error or AssertionError(counted)


def test_every_public_function_and_argument_is_in_the_tables() -> None:
    for name in stvcount.__all__:
        function = getattr(stvcount, name)
        if not inspect.isfunction(function):
            continue
        assert name in CALLS, name
        for parameter in inspect.signature(function).parameters.values():
            if parameter.kind is not parameter.VAR_KEYWORD:
                argument = parameter.name
                assert argument in CALLS[name][1], (name, argument)
                assert WRONG.get(argument, []) or OF_FILES.get(argument), (name, argument)
