"""The desk of an officer: the page asks, the library answers; both in JSON."""

from __future__ import annotations

import base64
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any, TypeAlias

import stvcount
from stvcount import sheets
from stvcount.audit import sheet as audit_sheet
from stvcount.audit.verdict import only_words
from stvcount.counting import contests
from stvcount.counting.many import Counted
from stvcount.counting.papers_of_record import read_papers_of
from stvcount.errors import ElectionError, FormatError, StvcountError, unforeseen
from stvcount.formats import format_to_write, states_places
from stvcount.formats.records import is_record
from stvcount.formats.together import read_files
from stvcount.page import told
from stvcount.page.choices import Choices
from stvcount.page.told import Told
from stvcount.rules import organisations
from stvcount.sheets import index_sheet, site

Say: TypeAlias = Callable[[str, int], None]
"""Told how far the work is: what is counted ("stages", "contests"), and how many are done."""

_BALLOTS = "ballots.blt"
_COMMAND = "command.txt"
_DATE = (1980, 1, 1, 0, 0, 0)


class Desk:
    """Holds the files brought to it, and what was counted last.

    Every answer has a `status`: "done", "lot" (one is needed), "fault" (of the files, or of what
    was chosen) or "internal".
    """

    def __init__(self, folder: str | Path, say: Say = lambda what, done: None) -> None:
        """`folder`: where files are put, the current folder of the process. `say`: see `Say`."""
        self._folder = Path(folder)
        self._say = say
        self._results: dict[str, str] = {}
        self._election: stvcount.Election | None = None
        self._counted: list[Counted] = []
        self._listed = stvcount.ContestList(())
        self._choices = Choices.told({})
        self._last_read: tuple[object, stvcount.Election] | None = None

    def clear(self) -> None:
        """Take all files off the desk."""
        self._last_read = None
        for path in self._folder.iterdir():
            path.unlink()

    def bring(self, name: str, content: bytes) -> None:
        """Put a file on the desk, in place of one of this name."""
        self._last_read = None
        (self._folder / name).write_bytes(content)

    def answer(self, request: str) -> str:
        """The answer to a request of the page, both in JSON. No input makes it raise."""
        asked: Told = json.loads(request)
        try:
            answers = getattr(self, f"_{asked['ask']}")(asked)
            found = {"status": "done", **answers}
        except StvcountError as error:
            found = told.fault(error, asked.get("reading", {}))
        except MemoryError:
            line = "found too little memory; expected enough to hold the papers and the result"
            found = {"status": "fault", "lines": [line], "faults": []}
        except Exception as error:
            found = {"status": "internal", "lines": [str(unforeseen(error))], "faults": []}
        return json.dumps(found)

    def _about(self, _: Told) -> Told:
        return told.about()

    # What lies on the desk

    def _look(self, asked: Told) -> Told:
        """The contests in these files, which are all on the desk."""
        found = self._list(asked)
        return {"contests": told.entries(found), "notes": list(found.notes)}

    def _list(self, asked: Told) -> stvcount.ContestList:
        files = asked["files"]
        where = files[0] if len(files) == 1 else "."
        return stvcount.contests(where)

    def _read(self, asked: Told) -> Told:
        choices = Choices.told(asked)
        options = dict(choices.reading)
        if not all(states_places(name, options.get("format")) for name in choices.files):
            options.setdefault("places", 1)
        read = self._in_files(replace(choices, reading=options))
        stated = _states_places(read)
        if stated:  # which the name of the file does not always tell
            read = self._in_files(choices)
        found = choices.said_of(read, asking=False)
        return {
            **told.election(found, choices.reading),
            "places": found.places if stated or "places" in choices.reading else None,
            "given": told.given(choices.reading),
        }

    def _in_files(self, choices: Choices) -> stvcount.Election:
        """The election in the files, read once for one reading: large files take their time."""
        read_as = (choices.files, json.dumps(choices.reading))
        if self._last_read is None or self._last_read[0] != read_as:
            self._last_read = (read_as, choices.read())
        return self._last_read[1]

    def _given(self, asked: Told) -> Told:
        """The settings of reading so far, though the file cannot be read with them."""
        return {"given": told.given(asked["reading"])}

    def _settle(self, asked: Told) -> Told:
        return {"reading": told.settled(asked["reading"], asked["option"], asked["value"])}

    # Counts

    def _count(self, asked: Told) -> Told:
        choices = Choices.told(asked)
        election = choices.said_of(self._in_files(choices))
        counting = stvcount.stages(election, **choices.rule_set)
        for number, _ in enumerate(counting, start=1):
            self._say("stages", number)
        record = counting.record
        self._choices, self._election = choices, election
        self._counted = [Counted(record.title, record, None, record.notes)]
        self._results = {}
        return {
            "results": [told.result(one) for one in self._counted],
            "stages": len(record.stages),
            "lots": list(told.lots_of(record)),
            "command": choices.command,
            "sheets": self._sheets(),
        }

    def _sheets(self) -> list[Told]:
        """Each format of the count, and the file that the command puts into a folder for it."""
        return [
            {
                "format": name,
                "file": index_sheet.sheet_names(self._choices.files[:1], suffixes[0])[0],
            }
            for name, suffixes in sheets.suffixes().items()
        ]

    def _sheet(self, asked: Told) -> Told:
        return {"text": sheets.render(self._record(), asked["format"], election=self._election)}

    def _ballots(self, _: Told) -> Told:
        kind, election = format_to_write(_BALLOTS), self._one_election()
        return {"text": str(kind.dumps(election)), "notes": list(kind.left_out(election))}

    def _one_election(self) -> stvcount.Election:
        """The election that was counted last, if it was one by itself."""
        if self._election is None:
            raise _no_count()
        return self._election

    def _record(self, place: int = 0) -> stvcount.CountRecord:
        if place >= len(self._counted):
            raise _no_count()
        record = self._counted[place].record
        if record is None:
            raise ElectionError(f"{self._counted[place].name}: found no record; expected a count")
        return record

    def _explain(self, asked: Told) -> Told:
        return {"text": stvcount.explain(self._record(asked.get("place", 0)), asked["candidate"])}

    def _trace(self, asked: Told) -> Told:
        election = self._one_election()
        lots = stvcount.Lots.from_record(self._record())
        rule_set = {**self._choices.rule_set, "lots": lots}
        return {"text": str(stvcount.trace(election, asked["paper"], **rule_set))}

    # All contests

    def _count_all(self, asked: Told) -> Told:
        """Each contest of a list, with what was filled in. `one_post`: one person, one post."""
        filled = asked["contests"]
        listed = zip(self._list(asked), filled, strict=True)
        entries = [_entry(entry, one) for entry, one in listed]
        shared = Choices.told(asked)
        counted = stvcount.count_all(
            stvcount.ContestList(tuple(entries)),
            rules=shared.rules,
            organisation=shared.organisation,
            options=dict(shared.options),
            lots=shared.lots,
            non_persons=shared.non_persons,
            persons=shared.persons,
            contest=shared.contest,
            one_post=asked.get("one_post", False),
        )
        self._election, self._counted, self._listed = None, [], stvcount.ContestList(tuple(entries))
        for one in counted:
            self._counted.append(one)
            self._say("contests", len(self._counted))
        self._results = dict(site.files(self._counted, title=asked.get("title") or "Results"))
        kept = [entry for entry in entries if not entry.skip]
        return {
            "results": [
                _result(one, entry, shared) for one, entry in zip(self._counted, kept, strict=True)
            ],
            "files": list(self._results),
        }

    def _list_of_all(self, _: Told) -> Told:
        """The list of the contests that were counted: for a spreadsheet, if CSV can say it."""
        try:
            return {"file": "contests.csv", "text": self._listed.to_csv()}
        except FormatError:
            return {"file": "contests.toml", "text": self._listed.to_toml()}

    def _file(self, asked: Told) -> Told:
        return {"text": self._results[asked["name"]]}

    # To take away

    def _bundle(self, _: Told) -> Told:
        """All that came of it, as one archive; the same results give the same bytes."""
        archive = BytesIO()
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as bundle:
            for name, text in self._all_files():
                member = zipfile.ZipInfo(name, date_time=_DATE)
                bundle.writestr(member, text, compress_type=zipfile.ZIP_DEFLATED)
        return {"base64": base64.b64encode(archive.getvalue()).decode()}

    def _all_files(self) -> Iterator[tuple[str, str]]:
        if self._election is None:
            yield from self._results.items()
            return
        for sheet in self._sheets():
            yield sheet["file"], self._sheet(sheet)["text"]
        yield _BALLOTS, self._ballots({})["text"]
        yield _COMMAND, f"{self._choices.command}\n"

    # Checks

    def _verify(self, asked: Told) -> Told:
        """The record among the files, against itself and against a recount of the others."""
        name = self._record_among(asked["files"])
        record = stvcount.read_record(name)
        files = _as_counted(record, [one for one in asked["files"] if one != name])
        election = None
        stated = bool(files) and all(map(states_places, files))
        if files:
            places = {} if stated else {"places": max(record.places, 1)}
            election = read_papers_of(record, files, places)
        found = stvcount.verify(record, election)
        text = audit_sheet.sheet(record, found, election=election, places_stated=stated)
        return {"agrees": only_words(found), "text": text}

    def _record_among(self, files: Sequence[str]) -> str:
        """The one file that is a record; where none is, the only one that might be."""
        texts = [one for one in files if one.lower().endswith(".json")]
        records = [one for one in texts if is_record(self._folder / one)] or texts
        if len(records) != 1:
            found = ", ".join(records) or "none"
            raise ElectionError(f"the record: found {found}; expected one file of JSON")
        return records[0]


