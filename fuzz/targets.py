"""What is fuzzed: each reader with its oracle, the files to begin with and how they are changed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import mutations
import oracle
import seeds
from mutations import Mutation

from stvcount.formats import FORMATS, Format

__all__ = ["TARGETS", "Target"]


@dataclass(frozen=True, slots=True)
class Target:
    """A reader. `check` raises for a finding; `seeds` takes a folder of real files, or None.

    `formats`: those of the table of formats that it reads. `words`: what its files are made of.
    `text`: whether those are texts. `guiding`: the modules whose coverage guides the fuzzing.
    `longest`: the most bytes of an input.
    """

    name: str
    check: Callable[[bytes], None]
    seeds: Callable[[Path | None], list[bytes]]
    mutation: Mutation
    words: tuple[bytes, ...]
    formats: tuple[str, ...] = ()
    text: bool = True
    guiding: tuple[str, ...] = ()
    longest: int = 2048


def _modules(listed: str) -> tuple[str, ...]:
    return tuple(f"stvcount.{module}" for module in listed.split())


# Of each reader, what takes its input apart: all else takes longer by it, and is not looked for.
_OF_JSON_FILES = _modules("codec frozen formats.election_json formats.coded election")
_GUIDING = {
    "blt": _modules("formats.blt formats.blt_reader formats.blt_texts formats.blt_bulk"),
    "csv": _modules("formats.csv_papers formats.tables"),
    "preflib": _modules("formats.preflib"),
    "json": _OF_JSON_FILES,
    "xlsx": (
        *("openpyxl.worksheet._reader", "openpyxl.worksheet._read_only"),
        *_modules("formats.xlsx formats.workbooks formats.archives"),
    ),
    "parquet": _modules("formats.arrow formats.parquet_sizes formats.frames formats.tables"),
    "arrow": _modules("formats.arrow formats.arrow_sizes formats.frames formats.tables"),
}

Options = dict[str, Any]


def _words(listed: str) -> tuple[bytes, ...]:
    return tuple(word.encode() for word in listed.split(" "))


def _ballots(
    name: str,
    *formats: str,
    mutation: Mutation,
    words: str,
    options: tuple[Options, ...],
    longest: int = 2048,
) -> Target:
    kinds = tuple(kind for kind in FORMATS if kind.name in formats)
    return Target(
        name,
        partial(_check_ballots, kinds=kinds, options=options),
        lambda folder: seeds.files(*formats, folder=folder),
        mutation,
        _words(words),
        formats,
        text=kinds[0] in oracle.TEXT_FORMATS,
        guiding=_GUIDING[name],
        longest=longest,
    )


def _check_ballots(data: bytes, *, kinds: tuple[Format, ...], options: tuple[Options, ...]) -> None:
    """By suffix on each of these terms, in bulk, and told by content."""
    held_by = oracle.TEXT_FORMATS if kinds[0] in oracle.TEXT_FORMATS else kinds
    first, *others = (f"x{kind.suffixes[0]}" for kind in kinds)
    ways: list[tuple[str, Options]] = [
        *((first, given) for given in options),
        *((name, options[0]) for name in others),
        ("x", {"places": options[0].get("places")}),
    ]
    for name, given in oracle.some_of(data, "way", ways):
        oracle.ballot_file(data, name, held_by, **given)
    if oracle.due(data, "bulk", 8):
        oracle.same_in_bulk(data, first, **options[0])


# The layouts are of the tests, which have this folder on their path.
sys.path.append(str(Path(__file__).resolve().parent.parent / "tests"))


def _check_layout(data: bytes) -> None:
    """What people's layout of this seed is read as: its papers, or a question; never others."""
    import layouts

    made = layouts.layout(int.from_bytes(data[:4]))
    found = layouts.outcome(made)
    # Of the odd ones, a few in a thousand are known to end so.
    expected = found.kind not in layouts.FAILURES or found.kind in layouts.DEAD_ENDS
    oracle.must(expected, f"{found.kind}: {made}: {found.why}")


_TABLES = (
    {"places": 2},
    {"places": 2, "layout": "candidates"},
    {"places": 2, "layout": "preferences"},
    {"places": 2, "candidates": ["Ann", "Bob", "Cy"]},
)

