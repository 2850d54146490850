"""Whose rules apply: the organisations, and what they lay on top of a rule set.

A profile is one declarative object, in `_OWN` or registered by another package: which rule set
counts one place and which several, how a non-person is named on its papers, and what the election
of one means.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from stvcount.election import Election
from stvcount.errors import ElectionError, RuleSetError
from stvcount.rules.ni_stv import NISTV
from stvcount.rules.packages import load, registered
from stvcount.rules.scottish import Scottish
from stvcount.words import typed

__all__ = [
    "NO_CANDIDATE",
    "RE_OPEN_NOMINATIONS",
    "NonPerson",
    "Organisation",
    "answered",
    "get",
    "names",
    "notes_on_persons",
    "questions",
    "unmarked_non_persons",
]


@dataclass(frozen=True, slots=True)
class NonPerson:
    """An option on the paper that is no person, and the names it goes by.

    `initials`, `words`: in small letters with nothing between; `words` is a pattern.
    """

    title: str
    initials: str | None
    words: str

    def is_named(self, name: str) -> bool:
        """Whether this name can mean nothing else: the words, the initials, or both."""
        letters = _letters(name)
        initials = self.initials or ""
        if initials and letters == initials:
            return _are_initials(name)
        return re.fullmatch(f"(?:{initials})?(?:{self.words})(?:{initials})?", letters) is not None

    def may_be_named(self, name: str) -> bool:
        """Whether this name may mean it; a person may have it too (Ron)."""
        letters = _letters(name)
        return letters == self.initials or re.search(self.words, letters) is not None


def _letters(name: str) -> str:
    """The name without case, punctuation and spaces."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(character for character in folded if character.isalnum())


def _are_initials(name: str) -> bool:
    """Whether letters stand as initials do: in capitals, or each by itself."""
    plain = unicodedata.normalize("NFKC", name)
    return plain.isupper() or all(len(part) == 1 for part in re.findall(r"\w+", plain))


RE_OPEN_NOMINATIONS = NonPerson(
    "Re-Open Nominations", "ron", "reopen(?:ing|ed|s)?(?:of)?(?:the)?nominations?"
)
NO_CANDIDATE = NonPerson("No Candidate", None, "nocandidates?")
_ELSEWHERE = (
    NonPerson("None of the Above", "nota", "noneof(?:the|these)(?:above|candidates)?"),
    NonPerson("Ail-agor Enwebiadau", None, "ailagor(?:yr)?enwebiadau"),
)
_ALL = (RE_OPEN_NOMINATIONS, NO_CANDIDATE, *_ELSEWHERE)


@dataclass(frozen=True, slots=True)
class Organisation:
    """A body and its regulations.

    `one_place`, `several_places`: rule sets by name; None where the body has no such election.
    `non_person`: the option on its papers that is no person, or None. `on_paper`: the clause that
    puts it there. `if_non_person_elected`: what its rules say follows, with the clause.
    `excess_posts`: what they say of posts for which there are too few candidates at the close of
    nominations, with the clause, if they reduce the posts contested; else None.
    `casual_vacancies`: what they have in place of a recount, with the clause; else None.
    """

    id: str
    title: str
    source: str
    one_place: str
    several_places: str | None
    non_person: NonPerson | None = None
    on_paper: str | None = None
    if_non_person_elected: str | None = None
    excess_posts: str | None = None
    casual_vacancies: str | None = None

    def rules_for(self, places: int) -> str:
        """The name of the rule set for so many places.

        Raises `ElectionError` where the body's rules do not have such an election.
        """
        rules = self.one_place if places == 1 else self.several_places
        if rules is None:
            raise ElectionError(
                f"{self.id}: found {places} places; expected 1, as {self.source} has no election "
                "to several"
            )
        return rules

    def marked(self, election: Election) -> Election:
        """The election with its non-person marked, if the paper has one by this body's names.

        Who is a person for certain (`Election.persons`) is not marked. Raises `ElectionError` where
        several candidates bear such names and none is marked.
        """
        if election.non_person is not None or self.non_person is None:
            return election
        found = [
            name
            for name in election.candidates
            if name not in election.persons and self.non_person.is_named(name)
        ]
        if len(found) > 1:
            raise ElectionError(
                f"{self.id}: found {', '.join(map(repr, found))} on the paper; expected one of "
                "them to be marked as the non-person (non_person=, --non-person)"
            )
        return election.with_non_person(found[0]) if found else election

    def excess(self, election: Election) -> int:
        """How many posts are declared vacant before the count for want of candidates.

        All who were nominated count, withdrawn since or not, but not the non-person.
        Raises `ElectionError` where nobody was nominated at all.
        """
        if self.excess_posts is None:
            return 0
        nominated = len(election.candidates) - (election.non_person is not None)
        if not nominated:
            raise ElectionError(
                f"{self.id}: found nobody nominated; expected at least one candidate beside "
                f"{election.non_person}: without one every post is vacant ({self.excess_posts})"
            )
        return max(0, election.places - nominated)