def _states_places(election: stvcount.Election) -> bool:
    """Whether the files, as they were read, state how many places there are."""
    return all(
        source.reading is not None and states_places(source.name, source.reading.format)
        for source in election.sources
    )


def _no_count() -> ElectionError:
    return ElectionError("found no count; expected one election to be counted")


def _as_counted(record: stvcount.CountRecord, files: Sequence[str]) -> list[str]:
    """The files in the order in which they were counted: that of choosing them means nothing."""
    place = {source.name: number for number, source in enumerate(record.sources)}
    return sorted(files, key=lambda name: place.get(name, len(place)))


def _entry(entry: stvcount.ContestEntry, filled: Mapping[str, Any]) -> stvcount.ContestEntry:
    """A contest with what was filled in on the page."""
    return replace(
        entry,
        places=filled["places"],
        title=filled["title"].strip(),
        skip=filled["skip"],
        non_person=filled.get("non_person"),
        lots=tuple(filled.get("lots") or entry.lots),
        reading={**entry.reading, **filled.get("reading", {})},
    )


def _result(one: Counted, entry: stvcount.ContestEntry, shared: Choices) -> Told:
    found = told.result(one)
    if isinstance(one.error, StvcountError):
        found["fault"] = told.fault(one.error, dict(entry.reading))
        found["may_be_no_person"] = list(_unmarked(entry, shared))
    return found


def _unmarked(entry: stvcount.ContestEntry, shared: Choices) -> tuple[str, ...]:
    """Names that may be no person's, of which nothing is said, in a contest that can be read."""
    try:
        election = contests.answered(
            _alone(entry),
            entry,
            organisation=shared.organisation,
            non_persons=shared.non_persons,
            persons=shared.persons,
            asking=False,
        )
    except StvcountError:
        return ()
    return organisations.unmarked_non_persons(election)


def _alone(entry: stvcount.ContestEntry) -> stvcount.Election:
    where = {"sheet": entry.sheet, "question": entry.question, "places": entry.places or 1}
    return read_files((entry.file,), {**entry.reading, **where})
