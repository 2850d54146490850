"""An election: what is contested, by whom, and the papers. Immutable."""

from __future__ import annotations

import os
import unicodedata
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from numbers import Integral
from typing import Any, TypeVar

from stvcount import checks
from stvcount.checks import found
from stvcount.election.contest import Contest
from stvcount.election.given import Rankings
from stvcount.election.left_out import SetAside, Withdrawal
from stvcount.election.papers import MOST_PAPERS, Papers
from stvcount.election.reading import Reading
from stvcount.election.source import Source
from stvcount.errors import ElectionError
from stvcount.fields import Taking
from stvcount.frozen import FrozenMapping
from stvcount.words import counted, figure, one_of_the_candidates

__all__ = ["Election", "as_election", "check_names", "check_text"]

T = TypeVar("T")

_NO_AFFILIATIONS: FrozenMapping[str, str] = FrozenMapping()
_NOT_STATED = Contest()
_NONE: Taking[Any, Any] = Taking(())


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Election:
    """An election as it comes to the count.

    `title`: may be empty. `places`: at least 1, and may exceed the candidates.
    `candidates`: every printed name, in the order of the paper; names that several bear are
    told apart by their number on the paper ("John Smith (3)"), with a note.
    `papers`: all papers received. `withdrawn`: passed over from the start; given as names or
    `Withdrawal`s. `papers_set_aside`: papers apart from the count; given as numbers or `SetAside`s.
    `non_person`: the candidate on the paper who is no person (Re-Open Nominations, No
    Candidate), or None. `affiliations`: the party or slate of each candidate who has one, by name.
    `persons`: names that may be taken for a non-person's, and are a person's. `sources`: the
    ballot files, none for papers from memory. `notes`: what had to be assumed when they were read.
    `contest`: when, by whom and for whom it is held. `reading`: what each part of the file was
    taken for; None for one that is no file.

    Raises `ElectionError` where no such election can be held; the message says why.

    >>> from stvcount import Election, Papers
    >>> election = Election(
    ...     title="Chair", places=1, candidates=["Ann", "Bob", "RON"], non_person="RON",
    ...     papers=Papers.from_rankings([(["Ann", "Bob"], 5), (["RON"], 2)]),
    ... )
    >>> election.withdraw("Bob", reason="ill").standing
    ('Ann', 'RON')
    """

    papers: Papers
    places: int
    candidates: Sequence[str]
    title: str = ""
    withdrawn: Taking[Iterable[str | Withdrawal], tuple[Withdrawal, ...]] = _NONE
    papers_set_aside: Taking[Iterable[int | SetAside], tuple[SetAside, ...]] = _NONE
    non_person: str | None = None
    affiliations: Mapping[str, str] = _NO_AFFILIATIONS
    persons: Sequence[str] = ()
    sources: Sequence[Source] = ()
    notes: Taking[Sequence[str], tuple[str, ...]] = _NONE
    contest: Contest = _NOT_STATED
    reading: Reading | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        if not isinstance(self.papers, Papers):
            raise ElectionError(f"papers: found {type(self.papers).__name__}; expected Papers")
        if not isinstance(self.contest, Contest):
            raise ElectionError(f"contest: found {found(self.contest)}; expected a Contest")
        check_text("title", self.title)
        sources = checks.listed("sources", self.sources, expected="a list of Source")
        for one in sources:
            if not isinstance(one, Source):
                raise ElectionError(f"sources: found {found(one)}; expected Source")
        printed = checks.names("candidates", self.candidates)
        names, notes = _distinct(printed)
        given_notes = checks.names("notes", self.notes, of="texts")
        # Papers made for the names as printed go by number, so one name may be borne by several.
        by_number = self.papers.candidates == printed
        papers = self.papers.renamed(names) if by_number else self.papers.for_candidates(names)
        for name, value in (
            ("candidates", names),
            ("places", _checked_places(self.places)),
            ("papers", papers),
            ("non_person", self._checked_non_person(names)),
            ("withdrawn", self._withdrawals(names)),
            ("papers_set_aside", self._numbers_set_aside()),
            ("affiliations", self._checked_affiliations(names)),
            ("persons", self._checked_persons(names)),
            ("sources", sources),
            ("notes", tuple(dict.fromkeys((*given_notes, *notes)))),
        ):
            object.__setattr__(self, name, value)
        self._check_electorate()

    def _check_electorate(self) -> None:
        electors = self.contest.electorate
        if electors is not None and self.papers.total > electors:
            raise ElectionError(
                f"electorate: found {figure(electors)} for "
                f"{counted(self.papers.total, 'paper')}; expected as many electors as papers, "
                "or more"
            )

    @classmethod
    def from_rankings(
        cls,
        rankings: Rankings,
        *,
        places: int,
        candidates: Sequence[str] | None = None,
        title: str = "",
    ) -> Election:
        """An election from orders of names, as `Papers.from_rankings` reads them.

        `candidates`: the printed names; without it, those on the papers, in order of first
        mention. Raises `ElectionError` as `Papers.from_rankings` and `Election` do.
        """
        papers = Papers.from_rankings(rankings, candidates=candidates)
        return cls(title=title, places=places, candidates=papers.candidates, papers=papers)

    def _withdrawals(self, names: tuple[str, ...]) -> tuple[Withdrawal, ...]:
        withdrawals = tuple(map(_withdrawal, _listed("withdrawn", self.withdrawn)))
        standing = frozenset(names) if withdrawals else ()
        for withdrawal in withdrawals:
            _check_name("withdrawn", withdrawal.candidate, standing, names)
            check_text("reason", withdrawal.reason)
        _check_once("withdrawn", [withdrawal.candidate for withdrawal in withdrawals])
        if len(withdrawals) == len(names):
            raise ElectionError(
                f"withdrawn: found all {len(names)} candidates; expected at least one who stands"
            )
        return withdrawals

    def _checked_non_person(self, names: tuple[str, ...]) -> str | None:
        if self.non_person is not None:
            _check_name("non-person", self.non_person, names, names)
        return self.non_person

    def _checked_persons(self, names: tuple[str, ...]) -> tuple[str, ...]:
        persons = tuple(dict.fromkeys(_listed("persons", self.persons)))
        standing = frozenset(names) if persons else ()
        for name in persons:
            _check_name("person", name, standing, names)
            if name == self.non_person:
                raise ElectionError(f"person: found {name!r}, the non-person; expected a person")
        return persons

    def _checked_affiliations(self, names: tuple[str, ...]) -> FrozenMapping[str, str]:
        """The affiliations in the order of the paper; one that is empty or blank is none."""
        given = self.affiliations
        if not isinstance(given, Mapping):
            raise ElectionError(f"affiliations: found {given!r}; expected a mapping of names")
        standing = frozenset(names) if given else ()
        for name in given:
            _check_name("affiliations", name, standing, names)
            check_text("affiliation", given[name])
        stripped = ((name, given[name].strip()) for name in names if name in given)
        return FrozenMapping((name, party) for name, party in stripped if party)

    def _numbers_set_aside(self) -> tuple[SetAside, ...]:
        aside = tuple(map(_set_aside, _listed("set aside", self.papers_set_aside)))
        _check_once("set aside", [one.paper for one in aside])
        total = self.papers.total if aside else 0
        for one in aside:
            if not 1 <= one.paper <= total:
                raise ElectionError(
                    f"set aside: found paper number {figure(one.paper)}; expected 1 to {total}"
                )
            check_text("reason", one.reason)
        return tuple(sorted(aside, key=lambda one: one.paper))

    def withdraw(self, candidate: str, *, reason: str = "") -> Election:
        """The same election with this candidate withdrawn (or disqualified), for this reason.

        Raises `ElectionError` if nobody of that name stands, or nobody else does.
        """
        return replace(self, withdrawn=(*self.withdrawn, Withdrawal(candidate, reason)))

    def set_aside(self, paper: int, *, reason: str = "") -> Election:
        """The same election with paper number `paper` (from 1) set aside, for this reason.

        Raises `ElectionError` if there is no such paper or it is set aside already.
        """
        return replace(self, papers_set_aside=(*self.papers_set_aside, SetAside(paper, reason)))

    def __repr__(self) -> str:
        title = f" {self.title!r}" if self.title else ""
        return (
            f"<Election{title}: {counted(self.places, 'place')}, "
            f"{counted(len(self.candidates), 'candidate')}, {counted(self.papers.total, 'paper')}>"
        )

    def with_places(self, places: int) -> Election:
        """The same election for another number of places.

        Raises `ElectionError` unless it is a whole number from 1.
        """
        return replace(self, places=places)

    def with_non_person(self, candidate: str) -> Election:
        """The same election, where this candidate on the paper is no person.

        Raises `ElectionError` for a name that is not on the paper.
        """
        return replace(self, non_person=candidate)

    @property
    def standing(self) -> tuple[str, ...]:
        """The candidates who have not withdrawn, in their order on the paper."""
        gone = {withdrawal.candidate for withdrawal in self.withdrawn}
        return tuple(name for name in self.candidates if name not in gone)

    @property
    def papers_counted(self) -> Papers:
        """The papers that are not set aside, valid or not."""
        aside = {one.paper for one in self.papers_set_aside}
        return self.papers.without(aside) if aside else self.papers


