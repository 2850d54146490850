"""The pages, as HTML. Text becomes markup in `element` alone, which escapes it."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from decimal import Decimal
from hashlib import sha256
from html import escape
from itertools import islice

from posted import KINDS, METHODS, Form

import stvcount
from stvcount.record import Completion, Elected
from stvcount.rules.organisations import unmarked_non_persons

MOST_FAULTS_SHOWN = 100

STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem }
label, legend { display: block; margin-top: 1rem; font-weight: 600 }
fieldset label { font-weight: 400; margin: 0 }
textarea { width: 100%; height: 12rem; box-sizing: border-box; font-family: monospace }
button { margin-top: 1rem; padding: .4rem 1rem; font: inherit }
table { border-collapse: collapse }
th, td { padding: .1rem .8rem; border-bottom: 1px solid #8888; text-align: left }
td { text-align: right; font-variant-numeric: tabular-nums }
.faults { border-left: .3rem solid #b00020; padding-left: 1rem }
"""

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    f"style-src 'sha256-{base64.b64encode(sha256(STYLE.encode()).digest()).decode()}'"
)

FALLS_ON = {
    "exclusion": "the one who is excluded",
    "surplus": "the one whose surplus is transferred first",
    "election": "the one who is elected",
}


HAPPENED = {
    "first": "first preferences",
    "surplus": "surplus of ",
    "exclusion": "exclusion of ",
    "suspense": "suspense votes of ",
}


# Markup


class Html(str):
    """Text that is markup already."""

    __slots__ = ()


VOID = ("input", "meta")


def element(tag: str, *content: str, **attributes: str | bool) -> Html:
    """An element; what is not `Html` is text. An underscore at the end of a name is dropped."""
    opening = tag + "".join(
        f" {name.rstrip('_')}" if value is True else f' {name.rstrip("_")}="{escape(value)}"'
        for name, value in attributes.items()
        if value is not False
    )
    if tag in VOID:
        return Html(f"<{opening}>")
    inner = "".join(part if isinstance(part, Html) else escape(part) for part in content)
    return Html(f"<{opening}>{inner}</{tag}>")


def _page(title: str, *content: Html) -> str:
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", title),
        Html(f"<style>{STYLE}</style>"),
    )
    body = element("body", element("h1", title), *content)
    return f"<!doctype html>\n{element('html', head, body, lang='en-GB')}\n"


def _list(texts: Sequence[str], tag: str = "ul") -> Html:
    return element(tag, *(element("li", text) for text in texts))


def _name(candidate: str) -> Html:
    """A name, whose writing direction does not change that of the text about it."""
    return element("bdi", candidate)


def _names(candidates: Sequence[str]) -> Html:
    return Html(", ".join(map(_name, candidates)))


# The form


def asking(form: Form, faults: Sequence[str] = ()) -> str:
    """The form as it was filled in, under everything that is wrong with it."""
    pasted = "" if form.filename else form.ballots.decode("utf-8", "replace")
    return _page(
        "Count an election",
        *_faults(faults),
        element(
            "form",
            _labelled("Ballot file", "file", element("input", id="file", name="file", type="file")),
            # HTML drops one line break at the start of a text area.
            _labelled(
                "or its text",
                "pasted",
                element("textarea", "\n", pasted, id="pasted", name="pasted"),
            ),
            _choice("This is", "kind", KINDS, form.kind),
            _input("Title (if not that of the file)", "title", form.title),
            _input(
                "Places (if not those of the file; only BLT files state them)",
                "places",
                form.places,
            ),
            _choice(
                "Counted by",
                "method",
                {key: method.label for key, method in METHODS.items()},
                form.method,
            ),
            element("button", "Count"),
            method="post",
            enctype="multipart/form-data",
        ),
    )


def refusal(faults: Sequence[str]) -> str:
    """A page for a request in which no form could be found."""
    return _page("This cannot be answered", *_faults(faults), _again())


def _faults(faults: Sequence[str]) -> Iterator[Html]:
    if faults:
        more = len(faults) - MOST_FAULTS_SHOWN
        shown = [*islice(faults, MOST_FAULTS_SHOWN), *([f"and {more} more"] if more > 0 else [])]
        heading = element("h2", "This is to be put right")
        yield element("section", heading, _list(shown), class_="faults", role="alert")


def _again() -> Html:
    return element("p", element("a", "Count another election", href="?"))


def _labelled(label: str, name: str, control: Html) -> Html:
    return element("p", element("label", label, for_=name), control)


def _input(label: str, name: str, value: str) -> Html:
    return _labelled(label, name, element("input", id=name, name=name, value=value))


def _choice(label: str, name: str, choices: dict[str, str], chosen: str) -> Html:
    options = [
        element("option", text, value=value, selected=value == chosen)
        for value, text in choices.items()
    ]
    return _labelled(label, name, element("select", *options, id=name, name=name))