_OF_BLT = (
    '0 1 2 3 -1 -2 - = 1=2 # // " "" ( ) (a) , \t \n \r\n \r 0\n \n0\n \x00 \ufeff '
    "99999999999999999999"
)
_OF_CSV = (
    ', ; \t " "" \n\r\n \r \' = sep=; papers id 1st First choice [ ] x X 1 2 3 10 Ann Bob '
    "\x00 \ufeff"
)
_OF_PREFLIB = (
    "# : { } , {1,2} \n \r TITLE DATA TYPE NUMBER ALTERNATIVES VOTERS UNIQUE ORDERS ALTERNATIVE "
    "NAME 1 2 3 0 soc soi toc toi 9999999999999999999999 \ufeff"
)
_OF_JSON = (
    '{ } [ ] : , null true false "schema" "votes" "stages" "candidates" "1.00" "" \\ud800 1e999 '
    "-1 NaN"
)
_OF_XLSX = (
    '< > </ /> & &#0; &amp; " <row r=" <c t="s"> t="inlineStr" t="n" t="d" t="e" t="b" t="str" <v> '
    "<f> 1 -1 1e999 99999999999 A1 XFD1048576 nan <!ENTITY _x0000_ _x000D_ PK"
)
_OF_MOTIONS = f"question for against abstain blank invalid paper FOR AGAINST ABSTAIN {_OF_CSV}"
_OF_COLUMNS = "PAR1 ARROW1 \x00 \x7f papers"

_OF_LISTS = (
    f"{_OF_CSV} Title Question Sheet File Places Rules Options Non-person Persons Withdrawn Lots "
    "Date Electorate Skip yes no [[contest]] title = ''' \"\"\" { } . # a.blt b.blt -- --ignore"
)
_OF_TABLES = (
    f"{_OF_CSV} Candidate Stage Surplus Exclusion Votes Result Elected Excluded Non-transferable "
    "Total Quota Places - + \u2212 1,000.00 -0.01 0.00 keep values"
)

TARGETS = {
    target.name: target
    for target in (
        _ballots(
            "blt",
            "blt",
            mutation=mutations.by_words,
            words=_OF_BLT,
            options=({}, {"paper_ids": "before"}, {"paper_ids": "in-place", "encoding": "latin-1"}),
        ),
        _ballots("csv", "csv", "tsv", mutation=mutations.by_words, words=_OF_CSV, options=_TABLES),
        _ballots(
            "preflib",
            *("toi", "soi", "toc", "soc"),
            mutation=mutations.by_words,
            words=_OF_PREFLIB,
            options=({"places": 2}, {"places": 2, "encoding": "utf-16"}),
        ),
        _ballots("json", "json", mutation=mutations.by_tree, words=_OF_JSON, options=({},)),
        *(
            _ballots(
                *(name, name),
                mutation=mutation,
                words=words,
                options=_TABLES[:1],
                longest=4096,
            )
            for name, mutation, words in (
                ("xlsx", mutations.by_parts, _OF_XLSX),
                ("parquet", mutations.by_bytes, _OF_COLUMNS),
                ("arrow", mutations.by_bytes, _OF_COLUMNS),
            )
        ),
        Target(
            "layouts",
            _check_layout,
            lambda _: [seed.to_bytes(4) for seed in range(0, 2000, 97)],
            mutations.by_bytes,
            (),
            guiding=_modules("formats.tables"),
            longest=4,
        ),
        *(
            Target(
                name,
                check,
                begin,
                mutations.by_tree,
                _words(_OF_JSON),
                (),
                guiding=guiding,
                longest=4096,
            )
            for name, check, begin, guiding in (
                ("record", oracle.record_file, seeds.records, _modules("codec record audit")),
                ("sheet", oracle.sheet_file, seeds.published, _modules("codec record")),
                (
                    *("motion-record", oracle.motion_record, seeds.motion_records),
                    _modules("codec motions"),
                ),
                (
                    *("reading", oracle.reading_file, seeds.readings),
                    _modules("codec formats.settings formats.tables election"),
                ),
                ("lots", oracle.lots_file, seeds.lots, _modules("codec tally.lots lot_question")),
            )
        ),
        Target(
            *("motions", oracle.motions_file, seeds.motions, mutations.by_words),
            _words(_OF_MOTIONS),
            guiding=_modules("motions"),
        ),
        Target(
            *("contests", oracle.contest_list, seeds.contest_lists, mutations.by_words),
            _words(_OF_LISTS),
            guiding=_modules("formats.contest_list counting.contests"),
        ),
        Target(
            *("table-of-count", partial(oracle.sheet_table, suffix=".csv"), seeds.tables),
            *(mutations.by_words, _words(_OF_TABLES)),
            guiding=_modules("formats.published formats.published_table record.published"),
        ),
        Target(
            *("workbook-of-count", partial(oracle.sheet_table, suffix=".xlsx"), seeds.workbooks),
            *(mutations.by_parts, _words(_OF_XLSX)),
            text=False,
            guiding=_modules("formats.published formats.workbooks formats.xlsx record.published"),
            longest=4096,
        ),
    )
}