def as_election(
    given: Election | Papers | Rankings,
    *,
    places: int | None = None,
    candidates: Sequence[str] | None = None,
) -> Election:
    """The election that is given as such, as papers, or as orders of names.

    Raises `ElectionError` where something is missing, or is there twice.
    """
    if isinstance(given, Election):
        if candidates is not None:
            raise ElectionError("candidates: found some beside an election; expected its own only")
        return given if places is None else given.with_places(places)
    if isinstance(given, (str, bytes, os.PathLike)) or not isinstance(given, (Iterable, Papers)):
        raise ElectionError(
            f"election: found {found(given)}; expected an Election (stvcount.read reads a file), "
            "Papers or orders of names"
        )
    if places is None:
        raise ElectionError("places: found none; expected a number, as papers do not state it")
    if isinstance(given, Papers):
        names = given.candidates if candidates is None else candidates
        return Election(places=places, candidates=names, papers=given)
    return Election.from_rankings(given, places=places, candidates=candidates)


def _checked_places(places: object) -> int:
    number = checks.whole(places) if isinstance(places, Integral) else None
    if number is None or number < 1:
        raise ElectionError(f"places: found {found(places)}; expected a whole number from 1")
    if number >= MOST_PAPERS:
        raise ElectionError(f"places: found {found(places)}; expected at most 40 digits")
    return number


