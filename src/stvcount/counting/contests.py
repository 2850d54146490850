"""Every contest of a form, a workbook or a folder: the list of them, and their counts."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import partial
from pathlib import Path
from typing import Any

from stvcount.checked import checked
from stvcount.checks import whole_number
from stvcount.counting.many import Counted, Request, check_maker, counted, lost, mapped
from stvcount.election import Election
from stvcount.election.contest import Contest
from stvcount.election.left_out import SetAside, Withdrawal, withdrawal_of
from stvcount.errors import ElectionError, Fault, FormatError, Setting, StvcountError
from stvcount.formats import Opened, ReadOptions, states_places
from stvcount.formats.contest_list import (
    Cell,
    Row,
    as_csv,
    as_toml,
    beside,
    key_of,
    read_list,
)
from stvcount.formats.files import PathName
from stvcount.formats.settings import SWITCHES, merged, words_of
from stvcount.formats.several import Found, look
from stvcount.formats.tables.spelling import coded_alike, near
from stvcount.formats.wording import echo, echoes
from stvcount.frozen import FrozenMapping
from stvcount.rules import OptionValue, RuleSet, organisations
from stvcount.rules.organisations import Organisation
from stvcount.tally.lots import Lots
from stvcount.tellers import TellerMaker, TellerName
from stvcount.words import counted as numbered
from stvcount.words import writable

__all__ = ["ContestEntry", "ContestList", "contests", "count_all"]

_NUMBER = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)
_STATED_PLACES = re.compile(
    r"(?<!\S)\(?([1-9][0-9]{0,8}) (?:places?|posts?|seats?|positions?|vacanc(?:y|ies))\b",
    re.IGNORECASE,
)
_YES, _NO = ("yes", "y", "true", "x"), ("", "no", "n", "false")
_NOTHING: FrozenMapping[str, Any] = FrozenMapping()


@dataclass(frozen=True, slots=True, kw_only=True)
class ContestEntry:
    """One contest of a list: where its papers are, and what is said of it beside them.

    `file`, `sheet`, `question`: where the papers are. `places`: None where only the file, or what
    is said of all contests, has them. `rules`, `organisation`, `options`: None or empty for those
    of all contests. `withdrawn`: names, `NAME=REASON` or `Withdrawal`s. `lots`: on whom lots fell
    that were drawn in this contest, in order of need. `contest`: date, electorate, returning
    officer, status. `reading`: keywords for `stvcount.read` that only this contest needs. `skip`:
    whether it is not counted. `faults`: what is wrong in the list; it is not counted then.
    """

    title: str
    file: str
    sheet: str | None = None
    question: str | None = None
    places: int | None = None
    rules: str | None = None
    organisation: str | None = None
    options: Mapping[str, OptionValue] = _NOTHING
    non_person: str | None = None
    persons: tuple[str, ...] = ()
    withdrawn: tuple[str | Withdrawal, ...] = ()
    papers_set_aside: tuple[int | SetAside, ...] = ()
    lots: tuple[str, ...] = ()
    contest: Contest = field(default_factory=Contest)
    reading: Mapping[str, Any] = _NOTHING
    skip: bool = False
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ContestList:
    """The contests of a file or folder, in the order in which they are counted.

    `notes`: what was found there and is no contest. `contests` finds them; `replace` of
    `dataclasses` changes an entry.
    """

    entries: tuple[ContestEntry, ...]
    notes: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[ContestEntry]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def to_csv(self) -> str:
        """The list as CSV, to be filled in with a spreadsheet.

        Raises `StvcountError` where it would not read back the same, as with a semicolon in a
        name: that only TOML can say.
        """
        return as_csv(_rows_of(self.entries))

    def to_toml(self) -> str:
        """The list as TOML, to be filled in with an editor.

        Raises `StvcountError` where it would not read back the same.
        """
        return as_toml(_rows_of(self.entries))


def _rows_of(entries: Sequence[ContestEntry]) -> list[dict[str, Cell]]:
    """What a list says of these contests. Raises `ElectionError` where none can say it."""
    # What could not be read in a list would be left out of the next. A row that was missing is not.
    if unread := [fault for entry in entries for fault in entry.faults if fault != _NO_ROW]:
        raise ElectionError(*unread)
    rows = list(map(_row_of, entries))
    said = enumerate(zip(entries, rows, strict=True), start=1)
    if faults := [fault for number, one in said for fault in _misread(f"contest {number}", *one)]:
        raise ElectionError(*faults)
    return rows


def _misread(place: str, entry: ContestEntry, row: Mapping[str, Cell]) -> Iterator[str]:
    """What of this entry a list would have read otherwise, out of the row that is to say it."""
    found = Found(entry.title, entry.file, entry.sheet, entry.question)
    again = _filled_in(Row(place, row), found)
    yield from again.faults
    if not again.faults:
        read = _row_of(again)
        for key, cell in row.items():
            if read.get(key) != cell:
                was = f"found {cell!r:.200} under {key}, which is read as {read.get(key)!r:.200}"
                yield f"{place}: {was}; expected what stays the same"


def _row_of(entry: ContestEntry) -> dict[str, Cell]:
    """What is known of a contest, as a list has it."""
    stated = stated_places(entry.title)
    places = entry.places if entry.places is not None else stated
    contest = {name: getattr(entry.contest, name) for name in _PARTICULARS}
    cells: dict[str, object] = {
        "title": entry.title,
        # Where papers are is found whatever the blanks.
        "question": entry.question and entry.question.strip(),
        "sheet": entry.sheet and entry.sheet.strip(),
        "file": Path(entry.file).name.strip(),
        "places": places,
        "rules": entry.rules,
        "organisation": entry.organisation,
        "options": tuple(f"{key}={value}" for key, value in entry.options.items()),
        "non_person": entry.non_person,
        "persons": entry.persons,
        "withdrawn": tuple(map(_typed, entry.withdrawn)),
        "set_aside": tuple(map(_typed, entry.papers_set_aside)),
        "lots": entry.lots,
        **contest,
        "read_with": shlex.join(words_of(entry.reading)),
        "skip": "yes" if entry.skip else None,
    }
    return {
        key: value if isinstance(value, tuple) else str(value)
        for key, value in cells.items()
        if value not in (None, (), "")
    }


def _typed(given: str | int | Withdrawal | SetAside) -> str:
    if isinstance(given, (str, int)):
        return str(given)
    what = given.candidate if isinstance(given, Withdrawal) else str(given.paper)
    return f"{what}={given.reason}" if given.reason else what


_PARTICULARS = tuple(one.name for one in fields(Contest))


def stated_places(title: str) -> int | None:
    """The number of places that a title states, as in "Ordinary Member (2 places)"."""
    found = _STATED_PLACES.search(title)
    return int(found[1]) if found else None


# The list


@checked
def contests(
    path: PathName,
    *,
    contest_list: PathName | None = None,
    reading: ReadOptions | None = None,
) -> ContestList:
    """The contests of a file or folder: every question, every sheet, every ballot file.

    What a list says of them is read from the sheet `Contests` of a workbook, or from
    `contests.csv` or `contests.toml` beside the file or in the folder; or from `contest_list`. They
    stand in its order. A contest that it lacks, and a row that fits none, stop no other: the
    entry has the fault. `reading`: keywords for `stvcount.read` that every contest needs.
    Raises `FormatError` where there are no papers, or the list itself cannot be read.
    """
    options = _shared(reading)
    looked = look(path, options)
    rows = _rows(os.fsdecode(path), contest_list)
    if rows is None:
        entries = [_entry(one) for one in looked.found if one.certain]
    else:
        entries = list(_listed(rows, looked.found))
    return ContestList(tuple(entries), looked.notes)


def _shared(reading: ReadOptions | None) -> dict[str, Any]:
    """The keywords of `stvcount.read` that all contests can share."""
    options: dict[str, Any] = dict(reading or {})
    if unfit := [option for option in options if not _may_be_shared(option)]:
        raise ElectionError(
            f"reading: found {', '.join(map(repr, unfit))}; expected keywords of stvcount.read "
            "that all contests can share"
        )
    return options


def _may_be_shared(option: str) -> bool:
    return option in ReadOptions.__optional_keys__ and option not in _NOT_OF_A_ROW


def _entry(found: Found) -> ContestEntry:
    return ContestEntry(
        title=_title(found),
        file=found.file,
        sheet=found.sheet,
        question=found.question,
        places=found.places,
    )


def _title(found: Found) -> str:
    """The title of a contest, as a list can have it."""
    return writable(found.title).strip()


def _rows(path: str, contest_list: PathName | None) -> list[Row] | None:
    """The rows about this file or folder in the one list that there is; None without one."""
    if contest_list is not None:
        named = os.fsdecode(contest_list)
        rows = read_list(named)
        if rows is None:
            fault = Fault(None, "no sheet 'Contests'", "one, or a list as .csv or .toml")
            raise FormatError(named, [fault])
        return list(rows)
    lists = {one: read_list(one) for one in beside(path) if Path(one) != Path(path)}
    if Path(path).is_file():
        lists = {one: _about(rows or (), Path(path).name) for one, rows in lists.items()}
        lists[path] = read_list(path) if _may_hold_a_list(path) else None
    there = {one: rows for one, rows in lists.items() if rows}
    if len(there) > 1:
        settled = tuple((Setting("contests", one, "it is the list"),) for one in there)
        raise FormatError(
            path,
            [Fault(None, f"several lists of contests ({echoes(list(there))})", "one", settled)],
        )
    return list(next(iter(there.values())) or ()) if there else None


def _may_hold_a_list(path: str) -> bool:
    """Whether this is a workbook: what is none, or cannot be read, has no list inside."""
    try:
        return Opened(path).sheets is not None
    except StvcountError:
        return False


def _about(rows: Sequence[Row], file: str) -> tuple[Row, ...]:
    return tuple(row for row in rows if row.text("file") in (None, file))


def _listed(rows: Sequence[Row], found: Sequence[Found]) -> Iterator[ContestEntry]:
    """An entry for each row, in their order, and for each contest of which there is none."""
    told: dict[Found, Row] = {}
    for row in rows:
        fit = [one for one in found if _fits(row, one)]
        if len(fit) == 1 and fit[0] not in told:
            told[fit[0]] = row
            yield _filled_in(row, fit[0])
        else:
            yield _unfit(row, fit, found, told)
    for one in found:
        if one.certain and one not in told:
            yield replace(_entry(one), faults=(_NO_ROW,))


_NO_ROW = "found no row for it in the list of contests; expected one (or one with 'yes' under Skip)"


def _fits(row: Row, found: Found) -> bool:
    where = {
        "question": found.question,
        "sheet": found.sheet,
        "file": Path(found.file).name,
    }
    given = {key: row.text(key) for key in where if row.text(key) is not None}
    if not given:
        given, where = {"title": row.text("title")}, {"title": found.title}
    return all(
        coded_alike(text or "") == coded_alike(where[key] or "") for key, text in given.items()
    )


def _unfit(
    row: Row, fit: Sequence[Found], found: Sequence[Found], told: Mapping[Found, Row]
) -> ContestEntry:
    """What a row is that belongs to no contest, or to one of several."""
    keys = ("question", "sheet", "file", "title")
    said = next((text for text in map(row.text, keys) if text), "")
    if len(fit) == 1:
        fault = f"found {echo(said)} again, as in {told[fit[0]].place}; expected each contest once"
    elif fit:
        titles = echoes([one.title for one in fit])
        fault = f"found {echo(said)}, which may be {titles}; expected Question, Sheet and File"
    else:
        known = echoes([one.title for one in found])
        fault = f"found no contest {echo(said)}; expected one of {known}"
    entry = ContestEntry(title=row.text("title") or said or row.place, file=row.text("file") or "")
    return replace(entry, faults=(f"{row.place}: {fault}",))


class _Filling:
    """What a row says, with a fault for whatever cannot be read in it."""

    def __init__(self, row: Row) -> None:
        self._row = row
        self.faults: list[str] = []

    def fault(self, found: object, what: str, expected: str) -> None:
        self.faults.append(f"{self._row.place}: found {found!r} {what}; expected {expected}")

    def number(self, key: str, what: str) -> int | None:
        text = self._row.text(key)
        if text is None:
            return None
        if _NUMBER.fullmatch(text):
            return int(text)
        self.fault(text, f"as the {what}", "a whole number from 1")
        return None

    def options(self) -> FrozenMapping[str, OptionValue]:
        options: dict[str, OptionValue] = {}
        for text in self._row.several("options"):
            key, equals, value = text.partition("=")
            if not equals or key_of(key) in options:
                self.fault(text, "as an option", "KEY=VALUE, each key once")
            options[key_of(key)] = value.strip()
        return FrozenMapping(options)

    def set_aside(self) -> tuple[SetAside, ...]:
        found = []
        for text in self._row.several("set_aside"):
            number, _, reason = text.partition("=")
            if _NUMBER.fullmatch(number.strip()):
                found.append(SetAside(int(number), reason.strip()))
            else:
                self.fault(text, "as a paper set aside", "its number, or N=REASON")
        return tuple(found)

    def skip(self) -> bool:
        text = (self._row.text("skip") or "").lower()
        if text not in (*_YES, *_NO):
            self.fault(text, "under Skip", "yes or no")
        return text in _YES

    def reading(self) -> FrozenMapping[str, Any]:
        text = self._row.text("read_with") or ""
        try:
            return FrozenMapping(_read_with(shlex.split(text)))
        except ValueError as error:
            self.fault(text, f"under Read with ({error})", "options as the command takes them")
            return FrozenMapping()


def _filled_in(row: Row, found: Found) -> ContestEntry:
    filling = _Filling(row)
    return ContestEntry(
        title=row.text("title") or _title(found),
        file=found.file,
        sheet=found.sheet,
        question=found.question,
        places=filling.number("places", "places") or found.places,
        rules=row.text("rules"),
        organisation=row.text("organisation"),
        options=filling.options(),
        non_person=row.text("non_person"),
        persons=row.several("persons"),
        withdrawn=row.several("withdrawn"),
        papers_set_aside=filling.set_aside(),
        lots=row.several("lots"),
        contest=Contest(
            date=row.text("date"),
            electorate=filling.number("electorate", "electorate"),
            returning_officer=row.text("returning_officer"),
            status=row.text("status"),
        ),
        reading=filling.reading(),
        skip=filling.skip(),
        faults=tuple(filling.faults),
    )


# How one contest is read: the words that the advice of a refusal has

_KEYWORDS = {"candidate": "candidates", "preference": "preferences", "ignore-row": "ignore_rows"}
_NUMBERS = ("ignore_rows", "header_row")
_NOT_OF_A_ROW = ("places", "title", "sheet", "question", "reading", "format")


def _read_with(words: Sequence[str]) -> dict[str, Any]:
    """The keywords of `stvcount.read` in words such as `--ignore Year`; `ValueError` if none."""
    options: dict[str, Any] = {}
    left = list(words)
    while left:
        name, equals, value = left.pop(0).partition("=")
        bare = name.removeprefix("--")
        option = _KEYWORDS.get(bare, bare.replace("-", "_"))
        if not name.startswith("--") or not _may_be_shared(option):
            raise ValueError(f"no option {name!r}")
        if option in SWITCHES:
            options[option] = True
            continue
        if not equals and not left:
            raise ValueError(f"nothing after {name}")
        text = value if equals else left.pop(0)
        given = int(text) if option in _NUMBERS else text
        options = merged(options, (Setting(option, given, ""),))
    return options


# The counts


@dataclass(frozen=True, slots=True)
class _OfAll:
    """What is said of all contests."""

    places: int | None
    rules: str | RuleSet | None
    organisation: str | Organisation | None
    options: Mapping[str, OptionValue]
    lots: Lots | None
    teller: TellerName | TellerMaker
    reading: Mapping[str, Any]
    non_persons: tuple[str, ...]
    persons: tuple[str, ...]
    contest: Contest

    def request(self, entry: ContestEntry) -> Request:
        """By which rules this contest is counted: its own before those of all."""
        own = entry.rules is not None or entry.organisation is not None
        return Request(
            rules=entry.rules if own else self.rules,
            organisation=entry.organisation or self.organisation,
            lots=Lots.drawn(*entry.lots) if entry.lots else self.lots,
            teller=self.teller,
            options=entry.options or (_NOTHING if own else self.options),
        )


@checked
def count_all(
    source: PathName | ContestList,
    *,
    places: int | None = None,
    rules: str | RuleSet | None = None,
    organisation: str | Organisation | None = None,
    options: Mapping[str, OptionValue] | None = None,
    lots: Lots | None = None,
    teller: TellerName | TellerMaker = "auto",
    reading: ReadOptions | None = None,
    non_persons: Sequence[str] = (),
    persons: Sequence[str] = (),
    contest: Contest | None = None,
    one_post: bool = False,
    jobs: int = 1,
) -> Iterator[Counted]:
    """Count every contest of a file, a folder or a list, in the order of the list.

    Each `Counted` has the title of its contest, and its record or what kept it from being counted:
    an error, or `LotNeeded`, that stops no other. Contests that are to be skipped are left out.
    What an entry, or its file, says goes before what is said of all: `places` (a contest without
    any is an error), `rules`, `organisation` and `options`, `lots`, `reading` (keywords for
    `stvcount.read`), `non_persons` and `persons` (a name that may be no person's is an error until
    it is one of them) and `contest` (date, electorate, returning officer, status).
    `one_post`: whoever is elected is passed over in later contests, with the reason "elected to X";
    contests are then counted one after the other. `jobs`: how many processes share the work.
    Raises what `contests` does, and `ElectionError` where `jobs` is less than 1.
    """
    whole_number("jobs", jobs, least=1)
    check_maker(teller)
    if places is not None:
        places = whole_number("places", places, least=1)
    shared = _shared(reading)
    listed = source if isinstance(source, ContestList) else contests(source, reading=reading)
    of_all = _OfAll(
        places,
        rules,
        organisation,
        FrozenMapping(options or {}),
        lots,
        teller,
        FrozenMapping(shared),
        tuple(non_persons),
        tuple(persons),
        contest or Contest(),
    )
    entries = [entry for entry in listed if not entry.skip]
    return _in_turn(entries, of_all) if one_post else _apart(entries, of_all, jobs)


def _apart(entries: Sequence[ContestEntry], of_all: _OfAll, jobs: int) -> Iterator[Counted]:
    one = partial(_count_one, of_all=of_all, files=_Files())
    return mapped(one, entries, jobs, ended=lambda entry: lost(entry.title))


def _count_one(
    entry: ContestEntry,
    *,
    of_all: _OfAll,
    files: _Files,
    passing_over: Callable[[Election], Election] = lambda election: election,
) -> Counted:
    def reading() -> tuple[Election, tuple[str, ...]]:
        election = _election(entry, of_all, files)
        return passing_over(election), tuple(election.notes)

    return counted(entry.title, reading, of_all.request(entry))


class _Files:
    """The file that was opened last: sheets of one workbook mostly come one after the other."""

    def __init__(self) -> None:
        self._last: Opened | None = None

    def open(self, path: str) -> Opened:
        if self._last is None or self._last.path != path:
            self._last = Opened(path)
        return self._last


def _election(entry: ContestEntry, of_all: _OfAll, files: _Files) -> Election:
    """The election of a contest, with all that is said of it.

    Raises `ElectionError` with everything that is wrong in the list and in the papers.
    """
    faults = list(entry.faults)
    if not entry.file:  # a row that fits no contest
        raise ElectionError(*faults)
    places, missing = _places(entry, of_all)
    faults += missing
    try:
        election = _read(entry, of_all, files, places)
        election = _prepared(election, entry, of_all)
    except StvcountError as error:
        if not faults:
            raise
        raise ElectionError(*faults, *str(error).split("\n")) from error
    if faults:
        raise ElectionError(*faults)
    return election


def _places(entry: ContestEntry, of_all: _OfAll) -> tuple[int | None, list[str]]:
    """The places of a contest, or some to read its papers by and a fault."""
    if entry.places is not None:
        return entry.places, []
    stated = stated_places(entry.title)
    if of_all.places is not None:
        if stated in (None, of_all.places):
            return of_all.places, []
        found = f"{numbered(of_all.places, 'place')} for every contest, and {stated} in its title"
    elif states_places(entry.file):
        return None, []
    else:
        found = "no number of places"
    return 1, [
        f"found {found}; expected its number under Places in a list of contests "
        "(stvcount contests FILE -o contests.csv writes one to fill in)"
        + ("" if of_all.places is not None else ", or one for all: --places")
    ]


def _read(entry: ContestEntry, of_all: _OfAll, files: _Files, places: int | None) -> Election:
    options = {**of_all.reading, **entry.reading}
    given = {"places": places, "sheet": entry.sheet, "question": entry.question}
    options |= {name: value for name, value in given.items() if value is not None}
    return files.open(entry.file).read(**{**options, "title": entry.title})


def _prepared(election: Election, entry: ContestEntry, of_all: _OfAll) -> Election:
    own = () if entry.non_person is None else (entry.non_person,)
    for what, names in (("non-person", own), ("person", entry.persons)):
        for name in names:
            if name not in election.candidates:
                known = ", ".join(election.candidates)
                raise ElectionError(f"{what}: found {name!r}; expected one of {known}")
    election = answered(
        election,
        entry,
        organisation=_organisation_id(of_all.organisation),
        non_persons=of_all.non_persons,
        persons=of_all.persons,
    )
    for given in entry.withdrawn:
        gone = given if isinstance(given, Withdrawal) else withdrawal_of(given, election.candidates)
        election = election.withdraw(gone.candidate, reason=gone.reason)
    return replace(
        election,
        papers_set_aside=(*election.papers_set_aside, *entry.papers_set_aside),
        contest=entry.contest.otherwise(of_all.contest).otherwise(election.contest),
    )


def answered(
    election: Election,
    entry: ContestEntry,
    *,
    organisation: str | None,
    non_persons: Sequence[str],
    persons: Sequence[str],
    asking: bool = True,
) -> Election:
    """The election of a contest as `organisations.answered` gives it, by what its entry says.

    `organisation`, `non_persons`, `persons`: what is said of all contests.
    """
    return organisations.answered(
        election,
        organisation=entry.organisation or organisation,
        non_persons=non_persons if entry.non_person is None else (entry.non_person,),
        persons=(*entry.persons, *persons),
        asking=asking,
    )


def _organisation_id(organisation: str | Organisation | None) -> str | None:
    return organisation.id if isinstance(organisation, Organisation) else organisation


# One person, one post


def _in_turn(entries: Sequence[ContestEntry], of_all: _OfAll) -> Iterator[Counted]:
    files, posts = _Files(), _Posts()
    for entry in entries:
        posts.open(entry.title)
        result = _count_one(entry, of_all=of_all, files=files, passing_over=posts.passing_over)
        posts.close(result)
        yield replace(result, notes=(*result.notes, *posts.notes))


class _Posts:
    """Who is elected so far, and who may be in a contest that is not counted yet (O8)."""

    def __init__(self) -> None:
        self.notes: tuple[str, ...] = ()
        self._elected: dict[str, tuple[str, str]] = {}
        self._uncounted: dict[str, frozenset[str] | None] = {}
        self._title = ""
        self._candidates: frozenset[str] | None = None

    def open(self, title: str) -> None:
        self._title, self._candidates, self.notes = title, None, ()

    def passing_over(self, election: Election) -> Election:
        """The election without those who are elected already.

        Raises `ElectionError` while it is not known whether one of them is.
        """
        names = {coded_alike(name): name for name in election.standing}
        self._candidates = frozenset(names) - {coded_alike(election.non_person or "")}
        self._check_all_are_counted()
        for alike, name in names.items():
            if alike in self._elected:
                _, post = self._elected[alike]
                election = election.withdraw(name, reason=f"elected to {post}")
        self.notes = tuple(self._near(election.standing))
        return election

    def _check_all_are_counted(self) -> None:
        for title, candidates in self._uncounted.items():
            if candidates is None or candidates & (self._candidates or frozenset()):
                raise ElectionError(
                    f"found {title!r} not counted, whose candidates may stand here too; "
                    "expected it to be counted first, as each person fills one post only"
                )

    def _near(self, standing: Sequence[str]) -> Iterator[str]:
        for name, post in self._elected.values():
            for other in standing:
                if list(near([name, other])):
                    yield (
                        f"{other!r} is taken for another person than {name!r}, who is elected to "
                        f"{post}; if they are one, the list of contests can say so (Withdrawn)"
                    )

    def close(self, result: Counted) -> None:
        if result.record is None:
            self._uncounted[self._title] = self._candidates
            return
        for name in result.record.elected:
            self._elected[coded_alike(name)] = (name, self._title)