_OWN = {
    profile.id: profile
    for profile in (
        Organisation(
            id="imperial",
            title="Imperial College Union",
            source="bye-laws F (major elections), G (minor elections), B10 (votes in meetings)",
            one_place="ers-av",
            several_places="ers97",
            non_person=RE_OPEN_NOMINATIONS,
            on_paper="F34, G25",
            casual_vacancies="by-elections or co-options (F38, G28)",
            if_non_person_elected="the place is not filled, nominations re-open (F34, G25; O1)",
        ),
        Organisation(
            id="chester",
            title="Chester Students' Union",
            source="Appendix J, 8, 17.3, 17.4, 19.6",
            one_place="ers-av",
            several_places="ers97",
            non_person=RE_OPEN_NOMINATIONS,
            on_paper="8.3",
            casual_vacancies="by-elections or co-options (27, 28)",
            if_non_person_elected=(
                "the post is vacant, for co-option and by-election (8.2); nominations re-open "
                "(17.9; O2)"
            ),
            excess_posts="the excess posts are declared vacant (8.3)",
        ),
        Organisation(
            id="loughborough",
            title="Loughborough Students' Union",
            source="Standing Order C",
            one_place="lsu-stv",
            several_places="lsu-atv",
            non_person=NO_CANDIDATE,
            on_paper="C; not for the delegation to national conference",
            if_non_person_elected="short of half plus one, that place is not filled (L7)",
        ),
        Organisation(
            id="aberdeen",
            title="University of Aberdeen, rectorial election",
            source="Rectorial Election Rules, 7",
            one_place="aberdeen",
            several_places=None,
            non_person=RE_OPEN_NOMINATIONS,
            on_paper="7.4",
            if_non_person_elected="nominations re-open (7.4; O1)",
        ),
        Organisation(
            id="northern-ireland",
            title=NISTV.title,
            source=NISTV.source,
            one_place="ni-stv",
            several_places="ni-stv",
        ),
        Organisation(
            id="scottish-council",
            title=Scottish.title,
            source=Scottish.source,
            one_place="scottish",
            several_places="scottish",
        ),
    )
}

ENTRY_POINTS = "stvcount.organisations"
"""The group of entry points by which another package registers its organisations, by name."""


def names() -> tuple[str, ...]:
    """The names of all profiles, those of other packages included, in alphabetical order."""
    return tuple(sorted({*_OWN, *registered(ENTRY_POINTS)}))


def is_own(name: str) -> bool:
    """Whether this library has the profile of this name, and not another package."""
    return name in _OWN


def get(name: str) -> Organisation:
    """The profile of this name.

    Raises `ElectionError` for a name that no profile has, and `RuleSetError` for a package that
    cannot be imported or registers something else than a profile.
    """
    if name in _OWN:
        return _OWN[name]
    found, where = load(
        ENTRY_POINTS, name, argument="organisation", what="an Organisation", known=names()
    )
    if not (isinstance(found, Organisation) and found.id == name):
        raise RuleSetError(
            f"organisation: found {where}; expected an Organisation with the id {name!r}"
        )
    return found


def unmarked_non_persons(election: Election) -> tuple[str, ...]:
    """Names on the paper that may be no person's, and of which nothing was said.

    They are counted as persons. Nobody is taken for a non-person because of a name alone.
    """
    return tuple(name for name in _counted_as_persons(election) if name not in election.persons)


def _counted_as_persons(election: Election) -> tuple[str, ...]:
    return tuple(
        name
        for name in election.candidates
        if name != election.non_person and _may_be_no_person(name)
    )


_LONGEST_NAME = 1000
"""So much of a name is looked at: what is longer is no name."""


@lru_cache(maxsize=4096)
def _may_be_no_person(name: str) -> bool:
    # Asked of every name in every count, and the same names come again and again.
    return any(kind.may_be_named(name[:_LONGEST_NAME]) for kind in _ALL)


def notes_on_persons(election: Election, profile: Organisation | None = None) -> tuple[str, ...]:
    """What whoever reads the result must know of who was counted as a person, and who is none."""
    notes = [
        f"{name!r} was COUNTED AS A PERSON, though the name may be no person's"
        for name in _counted_as_persons(election)
    ]
    if profile is None:
        return tuple(notes)
    if profile.non_person is None and election.non_person is not None:
        notes.append(
            f"{election.non_person!r} is on the paper as no person, where the rules of "
            f"{profile.title} have no such option"
        )
    elif profile.non_person is not None and election.non_person is None:
        notes.append(
            f"no {profile.non_person.title} is on the paper, where the rules of {profile.title} "
            f"have it ({profile.on_paper})"
        )
    return tuple(notes)


def answered(
    election: Election,
    *,
    organisation: str | None = None,
    non_persons: Iterable[str] = (),
    persons: Iterable[str] = (),
    asking: bool = True,
) -> Election:
    """The election with its non-person marked, as is said or by the rules of the organisation.

    `non_persons`, `persons`: what is said, of this paper or of others: names that this paper does
    not have are passed over. `asking`: whether a name of which nothing is said is an error.
    Raises `ElectionError` where several are said to be no person, where one is said to be both,
    and, with a line for each, where a name may be no person's and nothing is said of it.
    """
    said = [name for name in dict.fromkeys(non_persons) if name in election.candidates]
    told = tuple(name for name in dict.fromkeys(persons) if name in election.candidates)
    if len(said) > 1:
        raise ElectionError(
            f"non-person: found {', '.join(map(repr, said))}; expected one on a paper at most"
        )
    election = replace(election, persons=(*election.persons, *told))
    if said:
        election = election.with_non_person(said[0])
    elif organisation is not None:
        election = get(organisation).marked(election)
    if asking and (asked := questions(election)):
        raise ElectionError(*asked)
    return election


def questions(election: Election) -> tuple[str, ...]:
    """What has to be answered before the election is counted, with the answers."""
    return tuple(_question(name, election) for name in unmarked_non_persons(election))


def _question(name: str, election: Election) -> str:
    quoted = typed([name])
    answers = [f"--person {quoted} (counted as a person)"]
    if election.non_person is None:
        answers.insert(0, f"--non-person {quoted} (no person takes its place)")
    return (
        f"found {name!r} on the paper, which may be no person; expected to be told: "
        f"{' or '.join(answers)}"
    )
