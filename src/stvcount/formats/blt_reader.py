"""What the lines of a BLT file say, from first to last, and all that is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from stvcount.election import Election
from stvcount.election.left_out import Withdrawal
from stvcount.election.marks import Entry
from stvcount.election.papers import Papers
from stvcount.errors import Fault
from stvcount.formats.wording import control_character, echo, short
from stvcount.words import counted

MARKED_WITHDRAWN = "marked as withdrawn in the ballot file"

IN_PLACE = "in-place"
BEFORE = "before"

MOST_ALIKE = 10**18 - 1
MOST_IN_HEADER = 10**9 - 1
_LINES_TO_JUDGE_BY = 5

_COMMENT = re.compile(r"#|//")
_LIKE_A_PAPER = re.compile(r"\s*\(.*|[-0-9=,;.()\s]+")
_ENTRY = re.compile(r"-|[0-9]+(=[0-9]+)*")
_WITH_ID = re.compile(r"(?P<count>[-+.,0-9]*)\s*\((?P<id>[^)]*)\)(?P<rest>.*)", re.DOTALL)
_QUOTED = re.compile(r'"([^"]*(?:""[^"]*)*)"(?!")\s*')
_QUOTED_LENIENTLY = re.compile(r'"(.*?)"\s*(?:(?:#|//).*)?', re.DOTALL)

_UNQUOTED = "without quotation marks, read as {stands}"
_MARK_INSIDE = "without quotation marks and with # or // inside, read as {stands}"
_SEVERAL_PARTS = "in several quoted parts, read together"
_QUOTE_INSIDE = "with a quotation mark inside that is not doubled, read as {stands}"
_TAB_INSIDE = "with a tab inside, read as a blank"
_ODDITIES = (_UNQUOTED, _MARK_INSIDE, _SEVERAL_PARTS, _QUOTE_INSIDE, _TAB_INSIDE)


class _Numbers(dict[str, int]):
    """Whole numbers from 1 to `highest` by their digits, less `less`; each is parsed once."""

    def __init__(self, highest: int, *, less: int = 0) -> None:
        super().__init__()
        self._highest = highest
        self._less = less

    def __missing__(self, digits: str) -> int:
        number = _number(digits)
        if number is None or not 1 <= number <= self._highest:
            raise KeyError(digits)
        self[digits] = number - self._less
        return self[digits]


@dataclass(frozen=True, slots=True)
class _Text:
    """A name or the title, and in what ways its line was unusual."""

    line: int
    text: str
    oddities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _LeadingId:
    """A paper line that begins with an identifier: its meaning is known at the last one only."""

    line: int
    position: int
    tokens: list[str]


@dataclass(slots=True)
class Reader:
    """Reads the lines from first to last, section by section, and gathers all that is wrong.

    `at` is the index of the next line to read. `candidates` is None where the header does not
    tell their number. `withdrawn` has the line of each withdrawal by the candidate's number.
    """

    lines: list[str]
    paper_ids: str | None
    at: int = 0
    candidates: int | None = None
    places: int = 0
    withdrawn: dict[int, int] = field(default_factory=dict)
    orders: list[Sequence[Entry]] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    title: str = ""
    notes: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    leading_ids: list[_LeadingId] = field(default_factory=list)
    lines_of_ids: dict[str, int] = field(default_factory=dict)
    end_of_papers: int | None = None

    def read(self) -> None:
        if self.read_header():
            self.read_withdrawals()
            if self.read_papers():
                self.read_texts()

    def election(self, papers: Callable[[Sequence[str]], Papers] | None = None) -> Election:
        """The election, for a file without faults; `papers` makes those read elsewhere."""
        # The election tells apart names that several bear, so it comes before its papers.
        bare = Election(
            title=self.title,
            places=self.places,
            candidates=self.names,
            papers=Papers(),
            notes=self.notes,
        )
        names = bare.candidates
        return replace(
            bare,
            papers=papers(names)
            if papers is not None
            else Papers(names, zip(self.orders, self.counts, strict=True)),
            withdrawn=[
                Withdrawal(names[number - 1], MARKED_WITHDRAWN) for number in self.withdrawn
            ],
        )

    def fault(self, line: int, found: str, expected: str) -> None:
        self.faults.append(Fault(line, found, expected))

    def line_text(self, line: int) -> str:
        """The line of this number, as it is shown in a fault."""
        return echo(self.lines[line - 1].strip())

    def last_line(self) -> int:
        """The number of the last line that is not blank: where the end of the file is shown."""
        last = len(self.lines)
        while last > 1 and not self.lines[last - 1].strip():
            last -= 1
        return last

    def lines_of_figures(self) -> Iterator[tuple[int, list[str]]]:
        """The number and the figures of each line from here on that has any."""
        for index in range(self.at, len(self.lines)):
            if tokens := _tokens(self.lines[index]):
                yield index + 1, tokens

    # The header

    def read_header(self) -> bool:
        """Read the first line; False where it leaves no sense in reading on."""
        expected = "a first line with the number of candidates and the number of places"
        line, tokens = next(self.lines_of_figures(), (0, []))
        if not line:
            empty = not any(text.strip() for text in self.lines)
            found = "an empty file" if empty else "comments only"
            self.faults.append(Fault(None, found, expected))
            return False
        self.at = line
        if len(tokens) != 2 or all(_figure(token) is None for token in tokens):
            self.fault(line, self.line_text(line), expected)
            return self.goes_on_with_papers()
        self.candidates = self.header_figure(line, tokens[0], "candidates")
        self.places = self.header_figure(line, tokens[1], "places") or 0
        return True

    def header_figure(self, line: int, token: str, what: str) -> int | None:
        """The figure, if there is one to go on with, though it be at fault for a comma."""
        figure = _figure(token)
        possible = figure is not None and 1 <= figure <= MOST_IN_HEADER
        if not possible or _number(token) is None:
            expected = f"a whole number from 1 to {MOST_IN_HEADER}"
            self.fault(line, f"{echo(token)} as the number of {what}", expected)
        return figure if possible else None

    def goes_on_with_papers(self) -> bool:
        following = islice(self.lines_of_figures(), _LINES_TO_JUDGE_BY)
        return any(_LIKE_A_PAPER.fullmatch(self.lines[line - 1]) for line, _ in following)

    # Withdrawals

    def read_withdrawals(self) -> None:
        for line, tokens in self.lines_of_figures():
            if not _are_withdrawals(tokens):
                return
            self.at = line
            for token in tokens:
                self.read_withdrawal(line, token)

    def read_withdrawal(self, line: int, token: str) -> None:
        last = self.candidates or MOST_IN_HEADER
        number = _number(token[1:]) if token.startswith("-") else None
        if number is None or not 1 <= number <= last:
            expected = f"a candidate number from 1 to {last} after a minus sign"
            self.fault(line, f"{echo(token)} as a withdrawal", expected)
        elif number in self.withdrawn:
            found = f"{echo(token)} again, which line {self.withdrawn[number]} has"
            self.fault(line, found, "every withdrawn candidate once")
        else:
            self.withdrawn[number] = line

    # Papers

    def read_papers(self) -> bool:
        """Read the papers up to the line 0; False where the file ends before it."""
        number_of_papers = _Numbers(MOST_ALIKE)
        candidate = _Numbers(self.candidates or MOST_IN_HEADER, less=1).__getitem__
        add_order, add_count = self.orders.append, self.counts.append
        ended = False
        for index in range(self.at, len(self.lines)):
            # Nearly all lines are plain, and nothing but a plain line gets through this.
            tokens = self.lines[index].split()
            try:
                if tokens[-1] == "0":
                    count = number_of_papers[tokens[0]]
                    add_order(tuple(map(candidate, tokens[1:-1])))
                    add_count(count)
                    continue
            except (IndexError, KeyError):
                pass
            if ended := self.ends_papers(index):
                break
        if not ended:
            self.fault(self.last_line(), "the end of the file", self.rest_of_file())
        self.read_leading_ids()
        return ended

    def ends_papers(self, index: int) -> bool:
        """Read a line that is not plain; True where it ends the papers."""
        line, text = index + 1, self.lines[index].strip()
        if with_id := _WITH_ID.fullmatch(text):
            self.read_with_id(line, with_id)
            return False
        tokens = _tokens(text)
        if _is_end(tokens):
            if tokens != ["0"]:
                self.fault(line, self.line_text(line), "0 alone, which ends the papers")
            self.at = line
            return True
        if tokens and self.is_name(index, tokens[0]):
            self.fault(line, self.line_text(line), self.rest_of_file())
            self.at = index
            return True
        if _are_withdrawals(tokens):
            found = f"{self.line_text(line)} after the first paper"
            self.fault(line, found, "withdrawals before the papers")
        elif tokens:
            self.read_paper(line, tokens)
        return False

    def is_name(self, index: int, token: str) -> bool:
        """Whether the names begin here, the line 0 that should end the papers being left out."""
        if token.startswith(tuple("-(0123456789")):
            return False
        if self.end_of_papers is None:
            ends = (at for at in range(index, len(self.lines)) if _is_end(_tokens(self.lines[at])))
            self.end_of_papers = next(ends, -1)
        return self.end_of_papers < index

    def rest_of_file(self) -> str:
        names = counted(self.candidates, "name") if self.candidates else "the names"
        return f"a paper line, or the line 0 that ends the papers, then {names} and the title"

    def read_paper(self, line: int, tokens: list[str]) -> None:
        order, count = self.paper(line, tokens)
        self.orders.append(order)
        self.counts.append(count)

    def paper(self, line: int, tokens: list[str]) -> tuple[Sequence[Entry], int]:
        """The order and the number of papers; anything, where they are at fault."""
        unreadable = [token for token in tokens if not _ENTRY.fullmatch(token)]
        if len(unreadable) > 1 or unreadable == tokens:
            expected = "a paper line: number of papers, candidate numbers, 0"
            self.fault(line, self.line_text(line), expected)
            return (), 1
        count = _number(tokens[0])
        if count is None or not 1 <= count <= MOST_ALIKE:
            expected = "a whole number from 1, of at most 18 digits"
            self.fault(line, f"{echo(tokens[0])} as the number of papers", expected)
        return self.order(line, tokens[1:]), count or 1

    def order(self, line: int, tokens: list[str]) -> Sequence[Entry]:
        """The preferences up to the 0; anything, where they are at fault."""
        end = tokens.index("0") if "0" in tokens else len(tokens)
        entries, after = tokens[:end], tokens[end + 1 :]
        unreadable = [token for token in entries if not _ENTRY.fullmatch(token)]
        if unreadable:
            expected = "candidate numbers and a last 0, with blanks between"
            self.fault(line, echo(" ".join(unreadable)), expected)
        # A last figure that cannot be read may well have been the 0.
        if end == len(tokens) and not (unreadable and entries[-1] == unreadable[-1]):
            found = f"no 0 at the end of {self.line_text(line)}"
            self.fault(line, found, "0 at the end of every paper line")
        if after:
            expected = "nothing after the 0 that ends the paper"
            self.fault(line, f"{echo(' '.join(after))} after the 0", expected)
        if unreadable:
            return ()
        self.check_range(line, entries)
        return tuple(map(_entry, entries))

    def check_range(self, line: int, entries: list[str]) -> None:
        last = self.candidates or MOST_IN_HEADER
        outside = [
            figure
            for entry in entries
            if entry != "-"
            for figure in entry.split("=")
            if not 1 <= (_number(figure) or 0) <= last
        ]
        if outside:
            found = f"candidate number{'s' * (len(outside) > 1)} {short(', '.join(outside))}"
            self.fault(line, found, f"a candidate number from 1 to {last}")

    # Papers with identifiers

    def read_with_id(self, line: int, parts: re.Match[str]) -> None:
        identifier = parts["id"].strip()
        first = self.lines_of_ids.setdefault(identifier, line)
        if first != line:
            found = f"the identifier {echo(identifier)} again, which line {first} has"
            self.fault(line, found, "every identifier once")
        tokens = _tokens(parts["rest"])
        if parts["count"]:
            self.read_paper(line, [parts["count"], *tokens])
        else:
            self.leading_ids.append(_LeadingId(line, len(self.orders), tokens))
            self.orders.append(())
            self.counts.append(1)

    def read_leading_ids(self) -> None:
        if self.lines_of_ids:
            where = _where(list(self.lines_of_ids.values()))
            layout = self.layout_of_ids() if self.leading_ids else ""
            self.notes.append(f"{where}: identifiers in brackets{layout}, which are not kept")
        for paper in self.leading_ids:
            order, count = (
                (self.order(paper.line, paper.tokens), 1)
                if self.paper_ids == IN_PLACE
                else self.paper(paper.line, paper.tokens or [""])
            )
            self.orders[paper.position], self.counts[paper.position] = order, count

    def layout_of_ids(self) -> str:
        """Settle `paper_ids` from all lines that begin with an identifier; say what was decided."""
        shown = "as the caller says"
        if self.paper_ids is None:
            line = self.decide_layout()
            shown = f"as line {line} shows"
        place = "in place of" if self.paper_ids == IN_PLACE else "before"
        return f" {place} the number of papers ({shown})"

    def decide_layout(self) -> int:
        """Set `paper_ids`, and give the number of the line that decides it."""
        for paper in self.leading_ids:
            if paper.tokens and _ENTRY.fullmatch(paper.tokens[0]) and _number(paper.tokens[0]) != 1:
                self.paper_ids = IN_PLACE
                return paper.line
        self.paper_ids = BEFORE
        for paper in self.leading_ids:
            if "1" in "=".join(paper.tokens[1:]).split("="):
                return paper.line
        line = self.leading_ids[0].line
        self.fault(
            line,
            "identifiers in brackets that all stand before a 1, which may be the number of "
            "papers or the first preference",
            f'to be told which: paper_ids="{BEFORE}" (--paper-ids {BEFORE}) if 1 is the number of '
            f'papers, "{IN_PLACE}" if the identifier stands in its place',
        )
        return line

    # The names and the title

    def read_texts(self) -> None:
        given = [
            (index + 1, text)
            for index in range(self.at, len(self.lines))
            if (text := self.lines[index].strip()) and not _COMMENT.match(text)
        ]
        if self.candidates is None:
            for line, text in given:
                self.text(line, text)
            return
        expected = self.candidates
        names = [self.name(line, text) for line, text in given[:expected]]
        titles = [self.text(line, text) for line, text in given[expected : expected + 1]]
        if len(names) < expected:
            found = f"the end of the file after {len(names)} of {counted(expected, 'name')}"
            self.fault(self.last_line(), found, f"{counted(expected, 'name')} and the title")
        if after := given[expected + 1 :]:
            line, text = after[0]
            more = f" and {counted(len(after) - 1, 'more line')}" if len(after) > 1 else ""
            expectation = f"the end of the file after {counted(expected, 'name')} and the title"
            self.fault(line, f"{echo(text)}{more} after the title", expectation)
        self.names = [name.text for name in names]
        self.title = titles[0].text if titles else ""
        self.note_oddities(names, titles)

    def name(self, line: int, given: str) -> _Text:
        faults = len(self.faults)
        name = self.text(line, given)
        if not name.text and len(self.faults) == faults:
            self.fault(line, "an empty name", "the name of a candidate")
        return name

    def text(self, line: int, given: str) -> _Text:
        """The name or title on this line; it is empty where it is at fault."""
        text, oddity = _unquoted(given)
        oddities = (oddity,) if oddity else ()
        if text is None:
            expected = "one text in quotation marks, those inside it doubled"
            self.fault(line, f"{echo(given)}, whose quotation marks do not match", expected)
            return _Text(line, "")
        if "\t" in text:
            text, oddities = text.replace("\t", " "), (*oddities, _TAB_INSIDE)
        if character := control_character(text):
            found = f"the character {character} in {echo(text)}"
            self.fault(line, found, "a text without control characters")
            return _Text(line, "")
        return _Text(line, text, oddities)

    def note_oddities(self, names: list[_Text], titles: list[_Text]) -> None:
        for oddity in _ODDITIES:
            odd = [name.line for name in names if oddity in name.oddities]
            if odd:
                phrase = oddity.format(stands="they stand" if len(odd) > 1 else "it stands")
                self.notes.append(f"{_where(odd)}: {counted(len(odd), 'name')} {phrase}")
            for title in titles:
                if oddity in title.oddities:
                    phrase = oddity.format(stands="it stands")
                    self.notes.append(f"line {title.line}: a title {phrase}")
        if not titles:
            self.notes.append("the file gives no title")


def _number(text: str) -> int | None:
    """The number that these digits are; one of more than 18 digits is as good as 10**18."""
    if not (text.isascii() and text.isdecimal()):
        return None
    return int(text) if len(text) <= 18 else MOST_ALIKE + 1


def _figure(token: str) -> int | None:
    """The number that a token is, or would be without the commas around it."""
    return _number(token.strip(",;."))


def _entry(mark: str) -> Entry:
    if mark == "-":
        return None
    numbers = sorted((_number(figure) or 0) - 1 for figure in mark.split("="))
    return tuple(numbers) if len(numbers) > 1 else numbers[0]


def _tokens(line: str) -> list[str]:
    return _COMMENT.split(line, maxsplit=1)[0].split()


def _is_end(tokens: list[str]) -> bool:
    return len(tokens) == 1 and tokens[0].strip(",;.") == "0"


def _are_withdrawals(tokens: list[str]) -> bool:
    """Whether this is a line of withdrawals, and no paper line with a negative number."""
    return bool(tokens) and tokens[0].startswith("-") and tokens[-1] != "0"


def _unquoted(given: str) -> tuple[str | None, str]:
    """The text on a line of a name or title, and how it is odd; None if its quotes do not match."""
    if not given.startswith('"'):
        return given, _MARK_INSIDE if _COMMENT.search(given) else _UNQUOTED
    parts: list[str] = []
    end = 0
    while part := _QUOTED.match(given, end):
        parts.append(part[1].replace('""', '"').strip())
        end = part.end()
    if parts and (end == len(given) or _COMMENT.match(given, end)):
        first, *others = parts
        if others and not all(parts):
            return None, ""
        text = " ".join([first, *(f'"{other}"' for other in others)])
        return text, _SEVERAL_PARTS if others else ""
    leniently = _QUOTED_LENIENTLY.fullmatch(given)
    if parts and leniently:
        return leniently[1].replace('""', '"').strip(), _QUOTE_INSIDE
    return None, ""


def _where(lines: Sequence[int]) -> str:
    """The place of several lines, given in order."""
    if len(lines) == 1:
        return f"line {lines[0]}"
    return f"lines {lines[0]} to {lines[-1]}"
