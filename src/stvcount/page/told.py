"""What the library says, as JSON's own types: readings, faults, lots, results."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias, get_args

import stvcount
from stvcount import rules
from stvcount.counting.contests import stated_places
from stvcount.counting.counting import DEFAULT_RULES
from stvcount.counting.many import Counted
from stvcount.election.reading import ColumnRead, Reading
from stvcount.errors import (
    Alternative,
    Fault,
    FormatError,
    InternalError,
    LotNeeded,
    Setting,
    StvcountError,
)
from stvcount.formats import FORMATS, Layout, PaperIds, ReadAs, names, states_places
from stvcount.formats.settings import each, merged
from stvcount.rules import organisations
from stvcount.sheets import posts, reading_sheet
from stvcount.tally.lots import Lots

Told: TypeAlias = dict[str, Any]
"""An object of JSON."""

Error: TypeAlias = StvcountError | InternalError

_NUMBERS = ("ignore_rows", "header_row")
_APART = ("places", "title", "reading")
"""What is said elsewhere than among the settings of reading."""


def about() -> Told:
    """Whose rules there are, and which options reading knows."""
    return {
        "version": stvcount.__version__,
        "default": DEFAULT_RULES,
        "rules": [_rule_set(rules.kind(name)) for name in rules.names()],
        "organisations": [
            {"id": one.id, "title": one.title, "source": one.source}
            for one in map(organisations.get, organisations.names())
        ],
        "settings": [_setting(name) for name in ReadAs.__annotations__ if name not in _APART],
    }


def _rule_set(kind: type[rules.RuleSet]) -> Told:
    options = [
        {
            "name": one.name,
            "meaning": one.meaning,
            "default": str(one.default),
            "choices": list(map(str, one.choices)),
        }
        for one in kind.all_options()
    ]
    return {"id": kind.id, "title": kind.title, "source": kind.source, "options": options}


# Readings


def election(found: stvcount.Election, reading: Mapping[str, Any]) -> Told:
    """An election as it was read, with what it leaves open. `reading`: the keywords so far."""
    checked = stvcount.check(found)
    return {
        "title": found.title,
        "places": found.places,
        "candidates": [
            {"name": name, "affiliation": found.affiliations.get(name, "")}
            for name in found.candidates
        ],
        "withdrawn": [one.candidate for one in found.withdrawn],
        "non_person": found.non_person,
        "may_be_no_person": list(organisations.unmarked_non_persons(found)),
        "papers": checked.papers.total,
        "valid": checked.papers.valid,
        "invalid": dict(checked.papers.invalid),
        "shortened": dict(checked.shortened),
        "first_preferences": dict(checked.first_preferences),
        "notes": list(checked.notes),
        "sources": [
            {"name": source.name, **_reading(source.reading, reading)}
            for source in found.sources
            if source.reading is not None
        ],
    }


def _reading(read: Reading, options: Mapping[str, Any]) -> Told:
    kind = next(one for one in FORMATS if one.name == read.format)
    return {
        "format": read.format,
        "what": reading_sheet.what(read) if read.layout else read.format,
        "columns": [_column(one, options) for one in read.columns],
        "besides": reading_sheet.besides(read),
        "settings": [_setting(name) for name in ("format", *kind.options) if name not in _APART],
    }


def _column(column: ColumnRead, options: Mapping[str, Any]) -> Told:
    ways = [Setting("ignore", column.column, "not read")]
    if column.role != "number of papers":
        ways.append(Setting("weights", column.column, "the number of papers"))
    return {
        "column": column.column,
        "heading": column.heading,
        "cells": list(column.cells),
        "role": column.role,
        "taken_for": reading_sheet.taken_for(column),
        "why": column.why,
        "answers": [_answer((way,), options) for way in ways if column.role != "not read"],
    }


def _setting(name: str) -> Told:
    """An option of reading: which values it takes, where they are few."""
    few = {"layout": get_args(Layout), "paper_ids": get_args(PaperIds), "format": names()}
    switch = "bool" in str(ReadAs.__annotations__[name])
    return {"option": name, "choices": list(few.get(name, ())), "switch": switch}


def given(options: Mapping[str, Any]) -> list[Told]:
    """Each setting of reading as it is typed, and the options without it."""
    return [
        {
            "typed": shlex.join(Setting(name, value, "").argument),
            "reading": _without(options, name, value),
        }
        for name, values in options.items()
        if name not in _APART
        for value in each(values)
    ]


def _without(options: Mapping[str, Any], name: str, value: str | int) -> Told:
    values: Any = options[name]
    left: Any = None
    if isinstance(values, list):
        left = [one for one in values if one != value]
    elif isinstance(values, dict):
        left = {key: name for key, name in values.items() if f"{key}={name}" != value}
    rest = {key: kept for key, kept in options.items() if key != name}
    return {**rest, name: left} if left else rest


def settled(options: Mapping[str, Any], option: str, value: str) -> Told:
    """The options with one more, as it was typed into the page."""
    typed: str | int | bool = int(value) if option in _NUMBERS and value.isdecimal() else value
    if _setting(option)["switch"]:
        typed = True
    return merged(options, (Setting(option, typed, ""),))


# Faults, and lots


def fault(error: Error, reading: Mapping[str, Any]) -> Told:
    """What is wrong, line by line; of a file with the answers to each question."""
    if isinstance(error, LotNeeded):
        return lot(error)
    told: Told = {"status": "fault", "lines": str(error).split("\n"), "faults": []}
    if isinstance(error, FormatError):
        told["faults"] = [_fault(error.path, one, reading) for one in error.faults]
    return told


def _fault(path: str, one: Fault, reading: Mapping[str, Any]) -> Told:
    return {
        "where": path if one.line is None else f"{path}:{one.line}",
        "found": one.found,
        "expected": one.expected,
        "answers": [_answer(way, reading) for way in one.settled_by],
    }


def _answer(way: Alternative, reading: Mapping[str, Any]) -> Told:
    """An answer: what is then done, how it is typed, and the options with it."""
    words = [word for setting in way for word in setting.argument]
    return {
        "meaning": ", ".join(dict.fromkeys(setting.meaning for setting in way)),
        "typed": shlex.join(words),
        "reading": merged(reading, way),
    }


def lot(error: LotNeeded) -> Told:
    """The lot that is needed; for each of the tied, the lots to count again with."""
    question = error.question
    return {
        "status": "lot",
        "question": {
            "purpose": question.purpose,
            "clause": question.clause,
            "stage": question.stage,
            "meaning": question.meaning,
            "text": str(question),
        },
        "tied": [
            {
                "name": name,
                "votes": str(vote),
                "answers": Lots.answered(*error.answers, (question, name)).to_json(),
            }
            for name, vote in question.votes.items()
        ],
        "drawn": list(error.drawn),
    }


# Results


def result(one: Counted) -> Told:
    """What came of a count, as an index tells it."""
    post = posts.post(one)
    return {
        "title": post.title,
        "state": post.state,
        "elected": [{"name": told.name, "why": told.why} for told in post.elected],
        "why": list(post.why),
        "lot": post.lot,
        "faults": list(post.faults),
        "papers": post.papers,
        "notes": list(one.notes),
        "candidates": list(one.record.candidates) if one.record else [],
    }


def lots_of(record: stvcount.CountRecord) -> Iterator[str]:
    """Each lot of a count, in words."""
    for one in record.lots:
        yield f"{one.purpose} ({one.clause}): fell on {one.chosen} ({one.source})"


def entries(found: Iterable[stvcount.ContestEntry]) -> list[Told]:
    """The contests of a list, as the page shows them to be filled in."""
    return [
        {
            "title": one.title,
            "file": one.file,
            "sheet": one.sheet,
            "question": one.question,
            "places": one.places or stated_places(one.title),
            "states_places": states_places(one.file),
            "non_person": one.non_person,
            "skip": one.skip,
            "faults": list(one.faults),
        }
        for one in found
    ]
