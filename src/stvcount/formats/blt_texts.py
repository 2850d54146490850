"""The names, the affiliations and the title at the end of a BLT file."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from stvcount.errors import Alternative, Fault
from stvcount.formats.accents import mended
from stvcount.formats.blt_options import (
    FOLD_CONTROLS,
    MEND_ACCENTS,
    NAMES_IN_COMMENTS,
    Options,
)
from stvcount.formats.wording import control_character, echo, where
from stvcount.words import counted

COMMENT = re.compile(r"#|//")
"""Where a comment begins."""

_QUOTED = re.compile(r'"([^"]*(?:""[^"]*)*)"(?!")\s*(?:,(?=\s*")\s*)?')
_QUOTED_LENIENTLY = re.compile(r'"(.*?)"\s*(?:(?:#|//).*)?', re.DOTALL)
_WITH_TAIL = re.compile(r'(?:"([^"]+)"|([^"]+))\s"([^"]+)"')
_NAME_IN_COMMENT = re.compile(
    r"(?:#|//)\s*(?:ALTERNATIVE|CANDIDATE)\s+NAME\s+([0-9]{1,9})\s*:\s*(.*\S)",
    re.ASCII | re.IGNORECASE,
)
_TITLE_IN_COMMENT = re.compile(r"(?:#|//)\s*TITLE\s*:\s*(.*\S)", re.ASCII | re.IGNORECASE)

_UNQUOTED = "without quotation marks, read as {stands}"
_MARK_INSIDE = "without quotation marks and with # or // inside, read as {stands}"
_SEVERAL_PARTS = "in several quoted parts, read together"
_QUOTE_INSIDE = "with a quotation mark inside that is not doubled, read as {stands}"
_TAB_INSIDE = "with a tab inside, read as a blank"
_FOLDED = "with a control character inside, read as a blank"
_MENDED = "encoded twice as UTF-8, mended"
_TWICE = "that may have been encoded twice as UTF-8, read as {stands} (--mend-accents mends that)"
_TAIL = "with a text in quotation marks at the end, read as the affiliation"
_TAIL_OR_NAME = (
    "with a text in quotation marks at the end, which may be the affiliation or the name, "
    "read as {stands}"
)
_ODDITIES = (
    _UNQUOTED,
    _MARK_INSIDE,
    _SEVERAL_PARTS,
    _QUOTE_INSIDE,
    _TAB_INSIDE,
    _FOLDED,
    _MENDED,
    _TWICE,
    _TAIL,
    _TAIL_OR_NAME,
)

_Given = tuple[int, str]
"""The number of a line, and what stands on it between blanks at its ends."""


@dataclass(frozen=True, slots=True)
class _Text:
    """A name or the title, and in what ways its line was unusual.

    `affiliation` is None where the line leaves it open: it has one text only.
    """

    line: int
    text: str
    affiliation: str | None = None
    oddities: tuple[str, ...] = ()


@dataclass(slots=True)
class TextReader:
    """Reads names and title, and gathers all that is wrong.

    `affiliations`: for each name, in their order; empty where there is none.
    """

    options: Options
    names: list[str] = field(default_factory=list)
    affiliations: list[str] = field(default_factory=list)
    title: str = ""
    notes: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def read(self, lines: Sequence[str], start: int, candidates: int | None) -> None:
        """Read the lines of a file from the index `start` on: so many names, then the title."""
        given = [
            (index + 1, text)
            for index in range(start, len(lines))
            if (text := lines[index].strip()) and not COMMENT.match(text)
        ]
        if candidates is None:
            for line, text in given:
                self.text(line, text)
        elif self.options.names_in_comments:
            self.read_comments(lines, given, candidates)
        elif len(given) < candidates:
            self.too_few(lines, given, candidates)
        else:
            self.take(given[:candidates], given[candidates:])

    def take(self, names: Sequence[_Given], after: Sequence[_Given]) -> None:
        """Read these names, and what follows them: the title, and nothing more."""
        found = self.without_tails([self.name(line, text) for line, text in names])
        titles = [self.text(line, text) for line, text in after[:1]]
        expected = f"the end of the file after {counted(len(names), 'name')} and the title"
        if len(after) > 1:
            line, text = after[1]
            more = f" and {counted(len(after) - 2, 'more line')}" if len(after) > 2 else ""
            self.fault(line, f"{echo(text)}{more} after the title", expected)
        self.names = [name.text for name in found]
        self.affiliations = [name.affiliation or "" for name in found]
        self.title = titles[0].text if titles else ""
        self.note_oddities(found, titles)

    def fault(self, line: int, found: str, expected: str, *settled_by: Alternative) -> None:
        self.faults.append(Fault(line, found, expected, settled_by))

    # Names that stand only in comments

    def too_few(self, lines: Sequence[str], given: Sequence[_Given], candidates: int) -> None:
        for line, text in given:
            self.name(line, text)
        found = f"the end of the file after {len(given)} of {counted(candidates, 'name')}"
        expected = f"{counted(candidates, 'name')} and the title"
        commented = len(given) < 2 and _names_in_comments(lines, candidates)
        answers = [NAMES_IN_COMMENTS] if commented else []
        if commented:
            found += ", and all of them in comments"
        self.fault(_last(lines), found, expected, *answers)

    def read_comments(self, lines: Sequence[str], given: list[_Given], candidates: int) -> None:
        names = _names_in_comments(lines, candidates)
        if not names:
            expected = f"a comment '# ALTERNATIVE NAME 1: ...' for each of {candidates} candidates"
            self.fault(1, "no names of all candidates in comments", expected)
            return
        if not given:
            matches = (_TITLE_IN_COMMENT.match(line.strip()) for line in lines)
            given = [(line, match[1]) for line, match in enumerate(matches, 1) if match][:1]
        if len(given) > 1:
            line, text = given[0]
            self.fault(line, echo(text), "a title alone, as the names are those in comments")
            return
        self.notes.append(f"{where([line for line, _ in names])}: the names are those in comments")
        self.take(names, given)

    # A text

    def name(self, line: int, given: str) -> _Text:
        faults = len(self.faults)
        name = self.text(line, given, in_pairs=True)
        if not name.text and len(self.faults) == faults:
            self.fault(line, "an empty name", "the name of a candidate")
        return name

    def text(self, line: int, given: str, *, in_pairs: bool = False) -> _Text:
        """The name or title on this line; it is empty where it is at fault.

        `in_pairs`: whether a second text in quotation marks is the affiliation.
        """
        parts, oddities = _unquoted(given)
        if not parts:
            expected = "one text in quotation marks, those inside it doubled"
            self.fault(line, f"{echo(given)}, whose quotation marks do not match", expected)
            return _Text(line, "")
        faults = len(self.faults)
        found = [self.clean(line, part, oddities) for part in parts]
        if len(self.faults) > faults:
            return _Text(line, "")
        unusual = tuple(dict.fromkeys(oddities))
        if len(found) == 2 and in_pairs:
            return _Text(line, found[0], found[1], unusual)
        if len(found) == 1:
            return _Text(line, found[0], None, unusual)
        joined = " ".join([found[0], *(f'"{other}"' for other in found[1:] if other)])
        return _Text(line, joined, "", (*unusual, _SEVERAL_PARTS))

    def clean(self, line: int, part: str, oddities: list[str]) -> str:
        """The text without what no name may hold; how it was odd goes to `oddities`."""
        if "\t" in part:
            part = part.replace("\t", " ")
            oddities.append(_TAB_INSIDE)
        meant = mended(part)
        if meant != part and self.options.mend_accents:
            part = meant
            oddities.append(_MENDED)
        if character := control_character(part):
            if not self.options.fold_controls:
                answer = FOLD_CONTROLS if control_character(meant) else MEND_ACCENTS
                expected = "a text without control characters"
                self.fault(line, f"the character {character} in {echo(part)}", expected, answer)
                return ""
            part = _folded(part)
            oddities.append(_FOLDED)
        elif meant != part and not self.options.mend_accents:
            oddities.append(_TWICE)
        return part.strip()

    def without_tails(self, names: list[_Text]) -> list[_Text]:
        """The names without the affiliations that stand in quotation marks at their end.

        Some files have it the other way about (`Con "Jo Bell"`): there all names stay whole.
        """
        tails = [_tail(name) for name in names]
        doubtful = any(tail and tail[0] is False for tail in tails)
        return [
            name if tail is None else _split(name, tail, doubtful=doubtful)
            for name, tail in zip(names, tails, strict=True)
        ]

    def note_oddities(self, names: list[_Text], titles: list[_Text]) -> None:
        for oddity in _ODDITIES:
            odd = [name.line for name in names if oddity in name.oddities]
            if odd:
                phrase = oddity.format(stands="they stand" if len(odd) > 1 else "it stands")
                self.notes.append(f"{where(odd)}: {counted(len(odd), 'name')} {phrase}")
            for title in titles:
                if oddity in title.oddities:
                    phrase = oddity.format(stands="it stands")
                    self.notes.append(f"line {title.line}: a title {phrase}")
        if not titles:
            self.notes.append("the file gives no title")


def is_with_tail(name: str) -> bool:
    """Whether a name, quoted alone on its line, would be taken for a name and an affiliation."""
    return _WITH_TAIL.fullmatch(name) is not None


def _tail(name: _Text) -> tuple[bool, str, str] | None:
    """Whether the tail of a name is plainly no name, what stands before it, and the tail."""
    match = None if name.affiliation is not None else _WITH_TAIL.fullmatch(name.text)
    if match is None:
        return None
    head, tail = (match[1] or match[2]).strip(), match[3].strip()
    if not head or not tail:
        return None
    # One word before several may be a party before a person, unless it is quoted itself.
    certain = match[1] is not None or len(head.split()) > 1 or len(tail.split()) == 1
    return certain, head, tail


def _split(name: _Text, tail: tuple[bool, str, str], *, doubtful: bool) -> _Text:
    if doubtful:
        return replace(name, oddities=(*name.oddities, _TAIL_OR_NAME))
    return replace(name, text=tail[1], affiliation=tail[2], oddities=(*name.oddities, _TAIL))


def _names_in_comments(lines: Iterable[str], candidates: int) -> list[_Given]:
    """The name of each candidate, from comments that number them; none unless all are there."""
    found: dict[int, _Given] = {}
    for line, text in enumerate(lines, start=1):
        match = _NAME_IN_COMMENT.fullmatch(text.strip())
        if match and found.setdefault(int(match[1]), (line, match[2])) != (line, match[2]):
            return []
    complete = len(found) == candidates and all(1 <= number <= candidates for number in found)
    return [found[number] for number in sorted(found)] if complete else []


def _last(lines: Sequence[str]) -> int:
    """The number of the last line that is not blank: where the end of the file is shown."""
    last = len(lines)
    while last > 1 and not lines[last - 1].strip():
        last -= 1
    return last


def _folded(text: str) -> str:
    blanked = ("\x20" if unicodedata.category(one) in ("Cc", "Cs") else one for one in text)
    return " ".join("".join(blanked).split())


def _unquoted(given: str) -> tuple[list[str], list[str]]:
    """The texts on a line of a name or title, and how it is odd; none if quotes do not match."""
    if not given.startswith('"'):
        return [given], [_MARK_INSIDE if COMMENT.search(given) else _UNQUOTED]
    parts: list[str] = []
    end = 0
    while part := _QUOTED.match(given, end):
        parts.append(part[1].replace('""', '"').strip())
        end = part.end()
    if parts and (end == len(given) or COMMENT.match(given, end)):
        return ([], []) if len(parts) > 2 and not all(parts) else (parts, [])
    leniently = _QUOTED_LENIENTLY.fullmatch(given)
    if parts and leniently:
        return [leniently[1].replace('""', '"').strip()], [_QUOTE_INSIDE]
    return [], []
