"""What a lot is to decide, and what it decided: all that is kept between asking and counting."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from stvcount import codec
from stvcount.errors import Purpose
from stvcount.frozen import FrozenMapping

SCHEMA = "stvcount.lot/1"


_FOLLOWS = {
    "exclusion": "{} is excluded",
    "surplus": "the surplus of {} is transferred first",
    "election": "{} is elected",
}


@dataclass(frozen=True, slots=True)
class LotQuestion:
    """What a lot is to decide: one question of one count, and equal to no other.

    `purpose`: "exclusion" (who is excluded), "surplus" (whose goes first), "election" (who is
    elected) or "coin" (a motion, where `stage` is the number of the question).
    `clause`: the rule that asks. `candidates`: the tied, in their order on the paper.
    `votes`: the vote of each. `stage`: the number of the stage being counted.
    """

    purpose: Purpose
    clause: str
    candidates: tuple[str, ...]
    votes: FrozenMapping[str, Decimal]
    stage: int

    def __str__(self) -> str:
        return f"stage {self.stage}, {self.clause}: a lot ({self.purpose}) between {self.tied}"

    @property
    def tied(self) -> str:
        """The tied, each with the vote."""
        return ", ".join(f"{name} ({vote:f})" for name, vote in self.votes.items())

    @property
    def meaning(self) -> str:
        """What the lot does to the one on whom it falls."""
        follows = _FOLLOWS.get(self.purpose, "it decides between them")
        return follows.format("the one it falls on")

    def follows(self, name: str) -> str:
        """What follows if the lot falls on this one."""
        return _FOLLOWS.get(self.purpose, "it decides for {}").format(name)

    def to_json(self) -> str:
        """The question as JSON text of the schema `stvcount.lot/1`."""
        return codec.dumps({"schema": SCHEMA, **codec.encode(self)})

    @classmethod
    def from_json(cls, text: str) -> LotQuestion:
        """The question that `to_json` wrote.

        Raises `RecordError`, naming the place, for a text that is none.
        """
        question: LotQuestion = codec.decode(cls, codec.loads(text, schema=SCHEMA))
        return question


@dataclass(frozen=True, slots=True)
class LotAnswer:
    """On whom the lot fell that a question asked for."""

    question: LotQuestion
    chosen: str
