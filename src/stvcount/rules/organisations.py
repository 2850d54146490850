"""Whose rules apply: the organisations, and what they lay on top of a rule set.

A profile is one declarative object in `_PROFILES`: which rule set counts one place and which
several, how a non-person is named on its papers, and what the election of one means.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from stvcount.election import Election
from stvcount.errors import ElectionError

__all__ = [
    "NO_CANDIDATE",
    "RE_OPEN_NOMINATIONS",
    "Organisation",
    "get",
    "names",
    "unmarked_non_persons",
]

RE_OPEN_NOMINATIONS = ("RON", "re open nominations", "reopen nominations")
NO_CANDIDATE = ("no candidate",)
_ELSEWHERE = ("none of the above",)
_INITIALS = ("RON",)


@dataclass(frozen=True, slots=True)
class Organisation:
    """A body and its regulations.

    `one_place`, `several_places`: rule sets by name; None where the body has no such election.
    `non_person_names`: how its papers name the option that is no person: initials in capitals,
    words in small letters.
    `if_non_person_elected`: what its rules say follows, with the clause.
    `excess_posts`: what they say of posts for which there are too few candidates at the close of
    nominations, with the clause, if they reduce the posts contested; else None.
    """

    id: str
    title: str
    source: str
    one_place: str
    several_places: str | None
    non_person_names: tuple[str, ...]
    if_non_person_elected: str
    excess_posts: str | None = None

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

        Raises `ElectionError` where several candidates bear such names and none is marked.
        """
        if election.non_person is not None:
            return election
        found = [name for name in election.candidates if _is_named(name, self.non_person_names)]
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


_PROFILES = {
    profile.id: profile
    for profile in (
        Organisation(
            id="imperial",
            title="Imperial College Union",
            source="bye-laws F (major elections), G (minor elections), B10 (votes in meetings)",
            one_place="ers-av",
            several_places="ers97",
            non_person_names=RE_OPEN_NOMINATIONS,
            if_non_person_elected="the place is not filled, nominations re-open (F34, G25; O1)",
        ),
        Organisation(
            id="chester",
            title="Chester Students' Union",
            source="Appendix J, 8, 17.3, 17.4, 19.6",
            one_place="ers-av",
            several_places="ers97",
            non_person_names=RE_OPEN_NOMINATIONS,
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
            non_person_names=NO_CANDIDATE,
            if_non_person_elected="short of half plus one, that place is not filled (L7)",
        ),
        Organisation(
            id="aberdeen",
            title="University of Aberdeen, rectorial election",
            source="Rectorial Election Rules, 7",
            one_place="aberdeen",
            several_places=None,
            non_person_names=RE_OPEN_NOMINATIONS,
            if_non_person_elected="nominations re-open (7.4; O1)",
        ),
    )
}


def names() -> tuple[str, ...]:
    """The names of all profiles, in alphabetical order."""
    return tuple(sorted(_PROFILES))


def get(name: str) -> Organisation:
    """The profile of this name; raises `ElectionError` for a name that no profile has."""
    if name not in _PROFILES:
        raise ElectionError(f"organisation: found {name!r}; expected {', '.join(names())}")
    return _PROFILES[name]


def unmarked_non_persons(election: Election) -> tuple[str, ...]:
    """Names on the paper that look like no person's, where none is marked as the non-person.

    They are counted as persons. Nobody is taken for a non-person because of a name alone.
    """
    if election.non_person is not None:
        return ()
    suspect = (*RE_OPEN_NOMINATIONS, *NO_CANDIDATE, *_ELSEWHERE)
    return tuple(name for name in election.candidates if _is_named(name, suspect))


def _is_named(name: str, known: Iterable[str]) -> bool:
    """Whether the whole name is one of those known, or its initials in capitals, or both.

    A candidate may well be called Ron, or have that for a nickname: that is no Re-Open
    Nominations.
    """
    words = re.findall(r"\w+", name)
    rest = [word for word in words if word not in _INITIALS]
    phrase = " ".join(rest).casefold()
    return phrase in known or (not rest and bool(words) and "RON" in known)
