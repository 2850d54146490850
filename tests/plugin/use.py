"""What is done with the rule set once its package is installed: everything that the library has."""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path

import stvcount
from stvcount import CountRecord, Election, Papers, sheets
from stvcount.inquiry.trace import traced

NAMES = ["Ann", "Bob", "Cat", "Dan", "Eve", "Fay"]


def some_election(seed: int) -> Election:
    chance = random.Random(seed)
    rankings = [chance.sample(NAMES, chance.randint(1, 6)) for _ in range(40)]
    papers = Papers.from_rankings(rankings, candidates=NAMES)
    return Election(title="Committee", places=3, candidates=NAMES, papers=papers)


def use(election: Election, schema: object) -> CountRecord:
    record = stvcount.count(election, rules="weighted")
    assert CountRecord.from_json(record.to_json()) == record
    assert stvcount.verify(record) == ()
    assert stvcount.verify(record, election) == ()
    for paper in range(1, election.papers.total + 1):
        assert len(traced(record, election, paper).positions) == len(record.stages)
    assert "Committee" in stvcount.explain(record)
    for name in NAMES:
        assert name in stvcount.explain(record, name)
    validate(json.loads(record.to_json()), schema)
    return record


def validate(members: object, schema: object) -> None:
    import jsonschema  # type: ignore[import-untyped]

    jsonschema.Draft202012Validator(schema).validate(members)


def shown(record: CountRecord, election: Election) -> None:
    """Every sheet says which rules counted and where they stand."""
    for name in sheets.names():
        if name in ("json", "png-votes", "png-transfers", "pdf-votes", "pdf-transfers"):
            continue
        content = sheets.render(record, name, election=election)
        assert content
        if name in ("text", "markdown", "html"):
            assert record.rules.title in str(content), name
            assert "2.5.0" in str(content), name


def forged(record: CountRecord) -> None:
    """Its own rulebook finds a vote that does not follow, without the papers."""
    members = json.loads(record.to_json())
    batch = next(b for s in members["stages"] for b in s["batches"] if b["value"] != "1.00000")
    batch["value"] = "0.99999"
    assert stvcount.verify(CountRecord.from_json(json.dumps(members)))


def main() -> None:
    schema = json.loads((Path(stvcount.__file__).parent / "schemas/record-2.json").read_text())
    records = [use(some_election(seed), schema) for seed in range(20)]
    shown(records[0], some_election(0))
    forged(next(r for r in records if any(s.kind == "passing on" for s in r.stages)))
    assert {(r.rules.version, r.decimals) for r in records} == {("2.5.0", 5)}
    sys.stdout.write("used\n")


if __name__ == "__main__":
    main()