def _kept(form: Form) -> Iterator[Html]:
    """The form in hidden fields: all that the next request needs to count as far as here."""
    fields = [
        ("ballots", base64.b64encode(form.ballots).decode()),
        ("filename", form.filename),
        ("kind", form.kind),
        ("title", form.title),
        ("places", form.places),
        ("method", form.method),
        ("answers", form.answers),
    ]
    for name, value in fields:
        yield element("input", type="hidden", name=name, value=value)


# The count


def asking_for_a_lot(
    form: Form,
    election: stvcount.Election,
    stages: Sequence[stvcount.Stage],
    question: stvcount.LotQuestion,
) -> str:
    """The stages counted so far, and what the returning officer has to draw before the next."""
    buttons = [
        element(
            "label",
            element("input", type="radio", name="lot", value=name, required=True),
            " ",
            _name(name),
            f" ({vote})",
        )
        for name, vote in question.votes.items()
    ]
    return _page(
        _title(election),
        *_notes(election),
        *_stages(stages),
        element("h2", f"A lot is needed at stage {question.stage}"),
        element(
            "form",
            *_kept(form),
            element("input", type="hidden", name="question", value=question.to_json()),
            element(
                "fieldset",
                element(
                    "legend",
                    f"Equal votes, which {question.clause} has decided by lot. Draw it, and say "
                    f"on whom it fell: {FALLS_ON[question.purpose]}",
                ),
                *buttons,
            ),
            element("button", "Go on with the count"),
            method="post",
        ),
        _again(),
    )


def result(form: Form, election: stvcount.Election, record: stvcount.CountRecord) -> str:
    """The whole count, with a button to save its record."""
    save = element("button", "Save the record (JSON)", name="as", value="json")
    return _page(
        _title(election),
        *_outcome(record),
        *_notes(election),
        *_stages(record.stages),
        *_completion(record.completion),
        element("form", *_kept(form), save, method="post"),
        _again(),
    )


def _outcome(record: stvcount.CountRecord) -> Iterator[Html]:
    if record.void:
        yield element("p", "The election is void: nobody is elected, and a new one is called.")
    else:
        yield element("p", element("strong", "Elected: ", _names(record.elected) or "nobody"))
    for vacancy in record.vacant:
        yield element("p", f"Places not filled: {vacancy.places} ({vacancy.reason})")


def _title(election: stvcount.Election) -> str:
    return election.title or "Untitled election"


def _notes(election: stvcount.Election) -> Iterator[Html]:
    """What had to be assumed, for somebody to look at before the result is declared."""
    notes = [
        *election.notes,
        *(
            f"{name!r} is counted as a person; if it is none, choose the organisation's own rules"
            for name in unmarked_non_persons(election)
        ),
    ]
    if notes:
        yield element("details", element("summary", "How the ballots were read"), _list(notes))


def _stages(stages: Sequence[stvcount.Stage]) -> Iterator[Html]:
    """Each stage with the votes, what changed since the one before, and the decisions."""
    before: stvcount.Stage | None = None
    for stage in stages:
        yield element(
            "section",
            element(
                "h2", f"Stage {stage.number}: {HAPPENED[stage.kind]}", _names(stage.candidates)
            ),
            _votes(stage, before),
            _decisions([f"{one.clause} {one.text}" for one in stage.decisions]),
            *_elected(stage.elected),
        )
        before = stage


def _votes(stage: stvcount.Stage, before: stvcount.Stage | None) -> Html:
    rows = [
        element(
            "tr",
            element("th", _name(name), scope="row"),
            element("td", _change(vote, before.votes[name] if before else vote)),
            element("td", str(vote)),
        )
        for name, vote in stage.votes.items()
    ]
    lost = stage.non_transferable
    rows.append(
        element(
            "tr",
            element("th", "Non-transferable", scope="row"),
            element("td", _change(lost, before.non_transferable if before else lost)),
            element("td", str(lost)),
        )
    )
    headings = (element("th", text, scope="col") for text in ("Candidate", "Change", "Votes"))
    return element("table", element("tr", *headings), *rows)


def _change(now: Decimal, before: Decimal) -> str:
    return f"{now - before:+}" if now != before else ""


def _decisions(texts: Sequence[str]) -> Html:
    return _list(texts) if texts else Html("")


def _elected(elected: Sequence[Elected]) -> Iterator[Html]:
    for one in elected:
        text = f" is deemed elected with {one.vote} ({one.clause})"
        yield element("p", element("strong", _name(one.candidate), text))


def _completion(completion: Completion) -> Iterator[Html]:
    texts = [f"{one.clause} {one.text}" for one in completion.decisions]
    if texts or completion.elected or completion.excluded:
        yield element("h2", "Completion")
        yield _decisions(texts)
        yield from _elected(completion.elected)
        if completion.excluded:
            yield element("p", "Not elected: ", _names(completion.excluded))
