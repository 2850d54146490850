"""How formats say what they found, and what of an election a file cannot hold."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

from stvcount.election import Election
from stvcount.election.left_out import Withdrawal
from stvcount.errors import Fault, StvcountError

_LONGEST_ECHO = 60
_MOST_LISTED = 10


def echo(text: str) -> str:
    """The text as it is shown in a fault."""
    return repr(short(text))


def short(text: str) -> str:
    return text if len(text) <= _LONGEST_ECHO else f"{text[: _LONGEST_ECHO - 3]}..."


def echoes(texts: Sequence[str]) -> str:
    """The texts as they are shown in a note or fault, the first ten of them."""
    more = len(texts) - _MOST_LISTED
    shown = ", ".join(map(echo, texts[:_MOST_LISTED]))
    return f"{shown} and {more} more" if more > 0 else shown


def reason(error: BaseException) -> str:
    """What another library says of a file, in the length and on the line of a fault."""
    return short(" ".join(str(error).split()))


def control_character(text: str) -> str | None:
    """The first character that no name or title may hold, such as U+0007; None without one."""
    for character in text:
        if unicodedata.category(character) in ("Cc", "Cs"):
            return f"U+{ord(character):04X}"
    return None


def where(lines: Sequence[int]) -> str:
    """The place of several lines, given in order."""
    return f"line {lines[0]}" if len(lines) == 1 else f"lines {lines[0]} to {lines[-1]}"


def fault_of(error: StvcountError) -> Fault:
    """What an error says of a file's content, where it belongs to no single line."""
    found, _, expected = str(error).partition("; expected ")
    return Fault(None, found.replace("found ", "", 1), expected or "an election that can be held")


def by_line(of_bytes: Sequence[Fault], others: Iterable[Fault]) -> list[Fault]:
    """All these faults in order; of a line whose bytes are at fault nothing else is said."""
    spoilt = {fault.line for fault in of_bytes} - {None}
    found = [*of_bytes, *(fault for fault in others if fault.line not in spoilt)]
    return sorted(found, key=lambda fault: fault.line or 0)


def left_out(name: str, kinds: Iterable[tuple[str, Sequence[str]]]) -> tuple[str, ...]:
    """A sentence for each kind of thing that the format of this name cannot hold."""
    return tuple(f"{name}: {what}: {_listed(items)}." for what, items in kinds if items)


def _listed(items: Sequence[str]) -> str:
    more = len(items) - _MOST_LISTED
    shown = "; ".join(items[:_MOST_LISTED])
    return f"{shown}; and {more} more" if more > 0 else shown


def withdrawals(withdrawn: Iterable[Withdrawal]) -> list[str]:
    """Each candidate who has withdrawn, with the reason if there is one."""
    return [_with_reason(gone.candidate, gone.reason) for gone in withdrawn]


def affiliations(election: Election) -> tuple[str, Sequence[str]]:
    """The affiliations, which few formats hold, for `left_out`."""
    each = [f"{name}: {party}" for name, party in election.affiliations.items()]
    return "the affiliations of candidates are left out", each


def persons(election: Election) -> tuple[str, Sequence[str]]:
    """What was said of names that may be no person's, for `left_out`."""
    return "that somebody is a person, whatever the name, is left out", tuple(election.persons)


def kinds_left_out(election: Election) -> tuple[tuple[str, Sequence[str]], ...]:
    """What no line format holds, for `left_out`."""
    texts = (*election.candidates, election.title)
    return (
        (
            "papers that are set aside are written like the others",
            [_with_reason(str(one.paper), one.reason) for one in election.papers_set_aside],
        ),
        (
            "the candidate who is no person is written like the others",
            [] if election.non_person is None else [election.non_person],
        ),
        persons(election),
        ("blanks around a text are lost", [repr(text) for text in texts if text != text.strip()]),
        ("notes from reading the election are left out", election.notes),
    )


def _with_reason(what: str, reason: str) -> str:
    return f"{what} ({reason})" if reason else what
