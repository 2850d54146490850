"""Whether the figures and names of a record are such that a count can be followed at all."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from decimal import Decimal
from functools import cache
from typing import TypeAlias

from stvcount.audit.declared import Declared
from stvcount.audit.difference import Findings, Path, shown
from stvcount.audit.terms import CASUAL, representatives
from stvcount.election.papers import MOST_PAPERS
from stvcount.election.source import Source
from stvcount.frozen import FrozenMapping
from stvcount.record import Completion, CountRecord, Decision, Stage
from stvcount.rules import RuleSet

Leaf: TypeAlias = tuple[Path, object]

_MOST_DECIMALS = 20
_MOST_VOTES = Decimal(MOST_PAPERS)
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
_VERSION = re.compile(r"[0-9]+(\.[0-9]+)*[0-9A-Za-z.+-]*", re.ASCII)
_TEXTS = ("clause", "text", "purpose", "source", "reason")
_MAY_BE_EMPTY = ("withdrawn", "papers")


def sound(record: CountRecord, known: Declared, findings: Findings) -> bool:
    """Note what is wrong with figures, names and texts; whether the count can be followed."""
    leaves = list(_leaves(record, ()))
    _statements(record, findings)
    _texts(leaves, findings)
    if known.rules is not None:
        _terms(record, known.rules, findings)
    if known.is_own:
        why = "a rule set of this library has no version of its own"
        findings.expect(("rules", "version"), record.rules.version, None, why, kind="words")
    _papers(record, findings)
    figures = _figures(leaves, record.decimals, findings)
    names = _names(record, findings)
    return figures and names and bool(record.stages)


# Statements about the record


def _statements(record: CountRecord, findings: Findings) -> None:
    if not _VERSION.fullmatch(record.stvcount):
        findings.note(("stvcount",), record.stvcount, "the version that counted, such as 1.0.0")
    for number, source in enumerate(record.sources):
        _source(("sources", number), source, findings)
    if not record.rules.id.strip():
        findings.note(("rules", "id"), record.rules.id, "a rule set")
    if not record.stages:
        findings.note(("stages",), "no stage", "the first stage at least")


def _source(path: Path, source: Source, findings: Findings) -> None:
    if not source.name or re.search(r"[/\\]", source.name):
        findings.note((*path, "name"), source.name, "the name of a file, without a folder")
    if not _SHA256.fullmatch(source.sha256):
        findings.note((*path, "sha256"), source.sha256, "64 hexadecimal digits")


def _texts(leaves: Iterable[Leaf], findings: Findings) -> None:
    """Words may not be missing, but for the reasons of withdrawals and papers set aside."""
    for path, text in leaves:
        wanted = path[-1] in _TEXTS and path[0] not in _MAY_BE_EMPTY
        if wanted and isinstance(text, str) and not text.strip():
            findings.note(path, text, "words")


def _terms(record: CountRecord, rules: type[RuleSet], findings: Findings) -> None:
    """The options, places and decimals that the rule set can have."""
    if record.rules.id == CASUAL:
        _casual(record, findings)
    else:
        known = {option.name: option.choices for option in rules.all_options()}
        for name, value in record.rules.options.items():
            allowed = known.get(name, ())
            if not any(type(one) is type(value) and one == value for one in allowed):
                findings.note(("rules", "options", name), value, allowed or "no such option")
    why = "as its rules have it"
    findings.expect(("decimals",), record.decimals, rules.decimals, why)
    for member in ("title", "source"):
        found, expected = getattr(record.rules, member), getattr(rules, member)
        findings.expect(("rules", member), found, expected, why, kind="words")


def _casual(record: CountRecord, findings: Findings) -> None:
    """7.1: who is vacating no longer stands, and the other representatives do."""
    options: Path = ("rules", "options")
    gone = [withdrawal.candidate for withdrawal in record.withdrawn]
    vacating, kept = record.rules.options.get("vacating"), representatives(record)
    if set(record.rules.options) != {"vacating", "representatives"}:
        findings.note(options, list(record.rules.options), "vacating and representatives")
    if vacating not in gone:
        findings.note((*options, "vacating"), vacating, "one of those who no longer stand")
    here: Path = (*options, "representatives")
    if kept is None:
        findings.note(here, record.rules.options.get("representatives"), "candidates who stand")
        return
    for name in kept:
        if name in gone or name not in record.candidates:
            findings.note(here, name, "candidates who stand")
    if len(set(kept)) < len(kept) or len(kept) >= max(record.places, 1):
        findings.note(here, kept, "fewer than the places, each once")


def _papers(record: CountRecord, findings: Findings) -> None:
    papers = record.papers
    parts = papers.valid + sum(papers.invalid.values()) + len(papers.set_aside)
    findings.expect(("papers", "total"), papers.total, parts, "valid, invalid and set aside")
    before = 0
    for number, aside in enumerate(papers.set_aside):
        if not before < aside.paper <= papers.total:
            expected = f"a number from {before + 1} to {shown(papers.total)}"
            findings.note(("papers", "set_aside", number, "paper"), aside.paper, expected)
        before = max(before, aside.paper) if aside.paper < MOST_PAPERS else before
    if not record.places:
        findings.note(("places",), record.places, "at least 1")


# Figures


def _figures(leaves: Iterable[Leaf], decimals: int, findings: Findings) -> bool:
    """Whether every figure can be one, so that sums and products of them are exact."""
    figures = [(path, value) for path, value in leaves if path[0] not in ("rules", "extras")]
    votes = [(path, value) for path, value in figures if isinstance(value, Decimal)]
    good = [
        *(_is_number(path, value, findings) for path, value in figures if type(value) is int),
        *(_is_vote(path, value, findings) for path, value in votes),
        _is_decimals(decimals, findings),
    ]
    if not all(good):
        return False
    nothing = Decimal().scaleb(-decimals)
    for path, vote in votes:
        # A decision may rest on a figure that is no vote of this count.
        if not vote.same_quantum(nothing) and "figures" not in path:
            findings.note(path, vote, f"{decimals} decimals")
    return True


def _is_number(path: Path, number: int, findings: Findings) -> bool:
    if 0 <= number < MOST_PAPERS:
        return True
    findings.note(path, number, "a number of this world")
    return False


def _is_decimals(decimals: int, findings: Findings) -> bool:
    if decimals <= _MOST_DECIMALS:
        return True
    findings.note(("decimals",), decimals, f"at most {_MOST_DECIMALS}")
    return False


def _is_vote(path: Path, vote: Decimal, findings: Findings) -> bool:
    signed, _, exponent = vote.as_tuple()
    if (
        isinstance(exponent, int)
        and -_MOST_DECIMALS <= exponent <= 0
        and not signed
        and vote < _MOST_VOTES
    ):
        return True
    findings.note(path, vote, "a vote")
    return False


def _leaves(value: object, path: Path) -> Iterator[Leaf]:
    """Every figure and text in the record, in its order."""
    for step, item in _members(value):
        if item is None or isinstance(item, (str, int, Decimal)):
            yield (*path, step), item
        else:
            yield from _leaves(item, (*path, step))


def _members(value: object) -> Iterable[tuple[str | int, object]]:
    if isinstance(value, tuple):
        return enumerate(value)
    if isinstance(value, FrozenMapping):
        return value.items()
    kind: type = type(value)
    # The words of a decision are looked at beside its figures, from which they may not be made yet.
    names = (name for name in _field_names(kind) if not (kind is Decision and name == "text"))
    return [(name, getattr(value, name)) for name in names]


@cache
def _field_names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind))


# Names


def _names(record: CountRecord, findings: Findings) -> bool:
    """Whether every name is that of a candidate who can stand there."""
    printed = record.candidates
    good = bool(printed) and _once(("candidates",), printed, findings)
    if not printed or not all(name.strip() for name in printed):
        findings.note(("candidates",), printed, "names")
        return False
    gone = [withdrawal.candidate for withdrawal in record.withdrawn]
    good &= _once(("withdrawn",), gone, findings)
    good &= _among(("withdrawn",), gone, printed, "a candidate on the paper", findings)
    if record.non_person is not None:
        name = [record.non_person]
        good &= _among(("non_person",), name, printed, "a candidate on the paper", findings)
    standing = [name for name in printed if name not in gone]
    if not standing:
        findings.note(("withdrawn",), gone, "at least one candidate who stands")
        return False
    may_stand = frozenset(standing)
    for path, names in _mentioned(record):
        good &= _among(path, names, may_stand, "a candidate who stands", findings)
        if path[-1] != "elected":
            good &= _once(path, names, findings)
    for number, stage in enumerate(record.stages):
        path = ("stages", number, "votes")
        why = "all who stand, in the order of the paper"
        good &= findings.expect(path, list(stage.votes), standing, why)
        if stage.keep_values is not None:
            path = ("stages", number, "keep_values")
            good &= findings.expect(path, list(stage.keep_values), standing, why)
        good &= _batches_match(("stages", number, "batches"), stage, findings)
    return good & _lots_match(record, findings)


def _among(
    path: Path, names: Sequence[str], allowed: Collection[str], what: str, findings: Findings
) -> bool:
    strangers = [name for name in names if name not in allowed]
    for name in strangers:
        findings.note(path, name, what)
    return not strangers


def _once(path: Path, names: Sequence[str], findings: Findings) -> bool:
    twice = [name for name, times in Counter(names).items() if times > 1]
    for name in twice:
        findings.note(path, f"{name} {names.count(name)} times", "it once")
    return not twice


def _mentioned(record: CountRecord) -> Iterator[tuple[Path, list[str]]]:
    """Every list of names beside the votes of a stage."""
    for number, stage in enumerate(record.stages):
        path: Path = ("stages", number)
        yield (*path, "candidates"), list(stage.candidates)
        for which, batch in enumerate(stage.batches):
            yield (*path, "batches", which, "from"), list(batch.origin)
            yield (*path, "batches", which, "papers"), list(batch.papers)
        yield from _mentioned_by(path, stage)
    yield ("completion", "excluded"), list(record.completion.excluded)
    yield from _mentioned_by(("completion",), record.completion)
    yield ("elected",), list(record.elected)


def _mentioned_by(path: Path, holder: Stage | Completion) -> Iterator[tuple[Path, list[str]]]:
    yield (*path, "elected"), [one.candidate for one in holder.elected]
    for number, lot in enumerate(holder.lots):
        yield (*path, "lots", number, "candidates"), list(lot.candidates)


def _batches_match(path: Path, stage: Stage, findings: Findings) -> bool:
    good = True
    for number, batch in enumerate(stage.batches):
        here: Path = (*path, number, "credited")
        good &= findings.expect(here, sorted(batch.credited), sorted(batch.papers))
    return good


def _lots_match(record: CountRecord, findings: Findings) -> bool:
    """A lot is between two or more, of whom it names one."""
    good = True
    holders: list[tuple[Path, Stage | Completion]] = [
        (("stages", number), stage) for number, stage in enumerate(record.stages)
    ]
    for path, holder in [*holders, (("completion",), record.completion)]:
        for number, lot in enumerate(holder.lots):
            here: Path = (*path, "lots", number)
            good &= findings.expect((*here, "votes"), sorted(lot.votes), sorted(lot.candidates))
            if len(lot.candidates) < 2:
                findings.note((*here, "candidates"), lot.candidates, "two or more")
            if lot.chosen not in lot.candidates:
                findings.note((*here, "chosen"), lot.chosen, "one of those tied")
                good = False
    return good
