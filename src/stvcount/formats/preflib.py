"""PrefLib: the files of preflib.org, in which research keeps orders of candidates.

A file has a header, then a line for each order: `7: 1,2,{3,4}` is seven papers that rank 3 and 4
equal. The header is of lines `# KEY: value`; in older files it is the number of candidates, a
line `number,name` for each, and a line of three totals, and the orders are `7,1,2,{3,4}`. The
suffix says of what kind the orders are. The number of places is not in the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from stvcount.election import Election
from stvcount.election.marks import Entry
from stvcount.election.papers import MOST_PAPERS, Papers
from stvcount.errors import ElectionError, Fault, FormatError
from stvcount.formats import wording
from stvcount.formats.files import decoded, lines_of
from stvcount.formats.wording import control_character, echo
from stvcount.words import counted

__all__ = ["KINDS", "SOC", "SOI", "TOC", "TOI", "Kind"]

_Line = tuple[int, str]
"""The number of a line, and what stands on it between blanks at its ends."""

_CANDIDATES = "NUMBER ALTERNATIVES"
_VOTERS = "NUMBER VOTERS"
_SUM = "SUM OF COUNTS"
_UNIQUE = "NUMBER UNIQUE ORDERS"
_STATED_IN_NEW = (_CANDIDATES, _VOTERS, _UNIQUE)

_OLD, _NEW = ",", ":"
"""What stands between the number of papers and their order, in files with either header."""

_MOST_DIGITS = len(str(MOST_PAPERS - 1))

_NAME_KEY = re.compile(r"ALTERNATIVE NAME ([0-9]+)", re.ASCII)
_SUMS = re.compile(r"[0-9]+\s*,\s*[0-9]+\s*,\s*[0-9]+", re.ASCII)
_PLACE = re.compile(r"\s*(?:([0-9]+)|\{\s*([0-9]+(?:\s*,\s*[0-9]+)*)\s*\})\s*(?:(,)|\Z)", re.ASCII)
_NEW_HEADER = re.compile(rb"\s*#\s*(NUMBER ALTERNATIVES|ALTERNATIVE NAME)\b")
_OLD_HEADER = re.compile(rb"\s*[0-9]+[ \t]*[\r\n]\s*[01][ \t]*,")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file, by PrefLib's name for it: whether orders may have ties or be incomplete."""

    name: str
    ties: bool
    incomplete: bool

    @staticmethod
    def recognises(data: bytes) -> bool:
        """Whether these bytes begin like a PrefLib file, of whatever kind."""
        head = data[:65536].removeprefix(b"\xef\xbb\xbf").lstrip()
        if head.startswith(b"#"):
            return any(_NEW_HEADER.match(line) for line in head.splitlines())
        return _OLD_HEADER.match(head) is not None

    def read(
        self, data: bytes, *, path: str, encoding: str | None = None, places: int | None = None
    ) -> Election:
        """The election in the bytes of a file of this kind; `path` is its name, for errors.

        `encoding`: without it, UTF-8. `places`: the number of places.
        Raises `FormatError` with every fault of the file, and `ElectionError` where the file is
        in order but no such election can be held.
        """
        text, faults = decoded(data, path, encoding)
        reader = _Reader([_Claim(self, f"in {self.name} files")])
        reader.read([(n, line.strip()) for n, line in enumerate(lines_of(text), 1) if line.strip()])
        if places is None:
            found = "no number of places, which a PrefLib file does not hold"
            reader.faults.append(Fault(None, found, "to be told it: --places N (or places=N)"))
        faults = wording.by_line(faults, reader.faults)
        if faults or places is None:
            raise FormatError(path, faults)
        return reader.election(places)

    def dumps(self, election: Election) -> str:
        """The election as the text of a file of this kind, with a new header.

        Raises `ElectionError` where the papers are not of this kind.
        """
        papers = _merged(election.papers)
        _check_kind(papers, len(election.candidates), self)
        header = [
            ("TITLE", election.title),
            ("DATA TYPE", self.name),
            (_CANDIDATES, len(election.candidates)),
            (_VOTERS, sum(papers.values())),
            (_UNIQUE, len(papers)),
        ]
        header += [(f"ALTERNATIVE NAME {n}", name) for n, name in enumerate(election.candidates, 1)]
        lines = [f"# {key}: {value}".rstrip() for key, value in header]
        for order, count in papers.items():
            lines.append(f"{count}: {','.join(map(_mark, order))}".rstrip())
        return "\n".join(lines) + "\n"

    @staticmethod
    def left_out(election: Election) -> tuple[str, ...]:
        """A sentence for each thing of this election that a PrefLib file cannot hold."""
        cut = sum(count for order, count in election.papers.orders() if _proper(order) != order)
        withdrawn = wording.withdrawals(election.withdrawn)
        kinds = (
            ("the number of places is left out", [str(election.places)]),
            ("candidates who have withdrawn are written like the others", withdrawn),
            (
                "papers are written only up to a preference left out or a candidate repeated",
                [counted(cut, "paper")] if cut else [],
            ),
            (
                "papers alike are written together, so that papers are numbered anew",
                [counted(election.papers.total, "paper")] if _scattered(election.papers) else [],
            ),
            wording.affiliations(election),
            *wording.kinds_left_out(election),
        )
        return wording.left_out("PrefLib", kinds)


