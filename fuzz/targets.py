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
    """

    name: str
    check: Callable[[bytes], None]
    seeds: Callable[[Path | None], list[bytes]]
    mutation: Mutation
    words: tuple[bytes, ...]
    formats: tuple[str, ...] = ()
    text: bool = True
    guiding: tuple[str, ...] = ("stvcount",)


_MODULES = ("codec", "election", "errors", "formats", "words")
_READERS = ("openpyxl", *(f"stvcount.{module}" for module in _MODULES))
"""What reads a ballot file, without what counts it: that takes longer, and is not looked for."""

Options = dict[str, Any]


def _words(listed: str) -> tuple[bytes, ...]:
    return tuple(word.encode() for word in listed.split(" "))


def _ballots(
    name: str, *formats: str, mutation: Mutation, words: str, options: tuple[Options, ...]
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
        guiding=_READERS,
    )


def _check_ballots(data: bytes, *, kinds: tuple[Format, ...], options: tuple[Options, ...]) -> None:
    """By suffix on each of these terms, in bulk, and told by content."""
    held_by = oracle.TEXT_FORMATS if kinds[0] in oracle.TEXT_FORMATS else kinds
    for kind in kinds:
        for given in options if kind is kinds[0] else options[:1]:
            oracle.ballot_file(data, f"x{kind.suffixes[0]}", held_by, **given)
    oracle.same_in_bulk(data, f"x{kinds[0].suffixes[0]}", **options[0])
    oracle.ballot_file(data, "x", held_by, places=options[0].get("places"))


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
            _ballots(name, name, mutation=mutation, words=words, options=_TABLES[:1])
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
            guiding=_READERS,
        ),
        *(
            Target(name, check, begin, mutation, _words(words))
            for name, check, begin, mutation, words in (
                ("record", oracle.record_file, seeds.records, mutations.by_tree, _OF_JSON),
                ("sheet", oracle.sheet_file, seeds.published, mutations.by_tree, _OF_JSON),
                ("motions", oracle.motions_file, seeds.motions, mutations.by_words, _OF_MOTIONS),
                (
                    *("motion-record", oracle.motion_record, seeds.motion_records),
                    *(mutations.by_tree, _OF_JSON),
                ),
            )
        ),
    )
}
