"""Count an election in a web form: a WSGI application of the standard library and stvcount.

Nothing is kept between requests. The ballot file and the lots drawn so far, each with its question,
travel in hidden fields of the page, and every request counts from the start: a count is a pure
function of election, rules and lots, so it comes to the same place each time.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from wsgiref.simple_server import make_server

from posted import KINDS, METHODS, Form, Refused, form_of

import page
import stvcount
from stvcount.formats import FormatName

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

OK = "200 OK"
BAD_INPUT = "422 Unprocessable Content"

MOST_BALLOTS = 1 << 20
"""The bytes of a ballot file."""

MOST_CANDIDATES = 200
"""Each has a row at every stage, and many candidates make many stages."""

HTML = ("Content-Type", "text/html; charset=utf-8")
JSON = ("Content-Type", "application/json")
HEADERS = [
    ("Content-Security-Policy", page.CONTENT_SECURITY_POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cache-Control", "no-store"),
]


# Requests


@dataclass(frozen=True, slots=True)
class Answer:
    status: str
    text: str
    headers: tuple[tuple[str, str], ...] = (HTML,)


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """The WSGI application: the form, and the count of whatever was put into it."""
    try:
        answer = answer_to(environ)
    except Refused as refused:
        answer = Answer(refused.status, page.refusal(refused.faults), (HTML, *refused.headers))
    body = answer.text.encode()
    length = ("Content-Length", str(len(body)))
    start_response(answer.status, [*answer.headers, length, *HEADERS])
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


def answer_to(environ: WSGIEnvironment) -> Answer:
    if environ.get("PATH_INFO", "") not in ("", "/"):
        raise Refused("404 Not Found", ["address: found no such page; expected that of the form"])
    if environ["REQUEST_METHOD"] in ("GET", "HEAD"):
        return Answer(OK, page.asking(Form()))
    if environ["REQUEST_METHOD"] == "POST":
        return answer_of(form_of(environ))
    found = f"request: found {environ['REQUEST_METHOD']}; expected GET or POST"
    raise Refused("405 Method Not Allowed", [found], [("Allow", "GET, HEAD, POST")])


def answer_of(form: Form) -> Answer:
    """The count of what was filled in, or the form again, with everything that is wrong."""
    election, faults = election_of(form)
    if election is None or faults:
        return Answer(BAD_INPUT, page.asking(form, faults))
    try:
        lots = lots_of(form)
        counting, stages = counted(election, form, lots)
    except stvcount.StvcountError as error:
        return Answer(BAD_INPUT, page.asking(form, str(error).splitlines()))
    form = replace(form, answers=lots.to_json())
    if counting.question is not None:
        return Answer(OK, page.asking_for_a_lot(form, election, stages, counting.question))
    if form.wants_json:
        saved = ("Content-Disposition", 'attachment; filename="record.json"')
        return Answer(OK, counting.record.to_json(), (JSON, saved))
    return Answer(OK, page.result(form, election, counting.record))


# The count


def counted(
    election: stvcount.Election, form: Form, lots: stvcount.Lots
) -> tuple[stvcount.Counting, tuple[stvcount.Stage, ...]]:
    """The count with the lots drawn so far: complete, or as far as the next lot that it needs."""
    method = METHODS[form.method]
    counting = stvcount.stages(
        election,
        rules=method.rules,
        organisation=method.organisation,
        lots=lots,
    )
    return counting, tuple(up_to_a_lot(counting))


def lots_of(form: Form) -> stvcount.Lots:
    """The lots drawn so far, each with its question, and the one that the form brings.

    Raises `LotError` or `RecordError` for what no page of this application has sent.
    """
    lots = stvcount.Lots.from_json(form.answers) if form.answers else stvcount.Lots.answered()
    if not form.lot:
        return lots
    question = stvcount.LotQuestion.from_json(form.question)
    return stvcount.Lots.answered(*lots.answers, (question, form.lot))


def up_to_a_lot(counting: stvcount.Counting) -> Iterator[stvcount.Stage]:
    try:
        yield from counting
    except stvcount.LotNeeded:
        return  # what it is to decide is now in `counting.question`


def election_of(form: Form) -> tuple[stvcount.Election | None, list[str]]:
    """The election, if there is one to be read, and every fault of what was filled in."""
    faults = list(faults_of(form))
    if form.kind not in KINDS or not 0 < len(form.ballots) <= MOST_BALLOTS:
        return None, faults
    try:
        election = election_in(form)
    except stvcount.StvcountError as error:
        return None, [*faults, *str(error).splitlines()]
    if len(election.candidates) > MOST_CANDIDATES:
        found = f"ballots: found {len(election.candidates)} candidates"
        faults.append(f"{found}; expected at most {MOST_CANDIDATES}")
    return election, faults


def faults_of(form: Form) -> Iterator[str]:
    """What is wrong with the form, whatever its ballots hold."""
    if not form.ballots:
        yield "ballots: found none; expected a file, or text in the box"
    if len(form.ballots) > MOST_BALLOTS:
        yield f"ballots: found {len(form.ballots)} bytes; expected at most {MOST_BALLOTS}"
    if form.kind not in KINDS:
        yield f"what they are: found {form.kind!r}; expected one of {', '.join(KINDS)}"
    if form.method not in METHODS:
        yield f"counted by: found {form.method!r}; expected one of the list"
    if places_of(form) is None and (form.places or form.kind != "blt"):
        yield f"places: found {form.places!r}; expected a whole number from 1 to 999"


def places_of(form: Form) -> int | None:
    return int(form.places) if re.fullmatch(r"[1-9][0-9]{0,2}", form.places) else None


def election_in(form: Form) -> stvcount.Election:
    """The election in the ballots; raises `FormatError` with every fault of them."""
    name = form.filename or "pasted text"
    places = places_of(form)
    if places is None and form.kind != "blt":
        places = 1  # that they are missing is told already: what else is wrong?
    if form.kind == "rankings":
        return election_of_rankings(form, name, places or 1)
    title = form.title or None
    kind: FormatName = "blt" if form.kind == "blt" else "csv"
    return stvcount.read_bytes(form.ballots, name, format=kind, places=places, title=title)


def election_of_rankings(form: Form, name: str, places: int) -> stvcount.Election:
    """The election in lines like `17: Ann > Bob`: 17 papers, Ann first and Bob second.

    `0: Cat` has no paper, and is for a candidate whom nobody put on one.
    """
    orders: list[tuple[tuple[str, ...], int]] = []
    faults: list[stvcount.Fault] = []
    try:
        lines = form.ballots.decode("utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        fault = stvcount.Fault(None, "bytes that are no text in UTF-8", "such a text")
        raise stvcount.FormatError(name, [fault]) from error
    for number, line in enumerate(lines, start=1):
        found = re.fullmatch(r"\s*(?:([0-9]{1,9})\s*:)?(.*)", line)
        names = tuple(part.strip() for part in found[2].split(">")) if found else ()
        if found and all(names):
            orders.append((names, int(found[1] or 1)))
        elif line.strip():
            expected = "a number of papers and names in order, like 17: Ann > Bob"
            faults.append(stvcount.Fault(number, repr(line), expected))
    if faults:
        raise stvcount.FormatError(name, faults)
    candidates = dict.fromkeys(candidate for order, _ in orders for candidate in order)
    return stvcount.Election.from_rankings(
        [(order, papers) for order, papers in orders if papers],
        places=places,
        candidates=list(candidates),
        title=form.title,
    )


def main() -> None:
    """Serve the form on this machine alone, on the port that is given, or 8000."""
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8000
    with make_server("127.0.0.1", port, application) as server:
        print(f"http://127.0.0.1:{server.server_port}/ (Ctrl+C ends it)", flush=True)
        with suppress(KeyboardInterrupt):
            server.serve_forever()


if __name__ == "__main__":
    main()