TOI = Kind("toi", ties=True, incomplete=True)
SOI = Kind("soi", ties=False, incomplete=True)
TOC = Kind("toc", ties=True, incomplete=False)
SOC = Kind("soc", ties=False, incomplete=False)
KINDS = (TOI, SOI, TOC, SOC)
"""The most general first."""


@dataclass(frozen=True, slots=True)
class _Stated:
    """A number that the header states: where, as it stands there, and its value."""

    line: int
    text: str
    number: int


@dataclass(frozen=True, slots=True)
class _Claim:
    """That all orders are of a kind, and where that is claimed."""

    kind: Kind
    where: str


@dataclass(slots=True)
class _Reader:
    """Reads all lines that are not blank, and gathers all that is wrong.

    `names` has the line and the name of each candidate by number, `first` the lowest of these.
    """

    claims: list[_Claim]
    first: int = 1
    names: dict[int, _Line] = field(default_factory=dict)
    title: str = ""
    stated: dict[str, _Stated] = field(default_factory=dict)
    orders: list[tuple[Entry, ...]] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    lines_of_keys: dict[str, int] = field(default_factory=dict)

    def read(self, lines: Sequence[_Line]) -> None:
        if not lines:
            self.faults.append(Fault(None, "an empty file", "the header of a PrefLib file"))
            return
        is_new = lines[0][1].startswith("#")
        papers = self.read_new_header(lines) if is_new else self.read_old_header(lines)
        self.check_names(lines[0][0])
        before = len(self.faults)
        self.read_papers(papers, _NEW if is_new else _OLD)
        if len(self.faults) == before:
            self.check_totals()
        if not self.title:
            self.notes.append("the file gives no title")

    def election(self, places: int) -> Election:
        """The election, for a file without faults."""
        names = tuple(name for _, (_, name) in sorted(self.names.items()))
        return Election(
            title=self.title,
            places=places,
            candidates=names,
            papers=Papers(names, zip(self.orders, self.counts, strict=True)),
            notes=self.notes,
        )

    def fault(self, line: int, found: str, expected: str) -> None:
        self.faults.append(Fault(line, found, expected))

    # The header

    def read_new_header(self, lines: Sequence[_Line]) -> list[_Line]:
        """Read the lines of the header, and give those of the papers."""
        for line, text in lines:
            if text.startswith("#"):
                key, _, value = text[1:].partition(":")
                self.read_member(line, key.strip().upper(), value.strip())
        for key in _STATED_IN_NEW:
            if key not in self.lines_of_keys:
                self.notes.append(f"the file does not state {key}: it is not checked")
        return [(line, text) for line, text in lines if not text.startswith("#")]

    def read_member(self, line: int, key: str, value: str) -> None:
        """Read one line of a new header; one that says nothing of the count is passed over."""
        name_key = _NAME_KEY.fullmatch(key)
        if not name_key and key not in (*_STATED_IN_NEW, "TITLE", "DATA TYPE"):
            return
        first = self.lines_of_keys.setdefault(key, line)
        if first != line:
            self.fault(line, f"{wording.short(key)} again, which line {first} has", "it once")
        elif name_key:
            self.read_name(line, name_key[1], value)
        elif key in _STATED_IN_NEW:
            self.state(line, key, value)
        elif key == "TITLE":
            self.title = self.text(line, value)
        else:
            self.read_data_type(line, value)

    def read_data_type(self, line: int, value: str) -> None:
        kind = next((kind for kind in KINDS if kind.name == value.lower()), None)
        if kind is None:
            names = ", ".join(kind.name for kind in KINDS)
            self.fault(line, f"{echo(value)} as the DATA TYPE", f"one of {names}")
        else:
            self.claims.append(_Claim(kind, f"as line {line} says"))

    def read_name(self, line: int, figure: str, value: str) -> None:
        number = _number(figure) or 0
        name = self.text(line, value)
        if not value:
            self.fault(line, "an empty name", f"the name of candidate {wording.short(figure)}")
        if number in self.names:
            self.fault(line, f"candidate number {wording.short(figure)} again", "it once")
        self.names[number] = line, name

    def read_old_header(self, lines: Sequence[_Line]) -> Sequence[_Line]:
        """Read the lines of the header, and give those of the papers."""
        self.state(lines[0][0], _CANDIDATES, lines[0][1])
        most = self.stated[_CANDIDATES].number if self.stated else 0
        less = 1 if _number(lines[min(1, len(lines) - 1)][1].partition(",")[0].strip()) == 0 else 0
        at = 1
        while at < len(lines):
            line, text = lines[at]
            figure, comma, name = text.partition(",")
            number = at - less
            is_next = bool(comma) and _number(figure.strip()) == number
            if is_next and (at <= most or not _SUMS.fullmatch(text)):
                self.read_name(line, str(number), name.strip())
            elif at <= most and not _SUMS.fullmatch(text):
                self.fault(line, echo(text), f"the name of candidate {number}, as {number},NAME")
                self.names[number] = line, ""
            else:
                break
            at += 1
        return self.read_sums(lines, at)

    def read_sums(self, lines: Sequence[_Line], at: int) -> Sequence[_Line]:
        """Read the line of totals of an old header, and give the lines that follow."""
        expected = "the numbers of voters, of papers and of unique orders, as 10,10,4"
        line, text = lines[at] if at < len(lines) else (lines[-1][0], "")
        if not _SUMS.fullmatch(text):
            self.fault(line, echo(text) if text else "the end of the file", expected)
            return lines[at:]
        for key, figure in zip((_VOTERS, _SUM, _UNIQUE), text.split(","), strict=True):
            self.state(line, key, figure.strip())
        return lines[at + 1 :]

    def state(self, line: int, key: str, text: str) -> None:
        number = _number(text)
        if number is None:
            self.fault(line, f"{echo(text)} as {key}", "a whole number")
        else:
            self.stated[key] = _Stated(line, wording.short(text), number)

    def text(self, line: int, text: str) -> str:
        if character := control_character(text):
            found = f"the character {character} in {echo(text)}"
            self.fault(line, found, "a text without control characters")
        return text

    def check_names(self, first_line: int) -> None:
        found = len(self.names)
        if not self.names:
            self.fault(first_line, "no names of candidates in the header", "at least one")
            return
        self.check_stated(_CANDIDATES, found, "candidates named")
        if 0 in self.names and found not in self.names:
            self.first = 0
            self.notes.append("candidates are numbered from 0")
        last = self.last_candidate()
        for number, (line, _) in self.names.items():
            if not self.first <= number <= last:
                expected = f"a number from {self.first} to {last}"
                self.fault(line, f"candidate number {number}", expected)

    def last_candidate(self) -> int:
        stated = self.stated.get(_CANDIDATES)
        return max(stated.number if stated else 0, len(self.names)) + self.first - 1

    def check_stated(self, key: str, found: int, what: str) -> None:
        stated = self.stated.get(key)
        if stated and stated.number != found:
            self.fault(stated.line, f"{stated.text} as {key}", f"{found}, the number of {what}")

    # Papers

    def read_papers(self, lines: Iterable[_Line], separator: str) -> None:
        numbers = {str(number): number - self.first for number in self.names}
        strict = next((claim for claim in self.claims if not claim.kind.ties), None)
        complete = next((claim for claim in self.claims if not claim.kind.incomplete), None)
        for line, text in lines:
            figure, found, rest = text.partition(separator)
            if not found:
                expected = f"the number of papers, then {separator!r} and candidate numbers"
                self.fault(line, echo(text), expected)
                continue
            rest = rest.strip()
            try:
                order: tuple[Entry, ...] = tuple(map(numbers.__getitem__, rest.split(",")))
            except KeyError:
                order = self.order(line, rest)
            self.orders.append(order)
            self.counts.append(self.count(line, figure.strip()))
            if not self.faults or self.faults[-1].line != line:
                self.check_kind(line, order, strict, complete)

    def check_kind(
        self,
        line: int,
        order: tuple[Entry, ...],
        strict: _Claim | None,
        complete: _Claim | None,
    ) -> None:
        if strict and any(isinstance(entry, tuple) for entry in order):
            self.fault(line, "an equal ranking", f"strict orders, {strict.where}")
        if complete and len(_named(order)) < len(self.names):
            found = f"{len(_named(order))} of {counted(len(self.names), 'candidate')}"
            self.fault(line, found, f"complete orders, {complete.where}")

    def count(self, line: int, figure: str) -> int:
        """The number of papers on a line; anything, where it is at fault."""
        count = _number(figure)
        if count is None or not 0 < count < MOST_PAPERS:
            expected = f"a whole number from 1, of at most {_MOST_DIGITS} digits"
            self.fault(line, f"{echo(figure)} as the number of papers", expected)
        return count or 1

    def order(self, line: int, text: str) -> tuple[Entry, ...]:
        """The order on a line, slowly but surely; anything, where it is at fault."""
        entries: list[Entry] = []
        at = 0
        comma = bool(text)
        while comma:
            place = _PLACE.match(text, at)
            if place is None:
                expected = "candidate numbers with commas between, equal ones in { }"
                self.fault(line, echo(text[at:]) if at < len(text) else "a last comma", expected)
                return ()
            entries.append(self.entry(line, (place[1] or place[2]).split(",")))
            at, comma = place.end(), place[3] is not None
        return tuple(entries)

    def entry(self, line: int, figures: Sequence[str]) -> Entry:
        last = self.last_candidate()
        numbers = []
        for figure in figures:
            number = _number(figure.strip())
            if number is None or not self.first <= number <= last:
                found = f"candidate number {wording.short(figure.strip())}"
                self.fault(line, found, f"a candidate number from {self.first} to {last}")
                number = self.first
            numbers.append(number - self.first)
        return tuple(sorted(numbers)) if len(numbers) > 1 else numbers[0]

    def check_totals(self) -> None:
        papers = sum(self.counts)
        self.check_stated(_VOTERS, papers, "papers in the file")
        self.check_stated(_SUM, papers, "papers in the file")
        self.check_stated(_UNIQUE, len(set(self.orders)), "different orders in the file")


