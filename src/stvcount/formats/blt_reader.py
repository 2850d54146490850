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
from stvcount.errors import Alternative, Fault
from stvcount.formats.blt_options import (
    BEFORE,
    IGNORE_COMMAS,
    IN_PLACE,
    PAPER_IDS,
    SKIP_ZERO,
    Options,
)
from stvcount.formats.blt_texts import COMMENT, TextReader
from stvcount.formats.wording import echo, short, where
from stvcount.words import counted

MARKED_WITHDRAWN = "marked as withdrawn in the ballot file"

MOST_ALIKE = 10**18 - 1
MOST_IN_HEADER = 10**9 - 1
_LINES_TO_JUDGE_BY = 5
_MOST_LINES_IN_BRACKETS = 1000

_LIKE_A_PAPER = re.compile(r"\s*\(.*|[-0-9=,;.()\s]+")
_ENTRY = re.compile(r"-|[0-9]+(=[0-9]+)*")
_WITH_ID = re.compile(r"(?P<count>[-+.,0-9]*)\s*\((?P<id>[^)]*)\)(?P<rest>.*)", re.DOTALL)
_BRACKETED = re.compile(r"\[([^\]]*)\]\s*")
# Figures with blanks between and commas after them, or with commas between them.
_WITH_COMMAS = re.compile(
    r"\s*[-=0-9]+(?:(?:[ \t]+[-=0-9]+)*\s*[,;][,;\s]*|(?:,[-=0-9]+)+[,\s]*|(?:;[-=0-9]+)+[;\s]*)"
)


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
class _LeadingId:
    """A paper line that begins with an identifier: its meaning is known at the last one only."""

    line: int
    position: int
    tokens: list[str]


