"""An election in JSON: the schema `stvcount.election/1` (`schemas/election-1.json` in the package).

It holds every part of an election, also what follows the readable part of a paper. Candidates are
numbered from 1 on the papers; each group of papers is one line of the text.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, get_args, get_origin

from stvcount import codec, record
from stvcount.election import Election
from stvcount.election.contest import Contest
from stvcount.election.left_out import SetAside, Withdrawal
from stvcount.election.marks import Entry
from stvcount.election.papers import MOST_PAPERS, Papers
from stvcount.election.source import Source
from stvcount.errors import ElectionError, Fault, FormatError, RecordError
from stvcount.formats.files import decoded
from stvcount.formats.wording import echo, fault_of, short
from stvcount.frozen import FrozenMapping

__all__ = ["SCHEMA", "dumps", "left_out", "loads", "read", "recognises"]

SCHEMA = "stvcount.election/1"


@dataclass(frozen=True, slots=True)
class _File:
    """A ballot file; what its parts were taken for is not kept, as the file itself is not read."""

    name: str
    sha256: str


_MEMBERS: Mapping[str, Any] = {
    "title": str,
    "places": int,
    "candidates": tuple[str, ...],
    "withdrawn": tuple[Withdrawal, ...],
    "papers_set_aside": tuple[SetAside, ...],
    "non_person": str | None,
    "affiliations": FrozenMapping[str, str],
    "persons": tuple[str, ...],
    "contest": Contest,
    "source": _File | None,
    "notes": tuple[str, ...],
}
"""What stands before the papers, in this order."""

_SINGLE_PARTS = ("title", "places", "non_person", "affiliations")
_ADDED: Mapping[str, Any] = {"affiliations": FrozenMapping(), "persons": (), "contest": Contest()}
"""Members that may be missing, and what they then are."""

_LISTS = ("withdrawn", "papers_set_aside", "persons")
_PAPERS = "papers"
_ORDER = "order"
_SOURCE = "source"


def recognises(data: bytes) -> bool:
    """Whether these bytes begin like an object in JSON."""
    return data[:65536].removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{")


def dumps(election: Election) -> str:
    """The election as JSON text: the same bytes for the same election."""
    parts = {name: getattr(election, name) for name in _MEMBERS if name != _SOURCE}
    members = {name: parts.get(name, _source(election)) for name in _MEMBERS}
    head = codec.dumps({"schema": SCHEMA, **members}).removesuffix("\n}\n")
    lines = [
        f'  {{"{_PAPERS}": {count}, "{_ORDER}": {json.dumps([_place(entry) for entry in order])}}}'
        for order, count in election.papers.orders()
    ]
    papers = "[\n" + ",\n".join(lines) + "\n ]" if lines else "[]"
    return f'{head},\n "{_PAPERS}": {papers}\n}}\n'


def _source(election: Election) -> _File | tuple[_File, ...] | None:
    """The one source, None for none, or all of several."""
    sources = tuple(_File(source.name, source.sha256) for source in election.sources)
    return sources if len(sources) > 1 else next(iter(sources), None)


def _place(entry: Entry) -> int | list[int] | None:
    if isinstance(entry, tuple):
        return [number + 1 for number in entry]
    return None if entry is None else entry + 1


def left_out(election: Election) -> tuple[str, ...]:
    """Nothing: this format holds all of an election."""
    return ()


def read(data: bytes, *, path: str, encoding: str | None = None) -> Election:
    """The election in the bytes of a JSON file; `path` is the file's name, for errors.

    `encoding`: without it, UTF-8. The file from which this one was made is told in a note, since
    the source of the election is now this file.
    Raises `FormatError` with every fault of the file.
    """
    text, faults = decoded(data, path, encoding)
    if faults:
        raise FormatError(path, faults)
    election = loads(text, path=path)
    made_from = [
        f"made from the file {source.name} (SHA-256 {source.sha256})" for source in election.sources
    ]
    return replace(election, sources=(), notes=(*election.notes, *made_from))


def loads(text: str, *, path: str = "the text") -> Election:
    """The election that `dumps` wrote, in every part.

    Raises `FormatError` with every fault of the text, each with its place in it.
    """
    try:
        members = _members(text)
    except RecordError as error:
        raise FormatError(path, [fault_of(error)]) from None
    reader = _Reader(members)
    election = reader.election()
    if election is None:
        raise FormatError(path, list(dict.fromkeys(reader.faults)))
    return election


def _members(text: str) -> dict[str, Any]:
    try:
        return codec.loads(text, schema=SCHEMA)
    except RecordError:
        if _is_record(text):
            raise RecordError(
                f"found the record of a count ({record.SCHEMA}), which does not hold the papers; "
                f"expected an election ({SCHEMA}), or the ballot file that was counted"
            ) from None
        raise


def _is_record(text: str) -> bool:
    try:
        codec.loads(text, schema=record.SCHEMA)
    except RecordError:
        return False
    return True


class _Reader:
    """Reads member by member, and gathers all that is wrong; `values` has what is right."""

    def __init__(self, members: dict[str, Any]) -> None:
        self.members = members
        self.values: dict[str, Any] = {}
        self.faults: list[Fault] = []

    def election(self) -> Election | None:
        """The election; None where there are faults."""
        self.check_names_of_members()
        self.values |= _ADDED
        for name, hint in _MEMBERS.items():
            self.read(name, self.sources if name == _SOURCE else partial(self.decoded, hint))
        self.values["sources"] = self.values.pop(_SOURCE, ())
        self.read(_PAPERS, self.papers)
        if "candidates" in self.values:
            self.check_parts()
        return None if self.faults else self.held(self.values)

    def check_names_of_members(self) -> None:
        known = (*_MEMBERS, _PAPERS)
        unknown = [f"the member {echo(name)}" for name in self.members if name not in known]
        missing = [f"no member {name!r}" for name in known if name not in (*self.members, *_ADDED)]
        for found in (*unknown, *missing):
            self.faults.append(Fault(None, found, f"the members {', '.join(known)}"))

    def read(self, name: str, decode: Callable[[object, str], object]) -> None:
        if name in self.members:
            before = len(self.faults)
            value = decode(self.members[name], name)
            if len(self.faults) == before:
                self.values[name] = value

    def decoded(self, hint: Any, value: object, place: str) -> Any:
        """The value of this type; anything, where it is at fault."""
        if get_origin(hint) is tuple and isinstance(value, list):
            item = get_args(hint)[0]
            return tuple(self.decoded(item, one, f"{place}[{i}]") for i, one in enumerate(value))
        try:
            return codec.decode(hint, value, place)
        except RecordError as error:
            self.faults.append(fault_of(error))
            return None

    def sources(self, value: object, place: str) -> tuple[Source, ...]:
        """The one source, none for null, or all of an array."""
        given = value if isinstance(value, list) else [] if value is None else [value]
        places = [f"{place}[{i}]" for i in range(len(given))] if given is value else [place]
        files = [self.decoded(_File, one, at) for one, at in zip(given, places, strict=False)]
        return tuple(Source(one.name, one.sha256) for one in files if one is not None)

    def fault(self, place: str, value: object, expected: str) -> None:
        if isinstance(value, (dict, list)):
            found = "an object" if isinstance(value, dict) else "an array"
        else:
            found = short(json.dumps(value, ensure_ascii=False))
        self.faults.append(Fault(None, f"{place}: {found}", expected))

    # Papers

    def papers(self, value: object, place: str) -> Papers | None:
        """The papers; None where the value is at fault."""
        if not isinstance(value, list):
            self.fault(place, value, "an array")
            return None
        names = self.values.get("candidates", ())
        # Without candidates, which are at fault elsewhere, any number may be one.
        last = len(names) or MOST_PAPERS
        groups = [self.group(one, f"{place}[{i}]", last) for i, one in enumerate(value)]
        try:
            return Papers(names, groups) if names else None
        except ElectionError as error:
            self.faults.append(fault_of(error))
            return None

    def group(self, value: object, place: str, last: int) -> tuple[tuple[Entry, ...], int]:
        """The order of a group of papers and their number; anything, where they are at fault."""
        if not isinstance(value, dict) or value.keys() != {_PAPERS, _ORDER}:
            expected = f"an object with the members {_PAPERS}, {_ORDER} and no other"
            self.fault(place, value, expected)
            return (), 1
        order, count = value[_ORDER], value[_PAPERS]
        if type(count) is not int or not 0 < count < MOST_PAPERS:
            self.fault(f"{place}.{_PAPERS}", count, "a whole number from 1, of at most 40 digits")
            count = 1
        if not isinstance(order, list):
            self.fault(f"{place}.{_ORDER}", order, "an array")
            return (), count
        return tuple(
            self.entry(one, f"{place}.{_ORDER}[{i}]", last) for i, one in enumerate(order)
        ), count

    def entry(self, value: object, place: str, last: int) -> Entry:
        if type(value) is int and 1 <= value <= last:
            return value - 1
        if isinstance(value, list) and len(value) > 1:
            return tuple(self.candidate(one, f"{place}[{i}]", last) for i, one in enumerate(value))
        if value is not None:
            expected = f"a candidate number from 1 to {last}, an array of several, or null"
            self.fault(place, value, expected)
        return None

    def candidate(self, value: object, place: str, last: int) -> int:
        if type(value) is int and 1 <= value <= last:
            return value - 1
        self.fault(place, value, f"a candidate number from 1 to {last}")
        return 0

    # What is possible

    def check_parts(self) -> None:
        """Try part after part of the election by itself, so that every impossible one is named."""
        names, papers = self.values["candidates"], self.values.get(_PAPERS)
        # Papers that are set aside go by number alone; without any papers there is no telling.
        alike = Papers(names, [] if papers is None else [((), papers.total)])
        bare = {"candidates": names, "papers": alike, "places": 1}
        self.held(bare)
        for name in (*_SINGLE_PARTS, *_LISTS):
            if name not in self.values or (name == "papers_set_aside" and papers is None):
                continue
            value = self.values[name]
            if not self.held(bare | {name: value}) and name in _LISTS:
                for one in value:
                    self.held(bare | {name: [one]})

    def held(self, parts: Mapping[str, Any]) -> Election | None:
        """The election with these parts; None where there can be none."""
        try:
            return Election(**parts)
        except ElectionError as error:
            self.faults.append(fault_of(error))
            return None