def _number(text: str) -> int | None:
    """The number that these digits are; one of too many digits is as good as the first of those."""
    if not (text.isascii() and text.isdecimal()):
        return None
    return int(text) if len(text) <= _MOST_DIGITS else MOST_PAPERS


def _named(order: Iterable[Entry]) -> set[int]:
    """The candidates whom an order names."""
    named: set[int] = set()
    for entry in order:
        named.update(_candidates(entry))
    return named


def _candidates(entry: Entry) -> tuple[int, ...]:
    return entry if isinstance(entry, tuple) else () if entry is None else (entry,)


def _merged(papers: Papers) -> dict[tuple[Entry, ...], int]:
    """The number of papers with each order, as far as it is an order."""
    merged: dict[tuple[Entry, ...], int] = {}
    for given, count in papers.orders():
        order = _proper(given)
        merged[order] = merged.get(order, 0) + count
    return merged


def _proper(order: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """The order up to a preference left out or a candidate named before."""
    seen: set[int] = set()
    for place, entry in enumerate(order):
        candidates = _candidates(entry)
        fresh = set(candidates) - seen
        if not fresh or len(fresh) < len(candidates):
            return order[:place]
        seen |= fresh
    return order


def _check_kind(papers: Iterable[tuple[Entry, ...]], candidates: int, kind: Kind) -> None:
    ties = any(isinstance(entry, tuple) for order in papers for entry in order)
    incomplete = any(len(_named(order)) < candidates for order in papers)
    if ties <= kind.ties and incomplete <= kind.incomplete:
        return
    fitting = next(one for one in KINDS if (one.ties, one.incomplete) == (ties, incomplete))
    found = " and ".join(["equal rankings"] * ties + ["incomplete orders"] * incomplete)
    raise ElectionError(
        f"PrefLib: found {found}, which {kind.name} does not hold; expected the kind {fitting.name}"
    )


def _mark(entry: Entry) -> str:
    numbers = ",".join(str(number + 1) for number in _candidates(entry))
    return f"{{{numbers}}}" if isinstance(entry, tuple) else numbers


def _scattered(papers: Papers) -> bool:
    """Whether papers alike have others between them."""
    seen: set[tuple[Entry, ...]] = set()
    last = None
    for given, _ in papers.orders():
        order = _proper(given)
        if order in seen and order != last:
            return True
        seen.add(order)
        last = order
    return False
