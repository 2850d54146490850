"""Published sheets for the tests, from the folder of published figures beside the project."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from stvcount.frozen import FrozenMapping
from stvcount.record.published import (
    PublishedPapers,
    PublishedRules,
    PublishedSheet,
    PublishedStage,
)

Counts = Mapping[str, Mapping[str, Any]]


def loaded(shared: Path, name: str) -> Any:
    return json.loads((shared / name).read_text("utf-8"))


def figures(votes: Mapping[str, str]) -> FrozenMapping[str, Decimal | None]:
    return FrozenMapping({name: Decimal(vote) for name, vote in votes.items()})


def constituency(count: Mapping[str, Any]) -> PublishedSheet:
    """A count of the Assembly. Its source does not say what a stage does: whose vote falls does."""
    names = tuple(count["stages"][0]["votes"])
    quota, reached, before = Decimal(count["quota"]), set[str](), dict[str, Decimal]()
    stages = []
    for stage in count["stages"]:
        votes = {name: Decimal(vote) for name, vote in stage["votes"].items()}
        fell = tuple(name for name in names if before and votes[name] < before[name])
        moved = "surplus" if fell and {*fell} <= reached else "exclusion"
        stages.append(
            PublishedStage(
                kind=moved if before else "first",
                candidates=fell,
                votes=figures(stage["votes"]),
                non_transferable=Decimal(stage["non_transferable"]),
                quota=quota,
                elected=tuple(stage["elected"]),
            )
        )
        reached |= {name for name in names if votes[name] >= quota}
        before = votes
    elected = tuple(name for stage in stages for name in stage.elected or ())
    return PublishedSheet(
        title=f"{count['constituency']} {count['year']}",
        rules=PublishedRules("ni-stv"),
        places=count["places"],
        candidates=names,
        papers=PublishedPapers(count["total_poll"], count["spoiled"]),
        stages=tuple(stages),
        # Where a mark is missing, who is elected in all is not known.
        elected=elected if len(elected) == count["places"] else None,
    )


def ward(count: Mapping[str, Any]) -> PublishedSheet:
    """A ward of Glasgow; what is lost to remainders is part of the non-transferable vote."""
    return PublishedSheet(
        title=count["title"],
        rules=PublishedRules("scottish"),
        places=count["places"],
        candidates=tuple(one["name"] for one in count["candidates"]),
        papers=PublishedPapers(count["received"], count["rejected"]),
        stages=tuple(
            PublishedStage(
                kind=stage["kind"],
                candidates=(stage["of"],) if stage["of"] else (),
                votes=figures(stage["votes"]),
                non_transferable=Decimal(stage["non_transferable"]) + Decimal(stage["rounding"]),
                quota=Decimal(count["quota"]),
                elected=tuple(stage["elected"]),
            )
            for stage in count["stages"]
        ),
        elected=tuple(name for name, _ in count["elected"]),
    )


def historical(
    count: Mapping[str, Any], *, complete: bool = True, quota: str | None = None
) -> PublishedSheet:
    """A count as its organiser published it. `quota`: of the stages that state none."""
    stages: Sequence[Mapping[str, Any]] = count["stages"]
    return PublishedSheet(
        title=count["title"],
        rules=PublishedRules(count["rules"]),
        places=count["places"],
        candidates=tuple(dict.fromkeys(name for one in stages for name in one["votes"])),
        papers=PublishedPapers(count.get("total_papers"), count.get("invalid")),
        stages=tuple(
            PublishedStage(
                kind=stage["kind"],
                candidates=tuple(stage.get("of", ())),
                quota=Decimal(given) if (given := stage.get("quota", quota)) else None,
                votes=figures(stage["votes"]),
                non_transferable=Decimal(stage["nt"]) if "nt" in stage else None,
                elected=tuple(stage["elected"]),
            )
            for stage in stages
        ),
        complete=complete,
    )