def _listed(what: str, given: Iterable[T]) -> tuple[T, ...]:
    if isinstance(given, (str, bytes)) or not isinstance(given, Iterable):
        raise ElectionError(f"{what}: found {found(given)}; expected a list")
    return tuple(given)


def _check_name(what: str, name: object, known: Container[str], names: Sequence[str]) -> None:
    """Raise `ElectionError` for a name that is none of the candidates'.

    `known`: the names, as a set where many are asked about.
    """
    if not isinstance(name, str) or name not in known:
        raise ElectionError(
            f"{what}: found {name!r}; expected {one_of_the_candidates(name, names)}"
        )


def _withdrawal(given: object) -> Withdrawal:
    if isinstance(given, Withdrawal):
        return given
    if isinstance(given, str):
        return Withdrawal(given)
    raise ElectionError(f"withdrawn: found {found(given)}; expected a candidate's name")


def _set_aside(given: object) -> SetAside:
    paper, reason = (given.paper, given.reason) if isinstance(given, SetAside) else (given, "")
    number = checks.whole(paper)
    if number is None:
        raise ElectionError(f"set aside: found {found(paper)}; expected the number of a paper")
    return SetAside(number, reason)


def _check_once(what: str, given: Sequence[object]) -> None:
    for one, times in Counter(given).items():
        if times > 1:
            raise ElectionError(f"{what}: found {one!r} {times} times; expected it once")


def check_text(what: str, text: object) -> None:
    """Raise `ElectionError` unless this is text on one line without control characters."""
    if not isinstance(text, str):
        raise ElectionError(f"{what}: found {found(text)}; expected text")
    if text.isprintable():
        return
    for character in text:
        if unicodedata.category(character) in ("Cc", "Cs"):
            raise ElectionError(
                f"{what}: found {text!r}, which holds the character U+{ord(character):04X}; "
                "expected text on one line without control characters"
            )


def check_names(names: Sequence[str]) -> None:
    """Raise `ElectionError` unless there is a name, and each is text that shows."""
    if not names:
        raise ElectionError("candidates: found none; expected at least one")
    if "".join(names).isprintable() and all(map(str.strip, names)):
        return  # as nearly all are, and as is soon seen
    for name in names:
        check_text("candidate", name)
        if not name.strip():
            raise ElectionError(f"candidate: found {name!r}; expected a name")


def _distinct(names: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names, each told apart from every other, and a note for each that had to be."""
    check_names(names)
    distinct = names
    while len(set(distinct)) < len(distinct):
        times = Counter(distinct)
        distinct = tuple(
            name if times[name] == 1 else f"{name} ({number})"
            for number, name in enumerate(distinct, start=1)
        )
    notes = tuple(
        f"candidate {number}: the name {name!r} is borne by several and is shown as {shown!r}"
        for number, (name, shown) in enumerate(zip(names, distinct, strict=True), start=1)
        if name != shown
    )
    return distinct, notes
