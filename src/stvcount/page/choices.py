"""What an officer has chosen on the page: for the library, and as the command would be typed."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import stvcount
from stvcount.election.contest import Contest
from stvcount.errors import ElectionError, Setting
from stvcount.formats.settings import words_of
from stvcount.formats.together import read_files
from stvcount.rules import organisations
from stvcount.tally.lots import Lots


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """All that goes into a count besides the bytes of the files.

    `files`: their names. `reading`: keywords for `stvcount.read`, the number of places and the
    title among them. `withdrawn`: names, and reasons or "". `set_aside`: numbers of papers, and
    reasons or "". `contest`: what a declaration states. `answers`: lots drawn so far, as
    `Lots.to_json` wrote them, or "". `seed`: the text from which lots are worked out, or "".
    """

    files: tuple[str, ...]
    reading: Mapping[str, Any]
    rules: str | None = None
    organisation: str | None = None
    options: Mapping[str, str]
    non_persons: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()
    withdrawn: tuple[tuple[str, str], ...] = ()
    set_aside: tuple[tuple[int, str], ...] = ()
    contest: Contest
    answers: str = ""
    seed: str = ""

    @classmethod
    def told(cls, members: Mapping[str, Any]) -> Choices:
        """The choices in a request of the page; whatever it leaves out was not chosen."""
        return cls(
            files=tuple(members.get("files", ())),
            reading=dict(members.get("reading", {})),
            rules=members.get("rules"),
            organisation=members.get("organisation"),
            options=dict(members.get("options", {})),
            non_persons=tuple(members.get("non_persons", ())),
            persons=tuple(members.get("persons", ())),
            withdrawn=tuple((name, why) for name, why in members.get("withdrawn", ())),
            set_aside=tuple((number, why) for number, why in members.get("set_aside", ())),
            contest=Contest(**members.get("contest", {})),
            answers=members.get("answers", ""),
            seed=members.get("seed", ""),
        )

    def read(self) -> stvcount.Election:
        """The election in the files, as they have it; raises what `stvcount.read` does."""
        return read_files(self.files, self.reading)

    def said_of(self, election: stvcount.Election, *, asking: bool = True) -> stvcount.Election:
        """The election with what was said of it.

        `asking`: whether a name that may be no person's is a question. Raises `ElectionError` for
        that, and for what does not fit the election.
        """
        found = organisations.answered(
            election,
            organisation=self.organisation,
            non_persons=self.non_persons,
            persons=self.persons,
            asking=asking,
        )
        for name, reason in self.withdrawn:
            found = found.withdraw(name, reason=reason)
        for number, reason in self.set_aside:
            found = found.set_aside(number, reason=reason)
        return replace(found, contest=self.contest.otherwise(found.contest))

    @property
    def rule_set(self) -> dict[str, Any]:
        """The keywords for `stvcount.count` that say by what rules."""
        return {
            "rules": self.rules,
            "organisation": self.organisation,
            "options": dict(self.options),
            "lots": self.lots,
        }

    @property
    def lots(self) -> Lots:
        """Where lots come from: drawn so far, or from a seed; otherwise they are asked for."""
        if self.answers and self.seed:
            raise ElectionError("lots: found lots drawn, and a seed; expected one of them")
        if self.answers:
            return Lots.from_json(self.answers)
        return Lots.seeded(self.seed) if self.seed else Lots.none()

    @property
    def command(self) -> str:
        """The same count, as it is typed at the command."""
        return shlex.join(["stvcount", "count", *self.words])

    @property
    def words(self) -> tuple[str, ...]:
        """The arguments of `stvcount count` that stand for these choices."""
        together = ("--together",) * (len(self.files) > 1)
        given = (
            word for name, value in self._given() for word in Setting(name, value, "").argument
        )
        return (*map(_as_file, self.files), *together, *words_of(self.reading), *given)

    def _given(self) -> Iterator[tuple[str, str | int]]:
        for name, value in (("rules", self.rules), ("organisation", self.organisation)):
            yield from [(name, value)] if value is not None else []
        yield from (("option", f"{key}={value}") for key, value in self.options.items())
        yield from (("non_person", name) for name in self.non_persons)
        yield from (("person", name) for name in self.persons)
        yield from (("withdraw", _because(name, why)) for name, why in self.withdrawn)
        yield from (("set_aside", _because(str(number), why)) for number, why in self.set_aside)
        for name, value in asdict(self.contest).items():
            yield from [(name, value)] if value is not None else []
        yield from (("lots", f"drawn:{answer.chosen}") for answer in self.lots.answers)
        yield from [("lots", f"seed:{self.seed}")] if self.seed else []


def _as_file(name: str) -> str:
    # By itself, a word that begins so would be taken for an option.
    return f"./{name}" if name.startswith("-") else name


def _because(what: str, reason: str) -> str:
    return f"{what}={reason}" if reason else what
