"""What a browser posted: the body of a request, read into a form, within limits."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

import stvcount

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment

MOST_POSTED = 1 << 21
"""The bytes of a request: a ballot file in base64, and room for the other fields."""

MOST_THROWN_AWAY = 1 << 24
"""The bytes read of a request that is too large: a browser shows no answer until it has sent."""

MOST_FIELDS = 1000

KINDS = {"blt": "a BLT file", "csv": "a CSV file", "rankings": "rankings, such as 17: Ann > Bob"}


@dataclass(frozen=True, slots=True)
class Method:
    """What may count: a rule set, or an organisation, whose profile picks one."""

    label: str
    rules: str | None = None
    organisation: str | None = None


METHODS = {
    f"rules:{name}": Method(f"{name}: {stvcount.rules.get(name).title}", rules=name)
    for name in stvcount.rules.names()
} | {
    f"organisation:{name}": Method(stvcount.organisations.get(name).title, organisation=name)
    for name in stvcount.organisations.names()
}

OF_SUFFIX = {".blt": "blt", ".csv": "csv"}


class Refused(Exception):
    """A request without a form that could be looked at: the status, and what is wrong."""

    def __init__(
        self, status: str, faults: Sequence[str], headers: Sequence[tuple[str, str]] = ()
    ) -> None:
        super().__init__(status)
        self.status = status
        self.faults = tuple(faults)
        self.headers = tuple(headers)


@dataclass(frozen=True, slots=True)
class Form:
    """What a person filled in, not yet checked.

    `ballots`: to the byte as uploaded, since the record of a count names the SHA-256 of the file.
    `answers`: the lots drawn so far, as `Lots.to_json` keeps them. `question`: the one that the
    page asked, as `LotQuestion.to_json` does, and `lot`: on whom it fell, if it is drawn.
    """

    ballots: bytes = b""
    filename: str = ""
    kind: str = "blt"
    title: str = ""
    places: str = ""
    method: str = "rules:ers97"
    answers: str = ""
    question: str = ""
    lot: str = ""
    wants_json: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """A field as it was posted; only an uploaded file has a `filename`."""

    name: str
    content: bytes
    filename: str = ""

    @property
    def text(self) -> str:
        return self.content.decode("utf-8", "replace")


def form_of(environ: WSGIEnvironment) -> Form:
    """The form in the body of a request; raises `Refused` where there is none."""
    fields = _fields(environ.get("CONTENT_TYPE", ""), _body(environ))
    by_name = {field.name: field for field in fields}

    def text(name: str) -> str:
        return by_name[name].text.strip() if name in by_name else ""

    ballots, filename = _ballots(by_name)
    suffix = PurePath(filename).suffix.lower()
    return Form(
        ballots=ballots,
        filename=filename,
        kind=OF_SUFFIX.get(suffix, text("kind")),
        title=text("title"),
        places=text("places"),
        method=text("method"),
        answers=text("answers"),
        question=text("question"),
        lot=by_name["lot"].text if "lot" in by_name else "",
        wants_json=text("as") == "json",
    )


def _ballots(fields: dict[str, Field]) -> tuple[bytes, str]:
    """The ballots and the name of their file: uploaded, kept in a hidden field, or pasted."""
    file = fields.get("file")
    if file is not None and file.filename:
        return file.content, file.filename
    if "ballots" in fields:
        filename = fields["filename"].text if "filename" in fields else ""
        try:
            return base64.b64decode(fields["ballots"].content, validate=True), filename
        except binascii.Error as error:
            found = "ballots: found a hidden field that was changed; expected it as it was"
            raise Refused("400 Bad Request", [found]) from error
    # Browsers send every line break of a text area as CR LF.
    pasted = fields["pasted"].content.replace(b"\r\n", b"\n") if "pasted" in fields else b""
    return pasted if pasted.strip() else b"", ""


def _body(environ: WSGIEnvironment) -> bytes:
    stated = environ.get("CONTENT_LENGTH", "")
    if not re.fullmatch(r"[0-9]{1,18}", stated):
        found = f"request: found the length {stated!r}; expected a number of bytes"
        raise Refused("411 Length Required", [found])
    length, stream = int(stated), environ["wsgi.input"]
    if length > MOST_POSTED:
        left = min(length, MOST_THROWN_AWAY)
        while left > 0 and (thrown_away := stream.read(min(left, 1 << 16))):
            left -= len(thrown_away)
        found = f"request: found {length} bytes; expected at most {MOST_POSTED}"
        raise Refused("413 Content Too Large", [found])
    body: bytes = stream.read(length)
    if len(body) < length:
        found = f"request: found {len(body)} bytes; expected {length}, as stated"
        raise Refused("400 Bad Request", [found])
    return body


def _fields(content_type: str, body: bytes) -> list[Field]:
    kind = content_type.partition(";")[0].strip().lower()
    boundary = re.search(r'boundary="?([^\s";]{1,70})', content_type, re.ASCII)
    if kind == "application/x-www-form-urlencoded":
        return list(_fields_of_urlencoded(body))
    if kind == "multipart/form-data" and boundary:
        return list(_fields_of_multipart(body, boundary[1].encode("latin-1", "replace")))
    found = f"request: found the content type {content_type!r}; expected that of a form"
    raise Refused("415 Unsupported Media Type", [found])


def _fields_of_urlencoded(body: bytes) -> Iterator[Field]:
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise _no_form() from error
    for name, value in pairs:
        yield Field(name, value.encode())


def _fields_of_multipart(body: bytes, boundary: bytes) -> Iterator[Field]:
    """The fields of a form that may hold a file: what stands between boundaries, to the byte."""
    before, *parts = (b"\r\n" + body).split(b"\r\n--" + boundary, MOST_FIELDS + 2)
    if before or not parts or not parts.pop().startswith(b"--") or len(parts) > MOST_FIELDS:
        raise _no_form()
    for part in parts:
        head, _, content = part.partition(b"\r\n\r\n")
        names = {
            key: value.decode("utf-8", "replace")
            for key, value in re.findall(rb'[ ;](name|filename)="([^"\r\n]*)"', head)
        }
        yield Field(names.get(b"name", ""), content, names.get(b"filename", ""))


def _no_form() -> Refused:
    found = f"request: found no whole form of at most {MOST_FIELDS} fields; expected one"
    return Refused("400 Bad Request", [found])