@dataclass(slots=True)
class Reader:
    """Reads the lines from first to last, section by section, and gathers all that is wrong.

    `at` is the index of the next line to read. `candidates` is None where the header does not
    tell their number. `withdrawn` has the line of each withdrawal by the candidate's number,
    `nicks` the number of each candidate by nickname. `unended` has the lines of papers without
    a last 0, `after_zero` the figures of each line on which some follow a 0.
    """

    lines: list[str]
    options: Options
    at: int = 0
    candidates: int | None = None
    places: int = 0
    withdrawn: dict[int, int] = field(default_factory=dict)
    orders: list[Sequence[Entry]] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    nicks: dict[str, int] = field(default_factory=dict)
    unended: list[int] = field(default_factory=list)
    after_zero: dict[int, list[str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    leading_ids: list[_LeadingId] = field(default_factory=list)
    lines_of_ids: dict[str, int] = field(default_factory=dict)
    end_of_papers: int | None = None
    paper_ids: str | None = field(init=False)
    texts: TextReader = field(init=False)

    def __post_init__(self) -> None:
        self.paper_ids = self.options.paper_ids
        self.texts = TextReader(self.options)

    def read(self) -> None:
        self.settle_commas()
        if self.read_header():
            self.read_preamble()
            if self.read_papers():
                self.read_texts()

    def election(self, papers: Callable[[Sequence[str]], Papers] | None = None) -> Election:
        """The election, for a file without faults; `papers` makes those read elsewhere."""
        # The election tells apart names that several bear, so it comes before its papers.
        bare = Election(
            title=self.texts.title,
            places=self.places,
            candidates=self.texts.names,
            papers=Papers(),
            notes=self.notes,
        )
        names = bare.candidates
        return replace(
            bare,
            affiliations=dict(zip(names, self.texts.affiliations, strict=True)),
            papers=papers(names)
            if papers is not None
            else Papers(names, zip(self.orders, self.counts, strict=True)),
            withdrawn=[
                Withdrawal(names[number - 1], MARKED_WITHDRAWN) for number in self.withdrawn
            ],
        )

    def fault(self, line: int, found: str, expected: str, *settled_by: Alternative) -> None:
        self.faults.append(Fault(line, found, expected, settled_by))

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

    def read_texts(self) -> None:
        self.texts.read(self.lines, self.at, self.candidates)
        self.faults += self.texts.faults
        self.notes += self.texts.notes

    # Commas of a spreadsheet

    def settle_commas(self) -> None:
        """Take away the commas that a spreadsheet adds; a question, unless they may go."""
        marked = []
        for line, text in enumerate(self.lines, start=1):
            if ("," in text or ";" in text) and _WITH_COMMAS.fullmatch(text):
                marked.append(line)
            if text.startswith("0") and _is_end(text.split()):
                break
        if not marked:
            return
        for line in marked:
            text = self.lines[line - 1]
            self.lines[line - 1] = text.replace(",", " ").replace(";", " ")
        self.lines = [text.rstrip(" \t,;") if text else text for text in self.lines]
        found = f"commas between or after the figures of {counted(len(marked), 'line')}"
        if self.options.ignore_commas:
            self.notes.append(f"{where(marked)}: {found}, which are not read")
        else:
            self.fault(marked[0], found, "blanks alone between figures", IGNORE_COMMAS)

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

    # Withdrawals and options in brackets

    def read_preamble(self) -> None:
        """Read what stands between the header and the papers."""
        withdrawn: list[tuple[int, str]] = []
        for line, tokens in self.lines_of_figures():
            if line <= self.at:
                continue
            if tokens[0].startswith("["):
                withdrawn += self.read_bracketed(line)
            elif _are_withdrawals(tokens):
                self.at = line
                withdrawn += [(line, token) for token in tokens]
            else:
                break
        for line, token in withdrawn:
            self.read_withdrawal(line, token)

    def read_bracketed(self, line: int) -> list[tuple[int, str]]:
        """Read options in brackets, as far as they go; the withdrawals among them."""
        text = ""
        for index in range(line - 1, min(len(self.lines), line - 1 + _MOST_LINES_IN_BRACKETS)):
            text += f" {COMMENT.split(self.lines[index], maxsplit=1)[0].strip()}"
            self.at = index + 1
            if text.endswith("]"):
                break
        options = [match[1].split() for match in _BRACKETED.finditer(text)]
        if _BRACKETED.sub("", text).strip() or not all(options):
            self.fault(
                line, echo(text.strip()), "an option in brackets alone, such as [withdrawn 2]"
            )
            self.at = line
            return []
        return [one for word, *tokens in options for one in self.bracketed(line, word, tokens)]

    def bracketed(self, line: int, word: str, tokens: list[str]) -> list[tuple[int, str]]:
        """Read one option in brackets; the withdrawals that it states."""
        shown = echo(f"[{' '.join((word, *tokens))}]")
        if word == "withdrawn":
            return [(line, f"-{token}") for token in tokens]
        if word == "nick":
            self.read_nicks(line, tokens)
        elif word == "tie":
            self.notes.append(
                f"line {line}: an order in which equal candidates are taken, {shown}, which is not "
                "used: the rules and the lots decide"
            )
        elif word == "droop":
            self.notes.append(f"line {line}: settings for another program, {shown}, not used")
        else:
            self.fault(line, shown, "one of the options [withdrawn], [nick], [tie] and [droop]")
        return []

    def read_nicks(self, line: int, nicks: list[str]) -> None:
        """Read the nicknames of all candidates, which may stand for their numbers."""
        if self.candidates is not None and len(nicks) != self.candidates:
            expected = f"one for each of {counted(self.candidates, 'candidate')}"
            self.fault(line, counted(len(nicks), "nickname"), expected)
        for number, nick in enumerate(nicks, start=1):
            as_number = _number(nick)
            if nick in self.nicks or "=" in nick or as_number not in (None, number):
                expected = "each nickname once, and none that is the number of another candidate"
                self.fault(line, f"the nickname {echo(nick)}", expected)
            self.nicks[nick] = number
        self.notes.append(f"line {line}: nicknames of candidates, which stand for their numbers")

    def figures(self, text: str) -> list[str]:
        """The tokens of a line of figures, with numbers in place of nicknames."""
        tokens = _tokens(text)
        if not self.nicks:
            return tokens
        return [
            *tokens[:1],
            *(
                "=".join(str(self.nicks.get(part, part)) for part in token.split("="))
                for token in tokens[1:]
            ),
        ]

    def read_withdrawal(self, line: int, token: str) -> None:
        last = self.candidates or MOST_IN_HEADER
        named = self.nicks.get(token[1:], _number(token[1:]))
        number = named if token.startswith("-") else None
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
        numbers = _Numbers(self.candidates or MOST_IN_HEADER, less=1)
        numbers.update({nick: number - 1 for nick, number in self.nicks.items()})
        candidate = numbers.__getitem__
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
        self.judge_ends(ended=ended)
        self.judge_zeros()
        return ended

    def judge_ends(self, *, ended: bool) -> None:
        """Papers without a last 0 are whole where no paper of a whole file has one."""
        if not self.unended:
            return
        if ended and len(self.unended) == len(self.orders):
            self.notes.append(
                f"{where(self.unended)}: no paper has a last 0; each is read to the end of its line"
            )
            return
        for line in self.unended:
            found = f"no 0 at the end of {self.line_text(line)}"
            self.fault(line, found, "0 at the end of every paper line")

    def judge_zeros(self) -> None:
        """A 0 before the last one stands for a choice left out, or ends the first of two papers."""
        if not self.after_zero:
            return
        (line, tokens), *others = self.after_zero.items()
        after = tokens[tokens.index("0") + 1 :]
        more = f" (as on {counted(len(others), 'more line')})" if others else ""
        found = f"{echo(' '.join(after))} after the 0{more}"
        expected = "nothing after the 0 that ends the paper"
        if all(map(_are_several_papers, self.after_zero.values())):
            expected += (
                ", and each paper on a line of its own; if 0 stands for a choice left out, "
                "--skip-zero says so"
            )
            self.fault(line, found, expected)
        else:
            self.fault(line, found, expected, SKIP_ZERO)

    def ends_papers(self, index: int) -> bool:
        """Read a line that is not plain; True where it ends the papers."""
        line, text = index + 1, self.lines[index].strip()
        if with_id := _WITH_ID.fullmatch(text):
            self.read_with_id(line, with_id)
            return False
        tokens = self.figures(text)
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
        if self.options.skip_zero:
            tokens = [*("-" if one == "0" else one for one in tokens[:-1]), *tokens[-1:]]
        end = tokens.index("0") if "0" in tokens else len(tokens)
        entries, after = tokens[:end], tokens[end + 1 :]
        unreadable = [token for token in entries if not _ENTRY.fullmatch(token)]
        if unreadable:
            expected = "candidate numbers and a last 0, with blanks between"
            self.fault(line, echo(" ".join(unreadable)), expected)
        # A last figure that cannot be read may well have been the 0.
        if end == len(tokens) and not (unreadable and entries[-1] == unreadable[-1]):
            self.unended.append(line)
        if after and all(map(_ENTRY.fullmatch, after)):
            self.after_zero[line] = tokens
        elif after:
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
        # What stands for the number of papers comes first, or is not there.
        tokens = self.figures(f"0 {parts['rest']}")[1:]
        if parts["count"]:
            self.read_paper(line, [parts["count"], *tokens])
        else:
            self.leading_ids.append(_LeadingId(line, len(self.orders), tokens))
            self.orders.append(())
            self.counts.append(1)

    def read_leading_ids(self) -> None:
        if self.lines_of_ids:
            place = where(list(self.lines_of_ids.values()))
            layout = self.layout_of_ids() if self.leading_ids else ""
            self.notes.append(f"{place}: identifiers in brackets{layout}, which are not kept")
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
            "to be told which",
            *PAPER_IDS,
        )
        return line


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
    return COMMENT.split(line, maxsplit=1)[0].split()


def _are_several_papers(tokens: list[str]) -> bool:
    """Whether these figures after a number of papers could be the ends of several whole papers."""
    pieces: list[list[str]] = [[]]
    for figure in tokens:
        if figure == "0":
            pieces.append([])
        else:
            pieces[-1].append(figure)
    first, *others, rest = pieces
    return bool(first) and not rest and all(len(piece) > 1 for piece in others)


def _is_end(tokens: list[str]) -> bool:
    return len(tokens) == 1 and tokens[0].strip(",;.") == "0"


def _are_withdrawals(tokens: list[str]) -> bool:
    """Whether this is a line of withdrawals, and no paper line with a negative number."""
    return bool(tokens) and tokens[0].startswith("-") and tokens[-1] != "0"
