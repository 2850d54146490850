"""BLT: the line format in which most STV programs keep voting papers.

A file has a line `candidates places`; lines of withdrawn candidates `-2 -5`; a line for each
group of papers, `number-of-papers first second ... 0`; a line `0`; the candidates' names, one
to a line; and a title. Files in the wild vary most in how they quote the names.
"""

from __future__ import annotations

import re
from importlib.util import find_spec
from itertools import repeat

from stvcount.election import Election
from stvcount.election.papers import Papers
from stvcount.errors import ElectionError, Fault, FormatError
from stvcount.formats import wording
from stvcount.formats.blt_options import BEFORE, IN_PLACE, Options
from stvcount.formats.blt_reader import MARKED_WITHDRAWN, MOST_ALIKE, MOST_IN_HEADER, Reader
from stvcount.formats.blt_texts import is_with_tail
from stvcount.formats.files import decoded, lines_of

__all__ = ["MARKED_WITHDRAWN", "dumps", "left_out", "read", "recognises"]

BULK_FROM = 500_000
"""The bytes of a file from which reading in bulk pays for importing numpy."""

_HEADER = re.compile(rb"\s*[0-9]+[ \t]+[0-9]+\s*((#|//).*)?", re.DOTALL)


def recognises(data: bytes) -> bool:
    """Whether these bytes begin like a BLT file."""
    for line in data[:65536].removeprefix(b"\xef\xbb\xbf").splitlines():
        if line.strip() and not line.lstrip().startswith((b"#", b"//")):
            return _HEADER.fullmatch(line) is not None
    return False


def read(
    data: bytes,
    *,
    path: str,
    encoding: str | None = None,
    paper_ids: str | None = None,
    skip_zero: bool = False,
    ignore_commas: bool = False,
    names_in_comments: bool = False,
    fold_controls: bool = False,
    mend_accents: bool = False,
) -> Election:
    """The election in the bytes of a BLT file; `path` is the file's name, for errors.

    `encoding`: without it, UTF-8. The other options are those of `stvcount.read`.
    Raises `FormatError` with every fault of the file, and `ElectionError` where the file is in
    order but no such election can be held.
    """
    if paper_ids not in (None, IN_PLACE, BEFORE):
        fault = Fault(None, f"paper_ids={paper_ids!r}", f'"{IN_PLACE}" or "{BEFORE}"')
        raise FormatError(path, [fault])
    options = Options(
        paper_ids, skip_zero, ignore_commas, names_in_comments, fold_controls, mend_accents
    )
    plain = encoding is None and options == Options(mend_accents=mend_accents)
    if plain and len(data) >= BULK_FROM and (election := _read_in_bulk(data, options)):
        return election
    text, byte_faults = decoded(data, path, encoding)
    reader = Reader(lines_of(text), options)
    reader.read()
    if faults := wording.by_line(byte_faults, reader.faults):
        raise FormatError(path, faults)
    return reader.election()


def _read_in_bulk(data: bytes, options: Options) -> Election | None:
    """The election in a large file that is plain and without fault, else None."""
    if find_spec("numpy") is None:
        return None
    from stvcount.formats.blt_bulk import plain_file

    plain = plain_file(data)
    if plain is None:
        return None
    try:
        head, tail = plain.head.decode(), plain.tail.decode()
    except UnicodeError:
        return None
    reader = Reader(lines_of(head)[:-1], options)
    reader.read_header()
    reader.read_preamble()
    # The papers and the line 0 that ends them are as good as any papers.
    reader.at = len(reader.lines) + plain.lines + 1
    reader.lines += [*repeat("1 0", plain.lines + 1), *lines_of(tail)]
    reader.read_texts()
    if reader.faults:
        return None
    return reader.election(lambda names: Papers.from_store(plain.matrix, candidates=names))


def dumps(election: Election) -> str:
    """The election as the text of a BLT file.

    Raises `ElectionError` for more places or more papers alike than a BLT file can state.
    """
    _check_holds(election)
    numbers = {name: str(number) for number, name in enumerate(election.candidates, start=1)}
    lines = [f"{len(numbers)} {election.places}"]
    if election.withdrawn:
        lines.append(" ".join(f"-{numbers[gone.candidate]}" for gone in election.withdrawn))
    figures = list(numbers.values())
    for order, count in election.papers.orders():
        marks = [
            figures[entry] if isinstance(entry, int) else _mark(entry, figures) for entry in order
        ]
        lines.append(" ".join((str(count), *marks, "0")))
    lines.append("0")
    lines += [_named(name, election.affiliations.get(name, "")) for name in election.candidates]
    lines.append(_quoted(election.title))
    return "\n".join(lines) + "\n"


def _check_holds(election: Election) -> None:
    if election.places > MOST_IN_HEADER:
        raise ElectionError(
            f"BLT: found {election.places} places; expected at most {MOST_IN_HEADER}"
        )
    most = max((count for _, count in election.papers.groups()), default=0)
    if most > MOST_ALIKE:
        raise ElectionError(f"BLT: found {most} papers alike; expected at most {MOST_ALIKE}")


def _mark(entry: tuple[int, ...] | None, figures: list[str]) -> str:
    if not entry:
        return "-"
    # One candidate ranked equal with nobody else still makes the paper end there.
    equal = entry if len(entry) > 1 else entry * 2
    return "=".join(figures[number] for number in equal)


def _named(name: str, affiliation: str) -> str:
    """A name and its affiliation, if it has one or would be taken for both."""
    if affiliation or is_with_tail(name):
        return f"{_quoted(name)} {_quoted(affiliation)}"
    return _quoted(name)


def _quoted(text: str) -> str:
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


def left_out(election: Election) -> tuple[str, ...]:
    """A sentence for each thing of this election that a BLT file cannot hold."""
    reasons = [gone for gone in election.withdrawn if gone.reason not in ("", MARKED_WITHDRAWN)]
    return wording.left_out(
        "BLT",
        (
            ("the reasons of withdrawals are left out", wording.withdrawals(reasons)),
            *wording.kinds_left_out(election),
        ),
    )
